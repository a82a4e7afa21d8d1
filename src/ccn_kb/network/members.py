"""Members of the network: a city with the designation that it has on a day, and the sequences that answers are."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from ccn_kb.model.dates import first_day, precision
from ccn_kb.model.records import City, Country, Designation
from ccn_kb.model.text import fold
from ccn_kb.network.frames import Cell, Column, Rows
from ccn_kb.network.geography import distance_km


class Member(NamedTuple):
    """A city in the network on a day: the city, its designation that holds then, and its country."""

    city: City
    designation: Designation
    country: Country

    @property
    def order(self) -> tuple[str, str]:
        return fold(self.city.name), self.city.id

    def row(self) -> dict[str, str | int | float | None]:
        """Return the member as one row: the columns of the database's view `members`, in their order."""
        city, designation, country = self
        part, end = city.subdivision, designation.end
        values = (
            city.id,
            city.name,
            country.id,
            country.name,
            country.alpha3,
            country.region,
            country.continent,
            part.name if part else None,
            part.code if part else None,
            designation.field,
            designation.since,
            first_day(designation.since).isoformat(),
            precision(designation.since),
            end.date if end else None,
            first_day(end.date).isoformat() if end else None,
            designation.round,
            city.location.latitude,
            city.location.longitude,
            gazetteer_population(city),
            city.geonames,
            city.wikidata,
            city.unesco_pages[0] if city.unesco_pages else None,
        )
        return dict(zip(MEMBER_COLUMNS, values, strict=True))


class Members(Rows[Member]):
    """Members in the order of their names: what `Network.members()` and `Network.former()` return.

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

    columns = (
        Column("id", "text"),
        Column("name", "text"),
        Column("country", "category"),
        Column("country_name", "text"),
        Column("alpha3", "text"),
        Column("region", "category"),
        Column("continent", "category"),
        Column("subdivision", "text", empty=True),
        Column("subdivision_code", "text", empty=True),
        Column("field", "category"),
        Column("since", "text"),
        Column("since_day", "date"),
        Column("since_precision", "category"),
        Column("until", "text", empty=True),
        Column("until_day", "date", empty=True),
        Column("round", "integer", empty=True),
        Column("latitude", "number"),
        Column("longitude", "number"),
        Column("population", "integer", empty=True),
        Column("geonames", "integer", empty=True),
        Column("wikidata", "text", empty=True),
        Column("unesco_page", "text", empty=True),
    )
    shown = ("name", "country_name", "field", "since", "until", "id")

    @staticmethod
    def cells(record: Member) -> Mapping[str, Cell]:
        return record.row()


MEMBER_COLUMNS = tuple(column.name for column in Members.columns)


class Neighbour(NamedTuple):
    """A member, and how far it is from the city that was asked about."""

    member: Member
    kilometres: float


class Neighbours(Rows[Neighbour]):
    """Members in the order of their distance, the nearest first: what `Network.neighbours()` returns.

    >>> for member, kilometres in network.neighbours("kanazawa-jp", on="2015-05-28")[:3]:
    ...     print(member.city.name, round(kilometres))
    Nagoya 160
    Hamamatsu 234
    Kobe 249
    """

    __slots__ = ()

    columns = (*Members.columns, Column("kilometres", "number"))
    shown = ("name", "country_name", "field", "kilometres", "id")

    @staticmethod
    def cells(record: Neighbour) -> Mapping[str, Cell]:
        return {**record.member.row(), "kilometres": record.kilometres}


def nearest_first(city: City, members: Members) -> list[Neighbour]:
    """Return the members but the city itself, each with its great-circle distance from it, the nearest first."""
    others = (one for one in members if one.city.id != city.id)
    found = [Neighbour(one, distance_km(city.location, one.city.location)) for one in others]
    return sorted(found, key=lambda one: (one.kilometres, one.member.city.id))


def is_active_on(designation: Designation, day: datetime.date) -> bool:
    """Tell whether the designation holds on the day."""
    begun = first_day(designation.since) <= day
    return begun and (designation.end is None or day < first_day(designation.end.date))


def gazetteer_population(city: City) -> int | None:
    """Return the population that GeoNames gives for the city, if it gives one."""
    cited = f"geonames#{city.geonames}"
    return next((figure.value for figure in city.population if cited in figure.sources), None)
