"""The maps: their filters in the address, the projection, marks and names, the keyboard, the timeline."""

from __future__ import annotations

import csv
import io
import itertools
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from ccn_kb.network import Network
from ccn_kb.site.world_map import equal_earth
from tests.conftest import TODAY
from tests.serving import CHROMIUM_ARGUMENTS, Site, Visitor, text_of

BOXES = """selector => [...document.querySelectorAll(selector)]
    .map((element) => element.getBoundingClientRect())
    .map(({ left, top, right, bottom }) => [left, top, right, bottom])
    .filter(([left, , right]) => right > left)"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of its own."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="no-preference")
    page.set_default_timeout(10_000)
    yield page
    page.close()


def open_map(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-drawn].map-view").wait_for()


def query_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"))


# -- the filters and the address -----------------------------------------------------------------


def test_the_filters_of_a_map_are_in_its_address_and_in_all_that_is_taken_from_it(visitor: Visitor) -> None:
    page = visitor.page
    open_map(page, f"{visitor.address}/")
    controls = page.get_by_role("form", name="Map filters")
    controls.get_by_label("Field").select_option(label="Gastronomy")
    controls.get_by_label("Country").select_option(label="Mexico")
    assert query_of(page) == {"field": "gastronomy", "country": "MX"}
    count = text_of(page, ".map-count")
    links = [str(link.get_attribute("href")) for link in page.locator("a[data-filtered]").all()]
    assert {link.partition("?")[0] for link in links} >= {"/index.csv", "/index.xlsx", "/index.json", "/index.png"}
    assert {link.partition("?")[2] for link in links} == {"field=gastronomy&country=MX"}
    assert "/embed?field=gastronomy&country=MX" in page.locator("textarea[data-filtered]").input_value()
    # The address alone is enough for others to see the same.
    open_map(page, page.url)
    assert text_of(page, ".map-count") == count
    assert controls.get_by_label("Country").input_value() == "MX"


def test_a_region_narrows_the_countries_and_removes_one_of_another_region(visitor: Visitor) -> None:
    page = visitor.page
    open_map(page, f"{visitor.address}/?country=MX")
    page.locator("select[name=region]").select_option(label="Africa")
    assert query_of(page) == {"region": "africa"}
    assert page.locator("select[name=country] option[value=MX]").evaluate("option => option.hidden")


@pytest.mark.parametrize("is_kept", [False, True], ids=["made anew", "kept by the browser"])
def test_after_back_the_map_shows_what_its_address_says(site: Site, browser: Browser, is_kept: bool) -> None:
    # Playwright turns off the cache of whole pages, which readers have.
    arguments = [*CHROMIUM_ARGUMENTS, *(["--enable-features=BackForwardCache"] if is_kept else [])]
    other = browser.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=arguments,
        ignore_default_args=["--disable-back-forward-cache"] if is_kept else [],
    )
    try:
        page = other.new_page(viewport={"width": 1280, "height": 900})
        open_map(page, f"{site.address}/field/film")
        page.locator("select[name=region]").select_option(label="Asia and the Pacific")
        page.evaluate("window.wasHere = true")
        before = (page.url, text_of(page, ".map-count"), page.locator(".leaflet-marker-icon").count())
        page.locator(".map-list li:visible a").first.click()
        page.wait_for_url("**/city/*")
        page.evaluate("setTimeout(() => history.back())")
        page.wait_for_url("**/field/film*", wait_until="commit")
        page.locator("[data-drawn].map-view").wait_for()
        assert (page.url, text_of(page, ".map-count"), page.locator(".leaflet-marker-icon").count()) == before
        assert page.locator("select[name=region]").input_value() == "asia-pacific"
        assert bool(page.evaluate("Boolean(window.wasHere)")) == is_kept
    finally:
        other.close()


def test_the_data_behind_a_filtered_map_are_those_of_the_map(site: Site, network: Network) -> None:
    query = "field=gastronomy&country=MX&on=2017"
    ids = [member.city.id for member in network.members("2017-12-31", field="gastronomy", country="MX")]
    assert ids
    assert [place["id"] for place in site.get(f"/index.json?{query}").json()["places"]] == ids
    assert [place["id"] for place in site.get("/country/MX.json?field=gastronomy&on=2017").json()["places"]] == ids
    html = site.get(f"/?{query}").text
    rows = csv.DictReader(io.StringIO(site.get(f"/index.csv?{query}").text))
    assert [row["city"] for row in rows] == ids
    items = re.findall(r"<li data-at=[^>]*>", html)
    assert sum(" hidden" not in item for item in items) == len(ids)
    assert len(items) == len(site.get("/index.json").json()["places"])
    assert "1 City of Gastronomy in Mexico, as of 31 December 2017" in html


def test_without_scripts_the_filters_of_a_map_filter_its_list(browser: Browser, site: Site) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site.address}/")
    page.locator("select[name=country]").select_option(label="Mexico")
    page.locator(".map-controls input[name=on]").fill("2017")
    with page.expect_navigation():
        page.get_by_role("button", name="Apply filters").click()
    assert page.locator(".map-list li:visible").count() > 1
    assert set(page.locator(".map-list li:visible span").all_inner_texts()) == {"Mexico"}
    page.close()


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("field=nothing", 404, "Unknown creative field “nothing”"),
        ("country=mx", 404, "Unknown country “mx”"),
        ("region=", 200, "408 cities"),
        ("field=film&field=music", 404, "Unknown creative field “film,music”"),
        ("region=africa&country=FR", 200, "0 cities in 0 countries"),
        ("on=banana", 404, "“banana” is not a date"),
        ("on=2999", 404, "“2999” is in the future"),
        ("on=1990&field=film", 200, "0 cities in 0 countries on 31 December 1990"),
        ("colour=red", 400, "Unknown parameter “colour”"),
        ("field=%3Cscript%3E", 404, "Unknown creative field"),
    ],
)
def test_filters_that_make_no_sense_are_explained(site: Site, query: str, status: int, message: str) -> None:
    text = site.get(f"/?{query}", status).text
    assert message in text
    assert "<script>alert" not in text


def test_an_unknown_country_is_not_taken_for_a_wrong_date(site: Site) -> None:
    assert "Unknown country “XX”" in site.get("/country/XX?on=2015", 404).text
    assert "is not a date" in site.get("/country/FR?on=20", 404).text


def test_the_words_of_a_map_are_those_of_the_page_s_language(page: Page, site: Site) -> None:
    open_map(page, f"{site.address}/fr/")
    page.locator("select[name=country]").select_option(value="MX")
    assert re.fullmatch(r"\d+ villes dans 1 pays .*2026", text_of(page, ".map-count"))
    assert urlsplit(page.url).path == "/fr/"


# -- projection, marks, names ----------------------------------------------------------------------


def test_the_world_is_shown_on_an_equal_area_map_without_antarctica(page: Page, site: Site, network: Network) -> None:
    open_map(page, f"{site.address}/")
    places = {
        city.name: equal_earth(city.location.longitude, city.location.latitude) for city in network.cities.values()
    }
    script = """() => [...document.querySelectorAll('.leaflet-marker-icon')].map((mark) => {
        const [x, y] = mark.style.transform.match(/-?[\\d.]+(?=px)/g).map(Number);
        return [mark.querySelector('.map-name').textContent, x, y];
    })"""
    drawn = {name: (x, y) for name, x, y in page.evaluate(script)}
    north, south = "Reykjavík", "Cape Town"
    scale = (drawn[south][1] - drawn[north][1]) / (places[north][1] - places[south][1])
    for name, (x, y) in drawn.items():
        assert x - drawn[north][0] == pytest.approx(scale * (places[name][0] - places[north][0]), abs=2), name
        assert y - drawn[north][1] == pytest.approx(scale * (places[north][1] - places[name][1]), abs=2), name
    land, view = page.evaluate(BOXES, ".leaflet-pane .land"), page.evaluate(BOXES, ".map-view")
    assert all(bottom <= view[0][3] + 1 for _, _, _, bottom in land)


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_of_the_world_are_apart_where_there_is_space(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_map(page, f"{site.address}/")
    boxes = page.evaluate(BOXES, ".leaflet-marker-icon .mark")
    assert len(boxes) == 408
    middles = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in boxes]
    size = boxes[0][2] - boxes[0][0]
    hidden = {
        index
        for (index, (x, y)), (_, (other_x, other_y)) in itertools.combinations(enumerate(middles), 2)
        if abs(x - other_x) < size / 4 and abs(y - other_y) < size / 4
    }
    assert len(hidden) < len(boxes) / (100 if width > 1000 else 10)


@pytest.mark.parametrize("path", ["/country/JP", "/country/IT", "/city/kanazawa-jp"])
def test_names_stand_next_to_their_marks_and_cover_nothing(page: Page, site: Site, path: str) -> None:
    open_map(page, f"{site.address}{path}")
    names = page.evaluate(BOXES, ".map-name:not([data-side=''])")
    marks = page.evaluate(BOXES, ".leaflet-marker-icon .mark")
    assert len(names) > 3
    for first, second in itertools.combinations(names, 2):
        assert first[0] >= second[2] or second[0] >= first[2] or first[1] >= second[3] or second[1] >= first[3]
    for name in names:
        beside = (
            max(name[0] - mark[2], mark[0] - name[2], 0) + max(name[1] - mark[3], mark[1] - name[3], 0)
            for mark in marks
        )
        assert min(beside) < 8


# -- countries -------------------------------------------------------------------------------------


def test_the_map_of_countries_colours_each_by_its_number_of_members(page: Page, site: Site, network: Network) -> None:
    numbers = Counter(member.country.id for member in network.members(TODAY))
    page.goto(f"{site.address}/countries")
    script = """() => [...document.querySelectorAll('.countries-map svg a')].map((link) => [
        link.getAttribute('href').split('/').pop(), link.lastElementChild.getAttribute('class'), link.textContent])"""
    drawn = {id: (name, title) for id, name, title in page.evaluate(script)}
    assert drawn.keys() == numbers.keys()
    for id, (name, title) in drawn.items():
        assert name == f"class-{sum(numbers[id] >= least for least in (2, 4, 8, 15))}", id
        assert title.endswith(f": {numbers[id]} member {'city' if numbers[id] == 1 else 'cities'}")
    assert page.locator(".countries-map circle").count() > 3
    legend = page.locator(".classes li").all_inner_texts()
    assert sum(int(countries) for text in legend for countries in re.findall(r"\((\d+) countr", text)) == len(numbers)
    assert f"({max(numbers.values())})" in text_of(page, ".countries-map strong")
    # The links of the map are those of the table, so that they are no stops of the keyboard.
    assert page.locator(".countries-map a:not([tabindex='-1'])").count() == 0


# -- cooperation -----------------------------------------------------------------------------------


def test_the_ties_of_a_city_are_drawn_listed_and_shared(page: Page, site: Site, network: Network) -> None:
    city = "edinburgh-gb"
    projects = network.cooperations_of(network.cities[city])
    partners = {participant.city for project in projects for participant in project.cities} - {city}
    page.goto(f"{site.address}/cooperation")
    page.locator("form.filter select[name=city]").select_option(label="Edinburgh")
    with page.expect_navigation():
        page.get_by_role("button", name="Apply filters").click()
    assert query_of(page) == {"city": city}
    assert page.locator("ul.works > li").count() == len(projects)
    assert page.locator(".ties .tie").count() == len(partners)
    assert page.locator(".ties .place").count() == len(partners) + 1
    assert page.locator(".ties text[font-weight]").all_text_contents() == ["Edinburgh"]
    assert text_of(page, ".ties strong").startswith(f"Edinburgh has joint projects with {len(partners)} other cities")
    assert site.get(f"/cooperation.svg?city={city}").text.count("stroke-opacity") == len(partners)
    assert len(site.get(f"/cooperation.json?city={city}").json()["cooperations"]) == len(projects)


def test_the_regions_that_work_together_are_counted(browser: Browser, site: Site, network: Network) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site.address}/cooperation?kind=mentoring")
    projects = [project for project in network.cooperations.values() if project.kind == "mentoring"]
    regions = [
        [network.countries[network.cities[participant.city].country].region for participant in project.cities]
        for project in projects
    ]
    for tie in site.get("/cooperation.json?kind=mentoring").json()["regions"]:
        region, other = tie["region"], tie["other"]
        least = 2 if region == other else 1
        assert tie["cooperations"] == sum(min(named.count(region), named.count(other)) >= least for named in regions)
    assert page.locator(".matrix tbody td").count() == 25
    assert 0 < page.locator(".ties .tie").count() <= 40
    page.close()


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("city=nowhere-xx", 404, "Unknown city “nowhere-xx”"),
        ("city=edinburgh-gb&city=lyon-fr", 404, "Unknown city"),
        ("city=edinburgh-gb&year=1999", 200, "No projects match"),
        ("city=", 200, "joint projects involving"),
    ],
)
def test_ties_that_make_no_sense_are_explained(site: Site, query: str, status: int, message: str) -> None:
    assert message in site.get(f"/cooperation?{query}", status).text


# -- the keyboard ----------------------------------------------------------------------------------


def test_the_map_is_one_stop_of_the_keyboard_from_which_arrows_lead_to_a_city(visitor: Visitor) -> None:
    page = visitor.page
    open_map(page, f"{visitor.address}/field/film")
    page.locator(".map-view").focus()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Skip the map"
    page.keyboard.press("Tab")
    seen = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        seen.append(focused(page))
    assert all(re.fullmatch(r".+, .+: Film", name) for name in seen)
    assert len(set(seen)) == 3
    page.keyboard.press("Enter")
    city = seen[-1].partition(",")[0]
    assert focused(page) == city
    page.keyboard.press("Escape")
    assert focused(page) == seen[-1]
    page.locator(".leaflet-popup").wait_for(state="detached")
    page.keyboard.press("Tab")
    assert focused(page) == "Play timeline"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path.startswith("/city/")


def test_a_link_skips_the_map_and_its_list(visitor: Visitor) -> None:
    page = visitor.page
    open_map(page, f"{visitor.address}/")
    page.locator(".skip-map").focus()
    assert page.locator(".skip-map").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    script = "document.activeElement.compareDocumentPosition(document.querySelector('.map')) & 2"
    assert page.evaluate(script)


# -- the timeline ----------------------------------------------------------------------------------


def test_the_timeline_plays_change_by_change_shows_what_is_new_and_can_be_paused(
    page: Page, site: Site, network: Network
) -> None:
    open_map(page, f"{site.address}/")
    slider, days = page.locator(".timeline-bar input"), set()
    changes = {change.designation.since for change in network.history() if change.event != "ended"}
    page.get_by_role("button", name="Play timeline").click()
    for _ in range(3):
        day = query_of(page)["on"]
        days.add(day)
        new = page.locator(".leaflet-marker-icon.new").count()
        assert new == sum(member.designation.since == day for member in network.members(day)) or len(day) < 10
        page.wait_for_function("day => !location.search.includes(day)", arg=day)
    page.get_by_role("button", name="Pause").click()
    stopped = page.url
    assert len(days) == 3
    assert min(days) == min(changes)
    page.wait_for_timeout(900)
    assert page.url == stopped
    assert page.get_by_role("button", name="Play timeline").count() == 1
    slider.focus()
    page.keyboard.press("End")
    assert "on" not in query_of(page)
    page.keyboard.press("ArrowLeft")
    day = query_of(page)["on"]
    new = len([member for member in network.members(day) if member.designation.since == day])
    assert f"{new} new cities" in text_of(page, ".map-moment")


def test_where_motion_is_unwanted_the_timeline_steps_once_for_each_press(browser: Browser, site: Site) -> None:
    page = browser.new_page(reduced_motion="reduce")
    open_map(page, f"{site.address}/field/music")
    seen = []
    for _ in range(2):
        page.get_by_role("button", name="Next change").click()
        seen.append(text_of(page, ".map-count"))
        page.wait_for_timeout(900)
        assert text_of(page, ".map-count") == seen[-1]
    assert len(set(seen)) == 2
    assert (
        page.locator(".leaflet-marker-icon.new .mark").first.evaluate("mark => getComputedStyle(mark).animationName")
        == "none"
    )
    page.close()
