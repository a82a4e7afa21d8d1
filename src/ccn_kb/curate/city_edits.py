"""Edits of cities: a new one, another name, another id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccn_kb.curate.designation_edits import When
from ccn_kb.curate.edit import NotPossibleError, changed, cited, made
from ccn_kb.model.records import City
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
