"""Details of a city that a table gives next to its name: identifiers, pages, topics, names and figures, checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ccn_kb.model.addresses import unesco_page_url
from ccn_kb.model.records import POPULATION_BASES, City, Subdivision
from ccn_kb.model.text import key, words
from ccn_kb.network import Network
from ccn_kb.network.name_search import closest_matches
from ccn_kb.store.canonical import plain

DETAILS = ("wikidata", "subdivision", "unesco_page", "known_for", "names", "population")
"""The columns of a table that fill in the record of a city."""
MAX_VALUE = 400

_WIKIDATA = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d{0,11})", re.IGNORECASE)
_PAGE = re.compile(
    r"(?:(?:https?://)?(?:www\.)?unesco\.org/(?:\w{2}/)?creative-cities/)?([a-z0-9]+(?:-[a-z0-9]+)*)/?(?:[?#].*)?",
    re.IGNORECASE,
)
_CODE = re.compile(r"[(\[]?([A-Z]{2}-[A-Z0-9]{1,3})[)\]]?")
_NAME_IN_LANGUAGE = re.compile(
    r"(?:(?P<before>[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?)\s*[:=]\s*)?(?P<value>[^:=]+?)"
    r"(?:\s*[(\[](?P<after>[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?)[)\]])?"
)
_POPULATION = re.compile(
    r"(?P<value>\d{1,3}(?:[.,'’\s]\d{3})+|\d+)"
    r"(?:\s*[(\[]\s*(?P<year>(?:19|20)\d{2})(?:\s*,\s*(?P<basis>[a-z]+(?:[ -][a-z]+)?))?\s*[)\]]"
    r"|,\s*(?P<last>(?:19|20)\d{2}))?"
)


class DetailProblem(NamedTuple):
    """What is wrong with the detail of a city, with the remedy."""

    column: str
    message: str
    fix: str


class _WrongDetailError(Exception):
    def __init__(self, message: str, fix: str) -> None:
        self.message, self.fix = message, fix
        super().__init__(message)


@dataclass(frozen=True)
class CityDetails:
    """The details of one city in the form of its record, without sources."""

    wikidata: str | None = None
    subdivision: Subdivision | None = None
    unesco_page: tuple[str, ...] = ()
    known_for: tuple[str, ...] = ()
    names: tuple[tuple[str, str | None], ...] = ()
    population: tuple[tuple[int, int | None, str | None], ...] = ()


def read_details(
    cells: Mapping[str, str], network: Network, country: str | None
) -> tuple[CityDetails, list[DetailProblem]]:
    """Return the details in the cells of a row by column, and everything that is wrong with them."""
    values: dict[str, Any] = {}
    problems: list[DetailProblem] = []
    for column, read in _READERS.items():
        cell = cells.get(column, "").strip()
        if not cell:
            continue
        try:
            if len(cell) > MAX_VALUE * 5:
                raise _WrongDetailError(f"the value of {column!r} has {len(cell):,} characters", "shorten it")
            values[column] = read(cell, network, country)
        except _WrongDetailError as error:
            problems.append(DetailProblem(column, error.message, error.fix))
    return CityDetails(**values), problems


def _read_wikidata(cell: str, _network: Network, _country: str | None) -> str:
    match = _WIKIDATA.fullmatch(cell)
    if match is None:
        raise _WrongDetailError(f"{cell[:60]!r} is not a Wikidata ID", "write it as Q184204")
    return match[1].upper()


def _read_subdivision(cell: str, network: Network, country: str | None) -> Subdivision:
    """Return the subdivision of `NI-GR Granada`, `Granada (NI-GR)`, or of a code or name that the network has."""
    fix = "write its ISO 3166-2 code and its name: NI-GR Granada"
    match = _CODE.search(cell)
    name = " ".join((cell[: match.start()] + cell[match.end() :]).split()).strip(" ,:–-") if match else cell
    subdivisions = {city.subdivision for city in network.cities.values() if city.subdivision}
    if match is None:
        same = [part for part in subdivisions if country == part.code[:2] and words(part.name) == words(name)]
        if len(same) != 1:
            raise _WrongDetailError(f"the subdivision {cell[:60]!r} has no ISO 3166-2 code", fix)
        return same[0]
    recorded = next((part for part in subdivisions if part.code == match[1]), None)
    if recorded and name and words(recorded.name) != words(name):
        raise _WrongDetailError(f"{match[1]} is {recorded.name} in the other cities, not {name!r}", f"write {match[1]}")
    if recorded:
        return recorded
    if not name:
        raise _WrongDetailError(f"the subdivision {match[1]} has no name", fix)
    return Subdivision(code=match[1], name=name)


def _read_pages(cell: str, _network: Network, _country: str | None) -> tuple[str, ...]:
    pages = []
    for item in _items(cell):
        page = page_slug(item)
        if page is None:
            fix = f"write the last part of its address: tromso, of {unesco_page_url('tromso')}"
            raise _WrongDetailError(f"{item[:80]!r} is not a page of UNESCO on a creative city", fix)
        pages.append(page)
    return tuple(dict.fromkeys(pages))


def page_slug(text: str) -> str | None:
    """Return the last part of the address of UNESCO's page on a city, given the address or that part."""
    match = _PAGE.fullmatch(text)
    return match[1].lower() if match else None


def _read_topics(cell: str, network: Network, _country: str | None) -> tuple[str, ...]:
    topics, unknown, fixes = [], [], []
    english_names = {key(name): topic.name for topic in network.topics.values() for name in topic.all_names}
    for item in _items(cell):
        if name := english_names.get(key(item)):
            topics.append(name)
            continue
        unknown.append(item)
        fixes += [f"write {name}" for name in closest_matches(item, english_names.values(), 1)]
    if unknown:
        arguments = " ".join(_quoted(item[:40]) for item in unknown)
        fix = " or ".join([*fixes, f"add what is new: ccn new topic {arguments}"])
        word = "topic" if len(unknown) == 1 else "topics"
        raise _WrongDetailError(f"unknown {word} {', '.join(repr(item[:40]) for item in unknown)}", fix)
    return tuple(dict.fromkeys(topics))


def _quoted(text: str) -> str:
    return text if re.fullmatch(r"[\w-]+", text) else f'"{text}"'


def _read_names(cell: str, _network: Network, _country: str | None) -> tuple[tuple[str, str | None], ...]:
    names = []
    for item in _items(cell):
        match = _NAME_IN_LANGUAGE.fullmatch(item)
        if match is None or len(item) > 100 or not item.isprintable():
            fix = "write names with their language between semicolons: fr: Dresde; es: Dresde"
            raise _WrongDetailError(f"{item[:60]!r} is not a name", fix)
        names.append((match["value"], match["before"] or match["after"]))
    return tuple(dict.fromkeys(names))


def _read_populations(
    cell: str, _network: Network, _country: str | None
) -> tuple[tuple[int, int | None, str | None], ...]:
    figures = []
    for item in _items(cell):
        match = _POPULATION.fullmatch(item)
        value = int(re.sub(r"\D", "", match["value"])) if match else 0
        if match is None or not 0 < value <= 100_000_000:
            fix = "write a whole number, and in brackets the year and the area if they are given: 560000 (2023)"
            raise _WrongDetailError(f"{item[:60]!r} is not a number of inhabitants", fix)
        basis = match["basis"].replace(" ", "-") if match["basis"] else None
        if basis and basis not in POPULATION_BASES:
            fix = f"write one of {', '.join(POPULATION_BASES)}: 560000 (2023, municipality)"
            raise _WrongDetailError(f"{match['basis']!r} is not an area of population figures", fix)
        year = match["year"] or match["last"]
        figures.append((value, int(year) if year else None, basis))
    return tuple(dict.fromkeys(figures))


def _items(cell: str) -> list[str]:
    return [item.strip() for item in re.split(r"[;；]", cell) if item.strip()]


_READERS: Mapping[str, Callable[[str, Network, str | None], object]] = {
    "wikidata": _read_wikidata,
    "subdivision": _read_subdivision,
    "unesco_page": _read_pages,
    "known_for": _read_topics,
    "names": _read_names,
    "population": _read_populations,
}


def contradictions(details: CityDetails, city: City) -> list[DetailProblem]:
    """Return the details that contradict the record of a city of the network."""
    problems = []
    for column in ("wikidata", "subdivision"):
        before, now = getattr(city, column), getattr(details, column)
        if before and now and before != now:
            written = [value.code if isinstance(value, Subdivision) else value for value in (before, now)]
            message = f"the {column} of {city.id} is {written[0]} in the data, not {written[1]}"
            problems.append(
                DetailProblem(column, message, f"correct the cell, or first: ccn correct {city.id} {column} …")
            )
    return problems


def add_details(
    data: Mapping[str, object], details: CityDetails, name: str, sources: Sequence[str]
) -> dict[str, object]:
    """Return the data of a city's record with the details that it does not have; `sources` give topics and figures."""
    filled = dict(data)
    if details.wikidata:
        filled["wikidata"] = details.wikidata
    if details.subdivision:
        filled["subdivision"] = plain(details.subdivision)
    if details.unesco_page:
        pages = _list_in(filled, "unesco_pages")
        filled["unesco_pages"] = list(dict.fromkeys([*pages, *details.unesco_page]))
    known_names = {key(str(item["value"])) for item in _list_in(filled, "names")} | {key(name)}
    additions: dict[str, list[dict[str, object]]] = {
        "names": [
            {"value": value, **({"lang": language} if language else {})}
            for value, language in details.names
            if key(value) not in known_names
        ],
        "known_for": [{"value": value, "sources": list(sources)} for value in details.known_for],
        "population": [
            {
                "value": value,
                **({"year": year} if year else {}),
                **({"basis": basis} if basis else {}),
                "sources": list(sources),
            }
            for value, year, basis in details.population
        ],
    }
    for column, items in additions.items():
        before = _list_in(filled, column)
        values = [item["value"] for item in before]
        new = [item for item in items if column == "names" or item["value"] not in values]
        if new:
            filled[column] = [*before, *new]
    return filled


def _list_in(data: Mapping[str, object], column: str) -> list[Any]:
    value = data.get(column)
    return value if isinstance(value, list) else []
