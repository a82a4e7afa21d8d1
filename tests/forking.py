"""Runs `ccn` as a process forked from one that has imported the package already: most of a run is imports.

Reads a line of JSON for each run from its standard input, and writes the exit code.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, NoReturn, Self

from tests.conftest import ROOT, Result

IMPORTED = (
    "ccn_kb.cli",
    "ccn_kb.audit",
    "ccn_kb.curate.round_loading",
    "ccn_kb.curate.record_edits",
    "ccn_kb.database",
)


class Forking:
    """The process from which the others are forked."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.forking"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def run(self, arguments: list[str], cwd: Path, environment: dict[str, str]) -> Result:
        """Run `ccn` and return its exit code and what it printed."""
        assert self._process.stdin
        assert self._process.stdout
        with TemporaryDirectory() as folder:
            outputs = [f"{folder}/out", f"{folder}/err"]
            request = {"arguments": arguments, "cwd": str(cwd), "environment": environment, "outputs": outputs}
            self._process.stdin.write(f"{json.dumps(request)}\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            out, err = (Path(file).read_text(encoding="utf-8") for file in outputs)
        return subprocess.CompletedProcess(["ccn", *arguments], code, out, err)


def main() -> None:
    """Fork a process for each line, one after the other."""
    for name in IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        request = json.loads(line)
        if "load" in request["arguments"] or {"new", "city"} <= {*request["arguments"]}:
            keep_gazetteer()
        child = os.fork()
        if child == 0:
            become(**request)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


@functools.cache
def keep_gazetteer() -> None:
    """Open the gazetteer and read the names of countries here, once: it takes each process two seconds."""
    from babel import Locale

    from ccn_kb.curate import gazetteer, vocabulary

    places = gazetteer.open_gazetteer()
    gazetteer.open_gazetteer = lambda: places
    # Babel keeps the names of countries that it has read.
    for language in vocabulary.LANGUAGES:
        assert Locale.parse(language).territories


def become(arguments: list[str], cwd: str, environment: dict[str, str], outputs: list[str]) -> NoReturn:
    """Be `ccn` in that folder, with that environment, and with files for its streams."""
    for number, file in zip((0, 1, 2), (os.devnull, *outputs), strict=True):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["ccn", *arguments]
    os._exit(run_module())


def run_module() -> int:
    """Return the exit code of the program, as the interpreter would."""
    code: Any = 0
    try:
        runpy.run_module("ccn_kb", run_name="__main__", alter_sys=True)
    except SystemExit as error:
        code = error.code
    except BaseException:
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    main()
