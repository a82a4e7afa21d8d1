"""An export as a folder: files in the chosen formats and a manifest; written atomically."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path

from ccn_kb import files
from ccn_kb.exports import manifest
from ccn_kb.exports.contents import TITLE, Contents, ExportFile
from ccn_kb.exports.formats import FORMATS
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network import Network

MAKER = "ccn-kb"


def export(
    network: Network,
    target: Path,
    *,
    formats: Iterable[str] = FORMATS,
    on: datetime.date | None = None,
    today: datetime.date,
    site: str = "",
) -> int:
    """Write the formats into the folder and return the number of files; an earlier export there is replaced.

    `on` is the day for which the members are listed, by default today; links lead to the address `site`. Raises
    FolderError, and MissingExtraError for a format whose library is not installed.
    """
    wanted = frozenset(formats)
    loaded = {name: format.load() for name, format in FORMATS.items() if name in wanted}
    contents = Contents(network, on, today, site)
    listed: list[dict[str, object]] = []
    with manifest.replacing(target, MAKER, "export") as folder:
        for name, make_files in loaded.items():
            listed += [_write(file, name, folder) for file in make_files(contents)]
        files.write_durably(folder / manifest.MANIFEST, to_bytes(_manifest(contents, listed)))
    return len(listed)


def _write(file: ExportFile, format: str, folder: Path) -> dict[str, object]:
    """Write a file and return its entry in the manifest."""
    rows = {} if file.rows is None else {"rows": file.rows}
    return {**manifest.write(folder, file.path, file.body)._asdict(), "format": format, **rows}


def _manifest(contents: Contents, listed: list[dict[str, object]]) -> dict[str, object]:
    return {
        "made_by": MAKER,
        "title": TITLE,
        **contents.edition,
        "members_on": contents.stated_day.isoformat(),
        "files": listed,
    }
