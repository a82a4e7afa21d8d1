"""Every command has help with an example that is one, and stands in the README or the contributing guide."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from ccn_kb import cli
from tests.conftest import ROOT

GUIDES = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))


def commands(group: click.Group = cli.cli, before: str = "ccn") -> dict[str, click.Command]:
    """Return every command by its name in full: `ccn cities`, `ccn new city`."""
    result: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        result[f"{before} {name}"] = command
        if isinstance(command, click.Group):
            result |= commands(command, f"{before} {name}")
    return result


COMMANDS = commands()
named = pytest.mark.parametrize("name", COMMANDS)


@named
def test_help_has_an_example_that_the_command_takes(name: str) -> None:
    command = COMMANDS[name]
    text = re.sub(r"\s*\\\n\s*", " ", command.help or "")
    examples = re.findall(r"(?:Example:|^ +)\s*(ccn .*)", text, re.MULTILINE)
    assert examples, f"no example in the help of {name}"
    for example in examples:
        words = shlex.split(example.replace("…", ""))
        context = cli.cli.make_context("ccn", words[1:], resilient_parsing=False)
        inner: click.Command = cli.cli
        rest = words[1:] if "--data" not in words else words[3:]
        while isinstance(inner, click.Group):
            inner = inner.commands[rest[0]]
            rest = rest[1:]
        assert isinstance(context, click.Context)
        of_a_file = any(name in example for name in ("FILE", "announcement.txt", "cities.csv", "corrections.csv"))
        if not isinstance(command, click.Group) and not of_a_file:
            inner.make_context(name, list(rest))
            assert inner is command


@named
def test_help_explains_every_option(name: str) -> None:
    unsaid = [
        parameter.opts[0]
        for parameter in COMMANDS[name].params
        if isinstance(parameter, click.Option)
        and not parameter.help
        and not isinstance(parameter.type, click.Choice | click.ParamType)
    ]
    assert unsaid == []


@named
def test_every_command_stands_in_a_guide(name: str) -> None:
    assert re.search(rf"{re.escape(name)}\b|`{re.escape(name.removeprefix('ccn '))}`", GUIDES), f"{name} is in no guide"
