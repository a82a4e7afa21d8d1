"""Atomic writing of files and folders: what is left behind, and what is never removed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import pytest

from ccn_kb import files

Replacing: TypeAlias = "Callable[[Path], AbstractContextManager[Path]]"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked on Windows")
both = pytest.mark.parametrize("replacing", [files.replacing, files.replacing_folder])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@both
def test_what_a_killed_process_left_is_removed(replacing: Replacing, tmp_path: Path) -> None:
    (tmp_path / ".out.abcd_123.tmp").mkdir()
    (tmp_path / ".out.abcd_123.tmp" / "new").write_text("half of it")
    with replacing(tmp_path / "out"):
        assert ".out.abcd_123.tmp" not in names(tmp_path)
    assert names(tmp_path) == {"out"}


@both
def test_what_another_process_writes_is_left(replacing: Replacing, tmp_path: Path) -> None:
    with replacing(tmp_path / "out") as first:
        with replacing(tmp_path / "out") as second:
            assert first.exists()
            assert first != second
        assert first.exists()
    assert names(tmp_path) == {"out"}


@both
@pytest.mark.parametrize(
    "other", [".out.settings", ".out.settings.tmp.bak", "out.abcd1234.tmp", ".out.ABCD1234.tmp", ".outer.abcd1234.tmp"]
)
def test_what_only_looks_alike_is_left(replacing: Replacing, other: str, tmp_path: Path) -> None:
    (tmp_path / other).mkdir()
    with replacing(tmp_path / "out"):
        pass
    assert names(tmp_path) == {"out", other}


@both
def test_a_link_of_such_a_name_is_left_with_what_it_leads_to(replacing: Replacing, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / ".out.abcd1234.tmp").symlink_to(tmp_path / "precious")
    with replacing(tmp_path / "out"):
        pass
    assert names(tmp_path) == {"out", "precious", ".out.abcd1234.tmp"}


def test_the_last_copy_of_a_folder_is_left_until_another_is_there(tmp_path: Path) -> None:
    (tmp_path / ".out.abcd1234.tmp" / "old").mkdir(parents=True)
    with pytest.raises(RuntimeError), files.replacing_folder(tmp_path / "out"):
        raise RuntimeError
    assert names(tmp_path) == {".out.abcd1234.tmp"}
    for _ in range(2):
        with files.replacing_folder(tmp_path / "out"):
            pass
    assert names(tmp_path) == {"out"}
