"""The data folder: read into a network and the problems found on the way; the only code that writes data files."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from ccn_kb import edition, journal, yamlio
from ccn_kb.model import (
    City,
    Cooperation,
    Country,
    CreativeField,
    Excepted,
    Keyed,
    Meeting,
    Moved,
    Record,
    Round,
    Rule,
    Source,
    Topic,
    Total,
    WrongValueError,
)
from ccn_kb.network import SOURCE_KINDS, Network
from ccn_kb.problems import DataError, Problem

Kept = TypeVar("Kept", bound=Keyed)
FORMAT = "format"
COMMENT = "comment"
REGISTERED = "registry"
EXCEPTION = "exception"
# Problems that cost no record: the others are then compared all the same.
HARMLESS = frozenset({FORMAT, COMMENT, REGISTERED, EXCEPTION})
BLOCK = ("designations", "attendance", "outcomes", "announced")


@dataclass(frozen=True)
class Collection:
    """A file of records by id: where it lies, what it holds, and what its place says about each."""

    file: str
    kind: str
    record: type[Keyed]
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> str:
        return self.file.partition("/")[0].removesuffix(".yaml")

    def holds(self, record: Record) -> bool:
        """Tell whether the record belongs into this file."""
        return isinstance(record, self.record) and all(
            getattr(record, name) == value for name, value in self.given.items()
        )


CITIES = "cities"
REGISTRY = "ids.txt"
EXCEPTIONS = "exceptions.yaml"
COLLECTIONS = (
    Collection("fields.yaml", "field", CreativeField),
    Collection("topics.yaml", "topic", Topic),
    Collection("countries.yaml", "country", Country),
    Collection("rounds.yaml", "round", Round),
    Collection("rules.yaml", "rule", Rule),
    Collection("totals.yaml", "total", Total),
    Collection("meetings.yaml", "meeting", Meeting),
    Collection("cooperations.yaml", "cooperation", Cooperation),
    *(Collection(f"sources/{kind}.yaml", "source", Source, {"kind": kind}) for kind in SOURCE_KINDS),
)
KINDS = tuple(dict.fromkeys(collection.kind for collection in COLLECTIONS))


@dataclass(frozen=True)
class Origin:
    """Where a record stands: its file, its document, and the path to it inside."""

    file: str
    document: yamlio.Document
    path: yamlio.Path

    def line(self, path: yamlio.Path = ()) -> int:
        return self.document.line((*self.path, *path))


@dataclass(frozen=True)
class Folder:
    """A data folder that has been read: the network of its sound records, and the problems of the others."""

    network: Network
    registry: tuple[str, ...]
    exceptions: tuple[Excepted, ...]
    problems: tuple[Problem, ...]
    origins: Mapping[tuple[str, str], Origin]
    root: FilePath
    canonical: Mapping[str, str]
    """The canonical text of each sound file that has another; only when read with `style`."""
    digests: Mapping[str, str | None]
    """The digest of each file as it was read."""

    def locate(self, kind: str, id: str, path: yamlio.Path = ()) -> tuple[str, int]:
        """Return file and line of a record, or of a value in it; the path of an id is its index in the registry."""
        if kind == "id":
            return str(self.root / REGISTRY), int(path[0]) + 1
        if kind == "edition":
            return str(self.root / edition.FILE), 1
        origin = self.origins[kind, id]
        return origin.file, origin.line(path)


def require(folder: FilePath) -> None:
    """Raise DataError if the folder is no data folder."""
    if not (folder / CITIES).is_dir():
        message = "no data folder: it has no folder `cities`"
        raise DataError([Problem(str(folder), 1, "folder", message, "name one with --data or CCN_DATA")])


def read(folder: FilePath, *, style: bool = False, planned: Mapping[str, str | None] | None = None) -> Folder:
    """Read the whole data folder, however broken; with `style`, compare each file with its canonical form.

    `planned` gives texts to be read instead of those of some files, None for a file that will be gone.
    Raises DataError only if it is no data folder, and what `journal.settle` raises.
    """
    require(folder)
    while True:
        if journal.unfinished(folder):
            journal.settle(folder)
        before = journal.generation(folder)
        reader = _Reader(folder, style, planned or {})
        reader.cities()
        reader.strays()
        for collection in COLLECTIONS:
            reader.collection(collection)
        found = reader.folder()
        # A change that was made in the meantime can have been read by half.
        if journal.generation(folder) == before and not journal.unfinished(folder):
            return found


def changed(folder: Folder, network: Network, exceptions: tuple[Excepted, ...] | None = None) -> dict[str, str | None]:
    """Return the new text of each file whose records the network has otherwise than the folder; None deletes it.

    The exceptions stay what they are unless others are given. Raises DataError if such a file has a comment, which
    would be lost.
    """
    old = folder.network
    texts: dict[str, str | None] = {}
    for id in sorted({*old.cities, *old.moved, *network.cities, *network.moved}):
        before, after = (one.cities.get(id) or _stone(one, id) for one in (old, network))
        if before != after:
            texts[f"{CITIES}/{id}.yaml"] = city_text(after) if after else None
    for collection in COLLECTIONS:
        records_before, records_after = (
            {id: one for id, one in whole.records(collection.kind).items() if collection.holds(one)}
            for whole in (old, network)
        )
        if records_before != records_after:
            texts[collection.file] = collection_text(collection, records_after.values())
    registry = {*folder.registry, *network.cities, *network.moved}
    if registry != set(folder.registry):
        texts[REGISTRY] = "".join(f"{id}\n" for id in sorted(registry))
    if exceptions not in (None, folder.exceptions):
        texts[EXCEPTIONS] = exceptions_text(exceptions or ())
    lost = [problem for file in texts for problem in _comments_lost(folder, file)]
    if lost:
        raise DataError(lost)
    return texts


def write(folder: Folder, texts: Mapping[str, str | None]) -> None:
    """Write new texts of some files of a folder as one change; to be called while `journal.writing`.

    Raises `journal.RefusedError` if one of them was edited since the folder was read, and OSError.
    """
    journal.replace(folder.root, folder.digests, texts)


def _stone(network: Network, id: str) -> Moved | None:
    return Moved(id=id, moved=network.moved[id]) if id in network.moved else None


def _comments_lost(folder: Folder, file: str) -> Iterator[Problem]:
    path = folder.root / file
    if file.endswith(".yaml") and path.exists():
        text = yamlio.decode(path.read_bytes(), str(path))
        yield from (_comment(str(path), line, "the record's `note`") for line in yamlio.comments(text))


class _Reader:
    """Reads file after file, keeps what is sound and notes what is not."""

    def __init__(self, root: FilePath, style: bool, planned: Mapping[str, str | None]) -> None:
        self.root = root
        self.compare = style
        self.planned = planned
        self.canonical: dict[str, str] = {}
        self.digests: dict[str, str | None] = {}
        self.problems: list[Problem] = []
        self.origins: dict[tuple[str, str], Origin] = {}
        self.records: dict[str, dict[Any, Any]] = {kind: {} for kind in ("city", "moved", *KINDS)}

    def refuse(self, file: str, line: int, rule: str, message: str, fix: str) -> None:
        self.problems.append(Problem(str(self.root / file), line, rule, message, fix))

    def text(self, file: str) -> str | None:
        """Return the text of a file, or None after noting why it cannot be read."""
        try:
            raw = self.raw(file)
            self.digests[file] = journal.digest(raw)
            return yamlio.decode(raw, str(self.root / file))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            fix = "restore it" if error.errno == errno.ENOENT else "make it readable"
            self.refuse(file, 1, "file", f"cannot be read: {reason}", fix)
        except DataError as error:
            self.problems += error.problems
        return None

    def raw(self, file: str) -> bytes:
        if (text := self.planned.get(file)) is not None:
            return text.encode("utf-8")
        with (self.root / file).open("rb") as stream:
            return stream.read(yamlio.MAX_BYTES + 1)

    def document(self, file: str) -> tuple[str, yamlio.Document] | None:
        text = self.text(file)
        if text is None:
            return None
        try:
            return text, yamlio.parse(text, str(self.root / file))
        except DataError as error:
            self.problems += error.problems
            return None

    def cities(self) -> None:
        here = {path.name for path in (self.root / CITIES).iterdir() if path.suffix != journal.BESIDE}
        planned = {file.partition("/")[2]: text for file, text in self.planned.items() if file.startswith(CITIES)}
        gone = {name for name, text in planned.items() if text is None}
        for name in sorted((here | planned.keys()) - gone):
            file = f"{CITIES}/{name}"
            if not name.endswith(".yaml") or name.startswith("."):
                self.refuse(file, 1, "file-name", "is no city file", "name it <id>.yaml, or delete it")
            elif found := self.document(file):
                self.city(file, name.removesuffix(".yaml"), *found)

    def city(self, file: str, id: str, text: str, document: yamlio.Document) -> None:
        stone = isinstance(document.data, dict) and "moved" in document.data
        kind, record_type = ("moved", Moved) if stone else ("city", City)
        origin = Origin(str(self.root / file), document, ())
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
        records = [
            self.keyed(collection, key, data, Origin(str(self.root / collection.file), document, (key,)))
            for key, data in document.data.items()
        ]
        if None not in records:
            whole = Origin(str(self.root / collection.file), document, ())
            sound = [one for one in records if one]
            self.style(whole, collection.record, text, lambda: collection_text(collection, sound))

    def keyed(self, collection: Collection, key: str, data: yamlio.Plain, origin: Origin) -> Keyed | None:
        record = self.record(collection.record, data, {"id": key, **collection.given}, origin)
        if not isinstance(record, Keyed):
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
            self.refuse(REGISTRY, 1, FORMAT, "the lines end as on Windows", "run: ccn fmt")
        lines = text.replace("\r\n", "\n").split("\n")
        if lines[-1]:
            self.refuse(REGISTRY, len(lines), REGISTERED, "the last line has no end", "run: ccn fmt")
            return tuple(lines)
        return tuple(lines[:-1])

    def strays(self) -> None:
        """Note files that look like data and that nothing reads."""
        known = {self.root / collection.file for collection in COLLECTIONS} | {self.root / EXCEPTIONS}
        for path in sorted({*self.root.glob("*.yaml"), *(self.root / "sources").glob("*")} - known):
            fix = "move its records into one of the files of the data folder"
            self.refuse(str(path.relative_to(self.root)), 1, "file-name", "is no file of the data folder", fix)

    def version(self) -> str:
        """Return the version that the folder states, '' where it has no such file: older revisions have none."""
        stated = (self.root / edition.FILE).exists() or edition.FILE in self.planned
        return (self.text(edition.FILE) or "").strip() if stated else ""

    def exceptions(self) -> tuple[Excepted, ...]:
        found = self.document(EXCEPTIONS)
        if found is None:
            return ()
        text, document = found
        if not isinstance(document.data, list):
            self.refuse(EXCEPTIONS, document.line(()), "value", "is no list", "write a list of rule, id and reason")
            return ()
        sound = []
        for number, data in enumerate(document.data):
            origin = Origin(str(self.root / EXCEPTIONS), document, (number,))
            record = self.record(Excepted, data, {}, origin)
            if not isinstance(record, Excepted):
                continue
            sound.append(record)
            if self.origins.setdefault(("exception", f"{record.rule} {record.id}"), origin) is not origin:
                message = f"the exception from {record.rule} for {record.id} stands here again"
                self.refuse(EXCEPTIONS, origin.line(), EXCEPTION, message, "keep one of the two")
        if len(sound) == len(document.data):
            whole = Origin(str(self.root / EXCEPTIONS), document, ())
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
        for key in record_type.placed & data.keys():
            message = f"`{key}` is told by the place of the record and not repeated"
            self.problems.append(Problem(origin.file, origin.line((key,)), "unknown-key", message, "delete the line"))
        try:
            record = record_type.model_validate({**data, **given})
        except ValidationError as error:
            self.problems += [_problem(record_type, detail, origin) for detail in _own_errors(error)]
            return None
        return record if len(self.problems) == before else None

    def style(self, whole: Origin, record_type: type[Record], text: str, write: Callable[[], str]) -> None:
        """Note comments, which would be lost, and the first line that is not in the canonical form."""
        if not self.compare:
            return
        lost = list(yamlio.comments(text))
        self.problems += [_comment(whole.file, line, _note_near(whole.document, record_type, line)) for line in lost]
        canonical = write()
        if text == canonical or lost:
            return
        file = str(FilePath(whole.file).relative_to(self.root))
        self.canonical[file] = canonical
        lines, wanted = text.splitlines(keepends=True), canonical.splitlines(keepends=True)
        pairs = enumerate(zip_longest(lines, wanted, fillvalue=""), start=1)
        number, have, want = next((number, have, want) for number, (have, want) in pairs if have != want)
        # With line ends: they can be all that differs.
        message = f"{have!r} is not the canonical form, which is {want!r}"
        self.refuse(file, min(number, max(len(lines), 1)), FORMAT, message, "run: ccn fmt")

    def folder(self) -> Folder:
        registry = self.registry()
        exceptions = self.exceptions()
        network = Network(
            cities=self.records["city"],
            fields=self.records["field"],
            topics=self.records["topic"],
            countries=self.records["country"],
            rounds=self.records["round"],
            rules=self.records["rule"],
            totals=self.records["total"],
            sources=self.records["source"],
            meetings_by_id=self.records["meeting"],
            cooperations=self.records["cooperation"],
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
            self.digests,
        )


def _comment(file: str, line: int, place: str) -> Problem:
    return Problem(file, line, COMMENT, "a comment stands here, which would be lost", f"move its text into {place}")


def _note_near(document: yamlio.Document, record_type: type[Record], line: int) -> str:
    """Return the field for remarks of the record in which a line stands, or before which it stands."""
    below = [path for path, at in document.lines.items() if path and at >= line]
    path = min(below or document.lines, key=lambda path: (document.lines[path], len(path)))
    place = list(path[: 0 if issubclass(record_type, City) else 1])
    remark = "reason" if issubclass(record_type, Excepted) else "note"
    found = [*place, remark] if remark in record_type.model_fields else []
    inner: type[Record] | None = record_type
    for part in path[len(place) :]:
        if isinstance(part, str) and inner and part in inner.model_fields:
            inner = next(records_in(inner.model_fields[part].annotation), None)
        place.append(part)
        if isinstance(part, int) and inner and remark in inner.model_fields:
            found = [*place, remark]
    words = ".".join(str(part + 1) if isinstance(part, int) else part for part in found)
    return f"`{words}`" if found else "the commit's message: records here have no `note`"


_WORDS = {
    "tuple_type": "must be a list",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "string_type": "must be text",
    "too_short": "must not be empty",
}


def file_of(kind: str, id: str, data: Mapping[str, object]) -> str:
    """Return the file of the data folder in which a record with these data stands."""
    if kind == "city":
        return f"{CITIES}/{id}.yaml"
    files = (one for one in COLLECTIONS if one.kind == kind)
    return next(one.file for one in files if all(data.get(name, value) == value for name, value in one.given.items()))


def sound(record_type: type[Kept], data: Mapping[str, object], file: str, line: int) -> Kept:
    """Return the record made of the data. Raises DataError, with the file and line at which it stands or will."""
    origin = Origin(file, yamlio.Document({}, {(): line}), ())
    try:
        return record_type.model_validate(data)
    except ValidationError as error:
        raise DataError(_problem(record_type, detail, origin) for detail in _own_errors(error)) from None


def _own_errors(error: ValidationError) -> list[dict[str, Any]]:
    """Return what pydantic found, without lists that are only empty because their items are wrong."""
    found: list[dict[str, Any]] = [dict(one) for one in error.errors(include_url=False)]
    places: list[tuple[str | int, ...]] = [one["loc"] for one in found]
    deeper = {place[:end] for place in places for end in range(len(place))}
    return [one for one in found if one["type"] != "too_short" or one["loc"] not in deeper]


def _problem(record_type: type[Record], detail: dict[str, Any], origin: Origin) -> Problem:
    """Return what pydantic found as a problem with line, and with the field's own description as the remedy."""
    cause = detail.get("ctx", {}).get("error")
    path = tuple(detail["loc"]) + (cause.path if isinstance(cause, WrongValueError) else ())
    line = origin.line(path)
    owner, description = _described(record_type, path)
    name = ".".join(str(part) for part in path if isinstance(part, str)) if path else "the record"
    if detail["type"] == "extra_forbidden":
        near = get_close_matches(str(path[-1]), owner.model_fields.keys() - owner.placed, n=1)
        elsewhere = "delete it, or put the text into `note`" if "note" in owner.model_fields else "delete it"
        fix = f"did you mean {near[0]!r}?" if near else elsewhere
        return Problem(origin.file, line, "unknown-key", f"{name!r} is no field of this record", fix)
    if detail["type"] == "missing":
        return Problem(origin.file, line, "missing", f"`{name}` is missing", f"add it: {description}")
    message = _WORDS.get(detail["type"]) or str(detail["msg"]).removeprefix("Value error, ")
    given = detail["input"]
    shown = f", not {given[:60]!r}" if isinstance(given, str) and repr(given) not in message else ""
    return Problem(origin.file, line, "value", f"{name}: {message[:1].lower()}{message[1:]}{shown}", description)


def _described(record_type: type[Record], path: yamlio.Path) -> tuple[type[Record], str]:
    """Return the record class that holds the last field of the path, and the description of that field."""
    owner: type[Record] = record_type
    inner: type[Record] | None = record_type
    description = (record_type.__doc__ or "").partition("\n")[0]
    for part in path:
        if not isinstance(part, str):
            continue
        owner = inner or owner
        field = owner.model_fields.get(part)
        if field is None:
            break
        description = field.description or ""
        inner = next(records_in(field.annotation), None)
    return owner, description


def records_in(annotation: Any) -> Iterator[type[Record]]:
    """Yield the kinds of record that a field's type names."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    for part in get_args(annotation):
        yield from records_in(part)


# -- canonical text ----------------------------------------------------------------------------


def plain(record: Record) -> dict[str, object]:
    """Return what a record's file says of it: no defaults, nothing that its place tells."""
    data = record.model_dump(mode="json", exclude_defaults=True, exclude=set(record.placed))
    ordered: dict[str, object] = _remarks_last(data)
    return ordered


def _remarks_last(data: Any) -> Any:
    if isinstance(data, list):
        return [_remarks_last(item) for item in data]
    if not isinstance(data, dict):
        return data
    last = [key for key in ("disputed", "note") if key in data]
    return {key: _remarks_last(data[key]) for key in [key for key in data if key not in last] + last}


def city_text(record: Record) -> str:
    """Return the canonical text of a city file, a tombstone included."""
    return yamlio.dump(plain(record), "../../schemas/city.schema.json", BLOCK)


def collection_text(collection: Collection, records: Iterable[Keyed]) -> str:
    """Return the canonical text of a file of records, sorted by id."""
    up = "../" * (collection.file.count("/") + 1)
    data = {record.id: plain(record) for record in sorted(records, key=lambda record: str(record.id))}
    return yamlio.dump_records(data, f"{up}schemas/{collection.schema}.schema.json", BLOCK)


def exceptions_text(records: Iterable[Record]) -> str:
    """Return the canonical text of the file of exceptions."""
    return yamlio.dump_list([plain(record) for record in records], "../schemas/exceptions.schema.json")
