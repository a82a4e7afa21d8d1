"""The network on a date: its members, and what changed since the annual meeting before."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import get_args

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.network import Network
from ccn_kb.network.history import Change, Event
from ccn_kb.network.published_totals import Comparison
from ccn_kb.site.languages import format_date, full_stop, ngettext, sort_key
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_countries, count_member_cities
from ccn_kb.site.pages.list_tables import placed_table
from ccn_kb.site.pages.page_context import NetworkState, PageContext, SiteIndex


class PreviousMeeting(parts.NamedMeeting):
    """The annual meeting before a day, and the network on its last day."""

    day: parts.Day
    members: records.Count
    countries: records.Count


class OnDatePage(parts.TablePage):
    """The network on a date."""

    asked: records.PartialDate
    on: parts.Day
    members: records.Count
    countries: records.Count
    fields: tuple[parts.MemberCount, ...]
    by_country: tuple[parts.MemberCount, ...]
    regions: tuple[parts.MemberCount, ...]
    places: tuple[parts.PlacedMembership, ...]
    before: PreviousMeeting | None
    changes: tuple[parts.NetworkChange, ...]
    stated: tuple[parts.ComparedTotal, ...]
    meeting: parts.NamedMeeting | None
    steps: tuple[parts.Day, ...]

    def to_table(self) -> TableData:
        """Return the members."""
        return placed_table("members", self.sentence, self.places)

    def to_picture(self) -> parts.Picture:
        """Return a world map of the members."""
        title = _(
            "%(cities)s in %(countries)s on %(date)s",
            cities=count_member_cities(self.members),
            countries=count_countries(self.countries),
            date=format_date(self.on),
        )
        return parts.picture_cities(title if self.places else self.title, self.places, is_world=True)


def on_page(context: PageContext, date: str) -> OnDatePage | None:
    """Return the network on a date, None if the text is not a date or the date is in the future."""
    day = resolve_day(context, date)
    if day is None:
        return None
    index, state, on = context.index, context.index.on(day), day.isoformat()
    before = _previous_meeting(index, on)
    meetings = (held for held in index.derive(_dated_meetings) if held.starts_day <= on <= str(held.ends_day))
    return OnDatePage.from_record(
        state,
        title=_("The network on %(date)s", date=format_date(on)),
        sentence=describe_network(index, state, on),
        asked=date,
        on=on,
        members=len(state.memberships),
        fields=state.count_by("field"),
        by_country=state.count_by("country"),
        regions=state.count_by("region"),
        before=before,
        changes=changes_between(index, before.day if before else "", on),
        stated=tuple(parts.compare_total(context.network, row) for row in index.derive(_totals_by_day).get(day, ())),
        meeting=next(map(parts.NamedMeeting.from_record, meetings), None),
        steps=change_steps(context),
        rows=context.link(f"/ccn/members_on?date={on}"),
    )


def resolve_day(context: PageContext, date: str) -> datetime.date | None:
    """Return the day that a date means: its last, but not after today; None if it is not a date or in the future."""
    try:
        return min(last_day(date), context.day) if first_day(date) <= context.day else None
    except ValueError:
        return None


def describe_network(index: SiteIndex, state: NetworkState, on: str) -> str:
    """Return the sentence that says how many members the network had on a day."""
    if state.memberships:
        return f"{state.size_in_words}{full_stop()}"
    first = next(iter(index.change_days), "")
    if on < first:
        first_month = format_date(first[:7])
        return _("The network had no members yet: the first city joined in %(month)s.", month=first_month)
    return _("The network had no members.")


def change_steps(context: PageContext) -> tuple[str, ...]:
    """Return the days until today on which the network changed, and today: the stops of a slider."""
    today, days = context.day.isoformat(), context.index.change_days
    return tuple(dict.fromkeys((*days[: bisect_right(days, today)], today)))


def _totals_by_day(index: SiteIndex) -> Mapping[datetime.date, Sequence[Comparison]]:
    """Return the published totals by the last day of their date."""
    totals: dict[datetime.date, list[Comparison]] = {}
    for total in index.comparisons:
        if total.figure in ("members", "countries"):
            totals.setdefault(last_day(total.date), []).append(total)
    return totals


def _dated_meetings(index: SiteIndex) -> Sequence[parts.MeetingFacts]:
    """Return the meetings that were held and of which the last day is known."""
    return [meeting for meeting in index.meetings if meeting.status == "held" and len(meeting.ends or "") == 10]


def _previous_meeting(index: SiteIndex, on: str) -> PreviousMeeting | None:
    ended = [meeting for meeting in index.derive(_dated_meetings) if str(meeting.ends_day) < on]
    if not ended:
        return None
    meeting = max(ended, key=lambda meeting: str(meeting.ends_day))
    state = index.on(datetime.date.fromisoformat(str(meeting.ends_day)))
    members, countries = len(state.memberships), state.countries
    return PreviousMeeting.from_record(meeting, day=meeting.ends_day, members=members, countries=countries)


def changes_between(index: SiteIndex, after: str, until: str) -> tuple[parts.NetworkChange, ...]:
    """Return the changes after a day until another, the newest first, by event and name on each day."""
    changes, days = index.derive(_newest_changes), index.derive(_days_of_changes)
    return changes[len(days) - bisect_right(days, until) : len(days) - bisect_right(days, after)]


def network_change(network: Network, change: Change) -> parts.NetworkChange:
    """Return a change as pages show it."""
    return parts.NetworkChange.from_record(
        change.city,
        country_name=network.countries[change.city.country].name,
        field=change.designation.field,
        field_name=network.fields[change.designation.field].name,
        date=change.date,
        day=first_day(change.date).isoformat(),
        event=change.event,
        former_field=change.former.field if change.former else None,
    )


def count_of_event(event: Event, number: int) -> str:
    """Return the number of cities to which an event happened, in words."""
    if event == "joined":
        return ngettext("%(number)s city joined", "%(number)s cities joined", number)
    if event == "changed-field":
        return ngettext("%(number)s city changed its field", "%(number)s cities changed their field", number)
    return ngettext("%(number)s city left the network", "%(number)s cities left the network", number)


def _days_of_changes(index: SiteIndex) -> Sequence[str]:
    """Return the day of each change, the oldest first."""
    return [change.day for change in reversed(index.derive(_newest_changes))]


def _newest_changes(index: SiteIndex) -> tuple[parts.NetworkChange, ...]:
    """Return all changes of the network, the newest first, by event and name on each day."""
    network = index.network
    changes = (network_change(network, change) for change in network.history(until=datetime.date.max))
    events = get_args(Event)
    by_event = sorted(changes, key=lambda change: (events.index(change.event), sort_key(change.name)))
    return tuple(sorted(by_event, key=lambda change: change.day, reverse=True))
