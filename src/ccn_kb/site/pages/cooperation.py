"""The joint projects of cities, filtered by kind, field and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal, cast
from urllib.parse import urlencode

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.network.schema import compute_ongoing
from ccn_kb.site.display_terms import COOPERATION_KINDS
from ccn_kb.site.languages import gettext, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.city import newest_cooperations
from ccn_kb.site.pages.counts import count_cities
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext, SiteIndex

MOST_ACTIVE = 10


class ChosenCooperation(parts.PagePart):
    """The filters that are set; empty where one is not."""

    kind: str
    field: str
    year: str


class PlacedParticipant(parts.PagePart):
    """A city that takes part, and its place."""

    id: parts.Id
    name: str
    role: records.Role
    member: Literal[0, 1] = Field(description="1 if it was a member when it began.")
    country: records.Alpha2
    latitude: records.Latitude
    longitude: records.Longitude


class CitedCooperation(parts.PagePart):
    """A joint project, its cities and its sources."""

    id: parts.Id
    title: str
    kind: records.CooperationKind
    field: parts.Id | None
    starts: records.PartialDate
    starts_day: parts.Day
    ends: records.PartialDate | None
    ends_day: parts.Day | None = Field(description="The last day that the end can mean.")
    ongoing: Literal[0, 1] | None = Field(
        description="1 if it lasted on the date of the data, 0 if it had ended, null if that is unknown."
    )
    note: str | None
    field_name: str | None
    cities: tuple[PlacedParticipant, ...]
    sources: parts.Citations


class ActiveCity(parts.PagePart):
    """A city and the number of joint projects in which it takes part."""

    id: parts.Id
    name: str
    cooperations: parts.Positive


class CountedCooperations(parts.PagePart):
    """A kind or year and its number of joint projects."""

    id: records.CooperationKind | parts.YearText
    cooperations: parts.Positive


class CooperationPage(parts.RecordPage):
    """The joint projects that match the filters, and what can be chosen."""

    chosen: ChosenCooperation
    cooperations: tuple[CitedCooperation, ...]
    most: tuple[ActiveCity, ...]
    kinds: tuple[CountedCooperations, ...]
    fields: tuple[tuple[parts.Id, str], ...]
    years: tuple[CountedCooperations, ...]
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the joint projects with their cities."""
        columns = {
            "cooperation": "ID of the joint project.",
            "title": "What the cities did together.",
            "kind": "The kind of joint project.",
            "field": "The creative field, if it is of a single one.",
            "starts": "When it began.",
            "ends": "When it ended.",
            "cities": "IDs of the cities, with spaces between them.",
        }
        rows = (
            (
                project.id,
                project.title,
                project.kind,
                project.field,
                project.starts,
                project.ends,
                " ".join(city.id for city in project.cities),
            )
            for project in self.cooperations
        )
        return make_table("cooperations", self.sentence, columns, rows)


def cooperation_page(context: PageContext, *, kind: str = "", field: str = "", year: str = "") -> CooperationPage:
    """Return the joint projects of a kind, a creative field and a year, the newest first; all without filters."""
    projects = context.index.derive(_cite_cooperations)
    matches = tuple(
        project
        for project in projects
        if kind in ("", project.kind) and field in ("", project.field) and year in ("", project.starts[:4])
    )
    sources = PageSources(context.index)
    for match in matches:
        sources.cite(match.sources)
    participants = Counter((city.id, city.name) for match in matches for city in match.cities)
    filters = ", ".join(
        filter(
            None,
            (
                kind and gettext(COOPERATION_KINDS[cast("records.CooperationKind", kind)]),
                field and context.network.fields[field].name,
                year and _("started in %(year)s", year=year),
            ),
        )
    )
    number = ngettext("%(number)s joint project", "%(number)s joint projects", len(matches))
    number += f" ({filters})" if filters else ""
    return CooperationPage(
        title=_("Cooperation: %(filters)s", filters=filters) if filters else _("Cooperation"),
        sentence=_(
            "%(projects)s involving %(cities)s, found in public sources. This list is not exhaustive.",
            projects=number,
            cities=count_cities(len(participants)),
        ),
        chosen=ChosenCooperation(kind=kind, field=field, year=year),
        cooperations=matches,
        most=tuple(
            ActiveCity(id=id, name=name, cooperations=number)
            for (id, name), number in participants.most_common(MOST_ACTIVE)
        ),
        kinds=_count(project.kind for project in projects),
        fields=tuple(sorted({(project.field, project.field_name) for project in projects if project.field_name})),
        years=_count(project.starts[:4] for project in projects),
        sources=sources.by_citation,
        rows=context.link(_rows_path(kind, field, year)),
        record=context.link("/data/cooperations.yaml"),
    )


def _rows_path(kind: str, field: str, year: str) -> str:
    """Return the address of the listed projects in the database, without the site's prefix."""
    filters = {"kind": kind, "field": field, "starts__startswith": year}
    query = urlencode({name: value for name, value in filters.items() if value})
    return f"/ccn/cooperations?{query}" if query else "/ccn/cooperations"


def _cite_cooperations(index: SiteIndex) -> tuple[CitedCooperation, ...]:
    fields = index.network.fields
    return tuple(
        CitedCooperation.from_record(
            project,
            starts_day=first_day(project.starts).isoformat(),
            ends_day=last_day(project.ends).isoformat() if project.ends else None,
            ongoing=compute_ongoing(project, index.network),
            field_name=fields[project.field].name if project.field else None,
            cities=tuple(_place(index, participant, project.starts) for participant in project.cities),
            sources=index.by_trust(project.sources),
        )
        for project in newest_cooperations(index)
    )


def _place(index: SiteIndex, participant: records.Participant, starts: str) -> PlacedParticipant:
    city, role = index.network.cities[participant.city], participant.role
    member = int(index.network.was_member(city.id, starts))
    latitude, longitude = city.location.latitude, city.location.longitude
    return PlacedParticipant.from_record(city, role=role, member=member, latitude=latitude, longitude=longitude)


def _count(values: Iterable[str]) -> tuple[CountedCooperations, ...]:
    return tuple(CountedCooperations(id=id, cooperations=number) for id, number in sorted(Counter(values).items()))
