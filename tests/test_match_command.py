"""`ccn match`: somebody's table comes back with ids, or with a message that says what is wrong with it."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Ccn, Result


def rows_of(result: Result) -> list[dict[str, str]]:
    assert result.returncode == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_every_row_comes_back_with_all_of_its_cells_and_its_id(ccn: Ccn, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(
        'n,city,change\n1,City of Leeuwarden,-3\n2,"Sevilla, Spain",=1\n3,,\n4,Granada,"a ""b"""\n5,Kobbe,\n'
    )
    result = ccn("match", table)
    assert rows_of(result) == [
        {"n": "1", "city": "City of Leeuwarden", "change": "-3", "id": "leeuwarden-nl", "how": "part of the text",
         "candidates": ""},
        {"n": "2", "city": "Sevilla, Spain", "change": "=1", "id": "seville-es", "how": "part of the text",
         "candidates": ""},
        {"n": "3", "city": "", "change": "", "id": "", "how": "empty", "candidates": ""},
        {"n": "4", "city": "Granada", "change": 'a "b"', "id": "", "how": "ambiguous",
         "candidates": "granada-es granada-ni"},
        {"n": "5", "city": "Kobbe", "change": "", "id": "kobe-jp", "how": "spelling", "candidates": ""},
    ]  # fmt: skip
    assert result.stderr == ("5 names: 3 matched (2 part of the text, 1 spelling), 2 not (1 empty, 1 ambiguous)\n")


def test_columns_are_chosen_and_the_country_decides(ccn: Ccn, tmp_path: Path) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("Ort\tStaat\tid\nGranada\tNicaragua\t7\nLondon\tUK\t8\nKobe\tNowhereland\t9\n")
    result = ccn("match", table, "--column", "ort", "--country-column", "Staat", "--format", "json")
    rows = json.loads(result.stdout)
    assert [(row["id"], row["ccn_id"], row["ccn_how"]) for row in rows] == [
        ("7", "granada-ni", "name"), ("8", "", "other place"), ("9", "", "unknown country"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_any_usual_encoding_is_read(ccn: Ccn, tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes("ville;pays\nOrléans;France\nSaint-Étienne;France\nMérida;México\n".encode(encoding))
    assert [row["id"] for row in rows_of(ccn("match", table))] == ["", "saint-etienne-fr", "merida-mx"]


def test_a_list_of_lines_under_a_header_needs_no_quotes(ccn: Ccn, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("city\nGranada, Spain\nGranada, Nicaragua\n")
    assert [row["id"] for row in rows_of(ccn("match", table))] == ["granada-es", "granada-ni"]


def test_a_workbook_is_read(ccn: Ccn, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active
    for row in (["City", "Year"], ["Łódź", 2017], ["Kraków", None]):
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    assert [(row["id"], row["Year"]) for row in rows_of(ccn("match", tmp_path / "table.xlsx"))] == [
        ("lodz-pl", "2017"), ("krakow-pl", ""),
    ]  # fmt: skip


def test_coordinates_far_from_the_city_are_reported_by_line(ccn: Ccn, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("city,lat,lon\nKobe,34.7,135.2\nYork,39.96,-76.73\n")
    result = ccn("match", table)
    assert [row["id"] for row in rows_of(result)] == ["kobe-jp", "york-gb"]
    assert f"Warning: {table}:3: 'York' is york-gb, which is 5,6" in result.stderr
    assert "Kobe" not in result.stderr


@pytest.mark.parametrize(
    ("content", "options", "code", "message"),
    [
        (b"", (), 1, "the file is empty"),
        (b"Lyon\nKobe\n", (), 2, "the first row holds a city; add a header above it"),
        (b"1,2\n3,4\n", (), 2, "name one with --column (columns: '1', '2')"),
        (b"city,city\nLyon,Kobe\n", (), 2, "columns 'city' and 'city' can both be the name"),
        (b"city,x,x\nLyon,1,2\n", ("--column", "x"), 2, "2 columns are called 'x'"),
        (b"city,x,x\nLyon,1,2\n", ("--format", "json"), 1, "two columns are called 'x'"),
        (b"city\nLyon\n", ("--column", "town"), 2, "there is no column 'town'; choose 'city'"),
        (b"city,n\nLyon,1,2\n", (), 1, ":2: table: the row has 3 cells, and the header has 2"),
        (b'city,n\n"Lyon,1\n', (), 1, ":2: table: the row cannot be read"),
        (b"city\n\x81\x8d\x8f\x90\xff\n", (), 1, "is not valid UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0", (), 1, "the file is a picture"),
        (b"%PDF-1.7", (), 1, "the file is a PDF document"),
        (b"PK\x03\x04broken", (), 1, "the file is not a workbook, or a damaged one"),
        (b"city\n" + b"Lyon\n" * 500_000, (), 1, "the file has more than 2,000,000 bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_explained(
    ccn: Ccn, tmp_path: Path, content: bytes, options: tuple[str, ...], code: int, message: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    result = ccn("match", table, *options)
    assert (result.returncode, result.stdout) == (code, "")
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_long_cell_and_a_zip_of_something_else_are_no_traceback(ccn: Ccn, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"city\n{'x' * 10_000}\nLyon\n")
    assert [row["id"] for row in rows_of(ccn("match", table))] == ["", "lyon-fr"]
    with zipfile.ZipFile(tmp_path / "table.xlsx", "w") as archive:
        archive.writestr("a.txt", "b")
    assert ccn("match", tmp_path / "table.xlsx").returncode == 1
