"""Web pages, Markdown and wikitext as lines and tables, each line with its number in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

from ccn_kb.curate.lists.line_reader import MAX_LINE
from ccn_kb.curate.lists.plain_text import Line
from ccn_kb.curate.lists.tables import Row

_SILENT = frozenset({"script", "style", "head", "noscript", "template", "svg", "select", "button"})
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
        "h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul",
    )
)
_VOID = frozenset(re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr"))
_ENDS = {
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("tr",),
    "tbody": ("thead", "tbody"),
    "tfoot": ("thead", "tbody"),
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    **dict.fromkeys(_BLOCKS - {"br", "td", "th", "tr", "tbody", "tfoot", "li", "dt", "dd"}, ("p",)),
}
"""The elements that end without a tag of their own where another one begins."""
_SCOPES = ("table", "ul", "ol", "dl")
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
MAX_DEPTH = 100


class HiddenText(NamedTuple):
    """Hidden text of a page: the line or row with it, as it is read, and the hidden part."""

    number: int
    line: str
    text: str


class _PageParser(HTMLParser):
    """Collects the text of a page by lines, and its tables by rows with spanned cells repeated."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Line | list[Row]] = []
        self.text: list[str] = []
        self.line = 1
        self.silent = 0
        self.tables: list[list[Row]] = []
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.pending: dict[int, tuple[int, str]] = {}
        self.hidden: list[HiddenText] = []
        self.hidden_tags: list[str] = []
        self.hidden_parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self.silent += tag != "head" or not self.silent
        if self.silent:
            return
        self._begin_hidden(tag, attributes)
        if tag in ("td", "th"):
            self._end_cell()
            self.cell = []
            self.span = (_number(attributes.get("rowspan", "")), _number(attributes.get("colspan", "")))
        elif tag == "tr" and self.tables:
            self._end_cell()
            self._end_row()
            self.tables[-1].append(Row(self.getpos()[0], []))
        elif tag == "table":
            self._flush()
            self.tables.append([])
            self.pending = {}
        elif tag == "img":
            self._add(f" {attributes.get('alt', '')} " if len(attributes.get("alt", "")) < 3 else " ")
        elif tag in _BLOCKS:
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
            return
        if self.hidden_tags:
            # The end of an element that is not among them ends what it contains.
            self._cut_hidden([tag] if tag in self.hidden_tags else self.hidden_tags)
        if tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "table" and self.tables:
            self._end_cell()
            self._end_row()
            self.blocks.append(self.tables.pop())
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._add(data)

    def _begin_hidden(self, tag: str, attributes: dict[str, str]) -> None:
        """Note the start of an element that is hidden, or inside one that is."""
        if self.hidden_tags:
            self._cut_hidden(_ENDS.get(tag, ()), _SCOPES)
        is_hidden = "hidden" in attributes or _INVISIBLE.search(attributes.get("style", ""))
        if (self.hidden_tags or is_hidden) and tag not in _VOID and len(self.hidden_tags) < MAX_DEPTH:
            self.hidden_tags.append(tag)

    def _cut_hidden(self, tags: Sequence[str], scopes: Sequence[str] = ()) -> None:
        """End the innermost hidden element with one of these tags, and all in it."""
        for place in range(len(self.hidden_tags) - 1, -1, -1):
            if self.hidden_tags[place] in tags:
                del self.hidden_tags[place:]
                return
            if self.hidden_tags[place] in scopes:
                return

    def _add(self, text: str) -> None:
        if self.hidden_tags:
            self.hidden_parts.append(text)
        if self.cell is not None:
            self.cell.append(text)
        else:
            if not "".join(self.text).strip():
                self.line = self.getpos()[0] + (len(text) - len(text.lstrip("\n")) if text.strip() else 0)
            self.text.append(text)

    def _break(self) -> None:
        if self.hidden_parts:
            self.hidden_parts.append(" ")
        if self.cell is not None:
            self.cell.append(" ")
        else:
            self._flush()

    def _flush(self) -> None:
        text = " ".join("".join(self.text).split())
        if text:
            self.blocks.append(Line(self.line, text))
            self._note_hidden(self.line, text)
        self.text = []

    def _end_row(self) -> None:
        if self.tables and self.tables[-1]:
            self._note_hidden(self.tables[-1][-1].number, self.tables[-1][-1].text)

    def _note_hidden(self, number: int, line: str) -> None:
        if text := " ".join("".join(self.hidden_parts).split()):
            self.hidden.append(HiddenText(number, line, text))
        self.hidden_parts = []

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        text = " ".join("".join(self.cell).split())
        self.cell = None
        if self.hidden_parts:
            self.hidden_parts.append(" ")
        if not self.tables or not self.tables[-1]:
            self.text.append(text)
            self._flush()
            return
        cells = self.tables[-1][-1].cells
        self._repeat(cells)
        rows, columns = self.span
        for _ in range(columns):
            if rows > 1:
                self.pending[len(cells)] = (rows - 1, text)
            cells.append(text)
        self._repeat(cells)

    def _repeat(self, cells: list[str]) -> None:
        """Add the cells that reach down from rows above."""
        while len(cells) in self.pending:
            left, text = self.pending.pop(len(cells))
            if left > 1:
                self.pending[len(cells)] = (left - 1, text)
            cells.append(text)
            if len(cells) > 100:
                return

    def close(self) -> None:
        super().close()
        self._end_cell()
        self._flush()
        while self.tables:
            self._end_row()
            self.blocks.append(self.tables.pop())


def _number(text: str) -> int:
    return min(max(int(text), 1), 200) if text.isdecimal() and len(text) < 4 else 1


def is_page(text: str) -> bool:
    """Return whether a text is HTML."""
    start = text[:2_000].lstrip().casefold()
    return start.startswith(("<!doctype html", "<html", "<table", "<ul", "<ol", "<body", "<div")) or (
        bool(re.search(r"<(?:li|td|tr|p|br)\b[^>]*>", start)) and start.startswith("<")
    )


def page_blocks(text: str) -> tuple[list[Line | list[Row]], list[HiddenText]]:
    """Return the lines and tables of a page, in order, and their hidden parts."""
    parser = _PageParser()
    parser.feed(text)
    parser.close()
    return parser.blocks, parser.hidden


# -- Markdown and wikitext ---------------------------------------------------------------------

_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_WIKI_LINK = re.compile(r"\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]")
# Anything else in angle brackets may be a name.
_TAGS = "a|abbr|b|big|br|center|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|li|mark|nowiki|ol|p|s|small|span|strong"
_TAGS += "|sub|sup|table|tbody|td|th|thead|tr|u|ul"
_REFERENCE = re.compile(rf"<ref[^>/]*/>|<ref.*?(?:</ref>|$)|<!--.*?-->|</?(?:{_TAGS})\b[^>]*>", re.DOTALL)
_COUNTRY_TEMPLATE = re.compile(
    r"\{\{\s*(?:flag|flagu|flagcountry|flagdeco|bandera|bandiera|drapeau|pays|country)\s*\|\s*([^|}]+)[^}]*\}\}", re.I
)
_FLAG_ICON = re.compile(r"\{\{\s*flag ?icon\s*\|[^}]*\}\}", re.IGNORECASE)
_SORT_TEMPLATE = re.compile(
    r"\{\{\s*(?:sort|sortname|nowrap|small|lang\|\w+)\s*\|(?:[^|}]*\|)?([^}]*)\}\}", re.IGNORECASE
)
_ATTRIBUTES = re.compile(r'^\s*(?:[\w-]+\s*=\s*(?:"[^"]*"|\'[^\']*\'|[^\s{}|]+)\s*)+\|(?!\|)')
_TABLE_ATTRIBUTES = re.compile(r'^(?:\s*[\w-]+\s*=\s*(?:"[^"]*"|\'[^\']*\'|[^\s"\']+))*\s*$')
_TABLE_MARK = re.compile(r"\s*(\{\||\|-+|\|\+|\||!)(?!\|)")
_ROWSPAN = re.compile(r'rowspan\s*=\s*"?(\d{1,3})', re.IGNORECASE)


def plain_line(text: str) -> str:
    """Return a line without the marks of Markdown and wikitext: links, bold letters, references, templates."""
    if len(text) > MAX_LINE:
        return text
    if "<" in text:
        text = _REFERENCE.sub(" ", text)
    if "{{" in text:
        text = _SORT_TEMPLATE.sub(r"\1", _COUNTRY_TEMPLATE.sub(r"\1", _FLAG_ICON.sub(" ", text)))
        text = re.sub(r"\{\{[^{}]*\}\}", " ", text)
    if "[" in text:
        text = _WIKI_LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = re.sub(r"'''?|\*\*|__|`", "", text)
    if heading := re.match(r"^\s*(={2,6})\s*(.+?)\s*\1\s*$", text):
        text = heading[2]
    return unescape(text) if "&" in text else text


def markup_lines(text: str) -> list[Line]:
    """Return the lines of a text that are only markup of Markdown and wikitext: tags, references, attributes."""
    numbered = [Line(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    return [line for line in numbered if re.search(r"\w", line.text) and not _shows_text(line.text)]


def _shows_text(line: str) -> bool:
    if mark := _TABLE_MARK.match(line):
        line = line[mark.end() :]
        line = _ATTRIBUTES.sub("", line) if mark[1] in "|!" else _TABLE_ATTRIBUTES.sub("", line)
    return len(line) > MAX_LINE or bool(re.search(r"\w|[🇦-🇿]", plain_line(line)))


def text_blocks(text: str) -> list[Line | list[Row]]:
    """Return the lines of a text, and its Markdown and wikitext tables as rows, in order."""
    blocks: list[Line | list[Row]] = []
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.lstrip().startswith("{|"):
            # A table that is not closed goes to the end of the text.
            end = next((n for n in range(number, len(lines)) if lines[n].lstrip().startswith("|}")), len(lines))
            opening = _TABLE_ATTRIBUTES.sub("", lines[number].lstrip().removeprefix("{|"))
            blocks.append(Line(number + 1, plain_line(opening)))
            blocks.append(_wiki_rows(lines, number, end))
            if end < len(lines):
                blocks.append(Line(end + 1, plain_line(lines[end].lstrip().removeprefix("|}"))))
            number = end + 1
        elif (
            len(line) < MAX_LINE and line.count("|") >= 2 and number + 1 < len(lines) and _RULE.match(lines[number + 1])
        ):
            end = number
            while end < len(lines) and "|" in lines[end] and len(lines[end]) < MAX_LINE:
                end += 1
            blocks.append([_markdown_row(n, lines[n]) for n in range(number, end) if not _RULE.match(lines[n])])
            number = end
        else:
            blocks.append(Line(number + 1, plain_line(line)))
            number += 1
    return blocks


def _markdown_row(number: int, line: str) -> Row:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return Row(number + 1, [plain_line(cell.replace("\\|", "|")).strip() for cell in cells])


def _wiki_rows(lines: list[str], start: int, end: int) -> list[Row]:
    """Return the rows of a wikitext table; a cell that spans rows is repeated in each."""
    table = _WikiTable()
    for number in range(start + 1, end):
        line = lines[number].strip()
        if line.startswith("|-"):
            table.close_row()
            if text := _TABLE_ATTRIBUTES.sub("", line.lstrip("|-")):
                table.rows.append(Row(number + 1, [plain_line(text).strip()]))
        elif line.startswith("|+"):
            table.rows.append(Row(number + 1, [plain_line(line[2:]).strip()]))
        elif line.startswith(("|", "!")):
            table.add_cells(number + 1, re.split(r"\|\||!!" if line.startswith("!") else r"\|\|", line[1:]))
        elif line:
            table.go_on(number + 1, plain_line(line))
    table.close_row()
    return table.rows


class _WikiTable:
    """Gathers the rows of a wikitext table."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.number = 1
        self.cells: list[tuple[str, int]] = []
        self.pending: dict[int, tuple[int, str]] = {}

    def add_cells(self, number: int, cells: list[str]) -> None:
        """Add the cells of a line to the present row."""
        if not self.cells:
            self.number = number
        for cell in cells:
            span = _ROWSPAN.search(cell) if _ATTRIBUTES.match(cell) else None
            self.cells.append((plain_line(_ATTRIBUTES.sub("", cell)).strip(), int(span[1]) if span else 1))

    def go_on(self, number: int, text: str) -> None:
        """Add a line to the present cell, or as a row of its own if there is no cell yet."""
        if self.cells:
            before, span = self.cells[-1]
            self.cells[-1] = (f"{before} {text}".strip(), span)
        else:
            self.rows.append(Row(number, [text]))

    def close_row(self) -> None:
        """End the present row: cells that reach down from rows above are repeated in it."""
        if not self.cells:
            return
        waiting = iter(self.cells)
        cells: list[str] = []
        while True:
            here = self.pending.pop(len(cells), None)
            if here is None:
                cell = next(waiting, None)
                if cell is None:
                    break
                here = (cell[1], cell[0])
            rows, text = here
            if rows > 1:
                self.pending[len(cells)] = (rows - 1, text)
            cells.append(text)
        self.rows.append(Row(self.number, cells))
        self.cells = []
