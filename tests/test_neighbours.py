"""Who is near whom, and how far apart."""

from __future__ import annotations

import pytest

from ccn_kb.errors import UnknownError
from ccn_kb.network import Network
from ccn_kb.network.geography import Point, distance_km

DAY = "2015-05-28"


def test_neighbours_are_the_other_members_the_nearest_first(network: Network) -> None:
    found = network.neighbours("Kanazawa", DAY)
    others = [one for one in network.members(DAY) if one.city.id != "kanazawa-jp"]
    assert sorted(one.member.city.id for one in found) == sorted(one.city.id for one in others)
    distances = [one.kilometres for one in found]
    assert distances == sorted(distances)
    assert found[0].member.city.id == "nagoya-jp"
    for member, distance in found:
        assert distance == network.distance("kanazawa-jp", member.city.id)


def test_neighbours_are_narrowed_as_members_are(network: Network) -> None:
    found = network.neighbours("kanazawa-jp", DAY, field="Film", continent="Europe")
    assert {one.member.city.id for one in found} == {
        one.city.id for one in network.members(DAY, field="film", continent="EU")
    }
    assert len(found) > 0


def test_neighbours_become_a_data_frame_of_members_with_their_distance(network: Network) -> None:
    found = network.neighbours("kanazawa-jp", DAY)[:3]
    frame = found.to_pandas()
    assert list(frame["id"]) == [one.member.city.id for one in found]
    assert list(frame["kilometres"]) == [one.kilometres for one in found]


def test_a_distance_is_that_of_the_two_points(network: Network) -> None:
    one, other = network.city("sydney-au").location, network.city("buenos-aires-ar").location
    expected = distance_km(Point(one.latitude, one.longitude), Point(other.latitude, other.longitude))
    assert network.distance("Sydney", "Buenos Aires") == expected == pytest.approx(11_800, rel=0.01)
    assert network.distance("Sydney", "sydney-au") == 0


def test_an_unknown_city_has_no_neighbours(network: Network) -> None:
    with pytest.raises(UnknownError, match="unknown city 'Atlantis'"):
        network.neighbours("Atlantis")
    with pytest.raises(UnknownError, match="unknown city 'Atlantis'"):
        network.distance("Kobe", "Atlantis")
