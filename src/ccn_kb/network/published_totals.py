"""The census: published totals next to our counts for the same day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from ccn_kb.model.dates import last_day, last_day_text
from ccn_kb.model.records import Round, Total
from ccn_kb.network.frames import Column, Rows, with_name
from ccn_kb.network.members import Member, is_active_on

Figure: TypeAlias = Literal["members", "countries", "new", "first_time"]

FIGURE_NAMES: Mapping[Figure, str] = {
    "members": "members",
    "countries": "countries",
    "new": "new members",
    "first_time": "new members in countries without a member before",
}
"""What the figures count, in words."""


class Comparison(NamedTuple):
    """A published figure and our count for the same day: `record_id` names the round or the total that states it.

    A total can be that of a creative field, a country or a UNESCO region.
    """

    record_type: Literal["round", "total"]
    record_id: str
    figure: Figure
    date: str
    stated: int
    counted: int
    field: str | None = None
    country: str | None = None
    region: str | None = None

    @property
    def difference(self) -> int:
        """Our count less the published figure."""
        return self.counted - self.stated

    @property
    def order(self) -> tuple[datetime.date, str, str, str]:
        return last_day(self.date), self.record_type, self.record_id, self.figure


class Census(Rows[Comparison]):
    """Comparisons in the order of their dates, as `Network.census()` returns them.

    >>> [(row.date, row.stated, row.counted) for row in network.census() if row.difference][:3]
    [('2015-12-11', 22, 28), ('2015-12', 20, 17), ('2021-11-08', 90, 92)]
    """

    __slots__ = ()

    columns: tuple[Column[Any], ...] = (
        Column("record_type", "category"),
        Column("record_id", "text"),
        Column("figure", "category"),
        Column("date", "text"),
        Column("date_day", "date", lambda comparison: last_day_text(comparison.date)),
        *with_name(Column("field", "category", nullable=True)),
        *with_name(Column("country", "category", nullable=True)),
        Column("region", "category", nullable=True),
        Column("stated", "integer"),
        Column("counted", "integer"),
        Column("difference", "integer"),
    )
    shown = ("date", "figure", "field", "country", "region", "stated", "counted", "difference")


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


def comparisons(record: Round | Total, counts: Mapping[str, int]) -> Iterator[Comparison]:
    """Yield a comparison for each figure that a round or a total has."""
    for figure in get_args(Figure):
        stated = getattr(record, figure, None)
        if stated is None:
            continue
        counted = counts[figure]
        if isinstance(record, Round):
            yield Comparison("round", str(record.id), figure, record.announced, stated, counted)
        else:
            part = record.field, record.country, record.region
            yield Comparison("total", record.id, figure, record.date, stated, counted, *part)
