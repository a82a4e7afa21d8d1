"""The history of memberships: cities that joined, changed their field or left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from ccn_kb.model.dates import first_day, first_day_text
from ccn_kb.model.records import City, Designation
from ccn_kb.model.text import fold
from ccn_kb.network.frames import Column, Rows, with_name
from ccn_kb.network.members import has_changed_field, with_previous

Event: TypeAlias = Literal["joined", "changed-field", "ended"]


class Change(NamedTuple):
    """An event in the history of a membership; its date can be partial."""

    date: str
    event: Event
    city: City
    designation: Designation
    former: Designation | None

    @property
    def order(self) -> tuple[datetime.date, str, str]:
        return first_day(self.date), fold(self.city.name), self.city.id


class History(Rows[Change]):
    """Events in the order of their dates, as `Network.history()` returns them.

    >>> [(change.date, change.city.name, change.event) for change in network.history(until="2005-07")]
    [('2004-10-13', 'Edinburgh', 'joined'), ('2005-07-13', 'Santa Fe', 'joined')]
    """

    __slots__ = ()

    columns: tuple[Column[Change], ...] = (
        Column("date", "text"),
        Column("day", "date", lambda change: first_day_text(change.date)),
        Column("event", "category"),
        Column("city", "text", lambda change: change.city.id),
        Column("name", "text", lambda change: change.city.name),
        *with_name(Column("country", "category", lambda change: change.city.country)),
        *with_name(Column("field", "category", lambda change: change.designation.field)),
        *with_name(
            Column(
                "former_field", "category", lambda change: change.former.field if change.former else None, nullable=True
            )
        ),
    )
    shown = ("date", "event", "city", "name", "country", "field", "former_field")


def changes(city: City) -> Iterator[Change]:
    """Yield the events in the history of a city's memberships."""
    for previous, designation in with_previous(city):
        if has_changed_field(previous):
            yield Change(designation.since, "changed-field", city, designation, previous)
        else:
            yield Change(designation.since, "joined", city, designation, None)
        if designation.end and not has_changed_field(designation):
            yield Change(designation.end.date, "ended", city, designation, None)
