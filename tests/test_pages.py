"""The site's own pages: each user's path as a story, every link, every page without scripts and for every reader."""

from __future__ import annotations

import csv
import dataclasses
import html
import io
import json
import re
from collections import deque
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urljoin, urlsplit
from xml.etree import ElementTree

import lxml.html
import pytest
from axe_playwright_python.sync_playwright import Axe
from icalendar import Calendar
from playwright.sync_api import Browser, Page

import ccn_kb
from ccn_kb.network import Network
from ccn_kb.network.members import MEMBER_COLUMNS
from ccn_kb.site.languages import ENGLISH, languages
from ccn_kb.site.metadata import QUERIES
from ccn_kb.site.registration import PAGES
from tests.conftest import TODAY
from tests.serving import Site, Visitor, make_pages, text_of

KINDS_OF_PAGES = [
    "/",
    "/cities",
    "/cities?field=gastronomy&country=MX&on=2017-12-31",
    "/city/kanazawa-jp",
    "/city/lyon-fr",
    "/city/al-ahsa-sa",
    "/countries",
    "/country/JP",
    "/country/IS",
    "/fields",
    "/field/film",
    "/meetings",
    "/meeting/2015-kanazawa-jp",
    "/meeting/2008-paris",
    "/rounds",
    "/round/2025",
    "/on/2015-05-28",
    "/on/1999",
    "/search?q=ceramics",
    "/search?q=xyzzyx",
    "/cooperation",
    "/answers",
    "/answers/firsts",
    "/answers/largest-clusters",
    "/changes",
    "/about",
    "/data",
    "/ccn",
    "/ccn/members?field=film",
    "/ccn/cities/kanazawa-jp",
    "/ccn/members_on?date=2015-05-28",
    "/ccn?sql=select+*+from+fields",
]
# Those with the longest lists, with maps and with charts.
HEAVIEST = [
    "/",
    "/cities",
    "/city/kanazawa-jp",
    "/country/JP",
    "/field/film",
    "/on/2015-05-28",
    "/cooperation",
    "/about",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FORMATS = (".json", ".csv", ".xlsx", ".bib", ".ris", ".yaml", ".svg", ".png")
WITH_JSON = [path for path in KINDS_OF_PAGES if not path.startswith("/ccn")]


# -- what a page says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        (
            "/city/kanazawa-jp",
            "Kanazawa, Japan, has been a UNESCO Creative City of Crafts and Folk Art since 8 June 2009.",
        ),
        (
            "/city/lyon-fr",
            "Lyon, France, has been a UNESCO Creative City of Literature since 31 October 2023;"
            " before that it was a City of Media Arts (June 2008 – October 2023).",
        ),
        ("/country/IS", "Iceland has one Creative City: Reykjavík, a City of Literature."),
        ("/country/JP", "Japan has 12 Creative Cities in 7 creative fields."),
        ("/field/film", "30 UNESCO Creative Cities of Film; the first was Bradford (June 2009)."),
        ("/on/2015-05-28", "69 member cities in 32 countries."),
        ("/on/2015", "116 member cities in 54 countries."),
        ("/on/2004-10-13", "1 member city in 1 country."),
        ("/on/1999", "The network had no members yet: the first city joined in October 2004."),
        ("/round/2023", "On 31 October 2023 UNESCO announced 55 new Creative Cities in 46 countries."),
        (
            "/meeting/2015-kanazawa-jp",
            "The IX Annual Meeting of the network was held in Kanazawa, Japan, from 25 to 28 May 2015.",
        ),
        (
            "/meeting/2023-istanbul-tr",
            "The XV Annual Conference of the network was announced for 2023 in Istanbul, Türkiye;"
            " it is not confirmed to have taken place.",
        ),
    ],
)
def test_a_page_begins_with_the_answer(site: Site, path: str, sentence: str) -> None:
    page = site.get(path).text
    lead = re.search(r'<p class="lead">(.*?)(<sup|</p>)', page, re.DOTALL)
    assert lead
    assert lead[1].strip() == sentence
    assert site.get(f"{path}.json").json()["sentence"] == sentence


@pytest.mark.parametrize("date", ["2004-10-13", "2008", "2015-05-28", "2023-10-30", "2023-10-31", "2025-10-31", TODAY])
def test_the_network_on_a_date_is_the_networks(site: Site, network: Network, date: str) -> None:
    facts = site.get(f"/on/{date}.json").json()
    members = network.members(date)
    assert facts["members"] == len(members)
    assert facts["countries"] == len({member.country.id for member in members})
    assert [place["id"] for place in facts["places"]] == [member.city.id for member in members]
    for by, name in (("field", "fields"), ("country", "by_country"), ("region", "regions")):
        assert {group["id"]: group["members"] for group in facts[name]} == network.count(members, by)


def test_the_changes_of_a_date_are_those_since_the_network_met(site: Site, network: Network) -> None:
    facts = site.get("/on/2015-05-20.json").json()
    assert facts["before"]["id"] == "2014-chengdu-cn"
    changes = network.history("2014-09-30", "2015-05-20")
    assert sorted(change["id"] for change in facts["changes"]) == sorted(change.city.id for change in changes)


def test_the_changes_of_a_day_are_grouped_by_event(site: Site, network: Network) -> None:
    changes = site.get("/changes.json").json()["changes"]
    groups = [key for key, _ in groupby((change["date"], change["event"]) for change in changes)]
    assert len(groups) == len(set(groups))
    assert ("2023-10-31", "changed-field") in groups
    assert len(changes) == len(network.history(until=TODAY))


def test_a_figure_that_differs_from_ours_has_a_note(site: Site) -> None:
    facts = site.get("/about.json").json()
    page = site.get("/about").text
    differing = [figure for figure in facts["census"] if figure["difference"]]
    assert differing
    for figure in differing:
        assert html.escape(figure["note"], quote=False) in page.replace("&#39;", "'")
    assert facts["disputes"] == len(site.rows("/ccn/disputed.json"))


def test_every_city_says_all_that_is_known_of_it(site: Site, network: Network) -> None:
    for city in network.cities.values():
        facts = site.get(f"/city/{city.id}.json").json()
        assert facts["name"] == city.name
        assert [(entry["field"], entry["since"], entry["until"]) for entry in facts["designations"]] == [
            (designation.field, designation.since, designation.end.date if designation.end else None)
            for designation in city.designations
        ]
        assert {name["value"] for name in facts["names"]} == {name.value for name in city.names}
        assert [topic["name"] for topic in facts["known_for"]] == [topic.value for topic in city.known_for]
        assert {cooperation["id"] for cooperation in facts["cooperations"]} == {
            cooperation.id for cooperation in network.cooperations_of(city)
        }
        assert {figure["value"] for figure in facts["population"]} == {figure.value for figure in city.population}
        for entry, designation in zip(facts["designations"], city.designations, strict=True):
            assert set(entry["sources"]) == set(designation.sources)
            assert set(entry["sources"]) <= facts["sources"].keys()


def test_the_home_page_counts_as_the_network_does(site: Site, network: Network) -> None:
    facts = site.get("/index.json").json()
    members = network.members(TODAY)
    assert (facts["members"], facts["countries"]) == (408, 108) == (len(members), len({m.country.id for m in members}))
    assert {field["id"]: field["members"] for field in facts["fields"]} == network.count(members, "field")
    assert [(row["year"], row["members"]) for row in facts["growth"]] == [
        (year, len(network.members(min(f"{year}-12-31", TODAY)))) for year in range(2004, 2027)
    ]
    half = facts["half_since"]
    joined = [int(member.designation.since[:4]) for member in members]
    assert 2 * sum(year >= half for year in joined) >= len(joined) > 2 * sum(year > half for year in joined)


def test_the_about_page_shows_the_census_and_the_share_of_official_sources(site: Site, network: Network) -> None:
    facts = site.get("/about.json").json()
    assert len(facts["census"]) == len(network.census())
    official, two = network.sourced(network.members(TODAY))
    assert (facts["sourced"]["official"], facts["sourced"]["two"]) == (official, two)
    for gap in facts["gaps"]:
        rows = site.get(f"{gap['rows'].replace('?', '.json?')}&_shape=array&_size=max").json()
        assert len(rows) == gap["number"], gap


def test_a_number_leads_to_as_many_rows(visitor: Visitor) -> None:
    page = visitor.open("/country/JP")
    visitor.follow(page.get_by_role("link", name="12 member cities"))
    assert page.locator("table.list tbody tr").count() == 12
    page = visitor.open("/country/JP")
    visitor.follow(page.get_by_text("View the underlying data"))
    assert text_of(page, "h2.rows").startswith("12 rows")


# -- the three users ---------------------------------------------------------------------------


def test_a_researcher_reaches_the_source_of_a_year(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("#q-top").fill("金沢")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    visitor.follow(page.locator(".results").get_by_role("link", name="Kanazawa", exact=True))
    assert "since 8 June 2009" in text_of(page, ".lead")
    page.locator(".lead sup a").first.click()
    source = page.locator(f"li{urlsplit(page.url).fragment and '#' + urlsplit(page.url).fragment}")
    assert source.locator("a[rel=external]").get_attribute("href", timeout=1000)
    visitor.follow(source.get_by_text("other facts from this source"))
    assert re.search("sources[:,] unesco", text_of(page, "h1"))
    visitor.check()


def test_an_analyst_sees_on_the_map_which_cities_a_country_had(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("[data-drawn].map-view").wait_for()
    controls = page.get_by_role("form", name="Map filters")
    controls.get_by_label("Field").select_option(label="Gastronomy")
    controls.get_by_label("Country").select_option(label="Mexico")
    slider = page.get_by_label("As of").locator("visible=true")
    slider.focus()
    page.keyboard.press("Home")
    assert text_of(page, ".map-count") == "1 city in 1 country on 11 December 2015"
    assert page.locator(".map-list li:visible").all_inner_texts() == ["Ensenada Mexico"]
    assert page.locator(".leaflet-marker-icon.field").count() == 1
    page.locator(".leaflet-marker-icon.field").focus()
    page.keyboard.press("Enter")
    visitor.follow(page.locator(".leaflet-popup").get_by_role("link", name="Ensenada"))
    assert text_of(page, "h1") == "Ensenada"


def test_an_analyst_plays_the_growth_of_the_network(visitor: Visitor) -> None:
    page = visitor.open("/field/film")
    page.locator("[data-drawn].map-view").wait_for()
    page.get_by_role("button", name="Play timeline").click()
    page.wait_for_function("() => document.querySelector('.map-count').textContent.startsWith('1 city')")
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Play timeline").count() == 1


def test_an_analyst_downloads_a_filtered_table(visitor: Visitor, network: Network) -> None:
    page = visitor.open("/cities")
    form = page.locator("form.filter")
    form.get_by_label("Field").select_option(label="Film")
    form.get_by_label("As of").fill("2015-05-28")
    with page.expect_navigation():
        form.get_by_role("button").click()
    with page.expect_download() as waiting:
        page.evaluate("() => { const a = document.querySelector('.takeaway a'); a.download = 'list.csv'; a.click(); }")
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    members = network.members("2015-05-28", field="film")
    assert [row["id"] for row in rows] == [member.city.id for member in members]
    assert list(rows[0]) == list(MEMBER_COLUMNS)


def test_a_curator_finds_the_record_and_how_to_correct_it(visitor: Visitor, site: Site) -> None:
    page = visitor.open("/city/lyon-fr")
    address = page.get_by_text("Source record").get_attribute("href")
    assert address
    record = site.get(address)
    assert record.headers["content-type"].startswith("application/yaml")
    assert "field: media-arts" in record.text
    page.get_by_text("Report an error on this page").click()
    report = page.get_by_label("Report", exact=True).input_value()
    assert report.startswith(f"Page: {site.address}/city/lyon-fr\nRecord: lyon-fr\n")
    visitor.follow(page.get_by_role("link", name="Report an error", exact=True))
    assert "ccn correct" in text_of(page, "main")


def test_suggestions_come_while_one_types(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("#q-top").press_sequentially("kanaz")
    link = page.locator(".suggestions a").first
    link.wait_for()
    assert link.inner_text().startswith("Kanazawa")
    page.keyboard.press("ArrowDown")
    visitor_at = page.evaluate("document.activeElement.getAttribute('href')")
    assert visitor_at == "/city/kanazawa-jp"
    page.keyboard.press("Escape")
    assert page.locator(".suggestions a").first.is_hidden()


def test_the_date_can_be_slid(visitor: Visitor) -> None:
    page = visitor.open("/on/2025-10-31")
    slide = page.locator("input.slide")
    slide.focus()
    with page.expect_navigation():
        page.keyboard.press("Home")
    assert page.url.endswith("/on/2004-10-13")
    assert text_of(page, "h1") == "The network on 13 October 2004"


def test_a_table_is_sorted_by_its_heads(visitor: Visitor) -> None:
    page = visitor.open("/country/JP")
    page.get_by_role("button", name="Since").click()
    since = page.locator("table.list td[data-sort]").evaluate_all("cells => cells.map(cell => cell.dataset.sort)")
    assert since == sorted(since)
    page.get_by_role("button", name="Since").click()
    assert page.locator("th[aria-sort=descending]").count() == 1


def test_a_chart_shows_what_its_table_says(visitor: Visitor) -> None:
    page = visitor.open("/country/JP")
    page.locator("figure[data-chart=growth]").scroll_into_view_if_needed()
    page.locator("figure[data-chart=growth][data-drawn]").wait_for()
    bars = page.locator("figure[data-chart=growth] .drawing svg[class^=plot] rect")
    cells = page.locator("figure[data-chart=growth] tbody tr").evaluate_all(
        "rows => rows.flatMap(row => [...row.cells].filter((cell, column) => "
        "cell.closest('table').tHead.rows[0].cells[column].dataset.field && Number(cell.textContent) > 0)).length"
    )
    drawn = bars.evaluate_all("bars => bars.filter(bar => bar.getAttribute('height') > 0).length")
    assert drawn == cells > 20


# -- search ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("Gand", "ghent-be"),
        ("Turin", "torino-it"),
        ("Sasayama", "tambasasayama-jp"),
        ("Iraklio", "herakleion-gr"),
        ("Sulaymaniyah", "slemani-iq"),
        ("金沢", "kanazawa-jp"),
        ("Hofuf", "al-ahsa-sa"),
        ("gold leaf", "kanazawa-jp"),
        ("lodz", "lodz-pl"),
        ("City of Edinburgh", "edinburgh-gb"),
        ("kanazawa-jp", "kanazawa-jp"),
    ],
)
def test_the_search_finds_a_city_first(site: Site, words: str, id: str) -> None:
    groups = site.get(f"/search.json?q={quote(words)}").json()["groups"]
    assert groups[0]["kind"] == "city"
    assert groups[0]["results"][0]["id"] == id


@pytest.mark.parametrize(
    ("words", "name"), [("Kanasawa", "Kanazawa, Japan"), ("edinbrugh", "Edinburgh, United Kingdom")]
)
def test_a_slip_is_suggested_as_a_link(site: Site, words: str, name: str) -> None:
    answer = site.get(f"/search.json?q={quote(words)}").json()
    assert (answer["total"], answer["groups"], answer["did_you_mean"]) == (0, [], [name])
    page = site.get(f"/search?q={quote(words)}").text
    assert f"No results for “{words}”." in page
    assert f'Did you mean <a href="/search?q={name.replace(",", "%2C").replace(" ", "+")}">{name}</a>?' in page


def test_the_search_groups_what_it_finds(site: Site) -> None:
    kinds = [group["kind"] for group in site.get("/search.json?q=japan").json()["groups"]]
    assert kinds[:2] == ["city", "country"]
    assert [group["kind"] for group in site.get("/search.json?q=2015").json()["groups"]] == [
        "meeting",
        "round",
        "document",
    ]


@pytest.mark.parametrize("words", ["ceramics", "jazz", "Mexico", "Japan film", "Łódź", "carpet"])
def test_the_search_finds_the_cities_that_the_command_line_finds(site: Site, network: Network, words: str) -> None:
    groups = site.get(f"/search.json?q={quote(words)}").json()["groups"]
    total = next(group["found"] for group in groups if group["kind"] == "city")
    assert total == len(network.search(words).cities) > 0


@pytest.mark.parametrize(
    "words",
    [
        "",
        " ",
        '"',
        "AND OR NOT",
        "NEAR(a b)",
        "a* -b",
        "'; DROP TABLE cities; --",
        "%00",
        "\\",
        "%",
        "x" * 10_000,
        "*" * 50,
    ],
)
def test_whatever_is_typed_is_answered(site: Site, words: str) -> None:
    answer = site.get(f"/search?q={quote(words)}")
    assert "Traceback" not in answer.text
    assert len(answer.content) < 100_000


# -- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", WITH_JSON)
def test_a_page_has_its_json(site: Site, path: str) -> None:
    address, _, query = path.partition("?")
    twin = "/index.json" if address == "/" else f"{address}.json"
    response = site.get(f"{twin}{'?' + query if query else ''}")
    assert response.headers["content-type"].startswith("application/json")
    assert response.headers["access-control-allow-origin"] == "*"
    assert f'href="{twin}' in site.get(path).text
    assert response.json()["title"]


@pytest.mark.parametrize(
    "path",
    [
        "/city/atlantis-gr",
        "/city/",
        "/country/XX",
        "/country/AQ",
        "/field/dance",
        "/meeting/1999-nowhere",
        "/round/2016",
        "/round/twenty",
        "/on/2015-02-30",
        "/on/3000",
        "/on/2026-11-23",
        "/on/yesterday",
        "/on/2015-5-1",
        "/city/kanazawa-jp%2Fmore",
        "/city/..%2F..%2Fetc%2Fpasswd",
        "/assets/..%2Fserver.py",
        "/assets/nothing.js",
        "/data/cities/atlantis.yaml",
        "/on/2015%00",
        "/cities?on=2015-02-30",
        "/nowhere",
        "/city/kanazawa-jp.csv",
        "/" + "a" * 5000,
    ],
)
def test_what_is_not_there_is_not_found(site: Site, path: str) -> None:
    response = site.client.get(path, follow_redirects=True)
    assert response.status_code == 404
    assert "Traceback" not in response.text
    assert "Not found" in response.text


def test_what_is_not_found_suggests_what_was_meant(visitor: Visitor, site: Site) -> None:
    page = visitor.open("/city/kanasawa", 404)
    visitor.complaints.clear()
    assert "Unknown city" in text_of(page, ".lead")
    visitor.follow(page.get_by_role("link", name="Kanazawa", exact=True))
    answer = site.get("/city/kanasawa.json", 404).json()
    assert answer["suggestions"][0]["id"] == "kanazawa-jp"


def test_a_value_that_is_none_suggests_what_was_meant_by_it(site: Site) -> None:
    near = site.get("/cities.json?country=Japan", 404).json()["suggestions"]
    assert ("Japan", "/country/JP") in [(suggestion["name"], suggestion["address"]) for suggestion in near]
    assert site.get("/cities.json?on=2100", 404).json()["suggestions"] == []


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/on?date=2015-05-28", 303, "/on/2015-05-28"),
        ("/on", 303, f"/on/{TODAY}"),
        ("/on?date=a/b", 303, "/on/a%2Fb"),
        ("/country/jp", 301, "/country/JP"),
        ("/country/jp.json", 301, "/country/JP.json"),
        ("/cities/", 301, "/cities"),
        ("//evil.example/", 301, "/evil.example"),
    ],
)
def test_an_address_leads_to_where_the_page_is(site: Site, path: str, status: int, location: str) -> None:
    response = site.client.get(f"{site.address}{path}")
    assert (response.status_code, response.headers["location"]) == (status, location)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/city/kanazawa-jp", "/search?q=x", "/assets/ccn.css"])
def test_a_wrong_method_is_refused(site: Site, method: str, path: str) -> None:
    response = site.client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/search?q={}",
        "/cities?q={}&field={}&country={}&region={}&joined={}",
        "/cities?on={}",
        "/cooperation?kind={}&field={}&year={}",
        "/city/{}",
        "/on/{}",
        "/on?date={}",
        "/{}",
        "/?{}={}",
    ],
)
def test_a_script_in_an_address_is_not_run(visitor: Visitor, path: str) -> None:
    script = "<script>window.hacked = true</script><img src=x onerror='window.hacked=true'>"
    page = visitor.open(path.replace("{}", quote(script)), status=None)
    assert script not in visitor.text_as_sent
    assert "<img src=x" not in visitor.text_as_sent
    assert page.evaluate("() => window.hacked") is None


# -- for machines ------------------------------------------------------------------------------


def test_a_page_is_sent_once(site: Site) -> None:
    first = site.get("/city/kanazawa-jp")
    assert first.headers["content-encoding"] == "gzip"
    assert "max-age=" in first.headers["cache-control"]
    again = site.client.get("/city/kanazawa-jp", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = site.client.get("/city/kanazawa-jp", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == first.text
    head = site.client.head("/city/kanazawa-jp")
    assert (head.status_code, head.content) == (200, b"")
    assert "set-cookie" not in first.headers


def test_a_static_file_may_be_kept_for_ever_under_its_own_address(site: Site) -> None:
    (address,) = set(re.findall(r"/assets/ccn\.css\?\w+", site.get("/").text))
    assert "immutable" in site.get(address).headers["cache-control"]
    assert "immutable" not in site.get("/assets/ccn.css").headers["cache-control"]


def test_the_site_has_icons_where_browsers_look_for_them(site: Site) -> None:
    page = site.get("/").text
    links = re.findall(r'<link rel="(?:icon|apple-touch-icon|manifest)" href="([^"]+)"', page)
    types = [site.get(link).headers["content-type"].partition(";")[0] for link in links]
    assert types == ["image/svg+xml", "image/png", "application/manifest+json"]
    assert site.get("/favicon.ico").headers["content-type"].startswith("image/")
    assert site.get("/apple-touch-icon.png").headers["content-type"] == "image/png"
    for icon in site.get(links[-1]).json()["icons"]:
        site.get(f"/assets/{icon['src']}")


def test_pages_are_light(site: Site) -> None:
    for path in KINDS_OF_PAGES:
        with site.client.stream("GET", path) as response:
            weight = sum(len(chunk) for chunk in response.iter_raw())
        assert weight < (60_000 if path != "/cooperation" else 100_000), path


@pytest.mark.parametrize("path", HEAVIEST)
def test_a_first_visit_is_light(browser: Browser, site: Site, path: str) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}{path}", wait_until="networkidle")
    drawn(page)
    weight = page.evaluate(
        "() => ['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))"
        ".reduce((sum, one) => sum + one.transferSize, 0)"
    )
    page.close()
    assert 0 < weight < (400_000 if path == "/" else 250_000)


def test_the_pages_keep_to_themselves(site: Site) -> None:
    for path in ("/", "/ccn/members"):
        headers = site.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers


def test_the_feed_tells_the_newest_changes(site: Site, network: Network) -> None:
    response = site.get("/feed.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    names = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(response.text)
    entries = feed.findall("a:entry", names)
    changes = network.history(until=TODAY)[:-101:-1]
    assert [entry.findtext("a:updated", namespaces=names) for entry in entries] == [
        f"{change.date}T00:00:00Z" for change in changes
    ]
    assert len({entry.findtext("a:id", namespaces=names) for entry in entries}) == len(entries) == 100
    for entry in entries[:5]:
        link = entry.find("a:link", names)
        assert link is not None
        assert link.get("href", "").startswith(f"{site.address}/city/")
        site.get(link.get("href", "").removeprefix(site.address))


def test_the_calendar_can_be_subscribed_to(site: Site) -> None:
    response = site.get("/meetings.ics")
    assert response.headers["content-type"].startswith("text/calendar")
    assert len(Calendar.from_ical(response.text).walk("VEVENT")) > 10


def test_the_sitemap_lists_every_page(site: Site, network: Network) -> None:
    sitemap = ElementTree.fromstring(site.get("/sitemap.xml").text)
    addresses = {element.text or "" for element in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {f"{site.address}/city/{id}" for id in network.cities} < addresses
    assert all(address.startswith(f"{site.address}/") for address in addresses)
    dates = {element.text for element in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}lastmod")}
    assert dates == {str(network.date)}
    assert f"Sitemap: {site.address}/sitemap.xml" in site.get("/robots.txt").text


def test_the_text_for_language_models_leads_to_data(site: Site) -> None:
    text = site.get("/llms.txt").text
    for address in re.findall(rf"{re.escape(site.address)}(/[^)\s]*)", text):
        site.get(address)


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("/", "Dataset"),
        ("/data", "Dataset"),
        ("/city/al-ahsa-sa", "City"),
        ("/country/CI", "Country"),
        ("/field/film", "DefinedTerm"),
        ("/meeting/2024-braga-pt", "Event"),
    ],
)
def test_a_page_says_what_it_is_to_machines(visitor: Visitor, site: Site, path: str, type: str) -> None:
    page = visitor.open(path)
    scripts = page.locator('script[type="application/ld+json"]').all_text_contents()
    (said,) = [data for data in map(json.loads, scripts) if data["@type"] != "BreadcrumbList"]
    assert said["@type"] == type
    assert said["@context"] == "https://schema.org"
    if type == "Dataset":
        assert {
            "identifier",
            "temporalCoverage",
            "variableMeasured",
            "datePublished",
            "citation",
            "version",
        } <= said.keys()
        addresses = [file["contentUrl"].removeprefix(site.address) for file in said["distribution"]]
        assert all(site.get(address).content for address in addresses)
    if path == "/data":
        linked = {link.get_attribute("href") for link in page.locator("main td a, main th a").all()}
        assert {address for address in linked if address and not address.startswith("/ccn/")} <= {*addresses, "/"}
    assert page.locator("link[rel=canonical]").get_attribute("href") == f"{site.address}{path}"
    assert page.locator('meta[property="og:title"]').get_attribute("content")
    assert page.locator("meta[name=description]").get_attribute("content")


def test_a_name_of_another_script_is_marked_and_shown_in_its_direction(visitor: Visitor) -> None:
    page = visitor.open("/city/al-ahsa-sa")
    name = page.locator("dd bdi[lang=ar]").first
    assert name.evaluate("element => getComputedStyle(element).direction") == "rtl"


# -- for every reader --------------------------------------------------------------------------


# The smallest page of each template that has all its parts: axe takes seconds on the longest.
LOOKED_AT = [
    "/",
    "/cities?field=gastronomy&country=MX&on=2017-12-31",
    "/city/lyon-fr",
    "/city/al-ahsa-sa",
    "/countries",
    "/country/IS",
    "/fields",
    "/field/architecture",
    "/meetings",
    "/meeting/2015-kanazawa-jp",
    "/rounds",
    "/round/2014",
    "/on/2008-06",
    "/search?q=ceramics",
    "/search?q=xyzzyx",
    "/cooperation?kind=mentoring",
    "/answers/firsts?on=2006",
    "/answers/largest-clusters?on=2010&km=1000",
    "/answers/on-this-day?on=2025-10-31",
    "/about",
    "/data",
    "/ccn",
    "/ccn/members?field=architecture",
    "/ccn/cities/kanazawa-jp",
    "/ccn?sql=select+*+from+fields",
]
# Longer words and other letters matter where there is little space.
LOOKED_AT_IN_EACH_LANGUAGE = [
    "/",
    "/city/lyon-fr",
    "/country/IS",
    "/meeting/2015-kanazawa-jp",
    "/on/2008-06",
    "/cooperation?kind=mentoring",
    "/answers/firsts?on=2006",
]
TRANSLATED = [f"/{tag}{path}" for tag in languages() if tag != ENGLISH for path in LOOKED_AT_IN_EACH_LANGUAGE]


@pytest.mark.parametrize("path", [*LOOKED_AT, *TRANSLATED])
def test_a_page_can_be_read_by_everyone(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    drawn(page)
    # Scrolled down, the heads of a table cover the row below them, as they should.
    page.evaluate("scrollTo(0, 0)")
    assert violations(page, RULES) == []
    # What is dark differs in its colours alone, and those are the same in each language.
    if path not in TRANSLATED:
        page.emulate_media(color_scheme="dark")
        assert violations(page, only("color-contrast", "link-in-text-block")) == []
        page.emulate_media(color_scheme="light")
    visitor.check()


@pytest.mark.parametrize("path", ["/", "/answers/firsts?on=2006", "/country/IS", "/meetings", "/fr/on/2008-06"])
def test_what_is_touched_on_a_phone_is_large_enough(visitor: Visitor, path: str) -> None:
    page = visitor.page
    try:
        page.set_viewport_size({"width": 390, "height": 800})
        visitor.open(path)
        drawn(page)
        page.evaluate("scrollTo(0, 0)")
        assert violations(page, only("target-size")) == []
        visitor.check()
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def only(*rules: str) -> dict[str, object]:
    return {"type": "rule", "values": rules}


def violations(page: Page, run_only: object) -> list[str]:
    """Return what axe-core finds wrong on a page: the rule, and the element."""
    options = {"runOnly": run_only, "resultTypes": ["violations"]}
    faults = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:300]}"
        for rule in faults
        for node in rule["nodes"]
        # The marks of a map may be small and close: the list next to it leads to the same pages (WCAG 2.2, 2.5.8).
        if rule["id"] != "target-size" or "leaflet-marker-icon" not in node["html"]
    ]


def drawn(page: Page) -> None:
    """Scroll through the page until its maps and charts are drawn."""
    for element in page.locator("figure.chart, .map-view").all():
        element.scroll_into_view_if_needed()
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure.chart, .map-view')].every((one) => one.dataset.drawn)"
    )


@pytest.mark.parametrize("path", KINDS_OF_PAGES)
def test_a_page_fits_the_narrowest_and_the_widest_screen(visitor: Visitor, path: str) -> None:
    page = visitor.page
    try:
        page.set_viewport_size({"width": 320, "height": 800})
        visitor.open(path)
        drawn(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.locator(".drawing text").evaluate_all(
            "texts => texts.every(o => o.getBoundingClientRect().left >= 0)"
        )
        for width in (768, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function(f"() => document.documentElement.scrollWidth <= {width}")
        visitor.check()
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def plain(browser: Browser) -> Iterator[Page]:
    """A browser in which no script runs."""
    page = browser.new_page(java_script_enabled=False)
    yield page
    page.close()


@pytest.mark.parametrize("path", KINDS_OF_PAGES)
def test_a_page_says_the_same_without_scripts(plain: Page, site: Site, path: str) -> None:
    plain.goto(f"{site.address}{path}")
    assert text_of(plain, "h1")
    for hidden in plain.locator("figure.chart table").all():
        # What a chart would draw can be read: at once, or behind a disclosure that needs no script.
        assert hidden.is_visible() or hidden.locator("xpath=ancestor::details").count() == 1
    assert plain.locator(".timeline-bar:visible, .map-view:visible, .skip-map:visible").count() == 0


def test_the_search_works_without_scripts(plain: Page, site: Site) -> None:
    plain.goto(f"{site.address}/")
    plain.locator("#q-top").fill("Sasayama")
    plain.locator("form.search button").click()
    plain.get_by_role("link", name="Tambasasayama", exact=True).click()
    assert text_of(plain, "h1") == "Tambasasayama"


# -- links -------------------------------------------------------------------------------------


class Links:
    """What a page links to, and the places in it that a link can lead to."""

    def __init__(self, page: str) -> None:
        document = lxml.html.document_fromstring(page)
        paths = "//a/@href | //link[not(@rel='canonical')]/@href | //script/@src | //form/@action"
        self.addresses = [str(link) for link in document.xpath(paths) if link]
        self.places = {str(id) for id in document.xpath("//@id")}


def sort_of(address: str) -> tuple[object, ...]:
    """Return what tells sorts of links from each other, of which one of each is enough for some pages.

    Those are Datasette's pages, formats, frames, searches and answers as of a date, and in another language what is
    asked of a page, and records with the same first letter: that an address is answered depends on its page, the names
    of its parameters and the record, and each page of each record is opened in English.
    """
    parts = urlsplit(address)
    steps = parts.path.strip("/").split("/")
    language = steps.pop(0) if steps[0] in languages() else ""
    names = tuple(sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    ending = Path(parts.path).suffix
    if steps[:1] in (["ccn"], ["embed"]) or ending in FORMATS:
        kind = "/".join(steps[: 2 if steps[0] in ("ccn", "embed") else 1])
        return language if ending != ".png" else "", kind, len(steps), ending, names
    if parts.query and (language or steps[0] in ("search", "answers")):
        return language, "/".join(steps), names
    if language and len(steps) == 2 and steps[0] != "answers":
        return language, steps[0], steps[1][:1]
    return (address,)


def test_no_link_is_dead(site: Site, network: Network) -> None:
    waiting, met = deque([("/", "")]), {sort_of("/")}
    opened: set[str] = set()
    settled: set[str] = set()
    dead: list[str] = []
    while waiting:
        address, page = waiting.popleft()
        response = site.client.get(address, follow_redirects=True)
        opened.add(address)
        if response.status_code >= 400:
            dead.append(f"{address} (on {page}): {response.status_code}")
        if not response.headers["content-type"].startswith("text/html"):
            continue
        links = Links(response.text)
        for link in (link for link in dict.fromkeys(links.addresses) if link not in settled):
            full, _, place = urljoin(f"{site.address}{address}", link).partition("#")
            if place and full == f"{site.address}{address}" and place not in links.places:
                dead.append(f"#{place} (on {address})")
            local = full.removeprefix(site.address)
            # Datasette's tables lead to each other without end; from them only our own pages are followed.
            deep = address.startswith("/ccn/") and "?" in address and local.startswith("/ccn")
            if full.startswith(f"{site.address}/") and not deep and sort_of(local) not in met:
                met.add(sort_of(local))
                waiting.append((local, address))
            if link.startswith("/") and not place and not deep:
                settled.add(link)
    assert dead == []
    assert {f"/city/{id}" for id in network.cities} <= opened
    assert {f"/meeting/{meeting.id}" for meeting in network.meetings()} <= opened
    assert {"/ccn.db", *(f"/ccn/{name}" for name in QUERIES)} <= {urlsplit(address).path for address in opened}


def test_rows_as_csv_are_rows(site: Site, network: Network) -> None:
    rows = list(csv.DictReader(io.StringIO(site.get("/data/members.csv").text)))
    assert [row["id"] for row in rows] == [member.city.id for member in network.members(TODAY)]
    points = site.get("/data/members.geojson").json()["features"]
    assert len(points) == len(rows)


# -- on other data -----------------------------------------------------------------------------


def test_a_moved_id_leads_to_the_new_one(mini: Path, tmp_path: Path) -> None:
    (old,) = (file for file in mini.glob("cities/*.yaml") if "moved:" in file.read_text(encoding="utf-8"))
    network = ccn_kb.load(mini)
    pages = make_pages(network, tmp_path)
    for ending in ("", ".json"):
        answer = pages.respond(f"/city/{old.stem}{ending}", {})
        assert (answer.status, answer.location) == (301, f"/city/{network.moved[old.stem]}{ending}")
        assert pages.respond(answer.location, {}).status == 200


def test_an_empty_network_has_pages(tmp_path: Path) -> None:
    empty: dict[str, Any] = {field.name: {} for field in dataclasses.fields(Network)}
    pages = make_pages(Network(**{**empty, "version": ""}), tmp_path)
    lists = [page.path for page in PAGES if not page.path_parameter]
    for path in (*lists, "/on/2020", "/robots.txt", "/llms.txt", "/sitemap.xml", "/openapi.json"):
        assert pages.respond(path, {}).status == 200, path
