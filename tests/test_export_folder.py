"""An export is whole or absent: what stands in the way is refused, what interrupts it leaves all as it was."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ccn_kb.exports.formats import FORMATS
from tests.conftest import MINI, ROOT, Ccn, Result

Export = Callable[..., Result]


@pytest.fixture
def export(ccn: Ccn, tmp_path: Path) -> Export:
    """Export the miniature data in two quick formats, unless a test names others, as a process."""

    def run(*arguments: str | Path, **environment: str) -> Result:
        formats = () if "--format" in arguments else ("--format", "csv", "--format", "geojson")
        return ccn("--data", MINI, "export", *arguments, *formats, cwd=tmp_path, **environment)

    return run


def listing(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_the_readme_describes_every_format_as_the_help_does() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| Format |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE)
    assert rows == [(format.name, format.help) for format in FORMATS.values()]


NEW_FORMAT = """
from ccn_kb.exports.contents import ExportFile
from ccn_kb.exports.formats import export_format

def make_files(contents):
    yield ExportFile("ids.txt", "".join(f"{member.city.id}\\n" for member in contents.members).encode())

@export_format("ids", "the ID of every member")
def _ids():
    return make_files

from ccn_kb import cli
cli.main()
"""


def test_a_format_that_is_registered_is_offered_explained_and_written(run_program: Ccn, tmp_path: Path) -> None:
    command = (sys.executable, "-c", NEW_FORMAT, "--data", MINI, "export")
    assert re.search(r"\|ids\].*^  ids +the ID of every member$", run_program(*command, "--help").stdout, re.M | re.S)
    assert run_program(*command, "out", "--format", "ids", "--on", "2008-06").returncode == 0
    assert (tmp_path / "out" / "ids.txt").read_text() == "lyon-fr\nsanta-fe-us\n"
    [file] = json.loads((tmp_path / "out" / "manifest.json").read_text())["files"]
    assert (file["path"], file["format"]) == ("ids.txt", "ids")


def test_only_the_formats_that_are_named_are_written(export: Export, tmp_path: Path) -> None:
    result = export("out", "--format", "geojson", "--format", "ics")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "out: 2 files, 8 members on 22 November 2026\n"
    assert listing(tmp_path) == {"out/manifest.json", "out/members.geojson", "out/meetings.ics"}


def test_a_partial_date_means_its_last_day(export: Export, tmp_path: Path) -> None:
    assert export("out", "--on", "2008-06").stderr.endswith(", 2 members on 30 June 2008\n")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["members_on"] == "2008-06-30"


@pytest.mark.parametrize(("today", "stated"), [("2030-01-01", "2026-11-22"), ("2008-06-30", "2008-06-30")])
def test_the_manifest_states_the_day_of_the_members(export: Export, tmp_path: Path, today: str, stated: str) -> None:
    assert export("out", "--format", "geojson", CCN_TODAY=today).returncode == 0
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["members_on"] == stated


def test_an_export_that_stands_there_is_replaced(export: Export, tmp_path: Path) -> None:
    export("out", "--format", "ics")
    assert export("out", "--format", "geojson").returncode == 0
    assert listing(tmp_path) == {"out/manifest.json", "out/members.geojson"}


def test_an_empty_folder_is_filled(export: Export, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert export("out", "--format", "ics").returncode == 0
    assert listing(tmp_path) == {"out/manifest.json", "out/meetings.ics"}


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"made_by": "us", "files": []}', None])
def test_a_folder_that_is_no_export_is_refused_with_a_remedy(
    manifest: str | None, export: Export, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ("notes.txt" if manifest is None else "manifest.json")).write_text(manifest or "mine")
    before = listing(tmp_path)
    result = export("out")
    assert (result.returncode, result.stdout) == (1, "")
    assert "contains files that do not belong to the export" in result.stderr
    assert result.stderr.endswith("; empty it, or choose another folder\n")
    assert listing(tmp_path) == before


def test_an_export_with_a_file_of_somebody_is_refused(export: Export, tmp_path: Path) -> None:
    export("out")
    (tmp_path / "out" / "csv" / "analysis.R").write_text("mine")
    before = listing(tmp_path)
    result = export("out", "--format", "ics")
    assert result.returncode == 1
    assert "(csv/analysis.R)" in result.stderr
    assert listing(tmp_path) == before


def test_the_current_folder_is_refused_for_a_shell_would_be_left_in_the_old_one(ccn: Ccn, tmp_path: Path) -> None:
    result = ccn("--data", MINI, "export", ".", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.endswith("is the current folder; choose one inside it, or another\n")
    assert listing(tmp_path) == set()


@pytest.mark.parametrize(
    ("target", "remedy"),
    [("nowhere/out", "create it, or choose another folder"), ("/proc/out", "choose another folder")],
)
def test_a_place_that_takes_no_folder_is_refused_with_a_remedy(
    target: str, remedy: str, export: Export, tmp_path: Path
) -> None:
    result = export(target)
    assert (result.returncode, result.stdout) == (1, "")
    assert "cannot be written: " in result.stderr
    assert result.stderr.endswith(f"; {remedy}\n")
    assert listing(tmp_path) == set()


def test_a_file_in_the_place_of_the_folder_is_wrong_usage(export: Export, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert export("out").returncode == 2
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.parametrize("arguments", [("--format", "docx"), ("--on", "2015-02-30"), ()])
def test_wrong_usage_exits_2_and_writes_nothing(arguments: tuple[str, ...], export: Export, tmp_path: Path) -> None:
    result = export(*(("out", *arguments) if arguments else ()))
    assert (result.returncode, result.stdout) == (2, "")
    assert listing(tmp_path) == set()


def test_a_full_disk_leaves_the_old_export(export: Export, run_program: Ccn, tmp_path: Path) -> None:
    export("out", "--format", "geojson")
    before = (tmp_path / "out" / "members.geojson").read_bytes()
    command = [sys.executable, "-m", "ccn_kb", "--data", MINI, "export", "out", "--format", "sqlite"]
    result = run_program("sh", "-c", "trap '' XFSZ; ulimit -f 20; exec \"$@\"", "sh", *command)
    assert result.returncode == 1
    assert result.stderr.endswith("cannot be written: file too large; free space there, or choose another folder\n")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert listing(tmp_path) == {"out/manifest.json", "out/members.geojson"}
    assert (tmp_path / "out" / "members.geojson").read_bytes() == before


WAITING = """
import time
from ccn_kb import cli
from ccn_kb.exports import export_folder as folder

manifest = folder._manifest

def wait(*given):
    print("written", flush=True)
    time.sleep(60)
    return manifest(*given)

folder._manifest = wait
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_exits_130_and_leaves_the_old_export(
    number: signal.Signals, export: Export, tmp_path: Path
) -> None:
    export("out", "--format", "geojson")
    command = [sys.executable, "-c", WAITING, "--data", str(MINI), "export", "out", "--format", "csv"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"written\n"
        assert len(list(tmp_path.iterdir())) == 2
        process.send_signal(number)
        assert process.wait(30) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert listing(tmp_path) == {"out/manifest.json", "out/members.geojson"}


def test_data_with_a_problem_are_not_exported(mini: Path, ccn: Ccn, tmp_path: Path) -> None:
    text = (mini / "rounds.yaml").read_text(encoding="utf-8")
    (mini / "rounds.yaml").write_text(text.replace("new: 2", "new: 3"), encoding="utf-8")
    result = ccn("--data", mini, "export", "out", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert "census" in result.stderr
    assert not (tmp_path / "out").exists()
