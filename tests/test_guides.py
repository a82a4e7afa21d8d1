"""The guides for researchers: the ten tasks and the guides to R and Stata do what they say."""

from __future__ import annotations

import doctest
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd
import pytest

from ccn_kb.exports import export_folder
from ccn_kb.model.dates import on_day
from ccn_kb.network import Network
from ccn_kb.network.snapshot import from_json
from ccn_kb.network.table_rows import TABLES_BY_NAME
from tests.conftest import ROOT, TODAY
from tests.test_rows import ANSWERS, answer

DOCS = ROOT / "docs"
R = (DOCS / "r.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CCN_TODAY", TODAY)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("guide", "least"), [("tasks", 30), ("methods", 15)])
def test_the_examples_of_a_guide_run(guide: str, least: int) -> None:
    results = doctest.testfile(str(DOCS / f"{guide}.md"), module_relative=False)
    assert results.attempted > least
    assert results.failed == 0


def test_a_task_has_at_most_ten_lines() -> None:
    tasks = re.findall(r"^## (\d+)\. .*?$(.*?)(?=^## |\Z)", (DOCS / "tasks.md").read_text("utf-8"), re.M | re.S)
    assert [int(number) for number, _ in tasks] == list(range(1, 11))
    lines = {number: len(re.findall(r"^(?:>>>|\.\.\.) ", text, re.MULTILINE)) for number, text in tasks}
    assert [number for number, length in lines.items() if not 1 <= length <= 10] == []


# -- Stata -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def write_stata(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., None]:
    """The function of the guide, which runs as it is written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("stata"))
        text = (DOCS / "stata.md").read_text(encoding="utf-8")
        guide = doctest.DocTestParser().get_doctest(text, {}, "stata.md", "stata.md", 0)
        assert doctest.DocTestRunner().run(guide, clear_globs=False).failed == 0
    return guide.globs["write_stata"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", (*ANSWERS, *(f"frame {name}" for name in TABLES_BY_NAME)))
@pytest.mark.filterwarnings("error")
def test_stata_takes_every_table(network: Network, write_stata: Callable[..., None], name: str) -> None:
    rows = answer(network, name)
    if name in ("frame redirects", "frame releases", "frame corrections"):
        assert len(rows) == 0, "docs/stata.md says that it has no rows"
        return
    write_stata(rows, "rows.dta")
    frame = rows.to_pandas().dropna(axis="columns", how="all")
    again = pd.read_stata("rows.dta")
    assert list(again.columns) == list(frame.columns)
    for column in frame.columns:
        # Stata has no missing text but the empty one.
        expected = [None if pd.isna(value) or value == "" else value for value in frame[column]]
        assert [None if pd.isna(value) or value == "" else value for value in again[column]] == expected, column
    with pd.read_stata("rows.dta", iterator=True) as reader:
        assert reader.data_label == f"ccn-kb {network.version}, CC-BY-4.0"


# -- R -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exports(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the guide's examples are run, in the formats that they read."""
    target = tmp_path_factory.mktemp("r") / "exports"
    (day,) = re.findall(r"`ccn export exports --on (\S+)`", R)
    formats = ["csv", "json", "jsonl", "sqlite"]
    export_folder.export(network, target, formats=formats, on=on_day(day), today=on_day(TODAY))
    return target


def read_as_r(path: Path, missing: list[str]) -> pd.DataFrame:
    """Read a CSV file as R does: only these texts are missing values, and nothing else is guessed."""
    return pd.read_csv(path, keep_default_na=False, na_values=missing)


def lines_and_outputs() -> list[tuple[str, str]]:
    """Return each line of R in the guide, with what it prints."""
    code = "".join(re.findall(r"^```r\n(.*?)^```", R, re.MULTILINE | re.DOTALL))
    pairs = re.findall(r"^([^#\n].*)\n((?:#>.*\n)*)", code, re.MULTILINE)
    return [(line, "".join(output)) for line, output in pairs]


def values(output: str) -> list[str]:
    """Return the values that R prints, without its marks and row numbers."""
    return re.findall(r'[^\s"]+', re.sub(r"^#>(?: *\[\d+\])? ?", "", output, flags=re.MULTILINE))


def read_frame(line: str, folder: Path) -> tuple[str, pd.DataFrame] | None:
    """Return the variable and the data frame that a line of R reads from a file, None if it reads none."""
    if csv := re.fullmatch(
        r'(\w+) <- (?:read\.csv|readr::read_csv)\("(csv/\w+\.csv)", na(?:\.strings)? = "".*\)', line
    ):
        return csv[1], read_as_r(folder / csv[2], [""])
    if jsonl := re.fullmatch(r'(\w+) <- stream_in\(file\("(jsonl/\w+\.jsonl)"\), verbose = FALSE\)', line):
        return jsonl[1], pd.DataFrame(map(json.loads, (folder / jsonl[2]).read_text("utf-8").splitlines()))
    return None


def select(path: Path, query: str) -> list[object]:
    """Return the columns of a query, and its numbered rows, as R prints them."""
    with closing(sqlite3.connect(path)) as connection:
        cursor = connection.execute(query)
        head = [description[0] for description in cursor.description]
        return [*head, *(value for position, row in enumerate(cursor, start=1) for value in (position, *row))]


def counts(column: pd.Series[Any]) -> list[object]:
    numbers = column.value_counts().sort_index()
    return [*" ".join(map(str, numbers.index)).split(), *numbers]


Printer: TypeAlias = "Callable[[pd.DataFrame, re.Match[str]], list[Any]]"
PRINTERS: dict[str, Printer] = {
    r'sum\((\w+)\$(\w+) == "(\w+)"\)': lambda frame, match: [(frame[match[2]] == match[3]).sum()],
    r"sum\(is\.na\((\w+)\$(\w+)\)\)": lambda frame, match: [frame[match[2]].isna().sum()],
    r"nrow\((\w+)\)": lambda frame, _: [len(frame)],
    r"table\((\w+)\$(\w+)\)": lambda frame, match: counts(frame[match[2]]),
    r"range\((\w+)\$(\w+)\)": lambda frame, match: [frame[match[2]].min(), frame[match[2]].max()],
}


def printed_by(line: str, frames: dict[str, pd.DataFrame], folder: Path) -> list[object]:
    """Return what a line of R prints, from the same files."""
    for pattern, printer in PRINTERS.items():
        if match := re.fullmatch(pattern, line):
            return printer(frames[match[1]], match)
    if query := re.fullmatch(r'dbGetQuery\(connection, "(.*)"\)', line):
        return select(folder / "ccn.db", query[1])
    network = from_json((folder / "network.json").read_bytes())
    if line == "length(network$cities)":
        return [len(network.cities)]
    (id,) = re.findall(r'network\$cities\[\["(\S+)"\]\]\$designations\[\[1\]\]\$since', line)
    return [network.cities[id].designations[0].since]


def test_the_guide_to_r_prints_what_the_files_hold(exports: Path) -> None:
    frames: dict[str, pd.DataFrame] = {}
    printing = 0
    for line, output in lines_and_outputs():
        frames.update(filter(None, [read_frame(line, exports)]))
        if output:
            printing += 1
            assert values(output) == list(map(str, printed_by(line, frames, exports))), line
    assert printing == len(re.findall(r"^(?!#>).*\n#>", R, re.MULTILINE)) > 8


def test_r_loses_north_america_without_the_advice_and_nothing_with_it(exports: Path) -> None:
    lost = read_as_r(exports / "csv" / "members.csv", ["NA"])["continent"].isna().sum()
    (stated,) = re.findall(r'without `na.strings = ""`, (\d+) of 408 members have no continent', R)
    assert lost == int(stated)
    for path in (exports / "csv").glob("*.csv"):
        by_default, advised = read_as_r(path, ["NA"]), read_as_r(path, [""])
        named = [column for column in advised.columns if column.endswith("_name")]
        assert (by_default[named] != "NA").all(axis=None), path.name
        assert (advised.isna() == (pd.read_csv(path, dtype=str, keep_default_na=False) == "")).all(axis=None), path.name
