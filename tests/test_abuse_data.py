"""What is read under abuse: YAML bombs, towers of brackets, huge values, any value in any place, endless lines."""

from __future__ import annotations

import copy
import datetime
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccn_kb import audit
from ccn_kb.curate.lists.list_files import read
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.errors import Problem
from ccn_kb.network import Network
from tests.conftest import MINI, TODAY

DAY = datetime.date.fromisoformat(TODAY)
RECORD = (MINI / "cities" / "kanazawa-jp.yaml").read_text(encoding="utf-8")
MANY = 900_000


def problems_with(mini: Path, text: str, file: str = "cities/kanazawa-jp.yaml") -> list[Problem]:
    (mini / file).write_text(text, encoding="utf-8")
    return audit.problems(mini, DAY)


BOMBS = {
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "merges": "a: &a {x: y}\nb: {<<: *a}\n",
    "objects": "!!python/object/apply:os.system [exit]\n",
    "a tower of lists": "[" * MANY,
    "a tower of mappings": "{" * MANY,
    "a tower of dashes": "- " * MANY,
    "a tower of keys": "".join(f"{' ' * depth}a:\n" for depth in range(1200)),
    "question marks": "? " * MANY,
    "colons": ":" * MANY,
    "an open quotation": '"' + "x" * MANY,
    "a huge key": "k" * MANY + ": v\n",
    "a huge name": RECORD.replace("name: Kanazawa", f"name: {'K' * MANY}"),
    "a huge note": f"{RECORD}note: |\n" + "  x\n" * 200_000,
    "a huge number": RECORD.replace("geonames: ", "geonames: 9" + "9" * 100_000),
    "a huge date": RECORD.replace("since: '", "since: '" + "2" * 100_000),
    "an infinite latitude": RECORD.replace("latitude: 3", "latitude: 1e999"),
    "a latitude that is none": RECORD.replace("latitude: 3", "latitude: .nan #"),
    "a source of dashes": RECORD.replace("sources: [", f"sources: [{'a-' * 100_000}!, ", 1),
    "null characters": "\0" * MANY,
    "line ends": "\n" * MANY,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_at_its_line_at_once_and_in_few_words(text: str, mini: Path) -> None:
    began = time.process_time()
    problems = problems_with(mini, text)
    assert time.process_time() - began < 2
    here = [problem for problem in problems if problem.file.endswith("kanazawa-jp.yaml")]
    assert here
    assert all(1 <= problem.line <= text.count("\n") + 1 and problem.fix for problem in here)
    assert all(len(str(problem)) < 1_000 for problem in here)


def test_a_file_that_is_too_large_is_not_read(mini: Path) -> None:
    (problem,) = [problem for problem in problems_with(mini, "x" * 5_000_000) if problem.rule == "size"]
    assert "more than 2,000,000 bytes" in problem.message


# -- any value in any place --------------------------------------------------------------------

PLAIN = st.recursive(
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.integers().map(str),
        st.floats().map(str),
        st.sampled_from(["", "null", "true", "NO", "~", "2015-02-30", "0000", "JP", "film", "../x", "a#b", "1e999"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
FILES = sorted(str(path.relative_to(MINI)) for path in MINI.rglob("*.yaml"))
WHOLE = {file: yaml.load((MINI / file).read_text(encoding="utf-8"), yaml.BaseLoader) for file in FILES}


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


PLACES = [(file, path) for file, data in WHOLE.items() for path in places(data)]


@pytest.fixture(scope="module")
def worn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A miniature of which one file at a time is another."""
    return Path(shutil.copytree(MINI, tmp_path_factory.mktemp("worn") / "data"))


@given(place=st.sampled_from(PLACES), value=PLAIN)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_in_any_place_is_taken_or_told_with_file_and_line(worn: Path, place: Any, value: Any) -> None:
    file, path = place
    data = copy.deepcopy(WHOLE[file])
    whole: Any = {"": data}
    at, steps = whole, ("", *path)
    for step in steps[:-1]:
        at = at[step]
    at[steps[-1]] = value
    text = yaml.safe_dump(whole[""], allow_unicode=True)
    try:
        for problem in problems_with(worn, text, file):
            assert problem.rule
            assert problem.message
            assert problem.fix
            lines = (worn / Path(problem.file).relative_to(worn)).read_text(encoding="utf-8").count("\n") + 1
            assert 1 <= problem.line <= lines
    finally:
        shutil.copyfile(MINI / file, worn / file)


# -- announcements -----------------------------------------------------------------------------

ENDLESS = {
    "separators": "A – " * MANY,
    "spaces": "a" + " " * MANY + "b",
    "a head that never comes": "#" + " " * MANY + "round",
    "colons": "Kobe: " * 200_000,
    "commas": "Kobe, " * 200_000,
    "brackets": "Kobe (" * 200_000,
    "footnotes": "a¹" * MANY,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_line_is_refused_at_once(text: str, network: Network, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Kobe (Japan) – Design\n{text[:600_000]}\n", encoding="utf-8")
    began = time.process_time()
    announcement = read(tmp_path / "a.txt", Vocabulary(network))
    assert time.process_time() - began < 2
    assert [entry.name for entry in announcement.entries] == ["Kobe"]
    # What has no word in it, but for dashes and spaces, is a blank line.
    assert [leftover.line for leftover in announcement.leftovers] == [2] * any(
        character.isalnum() for character in text[:600_000]
    )
    assert all(len(leftover.text) < 400 for leftover in announcement.leftovers)


def test_long_lines_of_spaces_take_no_time(network: Network, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        f"Kobe (Japan) – Design\n{('a' + ' ' * 5900 + 'b' + chr(10)) * 150}", encoding="utf-8"
    )
    began = time.process_time()
    assert len(read(tmp_path / "a.txt", Vocabulary(network)).leftovers) == 150
    assert time.process_time() - began < 2
