"""What differs between two networks, and `ccn diff` between folders and git revisions."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ccn_kb.changes import between, corrections, to_markdown
from ccn_kb.model.records import Record
from ccn_kb.network import RECORD_KINDS, Network
from tests.conftest import Ccn
from tests.records import (
    make_city,
    make_designation,
    make_end,
    make_meeting,
    make_network,
    make_release,
    make_source,
)
from tests.strange import strange_network

OLD = make_network()


def told(old: object, new: object) -> list[tuple[str, str, str, str, str]]:
    return [
        (difference.what, difference.id, difference.path, difference.before, difference.after)
        for difference in between(old, new)  # type: ignore[arg-type]
    ]


def test_a_network_does_not_differ_from_itself() -> None:
    assert between(OLD, OLD) == []


def test_a_city_that_joins() -> None:
    new = OLD.with_records(make_city("nara-jp", make_designation("music", "2019-10-30")))
    assert told(OLD, new) == [("joined", "nara-jp", "", "", "Music")]
    assert str(between(OLD, new)[0]) == "Nara, Land of JP joined in Music on 30 October 2019 (nara-jp)"


def test_an_end_and_a_return() -> None:
    first = make_designation("film", end=make_end("2020-01-01"))
    new = OLD.with_records(make_city("kobe-jp", first, make_designation("music", "2023")))
    assert told(OLD, new) == [("joined", "kobe-jp", "", "", "Music"), ("ended", "kobe-jp", "", "Film", "withdrew")]


def test_a_change_of_field() -> None:
    first = make_designation("film", end=make_end("2023", "field-changed"))
    new = OLD.with_records(make_city("kobe-jp", first, make_designation("music", "2023")))
    assert told(OLD, new) == [("changed-field", "kobe-jp", "", "Film", "Music")]


def test_a_renamed_city_and_a_corrected_name() -> None:
    former = [{"value": "Kobe", "until": "2026-01-01", "sources": ["press"]}]
    assert told(OLD, OLD.with_records(make_city("kobe-jp", name="Koube", names=former))) == [
        ("renamed", "kobe-jp", "name", "Kobe", "Koube")
    ]
    corrected = OLD.with_records(make_city("kobe-jp", name="Koube"))
    assert told(OLD, corrected) == [("corrected", "kobe-jp", "name", "Kobe", "Koube")]


def test_a_moved_id_is_no_correction_of_what_names_it() -> None:
    meeting = make_meeting(hosts=[{"city": "kobe-jp"}])
    old = make_network(meeting)
    city = old.cities["kobe-jp"].model_copy(update={"id": "koube-jp"})
    moved = replace(old, cities={"koube-jp": city}, moved={"kobe-jp": "koube-jp"})
    new = moved.with_records(make_meeting(hosts=[{"city": "koube-jp"}]))
    assert told(old, new) == [("moved", "koube-jp", "", "kobe-jp", "koube-jp")]


def test_a_corrected_value_says_which_from_what_to_what() -> None:
    new = OLD.with_records(
        make_city("kobe-jp", make_designation(note="A remark."), wikidata="Q1", names=[{"value": "Kobe-shi"}])
    )
    assert told(OLD, new) == [
        ("corrected", "kobe-jp", "designations.film-2017.note", "", "A remark."),
        ("corrected", "kobe-jp", "names.Kobe-shi", "", "value Kobe-shi"),
        ("corrected", "kobe-jp", "wikidata", "", "Q1"),
    ]


def test_records_that_come_and_go() -> None:
    old, new = make_network(make_meeting()), make_network(make_source(), make_source("other", kind="host"))
    assert told(old, new) == [("added", "other", "", "", ""), ("removed", "2018-kobe-jp", "", "", "")]


def test_corrections_are_what_a_user_of_the_older_data_has_to_know() -> None:
    old = make_network(make_city("kobe-jp", population=[{"value": 1, "sources": ["press"]}]), make_meeting())
    new = old.without("meeting", "2018-kobe-jp").with_records(
        make_city("kobe-jp", name="Kôbe", population=[{"value": 1, "sources": ["press", "official"]}]),
        make_city("nara-jp", make_designation("music", "2019-10-30")),
        make_source("press", title="Another title"),
    )
    assert [
        (part.change, part.kind, part.record, part.path, part.before, part.after) for part in corrections(old, new)
    ] == [
        ("removed", "meeting", "2018-kobe-jp", None, None, None),
        ("corrected", "city", "kobe-jp", "name", "Kobe", "Kôbe"),
    ]
    assert corrections(old, old.with_records(make_meeting(theme="Added"))) == ()


@pytest.mark.parametrize("case", ["real", "strange"])
def test_every_list_of_every_record_can_be_compared(case: str, network: Network) -> None:
    new = network if case == "real" else strange_network()
    compared = set()
    for kind in RECORD_KINDS.keys() - {"release"}:
        for record in new.records(kind).values():
            for name, value in record:
                is_list = isinstance(value, tuple) and value and isinstance(value[0], Record)
                if is_list and (kind, name) not in compared:
                    old = new.with_records(record.model_copy(update={name: value[1:]}))
                    assert between(old, new), (kind, record.id, name)
                    assert between(new, old), (kind, record.id, name)
                    compared.add((kind, name))
    assert len(compared) > (10 if case == "real" else 5)


def test_releases_are_no_difference() -> None:
    assert between(OLD, OLD.with_records(make_release())) == []


def test_markdown_is_a_changelog_and_escapes() -> None:
    new = OLD.with_records(
        make_city("nara-jp", make_designation("music", "2019"), name="N*a_r<a>"), make_source("other")
    )
    assert to_markdown(between(OLD, new)) == (
        "### Joined (1)\n\n- N\\*a\\_r\\<a\\>, Land of JP joined in Music in 2019 (nara-jp)\n\n"
        "### Added (1)\n\n- source A paper was added (other)\n"
    )


# -- the command -------------------------------------------------------------------------------


@pytest.fixture
def repository(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` in a git repository with two commits, of which the second changes Lyon's note."""
    git = ["git", "-c", "user.name=Curator", "-c", "user.email=curator@example.org", "-C", str(mini.parent)]
    subprocess.run([*git, "init", "-q"], check=True)
    for text in ("First city ever", "The first city"):
        path = mini / "cities" / "lyon-fr.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("First city ever", text), encoding="utf-8")
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", text], check=True)
    return partial(ccn, cwd=mini.parent)


def test_diff_compares_with_a_revision(repository: Ccn) -> None:
    result = repository("diff", "HEAD~1")
    expected = (
        "Lyon: note was First city ever to change its field., is now The first city to change its field. (lyon-fr)\n"
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, expected, "1 difference\n")
    assert repository("diff", "HEAD").stdout == ""
    [row] = json.loads(repository("diff", "HEAD~1", "HEAD", "--format", "json").stdout)
    assert (row["what"], row["id"], row["path"]) == ("corrected", "lyon-fr", "note")
    assert repository("diff", "HEAD~1", "--format", "markdown").stdout.startswith(
        "### Corrected (1)\n\n- Lyon: note was"
    )


def test_diff_compares_two_folders(repository: Ccn) -> None:
    assert repository("diff", "data", "data").stderr == "0 differences\n"


@pytest.mark.parametrize("revision", ["nonsense", "--output=x", "HEAD:data", ""])
def test_a_revision_that_is_none_is_told(revision: str, repository: Ccn) -> None:
    result = repository("diff", "--", revision)
    assert result.returncode == 1
    assert "neither a data folder nor a revision" in result.stderr


def test_a_revision_whose_data_are_broken_is_told_with_its_file(repository: Ccn, mini: Path) -> None:
    path = mini / "cities" / "lyon-fr.yaml"
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace("country: FR", "country: F"), encoding="utf-8")
    git = ["git", "-c", "user.name=Curator", "-c", "user.email=curator@example.org", "-C", str(mini.parent)]
    subprocess.run([*git, "commit", "-qam", "broken"], check=True)
    path.write_text(sound, encoding="utf-8")
    result = repository("diff", "HEAD")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: HEAD:cities/lyon-fr.yaml:3: value: ")
