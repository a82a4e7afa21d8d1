"""The curators' commands as processes: check, fmt and schemas, on sound data, broken data and a full disk."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema
import pytest
import yaml

from ccn_kb.store import journal
from ccn_kb.store.schemas import schemas
from tests.conftest import DATA, ROOT, Ccn, Result

State: TypeAlias = "dict[str, tuple[bytes, int, int]]"

LYON = "data/cities/lyon-fr.yaml"
PROBLEM = re.compile(r"data/[\w./-]+:\d+: [a-z-]+: \S.* \(fix: .+\)")

every_curator = pytest.mark.parametrize("command", ["check", "fmt", "schemas"])


@pytest.fixture
def ccn_mini(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` as a process in a folder whose `data/` is the miniature, with every warning of Python's."""
    return partial(ccn, cwd=mini.parent, PYTHONWARNINGS="always")


@pytest.fixture
def lyon(mini: Path) -> Path:
    """The file of Lyon in the miniature, to be changed."""
    return mini / "cities" / "lyon-fr.yaml"


def state(folder: Path) -> State:
    """Return the bytes, time and number of every file but the lock, which tell whether any was written."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != journal.LOCK)
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) for path in files}


def change(path: Path, old: str, new: str) -> None:
    """Replace text that stands in the file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def on_full_disk(run_program: Ccn, *arguments: str) -> Result:
    """Run `ccn` where no byte can be added to a file."""
    script = "trap '' XFSZ; ulimit -f 0; exec \"$@\""
    return run_program("sh", "-c", script, "sh", sys.executable, "-m", "ccn_kb", *arguments)


# -- the data folder ---------------------------------------------------------------------------


@every_curator
def test_without_a_data_folder_nothing_falls_back_to_the_package(command: str, ccn: Ccn, tmp_path: Path) -> None:
    result = ccn(command)
    assert (result.returncode, result.stdout) == (1, "")
    reason = "no data folder `data/` here, with `cities/` and `fields.yaml` in it"
    assert result.stderr == f"Error: {reason}; choose one with --data or CCN_DATA\n"
    assert list(tmp_path.iterdir()) == []


@every_curator
def test_a_missing_data_folder_exits_1_and_nothing_is_written(command: str, ccn: Ccn, tmp_path: Path) -> None:
    result = ccn("--data", "nowhere", command)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: nowhere:1: folder: is not a data folder")
    assert list(tmp_path.iterdir()) == []


@every_curator
def test_a_file_is_no_data_folder(command: str, ccn: Ccn, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = ccn("--data", "file", command)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: file:1: folder: is not a data folder")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_the_data_folder_can_be_named_with_ccn_data(command: str, mini: Path, lyon: Path, ccn: Ccn) -> None:
    change(lyon, "name: Lyon\n", "name:  Lyon\n")
    result = ccn(command, cwd=mini / "cities", CCN_DATA=str(mini))
    assert str(lyon) in result.stdout


# -- check -------------------------------------------------------------------------------------


def test_sound_data_pass_the_check(ccn_mini: Ccn) -> None:
    result = ccn_mini("check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "The data are sound.\n")


def test_the_published_data_are_sound_and_in_their_form(ccn: Ccn) -> None:
    result = ccn("--data", DATA, "check")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "The data are sound.\n")


def test_check_prints_every_problem_on_stdout_sorted_with_file_line_rule_and_fix(
    mini: Path, lyon: Path, ccn_mini: Ccn
) -> None:
    change(lyon, "geonames: 2996944", "geoname: 2996944")
    change(mini / "cities" / "bradford-gb.yaml", "'2009-06-08'", "'2009-06-32'")
    change(mini / "meetings" / "2023-lyon-fr.yaml", "status: unconfirmed", "status: perhaps")
    result = ccn_mini("check")
    lines = result.stdout.splitlines()
    assert result.returncode == 1
    assert result.stderr == f"{len(lines)} problems found\n"
    assert [line for line in lines if not PROBLEM.fullmatch(line)] == []
    files = [line.partition(":")[0] for line in lines]
    assert files == sorted(files)
    assert set(files) == {"data/cities/bradford-gb.yaml", LYON, "data/meetings/2023-lyon-fr.yaml"}


def test_an_unknown_key_is_found_at_its_line_and_the_nearest_is_suggested(lyon: Path, ccn_mini: Ccn) -> None:
    change(lyon, "geonames: 2996944", "geoname: 2996944")
    line = lyon.read_text(encoding="utf-8").splitlines().index("geoname: 2996944") + 1
    output = ccn_mini("check").stdout
    message = "'geoname' is not a field of this record (fix: did you mean 'geonames'?)"
    assert f"{LYON}:{line}: unknown-key: {message}\n" in output


def test_a_rule_across_records_is_checked(mini: Path, ccn_mini: Ccn) -> None:
    change(mini / "rounds.yaml", "new: 2", "new: 3")
    result = ccn_mini("check")
    assert result.returncode == 1
    assert re.fullmatch(
        r"data/rounds\.yaml:\d+: census: published total for 2017-10-31: 3 new members; our count: 2 \(fix: .+\)\n",
        result.stdout,
    )
    assert result.stderr == "1 problem found\n"


def test_what_lies_in_the_future_depends_on_ccn_today(ccn_mini: Ccn) -> None:
    result = ccn_mini("check", CCN_TODAY="2023-10-30")
    assert result.returncode == 1
    assert f"{LYON}:" in result.stdout
    assert "2023-10-31 is in the future; today is 2023-10-30" in result.stdout


def test_a_malformed_ccn_today_exits_2(ccn_mini: Ccn) -> None:
    result = ccn_mini("check", CCN_TODAY="2026-02-30")
    assert (result.returncode, result.stdout) == (2, "")
    assert "CCN_TODAY: '2026-02-30' is not a valid date" in result.stderr


def test_files_that_cannot_be_read_are_problems_like_others(mini: Path, ccn_mini: Ccn) -> None:
    names = ("topics", "fields", "rounds", "totals", "countries", "rules")
    missing, folder, link, broken, empty, latin = (mini / f"{name}.yaml" for name in names)
    for file in (missing, folder, link):
        file.unlink()
    folder.mkdir()
    link.symlink_to("nowhere")
    broken.write_text("film: [", encoding="utf-8")
    empty.write_text("", encoding="utf-8")
    latin.write_bytes(b"film: {name: caf\xe9}\n")
    result = ccn_mini("check")
    assert result.returncode == 1
    for said in (
        "data/topics.yaml:1: file: cannot be read: no such file or directory (fix: restore it)\n",
        "data/fields.yaml:1: file: is not a regular file (fix: delete it, or put a file in its place)\n",
        "data/rounds.yaml:1: file: cannot be read: no such file or directory (fix: restore it)\n",
        "data/totals.yaml:1: yaml: ",
        "data/countries.yaml:1: yaml: the file is empty (fix: ",
        "data/rules.yaml:1: encoding: byte 0xe9 is not valid UTF-8 (fix: ",
    ):
        assert said in result.stdout
    assert re.fullmatch(r"\d+ problems found\n", result.stderr)


def test_check_on_a_full_disk_exits_1_with_one_sentence(lyon: Path, run_program: Ccn) -> None:
    lyon.unlink()
    result = run_program("sh", "-c", '"$0" -m ccn_kb check > /dev/full', sys.executable)
    assert result.returncode == 1
    assert re.fullmatch(r"Error: .*no space left on device; \w.+\n", result.stderr)


# -- fmt ---------------------------------------------------------------------------------------


def test_fmt_mends_order_quotes_spaces_lines_and_ends(mini: Path, ccn_mini: Ccn) -> None:
    cities = {path: path.read_bytes() for path in sorted((mini / "cities").iterdir())}
    messes = [
        ("name: Bradford\ncountry: GB\n", "country: GB\nname: Bradford\n"),
        ("name: Granada\n", "name: 'Granada'\n"),
        ("since: '2023-10-31'", "since: 2023-10-31"),
        ("moved: granada-es\n", "moved: granada-es"),
        ("- {value: gold leaf, sources: [jlgc-2015]}", "    -   value: gold leaf\n        sources: [jlgc-2015]"),
        ("\n", "\r\n"),
        ("note: First city ever to change its field.\n", "note: First city ever to change its field.\n\n\n"),
        ("wikidata: Q38555", "\nwikidata:   Q38555  "),
        ("# yaml-language-server: $schema=../../schemas/city.schema.json\n", ""),
    ]
    for path, (old, new) in zip(cities, messes, strict=True):
        change(path, old, new)
    result = ccn_mini("fmt")
    assert (result.returncode, result.stderr) == (0, "Formatted 9 files.\n")
    assert result.stdout.splitlines() == [str(path.relative_to(mini.parent)) for path in cities]
    assert {path: path.read_bytes() for path in cities} == cities


def test_fmt_mends_every_kind_of_file(mini: Path, ccn_mini: Ccn) -> None:
    before = {path: path.read_bytes() for path in mini.rglob("*.yaml")}
    for path, text in before.items():
        path.write_bytes(text + b"\n\n")
    result = ccn_mini("fmt")
    assert (result.returncode, result.stderr) == (0, f"Formatted {len(before)} files.\n")
    assert set(result.stdout.splitlines()) == {str(path.relative_to(mini.parent)) for path in before}
    assert {path: path.read_bytes() for path in mini.rglob("*.yaml")} == before


def test_fmt_rewrites_nothing_that_is_in_its_form(mini: Path, ccn_mini: Ccn) -> None:
    before = state(mini)
    result = ccn_mini("fmt")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "All files are in canonical form.\n")
    assert state(mini) == before


def test_fmt_is_idempotent(mini: Path, lyon: Path, ccn_mini: Ccn) -> None:
    folded = "note: >-\n" + "  a folded line: and #\n" * 15 + "  an end\n"
    change(lyon, "note: First city ever to change its field.\n", folded)
    assert ccn_mini("fmt").stdout == f"{LYON}\n"
    before = state(mini)
    assert ccn_mini("fmt").stderr == "All files are in canonical form.\n"
    assert state(mini) == before


def test_fmt_check_names_the_files_and_writes_nothing(mini: Path, lyon: Path, ccn_mini: Ccn) -> None:
    change(lyon, "name: Lyon\n", "name:  Lyon\n")
    before = state(mini)
    result = ccn_mini("fmt", "--check")
    assert (result.returncode, result.stdout, result.stderr) == (
        1,
        f"{LYON}\n",
        "1 file not in canonical form; run ccn fmt\n",
    )
    assert state(mini) == before


def test_fmt_composes_decomposed_accents(mini: Path, ccn_mini: Ccn) -> None:
    file = mini / "cities" / "lodz-pl.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_text(unicodedata.normalize("NFD", before), encoding="utf-8")
    assert ccn_mini("fmt", "--check").returncode == 1
    assert ccn_mini("fmt").returncode == 0
    assert file.read_text(encoding="utf-8") == before
    assert ccn_mini("check").returncode == 0


@pytest.mark.parametrize(
    ("value", "written", "fix"),
    [
        ("latitude: {0}", "latitude: 51,77058", "write 51.77058"),
        ("value: {0}", "value: 768,755", "write 768755"),
    ],
)
def test_a_decimal_comma_is_told_with_the_whole_number(
    value: str, written: str, fix: str, mini: Path, ccn_mini: Ccn
) -> None:
    file = mini / "cities" / "lodz-pl.yaml"
    key = value.partition(":")[0]
    text, changes = re.subn(rf"{key}: [\d.]+", written, file.read_text(encoding="utf-8"), count=1)
    if not changes:
        text = text.replace("geonames:", "population: [{value: 768,755, sources: [geonames]}]\ngeonames:", 1)
    file.write_text(text, encoding="utf-8")
    result = ccn_mini("check")
    assert result.returncode == 1
    assert f"a comma stands in a number (fix: {fix})" in result.stdout
    assert "delete it" not in result.stdout


def test_fmt_check_passes_what_is_in_its_form(ccn_mini: Ccn) -> None:
    result = ccn_mini("fmt", "--check")
    assert (result.returncode, result.stdout) == (0, "")


def test_fmt_leaves_files_with_a_problem_or_a_comment_alone_and_mends_the_others(mini: Path, ccn_mini: Ccn) -> None:
    problems = {
        "bradford-gb": ("country: GB\n", "country:  GREAT BRITAIN\n", "value"),
        "granada-es": ("country: ES\n", "country:  ES\nmayor: somebody\n", "unknown-key"),
        "kanazawa-jp": ("country: JP\n", "country:  JP # Japan\n", "comment"),
        "lodz-pl": ("country: PL\n", "country: [PL\n", "yaml"),
        "lyon-fr": ("country: FR\n", "country:  FR\ncountry: FR\n", "duplicate-key"),
    }
    for id, (old, new, _) in problems.items():
        change(mini / "cities" / f"{id}.yaml", old, new)
    change(mini / "rounds.yaml", "new: 2", "new:  2")
    before = state(mini / "cities")
    result = ccn_mini("fmt")
    assert (result.returncode, result.stdout) == (1, "data/rounds.yaml\n")
    matches = re.findall(r"^data/cities/(.+)\.yaml:\d+: ([a-z-]+): .+ \(fix: .+\)$", result.stderr, re.MULTILINE)
    assert matches == [(id, rule) for id, (_, _, rule) in problems.items()]
    assert state(mini / "cities") == before


def test_fmt_names_a_file_whose_path_is_not_utf_8(mini: Path, lyon: Path, ccn: Ccn) -> None:
    change(lyon, "name: Lyon\n", "name:  Lyon\n")
    mini.rename(mini.parent / os.fsdecode(b"caf\xe9"))
    result = ccn("--data", os.fsdecode(b"caf\xe9"), "fmt", "--check")
    assert (result.returncode, result.stderr) == (1, "1 file not in canonical form; run ccn fmt\n")
    assert re.fullmatch(r"caf.+/cities/lyon-fr\.yaml\n", result.stdout)


def test_fmt_on_a_full_disk_exits_1_names_file_and_remedy_and_leaves_all_as_it_was(
    mini: Path, lyon: Path, run_program: Ccn
) -> None:
    change(lyon, "name: Lyon\n", "name:  Lyon\n")
    before = state(mini)
    result = on_full_disk(run_program, "--data", str(mini), "fmt")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(r"Error: .*/data/\S+: file too large; .*\bspace\b.*\n", result.stderr)
    assert state(mini) == before


# -- schemas -----------------------------------------------------------------------------------


def test_the_published_schemas_are_those_of_the_models(ccn: Ccn) -> None:
    before = state(ROOT / "schemas")
    result = ccn("--data", DATA, "schemas", "--check")
    assert (result.returncode, result.stdout) == (0, "")
    assert state(ROOT / "schemas") == before
    assert {path.name for path in (ROOT / "schemas").iterdir()} == set(schemas())


def test_schemas_are_written_beside_the_data_folder(mini: Path, ccn_mini: Ccn) -> None:
    result = ccn_mini("schemas")
    assert (result.returncode, result.stderr) == (0, f"Wrote {len(schemas())} schemas.\n")
    assert set(result.stdout.splitlines()) == set(schemas())
    written = {path.name: path.read_text(encoding="utf-8") for path in (mini.parent / "schemas").iterdir()}
    assert written == schemas()


@pytest.fixture
def stale(mini: Path) -> Path:
    """A schema that is not that of the models, among others that are."""
    shutil.copytree(ROOT / "schemas", mini.parent / "schemas")
    path = mini.parent / "schemas" / "city.schema.json"
    change(path, '"type": "string"', '"type": "number"')
    return path


def test_schemas_check_names_what_is_stale_and_writes_nothing(stale: Path, ccn_mini: Ccn) -> None:
    before = state(stale.parent)
    result = ccn_mini("schemas", "--check")
    assert (result.returncode, result.stdout) == (1, "city.schema.json\n")
    assert result.stderr == "1 schema out of date; run ccn schemas\n"
    assert state(stale.parent) == before


def test_schemas_writes_only_what_is_stale(stale: Path, ccn_mini: Ccn) -> None:
    before = state(stale.parent)
    assert ccn_mini("schemas").stdout == "city.schema.json\n"
    assert [path for path, was in state(stale.parent).items() if was != before[path]] == [str(stale)]
    assert stale.read_bytes() == (ROOT / "schemas" / "city.schema.json").read_bytes()


def test_schemas_on_a_full_disk_exits_1_and_leaves_all_as_it_was(stale: Path, mini: Path, run_program: Ccn) -> None:
    before = state(stale.parent)
    result = on_full_disk(run_program, "--data", str(mini), "schemas")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(r"Error: .*file too large; \w.+\n", result.stderr)
    assert state(stale.parent) == before


def test_schemas_where_a_file_is_in_the_way_exits_1_with_one_sentence(mini: Path, ccn_mini: Ccn) -> None:
    (mini.parent / "schemas").write_text("", encoding="utf-8")
    result = ccn_mini("schemas")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(r"Error: .*/schemas: file exists; \w.+\n", result.stderr)


def named_schema(path: Path) -> Path:
    """Return the schema that the first line of a data file names."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith("# yaml-language-server: $schema=")
    return (path.parent / first.partition("=")[2]).resolve()


@pytest.fixture(scope="module")
def validators() -> dict[Path, jsonschema.Draft202012Validator]:
    """The published schemas, each of them a sound schema."""
    result = {}
    for path in (ROOT / "schemas").iterdir():
        schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        result[path] = jsonschema.Draft202012Validator(schema)
    return result


def test_every_data_file_is_valid_by_the_schema_that_it_names(
    validators: dict[Path, jsonschema.Draft202012Validator],
) -> None:
    files = sorted(DATA.rglob("*.yaml"))
    assert len(files) > 408
    invalid = [
        f"{path.name}: {error.message}"
        for path in files
        for error in validators[named_schema(path)].iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]
    assert invalid == []
    assert {named_schema(path) for path in files} == validators.keys()


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_refuses_a_record_with_an_unknown_key(
    name: str, validators: dict[Path, jsonschema.Draft202012Validator]
) -> None:
    path = next(path for path in sorted(DATA.rglob("*.yaml")) if named_schema(path).name == name)
    # Nothing has been released yet.
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {"1.0.20260101": {"date": "2026-01-01"}}
    assert validators[ROOT / "schemas" / name].is_valid(data)
    record = (
        data
        if name.removesuffix(".schema.json") in ("city", "source", "meeting", "cooperation")
        else data[0]
        if isinstance(data, list)
        else next(iter(data.values()))
    )
    record["unheard_of"] = "of"
    assert not validators[ROOT / "schemas" / name].is_valid(data)
