"""The annual meetings, and related ones."""

from __future__ import annotations

from ccn_kb.exports.contents import TableData
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext


class MeetingsPage(parts.RecordPage):
    """The annual meetings and related ones, the newest first."""

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
    return MeetingsPage(
        title=_("Meetings"),
        sentence=_describe_meetings([meeting for meeting in context.index.meetings if meeting.status == "held"]),
        meetings=context.index.meetings[::-1],
        rows=context.link("/ccn/meetings"),
        record=context.record("/data/meetings.yaml"),
    )


def _describe_meetings(held: list[parts.MeetingFacts]) -> str:
    """Return the sentence on the numbers of meetings; those of the annual series have an ordinal."""
    if not held:
        return _("No meeting on record yet.")
    annual = sum(meeting.ordinal is not None for meeting in held)
    numbers = [ngettext("%(number)s annual meeting", "%(number)s annual meetings", annual)] if annual else []
    if others := len(held) - annual:
        numbers.append(ngettext("%(number)s other meeting", "%(number)s other meetings", others))
    return _("%(meetings)s on record since %(year)s.", meetings=parts.join_names(numbers), year=held[0].starts[:4])
