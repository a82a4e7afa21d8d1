"""The network year by year: its growth, and a panel of members by country, field and year.

A year stands for its last day; the present one, which has none yet, for today. Nothing is left out: what has no
member in a year has a row with 0.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ccn_kb.model.dates import first_day
from ccn_kb.model.records import Country
from ccn_kb.network.frames import Column, Rows
from ccn_kb.network.members import Member, is_active_on


class Year(NamedTuple):
    """The network, or a part of it, at the end of a year; `day` is the day on which it was counted."""

    year: int
    day: datetime.date
    members: int
    countries: int
    began: int
    """Designations that began since the day before: in the year, up to the day."""
    ended: int
    """Designations that ended in the year, up to the day; a change of field ends one and begins one."""


class Growth(Rows[Year]):
    """A time series, the first year first: what `Network.growth()` returns.

    >>> for one in network.growth(until="2015-05-28", field="film")[-3:]:
    ...     print(one.year, one.day, one.members, one.countries)
    2013 2013-12-31 2 2
    2014 2014-12-31 5 5
    2015 2015-05-28 5 5
    """

    __slots__ = ()

    columns = (
        Column("year", "integer"),
        Column("day", "date"),
        Column("members", "integer"),
        Column("countries", "integer"),
        Column("began", "integer"),
        Column("ended", "integer"),
    )
    shown = tuple(column.name for column in columns)


class Count(NamedTuple):
    """The number of members of a country in a field at the end of a year."""

    year: int
    day: datetime.date
    country: str
    country_name: str
    region: str
    continent: str
    field: str
    members: int


class Panel(Rows[Count]):
    """Members by year, country and field, in this order, zeros included: what `Network.panel()` returns.

    >>> panel = network.panel(until="2015-05-28")
    >>> [(one.year, one.members) for one in panel if one.country == "JP" and one.field == "design"][3:6]
    [(2007, 0), (2008, 2), (2009, 2)]
    >>> sum(one.members for one in panel if one.year == 2015)
    69
    """

    __slots__ = ()

    columns = (
        Column("year", "integer"),
        Column("day", "date"),
        Column("country", "category"),
        Column("country_name", "text"),
        Column("region", "category"),
        Column("continent", "category"),
        Column("field", "category"),
        Column("members", "integer"),
    )
    shown = tuple(column.name for column in columns)


def days_of_years(first: datetime.date, last: datetime.date) -> dict[int, datetime.date]:
    """Return the last day of each year from one day to another, which itself is that of its year."""
    return {year: min(datetime.date(year, 12, 31), last) for year in range(first.year, last.year + 1)}


def grown(stays: Iterable[Member], days: Mapping[int, datetime.date]) -> Iterator[Year]:
    """Yield the number of stays that hold on the day of each year, and of those that began and ended in it."""
    stays = list(stays)
    starts = [first_day(one.designation.since) for one in stays]
    ends = [first_day(one.designation.end.date) for one in stays if one.designation.end]
    for year, day in days.items():
        there = [one for one in stays if is_active_on(one.designation, day)]
        began, ended = (sum(one.year == year and one <= day for one in turns) for turns in (starts, ends))
        yield Year(year, day, len(there), len({one.country.id for one in there}), began, ended)


def counted(
    stays: Iterable[Member], days: Mapping[int, datetime.date], countries: Iterable[Country], fields: Iterable[str]
) -> Iterator[Count]:
    """Yield a row for each year, country and field with the number of stays that hold on the year's day."""
    stays, countries, fields = list(stays), sorted(countries, key=lambda one: one.id), sorted(fields)
    for year, day in days.items():
        there = Counter((one.country.id, one.designation.field) for one in stays if is_active_on(one.designation, day))
        for country in countries:
            where = (country.id, country.name, country.region, country.continent)
            for field in fields:
                yield Count(year, day, *where, field, there[country.id, field])
