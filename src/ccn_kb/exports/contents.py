"""What every export format writes: the network, the members on a day, and the tables with their rows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ccn_kb.network import Network
from ccn_kb.network.citable import PERMANENT_ADDRESS
from ccn_kb.network.derived_tables import CENSUS, HISTORY, MEMBERS, NETWORK_BY_YEAR
from ccn_kb.network.members import Members
from ccn_kb.network.schema import TABLES, Row, Table, TableColumn, version_pairs

if TYPE_CHECKING:
    from ccn_kb.exports.rdf_terms import Statement

TITLE = "The UNESCO Creative Cities Network"
DESCRIPTION = (
    "Every UNESCO Creative City since 2004: when it joined, in which creative field, when it left, and the sources "
    "that confirm it. ccn-kb is an independent project, not affiliated with or endorsed by UNESCO."
)


KEYWORDS = ["UNESCO", "Creative Cities", "UCCN", "cities", "cultural policy", "open data"]


class ExportFile(NamedTuple):
    """A file of an export: its path in the folder, its bytes, and its number of rows, if it has rows."""

    path: str
    body: bytes
    rows: int | None = None


class TableData(NamedTuple):
    """A table with its rows."""

    table: Table[Any]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Contents:
    """The network to be exported, the chosen day, if there is one, and today."""

    network: Network
    on: datetime.date | None
    today: datetime.date
    site: str = ""
    """The public address of the site, to which links lead; the permanent one if it is empty."""

    @property
    def url(self) -> str:
        """The address of the dataset: that of the site, else the permanent one."""
        return self.site or PERMANENT_ADDRESS

    @property
    def edition(self) -> dict[str, str]:
        """The version of the data and its dates."""
        return dict(version_pairs(self.network))

    @property
    def day(self) -> datetime.date:
        """The day for which the members are listed."""
        return self.on or self.today

    @cached_property
    def stated_day(self) -> datetime.date:
        """The day that files state for the members: the date of the data where it lists the same members as today."""
        if self.on or not self.edition["date"]:
            return self.day
        date = datetime.date.fromisoformat(self.edition["date"])
        return date if [*self.network.members(date)] == [*self.members] else self.day

    @cached_property
    def members(self) -> Members:
        """The members on the day, by name."""
        return self.network.members(self.day)

    @cached_property
    def tables(self) -> tuple[TableData, ...]:
        """The members on the day, then every other table, with its full history."""
        members = TableData(MEMBERS_TABLE, tuple(MEMBERS.rows_of(self.members, self.network)))
        return (members, *(TableData(table, tuple(table.rows(self.network))) for table in WHOLE_TABLES))

    @cached_property
    def statements(self) -> frozenset[Statement]:
        """The network in RDF, made once for both of its formats."""
        from ccn_kb.exports.linked_data import make_statements

        return make_statements(self)


def is_day(column: TableColumn[Any]) -> bool:
    """Return whether a column holds full dates (`since_day`), which formats with a date type write as dates."""
    return column.name.endswith("_day")


WHOLE_TABLES: tuple[Table[Any], ...] = (
    *(table for table in TABLES if not table.technical or table.name == "redirects"),
    HISTORY,
    CENSUS,
    NETWORK_BY_YEAR,
)
"""The tables of every export except the members: those that do not depend on the day."""
MEMBERS_TABLE = replace(MEMBERS, description="Members on the day of the export, one row each.")
