"""The release recipe, on a copy of the checkout with a history of its own."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from ccn_kb.version import SCHEMA_VERSION, split_version, version_of
from tests.conftest import DATA, ROOT, Ccn

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".*_cache", ".venv", ".hypothesis", "__pycache__", "node_modules", "dist", "*.db"
)
VERSION = version_of(DATA)
DATE = split_version(VERSION)[1]
FIRST = "0.9.20200101"


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], env=IDENTITY, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A change")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout in a git repository of its own, without a tag."""
    root = Path(shutil.copytree(ROOT, tmp_path / "checkout", ignore=LEFT_OUT))
    git(root, "init", "--quiet")
    commit(root)
    return root


def release(run_program: Ccn, root: Path) -> subprocess.CompletedProcess[str]:
    return run_program(sys.executable, "-m", "release", cwd=root, **IDENTITY)


def test_a_release_is_tagged_told_and_built_the_same_twice(checkout: Path, run_program: Ccn) -> None:
    city = checkout / "data" / "cities" / "kobe-jp.yaml"
    sound = city.read_text(encoding="utf-8")
    city.write_text(sound.replace("name: Kobe", "name: Kobé", 1), encoding="utf-8")
    commit(checkout)
    git(checkout, "tag", f"v{FIRST}")
    city.write_text(sound, encoding="utf-8")
    commit(checkout)
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")

    result = release(run_program, checkout)

    assert result.returncode == 0, result.stderr
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "rev-parse", f"v{VERSION}^{{commit}}") == git(checkout, "rev-parse", "HEAD")
    released = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## Unreleased\n\n## {VERSION} ({DATE.day} {DATE:%B %Y})\n\n- The whole network" in released
    assert "### Corrected (1)\n\n- Kobe: name was Kobé, is now Kobe (kobe-jp)\n" in released
    assert [line for line in changelog.splitlines() if line not in released.splitlines()] == []

    wheel, source, exports = (
        checkout / "dist" / name
        for name in (f"ccn_kb-{VERSION}-py3-none-any.whl", f"ccn_kb-{VERSION}.tar.gz", f"ccn-kb-{VERSION}.zip")
    )
    assert sorted((checkout / "dist").iterdir()) == sorted([wheel, source, exports])
    with zipfile.ZipFile(exports) as archive:
        manifest = json.loads(archive.read(f"ccn-kb-{VERSION}/manifest.json"))
        assert (manifest["version"], manifest["members_on"]) == (VERSION, None)
        packed = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    del packed[f"ccn-kb-{VERSION}/manifest.json"]
    assert packed == {f"ccn-kb-{VERSION}/{file['path']}": file["sha256"] for file in manifest["files"]}
    metadata = zipfile.ZipFile(wheel).read(f"ccn_kb-{VERSION}.dist-info/METADATA").decode()
    assert f"\nVersion: {VERSION}\n" in metadata
    assert zipfile.ZipFile(wheel).read("ccn_kb/data/version.txt").decode() == f"{VERSION}\n"
    with tarfile.open(source) as archive:
        assert {f"ccn_kb-{VERSION}/{name}" for name in ("CITATION.cff", ".zenodo.json", "CHANGELOG.md")} <= set(
            archive.getnames()
        )


def test_a_tree_that_is_not_clean_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "README.md").write_text("changed", encoding="utf-8")
    refused(checkout, run_program, "the tree is not clean; commit or put away first")


def test_a_version_is_released_once(checkout: Path, run_program: Ccn) -> None:
    git(checkout, "tag", f"v{VERSION}")
    refused(checkout, run_program, "is released already; write a new version in data/version.txt")


def test_data_with_a_problem_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "data" / "version.txt").write_text(f"{SCHEMA_VERSION}.20200101\n", encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, "version.txt:1: edition: its date, 2020-01-01, is before")


def test_a_data_date_in_the_future_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "data" / "version.txt").write_text(f"{SCHEMA_VERSION}.29991231\n", encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, "the data date 2999-12-31 lies in the future")


def test_a_citation_file_of_another_version_is_not_released(checkout: Path, run_program: Ccn) -> None:
    file = checkout / "CITATION.cff"
    file.write_text(file.read_text(encoding="utf-8").replace(VERSION, FIRST), encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, f"write 'version: {VERSION}' in it and commit it")


def test_what_cannot_be_built_leaves_the_checkout_as_it_was(checkout: Path, run_program: Ccn) -> None:
    (checkout / "README.md").unlink()
    commit(checkout)
    refused(checkout, run_program, "build --no-isolation")


def refused(checkout: Path, run_program: Ccn, message: str) -> None:
    """Ask for a release that is refused: nothing is tagged, committed or left behind."""
    before = (git(checkout, "status", "--porcelain"), git(checkout, "rev-parse", "HEAD"), git(checkout, "tag"))
    result = release(run_program, checkout)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("No release: ")
    assert message in result.stderr
    assert (git(checkout, "status", "--porcelain"), git(checkout, "rev-parse", "HEAD"), git(checkout, "tag")) == before
