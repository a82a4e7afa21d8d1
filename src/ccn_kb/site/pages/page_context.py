"""The context of the page functions: the network with values derived from it once, the day, the public address."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

from ccn_kb.model.citation import split_citation
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.model.records import SOURCE_KINDS, City, Host, Meeting
from ccn_kb.network import Network
from ccn_kb.network.geography import unit_vector
from ccn_kb.network.growth import days_of_years
from ccn_kb.network.members import Member, is_active_on, joining_designations
from ccn_kb.network.published_totals import Comparison
from ccn_kb.network.schema import designation_id, version_pairs
from ccn_kb.site.display_terms import name_meeting
from ccn_kb.site.languages import Language, current_language, list_separator, sort_key
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.page_citation import cite_page
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_countries, count_member_cities, locate
from ccn_kb.site.pages.word_index import WordIndex
from ccn_kb.site.region_names import region_name

PICTURES = (".png", ".svg")
TRANSLATED_FILES = (".atom", ".ics")
"""The endings of files that are in each language, under its own address."""
Derived = TypeVar("Derived")
Group: TypeAlias = Literal["field", "country", "region"]


class Membership(NamedTuple):
    """A designation of a city: the id of its row, what maps and lists show of it, and whether the city joined by it."""

    id: str
    member: Member
    place: parts.PlacedMembership
    is_joining: bool
    direction: tuple[float, float, float]
    """The place as a point on the unit sphere."""


GROUPS: Mapping[Group, Callable[[Membership], tuple[str, str]]] = {
    "field": lambda membership: (membership.place.field, membership.place.field_name),
    "country": lambda membership: (membership.place.country, membership.place.country_name),
    "region": lambda membership: (membership.member.country.region, region_name(membership.member.country.region)),
}


def count_by(memberships: Iterable[Membership], group: Group) -> tuple[parts.MemberCount, ...]:
    """Return the number of memberships in each field, country or region, the largest first."""
    counts = Counter(map(GROUPS[group], memberships))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], sort_key(item[0][1])))
    return tuple(parts.MemberCount(id=id, name=name, members=members) for (id, name), members in ordered)


def active_on(memberships: Iterable[Membership], day: datetime.date) -> tuple[Membership, ...]:
    """Return the memberships that are active on the day."""
    return tuple(membership for membership in memberships if is_active_on(membership.member.designation, day))


def places_of(memberships: Iterable[Membership]) -> tuple[parts.PlacedMembership, ...]:
    """Return what a map and its list show of the memberships."""
    return tuple(membership.place for membership in memberships)


class NetworkState:
    """The members between two changes of the network, with their counts."""

    def __init__(self, memberships: tuple[Membership, ...]) -> None:
        self.memberships = memberships
        self._counts: dict[Group, tuple[parts.MemberCount, ...]] = {}

    @cached_property
    def places(self) -> tuple[parts.PlacedMembership, ...]:
        return places_of(self.memberships)

    @cached_property
    def directions(self) -> list[tuple[float, float, float]]:
        return [membership.direction for membership in self.memberships]

    @cached_property
    def countries(self) -> int:
        """The number of countries with a member."""
        return len({membership.place.country for membership in self.memberships})

    @property
    def size_in_words(self) -> str:
        """The numbers of members and countries, as pages state them."""
        return locate(count_member_cities(len(self.memberships)), count_countries(self.countries))

    @cached_property
    def fields(self) -> Counter[str]:
        """The number of members in each creative field, by its id."""
        return Counter(membership.place.field for membership in self.memberships)

    def count_by(self, group: Group) -> tuple[parts.MemberCount, ...]:
        """Return the number of members in each field, country or region, the largest first."""
        if group not in self._counts:
            self._counts[group] = count_by(self.memberships, group)
        return self._counts[group]


class SiteIndex:
    """A network with what its pages need again and again, each derived once when it is first needed."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._derived: dict[object, object] = {}
        self._states: dict[int, NetworkState] = {}
        self._growth_years: dict[tuple[object, ...], parts.GrowthYear] = {}
        self._cited: dict[tuple[str, int], parts.CitedSource] = {}
        self._by_trust: dict[tuple[str, ...], tuple[str, ...]] = {}

    def derive(self, make: Callable[[SiteIndex], Derived]) -> Derived:
        """Return what a function makes of the index; it is called once."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return cast("Derived", self._derived[make])

    # -- memberships -------------------------------------------------------------------------

    @cached_property
    def memberships(self) -> tuple[Membership, ...]:
        """All memberships there ever were, by the city's name and the date."""
        memberships = (
            self._membership(Member(city, designation, self.network.countries[city.country]))
            for city in self.network.cities.values()
            for designation in city.designations
        )
        return tuple(sorted(memberships, key=lambda stay: (*stay.member.order, stay.place.since_day)))

    def _membership(self, member: Member) -> Membership:
        city, designation, country = member
        until = designation.end.date if designation.end else None
        place = parts.PlacedMembership.from_record(
            city,
            country_name=country.name,
            field=designation.field,
            field_name=self.network.fields[designation.field].name,
            since=designation.since,
            until=until,
            latitude=city.location.latitude,
            longitude=city.location.longitude,
            since_day=first_day(designation.since).isoformat(),
            until_day=first_day(until).isoformat() if until else None,
        )
        is_joining = any(designation is joining for joining in joining_designations(city))
        return Membership(designation_id(city, designation), member, place, is_joining, unit_vector(city.location))

    @cached_property
    def joining_memberships(self) -> tuple[Membership, ...]:
        """The memberships with which cities joined the network."""
        return tuple(membership for membership in self.memberships if membership.is_joining)

    @cached_property
    def by_city(self) -> Mapping[str, list[Membership]]:
        return _group(self.memberships, lambda membership: membership.place.id)

    @cached_property
    def by_country(self) -> Mapping[str, list[Membership]]:
        return _group(self.memberships, lambda membership: membership.place.country)

    @cached_property
    def by_field(self) -> Mapping[str, list[Membership]]:
        return _group(self.memberships, lambda membership: membership.place.field)

    def places_in(self, group: str, id: str) -> tuple[parts.PlacedMembership, ...]:
        """Return the places of all memberships in a creative field or a country, or of all that there ever were."""
        groups = {"field": self.by_field, "country": self.by_country}
        return places_of(groups[group].get(id, ()) if group else self.memberships)

    # -- the network on a day ----------------------------------------------------------------

    @cached_property
    def change_days(self) -> list[str]:
        """The days on which the network changed."""
        days = {day for place in places_of(self.memberships) for day in (place.since_day, place.until_day) if day}
        return sorted(days)

    @property
    def first_year(self) -> str:
        """The year in which the network began, "" if it has no city."""
        return self.change_days[0][:4] if self.change_days else ""

    def on(self, day: datetime.date) -> NetworkState:
        """Return the network on a day."""
        step = bisect_right(self.change_days, day.isoformat())
        if step not in self._states:
            self._states[step] = NetworkState(active_on(self.memberships, day))
        return self._states[step]

    def growth(self, day: datetime.date, some: list[Membership] | None = None) -> tuple[parts.GrowthYear, ...]:
        """Return the network, or some memberships, at the end of each year, in the present one on the given day."""
        first = self.change_days[:1]
        years = days_of_years(first_day(first[0]), day) if first else {}
        return tuple(
            self._growth_year(year, self.on(end) if some is None else NetworkState(active_on(some, end)))
            for year, end in years.items()
        )

    def _growth_year(self, year: int, state: NetworkState) -> parts.GrowthYear:
        key = (year, len(state.memberships), state.countries, *state.fields.items())
        if key not in self._growth_years:
            self._growth_years[key] = parts.GrowthYear(
                year=year, members=len(state.memberships), countries=state.countries, fields=dict(state.fields)
            )
        return self._growth_years[key]

    # -- sources -----------------------------------------------------------------------------

    def by_trust(self, citations: tuple[str, ...]) -> tuple[str, ...]:
        """Return the citations, those of the most trusted kind of source first."""
        if citations not in self._by_trust:
            self._by_trust[citations] = tuple(sorted(dict.fromkeys(citations), key=self.trust))
        return self._by_trust[citations]

    def trust(self, citation: str) -> tuple[int, str, str]:
        """Return what citations are ordered by: the rank of the source's kind, its id, and the locator."""
        source, locator = split_citation(citation)
        return SOURCE_KINDS.index(self.network.sources[source].kind), source, locator

    def cited_source(self, citation: str, number: int) -> parts.CitedSource:
        """Return the source of a citation as a page shows it under a number."""
        if (citation, number) not in self._cited:
            _, locator = split_citation(citation)
            source = self.network.cited_source(citation)
            self._cited[citation, number] = parts.CitedSource.from_record(
                source, number=number, locator=locator or None, url=source.address(locator)
            )
        return self._cited[citation, number]

    # -- published totals, meetings, fields, words ---------------------------------------------

    @cached_property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Every published figure with our count for the same day, by date."""
        return tuple(self.network.census())

    @cached_property
    def meetings(self) -> tuple[parts.MeetingFacts, ...]:
        """The meetings with their hosts, in the order of their dates."""
        return tuple(map(self._meeting, self.network.meetings()))

    def _meeting(self, meeting: Meeting) -> parts.MeetingFacts:
        return parts.MeetingFacts.from_record(
            meeting,
            name=name_meeting(meeting.name),
            starts_day=first_day(meeting.starts).isoformat(),
            ends_day=last_day(meeting.ends).isoformat() if meeting.ends else None,
            hosts=tuple(map(self._host, meeting.hosts)),
        )

    def _host(self, host: Host) -> parts.HostPlace:
        city = self.network.cities[host.city] if host.city else None
        country = self.network.countries[city.country if city else host.country or ""]
        return parts.HostPlace(
            city=host.city,
            name=city.name if city else host.name or "",
            country=country.id,
            country_name=country.name,
            latitude=city.location.latitude if city else None,
            longitude=city.location.longitude if city else None,
        )

    @cached_property
    def fields(self) -> tuple[parts.FieldFacts, ...]:
        """The creative fields, by name."""
        return tuple(
            parts.FieldFacts.from_record(field, since=self.network.first_designation_date(field.id))
            for field in sorted(self.network.fields.values(), key=lambda field: sort_key(field.name))
        )

    @cached_property
    def first_designations(self) -> frozenset[str]:
        """The ids of the first designations of every field: several where the dates do not decide."""
        first = (member for field in self.network.fields for member in self.network.first_designated(field))
        return frozenset(designation_id(member.city, member.designation) for member in first)

    @cached_property
    def first_cities(self) -> Counter[str]:
        """The number of first designations of each field, by its id."""
        return Counter(stay.place.field for stay in self.memberships if stay.id in self.first_designations)

    def meeting_label(self, id: str) -> str:
        """Return the name of a meeting with its first host and its year, for links."""
        meeting = next(meeting for meeting in self.meetings if meeting.id == id)
        place = meeting.hosts[0].name if meeting.hosts else _("online")
        return f"{list_separator().join((meeting.name, place))} {meeting.starts[:4]}"

    @cached_property
    def word_index(self) -> WordIndex:
        return WordIndex(self.network)

    @cached_property
    def edition(self) -> parts.EditionInfo:
        edition = dict(version_pairs(self.network))
        date, accessed = edition["date"] or None, edition["accessed"] or None
        return parts.EditionInfo(version=edition["version"], date=date, accessed=accessed)


def _group(memberships: Iterable[Membership], key: Callable[[Membership], str]) -> Mapping[str, list[Membership]]:
    groups: dict[str, list[Membership]] = {}
    for membership in memberships:
        groups.setdefault(key(membership), []).append(membership)
    return groups


@dataclass(frozen=True)
class StoredFiles:
    """The downloads in the database file: sizes in bytes by path, and the number of rows of each table."""

    database_size: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PageContext:
    """The network, the day that is today, the public address of the site, and what can be downloaded."""

    index: SiteIndex
    day: datetime.date
    site: str = ""
    stored: Callable[[], StoredFiles] = StoredFiles
    language: Language = field(default_factory=current_language)

    @property
    def network(self) -> Network:
        return self.index.network

    @property
    def today(self) -> NetworkState:
        return self.index.on(self.day)

    @cached_property
    def base(self) -> str:
        return base_path(self.site)

    def link(self, path: str) -> str:
        """Return the address of a path of the site, for pages and JSON; data are the same in all languages."""
        return f"{self.base}{'' if is_data(path) else self.language.path}{path}"

    def record(self, path: str) -> str:
        """Return the address of a data file, "" if the data have no such file."""
        return self.link(path) if path in self.stored().sizes else ""

    def citation(self, city: City | None = None) -> str:
        """Return the sentence that cites a city's page or the whole; nothing where the data have no version."""
        if not self.network.version:
            return ""
        return cite_page(self.network, self.site, city)

    @cached_property
    def field_counts(self) -> tuple[parts.FieldCounts, ...]:
        """The creative fields by name, with their members today."""
        active = {id: active_on(memberships, self.day) for id, memberships in self.index.by_field.items()}
        states = [(field, NetworkState(active.get(field.id, ()))) for field in self.index.fields]
        return tuple(
            parts.FieldCounts.from_record(field, members=len(state.memberships), countries=state.countries)
            for field, state in states
        )


def is_data(path: str) -> bool:
    """Return whether a path is that of data, which have no language: files, the tables, the records."""
    plain = path.partition("?")[0].partition("#")[0]
    is_file = "." in plain.rpartition("/")[2] and not plain.endswith((*PICTURES, *TRANSLATED_FILES))
    return is_file or plain in ("/ccn", "/data/") or plain.startswith(("/ccn/", "/data/", "/assets/"))


def base_path(site: str) -> str:
    """Return the path of a public address, which every link of its pages begins with."""
    return urlsplit(site).path.rstrip("/")
