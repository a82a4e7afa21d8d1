"""The home page: the network today, its growth, its latest round, its next meeting."""

from __future__ import annotations

from operator import attrgetter

from pydantic import Field

from ccn_kb.model import records
from ccn_kb.model.dates import first_day, format_date
from ccn_kb.model.text import plural
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.meeting import next_or_last_meeting
from ccn_kb.site.pages.on import change_steps
from ccn_kb.site.pages.on_this_day import on_this_day_page
from ccn_kb.site.pages.page_context import PageContext, count_by, places_of
from ccn_kb.site.pages.round import describe_round, joined_in, new_countries


class LatestRound(parts.PagePart):
    """The latest round, in short."""

    id: parts.YearNumber
    announced: records.PartialDate
    sentence: str
    fields: tuple[parts.MemberCount, ...]
    new_countries: tuple[parts.MemberCount, ...]


class HomePage(parts.TablePage):
    """The network today."""

    on: parts.Day
    members: records.Count
    countries: records.Count
    by_country: tuple[parts.MemberCount, ...]
    fields: tuple[parts.FieldCounts, ...]
    places: tuple[parts.PlacedMembership, ...]
    growth: tuple[parts.GrowthYear, ...]
    half_since: parts.YearNumber
    round: LatestRound | None
    meeting: parts.MeetingFacts | None
    steps: tuple[parts.Day, ...]
    edition: parts.EditionInfo
    on_this_day: str | None = Field(description="What happened on this day of earlier years; none if nothing did.")

    def to_picture(self) -> parts.Picture:
        """Return a world map of the members."""
        return parts.picture_cities(
            f"{plural(self.members, 'UNESCO Creative City', 'UNESCO Creative Cities')}"
            f" in {plural(self.countries, 'country', 'countries')}, {format_date(self.on)}",
            parts.active_places(self.places, self.on),
            is_world=True,
        )


def home_page(context: PageContext) -> HomePage:
    """Return the network today."""
    index, today = context.index, context.today
    since = f" since {index.first_year}" if index.first_year else ""
    return HomePage.from_record(
        today,
        title="The UNESCO Creative Cities Network",
        sentence=f"Every UNESCO Creative City{since}: when it joined, in which creative field,"
        " and the sources that confirm it.",
        on=context.day.isoformat(),
        members=len(today.memberships),
        by_country=today.count_by("country"),
        fields=context.field_counts,
        places=places_of(index.memberships),
        growth=index.growth(context.day),
        half_since=_median_year(context),
        round=_latest_round(context),
        meeting=next_or_last_meeting(context),
        steps=change_steps(context),
        edition=index.edition,
        on_this_day=_on_this_day(context),
        rows=context.link("/ccn/members"),
    )


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
