"""Mutation testing: makes small changes of the code, one at a time, and counts how many of them the tests notice.

Run from the repository: .venv/bin/python -m benchmarks.mutants --seed 1 --number 160 --verdicts FILE

The changes are made in copies of the tree, never in the tree itself. They are chosen by a hash of the seed and the
change, so that the same changes are chosen again after other lines of a file have changed. A failure counts only if
the test passes without the change; what a slow machine can cause has to occur again besides. Each verdict is written to
FILE at once; a run that was interrupted continues there. Survivors that no test could notice are listed,
with the reason, in equivalent_mutants.yaml and not counted.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, NoReturn

import yaml

from benchmarks.measure import ROOT
from benchmarks.mutations import Mutation, compiles, mutations

PACKAGE = "src/ccn_kb"
EQUIVALENT = ROOT / "benchmarks" / "equivalent_mutants.yaml"
ROOMS = ("network", "store", "checks", "curate", "database", "site", "exports")
TESTS: dict[str, tuple[str, ...]] = {
    "network/": (
        "network_edges",
        "network",
        "rows",
        "shared_texts",
        "changes",
        "panel",
        "edge_days",
        "strange",
        "views",
    ),
    "network/city_search": ("suggestions", "search", "matching"),
    "network/cooperation_graph": ("network_edges", "cooperation"),
    "network/country_lookup": ("suggestions", "matching", "search", "lists", "loading"),
    "network/field_phrases": ("suggestions", "matching", "lists"),
    "network/findable": ("suggestions", "search"),
    "network/frames": ("rows", "frames"),
    "network/geography": ("places", "neighbours"),
    "network/growth": ("network_edges", "panel"),
    "network/matching": ("matching", "match_command", "suggestions", "loading"),
    "network/name": ("suggestions", "search", "matching"),
    "network/notable": ("answers",),
    "network/schema": ("frames", "views", "database", "exports"),
    "network/spelling": ("suggestions", "matching", "search"),
    "store/": ("round_trip", "yamlio", "stray_files", "changes", "suggestions", "curating"),
    "store/journal": ("journal", "round_trip", "stray_files", "faults"),
    "store/mistakes": ("suggestions", "curating", "seeded_mistakes", "abuse_data"),
    "store/reader": ("round_trip", "stray_files", "curating", "suggestions", "faults", "abuse_data", "seeded_mistakes"),
    "store/yamlio": ("yamlio", "round_trip", "curating", "abuse_data"),
    "checks/": ("checks", "suggestions", "strange", "seeded_mistakes"),
    "curate/": ("suggestions", "corrections", "editing", "moves", "loading"),
    "curate/city_details": ("city_details",),
    "curate/gazetteer": ("loading", "city_details", "editing"),
    "curate/list": ("loading", "bad_lists", "lists"),
    "curate/lists": ("number_words", "lists", "bad_lists"),
    "curate/missing_values": ("city_details",),
    "curate/name_table": ("match_command",),
    "curate/round": ("loading", "bad_lists", "lists"),
    "curate/vocabulary": ("lists", "bad_lists", "loading"),
    "database/": ("views", "frames", "database", "strange"),
    "site/": ("page_models", "site_address", "plugin", "request_limits", "served_file", "openapi", "strange_pages"),
    "site/pages": (
        "page_models",
        "answers",
        "site_wording",
        "compare",
        "edge_days",
        "search",
        "openapi",
        "strange_pages",
    ),
    "site/pictures": ("pictures",),
    "site/reconciliation": ("reconciliation",),
    "site/table_requests": ("downloads", "plugin", "request_limits", "tables"),
    "site/world_map": ("pictures",),
    "exports/": ("export_texts", "export_folder", "exports"),
    "exports/bibliography": ("citation", "export_texts", "exports"),
    "exports/changes_feed": ("calendar", "citation", "changes", "exports"),
    "exports/citation_formats": ("citation",),
    "exports/meetings_calendar": ("calendar", "exports"),
}
"""The files of tests/ that should notice a change in a room, or in a module of it: the longest beginning decides.

The fastest come first.
"""
OPTIONS = (
    *("-x", "-q", "--tb=no", "--hypothesis-seed=0", "-p", "no:cacheprovider", "-p", "no:xdist"),
    *("-o", "faulthandler_timeout=90", "-o", "faulthandler_exit_on_timeout=true"),
    # The libraries are imported before pytest could rewrite their assertions, which it need not.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
LONGEST = 900
"""The seconds after which a file of tests is taken to have no end."""
OPERATORS = (
    *("comparison", "condition dropped", "and for or", "constant", "not removed", "one branch for both"),
    *("comparison", "condition dropped", "text of data", "branch without its return", "arithmetic"),
    *("first for last", "min for max", "sorted the other way", "arguments swapped"),
)
"""The turns in which the operators come; those that find most come twice."""
LIBRARIES = (
    *("pytest", "anyio", "click", "feedparser", "filelock", "frictionless", "httpx", "hypothesis", "icalendar"),
    *("duckdb", "pyarrow.parquet", "pyogrio", "pyshacl", "shapely", "xlsxwriter"),
    *("jinja2", "jsonschema", "mcp", "networkx", "openpyxl", "pandas", "playwright.sync_api", "pydantic", "rdflib"),
    *("rich.cells", "sqlite_utils", "yaml"),
)
"""What tests import that is not ours: imported once, before the processes of the mutants are forked."""


class Mutant(NamedTuple):
    """A change of one file of a room, and the line before and after it."""

    room: str
    file: str
    mutation: Mutation
    before: str
    after: str

    @property
    def source(self) -> bytes:
        """The text of the file with the change."""
        return self.mutation.apply((ROOT / self.file).read_bytes())

    @property
    def change(self) -> str:
        """What is changed, wherever it stands by now."""
        return f"{self.mutation.operator}: {self.before}  ->  {self.after}"

    def __str__(self) -> str:
        return f"{self.file}:{self.mutation.line}: {self.change}"


class Verdict(NamedTuple):
    """What became of a mutant: the test that noticed it, '' if none did."""

    mutant: Mutant
    killer: str

    @property
    def line(self) -> str:
        """The verdict as a line of the file of verdicts."""
        return f"{self.killer}\t{self.mutant}\n"


class Equivalent(NamedTuple):
    """A change that no test can notice, and why."""

    file: str
    before: str
    after: str
    reason: str


# -- choosing ----------------------------------------------------------------------------------


def every_mutant(room: str) -> Iterator[Mutant]:
    """Yield every mutant of a room."""
    for path in sorted((ROOT / PACKAGE / room).rglob("*.py")):
        source = path.read_bytes()
        for mutation in mutations(source):
            yield Mutant(room, path.relative_to(ROOT).as_posix(), mutation, *mutation.lines(source))


def chosen(room: str, number: int, seed: int, equivalents: Iterable[Equivalent]) -> list[Mutant]:
    """Return as many mutants of a room as are asked for, each operator in its turn."""
    left_out = {(equivalent.file, equivalent.before, equivalent.after) for equivalent in equivalents}
    turns: dict[str, list[Mutant]] = defaultdict(list)
    for mutant in every_mutant(room):
        if (mutant.file, mutant.before, mutant.after) not in left_out:
            turns[mutant.mutation.operator].append(mutant)
    for waiting in turns.values():
        waiting.sort(key=lambda mutant: _lot(seed, mutant), reverse=True)
    mutants: list[Mutant] = []
    for operator in cycle(OPERATORS):
        if len(mutants) == number or not any(turns.values()):
            return mutants
        if turns[operator] and compiles(turns[operator][-1].source):
            mutants.append(turns[operator].pop())
        elif turns[operator]:
            turns[operator].pop()
    return mutants


def _lot(seed: int, mutant: Mutant) -> bytes:
    name = f"{seed}:{mutant.file}:{mutant.before}:{mutant.after}"
    return hashlib.sha256(name.encode()).digest() + mutant.mutation.start.to_bytes(8, "big")


def known_equivalents() -> list[Equivalent]:
    """Return the changes that no test can notice."""
    listed = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return [Equivalent(**entry) for entry in listed]


def files_that_notice(mutant: Mutant) -> tuple[str, ...]:
    """Return the files of tests that should notice the mutant."""
    path = mutant.file.removeprefix(f"{PACKAGE}/")
    names = TESTS[max((beginning for beginning in TESTS if path.startswith(beginning)), key=len)]
    return tuple(f"tests/test_{name}.py" for name in names)


def earlier_killers(file: Path) -> dict[str, str]:
    """Return which test noticed each mutant of a file of verdicts, '' if none did."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {mutant: killer for killer, _, mutant in (line.partition("\t") for line in lines)}


# -- running -----------------------------------------------------------------------------------


class Copy:
    """A copy of the tree, in which one mutant after the other is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.edits = 0
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        # With the bytecode of the modules, which stays valid, they need not be compiled again.
        compiled = (
            path.relative_to(ROOT).as_posix() for part in ("src", "tests") for path in (ROOT / part).rglob("*.pyc")
        )
        for name in (*filter(None, names.split("\0")), *compiled):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def run(self, *tests: str) -> str:
        """Return which test failed first, '' if none did; a forked process imports all that is ours anew."""
        output = self.folder / "output.txt"
        child = os.fork()
        if child == 0:
            self._become_pytest(tests, output)
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            process, status = os.waitpid(child, os.WNOHANG)
            if process:
                return "" if os.waitstatus_to_exitcode(status) == 0 else _first_failure(tests[0], output)
            time.sleep(0.02)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return f"{tests[0]} has no end after {LONGEST} s"

    def _become_pytest(self, tests: Sequence[str], output: Path) -> NoReturn:
        code = 70
        try:
            os.setsid()
            # A worker of a pool may have no children, but tests start some.
            multiprocessing.current_process().daemon = False
            # A shell lets what it runs in the background pass over interrupts, and tests send some.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for stream in (1, 2):
                os.dup2(handle, stream)
            os.chdir(self.folder)
            sys.path[:0] = [str(self.folder / "src"), str(self.folder)]
            os.environ["COLUMNS"] = "300"
            os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
            import hypothesis
            import pytest

            # To look for the smallest example would take longer than to find the first.
            phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
            hypothesis.settings.register_profile("mutants", phases=phases)
            hypothesis.settings.load_profile("mutants")
            code = int(pytest.main([*tests, f"--basetemp={self.folder}/temporary", *OPTIONS]))
        except BaseException:
            traceback.print_exc()
        os._exit(code)

    @contextmanager
    def mutated(self, mutant: Mutant) -> Iterator[None]:
        """Make the mutant's change in its file for as long as the context lasts."""
        path = self.folder / mutant.file
        before = path.read_bytes()
        try:
            self._write(path, mutant.mutation.apply(before))
            yield
        finally:
            self._write(path, before)

    def _write(self, path: Path, text: bytes) -> None:
        path.write_bytes(text)
        # Bytecode of another change made in the same second must not be taken for that of this one.
        self.edits += 1
        os.utime(path, (self.edits, self.edits))


def _first_failure(tests: str, output: Path) -> str:
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = (line.partition(" ")[2] for line in lines if line.startswith(("FAILED ", "ERROR ")))
    return next(failed, f"{tests} ends its process").expandtabs()


class Worker:
    """What a process of the pool holds: its own copy of the tree."""

    copy: Copy


def _begin(folders: multiprocessing.SimpleQueue[str]) -> None:
    Worker.copy = Copy(Path(folders.get()))


def tried(mutant: Mutant, killers: Mapping[str, str]) -> Verdict:
    """Return whether the tests notice the mutant; the test that noticed it before comes first."""
    first = _test_of(killers.get(mutant.change, ""))
    with Worker.copy.mutated(mutant):
        killer = next(filter(None, map(_killer_in, filter(None, (first, *files_that_notice(mutant))))), "")
    return Verdict(mutant, killer)


def _killer_in(tests: str) -> str:
    """Return which test of a file notices the mutant, and how; what a slow machine can cause has to occur again."""
    killer = Worker.copy.run(tests)
    while killer and can_be_slowness(killer) and not Worker.copy.run(_test_of(killer)):
        killer = Worker.copy.run(tests)
    return killer


def can_be_slowness(killer: str) -> bool:
    """Return whether a slow machine can cause such a failure: a process that ended, a time that ran out."""
    return " - " not in killer or bool(re.search("time.?out|timed out|connect|did not start", killer, re.IGNORECASE))


def _test_of(killer: str) -> str:
    """Return what is run again: the function of the test, with all its parameters, or the file that did not end."""
    return re.split(r"[\[ ]", killer)[0]


def failing_without_mutant(killers: Iterable[str]) -> str:
    """Return which of the tests that noticed mutants fails in the tree as it is, '' if none does."""
    tests = sorted({_test_of(killer) for killer in killers})
    with TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(Path(folder))
        failed = copy.run(*tests)
        return failed and copy.run(*tests)


def run(mutants: Sequence[Mutant], killers: Mapping[str, str], processes: int) -> Iterator[Verdict]:
    """Yield what becomes of the mutants, as soon as it is known of each; `killers` are those of an earlier run."""
    for name in LIBRARIES:
        importlib.import_module(name)
    context = multiprocessing.get_context("fork")
    with TemporaryDirectory(prefix="mutants-") as around:
        folders = context.SimpleQueue()
        for number in range(processes):
            (Path(around) / str(number)).mkdir()
            folders.put(f"{around}/{number}")
        with context.Pool(processes, _begin, (folders,)) as pool:
            yield from pool.imap_unordered(partial(tried, killers=killers), mutants)


# -- telling -----------------------------------------------------------------------------------


def table(verdicts: Sequence[Verdict]) -> str:
    """Return how many mutants of each room were noticed."""
    lines = [f"{'room':<10} {'mutants':>7} {'killed':>7} {'survived':>8} {'share':>7}"]
    for room in (*dict.fromkeys(verdict.mutant.room for verdict in verdicts), ""):
        of_room = [verdict for verdict in verdicts if room in (verdict.mutant.room, "")]
        killed = sum(bool(verdict.killer) for verdict in of_room)
        share = killed / len(of_room)
        lines.append(f"{room or 'all':<10} {len(of_room):>7} {killed:>7} {len(of_room) - killed:>8} {share:>7.1%}")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> None:
    """Choose the mutants, try them and print what became of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what the choice depends on")
    parser.add_argument("--number", type=int, default=160, help="how many mutants to try")
    parser.add_argument("--rooms", default=",".join(ROOMS), help="rooms of src/ccn_kb, separated by commas")
    parser.add_argument("--verdicts", type=Path, help="file to which verdicts are added, and which is read first")
    parser.add_argument("--again", action="store_true", help="try again the survivors of the file of verdicts")
    parser.add_argument("--first", type=Path, help="file of verdicts of an earlier run, whose killers are tried first")
    parser.add_argument("--processes", type=int, default=2, help="how many processes try mutants")
    parser.add_argument("--list", action="store_true", help="print the mutants and try none")
    options = parser.parse_args(arguments)
    rooms = options.rooms.split(",")
    equivalents = known_equivalents()
    shares = [options.number // len(rooms) + (place < options.number % len(rooms)) for place in range(len(rooms))]
    mutants = [
        mutant
        for room, share in zip(rooms, shares, strict=True)
        for mutant in chosen(room, share, options.seed, equivalents)
    ]
    if options.list:
        print(*mutants, sep="\n")  # noqa: T201
        return
    killers = earlier_killers(options.verdicts) if options.verdicts else {}
    if options.again:
        killers = {mutant: killer for mutant, killer in killers.items() if killer}
    verdicts = [Verdict(mutant, killers[str(mutant)]) for mutant in mutants if str(mutant) in killers]
    earlier = earlier_killers(options.first) if options.first else {}
    changes = {mutant.partition(": ")[2]: killer for mutant, killer in earlier.items()}
    # Without an order, so that a run that is interrupted has tried some of every room.
    untried = sorted(
        (mutant for mutant in mutants if str(mutant) not in killers), key=lambda mutant: _lot(options.seed, mutant)
    )
    for verdict in run(untried, changes, options.processes):
        verdicts.append(verdict)
        sys.stderr.write(f"{len(verdicts)}/{len(mutants)} {verdict.killer or 'SURVIVED'}: {verdict.mutant}\n")
        if options.verdicts:
            with options.verdicts.open("a", encoding="utf-8") as file:
                file.write(verdict.line)
    if failed := failing_without_mutant(verdict.killer for verdict in verdicts if verdict.killer):
        raise RuntimeError(f"without a mutant, {failed} fails")
    survivors = sorted(str(verdict.mutant) for verdict in verdicts if not verdict.killer)
    print(table(sorted(verdicts, key=lambda verdict: rooms.index(verdict.mutant.room))), *survivors, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
