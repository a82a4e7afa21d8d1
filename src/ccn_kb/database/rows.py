"""The rows that a network gives to the tables."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.database.columns import Row
from ccn_kb.database.ids import designation_id, name_id, population_id
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.text import fold, slug
from ccn_kb.network import Network, best_kind
from ccn_kb.network.history import joining_designations
from ccn_kb.network.members import gazetteer_population
from ccn_kb.version import split_version

STATEMENTS = {"attendance": "attendance", "outcome": "outcomes", "announced": "announced"}


def _day(date: str | None) -> str | None:
    return first_day(date).isoformat() if date else None


def fields(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `fields`."""
    for one in network.fields.values():
        yield (
            one.id,
            one.name,
            one.name_fr,
            one.name_es,
            one.description,
            "; ".join(one.activities),
            network.first_designation_date(one.id),
        )


def countries(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `countries`."""
    for one in network.countries.values():
        yield one.id, one.alpha3, one.name, one.name_fr, one.official or one.name, one.region, one.continent


def cities(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `cities`."""
    for one in network.cities.values():
        part = one.subdivision
        yield (
            one.id,
            one.name,
            one.country,
            part.name if part else None,
            part.code if part else None,
            one.location.latitude,
            one.location.longitude,
            gazetteer_population(one),
            one.geonames,
            one.wikidata,
            one.unesco_pages[0] if one.unesco_pages else None,
            one.note,
            fold(one.name),
        )


def names(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `names`."""
    for city in network.cities.values():
        for one in city.names:
            yield name_id(city, one), city.id, one.value, one.lang, one.until


def populations(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `populations`."""
    for city in network.cities.values():
        for one in city.population:
            yield population_id(city, one), city.id, one.value, one.year


def facts(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `city_facts`."""
    for city in network.cities.values():
        for number, one in enumerate(city.facts, start=1):
            yield f"{city.id}/{number}", city.id, number, one.value


def topics(network: Network) -> Iterator[Row]:
    """Yield the topics, each behind the broader one that it names."""
    chains = (network.topic_and_broader(id) for id in sorted(network.topics))
    ordered = {topic.id: topic for chain in chains for topic in reversed(chain)}
    return ((one.id, one.name, one.broader) for one in ordered.values())


def city_topics(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `city_topics`."""
    for city in network.cities.values():
        for one in city.known_for:
            yield f"{city.id}/{slug(one.value)}", city.id, slug(one.value)


def rounds(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `rounds`."""
    for one in network.rounds.values():
        yield (
            one.id,
            one.announced,
            last_day(one.announced).isoformat(),
            one.new,
            one.members,
            one.countries,
            one.wording,
            one.note,
        )


def rules(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `rules`."""
    for one in network.rules.values():
        yield one.id, one.value, one.years, one.since, _day(one.since), one.note


def totals(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `totals`."""
    for one in network.totals.values():
        day = last_day(one.date).isoformat()
        yield (
            one.id,
            one.date,
            day,
            one.members,
            one.countries,
            one.field,
            one.country,
            one.region,
            one.wording,
            one.note,
        )


def designations(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `designations`."""
    for city in network.cities.values():
        joining = {one.since for one in joining_designations(city)}
        for one in city.designations:
            yield (
                designation_id(city, one),
                city.id,
                one.field,
                one.round,
                one.since,
                _day(one.since),
                precision(one.since),
                one.end.date if one.end else None,
                _day(one.end.date) if one.end else None,
                one.end.reason if one.end else None,
                int(one.since in joining),
                best_kind(one, network.sources),
                one.note,
            )


def meetings(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `meetings`."""
    for one in network.meetings():
        ends = last_day(one.ends).isoformat() if one.ends else None
        yield (
            one.id,
            one.ordinal,
            one.name,
            one.starts,
            _day(one.starts),
            one.ends,
            ends,
            one.status,
            one.theme,
            one.note,
        )


def meeting_hosts(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `meeting_hosts`."""
    for meeting in network.meetings():
        for position, one in enumerate(meeting.hosts, start=1):
            city = network.cities[one.city] if one.city else None
            name, country = (city.name, city.country) if city else (one.name, one.country)
            yield meeting.id, position, one.city, name, country


def meeting_statements(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `meeting_statements`."""
    for meeting in network.meetings():
        for kind, field in STATEMENTS.items():
            for number, one in enumerate(getattr(meeting, field), start=1):
                yield f"{meeting.id}/{kind}/{number}", meeting.id, kind, number, one.value


def cooperations(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `cooperations`."""
    for one in network.cooperations.values():
        yield one.id, one.title, one.kind, one.field, one.starts, _day(one.starts), one.ends, one.note


def cooperation_cities(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `cooperation_cities`."""
    for cooperation in network.cooperations.values():
        for position, one in enumerate(cooperation.cities, start=1):
            member = network.member_when(one.city, cooperation.starts)
            yield cooperation.id, one.city, position, one.role, int(member)


def sources(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `sources`."""
    for one in sorted(network.sources.values(), key=lambda one: one.id):
        yield one.id, one.title, one.publisher, one.kind, one.url, one.published, one.accessed, one.lang, one.note


def edition_rows(network: Network) -> Iterator[tuple[str, str]]:
    """Yield which edition of the data it is: its version, the day of it, the month of its newest sources."""
    yield "version", network.version
    yield "date", split_version(network.version)[1].isoformat() if network.version else ""
    yield "accessed", max((one.accessed for one in network.sources.values()), default="")


def redirects(network: Network) -> Iterator[Row]:
    """Yield the rows of the table `redirects`."""
    return iter(network.moved.items())
