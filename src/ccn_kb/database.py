"""The network as an SQLite database: tables, views and search, built from nothing into a file that is whole or absent.

The tables and columns here are what outsiders query; descriptions come from the models where the
column is a field of a record. Views show what holds now; time-travel goes through `since_day` and
`until_day`, half-open.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sqlite_utils import Database

from ccn_kb import edition, files
from ccn_kb.model import (
    REGIONS,
    City,
    Cooperation,
    Country,
    CreativeField,
    Designation,
    Disputed,
    End,
    Host,
    Location,
    Meeting,
    Name,
    Participant,
    Population,
    Record,
    Round,
    Rule,
    Source,
    Statement,
    Subdivision,
    Topic,
    Total,
    first_day,
    last_day,
    precision,
    said,
)
from ccn_kb.network import Network, best_kind, country_names, field_names, gazetteer_population, joins
from ccn_kb.search import fold, slug, words

Row: TypeAlias = "tuple[str | int | float | None, ...]"

Cited: TypeAlias = "tuple[str, str, str, str]"
Document: TypeAlias = "tuple[str, str, str]"


class BuildError(Exception):
    """The database could not be written; the message says why."""


class SearchError(Exception):
    """SQLite cannot make the search; the message says what to do."""


@dataclass(frozen=True)
class Column:
    """A column: its name, Python type, what it says, the table that it refers to, and whether it may be empty."""

    name: str
    type: type
    description: str
    refers: str = ""
    empty: bool = False


@dataclass(frozen=True)
class Table:
    """A table: what it holds, its columns, its key, and the rows that a network gives."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[Network], Iterable[Row]]
    technical: bool = False


@dataclass(frozen=True)
class View:
    """A view: what it shows, its columns with their descriptions, and its SELECT."""

    name: str
    description: str
    columns: Mapping[str, str]
    select: str


def _says(record: type[Record], field: str) -> str:
    return record.model_fields[field].description or ""


def _about(record: type[Record]) -> str:
    return (record.__doc__ or "").strip().partition("\n")[0]


def _column(
    record: type[Record], name: str, type: type = str, *, field: str = "", refers: str = "", empty: bool = False
) -> Column:
    """Return a column that is a field of a record, described as the record describes it."""
    return Column(name, type, _says(record, field or name), refers, empty)


def _key(table: str, description: str) -> Column:
    return Column(table, str, description, {"city": "cities", "country": "countries"}.get(table, f"{table}s"))


# -- rows --------------------------------------------------------------------------------------


def designation_id(city: City, designation: Designation) -> str:
    """Return the id of a designation: city, field and year."""
    return f"{city.id}-{designation.field}-{designation.since[:4]}"


def _name_id(city: City, name: Name) -> str:
    return "/".join(filter(None, (city.id, name.value, name.lang)))


def _population_id(city: City, figure: Population) -> str:
    return "/".join(filter(None, (city.id, str(figure.value), str(figure.year or ""))))


def _day(date: str | None) -> str | None:
    return first_day(date).isoformat() if date else None


def _fields(network: Network) -> Iterator[Row]:
    for one in network.fields.values():
        yield (
            one.id,
            one.name,
            one.name_fr,
            one.name_es,
            one.description,
            "; ".join(one.activities),
            network.begun(one.id),
        )


def _countries(network: Network) -> Iterator[Row]:
    for one in network.countries.values():
        yield one.id, one.alpha3, one.name, one.name_fr, one.official or one.name, one.region, one.continent


def _cities(network: Network) -> Iterator[Row]:
    for one in network.cities.values():
        part = one.subdivision
        yield (
            one.id,
            one.name,
            one.country,
            part.name if part else None,
            part.code if part else None,
            one.location.latitude,
            one.location.longitude,
            gazetteer_population(one),
            one.geonames,
            one.wikidata,
            one.unesco_pages[0] if one.unesco_pages else None,
            one.note,
            fold(one.name),
        )


def _names(network: Network) -> Iterator[Row]:
    for city in network.cities.values():
        for one in city.names:
            yield _name_id(city, one), city.id, one.value, one.lang, one.until


def _populations(network: Network) -> Iterator[Row]:
    for city in network.cities.values():
        for one in city.population:
            yield _population_id(city, one), city.id, one.value, one.year


def _facts(network: Network) -> Iterator[Row]:
    for city in network.cities.values():
        for number, one in enumerate(city.facts, start=1):
            yield f"{city.id}/{number}", city.id, number, one.value


def _topics(network: Network) -> Iterator[Row]:
    """Yield the topics, each behind the broader one that it names."""
    chains = (network.topic_and_broader(id) for id in sorted(network.topics))
    ordered = {topic.id: topic for chain in chains for topic in reversed(chain)}
    return ((one.id, one.name, one.broader) for one in ordered.values())


def _city_topics(network: Network) -> Iterator[Row]:
    for city in network.cities.values():
        for one in city.known_for:
            yield f"{city.id}/{slug(one.value)}", city.id, slug(one.value)


def _rounds(network: Network) -> Iterator[Row]:
    for one in network.rounds.values():
        yield (
            one.id,
            one.announced,
            last_day(one.announced).isoformat(),
            one.new,
            one.members,
            one.countries,
            one.wording,
            one.note,
        )


def _rules(network: Network) -> Iterator[Row]:
    for one in network.rules.values():
        yield one.id, one.value, one.years, one.since, _day(one.since), one.note


def _totals(network: Network) -> Iterator[Row]:
    for one in network.totals.values():
        day = last_day(one.date).isoformat()
        yield (
            one.id,
            one.date,
            day,
            one.members,
            one.countries,
            one.field,
            one.country,
            one.region,
            one.wording,
            one.note,
        )


def _designations(network: Network) -> Iterator[Row]:
    for city in network.cities.values():
        joining = {one.since for one in joins(city)}
        for one in city.designations:
            yield (
                designation_id(city, one),
                city.id,
                one.field,
                one.round,
                one.since,
                _day(one.since),
                precision(one.since),
                one.end.date if one.end else None,
                _day(one.end.date) if one.end else None,
                one.end.reason if one.end else None,
                int(one.since in joining),
                best_kind(one, network.sources),
                one.note,
            )


def _meetings(network: Network) -> Iterator[Row]:
    for one in network.meetings():
        ends = last_day(one.ends).isoformat() if one.ends else None
        yield (
            one.id,
            one.ordinal,
            one.name,
            one.starts,
            _day(one.starts),
            one.ends,
            ends,
            one.status,
            one.theme,
            one.note,
        )


def _meeting_hosts(network: Network) -> Iterator[Row]:
    for meeting in network.meetings():
        for position, one in enumerate(meeting.hosts, start=1):
            city = network.cities[one.city] if one.city else None
            name, country = (city.name, city.country) if city else (one.name, one.country)
            yield meeting.id, position, one.city, name, country


STATEMENTS = {"attendance": "attendance", "outcome": "outcomes", "announced": "announced"}


def _meeting_statements(network: Network) -> Iterator[Row]:
    for meeting in network.meetings():
        for kind, field in STATEMENTS.items():
            for number, one in enumerate(getattr(meeting, field), start=1):
                yield f"{meeting.id}/{kind}/{number}", meeting.id, kind, number, one.value


def _cooperations(network: Network) -> Iterator[Row]:
    for one in network.cooperations.values():
        yield one.id, one.title, one.kind, one.field, one.starts, _day(one.starts), one.ends, one.note


def _cooperation_cities(network: Network) -> Iterator[Row]:
    for cooperation in network.cooperations.values():
        for position, one in enumerate(cooperation.cities, start=1):
            member = network.member_when(one.city, cooperation.starts)
            yield cooperation.id, one.city, position, one.role, int(member)


def _sources(network: Network) -> Iterator[Row]:
    for one in sorted(network.sources.values(), key=lambda one: one.id):
        yield one.id, one.title, one.publisher, one.kind, one.url, one.published, one.accessed, one.lang, one.note


def edition_rows(network: Network) -> Iterator[tuple[str, str]]:
    """Yield which edition of the data it is: its version, the day of it, the month of its newest sources."""
    yield "version", network.version
    yield "date", edition.parted(network.version)[1].isoformat() if network.version else ""
    yield "accessed", max((one.accessed for one in network.sources.values()), default="")


def _citations(network: Network) -> Iterator[Row]:
    for row in dict.fromkeys(_cited(network)):
        kind, id, path, citation = row
        name, _, locator = citation.partition("#")
        yield kind, id, path, name, locator, network.sources[name].address(locator)


def _cited(network: Network) -> Iterator[Cited]:
    """Yield record_type, record_id, path and citation of everything that is cited."""
    for city in network.cities.values():
        yield from _cited_by_city(city)
    for meeting in network.meetings():
        yield from _cites("meeting", meeting.id, "", meeting)
        for kind, field in STATEMENTS.items():
            for number, one in enumerate(getattr(meeting, field), start=1):
                yield from _cites("meeting_statement", f"{meeting.id}/{kind}/{number}", "value", one)
    for kind, path, records in (
        ("field", "since", network.fields),
        ("round", "", network.rounds),
        ("rule", "", network.rules),
        ("total", "", network.totals),
        ("cooperation", "", network.cooperations),
    ):
        for id, record in records.items():
            yield from _cites(kind, str(id), path, record)


def _cited_by_city(city: City) -> Iterator[Cited]:
    for path in ("latitude", "longitude"):
        yield from _cites("city", city.id, path, city.location)
    for figure in city.population:
        yield from _cites("population", _population_id(city, figure), "value", figure)
        if figure.value == gazetteer_population(city):
            yield from _cites("city", city.id, "population", figure)
    for name in city.names:
        yield from _cites("name", _name_id(city, name), "until", name)
    for topic in city.known_for:
        yield from _cites("city_topic", f"{city.id}/{slug(topic.value)}", "", topic)
    for number, fact in enumerate(city.facts, start=1):
        yield from _cites("city_fact", f"{city.id}/{number}", "value", fact)
    for one in city.designations:
        yield from _cites("designation", designation_id(city, one), "", one)
        if one.end:
            yield from _cites("designation", designation_id(city, one), "until", one.end)


def _cites(kind: str, id: str, path: str, record: Any) -> Iterator[Cited]:
    return ((kind, id, path, citation) for citation in record.sources)


STATED = ("new", "members", "countries")


def _disputed(network: Network) -> Iterator[Row]:
    disputes: list[tuple[str, str, tuple[Disputed, ...]]] = []
    for city in network.cities.values():
        disputes.append(("city", city.id, city.disputed))
        disputes += [("designation", designation_id(city, one), one.disputed) for one in city.designations]
    disputes += [("round", str(one.id), one.disputed) for one in network.rounds.values()]
    disputes += [("meeting", one.id, one.disputed) for one in network.meetings()]
    disputes += [("cooperation", one.id, one.disputed) for one in network.cooperations.values()]
    for kind, id, several in disputes:
        for one in several:
            for citation in one.sources:
                name, _, locator = citation.partition("#")
                path = f"stated_{one.path}" if kind == "round" and one.path in STATED else one.path
                yield kind, id, path, one.value, name, network.sources[name].address(locator)


def _findable(network: Network) -> Iterator[Row]:
    for city in network.cities.values():
        country = network.countries[city.country].name
        latest = network.fields[city.designations[-1].field].name
        names = (city.name, *(other.value for other in city.names))
        yield _found("city", city.id, city.name, f"{country}, {latest}", names, network.terms(city))
    for country_id in sorted({city.country for city in network.cities.values()}):
        place = network.countries[country_id]
        yield _found("country", place.id, place.name, REGIONS[place.region], country_names(place))
    for field in network.fields.values():
        yield _found("field", field.id, field.name, field.description, field_names(field))
    for topic in network.topics.values():
        above = [one.name for one in network.topic_and_broader(topic.name)[1:]]
        yield _found("topic", topic.id, topic.name, ", ".join(above), (topic.name,))
    for one in network.rounds.values():
        yield _found("round", str(one.id), f"Round of {one.id}", said(one.announced), (str(one.id),), {"round"})
    for meeting in network.meetings():
        hosts = [network.cities[host.city].name if host.city else str(host.name) for host in meeting.hosts]
        detail = ", ".join(filter(None, (*hosts, said(meeting.starts))))
        names = (meeting.name, *hosts, meeting.theme or "")
        yield _found("meeting", meeting.id, meeting.name, detail, names, set(words(detail)))
    for work in network.cooperations.values():
        yield _found("cooperation", work.id, work.title, f"{work.kind}, {said(work.starts)}", (work.title,))


def _found(kind: str, id: str, name: str, detail: str, names: Iterable[str], terms: Iterable[str] = frozenset()) -> Row:
    folded = dict.fromkeys(" ".join(words(one)) for one in names)
    every = {*terms, *(word for one in folded for word in one.split())}
    return kind, id, name, detail, "\n".join(folded), " ".join(sorted(every))


def _redirects(network: Network) -> Iterator[Row]:
    return iter(network.moved.items())


# -- tables ------------------------------------------------------------------------------------

_ID = "Which record: the id in the table that record_type names."
_TYPE = "The kind of record: the name of its table in the singular."
_ADDRESS = "Address of the cited place."

TABLES = (
    Table(
        "regions",
        "The five regions in which UNESCO groups its member states.",
        (Column("id", str, "Id of the region."), Column("name", str, "English name.")),
        ("id",),
        lambda _: iter(REGIONS.items()),
    ),
    Table(
        "fields",
        _about(CreativeField),
        (
            _column(CreativeField, "id"),
            _column(CreativeField, "name"),
            _column(CreativeField, "name_fr"),
            _column(CreativeField, "name_es"),
            _column(CreativeField, "description"),
            _column(CreativeField, "activities"),
            Column("since", str, "Date of the first designation in the field (derived).", empty=True),
        ),
        ("id",),
        _fields,
    ),
    Table(
        "countries",
        _about(Country),
        (
            _column(Country, "id"),
            _column(Country, "alpha3"),
            _column(Country, "name"),
            _column(Country, "name_fr"),
            Column("official", str, "English name in UNESCO's list of states."),
            _column(Country, "region", refers="regions"),
            _column(Country, "continent"),
        ),
        ("id",),
        _countries,
    ),
    Table(
        "cities",
        _about(City),
        (
            _column(City, "id"),
            _column(City, "name"),
            _column(City, "country", refers="countries"),
            _column(Subdivision, "subdivision", field="name", empty=True),
            _column(Subdivision, "subdivision_code", field="code", empty=True),
            _column(Location, "latitude", float),
            _column(Location, "longitude", float),
            Column("population", int, "Inhabitants as GeoNames gives them; sources mean different areas.", empty=True),
            _column(City, "geonames", int, empty=True),
            _column(City, "wikidata", empty=True),
            Column("unesco_page", str, "The last part of the address of UNESCO's page on it.", empty=True),
            _column(City, "note", empty=True),
            Column("sort_name", str, "The name without capitals and accents, to sort and compare by."),
        ),
        ("id",),
        _cities,
    ),
    Table(
        "names",
        _about(Name),
        (
            Column("id", str, "City, name and language."),
            _key("city", "The city."),
            _column(Name, "value"),
            _column(Name, "lang", empty=True),
            _column(Name, "until", empty=True),
        ),
        ("id",),
        _names,
    ),
    Table(
        "populations",
        _about(Population),
        (
            Column("id", str, "City, figure and year."),
            _key("city", "The city."),
            _column(Population, "value", int),
            _column(Population, "year", int, empty=True),
        ),
        ("id",),
        _populations,
    ),
    Table(
        "city_facts",
        "Facts about a city that have no column of their own.",
        (
            Column("id", str, "City and number."),
            _key("city", "The city."),
            Column("position", int, "Number of the fact."),
            _column(Statement, "value"),
        ),
        ("id",),
        _facts,
    ),
    Table(
        "topics",
        "What cities are known for, one spelling each.",
        (
            _column(Topic, "id"),
            _column(Topic, "name"),
            Column("broader", str, _says(Topic, "broader"), refers="topics", empty=True),
        ),
        ("id",),
        _topics,
    ),
    Table(
        "city_topics",
        "Which city is known for what.",
        (Column("id", str, "City and topic."), _key("city", "The city."), _key("topic", "The topic.")),
        ("id",),
        _city_topics,
    ),
    Table(
        "rounds",
        _about(Round),
        (
            _column(Round, "id", int),
            _column(Round, "announced"),
            Column("announced_day", str, "The day that the date means: its last."),
            _column(Round, "stated_new", int, field="new", empty=True),
            _column(Round, "stated_members", int, field="members", empty=True),
            _column(Round, "stated_countries", int, field="countries", empty=True),
            _column(Round, "wording", empty=True),
            _column(Round, "note", empty=True),
        ),
        ("id",),
        _rounds,
    ),
    Table(
        "rules",
        _about(Rule),
        (
            _column(Rule, "id"),
            _column(Rule, "value"),
            _column(Rule, "years", int),
            _column(Rule, "since"),
            Column("since_day", str, "The first day that the date can mean."),
            _column(Rule, "note", empty=True),
        ),
        ("id",),
        _rules,
    ),
    Table(
        "totals",
        _about(Total),
        (
            _column(Total, "id"),
            _column(Total, "date"),
            Column("date_day", str, "The day that the date means: its last."),
            _column(Total, "members", int, empty=True),
            _column(Total, "countries", int, empty=True),
            _column(Total, "field", refers="fields", empty=True),
            _column(Total, "country", refers="countries", empty=True),
            _column(Total, "region", refers="regions", empty=True),
            _column(Total, "wording", empty=True),
            _column(Total, "note", empty=True),
        ),
        ("id",),
        _totals,
    ),
    Table(
        "designations",
        _about(Designation),
        (
            Column("id", str, "City, field and year."),
            _key("city", "The city."),
            _column(Designation, "field", refers="fields"),
            _column(Designation, "round", int, refers="rounds", empty=True),
            _column(Designation, "since"),
            Column("since_day", str, "The first day that the date can mean; the membership counts from it."),
            Column("since_precision", str, "How precisely the date is known: year, month or day."),
            Column("until", str, "First day on which it no longer held; empty while it lasts.", empty=True),
            Column("until_day", str, "The first day that the end can mean.", empty=True),
            Column("end_reason", str, _says(End, "reason"), empty=True),
            Column("joins", int, "1 if the city joined the network with it, 0 if it changed its field."),
            Column("best_source", str, "Kind of its most trusted source."),
            _column(Designation, "note", empty=True),
        ),
        ("id",),
        _designations,
    ),
    Table(
        "meetings",
        _about(Meeting),
        (
            _column(Meeting, "id"),
            _column(Meeting, "ordinal", int, empty=True),
            _column(Meeting, "name"),
            _column(Meeting, "starts"),
            Column("starts_day", str, "The first day that the start can mean."),
            _column(Meeting, "ends", empty=True),
            Column("ends_day", str, "The last day that the end can mean.", empty=True),
            _column(Meeting, "status"),
            _column(Meeting, "theme", empty=True),
            _column(Meeting, "note", empty=True),
        ),
        ("id",),
        _meetings,
    ),
    Table(
        "meeting_hosts",
        _about(Host),
        (
            _key("meeting", "The meeting."),
            Column("position", int, "1 for the first host."),
            Column("city", str, "The city; empty where it has no file.", refers="cities", empty=True),
            Column("name", str, "Name of the host."),
            Column("country", str, "Country of the host.", refers="countries"),
        ),
        ("meeting", "position"),
        _meeting_hosts,
    ),
    Table(
        "meeting_statements",
        "What is reported of a meeting: who came, what was decided, what had been announced.",
        (
            Column("id", str, "Meeting, kind and number."),
            _key("meeting", "The meeting."),
            Column("kind", str, "attendance, outcome or announced."),
            Column("position", int, "Number among those of its kind."),
            _column(Statement, "value"),
        ),
        ("id",),
        _meeting_statements,
    ),
    Table(
        "cooperations",
        _about(Cooperation),
        (
            _column(Cooperation, "id"),
            _column(Cooperation, "title"),
            _column(Cooperation, "kind"),
            _column(Cooperation, "field", refers="fields", empty=True),
            _column(Cooperation, "starts"),
            Column("starts_day", str, "The first day that the start can mean."),
            _column(Cooperation, "ends", empty=True),
            _column(Cooperation, "note", empty=True),
        ),
        ("id",),
        _cooperations,
    ),
    Table(
        "cooperation_cities",
        _about(Participant),
        (
            _key("cooperation", "The cooperation."),
            _key("city", "The city."),
            Column("position", int, "1 for the first city."),
            _column(Participant, "role"),
            Column("member", int, "1 if the city was a member when it began, 0 if it was not yet one (derived)."),
        ),
        ("cooperation", "city"),
        _cooperation_cities,
    ),
    Table(
        "sources",
        _about(Source),
        (
            _column(Source, "id"),
            _column(Source, "title", empty=True),
            _column(Source, "publisher"),
            _column(Source, "kind"),
            _column(Source, "url"),
            _column(Source, "published", empty=True),
            _column(Source, "accessed"),
            _column(Source, "lang", empty=True),
            _column(Source, "note", empty=True),
        ),
        ("id",),
        _sources,
    ),
    Table(
        "citations",
        "Which source stands behind which fact.",
        (
            Column("record_type", str, _TYPE),
            Column("record_id", str, _ID),
            Column("path", str, "The column that is cited; '' for the whole record."),
            Column("source", str, "The source.", refers="sources"),
            Column("locator", str, "Where in the source; '' for the whole."),
            Column("url", str, _ADDRESS),
        ),
        ("record_type", "record_id", "path", "source", "locator"),
        _citations,
    ),
    Table(
        "disputed",
        _about(Disputed),
        (
            Column("record_type", str, _TYPE),
            Column("record_id", str, _ID),
            _column(Disputed, "path"),
            _column(Disputed, "value"),
            Column("source", str, "The source that says so.", refers="sources"),
            Column("url", str, _ADDRESS),
        ),
        ("record_type", "record_id", "path", "value", "source"),
        _disputed,
    ),
    Table(
        "findable",
        "What the search finds, and by which words.",
        (
            Column("kind", str, "city, country, field, topic, round, meeting or cooperation."),
            Column("id", str, "Its id in the table of that kind."),
            Column("name", str, "What it is called."),
            Column("detail", str, "What tells it from others of that name."),
            Column("names", str, "Its names, folded, a line each."),
            Column("terms", str, "Folded words by whose beginnings it is found, parted by spaces."),
        ),
        ("kind", "id"),
        _findable,
        technical=True,
    ),
    Table(
        "edition",
        "Which edition of the data this is.",
        (Column("name", str, "What is said."), Column("value", str, "What it is.")),
        ("name",),
        edition_rows,
        technical=True,
    ),
    Table(
        "redirects",
        "Ids that were a mistake or were merged, and the ids that took their place.",
        (Column("old", str, "The old id."), Column("new", str, "The id that took its place.", refers="cities")),
        ("old",),
        _redirects,
        technical=True,
    ),
)

DOCUMENTS = Table(
    "documents",
    "Records, downloads, feeds and calendars, made by the build and served as they stand.",
    (
        Column("path", str, "Address on the site."),
        Column("type", str, "Media type."),
        Column("body", str, "The document."),
    ),
    ("path",),
    lambda _: (),
    technical=True,
)

# -- views -------------------------------------------------------------------------------------

MEMBER_COLUMNS = {
    "id": _says(City, "id"),
    "name": _says(City, "name"),
    "country": _says(City, "country"),
    "country_name": _says(Country, "name"),
    "alpha3": _says(Country, "alpha3"),
    "region": _says(Country, "region"),
    "continent": _says(Country, "continent"),
    "subdivision": _says(Subdivision, "name"),
    "subdivision_code": _says(Subdivision, "code"),
    "field": _says(Designation, "field"),
    "since": _says(Designation, "since"),
    "since_day": "The first day that the date can mean; the membership counts from it.",
    "since_precision": "How precisely the date is known: year, month or day.",
    "until": "First day on which the designation no longer held; empty while it lasts.",
    "until_day": "The first day that the end can mean.",
    "round": _says(Designation, "round"),
    "latitude": _says(Location, "latitude"),
    "longitude": _says(Location, "longitude"),
    "population": "Inhabitants as GeoNames gives them; sources mean different areas.",
    "geonames": _says(City, "geonames"),
    "wikidata": _says(City, "wikidata"),
    "unesco_page": "The last part of the address of UNESCO's page on it.",
}

MEMBERS_SELECT = """
SELECT c.id, c.name, c.country, k.name AS country_name, k.alpha3, k.region, k.continent, c.subdivision,
       c.subdivision_code, d.field, d.since, d.since_day, d.since_precision, d.until, d.until_day, d.round,
       c.latitude, c.longitude, c.population, c.geonames, c.wikidata, c.unesco_page
FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country
""".strip()

_COUNT_MEMBERS = """
(SELECT count(*) FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country
 WHERE d.since_day <= {day} AND (d.until_day IS NULL OR d.until_day > {day}){more})
""".strip()
_COUNT_COUNTRIES = _COUNT_MEMBERS.replace("count(*)", "count(DISTINCT c.country)")
_OF_TOTAL = (
    " AND (t.field IS NULL OR d.field = t.field) AND (t.country IS NULL OR c.country = t.country)"
    " AND (t.region IS NULL OR k.region = t.region)"
)


def _stated(figure: str, table: str, column: str, count: str) -> str:
    date = "announced" if table == "rounds" else "date"
    day = "announced_day" if table == "rounds" else "date_day"
    kind = table.removesuffix("s")
    part = "NULL, NULL, NULL" if table == "rounds" else "t.field, t.country, t.region"
    return (
        f"SELECT '{kind}' AS record_type, CAST(t.id AS TEXT) AS record_id, '{figure}' AS figure, t.{date} AS date,"
        f" t.{day} AS date_day, {part}, t.{column} AS stated, {count} AS counted FROM {table} t"
        f" WHERE t.{column} IS NOT NULL"
    )


def _census_select() -> str:
    at_round, at_total = "t.announced_day", "t.date_day"
    new = "(SELECT count(*) FROM designations d WHERE d.joins = 1 AND d.since = t.announced)"
    parts = [
        _stated("members", "rounds", "stated_members", _COUNT_MEMBERS.format(day=at_round, more="")),
        _stated("countries", "rounds", "stated_countries", _COUNT_COUNTRIES.format(day=at_round, more="")),
        _stated("new", "rounds", "stated_new", new),
        _stated("members", "totals", "members", _COUNT_MEMBERS.format(day=at_total, more=_OF_TOTAL)),
        _stated("countries", "totals", "countries", _COUNT_COUNTRIES.format(day=at_total, more=_OF_TOTAL)),
    ]
    columns = "record_type, record_id, figure, date, date_day, field, country, region, stated, counted"
    union = "\nUNION ALL ".join(parts)
    return (
        f"WITH figures ({columns}) AS (\n{union})\n"
        f"SELECT {columns}, counted - stated AS difference FROM figures\n"
        "ORDER BY date_day, record_type, record_id, figure"
    )


VIEWS = (
    View(
        "members",
        "The network as it is: one row for each membership that lasts.",
        MEMBER_COLUMNS,
        f"{MEMBERS_SELECT}\nWHERE d.until IS NULL ORDER BY c.sort_name, c.id",
    ),
    View(
        "history",
        "Everything that happened to memberships, in order: joined, changed-field, ended.",
        {
            "date": "When, as precisely as it is known.",
            "day": "The first day that the date can mean.",
            "event": "joined, changed-field or ended.",
            "city": "The city.",
            "name": _says(City, "name"),
            "country": _says(City, "country"),
            "field": "The creative field that it joined in, took or left.",
            "former_field": "The field before, where the field changed.",
        },
        """
WITH events AS (
  SELECT since AS date, since_day AS day, CASE joins WHEN 1 THEN 'joined' ELSE 'changed-field' END AS event,
         city, field, CASE joins WHEN 0 THEN
           (SELECT b.field FROM designations b WHERE b.city = d.city AND b.until = d.since) END AS former_field
  FROM designations d
  UNION ALL
  SELECT until, until_day, 'ended', city, field, NULL FROM designations WHERE end_reason IN ('withdrew', 'removed'))
SELECT e.date, e.day, e.event, e.city, c.name, c.country, e.field, e.former_field
FROM events e JOIN cities c ON c.id = e.city ORDER BY e.day, c.sort_name, c.id
""".strip(),
    ),
    View(
        "census",
        "Every number of members or countries that was stated for some day, beside our count for the same day.",
        {
            "record_type": "round or total: which table states it.",
            "record_id": "Which round or total.",
            "figure": "members, countries or new (members that joined in a round).",
            "date": "The date for which it was stated.",
            "date_day": "The day that the date means.",
            "field": _says(Total, "field"),
            "country": _says(Total, "country"),
            "region": _says(Total, "region"),
            "stated": "The figure that was stated.",
            "counted": "Our count.",
            "difference": "Our count less the stated figure.",
        },
        _census_select(),
    ),
    View(
        "network_by_year",
        "The network at the end of each year, and how many cities joined, changed their field or left in it.",
        {
            "year": "The year.",
            "joined": "Cities that joined in it.",
            "changed_field": "Cities that changed their field in it.",
            "ended": "Memberships that ended in it.",
            "members": "Members at its end.",
            "countries": "Countries with a member at its end.",
        },
        """
WITH RECURSIVE years(year) AS (
  SELECT CAST(min(substr(since, 1, 4)) AS INTEGER) FROM designations
  UNION ALL
  SELECT year + 1 FROM years WHERE year <
    (SELECT CAST(max(substr(coalesce(until, since), 1, 4)) AS INTEGER) FROM designations))
SELECT y.year,
  (SELECT count(*) FROM history h WHERE h.event = 'joined' AND substr(h.day, 1, 4) = CAST(y.year AS TEXT)) AS joined,
  (SELECT count(*) FROM history h WHERE h.event = 'changed-field' AND substr(h.day, 1, 4) = CAST(y.year AS TEXT))
    AS changed_field,
  (SELECT count(*) FROM history h WHERE h.event = 'ended' AND substr(h.day, 1, 4) = CAST(y.year AS TEXT)) AS ended,
  (SELECT count(*) FROM designations d WHERE d.since_day <= y.year || '-12-31'
     AND (d.until_day IS NULL OR d.until_day > y.year || '-12-31')) AS members,
  (SELECT count(DISTINCT c.country) FROM designations d JOIN cities c ON c.id = d.city
     WHERE d.since_day <= y.year || '-12-31' AND (d.until_day IS NULL OR d.until_day > y.year || '-12-31')) AS countries
FROM years y ORDER BY y.year
""".strip(),
    ),
    View(
        "reports_due",
        "In which years each member's reports fall due, by the rule of four years (to 2060).",
        {
            "city": "The city.",
            "name": _says(City, "name"),
            "joined": "When its stay in the network began.",
            "year": "The year in which a report is due (derived).",
        },
        """
WITH RECURSIVE due(city, joined, year, years) AS (
  SELECT h.city, max(h.day), CAST(substr(max(h.day), 1, 4) AS INTEGER) + r.years, r.years
  FROM history h JOIN members m ON m.id = h.city JOIN rules r ON r.id = 'monitoring'
  WHERE h.event = 'joined' GROUP BY h.city HAVING max(h.day) >= r.since_day
  UNION ALL SELECT city, joined, year + years, years FROM due WHERE year + years <= 2060)
SELECT due.city, c.name, due.joined, due.year FROM due JOIN cities c ON c.id = due.city
ORDER BY due.year, c.sort_name, c.id
""".strip(),
    ),
    View(
        "field_by_country",
        "How many members each country has in each creative field.",
        {
            "country": _says(City, "country"),
            "country_name": _says(Country, "name"),
            "field": _says(Designation, "field"),
            "field_name": _says(CreativeField, "name"),
            "members": "Members.",
        },
        """
SELECT m.country, m.country_name, m.field, f.name AS field_name, count(*) AS members
FROM members m JOIN fields f ON f.id = m.field GROUP BY m.country, m.field ORDER BY m.country_name, f.name
""".strip(),
    ),
)

# -- search ------------------------------------------------------------------------------------

SEARCH_TABLE = "cities_fts"
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _search_rows(network: Network) -> Iterator[tuple[str, ...]]:
    """Yield what is searched for each city: its names, its place, its fields, its id; as written and folded."""
    for city in network.cities.values():
        names = [city.name, *(one.value for one in city.names)]
        country = network.countries[city.country]
        place = [*country_names(country)]
        place += [city.subdivision.name, city.subdivision.code] if city.subdivision else []
        fields = [name for one in city.designations for name in field_names(network.fields[one.field])]
        topics = [topic.name for topic in network.topics_of(city)]
        yield tuple(" ".join(_searchable(texts)) for texts in (names, place, fields, topics, [city.id]))


def _searchable(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield text
        if fold(text) != text.casefold():
            yield fold(text)
        if _UNSPACED.search(text):
            # Such scripts have no spaces between words, so that 金沢 would not be found in 金沢市.
            yield from (text[:end] for end in range(1, len(text)))


# -- the build ---------------------------------------------------------------------------------


def build(network: Network, target: Path, documents: Iterable[Document] = ()) -> None:
    """Write the database to the target, whole or not at all: into a file beside it, then renamed.

    `documents` are path, media type and body of what the site serves as it stands. Raises BuildError, SearchError.
    """
    if target.exists() and not target.is_file():
        raise BuildError(f"{target} cannot be written: it is no regular file")
    try:
        with (
            files.replacing(target) as beside,
            contextlib.closing(Database(beside, strict=True, execute_plugins=False)) as database,
        ):
            fill(database, network, documents)
    except (OSError, sqlite3.Error) as error:
        raise BuildError(_reason(target, error)) from error


def _reason(target: Path, error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{target} cannot be written: {said.lower()}"


def fill(database: Database, network: Network, documents: Iterable[Document] = ()) -> None:
    """Write all tables, views and the search into an empty database, in one transaction, and check it."""
    # Rebuilt from nothing whenever it fails: a journal would protect nothing.
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA foreign_keys = ON")
    with database.atomic():
        for table in TABLES:
            _create(database, table, table.rows(network))
        _create(database, DOCUMENTS, documents)
        for view in VIEWS:
            database.create_view(view.name, view.select)
        try:
            _create_search(database, network)
        except sqlite3.OperationalError as error:
            if "no such module" in str(error):
                raise SearchError("this Python's SQLite has no full-text search (FTS5); use one that has") from None
            raise
        for indexed, column in (
            ("designations", "city"),
            ("designations", "field"),
            ("citations", "source"),
            ("names", "city"),
        ):
            database.table(indexed).create_index([column])
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    damaged = database.execute("PRAGMA integrity_check").fetchone()[0]
    if broken or damaged != "ok":
        raise BuildError(f"the database came out broken: {broken or damaged}")
    database.execute("ANALYZE")


def _create(database: Database, table: Table, rows: Iterable[Row]) -> None:
    database.table(table.name).create(
        {column.name: column.type for column in table.columns},
        pk=table.key[0] if len(table.key) == 1 else table.key,
        foreign_keys=[(column.name, column.refers, "id") for column in table.columns if column.refers],
        not_null={column.name for column in table.columns if not column.empty},
    )
    places = ", ".join("?" for _ in table.columns)
    database.conn.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)


def _create_search(database: Database, network: Network) -> None:
    database.execute(
        f"CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5(names, place, fields, topics, id,"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    numbers = {id: number for number, id in database.execute("SELECT rowid, id FROM cities").fetchall()}
    database.conn.executemany(
        f"INSERT INTO {SEARCH_TABLE} (rowid, names, place, fields, topics, id) VALUES (?, ?, ?, ?, ?, ?)",
        ((numbers[city], *texts) for city, texts in zip(network.cities, _search_rows(network), strict=True)),
    )
