"""Edge days, partial dates, ties and empty networks: what today's data does not show."""

from __future__ import annotations

import datetime
import math
from itertools import combinations

import pytest

from ccn_kb.model.dates import first_day_text, last_day_text
from ccn_kb.model.records import SOURCE_KINDS, Designation, Identified, Source
from ccn_kb.network import Network, best_kind
from ccn_kb.network.geography import Point, distance_km
from ccn_kb.network.history import changes
from ccn_kb.network.members import Member, is_active_on, joining_designations, start_of_stay
from ccn_kb.network.published_totals import count_on
from tests.records import (
    make_city,
    make_cooperation,
    make_country,
    make_designation,
    make_end,
    make_field,
    make_meeting,
    make_network,
    make_round,
    make_rule,
    make_source,
    make_total,
)

EMPTY = Network({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def ended(since: str, end: str, reason: str = "withdrew", field: str = "film") -> Designation:
    return make_designation(field, since, end=make_end(end, reason))


# -- is active from the first day to the day before its end ----------------------------------------


@pytest.mark.parametrize(
    ("since", "end", "first", "last"),
    [
        ("2010-05-02", "2015-03-04", "2010-05-02", "2015-03-03"),
        ("2010-05", "2015-03", "2010-05-01", "2015-02-28"),
        ("2010", "2015", "2010-01-01", "2014-12-31"),
        ("2010-05-02", "2010-05-03", "2010-05-02", "2010-05-02"),
    ],
)
def test_a_designation_is_active_from_its_first_day_to_the_day_before_its_end(
    since: str, end: str, first: str, last: str
) -> None:
    designation = ended(since, end)
    network = make_network(make_city("kobe-jp", designation))
    one_day = datetime.timedelta(days=1)
    active = [(day(first) - one_day, 0), (day(first), 1), (day(last), 1), (day(last) + one_day, 0)]
    for date, number in active:
        assert is_active_on(designation, date) == bool(number)
        assert len(network.members(date)) == number
        assert network.was_member("kobe-jp", date.isoformat()) == bool(number)
        assert count_on(date.isoformat(), network.members(first)) == {"members": number, "countries": number}
        assert [member.city.id for member in network.former(date)] == ["kobe-jp"] * (date > day(last))


def test_a_partial_date_in_a_question_stands_for_its_last_day() -> None:
    network = make_network(make_city("kobe-jp", ended("2010-05-31", "2015-12-31")))
    assert [len(network.members(date)) for date in ("2010-04", "2010-05", "2010", "2009")] == [0, 1, 1, 0]
    assert [len(network.members(date)) for date in ("2015-11", "2015-12", "2015", "2015-12-30")] == [1, 0, 0, 1]
    assert [len(network.former(date)) for date in ("2015-11", "2015-12-30", "2015-12-31", "2015")] == [0, 0, 1, 1]


def test_a_city_was_a_member_on_the_first_day_that_a_partial_date_can_mean() -> None:
    network = make_network(make_city("kobe-jp", ended("2010-05", "2012-01-01")))
    assert [network.was_member("kobe-jp", date) for date in ("2010", "2010-05", "2011", "2012")] == [
        False,
        True,
        True,
        False,
    ]


def test_days_of_partial_dates_as_text() -> None:
    assert [first_day_text(date) for date in ("2008", "2008-02", "2008-02-03", None)] == [
        "2008-01-01",
        "2008-02-01",
        "2008-02-03",
        None,
    ]
    assert [last_day_text(date) for date in ("2008", "2008-02", "2008-02-03", None)] == [
        "2008-12-31",
        "2008-02-29",
        "2008-02-03",
        None,
    ]


# -- what starts a membership ----------------------------------------------------------------------

LEFT_AND_BACK = make_city(
    "lyon-fr",
    ended("2008-06", "2010-01-01", "field-changed"),
    ended("2010-01-01", "2012", "removed", "music"),
    make_designation("film", "2012"),
)


def test_a_change_of_field_starts_no_membership_and_a_return_on_the_day_of_the_end_does() -> None:
    assert [designation.since for designation in joining_designations(LEFT_AND_BACK)] == ["2008-06", "2012"]
    network = make_network(LEFT_AND_BACK, make_country("FR"))
    starts = {
        designation.since: start_of_stay(Member(LEFT_AND_BACK, designation, network.countries["FR"])).since
        for designation in LEFT_AND_BACK.designations
    }
    assert starts == {"2008-06": "2008-06", "2010-01-01": "2008-06", "2012": "2012"}


def test_the_history_has_one_event_for_each_start_change_and_end() -> None:
    events = [(change.date, change.event, change.former and change.former.field) for change in changes(LEFT_AND_BACK)]
    assert events == [
        ("2008-06", "joined", None),
        ("2010-01-01", "changed-field", "film"),
        ("2012", "ended", None),
        ("2012", "joined", None),
    ]


def test_the_history_includes_both_its_days_and_orders_equal_dates_by_name() -> None:
    network = make_network(
        make_city("nara-jp", make_designation("film", "2010-05")),
        make_city("kobe-jp", make_designation("film", "2010-05-01")),
        make_city("otsu-jp", ended("2010-05-31", "2010-06-30")),
    )

    def ids(since: str, until: str) -> list[str]:
        return [change.city.id for change in network.history(since, until)]

    assert ids("2010-05-01", "2010-05-31") == ["kobe-jp", "nara-jp", "otsu-jp"]
    assert ids("2010-05-02", "2010-05-30") == []
    assert ids("2010-05", "2010-05") == ["kobe-jp", "nara-jp", "otsu-jp"]
    assert ids("2010-06", "2010-06") == ids("2010-06-30", "2010-06-30") == ["otsu-jp"]


# -- years -----------------------------------------------------------------------------------------


def test_a_year_is_counted_on_its_last_day_and_the_last_year_on_the_day_asked_for() -> None:
    network = make_network(
        make_city("kobe-jp", ended("2010-12-31", "2012-01-01")),
        make_city("lyon-fr", make_designation("film", "2012-05-28"), location=make_city().location),
        make_country("JP"),
        make_country("FR"),
    )
    rows = [(row.year, row.members, row.countries, row.began, row.ceased) for row in network.growth("2012-05-28")]
    assert rows == [(2010, 1, 1, 1, 0), (2011, 1, 1, 0, 0), (2012, 1, 1, 1, 1)]
    assert network.growth("2012-05-27")[-1][2:] == (0, 0, 0, 0, 1, 0, 1)
    panel = {(row.year, row.country): row.members for row in network.panel("2012-05-28") if row.field == "film"}
    assert panel == {
        (2010, "FR"): 0,
        (2010, "JP"): 1,
        (2011, "FR"): 0,
        (2011, "JP"): 1,
        (2012, "FR"): 1,
        (2012, "JP"): 0,
    }


def test_countries_are_counted_once_and_members_each() -> None:
    network = make_network(make_city("kobe-jp"), make_city("nara-jp"), make_city("lodz-pl"))
    (row,) = [row for row in network.growth("2017") if row.year == 2017]
    assert (row.members, row.countries, row.began) == (3, 2, 3)
    assert count_on("2017", network.members("2017")) == {"members": 3, "countries": 2}
    assert count_on("2017", network.members("2017"), country="JP") == {"members": 2, "countries": 1}
    assert count_on("2017-10-30", network.members("2017")) == {"members": 0, "countries": 0}


# -- reports ---------------------------------------------------------------------------------------

RULE = make_rule(years=4, since="2014")


@pytest.mark.parametrize(
    ("designations", "until", "years"),
    [
        ([make_designation(since="2014-01-01")], 2022, [2018, 2022]),  # the first day of the rule
        ([make_designation(since="2013-12-31")], 2022, []),  # the day before
        ([make_designation(since="2014")], 2018, [2018]),
        ([make_designation(since="2014-06-30")], 2017, []),
        ([ended("2014-06-30", "2018-01-01")], 2030, [2018]),  # due in the year in which it ended
        ([ended("2014-06-30", "2017-12-31")], 2030, []),
        ([ended("2014-06-30", "2022-05")], 2020, [2018]),
        (
            [ended("2014", "2016", "field-changed"), make_designation("music", "2016")],
            2022,
            [2018, 2022],  # a change of field starts no new count
        ),
        ([ended("2014", "2016"), make_designation("music", "2019")], 2027, [2023, 2027]),  # a return does
        ([ended("2010", "2012"), make_designation("music", "2019")], 2023, [2023]),
    ],
)
def test_reports_are_due_every_few_years_while_the_membership_lasts(
    designations: list[Designation], until: int, years: list[int]
) -> None:
    city = make_city("kobe-jp", *designations)
    network = make_network(city, RULE)
    assert network.reports_due(city, until) == years


def test_no_reports_are_due_without_the_rule() -> None:
    city = make_city("kobe-jp", make_designation(since="2019"))
    assert make_network(city).reports_due(city, 2030) == []
    assert make_network(city, make_rule("other")).reports_due(city, 2030) == []
    assert make_network(city, make_rule(years=5)).reports_due(city, 2030) == [2024, 2029]


# -- trust and sources -----------------------------------------------------------------------------

TRUST = ["official", "host", "press", "reference", "copy"]


def test_the_order_of_trust_is_that_of_the_contract() -> None:
    assert list(SOURCE_KINDS) == TRUST


@pytest.mark.parametrize(("better", "worse"), list(combinations(TRUST, 2)))
def test_the_best_kind_is_that_of_the_most_trusted_source_in_any_order(better: str, worse: str) -> None:
    sources = {kind: make_source(kind, kind=kind) for kind in TRUST}
    assert best_kind(make_designation(sources=[better, worse]), sources) == better
    assert best_kind(make_designation(sources=[worse, better]), sources) == better


def sourced(*sources: Source) -> tuple[int, int]:
    city = make_city("kobe-jp", make_designation(sources=[source.id for source in sources]))
    network = make_network(city, *sources, make_source())
    return network.sourced(network.members("2020"))


def test_a_designation_is_confirmed_by_two_publishers_and_not_by_two_sources_of_one() -> None:
    asahi, mainichi = make_source("asahi", publisher="Asahi"), make_source("mainichi", publisher="Mainichi")
    assert sourced(asahi) == (0, 0)
    assert sourced(asahi, make_source("asahi-2", publisher="Asahi")) == (0, 0)
    assert sourced(asahi, mainichi) == (0, 1)
    assert sourced(asahi, mainichi, make_source("third", publisher="Third")) == (0, 1)


@pytest.mark.parametrize(
    ("kind", "official"), [("official", 1), ("host", 1), ("press", 0), ("reference", 0), ("copy", 0)]
)
def test_a_designation_is_backed_by_unesco_or_the_city(kind: str, official: int) -> None:
    assert sourced(make_source("first", kind=kind)) == (official, 0)
    assert sourced(make_source("first", kind="copy"), make_source("second", kind=kind)) == (official, 0)


# -- the first of a field --------------------------------------------------------------------------


def first_of_film(*dates: str) -> tuple[list[str], str | None]:
    cities = [make_city(f"city-{number}-jp", make_designation("film", date)) for number, date in enumerate(dates)]
    network = make_network(*cities)
    return [member.designation.since for member in network.first_designated("film")], network.first_designation_date(
        "film"
    )


@pytest.mark.parametrize(
    ("dates", "first", "date"),
    [
        (["2008-06-02", "2008-06-01"], ["2008-06-01"], "2008-06-01"),
        (["2008-06-01", "2008-06-01"], ["2008-06-01", "2008-06-01"], "2008-06-01"),
        (["2008-06", "2008-06-30"], ["2008-06", "2008-06-30"], "2008-06"),
        (["2008-06", "2008-07-01"], ["2008-06"], "2008-06"),
        (["2008-06-01", "2008-06", "2008"], ["2008-06-01", "2008-06", "2008"], "2008"),
        (["2008-06-01", "2008-06"], ["2008-06-01", "2008-06"], "2008-06"),  # of one day the less precise date
        (["2008-06", "2008-06-01"], ["2008-06", "2008-06-01"], "2008-06"),
        (["2008", "2008-12-31", "2009"], ["2008", "2008-12-31"], "2008"),
    ],
)
def test_the_first_of_a_field_are_all_that_the_dates_do_not_tell_apart(
    dates: list[str], first: list[str], date: str
) -> None:
    assert first_of_film(*dates) == (first, date)


def test_a_field_without_designations_has_no_first() -> None:
    network = make_network(make_city("kobe-jp", make_designation("film")))
    assert (len(network.first_designated("music")), network.first_designation_date("music")) == (0, None)


# -- published totals ------------------------------------------------------------------------------


def test_a_total_counts_the_last_day_of_its_date_and_only_its_part() -> None:
    network = make_network(
        make_city("kobe-jp", make_designation("film", "2017-12-31")),
        make_city("lodz-pl", make_designation("music", "2017-12-31"), location=make_city().location),
        make_country("JP", region="asia-pacific"),
        make_country("PL", region="europe-north-america"),
        make_total("2017", members=0, countries=0),
        make_total("2017-12-30", id="2017-12-30", members=0),
        make_total("2017", id="2017-film", members=0, field="film"),
        make_total("2017", id="2017-pl", members=0, country="PL"),
        make_total("2017", id="2017-europe", members=0, region="europe-north-america"),
    )
    counts = {(row.record_id, row.figure): row.counted for row in network.census()}
    assert counts == {
        ("2017", "members"): 2,
        ("2017", "countries"): 2,
        ("2017-12-30", "members"): 0,
        ("2017-film", "members"): 1,
        ("2017-pl", "members"): 1,
        ("2017-europe", "members"): 1,
    }


def test_new_members_of_a_round_are_those_that_joined_on_its_day() -> None:
    network = make_network(
        LEFT_AND_BACK,
        make_city("kobe-jp", make_designation("film", "2010-01-01")),
        make_round(2014, "2010-01-01", new=1, members=2),
        make_country("FR"),
        make_country("JP"),
    )
    assert [(row.figure, row.stated, row.counted) for row in network.census()] == [("members", 2, 2), ("new", 1, 1)]


def test_a_stated_figure_of_zero_is_compared_and_an_absent_one_is_not() -> None:
    network = make_network(make_city(), make_total("2010", members=0))
    assert [(row.figure, row.stated, row.counted) for row in network.census()] == [("members", 0, 0)]


# -- cooperation -----------------------------------------------------------------------------------


def test_a_tie_starts_on_the_first_day_of_its_date_and_ends_on_the_last() -> None:
    pair = [{"city": "kobe-jp", "role": "lead"}, {"city": "nara-jp", "role": "partner"}]
    network = make_network(
        make_city("kobe-jp"),
        make_city("nara-jp"),
        make_cooperation("2018-kobe-jp-a", starts="2018", ends="2019-02", cities=pair),
        make_cooperation("2018-kobe-jp-b", starts="2018-03", ends="2018", cities=pair),
        make_cooperation("2018-kobe-jp-c", starts="2018-03-04", cities=pair),
        make_cooperation("2018-kobe-jp-d", starts="2018", cities=pair[:1]),
    )
    days = [
        (cells["cooperation"], cells["starts_day"], cells["ends_day"])
        for cells in network.cooperation_graph().ties.to_dicts()
    ]
    assert days == [
        ("2018-kobe-jp-a", "2018-01-01", "2019-02-28"),
        ("2018-kobe-jp-b", "2018-03-01", "2018-12-31"),
        ("2018-kobe-jp-c", "2018-03-04", None),
    ]


def test_cooperations_of_a_city_are_ordered_by_their_first_day() -> None:
    pair = [{"city": "kobe-jp", "role": "lead"}, {"city": "nara-jp", "role": "partner"}]
    network = make_network(
        make_city("kobe-jp"),
        make_city("nara-jp"),
        make_city("otsu-jp"),
        make_cooperation("2018-b", starts="2018-01-01", cities=pair),
        make_cooperation("2018-a", starts="2018", cities=pair[:1]),
        make_cooperation("2017-z", starts="2017-12-31", cities=pair[1:]),
    )
    assert [
        [cooperation.id for cooperation in network.cooperations_of(network.cities[id])]
        for id in ("kobe-jp", "nara-jp", "otsu-jp")
    ] == [["2018-a", "2018-b"], ["2017-z", "2018-b"], []]


def test_meetings_are_ordered_by_first_day_then_by_precision() -> None:
    network = make_network(
        make_meeting("2018-c", "2018"),
        make_meeting("2018-b", "2018-01-01"),
        make_meeting("2018-a", "2018-01", status="planned"),
        make_meeting("2017-d", "2017-12-31"),
    )
    assert [meeting.id for meeting in network.meetings()] == ["2017-d", "2018-b", "2018-a", "2018-c"]
    assert [meeting.id for meeting in network.meetings("planned")] == ["2018-a"]


# -- places ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "other", "kilometres"),
    [
        # The circumference of a sphere of the Earth's mean radius is 40,030.23 km.
        (Point(0, 0), Point(0, 180), 20015.115),
        (Point(90, 0), Point(-90, 77), 20015.115),
        (Point(0, 0), Point(0, 90), 10007.557),
        (Point(0, -179.5), Point(0, 179.5), 111.195),
        (Point(60, 0), Point(60, 180), 6671.705),  # over the pole
        (Point(51.5, 0), Point(51.5, 0), 0),
    ],
)
def test_distances_on_a_sphere_of_the_mean_radius(place: Point, other: Point, kilometres: float) -> None:
    assert distance_km(place, other) == pytest.approx(kilometres, abs=0.001)
    assert distance_km(other, place) == distance_km(place, other)


def test_a_distance_is_that_of_a_triangle_computed_by_the_law_of_cosines() -> None:
    a, b = Point(36.6, 136.61667), Point(45.74906, 4.84789)
    cosine = math.sin(math.radians(a.latitude)) * math.sin(math.radians(b.latitude)) + math.cos(
        math.radians(a.latitude)
    ) * math.cos(math.radians(b.latitude)) * math.cos(math.radians(a.longitude - b.longitude))
    assert distance_km(a, b) == pytest.approx(40030.229 / 2 / math.pi * math.acos(cosine), abs=0.01)


def test_neighbours_at_the_same_distance_are_ordered_by_id_and_the_city_itself_is_none() -> None:
    network = make_network(make_city("nara-jp"), make_city("kobe-jp"), make_city("otsu-jp"))
    rows = network.neighbours("otsu-jp", "2020")
    assert [(row.member.city.id, row.kilometres) for row in rows] == [("kobe-jp", 0), ("nara-jp", 0)]


# -- names -----------------------------------------------------------------------------------------


def test_members_of_one_name_are_ordered_by_id_and_of_one_city_by_date() -> None:
    network = make_network(
        make_city("cordoba-es", name="Córdoba"),
        make_city("cordoba-ar", name="Cordoba"),
        make_city("kobe-jp", ended("2012", "2014"), ended("2010", "2012", "field-changed", "music")),
        *map(make_country, ("ES", "AR", "JP")),
    )
    assert [member.city.id for member in network.members("2020")] == ["cordoba-ar", "cordoba-es"]
    assert [member.designation.since for member in network.former("2020")] == ["2010", "2012"]


# -- nothing ---------------------------------------------------------------------------------------


def test_an_empty_network_answers_every_question_with_nothing() -> None:
    assert [*EMPTY.members("2020"), *EMPTY.former("2020"), *EMPTY.history(), *EMPTY.census()] == []
    assert [*EMPTY.meetings(), *EMPTY.panel("2020"), *EMPTY.cooperation_graph().ties] == []
    assert [*EMPTY.cooperation_graph().cities] == []
    assert [(row.year, row.members, row.began) for row in EMPTY.growth("2020-05")] == [(2020, 0, 0)]
    assert (EMPTY.count([], "field"), EMPTY.sourced([]), EMPTY.first_designation_date("film")) == ({}, (0, 0), None)


@pytest.mark.parametrize("record", [make_field(), make_country(), make_meeting(), make_round(), make_rule()])
def test_a_network_of_a_single_record_that_is_not_a_city_has_no_members(record: Identified) -> None:
    network = EMPTY.with_records(record)
    assert [*network.members("2020"), *network.history(), *network.cooperation_graph().ties] == []
    assert [row.counted for row in network.census()] == []
