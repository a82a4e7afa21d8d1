"""Workbooks of Excel and LibreOffice: each visible sheet is read as a table."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.parsers.expat import ExpatError

from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.sheet_layout import Area, Layout, first_of, layouts_of, remarks_on
from ccn_kb.curate.lists.tables import MAX_ROWS, Row, columns_of, head_row, read_table
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import DataError, Problem, requires_extra

MAX_UNPACKED = 50_000_000
MAX_COLUMNS = 60
MAX_CELLS = 2_000_000
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*)?(?<!/)>")
_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})(\d{1,9})"')
_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*?\br="(\d{1,9})"')
_REPEATED_ROW = re.compile(rb"<(?:\w+:)?table-row((?:\s[^>]*)?)(?:/>|(?<!/)>(.*?)</(?:\w+:)?table-row>)", re.DOTALL)
_REPEATED_CELL = re.compile(rb"<(?:\w+:)?(?:covered-)?table-cell((?:\s[^>]*?)?)(/?)>")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Sheet(NamedTuple):
    """A sheet of a workbook: its name, its rows that are not empty, and remarks that apply if it is read."""

    name: str
    rows: list[Row]
    remarks: tuple[str, ...] = ()

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
        list_read.remarks += sheet.remarks
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
        _check_archive(raw, file)
    elif "_VBA_PROJECT".encode("utf-16-le") in raw:
        raise _with_macros(file)
    try:
        layouts = layouts_of(raw) if raw.startswith(ZIP) else {}
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets, hidden = [], []
        for described in book.sheets_metadata:
            if described.typ != SheetTypeEnum.WorkSheet:
                continue
            if described.visible != SheetVisibleEnum.Visible:
                hidden.append(described.name)
                continue
            sheet = book.get_sheet_by_name(described.name)
            values = sheet.to_python(skip_empty_area=True, nrows=MAX_ROWS * 2)
            layout = layouts.get(described.name, Layout())
            merged = [Area(*first, *last) for first, last in sheet.merged_cell_ranges or ()] or layout.merged
            sheets.append(_sheet(described.name, values, sheet.start or (0, 0), layout, merged))
    except (CalamineError, ExpatError, OSError, ValueError, KeyError, IndexError) as error:
        raise _unreadable(file, f"the workbook cannot be read ({type(error).__name__})") from None
    return sheets, hidden


def _sheet(
    name: str, values: Iterable[Iterable[object]], start: tuple[int, int], layout: Layout, merged: Iterable[Area]
) -> Sheet:
    """Return a sheet whose first value is in the cell `start`. Raises ValueError if merged areas overlap."""
    first_row, first_column = start
    rows = [
        Row(number, [_cell(value) for value in row][:MAX_COLUMNS])
        for number, row in enumerate(values, start=first_row + 1)
    ]
    remarks = remarks_on(layout, name, [row.cells for row in rows], first_row, first_column)
    here = [
        Area(area.top - first_row, area.left - first_column, area.bottom - first_row, area.right - first_column)
        for area in merged
    ]
    if lost := _fill_merged(rows, here):
        listed = first_of([f"{text[:40]!r} (row {number})" for number, text in lost])
        remarks.append(f"values of the sheet {name!r} under merged cells are not read: {listed}")
    return Sheet(name, [row for row in rows if any(row.cells)], tuple(remarks))


def _fill_merged(rows: list[Row], merged: Iterable[Area]) -> list[tuple[int, str]]:
    """Write the value of each merged area into all of its cells, and return the previous values with their rows.

    Areas that begin above the rows of cities are titles, and so is a merged cell alone in its row: they are unchanged.
    """
    header = next((number for number, row in enumerate(rows) if columns_of(row.cells)), -1)
    width = len(rows[0].cells) if rows else 0
    # Merged areas cannot overlap, so all of them together have no more cells than there are.
    left_over = len(rows) * width
    covered: dict[int, dict[int, tuple[str, range]]] = {}
    for area in merged:
        if area.top <= header:
            continue
        columns = range(max(area.left, 0), min(area.right + 1, width))
        numbers = range(area.top, min(area.bottom + 1, len(rows)))
        left_over -= len(numbers) * len(columns)
        if left_over < 0:
            raise ValueError("merged areas overlap")
        for number in numbers if columns else ():
            text = rows[area.top].cells[area.left] if area.left >= 0 else ""
            for column in columns:
                if (number, column) != (area.top, area.left):
                    covered.setdefault(number, {})[column] = (text, columns)
    lost: list[tuple[int, str]] = []
    for number, places in sorted(covered.items()):
        lost += _fill_row(rows[number], places)
    return lost


def _fill_row(row: Row, places: Mapping[int, tuple[str, range]]) -> list[tuple[int, str]]:
    """Write the values of merged areas into the cells of a row that they cover, and return the previous values."""
    lost = []
    for column, (text, _) in places.items():
        if row.cells[column] not in ("", text):
            lost.append((row.number, row.cells[column]))
        row.cells[column] = ""
    own = [column for column, cell in enumerate(row.cells) if cell]
    if not head_row(row.cells):
        for column, (text, columns) in places.items():
            # A row that has nothing but the merged cell is a heading, or the lower half of a high row.
            if any(place not in columns for place in own):
                row.cells[column] = text
    return lost


def _check_archive(raw: bytes, file: str) -> None:
    """Raise DataError if the workbook is broken, or larger unpacked than a list of cities can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            # Data before the first file of the archive are another file, or a second copy of it.
            if min((member.header_offset for member in members), default=1) > 0:
                raise zipfile.BadZipFile
            fits = sum(member.file_size for member in members) <= MAX_UNPACKED
            # A declared size can be wrong: a file that is larger fails its checksum here.
            if fits and archive.testzip() is not None:
                raise zipfile.BadZipFile
            names = [member.filename.casefold() for member in members]
            sheets = [member for member in members if _is_sheet(member.filename)]
            fits = fits and all(_has_few_cells(archive.read(sheet)) for sheet in sheets)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        raise _unreadable(file, "the file is not a workbook, or a damaged one") from None
    if any(name.endswith("workbook.bin") for name in names):
        raise _unreadable(file, "binary workbooks (.xlsb) are not read")
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names):
        raise _with_macros(file)
    if any("externallinks/" in name for name in names):
        fix = "paste the values alone into a new workbook, or save the sheet as .csv"
        raise DataError([Problem(file, 1, "table", "the workbook takes values from other workbooks", fix)])
    if not fits:
        fix = "copy the list alone into a new workbook, or save its sheet as .csv"
        raise DataError([Problem(file, 1, "size", "the workbook is too large", fix)])


def _with_macros(file: str) -> DataError:
    fix = "save it without macros as .xlsx, or as .csv"
    return DataError([Problem(file, 1, "table", "the workbook has macros", fix)])


def _unreadable(file: str, message: str) -> DataError:
    return DataError([Problem(file, 1, "table", message, "save it as .xlsx or .csv")])


def _is_sheet(name: str) -> bool:
    return name.endswith(".xml") and ("worksheets/" in name or name == "content.xml")


def _has_few_cells(sheet: bytes) -> bool:
    """Return whether the area up to the last filled cell is small: the library allocates all of it, empty or not."""
    rows, columns = _area_of_opendocument(sheet) if b"table-row" in sheet else _area_of_excel(sheet)
    return rows * columns <= MAX_CELLS


def _area_of_excel(sheet: bytes) -> tuple[int, int]:
    last_row, last_column = 0, 0
    for cell in _CELL.finditer(sheet):
        reference = _REFERENCE.search(cell[1] or b"")
        if reference is None:
            # Cells without a reference are next to each other, in rows that may have a number.
            last_row = max([last_row, *(int(number) for number in _ROW.findall(sheet))])
            last_column = max(last_column, sheet.count(b"<c"))
            break
        column = 0
        for letter in reference[1]:
            column = column * 26 + letter - ord("A") + 1
        last_row, last_column = max(last_row, int(reference[2])), max(last_column, column)
    return last_row, last_column


def _area_of_opendocument(sheet: bytes) -> tuple[int, int]:
    row, last_row, last_column = 0, 0, 0
    for attributes, cells in _REPEATED_ROW.findall(sheet):
        row += _repeats(attributes)
        column, filled_columns = 0, 0
        for cell, closing in _REPEATED_CELL.findall(cells):
            column += _repeats(cell)
            if not closing or b"value" in cell:
                filled_columns = column
        if filled_columns:
            last_row, last_column = row, max(last_column, filled_columns)
    return last_row, last_column


def _repeats(attributes: bytes) -> int:
    match = _REPEATED.search(attributes)
    return int(match[1]) if match else 1


def _cell(value: object) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else " ".join(str(value).split())
