"""Pictures of pages: what they show, what they are, and that no name breaks them."""

from __future__ import annotations

import io
import json
import math
import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from ccn_kb.network import Network
from ccn_kb.site import pictures
from ccn_kb.site.pages.parts import Picture, PicturePlace, SitePage
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import Pages
from ccn_kb.site.world_map import Rectangle, draw_map, equal_earth
from tests.conftest import TODAY
from tests.serving import make_pages

ADDRESS = "https://cities.example.org"
SVG = "{http://www.w3.org/2000/svg}"
WITH_PICTURE = [
    "/index",
    "/cities",
    "/city/kanazawa-jp",
    "/city/singapore-sg",
    "/country/US",
    "/field/film",
    "/round/2025",
    "/meeting/2015-kanazawa-jp",
    "/meeting/2021-online",
    "/on/2015-05-28",
    "/on/1999",
    "/countries",
    "/meetings",
    "/cooperation",
    "/compare",
    "/answers/firsts",
    "/answers/largest-countries",
    "/answers/fastest-growing-countries",
    "/answers/countries-without-a-member",
    "/answers/longest-standing-members",
    "/answers/largest-clusters",
    "/answers/remote-cities",
]
WITHOUT_PICTURE = {
    "about",
    "answers",
    "changes",
    "data",
    "dictionary",
    "documents",
    "fields",
    "non-members",
    "on-this-day",
    "rounds",
    "search",
}
"""Kinds of pages of which no map shows the fact."""
CLASS_COLOURS = ["#b7d3e8", "#86b5d8", "#5191c1", "#246a9f", "#083e68"]
BOX = Rectangle(0, 0, 1000, 400)


@pytest.fixture(scope="module")
def pages(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return make_pages(network, tmp_path_factory.mktemp("pictures"), site=ADDRESS)


def drawn(pages: Pages, path: str, **query: str) -> ElementTree.Element:
    response = pages.respond(f"{path}.svg", query)
    assert (response.status, response.media_type) == (200, "image/svg+xml")
    return ElementTree.fromstring(response.body)


def texts(svg: ElementTree.Element) -> list[str]:
    return [str(text.text) for text in svg.iter(f"{SVG}text")]


def boxes_of(svg: ElementTree.Element) -> Iterator[tuple[Rectangle, bool]]:
    """Yield the rectangle of each label, and whether it is that of a subject."""
    for text in svg.iter(f"{SVG}text"):
        if text.attrib.get("stroke"):
            size, x, y = (float(text.attrib[name]) for name in ("font-size", "x", "y"))
            width = pictures.text_width(str(text.text), size)
            left = x - {"start": 0, "middle": width / 2, "end": width}[text.attrib["text-anchor"]]
            yield Rectangle(left, y - size * 0.7, left + width, y), "font-weight" in text.attrib


# -- what they show ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", WITH_PICTURE)
def test_a_picture_states_the_fact_its_source_version_and_licence(pages: Pages, path: str) -> None:
    svg = drawn(pages, path)
    fact = str(svg.findtext(f"{SVG}title")).removesuffix(".")
    words = " ".join(texts(svg))
    assert fact in words
    assert f"ccn-kb {pages.version}" in words
    assert "CC BY 4.0" in words
    assert "cities.example.org" in words


def test_every_kind_of_page_has_a_picture_or_is_known_to_have_none() -> None:
    drawn_kinds = {path.removeprefix("/answers").split("/")[1].replace("index", "home") for path in WITH_PICTURE}
    for page in PAGES:
        assert (page.model.to_picture is not SitePage.to_picture) is (page.name not in WITHOUT_PICTURE), page.name
        assert (page.name in drawn_kinds) is (page.model.to_picture is not SitePage.to_picture), page.name


def coloured(svg: ElementTree.Element) -> dict[str, int]:
    """Return how many countries have each colour, as land or as a circle."""
    shapes = [*svg.iter(f"{SVG}path"), *svg.iter(f"{SVG}circle")]
    fills = [shape.attrib.get("fill") for shape in shapes]
    return {colour: fills.count(colour) for colour in CLASS_COLOURS}


def test_a_picture_of_countries_colours_each_by_its_number_of_members(pages: Pages, network: Network) -> None:
    numbers = Counter(member.country.id for member in network.members(TODAY)).values()
    bounds = [(1, 1), (2, 3), (4, 7), (8, 14), (15, 999)]
    expected = [sum(least <= number <= most for number in numbers) for least, most in bounds]
    assert min(expected) > 0
    for path in ("/countries", "/answers/largest-countries"):
        svg = drawn(pages, path)
        assert list(coloured(svg).values()) == expected
        assert texts(svg)[-7:-1] == ["Member cities", "1", "2–3", "4–7", "8–14", "15 or more"]


def test_a_picture_of_countries_without_a_member_colours_all_of_them(pages: Pages, network: Network) -> None:
    svg = drawn(pages, "/answers/countries-without-a-member")
    without = network.countries.keys() - {member.country.id for member in network.members(TODAY)}
    assert sum(coloured(svg).values()) == len(without)
    # A country that is too small for the map has a circle inside the map.
    circles = [(float(mark.attrib["cx"]), float(mark.attrib["cy"])) for mark in svg.iter(f"{SVG}circle")]
    assert len(circles) > 10
    assert all(0 < x < pictures.WIDTH and 0 < y < pictures.MAP_BOTTOM for x, y in circles)


def test_a_picture_of_growth_colours_the_countries_that_grew(pages: Pages) -> None:
    page = json.loads(pages.respond("/answers/fastest-growing-countries.json", {"years": "2"}).body)
    svg = drawn(pages, "/answers/fastest-growing-countries", years="2")
    assert sum(coloured(svg).values()) == len(page["countries"]) > 0
    assert coloured(svg)[CLASS_COLOURS[0]] == sum(country["gained"] == 1 for country in page["countries"])


def test_a_picture_of_the_meetings_has_a_mark_for_each_host(pages: Pages, network: Network) -> None:
    held = [meeting for meeting in network.meetings_by_id.values() if meeting.status == "held"]
    page = json.loads(pages.respond("/meetings.json", {}).body)
    hosts = {
        host["name"]
        for meeting in page["meetings"]
        if meeting["status"] == "held"
        for host in meeting["hosts"]
        if host["latitude"]
    }
    marks = [use for use in drawn(pages, "/meetings").iter(f"{SVG}use") if "scale" in use.attrib["transform"]]
    assert len(held) > len(hosts) == len(marks) > 10


def test_a_picture_of_the_network_has_a_mark_for_each_member(pages: Pages, network: Network) -> None:
    for path, on in (("/on/2015-05-28", "2015-05-28"), ("/index", None)):
        members = network.members(on)
        marks = [use for use in drawn(pages, path).iter(f"{SVG}use") if "scale" in use.attrib["transform"]]
        assert len(marks) == len(members)
        fields = sorted(mark.attrib["href"].removeprefix("#m-") for mark in marks)
        assert fields == sorted(member.designation.field for member in members)


def test_a_picture_of_a_filtered_list_shows_the_filtered_list(pages: Pages, network: Network) -> None:
    svg = drawn(pages, "/cities", field="gastronomy", country="MX", on="2017-12-31")
    names = [member.city.name for member in network.members("2017-12-31", field="gastronomy", country="MX")]
    assert names
    assert set(names) <= set(texts(svg))
    marks = [use for use in svg.iter(f"{SVG}use") if "scale" in use.attrib["transform"]]
    assert len(marks) == len(names)


def test_the_city_of_a_page_is_named_and_the_largest_mark(pages: Pages, network: Network) -> None:
    for city in list(network.cities.values())[::20]:
        svg = drawn(pages, f"/city/{city.id}")
        labels = [text for text in svg.iter(f"{SVG}text") if text.attrib.get("stroke")]
        assert [text.text for text in labels if text.attrib.get("font-weight")] == [city.name]
        marks = [use.attrib["transform"] for use in svg.iter(f"{SVG}use") if "scale" in use.attrib["transform"]]
        scales = [float(mark.rpartition("(")[2].rstrip(")")) for mark in marks]
        assert scales[-1] == max(scales) > max(scales[:-1], default=0)


@pytest.mark.parametrize("path", ["/country/US", "/country/JP", "/city/kanazawa-jp", "/city/lyon-fr"])
def test_no_label_covers_another_or_leaves_the_picture(pages: Pages, path: str) -> None:
    boxes = [box for box, _ in boxes_of(drawn(pages, path))]
    assert boxes
    assert all(box.left >= 0 and box.right <= pictures.WIDTH for box in boxes)
    assert not [(a, b) for a in boxes for b in boxes if a is not b and a.meets(b)]


@pytest.mark.parametrize(
    "path", ["/country/US", "/country/CN", "/city/kanazawa-jp", "/city/lyon-fr", "/city/hobart-au"]
)
def test_no_label_covers_a_mark(pages: Pages, path: str) -> None:
    svg = drawn(pages, path)
    marks = []
    for use in svg.iter(f"{SVG}use"):
        if place := re.fullmatch(r"translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)", use.attrib["transform"]):
            x, y, scale = map(float, place.groups())
            marks.append(Rectangle(x - 8 * scale, y - 8 * scale, x + 8 * scale, y + 8 * scale))
    *others, subject = sorted(marks, key=lambda mark: mark.right - mark.left)
    labels = list(boxes_of(svg))
    assert labels
    assert not [box for box, _ in labels if any(box.meets(mark) for mark in others)]
    assert not [box for box, is_subject in labels if is_subject and box.meets(subject)]


@pytest.mark.parametrize("length", [39, 40, 41, 400])
def test_a_name_is_cut_to_forty_letters(length: int, pages: Pages) -> None:
    place = PicturePlace("n" * length, 48.0, 11.0, is_subject=True)
    svg = ElementTree.fromstring(pictures.draw_svg(Picture("Title", (place,)), pages.templates, "source"))
    (label,) = (text for text in texts(svg) if text.startswith("nn"))
    assert label == ("n" * length if length <= 40 else "n" * 39 + "…")


# -- what they are -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/index", "/city/kanazawa-jp", "/round/2025"])
def test_the_png_has_the_size_that_links_are_shown_in(pages: Pages, path: str) -> None:
    response = pages.respond(f"{path}.png", {})
    assert response.media_type == "image/png"
    assert response.body.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", response.body[16:24]) == (1200, 630)
    assert response.body == pages.respond(f"{path}.png", {}).body


def test_land_is_whole_where_the_tiles_of_the_coasts_meet_and_the_page_is_white(pages: Pages) -> None:
    picture = Picture("Japan", (PicturePlace("West", 37, 139), PicturePlace("East", 37, 141)))
    svg = pictures.draw_svg(picture, pages.templates, "")
    left, top, right, bottom = map(float, re.findall(r"M0 0.*ZM(\S+) (\S+)H(\S+)V(\S+)H", svg)[0])
    box = Rectangle(left, top, right, bottom)
    locate = draw_map([(37, 139), (37, 141)], box).locate
    with Image.open(io.BytesIO(pictures.draw_png(svg))) as image:
        drawn = image.convert("RGB")
    # In Fukushima, and in the sea east of it: the tiles meet at 140 degrees.
    points = [locate(37.3, longitude) for longitude in (139.7, 139.97, 140, 140.03, 140.3, 141.4)]
    *land, sea = [drawn.getpixel((round(x), round(y))) for x, y in points]
    assert set(land) == {(0xD9, 0xD6, 0xCC)}
    # What is between the colours of the palette may differ a little.
    assert isinstance(sea, tuple)
    assert sum(sea) < 3 * 250
    assert drawn.getpixel((5, 5)) == (255, 255, 255)


def test_a_page_names_its_picture_only_by_the_configured_address(
    pages: Pages, network: Network, tmp_path: Path
) -> None:
    html = pages.respond("/cities", {"field": "film"}).body.decode()
    assert f'<meta property="og:image" content="{ADDRESS}/cities.png?field=film">' in html
    assert "og:image" not in make_pages(network, tmp_path).respond("/cities", {}).body.decode()
    assert "og:image" not in pages.respond("/about", {}).body.decode()


@pytest.mark.parametrize("path", ["/about.png", "/city/nowhere-xx.svg", "/on/2999.png", "/country/XX.svg", "/x.png"])
def test_what_has_no_picture_is_not_found(pages: Pages, path: str) -> None:
    assert pages.respond(path, {}).status == 404


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/countries.svg", {"on": "2015"}, 400),
        ("/meetings.png", {"<script>": "x"}, 400),
        ("/answers/largest-countries.svg", {"on": "0001"}, 200),
        ("/answers/largest-countries.svg", {"on": "2999"}, 404),
        ("/answers/largest-countries.png", {"on": "<script>alert(1)</script>"}, 404),
        ("/answers/fastest-growing-countries.svg", {"years": "99"}, 200),
        ("/answers/fastest-growing-countries.svg", {"years": "2,3"}, 404),
        ("/answers/fastest-growing-countries.svg", {"years": "0"}, 404),
        ("/answers/countries-without-a-member.svg", {"on": "1000"}, 200),
        ("/embed/countries", {}, 200),
        ("/embed/fields", {}, 404),
        ("/embed/embed/countries", {}, 404),
        ("/countries.svg.png", {}, 404),
        ("/countries/.svg", {}, 404),
    ],
)
def test_what_is_asked_wrongly_of_a_picture_is_refused(
    pages: Pages, path: str, query: dict[str, str], status: int
) -> None:
    response = pages.respond(path, query)
    assert response.status == status
    if response.media_type.startswith("text/html"):
        assert b"<script>alert" not in response.body
    elif response.media_type == "image/svg+xml":
        ElementTree.fromstring(response.body)


# -- whatever the names and places -------------------------------------------------------------

coordinates = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(deadline=None)
@example("\xa0", [])
@example("\u202f.", [("\xa0", (0.0, 0.0))])
@given(st.text(max_size=400), st.lists(st.tuples(st.text(max_size=200), coordinates), max_size=5))
def test_any_names_and_places_make_a_picture(
    pages: Pages, title: str, places: list[tuple[str, tuple[float, float]]]
) -> None:
    marked = tuple(PicturePlace(name, *at, is_subject=True) for name, at in places)
    svg = pictures.draw_svg(Picture(title, marked), pages.templates, "source")
    ElementTree.fromstring(svg)


@settings(deadline=None)
@given(st.lists(coordinates, min_size=1, max_size=6))
@example([(0.0, 0.0), (0.0, 180.0), (0.0, -180.0)])
def test_every_point_lies_in_the_box(points: list[tuple[float, float]]) -> None:
    world = draw_map(points, BOX)
    for latitude, longitude in points:
        if -57 <= latitude <= 84:
            x, y = world.locate(latitude, longitude)
            assert BOX.left - 1 <= x <= BOX.right + 1
            assert BOX.top - 1 <= y <= BOX.bottom + 1


@pytest.mark.parametrize(
    "points",
    [[(10.0, 20.0), (12.0, 30.0)], [(-17.8, 178.0), (-14.3, -170.7)], [(48.0, 2.0), (41.0, 2.5), (44.0, 12.0)]],
)
def test_the_surroundings_of_points_are_centred_on_them(points: list[tuple[float, float]]) -> None:
    world = draw_map(points, BOX)
    xs, ys = zip(*(world.locate(latitude, longitude) for latitude, longitude in points), strict=True)
    assert min(xs) + max(xs) == pytest.approx(BOX.left + BOX.right)
    assert min(ys) + max(ys) == pytest.approx(BOX.top + BOX.bottom)


def test_points_on_both_sides_of_the_antimeridian_are_neighbours() -> None:
    world = draw_map([(-17.8, 178.0), (-14.3, -170.7)], BOX)
    (west, _), (east, _) = world.locate(-17.8, 178.0), world.locate(-14.3, -170.7)
    assert 0 < west < east < 1000
    assert world.land


def test_small_islands_have_land() -> None:
    assert "".join(piece.path for piece in draw_map([(1.29, 103.85)], BOX).land).count("M") > 3


def test_equal_earth_keeps_areas() -> None:
    def area(south: float, north: float) -> float:
        (width, low), (narrow, high) = equal_earth(1, south), equal_earth(1, north)
        return (width + narrow) / 2 * (high - low)

    for latitude in range(-80, 80, 20):
        on_the_globe = math.radians(1) * (math.sin(math.radians(latitude + 1)) - math.sin(math.radians(latitude)))
        assert area(latitude, latitude + 1) == pytest.approx(on_the_globe, rel=1e-3)
