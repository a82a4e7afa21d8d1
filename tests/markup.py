"""HTML as browsers read it: a page parsed into its elements and its text, or an AssertionError that says where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
"""Elements without an end tag."""
INLINE = frozenset({"a", "abbr", "b", "bdi", "code", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup"})
"""Elements that run on in a line; any other parts the text before it from the text in it."""
Attributes = Sequence[tuple[str, str | None]]


@dataclass
class Element:
    """An element with its attributes, and all the text in it."""

    tag: str
    attributes: dict[str, str]
    is_drawn: bool = False
    """Whether it is a part of a drawing, which can have titles of its own."""
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, its spaces drawn together as a browser draws them."""
        return re.sub(r"[ \t\n\r\f]+", " ", "".join(self.pieces)).strip()


class _Tree(HTMLParser):
    """Keeps the elements, and notes each tag that stands where it may not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.lines: list[str] = [""]
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"<{tag}> has an attribute twice, line {self.getpos()[0]}: {names}"
        assert tag != "a" or all(around.tag != "a" for around in self._open), f"a link in a link, {self.getpos()}"
        is_drawn = any(around.tag == "svg" for around in self._open)
        element = Element(tag, {name: value or "" for name, value in attrs}, is_drawn)
        self.elements.append(element)
        self._part(tag)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            # Only SVG has elements that close themselves; anywhere else browsers read this as an open tag.
            assert any(around.tag == "svg" for around in self._open), f"<{tag}/> is open, line {self.getpos()[0]}"
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing, line {self.getpos()[0]}"
        element = self._open.pop()
        assert element.tag == tag, f"</{tag}> closes <{element.tag}>, line {self.getpos()[0]}"
        self._part(tag)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.pieces.append(data)
        if not any(element.tag in ("script", "style") for element in self._open):
            self.lines[-1] += data

    def close(self) -> None:
        super().close()
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def _part(self, tag: str) -> None:
        if tag not in INLINE:
            self.lines.append("")


@dataclass(frozen=True)
class Markup:
    """A parsed page: its elements in their order, and its text, block by block."""

    elements: tuple[Element, ...]
    lines: tuple[str, ...]

    def select(self, tag: str) -> list[Element]:
        """Return the elements of that name."""
        return [element for element in self.elements if element.tag == tag]


def parse_page(text: str) -> Markup:
    """Return the page's elements and text; AssertionError if tags do not match or an id stands twice."""
    assert text.lower().startswith("<!doctype html>")
    tree = _Tree()
    tree.feed(text)
    tree.close()
    ids = [element.attributes["id"] for element in tree.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids)), f"ids that stand twice: {sorted({id for id in ids if ids.count(id) > 1})}"
    lines = (re.sub(r"[ \t\n\r\f]+", " ", line).strip() for line in tree.lines)
    return Markup(tuple(tree.elements), tuple(line for line in lines if line))
