"""Folders of ours: a manifest lists all that is in one, so that it is replaced whole and nobody else's file goes."""

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
    """The folder cannot be written; the message says why, and what to do."""


@contextmanager
def replacing(target: Path, maker: str, what: str) -> Iterator[Path]:
    """Yield an empty folder that takes the target's place once it is filled, its manifest among the files.

    `what` the maker makes ("export") is what may be replaced. Raises FolderError.
    """
    target = target.resolve()
    _refuse_what_is_not_ours(target, maker, what)
    try:
        with files.replacing_folder(target) as beside:
            yield beside
    except OSError as error:
        reason, remedy = files.reason_and_remedy(error)
        remedies = ", or ".join(filter(None, (remedy, "choose another folder")))
        raise FolderError(f"{target} cannot be written: {reason}; {remedies}") from error


def write(folder: Path, path: str, body: bytes, *, is_synced: bool = True) -> ListedFile:
    """Write a file of the folder, and return what the manifest says of it. Raises OSError.

    What is not synced to the disk has to be at the end, with all other files of the folder.
    """
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_synced:
        files.write_durably(target, body)
    else:
        target.write_bytes(body)
    return describe(path, body)


def describe(path: str, body: bytes) -> ListedFile:
    """Return what the manifest says of a file of the folder."""
    return ListedFile(path, len(body), hashlib.sha256(body).hexdigest())


def _refuse_what_is_not_ours(target: Path, maker: str, what: str) -> None:
    """Raise FolderError if there is anything at the target that the maker would not have put there."""
    if not target.exists():
        return
    if target == Path.cwd():
        raise FolderError(f"{target} is the current folder; choose one inside it, or another")
    if not target.is_dir():
        raise FolderError(f"{target} is a file; choose a folder")
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if there and (strange := there - _listed(target, maker)):
        message = f"{target} contains files that do not belong to the {what} ({min(strange)})"
        raise FolderError(f"{message}; empty it, or choose another folder")


def _listed(target: Path, maker: str) -> set[str]:
    """Return the files that a manifest of the maker lists, none if there is no such manifest."""
    try:
        manifest = json.loads((target / MANIFEST).read_bytes())
        if manifest["made_by"] != maker:
            return set()
        return {MANIFEST, *(file["path"] for file in manifest["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
