"""Many corrections in one table: record, field, value and source, one correction per row."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ccn_kb.curate.edit import NotPossibleError, find_record
from ccn_kb.curate.record_edits import Correction, correct_values
from ccn_kb.errors import DataError, Problem, UnknownError
from ccn_kb.network import Network
from ccn_kb.store import yamlio
from ccn_kb.store.folder import Folder

COLUMNS = ("record", "field", "value", "source")
RULE = "correction"


@dataclass(frozen=True)
class CorrectionRow:
    """A row of the table and the line on which it begins."""

    line: int
    record: str
    correction: Correction


@dataclass(frozen=True)
class CorrectionTable:
    """The corrections of a file, and the lines of the rows whose value is still empty."""

    file: str
    rows: tuple[CorrectionRow, ...]
    empty: tuple[int, ...]


def read_corrections(path: Path) -> CorrectionTable:
    """Return the corrections in a CSV file with the columns record, field, value and, optionally, source.

    Raises DataError with everything that is wrong with the table, OSError if it cannot be read.
    """
    with path.open("rb") as stream:
        text = yamlio.decode(stream.read(yamlio.MAX_BYTES + 1), str(path)).removeprefix("\ufeff")
    problems: list[Problem] = []
    rows: list[CorrectionRow] = []
    empty: list[int] = []
    numbered = _numbered_rows(text, str(path), problems)
    _, header = next(numbered, (1, []))
    columns = [cell.strip().casefold() for cell in header]
    problems += _wrong_columns(str(path), columns)
    for line, cells in numbered if not problems else ():
        values = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        if len(cells) > len(columns):
            message = f"the row has {len(cells)} cells, and the header has {len(columns)}"
            problems.append(Problem(str(path), line, RULE, message, "quote values that hold the separator"))
        elif missing := [column for column in ("record", "field") if not values.get(column)]:
            message = f"the {' and the '.join(missing)} is missing"
            problems.append(Problem(str(path), line, RULE, message, "fill it in, or delete the row"))
        elif not values.get("value"):
            empty.append(line)
        else:
            correction = Correction(values["field"], values["value"], values.get("source") or None)
            rows.append(CorrectionRow(line, values["record"], correction))
    if problems:
        raise DataError(problems)
    return CorrectionTable(str(path), tuple(rows), tuple(empty))


def _numbered_rows(text: str, file: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins and its cells; rows without text are left out."""
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, line, RULE, f"the row cannot be read: {error}", "close the quotation mark"))


def _wrong_columns(file: str, columns: Sequence[str]) -> list[Problem]:
    header = f"write the header {','.join(COLUMNS)}"
    unknown = [
        Problem(file, 1, RULE, f"unknown column {column[:60]!r}", header)
        for column in columns
        if column and column not in COLUMNS
    ]
    missing = [
        Problem(file, 1, RULE, f"the column {column!r} is missing", header)
        for column in COLUMNS[:3]
        if column not in columns
    ]
    repeated = [
        Problem(file, 1, RULE, f"the column {column!r} stands twice", "delete one of the two")
        for column in dict.fromkeys(columns)
        if column and columns.count(column) > 1
    ]
    return unknown + missing + repeated


def correct_all(folder: Folder, table: CorrectionTable) -> Network:
    """Return the network with all corrections of a table. Raises DataError with every row that cannot be applied."""
    problems: list[Problem] = []
    by_record: dict[tuple[str, str], list[CorrectionRow]] = defaultdict(list)
    for row in table.rows:
        try:
            kind, record = find_record(folder.network, row.record)
            by_record[kind, str(record.id)].append(row)
        except UnknownError as error:
            problems.append(_problem(table, row, str(error), "write the ID of a record"))
    network = folder.network
    for (kind, id), rows in by_record.items():
        current = replace(folder, network=network)
        record = next(record for key, record in network.records(kind).items() if str(key) == id)
        problems += _duplicates(table, rows)
        try:
            network = correct_values(current, record, [row.correction for row in rows])
        except DataError as error:
            problems += [_problem(table, rows[0], problem.message, problem.fix) for problem in error.problems]
        except (NotPossibleError, UnknownError):
            problems += _failures(current, table, rows)
    if problems:
        raise DataError(problems)
    return network


def _failures(folder: Folder, table: CorrectionTable, rows: Sequence[CorrectionRow]) -> list[Problem]:
    """Return the problem of each row of a record that cannot be applied by itself."""
    problems = []
    for row in rows:
        try:
            _, record = find_record(folder.network, row.record)
            correct_values(folder, record, [row.correction])
        except (NotPossibleError, UnknownError) as error:
            problems.append(_problem(table, row, str(error), "correct the row, or delete it"))
        except DataError:
            continue
    return problems


def _duplicates(table: CorrectionTable, rows: Sequence[CorrectionRow]) -> list[Problem]:
    first: dict[str, int] = {}
    return [
        _problem(table, row, f"{row.record} {row.correction.field} is also on line {line}", "keep one of the two rows")
        for row in rows
        if (line := first.setdefault(row.correction.field, row.line)) != row.line
    ]


def _problem(table: CorrectionTable, row: CorrectionRow, message: str, fix: str) -> Problem:
    return Problem(table.file, row.line, RULE, message, fix)
