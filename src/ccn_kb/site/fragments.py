"""Parts that recur on many pages, each made by its macro in `_parts.html` once and then cached."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from operator import attrgetter

from jinja2 import Environment
from markupsafe import Markup

from ccn_kb.site.languages import list_separator
from ccn_kb.site.pages.parts import CitedSource, MemberCount, NetworkChange, PlacedMembership
from ccn_kb.site.registration import PAGES

# What tells one from another, for it takes long to hash all that they are.
_KEYS: Mapping[type, Callable[[object], Hashable]] = {
    CitedSource: attrgetter("number", "id", "locator"),
    MemberCount: attrgetter("id", "members"),
    NetworkChange: attrgetter("id", "day", "event"),
    PlacedMembership: attrgetter("id", "since_day"),
}
NAVIGATION = {page.path: page.navigation for page in PAGES if page.navigation}


class Fragments:
    """The cached parts of the pages of one site, by macro, item and arguments.

    These are values of the network, never of a request, so that there is an end to what is cached.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._made: dict[Hashable, Markup] = {}

    def fragment(self, macro: str, item: Hashable = None, *arguments: Hashable) -> Markup:
        """Return what the macro makes of an item and the arguments."""
        get_key = _KEYS.get(type(item))
        key = (macro, get_key(item) if get_key else item, *arguments)
        made = self._made.get(key)
        if made is None:
            call = getattr(self._environment.get_template("_parts.html").module, macro)
            made = self._made[key] = Markup(call(*([] if item is None else [item]), *arguments))  # noqa: S704
        return made

    def fragments(self, items: Iterable[Hashable], macro: str, *arguments: Hashable) -> Markup:
        """Return what the macro makes of each item and the arguments, joined."""
        return Markup("".join([self.fragment(macro, item, *arguments) for item in items]))  # noqa: S704

    def listed_fragments(self, items: Iterable[Hashable], macro: str, *arguments: Hashable) -> Markup:
        """Return what the macro makes of each item and the arguments, as a list in a sentence."""
        return Markup.escape(list_separator()).join(self.fragment(macro, item, *arguments) for item in items)

    def map_items(self, places: Iterable[PlacedMembership], shown: Iterable[PlacedMembership]) -> Markup:
        """Return the items of a map's list; those that the map does not show at first are hidden."""
        if shown is places:
            return self.fragments(places, "map_item", False)
        key = _KEYS[PlacedMembership]
        shown_keys = set(map(key, shown))
        items = [self.fragment("map_item", place, key(place) not in shown_keys) for place in places]
        return Markup("".join(items))  # noqa: S704

    def references(self, citations: Iterable[str], sources: Mapping[str, CitedSource]) -> Markup:
        """Return links to the sources of a fact."""
        return self.fragments([sources[citation].number for citation in citations], "reference")

    def navigation(self, path: str) -> Markup:
        """Return the main navigation, with the part of the site that the path belongs to marked as the current one."""
        part = f"/{path.strip('/').partition('/')[0]}"
        return self.fragment("navigation_list", part if part in NAVIGATION else "")
