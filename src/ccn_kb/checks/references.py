"""Rules for references: to other records, to sources and to topics."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import chain

from ccn_kb.checks.context import Context, Finding
from ccn_kb.model.citation import citations_in, source_id, split_citation
from ccn_kb.model.records import Record, ValuePath
from ccn_kb.model.text import key, slug
from ccn_kb.network import RECORD_KINDS, Network
from ccn_kb.network.name_search import closest_matches

_INSIGNIFICANT = re.compile(r"^https?://(www\.)?", re.IGNORECASE)


def reference(context: Context) -> Iterator[Finding]:
    """Every id to which a record refers exists, and is not an old id."""
    network = context.network
    ids: dict[str, Container[object]] = {
        "city": network.cities,
        "country": network.countries,
        "release": network.releases,
        "field": network.fields,
        "meeting": network.meetings_by_id,
        "official_document": network.official_documents,
        "round": network.rounds,
        "topic": network.topics,
    }
    for kind, id, path, target_kind, target in references(network):
        if target is None or target in ids[target_kind]:
            continue
        new = network.moved.get(str(target)) if target_kind == "city" else None
        fix = f"write {new}" if new else f"write the id of an existing {target_kind}"
        yield Finding(kind, id, path, f"unknown {target_kind} {str(target)!r}", fix)


Reference = tuple[str, str, ValuePath, str, object]
"""Kind and id of a record, the path of an id in it, and the kind and id to which it refers, None where it does not."""


def references(network: Network) -> Iterator[Reference]:
    """Yield every reference of every kind of record by an id: what is checked, and what follows a record that moves."""
    return chain(
        _references_of_cities(network),
        (("topic", topic.id, ("broader",), "topic", topic.broader) for topic in network.topics.values()),
        _references_of_fields(network),
        _references_of_totals(network),
        _references_of_country_groups(network),
        _references_of_non_members(network),
        _references_of_releases(network),
        _references_of_meetings(network),
        _references_of_documents(network),
        _references_of_cooperations(network),
    )


def _references_of_cities(network: Network) -> Iterator[Reference]:
    for city in network.cities.values():
        yield "city", city.id, ("country",), "country", city.country
        for number, designation in enumerate(city.designations):
            yield "city", city.id, ("designations", number, "field"), "field", designation.field
            yield "city", city.id, ("designations", number, "round"), "round", designation.round


def _references_of_fields(network: Network) -> Iterator[Reference]:
    for field in network.fields.values():
        for number, coordinator in enumerate(field.coordinators):
            yield "field", field.id, ("coordinators", number, "city"), "city", coordinator.city


def _references_of_totals(network: Network) -> Iterator[Reference]:
    for total in network.totals.values():
        yield "total", total.id, ("field",), "field", total.field
        yield "total", total.id, ("country",), "country", total.country


def _references_of_country_groups(network: Network) -> Iterator[Reference]:
    for group in network.country_groups.values():
        for number, membership in enumerate(group.members):
            yield "country_group", group.id, ("members", number, "country"), "country", membership.country


def _references_of_non_members(network: Network) -> Iterator[Reference]:
    for city in network.non_members.values():
        yield "non_member", city.id, ("country",), "country", city.country
        for number, claim in enumerate(city.claims):
            yield "non_member", city.id, ("claims", number, "field"), "field", claim.field


def _references_of_releases(network: Network) -> Iterator[Reference]:
    for release in network.releases.values():
        yield "release", release.id, ("replaces",), "release", release.replaces


def _references_of_meetings(network: Network) -> Iterator[Reference]:
    for meeting in network.meetings_by_id.values():
        for number, host in enumerate(meeting.hosts):
            yield "meeting", meeting.id, ("hosts", number, "city"), "city", host.city
            yield "meeting", meeting.id, ("hosts", number, "country"), "country", host.country


def _references_of_documents(network: Network) -> Iterator[Reference]:
    for document in network.official_documents.values():
        yield "official_document", document.id, ("replaces",), "official_document", document.replaces
        yield "official_document", document.id, ("meeting",), "meeting", document.meeting
        yield "official_document", document.id, ("round",), "round", document.round


def _references_of_cooperations(network: Network) -> Iterator[Reference]:
    for cooperation in network.cooperations.values():
        yield "cooperation", cooperation.id, ("field",), "field", cooperation.field
        for number, participant in enumerate(cooperation.cities):
            yield "cooperation", cooperation.id, ("cities", number, "city"), "city", participant.city


def source(context: Context) -> Iterator[Finding]:
    """Every citation names an existing source, with an entry if and only if the source is a collection."""
    sources = context.network.sources
    for kind, id, path, citation in citations(context.network):
        cited, locator = split_citation(citation)
        if cited not in sources:
            fix = "add its file in sources/, or cite an existing source"
            yield Finding(kind, id, path, f"unknown source {cited!r}", fix)
        elif sources[cited].entry_url and not locator:
            message = f"{cited!r} is a collection, but the citation has no entry"
            yield Finding(kind, id, path, message, f"write {cited}#<entry>")
        elif locator and not sources[cited].entry_url:
            fix = "add an `entry_url` to the source, or cite it without an entry"
            yield Finding(kind, id, path, f"{cited!r} has no `entry_url` for the entry {locator!r}", fix)


def unused_source(context: Context) -> Iterator[Finding]:
    """Every source is cited by a record."""
    for id in uncited(context.network):
        yield Finding("source", id, (), f"no record cites {id!r}", "cite it, or delete it")


def same_address(context: Context) -> Iterator[Finding]:
    """No two sources are the same page; http, www. and a slash at the end make no difference."""
    first: dict[str, str] = {}
    for id, source in sorted(context.network.sources.items()):
        other = first.setdefault(_INSIGNIFICANT.sub("", source.url).rstrip("/"), id)
        if other != id:
            fix = f"merge them: ccn move source {id} {other} --merge"
            yield Finding("source", id, ("url",), f"{id!r} has the address of {other!r}", fix)


def uncited(network: Network) -> set[str]:
    """Return the ids of the sources that no record cites."""
    return network.sources.keys() - {source_id(citation) for *_, citation in citations(network)}


def citations(network: Network) -> Iterator[tuple[str, str, ValuePath, str]]:
    """Yield every citation with the kind and id of its record and its path in that."""
    for kind, id, record in citing(network):
        for path, citation in citations_in(record):
            yield kind, id, path, citation


def citing(network: Network) -> Iterator[tuple[str, str, Record]]:
    """Yield the records of all kinds except sources, each with its kind and id."""
    for kind in RECORD_KINDS.keys() - {"source"}:
        yield from ((kind, str(id), record) for id, record in network.records(kind).items())


def topic(context: Context) -> Iterator[Finding]:
    """What a city is known for is a topic in topics.yaml, in the same spelling."""
    topics = context.network.topics
    names = [topic.name for topic in topics.values()]
    for city in context.network.cities.values():
        for number, statement in enumerate(city.known_for):
            topic = topics.get(slug(statement.value))
            if topic is None or topic.name != statement.value:
                matches = [topic.name] if topic else closest_matches(statement.value, names)
                fix = (
                    f"write {' or '.join(matches)}"
                    if matches
                    else f'write a topic of the list, or add it: ccn new topic "{statement.value}"'
                )
                message = f"{statement.value!r} is not a topic in topics.yaml"
                yield Finding("city", city.id, ("known_for", number, "value"), message, fix)


def topic_id(context: Context) -> Iterator[Finding]:
    """A topic's id is its name in ASCII, and no topic is broader than itself."""
    for topic in context.network.topics.values():
        expected = slug(topic.name)
        if topic.id != expected:
            message = f"the id of {topic.name!r} must be {expected!r}"
            yield Finding("topic", topic.id, ("name",), message, f"change the id to {expected}")
        if any(other.broader == topic.id for other in context.network.topic_and_broader(topic.id)):
            message = f"{topic.name} is one of its own broader topics"
            yield Finding("topic", topic.id, ("broader",), message, "correct one of the broader topics")


_SEMICOLON = re.compile("[;；]")


def topic_name(context: Context) -> Iterator[Finding]:
    """A name in any language belongs to one topic, and can stand between the semicolons of a list of topics."""
    names: dict[str, str] = {}
    for topic in context.network.topics.values():
        for number, name in enumerate(topic.all_names):
            owner = names.setdefault(key(name), topic.id)
            path = ("names", number - 1, "value") if number else ("name",)
            if _SEMICOLON.search(name):
                parts = " ".join(f'"{part.strip()}"' for part in _SEMICOLON.split(name) if part.strip())
                fix = "leave it out" if number else f"add each topic by itself: ccn new topic {parts}"
                message = f"{name!r} has a semicolon, which stands between topics"
                yield Finding("topic", topic.id, path, message, fix)
            if owner != topic.id:
                message = f"{name!r} is also a name of the topic {owner}"
                yield Finding("topic", topic.id, path, message, "use another name, or merge the topics")
