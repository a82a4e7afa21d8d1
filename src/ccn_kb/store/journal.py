"""Atomic writing of several files of a folder: all of them or none, whatever interrupts the writer.

A writer holds the lock `.lock` and describes itself in `.writing`. It writes every new file next to its target under a
temporary name, and syncs it; then it replaces `.writing` by one that lists these files. That rename commits the change:
before it the next command rolls the change back, after it the next command completes it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ccn_kb import files

LOCK = ".lock"
WRITING = ".writing"
STAGED_SUFFIX = ".ccn"
LOCK_TIMEOUT = 20.0
"""Seconds to wait for another writer."""


class BusyError(Exception):
    """Another command is changing the folder; the message names it."""


class RefusedError(Exception):
    """A file changed since it was read or is a symbolic link, or the folder is read-only; the message has a remedy."""


@dataclass(frozen=True)
class Writer:
    """The command that changes a folder; once the change is committed, also the files that remain to be renamed.

    `files` has the digests of the old and the new content of each file, None where there is no file.
    """

    command: str
    process: int
    since: str
    files: Mapping[str, tuple[str | None, str | None]] | None = None

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.process}, since {self.since})"


def digest(content: bytes | None) -> str | None:
    """Return the SHA-256 digest of a file's content in hexadecimal, None for None."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def staged(target: Path) -> Path:
    """Return the path of a target's new content before the change is committed."""
    return target.with_name(f".{target.name}{STAGED_SUFFIX}")


def generation(folder: Path) -> int:
    """Return a number that differs after each change of the folder."""
    try:
        return (folder / LOCK).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@contextmanager
def writing(folder: Path) -> Iterator[str | None]:
    """Hold the folder's lock; yield a sentence on an interrupted change that was completed or rolled back, if any.

    Raises BusyError if another writer holds the lock for longer than LOCK_TIMEOUT seconds, RefusedError if the
    folder is read-only, OSError if it cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=LOCK_TIMEOUT)
    try:
        lock.acquire()
    except Timeout:
        holder = _writer(folder) or "another program"
        raise BusyError(f"the data folder is being changed by {holder}; try again when it has finished") from None
    except OSError as error:
        raise _refuse_if_read_only(folder, error) from None
    try:
        recovered = _recover_locked(folder)
        try:
            try:
                _record(folder, Writer(_command(), os.getpid(), f"{datetime.now().astimezone():%H:%M:%S}"))
            except OSError as error:
                raise _refuse_if_read_only(folder, error) from None
            yield recovered
        finally:
            # The next command completes a change that was committed and not completed.
            if not is_unfinished(folder):
                _roll_back(folder)
    finally:
        lock.release()


def _refuse_if_read_only(folder: Path, error: OSError) -> Exception:
    """Return what to raise for an error: that the folder is read-only, if that is the cause, else the error."""
    if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
        return error
    return RefusedError(f"the data folder {folder} is read-only; choose another with --data or CCN_DATA")


def is_unfinished(folder: Path) -> bool:
    """Return whether a change of the folder is committed, but not all its files are renamed yet."""
    writer = _writer(folder)
    return writer is not None and writer.files is not None


def recover(folder: Path) -> str | None:
    """Complete or roll back the change of an interrupted writer, and return a sentence on it; leave a running one.

    If a running writer has committed its change, wait until it is complete. Raises BusyError, RefusedError.
    """
    from filelock import FileLock, Timeout

    writer = _writer(folder)
    if writer is None:
        return None
    is_committed = writer.files is not None
    try:
        with FileLock(folder / LOCK, timeout=LOCK_TIMEOUT if is_committed else 0):
            return _recover_locked(folder)
    except (Timeout, OSError):
        if is_committed:
            raise BusyError(f"the data folder is being changed by {writer}; try again when it has finished") from None
        return None  # before the commit, readers see the old files


def replace(folder: Path, digests: Mapping[str, str | None], changed: Mapping[str, str | None]) -> None:
    """Write all changed files of the folder as one; a text of None deletes the file. Call it inside `writing`.

    `digests` has the digest of each file as it was read. Raises RefusedError if a file has changed since then or is a
    link, and OSError; nothing is changed then.
    """
    planned = {}
    for file, text in changed.items():
        content = None if text is None else text.encode("utf-8")
        present = digest(_content(folder / file))
        if (folder / file).is_symlink():
            raise RefusedError(f"{folder / file} is a symbolic link; replace it by the file itself")
        if present != digests.get(file):
            raise RefusedError(f"{folder / file} was edited meanwhile; nothing was written. Run the command again")
        planned[file] = (present, digest(content))
        if content is not None:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            files.write_durably(staged(folder / file), content)
    writer = _writer(folder)
    if writer is None:
        raise RuntimeError("the folder is written without its lock")
    _record(folder, Writer(writer.command, writer.process, writer.since, planned))
    _complete(folder, planned)


def _recover_locked(folder: Path) -> str | None:
    writer = _writer(folder)
    if writer is None:
        # A writer that was killed before it described itself has written nothing.
        return None
    if writer.files is None:
        _roll_back(folder)
        return f"{writer} was interrupted; its change was rolled back"
    _complete(folder, writer.files)
    return f"{writer} was interrupted; its change was completed"


def _complete(folder: Path, planned: Mapping[str, tuple[str | None, str | None]]) -> None:
    """Rename every staged file, also repeatedly. Raises RefusedError, before any renaming, if a file was edited."""
    for file, (old, new) in planned.items():
        if digest(_content(folder / file)) not in (old, new, None):
            raise RefusedError(
                f"{folder / file} was edited after a change of it was interrupted; move your version elsewhere and "
                "run the command again, which completes the change; then repeat your edit"
            )
    for file, (_, new) in planned.items():
        target = folder / file
        if new is None:
            target.unlink(missing_ok=True)
        elif staged(target).exists():
            staged(target).replace(target)
    # Of a new folder, the folder around it too.
    for parent in {parent for file in planned for parent in Path(file).parents}:
        files.sync_folder(folder / parent)
    # The new generation comes before the end of `.writing`, so that every reader notices one of them.
    os.utime(folder / LOCK)
    _end(folder)


def _roll_back(folder: Path) -> None:
    for inside, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(STAGED_SUFFIX):
                (Path(inside) / name).unlink(missing_ok=True)
    _end(folder)


def _end(folder: Path) -> None:
    (folder / WRITING).unlink(missing_ok=True)
    files.sync_folder(folder)


def _record(folder: Path, writer: Writer) -> None:
    target = folder / WRITING
    files.write_durably(staged(target), json.dumps(asdict(writer)).encode())
    staged(target).replace(target)
    files.sync_folder(folder)


def _writer(folder: Path) -> Writer | None:
    content = _content(folder / WRITING)
    if content is None:
        return None
    try:
        writer = Writer(**json.loads(content))
        if any(".." in Path(file).parts or Path(file).is_absolute() for file in writer.files or ()):
            raise ValueError("a file outside the folder")
    except (ValueError, TypeError):
        message = f"{folder / WRITING} is damaged; restore the data folder with git, then delete that file"
        raise RefusedError(message) from None
    return writer


def _content(path: Path) -> bytes | None:
    try:
        return files.read_regular(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def _command() -> str:
    return " ".join(["ccn", *sys.argv[1:]])[:120]
