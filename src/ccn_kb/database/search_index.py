"""What is found by which words: the rows behind the site's search and behind the search in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ccn_kb.database.columns import Row
from ccn_kb.model.dates import format_date
from ccn_kb.model.records import REGIONS
from ccn_kb.model.text import fold, words
from ccn_kb.network import Network, country_names, field_names

SEARCH_TABLE = "cities_fts"
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def findable(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `findable`."""
    for city in network.cities.values():
        country = network.countries[city.country].name
        latest = network.fields[city.designations[-1].field].name
        names = (city.name, *(other.value for other in city.names))
        yield _found("city", city.id, city.name, f"{country}, {latest}", names, network.terms(city))
    for country_id in sorted({city.country for city in network.cities.values()}):
        place = network.countries[country_id]
        yield _found("country", place.id, place.name, REGIONS[place.region], country_names(place))
    for field in network.fields.values():
        yield _found("field", field.id, field.name, field.description, field_names(field))
    for topic in network.topics.values():
        above = [one.name for one in network.topic_and_broader(topic.name)[1:]]
        yield _found("topic", topic.id, topic.name, ", ".join(above), (topic.name,))
    for one in network.rounds.values():
        yield _found("round", str(one.id), f"Round of {one.id}", format_date(one.announced), (str(one.id),), {"round"})
    for meeting in network.meetings():
        hosts = [network.cities[host.city].name if host.city else str(host.name) for host in meeting.hosts]
        detail = ", ".join(filter(None, (*hosts, format_date(meeting.starts))))
        names = (meeting.name, *hosts, meeting.theme or "")
        yield _found("meeting", meeting.id, meeting.name, detail, names, set(words(detail)))
    for work in network.cooperations.values():
        yield _found("cooperation", work.id, work.title, f"{work.kind}, {format_date(work.starts)}", (work.title,))


def _found(kind: str, id: str, name: str, detail: str, names: Iterable[str], terms: Iterable[str] = frozenset()) -> Row:
    folded = dict.fromkeys(" ".join(words(one)) for one in names)
    every = {*terms, *(word for one in folded for word in one.split())}
    return kind, id, name, detail, "\n".join(folded), " ".join(sorted(every))


def search_rows(network: Network) -> Iterator[tuple[str, ...]]:
    """Yield what is searched for each city: its names, its place, its fields, its id; as written and folded."""
    for city in network.cities.values():
        names = [city.name, *(one.value for one in city.names)]
        country = network.countries[city.country]
        place = [*country_names(country)]
        place += [city.subdivision.name, city.subdivision.code] if city.subdivision else []
        fields = [name for one in city.designations for name in field_names(network.fields[one.field])]
        topics = [topic.name for topic in network.topics_of(city)]
        yield tuple(" ".join(map(_searchable, texts)) for texts in (names, place, fields, topics, [city.id]))


@lru_cache(maxsize=10_000)
def _searchable(text: str) -> str:
    found = [text]
    if fold(text) != text.casefold():
        found.append(fold(text))
    if _UNSPACED.search(text):
        # Such scripts have no spaces between words, so that 金沢 would not be found in 金沢市.
        found += [text[:end] for end in range(1, len(text))]
    return " ".join(found)
