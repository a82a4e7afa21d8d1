"""Reading and writing of data folders; no other code writes data files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ccn_kb.errors import DataError, Problem
from ccn_kb.gc_pause import gc_paused
from ccn_kb.model.records import City, Excepted, Identified, Moved
from ccn_kb.network import Network
from ccn_kb.store import journal, yamlio
from ccn_kb.store.canonical import city_text, collection_text, exceptions_text, record_text
from ccn_kb.store.folder import Folder
from ccn_kb.store.layout import CITIES, COLLECTIONS, EXCEPTIONS, REGISTRY, Collection
from ccn_kb.store.mistakes import comment_problem
from ccn_kb.store.reader import FolderReader


def require_data_folder(folder: Path) -> None:
    """Raise DataError if the folder is not a data folder."""
    if not (folder / CITIES).is_dir():
        message = "is not a data folder: it has no folder `cities`"
        raise DataError([Problem(str(folder), 1, "folder", message, "choose another with --data or CCN_DATA")])


def read(folder: Path, *, style: bool = False, planned: Mapping[str, str | None] | None = None) -> Folder:
    """Read the whole data folder, whatever its problems; with `style`, compare each file with its canonical form.

    `planned` has texts to be read instead of those of some files, None for a file that will be deleted.
    Raises DataError only if it is not a data folder, and what `journal.recover` raises.
    """
    require_data_folder(folder)
    while True:
        if journal.is_unfinished(folder):
            journal.recover(folder)
        before = journal.generation(folder)
        with gc_paused():
            data = FolderReader(folder, style, planned or {}).read_folder()
        # Read again after a change in the meantime, half of which may have been read.
        if journal.generation(folder) == before and not journal.is_unfinished(folder):
            return data


def changed_texts(
    folder: Folder, network: Network, exceptions: tuple[Excepted, ...] | None = None
) -> dict[str, str | None]:
    """Return the new text of each file whose records differ between the folder and the network; None deletes it.

    The exceptions stay unless others are given. Raises DataError if such a file has a comment, which would be lost.
    """
    old = folder.network
    texts: dict[str, str | None] = {}
    for id in sorted({*old.cities, *old.moved, *network.cities, *network.moved}):
        city = _city_or_tombstone(network, id)
        if city != _city_or_tombstone(old, id):
            texts[f"{CITIES}/{id}.yaml"] = city_text(city) if city else None
    for collection in COLLECTIONS:
        records, old_records = _records_of(network, collection), _records_of(old, collection)
        if records != old_records:
            texts |= _changed_collection(folder, collection, old_records, records)
    if exceptions not in (None, folder.exceptions):
        texts[EXCEPTIONS] = exceptions_text(exceptions or ())
    comments = [problem for file in texts for problem in _comment_problems(folder, file)]
    if comments:
        raise DataError(comments)
    return texts


def register_ids(root: Path) -> None:
    """Add the ids of all cities and old ids to ids.txt: as of a release, they are permanent.

    Raises what `read`, `journal.writing` and `write` raise.
    """
    with journal.writing(root):
        folder = read(root)
        ids = {*folder.registry, *folder.network.cities, *folder.network.moved}
        if ids != set(folder.registry):
            write(folder, {REGISTRY: "".join(f"{id}\n" for id in sorted(ids))})


def published_texts(folder: Folder) -> dict[str, str]:
    """Return the text of each YAML file, with the records of each folder other than cities in one file."""
    split = [collection for collection in COLLECTIONS if collection.is_folder]
    folders = tuple(f"{collection.folder}/" for collection in split)
    texts = {file: text for file, text in folder.texts.items() if file.endswith(".yaml")}
    return {
        **{file: text for file, text in texts.items() if not file.startswith(folders)},
        **{collection.file: _in_one_file(folder, collection) for collection in split},
    }


# What a file can have at its top and a value inside another cannot.
_ONLY_AT_TOP = re.compile(r"^(---|\.\.\.|%|\t)", re.MULTILINE)


def _in_one_file(folder: Folder, collection: Collection) -> str:
    """Return the records of a folder in one file, as they are written; to write them anew takes much longer."""
    records = _records_of(folder.network, collection)
    texts = {id: folder.texts.get(collection.file_of(id)) for id in sorted(records)}
    if not texts or any(text is None or _ONLY_AT_TOP.search(text) for text in texts.values()):
        return collection_text(collection, records.values())
    return "".join(f"{yamlio.to_key(id)}:\n{yamlio.to_value(text)}" for id, text in texts.items() if text)


def write(folder: Folder, texts: Mapping[str, str | None]) -> None:
    """Write new texts of some files of a folder as one change; call it inside `journal.writing`.

    Raises `journal.RefusedError` if one of them was edited since the folder was read, and OSError.
    """
    digests = {file: journal.digest(folder.texts[file].encode()) for file in texts if file in folder.texts}
    journal.replace(folder.root, digests, texts)


def _changed_collection(
    folder: Folder, collection: Collection, old: Mapping[Any, Identified], new: Mapping[Any, Identified]
) -> dict[str, str | None]:
    if not collection.is_folder:
        return {collection.file: collection_text(collection, new.values())}
    texts: dict[str, str | None] = {}
    if collection.file in folder.texts:
        texts[collection.file], old = None, {}
    for id in sorted({*old, *new}):
        if old.get(id) != new.get(id):
            texts[collection.file_of(id)] = record_text(collection, new[id]) if id in new else None
    return texts


def _city_or_tombstone(network: Network, id: str) -> City | Moved | None:
    return network.cities.get(id) or (Moved(id=id, moved=network.moved[id]) if id in network.moved else None)


def _records_of(network: Network, collection: Collection) -> dict[Any, Identified]:
    records = network.records(collection.kind)
    return {id: record for id, record in records.items() if collection.includes(record)}


def _comment_problems(folder: Folder, file: str) -> Iterator[Problem]:
    if file.endswith(".yaml") and file in folder.texts:
        lines = yamlio.comments(folder.texts[file])
        yield from (comment_problem(str(folder.root / file), line, "the record's `note`") for line in lines)
