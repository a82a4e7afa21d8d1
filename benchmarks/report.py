"""The results, saved as JSON and written as Markdown: all of them, and the main ones in the README."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.measure import ROOT

SAVED = ROOT / "benchmarks" / "results.json"
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
README = ROOT / "README.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"
SHORT = ("Measurement", "Result", "Compared with", "Ratio")
INTRODUCTION = """\
# Benchmarks

Written by `make bench`. Each figure is the median, followed by the quartiles where there are enough rounds.
Programs that are compared ran in turn in the same run; a ratio is one of CPU time, round by round.
"""


class Section(NamedTuple):
    """The results of a benchmark: a table, a note on how to read it, and the main lines for the README."""

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
    """Print the results of a benchmark."""
    sys.stdout.write(f"{table(section.heads, section.rows)}\n{section.note}\n")


def whole(sections: Iterable[Section], machine: str) -> str:
    """Return all results as one Markdown text."""
    parts = [f"## {section.title}\n\n{table(section.heads, section.rows)}\n{section.note}\n" for section in sections]
    return "\n".join((f"{INTRODUCTION}\n{machine}\n", *parts))


def shortened(sections: Iterable[Section]) -> str:
    """Return the main lines as one Markdown table."""
    return table(SHORT, [line for section in sections for line in section.short])


def between(text: str, inner: str) -> str:
    """Replace the text between the two marks. Raises ValueError if they are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{inner}{END}{after}"


def machine() -> str:
    """Return a sentence on the machine that runs the benchmarks."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured with {platform.python_implementation()} {platform.python_version()} and SQLite "
        f"{sqlite3.sqlite_version} on {os.cpu_count()} cores ({platform.machine()}) with {memory:.0f} GB."
    )


def saved_sections() -> dict[str, Section]:
    """Return the saved results, by the name of the benchmark."""
    if not SAVED.exists():
        return {}
    sections = json.loads(SAVED.read_text(encoding="utf-8"))["sections"]
    return {name: Section(**section) for name, section in sections.items()}


def save(sections: Mapping[str, Section]) -> None:
    """Write the results as JSON, all of them as Markdown, and the main ones into the README."""
    sentence = machine()
    data = {"machine": sentence, "sections": {name: section._asdict() for name, section in sections.items()}}
    SAVED.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    RESULTS.write_text(whole(sections.values(), sentence), encoding="utf-8")
    README.write_text(between(README.read_text(encoding="utf-8"), shortened(sections.values())), encoding="utf-8")
