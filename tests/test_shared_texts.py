"""What several rooms share is written once: addresses of other sites, the licence, the form of a citation."""

from __future__ import annotations

from typing import get_args

import click
import pytest

from ccn_kb.cli.adding import new
from ccn_kb.cli.editing import end, meeting
from ccn_kb.model import records
from ccn_kb.model.addresses import geonames_url, unesco_page_url, wikidata_url
from ccn_kb.model.citation import citations_in, source_id, split_citation
from ccn_kb.model.records import CooperationKind, EndReason, Identified, Moved, SourceKind, Status
from ccn_kb.network import KIND_OF, RECORD_KINDS
from ccn_kb.store import schemas
from ccn_kb.store.layout import COLLECTIONS
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


def test_every_kind_of_record_has_its_collection_its_file_and_its_schema() -> None:
    identified = {
        record
        for record in vars(records).values()
        if isinstance(record, type) and issubclass(record, Identified) and record not in (Identified, Moved)
    }
    assert set(KIND_OF) == identified
    assert {collection.kind for collection in COLLECTIONS} == RECORD_KINDS.keys() - {"city"}
    assert {f"{collection.schema}.schema.json" for collection in COLLECTIONS} < schemas.schemas().keys()


@pytest.mark.parametrize(
    ("command", "option", "values"),
    [
        (new.commands["source"], "kind", set(get_args(SourceKind))),
        (new.commands["cooperation"], "kind", set(get_args(CooperationKind))),
        (new.commands["meeting"], "status", {"held", "planned"} & set(get_args(Status))),
        (meeting, "status", set(get_args(Status))),
        (end, "reason", set(get_args(EndReason)) - {"field-changed"}),  # which is a command of its own
    ],
)
def test_choices_typed_out_for_a_quick_start_are_those_of_the_models(
    command: click.Command, option: str, values: set[str]
) -> None:
    choice = next(parameter.type for parameter in command.params if parameter.name == option)
    assert isinstance(choice, click.Choice)
    assert set(choice.choices) == values
