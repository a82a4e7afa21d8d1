"""Answers as sequences: immutable, shown as a table in a notebook, and a data frame with one call.

A data frame needs the extra `research`; pandas and polars are imported when one is asked for.
"""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self, TypeAlias, TypeVar, overload

from ccn_kb.errors import requires_extra
from ccn_kb.model.text import plural

if TYPE_CHECKING:
    import pandas
    import polars

Cell: TypeAlias = "str | int | float | datetime.date | None"
Record = TypeVar("Record")
SHOWN = 20
"""How many rows a notebook shows; of more, the first and the last half as many each."""


class Column(NamedTuple):
    """A column of a data frame: its name, what is in it, and whether it may be empty.

    A `date` is a day, or its ISO text; a `category` is one of the few values that are known beforehand.
    """

    name: str
    kind: Literal["text", "category", "date", "integer", "number"]
    empty: bool = False


class Rows(Sequence[Record]):
    """An immutable sequence of records, each of them a row of the columns; equal to any list or tuple of the same."""

    __slots__ = ("_known", "_records")

    columns: ClassVar[tuple[Column, ...]]
    shown: ClassVar[tuple[str, ...]]
    """The columns that a notebook shows."""

    def __init__(self, records: Iterable[Record] = (), known: Mapping[str, Sequence[str]] | None = None) -> None:
        """Hold the records; `known` are the values that each column of categories can have."""
        self._records = tuple(records)
        self._known = known or {}

    @staticmethod
    def cells(record: Any) -> Mapping[str, Cell]:
        """Return a record as one row, by column."""
        found: Mapping[str, Cell] = record._asdict()
        return found

    @overload
    def __getitem__(self, index: int) -> Record: ...

    @overload
    def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> Record | Self:
        if isinstance(index, slice):
            return type(self)(self._records[index], self._known)
        return self._records[index]

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
        """Return the table that a notebook shows; long ones without their middle."""
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
        """Return the rows as a pandas data frame, typed: days, nullable integers, categories.

        Raises MissingExtraError if the extra `research` is not installed.
        """
        with requires_extra("research"):
            import pandas as pd
        types = {"text": "str", "date": "datetime64[s]", "number": "float64"}
        frame = {}
        for column, values in self._by_column():
            dtype: Any = types.get(column.kind)
            if column.kind == "integer":
                dtype = "Int64" if column.empty else "int64"
            elif column.kind == "category":
                dtype = pd.CategoricalDtype(self._categories(column, values))
            frame[column.name] = pd.Series(values, dtype=dtype)
        return pd.DataFrame(frame)

    def to_polars(self) -> polars.DataFrame:
        """Return the rows as a polars data frame, typed: dates, integers, enumerations.

        Raises MissingExtraError if the extra `research` is not installed.
        """
        with requires_extra("research"):
            import polars as pl
        types = {"text": pl.String, "date": pl.Date, "number": pl.Float64, "integer": pl.Int64}
        return pl.DataFrame(
            [
                pl.Series(column.name, values, types.get(column.kind) or pl.Enum(self._categories(column, values)))
                for column, values in self._by_column()
            ]
        )

    def _by_column(self) -> Iterator[tuple[Column, list[Cell]]]:
        rows = [self.cells(record) for record in self._records]
        for column in self.columns:
            values = [row[column.name] for row in rows]
            yield column, [_day(value) for value in values] if column.kind == "date" else values

    def _categories(self, column: Column, values: Iterable[Cell]) -> list[str]:
        """Return the values that are known beforehand, else those that occur."""
        return list(self._known.get(column.name, ())) or sorted({str(value) for value in values if value is not None})


def _day(value: Cell) -> datetime.date | None:
    return value if value is None or isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value))
