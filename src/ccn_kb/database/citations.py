"""The rows of the tables that say which source stands behind which fact, and which says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from ccn_kb.database.columns import Row
from ccn_kb.database.ids import designation_id, name_id, population_id
from ccn_kb.database.rows import STATEMENTS
from ccn_kb.model.citation import source_id, split_citation
from ccn_kb.model.records import City, Disputed
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.network.members import gazetteer_population

Cited: TypeAlias = "tuple[str, str, str, str]"
STATED = ("new", "members", "countries")


def citations(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `citations`."""
    for row in dict.fromkeys(_cited(network)):
        kind, id, path, citation = row
        yield kind, id, path, *split_citation(citation), network.cited_url(citation)


def _cited(network: Network) -> Iterator[Cited]:
    """Yield record_type, record_id, path and citation of everything that is cited."""
    for city in network.cities.values():
        yield from _cited_by_city(city)
    for meeting in network.meetings():
        yield from _cites("meeting", meeting.id, "", meeting)
        for kind, field in STATEMENTS.items():
            for number, one in enumerate(getattr(meeting, field), start=1):
                yield from _cites("meeting_statement", f"{meeting.id}/{kind}/{number}", "value", one)
    for kind, path, records in (
        ("field", "since", network.fields),
        ("round", "", network.rounds),
        ("rule", "", network.rules),
        ("total", "", network.totals),
        ("cooperation", "", network.cooperations),
    ):
        for id, record in records.items():
            yield from _cites(kind, str(id), path, record)


def _cited_by_city(city: City) -> Iterator[Cited]:
    for path in ("latitude", "longitude"):
        yield from _cites("city", city.id, path, city.location)
    for figure in city.population:
        yield from _cites("population", population_id(city, figure), "value", figure)
        if figure.value == gazetteer_population(city):
            yield from _cites("city", city.id, "population", figure)
    for name in city.names:
        yield from _cites("name", name_id(city, name), "until", name)
    for topic in city.known_for:
        yield from _cites("city_topic", f"{city.id}/{slug(topic.value)}", "", topic)
    for number, fact in enumerate(city.facts, start=1):
        yield from _cites("city_fact", f"{city.id}/{number}", "value", fact)
    for one in city.designations:
        yield from _cites("designation", designation_id(city, one), "", one)
        if one.end:
            yield from _cites("designation", designation_id(city, one), "until", one.end)


def _cites(kind: str, id: str, path: str, record: Any) -> Iterator[Cited]:
    return ((kind, id, path, citation) for citation in record.sources)


def disputed(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `disputed`."""
    disputes: list[tuple[str, str, tuple[Disputed, ...]]] = []
    for city in network.cities.values():
        disputes.append(("city", city.id, city.disputed))
        disputes += [("designation", designation_id(city, one), one.disputed) for one in city.designations]
    disputes += [("round", str(one.id), one.disputed) for one in network.rounds.values()]
    disputes += [("meeting", one.id, one.disputed) for one in network.meetings()]
    disputes += [("cooperation", one.id, one.disputed) for one in network.cooperations.values()]
    for kind, id, several in disputes:
        for one in several:
            for citation in one.sources:
                path = f"stated_{one.path}" if kind == "round" and one.path in STATED else one.path
                yield kind, id, path, one.value, source_id(citation), network.cited_url(citation)
