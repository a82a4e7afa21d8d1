"""The words by which records are found, behind the site's search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ccn_kb.model.dates import format_date
from ccn_kb.model.records import CONTINENTS, REGIONS
from ccn_kb.model.text import words
from ccn_kb.network import Network, country_names, field_names
from ccn_kb.network.membership_claims import describe_claims


class Findable(NamedTuple):
    """A record that the site's search can find: how it is shown, and the folded names and words that match it.

    `written` are the names as they are written, in the order of `names`.
    """

    kind: str
    id: str
    name: str
    detail: str
    names: str
    terms: str
    written: tuple[str, ...]


def findable(network: Network) -> Iterator[Findable]:
    """Yield every record that the site's search can find."""
    for city in network.cities.values():
        country = network.countries[city.country].name
        latest = network.fields[city.designations[-1].field].name
        names = (city.name, *(other.value for other in city.names))
        yield _findable("city", city.id, city.name, f"{country}, {latest}", names, network.terms(city))
    yield from _findable_non_members(network)
    with_city = {city.country for city in network.cities.values()}
    for place in sorted(network.countries.values(), key=lambda place: place.id):
        detail = REGIONS[place.region] + ("" if place.id in with_city else ", no member city")
        yield _findable("country", place.id, place.name, detail, country_names(place))
    for region, name in REGIONS.items():
        yield _findable("region", region, name, "UNESCO region", (name, region))
    for continent, name in CONTINENTS.items():
        yield _findable("continent", continent, name, "Continent", (name,))
    for field in network.fields.values():
        yield _findable("field", field.id, field.name, field.description, field_names(field))
    for topic in network.topics.values():
        broader = [other.name for other in network.topic_and_broader(topic.id)[1:]]
        yield _findable("topic", topic.id, topic.name, ", ".join(broader), topic.all_names)
    yield from _findable_events(network)


def _findable_events(network: Network) -> Iterator[Findable]:
    for announcement in network.rounds.values():
        year, day = str(announcement.id), format_date(announcement.announced)
        yield _findable("round", year, f"Round of {year}", day, (year,), {"round"})
    for meeting in network.meetings():
        hosts = list(map(network.host_name, meeting.hosts))
        detail = ", ".join(filter(None, (*hosts, format_date(meeting.starts))))
        names = (meeting.name, *hosts, meeting.theme or "")
        yield _findable("meeting", meeting.id, meeting.name, detail, names, set(words(detail)))
    for document in network.official_documents.values():
        detail = f"{document.kind}, {format_date(document.date)}"
        yield _findable("document", document.id, document.title, detail, (document.title,))
    for cooperation in network.cooperations.values():
        detail = f"{cooperation.kind}, {format_date(cooperation.starts)}"
        yield _findable("cooperation", cooperation.id, cooperation.title, detail, (cooperation.title,))


def _findable_non_members(network: Network) -> Iterator[Findable]:
    for city in network.non_members.values():
        detail = f"{network.countries[city.country].name}, not a member: {describe_claims(city, network.fields)}"
        yield _findable("non-member", city.id, city.name, detail, (city.name, *(name.value for name in city.names)))


def _findable(
    kind: str, id: str, name: str, detail: str, names: Iterable[str], terms: Iterable[str] = frozenset()
) -> Findable:
    written: dict[str, str] = {}
    for text in names:
        written.setdefault(" ".join(words(text)), text)
    all_terms = {*terms, *(word for text in written for word in text.split())}
    return Findable(kind, id, name, detail, "\n".join(written), " ".join(sorted(all_terms)), tuple(written.values()))
