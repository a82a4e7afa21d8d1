"""The views: the members, what happened to memberships, and the published totals next to our counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ccn_kb.database.search_index import CITY_SEARCH, CITY_SEARCH_SELECT
from ccn_kb.network.derived_tables import (
    CENSUS,
    FIELD_BY_COUNTRY,
    HISTORY,
    LAST_REPORT,
    MEMBERS,
    NETWORK_BY_YEAR,
    REPORTS_DUE,
    TABLE_COLUMNS,
)
from ccn_kb.network.members import Members
from ccn_kb.network.schema import TABLES, Table


@dataclass(frozen=True)
class View:
    """A view: what it shows, its columns with their descriptions, and its SELECT."""

    name: str
    description: str
    columns: Mapping[str, str]
    select: str
    technical: bool = False

    @classmethod
    def of(cls, table: Table[Any], select: str) -> View:
        """Return the view that has the rows of a table by SQL."""
        return cls(table.name, table.description, {column.name: column.description for column in table.columns}, select)


# -- the members -------------------------------------------------------------------------------

_ALIASES = {"countries": "k", "designations": "d", "cities": "c"}
_JOINED = "FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country"


def _selected(name: str) -> str:
    table, source = TABLE_COLUMNS[name]
    alias = _ALIASES[table.name]
    return f"{alias}.{source.name}" if source.name == name else f"{alias}.{source.name} AS {name}"


MEMBERS_SELECT = f"SELECT {', '.join(_selected(column.name) for column in Members.columns)}\n{_JOINED}"


# -- the published totals ----------------------------------------------------------------------

_ACTIVE = "d.since_day <= {day} AND (d.until_day IS NULL OR d.until_day > {day})"
_COUNT_MEMBERS = f"(SELECT count(*) {_JOINED} WHERE {_ACTIVE}{{part}})"
_COUNT_COUNTRIES = _COUNT_MEMBERS.replace("count(*)", "count(DISTINCT c.country)")
_COUNT_NEW = "(SELECT count(*) FROM designations d WHERE d.joins = 1 AND d.since = t.announced)"
_COUNT_FIRST_TIME = (
    "(SELECT count(*) FROM designations d JOIN cities c ON c.id = d.city WHERE d.joins = 1 AND d.since = t.announced"
    " AND NOT EXISTS (SELECT 1 FROM designations earlier JOIN cities e ON e.id = earlier.city"
    " WHERE e.country = c.country AND earlier.since_day < d.since_day))"
)
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
            _select_figure("round", "first_time", "stated_first_time", _COUNT_FIRST_TIME),
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


# -- the views ---------------------------------------------------------------------------------

_AT_END_OF_YEAR = _ACTIVE.format(day="y.year || '-12-31'")

VIEWS = (
    View.of(
        MEMBERS,
        f"{MEMBERS_SELECT}\nWHERE d.until IS NULL ORDER BY c.sort_name, c.id",
    ),
    View.of(
        HISTORY,
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
    View.of(
        CENSUS,
        _census_select(),
    ),
    View.of(
        NETWORK_BY_YEAR,
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
    View.of(
        REPORTS_DUE,
        f"""
WITH RECURSIVE due(city, joined, year, years) AS (
  SELECT h.city, max(h.day), CAST(substr(max(h.day), 1, 4) AS INTEGER) + r.years, r.years
  FROM history h JOIN members m ON m.id = h.city JOIN rules r ON r.id = 'monitoring'
  WHERE h.event = 'joined' GROUP BY h.city HAVING max(h.day) >= r.since_day
  UNION ALL SELECT city, joined, year + years, years FROM due WHERE year + years <= {LAST_REPORT})
SELECT due.city, c.name, due.joined, due.year FROM due JOIN cities c ON c.id = due.city
ORDER BY due.year, c.sort_name, c.id
""".strip(),
    ),
    View.of(
        FIELD_BY_COUNTRY,
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
