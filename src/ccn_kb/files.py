"""Reading of regular files only, and atomic writing of files and folders."""

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
    """The path leads to a folder, a pipe, a device or a socket, or is a loop of links."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "is not a regular file", str(path))


def read_regular(path: Path, most: int | None = None) -> bytes:
    """Return the content of a regular file, following links, or its first `most` bytes.

    Nothing else is opened, since reading a pipe or a device may never end. Raises NotRegularError, OSError.
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
        # A buffer of `most` bytes would be too large for most files; those of /proc report a size of 0.
        return stream.read() if most is None else stream.read(min(state.st_size or most, most))


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a new empty file next to the target; when the block ends it is synced and renamed to the target.

    If anything interrupts this, the target stays as it was. Raises OSError, which names the target.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.chmod(0o644)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Yield a new empty folder next to the target; when the block ends it replaces the target.

    If anything interrupts this, the target stays as it was. Only a kill between the two renames leaves the old folder
    and the new one under a hidden name next to it. Raises OSError, which names the target.
    """
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        new, old = temporary / "new", temporary / "old"
        try:
            new.mkdir()
            yield new
            try:
                if target.exists():
                    target.rename(old)
                new.rename(target)
            except BaseException:
                if old.exists() and not target.exists():
                    old.rename(target)
                raise
            sync_folder(target.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


def write(target: Path, text: str) -> None:
    """Write the text as UTF-8, without translating line ends. Raises OSError."""
    with replacing(target) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_durably(target: Path, content: bytes) -> None:
    """Write or overwrite a file and sync it to the disk. Raises OSError, which names the file."""
    try:
        with target.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        error.filename = str(target)
        raise


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk; does nothing on Windows, which cannot."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
