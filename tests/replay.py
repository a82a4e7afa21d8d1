"""A past round taken out of a copy of the data and loaded again from its announcement."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ccn_kb import store
from ccn_kb.curate.edit import open_folder, prepare_edit
from ccn_kb.curate.gazetteer import Gazetteer, Place
from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.list_files import read_text
from ccn_kb.curate.round_loading import Choice, load_round, propose
from ccn_kb.curate.round_options import RoundOptions, resolve_round
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.model.records import City, Designation, Host
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km
from ccn_kb.store import journal

TODAY = datetime.date(2026, 11, 22)
NEAR_KM = 25.0
Line = Callable[[City, Designation, Network], str]


def with_country(city: City, designation: Designation, network: Network) -> str:
    """Write a line as the announcements of 2015 to 2021 did."""
    country = network.countries[city.country]
    return f"{city.name} ({country.official or country.name}) – {network.fields[designation.field].name}"


def after_comma(city: City, designation: Designation, network: Network) -> str:
    """Write a line as reports of the announcement of 2025 did."""
    return f"  • {city.name}, {network.countries[city.country].name} – {network.fields[designation.field].name}"


def without_country(city: City, designation: Designation, network: Network) -> str:
    """Write a line as the announcement of 2023 did, which named no country."""
    return f"- {city.name} – {network.fields[designation.field].name}"


@dataclass(frozen=True)
class Replay:
    """What came of a round: how many lines were placed rightly without asking, which wrongly, which were asked."""

    lines: int
    right: int
    wrong: tuple[str, ...]
    asked: tuple[str, ...]
    members: frozenset[tuple[str, str, str, str]]
    expected: frozenset[tuple[str, str, str, str]]

    @property
    def share(self) -> float:
        return self.right / self.lines


def members(network: Network, year: int) -> frozenset[tuple[str, str, str, str]]:
    """Return city, country, field and date of each designation of a round."""
    return frozenset(
        (city.name, city.country, designation.field, designation.since)
        for city in network.cities.values()
        for designation in city.designations
        if designation.round == year
    )


def taken_out(folder: Path, year: int) -> None:
    """Take the members of a round out of a data folder, and all that names them."""
    data = store.read(folder)
    network = data.network
    joined = {id for id, city in network.cities.items() if city.designations[0].round == year}
    changed = [
        city.model_copy(update={"designations": _before(city, year)})
        for city in network.cities.values()
        if city.id not in joined and any(designation.round == year for designation in city.designations)
    ]
    meetings = [
        meeting.model_copy(update={"hosts": tuple(_unnamed(host, network, joined) for host in meeting.hosts)})
        for meeting in network.meetings_by_id.values()
    ]
    cooperations = {
        id: cooperation
        for id, cooperation in network.cooperations.items()
        if not joined & {part.city for part in cooperation.cities}
    }
    left = {id: city for id, city in network.cities.items() if id not in joined}
    without = replace(network, cities=left, cooperations=cooperations).with_records(*changed, *meetings)
    texts = store.changed_texts(data, without)
    texts["ids.txt"] = "".join(f"{id}\n" for id in data.registry if id not in joined)
    with journal.writing(folder):
        store.write(data, texts)


def _before(city: City, year: int) -> tuple[Designation, ...]:
    kept = [designation for designation in city.designations if designation.round != year]
    return (*kept[:-1], kept[-1].model_copy(update={"end": None}))


def _unnamed(host: Host, network: Network, joined: set[str]) -> Host:
    if host.city not in joined:
        return host
    city = network.cities[host.city or ""]
    return Host(name=city.name, country=city.country)


def replay(data: Path, work: Path, year: int, line: Line, gazetteer: Gazetteer) -> Replay:
    """Take a round out of a copy of the data, load it again from its announcement, and say what came of it."""
    folder = Path(shutil.copytree(data, work / "data", ignore=shutil.ignore_patterns(".*")))
    whole = store.read(folder).network
    truth = {
        (city.name, designation.field): city for city in whole.cities.values() for designation in city.designations
    }
    lines = [
        line(city, designation, whole)
        for city in whole.cities.values()
        for designation in city.designations
        if designation.round == year
    ]
    taken_out(folder, year)
    list_read = Announcement("announcement.txt")
    network = open_folder(folder).network
    read_text(list_read, "The new members are:\n" + "\n".join(sorted(lines)), Vocabulary(network))
    assert list_read.problems == []
    round_terms = resolve_round(list_read, network, RoundOptions(year, None, None, historical=True), TODAY)
    proposal = propose(list_read, network, gazetteer, round_terms, {}, {})
    wrong, asked, chosen, right = [], [], {}, 0
    for number, outcome in enumerate(proposal.outcomes):
        entry = outcome.entry
        city = next(city for (name, field), city in truth.items() if (name, field) == (entry.name, entry.read_field.id))
        if outcome.choice is None:
            asked.append(entry.name)
            known = (choice for choice in outcome.choices if choice.city and choice.city.id == city.id)
            new = Choice("new", None, _place_of(city), city.country, city.name, city.id)
            chosen[number] = next(known, new)
        elif _meant(outcome.choice, city):
            right += 1
        else:
            wrong.append(f"{entry.name}: {outcome.choice}")
    answered = propose(list_read, network, gazetteer, round_terms, {}, chosen)
    assert (answered.problems, answered.questions) == ([], [])
    opened_folder = open_folder(folder)
    choices = [choice for outcome in answered.outcomes if (choice := outcome.choice)]
    made = prepare_edit(opened_folder, load_round(opened_folder, list_read, round_terms, choices, gazetteer), TODAY)
    with journal.writing(folder):
        made.write()
    again = store.read(folder).network
    return Replay(len(lines), right, tuple(wrong), tuple(asked), members(again, year), members(whole, year))


def _place_of(city: City) -> Place:
    where = city.location
    return Place(city.geonames or 0, city.name, city.country, "", where.latitude, where.longitude, 0)


def _meant(choice: Choice, city: City) -> bool:
    if choice.city:
        return choice.city.id == city.id
    place = choice.place
    return place is not None and choice.country == city.country and distance_km(place, city.location) <= NEAR_KM
