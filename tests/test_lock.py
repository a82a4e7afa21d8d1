"""What is locked fits what pyproject.toml asks for, with the sums that an installation demands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ccn_kb.publication.container_folder import REQUIREMENTS
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TESTS = ROOT / "requirements-dev.txt"
PYTHONS = ("3.11", "3.12", "3.13")
PIN = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.+?))? \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def pinned(lock: Path, python: str) -> dict[str, Version]:
    """Return the version of each package that is installed for a Python on Linux."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    found: dict[str, Version] = {}
    for name, version, marker, _ in PIN.findall(lock.read_text(encoding="utf-8")):
        if not marker or Marker(marker).evaluate(environment):
            assert name not in found, f"{name} is locked twice for Python {python}"
            found[canonicalize_name(name)] = Version(version)
    return found


def group(name: str) -> Iterator[str]:
    """Yield the requirements of a dependency group, those of the groups it includes among them."""
    for one in PROJECT["dependency-groups"][name]:
        if isinstance(one, str):
            yield one
        else:
            yield from group(one["include-group"])


DECLARED = {
    REQUIREMENTS: [*PROJECT["project"]["dependencies"]],
    TESTS: [*PROJECT["project"]["dependencies"], *group("dev"), *PROJECT["build-system"]["requires"]],
}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", DECLARED, ids=lambda lock: lock.name)
def test_all_that_is_declared_is_locked_within_its_bounds(lock: Path, python: str) -> None:
    there = pinned(lock, python)
    outside = [
        f"{wanted} (locked: {there.get(canonicalize_name(wanted.name))})"
        for wanted in map(Requirement, DECLARED[lock])
        if canonicalize_name(wanted.name) not in there
        or not wanted.specifier.contains(there[canonicalize_name(wanted.name)])
    ]
    assert outside == [], "run: make lock"


@pytest.mark.parametrize("lock", DECLARED, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_has_a_version_and_sums(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert len(PIN.findall(text)) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))


@pytest.mark.parametrize("python", PYTHONS)
def test_the_tests_run_with_what_the_site_runs_with(python: str) -> None:
    assert pinned(REQUIREMENTS, python).items() <= pinned(TESTS, python).items()
