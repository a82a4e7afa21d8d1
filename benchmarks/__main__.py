"""Runs all benchmarks, or those that are named, and writes the results: `make bench`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from benchmarks import build, editions, events, growth, lighthouse, pictures, replay, serving, start
from benchmarks.report import Section, save, saved_sections

BENCHMARKS: dict[str, Callable[[], Section]] = {
    "start": start.measured,
    "build": build.measured,
    "growth": growth.measured,
    "serving": serving.measured,
    "pictures": pictures.measured,
    "replay": replay.measured,
    "events": events.measured,
    "lighthouse": lighthouse.measured,
    "editions": editions.measured,
}


def main(names: list[str]) -> None:
    """Run the benchmarks one after another; the results are saved even if a later benchmark fails."""
    if unknown := set(names) - BENCHMARKS.keys():
        raise SystemExit(f"unknown benchmark: {', '.join(sorted(unknown))}; choose from {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        sys.stderr.write(f"{name} ...\n")
        sections = {**saved_sections(), name: BENCHMARKS[name]()}
        save({name: sections[name] for name in BENCHMARKS if name in sections})


if __name__ == "__main__":
    main(sys.argv[1:])
