"""The definitions of the tables: for each, its records, one per row, and its columns with their values.

All outputs use these definitions: database, exports, data frames. A column for a field of a record has its type and
description from the model. Sources are declared with the column or row that they support; the table `citations` lists
them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar, get_args

from ccn_kb.model.citation import source_id, split_citation
from ccn_kb.model.dates import first_day, first_day_text, last_day_text
from ccn_kb.model.licence import ATTRIBUTION, LICENCE_ID, LICENCE_URL
from ccn_kb.model.records import (
    REGIONS,
    SOURCE_KINDS,
    Absence,
    City,
    Cooperation,
    Coordinator,
    CorrectedValue,
    Country,
    CountryGroup,
    CreativeField,
    Designation,
    Disputed,
    End,
    EndReason,
    GroupMembership,
    Host,
    Location,
    Meeting,
    MembershipClaim,
    MonitoringReport,
    Name,
    NonMember,
    OfficialDocument,
    Participant,
    Population,
    Record,
    Release,
    Round,
    Rule,
    Source,
    Statement,
    Subdivision,
    Topic,
    Total,
)
from ccn_kb.model.text import fold, slug
from ccn_kb.network import Network
from ccn_kb.network.citable import make_citable, to_text
from ccn_kb.network.cooperation_graph import COVERAGE, is_ongoing
from ccn_kb.network.findable import Findable, findable
from ccn_kb.network.frames import EMPTY_CODEBOOK, Cell
from ccn_kb.network.members import (
    MEMBER_BASES,
    Member,
    Members,
    joining_designations,
    population_basis,
    population_figure,
    population_value,
    population_year,
    start_of_stay,
    subdivision_code,
    subdivision_name,
    unesco_page,
)
from ccn_kb.version import split_version

Subject = TypeVar("Subject")
"""The kind of record that a table has a row for."""
Outer = TypeVar("Outer")
Inner = TypeVar("Inner")
Row: TypeAlias = "tuple[Cell, ...]"
BATCH = 10_000


# -- tables and columns -------------------------------------------------------------------------


@dataclass(frozen=True)
class TableColumn(Generic[Subject]):
    """A column: its name and description, its value for a record, its Python type, and the table that it references.

    The value is the attribute of the column's name, unless `value` computes it from the record, or `derive` from the
    record and the network. `sources` are those that support the value; `field` is the field of the record's model, if
    the column is one.
    """

    name: str
    description: str
    value: Callable[[Subject], Cell] | None = None
    derive: Callable[[Subject, Network], Cell] | None = None
    type: type = str
    references: str = ""
    nullable: bool = False
    sources: Callable[[Subject], Iterable[str]] | None = None
    field: str = ""
    choices: tuple[str, ...] = ()
    """All values of a coded column; empty for references to a table."""

    def values(self, records: Iterable[Subject], network: Network) -> Iterator[Cell]:
        """Return the column's values in the rows of the records."""
        if self.derive:
            return map(self.derive, records, repeat(network))
        return map(self.value or attrgetter(self.name), records)


@dataclass(frozen=True)
class Table(Generic[Subject]):
    """A table: its name and description, its records, one per row, its columns and its key.

    `sources` support a row as a whole; `disputed` are the values of sources that disagree.
    """

    name: str
    description: str
    records: Callable[[Network], Iterable[Subject]]
    columns: tuple[TableColumn[Subject], ...]
    key: tuple[str, ...] = ("id",)
    sources: Callable[[Subject], Iterable[str]] | None = None
    disputed: Callable[[Subject], Iterable[Disputed]] | None = None
    technical: bool = False

    @property
    def record_type(self) -> str:
        """The table's name in the singular, as in the table `citations`."""
        if self.name.endswith("ies"):
            return f"{self.name.removesuffix('ies')}y"
        return self.name if self.name.endswith("status") else self.name.removesuffix("s")

    def rows(self, network: Network) -> Iterator[Row]:
        """Return the rows of the table for a network."""
        return self.rows_of(self.records(network), network)

    def rows_of(self, records: Iterable[Subject], network: Network) -> Iterator[Row]:
        """Return the rows of the records: their values in the order of the columns."""
        remaining = iter(records)
        # Column by column is faster than row by row, and in batches it needs no more memory.
        batches = iter(lambda: tuple(islice(remaining, BATCH)), ())
        return chain.from_iterable(
            zip(*(column.values(batch, network) for column in self.columns), strict=True) for batch in batches
        )

    def identified(self, network: Network) -> Iterator[tuple[str, Subject]]:
        """Return the records with the IDs of their rows."""
        records = tuple(self.records(network))
        id_column = next(column for column in self.columns if column.name == "id")
        return zip(map(str, id_column.values(records, network)), records, strict=True)

    def column_of(self, field: str) -> str:
        """Return the name of the column of a field of the records, or that of the field if it has no column."""
        return next((column.name for column in self.columns if column.field == field), field)


class Part(NamedTuple, Generic[Outer, Inner]):
    """A record nested in another, and its position there, from 1."""

    outer: Outer
    number: int
    inner: Inner


def parts(outers: Iterable[Outer], inside: Callable[[Outer], Iterable[Inner]]) -> Iterator[Part[Outer, Inner]]:
    """Yield the records nested in each of the outer records."""
    return (Part(outer, number, inner) for outer in outers for number, inner in enumerate(inside(outer), start=1))


def description_of(record_type: type[Record], field: str) -> str:
    """Return the description of a field of a record."""
    return record_type.model_fields[field].description or ""


def summary_of(record_type: type[Record]) -> str:
    """Return the description of a record: the first line of its docstring."""
    return (record_type.__doc__ or "").strip().partition("\n")[0]


def record_column(
    record_type: type[Record],
    name: str,
    *,
    field: str = "",
    inside: str = "",
    references: str = "",
    sources: Callable[[Any], Iterable[str]] | None = None,
) -> TableColumn[Any]:
    """Return the column of a field of a record, by default of the same name; the record may be nested (`inside`)."""
    field = field or name
    annotation = record_type.model_fields[field].annotation
    return TableColumn(
        name,
        description_of(record_type, field),
        attrgetter(f"{inside}.{field}" if inside else field),
        type=_scalar_type(annotation),
        references=references,
        nullable=type(None) in get_args(annotation),
        sources=sources,
        field="" if inside else field,
        choices=() if references else _choices(annotation),
    )


def record_columns(record_type: type[Record], *names: str, inside: str = "") -> Iterator[TableColumn[Any]]:
    """Return the columns of fields of a record."""
    return (record_column(record_type, name, inside=inside) for name in names)


def day_column(
    name: str,
    description: str,
    *,
    day: Callable[[str | None], str | None] = first_day_text,
    inside: str = "",
    nullable: bool = False,
) -> TableColumn[Any]:
    """Return the column `<name>_day`: the calendar day for the partial date in the field `<name>`."""
    field = name.removesuffix("_day")
    date = attrgetter(f"{inside}.{field}" if inside else field)
    return TableColumn(name, description, lambda record: day(date(record)), nullable=nullable)


def name_column(name: str, code: Callable[[Subject], str | None], *, nullable: bool = False) -> TableColumn[Subject]:
    """Return the column `<name>_name`: the English name of the code in the column `name`."""

    def name_of_code(record: Subject, network: Network) -> str | None:
        return network.codebook.name(name, code(record))

    return TableColumn(f"{name}_name", f"English name of {name}.", derive=name_of_code, nullable=nullable)


def _scalar_type(annotation: Any) -> type:
    """Return the type of a field's values; for a union, that of its first member, which is never None."""
    if isinstance(annotation, type):
        return annotation
    first = get_args(annotation)[0]
    return str if isinstance(first, str) else _scalar_type(first)


def _choices(annotation: Any) -> tuple[str, ...]:
    """Return the allowed values of a field with a closed list of texts, else an empty tuple."""
    parts = get_args(annotation)
    if parts and isinstance(parts[0], str):
        return parts
    return next((choices for part in parts if (choices := _choices(part))), ())


def _member_value(name: str) -> Callable[[Member], Cell]:
    """Return the function that returns a member's value in the named column."""
    column = next(column for column in Members.columns if column.name == name)
    return lambda member: column.of(member, EMPTY_CODEBOOK)


# -- the records that rows come from -----------------------------------------------------------


class Pair(NamedTuple):
    """A key and its value."""

    key: str
    value: str


class MeetingStatement(NamedTuple):
    """A statement about a meeting, with its kind and its number among those of the same kind."""

    meeting: Meeting
    kind: str
    number: int
    statement: Statement


class CitedRow(NamedTuple):
    """A citation of a row, or of one of its columns."""

    record_type: str
    record_id: str
    path: str
    source: str
    locator: str
    url: str


class DisputedRow(NamedTuple):
    """Another value that a source gives for a column of a row."""

    record_type: str
    record_id: str
    path: str
    value: str
    source: str
    url: str


def topics_after_broader(network: Network) -> Iterable[Topic]:
    """Return the topics, each after its broader topic."""
    chains = (network.topic_and_broader(id) for id in sorted(network.topics))
    return {topic.id: topic for chain in chains for topic in reversed(chain)}.values()


def documents_after_earlier(network: Network) -> Iterable[OfficialDocument]:
    """Return the documents of the network by date, each after the document that it replaces."""
    return sorted(network.official_documents.values(), key=lambda document: (first_day(document.date), document.id))


def releases_in_order(network: Network) -> list[Release]:
    """Return the releases of the data, each after the release that it replaces."""
    return sorted(network.releases.values(), key=lambda release: (first_day(release.date), release.id))


def statements(network: Network) -> Iterator[MeetingStatement]:
    """Yield the statements about meetings."""
    for meeting in network.meetings():
        of_kinds = {"attendance": meeting.attendance, "outcome": meeting.outcomes, "announced": meeting.announced}
        for kind, of_kind in of_kinds.items():
            for number, statement in enumerate(of_kind, start=1):
                yield MeetingStatement(meeting, kind, number, statement)


def version_pairs(network: Network) -> Iterator[Pair]:
    """Yield the version of the data and its dates, then its licence and how to cite it."""
    yield Pair("version", network.version)
    yield Pair("date", split_version(network.version)[1].isoformat() if network.version else "")
    yield Pair("accessed", max((source.accessed for source in network.sources.values()), default=""))
    yield Pair("licence", LICENCE_ID)
    yield Pair("licence_url", LICENCE_URL)
    yield Pair("attribution", ATTRIBUTION)
    if network.version:
        yield Pair("citation", to_text(make_citable(network)))


def cited_rows(network: Network) -> Iterator[CitedRow]:
    """Yield every citation of every table."""

    # Most citations occur several times.
    @cache
    def cited_place(citation: str) -> tuple[str, str, str]:
        return *split_citation(citation), network.cited_url(citation)

    for table in TABLES:
        declared = [("", table.sources), *((column.name, column.sources) for column in table.columns)]
        cited = [(path, sources) for path, sources in declared if sources]
        record_type = table.record_type
        for id, record in table.identified(network) if cited else ():
            for path, sources in cited:
                for citation in sources(record):
                    source, locator, url = cited_place(citation)
                    yield CitedRow(record_type, id, path, source, locator, url)


def disputed_rows(network: Network) -> Iterator[DisputedRow]:
    """Yield the values of sources that disagree, source by source."""
    for table in TABLES:
        if table.disputed:
            for id, record in table.identified(network):
                for dispute in table.disputed(record):
                    path = table.column_of(dispute.path)
                    for citation in dispute.sources:
                        source, url = source_id(citation), network.cited_url(citation)
                        yield DisputedRow(table.record_type, id, path, dispute.value, source, url)


# -- values ------------------------------------------------------------------------------------


def designation_id(city: City, designation: Designation) -> str:
    """Return the id of a designation: city, field and year."""
    return f"{city.id}-{designation.field}-{designation.since[:4]}"


def _joined(*parts_of_id: object) -> str:
    """Return an ID made of the parts that are not empty."""
    return "/".join(map(str, filter(None, parts_of_id)))


def _host_place(part: Part[Meeting, Host], network: Network) -> tuple[str | None, str | None]:
    city = network.cities[part.inner.city] if part.inner.city else None
    return (city.name, city.country) if city else (part.inner.name, part.inner.country)


def compute_ongoing(cooperation: Cooperation, network: Network) -> int | None:
    """Return 1 if a joint project was ongoing on the date of the data, 0 if it had ended, None if unknown."""
    if not network.version:
        return None
    lasts = is_ongoing(cooperation, split_version(network.version)[1])
    return None if lasts is None else int(lasts)


def _population_sources(city: City) -> Iterable[str]:
    """Return the sources of the population figure of the city."""
    figure = population_figure(city)
    return figure.sources if figure else ()


# -- the tables --------------------------------------------------------------------------------

_CITY = "The city."
_SINCE_DAY = "The first day that the date can mean"
_URL = "Address of the cited place."
_CITED_TYPE = TableColumn[Any]("record_type", "The kind of record: the name of its table in the singular.")
_CITED_ID = TableColumn[Any]("record_id", "Which record: the id in the table that record_type names.")

DESIGNATIONS = Table[Member](
    "designations",
    summary_of(Designation),
    lambda network: network.memberships,
    (
        TableColumn("id", "City, field and year.", lambda member: designation_id(member.city, member.designation)),
        TableColumn("city", _CITY, lambda member: member.city.id, references="cities"),
        record_column(Designation, "field", inside="designation", references="fields"),
        name_column("field", lambda member: member.designation.field),
        record_column(Designation, "round", inside="designation", references="rounds"),
        record_column(Designation, "since", inside="designation"),
        TableColumn("since_day", f"{_SINCE_DAY}; the membership counts from it.", _member_value("since_day")),
        TableColumn(
            "since_precision",
            "How precisely the date is known: year, month or day.",
            _member_value("since_precision"),
            choices=("year", "month", "day"),
        ),
        TableColumn(
            "joined",
            "Date on which the city's membership began, earlier than since after a change of field.",
            lambda member: start_of_stay(member).since,
        ),
        TableColumn("joined_day", "The first day that joined can mean.", _member_value("joined_day")),
        TableColumn(
            "until",
            "First day on which the designation no longer held; empty while it lasts.",
            _member_value("until"),
            nullable=True,
            sources=lambda member: member.designation.end.sources if member.designation.end else (),
        ),
        TableColumn("until_day", "The first day that the end can mean.", _member_value("until_day"), nullable=True),
        TableColumn(
            "end_reason",
            description_of(End, "reason"),
            lambda member: member.designation.end.reason if member.designation.end else None,
            nullable=True,
            choices=get_args(EndReason),
        ),
        TableColumn(
            "joins",
            "1 if the city joined the network with it, 0 if it changed its field.",
            lambda member: int(member.designation in joining_designations(member.city)),
            type=int,
        ),
        TableColumn(
            "best_source",
            "Kind of its most trusted source.",
            derive=lambda member, network: network.best_source(member.designation).kind,
            choices=SOURCE_KINDS,
        ),
        TableColumn(
            "source_url",
            "Address of its most trusted source.",
            derive=lambda member, network: network.best_source(member.designation).url,
        ),
        record_column(Designation, "note", inside="designation"),
    ),
    sources=lambda member: member.designation.sources,
    disputed=lambda member: member.designation.disputed,
)

CITIES = Table[City](
    "cities",
    summary_of(City),
    lambda network: network.cities.values(),
    (
        *record_columns(City, "id", "name"),
        record_column(City, "country", references="countries"),
        name_column("country", lambda city: city.country),
        TableColumn("subdivision", description_of(Subdivision, "name"), subdivision_name, nullable=True),
        TableColumn("subdivision_code", description_of(Subdivision, "code"), subdivision_code, nullable=True),
        TableColumn(
            "second_subdivision",
            description_of(City, "second_subdivision"),
            lambda city: city.second_subdivision.name if city.second_subdivision else None,
            nullable=True,
        ),
        TableColumn(
            "second_subdivision_code",
            description_of(Subdivision, "code"),
            lambda city: city.second_subdivision.code if city.second_subdivision else None,
            nullable=True,
        ),
        record_column(Location, "latitude", inside="location", sources=lambda city: city.location.sources),
        record_column(Location, "longitude", inside="location", sources=lambda city: city.location.sources),
        TableColumn(
            "population",
            "Inhabitants of the municipality or city proper: the latest dated figure.",
            population_value,
            nullable=True,
            sources=_population_sources,
            type=int,
        ),
        TableColumn("population_year", "Year of the population.", population_year, nullable=True, type=int),
        TableColumn(
            "population_basis",
            "Area of the population: municipality or city-proper.",
            population_basis,
            nullable=True,
            choices=MEMBER_BASES,
        ),
        *record_columns(City, "geonames", "wikidata"),
        TableColumn("unesco_page", "The last part of the address of UNESCO's page on it.", unesco_page, nullable=True),
        record_column(City, "note"),
        TableColumn(
            "sort_name", "The name without capitals and accents, to sort and compare by.", lambda city: fold(city.name)
        ),
    ),
    disputed=lambda city: city.disputed,
)

COUNTRIES = Table[Country](
    "countries",
    summary_of(Country),
    lambda network: network.countries.values(),
    (
        *record_columns(Country, "id", "alpha3", "m49", "name", "name_fr"),
        TableColumn(
            "official", "English name in UNESCO's list of states.", lambda country: country.official or country.name
        ),
        record_column(Country, "region", references="regions"),
        name_column("region", lambda country: country.region),
        record_column(Country, "continent"),
        name_column("continent", lambda country: country.continent),
    ),
)

COUNTRY_GROUPS = Table[Part[CountryGroup, GroupMembership]](
    "country_groups",
    "Which country is in which region of M49, income group, group of developing countries or organisation.",
    lambda network: parts(network.country_groups.values(), lambda group: group.members),
    (
        TableColumn(
            "id",
            "Group, country and first day.",
            lambda part: _joined(part.outer.id, part.inner.country, part.inner.since),
        ),
        TableColumn("country", "The country.", lambda part: part.inner.country, references="countries"),
        name_column("country", lambda part: part.inner.country),
        record_column(CountryGroup, "group_id", field="id", inside="outer"),
        record_column(CountryGroup, "group_name", field="name", inside="outer"),
        *record_columns(CountryGroup, "kind", "code", inside="outer"),
        record_column(GroupMembership, "since", inside="inner"),
        day_column("since_day", f"{_SINCE_DAY}.", inside="inner", nullable=True),
        record_column(GroupMembership, "until", inside="inner"),
        day_column("until_day", "The first day that the end can mean.", inside="inner", nullable=True),
        *record_columns(CountryGroup, "edition", "as_of", inside="outer"),
        day_column("as_of_day", "The day that the date means: its last.", day=last_day_text, inside="outer"),
        record_column(CountryGroup, "note", inside="outer"),
    ),
    sources=lambda part: part.inner.sources or part.outer.sources,
)

TABLES: tuple[Table[Any], ...] = (
    Table[Pair](
        "regions",
        "The five regions in which UNESCO groups its member states.",
        lambda _: (Pair(id, name) for id, name in REGIONS.items()),
        (
            TableColumn("id", "Id of the region.", lambda region: region.key),
            TableColumn("name", "English name.", lambda region: region.value),
        ),
    ),
    Table[CreativeField](
        "fields",
        summary_of(CreativeField),
        lambda network: network.fields.values(),
        (
            *record_columns(CreativeField, "id", "name", "name_fr", "name_es", "description"),
            TableColumn(
                "activities", description_of(CreativeField, "activities"), lambda field: "; ".join(field.activities)
            ),
            TableColumn(
                "since",
                "Date of the first designation in the field (derived).",
                derive=lambda field, network: network.first_designation_date(field.id),
                nullable=True,
                sources=lambda field: field.sources,
            ),
        ),
    ),
    COUNTRIES,
    Table[Part[Country, Absence]](
        "country_status",
        summary_of(Absence),
        lambda network: parts(network.countries.values(), lambda country: country.outside),
        (
            TableColumn("id", "Country and first day.", lambda absence: _joined(absence.outer.id, absence.inner.since)),
            TableColumn("country", "The country.", lambda absence: absence.outer.id, references="countries"),
            name_column("country", lambda absence: absence.outer.id),
            TableColumn("status", "Status in UNESCO: non-member.", lambda _: "non-member", choices=("non-member",)),
            record_column(Absence, "since", inside="inner"),
            day_column("since_day", f"{_SINCE_DAY}.", inside="inner", nullable=True),
            record_column(Absence, "until", inside="inner"),
            day_column("until_day", "The first day that the return can mean.", inside="inner", nullable=True),
        ),
        sources=lambda absence: absence.inner.sources,
    ),
    COUNTRY_GROUPS,
    CITIES,
    Table[NonMember](
        "non_members",
        summary_of(NonMember),
        lambda network: network.non_members.values(),
        (
            *record_columns(NonMember, "id", "name"),
            record_column(NonMember, "country", references="countries"),
            name_column("country", lambda city: city.country),
            record_column(NonMember, "note", sources=lambda city: city.sources),
        ),
    ),
    Table[Part[CreativeField, Coordinator]](
        "coordinators",
        f"{summary_of(Coordinator)} Not all of them are known.",
        lambda network: parts(network.fields.values(), lambda field: field.coordinators),
        (
            TableColumn("id", "Creative field and number.", lambda row: f"{row.outer.id}/{row.number}"),
            TableColumn("field", "The creative field.", lambda row: row.outer.id, references="fields"),
            name_column("field", lambda row: row.outer.id),
            TableColumn("city", _CITY, lambda row: row.inner.city, references="cities"),
            record_column(Coordinator, "role", inside="inner"),
            record_column(Coordinator, "since", inside="inner"),
            day_column("since_day", f"{_SINCE_DAY}.", inside="inner", nullable=True),
            record_column(Coordinator, "stated", inside="inner"),
            day_column("stated_day", "The last day that the date can mean.", day=last_day_text, inside="inner"),
        ),
        sources=lambda row: row.inner.sources,
    ),
    Table[Part[NonMember, MembershipClaim]](
        "membership_claims",
        summary_of(MembershipClaim),
        lambda network: parts(network.non_members.values(), lambda city: city.claims),
        (
            TableColumn("id", "City and number.", lambda claim: f"{claim.outer.id}/{claim.number}"),
            TableColumn("city", "The city.", lambda claim: claim.outer.id, references="non_members"),
            record_column(MembershipClaim, "status", inside="inner"),
            record_column(MembershipClaim, "field", inside="inner", references="fields"),
            name_column("field", lambda claim: claim.inner.field, nullable=True),
            record_column(MembershipClaim, "date", inside="inner"),
        ),
        sources=lambda claim: claim.inner.sources,
    ),
    Table[Part[City, Name]](
        "names",
        summary_of(Name),
        lambda network: parts(network.cities.values(), lambda city: city.names),
        (
            TableColumn(
                "id", "City, name and language.", lambda name: _joined(name.outer.id, name.inner.value, name.inner.lang)
            ),
            TableColumn("city", _CITY, lambda name: name.outer.id, references="cities"),
            *record_columns(Name, "value", "lang", "place", inside="inner"),
            record_column(Name, "until", inside="inner", sources=lambda name: name.inner.sources),
        ),
    ),
    Table[Part[City, Population]](
        "populations",
        summary_of(Population),
        lambda network: parts(network.cities.values(), lambda city: city.population),
        (
            TableColumn(
                "id",
                "City, figure and year.",
                lambda figure: _joined(figure.outer.id, figure.inner.value, figure.inner.year),
            ),
            TableColumn("city", _CITY, lambda figure: figure.outer.id, references="cities"),
            record_column(Population, "value", inside="inner", sources=lambda figure: figure.inner.sources),
            *record_columns(Population, "year", "basis", inside="inner"),
        ),
    ),
    Table[Part[City, MonitoringReport]](
        "monitoring_reports",
        summary_of(MonitoringReport),
        lambda network: parts(network.cities.values(), lambda city: city.reports),
        (
            TableColumn("id", "City and year.", lambda report: _joined(report.outer.id, report.inner.year)),
            TableColumn("city", _CITY, lambda report: report.outer.id, references="cities"),
            *record_columns(MonitoringReport, "year", "lang", "url", inside="inner"),
        ),
        sources=lambda report: report.inner.sources,
    ),
    Table[Part[City, Statement]](
        "city_facts",
        "Facts about a city that have no column of their own.",
        lambda network: parts(network.cities.values(), lambda city: city.facts),
        (
            TableColumn("id", "City and number.", lambda fact: f"{fact.outer.id}/{fact.number}"),
            TableColumn("city", _CITY, lambda fact: fact.outer.id, references="cities"),
            TableColumn("position", "Number of the fact.", lambda fact: fact.number, type=int),
            record_column(Statement, "value", inside="inner", sources=lambda fact: fact.inner.sources),
        ),
    ),
    Table[Topic](
        "topics",
        "What cities are known for, one spelling each.",
        topics_after_broader,
        (
            *record_columns(Topic, "id", "name"),
            TableColumn(
                "name_fr",
                "French name, empty where it is the English one.",
                lambda topic: topic.name_in("fr"),
                nullable=True,
            ),
            TableColumn(
                "name_es",
                "Spanish name, empty where it is the English one.",
                lambda topic: topic.name_in("es"),
                nullable=True,
            ),
            record_column(Topic, "broader", references="topics"),
        ),
    ),
    Table[Part[City, Statement]](
        "city_topics",
        "Which city is known for what.",
        lambda network: parts(network.cities.values(), lambda city: city.known_for),
        (
            TableColumn("id", "City and topic.", lambda topic: f"{topic.outer.id}/{slug(topic.inner.value)}"),
            TableColumn("city", _CITY, lambda topic: topic.outer.id, references="cities"),
            TableColumn("topic", "The topic.", lambda topic: slug(topic.inner.value), references="topics"),
        ),
        sources=lambda topic: topic.inner.sources,
    ),
    Table[Round](
        "rounds",
        summary_of(Round),
        lambda network: network.rounds.values(),
        (
            *record_columns(Round, "id", "announced"),
            day_column("announced_day", "The day that the date means: its last.", day=last_day_text),
            record_column(Round, "stated_new", field="new"),
            record_column(Round, "stated_members", field="members"),
            record_column(Round, "stated_countries", field="countries"),
            record_column(Round, "stated_first_time", field="first_time"),
            *record_columns(Round, "wording", "note"),
        ),
        sources=lambda announcement: announcement.sources,
        disputed=lambda announcement: announcement.disputed,
    ),
    Table[Rule](
        "rules",
        summary_of(Rule),
        lambda network: network.rules.values(),
        (
            *record_columns(Rule, "id", "value", "years", "since"),
            day_column("since_day", f"{_SINCE_DAY}."),
            record_column(Rule, "note"),
        ),
        sources=lambda rule: rule.sources,
    ),
    Table[Total](
        "totals",
        summary_of(Total),
        lambda network: network.totals.values(),
        (
            *record_columns(Total, "id", "date"),
            day_column("date_day", "The day that the date means: its last.", day=last_day_text),
            *record_columns(Total, "members", "countries"),
            record_column(Total, "field", references="fields"),
            name_column("field", lambda total: total.field, nullable=True),
            record_column(Total, "country", references="countries"),
            name_column("country", lambda total: total.country, nullable=True),
            record_column(Total, "region", references="regions"),
            name_column("region", lambda total: total.region, nullable=True),
            *record_columns(Total, "wording", "note"),
        ),
        sources=lambda total: total.sources,
    ),
    DESIGNATIONS,
    Table[Meeting](
        "meetings",
        summary_of(Meeting),
        lambda network: network.meetings(),
        (
            *record_columns(Meeting, "id", "ordinal", "name", "starts"),
            day_column("starts_day", "The first day that the start can mean."),
            record_column(Meeting, "ends"),
            day_column("ends_day", "The last day that the end can mean.", day=last_day_text, nullable=True),
            *record_columns(Meeting, "status", "theme", "note"),
        ),
        sources=lambda meeting: meeting.sources,
        disputed=lambda meeting: meeting.disputed,
    ),
    Table[Part[Meeting, Host]](
        "meeting_hosts",
        summary_of(Host),
        lambda network: parts(network.meetings(), lambda meeting: meeting.hosts),
        (
            TableColumn("meeting", "The meeting.", lambda host: host.outer.id, references="meetings"),
            TableColumn("position", "1 for the first host.", lambda host: host.number, type=int),
            TableColumn(
                "city",
                "The city; empty where it has no file.",
                lambda host: host.inner.city,
                references="cities",
                nullable=True,
            ),
            TableColumn("name", "Name of the host.", derive=lambda host, network: _host_place(host, network)[0]),
            TableColumn(
                "country",
                "Country of the host.",
                derive=lambda host, network: _host_place(host, network)[1],
                references="countries",
            ),
            TableColumn(
                "country_name",
                "English name of country.",
                derive=lambda host, network: network.codebook.name("country", _host_place(host, network)[1]),
            ),
        ),
        ("meeting", "position"),
    ),
    Table[MeetingStatement](
        "meeting_statements",
        "What is reported of a meeting: who came, what was decided, what had been announced.",
        statements,
        (
            TableColumn("id", "Meeting, kind and number.", lambda row: f"{row.meeting.id}/{row.kind}/{row.number}"),
            TableColumn("meeting", "The meeting.", lambda row: row.meeting.id, references="meetings"),
            TableColumn("kind", "attendance, outcome or announced.", choices=("attendance", "outcome", "announced")),
            TableColumn("position", "Number among those of its kind.", lambda row: row.number, type=int),
            record_column(Statement, "value", inside="statement", sources=lambda row: row.statement.sources),
        ),
    ),
    Table[OfficialDocument](
        "official_documents",
        summary_of(OfficialDocument),
        documents_after_earlier,
        (
            *record_columns(OfficialDocument, "id", "kind", "title", "date"),
            day_column("date_day", "The first day that the date can mean."),
            record_column(OfficialDocument, "replaces", references="official_documents"),
            record_column(OfficialDocument, "meeting", references="meetings"),
            record_column(OfficialDocument, "round", references="rounds"),
            record_column(OfficialDocument, "deadline"),
            day_column("deadline_day", "The last day that it can mean.", day=last_day_text, nullable=True),
            *record_columns(OfficialDocument, "per_country", "applications", "note"),
        ),
        sources=lambda document: document.sources,
        disputed=lambda document: document.disputed,
    ),
    Table[Part[OfficialDocument, Statement]](
        "document_statements",
        "What a document of the network states.",
        lambda network: parts(documents_after_earlier(network), lambda document: document.statements),
        (
            TableColumn("id", "Document and number.", lambda row: f"{row.outer.id}/{row.number}"),
            TableColumn("document", "The document.", lambda row: row.outer.id, references="official_documents"),
            TableColumn("position", "Number of the statement.", lambda row: row.number, type=int),
            record_column(Statement, "value", inside="inner", sources=lambda row: row.inner.sources),
        ),
    ),
    Table[Release](
        "releases",
        summary_of(Release),
        releases_in_order,
        (
            *record_columns(Release, "id", "date"),
            day_column("date_day", "The first day that the date can mean."),
            record_column(Release, "replaces", references="releases"),
            TableColumn(
                "corrections", "Number of the corrections.", lambda release: len(release.corrections), type=int
            ),
        ),
    ),
    Table[Part[Release, CorrectedValue]](
        "corrections",
        summary_of(CorrectedValue),
        lambda network: parts(releases_in_order(network), lambda release: release.corrections),
        (
            TableColumn("id", "Release and number.", lambda row: f"{row.outer.id}/{row.number}"),
            TableColumn("release", "The release.", lambda row: row.outer.id, references="releases"),
            *record_columns(
                CorrectedValue, "change", "kind", "record", "name", "path", "before", "after", inside="inner"
            ),
        ),
    ),
    Table[Cooperation](
        "cooperations",
        f"{summary_of(Cooperation)} {COVERAGE}",
        lambda network: network.cooperations.values(),
        (
            *record_columns(Cooperation, "id", "title", "kind"),
            record_column(Cooperation, "field", references="fields"),
            name_column("field", lambda cooperation: cooperation.field, nullable=True),
            record_column(Cooperation, "starts"),
            day_column("starts_day", "The first day that the start can mean."),
            record_column(Cooperation, "ends"),
            day_column("ends_day", "The last day that the end can mean.", day=last_day_text, nullable=True),
            TableColumn(
                "ongoing",
                "1 if it lasted on the date of the data, 0 if it had ended, empty if that is unknown (derived).",
                derive=compute_ongoing,
                type=int,
                nullable=True,
            ),
            record_column(Cooperation, "note"),
        ),
        sources=lambda cooperation: cooperation.sources,
        disputed=lambda cooperation: cooperation.disputed,
    ),
    Table[Part[Cooperation, Participant]](
        "cooperation_cities",
        f"{summary_of(Participant)} {COVERAGE}",
        lambda network: parts(network.cooperations.values(), lambda cooperation: cooperation.cities),
        (
            TableColumn("cooperation", "The cooperation.", lambda row: row.outer.id, references="cooperations"),
            TableColumn("city", _CITY, lambda row: row.inner.city, references="cities"),
            TableColumn("position", "1 for the first city.", lambda row: row.number, type=int),
            record_column(Participant, "role", inside="inner"),
            TableColumn(
                "member",
                "1 if the city was a member when it began, 0 if it was not yet one (derived).",
                derive=lambda row, network: int(network.was_member(row.inner.city, row.outer.starts)),
                type=int,
            ),
            TableColumn(
                "field",
                "The creative field of the city when it began; empty if it was not a member (derived).",
                derive=lambda row, network: network.field_on(row.inner.city, row.outer.starts),
                references="fields",
                nullable=True,
            ),
        ),
        ("cooperation", "city"),
    ),
    Table[Source](
        "sources",
        summary_of(Source),
        lambda network: sorted(network.sources.values(), key=lambda source: source.id),
        (
            *record_columns(Source, "id", "title", "publisher", "kind", "url"),
            TableColumn(
                "archived",
                "Address of an archived copy, where one was seen; that of the source itself if it is in a web archive.",
                lambda source: source.archived_address,
                nullable=True,
                field="archived",
            ),
            *record_columns(Source, "published", "accessed", "lang", "note"),
        ),
    ),
    Table[CitedRow](
        "citations",
        "Which source supports which fact.",
        cited_rows,
        (
            _CITED_TYPE,
            _CITED_ID,
            TableColumn("path", "The column that is cited; '' for the whole record."),
            TableColumn("source", "The source.", references="sources"),
            TableColumn("locator", "Where in the source; '' for the whole."),
            TableColumn("url", _URL),
        ),
        ("record_type", "record_id", "path", "source", "locator"),
    ),
    Table[DisputedRow](
        "disputed",
        summary_of(Disputed),
        disputed_rows,
        (
            _CITED_TYPE,
            _CITED_ID,
            *record_columns(Disputed, "path", "value"),
            TableColumn("source", "The source of the value.", references="sources"),
            TableColumn("url", _URL),
        ),
        ("record_type", "record_id", "path", "value", "source"),
    ),
    Table[Findable](
        "findable",
        "What the search finds, and by which words.",
        findable,
        (
            TableColumn("kind", "city, country, field, topic, round, meeting, cooperation, document or non-member."),
            TableColumn("id", "Its id in the table of that kind."),
            TableColumn("name", "What it is called."),
            TableColumn("detail", "What tells it from others of that name."),
            TableColumn("names", "Its names, folded, a line each."),
            TableColumn("terms", "Folded words by whose beginnings it is found, parted by spaces."),
        ),
        ("kind", "id"),
        technical=True,
    ),
    Table[Pair](
        "edition",
        "Version and dates of the data, its licence and how to cite it.",
        version_pairs,
        (
            TableColumn(
                "name",
                "version, date, accessed, licence, licence_url, attribution or citation.",
                lambda entry: entry.key,
            ),
            TableColumn("value", "The version, its date, the month of the newest sources, and so on."),
        ),
        ("name",),
        technical=True,
    ),
    Table[Pair](
        "redirects",
        "Ids that were a mistake or were merged, and the ids that took their place.",
        lambda network: (Pair(old, new) for old, new in network.moved.items()),
        (
            TableColumn("old", "The old id.", lambda entry: entry.key),
            TableColumn("new", "The id that took its place.", lambda entry: entry.value, references="cities"),
        ),
        ("old",),
        technical=True,
    ),
)
