"""The tables that are derived from the others, in the database by SQL: the members, their history, and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, get_args

from ccn_kb.model.dates import LAST_DATE, first_day_text
from ccn_kb.model.records import City, Country, CreativeField, Designation, Total
from ccn_kb.network import Network
from ccn_kb.network.frames import Cell, Column, Rows
from ccn_kb.network.growth import Growth
from ccn_kb.network.history import Event, History
from ccn_kb.network.members import Member, Members, start_of_stay
from ccn_kb.network.published_totals import Census, Figure
from ccn_kb.network.schema import CITIES, COUNTRIES, DESIGNATIONS, Table, TableColumn, description_of

LAST_REPORT = 2060
"""The last year for which reports are listed."""


def _cell_of(column: Column[Any]) -> Callable[[Any, Network], Cell]:
    """Return the function that gives a record's value in a column of data frames."""
    return lambda record, network: column.of(record, network.codebook)


# -- the members: the columns of network.members.Members, each taken from a table ---------------

TABLE_COLUMNS: dict[str, tuple[Table[Any], TableColumn[Any]]] = {
    **{f"country_{column.name}": (COUNTRIES, column) for column in COUNTRIES.columns},
    **{column.name: (table, column) for table in (COUNTRIES, DESIGNATIONS, CITIES) for column in table.columns},
}
"""The table and the column that each column of the members is taken from."""

MEMBERS = Table[Member](
    "members",
    "The current members: one row for each membership that lasts.",
    lambda network: network.members(LAST_DATE),
    tuple(
        replace(
            TABLE_COLUMNS[column.name][1],
            name=column.name,
            value=None,
            derive=_cell_of(column),
            sources=None,
            references="cities" if column.name == "id" else TABLE_COLUMNS[column.name][1].references,
        )
        for column in Members.columns
    ),
    ("id", "field"),
)

# -- what the network counts -------------------------------------------------------------------

_TYPES: Mapping[str, type] = {"integer": int, "number": float}
_CHOICES = {"event": get_args(Event), "record_type": ("round", "total"), "figure": get_args(Figure)}
_REFERENCES = {
    "city": "cities",
    "country": "countries",
    "field": "fields",
    "former_field": "fields",
    "region": "regions",
}


def _table_of_rows(
    name: str,
    description: str,
    rows: type[Rows[Any]],
    records: Callable[[Network], Iterable[Any]],
    descriptions: Mapping[str, str],
    key: tuple[str, ...],
) -> Table[Any]:
    """Return the table with the columns of a data frame; a column `<code>_name` describes itself."""
    columns = (
        TableColumn(
            column.name,
            descriptions.get(column.name) or f"English name of {column.name.removesuffix('_name')}.",
            derive=_cell_of(column),
            type=_TYPES.get(column.kind, str),
            references=_REFERENCES.get(column.name, ""),
            nullable=column.nullable,
            choices=_CHOICES.get(column.name, ()),
        )
        for column in rows.columns
    )
    return Table(name, description, records, tuple(columns), key)


def _years_with_events(network: Network) -> Growth:
    """Return the growth of the network until the end of the last year in which anything happened."""
    history = network.history(until=LAST_DATE)
    return network.growth(until=history[-1].date[:4]) if history else Growth()


HISTORY = _table_of_rows(
    "history",
    "Everything that happened to memberships, in order: joined, changed-field, ended.",
    History,
    lambda network: network.history(until=LAST_DATE),
    {
        "date": "When, as precisely as it is known.",
        "day": "The first day that the date can mean.",
        "event": "joined, changed-field or ended.",
        "city": "The city.",
        "name": description_of(City, "name"),
        "country": description_of(City, "country"),
        "field": "The creative field that it joined in, took or left.",
        "former_field": "The field before, where the field changed.",
    },
    ("day", "city", "event", "field"),
)
CENSUS = _table_of_rows(
    "census",
    "Every published number of members or countries, with our count for the same day.",
    Census,
    lambda network: network.census(),
    {
        "record_type": "round or total: which table states it.",
        "record_id": "Which round or total.",
        "figure": "members, countries or new (members that joined in a round).",
        "date": "The date for which it was stated.",
        "date_day": "The day that the date means.",
        "field": description_of(Total, "field"),
        "country": description_of(Total, "country"),
        "region": description_of(Total, "region"),
        "stated": "The figure that was stated.",
        "counted": "Our count.",
        "difference": "Our count less the stated figure.",
    },
    ("record_type", "record_id", "figure"),
)
NETWORK_BY_YEAR = _table_of_rows(
    "network_by_year",
    "The network at the end of each year, and how many cities joined, changed their field or left in it.",
    Growth,
    _years_with_events,
    {
        "year": "The year.",
        "day": "Its last day, on which members were counted.",
        "members": "Members on the day.",
        "countries": "Countries with a member on the day.",
        "joined": "Cities that joined in the year.",
        "changed_field": "Cities that changed their field in it.",
        "ended": "Memberships that ended in it.",
        "began": "Designations that began in it: of cities that joined or changed their field.",
        "ceased": "Designations that ended in it: with the membership or by a change of field.",
    },
    ("year",),
)


class DueReport(NamedTuple):
    """A year in which the report of a member is due."""

    member: Member
    year: int


class FieldInCountry(NamedTuple):
    """The number of members that a country has in a creative field."""

    country: str
    field: str
    members: int


def _due_reports(network: Network) -> Iterable[DueReport]:
    due = (
        DueReport(member, year)
        for member in network.members(LAST_DATE)
        for year in network.reports_due(member.city, until=LAST_REPORT)
    )
    return sorted(due, key=lambda report: (report.year, report.member.order))


def _fields_of_countries(network: Network) -> Iterator[FieldInCountry]:
    for (country, field), number in network.cross_count(network.members(LAST_DATE), "country", "field").items():
        yield FieldInCountry(country, field, number)


REPORTS_DUE = Table[DueReport](
    "reports_due",
    "Years in which the reports of each member are due, by the rule `monitoring` (to 2060).",
    _due_reports,
    (
        TableColumn("city", "The city.", lambda report: report.member.city.id, references="cities"),
        TableColumn("name", description_of(City, "name"), lambda report: report.member.city.name),
        TableColumn(
            "joined",
            "The first day of its present membership of the network.",
            lambda report: first_day_text(start_of_stay(report.member).since),
        ),
        TableColumn("year", "The year in which a report is due (derived).", type=int),
    ),
    ("city", "year"),
)
FIELD_BY_COUNTRY = Table[FieldInCountry](
    "field_by_country",
    "How many members each country has in each creative field.",
    _fields_of_countries,
    (
        TableColumn("country", description_of(City, "country"), references="countries"),
        TableColumn(
            "country_name",
            description_of(Country, "name"),
            derive=lambda row, network: network.countries[row.country].name,
        ),
        TableColumn("field", description_of(Designation, "field"), references="fields"),
        TableColumn(
            "field_name",
            description_of(CreativeField, "name"),
            derive=lambda row, network: network.fields[row.field].name,
        ),
        TableColumn("members", "Members.", type=int),
    ),
    ("country", "field"),
)

DERIVED_TABLES: tuple[Table[Any], ...] = (MEMBERS, HISTORY, CENSUS, NETWORK_BY_YEAR, REPORTS_DUE, FIELD_BY_COUNTRY)
