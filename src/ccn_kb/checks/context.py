"""The context in which rules are checked, and their findings."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from ccn_kb.model.records import ValuePath
from ccn_kb.network import Network


class Locate(Protocol):
    """A function that returns the file and line of a record, or of a value in it."""

    def __call__(self, kind: str, id: str, path: ValuePath = (), /) -> tuple[str, int]: ...


class Finding(NamedTuple):
    """A violation of a rule: the record by kind and id, the path of the value, the message and the fix."""

    kind: str
    id: str
    path: ValuePath
    message: str
    fix: str

    @property
    def place(self) -> str:
        """The record's id and the path, as an exception may name them: `2021/countries`."""
        return "/".join(map(str, (self.id, *self.path)))


@dataclass(frozen=True)
class Context:
    """What a rule is checked against: the network, all ids ever published, and today's date."""

    network: Network
    registry: tuple[str, ...]
    today: datetime.date


RuleFunction: TypeAlias = Callable[[Context], Iterator[Finding]]
