"""Memberships on a day: who held one, how many there were, how they grew."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence

from ccn_kb.site.reader import Facts, Reader

FIRST_YEAR = 2004
PLACE = ("id", "name", "country", "country_name", "field", "field_name", "since", "until", "latitude", "longitude")


def held(rows: Iterable[Facts], day: datetime.date) -> list[Facts]:
    """Return those that held on the day: the interval is half-open."""
    on = day.isoformat()
    return [row for row in rows if row["since_day"] <= on and (row["until_day"] is None or row["until_day"] > on)]


def places(rows: Iterable[Facts]) -> list[Facts]:
    """Return what a map and the list beside it need of each membership, with the days it held."""
    return [{name: row[name] for name in (*PLACE, "since_day", "until_day")} for row in rows]


def countries(rows: Iterable[Facts]) -> int:
    """Return in how many countries the memberships are."""
    return len({row["country"] for row in rows})


def by(rows: Iterable[Facts], key: str) -> list[Facts]:
    """Return how many there are of each country, field or region: id, name, members; the most first."""
    rows = list(rows)
    names = {row[key]: row[f"{key}_name"] for row in rows}
    counted = Counter(row[key] for row in rows)
    ordered = sorted(counted, key=lambda one: (-counted[one], names[one]))
    return [{"id": one, "name": names[one], "members": counted[one]} for one in ordered]


def growth(rows: Sequence[Facts], today: datetime.date) -> list[Facts]:
    """Return members, countries and members of each field at the end of each year, the present one as of today."""
    found = []
    for year in range(FIRST_YEAR, today.year + 1):
        there = held(rows, min(datetime.date(year, 12, 31), today))
        fields = dict(Counter(row["field"] for row in there))
        found.append({"year": year, "members": len(there), "countries": countries(there), "fields": fields})
    return found


def half_since(rows: Sequence[Facts], today: datetime.date) -> int:
    """Return the latest year since which half of today's members or more have been members."""
    years = sorted(int(row["since_day"][:4]) for row in held(rows, today))
    return years[len(years) // 2] if years else today.year


def first_of(reader: Reader, field: str) -> list[str]:
    """Return the ids of the first designations of a field: several where their dates do not tell which was first."""
    rows = reader.rows(
        "SELECT id, since_day, CASE since_precision WHEN 'day' THEN since_day"
        " WHEN 'month' THEN date(since_day, '+1 month', '-1 day') ELSE date(since_day, '+1 year', '-1 day') END AS last"
        " FROM designations WHERE field = ?",
        field,
    )
    latest = min((row["last"] for row in rows), default="")
    return [row["id"] for row in rows if row["since_day"] <= latest]
