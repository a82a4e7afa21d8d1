"""Somebody's table with a column of city names: CSV, TSV or the first sheet of a workbook, with a header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccn_kb.curate.lists.decoding import decode, read_bytes
from ccn_kb.curate.lists.tables import COLUMN_OF, MAX_ROWS
from ccn_kb.curate.lists.workbooks import OLD_EXCEL, ZIP, read_sheets
from ccn_kb.errors import DataError, Problem, UnknownError
from ccn_kb.model.text import key
from ccn_kb.network import Network
from ccn_kb.network.matching import Matches
from ccn_kb.network.name_search import did_you_mean

RULE = "table"
MATCH_COLUMNS = ("id", "how", "candidates")
MOST_REPORTED = 10
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class NameTable:
    """A table: its columns, its rows with the lines on which they begin, and a remark on how it was read."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    remark: str | None = None

    def column(self, name: str) -> int:
        """Return the position of the column of a name. Raises UnknownError for none or two."""
        wanted = key(name)
        positions = [number for number, column in enumerate(self.columns) if column == name]
        positions = positions or [number for number, column in enumerate(self.columns) if key(column) == wanted]
        if len(positions) == 1:
            return positions[0]
        if positions:
            raise UnknownError(f"{len(positions)} columns are called {name!r}; rename one of them")
        listed = ", ".join(map(repr, self.columns))
        raise UnknownError(f"there is no column {name!r}{did_you_mean(name, self.columns) or f'; choose {listed}'}")

    def usual_column(self, meaning: str) -> int | None:
        """Return the position of the column that usually holds names, countries or coordinates, None for none.

        Raises UnknownError if there are two.
        """
        positions = [number for number, column in enumerate(self.columns) if COLUMN_OF.get(key(column)) == meaning]
        if len(positions) > 1:
            names = " and ".join(repr(self.columns[number]) for number in positions)
            raise UnknownError(f"the columns {names} can both be the {meaning}; name one of them")
        return positions[0] if positions else None

    def values(self, position: int | None) -> list[str] | None:
        """Return the cells of a column, None without one."""
        return None if position is None else [row[position] for row in self.rows]


def read_name_table(path: Path) -> NameTable:
    """Return the table in a file. Raises DataError, UnknownError, MissingExtraError, OSError."""
    file = str(path)
    raw = read_bytes(path)
    if raw.startswith((ZIP, OLD_EXCEL)):
        sheets, _ = read_sheets(raw, file)
        filled = [sheet for sheet in sheets if sheet.rows]
        if filled and len(filled[0].rows) > MAX_ROWS:
            message = f"the sheet has more than {MAX_ROWS:,} rows"
            raise DataError([Problem(file, MAX_ROWS, "size", message, "save it as CSV")])
        numbered = [(row.number, row.cells) for row in (filled[0].rows if filled else [])]
        remarks = [f"only the sheet {filled[0].name!r} is read"] if len(filled) > 1 else []
        remark = "; ".join((*remarks, *filled[0].remarks)) if filled else None
    else:
        decoded = decode(raw, file)
        numbered, remark = [*_delimited_rows(decoded.text, file)], decoded.remark
    if not numbered:
        raise DataError([Problem(file, 1, RULE, "the file is empty", "write a header and one city per row")])
    (_, header), *rows = numbered
    while header and not header[-1].strip():
        header.pop()
    width = len(header)
    problems = [
        Problem(file, line, RULE, f"the row has {len(cells)} cells, and the header has {width}", "quote the cell")
        for line, cells in rows
        if any(cell.strip() for cell in cells[width:])
    ]
    if problems:
        raise DataError(problems[:MOST_REPORTED])
    return NameTable(
        file,
        tuple(header),
        tuple((*cells[:width], *[""] * (width - len(cells))) for _, cells in rows),
        tuple(line for line, _ in rows),
        remark,
    )


def _delimited_rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins and its cells; blank lines are left out."""
    text = text.removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    line = 1
    if match := _SEPARATOR_LINE.fullmatch(first):
        delimiter, text, line = match[1], rest, 2
    else:
        # Without any of them in the header, a comma in a row is a part of its only cell.
        delimiter = max("\t;|,", key=first.count) if re.search("[\t;|,]", first) else "\t"
    start = line
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = line + reader.line_num
    except csv.Error as error:
        message, fix = f"the row cannot be read: {error}", "close every quotation mark that is opened"
        raise DataError([Problem(file, start, RULE, message, fix)]) from None


def match_table(network: Network, table: NameTable, column: str | None, country_column: str | None) -> Matches:
    """Return the match of each row. Raises UnknownError if a column is not there, or none can be chosen."""
    position = table.column(column) if column else table.usual_column("name")
    if position is None:
        listed = ", ".join(repr(name[:40]) for name in table.columns[:MOST_REPORTED])
        is_name = any(network.match(cell)[0].id for cell in table.columns[:MOST_REPORTED])
        header = "the first row holds a city; add a header above it" if is_name else "name one with --column"
        raise UnknownError(f"no column is called name or city: {header} (columns: {listed})")
    country = table.column(country_column) if country_column else table.usual_column("country")
    return network.match(
        table.values(position) or [],
        table.values(country) if country != position else None,
        latitude=table.values(table.usual_column("latitude")),
        longitude=table.values(table.usual_column("longitude")),
    )


def column_names(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the added columns, which differ from those of the table."""
    taken = {column.casefold() for column in columns}
    return MATCH_COLUMNS if taken.isdisjoint(MATCH_COLUMNS) else tuple(f"ccn_{name}" for name in MATCH_COLUMNS)
