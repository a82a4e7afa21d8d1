"""The countries of the network, and each: its members over time."""

from __future__ import annotations

from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.facts.memberships import by, growth, held, places
from ccn_kb.site.reader import Facts, Reader


def countries(reader: Reader) -> Facts:
    """Return the countries with a member, with their numbers by field."""
    members = held(reader.memberships, reader.today)
    about = {row["id"]: row for row in reader.rows("SELECT * FROM countries")}
    found = []
    for one in by(members, "country"):
        there = [row for row in members if row["country"] == one["id"]]
        found.append(
            {
                **one,
                "name_fr": about[one["id"]]["name_fr"],
                "region": there[0]["region_name"],
                "fields": by(there, "field"),
                "first": min(row["since_day"] for row in there)[:4],
            }
        )
    return {
        "title": "Countries",
        "sentence": f"The {len(members)} members of the network are in {len(found)} countries.",
        "on": reader.today.isoformat(),
        "countries": sorted(found, key=lambda one: str(about[one["id"]]["name"])),
        "regions": by(members, "region"),
        "rows": "/ccn/countries_by_members",
        "record": "/data/countries.yaml",
    }


def country(reader: Reader, id: str) -> Facts | None:
    """Return a country, None if it has never had a member."""
    row = reader.row(
        "SELECT k.*, r.name AS region_name FROM countries k JOIN regions r ON r.id = k.region WHERE k.id = ?", id
    )
    rows = [one for one in reader.memberships if one["country"] == id]
    if row is None or not rows:
        return None
    citing = Citing(reader)
    members = held(rows, reader.today)
    return {
        "id": id,
        "title": row["name"],
        "name": row["name"],
        "name_fr": row["name_fr"],
        "official": row["official"],
        "alpha3": row["alpha3"],
        "region": row["region_name"],
        "sentence": _sentence(row["name"], members),
        "on": reader.today.isoformat(),
        "members": len(members),
        "fields": by(members, "field"),
        "places": places(rows),
        "memberships": [
            {
                **{name: one[name] for name in ("designation", "id", "name", "field", "field_name", "since", "until")},
                "sources": citing.of("designation", one["designation"]),
            }
            for one in sorted(rows, key=lambda one: (one["since_day"], one["name"]))
        ],
        "growth": growth(rows, reader.today),
        "totals": reader.rows("SELECT date, stated, counted FROM census WHERE country = ? ORDER BY date_day", id),
        "meetings": reader.rows(
            "SELECT DISTINCT m.id, m.name, m.starts, m.ends, m.status FROM meetings m"
            " JOIN meeting_hosts h ON h.meeting = m.id WHERE h.country = ? ORDER BY m.starts_day",
            id,
        ),
        "sources": citing.sources,
        "rows": f"/ccn/members?country={id}",
        "record": "/data/countries.yaml",
    }


def _sentence(name: str, members: list[Facts]) -> str:
    if not members:
        return f"{name} has no member now; its cities were members before."
    fields = {row["field"] for row in members}
    if len(members) == 1:
        (one,) = members
        return f"{name} has one Creative City: {one['name']}, a City of {one['field_name']}."
    several = f"{len(fields)} creative fields" if len(fields) > 1 else f"one creative field, {members[0]['field_name']}"
    return f"{name} has {len(members)} Creative Cities in {several}."
