"""Lists that are cut, doubled, wrongly encoded, oversized or hostile: one clear report, and nothing is guessed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.line_reader import MAX_LINE
from ccn_kb.curate.lists.list_files import read
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.model.text import key
from ccn_kb.network import Network
from tests.conftest import Ccn
from tests.list_reading import LISTS
from tests.opendocument import cell_of, opendocument, row_of
from tests.test_curating import state

TEXTS = sorted(path.name for path in LISTS.iterdir() if not path.name.startswith("expected"))
ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1254",
    "shift_jis",
    "gb18030",
    "mac_roman",
)
SHEET = "xl/worksheets/sheet1.xml"
Edits = Mapping[str, Callable[[bytes], bytes] | bytes]


@pytest.fixture(scope="module")
def vocabulary(network: Network) -> Vocabulary:
    """The words of the real network."""
    return Vocabulary(network)


def read_bytes(name: str, raw: bytes, folder: Path, vocabulary: Vocabulary) -> Announcement:
    path = folder / name
    path.write_bytes(raw)
    return read(path, vocabulary)


def cities(list_read: Announcement) -> set[tuple[str, str | None, str | None]]:
    """Return the cities of a list without their accents, which a guessed encoding can have wrong."""
    return {
        (key(entry.name), entry.read_country.id if entry.read_country else None, entry.read_field.id)
        for entry in list_read.entries
    }


@pytest.mark.parametrize("name", TEXTS)
def test_no_list_in_a_wrong_encoding_has_other_cities(name: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    raw = (LISTS / name).read_bytes()
    whole = cities(read_bytes(name, raw, tmp_path, vocabulary))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    for encoding in ENCODINGS:
        list_read = read_bytes(name, text.encode(encoding, "replace"), tmp_path, vocabulary)
        if not list_read.problems:
            assert cities(list_read) == whole, encoding


@pytest.mark.parametrize("name", TEXTS)
def test_a_list_that_is_cut_or_doubled_is_read_without_a_fault(
    name: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    raw = (LISTS / name).read_bytes()
    for changed in (raw[: len(raw) // 2], raw[len(raw) // 3 :], raw + b"\n" + raw):
        list_read = read_bytes(name, changed, tmp_path, vocabulary)
        assert list_read.entries or list_read.problems
        assert all(problem.message and problem.fix for problem in list_read.problems)


def workbook(edits: Edits | None = None) -> bytes:
    """Return a workbook with two cities, of which some files are others."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("name", "country", "field"), ("Asaba", "Nigeria", "Film"), ("Otsu", "Japan", "Design")):
        sheet.append(row)
    saved, target = io.BytesIO(), io.BytesIO()
    book.save(saved)
    left = dict(edits or {})
    with zipfile.ZipFile(saved) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            edit = left.pop(name, None)
            content = before.read(name)
            after.writestr(name, edit(content) if callable(edit) else edit or content)
        for name, added in left.items():
            assert isinstance(added, bytes)
            after.writestr(name, added)
    return target.getvalue()


def sheet_with(cell: str) -> Edits:
    last = f'<row r="9"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'.encode()
    return {SHEET: lambda content: content.replace(b"</sheetData>", last)}


def repeated(rows: int, columns: int) -> bytes:
    """Return a workbook of LibreOffice with a cell that is repeated."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>'
    return opendocument(row_of(cell, attributes=f'table:number-rows-repeated="{rows}"'))


def merged(*references: str) -> Edits:
    areas = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    after = f"</sheetData><mergeCells>{areas}</mergeCells>".encode()
    return {SHEET: lambda content: content.replace(b"</sheetData>", after)}


def entity_bomb(content: bytes) -> bytes:
    entities = b"".join(b'<!ENTITY %c "%s">' % (98 + n, (b"&%c;" % (97 + n)) * 10) for n in range(9))
    declared = content.replace(b"<worksheet", b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + entities + b"]><worksheet", 1)
    return declared.replace(b"Asaba", b"&j;")


def without_references(content: bytes) -> bytes:
    return content.replace(b' r="A1"', b"").replace(b'<row r="2"', b'<row r="1048576"')


OBJECT = b'{"name": "A", "country": "Japan", "field": "Film"}'
NOISE = random.Random(15).randbytes(4_000)


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("bomb.xlsx", workbook({"xl/media/zeros.bin": b"\0" * 60_000_000}), "too large"),
        ("far.xlsx", workbook(sheet_with("XFD1048576")), "too large"),
        ("unreferenced.xlsx", workbook({SHEET: without_references}), "too large"),
        ("repeated.ods", repeated(1_048_576, 1_024), "too large"),
        ("merged.xlsx", workbook(merged(*["A2:XFD1048576"] * 100_000)), "cannot be read"),
        ("macros.xlsm", workbook({"xl/vbaProject.bin": NOISE}), "has macros"),
        ("macros.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + NOISE + "_VBA_PROJECT".encode("utf-16-le"), "has macros"),
        ("links.xlsx", workbook({"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}), "other workbooks"),
        ("binary.xlsb", workbook({"xl/workbook.bin": NOISE}), "binary workbooks"),
        ("doubled.xlsx", workbook() * 2, "damaged"),
        ("half.xlsx", workbook()[:3_000], "damaged"),
        ("entities.xlsx", workbook({SHEET: entity_bomb}), "cannot be read"),
        ("noise.xlsx", NOISE, "cannot be read"),
        ("noise.txt", NOISE + b"\0", "not text"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0" + NOISE, "a picture"),
        ("picture.csv", b"\xff\xd8\xff\xe0\0" + NOISE, "a picture"),
        ("letters.txt", b"a" * 1_000_000, "1,000,000 characters"),
        ("letters.csv", b"name,country,field\nAsaba,Nigeria," + b"x" * 1_000_000, "characters"),
        ("large.xlsx", b"PK\x03\x04" + b"\0" * 2_000_000, "more than 2,000,000 bytes"),
        ("deep.json", b"[" * 100_000, "nested too deeply"),
        ("objects.json", b"[" + b",".join([OBJECT] * 25_000) + b"]", "2,000 cities"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)  # fmt: skip
def test_a_hostile_file_is_refused_with_its_remedy(
    name: str, raw: bytes, says: str, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    list_read = read_bytes(name, raw, tmp_path, vocabulary)
    [problem] = list_read.problems
    assert says in problem.message
    assert problem.fix


def test_a_workbook_of_the_usual_kind_is_read(tmp_path: Path, vocabulary: Vocabulary) -> None:
    expected = {("asaba", "NG", "film"), ("otsu", "JP", "design")}
    assert cities(read_bytes("a.xlsx", workbook(), tmp_path, vocabulary)) == expected
    styled: Edits = {
        SHEET: lambda content: content.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
        )
    }
    assert cities(read_bytes("a.xlsx", workbook(styled), tmp_path, vocabulary)) == expected


def test_merged_and_hidden_cells_without_end_are_read_as_far_as_there_are_rows(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    expected = {("asaba", "NG", "film"), ("otsu", "JP", "film")}
    columns = b'<cols><col min="1" max="16384" width="0"/></cols><sheetData>'
    whole_column = merged("C2:XFD1048576")[SHEET]
    assert callable(whole_column)
    edits: Edits = {
        SHEET: lambda content: whole_column(re.sub(rb'<c r="C3".*?</c>', b"", content).replace(b"<sheetData>", columns))
    }
    list_read = read_bytes("a.xlsx", workbook(edits), tmp_path, vocabulary)
    assert (cities(list_read), list_read.remarks) == (
        expected,
        ["columns A, B and C of the sheet 'Sheet' are hidden; they were read"],
    )
    hidden = 'table:number-rows-repeated="1048570" table:visibility="collapse"'
    endless = cell_of("Film", rows=1_048_576)
    rows = row_of("City", "Country", "Field") + row_of("Asaba", "Nigeria", endless)
    rows += row_of("Otsu", "Japan", "<table:covered-table-cell/>") + row_of("<table:table-cell/>", attributes=hidden)
    list_read = read_bytes("a.ods", opendocument(rows), tmp_path, vocabulary)
    assert (cities(list_read), list_read.remarks) == (expected, [])


@pytest.mark.parametrize(
    "line", ["Xyzzy{} (Germany) – Film", "Springfeld{} – Film", "Line {} of Some Text, which says Nothing – nothing"]
)
def test_very_many_lines_are_reported_up_to_a_limit(line: str, mini: Path, ccn: Ccn) -> None:
    text = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2023\n" + "\n".join(
        line.format(n) for n in range(2_000)
    )
    (mini.parent / "a.txt").write_text(text, encoding="utf-8")
    before = state(mini)
    result = ccn("load", "a.txt", cwd=mini.parent)
    assert (result.returncode, state(mini)) == (1, before)
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) < 250
    assert "more problems below this line" in result.stderr


def test_a_line_of_separators_takes_no_longer_than_it_is(tmp_path: Path, vocabulary: Vocabulary) -> None:
    for part in ("A – ", "Dresden; ", "(", "Film, ", "[1] ", "France / ", "و "):
        text = (part * MAX_LINE)[: MAX_LINE - 1]
        list_read = read_bytes("a.txt", text.encode(), tmp_path, vocabulary)
        assert list_read.entries or list_read.problems
