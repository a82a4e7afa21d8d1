"""Results as immutable sequences, which notebooks show as tables and one call turns into a data frame.

A data frame needs the extra `research`; pandas and polars are imported only then.
"""

from __future__ import annotations

import datetime
import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, Self, TypeAlias, TypeVar, overload

from ccn_kb.errors import requires_extra
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    import pandas
    import polars

Cell: TypeAlias = "str | int | float | None"
Record = TypeVar("Record")
SHOWN = 20
"""The number of rows that a notebook shows; of a longer table, half of them from the start and half from the end."""


class BestSource(NamedTuple):
    """The most trusted of several sources: its kind, and the address of the cited place."""

    kind: str
    url: str


class Codebook(NamedTuple):
    """What a network adds to its records in data frames: the names of codes, the most trusted sources, its licence.

    `codes` has the English name of each code, by the column that holds the codes; `best_sources` has the most trusted
    source of each list of citations of a designation. `attrs` are the attributes of data frames: how to cite the data,
    their licence, version and date.
    """

    codes: Mapping[str, Mapping[str, str]]
    best_sources: Mapping[tuple[str, ...], BestSource]
    attrs: Mapping[str, str] = MappingProxyType({})

    def name(self, column: str, code: Cell) -> str | None:
        """Return the English name of a code, None for None; an unlisted code is its own name."""
        return None if code is None else self.codes.get(column, {}).get(str(code), str(code))


EMPTY_CODEBOOK = Codebook({}, {})


class Column(NamedTuple, Generic[Record]):
    """A column of a data frame: its name, its kind, its value for a record, and whether it may be empty.

    A `date` is the ISO text of a day; a `category` is one of a few values, all listed beforehand: `choices`, or else
    the codes of its name in the codebook. A column without a function for its value, `value` or `derive`, holds the
    record's attribute of its name.
    """

    name: str
    kind: Literal["text", "category", "date", "integer", "number"]
    value: Callable[[Record], Cell] | None = None
    nullable: bool = False
    derive: Callable[[Record, Codebook], Cell] | None = None
    choices: tuple[str, ...] = ()

    def of(self, record: Record, codebook: Codebook) -> Cell:
        """Return the column's value for a record."""
        if self.derive:
            return self.derive(record, codebook)
        if self.value:
            return self.value(record)
        cell: Cell | datetime.date = getattr(record, self.name)
        return cell.isoformat() if isinstance(cell, datetime.date) else cell


def with_name(column: Column[Any]) -> tuple[Column[Any], Column[Any]]:
    """Return a column of codes and the column `<its name>_name` of their English names."""

    def name_of_code(record: Any, codebook: Codebook) -> str | None:
        return codebook.name(column.name, column.of(record, codebook))

    return column, Column(f"{column.name}_name", "text", nullable=column.nullable, derive=name_of_code)


class Rows(Sequence[Record]):
    """An immutable sequence of records, each one row; equal to a list or tuple of the same records."""

    __slots__ = ("_codebook", "_records")

    columns: tuple[Column[Any], ...]
    shown: tuple[str, ...]
    """The columns that a notebook shows."""

    def __init__(self, records: Iterable[Record] = (), codebook: Codebook = EMPTY_CODEBOOK) -> None:
        """Store the records, and the codebook of the network that they are from."""
        self._records = tuple(records)
        self._codebook = codebook

    @property
    def attrs(self) -> dict[str, str]:
        """How to cite the data, their licence, version and date: the attributes of the data frame of pandas."""
        return dict(self._codebook.attrs)

    def cells(self, record: Record) -> dict[str, Cell]:
        """Return a record as one row, by column."""
        return {column.name: column.of(record, self._codebook) for column in self.columns}

    def to_dicts(self) -> list[dict[str, Cell]]:
        """Return each record as one row, by column."""
        return [self.cells(record) for record in self._records]

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> Record | Self:
        if isinstance(index, slice):
            return self._with_records(self._records[index])
        return self._records[index]

    def _with_records(self, records: Iterable[Record]) -> Self:
        return type(self)(records, self._codebook)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records)

    def __eq__(self, other: object) -> bool:
        return self._records == tuple(other) if isinstance(other, Rows | list | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._records)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {plural(len(self), 'row', 'rows')}>"

    def _repr_html_(self) -> str:
        """Return the table that a notebook shows, without the middle of a long one."""
        half = SHOWN // 2
        parts = (self._records,) if len(self) <= SHOWN else (self._records[:half], self._records[-half:])
        gap = "".join("<td>…</td>" for _ in self.shown)
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.shown)
        body = f"<tr>{gap}</tr>".join("".join(map(self._html_row, part)) for part in parts)
        rows = plural(len(self), "row", "rows")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{rows}</p>"

    def _html_row(self, record: Record) -> str:
        row = self.cells(record)
        texts = ("" if row[name] is None else str(row[name]) for name in self.shown)
        return "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in texts) + "</tr>"

    def to_pandas(self) -> pandas.DataFrame:
        """Return the rows as a pandas data frame, typed: days, nullable integers, categories; with `attrs`.

        Raises MissingExtraError if the extra `research` is not installed.
        """
        with requires_extra("research"):
            import pandas as pd
        types = {"text": "str", "date": "datetime64[s]", "number": "float64"}
        frame = {}
        for column, values in self._by_column():
            dtype: Any = types.get(column.kind)
            if column.kind == "integer":
                dtype = "Int64" if column.nullable else "int64"
            elif column.kind == "category":
                dtype = pd.CategoricalDtype(self._categories_of(column, values))
            frame[column.name] = pd.Series(values, dtype=dtype)
        rows = pd.DataFrame(frame)
        rows.attrs.update(self.attrs)
        return rows

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars data frame, typed: dates, integers, enumerations.

        Raises MissingExtraError if the extra `research` is not installed.
        """
        with requires_extra("research"):
            import polars as pl
        types = {"text": pl.String, "date": pl.Date, "number": pl.Float64, "integer": pl.Int64}
        return pl.DataFrame(
            [
                pl.Series(column.name, values, types.get(column.kind) or pl.Enum(self._categories_of(column, values)))
                for column, values in self._by_column()
            ]
        )

    def _by_column(self) -> Iterator[tuple[Column[Any], list[Any]]]:
        for column in self.columns:
            values = [column.of(record, self._codebook) for record in self._records]
            yield column, [_day(value) for value in values] if column.kind == "date" else values

    def _categories_of(self, column: Column[Any], values: Iterable[object]) -> list[str]:
        """Return the values that are listed beforehand, or else those that occur."""
        listed = column.choices or self._codebook.codes.get(column.name, ())
        return list(listed) or sorted({str(value) for value in values if value is not None})


def _day(value: Cell) -> datetime.date | None:
    return None if value is None else datetime.date.fromisoformat(str(value))
