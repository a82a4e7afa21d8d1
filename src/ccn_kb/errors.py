"""Problems of the data, each with its file, line, rule, message and fix, and the exceptions that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
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


class UnknownCityError(UnknownError):
    """No city, or more than one, has an id or name."""

    def __init__(self, problem: str, question: str, candidates: Iterable[str]) -> None:
        """Store the problem, the beginning of a question about the candidates, and their ids."""
        self.problem = problem
        self.question = question
        self.candidates = tuple(candidates)
        super().__init__(self.describe(self.candidates))

    def describe(self, names: Iterable[str]) -> str:
        """Return the message with these names of the candidates."""
        choices = " or ".join(names)
        return f"{self.problem}{self.question}{choices}?" if choices else self.problem


class MissingExtraError(ImportError):
    """A library of an extra is not installed; the message gives the command that installs the extra."""

    def __init__(self, extra: str, library: str) -> None:
        self.remedy = f'run: pip install "ccn-kb[{extra}]"'
        super().__init__(f"{library} is not installed; {self.remedy}", name=library)


@contextmanager
def requires_extra(extra: str) -> Iterator[None]:
    """Raise MissingExtraError where a library that is imported inside is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = str(error.name).partition(".")[0]
        if library == "ccn_kb":
            raise
        raise MissingExtraError(extra, library) from error


class AfterDataWarning(UserWarning):
    """A question is about a day of which the data know nothing yet."""
