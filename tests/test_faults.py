"""What goes wrong around the programs: odd days, locales, line ends, links, folders that may not be written, kills."""

from __future__ import annotations

import datetime
import filecmp
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from ccn_kb import audit, cli
from ccn_kb.curate.lists.list_files import read
from ccn_kb.curate.vocabulary import Vocabulary
from ccn_kb.network import Network
from tests.conftest import MINI, TODAY, Ccn

READING = [
    ["cities"],
    ["cities", "--former"],
    ["cities", "--format", "json"],
    ["cities", "--format", "geojson"],
    ["city", "kanazawa-jp"],
    ["fields"],
    ["countries"],
    ["meetings"],
    ["meetings", "--calendar"],
    ["stats", "--by", "year"],
    ["stats", "--by", "country"],
    ["stats", "--by", "source-kind"],
    ["history"],
    ["cite"],
    ["cite", "kanazawa-jp", "--format", "bibtex"],
]


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


# -- odd days ----------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ccn_kb.errors.AfterDataWarning")
@pytest.mark.parametrize("today", ["1970-01-01", "2100-12-31"])
@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_every_question_is_answered_on_any_day(
    today: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CCN_TODAY", today)
    assert cli.run(["--data", str(MINI), *arguments]) == 0
    printed, _ = capsys.readouterr()
    assert ("kanazawa" in printed) <= (today > "2000" or arguments[0] in ("city", "cite", "history", "meetings"))


def test_a_clock_before_the_data_is_a_problem_to_curators_alone_and_one_long_after_is_none(ccn: Ccn) -> None:
    early = ccn("--data", MINI, "check", CCN_TODAY="1970-01-01")
    assert early.returncode == 1
    assert "is in the future; today is 1970-01-01" in early.stdout + early.stderr
    assert ccn("--data", MINI, "build", CCN_TODAY="1970-01-01").returncode == 0
    for arguments in (["check"], ["export", "exports", "--format", "atom", "--format", "ics"]):
        assert ccn("--data", MINI, *arguments, CCN_TODAY="2100-12-31").returncode == 0


# -- locales and encodings ---------------------------------------------------------------------

LOCALES = {
    "C": {"LC_ALL": "C"},
    "POSIX without UTF-8": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "ASCII": {"PYTHONIOENCODING": "ascii"},
    "UTF-16": {"PYTHONIOENCODING": "utf-16"},
}


@pytest.mark.parametrize("environment", LOCALES.values(), ids=LOCALES)
def test_in_every_locale_the_same_is_read_and_printed(environment: dict[str, str], ccn: Ccn, mini: Path) -> None:
    read = subprocess.run(
        [sys.executable, "-m", "ccn_kb", "--data", mini, "city", "lodz-pl"],
        env={**os.environ, "CCN_TODAY": TODAY, **environment},
        capture_output=True,
        check=True,
    )
    assert read.stdout.decode("utf-8").startswith("Łódź (lodz-pl)\n")
    (mini / "cities" / "lodz-pl.yaml").write_bytes(
        (MINI / "cities" / "lodz-pl.yaml").read_bytes() + b"not: \xc5 utf-8\n"
    )
    broken = ccn("--data", mini, "check", **environment)
    assert broken.returncode == 1
    assert "is not valid UTF-8" in broken.stdout


@pytest.mark.parametrize("name", ["İSTANBUL", "ıstanbul", "ISTANBUL", decomposed("İstanbul")])
def test_turkish_letters_are_found_however_they_are_cased(name: str, ccn: Ccn) -> None:
    result = ccn("cities", name, "--format", "csv", LC_ALL="tr_TR.UTF-8")
    assert "istanbul-tr,Istanbul" in result.stdout


def test_decomposed_names_are_found(ccn: Ccn) -> None:
    assert ccn("--data", MINI, "city", decomposed("Łódź")).stdout.startswith("Łódź (lodz-pl)")
    assert "lodz-pl" in ccn("--data", MINI, "cities", decomposed("ŁÓDŹ")).stdout


def test_decomposed_names_in_the_data_are_told_at_their_line_and_never_written(mini: Path, ccn: Ccn) -> None:
    file = mini / "cities" / "lodz-pl.yaml"
    before = file.read_bytes()
    refused = ccn("--data", mini, "correct", "lodz-pl", "note", decomposed("Café"))
    assert refused.returncode == 1
    assert "write composed characters (Unicode NFC)" in refused.stderr
    assert file.read_bytes() == before
    file.write_text(decomposed(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert "lodz-pl.yaml:2: value: name: contains decomposed accents" in ccn("--data", mini, "check").stdout


# -- line ends ---------------------------------------------------------------------------------


def test_windows_line_ends_are_read_edited_and_mended(mini: Path, ccn: Ccn) -> None:
    for file in mini.rglob("*.*"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert audit.read_valid(mini, datetime.date.fromisoformat(TODAY)).network == audit.load(MINI)
    edited = ccn("--data", mini, "correct", "lodz-pl", "note", "A remark.")
    assert edited.returncode == 0, edited.stderr
    assert b"\r" not in (mini / "cities" / "lodz-pl.yaml").read_bytes()
    assert ccn("--data", mini, "fmt").returncode == 0
    assert audit.problems(mini, datetime.date.fromisoformat(TODAY)) == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_announcement_is_read_whatever_its_line_ends_and_accents(
    form: Literal["NFC", "NFD"], end: str, network: Network, tmp_path: Path
) -> None:
    lines = ["round: 2026", "- Łódź (Poland) – Film", "- Évian, Türkiye – Crafts & Folk Art", "- León – Música", ""]
    (tmp_path / "a.txt").write_bytes(unicodedata.normalize(form, end.join(lines)).encode())
    announcement = read(tmp_path / "a.txt", Vocabulary(network))
    assert announcement.problems == []
    assert announcement.head == {"round": (1, "2026")}
    countries = [entry.read_country.id if entry.read_country else None for entry in announcement.entries]
    assert [entry.name for entry in announcement.entries] == ["Łódź", "Évian", "León"]
    assert countries == ["PL", "TR", None]
    assert [entry.read_field.id for entry in announcement.entries] == ["film", "crafts-and-folk-art", "music"]


# -- symbolic links ----------------------------------------------------------------------------


def test_a_data_folder_may_be_a_link(mini: Path, ccn: Ccn) -> None:
    link = mini.with_name("link")
    link.symlink_to(mini)
    assert ccn("--data", link, "check").returncode == 0
    assert ccn("--data", link, "correct", "lodz-pl", "note", "A remark.").returncode == 0
    assert link.is_symlink()
    assert "note: A remark." in (mini / "cities" / "lodz-pl.yaml").read_text(encoding="utf-8")


def test_a_record_that_is_a_link_is_read_and_never_written(mini: Path, ccn: Ccn) -> None:
    record = mini / "cities" / "lodz-pl.yaml"
    elsewhere = record.rename(mini.with_name("elsewhere.yaml"))
    record.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    assert ccn("--data", mini, "check").returncode == 0
    refused = ccn("--data", mini, "correct", "lodz-pl", "note", "A remark.")
    assert refused.returncode == 1
    assert "lodz-pl.yaml is a symbolic link; replace it by the file itself" in refused.stderr
    assert record.is_symlink()
    assert elsewhere.read_bytes() == before


def test_links_in_a_ring_and_to_no_end_are_problems(mini: Path, ccn: Ccn) -> None:
    (mini / "cities" / "ring-jp.yaml").symlink_to("ring-jp.yaml")
    (mini / "cities" / "zero-jp.yaml").symlink_to("/dev/zero")
    told = ccn("--data", mini, "check").stdout
    assert "ring-jp.yaml:1: file: is not a regular file" in told
    assert "zero-jp.yaml:1: file: is not a regular file" in told


# -- SQLite without its search -------------------------------------------------------------------

WITHOUT_SEARCH = """
import sqlite3, sys
class Poor(sqlite3.Connection):
    def execute(self, sql, *more):
        if "using fts5" in sql.lower():
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(sql, *more)
    def executescript(self, script):
        return [self.execute(script)]
connect = sqlite3.connect
sqlite3.connect = lambda *given, **named: connect(*given, **{**named, "factory": Poor})
from ccn_kb.cli import main
main()
"""


@pytest.mark.parametrize("arguments", [["build"], ["export", "exports", "--format", "sqlite"]], ids=" ".join)
def test_sqlite_without_full_text_search_is_told_with_the_remedy(
    arguments: list[str], run_program: Ccn, tmp_path: Path
) -> None:
    result = run_program(sys.executable, "-c", WITHOUT_SEARCH, "--data", MINI, *arguments)
    assert result.returncode == 1
    assert result.stderr == "Error: this Python's SQLite has no full-text search (FTS5); use one that has\n"
    assert list(tmp_path.iterdir()) == []


def test_questions_need_no_full_text_search(run_program: Ccn) -> None:
    assert run_program(sys.executable, "-c", WITHOUT_SEARCH, "--data", MINI, "cities", "film").returncode == 0


# -- folders that may not be written -----------------------------------------------------------


@pytest.fixture
def obeying(run_program: Ccn) -> Ccn:
    """`ccn` as somebody who may not write where the rights forbid it: the superuser may, unless that is taken away."""
    command = [sys.executable, "-m", "ccn_kb"]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    return lambda *arguments, **environment: run_program(*command, *arguments, **environment)


@pytest.mark.parametrize("is_used", [False, True], ids=["new", "used before"])
def test_a_folder_that_may_only_be_read_is_read_and_an_edit_says_so(mini: Path, obeying: Ccn, is_used: bool) -> None:
    if is_used:
        (mini / ".lock").touch()
    folders = [mini, *(path for path in mini.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        for arguments in (["cities"], ["check"]):
            result = obeying("--data", mini, *arguments)
            assert result.returncode == 0, result.stderr
        result = obeying("--data", mini, "correct", "lodz-pl", "note", "A remark.")
        assert result.returncode == 1
        message = f"Error: the data folder {mini} is read-only; choose another with --data or CCN_DATA\n"
        assert result.stderr == message
        assert filecmp.cmp(mini / "cities" / "lodz-pl.yaml", MINI / "cities" / "lodz-pl.yaml", shallow=False)
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_an_output_folder_that_may_only_be_read_is_told(tmp_path: Path, obeying: Ccn) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    for arguments in (["build", "--output", "closed/ccn.db"], ["export", "closed/exports"]):
        result = obeying("--data", MINI, *arguments)
        assert result.returncode == 1, result.stderr
        assert "permission denied" in result.stderr
    assert list((tmp_path / "closed").iterdir()) == []


def test_a_record_that_may_not_be_read_is_a_problem(mini: Path, obeying: Ccn) -> None:
    (mini / "cities" / "lodz-pl.yaml").chmod(0)
    result = obeying("--data", mini, "check")
    assert result.returncode == 1
    assert "lodz-pl.yaml:1: file: cannot be read: permission denied" in result.stdout


# -- kills -------------------------------------------------------------------------------------


def test_a_killed_export_leaves_the_old_one_whole_and_hinders_no_next(tmp_path: Path, ccn: Ccn) -> None:
    export = ["--data", MINI, "export", "exports", "--format", "csv", "--format", "jsonl"]
    assert ccn(*export).returncode == 0
    old = shutil.copytree(tmp_path / "exports", tmp_path / "old")
    process = subprocess.Popen(
        [sys.executable, "-m", "ccn_kb", *map(str, export)], cwd=tmp_path, env={**os.environ, "CCN_TODAY": TODAY}
    )
    while not list(tmp_path.glob(".exports.*/new/*")):
        assert process.poll() is None, "it was done before it could be killed"
        time.sleep(0.001)
    process.kill()
    process.wait()
    names = sorted(path.relative_to(old) for path in old.rglob("*") if path.is_file())
    same, other, lost = filecmp.cmpfiles(old, tmp_path / "exports", map(str, names), shallow=False)
    assert (len(same), other, lost) == (len(names), [], [])
    assert ccn(*export).returncode == 0
