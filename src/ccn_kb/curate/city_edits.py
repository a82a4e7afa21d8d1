"""Edits of cities: a new city, a new name, a new ID."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccn_kb.curate.designation_edits import Decision
from ccn_kb.curate.edit import NotPossibleError, change_record, make_record_in, resolve_citation
from ccn_kb.model.dates import format_date
from ccn_kb.model.records import City, Location
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder

NEAR_KM = 25.0
"""Largest distance between two points of the same city."""


def mint_id(network: Network, name: str, country: str, subdivision: str | None = None) -> str:
    """Return the ID of a new city: name and country, with the subdivision for a second city of that name.

    Raises NotPossibleError for a name without Latin letters and for a second city without a subdivision.
    """
    if not slug(name):
        raise NotPossibleError(f"{name!r} has no Latin letters to make an ID of; give its name in Latin letters")
    id = f"{slug(name)}-{country.lower()}"
    if id not in network.cities and id not in network.moved:
        return id
    if subdivision is None:
        raise NotPossibleError(f"the ID {id} is taken by another city; give the subdivision of this one")
    longer_id = f"{id}-{subdivision.partition('-')[2].lower()}"
    if longer_id in network.cities or longer_id in network.moved:
        raise NotPossibleError(f"the IDs {id} and {longer_id} are taken")
    return longer_id


def add_city(
    folder: Folder, name: str, country: str, field: str, decision: Decision, place: Mapping[str, object]
) -> Network:
    """Return the network with a new member. `place` holds the values of its record on its place. Raises DataError."""
    subdivision = place.get("subdivision")
    code = str(subdivision["code"]) if isinstance(subdivision, dict) else None
    id = mint_id(folder.network, name, country, code)
    data = {"name": name, "country": country, **place, "designations": [decision.designation(field)]}
    return folder.network.with_records(make_record_in(folder, City, id, data))


def require_new_place(network: Network, name: str, country: str, field: str, place: Mapping[str, object]) -> None:
    """Raise NotPossibleError, with the command to use instead, if a city of the network is at the place already."""
    location = place.get("location")
    own_id = f"{slug(name)}-{country.lower()}"
    for city in network.cities.values():
        same = [key for key in ("geonames", "wikidata") if place.get(key) and place[key] == getattr(city, key)]
        is_near = (
            isinstance(location, dict)
            and distance_km(city.location, Location.model_validate(location)) <= NEAR_KM
            and own_id == city.id
        )
        if not (same or is_near):
            continue
        last = city.designations[-1]
        where = f"{same[0]} {place[same[0]]}" if same else "that place"
        if last.end:
            until = format_date(last.end.date)
            message = (
                f"{city.name} ({where}) was a member until {until}; if it returns: ccn designate {city.id} {field} …"
            )
        elif last.field == field:
            message = (
                f"{city.name} ({where}) is a member already, in {field} since {format_date(last.since)}: {city.id}"
            )
        else:
            since = f"in {last.field} since {format_date(last.since)}"
            change = f"ccn change-field {city.id} {field} …"
            message = f"{city.name} ({where}) is a member already, {since}; if it changes its field: {change}"
        raise NotPossibleError(message)


def rename_city(
    folder: Folder, city: City, name: str, date: str, sources: Sequence[str], lang: str | None = None
) -> Network:
    """Return the network with a city that has a new name from a day on; the old one becomes a former name."""
    if name == city.name:
        raise NotPossibleError(f"the name of {city.id} is {name} already")
    former: dict[str, object] = {"value": city.name, "until": date}
    if lang:
        former["lang"] = lang
    former["sources"] = [resolve_citation(folder.network, source) for source in sources]
    names = [plain(other) for other in city.names if other.value not in (name, city.name)]
    return folder.network.with_records(
        change_record(folder, city, {**plain(city), "name": name, "names": [*names, former]})
    )
