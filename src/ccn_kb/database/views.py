"""The views: the members, what happened to memberships, and the published totals next to our counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from ccn_kb.database.search_index import CITY_SEARCH, CITY_SEARCH_SELECT
from ccn_kb.model.dates import LAST_DATE
from ccn_kb.model.records import City, Country, CreativeField, Designation, Total
from ccn_kb.network import Network
from ccn_kb.network.frames import Cell, Column, Rows
from ccn_kb.network.growth import Growth
from ccn_kb.network.history import Event, History
from ccn_kb.network.members import Member, Members
from ccn_kb.network.published_totals import Census, Figure
from ccn_kb.network.schema import CITIES, COUNTRIES, DESIGNATIONS, TABLES, Table, TableColumn, description_of


@dataclass(frozen=True)
class View:
    """A view: what it shows, its columns with their descriptions, and its SELECT."""

    name: str
    description: str
    columns: Mapping[str, str]
    select: str
    technical: bool = False


def _cell_of(column: Column[Any]) -> Callable[[Any, Network], Cell]:
    """Return the function that gives a record's value in a column of data frames."""
    return lambda record, network: column.of(record, network.codebook)


# -- the members: the columns of network.members.Members, each taken from a table ---------------

_SOURCES: dict[str, tuple[str, TableColumn[Any]]] = {
    **{f"country_{column.name}": ("k", column) for column in COUNTRIES.columns},
    **{
        column.name: (alias, column)
        for alias, table in (("k", COUNTRIES), ("d", DESIGNATIONS), ("c", CITIES))
        for column in table.columns
    },
}

_JOINED = "FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country"

MEMBERS = Table[Member](
    "members",
    "The current members: one row for each membership that lasts.",
    lambda network: network.members(),
    tuple(
        replace(
            _SOURCES[column.name][1],
            name=column.name,
            value=None,
            derive=_cell_of(column),
            sources=None,
            references="cities" if column.name == "id" else _SOURCES[column.name][1].references,
        )
        for column in Members.columns
    ),
    ("id", "field"),
)


def _selected(name: str) -> str:
    alias, source = _SOURCES[name]
    return f"{alias}.{source.name}" if source.name == name else f"{alias}.{source.name} AS {name}"


MEMBERS_SELECT = f"SELECT {', '.join(_selected(column.name) for column in Members.columns)}\n{_JOINED}"


# -- the published totals ----------------------------------------------------------------------

_ACTIVE = "d.since_day <= {day} AND (d.until_day IS NULL OR d.until_day > {day})"
_COUNT_MEMBERS = f"(SELECT count(*) {_JOINED} WHERE {_ACTIVE}{{part}})"
_COUNT_COUNTRIES = _COUNT_MEMBERS.replace("count(*)", "count(DISTINCT c.country)")
_COUNT_NEW = "(SELECT count(*) FROM designations d WHERE d.joins = 1 AND d.since = t.announced)"
_PART_OF_TOTAL = (
    " AND (t.field IS NULL OR d.field = t.field) AND (t.country IS NULL OR c.country = t.country)"
    " AND (t.region IS NULL OR k.region = t.region)"
)


def _select_figure(record_type: str, figure: str, column: str, count: str) -> str:
    """Return the SELECT of one figure of the rounds or totals, with our count."""
    date, part = (
        ("announced", "NULL, NULL, NULL, NULL, NULL")
        if record_type == "round"
        else ("date", "t.field, t.field_name, t.country, t.country_name, t.region")
    )
    counted = count.format(day=f"t.{date}_day", part="" if record_type == "round" else _PART_OF_TOTAL)
    return (
        f"SELECT '{record_type}' AS record_type, CAST(t.id AS TEXT) AS record_id, '{figure}' AS figure,"
        f" t.{date} AS date, t.{date}_day AS date_day, {part}, t.{column} AS stated, {counted} AS counted"
        f" FROM {record_type}s t WHERE t.{column} IS NOT NULL"
    )


def _census_select() -> str:
    figures = "\nUNION ALL ".join(
        (
            _select_figure("round", "members", "stated_members", _COUNT_MEMBERS),
            _select_figure("round", "countries", "stated_countries", _COUNT_COUNTRIES),
            _select_figure("round", "new", "stated_new", _COUNT_NEW),
            _select_figure("total", "members", "members", _COUNT_MEMBERS),
            _select_figure("total", "countries", "countries", _COUNT_COUNTRIES),
        )
    )
    columns = ", ".join(column.name for column in CENSUS.columns if column.name != "difference")
    return (
        f"WITH figures ({columns}) AS (\n{figures})\n"
        f"SELECT {columns}, counted - stated AS difference FROM figures\n"
        "ORDER BY date_day, record_type, record_id, figure"
    )


# -- what the network counts, as tables of exports and as views ----------------------------------

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

# -- the views ---------------------------------------------------------------------------------

_AT_END_OF_YEAR = _ACTIVE.format(day="y.year || '-12-31'")

VIEWS = (
    View(
        MEMBERS.name,
        MEMBERS.description,
        {column.name: column.description for column in MEMBERS.columns},
        f"{MEMBERS_SELECT}\nWHERE d.until IS NULL ORDER BY c.sort_name, c.id",
    ),
    View(
        HISTORY.name,
        HISTORY.description,
        {column.name: column.description for column in HISTORY.columns},
        """
WITH events AS (
  SELECT since AS date, since_day AS day, CASE joins WHEN 1 THEN 'joined' ELSE 'changed-field' END AS event,
         city, field, field_name, CASE joins WHEN 0 THEN
           (SELECT b.id FROM designations b WHERE b.city = d.city AND b.since_day < d.since_day
            ORDER BY b.since_day DESC LIMIT 1) END AS former
  FROM designations d
  UNION ALL
  SELECT until, until_day, 'ended', city, field, field_name, NULL FROM designations
  WHERE end_reason IN ('withdrew', 'removed'))
SELECT e.date, e.day, e.event, e.city, c.name, c.country, c.country_name, e.field, e.field_name,
  b.field AS former_field, b.field_name AS former_field_name
FROM events e JOIN cities c ON c.id = e.city LEFT JOIN designations b ON b.id = e.former
ORDER BY e.day, c.sort_name, c.id, e.event <> 'ended'
""".strip(),
    ),
    View(
        CENSUS.name,
        CENSUS.description,
        {column.name: column.description for column in CENSUS.columns},
        _census_select(),
    ),
    View(
        NETWORK_BY_YEAR.name,
        NETWORK_BY_YEAR.description,
        {column.name: column.description for column in NETWORK_BY_YEAR.columns},
        f"""
WITH RECURSIVE years(year) AS (
  SELECT CAST(min(substr(since, 1, 4)) AS INTEGER) FROM designations
  UNION ALL
  SELECT year + 1 FROM years WHERE year <
    (SELECT CAST(max(substr(coalesce(until, since), 1, 4)) AS INTEGER) FROM designations)),
events(year, event, number) AS (
  SELECT CAST(substr(day, 1, 4) AS INTEGER), event, count(*) FROM history GROUP BY 1, 2),
counts AS (
  SELECT y.year,
    coalesce((SELECT number FROM events e WHERE e.year = y.year AND e.event = 'joined'), 0) AS joined,
    coalesce((SELECT number FROM events e WHERE e.year = y.year AND e.event = 'changed-field'), 0) AS changed_field,
    coalesce((SELECT number FROM events e WHERE e.year = y.year AND e.event = 'ended'), 0) AS ended
  FROM years y WHERE y.year IS NOT NULL)
SELECT y.year, y.year || '-12-31' AS day,
  (SELECT count(*) FROM designations d WHERE {_AT_END_OF_YEAR}) AS members,
  (SELECT count(DISTINCT c.country) FROM designations d JOIN cities c ON c.id = d.city
     WHERE {_AT_END_OF_YEAR}) AS countries,
  y.joined, y.changed_field, y.ended, y.joined + y.changed_field AS began,
  (SELECT count(*) FROM designations d WHERE substr(d.until_day, 1, 4) = CAST(y.year AS TEXT)) AS ceased
FROM counts y ORDER BY y.year
""".strip(),
    ),
    View(
        "reports_due",
        "Years in which the reports of each member are due, by the rule `monitoring` (to 2060).",
        {
            "city": "The city.",
            "name": description_of(City, "name"),
            "joined": "The first day of its present membership of the network.",
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
            "country": description_of(City, "country"),
            "country_name": description_of(Country, "name"),
            "field": description_of(Designation, "field"),
            "field_name": description_of(CreativeField, "name"),
            "members": "Members.",
        },
        """
SELECT m.country, m.country_name, m.field, f.name AS field_name, count(*) AS members
FROM members m JOIN fields f ON f.id = m.field GROUP BY m.country, m.field ORDER BY m.country_name, f.name
""".strip(),
    ),
    View(
        CITY_SEARCH,
        "The full-text index of the cities by their ids, for Datasette's search in tables and views with such ids.",
        {"rowid": "Id of the city.", CITY_SEARCH: "What a search matches: use it with MATCH only."},
        CITY_SEARCH_SELECT,
        technical=True,
    ),
)

FOR_READERS: tuple[Table[Any] | View, ...] = (
    *(table for table in TABLES if not table.technical),
    *(view for view in VIEWS if not view.technical),
)
"""The tables and views that are shown, counted and described to readers."""
