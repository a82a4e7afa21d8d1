"""The countries of the world coloured by class, such as that of their number of member cities, as shapes of SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccn_kb.site.pages.page_context import SiteIndex
from ccn_kb.site.world_map import Pixels, Rectangle, WorldMap, draw_map

PAGE_BOX = Rectangle(0, 0, 1112, 468)
"""The box of the map on a page, in pixels."""


class CountryShape(NamedTuple):
    """A coloured country: its land as a path, and its place for a mark where the map is too coarse for its land."""

    class_number: int
    path: str
    x: float
    y: float


class CountryMap(NamedTuple):
    """The map: the outline of the world, other land, borders, and the coloured countries by ID."""

    globe: str
    land: str
    borders: str
    countries: Mapping[str, CountryShape]
    width: float
    height: float


def draw_countries(index: SiteIndex, classes: Mapping[str, int], box: Rectangle = PAGE_BOX) -> CountryMap:
    """Return a map that fills a box, of the world with some countries coloured by their class."""
    world = draw_map((), box, is_world=True)
    paths: Mapping[str, str] = {piece.m49: piece.path for piece in world.land if piece.m49}
    codes = {id: index.network.countries[id].m49 or "" for id in classes}
    shapes = {
        id: CountryShape(number, paths.get(codes[id], ""), *_place(index, id, world)) for id, number in classes.items()
    }
    coloured = set(codes.values()) - {""}
    land = "".join(piece.path for piece in world.land if piece.m49 not in coloured)
    return CountryMap(world.globe, land, world.borders, shapes, box.right - box.left, box.bottom - box.top)


def _place(index: SiteIndex, id: str, world: WorldMap) -> Pixels:
    """Return where the mark of a country is: at its first city, or in the middle of a country without one."""
    if memberships := index.by_country.get(id):
        place = memberships[0].place
        x, y = world.locate(place.latitude, place.longitude)
    else:
        land = index.network.countries[id].boxes[0]
        x, y = world.locate((land.south + land.north) / 2, (land.west + land.east) / 2)
    return round(x, 1), round(y, 1)
