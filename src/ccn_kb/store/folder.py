"""A data folder in memory: its network, its problems, and where each record is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ccn_kb.errors import Problem
from ccn_kb.model.records import Excepted, ValuePath
from ccn_kb.network import Network
from ccn_kb.store import yamlio
from ccn_kb.store.layout import REGISTRY
from ccn_kb.version import VERSION_FILE


@dataclass(frozen=True)
class Origin:
    """Where a record is written: its file, its document, and its path in that."""

    file: str
    document: yamlio.Document
    path: ValuePath

    def line(self, path: ValuePath = ()) -> int:
        """Return the line of the record, or of a value in it."""
        return self.document.line((*self.path, *path))


@dataclass(frozen=True)
class Folder:
    """A data folder that was read: the network of its valid records, and the problems of the others."""

    network: Network
    registry: tuple[str, ...]
    exceptions: tuple[Excepted, ...]
    problems: tuple[Problem, ...]
    origins: Mapping[tuple[str, str], Origin]
    root: Path
    canonical: Mapping[str, str | None]
    """The canonical text of each valid file that is written differently, None if it is split into other files.

    Only filled when read with `style`.
    """
    texts: Mapping[str, str]
    """The text of each file as it was read."""

    def locate(self, kind: str, id: str, path: ValuePath = ()) -> tuple[str, int]:
        """Return the file and line of a record or of a value in it; the path of an id is its index in ids.txt."""
        if kind == "id":
            return str(self.root / REGISTRY), int(path[0]) + 1
        if kind == "edition":
            return str(self.root / VERSION_FILE), 1
        origin = self.origins[kind, id]
        return origin.file, origin.line(path)
