"""The error pages: the problem and suggestions."""

from __future__ import annotations

from itertools import chain
from typing import Literal

from ccn_kb.model.records import Record
from ccn_kb.site.languages import N_, gettext
from ccn_kb.site.pages.page_context import PageContext
from ccn_kb.site.pages.parts import SearchResult, SitePage
from ccn_kb.site.pages.search import GROUPS, search_page

MOST_SUGGESTIONS = 6
LONGEST_WANTED = 60
TITLES = {
    400: N_("Bad request"),
    404: N_("Not found"),
    405: N_("Method not allowed"),
    500: N_("Something went wrong"),
    503: N_("Too many requests"),
}
SENTENCES = {
    400: N_("This request cannot be read."),
    404: N_("This page does not exist."),
    405: N_("Method not allowed: use GET."),
    500: N_("An error occurred while this page was made. Please report it."),
    503: N_("The site is busy. Please try again in a few seconds."),
}


class ErrorAnswer(Record):
    """An error, in JSON."""

    ok: Literal[False]
    status: int
    error: str


class ErrorPage(SitePage, ErrorAnswer):
    """An error: the problem and suggestions."""

    suggestions: tuple[SearchResult, ...]


def error_page(status: int, sentence: str = "", suggestions: tuple[SearchResult, ...] = ()) -> ErrorPage:
    """Return the page of an error."""
    sentence = sentence or gettext(SENTENCES.get(status, SENTENCES[500]))
    title = gettext(TITLES.get(status, TITLES[500]))
    return ErrorPage(ok=False, status=status, error=sentence, title=title, sentence=sentence, suggestions=suggestions)


def suggest(context: PageContext, wanted: str, kind: str = "") -> tuple[SearchResult, ...]:
    """Return the best search results for a text that was not found; of a kind of record, if one of it was wanted."""
    kinds = ("city", "non-member") if kind == "city" else (kind,) if kind in GROUPS else tuple(GROUPS)
    search = search_page(context, q=wanted[:LONGEST_WANTED])
    for page in chain([search], (search_page(context, q=name) for name in search.did_you_mean)):
        if groups := [group for group in page.groups if group.kind in kinds]:
            return tuple(result for group in groups for result in group.results[:MOST_SUGGESTIONS])
    return ()
