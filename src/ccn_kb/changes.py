"""Differences between two networks, folders or git revisions: cities that joined, left or changed, and corrections."""

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
from ccn_kb.model.records import City, CorrectedValue, Designation, Identified
from ccn_kb.model.text import fold
from ccn_kb.network import RECORD_KINDS, Network
from ccn_kb.network.members import joining_designations

DifferenceKind: TypeAlias = Literal[
    "joined", "ended", "changed-field", "renamed", "moved", "added", "removed", "corrected"
]
HEADINGS: dict[DifferenceKind, str] = {
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
    """Return a date as the end of a sentence; '' for no date."""
    if not date:
        return ""
    return f" {'on' if len(date) == 10 else 'in'} {format_date(date)}"


@dataclass(frozen=True)
class Difference:
    """One difference of the newer network from the older one.

    `path` names the value in the record (`designations.film.since`), '' for the whole record; `before` and `after` are
    its texts, '' if absent; `date` is that of an event of the network.
    """

    what: DifferenceKind
    kind: str
    id: str
    name: str
    path: str = ""
    before: str = ""
    after: str = ""
    date: str = ""

    def row(self) -> dict[str, str]:
        """Return the difference as one row."""
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
    return f"was {before}, is now {after}" if after else f"was {before}, was removed"


def between(old: Network, new: Network) -> list[Difference]:
    """Return the differences, in the order of HEADINGS, then by date and name."""
    new_ids = {id: new.moved.get(id, id) for id in old.cities}
    differences = [*_cities(old, new, new_ids)]
    for kind in RECORD_KINDS.keys() - {"city", "release"}:
        differences += _records(kind, old.records(kind), new.records(kind), new_ids)
    return sorted(differences, key=_order)


def corrections(old: Network, new: Network) -> tuple[CorrectedValue, ...]:
    """Return the values that the newer network has otherwise, or no more: what who used the older one has to know.

    Changes of the network are none, nor are added values, citations and records of sources.
    """
    return tuple(
        CorrectedValue(
            change=difference.what,
            kind=difference.kind,
            record=difference.id,
            name=difference.name,
            path=difference.path or None,
            before=difference.before.strip() or None,
            after=difference.after.strip() or None,
        )
        for difference in between(old, new)
        if difference.what in ("corrected", "removed", "moved") and _corrects(difference)
    )


def _corrects(difference: Difference) -> bool:
    if difference.kind == "source" or difference.path.rpartition(".")[2] == "sources":
        return False
    return difference.what != "corrected" or bool(difference.before)


def _order(difference: Difference) -> tuple[int, str, str, str, str, str]:
    position = list(HEADINGS).index(difference.what)
    return position, difference.date, fold(difference.name), difference.kind, difference.id, difference.path


def to_text(differences: Iterable[Difference]) -> str:
    """Return a line for each difference."""
    return "".join(f"{difference}\n" for difference in differences)


def to_markdown(differences: Iterable[Difference]) -> str:
    """Return the differences as sections of a changelog."""
    parts = []
    for what, group in groupby(differences, key=lambda difference: difference.what):
        lines = [f"- {_escape(str(difference))}\n" for difference in group]
        parts.append(f"### {HEADINGS[what]} ({len(lines)})\n\n" + "".join(lines))
    return "\n".join(parts)


def _escape(text: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_[]<>" else character for character in text)


# -- cities ------------------------------------------------------------------------------------


def _cities(old: Network, new: Network, new_ids: Mapping[str, str]) -> Iterator[Difference]:
    for id, old_city in old.cities.items():
        city = new.cities.get(new_ids[id])
        if city is None:
            yield Difference("removed", "city", id, old_city.name)
            continue
        if city.id != id:
            yield Difference("moved", "city", city.id, city.name, before=id, after=city.id)
        if city != old_city:
            yield from _city(new, old_city, city)
    for id in new.cities.keys() - set(new_ids.values()):
        city = new.cities[id]
        for number, designation in enumerate(city.designations):
            yield _begun(new, city, number)
            yield from _ended(new, city, None, designation)


def _city(new: Network, old_city: City, city: City) -> Iterator[Difference]:
    old_designations = {_designation_key(designation): designation for designation in old_city.designations}
    reported: set[Place] = set()
    for number, designation in enumerate(city.designations):
        key = _designation_key(designation)
        if key not in old_designations:
            reported.add(("designations", key))
            yield _begun(new, city, number)
        yield from _ended(new, city, old_designations.get(key), designation)
    reported |= {("designations", key, "end") for key, former in old_designations.items() if former.end is None}
    if city.name != old_city.name:
        date = next((name.until for name in city.names if name.value == old_city.name and name.until), None)
        if date:
            reported |= {("name",), ("names", old_city.name)}
            names = {"before": old_city.name, "after": city.name}
            yield Difference("renamed", "city", city.id, city.name, path="name", date=date, **names)
    yield from _corrected("city", city.name, old_city, city, reported, {})


def _begun(network: Network, city: City, number: int) -> Difference:
    designation = city.designations[number]
    field = network.fields[designation.field].name
    if designation in joining_designations(city):
        return Difference("joined", "city", city.id, _place(network, city), after=field, date=designation.since)
    before = network.fields[city.designations[number - 1].field].name
    return Difference(
        "changed-field", "city", city.id, _place(network, city), before=before, after=field, date=designation.since
    )


def _ended(network: Network, city: City, old: Designation | None, designation: Designation) -> Iterator[Difference]:
    end = designation.end
    if end and end.reason != "field-changed" and (old is None or old.end is None):
        field = network.fields[designation.field].name
        yield Difference("ended", "city", city.id, _place(network, city), before=field, after=end.reason, date=end.date)


def _place(network: Network, city: City) -> str:
    return f"{city.name}, {network.countries[city.country].name}"


def _designation_key(designation: Designation) -> str:
    return f"{designation.field}-{designation.since[:4]}"


# -- values ------------------------------------------------------------------------------------

Place: TypeAlias = "tuple[str, ...]"


def _records(
    kind: str, old: Mapping[Any, Identified], new: Mapping[Any, Identified], new_ids: Mapping[str, str]
) -> Iterator[Difference]:
    for id in old.keys() - new.keys():
        yield Difference("removed", kind, str(id), _name(old[id]))
    for id in new.keys() - old.keys():
        yield Difference("added", kind, str(id), _name(new[id]))
    for id in old.keys() & new.keys():
        if old[id] != new[id]:
            yield from _corrected(kind, _name(new[id]), old[id], new[id], set(), new_ids)


def _name(record: Identified) -> str:
    for name in ("name", "title", "publisher"):
        if text := getattr(record, name, None):
            return str(text)
    return str(record.id)


def _corrected(
    kind: str, name: str, old: Identified, new: Identified, reported: set[Place], new_ids: Mapping[str, str]
) -> Iterator[Difference]:
    """Yield the values that differ, except at places that are already reported, and inside them."""
    for place, before, after in _compare(_data(old, new_ids), _data(new, {}), ()):
        if not any(place[: len(outer)] == outer for outer in reported):
            yield Difference("corrected", kind, str(new.id), name, ".".join(place), _text(before), _text(after))


def _data(record: Identified, new_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of a record, with the new ids of cities."""
    data: dict[str, Any] = record.model_dump(mode="json", exclude_defaults=True, exclude={"id"})
    for part in (*data.get("hosts", ()), *data.get("cities", ())):
        part.update({key: new_ids.get(id, id) for key, id in part.items() if key == "city"})
    return data


def _compare(before: Any, after: Any, place: Place) -> Iterator[tuple[Place, Any, Any]]:
    """Yield the place of each value that differs, with both values; None for a missing value."""
    by_key, by_key_after = _by_key(before), _by_key(after)
    # A missing list of records is compared as an empty one.
    if before is None and isinstance(after, list) and by_key_after is not after:
        by_key = {}
    if after is None and isinstance(before, list) and by_key is not before:
        by_key_after = {}
    if isinstance(by_key, dict) and isinstance(by_key_after, dict):
        for key in dict.fromkeys([*by_key, *by_key_after]):
            yield from _compare(by_key.get(key), by_key_after.get(key), (*place, key))
    elif before != after:
        yield place, before, after


def _by_key(value: Any) -> Any:
    """Return a list of records as a mapping by a distinguishing value, which does not depend on their order."""
    if not isinstance(value, list) or not any(isinstance(item, dict) for item in value):
        return value
    items: dict[str, Any] = {}
    for item in value:
        key = _item_key(item)
        items[key if key not in items else f"{key} ({len(items)})"] = item
    return items


_DISTINGUISHING = ("value", "city", "country", "name", "path", "year", "code", "status", "west", "since")


def _item_key(item: Mapping[str, Any]) -> str:
    if "field" in item and "since" in item:
        return f"{item['field']}-{item['since'][:4]}"
    return next((str(item[key]) for key in _DISTINGUISHING if key in item), "item")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_text(item)}" for key, item in value.items())
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


class RevisionError(Exception):
    """The revision cannot be read; the message gives the reason."""


@contextmanager
def at_revision(folder: Path, revision: str) -> Iterator[Path]:
    """Yield a copy of the data folder in a revision: `HEAD~1`, `v1.0`. Raises RevisionError."""
    folder = folder.resolve()
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise RevisionError(f"{revision!r} is neither a data folder nor a revision of the git repository at {folder}")
    paths = _git(folder, "rev-parse", "--show-toplevel", "--show-prefix") or b""
    top, prefix = paths.decode().split("\n")[:2]
    content = _git(Path(top), "archive", "--format=tar", f"{commit.decode().strip()}:{prefix.rstrip('/')}")
    if content is None:
        raise RevisionError(f"revision {revision!r} has no data folder")
    with TemporaryDirectory(prefix="ccn-") as copy, tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(copy, filter="data")
        yield Path(copy)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return the output of git, None if it fails."""
    try:
        process = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise RevisionError("git is not installed; it is needed to compare revisions") from None
    return process.stdout if process.returncode == 0 else None
