"""Generated folders: one is replaced atomically, and only if its manifest lists every file in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from ccn_kb import files

MANIFEST = "manifest.json"


class ListedFile(NamedTuple):
    """A file as a manifest lists it: its path in the folder, its size, and its SHA-256."""

    path: str
    bytes: int
    sha256: str


class FolderError(Exception):
    """The folder cannot be written; the message has the reason and the remedy."""


@contextmanager
def replacing(target: Path, maker: str, what: str) -> Iterator[Path]:
    """Yield an empty folder, to be filled with files and their manifest; when the block ends it replaces the target.

    An existing target is replaced only if its manifest names the maker and lists every file in it. `what` is the word
    for the folder in messages, such as "export". Raises FolderError.
    """
    target = target.resolve()
    _refuse_other_files(target, maker, what)
    try:
        with files.replacing_folder(target) as staged:
            yield staged
    except OSError as error:
        reason, remedy = files.reason_and_remedy(error)
        remedies = ", or ".join(filter(None, (remedy, "choose another folder")))
        raise FolderError(f"{target} cannot be written: {reason}; {remedies}") from error


def write(folder: Path, path: str, body: bytes, *, is_synced: bool = True) -> ListedFile:
    """Write a file of the folder and return its manifest entry. Raises OSError.

    With `is_synced` false, the caller syncs all files of the folder to the disk at the end.
    """
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_synced:
        files.write_durably(target, body)
    else:
        target.write_bytes(body)
    return describe(path, body)


def describe(path: str, body: bytes) -> ListedFile:
    """Return the manifest entry of a file."""
    return ListedFile(path, len(body), hashlib.sha256(body).hexdigest())


def _refuse_other_files(target: Path, maker: str, what: str) -> None:
    """Raise FolderError if the target is not a folder, or has files that the maker did not write."""
    if not target.exists():
        return
    if target == Path.cwd():
        raise FolderError(f"{target} is the current folder; choose one inside it, or another")
    if not target.is_dir():
        raise FolderError(f"{target} is a file; choose a folder")
    present = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if present and (unlisted := present - _listed(target, maker)):
        message = f"{target} contains files that do not belong to the {what} ({min(unlisted)})"
        raise FolderError(f"{message}; empty it, or choose another folder")


def _listed(target: Path, maker: str) -> set[str]:
    """Return the files in the target's manifest; none without a manifest by this maker."""
    try:
        manifest = json.loads((target / MANIFEST).read_bytes())
        if manifest["made_by"] != maker:
            return set()
        return {MANIFEST, *(file["path"] for file in manifest["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
