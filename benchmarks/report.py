"""The figures that were measured, kept as JSON, and written as Markdown: all of them, and the main ones for README."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.measure import ROOT

KEPT = ROOT / "benchmarks" / "results.json"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"
SHORT = ("What", "Takes", "Beside", "Times as much")
INTRODUCTION = """\
# What it costs

Written by `make bench`; each figure is the median with the quartiles behind it, where there are enough rounds.
What is compared ran in turn in the same run; a ratio is that of the processor's seconds, round by round.
"""


class Section(NamedTuple):
    """What one benchmark found: a table, a remark on how to read it, and its main lines for the README."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str
    short: Sequence[Sequence[str]]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar in a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def show(section: Section) -> None:
    """Print what one benchmark found."""
    sys.stdout.write(f"{table(section.heads, section.rows)}\n{section.note}\n")


def whole(sections: Iterable[Section], machine: str) -> str:
    """Return all that was measured as one Markdown text."""
    parts = [f"## {one.title}\n\n{table(one.heads, one.rows)}\n{one.note}\n" for one in sections]
    return "\n".join((f"{INTRODUCTION}\n{machine}\n", *parts))


def shortened(sections: Iterable[Section]) -> str:
    """Return the main lines as one Markdown table."""
    return table(SHORT, [line for one in sections for line in one.short])


def between(text: str, inner: str) -> str:
    """Return the text with what stands between the two marks replaced. Raises ValueError if they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{inner}{END}{after}"


def machine() -> str:
    """Return in a sentence on what it was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured with {platform.python_implementation()} {platform.python_version()} and SQLite "
        f"{sqlite3.sqlite_version} on {os.cpu_count()} cores ({platform.machine()}) with {memory:.0f} GB."
    )


def kept() -> dict[str, Section]:
    """Return what was measured before, by the name of the benchmark."""
    if not KEPT.exists():
        return {}
    return {name: Section(**one) for name, one in json.loads(KEPT.read_text(encoding="utf-8"))["sections"].items()}


def keep(sections: Mapping[str, Section]) -> None:
    """Write the figures as JSON, all of them as Markdown, and the main ones into the README."""
    said = machine()
    data = {"machine": said, "sections": {name: one._asdict() for name, one in sections.items()}}
    KEPT.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    RESULTS.write_text(whole(sections.values(), said), encoding="utf-8")
    README.write_text(between(README.read_text(encoding="utf-8"), shortened(sections.values())), encoding="utf-8")
