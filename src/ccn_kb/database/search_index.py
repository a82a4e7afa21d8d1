"""The words by which records are found: the rows behind the site's search, and the full-text index for SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ccn_kb.model.dates import format_date
from ccn_kb.model.records import CONTINENTS, REGIONS, City
from ccn_kb.model.text import fold, is_unspaced, words
from ccn_kb.network import Network, country_names, field_names


class Findable(NamedTuple):
    """A record that the site's search can find: how it is shown, and the folded names and words that match it."""

    kind: str
    id: str
    name: str
    detail: str
    names: str
    terms: str


def findable(network: Network) -> Iterator[Findable]:
    """Yield every record that the site's search can find."""
    for city in network.cities.values():
        country = network.countries[city.country].name
        latest = network.fields[city.designations[-1].field].name
        names = (city.name, *(other.value for other in city.names))
        yield _findable("city", city.id, city.name, f"{country}, {latest}", names, network.terms(city))
    with_city = {city.country for city in network.cities.values()}
    for place in sorted(network.countries.values(), key=lambda place: place.id):
        detail = REGIONS[place.region] + ("" if place.id in with_city else ", no member city")
        yield _findable("country", place.id, place.name, detail, country_names(place))
    for region, name in REGIONS.items():
        yield _findable("region", region, name, "UNESCO region", (name, region))
    for continent, name in CONTINENTS.items():
        yield _findable("continent", continent, name, "Continent", (name,))
    for field in network.fields.values():
        yield _findable("field", field.id, field.name, field.description, field_names(field))
    for topic in network.topics.values():
        broader = [other.name for other in network.topic_and_broader(topic.name)[1:]]
        yield _findable("topic", topic.id, topic.name, ", ".join(broader), (topic.name,))
    for announcement in network.rounds.values():
        year, day = str(announcement.id), format_date(announcement.announced)
        yield _findable("round", year, f"Round of {year}", day, (year,), {"round"})
    for meeting in network.meetings():
        hosts = list(map(network.host_name, meeting.hosts))
        detail = ", ".join(filter(None, (*hosts, format_date(meeting.starts))))
        names = (meeting.name, *hosts, meeting.theme or "")
        yield _findable("meeting", meeting.id, meeting.name, detail, names, set(words(detail)))
    for cooperation in network.cooperations.values():
        detail = f"{cooperation.kind}, {format_date(cooperation.starts)}"
        yield _findable("cooperation", cooperation.id, cooperation.title, detail, (cooperation.title,))


def _findable(
    kind: str, id: str, name: str, detail: str, names: Iterable[str], terms: Iterable[str] = frozenset()
) -> Findable:
    folded = dict.fromkeys(" ".join(words(text)) for text in names)
    all_terms = {*terms, *(word for text in folded for word in text.split())}
    return Findable(kind, id, name, detail, "\n".join(folded), " ".join(sorted(all_terms)))


# -- the full-text index -----------------------------------------------------------------------

SEARCH_TABLE = "cities_fts"
CITY_SEARCH = "city_search"
"""A view of the index whose rowid is the city's id: Datasette compares it with the column that `fts_pk` names."""
CITY_SEARCH_SELECT = f"SELECT id AS rowid, {SEARCH_TABLE} AS {CITY_SEARCH} FROM {SEARCH_TABLE}"


class SearchColumn(NamedTuple):
    """A column of the full-text index, and the texts of a city that are searched in it."""

    name: str
    texts: Callable[[Network, City], Iterable[str]]


def _places(network: Network, city: City) -> Iterator[str]:
    yield from country_names(network.countries[city.country])
    if city.subdivision:
        yield from (city.subdivision.name, city.subdivision.code)


SEARCH_COLUMNS = (
    SearchColumn("names", lambda _, city: (city.name, *(name.value for name in city.names))),
    SearchColumn("place", _places),
    SearchColumn(
        "fields",
        lambda network, city: (
            name for designation in city.designations for name in field_names(network.fields[designation.field])
        ),
    ),
    SearchColumn("topics", lambda network, city: (topic.name for topic in network.topics_of(city))),
    SearchColumn("id", lambda _, city: (city.id,)),
)
# sqlite-utils and Datasette take the index for that of the table `cities` if they read content="cities" in its SQL. It
# holds its texts itself, since they are more than the columns of that table: folded, in other languages, and in part.
CREATE_SEARCH_TABLE = (
    f'CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5(/* content="cities" */'
    f" {', '.join(column.name for column in SEARCH_COLUMNS)}, tokenize='unicode61 remove_diacritics 2')"
)


def search_rows(network: Network) -> Iterator[tuple[str, ...]]:
    """Yield the row of each city in the full-text index: its texts, as written and folded."""
    for city in network.cities.values():
        yield tuple(" ".join(map(_searchable, column.texts(network, city))) for column in SEARCH_COLUMNS)


@lru_cache(maxsize=10_000)
def _searchable(text: str) -> str:
    texts = [text]
    if fold(text) != text.casefold():
        texts.append(fold(text))
    if is_unspaced(text):
        # FTS5 takes 金沢市 for one word, in which it would not find 金沢.
        texts += [text[:end] for end in range(1, len(text))]
    return " ".join(texts)
