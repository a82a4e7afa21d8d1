"""Points on the globe and their distances."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG)."""


class Located(Protocol):
    """An object with a latitude and a longitude in degrees (WGS 84)."""

    @property
    def latitude(self) -> float: ...

    @property
    def longitude(self) -> float: ...


class Point(NamedTuple):
    """A point with its coordinates in degrees (WGS 84)."""

    latitude: float
    longitude: float


def distance_km(place: Located, other: Located) -> float:
    """Return the great-circle distance of two places in kilometres.

    >>> round(distance_km(Point(0, 0), Point(0, 180)))
    20015
    """
    north, other_north = math.radians(place.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - place.longitude)
    chord = math.sin((other_north - north) / 2) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    # Rounding can make the chord of antipodes a little longer than the diameter.
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def unit_vector(place: Located) -> tuple[float, float, float]:
    """Return the place as a point on a sphere of radius 1; the greater the dot product of two, the nearer they are."""
    north, east = math.radians(place.latitude), math.radians(place.longitude)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)
