"""The network as RDF, in Turtle and in JSON-LD: schema.org, SKOS for fields and topics, real days for designations.

An address is a name and stays: it follows the addresses of the site's pages. A designation is a Role of schema.org,
through which the network has a city as its member; what schema.org lacks is in a small vocabulary of our own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, TypeAlias
from urllib.parse import quote

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, XSD

from ccn_kb.exports.contents import DESCRIPTION, TITLE, Contents, ExportFile
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.model.addresses import unesco_page_url
from ccn_kb.model.dates import first_day, precision
from ccn_kb.model.licence import LICENCE_URL
from ccn_kb.model.records import REGIONS, City, Cooperation, Country, Designation, Meeting, Source
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.network.schema import DESIGNATIONS, designation_id

Triple: TypeAlias = "tuple[URIRef, URIRef, URIRef | Literal]"

BASE = Namespace("https://w3id.org/ccn-kb/")
CCN = Namespace(f"{BASE}vocabulary#")
WIKIDATA = Namespace("http://www.wikidata.org/entity/")
GEONAMES = Namespace("https://sws.geonames.org/")
NETWORK = BASE["network"]
_PREFIXES = {"ccn": CCN, "schema": SDO, "skos": SKOS, "owl": OWL, "dcterms": DCTERMS, "rdfs": RDFS, "xsd": XSD}
_DATES = {"year": XSD.gYear, "month": XSD.gYearMonth, "day": XSD.date}
_OWN = ("field", "round", "since_day", "until_day", "end_reason")
_EVENT_STATUS = {"held": "EventScheduled", "planned": "EventScheduled"}
_EVENT_STATUS |= {"postponed": "EventPostponed", "cancelled": "EventCancelled"}


def turtle_files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the network in Turtle."""
    graph = contents.graph
    yield ExportFile("ccn.ttl", graph.serialize(format="turtle", encoding="utf-8"), len(graph))


def json_ld_files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the network in JSON-LD."""
    graph = contents.graph
    context = {prefix: str(space) for prefix, space in _PREFIXES.items()}
    data = json.loads(graph.serialize(format="json-ld", context=context))
    yield ExportFile("ccn.jsonld", to_bytes(_in_order(data)), len(graph))


def _in_order(data: Any) -> Any:
    """Return JSON-LD with its lists, which are sets, in an order that does not change from run to run."""
    if isinstance(data, dict):
        return {key: _in_order(data[key]) for key in sorted(data)}
    if isinstance(data, list):
        return sorted(map(_in_order, data), key=lambda item: json.dumps(item, sort_keys=True))
    return data


def to_graph(contents: Contents) -> Graph:
    """Return all statements; every designation is among them, so that any day can be asked for."""
    graph = Graph(bind_namespaces="none")
    for prefix, space in _PREFIXES.items():
        graph.bind(prefix, space)
    for triple in _statements(contents):
        graph.add(triple)
    return graph


def _statements(contents: Contents) -> Iterator[Triple]:
    network = contents.network
    yield from _vocabulary()
    yield from _dataset(contents)
    yield from _fields(network)
    yield from _topics(network)
    for country in network.countries.values():
        yield from _country(country)
    for city in network.cities.values():
        yield from _city(city)
        for designation in city.designations:
            yield from _designation(network, city, designation)
    yield from _rounds(network)
    for meeting in network.meetings():
        yield from _meeting(network, meeting)
    for work in network.cooperations.values():
        yield from _cooperation(network, work)
    for old, new in network.moved.items():
        yield BASE[f"city/{old}"], DCTERMS.isReplacedBy, BASE[f"city/{new}"]
    for source in network.sources.values():
        yield from _source(source)


# -- values ------------------------------------------------------------------------------------


def _date(date: str) -> Literal:
    """Return a date as precisely as it is known: a year, a month or a day."""
    return Literal(date, datatype=_DATES[precision(date)], normalize=False)


def _day(date: str) -> Literal:
    return Literal(first_day(date).isoformat(), datatype=XSD.date)


def _degrees(value: float) -> Literal:
    return Literal(f"{Decimal(repr(value)):f}", datatype=XSD.decimal, normalize=False)


def _address(url: str) -> URIRef:
    # Some characters that servers bear have no place in an IRI.
    return URIRef(quote(url, safe="".join(chr(code) for code in range(33, 127) if chr(code) not in '<>"{}|\\^`')))


def _texts(subject: URIRef, property: URIRef, texts: Iterable[str], lang: str | None = None) -> Iterator[Triple]:
    return ((subject, property, Literal(text, lang=lang)) for text in texts)


def _sources(network: Network, subject: URIRef, citations: Iterable[str]) -> Iterator[Triple]:
    for citation in citations:
        yield subject, SDO.citation, _address(network.cited_url(citation))


# -- the records -------------------------------------------------------------------------------


def _vocabulary() -> Iterator[Triple]:
    """Yield what our own terms mean; the words are those of the columns of the same name."""
    yield CCN.Designation, RDF.type, RDFS.Class
    yield CCN.Designation, RDFS.subClassOf, SDO.OrganizationRole
    yield CCN.Designation, RDFS.comment, Literal(DESIGNATIONS.description, lang="en")
    for column in DESIGNATIONS.columns:
        if column.name in _OWN:
            yield CCN[column.name], RDF.type, RDF.Property
            yield CCN[column.name], RDFS.comment, Literal(column.description, lang="en")
    yield CCN.region, RDF.type, RDF.Property
    yield CCN.region, RDFS.comment, Literal("UNESCO region.", lang="en")
    for id, name in REGIONS.items():
        yield BASE[f"region/{id}"], RDF.type, SKOS.Concept
        yield BASE[f"region/{id}"], SKOS.prefLabel, Literal(name, lang="en")


def _dataset(contents: Contents) -> Iterator[Triple]:
    dataset = BASE["dataset"]
    yield dataset, RDF.type, SDO.Dataset
    yield dataset, SDO.name, Literal(TITLE, lang="en")
    yield dataset, SDO.description, Literal(DESCRIPTION, lang="en")
    yield dataset, SDO.license, URIRef(LICENCE_URL)
    yield dataset, SDO.about, NETWORK
    if contents.network.version:
        yield dataset, SDO.version, Literal(contents.network.version)
    yield NETWORK, RDF.type, SDO.Organization
    yield NETWORK, SDO.name, Literal("UNESCO Creative Cities Network", lang="en")


def _fields(network: Network) -> Iterator[Triple]:
    scheme = BASE["fields"]
    yield scheme, RDF.type, SKOS.ConceptScheme
    yield scheme, SKOS.prefLabel, Literal("Creative fields", lang="en")
    for record in network.fields.values():
        field = BASE[f"field/{record.id}"]
        yield field, RDF.type, SKOS.Concept
        yield field, SKOS.topConceptOf, scheme
        yield field, SKOS.inScheme, scheme
        for lang, name in (("en", record.name), ("fr", record.name_fr), ("es", record.name_es)):
            yield field, SKOS.prefLabel, Literal(name, lang=lang)
        yield field, SKOS.definition, Literal(record.description, lang="en")
        yield from _texts(field, SKOS.altLabel, record.aliases)
        yield from _texts(field, SKOS.scopeNote, record.activities, "en")


def _topics(network: Network) -> Iterator[Triple]:
    scheme = BASE["topics"]
    yield scheme, RDF.type, SKOS.ConceptScheme
    yield scheme, SKOS.prefLabel, Literal("What cities are known for", lang="en")
    for record in network.topics.values():
        topic = BASE[f"topic/{record.id}"]
        yield topic, RDF.type, SKOS.Concept
        yield topic, SKOS.inScheme, scheme
        yield topic, SKOS.prefLabel, Literal(record.name, lang="en")
        if record.broader:
            yield topic, SKOS.broader, BASE[f"topic/{record.broader}"]


def _country(country: Country) -> Iterator[Triple]:
    place = BASE[f"country/{country.id}"]
    yield place, RDF.type, SDO.Country
    yield place, SDO.name, Literal(country.name, lang="en")
    yield place, SDO.name, Literal(country.name_fr, lang="fr")
    yield place, CCN.region, BASE[f"region/{country.region}"]
    yield from _texts(place, SDO.identifier, (country.id, country.alpha3))
    yield from _texts(place, SDO.alternateName, country.aliases)


def _city(city: City) -> Iterator[Triple]:
    place, within = BASE[f"city/{city.id}"], BASE[f"country/{city.country}"]
    yield place, RDF.type, SDO.City
    yield place, SDO.name, Literal(city.name, lang="en")
    for name in city.names:
        yield place, SDO.alternateName, Literal(name.value, lang=name.lang)
    yield place, SDO.latitude, _degrees(city.location.latitude)
    yield place, SDO.longitude, _degrees(city.location.longitude)
    yield place, SDO.containedInPlace, within
    if city.subdivision:
        part = BASE[f"subdivision/{city.subdivision.code}"]
        yield place, SDO.containedInPlace, part
        yield part, RDF.type, SDO.AdministrativeArea
        yield part, SDO.name, Literal(city.subdivision.name)
        yield part, SDO.identifier, Literal(city.subdivision.code)
        yield part, SDO.containedInPlace, within
    if city.geonames:
        yield place, OWL.sameAs, GEONAMES[f"{city.geonames}/"]
    if city.wikidata:
        yield place, OWL.sameAs, WIKIDATA[city.wikidata]
    for page in city.unesco_pages:
        yield place, SDO.subjectOf, URIRef(unesco_page_url(page))
    for topic in city.known_for:
        yield place, DCTERMS.subject, BASE[f"topic/{slug(topic.value)}"]


def _designation(network: Network, city: City, designation: Designation) -> Iterator[Triple]:
    role = BASE[f"designation/{designation_id(city, designation)}"]
    yield NETWORK, SDO.member, role
    yield role, RDF.type, CCN.Designation
    yield role, SDO.member, BASE[f"city/{city.id}"]
    yield role, CCN.field, BASE[f"field/{designation.field}"]
    yield role, SDO.startDate, _date(designation.since)
    yield role, CCN.since_day, _day(designation.since)
    if designation.round:
        yield role, CCN["round"], BASE[f"round/{designation.round}"]
    if designation.end:
        yield role, SDO.endDate, _date(designation.end.date)
        yield role, CCN.until_day, _day(designation.end.date)
        yield role, CCN.end_reason, Literal(designation.end.reason)
    yield from _sources(network, role, (*designation.sources, *(designation.end.sources if designation.end else ())))


def _rounds(network: Network) -> Iterator[Triple]:
    for record in network.rounds.values():
        announcement = BASE[f"round/{record.id}"]
        yield announcement, RDF.type, SDO.PublicationEvent
        yield announcement, SDO.name, Literal(f"Round of {record.id}", lang="en")
        yield announcement, SDO.startDate, _date(record.announced)
        yield from _sources(network, announcement, record.sources)


def _meeting(network: Network, meeting: Meeting) -> Iterator[Triple]:
    event = BASE[f"meeting/{meeting.id}"]
    yield event, RDF.type, SDO.Event
    yield event, SDO.name, Literal(meeting.name, lang="en")
    yield event, SDO.organizer, NETWORK
    yield event, SDO.startDate, _date(meeting.starts)
    if meeting.ends:
        yield event, SDO.endDate, _date(meeting.ends)
    if meeting.status in _EVENT_STATUS:
        yield event, SDO.eventStatus, SDO[_EVENT_STATUS[meeting.status]]
    for host in meeting.hosts:
        yield event, SDO.location, BASE[f"city/{host.city}"] if host.city else Literal(host.name)
    yield from _texts(event, SDO.description, [meeting.theme] if meeting.theme else [], "en")
    yield from _sources(network, event, meeting.sources)


def _cooperation(network: Network, work: Cooperation) -> Iterator[Triple]:
    action = BASE[f"cooperation/{work.id}"]
    yield action, RDF.type, SDO.Action
    yield action, SDO.name, Literal(work.title, lang="en")
    yield action, SDO.additionalType, Literal(work.kind)
    yield action, SDO.startTime, _date(work.starts)
    if work.ends:
        yield action, SDO.endTime, _date(work.ends)
    if work.field:
        yield action, CCN.field, BASE[f"field/{work.field}"]
    for participant in work.cities:
        yield action, SDO.participant, BASE[f"city/{participant.city}"]
    yield from _sources(network, action, work.sources)


def _source(source: Source) -> Iterator[Triple]:
    work = _address(source.url)
    yield work, RDF.type, SDO.CreativeWork
    yield work, SDO.publisher, Literal(source.publisher)
    if source.title:
        yield work, SDO.name, Literal(source.title, lang=source.lang)
    if source.archived:
        yield work, SDO.archivedAt, _address(source.archived)
    if source.published:
        yield work, SDO.datePublished, _date(source.published)
    if source.lang:
        yield work, SDO.inLanguage, Literal(source.lang)
