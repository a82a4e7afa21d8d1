"""The member cities as a list, filtered by keyword, field, country, region, year of joining and date."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Literal

from ccn_kb.exports.csv_rows import to_csv
from ccn_kb.model import records
from ccn_kb.model.dates import format_date
from ccn_kb.model.text import plural, words
from ccn_kb.network.members import MEMBER_COLUMNS, Members
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.on import describe_network, resolve_day
from ccn_kb.site.pages.page_context import PageContext, SiteIndex, places_of


class ListedMember(parts.PagePart):
    """A member, with the columns of the view `members`."""

    id: parts.Id
    name: str
    country: records.Alpha2
    country_name: str
    alpha3: records.Alpha3
    region: records.Region
    continent: records.Continent
    continent_name: str
    subdivision: str | None
    subdivision_code: str | None
    field: parts.Id
    field_name: str
    since: records.PartialDate
    since_day: parts.Day
    since_precision: Literal["year", "month", "day"]
    joined: records.PartialDate
    joined_day: parts.Day
    until: records.PartialDate | None
    until_day: parts.Day | None
    round: parts.YearNumber | None
    latitude: records.Latitude
    longitude: records.Longitude
    population: int | None
    geonames: parts.Positive | None
    wikidata: str | None
    unesco_page: str | None
    best_source: records.SourceKind
    source_url: str


class ChosenCities(parts.PagePart):
    """The filters that are set; empty where one is not."""

    q: str
    field: str
    country: str
    region: str
    joined: str
    on: str


class CitiesPage(parts.TablePage):
    """The members on a date that match the filters, and what can be chosen."""

    on: parts.Day
    chosen: ChosenCities
    cities: tuple[ListedMember, ...]
    fields: dict[parts.Id, str]
    countries: dict[records.Alpha2, str]
    regions: dict[records.Region, str]
    years: tuple[parts.YearText, ...]

    def to_csv(self) -> str:
        """Return the members as CSV, with the columns of the view `members`."""
        return to_csv([city.model_dump() for city in self.cities], MEMBER_COLUMNS)

    def to_picture(self) -> parts.Picture:
        """Return a map of the cities."""
        return parts.picture_cities(self.sentence, self.cities)


def cities_page(
    context: PageContext,
    *,
    q: str = "",
    field: str = "",
    country: str = "",
    region: str = "",
    joined: str = "",
    on: str = "",
) -> CitiesPage | None:
    """Return the members on a date that match all filters, None if the date is not one or is in the future."""
    day = resolve_day(context, on or context.day.isoformat())
    if day is None:
        return None
    index, state = context.index, context.index.on(day)
    ids = _ids_that_match(index, q, joined)
    listed = index.derive(_listed_members)
    matches = [
        listed[membership.id]
        for membership in state.memberships
        if field in ("", membership.place.field)
        and country in ("", membership.place.country)
        and region in ("", membership.member.country.region)
        and (ids is None or membership.place.id in ids)
    ]
    number = plural(len(matches), "city matches", "cities match")
    is_filtered = any((q, field, country, region, joined))
    described = describe_network(index, state, day.isoformat())
    return CitiesPage(
        title="Cities",
        sentence=f"{number}, as of {format_date(day.isoformat())}." if is_filtered else described,
        on=day.isoformat(),
        chosen=ChosenCities(q=q, field=field, country=country, region=region, joined=joined, on=on),
        cities=tuple(matches),
        fields={id: field.name for id, field in context.network.fields.items()},
        countries={country.id: country.name for country in sorted(state.count_by("country"), key=attrgetter("name"))},
        regions=dict(records.REGIONS),
        years=tuple(sorted({joining.place.since_day[:4] for joining in index.joining_memberships})),
        rows=context.link(f"/ccn/members_on?date={day}"),
    )


def _ids_that_match(index: SiteIndex, q: str, joined: str) -> set[str] | None:
    """Return the ids of the cities that match the keywords and the year of joining, None without either filter."""
    if not (q or joined):
        return None
    joining = index.joining_memberships
    ids = {place.id for place in places_of(joining) if joined in ("", place.since_day[:4])}
    if words(q):
        ids &= {*index.network.search(q).cities}
    return ids


def _listed_members(index: SiteIndex) -> Mapping[str, ListedMember]:
    members = Members((membership.member for membership in index.memberships), index.network.codebook)
    return {
        membership.id: ListedMember.model_validate(row)
        for membership, row in zip(index.memberships, members.to_dicts(), strict=True)
    }
