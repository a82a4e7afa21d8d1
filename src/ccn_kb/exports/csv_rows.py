"""Rows as CSV (RFC 4180): UTF-8, a header, an empty cell for what is unknown.

A text that a spreadsheet would take for a formula has an apostrophe before it. Numbers are never touched.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

# Spreadsheets in East Asian languages take the wide forms, too. A text that begins like a guarded one is guarded
# again, so that a reader who drops one apostrophe has the text as it was.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def to_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return the rows as CSV, their columns in the order given."""
    return table_to_csv(([row.get(column) for column in columns] for row in rows), columns)


def table_to_csv(rows: Iterable[Iterable[object]], columns: Sequence[str]) -> str:
    """Return rows of cells as CSV under the names of their columns."""
    return "".join(_line(cells) for cells in ([*columns], *rows))


def _line(cells: Iterable[object]) -> str:
    stream = io.StringIO()
    # Python quotes a line feed or carriage return inside a cell only where it is part of the line's own end.
    csv.writer(stream, lineterminator="\r\n").writerow(_guarded(cell) for cell in cells)
    return stream.getvalue().removesuffix("\r\n") + "\n"


def _guarded(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
