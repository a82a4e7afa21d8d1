"""The growth of the network by year, and a panel of members by year, country and field.

A year is counted on its last day, the current year today. Years, countries and fields without members have rows with 0.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ccn_kb.model.dates import first_day
from ccn_kb.model.records import Country
from ccn_kb.network.frames import Column, Rows
from ccn_kb.network.members import Member, is_active_on


class Year(NamedTuple):
    """The figures of a year for the network or a part of it; `day` is the day on which members were counted."""

    year: int
    day: datetime.date
    members: int
    countries: int
    began: int
    """Number of designations that began in the year, up to the day."""
    ended: int
    """Number of designations that ended in the year, up to the day; a change of field ends one and begins another."""


class Growth(Rows[Year]):
    """The time series that `Network.growth()` returns, in the order of years.

    >>> for row in network.growth(until="2015-05-28", field="film")[-3:]:
    ...     print(row.year, row.day, row.members, row.countries)
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


class PanelCount(NamedTuple):
    """The number of members of a country in a field at the end of a year."""

    year: int
    day: datetime.date
    country: str
    country_name: str
    region: str
    continent: str
    field: str
    members: int


class Panel(Rows[PanelCount]):
    """The members by year, country and field, zeros included, that `Network.panel()` returns, in this order.

    >>> panel = network.panel(until="2015-05-28")
    >>> [(row.year, row.members) for row in panel if row.country == "JP" and row.field == "design"][3:6]
    [(2007, 0), (2008, 2), (2009, 2)]
    >>> sum(row.members for row in panel if row.year == 2015)
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
    """Return the day on which each year between two days is counted: its last, or the later of the two days."""
    return {year: min(datetime.date(year, 12, 31), last) for year in range(first.year, last.year + 1)}


def count_years(memberships: Iterable[Member], days: Mapping[int, datetime.date]) -> Iterator[Year]:
    """Yield for each year the number of active memberships on its day, and of those that began and ended in it."""
    memberships = list(memberships)
    starts = [first_day(member.designation.since) for member in memberships]
    ends = [first_day(member.designation.end.date) for member in memberships if member.designation.end]
    for year, day in days.items():
        active = [member for member in memberships if is_active_on(member.designation, day)]
        began, ended = (sum(date.year == year and date <= day for date in dates) for dates in (starts, ends))
        yield Year(year, day, len(active), len({member.country.id for member in active}), began, ended)


def count_countries_and_fields(
    memberships: Sequence[Member],
    days: Mapping[int, datetime.date],
    countries: Iterable[Country],
    fields: Iterable[str],
) -> Iterator[PanelCount]:
    """Yield for each year, country and field the number of active memberships on the year's day."""
    countries, fields = sorted(countries, key=lambda country: country.id), sorted(fields)
    for year, day in days.items():
        counts = Counter(
            (member.country.id, member.designation.field)
            for member in memberships
            if is_active_on(member.designation, day)
        )
        for country in countries:
            place = (country.id, country.name, country.region, country.continent)
            for field in fields:
                yield PanelCount(year, day, *place, field, counts[country.id, field])
