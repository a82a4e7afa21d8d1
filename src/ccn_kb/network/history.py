"""The history of memberships: cities that joined, changed their field or left."""

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
    """An event in the history of a membership; its date can be partial."""

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
    """Events in the order of their dates, as `Network.history()` returns them.

    >>> [(change.date, change.city.name, change.event) for change in network.history(until="2005-07")]
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
    """Yield the designations that started a membership: the first, and each one that is not a change of field."""
    for previous, designation in _with_previous(city):
        if not _changed_field(previous):
            yield designation


def start_of_stay(member: Member) -> Designation:
    """Return the designation that started the membership to which the member's designation belongs."""
    since = first_day(member.designation.since)
    return [joining for joining in joining_designations(member.city) if first_day(joining.since) <= since][-1]


def changes(city: City) -> Iterator[Change]:
    """Yield the events in the history of a city's memberships."""
    for previous, designation in _with_previous(city):
        if _changed_field(previous):
            yield Change(designation.since, "changed-field", city, designation, previous)
        else:
            yield Change(designation.since, "joined", city, designation, None)
        if designation.end and not _changed_field(designation):
            yield Change(designation.end.date, "ended", city, designation, None)


def _with_previous(city: City) -> Iterator[tuple[Designation | None, Designation]]:
    return zip((None, *city.designations), city.designations, strict=False)


def _changed_field(designation: Designation | None) -> bool:
    return designation is not None and designation.end is not None and designation.end.reason == "field-changed"
