"""Every page of the site, as HTML and as JSON, on two networks unlike today's: a strange one and an empty one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from ccn_kb.model.dates import last_day
from ccn_kb.site.languages import split_language
from ccn_kb.site.pages.parts import SitePage
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import PageResponse, Pages
from tests.conftest import TODAY
from tests.markup import Markup, parse_page
from tests.strange import (
    COUNTRY_LEFT,
    FIELD_WITHOUT_MARK,
    FIELD_WITHOUT_MEMBERS,
    HOSTILE_NAMES,
    LONGEST_ADDRESS,
    UNWANTED,
    Case,
    read_json,
)

SITE = "https://cities.example.org"
KINDS = (
    *("home", "cities", "city", "countries", "country", "fields", "field", "meetings", "meeting", "rounds"),
    *("cooperation", "on", "search", "data", "about", "compare", "answers", "changes", "documents"),
)
WITH_PICTURE = {page.path for page in PAGES if page.model.to_picture is not SitePage.to_picture}
FIRST = ["/on/2003", "/on/2004", "/on/2013-03", "/on/2015-06", f"/on/{TODAY}", "/search", "/search?q=qqqq"]
"""Pages that nothing links to as long as the network is empty."""
ELSEWHERE = re.compile(r"/(?:ccn|ccn\.db|assets)(?:[/?.-]|$)|[^?]*\.(?:png|svg)")
"""Addresses that other parts of the site answer, and pictures: Datasette and the files that do not change."""
WRONG_NUMBER = re.compile(
    r"(?<![\d,.])1 (?:member )?(?:cities|members|countries|meetings|fields|designations|results|rounds)\b"
    r"|(?<![\d,.])(?:0|[2-9]|\d[\d,]*\d) (?:city|country|meeting|field|designation|result|round)\b"
)
"""A number with the wrong form of its noun."""

Site: TypeAlias = Callable[[str], PageResponse]


@pytest.fixture(scope="module")
def site(built: Path) -> Site:
    """The pages made of the case's database, asked for by their addresses."""
    pages = Pages(built, last_day(TODAY), SITE)
    return lambda address: pages.respond(urlsplit(address).path, parse_query(urlsplit(address).query))


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[str, Markup | str]:
    """Every page that the sitemap or another page leads to, parsed, by its address; of a broken one, why it is."""
    sitemap = ElementTree.fromstring(site("/sitemap.xml").body)
    waiting = [str(element.text).removeprefix(SITE) or "/" for element in sitemap.iter() if element.tag.endswith("loc")]
    waiting += FIRST
    answers: dict[str, Markup | str] = {}
    while waiting:
        address = waiting.pop()
        if address in answers or ELSEWHERE.match(address):
            continue
        answers[address] = answer = parsed(site, address)
        if isinstance(answer, Markup):
            links = [element.attributes.get("href", "") for element in answer.select("a")]
            waiting += [urljoin(address, link).partition("#")[0] for link in links if not re.match("[a-z]+:", link)]
    return {address: answer for address, answer in answers.items() if answer != ""}


def parsed(site: Site, address: str) -> Markup | str:
    """Return the page, why it is none, or '' for what is no page."""
    try:
        answer = site(address)
        if answer.status in (301, 303):
            answer = site(answer.location)
        assert answer.status == 200, answer.status
        return parse_page(answer.body.decode()) if "html" in answer.media_type else ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def kind_of(address: str) -> str:
    path = urlsplit(address).path
    return path.strip("/").partition("/")[0] or "home"


def texts_in(data: Any) -> Iterator[str]:
    """Yield every text in JSON data, keys left out."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list | dict):
        for item in data.values() if isinstance(data, dict) else data:
            yield from texts_in(item)


def page(site: Site, path: str) -> Markup:
    return parse_page(site(path).body.decode())


# -- every page --------------------------------------------------------------------------------


def test_the_sitemap_names_a_page_of_every_record(case: Case, pages: Mapping[str, object]) -> None:
    network = case.network
    countries = {city.country for city in network.cities.values()}
    for kind, ids in (
        ("city", network.cities),
        ("country", countries),
        ("field", network.fields),
        ("meeting", network.meetings_by_id),
    ):
        assert {address for address in pages if kind_of(address) == kind} >= {f"/{kind}/{id}" for id in ids}
    assert {kind_of(address) for address in pages} >= {"home", "cities", "countries", "fields", "meetings", "about"}


def without_language(address: str) -> str:
    """Return the address of a page in English."""
    return split_language(address)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_whole_and_without_gaps(kind: str, pages: Mapping[str, Markup | str]) -> None:
    faults = []
    for address, markup in pages.items():
        if kind_of(address) != kind:
            continue
        if isinstance(markup, str):
            faults.append((address, markup))
            continue
        faults += [(address, line) for line in markup.lines if UNWANTED.search(line) or WRONG_NUMBER.search(line)]
        titles = [title for title in markup.select("title") if not title.is_drawn]
        faults += [(address, "<title>")] if len(titles) != 1 else []
        faults += [(address, f"<{tag}>") for tag in ("h1", "main") if len(markup.select(tag)) != 1]
        faults += [(address, "an empty heading") for heading in markup.select("h2") if not heading.text]
    assert faults == []


def test_no_text_of_the_data_becomes_markup(pages: Mapping[str, Markup | str]) -> None:
    for address, markup in pages.items():
        if isinstance(markup, str):
            continue
        elements = [
            element
            for element in markup.elements
            if not {"picture", "badge"} & set(element.attributes.get("class", "").split())
            and not without_language(address).startswith("/embed")
        ]
        assert not [element.tag for element in elements if element.tag in ("blink", "img")], address
        for element in markup.elements:
            assert not [name for name in element.attributes if name.startswith("on")], (address, element)
            links = [element.attributes.get(name, "") for name in ("href", "src", "action", "formaction")]
            assert not [link for link in links if re.match(r"\s*(?:javascript|data|vbscript):", link)], address
        for script in markup.select("script"):
            if script.text:
                read_json(script.text)
            else:
                assert script.attributes["src"].startswith("/assets/"), address


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_the_same_as_json(kind: str, site: Site, pages: Mapping[str, Markup | str]) -> None:
    faults = []
    for address in pages:
        if kind_of(address) != kind:
            continue
        path, _, query = address.partition("?")
        try:
            if site(address).location:
                continue
            answer = site(f"{'/index' if path == '/' else path}.json?{query}")
            texts = list(texts_in(read_json(answer.body.decode())))
        except Exception as error:
            faults.append((address, f"{type(error).__name__}: {error}"))
            continue
        if answer.status != 200:
            faults.append((address, str(answer.status)))
        sentences = [text for text in texts if " " in text and not text.startswith("http")]
        faults += [(address, text) for text in sentences if UNWANTED.search(text) or WRONG_NUMBER.search(text)]
    assert faults == []


# -- single pages ------------------------------------------------------------------------------


def test_the_page_of_a_record_is_headed_by_its_name(case: Case, site: Site) -> None:
    network = case.network
    names = {f"/city/{city.id}": city.name for city in network.cities.values()}
    names |= {f"/country/{id}": network.countries[id].name for id in {city.country for city in network.cities.values()}}
    names |= {f"/field/{field.id}": field.name for field in network.fields.values()}
    names |= {f"/meeting/{meeting.id}": meeting.name for meeting in network.meetings()}
    for address, name in names.items():
        answer = page(site, address)
        for tag in ("title", "h1"):
            assert re.sub(r"\s+", " ", answer.select(tag)[0].text).startswith(re.sub(r"\s+", " ", name))


def test_the_home_page_counts_the_members(case: Case, site: Site) -> None:
    text = page(site, "/").select("main")[0].text
    assert re.search(rf"\b{case.members} member", text)
    assert re.search(rf"\b{case.countries} countries", text)
    assert re.search(rf"\b{len(case.network.fields)} creative fields", text)
    assert not re.search(r"\b[Ee]ight\b", text)


def test_what_is_not_there_is_a_page_of_404(site: Site) -> None:
    for path in (
        "/nowhere",
        "/city/nowhere",
        f"/city/{quote('<script>alert(1)</script>', safe='')}",
        "/country/XX",
        "/field/blinking",
        "/meeting/2015",
        "/round/2015",
        "/on/2027",
        "/on/banana",
        "/on/2015-02-30",
    ):
        answer = site(path)
        assert answer.status == 404
        markup = parse_page(answer.body.decode())
        assert not markup.select("blink")
        assert not [line for line in markup.select("main")[0].text.splitlines() if UNWANTED.search(line)]
        answer = site(f"{path}.json")
        assert answer.status == 404
        assert read_json(answer.body.decode())["ok"] is False


def test_the_lists_for_programs_are_valid(site: Site) -> None:
    described = read_json(site("/openapi.json").body.decode())
    assert list(OpenAPIV31SpecValidator(described).iter_errors()) == []
    for path in ("/robots.txt", "/llms.txt"):
        text = site(path).body.decode()
        assert SITE in text
        assert not [line for line in text.splitlines() if UNWANTED.search(line)]


def test_a_search_shows_its_words_as_they_were_written(site: Site) -> None:
    for name in HOSTILE_NAMES.values():
        answer = site(f"/search?{urlencode({'q': name})}")
        assert answer.status == 200
        markup = parse_page(answer.body.decode())
        assert not markup.select("blink")
        assert name[:100] in {field.attributes.get("value", "")[:100] for field in markup.select("input")}


@pytest.mark.parametrize("case", ["strange"], indirect=True)
class TestStrangePages:
    """What only the strange network has pages of."""

    def test_a_hostile_name_is_found_by_the_search(self, site: Site) -> None:
        for latin, name in HOSTILE_NAMES.items():
            for words in (name, latin.replace("-", " ")):
                text = site(f"/search.json?{urlencode({'q': words})}").body.decode()
                assert f'"{latin}-jp"' in text or f"/city/{latin}-jp" in text, words

    def test_linked_data_of_a_city_holds_its_name(self, site: Site) -> None:
        for latin, name in HOSTILE_NAMES.items():
            scripts = page(site, f"/city/{latin}-jp").select("script")
            data = {item["@type"]: item for item in (read_json(script.text) for script in scripts if script.text)}
            assert data["City"]["name"] == name
            assert data["BreadcrumbList"]["itemListElement"][-1]["name"] == name

    def test_a_city_without_topics_shows_its_facts_and_their_source(self, site: Site) -> None:
        markup = page(site, "/city/factual-us")
        assert "It has <blink>facts</blink> and no topics." in markup.select("main")[0].text
        assert LONGEST_ADDRESS in {link.attributes.get("href") for link in markup.select("a")}

    def test_a_field_without_members_has_a_page_that_says_so(self, site: Site) -> None:
        data = read_json(site(f"/field/{FIELD_WITHOUT_MEMBERS}.json").body.decode())
        assert not re.search(r"\bthe first was\b", data["sentence"])
        assert site(f"/cities?field={FIELD_WITHOUT_MEMBERS}").status == 200
        assert site(f"/cities.csv?field={FIELD_WITHOUT_MEMBERS}").body.decode().count("\n") == 1

    def test_a_field_without_a_mark_is_drawn_on_every_page_that_names_it(
        self, site: Site, pages: Mapping[str, Markup | str]
    ) -> None:
        for address, markup in pages.items():
            if isinstance(markup, str):
                continue
            defined = {element.attributes.get("id") for element in markup.elements}
            used = [element.attributes.get("href", "") for element in markup.select("use")]
            assert [mark for mark in used if mark.startswith("#") and mark[1:] not in defined] == [], address
        assert site(f"/field/{FIELD_WITHOUT_MARK}").status == 200

    def test_a_country_whose_only_city_left_names_the_city_and_its_years(self, site: Site) -> None:
        text = page(site, f"/country/{COUNTRY_LEFT}").select("main")[0].text
        assert "Left" in text
        assert "2010" in text
        assert "2015" in text

    def test_the_meeting_of_two_hosts_names_both(self, site: Site) -> None:
        text = page(site, "/meeting/2019-springfield-us").select("main")[0].text
        assert "Springfield" in text
        assert "<blink>Elsewhere</blink>" in text
        assert "</script><script>alert(5)</script>" in text

    def test_a_meeting_without_a_host_is_online(self, site: Site) -> None:
        assert re.search("online", page(site, "/meeting/2020-online").select("main")[0].text, re.IGNORECASE)

    def test_an_id_that_was_given_up_leads_to_the_city(self, site: Site) -> None:
        answer = site("/city/springfeld-us")
        assert (answer.status, answer.location) == (301, "/city/springfield-us")

    def test_points_on_maps_lie_on_the_earth(self, site: Site) -> None:
        data = read_json(site("/cities.json").body.decode())
        places = {city["id"]: (city["latitude"], city["longitude"]) for city in data["cities"]}
        assert (places["taveuni-fj"], places["rabi-fj"]) == ((-16.85, 180), (-16.5, -180))
        assert places["south-pole-aq"] == (-90, 0)

    def test_the_nearest_members_are_found_over_the_antimeridian(self, site: Site) -> None:
        text = page(site, "/city/taveuni-fj").select("main")[0].text
        assert re.search(r"Rabi, Land of FJ, 39 km", text)


def test_every_picture_is_well_formed(site: Site, pages: Mapping[str, object]) -> None:
    drawn = 0
    for address in pages:
        path, mark, query = (site(address).location or address).partition("?")
        answer = site(f"{'/index' if path == '/' else path}.svg{mark}{query}")
        plain = without_language(path)
        if {plain, plain.rpartition("/")[0]} & WITH_PICTURE:
            assert answer.status == 200, address
            ElementTree.fromstring(answer.body)
            drawn += 1
        else:
            assert answer.status == 404, address
    assert drawn >= 5
