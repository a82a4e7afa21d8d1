"""The meetings, and the years in which reports are due, as a calendar (RFC 5545): the same bytes for the same data."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator

from icalendar import Calendar, Event

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.licence import LICENCE_NAME, LICENCE_URL
from ccn_kb.model.records import City, Host, Meeting, Rule
from ccn_kb.model.text import plural
from ccn_kb.network import Network
from ccn_kb.network.citable import PERMANENT_ADDRESS, make_citable, to_text
from ccn_kb.version import split_version

PATH = "/meetings.ics"
TYPE = "text/calendar"
NAME = "Meetings and reports of the UNESCO Creative Cities Network"
_STATUS = {"held": "CONFIRMED", "planned": "TENTATIVE", "postponed": "CANCELLED", "cancelled": "CANCELLED"}


_UNKNOWN = {"month": "day not known", "year": "date not known"}
_FIRST_DAY = datetime.date(2004, 10, 13)
"""The day from which changes are numbered: that of the first designation."""
_DAY = datetime.timedelta(days=1)
SECONDS = 86_400
"""The seconds of a day."""


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the calendar."""
    yield ExportFile(PATH.removeprefix("/"), to_calendar(contents.network, contents.site).encode())


def to_calendar(network: Network, site: str = "") -> str:
    """Return the meetings and the years in which reports are due; links begin with the address of the site.

    A meeting of which only the month or year is known takes all of it. No event makes a subscriber busy.
    """
    site = site or PERMANENT_ADDRESS.rstrip("/")
    about = f"Meetings and membership reports. {LICENCE_NAME}, {LICENCE_URL}"
    calendar = Calendar()
    calendar.add("prodid", "-//ccn-kb//UNESCO Creative Cities Network//EN")
    calendar.add("version", "2.0")
    # Google, Apple and Outlook read the name and the description with X-WR only.
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("x-wr-caldesc", f"{about}. {to_text(make_citable(network))}" if network.version else about)
    calendar.add("url", f"{site}/meetings")
    calendar.add("refresh-interval", _DAY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    for meeting in network.meetings():
        calendar.add_component(_event(network, meeting, site))
    for year, due in sorted(_due(network).items()):
        calendar.add_component(_reports(network, year, due, site))
    return str(calendar.to_ical(), "utf-8")


def _event(network: Network, meeting: Meeting, site: str) -> Event:
    known_to = precision(meeting.starts)
    title = meeting.name if known_to == "day" else f"{meeting.name} ({_UNKNOWN[known_to]})"
    event = Event()
    event.add("uid", f"{meeting.id}@ccn-kb")
    event.add("dtstamp", _stamp(network, meeting))
    event.add("dtstart", first_day(meeting.starts))
    event.add("dtend", last_day(meeting.ends or meeting.starts) + _DAY)
    event.add("summary", f"{title}, UNESCO Creative Cities Network")
    event.add("location", "; ".join(_place(network, host) for host in meeting.hosts) or "online")
    locations = [network.cities[host.city].location for host in meeting.hosts if host.city]
    if locations:
        event.add("geo", (locations[0].latitude, locations[0].longitude))
    if meeting.theme:
        event.add("description", meeting.theme)
    if meeting.status in _STATUS:
        event.add("status", _STATUS[meeting.status])
    event.add("url", f"{site}/meeting/{meeting.id}")
    _mark_changes(event, network)
    return event


def _place(network: Network, host: Host) -> str:
    city = network.cities[host.city] if host.city else None
    name, country = (city.name, city.country) if city else (host.name, host.country)
    return f"{name}, {network.countries[str(country)].name}"


def _mark_changes(event: Event, network: Network) -> None:
    """Add what moves with an edit of the event: it rises with the date of the data, and differs within a day."""
    event.add("transp", "TRANSPARENT")
    if not network.version:
        return
    day = split_version(network.version)[1]
    digest = hashlib.sha256(event.to_ical()).digest()
    second = int.from_bytes(digest[:4]) % SECONDS
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    event.add("last-modified", midnight + datetime.timedelta(seconds=second))
    event.add("sequence", max(0, (day - _FIRST_DAY).days) * SECONDS + second)


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


def _reports(network: Network, year: int, due: list[City], site: str) -> Event:
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
    event.add("url", f"{site}/about")
    _mark_changes(event, network)
    return event


def _stamp(network: Network, record: Meeting | Rule) -> datetime.datetime:
    """Return when the record was last looked up: a calendar needs a stamp, and the clock's would change the bytes."""
    read = max(first_day(network.cited_source(citation).accessed) for citation in record.sources)
    return datetime.datetime.combine(read, datetime.time(), datetime.UTC)
