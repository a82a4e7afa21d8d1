"""Tables as an Excel workbook: a cover, the data dictionary, a sheet a table; the same bytes for the same data."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from ccn_kb.exports.contents import DESCRIPTION, TITLE, Contents, ExportFile, TableData, is_day

Value: TypeAlias = "str | int | float | datetime.date | None"

PATH = "ccn.xlsx"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 32_767
WIDEST = 60
FILTER_BUTTON = 4
"""The width of the button of a filter, in letters."""
LONGEST_LINK = 2_079
_CUT = "…"
_FIRST_YEAR = 1900
"""The first year of Excel's calendar."""
_MADE = datetime.datetime(2004, 1, 1, tzinfo=datetime.UTC)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TYPES = {str: "text", int: "whole number", float: "number"}
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the workbook."""
    yield ExportFile(
        PATH, to_workbook(contents.tables, _edition(contents)), sum(len(rows) for _, rows in contents.tables)
    )


def to_workbook(
    tables: Sequence[TableData], edition: Sequence[tuple[str, str]], *, is_cover_first: bool = True
) -> bytes:
    """Return a workbook of the tables, with a sheet that states the edition and a sheet that explains the columns."""
    saved = io.BytesIO()
    workbook = _NewWorkbook(saved)
    names = [table.name for table, _ in tables]
    for name in ["about", "columns", *names] if is_cover_first else [*names, "about", "columns"]:
        workbook.add_sheet(name)
    workbook.write_cover(tables, edition)
    dictionary = [
        (table.name, column.name, "date" if is_day(column) else _TYPES[column.type], column.description)
        for table, _ in tables
        for column in table.columns
    ]
    workbook.write_table("columns", ("table", "column", "type", "description"), dictionary)
    for table, rows in tables:
        days = {place for place, column in enumerate(table.columns) if is_day(column)}
        cells = [[_day(cell) if place in days else cell for place, cell in enumerate(row)] for row in rows]
        workbook.write_table(table.name, [column.name for column in table.columns], cells)
    workbook.close()
    return saved.getvalue()


def _edition(contents: Contents) -> list[tuple[str, str]]:
    return [*contents.edition.items(), ("members on", contents.stated_day.isoformat())]


class _NewWorkbook:
    """A workbook that is being written, with its formats."""

    def __init__(self, target: io.BytesIO) -> None:
        self._book = Workbook(target, _OPTIONS)
        self._book.set_properties({"title": TITLE, "author": "ccn-kb", "created": _MADE})
        self._bold: Format = self._book.add_format({"bold": True})
        self._day: Format = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._link: Format = self._book.add_format({"font_color": "#0563C1", "underline": 1})

    def add_sheet(self, name: str) -> None:
        self._book.add_worksheet(name)

    def close(self) -> None:
        self._book.close()

    def _sheet(self, name: str) -> Worksheet:
        sheet = self._book.get_worksheet_by_name(name)
        assert sheet is not None  # noqa: S101  (every sheet was added by name)
        return sheet

    def write_cover(self, tables: Sequence[TableData], edition: Sequence[tuple[str, str]]) -> None:
        """Fill the sheet `about`: title, edition, and the tables with their rows."""
        sheet = self._sheet("about")
        cells = (cell for _, rows in tables for row in rows for cell in row)
        cut = sum(isinstance(cell, str) and len(cell) > LONGEST for cell in cells)
        lines: list[Sequence[Value]] = [[DESCRIPTION], [], *edition, ("texts cut to a cell's length", cut), []]
        _set_widths(sheet, [24, WIDEST, 10])
        sheet.write_string(0, 0, TITLE, self._bold)
        for number, line in enumerate(lines, start=1):
            for place, value in enumerate(line):
                self._write(sheet, number, place, value)
        head = len(lines) + 1
        for place, text in enumerate(("sheet", "what it holds", "rows")):
            sheet.write_string(head, place, text, self._bold)
        for number, (table, rows) in enumerate(tables, start=head + 1):
            sheet.write_url(number, 0, f"internal:'{table.name}'!A1", self._link, table.name)
            self._write(sheet, number, 1, table.description)
            self._write(sheet, number, 2, len(rows))

    def write_table(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """Fill a sheet: fitted columns, bold heads that stay in view, a filter, and links where addresses are."""
        sheet = self._sheet(name)
        sheet.freeze_panes(1, 0)
        _set_widths(sheet, [_width(head, [row[place] for row in rows]) for place, head in enumerate(heads)])
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)
        links = {place for place, head in enumerate(heads) if head == "url" or head.endswith("_url")}
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, self._bold)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if place in links and isinstance(value, str) and 0 < len(value) <= LONGEST_LINK:
                    sheet.write_url(number, place, value, self._link, _written(value))
                else:
                    self._write(sheet, number, place, value)

    def _write(self, sheet: Worksheet, row: int, column: int, value: Value) -> None:
        """Write a cell; text is text, even where it begins like a formula."""
        if isinstance(value, str):
            sheet.write_string(row, column, _written(value))
        elif isinstance(value, datetime.date) and value.year >= _FIRST_YEAR:
            sheet.write_datetime(row, column, value, self._day)
        elif isinstance(value, datetime.date):
            sheet.write_string(row, column, value.isoformat())
        elif value is not None:
            sheet.write_number(row, column, value)


def _width(head: str, values: Sequence[Value]) -> int:
    """Return the width of a column: that of its head and of nine in ten of its values, within bounds."""
    lengths = sorted(
        10 if isinstance(value, datetime.date) else len(str(value)) for value in values if value is not None
    )
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    return min(max(len(head) + FILTER_BUTTON, usual + 1), WIDEST)


def _set_widths(sheet: Worksheet, widths: Iterable[int]) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)


def _day(cell: str | int | float | None) -> datetime.date | None:
    return datetime.date.fromisoformat(str(cell)) if cell else None


def _written(text: str) -> str:
    """Return text that a cell can hold; control characters are escaped when it is written."""
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    if text.startswith("<r>") and text.endswith("</r>"):
        text += " "  # XlsxWriter would take it for markup of its own
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT
