"""What the tools answer: one function a tool, from the network and its arguments to a page of cited results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from ccn_kb.assistant import arguments
from ccn_kb.exports import citation_formats as citation
from ccn_kb.model.citation import citations_in
from ccn_kb.model.dates import first_day, format_date, on_day
from ccn_kb.model.records import City, Designation, Meeting, Record
from ccn_kb.model.text import plural, words
from ccn_kb.network import Network
from ccn_kb.network.members import Member, is_active_on
from ccn_kb.network.name_search import find

Result: TypeAlias = "dict[str, Any]"
Cited: TypeAlias = "tuple[Result, Iterable[str]]"
MOST_SOURCES = 30
"""A count can rest on hundreds of sources: those that most of it rests on are told, the others counted."""


class Said(BaseModel):
    """A source: who says so, and where."""

    model_config = ConfigDict(extra="forbid")

    publisher: str
    kind: str = Field(description="official, host, press, reference or copy")
    title: str | None
    url: str
    accessed: str = Field(description="When it was read.")


class Answer(BaseModel):
    """A page of results with their sources."""

    model_config = ConfigDict(extra="forbid")

    says: str = Field(description="The answer in a sentence.")
    total: int = Field(description="How many results there are in all.")
    offset: int = Field(description="How many were left out before these.")
    more: int = Field(description="How many follow these; ask again with a higher `offset`.")
    results: list[dict[str, Any]] = Field(description="Each names its sources by their keys in `sources`.")
    sources: dict[str, Said] = Field(description="The sources of these results, the most cited first.")
    more_sources: int = Field(description="How many more sources were left out.")
    version: str = Field(description="Which edition of the data this is.")
    cite: str = Field(description="How to cite it.")


def find_cities(network: Network, asked: arguments.FindCities) -> Answer:
    """Find cities, members or former ones, by any name, country, subdivision, creative field, craft or dish."""
    wanted, ids = find(words(asked.text), {id: network.terms(city) for id, city in network.cities.items()})
    found = [network.cities[id] for id in ids]
    found.sort(key=lambda city: (words(city.name), city.id))
    rows = [
        (
            {
                "id": city.id,
                "name": city.name,
                "country": network.countries[city.country].name,
                "known_for": [one.value for one in city.known_for],
                "designations": [_designation(one) for one in city.designations],
            },
            _citations(city.designations, city.known_for),
        )
        for city in found
    ]
    return _answer(network, asked, f"{plural(len(found), 'city', 'cities')} found by {' '.join(wanted)!r}.", rows)


def city(network: Network, asked: arguments.OneCity) -> Answer:
    """Tell all that is known of one city: designations, place, names, what it is known for, meetings, cooperation."""
    found = network.city(asked.city)
    meetings = [one for one in network.meetings() if _hosts(one, found)]
    works = network.cooperations_of(found)
    row = {
        "id": found.id,
        **found.model_dump(mode="json", exclude_none=True, exclude={"id"}),
        "country_name": network.countries[found.country].name,
        "member_today": any(is_active_on(one, on_day(None)) for one in found.designations),
        "meetings": [{"id": one.id, "name": one.name, "starts": one.starts, "status": one.status} for one in meetings],
        "cooperations": [{"id": one.id, "title": one.title, "starts": one.starts} for one in works],
    }
    says = f"{found.name}, {network.countries[found.country].name}: {_memberships(network, found)}."
    return _answer(network, None, says, [(row, _citations([found], meetings, works))], city=found)


def members(network: Network, asked: arguments.Members) -> Answer:
    """List the members of the network on a date, all or those of a field, country, region or year of joining."""
    day = on_day(asked.on)
    found = network.members(day, field=asked.field, country=asked.country, region=asked.region, joined=asked.joined)
    rows = [
        ({**_known(found.cells(one)), "sources": list(one.designation.sources)}, one.designation.sources)
        for one in found
    ]
    says = f"{plural(len(found), 'member', 'members')} in {_countries(found)} on {format_date(day.isoformat())}."
    return _answer(network, asked, says, rows)


def statistics(network: Network, asked: arguments.Statistics) -> Answer:
    """Count the members on a date by creative field, country, region, continent, year of joining or kind of source."""
    day = on_day(asked.on)
    found = network.members(day)
    groups: dict[str, list[Member]] = {}
    for one in found:
        (id,) = network.count([one], asked.by)
        groups.setdefault(id, []).append(one)
    order = sorted(
        groups, key=lambda one: one if asked.by == "year" else (-len(groups[one]), network.label(asked.by, one))
    )
    rows = [
        (
            {
                "id": id,
                "name": network.label(asked.by, id),
                "members": len(groups[id]),
                "share": round(len(groups[id]) / len(found), 4),
            },
            _citations([one.designation for one in groups[id]]),
        )
        for id in order
    ]
    says = f"{plural(len(found), 'member', 'members')} in {_countries(found)} on {format_date(day.isoformat())}."
    return _answer(network, asked, says, rows, most=MOST_SOURCES)


def meetings(network: Network, asked: arguments.Meetings) -> Answer:
    """List the annual meetings in their order: when, where, on what theme, whether they were held."""
    host = network.city(asked.city) if asked.city else None
    found = [one for one in network.meetings(asked.status) if host is None or _hosts(one, host)]
    rows = [(_whole(one), _citations([one])) for one in found]
    return _answer(network, asked, f"{plural(len(found), 'meeting', 'meetings')}.", rows)


def cooperation(network: Network, asked: arguments.Cooperations) -> Answer:
    """List what cities of the network did together, in the order of its beginning, with the cities in their roles."""
    taking_part = network.cooperations_of(network.city(asked.city)) if asked.city else network.cooperations.values()
    found = [one for one in taking_part if asked.field in (None, one.field) and asked.kind in (None, one.kind)]
    found.sort(key=lambda one: (first_day(one.starts), one.id))
    rows = [(_whole(one), _citations([one])) for one in found]
    return _answer(network, asked, f"{plural(len(found), 'cooperation', 'cooperations')}.", rows)


def history(network: Network, asked: arguments.History) -> Answer:
    """List what happened to memberships, in order: which cities joined, changed their field, left."""
    last = on_day(asked.until)
    concerned = network.city(asked.city) if asked.city else None
    found = [
        one
        for one in network.history(asked.since, last)
        if asked.event in (None, one.event) and concerned in (None, one.city)
    ]
    rows = []
    for one in found:
        end = one.designation.end
        sources = end.sources if one.event == "ended" and end else one.designation.sources
        row = {
            "date": one.date,
            "event": one.event,
            "city": one.city.id,
            "name": one.city.name,
            "country": network.countries[one.city.country].name,
            "field": one.designation.field,
            "former_field": one.former.field if one.former else None,
            "sources": list(sources),
        }
        rows.append((_known(row), sources))
    says = (
        f"{plural(len(found), 'event', 'events')} from {format_date(asked.since)} to {format_date(last.isoformat())}."
    )
    return _answer(network, asked, says, rows)


# -- parts of answers --------------------------------------------------------------------------


def _answer(
    network: Network,
    page: arguments.Page | None,
    says: str,
    rows: Sequence[Cited],
    *,
    city: City | None = None,
    most: int | None = None,
) -> Answer:
    """Return the page of the rows that was asked for (all of them without one), with what their sources are."""
    offset = page.offset if page else 0
    shown = rows[offset : offset + page.limit] if page else rows
    cited = [one for one, _ in Counter(one for _, sources in shown for one in sources).most_common()]
    return Answer(
        says=says,
        total=len(rows),
        offset=offset,
        more=max(0, len(rows) - offset - len(shown)),
        results=[row for row, _ in shown],
        sources={one: _source(network, one) for one in cited[:most]},
        more_sources=len(cited[most:]) if most else 0,
        version=network.version,
        cite=citation.to_text(citation.work(network, city)),
    )


def _source(network: Network, cited: str) -> Said:
    source, url = network.cited_source(cited), network.cited_url(cited)
    return Said(publisher=source.publisher, kind=source.kind, title=source.title, url=url, accessed=source.accessed)


def _citations(*groups: Iterable[Record]) -> list[str]:
    return [cited for group in groups for record in group for _, cited in citations_in(record)]


def _designation(one: Designation) -> Result:
    until = one.end.date if one.end else None
    return _known({"field": one.field, "since": one.since, "until": until, "sources": list(one.sources)})


def _whole(record: Record) -> Result:
    return record.model_dump(mode="json", exclude_none=True)


def _known(row: Result) -> Result:
    return {name: value for name, value in row.items() if value is not None}


def _memberships(network: Network, city: City) -> str:
    parts = []
    for one in city.designations:
        end = f" until {format_date(one.end.date)}" if one.end else ""
        parts.append(f"{network.fields[one.field].name} since {format_date(one.since)}{end}")
    return "; ".join(parts)


def _hosts(meeting: Meeting, city: City) -> bool:
    return any(host.city == city.id for host in meeting.hosts)


def _countries(members: Sequence[Member]) -> str:
    return plural(len({one.country.id for one in members}), "country", "countries")
