"""The cities that have been members for the longest time."""

from __future__ import annotations

import datetime

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day
from ccn_kb.network.members import Member, start_of_stay
from ccn_kb.network.notable import longest_standing
from ccn_kb.site.languages import format_date, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.answer_parts import AnswerPage, day_of, memberships_on, rows_on
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.list_tables import CITY_COLUMNS, city_cells, make_table
from ccn_kb.site.pages.page_context import PageContext

MOST_STANDING = 25


class StandingMember(parts.PagePart):
    """A member, when it joined the network, and the whole years since then."""

    city: parts.PlacedMembership
    joined: records.PartialDate
    years: records.Count
    former_field: str | None = Field(description="The field in which it joined and until when, if it has changed.")
    sources: parts.Citations


class LongestStandingPage(AnswerPage):
    """The cities that have been members for the longest time."""

    standing: tuple[StandingMember, ...]
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the members with the dates on which they joined."""
        columns = {**CITY_COLUMNS, "joined": "When the city joined the network.", "years": "Whole years since then."}
        rows = ((*city_cells(member.city), member.joined, member.years) for member in self.standing)
        return make_table("longest-standing-members", self.sentence, columns, rows, ("years",))

    def to_picture(self) -> parts.Picture:
        """Return a world map of the members."""
        return parts.picture_cities(self.sentence, (member.city for member in self.standing), is_world=True)


def longest_standing_page(context: PageContext, *, on: str = "") -> LongestStandingPage | None:
    """Return the members that joined first, None if the date is not one or is in the future."""
    day = day_of(context, on)
    if day is None:
        return None
    memberships = memberships_on(context, day)
    sources = PageSources(context.index)
    members = longest_standing([stay.member for stay in memberships.values()], MOST_STANDING)
    standing = tuple(
        StandingMember(
            city=memberships[member.city.id].place,
            joined=start_of_stay(member).since,
            years=_whole_years(first_day(start_of_stay(member).since), day),
            former_field=_describe_former_field(context, member),
            sources=sources.cite(start_of_stay(member).sources),
        )
        for member in members
    )
    return LongestStandingPage(
        title=_("Longest-standing members"),
        sentence=_describe(standing, day),
        on=str(day),
        is_today=day == context.day,
        standing=standing,
        sources=sources.by_citation,
        rows=rows_on(context, day, "/ccn/members?_sort=joined_day"),
    )


def _describe(standing: tuple[StandingMember, ...], day: datetime.date) -> str:
    if not standing:
        return _("The network had no members on %(date)s.", date=format_date(str(day)))
    first = [member for member in standing if member.joined == standing[0].joined]
    names = parts.name_places(member.city for member in first)
    return ngettext(
        "%(names)s, has been a member for the longest time: since %(date)s (%(years)s).",
        "%(names)s, have been a member for the longest time: since %(date)s (%(years)s).",
        len(first),
        names=names,
        date=format_date(first[0].joined),
        years=ngettext("%(number)s year", "%(number)s years", first[0].years),
    )


def _describe_former_field(context: PageContext, member: Member) -> str | None:
    start = start_of_stay(member)
    if start.end is None or start.field == member.designation.field:
        return None
    field = context.network.fields[start.field].name
    return _("%(field)s until %(month)s", field=field, month=format_date(start.end.date[:7]))


def _whole_years(since: datetime.date, day: datetime.date) -> int:
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))
