"""Visits in a real browser: strangers' questions in few clicks from the home page; Back; printing; a failed query."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.serving import CHROMIUM_ARGUMENTS, Site, Visitor, find_chromium, text_of

MOST_CLICKS = 3


@dataclass
class Visit:
    """A visit that begins on the home page and counts its clicks; typing is not a click."""

    visitor: Visitor
    page: Page
    clicks: int = 0

    def follow(self, link: Locator | str | re.Pattern[str]) -> Page:
        """Follow a link, by its text in the page's main part or as a locator."""
        target = link if isinstance(link, Locator) else self.page.locator("main").get_by_role("link", name=link)
        self.clicks += 1
        return self.visitor.follow(target.first)

    def choose(self, label: str, value: str) -> None:
        """Choose a value of a filter."""
        self.clicks += 1
        self.page.locator("form.filter").get_by_label(label).select_option(label=value)

    def search(self, words: str) -> Page:
        """Type words into the search of the header and press Enter."""
        self.page.locator("#q-top").fill(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.page

    @property
    def text(self) -> str:
        """The text of the page's main part."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())


@pytest.fixture
def visit(visitor: Visitor) -> Iterator[Visit]:
    """A visit that takes at most three clicks."""
    visit = Visit(visitor, visitor.open("/"))
    yield visit
    assert visit.clicks <= MOST_CLICKS


# -- what strangers ask --------------------------------------------------------------------------


def test_which_african_city_was_the_first(visit: Visit) -> None:
    visit.follow(re.compile("Which city was the first"))
    assert "first on the continent: Aswan, Egypt (2005), in another UNESCO region" in visit.text
    assert re.search(r"Africa Brazzaville", visit.text)


def test_which_countries_have_no_creative_city(visit: Visit) -> None:
    visit.follow("Which countries have no member city?")
    assert visit.page.locator("main h2").count() >= 5
    assert "Greenland" not in visit.text


def test_which_country_has_the_most(visit: Visit) -> None:
    visit.follow("Which countries have the most member cities?")
    assert text_of(visit.page, "p.lead").startswith("China has the most member cities")


def test_who_joined_last(visit: Visit) -> None:
    visit.follow(re.compile("See all 58 new cities"))
    assert visit.page.locator("main table.list[data-sortable] tbody tr").count() == 58
    assert "Kyiv" in visit.text


def test_what_a_city_is_known_for(visit: Visit) -> None:
    visit.search("Київ")
    visit.follow("Kyiv")
    assert "music festival" in visit.text


def test_when_and_where_the_network_meets_next(visit: Visit) -> None:
    meeting = visit.page.locator("section", has_text="Next meeting").get_by_role("link").first
    visit.follow(meeting)
    assert "is planned for" in visit.text


def test_how_large_the_network_was_on_a_day(visit: Visit) -> None:
    visit.page.locator("form.date input[name=date]").fill("2015-05-28")
    visit.clicks += 1
    with visit.page.expect_navigation():
        visit.page.locator("form.date").get_by_role("button").click()
    assert text_of(visit.page, "p.lead").startswith("69 member cities in 32 countries")


def test_how_to_cite_a_city(visit: Visit) -> None:
    visit.search("Lyon")
    visit.follow("Lyon")
    visit.clicks += 1
    visit.page.locator(".take summary", has_text="Cite").click()
    assert visit.page.get_by_role("link", name="BibTeX").get_attribute("href") == "/city/lyon-fr.bib"


def test_which_cities_are_near_lyon(visit: Visit) -> None:
    visit.search("Lyon")
    visit.follow("Lyon")
    visit.follow("Member cities within 500 km")
    assert visit.page.locator("table.rows-and-columns tbody tr").count() == 24


def test_where_an_error_is_reported(visit: Visit) -> None:
    visit.search("Bobo-Dioulasso")
    visit.follow("Bobo-Dioulasso")
    assert visit.page.get_by_text("Report an error on this page").first.is_visible()


def test_what_changed_and_what_happened_on_this_day(visit: Visit) -> None:
    visit.follow(visit.page.locator("footer").get_by_role("link", name="Changes", exact=True))
    assert "31 October 2025" in visit.text
    visit.follow(visit.page.locator("footer").get_by_role("link", name="Questions and answers"))
    visit.follow("What happened on this day?")
    assert visit.page.locator("h1").inner_text().startswith("On this day")


def test_gastronomy_in_mexico_in_2017_is_a_map_to_share(visitor: Visitor) -> None:
    visit = Visit(visitor, visitor.open("/"))
    visit.follow(visit.page.locator("header nav").get_by_role("link", name="Cities"))
    visit.choose("Field", "Gastronomy")
    visit.choose("Country", "Mexico")
    visit.page.get_by_label("As of").fill("2017")
    visit.clicks += 1
    with visit.page.expect_navigation():
        visit.page.get_by_role("button", name="Apply filters").click()
    assert visit.clicks == 4
    assert urlsplit(visit.page.url).query == "field=gastronomy&country=MX&on=2017"
    assert text_of(visit.page, "h1") == "Cities of Gastronomy in Mexico on 31 December 2017"
    picture = visit.page.locator(".take").get_by_role("link", name="PNG").get_attribute("href")
    assert visitor.page.request.get(f"{visitor.address}{picture}").body().startswith(b"\x89PNG")


# -- Back ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser_with_cache(browser: Browser) -> Iterator[Browser]:
    """A Chromium with its back/forward cache, which Playwright turns off."""
    program = browser.browser_type.launch(
        executable_path=find_chromium(),
        args=CHROMIUM_ARGUMENTS,
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield program
    program.close()


def test_back_shows_the_page_as_it_was_left(browser_with_cache: Browser, site: Site) -> None:
    # Playwright loses sight of a page that comes back from the cache, so that it reports to another page.
    context = browser_with_cache.new_context()
    witness = context.new_page()
    witness.goto(f"{site.address}/about")
    for path in ("/", "/cities?field=film", "/city/lyon-fr", "/answers/firsts", "/changes", "/ccn/members"):
        page = context.new_page()
        page.goto(f"{site.address}{path}", wait_until="networkidle")
        page.evaluate(
            "path => addEventListener('pageshow', (event) => localStorage.setItem(path, String(event.persisted)))", path
        )
        page.goto(f"{site.address}/about", wait_until="networkidle")
        page.evaluate("setTimeout(() => history.back(), 20); 0")
        witness.wait_for_function("path => localStorage.getItem(path) !== null", arg=path)
        assert witness.evaluate("path => localStorage.getItem(path)", path) == "true", path
    context.close()


# -- paper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["kyiv-ua", "kanazawa-jp", "lyon-fr"])
def test_a_city_is_printed_on_two_sheets_with_its_picture(browser: Browser, site: Site, id: str) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/city/{id}")
    fetched: list[str] = []
    page.on("requestfinished", lambda request: fetched.append(urlsplit(request.url).path))
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))
    assert sheets <= 2
    assert f"/city/{id}.svg" in fetched
    page.close()


# -- a failed query ------------------------------------------------------------------------------


@pytest.mark.parametrize("sql", ["DELETE FROM cities\nWHERE 1", "select nothing from members", "select </textarea> 1"])
def test_a_query_that_fails_can_be_corrected(browser: Browser, site: Site, sql: str) -> None:
    page = browser.new_page()
    page.goto(f"{site.address}/ccn?sql=select+1")
    page.locator("#sql-editor").fill(sql)
    with page.expect_navigation() as leaving:
        page.get_by_role("button", name="Run").click()
    assert leaving.value.status in (200, 400)
    assert page.locator(".message-error").is_visible()
    assert page.locator("#sql-editor").input_value() == sql
    page.locator("#sql-editor").fill("select count(*) as number from members")
    with page.expect_navigation() as leaving:
        page.get_by_role("button", name="Run").click()
    assert leaving.value.ok
    page.close()


# -- where a page is -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/city/lyon-fr", ["Countries", "France", "Lyon"]),
        ("/field/film", ["Fields", "Film"]),
        ("/answers/firsts", ["Questions and answers", "First Creative Cities"]),
    ],
)
def test_a_page_states_where_it_is_to_machines(site: Site, path: str, names: list[str]) -> None:
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', site.get(path).text)
    (crumbs,) = [data for data in map(json.loads, scripts) if data["@type"] == "BreadcrumbList"]
    assert [item["name"] for item in crumbs["itemListElement"]] == names
    assert [item["position"] for item in crumbs["itemListElement"]] == list(range(1, len(names) + 1))
    for item in crumbs["itemListElement"][:-1]:
        site.get(item["item"].removeprefix(site.address))


def test_the_heads_of_a_long_table_stay_in_view(browser: Browser, site: Site) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site.address}/cities")
    page.locator("tbody tr").nth(200).scroll_into_view_if_needed()
    place = page.locator("thead th").first.bounding_box()
    assert place is not None
    assert 0 <= place["y"] < 100
    page.close()


def test_on_a_phone_each_number_has_the_label_of_its_column(browser: Browser, site: Site) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(f"{site.address}/compare?country=FR,DE")
    cells = page.locator("table.list tbody tr").first.locator("td")
    assert cells.evaluate_all("cells => cells.map(cell => cell.dataset.label)") == ["France", "Germany"]
    page.close()
