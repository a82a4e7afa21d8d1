"""What the pages that answer a question share: their day, and the members and data of that day."""

from __future__ import annotations

import datetime

from ccn_kb.site.pages import parts
from ccn_kb.site.pages.on import resolve_day
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on


class AnswerPage(parts.TablePage):
    """An answer to a question on the network, as of a day."""

    on: parts.Day
    is_today: bool
    """Whether the day is today, so that the address needs no date."""


def day_of(context: PageContext, on: str) -> datetime.date | None:
    """Return the day that the parameter `on` means, today for an empty one; None if it is not a date until today."""
    return resolve_day(context, on) if on else context.day


def memberships_until(context: PageContext, day: datetime.date) -> tuple[Membership, ...]:
    """Return all memberships that had begun by a day."""
    return tuple(membership for membership in context.index.memberships if membership.place.since_day <= str(day))


def memberships_on(context: PageContext, day: datetime.date) -> dict[str, Membership]:
    """Return the memberships that are active on a day, by the ID of the city."""
    return {membership.place.id: membership for membership in active_on(context.index.memberships, day)}


def rows_on(context: PageContext, day: datetime.date, today: str) -> str:
    """Return the address of the data of a day: a table or view that shows today's, the members of any other day."""
    return context.link(today if day == context.day else f"/ccn/members_on?date={day}")
