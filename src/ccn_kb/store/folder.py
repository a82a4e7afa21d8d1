"""A data folder that has been read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ccn_kb.errors import Problem
from ccn_kb.model.records import Excepted
from ccn_kb.network import Network
from ccn_kb.store import yamlio
from ccn_kb.store.layout import REGISTRY
from ccn_kb.version import VERSION_FILE


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
    root: Path
    canonical: Mapping[str, str]
    """The canonical text of each sound file that has another; only when read with `style`."""
    texts: Mapping[str, str]
    """The text of each file as it was read."""

    def locate(self, kind: str, id: str, path: yamlio.Path = ()) -> tuple[str, int]:
        """Return file and line of a record, or of a value in it; the path of an id is its index in the registry."""
        if kind == "id":
            return str(self.root / REGISTRY), int(path[0]) + 1
        if kind == "edition":
            return str(self.root / VERSION_FILE), 1
        origin = self.origins[kind, id]
        return origin.file, origin.line(path)
