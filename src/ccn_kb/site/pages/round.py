"""A designation round: the cities that joined, the published figures and our counts."""

from __future__ import annotations

from typing import get_args

from ccn_kb.exports.contents import TableData
from ccn_kb.model.dates import first_day
from ccn_kb.model.records import Round
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext, sort_key
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.counts import count_countries
from ccn_kb.site.pages.document_list import CitedDocument, cite_documents
from ccn_kb.site.pages.list_tables import placed_table
from ccn_kb.site.pages.page_context import Membership, NetworkState, PageContext, count_by, places_of
from ccn_kb.site.pages.rounds import RoundFacts, round_facts


class RoundPage(parts.RecordPage, RoundFacts):
    """A round: the cities that joined, the published figures and our counts."""

    cited: parts.Citations
    census: tuple[parts.ComparedFigure, ...]
    fields: tuple[parts.MemberCount, ...]
    regions: tuple[parts.MemberCount, ...]
    new_countries: tuple[parts.MemberCount, ...]
    calls: tuple[CitedDocument, ...]
    places: tuple[parts.PlacedMembership, ...]
    changed: tuple[parts.PlacedMembership, ...]
    earlier: parts.YearNumber | None
    later: parts.YearNumber | None
    disputed: tuple[parts.Dispute, ...]
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the cities that joined."""
        return placed_table("round", self.sentence, self.places)

    def to_picture(self) -> parts.Picture:
        """Return a world map of the cities that joined."""
        return parts.picture_cities(self.sentence, self.places, is_world=True)


def round_page(context: PageContext, id: str) -> RoundPage | None:
    """Return the page of a round, None for a year without one."""
    round = next((round for round in context.network.rounds.values() if str(round.id) == id), None)
    if round is None:
        return None
    sources = PageSources(context.index)
    cited = sources.cite(round.sources)
    joined = joined_in(context, round)
    earlier, later = parts.previous_and_next(sorted(context.network.rounds), round.id)
    comparisons = (row for row in context.index.comparisons if (row.record_type, row.record_id) == ("round", id))
    return RoundPage.from_record(
        round_facts(round),
        title=_("%(year)s designations", year=id),
        sentence=describe_round(round, joined),
        cited=cited,
        census=tuple(map(parts.compare_figure, comparisons)),
        fields=count_by(joined, "field"),
        regions=count_by(joined, "region"),
        new_countries=new_countries(context, round, joined),
        calls=cite_documents(
            context, sources, (call for call in context.network.official_documents.values() if call.round == round.id)
        ),
        places=places_of(joined),
        changed=places_of(_memberships(context, round, is_joining=False)),
        earlier=earlier,
        later=later,
        disputed=sources.disputes(round, get_args(parts.Figure)),
        sources=sources.by_citation,
        rows=context.link(f"/ccn/designations?round={id}"),
        record=context.record("/data/rounds.yaml"),
    )


def _memberships(context: PageContext, round: Round, *, is_joining: bool) -> tuple[Membership, ...]:
    return tuple(
        membership
        for membership in context.index.memberships
        if membership.member.designation.round == round.id and membership.is_joining == is_joining
    )


def joined_in(context: PageContext, round: Round) -> tuple[Membership, ...]:
    """Return the memberships with which cities joined the network in a round."""
    return _memberships(context, round, is_joining=True)


def describe_round(round: Round, joined: tuple[Membership, ...]) -> str:
    """Return the sentence on the number of cities that joined in a round."""
    cities = ngettext("%(number)s new Creative City", "%(number)s new Creative Cities", len(joined))
    countries = count_countries(NetworkState(joined).countries)
    when = parts.format_when(round.announced)
    return _(
        "%(When)s UNESCO announced %(cities)s in %(countries)s.",
        When=f"{when[0].upper()}{when[1:]}",
        cities=cities,
        countries=countries,
    )


def new_countries(context: PageContext, round: Round, joined: tuple[Membership, ...]) -> tuple[parts.MemberCount, ...]:
    """Return the countries without a city in the network before the round, with the number that joined."""
    announced = first_day(round.announced).isoformat()
    before = {place.country for place in places_of(context.index.memberships) if place.since_day < announced}
    new = count_by((membership for membership in joined if membership.place.country not in before), "country")
    return tuple(sorted(new, key=lambda count: sort_key(count.name)))
