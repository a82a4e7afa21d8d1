"""The answers of the tools: one function per tool, from the network and its arguments to a page of cited results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from ccn_kb.assistant import arguments
from ccn_kb.exports import citation_formats
from ccn_kb.model.citation import citations_in
from ccn_kb.model.dates import first_day, format_date, on_day
from ccn_kb.model.records import City, Designation, Record
from ccn_kb.model.text import plural, words
from ccn_kb.network import Network
from ccn_kb.network.members import Member, is_active_on

Result: TypeAlias = "dict[str, Any]"
CitedResult: TypeAlias = "tuple[Result, Iterable[str]]"
MOST_SOURCES = 30
"""How many sources of a count are listed, the most cited first; a count can have hundreds."""


class AnswerSource(BaseModel):
    """A source of a result: its publisher and address."""

    model_config = ConfigDict(extra="forbid")

    publisher: str
    kind: str = Field(description="official, host, press, reference or copy")
    title: str | None
    url: str
    archived: str | None = Field(description="Address of an archived copy.")
    accessed: str = Field(description="Date of access.")


class Answer(BaseModel):
    """A page of results with their sources."""

    model_config = ConfigDict(extra="forbid")

    says: str = Field(description="The answer in a sentence.")
    total: int = Field(description="Number of results in all.")
    offset: int = Field(description="Number of results left out before these.")
    more: int = Field(description="Number of results after these; call again with a higher `offset`.")
    results: list[dict[str, Any]] = Field(description="The results; each cites its sources by their keys in `sources`.")
    sources: dict[str, AnswerSource] = Field(description="Sources of these results, the most cited first.")
    more_sources: int = Field(description="Number of sources left out.")
    did_you_mean: list[str] = Field([], description="Other names to search for, if there are no results.")
    version: str = Field(description="Version of the data.")
    cite: str = Field(description="Citation of the data.")


def find_cities(network: Network, query: arguments.FindCities) -> Answer:
    """Find cities, members or former ones, by any name, country, subdivision, creative field, craft or dish."""
    search = network.search(query.text)
    cities = sorted((network.cities[id] for id in search.cities), key=lambda city: (words(city.name), city.id))
    rows = [
        (
            {
                "id": city.id,
                "name": city.name,
                "country": network.countries[city.country].name,
                "known_for": [topic.value for topic in city.known_for],
                "designations": [_designation(designation) for designation in city.designations],
            },
            _citations(city.designations, city.known_for),
        )
        for city in cities
    ]
    says = f"{plural(len(cities), 'city', 'cities')} for {query.text!r}."
    if search.way == "place" and not cities:
        says = f"{search.places[0].name} has no member city."
    return _answer(network, query, says, rows, did_you_mean=search.did_you_mean)


def city(network: Network, query: arguments.OneCity) -> Answer:
    """Return all facts on one city: designations, location, names, topics, meetings, cooperation."""
    record = network.city(query.city)
    meetings = network.meetings_of(record)
    cooperations = network.cooperations_of(record)
    country = network.countries[record.country].name
    row = {
        "id": record.id,
        **record.model_dump(mode="json", exclude_none=True, exclude={"id"}),
        "country_name": country,
        "member_today": any(is_active_on(designation, on_day(None)) for designation in record.designations),
        "meetings": [
            {"id": meeting.id, "name": meeting.name, "starts": meeting.starts, "status": meeting.status}
            for meeting in meetings
        ],
        "cooperations": [
            {"id": cooperation.id, "title": cooperation.title, "starts": cooperation.starts}
            for cooperation in cooperations
        ],
    }
    says = f"{record.name}, {country}: {_memberships(network, record)}."
    return _answer(network, None, says, [(row, _citations([record], meetings, cooperations))], city=record)


def members(network: Network, query: arguments.ListMembers) -> Answer:
    """List the members of the network on a date, all or those of a field, country, region or year of joining."""
    day = on_day(query.on)
    selected = network.members(day, field=query.field, country=query.country, region=query.region, joined=query.joined)
    rows = []
    for member in selected:
        sources = member.designation.sources
        rows.append(({**_without_none(selected.cells(member)), "sources": list(sources)}, sources))
    says = f"{_count(selected)} on {format_date(day.isoformat())}."
    return _answer(network, query, says, rows)


def statistics(network: Network, query: arguments.Statistics) -> Answer:
    """Count the members on a date by creative field, country, region, continent, year of joining or kind of source."""
    day = on_day(query.on)
    everyone = network.members(day)
    groups: dict[str, list[Member]] = {id: [] for id in network.count(everyone, query.by)}
    for member in everyone:
        (id,) = network.count([member], query.by)
        groups[id].append(member)
    rows = [
        (
            {
                "id": id,
                "name": network.label(query.by, id),
                "members": len(group),
                "share": round(len(group) / len(everyone), 4),
            },
            _citations([member.designation for member in group]),
        )
        for id, group in groups.items()
    ]
    says = f"{_count(everyone)} on {format_date(day.isoformat())}."
    return _answer(network, query, says, rows, most=MOST_SOURCES)


def meetings(network: Network, query: arguments.ListMeetings) -> Answer:
    """List the annual meetings in order of date: when, where, on which theme, and whether they were held."""
    hosted = network.meetings_of(network.city(query.city)) if query.city else network.meetings()
    selected = [meeting for meeting in hosted if query.status in (None, meeting.status)]
    rows = [(_whole(meeting), _citations([meeting])) for meeting in selected]
    return _answer(network, query, f"{plural(len(selected), 'meeting', 'meetings')}.", rows)


def cooperation(network: Network, query: arguments.Cooperations) -> Answer:
    """List joint projects of the cities in order of date, with the role of each city."""
    every = network.cooperations_of(network.city(query.city)) if query.city else network.cooperations.values()
    selected = sorted(
        (project for project in every if query.field in (None, project.field) and query.kind in (None, project.kind)),
        key=lambda project: (first_day(project.starts), project.id),
    )
    rows = [(_whole(project), _citations([project])) for project in selected]
    return _answer(network, query, f"{plural(len(selected), 'cooperation', 'cooperations')}.", rows)


def history(network: Network, query: arguments.ListChanges) -> Answer:
    """List changes of membership in order of date: which cities joined, changed their field or left."""
    last = on_day(query.until)
    city = network.city(query.city) if query.city else None
    rows = []
    for change in network.history(query.since, last):
        if query.event not in (None, change.event) or city not in (None, change.city):
            continue
        end = change.designation.end
        sources = end.sources if change.event == "ended" and end else change.designation.sources
        row = {
            "date": change.date,
            "event": change.event,
            "city": change.city.id,
            "name": change.city.name,
            "country": network.countries[change.city.country].name,
            "field": change.designation.field,
            "former_field": change.former.field if change.former else None,
            "sources": list(sources),
        }
        rows.append((_without_none(row), sources))
    period = f"from {format_date(query.since)} to {format_date(last.isoformat())}"
    return _answer(network, query, f"{plural(len(rows), 'event', 'events')} {period}.", rows)


# -- parts of answers --------------------------------------------------------------------------


def _answer(
    network: Network,
    page: arguments.ResultPage | None,
    says: str,
    rows: Sequence[CitedResult],
    *,
    city: City | None = None,
    most: int | None = None,
    did_you_mean: Sequence[str] = (),
) -> Answer:
    """Return a page of the rows, or all of them without a page, with their sources."""
    offset = page.offset if page else 0
    shown = rows[offset : offset + page.limit] if page else rows
    counts = Counter(citation for _, citations in shown for citation in citations)
    citations = [citation for citation, _ in counts.most_common()]
    return Answer(
        says=says,
        total=len(rows),
        offset=offset,
        more=max(0, len(rows) - offset - len(shown)),
        results=[row for row, _ in shown],
        sources={citation: _source(network, citation) for citation in citations[:most]},
        more_sources=len(citations[most:]) if most else 0,
        did_you_mean=[*did_you_mean],
        version=network.version,
        cite=citation_formats.to_text(citation_formats.make_citable(network, city)),
    )


def _source(network: Network, citation: str) -> AnswerSource:
    source, url = network.cited_source(citation), network.cited_url(citation)
    return AnswerSource(
        publisher=source.publisher,
        kind=source.kind,
        title=source.title,
        url=url,
        archived=source.archived,
        accessed=source.accessed,
    )


def _citations(*groups: Iterable[Record]) -> list[str]:
    return [citation for group in groups for record in group for _, citation in citations_in(record)]


def _designation(designation: Designation) -> Result:
    until = designation.end.date if designation.end else None
    sources = list(designation.sources)
    return _without_none({"field": designation.field, "since": designation.since, "until": until, "sources": sources})


def _whole(record: Record) -> Result:
    return record.model_dump(mode="json", exclude_none=True)


def _without_none(row: Result) -> Result:
    return {name: value for name, value in row.items() if value is not None}


def _memberships(network: Network, city: City) -> str:
    parts = []
    for designation in city.designations:
        end = f" until {format_date(designation.end.date)}" if designation.end else ""
        parts.append(f"{network.fields[designation.field].name} since {format_date(designation.since)}{end}")
    return "; ".join(parts)


def _count(members: Sequence[Member]) -> str:
    countries = plural(len({member.country.id for member in members}), "country", "countries")
    return f"{plural(len(members), 'member', 'members')} in {countries}"
