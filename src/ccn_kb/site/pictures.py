"""Pictures of pages, to be shared and printed: a map under a title that states the fact, with source and licence."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ccn_kb.site.pages.parts import Picture, PicturePlace
from ccn_kb.site.world_map import Pixels, Rectangle, WorldMap, draw_map

if TYPE_CHECKING:
    from ccn_kb.site.templating import SiteTemplates

WIDTH, HEIGHT = 1200, 630
"""The size of a picture in pixels: what most sites show of a link."""
EDGE = 48
MAP_BOTTOM = 542
FONTS = Path(__file__).parent / "static" / "vendor"
FONT_FILES = ("noto-sans-400.ttf", "noto-sans-700.ttf")
TITLE_SIZES = ((46, 2), (40, 2), (34, 3), (28, 3))
"""Sizes of the title in pixels, each with the most lines that it may have."""
WORLD_TITLE_SIZES = ((46, 1), (40, 1), (34, 1), (30, 1), *TITLE_SIZES)
"""The same over a map of the world, which gains from every line that the title does not take."""
MOST_COLOURS = 256
LABEL_SIZE = 19
LEGEND_SIZE = 17
BOLD = 1.06
"""By how much bold letters are wider."""
LEGEND_GAP = 14
MOST_LABELS = 40
BEND = 0.18
"""How far the curve of a tie bends, in shares of its length."""
SHORTEST_GAP = 4
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile("[\\S\u00a0\u202f]+")
"""A word with its no-break spaces, which Python takes for spaces like all others."""
_ADVANCES = {**dict.fromkeys("iljtfrI.,:;'’|!()[]- \u00a0\u202f", 0.31), **dict.fromkeys("mwMW@%—", 0.92)}
_ADVANCE = 0.58
_CAPITAL = 0.68


class PlacedMark(NamedTuple):
    """The mark of a place on the map, in pixels."""

    x: float
    y: float
    field: str
    is_subject: bool


class PlacedLabel(NamedTuple):
    """The name of a place next to its mark, in pixels."""

    x: float
    y: float
    anchor: str
    text: str
    is_subject: bool


class PlacedTie(NamedTuple):
    """A tie of two places as a curve, and its width in pixels."""

    path: str
    width: float


class PlacesMap(NamedTuple):
    """A map of places and their ties, for a page."""

    world: WorldMap
    ties: tuple[PlacedTie, ...]
    marks: tuple[PlacedMark, ...]
    labels: tuple[PlacedLabel, ...]
    width: int
    height: int


class Legend(NamedTuple):
    """A creative field or a class in the legend, or a text before the classes, in pixels."""

    x: float
    name: str
    field: str = ""
    class_number: int | None = None


def draw_svg(picture: Picture, templates: SiteTemplates, source: str) -> str:
    """Return the picture as SVG; `source` is the line that names its source, version and licence."""
    picture = _for_xml(picture)
    size, lines = _set_title(picture.title, WORLD_TITLE_SIZES if picture.is_world else TITLE_SIZES)
    top = EDGE + round(len(lines) * size * 1.22) + 10
    box = Rectangle(EDGE, top, WIDTH - EDGE, MAP_BOTTOM)
    points = [(place.latitude, place.longitude) for place in picture.places]
    world = draw_map(points, box, is_world=picture.is_world)
    placed = [(place, world.locate(place.latitude, place.longitude)) for place in picture.places]
    placed.sort(key=lambda pair: pair[0].is_subject)
    return templates.render(
        "picture.svg",
        picture=picture,
        size=size,
        lines=[(number, line, round(_title_width(line, size))) for number, line in enumerate(lines)],
        box=box,
        world=world,
        is_world=picture.is_world,
        picture_marks=[PlacedMark(*point, place.field, place.is_subject) for place, point in placed],
        ties=list(place_ties(picture, world)),
        labels=list(_label(placed, box)),
        legend=list(_legend(picture)),
        scale=_mark_scale(len(placed)),
        source=source,
        width=WIDTH,
        height=HEIGHT,
    )


def draw_places(picture: Picture, width: int, height: int) -> PlacesMap:
    """Return the map of a picture's places and ties, of a size in pixels."""
    box = Rectangle(0, 0, width, height)
    points = [(place.latitude, place.longitude) for place in picture.places]
    world = draw_map(points, box, is_world=picture.is_world)
    placed = [(place, world.locate(place.latitude, place.longitude)) for place in picture.places]
    marks = (PlacedMark(*point, place.field, place.is_subject) for place, point in placed)
    return PlacesMap(world, tuple(place_ties(picture, world)), tuple(marks), tuple(_label(placed, box)), width, height)


def place_ties(picture: Picture, world: WorldMap) -> Iterator[PlacedTie]:
    """Yield the curves between places that are tied, the closest last."""
    points = [world.locate(place.latitude, place.longitude) for place in picture.places]
    for first, second, number in sorted(picture.ties, key=lambda tie: tie[2]):
        (x, y), (other_x, other_y) = sorted((points[first], points[second]))
        # A curve leaves space for the names, and tells ties apart that are on one line.
        bend_x = (x + other_x) / 2 + (other_y - y) * BEND
        bend_y = (y + other_y) / 2 - (other_x - x) * BEND
        yield PlacedTie(
            f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {other_x:.1f} {other_y:.1f}", 0.8 + min(number, 8) / 2
        )


def draw_png(svg: str) -> bytes:
    """Return a picture in SVG as PNG of the same size."""
    from resvg_py import svg_to_bytes

    fonts = [str(FONTS / name) for name in FONT_FILES]
    image = svg_to_bytes(
        svg_string=svg, background="white", skip_system_fonts=True, font_files=fonts, font_family="Noto Sans"
    )
    return _with_fewer_colours(bytes(image))


def _with_fewer_colours(image: bytes) -> bytes:
    """Return an opaque picture in PNG with 256 colours, which takes less than half of the space."""
    from PIL import Image

    stream = io.BytesIO()
    with Image.open(io.BytesIO(image)) as picture:
        # The faster octree makes one colour of the white page and the pale sea.
        method, dither = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
        picture.convert("RGB").quantize(MOST_COLOURS, method, dither=dither).save(stream, "PNG")
    return stream.getvalue()


def _for_xml(picture: Picture) -> Picture:
    """Return the picture without the characters that XML does not allow."""
    places = tuple(place._replace(name=_NOT_IN_XML.sub("", place.name)) for place in picture.places)
    return picture._replace(title=_NOT_IN_XML.sub("", picture.title), places=places)


# -- title and legend --------------------------------------------------------------------------


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is, in pixels, with a little to spare."""
    advances = (_ADVANCES.get(letter) or (_CAPITAL if letter.isupper() else _ADVANCE) for letter in text)
    return size * sum(advances)


def _title_width(text: str, size: float) -> float:
    return text_width(text, size) * BOLD


def _set_title(title: str, sizes: Sequence[tuple[int, int]]) -> tuple[int, list[str]]:
    """Return the size and the lines of a title: the largest size in which it fits, else its beginning."""
    # A title may be of no-break spaces only.
    text = " ".join(_WORD.findall(title)).strip().removesuffix(".").strip() or "–"
    for size, most in sizes:
        lines = list(_wrap(text, size, WIDTH - 2 * EDGE))
        if len(lines) <= most:
            return size, _balance(text, size, lines)
    return size, [*lines[: most - 1], f"{lines[most - 1].rstrip()[:-2]}…"]


def _balance(text: str, size: float, lines: list[str]) -> list[str]:
    """Return as many lines of about the same width."""
    narrowest, widest = _title_width(text, size) / len(lines), WIDTH - 2 * EDGE
    for step in range(20):
        narrower = list(_wrap(text, size, narrowest + (widest - narrowest) * step / 20))
        if len(narrower) <= len(lines):
            return narrower
    return lines


def _wrap(text: str, size: float, width: float) -> Iterator[str]:
    line = ""
    for word in _WORD.findall(text):
        for part in _pieces(word, size):
            longer = f"{line} {part}".strip()
            if line and _title_width(longer, size) > width:
                yield line
                line = part
            else:
                line = longer
    if line:
        yield line


def _pieces(word: str, size: float) -> Iterator[str]:
    """Yield a word, in pieces if it is wider than the picture."""
    most = max(1, int((WIDTH - 2 * EDGE) / size / 0.95))
    yield from (word[start : start + most] for start in range(0, len(word), most))


def _legend(picture: Picture) -> Iterator[Legend]:
    x = float(EDGE + 10)
    entries = [Legend(0, name, field) for field, name in picture.fields]
    if picture.measure:
        # Without a mark, the text stands where the mark would be.
        yield Legend(EDGE - LEGEND_GAP, picture.measure)
        x += text_width(picture.measure, LEGEND_SIZE) + LEGEND_GAP
    entries += [Legend(0, name, class_number=number) for number, name in picture.classes]
    for entry in entries:
        yield entry._replace(x=round(x, 1))
        x += 20 + LEGEND_GAP + text_width(entry.name, LEGEND_SIZE)


# -- marks and labels --------------------------------------------------------------------------


def _mark_scale(number: int) -> float:
    """Return by how much marks, which are 16 pixels wide, are scaled: the more there are, the smaller."""
    return 1.25 if number <= MOST_LABELS else 1.0 if number <= 120 else 0.72


def _label(placed: Sequence[tuple[PicturePlace, Pixels]], box: Rectangle) -> Iterator[PlacedLabel]:
    """Yield the labels for which there is space, those of the subjects first."""
    subjects = [pair for pair in placed if pair[0].is_subject]
    others = [pair for pair in placed if not pair[0].is_subject]
    taken = [Rectangle(x - 11, y - 11, x + 11, y + 11) for _, (x, y) in placed]
    for place, point in [*subjects, *(others if len(placed) <= MOST_LABELS else ())]:
        size = LABEL_SIZE + 5 if place.is_subject else LABEL_SIZE
        positions = list(_positions(place, point, size))
        for label, space in positions:
            is_inside = space.left >= box.left and space.right <= box.right
            is_inside = is_inside and space.top >= box.top and space.bottom <= box.bottom
            if is_inside and not any(map(space.meets, taken)):
                taken.append(space)
                yield label
                break
        else:
            if place.is_subject:
                yield positions[0][0]


def _positions(place: PicturePlace, point: Pixels, size: float) -> Iterator[tuple[PlacedLabel, Rectangle]]:
    x, y = point
    name = place.name if len(place.name) <= 40 else f"{place.name[:39]}…"
    width, gap, half = text_width(name, size), (18 if place.is_subject else 11) + SHORTEST_GAP, size / 2
    for anchor, left, baseline in (
        ("start", x + gap, y + size * 0.35),
        ("end", x - gap - width, y + size * 0.35),
        ("middle", x - width / 2, y - gap - 2),
        ("middle", x - width / 2, y + gap + size * 0.8),
    ):
        text_x = {"start": left, "end": left + width, "middle": left + width / 2}[anchor]
        label = PlacedLabel(round(text_x, 1), round(baseline, 1), anchor, name, place.is_subject)
        yield label, Rectangle(left, baseline - size * 0.8, left + width, baseline - size * 0.8 + 2 * half)
