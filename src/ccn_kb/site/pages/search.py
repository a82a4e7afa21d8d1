"""The search: by the beginnings of folded words over names and topics, typing errors corrected, grouped by kind."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote_plus

from pydantic import Field

from ccn_kb.database.search_index import Findable
from ccn_kb.model.text import plural, words
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.page_context import PageContext

LONGEST_SEARCH = 100
MOST_RESULTS = 60
ResultKind = Literal["city", "country", "field", "topic", "meeting", "round", "cooperation"]
GROUPS: dict[ResultKind, tuple[str, str]] = {
    "city": ("Cities", "/city/"),
    "country": ("Countries", "/country/"),
    "field": ("Creative fields", "/field/"),
    "topic": ("Topics", "/search?q="),
    "meeting": ("Meetings", "/meeting/"),
    "round": ("Rounds", "/round/"),
    "cooperation": ("Cooperation", "/cooperation#"),
}


class ResultGroup(parts.PagePart):
    """The results of a kind, at most 60."""

    kind: ResultKind
    title: str
    found: parts.Positive
    results: tuple[parts.SearchResult, ...]


class SearchPage(parts.SitePage):
    """The results of a search, by kind."""

    q: str
    meant: str | None = Field(description="The corrected words, where a typing error was corrected.")
    groups: tuple[ResultGroup, ...]


def search_page(context: PageContext, *, q: str = "") -> SearchPage:
    """Return what matches the words, the best matches of each kind first."""
    q = q.strip()[:LONGEST_SEARCH].strip()
    searched, index = words(q), context.index.word_index
    meant, matches = searched, index.match(searched)
    if searched and not matches:
        meant = index.correct(searched)
        matches = index.match(meant)
    number = plural(len(matches), "result", "results") if matches else "No results"
    return SearchPage(
        title=f"Search: {q}" if q else "Search",
        q=q,
        sentence=f"{number} for “{q}”." if q else "Search by city (any language), country, craft, dish or meeting.",
        meant=" ".join(meant) if meant != searched and matches else None,
        groups=tuple(_group(context, kind, matches, " ".join(meant)) for kind in GROUPS if _has(kind, matches)),
    )


def _has(kind: ResultKind, matches: list[Findable]) -> bool:
    return any(record.kind == kind for record in matches)


def _group(context: PageContext, kind: ResultKind, matches: list[Findable], meant: str) -> ResultGroup:
    title, address = GROUPS[kind]
    of_kind = sorted((record for record in matches if record.kind == kind), key=lambda record: _order(record, meant))
    results = tuple(
        parts.SearchResult.from_record(
            record,
            address=context.link(f"{address}{quote_plus(record.name) if kind == 'topic' else record.id}"),
            other_name=next((name for name in record.names.split("\n")[1:] if name.startswith(meant)), None),
        )
        for record in of_kind[:MOST_RESULTS]
    )
    return ResultGroup(kind=kind, title=title, found=len(of_kind), results=results)


def _order(record: Findable, meant: str) -> tuple[bool, bool, str]:
    names = record.names.split("\n")
    return meant not in names, not any(name.startswith(meant) for name in names), names[0]
