"""The recipes of the contributing guide are tried as they are written; hooks and templates are what they promise."""

from __future__ import annotations

import re
import shlex
import subprocess
import textwrap
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Ccn, copy_real_data

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^## (Recipe .*?)$(.*?)(?=^## )", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git repository with the real data, as a contributor has it."""
    copy_real_data(tmp_path / "data")
    git = ["git", "-c", "user.name=Curator", "-c", "user.email=curator@example.org", "-C", str(tmp_path)]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "data"]):
        subprocess.run([*git, *arguments], check=True)
    return tmp_path


IN_THE_BROWSER = RECIPES[-1][1]


@pytest.mark.parametrize(("title", "text"), RECIPES[:-1], ids=[title for title, _ in RECIPES[:-1]])
def test_a_recipe_works_as_written(title: str, text: str, checkout: Path, ccn: Ccn) -> None:
    for block in re.findall(r"```text\n(.*?)```", text, re.DOTALL):
        (checkout / "announcement.txt").write_text(block, encoding="utf-8")
    for block in re.findall(r"```csv\n(.*?)```", text, re.DOTALL):
        (checkout / "corrections.csv").write_text(block, encoding="utf-8")
    commands = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert len(commands) >= 4, title
    for command in commands:
        name, *arguments = shlex.split(command)
        assert name == "ccn"
        result = ccn(*arguments, cwd=checkout)
        assert result.returncode == 0, f"{command}\n{result.stderr}"
    assert ccn("check", cwd=checkout).returncode == 0


def test_the_file_written_in_the_browser_is_sound_once_it_is_cited(checkout: Path, ccn: Ccn) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", IN_THE_BROWSER, re.DOTALL)
    (folder,) = re.findall(r"open `(data/sources/\w+/)`", IN_THE_BROWSER)
    (checkout / folder / "kobe-shimbun-2026.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    assert ccn("add-source", "kobe-jp", "kobe-shimbun-2026", cwd=checkout).returncode == 0
    assert ccn("check", cwd=checkout).returncode == 0


def test_the_files_named_for_the_browser_are_there() -> None:
    files = re.findall(r"`(data/[^`<]+)`", IN_THE_BROWSER)
    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_recipes_are_those_of_a_curator() -> None:
    assert [title.partition(":")[2].strip() for title, _ in RECIPES] == [
        "add a city",
        "correct a fact",
        "load a round",
        "correct many facts at once",
        "correct a fact in the browser",
    ]


def test_the_hooks_format_and_check_data_and_code_with_the_locked_tools() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    of_data = [hook["entry"] for hook in hooks if hook.get("files") == "^data/"]
    assert of_data == [".venv/bin/ccn --data data fmt", ".venv/bin/ccn --data data check"]
    of_code = [hook["entry"].split()[0] for hook in hooks if "types_or" in hook]
    assert of_code == [".venv/bin/ruff", ".venv/bin/ruff", ".venv/bin/mypy"]


@pytest.mark.parametrize("name", ["correction", "designation"])
def test_a_template_asks_for_the_source(name: str) -> None:
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8"))
    [source] = [part for part in form["body"] if part.get("id") == "source"]
    assert source["validations"]["required"] is True
