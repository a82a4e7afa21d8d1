"""Where each record stands in a data folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ccn_kb.model.records import SOURCE_KINDS, Identified, Record
from ccn_kb.network import RECORD_KINDS


@dataclass(frozen=True)
class Collection:
    """A file of records by id: where it lies, what it holds, and what its place says about each."""

    file: str
    kind: str
    record: type[Identified]
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


def _collections() -> Iterator[Collection]:
    for kind in RECORD_KINDS.values():
        if kind.name == "source":
            for source_kind in SOURCE_KINDS:
                yield Collection(f"sources/{source_kind}.yaml", kind.name, kind.record_type, {"kind": source_kind})
        elif kind.name != "city":
            yield Collection(f"{kind.plural}.yaml", kind.name, kind.record_type)


COLLECTIONS = tuple(_collections())


_SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})


def is_system_file(name: str) -> bool:
    """Return whether a name is that of a file or folder which systems and editors leave behind, and which is not read.

    They are hidden files, locks, swap files and backups: `.DS_Store`, `.lodz-pl.yaml.swp`, `#lodz-pl.yaml#`,
    `lodz-pl.yaml~`, `Thumbs.db`.
    """
    lower = name.lower()
    return (
        lower.startswith((".", "#", "~$"))
        or lower.endswith(("~", ".swp", ".orig", ".bak", ".tmp"))
        or lower in _SYSTEM_FILES
    )


def file_of(kind: str, id: str, data: Mapping[str, object]) -> str:
    """Return the file of the data folder in which a record with these data stands."""
    if kind == "city":
        return f"{CITIES}/{id}.yaml"
    files = (one for one in COLLECTIONS if one.kind == kind)
    return next(one.file for one in files if all(data.get(name, value) == value for name, value in one.given.items()))
