"""Partial dates: ISO prefixes as text, as precise as the sources allow: `2008`, `2008-06`, `2008-06-11`."""

from __future__ import annotations

import calendar
import datetime
import os
import re
import unicodedata
from functools import lru_cache
from numbers import Integral
from typing import Protocol, TypeAlias


class NumpyDate(Protocol):
    """A date of NumPy, such as `numpy.datetime64`."""

    def astype(self, dtype: str, /) -> NumpyDate: ...

    def item(self) -> object: ...


DateLike: TypeAlias = "str | int | datetime.date | NumpyDate | None"
"""A date in a question: text, a year, a date or time of Python, pandas or NumPy; None for today."""
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
    """Return the day that a date in a question stands for: today for None, the last day of a partial date.

    Raises ValueError for a text that is not a date, TypeError for a value of another kind.
    """
    if date is None:
        return today()
    text = date_text(date)
    return last_day(text) if text is not None else _as_day(date)


def from_day(date: DateLike) -> datetime.date:
    """Return the day from which a date in a question counts: today for None, the first day of a partial date.

    Raises ValueError for a text that is not a date, TypeError for a value of another kind.
    """
    if date is None:
        return today()
    text = date_text(date)
    return first_day(text) if text is not None else _as_day(date)


def date_text(date: object) -> str | None:
    """Return a text or a year of a question as an ISO prefix, with plain hyphens; None for anything else."""
    if isinstance(date, str):
        return "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in date.strip())
    # NumPy's integers, the years of data frames, are Integral, too.
    return f"{int(date):04d}" if isinstance(date, Integral) and not isinstance(date, bool) else None


def _as_day(date: object) -> datetime.date:
    if isinstance(date, datetime.datetime):
        # NaT of pandas is a time of no date.
        if date != date:
            raise ValueError("NaT is not a date")
        return date.date()
    if isinstance(date, datetime.date):
        return date
    # A number of NumPy can be made a date as well: that many days after 1970.
    is_datetime64 = getattr(getattr(date, "dtype", None), "kind", None) == "M"
    if is_datetime64 and hasattr(date, "astype") and getattr(date, "ndim", None) == 0:
        day = date.astype("datetime64[D]").item()
        if isinstance(day, datetime.date):
            return day
        raise ValueError("NaT is not a date")
    kinds = "a text such as '2015-05-28', '2015-05' or '2015', a year, a date, or None for today"
    raise TypeError(f"a date is {kinds}, not {type(date).__name__}")
