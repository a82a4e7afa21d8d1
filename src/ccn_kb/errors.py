"""What is wrong with the data, said one way: file, line, rule, message and the fix."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong; sorts by file and line."""

    file: str
    line: int
    rule: str
    message: str
    fix: str

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}: {self.rule}: {self.message} (fix: {self.fix})"
        return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


class DataError(Exception):
    """The data cannot be used; carries the problems, sorted, at least one."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


class UnknownError(LookupError):
    """Not exactly one record answers to an id or name; the message names the nearest, or the several."""
