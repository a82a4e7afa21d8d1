"""A city: its designations, topics, partnerships, meetings, neighbours and names, with their sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from ccn_kb.model import records
from ccn_kb.model.addresses import geonames_url, unesco_page_url, wikidata_url
from ccn_kb.model.dates import first_day
from ccn_kb.model.text import slug
from ccn_kb.network import best_kind
from ccn_kb.network.geography import distance_km
from ccn_kb.network.members import MEMBER_BASES
from ccn_kb.site.languages import format_date, format_interval
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.page_context import Membership, PageContext, SiteIndex, active_on
from ccn_kb.site.region_names import region_name

MOST_NEIGHBOURS = 6
MOST_REPORTS = 3


class CountryOfCity(parts.PagePart):
    """The country of a city."""

    id: records.Alpha2
    name: str
    name_fr: str


class CitedDesignation(parts.PagePart):
    """A designation, its sources and those of its end."""

    id: parts.Id
    field: parts.Id
    field_name: str
    name_fr: str
    name_es: str
    since: records.PartialDate
    until: records.PartialDate | None
    end_reason: records.EndReason | None
    round: parts.YearNumber | None
    best_source: records.SourceKind
    note: str | None
    first: bool = Field(description="Whether it is the first of its field, or may be: the dates do not always decide.")
    disputed: tuple[parts.Dispute, ...]
    sources: parts.Citations
    end_sources: parts.Citations


class CitedTopic(parts.PagePart):
    """What a city is known for."""

    id: parts.Id
    name: str
    names: tuple[records.Translation, ...] = Field(description="Its names in other languages.")
    sources: parts.Citations


class PartnerCity(parts.PagePart):
    """Another city of a joint project."""

    id: parts.Id
    name: str
    role: records.Role


class CityCooperation(parts.PagePart):
    """A joint project in which a city takes part."""

    model_config = ConfigDict(populate_by_name=True)

    id: parts.Id
    title: str
    kind: records.CooperationKind
    starts: records.PartialDate
    ends: records.PartialDate | None
    role: records.Role
    member: Literal[0, 1] = Field(description="1 if the city was a member when it began.")
    partners: tuple[PartnerCity, ...] = Field(validation_alias="with", serialization_alias="with")
    sources: parts.Citations


class HostedMeeting(parts.MeetingSummary):
    """A meeting that a city hosted."""

    theme: str | None
    sources: parts.Citations


class DistantCity(parts.CityInField):
    """Another member and its distance."""

    latitude: records.Latitude
    longitude: records.Longitude
    km: Annotated[int, Field(ge=0, le=20_038)]


class NearestCities(parts.PagePart):
    """The nearest members, the nearest of the same field, and the others of the country."""

    near: tuple[DistantCity, ...]
    field: tuple[DistantCity, ...]
    country: tuple[DistantCity, ...]


class CityPage(parts.RecordPage):
    """A city, present or former member: everything recorded about it."""

    id: parts.Id
    name: str
    country: CountryOfCity
    region: str
    subdivision: records.Subdivision | None
    second_subdivision: records.Subdivision | None
    latitude: records.Latitude
    longitude: records.Longitude
    designations: Annotated[tuple[CitedDesignation, ...], Field(min_length=1)]
    known_for: tuple[CitedTopic, ...]
    facts: tuple[records.Statement, ...]
    cooperations: tuple[CityCooperation, ...]
    meetings: tuple[HostedMeeting, ...]
    names: tuple[records.Name, ...]
    population: tuple[records.Population, ...]
    location_sources: parts.Citations
    reports_due: tuple[parts.YearNumber, ...]
    reports_rule: records.Rule | None
    reports: tuple[records.MonitoringReport, ...]
    here: parts.PlacedMembership = Field(description="Its latest membership.")
    neighbours: NearestCities
    same_as: tuple[records.Url, ...]
    geonames: parts.Positive | None
    wikidata: str | None
    unesco_page: str | None
    note: str | None
    disputed: tuple[parts.Dispute, ...]
    sources: parts.SourceList
    citation: str

    def to_picture(self) -> parts.Picture:
        """Return a map of the city and its nearest members."""
        return parts.picture_cities(self.sentence, (self.here, *self.neighbours.near), subject=self.id)


def city_page(context: PageContext, id: str) -> CityPage | None:
    """Return the page of a city, None for an unknown id."""
    city = context.network.cities.get(id)
    if city is None:
        return None
    country = context.network.countries[city.country]
    memberships = context.index.by_city[id]
    reports_due = _reports_due(context, city)
    has_reports = reports_due or not city.designations[-1].end
    rules = [rule for rule in context.network.rules.values() if rule.id == "monitoring" and has_reports]
    # The sources are cited in the order in which a reader meets them.
    sources = PageSources(context.index)
    sources.cite(memberships[-1].member.designation.sources)
    designations = tuple(_cite_designation(context, sources, membership) for membership in memberships)
    disputed = sources.disputes(city)
    reports_rule = next(iter(sources.cite_records(rules)), None)
    reports = sources.cite_records(city.reports)
    return CityPage.from_record(
        city,
        title=city.name,
        sentence=describe_memberships(city.name, country.name, designations),
        country=CountryOfCity.from_record(country),
        region=region_name(country.region),
        latitude=city.location.latitude,
        longitude=city.location.longitude,
        designations=designations,
        known_for=_cite_topics(context, sources, city),
        facts=sources.cite_records(city.facts),
        cooperations=_cite_cooperations(context, sources, id),
        meetings=_cite_meetings(context, sources, id),
        names=sources.cite_records(sorted(city.names, key=_name_order)),
        population=sources.cite_records(sorted(city.population, key=_figure_order)),
        location_sources=sources.cite(city.location.sources),
        reports_due=reports_due,
        reports_rule=reports_rule,
        reports=reports,
        here=memberships[-1].place,
        neighbours=_nearest_cities(context, memberships[-1]),
        same_as=_same_as(city),
        unesco_page=city.unesco_pages[0] if city.unesco_pages else None,
        disputed=disputed,
        sources=sources.by_citation,
        citation=context.citation(city),
        rows=context.link(f"/ccn/cities/{id}"),
        record=context.record(f"/data/cities/{id}.yaml"),
    )


def _figure_order(figure: records.Population) -> tuple[bool, int]:
    return figure.basis not in MEMBER_BASES, -(figure.year or 0)


def describe_memberships(name: str, country: str, designations: tuple[CitedDesignation, ...]) -> str:
    """Return the sentence on the fields in which a city is, or was, a Creative City."""
    *former, last = designations
    values = {
        "city": name,
        "country": country,
        "field": last.field_name,
        "start": format_date(last.since),
        "since": parts.format_since(last.since),
    }
    if last.until:
        sentence = _("%(city)s, %(country)s, was a UNESCO Creative City of %(field)s from %(start)s until %(end)s.")
        return sentence % {**values, "end": format_date(last.until)}
    if not former:
        return _("%(city)s, %(country)s, has been a UNESCO Creative City of %(field)s %(since)s.") % values
    before = [
        _("%(field)s (%(period)s)", field=designation.field_name, period=_months(designation)) for designation in former
    ]
    sentence = _(
        "%(city)s, %(country)s, has been a UNESCO Creative City of %(field)s %(since)s;"
        " before that it was a City of %(former)s."
    )
    return sentence % {**values, "former": _(" and of ").join(before)}


def describe_badge(designation: records.Designation, field_name: str) -> str:
    """Return the text of a badge for a designation."""
    if designation.end:
        return _("Former UNESCO Creative City of %(field)s · ccn-kb", field=field_name)
    since = parts.format_since(designation.since)
    return _("UNESCO Creative City of %(field)s %(since)s · ccn-kb", field=field_name, since=since)


def _months(designation: CitedDesignation) -> str:
    return format_interval(designation.since[:7], (designation.until or "")[:7])


def _cite_designation(context: PageContext, sources: PageSources, membership: Membership) -> CitedDesignation:
    designation = membership.member.designation
    field = context.network.fields[designation.field]
    return CitedDesignation.from_record(
        designation,
        id=membership.id,
        field_name=field.name,
        name_fr=field.name_fr,
        name_es=field.name_es,
        until=membership.place.until,
        end_reason=designation.end.reason if designation.end else None,
        best_source=best_kind(designation, context.network.sources),
        first=membership.id in context.index.first_designations,
        sources=sources.cite(designation.sources),
        disputed=sources.disputes(designation),
        end_sources=sources.cite(designation.end.sources) if designation.end else (),
    )


def _cite_topics(context: PageContext, sources: PageSources, city: records.City) -> tuple[CitedTopic, ...]:
    topics = context.network.topics
    return tuple(
        CitedTopic.from_record(topics[slug(topic.value)], sources=sources.cite(topic.sources))
        for topic in city.known_for
    )


def _cooperations_by_city(index: SiteIndex) -> Mapping[str, list[records.Cooperation]]:
    by_city: dict[str, list[records.Cooperation]] = {}
    for cooperation in newest_cooperations(index):
        for participant in cooperation.cities:
            by_city.setdefault(participant.city, []).append(cooperation)
    return by_city


def newest_cooperations(index: SiteIndex) -> list[records.Cooperation]:
    """Return the joint projects, the newest first."""
    by_id = sorted(index.network.cooperations.values(), key=lambda cooperation: cooperation.id)
    return sorted(by_id, key=lambda cooperation: first_day(cooperation.starts), reverse=True)


def _cite_cooperations(context: PageContext, sources: PageSources, id: str) -> tuple[CityCooperation, ...]:
    cities = context.network.cities
    return tuple(
        CityCooperation.from_record(
            cooperation,
            role=next(participant.role for participant in cooperation.cities if participant.city == id),
            member=int(context.network.was_member(id, cooperation.starts)),
            partners=tuple(
                PartnerCity(id=partner.city, name=cities[partner.city].name, role=partner.role)
                for partner in cooperation.cities
                if partner.city != id
            ),
            sources=sources.cite(cooperation.sources),
        )
        for cooperation in context.index.derive(_cooperations_by_city).get(id, ())
    )


def _cite_meetings(context: PageContext, sources: PageSources, id: str) -> tuple[HostedMeeting, ...]:
    return tuple(
        HostedMeeting.from_record(meeting, sources=sources.cite(context.network.meetings_by_id[meeting.id].sources))
        for meeting in context.index.meetings
        if any(host.city == id for host in meeting.hosts)
    )


def _name_order(name: records.Name) -> tuple[bool, bool, bool, str, str]:
    """Return the sort key of a name: present before former, the city before its seat, spellings before languages."""
    return name.until is not None, name.place is not None, name.lang is not None, name.lang or "", name.value


def _reports_due(context: PageContext, city: records.City) -> tuple[int, ...]:
    rule, this_year = context.network.rules.get("monitoring"), context.day.year
    due = context.network.reports_due(city, this_year + MOST_REPORTS * rule.years) if rule else []
    return tuple(year for year in due if year >= this_year)[:MOST_REPORTS]


def _same_as(city: records.City) -> tuple[str, ...]:
    """Return the addresses of the city's pages elsewhere."""
    geonames = (geonames_url(city.geonames),) if city.geonames else ()
    wikidata = (wikidata_url(city.wikidata),) if city.wikidata else ()
    return (*geonames, *wikidata, *map(unesco_page_url, city.unesco_pages[:1]))


def _nearest_cities(context: PageContext, here: Membership) -> NearestCities:
    x, y, z = here.direction
    members, field = context.today.memberships, here.place.field
    closeness = [x * east + y * north + z * up for east, north, up in context.today.directions]
    numbers = sorted(range(len(members)), key=closeness.__getitem__, reverse=True)
    of_field = (members[number] for number in numbers if members[number].place.field == field)
    of_country = active_on(context.index.by_country[here.place.country], context.day)
    by_distance = sorted(of_country, key=lambda other: distance_km(here.place, other.place))
    return NearestCities(
        near=_nearest(here, (members[number] for number in numbers), MOST_NEIGHBOURS),
        field=_nearest(here, of_field, MOST_NEIGHBOURS),
        country=_nearest(here, by_distance, len(by_distance)),
    )


def _nearest(here: Membership, ordered: Iterable[Membership], most: int) -> tuple[DistantCity, ...]:
    """Return the first of the memberships, which are in the order of their distance; by id where it is the same."""
    nearest: list[tuple[int, str, Membership]] = []
    for other in ordered:
        km = round(distance_km(here.place, other.place))
        if len(nearest) >= most and km > nearest[most - 1][0]:
            break
        if other.place.id != here.place.id:
            nearest.append((km, other.place.id, other))
    nearest.sort(key=lambda item: item[:2])
    return tuple(DistantCity.from_record(other.place, km=km) for km, _, other in nearest[:most])
