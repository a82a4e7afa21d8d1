"""The benchmarks' own parts: networks of any size that pass every check, and the Markdown; nothing is timed here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks import report, work
from benchmarks.generate import generate, grown
from benchmarks.growth import linear
from benchmarks.measure import Work, spread
from benchmarks.report import Section
from benchmarks.start import QUESTIONS, Question

import ccn_kb
from ccn_kb import audit, database
from ccn_kb.model.dates import last_day
from ccn_kb.network import Network
from tests.conftest import ROOT, TODAY

SECTION = Section("Start", ("What", "Seconds"), [["`a|b`", "1"]], "A note.", [["a", "1 s", "b, 2 s", "0.5; goal 1"]])


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "data"
    generate(40, folder)
    return folder


def test_a_made_network_passes_every_check(forty: Path) -> None:
    assert len(list((forty / "cities").iterdir())) == 40
    assert audit.problems(forty, last_day(TODAY)) == []


def test_copies_have_names_ids_and_places_of_their_own(network: Network) -> None:
    larger = grown(network, len(network.cities) + 20)
    copies = [larger.cities[id] for id in larger.cities.keys() - network.cities.keys()]
    assert len(copies) == 20
    assert {city.designations[0].field for city in copies} <= network.fields.keys()
    for name in ("name", "geonames", "wikidata", "location"):
        real, made = ({getattr(city, name) for city in each} for each in (network.cities.values(), copies))
        assert not real & made - {None}
    assert all(row.stated == row.counted for row in larger.census())
    assert max(record.members or 0 for record in larger.rounds.values()) > len(network.members())


def test_the_same_number_gives_the_same_network(network: Network) -> None:
    number = len(network.cities) + 3
    assert grown(network, number) == grown(network, number) != grown(network, number + 1)


def test_the_parsers_that_are_compared_read_the_same(forty: Path) -> None:
    first = [record["name"] for record in work.parsed_by_c_base(forty) if "designations" in record]
    assert first == [record["name"] for record in work.parsed_by_c_safe(forty) if "designations" in record]
    assert len(first) == 40


def test_the_least_makes_the_database_that_the_build_makes(forty: Path, tmp_path: Path) -> None:
    finished, target = tmp_path / "finished.db", tmp_path / "target.db"
    database.build(ccn_kb.load(forty), finished, [("/a", "text/plain", "a")])
    work.floor(forty, "libyaml", finished, target)()

    def rows(path: Path) -> Iterator[str]:
        return (
            line for line in sqlite3.connect(path).iterdump() if "sqlite_stat" not in line and "ANALYZE" not in line
        )

    assert list(rows(finished)) == list(rows(target))
    assert (
        sqlite3.connect(target).execute("SELECT count(*) FROM cities_fts WHERE cities_fts MATCH 'music'").fetchone()[0]
    )


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: " ".join(question.arguments))
def test_the_sql_of_a_question_has_an_answer(question: Question, network: Network, tmp_path: Path) -> None:
    database.build(network, tmp_path / "ccn.db")
    assert sqlite3.connect(tmp_path / "ccn.db").execute(question.sql).fetchall()


def test_figures_are_written_with_their_spread() -> None:
    assert spread([0.5, 0.4, 0.6, 0.55, 0.45], 1000, " ms") == "500 (450 to 550) ms"
    assert spread([1234.5]) == "1,234"
    assert spread([12.34, 12.36]) == "12.3"
    assert spread([0.0314]) == "0.031"


def test_growth_is_compared_with_what_a_city_cost_before() -> None:
    sizes = {number: [Work(0, cost, 50, 50)] for number, cost in ((400, 1.0), (4_000, 4.6), (40_000, 58.6))}
    assert linear(sizes, (400, 4_000, 40_000), "cpu") == "1.50"
    assert linear(sizes, (400, 4_000), "cpu") == ""
    assert linear(sizes, (400, 4_000, 40_000), "megabytes") == ""


def test_all_that_was_measured_is_written_as_markdown() -> None:
    text = report.whole([SECTION], "Measured here.")
    assert "\nMeasured here.\n" in text
    assert "## Start\n\n| What | Seconds |\n| --- | --- |\n| `a\\|b` | 1 |\n\nA note.\n" in text


def test_the_short_table_stands_between_its_marks() -> None:
    text = f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n"
    result = report.between(text, report.shortened([SECTION]))
    assert result.startswith(f"before\n{report.BEGIN}\n| Measurement |")
    assert "old" not in result
    assert result.endswith(f"| a | 1 s | b, 2 s | 0.5; goal 1 |\n{report.END}\nafter\n")
    with pytest.raises(ValueError, match="benchmarks"):
        report.between("no marks", "")


def test_the_readme_shows_the_saved_figures() -> None:
    sections = report.saved_sections()
    assert sections
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert report.between(readme, report.shortened(sections.values())) == readme
    for section in sections.values():
        assert report.table(section.heads, section.rows) in report.RESULTS.read_text(encoding="utf-8")
