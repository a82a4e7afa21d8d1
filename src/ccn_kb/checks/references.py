"""The rules of what a record names: other records, sources, topics."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain

from ccn_kb.checks.context import Context, Finding, Path
from ccn_kb.model.citation import citations_in, source_id, split_citation
from ccn_kb.model.records import Record
from ccn_kb.model.text import slug
from ccn_kb.network import RECORD_KINDS, Network
from ccn_kb.network.name_search import closest_matches


def reference(context: Context) -> Iterator[Finding]:
    """Every id that a record names exists, and is not the old id of a record that moved."""
    network = context.network
    known: dict[str, Container[object]] = {
        "city": network.cities,
        "country": network.countries,
        "field": network.fields,
        "round": network.rounds,
        "topic": network.topics,
    }
    for kind, id, path, what, asked in chain(
        _named_by_cities(network),
        (("topic", one.id, ("broader",), "topic", one.broader) for one in network.topics.values()),
        _named_by_totals(network),
        _named_by_meetings(network),
        _named_by_cooperations(network),
    ):
        if asked is None or asked in known[what]:
            continue
        new = network.moved.get(str(asked)) if what == "city" else None
        fix = f"write {new}" if new else f"write the id of a known {what}"
        yield Finding(kind, id, path, f"there is no {what} {str(asked)!r}", fix)


Named = tuple[str, str, Path, str, object]


def _named_by_cities(network: Network) -> Iterator[Named]:
    for city in network.cities.values():
        yield "city", city.id, ("country",), "country", city.country
        for number, one in enumerate(city.designations):
            yield "city", city.id, ("designations", number, "field"), "field", one.field
            yield "city", city.id, ("designations", number, "round"), "round", one.round


def _named_by_totals(network: Network) -> Iterator[Named]:
    for total in network.totals.values():
        yield "total", total.id, ("field",), "field", total.field
        yield "total", total.id, ("country",), "country", total.country


def _named_by_meetings(network: Network) -> Iterator[Named]:
    for meeting in network.meetings_by_id.values():
        for number, host in enumerate(meeting.hosts):
            yield "meeting", meeting.id, ("hosts", number, "city"), "city", host.city
            yield "meeting", meeting.id, ("hosts", number, "country"), "country", host.country


def _named_by_cooperations(network: Network) -> Iterator[Named]:
    for cooperation in network.cooperations.values():
        yield "cooperation", cooperation.id, ("field",), "field", cooperation.field
        for number, one in enumerate(cooperation.cities):
            yield "cooperation", cooperation.id, ("cities", number, "city"), "city", one.city


def source(context: Context) -> Iterator[Finding]:
    """Every citation names a source, and an entry of it just where the source is a collection."""
    sources = context.network.sources
    for kind, id, path, citation in citations(context.network):
        name, locator = split_citation(citation)
        if name not in sources:
            fix = "add it to a file in sources/, or cite a source that is there"
            yield Finding(kind, id, path, f"there is no source {name!r}", fix)
        elif sources[name].entry_url and not locator:
            message = f"{name!r} is a collection, and the entry is not said"
            yield Finding(kind, id, path, message, f"write {name}#<entry>")
        elif locator and not sources[name].entry_url:
            fix = "give the source an `entry_url`, or cite it without an entry"
            yield Finding(kind, id, path, f"{name!r} has no `entry_url`, which would lead to {locator!r}", fix)


def unused_source(context: Context) -> Iterator[Finding]:
    """Every source is cited somewhere."""
    for id in uncited(context.network):
        yield Finding("source", id, (), f"no record cites {id!r}", "cite it, or delete it")


def uncited(network: Network) -> set[str]:
    """Return the ids of the sources that no record cites."""
    return network.sources.keys() - {source_id(citation) for *_, citation in citations(network)}


def citations(network: Network) -> Iterator[tuple[str, str, Path, str]]:
    """Yield every citation: kind and id of the record, path of the citation, the citation."""
    for kind, id, record in citing(network):
        for path, citation in citations_in(record):
            yield kind, id, path, citation


def citing(network: Network) -> Iterator[tuple[str, str, Record]]:
    """Yield the records of all kinds but sources, each with its kind and id."""
    for kind in RECORD_KINDS.keys() - {"source"}:
        yield from ((kind, str(id), record) for id, record in network.records(kind).items())


def topic(context: Context) -> Iterator[Finding]:
    """What a city is known for is a topic of the list, spelt as there."""
    topics = context.network.topics
    for city in context.network.cities.values():
        for number, said in enumerate(city.known_for):
            known = topics.get(slug(said.value))
            if known is None or known.name != said.value:
                near = [known.name] if known else closest_matches(said.value, [one.name for one in topics.values()])
                fix = f"write {' or '.join(near)}" if near else "write a topic of the list, or add it to topics.yaml"
                message = f"{said.value!r} is no topic of topics.yaml"
                yield Finding("city", city.id, ("known_for", number, "value"), message, fix)


def topic_id(context: Context) -> Iterator[Finding]:
    """A topic's id is its name in ASCII, and no topic is a kind of itself."""
    for one in context.network.topics.values():
        if one.id != slug(one.name):
            yield Finding("topic", one.id, ("name",), f"{one.name!r} has another id", f"name it {slug(one.name)}")
        if any(other.broader == one.id for other in context.network.topic_and_broader(one.id)):
            yield Finding("topic", one.id, ("broader",), f"{one.name} is a kind of itself", "correct one of the two")
