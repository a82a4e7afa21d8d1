"""Version of the data, and of the package that carries them.

A data folder states its version in `version.txt`: MAJOR.MINOR.YYYYMMDD. MAJOR rises with breaking changes, MINOR with
additions; the eight digits are the data date, the day to which the records are complete. The package has the version of
its data; a release that changes nothing but code adds `.postN`.
"""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path

VERSION_FILE = "version.txt"
SCHEMA_VERSION = "1.0"
POST_RELEASE = 0
"""Releases of code alone since the data's own release; 0 again with every new version of the data."""
_VERSION = re.compile(r"(\d+\.\d+)\.(\d{8})(?:\.post[1-9]\d*)?\Z", re.ASCII)


class NoDataError(Exception):
    """The package has no data folder; the message names the remedy."""


def default_folder() -> Path:
    """Return the data folder in the package or, in a checkout, that of the checkout. Raises NoDataError."""
    for folder in (Path(__file__).parent / "data", Path(__file__).parents[2] / "data"):
        if folder.is_dir():
            return folder
    message = "the package has no data folder, as it is in a zip file or incomplete; name one with --data or CCN_DATA"
    raise NoDataError(message)


def is_data_folder(folder: Path) -> bool:
    """Return whether a folder is one of data: an edition of the site has a folder `cities` as well."""
    return (folder / "cities").is_dir() and os.path.lexists(folder / "fields.yaml")


def folder_here() -> Path | None:
    """Return `data/` in the current folder if it is a data folder, else None."""
    folder = Path("data")
    # Both are required, since many other projects have a folder `data/cities`.
    return folder if is_data_folder(folder) else None


def version_of(folder: Path) -> str:
    """Return the version of a data folder."""
    return (folder / VERSION_FILE).read_text(encoding="utf-8").strip()


def package_version() -> str:
    """Return the version of the package: that of its data and the number of the post-release, if there is one."""
    version = version_of(default_folder())
    return f"{version}.post{POST_RELEASE}" if POST_RELEASE else version


def split_version(version: str) -> tuple[str, datetime.date]:
    """Return the version of the schema and the data date. Raises ValueError if the text is not a version."""
    match = _VERSION.match(version)
    if match is None:
        raise ValueError(f"{version!r} is not a version; write MAJOR.MINOR.YYYYMMDD")
    try:
        return match[1], datetime.date.fromisoformat(match[2])
    except ValueError:
        raise ValueError(f"{version!r} is not a version: {match[2]} is not a valid date") from None


def make_version(schema: str, day: datetime.date) -> str:
    """Return the version made of the schema's version and a data date."""
    return f"{schema}.{day:%Y%m%d}"
