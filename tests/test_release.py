"""The release recipe, on a copy of the checkout with a history of its own and the miniature data."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from release.codemeta import CODEMETA, to_codemeta

from ccn_kb import store
from ccn_kb.version import SCHEMA_VERSION, split_version, version_of
from tests.conftest import DATA, MINI, ROOT, Ccn, Result

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
}
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".*_cache", ".venv*", ".hypothesis", "__pycache__", "benchmarks", "dist", "vendor", "*.db"
)
VERSION = version_of(MINI)
DATE = split_version(VERSION)[1]
FIRST = "0.9.20200101"


def left_out(folder: str, names: list[str]) -> set[str]:
    """Return what a copy of the checkout does without; in its data other tests may be writing."""
    return LEFT_OUT(folder, names) | ({"data"} if Path(folder) == ROOT else set())


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
    root = Path(shutil.copytree(ROOT, tmp_path / "checkout", ignore=left_out))
    shutil.copytree(MINI, root / "data")
    shutil.copy(DATA / "LICENSE", root / "data")
    citation = root / "CITATION.cff"
    text = re.sub("^version: .*$", f"version: {VERSION}", citation.read_text(encoding="utf-8"), flags=re.MULTILINE)
    citation.write_text(re.sub("^date-released: .*$", f'date-released: "{DATE}"', text, flags=re.MULTILINE), "utf-8")
    (root / CODEMETA).write_bytes(to_codemeta(root))
    git(root, "init", "--quiet")
    commit(root)
    return root


def release(run_program: Ccn, root: Path, *arguments: str) -> Result:
    """Run the recipe with the checkout's own code."""
    return run_program(sys.executable, "-m", "release", *arguments, cwd=root, PYTHONPATH=str(root / "src"), **IDENTITY)


def make_post_release(root: Path, number: int = 1) -> None:
    """Write the number of a release of code alone, and commit it."""
    file = root / "src" / "ccn_kb" / "version.py"
    text = file.read_text(encoding="utf-8")
    text = re.sub("^POST_RELEASE = .*$", f"POST_RELEASE = {number}", text, flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    commit(root)


def test_a_release_is_tagged_told_and_built_the_same_twice(checkout: Path, run_program: Ccn) -> None:
    city = checkout / "data" / "cities" / "kanazawa-jp.yaml"
    sound = city.read_text(encoding="utf-8")
    city.write_text(sound.replace("name: Kanazawa", "name: Kanazáwa", 1), encoding="utf-8")
    commit(checkout)
    git(checkout, "tag", f"v{FIRST}")
    city.write_text(sound, encoding="utf-8")
    ids = checkout / "data" / "ids.txt"
    registered = ids.read_text(encoding="utf-8")
    ids.write_text(registered.replace("kanazawa-jp\n", ""), encoding="utf-8")
    commit(checkout)
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")

    result = release(run_program, checkout)

    assert result.returncode == 0, result.stderr
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "rev-parse", f"v{VERSION}^{{commit}}") == git(checkout, "rev-parse", "HEAD")
    assert ids.read_text(encoding="utf-8") == registered
    released = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## Unreleased\n\n## {VERSION} ({DATE.day} {DATE:%B %Y})\n\n- " in released
    assert "- The whole network" in released
    assert "### Corrected (1)\n\n- Kanazawa: name was Kanazáwa, is now Kanazawa (kanazawa-jp)\n" in released
    (recorded,) = store.read(checkout / "data").network.releases.values()
    assert (recorded.id, recorded.date, recorded.replaces) == (VERSION, str(DATE), None)
    assert [(part.record, part.path, part.before, part.after) for part in recorded.corrections] == [
        ("kanazawa-jp", "name", "Kanazáwa", "Kanazawa")
    ]
    assert [line for line in changelog.splitlines() if line not in released.splitlines()] == []

    wheel, source, exports = (
        checkout / "dist" / name
        for name in (f"ccn_kb-{VERSION}-py3-none-any.whl", f"ccn_kb-{VERSION}.tar.gz", f"ccn-kb-{VERSION}.zip")
    )
    assert sorted((checkout / "dist").iterdir()) == sorted([wheel, source, exports])
    with zipfile.ZipFile(exports) as archive:
        manifest = json.loads(archive.read(f"ccn-kb-{VERSION}/manifest.json"))
        assert (manifest["version"], manifest["members_on"]) == (VERSION, str(DATE))
        packed = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    del packed[f"ccn-kb-{VERSION}/manifest.json"]
    assert packed == {f"ccn-kb-{VERSION}/{file['path']}": file["sha256"] for file in manifest["files"]}
    metadata = zipfile.ZipFile(wheel).read(f"ccn_kb-{VERSION}.dist-info/METADATA").decode()
    assert f"\nVersion: {VERSION}\n" in metadata
    assert zipfile.ZipFile(wheel).read("ccn_kb/data/version.txt").decode() == f"{VERSION}\n"
    with tarfile.open(source) as archive:
        assert {
            f"ccn_kb-{VERSION}/{name}" for name in ("CITATION.cff", ".zenodo.json", "codemeta.json", "CHANGELOG.md")
        } <= set(archive.getnames())


def test_code_alone_is_released_after_its_data(checkout: Path, run_program: Ccn) -> None:
    git(checkout, "tag", f"v{VERSION}")
    make_post_release(checkout)
    result = release(run_program, checkout)
    assert result.returncode == 0, result.stderr
    post = f"{VERSION}.post1"
    assert git(checkout, "tag", "--points-at", "HEAD") == f"v{post}"
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## Unreleased\n\n## {post} ({DATE.day} {DATE:%B %Y})\n\n- " in changelog
    assert "- The whole network" in changelog
    wheel, source, exports = (
        checkout / "dist" / name
        for name in (f"ccn_kb-{post}-py3-none-any.whl", f"ccn_kb-{post}.tar.gz", f"ccn-kb-{post}.zip")
    )
    assert sorted((checkout / "dist").iterdir()) == sorted([wheel, source, exports])
    with zipfile.ZipFile(wheel) as archive:
        assert f"\nVersion: {post}\n" in archive.read(f"ccn_kb-{post}.dist-info/METADATA").decode()
        assert archive.read("ccn_kb/data/version.txt").decode() == f"{VERSION}\n"
    with zipfile.ZipFile(exports) as archive:
        assert json.loads(archive.read(f"ccn-kb-{post}/manifest.json"))["version"] == VERSION


def test_a_post_release_needs_the_release_of_its_data(checkout: Path, run_program: Ccn) -> None:
    make_post_release(checkout)
    refused(checkout, run_program, f"v{VERSION} is not released, so this is not a post-release of it")


def test_changed_data_are_not_a_post_release(checkout: Path, run_program: Ccn) -> None:
    git(checkout, "tag", f"v{VERSION}")
    with (checkout / "data" / "topics.yaml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    make_post_release(checkout)
    refused(checkout, run_program, f"the data have changed since v{VERSION}; write a new version")


def test_only_a_tagged_commit_is_built_for_publishing(checkout: Path, run_program: Ccn) -> None:
    result = release(run_program, checkout, "--build")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"this commit is not tagged v{VERSION}" in result.stderr


def test_a_tree_that_is_not_clean_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "README.md").write_text("changed", encoding="utf-8")
    refused(checkout, run_program, "the tree is not clean; commit or put away first")


def test_a_version_is_released_once(checkout: Path, run_program: Ccn) -> None:
    git(checkout, "tag", f"v{VERSION}")
    refused(checkout, run_program, "in data/version.txt, or raise POST_RELEASE in src/ccn_kb/version.py")


def test_data_with_a_problem_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "data" / "version.txt").write_text(f"{SCHEMA_VERSION}.20200101\n", encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, "version.txt:1: edition: the data date, 2020-01-01, is older than")


def test_a_data_date_before_a_source_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "data" / "version.txt").write_text(f"{SCHEMA_VERSION}.20261001\n", encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, "the data date 2026-10-01 is older than the source ")


def test_a_data_date_in_the_future_is_not_released(checkout: Path, run_program: Ccn) -> None:
    (checkout / "data" / "version.txt").write_text(f"{SCHEMA_VERSION}.29991231\n", encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, "the data date 2999-12-31 lies in the future")


def test_a_citation_file_of_another_version_is_not_released(checkout: Path, run_program: Ccn) -> None:
    file = checkout / "CITATION.cff"
    file.write_text(file.read_text(encoding="utf-8").replace(VERSION, FIRST), encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, f"write 'version: {VERSION}' in it and commit it")


def test_a_description_of_the_software_that_is_out_of_date_is_not_released(checkout: Path, run_program: Ccn) -> None:
    file = checkout / CODEMETA
    file.write_text(file.read_text(encoding="utf-8").replace(VERSION, FIRST), encoding="utf-8")
    commit(checkout)
    refused(checkout, run_program, "run: python -m release.codemeta, and commit it")


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
