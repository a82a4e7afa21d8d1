"""How time and memory grow with the network: 400, 4,000 and 40,000 cities.

Run from the repository: .venv/bin/python -m benchmarks.growth
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.generate import generate
from benchmarks.measure import Python, Work, installed, rounded, spread, work
from benchmarks.report import Section, show

ROUNDS = {400: 7, 4_000: 3, 40_000: 1}
ONCE = {"export": 1}
WORKS = {
    "load": "load",
    "check": "`ccn check`",
    "build": "`ccn build`",
    "query": "`ccn cities --field`",
    "members": "`network.members(field=…)`, network loaded",
    "export": "`ccn export`, every format",
}
HEADS = (
    *("Work", "Cities", "CPU time, s", "Memory, MB", "ms per city", "kB per city"),
    *("Time relative to linear", "Memory relative to linear"),
)


def measured(rounds: Mapping[int, int] = ROUNDS) -> Section:
    """Return what each work takes at each size."""
    measurements: dict[str, dict[int, list[Work]]] = {name: {number: [] for number in rounds} for name in WORKS}
    with TemporaryDirectory() as folder:
        python = installed(Path(folder) / "python")
        for number, times in rounds.items():
            data = Path(folder) / str(number)
            generate(number, data)
            for turn in range(times):
                for name in WORKS:
                    if turn < ONCE.get(name, times) or number < max(rounds):
                        measurements[name][number].append(once(python, name, data))
    rows, short = [], []
    for name, sizes in measurements.items():
        smaller: list[int] = []
        for number, works in sizes.items():
            relative = [linear(sizes, (*smaller[-2:], number), what) for what in ("cpu", "megabytes")]
            smaller.append(number)
            time, memory = [run.cpu for run in works], [run.megabytes for run in works]
            figures = [spread(time), spread(memory), rounded(1000 * median(time) / number)]
            rows.append([WORKS[name], f"{number:,}", *figures, rounded(1024 * median(memory) / number), *relative])
        if len(sizes) > 2:
            peak = f"{spread([run.cpu for run in works], unit=' s')}, {rounded(median(memory))} MB"
            line = [f"{WORKS[name]}, {number:,} cities", peak, f"{smaller[-2]:,} cities"]
            short.append([*line, f"{relative[0]} in time and {relative[1]} in memory, relative to linear; goal 1.2"])
    note = (
        "CPU time without the imports, and memory above that at the start, each in a process of its own. Relative to "
        "linear: the cost of an additional city, divided by its cost between the two smaller sizes."
    )
    return Section("Growth", HEADS, rows, note, [line for line in short if "members(" not in line[0]])


def once(python: Python, name: str, data: Path) -> Work:
    """Return what a work took."""
    with TemporaryDirectory() as folder:
        return work(python, name, data, Path(folder) / "made")


def linear(sizes: Mapping[int, list[Work]], numbers: tuple[int, ...], what: str) -> str:
    """Return how many times as much a city more costs at the last size as before it; nothing where it cost nothing."""
    if len(numbers) < 3:
        return ""
    least, middle, most = ((number, median(getattr(run, what) for run in sizes[number])) for number in numbers)
    before = (middle[1] - least[1]) / (middle[0] - least[0])
    return rounded((most[1] - middle[1]) / (most[0] - middle[0]) / before) if before > 0 else ""


if __name__ == "__main__":
    show(measured({int(argument): 2 for argument in sys.argv[1:]} or ROUNDS))
