"""The meetings, and the years in which reports are due, as a calendar (RFC 5545): the same bytes for the same data."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from icalendar import Calendar, Event

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.records import City, Meeting, Rule
from ccn_kb.model.text import plural
from ccn_kb.network import Network

PATH = "/meetings.ics"
TYPE = "text/calendar"
_STATUS = {"held": "CONFIRMED", "planned": "TENTATIVE", "postponed": "CANCELLED", "cancelled": "CANCELLED"}


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the calendar."""
    yield ExportFile(PATH.removeprefix("/"), to_calendar(contents.network).encode())


def to_calendar(network: Network) -> str:
    """Return the meetings whose first day is known; one without a day has no place in a calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//ccn-kb//UNESCO Creative Cities Network//EN")
    calendar.add("version", "2.0")
    calendar.add("name", "Meetings and reports of the UNESCO Creative Cities Network")
    for meeting in network.meetings():
        if precision(meeting.starts) == "day":
            calendar.add_component(_event(network, meeting))
    for year, due in sorted(_due(network).items()):
        calendar.add_component(_reports(network, year, due))
    return str(calendar.to_ical(), "utf-8")


def _event(network: Network, meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", f"{meeting.id}@ccn-kb")
    event.add("dtstamp", _stamp(network, meeting))
    event.add("dtstart", first_day(meeting.starts))
    event.add("dtend", last_day(meeting.ends or meeting.starts) + datetime.timedelta(days=1))
    event.add("summary", f"{meeting.name}, UNESCO Creative Cities Network")
    event.add("location", ", ".join(map(network.host_name, meeting.hosts)) or "online")
    if meeting.theme:
        event.add("description", meeting.theme)
    if meeting.status in _STATUS:
        event.add("status", _STATUS[meeting.status])
    return event


def _due(network: Network) -> dict[int, list[City]]:
    """Return the cities whose reports are due, by year, until those of the newest member are."""
    rule = network.rules.get("monitoring")
    cities_by_year: dict[int, list[City]] = {}
    if rule is None:
        return cities_by_year
    years = (first_day(designation.since).year for city in network.cities.values() for designation in city.designations)
    newest = max(years, default=0)
    for city in network.cities.values():
        for year in network.reports_due(city, newest + rule.years):
            cities_by_year.setdefault(year, []).append(city)
    return cities_by_year


def _reports(network: Network, year: int, due: list[City]) -> Event:
    """Return the year as one event, for the rule gives no day, with the cities whose reports are due in it."""
    rule = network.rules["monitoring"]
    cities = plural(len(due), "city", "cities")
    event = Event()
    event.add("uid", f"reports-{year}@ccn-kb")
    event.add("dtstamp", _stamp(network, rule))
    event.add("dtstart", datetime.date(year, 1, 1))
    event.add("dtend", datetime.date(year + 1, 1, 1))
    event.add("summary", f"Membership reports due: {cities}, UNESCO Creative Cities Network")
    places = ", ".join(network.cited_source(citation).url for citation in rule.sources)
    event.add("description", f"{rule.value} ({places}) {', '.join(city.name for city in due)}")
    event.add("transp", "TRANSPARENT")
    return event


def _stamp(network: Network, record: Meeting | Rule) -> datetime.datetime:
    """Return when the record was last looked up: a calendar needs a stamp, and the clock's would change the bytes."""
    read = max(first_day(network.cited_source(citation).accessed) for citation in record.sources)
    return datetime.datetime.combine(read, datetime.time(), datetime.UTC)
