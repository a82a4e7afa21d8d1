"""Edits of cities: a new one, another name, another id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ccn_kb.curate.designation_edits import When
from ccn_kb.curate.edit import NotPossibleError, changed, cited, made
from ccn_kb.model.records import City, Excepted
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder


def minted(network: Network, name: str, country: str, subdivision: str | None = None) -> str:
    """Return the id of a new city: name and country, with the subdivision for a second one of that name.

    Raises NotPossibleError if there is none: no Latin letters, or no subdivision to tell two apart.
    """
    if not slug(name):
        raise NotPossibleError(f"{name!r} has no Latin letters to make an id of; give its name in Latin letters")
    id = f"{slug(name)}-{country.lower()}"
    if id not in network.cities and id not in network.moved:
        return id
    if subdivision is None:
        raise NotPossibleError(f"the id {id} is taken by another city; give the subdivision of this one")
    second = f"{id}-{subdivision.partition('-')[2].lower()}"
    if second in network.cities or second in network.moved:
        raise NotPossibleError(f"the ids {id} and {second} are taken")
    return second


def new_city(
    folder: Folder, name: str, country: str, field: str, decided: When, where: Mapping[str, object]
) -> Network:
    """Return the network with a city that joins it. `where` holds its place, as its record does. Raises DataError."""
    part = where.get("subdivision")
    code = str(part["code"]) if isinstance(part, dict) else None
    id = minted(folder.network, name, country, code)
    designation = {"field": field, **decided.data()}
    data = {"name": name, "country": country, **where, "designations": [designation]}
    return folder.network.with_records(made(folder, City, id, data))


def rename(
    folder: Folder, city: City, name: str, date: str, sources: Sequence[str], lang: str | None = None
) -> Network:
    """Return the network with a city that has another name since a day; the old one stays as a former name."""
    if name == city.name:
        raise NotPossibleError(f"{city.id} is called {name} already")
    former: dict[str, object] = {"value": city.name}
    if lang:
        former["lang"] = lang
    former |= {"until": date, "sources": [cited(folder.network, one) for one in sources]}
    names = [plain(one) for one in city.names if one.value not in (name, city.name)]
    return folder.network.with_records(changed(folder, city, {**plain(city), "name": name, "names": [*names, former]}))


def move(folder: Folder, old: str, new: str) -> tuple[Network, tuple[Excepted, ...]]:
    """Return the network and the exceptions with a city under another id; the old id leads to the new one.

    Everything that names the old id names the new one then, other tombstones too. Raises NotPossibleError, DataError.
    """
    network = folder.network
    if old not in network.cities:
        raise NotPossibleError(f"no city has the id {old!r}")
    if new in network.cities or new in network.moved:
        raise NotPossibleError(f"the id {new} is taken, now or formerly; an id is never given twice")
    city = made(folder, City, new, plain(network.cities[old]))
    cities = {id: one for id, one in network.cities.items() if id != old}
    moved = {stone: new if target == old else target for stone, target in network.moved.items()}
    elsewhere = [
        one.model_copy(update={"hosts": tuple(_renamed(part, old, new) for part in one.hosts)})
        for one in network.meetings_by_id.values()
        if any(part.city == old for part in one.hosts)
    ]
    works = [
        one.model_copy(update={"cities": tuple(_renamed(part, old, new) for part in one.cities)})
        for one in network.cooperations.values()
        if any(part.city == old for part in one.cities)
    ]
    exceptions = tuple(
        one.model_copy(update={"id": "/".join([new, *one.id.split("/")[1:]])}) if one.id.split("/")[0] == old else one
        for one in folder.exceptions
    )
    changed_network = replace(network, cities={**cities, new: city}, moved={**moved, old: new})
    return changed_network.with_records(*elsewhere, *works), exceptions


def _renamed(part: object, old: str, new: str) -> object:
    # Hosts and participants alike: both name a city.
    return part.model_copy(update={"city": new}) if getattr(part, "city", None) == old else part  # type: ignore[attr-defined]
