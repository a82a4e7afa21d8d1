"""The files of a data folder: which records each contains, and which names are not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ccn_kb.model.records import SOURCE_KINDS, Identified, Record
from ccn_kb.network import RECORD_KINDS


@dataclass(frozen=True)
class Collection:
    """Records of one kind: their file, the kind and class of the records, and the values that the path implies.

    A collection is one file of records by id, or a folder with a file for each record. Of a folder, `file` is the file
    that would contain all its records: it is read as well, and `ccn fmt` splits it.
    """

    file: str
    kind: str
    record: type[Identified]
    implied: Mapping[str, str] = field(default_factory=dict)
    is_folder: bool = False

    @property
    def folder(self) -> str:
        """The folder of the records that have a file each."""
        return self.file.removesuffix(".yaml")

    @property
    def schema(self) -> str:
        """The name of the JSON Schema of the file, or of the file of each record."""
        return self.kind if self.is_folder else self.file.removesuffix(".yaml")

    def file_of(self, id: str) -> str:
        """Return the path of the file to which the record with this id belongs."""
        return f"{self.folder}/{id}.yaml" if self.is_folder else self.file

    def includes(self, record: Record) -> bool:
        """Return whether the record belongs in this file."""
        return isinstance(record, self.record) and all(
            getattr(record, name) == value for name, value in self.implied.items()
        )


CITIES = "cities"
REGISTRY = "ids.txt"
EXCEPTIONS = "exceptions.yaml"


def _collections() -> Iterator[Collection]:
    for kind in RECORD_KINDS.values():
        if kind.name == "source":
            for source_kind in SOURCE_KINDS:
                implied = {"kind": source_kind}
                yield Collection(f"sources/{source_kind}.yaml", kind.name, kind.record_type, implied, is_folder=True)
        elif kind.name != "city":
            yield Collection(f"{kind.plural}.yaml", kind.name, kind.record_type)


COLLECTIONS = tuple(_collections())


_SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})


def is_system_file(name: str) -> bool:
    """Return whether a file or folder of that name was left by a system or an editor, and is not read.

    Such are hidden files, locks, swap files and backups: `.DS_Store`, `.lodz-pl.yaml.swp`, `#lodz-pl.yaml#`,
    `lodz-pl.yaml~`, `Thumbs.db`.
    """
    lower = name.lower()
    return (
        lower.startswith((".", "#", "~$"))
        or lower.endswith(("~", ".swp", ".orig", ".bak", ".tmp"))
        or lower in _SYSTEM_FILES
    )


def file_of(kind: str, id: str, data: Mapping[str, object]) -> str:
    """Return the path of the file to which a record with these data belongs."""
    if kind == "city":
        return f"{CITIES}/{id}.yaml"
    return next(
        collection.file_of(id)
        for collection in COLLECTIONS
        if collection.kind == kind and all(data.get(name, value) == value for name, value in collection.implied.items())
    )
