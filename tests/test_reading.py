"""The readers' commands as processes: what they print in every format, where it goes, and how they end."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import itertools
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import zipapp
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import icalendar
import pytest

import ccn_kb
from ccn_kb.cli import cli
from ccn_kb.database import build
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.records import City
from ccn_kb.network import Network
from ccn_kb.network.members import MEMBER_COLUMNS
from tests.conftest import MINI, ROOT, TODAY, Ccn, Result

Rows: TypeAlias = "list[dict[str, Any]]"
Command: TypeAlias = "tuple[str, ...]"

LISTS: list[Command] = [("fields",), ("countries",), ("meetings",), ("stats",), ("history",)]
READING: list[Command] = [("cities",), *LISTS, ("city", "kanazawa-jp")]
COUNTING = ["fields", "countries", "stats"]

every_reader = pytest.mark.parametrize("command", READING, ids=" ".join)


@pytest.fixture
def ccn_mini(mini: Path, ccn: Ccn) -> Ccn:
    """Run `ccn` as a process in a folder whose `data/` is the miniature, with every warning of Python's."""
    return partial(ccn, cwd=mini.parent, PYTHONWARNINGS="always")


@contextlib.contextmanager
def built(network: Network, folder: Path) -> Iterator[sqlite3.Connection]:
    build(network, folder / "ccn.db")
    with contextlib.closing(sqlite3.connect(folder / "ccn.db")) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.fixture(scope="module")
def database(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The real network as a database."""
    with built(network, tmp_path_factory.mktemp("built")) as connection:
        yield connection


@pytest.fixture(scope="module")
def mini_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The miniature as a database."""
    with built(ccn_kb.load(MINI), tmp_path_factory.mktemp("built")) as connection:
        yield connection


def select(database: sqlite3.Connection, sql: str) -> Rows:
    return [dict(row) for row in database.execute(sql)]


def read_csv(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text), strict=True))


def read_lines(text: str) -> Rows:
    assert text.endswith("\n")
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


READERS: dict[str, Callable[[str], Rows]] = {"csv": read_csv, "json": json.loads, "jsonl": read_lines}


def as_csv(rows: Rows) -> Rows:
    """Return the rows as a reader of CSV sees them: text only, empty for what is unknown."""
    return [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows]


def by_id(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: str(row["id"]))


def run_into(stdout: int, *arguments: str, cwd: Path) -> Result:
    """Run `ccn` with its output going to an open file descriptor."""
    command = [sys.executable, "-m", "ccn_kb", *arguments]
    environment = {**os.environ, "CCN_TODAY": TODAY}
    return subprocess.run(
        command, cwd=cwd, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )


def on_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    """Return what `ccn` prints on a terminal."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "ccn_kb", *arguments],
        cwd=cwd,
        env={**inherited, "CCN_TODAY": TODAY, "TERM": "xterm-256color", "COLUMNS": "80", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        printed = b""
        # Linux reports the end of a terminal as an error.
        with contextlib.suppress(OSError):
            while part := os.read(ours, 65536):
                printed += part
    os.close(ours)
    return printed.decode()


# -- formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["csv", "json"])
def test_cities_has_the_columns_and_rows_of_the_view_members(
    style: str, ccn: Ccn, database: sqlite3.Connection
) -> None:
    view = select(database, "SELECT * FROM members")
    rows = READERS[style](ccn("cities", "--format", style).stdout)
    assert list(rows[0]) == list(view[0])
    assert list(rows[0])[:2] == ["id", "name"]
    assert by_id(rows) == by_id(as_csv(view) if style == "csv" else view)


def test_geojson_has_a_point_for_each_row_of_the_view_members_longitude_first(
    ccn: Ccn, database: sqlite3.Connection
) -> None:
    collection = json.loads(ccn("cities", "--format", "geojson").stdout)
    assert collection.keys() == {"type", "features"}
    assert collection["type"] == "FeatureCollection"
    assert {feature["type"] for feature in collection["features"]} == {"Feature"}
    assert {feature["geometry"]["type"] for feature in collection["features"]} == {"Point"}
    points = sorted((feature["id"], *feature["geometry"]["coordinates"]) for feature in collection["features"])
    view = select(database, "SELECT id, longitude, latitude FROM members ORDER BY id")
    assert points == [tuple(row.values()) for row in view]


def test_the_properties_in_geojson_are_the_row_but_its_place(ccn_mini: Ccn) -> None:
    features = json.loads(ccn_mini("cities", "--format", "geojson").stdout)["features"]
    rows = READERS["jsonl"](ccn_mini("cities", "--format", "jsonl").stdout)
    assert len(rows) == 8
    places = ("latitude", "longitude")
    expected = [{key: value for key, value in row.items() if key not in places} for row in rows]
    assert [feature["properties"] for feature in features] == expected


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_csv_and_json_lines_hold_the_same_rows_id_and_name_first(command: Command, ccn_mini: Ccn) -> None:
    rows = READERS["jsonl"](ccn_mini(*command, "--format", "jsonl").stdout)
    assert {tuple(row)[:2] for row in rows} == {("id", "name")}
    assert READERS["csv"](ccn_mini(*command, "--format", "csv").stdout) == as_csv(rows)


@pytest.mark.parametrize(
    ("command", "head", "row"),
    [
        ("cities", "City Country Creative field Since Id", "Lyon France Literature 31 October 2023 lyon-fr"),
        (
            "cities --former",
            "City Country Creative field Since Until Id",
            "Lyon France Media Arts June 2008 31 October 2023 lyon-fr",
        ),
        (
            "fields",
            "Creative field French name Members Since First Id",
            "Media Arts Arts numériques 0 June 2008 lyon-fr media-arts",
        ),
        ("countries", "Country Members Region Id Alpha-3", "Japan 2 Asia and the Pacific JP JPN"),
        (
            "meetings",
            "Meeting Starts Host Status Theme Id",
            "XV Annual Conference 2023 Lyon unconfirmed Future Proof Cities 2023-lyon-fr",
        ),
        ("stats", "Field Members Share", "Film 3 37.5 %"),
        (
            "history",
            "Date Event City Country Creative field",
            "31 October 2023 changed field Lyon France Literature",
        ),
    ],
)
def test_a_table_says_it_in_words_and_python_warns_of_nothing(command: str, head: str, row: str, ccn_mini: Ccn) -> None:
    result = ccn_mini(*command.split())
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines.index(head) < lines.index(row)
    assert "Warning" not in result.stderr


def test_history_holds_the_rows_of_the_view_history(ccn_mini: Ccn, mini_database: sqlite3.Connection) -> None:
    columns = "city AS id, name, date, event, country, field, former_field"
    view = select(mini_database, f"SELECT {columns} FROM history WHERE day <= '{TODAY}'")
    rows = json.loads(ccn_mini("history", "--format", "json").stdout)
    assert len(rows) == 9

    def order(row: dict[str, Any]) -> tuple[str, ...]:
        return row["id"], row["date"], row["event"]

    assert sorted(rows, key=order) == sorted(view, key=order)


def test_fields_counts_what_the_database_counts(ccn_mini: Ccn, mini_database: sqlite3.Connection) -> None:
    sql = """
        SELECT f.id, f.name, f.name_fr, (SELECT count(*) FROM members m WHERE m.field = f.id) AS members, f.since
        FROM fields f
    """
    rows = json.loads(ccn_mini("fields", "--format", "json").stdout)
    assert {row["id"]: row.pop("first") for row in rows}["film"] == "bradford-gb"
    assert by_id(rows) == by_id(select(mini_database, sql))


def test_countries_counts_what_the_database_counts(ccn_mini: Ccn, mini_database: sqlite3.Connection) -> None:
    sql = """
        SELECT k.id, k.name, k.alpha3, k.name_fr, k.region, k.continent, count(*) AS members
        FROM members m JOIN countries k ON k.id = m.country GROUP BY k.id
    """
    result = ccn_mini("countries", "--format", "json")
    rows = json.loads(result.stdout)
    assert by_id(rows) == by_id(select(mini_database, sql))
    assert result.stderr == f"{len(rows)} countries with members on 22 November 2026\n"


def test_meetings_holds_the_meetings_of_the_database_oldest_first(
    ccn_mini: Ccn, mini_database: sqlite3.Connection
) -> None:
    columns = ["id", "name", "ordinal", "starts", "ends", "status", "theme"]
    rows = json.loads(ccn_mini("meetings", "--format", "json").stdout)
    expected = select(mini_database, f"SELECT {', '.join(columns)} FROM meetings")
    assert by_id([{key: row[key] for key in columns} for row in rows]) == by_id(expected)
    days = [first_day(row["starts"]) for row in rows]
    assert days == sorted(days)


# -- the calendar ------------------------------------------------------------------------------


def test_the_calendar_has_whole_days_with_an_exclusive_end_for_each_meeting(ccn: Ccn, network: Network) -> None:
    calendar: Any = icalendar.Calendar.from_ical(ccn("meetings", "--calendar").stdout)
    assert calendar["VERSION"] == "2.0"
    events = [(event["UID"], event["DTSTART"], event["DTEND"]) for event in calendar.events]
    assert [(id, start.dt, end.dt) for id, start, end in events if not id.startswith("reports-")] == [
        (
            f"{meeting.id}@ccn-kb",
            first_day(meeting.starts),
            last_day(meeting.ends or meeting.starts) + datetime.timedelta(days=1),
        )
        for meeting in network.meetings()
    ]
    names = {event["UID"]: event["SUMMARY"] for event in calendar.events}
    for meeting in network.meetings():
        assert ("(date not known)" in names[f"{meeting.id}@ccn-kb"]) == (precision(meeting.starts) != "day")
    assert {moment.params["VALUE"] for _, *moments in events for moment in moments} == {"DATE"}


def test_an_event_says_what_where_and_whether_and_carries_a_stamp(ccn_mini: Ccn) -> None:
    result = ccn_mini("meetings", "--calendar")
    assert result.stderr == ""
    calendar: Any = icalendar.Calendar.from_ical(result.stdout)
    assert {event["TRANSP"] for event in calendar.events} == {"TRANSPARENT"}
    events = {event["UID"]: event for event in calendar.events}
    kanazawa = events["2015-kanazawa-jp@ccn-kb"]
    (online,) = (event for id, event in events.items() if id.startswith("2021-online"))
    assert kanazawa["SUMMARY"] == "IX Annual Meeting, UNESCO Creative Cities Network"
    assert (kanazawa["LOCATION"], online["LOCATION"]) == ("Kanazawa, Japan", "Online")
    assert kanazawa["STATUS"] == "CONFIRMED"
    assert kanazawa["DTSTAMP"].dt == datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)
    assert kanazawa["LAST-MODIFIED"].dt.date() == datetime.date(2026, 11, 22)


def test_the_calendar_has_crlf_and_no_line_of_more_than_75_bytes(mini: Path, run_program: Ccn) -> None:
    script = '"$0" -m ccn_kb --data "$1" meetings --calendar > meetings.ics'
    run_program("sh", "-c", script, sys.executable, mini, cwd=mini.parent)
    lines = (mini.parent / "meetings.ics").read_bytes().split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 75


# -- one city ----------------------------------------------------------------------------------


def test_a_city_answers_to_its_name_without_marks(ccn_mini: Ccn) -> None:
    result = ccn_mini("city", "LODZ")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("Łódź (lodz-pl)\n")


@pytest.mark.parametrize(("name", "id"), [("金沢市", "kanazawa-jp"), ("grenade-es", "granada-es")])
def test_a_city_answers_to_other_names_and_to_an_old_id(name: str, id: str, ccn_mini: Ccn) -> None:
    assert json.loads(ccn_mini("city", name, "--format", "json").stdout)["id"] == id


def test_a_city_as_json_is_the_whole_record_id_and_name_first(mini: Path, ccn_mini: Ccn) -> None:
    record = json.loads(ccn_mini("city", "lyon-fr", "--format", "json").stdout)
    assert list(record)[:2] == ["id", "name"]
    assert City.model_validate(record) == ccn_kb.load(mini).city("lyon-fr")


def test_a_city_is_described_with_its_designations_and_the_address_of_each_source(mini: Path, ccn_mini: Ccn) -> None:
    described = ccn_mini("city", "lyon-fr").stdout
    assert "\nMedia Arts from June 2008 until 31 October 2023 (field changed)\n" in described
    assert "\nLiterature since 31 October 2023\n" in described
    city = ccn_kb.load(mini).city("lyon-fr")
    for citation in city.location.sources + city.designations[0].sources + city.designations[1].sources:
        assert re.search(rf"^  {re.escape(citation)}: .*, https?://\S+$", described, re.MULTILINE)


def test_an_ambiguous_name_exits_1_and_names_the_ids(ccn_mini: Ccn) -> None:
    result = ccn_mini("city", "Granada")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: 'Granada' is ambiguous: granada-es or granada-ni?\n"


def test_an_unknown_city_exits_1_and_suggests_the_nearest(ccn_mini: Ccn) -> None:
    result = ccn_mini("city", "Kanazava")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: unknown city 'Kanazava'; did you mean kanazawa-jp?\n"


def test_a_city_like_no_other_is_unknown_without_a_suggestion(ccn_mini: Ccn) -> None:
    result = ccn_mini("city", "xyzzy")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: unknown city 'xyzzy'\n"


# -- which members -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "meaning"),
    [
        ("2015-05-28", "on 28 May 2015"),
        ("2015-05", "at the end of May 2015"),
        ("2015", "at the end of 2015"),
    ],
)
def test_on_takes_a_day_a_month_or_a_year_and_stderr_says_its_meaning(on: str, meaning: str, ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", "--on", on)
    assert (result.returncode, result.stderr) == (0, f"5 members {meaning}\n")


@pytest.mark.parametrize("command", COUNTING)
def test_stderr_says_what_a_year_means_to_whatever_counts(command: str, ccn_mini: Ccn) -> None:
    result = ccn_mini(command, "--on", "2015", "--format", "csv")
    assert result.returncode == 0
    assert "at the end of 2015" in result.stderr


@pytest.mark.parametrize(("on", "field"), [("2023-10-30", "media-arts"), ("2023-10-31", "literature")])
def test_a_designation_ends_on_the_day_on_which_the_next_begins(on: str, field: str, ccn_mini: Ccn) -> None:
    rows = READERS["csv"](ccn_mini("cities", "--country", "FR", "--on", on, "--format", "csv").stdout)
    assert [(row["id"], row["field"]) for row in rows] == [("lyon-fr", field)]


def test_former_shows_lyon_in_media_arts(ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", "--former", "--on", "2024", "--format", "csv")
    rows = READERS["csv"](result.stdout)
    assert [(row["id"], row["field"], row["until"]) for row in rows] == [("lyon-fr", "media-arts", "2023-10-31")]
    assert result.stderr == "1 designation ended by the end of 2024\n"


def test_nothing_had_ended_the_day_before(ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", "--former", "--on", "2023-10-30")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "0 designations ended by 30 October 2023\n"


def test_fifty_five_members_joined_in_2023(ccn: Ccn) -> None:
    result = ccn("cities", "--joined", "2023", "--format", "csv")
    assert len(READERS["csv"](result.stdout)) == 55
    assert result.stderr == "55 members on 22 November 2026\n"


@pytest.mark.parametrize(
    ("option", "name", "ids"),
    [
        ("--country", "Japan", ["kanazawa-jp", "yamagata-jp"]),
        ("--field", "Littérature", ["granada-es", "lyon-fr"]),
        ("--region", "Latin America and the Caribbean", ["granada-ni"]),
    ],
)
def test_countries_fields_and_regions_answer_to_their_names(
    option: str, name: str, ids: list[str], ccn_mini: Ccn
) -> None:
    rows = READERS["jsonl"](ccn_mini("cities", option, name, "--format", "jsonl").stdout)
    assert [row["id"] for row in rows] == ids


@pytest.mark.parametrize(("text", "ids"), [("gold lea", ["kanazawa-jp"]), ("*", [])])
def test_text_finds_members_by_the_beginnings_of_words(text: str, ids: list[str], ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", text, "--format", "json")
    assert result.returncode == 0
    assert [row["id"] for row in json.loads(result.stdout)] == ids


@pytest.mark.parametrize(
    ("style", "printed"),
    [
        ("table", ""),
        ("csv", ",".join(MEMBER_COLUMNS) + "\n"),
        ("geojson", '{"type": "FeatureCollection", "features": []}\n'),
    ],
)
def test_an_empty_list_is_no_failure(style: str, printed: str, ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", "--on", "2004-01-01", "--format", style)
    assert (result.returncode, result.stdout, result.stderr) == (0, printed, "0 members on 1 January 2004\n")


def test_words_without_a_match_are_named_and_nothing_is_claimed_of_the_network(ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", "zzzz", "--on", "2015-05-28")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "No results for “zzzz” on 28 May 2015\n"


# -- figures and events ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "members"),
    [
        ("field", {"film": 3, "crafts-and-folk-art": 2, "literature": 2, "design": 1}),
        ("country", {"JP": 2, "FR": 1, "NI": 1, "PL": 1, "ES": 1, "GB": 1, "US": 1}),
        ("region", {"europe-north-america": 5, "asia-pacific": 2, "latin-america-caribbean": 1}),
        ("year", {"2005": 1, "2008": 1, "2009": 2, "2014": 1, "2017": 2, "2023": 1}),
        ("continent", {"EU": 4, "AS": 2, "NA": 2}),
        ("source-kind", {"official": 8}),
    ],
)
def test_stats_counts_each_member_once(by: str, members: dict[str, int], ccn_mini: Ccn) -> None:
    rows = json.loads(ccn_mini("stats", "--by", by, "--format", "json").stdout)
    assert [(row["id"], row["members"]) for row in rows] == list(members.items())
    assert [row["share"] for row in rows] == [row["members"] / 8 for row in rows]


def test_the_sum_of_what_stats_counts_is_the_total_above_it(ccn: Ccn) -> None:
    total, _, heads, *lines = ccn("stats", "--by", "source-kind", "--on", "2025-10-31").stdout.splitlines()
    assert total == "408 members in 108 countries on 31 October 2025"
    assert heads.split() == ["Source", "kind", "Members", "Share"]
    assert sum(int(line.split()[-3]) for line in lines) == 408


GROUPS = ("field", "country", "region", "year", "continent", "source-kind")


@pytest.mark.parametrize("by", [*itertools.combinations(GROUPS, 2)], ids=str)
def test_stats_by_two_groups_sum_to_those_by_one(by: tuple[str, str], ccn_mini: Ccn) -> None:
    first, second = by
    rows = json.loads(ccn_mini("stats", "--by", first, "--by", second, "--format", "json").stdout)
    assert list(rows[0]) == [first, f"{first}_name", second, f"{second}_name", "members", "share"]
    for name in by:
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row[name]] += row["members"]
        single = json.loads(ccn_mini("stats", "--by", name, "--format", "json").stdout)
        assert sums == {row["id"]: row["members"] for row in single}


def test_stats_counts_the_new_cities_of_a_year_and_a_part_of_the_network(ccn: Ccn) -> None:
    def counts(*options: str) -> dict[str, int]:
        return {row["id"]: row["members"] for row in json.loads(ccn("stats", *options, "--format", "json").stdout)}

    new = ("--new", "--on", "2017")
    assert (counts("--by", "region", *new)["africa"], counts("--by", "continent", *new)["AF"]) == (6, 9)
    assert counts("--by", "field", "--country", "Japan", "--on", "2015-05-28") == {
        "design": 2,
        "crafts-and-folk-art": 1,
        "gastronomy": 1,
        "media-arts": 1,
        "music": 1,
    }
    assert counts("--by", "country", "--field", "film", "--region", "africa", "--on", "2025") == {"NG": 1}
    assert "Regions are UNESCO's and are not continents" in ccn("stats", "--by", "region").stderr
    assert "continents" not in ccn("stats", "--by", "continent").stderr


@pytest.mark.parametrize("groups", [("field", "field"), ("field", "region", "year")])
def test_stats_by_one_group_twice_or_by_three_is_wrong_usage(groups: tuple[str, ...], ccn_mini: Ccn) -> None:
    result = ccn_mini("stats", *(part for group in groups for part in ("--by", group)))
    assert (result.returncode, result.stdout) == (2, "")


def test_stats_of_a_day_without_members_counts_none(ccn_mini: Ccn) -> None:
    result = ccn_mini("stats", "--on", "2004-01-01")
    assert (result.returncode, result.stdout) == (0, "0 members in 0 countries on 1 January 2004\n")


@pytest.mark.parametrize(
    ("window", "ids"),
    [
        (("--since", "2014-12-02", "--until", "2017-10"), ["lodz-pl", "yamagata-jp"]),
        (("--since", "2014-12", "--until", "2017-10-30"), ["granada-es"]),
        (("--until", "2008"), ["santa-fe-us", "lyon-fr"]),
        (("--since", "2008-07", "--until", "2008"), []),
    ],
    ids=str,
)
def test_history_runs_from_the_first_day_of_since_to_the_last_of_until(
    window: Command, ids: list[str], ccn_mini: Ccn
) -> None:
    result = ccn_mini("history", *window, "--format", "json")
    assert result.returncode == 0
    assert [row["id"] for row in json.loads(result.stdout)] == ids


# -- the data folder ---------------------------------------------------------------------------


def number(result: Result) -> str:
    assert result.returncode == 0
    return result.stderr.partition(" on ")[0]


def test_the_data_folder_can_be_named_with_an_option(mini: Path, ccn: Ccn) -> None:
    assert number(ccn("--data", mini, "cities", cwd=mini)) == "8 members"


def test_the_data_folder_can_be_named_with_ccn_data(mini: Path, ccn: Ccn) -> None:
    assert number(ccn("cities", cwd=mini, CCN_DATA=str(mini))) == "8 members"


def test_the_option_goes_before_ccn_data(mini: Path, ccn: Ccn) -> None:
    assert number(ccn("--data", mini, "cities", cwd=mini, CCN_DATA="nowhere")) == "8 members"


def test_without_a_name_the_data_of_the_current_folder_are_read(mini: Path, ccn: Ccn) -> None:
    assert number(ccn("cities", cwd=mini.parent)) == "8 members"


def test_a_folder_data_without_cities_is_passed_over_for_the_package(tmp_path: Path, ccn: Ccn) -> None:
    (tmp_path / "data").mkdir()
    assert number(ccn("cities")) == "408 members"


def test_the_data_folder_is_named_before_the_command(mini: Path, ccn: Ccn) -> None:
    result = ccn("cities", "--data", mini)
    assert (result.returncode, result.stdout) == (2, "")


def test_a_missing_data_folder_exits_1_and_is_not_replaced_by_another(ccn_mini: Ccn) -> None:
    result = ccn_mini("--data", "nowhere", "cities")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: nowhere:1: folder: is not a data folder")
    assert "--data" in result.stderr


def test_a_file_is_no_data_folder(ccn_mini: Ccn) -> None:
    result = ccn_mini("--data", "data/ids.txt", "cities")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: data/ids.txt:1: folder: is not a data folder")


def test_from_a_zip_file_a_named_data_folder_is_read_and_its_absence_is_one_sentence(
    mini: Path, run_program: Ccn, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "src" / "ccn_kb", tmp_path / "program" / "ccn_kb")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    zipapp.create_archive(tmp_path / "program", folder / "ccn.pyz", main="ccn_kb.cli:main")
    run = partial(run_program, sys.executable, "ccn.pyz", cwd=folder)
    assert run("--help").returncode == 0
    assert number(run("--data", mini, "cities")) == "8 members"
    for command in (("cities",), ("build",), ("--version",)):
        result = run(*command)
        assert (result.returncode, result.stdout) == (1, "")
        assert re.fullmatch(
            r"Error: the package has no data folder, .*; name one with --data or CCN_DATA\n", result.stderr
        )


@every_reader
def test_broken_yaml_exits_1_and_stderr_says_file_line_and_fix(command: Command, mini: Path, ccn_mini: Ccn) -> None:
    (mini / "fields.yaml").write_text("film:\n  name: [\n", encoding="utf-8")
    result = ccn_mini(*command)
    assert (result.returncode, result.stdout) == (1, "")
    assert re.search(r"data/fields\.yaml:[23]: yaml: .+ \(fix: .+\)$", result.stderr, re.MULTILINE)


def test_a_broken_file_a_folder_and_a_link_to_nowhere_are_all_named(mini: Path, ccn_mini: Ccn) -> None:
    files = [mini / name for name in ("fields.yaml", "totals.yaml", "cities/lyon-fr.yaml")]
    for file in files:
        file.unlink()
    files[0].write_text("]\n", encoding="utf-8")
    files[1].mkdir()
    files[2].symlink_to("nowhere")
    result = ccn_mini("cities")
    assert (result.returncode, result.stdout) == (1, "")
    assert [line.partition(" (fix: ")[0] for line in result.stderr.splitlines()] == [
        "Error: data/cities/lyon-fr.yaml:1: file: cannot be read: no such file or directory",
        "data/fields.yaml:1: yaml: did not find expected node content while parsing a block node",
        "data/totals.yaml:1: file: is not a regular file",
        "The data folder was data/; choose another with --data or CCN_DATA.",
    ]


def test_a_folder_whose_name_is_not_utf_8_is_said_in_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ccn_kb", "--data", os.fsdecode(b"caf\xe9"), "cities"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.startswith(b"Error: caf")


# -- wrong usage -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nope",),
        ("--nope",),
        ("cities", "--nope"),
        ("cities", "one", "two"),
        ("cities", "--format", "xml"),
        ("cities", "--joined", "2003"),
        ("cities", "--joined", "10000"),
        ("city",),
        ("fields", "--format", "geojson"),
        ("stats", "--by", "colour"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2_and_shows_the_usage_on_stderr(arguments: Command, ccn: Ccn) -> None:
    result = ccn(*arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ccn ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("option", "asked", "nearest"),
    [
        ("--field", "Filmm", "film"),
        ("--country", "Japn", "JP (Japan)"),
        ("--region", "Asia and Pacific", "asia-pacific"),
    ],
)
def test_an_unknown_field_country_or_region_exits_2_and_suggests_the_nearest(
    option: str, asked: str, nearest: str, ccn_mini: Ccn
) -> None:
    result = ccn_mini("cities", option, asked)
    assert (result.returncode, result.stdout) == (2, "")
    assert f" {asked!r}; did you mean {nearest}?\n" in result.stderr


@pytest.mark.parametrize("date", ["", "2015-02-29", "٢٠١٥"])
def test_a_malformed_date_exits_2_and_shows_how_to_write_one(date: str, ccn: Ccn) -> None:
    result = ccn("cities", "--on", date)
    assert (result.returncode, result.stdout) == (2, "")
    assert "'--on'" in result.stderr
    assert "write 2008, 2008-06 or 2008-06-11" in result.stderr


@pytest.mark.parametrize(
    ("command", "option"),
    [("stats", "--on"), ("history", "--since"), ("history", "--until")],
)
def test_every_date_option_refuses_what_is_no_date(command: str, option: str, ccn: Ccn) -> None:
    result = ccn(command, option, "2015-00")
    assert (result.returncode, result.stdout) == (2, "")
    assert f"'{option}'" in result.stderr


@pytest.mark.parametrize("command", ["cities", "stats", "history"])
def test_a_malformed_ccn_today_exits_2(command: str, ccn: Ccn) -> None:
    result = ccn(command, CCN_TODAY="yesterday")
    assert (result.returncode, result.stdout) == (2, "")
    assert "CCN_TODAY: 'yesterday' is not a date" in result.stderr


# -- help --------------------------------------------------------------------------------------

HEAVY = {"pydantic", "sqlite_utils", "datasette", "yaml"}


def loaded(result: Result) -> set[str]:
    """Return the top-level packages in the report of `-X importtime`."""
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_help_exits_0_and_loads_nothing_heavy(command: str, run_program: Ccn) -> None:
    result = run_program(sys.executable, "-X", "importtime", "-m", "ccn_kb", *command.split(), "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(f"Usage: ccn {command}".rstrip())
    assert {"ccn_kb", "click"} <= loaded(result)
    assert not loaded(result) & HEAVY


def test_the_list_of_commands_imports_no_module_of_a_command(run_program: Ccn) -> None:
    result = run_program(sys.executable, "-X", "importtime", "-m", "ccn_kb", "--help")
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert {name for name in imported if name.startswith("ccn_kb.")} == {"ccn_kb.cli", "ccn_kb.version"}


def test_help_names_every_command(ccn: Ccn) -> None:
    assert set(re.findall(r"^  (\w[\w-]*)  ", ccn("--help").stdout, re.MULTILINE)) == set(cli.commands)


@pytest.mark.parametrize("arguments", [("nope",), ("city", "granda")], ids=" ".join)
def test_ccn_and_python_m_ccn_kb_are_the_same(arguments: Command, mini: Path, ccn: Ccn, run_program: Ccn) -> None:
    script = run_program(Path(sys.executable).with_name("ccn"), *arguments, cwd=mini.parent)
    module = ccn(*arguments, cwd=mini.parent)
    assert (script.returncode, script.stdout, script.stderr) == (module.returncode, module.stdout, module.stderr)


# -- where the output goes ---------------------------------------------------------------------

COMPLAINT = re.compile("error|traceback|exception|broken", re.IGNORECASE)


@pytest.fixture
def closed_pipe() -> Iterator[int]:
    """The writing end of a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.mark.parametrize("command", [("cities",), ("city", "kanazawa-jp"), ("meetings", "--calendar")], ids=" ".join)
def test_a_closed_pipe_ends_a_command_without_a_complaint(command: Command, mini: Path, closed_pipe: int) -> None:
    result = run_into(closed_pipe, *command, cwd=mini.parent)
    assert not COMPLAINT.search(result.stderr)
    assert result.returncode == 0


def test_head_gets_its_line_and_nobody_complains(run_program: Ccn, tmp_path: Path) -> None:
    # All the members do not fit into a pipe: the command is still writing when head has gone.
    script = '{ "$0" -m ccn_kb cities --format json; echo $? > code; } | head -n 1'
    result = run_program("sh", "-c", script, sys.executable, PYTHONUNBUFFERED="")
    assert result.stdout.count("\n") == 1
    assert not COMPLAINT.search(result.stderr)
    assert (tmp_path / "code").read_text(encoding="utf-8") == "0\n"


@pytest.mark.parametrize("command", [*READING, ("--help",)], ids=" ".join)
def test_a_full_disk_exits_1_with_one_sentence(command: Command, mini: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        result = run_into(full.fileno(), *command, cwd=mini.parent)
    assert result.returncode == 1
    assert re.fullmatch(r"Error: .*no space left on device; \w.+\n", result.stderr)


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_fills_up_amid_the_output_exits_1(unbuffered: str, mini: Path, run_program: Ccn) -> None:
    script = 'trap \'\' XFSZ; ulimit -f 4; "$0" -m ccn_kb --data "$1" cities --format geojson > printed'
    result = run_program("sh", "-c", script, sys.executable, mini, cwd=mini.parent, PYTHONUNBUFFERED=unbuffered)
    # What did fit is there: it was not the first byte that failed.
    assert (mini.parent / "printed").stat().st_size > 0
    assert result.returncode == 1
    assert re.fullmatch(r"Error: .*file too large; \w.+\n", result.stderr)


@pytest.mark.parametrize("style", ["table", "csv"])
def test_a_closed_output_is_no_reason_for_a_traceback(style: str, mini: Path, run_program: Ccn) -> None:
    script = '"$0" -m ccn_kb --data "$1" cities --format "$2" >&-'
    result = run_program("sh", "-c", script, sys.executable, mini, style)
    assert "Traceback" not in result.stderr


def test_a_table_is_plain_and_whole_where_there_is_no_terminal(ccn_mini: Ccn) -> None:
    result = ccn_mini("cities", FORCE_COLOR="1", COLUMNS="20")
    assert "\x1b" not in result.stdout + result.stderr
    line = "Santa Fe  United States   Crafts and Folk Art  13 July 2005     santa-fe-us"
    assert line in result.stdout.splitlines()


def test_a_terminal_gets_heads_in_bold_and_lines_that_fit(mini: Path) -> None:
    printed = on_terminal("cities", cwd=mini.parent, COLUMNS="60")
    assert "\x1b[1m" in printed
    lines = re.sub(r"\x1b\[[\d;]*m", "", printed).splitlines()
    assert len(lines) > 9
    assert max(map(len, lines)) <= 60


def test_no_color_keeps_escape_codes_from_a_terminal(mini: Path) -> None:
    printed = on_terminal("cities", cwd=mini.parent, NO_COLOR="1")
    assert "santa-fe-us" in printed
    assert "\x1b" not in printed


def test_the_output_is_utf_8_whatever_the_locale(mini: Path, run_program: Ccn, tmp_path: Path) -> None:
    script = '"$0" -m ccn_kb --data "$1" city lodz-pl > printed'
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    assert run_program("sh", "-c", script, sys.executable, mini, **environment).returncode == 0
    assert (tmp_path / "printed").read_bytes().decode().startswith("Łódź (lodz-pl)\n")


# What Windows does: every line feed that is written as text becomes a carriage return and a line feed.
ON_WINDOWS = """
import io, sys
import ccn_kb.cli
sys.stdout = io.TextIOWrapper(sys.stdout.detach(), newline="\\r\\n")
sys.exit(ccn_kb.cli.run(sys.argv[1:]))
"""


def bytes_printed(mini: Path, *arguments: str) -> bytes:
    environment = {**os.environ, "CCN_TODAY": TODAY, "PYTHONUNBUFFERED": ""}
    result = subprocess.run(
        [sys.executable, *arguments], cwd=mini.parent, env=environment, capture_output=True, timeout=60, check=True
    )
    return result.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("meetings", "--calendar"),
        *(("cities", "--format", style) for style in ("csv", "json", "jsonl", "geojson")),
        *(("cite", "kanazawa-jp", "--format", style) for style in ("bibtex", "csl", "ris")),
        ("diff", "data", "data", "--format", "json"),
        ("correct", "lyon-fr", "note", "A remark.", "--dry-run"),
    ],
    ids=" ".join,
)
def test_a_format_keeps_its_line_ends_on_windows(command: Command, mini: Path) -> None:
    printed = bytes_printed(mini, "-c", ON_WINDOWS, *command)
    assert printed == bytes_printed(mini, "-m", "ccn_kb", *command)
    assert printed.count(b"\n") > 0


def test_a_table_has_the_line_ends_of_windows(mini: Path) -> None:
    plain = bytes_printed(mini, "-m", "ccn_kb", "cities")
    assert bytes_printed(mini, "-c", ON_WINDOWS, "cities") == plain.replace(b"\n", b"\r\n")


def test_the_number_of_changes_is_printed_and_a_period_in_the_wrong_order_is_refused(ccn: Ccn) -> None:
    empty = ccn("history", "--since", "2025-11-01", "--until", "2025-11-20")
    assert (empty.returncode, empty.stdout, empty.stderr) == (0, "", "0 changes of membership\n")
    assert ccn("history", "--until", "2004").stderr == "1 change of membership\n"
    wrong = ccn("history", "--since", "2025", "--until", "2015")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "since (2025-01-01) is after until (2015-12-31); exchange them or leave one out" in wrong.stderr
