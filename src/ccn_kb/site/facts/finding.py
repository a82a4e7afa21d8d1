"""The search: by the beginnings of folded words over names and topics, slips forgiven, grouped by kind."""

from __future__ import annotations

from ccn_kb.model.text import words
from ccn_kb.network.name_search import find
from ccn_kb.site.reader import Facts, Reader

LONGEST = 100
MOST = 60
GROUPS = {
    "city": ("Cities", "/city/"),
    "country": ("Countries", "/country/"),
    "field": ("Creative fields", "/field/"),
    "topic": ("Known for", "/search?q="),
    "meeting": ("Meetings", "/meeting/"),
    "round": ("Rounds", "/round/"),
    "cooperation": ("Cooperation", "/cooperation#"),
}


def search(reader: Reader, q: str) -> Facts:
    """Return what answers to the words, the nearest first, at most 60 of a kind."""
    q = q.strip()[:LONGEST]
    asked = words(q)
    meant, places = find(asked, {place: row["terms"] for place, row in enumerate(reader.findable)})
    found = [reader.findable[place] for place in places]
    groups = []
    for kind, (title, address) in GROUPS.items():
        ordered = sorted((row for row in found if row["kind"] == kind), key=lambda row: _order(row, " ".join(meant)))
        if ordered:
            results = [_result(row, address, " ".join(meant)) for row in ordered[:MOST]]
            groups.append({"kind": kind, "title": title, "found": len(ordered), "results": results})
    return {
        "title": "Search" if not q else f"Search: {q}",
        "q": q,
        "sentence": _sentence(q, len(found)),
        "meant": " ".join(meant) if meant != asked and found else None,
        "groups": groups,
    }


def _order(row: Facts, meant: str) -> tuple[bool, bool, str]:
    names = row["names"].split("\n")
    return meant not in names, not any(name.startswith(meant) for name in names), names[0]


def _result(row: Facts, address: str, meant: str) -> Facts:
    key = row["name"].replace(" ", "+") if row["kind"] == "topic" else row["id"]
    other = next((name for name in row["names"].split("\n")[1:] if name.startswith(meant)), None)
    shown = {name: row[name] for name in ("id", "name", "detail")}
    return {**shown, "address": f"{address}{key}", "other_name": other}


def _sentence(q: str, found: int) -> str:
    if not q:
        return "Find a city by any of its names, a country, a craft, a dish, a meeting."
    if not found:
        return "Nothing was found."
    return "One result." if found == 1 else f"{found} results."
