"""A curator's answers to the questions of a list, in a file next to it: `announcement.txt.answers.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ccn_kb import files
from ccn_kb.curate.lists.announcement import Announcement, Entry, add_entry
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import DataError, Problem

COLUMNS = (
    "line",
    "text",
    "question",
    "candidates",
    "answer",
    "name",
    "country",
    "field",
    "geonames",
    "latitude",
    "longitude",
)
VALUES = ("name", "country", "field", "geonames", "latitude", "longitude")
SKIP, NONE, YES = "skip", "none", "yes"
LEFTOVER_FIX = "fill in name, country and field, or write skip into the column answer"
MAX_BYTES = 5_000_000
MAX_DIGITS = 9


@dataclass(frozen=True)
class ListAnswer:
    """What a curator decided on one city of a list.

    `answer` is `yes` for the one candidate, the number or id of a candidate, `skip` to leave the line out, `none` if no
    candidate is right; the values, where they are given, take the place of what the list says.
    """

    line: int
    text: str
    answer: str = ""
    values: Mapping[str, str] = ()  # type: ignore[assignment]
    file: str = ""
    row: int = 1
    """The row of the file in which the answer is."""
    faults: tuple[Problem, ...] = ()
    """What is not understood of its values."""

    @property
    def is_given(self) -> bool:
        return bool(self.answer or any(dict(self.values).values()))

    @property
    def is_decision(self) -> bool:
        """Whether a curator wrote something that is not in the line itself, from which the file was filled in."""
        return bool(self.answer or any(value not in self.text for value in dict(self.values).values()))


def answers_file(file: Path) -> Path:
    """Return the path of the answers to the questions of a file."""
    return file.with_name(f"{file.name}.answers.csv")


def read_answers(path: Path) -> dict[tuple[int, str], ListAnswer]:
    """Return the answers by line and text; none if there is no such file. Raises DataError, OSError."""
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        raw = stream.read(MAX_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError([Problem(str(path), 1, "encoding", "is not UTF-8", "save the file as UTF-8")]) from None
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else "\t" if "\t" in first else ","
    answers: dict[tuple[int, str], ListAnswer] = {}
    problems: list[Problem] = []
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        for row in rows:
            number = str(row.get("line") or "").strip()
            is_numbered = number.isdecimal() and len(number) <= MAX_DIGITS
            values = {column: (row.get(column) or "").strip() for column in VALUES}
            answer = ListAnswer(
                int(number) if is_numbered else 0,
                _without_mark(row.get("text") or ""),
                _in_known_case((row.get("answer") or "").strip()),
                values,
                str(path),
                rows.line_num,
            )
            if is_numbered:
                answers[answer.line, answer.text] = answer
            elif answer.is_given:
                message = f"the answer is to no line: the column line has {number!r}"
                problems.append(Problem(str(path), rows.line_num, "answer", message, "write the number of the line"))
    except csv.Error as error:
        fix = "correct the row, or delete the file"
        raise DataError([Problem(str(path), 1, "table", f"cannot be read: {error}", fix)]) from None
    if problems:
        raise DataError(problems)
    return answers


def _in_known_case(answer: str) -> str:
    word = answer.casefold()
    return word if word in (SKIP, NONE, YES) else answer


def write_answers(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Write the answers that are given and the questions that are open. Raises OSError."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)
    files.write(path, stream.getvalue())


def _harmless(value: str) -> str:
    # A spreadsheet would take the text for a formula.
    return f"'{value}" if value.startswith(("=", "@")) else value


def _without_mark(value: str) -> str:
    return value[1:] if value.startswith(("'=", "'@")) else value


def answer_for(answers: Mapping[tuple[int, str], ListAnswer], line: int, text: str) -> ListAnswer | None:
    """Return the answer to a line, or to the same text elsewhere if the list has changed since."""
    if (line, text) in answers:
        return answers[line, text]
    same = [answer for (_, its_text), answer in answers.items() if its_text == text and text]
    return same[0] if len(same) == 1 else None


def apply_answers(
    list_read: Announcement, answers: Mapping[tuple[int, str], ListAnswer], vocabulary: Vocabulary
) -> dict[int, ListAnswer]:
    """Put what answers say into a list: values instead of the list's own, lines left out, lines read after all.

    Return the answers by the position of their entry.
    """
    if not answers:
        return {}
    used: set[int] = set()
    for leftover in list(list_read.leftovers):
        answer = answer_for(answers, leftover.line, leftover.text) if leftover.status != "used" else None
        if answer is None or not answer.is_given:
            continue
        values = dict(answer.values)
        used.add(id(answer))
        if answer.answer == SKIP:
            _replace_leftover(list_read, leftover.line, leftover.text, "left out by an answer")
        elif values.get("name") and values.get("field"):
            _replace_leftover(list_read, leftover.line, leftover.text, None)
            add_entry(
                list_read, vocabulary, leftover.line, leftover.text, values["name"], values.get("country") or None,
                values["field"], cells=values,
            )  # fmt: skip
        else:
            message = f"the answer to {leftover.text!r} does not name a city; a name and a field are required"
            list_read.problems.append(Problem(answer.file, answer.row, "answer", message, LEFTOVER_FIX))
    answer_by_entry: dict[int, ListAnswer] = {}
    entries: list[Entry] = []
    for entry in list_read.entries:
        answer = answer_for(answers, entry.line, entry.text)
        if answer is None or not answer.is_given:
            entries.append(entry)
            continue
        used.add(id(answer))
        if answer.answer == SKIP:
            list_read.leave(entry.line, entry.text, "left out by an answer", used=True)
        else:
            faults = tuple(_faults(answer, vocabulary))
            answer_by_entry[len(entries)] = replace(answer, faults=faults)
            entries.append(_with_values(entry, dict(answer.values), vocabulary))
    list_read.entries[:] = entries
    list_read.remarks += [
        f"{answer.file}:{answer.row}: the answer is left out: {answer.text!r} is not in the list any more"
        for answer in answers.values()
        if answer.is_decision and id(answer) not in used
    ]
    return answer_by_entry


def _replace_leftover(list_read: Announcement, line: int, text: str, message: str | None) -> None:
    for leftover in [leftover for leftover in list_read.leftovers if (leftover.line, leftover.text) == (line, text)]:
        list_read.leftovers.remove(leftover)
        list_read.problems[:] = [
            problem
            for problem in list_read.problems
            if (problem.line, f"{problem.message} (fix: {problem.fix})") != (line, leftover.message)
        ]
    if message:
        list_read.leave(line, text, message, used=True)


def _faults(answer: ListAnswer, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield what is not understood of the values of an answer, each with its row in the file of answers."""
    values = dict(answer.values)
    network = vocabulary.network
    if values.get("field") and not (field := vocabulary.field(values["field"])).id:
        near = " or ".join(field.nearest or (each.name for each in network.fields.values()))
        message = f"unknown creative field {values['field'][:60]!r} in the answer to {answer.text!r}"
        yield Problem(answer.file, answer.row, "answer", message, f"write {near}")
    if values.get("country") and (country := vocabulary.country(values["country"])).id not in network.countries:
        near = " or ".join(country.nearest) or "the name of a country in data/countries.yaml, or its two letters"
        message = f"unknown country {values['country'][:60]!r} in the answer to {answer.text!r}"
        yield Problem(answer.file, answer.row, "answer", message, f"write {near}")


def _with_values(entry: Entry, values: Mapping[str, str], vocabulary: Vocabulary) -> Entry:
    changes: dict[str, object] = {
        name: values[name] for name in ("geonames", "latitude", "longitude") if values.get(name)
    }
    if values.get("name"):
        changes["name"] = values["name"]
    if values.get("country") and vocabulary.country(values["country"]).id in vocabulary.network.countries:
        changes |= {"country": values["country"], "read_country": vocabulary.country(values["country"])}
    if values.get("field") and vocabulary.field(values["field"]).id:
        changes |= {"field": values["field"], "read_field": vocabulary.field(values["field"])}
    return replace(entry, **changes)  # type: ignore[arg-type]
