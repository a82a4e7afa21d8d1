"""The reading of a data folder, file by file."""

from __future__ import annotations

import errno
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from ccn_kb.store.canonical import city_text, collection_text, exceptions_text, record_text
from ccn_kb.store.folder import Folder, Origin
from ccn_kb.store.layout import CITIES, COLLECTIONS, EXCEPTIONS, REGISTRY, Collection, is_system_file
from ccn_kb.store.mistakes import (
    EXCEPTION,
    FILE_NAME,
    FORMAT,
    REGISTERED,
    comment_problem,
    note_near,
    own_errors,
    to_problem,
)
from ccn_kb.version import VERSION_FILE

_RESERVED = re.compile("con|prn|aux|nul|(com|lpt)[0-9]")
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


class FolderReader:
    """Reads file after file, and collects the valid records and the problems of the others."""

    def __init__(self, root: Path, style: bool, planned: Mapping[str, str | None]) -> None:
        self.root = root
        self.prefix = str(root / CITIES).removesuffix(CITIES)
        self.style = style
        self.planned = planned
        self.canonical: dict[str, str | None] = {}
        self.texts: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.origins: dict[tuple[str, str], Origin] = {}
        self.records: dict[str, dict[Any, Any]] = {kind: {} for kind in ("moved", *RECORD_KINDS)}

    def read_folder(self) -> Folder:
        """Return the whole folder."""
        self.read_cities()
        self.report_stray_files()
        for collection in COLLECTIONS:
            if collection.is_folder:
                self.read_own_files(collection)
            else:
                self.read_collection(collection)
        registry = self.read_registry()
        exceptions = self.read_exceptions()
        if self.style:
            self.compose_accents()
        network = Network(
            **{kind.collection: self.records[kind.name] for kind in RECORD_KINDS.values()},
            moved={id: tombstone.moved for id, tombstone in self.records["moved"].items()},
            version=self.read_version(),
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

    def path_of(self, file: str) -> str:
        """Return the path of a file of the folder as problems show it."""
        return f"{self.prefix}{file}"

    def report(self, file: str, line: int, rule: str, message: str, fix: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(self.path_of(file), line, rule, message, fix))

    def read_text(self, file: str) -> str | None:
        """Return the text of a file, or None after reporting why it cannot be used."""
        try:
            text = yamlio.decode(self.read_bytes(file), self.path_of(file))
        except NotRegularError as error:
            self.report(file, 1, "file", str(error.strerror), "delete it, or put a file in its place")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            fix = "restore it" if error.errno == errno.ENOENT else "make it readable"
            self.report(file, 1, "file", f"cannot be read: {reason}", fix)
        except DataError as error:
            self.problems += error.problems
        else:
            self.texts[file] = text
            conflicts = list(_conflicts(text))
            for first, last in conflicts:
                lines = f"lines {first}–{last}" if first < last else f"line {first}"
                fix = "keep one side or both, and delete the marker lines"
                self.report(file, first, "conflict", f"git conflict markers in {lines}", fix)
            return None if conflicts else text
        return None

    def read_bytes(self, file: str) -> bytes:
        """Return the planned or the present content of a file; of one that is too large only its beginning."""
        if (text := self.planned.get(file)) is not None:
            return text.encode("utf-8")
        return read_regular(self.root / file, yamlio.MAX_BYTES + 1)

    def exists(self, file: str) -> bool:
        """Return whether the folder has, or is going to have, a file."""
        if file in self.planned:
            return self.planned[file] is not None
        return os.path.lexists(self.root / file)

    def read_document(self, file: str) -> tuple[str, yamlio.Document] | None:
        """Return the text of a file and the document in it, or None after reporting why it cannot be used."""
        text = self.read_text(file)
        if text is None:
            return None
        try:
            return text, yamlio.parse(text, self.path_of(file))
        except DataError as error:
            self.problems += error.problems
            return None

    def read_cities(self) -> None:
        """Read the files of cities and of old ids."""
        for file, id in self.record_files(CITIES, "is not the file of a city", "kanazawa-jp.yaml"):
            if content := self.read_document(file):
                self.read_city(file, id, *content)

    def record_files(self, folder: str, message: str, example: str) -> Iterator[tuple[str, str]]:
        """Yield path and id of each file of one record in a folder, after reporting those with another name."""
        present = {name for name in self.names_in(folder) if not is_system_file(name)}
        planned = {
            file.removeprefix(f"{folder}/"): text
            for file, text in self.planned.items()
            if file.startswith(f"{folder}/")
        }
        deleted = {name for name, text in planned.items() if text is None}
        for name in sorted((present | planned.keys()) - deleted):
            file = f"{folder}/{name}"
            id = name.removesuffix(".yaml")
            if not name.endswith(".yaml") or id != slug(id):
                self.report(file, 1, FILE_NAME, message, f"name it <id>.yaml, for example {example}, or delete it")
            elif _RESERVED.fullmatch(id):
                self.report(file, 1, FILE_NAME, f"{id!r} is a reserved name on Windows", "choose another id")
            else:
                yield file, id

    def names_in(self, folder: str) -> list[str]:
        """Return the names in a folder, none if there is no such folder: git keeps no empty ones."""
        try:
            return [path.name for path in (self.root / folder).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def read_city(self, file: str, id: str, text: str, document: yamlio.Document) -> None:
        """Read the document of a city or of an old id."""
        is_tombstone = isinstance(document.data, dict) and "moved" in document.data
        kind, record_type = ("moved", Moved) if is_tombstone else ("city", City)
        origin = Origin(self.path_of(file), document, ())
        record = self.validate(record_type, document.data, {"id": id}, origin)
        if record:
            self.records[kind][id] = record
            self.origins[kind, id] = origin
            self.check_style(origin, City, text, 0, lambda: city_text(record))

    def read_own_files(self, collection: Collection) -> None:
        """Read the files of one record each, and the one file in which they were before."""
        for file, id in self.record_files(collection.folder, f"is not the file of a {collection.kind}", "un-2008.yaml"):
            if content := self.read_document(file):
                self.read_own_file(collection, id, *content, Origin(self.path_of(file), content[1], ()))
        if self.exists(collection.file):
            before = set(self.records[collection.kind])
            self.read_collection(collection)
            self.split(collection, self.records[collection.kind].keys() - before)

    def read_own_file(
        self, collection: Collection, id: str, text: str, document: yamlio.Document, origin: Origin
    ) -> None:
        """Read the document of one record."""
        record = self.read_item(collection, id, document.data, origin)
        if record:
            self.check_style(origin, collection.record, text, 0, lambda: record_text(collection, record))

    def split(self, collection: Collection, ids: Iterable[str]) -> None:
        """Report that the records of a file should have a file each, and plan these files."""
        path = self.path_of(collection.file)
        if not self.style or any(problem.file == path and problem.rule != FORMAT for problem in self.problems):
            return
        self.problems = [problem for problem in self.problems if problem.file != path]
        message = f"each {collection.kind} has a file of its own in {collection.folder}/"
        self.report(collection.file, 1, FORMAT, message, "run: ccn fmt")
        self.canonical[collection.file] = None
        for id in sorted(ids):
            self.canonical[collection.file_of(id)] = record_text(collection, self.records[collection.kind][id])

    def read_collection(self, collection: Collection) -> None:
        """Read a file of records by id; without it, a kind that is optional has no records."""
        if RECORD_KINDS[collection.kind].is_optional and not self.exists(collection.file):
            return
        content = self.read_document(collection.file)
        if content is None:
            return
        text, document = content
        if not isinstance(document.data, dict):
            message = "is not a mapping of ids to records"
            self.report(collection.file, document.line(()), "value", message, "write `id:` before each record")
            return
        whole = Origin(self.path_of(collection.file), document, ())
        records = [
            self.read_item(collection, key, data, Origin(whole.file, document, (key,)))
            for key, data in document.data.items()
        ]
        if None not in records:
            valid = [record for record in records if record]
            self.check_style(whole, collection.record, text, 1, lambda: collection_text(collection, valid))

    def read_item(self, collection: Collection, key: str, data: yamlio.Plain, origin: Origin) -> Identified | None:
        """Return the record under a key of a file, or None after reporting its problems."""
        record = self.validate(collection.record, data, {"id": key, **collection.implied}, origin)
        if not isinstance(record, Identified):
            return None
        id = record.id
        if id in self.records[collection.kind]:
            other = self.origins[collection.kind, str(id)]
            message = f"{key} is also in {other.file}"
            self.problems.append(Problem(origin.file, origin.line(), "duplicate-key", message, "keep one of the two"))
            return None
        self.records[collection.kind][id] = record
        self.origins[collection.kind, str(id)] = origin
        return record

    def read_registry(self) -> tuple[str, ...]:
        """Return the lines of ids.txt."""
        text = self.read_text(REGISTRY) or ""
        canonical = "".join(f"{id}\n" for id in sorted({line.strip() for line in text.splitlines()} - {""}))
        if self.style and text != canonical and canonical:
            self.canonical[REGISTRY] = canonical
        if self.style and "\r\n" in text:
            self.report(REGISTRY, 1, FORMAT, "the lines end with \\r\\n, as on Windows", "run: ccn fmt")
        lines = text.replace("\r\n", "\n").split("\n")
        if lines[-1]:
            self.report(REGISTRY, len(lines), REGISTERED, "the last line has no line end", "run: ccn fmt")
            return tuple(lines)
        return tuple(lines[:-1])

    def report_stray_files(self) -> None:
        """Report files that look like data but are not read."""
        expected = {collection.file for collection in COLLECTIONS} | {EXCEPTIONS}
        folders = {collection.folder for collection in COLLECTIONS if collection.is_folder}
        top = {name for name in self.names_in("") if name.lower().endswith((".yaml", ".yml"))}
        parents = {folder.rpartition("/")[0] for folder in folders}
        inside = {f"{parent}/{name}" for parent in parents for name in self.names_in(parent)}
        for file in sorted((top | inside) - expected - folders):
            if not is_system_file(Path(file).name):
                fix = "move its records into one of the files of the data folder, or delete it"
                message = "is not one of the files of a data folder"
                self.report(file, 1, FILE_NAME, message, fix)

    def read_version(self) -> str:
        """Return the version of the data, '' if there is no version file, as in older revisions."""
        return (self.read_text(VERSION_FILE) or "").strip() if self.exists(VERSION_FILE) else ""

    def read_exceptions(self) -> tuple[Excepted, ...]:
        """Return the accepted problems."""
        content = self.read_document(EXCEPTIONS)
        if content is None:
            return ()
        text, document = content
        if not isinstance(document.data, list):
            self.report(EXCEPTIONS, document.line(()), "value", "is not a list", "write a list of rule, id and reason")
            return ()
        valid = []
        whole = Origin(self.path_of(EXCEPTIONS), document, ())
        for number, data in enumerate(document.data):
            origin = Origin(whole.file, document, (number,))
            record = self.validate(Excepted, data, {}, origin)
            if not isinstance(record, Excepted):
                continue
            valid.append(record)
            if self.origins.setdefault(("exception", f"{record.rule} {record.id}"), origin) is not origin:
                message = f"the exception from {record.rule} for {record.id} is listed twice"
                self.report(EXCEPTIONS, origin.line(), EXCEPTION, message, "keep one of the two")
        if len(valid) == len(document.data):
            self.check_style(whole, Excepted, text, 1, lambda: exceptions_text(valid))
        return tuple(valid)

    def validate(
        self, record_type: type[Record], data: yamlio.Plain, implied: Mapping[str, str], origin: Origin
    ) -> Record | None:
        """Return the record made of the data, or None after reporting all its problems."""
        if not isinstance(data, dict):
            message, fix = "is not a record", "write `key: value` lines"
            self.problems.append(Problem(origin.file, origin.line(), "value", message, fix))
            return None
        before = len(self.problems)
        for key in record_type.implied_by_path & data.keys():
            message = f"`{key}` follows from the place of the record and must not be repeated"
            self.problems.append(Problem(origin.file, origin.line((key,)), "unknown-key", message, "delete the line"))
        try:
            record = record_type.model_validate({**data, **implied})
        except ValidationError as error:
            self.problems += [to_problem(record_type, detail, origin) for detail in own_errors(error)]
            return None
        return record if len(self.problems) == before else None

    def check_style(
        self, whole: Origin, record_type: type[Record], text: str, depth: int, write: Callable[[], str]
    ) -> None:
        """Report comments, which would be lost, and the first line that is not in canonical form.

        `depth` is the length of a record's path in the file: 0 if the file is one record.
        """
        if not self.style:
            return
        comments = list(yamlio.comments(text))
        self.problems += [
            comment_problem(whole.file, line, note_near(whole.document, record_type, line, depth)) for line in comments
        ]
        canonical = write()
        if text == canonical or comments:
            return
        file = str(Path(whole.file).relative_to(self.root))
        self.canonical[file] = canonical
        lines, expected_lines = text.splitlines(keepends=True), canonical.splitlines(keepends=True)
        pairs = enumerate(zip_longest(lines, expected_lines, fillvalue=""), start=1)
        number, line, expected = next(
            (number, line, expected) for number, (line, expected) in pairs if line != expected
        )
        # Shown with their line ends, which can be the only difference.
        message = f"{line!r} is not in canonical form, which is {expected!r}"
        self.report(file, min(number, max(len(lines), 1)), FORMAT, message, "run: ccn fmt")

    def compose_accents(self) -> None:
        """Give files with decomposed accents their canonical text, if nothing else is wrong with them."""
        composed = {
            file: unicodedata.normalize("NFC", text)
            for file, text in self.texts.items()
            if file.endswith(".yaml") and not unicodedata.is_normalized("NFC", text)
        }
        if not composed:
            return
        other = FolderReader(self.root, self.style, {**self.planned, **composed})
        wrong = {problem.file for problem in other.read_folder().problems if problem.rule != FORMAT}
        for file, text in composed.items():
            if self.path_of(file) not in wrong:
                self.canonical[file] = other.canonical.get(file) or text
