"""Merged and hidden cells of workbooks, and hidden parts of pages: read as they are shown, or with a remark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.list_files import read
from ccn_kb.curate.name_table import read_name_table
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.network import Network
from tests.opendocument import cell_of, opendocument, row_of

COLUMNS = ("City", "Country", "Field")
COVERED = "<table:covered-table-cell/>"


@pytest.fixture(scope="module")
def vocabulary(network: Network) -> Vocabulary:
    """The words of the real network."""
    return Vocabulary(network)


@pytest.fixture
def sheet() -> Any:
    """Return the sheet "Cities" of a new workbook."""
    made = openpyxl.Workbook().active
    assert made is not None
    made.title = "Cities"
    return made


def saved(sheet: Any, tmp_path: Path) -> Path:
    sheet.parent.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def written(raw: bytes | str, name: str, tmp_path: Path) -> Path:
    path = tmp_path / name
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return path


def understood(list_read: Announcement) -> list[tuple[int, str, str | None, str | None]]:
    assert list_read.problems == []
    return [
        (entry.line, entry.name, entry.read_country.id if entry.read_country else None, entry.read_field.id)
        for entry in list_read.entries
    ]


def fill(sheet: Any, *rows: tuple[Any, ...]) -> None:
    for cells in rows:
        sheet.append(cells)


MERGED = [(2, "Mandeville", "JM", "design"), (3, "Bath", "JM", "music"), (4, "Porto", "PT", "music")]


def test_a_cell_merged_over_rows_counts_for_each_of_them(sheet: Any, tmp_path: Path, vocabulary: Vocabulary) -> None:
    fill(sheet, COLUMNS, ("Mandeville", "Jamaica", "Design"), ("Bath", None, "Music"), ("Porto", "Portugal"))
    sheet.merge_cells("B2:B3")
    sheet.merge_cells("C3:C4")
    list_read = read(saved(sheet, tmp_path), vocabulary)
    assert (understood(list_read), list_read.remarks) == (MERGED, [])
    rows = row_of(*COLUMNS) + row_of("Mandeville", cell_of("Jamaica", rows=2), "Design")
    rows += row_of("Bath", COVERED, cell_of("Music", rows=2)) + row_of("Porto", "Portugal", COVERED)
    list_read = read(written(opendocument(rows), "a.ods", tmp_path), vocabulary)
    assert (understood(list_read), list_read.remarks) == (MERGED, [])


def test_merged_cells_are_found_where_a_sheet_does_not_begin_in_its_corner(
    sheet: Any, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    for number, cells in enumerate((COLUMNS, ("Mandeville", "Jamaica", "Design"), ("Bath", None, "Music")), start=4):
        for place, text in enumerate(cells, start=3):
            sheet.cell(number, place, text)
    sheet.merge_cells("D5:D6")
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["E"].hidden = True
    list_read = read(saved(sheet, tmp_path), vocabulary)
    assert understood(list_read) == [(5, "Mandeville", "JM", "design"), (6, "Bath", "JM", "music")]
    assert list_read.remarks == [
        "row 6 of the sheet 'Cities' is hidden; it was read",
        "column E of the sheet 'Cities' is hidden; it was read",
    ]
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    rows = '<table:table-column table:number-columns-repeated="4"/><table:table-column table:visibility="filter"/>'
    rows += row_of(empty, attributes='table:number-rows-repeated="3"') + row_of(empty, *COLUMNS)
    rows += row_of(empty, "Mandeville", cell_of("Jamaica", rows=2), "Design")
    rows += row_of(empty, "Bath", COVERED, "Music", attributes='table:visibility="filter"')
    in_opendocument = read(written(opendocument(rows), "a.ods", tmp_path), vocabulary)
    assert understood(in_opendocument) == understood(list_read)
    assert in_opendocument.remarks == [remark.replace("Cities", "A") for remark in list_read.remarks]


def test_a_cell_merged_over_columns_counts_for_each_of_them(sheet: Any, tmp_path: Path, vocabulary: Vocabulary) -> None:
    fill(sheet, COLUMNS, ("Singapore", None, "Design"), ("Granada (Nicaragua)", None, "Design"))
    sheet.merge_cells("A2:B2")
    sheet.merge_cells("A3:B3")
    assert understood(read(saved(sheet, tmp_path), vocabulary)) == [
        (2, "Singapore", "SG", "design"),
        (3, "Granada", "NI", "design"),
    ]


def test_merged_titles_headings_and_totals_are_no_cities(sheet: Any, tmp_path: Path, vocabulary: Vocabulary) -> None:
    fill(
        sheet, ("New members of the network",), (), COLUMNS, ("Jamaica",), ("Mandeville", None, "Design"),
        ("Portugal",), (), ("Porto", None, "Music"), (), ("Total", None, 2), ("round", 2027),
        ("As told by the secretariat",),
    )  # fmt: skip
    for area in ("A1:C2", "A4:C4", "A6:C7", "A8:A9", "C8:C9", "A10:B10", "B11:C11", "A12:C12"):
        sheet.merge_cells(area)
    list_read = read(saved(sheet, tmp_path), vocabulary)
    assert understood(list_read) == [(5, "Mandeville", "JM", "design"), (8, "Porto", "PT", "music")]
    assert [(leftover.line, leftover.message) for leftover in list_read.leftovers][:5] == [
        (1, "title above the table"),
        (3, "columns"),
        (4, "heading for the rows below"),
        (6, "heading for the rows below"),
        (10, "total row"),
    ]
    assert list_read.head == {"round": (11, "2027")}


def test_what_stands_under_a_merged_cell_is_not_read_in_silence(tmp_path: Path, vocabulary: Vocabulary) -> None:
    under = cell_of("United Kingdom", covered=True)
    rows = (
        row_of(*COLUMNS) + row_of("Mandeville", cell_of("Jamaica", rows=2), "Design") + row_of("Bath", under, "Music")
    )
    list_read = read(written(opendocument(rows), "a.ods", tmp_path), vocabulary)
    assert understood(list_read) == MERGED[:2]
    assert list_read.remarks == ["values of the sheet 'A' under merged cells are not read: 'United Kingdom' (row 3)"]


def test_hidden_rows_columns_and_cells_are_read_with_a_remark(
    sheet: Any, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    fill(sheet, COLUMNS, *[("Porto", "Portugal", "Music")] * 30)
    sheet["A2"].number_format = ";;;"
    sheet["B3"].number_format = ";;;"
    for number in (4, 7, 90):
        sheet.row_dimensions[number].hidden = True
    sheet.column_dimensions["C"].hidden = True
    list_read = read(saved(sheet, tmp_path), vocabulary)
    assert len(understood(list_read)) == 30
    assert list_read.remarks == [
        "rows 4 and 7 of the sheet 'Cities' are hidden; they were read",
        "column C of the sheet 'Cities' is hidden; it was read",
        "cells A2 and B3 of the sheet 'Cities' are hidden; they were read",
    ]
    for number in range(2, 32):
        sheet.row_dimensions[number].hidden = True
    [remark, *_] = read(saved(sheet, tmp_path), vocabulary).remarks
    assert remark.endswith("20, 21 and 10 more of the sheet 'Cities' are hidden; they were read")
    assert read_name_table(tmp_path / "a.xlsx").remark == "; ".join(list_read.remarks).replace(
        list_read.remarks[0], remark
    )


@pytest.mark.parametrize(
    ("page", "parts"),
    [
        ("<table>{columns}<tr hidden>{asaba}</tr><tr>{otsu}</tr></table>", "'Asaba Nigeria Film' (line 1)"),
        ("<table>{columns}<tr style='DISPLAY : none'>{asaba}<tr>{otsu}</table>", "'Asaba Nigeria Film' (line 1)"),
        ("<div hidden>Menu</div>\n<table>{columns}<tr>{asaba}\n<tr>{otsu}</table>", None),
        ("<ul><li>Asaba (Nigeria) – Film\n<li hidden>Otsu (Japan) – Design</ul>", "'Otsu (Japan) – Design' (line 2)"),
        ("<p hidden>Asaba (Nigeria) – Film<p>Otsu (Japan) – Design", "'Asaba (Nigeria) – Film' (line 1)"),
        (
            "<div><div style='visibility:hidden'><br>Asaba <b>(Nigeria)</b> – Film</div>Otsu (Japan) – Design</div>",
            "'Asaba (Nigeria) – Film' (line 1)",
        ),
        (
            "<table>{columns}<tr>{otsu}<tr><td>Asaba<td><span hidden>Nigeria</span><td>Film</table>",
            "'Nigeria' (line 1)",
        ),
    ],
)
def test_hidden_parts_of_a_page_are_read_with_a_remark(
    page: str, parts: str | None, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    cells = {
        "columns": "<tr><th>City<th>Country<th>Field</tr>",
        "asaba": "<td>Asaba</td><td>Nigeria</td><td>Film</td>",
        "otsu": "<td>Otsu<td>Japan<td>Design",
    }
    list_read = read(written(page.format(**cells), "a.html", tmp_path), vocabulary)
    assert {city[1:] for city in understood(list_read)} == {("Asaba", "NG", "film"), ("Otsu", "JP", "design")}
    assert list_read.remarks == ([f"hidden text of the page was read: {parts}"] if parts else [])
