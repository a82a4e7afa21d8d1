"""Maps, filters and printing in a real browser: after Back, in the dark, without scripts, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import Site, Visitor, text_of


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window of its own."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(10_000)
    yield page
    page.close()


def tiles_requested(page: Page) -> list[str]:
    """Return the paths of the coasts that a page has fetched."""
    names = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    return [urlsplit(name).path for name in names if "/world-" in name]


def wait_for_map(page: Page) -> None:
    page.locator("[data-drawn].map-view").first.wait_for()


# -- filters -------------------------------------------------------------------------------------


def test_after_back_the_map_counts_what_it_shows(visitor: Visitor) -> None:
    page = visitor.open("/")
    wait_for_map(page)
    page.locator(".map-controls select[name=field]").select_option(label="Gastronomy")
    visitor.follow(page.locator(".map-list li:visible a").first)
    page.go_back()
    wait_for_map(page)
    number = page.locator(".map-list li:not([hidden])").count()
    assert text_of(page, ".map-count").startswith(f"{number} cities in ")
    assert (page.locator(".map-controls select[name=field]").input_value() == "") == (number == 408)


def test_after_back_the_filters_are_those_of_the_list(visitor: Visitor) -> None:
    page = visitor.open("/cities")
    form = page.locator("form.filter")
    form.get_by_label("Field").select_option(label="Film")
    with page.expect_navigation():
        form.get_by_role("button").click()
    assert page.url.endswith("/cities?field=film")
    page.go_back()
    assert form.get_by_label("Field").input_value() == ""


def test_the_filters_move_the_map(visitor: Visitor) -> None:
    page = visitor.open("/")
    wait_for_map(page)
    assert not [path for path in tiles_requested(page) if "world-50m" in path]
    with page.expect_request("**/world-50m/-120_30.json*"):
        page.locator(".map-controls select[name=country]").select_option(label="Mexico")


# -- maps ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["bradford-gb", "singapore-sg"])
def test_a_city_is_marked_and_named_on_its_map_with_its_own_coast(visitor: Visitor, id: str) -> None:
    page = visitor.open(f"/city/{id}")
    wait_for_map(page)
    assert page.locator(".leaflet-marker-icon.here").count() == 1
    assert text_of(page, ".map-label") == text_of(page, "h1")
    assert page.locator(".leaflet-marker-icon.cluster").count() == 0
    tiles = tiles_requested(page)
    assert tiles
    assert all("world-50m/" in path for path in tiles)


def test_the_land_follows_the_colours_of_the_page(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/city/kanazawa-jp")
    wait_for_map(page)
    fill = "getComputedStyle(document.querySelector('.leaflet-pane .land')).fill"
    light = page.evaluate(fill)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(fill) != light


def test_where_the_map_cannot_be_drawn_the_page_says_so(page: Page, site: Site) -> None:
    page.route("**/leaflet.js*", lambda route: route.abort())
    page.goto(f"{site.address}/")
    page.get_by_text("The map could not be drawn.").wait_for()
    assert page.locator(".map-controls").count() == 0
    assert page.locator(".map-list li:visible").count() == 408


# -- without scripts, on paper -------------------------------------------------------------------


def is_within(page: Page, item: str, box: str) -> bool:
    """Return whether all items are within the width of a box."""
    script = """([item, box]) => {
        const { left, right } = document.querySelector(box).getBoundingClientRect();
        return [...document.querySelectorAll(item)].every((one) => {
            const place = one.getBoundingClientRect();
            return place.width > 0 && place.left >= left - 1 && place.right <= right + 1;
        });
    }"""
    return bool(page.evaluate(script, [item, box]))


def test_without_scripts_every_city_and_number_can_be_read(browser: Browser, site: Site) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page.goto(f"{site.address}/")
    assert is_within(page, ".map-list li:not([hidden])", "main")
    assert page.locator("figure.chart table").first.is_visible()
    page.close()


def test_on_paper_every_city_and_number_can_be_read(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/")
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert is_within(page, ".map-list li:not([hidden])", "main")
    assert page.locator("figure.chart table").first.is_visible()
    assert page.locator("form:visible").count() == 0


@pytest.mark.parametrize("path", ["/countries", "/cities?field=film", "/answers/largest-countries", "/answers/firsts"])
def test_on_paper_every_table_has_its_heads(page: Page, site: Site, path: str) -> None:
    page.goto(f"{site.address}{path}")
    page.set_viewport_size({"width": 794, "height": 1000})
    page.emulate_media(media="print")
    tables = page.locator("table.list:visible").all()
    assert tables
    for table in tables:
        heads = [head.inner_text().strip() for head in table.locator("thead th").all()]
        assert heads
        assert all(heads), path


WITH_MAP = ("/", "/city/lyon-fr", "/country/JP", "/field/film?country=JP", "/round/2014", "/on/2015-05-28")
PLACE_OF_PICTURE = """() => {
    const { naturalWidth, complete } = document.querySelector("img.picture");
    const tops = ["h1", "img.picture", ".map-list", ".take"].map(
        (part) => document.querySelector(part).getBoundingClientRect().top);
    return { isDrawn: complete && naturalWidth === 1200, tops };
}"""


@pytest.mark.parametrize("path", WITH_MAP)
def test_without_scripts_the_picture_is_where_the_map_would_be(browser: Browser, site: Site, path: str) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page.goto(f"{site.address}{path}")
    assert page.locator("main img.picture").count() == 1
    place = page.evaluate(PLACE_OF_PICTURE)
    assert place["isDrawn"]
    assert place["tops"] == sorted(place["tops"])
    page.close()


@pytest.mark.parametrize("path", WITH_MAP)
def test_on_paper_the_picture_is_where_the_map_would_be(page: Page, site: Site, path: str) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{site.address}{path}", wait_until="networkidle")
    assert page.locator("img.picture:visible").count() == 0
    assert not [url for url in fetched if ".svg" in url and "/assets/" not in url]
    page.emulate_media(media="print")
    picture = page.locator("img.picture")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    expect(picture).to_have_js_property("naturalWidth", 1200)
    place = page.evaluate(PLACE_OF_PICTURE)
    assert place["isDrawn"]
    assert place["tops"][:3] == sorted(place["tops"][:3])
    assert page.locator(".map-view:visible, .timeline-bar:visible").count() == 0


def test_the_printed_picture_is_that_of_the_filters(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/")
    page.locator(".map-view[data-drawn]").wait_for()
    page.locator("select[name=country]").select_option("MX")
    assert page.locator("img.picture").get_attribute("src") == "/index.svg?country=MX"


@pytest.mark.parametrize("path", ["/meetings", "/meeting/2015-kanazawa-jp", "/countries", "/cooperation"])
def test_a_map_that_needs_no_script_is_there_without_and_on_paper(browser: Browser, site: Site, path: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site.address}{path}")
    heights = [page.locator("main figure svg").first.evaluate("(map) => map.getBoundingClientRect().height")]
    page.emulate_media(media="print")
    heights.append(page.locator("main figure svg").first.evaluate("(map) => map.getBoundingClientRect().height"))
    assert min(heights) > 150
    page.close()


def test_a_label_has_one_control(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/field/film")
    assert page.locator("label:has(output)").count() == 0
    assert page.get_by_label("As of").count() > 0
