"""The page of changes: what happened to memberships, on what sources disagree, which sources are new."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from ccn_kb.network import Network
from ccn_kb.site.router import Pages
from tests.records import make_city, make_designation, make_end, make_network, make_release, make_round
from tests.serving import make_pages


def page_of(network: Network, folder: Path, today: str) -> Pages:
    return make_pages(network, folder, today)


def test_the_changes_are_the_history_until_today(tmp_path: Path) -> None:
    city = make_city("kobe-jp", make_designation("film", "2010-05", end=make_end("2020-06-01")))
    pages = page_of(make_network(city, make_city("b-jp", make_designation("music", "2015"))), tmp_path, "2019-01-01")
    rows = list(csv.DictReader(io.StringIO(pages.respond("/changes.csv", {}).body.decode())))
    assert [(row["date"], row["event"], row["city"]) for row in rows] == [
        ("2015", "joined", "b-jp"),
        ("2010-05", "joined", "kobe-jp"),
    ]


def test_disagreements_and_sources_of_the_real_data_are_listed(network: Network, tmp_path: Path) -> None:
    pages = page_of(network, tmp_path, "2026-11-22")
    facts = json.loads(pages.respond("/changes.json", {}).body)
    disputed = sum(len(record["disputed"]) for record in facts["corrected"])
    cities = network.cities.values()
    records = [*cities, *(designation for city in cities for designation in city.designations)]
    records += [*network.rounds.values(), *network.meetings_by_id.values(), *network.cooperations.values()]
    records += network.official_documents.values()
    assert disputed == sum(len(dispute.sources) for record in records for dispute in record.disputed) > 0
    assert sum(month["sources"] for month in facts["accessed"]) == len(network.sources)
    published = [source["published"] for source in facts["newest_sources"]]
    assert published == sorted(published, reverse=True)
    for record in facts["corrected"]:
        assert pages.respond(record["address"].partition("#")[0], {}).status == 200


def test_each_release_lists_what_it_corrects_in_the_one_before(tmp_path: Path) -> None:
    value = {"path": "designations.film-2010.since", "before": "2010", "after": "2010-05"}
    correction = {"change": "corrected", "kind": "city", "record": "kobe-jp", "name": "Kobe", **value}
    gone = {"change": "removed", "kind": "meeting", "record": "2018-kobe-jp", "name": "A meeting"}
    note = {"change": "corrected", "kind": "round", "record": "2015", "name": "2015", "path": "note", "before": "x"}
    releases = (
        make_release("1.0.20180101", "2018-01-01"),
        make_release("1.0.20180601", "2018-06-01", replaces="1.0.20180101", corrections=[correction, gone, note]),
        make_release("1.0.20180701", "2018-07-01", replaces="1.0.20180601"),
    )
    city = make_city("kobe-jp", make_designation("film", "2010-05"))
    pages = page_of(make_network(city, make_round(2015), *releases), tmp_path, "2019-01-01")
    facts = json.loads(pages.respond("/changes.json", {}).body)
    assert [release["id"] for release in facts["releases"]] == ["1.0.20180701", "1.0.20180601", "1.0.20180101"]
    assert [part["address"] for part in facts["releases"][1]["corrections"]] == ["/city/kobe-jp", None, "/round/2015"]
    text = pages.respond("/changes", {}).body.decode()
    assert "<code>designations.film-2010.since</code></td><td>2010</td><td>2010-05</td>" in text
    assert "the whole record</td><td></td><td>removed</td>" in text
    assert "No value of version 1.0.20180601 was corrected." in text
    assert "2015 round</a></th><td><code>note</code></td><td>x</td><td>removed</td>" in text
    assert "The first version." in text


def test_data_that_were_never_released_say_so(tmp_path: Path) -> None:
    text = page_of(make_network(), tmp_path, "2019-01-01").respond("/changes", {}).body.decode()
    assert "No version of these data has been released yet." in text


def test_an_id_that_was_given_up_is_listed(tmp_path: Path) -> None:
    network = make_network(make_city("kobe-jp", make_designation("film", "2010")), moved={"cobe-jp": "kobe-jp"})
    text = page_of(network, tmp_path, "2019-01-01").respond("/changes", {}).body.decode()
    assert "cobe-jp is now" in text
    assert "No source disagrees with another." in text
