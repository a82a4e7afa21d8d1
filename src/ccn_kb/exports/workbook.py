"""The tables as an Excel workbook: a cover, the data dictionary, a sheet a table; the same bytes for the same data."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.writer.excel import ExcelWriter

from ccn_kb.exports.contents import DESCRIPTION, TITLE, Contents, ExportFile, TableData, is_day
from ccn_kb.model.licence import ATTRIBUTION, LICENCE_URL

Value: TypeAlias = "str | int | float | datetime.date | None"

PATH = "ccn.xlsx"
LONGEST = 32_767
_CUT = "…"
_MADE = datetime.datetime(2004, 1, 1)  # noqa: DTZ001  (a workbook's own times have no zone)
_FIRST = (1980, 1, 1, 0, 0, 0)
# What XML cannot hold is written as Excel escapes it, and so is honest text that looks escaped.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
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
    as_of = [("members on", contents.on.isoformat())] if contents.on else []
    return [*contents.edition.items(), *as_of]


def _cover(sheet: WriteOnlyWorksheet, tables: Sequence[TableData], edition: Sequence[tuple[str, str]]) -> None:
    cells = (cell for _, rows in tables for row in rows for cell in row)
    cut = sum(isinstance(cell, str) and len(_written(cell)) > LONGEST for cell in cells)
    facts: list[Sequence[Value]] = [
        *edition,
        ("licence", LICENCE_URL),
        ("attribution", ATTRIBUTION),
        ("texts cut to a cell's length", cut),
    ]
    rows: list[Sequence[Value]] = [[DESCRIPTION], [], *facts, []]
    sheet.append([_bold(sheet, TITLE)])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    sheet.append([_bold(sheet, value) for value in ("sheet", "what it holds", "rows")])
    for table, held in tables:
        sheet.append([_cell(sheet, value) for value in (table.name, table.description, len(held))])


def _sheet(sheet: WriteOnlyWorksheet, heads: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


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
    book.properties.created = book.properties.modified = _MADE
    dated, undated = io.BytesIO(), io.BytesIO()
    # What `Workbook.save` does, but for the clock's time.
    ExcelWriter(book, zipfile.ZipFile(dated, "w", zipfile.ZIP_STORED)).save()
    with zipfile.ZipFile(dated) as source, zipfile.ZipFile(undated, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return undated.getvalue()
