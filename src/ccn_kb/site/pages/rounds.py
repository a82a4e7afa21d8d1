"""The designation rounds."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import last_day
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext, places_of


class RoundFacts(parts.PagePart):
    """A round and the figures that were published with it."""

    id: parts.YearNumber
    announced: records.PartialDate
    announced_day: parts.Day
    stated_new: records.Count | None
    stated_members: records.Count | None
    stated_countries: records.Count | None
    stated_first_time: records.Count | None
    wording: str | None
    note: str | None


class CountedRound(RoundFacts):
    """A round with the number of cities that joined."""

    joined: records.Count


class RoundsPage(parts.RecordPage):
    """The rounds, the newest first, and the cities that joined before them."""

    rounds: tuple[CountedRound, ...]
    earlier: tuple[parts.PlacedMembership, ...]

    def to_table(self) -> TableData:
        """Return the rounds with the published figures and our count."""
        columns = {
            "round": "The year of the round.",
            "announced": "When it was announced.",
            "joined": "Cities designated, by our count.",
            "stated_new": "Cities designated, as published.",
            "stated_members": "Total members, as published.",
            "stated_countries": "Countries, as published.",
        }
        rows = (
            (
                round.id,
                round.announced,
                round.joined,
                round.stated_new,
                round.stated_members,
                round.stated_countries,
            )
            for round in self.rounds
        )
        numbers = ("round", "joined", "stated_new", "stated_members", "stated_countries")
        return make_table("rounds", self.sentence, columns, rows, numbers)


def rounds_page(context: PageContext) -> RoundsPage:
    """Return the rounds, the newest first."""
    joining = context.index.joining_memberships
    joined = Counter(membership.member.designation.round for membership in joining)
    rounds = [
        CountedRound.from_record(round_facts(round), joined=joined[round.id])
        for round in sorted(context.network.rounds.values(), key=attrgetter("id"), reverse=True)
    ]
    designated = ""
    if rounds:
        designated = ngettext(
            "UNESCO has designated new cities in %(number)s round since %(year)s.",
            "UNESCO has designated new cities in %(number)s rounds since %(year)s.",
            len(rounds),
            year=rounds[-1].id,
        )
    return RoundsPage(
        title=_("Designation rounds"),
        sentence=designated or _("No designation round on record yet."),
        rounds=tuple(rounds),
        earlier=places_of(membership for membership in joining if membership.member.designation.round is None),
        rows=context.link("/ccn/rounds"),
        record=context.record("/data/rounds.yaml"),
    )


def round_facts(round: records.Round) -> RoundFacts:
    """Return a round with the figures that were published with it."""
    return RoundFacts.from_record(
        round,
        announced_day=last_day(round.announced).isoformat(),
        stated_new=round.new,
        stated_members=round.members,
        stated_countries=round.countries,
        stated_first_time=round.first_time,
    )
