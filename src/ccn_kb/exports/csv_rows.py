"""Rows as CSV (RFC 4180): UTF-8, a header, an empty cell for what is unknown.

A text that a spreadsheet would take for a formula has an apostrophe before it. Numbers are never touched.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace

# Spreadsheets in East Asian languages take the wide forms, too. A text that begins like a guarded one is guarded
# again, so that a reader who drops one apostrophe has the text as it was.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def to_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return the rows as CSV, their columns in the order given."""
    return table_to_csv(([row.get(column) for column in columns] for row in rows), columns)


def table_to_csv(rows: Iterable[Iterable[object]], columns: Sequence[str]) -> str:
    """Return rows of cells as CSV under the names of their columns."""
    lines: list[str] = []
    # Python quotes a line feed or carriage return inside a cell only where it is part of the line's own end.
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_guarded(cell) for cell in cells] for cells in rows)
    return "".join(line.removesuffix("\r\n") + "\n" for line in lines)


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
