"""The tables as JSON Lines: one file a table, one object a row."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.exports.json_rows import to_jsonl


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield one file a table."""
    for table, rows in contents.tables:
        names = [column.name for column in table.columns]
        text = to_jsonl([dict(zip(names, row, strict=True)) for row in rows])
        yield ExportFile(f"jsonl/{table.name}.jsonl", text.encode(), len(rows))
