"""Two contributors who add neighbouring records in branches of their own: git merges both, and the data are sound."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MINI, ROOT, Ccn

Words = tuple[str, ...]
LATER = "2027-02-03"
SOURCE = ("--source", "unesco-round-2023")


def new_source(kind: str, id: str) -> Words:
    page = ("--publisher", id, "--url", f"https://example.org/{id}")
    return ("new", "source", id, "--kind", kind, *page)


def new_city(name: str, field: str) -> Words:
    place = ("--country", "FR", "--latitude", "45.1", "--longitude", "4.1")
    return ("new", "city", name, "--field", field, "--date", "2026-01-02", *place, *SOURCE)


def new_cooperation(id: str, partner: str) -> Words:
    cities = ("--city", "lyon-fr=lead", "--city", f"{partner}=partner")
    return ("new", "cooperation", id, "--title", id, "--kind", "exchange", "--starts", "2026-03", *cities, *SOURCE)


def new_meeting(id: str) -> Words:
    return ("new", "meeting", id, "--name", id, "--starts", "2027-05", "--host", "lyon-fr", *SOURCE)


def branches() -> Iterator[tuple[str, Words, Words]]:
    """Yield a name and what each of two contributors adds: records that are neighbours in every list."""
    for number, kind in enumerate(("press", "official", "host", "copy", "reference") * 2):
        first, second = f"paper-{number}a", f"paper-{number}b"
        yield f"sources {number}", new_source(kind, first), new_source(kind, second)
    for number, field in enumerate(("film", "design", "literature", "media-arts")):
        yield f"cities {number}", new_city(f"Lyonne {number}a", field), new_city(f"Lyonne {number}b", field)
    for number, partner in enumerate(("granada-es", "kanazawa-jp", "bradford-gb")):
        ids = [f"2026-lyon-fr-{number}{letter}" for letter in "ab"]
        before, after = (new_cooperation(id, partner) for id in ids)
        yield f"cooperations {number}", before, after
    for number in range(3):
        yield f"meetings {number}", new_meeting(f"2027-lyon-fr-{number}a"), new_meeting(f"2027-lyon-fr-{number}b")


PAIRS = tuple(branches())


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of a repository with the miniature data folder."""
    origin = tmp_path_factory.mktemp("origin")
    shutil.copytree(MINI, origin / "data")
    for name in (".gitignore", ".gitattributes"):
        shutil.copy(ROOT / name, origin)
    git(origin, "init", "--quiet", "--initial-branch", "main")
    commit(origin)
    clone = tmp_path_factory.mktemp("clone") / "checkout"
    git(origin, "clone", "--quiet", str(origin), str(clone))
    return clone


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Curator", "-c", "user.email=curator@example.org")
    command = ["git", *identity, "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A change")


def test_there_are_twenty_pairs() -> None:
    assert len(PAIRS) == 20


@pytest.mark.parametrize(("name", "first", "second"), PAIRS, ids=[name for name, _, _ in PAIRS])
def test_neighbours_merge_without_a_conflict(
    name: str, first: Words, second: Words, repository: Path, ccn: Ccn
) -> None:
    git(repository, "checkout", "--quiet", "--force", "main")
    for branch, words, day in (("first", first, LATER), ("second", second, "2027-02-04")):
        git(repository, "checkout", "--quiet", "-B", branch, "main")
        result = ccn(*words, cwd=repository, CCN_TODAY=day)
        assert result.returncode == 0, result.stderr
        commit(repository)
    changed = [set(git(repository, "diff", "--name-only", "main", branch).split()) for branch in ("first", "second")]
    assert changed[0]
    assert not changed[0] & changed[1], name
    git(repository, "merge", "--quiet", "--no-edit", "first")
    checked = ccn("check", cwd=repository, CCN_TODAY=LATER)
    problems = [line for line in checked.stdout.splitlines() if ": unused-source: " not in line]
    assert problems == []
