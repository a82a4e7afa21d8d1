"""An edit of the data folder: made in memory, checked as a whole, shown, then written or given up."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ccn_kb import audit, changes, store
from ccn_kb.checks import references
from ccn_kb.errors import DataError, UnknownError
from ccn_kb.model.citation import source_id
from ccn_kb.model.records import SOURCE_KINDS, City, Excepted, Identified
from ccn_kb.network import KIND_OF, RECORD_KINDS, Network
from ccn_kb.network.name_search import did_you_mean
from ccn_kb.store.folder import Folder
from ccn_kb.store.layout import file_of
from ccn_kb.store.mistakes import AnyRecord, make_record
from ccn_kb.version import SCHEMA_VERSION, VERSION_FILE, make_version

UNUSED = "unused-source"
EDITION = "edition"


class NotPossibleError(Exception):
    """What was asked cannot be done; the message says why and what to do instead."""


@dataclass(frozen=True)
class Edit:
    """A change of a data folder that has passed every check, and is not written yet.

    `texts` gives the new text of each file that changes, None for one that goes; `reminders` say what is left to do.
    """

    folder: Folder
    network: Network
    texts: Mapping[str, str | None]
    reminders: tuple[str, ...]
    new_cities: tuple[City, ...]

    @property
    def differences(self) -> list[changes.Difference]:
        return changes.between(self.folder.network, self.network)

    def diff(self) -> str:
        """Return the change of the files as a unified diff."""
        lines: list[str] = []
        for file, text in self.texts.items():
            before = self.folder.texts.get(file, "")
            name = f"{self.folder.root.resolve().name}/{file}"
            names = (f"a/{name}" if before else "/dev/null", "/dev/null" if text is None else f"b/{name}")
            lines += difflib.unified_diff(before.splitlines(True), (text or "").splitlines(True), *names)
        return "".join(lines)

    def write(self) -> None:
        """Write all changed files as one; to be called while `journal.writing`. Raises what `store.write` raises."""
        store.write(self.folder, self.texts)


def opened(root: Path) -> Folder:
    """Return a data folder to be edited. Raises DataError if a record cannot be read: it would be lost."""
    folder = store.read(root)
    if folder.problems:
        raise DataError(folder.problems)
    return folder


def prepared(
    folder: Folder, network: Network, today: datetime.date, exceptions: tuple[Excepted, ...] | None = None
) -> Edit:
    """Return the edit that makes the folder hold the network, after checking all of it as it would be.

    A source that nothing cites yet is not a problem but a reminder. If the edit is newer than the data date in
    version.txt, that date becomes today. Raises DataError.
    """
    texts = store.changed_texts(folder, network, exceptions)
    found = audit.problems(folder.root, today, texts, style=False)
    dated = any(problem.rule == EDITION for problem in found)
    if dated:
        version = make_version(SCHEMA_VERSION, today)
        texts |= {VERSION_FILE: f"{version}\n"}
        found = audit.problems(folder.root, today, texts, style=False)
    wrong = [problem for problem in found if problem.rule != UNUSED]
    if wrong:
        raise DataError(wrong)
    unused = sorted(references.uncited(network))
    reminders = [f"no record cites {id} yet: ccn add-source RECORD {id}" for id in unused]
    new = sorted(
        network.cities.keys() - folder.network.cities.keys() - {*folder.network.moved, *network.moved.values()}
    )
    if dated:
        reminders.append(
            f"the data version is now {version}: name it in CITATION.cff and CHANGELOG.md when you release"
        )
    return Edit(folder, network, texts, tuple(reminders), tuple(network.cities[id] for id in new))


def found(network: Network, asked: str) -> tuple[str, Identified]:
    """Return kind and record of an id, `kind:id` where several kinds have it, or a city's name. Raises UnknownError."""
    kind, _, id = asked.partition(":")
    kinds = [kind] if id and kind in RECORD_KINDS else list(RECORD_KINDS)
    wanted = id if len(kinds) == 1 else asked
    records = [(kind, one) for kind in kinds for one in network.records(kind).values() if str(one.id) == wanted]
    if len(records) == 1:
        return records[0]
    if records:
        several = " or ".join(f"{kind}:{wanted}" for kind, _ in records)
        raise UnknownError(f"several records have the id {wanted!r}; say which: {several}")
    try:
        return "city", network.city(wanted)
    except UnknownError:
        ids = [str(id) for kind in kinds for id in network.records(kind)]
        raise UnknownError(f"no record has the id {wanted!r}{did_you_mean(wanted, ids)}") from None


def cited(network: Network, asked: str) -> str:
    """Return the citation for a source's id, with or without an entry, or for its address. Raises UnknownError."""
    id = source_id(asked)
    if id in network.sources:
        return asked
    for source in network.sources.values():
        if asked in (source.url, source.url.rstrip("/")):
            return source.id
    if asked.startswith("http"):
        raise UnknownError(f"no source has the address {asked}; add it first: ccn new source ID --url {asked} …")
    hint = did_you_mean(id, network.sources)
    raise UnknownError(f"there is no source {id!r}{hint or '; add it first: ccn new source ' + id + ' …'}")


def with_source(network: Network, citations: Iterable[str], *added: str) -> list[str]:
    """Return the citations with some more, each behind those that are trusted as much as it; the others stay."""
    found = list(citations)
    for one in added:
        if one not in found:
            rank = _rank(network, one)
            place = next((at for at, other in enumerate(found) if _rank(network, other) > rank), len(found))
            found.insert(place, one)
    return found


def _rank(network: Network, citation: str) -> int:
    return SOURCE_KINDS.index(network.cited_source(citation).kind)


def changed(folder: Folder, record: AnyRecord, data: Mapping[str, object]) -> AnyRecord:
    """Return the record made of other data, of which the id is the record's. Raises DataError."""
    placed = {name: getattr(record, name) for name in record.implied_by_path}
    return made(folder, type(record), str(record.id), {**placed, **data})


def made(folder: Folder, record_type: type[AnyRecord], id: str, data: Mapping[str, object]) -> AnyRecord:
    """Return a sound record of the data. Raises DataError with the file and line where the record stands, or would."""
    kind = KIND_OF[record_type]
    if (kind, id) in folder.origins:
        file, line = folder.locate(kind, id)
    else:
        file, line = str(folder.root / file_of(kind, id, data)), 1
    return make_record(record_type, {**data, "id": id}, file, line)
