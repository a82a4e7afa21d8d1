"""The census: figures that were stated, beside our count for the same day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ccn_kb.model.dates import last_day
from ccn_kb.model.records import Round, Total
from ccn_kb.network.frames import Column, Rows
from ccn_kb.network.members import Member, is_active_on


class Comparison(NamedTuple):
    """A stated figure beside our count for the same day."""

    record: str
    id: str
    figure: Literal["members", "countries", "new"]
    date: str
    stated: int
    counted: int


class Census(Rows[Comparison]):
    """Comparisons in the order of their dates: what `Network.census()` returns.

    >>> [(one.date, one.stated, one.counted) for one in network.census() if one.stated != one.counted][:3]
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


def counted_on(
    date: str,
    stays: Iterable[Member],
    *,
    field: str | None = None,
    country: str | None = None,
    region: str | None = None,
) -> dict[str, int]:
    """Return the number of members on the last day of a date, and of countries with one; of a part of the network."""
    day = last_day(date)
    countries = [
        one.country.id
        for one in stays
        if field in (None, one.designation.field)
        and country in (None, one.country.id)
        and region in (None, one.country.region)
        and is_active_on(one.designation, day)
    ]
    return {"members": len(countries), "countries": len(set(countries))}


def comparisons(
    record: str, id: str, date: str, stated: Round | Total, counted: Mapping[str, int]
) -> Iterator[Comparison]:
    """Yield each figure that a round or total states beside the one that is counted."""
    for figure in ("members", "countries", "new"):
        value = getattr(stated, figure, None)
        if value is not None:
            yield Comparison(record, id, figure, date, value, counted[figure])
