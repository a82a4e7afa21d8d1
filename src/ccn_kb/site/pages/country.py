"""A country: its member cities over time."""

from __future__ import annotations

from ccn_kb.model import records
from ccn_kb.model.dates import format_date
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on, count_by, places_of


class CitedMembership(parts.PagePart):
    """A membership of a city of the country, with its designation and sources."""

    designation: parts.Id
    id: parts.Id
    name: str
    field: parts.Id
    field_name: str
    since: records.PartialDate
    until: records.PartialDate | None
    sources: parts.Citations


class ComparedCountryTotal(parts.PagePart):
    """A published number of members of the country, and our count."""

    date: records.PartialDate
    stated: records.Count
    counted: records.Count


class CountryPage(parts.RecordPage):
    """A country and its members over time."""

    id: records.Alpha2
    name: str
    name_fr: str
    official: str
    alpha3: records.Alpha3
    region: str
    on: parts.Day
    members: records.Count
    fields: tuple[parts.MemberCount, ...]
    places: tuple[parts.PlacedMembership, ...]
    memberships: tuple[CitedMembership, ...]
    growth: tuple[parts.GrowthYear, ...]
    totals: tuple[ComparedCountryTotal, ...]
    meetings: tuple[parts.MeetingSummary, ...]
    sources: parts.SourceList


def country_page(context: PageContext, id: str) -> CountryPage | None:
    """Return the page of a country, None if it never had a member."""
    memberships = context.index.by_country.get(id)
    if memberships is None:
        return None
    index, country = context.index, context.network.countries[id]
    sources = PageSources(index)
    members = active_on(memberships, context.day)
    totals = context.network.totals
    return CountryPage.from_record(
        country,
        title=country.name,
        official=country.official or country.name,
        region=records.REGIONS[country.region],
        sentence=_describe_members(country.name, memberships, members),
        on=context.day.isoformat(),
        members=len(members),
        fields=count_by(members, "field"),
        places=places_of(memberships),
        memberships=_cite_memberships(sources, memberships),
        growth=index.growth(context.day, memberships),
        totals=tuple(
            ComparedCountryTotal.from_record(row)
            for row in index.comparisons
            if row.record == "total" and totals[row.id].country == id
        ),
        meetings=tuple(
            parts.MeetingSummary.from_record(meeting)
            for meeting in index.meetings
            if any(host.country == id for host in meeting.hosts)
        ),
        sources=sources.by_citation,
        rows=context.link(f"/ccn/members?country={id}"),
        record=context.link("/data/countries.yaml"),
    )


def _describe_members(name: str, memberships: list[Membership], members: tuple[Membership, ...]) -> str:
    if not members:
        return _describe_no_members(name, memberships)
    fields = list(dict.fromkeys(membership.place.field_name for membership in members))
    if len(members) == 1:
        return f"{name} has one Creative City: {members[0].place.name}, a City of {fields[0]}."
    number = f"{len(fields)} creative fields" if len(fields) > 1 else f"one creative field, {fields[0]}"
    return f"{name} has {len(members)} Creative Cities in {number}."


def _describe_no_members(name: str, memberships: list[Membership]) -> str:
    """Return the sentence for a day without members: after the last city left, or before the first joined."""
    ends = [place.until for place in places_of(memberships) if place.until]
    if len(ends) == len(memberships):
        return f"{name} has no member city now; the last left on {format_date(max(ends))}."
    first = min(place.since for place in places_of(memberships))
    return f"{name} has no member city yet; the first joins on {format_date(first)}."


def _cite_memberships(sources: PageSources, memberships: list[Membership]) -> tuple[CitedMembership, ...]:
    return tuple(
        CitedMembership.from_record(
            membership.place,
            designation=membership.id,
            sources=sources.cite(membership.member.designation.sources),
        )
        for membership in sorted(memberships, key=lambda member: (member.place.since_day, member.place.name))
    )
