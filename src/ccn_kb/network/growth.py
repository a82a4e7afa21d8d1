"""The growth of the network by year, and a panel of members by year, country and field.

A year is counted on its last day, the current year today. Years, countries and fields without members have rows with 0.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ccn_kb.model.dates import first_day
from ccn_kb.model.records import Country
from ccn_kb.network.frames import Column, Rows, with_name
from ccn_kb.network.members import Member, has_changed_field, is_active_on, joining_designations


class Year(NamedTuple):
    """The figures of a year, up to the day on which its members were counted, for the network or a part of it.

    Cities joined, changed their field, or ended their membership, as in `Network.history()`. Of the designations, some
    began and some ceased: a change of field ceases one and begins another.
    """

    year: int
    day: datetime.date
    members: int
    countries: int
    joined: int
    changed_field: int
    ended: int
    began: int
    ceased: int


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
        Column("joined", "integer"),
        Column("changed_field", "integer"),
        Column("ended", "integer"),
        Column("began", "integer"),
        Column("ceased", "integer"),
    )
    shown = tuple(column.name for column in columns)


class PanelCount(NamedTuple):
    """The number of members of a country in a field at the end of a year."""

    year: int
    day: datetime.date
    country: str
    country_name: str
    alpha3: str
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

    columns: tuple[Column[Any], ...] = (
        Column("year", "integer"),
        Column("day", "date"),
        Column("country", "category"),
        Column("country_name", "text"),
        Column("alpha3", "text"),
        Column("region", "category"),
        *with_name(Column("continent", "category")),
        *with_name(Column("field", "category")),
        Column("members", "integer"),
    )
    shown = tuple(column.name for column in columns)


def days_of_years(first: datetime.date, last: datetime.date) -> dict[int, datetime.date]:
    """Return the day on which each year between two days is counted: its last, or the later of the two days."""
    return {year: min(datetime.date(year, 12, 31), last) for year in range(first.year, last.year + 1)}


def count_years(memberships: Iterable[Member], days: Mapping[int, datetime.date]) -> Iterator[Year]:
    """Yield for each year the number of active memberships on its day, and of the events in it up to that day."""
    memberships = list(memberships)
    joins, changes, ends, moves = _days_of_events(memberships)
    for year, day in days.items():
        active = [member for member in memberships if is_active_on(member.designation, day)]
        joined, changed, ended, moved = (
            sum(date.year == year and date <= day for date in dates) for dates in (joins, changes, ends, moves)
        )
        countries = len({member.country.id for member in active})
        yield Year(year, day, len(active), countries, joined, changed, ended, joined + changed, ended + moved)


def _days_of_events(memberships: Iterable[Member]) -> tuple[list[datetime.date], ...]:
    """Return the days on which cities joined, took another field, left the network, and left a field for another."""
    joins: list[datetime.date] = []
    changes: list[datetime.date] = []
    ends: list[datetime.date] = []
    moves: list[datetime.date] = []
    for city, designation, _ in memberships:
        starts = joins if designation in joining_designations(city) else changes
        starts.append(first_day(designation.since))
        if designation.end:
            (moves if has_changed_field(designation) else ends).append(first_day(designation.end.date))
    return joins, changes, ends, moves


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
            place = (country.id, country.name, country.alpha3, country.region, country.continent)
            for field in fields:
                yield PanelCount(year, day, *place, field, counts[country.id, field])
