"""The pages that answer a question, on the real network and on made ones: firsts, ranks, distances, anniversaries."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ccn_kb.network import Network
from ccn_kb.network.geography import distance_km
from ccn_kb.network.notable import anniversaries, earliest, largest_clusters, longest_standing, remote_members
from ccn_kb.site.pages.question_index import QUESTIONS
from ccn_kb.site.router import Pages
from tests.conftest import TODAY
from tests.records import make_city, make_designation, make_end, make_network
from tests.serving import make_pages


@pytest.fixture(scope="module")
def pages(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return make_pages(network, tmp_path_factory.mktemp("answers"))


def answer_to(pages: Pages, question: str, **query: str) -> Mapping[str, Any]:
    response = pages.respond(f"/answers/{question}.json", query)
    assert response.status == 200
    answer = json.loads(response.body)
    assert isinstance(answer, dict)
    return answer


# -- every answer --------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_index_has_each_question_with_its_answer(pages: Pages, question: str) -> None:
    answers = {
        answer["address"]: answer["sentence"]
        for answer in json.loads(pages.respond("/answers.json", {}).body)["answers"]
    }
    assert answers[f"/answers/{question}"] == answer_to(pages, question)["sentence"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_can_be_downloaded_with_a_row_for_each_item(pages: Pages, question: str) -> None:
    response = pages.respond(f"/answers/{question}.csv", {})
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    assert rows
    assert pages.respond(f"/answers/{question}.xlsx", {}).body.startswith(b"PK")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("on", ["2003", "2004-10-13", "2016-02-29", "0001", TODAY])
def test_an_answer_is_of_any_day(pages: Pages, question: str, on: str) -> None:
    answer = answer_to(pages, question, on=on)
    assert answer["on"] <= TODAY
    assert answer["sentence"].endswith(".")
    for ending in ("", ".csv", ".xlsx"):
        assert pages.respond(f"/answers/{question}{ending}", {"on": on}).status == 200


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"on": "2027"}, 404),
        ({"on": "2015-02-30"}, 404),
        ({"on": "2015,2016"}, 404),
        ({"on": ""}, 200),
        ({"on": "<script>"}, 404),
        ({"field": "film"}, 400),
    ],
)
def test_a_wrong_parameter_is_explained(pages: Pages, question: str, query: dict[str, str], status: int) -> None:
    response = pages.respond(f"/answers/{question}", query)
    assert response.status == status
    assert b"<script>" not in response.body.replace(b'<script type="', b"")


@pytest.mark.parametrize("question", ["fastest-growing-countries", "largest-clusters", "remote-cities"])
@pytest.mark.parametrize("number", ["0", "-1", "1e3", "٣", "10000", "300,400", "banana"])
def test_a_number_outside_its_range_is_explained(pages: Pages, question: str, number: str) -> None:
    name = "years" if question.startswith("fastest") else "km"
    assert pages.respond(f"/answers/{question}", {name: number}).status == 404


@pytest.mark.parametrize(
    "path", ["/answers/", "/answers/nothing", "/firsts", "/answers/firsts/1", "/answers/nothing.csv"]
)
def test_there_are_no_other_answers(pages: Pages, path: str) -> None:
    assert pages.respond(path, {}).status in (301, 404)


# -- firsts --------------------------------------------------------------------------------------


def test_the_first_african_city_is_not_that_of_the_region(pages: Pages) -> None:
    answer = answer_to(pages, "firsts")
    first = {(item["kind"], item["group"]): item["city"]["name"] for item in answer["firsts"]}
    assert first["region", "africa"] == "Brazzaville"
    assert first["continent", "AF"] == "Aswan"
    (note,) = answer["notes"]
    assert "Brazzaville, Congo (2013)" in note
    assert "Aswan, Egypt (2005)" in note


def test_every_group_has_a_first_city_with_a_source(pages: Pages, network: Network) -> None:
    answer = answer_to(pages, "firsts")
    groups = {
        kind: {item["group"] for item in answer["firsts"] if item["kind"] == kind} for kind in ("field", "country")
    }
    assert groups["field"] == set(network.fields)
    assert groups["country"] == {city.country for city in network.cities.values()}
    assert all(set(item["sources"]) <= set(answer["sources"]) for item in answer["firsts"])


def test_firsts_are_several_where_the_dates_do_not_decide() -> None:
    network = make_network(
        make_city("a-jp", make_designation("film", "2010-06")),
        make_city("b-jp", make_designation("film", "2010-06-11")),
        make_city("c-jp", make_designation("film", "2010-07")),
    )
    assert [member.city.id for member in earliest(network.memberships)] == ["a-jp", "b-jp"]


# -- countries -----------------------------------------------------------------------------------


def test_countries_with_and_without_a_member_are_all_countries(pages: Pages, network: Network) -> None:
    without = {country["id"] for country in answer_to(pages, "countries-without-a-member")["countries"]}
    ranked = {country["id"] for country in answer_to(pages, "largest-countries")["countries"]}
    assert without | ranked == set(network.countries)
    assert not without & ranked


def test_ranks_are_by_number_and_equal_numbers_share_a_rank(pages: Pages) -> None:
    countries = answer_to(pages, "largest-countries", on="2015-05-28")["countries"]
    numbers = [country["members"] for country in countries]
    assert numbers == sorted(numbers, reverse=True)
    assert [country["rank"] for country in countries] == [
        1 + sum(other > number for other in numbers) for number in numbers
    ]
    assert sum(numbers) == 69


def test_growth_is_the_difference_of_two_days(pages: Pages, network: Network) -> None:
    answer = answer_to(pages, "fastest-growing-countries", on="2020-02-29", years="3")
    assert answer["since"] == "2017-02-28"
    for country in answer["countries"]:
        before = len(network.members(on="2017-02-28", country=country["id"]))
        after = len(network.members(on="2020-02-29", country=country["id"]))
        assert (country["before"], country["members"], country["gained"]) == (before, after, after - before)
    assert answer["countries"][0]["gained"] == max(country["gained"] for country in answer["countries"])


# -- time ----------------------------------------------------------------------------------------


def test_a_change_of_field_does_not_shorten_a_membership(pages: Pages) -> None:
    standing = {member["city"]["id"]: member for member in answer_to(pages, "longest-standing-members")["standing"]}
    assert standing["lyon-fr"]["joined"] == "2008-06"
    assert standing["lyon-fr"]["city"]["field"] == "gastronomy" or standing["lyon-fr"]["city"]["since"] > "2008-06"


def test_the_longest_standing_are_more_where_dates_are_equal() -> None:
    network = make_network(*(make_city(f"{letter}-jp", make_designation("film", "2010-06-11")) for letter in "abc"))
    assert len(longest_standing(network.members("2020"), 2)) == 3
    network = network.with_records(make_city("d-jp", make_designation("film", "2011")))
    assert len(longest_standing(network.members("2020"), 2)) == 3


def test_an_anniversary_needs_the_day_and_an_earlier_year() -> None:
    network = make_network(
        make_city("a-jp", make_designation("film", "2012-02-29")),
        make_city("b-jp", make_designation("film", "2013-02")),
        make_city("c-jp", make_designation("film", "2014-02-28", end=make_end("2015-02-28"))),
    )
    history = network.history(until="2020")

    def ids_on(day: str) -> list[tuple[str, str]]:
        return [(change.city.id, change.event) for change in anniversaries(history, datetime.date.fromisoformat(day))]

    assert ids_on("2016-02-29") == [("a-jp", "joined")]
    assert ids_on("2017-02-28") == [("a-jp", "joined"), ("c-jp", "joined"), ("c-jp", "ended")]
    assert ids_on("2012-02-29") == []


def test_the_previous_anniversary_has_something_to_show(pages: Pages) -> None:
    answer = answer_to(pages, "on-this-day", on="2020-01-01")
    assert answer["changes"] == []
    previous = answer_to(pages, "on-this-day", on=answer["previous"])
    assert answer["previous"] < "2020-01-01"
    assert previous["changes"]


# -- distances -----------------------------------------------------------------------------------


def test_a_cluster_is_all_cities_within_the_distance_of_its_centre(network: Network) -> None:
    members = list(network.members(TODAY))
    clusters = largest_clusters(members, 200)
    assert clusters
    for cluster in clusters:
        near = {
            member.city.id
            for member in members
            if 0 < distance_km(member.city.location, cluster.centre.city.location) <= 200
        }
        assert {neighbour.member.city.id for neighbour in cluster.others} == near
    assert [cluster.size for cluster in clusters] == sorted((cluster.size for cluster in clusters), reverse=True)


def test_the_remote_cities_are_those_of_the_query(network: Network) -> None:
    remote = remote_members(network.members(TODAY), 1000)
    assert all(item.nearest is None or item.nearest.kilometres > 1000 for item in remote)
    for item in remote:
        others = network.neighbours(item.member.city.id, TODAY, field=item.member.designation.field)
        assert item.nearest is not None
        assert (others[0].member.city.id, others[0].kilometres) == (
            item.nearest.member.city.id,
            item.nearest.kilometres,
        )


def test_a_city_alone_in_its_field_is_the_most_remote(tmp_path: Path) -> None:
    network = make_network(
        make_city("a-jp", make_designation("film", "2010")),
        make_city("b-jp", make_designation("music", "2010")),
        make_city("c-jp", make_designation("music", "2010")),
    )
    assert [(item.member.city.id, item.nearest) for item in remote_members(network.members("2020"), 10)] == [
        ("a-jp", None)
    ]
    pages = make_pages(network, tmp_path)
    text = pages.respond("/answers/remote-cities", {}).body.decode()
    assert "<td>none</td>" in text
