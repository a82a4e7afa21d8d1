"""The time of `ccn build` and of each of its steps, next to a floor: the work that every such program has to do.

The floor is a parser that checks nothing, then `executemany` of the same rows into the same tables, indexes and
search. Run from the repository: .venv/bin/python -m benchmarks.build (needs py-spy)
"""

from __future__ import annotations

import linecache
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.generate import generate
from benchmarks.measure import ENVIRONMENT, ROOT, Python, Work, installed, ratios, spread, work
from benchmarks.report import Section, show

ROUNDS = {400: 9, 40_000: 1}
PARSERS = {"libyaml": "libyaml (PyYAML's CBaseLoader)", "rapidyaml": "rapidyaml"}
SLOW = "yaml_to_sqlite"
# A step, and what tells a line of a stack from the innermost on: file and function, or the line's own text.
STEPS = (
    ("read", r"/yamlio|/yaml/|/journal\.py|/pathlib\.py"),
    ("validate", r"\(model_validate\)|/ccn_kb/store"),
    ("check", r"/ccn_kb/checks|/ccn_kb/audit"),
    ("documents", r"/ccn_kb/exports/|/snapshot\.py|/documents_table\.py"),
    ("indexes and search", r"index_foreign_keys|_create_search_table|search_rows"),
    ("verify and analyse", r"PRAGMA|ANALYZE|VACUUM"),
    ("make rows", r"/ccn_kb/network/|/search_index\.py"),
    ("insert", r"/ccn_kb/database|/ccn_kb/files"),
)
ONLY_OURS = ("validate", "check", "documents", "verify and analyse")


def measured(rounds: Mapping[int, int] = ROUNDS) -> Section:
    """Return the time of the build, and of the programs that it is compared with, at each size."""
    rows, short, shared = [], [], []
    with TemporaryDirectory() as folder:
        python = installed(Path(folder) / "python")
        for number, times in rounds.items():
            data = Path(folder) / str(number)
            generate(number, data)
            ours, others = compared(python, data, Path(folder), times)
            name = f"`ccn build`, {number:,} cities"
            rows.append([name, spread([work.cpu for work in ours]), f"{max(work.peak for work in ours):.0f}", "", ""])
            for other, costs in others.items():
                figures = [spread([work.cpu for work in costs]), f"{max(work.peak for work in costs):.0f}"]
                rows.append([f"{other}, {number:,} cities", *figures, name, spread(ratios(ours, costs))])
            least = others["floor with libyaml"]
            seconds = spread([work.cpu for work in least], unit=" s")
            short.append(
                [
                    name,
                    spread([work.cpu for work in ours], unit=" s"),
                    f"libyaml and `executemany` alone, {seconds}",
                    f"{spread(ratios(ours, least))}; goal 1.5",
                ]
            )
            if slow := others.get("yaml-to-sqlite"):
                short.append(
                    [
                        name,
                        spread([work.cpu for work in ours], unit=" s"),
                        f"`yaml-to-sqlite`, {spread([work.cpu for work in slow], unit=' s')}",
                        f"{spread(ratios(ours, slow))}; goal below 1",
                    ]
                )
            shares = steps(python, data, Path(folder) / "steps.db")
            share = sum(share for step, share in shares if step not in ONLY_OURS)
            own = share * median(ratios(ours, least))
            shared.append(f"{share:.0%} of the build at {number:,} cities, {own:.2f} times the floor")
            rows += [[f"{step}, {number:,} cities", f"{share:.0%} of the build", "", "", ""] for step, share in shares]
    note = (
        "CPU time without the imports. `ccn build` also validates, checks, and makes the documents that the site "
        "serves; `yaml-to-sqlite` does none of that, and creates no index. The ratio is the time of the build divided "
        "by that of the other program. What the floor does too, reading, making rows and inserting, is "
        f"{'; '.join(shared)}. The rest is what the floor leaves out: {', '.join(ONLY_OURS)}."
    )
    return Section("Build", ("Work", "CPU time, s", "Peak memory, MB", "Compared with", "Ratio"), rows, note, short)


def compared(python: Python, data: Path, folder: Path, rounds: int) -> tuple[list[Work], dict[str, list[Work]]]:
    """Return the works of the build, and of each of the other programs, in turn."""
    finished = folder / f"{data.name}.db"
    work(python, "build", data, finished)
    ours: list[Work] = []
    others: dict[str, list[Work]] = {}
    for number in range(rounds):
        with TemporaryDirectory(dir=folder) as new:
            ours.append(work(python, "build", data, Path(new) / "ours.db"))
            for parser in PARSERS:
                target = Path(new) / f"{parser}.db"
                cost = work(python, "floor", data, parser, finished, target)
                others.setdefault(f"floor with {parser}", []).append(cost)
                if not number:
                    same(finished, target)
            # Of many rows it takes hours.
            if data.name == str(min(ROUNDS)):
                others.setdefault("yaml-to-sqlite", []).append(work(python, SLOW, data, Path(new) / "slow.db"))
    return ours, others


def same(finished: Path, target: Path) -> None:
    """Compare two databases but for the statistics. Raises AssertionError."""
    with sqlite3.connect(finished) as connection, sqlite3.connect(target) as other:
        pairs = zip(dumped(connection), dumped(other), strict=True)
        assert all(left == right for left, right in pairs), target


def dumped(database: sqlite3.Connection) -> Iterator[str]:
    """Yield the statements that make the database again."""
    return (line for line in database.iterdump() if "sqlite_stat" not in line and 'ANALYZE "' not in line)


def steps(python: Python, data: Path, target: Path) -> list[tuple[str, float]]:
    """Return the share of each step in a build, the first first."""
    stacks = target.with_suffix(".stacks")
    spy = [str(Path(sys.executable).with_name("py-spy")), "record", "--full-filenames", "--rate", "200"]
    spy += ["--format", "raw", "--output", str(stacks), "--"]
    program = [python.program("python"), "-m", "benchmarks.work", "build", str(data), str(target)]
    subprocess.run([*spy, *program], cwd=ROOT, env=ENVIRONMENT, check=True, capture_output=True)
    counted: Counter[str] = Counter()
    for line in stacks.read_text(encoding="utf-8").splitlines():
        stack, _, number = line.rpartition(" ")
        frames = stack.split(";")
        if any("<lambda> (" in frame and "/benchmarks/work.py:" in frame for frame in frames):
            counted[step_of(frames)] += int(number)
    total = counted.total()
    target.unlink()
    return [(step, counted[step] / total) for step in (*(name for name, _ in STEPS), "other") if counted[step]]


def step_of(frames: Sequence[str]) -> str:
    """Return the step to which the innermost telling line of a stack belongs."""
    for frame in reversed(frames):
        function, _, place = frame.rpartition(" (")
        file, _, number = place.rstrip(")").rpartition(":")
        known = f"{file} ({function.rpartition('.')[2]}) {linecache.getline(file, int(number or 0))}"
        for step, pattern in STEPS:
            if re.search(pattern, known):
                return step
    return "other"


if __name__ == "__main__":
    show(measured({int(sys.argv[1]): 3} if len(sys.argv) > 1 else ROUNDS))
