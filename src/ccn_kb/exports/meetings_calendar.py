"""The meetings, and the years in which reports are due, as a calendar (RFC 5545): the same bytes for the same data."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator

from icalendar import Calendar, Event

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.exports.wording import ENGLISH, Wording
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.licence import LICENCE_NAME, LICENCE_URL
from ccn_kb.model.records import City, Host, Meeting, Rule
from ccn_kb.network import Network
from ccn_kb.network.citable import PERMANENT_ADDRESS, make_citable
from ccn_kb.version import split_version

PATH = "/meetings.ics"
TYPE = "text/calendar"
_STATUS = {"held": "CONFIRMED", "planned": "TENTATIVE", "postponed": "CANCELLED", "cancelled": "CANCELLED"}
_FIRST_DAY = datetime.date(2004, 10, 13)
"""The day from which changes are numbered: that of the first designation."""
_DAY = datetime.timedelta(days=1)
SECONDS = 86_400
"""The seconds of a day."""


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the calendar."""
    yield ExportFile(PATH.removeprefix("/"), to_calendar(contents.network, contents.site).encode())


def to_calendar(network: Network, site: str = "", wording: Wording = Wording()) -> str:  # noqa: B008
    """Return the meetings and the years in which reports are due; links begin with the address of the site.

    A meeting of which only the month or year is known takes all of it. No event makes a subscriber busy. The network
    has its names in the language of the wording.
    """
    site = f"{site or PERMANENT_ADDRESS.rstrip('/')}{wording.path}"
    licence = f"{LICENCE_NAME}, {LICENCE_URL}"
    about = wording.gettext("Meetings and membership reports. %(licence)s", licence=licence)
    name = wording.gettext("Meetings and reports of the UNESCO Creative Cities Network")
    calendar = Calendar()
    calendar.add("prodid", f"-//ccn-kb//UNESCO Creative Cities Network//{wording.tag.upper()}")
    calendar.add("version", "2.0")
    # Google, Apple and Outlook read the name and the description with X-WR only.
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-caldesc", f"{about}. {wording.cite(make_citable(network))}" if network.version else about)
    calendar.add("url", f"{site}/meetings")
    calendar.add("refresh-interval", _DAY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    for meeting in network.meetings():
        calendar.add_component(_event(network, meeting, site, wording))
    for year, due in sorted(_due(network).items()):
        calendar.add_component(_reports(network, year, due, site, wording))
    return str(calendar.to_ical(), "utf-8")


def _event(network: Network, meeting: Meeting, site: str, wording: Wording) -> Event:
    event = Event()
    event.add("uid", _identify(meeting.id, wording))
    event.add("dtstamp", _stamp(network, meeting))
    event.add("dtstart", first_day(meeting.starts))
    event.add("dtend", last_day(meeting.ends or meeting.starts) + _DAY)
    event.add("summary", _title(meeting, wording), parameters=_language(wording))
    places = "; ".join(_place(network, host, wording) for host in meeting.hosts)
    event.add("location", places or wording.gettext("Online"))
    locations = [network.cities[host.city].location for host in meeting.hosts if host.city]
    if locations:
        event.add("geo", (locations[0].latitude, locations[0].longitude))
    if meeting.theme:
        event.add("description", meeting.theme, parameters={} if wording.is_english else {"LANGUAGE": ENGLISH})
    if meeting.status in _STATUS:
        event.add("status", _STATUS[meeting.status])
    event.add("url", f"{site}/meeting/{meeting.id}")
    _mark_changes(event, network)
    return event


def _title(meeting: Meeting, wording: Wording) -> str:
    """Return the name of a meeting and of the network, and what is not known of its date."""
    name, known_to = wording.name_meeting(meeting.name), precision(meeting.starts)
    if known_to == "month":
        return wording.gettext("%(meeting)s (day not known), UNESCO Creative Cities Network", meeting=name)
    if known_to == "year":
        return wording.gettext("%(meeting)s (date not known), UNESCO Creative Cities Network", meeting=name)
    return wording.gettext("%(meeting)s, UNESCO Creative Cities Network", meeting=name)


def _identify(name: str, wording: Wording) -> str:
    """Return the id of an event, of which no two languages share one: a reader can subscribe to both."""
    return f"{name}{wording.path}@ccn-kb"


def _language(wording: Wording) -> dict[str, str]:
    """Return the parameters of a text in the language, which English has always been without."""
    return {} if wording.is_english else {"LANGUAGE": wording.tag}


def _place(network: Network, host: Host, wording: Wording) -> str:
    city = network.cities[host.city] if host.city else None
    name, country = (city.name, city.country) if city else (host.name, host.country)
    return wording.gettext("%(city)s, %(country)s", city=name, country=network.countries[str(country)].name)


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


def _reports(network: Network, year: int, due: list[City], site: str, wording: Wording) -> Event:
    """Return the year as one event, for the rule gives no day, with the cities whose reports are due in it."""
    rule = network.rules["monitoring"]
    event = Event()
    event.add("uid", _identify(f"reports-{year}", wording))
    event.add("dtstamp", _stamp(network, rule))
    event.add("dtstart", datetime.date(year, 1, 1))
    event.add("dtend", datetime.date(year + 1, 1, 1))
    title = wording.ngettext(
        "Membership reports due: %(number)s city, UNESCO Creative Cities Network",
        "Membership reports due: %(number)s cities, UNESCO Creative Cities Network",
        len(due),
    )
    event.add("summary", title, parameters=_language(wording))
    places = ", ".join(network.cited_source(citation).url for citation in rule.sources)
    cities = f"({places}) {wording.separator.join(city.name for city in due)}"
    # The rule is a sentence of the data, which is in English.
    event.add("description", f"{rule.value} {cities}" if wording.is_english else cities, parameters=_language(wording))
    event.add("url", f"{site}/about")
    _mark_changes(event, network)
    return event


def _stamp(network: Network, record: Meeting | Rule) -> datetime.datetime:
    """Return when the record was last looked up: a calendar needs a stamp, and the clock's would change the bytes."""
    read = max(first_day(network.cited_source(citation).accessed) for citation in record.sources)
    return datetime.datetime.combine(read, datetime.time(), datetime.UTC)
