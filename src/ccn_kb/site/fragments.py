"""Parts that recur on many pages: each is made by its macro in `_parts.html` once, and then kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Literal

from jinja2 import Environment
from markupsafe import Markup

from ccn_kb.site.pages.parts import CitedSource, GrowthYear, MemberCount, NetworkChange, PlacedMembership
from ccn_kb.site.registration import PAGES

NAVIGATION = {page.path: page.navigation for page in PAGES if page.navigation}


class Fragments:
    """The recurring parts of the pages of one site, for its templates: `filters` and `globals` by their names.

    A part is kept under a key of values of the network that tell what it shows, never of values from a request: so
    there is an end to what is kept.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._made: dict[Hashable, Markup] = {}
        self.filters = {
            "bar_rows": self.bar_rows,
            "change_items": self.change_items,
            "city_link": self.city_link,
            "country_link": self.country_link,
            "field_link": self.field_link,
            "growth_rows": self.growth_rows,
            "map_items": self.map_items,
            "mark": self.mark,
            "references": self.references,
            "source_items": self.source_items,
            "topic_link": self.topic_link,
        }
        self.globals = {"footer": self.footer, "navigation": self.navigation, "sprite": self.sprite}

    def _make(self, macro: str, key: Hashable, *arguments: object) -> Markup:
        made = self._made.get((macro, key))
        if made is None:
            module = self._environment.get_template("_parts.html").module
            made = self._made[macro, key] = Markup(getattr(module, macro)(*arguments))  # noqa: S704
        return made

    def mark(self, field: str) -> Markup:
        return self._make("mark", field, field)

    def field_link(self, id: str, name: str) -> Markup:
        return self._make("field_link", id, id, name)

    def city_link(self, id: str, name: str) -> Markup:
        return self._make("city_link", id, id, name)

    def country_link(self, id: str, name: str) -> Markup:
        return self._make("country_link", id, id, name)

    def topic_link(self, id: str, name: str) -> Markup:
        return self._make("topic_link", id, name)

    def references(self, citations: Iterable[str], sources: Mapping[str, CitedSource]) -> Markup:
        numbers = [sources[citation].number for citation in citations]
        return _join(self._make("reference", number, number) for number in numbers)

    def source_items(self, sources: Iterable[CitedSource]) -> Markup:
        return _join(
            self._make("source_item", (source.number, source.id, source.locator), source) for source in sources
        )

    def map_items(self, places: Iterable[PlacedMembership], on: str) -> Markup:
        return _join(self._map_item(place, on) for place in places)

    def _map_item(self, place: PlacedMembership, on: str) -> Markup:
        is_hidden = place.until_day is not None and place.until_day <= on
        return self._make("map_item", (place.id, place.since_day, is_hidden), place, is_hidden)

    def bar_rows(self, counts: Iterable[MemberCount], group: Literal["field", "country", "region"]) -> Markup:
        return _join(self._make("bar_row", (group, count.id, count.members), count, group) for count in counts)

    def growth_rows(self, years: Iterable[GrowthYear], fields: Iterable[tuple[str, str]]) -> Markup:
        return _join(self._growth_row(year, [year.fields.get(id, 0) for id, _ in fields]) for year in years)

    def _growth_row(self, year: GrowthYear, numbers: list[int]) -> Markup:
        return self._make("growth_row", (year.year, year.members, year.countries, *numbers), year, numbers)

    def change_items(self, changes: Iterable[NetworkChange]) -> Markup:
        return _join(self._make("change_item", (change.id, change.day, change.event), change) for change in changes)

    def navigation(self, path: str) -> Markup:
        """Return the main navigation, with the part of the site that the path belongs to marked as the current one."""
        part = f"/{path.strip('/').partition('/')[0]}"
        return self._make("navigation_list", part if part in NAVIGATION else "", NAVIGATION.items(), part)

    def footer(self) -> Markup:
        return self._make("site_footer", "")

    def sprite(self) -> Markup:
        return self._make("mark_symbols", "")


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704
