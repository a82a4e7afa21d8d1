"""A data folder as it stood in a git revision."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class RevisionError(Exception):
    """The revision cannot be had; the message says why."""


@contextmanager
def at(folder: Path, revision: str) -> Iterator[Path]:
    """Yield a copy of the data folder as it stood in a revision: `HEAD~1`, `v1.0`. Raises RevisionError."""
    folder = folder.resolve()
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise RevisionError(f"{revision!r} is neither a data folder nor a revision of the git repository at {folder}")
    place = _git(folder, "rev-parse", "--show-toplevel", "--show-prefix") or b""
    top, prefix = place.decode().split("\n")[:2]
    packed = _git(Path(top), "archive", "--format=tar", f"{commit.decode().strip()}:{prefix.rstrip('/')}")
    if packed is None:
        raise RevisionError(f"there is no data folder in {revision!r}")
    with TemporaryDirectory(prefix="ccn-") as here, tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(here, filter="data")
        yield Path(here)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints, None if it refuses."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise RevisionError("revisions are compared with git, which is not installed") from None
    return done.stdout if done.returncode == 0 else None
