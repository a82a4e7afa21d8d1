"""Workbooks of Excel and LibreOffice: visible sheets only, all of them, each as a table."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import NamedTuple

from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.tables import MAX_ROWS, Row, columns_of, read_table
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import DataError, Problem, requires_extra

MAX_UNPACKED = 50_000_000
MAX_COLUMNS = 60
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Sheet(NamedTuple):
    """A sheet of a workbook: its name, and its rows that are not empty."""

    name: str
    rows: list[Row]

    @property
    def has_columns(self) -> bool:
        return any(columns_of(row.cells) for row in self.rows)


def read_workbook(list_read: Announcement, raw: bytes, vocabulary: Vocabulary) -> None:
    """Read the visible sheets that are tables of cities. Raises DataError if the workbook cannot be read."""
    sheets, hidden = read_sheets(raw, list_read.file)
    list_read.line_word = "row"
    if hidden:
        names = ", ".join(map(repr, hidden))
        list_read.remarks.append(f"hidden sheets are not read: {names}")
    filled = [sheet for sheet in sheets if sheet.rows]
    tables = [sheet for sheet in filled if sheet.has_columns] or filled[:1]
    for sheet in tables:
        read_table(list_read, sheet.rows, vocabulary, sheet.name)
    if len(tables) > 1:
        names = ", ".join(repr(sheet.name) for sheet in tables)
        list_read.remarks.append(f"{len(tables)} sheets were read: {names}; rows are counted in each")
    for sheet in filled:
        if sheet not in tables:
            list_read.remarks.append(f"the sheet {sheet.name!r} has no table of cities and was not read")
    if not filled:
        list_read.refuse(1, "table", "the workbook has no visible sheet with rows", "write name, country and field")


def read_sheets(raw: bytes, file: str) -> tuple[list[Sheet], list[str]]:
    """Return the visible sheets of a workbook and the names of the hidden ones. Raises DataError."""
    with requires_extra("curate"):
        from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    if raw.startswith(ZIP):
        _check_size(raw, file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets, hidden = [], []
        for described in book.sheets_metadata:
            if described.typ != SheetTypeEnum.WorkSheet:
                continue
            if described.visible != SheetVisibleEnum.Visible:
                hidden.append(described.name)
                continue
            sheet = book.get_sheet_by_name(described.name)
            first = (sheet.start or (0, 0))[0]
            values = sheet.to_python(skip_empty_area=True, nrows=MAX_ROWS * 2)
            rows = [
                Row(number, [_cell(value) for value in row[:MAX_COLUMNS]])
                for number, row in enumerate(values, start=first + 1)
            ]
            sheets.append(Sheet(described.name, [row for row in rows if any(row.cells)]))
    except (CalamineError, OSError, ValueError, KeyError, IndexError) as error:
        message = f"is not a workbook that can be read ({type(error).__name__})"
        raise DataError([Problem(file, 1, "table", message, "save it as .xlsx or .csv")]) from None
    return sheets, hidden


def _check_size(raw: bytes, file: str) -> None:
    """Raise DataError if the workbook is broken, or larger unpacked than a list of cities can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(member.file_size for member in archive.infolist())
            # A declared size can be wrong: what is larger than it says fails its checksum here.
            if size <= MAX_UNPACKED and archive.testzip() is not None:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        message = f"is not a workbook that can be read ({type(error).__name__})"
        raise DataError([Problem(file, 1, "table", message, "save it as .xlsx or .csv")]) from None
    except Exception as error:
        if type(error).__name__ != "error":  # zlib.error
            raise
        message = "is not a workbook that can be read (damaged)"
        raise DataError([Problem(file, 1, "table", message, "save it as .xlsx or .csv")]) from None
    if size > MAX_UNPACKED:
        raise DataError([Problem(file, 1, "size", "the workbook is too large", "save one sheet as CSV")])


def _cell(value: object) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())
