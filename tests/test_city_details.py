"""Columns of a table that fill in the records of its cities, and the table of what new cities lack."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ccn_kb.curate.city_details import DETAILS, read_details
from ccn_kb.curate.lists.tables import COLUMN_OF
from ccn_kb.curate.missing_values import missing_values
from ccn_kb.model.text import key
from ccn_kb.network import Network
from tests.conftest import Ccn
from tests.records import make_city, make_designation, make_end
from tests.test_curating import state

HEAD = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2023\n"


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def problem_of(cells: dict[str, str], network: Network, country: str = "NO") -> str:
    _, problems = read_details(cells, network, country)
    [problem] = problems
    assert problem.column in cells
    return f"{problem.message} (fix: {problem.fix})"


def test_every_detail_is_read_in_its_usual_forms(network: Network) -> None:
    cells = {
        "wikidata": "https://www.wikidata.org/wiki/Q26087",
        "subdivision": "Troms (NO-55)",
        "unesco_page": "https://www.unesco.org/en/creative-cities/tromso; tromso-2",
        "known_for": "Folk Music; film festival; folk music",
        "names": "nn: Tromsø kommune; Romsa (se); Tromsø",
        "population": "41 915; 78,745 (2024); 80 000, 2025; 12.000 (2023, city proper)",
    }
    details, problems = read_details(cells, network, "NO")
    assert problems == []
    assert details.wikidata == "Q26087"
    assert details.subdivision is not None
    assert (details.subdivision.code, details.subdivision.name) == ("NO-55", "Troms")
    assert details.unesco_page == ("tromso", "tromso-2")
    assert details.known_for == ("folk music", "film festival")
    assert details.names == (("Tromsø kommune", "nn"), ("Romsa", "se"), ("Tromsø", None))
    assert details.population == (
        (41915, None, None),
        (78745, 2024, None),
        (80000, 2025, None),
        (12000, 2023, "city-proper"),
    )


def test_a_subdivision_that_the_network_has_needs_only_its_code_or_its_name(network: Network) -> None:
    for cell in ("JP-28", "Hyogo", "JP-28 Hyogo"):
        details, problems = read_details({"subdivision": cell}, network, "JP")
        assert problems == []
        assert details.subdivision is not None
        assert details.subdivision.code == "JP-28"


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("wikidata", "26087", "write it as Q184204"),
        ("subdivision", "Troms", "write its ISO 3166-2 code and its name"),
        ("subdivision", "NO-55", "has no name"),
        ("subdivision", "JP-28 Osaka", "JP-28 is Hyogo"),
        ("unesco_page", "https://example.org/tromso", "last part of its address"),
        ("known_for", "folk musik", "write folk music"),
        ("known_for", "zzz; folk music; yyy xxx", 'ccn new topic zzz "yyy xxx"'),
        ("names", "Tromsø: x: y", "fr: Dresde"),
        ("population", "1.2 million", "write a whole number"),
        ("population", "41.9", "write a whole number"),
        ("population", "0", "write a whole number"),
        ("population", "560000 (2023, parish)", "write one of municipality"),
        ("wikidata", "Q" * 3000, "shorten it"),
    ],
)
def test_a_wrong_detail_is_reported_with_its_form(column: str, cell: str, says: str, network: Network) -> None:
    assert says in problem_of({column: cell}, network)


def test_every_detail_has_its_column_in_the_languages_of_lists() -> None:
    for column in (*DETAILS, "source"):
        headings = [heading for heading, meaning in COLUMN_OF.items() if meaning == column]
        assert key(column) in headings
        assert sum(not heading.isascii() for heading in headings) >= 4, column


def test_a_table_loads_all_details_and_a_dry_run_shows_them(mini: Path, ccn: Ccn) -> None:
    topic = ccn("new", "topic", "polar night cinema", "arctic jazz", cwd=mini.parent)
    assert topic.returncode == 0, topic.stderr
    header = "name;country;field;wikidata;subdivision;unesco page;connue pour;autres noms;population;source\n"
    row = "León;Nicaragua;Film;Q1;NI-LE León;leon;arctic jazz;nah: Xuchialpan;210 000 (2020);idcn-uccn-members\n"
    (mini.parent / "a.csv").write_text(HEAD + header + row, encoding="utf-8")
    before = state(mini)
    shown = ccn("load", "a.csv", "--dry-run", cwd=mini.parent)
    assert (shown.returncode, state(mini)) == (0, before), shown.stderr
    for line in (
        "wikidata: Q1",
        "subdivision: {code: NI-LE, name: León}",
        "unesco_pages: [leon]",
        "{value: arctic jazz, sources: [idcn-uccn-members]}",
        "{value: Xuchialpan, lang: nah}",
        "{value: 210000, year: 2020, sources: [idcn-uccn-members]}",
        "sources: [unesco-round-2023, idcn-uccn-members]",
    ):
        assert f"{line}\n" in shown.stdout
    loaded = ccn("load", "a.csv", cwd=mini.parent)
    assert loaded.returncode == 0, loaded.stderr
    assert not (mini.parent / "a.csv.missing.csv").exists()
    assert ccn("check", cwd=mini.parent).returncode == 0


@pytest.mark.parametrize(
    ("columns", "cells", "says"),
    [
        ("subdivision", "NI-LE León", "NI-LE is not in Japan"),
        ("wikidata", "184204", "write it as Q184204"),
        ("source", "nowhere-2026", "ccn new source nowhere-2026"),
        ("known_for", "zzz", "ccn new topic zzz"),
    ],
)
def test_a_detail_that_does_not_fit_is_reported_at_its_line(
    columns: str, cells: str, says: str, mini: Path, ccn: Ccn
) -> None:
    text = f"{HEAD}name,country,field,{columns}\nOtsu,Japan,Film,{cells}\n"
    (mini.parent / "a.csv").write_text(text, encoding="utf-8")
    before = state(mini)
    result = ccn("load", "a.csv", cwd=mini.parent)
    assert (result.returncode, state(mini)) == (1, before)
    assert f"a.csv:5: {columns}: " in result.stderr
    assert says in result.stderr


def test_details_of_a_known_city_are_added_and_never_replaced(mini: Path, ccn: Ccn) -> None:
    text = f"{HEAD}name,country,field,wikidata,names\nKanazawa,Japan,Design,{{id}},Kanazawa-shi\n"
    path = mini.parent / "a.csv"
    path.write_text(text.format(id="Q1"), encoding="utf-8")
    refused = ccn("load", "a.csv", cwd=mini.parent)
    assert refused.returncode == 1
    assert "the wikidata of kanazawa-jp is Q" in refused.stderr
    path.write_text(text.replace(",wikidata", "").replace(",{id}", ""), encoding="utf-8")
    ccn("load", "a.csv", cwd=mini.parent)
    answers = mini.parent / "a.csv.answers.csv"
    write_rows(answers, [{**row, "answer": "yes"} for row in read_rows(answers)])
    loaded = ccn("load", "a.csv", cwd=mini.parent)
    assert loaded.returncode == 0, loaded.stderr
    written = (mini / "cities" / "kanazawa-jp.yaml").read_text(encoding="utf-8")
    assert "- {value: Kanazawa-shi}\n" in written


def test_what_new_cities_lack_is_a_table_of_corrections(mini: Path, ccn: Ccn) -> None:
    (mini.parent / "a.txt").write_text(f"{HEAD}León (Nicaragua) – Film\nOtsu (Japan) – Design\n", encoding="utf-8")
    dry_run = ccn("load", "a.txt", "--dry-run", cwd=mini.parent)
    table = mini.parent / "a.txt.missing.csv"
    assert "2 new cities lack values" in dry_run.stderr
    assert not table.exists()
    table.write_text("record,field,value,source\nleon-ni,wikidata,Q1,\n", encoding="utf-8")
    loaded = ccn("load", "a.txt", cwd=mini.parent)
    assert "ccn correct --from a.txt.missing.csv" in loaded.stderr
    rows = read_rows(table)
    assert {"record": "leon-ni", "field": "wikidata", "value": "Q1", "source": ""} in rows
    values = {"subdivision": "NI-LE León", "unesco_pages": "https://www.unesco.org/en/creative-cities/leon"}
    for row in rows:
        if row["record"] == "leon-ni":
            row["value"] = row["value"] or values.get(row["field"], "")
    write_rows(table, rows)
    corrected = ccn("correct", "--from", "a.txt.missing.csv", cwd=mini.parent)
    assert corrected.returncode == 0, corrected.stderr
    written = (mini / "cities" / "leon-ni.yaml").read_text(encoding="utf-8")
    for line in ("wikidata: Q1", "subdivision: {code: NI-LE, name: León}", "unesco_pages: [leon]"):
        assert f"{line}\n" in written
    assert ccn("check", cwd=mini.parent).returncode == 0


def test_a_new_city_is_reported_with_the_commands_that_complete_it(mini: Path, ccn: Ccn) -> None:
    result = ccn(
        *("new", "city", "León", "--country", "NI", "--field", "film", "--date", "2026-10-31"),
        *("--source", "unesco-round-2023"),
        cwd=mini.parent,
    )
    assert result.returncode == 0, result.stderr
    assert "To do: ccn correct leon-ni wikidata VALUE  (for example Q184204)\n" in result.stderr
    assert "To do: ccn correct leon-ni known_for VALUE --source unesco-round-2023" in result.stderr


def test_a_missing_topic_needs_the_source_of_the_last_designation() -> None:
    city = make_city(
        "kobe-jp",
        make_designation("design", "2008-10-16", end=make_end("2012", "field-changed"), sources=["first"]),
        make_designation("film", "2012", sources=["last", "other"]),
        wikidata="Q1",
    )
    sources = {value.field: value.source for value in missing_values([city])}
    assert sources["known_for"] == "last"
    assert set(sources) == {"subdivision", "unesco_pages", "known_for"}
    assert sources["subdivision"] == ""
