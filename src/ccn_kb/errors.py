"""Problems of the data, each with its file, line, rule, message and fix, and the exceptions that carry them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One problem at a line of a file; problems sort by file and line."""

    file: str
    line: int
    rule: str
    message: str
    fix: str

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}: {self.rule}: {self.message} (fix: {self.fix})"
        return "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
        )


class DataError(Exception):
    """The data cannot be used; carries at least one problem, sorted."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownError(LookupError):
    """No record, or more than one, has an id or name; the message suggests the closest, or lists the candidates."""
