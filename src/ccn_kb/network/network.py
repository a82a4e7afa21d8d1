"""The network in memory: all records, and the questions asked of them as of a date.

A designation holds on the half-open interval [since, end). A partial date counts from its first day;
in a question it means its last day. Today is always a parameter; `CCN_TODAY` sets it everywhere.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, TypedDict, TypeVar, Unpack, get_args, get_type_hints

from ccn_kb.errors import UnknownError
from ccn_kb.model.citation import source_id, split_citation
from ccn_kb.model.dates import DateLike, first_day, last_day, on_day
from ccn_kb.model.records import (
    CONTINENTS,
    REGIONS,
    SOURCE_KINDS,
    City,
    Cooperation,
    CooperationKind,
    Country,
    CreativeField,
    Designation,
    Identified,
    Meeting,
    Role,
    Round,
    Rule,
    Source,
    Topic,
    Total,
)
from ccn_kb.model.text import fold, slug, words
from ccn_kb.network.cooperation_graph import CooperationGraph, Ties, ties
from ccn_kb.network.geography import distance_km
from ccn_kb.network.growth import Growth, Panel, counted, days_of_years, grown
from ccn_kb.network.history import Event, History, changes, joining_designations, start_of_stay
from ccn_kb.network.members import Member, Members, Neighbours, is_active_on, nearest_first
from ccn_kb.network.name_search import closest_matches, matches_words, suggestion
from ccn_kb.network.published_totals import Census, Comparison, comparisons, counted_on

Found = TypeVar("Found")
MOST_CHOICES = 12
"""Up to how many records an error lists all of them."""


def _words(text: str) -> str:
    return " ".join(words(text))


def country_names(country: Country) -> tuple[str, ...]:
    """Return the codes and names by which a country is asked for."""
    return (
        country.id,
        country.alpha3,
        country.name,
        country.name_fr,
        country.official or country.name,
        *country.aliases,
    )


def field_names(field: CreativeField) -> tuple[str, ...]:
    """Return the id and the names by which a creative field is asked for."""
    return (field.id, field.name, field.name_fr, field.name_es, *field.aliases)


def possible_ids(city: City) -> set[str]:
    """Return the ids that the city's names can have been minted as, with and without its subdivision."""
    country = city.country.lower()
    names = {slug(name) for name in (city.name, *(other.value for other in city.names))} - {""}
    ids = {f"{name}-{country}" for name in names}
    if city.subdivision:
        part = city.subdivision.code.partition("-")[2].lower()
        ids |= {f"{name}-{country}-{part}" for name in names}
    return ids


class MemberFilters(TypedDict, total=False):
    """What narrows a question for members; None narrows nothing."""

    field: str | None
    """Creative field: id or name."""
    country: str | None
    """Country: code or name."""
    region: str | None
    """UNESCO region: id or name."""
    continent: str | None
    """Continent: code or name."""
    topic: str | None
    """What the city is known for: the topic, or one of a narrower kind; id or name."""
    joined: int | None
    """Year in which the city joined."""
    text: str | None
    """Words, each of which begins a name, country, subdivision, topic, id or field of the member."""


def best_kind(designation: Designation, sources: Mapping[str, Source]) -> str:
    """Return the kind of the designation's most trusted source."""
    kinds = {sources[source_id(citation)].kind for citation in designation.sources}
    return next(kind for kind in SOURCE_KINDS if kind in kinds)


@dataclass(frozen=True)
class Network:
    """All records, each collection by id. Made by `ccn_kb.load()`.

    The collections declared here are the one list of the kinds of record: RECORD_KINDS, and with it the files of a data
    folder and their schemas, follow from it.
    """

    cities: Mapping[str, City] = field(metadata={"kind": "city"}, repr=False)
    fields: Mapping[str, CreativeField] = field(metadata={"kind": "field"}, repr=False)
    topics: Mapping[str, Topic] = field(metadata={"kind": "topic"}, repr=False)
    countries: Mapping[str, Country] = field(metadata={"kind": "country"}, repr=False)
    rounds: Mapping[int, Round] = field(metadata={"kind": "round"}, repr=False)
    rules: Mapping[str, Rule] = field(metadata={"kind": "rule"}, repr=False)
    totals: Mapping[str, Total] = field(metadata={"kind": "total"}, repr=False)
    sources: Mapping[str, Source] = field(metadata={"kind": "source"}, repr=False)
    meetings_by_id: Mapping[str, Meeting] = field(metadata={"kind": "meeting"}, repr=False)
    cooperations: Mapping[str, Cooperation] = field(metadata={"kind": "cooperation"}, repr=False)
    moved: Mapping[str, str] = field(repr=False)
    version: str = field(default="", compare=False)
    """Which edition of the data it is, MAJOR.MINOR.YYYYMMDD; networks of the same records are equal all the same."""

    def __repr__(self) -> str:
        return f"<Network: {len(self.cities)} cities, {len(self.fields)} fields, {len(self.meetings_by_id)} meetings>"

    def records(self, kind: str) -> Mapping[Any, Identified]:
        """Return all records of a kind (one of RECORD_KINDS) by id."""
        records: Mapping[Any, Identified] = getattr(self, RECORD_KINDS[kind].collection)
        return records

    def having(self, *records: Identified) -> Network:
        """Return the network with these records, each instead of the one of its kind and id, if there is one."""
        changed: dict[str, dict[Any, Identified]] = {}
        for record in records:
            kind = RECORD_KINDS[KIND_OF[type(record)]]
            changed.setdefault(kind.collection, dict(self.records(kind.name)))[record.id] = record
        return replace(self, **changed)  # type: ignore[arg-type]

    def without(self, kind: str, id: str) -> Network:
        """Return the network without the record of a kind that has this id."""
        kept = {key: record for key, record in self.records(kind).items() if str(key) != id}
        return replace(self, **{RECORD_KINDS[kind].collection: kept})  # type: ignore[arg-type]

    # -- finding one record ------------------------------------------------------------------

    def city(self, name: str) -> City:
        """Return the city of that id, old id or name. Raises UnknownError if there is none, or more than one."""
        key = self.moved.get(name, name)
        if key in self.cities:
            return self.cities[key]
        folded = _words(name)
        ids = sorted(id for id, names in self._folded_names.items() if folded in names)
        if len(ids) == 1:
            return self.cities[ids[0]]
        if ids:
            raise UnknownError(f"{name!r} is ambiguous: {' or '.join(ids)}?")
        id_of = {other: id for id, names in self._folded_names.items() for other in (*names, _words(id))}
        matches = dict.fromkeys(id_of[other] for other in closest_matches(folded, id_of))
        raise UnknownError(f"unknown city {name!r}{suggestion(matches)}")

    def field(self, name: str) -> CreativeField:
        """Return the creative field of that id or English, French or Spanish name. Raises UnknownError."""
        return _lookup("creative field", name, self.fields, field_names)

    def country(self, name: str) -> Country:
        """Return the country of that code (JP, JPN) or name. Raises UnknownError."""
        names = {country.id: country.name for country in self.countries.values()}
        return _lookup("country", name, self.countries, country_names, names)

    def country_code(self, code: str) -> str | None:
        """Return the code of the country under which UNESCO counts a place with this ISO 3166-1 code, if any."""
        return next((country.id for country in self.countries.values() if code in country.codes), None)

    def region(self, name: str) -> str:
        """Return the id of the UNESCO region of that id or name. Raises UnknownError."""
        return _lookup("region", name, {region: region for region in REGIONS}, lambda region: (region, REGIONS[region]))

    def continent(self, name: str) -> str:
        """Return the code of the continent of that code or name. Raises UnknownError."""
        codes = {code: code for code in CONTINENTS}
        return _lookup("continent", name, codes, lambda code: (code, CONTINENTS[code]), CONTINENTS)

    def topic(self, name: str) -> Topic:
        """Return the topic of that id or name. Raises UnknownError."""
        return _lookup("topic", name, self.topics, lambda topic: (topic.id, topic.name))

    def cited_source(self, citation: str) -> Source:
        """Return the source that a citation names."""
        return self.sources[source_id(citation)]

    def cited_url(self, citation: str) -> str:
        """Return the address that a citation leads to: that of the entry, where its source is a collection."""
        source, locator = split_citation(citation)
        return self.sources[source].address(locator)

    # -- the network on a day ----------------------------------------------------------------

    def members(self, on: DateLike = None, **only: Unpack[MemberFilters]) -> Members:
        """Return the members on a day (today by default), by name.

        `on` is a date, or an ISO prefix, which means its last day; `only` narrows them. Raises ValueError for a
        date that is none, UnknownError for an unknown field, country, region, continent or topic.

        >>> len(network.members(on="2025-10-31"))
        408
        >>> network.members(on="2015", region="Africa", field="Music")
        <Members: 2 rows>
        >>> [one.city.name for one in network.members(on="2015", topic="ceramics", country="JPN")]
        ['Tambasasayama']
        """
        day = on_day(on)
        return self._select(lambda one: is_active_on(one, day), only)

    def former(self, on: DateLike = None, **only: Unpack[MemberFilters]) -> Members:
        """Return the designations that had ended by the day, by name: those of former members and former fields.

        >>> [(one.city.name, one.designation.field) for one in network.former(on="2024")]
        [('Lyon', 'media-arts')]
        """
        day = on_day(on)
        return self._select(lambda one: one.end is not None and first_day(one.end.date) <= day, only)

    def _select(self, wanted: Callable[[Designation], bool], only: MemberFilters) -> Members:
        # A misspelt keyword would otherwise narrow nothing, and silently.
        for name in only.keys() - MemberFilters.__annotations__.keys():
            raise TypeError(f"members are not narrowed by {name!r}, but by {', '.join(MemberFilters.__annotations__)}")
        field = self.field(asked).id if (asked := only.get("field")) else None
        country = self.country(asked).id if (asked := only.get("country")) else None
        region = self.region(asked) if (asked := only.get("region")) else None
        continent = self.continent(asked) if (asked := only.get("continent")) else None
        topic = self.topic(asked) if (asked := only.get("topic")) else None
        year, text = only.get("joined"), only.get("text")
        found = [
            one
            for one in self._stays
            if country in (None, one.country.id)
            and region in (None, one.country.region)
            and continent in (None, one.country.continent)
            and field in (None, one.designation.field)
            and wanted(one.designation)
        ]
        if topic is not None:
            found = [one for one in found if topic in self.topics_of(one.city)]
        if year is not None:
            found = [
                one
                for one in found
                if any(first_day(joining.since).year == year for joining in joining_designations(one.city))
            ]
        if text:
            found = [one for one in found if self._answers(one, text)]
        return self._members(sorted(found, key=lambda one: (*one.order, first_day(one.designation.since))))

    @cached_property
    def _stays(self) -> tuple[Member, ...]:
        return tuple(
            Member(city, one, self.countries[city.country])
            for city in self.cities.values()
            for one in city.designations
        )

    def _members(self, members: Iterable[Member]) -> Members:
        return Members(members, self._known)

    @cached_property
    def _known(self) -> dict[str, tuple[str, ...]]:
        """Return what the columns of categories in data frames can hold."""
        return {
            "country": tuple(sorted(self.countries)),
            "region": tuple(REGIONS),
            "continent": tuple(CONTINENTS),
            "field": tuple(sorted(self.fields)),
            "former_field": tuple(sorted(self.fields)),
            "event": get_args(Event),
            "since_precision": ("year", "month", "day"),
            "kind": get_args(CooperationKind),
            "role": get_args(Role),
            "other_role": get_args(Role),
        }

    # -- year by year, and from place to place ------------------------------------------------

    def growth(self, until: DateLike = None, **only: Unpack[MemberFilters]) -> Growth:
        """Return the number of members at the end of each year since the network began; `only` narrows the members.

        The last year is that of `until` (today by default), counted on that day.

        >>> [(one.year, one.members) for one in network.growth(until="2008")]
        [(2004, 1), (2005, 6), (2006, 9), (2007, 9), (2008, 16)]
        """
        stays = self._select(lambda _: True, only)
        return Growth(grown(stays, self._days_of_years(until)))

    def panel(self, until: DateLike = None) -> Panel:
        """Return the members by year, country and field: a row for each of them, zeros included.

        All years since the network began, to that of `until` (today by default), which is counted on that day; all
        countries, those that never had a member too.

        >>> len(network.panel(until="2015")) == 12 * len(network.countries) * len(network.fields)
        True
        """
        stays = self._select(lambda _: True, {})
        counts = counted(stays, self._days_of_years(until), self.countries.values(), self.fields)
        return Panel(counts, self._known)

    def _days_of_years(self, until: DateLike) -> dict[int, datetime.date]:
        last = on_day(until)
        starts = (first_day(one.since) for city in self.cities.values() for one in city.designations)
        return days_of_years(min(starts, default=last), last)

    def distance(self, city: str, other: str) -> float:
        """Return the great-circle distance of two cities, by id or name, in kilometres.

        >>> round(network.distance("Kanazawa", "Lyon"))
        9664
        """
        return distance_km(self.city(city).location, self.city(other).location)

    def neighbours(self, city: str, on: DateLike = None, **only: Unpack[MemberFilters]) -> Neighbours:
        """Return the other members on a day (today by default), the nearest to a city first; `only` narrows them.

        >>> nearest, *others = network.neighbours("kanazawa-jp", on="2015-05-28", field="crafts-and-folk-art")
        >>> nearest.member.city.name, round(nearest.kilometres)
        ('Icheon', 819)
        """
        return Neighbours(nearest_first(self.city(city), self.members(on, **only)), self._known)

    def cooperation_graph(self) -> CooperationGraph:
        """Return who works with whom: every city with its latest designation, and what each two did together.

        >>> graph = network.cooperation_graph()
        >>> graph.ties[0].cooperation.starts, graph.ties[0].city, graph.ties[0].other
        ('2009', 'edinburgh-gb', 'prague-cz')
        """
        latest = (
            Member(one, one.designations[-1], self.countries[one.country])
            for one in sorted(self.cities.values(), key=lambda one: one.id)
        )
        return CooperationGraph(self._members(latest), Ties(ties(self.cooperations.values()), self._known))

    # -- words, topics and names ---------------------------------------------------------------

    def _answers(self, member: Member, text: str) -> bool:
        return matches_words(words(text), self.terms(member.city, member.designation))

    def terms(self, city: City, designation: Designation | None = None) -> set[str]:
        """Return the folded words by whose beginnings a city is found.

        They are those of its names, country, subdivision, topics, id, and the field of the designation (of all
        when None).
        """
        country = self.countries[city.country]
        chosen = (designation,) if designation else city.designations
        texts = [city.id, city.name, *(other.value for other in city.names)]
        texts += country_names(country)
        texts += [name for one in chosen for name in field_names(self.fields[one.field])]
        texts += [topic.name for topic in self.topics_of(city)]
        if city.subdivision:
            texts += [city.subdivision.name, city.subdivision.code]
        return {word for text in texts for word in words(text)}

    def topic_and_broader(self, name: str) -> tuple[Topic, ...]:
        """Return the topic of that name and the broader ones above it, the nearest first."""
        return self._topics_upwards.get(slug(name), ())

    @cached_property
    def _topics_upwards(self) -> dict[str, tuple[Topic, ...]]:
        return {id: tuple(self._upwards(topic)) for id, topic in self.topics.items()}

    def _upwards(self, topic: Topic | None) -> Iterator[Topic]:
        passed: set[str] = set()
        while topic and topic.id not in passed:
            passed.add(topic.id)
            yield topic
            topic = self.topics.get(topic.broader or "")

    def topics_of(self, city: City) -> list[Topic]:
        """Return the topics that a city is known for, each with the broader ones above it."""
        return [topic for one in city.known_for for topic in self.topic_and_broader(one.value)]

    @cached_property
    def _folded_names(self) -> dict[str, set[str]]:
        return {
            city.id: {_words(name) for name in (city.name, *(other.value for other in city.names))}
            for city in self.cities.values()
        }

    # -- events ------------------------------------------------------------------------------

    def history(self, since: DateLike = "0001", until: DateLike = None) -> History:
        """Return what happened from `since` to `until` (today), both included, in order."""
        first = first_day(since) if isinstance(since, str) else on_day(since)
        last = on_day(until)
        found = (change for city in self.cities.values() for change in changes(city))
        within = (one for one in found if first <= first_day(one.date) <= last)
        return History(sorted(within, key=lambda one: one.order), self._known)

    def meetings(self, status: str | None = None) -> list[Meeting]:
        """Return the meetings in the order of their dates, all or those of one status."""
        chosen = (one for one in self.meetings_by_id.values() if status in (None, one.status))
        return sorted(chosen, key=lambda one: (first_day(one.starts), last_day(one.starts), one.id))

    def reports_due(self, city: City, until: int) -> list[int]:
        """Return the years, to `until`, in which a city's membership reports fall due; none where no rule tells it.

        The rule is the record `monitoring`: it counts from the year in which the city's present stay began.
        """
        rule = self.rules.get("monitoring")
        joining = list(joining_designations(city))[-1]
        if rule is None or first_day(joining.since) < first_day(rule.since):
            return []
        last = city.designations[-1].end
        end = min(until, first_day(last.date).year) if last else until
        return list(range(first_day(joining.since).year + rule.years, end + 1, rule.years))

    def cooperations_of(self, city: City) -> list[Cooperation]:
        """Return the cooperation in which a city takes part, in the order of its beginning."""
        found = (one for one in self.cooperations.values() if any(part.city == city.id for part in one.cities))
        return sorted(found, key=lambda one: (first_day(one.starts), one.id))

    def member_when(self, city: str, date: str) -> bool:
        """Tell whether a city was a member on the first day that a date can mean."""
        return any(is_active_on(one, first_day(date)) for one in self.cities[city].designations)

    # -- figures -----------------------------------------------------------------------------

    def count(self, members: Iterable[Member], by: str) -> dict[str, int]:
        """Return the number of members by field, country, region, continent, year of joining or source-kind, by id."""
        key: dict[str, Callable[[Member], str]] = {
            "field": lambda one: one.designation.field,
            "country": lambda one: one.country.id,
            "region": lambda one: one.country.region,
            "continent": lambda one: one.country.continent,
            "year": lambda one: str(first_day(start_of_stay(one).since).year),
            "source-kind": lambda one: best_kind(one.designation, self.sources),
        }
        return dict(Counter(map(key[by], members)))

    def sourced(self, members: Iterable[Member]) -> tuple[int, int]:
        """Return how many members have an official or host source, and how many sources of two publishers."""
        cited = [[self.cited_source(citation) for citation in member.designation.sources] for member in members]
        firm = sum(any(one.kind in ("official", "host") for one in sources) for sources in cited)
        return firm, sum(len({one.publisher for one in sources}) > 1 for sources in cited)

    def label(self, by: str, id: str) -> str:
        """Return the English name of a group of `count`."""
        names: dict[str, Callable[[], str]] = {
            "field": lambda: self.fields[id].name,
            "country": lambda: self.countries[id].name,
            "region": lambda: REGIONS[id],
            "continent": lambda: CONTINENTS[id],
        }
        return names[by]() if by in names else id

    def census(self) -> Census:
        """Return every figure stated in a round or a total beside our count for that day."""
        found: list[Comparison] = []
        new = Counter(one.since for city in self.cities.values() for one in joining_designations(city))
        for stated in self.rounds.values():
            figures = {**counted_on(stated.announced, self._stays), "new": new[stated.announced]}
            found += comparisons("round", str(stated.id), stated.announced, stated, figures)
        for total in self.totals.values():
            figures = counted_on(total.date, self._stays, field=total.field, country=total.country, region=total.region)
            found += comparisons("total", total.id, total.date, total, figures)
        return Census(sorted(found, key=lambda one: (last_day(one.date), one.record, one.id, one.figure)))

    def first_designation_date(self, field: str) -> str | None:
        """Return the date of the first designation in a field, as precisely as it is known; None if it has none."""
        dates = (one.designation.since for one in self.first_designated(field))
        return min(dates, key=lambda date: (first_day(date), len(date)), default=None)

    def first_designated(self, field: str) -> Members:
        """Return the first of a field: one city, or several where the precision of the dates does not decide."""
        members = [one for one in self._stays if one.designation.field == field]
        latest_start = min((last_day(one.designation.since) for one in members), default=None)
        return self._members(
            one for one in members if latest_start and first_day(one.designation.since) <= latest_start
        )


def _lookup(
    kind: str,
    name: str,
    records: Mapping[str, Found],
    names_of: Callable[[Found], tuple[str, ...]],
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Found:
    """Return the record that has the name, whatever its case and accents.

    Raises UnknownError, which suggests the records with the closest names, or lists all if there are few: by their ids,
    and by their titles too where those are given.
    """
    id_of = {fold(other): id for id, record in records.items() for other in names_of(record)}
    folded = fold(name)
    if folded in id_of:
        return records[id_of[folded]]
    labels = {id: f"{id} ({titles[id]})" if id in titles else id for id in records}
    matches = dict.fromkeys(labels[id_of[other]] for other in closest_matches(folded, id_of))
    choices = f"; choose {', '.join(labels.values())}" if len(labels) <= MOST_CHOICES and not matches else ""
    raise UnknownError(f"unknown {kind} {name!r}{choices or suggestion(matches)}")


class RecordKind(NamedTuple):
    """A kind of record: its name (`city`), the attribute of Network that holds its records, and their class."""

    name: str
    collection: str
    record_type: type[Identified]

    @property
    def plural(self) -> str:
        """The name of the kind's file in a data folder, which `Network.meetings` keeps from being the attribute's."""
        return self.collection.removesuffix("_by_id")


def _record_kinds() -> Iterator[RecordKind]:
    types = get_type_hints(Network)
    for collection in fields(Network):
        if "kind" in collection.metadata:
            _, record_type = get_args(types[collection.name])
            yield RecordKind(collection.metadata["kind"], collection.name, record_type)


RECORD_KINDS = {kind.name: kind for kind in _record_kinds()}
KIND_OF = {kind.record_type: kind.name for kind in RECORD_KINDS.values()}
