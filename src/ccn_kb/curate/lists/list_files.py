"""Reading of a file as an announcement: its type is found by its content, by its name only where that is ambiguous."""

from __future__ import annotations

from pathlib import Path

from ccn_kb.curate.lists.announcement import Announcement, shown
from ccn_kb.curate.lists.decoding import decode, read_bytes
from ccn_kb.curate.lists.markup import HiddenText, is_page, markup_lines, page_blocks, text_blocks
from ccn_kb.curate.lists.objects import is_json, read_json, read_yaml
from ccn_kb.curate.lists.plain_text import Line, read_lines, stated_figures
from ccn_kb.curate.lists.sheet_layout import first_of
from ccn_kb.curate.lists.tables import Row, columns_of, delimited_rows, read_table
from ccn_kb.curate.lists.workbooks import OLD_EXCEL, ZIP, read_workbook
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import DataError

_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".ods")


def read(path: Path, vocabulary: Vocabulary) -> Announcement:
    """Return the content of a file and its problems. Raises OSError if it cannot be read."""
    list_read = Announcement(str(path))
    suffix = path.suffix.casefold()
    try:
        raw = read_bytes(path)
        if raw.startswith((ZIP, OLD_EXCEL)) or (suffix in _WORKBOOKS and raw and not is_page(_start(raw))):
            read_workbook(list_read, raw, vocabulary)
        else:
            decoded = decode(raw, list_read.file)
            if decoded.remark:
                list_read.remarks.append(decoded.remark)
                list_read.encoding_is_guessed = True
            read_text(list_read, decoded.text.removeprefix("\ufeff"), vocabulary, suffix)
    except DataError as error:
        list_read.problems += error.problems
    if not list_read.entries and not list_read.problems:
        fix = "write one city per line: Name (Country) – Field"
        list_read.refuse(1, "announcement", "no line names a city and its creative field", fix)
    return list_read


def read_text(list_read: Announcement, text: str, vocabulary: Vocabulary, suffix: str = ".txt") -> None:
    """Read a text: a page, JSON, YAML, a table, or lines. Raises DataError if its form is broken."""
    if not text.strip():
        list_read.refuse(1, "announcement", "the file is empty", "write the cities into it, one per line")
    elif is_page(text):
        blocks, hidden = page_blocks(text)
        read_blocks(list_read, blocks, vocabulary)
        _remark_on_hidden(list_read, hidden)
    elif is_json(text):
        read_json(list_read, text, vocabulary)
    elif suffix in (".yaml", ".yml"):
        read_yaml(list_read, text, vocabulary)
    elif suffix in (".csv", ".tsv"):
        read_table(list_read, delimited_rows(text, list_read), vocabulary)
    else:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\u2028", "\n")
        for line in markup_lines(text):
            list_read.leave(line.number, line.text, "it holds nothing but markup", used=True)
        read_blocks(list_read, text_blocks(text), vocabulary)


def read_blocks(list_read: Announcement, blocks: list[Line | list[Row]], vocabulary: Vocabulary) -> None:
    """Read lines and tables in their order; tab-separated lines below a header row are a table too."""
    lines: list[Line] = []
    every = [block for block in blocks if isinstance(block, Line)]
    list_read.stated = stated_figures(every)
    for block in (*blocks, []):
        if isinstance(block, Line):
            lines.append(block)
            continue
        _read_lines(list_read, lines, vocabulary)
        lines = []
        if block:
            read_table(list_read, block, vocabulary, plain=True)


def _remark_on_hidden(list_read: Announcement, hidden: list[HiddenText]) -> None:
    """Add remarks on the hidden parts of a page that were used: a page hides much else, such as its menus."""
    used: dict[int, list[str]] = {}
    for entry in list_read.entries:
        used.setdefault(entry.line, []).append(entry.text)
    for leftover in list_read.leftovers:
        if leftover.status == "used":
            used.setdefault(leftover.line, []).append(leftover.text)
    parts = [
        f"{part.text[:80]!r} (line {part.number})"
        for part in hidden
        if part.line and any(text in shown(part.line) or shown(part.line) in text for text in used.get(part.number, ()))
    ]
    if parts:
        list_read.remarks.append(f"hidden text of the page was read: {first_of(parts)}")


def _read_lines(list_read: Announcement, lines: list[Line], vocabulary: Vocabulary) -> None:
    for delimiter in ("\t", ";", "|", ","):
        header = next((n for n, line in enumerate(lines) if columns_of(line.text.split(delimiter))), None)
        if header is not None:
            read_lines(list_read, lines[:header], vocabulary)
            rows = [Row(line.number, [cell.strip() for cell in line.text.split(delimiter)]) for line in lines[header:]]
            read_table(list_read, rows, vocabulary)
            return
    read_lines(list_read, lines, vocabulary)


def _start(raw: bytes) -> str:
    return raw[:2_000].decode("utf-8", "replace")
