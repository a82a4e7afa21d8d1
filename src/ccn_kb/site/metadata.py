"""What Datasette says of the database: titles, licence, descriptions, labels, facets and ready queries.

Descriptions of tables and columns come from `database`, and so from the models. Licence and source
stand on every table, and label columns on every table that is referred to, because Datasette 1.0
inherits and guesses neither.
"""

from __future__ import annotations

import datetime
from typing import Any

from ccn_kb.database.schema import DOCUMENTS, TABLES
from ccn_kb.database.search_index import CITY_SEARCH
from ccn_kb.database.views import MEMBERS_SELECT, VIEWS

NAME = "ccn"
TITLE = "The UNESCO Creative Cities Network"
LICENCE = {
    "license": "CC BY 4.0",
    "license_url": "https://creativecommons.org/licenses/by/4.0/",
    "source": "ccn-kb; places from GeoNames",
    "source_url": "https://www.geonames.org/",
}
BEGIN = (
    "<p>Begin with the <a href='/ccn/members'>members</a>, the <a href='/ccn/cities'>cities</a>, the "
    "<a href='/ccn/history'>history</a>, the <a href='/ccn/meetings'>meetings</a>, or the network "
    "<a href='/ccn/members_on?date=2015-05-28'>on a date</a>.</p>"
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
    "sources": "publisher",
}
FACETS = {
    "members": ["field", "region", "country_name"],
    "cities": ["country"],
    "countries": ["region", "continent"],
    "designations": ["field", "round", "best_source"],
    "history": ["event", "field"],
    "meetings": ["status"],
    "meeting_statements": ["kind"],
    "sources": ["kind", "lang"],
    "citations": ["record_type"],
    "census": ["figure"],
    "disputed": ["record_type", "path"],
    "names": ["lang"],
}
SORT = {
    "countries": {"sort": "name"},
    "designations": {"sort_desc": "since_day"},
    "history": {"sort_desc": "day"},
    "meetings": {"sort_desc": "starts_day"},
    "rounds": {"sort_desc": "id"},
    "totals": {"sort_desc": "date_day"},
    "cities": {"sort": "sort_name"},
    "sources": {"sort": "publisher"},
}

TODAY = "{today}"
# The day that a date in a question means: today if empty, the last day of a month or year, none if it is no date.
_ASKED = (
    "WITH asked(day) AS (SELECT CASE length(:date) WHEN 0 THEN {today} WHEN 4 THEN date(:date || '-12-31')\n"
    "  WHEN 7 THEN date(:date || '-01', '+1 month', '-1 day')\n"
    "  WHEN 10 THEN CASE date(:date) WHEN :date THEN :date END END)"
)
_HELD = "d.since_day <= asked.day AND (d.until_day IS NULL OR d.until_day > asked.day)"
_DATE = "date: a day (2015-05-28), or a month or year, which mean their last day; empty for today."
_DISTANCE = (
    "6371.0088 * 2 * asin(min(1, sqrt(pow(sin(radians({b}.latitude - {a}.latitude) / 2), 2)\n"
    "    + cos(radians({a}.latitude)) * cos(radians({b}.latitude))\n"
    "    * pow(sin(radians({b}.longitude - {a}.longitude) / 2), 2))))"
)

QUERIES: dict[str, dict[str, Any]] = {
    "members_on": {
        "title": "Members on a date",
        "description": f"{_DATE} One row for each membership that held on it.",
        "params": ["date"],
        "sql": f"{_ASKED}\n{MEMBERS_SELECT} JOIN asked\nWHERE {_HELD}\nORDER BY c.sort_name, c.id",
    },
    "joined_in": {
        "title": "Cities that joined in a year",
        "description": "year: such as 2019; empty for the latest year in which cities joined.",
        "params": ["year"],
        "sql": "SELECT city, name, country, field, date FROM history\nWHERE event = 'joined' AND substr(day, 1, 4) ="
        " coalesce(nullif(:year, ''), (SELECT max(substr(since, 1, 4)) FROM designations))\nORDER BY day, name",
    },
    "first_of_each_field": {
        "title": "First city of each creative field",
        "description": "Several where the dates are not known precisely enough to tell.",
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
        "title": "Countries by number of members",
        "description": _DATE,
        "params": ["date"],
        "sql": f"{_ASKED}\nSELECT k.id, k.name, k.region, count(*) AS members\nFROM designations d"
        " JOIN cities c ON c.id = d.city JOIN countries k ON k.id = c.country JOIN asked\n"
        f"WHERE {_HELD}\nGROUP BY k.id ORDER BY members DESC, k.name",
    },
    "cities_near": {
        "title": "Cities near a city",
        "description": "city: its id, such as kanazawa-jp (the default). Distances are great circles, in kilometres.",
        "params": ["city"],
        "sql": f"SELECT m.id, m.name, m.country_name, m.field, round({_DISTANCE.format(a='o', b='m')}, 1) AS km\n"
        "FROM cities o JOIN members m ON m.id <> o.id\nWHERE o.id = coalesce(nullif(:city, ''), 'kanazawa-jp')\n"
        "ORDER BY km LIMIT 20",
    },
    "without_neighbour": {
        "title": "Cities without a neighbour in their field",
        "description": "km: how far a neighbour may be; empty for 1000. Each city with the nearest of its field.",
        "params": ["km"],
        "sql": "SELECT a.id, a.name, a.country_name, a.field, b.name AS nearest,\n"
        f"  round(min({_DISTANCE.format(a='a', b='b')}), 1) AS km\n"
        "FROM members a JOIN members b ON b.field = a.field AND b.id <> a.id\nGROUP BY a.id\n"
        "HAVING km > CAST(coalesce(nullif(:km, ''), '1000') AS REAL)\nORDER BY km DESC",
    },
    "known_for": {
        "title": "Cities known for a topic",
        "description": "topic: its id, such as ceramics (the default), which takes in all that is a kind of it.",
        "params": ["topic"],
        "sql": "WITH RECURSIVE kinds(id) AS (SELECT coalesce(nullif(:topic, ''), 'ceramics')\n"
        "  UNION SELECT t.id FROM topics t JOIN kinds ON t.broader = kinds.id)\n"
        "SELECT m.id, m.name, m.country_name, m.field, t.name AS topic\n"
        "FROM kinds JOIN city_topics ct ON ct.topic = kinds.id JOIN topics t ON t.id = ct.topic\n"
        "  JOIN members m ON m.id = ct.city\nORDER BY m.name, m.id, t.name",
    },
    "mentoring_before_designation": {
        "title": "Cities that were helped before they were members",
        "description": "Mentoring that began before the city that was helped joined the network.",
        "sql": "SELECT w.id, w.title, w.starts, helper.city AS helper, helped.city AS helped,\n"
        "  (SELECT min(d.since) FROM designations d WHERE d.city = helped.city) AS helped_joined\n"
        "FROM cooperations w JOIN cooperation_cities helper ON helper.cooperation = w.id AND helper.role = 'helper'\n"
        "  JOIN cooperation_cities helped ON helped.cooperation = w.id AND helped.role = 'helped'\n"
        "WHERE w.kind = 'mentoring' AND NOT helped.member\nORDER BY w.starts, w.id",
    },
    "census_differences": {
        "title": "The census: what was stated and what we count",
        "description": "Every stated number of members or countries beside our count for the same day.",
        "sql": "SELECT date, coalesce(field, country, region, 'the network') AS of, figure, stated, counted,\n"
        "  difference, record_type, record_id\nFROM census ORDER BY date_day DESC, record_type, record_id, figure",
    },
}


def metadata(today: datetime.date | None = None) -> dict[str, Any]:
    """Return Datasette's metadata; ready queries take today from the clock unless a day is given."""
    now = f"'{today}'" if today else "date('now', 'localtime')"
    tables: dict[str, dict[str, Any]] = {}
    for table in (*TABLES, DOCUMENTS):
        columns = {column.name: column.description for column in table.columns}
        tables[table.name] = _described(table.name, table.description, columns, table.technical)
    for view in VIEWS:
        tables[view.name] = _described(view.name, view.description, dict(view.columns), view.technical)
    # The index of the table `cities` is found without being named here; a view has no rowid to find one by.
    tables["members"] |= {"fts_table": CITY_SEARCH, "fts_pk": "id"}
    return {
        "title": TITLE,
        **LICENCE,
        "databases": {
            NAME: {
                "title": TITLE,
                "description_html": BEGIN,
                **LICENCE,
                "tables": tables,
                "queries": {
                    name: {**query, "sql": query["sql"].replace(TODAY, now), **LICENCE, "hide_sql": True}
                    for name, query in QUERIES.items()
                },
            }
        },
    }


def _described(name: str, description: str, columns: dict[str, str], hidden: bool) -> dict[str, Any]:
    about: dict[str, Any] = {"description": description, "columns": columns, **LICENCE}
    if hidden:
        about["hidden"] = True
    if name in LABELS:
        about["label_column"] = LABELS[name]
    if name in FACETS:
        about["facets"] = FACETS[name]
    return about | SORT.get(name, {})
