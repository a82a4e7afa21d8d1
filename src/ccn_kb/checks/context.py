"""What a rule looks at, and what it finds."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ccn_kb.network import Network

Path = tuple[str | int, ...]


class Locate(Protocol):
    """Tells file and line of a record, or of a value in it."""

    def __call__(self, kind: str, id: str, path: Path = (), /) -> tuple[str, int]: ...


class Finding(NamedTuple):
    """What a rule found: the record by kind and id, the path of the value, what is wrong and the fix."""

    kind: str
    id: str
    path: Path
    message: str
    fix: str

    @property
    def place(self) -> str:
        """The record's id and the path, as an exception may name them: `2021/countries`."""
        return "/".join(map(str, (self.id, *self.path)))


@dataclass(frozen=True)
class Context:
    """What the rules look at: the network, the ids ever published, and today."""

    network: Network
    registry: tuple[str, ...]
    today: datetime.date


Rule = Callable[[Context], Iterator[Finding]]
