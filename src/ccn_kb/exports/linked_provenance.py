"""Which source supports which fact, and what values sources that disagree give, as RDF."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from ccn_kb.exports.rdf_terms import RDF, SDO, Literal, Statement
from ccn_kb.exports.vocabulary_terms import BASE, CCN, to_iri
from ccn_kb.network import Network
from ccn_kb.network.schema import CitedRow, DisputedRow, cited_rows, disputed_rows

# Records that are no nodes of the graph: their citations are those of a field of what they belong to.
_PARTS = {
    "meeting_statement": "meeting",
    "city_fact": "city",
    "name": "city",
    "monitoring_report": "city",
    "country_status": "country",
}
_NODES = (
    *("designation", "city", "city-topic", "population", "round", "total", "meeting", "cooperation", "field"),
    "country-group",
    "official-document",
)
_HYPHENATED = ("city_topic", "country_group", "official_document")
_PLACES = {"latitude": "location", "longitude": "location"}


def provenance(network: Network) -> Iterator[Statement]:
    """Yield every citation and every disputed value whose record is a node of the graph."""
    for cited in cited_rows(network):
        if subject := _subject_and_path(cited):
            yield from _citation(network, cited, *subject)
    for disputed in disputed_rows(network):
        if subject := _subject_and_path(disputed):
            yield from _disputed_value(network, disputed, *subject)


def _subject_and_path(row: CitedRow | DisputedRow) -> tuple[str, str] | None:
    """Return the node of a record, without the base, and the field; None if the record has no node."""
    kind = row.record_type.replace("_", "-") if row.record_type in _HYPHENATED else row.record_type
    if kind in _PARTS:
        return f"{_PARTS[kind]}/{row.record_id.partition('/')[0]}", kind
    return (f"{kind}/{row.record_id}", _PLACES.get(row.path, row.path)) if kind in _NODES else None


def _citation(network: Network, row: CitedRow, subject: str, path: str) -> Iterator[Statement]:
    parts = (subject, path, row.source, row.locator)
    citation = BASE[f"citation/{'/'.join(quote(part, safe='/') for part in parts if part)}"]
    yield citation, RDF.type, CCN.Citation
    yield citation, CCN.supports, BASE[subject]
    yield citation, CCN.source, to_iri(network.sources[row.source].url)
    if path:
        yield citation, CCN.path, Literal(path)
    if row.locator:
        yield citation, SDO.url, to_iri(row.url)


def _disputed_value(network: Network, row: DisputedRow, subject: str, path: str) -> Iterator[Statement]:
    parts = (subject, path, row.source, row.value)
    disputed = BASE[f"disputed/{'/'.join(quote(part, safe='/') for part in parts if part)}"]
    yield disputed, RDF.type, CCN.DisputedValue
    yield disputed, CCN.disputes, BASE[subject]
    yield disputed, CCN.path, Literal(path)
    yield disputed, SDO.value, Literal(row.value)
    yield disputed, CCN.source, to_iri(network.sources[row.source].url)
