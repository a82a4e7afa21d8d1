"""Parsing of YAML into texts, lists and dicts with line numbers, and writing of canonical YAML.

Every scalar is read as text, so that `NO` stays Norway's code and `2008-06` a month; the models convert. What the data
never needs of YAML (anchors, aliases, tags, several documents, duplicate keys, deep nesting) is refused with its line.
"""

from __future__ import annotations

import operator
import re
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from typing import TypeAlias

import yaml
from yaml._yaml import CParser

from ccn_kb.errors import DataError, Problem
from ccn_kb.model.records import ValuePath

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
WIDTH = 100


@dataclass(frozen=True)
class Document:
    """A parsed file: its data, and the line of every key and list item by its path.

    The lines are read on first use: they are most of the work, and only needed for problems.
    """

    data: Plain
    read_lines: Callable[[], dict[ValuePath, int]] = field(repr=False, compare=False)

    @cached_property
    def lines(self) -> dict[ValuePath, int]:
        return self.read_lines()

    def line(self, path: ValuePath) -> int:
        """Return the line of the path, or of its nearest ancestor that has one."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def decode(raw: bytes, file: str) -> str:
    """Return the bytes as text. Raises DataError if they are too many or not UTF-8."""
    if len(raw) > MAX_BYTES:
        raise DataError(
            [Problem(file, 1, "size", f"the file has more than {MAX_BYTES:,} bytes", "split or shorten it")]
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{raw[error.start]:02x} is not valid UTF-8"
        raise DataError([Problem(file, line, "encoding", message, "save the file as UTF-8")]) from None


def parse(text: str, file: str) -> Document:
    """Return the only document in the text. Raises DataError, with the line, if it is not plain YAML."""
    data = None if _UNWANTED.search(text) else _composed(text)
    if data is None:
        built = _built(text, file)
        return Document(built.root, lambda: built.lines)
    return Document(data, lambda: _built(text, file).lines)


class _Composer(CParser):
    """Composes nodes in C without resolving types, so that every scalar is text.

    What the resolvers return is not used. They are called for every node, and functions of C are called faster.
    """

    resolve = staticmethod(slice)
    descend_resolver = staticmethod(operator.is_)
    ascend_resolver = staticmethod(tuple)


# Anchors, aliases and tags, which a composed node no longer shows, and texts that look like them. The lookbehind comes
# after the character class, since a regular expression finds a class much faster.
_UNWANTED = re.compile(r"[&*!](?<![^\s\[{,].)(?:(?<=!)|(?=\S))", re.DOTALL)


def _composed(text: str) -> Plain | None:
    """Return the data of a document that is certainly plain, quickly; None if the event parser has to decide."""
    try:
        node = _Composer(text).get_single_node()
        return None if node is None else _plain(node, 0)
    except (yaml.YAMLError, _UncertainError):
        return None


class _UncertainError(Exception):
    """The document may not be plain YAML."""


def _plain(node: yaml.Node, depth: int) -> Plain:
    if isinstance(node, yaml.ScalarNode):
        text: str = node.value
        return text
    if depth == MAX_DEPTH:
        raise _UncertainError
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, depth + 1) for item in node.value]
    mapping: dict[str, Plain] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in mapping:
            raise _UncertainError
        mapping[key.value] = value.value if isinstance(value, yaml.ScalarNode) else _plain(value, depth + 1)
    return mapping


def _built(text: str, file: str) -> _Builder:
    """Return the data and the lines built from the parser's events. Raises DataError for what is not plain YAML."""
    forbidden = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if forbidden:
        line = len(f"{text[: forbidden.start()]}.".splitlines())
        message = f"character U+{ord(forbidden[0]):04X} is not allowed"
        raise DataError([Problem(file, line, "yaml", message, "delete it")])
    builder = _Builder(file, max(len(text.splitlines()), 1))
    try:
        for event in iter(yaml.CSafeLoader(text).get_event, None):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in _sentence(error):  # libyaml reads ahead of its events, and gives up by itself
            builder.too_deep(_line_of(error))
        builder.refuse(_line_of(error), "yaml", _sentence(error), "correct the YAML at this line")
    if not builder.documents:
        builder.refuse(0, "yaml", "the file is empty", "write a record, or delete the file")
    return builder


# Unclosed quotes and brackets are reported where they were opened, though the parser notices them on a later line.
_OPENED = ("while scanning a simple key", "while scanning a quoted scalar", "while parsing a flow")


def _line_of(error: yaml.MarkedYAMLError) -> int:
    opened = error.context_mark if (error.context or "").startswith(_OPENED) else None
    mark = opened or error.problem_mark or error.context_mark
    return mark.line if mark else 0


def _sentence(error: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (error.problem, error.context) if part)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line if event.start_mark else 0


class _Builder:
    """Builds plain data from parser events with a stack of its own, so that no input can exhaust Python's."""

    def __init__(self, file: str, last_line: int) -> None:
        self.file = file
        self.last_line = last_line
        self.lines: dict[ValuePath, int] = {}
        self.root: Plain = {}
        self.documents = 0
        self.stack: list[tuple[list[Plain] | dict[str, Plain], ValuePath]] = []
        self.key: str | None = None

    def refuse(self, line: int, rule: str, message: str, fix: str) -> None:
        raise DataError([Problem(self.file, self.number(line), rule, message, fix)]) from None

    def too_deep(self, line: int) -> None:
        self.refuse(line, "yaml", f"nested more than {MAX_DEPTH} deep", "flatten it")

    def number(self, line: int) -> int:
        """Return the number of a line from the parser's count, which can run past the end of the file."""
        return min(line + 1, self.last_line)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self.plain(event)
            if self.key is None and self.stack and isinstance(self.stack[-1][0], dict):
                self.open_key(event)
            else:
                self.place(event.value, event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.plain(event)
            if len(self.stack) >= MAX_DEPTH:
                self.too_deep(_line(event))
            collection: list[Plain] | dict[str, Plain] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
            path = self.place(collection, event)
            self.stack.append((collection, path))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self.refuse(_line(event), "yaml", f"alias *{event.anchor} is not allowed", "write the value out")
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.refuse(_line(event), "yaml", "a second document begins here", "keep one document")

    def plain(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self.refuse(_line(event), "yaml", f"anchor &{event.anchor} is not allowed", "write the value out")
        if event.tag:
            self.refuse(_line(event), "yaml", f"tag {event.tag} is not allowed", "delete the tag")

    def open_key(self, event: yaml.ScalarEvent) -> None:
        mapping, path = self.stack[-1]
        if event.value in mapping:
            first = self.lines[(*path, event.value)]
            message = f"key {event.value!r} is repeated; it is first on line {first}"
            self.refuse(_line(event), "duplicate-key", message, "keep one of the two")
        self.key = event.value
        self.lines[(*path, event.value)] = self.number(_line(event))

    def place(self, value: Plain, event: yaml.NodeEvent) -> ValuePath:
        if not self.stack:
            self.root = value
            self.lines[()] = self.number(_line(event))
            return ()
        collection, path = self.stack[-1]
        if isinstance(collection, list):
            path = (*path, len(collection))
            self.lines[path] = self.number(_line(event))
            collection.append(value)
            return path
        if self.key is None:
            self.refuse(_line(event), "yaml", "a key must be text", "write a plain key")
            raise AssertionError("unreachable")
        path = (*path, self.key)
        collection[self.key] = value
        self.key = None
        return path


HEAD = "# yaml-language-server:"
_COMMENT = re.compile(r"(?:^|[\s'\"\[\]{},])#")


def comments(text: str) -> Iterator[int]:
    """Yield the line number of each comment, except the first line, which names the schema for editors."""
    lines = text.splitlines()
    if not any(_COMMENT.search(line) and not line.startswith(HEAD) for line in lines):
        return
    values = _masks(text, lines)
    for number, line in enumerate(lines):
        if not line.startswith(HEAD) and any(
            character == "#" and not inside for character, inside in zip(line, values[number], strict=True)
        ):
            yield number + 1


def _masks(text: str, lines: list[str]) -> list[bytearray]:
    """Return for each line which of its characters belong to a value; the header of a block does not."""
    masks = [bytearray(len(line)) for line in lines]
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if isinstance(token, yaml.ScalarToken) and token.start_mark and token.end_mark:
            start, end = token.start_mark, token.end_mark
            first_line = start.line + 1 if token.style in ("|", ">") else start.line
            for number in range(first_line, min(end.line + 1, len(lines))):
                first = start.column if number == start.line else 0
                last = end.column if number == end.line else len(lines[number])
                masks[number][first:last] = b"\1" * (last - first)
    return masks


_DATE = re.compile(r"\d{4}(-\d\d){0,2}\Z")


class _Flow(dict[str, object]):
    """A mapping that is written on one line."""


class _FlowList(list[object]):
    """A list that is written on one line."""


class _Dumper(yaml.CSafeDumper):
    pass


def _text(dumper: yaml.CSafeDumper, text: str) -> yaml.Node:
    style = "'" if _DATE.match(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(_Flow, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items(), flow_style=True))
_Dumper.add_representer(_FlowList, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True))


def _dump(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, width=10**6, sort_keys=False)


_WORDS = {"null", "true", "false", "yes", "no", "on", "off"}
_ESCAPED = re.compile(r"\\U(000[1-9A-F][0-9A-F]{4}|0010[0-9A-F]{4})")
_PRIVATE_USE = range(0xE000, 0xF900)


def _emit(value: object) -> str:
    """Return a value as YAML, with emoji and rare Chinese characters as they are.

    libyaml escapes every character beyond U+FFFF. Where that happens, the value is written once more with a character
    of private use in place of each of them, which is then replaced in the text.
    """
    text = _dump(value)
    escaped = {chr(int(code, 16)) for code in _ESCAPED.findall(text)}
    unused = (code for code in _PRIVATE_USE if chr(code) not in text)
    substitutes = dict(zip(filter(str.isprintable, sorted(escaped)), unused, strict=False))
    if not substitutes:
        return text
    text = _dump(_translated(value, str.maketrans(substitutes)))
    return text.translate({code: character for character, code in substitutes.items()})


def _translated(value: object, table: Mapping[int, int]) -> object:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return type(value)((_translated(key, table), _translated(item, table)) for key, item in value.items())
    if isinstance(value, list):
        return type(value)(_translated(item, table) for item in value)
    return value


def _one_line(value: object) -> str:
    return _emit(_flow(value)).rstrip()


def _flow(value: object) -> object:
    if isinstance(value, dict):
        return _Flow({key: _flow(item) for key, item in value.items()})
    if isinstance(value, list):
        return _FlowList([_flow(item) for item in value])
    return value


def _fits(value: object, key: str, indent: int) -> bool:
    room = WIDTH - indent - len(key) - 2
    least, most = _length(value)
    if least > room or most <= room:
        return most <= room
    return len(_one_line(value)) <= room


def _length(value: object) -> tuple[float, float]:
    """Return the least and the greatest length of a value on one line: without quotes, and with all possible ones.

    Writing each value to measure it would take half of the time of a check.
    """
    if isinstance(value, dict):
        parts = [_length(part) for pair in value.items() for part in pair]
    elif isinstance(value, list):
        parts = [_length(item) for item in value]
    else:
        text = str(value)
        is_unescaped = text.isprintable() and max(text, default="") <= "\ud7ff"
        return len(text), len(text) + text.count("'") + 2 if is_unescaped else inf
    between = 2 * len(parts)
    return sum(least for least, _ in parts) + between, sum(most for _, most in parts) + between + 2


def _shape(value: object, key: str, block: Collection[str], indent: int) -> object:
    """Return the value with short inner mappings and lists of scalars marked to be written on one line."""
    if isinstance(value, dict):
        if key not in block and _fits(value, key, indent):
            return _flow(value)
        return _block(value, block, indent)
    if isinstance(value, list):
        if not any(isinstance(item, dict | list) for item in value) and _fits(value, key, indent):
            return _flow(value)
        return [_shape(item, key if key in block else "", block, indent) for item in value]
    return value


def _block(record: dict[str, object], block: Collection[str], indent: int) -> dict[str, object]:
    return {key: _shape(value, str(key), block, indent + 2) for key, value in record.items()}


def dump(data: dict[str, object], schema: str, block: Collection[str] = ()) -> str:
    """Return one record as canonical text: a first line that names the schema, then the data in its own order.

    The records under the keys of `block` are always written with one key per line.
    """
    return _with_schema(_block(data, block, -2), schema)


def dump_records(data: Mapping[str | int, dict[str, object]], schema: str, block: Collection[str] = ()) -> str:
    """Return a file of records by id as canonical text, with one key per line; `schema` can be empty."""
    return _with_schema({key: _block(record, block, 0) for key, record in data.items()}, schema)


def to_key(id: str) -> str:
    """Return an id as a key: quoted if it could be read as a number, a date or another value."""
    return id if re.search("[a-z]{2}", id) and id not in _WORDS else f"'{id}'"


def to_value(text: str) -> str:
    """Return the text of a file of one record as the value of a key, without the line that names its schema."""
    body = text.removeprefix(text.partition("\n")[0] + "\n") if text.startswith(HEAD) else text
    return textwrap.indent(body if body.endswith("\n") else f"{body}\n", "  ")


def dump_list(data: list[dict[str, object]], schema: str) -> str:
    """Return a file that is a list of records as canonical text."""
    return _with_schema([_block(record, (), 0) for record in data] or _FlowList(), schema)


def _with_schema(data: object, schema: str) -> str:
    return f"{HEAD} $schema={schema}\n{_emit(data)}" if schema else _emit(data)
