"""Citations taken apart: `geonames#1860243` names the source `geonames` and in it the entry `1860243`."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.model.records import Record


def split_citation(citation: str) -> tuple[str, str]:
    """Return the id of the source that a citation names, and the locator in it, '' for the whole source."""
    source, _, locator = citation.partition("#")
    return source, locator


def source_id(citation: str) -> str:
    """Return the id of the source that a citation names."""
    return split_citation(citation)[0]


def citations_in(record: Record) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield each citation in a record and in the records inside it, with its path."""
    for path, part in record.inside():
        for number, citation in enumerate(vars(part).get("sources", ())):
            yield (*path, "sources", number), citation
