"""The data folder: read into a network and the problems found on the way; the only code that writes data files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ccn_kb.errors import DataError, Problem
from ccn_kb.model.records import Excepted, Moved
from ccn_kb.network import Network
from ccn_kb.network.gc_pause import gc_paused
from ccn_kb.store import journal, yamlio
from ccn_kb.store.canonical import city_text, collection_text, exceptions_text
from ccn_kb.store.folder import Folder
from ccn_kb.store.layout import CITIES, COLLECTIONS, EXCEPTIONS, REGISTRY
from ccn_kb.store.mistakes import comment
from ccn_kb.store.reader import Reader


def require(folder: Path) -> None:
    """Raise DataError if the folder is not a data folder."""
    if not (folder / CITIES).is_dir():
        message = "is not a data folder: it has no folder `cities`"
        raise DataError([Problem(str(folder), 1, "folder", message, "choose another with --data or CCN_DATA")])


def read(folder: Path, *, style: bool = False, planned: Mapping[str, str | None] | None = None) -> Folder:
    """Read the whole data folder, however broken; with `style`, compare each file with its canonical form.

    `planned` gives texts to be read instead of those of some files, None for a file that will be gone.
    Raises DataError only if it is no data folder, and what `journal.settle` raises.
    """
    require(folder)
    while True:
        if journal.unfinished(folder):
            journal.settle(folder)
        before = journal.generation(folder)
        with gc_paused():
            found = Reader(folder, style, planned or {}).folder()
        # A change that was made in the meantime can have been read by half.
        if journal.generation(folder) == before and not journal.unfinished(folder):
            return found


def changed(folder: Folder, network: Network, exceptions: tuple[Excepted, ...] | None = None) -> dict[str, str | None]:
    """Return the new text of each file whose records the network has otherwise than the folder; None deletes it.

    The exceptions stay what they are unless others are given. Raises DataError if such a file has a comment, which
    would be lost.
    """
    old = folder.network
    texts: dict[str, str | None] = {}
    for id in sorted({*old.cities, *old.moved, *network.cities, *network.moved}):
        before, after = (one.cities.get(id) or _stone(one, id) for one in (old, network))
        if before != after:
            texts[f"{CITIES}/{id}.yaml"] = city_text(after) if after else None
    for collection in COLLECTIONS:
        records_before, records_after = (
            {id: one for id, one in whole.records(collection.kind).items() if collection.holds(one)}
            for whole in (old, network)
        )
        if records_before != records_after:
            texts[collection.file] = collection_text(collection, records_after.values())
    registry = {*folder.registry, *network.cities, *network.moved}
    if registry != set(folder.registry):
        texts[REGISTRY] = "".join(f"{id}\n" for id in sorted(registry))
    if exceptions not in (None, folder.exceptions):
        texts[EXCEPTIONS] = exceptions_text(exceptions or ())
    lost = [problem for file in texts for problem in _comments_lost(folder, file)]
    if lost:
        raise DataError(lost)
    return texts


def write(folder: Folder, texts: Mapping[str, str | None]) -> None:
    """Write new texts of some files of a folder as one change; to be called while `journal.writing`.

    Raises `journal.RefusedError` if one of them was edited since the folder was read, and OSError.
    """
    seen = {file: journal.digest(folder.texts[file].encode()) for file in texts if file in folder.texts}
    journal.replace(folder.root, seen, texts)


def _stone(network: Network, id: str) -> Moved | None:
    return Moved(id=id, moved=network.moved[id]) if id in network.moved else None


def _comments_lost(folder: Folder, file: str) -> Iterator[Problem]:
    if file.endswith(".yaml") and file in folder.texts:
        lines = yamlio.comments(folder.texts[file])
        yield from (comment(str(folder.root / file), line, "the record's `note`") for line in lines)
