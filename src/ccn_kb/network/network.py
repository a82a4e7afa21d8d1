"""The network in memory: all records, and questions about them as of a date.

A designation is active on the half-open interval [since, end). A partial `since` or end counts from its first day; a
partial date in a question stands for its last day. The default is today, or the day in CCN_TODAY.
"""

from __future__ import annotations

import datetime
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NamedTuple,
    TypedDict,
    TypeVar,
    Unpack,
    get_args,
    get_type_hints,
    overload,
)

from ccn_kb.errors import AfterDataWarning, UnknownCityError, UnknownError
from ccn_kb.model.citation import source_id, split_citation
from ccn_kb.model.dates import DateLike, date_text, first_day, format_date, from_day, last_day, on_day, today
from ccn_kb.model.licence import LICENCE_ID
from ccn_kb.model.records import (
    CONTINENTS,
    GROUP_KINDS,
    REGIONS,
    SOURCE_KINDS,
    City,
    Cooperation,
    CooperationKind,
    Country,
    CountryGroup,
    CreativeField,
    Designation,
    GroupMembership,
    Host,
    Identified,
    Meeting,
    NonMember,
    OfficialDocument,
    Release,
    Role,
    Round,
    Rule,
    Source,
    Status,
    Topic,
    Total,
)
from ccn_kb.model.text import key, slug, spellings, words
from ccn_kb.network.citable import make_citable, to_text
from ccn_kb.network.cooperation_graph import CooperationGraph, Ties, ties
from ccn_kb.network.country_lookup import CountryLookup, Territory, is_in
from ccn_kb.network.field_phrases import FieldPhrases
from ccn_kb.network.frames import BestSource, Codebook
from ccn_kb.network.geography import distance_km
from ccn_kb.network.growth import (
    CityPanel,
    Growth,
    Panel,
    count_countries_and_fields,
    count_years,
    days_of_years,
    follow_cities,
)
from ccn_kb.network.history import Event, History, changes
from ccn_kb.network.meeting_rows import Meetings
from ccn_kb.network.members import (
    Member,
    Members,
    Neighbours,
    is_active_on,
    joining_designations,
    nearest_first,
    start_of_stay,
)
from ccn_kb.network.membership_claims import describe_non_members
from ccn_kb.network.name_search import closest_matches, matches_words, suggestion
from ccn_kb.network.notable import earliest
from ccn_kb.network.published_totals import Census, Comparison, Figure, comparisons, count_on
from ccn_kb.version import split_version

# What looks names up is imported where it does: most questions are about ids.
if TYPE_CHECKING:
    from ccn_kb.network.city_search import CitySearch, CitySearcher
    from ccn_kb.network.matching import Matcher, Matches
    from ccn_kb.network.table_rows import TableRows

Found = TypeVar("Found")
Id = TypeVar("Id")
UP_TO_DATE = datetime.timedelta(days=366)
MOST_CHOICES = 12
"""The greatest number of records that an error lists as choices."""


class GroupTime(NamedTuple):
    """A group of countries, and the time of a country in it."""

    group: CountryGroup
    membership: GroupMembership

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of the time, else those of the group's list."""
        return self.membership.sources or self.group.sources


def country_names(country: Country) -> tuple[str, ...]:
    """Return the codes and names of a country."""
    return (
        country.id,
        country.alpha3,
        country.name,
        country.name_fr,
        country.official or country.name,
        *country.aliases,
    )


def field_names(field: CreativeField) -> tuple[str, ...]:
    """Return the id and the names of a creative field."""
    return (field.id, field.name, field.name_fr, field.name_es, *field.aliases)


def possible_ids(city: City) -> set[str]:
    """Return the ids that can be formed from the city's names, with and without its subdivision."""
    country = city.country.lower()
    names = {slug(name) for name in (city.name, *(other.value for other in city.names))} - {""}
    ids = {f"{name}-{country}" for name in names}
    if city.subdivision:
        subdivision = city.subdivision.code.partition("-")[2].lower()
        ids |= {f"{name}-{country}-{subdivision}" for name in names}
    return ids


class MemberFilters(TypedDict, total=False):
    """Filters for members; None is no filter, and of several values any may match."""

    field: str | Collection[str] | None
    """Creative field: id or name."""
    country: str | Collection[str] | None
    """Country: code or name."""
    region: str | Collection[str] | None
    """UNESCO region: id or name."""
    continent: str | Collection[str] | None
    """Continent: code or name."""
    topic: str | Collection[str] | None
    """Topic that the city is known for, narrower topics included: id or name."""
    joined: int | None
    """Year in which the city joined."""
    text: str | None
    """Beginnings of words in the member's names, country, subdivision, topics, id or field."""


def best_citation(designation: Designation, sources: Mapping[str, Source]) -> str:
    """Return the citation of the designation's most trusted source, the first of equally trusted ones."""
    return min(designation.sources, key=lambda citation: SOURCE_KINDS.index(sources[source_id(citation)].kind))


def _ids(names: str | Collection[str] | None, id_of: Callable[[str], Id]) -> frozenset[Id] | None:
    """Return the ids of one or several names, None if there is no name. Raises TypeError for what is not a name."""
    if names is None or (isinstance(names, str) and not names):
        return None
    listed = [names] if isinstance(names, str) or not isinstance(names, Iterable) else list(names)
    return frozenset(id_of(require_name(name)) for name in listed) or None


def require_name(name: object) -> str:
    """Return a name. Raises TypeError for what is not a text, such as a missing value in a column."""
    if not isinstance(name, str):
        raise TypeError(f"a name is a text, not {type(name).__name__}; leave missing values out")
    return name


def _joining_year(year: object) -> int | None:
    """Return the year of the filter `joined`, None without one. Raises ValueError for what is not a year."""
    if year is None:
        return None
    text = date_text(int(year) if isinstance(year, float) and year.is_integer() else year)
    if text is None or len(text) != 4:
        raise ValueError(f"{year!r} is not a year; write 2017")
    return first_day(text).year


def best_kind(designation: Designation, sources: Mapping[str, Source]) -> str:
    """Return the kind of the designation's most trusted source."""
    return sources[source_id(best_citation(designation, sources))].kind


@dataclass(frozen=True)
class Network:
    """All records, each collection by id. Made by `ccn_kb.load()`.

    The collections declared here are the only list of the kinds of record: RECORD_KINDS, the files of a data folder and
    their schemas are derived from it.
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
    """Version of the data, MAJOR.MINOR.YYYYMMDD; not compared, so that networks of the same records are equal."""
    country_groups: Mapping[str, CountryGroup] = field(
        default_factory=dict, metadata={"kind": "country_group"}, repr=False
    )
    """Groups of countries; earlier versions of the data have none."""
    non_members: Mapping[str, NonMember] = field(default_factory=dict, metadata={"kind": "non_member"}, repr=False)
    """Cities that were reported as members or candidates and never were members."""
    official_documents: Mapping[str, OfficialDocument] = field(
        default_factory=dict, metadata={"kind": "official_document"}, repr=False
    )
    """Calls for applications, rules, strategies and evaluations of the network."""
    releases: Mapping[str, Release] = field(default_factory=dict, metadata={"kind": "release"}, repr=False)
    """The releases of these data with their corrections."""

    def __repr__(self) -> str:
        return f"<Network: {len(self.cities)} cities, {len(self.fields)} fields, {len(self.meetings_by_id)} meetings>"

    def records(self, kind: str) -> Mapping[Any, Identified]:
        """Return all records of a kind (one of RECORD_KINDS) by id."""
        records: Mapping[Any, Identified] = getattr(self, RECORD_KINDS[kind].collection)
        return records

    def with_records(self, *records: Identified) -> Network:
        """Return the network with these records; each replaces the record of its kind and id, if there is one."""
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

    @cached_property
    def country_lookup(self) -> CountryLookup:
        """The countries by their names in all languages of CLDR."""
        return CountryLookup(self.countries)

    @cached_property
    def field_phrases(self) -> FieldPhrases:
        """The creative fields by their names in phrases such as "City of Film"."""
        return FieldPhrases(self.fields)

    @cached_property
    def matcher(self) -> Matcher:
        """What `match` looks names up in."""
        from ccn_kb.network.matching import Matcher

        return Matcher(self.cities, self.moved, self.country_lookup, self.field_phrases)

    def match(
        self,
        names: str | Iterable[object],
        country: object = None,
        *,
        latitude: object = None,
        longitude: object = None,
    ) -> Matches:
        """Return the id of the city that each name means, how that was recognised, and else the candidates.

        A name may be an id, a name in any language or script, with a slip, "City of …", or stand with its country. The
        country and the coordinates are those of all names, or a sequence with as many values. A name that may mean
        two cities, or a place that is not in the network, has no id. Coordinates that are more than 100 km from the
        city warn.

        >>> [match.id for match in network.match(["City of Leeuwarden", "Sevilla, Spain", "Granada", "London, UK"])]
        ['leeuwarden-nl', 'seville-es', None, None]
        """
        from ccn_kb.network.matching import match_all

        return match_all(self.matcher, names, country, latitude, longitude)

    def city(self, name: str) -> City:
        """Return the city with that id (also in Wikidata or GeoNames) or name, or "Granada, Spain".

        Raises UnknownError if there is none or more than one.
        """
        if id := self.matcher.city_of_id(require_name(name).strip()):
            return self.cities[id]
        folded = key(name)
        ids = sorted(id for id, names in self._folded_names.items() if folded in names)
        if len(ids) == 1:
            return self.cities[ids[0]]
        if ids:
            raise UnknownCityError(f"{name!r} is ambiguous", ": ", ids)
        match = self.matcher.match(name)
        if match.id and match.how != "spelling":
            return self.cities[match.id]
        if non_members := self.find_non_members(name):
            raise UnknownError(describe_non_members(non_members, self.fields))
        id_of = {other: id for id, names in self._folded_names.items() for other in (*names, key(id))}
        matches = dict.fromkeys(id_of[other] for other in closest_matches(folded, id_of))
        raise UnknownCityError(f"unknown city {name!r}", "; did you mean ", matches or match.candidates)

    def find_non_members(self, name: str) -> list[NonMember]:
        """Return the cities of that name, or "Harbin, China", that were reported as members or candidates."""
        text, _, place = name.partition(",")
        country = self.country_lookup.find(place) if place.strip() else None
        return [
            city
            for city in self.non_members.values()
            if key(name) == key(city.id)
            or (
                key(text) in {key(city.name), *(key(other.value) for other in city.names)}
                and (not place.strip() or (country is not None and country.country == city.country))
            )
        ]

    def city_id(self, text: str) -> str | None:
        """Return the id of the city with that id, here (also an old one), in Wikidata or in GeoNames, in any case."""
        return self.matcher.city_of_id(text)

    def field(self, name: str) -> CreativeField:
        """Return the creative field with that id or name, or of a phrase. Raises UnknownError.

        >>> network.field("UNESCO City of Film").id, network.field("cinéma").id
        ('film', 'film')
        """
        if id := self.field_phrases.find(require_name(name)):
            return self.fields[id]
        return _lookup("creative field", name, self.fields, field_names)

    def country(self, name: str) -> Country:
        """Return the country with that code (JP, JPN) or name in any language. Raises UnknownError."""
        return self.countries[self.territory(name).country]

    def territory(self, name: str) -> Territory:
        """Return the country, or the part of one, with that code or name. Raises UnknownError.

        >>> network.territory("Deutschland"), network.territory("Macao")
        (Territory(country='DE', subdivision=None), Territory(country='CN', subdivision='CN-MO'))
        """
        territory = self.country_lookup.find(require_name(name))
        if territory and territory.country in self.countries:
            return territory
        titles = {country.id: country.name for country in self.countries.values()}
        if len(states := self.country_lookup.meanings(name)) > 1:
            choices = [f"{state.country} ({titles[state.country]})" for state in states if state.country in titles]
            raise UnknownError(f"{name!r} is the name of two countries{suggestion(choices)}")
        return Territory(_lookup("country", name, self.countries, country_names, titles).id)

    def country_code(self, code: str) -> str | None:
        """Return the code of the country under which UNESCO counts a place with this ISO 3166-1 code, if any."""
        return next((country.id for country in self.countries.values() if code in country.codes), None)

    def region(self, name: str) -> str:
        """Return the id of the UNESCO region with that id or name. Raises UnknownError."""
        return _lookup("region", name, {region: region for region in REGIONS}, lambda region: (region, REGIONS[region]))

    def continent(self, name: str) -> str:
        """Return the code of the continent with that code or name. Raises UnknownError."""
        codes = {code: code for code in CONTINENTS}
        return _lookup("continent", name, codes, lambda code: (code, CONTINENTS[code]), CONTINENTS)

    def topic(self, name: str) -> Topic:
        """Return the topic with that id or name, in any language. Raises UnknownError.

        >>> network.topic("Céramique").id, network.topic("ceramica").id
        ('ceramics', 'ceramics')
        """
        if topic := self._topics_by_name.get(key(require_name(name))):
            return topic
        return _lookup("topic", name, self.topics, lambda topic: (topic.id, *topic.all_names))

    @cached_property
    def _topics_by_name(self) -> dict[str, Topic]:
        return {key(name): topic for topic in self.topics.values() for name in (topic.id, *topic.all_names)}

    def cited_source(self, citation: str) -> Source:
        """Return the cited source."""
        return self.sources[source_id(citation)]

    def cited_url(self, citation: str) -> str:
        """Return the address of the cited source, or of the entry if the source is a collection."""
        source, locator = split_citation(citation)
        return self.sources[source].address(locator)

    # -- the network on a day ----------------------------------------------------------------

    @cached_property
    def date(self) -> datetime.date | None:
        """The day to which the data are complete, None if they have no valid version."""
        try:
            return split_version(self.version)[1]
        except ValueError:
            return None

    def _day(self, on: DateLike) -> datetime.date:
        """Return the day of a question; warn, once, of one after all that the data know.

        The data are taken to be up to date for a year, since UNESCO designates cities every two years.
        """
        day = on_day(on)
        if self.date and self.date < day < datetime.date.max and "_has_warned" not in self.__dict__:
            known_until = max(self.date, min(today(), self.date + UP_TO_DATE))
            # The present year is not yet over, and no mistake.
            if from_day(on) > known_until:
                self.__dict__["_has_warned"] = True
                message = f"the data are complete to {format_date(self.date.isoformat())}; later changes are unknown"
                warnings.warn(message, AfterDataWarning, stacklevel=3)
        return day

    def members(self, on: DateLike = None, **filters: Unpack[MemberFilters]) -> Members:
        """Return the members on a day (today by default) that match the filters, by name.

        `on` is a date, or an ISO prefix, which stands for its last day. Raises ValueError for a text that is not a
        date, UnknownError for an unknown field, country, region, continent or topic.

        >>> len(network.members(on="2025-10-31"))
        408
        >>> network.members(on="2015", region="Africa", field="Music")
        <Members: 2 rows>
        >>> [member.city.name for member in network.members(on="2015", topic="ceramics", country="JPN")]
        ['Tambasasayama']
        """
        day = self._day(on)
        return self._select(lambda designation: is_active_on(designation, day), filters)

    def newcomers(self, on: DateLike = None, **filters: Unpack[MemberFilters]) -> Members:
        """Return the cities that joined in the year of a day, up to that day, each in the field in which it joined.

        >>> network.count(network.newcomers("2017"), "region")["africa"]
        6
        """
        day = self._day(on)
        starts = self._select(lambda designation: first_day(designation.since).year == day.year, filters)
        return self._members(
            member
            for member in starts
            if first_day(member.designation.since) <= day and member.designation in joining_designations(member.city)
        )

    def former(self, on: DateLike = None, **filters: Unpack[MemberFilters]) -> Members:
        """Return the designations that ended by the day, by name: those of former members and former fields.

        >>> [(member.city.name, member.designation.field) for member in network.former(on="2024")]
        [('Lyon', 'media-arts')]
        """
        day = self._day(on)

        def has_ended(designation: Designation) -> bool:
            return designation.end is not None and first_day(designation.end.date) <= day

        return self._select(has_ended, filters)

    def _select(self, condition: Callable[[Designation], bool], filters: MemberFilters) -> Members:
        # A misspelt filter would otherwise be ignored without notice.
        for unknown in filters.keys() - MemberFilters.__annotations__.keys():
            raise TypeError(f"unknown filter {unknown!r}; choose {', '.join(MemberFilters.__annotations__)}")
        fields = _ids(filters.get("field"), lambda name: self.field(name).id)
        territories = _ids(filters.get("country"), self.territory)
        regions = _ids(filters.get("region"), self.region)
        continents = _ids(filters.get("continent"), self.continent)
        topics = _ids(filters.get("topic"), lambda name: self.topic(name).id)
        year, text = _joining_year(filters.get("joined")), filters.get("text")
        members = [
            member
            for member in self.memberships
            if (territories is None or is_in(member.city, [territories]))
            and (regions is None or member.country.region in regions)
            and (continents is None or member.country.continent in continents)
            and (fields is None or member.designation.field in fields)
            and condition(member.designation)
        ]
        if topics is not None:
            members = [member for member in members if any(topic.id in topics for topic in self.topics_of(member.city))]
        if year is not None:
            members = [
                member
                for member in members
                if any(first_day(joining.since).year == year for joining in joining_designations(member.city))
            ]
        if text is not None and require_name(text).strip():
            search = self.search(text)
            members = [member for member in members if self._matches(member, text, search)]
        return self._members(sorted(members, key=lambda member: (*member.order, first_day(member.designation.since))))

    @cached_property
    def memberships(self) -> tuple[Member, ...]:
        """All designations, each with its city and country, in the order of the cities."""
        return tuple(
            Member(city, designation, self.countries[city.country])
            for city in self.cities.values()
            for designation in city.designations
        )

    def _members(self, members: Iterable[Member]) -> Members:
        return Members(members, self.codebook)

    @cached_property
    def codebook(self) -> Codebook:
        """The possible values of coded columns with their English names, and the most trusted sources."""
        fields = {id: self.fields[id].name for id in sorted(self.fields)}
        lists = {
            "event": get_args(Event),
            "since_precision": ("year", "month", "day"),
            "kind": get_args(CooperationKind),
            "role": get_args(Role),
            "status": get_args(Status),
            "other_role": get_args(Role),
            "city_field": tuple(fields),
            "other_field": tuple(fields),
            "best_source": SOURCE_KINDS,
            "record_type": ("round", "total"),
            "figure": get_args(Figure),
        }
        codes = {
            "country": {id: self.countries[id].name for id in sorted(self.countries)},
            "region": dict(REGIONS),
            "continent": dict(CONTINENTS),
            "field": fields,
            "former_field": fields,
            **{column: dict(zip(values, values, strict=True)) for column, values in lists.items()},
        }
        best_sources = {
            designation.sources: self.best_source(designation)
            for city in self.cities.values()
            for designation in city.designations
            if all(source_id(citation) in self.sources for citation in designation.sources)
        }
        return Codebook(codes, best_sources, self._attrs)

    @property
    def _attrs(self) -> dict[str, str]:
        """How to cite the data, their licence, version and date; nothing for data without a version."""
        if self.date is None:
            return {}
        citation = to_text(make_citable(self))
        return {"citation": citation, "licence": LICENCE_ID, "version": self.version, "date": self.date.isoformat()}

    def best_source(self, designation: Designation) -> BestSource:
        """Return the most trusted source of a designation."""
        citation = best_citation(designation, self.sources)
        return BestSource(self.cited_source(citation).kind, self.cited_url(citation))

    def frame(self, name: str) -> TableRows:
        """Return the rows of a table or view of the database, with the same columns, by its name.

        Raises UnknownError, with a list of the names, for an unknown table.

        >>> network.frame("rounds").to_pandas()[["id", "announced", "stated_members"]].tail(2)
             id   announced  stated_members
        5  2023  2023-10-31             350
        6  2025  2025-10-31             408
        """
        # Most questions need no table.
        from ccn_kb.network.table_rows import table_rows

        return table_rows(self, name)

    # -- growth, distances and cooperation ----------------------------------------------------

    def growth(self, until: DateLike = None, *, since: DateLike = "0001", **filters: Unpack[MemberFilters]) -> Growth:
        """Return the number of members that match the filters at the end of each year since the network began.

        Each year also has the number of cities that joined in it, changed their field and left. The first year is that
        of `since`, if it is given, the last that of `until` (today by default), counted on that day.

        >>> [(year.year, year.members) for year in network.growth(until="2008")]
        [(2004, 1), (2005, 6), (2006, 9), (2007, 9), (2008, 16)]
        """
        memberships = self._select(lambda _: True, filters)
        return Growth(count_years(memberships, self._days_of_years(since, until)), self.codebook)

    @overload
    def panel(
        self,
        until: DateLike = None,
        *,
        since: DateLike = "0001",
        by: Literal["country"] = "country",
        **filters: Unpack[MemberFilters],
    ) -> Panel: ...

    @overload
    def panel(
        self,
        until: DateLike = None,
        *,
        since: DateLike = "0001",
        by: Literal["city"],
        **filters: Unpack[MemberFilters],
    ) -> CityPanel: ...

    def panel(
        self,
        until: DateLike = None,
        *,
        since: DateLike = "0001",
        by: Literal["country", "city"] = "country",
        **filters: Unpack[MemberFilters],
    ) -> Panel | CityPanel:
        """Return the members that match the filters for each year, country and field, or each city; zeros included.

        The years are those since the network began, or since that of `since`, to that of `until` (today by default),
        which is counted on that day. The countries and fields are those that the filters admit, also those that never
        had a member; the cities are those that were a member at any time and match the filters.

        >>> len(network.panel(until="2015")) == 12 * len(network.countries) * len(network.fields)
        True
        >>> len(network.panel(until="2015", since="2010", country=["JP", "KR"], field="Film"))
        12
        >>> len(network.panel(until="2015", by="city")) == 12 * len(network.cities)
        True
        """
        if by not in ("country", "city"):
            raise ValueError(f"a panel is by country or by city, not by {by!r}")
        days = self._days_of_years(since, until)
        memberships = self._select(lambda _: True, filters)
        if by == "city":
            return CityPanel(follow_cities(memberships, days), self.codebook)
        places = _ids(filters.get("country"), lambda name: self.territory(name).country)
        regions = _ids(filters.get("region"), self.region)
        continents = _ids(filters.get("continent"), self.continent)
        fields = _ids(filters.get("field"), lambda name: self.field(name).id)
        countries = (
            country
            for country in self.countries.values()
            if (places is None or country.id in places)
            and (regions is None or country.region in regions)
            and (continents is None or country.continent in continents)
        )
        counts = count_countries_and_fields(memberships, days, countries, self.fields if fields is None else fields)
        return Panel(counts, self.codebook)

    def _days_of_years(self, since: DateLike, until: DateLike) -> dict[int, datetime.date]:
        first, last = self._period(since, until)
        starts = (first_day(member.designation.since) for member in self.memberships)
        return days_of_years(max(min(starts, default=last), first), last)

    def _period(self, since: DateLike, until: DateLike) -> tuple[datetime.date, datetime.date]:
        """Return the first and the last day of a period. Raises ValueError if it ends before it starts."""
        first, last = from_day(since), self._day(until)
        if until is not None and first > last:
            raise ValueError(f"since ({first}) is after until ({last}); exchange them or leave one out")
        return first, last

    def distance(self, city: str, other: str) -> float:
        """Return the great-circle distance of two cities, by id or name, in kilometres.

        >>> round(network.distance("Kanazawa", "Lyon"))
        9664
        """
        return distance_km(self.city(city).location, self.city(other).location)

    def neighbours(self, city: str, on: DateLike = None, **filters: Unpack[MemberFilters]) -> Neighbours:
        """Return the other members on a day (today by default) that match the filters, the nearest to a city first.

        >>> nearest, *others = network.neighbours("kanazawa-jp", on="2015-05-28", field="crafts-and-folk-art")
        >>> nearest.member.city.name, round(nearest.kilometres)
        ('Icheon', 819)
        """
        return Neighbours(nearest_first(self.city(city), self.members(on, **filters)), self.codebook)

    def cooperation_graph(self, on: DateLike = None) -> CooperationGraph:
        """Return the graph of cooperation on a day (today by default).

        Its nodes are the cities that had been designated by the day, each with its designation on it, or else its last
        one; its ties are those of the joint projects that had begun by then. A tie has the field of each of its cities
        when the project began, and tells whether it was ongoing on the day.

        >>> graph = network.cooperation_graph()
        >>> graph.ties[0].cooperation.starts, graph.ties[0].city, graph.ties[0].other
        ('2009', 'edinburgh-gb', 'prague-cz')
        """
        day = self._day(on)
        latest: dict[str, Member] = {
            member.city.id: member for member in self.memberships if first_day(member.designation.since) <= day
        }
        cooperations = Ties(ties(self.cooperations.values(), day, self.field_on), self.codebook)
        connected = {id for tie in cooperations for id in (tie.city, tie.other)}
        others = tuple(self.cities[id] for id in sorted(connected - latest.keys()))
        return CooperationGraph(self._members(latest[id] for id in sorted(latest)), cooperations, others)

    # -- search terms and topics ---------------------------------------------------------------

    def search(self, text: str) -> CitySearch:
        """Return the cities, members or former ones, that a text finds, and if none, what it may be a slip of.

        A text is an id, a country, region or continent, a phrase such as "City of Film", a topic in any language, the
        beginnings of words, or a name as in `match`. Another place is never put in the place of the one that was
        searched for.

        >>> network.search("Ghana").cities, network.search("Kanazwa").did_you_mean
        ((), ('Kanazawa, Japan',))
        """
        return self.searcher.search(require_name(text))

    @cached_property
    def searcher(self) -> CitySearcher:
        """What `search` looks things up in."""
        from ccn_kb.network.city_search import CitySearcher

        terms = {city.id: self.terms(city) for city in self.cities.values()}
        return CitySearcher(self.cities, self.countries, self.fields, self.topics, self.matcher, terms)

    def _matches(self, member: Member, text: str, search: CitySearch) -> bool:
        if search.way == "field":
            return member.designation.field == search.field and member.city.id in search.cities
        if search.way == "words" and member.city.id in search.cities:
            return matches_words(words(text), self.terms(member.city, member.designation))
        return member.city.id in search.cities

    def terms(self, city: City, designation: Designation | None = None) -> set[str]:
        """Return the folded words by which a city can be found.

        They are the words of its names, country, subdivision, topics and id, and of the field of the designation (of
        all its fields if that is None).
        """
        fields = [self.fields[item.field] for item in ((designation,) if designation else city.designations)]
        texts = [city.id, city.name, *(other.value for other in city.names)]
        texts += country_names(self.countries[city.country])
        texts += [name for field in fields for name in field_names(field)]
        texts += [name for topic in self.topics_of(city) for name in topic.all_names]
        texts += [text for part in city.subdivisions for text in (part.name, part.code)]
        return {word for text in texts for spelling in spellings(text) for word in words(spelling)}

    def topic_and_broader(self, name: str) -> tuple[Topic, ...]:
        """Return the topic with that name and all broader ones, the narrowest first."""
        return self._topics_upwards.get(slug(name), ())

    @cached_property
    def _topics_upwards(self) -> dict[str, tuple[Topic, ...]]:
        return {id: tuple(self._upwards(topic)) for id, topic in self.topics.items()}

    def _upwards(self, topic: Topic | None) -> Iterator[Topic]:
        visited: set[str] = set()
        while topic and topic.id not in visited:
            visited.add(topic.id)
            yield topic
            topic = self.topics.get(topic.broader or "")

    def topics_of(self, city: City) -> list[Topic]:
        """Return the topics that a city is known for, each with all broader ones."""
        return [topic for statement in city.known_for for topic in self.topic_and_broader(statement.value)]

    @cached_property
    def _folded_names(self) -> dict[str, set[str]]:
        return {
            city.id: {
                key(spelling)
                for name in (city.name, *(other.value for other in city.names))
                for spelling in spellings(name)
            }
            for city in self.cities.values()
        }

    # -- events ------------------------------------------------------------------------------

    def history(self, since: DateLike = "0001", until: DateLike = None) -> History:
        """Return the changes of memberships from `since` to `until` (today by default), both included, in order."""
        first, last = self._period(since, until)
        events = (
            change
            for city in self.cities.values()
            for change in changes(city)
            if first <= first_day(change.date) <= last
        )
        return History(sorted(events, key=lambda change: change.order), self.codebook)

    def meetings(self, status: str | None = None) -> Meetings:
        """Return all meetings, or those with a status, in the order of their dates.

        >>> meetings = network.meetings("held")
        >>> meetings[0].id, len(meetings.to_pandas()) == len(meetings)
        ('2006-santa-fe-us', True)
        """
        meetings = (meeting for meeting in self.meetings_by_id.values() if status in (None, meeting.status))
        return Meetings(
            sorted(meetings, key=lambda meeting: (first_day(meeting.starts), last_day(meeting.starts), meeting.id)),
            self.codebook,
        )

    def groups_of(self, country: str, on: DateLike = None) -> list[GroupTime]:
        """Return the groups in which a country is on a day (today by default), and since when.

        A group is a region of M49, an income group, a group of developing countries or an organisation.

        >>> [group.name for group, time in network.groups_of("GB", "2019") if group.kind == "organisation"]
        ['European Union', 'Organisation for Economic Co-operation and Development']
        """
        id, day = self.country(country).id, on_day(on)
        groups = sorted(self.country_groups.values(), key=lambda group: (GROUP_KINDS.index(group.kind), group.id))
        return [
            GroupTime(group, membership)
            for group in groups
            for membership in group.memberships_on(day)
            if membership.country == id
        ]

    def meetings_of(self, city: City) -> list[Meeting]:
        """Return the meetings that a city hosted or will host, in the order of their dates."""
        return [meeting for meeting in self.meetings() if any(host.city == city.id for host in meeting.hosts)]

    def host_name(self, host: Host) -> str:
        """Return the name of a meeting's host: a city of the network, or another place."""
        return self.cities[host.city].name if host.city else str(host.name)

    def reports_due(self, city: City, until: int) -> list[int]:
        """Return the years, to `until`, in which a city's membership monitoring reports are due.

        The rule `monitoring` gives their interval, which starts in the year in which the latest membership began.
        """
        rule = self.rules.get("monitoring")
        joining = list(joining_designations(city))[-1]
        if rule is None or first_day(joining.since) < first_day(rule.since):
            return []
        last = city.designations[-1].end
        end = min(until, first_day(last.date).year) if last else until
        return list(range(first_day(joining.since).year + rule.years, end + 1, rule.years))

    def cooperations_of(self, city: City) -> list[Cooperation]:
        """Return the cooperations in which a city takes part, in the order of their starts."""
        cooperations = (
            cooperation
            for cooperation in self.cooperations.values()
            if any(participant.city == city.id for participant in cooperation.cities)
        )
        return sorted(cooperations, key=lambda cooperation: (first_day(cooperation.starts), cooperation.id))

    def field_on(self, city: str, date: str) -> str | None:
        """Return the field of the city with that id on the first day of a partial date, None if it was not a member."""
        day = first_day(date)
        active = (designation for designation in self.cities[city].designations if is_active_on(designation, day))
        return next((designation.field for designation in active), None)

    def was_member(self, city: str, date: str) -> bool:
        """Return whether the city with that id was a member on the first day that a partial date can mean."""
        return self.field_on(city, date) is not None

    # -- figures -----------------------------------------------------------------------------

    def count(self, members: Iterable[Member], by: str) -> dict[str, int]:
        """Return the number of members for each field, country, region, continent, year (joined) or source-kind.

        The largest group comes first, years come in their order. A region is one of UNESCO's, which are not continents.
        """
        return {id: number for (id,), number in self.cross_count(members, by).items()}

    def cross_count(self, members: Iterable[Member], *by: str) -> dict[tuple[str, ...], int]:
        """Return the number of members for each combination of the groups of `count`, in the order of their names.

        >>> network.cross_count(network.members("2015"), "region", "field")["africa", "music"]
        2
        """
        group_of: dict[str, Callable[[Member], str]] = {
            "field": lambda member: member.designation.field,
            "country": lambda member: member.country.id,
            "region": lambda member: member.country.region,
            "continent": lambda member: member.country.continent,
            "year": lambda member: str(first_day(start_of_stay(member).since).year),
            "source-kind": lambda member: best_kind(member.designation, self.sources),
        }
        for unknown in [name for name in by if name not in group_of]:
            raise ValueError(f"unknown group {unknown!r}; choose {', '.join(group_of)}")
        counts = Counter(tuple(group_of[name](member) for name in by) for member in members)

        def order(group: tuple[str, ...]) -> tuple[int | str, ...]:
            labels = tuple(id if name == "year" else self.label(name, id) for name, id in zip(by, group, strict=True))
            return (-counts[group], *labels) if len(by) == 1 and by != ("year",) else labels

        return {group: counts[group] for group in sorted(counts, key=order)}

    def sourced(self, members: Iterable[Member]) -> tuple[int, int]:
        """Return the number of members with an official or host source, and of those with at least two publishers."""
        official, confirmed = 0, 0
        for member in members:
            sources = [self.cited_source(citation) for citation in member.designation.sources]
            official += any(source.kind in ("official", "host") for source in sources)
            confirmed += len({source.publisher for source in sources}) > 1
        return official, confirmed

    def label(self, by: str, id: str) -> str:
        """Return the English name of a group in `count`."""
        names: dict[str, Callable[[], str]] = {
            "field": lambda: self.fields[id].name,
            "country": lambda: self.countries[id].name,
            "region": lambda: REGIONS[id],
            "continent": lambda: CONTINENTS[id],
        }
        return names[by]() if by in names else id

    def census(self) -> Census:
        """Return every published figure of a round or a total next to our count for the same day."""
        rows: list[Comparison] = []
        new: Counter[str] = Counter()
        first_time: Counter[str] = Counter()
        for city in self.cities.values():
            for joining in joining_designations(city):
                new[joining.since] += 1
                first_time[joining.since] += first_day(joining.since) == self._first_days[city.country]
        for announcement in self.rounds.values():
            date = announcement.announced
            counts = count_on(date, self.memberships)
            rows += comparisons(announcement, {**counts, "new": new[date], "first_time": first_time[date]})
        for total in self.totals.values():
            part = {"field": total.field, "country": total.country, "region": total.region}
            rows += comparisons(total, count_on(total.date, self.memberships, **part))
        return Census(sorted(rows, key=lambda row: row.order), self.codebook)

    @cached_property
    def _first_days(self) -> dict[str, datetime.date]:
        """The first day on which each country had a member."""
        days: dict[str, datetime.date] = {}
        for member in self.memberships:
            day = first_day(member.designation.since)
            days[member.country.id] = min(day, days.get(member.country.id, day))
        return days

    def first_designation_date(self, field: str) -> str | None:
        """Return the date of the first designation in a field, the least precise of equal dates; None for no date."""
        dates = (member.designation.since for member in self.first_designated(field))
        return min(dates, key=lambda date: (first_day(date), len(date)), default=None)

    def first_designated(self, field: str) -> Members:
        """Return the first cities of a field: more than one where the dates are too imprecise to decide."""
        return self._members(earliest(member for member in self.memberships if member.designation.field == field))


def _lookup(
    kind: str,
    name: str,
    records: Mapping[str, Found],
    names_of: Callable[[Found], tuple[str, ...]],
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Found:
    """Return the record that has the name, whatever its case and accents.

    Raises UnknownError, which suggests the records with the closest names, or lists all records if they are few; those
    with a title as `id (title)`.
    """
    id_of = {key(other): id for id, record in records.items() for other in names_of(record)}
    folded = key(require_name(name))
    if folded in id_of:
        return records[id_of[folded]]
    labels = {id: f"{id} ({titles[id]})" if id in titles else id for id in records}
    matches = dict.fromkeys(labels[id_of[other]] for other in closest_matches(folded, id_of))
    choices = f"; choose {', '.join(labels.values())}" if len(labels) <= MOST_CHOICES and not matches else ""
    raise UnknownError(f"unknown {kind} {name!r}{choices or suggestion(matches)}")


class RecordKind(NamedTuple):
    """A kind of record: its name (`city`), the attribute of Network with its records, and their class.

    A data folder may lack the file of an optional kind.
    """

    name: str
    collection: str
    record_type: type[Identified]
    is_optional: bool

    @property
    def plural(self) -> str:
        """The name of the kind's file in a data folder, which `collection` is except for meetings."""
        return self.collection.removesuffix("_by_id")


def _record_kinds() -> Iterator[RecordKind]:
    types = get_type_hints(Network)
    for collection in fields(Network):
        if "kind" in collection.metadata:
            _, record_type = get_args(types[collection.name])
            is_optional = collection.default_factory is not MISSING
            yield RecordKind(collection.metadata["kind"], collection.name, record_type, is_optional)


RECORD_KINDS = {kind.name: kind for kind in _record_kinds()}
KIND_OF = {kind.record_type: kind.name for kind in RECORD_KINDS.values()}
