"""The calendar of small networks: when its events begin and end, where they are, and how they are stamped."""

from __future__ import annotations

import datetime

import icalendar
import pytest

from ccn_kb.exports.meetings_calendar import to_calendar
from ccn_kb.model.records import Identified
from tests.records import make_city, make_designation, make_meeting, make_network, make_rule, make_source

READ_BEFORE = make_source("read-before", accessed="2026-01")
READ_LATER = make_source("read-later", accessed="2026-05-07")
READ_LAST = make_source("press", accessed="2026-11")


def events_of(*records: Identified) -> dict[str, icalendar.Event]:
    """Return the events of the calendar of a network by their ids, in their order."""
    calendar = icalendar.Calendar.from_ical(to_calendar(make_network(*records)))
    return {str(event.uid).removesuffix("@ccn-kb"): event for event in calendar.events}


def test_an_event_is_stamped_with_the_day_on_which_its_newest_source_was_read() -> None:
    meeting = make_meeting("2018-kobe-jp", "2018-06-12", sources=["read-later", "read-before"])
    rule = make_rule(sources=["read-before", "read-later"])
    events = events_of(READ_BEFORE, READ_LATER, READ_LAST, make_city(), meeting, rule)
    stamp = datetime.datetime(2026, 5, 7, tzinfo=datetime.UTC)
    assert {id: event.DTSTAMP for id, event in events.items()} == {"2018-kobe-jp": stamp, "reports-2021": stamp}


def test_a_meeting_ends_on_the_day_after_its_last() -> None:
    events = events_of(
        make_meeting("2018-one", "2018-12-31"),
        make_meeting("2019-three", "2019-06-12", ends="2019-06-14"),
        make_meeting("2020-month", "2020-06-12", ends="2020-06"),
    )
    days = {id: (event.start.isoformat(), event.end.isoformat()) for id, event in events.items()}
    assert days == {
        "2018-one": ("2018-12-31", "2019-01-01"),
        "2019-three": ("2019-06-12", "2019-06-15"),
        "2020-month": ("2020-06-12", "2020-07-01"),
    }


def test_a_meeting_is_where_its_hosts_are_in_their_order() -> None:
    hosts = [{"name": "Paris", "country": "GB"}, {"city": "kobe-jp"}]
    events = events_of(make_meeting("2018-paris", hosts=hosts, theme="Craft"), make_meeting("2018-online"))
    assert [str(event["LOCATION"]) for event in events.values()] == ["Online", "Paris, Land of GB; Kobe, Land of JP"]
    assert [str(event.get("DESCRIPTION", "")) for event in events.values()] == ["", "Craft"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("held", "CONFIRMED"),
        ("planned", "TENTATIVE"),
        ("postponed", "CANCELLED"),
        ("cancelled", "CANCELLED"),
        ("unconfirmed", ""),
    ],
)
def test_a_status_is_told_in_the_calendars_words(status: str, expected: str) -> None:
    (event,) = events_of(make_meeting(status=status)).values()
    assert str(event.get("STATUS", "")) == expected


def test_a_meeting_of_which_only_the_month_or_year_is_known_takes_all_of_it_and_says_so() -> None:
    month, year = events_of(make_meeting("2018-month", "2018-06"), make_meeting("2018-year", "2018")).values()
    days = [(event.start.isoformat(), event.end.isoformat()) for event in (month, year)]
    assert sorted(days) == [("2018-01-01", "2019-01-01"), ("2018-06-01", "2018-07-01")]
    assert {"(day not known)" in str(event["SUMMARY"]) for event in (month, year)} == {True, False}
    assert {"(date not known)" in str(event["SUMMARY"]) for event in (month, year)} == {True, False}


def test_the_calendar_has_the_names_that_subscribers_see_and_its_licence() -> None:
    calendar = icalendar.Calendar.from_ical(to_calendar(make_network(make_meeting()), "https://x.example"))
    assert str(calendar["X-WR-CALNAME"]) == str(calendar["NAME"])
    assert str(calendar["NAME"]) == "Meetings and reports of the UNESCO Creative Cities Network"
    assert "https://creativecommons.org/licenses/by/4.0/" in str(calendar["X-WR-CALDESC"])
    assert calendar.decoded("REFRESH-INTERVAL") == datetime.timedelta(days=1)
    assert calendar["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    (event,) = calendar.events
    assert str(event["URL"]).startswith("https://x.example/meeting/")
    assert str(event["TRANSP"]) == "TRANSPARENT"


def test_an_event_is_at_its_first_host() -> None:
    first, second = (
        {"latitude": latitude, "longitude": longitude, "sources": ["press"]}
        for latitude, longitude in ((34.69, 135.18), (53.79, -1.75))
    )
    cities = make_city("kobe-jp", location=first), make_city("bradford-gb", location=second)
    hosts = [{"city": "kobe-jp"}, {"city": "bradford-gb"}]
    (event,) = events_of(*cities, make_meeting(hosts=hosts)).values()
    assert event["GEO"].to_ical() == "34.69;135.18"


def test_what_tells_a_subscriber_of_a_change_moves_with_an_edit_and_rises_with_the_date_of_the_data() -> None:
    def marks(ends: str, version: str) -> tuple[datetime.datetime, int]:
        meeting = make_meeting("2018-kobe-jp", "2018-06-12", ends=ends)
        calendar = icalendar.Calendar.from_ical(to_calendar(make_network(meeting, version=version)))
        (event,) = calendar.events
        return event.decoded("LAST-MODIFIED"), event.decoded("SEQUENCE")

    first, edited = marks("2018-06-14", "1.0.20261125"), marks("2018-06-15", "1.0.20261125")
    assert first != edited
    assert marks("2018-06-14", "1.0.20261125") == first
    for modified, sequence in (marks("2018-06-14", "1.0.20261126"), marks("2018-06-15", "1.0.20270101")):
        assert modified > max(first[0], edited[0])
        assert sequence > max(first[1], edited[1])


def test_reports_are_events_of_a_year_in_the_order_of_the_years() -> None:
    cities = [
        make_city("kobe-jp", make_designation(since="2019-10-30")),
        make_city("nagoya-jp", make_designation(since="2015")),
        make_city("osaka-jp", make_designation(since="2013")),
    ]
    events = events_of(*cities, make_rule(years=4, since="2014", value="A report every four years."))
    assert list(events) == ["reports-2019", "reports-2023"]
    first, last = events.values()
    assert (first.start, first.end) == (datetime.date(2019, 1, 1), datetime.date(2020, 1, 1))
    assert str(first["SUMMARY"]) == "Membership reports due: 1 city, UNESCO Creative Cities Network"
    assert str(last["SUMMARY"]) == "Membership reports due: 2 cities, UNESCO Creative Cities Network"
    assert str(last["DESCRIPTION"]) == "A report every four years. (https://example.org/press) Kobe, Nagoya"
    assert str(last["TRANSP"]) == "TRANSPARENT"


def test_without_the_rule_there_are_no_reports() -> None:
    assert not events_of(make_city())
