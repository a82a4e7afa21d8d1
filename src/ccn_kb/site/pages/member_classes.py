"""The classes in which maps colour countries, by a number of member cities."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import zip_longest

from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages.parts import Picture

CLASSES = (1, 2, 4, 8, 15)
"""The least number of each class."""

LEGIBLE_CLASS = 3
"""The class in whose colour countries are told from others that have none."""


def class_of(number: int) -> int:
    """Return the class, from 0, of a number of at least 1."""
    return bisect_right(CLASSES, number) - 1


def bounds_of_classes() -> list[tuple[int, int | None]]:
    """Return the least and the largest number of each class; the last has no largest."""
    return [(least, beyond - 1 if beyond else None) for least, beyond in zip_longest(CLASSES, CLASSES[1:])]


def name_class(least: int, most: int | None) -> str:
    """Return the numbers of a class in words: 1, 2–3, 15 or more."""
    if most is None:
        return _("%(number)s or more", number=least)
    return str(least) if most == least else f"{least}–{most}"


def picture_countries(title: str, numbers: Iterable[tuple[str, int]], measure: str) -> Picture:
    """Return a world map of countries, coloured by a number of at least 1; the measure is what is counted."""
    countries = tuple((id, class_of(number)) for id, number in numbers)
    return Picture(
        title,
        (),
        is_world=True,
        countries=countries,
        measure=measure,
        classes=tuple((number, name_class(*bounds)) for number, bounds in enumerate(bounds_of_classes())),
    )
