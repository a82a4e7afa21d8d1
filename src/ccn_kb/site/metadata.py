"""What Datasette shows about the database: titles, licence, descriptions, labels, facets and ready-made queries.

Descriptions of tables and columns come from `database`, and so from the models. Licence and source are repeated for
every table, and label columns for every table that is referred to, because Datasette 1.0 does not infer them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TypedDict

from ccn_kb.database.documents_table import DOCUMENTS
from ccn_kb.database.search_index import CITY_SEARCH
from ccn_kb.database.views import MEMBERS_SELECT, VIEWS
from ccn_kb.network.schema import TABLES

NAME = "ccn"
TITLE = "The UNESCO Creative Cities Network"
LICENCE = {
    "license": "CC BY 4.0",
    "license_url": "https://creativecommons.org/licenses/by/4.0/",
    "source": "ccn-kb; places from GeoNames",
    "source_url": "https://www.geonames.org/",
}
START = (
    "<p>Start with the <a href='{tables}/members'>members</a>, the <a href='{tables}/cities'>cities</a>, the "
    "<a href='{tables}/history'>history</a>, the <a href='{tables}/meetings'>meetings</a>, or the members "
    "<a href='{tables}/members_on?date=2015-05-28'>on a date</a>.</p>"
)
LABELS = {
    "regions": "name",
    "fields": "name",
    "countries": "name",
    "cities": "name",
    "topics": "name",
    "rounds": "announced",
    "meetings": "name",
    "cooperations": "title",
    "official_documents": "title",
    "sources": "publisher",
}
FACETS = {
    "members": ["field", "region", "country_name"],
    "cities": ["country"],
    "countries": ["region", "continent"],
    "designations": ["field", "round", "best_source"],
    "history": ["event", "field"],
    "meetings": ["status"],
    "official_documents": ["kind"],
    "meeting_statements": ["kind"],
    "sources": ["kind", "lang"],
    "citations": ["record_type"],
    "census": ["figure"],
    "disputed": ["record_type", "path"],
    "names": ["lang"],
}
SORT: dict[str, dict[str, object]] = {
    "countries": {"sort": "name"},
    "designations": {"sort_desc": "since_day"},
    "history": {"sort_desc": "day"},
    "meetings": {"sort_desc": "starts_day"},
    "official_documents": {"sort_desc": "date_day"},
    "rounds": {"sort_desc": "id"},
    "totals": {"sort_desc": "date_day"},
    "cities": {"sort": "sort_name"},
    "sources": {"sort": "publisher"},
}

TODAY = "{today}"
# The day that a date means: today if empty, the last day of a month or year, NULL if the text is not a date.
_ASKED = (
    "WITH asked(day) AS (SELECT CASE length(:date) WHEN 0 THEN {today} WHEN 4 THEN date(:date || '-12-31')\n"
    "  WHEN 7 THEN date(:date || '-01', '+1 month', '-1 day')\n"
    "  WHEN 10 THEN CASE date(:date) WHEN :date THEN :date END END)"
)
_HELD = "d.since_day <= asked.day AND (d.until_day IS NULL OR d.until_day > asked.day)"
_DATE = "Date (YYYY, YYYY-MM or YYYY-MM-DD; blank = today)."
_DISTANCE = (
    "6371.0088 * 2 * asin(min(1, sqrt(pow(sin(radians({b}.latitude - {a}.latitude) / 2), 2)\n"
    "    + cos(radians({a}.latitude)) * cos(radians({b}.latitude))\n"
    "    * pow(sin(radians({b}.longitude - {a}.longitude) / 2), 2))))"
)


def _select_group(parameter: str, ending: str = "") -> str:
    """Return the SQL of the group that a parameter of the query `statistics` names, or of its name."""
    groups = {
        "field": ("d.field", "d.field_name"),
        "country": ("c.country", "c.country_name"),
        "region": ("k.region", "k.region_name"),
        "continent": ("k.continent", "k.continent_name"),
        "year": ("substr(d.joined_day, 1, 4)", "substr(d.joined_day, 1, 4)"),
        "source-kind": ("d.best_source", "d.best_source"),
    }
    cases = "".join(f" WHEN '{group}' THEN {sql[bool(ending)]}" for group, sql in groups.items())
    return f"CASE {parameter}{cases} END"


class ReadyQuery(TypedDict, total=False):
    """A query that the database page lists, as Datasette describes it."""

    title: str
    description: str
    params: list[str]
    sql: str


QUERIES: dict[str, ReadyQuery] = {
    "members_on": {
        "title": "Members on a date",
        "description": f"{_DATE} One row per designation in force.",
        "params": ["date"],
        "sql": f"{_ASKED}\n{MEMBERS_SELECT} JOIN asked\nWHERE {_HELD}\nORDER BY c.sort_name, c.id",
    },
    "joined_in": {
        "title": "Cities that joined in a year",
        "description": "Year (YYYY; blank = latest year in which cities joined).",
        "params": ["year"],
        "sql": "SELECT city, name, country, field, date FROM history\nWHERE event = 'joined' AND substr(day, 1, 4) ="
        " coalesce(nullif(:year, ''), (SELECT max(substr(since, 1, 4)) FROM designations))\nORDER BY day, name",
    },
    "first_of_each_field": {
        "title": "First city in each creative field",
        "description": "Includes ties where dates are imprecise.",
        "sql": "SELECT f.name AS field, c.name AS city, k.name AS country, d.since\n"
        "FROM designations d JOIN fields f ON f.id = d.field JOIN cities c ON c.id = d.city\n"
        "  JOIN countries k ON k.id = c.country\n"
        "WHERE d.since_day <= (SELECT min(CASE o.since_precision\n"
        "    WHEN 'day' THEN o.since_day\n"
        "    WHEN 'month' THEN date(o.since_day, '+1 month', '-1 day')\n"
        "    ELSE date(o.since_day, '+1 year', '-1 day') END) FROM designations o WHERE o.field = d.field)\n"
        "ORDER BY d.since_day, f.name, c.name",
    },
    "countries_by_members": {
        "title": "Countries by number of member cities",
        "description": _DATE,
        "params": ["date"],
        "sql": f"{_ASKED}\nSELECT k.id, k.name, k.region, count(*) AS members\nFROM designations d"
        " JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country JOIN asked\n"
        f"WHERE {_HELD}\nGROUP BY k.id ORDER BY members DESC, k.name",
    },
    "statistics": {
        "title": "Members by field, country, region, continent, year or kind of source",
        "description": f"{_DATE} by, then: field, country, region, continent, year (joined) or source-kind."
        " Regions are UNESCO's and are not continents. new = 1: only cities that joined in the year of the date.",
        "params": ["date", "by", "then", "new", "field", "country", "region"],
        "sql": f"{_ASKED},\nchosen(by) AS (SELECT coalesce(nullif(:by, ''), 'field'))\n"
        f"SELECT {_select_group('chosen.by')} AS id, {_select_group('chosen.by', 'name')} AS name,\n"
        f"  {_select_group(':then')} AS then_id, {_select_group(':then', 'name')} AS then_name,\n"
        "  count(*) AS members, round(1.0 * count(*) / sum(count(*)) OVER (), 4) AS share\n"
        "FROM designations d JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country JOIN asked"
        " JOIN chosen\n"
        f"WHERE CASE :new WHEN '1' THEN d.joins = 1 AND d.since_day <= asked.day\n"
        "    AND substr(d.since_day, 1, 4) = substr(asked.day, 1, 4)\n"
        f"  ELSE {_HELD} END\n"
        "  AND :field IN ('', d.field) AND :country IN ('', c.country) AND :region IN ('', k.region)\n"
        "GROUP BY 1, 3 ORDER BY members DESC, 2, 4",
    },
    "cities_near": {
        "title": "Nearest member cities",
        "description": "City ID (default kanazawa-jp); greatest distance in km (blank = the 20 nearest cities)."
        " Great-circle distances.",
        "params": ["city", "km"],
        "sql": f"SELECT m.id, m.name, m.country_name, m.field, round({_DISTANCE.format(a='o', b='m')}, 1) AS km\n"
        "FROM cities o JOIN members m ON m.id <> o.id\nWHERE o.id = coalesce(nullif(:city, ''), 'kanazawa-jp')\n"
        f"  AND (:km = '' OR {_DISTANCE.format(a='o', b='m')} <= CAST(:km AS REAL))\n"
        "ORDER BY km LIMIT CASE :km WHEN '' THEN 20 ELSE -1 END",
    },
    "without_neighbour": {
        "title": "Cities with no other city of their field nearby",
        "description": "Maximum distance in km (default 1,000). Each city with the nearest city of its field.",
        "params": ["km"],
        "sql": "SELECT a.id, a.name, a.country_name, a.field, b.name AS nearest,\n"
        f"  round(min({_DISTANCE.format(a='a', b='b')}), 1) AS km\n"
        "FROM members a JOIN members b ON b.field = a.field AND b.id <> a.id\nGROUP BY a.id\n"
        "HAVING km > CAST(coalesce(nullif(:km, ''), '1000') AS REAL)\nORDER BY km DESC",
    },
    "known_for": {
        "title": "Cities known for a topic",
        "description": "Topic ID (default ceramics); includes narrower topics.",
        "params": ["topic"],
        "sql": "WITH RECURSIVE kinds(id) AS (SELECT coalesce(nullif(:topic, ''), 'ceramics')\n"
        "  UNION SELECT t.id FROM topics t JOIN kinds ON t.broader = kinds.id)\n"
        "SELECT m.id, m.name, m.country_name, m.field, t.name AS topic\n"
        "FROM kinds JOIN city_topics ct ON ct.topic = kinds.id JOIN topics t ON t.id = ct.topic\n"
        "  JOIN members m ON m.id = ct.city\nORDER BY m.name, m.id, t.name",
    },
    "mentoring_before_designation": {
        "title": "Candidate cities mentored by members",
        "description": "Mentoring that began before the mentored city joined the network.",
        "sql": "SELECT w.id, w.title, w.starts, helper.city AS helper, helped.city AS helped,\n"
        "  (SELECT min(d.since) FROM designations d WHERE d.city = helped.city) AS helped_joined\n"
        "FROM cooperations w JOIN cooperation_cities helper ON helper.cooperation = w.id AND helper.role = 'helper'\n"
        "  JOIN cooperation_cities helped ON helped.cooperation = w.id AND helped.role = 'helped'\n"
        "WHERE w.kind = 'mentoring' AND NOT helped.member\nORDER BY w.starts, w.id",
    },
    "census_differences": {
        "title": "How our counts compare with published totals",
        "description": "Published totals of members and countries, with our count for the same day.",
        "sql": "SELECT date, coalesce(field, country, region, 'the network') AS of, figure, stated, counted,\n"
        "  difference, record_type, record_id\nFROM census ORDER BY date_day DESC, record_type, record_id, figure",
    },
}


def ready_queries(today: datetime.date | None = None) -> dict[str, ReadyQuery]:
    """Return the ready-made queries; they take today from the clock unless a day is given."""
    now = f"'{today}'" if today else "date('now', 'localtime')"
    return {name: {**query, "sql": query["sql"].replace(TODAY, now)} for name, query in QUERIES.items()}


def describe_database(tables_url: str, today: datetime.date | None = None) -> dict[str, object]:
    """Return Datasette's metadata of the database, whose tables are at the address."""
    tables = {
        table.name: _described(
            table.name, table.description, {column.name: column.description for column in table.columns}
        )
        for table in (*TABLES, DOCUMENTS)
    }
    for table in (*TABLES, DOCUMENTS):
        if table.technical:
            tables[table.name]["hidden"] = True
    for view in VIEWS:
        tables[view.name] = _described(view.name, view.description, view.columns)
        if view.technical:
            tables[view.name]["hidden"] = True
    # The index of the table `cities` is found without being named here; a view has no rowid to find one by.
    tables["members"] |= {"fts_table": CITY_SEARCH, "fts_pk": "id"}
    return {
        "title": TITLE,
        "description_html": START.format(tables=tables_url),
        **LICENCE,
        "tables": tables,
        "queries": {name: {**query, **LICENCE, "hide_sql": True} for name, query in ready_queries(today).items()},
    }


def _described(name: str, description: str, columns: Mapping[str, str]) -> dict[str, object]:
    about: dict[str, object] = {"description": description, "columns": dict(columns), **LICENCE}
    if name in LABELS:
        about["label_column"] = LABELS[name]
    if name in FACETS:
        about["facets"] = FACETS[name]
    return about | SORT.get(name, {})
