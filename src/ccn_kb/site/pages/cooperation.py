"""The joint projects of cities, filtered by kind, field and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from typing import Literal, cast
from urllib.parse import urlencode

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.network.schema import compute_ongoing
from ccn_kb.site.display_terms import COOPERATION_KINDS
from ccn_kb.site.languages import gettext, list_separator, ngettext, sort_key
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.city import newest_cooperations
from ccn_kb.site.pages.counts import count_cities
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext, SiteIndex
from ccn_kb.site.region_names import region_name

MOST_ACTIVE = 10
MOST_TIES = 40
"""Of more ties than these, only the closest are drawn."""


class ChosenCooperation(parts.PagePart):
    """The filters that are set; empty where one is not."""

    kind: str
    field: str
    year: str
    city: str = ""


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


class CityTie(parts.PagePart):
    """Two cities and the number of joint projects in which both take part."""

    city: parts.Id
    other: parts.Id
    cooperations: parts.Positive


class RegionTie(parts.PagePart):
    """Two UNESCO regions and their number of joint projects; of a region with itself, those of two of its cities."""

    region: records.Region
    other: records.Region
    cooperations: records.Count


class CooperationPage(parts.RecordPage):
    """The joint projects that match the filters, and what can be chosen."""

    chosen: ChosenCooperation
    cooperations: tuple[CitedCooperation, ...]
    most: tuple[ActiveCity, ...]
    kinds: tuple[CountedCooperations, ...]
    fields: tuple[tuple[parts.Id, str], ...]
    years: tuple[CountedCooperations, ...]
    cities: tuple[tuple[parts.Id, str], ...]
    finding: str = Field(description="What the ties of cities show.")
    regions_finding: str = Field(description="What the ties of regions show.")
    ties: tuple[CityTie, ...] = Field(description="The closest ties of cities: those that the picture shows.")
    regions: tuple[RegionTie, ...]
    sources: parts.SourceList

    def to_picture(self) -> parts.Picture:
        """Return a map of the ties."""
        tied = {id for tie in self.ties for id in (tie.city, tie.other)}
        cities = {city.id: city for project in self.cooperations for city in project.cities if city.id in tied}
        ids = list(cities)
        return parts.Picture(
            self.finding,
            tuple(
                parts.PicturePlace(city.name, city.latitude, city.longitude, is_subject=city.id == self.chosen.city)
                for city in cities.values()
            ),
            ties=tuple((ids.index(tie.city), ids.index(tie.other), tie.cooperations) for tie in self.ties),
        )

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


def cooperation_page(
    context: PageContext, *, kind: str = "", field: str = "", year: str = "", city: str = ""
) -> CooperationPage:
    """Return the joint projects of a kind, a field, a year and a city, the newest first; all without filters."""
    projects = context.index.derive(_cite_cooperations)
    matches = tuple(
        project
        for project in projects
        if kind in ("", project.kind)
        and field in ("", project.field)
        and year in ("", project.starts[:4])
        and city in ("", *(participant.id for participant in project.cities))
    )
    sources = PageSources(context.index)
    for match in matches:
        sources.cite(match.sources)
    participants = Counter((city.id, city.name) for match in matches for city in match.cities)
    chosen = ChosenCooperation(kind=kind, field=field, year=year, city=city)
    filters = list_separator().join(_describe_filters(context, chosen))
    number = ngettext("%(number)s joint project", "%(number)s joint projects", len(matches))
    number += f" ({filters})" if filters else ""
    fields = {(project.field, project.field_name) for project in projects if project.field_name}
    ties, regions = _city_ties(matches, city), tuple(_region_ties(context, matches))
    return CooperationPage(
        title=_("Cooperation: %(filters)s", filters=filters) if filters else _("Cooperation"),
        sentence=_(
            "%(projects)s involving %(cities)s, found in public sources. This list is not exhaustive.",
            projects=number,
            cities=count_cities(len(participants)),
        ),
        chosen=chosen,
        cooperations=matches,
        most=tuple(
            ActiveCity(id=id, name=name, cooperations=number)
            for (id, name), number in participants.most_common(MOST_ACTIVE)
        ),
        kinds=_count(project.kind for project in projects),
        fields=tuple(sorted(fields, key=lambda field: sort_key(field[1]))),
        years=_count(project.starts[:4] for project in projects),
        cities=_cities_of(projects),
        finding=_describe_ties(context, city, ties),
        regions_finding=_describe_regions(regions),
        ties=ties[: None if city else MOST_TIES],
        regions=regions,
        sources=sources.by_citation,
        rows=context.link(_rows_path(kind, field, year, [match.id for match in matches] if city else [])),
        record=context.record("/data/cooperations.yaml"),
    )


def _describe_filters(context: PageContext, chosen: ChosenCooperation) -> Iterator[str]:
    if chosen.city:
        yield context.network.cities[chosen.city].name
    if chosen.kind:
        yield gettext(COOPERATION_KINDS[cast("records.CooperationKind", chosen.kind)])
    if chosen.field:
        yield context.network.fields[chosen.field].name
    if chosen.year:
        yield _("started in %(year)s", year=chosen.year)


def _cities_of(projects: Iterable[CitedCooperation]) -> tuple[tuple[str, str], ...]:
    """Return id and name of the cities that take part, by name."""
    cities = {(city.id, city.name) for project in projects for city in project.cities}
    return tuple(sorted(cities, key=lambda city: sort_key(city[1])))


def _city_ties(matches: Iterable[CitedCooperation], city: str) -> tuple[CityTie, ...]:
    """Return the ties of all pairs of cities, or of a city with others, the closest first."""
    pairs: Counter[tuple[str, str]] = Counter()
    for match in matches:
        ids = sorted({participant.id for participant in match.cities})
        pairs.update(pair for pair in combinations(ids, 2) if city in ("", *pair))
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return tuple(CityTie(city=city_id, other=other_id, cooperations=number) for (city_id, other_id), number in ordered)


def _region_ties(context: PageContext, matches: Sequence[CitedCooperation]) -> Iterator[RegionTie]:
    """Yield the ties of all pairs of regions, each with itself too."""
    pairs: Counter[tuple[records.Region, records.Region]] = Counter()
    for match in matches:
        numbers = Counter(context.network.countries[participant.country].region for participant in match.cities)
        pairs.update((region, other) for region in numbers for other in numbers if region != other)
        pairs.update((region, region) for region, number in numbers.items() if number > 1)
    for region, other in product(records.REGIONS, repeat=2):
        yield RegionTie(region=region, other=other, cooperations=pairs[region, other])


def _describe_ties(context: PageContext, chosen: str, ties: Sequence[CityTie]) -> str:
    """Return what the ties show, the closest first: with whom a city works, or which two cities do most often."""
    if not ties:
        return _("No joint projects of two cities")
    names, most = {id: city.name for id, city in context.network.cities.items()}, ties[0].cooperations
    number = sum(tie.cooperations == most for tie in ties)
    if chosen:
        partners = ngettext(
            "%(city)s has joint projects with %(number)s other city",
            "%(city)s has joint projects with %(number)s other cities",
            len(ties),
            city=names[chosen],
        )
        if number > 1 or len(ties) == 1:
            return partners
        closest = names[ties[0].other if ties[0].city == chosen else ties[0].city]
        return _("%(partners)s, most often with %(city)s (%(count)s)", partners=partners, city=closest, count=most)
    city, other = names[ties[0].city], names[ties[0].other]
    if number == 1:
        return ngettext(
            "%(city)s and %(other)s have %(number)s joint project, the most of any two cities",
            "%(city)s and %(other)s have %(number)s joint projects, the most of any two cities",
            most,
            city=city,
            other=other,
        )
    return ngettext(
        "%(pairs)s pairs of cities, such as %(city)s and %(other)s, have %(number)s joint project each, the most",
        "%(pairs)s pairs of cities, such as %(city)s and %(other)s, have %(number)s joint projects each, the most",
        most,
        pairs=number,
        city=city,
        other=other,
    )


def _describe_regions(ties: Sequence[RegionTie]) -> str:
    """Return which two regions work together most often, nothing if none do."""
    between = [tie for tie in ties if tie.region != tie.other and tie.cooperations]
    if not between:
        return ""
    closest = max(between, key=lambda tie: tie.cooperations)
    return ngettext(
        "%(number)s joint project has cities in both regions: %(region)s; %(other)s",
        "%(number)s joint projects have cities in both regions: %(region)s; %(other)s",
        closest.cooperations,
        region=region_name(closest.region),
        other=region_name(closest.other),
    )


def _rows_path(kind: str, field: str, year: str, ids: Sequence[str]) -> str:
    """Return the address of the listed projects in the database, without the site's prefix."""
    filters = {"kind": kind, "field": field, "starts__startswith": year, "id__in": ",".join(ids)}
    query = urlencode({name: value for name, value in filters.items() if value}, safe=",")
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
