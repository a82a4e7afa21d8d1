"""Makes a network of any size out of the real one: another data folder, in which every check finds nothing.

The countries, fields, topics, rounds, meetings and sources are the real ones; the cities are the real ones, and then,
as many as are asked for, copies of them with names, ids, places and pages of their own. What was stated of the
network is written anew for its size. The same number always gives the same bytes.

Run from the repository: .venv/bin/python -m benchmarks.generate 4000 FOLDER
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from ccn_kb import store
from ccn_kb.checks import references
from ccn_kb.model.records import Box, City, Cooperation, Meeting
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.store.layout import REGISTRY

DATA = Path(__file__).parents[1] / "data"
SEED = 7
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
# Beyond every id that GeoNames and Wikidata have given.
FIRST_ID = 10**9
APART = 0.2
"""How many degrees a copy lies from its original, at most."""


def generate(number: int, folder: Path) -> None:
    """Write a data folder with so many cities."""
    real = store.read(DATA)
    network = grown(real.network, number)
    shutil.copytree(DATA, folder)
    for file, text in store.changed_texts(real, network, ()).items():
        path = folder / file
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    ids = "".join(f"{id}\n" for id in sorted(network.cities))
    (folder / REGISTRY).write_text(ids, encoding="utf-8", newline="\n")


def grown(real: Network, number: int) -> Network:
    """Return a network with so many cities, whose stated figures are those that are counted in it."""
    originals = [real.cities[id] for id in sorted(real.cities)]
    chance = Random(SEED)
    made = [*originals[:number], *copies(real, originals, number - len(originals), chance)]
    cities = {city.id: city for city in sorted(made, key=lambda city: city.id)}
    meetings = {id: meeting for id, meeting in real.meetings_by_id.items() if hosts(meeting) <= cities.keys()}
    network = replace(
        real,
        cities=cities,
        moved={old: new for old, new in real.moved.items() if new in cities},
        fields={
            id: field.model_copy(
                update={"coordinators": tuple(each for each in field.coordinators if each.city in cities)}
            )
            for id, field in real.fields.items()
        },
        meetings_by_id=meetings,
        official_documents={
            id: document if document.meeting in meetings else document.model_copy(update={"meeting": None})
            for id, document in real.official_documents.items()
        },
        cooperations={id: project for id, project in real.cooperations.items() if partners(project) <= cities.keys()},
    )
    unused = references.uncited(network)
    return as_counted(replace(network, sources={id: source for id, source in real.sources.items() if id not in unused}))


def hosts(meeting: Meeting) -> set[str]:
    """Return the cities of the network that host a meeting."""
    return {host.city for host in meeting.hosts if host.city}


def partners(cooperation: Cooperation) -> set[str]:
    """Return the cities of a cooperation."""
    return {participant.city for participant in cooperation.cities}


def words(chance: Random) -> Iterator[str]:
    """Yield words that do not come again, all of one length."""
    every = list(map("".join, product(SYLLABLES, repeat=3)))
    chance.shuffle(every)
    return iter(every)


def copies(real: Network, originals: list[City], number: int, chance: Random) -> Iterator[City]:
    """Yield so many copies of the cities, one of each before a second of any."""
    endings = words(chance)
    for place in range(number):
        city = originals[place % len(originals)]
        yield copy(city, real.countries[city.country].boxes, FIRST_ID + place, next(endings), chance)


def copy(city: City, boxes: Iterable[Box], id: int, word: str, chance: Random) -> City:
    """Return the city once more: with a word behind each name, ids of its own, and near by."""
    data = cited_anew(city.model_dump(exclude_unset=True), id, word)
    data["name"] = named(city.name, word)
    data["id"] = f"{slug(data['name'])}-{city.country.lower()}"
    latitude = city.location.latitude + chance.uniform(-APART, APART)
    longitude = city.location.longitude + chance.uniform(-APART, APART)
    if any(box.contains(latitude, longitude) for box in boxes):
        data["location"] |= {"latitude": round(latitude, 5), "longitude": round(longitude, 5)}
    if city.geonames:
        data["geonames"] = id
    if city.wikidata:
        data["wikidata"] = f"Q{id}"
    if city.unesco_pages:
        data["unesco_pages"] = [f"{page}-{word}" for page in city.unesco_pages]
    for name in data.get("names", ()):
        name["value"] = named(name["value"], word)
    return City.model_validate(data)


def named(name: str, word: str) -> str:
    """Return the name with a word behind it."""
    return f"{name} {word.capitalize()}"


def cited_anew(data: Any, id: int, word: str) -> Any:
    """Return what a record says, citing the copy's own entries of the collections that it cites."""
    if isinstance(data, list | tuple):
        return [cited_anew(item, id, word) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: [entry(citation, id, word) for citation in value] if key == "sources" else cited_anew(value, id, word)
        for key, value in data.items()
    }


def entry(citation: str, id: int, word: str) -> str:
    """Return the citation of the copy's own entry, where the source is a collection."""
    source, _, locator = citation.partition("#")
    if source == "geonames":
        return f"geonames#{id}"
    return f"{citation}-{word}" if locator else citation


def as_counted(network: Network) -> Network:
    """Return the network with each figure that was stated replaced by the one that is counted in it."""
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for row in network.census():
        counted.setdefault((row.record_type, row.record_id), {})[row.figure] = row.counted
    return replace(
        network,
        rounds={
            id: record.model_copy(update=counted.get(("round", str(id)), {})) for id, record in network.rounds.items()
        },
        totals={id: record.model_copy(update=counted.get(("total", id), {})) for id, record in network.totals.items()},
    )


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
