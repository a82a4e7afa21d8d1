"""Coasts and borders as paths of SVG: the world in the Equal Earth projection, or the surroundings of some points."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

WORLDS = Path(__file__).parent / "static" / "vendor"
Degrees: TypeAlias = tuple[float, float]
"""Longitude and latitude in degrees, as in GeoJSON."""
Pixels: TypeAlias = tuple[float, float]
Outline: TypeAlias = Sequence[Degrees]

SOUTHERNMOST, NORTHERNMOST = -57.0, 84.0
"""The latitudes of the world map in degrees: all land but Antarctica."""
LEAST_SPAN = 5.0
"""The least height of a map of some points, in degrees of latitude."""
MOST_SPAN = 65.0
"""The height in degrees beyond which a map of some points shows the world."""
DETAILED_SPAN = 40.0
COARSE = "110m"
TILE = 20
"""The side of a tile of fine coasts in degrees; its name has its west and south edge."""
ANTARCTICA = "010"
MARGIN = 0.16
_EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)
"""Šavrič, Patterson and Jenny, The Equal Earth map projection (2018), doi:10.1080/13658816.2018.1504949."""


class Rectangle(NamedTuple):
    """A rectangle between two corners."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Rectangle) -> bool:
        """Return whether the two have a point in common; both grow to the right and downwards."""
        across = self.left <= other.right and other.left <= self.right
        return across and self.top <= other.bottom and other.top <= self.bottom


class Land(NamedTuple):
    """A piece of land as a path, with the country's code in M49 if it is that of a country."""

    m49: str
    path: str


class WorldMap(NamedTuple):
    """A map that fills a box: land and borders as paths, and the place of a point in it."""

    land: tuple[Land, ...]
    borders: str
    locate: Callable[[float, float], Pixels]
    """Take latitude and longitude in degrees, and return pixels."""
    globe: str = ""
    """The outline of the world; none on a map of some surroundings, which fill the box."""

    @property
    def land_paths(self) -> tuple[str, ...]:
        """The land as paths to be filled one by one: tiles of fine coasts overlap, which in one path would be a gap."""
        return ("".join(piece.path for piece in self.land),) if self.globe else tuple(piece.path for piece in self.land)


def draw_map(points: Sequence[tuple[float, float]], box: Rectangle, *, is_world: bool = False) -> WorldMap:
    """Return a map around points, each a latitude and a longitude in degrees; of the world if they lie far apart."""
    view = None if is_world or not points else _view(points, (box.right - box.left) / (box.bottom - box.top))
    return _world(box) if view is None else _surroundings(view, box)


# -- the world ---------------------------------------------------------------------------------


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Return a point of the Equal Earth projection, in radians on a sphere of radius 1.

    >>> [round(value, 4) for value in equal_earth(180, 0)]
    [2.7066, 0.0]
    """
    a1, a2, a3, a4 = _EQUAL_EARTH
    angle = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    square = angle * angle
    sixth = square**3
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(angle)
    x /= 3 * (9 * a4 * sixth * square + 7 * a3 * sixth + 3 * a2 * square + a1)
    return x, angle * (a4 * sixth * square + a3 * sixth + a2 * square + a1)


@cache
def _world(box: Rectangle) -> WorldMap:
    width, height = box.right - box.left, box.bottom - box.top
    north, south = equal_earth(0, NORTHERNMOST)[1], equal_earth(0, SOUTHERNMOST)[1]
    scale = min(height / (north - south), width / 2 / equal_earth(180, 0)[0])
    middle, top = (box.left + box.right) / 2, box.top + (height - scale * (north - south)) / 2

    def locate(latitude: float, longitude: float) -> Pixels:
        x, y = equal_earth(longitude, latitude)
        return middle + scale * x, top + scale * (north - y)

    def project(outline: Outline) -> Iterator[Pixels]:
        return (locate(latitude, longitude) for longitude, latitude in outline)

    land = tuple(
        Land(piece.m49, "".join(_path(project(ring), "Z") for ring, _ in piece.rings))
        for piece in _outlines(COARSE).land
        if piece.m49 != ANTARCTICA
    )
    borders = "".join(_path(project(line)) for line, _ in _outlines(COARSE).borders)
    edge = range(int(SOUTHERNMOST), int(NORTHERNMOST) + 1, 3)
    west = (locate(latitude, -180) for latitude in edge)
    east = (locate(latitude, 180) for latitude in reversed(edge))
    return WorldMap(land, borders, locate, _path((*west, *east), "Z"))


# -- the surroundings of points ----------------------------------------------------------------


class _View(NamedTuple):
    """What a map shows: its middle in degrees, and its height and width in degrees of latitude."""

    longitude: float
    latitude: float
    height: float
    width: float


def _view(points: Sequence[tuple[float, float]], aspect: float) -> _View | None:
    """Return the view that shows the points, None if only a map of the world does."""
    latitudes = [latitude for latitude, _ in points]
    west, east = _shortest_arc([longitude for _, longitude in points])
    latitude = (min(latitudes) + max(latitudes)) / 2
    shrink = math.cos(math.radians(latitude))
    height = max(LEAST_SPAN, (max(latitudes) - min(latitudes)) / (1 - 2 * MARGIN))
    height = max(height, (east - west) * shrink / (1 - 2 * MARGIN) / aspect)
    if height > MOST_SPAN or abs(latitude) + height / 2 > NORTHERNMOST:
        return None
    return _View((west + east) / 2, latitude, height, height * aspect)


def _shortest_arc(longitudes: Iterable[float]) -> tuple[float, float]:
    """Return the ends of the shortest arc that has all longitudes, in degrees; the east end may be beyond 180."""
    # 180 and -180 are the same meridian.
    ordered = sorted({(longitude + 180) % 360 - 180 for longitude in longitudes})
    gaps = [(ordered[(place + 1) % len(ordered)] - here) % 360 or 360 for place, here in enumerate(ordered)]
    after = gaps.index(max(gaps))
    west = ordered[(after + 1) % len(ordered)]
    return west, west + 360 - gaps[after]


def _surroundings(view: _View, box: Rectangle) -> WorldMap:
    shrink = math.cos(math.radians(view.latitude))
    scale = (box.bottom - box.top) / view.height
    middle_x, middle_y = (box.left + box.right) / 2, (box.top + box.bottom) / 2

    def locate(latitude: float, longitude: float) -> Pixels:
        east = (longitude - view.longitude + 180) % 360 - 180
        return middle_x + scale * shrink * east, middle_y - scale * (latitude - view.latitude)

    # A little more than is seen, so that no edge of the land is.
    half_width, half_height = view.width / 2 / shrink * 1.05, view.height / 2 * 1.05
    seen = Rectangle(
        view.longitude - half_width,
        -(view.latitude + half_height),
        view.longitude + half_width,
        -(view.latitude - half_height),
    )

    def project(outline: Outline, turn: float) -> Iterator[Pixels]:
        for longitude, latitude in outline:
            x = middle_x + scale * shrink * (longitude + turn - view.longitude)
            yield x, middle_y - scale * (latitude - view.latitude)

    land: list[Land] = []
    borders: list[str] = []
    for turn in (-360.0, 0.0, 360.0):
        window = Rectangle(seen.left - turn, seen.top, seen.right - turn, seen.bottom)
        project_turned = partial(project, turn=turn)
        for name in _tiles(window) if view.height <= DETAILED_SPAN else (COARSE,):
            land.extend(_land_inside(_outlines(name), window, project_turned))
            borders.extend(_borders_inside(_outlines(name), window, project_turned))
    return WorldMap(tuple(land), "".join(borders), locate)


def _land_inside(
    outlines: _Outlines, window: Rectangle, project: Callable[[Outline], Iterable[Pixels]]
) -> Iterator[Land]:
    for piece in outlines.land:
        rings = [_clip(ring, window) for ring, extent in piece.rings if extent.meets(window)]
        if path := "".join(_path(project(ring), "Z") for ring in rings if ring):
            yield Land(piece.m49, path)


def _borders_inside(
    outlines: _Outlines, window: Rectangle, project: Callable[[Outline], Iterable[Pixels]]
) -> Iterator[str]:
    for line, extent in outlines.borders:
        if extent.meets(window):
            yield from (_path(project(part)) for part in _parts_inside(line, window))


def _tiles(window: Rectangle) -> Iterator[str]:
    """Yield the names of the tiles of fine coasts that meet a window."""
    for west in range(-180, 180, TILE):
        for south in range(-90, 90, TILE):
            if Rectangle(west, -(south + TILE), west + TILE, -south).meets(window):
                yield f"50m/{west}_{south}"


def _clip(ring: Outline, window: Rectangle) -> Outline:
    """Return the part of a ring inside a window: Sutherland and Hodgman's algorithm, edge by edge."""
    edges = ((0, window.left, 1), (0, window.right, -1), (1, -window.bottom, 1), (1, -window.top, -1))
    for axis, bound, sign in edges:
        clipped: list[Degrees] = []
        for place, point in enumerate(ring):
            before = ring[place - 1]
            is_inside, was_inside = sign * (point[axis] - bound) >= 0, sign * (before[axis] - bound) >= 0
            if is_inside != was_inside:
                share = (bound - before[axis]) / (point[axis] - before[axis])
                crossing = [before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])]
                crossing[axis] = bound
                clipped.append((crossing[0], crossing[1]))
            if is_inside:
                clipped.append(point)
        ring = clipped
    return ring


def _parts_inside(line: Outline, window: Rectangle) -> Iterator[Outline]:
    """Yield the runs of a line inside a window, with the point before and after each; the last can be empty."""
    run: list[Degrees] = []
    before: Degrees | None = None
    for point in line:
        if window.left <= point[0] <= window.right and -window.bottom <= point[1] <= -window.top:
            run = run or ([before] if before else [])
            run.append(point)
        elif run:
            yield [*run, point]
            run = []
        before = point
    yield run


# -- outlines ----------------------------------------------------------------------------------


class _Piece(NamedTuple):
    """Land with the same code, as closed rings, each with its extent; latitudes grow downwards in an extent."""

    m49: str
    rings: Sequence[tuple[Outline, Rectangle]]


class _Outlines(NamedTuple):
    """The land and the borders of the world or of a tile, each line with its extent."""

    land: Sequence[_Piece]
    borders: Sequence[tuple[Outline, Rectangle]]


@cache
def _outlines(name: str) -> _Outlines:
    world = json.loads((WORLDS / f"world-{name}.json").read_text(encoding="utf-8"))
    land = world["land"]
    shapes = [(feature.get("id", ""), feature["geometry"]) for feature in land.get("features", ())]
    shapes.extend(("", geometry) for geometry in land.get("geometries", ()))
    borders = world["borders"]
    lines = borders["coordinates"] if borders["type"] == "MultiLineString" else [borders["coordinates"]]
    return _Outlines([_Piece(m49, _rings(shape)) for m49, shape in shapes], [(line, _extent(line)) for line in lines])


def _rings(shape: Mapping[str, Any]) -> list[tuple[Outline, Rectangle]]:
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [(ring[:-1], _extent(ring)) for polygon in polygons for ring in polygon]


def _extent(outline: Outline) -> Rectangle:
    longitudes, latitudes = [point[0] for point in outline], [point[1] for point in outline]
    return Rectangle(min(longitudes), -max(latitudes), max(longitudes), -min(latitudes))


def _path(points: Iterable[Pixels], end: str = "") -> str:
    """Return a path through points, in tenths of a pixel, without those that fall on the one before."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(tenths)]
    # Steps are shorter than places, which matters for a page that has the whole world.
    texts = [f"{across / 10:g} {down / 10:g}" for across, down in steps if across or down]
    if not texts:
        return ""
    return f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}l{' '.join(texts)}{end}".replace(" -", "-")
