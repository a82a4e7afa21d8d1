"""The index of the pages that answer a question, each with its answer in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ccn_kb.site.languages import N_, format_date, gettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.answer_parts import AnswerPage
from ccn_kb.site.pages.country_ranks import (
    countries_without_member_page,
    fastest_growing_countries_page,
    largest_countries_page,
)
from ccn_kb.site.pages.distances import clusters_page, remote_cities_page
from ccn_kb.site.pages.firsts import firsts_page
from ccn_kb.site.pages.longest_standing import longest_standing_page
from ccn_kb.site.pages.on_this_day import on_this_day_page
from ccn_kb.site.pages.page_context import PageContext

ANSWERS = "answers"
QUESTIONS: Mapping[str, tuple[str, Callable[[PageContext], AnswerPage | None]]] = {
    "firsts": (N_("Which city was the first in each region, continent, country and field?"), firsts_page),
    "longest-standing-members": (N_("Which cities have been members for the longest time?"), longest_standing_page),
    "largest-countries": (N_("Which countries have the most member cities?"), largest_countries_page),
    "fastest-growing-countries": (N_("Which countries gained the most member cities?"), fastest_growing_countries_page),
    "countries-without-a-member": (N_("Which countries have no member city?"), countries_without_member_page),
    "largest-clusters": (N_("Where are the largest clusters of member cities?"), clusters_page),
    "remote-cities": (N_("Which cities are far from any other in their field?"), remote_cities_page),
    "on-this-day": (N_("What happened on this day?"), on_this_day_page),
}
"""The questions with the functions of their pages, by the last part of their addresses."""


class AnsweredQuestion(parts.PagePart):
    """A question, its answer in a sentence, and the page with the whole answer."""

    question: str
    sentence: str
    address: parts.LocalAddress


class AnswersPage(parts.SitePage):
    """The questions that have a page, each with its answer today."""

    on: parts.Day
    answers: tuple[AnsweredQuestion, ...]


def answers_page(context: PageContext) -> AnswersPage:
    """Return the questions with their answers today."""
    pages = {name: (question, make(context)) for name, (question, make) in QUESTIONS.items()}
    return AnswersPage(
        title=_("Questions and answers"),
        sentence=_(
            "Firsts, records and distances in the network, counted on %(date)s.",
            date=format_date(context.day.isoformat()),
        ),
        on=context.day.isoformat(),
        answers=tuple(
            AnsweredQuestion(
                question=gettext(question), sentence=page.sentence, address=context.link(f"/{ANSWERS}/{name}")
            )
            for name, (question, page) in pages.items()
            if page
        ),
    )
