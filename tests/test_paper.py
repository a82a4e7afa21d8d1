"""The paper has the form of the Journal of Open Source Software, references that exist, and the figures of the data."""

from __future__ import annotations

import re

import yaml
from bibtexparser.entrypoint import parse_file

from ccn_kb.exports.formats import FORMATS
from ccn_kb.network import Network
from tests.conftest import ROOT

PAPER = ROOT / "paper" / "paper.md"
_, FRONT_MATTER, BODY = PAPER.read_text(encoding="utf-8").split("---\n", 2)


def test_the_front_matter_names_what_the_journal_asks_for() -> None:
    head = yaml.safe_load(FRONT_MATTER)
    assert set(head) == {"title", "tags", "authors", "affiliations", "date", "bibliography"}
    assert {author["affiliation"] for author in head["authors"]} == {place["index"] for place in head["affiliations"]}
    assert (PAPER.parent / head["bibliography"]).is_file()


def test_the_paper_has_the_sections_and_the_length_of_the_journal() -> None:
    sections = re.findall(r"^# (.+)$", BODY, re.MULTILINE)
    required = ["Summary", "Statement of need", "State of the field", "Software design", "Research impact statement"]
    assert [section for section in sections if section in required] == required
    assert sections[-2:] == ["AI usage disclosure", "Acknowledgements"]
    assert 500 <= len(BODY.split()) <= 1750


def test_every_reference_is_cited_and_every_citation_a_reference_with_a_doi() -> None:
    library = parse_file(str(PAPER.parent / "paper.bib"))
    assert library.failed_blocks == []
    entries = {entry.key: entry.fields_dict for entry in library.entries}
    assert set(re.findall(r"@(\w+)", BODY)) == set(entries)
    for key, fields in entries.items():
        assert re.fullmatch(r"10\.\d{4,9}/\S+", fields["doi"].value), key
        assert {"author", "title", "year"} <= set(fields), key


def test_the_figures_of_the_paper_are_those_of_the_data(network: Network) -> None:
    members, census = network.members("2025-10-31"), network.census()
    agreeing = sum(comparison.difference == 0 for comparison in census)
    text = " ".join(BODY.split())
    assert f"{len(members)} members in {len({member.country.id for member in members})} countries" in text
    assert f"files in {len(FORMATS)} formats" in text
    years = f"{census[0].date[:4]} and {census[-1].date[:4]}"
    assert f"Of {len(census)} published figures for days between {years}, {agreeing} equal" in text
    assert len(census) - agreeing == 4
    assert "the other four are explained" in text
