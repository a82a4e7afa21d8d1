"""Who works with whom: by kind, field and year, with the places for the map."""

from __future__ import annotations

from collections import Counter

from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.reader import Facts, Reader


def cooperation(reader: Reader, *, kind: str = "", field: str = "", year: str = "") -> Facts:
    """Return the cooperations, the newest first: all, or those of a kind, a creative field, a year."""
    citing = Citing(reader)
    every = reader.rows(
        "SELECT w.*, f.name AS field_name FROM cooperations w LEFT JOIN fields f ON f.id = w.field"
        " ORDER BY w.starts_day DESC, w.id"
    )
    chosen = [
        row
        for row in every
        if kind in ("", row["kind"]) and field in ("", row["field"]) and year in ("", row["starts"][:4])
    ]
    works = []
    for row in chosen:
        cities = reader.rows(
            "SELECT cc.city AS id, c.name, cc.role, cc.member, c.country, c.latitude, c.longitude"
            " FROM cooperation_cities cc JOIN cities c ON c.id = cc.city WHERE cc.cooperation = ? ORDER BY cc.position",
            row["id"],
        )
        works.append({**row, "cities": cities, "sources": citing.of("cooperation", row["id"])})
    taking_part = Counter((one["id"], one["name"]) for work in works for one in work["cities"])
    return {
        "title": "Cooperation",
        "sentence": f"{len(works)} cooperations between {len(taking_part)} cities are recorded"
        f"{_narrowed(kind, field, year)}; there are certainly more.",
        "chosen": {"kind": kind, "field": field, "year": year},
        "cooperations": works,
        "most": [{"id": id, "name": name, "cooperations": n} for (id, name), n in taking_part.most_common(10)],
        "kinds": _counted(Counter(row["kind"] for row in every)),
        "fields": sorted({(row["field"], row["field_name"]) for row in every if row["field"]}),
        "years": _counted(Counter(row["starts"][:4] for row in every)),
        "sources": citing.sources,
        "rows": "/ccn/cooperations",
        "record": "/data/cooperations.yaml",
    }


def _counted(counter: Counter[str]) -> list[Facts]:
    return [{"id": id, "cooperations": counter[id]} for id in sorted(counter)]


def _narrowed(*chosen: str) -> str:
    return " of this choice" if any(chosen) else ""
