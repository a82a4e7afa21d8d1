"""Countries by their members: without one, with the most, and with the most new ones in some years."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.site.languages import format_date, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.answer_parts import AnswerPage, day_of, rows_on
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.member_classes import LEGIBLE_CLASS, picture_countries
from ccn_kb.site.pages.page_context import PageContext
from ccn_kb.site.region_names import continent_name, region_name

RankingFigure: TypeAlias = Literal["members", "gained"]
YEARS_OF_GROWTH = 5


class MissingCountry(parts.PagePart):
    """A country without a member city, and the cities of it that were members."""

    id: records.Alpha2
    name: str
    region: records.Region
    region_name: str
    continent: records.Continent
    continent_name: str
    former: tuple[parts.PlacedMembership, ...]


class CountriesWithoutMemberPage(AnswerPage):
    """The countries without a member city, by UNESCO region."""

    countries: tuple[MissingCountry, ...]
    recognised: records.Count

    def to_table(self) -> TableData:
        """Return the countries."""
        columns = {
            "country": "Country code (ISO 3166-1 alpha-2).",
            "country_name": "Name of the country.",
            "region": "UNESCO region.",
            "continent": "Continent.",
            "former": "Cities that were members, with commas between them.",
        }
        rows = (
            (
                country.id,
                country.name,
                country.region,
                country.continent,
                ", ".join(city.id for city in country.former) or None,
            )
            for country in self.countries
        )
        return make_table("countries-without-a-member", self.sentence, columns, rows)

    def to_picture(self) -> parts.Picture:
        """Return a world map on which the countries are coloured."""
        countries = tuple((country.id, LEGIBLE_CLASS) for country in self.countries)
        return parts.Picture(
            self.sentence, (), is_world=True, countries=countries, classes=((LEGIBLE_CLASS, _("no member city")),)
        )


class RankedCountry(parts.PagePart):
    """A country with its rank; equal numbers have the same rank."""

    rank: parts.Positive
    id: records.Alpha2
    name: str
    members: records.Count
    before: records.Count
    """The number of members at the beginning of the time in which growth is counted."""
    gained: int
    share: float
    """The share of all members, in percent."""


class CountryRanksPage(AnswerPage):
    """Countries in the order of their members or their growth."""

    ranked_by: RankingFigure
    countries: tuple[RankedCountry, ...]
    members: records.Count
    since: parts.Day
    years: records.Count

    def to_table(self) -> TableData:
        """Return the countries with their ranks."""
        columns = {
            "rank": "Rank; equal numbers have the same rank.",
            "country": "Country code (ISO 3166-1 alpha-2).",
            "country_name": "Name of the country.",
            "members": f"Member cities on {self.on}.",
            "before": f"Member cities on {self.since}.",
            "gained": "The difference.",
        }
        rows = (
            (country.rank, country.id, country.name, country.members, country.before, country.gained)
            for country in self.countries
        )
        return make_table("countries", self.sentence, columns, rows, ("rank", "members", "before", "gained"))

    def to_picture(self) -> parts.Picture:
        """Return a world map of the countries by the number that they are ranked by."""
        numbers = [(country.id, getattr(country, self.ranked_by)) for country in self.countries]
        measure = _("Member cities gained") if self.ranked_by == "gained" else _("Member cities")
        return picture_countries(self.sentence, numbers, measure)


def countries_without_member_page(context: PageContext, *, on: str = "") -> CountriesWithoutMemberPage | None:
    """Return the countries without a member on a day, None if the date is not one or is in the future."""
    day = day_of(context, on)
    if day is None:
        return None
    active = {place.country for place in context.index.on(day).places}
    countries = tuple(
        MissingCountry(
            id=country.id,
            name=country.name,
            region=country.region,
            region_name=region_name(country.region),
            continent=country.continent,
            continent_name=continent_name(country.continent),
            former=tuple(
                stay.place for stay in context.index.by_country.get(country.id, ()) if stay.place.since_day <= str(day)
            ),
        )
        for country in sorted(
            context.network.countries.values(), key=lambda country: (region_name(country.region), country.name)
        )
        if country.id not in active
    )
    recognised = len(context.network.countries)
    return CountriesWithoutMemberPage(
        title=_("Countries without a member city"),
        sentence=ngettext(
            "%(number)s of the %(recognised)s countries and territories recognised by UNESCO has no member city on"
            " %(date)s.",
            "%(number)s of the %(recognised)s countries and territories recognised by UNESCO have no member city on"
            " %(date)s.",
            len(countries),
            recognised=recognised,
            date=format_date(str(day)),
        ),
        on=str(day),
        is_today=day == context.day,
        countries=countries,
        recognised=recognised,
        rows=context.link("/ccn/countries"),
    )


def largest_countries_page(context: PageContext, *, on: str = "") -> CountryRanksPage | None:
    """Return the countries with the most members on a day, None if the date is not one or is in the future."""
    day = day_of(context, on)
    if day is None:
        return None
    countries = _rank(context, day, YEARS_OF_GROWTH, "members")
    members = sum(country.members for country in countries)
    leading = [country for country in countries if country.rank == 1]
    date = format_date(str(day))
    sentence = _("No country has a member city on %(date)s.", date=date)
    if leading:
        sentence = ngettext(
            "%(Names)s has the most member cities on %(date)s: %(members)s of %(all)s.",
            "%(Names)s have the most member cities on %(date)s: %(members)s each.",
            len(leading),
            Names=_name_leading(leading),
            date=date,
            members=leading[0].members,
            all=members,
        )
    title = _("Countries with the most member cities")
    return _ranks_page(context, title, sentence, day, YEARS_OF_GROWTH, countries, "members")


def fastest_growing_countries_page(context: PageContext, *, on: str = "", years: str = "") -> CountryRanksPage | None:
    """Return the countries that gained the most members, None if the date is not one or is in the future."""
    day, number = day_of(context, on), int(years or YEARS_OF_GROWTH)
    if day is None:
        return None
    countries = _rank(context, day, number, "gained")
    leading = [country for country in countries if country.rank == 1]
    since = format_date(str(_years_before(day, number)))
    sentence = _(
        "No country gained a member city between %(start)s and %(end)s.", start=since, end=format_date(str(day))
    )
    if leading:
        sentence = ngettext(
            "%(Names)s has gained the most member cities since %(date)s: %(gained)s, from %(before)s to %(members)s.",
            "%(Names)s have gained the most member cities since %(date)s: %(gained)s each.",
            len(leading),
            Names=_name_leading(leading),
            date=since,
            gained=leading[0].gained,
            before=leading[0].before,
            members=leading[0].members,
        )
    return _ranks_page(context, _("Fastest-growing countries"), sentence, day, number, countries, "gained")


def _name_leading(leading: Sequence[RankedCountry]) -> str:
    """Return the countries in the first rank as a sentence begins with them."""
    names = parts.join_names([parts.with_article(country.name) for country in leading])
    return f"{names[0].upper()}{names[1:]}"


def _ranks_page(
    context: PageContext,
    title: str,
    sentence: str,
    day: datetime.date,
    years: int,
    countries: tuple[RankedCountry, ...],
    ranked_by: RankingFigure,
) -> CountryRanksPage:
    return CountryRanksPage(
        ranked_by=ranked_by,
        title=title,
        sentence=sentence,
        on=str(day),
        is_today=day == context.day,
        countries=countries,
        members=len(context.index.on(day).memberships),
        since=str(_years_before(day, years)),
        years=years,
        rows=rows_on(context, day, "/ccn/countries_by_members"),
    )


def _rank(context: PageContext, day: datetime.date, years: int, by: RankingFigure) -> tuple[RankedCountry, ...]:
    """Return the countries with a member, or those that gained one in the years before the day, by rank."""
    counts, before = (_count_members(context, date) for date in (day, _years_before(day, years)))
    figures = counts - before if by == "gained" else counts
    ordered = sorted(figures, key=lambda country: (-figures[country], context.network.countries[country].name))
    return tuple(
        RankedCountry(
            rank=1 + _number_above(figures.values(), figures[id]),
            id=id,
            name=context.network.countries[id].name,
            members=counts[id],
            before=before[id],
            gained=counts[id] - before[id],
            share=round(100 * counts[id] / counts.total(), 1),
        )
        for id in ordered
    )


def _count_members(context: PageContext, day: datetime.date) -> Counter[str]:
    """Return the number of members of each country with one on a day."""
    return Counter({count.id: count.members for count in context.index.on(day).count_by("country")})


def _number_above(figures: Iterable[int], figure: int) -> int:
    return sum(other > figure for other in figures)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    """Return the day of the same date some years before, the last of February for a 29 February that there was not."""
    year = max(1, day.year - years)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
