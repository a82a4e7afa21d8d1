"""What a process takes: seconds, processor seconds and memory; and how such figures are put together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
TODAY = "2026-11-25"
# Without its bytecode a program is compiled at each start, which is not what anybody has who installed it.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CCN_"))},
    "CCN_TODAY": TODAY,
}

# Without its plugins, of which ccn-kb is one; Datasette has no other switch for that.
STOCK_DATASETTE = "import sys; sys._called_from_test = True; from datasette.cli import cli; cli()"


class Cost(NamedTuple):
    """What something took."""

    wall: float
    cpu: float


class Work(NamedTuple):
    """What a work took in its process: its memory is what the process had beside that of the start."""

    wall: float
    cpu: float
    peak: float
    before: float

    @property
    def megabytes(self) -> float:
        return self.peak - self.before


class Python(NamedTuple):
    """A virtual environment with ccn-kb as anybody installs it, and what it is compared with."""

    folder: Path

    def program(self, name: str) -> str:
        """Return the path of a program in it."""
        return str(self.folder / "bin" / name)


def installed(folder: Path) -> Python:
    """Return a new environment in the folder; that of the developers has packages that slow others down."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, env=ENVIRONMENT)
    python = Python(folder)
    packages = [str(ROOT), "yaml-to-sqlite>=1,<2", "rapidyaml>=0.15.2,<0.16"]
    install = [python.program("pip"), "install", "--quiet", *packages]
    subprocess.run(install, check=True, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
    return python


def process(command: Sequence[str | Path], folder: Path = ROOT) -> Cost:
    """Return what a process in a folder takes from its start to its end. Raises RuntimeError if it fails."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if child.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed")
    return Cost(wall, used.ru_utime + used.ru_stime)


def output(command: Sequence[str | Path], folder: Path = ROOT) -> str:
    """Return what a program prints in a folder."""
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True).stdout


def work(python: Python, name: str, *arguments: str | Path) -> Work:
    """Return what the work of a command takes without its imports, as `benchmarks.work` does it."""
    return Work(*json.loads(output([python.program("python"), "-m", "benchmarks.work", name, *arguments])))


def in_turn(commands: Mapping[str, Sequence[str | Path]], rounds: int, folder: Path = ROOT) -> dict[str, list[Cost]]:
    """Return what each of several processes takes, one after the other in each round; a first round is not counted."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            cost = process(command, folder)
            if number:
                costs[name].append(cost)
    return costs


def ratios(costs: Sequence[Cost | Work], others: Sequence[Cost | Work]) -> list[float]:
    """Return how many times what the other took, round by round; the machine may be busy with other things."""
    return [cost.cpu / other.cpu for cost, other in zip(costs, others, strict=True)]


def spread(values: Sequence[float], factor: float = 1, unit: str = "") -> str:
    """Return the median, with the quartiles where there are enough values: `0.52 (0.51 to 0.56) s`."""
    scaled = [factor * value for value in values]
    if len(scaled) < 3:
        return f"{rounded(median(scaled))}{unit}"
    low, _, high = quantiles(scaled, method="inclusive")
    return f"{rounded(median(scaled))} ({rounded(low)} to {rounded(high)}){unit}"


def rounded(value: float) -> str:
    """Return a figure with three digits that count."""
    digits = next(digits for least, digits in ((100, 0), (10, 1), (1, 2), (0, 3)) if abs(value) >= least)
    return f"{value:,.{digits}f}"
