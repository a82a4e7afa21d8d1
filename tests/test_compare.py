"""The comparison of countries, creative fields and regions: the network's own counts, nothing cut in silence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccn_kb.model.dates import first_day
from ccn_kb.network import Network
from ccn_kb.network.members import start_of_stay
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.router import Pages
from tests.conftest import TODAY
from tests.serving import Site, make_pages


@pytest.fixture(scope="module")
def pages(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return make_pages(network, tmp_path_factory.mktemp("compare"))


def compared(pages: Pages, **query: str) -> dict[str, Any]:
    response = pages.respond("/compare.json", query)
    assert response.status == 200
    page: dict[str, Any] = json.loads(response.body)
    return page


def test_the_counts_are_those_of_the_network(pages: Pages, network: Network) -> None:
    page = compared(pages, country="FR,DE", field="film", region="africa")
    filters = [{"country": "FR"}, {"country": "DE"}, {"field": "film"}, {"region": "africa"}]
    for group, chosen in zip(page["groups"], filters, strict=True):
        wanted: Any = chosen
        members = network.members(TODAY, **wanted)
        assert group["members"] == len(members)
        assert {field["id"]: field["members"] for field in group["fields"]} == network.count(members, "field")
        growth = {year.year: year.members for year in network.growth(TODAY, **wanted)}
        assert {year["year"]: year["members"] for year in group["growth"]} == growth
        ((kind, id),) = chosen.items()
        counts = network.count(network.members(TODAY), kind)
        assert group["rank"] == 1 + sum(count > counts[id] for count in counts.values())
    assert page["most"] == max(year["members"] for group in page["groups"] for year in group["growth"])


def test_first_and_newest_are_all_that_joined_the_network_on_the_day(pages: Pages, network: Network) -> None:
    for group in compared(pages, country="FR,IT,US", region="africa")["groups"]:
        members = network.members(TODAY, **{group["kind"]: group["id"]})
        joined = {member.city.id: start_of_stay(member).since for member in members}
        for shown, pick in ((group["first"], min), (group["latest"], max)):
            day = pick(map(first_day, joined.values()))
            assert {city["id"] for city in shown["cities"]} == {
                id for id, date in joined.items() if first_day(date) == day
            }
            assert first_day(shown["date"]) == day
    lyon = compared(pages, country="FR")["groups"][0]["first"]
    assert [city["id"] for city in lyon["cities"]] == ["lyon-fr"]


def test_the_csv_has_every_year_of_every_group(pages: Pages, network: Network) -> None:
    response = pages.respond("/compare.csv", {"country": "CN,JP"})
    rows = list(csv.DictReader(io.StringIO(response.body.decode())))
    expected = [
        (id, str(year.year), str(year.members)) for id in ("CN", "JP") for year in network.growth(TODAY, country=id)
    ]
    assert [(row["id"], row["year"], row["members"]) for row in rows] == expected


def test_what_is_beyond_six_is_named(pages: Pages) -> None:
    page = compared(pages, country="FR,DE,IT,ES,PL,PT,CN,JP")
    assert len(page["groups"]) == 6
    assert page["left_out"] == ["China", "Japan"]
    html = pages.respond("/compare", {"country": "FR,DE,IT,ES,PL,PT,CN,JP"}).body.decode()
    assert "Not shown, because six is the most: China, Japan." in html


def test_a_country_without_a_member_is_compared_too(pages: Pages) -> None:
    (group,) = compared(pages, country="GH,GH")["groups"]
    assert group["name"] == "Ghana" or group["members"] > 0
    assert group["members"] or group["rank"] is None


@pytest.mark.parametrize(("name", "value"), [("country", "FR,XX"), ("field", "film,nothing"), ("region", "mars")])
def test_an_unknown_id_is_named(pages: Pages, name: str, value: str) -> None:
    response = pages.respond("/compare.json", {name: value})
    assert response.status == 404
    assert value.rpartition(",")[2] in json.loads(response.body)["error"]


def test_without_a_choice_there_are_examples_that_work(pages: Pages) -> None:
    html = pages.respond("/compare", {}).body.decode()
    links = [part.partition('"')[0].replace("&amp;", "&") for part in html.split('href="/compare?')[1:]]
    assert len(links) == 3
    for link in links:
        assert compared(pages, **parse_query(link))["groups"]


def test_a_repeated_parameter_is_a_list(site: Site) -> None:
    page = site.get("/compare.json?country=FR&country=DE&country=FR&country=").json()
    assert [group["id"] for group in page["groups"]] == ["FR", "DE"]
    assert site.get("/compare?country=FR&country=DE").text.count("<figure>") == 2


def test_contradictory_parameters_are_refused(site: Site) -> None:
    assert "film,music" in site.get("/cities.json?field=film&field=music", 404).json()["error"]
    assert site.get("/cities.json?field=film&field=film").json()["chosen"]["field"] == "film"


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.text("xy,", min_size=1, max_size=3)), max_size=6))
def test_no_value_of_a_query_is_lost(pairs: list[tuple[str, str]]) -> None:
    parsed = parse_query("&".join(f"{name}={value}" for name, value in pairs))
    assert set(parsed) == {name for name, _ in pairs}
    assert all(value in parsed[name] for name, value in pairs)


def test_an_empty_network_compares_nothing(tmp_path: Path, network: Network) -> None:
    from dataclasses import replace

    fields = {id: field.model_copy(update={"coordinators": ()}) for id, field in network.fields.items()}
    empty = replace(
        network,
        cities={},
        fields=fields,
        cooperations={},
        meetings_by_id={},
        official_documents={},
        rounds={},
        totals={},
        moved={},
    )
    page = compared(make_pages(empty, tmp_path), country="FR", field="film")
    assert [(group["members"], group["rank"], group["growth"]) for group in page["groups"]] == [(0, None, [])] * 2
