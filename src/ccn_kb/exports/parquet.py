"""The tables as Parquet: one file a table, typed, with real days, and with the descriptions in the metadata."""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from arro3.core import Array, DataType, Field, Schema, Table
from arro3.io import write_parquet

from ccn_kb.exports.contents import Contents, ExportFile, TableData, is_day
from ccn_kb.network.schema import TableColumn

METADATA = "ccn-kb"
"""The name of the metadata of a file."""
_EPOCH = datetime.date(1970, 1, 1)
_TYPES = {str: DataType.string(), int: DataType.int64(), float: DataType.float64()}


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield one file a table."""
    for filled in contents.tables:
        yield ExportFile(f"parquet/{filled.table.name}.parquet", to_parquet(filled, contents.edition), len(filled.rows))


def to_parquet(filled: TableData, edition: Mapping[str, str] | None = None) -> bytes:
    """Return a table as one Parquet file: each column's description is the metadata of its Arrow field.

    The metadata of the file are one entry, `ccn-kb`: the table's description and the edition as JSON.
    """
    table, rows = filled
    columns = [_array(column, [row[place] for row in rows]) for place, column in enumerate(table.columns)]
    # More than one entry of metadata would be written in an order that changes from run to run.
    fields = [
        Field(column.name, array.type, column.nullable, metadata={"description": column.description})
        for column, array in zip(table.columns, columns, strict=True)
    ]
    about = {"description": table.description, **(edition or {})}
    schema = Schema(fields, metadata={METADATA: json.dumps(about, ensure_ascii=False)})
    stream = io.BytesIO()
    # Without a version of its own, the writer would put that of the library into the file.
    write_parquet(Table(columns, schema=schema), stream, compression="zstd(9)", created_by="ccn-kb")
    return stream.getvalue()


def _array(column: TableColumn[Any], cells: Sequence[str | int | float | None]) -> Array:
    if not is_day(column):
        return Array(cells, _TYPES[column.type])
    days = [(datetime.date.fromisoformat(str(cell)) - _EPOCH).days if cell else None for cell in cells]
    return Array(days, DataType.int32()).cast(DataType.date32())
