"""Members of the network: a city with its designation on a day, and the sequences in which they are returned."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

from ccn_kb.model.dates import first_day, first_day_text, precision
from ccn_kb.model.records import City, Country, Designation, Population, PopulationBasis
from ccn_kb.model.text import fold
from ccn_kb.network.frames import BestSource, Cell, Codebook, Column, Rows, with_name
from ccn_kb.network.geography import distance_km


class Member(NamedTuple):
    """A city in the network on a day: the city, its designation that is active then, and its country."""

    city: City
    designation: Designation
    country: Country

    @property
    def order(self) -> tuple[str, str]:
        return fold(self.city.name), self.city.id


def is_active_on(designation: Designation, day: datetime.date) -> bool:
    """Return whether the designation is active on the day."""
    has_begun = first_day(designation.since) <= day
    return has_begun and (designation.end is None or day < first_day(designation.end.date))


def joining_designations(city: City) -> Iterator[Designation]:
    """Yield the designations that started a membership: the first, and each one that is not a change of field."""
    for previous, designation in with_previous(city):
        if not has_changed_field(previous):
            yield designation


def start_of_stay(member: Member) -> Designation:
    """Return the designation that started the membership to which the member's designation belongs."""
    since = first_day(member.designation.since)
    return [joining for joining in joining_designations(member.city) if first_day(joining.since) <= since][-1]


def with_previous(city: City) -> Iterator[tuple[Designation | None, Designation]]:
    """Yield the designations of a city, each with the one before it."""
    return zip((None, *city.designations), city.designations, strict=False)


def has_changed_field(designation: Designation | None) -> bool:
    """Return whether a designation ended because the city changed its field."""
    return designation is not None and designation.end is not None and designation.end.reason == "field-changed"


MEMBER_BASES: tuple[PopulationBasis, ...] = ("municipality", "city-proper")
"""The areas of which a city has a population in the table of members, the preferred one first."""


def population_figure(city: City) -> Population | None:
    """Return the latest dated figure of the municipality or the city proper, None if there is none.

    Of two figures of one year, that of the municipality is returned.
    """
    figures = [figure for basis in MEMBER_BASES for figure in city.population if figure.basis == basis and figure.year]
    return max(figures, key=lambda figure: figure.year or 0, default=None)


def population_value(city: City) -> int | None:
    """Return the value of the population figure of a city, None if it has none."""
    figure = population_figure(city)
    return figure.value if figure else None


def population_year(city: City) -> int | None:
    """Return the year of the population figure of a city, None if it has none."""
    figure = population_figure(city)
    return figure.year if figure else None


def population_basis(city: City) -> PopulationBasis | None:
    """Return the area of the population figure of a city, None if it has none."""
    figure = population_figure(city)
    return figure.basis if figure else None


def subdivision_name(city: City) -> str | None:
    """Return the name of the city's first-level subdivision, None if it has none."""
    return city.subdivision.name if city.subdivision else None


def subdivision_code(city: City) -> str | None:
    """Return the code of the city's first-level subdivision, None if it has none."""
    return city.subdivision.code if city.subdivision else None


def unesco_page(city: City) -> str | None:
    """Return the last part of the address of UNESCO's main page on the city, None if there is no such page."""
    return city.unesco_pages[0] if city.unesco_pages else None


def _best_source(member: Member, codebook: Codebook) -> BestSource:
    return codebook.best_sources.get(member.designation.sources, BestSource("", ""))


def end_date(designation: Designation) -> str | None:
    """Return the first day after a designation, None while it lasts."""
    return designation.end.date if designation.end else None


class Members(Rows[Member]):
    """Members in the order of their names, as `Network.members()` and `Network.former()` return them.

    >>> members = network.members(on="2015-05-28", country="JP")
    >>> members
    <Members: 6 rows>
    >>> members[0].city.name, members[0].designation.field, members[0].country.name
    ('Hamamatsu', 'music', 'Japan')
    >>> members[:2]
    <Members: 2 rows>
    >>> members.to_pandas()[["id", "field", "since_day"]]
                 id                field  since_day
    0  hamamatsu-jp                music 2014-12-01
    1   kanazawa-jp  crafts-and-folk-art 2009-06-08
    2       kobe-jp               design 2008-10-16
    3     nagoya-jp               design 2008-10-16
    4    sapporo-jp           media-arts 2013-11-21
    5   tsuruoka-jp           gastronomy 2014-12-01
    """

    __slots__ = ()

    columns: tuple[Column[Any], ...] = (
        Column("id", "text", lambda member: member.city.id),
        Column("name", "text", lambda member: member.city.name),
        Column("country", "category", lambda member: member.country.id),
        Column("country_name", "text", lambda member: member.country.name),
        Column("alpha3", "text", lambda member: member.country.alpha3),
        Column("region", "category", lambda member: member.country.region),
        *with_name(Column("continent", "category", lambda member: member.country.continent)),
        Column("subdivision", "text", lambda member: subdivision_name(member.city), nullable=True),
        Column("subdivision_code", "text", lambda member: subdivision_code(member.city), nullable=True),
        *with_name(Column("field", "category", lambda member: member.designation.field)),
        Column("since", "text", lambda member: member.designation.since),
        Column("since_day", "date", lambda member: first_day_text(member.designation.since)),
        Column("since_precision", "category", lambda member: precision(member.designation.since)),
        Column("joined", "text", lambda member: start_of_stay(member).since),
        Column("joined_day", "date", lambda member: first_day_text(start_of_stay(member).since)),
        Column("until", "text", lambda member: end_date(member.designation), nullable=True),
        Column("until_day", "date", lambda member: first_day_text(end_date(member.designation)), nullable=True),
        Column("round", "integer", lambda member: member.designation.round, nullable=True),
        Column("latitude", "number", lambda member: member.city.location.latitude),
        Column("longitude", "number", lambda member: member.city.location.longitude),
        Column("population", "integer", lambda member: population_value(member.city), nullable=True),
        Column("population_year", "integer", lambda member: population_year(member.city), nullable=True),
        Column(
            "population_basis",
            "category",
            lambda member: population_basis(member.city),
            nullable=True,
            choices=MEMBER_BASES,
        ),
        Column("geonames", "integer", lambda member: member.city.geonames, nullable=True),
        Column("wikidata", "text", lambda member: member.city.wikidata, nullable=True),
        Column("unesco_page", "text", lambda member: unesco_page(member.city), nullable=True),
        Column("best_source", "category", derive=lambda member, book: _best_source(member, book).kind),
        Column("source_url", "text", derive=lambda member, book: _best_source(member, book).url),
    )
    shown = ("name", "country_name", "field", "since", "until", "id")


MEMBER_COLUMNS = tuple(column.name for column in Members.columns)


class Neighbour(NamedTuple):
    """A member, and its distance from a city in kilometres."""

    member: Member
    kilometres: float


def _of_neighbour(column: Column[Member]) -> Column[Neighbour]:
    def value_of_member(neighbour: Neighbour, codebook: Codebook) -> Cell:
        return column.of(neighbour.member, codebook)

    return Column(column.name, column.kind, nullable=column.nullable, derive=value_of_member)


class Neighbours(Rows[Neighbour]):
    """Members in the order of their distance, the nearest first, as `Network.neighbours()` returns them.

    >>> for member, kilometres in network.neighbours("kanazawa-jp", on="2015-05-28")[:3]:
    ...     print(member.city.name, round(kilometres))
    Nagoya 160
    Hamamatsu 234
    Kobe 249
    """

    __slots__ = ()

    columns = (*map(_of_neighbour, Members.columns), Column("kilometres", "number"))
    shown = ("name", "country_name", "field", "kilometres", "id")


def nearest_first(city: City, members: Members) -> list[Neighbour]:
    """Return the members except the city itself, each with its great-circle distance from it, the nearest first."""
    neighbours = [
        Neighbour(member, distance_km(city.location, member.city.location))
        for member in members
        if member.city.id != city.id
    ]
    return sorted(neighbours, key=lambda neighbour: (neighbour.kilometres, neighbour.member.city.id))
