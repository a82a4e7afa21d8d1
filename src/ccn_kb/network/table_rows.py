"""The rows of the tables and views of the database, made from a network in memory, for data frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, Self

from ccn_kb.errors import UnknownError
from ccn_kb.network.derived_tables import DERIVED_TABLES
from ccn_kb.network.frames import EMPTY_CODEBOOK, Codebook, Column, Rows
from ccn_kb.network.schema import TABLES, Row, Table, TableColumn

if TYPE_CHECKING:
    from ccn_kb.network.network import Network

MOST_SHOWN = 8
_CODES = {"countries", "fields", "regions"}
"""The tables whose ids are the codes of a codebook."""
TABLES_BY_NAME: dict[str, Table[Any]] = {table.name: table for table in (*TABLES, *DERIVED_TABLES)}
"""Every table and view of the database, except its documents and its search index."""


class TableRows(Rows[Row]):
    """The rows of a table or view of the database, as `Network.frame()` returns them.

    >>> spells = network.frame("designations")
    >>> spells
    <TableRows of designations: 409 rows>
    >>> spells.to_pandas()[["city", "field", "since_day", "until_day"]].dropna()
            city       field  since_day  until_day
    234  lyon-fr  media-arts 2008-06-01 2023-10-31
    """

    __slots__ = ("columns", "name", "shown")

    def __init__(self, name: str, rows: Iterable[Row] = (), codebook: Codebook = EMPTY_CODEBOOK) -> None:
        """Store the name of the table and its rows."""
        super().__init__(rows, codebook)
        self.name = name
        declared = TABLES_BY_NAME[name].columns
        self.columns = tuple(_frame_column(column, position) for position, column in enumerate(declared))
        self.shown = tuple(column.name for column in declared[:MOST_SHOWN])

    def _with_records(self, records: Iterable[Row]) -> Self:
        return type(self)(self.name, records, self._codebook)

    def __reduce__(self) -> tuple[type[Self], tuple[str, tuple[Row, ...], Codebook]]:
        # The columns have functions, which cannot be pickled.
        return type(self), (self.name, self._records, self._codebook)

    def __repr__(self) -> str:
        return super().__repr__().replace(":", f" of {self.name}:", 1)


def table_rows(network: Network, name: str) -> TableRows:
    """Return the rows of the table or view with that name. Raises UnknownError."""
    if name not in TABLES_BY_NAME:
        raise UnknownError(f"unknown table {name!r}; choose {', '.join(sorted(TABLES_BY_NAME))}")
    return TableRows(name, TABLES_BY_NAME[name].rows(network), network.codebook)


def kind_of(column: TableColumn[Any]) -> Literal["text", "category", "date", "integer", "number"]:
    """Return the kind of a table's column in data frames."""
    if column.type in (int, float):
        return "integer" if column.type is int else "number"
    if column.name == "day" or column.name.endswith("_day"):
        return "date"
    return "category" if column.choices or column.references in _CODES else "text"


def _frame_column(column: TableColumn[Any], position: int) -> Column[Row]:
    value: Callable[[Row], Any] = itemgetter(position)
    return Column(column.name, kind_of(column), value, column.nullable, choices=column.choices)
