"""The merged and hidden cells of a workbook's sheets, which python-calamine reports only in part."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

MAX_LISTED = 20
_QUOTED = re.compile(r'"[^"]*"')
_TRUE = ("1", "true", "on")


class Area(NamedTuple):
    """A rectangle of cells, with its last row and column; the first of each is 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Layout:
    """The merged areas of a sheet, its hidden rows and columns from first to last, and its hidden cells."""

    merged: list[Area] = field(default_factory=list)
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    hidden_cells: set[tuple[int, int]] = field(default_factory=set)


def layouts_of(raw: bytes) -> dict[str, Layout]:
    """Return the layout of each sheet by its name. Raises ExpatError, KeyError or ValueError for broken XML.

    Merged areas are given for OpenDocument only: for Excel's workbooks, python-calamine reports them.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}

        def member(name: str) -> bytes:
            return archive.read(members[name.casefold()])

        if "content.xml" in members:
            return _OpenDocument(member("content.xml")).layouts
        return _layouts_of_excel(member, "xl/styles.xml" in members)


def remarks_on(
    layout: Layout, name: str, rows: Sequence[Sequence[str]], first_row: int, first_column: int
) -> list[str]:
    """Return remarks on hidden rows, columns and cells that are not empty; all of them are read."""
    filled = [
        (number, place)
        for number, row in enumerate(rows, start=first_row)
        for place, cell in enumerate(row, start=first_column)
        if cell
    ]
    numbers = {number for number, _ in filled} & _clipped(layout.hidden_rows, first_row, first_row + len(rows))
    columns = {place for _, place in filled} & _clipped(
        layout.hidden_columns, first_column, first_column + max(map(len, rows), default=0)
    )
    cells = [f"{_letters(place)}{number + 1}" for number, place in filled if (number, place) in layout.hidden_cells]
    kinds = (
        ("row", [str(number + 1) for number in sorted(numbers)]),
        ("column", [_letters(column) for column in sorted(columns)]),
        ("cell", cells),
    )
    return [_remark(kind, listed, name) for kind, listed in kinds if listed]


def first_of(listed: list[str]) -> str:
    """Return items joined as in a sentence, or the first of them and the number of the rest.

    >>> first_of(["B", "C", "D"])
    'B, C and D'
    """
    if len(listed) > MAX_LISTED:
        return f"{', '.join(listed[:MAX_LISTED])} and {len(listed) - MAX_LISTED:,} more"
    return " and ".join(filter(None, (", ".join(listed[:-1]), listed[-1])))


def _remark(kind: str, listed: list[str], name: str) -> str:
    if len(listed) == 1:
        return f"{kind} {listed[0]} of the sheet {name!r} is hidden; it was read"
    return f"{kind}s {first_of(listed)} of the sheet {name!r} are hidden; they were read"


def _clipped(ranges: Iterable[tuple[int, int]], start: int, end: int) -> set[int]:
    return {number for first, last in ranges for number in range(max(first, start), min(last + 1, end))}


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


class _Elements:
    """Handles the `wanted` elements of an XML file, by their names without prefixes."""

    wanted: frozenset[str]

    def __init__(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse
        parser.Parse(xml, True)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in self.wanted:
            self.start(name, {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name in self.wanted:
            self.end(name)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def _refuse(self, *_: object) -> None:
        # No program writes one into a workbook, and entities can unfold without end.
        raise ValueError("document type")


class _OpenDocument(_Elements):
    wanted = frozenset({"table", "table-column", "table-row", "table-cell", "covered-table-cell"})

    def __init__(self, xml: bytes) -> None:
        self.layouts: dict[str, Layout] = {}
        self.layout = Layout()
        self.depth = 0
        self.row = self.column = self.repeated_row = 0
        super().__init__(xml)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "table":
            self.depth += 1
            if self.depth == 1:
                self.layout = self.layouts[attributes.get("name", "")] = Layout()
                self.row = self.column = 0
        if self.depth != 1:
            return
        is_hidden = attributes.get("visibility") in ("collapse", "filter")
        if name == "table-column":
            last = self.column + _count(attributes, "number-columns-repeated") - 1
            if is_hidden:
                self.layout.hidden_columns.append((self.column, last))
            self.column = last + 1
        elif name == "table-row":
            self.column = 0
            self.repeated_row = _count(attributes, "number-rows-repeated")
            if is_hidden:
                self.layout.hidden_rows.append((self.row, self.row + self.repeated_row - 1))
        elif name in ("table-cell", "covered-table-cell"):
            rows = _count(attributes, "number-rows-spanned")
            columns = _count(attributes, "number-columns-spanned")
            if rows > 1 or columns > 1:
                self.layout.merged.append(Area(self.row, self.column, self.row + rows - 1, self.column + columns - 1))
            self.column += _count(attributes, "number-columns-repeated")

    def end(self, name: str) -> None:
        if name == "table":
            self.depth -= 1
        elif name == "table-row" and self.depth == 1:
            self.row += self.repeated_row


def _count(attributes: Mapping[str, str], name: str) -> int:
    return max(int(attributes.get(name, 1)), 0)


def _layouts_of_excel(member: Callable[[str], bytes], has_styles: bool) -> dict[str, Layout]:
    parts = _Parts(member("xl/_rels/workbook.xml.rels")).parts
    invisible = _Styles(member("xl/styles.xml")).invisible if has_styles else frozenset[int]()
    layouts = {}
    for name, part in _SheetNames(member("xl/workbook.xml")).sheets:
        target = parts[part].lstrip("/")
        path = target if target.casefold().startswith("xl/") else f"xl/{target}"
        layouts[name] = _ExcelSheet(member(path), invisible).layout
    return layouts


class _Parts(_Elements):
    wanted = frozenset({"Relationship"})

    def __init__(self, xml: bytes) -> None:
        self.parts: dict[str, str] = {}
        super().__init__(xml)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.parts[attributes["Id"]] = attributes["Target"]


class _SheetNames(_Elements):
    wanted = frozenset({"sheet"})

    def __init__(self, xml: bytes) -> None:
        self.sheets: list[tuple[str, str]] = []
        super().__init__(xml)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((attributes["name"], attributes["id"]))


class _Styles(_Elements):
    """Finds the styles of cells that show nothing: a number format with four empty sections."""

    wanted = frozenset({"numFmt", "cellXfs", "xf"})

    def __init__(self, xml: bytes) -> None:
        self.formats: set[str] = set()
        self.styles: list[str] = []
        self.is_of_cells = False
        super().__init__(xml)

    @property
    def invisible(self) -> frozenset[int]:
        return frozenset(number for number, used in enumerate(self.styles) if used in self.formats)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt" and _QUOTED.sub("", attributes.get("formatCode", "")).strip() == ";;;":
            self.formats.add(attributes["numFmtId"])
        elif name == "cellXfs":
            self.is_of_cells = True
        elif name == "xf" and self.is_of_cells:
            self.styles.append(attributes.get("numFmtId", ""))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.is_of_cells = False


class _ExcelSheet(_Elements):
    def __init__(self, xml: bytes, invisible: frozenset[int]) -> None:
        self.layout = Layout()
        self.invisible = invisible
        self.wanted = frozenset({"row", "col", "c"} if invisible else {"row", "col"})
        self.row = self.column = -1
        super().__init__(xml)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "row":
            self.row = int(attributes["r"]) - 1 if "r" in attributes else self.row + 1
            self.column = -1
            if _is_hidden(attributes, "ht"):
                self.layout.hidden_rows.append((self.row, self.row))
        elif name == "col" and _is_hidden(attributes, "width"):
            self.layout.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif name == "c":
            self.column = _column(attributes["r"]) if "r" in attributes else self.column + 1
            if int(attributes.get("s", 0)) in self.invisible:
                self.layout.hidden_cells.add((self.row, self.column))


def _is_hidden(attributes: Mapping[str, str], size: str) -> bool:
    return attributes.get("hidden") in _TRUE or float(attributes.get(size, 1)) == 0


def _column(reference: str) -> int:
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = column * 26 + ord(letter.upper()) - ord("A") + 1
    return column - 1
