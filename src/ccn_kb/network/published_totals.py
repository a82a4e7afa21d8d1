"""The census: published totals next to our counts for the same day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ccn_kb.model.dates import last_day
from ccn_kb.model.records import Round, Total
from ccn_kb.network.frames import Column, Rows
from ccn_kb.network.members import Member, is_active_on


class Comparison(NamedTuple):
    """A published figure and our count for the same day."""

    record: str
    id: str
    figure: Literal["members", "countries", "new"]
    date: str
    stated: int
    counted: int


class Census(Rows[Comparison]):
    """Comparisons in the order of their dates, as `Network.census()` returns them.

    >>> [(row.date, row.stated, row.counted) for row in network.census() if row.stated != row.counted][:3]
    [('2015-12', 20, 17), ('2021-11-08', 90, 92), ('2023-10-31', 39, 38)]
    """

    __slots__ = ()

    columns = (
        Column("record", "category"),
        Column("id", "text"),
        Column("figure", "category"),
        Column("date", "text"),
        Column("stated", "integer"),
        Column("counted", "integer"),
    )
    shown = tuple(column.name for column in columns)


def count_on(
    date: str,
    memberships: Iterable[Member],
    *,
    field: str | None = None,
    country: str | None = None,
    region: str | None = None,
) -> dict[str, int]:
    """Return the numbers of members and of countries with a member on the last day of a date.

    Only the members in a field, country or region are counted if one is given.
    """
    day = last_day(date)
    countries = [
        member.country.id
        for member in memberships
        if field in (None, member.designation.field)
        and country in (None, member.country.id)
        and region in (None, member.country.region)
        and is_active_on(member.designation, day)
    ]
    return {"members": len(countries), "countries": len(set(countries))}


def comparisons(
    kind: str, id: str, date: str, record: Round | Total, counts: Mapping[str, int]
) -> Iterator[Comparison]:
    """Yield a comparison for each figure that a round or a total has."""
    for figure in ("members", "countries", "new"):
        stated = getattr(record, figure, None)
        if stated is not None:
            yield Comparison(kind, id, figure, date, stated, counts[figure])
