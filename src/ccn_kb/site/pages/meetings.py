"""The annual meetings."""

from __future__ import annotations

from ccn_kb.model.text import plural
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.page_context import PageContext


class MeetingsPage(parts.RecordPage):
    """The annual meetings, the newest first."""

    meetings: tuple[parts.MeetingFacts, ...]


def meetings_page(context: PageContext) -> MeetingsPage:
    """Return the meetings, the newest first."""
    held = [meeting for meeting in context.index.meetings if meeting.status == "held"]
    number = plural(len(held), "annual meeting", "annual meetings")
    return MeetingsPage(
        title="Annual meetings",
        sentence=f"{number} on record since {held[0].starts[:4]}." if held else "No annual meeting on record yet.",
        meetings=context.index.meetings[::-1],
        rows=context.link("/ccn/meetings"),
        record=context.link("/data/meetings.yaml"),
    )
