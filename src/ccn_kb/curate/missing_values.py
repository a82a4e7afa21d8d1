"""Values that the records of new cities lack: as commands that add them, and as a table for `ccn correct --from`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ccn_kb import files
from ccn_kb.curate.correction_table import COLUMNS
from ccn_kb.errors import DataError
from ccn_kb.model.records import City
from ccn_kb.store import yamlio

EXAMPLES = {
    "subdivision": '"NI-GR Granada"',
    "geonames": "3619136",
    "wikidata": "Q184204",
    "unesco_pages": "granada",
    "known_for": '"TOPIC; TOPIC"',
}
"""The fields that a complete record has, with the form of their values on the command line."""


class MissingValue(NamedTuple):
    """A field of a city that has no value, and the source that its value will need."""

    city: str
    field: str
    source: str


def missing_values(cities: Iterable[City]) -> list[MissingValue]:
    """Return the fields of cities that have no value."""
    return [
        MissingValue(city.id, field, city.designations[-1].sources[0] if field == "known_for" else "")
        for city in cities
        for field in EXAMPLES
        if not getattr(city, field)
    ]


def reminders(cities: Iterable[City]) -> list[str]:
    """Return the commands that add what cities lack."""
    return [
        f"ccn correct {value.city} {value.field} VALUE{f' --source {value.source}' if value.source else ''}"
        f"  (for example {EXAMPLES[value.field]})"
        for value in missing_values(cities)
    ]


def table_for(file: Path) -> Path:
    """Return the path of the table of values that the cities of a list lack."""
    return file.with_name(f"{file.name}.missing.csv")


def write_table(path: Path, values: Sequence[MissingValue]) -> None:
    """Write a table of corrections with empty values, but keep values that it has already. Raises OSError."""
    written = _written_values(path)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for value in values:
        before, source = written.get((value.city, value.field), ("", value.source))
        writer.writerow([value.city, value.field, before, source])
    files.write(path, stream.getvalue())


def _written_values(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    if not path.exists():
        return {}
    try:
        text = yamlio.decode(path.read_bytes()[: yamlio.MAX_BYTES], str(path)).removeprefix("\ufeff")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (DataError, csv.Error) as error:
        raise OSError(None, "the table is there already and cannot be read", str(path)) from error
    return {
        (row["record"], row["field"]): (row["value"] or "", row.get("source") or "")
        for row in rows
        if row.get("record") and row.get("field") and row.get("value")
    }
