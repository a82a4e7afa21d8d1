"""Who works with whom, as a graph."""

from __future__ import annotations

import io
import re
import sys
from math import comb

import networkx as nx
import pytest
from pydantic import ValidationError

from ccn_kb.model.records import OfficialDocument
from ccn_kb.network import Network
from ccn_kb.network.schema import TABLES
from tests.records import make_city, make_cooperation, make_designation, make_document, make_end, make_network
from tests.serving import Site

KOBE = make_city("kobe-jp", make_designation("film", "2010", end=make_end("2012")))
LODZ, LEEDS = make_city("lodz-pl"), make_city("leeds-gb")
WORK = make_cooperation(
    "2018-leeds-gb-film",
    "2018-06",
    kind="mentoring",
    field="film",
    ends="2019-02",
    cities=[{"city": "leeds-gb", "role": "helper"}, {"city": "kobe-jp", "role": "helped"}],
)
ALONE = make_cooperation("2019-lodz-pl-film", cities=[{"city": "lodz-pl", "role": "host"}])
SMALL = make_network(KOBE, LODZ, LEEDS, WORK, ALONE)


def test_cities_are_nodes_with_the_row_of_their_latest_designation() -> None:
    graph = SMALL.cooperation_graph().to_networkx()
    assert set(graph) == {"kobe-jp", "leeds-gb", "lodz-pl"}
    kobe = graph.nodes["kobe-jp"]
    assert (kobe["name"], kobe["field"], kobe["until"]) == ("Kobe", "film", "2012")
    assert "until" not in graph.nodes["leeds-gb"]


def test_a_cooperation_is_an_edge_with_kind_roles_and_dates() -> None:
    graph = SMALL.cooperation_graph().to_networkx()
    assert list(graph.edges(keys=True)) == [("kobe-jp", "leeds-gb", WORK.id)]
    assert dict(graph.edges["kobe-jp", "leeds-gb", WORK.id]) == {
        "cooperation": WORK.id,
        "title": WORK.title,
        "kind": "mentoring",
        "field": "film",
        "field_name": "Film",
        "starts": "2018-06",
        "starts_day": "2018-06-01",
        "ends": "2019-02",
        "ends_day": "2019-02-28",
        "ongoing": 0,
        "size": 2,
        "city": "leeds-gb",
        "role": "helper",
        "city_field": "film",
        "other": "kobe-jp",
        "other_role": "helped",
    }


def test_a_meeting_is_one_of_the_cities_of_a_field() -> None:
    assert make_cooperation(kind="meeting", field="film").field == "film"
    with pytest.raises(ValidationError, match="a meeting of the cities of a creative field needs the field"):
        make_cooperation(kind="meeting", field=None)


@pytest.mark.parametrize(
    "terms", [{"round": 2017}, {"deadline": "2017"}, {"per_country": 2}, {"applications": 0}], ids=str
)
def test_only_a_call_asks_for_applications(terms: dict[str, object]) -> None:
    given = make_document().model_dump(exclude_defaults=True)
    assert OfficialDocument.model_validate({**given, **terms}).kind == "call"
    with pytest.raises(ValidationError, match="only a call for applications has it"):
        OfficialDocument.model_validate({**given, **terms, "kind": "rules"})


def test_whether_a_cooperation_lasts_is_known_from_its_end_or_its_kind_and_else_unknown() -> None:
    cities = [{"city": "leeds-gb", "role": "lead"}, {"city": "lodz-pl", "role": "partner"}]
    network = make_network(
        LODZ,
        LEEDS,
        make_cooperation("2018-ended", "2018", kind="exchange", ends="2019", cities=cities),
        make_cooperation("2018-event", "2018-06", kind="event", cities=cities),
        make_cooperation("2018-meeting", "2018-06", kind="meeting", field="film", cities=cities),
        make_cooperation("2018-open", "2018", kind="agreement", cities=cities),
        version="1.0.20190601",
    )

    def ongoing(on: str) -> dict[str, int | None]:
        return {tie.cooperation.id: tie.ongoing for tie in network.cooperation_graph(on).ties}

    assert ongoing("2017") == {}
    assert ongoing("2018-05-31") == {"2018-ended": 1, "2018-open": None}
    assert ongoing("2018-06-30") == {"2018-ended": 1, "2018-event": None, "2018-meeting": None, "2018-open": None}
    assert ongoing("2019-12-31") == {"2018-ended": 1, "2018-event": 0, "2018-meeting": 0, "2018-open": None}
    assert ongoing("2020") == {"2018-ended": 0, "2018-event": 0, "2018-meeting": 0, "2018-open": None}
    (table,) = (table for table in TABLES if table.name == "cooperations")
    place = [column.name for column in table.columns].index("ongoing")
    assert {row[0]: row[place] for row in table.rows(network)} == ongoing("2019-06-01")


def test_the_graph_of_a_day_has_the_cities_and_fields_of_that_day(network: Network) -> None:
    graph = network.cooperation_graph("2019")
    nodes = graph.to_networkx().nodes
    assert {member.city.id for member in graph.cities} == {
        member.city.id for member in (*network.members("2019"), *network.former("2019"))
    }
    assert (nodes["lyon-fr"]["field"], nodes["lyon-fr"]["since"]) == ("media-arts", "2008-06")
    assert network.cooperation_graph("2024").to_networkx().nodes["lyon-fr"]["field"] == "literature"
    assert max(tie.cooperation.starts for tie in graph.ties) <= "2019-12-31"
    candidate = next(city for city in graph.others if city.id not in network.cooperation_graph("2004").to_networkx())
    assert dict(nodes[candidate.id]) == {"name": candidate.name, "country": candidate.country}


def test_a_tie_has_the_fields_of_its_cities_when_it_began(network: Network) -> None:
    ties = network.cooperation_graph().ties
    assert all(
        (tie.city_field, tie.other_field)
        == (network.field_on(tie.city, tie.cooperation.starts), network.field_on(tie.other, tie.cooperation.starts))
        for tie in ties
    )
    fields = {(tie.cooperation.starts < "2023-10-31", tie.city_field) for tie in ties if tie.city == "lyon-fr"}
    assert fields == {(True, "media-arts"), (False, "literature")}
    assert None in {tie.other_field for tie in ties}


def test_each_two_cities_of_a_cooperation_have_a_tie(network: Network) -> None:
    graph = network.cooperation_graph()
    works = network.cooperations.values()
    assert len(graph.ties) == sum(comb(len(work.cities), 2) for work in works)
    drawn = graph.to_networkx()
    assert set(drawn) == set(network.cities)
    assert drawn.number_of_edges() == len(graph.ties)
    for work in works:
        names = [participant.city for participant in work.cities]
        assert all(drawn.has_edge(names[0], other, key=work.id) for other in names[1:])


def test_ties_are_in_the_order_of_their_beginning(network: Network) -> None:
    frame = network.cooperation_graph().ties.to_pandas()
    assert frame["starts_day"].is_monotonic_increasing
    assert (frame["ends_day"].dropna() >= frame["starts_day"][frame["ends_day"].notna()]).all()


def test_every_format_of_networkx_holds_the_graph(network: Network) -> None:
    graph = network.cooperation_graph().to_networkx()
    stream = io.BytesIO()
    nx.write_graphml(graph, stream)
    stream.seek(0)
    again = nx.read_graphml(stream, force_multigraph=True)
    assert {id: again.nodes[id] for id in again} == {id: graph.nodes[id] for id in graph}
    assert again.number_of_edges() == graph.number_of_edges()
    nx.write_gexf(graph, io.BytesIO())


def test_a_notebook_shows_the_ties() -> None:
    graph = SMALL.cooperation_graph()
    assert repr(graph) == "<CooperationGraph: 3 cities, 1 tie>"
    assert "mentoring" in graph._repr_html_()


def test_missing_networkx_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ImportError, match=re.escape('networkx is not installed; run: pip install "ccn-kb[research]"')):
        SMALL.cooperation_graph().to_networkx()


def test_the_json_of_cooperation_separates_ended_ongoing_and_unknown(site: Site) -> None:
    stored = {row["id"]: row for row in site.get("/data/cooperations.json").json()}
    shown = {row["id"]: row for row in site.get("/cooperation.json").json()["cooperations"]}
    assert shown.keys() == stored.keys()
    for id, row in shown.items():
        assert (row["ends_day"], row["ongoing"]) == (stored[id]["ends_day"], stored[id]["ongoing"])
    assert {row["ongoing"] for row in shown.values()} >= {0, None}
