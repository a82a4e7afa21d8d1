"""Messy names matched to cities: ids, names in any language or script, "City of …", "City, Country", slips.

A wrong city is worse than none: what may mean two places, in the network or not, is left open, with its candidates.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from ccn_kb.model.records import City
from ccn_kb.model.text import fold, key, plural, spellings, words
from ccn_kb.network.country_lookup import CountryLookup, Territory, is_in
from ccn_kb.network.field_phrases import AROUND, FieldPhrases
from ccn_kb.network.frames import Column, Rows
from ccn_kb.network.geography import Point, distance_km
from ccn_kb.network.name_tables import geonames_names, other_places
from ccn_kb.network.spelling import SpellingIndex

How: TypeAlias = Literal[
    "id", "name", "other name", "part of the text", "spelling", "ambiguous", "other place", "unknown country",
    "not found", "empty",
]  # fmt: skip
FAR_KM = 100
"""From this distance on, coordinates next to a name warn."""
LONGEST_NAME = 200
MOST_CANDIDATES = 10
MOST_WARNED = 5
MOST_CACHED = 10_000
HUGE = 500_000
"""From how many inhabitants a place may be meant by a misspelt name."""
# From how many inhabitants, and how many times those of the member, a place of the same name is meant as well, by the
# kind of name that the member has.
MAIN, OWN, FOREIGN = 1, 2, 3
NAMESAKES: Mapping[int, tuple[tuple[int, float], ...]] = {
    MAIN: ((100_000, 4),),
    OWN: ((0, 1), (100_000, 1 / 4)),
    FOREIGN: ((0, 1 / 3), (100_000, 1 / 20)),
}

_PARTING = re.compile(r"\s*[,;/|()\[\]:\n\t、，；：（）]\s*|\s+[-\u2010-\u2015\u2212]\s+|\s*[\u2013\u2014]\s*")
_WIKIDATA = re.compile(r"(?:https?://www\.wikidata\.org/\S*/)?(Q[1-9]\d*)", re.IGNORECASE)
_GEONAMES = re.compile(
    r"(?:geonames[:# ]\s*|https?://(?:www|sws)\.geonames\.org/)?([1-9]\d{3,})(?:/\S*|\.0)?", re.IGNORECASE
)
# Words for a city that stand before its name, and after it.
BEFORE = frozenset(
    words(
        """city town municipality municipal metropolitan metropolis greater capital urban borough commune council
        unesco creative ville commune communaute urbaine municipalite metropole agglomeration
        mairie ciudad municipio ayuntamiento ajuntament concello alcaldia municipalidad intendencia distrito especial
        comune citta metropolitana
        cidade municipio prefeitura municipal camara concelho
        stadt hansestadt landeshauptstadt universitatsstadt kreisstadt bundesstadt freie stadtgemeinde gemeente stad
        gmina miejska miasto urzad mesto hlavni statutarni obec grad opcina opstina orasul oras municipiul
        kommun kommune kaupunki linn miestas pilseta varos
        город городской округ г місто м обшина град община градска μητροπολιτικος δημος πολη
        مدينة مدينه بلدية شهر שהר العاصمة העיר עיריית thanh pho kota bandar lungsod dakbayan nakhon เมือง นคร
        เทศบาลนคร นครหลวง नगर"""
    )
)
AFTER = frozenset(
    words(
        """city town municipality municipal metropolitan metropolis council borough capital capitale special hall
        peoples government shi si sar rae dc d c df
        belediyesi buyuksehir sehri kenti kommun kommune stad stadt kaupunki linn varos vilayeti
        市 город қаласы"""
    )
)
LINKS = frozenset(words("of the de la le les du des del di dello della do da dos das von van der and y et и"))
# What a first word that is abbreviated stands for.
ABBREVIATED: Mapping[str, tuple[str, ...]] = {
    "s": ("san", "santa", "santo", "sao"), "st": ("saint", "sankt"), "ste": ("sainte",), "sta": ("santa",),
    "sto": ("santo",),
}  # fmt: skip
ENDINGS = tuple(
    fold(ending)
    for ending in ("광역시", "특별자치시", "특별시", "시", "市", "都", "府市", "县", "郡", "町", "เมือง")
)  # fmt: skip


class Match(NamedTuple):
    """A text, the id of the city that it means, how that was recognised or why not, and the ids it may mean else."""

    asked: str
    id: str | None
    how: How
    candidates: tuple[str, ...] = ()
    distance_km: float | None = None
    """Distance of the city from the coordinates that stand next to its name."""


class Matches(Rows[Match]):
    """The matches of a list of texts, in its order."""

    columns = (
        Column("asked", "text"),
        Column("id", "text", nullable=True),
        Column("how", "text"),
        Column[Match]("candidates", "text", lambda match: " ".join(match.candidates)),
        Column("distance_km", "number", nullable=True),
    )
    shown = ("asked", "id", "how", "candidates")


class _Reading(NamedTuple):
    """A way to read a text: the name in it, what else it says of the place, and whether the name is all of it."""

    name: str
    places: tuple[Collection[Territory], ...] = ()
    fields: tuple[str, ...] = ()
    is_whole: bool = False


class Matcher:
    """The cities of a network by all that they can be called."""

    def __init__(
        self,
        cities: Mapping[str, City],
        moved: Mapping[str, str],
        countries: CountryLookup,
        fields: FieldPhrases,
    ) -> None:
        """Store what the names are looked up in; the indexes are made when they are first needed."""
        self.cities = cities
        self.moved = moved
        self.countries = countries
        self.fields = fields
        self._matches: dict[tuple[str, str], Match] = {}

    # -- the indexes ---------------------------------------------------------------------------

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, int]]:
        """The cities by each of their folded names, with the kind of name."""
        names: dict[str, dict[str, int]] = {}
        for city in self.cities.values():
            for kind, texts in (
                (MAIN, spellings(city.name)),
                (OWN, [text for name in city.names for text in spellings(name.value)]),
                (FOREIGN, geonames_names().get(city.geonames or 0, ())),
            ):
                for text in texts:
                    names.setdefault(key(text), {}).setdefault(city.id, kind)
            for name in [name for name in map(key, (city.name, *(each.value for each in city.names))) if " " in name]:
                # "Ho Chi Minh" is short for Ho Chi Minh City; Mexico is not short for Mexico City.
                if (short := name.removesuffix(" city")) != name and " " in short:
                    names.setdefault(short, {}).setdefault(city.id, FOREIGN)
        names.pop("", None)
        return names

    @cached_property
    def _joined_names(self) -> Mapping[str, str]:
        """The names in the data by their letters without spaces; only those that no other name shares."""
        joined: dict[str, set[str]] = {}
        for name in self.names_in_data:
            joined.setdefault(name.replace(" ", ""), set()).add(name)
        return {letters: next(iter(names)) for letters, names in joined.items() if len(names) == 1}

    @cached_property
    def names_in_data(self) -> list[str]:
        return [name for name, kinds in self.names.items() if min(kinds.values()) != FOREIGN]

    @cached_property
    def _spelling(self) -> SpellingIndex:
        return SpellingIndex(self.names_in_data)

    @cached_property
    def _huge_places(self) -> SpellingIndex:
        return SpellingIndex(name for name, countries in other_places().items() if max(countries.values()) >= HUGE)

    @cached_property
    def by_number(self) -> Mapping[str, str]:
        """The cities by their ids in Wikidata and GeoNames."""
        numbers = {str(city.geonames): city.id for city in self.cities.values() if city.geonames}
        return numbers | {city.wikidata: city.id for city in self.cities.values() if city.wikidata}

    @cached_property
    def subdivisions(self) -> Mapping[str, Collection[Territory]]:
        """The subdivisions with a city, by their names, codes and the codes without the country."""
        subdivisions: dict[str, set[Territory]] = {}
        for city in self.cities.values():
            for part in city.subdivisions:
                for text in (*spellings(part.name), part.code, part.code.partition("-")[2]):
                    subdivisions.setdefault(key(text), set()).add(Territory(city.country, part.code))
        return subdivisions

    @cached_property
    def _place_spelling(self) -> SpellingIndex:
        return SpellingIndex(name for name in self.subdivisions if len(name) > 3)

    # -- one text ------------------------------------------------------------------------------

    def match(self, text: str, country: str = "") -> Match:
        """Return the match of a text, next to which a country may be given."""
        query = (text, country)
        if query not in self._matches:
            if len(self._matches) >= MOST_CACHED:
                self._matches.clear()
            self._matches[query] = self._match(text, country.strip())
        return self._matches[query]

    def _match(self, text: str, country: str) -> Match:
        stripped = text.strip()
        if not stripped:
            return Match(text, None, "empty")
        if len(stripped) > LONGEST_NAME:
            return Match(text, None, "not found")
        if id := self.city_of_id(stripped):
            return Match(text, id, "id")
        required = self._places_of(country) if country else ()
        readings = [*self._readings(stripped)]
        if country and not required:
            named = [id for reading in readings for id in self._named(reading.name)[1]]
            return Match(text, None, "unknown country", _some(named))
        if required:
            readings = [reading._replace(places=(*reading.places, required)) for reading in readings]
        refused: Match | None = None
        for judge in (self._exact, self._misspelt):
            for reading in readings:
                match = judge(text, reading)
                if match and match.id:
                    return match
                refused = refused or match
            if refused:
                return refused
        return Match(text, None, "not found")

    def city_of_id(self, text: str) -> str | None:
        """Return the city that has an id, here or in Wikidata or GeoNames, in small letters or capitals."""
        small = text.lower()
        if id := self.moved.get(small, small if small in self.cities else None):
            return id
        for form in (_WIKIDATA, _GEONAMES):
            if number := form.fullmatch(text):
                return self.by_number.get(number[1].upper())
        return None

    def is_name(self, text: str) -> bool:
        """Return whether a text is a name of a city, in the data or elsewhere."""
        return key(text) in self.names

    def is_name_in_data(self, text: str) -> bool:
        """Return whether a text is a name that the data have for a city."""
        return min(self.names.get(key(text), {}).values(), default=FOREIGN) != FOREIGN

    # -- readings of a text --------------------------------------------------------------------

    def _readings(self, text: str) -> Iterator[_Reading]:
        yield _Reading(text, is_whole=True)
        parts = [part for part in _PARTING.split(text) if words(part)]
        if len(parts) > 1:
            yield from self._readings_of_parts(text, parts)
        for phrase in self.fields.split(text) if len(parts) == 1 else ():
            yield _Reading(phrase.rest, fields=(phrase.field,))
            yield from self._readings_of_words(phrase.rest.split(), (phrase.field,))
        yield from self._readings_of_words(text.split(), ())

    def _readings_of_parts(self, text: str, parts: Sequence[str]) -> Iterator[_Reading]:
        first, *others = parts
        behind = text.partition(first)[2].strip(" ,;/|()[]:-–—、，；：（）")
        if meant := self.countries.meanings(behind):
            yield _Reading(first, (meant,))
        for phrase in self.fields.split(first):
            if (reading := self._reading(phrase.rest, others)) is not None:
                yield reading._replace(fields=(*reading.fields, phrase.field))
        for name in (first, parts[-1]) if self._places_of(first) or self.fields.find(first) else (first,):
            rest = others if name is first else parts[:-1]
            if (reading := self._reading(name, rest)) is not None:
                yield reading

    def _reading(self, name: str, others: Iterable[str]) -> _Reading | None:
        """Return the reading of a name with what stands next to it; None if some of that is not understood."""
        places: list[Collection[Territory]] = []
        fields: list[str] = []
        _, named = self._named(name)
        for part in others:
            if meant := self._places_of(part):
                places.append(meant)
            elif field := self.fields.find(part):
                fields.append(field)
            elif named and set(named) & set(self._named(part)[1]):
                continue
            elif not all(word in AROUND or word in BEFORE or word.isdecimal() for word in words(part)):
                if not (near := self._misspelt_place(part)):
                    return _Reading(name, (*places, ()), tuple(fields))
                places.append(near)
        return _Reading(name, tuple(places), tuple(fields))

    def _readings_of_words(self, written: Sequence[str], fields: tuple[str, ...]) -> Iterator[_Reading]:
        """Yield the readings of a text without commas of which an end is a place: "Mumbai India", "Austin TX USA"."""
        for split in range(1, min(len(written), 12)):
            head, tail = " ".join(written[:split]), " ".join(written[split:])
            for name, place in ((head, tail), (tail, head)):
                if self._named(name)[1] and (places := self._places_in_words(place.split())):
                    yield _Reading(name, places, fields)

    def _places_in_words(self, written: Sequence[str]) -> tuple[Collection[Territory], ...]:
        """Return what words without a comma name: a place, or a subdivision and its country, "VIC Australia"."""
        for split in range(len(written), 0, -1):
            parts = [part for part in (" ".join(written[:split]), " ".join(written[split:])) if part]
            # Small words such as "de" and "la" are not codes.
            if all(len(part) > 3 or part.isupper() or not part.isascii() for part in parts):
                places = tuple(map(self._places_of, parts))
                if all(places):
                    return places
        return ()

    def _places_of(self, text: str) -> tuple[Territory, ...]:
        """Return the countries and subdivisions that a text may mean."""
        return (*self.countries.meanings(text), *self.subdivisions.get(key(text), ()))

    def _misspelt_place(self, text: str) -> Collection[Territory]:
        closest = self._place_spelling.closest(key(text))
        return self.subdivisions[next(iter(closest))] if len(closest) == 1 else ()

    # -- names ---------------------------------------------------------------------------------

    def _named(self, name: str) -> tuple[str, Mapping[str, int]]:
        """Return the name in the index that a text has, with or without words for a city, and the cities of it."""
        for form in self._forms(name):
            indexed = form if form in self.names else self._joined_names.get(form.replace(" ", ""))
            if indexed:
                return indexed, self.names[indexed]
        return "", {}

    def _forms(self, name: str) -> Iterator[str]:
        """Yield the folded name, and what is left of it without words such as "City of"."""
        whole = key(name)
        yield whole
        every = whole.split()
        for start in range(len(every)):
            if start and not (every[start - 1] in BEFORE or (every[start - 1] in LINKS and start > 1)):
                break
            for end in range(len(every), start, -1):
                if end < len(every) and every[end] not in AFTER:
                    break
                bare = " ".join(every[start:end])
                is_main = MAIN in self.names.get(bare, {}).values()
                if bare != whole and (is_main or not self.countries.is_country_name(bare)):
                    yield bare
        first, _, rest = whole.partition(" ")
        written_out = [f"{word} {rest}" for word in ABBREVIATED.get(first, ())]
        # "S. Salvador" is San Salvador as well as São Salvador.
        names = [form for form in written_out if form in self.names or form in other_places()]
        if len({frozenset(self.names.get(form, ())) for form in names}) == 1:
            yield names[0]
        if not whole.isascii():
            for ending in ENDINGS:
                if whole.endswith(ending) and len(whole) > len(ending) + 1:
                    yield whole.removesuffix(ending).strip()

    def _exact(self, text: str, reading: _Reading) -> Match | None:
        name, named = self._named(reading.name)
        if not named:
            return None
        how: How = "part of the text"
        if reading.is_whole and key(text).replace(" ", "") == name.replace(" ", ""):
            how = "name" if MAIN in named.values() else "other name"
        kinds = self._in_places(named, reading)
        if not kinds:
            return Match(text, None, "other place", _some(named))
        if not reading.places and self._is_country(text, kinds):
            return Match(text, None, "other place", _some(kinds))
        return self._decided(text, how, name, kinds, reading)

    def _misspelt(self, text: str, reading: _Reading) -> Match | None:
        refused: Match | None = None
        for form in self._forms(reading.name):
            closest = self._spelling.closest(form)
            slips: dict[str, tuple[int, str]] = {}
            for name, number in closest.items():
                for id in self._in_places(self.names[name], reading):
                    slips.setdefault(id, (number, name))
            if not slips:
                if closest and reading.places:
                    ids = [id for name in closest for id in self.names[name]]
                    refused = refused or Match(text, None, "other place", _some(ids))
                continue
            fewest = min(slips.values())[0]
            if self._is_other_place(form, fewest, {name for _, name in slips.values()}, reading):
                return Match(text, None, "ambiguous", _some(slips))
            best = {id: name for id, (number, name) in slips.items() if number == fewest}
            if len(best) > 1:
                return Match(text, None, "ambiguous", _some(slips))
            ((id, name),) = best.items()
            return self._decided(text, "spelling", name, {id: self.names[name][id]}, reading)
        return refused

    def _decided(self, text: str, how: How, name: str, kinds: Mapping[str, int], reading: _Reading) -> Match:
        """Return the match with the one city that has a name, unless another place can be meant by it."""
        own = {id: kind for id, kind in kinds.items() if kind != FOREIGN} or kinds
        if len(own) > 1 and reading.fields:
            own = {id: kind for id, kind in own.items() if self._has_field(id, reading.fields)} or own
        if len(own) > 1:
            return Match(text, None, "ambiguous", _some(own))
        ((id, kind),) = own.items()
        if self._has_larger_namesake(name, id, kind, reading):
            return Match(text, None, "ambiguous", (id,))
        return Match(text, id, how)

    # -- what a name may mean else ---------------------------------------------------------------

    def _in_places(self, kinds: Mapping[str, int], reading: _Reading) -> dict[str, int]:
        """Return the cities that are in all places that a text names."""
        return {id: kind for id, kind in kinds.items() if is_in(self.cities[id], reading.places)}

    def _has_field(self, id: str, fields: Iterable[str]) -> bool:
        return any(designation.field in fields for designation in self.cities[id].designations)

    def _is_country(self, text: str, kinds: Mapping[str, int]) -> bool:
        """Return whether a text is the name of a country rather than that of a city with the same name."""
        if MAIN in kinds.values() or not self.countries.is_country_name(text):
            return False
        territory = self.countries.find(text)
        cities = (self.cities[id] for id in kinds)
        # The name of a city that is a state means both.
        return territory is None or not any(
            territory.country == city.country and self.countries.find(city.name) == territory for city in cities
        )

    def _is_other_place(self, name: str, slips: int, meant: set[str], reading: _Reading) -> bool:
        """Return whether a misspelt name is that of another place, or as much like that of a huge one."""
        if self.countries.is_country_name(name) and not reading.places:
            return True
        if self._populations(name, reading):
            return True
        return not reading.places and any(
            number <= slips and other not in meant and max(self._populations(other, reading)) >= HUGE
            for other, number in self._huge_places.closest(name).items()
        )

    def _populations(self, name: str, reading: _Reading) -> list[int]:
        """Return the inhabitants of the other places of a name, of those in the country if the text names it."""
        allowed = [{place.country for place in places} for places in reading.places]
        return [
            population
            for country, population in other_places().get(name, {}).items()
            if all(country in countries for countries in allowed)
        ]

    def _has_larger_namesake(self, name: str, id: str, kind: int, reading: _Reading) -> bool:
        if any(place.subdivision for places in reading.places for place in places):
            return False
        city = self.cities[id]
        population = max((figure.value for figure in city.population), default=0)
        return any(
            other > max(least, times * population)
            for other in self._populations(name, reading)
            for least, times in NAMESAKES[kind]
        )


def match_all(
    matcher: Matcher, names: object, country: object = None, latitude: object = None, longitude: object = None
) -> Matches:
    """Return the matches of names, in their order.

    Raises ValueError if the sequences differ in length or a coordinate is alone, TypeError for a table.
    """
    if (latitude is None) != (longitude is None):
        raise ValueError("a latitude needs a longitude, and a longitude a latitude")
    texts = [_text(name) for name in _values(names)]
    countries = [_text(value) for value in _repeated(country, len(texts), "country")]
    latitudes = _degrees(_repeated(latitude, len(texts), "latitude"), "latitude", 90)
    longitudes = _degrees(_repeated(longitude, len(texts), "longitude"), "longitude", 180)
    matches = []
    for text, place, north, east in zip(texts, countries, latitudes, longitudes, strict=True):
        match = matcher.match(text, place)
        if match.id and north is not None and east is not None:
            distance = distance_km(matcher.cities[match.id].location, Point(north, east))
            match = match._replace(distance_km=round(distance, 1))
        matches.append(match)
    if far := [match for match in matches if (match.distance_km or 0) > FAR_KM]:
        shown = "; ".join(map(describe_distance, far[:MOST_WARNED]))
        number = plural(len(far), "match is", "matches are")
        warnings.warn(f"{number} more than {FAR_KM} km from its coordinates: {shown}", stacklevel=3)
    return Matches(matches)


def describe_distance(match: Match) -> str:
    """Return how far the city of a match is from the coordinates next to its name."""
    return f"{match.asked[:60]!r} is {match.id}, which is {match.distance_km:,.0f} km away"


def _some(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(ids)))[:MOST_CANDIDATES]


def _values(values: object) -> list[object]:
    if hasattr(values, "columns"):
        raise TypeError("names are a column, not a table: name one of its columns")
    if isinstance(values, str) or not isinstance(values, Iterable):
        return [values]
    return list(values)


def _repeated(values: object, length: int, name: str) -> list[object]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        return [values] * length
    listed = list(values)
    if len(listed) != length:
        raise ValueError(f"{name} has {plural(len(listed), 'value', 'values')} for {plural(length, 'name', 'names')}")
    return listed


def _text(value: object) -> str:
    # Missing values of pandas and NumPy are not equal to themselves; pandas.NA cannot even be compared.
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return ""
    return str(value)


def _degrees(values: Iterable[object], name: str, most: int) -> list[float | None]:
    """Return coordinates as numbers, None for a missing one; warn of figures that are not degrees."""
    texts = [_text(value) for value in values]
    numbers = [_number(text, most) for text in texts]
    if wrong := [
        text for text, number in zip(texts, numbers, strict=True) if number is None and any(map(str.isdigit, text))
    ]:
        shown = ", ".join(repr(text[:30]) for text in dict.fromkeys(wrong[:MOST_WARNED]))
        warnings.warn(f"{plural(len(wrong), name, f'{name}s')} left out, not in degrees: {shown}", stacklevel=4)
    return numbers


def _number(text: str, most: int) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= most else None
