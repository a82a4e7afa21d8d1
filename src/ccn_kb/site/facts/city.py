"""A city: what, where, since when, what it is known for, whom it works with, who says so."""

from __future__ import annotations

from collections.abc import Iterable

from ccn_kb.model.dates import format_date
from ccn_kb.network.geography import Point, distance_km
from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.facts.memberships import first_of, held, places
from ccn_kb.site.reader import Facts, Reader

NEIGHBOURS = 6


def city(reader: Reader, id: str) -> Facts | None:
    """Return all that is known of a city, None if there is none of that id."""
    row = reader.row(
        "SELECT c.*, k.name AS country_name, k.name_fr AS country_fr, r.name AS region"
        " FROM cities c JOIN countries k ON k.id = c.country JOIN regions r ON r.id = k.region WHERE c.id = ?",
        id,
    )
    if row is None:
        return None
    citing = Citing(reader)
    designations = _designations(reader, citing, id)
    return {
        "id": id,
        "title": row["name"],
        "name": row["name"],
        "sentence": sentence(row["name"], row["country_name"], designations),
        "country": {"id": row["country"], "name": row["country_name"], "name_fr": row["country_fr"]},
        "region": row["region"],
        "subdivision": {"name": row["subdivision"], "code": row["subdivision_code"]} if row["subdivision"] else None,
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "designations": designations,
        "known_for": _known_for(reader, citing, id),
        "facts": [
            {"value": one["value"], "sources": citing.of("city_fact", one["id"], "value")}
            for one in reader.rows("SELECT * FROM city_facts WHERE city = ? ORDER BY position", id)
        ],
        "cooperations": _cooperations(reader, citing, id),
        "meetings": _meetings(reader, citing, id),
        "names": [
            {
                "value": one["value"],
                "lang": one["lang"],
                "until": one["until"],
                "sources": citing.of("name", one["id"], "until"),
            }
            for one in reader.rows("SELECT * FROM names WHERE city = ? ORDER BY until IS NULL DESC, lang, value", id)
        ],
        "population": [
            {"value": one["value"], "year": one["year"], "sources": citing.of("population", one["id"], "value")}
            for one in reader.rows("SELECT * FROM populations WHERE city = ? ORDER BY year DESC", id)
        ],
        "location_sources": citing.of("city", id, "latitude", "longitude"),
        "reports_due": [
            one["year"]
            for one in reader.rows(
                "SELECT year FROM reports_due WHERE city = ? AND year >= ? LIMIT 3", id, reader.today.year
            )
        ],
        "reports_rule": _rule(reader, citing),
        "here": places([_here(reader, id)])[0],
        "neighbours": _neighbours(reader, id),
        "same_as": _same_as(row),
        "geonames": row["geonames"],
        "wikidata": row["wikidata"],
        "unesco_page": row["unesco_page"],
        "note": row["note"],
        "disputed": citing.disputed("city", id),
        "sources": citing.sources,
        "citation": reader.citation(f"/city/{id}"),
        "rows": f"/ccn/cities/{id}",
        "record": f"/data/cities/{id}.yaml",
    }


def sentence(name: str, country: str, designations: list[Facts]) -> str:
    """Return the answer with which the page begins."""
    *former, last = designations
    where = f"{name}, {country},"
    if last["until"]:
        return f"{where} was a UNESCO Creative City of {last['field_name']} {period(last)}."
    now = f"{where} has been a UNESCO Creative City of {last['field_name']} since {format_date(last['since'])}"
    before = [f"of {one['field_name']} {period(one)}" for one in former]
    return f"{now}; it was one {' and '.join(before)}." if before else f"{now}."


def period(designation: Facts) -> str:
    """Return from when until when a designation held, in words."""
    return f"from {format_date(designation['since'])} until {format_date(designation['until'])}"


def _designations(reader: Reader, citing: Citing, id: str) -> list[Facts]:
    rows = reader.rows(
        "SELECT d.*, f.name AS field_name, f.name_fr, f.name_es FROM designations d JOIN fields f ON f.id = d.field"
        " WHERE d.city = ? ORDER BY d.since_day",
        id,
    )
    first = {one for row in rows for one in first_of(reader, row["field"])}
    return [
        {
            **{name: row[name] for name in ("id", "field", "field_name", "name_fr", "name_es", "since", "until")},
            **{name: row[name] for name in ("end_reason", "round", "best_source", "note")},
            "first": row["id"] in first,
            "disputed": citing.disputed("designation", row["id"]),
            "sources": citing.of("designation", row["id"]),
            "end_sources": citing.of("designation", row["id"], "until"),
        }
        for row in rows
    ]


def _known_for(reader: Reader, citing: Citing, id: str) -> list[Facts]:
    return [
        {"id": one["topic"], "name": one["name"], "sources": citing.of("city_topic", one["id"])}
        for one in reader.rows(
            "SELECT ct.id, ct.topic, t.name FROM city_topics ct JOIN topics t ON t.id = ct.topic"
            " WHERE ct.city = ? ORDER BY ct.rowid",
            id,
        )
    ]


def _cooperations(reader: Reader, citing: Citing, id: str) -> list[Facts]:
    found = []
    for one in reader.rows(
        "SELECT w.id, w.title, w.kind, w.starts, w.ends, mine.role, mine.member FROM cooperations w"
        " JOIN cooperation_cities mine ON mine.cooperation = w.id WHERE mine.city = ? ORDER BY w.starts_day DESC, w.id",
        id,
    ):
        others = reader.rows(
            "SELECT cc.city AS id, c.name, cc.role FROM cooperation_cities cc JOIN cities c ON c.id = cc.city"
            " WHERE cc.cooperation = ? AND cc.city <> ? ORDER BY cc.position",
            one["id"],
            id,
        )
        found.append({**one, "with": others, "sources": citing.of("cooperation", one["id"])})
    return found


def _meetings(reader: Reader, citing: Citing, id: str) -> list[Facts]:
    rows = reader.rows(
        "SELECT m.id, m.name, m.starts, m.ends, m.status, m.theme FROM meetings m"
        " JOIN meeting_hosts h ON h.meeting = m.id WHERE h.city = ? ORDER BY m.starts_day",
        id,
    )
    return [{**row, "sources": citing.of("meeting", row["id"])} for row in rows]


def _rule(reader: Reader, citing: Citing) -> Facts | None:
    rule = reader.row("SELECT id, value, note FROM rules WHERE id = 'monitoring'")
    return {**rule, "sources": citing.of("rule", rule["id"])} if rule else None


def _here(reader: Reader, id: str) -> Facts:
    """Return the city's latest membership."""
    return next(row for row in reversed(reader.memberships) if row["id"] == id)


def _same_as(row: Facts) -> list[str]:
    """Return the addresses of the city elsewhere."""
    addresses = {
        "geonames": "https://www.geonames.org/{}",
        "wikidata": "https://www.wikidata.org/wiki/{}",
        "unesco_page": "https://www.unesco.org/en/creative-cities/{}",
    }
    return [address.format(row[name]) for name, address in addresses.items() if row[name]]


def _neighbours(reader: Reader, id: str) -> Facts:
    """Return the nearest members, the nearest of the same field, and the other members of the country."""
    here = _here(reader, id)
    point = Point(here["latitude"], here["longitude"])
    others = [
        {
            **{name: row[name] for name in ("id", "name", "country", "country_name", "field", "field_name")},
            **{name: row[name] for name in ("latitude", "longitude")},
            "km": round(distance_km(point, Point(row["latitude"], row["longitude"]))),
        }
        for row in held(reader.memberships, reader.today)
        if row["id"] != id
    ]
    others.sort(key=lambda one: (one["km"], one["id"]))
    return {
        "near": others[:NEIGHBOURS],
        "field": _first(one for one in others if one["field"] == here["field"]),
        "country": [one for one in others if one["country"] == here["country"]],
    }


def _first(several: Iterable[Facts]) -> list[Facts]:
    return [one for _, one in zip(range(NEIGHBOURS), several, strict=False)]
