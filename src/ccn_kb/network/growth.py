"""The growth of the network by year, and panels of members by year, country and field, and of cities.

A year is counted on its last day, the current year today. Years, countries and fields without members have rows with 0.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
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


class Flows(NamedTuple):
    """What happened in a year, up to the day on which its members were counted; as in `Year`."""

    joined: int
    changed_field: int
    ended: int
    began: int
    ceased: int


NO_FLOWS = Flows(0, 0, 0, 0, 0)
JOINED = NO_FLOWS._replace(joined=1, began=1)
CHANGED_FIELD = NO_FLOWS._replace(changed_field=1, began=1)
ENDED = NO_FLOWS._replace(ended=1, ceased=1)
CEASED = NO_FLOWS._replace(ceased=1)
"""A designation that ends by a change of field ceases, but the membership goes on."""


class PanelCount(NamedTuple):
    """The number of members of a country in a field at the end of a year, and what happened in the year."""

    year: int
    day: datetime.date
    country: str
    country_name: str
    alpha3: str
    region: str
    continent: str
    field: str
    members: int
    joined: int
    changed_field: int
    ended: int
    began: int
    ceased: int


_COUNTRY: tuple[Column[Any], ...] = (
    Column("country", "category"),
    Column("country_name", "text"),
    Column("alpha3", "text"),
    Column("region", "category"),
    *with_name(Column("continent", "category")),
)
_FLOWS = tuple(Column[Any](name, "integer") for name in Flows._fields)


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
        *_COUNTRY,
        *with_name(Column("field", "category")),
        Column("members", "integer"),
        *_FLOWS,
    )
    shown = ("year", "country", "country_name", "field", "members", "began", "ceased")


class CityYear(NamedTuple):
    """A city at the end of a year: its field and 1 member, or None and 0, and what happened in the year."""

    year: int
    day: datetime.date
    city: str
    name: str
    country: str
    country_name: str
    alpha3: str
    region: str
    continent: str
    field: str | None
    members: int
    joined: int
    changed_field: int
    ended: int
    began: int
    ceased: int


class CityPanel(Rows[CityYear]):
    """Every city in every year, members or not, that `Network.panel(by="city")` returns, in the order of years.

    >>> panel = network.panel(until="2023", since="2022", by="city", country="FR")
    >>> [(row.year, row.field, row.changed_field) for row in panel if row.city == "lyon-fr"]
    [(2022, 'media-arts', 0), (2023, 'literature', 1)]
    """

    __slots__ = ()

    columns: tuple[Column[Any], ...] = (
        Column("year", "integer"),
        Column("day", "date"),
        Column("city", "text"),
        Column("name", "text"),
        *_COUNTRY,
        *with_name(Column("field", "category", nullable=True)),
        Column("members", "integer"),
        *_FLOWS,
    )
    shown = ("year", "city", "name", "country", "field", "members", "began", "ceased")


def days_of_years(first: datetime.date, last: datetime.date) -> dict[int, datetime.date]:
    """Return the day on which each year between two days is counted: its last, or the later of the two days."""
    return {year: min(datetime.date(year, 12, 31), last) for year in range(first.year, last.year + 1)}


def count_years(memberships: Iterable[Member], days: Mapping[int, datetime.date]) -> Iterator[Year]:
    """Yield for each year the number of active memberships on its day, and of the events in it up to that day."""
    memberships = list(memberships)
    flows = _flows(memberships, days, lambda _: None)
    for year, day in days.items():
        active = [member for member in memberships if is_active_on(member.designation, day)]
        countries = len({member.country.id for member in active})
        yield Year(year, day, len(active), countries, *flows.get((year, None), NO_FLOWS))


def _flows(
    memberships: Iterable[Member], days: Mapping[int, datetime.date], group_of: Callable[[Member], Hashable]
) -> Mapping[tuple[int, Hashable], Flows]:
    """Return the flows of each year and group of memberships, up to the year's day, if there are any."""
    flows: dict[tuple[int, Hashable], Flows] = {}

    def add(date: str, group: Hashable, more: Flows) -> None:
        day = first_day(date)
        if day <= days.get(day.year, datetime.date.min):
            before = flows.get((day.year, group), NO_FLOWS)
            flows[day.year, group] = Flows(*map(sum, zip(before, more, strict=True)))

    for member in memberships:
        city, designation, _ = member
        group = group_of(member)
        add(designation.since, group, JOINED if designation in joining_designations(city) else CHANGED_FIELD)
        if designation.end:
            add(designation.end.date, group, CEASED if has_changed_field(designation) else ENDED)
    return flows


def count_countries_and_fields(
    memberships: Sequence[Member],
    days: Mapping[int, datetime.date],
    countries: Iterable[Country],
    fields: Iterable[str],
) -> Iterator[PanelCount]:
    """Yield for each year, country and field the number of active memberships on the year's day, and the flows."""
    countries, fields = sorted(countries, key=lambda country: country.id), sorted(fields)

    def group_of(member: Member) -> tuple[str, str]:
        return member.country.id, member.designation.field

    flows = _flows(memberships, days, group_of)
    for year, day in days.items():
        counts = Counter(group_of(member) for member in memberships if is_active_on(member.designation, day))
        for country in countries:
            place = _place(country)
            for field in fields:
                group = country.id, field
                yield PanelCount(year, day, *place, field, counts[group], *flows.get((year, group), NO_FLOWS))


def _place(country: Country) -> tuple[str, str, str, str, str]:
    return country.id, country.name, country.alpha3, country.region, country.continent


def follow_cities(memberships: Sequence[Member], days: Mapping[int, datetime.date]) -> Iterator[CityYear]:
    """Yield for each year and city, by id, its field on the year's day, and the flows."""
    places = {member.city.id: (member.city, member.country) for member in memberships}
    flows = _flows(memberships, days, lambda member: member.city.id)
    for year, day in days.items():
        fields = {
            member.city.id: member.designation.field for member in memberships if is_active_on(member.designation, day)
        }
        for id in sorted(places):
            city, country = places[id]
            field = fields.get(id)
            members = int(field is not None)
            yield CityYear(year, day, id, city.name, *_place(country), field, members, *flows.get((year, id), NO_FLOWS))
