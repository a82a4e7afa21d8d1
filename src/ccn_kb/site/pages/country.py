"""A country: its member cities over time."""

from __future__ import annotations

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.counts import count_fields
from ccn_kb.site.pages.list_tables import placed_table
from ccn_kb.site.pages.map_filters import MapPage, choose_places
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on, count_by, places_of
from ccn_kb.site.region_names import region_name


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


class GroupOfCountry(parts.PagePart):
    """A group of countries in which the country is on the day of the page."""

    id: parts.Id
    name: str
    kind: records.GroupKind
    code: str | None = Field(description="United Nations code (M49) of a region.")
    since: records.PartialDate | None = Field(description="First day in the group, if a source gives it.")
    as_of: records.PartialDate = Field(description="Last day for which the list was looked at.")
    edition: str | None = Field(description="Edition of the list, such as FY2026.")
    sources: parts.Citations


class CountryPage(MapPage, parts.RecordPage):
    """A country and its members over time."""

    id: records.Alpha2
    name: str
    name_fr: str
    official: str
    alpha3: records.Alpha3
    m49: str | None
    region: str
    on: parts.Day
    members: records.Count
    fields: tuple[parts.MemberCount, ...]
    memberships: tuple[CitedMembership, ...]
    growth: tuple[parts.GrowthYear, ...]
    totals: tuple[ComparedCountryTotal, ...]
    groups: tuple[GroupOfCountry, ...]
    meetings: tuple[parts.MeetingSummary, ...]
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the cities of the country."""
        return placed_table("country", self.summary, self.shown_places if self.chosen.is_set else self.places)

    def has_picture(self) -> bool:
        """Return whether the country ever had a member: a map without one would show nothing."""
        return bool(self.memberships)

    def to_picture(self) -> parts.Picture:
        """Return a map of the country's members."""
        return parts.picture_cities(self.summary, self.shown_places)


def country_page(context: PageContext, id: str, **filters: str) -> CountryPage | None:
    """Return the page of a country, with or without a member.

    None for an unknown code, or if the date of the map's filters is not one or is in the future.
    """
    if id not in context.network.countries:
        return None
    memberships = context.index.by_country.get(id, [])
    index, country = context.index, context.network.countries[id]
    choice = choose_places(context, memberships, filters, country=id)
    if choice is None:
        return None
    sources = PageSources(index)
    places, members, on = places_of(memberships), active_on(memberships, context.day), context.day.isoformat()
    return CountryPage.from_record(
        country,
        title=country.name,
        official=country.official or country.name,
        region=region_name(country.region),
        sentence=_describe_members(country.name, places, members, on),
        on=on,
        members=len(members),
        fields=count_by(members, "field"),
        memberships=_cite_memberships(sources, memberships),
        growth=index.growth(context.day, memberships),
        totals=tuple(ComparedCountryTotal.from_record(row) for row in index.comparisons if row.country == id),
        groups=tuple(
            GroupOfCountry.from_record(time.group, since=time.membership.since, sources=sources.cite(time.sources))
            for time in context.network.groups_of(id, context.day)
        ),
        meetings=tuple(
            parts.MeetingSummary.from_record(meeting)
            for meeting in index.meetings
            if any(host.country == id for host in meeting.hosts)
        ),
        sources=sources.by_citation,
        rows=context.link(f"/ccn/members?country={id}"),
        record=context.record("/data/countries.yaml"),
        **choice._asdict(),
    )


def _describe_members(
    name: str, places: tuple[parts.PlacedMembership, ...], members: tuple[Membership, ...], on: str
) -> str:
    fields = list(dict.fromkeys(membership.place.field_name for membership in members))
    if len(members) > 1:
        number = count_fields(len(fields)) if len(fields) > 1 else _("one creative field, %(field)s", field=fields[0])
        cities = ngettext("%(number)s Creative City", "%(number)s Creative Cities", len(members))
        return _("%(country)s has %(cities)s in %(fields)s.", country=name, cities=cities, fields=number)
    if members:
        only = members[0].place.name
        sentence = _("%(country)s has one Creative City: %(city)s, a City of %(field)s.")
        return sentence % {"country": name, "city": only, "field": fields[0]}
    if not places:
        return _("%(country)s has no member city.", country=name)
    if ends := [place.until for place in places if place.until and str(place.until_day) <= on]:
        left = parts.format_when(max(ends))
        return _("%(country)s currently has no member cities; the last left %(when)s.", country=name, when=left)
    first = parts.format_when(min(place.since for place in places))
    return _("%(country)s has no member cities yet; the first joins %(when)s.", country=name, when=first)


def _cite_memberships(sources: PageSources, memberships: list[Membership]) -> tuple[CitedMembership, ...]:
    return tuple(
        CitedMembership.from_record(
            membership.place,
            designation=membership.id,
            sources=sources.cite(membership.member.designation.sources),
        )
        for membership in sorted(memberships, key=lambda member: (member.place.since_day, member.place.name))
    )
