"""Changes of IDs and merges of records, with every reference to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ccn_kb.checks.references import references
from ccn_kb.curate.edit import NotPossibleError, change_record, make_record_in
from ccn_kb.model.citation import source_id
from ccn_kb.model.records import Excepted, Identified, ValuePath
from ccn_kb.model.text import slug
from ccn_kb.network import RECORD_KINDS, Network
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder

_IDENTIFYING = ("city", "value", "path", "field", "since", "lang", "year")
MOVABLE = ("city", "source", "meeting", "cooperation", "topic")
"""The kinds whose IDs a curator chooses; the others are codes and years."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Move:
    """The network and the exceptions after a move, and remarks on values of two merged records that differ."""

    network: Network
    exceptions: tuple[Excepted, ...]
    remarks: tuple[str, ...] = ()


def move(folder: Folder, kind: str, old: str, new: str, *, merge: bool = False) -> Move:
    """Return the network with a record under a new ID, or merged into the record with that ID.

    Every reference is changed. The old ID of a city redirects to the new one; other old IDs cease to exist. Of two
    merged records the second one's values stay, lists are joined, and the values left out are in the remarks.
    Raises NotPossibleError, DataError.
    """
    network = folder.network
    if kind not in MOVABLE:
        raise NotPossibleError(f"a {kind} cannot be moved: its ID is its code or year (move: {', '.join(MOVABLE)})")
    name = new.replace("-", " ") if new == slug(new) else new
    new = slug(new) if kind == "topic" else new
    records = network.records(kind)
    if old not in records:
        raise NotPossibleError(f"no {kind} has the ID {old!r}")
    if old == new:
        raise NotPossibleError(f"{old} already has this ID")
    _require_free_or_merged(network, kind, new, merge=merge)
    source, target = records[old], records.get(new)
    data = plain(source)
    if kind == "topic":
        data |= {"name": name}
    remarks: list[str] = []
    if target:
        data = _merged(data, plain(target), f"{old} and {new}", remarks)
        if kind == "city":
            _keep_name(data, plain(source))
        if data.get("broader") in (old, new):
            _keep_outer_topic(data, plain(source), (old, new))
    implied = {field: getattr(target or source, field) for field in source.implied_by_path if field != "id"}
    moved_record = make_record_in(folder, type(source), new, {**data, **implied})
    if target and kind == "topic":
        name = str(getattr(target, "name", name))
    changed = network.without(kind, old).with_records(moved_record)
    changed = _change_references(replace(folder, network=changed), kind, source, new, name)
    if kind == "city":
        redirects = {former: new if target_id == old else target_id for former, target_id in network.moved.items()}
        changed = replace(changed, moved={**redirects, old: new})
    exceptions = tuple(_change_exception(exception, old, new) for exception in folder.exceptions)
    return Move(changed, exceptions, tuple(remarks))


def _require_free_or_merged(network: Network, kind: str, new: str, *, merge: bool) -> None:
    taken = new in network.records(kind)
    if merge and not taken:
        raise NotPossibleError(f"no {kind} has the ID {new!r} to merge into; leave --merge out to rename")
    if taken and not merge:
        raise NotPossibleError(f"the ID {new} is taken; to merge the two records add --merge")
    if kind == "city" and new in network.moved:
        raise NotPossibleError(f"the ID {new} was used before and redirects to {network.moved[new]}; choose another")


# -- merging -------------------------------------------------------------------------------------


def _merged(data: Data, into: Data, records: str, remarks: list[str]) -> Data:
    """Return the values of the second record with what only the first one has; differing values become remarks."""
    merged = dict(into)
    for key, value in data.items():
        current = merged.setdefault(key, value)
        if isinstance(current, list) and isinstance(value, list):
            identities = [_identity(item) for item in current]
            merged[key] = [*current, *(item for item in value if _identity(item) not in identities)]
        elif current != value:
            remarks.append(f"{records} differ in {key}: kept {_shown(current)}, left out {_shown(value)}")
    if isinstance(merged.get("designations"), list):
        merged["designations"].sort(key=lambda designation: str(designation["since"]))
    return merged


def _identity(item: object) -> object:
    """Return what makes two items of a list the same, whatever their sources and notes."""
    if not isinstance(item, dict):
        return item
    return tuple((key, str(item[key])) for key in _IDENTIFYING if key in item)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_shown(part)}" for key, part in value.items() if key != "sources")
    return repr(value)


def _keep_name(data: Data, former: Data) -> None:
    """Add the name of a merged city to the other names, so that a search still finds it."""
    names = data.setdefault("names", [])
    if former["name"] != data["name"] and former["name"] not in [name["value"] for name in names]:
        names.append({"value": former["name"]})
    if not names:
        del data["names"]


def _keep_outer_topic(data: Data, former: Data, merged_ids: tuple[str, str]) -> None:
    """Put a topic that was merged with its broader topic below the topic that includes both, if there is one."""
    del data["broader"]
    if former.get("broader") not in (None, *merged_ids):
        data["broader"] = former["broader"]


# -- references ----------------------------------------------------------------------------------


def _change_references(folder: Folder, kind: str, old: Identified, new: str, name: str) -> Network:
    """Return the network in which everything that refers to the old record refers to the new one."""
    paths: dict[tuple[str, str], list[ValuePath]] = defaultdict(list)
    for other_kind, id, path, target_kind, target in references(folder.network):
        if (target_kind, target) == (kind, old.id):
            paths[other_kind, id].append(path)
    changed = []
    for other_kind in RECORD_KINDS:
        for record in folder.network.records(other_kind).values():
            before, after = plain(record), plain(record)
            for path in paths[other_kind, str(record.id)]:
                _replace_at(after, path, new)
            if kind == "city":
                _drop_repeated_cities(after)
            elif kind == "source":
                _replace_citations(after, str(old.id), new)
            elif kind == "topic":
                _rename_topic(after, str(getattr(old, "name", "")), name)
            if after != before:
                changed.append(change_record(folder, record, after))
    return folder.network.with_records(*changed)


def _replace_at(data: Any, path: ValuePath, new: str) -> None:
    *steps, last = path
    for step in steps:
        data = data[step]
    data[last] = new


def _drop_repeated_cities(data: Data) -> None:
    for key in ("hosts", "cities"):
        parts = data.get(key)
        if isinstance(parts, list):
            data[key] = [part for place, part in enumerate(parts) if not _repeats(part, parts[:place])]


def _repeats(part: Data, earlier: list[Data]) -> bool:
    return "city" in part and part["city"] in [other.get("city") for other in earlier]


def _replace_citations(data: Any, old: str, new: str) -> None:
    if isinstance(data, list):
        for item in data:
            _replace_citations(item, old, new)
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        if key == "sources" and isinstance(value, list):
            data[key] = list(dict.fromkeys(_replace_source(citation, old, new) for citation in value))
        else:
            _replace_citations(value, old, new)


def _replace_source(citation: str, old: str, new: str) -> str:
    return f"{new}{citation.removeprefix(old)}" if source_id(citation) == old else citation


def _rename_topic(data: Data, old_name: str, name: str) -> None:
    statements = data.get("known_for")
    if isinstance(statements, list):
        renamed = [{**item, "value": name} if item["value"] == old_name else item for item in statements]
        values = [item["value"] for item in renamed]
        data["known_for"] = [item for place, item in enumerate(renamed) if item["value"] not in values[:place]]


def _change_exception(exception: Excepted, old: str, new: str) -> Excepted:
    record, *rest = exception.id.split("/")
    return exception.model_copy(update={"id": "/".join([new, *rest])}) if record == old else exception
