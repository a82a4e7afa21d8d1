"""What others take of a page: its frame for other sites, and the badge of a city."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from playwright.sync_api import Browser

from ccn_kb.model.dates import format_date
from ccn_kb.network import Network
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.router import PageResponse, Pages
from tests.serving import Site, make_pages

ADDRESS = "https://cities.example.org"
EMBEDDED = ["/", "/cities?field=film", "/city/kanazawa-jp", "/country/JP", "/round/2025", "/on/2015-05-28"]


@pytest.fixture(scope="module")
def pages(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return make_pages(network, tmp_path_factory.mktemp("share"), site=ADDRESS)


def code(site: Site, path: str, element: str) -> str:
    """Return the address in the code that a page offers for an element."""
    offered = [html.unescape(text) for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", site.get(path).text)]
    (address,) = [match for text in offered for match in re.findall(rf'<{element} src="([^"]*)"', text)]
    return str(address)


@pytest.mark.parametrize("path", EMBEDDED)
def test_other_sites_may_frame_the_picture_of_a_page_and_not_the_page(site: Site, path: str) -> None:
    page, frame = site.get(path), site.get(code(site, path, "iframe"))
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert "x-frame-options" not in frame.headers
    (picture,) = re.findall(r'<img src="([^"]*)"', frame.text)
    assert site.get(html.unescape(picture)).headers["content-type"] == "image/svg+xml"
    (link,) = re.findall(r'<a href="([^"]*)"', frame.text)
    assert html.unescape(link) == f"{site.address}{path}"


@pytest.fixture
def other_site(site: Site) -> Iterator[str]:
    """The address of a page of another site that frames a picture of ours, and a page of ours."""
    body = (
        f'<iframe src="{site.address}/embed/city/kanazawa-jp" width="600" height="315"></iframe>'
        f'<iframe src="{site.address}/city/kanazawa-jp" width="600" height="100"></iframe>'
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_frame_shows_its_picture_in_a_page_of_another_site(browser: Browser, other_site: str) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 500})
    page.goto(other_site)
    picture = page.frame_locator("iframe >> nth=0").locator("img[src$='.svg']")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
    assert page.frame_locator("iframe >> nth=1").locator("h1", has_text="Kanazawa").count() == 0
    page.close()


@pytest.mark.parametrize(
    "path", ["/embed/about", "/embed/city/nowhere-xx", "/embed/embed", "/embed/x", "/embed/on/2999"]
)
def test_what_has_no_picture_has_no_frame(site: Site, path: str) -> None:
    page = site.get(path, 404)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


def test_every_city_has_a_badge_that_states_field_and_date(pages: Pages, network: Network) -> None:
    for city in network.cities.values():
        response = pages.respond(f"/badge/{city.id}.svg", {})
        svg = ElementTree.fromstring(response.body)
        words = "".join(svg.itertext())
        field = network.fields[city.designations[-1].field].name
        assert f"UNESCO Creative City of {field}" in words
        assert city.designations[-1].end or format_date(city.designations[-1].since) in words
        assert len(list(svg.iter("{http://www.w3.org/2000/svg}path"))) == 1


def test_the_code_of_a_badge_names_the_configured_address(pages: Pages) -> None:
    text = html.unescape(pages.respond("/city/kanazawa-jp", {}).body.decode())
    assert f'<img src="{ADDRESS}/badge/kanazawa-jp.svg"' in text
    assert f'<iframe src="{ADDRESS}/embed/city/kanazawa-jp"' in text
    assert f'<a href="{ADDRESS}/city/kanazawa-jp">' in text


@pytest.mark.parametrize(
    "path", ["/badge/nowhere-xx.svg", "/badge/.svg", "/badge/kanazawa-jp", "/badge/kanazawa-jp.png"]
)
def test_there_is_no_badge_of_anything_else(pages: Pages, path: str) -> None:
    assert pages.respond(path, {}).status == 404


def test_pages_below_a_path_share_addresses_below_it(network: Network, tmp_path: Path) -> None:
    below = make_pages(network, tmp_path, site="https://example.org/ccn")
    text = html.unescape(below.respond("/city/kanazawa-jp", {}).body.decode())
    assert '<iframe src="https://example.org/ccn/embed/city/kanazawa-jp"' in text
    assert 'content="https://example.org/ccn/city/kanazawa-jp.png"' in text
    frame = below.respond("/embed/city/kanazawa-jp", {}).body.decode()
    assert 'src="/ccn/city/kanazawa-jp.svg"' in frame
    assert 'href="https://example.org/ccn/city/kanazawa-jp"' in frame


# -- the bar: share, download, embed, cite -------------------------------------------------------

LISTS = [
    "/",
    "/cities?field=film",
    "/country/JP",
    "/field/film",
    "/round/2025",
    "/on/2015-05-28",
    "/countries",
    "/fields",
    "/meetings",
    "/rounds",
    "/cooperation?kind=mentoring",
    "/compare?country=FR&country=JP",
    "/answers/firsts?on=2010",
    "/changes",
]


def respond(pages: Pages, address: str) -> PageResponse:
    parts = urlsplit(address.removeprefix(ADDRESS))
    return pages.respond(parts.path, parse_query(parts.query))


@pytest.mark.parametrize("address", LISTS)
def test_each_list_can_be_shared_downloaded_and_cited(pages: Pages, address: str) -> None:
    page = respond(pages, address).body.decode()
    _, _, bar = page.partition('<div class="take"')
    links = [html.unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]*)"', bar.partition("\n</div>")[0])]
    formats = {urlsplit(link).path.rpartition(".")[2]: link for link in links}
    assert {"csv", "xlsx", "json", "bib", "ris"} <= formats.keys()
    for ending, link in formats.items():
        assert respond(pages, link).status == 200, link
        assert ending == "csv" or parse_query(urlsplit(link).query) == parse_query(urlsplit(address).query)
    (shared,) = re.findall(r'<input [^>]*?readonly value="([^"]*)"', bar)
    assert html.unescape(shared).startswith(f"{ADDRESS}{urlsplit(address).path.rstrip('/')}")
    assert respond(pages, html.unescape(shared)).body.decode() == page


@pytest.mark.parametrize("address", LISTS)
def test_a_downloaded_list_has_the_rows_of_its_json(pages: Pages, address: str) -> None:
    path, mark, query = address.partition("?")
    stem = "/index" if path == "/" else path
    rows = list(csv.DictReader(io.StringIO(respond(pages, f"{stem}.csv{mark}{query}").body.decode())))
    assert rows
    facts = json.loads(respond(pages, f"{stem}.json{mark}{query}").body)
    lists = [len(value) for value in facts.values() if isinstance(value, list)]
    growth = [len(group["growth"]) for group in facts.get("groups", ()) if "growth" in group]
    former = [place for place in facts.get("places", ()) if place["until_day"]]
    assert len(rows) in (*lists, sum(growth), len(facts.get("places", ())) - len(former))


@pytest.mark.parametrize("address", ["/", "/city/lyon-fr", "/country/JP", "/cities?field=film", "/on/2015-05-28"])
def test_a_page_is_cited_in_formats_that_programs_read(pages: Pages, address: str) -> None:
    path, mark, query = address.partition("?")
    stem = "/index" if path == "/" else path
    ris = respond(pages, f"{stem}.ris{mark}{query}")
    (item,) = rispy.loads(ris.body.decode())
    assert item["urls"] == [f"https://w3id.org/ccn-kb{address if address != '/' else '/'}"]
    (entry,) = parse_string(respond(pages, f"{stem}.bib{mark}{query}").body.decode()).entries
    assert [entry["url"]] == item["urls"]


@pytest.mark.parametrize("path", ["/city/nowhere.bib", "/nothing.ris", "/on/2999.bib", "/cities.bib/x"])
def test_there_is_no_citation_of_what_is_not_there(pages: Pages, path: str) -> None:
    assert pages.respond(path, {}).status == 404


def test_the_address_of_a_page_can_be_copied(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/cities?field=film")
    page.get_by_text("Share", exact=True).click()
    assert page.get_by_label("Address of this page").input_value() == f"{site.address}/cities?field=film"
    page.locator(".take details[open]").get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    page.close()
