"""What the data know beyond designations: topics, other names, cooperation, and how well all of it is sourced."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from icalendar import Calendar

from ccn_kb import database
from ccn_kb.exports.meetings_calendar import to_calendar
from ccn_kb.network import Network
from ccn_kb.site.metadata import QUERIES
from tests.conftest import DATA, Ccn
from tests.records import make_city, make_designation, make_end, make_network, make_rule, make_topic


@pytest.fixture(scope="module")
def built(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The database of the real network."""
    path = tmp_path_factory.mktemp("depth") / "ccn.db"
    database.build(network, path)
    with closing(sqlite3.connect(path)) as connection:
        yield connection


def cities_with(network: Network, text: str) -> set[str]:
    return {member.city.id for member in network.members("2026-11-22", text=text)}


# -- topics ------------------------------------------------------------------------------------

CERAMICS = "icheon-kr jingdezhen-cn faenza-it limoges-fr gimhae-kr manises-es caldas-da-rainha-pt kutahya-tr safi-ma"


def test_ceramics_finds_every_city_with_a_kind_of_it_and_no_other(network: Network) -> None:
    by_topic = {
        city.id
        for city in network.cities.values()
        for said in city.known_for
        if "ceramics" in {topic.id for topic in network.topic_and_broader(said.value)}
    }
    assert cities_with(network, "ceramics") == by_topic
    assert by_topic >= set(CERAMICS.split())


def test_a_broader_topic_finds_the_narrower() -> None:
    network = make_network(
        make_topic("porcelain", broader="ceramics"),
        make_topic("ceramics"),
        make_city("kobe-jp", known_for=[{"value": "porcelain", "sources": ["press"]}]),
    )
    assert cities_with(network, "ceramics") == {"kobe-jp"}
    assert [topic.id for topic in network.topic_and_broader("porcelain")] == ["porcelain", "ceramics"]


def test_gold_leaf_is_found_in_kanazawa_alone(network: Network) -> None:
    assert cities_with(network, "gold leaf") == {"kanazawa-jp"}


def test_every_city_is_known_for_something_short(network: Network) -> None:
    for city in network.cities.values():
        assert 1 <= len(city.known_for) <= 6, city.id
    assert max(len(topic.name) for topic in network.topics.values()) <= 40


def test_a_topic_of_the_database_takes_in_its_kinds(built: sqlite3.Connection, network: Network) -> None:
    rows = built.execute(QUERIES["known_for"]["sql"], {"topic": "ceramics"}).fetchall()
    assert {row[0] for row in rows} == cities_with(network, "ceramics")


# -- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "id"),
    {
        "Gand": "ghent-be",
        "Turin": "torino-it",
        "Sasayama": "tambasasayama-jp",
        "Iraklio": "herakleion-gr",
        "Sulaymaniyah": "slemani-iq",
        "金沢": "kanazawa-jp",
        "Hofuf": "al-ahsa-sa",
        "Hanover": "hannover-de",
        "Odessa": "odessa-ua",
        "Séville": "seville-es",
        "سلێمانی": "slemani-iq",
    }.items(),
)
def test_a_city_is_found_by_its_other_names(name: str, id: str, network: Network) -> None:
    assert id in cities_with(network, name)


# -- cooperation -------------------------------------------------------------------------------


def test_at_least_212_cities_take_part_in_a_recorded_cooperation(network: Network) -> None:
    assert len({part.city for cooperation in network.cooperations.values() for part in cooperation.cities}) >= 212


def test_mentoring_before_designation_is_a_query(built: sqlite3.Connection) -> None:
    rows = built.execute(QUERIES["mentoring_before_designation"]["sql"]).fetchall()
    answered = {(helper, helped): joined for _, _, _, helper, helped, joined in rows}
    assert answered["bradford-gb", "yamagata-jp"] == "2017-10-31"
    assert answered["edinburgh-gb", "krakow-pl"] == "2013-10-21"
    assert all(starts[:4] <= joined[:4] for _, _, starts, _, _, joined in rows)


def test_a_city_shows_its_cooperation_and_who_was_no_member_yet(ccn: Ccn) -> None:
    text = ccn("--data", DATA, "city", "bradford-gb").stdout
    assert "Bradford helps Yamagata with its bid to become a City of Film" in text
    assert "as helper; before joining: Yamagata)" in text
    assert "telegraph-and-argus-yamagata: Telegraph & Argus (press), https://" in text


# -- sources -----------------------------------------------------------------------------------


def test_the_share_of_firm_sources_is_told(ccn: Ccn, network: Network) -> None:
    members = network.members("2026-11-22")
    firm, two = network.sourced(members)
    assert firm / len(members) > 0.92
    text = ccn("--data", DATA, "stats", "--by", "source-kind").stderr
    assert f"{firm} (" in text
    assert "with an official or host source" in text
    assert f"{two} (" in text


def test_the_data_folder_holds_no_text_of_a_page(network: Network) -> None:
    longest = [said.value for city in network.cities.values() for said in (*city.known_for, *city.facts)]
    assert max(map(len, longest)) <= 160


# -- reports -----------------------------------------------------------------------------------


def test_reports_fall_due_every_four_years_after_the_year_of_joining(network: Network) -> None:
    assert network.reports_due(network.city("yamagata-jp"), 2030) == [2021, 2025, 2029]
    assert network.reports_due(network.city("lviv-ua"), 2023) == [2019, 2023]


def test_where_no_rule_tells_it_no_report_is_due(network: Network) -> None:
    assert network.reports_due(network.city("edinburgh-gb"), 2030) == []
    assert network.reports_due(network.city("lyon-fr"), 2040) == []
    assert make_network().reports_due(make_network().city("kobe-jp"), 2040) == []


def test_no_report_is_due_after_the_end_of_a_membership() -> None:
    rule = make_rule(since="2014")
    ended = make_city("kobe-jp", make_designation(since="2017-10-31", end=make_end("2024-01-01")))
    network = make_network(rule, ended)
    assert network.reports_due(ended, 2040) == [2021]


def test_the_view_of_reports_is_what_the_network_says(built: sqlite3.Connection, network: Network) -> None:
    rows = built.execute("SELECT city, year FROM reports_due").fetchall()
    expected = {
        (member.city.id, year)
        for member in network.members("2026-11-22")
        for year in network.reports_due(member.city, 2060)
    }
    assert set(rows) == expected
    assert len(rows) == len(expected)


def test_the_calendar_has_the_years_of_reports(network: Network) -> None:
    events = {str(event["uid"]): event for event in Calendar.from_ical(to_calendar(network)).walk("VEVENT")}
    years = sorted(uid for uid in events if uid.startswith("reports-"))
    assert years == [f"reports-{year}@ccn-kb" for year in (2018, 2019, 2021, 2022, 2023, 2025, 2026, 2027, 2029)]
    assert str(events["reports-2018@ccn-kb"]["summary"]).startswith("Membership reports due: 28 cities")
    assert "https://docslib.org/doc/6188368/" in str(events["reports-2018@ccn-kb"]["description"])


def test_a_city_shows_the_years_and_the_source_of_the_rule(ccn: Ccn) -> None:
    text = ccn("--data", DATA, "city", "yamagata-jp").stdout
    assert "due in 2021, 2025, 2029 (docslib-membership-monitoring-guidelines-2021" in text
    assert "due in" not in ccn("--data", DATA, "city", "edinburgh-gb").stdout
