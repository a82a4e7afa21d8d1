"""The annual meetings."""

from __future__ import annotations

from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.page_context import PageContext


class MeetingsPage(parts.RecordPage):
    """The annual meetings, the newest first."""

    meetings: tuple[parts.MeetingFacts, ...]


def meetings_page(context: PageContext) -> MeetingsPage:
    """Return the meetings, the newest first."""
    held = [meeting for meeting in context.index.meetings if meeting.status == "held"]
    number = ngettext("%(number)s annual meeting", "%(number)s annual meetings", len(held))
    return MeetingsPage(
        title=_("Annual meetings"),
        sentence=_("%(meetings)s on record since %(year)s.", meetings=number, year=held[0].starts[:4])
        if held
        else _("No annual meeting on record yet."),
        meetings=context.index.meetings[::-1],
        rows=context.link("/ccn/meetings"),
        record=context.link("/data/meetings.yaml"),
    )
