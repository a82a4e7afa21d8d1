"""The second reader gets facts drawn at random with their sources, and the error rate is that of the verdicts."""

from __future__ import annotations

import csv
import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from release.second_reader import TAKEN_BY_PROGRAM, ErrorRate, Fact, UnfilledError, draw, main, rate, read_sheet, wilson

from ccn_kb.model.citation import source_id
from ccn_kb.network import Network
from tests.conftest import DATA, ROOT

AUDIT = ROOT / "release" / "audits" / "2026-11.csv"
FACT = Fact(1, "city kobe-jp", "designations 0 since", "2008-10-16", "mirror", "https://example.org", "confirmed")


def test_the_same_seed_draws_the_same_facts(network: Network) -> None:
    assert draw(network, 30, 1) == draw(network, 30, 1) != draw(network, 30, 2)


def test_every_fact_has_its_value_and_its_sources(network: Network) -> None:
    facts = draw(network, 3_000, 1)
    assert len({(fact.record, fact.path) for fact in facts}) == len(facts)
    for fact in facts:
        ids = {source_id(source) for source in fact.sources.split()}
        assert ids <= network.sources.keys(), fact
        assert not ids <= TAKEN_BY_PROGRAM, fact
        assert fact.value, fact
        assert len(fact.addresses.split()) == len(fact.sources.split()), fact
        assert not fact.verdict, fact


def test_every_kind_of_fact_can_be_drawn(network: Network) -> None:
    kinds = {(fact.record.split()[0], re.sub(r" \d+", "", fact.path)) for fact in draw(network, 3_300, 1)}
    assert {
        ("city", "designations since"),
        ("city", "known_for value"),
        ("city", "population value"),
        ("city", "reports year"),
        ("cooperation", "cities"),
        ("meeting", "hosts"),
        ("round", "members"),
        ("total", "members"),
    } <= kinds


@pytest.mark.parametrize(
    ("errors", "total", "low", "high"), [(0, 100, 0, 0.0370), (5, 100, 0.0215, 0.1118), (10, 10, 0.7225, 1)]
)
def test_the_interval_is_that_of_wilson(errors: int, total: int, low: float, high: float) -> None:
    assert wilson(errors, total) == pytest.approx((low, high), abs=0.0001)


def test_facts_on_which_no_page_was_found_do_not_count() -> None:
    facts = [
        FACT,
        replace(FACT, number=2, verdict="contradicted", evidence="2009"),
        replace(FACT, number=3, verdict="not findable"),
    ]
    counted = rate(facts)
    assert counted == ErrorRate(1, 1, 1)
    assert (counted.read, counted.share) == (2, 0.5)
    assert str(counted).startswith("1 confirmed, 1 contradicted, 1 not findable: 50.0% of 2 wrong")


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (replace(FACT, verdict=""), "fact 1: write confirmed"),
        (replace(FACT, verdict="yes"), "fact 1: write confirmed"),
        (replace(FACT, verdict="contradicted"), "fact 1: write as evidence"),
        (replace(FACT, verdict="not findable"), "no rate"),
    ],
)
def test_a_sheet_that_is_not_filled_has_no_rate(fact: Fact, message: str) -> None:
    with pytest.raises(UnfilledError, match=message):
        rate([fact])


def test_a_sheet_is_printed_and_counted(tmp_path: Path) -> None:
    printed = CliRunner().invoke(
        main, ["draw", "--facts", "3", "--seed", "1", "--data", str(DATA)], catch_exceptions=False
    )
    facts = read_sheet(printed.output.splitlines())
    assert [fact.number for fact in facts] == [1, 2, 3]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(printed.output, encoding="utf-8")
    refused = CliRunner().invoke(main, ["rate", str(sheet)])
    assert (refused.exit_code, "fact 1" in refused.output) == (1, True)
    with sheet.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(asdict(FACT)))
        writer.writeheader()
        writer.writerows(asdict(replace(fact, verdict="confirmed")) for fact in facts)
    counted = CliRunner().invoke(main, ["rate", str(sheet)], catch_exceptions=False)
    assert counted.output.startswith("3 confirmed, 0 contradicted, 0 not findable: 0.0% of 3 wrong")


def test_the_methods_state_the_result_of_the_first_audit() -> None:
    with AUDIT.open(encoding="utf-8", newline="") as lines:
        facts = read_sheet(lines)
    assert len(facts) == 100
    methods = " ".join((ROOT / "docs" / "methods.md").read_text(encoding="utf-8").split())
    assert str(rate(facts)) in methods
