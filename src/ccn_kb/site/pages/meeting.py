"""An annual meeting: place, dates, attendance, outcomes, and the network on its last day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from ccn_kb.model.dates import first_day, last_day
from ccn_kb.model.records import Statement, Status
from ccn_kb.site.languages import (
    N_,
    current_language,
    format_date,
    format_day_of_year,
    format_interval,
    list_separator,
    pgettext,
)
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.page_context import PageContext

_PLANNED_AS_OF = N_("The %(meeting)s of the network is planned for %(period)s %(place)s (as of %(date)s).")
_NO_LATER_RECORD = N_(
    "The %(meeting)s of the network was planned for %(period)s %(place)s (as of %(date)s); no later record was found."
)
_SENTENCES: Mapping[Status, str] = {
    "held": N_("The %(meeting)s of the network was held %(place)s, %(when)s."),
    "planned": N_("The %(meeting)s of the network is planned for %(period)s %(place)s."),
    "postponed": N_("The %(meeting)s of the network was planned for %(period)s %(place)s, but was postponed."),
    "cancelled": N_("The %(meeting)s of the network was planned for %(period)s %(place)s, but was cancelled."),
    "unconfirmed": N_(
        "The %(meeting)s of the network was announced for %(period)s %(place)s;"
        " it is not confirmed to have taken place."
    ),
}


class MeetingPage(parts.RecordPage, parts.MeetingFacts):
    """An annual meeting: place, dates, attendance, outcomes."""

    cited: parts.Citations
    attendance: tuple[Statement, ...]
    outcome: tuple[Statement, ...]
    announced: tuple[Statement, ...]
    network: parts.NetworkSize | None
    earlier: parts.Id | None
    later: parts.Id | None
    disputed: tuple[parts.Dispute, ...]
    sources: parts.SourceList

    def to_picture(self) -> parts.Picture:
        """Return a map of the hosts."""
        hosts = parts.place_hosts(self.hosts, are_subjects=True)
        return parts.Picture(self.sentence, hosts, is_world=not hosts)


def meeting_page(context: PageContext, id: str) -> MeetingPage | None:
    """Return the page of a meeting, None for an unknown id."""
    meeting = context.network.meetings_by_id.get(id)
    if meeting is None:
        return None
    ids = [meeting.id for meeting in context.index.meetings]
    facts = context.index.meetings[ids.index(id)]
    earlier, later = parts.previous_and_next(ids, id)
    sources = PageSources(context.index)
    return MeetingPage.from_record(
        facts,
        title=_title(facts),
        sentence=_describe_meeting(context, facts),
        cited=sources.cite(meeting.sources),
        attendance=sources.cite_records(meeting.attendance),
        outcome=sources.cite_records(meeting.outcomes),
        announced=sources.cite_records(meeting.announced),
        network=_network_on_last_day(context, facts),
        earlier=earlier,
        later=later,
        disputed=sources.disputes(meeting),
        sources=sources.by_citation,
        rows=context.link(f"/ccn/meetings/{id}"),
        record=context.record("/data/meetings.yaml"),
    )


def next_or_last_meeting(context: PageContext) -> parts.MeetingFacts | None:
    """Return the next planned meeting, else the last one held."""
    meetings = context.index.meetings
    planned = (meeting for meeting in meetings if meeting.status == "planned")
    future = (meeting for meeting in planned if last_day(meeting.ends or meeting.starts) >= context.day)
    held = (meeting for meeting in reversed(meetings) if meeting.status == "held")
    return next(future, None) or next(held, None)


def format_period(starts: str, ends: str | None) -> str:
    """Return the time from one date to another in words, with the month or year of both only once."""
    if not ends or ends == starts:
        return format_date(starts)
    if not current_language().is_english:
        return format_interval(starts, ends)
    if len(starts) == len(ends) == 10 and starts[:7] == ends[:7]:
        return f"{int(starts[8:])}–{format_date(ends)}"
    if len(starts) == len(ends) == 10 and starts[:4] == ends[:4]:
        return f"{format_date(starts).rpartition(' ')[0]} – {format_date(ends)}"
    return f"{format_date(starts)} – {format_date(ends)}"


def _title(meeting: parts.MeetingFacts) -> str:
    # The name of a meeting outside the series says that it is online.
    places = [host.name for host in meeting.hosts] or ([_("online")] if meeting.ordinal else [])
    return list_separator().join((meeting.name, *places))


def _describe_meeting(context: PageContext, meeting: parts.MeetingFacts) -> str:
    hosts = _(", and ").join(parts.name_in_country(host.name, host.country_name) for host in meeting.hosts)
    values = {
        "meeting": meeting.name,
        "place": pgettext("a place", "in %(hosts)s", hosts=hosts) if hosts else pgettext("a place", "online"),
        "period": format_period(meeting.starts, meeting.ends),
        "when": _format_when(meeting),
    }
    as_of = context.index.edition.date
    if meeting.status == "planned" and as_of:
        is_over = last_day(meeting.ends or meeting.starts) < context.day
        return _(_NO_LATER_RECORD if is_over else _PLANNED_AS_OF) % {**values, "date": format_date(as_of)}
    return _(_SENTENCES[meeting.status]) % values


def _format_when(meeting: parts.MeetingFacts) -> str:
    """Return the time of a meeting with its preposition; a month or year of both its ends only once."""
    starts, ends = meeting.starts, meeting.ends
    if not ends or ends == starts:
        return parts.format_when(starts)
    language, is_in_days = current_language(), len(starts) == len(ends) == 10
    if not (language.is_english or (is_in_days and language.is_in_latin_script)):
        return format_interval(starts, ends)
    first = format_date(starts)
    if len(starts) == len(ends) and starts[:4] == ends[:4]:
        first = format_day_of_year(first_day(starts)) if is_in_days else first.rpartition(" ")[0]
        first = first.split(" ")[0] if starts[:7] == ends[:7] else first
    return _("from %(start)s to %(end)s", start=first, end=format_date(ends))


def _network_on_last_day(context: PageContext, meeting: parts.MeetingFacts) -> parts.NetworkSize | None:
    """Return the network on the last day of a meeting that was held, None if it is not known or still to come."""
    date = meeting.ends or meeting.starts
    if meeting.status != "held" or len(date) < 10 or date > context.day.isoformat():
        return None
    state = context.index.on(datetime.date.fromisoformat(date))
    return parts.NetworkSize(on=date, members=len(state.memberships), countries=state.countries)
