"""The publishers' commands as processes: atomic builds, and what serve does with bad input and signals."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import pytest

from tests.conftest import DATA, TODAY, Ccn

Process: TypeAlias = "subprocess.Popen[str]"
Start: TypeAlias = Callable[..., AbstractContextManager[Process]]

OLD = b"the database of yesterday"


@pytest.fixture
def ccn_mini(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` as a process in a folder whose `data/` is the miniature."""
    return partial(ccn, cwd=mini.parent)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with nothing in it but an old database."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "ccn.db").write_bytes(OLD)
    return folder


def is_untouched(out: Path) -> bool:
    return [(path.name, path.read_bytes()) for path in out.iterdir()] == [("ccn.db", OLD)]


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """The folder in which the processes of a test make their temporary ones."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start(mini: Path, places: Path) -> Start:
    """Start a program on the miniature; it does not outlive the `with`."""

    @contextmanager
    def starting(*arguments: str | Path, **environment: str) -> Iterator[Process]:
        inherited = {**os.environ, "CCN_TODAY": TODAY, "TMPDIR": str(places)}
        with subprocess.Popen(
            [*map(str, arguments)],
            cwd=mini.parent,
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    return starting


@pytest.fixture
def start_ccn(start: Start) -> Start:
    """Start `ccn` on the miniature."""
    return partial(start, sys.executable, "-m", "ccn_kb")


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


# -- build -------------------------------------------------------------------------------------


def test_build_writes_one_sound_database_and_says_so_on_stderr(mini: Path, ccn_mini: Ccn) -> None:
    result = ccn_mini("build", PYTHONWARNINGS="always")
    assert (result.returncode, result.stdout) == (0, "")
    assert re.fullmatch(r"ccn\.db built: \d.*\n", result.stderr)
    assert {path.name for path in mini.parent.iterdir()} == {"data", "ccn.db"}
    with contextlib.closing(sqlite3.connect(mini.parent / "ccn.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM members").fetchall() == [(8,)]


def test_build_replaces_no_file_of_another_kind(mini: Path, ccn_mini: Ccn) -> None:
    record = mini / "cities" / "lyon-fr.yaml"
    before = record.read_bytes()
    result = ccn_mini("build", "--output", record)
    assert (result.returncode, result.stdout) == (1, "")
    assert "lyon-fr.yaml is not a database, so it is not replaced; choose another place with --output" in result.stderr
    assert record.read_bytes() == before


def test_build_replaces_an_old_database(out: Path, ccn_mini: Ccn) -> None:
    result = ccn_mini("build", "--output", out / "ccn.db")
    assert result.returncode == 0
    assert [path.name for path in out.iterdir()] == ["ccn.db"]
    with contextlib.closing(sqlite3.connect(out / "ccn.db")) as database:
        assert database.execute("SELECT count(*) FROM members").fetchall() == [(8,)]


def test_two_builds_are_the_same_bytes_whatever_the_hash_seed_day_and_place(ccn: Ccn, tmp_path: Path) -> None:
    ccn("--data", DATA, "build", PYTHONHASHSEED="0")
    (tmp_path / "elsewhere").mkdir()
    other = {"PYTHONHASHSEED": "1", "CCN_TODAY": "2027-01-01", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    ccn("--data", DATA, "build", "--output", "other.db", cwd=tmp_path / "elsewhere", **other)
    assert digest(tmp_path / "ccn.db") == digest(tmp_path / "elsewhere" / "other.db")


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("rounds.yaml", "new: 2", "new: 3", "census"),
        ("cities/lyon-fr.yaml", "round: 2023", "round: 2022", "reference"),
    ],
)
def test_build_refuses_data_with_a_problem_and_keeps_the_old_file(
    file: str, old: str, new: str, rule: str, mini: Path, out: Path, ccn_mini: Ccn
) -> None:
    text = (mini / file).read_text(encoding="utf-8")
    assert old in text
    (mini / file).write_text(text.replace(old, new), encoding="utf-8")
    result = ccn_mini("build", "--output", out / "ccn.db")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.search(rf"data/{file}:\d+: {rule}: .+ \(fix: .+\)\n", result.stderr)
    assert is_untouched(out)


def test_build_refuses_a_folder_that_is_missing(out: Path, ccn_mini: Ccn) -> None:
    result = ccn_mini("--data", "nowhere", "build", "--output", out / "ccn.db")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: nowhere:1: folder: is not a data folder")
    assert is_untouched(out)


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("nowhere/ccn.db", "there is no folder .*nowhere; create it, or"),
        ("out/ccn.db/ccn.db", r"there is no folder .*out/ccn\.db; create it, or"),
        ("/proc/ccn.db", "[a-z ]+;"),
        ("/sys/kernel/ccn.db", "[a-z ]+;"),
        ("/dev/null", "it is not a regular file;"),
        ("pipe", "it is not a regular file;"),
        ("loop", "too many levels of symbolic links;"),
        (f"{'n' * 256}.db", "file name too long;"),
    ],
)
def test_build_into_a_place_that_takes_no_file_exits_1_with_the_reason_and_a_remedy(
    output: str, reason: str, out: Path, mini: Path, ccn_mini: Ccn
) -> None:
    os.mkfifo(mini.parent / "pipe")
    (mini.parent / "loop").symlink_to("loop")
    result = ccn_mini("build", "--output", output)
    assert (result.returncode, result.stdout) == (1, "")
    told = rf"Error: {re.escape(output)} cannot be written: {reason} choose another place with --output\n"
    assert re.fullmatch(told, result.stderr)
    assert is_untouched(out)


@pytest.mark.parametrize("already", [True, False], ids=["old", "new"])
def test_build_through_a_symbolic_link_writes_its_target_and_keeps_the_link(
    already: bool, out: Path, mini: Path, ccn_mini: Ccn
) -> None:
    target, link = out / "ccn.db", mini.parent / "link.db"
    if not already:
        target.unlink()
    link.symlink_to(target)
    assert ccn_mini("build", "--output", "link.db").returncode == 0
    assert link.is_symlink()
    assert [path.name for path in out.iterdir()] == ["ccn.db"]
    with contextlib.closing(sqlite3.connect(target)) as database:
        assert database.execute("SELECT count(*) FROM members").fetchall() == [(8,)]


def test_build_onto_a_folder_is_wrong_usage_and_leaves_the_folder(out: Path, ccn_mini: Ccn) -> None:
    result = ccn_mini("build", "--output", out)
    assert (result.returncode, result.stdout) == (2, "")
    assert "is a directory" in result.stderr
    assert is_untouched(out)


def test_build_on_a_full_disk_exits_1_with_a_remedy_and_keeps_the_old_file(
    mini: Path, out: Path, run_program: Ccn
) -> None:
    script = "trap '' XFSZ; ulimit -f 100; exec \"$@\""
    command = [sys.executable, "-m", "ccn_kb", "--data", mini, "build", "--output", "out/ccn.db"]
    result = run_program("sh", "-c", script, "sh", *command)
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(r"Error: out/ccn\.db cannot be written: .+; free space .+ --output\n", result.stderr)
    assert is_untouched(out)


# -- interruptions -----------------------------------------------------------------------------

FILLED_AND_WAITING = """
import time
from importlib import import_module

from ccn_kb import cli

database = import_module("ccn_kb.database.build")
fill = database.fill

def fill_and_wait(*given):
    fill(*given)
    print("filled", flush=True)
    time.sleep(60)

database.fill = fill_and_wait
cli.main()
"""


@contextmanager
def about_to_finish(start: Start, out: Path) -> Iterator[Process]:
    """A build that has written all and not yet renamed it: the last moment at which it can be cut short."""
    with start(sys.executable, "-c", FILLED_AND_WAITING, "build", "--output", out / "ccn.db") as process:
        assert process.stdout
        assert process.stdout.readline() == "filled\n"
        assert len(list(out.iterdir())) == 2
        yield process


def test_an_interrupted_build_exits_130_and_leaves_nothing_but_the_old_file(out: Path, start: Start) -> None:
    with about_to_finish(start, out) as process:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "")
    assert is_untouched(out)


def test_a_killed_build_leaves_the_old_file_whole(out: Path, start: Start) -> None:
    with about_to_finish(start, out) as process:
        process.kill()
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert (out / "ccn.db").read_bytes() == OLD


@pytest.mark.parametrize("already", [True, False], ids=["old", "new"])
def test_a_build_removes_what_a_killed_one_left(already: bool, out: Path, start: Start, ccn_mini: Ccn) -> None:
    with about_to_finish(start, out) as process:
        process.kill()
        process.communicate(timeout=60)
    (out / ".ccn.db.settings").write_text("mine", encoding="utf-8")
    (out / ".other.db.abcd1234.tmp").mkdir()
    if not already:
        (out / "ccn.db").unlink()
    assert ccn_mini("build", "--output", out / "ccn.db").returncode == 0
    assert {path.name for path in out.iterdir()} == {"ccn.db", ".ccn.db.settings", ".other.db.abcd1234.tmp"}


def test_a_build_leaves_what_a_running_one_writes(out: Path, start: Start, ccn_mini: Ccn) -> None:
    with about_to_finish(start, out):
        (running,) = {path for path in out.iterdir() if path.name != "ccn.db"}
        assert ccn_mini("build", "--output", out / "ccn.db").returncode == 0
        assert {path.name for path in out.iterdir()} == {"ccn.db", running.name}
        assert [path.name for path in running.iterdir()] == ["new"]


@contextmanager
def writing_into(pipe: Path, process: Process) -> Iterator[None]:
    """Open the named pipe for writing, once the process waits for what comes out of it; then hold it open."""
    deadline = time.monotonic() + 60
    end = None
    while end is None:
        assert process.poll() is None
        assert time.monotonic() < deadline
        with contextlib.suppress(OSError):
            end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.005)
    try:
        yield
    finally:
        os.close(end)


WAITING_BEFORE_FIELDS = """
import os, sys

def wait(event, arguments):
    if event == "open" and str(arguments[0]).endswith("fields.yaml"):
        os.read(os.open(os.environ["PIPE"], os.O_RDONLY), 1)

sys.addaudithook(wait)
"""


@pytest.mark.parametrize(
    "command",
    [("check",), ("build", "--output", "out/ccn.db"), ("serve", "--port", "0")],
    ids=" ".join,
)
def test_a_command_interrupted_while_it_reads_exits_130_without_a_word(
    command: tuple[str, ...], out: Path, places: Path, start_ccn: Start
) -> None:
    os.mkfifo(out.parent / "pipe")
    (out.parent / "sitecustomize.py").write_text(WAITING_BEFORE_FIELDS, encoding="utf-8")
    slow = {"PYTHONPATH": str(out.parent), "PIPE": str(out.parent / "pipe")}
    with start_ccn(*command, **slow) as process, writing_into(out.parent / "pipe", process):
        process.send_signal(signal.SIGINT)
        printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed, said.strip()) == (130, "", "")
    assert is_untouched(out)
    assert list(places.iterdir()) == []


# -- serve -------------------------------------------------------------------------------------


@pytest.fixture
def refused(mini: Path, places: Path, ccn: Ccn) -> Callable[..., str]:
    """Run `ccn serve` where it cannot serve; return the sentence that it says."""

    def run(*arguments: str, **environment: str) -> str:
        result = ccn("serve", *arguments, cwd=mini.parent, TMPDIR=str(places), **environment)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr.startswith("Error: ")
        assert result.stderr.count("\n") == 1
        assert list(places.iterdir()) == []
        return result.stderr

    return run


def test_a_port_in_use_is_refused_with_a_remedy(refused: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused("--port", str(port))
    assert f"port {port}: address already in use" in said
    assert "--port" in said


def test_a_port_in_use_is_noticed_before_the_data_are_read(mini: Path, refused: Callable[..., str]) -> None:
    (mini / "fields.yaml").write_text("[", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "address already in use" in refused("--port", str(taken.getsockname()[1]))


WITHOUT_PRIVILEGE = """
import ctypes, os, sys

drop_from_bounding_set, bind_service = 24, 10
ctypes.CDLL(None).prctl(drop_from_bounding_set, bind_service, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
FIRST_FREE_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def test_a_privileged_port_is_refused_with_a_remedy(mini: Path, run_program: Ccn) -> None:
    # Root loses the right to such ports first, so that the test means the same to everybody.
    command = [sys.executable, "-c", WITHOUT_PRIVILEGE, "-m", "ccn_kb", "--data", mini, "serve", "--port", "1"]
    if int(FIRST_FREE_PORT.read_text(encoding="utf-8")) < 2:
        return  # This machine gives every port to everybody: nothing can be refused.
    result = run_program(*command)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: port 1 may not be used; choose one above 1023 with --port\n"


@pytest.mark.parametrize("host", ["", "203.0.113.1", "a" * 64 + ".invalid"], ids=["empty", "elsewhere", "too long"])
def test_an_impossible_host_is_refused_with_a_remedy(host: str, refused: Callable[..., str]) -> None:
    assert re.search("--(host|port)", refused("--host", host, "--port", "0"))


@pytest.mark.parametrize(
    "arguments", [("--port", "65536"), ("--port", "-1"), ("--port", "web"), ("here",)], ids=" ".join
)
def test_wrong_usage_of_serve_exits_2(arguments: tuple[str, ...], ccn: Ccn) -> None:
    result = ccn("serve", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ccn serve ")


@pytest.mark.parametrize("command", [("build", "--output", "out/ccn.db"), ("serve", "--port", "0")], ids=" ".join)
def test_a_malformed_ccn_today_exits_2(command: tuple[str, ...], out: Path, ccn_mini: Ccn) -> None:
    result = ccn_mini(*command, CCN_TODAY="20261122")
    assert (result.returncode, result.stdout) == (2, "")
    assert "CCN_TODAY: '20261122' is not a date" in result.stderr
    assert is_untouched(out)


def test_serve_refuses_data_with_a_problem(mini: Path, refused: Callable[..., str]) -> None:
    (mini / "fields.yaml").write_text("[", encoding="utf-8")
    assert re.search(r"data/fields\.yaml:\d+: yaml: ", refused("--port", "0", CCN_DATA=str(mini)))


def test_serve_on_a_full_disk_exits_1_with_a_remedy_that_serve_has(mini: Path, places: Path, run_program: Ccn) -> None:
    script = "trap '' XFSZ; ulimit -f 100; exec \"$@\""
    command = [sys.executable, "-m", "ccn_kb", "--data", mini, "serve", "--port", "0"]
    result = run_program("sh", "-c", script, "sh", *command, TMPDIR=str(places))
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(r"Error: .+ cannot be written: .+; free space .+\n", result.stderr)
    assert "--output" not in result.stderr
    assert list(places.iterdir()) == []


SERVING = re.compile(r"Serving at (http://127\.0\.0\.1:\d+/) \(Ctrl\+C stops it\)\n")


def address_of(process: Process) -> str:
    assert process.stderr
    said = SERVING.fullmatch(process.stderr.readline())
    assert said
    return said[1]


def status(address: str) -> int:
    """Return the status of the answer, which no proxy may give."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address, timeout=60) as answer:
        return int(answer.status)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_at_the_address_that_it_prints_until_it_is_stopped(
    stop: signal.Signals, places: Path, start_ccn: Start
) -> None:
    with start_ccn("serve", "--port", "0") as process:
        assert status(address_of(process)) == 200
        assert len(list(places.iterdir())) == 1
        process.send_signal(stop)
        printed, said = process.communicate(timeout=60)
    assert (process.returncode, printed, said.strip()) == (130, "", "")
    assert list(places.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_can_be_stopped_as_soon_as_it_has_printed_its_address(
    stop: signal.Signals, places: Path, start_ccn: Start
) -> None:
    with start_ccn("serve", "--port", "0") as process:
        address_of(process)
        process.send_signal(stop)
        printed, said = process.communicate(timeout=60)
    # Interrupted amid an import, Python can end by the interrupt itself, which a shell calls 130 too.
    assert process.returncode in (130, -signal.SIGINT)
    assert (printed, said.strip()) == ("", "")
    assert list(places.iterdir()) == []


def test_serve_is_not_bound_by_the_files_that_a_shell_allows(start: Start) -> None:
    command = 'ulimit -Sn 64; exec "$@"'
    with start("bash", "-c", command, "bash", sys.executable, "-m", "ccn_kb", "serve", "--port", "0") as process:
        address = urlsplit(address_of(process))
        with contextlib.ExitStack() as opened:
            for _ in range(200):
                opened.enter_context(socket.create_connection((str(address.hostname), address.port or 0), timeout=10))
            assert status(address.geturl()) == 200


def test_serve_opens_the_browser_at_its_address(tmp_path: Path, start_ccn: Start) -> None:
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text('#!/bin/sh\necho "$1" > opened.part && mv opened.part opened\n', encoding="utf-8")
    browser.chmod(0o755)
    with start_ccn("serve", "--port", "0", "--open", BROWSER=f"{browser} %s") as process:
        address = address_of(process)
        deadline = time.monotonic() + 60
        while not opened.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert opened.read_text(encoding="utf-8") == f"{address}\n"
