"""The pages' words: sources in reading order, titles and links of filtered lists, reports of errors, empty sections."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ccn_kb.network import Network
from ccn_kb.site.pages.city import city_page
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import Pages
from ccn_kb.site.templating import encode_query
from tests.conftest import TODAY
from tests.records import make_city, make_designation, make_end, make_network, make_source
from tests.serving import Site, make_pages


@pytest.fixture(scope="module")
def pages(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return make_pages(network, tmp_path_factory.mktemp("pages"))


def html_of(pages: Pages, path: str, **query: str) -> str:
    response = pages.respond(path, query)
    assert response.status == 200, path
    return response.body.decode()


def facts_of(pages: Pages, path: str, **query: str) -> dict[str, object]:
    facts = json.loads(pages.respond(f"{path}.json", query).body)
    assert isinstance(facts, dict)
    return facts


# -- sources -------------------------------------------------------------------------------------


def references(page: str) -> tuple[list[int], list[int]]:
    """Return the numbers of sources in the order in which a page first refers to them, and those that it lists."""
    text, _, listed = page.partition('<section class="sources">')
    numbers = map(int, re.findall(r'href="#source-(\d+)"', text))
    return list(dict.fromkeys(numbers)), [int(number) for number in re.findall(r'<li id="source-(\d+)"', listed)]


def test_sources_are_numbered_in_reading_order_and_each_is_referred_to(pages: Pages) -> None:
    paths = [f"{page.path}/{id}" for page in PAGES if page.path_parameter for id in page.ids(pages.index)]
    paths += [page.path for page in PAGES if not page.path_parameter]
    for path in (*paths, f"/on/{TODAY}"):
        numbers, listed = references(html_of(pages, path))
        assert numbers == listed == list(range(1, len(listed) + 1)), path


def test_a_changed_field_has_the_sources_of_both_its_dates_in_reading_order(tmp_path: Path) -> None:
    former = make_designation("film", "2010", end=make_end("2020", "field-changed", sources=["notice"]), sources=["b"])
    city = make_city("kobe-jp", former, make_designation("music", "2020", sources=["a"]))
    sources = [make_source("a"), make_source("b"), make_source("notice", kind="official"), make_source("press")]
    pages = make_pages(make_network(*sources, city), tmp_path)
    assert references(html_of(pages, "/city/kobe-jp")) == ([1, 2, 3, 4], [1, 2, 3, 4])


# -- filtered lists ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({}, "Cities"),
        ({"on": "2015"}, "Member cities on 31 December 2015"),
        (
            {"field": "gastronomy", "country": "MX", "on": "2017-12-31"},
            "Cities of Gastronomy in Mexico on 31 December 2017",
        ),
        ({"country": "NL"}, "Member cities in the Netherlands"),
        ({"region": "africa"}, "Member cities in Africa (UNESCO region)"),
        ({"q": "ceramics", "joined": "2017"}, "Member cities that joined in 2017 matching “ceramics”"),
        ({"q": "ceramics", "on": "2015"}, "Member cities matching “ceramics” on 31 December 2015"),
    ],
)
def test_a_filtered_list_is_titled_by_its_filters_and_leads_to_its_data(
    site: Site, query: dict[str, str], title: str
) -> None:
    address = f"/cities?{encode_query(query)}" if query else "/cities"
    page = site.get(address).text
    twin = address.replace("/cities", "/cities.json", 1)
    facts = site.get(twin).json()
    assert facts["title"] == title
    assert f"<h1>{title}</h1>" in page
    assert f'href="{html.escape(twin)}">JSON' in page
    assert f'<meta property="og:url" content="{site.address}{html.escape(address)}">' in page
    path, _, rows_query = facts["rows"].partition("?")
    rows = site.rows(f"{path}.json?{rows_query}")
    assert len(rows) == len(facts["cities"]) > 0


@pytest.mark.parametrize("query", [{"kind": "mentoring"}, {"field": "film", "year": "2019"}])
def test_filtered_projects_lead_to_their_data(site: Site, query: dict[str, str]) -> None:
    facts = site.get(f"/cooperation.json?{encode_query(query)}").json()
    assert facts["title"] != "Cooperation"
    path, _, rows_query = facts["rows"].partition("?")
    assert len(site.rows(f"{path}.json?{rows_query}")) == len(facts["cooperations"]) > 0
    page = site.get(f"/cooperation?{encode_query(query)}").text
    assert f'href="/cooperation.json?{html.escape(encode_query(query))}">JSON' in page


# -- places --------------------------------------------------------------------------------------


def test_a_subdivision_of_the_citys_own_name_is_not_repeated(pages: Pages) -> None:
    page = city_page(pages.context, "kyiv-ua")
    assert page
    assert page.subdivision
    assert page.subdivision.name == page.name
    (where,) = re.findall(r'<p class="where">(.*?)</p>', html_of(pages, "/city/kyiv-ua"))
    assert "· Kyiv ·" not in re.sub("<[^>]+>", "", where)
    assert '<bdi lang="uk">Київ</bdi>' in where


def test_the_cities_within_a_distance_are_all_listed(site: Site) -> None:
    rows = site.rows("/ccn/cities_near.json?city=lyon-fr&km=500")
    assert len(rows) > 20
    assert all(row["km"] <= 500 for row in rows)
    assert len(site.rows("/ccn/cities_near.json?city=lyon-fr")) == 20


# -- empty sections, errors ----------------------------------------------------------------------


def test_an_empty_section_says_so(tmp_path: Path) -> None:
    page = html_of(make_pages(make_network(make_city("kobe-jp")), tmp_path), "/city/kobe-jp")
    assert "No partnerships recorded yet." in page
    assert "No topics recorded yet." in page


@pytest.mark.parametrize("issues", ["", "https://example.org/ccn/issues"])
def test_an_error_is_reported_with_its_page_and_record(network: Network, tmp_path: Path, issues: str) -> None:
    database = make_pages(network, tmp_path)
    pages = Pages(tmp_path / "ccn.db", database.today, "https://ccn.example", issues)
    for path, record in (("/city/lyon-fr", "lyon-fr"), ("/rounds", "rounds.yaml"), ("/cities", "/cities")):
        page = html_of(pages, path)
        if issues:
            (address,) = re.findall(r'href="([^"]*)"[^>]*>Report an error on this page', page)
            url = urlsplit(html.unescape(address))
            assert f"{url.scheme}://{url.netloc}{url.path}" == f"{issues}/new"
            assert parse_qs(url.query)["record"] == [record]
        else:
            (text,) = re.findall(r"<textarea[^>]*aria-label=\"Report\">(.*?)</textarea>", page, re.DOTALL)
            assert text.startswith(f"Page: https://ccn.example{path}\nRecord: {record}\n")


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/on/2100", f"“2100” is in the future. The latest date is {TODAY}."),
        ("/on/banana", "“banana” is not a date. Use YYYY-MM-DD, YYYY-MM or YYYY."),
        ("/on/2015-02-30", "“2015-02-30” is not a date. Use YYYY-MM-DD, YYYY-MM or YYYY."),
        ("/city/nowhere", "Unknown city “nowhere”."),
    ],
)
def test_an_error_says_what_is_wrong(pages: Pages, path: str, sentence: str) -> None:
    facts = json.loads(pages.respond(f"{path}.json", {}).body)
    assert facts["error"] == sentence


@pytest.mark.parametrize(
    ("address", "kinds"),
    [
        ("/field/musci", {"/field/"}),
        ("/field/movies", set()),
        ("/round/2016", set()),
        ("/country/Japan", {"/country/"}),
        ("/city/kanasawa", {"/city/"}),
        ("/meeting/kanazawa", {"/meeting/"}),
        ("/cities?field=musik", {"/field/"}),
        ("/cities?country=Japan", {"/country/"}),
    ],
)
def test_only_what_is_of_the_wanted_kind_is_suggested(address: str, kinds: set[str], pages: Pages) -> None:
    path, _, query = address.partition("?")
    answer = json.loads(pages.respond(f"{path}.json", parse_query(query)).body)
    addresses = [suggestion["address"] for suggestion in answer["suggestions"]]
    assert {address[: address.rindex("/") + 1] for address in addresses} == kinds


@pytest.mark.parametrize(
    ("tag", "country", "field"), [("", "South Korea", "Literature"), ("fr", "Corée du Sud", "Littérature")]
)
def test_a_published_total_names_its_scope(tag: str, country: str, field: str, pages: Pages) -> None:
    text = pages.respond(f"/{tag}/on/2023-10-31" if tag else "/on/2023-10-31", {}).body.decode()
    assert f", {country}{chr(160) if tag else ''}: 12 " in text
    assert f", {field}{chr(160) if tag else ''}: 53 " in text


def test_a_wrong_date_suggests_no_city(pages: Pages) -> None:
    assert json.loads(pages.respond("/cities.json", {"on": "banana"}).body)["suggestions"] == []
