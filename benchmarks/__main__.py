"""Runs the benchmarks, all or those that are named, and writes what they found: `make bench`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import build, events, growth, replay, serving, start
from benchmarks.report import Section, keep, kept

BENCHMARKS: dict[str, Callable[[], Section]] = {
    "start": start.measured,
    "build": build.measured,
    "growth": growth.measured,
    "serving": serving.measured,
    "replay": replay.measured,
    "events": events.measured,
}


def main(names: list[str]) -> None:
    """Measure, one benchmark after another; what is measured is kept even if the next one fails."""
    if unknown := set(names) - BENCHMARKS.keys():
        raise SystemExit(f"no benchmark is called {' or '.join(sorted(unknown))}; choose from {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        sys.stderr.write(f"{name} ...\n")
        sections = {**kept(), name: BENCHMARKS[name]()}
        keep({name: sections[name] for name in BENCHMARKS if name in sections})


if __name__ == "__main__":
    main(sys.argv[1:])
