"""What lies in a data folder beside the data: files of systems and editors, copies, pipes, links, merge conflicts."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ccn_kb import audit, files, store
from ccn_kb.errors import DataError, Problem
from ccn_kb.store import journal
from ccn_kb.store.layout import is_system_file
from tests.conftest import Ccn
from tests.records import TODAY

SYSTEM_FILES = (
    *(
        ".DS_Store",
        "._ube-pl.yaml",
        ".ube-pl.yaml.swp",
        ".ube-pl.yaml.swo",
        ".#ube-pl.yaml",
        "#ube-pl.yaml#",
    ),
    *(
        "ube-pl.yaml~",
        "ube-pl.yaml.orig",
        "ube-pl.yaml.bak",
        "ube-pl.yaml.tmp",
        "UBE-PL.YAML.BAK",
        "~$lodz.xlsx",
    ),
    *("Thumbs.db", "thumbs.db", "ehthumbs.db", "desktop.ini", "Icon\r", ".~lock.ube-pl.yaml#", ".nfs0000000001"),
    *(".gitkeep", ".hidden.yaml", ".ube-pl.yaml.ccn"),
)
SYSTEM_FOLDERS = (".idea", ".vscode", ".git", ".ipynb_checkpoints")
STRAY_FILES = (
    *("README.md", "ube-pl.yml", "ube-pl copy.yaml", "ube-pl (1).yaml", "UBE-PL.YAML", "Ube-PL.yaml"),
    *("ube-pl.yaml.txt", "ube-pl", "notes.txt", "ube_pl.yaml", "łódź-pl.yaml", "-.yaml"),
)
PLACES = ("cities", "sources", "")


@pytest.mark.parametrize("name", SYSTEM_FILES)
@pytest.mark.parametrize("place", PLACES)
def test_a_file_of_a_system_or_an_editor_is_passed_over_everywhere(name: str, place: str, mini: Path) -> None:
    (mini / place / name).write_bytes(b"\xff\x00 neither text nor YAML")
    assert audit.problems(mini, TODAY) == []
    assert len(audit.load(mini).cities) == 8


@pytest.mark.parametrize("name", SYSTEM_FOLDERS)
@pytest.mark.parametrize("place", PLACES)
def test_a_folder_of_a_system_or_an_editor_is_passed_over_everywhere(name: str, place: str, mini: Path) -> None:
    (mini / place / name).mkdir()
    (mini / place / name / "workspace.yaml").write_text("a: [", encoding="utf-8")
    assert audit.problems(mini, TODAY) == []


@pytest.mark.parametrize("name", STRAY_FILES)
def test_any_other_name_among_the_cities_is_a_problem_that_stops_no_question(name: str, mini: Path) -> None:
    (mini / "cities" / name).write_text("name: [", encoding="utf-8")
    (problem,) = (problem for problem in audit.problems(mini, TODAY) if problem.rule == "file-name")
    assert (problem.file, problem.line) == (str(mini / "cities" / name), 1)
    assert "<id>.yaml" in problem.fix
    assert len(audit.load(mini).cities) == 8


@pytest.mark.parametrize("name", ["blog.yaml", "README.md", "press.yml", "notes"])
def test_any_other_name_among_the_sources_is_a_problem_that_stops_no_question(name: str, mini: Path) -> None:
    (mini / "sources" / name).write_text("a: [", encoding="utf-8")
    assert [problem.file for problem in audit.problems(mini, TODAY)] == [str(mini / "sources" / name)]
    assert audit.load(mini).sources


@pytest.mark.parametrize(
    ("name", "rules"), [("README.md", []), ("fields.yml", ["file-name"]), ("x.YAML", ["file-name"])]
)
def test_in_the_folder_itself_only_yaml_is_a_problem(name: str, rules: list[str], mini: Path) -> None:
    (mini / name).write_text("a: [", encoding="utf-8")
    assert [problem.rule for problem in audit.problems(mini, TODAY)] == rules
    assert audit.load(mini).fields


def test_a_record_that_a_question_needs_and_cannot_read_is_reported_with_the_file_passed_over(mini: Path) -> None:
    (mini / "cities" / "lyon-fr.yaml").rename(mini / "cities" / "lyon-fr.yml")
    (mini / "meetings" / "2024-lyon-fr.yaml").write_text(
        "name: A meeting\nstarts: '2024'\nhosts:\n- {city: lyon-fr}\nstatus: held\nsources: [unesco-round-2023]\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as raised:
        audit.load(mini)
    assert {"file-name", "reference"} <= {problem.rule for problem in raised.value.problems}


def test_a_command_that_publishes_refuses_what_is_passed_over_by_questions(mini: Path) -> None:
    (mini / "cities" / "README.md").write_text("Cities.", encoding="utf-8")
    with pytest.raises(DataError, match="file-name"):
        audit.read_valid(mini, TODAY)


def test_no_id_is_taken_for_a_file_of_a_system(mini: Path) -> None:
    assert not [path.name for path in mini.rglob("*.yaml") if is_system_file(path.name)]
    assert not any(map(is_system_file, ("swp-jp.yaml", "tmp-bak-orig-de.yaml", "thumbs-db.yaml")))


# -- what is not a regular file ------------------------------------------------------------------


def _socket(path: Path) -> None:
    # Its address may have only a hundred letters.
    with socket.socket(socket.AF_UNIX) as end:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            end.bind(path.name)
        finally:
            os.chdir(here)


def _ring(path: Path) -> None:
    path.symlink_to(path.with_name("ring"))
    path.with_name("ring").symlink_to(path)


NOT_REGULAR: dict[str, Callable[[Path], None]] = {
    "a named pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a socket": _socket,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to a device": lambda path: path.symlink_to("/dev/zero"),
    "a link to a folder": lambda path: path.symlink_to("."),
}
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither named pipes in folders nor /proc")
FILES: tuple[str, ...] = (
    "cities/f-jp.yaml",
    "cities/lyon-fr.yaml",
    "fields.yaml",
    "sources/press.yaml",
    "ids.txt",
    "version.txt",
)
FILES += ("exceptions.yaml",)


@posix
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", NOT_REGULAR)
def test_what_is_not_a_regular_file_is_refused_and_never_opened(kind: str, file: str, mini: Path) -> None:
    (mini / file).unlink(missing_ok=True)
    NOT_REGULAR[kind](mini / file)
    problems = [problem for problem in store.read(mini).problems if problem.file == str(mini / file)]
    assert [str(problem) for problem in problems] == [
        f"{mini / file}:1: file: is not a regular file (fix: delete it, or put a file in its place)"
    ]


@posix
@pytest.mark.parametrize("kind", NOT_REGULAR)
def test_what_is_not_a_regular_file_is_not_opened_as_the_note_of_a_writer(kind: str, mini: Path) -> None:
    NOT_REGULAR[kind](mini / journal.WRITING)
    with pytest.raises(OSError, match="is not a regular file"):
        store.read(mini)


def test_a_link_to_a_regular_file_is_read(mini: Path) -> None:
    (mini / "cities" / "lyon-fr.yaml").rename(mini.parent / "lyon")
    (mini / "cities" / "lyon-fr.yaml").symlink_to(mini.parent / "lyon")
    assert audit.load(mini).cities["lyon-fr"].name == "Lyon"


@posix
def test_a_pipe_among_the_cities_is_a_problem_of_the_command(mini: Path, ccn: Ccn) -> None:
    os.mkfifo(mini / "cities" / "f-jp.yaml")
    result = ccn("--data", mini, "check")
    assert (result.returncode, "f-jp.yaml:1: file: is not a regular file" in result.stdout) == (1, True)


@posix
def test_a_regular_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"123456")
    assert files.read_regular(tmp_path / "a") == b"123456"
    assert [files.read_regular(tmp_path / "a", most) for most in (1, 6, 7)] == [b"1", b"123456", b"123456"]
    with pytest.raises(FileNotFoundError):
        files.read_regular(tmp_path / "b")
    assert b"\0" in files.read_regular(Path("/proc/self/environ"), 1_000)  # which says that it has no bytes


# -- merge conflicts -----------------------------------------------------------------------------


def conflicts(mini: Path, file: str, text: str) -> list[Problem]:
    (mini / file).write_bytes(text.encode())
    return [problem for problem in audit.problems(mini, TODAY) if problem.rule == "conflict"]


OURS = "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other branch\n"
WITH_BASE = "<<<<<<< ours\na: 1\n||||||| 1a2b3c\na: 0\n=======\na: 2\n>>>>>>> theirs\n"


@pytest.mark.parametrize("file", ["cities/lyon-fr.yaml", "fields.yaml", "sources/press.yaml", "ids.txt", "version.txt"])
@pytest.mark.parametrize(
    ("text", "places"),
    [
        (OURS, [(1, "lines 1–5")]),
        (f"x: y\n{OURS}z: 1\n", [(2, "lines 2–6")]),
        (WITH_BASE, [(1, "lines 1–7")]),
        (OURS * 2, [(1, "lines 1–5"), (6, "lines 6–10")]),
        (OURS.replace("\n", "\r\n"), [(1, "lines 1–5")]),
        ("a: 1\n=======\n", [(2, "line 2")]),
        ("a: 1\n>>>>>>> other\n", [(2, "line 2")]),
        ("<<<<<<< HEAD\na: 1\n", [(1, "line 1")]),
        ("<<<<<<< HEAD\na: 1\n=======\n<<<<<<< HEAD\n", [(1, "lines 1–3"), (4, "line 4")]),
    ],
)
def test_conflict_markers_are_named_with_their_lines(
    text: str, places: list[tuple[int, str]], file: str, mini: Path
) -> None:
    assert [(problem.line, problem.message, problem.fix) for problem in conflicts(mini, file, text)] == [
        (line, f"git conflict markers in {lines}", "keep one side or both, and delete the marker lines")
        for line, lines in places
    ]
    assert [problem.rule for problem in store.read(mini).problems if problem.file == str(mini / file)] == [
        "conflict"
    ] * len(places)


@pytest.mark.parametrize("text", ["a: '======='\n", "a:  =======\n", "========\n", "a: <<<<<<< b\n", "=======: 1\n"])
def test_the_same_signs_elsewhere_are_no_conflict(text: str, mini: Path) -> None:
    assert conflicts(mini, "cities/lyon-fr.yaml", text) == []


# -- which folder is ours ------------------------------------------------------------------------


@pytest.mark.parametrize("lacking", ["cities", "fields.yaml"])
def test_a_folder_data_that_is_not_ours_is_not_read(lacking: str, mini: Path, ccn: Ccn) -> None:
    (mini / lacking).rename(mini / "elsewhere")
    asked = ccn("cities", "--on", "2025", cwd=mini.parent)
    assert (asked.returncode, asked.stderr.startswith("408 members ")) == (0, True)
    edited = ccn("check", cwd=mini.parent)
    assert edited.returncode == 1
    assert edited.stderr.endswith("choose one with --data or CCN_DATA\n")


@pytest.mark.parametrize("command", [("cities",), ("city", "kobe-jp"), ("build",), ("export", "out"), ("cite",)])
def test_an_error_in_the_folder_that_was_found_names_it_and_how_to_choose_another(
    command: tuple[str, ...], mini: Path, ccn: Ccn
) -> None:
    (mini / "fields.yaml").write_text("film: [", encoding="utf-8")
    note = "The data folder was data/; choose another with --data or CCN_DATA.\n"
    result = ccn(*command, cwd=mini.parent)
    assert result.returncode == 1
    assert result.stderr.endswith(note)
    for named in (ccn("--data", "data", *command, cwd=mini.parent), ccn(*command, cwd=mini.parent, CCN_DATA="data")):
        assert named.returncode == 1
        assert note not in named.stderr


def test_a_folder_that_is_named_needs_only_cities_in_it(mini: Path, ccn: Ccn) -> None:
    (mini / "fields.yaml").unlink()
    result = ccn("--data", mini, "check")
    assert "fields.yaml:1: file: cannot be read: no such file or directory" in result.stdout
