"""What the tests share: the real data, a miniature of it that a test may break, and the command as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

import ccn_kb
from ccn_kb.network import Network

if TYPE_CHECKING:
    from tests.forking import Forking

# Without bytecode each of the hundreds of processes would compile the package anew, and each run all tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

pytest_plugins = ["tests.serving", "tests.strange"]
ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
MINI = ROOT / "tests" / "mini" / "data"
TODAY = "2026-11-22"

Result: TypeAlias = "subprocess.CompletedProcess[str]"
Ccn: TypeAlias = Callable[..., Result]


def copy_real_data(folder: Path) -> Path:
    """Copy the real data, without what belongs to a command that is writing in them."""
    return Path(shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns(".*")))


@pytest.fixture(scope="session")
def network() -> Network:
    """The real network; read only."""
    return ccn_kb.load(DATA)


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """A sound miniature data folder of its own, eight cities and one tombstone, to be broken."""
    return Path(shutil.copytree(MINI, tmp_path / "data"))


@pytest.fixture
def run_program(tmp_path: Path) -> Ccn:
    """Run a program as a process in an empty folder, on a fixed day."""

    def run(*arguments: str | Path, cwd: Path = tmp_path, **environment: str) -> Result:
        return subprocess.run(
            [*map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "CCN_TODAY": TODAY, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def forking() -> Iterator[Forking]:
    """What starts `ccn` without importing it anew each time."""
    from tests.forking import Forking

    with Forking() as process:
        yield process


@pytest.fixture
def ccn(run_program: Ccn, forking: Forking, tmp_path: Path) -> Ccn:
    """Run `ccn` as a process in an empty folder, on the data in the package unless a test names other data."""

    def run(*arguments: str | Path, cwd: Path = tmp_path, **environment: str) -> Result:
        # What the interpreter itself listens to takes one of its own.
        if environment.keys() - {"CCN_DATA", "CCN_TODAY", "NO_COLOR"}:
            return run_program(sys.executable, "-m", "ccn_kb", *arguments, cwd=cwd, **environment)
        return forking.run([*map(str, arguments)], cwd, {**os.environ, "CCN_TODAY": TODAY, **environment})

    return run
