"""Great-circle distances: known ones, and what every distance has to be."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccn_kb.network.geography import EARTH_KM, Point, distance_km

POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
HALF_ROUND = math.pi * EARTH_KM


@pytest.mark.parametrize(
    ("point", "other", "expected"),
    [
        (Point(0, 0), Point(0, 90), HALF_ROUND / 2),
        (Point(90, 0), Point(-90, 0), HALF_ROUND),
        (Point(0, 179.5), Point(0, -179.5), HALF_ROUND / 180),
        (Point(48.8566, 2.3522), Point(34.6937, 135.5023), 9_640),
        (Point(51.5074, -0.1278), Point(40.7128, -74.0060), 5_570),
    ],
    ids=["a quarter", "pole to pole", "over the antimeridian", "Paris to Osaka", "London to New York"],
)
def test_a_known_distance_comes_out(point: Point, other: Point, expected: float) -> None:
    assert distance_km(point, other) == pytest.approx(expected, rel=0.002)


@given(POINTS, POINTS)
def test_a_distance_is_the_same_both_ways_and_at_most_half_round(point: Point, other: Point) -> None:
    assert distance_km(point, other) == pytest.approx(distance_km(other, point), abs=1e-6)
    assert 0 <= distance_km(point, other) <= HALF_ROUND
    assert distance_km(point, point) == 0


@given(POINTS, POINTS, POINTS)
def test_a_detour_is_never_shorter(point: Point, other: Point, between: Point) -> None:
    assert distance_km(point, other) <= distance_km(point, between) + distance_km(between, other) + 1e-3
