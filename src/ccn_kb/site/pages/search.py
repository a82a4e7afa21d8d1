"""The search over names and topics, grouped by kind; typing errors are suggested, never corrected unasked."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote_plus

from pydantic import Field

from ccn_kb.model.text import words
from ccn_kb.network.city_search import CitySearch
from ccn_kb.network.findable import Findable
from ccn_kb.site.display_terms import COOPERATION_KINDS, DOCUMENT_KINDS, name_meeting
from ccn_kb.site.languages import N_, format_date, gettext, list_separator, ngettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.page_context import PageContext
from ccn_kb.site.pages.word_index import WordIndex
from ccn_kb.site.region_names import continent_name, region_name

LONGEST_SEARCH = 100
MOST_RESULTS = 60
ResultKind = Literal[
    "city",
    "country",
    "region",
    "continent",
    "field",
    "topic",
    "meeting",
    "round",
    "cooperation",
    "document",
    "non-member",
]
RECORD_PAGES = {
    "city": "/city/",
    "country": "/country/",
    "field": "/field/",
    "round": "/round/",
    "meeting": "/meeting/",
    "cooperation": "/cooperation#",
    "official_document": "/documents#",
}
"""Where the page of a record begins, by its kind."""
GROUPS: dict[ResultKind, tuple[str, str]] = {
    "city": (N_("Cities"), RECORD_PAGES["city"]),
    "country": (N_("Countries"), RECORD_PAGES["country"]),
    "region": (N_("UNESCO regions"), "/cities?region="),
    "continent": (N_("Continents"), "/search?q="),
    "field": (N_("Creative fields"), RECORD_PAGES["field"]),
    "topic": (N_("Topics"), "/search?q="),
    "meeting": (N_("Meetings"), RECORD_PAGES["meeting"]),
    "round": (N_("Rounds"), RECORD_PAGES["round"]),
    "cooperation": (N_("Cooperation"), RECORD_PAGES["cooperation"]),
    "document": (N_("Calls for applications, rules and strategies"), RECORD_PAGES["official_document"]),
    "non-member": (N_("Not members"), "/non-members#"),
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
    total: int = Field(ge=0, description="The number of results.")
    did_you_mean: tuple[str, ...] = Field(description="Other searches that have results, if this one has none.")
    groups: tuple[ResultGroup, ...]


def search_page(context: PageContext, *, q: str = "") -> SearchPage:
    """Return what matches the words, the best matches of each kind first."""
    q = q.strip()[:LONGEST_SEARCH].strip()
    search = context.network.search(q)
    matches = _matches(context, q, search)
    return SearchPage(
        title=_("Search: %(words)s", words=q) if q else _("Search"),
        q=q,
        sentence=_describe_results(q, search, matches),
        total=len(matches),
        did_you_mean=() if matches else search.did_you_mean,
        groups=tuple(_group(context, kind, matches, " ".join(words(q))) for kind in GROUPS if _has(kind, matches)),
    )


def _matches(context: PageContext, q: str, search: CitySearch) -> list[Findable]:
    index = context.index.word_index
    cities = [index.record("city", id) for id in search.cities]
    if search.places:
        places = [index.record(place.kind, place.id) for place in search.places]
        return [*cities, *places, *_of_other_kinds(index, q)]
    if search.field:
        return [*cities, index.record("field", search.field)]
    if search.way == "words" or not cities:
        return [*cities, *(record for record in index.match(words(q)) if _is_result(q, record, search))]
    return cities


def _of_other_kinds(index: WordIndex, q: str) -> list[Findable]:
    """Return the meetings, topics and the like that match, but not places, of which one alone is meant."""
    places = ("city", "country", "region", "continent")
    return [record for record in index.match(words(q)) if record.kind not in places]


def _is_result(q: str, record: Findable, search: CitySearch) -> bool:
    """Return whether a record that matches the words is a result; a name of a city elsewhere is not a word."""
    if record.kind == "city":
        return False
    return search.way == "words" or not search.is_elsewhere or " ".join(words(q)) in record.names.split("\n")


def _describe_results(q: str, search: CitySearch, matches: list[Findable]) -> str:
    if not q:
        return _("Search by city (any language), country, craft, dish or meeting.")
    if search.way == "place" and not search.cities:
        return _("%(country)s has no member city.", country=search.places[0].name)
    if not matches:
        return _("No results for “%(words)s”.", words=q)
    return ngettext("%(number)s result for “%(words)s”.", "%(number)s results for “%(words)s”.", len(matches), words=q)


def _has(kind: ResultKind, matches: list[Findable]) -> bool:
    return any(record.kind == kind for record in matches)


def _group(context: PageContext, kind: ResultKind, matches: list[Findable], meant: str) -> ResultGroup:
    of_kind = sorted((record for record in matches if record.kind == kind), key=lambda record: _order(record, meant))
    results = tuple(to_result(context, kind, record, meant) for record in of_kind[:MOST_RESULTS])
    return ResultGroup(kind=kind, title=gettext(GROUPS[kind][0]), found=len(of_kind), results=results)


def to_result(context: PageContext, kind: ResultKind, record: Findable, meant: str = "") -> parts.SearchResult:
    """Return a record as a result of its kind, for the folded words that it was searched by."""
    id = quote_plus(record.name) if kind in ("topic", "continent") else record.id
    return parts.SearchResult.from_record(
        record,
        **_describe(context, record),
        address=context.link(f"{GROUPS[kind][1]}{id}"),
        other_name=_other_name(record, meant),
    )


def _describe(context: PageContext, record: Findable) -> dict[str, str]:
    """Return the name and the detail of a result in the language of the page."""
    network, name, detail = context.network, record.name, record.detail
    if record.kind == "country":
        has_city = any(city.country == record.id for city in network.cities.values())
        region = region_name(network.countries[record.id].region)
        detail = region if has_city else _("%(region)s, no member city", region=region)
    elif record.kind == "region":
        name, detail = region_name(record.id), _("UNESCO region")
    elif record.kind == "continent":
        name, detail = continent_name(record.id), _("Continent")
    elif record.kind == "field":
        detail = gettext(record.detail)
    elif record.kind == "round":
        announced = network.rounds[int(record.id)].announced
        name, detail = _("Round of %(year)s", year=record.id), format_date(announced)
    elif record.kind == "meeting":
        meeting = network.meetings_by_id[record.id]
        places = [network.host_name(host) for host in meeting.hosts]
        name, detail = (
            name_meeting(record.name),
            list_separator().join(filter(None, (*places, format_date(meeting.starts)))),
        )
    elif record.kind == "document":
        document = network.official_documents[record.id]
        detail = f"{gettext(DOCUMENT_KINDS[document.kind])}, {format_date(document.date)}"
    elif record.kind == "cooperation":
        project = network.cooperations[record.id]
        detail = f"{gettext(COOPERATION_KINDS[project.kind])}, {format_date(project.starts)}"
    return {"name": name, "detail": detail}


def _other_name(record: Findable, meant: str) -> str | None:
    """Return the first other name that begins with the words, None if the main name does."""
    if " ".join(words(record.name)).startswith(meant):
        return None
    others = zip(record.written[1:], record.names.split("\n")[1:], strict=True)
    return next((written for written, name in others if name.startswith(meant)), None)


def _order(record: Findable, meant: str) -> tuple[bool, bool, str]:
    names = record.names.split("\n")
    return meant not in names, not any(name.startswith(meant) for name in names), names[0]
