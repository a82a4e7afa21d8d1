"""The members as a list, narrowed by words, field, country, region, year of joining and date."""

from __future__ import annotations

from ccn_kb.database.views import MEMBERS_SELECT
from ccn_kb.model.dates import format_date
from ccn_kb.model.text import plural, words
from ccn_kb.network.name_search import matches_words
from ccn_kb.site.facts.date import day_meant, sentence
from ccn_kb.site.reader import Facts, Reader


def cities(
    reader: Reader,
    *,
    q: str = "",
    field: str = "",
    country: str = "",
    region: str = "",
    joined: str = "",
    on: str = "",
) -> Facts | None:
    """Return the members on a day that answer to all that is asked, None if the date is none."""
    asked = day_meant(reader, on or reader.today.isoformat())
    if asked is None:
        return None
    day = asked.isoformat()
    rows = reader.rows(
        f"{MEMBERS_SELECT} WHERE d.since_day <= ? AND (d.until_day IS NULL OR d.until_day > ?)"
        " ORDER BY c.sort_name, c.id",
        day,
        day,
    )
    joiners = {row["id"] for row in reader.memberships if row["joins"] and row["since_day"][:4] == joined}
    terms = {row["id"]: row["terms"] for row in reader.findable if row["kind"] == "city"}
    found = [
        row
        for row in rows
        if field in ("", row["field"])
        and country in ("", row["country"])
        and region in ("", row["region"])
        and (not joined or row["id"] in joiners)
        and (not q or matches_words(words(q), terms[row["id"]]))
    ]
    names = {row["id"]: row["name"] for row in reader.rows("SELECT id, name FROM fields")}
    number = plural(len(found), "city", "cities")
    narrowed = any((q, field, country, region, joined))
    return {
        "title": "Cities",
        "sentence": f"{number} of this choice on {format_date(day)}." if narrowed else sentence(reader, rows, day),
        "on": day,
        "chosen": {"q": q, "field": field, "country": country, "region": region, "joined": joined, "on": on},
        "cities": [{**row, "field_name": names[row["field"]]} for row in found],
        "fields": names,
        "countries": {
            row["country"]: row["country_name"] for row in sorted(rows, key=lambda row: str(row["country_name"]))
        },
        "regions": {row["id"]: row["name"] for row in reader.rows("SELECT id, name FROM regions")},
        "years": sorted({row["since_day"][:4] for row in reader.memberships if row["joins"]}),
        "rows": f"/ccn/members_on?date={day}",
    }
