"""JSON, JSON Lines and YAML: every object that has a name is a city, every text in a list is a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from json import JSONDecodeError, JSONDecoder
from typing import TypeAlias

from ccn_kb.curate.city_details import DETAILS
from ccn_kb.curate.lists.announcement import HEAD, Announcement, add_entry, add_head, shown
from ccn_kb.curate.lists.line_reader import HeadingContext
from ccn_kb.curate.lists.plain_text import read_text_line
from ccn_kb.curate.lists.tables import COLUMN_OF, MAX_ROWS, unknown_head_hint
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import DataError, Problem
from ccn_kb.model.records import ValuePath
from ccn_kb.model.text import key
from ccn_kb.store import yamlio

Value: TypeAlias = "Text | list[Value] | dict[str, Value]"
MAX_DEPTH = 20
_SPACE = re.compile(r"\s*")


class Text(str):
    """A scalar as text, with its line."""

    line: int = 1

    @classmethod
    def at(cls, value: object, line: int) -> Text:
        """Return a scalar as it is written in a list."""
        written = (
            "" if value is None else str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        )
        text = cls(written)
        text.line = line
        return text


class _JsonReader:
    """Reads JSON with the line of each value, which the standard library does not give."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.decoder = JSONDecoder()
        self.position, self.counted, self.line = 0, 0, 1

    def line_here(self) -> int:
        self.line += self.text.count("\n", self.counted, self.position)
        self.counted = self.position
        return self.line

    def skip(self) -> str:
        self.position = _SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]
        return self.text[self.position : self.position + 1]

    def refuse(self, what: str) -> DataError:
        fix = "correct it, or save the list as CSV"
        return DataError([Problem(self.file, self.line_here(), "json", f"the JSON cannot be read: {what}", fix)])

    def expect(self, allowed: str) -> str:
        mark = self.skip()
        if not mark or mark not in allowed:
            raise self.refuse(f"{' or '.join(allowed)} is expected")
        self.position += 1
        return mark

    def value(self, depth: int = 0) -> Value:
        """Return the value at the current position."""
        if depth > MAX_DEPTH:
            raise self.refuse("it is nested too deeply")
        mark = self.skip()
        if mark == "[":
            return self.items(depth)
        if mark == "{":
            return self.members(depth)
        return self.scalar()

    def scalar(self) -> Text:
        self.skip()
        line = self.line_here()
        try:
            value, self.position = self.decoder.raw_decode(self.text, self.position)
        except (JSONDecodeError, ValueError, RecursionError):
            raise self.refuse("a value is expected") from None
        return Text.at(value, line)

    def items(self, depth: int) -> list[Value]:
        items: list[Value] = []
        self.expect("[")
        if self.skip() == "]":
            self.position += 1
            return items
        while True:
            items.append(self.value(depth + 1))
            if self.expect(",]") == "]":
                return items

    def members(self, depth: int) -> dict[str, Value]:
        members: dict[str, Value] = {}
        self.expect("{")
        if self.skip() == "}":
            self.position += 1
            return members
        while True:
            if self.skip() != '"':
                raise self.refuse("a key in quotation marks is expected")
            name = self.scalar()
            self.expect(":")
            members[name] = self.value(depth + 1)
            if self.expect(",}") == "}":
                return members


def is_json(text: str) -> bool:
    """Return whether a text is JSON or JSON Lines, sound or not."""
    return bool(re.match(r"\s*(?:\[\s*[\[{\"\]]|\{\s*[\"}])", text))


def read_json(list_read: Announcement, text: str, vocabulary: Vocabulary) -> None:
    """Read JSON, or JSON Lines. Raises DataError if it is neither."""
    reader = _JsonReader(text, list_read.file)
    values = [reader.value()]
    while reader.skip():
        values.append(reader.value())
    _Walk(list_read, vocabulary).take(values, HeadingContext())


def read_yaml(list_read: Announcement, text: str, vocabulary: Vocabulary) -> None:
    """Read a YAML list of cities, or a mapping with one. Raises DataError."""
    document = yamlio.parse(text, list_read.file)
    data: object = document.data
    if not isinstance(data, list | dict):
        list_read.refuse(1, "announcement", "is not a list of cities", "write `- name: …` for each city")
        return
    _Walk(list_read, vocabulary).take(_with_lines(document, document.data, ()), HeadingContext())


def _with_lines(document: yamlio.Document, data: object, path: ValuePath) -> Value:
    if isinstance(data, dict):
        return {name: _with_lines(document, value, (*path, name)) for name, value in data.items()}
    if isinstance(data, list):
        return [_with_lines(document, value, (*path, number)) for number, value in enumerate(data)]
    return Text.at(data, document.line(path))


class _Walk:
    """Traverses nested values and notes the cities among them."""

    def __init__(self, list_read: Announcement, vocabulary: Vocabulary) -> None:
        self.list_read, self.vocabulary = list_read, vocabulary
        self.unused: dict[str, None] = {}
        self.taken = 0

    def take(self, value: Value, context: HeadingContext) -> None:
        """Note every city in a value."""
        self._take(value, context)
        if self.unused:
            names = ", ".join(list(self.unused)[:20])
            self.list_read.remarks.append(f"keys that are not used: {names}")
        if not self.list_read.entries and not self.list_read.problems:
            fix = "write name, country and field for each city"
            self.list_read.refuse(1, "announcement", "the list has no city", fix)

    def _take(self, value: Value, context: HeadingContext) -> None:
        self.taken += 1
        if self.taken > MAX_ROWS * 12 or len(self.list_read.entries) > MAX_ROWS:
            message = f"the list has more than {MAX_ROWS:,} cities"
            raise DataError([Problem(self.list_read.file, 1, "size", message, "load one round at a time")])
        if isinstance(value, list):
            for item in value:
                self._take(item, context)
        elif isinstance(value, dict):
            self._take_object(value, context)
        elif value.strip():
            read_text_line(self.list_read, value.line, str(value), self.vocabulary, context)

    def _take_object(self, data: Mapping[str, Value], context: HeadingContext) -> None:
        data = {name: _as_cell(name, value) for name, value in data.items()}
        scalars = {name: value for name, value in data.items() if isinstance(value, Text)}
        row = {
            COLUMN_OF[key(name)]: value for name, value in scalars.items() if key(name) in COLUMN_OF and value.strip()
        }
        nested = {name: value for name, value in data.items() if not isinstance(value, Text)}
        if row.get("name") or (row.get("field") and row.get("country")):
            self._take_city(data, scalars, row, context)
            self._note_unused(nested)
            return
        is_head = {name: value for name, value in scalars.items() if name.casefold() in HEAD}
        for name, value in is_head.items():
            add_head(self.list_read, value.line, name.casefold(), str(value))
        others = [name for name in scalars if name not in is_head]
        for name, inner in nested.items():
            self._take(inner, _below(name, context, self.vocabulary))
        if others and not nested and not is_head:
            hint = unknown_head_hint(others[0])
            line = scalars[others[0]].line
            self.list_read.refuse(line, "column", f"unknown key {others[0][:60]!r}", hint, _written(scalars))
        elif others:
            self._note_unused(dict.fromkeys(others))

    def _take_city(
        self, data: Mapping[str, Value], scalars: Mapping[str, Text], row: Mapping[str, Text], context: HeadingContext
    ) -> None:
        line = next(iter(scalars.values())).line
        text = _written(scalars)
        unknown = [name for name in data if key(name) not in COLUMN_OF]
        field_text, name = row.get("field") or context.field, row.get("name")
        country = row.get("country") or context.country
        if not field_text or not name:
            near = next((hint for name in unknown if "did you mean" in (hint := unknown_head_hint(name))), None)
            missing = "field" if name else "name"
            fix = near or f"write the {missing}, or delete the city"
            self.list_read.refuse(line, "missing", f"the {missing} is missing", fix, text)
            return
        hints = {name: unknown_head_hint(name) for name in unknown}
        near_country = next((name for name in hints if not country and "did you mean" in hints[name]), None)
        if near_country:
            self.list_read.refuse(line, "column", f"unknown key {near_country!r}", hints[near_country], text)
            return
        self._note_unused(dict.fromkeys(unknown))
        cells = {column: str(value) for column, value in row.items() if value}
        written = str(country) if country else None
        add_entry(self.list_read, self.vocabulary, line, text, str(name), written, str(field_text), cells=cells)

    def _note_unused(self, names: Mapping[str, object]) -> None:
        self.unused |= dict.fromkeys(name[:40] for name in names)


def _as_cell(name: str, value: Value) -> Value:
    """Return a list of texts, such as the topics of a city, as the cell of a table has it."""
    if COLUMN_OF.get(key(name)) in DETAILS and isinstance(value, list) and value:
        texts = [item for item in value if isinstance(item, Text)]
        if len(texts) == len(value):
            return Text.at("; ".join(texts), texts[0].line)
    return value


def _below(name: str, context: HeadingContext, vocabulary: Vocabulary) -> HeadingContext:
    """Return the context of the values below a key, which may be a country or a field."""
    if vocabulary.exact_field(name).id:
        return context.with_field(name)
    if len(name) > 2 and vocabulary.exact_country(name).id:
        return context.with_country(name)
    return context


def _written(scalars: Mapping[str, Text]) -> str:
    return shown(json.dumps({name: str(value) for name, value in scalars.items()}, ensure_ascii=False))
