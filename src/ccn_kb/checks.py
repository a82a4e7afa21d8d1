"""The rules across records, one function a rule; a rule's name is its function's, with hyphens.

A rule yields findings, which say where a record is wrong; `run` turns them into problems with file and line.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain, pairwise
from typing import NamedTuple, Protocol

from ccn_kb.edition import FILE, SCHEMA, named, parted
from ccn_kb.model import (
    City,
    Designation,
    Disputed,
    Excepted,
    Name,
    Participant,
    Population,
    Record,
    Statement,
    first_day,
    last_day,
)
from ccn_kb.network import COLLECTION_OF, Network, country_names, possible_ids
from ccn_kb.problems import Problem
from ccn_kb.search import fold, slug

Path = tuple[str | int, ...]


class Locate(Protocol):
    """Tells file and line of a record, or of a value in it."""

    def __call__(self, kind: str, id: str, path: Path = (), /) -> tuple[str, int]: ...


class Finding(NamedTuple):
    """What a rule found: the record by kind and id, the path of the value, what is wrong and the fix."""

    kind: str
    id: str
    path: Path
    message: str
    fix: str

    @property
    def place(self) -> str:
        """The record's id and the path, as an exception may name them: `2021/countries`."""
        return "/".join(map(str, (self.id, *self.path)))


@dataclass(frozen=True)
class Matter:
    """What the rules look at: the network, the ids ever published, and today."""

    network: Network
    registry: tuple[str, ...]
    today: datetime.date


Rule = Callable[[Matter], Iterator[Finding]]


def run(matter: Matter, exceptions: Iterable[Excepted], locate: Locate, *, whole: bool = True) -> list[Problem]:
    """Return the problems that the rules find, sorted, known exceptions left out and needless ones reported.

    With `whole` false some records could not be read: the rules that look at all of them together are left out,
    as are those that count where an id leads nowhere.
    """
    found = _findings(PARTIAL_RULES, matter)
    if whole:
        lost = _findings(COHERENCE_RULES, matter)
        whole = not lost
        found += lost
    if whole:
        found += _findings(WHOLE_RULES, matter)
    known = {(one.rule, one.id) for one in exceptions}
    problems, used = [], set()
    for name, finding in found:
        excepted = known & {(name, finding.id), (name, finding.place)}
        used |= excepted
        if not excepted:
            problems.append(_problem(name, finding, locate))
    for name, id in known - used if whole else ():
        message = f"the exception from {name} for {id} is no longer needed"
        problems.append(Problem(*locate("exception", f"{name} {id}"), "exception", message, "delete it"))
    return sorted(set(problems))


def incoherent(network: Network, locate: Locate) -> list[Problem]:
    """Return the problems that make questions to the network unanswerable: ids that lead nowhere."""
    matter = Matter(network, (), datetime.date.min)
    return sorted(_problem(name, finding, locate) for name, finding in _findings(COHERENCE_RULES, matter))


def _findings(rules: Iterable[Rule], matter: Matter) -> list[tuple[str, Finding]]:
    return [(_name(rule), finding) for rule in rules for finding in rule(matter)]


def _problem(name: str, finding: Finding, locate: Locate) -> Problem:
    file, line = locate(finding.kind, finding.id, finding.path)
    return Problem(file, line, name, finding.message, finding.fix)


def _name(rule: Rule) -> str:
    return rule.__name__.replace("_", "-")


# -- references --------------------------------------------------------------------------------


def reference(matter: Matter) -> Iterator[Finding]:
    """Every id that a record names exists, and is not the old id of a record that moved."""
    network = matter.network
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


def source(matter: Matter) -> Iterator[Finding]:
    """Every citation names a source, and an entry of it just where the source is a collection."""
    sources = matter.network.sources
    for kind, id, path, citation in citations(matter.network):
        name, _, locator = citation.partition("#")
        if name not in sources:
            fix = "add it to a file in sources/, or cite a source that is there"
            yield Finding(kind, id, path, f"there is no source {name!r}", fix)
        elif sources[name].entry_url and not locator:
            message = f"{name!r} is a collection, and the entry is not said"
            yield Finding(kind, id, path, message, f"write {name}#<entry>")
        elif locator and not sources[name].entry_url:
            fix = "give the source an `entry_url`, or cite it without an entry"
            yield Finding(kind, id, path, f"{name!r} has no `entry_url`, which would lead to {locator!r}", fix)


def unused_source(matter: Matter) -> Iterator[Finding]:
    """Every source is cited somewhere."""
    for id in uncited(matter.network):
        yield Finding("source", id, (), f"no record cites {id!r}", "cite it, or delete it")


def uncited(network: Network) -> set[str]:
    """Return the ids of the sources that no record cites."""
    return network.sources.keys() - {citation.partition("#")[0] for *_, citation in citations(network)}


def citations(network: Network) -> Iterator[tuple[str, str, Path, str]]:
    """Yield every citation: kind and id of the record, path of the citation, the citation."""
    for kind, id, record in _citing(network):
        for path, citation in cited_in(record):
            yield kind, id, path, citation


def _citing(network: Network) -> Iterator[tuple[str, str, Record]]:
    """Yield the records of all kinds but sources, each with its kind and id."""
    for kind in COLLECTION_OF.keys() - {"source"}:
        yield from ((kind, str(id), record) for id, record in network.records(kind).items())


def cited_in(record: Record) -> Iterator[tuple[Path, str]]:
    """Yield the path and text of each citation in a record and in the records inside it."""
    for path, part in record.inside():
        for number, citation in enumerate(getattr(part, "sources", ())):
            yield (*path, "sources", number), citation


def topic(matter: Matter) -> Iterator[Finding]:
    """What a city is known for is a topic of the list, spelt as there."""
    topics = matter.network.topics
    for city in matter.network.cities.values():
        for number, said in enumerate(city.known_for):
            known = topics.get(slug(said.value))
            if known is None or known.name != said.value:
                near = [known.name] if known else get_close_matches(said.value, [one.name for one in topics.values()])
                fix = f"write {' or '.join(near)}" if near else "write a topic of the list, or add it to topics.yaml"
                message = f"{said.value!r} is no topic of topics.yaml"
                yield Finding("city", city.id, ("known_for", number, "value"), message, fix)


def topic_id(matter: Matter) -> Iterator[Finding]:
    """A topic's id is its name in ASCII, and no topic is a kind of itself."""
    for one in matter.network.topics.values():
        if one.id != slug(one.name):
            yield Finding("topic", one.id, ("name",), f"{one.name!r} has another id", f"name it {slug(one.name)}")
        if any(other.broader == one.id for other in matter.network.topic_and_broader(one.id)):
            yield Finding("topic", one.id, ("broader",), f"{one.name} is a kind of itself", "correct one of the two")


# -- ids ---------------------------------------------------------------------------------------


def city_id(matter: Matter) -> Iterator[Finding]:
    """A city's id is minted from one of its names and its country (and subdivision, for a second of that name)."""
    for city in matter.network.cities.values():
        if city.id not in possible_ids(city):
            minted = f"{slug(city.name)}-{city.country.lower()}"
            fix = (
                f"name the file {minted}.yaml, or correct the name"
                if slug(city.name)
                else "add a name in Latin letters"
            )
            message = f"the file is named {city.id!r}, but the city is {city.name}, {city.country}"
            yield Finding("city", city.id, ("name",), message, fix)


def registry(matter: Matter) -> Iterator[Finding]:
    """ids.txt holds, sorted and once, every id ever published: each has a file, and each file's id is in it."""
    files = matter.network.cities.keys() | matter.network.moved.keys()
    for id in files - set(matter.registry):
        kind = "city" if id in matter.network.cities else "moved"
        yield Finding(kind, id, (), f"{id!r} is not in ids.txt", "add the line; ids.txt never shrinks")
    for number, id in enumerate(matter.registry):
        if id not in files and id == slug(id) != "":
            fix = f"restore cities/{id}.yaml, or write `moved: <new id>` in it"
            yield Finding("id", id, (number,), f"{id!r} was published and has no file", fix)
        elif id not in files:
            yield Finding("id", id, (number,), f"{id!r} is no id", "write one id a line, and nothing else")
    for number, (before, after) in enumerate(pairwise(matter.registry), start=1):
        if before >= after:
            yield Finding("id", after, (number,), f"{after!r} stands after {before!r}", REGISTRY_FIX)


REGISTRY_FIX = "sort the lines, each id once; run: ccn fmt"


def moved(matter: Matter) -> Iterator[Finding]:
    """An old id leads to a city, not to another old id."""
    cities, redirects = matter.network.cities, matter.network.moved
    for old, new in redirects.items():
        if new in cities:
            continue
        last, passed = new, {old}
        while last in redirects and last not in passed:
            passed.add(last)
            last = redirects[last]
        message = f"{new!r} has moved itself" if new in redirects else f"there is no city {new!r}"
        fix = f"write {last}" if last in cities else "write the id of the city"
        yield Finding("moved", old, ("moved",), message, fix)


def dated_id(matter: Matter) -> Iterator[Finding]:
    """The id of a round, total, meeting or cooperation begins with the year of its date."""
    network = matter.network
    dated = [
        *(("round", str(one.id), "announced", one.announced) for one in network.rounds.values()),
        *(("total", one.id, "date", one.date) for one in network.totals.values()),
        *(("meeting", one.id, "starts", one.starts) for one in network.meetings_by_id.values()),
        *(("cooperation", one.id, "starts", one.starts) for one in network.cooperations.values()),
    ]
    for kind, id, path, date in dated:
        if not id.startswith(date[:4]):
            yield Finding(kind, id, (path,), f"{id!r} has the date {date}", "correct the date, or the year in the id")


def same_place(matter: Matter) -> Iterator[Finding]:
    """No two cities share a GeoNames id, a Wikidata id or a page of UNESCO's."""
    seen: dict[tuple[str, object], str] = {}
    for city in matter.network.cities.values():
        ids = [
            ("geonames", city.geonames),
            ("wikidata", city.wikidata),
            *(("unesco_pages", one) for one in city.unesco_pages),
        ]
        for key, value in ids:
            other = seen.setdefault((key, value), city.id) if value else city.id
            if other != city.id:
                yield Finding(
                    "city", city.id, (key,), f"{key} {value} is that of {other} too", "correct one of the two"
                )


def same_name(matter: Matter) -> Iterator[Finding]:
    """Codes and names by which a country is asked for mean one country."""
    seen: dict[str, str] = {}
    for country in matter.network.countries.values():
        seen |= {fold(name): country.id for name in country_names(country) if fold(name) not in seen}
    for country in matter.network.countries.values():
        for path in ("alpha3", "name", "name_fr", "official", "aliases"):
            value = getattr(country, path)
            for name in value if isinstance(value, tuple) else (value or "",):
                other = seen.get(fold(name), country.id)
                if other != country.id:
                    yield Finding(
                        "country", country.id, (path,), f"{name!r} means {other} too", "correct one of the two"
                    )


# -- time --------------------------------------------------------------------------------------


def date_order(matter: Matter) -> Iterator[Finding]:
    """Designations stand oldest first, and what has an end ends after its beginning."""
    for city in matter.network.cities.values():
        for number, one in enumerate(city.designations):
            path: Path = ("designations", number)
            if one.end and first_day(one.end.date) <= first_day(one.since):
                message = f"ends on {one.end.date}, not after it began on {one.since}"
                yield Finding("city", city.id, (*path, "end", "date"), message, "correct one of the dates")
            if number and first_day(one.since) < first_day(city.designations[number - 1].since):
                message = f"since {one.since} stands after {city.designations[number - 1].since}"
                yield Finding("city", city.id, (*path, "since"), message, "put the oldest designation first")
    for kind, records in (("meeting", matter.network.meetings_by_id), ("cooperation", matter.network.cooperations)):
        for record in records.values():
            if record.ends and last_day(record.ends) < first_day(record.starts):
                message = f"ends on {record.ends}, before it starts on {record.starts}"
                yield Finding(kind, record.id, ("ends",), message, "correct one of the dates")


def edition(matter: Matter) -> Iterator[Finding]:
    """The version of the data is of this schema, and no older than the newest round and the newest source."""
    network = matter.network
    rounds = ((first_day(one.announced), f"the round {one.id}") for one in network.rounds.values())
    sources = ((first_day(one.accessed), f"the source {one.id}") for one in network.sources.values())
    newest, what = max((*rounds, *sources), default=(datetime.date.min, ""))
    fix = f"write {named(SCHEMA, max(newest, matter.today))} in {FILE}"
    try:
        schema, day = parted(network.version)
    except ValueError as error:
        yield Finding("edition", FILE, (), str(error), fix)
        return
    if schema != SCHEMA:
        yield Finding("edition", FILE, (), f"says schema {schema}, but the records are of {SCHEMA}", fix)
    if day < newest:
        yield Finding("edition", FILE, (), f"its date, {day}, is before {what} of {newest}", fix)


def future(matter: Matter) -> Iterator[Finding]:
    """Nothing that has happened lies in the future; a planned meeting may."""
    for kind, id, path, date in _past_dates(matter.network):
        if date and first_day(date) > matter.today:
            message = f"{date} lies in the future; today is {matter.today}"
            yield Finding(kind, id, path, message, "correct the date")


PastDate = tuple[str, str, Path, str | None]


def _past_dates(network: Network) -> Iterator[PastDate]:
    for city in network.cities.values():
        yield from _past_dates_of_city(city)
    for field in network.fields.values():
        yield "field", field.id, ("added",), field.added
    for stated in network.rounds.values():
        yield "round", str(stated.id), ("announced",), stated.announced
    for rule in network.rules.values():
        yield "rule", rule.id, ("since",), rule.since
    for total in network.totals.values():
        yield "total", total.id, ("date",), total.date
    for meeting in network.meetings("held"):
        yield "meeting", meeting.id, ("starts",), meeting.starts
        yield "meeting", meeting.id, ("ends",), meeting.ends
    for cooperation in network.cooperations.values():
        yield "cooperation", cooperation.id, ("starts",), cooperation.starts
    for source in network.sources.values():
        yield "source", source.id, ("accessed",), source.accessed
        yield "source", source.id, ("published",), source.published


def _past_dates_of_city(city: City) -> Iterator[PastDate]:
    for number, one in enumerate(city.designations):
        yield "city", city.id, ("designations", number, "since"), one.since
        yield "city", city.id, ("designations", number, "end", "date"), one.end.date if one.end else None
    for number, name in enumerate(city.names):
        yield "city", city.id, ("names", number, "until"), name.until
    for number, figure in enumerate(city.population):
        yield "city", city.id, ("population", number, "year"), str(figure.year) if figure.year else None


def overlap(matter: Matter) -> Iterator[Finding]:
    """A city has one creative field at a time: each designation ends before the next begins."""
    for city in matter.network.cities.values():
        for number, (one, other) in enumerate(pairwise(city.designations), start=1):
            path: Path = ("designations", number, "since")
            if one.end is None:
                message = f"begins in {other.field} while {one.field} has no end"
                yield Finding("city", city.id, path, message, "give the one before an end")
            elif first_day(one.end.date) > first_day(other.since):
                message = f"begins on {other.since}, before {one.field} ended on {one.end.date}"
                yield Finding("city", city.id, path, message, "correct one of the dates")


def field_change(matter: Matter) -> Iterator[Finding]:
    """A change of field ends one designation and begins the next, in another field, on the same day."""
    for city in matter.network.cities.values():
        following = dict(enumerate(city.designations[1:]))
        for number, one in enumerate(city.designations):
            if one.end is None or one.end.reason != "field-changed":
                continue
            then = following.get(number)
            path: Path = ("designations", number, "end")
            if then is None or then.since != one.end.date:
                message = f"the field changed on {one.end.date}, but no designation begins on that day"
                yield Finding(
                    "city", city.id, path, message, "add the designation in the new field, or correct the date"
                )
            elif then.field == one.field:
                yield Finding(
                    "city", city.id, path, f"the field changed from {one.field} to itself", "correct the field"
                )


def field_added(matter: Matter) -> Iterator[Finding]:
    """No city is designated in a field before the field was added."""
    for city in matter.network.cities.values():
        for number, one in enumerate(city.designations):
            field = matter.network.fields.get(one.field)
            if field and field.added and last_day(one.since) < first_day(field.added):
                message = f"{field.name} was added in {field.added}, after {one.since}"
                yield Finding(
                    "city", city.id, ("designations", number, "field"), message, "correct the field or the date"
                )


def round_date(matter: Matter) -> Iterator[Finding]:
    """A designation of a round dates from its announcement, and one of an announcement's day names the round."""
    announced = {one.announced: one.id for one in matter.network.rounds.values()}
    for city in matter.network.cities.values():
        for number, one in enumerate(city.designations):
            path: Path = ("designations", number)
            stated = matter.network.rounds.get(one.round) if one.round else None
            if stated and one.since != stated.announced:
                message = f"since {one.since}, but the round of {stated.id} was announced on {stated.announced}"
                fix = f"write {stated.announced} and put the other date under `disputed`, or correct the round"
                yield Finding("city", city.id, (*path, "since"), message, fix)
            elif one.round is None and one.since in announced:
                message = f"dates from the announcement of {announced[one.since]} and names no round"
                yield Finding("city", city.id, path, message, f"add `round: {announced[one.since]}`")


# -- places ------------------------------------------------------------------------------------


def outside_country(matter: Matter) -> Iterator[Finding]:
    """A city's coordinates lie in a bounding box of its country."""
    for city in matter.network.cities.values():
        country = matter.network.countries.get(city.country)
        where = city.location
        if country and not any(box.holds(where.latitude, where.longitude) for box in country.boxes):
            swapped = any(box.holds(where.longitude, where.latitude) for box in country.boxes)
            message = f"{where.latitude}, {where.longitude} lies outside {country.name}"
            fix = "swap latitude and longitude" if swapped else "correct the coordinates or the country"
            yield Finding("city", city.id, ("location",), message, fix)


def subdivision(matter: Matter) -> Iterator[Finding]:
    """A subdivision's code begins with the city's country, and one code has one name."""
    names: dict[str, dict[str, list[City]]] = defaultdict(lambda: defaultdict(list))
    for city in matter.network.cities.values():
        if city.subdivision is None:
            continue
        if not city.subdivision.code.startswith(f"{city.country}-"):
            message = f"{city.subdivision.code} is no subdivision of {city.country}"
            yield Finding("city", city.id, ("subdivision",), message, "correct the code or the country")
        names[city.subdivision.code][city.subdivision.name].append(city)
    for code, cities in names.items():
        usual = max(cities, key=lambda name: (len(cities[name]), name))
        for name in cities.keys() - {usual}:
            for city in cities[name]:
                yield Finding(
                    "city", city.id, ("subdivision",), f"{code} is elsewhere called {usual!r}", "use one name"
                )


def doubled(matter: Matter) -> Iterator[Finding]:
    """No list in a record says the same thing twice."""
    for kind, id, record in _citing(matter.network):
        for path, part in record.inside():
            for name, number in _doubles(part):
                yield Finding(kind, id, (*path, name, number), f"{name} says this twice", "delete one of the two")


def _doubles(record: Record) -> Iterator[tuple[str, int]]:
    for name, value in vars(record).items():
        if isinstance(value, tuple) and len(value) > 1:
            seen: set[object] = set()
            for number, one in enumerate(map(_said, value)):
                if one in seen:
                    yield name, number
                seen.add(one)


def _said(one: object) -> object:
    """Return what makes an item of a list the same as another, whatever their sources."""
    match one:
        case Disputed():
            return one.path, one.value
        case Population():
            return one.value, one.year
        case Name():
            return one.value, one.lang
        case Statement():
            return slug(one.value) or one.value
        case Designation():
            return one.field, one.since[:4]
        case Participant():
            return one.city
    return one


# -- the census --------------------------------------------------------------------------------


def census(matter: Matter) -> Iterator[Finding]:
    """Our count is the figure that was stated for the same day."""
    for one in matter.network.census():
        if one.stated != one.counted:
            message = f"{one.stated} {one.figure} stated for {one.date}, {one.counted} counted"
            fix = "find the designation that is wrong, or record the difference in exceptions.yaml"
            yield Finding(one.record, one.id, (one.figure,), message, fix)


PARTIAL_RULES: tuple[Rule, ...] = (
    city_id,
    dated_id,
    same_place,
    same_name,
    date_order,
    edition,
    future,
    overlap,
    field_change,
    field_added,
    round_date,
    outside_country,
    subdivision,
    doubled,
)
COHERENCE_RULES: tuple[Rule, ...] = (reference, source, moved)
WHOLE_RULES: tuple[Rule, ...] = (topic, topic_id, unused_source, registry, census)
