"""The countries with a member city."""

from __future__ import annotations

from ccn_kb.exports.contents import TableData
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_countries, count_member_cities, locate
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on, count_by
from ccn_kb.site.region_names import region_name


class CountryCount(parts.MemberCount):
    """A country with its members today."""

    name_fr: str
    region: str
    fields: tuple[parts.MemberCount, ...]
    first: parts.YearText


class CountriesPage(parts.RecordPage):
    """The countries with a member city."""

    on: parts.Day
    countries: tuple[CountryCount, ...]
    regions: tuple[parts.MemberCount, ...]

    def to_table(self) -> TableData:
        """Return the countries with their number of members."""
        columns = {
            "country": "Country code (ISO 3166-1 alpha-2).",
            "country_name": "English name.",
            "country_name_fr": "French name.",
            "region": "UNESCO region.",
            "first": "The year in which the first of today's members joined.",
            "members": "Member cities.",
        }
        rows = (
            (country.id, country.name, country.name_fr, country.region, country.first, country.members)
            for country in self.countries
        )
        return make_table("countries", self.sentence, columns, rows, ("members",))


def countries_page(context: PageContext) -> CountriesPage:
    """Return the countries with a member, by name."""
    by_country = context.index.by_country.values()
    active = filter(None, (active_on(memberships, context.day) for memberships in by_country))
    countries = sorted(map(_count, active), key=lambda country: country.name)
    members = count_member_cities(len(context.today.memberships))
    return CountriesPage(
        title=_("Countries"),
        sentence=f"{locate(members, count_countries(len(countries)))}.",
        on=context.day.isoformat(),
        countries=tuple(countries),
        regions=context.today.count_by("region"),
        rows=context.link("/ccn/countries_by_members"),
        record=context.link("/data/countries.yaml"),
    )


def _count(members: tuple[Membership, ...]) -> CountryCount:
    country = members[0].member.country
    return CountryCount.from_record(
        country,
        members=len(members),
        region=region_name(country.region),
        fields=count_by(members, "field"),
        first=min(membership.place.since_day for membership in members)[:4],
    )
