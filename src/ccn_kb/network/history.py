"""What happened to memberships: cities joined, changed their field, left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from ccn_kb.model.dates import first_day, first_day_text
from ccn_kb.model.records import City, Designation
from ccn_kb.model.text import fold
from ccn_kb.network.frames import Cell, Column, Rows
from ccn_kb.network.members import Member

Event: TypeAlias = Literal["joined", "changed-field", "ended"]


class Change(NamedTuple):
    """Something that happened to a membership: `date` as precisely as it is known."""

    date: str
    event: Event
    city: City
    designation: Designation
    former: Designation | None

    @property
    def order(self) -> tuple[datetime.date, str, str]:
        return first_day(self.date), fold(self.city.name), self.city.id

    def row(self) -> dict[str, Cell]:
        """Return the change as one row of text."""
        row = History.cells(self)
        del row["day"]
        return row


class History(Rows[Change]):
    """Changes in the order of their dates: what `Network.history()` returns.

    >>> [(one.date, one.city.name, one.event) for one in network.history(until="2005-07")]
    [('2004-10-13', 'Edinburgh', 'joined'), ('2005-07-13', 'Santa Fe', 'joined')]
    """

    __slots__ = ()

    columns: ClassVar[tuple[Column[Change], ...]] = (
        Column("id", "text", lambda change: change.city.id),
        Column("name", "text", lambda change: change.city.name),
        Column("date", "text"),
        Column("day", "date", lambda change: first_day_text(change.date)),
        Column("event", "category"),
        Column("country", "category", lambda change: change.city.country),
        Column("field", "category", lambda change: change.designation.field),
        Column(
            "former_field", "category", lambda change: change.former.field if change.former else None, nullable=True
        ),
    )
    shown = tuple(column.name for column in columns if column.name != "day")


CHANGE_COLUMNS = History.shown


def joining_designations(city: City) -> Iterator[Designation]:
    """Yield the designations with which the city joined: the first, and each after an end but a change of field."""
    before: Designation | None = None
    for designation in city.designations:
        if before is None or before.end is None or before.end.reason != "field-changed":
            yield designation
        before = designation


def start_of_stay(member: Member) -> Designation:
    """Return the designation with which the member's present stay in the network began."""
    return [
        one for one in joining_designations(member.city) if first_day(one.since) <= first_day(member.designation.since)
    ][-1]


def changes(city: City) -> Iterator[Change]:
    """Yield what happened to the memberships of a city."""
    before: Designation | None = None
    for designation in city.designations:
        changed = before is not None and before.end is not None and before.end.reason == "field-changed"
        if changed:
            yield Change(designation.since, "changed-field", city, designation, before)
        else:
            yield Change(designation.since, "joined", city, designation, None)
        if designation.end and designation.end.reason != "field-changed":
            yield Change(designation.end.date, "ended", city, designation, None)
        before = designation
