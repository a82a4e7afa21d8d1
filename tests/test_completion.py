"""Tab completion as the shells ask for it: a process with the words of the command line in its environment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete

from ccn_kb.cli import cli
from tests.conftest import MINI, Ccn

COMMAND = (sys.executable, "-m", "ccn_kb")


def complete(run_program: Ccn, shell: str, line: str, typed: str) -> str:
    """Return what the program prints for a command line that ends in the typed text."""
    words = f"ccn --data {MINI} {line}".split()
    number = typed if shell == "fish" else str(len(words))
    text = " ".join([*words, typed])
    result = run_program(*COMMAND, COMP_WORDS=text, COMP_CWORD=number, _CCN_COMPLETE=f"{shell}_complete")
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.mark.parametrize(
    ("line", "typed", "values"),
    [
        ("city", "kan", ["kanazawa-jp"]),
        ("city", "Łó", ["lodz-pl"]),
        ("cite", "gran", ["granada-es", "granada-ni"]),
        ("cities --field", "Media", ["media-arts"]),
        ("cities --country", "jp", ["JP"]),
        ("cities --country", "Pol", ["PL"]),
        ("cities --region", "a", ["africa", "arab-states", "asia-pacific"]),
        ("cities --format", "geo", ["geojson"]),
        ("designate lyon-fr", "lit", ["literature"]),
        ("designate lyon-fr music --round", "2023", ["2023"]),
        ("designate lyon-fr music --source", "unesco-round", ["unesco-round-2023"]),
        ("meeting", "2015", ["2015-kanazawa-jp"]),
        ("correct", "lodz", ["lodz-pl"]),
        ("new topic puppets --broader", "gold", ["gold-leaf"]),
        ("correct lodz-pl", "lo", ["location"]),
        ("correct nowhere", "lo", []),
        ("city", "nowhere", []),
    ],
)
def test_values_are_completed(line: str, typed: str, values: list[str], run_program: Ccn) -> None:
    printed = complete(run_program, "bash", line, typed).split()
    assert set(values) <= {text.removeprefix("plain,") for text in printed}
    assert all(text.startswith("plain,") for text in printed)
    assert bool(printed) == bool(values)


def test_the_shells_that_quote_complete_a_name_as_it_is_written(run_program: Ccn) -> None:
    assert complete(run_program, "zsh", "city", "Łó").splitlines() == ["plain", "Łódź", "lodz-pl"]
    assert complete(run_program, "fish", "city", "Łó") == "plain,Łódź\tlodz-pl\n"


def test_a_folder_that_cannot_be_read_completes_nothing(run_program: Ccn, tmp_path: Path) -> None:
    result = run_program(
        *COMMAND,
        COMP_WORDS=f"ccn --data {tmp_path} city k",
        COMP_CWORD="4",
        _CCN_COMPLETE="bash_complete",
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "\n", "")


def test_fish_shows_a_description_with_a_comma_whole(run_program: Ccn) -> None:
    script = run_program(*COMMAND, _CCN_COMPLETE="fish_source").stdout
    assert 'string split --max 1 "," $completion' in script
    printed = complete(run_program, "fish", "", "new")
    assert printed == "plain,new\tAdd a city, a meeting, a source, a joint project or a topic.\n"


def test_bash_takes_the_script_and_completes(run_program: Ccn, tmp_path: Path) -> None:
    program = tmp_path / "ccn"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ccn_kb "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    source = BashComplete(cli, {}, "ccn", "_CCN_COMPLETE").source()
    ask = f"COMP_WORDS=(ccn --data {MINI} city kan) COMP_CWORD=4; _ccn_completion ./ccn; echo ${{COMPREPLY[@]}}"
    result = run_program("bash", "-c", f"{source}\n{ask}")
    assert (result.returncode, result.stdout, result.stderr) == (0, "kanazawa-jp\n", "")
