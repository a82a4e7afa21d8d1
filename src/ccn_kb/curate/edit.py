"""An edit of the data folder: made in memory, checked as a whole, shown, then written or discarded."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ccn_kb import audit, changes, store
from ccn_kb.checks import chronology, references
from ccn_kb.checks.context import Context
from ccn_kb.errors import DataError, UnknownError
from ccn_kb.model.citation import source_id
from ccn_kb.model.records import SOURCE_KINDS, City, Excepted, Identified
from ccn_kb.network import KIND_OF, RECORD_KINDS, Network
from ccn_kb.network.name_search import did_you_mean
from ccn_kb.store.folder import Folder
from ccn_kb.store.layout import file_of
from ccn_kb.store.mistakes import AnyRecord, make_record
from ccn_kb.version import SCHEMA_VERSION, VERSION_FILE, make_version

_UNUSED_SOURCE = "unused-source"
"""A rule that an edit may break for a while; its reminders name the next step."""


class NotPossibleError(Exception):
    """The edit is not possible; the message names the reason and the alternative."""


@dataclass(frozen=True)
class Edit:
    """A change of a data folder that has passed every check and is not written yet.

    `texts` holds the new text of each changed file, None for a deleted one; `reminders` list what is left to do.
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
        """Write all changed files as one, within `journal.writing`. Raises what `store.write` raises."""
        store.write(self.folder, self.texts)


def open_folder(root: Path) -> Folder:
    """Return a data folder to be edited. Raises DataError if a record cannot be read: an edit would lose it."""
    folder = store.read(root)
    if folder.problems:
        raise DataError(folder.problems)
    return folder


def prepare_edit(
    folder: Folder, network: Network, today: datetime.date, exceptions: tuple[Excepted, ...] | None = None
) -> Edit:
    """Return the edit that turns the folder's records into those of the network, after checking the result.

    A source without a citation is a reminder, not a problem. If a round is newer than the data date in version.txt,
    that date becomes today. Raises DataError.
    """
    texts = store.changed_texts(folder, network, exceptions)
    reminders: list[str] = []
    if any(chronology.edition(Context(network, folder.registry, today))):
        version = make_version(SCHEMA_VERSION, today)
        texts |= {VERSION_FILE: f"{version}\n"}
        reminders = [
            f"the data version is now {version}: when you release, name it in CITATION.cff and CHANGELOG.md, and run"
            " `python -m release.codemeta`, which writes codemeta.json"
        ]
    problems = audit.problems(folder.root, today, texts, style=False)
    if severe := [problem for problem in problems if problem.rule != _UNUSED_SOURCE]:
        raise DataError(severe)
    uncited = [f"no record cites {id} yet: ccn add-source RECORD {id}" for id in sorted(references.uncited(network))]
    earlier = {*folder.network.cities, *folder.network.moved, *network.moved.values()}
    new_cities = tuple(network.cities[id] for id in sorted(network.cities.keys() - earlier))
    return Edit(folder, network, texts, (*uncited, *reminders), new_cities)


def find_record(network: Network, name: str) -> tuple[str, Identified]:
    """Return kind and record of an ID, of `kind:id` or of a city's name. Raises UnknownError."""
    kind, _, id = name.partition(":")
    if id and kind not in RECORD_KINDS:
        hint = did_you_mean(kind, RECORD_KINDS) or f"; choose {', '.join(sorted(RECORD_KINDS))}"
        raise UnknownError(f"unknown kind of record {kind!r}{hint}")
    kinds = [kind] if id and kind in RECORD_KINDS else list(RECORD_KINDS)
    record_id = id if len(kinds) == 1 else name
    matches = [
        (kind, record) for kind in kinds for record in network.records(kind).values() if str(record.id) == record_id
    ]
    if len(matches) == 1:
        return matches[0]
    if matches:
        choices = " or ".join(f"{kind}:{record_id}" for kind, _ in matches)
        raise UnknownError(f"{record_id!r} is ambiguous: {choices}?")
    try:
        return "city", network.city(record_id)
    except UnknownError:
        ids = [str(id) for kind in kinds for id in network.records(kind)]
        raise UnknownError(f"no record has the ID {record_id!r}{did_you_mean(record_id, ids)}") from None


def resolve_citation(network: Network, text: str) -> str:
    """Return the citation of a source's ID, with or without a locator, or of its address. Raises UnknownError."""
    id = source_id(text)
    if id in network.sources:
        return text
    for source in network.sources.values():
        if text in (source.url, source.url.rstrip("/")):
            return source.id
    if text.startswith("http"):
        raise UnknownError(f"no source has the address {text}; add it first: ccn new source ID --url {text} …")
    hint = did_you_mean(id, network.sources)
    raise UnknownError(f"unknown source {id!r}{hint or '; add it first: ccn new source ' + id + ' …'}")


def insert_citations(network: Network, citations: Iterable[str], *added: str) -> list[str]:
    """Return the citations with the added ones, each inserted after all sources of its rank."""
    ordered = list(citations)
    for citation in added:
        if citation not in ordered:
            rank = _rank(network, citation)
            place = next((index for index, other in enumerate(ordered) if _rank(network, other) > rank), len(ordered))
            ordered.insert(place, citation)
    return ordered


def _rank(network: Network, citation: str) -> int:
    return SOURCE_KINDS.index(network.cited_source(citation).kind)


def change_record(folder: Folder, record: AnyRecord, data: Mapping[str, object]) -> AnyRecord:
    """Return the record with other data and the same ID. Raises DataError."""
    implied = {name: getattr(record, name) for name in record.implied_by_path}
    return make_record_in(folder, type(record), str(record.id), {**implied, **data})


def make_record_in(folder: Folder, record_type: type[AnyRecord], id: str, data: Mapping[str, object]) -> AnyRecord:
    """Return a valid record of the data. Raises DataError with the file and line where the record is, or would be."""
    kind = KIND_OF[record_type]
    if (kind, id) in folder.origins:
        file, line = folder.locate(kind, id)
    else:
        file, line = str(folder.root / file_of(kind, id, data)), 1
    return make_record(record_type, {**data, "id": id}, file, line)
