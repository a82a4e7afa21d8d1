"""Files read only if they are regular ones, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotRegularError(OSError):
    """The path leads to a folder, a pipe, a device, a socket, or in a circle."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "is not a regular file", str(path))


def read_regular(path: Path, most: int | None = None) -> bytes:
    """Return the content of a regular file, or of one that a link leads to; of a longer file the first bytes.

    What is not a regular file is not opened, since a pipe or a device can be waited for without end. Raises
    NotRegularError, OSError.
    """
    try:
        state = path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotRegularError(path) from None
        raise
    if not stat.S_ISREG(state.st_mode):
        raise NotRegularError(path)
    with path.open("rb") as stream:
        # Files of /proc report a size of 0; for all others a buffer of `most` bytes would be too large.
        return stream.read() if most is None else stream.read(min(state.st_size or most, most))


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
