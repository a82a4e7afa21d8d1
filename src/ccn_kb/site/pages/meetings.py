"""The annual meetings."""

from __future__ import annotations

from ccn_kb.exports.contents import TableData
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext


class MeetingsPage(parts.RecordPage):
    """The annual meetings, the newest first."""

    meetings: tuple[parts.MeetingFacts, ...]

    def to_table(self) -> TableData:
        """Return the meetings with their hosts."""
        columns = {
            "meeting": "ID of the meeting.",
            "name": "Name of the meeting.",
            "starts": "First day.",
            "ends": "Last day.",
            "status": "held, planned, postponed, cancelled or unconfirmed.",
            "hosts": "Places and countries of the hosts.",
            "theme": "Theme.",
        }
        rows = (
            (
                meeting.id,
                meeting.name,
                meeting.starts,
                meeting.ends,
                meeting.status,
                "; ".join(f"{host.name}, {host.country_name}" for host in meeting.hosts) or None,
                meeting.theme,
            )
            for meeting in self.meetings
        )
        return make_table("meetings", self.sentence, columns, rows)

    def to_picture(self) -> parts.Picture:
        """Return a world map of the hosts of the meetings that were held."""
        hosts = (host for meeting in self.meetings if meeting.status == "held" for host in meeting.hosts)
        return parts.Picture(self.sentence, parts.place_hosts(hosts), is_world=True)


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
        record=context.record("/data/meetings.yaml"),
    )
