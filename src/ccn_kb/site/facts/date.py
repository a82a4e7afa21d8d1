"""The network on a date: totals, who was in it, what had changed since it last met or grew."""

from __future__ import annotations

import datetime

from ccn_kb.model.dates import first_day, format_date, last_day
from ccn_kb.site.facts.memberships import by, countries, held, places
from ccn_kb.site.reader import Facts, Reader


def day_meant(reader: Reader, date: str) -> datetime.date | None:
    """Return the day that a date in a question means: its last, or today; None if it is none, or still to come."""
    try:
        return min(last_day(date), reader.today) if first_day(date) <= reader.today else None
    except ValueError:
        return None


def on_date(reader: Reader, date: str) -> Facts | None:
    """Return the network on a day; a month or year means its last day, the present one today.

    None if the text is no date, or one that is still to come.
    """
    day = day_meant(reader, date)
    if day is None:
        return None
    members = held(reader.memberships, day)
    on = day.isoformat()
    before = _before(reader, on)
    return {
        "title": f"On {format_date(on)}",
        "sentence": sentence(reader, members, on),
        "asked": date,
        "on": on,
        "members": len(members),
        "countries": countries(members),
        "fields": by(members, "field"),
        "by_country": by(members, "country"),
        "regions": by(members, "region"),
        "places": places(members),
        "before": before,
        "changes": _changes(reader, before["day"] if before else "0000", on),
        "stated": reader.rows(
            "SELECT * FROM census WHERE date_day = ? AND figure <> 'new' ORDER BY record_type, record_id, figure", on
        ),
        "meeting": reader.row(
            "SELECT id, name FROM meetings WHERE status = 'held' AND length(ends) = 10"
            " AND starts_day <= ? AND ends_day >= ?",
            on,
            on,
        ),
        "steps": steps(reader),
        "rows": f"/ccn/members_on?date={on}",
    }


def sentence(reader: Reader, members: list[Facts], on: str) -> str:
    """Return the answer with which the page begins."""
    if not members:
        first = min((row["since"] for row in reader.memberships), default="")
        began = f": the first city joined in {format_date(first[:7])}" if on < first else ""
        return f"On {format_date(on)} the network had no members{began}."
    if len(members) == 1:
        return f"On {format_date(on)} the network had one member."
    in_countries = countries(members)
    where = "one country" if in_countries == 1 else f"{in_countries} countries"
    return f"On {format_date(on)} the network had {len(members)} members in {where}."


def steps(reader: Reader) -> list[str]:
    """Return the days on which the network changed, and today: where a slider may stop."""
    days = {row["since_day"] for row in reader.memberships} | {row["until_day"] for row in reader.memberships} - {None}
    now = reader.today.isoformat()
    return sorted({day for day in days if day <= now} | {now})


def _before(reader: Reader, on: str) -> Facts | None:
    """Return the last meeting before the day, with the network on its last day; None if there was none."""
    row = reader.row(
        "SELECT id, name, ends_day AS day FROM meetings"
        " WHERE status = 'held' AND length(ends) = 10 AND ends_day < ? ORDER BY ends_day DESC LIMIT 1",
        on,
    )
    if row is None:
        return None
    there = held(reader.memberships, datetime.date.fromisoformat(row["day"]))
    return {**row, "members": len(there), "countries": countries(there)}


def _changes(reader: Reader, since: str, until: str) -> list[Facts]:
    return reader.rows(
        "SELECT h.date, h.day, h.event, h.city AS id, h.name, h.country, k.name AS country_name, h.field,"
        " f.name AS field_name, h.former_field FROM history h JOIN countries k ON k.id = h.country"
        " JOIN fields f ON f.id = h.field WHERE h.day > ? AND h.day <= ? ORDER BY h.day DESC, h.name",
        since,
        until,
    )
