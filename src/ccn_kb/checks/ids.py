"""The rules of ids and names: minted, kept for ever, and each of one record."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.text import fold, slug
from ccn_kb.network import country_names, possible_ids


def city_id(context: Context) -> Iterator[Finding]:
    """A city's id is minted from one of its names and its country (and subdivision, for a second of that name)."""
    for city in context.network.cities.values():
        if city.id not in possible_ids(city):
            minted = f"{slug(city.name)}-{city.country.lower()}"
            fix = (
                f"name the file {minted}.yaml, or correct the name"
                if slug(city.name)
                else "add a name in Latin letters"
            )
            message = f"the file is named {city.id!r}, but the city is {city.name}, {city.country}"
            yield Finding("city", city.id, ("name",), message, fix)


def registry(context: Context) -> Iterator[Finding]:
    """ids.txt holds, sorted and once, every id ever published: each has a file, and each file's id is in it."""
    files = context.network.cities.keys() | context.network.moved.keys()
    for id in files - set(context.registry):
        kind = "city" if id in context.network.cities else "moved"
        yield Finding(kind, id, (), f"{id!r} is not in ids.txt", "add the line; ids.txt never shrinks")
    for number, id in enumerate(context.registry):
        if id not in files and id == slug(id) != "":
            fix = f"restore cities/{id}.yaml, or write `moved: <new id>` in it"
            yield Finding("id", id, (number,), f"{id!r} was published and has no file", fix)
        elif id not in files:
            yield Finding("id", id, (number,), f"{id!r} is no id", "write one id a line, and nothing else")
    for number, (before, after) in enumerate(pairwise(context.registry), start=1):
        if before >= after:
            yield Finding("id", after, (number,), f"{after!r} stands after {before!r}", REGISTRY_FIX)


REGISTRY_FIX = "sort the lines, each id once; run: ccn fmt"


def moved(context: Context) -> Iterator[Finding]:
    """An old id leads to a city, not to another old id."""
    cities, redirects = context.network.cities, context.network.moved
    for old, new in redirects.items():
        if new in cities:
            continue
        last, passed = new, {old}
        while last in redirects and last not in passed:
            passed.add(last)
            last = redirects[last]
        message = f"{new!r} has moved itself" if new in redirects else f"there is no city {new!r}"
        fix = f"write {last}" if last in cities else "write the id of the city"
        yield Finding("moved", old, ("moved",), message, fix)


def dated_id(context: Context) -> Iterator[Finding]:
    """The id of a round, total, meeting or cooperation begins with the year of its date."""
    network = context.network
    dated = [
        *(("round", str(one.id), "announced", one.announced) for one in network.rounds.values()),
        *(("total", one.id, "date", one.date) for one in network.totals.values()),
        *(("meeting", one.id, "starts", one.starts) for one in network.meetings_by_id.values()),
        *(("cooperation", one.id, "starts", one.starts) for one in network.cooperations.values()),
    ]
    for kind, id, path, date in dated:
        if not id.startswith(date[:4]):
            yield Finding(kind, id, (path,), f"{id!r} has the date {date}", "correct the date, or the year in the id")


def same_place(context: Context) -> Iterator[Finding]:
    """No two cities share a GeoNames id, a Wikidata id or a page of UNESCO's."""
    seen: dict[tuple[str, object], str] = {}
    for city in context.network.cities.values():
        ids = [
            ("geonames", city.geonames),
            ("wikidata", city.wikidata),
            *(("unesco_pages", one) for one in city.unesco_pages),
        ]
        for key, value in ids:
            other = seen.setdefault((key, value), city.id) if value else city.id
            if other != city.id:
                yield Finding(
                    "city", city.id, (key,), f"{key} {value} is that of {other} too", "correct one of the two"
                )


def same_name(context: Context) -> Iterator[Finding]:
    """No two countries share a name or a code."""
    seen: dict[str, str] = {}
    for country in context.network.countries.values():
        for name in (*country_names(country), *country.territories):
            seen.setdefault(fold(name), country.id)
    for country in context.network.countries.values():
        for path in ("alpha3", "name", "name_fr", "official", "aliases", "territories"):
            value = getattr(country, path)
            for name in value if isinstance(value, tuple) else (value or "",):
                other = seen.get(fold(name), country.id)
                if other != country.id:
                    yield Finding(
                        "country", country.id, (path,), f"{name!r} means {other} too", "correct one of the two"
                    )
