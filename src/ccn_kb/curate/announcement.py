"""Announcements of a round as curators have them: pasted text, CSV, TSV, Excel or YAML, read line by line."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ccn_kb.curate.vocabulary import Reading, Vocabulary
from ccn_kb.errors import DataError, Problem
from ccn_kb.network.name_search import closest_matches
from ccn_kb.store import yamlio

HEAD = ("round", "date", "source", "new", "members", "countries")
REQUIRED = ("name", "country", "field")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "city", "ville", "ciudad", "nom", "nombre"),
    "country": ("country", "pays", "país", "state", "nation"),
    "field": ("field", "creative field", "creative_field", "domaine", "campo", "category"),
    "date": ("date", "since", "designated"),
    "source": ("source", "sources", "url"),
    "latitude": ("latitude", "lat"),
    "longitude": ("longitude", "lon", "lng", "long"),
    "geonames": ("geonames", "geonames id", "geonameid"),
}
_EXCEL, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_COLUMN_OF = {name: column for column, names in COLUMNS.items() for name in names}
MAX_ROWS = 2_000
MAX_NAME = 100
MAX_LINE = 6_000
MAX_UNPACKED = 50_000_000


@dataclass(frozen=True)
class Entry:
    """One city of an announcement, as it is written at a line, with what was understood of country and field."""

    line: int
    name: str
    country: str | None
    field: str
    read_country: Reading | None
    read_field: Reading
    date: str | None = None
    source: str | None = None
    latitude: str | None = None
    longitude: str | None = None
    geonames: str | None = None


@dataclass
class Announcement:
    """What was read of a file: its head by key with the line, its cities, what is wrong, and the lines passed over."""

    file: str
    head: dict[str, tuple[int, str]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)

    def refuse(self, line: int, rule: str, message: str, fix: str) -> None:
        """Note that something is wrong at a line."""
        self.problems.append(Problem(self.file, line, rule, message, fix))


def read(path: Path, vocabulary: Vocabulary) -> Announcement:
    """Return what stands in a file, whatever is wrong with it. Raises OSError if it cannot be read."""
    found = Announcement(str(path))
    with path.open("rb") as stream:
        raw = stream.read(yamlio.MAX_BYTES + 1)
    try:
        if raw.startswith(_OLD_EXCEL):
            found.refuse(1, "table", "is a workbook of the old kind (.xls)", "save it as .xlsx or .csv")
            return found
        if raw.startswith(_EXCEL) or path.suffix.casefold() in (".xlsx", ".xlsm"):
            _table(found, _cells(raw, found.file), vocabulary)
            return found
        text = yamlio.decode(raw, found.file).removeprefix("\ufeff")
        if not text.strip():
            found.refuse(1, "announcement", "the file is empty", "write the cities into it, one a line")
        elif path.suffix.casefold() in (".yaml", ".yml"):
            _document(found, yamlio.parse(text, found.file), vocabulary)
        elif path.suffix.casefold() in (".csv", ".tsv"):
            _table(found, _rows(text, found), vocabulary)
        else:
            read_text(found, text, vocabulary)
    except DataError as error:
        found.problems += error.problems
    return found


# -- pasted text -------------------------------------------------------------------------------

_BULLET = re.compile(r"^(?:[\s\u00a0•·●▪◦‣⁃*+>|–—−-]|\d{1,3}[.)]\s)+")
_FOOTNOTE = re.compile(r"\[\d+\]|[¹²³⁴-⁹⁰†‡*]+(?=\s|$)|(?<=\w)[¹²³⁴-⁹⁰]+")
_SEPARATOR = re.compile(r"\s+[-‐-―−]+\s+|\s*[–—]\s*|\s*[:|\t]\s*|,\s+|\s+-|-\s+")
_SPACES = re.compile(r"[^\S\t]{2,}")
_HEAD = re.compile(r"^#?\s*([A-Za-z]+)\s*[:=]\s*(\S.*)$")
_BRACKETED = re.compile(r"^(.*?)\s*\((.*)\)\s*$")


def read_text(found: Announcement, text: str, vocabulary: Vocabulary) -> None:
    """Read the text of an announcement: lines such as `- Granada[1] – Design` or `Bistrita, Romania – Architecture`.

    Lines that hold no city (prose, headings) are passed over and counted; no text makes it raise.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:
            found.passed.append(number)
            continue
        plain = _FOOTNOTE.sub("", _SPACES.sub(" ", line)).strip()
        head = _HEAD.match(plain)
        if head and head[1].casefold() in HEAD and not found.entries:
            _head(found, number, head[1].casefold(), head[2].strip())
        elif plain:
            _text_line(found, number, _BULLET.sub("", plain).strip(), vocabulary)
    if not found.entries and not found.problems:
        fix = "write a city a line: Name (Country) – Field"
        found.refuse(1, "announcement", "no line of the file names a city and a field", fix)


def _text_line(found: Announcement, number: int, line: str, vocabulary: Vocabulary) -> None:
    parts = [(line[: one.start()], line[one.end() :]) for one in _SEPARATOR.finditer(line)]
    pairs = [(left, right) for left, right in reversed(parts) if left and right and len(right) < 60]
    read = [(left, right, vocabulary.field(right)) for left, right in pairs]
    chosen = next((one for one in read if one[2].exact), None) or next((one for one in read if one[2].id), None)
    if chosen:
        left, right, field_read = chosen
        name, country = _place(left.strip(" \u00a0,;:"))
        _entry(found, number, name, country, right.strip(), field_read, vocabulary)
    elif any(_like_a_city(left, right) for left, right in parts):
        right = next(right for left, right in parts if _like_a_city(left, right))
        near = " or ".join(vocabulary.field(right).nearest)
        message = f"{right.strip()!r} is no creative field"
        found.refuse(number, "field", message, f"write {near}; delete the line if it names no city")
    else:
        found.passed.append(number)


def _like_a_city(left: str, right: str) -> bool:
    """Tell whether a line without a known field looks like a city and its field all the same."""
    few = len(left.split()) <= 6 and 1 <= len(right.split()) <= 4
    return few and left[:1].isupper() and not re.search(r"[.!?:\d]|,", right) and not re.search(r"[.!?:\d]", left)


def _place(text: str) -> tuple[str, str | None]:
    """Return name and country of `Granada (Nicaragua)`, `Bistrita, Romania` or `Aberystwyth, Wales, UK`."""
    text = re.sub(r"^\[[^\]]*\]\s*", "", text)
    if bracketed := _BRACKETED.match(text):
        return bracketed[1].strip(), bracketed[2].strip()
    name, comma, rest = text.partition(",")
    country = rest.rpartition(",")[2].strip() if comma else ""
    return name.strip(), country or None


# -- tables and documents ----------------------------------------------------------------------

_Row = tuple[int, list[str]]


def _rows(text: str, found: Announcement) -> Iterator[_Row]:
    """Yield line and cells of each row of a CSV or TSV text, whichever of `,` `;` and tab it uses."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not _is_head(line)), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        found.refuse(line, "table", f"the row cannot be read: {error}", "close every quotation mark that is opened")


def _cells(raw: bytes, file: str) -> Iterator[_Row]:
    """Yield row number and cells of each row of a workbook's first sheet."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_UNPACKED:
                raise DataError([Problem(file, 1, "size", "the workbook is too large", "save one sheet as CSV")])
        sheet = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets[0]
        rows = [
            (number, [_cell(value) for value in row])
            for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1, max_col=50), start=1)
        ]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, TypeError) as error:
        message = f"is no Excel workbook that can be read ({type(error).__name__})"
        raise DataError([Problem(file, 1, "table", message, "save it as .xlsx or .csv")]) from None
    yield from rows


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_head(line: str) -> bool:
    head = _HEAD.match(line.strip().rstrip(",;\t"))
    return head is not None and head[1].casefold() in HEAD


def _table(found: Announcement, rows: Iterable[_Row], vocabulary: Vocabulary) -> None:
    columns: list[str] | None = None
    for number, (line, row) in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if number > MAX_ROWS:
            found.refuse(line, "size", f"the table has more than {MAX_ROWS:,} rows", "load one round at a time")
            return
        if not any(cells):
            continue
        if columns is not None:
            _table_row(found, line, columns, cells, vocabulary)
        elif head := _head_row(cells):
            _head(found, line, *head)
        else:
            columns = _columns(found, line, cells)
            if columns is None:
                return
    if columns is None:
        fix = f"begin with a row of columns: {', '.join(REQUIRED)}"
        found.refuse(1, "table", "the table has no row of columns", fix)
    elif not found.entries and not found.problems:
        found.refuse(1, "table", "the table has no city", "write a row for each city")


def _head_row(cells: list[str]) -> tuple[str, str] | None:
    """Return key and value of a row above the columns: `round: 2027` in one cell, or two cells."""
    filled = [cell for cell in cells if cell]
    head = _HEAD.match(filled[0] if len(filled) == 1 else f"{filled[0].rstrip(':')}: {filled[1]}")
    if len(filled) > 2 or head is None or head[1].casefold() not in HEAD:
        return None
    return head[1].casefold(), head[2].strip()


def _table_row(found: Announcement, line: int, columns: list[str], cells: list[str], vocabulary: Vocabulary) -> None:
    if any(cells[len(columns) :]):
        message = f"the row has {len(cells)} cells, and the head has {len(columns)}"
        found.refuse(line, "table", message, "quote what holds the separator, or delete the cell too many")
    else:
        row = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        _mapping(found, line, row, vocabulary)


def _columns(found: Announcement, line: int, cells: list[str]) -> list[str] | None:
    """Return the columns by their own names, or None after noting which are unknown or missing."""
    columns = [_COLUMN_OF.get(cell.casefold(), "") for cell in cells]
    unknown = [cell for cell, column in zip(cells, columns, strict=True) if cell and not column]
    for cell in unknown:
        fix = f"{_hint(cell, _COLUMN_OF)}; delete it if it is not needed"
        found.refuse(line, "column", f"there is no column {cell[:60]!r}", fix)
    for column in REQUIRED:
        if column not in columns:
            found.refuse(line, "column", f"the column {column!r} is missing", f"add it: {', '.join(REQUIRED)}")
    doubled = {column for column in columns if column and columns.count(column) > 1}
    for column in sorted(doubled):
        found.refuse(line, "column", f"two columns mean {column!r}", "delete one of the two")
    return None if unknown or doubled or not set(REQUIRED) <= set(columns) else columns


def _document(found: Announcement, document: yamlio.Document, vocabulary: Vocabulary) -> None:
    data: object = document.data
    path: yamlio.Path = ()
    if isinstance(data, dict):
        _document_head(found, document, data)
        data, path = data.get("cities"), ("cities",)
    if not isinstance(data, list):
        found.refuse(document.line(()), "announcement", "is no list of cities", "write `- name: …` for each city")
    elif not data:
        found.refuse(document.line(path), "announcement", "the list has no city", "write `- name: …` for each city")
    else:
        for number, item in enumerate(data):
            _document_item(found, document, (*path, number), item, vocabulary)


def _document_head(found: Announcement, document: yamlio.Document, data: Mapping[str, object]) -> None:
    for key, value in data.items():
        line = document.line((key,))
        if key in HEAD and isinstance(value, str):
            _head(found, line, key, value)
        elif key != "cities":
            found.refuse(line, "column", f"there is no key {key!r}", _hint(key, (*HEAD, "cities")))


def _document_item(
    found: Announcement, document: yamlio.Document, path: yamlio.Path, item: object, vocabulary: Vocabulary
) -> None:
    if not isinstance(item, dict) or not all(isinstance(value, str) for value in item.values()):
        fix = "write name, country and field, each on a line"
        found.refuse(document.line(path), "announcement", "is no city", fix)
        return
    wrong = [key for key in item if key not in _COLUMN_OF]
    for key in wrong:
        found.refuse(document.line((*path, key)), "column", f"there is no key {key!r}", _hint(key, _COLUMN_OF))
    if not wrong:
        row = {_COLUMN_OF[key]: str(value).strip() for key, value in item.items()}
        _mapping(found, document.line(path), row, vocabulary)


def _hint(key: str, known: Iterable[str]) -> str:
    matches = closest_matches(key.casefold(), known, most=1)
    if matches:
        return f"did you mean {matches[0]!r}?"
    return f"there are {', '.join(COLUMNS)}; in the head {', '.join(HEAD)}"


# -- what all forms share ----------------------------------------------------------------------


def _head(found: Announcement, line: int, key: str, value: str) -> None:
    if key in found.head:
        found.refuse(line, "head", f"{key} is said twice, first on line {found.head[key][0]}", "keep one of the two")
    found.head[key] = (line, value)


def _mapping(found: Announcement, line: int, row: Mapping[str, str], vocabulary: Vocabulary) -> None:
    missing = [column for column in ("name", "field") if not row.get(column)]
    for column in missing:
        found.refuse(line, "missing", f"the {column} is missing", f"write the {column}, or delete the row")
    if not missing:
        more = {key: row.get(key) or None for key in ("date", "source", "latitude", "longitude", "geonames")}
        read = vocabulary.field(row["field"])
        name = _FOOTNOTE.sub("", row["name"]).strip()
        _entry(found, line, name, row.get("country") or None, row["field"], read, vocabulary, **more)


def _entry(
    found: Announcement,
    line: int,
    name: str,
    country: str | None,
    field_text: str,
    field_read: Reading,
    vocabulary: Vocabulary,
    **more: str | None,
) -> None:
    """Note a city, and every word of it that means nothing."""
    before = len(found.problems)
    name = unicodedata.normalize("NFC", name)
    if not name or len(name) > MAX_NAME or not name.isprintable():
        what = "has no name" if not name else "has control characters" if len(name) <= MAX_NAME else "is too long"
        found.refuse(line, "name", f"the name of the city {what}", f"write its name in 1 to {MAX_NAME} letters")
    if field_read.id is None:
        fix = f"write {' or '.join(field_read.nearest)}"
        found.refuse(line, "field", f"{field_text[:60]!r} is no creative field", fix)
    country_read = vocabulary.country(country) if country else None
    if country and country_read and country_read.id is None:
        near = " or ".join(country_read.nearest) or "its name or its two letters in ISO 3166"
        found.refuse(line, "country", f"{country[:60]!r} is no country of the knowledge base", f"write {near}")
    if len(found.problems) == before:
        found.entries.append(Entry(line, name, country, field_text, country_read, field_read, **more))
