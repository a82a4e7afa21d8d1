"""The rounds of designation: who joined, what was stated, what we count."""

from __future__ import annotations

from ccn_kb.model.dates import format_date
from ccn_kb.site.facts import before_and_after
from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.facts.memberships import by, countries, places
from ccn_kb.site.reader import Facts, Reader


def rounds(reader: Reader) -> Facts:
    """Return the rounds, the newest first."""
    found = reader.rows(
        "SELECT r.*, (SELECT count(*) FROM designations d WHERE d.round = r.id AND d.joins = 1) AS joined"
        " FROM rounds r ORDER BY r.id DESC"
    )
    first = found[-1]["id"] if found else ""
    return {
        "title": "Rounds",
        "sentence": f"Since {first}, UNESCO has announced new members in {len(found)} rounds.",
        "rounds": found,
        "earlier": places(row for row in reader.memberships if row["round"] is None and row["joins"]),
        "rows": "/ccn/rounds",
        "record": "/data/rounds.yaml",
    }


def round_(reader: Reader, id: str) -> Facts | None:
    """Return a round, None if there is none of that year."""
    row = reader.row("SELECT * FROM rounds WHERE id = ?", id)
    if row is None:
        return None
    citing = Citing(reader)
    sources = citing.of("round", id)
    rows = [one for one in reader.memberships if one["round"] == row["id"]]
    joined = [one for one in rows if one["joins"]]
    changed = [one for one in rows if not one["joins"]]
    before = {one["country"] for one in reader.memberships if one["since_day"] < row["announced"]}
    years = [one["id"] for one in reader.rows("SELECT id FROM rounds ORDER BY id")]
    return {
        **row,
        "title": f"Round of {id}",
        "sentence": f"On {format_date(row['announced'])} UNESCO announced {len(joined)} new Creative Cities in"
        f" {countries(joined)} countries.",
        "cited": sources,
        "census": reader.rows(
            "SELECT figure, stated, counted, difference FROM census WHERE record_type = 'round' AND record_id = ?", id
        ),
        "fields": by(joined, "field"),
        "regions": by(joined, "region"),
        "new_countries": by([one for one in joined if one["country"] not in before], "country"),
        "places": places(joined),
        "changed": places(changed),
        **before_and_after(years, row["id"]),
        "disputed": citing.disputed("round", id),
        "sources": citing.sources,
        "rows": f"/ccn/designations?round={id}",
        "record": "/data/rounds.yaml",
    }
