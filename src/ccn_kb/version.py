"""Which edition of the data a folder holds: its file `version.txt` says it in one line, MAJOR.MINOR.YYYYMMDD.

MAJOR rises when something that outsiders rely on goes or changes its meaning, MINOR when something is added;
the eight digits are the data date: the day to which the records were last looked through.
"""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path

VERSION_FILE = "version.txt"
SCHEMA_VERSION = "1.0"
_VERSION = re.compile(r"(\d+\.\d+)\.(\d{8})\Z", re.ASCII)


def default_folder() -> Path:
    """Return the data in the package; in a checkout, the checkout's."""
    inside = Path(__file__).parent / "data"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "data"


def folder_here() -> Path | None:
    """Return the current folder's `data/` if it is a data folder of ours, else None."""
    folder = Path("data")
    # Many projects have a folder `data/cities`.
    return folder if (folder / "cities").is_dir() and os.path.lexists(folder / "fields.yaml") else None


def version_of(folder: Path) -> str:
    """Return the version that a data folder states."""
    return (folder / VERSION_FILE).read_text(encoding="utf-8").strip()


def split_version(version: str) -> tuple[str, datetime.date]:
    """Return the version of the schema and the data date. Raises ValueError if the text is no version."""
    match = _VERSION.match(version)
    if match is None:
        raise ValueError(f"{version!r} is no version; write MAJOR.MINOR.YYYYMMDD")
    try:
        return match[1], datetime.date.fromisoformat(match[2])
    except ValueError:
        raise ValueError(f"{version!r} is no version: {match[2]} is no day of the calendar") from None


def make_version(schema: str, day: datetime.date) -> str:
    """Return the version of a schema and a data date."""
    return f"{schema}.{day:%Y%m%d}"
