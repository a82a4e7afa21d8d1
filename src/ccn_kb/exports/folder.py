"""An export as a folder: the formats that were asked for, and a manifest of what was written; whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from ccn_kb import files
from ccn_kb.exports.contents import ATTRIBUTION, LICENCE, TITLE, Contents, File
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network import Network

Writer: TypeAlias = "Callable[[Contents], Iterator[File]]"

MANIFEST = "manifest.json"
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


class ExportError(Exception):
    """The export could not be written; the message says why, and what to do."""


def export(
    network: Network,
    target: Path,
    *,
    formats: Iterable[str] = WRITERS,
    on: datetime.date | None = None,
    today: datetime.date,
) -> int:
    """Write the formats into the folder, over an export that stands there, and return the number of files.

    `on` is the day for which the members are listed, today without it. Raises ExportError.
    """
    target = target.resolve()
    _refuse_what_is_no_export(target)
    contents = Contents(network, on, today)
    listed: list[dict[str, object]] = []
    try:
        with files.replacing_folder(target) as beside:
            for format in WRITERS:
                if format in set(formats):
                    listed += [_written(file, format, beside) for file in _writer(format)(contents)]
            files.write_durably(beside / MANIFEST, to_bytes(_manifest(contents, listed)))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ExportError(f"{target} cannot be written: {reason}; free space there, or name another folder") from error
    return len(listed)


def _writer(format: str) -> Writer:
    module, _, function = WRITERS[format].partition(":")
    writer: Writer = getattr(import_module(f"ccn_kb.exports.{module}"), function)
    return writer


def _written(file: File, format: str, folder: Path) -> dict[str, object]:
    """Write a file, and return what the manifest says of it."""
    path = folder / file.path
    path.parent.mkdir(exist_ok=True)
    files.write_durably(path, file.body)
    facts = {"path": file.path, "format": format, "bytes": len(file.body)}
    rows = {} if file.rows is None else {"rows": file.rows}
    return {**facts, **rows, "sha256": hashlib.sha256(file.body).hexdigest()}


def _manifest(contents: Contents, listed: list[dict[str, object]]) -> dict[str, object]:
    return {
        "made_by": MAKER,
        "title": TITLE,
        **contents.edition,
        "members_on": contents.on.isoformat() if contents.on else None,
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "files": listed,
    }


def _refuse_what_is_no_export(target: Path) -> None:
    """Raise ExportError if there is anything at the target that an export would not have put there."""
    if not target.exists():
        return
    if target == Path.cwd():
        raise ExportError(f"{target} is the current folder; name one in it, or another")
    if not target.is_dir():
        raise ExportError(f"{target} is a file; name a folder")
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if there and (strange := there - _ours(target)):
        example = min(strange)
        raise ExportError(f"{target} holds what is no export ({example}); empty it, or name another folder")


def _ours(target: Path) -> set[str]:
    """Return the files that a manifest of ours lists, none if there is no such manifest."""
    try:
        manifest = json.loads((target / MANIFEST).read_bytes())
        if manifest["made_by"] != MAKER:
            return set()
        return {MANIFEST, *(file["path"] for file in manifest["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
