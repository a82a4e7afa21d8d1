"""The tables as an Excel workbook: a cover, the data dictionary, a sheet a table; the same bytes for the same data."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias
from xml.etree import ElementTree

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.writer.excel import ExcelWriter

from ccn_kb.exports.contents import DESCRIPTION, TITLE, Contents, ExportFile, TableData, is_day

Value: TypeAlias = "str | int | float | datetime.date | None"

PATH = "ccn.xlsx"
LONGEST = 32_767
WIDEST = 60
FILTER_BUTTON = 4
"""The width of the button of a filter, in letters."""
_CUT = "…"
_LINK = Font(color="0563C1", underline="single")
_MADE = datetime.datetime(2004, 1, 1)  # noqa: DTZ001  (a workbook's own times have no zone)
_FIRST = (1980, 1, 1, 0, 0, 0)
# What XML cannot hold is written as Excel escapes it, and so is honest text that looks escaped.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TYPES = {str: "text", int: "whole number", float: "number"}


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the workbook."""
    yield ExportFile(
        PATH, to_workbook(contents.tables, _edition(contents)), sum(len(rows) for _, rows in contents.tables)
    )


def to_workbook(tables: Sequence[TableData], edition: Sequence[tuple[str, str]]) -> bytes:
    """Return a workbook of the tables, whose cover says which edition it is."""
    book = Workbook(write_only=True)
    _cover(book.create_sheet("about"), tables, edition)
    dictionary = (
        (table.name, column.name, "date" if is_day(column) else _TYPES[column.type], column.description)
        for table, _ in tables
        for column in table.columns
    )
    _sheet(book.create_sheet("columns"), ("table", "column", "type", "description"), dictionary)
    for table, rows in tables:
        days = {place for place, column in enumerate(table.columns) if is_day(column)}
        cells = ([_day(cell) if place in days else cell for place, cell in enumerate(row)] for row in rows)
        _sheet(book.create_sheet(table.name), [column.name for column in table.columns], cells)
    return _saved(book)


def _edition(contents: Contents) -> list[tuple[str, str]]:
    edition = contents.edition
    # Without a chosen day the members are those of the data's own date: today's would change the bytes every day.
    day = contents.on.isoformat() if contents.on else edition["date"]
    return [*edition.items(), ("members on", day)]


def _cover(sheet: WriteOnlyWorksheet, tables: Sequence[TableData], edition: Sequence[tuple[str, str]]) -> None:
    cells = (cell for _, rows in tables for row in rows for cell in row)
    cut = sum(isinstance(cell, str) and len(_written(cell)) > LONGEST for cell in cells)
    facts: list[Sequence[Value]] = [
        *edition,
        ("texts cut to a cell's length", cut),
    ]
    rows: list[Sequence[Value]] = [[DESCRIPTION], [], *facts, []]
    _set_widths(sheet, [24, WIDEST, 10])
    sheet.append([_bold(sheet, TITLE)])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.append([_bold(sheet, value) for value in ("sheet", "what it holds", "rows")])
    first = len(rows) + 3
    for number, (table, held) in enumerate(tables, start=first):
        name = _link(sheet, table.name, number, 1, location=f"'{table.name}'!A1")
        sheet.append([name, *(_cell(sheet, value) for value in (table.description, len(held)))])


def _sheet(sheet: WriteOnlyWorksheet, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """Fill a sheet: fitted columns, bold heads that stay in view, a filter, and links in the columns of addresses."""
    rows = list(rows)
    sheet.freeze_panes = "A2"
    _set_widths(sheet, [_width(head, [row[place] for row in rows]) for place, head in enumerate(heads)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"  # type: ignore[attr-defined]
    sheet.append([_bold(sheet, head) for head in heads])
    links = {place for place, head in enumerate(heads) if head == "url" or head.endswith("_url")}
    for number, row in enumerate(rows, start=2):
        sheet.append(
            [
                _link(sheet, value, number, place + 1) if place in links and value else _cell(sheet, value)
                for place, value in enumerate(row)
            ]
        )


def _width(head: str, values: Sequence[Value]) -> int:
    """Return the width of a column: that of its head and of nine in ten of its values, within bounds."""
    lengths = sorted(
        10 if isinstance(value, datetime.date) else len(str(value)) for value in values if value is not None
    )
    usual = lengths[len(lengths) * 9 // 10] if lengths else 0
    return min(max(len(head) + FILTER_BUTTON, usual + 1), WIDEST)


def _set_widths(sheet: WriteOnlyWorksheet, widths: Iterable[int]) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width  # type: ignore[attr-defined]


def _link(sheet: WriteOnlyWorksheet, value: Value, row: int, column: int, location: str = "") -> Cell:
    """Return a cell that leads to the address in it, or to a place in the workbook."""
    cell = _cell(sheet, value)
    cell.row, cell.column = row, column
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=location) if location else str(value)
    cell.font = _LINK
    return cell


def _day(cell: str | int | float | None) -> datetime.date | None:
    return datetime.date.fromisoformat(str(cell)) if cell else None


def _bold(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell:
    """Return a cell; text is text, even where it begins like a formula."""
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        text = _written(value)
        cell.value = text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def _written(text: str) -> str:
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _saved(book: Workbook) -> bytes:
    """Return the workbook's bytes, with no time of saving in them."""
    book.properties.creator = "ccn-kb"
    book.properties.title = TITLE
    book.properties.created = book.properties.modified = _MADE
    dated, undated = io.BytesIO(), io.BytesIO()
    # What `Workbook.save` does, but for the clock's time.
    ExcelWriter(book, zipfile.ZipFile(dated, "w", zipfile.ZIP_STORED)).save()
    with zipfile.ZipFile(dated) as source, zipfile.ZipFile(undated, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # With lxml installed, openpyxl writes the same elements in other bytes.
            target.writestr(entry, _DECLARATION + ElementTree.canonicalize(source.read(name).decode()))
    return undated.getvalue()
