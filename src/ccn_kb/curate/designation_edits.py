"""Edits of memberships: a city joins, leaves, or changes its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ccn_kb.curate.edit import NotPossibleError, changed, cited
from ccn_kb.errors import UnknownError
from ccn_kb.model.dates import first_day, format_date
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder


class When(NamedTuple):
    """When something was decided: its date, the round if it was one, and who says so."""

    date: str
    round: int | None
    sources: list[str]

    def data(self) -> dict[str, object]:
        """Return what a designation says of it."""
        stated = {"round": self.round} if self.round else {}
        return {"since": self.date, **stated, "sources": self.sources}


def when(network: Network, date: str | None, round: int | None, sources: Sequence[str]) -> When:
    """Return the date, the round and the citations of a decision; a round gives its date and its announcement.

    Raises UnknownError for an unknown round or source, NotPossibleError if neither date nor source can be known.
    """
    if round is not None and round not in network.rounds:
        known = ", ".join(map(str, network.rounds))
        raise UnknownError(
            f"there is no round {round}; there are {known}. A new one is loaded: ccn load FILE --round {round}"
        )
    stated = network.rounds.get(round or 0)
    if date is None and stated is None:
        raise NotPossibleError("the date is not known; give --date or --round")
    day = date or (stated.announced if stated else "")
    announced = next((one for one in network.rounds.values() if one.announced == day), None)
    stated = stated or announced
    citations = [cited(network, one) for one in sources] or ([stated.sources[0]] if stated else [])
    if not citations:
        raise NotPossibleError("nobody is said to say so; give --source, once for each source")
    return When(day, stated.id if stated else None, citations)


def designate(folder: Folder, city: City, field: str, decided: When, note: str | None = None) -> Network:
    """Return the network with a city designated once more: a former member that returns. Raises DataError."""
    last = city.designations[-1]
    if last.end is None:
        file, line = folder.locate("city", city.id, ("designations", len(city.designations) - 1))
        raise NotPossibleError(
            f"{file}:{line}: {city.name} is a member, in {last.field} since {format_date(last.since)}; "
            f"to change its field: ccn change-field {city.id} {field}"
        )
    return _with(folder, city, [*plain_designations(city), _designation(field, decided, note)])


def end(folder: Folder, city: City, date: str, reason: str, sources: Sequence[str], note: str | None = None) -> Network:
    """Return the network with the membership of a city ended on a day. Raises DataError, UnknownError."""
    before = plain_designations(city)
    last = _open(folder, city, before)
    last["end"] = {"date": date, "reason": reason, "sources": [cited(folder.network, one) for one in sources]}
    if note:
        last["note"] = note
    return _with(folder, city, before)


def change_field(folder: Folder, city: City, field: str, decided: When, note: str | None = None) -> Network:
    """Return the network with a city in another field: the one designation ends as the other begins."""
    before = plain_designations(city)
    last = _open(folder, city, before)
    if last["field"] == field:
        raise NotPossibleError(f"{city.name} is in {field} already, since {format_date(city.designations[-1].since)}")
    last["end"] = {"date": decided.date, "reason": "field-changed", "sources": decided.sources}
    return _with(folder, city, [*before, _designation(field, decided, note)])


def plain_designations(city: City) -> list[dict[str, object]]:
    """Return a city's designations as its file says them."""
    return [plain(one) for one in city.designations]


def _designation(field: str, decided: When, note: str | None) -> dict[str, object]:
    return {"field": field, **decided.data(), **({"note": note} if note else {})}


def _open(folder: Folder, city: City, designations: list[dict[str, object]]) -> dict[str, object]:
    last = city.designations[-1]
    if last.end:
        file, line = folder.locate("city", city.id, ("designations", len(city.designations) - 1))
        raise NotPossibleError(
            f"{file}:{line}: {city.name} has been no member since {format_date(last.end.date)}; "
            f"to designate it again: ccn designate {city.id} {last.field}"
        )
    return designations[-1]


def _with(folder: Folder, city: City, designations: list[dict[str, object]]) -> Network:
    ordered = (
        sorted(designations, key=lambda one: first_day(str(one["since"]))) if _sound(designations) else designations
    )
    return folder.network.with_records(changed(folder, city, {**plain(city), "designations": ordered}))


def _sound(designations: list[dict[str, object]]) -> bool:
    """Tell whether the dates can be compared; the model says what is wrong with one that cannot."""
    try:
        return all(first_day(str(one["since"])) for one in designations)
    except ValueError:
        return False
