"""The countries of the world coloured by their number of member cities, as shapes of SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccn_kb.site.pages.countries import CountriesPage, class_of
from ccn_kb.site.pages.page_context import SiteIndex
from ccn_kb.site.pages.parts import MemberCount
from ccn_kb.site.world_map import Rectangle, draw_map

WIDTH, HEIGHT = 1112, 468


class CountryShape(NamedTuple):
    """A country with members: its land as a path, or its place where the map is too coarse for its land."""

    country: MemberCount
    class_number: int
    path: str
    x: float
    y: float


class CountryMap(NamedTuple):
    """The map: the outline of the world, land without members, borders, and the countries with members."""

    globe: str
    land: tuple[str, ...]
    borders: str
    countries: tuple[CountryShape, ...]
    width: int = WIDTH
    height: int = HEIGHT


def draw_countries(index: SiteIndex, page: CountriesPage) -> CountryMap:
    """Return the map of the countries of a page."""
    world = draw_map((), Rectangle(0, 0, WIDTH, HEIGHT), is_world=True)
    paths: Mapping[str, str] = {piece.m49: piece.path for piece in world.land if piece.m49}
    codes = {country.id: country.m49 or "" for country in index.network.countries.values()}
    shapes = []
    for country in page.countries:
        place = index.by_country[country.id][0].place
        x, y = world.locate(place.latitude, place.longitude)
        path = paths.get(codes[country.id], "")
        shapes.append(CountryShape(country, class_of(country.members), path, round(x, 1), round(y, 1)))
    with_members = {codes[country.id] for country in page.countries} - {""}
    land = tuple(piece.path for piece in world.land if piece.m49 not in with_members)
    return CountryMap(world.globe, land, world.borders, tuple(shapes))
