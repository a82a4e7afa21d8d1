"""An export as a folder: the formats that were asked for, and a manifest of what was written; whole or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from ccn_kb import files
from ccn_kb.exports import manifest
from ccn_kb.exports.contents import TITLE, Contents, File
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.model.licence import ATTRIBUTION, LICENCE_ID
from ccn_kb.network import Network

Writer: TypeAlias = "Callable[[Contents], Iterator[File]]"

MAKER = "ccn-kb"
# Named, not imported: each format loads its own library.
WRITERS = {
    "csv": "data_package:files",
    "json": "network_json:files",
    "jsonl": "json_lines:files",
    "geojson": "geojson:files",
    "parquet": "parquet:files",
    "xlsx": "workbook:files",
    "turtle": "linked_data:turtle_files",
    "jsonld": "linked_data:json_ld_files",
    "ics": "meetings_calendar:files",
    "atom": "changes_feed:files",
    "sqlite": "sqlite_file:files",
}


def export(
    network: Network,
    target: Path,
    *,
    formats: Iterable[str] = WRITERS,
    on: datetime.date | None = None,
    today: datetime.date,
) -> int:
    """Write the formats into the folder, over an export that stands there, and return the number of files.

    `on` is the day for which the members are listed, today without it. Raises FolderError.
    """
    contents = Contents(network, on, today)
    listed: list[dict[str, object]] = []
    with manifest.replacing(target, MAKER, "export") as beside:
        for format in WRITERS:
            if format in set(formats):
                listed += [_written(file, format, beside) for file in _writer(format)(contents)]
        files.write_durably(beside / manifest.MANIFEST, to_bytes(_manifest(contents, listed)))
    return len(listed)


def _writer(format: str) -> Writer:
    module, _, function = WRITERS[format].partition(":")
    writer: Writer = getattr(import_module(f"ccn_kb.exports.{module}"), function)
    return writer


def _written(file: File, format: str, folder: Path) -> dict[str, object]:
    """Write a file, and return what the manifest says of it."""
    rows = {} if file.rows is None else {"rows": file.rows}
    return {**manifest.write(folder, file.path, file.body), "format": format, **rows}


def _manifest(contents: Contents, listed: list[dict[str, object]]) -> dict[str, object]:
    return {
        "made_by": MAKER,
        "title": TITLE,
        **contents.edition,
        "members_on": contents.on.isoformat() if contents.on else None,
        "licence": LICENCE_ID,
        "attribution": ATTRIBUTION,
        "files": listed,
    }
