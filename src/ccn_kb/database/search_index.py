"""The full-text index for SQL: the words by which cities are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ccn_kb.model.records import City
from ccn_kb.model.text import fold, is_unspaced
from ccn_kb.network import Network, country_names, field_names

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
    for part in city.subdivisions:
        yield from (part.name, part.code)


SEARCH_COLUMNS = (
    SearchColumn("names", lambda _, city: (city.name, *(name.value for name in city.names))),
    SearchColumn("place", _places),
    SearchColumn(
        "fields",
        lambda network, city: (
            name for designation in city.designations for name in field_names(network.fields[designation.field])
        ),
    ),
    SearchColumn(
        "topics",
        lambda network, city: (name for topic in network.topics_of(city) for name in topic.all_names),
    ),
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
