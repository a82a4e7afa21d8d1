"""What differs between two networks, folders or git revisions: who joined, ended, changed field, was corrected."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

from ccn_kb.model.dates import format_date
from ccn_kb.model.records import City, Designation, Identified
from ccn_kb.model.text import fold
from ccn_kb.network import RECORD_KINDS, Network
from ccn_kb.network.history import joining_designations

What: TypeAlias = Literal["joined", "ended", "changed-field", "renamed", "moved", "added", "removed", "corrected"]
HEADS: dict[What, str] = {
    "joined": "Joined",
    "ended": "Ended",
    "changed-field": "Changed field",
    "renamed": "Renamed",
    "moved": "New ids",
    "added": "Added",
    "removed": "Removed",
    "corrected": "Corrected",
}


def _in_words(date: str) -> str:
    """Return when something happened, as the end of a sentence; '' where no date is given."""
    if not date:
        return ""
    return f" {'on' if len(date) == 10 else 'in'} {format_date(date)}"


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise in the newer network.

    `path` is the value in the record (`designations.film.since`), '' for the whole record; `before` and `after` are
    its text, '' where it was or is absent; `date` is that of an event of the network.
    """

    what: What
    kind: str
    id: str
    name: str
    path: str = ""
    before: str = ""
    after: str = ""
    date: str = ""

    def row(self) -> dict[str, str]:
        """Return the difference as a row for programs."""
        return dict(vars(self))

    def __str__(self) -> str:
        when = _in_words(self.date)
        sentences = {
            "joined": f"{self.name} joined in {self.after}{when}",
            "ended": f"{self.name} ended in {self.before}{when} ({self.after})",
            "changed-field": f"{self.name} changed its field from {self.before} to {self.after}{when}",
            "renamed": f"{self.before} was renamed {self.after}{when}",
            "moved": f"{self.name} moved from {self.before} to {self.after}",
            "added": f"{self.kind} {self.name} was added",
            "removed": f"{self.kind} {self.name} was removed",
            "corrected": f"{self.name}: {self.path} {_from_to(self.before, self.after)}",
        }
        return f"{sentences[self.what]} ({self.id})"


def _from_to(before: str, after: str) -> str:
    if not before:
        return f"is now {after}"
    return f"was {before}, is now {after}" if after else f"was {before}, is gone"


def between(old: Network, new: Network) -> list[Difference]:
    """Return the differences, in the order of HEADS and by date and name."""
    now = {id: new.moved.get(id, id) for id in old.cities}
    found = [*_cities(old, new, now)]
    for kind in RECORD_KINDS.keys() - {"city"}:
        found += _records(kind, old.records(kind), new.records(kind), now)
    order = list(HEADS)
    return sorted(found, key=lambda one: (order.index(one.what), one.date, fold(one.name), one.kind, one.id, one.path))


def to_text(differences: Iterable[Difference]) -> str:
    """Return a line for each difference."""
    return "".join(f"{one}\n" for one in differences)


def to_markdown(differences: Iterable[Difference]) -> str:
    """Return the differences as sections of a changelog."""
    parts = []
    for what, group in groupby(differences, key=lambda one: one.what):
        lines = [f"- {_escaped(str(one))}\n" for one in group]
        parts.append(f"### {HEADS[what]} ({len(lines)})\n\n" + "".join(lines))
    return "\n".join(parts)


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in "\\`*_[]<>" else one for one in text)


# -- cities ------------------------------------------------------------------------------------


def _cities(old: Network, new: Network, now: Mapping[str, str]) -> Iterator[Difference]:
    for id, city in old.cities.items():
        after = new.cities.get(now[id])
        if after is None:
            yield Difference("removed", "city", id, city.name)
            continue
        if now[id] != id:
            yield Difference("moved", "city", after.id, after.name, before=id, after=after.id)
        if city != after:
            yield from _city(new, city, after)
    for id in new.cities.keys() - set(now.values()):
        joining = list(joining_designations(new.cities[id]))
        for number, one in enumerate(new.cities[id].designations):
            yield from _begun(new, new.cities[id], number, joining)
            yield from _ended(new, new.cities[id], None, one)


def _city(new: Network, old_city: City, city: City) -> Iterator[Difference]:
    known = {_designation_key(one): one for one in old_city.designations}
    joining = list(joining_designations(city))
    for number, one in enumerate(city.designations):
        before = known.get(_designation_key(one))
        if before is None:
            yield from _begun(new, city, number, joining)
        yield from _ended(new, city, before, one)
    renamed = city.name != old_city.name and any(one.value == old_city.name and one.until for one in city.names)
    if renamed:
        date = next(one.until or "" for one in city.names if one.value == old_city.name and one.until)
        yield Difference(
            "renamed", "city", city.id, city.name, path="name", before=old_city.name, after=city.name, date=date
        )
    told = {("name",), ("names", old_city.name)} if renamed else set()
    told |= {("designations", _designation_key(one)) for one in city.designations if _designation_key(one) not in known}
    told |= {("designations", key, "end") for key, one in known.items() if one.end is None}
    yield from _corrected("city", city.name, old_city, city, told, {})


def _begun(network: Network, city: City, number: int, joining: list[Designation]) -> Iterator[Difference]:
    one = city.designations[number]
    field = network.fields[one.field].name
    where = f"{city.name}, {network.countries[city.country].name}"
    if one in joining:
        yield Difference("joined", "city", city.id, where, after=field, date=one.since)
    else:
        before = network.fields[city.designations[number - 1].field].name
        yield Difference("changed-field", "city", city.id, where, before=before, after=field, date=one.since)


def _ended(network: Network, city: City, before: Designation | None, one: Designation) -> Iterator[Difference]:
    if one.end and one.end.reason != "field-changed" and (before is None or before.end is None):
        where = f"{city.name}, {network.countries[city.country].name}"
        field = network.fields[one.field].name
        yield Difference("ended", "city", city.id, where, before=field, after=one.end.reason, date=one.end.date)


def _designation_key(one: Designation) -> str:
    return f"{one.field}-{one.since[:4]}"


# -- values ------------------------------------------------------------------------------------

Place: TypeAlias = "tuple[str, ...]"


def _records(
    kind: str, old: Mapping[Any, Identified], new: Mapping[Any, Identified], now: Mapping[str, str]
) -> Iterator[Difference]:
    for id in old.keys() - new.keys():
        yield Difference("removed", kind, str(id), _name(old[id]))
    for id in new.keys() - old.keys():
        yield Difference("added", kind, str(id), _name(new[id]))
    for id in old.keys() & new.keys():
        if old[id] != new[id]:
            yield from _corrected(kind, _name(new[id]), old[id], new[id], set(), now)


def _name(record: Identified) -> str:
    for name in ("name", "title", "publisher"):
        if text := getattr(record, name, None):
            return str(text)
    return str(record.id)


def _corrected(
    kind: str, name: str, old: Identified, new: Identified, told: set[Place], now: Mapping[str, str]
) -> Iterator[Difference]:
    """Yield the values that differ, but those whose place, or a place around it, is told otherwise."""
    for place, before, after in _compared(_data(old, now), _data(new, {}), ()):
        if not any(place[: len(one)] == one for one in told):
            yield Difference("corrected", kind, str(new.id), name, ".".join(place), _text(before), _text(after))


def _data(record: Identified, now: Mapping[str, str]) -> dict[str, Any]:
    """Return a record's values; cities by the ids that they have now."""
    data: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    for part in (*data.get("hosts", ()), *data.get("cities", ())):
        part.update({key: now.get(id, id) for key, id in part.items() if key == "city"})
    return data


def _compared(before: Any, after: Any, place: Place) -> Iterator[tuple[Place, Any, Any]]:
    """Yield the place of each value that differs, with both values; None is no value."""
    keyed, keyed_after = _by_key(before), _by_key(after)
    # A list of records that was, or is, absent has no items.
    if before is None and isinstance(after, list) and keyed_after is not after:
        keyed = {}
    if after is None and isinstance(before, list) and keyed is not before:
        keyed_after = {}
    if isinstance(keyed, dict) and isinstance(keyed_after, dict):
        for key in dict.fromkeys([*keyed, *keyed_after]):
            yield from _compared(keyed.get(key), keyed_after.get(key), (*place, key))
    elif before != after:
        yield place, before, after


def _by_key(value: Any) -> Any:
    """Return a list of records as a mapping by what tells them apart, whatever stands before them."""
    if not isinstance(value, list) or not any(isinstance(item, dict) for item in value):
        return value
    found: dict[str, Any] = {}
    for item in value:
        key = _item_key(item)
        found[key if key not in found else f"{key} ({len(found)})"] = item
    return found


def _item_key(item: Mapping[str, Any]) -> str:
    if "since" in item:
        return f"{item['field']}-{item['since'][:4]}"
    return next((str(item[key]) for key in ("value", "city", "name", "path", "west", "since") if key in item), "item")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_text(item)}" for key, item in value.items())
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


class RevisionError(Exception):
    """The revision cannot be had; the message says why."""


@contextmanager
def at_revision(folder: Path, revision: str) -> Iterator[Path]:
    """Yield a copy of the data folder as it stood in a revision: `HEAD~1`, `v1.0`. Raises RevisionError."""
    folder = folder.resolve()
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise RevisionError(f"{revision!r} is neither a data folder nor a revision of the git repository at {folder}")
    place = _git(folder, "rev-parse", "--show-toplevel", "--show-prefix") or b""
    top, prefix = place.decode().split("\n")[:2]
    packed = _git(Path(top), "archive", "--format=tar", f"{commit.decode().strip()}:{prefix.rstrip('/')}")
    if packed is None:
        raise RevisionError(f"there is no data folder in {revision!r}")
    with TemporaryDirectory(prefix="ccn-") as here, tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(here, filter="data")
        yield Path(here)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints, None if it refuses."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise RevisionError("revisions are compared with git, which is not installed") from None
    return done.stdout if done.returncode == 0 else None
