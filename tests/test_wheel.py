"""The wheel carries the data: installed in an empty environment, away from the checkout, it answers."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from ccn_kb import audit
from ccn_kb.cli.publishing import FORMATS
from ccn_kb.network import RECORD_KINDS, snapshot
from tests.conftest import DATA, ROOT, Ccn


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True, timeout=120)
    return next(folder.glob("ccn_kb-*.whl"))


def test_the_wheel_holds_every_data_file(wheel: Path) -> None:
    inside = {name.removeprefix("ccn_kb/data/") for name in zipfile.ZipFile(wheel).namelist()}
    assert {str(path.relative_to(DATA)) for path in DATA.rglob("[!.]*") if path.is_file()} <= inside


def test_the_network_in_one_file_is_that_of_the_data_files(wheel: Path) -> None:
    packed = snapshot.from_json(zipfile.ZipFile(wheel).read("ccn_kb/data/network.json"))
    read = audit.load(DATA)
    assert (packed, packed.version) == (read, read.version)
    assert [list(packed.records(kind)) for kind in RECORD_KINDS] == [list(read.records(kind)) for kind in RECORD_KINDS]


def test_an_installed_wheel_answers_away_from_the_checkout(wheel: Path, tmp_path: Path, run_program: Ccn) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", str(wheel)], check=True, timeout=240)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    result = run_program(
        environment / "bin" / "ccn", "cities", "--on", "2015-05-28", "--country", "JP", cwd=elsewhere, PYTHONPATH=""
    )
    assert result.returncode == 0
    names = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert names == ["Hamamatsu", "Kanazawa", "Kobe", "Nagoya", "Sapporo", "Tsuruoka"]
    exported = run_program(environment / "bin" / "ccn", "export", "all", cwd=elsewhere, PYTHONPATH="")
    assert (exported.returncode, exported.stdout) == (0, "")
    files = json.loads((elsewhere / "all" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {one["format"] for one in files} == set(FORMATS)
    published = run_program(environment / "bin" / "ccn", "publish", "site", cwd=elsewhere, PYTHONPATH="")
    assert (published.returncode, published.stdout) == (0, "")
    assert (elsewhere / "site" / "requirements.txt").is_file()
