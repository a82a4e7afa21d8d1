"""The home page: the network today, how it grew, its newest round, its next meeting."""

from __future__ import annotations

from ccn_kb.site.facts.date import steps
from ccn_kb.site.facts.field import numbers
from ccn_kb.site.facts.meeting import coming
from ccn_kb.site.facts.memberships import by, countries, growth, half_since, held, places
from ccn_kb.site.facts.round import round_
from ccn_kb.site.reader import Facts, Reader


def home(reader: Reader) -> Facts:
    """Return what the home page says."""
    members = held(reader.memberships, reader.today)
    latest = reader.row("SELECT max(id) AS id FROM rounds WHERE announced <= ?", reader.today.isoformat())
    newest = round_(reader, str(latest["id"])) if latest and latest["id"] else None
    return {
        "title": "The UNESCO Creative Cities Network",
        "sentence": "The UNESCO Creative Cities Network, city by city, year by year.",
        "on": reader.today.isoformat(),
        "members": len(members),
        "countries": countries(members),
        "by_country": by(members, "country"),
        "fields": numbers(reader),
        "places": places(reader.memberships),
        "growth": growth(reader.memberships, reader.today),
        "half_since": half_since(reader.memberships, reader.today),
        "round": {name: newest[name] for name in ("id", "announced", "sentence", "fields", "new_countries")}
        if newest
        else None,
        "meeting": coming(reader),
        "steps": steps(reader),
        "edition": reader.edition,
        "rows": "/ccn/members",
    }
