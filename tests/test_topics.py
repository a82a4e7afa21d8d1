"""The names of topics in other languages: in the data, in the search and on the pages of a language."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import ValidationError

from ccn_kb import database
from ccn_kb.model.text import key, words
from ccn_kb.network import Network
from ccn_kb.network.name_search import matches_words
from ccn_kb.site.languages import Language, languages
from ccn_kb.site.localised_network import localise
from ccn_kb.site.pages.cities import cities_page
from ccn_kb.site.pages.city import city_page
from ccn_kb.site.pages.page_context import PageContext, SiteIndex
from ccn_kb.site.pages.search import SearchPage, search_page
from tests.conftest import TODAY, Ccn
from tests.records import make_topic

CERAMICS = ("ceramics", "céramique", "cerámica")


DAY = datetime.date.fromisoformat(TODAY)


@pytest.fixture(scope="module")
def built(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The database of the real network."""
    path = tmp_path_factory.mktemp("topics") / "ccn.db"
    database.build(network, path)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.fixture(scope="module", params=["fr", "es"])
def localised(request: pytest.FixtureRequest, network: Network) -> Network:
    """The real network as the pages in a language show it."""
    return localise(network, make_language(request.param))


def make_language(tag: str) -> Language:
    """Return a language of the site."""
    return languages()[tag]


def cities_in(page: SearchPage) -> set[str]:
    return {result.id for group in page.groups if group.kind == "city" for result in group.results}


def cities_with(network: Network, topic: str) -> set[str]:
    return {city.id for city in network.cities.values() if topic in {each.id for each in network.topics_of(city)}}


# -- the record --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([("doré", "fr"), ("dorure", "fr")], "a second name in the language 'fr'"),
        ([("gilding", "en")], "a second name in the language 'en'"),
        ([("gold leaf", "fr")], "'gold leaf' is the English name; leave it out"),
    ],
)
def test_a_topic_has_a_name_of_its_own_in_each_language(names: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        make_topic("gold-leaf", names=[{"value": value, "lang": lang} for value, lang in names])


def test_the_topics_have_names_in_french_and_spanish(network: Network) -> None:
    """Only proper names, dishes, dances and the like are the same: they are a small part."""
    for language in ("fr", "es"):
        named = [topic for topic in network.topics.values() if topic.name_in(language)]
        assert len(named) > 0.8 * len(network.topics)


# -- the search --------------------------------------------------------------------------------


def test_a_name_in_any_language_finds_the_cities_of_its_topic(network: Network) -> None:
    cities: dict[str, set[str]] = {}
    for city in network.cities.values():
        for topic in network.topics_of(city):
            cities.setdefault(topic.id, set()).add(city.id)
    for topic in network.topics.values():
        for name in topic.all_names:
            assert cities[topic.id] <= {*network.search(name).cities}, name
            assert network.topic(name) is topic


def test_the_name_of_a_topic_is_not_the_beginning_of_other_words(network: Network) -> None:
    """Tea is "té" in Spanish, where theatre is "teatro"; bread is "pain" in French."""
    terms = {city.id: network.terms(city) for city in network.cities.values()}
    names = {name for topic in network.topics.values() for name in topic.all_names if len(name) <= 5}
    assert {"té", "pain"} <= names
    for name in names:
        for id in network.search(name).cities:
            city = network.cities[id]
            own = {word for other in (city.name, *(each.value for each in city.names)) for word in words(other)}
            assert terms[id].issuperset(words(name)) or matches_words(words(name), own), (name, id)


def test_three_words_for_a_topic_find_the_same_cities(network: Network) -> None:
    expected = cities_with(network, "ceramics")
    for word in (*CERAMICS, "Ceramique", "CERAMICA"):
        assert {*network.search(word).cities} == expected
        assert {member.city.id for member in network.members(TODAY, topic=word)} <= expected
        assert {member.city.id for member in network.members(TODAY, text=word)} <= expected
    assert len({tuple(network.members(TODAY, topic=word)) for word in CERAMICS}) == 1


def test_the_command_line_lists_the_same_cities_for_three_words(ccn: Ccn) -> None:
    lists = [ccn("cities", word) for word in CERAMICS]
    assert lists[0].returncode == 0 and lists[0].stdout
    assert len({result.stdout for result in lists}) == 1


def test_the_index_of_the_database_finds_the_same_cities_for_three_words(
    built: sqlite3.Connection, network: Network
) -> None:
    for word in CERAMICS:
        rows = built.execute("SELECT id FROM cities_fts WHERE cities_fts MATCH ?", (word,)).fetchall()
        assert {id for (id,) in rows} == cities_with(network, "ceramics")


# -- tables and files --------------------------------------------------------------------------


def test_the_names_are_columns_of_the_table(built: sqlite3.Connection, network: Network) -> None:
    rows = built.execute("SELECT id, name_fr, name_es FROM topics").fetchall()
    assert {row[0]: tuple(row[1:]) for row in rows} == {
        topic.id: (topic.name_in("fr"), topic.name_in("es")) for topic in network.topics.values()
    }


# -- pages -------------------------------------------------------------------------------------


def test_the_pages_list_the_same_cities_for_three_words(network: Network) -> None:
    context = PageContext(SiteIndex(network), DAY)
    for word in CERAMICS:
        page = search_page(context, q=word)
        assert cities_in(page) == cities_with(network, "ceramics")
        topics = next(group.results for group in page.groups if group.kind == "topic")
        assert topics[0].name == "ceramics"
        listed = cities_page(context, q=word)
        assert listed and {city.id for city in listed.cities} == {
            member.city.id for member in network.members(DAY, topic="ceramics")
        }


def test_a_localised_network_has_each_topic_under_all_its_names(network: Network, localised: Network) -> None:
    assert sum(localised.topics[id].name != topic.name for id, topic in network.topics.items()) > 400
    for id, topic in network.topics.items():
        shown = localised.topics[id]
        assert {*map(key, shown.all_names)} == {*map(key, topic.all_names)}
        assert shown.name in {topic.name, *(name.value for name in topic.names)}
    for id, city in localised.cities.items():
        assert [topic.id for topic in localised.topics_of(city)] == [
            topic.id for topic in network.topics_of(network.cities[id])
        ]


def test_a_city_page_shows_its_topics_in_the_language_and_searches_for_them(localised: Network) -> None:
    context = PageContext(SiteIndex(localised), DAY)
    for id in [*localised.cities][::25]:
        page = city_page(context, id)
        assert page is not None
        for topic in page.known_for:
            assert topic.name == localised.topics[topic.id].name
            assert id in cities_in(search_page(context, q=topic.name))
