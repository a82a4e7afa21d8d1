"""The recipes for developers are followed as written, in a copy of the code, and have the effect they promise."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ccn_kb.exports.formats import FORMATS
from tests.conftest import ROOT, TODAY, copy_real_data

GUIDE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## Recipe \d: (.*?)$(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL))
STEP = re.compile(
    r"(?:^Create `(?P<new>[^`]+)`|^Append to `(?P<appended>[^`]+)`"
    r"|^In `(?P<changed>[^`]+)`, add below `(?P<line>[^`]+)`)"
    r":\n\n```\w+\n(?P<text>.*?)```|^```sh\n(?P<commands>.*?)```",
    re.MULTILINE | re.DOTALL,
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code and the data, to be extended."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    copy_real_data(tmp_path / "data")
    return tmp_path


def follow(recipe: str, checkout: Path) -> str:
    """Follow a recipe step by step and return what its last command prints."""
    printed = ""
    for step in STEP.finditer(recipe):
        if step["new"]:
            (checkout / step["new"]).write_text(step["text"], encoding="utf-8")
        elif step["appended"]:
            with (checkout / step["appended"]).open("a", encoding="utf-8") as stream:
                stream.write(step["text"])
        elif step["changed"]:
            path = checkout / step["changed"]
            code = path.read_text(encoding="utf-8")
            assert code.count(f"{step['line']}\n") == 1, step["line"]
            path.write_text(code.replace(f"{step['line']}\n", f"{step['line']}\n{step['text']}"), encoding="utf-8")
        else:
            for command in step["commands"].splitlines():
                printed = run(command, checkout)
    return printed


def run(command: str, checkout: Path) -> str:
    program, *arguments = shlex.split(command)
    module = {"ccn": "ccn_kb", "datasette": "datasette"}[program]
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src"), "CCN_TODAY": TODAY}
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stderr}"
    return result.stdout


def test_the_guide_has_the_four_recipes() -> None:
    assert list(RECIPES) == ["a creative field", "an export format", "a page", "a check"]


def test_a_creative_field_is_one_data_file(checkout: Path) -> None:
    assert "Theatre" in follow(RECIPES["a creative field"], checkout)
    run("ccn build", checkout)
    page = run("datasette ccn.db --get /field/theatre", checkout)
    assert "M-8-8H8L0 8Z" in page
    assert "No city has been designated in this field yet." in run("datasette ccn.db --get /fields", checkout)


def test_an_export_format_is_two_places(checkout: Path) -> None:
    follow(RECIPES["an export format"], checkout)
    assert len((checkout / "out" / "ids.txt").read_text(encoding="utf-8").split()) == 69
    manifest = json.loads((checkout / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert [file["format"] for file in manifest["files"]] == ["ids"]
    assert "ids" not in FORMATS


def test_a_page_is_three_places(checkout: Path) -> None:
    regions = json.loads(follow(RECIPES["a page"], checkout))["regions"]
    assert sum(region["members"] for region in regions) == 408
    assert "Members by UNESCO region" in run("datasette ccn.db --get /regions", checkout)
    assert "/regions.json" in json.loads(run("datasette ccn.db --get /openapi.json", checkout))["paths"]
    assert "/regions<" in run("datasette ccn.db --get /sitemap.xml", checkout)


def test_a_check_is_a_function_and_its_name_in_a_group(checkout: Path) -> None:
    follow(RECIPES["a check"], checkout)
    source = checkout / "data" / "sources" / "reference" / "geonames.yaml"
    text = source.read_text(encoding="utf-8")
    source.write_text(re.sub(r"(?m)^title: .*$", f"title: {'long ' * 70}title", text), encoding="utf-8")
    with pytest.raises(AssertionError):
        run("ccn check", checkout)
