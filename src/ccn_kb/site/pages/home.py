"""The home page: the network today, its growth, its latest round, its next meeting."""

from __future__ import annotations

from operator import attrgetter

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day
from ccn_kb.site.languages import format_date
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_countries, count_creative_cities
from ccn_kb.site.pages.list_tables import placed_table
from ccn_kb.site.pages.map_filters import MapPage, choose_places
from ccn_kb.site.pages.meeting import next_or_last_meeting
from ccn_kb.site.pages.on import change_steps
from ccn_kb.site.pages.on_this_day import on_this_day_page
from ccn_kb.site.pages.page_context import PageContext, count_by
from ccn_kb.site.pages.round import describe_round, joined_in, new_countries


class LatestRound(parts.PagePart):
    """The latest round, in short."""

    id: parts.YearNumber
    announced: records.PartialDate
    sentence: str
    fields: tuple[parts.MemberCount, ...]
    new_countries: tuple[parts.MemberCount, ...]


class HomePage(MapPage, parts.TablePage):
    """The network today."""

    on: parts.Day
    members: records.Count
    countries: records.Count
    by_country: tuple[parts.MemberCount, ...]
    fields: tuple[parts.FieldCounts, ...]
    growth: tuple[parts.GrowthYear, ...]
    half_since: parts.YearNumber
    round: LatestRound | None
    meeting: parts.MeetingFacts | None
    steps: tuple[parts.Day, ...]
    edition: parts.EditionInfo
    on_this_day: str | None = Field(description="What happened on this day of earlier years; none if nothing did.")

    def to_table(self) -> TableData:
        """Return the members."""
        return placed_table("members", self.summary, self.shown_places)

    def to_picture(self) -> parts.Picture:
        """Return a world map of the members."""
        return parts.picture_cities(
            self.shown
            if self.chosen.is_set
            else _(
                "%(cities)s in %(countries)s, %(date)s",
                cities=count_creative_cities(self.members),
                countries=count_countries(self.countries),
                date=format_date(self.on),
            ),
            self.shown_places,
            is_world=not (self.chosen.country or self.chosen.region),
        )


def home_page(context: PageContext, **filters: str) -> HomePage | None:
    """Return the network today, with what the map's filters leave; None if their date is not one or in the future."""
    index, today = context.index, context.today
    choice = choose_places(context, index.memberships, filters)
    if choice is None:
        return None
    return HomePage.from_record(
        today,
        title=_("The UNESCO Creative Cities Network"),
        sentence=_describe_site(index.first_year),
        on=context.day.isoformat(),
        members=len(today.memberships),
        by_country=today.count_by("country"),
        fields=context.field_counts,
        growth=index.growth(context.day),
        half_since=_median_year(context),
        round=_latest_round(context),
        meeting=next_or_last_meeting(context),
        steps=change_steps(context),
        edition=index.edition,
        on_this_day=_on_this_day(context),
        rows=context.link("/ccn/members"),
        **choice._asdict(),
    )


def _describe_site(first_year: str) -> str:
    if first_year:
        return _(
            "Every UNESCO Creative City since %(year)s: when it joined, in which creative field,"
            " and the sources that confirm it.",
            year=first_year,
        )
    return _("Every UNESCO Creative City: when it joined, in which creative field, and the sources that confirm it.")


def _on_this_day(context: PageContext) -> str | None:
    page = on_this_day_page(context)
    return page.sentence if page and (page.changes or page.meetings) else None


def _median_year(context: PageContext) -> int:
    """Return the latest year such that half of today's memberships, or more, began in it or later."""
    years = sorted(first_day(membership.place.since).year for membership in context.today.memberships)
    return years[len(years) // 2] if years else context.day.year


def _latest_round(context: PageContext) -> LatestRound | None:
    rounds = [round for round in context.network.rounds.values() if first_day(round.announced) <= context.day]
    if not rounds:
        return None
    latest = max(rounds, key=attrgetter("id"))
    joined = joined_in(context, latest)
    return LatestRound.from_record(
        latest,
        sentence=describe_round(latest, joined),
        fields=count_by(joined, "field"),
        new_countries=new_countries(context, latest, joined),
    )
