"""What the pages that answer a question share: the day that they are of, and their lists as tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from ccn_kb.exports.contents import TableData
from ccn_kb.network.schema import Row, Table, TableColumn
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.on import resolve_day
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on

CITY_COLUMNS = {
    "city": "ID of the city.",
    "name": "Name of the city.",
    "country": "Country code (ISO 3166-1 alpha-2).",
    "country_name": "Name of the country.",
    "field": "ID of the creative field.",
    "field_name": "Name of the creative field.",
    "since": "Date of the designation.",
}


class AnswerPage(parts.TablePage):
    """An answer to a question on the network, as of a day."""

    on: parts.Day
    is_today: bool
    """Whether the day is today, so that the address needs no date."""


def day_of(context: PageContext, on: str) -> datetime.date | None:
    """Return the day that the parameter `on` means, today for an empty one; None if it is not a date until today."""
    return resolve_day(context, on) if on else context.day


def memberships_until(context: PageContext, day: datetime.date) -> tuple[Membership, ...]:
    """Return all memberships that had begun by a day."""
    return tuple(membership for membership in context.index.memberships if membership.place.since_day <= str(day))


def memberships_on(context: PageContext, day: datetime.date) -> dict[str, Membership]:
    """Return the memberships that are active on a day, by the ID of the city."""
    return {membership.place.id: membership for membership in active_on(context.index.memberships, day)}


def make_table(
    name: str, description: str, columns: Mapping[str, str], rows: Iterable[Row], numbers: Iterable[str] = ()
) -> TableData:
    """Return rows as a table to download: its columns with their descriptions, some of which have numbers."""
    integers = frozenset(numbers)
    made = tuple(
        TableColumn[None](column, text, type=int if column in integers else str, nullable=True)
        for column, text in columns.items()
    )
    return TableData(Table[None](name, description, lambda _: (), made, tuple(columns)[:1]), tuple(rows))


def city_cells(place: parts.PlacedMembership) -> Row:
    """Return the values of CITY_COLUMNS for a membership."""
    return (place.id, place.name, place.country, place.country_name, place.field, place.field_name, place.since)


def changes_table(name: str, description: str, changes: Iterable[parts.NetworkChange]) -> TableData:
    """Return changes of the network as a table to download."""
    columns = {"date": "The date of the change.", "event": "joined, changed-field or ended.", **CITY_COLUMNS}
    del columns["since"]
    rows = (
        (
            change.date,
            change.event,
            change.id,
            change.name,
            change.country,
            change.country_name,
            change.field,
            change.field_name,
        )
        for change in changes
    )
    return make_table(name, description, columns, rows)
