"""Questions to small networks whose answers lie on an edge that today's network does not have."""

from __future__ import annotations

import datetime

from ccn_kb.network.history import History
from tests.records import make_city, make_designation, make_end, make_network

LATER = make_city("nagoya-jp", make_designation("music", "2012-05-04"))


def test_a_history_can_begin_and_end_on_a_date_that_is_no_text() -> None:
    network = make_network(make_city("kobe-jp", make_designation("film", "2010-03-02")), LATER)
    for since, until, cities in (
        (datetime.date(2010, 3, 2), datetime.date(2012, 5, 4), ["kobe-jp", "nagoya-jp"]),
        (datetime.date(2010, 3, 3), datetime.date(2012, 5, 4), ["nagoya-jp"]),
        (datetime.date(2010, 3, 2), datetime.date(2012, 5, 3), ["kobe-jp"]),
    ):
        assert [change.city.id for change in network.history(since, until)] == cities


def test_a_partial_date_in_a_history_begins_with_its_first_day_and_ends_with_its_last() -> None:
    network = make_network(make_city("kobe-jp", make_designation("film", "2010-12-31")), LATER)
    assert [change.city.id for change in network.history("2010", "2010")] == ["kobe-jp"]
    assert [change.city.id for change in network.history("2012-05", "2012-05")] == ["nagoya-jp"]
    assert not network.history("2011", "2012-04")


def test_newcomers_joined_in_the_year_of_the_day_and_up_to_it() -> None:
    network = make_network(
        make_city("kobe-jp", make_designation("film", "2010-12-31")),
        make_city("nara-jp", make_designation("film", "2011-05-04")),
        make_city(
            "osaka-jp",
            make_designation("film", "2009", end=make_end("2011-05-03", "field-changed")),
            make_designation("music", "2011-05-03"),
        ),
        make_city("oita-jp", make_designation("music", "2011-05-05")),
    )
    for day, cities in (
        ("2010", ["kobe-jp"]),
        ("2011-05-03", []),
        ("2011-05-04", ["nara-jp"]),
        ("2011", ["nara-jp", "oita-jp"]),
        ("2012", []),
    ):
        assert [member.city.id for member in network.newcomers(day)] == cities, day
    assert [member.city.id for member in network.newcomers("2011", field="music")] == ["oita-jp"]


def test_of_several_pages_of_unesco_the_first_is_that_of_the_row() -> None:
    (row,) = make_network(make_city(unesco_pages=["kobe", "kobe-2", "kobe-3"])).members("2020").to_dicts()
    assert row["unesco_page"] == "kobe"


def test_a_category_without_known_values_has_those_that_occur_and_nothing_for_nothing() -> None:
    changed = make_city(
        "kobe-jp",
        make_designation("music", "2010", end=make_end("2012", "field-changed")),
        make_designation("film", "2012"),
    )
    history = History(make_network(changed).history(until="2020"))
    assert history.to_pandas()["former_field"].cat.categories.to_list() == ["music"]
    assert history.to_polars()["former_field"].to_list() == [None, "music"]
