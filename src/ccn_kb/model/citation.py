"""The parts of a citation: `geonames#1860243` cites the entry `1860243` of the source `geonames`."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.model.records import Record, ValuePath


def split_citation(citation: str) -> tuple[str, str]:
    """Return the id of the cited source, and the locator of the cited entry, '' if the whole source is cited."""
    source, _, locator = citation.partition("#")
    return source, locator


def source_id(citation: str) -> str:
    """Return the id of the cited source."""
    return split_citation(citation)[0]


def citations_in(record: Record) -> Iterator[tuple[ValuePath, str]]:
    """Yield each citation in a record and in the records inside it, with its path."""
    for path, part in record.nested_records():
        for number, citation in enumerate(vars(part).get("sources", ())):
            yield (*path, "sources", number), citation
