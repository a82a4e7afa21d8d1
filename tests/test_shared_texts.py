"""What several rooms share is written once: addresses of other sites, the licence, the form of a citation."""

from __future__ import annotations

import pytest

from ccn_kb.model.addresses import geonames_url, unesco_page_url, wikidata_url
from ccn_kb.model.citation import citations_in, source_id, split_citation
from tests.conftest import ROOT
from tests.records import make_city, make_designation, make_network, make_source

SRC = ROOT / "src" / "ccn_kb"


def test_addresses_lead_to_the_page_of_the_id() -> None:
    assert unesco_page_url("lyon") == "https://www.unesco.org/en/creative-cities/lyon"
    assert geonames_url(2996944) == "https://www.geonames.org/2996944"
    assert wikidata_url("Q456") == "https://www.wikidata.org/wiki/Q456"


@pytest.mark.parametrize(
    ("citation", "parts"),
    [
        ("unesco-2009", ("unesco-2009", "")),
        ("geonames#1860243", ("geonames", "1860243")),
        ("decree#art-3#2", ("decree", "art-3#2")),
    ],
)
def test_a_citation_has_a_source_and_a_locator(citation: str, parts: tuple[str, str]) -> None:
    assert split_citation(citation) == parts
    assert source_id(citation) == parts[0]


def test_a_citation_leads_to_the_entry_of_a_collection_and_to_the_page_of_another_source() -> None:
    page = make_source(id="page", url="https://example.org/page")
    gazetteer = make_source(
        id="geonames", url="https://example.org/", entry_url="https://example.org/{locator}/about.rdf"
    )
    network = make_network(page, gazetteer)
    assert [network.cited_url(text) for text in ("page", "geonames#7", "geonames")] == [
        "https://example.org/page",
        "https://example.org/7/about.rdf",
        "https://example.org/",
    ]
    assert network.cited_source("geonames#7") == gazetteer


def test_citations_are_read_from_a_record_and_from_the_records_inside_it() -> None:
    city = make_city(designations=(make_designation(sources=("first", "second#2")),))
    assert [item for item in citations_in(city) if "designations" in item[0]] == [
        (("designations", 0, "sources", 0), "first"),
        (("designations", 0, "sources", 1), "second#2"),
    ]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("creativecommons.org", "model/licence.py"),
        ("unesco.org/en/creative-cities/", "model/addresses.py"),
        ("wikidata.org/wiki", "model/addresses.py"),
        ("www.geonames.org", "model/addresses.py"),
        ('partition("#")', "model/citation.py"),
    ],
)
def test_each_is_written_in_one_module(text: str, home: str) -> None:
    written = {str(path.relative_to(SRC)) for path in SRC.rglob("*.py") if text in path.read_text(encoding="utf-8")}
    assert {file for file in written if not file.startswith("site/")} == {home}
