"""Rules for ids and names: how they are formed, that they are permanent, and that they are unique."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.text import fold, slug
from ccn_kb.network import country_names, possible_ids


def city_id(context: Context) -> Iterator[Finding]:
    """A city's id is formed from one of its names and its country (and subdivision, if the name is taken)."""
    for city in context.network.cities.values():
        if city.id not in possible_ids(city):
            expected = f"{slug(city.name)}-{city.country.lower()}"
            rename = f"name the file {expected}.yaml, or correct the name"
            fix = rename if slug(city.name) else "add a name in Latin letters"
            message = f"the file is named {city.id!r}, but the city is {city.name}, {city.country}"
            yield Finding("city", city.id, ("name",), message, fix)


def non_member(context: Context) -> Iterator[Finding]:
    """A city that never was a member has no record as a member, under its id or its name."""
    network = context.network
    members = {(city.country, fold(city.name)) for city in network.cities.values()}
    for city in network.non_members.values():
        if city.id in network.cities or (city.country, fold(city.name)) in members:
            yield Finding("non_member", city.id, ("name",), f"{city.name} is a member city", "delete the record")


def registry(context: Context) -> Iterator[Finding]:
    """ids.txt lists the ids of every release, sorted and without repetition, and each still has a file."""
    files = context.network.cities.keys() | context.network.moved.keys()
    for number, id in enumerate(context.registry):
        if id not in files and id == slug(id) != "":
            fix = f"restore cities/{id}.yaml, or write `moved: <new id>` in it"
            yield Finding("id", id, (number,), f"{id!r} was published, but has no file", fix)
        elif id not in files:
            yield Finding("id", id, (number,), f"{id!r} is not an id", "write one id per line, and nothing else")
    for number, (previous, id) in enumerate(pairwise(context.registry), start=1):
        if previous >= id:
            yield Finding("id", id, (number,), f"{id!r} is listed after {previous!r}", REGISTRY_FIX)


REGISTRY_FIX = "sort the lines, each id once; run: ccn fmt"


def moved(context: Context) -> Iterator[Finding]:
    """An old id redirects to a city, not to another old id."""
    cities, redirects = context.network.cities, context.network.moved
    for old, new in redirects.items():
        if new in cities:
            continue
        last, visited = new, {old}
        while last in redirects and last not in visited:
            visited.add(last)
            last = redirects[last]
        message = f"{new!r} is an old id itself" if new in redirects else f"unknown city {new!r}"
        fix = f"write {last}" if last in cities else "write the id of the city"
        yield Finding("moved", old, ("moved",), message, fix)


def dated_id(context: Context) -> Iterator[Finding]:
    """The id of a round, total, meeting, document or cooperation begins with the year of its date."""
    for kind, field in (
        ("round", "announced"),
        ("total", "date"),
        ("meeting", "starts"),
        ("official_document", "date"),
        ("cooperation", "starts"),
    ):
        for record in context.network.records(kind).values():
            id, date = str(record.id), getattr(record, field)
            if not id.startswith(date[:4]):
                fix = "correct the date, or the year in the id"
                yield Finding(kind, id, (field,), f"{id!r} has the date {date}", fix)


def same_place(context: Context) -> Iterator[Finding]:
    """No two cities share a GeoNames id, a Wikidata id or a UNESCO page."""
    first_with: dict[tuple[str, object], str] = {}
    for city in context.network.cities.values():
        ids = [
            ("geonames", city.geonames),
            ("wikidata", city.wikidata),
            *(("unesco_pages", page) for page in city.unesco_pages),
        ]
        for key, value in ids:
            other = first_with.setdefault((key, value), city.id) if value else city.id
            if other != city.id:
                message = f"{key} {value} is also that of {other}"
                yield Finding("city", city.id, (key,), message, "correct one of the two")


def same_name(context: Context) -> Iterator[Finding]:
    """No two countries share a name or a code."""
    first_with: dict[str, str] = {}
    for country in context.network.countries.values():
        for name in (*country_names(country), *country.territories):
            first_with.setdefault(fold(name), country.id)
    for country in context.network.countries.values():
        for path in ("alpha3", "name", "name_fr", "official", "aliases", "territories"):
            value = getattr(country, path)
            for name in value if isinstance(value, tuple) else (value or "",):
                other = first_with.get(fold(name), country.id)
                if other != country.id:
                    message = f"{name!r} is also a name of {other}"
                    yield Finding("country", country.id, (path,), message, "correct one of the two")
