"""The rules of places: in the country, and in one subdivision of one name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.records import City


def outside_country(context: Context) -> Iterator[Finding]:
    """A city's coordinates lie in a bounding box of its country."""
    for city in context.network.cities.values():
        country = context.network.countries.get(city.country)
        where = city.location
        if country and not any(box.holds(where.latitude, where.longitude) for box in country.boxes):
            swapped = any(box.holds(where.longitude, where.latitude) for box in country.boxes)
            message = f"{where.latitude}, {where.longitude} lies outside {country.name}"
            fix = "swap latitude and longitude" if swapped else "correct the coordinates or the country"
            yield Finding("city", city.id, ("location",), message, fix)


def subdivision(context: Context) -> Iterator[Finding]:
    """A subdivision's code begins with the city's country, and one code has one name."""
    names: dict[str, dict[str, list[City]]] = defaultdict(lambda: defaultdict(list))
    for city in context.network.cities.values():
        if city.subdivision is None:
            continue
        if not city.subdivision.code.startswith(f"{city.country}-"):
            message = f"{city.subdivision.code} is no subdivision of {city.country}"
            yield Finding("city", city.id, ("subdivision",), message, "correct the code or the country")
        names[city.subdivision.code][city.subdivision.name].append(city)
    for code, cities in names.items():
        usual = max(cities, key=lambda name: (len(cities[name]), name))
        for name in cities.keys() - {usual}:
            for city in cities[name]:
                yield Finding(
                    "city", city.id, ("subdivision",), f"{code} is elsewhere called {usual!r}", "use one name"
                )
