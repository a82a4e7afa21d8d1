"""The countries with a member city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.site.languages import full_stop, ngettext, sort_key
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_countries, count_member_cities, locate
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.member_classes import bounds_of_classes, class_of, name_class, picture_countries
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on, count_by
from ccn_kb.site.region_names import region_name


class CountryCount(parts.MemberCount):
    """A country with its members today."""

    name_fr: str
    region: str
    fields: tuple[parts.MemberCount, ...]
    first: parts.YearText


class MemberClass(parts.PagePart):
    """A class of the map: the numbers of members in it, and how many countries have such a number."""

    name: str
    least: parts.Positive
    most: parts.Positive | None = Field(description="The largest number; none in the last class.")
    countries: records.Count


class CountriesPage(parts.RecordPage):
    """The countries with a member city."""

    on: parts.Day
    finding: str = Field(description="What the map of the countries shows.")
    classes: tuple[MemberClass, ...] = Field(description="The classes of the map, by number of members.")
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

    def to_picture(self) -> parts.Picture:
        """Return a world map of the countries by their number of members."""
        numbers = ((country.id, country.members) for country in self.countries)
        return picture_countries(self.finding or self.sentence, numbers, _("Member cities"))


def countries_page(context: PageContext) -> CountriesPage:
    """Return the countries with a member, by name."""
    by_country = context.index.by_country.values()
    active = filter(None, (active_on(memberships, context.day) for memberships in by_country))
    countries = sorted(map(_count, active), key=lambda country: sort_key(country.name))
    members = count_member_cities(len(context.today.memberships))
    return CountriesPage(
        title=_("Countries"),
        sentence=f"{locate(members, count_countries(len(countries)))}{full_stop()}",
        on=context.day.isoformat(),
        countries=tuple(countries),
        finding=_describe_countries(context.today.count_by("country")),
        classes=tuple(_classes(countries)),
        regions=context.today.count_by("region"),
        rows=context.link("/ccn/countries_by_members"),
        record=context.record("/data/countries.yaml"),
    )


def _classes(countries: Sequence[CountryCount]) -> Iterator[MemberClass]:
    sizes = Counter(class_of(country.members) for country in countries)
    for number, (least, most) in enumerate(bounds_of_classes()):
        yield MemberClass(name=name_class(least, most), least=least, most=most, countries=sizes[number])


def _describe_countries(counts: Sequence[parts.MemberCount]) -> str:
    """Return what the numbers of members show: who has most, and how many have one; the largest come first."""
    if not counts:
        return ""
    most = counts[0].members
    names = parts.join_names([count.name for count in counts if count.members == most])
    single = sum(count.members == 1 for count in counts)
    largest = _("Most member cities: %(countries)s (%(number)s)", countries=names, number=most)
    if most == 1 or not single:
        return largest
    rest = ngettext("%(number)s country has one", "%(number)s countries have one", single)
    return f"{largest}{_('; ')}{rest}"


def _count(members: tuple[Membership, ...]) -> CountryCount:
    country = members[0].member.country
    return CountryCount.from_record(
        country,
        members=len(members),
        region=region_name(country.region),
        fields=count_by(members, "field"),
        first=min(membership.place.since_day for membership in members)[:4],
    )
