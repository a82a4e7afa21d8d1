"""Reading of regular files only, and atomic writing of files and folders."""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

FREE_SPACE = "free space there"
_NO_FOLDER = "there is no folder"
_SUFFIX = ".tmp"


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
    if most is None or 0 < state.st_size <= most:
        with path.open("rb", buffering=0) as stream:
            return stream.readall()[:most]
    with path.open("rb") as stream:
        # The files of /proc report a size of 0.
        return stream.read(most)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield the path of a new file next to the target; when the block ends it is synced and renamed to the target.

    A symbolic link is followed and kept. If anything interrupts this, the target stays as it was; what a killed
    process left behind is removed by the next one. Raises OSError, which names the target.
    """
    with _naming(target):
        real = Path(os.path.realpath(target)) if target.is_symlink() else target
        if real.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if real.exists() and not real.is_file():
            raise NotRegularError(target)
        with _workspace(real) as folder:
            temporary = folder / "new"
            temporary.touch()
            yield temporary
            with temporary.open("rb") as stream:
                os.fsync(stream.fileno())
            temporary.chmod(0o644)
            temporary.replace(real)


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Yield a new empty folder next to the target; when the block ends it replaces the target.

    If anything interrupts this, the target stays as it was. Only a kill between the two renames leaves the old folder
    and the new one under a hidden name next to it. Raises OSError, which names the target.
    """
    with _naming(target), _workspace(target) as folder:
        new, old = folder / "new", folder / "old"
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


def reason_and_remedy(error: OSError) -> tuple[str, str]:
    """Return why a file could not be written, and the remedy at its path, '' if only another path helps."""
    reason = f"it {error.strerror}" if isinstance(error, NotRegularError) else error.strerror or str(error)
    if error.errno == errno.EROFS:
        return "the folder is read-only", ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        remedy = FREE_SPACE
    else:
        remedy = "create it" if reason.startswith(_NO_FOLDER) else ""
    return reason[:1].lower() + reason[1:], remedy


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


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Have every OSError name the target, not the hidden file next to it."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


@contextmanager
def _workspace(target: Path) -> Iterator[Path]:
    """Yield a new hidden folder next to the target; remove it at the end, and those of killed processes before."""
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"{_NO_FOLDER} {target.parent}")
    _remove_abandoned(target)
    folder, lock = _locked_folder(target)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _locked_folder(target: Path) -> tuple[Path, int | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=_SUFFIX, dir=target.parent))
        lock = _lock(folder, wait=True)
        # Another process may have taken it for an abandoned one before it was locked.
        if folder.exists():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _remove_abandoned(target: Path) -> None:
    """Remove the hidden folders next to the target that no running process has locked."""
    name = re.compile(re.escape(f".{target.name}.") + "[a-z0-9_]{8}" + re.escape(_SUFFIX))
    abandoned: list[Path] = []
    # A folder can be written without being readable.
    with suppress(PermissionError):
        abandoned += [path for path in target.parent.iterdir() if name.fullmatch(path.name)]
    for path in abandoned:
        lock = _lock(path, wait=False)
        if lock is not None:
            # The last copy of a folder that was about to be replaced is kept.
            if target.exists() or not (path / "old").exists():
                shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """Lock a folder until the process ends or closes what is returned; None if that cannot be (never on Windows).

    A file could be locked as well, but on network drives such a lock is in the way of SQLite's own.
    """
    if sys.platform == "win32":
        return None
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
