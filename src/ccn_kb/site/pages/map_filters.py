"""The filters of a page's map: creative field, country, region and date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pydantic import Field

from ccn_kb.site.pages import parts
from ccn_kb.site.pages.cities import ChosenCities, describe_matches, is_chosen
from ccn_kb.site.pages.on import resolve_day
from ccn_kb.site.pages.page_context import Membership, PageContext, active_on, places_of


class MapFilters(parts.PagePart):
    """The filters that are set; empty where one is not."""

    field: str = ""
    country: str = ""
    region: str = ""
    on: str = ""

    @property
    def is_set(self) -> bool:
        """Whether any filter is set."""
        return any(self.model_dump().values())


class MapPage(parts.SitePage):
    """A page with a map that can be filtered."""

    chosen: MapFilters
    places: tuple[parts.PlacedMembership, ...] = Field(
        description="All memberships, past ones included; with filters, those that match them on the day of the map."
    )
    shown: str = Field(description="What the map shows, in a sentence.")
    shown_on: parts.Day = Field(description="The day of the map.")

    @property
    def summary(self) -> str:
        """The sentence of a link to the page: what a filtered map shows, else that of the page."""
        return self.shown if self.chosen.is_set else self.sentence

    @property
    def shown_places(self) -> tuple[parts.PlacedMembership, ...]:
        """The places on the map."""
        return parts.active_places(self.places, self.shown_on)


class ChosenPlaces(NamedTuple):
    """The fields of a page with a map that depend on the filters."""

    chosen: MapFilters
    places: tuple[parts.PlacedMembership, ...]
    shown: str
    shown_on: str


def choose_places(
    context: PageContext, memberships: Iterable[Membership], filters: Mapping[str, str], **common_filters: str
) -> ChosenPlaces | None:
    """Return the memberships that match the filters of a map, None if its date is invalid or in the future.

    `common_filters` are those that all memberships match, such as the page's country; the sentence includes them.
    """
    chosen, members = MapFilters(**filters), tuple(memberships)
    day = resolve_day(context, chosen.on or context.day.isoformat())
    if day is None:
        return None
    cities = ChosenCities(**{"q": "", "joined": "", **chosen.model_dump(), **common_filters})
    matches = [membership for membership in active_on(members, day) if is_chosen(membership, cities)]
    return ChosenPlaces(
        chosen,
        places_of(matches if chosen.is_set else members),
        describe_matches(context, cities, day, len(matches)),
        day.isoformat(),
    )
