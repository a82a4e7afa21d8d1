"""The meetings as a calendar (RFC 5545): whole days, the end exclusive, the same bytes for the same data."""

from __future__ import annotations

import datetime

from icalendar import Calendar, Event

from ccn_kb.model import Meeting, first_day, last_day, precision
from ccn_kb.network import Network

PATH = "/meetings.ics"
TYPE = "text/calendar"
_STATUS = {"held": "CONFIRMED", "planned": "TENTATIVE", "postponed": "CANCELLED", "cancelled": "CANCELLED"}


def to_calendar(network: Network) -> str:
    """Return the meetings whose first day is known; one without a day has no place in a calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//ccn-kb//UNESCO Creative Cities Network//EN")
    calendar.add("version", "2.0")
    calendar.add("name", "Meetings of the UNESCO Creative Cities Network")
    for meeting in network.meetings():
        if precision(meeting.starts) == "day":
            calendar.add_component(_event(network, meeting))
    return str(calendar.to_ical(), "utf-8")


def _event(network: Network, meeting: Meeting) -> Event:
    event = Event()
    event.add("uid", f"{meeting.id}@ccn-kb")
    event.add("dtstamp", _stamp(network, meeting))
    event.add("dtstart", first_day(meeting.starts))
    event.add("dtend", last_day(meeting.ends or meeting.starts) + datetime.timedelta(days=1))
    event.add("summary", f"{meeting.name}, UNESCO Creative Cities Network")
    places = [network.cities[host.city].name if host.city else str(host.name) for host in meeting.hosts]
    event.add("location", ", ".join(places) or "online")
    if meeting.theme:
        event.add("description", meeting.theme)
    if meeting.status in _STATUS:
        event.add("status", _STATUS[meeting.status])
    return event


def _stamp(network: Network, meeting: Meeting) -> datetime.datetime:
    """Return when the record was last looked up: a calendar needs a stamp, and the clock's would change the bytes."""
    read = max(first_day(network.sources[one.partition("#")[0]].accessed) for one in meeting.sources)
    return datetime.datetime.combine(read, datetime.time(), datetime.UTC)
