"""Every eight words in a row that our texts share with other texts are found, and nothing else is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from release.shared_words import main, own_texts, runs, shared_runs

from ccn_kb.network import Network
from tests.conftest import DATA
from tests.records import CITED, make_city, make_meeting, make_network

NOTE = "The mayors of seven towns signed the letter on a rainy day in May."
COPIED = "As reported, the Mayors of seven towns signed THE letter – on a sunny day."


@pytest.fixture
def noted() -> Network:
    return make_network(
        make_city("kobe-jp", note=NOTE, known_for=[{"value": "sake", "sources": CITED}]),
        make_meeting(theme="Words that no other page has in this order, ever"),
    )


def test_runs_have_no_case_accents_or_punctuation() -> None:
    assert list(runs("Zahlé – a City, of: food", 3)) == ["zahle a city", "a city of", "city of food"]


def test_a_text_shorter_than_the_run_has_none() -> None:
    assert list(runs("seven words are not one too many")) == []


@pytest.mark.parametrize("name", ["page.txt", "pages.json", "folder/deep/page.txt"])
def test_shared_words_are_found_in_text_json_and_folders(noted: Network, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([{"name": "A page", "text": [COPIED]}]) if name.endswith("json") else COPIED)
    shared = shared_runs(noted, tmp_path if "/" in name else file)
    assert [(run.record, run.path, run.words) for run in shared] == [
        ("city kobe-jp", "note", "the mayors of seven towns signed the letter"),
        ("city kobe-jp", "note", "mayors of seven towns signed the letter on"),
        ("city kobe-jp", "note", "of seven towns signed the letter on a"),
    ]
    assert {run.found_in for run in shared} == {file.name}


def test_seven_words_in_common_are_none(noted: Network, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("The mayors of seven towns signed a letter on a rainy day in May.")
    assert shared_runs(noted, tmp_path) == []


def test_notes_topics_themes_and_descriptions_are_compared_but_no_names(network: Network) -> None:
    texts = {(record.split()[0], path.split()[-1]) for record, path, _ in own_texts(network)}
    assert {
        ("city", "value"),
        ("city", "note"),
        ("cooperation", "title"),
        ("field", "activities"),
        ("field", "description"),
        ("meeting", "theme"),
        ("meeting", "value"),
        ("rule", "value"),
        ("source", "note"),
        ("total", "note"),
    } <= texts
    assert not texts & {("city", "name"), ("topic", "name"), ("meeting", "name"), ("source", "title")}
    names = {name.value for city in network.cities.values() for name in city.names}
    assert not names & {text for record, path, text in own_texts(network) if " names " in f" {path} "}


def test_the_command_fails_where_words_are_shared(network: Network, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Nothing of this is in the data at all, as far as anybody knows.")
    none = CliRunner().invoke(main, [str(page), "--data", str(DATA)])
    assert (none.exit_code, none.stdout) == (0, "")
    assert none.stderr.endswith("texts compared, 0 runs of 8 words in common.\n")
    page.write_text(network.rules["monitoring"].value)
    shared = CliRunner().invoke(main, [str(page), "--data", str(DATA)])
    assert shared.exit_code == 1
    assert "rule monitoring value: “each member reports on its work every four” (page.txt)\n" in shared.stdout
