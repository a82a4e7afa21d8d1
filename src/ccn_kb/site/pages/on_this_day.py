"""On this day: what happened in the network on the same day of earlier years."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import get_args

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day
from ccn_kb.network.history import Change, Event
from ccn_kb.network.notable import anniversaries
from ccn_kb.site.languages import format_day_of_year, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.answer_parts import AnswerPage, day_of
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.list_tables import changes_table
from ccn_kb.site.pages.on import count_of_event, network_change
from ccn_kb.site.pages.page_context import PageContext

_DAYS_IN_YEAR = 366


class CitedChange(parts.NetworkChange):
    """A change of the network and its sources."""

    sources: parts.Citations


class OnThisDayPage(AnswerPage):
    """What happened in the network on the same day of earlier years."""

    date: str
    """The day and month in words."""
    changes: tuple[CitedChange, ...]
    meetings: tuple[parts.MeetingSummary, ...]
    previous: parts.Day | None
    """The last day before with something to show."""
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the changes."""
        return changes_table("on-this-day", self.sentence, self.changes)


def on_this_day_page(context: PageContext, *, on: str = "") -> OnThisDayPage | None:
    """Return what happened on the same day of earlier years, None if the date is not one or is in the future."""
    day = day_of(context, on)
    if day is None:
        return None
    history = context.network.history(until=datetime.date.max)
    sources = PageSources(context.index)
    changes = tuple(
        CitedChange.from_record(network_change(context.network, change), sources=sources.cite_best(_sources_of(change)))
        for change in reversed(anniversaries(history, day))
    )
    meetings = tuple(
        parts.MeetingSummary.from_record(meeting)
        for meeting in reversed(context.index.meetings)
        if meeting.status == "held" and len(meeting.starts) == 10 and _is_anniversary(meeting.starts, day)
    )
    date = format_day_of_year(day)
    return OnThisDayPage(
        title=_("On this day: %(date)s", date=date),
        sentence=_describe(changes, meetings, date),
        on=str(day),
        is_today=day == context.day,
        date=date,
        changes=changes,
        meetings=meetings,
        previous=_previous_day(history, day),
        sources=sources.by_citation,
        rows=context.link(f"/ccn/history?day__endswith={str(day)[4:]}"),
    )


def _sources_of(change: Change) -> tuple[str, ...]:
    end = change.designation.end
    return end.sources if change.event == "ended" and end else change.designation.sources


def _is_anniversary(date: str, day: datetime.date) -> bool:
    return date[4:] == str(day)[4:] and first_day(date) < day


def _describe(changes: tuple[CitedChange, ...], meetings: tuple[records.Record, ...], date: str) -> str:
    counted = [
        count_of_event(event, number)
        for event in get_args(Event)
        if (number := sum(change.event == event for change in changes))
    ]
    if meetings:
        number = len(meetings)
        counted.append(ngettext("%(number)s meeting began", "%(number)s meetings began", number))
    if not counted:
        return _("No event is recorded for %(date)s in earlier years.", date=date)
    return _("On %(date)s in earlier years, %(events)s.", date=date, events=parts.join_names(counted))


def _previous_day(history: Iterable[Change], day: datetime.date) -> str | None:
    """Return the last day before a day on whose date something happened in an earlier year."""
    dates = {change.date[4:]: change.date for change in reversed([*history]) if len(change.date) == 10}
    for days in range(1, _DAYS_IN_YEAR):
        previous = day - datetime.timedelta(days) if day.toordinal() > days else None
        if previous and dates.get(str(previous)[4:], "9999") < str(previous):
            return str(previous)
    return None
