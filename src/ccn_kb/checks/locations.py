"""Rules for places: coordinates in the country, and consistent subdivisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.records import City, Subdivision


def outside_country(context: Context) -> Iterator[Finding]:
    """A city's coordinates are in a bounding box of its country."""
    for city in context.network.cities.values():
        country = context.network.countries.get(city.country)
        latitude, longitude = city.location.latitude, city.location.longitude
        if country and not any(box.contains(latitude, longitude) for box in country.boxes):
            is_swapped = any(box.contains(longitude, latitude) for box in country.boxes)
            message = f"{latitude}, {longitude} is outside {country.name}"
            fix = "swap latitude and longitude" if is_swapped else "correct the coordinates or the country"
            yield Finding("city", city.id, ("location",), message, fix)


def subdivision(context: Context) -> Iterator[Finding]:
    """A subdivision's code begins with the city's country code, and each code always has the same name."""
    names: dict[str, dict[str, list[City]]] = defaultdict(lambda: defaultdict(list))
    for city in context.network.cities.values():
        for part in city.subdivisions:
            if not part.code.startswith(f"{city.country}-"):
                message = f"{part.code} is not a subdivision of {city.country}"
                yield Finding("city", city.id, (_field_of(part, city),), message, "correct the code or the country")
            names[part.code][part.name].append(city)
    for code, cities in names.items():
        usual = max(cities, key=lambda name: (len(cities[name]), name))
        for name in cities.keys() - {usual}:
            for city in cities[name]:
                message = f"the name of {code} is {usual!r} in other records"
                part = next(part for part in city.subdivisions if part.code == code)
                yield Finding("city", city.id, (_field_of(part, city),), message, "use the same name everywhere")


def _field_of(part: Subdivision, city: City) -> str:
    return "subdivision" if part == city.subdivision else "second_subdivision"
