"""Edits of memberships: a city joins, leaves or changes its field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ccn_kb.curate.edit import NotPossibleError, change_record, resolve_citation
from ccn_kb.errors import UnknownError
from ccn_kb.model.dates import first_day, format_date
from ccn_kb.model.records import City, Round
from ccn_kb.network import Network
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder


class Decision(NamedTuple):
    """A decision on a membership: its date, its round, if it belongs to one, and its sources."""

    date: str
    round: int | None
    sources: list[str]

    def designation(self, field: str, note: str | None = None) -> dict[str, object]:
        """Return the values of the designation with which the decision begins."""
        values = {"field": field, "since": self.date, "round": self.round, "sources": self.sources, "note": note}
        return {name: value for name, value in values.items() if value}


def resolve_decision(network: Network, date: str | None, round: int | None, sources: Sequence[str]) -> Decision:
    """Return a decision with its date, round and citations; a round gives its date and the source of its announcement.

    Raises UnknownError for an unknown round or source, NotPossibleError if the date or a source is missing.
    """
    announcement: Round | None
    if round is None:
        if date is None:
            raise NotPossibleError("the date is missing; give --date or --round")
        announcement = next((other for other in network.rounds.values() if other.announced == date), None)
    elif round in network.rounds:
        announcement = network.rounds[round]
        date = date or announcement.announced
    else:
        rounds = ", ".join(map(str, network.rounds))
        raise UnknownError(f"unknown round {round}; choose {rounds}, or load a new one: ccn load FILE --round {round}")
    citations = [resolve_citation(network, source) for source in sources]
    if not citations and announcement:
        citations = [announcement.sources[0]]
    if not citations:
        raise NotPossibleError("no source is given; add --source ID")
    return Decision(date, announcement.id if announcement else None, citations)


def designate(folder: Folder, city: City, field: str, decision: Decision, note: str | None = None) -> Network:
    """Return the network with a new designation of a former member. Raises DataError, NotPossibleError."""
    last = city.designations[-1]
    if last.end is None:
        file, line = folder.locate("city", city.id, ("designations", len(city.designations) - 1))
        raise NotPossibleError(
            f"{file}:{line}: {city.name} is a member, in {last.field} since {format_date(last.since)}; "
            f"to change its field: ccn change-field {city.id} {field}"
        )
    return _with_designations(folder, city, [*map(plain, city.designations), decision.designation(field, note)])


def end_membership(
    folder: Folder, city: City, date: str, reason: str, sources: Sequence[str], note: str | None = None
) -> Network:
    """Return the network in which the membership of a city ended. Raises DataError, NotPossibleError, UnknownError."""
    _require_membership(folder, city)
    *earlier, last = map(plain, city.designations)
    citations = [resolve_citation(folder.network, source) for source in sources]
    last["end"] = {"date": date, "reason": reason, "sources": citations}
    if note:
        last["note"] = note
    return _with_designations(folder, city, [*earlier, last])


def change_field(folder: Folder, city: City, field: str, decision: Decision, note: str | None = None) -> Network:
    """Return the network with a city in another field: the old designation ends the day the new one begins."""
    _require_membership(folder, city)
    *earlier, last = map(plain, city.designations)
    if last["field"] == field:
        raise NotPossibleError(f"{city.name} is in {field} already, since {format_date(city.designations[-1].since)}")
    last["end"] = {"date": decision.date, "reason": "field-changed", "sources": decision.sources}
    return _with_designations(folder, city, [*earlier, last, decision.designation(field, note)])


def _require_membership(folder: Folder, city: City) -> None:
    last = city.designations[-1]
    if last.end:
        file, line = folder.locate("city", city.id, ("designations", len(city.designations) - 1))
        raise NotPossibleError(
            f"{file}:{line}: {city.name} has not been a member since {format_date(last.end.date)}; "
            f"to designate it again: ccn designate {city.id} {last.field}"
        )


def _with_designations(folder: Folder, city: City, designations: list[dict[str, object]]) -> Network:
    edited = change_record(folder, city, {**plain(city), "designations": designations})
    ordered = sorted(edited.designations, key=lambda designation: first_day(designation.since))
    return folder.network.with_records(edited.model_copy(update={"designations": tuple(ordered)}))
