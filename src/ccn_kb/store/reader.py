"""The reading of a data folder, file by file."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ccn_kb.errors import DataError, Problem
from ccn_kb.files import NotRegularError, read_regular
from ccn_kb.model.records import City, Excepted, Identified, Moved, Record
from ccn_kb.model.text import slug
from ccn_kb.network import RECORD_KINDS, Network
from ccn_kb.store import yamlio
from ccn_kb.store.canonical import city_text, collection_text, exceptions_text
from ccn_kb.store.folder import Folder, Origin
from ccn_kb.store.layout import CITIES, COLLECTIONS, EXCEPTIONS, REGISTRY, Collection, is_system_file
from ccn_kb.store.mistakes import EXCEPTION, FILE_NAME, FORMAT, REGISTERED, comment, note_near, own_errors, problem
from ccn_kb.version import VERSION_FILE

_CONFLICT_MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


def _conflicts(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each merge conflict that git left in a text."""
    if not any(marker in text for marker in _CONFLICT_MARKERS):
        return
    first = last = 0
    for number, line in enumerate(text.split("\n"), start=1):
        marker, _, name = line.rstrip("\r").partition(" ")
        if marker not in _CONFLICT_MARKERS or (name and marker == "======="):
            continue
        if first and marker == "<<<<<<<":
            yield first, last
            first = 0
        first, last = first or number, number
        if marker == ">>>>>>>":
            yield first, last
            first = 0
    if first:
        yield first, last


class Reader:
    """Reads file after file, keeps what is sound and notes what is not."""

    def __init__(self, root: Path, style: bool, planned: Mapping[str, str | None]) -> None:
        self.root = root
        self.base = str(root / CITIES).removesuffix(CITIES)
        self.compare = style
        self.planned = planned
        self.canonical: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.origins: dict[tuple[str, str], Origin] = {}
        self.records: dict[str, dict[Any, Any]] = {kind: {} for kind in ("moved", *RECORD_KINDS)}

    def place(self, file: str) -> str:
        return f"{self.base}{file}"

    def refuse(self, file: str, line: int, rule: str, message: str, fix: str) -> None:
        self.problems.append(Problem(self.place(file), line, rule, message, fix))

    def text(self, file: str) -> str | None:
        """Return the text of a file, or None after noting why it cannot be read."""
        try:
            text = yamlio.decode(self.raw(file), self.place(file))
        except NotRegularError as error:
            self.refuse(file, 1, "file", str(error.strerror), "delete it, or put a file in its place")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            fix = "restore it" if error.errno == errno.ENOENT else "make it readable"
            self.refuse(file, 1, "file", f"cannot be read: {reason}", fix)
        except DataError as error:
            self.problems += error.problems
        else:
            self.texts[file] = text
            conflicts = list(_conflicts(text))
            for first, last in conflicts:
                lines = f"lines {first}–{last}" if first < last else f"line {first}"
                self.refuse(file, first, "conflict", f"git conflict markers in {lines}", "resolve the conflict first")
            return None if conflicts else text
        return None

    def raw(self, file: str) -> bytes:
        if (text := self.planned.get(file)) is not None:
            return text.encode("utf-8")
        return read_regular(self.root / file, yamlio.MAX_BYTES + 1)

    def document(self, file: str) -> tuple[str, yamlio.Document] | None:
        text = self.text(file)
        if text is None:
            return None
        try:
            return text, yamlio.parse(text, self.place(file))
        except DataError as error:
            self.problems += error.problems
            return None

    def cities(self) -> None:
        here = {path.name for path in (self.root / CITIES).iterdir() if not is_system_file(path.name)}
        planned = {file.partition("/")[2]: text for file, text in self.planned.items() if file.startswith(CITIES)}
        gone = {name for name, text in planned.items() if text is None}
        for name in sorted((here | planned.keys()) - gone):
            file = f"{CITIES}/{name}"
            id = name.removesuffix(".yaml")
            if not name.endswith(".yaml") or id != slug(id):
                fix = "name it <id>.yaml, for example kanazawa-jp.yaml, or delete it"
                self.refuse(file, 1, FILE_NAME, "is not the file of a city", fix)
            elif found := self.document(file):
                self.city(file, id, *found)

    def city(self, file: str, id: str, text: str, document: yamlio.Document) -> None:
        stone = isinstance(document.data, dict) and "moved" in document.data
        kind, record_type = ("moved", Moved) if stone else ("city", City)
        origin = Origin(self.place(file), document, ())
        record = self.record(record_type, document.data, {"id": id}, origin)
        if record:
            self.records[kind][id] = record
            self.origins[kind, id] = origin
            self.style(origin, City, text, lambda: city_text(record))

    def collection(self, collection: Collection) -> None:
        found = self.document(collection.file)
        if found is None:
            return
        text, document = found
        if not isinstance(document.data, dict):
            self.refuse(collection.file, document.line(()), "value", "is no mapping of ids", "write `id:` records")
            return
        whole = Origin(self.place(collection.file), document, ())
        records = [
            self.keyed(collection, key, data, Origin(whole.file, document, (key,)))
            for key, data in document.data.items()
        ]
        if None not in records:
            sound = [one for one in records if one]
            self.style(whole, collection.record, text, lambda: collection_text(collection, sound))

    def keyed(self, collection: Collection, key: str, data: yamlio.Plain, origin: Origin) -> Identified | None:
        record = self.record(collection.record, data, {"id": key, **collection.given}, origin)
        if not isinstance(record, Identified):
            return None
        id = record.id
        if id in self.records[collection.kind]:
            other = self.origins[collection.kind, str(id)]
            fix = "keep one of the two"
            self.refuse(collection.file, origin.line(), "duplicate-key", f"{key} stands in {other.file} too", fix)
            return None
        self.records[collection.kind][id] = record
        self.origins[collection.kind, str(id)] = origin
        return record

    def registry(self) -> tuple[str, ...]:
        text = self.text(REGISTRY) or "\n"
        canonical = "".join(f"{id}\n" for id in sorted({line.strip() for line in text.splitlines()} - {""}))
        if self.compare and text != canonical and canonical:
            self.canonical[REGISTRY] = canonical
        if self.compare and "\r\n" in text:
            self.refuse(REGISTRY, 1, FORMAT, "the lines end as on Windows, \\r\\n", "run: ccn fmt")
        lines = text.replace("\r\n", "\n").split("\n")
        if lines[-1]:
            self.refuse(REGISTRY, len(lines), REGISTERED, "the last line has no end", "run: ccn fmt")
            return tuple(lines)
        return tuple(lines[:-1])

    def strays(self) -> None:
        """Note files that look like data and that nothing reads."""
        expected = {self.root / collection.file for collection in COLLECTIONS} | {self.root / EXCEPTIONS}
        top = (path for path in self.root.iterdir() if path.suffix.lower() in (".yaml", ".yml"))
        for path in sorted({*top, *(self.root / "sources").glob("*")} - expected):
            if not is_system_file(path.name):
                fix = "move its records into one of the files of the data folder, or delete it"
                message = "is not one of the files of a data folder"
                self.refuse(str(path.relative_to(self.root)), 1, FILE_NAME, message, fix)

    def version(self) -> str:
        """Return the version that the folder states, '' where it has no such file: older revisions have none."""
        stated = os.path.lexists(self.root / VERSION_FILE) or VERSION_FILE in self.planned
        return (self.text(VERSION_FILE) or "").strip() if stated else ""

    def exceptions(self) -> tuple[Excepted, ...]:
        found = self.document(EXCEPTIONS)
        if found is None:
            return ()
        text, document = found
        if not isinstance(document.data, list):
            self.refuse(EXCEPTIONS, document.line(()), "value", "is no list", "write a list of rule, id and reason")
            return ()
        sound = []
        whole = Origin(self.place(EXCEPTIONS), document, ())
        for number, data in enumerate(document.data):
            origin = Origin(whole.file, document, (number,))
            record = self.record(Excepted, data, {}, origin)
            if not isinstance(record, Excepted):
                continue
            sound.append(record)
            if self.origins.setdefault(("exception", f"{record.rule} {record.id}"), origin) is not origin:
                message = f"the exception from {record.rule} for {record.id} stands here again"
                self.refuse(EXCEPTIONS, origin.line(), EXCEPTION, message, "keep one of the two")
        if len(sound) == len(document.data):
            self.style(whole, Excepted, text, lambda: exceptions_text(sound))
        return tuple(sound)

    def record(
        self, record_type: type[Record], data: yamlio.Plain, given: Mapping[str, str], origin: Origin
    ) -> Record | None:
        """Return the sound record, or None after noting everything that is wrong with it."""
        if not isinstance(data, dict):
            self.problems.append(
                Problem(origin.file, origin.line(), "value", "is no record", "write `key: value` lines")
            )
            return None
        before = len(self.problems)
        for key in record_type.implied_by_path & data.keys():
            message = f"`{key}` is told by the place of the record and not repeated"
            self.problems.append(Problem(origin.file, origin.line((key,)), "unknown-key", message, "delete the line"))
        try:
            record = record_type.model_validate({**data, **given})
        except ValidationError as error:
            self.problems += [problem(record_type, detail, origin) for detail in own_errors(error)]
            return None
        return record if len(self.problems) == before else None

    def style(self, whole: Origin, record_type: type[Record], text: str, write: Callable[[], str]) -> None:
        """Note comments, which would be lost, and the first line that is not in the canonical form."""
        if not self.compare:
            return
        lost = list(yamlio.comments(text))
        self.problems += [comment(whole.file, line, note_near(whole.document, record_type, line)) for line in lost]
        canonical = write()
        if text == canonical or lost:
            return
        file = str(Path(whole.file).relative_to(self.root))
        self.canonical[file] = canonical
        lines, wanted = text.splitlines(keepends=True), canonical.splitlines(keepends=True)
        pairs = enumerate(zip_longest(lines, wanted, fillvalue=""), start=1)
        number, have, want = next((number, have, want) for number, (have, want) in pairs if have != want)
        # With line ends: they can be all that differs.
        message = f"{have!r} is not the canonical form, which is {want!r}"
        self.refuse(file, min(number, max(len(lines), 1)), FORMAT, message, "run: ccn fmt")

    def folder(self) -> Folder:
        """Read everything, and return what was found."""
        self.cities()
        self.strays()
        for collection in COLLECTIONS:
            self.collection(collection)
        registry = self.registry()
        exceptions = self.exceptions()
        network = Network(
            **{kind.collection: self.records[kind.name] for kind in RECORD_KINDS.values()},
            moved={id: stone.moved for id, stone in self.records["moved"].items()},
            version=self.version(),
        )
        return Folder(
            network,
            registry,
            exceptions,
            tuple(sorted(set(self.problems))),
            self.origins,
            self.root,
            self.canonical,
            self.texts,
        )
