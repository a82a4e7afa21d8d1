"""Partial dates: ISO prefixes as text, as precise as the sources allow: `2008`, `2008-06`, `2008-06-11`."""

from __future__ import annotations

import calendar
import datetime
import os
import re
from functools import lru_cache
from typing import TypeAlias

DateLike: TypeAlias = "str | datetime.date | None"
LAST_DATE = "9999"
"""A date after every other, for questions that include what is planned."""
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z", re.ASCII)


@lru_cache(maxsize=10_000)
def first_day(date: str) -> datetime.date:
    """Return the first day that an ISO date prefix can mean (`2008-06` is 1 June 2008).

    Raises ValueError if the text is not a date.
    """
    match = _DATE.match(date)
    if match is None:
        raise ValueError(f"{date[:40]!r} is not a date; write 2008, 2008-06 or 2008-06-11")
    year, month, day = match.groups(default="1")
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"{date!r} is not a valid date; write 2008, 2008-06 or 2008-06-11") from None


def last_day(date: str) -> datetime.date:
    """Return the last day that an ISO date prefix can mean (`2008-06` is 30 June 2008)."""
    day = first_day(date)
    if precision(date) == "year":
        return day.replace(month=12, day=31)
    if precision(date) == "month":
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def first_day_text(date: str | None) -> str | None:
    """Return the first day that an ISO date prefix can mean, as text; None for None."""
    return first_day(date).isoformat() if date else None


def last_day_text(date: str | None) -> str | None:
    """Return the last day that an ISO date prefix can mean, as text; None for None."""
    return last_day(date).isoformat() if date else None


def precision(date: str) -> str:
    """Return the precision of an ISO date prefix: year, month or day."""
    return {4: "year", 7: "month", 10: "day"}[len(date)]


@lru_cache(maxsize=10_000)
def format_date(date: str | None) -> str:
    """Return a date in words, as precise as it is: 11 June 2009, June 2008, 2008; '' for None."""
    if not date:
        return ""
    day = first_day(date)
    by_precision = {"year": f"{day:%Y}", "month": f"{day:%B %Y}", "day": f"{day.day} {day:%B %Y}"}
    return by_precision[precision(date)]


def today() -> datetime.date:
    """Return the date in the environment variable CCN_TODAY, else today's. Raises ValueError if it is not a date."""
    return (
        last_day(os.environ["CCN_TODAY"])
        if os.environ.get("CCN_TODAY")
        else datetime.datetime.now().astimezone().date()
    )


def on_day(date: DateLike) -> datetime.date:
    """Return the day that a date in a question stands for: today for None, the last day of a partial date."""
    if date is None:
        return today()
    return last_day(date) if isinstance(date, str) else date
