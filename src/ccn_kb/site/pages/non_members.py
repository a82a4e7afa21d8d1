"""Cities that were reported as members or candidates and never were members."""

from __future__ import annotations

from ccn_kb.model import records
from ccn_kb.site.display_terms import CLAIM_STATUSES, describe_claim_details
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import sort_key
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.page_context import PageContext


class CitedClaim(parts.PagePart):
    """What sources report of the membership of a city."""

    status: records.ReportedStatus
    field: str | None
    date: records.PartialDate | None
    status_name: str
    details: str
    sources: tuple[str, ...]


class CitedNonMember(parts.PagePart):
    """A city that never was a member."""

    id: str
    name: str
    country: str
    country_name: str
    claims: tuple[CitedClaim, ...]
    note: str | None
    sources: tuple[str, ...]


class NonMembersPage(parts.RecordPage):
    """The cities in the order of their names, and the sources."""

    cities: tuple[CitedNonMember, ...]
    sources: dict[str, parts.CitedSource]


def non_members_page(context: PageContext) -> NonMembersPage:
    """Return the cities that were reported as members or candidates."""
    network = context.network
    sources = PageSources(context.index)
    cities = tuple(
        CitedNonMember(
            id=city.id,
            name=city.name,
            country=city.country,
            country_name=network.countries[city.country].name,
            claims=tuple(
                CitedClaim(
                    status=claim.status,
                    field=claim.field,
                    date=claim.date,
                    status_name=_(CLAIM_STATUSES[claim.status]),
                    details=describe_claim_details(claim, network),
                    sources=sources.cite(claim.sources),
                )
                for claim in city.claims
            ),
            note=city.note,
            sources=sources.cite(city.sources),
        )
        for city in sorted(network.non_members.values(), key=lambda city: (sort_key(city.name), city.id))
    )
    return NonMembersPage(
        title=_("Cities that are not members"),
        sentence=_("Cities that sources report as members or candidates and that never were members."),
        cities=cities,
        sources=sources.by_citation,
        rows=context.link("/ccn/membership_claims"),
        record=context.record("/data/non_members.yaml"),
    )
