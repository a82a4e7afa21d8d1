"""The search without a server finds what the search of the server finds: both are asked the same, and compared."""

from __future__ import annotations

import contextlib
import gzip
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from ccn_kb.network import Network
from ccn_kb.network.name_tables import country_codes, other_places
from ccn_kb.publication import browser_search
from ccn_kb.publication.static_addresses import relative_link
from ccn_kb.publication.static_folder import SCRIPTS
from ccn_kb.site.languages import languages, use_language
from ccn_kb.site.pages.search import search_page
from ccn_kb.site.router import Pages
from tests.conftest import TODAY
from tests.serving import make_pages
from tests.strange import HOSTILE_NAMES, empty_network, strange_network

LARGEST_INDEX = 300_000


@pytest.fixture(scope="module")
def pages(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return make_pages(network, tmp_path_factory.mktemp("search"), TODAY)


def slip(name: str, generator: random.Random) -> str:
    """Return a name with a slip of the keyboard after its first letter."""
    place = generator.randrange(1, len(name)) if len(name) > 1 else 0
    kind = generator.randrange(4)
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return f"{name[:place]}e{name[place:]}"
    if kind == 2:
        return f"{name[:place]}{generator.choice('aeiourst')}{name[place + 1 :]}"
    return name[: place - 1] + name[place : place + 1] + name[place - 1 : place] + name[place + 1 :]


def queries(network: Network) -> Iterator[str]:
    """Yield what people type: names, beginnings, slips, phrases, ids, in all languages and scripts; and nonsense."""
    generator = random.Random(20)
    for city in generator.sample(list(network.cities.values()), 60):
        country = network.countries[city.country].name
        yield from (city.name, slip(city.name, generator), city.name[:4])
        yield from (f"{city.name}, {country}", f"City of {city.name}")
        yield from (generator.choice(city.names).value if city.names else city.id, city.wikidata or city.id)
    yield from generator.sample([country.name for country in network.countries.values()], 60)
    yield from generator.sample(sorted(country_codes()), 60)
    yield from generator.sample(sorted(other_places()), 60)
    for topic in generator.sample(list(network.topics.values()), 40):
        yield from (generator.choice(topic.all_names), slip(topic.name, generator))
    for field in network.fields.values():
        yield from (f"Cities of {field.name}", f"City of {field.name} in Asia", field.name_fr, field.name_es)
    yield from (
        "",
        "!!",
        "2015",
        "北京",
        "金沢市",
        "한국",
        "🇯🇵",
        "Scotland",
        "Macao",
        "Asia",
        "Asia and the Pacific",
        "Nice",
    )
    yield from ("Ghana", "Granada", "Cuenca", "UNESCO City of Literature Prague", "té", "são paulo brasil", "Köln")
    yield from ("İstanbul", "straße", "mentoring", "conference Kanazawa", "a b c d e f", "Kanazawa Japan", "x" * 120)
    yield from HOSTILE_NAMES


def search_in_browser(browser: Browser, index: str, asked: list[str]) -> Any:
    with contextlib.closing(browser.new_page()) as page:
        for script in ((SCRIPTS / "search.js").read_text(encoding="utf-8"), index):
            page.evaluate(f"() => {{ {script} }}")
        return page.evaluate("asked => asked.map(globalThis.ccnSearch(globalThis.ccnIndex).search)", asked)


@pytest.mark.parametrize("tag", languages())
def test_the_search_without_a_server_finds_the_same(tag: str, pages: Pages, network: Network, browser: Browser) -> None:
    own = pages.in_language(tag)
    asked = list(dict.fromkeys(queries(network)))
    assert len(asked) > 600
    answers = search_in_browser(browser, browser_search.to_script(own), asked)
    different = {}
    with_results = 0
    for query, answer in zip(asked, answers, strict=True):
        with use_language(own.language):
            page = search_page(own.context, q=query).model_dump(mode="json")
        for group in page["groups"]:
            for result in group["results"]:
                result["address"] = relative_link(result["address"], "index.html")
        with_results += page["total"] > 0
        for name in ("total", "did_you_mean", "groups"):
            if page[name] != answer[name]:
                different[query] = name, page[name], answer[name]
    assert with_results > 400
    assert different == {}


def test_the_index_is_small(pages: Pages) -> None:
    for tag in languages():
        assert len(gzip.compress(browser_search.to_script(pages.in_language(tag)).encode(), 9)) < LARGEST_INDEX


@pytest.mark.parametrize("make", [strange_network, empty_network])
def test_a_strange_and_an_empty_network_have_an_index(
    make: Callable[[], Network], browser: Browser, tmp_path: Path
) -> None:
    own = make_pages(make(), tmp_path, TODAY)
    index = browser_search.to_script(own)
    asked = ["a", "Asia", *HOSTILE_NAMES]
    for query, answer in zip(asked, search_in_browser(browser, index, asked), strict=True):
        assert answer["total"] == search_page(own.context, q=query).total
