"""Lists of past rounds read as if the round had not been loaded yet, compared with the cities that joined."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ccn_kb.curate.designation_edits import Decision
from ccn_kb.curate.gazetteer import Gazetteer, Place
from ccn_kb.curate.list_report import report_rows
from ccn_kb.curate.lists.announcement import Announcement
from ccn_kb.curate.lists.list_files import read
from ccn_kb.curate.round_loading import Proposal, propose
from ccn_kb.curate.round_options import RoundDetails
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km

LISTS = Path(__file__).parent / "lists"
NEAR_KM = 25.0


def without_round(network: Network, year: int) -> Network:
    """Return the network as it was before a round."""
    cities: dict[str, City] = {}
    for id, city in network.cities.items():
        kept = [
            designation for designation in city.designations if designation.round is None or designation.round < year
        ]
        if kept:
            last = kept[-1]
            ended = last.end is not None and last.end.date >= str(year)
            kept[-1] = last.model_copy(update={"end": None}) if ended else last
            cities[id] = city.model_copy(update={"designations": tuple(kept)})
    rounds = {id: record for id, record in network.rounds.items() if id < year}
    return replace(network, cities=cities, rounds=rounds)


def round_terms(network: Network, year: int) -> RoundDetails:
    """Return the terms of a past round."""
    announced = network.rounds[year].announced
    return RoundDetails(year, Decision(announced, year, [network.rounds[year].sources[0]]), {}, is_known=False)


def read_as_new(path: Path, network: Network, gazetteer: Gazetteer, year: int) -> tuple[Announcement, Proposal]:
    """Return a list, and what it means, as if its round had not been loaded yet."""
    before = without_round(network, year)
    list_read = read(path, Vocabulary(before))
    return list_read, propose(list_read, before, gazetteer, round_terms(network, year), {}, {})


@dataclass
class Score:
    """How the cities of a list were read: by the expected id or place, with the lines that went wrong."""

    placed: int = 0
    questions: int = 0
    refused: int = 0
    ignored: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    other_id: list[str] = field(default_factory=list)
    without_right_answer: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.placed + self.questions + self.refused + len(self.ignored) + len(self.wrong)


def expected_cities() -> dict[str, list[tuple[int, str, str]]]:
    """Return line, city and field of each city of each list."""
    cities: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for path in sorted(LISTS.glob("*.tsv")):
        if not path.name.startswith("expected"):
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                cities[row["file"]].append((int(row["line"]), row["city"], row["field"]))
    return cities


def score(name: str, network: Network, gazetteer: Gazetteer) -> Score:
    """Read a list and compare it with what it names."""
    year = int(name.split("-")[1][:4])
    list_read, proposal = read_as_new(LISTS / name, network, gazetteer, year)
    rows = report_rows(list_read, proposal)
    result = Score()
    used: set[int] = set()
    for line, id, field_id in expected_cities()[name]:
        city = network.cities[id]
        row = _row_of(rows, used, line, city, field_id)
        what = f"{name}:{line}: {id}"
        if row is None or row["status"] == "ignored":
            result.ignored.append(what)
        elif row["status"] == "placed":
            outcome = next(
                outcome
                for outcome in proposal.outcomes
                if (outcome.entry.line, outcome.entry.text) == (row["line"], row["text"])
                and outcome.choices
                and outcome.choices[0].id == row["id"]
            )
            choice = outcome.choices[0]
            place = choice.place
            right = (
                choice.city.id == id if choice.city else bool(place and distance_km(place, city.location) <= NEAR_KM)
            )
            if not right or row["field"] != field_id:
                result.wrong.append(f"{what}: {row['id']} {row['field']}")
            else:
                result.placed += 1
                if row["id"] != id:
                    result.other_id.append(f"{what}: {row['id']}")
        elif row["status"] == "question":
            result.questions += 1
            if not any(_is_city(candidate, city) for candidate in row["candidates"]):
                result.without_right_answer.append(what)
        else:
            result.refused += 1
    expected_lines = {line for line, *_ in expected_cities()[name]}
    for number, row in enumerate(rows):
        if row["status"] == "placed" and number not in used and row["line"] not in expected_lines:
            result.wrong.append(f"{name}:{row['line']}: {row['text']} is no city, and was placed as {row['id']}")
    return result


def _is_city(candidate: dict[str, Any], city: City) -> bool:
    if candidate["id"] == city.id or candidate["geonames"] == city.geonames:
        return True
    point = city.location
    near = Place(0, "", "", "", candidate["latitude"], candidate["longitude"], 0)
    return distance_km(near, point) <= NEAR_KM


def _row_of(rows: list[dict[str, Any]], used: set[int], line: int, city: City, field_id: str) -> dict[str, Any] | None:
    """Return the row of a city: that which has its id or its place, else the first of the line that is not taken."""
    here = [number for number, row in enumerate(rows) if row["line"] == line and number not in used]

    def fits(number: int) -> tuple[bool, bool, bool]:
        row = rows[number]
        named = any(_is_city(candidate, city) for candidate in row["candidates"])
        return (row["id"] != city.id, row["field"] != field_id or row["country"] not in (None, city.country), not named)

    here.sort(key=fits)
    if not here:
        return None
    used.add(here[0])
    return rows[here[0]]
