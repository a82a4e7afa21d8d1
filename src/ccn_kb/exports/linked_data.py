"""The network as RDF, in Turtle and in JSON-LD: schema.org, SKOS for fields and topics, real days for designations.

An address is a name and stays: it follows the addresses of the site's pages. A designation is a Role of schema.org,
through which the network has a city as its member; what schema.org lacks is in a small vocabulary of our own. The
dataset itself is described in DCAT and VoID.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from ccn_kb.database.views import FOR_READERS
from ccn_kb.exports import vocabulary_terms
from ccn_kb.exports.contents import DESCRIPTION, KEYWORDS, TITLE, Contents, ExportFile
from ccn_kb.exports.dataset_description import MEDIA_TYPES, first_designation_year
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.exports.linked_provenance import provenance
from ccn_kb.exports.rdf_syntaxes import to_json_ld, to_turtle
from ccn_kb.exports.rdf_terms import (
    DCAT,
    DCTERMS,
    FOAF,
    OWL,
    RDF,
    RDFS,
    SDO,
    SKOS,
    VOID,
    XSD,
    Iri,
    Literal,
    Namespace,
    Statement,
    to_literal,
)
from ccn_kb.exports.vocabulary_terms import BASE, CCN, VocabularyClass, VocabularyProperty, to_iri
from ccn_kb.model.addresses import unesco_page_url
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.licence import LICENCE_URL
from ccn_kb.model.records import (
    REGIONS,
    City,
    Cooperation,
    Country,
    Designation,
    Meeting,
    OfficialDocument,
    Source,
)
from ccn_kb.model.text import slug
from ccn_kb.network import Network
from ccn_kb.network.citable import AUTHOR, DOI, PERMANENT_ADDRESS
from ccn_kb.network.schema import COUNTRY_GROUPS, designation_id

WIKIDATA = Namespace("http://www.wikidata.org/entity/")
GEONAMES = Namespace("https://sws.geonames.org/")
IANA = Namespace("https://www.iana.org/assignments/media-types/")
SHAPES = Path(__file__).with_name("shapes.ttl")
NETWORK = BASE["network"]
_PREFIXES = {
    "ccn": CCN,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "owl": OWL,
    "rdfs": RDFS,
    "schema": SDO,
    "skos": SKOS,
    "void": VOID,
    "xsd": XSD,
}
_DATES = {"year": XSD.gYear, "month": XSD.gYearMonth, "day": XSD.date}
_EVENT_STATUS = {"held": "EventScheduled", "planned": "EventScheduled"}
_EVENT_STATUS |= {"postponed": "EventPostponed", "cancelled": "EventCancelled"}


def turtle_files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the network in Turtle, and the shapes that it conforms to."""
    yield ExportFile("ccn.ttl", network_in_turtle(contents).encode(), len(contents.statements))
    yield ExportFile(SHAPES.name, SHAPES.read_bytes())


def network_in_turtle(contents: Contents) -> str:
    """Return all statements in Turtle."""
    return to_turtle(contents.statements, _PREFIXES)


def vocabulary_in_turtle() -> str:
    """Return what the terms of our own vocabulary mean, in Turtle."""
    return to_turtle(_vocabulary(), _PREFIXES)


def json_ld_files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the network in JSON-LD."""
    statements = contents.statements
    yield ExportFile("ccn.jsonld", to_bytes(to_json_ld(statements, _PREFIXES)), len(statements))


def make_statements(contents: Contents) -> frozenset[Statement]:
    """Return all statements; every designation is among them, so that any day can be asked for."""
    return frozenset(_statements(contents))


def _statements(contents: Contents) -> Iterator[Statement]:
    network = contents.network
    yield from _vocabulary()
    yield from _dataset(contents)
    yield from _fields(network)
    yield from _topics(network)
    for country in network.countries.values():
        yield from _country(country)
    for city in network.cities.values():
        yield from _city(network, city)
        for designation in city.designations:
            yield from _designation(network, city, designation)
    yield from _country_groups(network)
    yield from _rounds(network)
    yield from _totals(network)
    for meeting in network.meetings():
        yield from _meeting(network, meeting)
    for work in network.cooperations.values():
        yield from _cooperation(network, work)
    for document in network.official_documents.values():
        yield from _official_document(network, document)
    for old, new in network.moved.items():
        yield BASE[f"city/{old}"], DCTERMS.isReplacedBy, BASE[f"city/{new}"]
    for source in network.sources.values():
        yield from _source(source)
    yield from provenance(network)


# -- values ------------------------------------------------------------------------------------


def _date(date: str) -> Literal:
    """Return a date as precisely as it is known: a year, a month or a day."""
    return Literal(date, datatype=_DATES[precision(date)])


def _day(date: str) -> Literal:
    return Literal(first_day(date).isoformat(), datatype=XSD.date)


def _degrees(value: float) -> Literal:
    return Literal(f"{Decimal(repr(value)):f}", datatype=XSD.decimal)


def _texts(subject: Iri, property: Iri, texts: Iterable[str], lang: str | None = None) -> Iterator[Statement]:
    return ((subject, property, Literal(text, lang=lang)) for text in texts)


def _sources(network: Network, subject: Iri, citations: Iterable[str]) -> Iterator[Statement]:
    for citation in citations:
        yield subject, SDO.citation, to_iri(network.cited_url(citation))


# -- the records -------------------------------------------------------------------------------


def _vocabulary() -> Iterator[Statement]:
    """Yield what our own terms mean: the classes, the properties and the UNESCO regions."""
    ontology = Iri(CCN.address.removesuffix("#"))
    yield ontology, RDF.type, OWL.Ontology
    yield ontology, RDFS.label, Literal("Vocabulary of ccn-kb", lang="en")
    yield ontology, DCTERMS.license, Iri(LICENCE_URL)
    for term in vocabulary_terms.CLASSES:
        yield CCN[term.name], RDF.type, RDFS.Class
        yield CCN[term.name], RDFS.subClassOf, term.parent
        yield from _describe_term(ontology, term)
    for property in vocabulary_terms.PROPERTIES:
        name = CCN[property.name]
        yield name, RDF.type, RDF.Property
        yield name, RDFS.range, property.range
        # Several domains in RDFS would mean that a subject is of all these classes.
        domain = RDFS.domain if len(property.domains) == 1 else SDO.domainIncludes
        yield from ((name, domain, subject) for subject in property.domains)
        yield from _describe_term(ontology, property)
    for id, label in REGIONS.items():
        yield BASE[f"region/{id}"], RDF.type, SKOS.Concept
        yield BASE[f"region/{id}"], SKOS.prefLabel, Literal(label, lang="en")


def _describe_term(ontology: Iri, term: VocabularyClass | VocabularyProperty) -> Iterator[Statement]:
    yield CCN[term.name], RDFS.label, Literal(term.label, lang="en")
    yield CCN[term.name], RDFS.comment, Literal(term.comment, lang="en")
    yield CCN[term.name], RDFS.isDefinedBy, ontology


def _dataset(contents: Contents) -> Iterator[Statement]:
    dataset = BASE["dataset"]
    period = BASE["dataset/period"]
    yield from ((dataset, RDF.type, type) for type in (SDO.Dataset, DCAT.Dataset, VOID.Dataset))
    for title, description in ((SDO.name, SDO.description), (DCTERMS.title, DCTERMS.description)):
        yield dataset, title, Literal(TITLE, lang="en")
        yield dataset, description, Literal(DESCRIPTION, lang="en")
    for license in (SDO.license, DCTERMS.license):
        yield dataset, license, Iri(LICENCE_URL)
    yield dataset, SDO.about, NETWORK
    yield dataset, DCTERMS.identifier, Literal(f"https://doi.org/{DOI}" if DOI else PERMANENT_ADDRESS)
    yield dataset, DCAT.landingPage, Iri(contents.url)
    yield from ((dataset, DCAT.keyword, Literal(word, lang="en")) for word in KEYWORDS)
    yield dataset, DCTERMS.publisher, BASE["publisher"]
    yield dataset, DCTERMS.creator, BASE["publisher"]
    yield BASE["publisher"], RDF.type, FOAF.Agent
    yield BASE["publisher"], FOAF.name, Literal(AUTHOR)
    yield dataset, VOID.uriSpace, Literal(BASE.address)
    yield dataset, VOID.exampleResource, NETWORK
    yield from ((dataset, VOID.vocabulary, Iri(space.address)) for space in (CCN, SDO, SKOS, DCTERMS, DCAT))
    edition = contents.edition
    if edition["version"]:
        yield dataset, SDO.version, Literal(edition["version"])
        yield dataset, DCAT.version, Literal(edition["version"])
        yield dataset, DCTERMS.bibliographicCitation, Literal(edition["citation"])
        for issued in (DCTERMS.issued, DCTERMS.modified):
            yield dataset, issued, Literal(edition["date"], datatype=XSD.date)
    if first := first_designation_year(contents.network):
        yield dataset, DCTERMS.temporal, period
        yield period, RDF.type, DCTERMS.PeriodOfTime
        yield period, DCAT.startDate, Literal(first, datatype=XSD.gYear)
        if edition["date"]:
            yield period, DCAT.endDate, Literal(edition["date"], datatype=XSD.date)
    yield from _distributions(dataset, contents)
    yield NETWORK, RDF.type, SDO.Organization
    yield NETWORK, SDO.name, Literal("UNESCO Creative Cities Network", lang="en")


def _distributions(dataset: Iri, contents: Contents) -> Iterator[Statement]:
    """Yield the files of the site, from which the dataset can be downloaded."""
    paths = ["ccn.db", "meetings.ics", "feed.atom", "data/members.geojson", "data/network.json", "data/ccn.ttl"]
    paths += [f"data/{table.name}.{ending}" for table in FOR_READERS for ending in ("csv", "json", "xlsx")]
    for path in paths:
        file, address = BASE[f"dataset/{path}"], f"{contents.url.rstrip('/')}/{path}"
        yield dataset, DCAT.distribution, file
        yield file, RDF.type, DCAT.Distribution
        yield file, DCTERMS.title, Literal(path.rpartition("/")[2])
        yield file, DCTERMS.license, Iri(LICENCE_URL)
        yield file, DCAT.downloadURL, to_iri(address)
        yield file, DCAT.mediaType, IANA[MEDIA_TYPES[path.rpartition(".")[2]]]


def _fields(network: Network) -> Iterator[Statement]:
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


def _topics(network: Network) -> Iterator[Statement]:
    scheme = BASE["topics"]
    yield scheme, RDF.type, SKOS.ConceptScheme
    yield scheme, SKOS.prefLabel, Literal("What cities are known for", lang="en")
    for record in network.topics.values():
        topic = BASE[f"topic/{record.id}"]
        yield topic, RDF.type, SKOS.Concept
        yield topic, SKOS.inScheme, scheme
        yield topic, SKOS.prefLabel, Literal(record.name, lang="en")
        for name in record.names:
            yield topic, SKOS.prefLabel, Literal(name.value, lang=name.lang)
        if record.broader:
            yield topic, SKOS.broader, BASE[f"topic/{record.broader}"]


def _country(country: Country) -> Iterator[Statement]:
    place = BASE[f"country/{country.id}"]
    yield place, RDF.type, SDO.Country
    yield place, SDO.name, Literal(country.name, lang="en")
    yield place, SDO.name, Literal(country.name_fr, lang="fr")
    yield place, CCN.region, BASE[f"region/{country.region}"]
    yield from _texts(place, SDO.identifier, (country.id, country.alpha3))
    yield from _texts(place, CCN.m49, [country.m49] if country.m49 else [])
    yield from _texts(place, SDO.alternateName, country.aliases)


def _country_groups(network: Network) -> Iterator[Statement]:
    for record in network.country_groups.values():
        group = BASE[f"country-group/{record.id}"]
        yield group, RDF.type, CCN.CountryGroup
        yield group, SKOS.prefLabel, Literal(record.name, lang="en")
        yield group, CCN.group_kind, Literal(record.kind)
        yield group, CCN.as_of, Literal(last_day(record.as_of).isoformat(), XSD.date)
        yield from _texts(group, SDO.identifier, [record.code] if record.code else [])
        yield from _texts(group, SDO.version, [record.edition] if record.edition else [])
        yield from _texts(group, SKOS.note, [record.note] if record.note else [], "en")
        yield from _sources(network, group, record.sources)
    for id, (record, _, time) in COUNTRY_GROUPS.identified(network):
        membership = BASE[f"country-group/{id}"]
        yield membership, RDF.type, CCN.GroupMembership
        yield membership, CCN.group, BASE[f"country-group/{record.id}"]
        yield membership, CCN.country, BASE[f"country/{time.country}"]
        if time.since:
            yield membership, SDO.startDate, _date(time.since)
            yield membership, CCN.since_day, _day(time.since)
        if time.until:
            yield membership, SDO.endDate, _date(time.until)
            yield membership, CCN.until_day, _day(time.until)


def _city(network: Network, city: City) -> Iterator[Statement]:
    place = BASE[f"city/{city.id}"]
    yield place, RDF.type, SDO.City
    yield place, SDO.name, Literal(city.name, lang="en")
    for name in city.names:
        if name.place is None:
            yield place, SDO.alternateName, Literal(name.value, lang=name.lang)
    yield place, SDO.latitude, _degrees(city.location.latitude)
    yield place, SDO.longitude, _degrees(city.location.longitude)
    yield from _containing_places(city, place)
    if city.geonames:
        yield place, OWL.sameAs, GEONAMES[f"{city.geonames}/"]
    if city.wikidata:
        yield place, OWL.sameAs, WIKIDATA[city.wikidata]
    for page in city.unesco_pages:
        yield place, SDO.subjectOf, Iri(unesco_page_url(page))
    for topic in city.known_for:
        concept = BASE[f"topic/{slug(topic.value)}"]
        statement = BASE[f"city-topic/{city.id}/{slug(topic.value)}"]
        yield place, DCTERMS.subject, concept
        yield statement, RDF.type, CCN.CityTopic
        yield statement, CCN.city, place
        yield statement, CCN.topic, concept
    for figure in city.population:
        node = BASE["/".join(map(str, filter(None, ("population", city.id, figure.value, figure.year))))]
        yield place, CCN.population, node
        yield node, RDF.type, CCN.Population
        yield node, SDO.value, to_literal(figure.value)
        if figure.year:
            yield node, SDO.observationDate, _date(str(figure.year))
        if figure.basis:
            yield node, CCN.population_basis, Literal(figure.basis)
        yield from _sources(network, node, figure.sources)
    yield from _monitoring_reports(city, place)


def _containing_places(city: City, place: Iri) -> Iterator[Statement]:
    within = BASE[f"country/{city.country}"]
    yield place, SDO.containedInPlace, within
    for subdivision in reversed(city.subdivisions):
        part = BASE[f"subdivision/{subdivision.code}"]
        yield place, SDO.containedInPlace, part
        yield part, RDF.type, SDO.AdministrativeArea
        yield part, SDO.name, Literal(subdivision.name)
        yield part, SDO.identifier, Literal(subdivision.code)
        yield part, SDO.containedInPlace, within
        within = part


def _monitoring_reports(city: City, place: Iri) -> Iterator[Statement]:
    for report in city.reports:
        if report.url:
            work = to_iri(report.url)
            yield work, RDF.type, SDO.Report
            yield work, SDO.about, place
            yield work, SDO.dateCreated, _date(str(report.year))
            if report.lang:
                yield work, SDO.inLanguage, Literal(report.lang)


def _designation(network: Network, city: City, designation: Designation) -> Iterator[Statement]:
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


def _rounds(network: Network) -> Iterator[Statement]:
    for record in network.rounds.values():
        announcement = BASE[f"round/{record.id}"]
        yield announcement, RDF.type, SDO.PublicationEvent
        yield announcement, SDO.name, Literal(f"Round of {record.id}", lang="en")
        yield announcement, SDO.startDate, _date(record.announced)
        yield from _figures(
            announcement,
            stated_new=record.new,
            stated_members=record.members,
            stated_countries=record.countries,
            stated_first_time=record.first_time,
            wording=record.wording,
        )
        yield from _sources(network, announcement, record.sources)


def _totals(network: Network) -> Iterator[Statement]:
    for record in network.totals.values():
        total = BASE[f"total/{record.id}"]
        yield total, RDF.type, CCN.PublishedTotal
        yield total, SDO.observationDate, _date(record.date)
        yield from _figures(
            total, stated_members=record.members, stated_countries=record.countries, wording=record.wording
        )
        for part, id in (("field", record.field), ("country", record.country), ("region", record.region)):
            if id:
                yield total, CCN[part], BASE[f"{part}/{id}"]
        yield from _sources(network, total, record.sources)


def _figures(subject: Iri, **figures: int | str | None) -> Iterator[Statement]:
    return ((subject, CCN[name], to_literal(figure)) for name, figure in figures.items() if figure is not None)


def _meeting(network: Network, meeting: Meeting) -> Iterator[Statement]:
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
        yield event, SDO.location, BASE[f"city/{host.city}"] if host.city else Literal(str(host.name))
    yield from _texts(event, SDO.description, [meeting.theme] if meeting.theme else [], "en")
    yield from _sources(network, event, meeting.sources)


def _cooperation(network: Network, work: Cooperation) -> Iterator[Statement]:
    action = BASE[f"cooperation/{work.id}"]
    yield action, RDF.type, SDO.Action
    yield action, SDO.name, Literal(work.title, lang="en")
    yield action, SDO.additionalType, Literal(work.kind)
    yield action, SDO.startTime, _date(work.starts)
    if work.ends:
        yield action, SDO.endTime, _date(work.ends)
    if work.field:
        yield action, CCN.field, BASE[f"field/{work.field}"]
    for number, participant in enumerate(work.cities, start=1):
        part, city = BASE[f"cooperation/{work.id}/participation/{number}"], BASE[f"city/{participant.city}"]
        yield action, SDO.participant, city
        yield action, CCN.participation, part
        yield part, RDF.type, CCN.Participation
        yield part, CCN.city, city
        yield part, SDO.roleName, Literal(participant.role)
    yield from _sources(network, action, work.sources)


def _official_document(network: Network, document: OfficialDocument) -> Iterator[Statement]:
    work = BASE[f"official-document/{document.id}"]
    yield work, RDF.type, SDO.DigitalDocument
    yield work, SDO.name, Literal(document.title, lang="en")
    yield work, SDO.additionalType, Literal(document.kind)
    yield work, SDO.datePublished, _date(document.date)
    if document.deadline:
        yield work, SDO.expires, _date(document.deadline)
    if document.replaces:
        yield work, DCTERMS.replaces, BASE[f"official-document/{document.replaces}"]
    yield from _texts(work, SDO.description, [statement.value for statement in document.statements], "en")
    yield from _sources(network, work, document.sources)


def _source(source: Source) -> Iterator[Statement]:
    work = to_iri(source.url)
    yield work, RDF.type, SDO.CreativeWork
    yield work, SDO.publisher, Literal(source.publisher)
    yield work, CCN.source_kind, Literal(source.kind)
    if source.title:
        yield work, SDO.name, Literal(source.title, lang=source.lang)
    if source.archived:
        yield work, SDO.archivedAt, to_iri(source.archived)
    if source.published:
        yield work, SDO.datePublished, _date(source.published)
    if source.lang:
        yield work, SDO.inLanguage, Literal(source.lang)
