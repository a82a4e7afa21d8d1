"""Any history that a network can have, drawn by hypothesis, beside the same as plain days."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

from hypothesis import strategies as st

from ccn_kb.model.dates import first_day
from ccn_kb.model.records import City, Designation
from ccn_kb.network import Network
from tests.records import make_city, make_designation, make_end, make_network


class Stay(NamedTuple):
    """A designation as plain days: [first, end)."""

    city: str
    field: str
    first: datetime.date
    end: datetime.date | None
    reason: str | None


FIELDS = ("film", "music", "literature")


@st.composite
def histories(draw: st.DrawFn) -> tuple[Network, list[Stay]]:
    """Draw cities that join, change their field, leave and come back, and the same as plain days."""
    cities: list[City] = []
    plain: list[Stay] = []
    any_day = st.dates(datetime.date(2004, 1, 1), datetime.date(2006, 12, 31))
    days = any_day | any_day.map(lambda day: day.replace(day=1)) | any_day.map(lambda day: day.replace(month=1, day=1))
    for id in ("kobe-jp", "bradford-gb", "lodz-pl")[: draw(st.integers(1, 3))]:
        turns = [day.isoformat() for day in draw(st.lists(days, min_size=1, max_size=5, unique=True).map(sorted))]
        # What began on the first of a month or year may be known no better.
        turns = [re.sub("(-01)?-01$" if draw(st.booleans()) else "-01$", "", turn) for turn in turns]
        designations: list[Designation] = []
        at = 0
        while at < len(turns):
            field = FIELDS[len(designations) % len(FIELDS)]
            end = turns[at + 1] if at + 1 < len(turns) else None
            reason = draw(st.sampled_from(["withdrew", "removed", "field-changed"])) if end else None
            ended = make_end(end, reason) if end and reason else None
            designations.append(make_designation(field, turns[at], end=ended))
            plain.append(Stay(id, field, first_day(turns[at]), first_day(end) if end else None, reason))
            at += 1 if reason == "field-changed" or draw(st.booleans()) else 2
        cities.append(make_city(id, *designations))
    return make_network(*cities), plain


def turning_days(plain: list[Stay]) -> list[datetime.date]:
    turns = [day for stay in plain for day in (stay.first, stay.end) if day]
    return [turn + datetime.timedelta(days=days) for turn in turns for days in (-1, 0, 1)]
