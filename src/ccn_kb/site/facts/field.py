"""The creative fields, and each: how it grew, where, who was first."""

from __future__ import annotations

from ccn_kb.model.dates import format_date
from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.facts.memberships import by, countries, first_of, growth, held, places
from ccn_kb.site.reader import Facts, Reader

NEWEST = 10


def fields(reader: Reader) -> Facts:
    """Return the creative fields with their numbers."""
    found = numbers(reader)
    return {
        "title": "Creative fields",
        "sentence": f"A city joins the network in one of {len(found)} creative fields.",
        "on": reader.today.isoformat(),
        "fields": found,
        "growth": growth(reader.memberships, reader.today),
        "rows": "/ccn/fields",
        "record": "/data/fields.yaml",
    }


def numbers(reader: Reader) -> list[Facts]:
    """Return each creative field with how many members it has, in how many countries."""
    members = held(reader.memberships, reader.today)
    found = []
    for row in reader.rows("SELECT * FROM fields ORDER BY name"):
        there = [one for one in members if one["field"] == row["id"]]
        found.append({**_about(row), "members": len(there), "countries": countries(there)})
    return found


def field(reader: Reader, id: str) -> Facts | None:
    """Return a creative field, None if there is none of that id."""
    row = reader.row("SELECT * FROM fields WHERE id = ?", id)
    if row is None:
        return None
    citing = Citing(reader)
    rows = [one for one in reader.memberships if one["field"] == id]
    members = held(rows, reader.today)
    first = [one for one in rows if one["designation"] in first_of(reader, id)]
    return {
        **_about(row),
        "title": row["name"],
        "sentence": _sentence(row, members, first),
        "on": reader.today.isoformat(),
        "members": len(members),
        "countries": by(members, "country"),
        "regions": by(members, "region"),
        "first": [_cited(citing, one) for one in first],
        "newest": [
            _cited(citing, one) for one in sorted(members, key=lambda one: one["since_day"], reverse=True)[:NEWEST]
        ],
        "places": places(rows),
        "growth": growth(rows, reader.today),
        "sources": citing.sources,
        "rows": f"/ccn/members?field={id}",
        "record": "/data/fields.yaml",
    }


def _about(row: Facts) -> Facts:
    about = {name: row[name] for name in ("id", "name", "name_fr", "name_es", "description", "since")}
    return about | {"activities": row["activities"].split("; ")}


def _cited(citing: Citing, row: Facts) -> Facts:
    about = {name: row[name] for name in ("id", "name", "country", "country_name", "since")}
    return about | {"sources": citing.of("designation", row["designation"])}


def _sentence(row: Facts, members: list[Facts], first: list[Facts]) -> str:
    number = "city is" if len(members) == 1 else "cities are"
    began = f"; the first was {first[0]['name']}, in {format_date(first[0]['since'][:7])}" if len(first) == 1 else ""
    if len(first) > 1:
        names = [one["name"] for one in first]
        began = f"; the first were {', '.join(names[:-1])} and {names[-1]}, in {format_date(first[0]['since'][:7])}"
    return f"{len(members)} {number} UNESCO Creative Cities of {row['name']}{began}."
