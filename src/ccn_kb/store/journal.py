"""Several files of a folder written as one: all of them or none, whatever interrupts the writer.

A writer holds the lock `.lock` and says in `.writing` who it is. It puts every new file beside its target and
makes them durable; then `.writing` is replaced by one that lists them. That rename is the moment at which the
change is made: before it the next command undoes what was begun, after it the next command finishes.
"""

from __future__ import annotations

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
BESIDE = ".ccn"
PATIENCE = 20.0


class BusyError(Exception):
    """Somebody else is changing the folder; the message says who."""


class RefusedError(Exception):
    """A file is not as it was read, or not a plain one; the message names it, and what to do."""


@dataclass(frozen=True)
class Writer:
    """Who is changing a folder, and, once the change is made, the files that still have to take their names.

    `files` gives, for each file, the digests of the old and the new content; None is no file.
    """

    command: str
    process: int
    since: str
    files: Mapping[str, tuple[str | None, str | None]] | None = None

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.process}, since {self.since})"


def digest(content: bytes | None) -> str | None:
    """Return the SHA-256 sum of a file's content in hexadecimal, None for no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def beside(target: Path) -> Path:
    """Return where a target's new content waits."""
    return target.with_name(f".{target.name}{BESIDE}")


def generation(folder: Path) -> int:
    """Return a number that is another after each change of the folder."""
    try:
        return (folder / LOCK).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@contextmanager
def writing(folder: Path) -> Iterator[str | None]:
    """Hold the folder's lock; yield what was found of a writer that died, after finishing or undoing its change.

    Raises BusyError if another writer holds the lock for longer than PATIENCE seconds, OSError if the folder
    cannot be written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        holder = _writer(folder) or "another program"
        raise BusyError(f"the data folder is being changed by {holder}; try again when it has finished") from None
    try:
        found = _recover(folder)
        try:
            _note(folder, Writer(_command(), os.getpid(), f"{datetime.now().astimezone():%H:%M:%S}"))
            yield found
        finally:
            # A change that was made and could not be finished is left to the next command.
            if not unfinished(folder):
                _undo(folder)
    finally:
        lock.release()


def unfinished(folder: Path) -> bool:
    """Tell whether a change of the folder is made and not all its files have their names yet."""
    writer = _writer(folder)
    return writer is not None and writer.files is not None


def settle(folder: Path) -> str | None:
    """Finish or undo the change of a writer that died, and tell it; leave a living one alone.

    A writer that is just giving its files their names is waited for. Raises BusyError, RefusedError.
    """
    from filelock import FileLock, Timeout

    writer = _writer(folder)
    if writer is None:
        return None
    made = writer.files is not None
    try:
        with FileLock(folder / LOCK, timeout=PATIENCE if made else 0):
            return _recover(folder)
    except (Timeout, OSError):
        if made:
            raise BusyError(f"the data folder is being changed by {writer}; try again when it has finished") from None
        return None  # what is not made yet can be read past


def replace(folder: Path, seen: Mapping[str, str | None], changed: Mapping[str, str | None]) -> None:
    """Write all changed files of the folder as one; a text of None deletes the file.

    `seen` gives the digest of each file as it was read. To be called while `writing`. Raises RefusedError if a
    file is another by now or a link, and OSError; nothing is changed then.
    """
    planned = {}
    for file, text in changed.items():
        content = None if text is None else text.encode("utf-8")
        now = digest(_content(folder / file))
        if (folder / file).is_symlink():
            raise RefusedError(f"{folder / file} is a symbolic link; put the file itself there")
        if now != seen.get(file):
            raise RefusedError(f"{folder / file} was edited meanwhile; nothing was written. Give the command again")
        planned[file] = (now, digest(content))
        if content is not None:
            files.write_durably(beside(folder / file), content)
    writer = _writer(folder)
    if writer is None:
        raise RuntimeError("the folder is written without its lock")
    _note(folder, Writer(writer.command, writer.process, writer.since, planned))
    _finish(folder, planned)


def _recover(folder: Path) -> str | None:
    writer = _writer(folder)
    if writer is None:
        # Killed between taking the lock and saying who it is, a writer has written nothing.
        return None
    if writer.files is None:
        _undo(folder)
        return f"{writer} was interrupted before its change was made; nothing of it remains"
    _finish(folder, writer.files)
    return f"{writer} was interrupted while writing; its change is now complete"


def _finish(folder: Path, planned: Mapping[str, tuple[str | None, str | None]]) -> None:
    """Give every file that waits its name, once or again; a file that was edited meanwhile stops all."""
    for file, (old, new) in planned.items():
        if digest(_content(folder / file)) not in (old, new, None):
            raise RefusedError(
                f"{folder / file} was edited after a change of it was interrupted; move your version to another "
                "place and give the command again: it completes the change, then make your edit once more"
            )
    for file, (_, new) in planned.items():
        target = folder / file
        if new is None:
            target.unlink(missing_ok=True)
        elif beside(target).exists():
            beside(target).replace(target)
    for parent in {(folder / file).parent for file in planned}:
        files.sync_folder(parent)
    # Before the writer's note goes: a reader sees the one or the other.
    os.utime(folder / LOCK)
    _end(folder)


def _undo(folder: Path) -> None:
    for inside in (folder, *(path for path in folder.iterdir() if path.is_dir())):
        for path in inside.glob(f".*{BESIDE}"):
            path.unlink(missing_ok=True)
    _end(folder)


def _end(folder: Path) -> None:
    (folder / WRITING).unlink(missing_ok=True)
    files.sync_folder(folder)


def _note(folder: Path, writer: Writer) -> None:
    waiting = beside(folder / WRITING)
    files.write_durably(waiting, json.dumps(asdict(writer)).encode())
    waiting.replace(folder / WRITING)
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
        raise RefusedError(
            f"{folder / WRITING} is damaged; restore the data folder with git, then delete that file"
        ) from None
    return writer


def _content(path: Path) -> bytes | None:
    try:
        return files.read_regular(path)
    except FileNotFoundError:
        return None


def _command() -> str:
    return " ".join(["ccn", *sys.argv[1:]])[:120]
