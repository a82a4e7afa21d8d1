"""A creative field: its first and newest cities, its growth, its countries."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.site.display_terms import describe_coordinator
from ccn_kb.site.languages import format_date, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.counts import count_creative_cities
from ccn_kb.site.pages.list_tables import placed_table
from ccn_kb.site.pages.map_filters import MapPage, choose_places
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on, count_by, places_of

MOST_NEWEST = 10


class CitedCity(parts.PagePart):
    """A city of a field and its sources."""

    id: parts.Id
    name: str
    country: records.Alpha2
    country_name: str
    since: records.PartialDate
    sources: parts.Citations


class CitedCoordinator(parts.PagePart):
    """A coordinating city of a field, its role and its sources."""

    city: parts.Id
    name: str
    role: records.CoordinatorRole
    since: records.PartialDate | None
    stated: records.PartialDate
    details: str
    sources: parts.Citations


class FieldPage(MapPage, parts.RecordPage, parts.FieldFacts):
    """A creative field: its first and newest cities, its growth, its countries."""

    on: parts.Day
    members: records.Count
    countries: tuple[parts.MemberCount, ...]
    regions: tuple[parts.MemberCount, ...]
    first: tuple[CitedCity, ...] = Field(description="Several where the dates do not decide.")
    newest: tuple[CitedCity, ...]
    growth: tuple[parts.GrowthYear, ...]
    coordinators: tuple[CitedCoordinator, ...] = Field(description="The newest first.")
    meetings: records.Count = Field(description="Meetings of the cities of the field.")
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the cities of the field."""
        return placed_table("field", self.summary, self.shown_places if self.chosen.is_set else self.places)

    def to_picture(self) -> parts.Picture:
        """Return a world map of the members in the field."""
        is_world = not (self.chosen.country or self.chosen.region)
        return parts.picture_cities(self.summary, self.shown_places, is_world=is_world)


def field_page(context: PageContext, id: str, **filters: str) -> FieldPage | None:
    """Return the page of a creative field, None for an unknown id or a date that is not one or in the future."""
    field = next((field for field in context.index.fields if field.id == id), None)
    if field is None:
        return None
    sources = PageSources(context.index)
    memberships = context.index.by_field.get(id, [])
    choice = choose_places(context, memberships, filters, field=id)
    if choice is None:
        return None
    members = active_on(memberships, context.day)
    first = [membership for membership in memberships if membership.id in context.index.first_designations]
    return FieldPage.from_record(
        field,
        title=field.name,
        sentence=_describe_field(field.name, len(members), places_of(first)),
        on=context.day.isoformat(),
        members=len(members),
        countries=count_by(members, "country"),
        regions=count_by(members, "region"),
        first=_cite_cities(sources, first),
        newest=_cite_cities(sources, _newest(members)),
        growth=context.index.growth(context.day, memberships),
        coordinators=_cite_coordinators(context, sources, id),
        meetings=sum(
            project.kind == "meeting" and project.field == id for project in context.network.cooperations.values()
        ),
        sources=sources.by_citation,
        rows=context.link(f"/ccn/members?field={id}"),
        record=context.record("/data/fields.yaml"),
        **choice._asdict(),
    )


def _cite_cities(sources: PageSources, memberships: list[Membership]) -> tuple[CitedCity, ...]:
    return tuple(
        CitedCity.from_record(membership.place, sources=sources.cite(membership.member.designation.sources))
        for membership in memberships
    )


def _newest(members: Sequence[Membership]) -> list[Membership]:
    """Return the newest members; more than ten if others of the same day belong to them."""
    ordered = sorted(members, key=lambda membership: membership.place.since_day, reverse=True)
    last = ordered[:MOST_NEWEST][-1].place.since_day if ordered else ""
    return [membership for membership in ordered if membership.place.since_day >= last]


def _cite_coordinators(context: PageContext, sources: PageSources, field: str) -> tuple[CitedCoordinator, ...]:
    network = context.network
    return tuple(
        CitedCoordinator.from_record(
            coordinator,
            name=network.cities[coordinator.city].name,
            details=describe_coordinator(coordinator),
            sources=sources.cite(coordinator.sources),
        )
        for coordinator in reversed(network.fields[field].coordinators)
    )


def _describe_field(field: str, members: int, first: tuple[parts.PlacedMembership, ...]) -> str:
    if not first:
        return _("No city has been designated a UNESCO Creative City of %(field)s yet.", field=field)
    return ngettext(
        "%(cities)s of %(field)s; the first was %(names)s (%(month)s).",
        "%(cities)s of %(field)s; the first were %(names)s (%(month)s).",
        len(first),
        cities=count_creative_cities(members),
        field=field,
        names=parts.join_names([place.name for place in first]),
        month=format_date(first[0].since[:7]),
    )
