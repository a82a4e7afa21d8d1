"""The recipes of the contributing guide are tried as they are written; hooks and templates are what they promise."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import DATA, ROOT, Ccn

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^## (Recipe .*?)$(.*?)(?=^## )", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git repository with the real data, as a contributor has it."""
    shutil.copytree(DATA, tmp_path / "data")
    git = ["git", "-c", "user.name=Curator", "-c", "user.email=curator@example.org", "-C", str(tmp_path)]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "data"]):
        subprocess.run([*git, *arguments], check=True)
    return tmp_path


@pytest.mark.parametrize(("title", "text"), RECIPES, ids=[title for title, _ in RECIPES])
def test_a_recipe_works_as_written(title: str, text: str, checkout: Path, run_program: Ccn) -> None:
    for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL):
        (checkout / "announcement.txt").write_text(block, encoding="utf-8")
    commands = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert len(commands) >= 4, title
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "ccn"
        result = run_program(sys.executable, "-m", "ccn_kb", *arguments, cwd=checkout)
        assert result.returncode == 0, f"{command}\n{result.stderr}"
    assert run_program(sys.executable, "-m", "ccn_kb", "check", cwd=checkout).returncode == 0


def test_there_are_three_recipes() -> None:
    assert [title.partition(":")[2].strip() for title, _ in RECIPES] == ["add a city", "correct a fact", "load a round"]


def test_the_hooks_bring_the_data_into_form_and_check_them() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    entries = [hook["entry"] for repository in config["repos"] for hook in repository["hooks"]]
    assert entries == [".venv/bin/ccn --data data fmt", ".venv/bin/ccn --data data check"]


@pytest.mark.parametrize("name", ["correction", "designation"])
def test_a_template_asks_for_the_source(name: str) -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8"))
    [source] = [part for part in form["body"] if part.get("id") == "source"]
    assert source["validations"]["required"] is True
