"""What an export holds, whatever its format: the network, the members on a day, and every table with its rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from ccn_kb.database import views
from ccn_kb.database.columns import Column, Row, Table
from ccn_kb.database.rows import edition_rows
from ccn_kb.database.tables import TABLES
from ccn_kb.network import Network
from ccn_kb.network.members import MEMBER_COLUMNS, Members

Made = TypeVar("Made")

TITLE = "The UNESCO Creative Cities Network"
DESCRIPTION = (
    "Every city that UNESCO has designated since 2004: when, in which creative field, until when, and who says so. "
    "ccn-kb is not affiliated with or endorsed by UNESCO."
)


class File(NamedTuple):
    """A file of an export: its path in the folder, its bytes, and how many rows it has, where it has rows."""

    path: str
    body: bytes
    rows: int | None = None


class Filled(NamedTuple):
    """A table with its rows."""

    table: Table
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Contents:
    """What is exported: the network, and the day that was asked for, else today."""

    network: Network
    on: datetime.date | None
    today: datetime.date
    _made: dict[object, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[[Contents], Made]) -> Made:
        """Return what a function makes of the contents: made once, for all formats that are written from it."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("Made", self._made[make])

    @property
    def edition(self) -> dict[str, str]:
        """Which edition of the data it is: its version and dates."""
        return dict(edition_rows(self.network))

    @property
    def day(self) -> datetime.date:
        """The day for which the members are listed. It is told only if it was asked for: today changes every day."""
        return self.on or self.today

    @cached_property
    def members(self) -> Members:
        """The members on the day, by name."""
        return self.network.members(self.day)

    @cached_property
    def tables(self) -> tuple[Filled, ...]:
        """The members on the day, then every table of the database that is for readers; those are whole."""
        members = Filled(_MEMBERS, tuple(tuple(member.row().values()) for member in self.members))
        whole = (Filled(table, tuple(table.rows(self.network))) for table in TABLES if not table.technical)
        return (members, *whole)


def is_day(column: Column) -> bool:
    """Tell whether a column holds real days (`since_day`), which formats that know dates write as such."""
    return column.name.endswith("_day")


def _members() -> Table:
    """Return the table of the members: its columns are those of the tables from which it is joined."""
    parts = {table.name: {column.name: column for column in table.columns} for table in TABLES}
    known = parts["designations"] | parts["countries"] | parts["cities"]
    known |= {"id": replace(known["id"], refers="cities"), "country_name": parts["countries"]["name"]}
    columns = (replace(known[one], name=one, description=views.MEMBER_COLUMNS[one]) for one in MEMBER_COLUMNS)
    description = "The members on the day of the export: one row for each membership."
    return Table("members", description, tuple(columns), ("id", "field"), lambda _: ())


_MEMBERS = _members()
