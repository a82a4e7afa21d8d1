"""The README's examples are run and print what it says."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Ccn

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PROGRAMS = {"ccn": ["-m", "ccn_kb"], "sqlite-utils": ["-m", "sqlite_utils"]}


def steps(example: str) -> list[tuple[str, str]]:
    """Return the commands of an example, each with the output that the README gives."""
    parts = re.split(r"^\$ (.*)\n", example, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.partition("\n")[0][2:])
def test_a_console_example_prints_what_the_readme_says(example: str, tmp_path: Path, run_program: Ccn) -> None:
    assert steps(example)
    for command, expected in steps(example):
        name, *arguments = shlex.split(command)
        result = run_program(sys.executable, *PROGRAMS[name], *arguments, cwd=tmp_path)
        assert result.returncode == 0
        assert result.stdout + result.stderr == expected


def test_the_python_example_runs() -> None:
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_package_example_runs() -> None:
    import ccn_kb

    result = doctest.testmod(ccn_kb)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_readme_names_both_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("serve", "test"):
        assert f"make {target}" in README
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
