"""The annual meetings, and each: where, when, who came, what was decided, the network on its last day."""

from __future__ import annotations

import datetime

from ccn_kb.model.dates import format_date, last_day
from ccn_kb.site.facts import before_and_after
from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.facts.memberships import countries, held
from ccn_kb.site.reader import Facts, Reader

_COLUMNS = "m.id, m.ordinal, m.name, m.starts, m.starts_day, m.ends, m.ends_day, m.status, m.theme, m.note"


def meetings(reader: Reader) -> Facts:
    """Return the meetings, the newest first, and what comes next."""
    found = [
        {**row, "hosts": _hosts(reader, row["id"])}
        for row in reader.rows(f"SELECT {_COLUMNS} FROM meetings m ORDER BY m.starts_day DESC, m.id DESC")  # noqa: S608
    ]
    held_ones = sum(one["status"] == "held" for one in found)
    return {
        "title": "Annual meetings",
        "sentence": f"The network has met {held_ones} times since {found[-1]['starts'][:4]}, as far as is recorded."
        if found
        else "No meeting is recorded.",
        "meetings": found,
        "rows": "/ccn/meetings",
        "record": "/data/meetings.yaml",
    }


def meeting(reader: Reader, id: str) -> Facts | None:
    """Return a meeting, None if there is none of that id."""
    row = reader.row(f"SELECT {_COLUMNS} FROM meetings m WHERE m.id = ?", id)  # noqa: S608
    if row is None:
        return None
    citing = Citing(reader)
    hosts = _hosts(reader, id)
    sources = citing.of("meeting", id)
    said_of_it = reader.rows("SELECT * FROM meeting_statements WHERE meeting = ? ORDER BY kind, position", id)
    statements = {
        kind: [
            {"value": one["value"], "sources": citing.of("meeting_statement", one["id"], "value")}
            for one in said_of_it
            if one["kind"] == kind
        ]
        for kind in ("attendance", "outcome", "announced")
    }
    order = [one["id"] for one in reader.rows("SELECT id FROM meetings ORDER BY starts_day, id")]
    return {
        **row,
        "title": f"{row['name']}, {', '.join(one['name'] for one in hosts) or 'online'}",
        "sentence": sentence(row, hosts),
        "hosts": hosts,
        "cited": sources,
        **statements,
        "network": _network(reader, row),
        **before_and_after(order, id),
        "disputed": citing.disputed("meeting", id),
        "sources": citing.sources,
        "rows": f"/ccn/meetings/{id}",
        "record": "/data/meetings.yaml",
    }


def coming(reader: Reader) -> Facts | None:
    """Return the next planned meeting, else the last that was held."""
    rows = reader.rows(f"SELECT {_COLUMNS} FROM meetings m ORDER BY m.starts_day")  # noqa: S608
    planned = [
        row for row in rows if row["status"] == "planned" and last_day(row["ends"] or row["starts"]) >= reader.today
    ]
    chosen = planned or [row for row in rows if row["status"] == "held"][-1:]
    return {**chosen[0], "hosts": _hosts(reader, chosen[0]["id"])} if chosen else None


def when(row: Facts) -> str:
    """Return from when until when a meeting lasts, in words and without saying a month or year twice."""
    starts, ends = row["starts"], row["ends"]
    if not ends or ends == starts:
        return format_date(starts)
    if len(starts) == len(ends) == 10 and starts[:7] == ends[:7]:
        return f"{int(starts[8:])}–{format_date(ends)}"
    if len(starts) == len(ends) == 10 and starts[:4] == ends[:4]:
        return f"{format_date(starts).rpartition(' ')[0]} – {format_date(ends)}"
    return f"{format_date(starts)} – {format_date(ends)}"


def sentence(row: Facts, hosts: list[Facts]) -> str:
    """Return the answer with which the page begins."""
    where = " and ".join(f"{one['name']}, {one['country_name']}," for one in hosts)
    place = f"in {where.rstrip(',')}" if hosts else "online"
    dated = f"on {when(row)}" if len(row["starts"]) == 10 else f"in {when(row)}"
    what = f"The {row['name']} of the network"
    return {
        "held": f"{what} was held {place}, {dated}.",
        "planned": f"{what} is planned {place}, {dated}.",
        "postponed": f"{what} was planned {place}, {dated}, and postponed.",
        "cancelled": f"{what} was planned {place}, {dated}, and cancelled.",
        "unconfirmed": f"{what} was announced {place}, {dated}; no record was found that it was held.",
    }[row["status"]]


def _hosts(reader: Reader, id: str) -> list[Facts]:
    return reader.rows(
        "SELECT h.city, h.name, h.country, k.name AS country_name, c.latitude, c.longitude FROM meeting_hosts h"
        " JOIN countries k ON k.id = h.country LEFT JOIN cities c ON c.id = h.city WHERE h.meeting = ?"
        " ORDER BY h.position",
        id,
    )


def _network(reader: Reader, row: Facts) -> Facts | None:
    """Return the network on the last day of the meeting, where that day is known and past."""
    day = row["ends_day"] or row["starts_day"]
    if len(row["ends"] or row["starts"]) < 10 or day > reader.today.isoformat():
        return None
    members = held(reader.memberships, datetime.date.fromisoformat(day))
    return {"on": day, "members": len(members), "countries": countries(members)}
