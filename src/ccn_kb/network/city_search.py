"""Search for cities by words; a place that was searched for is itself or nothing, and slips are only suggested."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from ccn_kb.model.records import CONTINENTS, REGIONS, City, Country, CreativeField, Topic
from ccn_kb.model.text import key, words
from ccn_kb.network.country_lookup import is_in
from ccn_kb.network.matching import Matcher
from ccn_kb.network.name_search import matches_words, matching_terms
from ccn_kb.network.name_tables import other_places
from ccn_kb.network.spelling import SHORTEST_CORRECTED, SpellingIndex

MOST_SUGGESTED = 3
MOST_CORRECTED_WORDS = 4
LARGE = 100_000
"""From how many inhabitants a city elsewhere is meant by its name alone."""
LONGEST_BEGINNING = 5
PlaceKind = Literal["country", "region", "continent"]


class SearchedPlace(NamedTuple):
    """A country, region or continent that was searched for by its name."""

    kind: PlaceKind
    id: str
    name: str


class CitySearch(NamedTuple):
    """What a search found and in which way: the ids of cities, the place or field, or the names that were meant."""

    way: Literal["id", "place", "field", "words", "name", "nothing"]
    cities: tuple[str, ...] = ()
    places: tuple[SearchedPlace, ...] = ()
    field: str | None = None
    did_you_mean: tuple[str, ...] = ()
    is_elsewhere: bool = False
    """Whether a large city was searched for that is not a member."""


class CitySearcher:
    """The cities by their words, and all names that may be misspelt."""

    def __init__(
        self,
        cities: Mapping[str, City],
        countries: Mapping[str, Country],
        fields: Mapping[str, CreativeField],
        topics: Mapping[str, Topic],
        matcher: Matcher,
        terms: Mapping[str, set[str]],
    ) -> None:
        """Store what is searched; `terms` are the folded words of each city."""
        self._cities = cities
        self._countries = countries
        self._fields = fields
        self._topics = topics
        self.matcher = matcher
        self.terms = terms

    def search(self, text: str) -> CitySearch:
        """Return what a text finds."""
        text = text.strip()
        query = words(text)
        if not query:
            return CitySearch("nothing")
        if id := self.matcher.city_of_id(text):
            return CitySearch("id", (id,))
        if part := self.matcher.countries.part(text):
            return CitySearch("name", tuple(id for id in self._cities if is_in(self._cities[id], [[part]])))
        if places := tuple(self._places(text)):
            return CitySearch("place", tuple(self._cities_in(places, text)), places)
        if field := self.field_in_phrase(text):
            ids = [id for id, city in self._cities.items() if _has_field(city, field)]
            return CitySearch("field", tuple(ids), field=field)
        if search := self._field_in_place(text):
            return search
        ids = self._with_topic(query) if key(text) in self.topic_names else self._with_words(query)
        is_elsewhere = self.is_city_elsewhere(text)
        if ids and not is_elsewhere:
            return CitySearch("words", tuple(ids))
        match = self.matcher.match(text)
        if match.id and match.how != "spelling":
            return CitySearch("name", (match.id,))
        suggested = self._suggested(text, query, (match.id,) if match.id else match.candidates or ids)
        return CitySearch("nothing", did_you_mean=suggested, is_elsewhere=is_elsewhere)

    def _with_topic(self, query: tuple[str, ...]) -> list[str]:
        """Return the cities with all words of a topic's name, and those whose names they begin: "té" is not theatre."""
        cities = self._with_words(query)
        return [id for id in cities if self.terms[id].issuperset(query) or self._is_named(id, query)]

    def _with_words(self, query: tuple[str, ...]) -> list[str]:
        """Return the cities of which each word of the query begins a term, as `matches_words` compares them."""
        matches = [set(matching_terms(word, self._sorted_terms)) for word in query]
        return [id for id, terms in self.terms.items() if not any(map(terms.isdisjoint, matches))]

    def field_in_phrase(self, text: str) -> str | None:
        """Return the field of a phrase such as "City of Film"; None for the bare name of a field or topic, a word."""
        field, folded = self.matcher.fields.find(text), key(text)
        return field if folded not in self.field_names and folded not in self.topic_names else None

    def _field_in_place(self, text: str) -> CitySearch | None:
        """Return what "Cities of Film in Asia" finds, None for a text of another form."""
        for phrase in self.matcher.fields.split(text):
            if places := tuple(self._places(phrase.rest)):
                cities = self._cities_in(places, phrase.rest)
                ids = tuple(id for id in cities if _has_field(self._cities[id], phrase.field))
                return CitySearch("field", ids, places, phrase.field)
        return None

    def is_city_elsewhere(self, text: str) -> bool:
        """Return whether a text is the name of a large city that is not a member, and nothing else in the data."""
        name = key(text)
        populations = other_places().get(name, {}).values()
        return max(populations, default=0) >= LARGE and name not in self.labels and not self.matcher.is_name(text)

    def _is_named(self, id: str, query: tuple[str, ...]) -> bool:
        city = self._cities[id]
        return any(matches_words(query, words(name)) for name in _names(city))

    # -- places --------------------------------------------------------------------------------

    def _places(self, text: str) -> Iterator[SearchedPlace]:
        """Yield the places that a text names: one, or a region and a continent of one name."""
        folded = key(text)
        named = False
        for id, name in REGIONS.items():
            if folded in (key(name), key(id)):
                named = True
                yield SearchedPlace("region", id, name)
        for id, name in CONTINENTS.items():
            if folded == key(name):
                named = True
                yield SearchedPlace("continent", id, name)
        if not named and (country := self._country(text)):
            yield SearchedPlace("country", country.id, country.name)

    def _country(self, text: str) -> Country | None:
        """Return the country that a text names; a city's own name is not a name of a country in some language."""
        folded = key(text)
        territory = self.matcher.countries.find(text)
        is_word = len(folded) <= 3 and folded.isascii() and not text.isupper()
        if territory is None or is_word:
            return None
        # What a country is called somewhere may be the beginning of a city's name that is being typed.
        is_beginning = len(folded) <= LONGEST_BEGINNING and any(self._is_named(id, words(text)) for id in self._cities)
        if folded not in self.country_names and (
            is_beginning
            or folded in self.topic_names
            or self.matcher.is_name_in_data(text)
            or self.is_city_elsewhere(text)
        ):
            return None
        return self._countries.get(territory.country)

    def _cities_in(self, places: Iterable[SearchedPlace], text: str) -> Iterator[str]:
        query, wanted = words(text), {(place.kind, place.id) for place in places}
        for id, city in self._cities.items():
            country = self._countries[city.country]
            own = {("country", country.id), ("region", country.region), ("continent", country.continent)}
            if own & wanted or self._is_exactly(id, query):
                yield id

    def _is_exactly(self, id: str, query: tuple[str, ...]) -> bool:
        city = self._cities[id]
        return any(words(name) == query for name in _names(city))

    # -- suggestions ---------------------------------------------------------------------------

    def _label(self, id: str) -> str:
        city = self._cities[id]
        return f"{city.name}, {self._countries[city.country].name}"

    @cached_property
    def field_names(self) -> frozenset[str]:
        return frozenset(
            key(name)
            for field in self._fields.values()
            for name in (field.id, field.name, field.name_fr, field.name_es, *field.aliases)
        )

    @cached_property
    def country_names(self) -> frozenset[str]:
        return frozenset(
            key(name)
            for country in self._countries.values()
            for name in (country.id, country.alpha3, country.name, country.name_fr, country.official or country.name)
        )

    @cached_property
    def topic_names(self) -> Mapping[str, str]:
        """The names of topics in all languages, by the folded name."""
        return {key(name): name for topic in self._topics.values() for name in topic.all_names}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The names of countries, regions, continents, fields and topics, as they are suggested, by the folded name."""
        labels: dict[str, str] = {}
        for country in self._countries.values():
            for name in (country.name, country.name_fr, country.official or country.name):
                labels.setdefault(key(name), country.name)
        for name in (*REGIONS.values(), *CONTINENTS.values(), *self.topic_names.values()):
            labels.setdefault(key(name), name)
        for field in self._fields.values():
            for name in (field.name, field.name_fr, field.name_es, *field.aliases):
                labels.setdefault(key(name), field.name)
        return labels

    @cached_property
    def _spelling(self) -> SpellingIndex:
        return SpellingIndex(self.labels)

    @cached_property
    def _words(self) -> SpellingIndex:
        """The words of all names, of which one may be misspelt next to others."""
        names = (*self.labels, *(key(name) for city in self._cities.values() for name in _names(city)))
        return SpellingIndex(word for name in names for word in name.split() if len(word) >= SHORTEST_CORRECTED)

    @cached_property
    def _sorted_terms(self) -> list[str]:
        return sorted(set().union(*self.terms.values()))

    def _suggested(self, text: str, query: tuple[str, ...], candidates: Iterable[str]) -> tuple[str, ...]:
        """Return the names that a text which finds nothing may be a slip of."""
        cities = [self._label(id) for id in candidates]
        others = [self.labels[name] for name in self._spelling.closest(key(text))]
        names = dict.fromkeys([*cities, *others])
        if not names and (corrected := self._corrected(query)):
            names[corrected] = None
        return tuple(names)[:MOST_SUGGESTED]

    def _corrected(self, query: tuple[str, ...]) -> str | None:
        """Return the words with those put right that begin no term, None if that finds nothing either."""
        if len(query) > MOST_CORRECTED_WORDS:
            return None
        corrected = [
            word if any(matching_terms(word, self._sorted_terms)) else next(iter(self._words.closest(word)), word)
            for word in query
        ]
        is_found = any(matches_words(corrected, terms) for terms in self.terms.values())
        return " ".join(corrected) if is_found else None


def _names(city: City) -> Iterator[str]:
    yield city.name
    yield from (name.value for name in city.names)


def _has_field(city: City, field: str) -> bool:
    return any(designation.field == field for designation in city.designations)
