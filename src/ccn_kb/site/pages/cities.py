"""The member cities as a list, filtered by keyword, field, country, region, year of joining and date."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.text import words
from ccn_kb.network.derived_tables import MEMBERS
from ccn_kb.network.members import Members
from ccn_kb.site.languages import format_date, ngettext, pgettext, sort_key, word_separator
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_member_cities
from ccn_kb.site.pages.on import describe_network, resolve_day
from ccn_kb.site.pages.page_context import Membership, PageContext, SiteIndex, places_of
from ccn_kb.site.region_names import region_name, region_names

LONGEST_IN_TITLE = 40


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
    population: parts.Positive | None
    population_year: parts.YearNumber | None
    population_basis: records.PopulationBasis | None
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
    did_you_mean: tuple[str, ...] = Field(description="Other keywords that have results, if these have none.")

    def to_table(self) -> TableData:
        """Return the members with the columns of the view `members`."""
        rows = (city.model_dump() for city in self.cities)
        return TableData(MEMBERS, tuple(tuple(row[column.name] for column in MEMBERS.columns) for row in rows))

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
    ids = _ids_of_year(index, joined)
    chosen = ChosenCities(q=q, field=field, country=country, region=region, joined=joined, on=on)
    filtered = [
        membership
        for membership in state.memberships
        if is_chosen(membership, chosen) and (ids is None or membership.place.id in ids)
    ]
    matches = _matching(index, filtered, q) if words(q) else filtered
    listed = index.derive(_listed_members)
    fields = sorted(context.network.fields.values(), key=lambda field: sort_key(field.name))
    countries = sorted(state.count_by("country"), key=lambda count: sort_key(count.name))
    return CitiesPage(
        title=_describe_list(context, chosen, day),
        sentence=describe_matches(context, chosen, day, len(matches)),
        on=day.isoformat(),
        chosen=chosen,
        cities=tuple(listed[membership.id] for membership in matches),
        fields={field.id: field.name for field in fields},
        countries={country.id: country.name for country in countries},
        regions=region_names(),
        years=tuple(sorted({joining.place.since_day[:4] for joining in index.joining_memberships})),
        did_you_mean=() if matches else _suggest_keywords(index, filtered, q),
        rows=context.link(_rows_path(context, chosen, day, matches)),
    )


def is_chosen(membership: Membership, chosen: ChosenCities) -> bool:
    """Return whether a membership matches the filters of field, country and region."""
    return (
        chosen.field in ("", membership.place.field)
        and chosen.country in ("", membership.place.country)
        and chosen.region in ("", membership.member.country.region)
    )


def _describe_list(context: PageContext, chosen: ChosenCities, day: datetime.date) -> str:
    """Return the title of a list: what its filters leave."""
    noun = _("Cities of %(field)s", field=_field_name(context, chosen)) if chosen.field else _("Member cities")
    title = f"{noun}{_qualify(context, chosen)}"
    if chosen.on:
        return _("%(cities)s on %(date)s", cities=title, date=format_date(day.isoformat()))
    return title if any(chosen.model_dump().values()) else _("Cities")


def _field_name(context: PageContext, chosen: ChosenCities) -> str:
    return context.network.fields[chosen.field].name


def describe_matches(context: PageContext, chosen: ChosenCities, day: datetime.date, number: int) -> str:
    """Return the sentence that says how many cities match the filters."""
    date, qualified = format_date(day.isoformat()), _qualify(context, chosen)
    if not (chosen.field or qualified):
        description = describe_network(context.index, context.index.on(day), day.isoformat())
        return _("%(cities)s, as of %(date)s.", cities=description.rstrip("."), date=date)
    if chosen.field and number:
        field = _field_name(context, chosen)
        cities = ngettext("%(number)s City of %(field)s", "%(number)s Cities of %(field)s", number, field=field)
    elif chosen.field:
        cities = _("No Cities of %(field)s", field=_field_name(context, chosen))
    else:
        cities = count_member_cities(number) if number else _("No member cities")
    return _("%(cities)s, as of %(date)s.", cities=f"{cities}{qualified}", date=date)


def _qualify(context: PageContext, chosen: ChosenCities) -> str:
    """Return what the filters other than field and date say of the cities, to follow the noun."""
    country = context.network.countries[chosen.country].name if chosen.country else ""
    qualifiers = (
        country and pgettext("a country, behind cities", "in %(country)s", country=parts.with_article(country)),
        chosen.region and _("in %(region)s (UNESCO region)", region=region_name(chosen.region)),
        chosen.joined and _("that joined in %(year)s", year=chosen.joined),
        chosen.q and _("matching “%(words)s”", words=chosen.q[:LONGEST_IN_TITLE]),
    )
    return "".join(f"{word_separator()}{qualifier}" for qualifier in qualifiers if qualifier)


def _rows_path(context: PageContext, chosen: ChosenCities, day: datetime.date, matches: Sequence[Membership]) -> str:
    """Return the address of the listed members in the database, without the site's prefix."""
    filters = {name: getattr(chosen, name) for name in ("field", "country", "region") if getattr(chosen, name)}
    if not (filters or chosen.q or chosen.joined):
        return f"/ccn/members_on?date={day}"
    if day != context.day:
        return f"/ccn/designations?id__in={','.join(membership.id for membership in matches)}"
    if chosen.q or chosen.joined:
        filters["id__in"] = ",".join(membership.place.id for membership in matches)
    return f"/ccn/members?{urlencode(filters, safe=',')}"


def _ids_of_year(index: SiteIndex, joined: str) -> set[str] | None:
    """Return the ids of the cities that joined in a year, None without one."""
    return (
        {place.id for place in places_of(index.joining_memberships) if place.since_day[:4] == joined}
        if joined
        else None
    )


def _matching(index: SiteIndex, memberships: Sequence[Membership], q: str) -> list[Membership]:
    """Return those of the memberships whose cities match the keywords."""
    ids = {*index.network.search(q).cities}
    return [membership for membership in memberships if membership.place.id in ids]


def _suggest_keywords(index: SiteIndex, memberships: Sequence[Membership], q: str) -> tuple[str, ...]:
    """Return what keywords that find nothing may be a slip of, and that finds some of the memberships."""
    names = index.network.search(q).did_you_mean
    return tuple(name for name in names if _matching(index, memberships, name))


def _listed_members(index: SiteIndex) -> Mapping[str, ListedMember]:
    members = Members((membership.member for membership in index.memberships), index.network.codebook)
    return {
        membership.id: ListedMember.model_validate(row)
        for membership, row in zip(index.memberships, members.to_dicts(), strict=True)
    }
