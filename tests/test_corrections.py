"""Many corrections in one table, and the date of a round with that of its designations."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from ccn_kb import audit
from ccn_kb.version import version_of
from tests.conftest import DATA, ROOT, Ccn
from tests.test_curating import state

SOURCE = "unesco-round-2023"


@pytest.fixture
def edit(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` as a process in a folder whose `data/` is the miniature."""
    return partial(ccn, cwd=mini.parent)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "corrections.csv"


def write(table: Path, *rows: str, header: str = "record,field,value,source") -> None:
    table.write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def test_a_table_corrects_many_records_as_one_change(edit: Ccn, mini: Path, table: Path) -> None:
    write(
        table,
        "lyon-fr,wikidata,Q1",
        f"lyon-fr,known_for,gold leaf; metalwork,{SOURCE}",
        f"lyon-fr,designations.media-arts.since,2008-06-09,{SOURCE}",
        "bradford-gb,unesco_pages,bradford; bradford-film",
        "granada-ni,subdivision.code,NI-GR",
        "granada-ni,subdivision.name,Granada",
    )
    result = edit("correct", "--from", table)
    assert result.returncode == 0, result.stderr
    network = audit.load(mini)
    lyon = network.cities["lyon-fr"]
    assert lyon.wikidata == "Q1"
    assert [(topic.value, topic.sources) for topic in lyon.known_for] == [
        ("gold leaf", (SOURCE,)),
        ("metalwork", (SOURCE,)),
    ]
    assert lyon.designations[0].since == "2008-06-09"
    assert SOURCE in lyon.designations[0].sources
    assert network.cities["bradford-gb"].unesco_pages == ("bradford", "bradford-film")
    subdivision = network.cities["granada-ni"].subdivision
    assert subdivision is not None
    assert (subdivision.code, subdivision.name) == ("NI-GR", "Granada")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_come_from_any_spreadsheet(separator: str, edit: Ccn, mini: Path, table: Path) -> None:
    rows = ["record,field,value", "lyon-fr,wikidata,Q1"]
    table.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).replace(",", separator).encode())
    assert edit("correct", "--from", table).returncode == 0
    assert audit.load(mini).cities["lyon-fr"].wikidata == "Q1"


def test_rows_without_a_value_are_left_out_and_reported(edit: Ccn, mini: Path, table: Path) -> None:
    write(table, "lyon-fr,wikidata,,", "lyon-fr,note,A remark.,", "bradford-gb,wikidata,,")
    result = edit("correct", "--from", table)
    assert result.returncode == 0, result.stderr
    assert "2 rows without a value left out: line 2, 4" in result.stderr
    assert audit.load(mini).cities["lyon-fr"].note == "A remark."


def test_every_wrong_row_is_reported_with_its_line_and_nothing_is_written(edit: Ccn, mini: Path, table: Path) -> None:
    write(
        table,
        "lyon-fr,wikidata,Q1",
        "lion-fr,wikidata,Q2",
        "lyon-fr,since,2008",
        "bradford-gb,wikidata,Q5",
        "bradford-gb,colour,blue",
        "kanazawa-jp,name,",
        "granada-es,wikidata,Q6",
        "granada-es,wikidata,Q7",
    )
    before = state(mini)
    result = edit("correct", "--from", table)
    assert result.returncode == 1
    assert state(mini) == before
    for line, message in {
        3: "no record has the ID 'lion-fr'",
        4: "needs a source",
        6: "unknown field 'colour'",
        9: "granada-es wikidata is also on line 8",
    }.items():
        assert f"corrections.csv:{line}: correction: " in result.stderr
        assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the column 'record' is missing"),
        ("record,feld,value\n", "unknown column 'feld'"),
        ("record,field\n", "the column 'value' is missing"),
        ("record,field,value,Value\nlyon-fr,wikidata,Q9,Q8\n", "the column 'value' stands twice"),
        ("record,field,value\nlyon-fr,note,a,b,c\n", "the row has 5 cells, and the header has 3"),
        ("record,field,value\n,note,a\n", "the record is missing"),
        ('record,field,value\nlyon-fr,note,"a\n', "close the quotation mark"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(text: str, message: str, edit: Ccn, mini: Path, table: Path) -> None:
    table.write_text(text, encoding="utf-8")
    before = state(mini)
    result = edit("correct", "--from", table)
    assert result.returncode == 1
    assert message in result.stderr
    assert "(fix: " in result.stderr
    assert state(mini) == before


@pytest.mark.parametrize(
    "arguments",
    [(), ("lyon-fr",), ("lyon-fr", "wikidata"), ("lyon-fr", "wikidata", "Q1", "--from", "corrections.csv")],
)
def test_one_value_or_a_table_is_needed(arguments: tuple[str, ...], edit: Ccn, mini: Path) -> None:
    write(mini.parent / "corrections.csv", "lyon-fr,wikidata,Q1")
    assert edit("correct", *arguments).returncode == 2


def test_several_values_can_be_removed_by_position(edit: Ccn, mini: Path) -> None:
    assert edit("correct", "lyon-fr", "names.Lione", "").returncode == 0
    assert [name.value for name in audit.load(mini).cities["lyon-fr"].names] == ["Lyons"]


def test_the_date_of_a_round_is_that_of_its_designations(edit: Ccn, mini: Path) -> None:
    result = edit("correct", "2023", "announced", "2023-10-30", "--source", SOURCE)
    assert result.returncode == 0, result.stderr
    network = audit.load(mini)
    assert network.rounds[2023].announced == "2023-10-30"
    former, current = network.cities["lyon-fr"].designations
    assert former.end is not None
    assert (former.end.date, current.since) == ("2023-10-30", "2023-10-30")
    dates = {d.since for city in network.cities.values() for d in city.designations if d.round == 2023}
    assert dates == {"2023-10-30"}


def test_an_edit_moves_a_data_date_before_the_newest_round(edit: Ccn, mini: Path) -> None:
    (mini / "version.txt").write_text("1.0.20230101\n", encoding="utf-8")
    result = edit("correct", "lyon-fr", "note", "A remark.")
    assert result.returncode == 0, result.stderr
    assert "the data version is now 1.0.20261122" in result.stderr
    for file in ("CITATION.cff", "codemeta.json"):
        assert version_of(DATA) in (ROOT / file).read_text(encoding="utf-8")
        assert file in result.stderr
    assert (mini / "version.txt").read_text(encoding="utf-8") == "1.0.20261122\n"
    assert edit("check").returncode == 0


def test_a_source_keeps_the_address_of_an_archived_copy(edit: Ccn, mini: Path) -> None:
    archived = "https://web.archive.org/web/2023/https://www.unesco.org/"
    assert edit("correct", SOURCE, "archived", archived).returncode == 0
    source = audit.load(mini).sources[SOURCE]
    assert source.archived == archived
    assert source.url != archived
    new = ("new", "source", "paper-2026", "--kind", "press", "--publisher", "A paper", "--url", "https://example.org/a")
    assert edit(*new, "--archived", archived).returncode == 0
    assert audit.load(mini).sources["paper-2026"].archived == archived
