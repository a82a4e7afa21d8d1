"""Who is near whom, and how far apart."""

from __future__ import annotations

import pytest

from ccn_kb.errors import UnknownError
from ccn_kb.network import Network
from ccn_kb.network.geography import Point, distance_km

DAY = "2015-05-28"


def test_neighbours_are_the_other_members_the_nearest_first(network: Network) -> None:
    neighbours = network.neighbours("Kanazawa", DAY)
    others = [member for member in network.members(DAY) if member.city.id != "kanazawa-jp"]
    assert sorted(neighbour.member.city.id for neighbour in neighbours) == sorted(member.city.id for member in others)
    distances = [neighbour.kilometres for neighbour in neighbours]
    assert distances == sorted(distances)
    assert neighbours[0].member.city.id == "nagoya-jp"
    for member, distance in neighbours:
        assert distance == network.distance("kanazawa-jp", member.city.id)


def test_neighbours_are_narrowed_as_members_are(network: Network) -> None:
    neighbours = network.neighbours("kanazawa-jp", DAY, field="Film", continent="Europe")
    assert {neighbour.member.city.id for neighbour in neighbours} == {
        member.city.id for member in network.members(DAY, field="film", continent="EU")
    }
    assert len(neighbours) > 0


def test_neighbours_become_a_data_frame_of_members_with_their_distance(network: Network) -> None:
    neighbours = network.neighbours("kanazawa-jp", DAY)[:3]
    frame = neighbours.to_pandas()
    assert list(frame["id"]) == [neighbour.member.city.id for neighbour in neighbours]
    assert list(frame["kilometres"]) == [neighbour.kilometres for neighbour in neighbours]


def test_a_distance_is_that_of_the_two_points(network: Network) -> None:
    location, other = network.city("sydney-au").location, network.city("buenos-aires-ar").location
    expected = distance_km(Point(location.latitude, location.longitude), Point(other.latitude, other.longitude))
    assert network.distance("Sydney", "Buenos Aires") == expected == pytest.approx(11_800, rel=0.01)
    assert network.distance("Sydney", "sydney-au") == 0


def test_an_unknown_city_has_no_neighbours(network: Network) -> None:
    with pytest.raises(UnknownError, match="unknown city 'Atlantis'"):
        network.neighbours("Atlantis")
    with pytest.raises(UnknownError, match="unknown city 'Atlantis'"):
        network.distance("Kobe", "Atlantis")
