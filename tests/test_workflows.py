"""The workflows run what is there: targets of the Makefile, test files, and every Python that the package supports."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from ccn_kb.network import Network
from tests.conftest import ROOT

WORKFLOWS: dict[str, Any] = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
JOBS: dict[str, Any] = {name: job for workflow in WORKFLOWS.values() for name, job in workflow["jobs"].items()}
COMMANDS = "\n".join(step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_no_job_has_a_permission_that_it_does_not_ask_for() -> None:
    assert {name: workflow["permissions"] for name, workflow in WORKFLOWS.items()} == {name: {} for name in WORKFLOWS}
    writing = {name for name, job in JOBS.items() if "write" in job["permissions"].values()}
    assert writing == {"publish", "links", "archive", "deploy", "changes"}
    assert JOBS["changes"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert JOBS["links"]["permissions"] == {"contents": "read", "issues": "write"}


def test_every_action_is_pinned_by_its_commit_with_the_version_beside_it() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml")]
    uses = re.findall(r"uses: (.*)", "\n".join(texts))
    assert uses
    assert [line for line in uses if not re.fullmatch(r"[\w-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []


@pytest.mark.skipif(os.name == "nt", reason="the workflow runs on Linux")
def test_the_link_checker_gets_the_address_of_every_source(network: Network, tmp_path: Path) -> None:
    (step,) = (step for step in JOBS["links"]["steps"] if step.get("name") == "List the addresses")
    python = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": python, "PYTHONPATH": str(ROOT / step["env"]["PYTHONPATH"])}
    subprocess.run(["bash", "-ec", step["run"]], cwd=tmp_path, env=environment, check=True)
    addresses = re.findall("href='(.*)'", (tmp_path / "addresses.html").read_text(encoding="utf-8"))
    assert [html.unescape(address) for address in addresses] == [source.url for source in network.sources.values()]


def test_the_link_checker_is_installed_by_version_and_hash() -> None:
    (file,) = re.findall(r"--requirement (\.github/\S+)", COMMANDS)
    requirements = (ROOT / file).read_text(encoding="utf-8")
    assert re.findall(r"^[\w-]+==[\d.]+ \\\n    --hash=sha256:[0-9a-f]{64}$", requirements, re.MULTILINE)


def test_the_workflows_name_only_what_there_is() -> None:
    targets = re.findall(r"make ([\w-]+)", COMMANDS)
    assert targets
    assert [target for target in targets if not re.search(f"^{target}:", MAKEFILE, re.MULTILINE)] == []
    files = re.findall(r"tests/\S+\.py", COMMANDS + MAKEFILE)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_every_supported_python_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    classified = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert JOBS["test"]["strategy"]["matrix"]["python"] == classified
    assert re.findall(r"3\.\d+", re.findall(r"^PYTHONS = (.*)", MAKEFILE, re.MULTILINE)[0]) == classified
    assert project["requires-python"] == f">={classified[0]}"
    assert JOBS["systems"]["strategy"]["matrix"]["python"] == [classified[0], classified[-1]]
    (lowest,) = (step["with"] for step in JOBS["lowest"]["steps"] if "python-version" in step.get("with", {}))
    assert lowest["python-version"] == classified[0]
