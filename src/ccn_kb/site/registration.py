"""The pages of the site, each registered in one line; addresses, navigation, sitemap and OpenAPI follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import get_args, get_type_hints

from ccn_kb.site import query_parameters as parameters
from ccn_kb.site.languages import N_
from ccn_kb.site.pages.about import about_page
from ccn_kb.site.pages.cities import cities_page
from ccn_kb.site.pages.city import city_page
from ccn_kb.site.pages.compare import compare_page
from ccn_kb.site.pages.cooperation import cooperation_page
from ccn_kb.site.pages.countries import countries_page
from ccn_kb.site.pages.country import country_page
from ccn_kb.site.pages.country_ranks import (
    countries_without_member_page,
    fastest_growing_countries_page,
    largest_countries_page,
)
from ccn_kb.site.pages.data import data_page
from ccn_kb.site.pages.dictionary import dictionary_page
from ccn_kb.site.pages.distances import clusters_page, remote_cities_page
from ccn_kb.site.pages.document_list import documents_page
from ccn_kb.site.pages.field import field_page
from ccn_kb.site.pages.fields import fields_page
from ccn_kb.site.pages.firsts import firsts_page
from ccn_kb.site.pages.home import home_page
from ccn_kb.site.pages.longest_standing import longest_standing_page
from ccn_kb.site.pages.meeting import meeting_page
from ccn_kb.site.pages.meetings import meetings_page
from ccn_kb.site.pages.non_members import non_members_page
from ccn_kb.site.pages.on import on_page
from ccn_kb.site.pages.on_this_day import on_this_day_page
from ccn_kb.site.pages.page_context import PageContext, SiteIndex
from ccn_kb.site.pages.parts import SitePage
from ccn_kb.site.pages.question_index import ANSWERS, answers_page
from ccn_kb.site.pages.round import round_page
from ccn_kb.site.pages.rounds import rounds_page
from ccn_kb.site.pages.search import search_page
from ccn_kb.site.pages.updates import changes_page


@dataclass(frozen=True)
class PageRegistration:
    """A kind of page: its name, the function that makes it, and what its address ends with or asks for.

    The name is that of the template and the first part of the address. The function takes the context, the id if
    there is a path parameter, and the query parameters by name.
    """

    name: str
    function: Callable[..., SitePage | None]
    path_parameter: parameters.PathParameter | None = None
    parameters: Mapping[str, parameters.Parameter] = field(default_factory=dict)
    folder: str = ""
    """The part of the address before the name."""
    navigation: str = ""
    """Its label in the main navigation; none if it is not there."""
    is_indexed: bool = True
    """Whether search engines may index it."""

    @cached_property
    def model(self) -> type[SitePage]:
        """The type of the page."""
        returned = get_type_hints(self.function)["return"]
        return next(
            part for part in (returned, *get_args(returned)) if isinstance(part, type) and issubclass(part, SitePage)
        )

    @property
    def path(self) -> str:
        """The address of the page, or the part before the ID."""
        if self.name == "home":
            return "/"
        return f"/{self.folder}/{self.name}" if self.folder else f"/{self.name}"

    @property
    def json_path(self) -> str:
        """The address of its JSON, with `{id}` for the id."""
        if self.path_parameter:
            return f"{self.path}/{{id}}.json"
        return "/index.json" if self.name == "home" else f"{self.path}.json"

    def ids(self, index: SiteIndex) -> tuple[str, ...]:
        """Return the ids of all pages of the kind; none where the address is that of a single page, or of any day."""
        listed = self.path_parameter.ids if self.path_parameter else None
        return tuple(listed(index)) if listed else ()

    def make(self, context: PageContext, id: str, query: Mapping[str, str]) -> SitePage | None:
        """Return the page, None if there is no such page."""
        return self.function(context, *([id] if self.path_parameter else []), **query)


PAGES = (
    PageRegistration("home", home_page, parameters=parameters.map_filters("field", "country", "region", "on")),
    PageRegistration("cities", cities_page, parameters=parameters.CITY_FILTERS, navigation=N_("Cities")),
    PageRegistration("fields", fields_page, navigation=N_("Fields")),
    PageRegistration("countries", countries_page, navigation=N_("Countries")),
    PageRegistration("meetings", meetings_page, navigation=N_("Meetings")),
    PageRegistration(
        "cooperation", cooperation_page, parameters=parameters.COOPERATION_FILTERS, navigation=N_("Cooperation")
    ),
    PageRegistration("on", on_page, parameters.DATE, navigation=N_("By date")),
    PageRegistration("data", data_page, navigation=N_("Download")),
    PageRegistration("about", about_page, navigation=N_("About")),
    PageRegistration("dictionary", dictionary_page),
    PageRegistration("rounds", rounds_page),
    PageRegistration("documents", documents_page),
    PageRegistration("non-members", non_members_page),
    PageRegistration("compare", compare_page, parameters=parameters.COMPARED_GROUPS),
    PageRegistration("answers", answers_page),
    PageRegistration("firsts", firsts_page, parameters=parameters.AS_OF, folder=ANSWERS),
    PageRegistration(
        "countries-without-a-member", countries_without_member_page, parameters=parameters.AS_OF, folder=ANSWERS
    ),
    PageRegistration("largest-countries", largest_countries_page, parameters=parameters.AS_OF, folder=ANSWERS),
    PageRegistration(
        "fastest-growing-countries", fastest_growing_countries_page, parameters=parameters.GROWTH, folder=ANSWERS
    ),
    PageRegistration("longest-standing-members", longest_standing_page, parameters=parameters.AS_OF, folder=ANSWERS),
    PageRegistration("largest-clusters", clusters_page, parameters=parameters.DISTANCE, folder=ANSWERS),
    PageRegistration("remote-cities", remote_cities_page, parameters=parameters.DISTANCE, folder=ANSWERS),
    PageRegistration("on-this-day", on_this_day_page, parameters=parameters.AS_OF, folder=ANSWERS),
    PageRegistration("changes", changes_page),
    PageRegistration("search", search_page, parameters=parameters.SEARCH_WORDS, is_indexed=False),
    PageRegistration("city", city_page, parameters.CITY_ID),
    PageRegistration("country", country_page, parameters.COUNTRY_CODE, parameters.map_filters("field", "on")),
    PageRegistration("field", field_page, parameters.FIELD_ID, parameters.map_filters("country", "region", "on")),
    PageRegistration("meeting", meeting_page, parameters.MEETING_ID),
    PageRegistration("round", round_page, parameters.ROUND_YEAR),
)
