"""What a table, a view and a column are; columns that are fields of a record are described as the record is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ccn_kb.model.records import Record
from ccn_kb.network import Network

Row: TypeAlias = "tuple[str | int | float | None, ...]"


@dataclass(frozen=True)
class Column:
    """A column: its name, Python type, what it says, the table that it refers to, and whether it may be empty."""

    name: str
    type: type
    description: str
    refers: str = ""
    empty: bool = False


@dataclass(frozen=True)
class Table:
    """A table: what it holds, its columns, its key, and the rows that a network gives."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[Network], Iterable[Row]]
    technical: bool = False


@dataclass(frozen=True)
class View:
    """A view: what it shows, its columns with their descriptions, and its SELECT."""

    name: str
    description: str
    columns: Mapping[str, str]
    select: str


def says(record: type[Record], field: str) -> str:
    """Return the description of a record's field."""
    return record.model_fields[field].description or ""


def about(record: type[Record]) -> str:
    """Return what a kind of record is."""
    return (record.__doc__ or "").strip().partition("\n")[0]


def column(
    record: type[Record], name: str, type: type = str, *, field: str = "", refers: str = "", empty: bool = False
) -> Column:
    """Return a column that is a field of a record, described as the record describes it."""
    return Column(name, type, says(record, field or name), refers, empty)


def key(table: str, description: str) -> Column:
    """Return the column that names the record to which a row belongs."""
    return Column(table, str, description, {"city": "cities", "country": "countries"}.get(table, f"{table}s"))
