"""Files written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a new empty file beside the target; once filled it is made durable and takes the target's name.

    Whatever interrupts it leaves the target as it was. Raises OSError, which names the target.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        beside = Path(name)
        try:
            yield beside
            with beside.open("rb") as stream:
                os.fsync(stream.fileno())
            beside.chmod(0o644)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Yield a new empty folder beside the target; once filled it takes the target's name, and what was there goes.

    Whatever interrupts it leaves the target as it was, but for a kill between the two renames, which leaves the old
    folder and the new one beside it, under a hidden name. Raises OSError, which names the target.
    """
    try:
        around = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        beside, before = around / "new", around / "old"
        try:
            beside.mkdir()
            yield beside
            try:
                if target.exists():
                    target.rename(before)
                beside.rename(target)
            except BaseException:
                if before.exists() and not target.exists():
                    before.rename(target)
                raise
            sync_folder(target.parent)
        finally:
            shutil.rmtree(around, ignore_errors=True)
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


def write(target: Path, text: str) -> None:
    """Write the text as UTF-8, as it stands. Raises OSError."""
    with replacing(target) as beside:
        beside.write_text(text, encoding="utf-8", newline="")


def write_durably(target: Path, content: bytes) -> None:
    """Write a file, over one that stands there, and wait until it is on the disk. Raises OSError, which names it."""
    try:
        with target.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        error.filename = str(target)
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can tell (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
