"""Every command, export, tool and document on two networks unlike today's: a strange one and an empty one."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

import frictionless
import icalendar
import jsonschema
import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml
from mcp_types import TextContent
from pydantic import ValidationError
from rdflib import Graph
from rdflib.namespace import RDFS

from ccn_kb import audit
from ccn_kb.assistant import mcp_server
from ccn_kb.exports.vocabulary_terms import CLASSES, PROPERTIES
from ccn_kb.model.dates import on_day
from ccn_kb.model.records import City
from ccn_kb.model.text import plural
from ccn_kb.network import Network, snapshot
from ccn_kb.network.frames import Rows
from ccn_kb.store import yamlio
from tests.conftest import TODAY
from tests.records import CITED, make_city, make_field, make_topic
from tests.strange import (
    CHARACTERS_REFUSED,
    COUNTRY_LEFT,
    COUNTRY_WITHOUT_CITIES,
    FIELD_WITHOUT_MARK,
    FIELD_WITHOUT_MEMBERS,
    HOSTILE_NAMES,
    LONGEST_ADDRESS,
    UNWANTED,
    Case,
    Run,
    empty_network,
    read_json,
    strange_network,
    write_folder,
)

Table: TypeAlias = "list[dict[str, Any]]"

LISTS = {
    "cities": ("cities",),
    "cities of 2003": ("cities", "--on", "2003"),
    "former": ("cities", "--former"),
    "fields": ("fields",),
    "countries": ("countries",),
    "meetings": ("meetings",),
    "history": ("history",),
    **{f"stats by {by}": ("stats", "--by", by) for by in ("field", "country", "region", "year", "continent")},
    "stats by source-kind": ("stats", "--by", "source-kind"),
}
"""Commands that print a list, in all formats."""


@pytest.fixture(scope="module")
def exported(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case in every format of export, members as of the tests' day."""
    target = tmp_path_factory.mktemp("exported") / "all"
    assert run("export", target, "--on", TODAY).code == 0
    return target


@pytest.fixture(scope="module")
def database(built: Path) -> Iterator[sqlite3.Connection]:
    """The case as a database that can be asked."""
    with closing(sqlite3.connect(built)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


def read_csv(text: str) -> Table:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def read_lines(text: str) -> Table:
    return [read_json(line) for line in text.splitlines()]


def cities_but_towns(network: Network) -> list[City]:
    """Return the cities, without those that differ from each other by a number only."""
    return [city for city in network.cities.values() if not city.id.startswith("town-")]


def as_csv_cell(value: object) -> str:
    """Return what a CSV file has of a value: nothing for nothing, and a text that begins like a formula guarded."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and re.match(r"'*[=+\-@]", value) else str(value)


# -- the data ----------------------------------------------------------------------------------


def test_the_folder_is_read_as_the_network_and_is_sound(case: Case, run: Run) -> None:
    assert audit.load(case.folder) == case.network
    assert run("check") == (0, "", "The data are sound.\n")
    assert run("fmt", "--check")[:2] == (0, "")


def test_the_one_rule_that_the_strange_network_breaks_is_that_of_marks(tmp_path: Path) -> None:
    problems = audit.problems(write_folder(strange_network(), tmp_path / "data"), on_day(TODAY))
    assert {(problem.rule, problem.message) for problem in problems} == {
        ("field-mark", "has no colour for maps and charts"),
        ("field-mark", "has no mark for maps and charts"),
    }


@pytest.mark.parametrize("character", CHARACTERS_REFUSED, ids=lambda character: f"U+{ord(character):04X}")
def test_no_name_holds_a_character_that_hides_turns_or_parts_it(character: str) -> None:
    name = f"Ko{character}be"
    for make in (
        lambda: make_city(name=name),
        lambda: make_city(names=[{"value": name}]),
        lambda: make_city(facts=[{"value": name, "sources": CITED}]),
        lambda: make_field(name=name),
        lambda: make_topic(name=name),
    ):
        with pytest.raises(ValidationError):
            make()


def test_no_text_is_empty_or_endless() -> None:
    for name in ("", "a" * 401, " Kobe", "Kobe\u3000"):
        with pytest.raises(ValidationError):
            make_city(name=name)


# -- questions to the network ------------------------------------------------------------------


def every_sequence(network: Network) -> dict[str, Rows[Any]]:
    return {
        "members": network.members(TODAY),
        "former": network.former(TODAY),
        "history": network.history(until=TODAY),
        "census": network.census(),
        "growth": network.growth(TODAY),
        "panel": network.panel(TODAY),
        "ties": network.cooperation_graph().ties,
        "first": network.first_designated(FIELD_WITHOUT_MEMBERS),
    }


def test_every_answer_is_a_data_frame_and_a_table_of_a_notebook(case: Case) -> None:
    for name, rows in every_sequence(case.network).items():
        number = plural(len(rows), "row", "rows")
        assert repr(rows) == f"<{type(rows).__name__}: {number}>", name
        html = rows._repr_html_()
        assert html.endswith(f"<p>{number}</p>"), name
        assert not re.search("<(?:script|img|blink)", html), name
        columns = [column.name for column in rows.columns]
        for frame in (rows.to_pandas(), rows.to_polars()):
            assert (len(frame), [*frame.columns]) == (len(rows), columns), name


def test_the_figures_are_those_that_were_put_in(case: Case) -> None:
    network = case.network
    assert len(network.members(TODAY)) == case.members
    assert network.growth(TODAY)[-1].members == case.members
    assert network.growth(TODAY)[-1].countries == case.countries
    assert sum(row.members for row in network.panel(TODAY) if row.year == 2026) == case.members
    assert sum(network.count(network.members(TODAY), "country").values()) == case.members
    assert len(network.cooperation_graph().ties) == (435 if case.members else 0)


def test_a_city_over_the_antimeridian_or_on_the_pole_has_its_neighbours() -> None:
    network = strange_network()
    nearest = network.neighbours("taveuni-fj", TODAY)[0]
    assert (nearest.member.city.id, round(nearest.kilometres)) == ("rabi-fj", 39)
    far = {neighbour.member.city.id: neighbour.kilometres for neighbour in network.neighbours("south-pole-aq", TODAY)}
    assert round(far["rabi-fj"] - far["taveuni-fj"]) == 39
    assert len(far) == 51


# -- commands that print lists -----------------------------------------------------------------


@pytest.mark.parametrize("command", LISTS.values(), ids=LISTS)
def test_a_list_holds_the_same_in_every_format(command: tuple[str, ...], run: Run) -> None:
    rows: Table = read_json(run(*command, "--format", "json").text)
    assert read_lines(run(*command, "--format", "jsonl").text) == rows
    comma_separated = run(*command, "--format", "csv").text
    assert comma_separated.count("\n") == len(rows) + 1
    assert read_csv(comma_separated) == [{name: as_csv_cell(cell) for name, cell in row.items()} for row in rows]
    table = run(*command)
    assert table.code == 0
    lines = table.text.splitlines()
    if "stats" in command:
        # A sentence and an empty line come first.
        lines = lines[2:]
    assert len(lines) in ((len(rows) + 1,) if rows else (0, 1))
    for line in [*lines, *table.messages.splitlines()]:
        assert not UNWANTED.search(re.sub("  +", " | ", line))
    for row, line in zip(rows, lines[1:], strict=bool(rows)):
        assert str(row.get("name", "")) in line


@pytest.mark.parametrize("command", LISTS.values(), ids=LISTS)
def test_no_message_has_a_gap(command: tuple[str, ...], run: Run) -> None:
    for line in run(*command, "--format", "json").messages.splitlines():
        assert not UNWANTED.search(line)


def test_the_number_of_members_is_told(case: Case, run: Run) -> None:
    day = "on 22 November 2026\n"
    assert run("cities", "--format", "json").messages == f"{case.members} members {day}"
    assert run("fields", "--format", "json").messages == f"{case.members} members {day}"
    assert run("countries", "--format", "json").messages == f"{case.countries} countries with members {day}"
    figures = f"{case.members} members in {case.countries} countries {day}"
    for by in ("field", "country", "region", "year", "continent", "source-kind"):
        output = run("stats", "--by", by, "--format", "json")
        assert output.messages.startswith(figures)
        rows = read_json(output.text)
        assert sum(row["members"] for row in rows) == case.members
        assert sum(row["share"] for row in rows) == pytest.approx(1.0 if rows else 0.0, abs=0.001)
    assert run("cities", "--on", "2003").messages == "0 members at the end of 2003\n"


def test_members_are_points_even_at_the_edges_of_the_map(case: Case, run: Run) -> None:
    collection = read_json(run("cities", "--format", "geojson").text)
    points = {feature["id"]: feature["geometry"]["coordinates"] for feature in collection["features"]}
    assert len(collection["features"]) == case.members
    assert all(-180 <= longitude <= 180 and -90 <= latitude <= 90 for longitude, latitude in points.values())
    if points:
        assert (points["taveuni-fj"], points["south-pole-aq"]) == ([180, -16.85], [0, -90])


@pytest.mark.parametrize("case", ["strange"], indirect=True)
class TestStrangeLists:
    """What only the strange network can be asked."""

    def test_a_field_without_members_is_listed_without_a_first_city(self, run: Run) -> None:
        fields = {row["id"]: row for row in read_json(run("fields", "--format", "json").text)}
        assert len(fields) == 9
        textile = fields[FIELD_WITHOUT_MEMBERS]
        assert (textile["members"], textile["since"], textile["first"]) == (0, None, "")
        assert fields[FIELD_WITHOUT_MARK]["members"] == 4
        assert run("cities", "--field", FIELD_WITHOUT_MEMBERS) == (0, "", "0 members on 22 November 2026\n")

    def test_a_country_whose_only_city_left_is_listed_only_while_it_was_a_member(self, run: Run) -> None:
        for day, listed in (("2014", True), (TODAY, False)):
            ids = [row["id"] for row in read_json(run("countries", "--on", day, "--format", "json").text)]
            assert (COUNTRY_LEFT in ids) is listed
        assert run("cities", "--country", COUNTRY_LEFT).messages == "0 members on 22 November 2026\n"
        assert run("cities", "--country", COUNTRY_WITHOUT_CITIES).messages == "0 members on 22 November 2026\n"
        left = run("cities", "--country", COUNTRY_LEFT, "--former")
        assert left.messages == "1 designation ended by 22 November 2026\n"
        assert "2010   June 2015  left-va" in left.text

    @pytest.mark.parametrize("latin", HOSTILE_NAMES)
    def test_a_city_is_found_by_its_name_whatever_is_in_it(self, latin: str, run: Run) -> None:
        name, id = HOSTILE_NAMES[latin], f"{latin}-jp"
        assert read_json(run("city", name, "--format", "json").text)["name"] == name
        assert id in [row["id"] for row in read_json(run("cities", "--format", "json", "--", name).text)]

    def test_two_cities_of_one_name_in_a_country_are_told_apart(self, run: Run) -> None:
        output = run("city", "Springfield")
        assert (output.code, output.text) == (1, "")
        assert "springfield-us or springfield-us-il" in output.messages
        assert run("city", "springfeld-us").text == run("city", "springfield-us").text

    def test_the_meeting_of_two_hosts_names_both_and_the_online_one_none(self, run: Run) -> None:
        hosts = {row["id"]: row["hosts"] for row in read_json(run("meetings", "--format", "json").text)}
        assert hosts["2019-springfield-us"] == "Springfield; <blink>Elsewhere</blink>"
        assert hosts["2020-online"] == ""
        assert re.search(r"^Online meeting +2020 +online +held +2020-online$", run("meetings").text, re.MULTILINE)

    def test_a_city_returns_and_one_changes_its_field(self, run: Run) -> None:
        events = read_json(run("history", "--format", "json").text)
        of_city = [
            (row["id"], row["date"], row["event"]) for row in events if row["id"] in ("returned-jp", "changed-jp")
        ]
        assert of_city == [
            ("returned-jp", "2008", "joined"),
            ("changed-jp", "2009", "joined"),
            ("returned-jp", "2012-05", "ended"),
            ("changed-jp", "2013-03", "changed-field"),
            ("returned-jp", "2014-12", "joined"),
        ]


def test_a_field_or_country_that_is_not_there_is_wrong_usage(run: Run) -> None:
    for option, name in (("--field", "weaving"), ("--country", "Atlantis"), ("--region", "Moon")):
        code, text, messages = run("cities", option, name)
        assert (code, text) == (2, "")
        assert name in messages
        assert not UNWANTED.search(messages.splitlines()[-1])


# -- one city, and citations -------------------------------------------------------------------


def test_every_city_is_shown_with_its_sources_and_no_gaps(case: Case, run: Run) -> None:
    for city in cities_but_towns(case.network):
        lines = run("city", city.id).text.splitlines()
        assert lines[0] == f"{city.name} ({city.id})"
        assert case.network.countries[city.country].name in lines[1]
        number = lines.index("Sources")
        cited = {citation.partition("#")[0] for designation in city.designations for citation in designation.sources}
        assert cited <= {line.strip().partition(": ")[0].partition("#")[0] for line in lines[number + 1 :]}
        for line in lines[1:number]:
            assert not UNWANTED.search(re.sub("^([A-Z][A-Za-z ]+:) +", r"\1 ", line))


def test_every_city_as_json_is_its_record(case: Case, run: Run) -> None:
    for city in cities_but_towns(case.network):
        record = read_json(run("city", city.id, "--format", "json").text)
        assert type(city).model_validate(record) == city


@pytest.mark.parametrize("case", ["strange"], indirect=True)
class TestStrangeCity:
    """What is shown of single cities of the strange network."""

    def test_reports_are_due_by_the_rule_of_five_years(self, run: Run) -> None:
        assert "Reports:     due in 2019, 2024, 2029 (press)" in run("city", "returned-jp").text.splitlines()
        assert "Reports:     due in 2031 (press)" in run("city", "factual-us").text.splitlines()
        assert "Reports:" not in run("city", "town-0-us").text

    def test_a_city_without_topics_shows_its_facts(self, run: Run) -> None:
        text = run("city", "factual-us").text
        assert "Facts:       It has <blink>facts</blink> and no topics." in text
        assert "Known for:" not in text
        assert "Other names:" not in text
        assert f"long-address: A paper (reference), {LONGEST_ADDRESS}" in text

    def test_what_other_sources_give_is_shown_of_the_city_and_of_its_designations(self, run: Run) -> None:
        lines = run("city", "springfield-us").text.splitlines()
        assert [line for line in lines if "Other sources" in line] == [
            "  Other sources give =2007 as the start date (mirror)",
            "  Other sources give Springfeld as the name (mirror)",
        ]

    def test_a_cooperation_of_one_city_is_with_nobody(self, run: Run) -> None:
        lines = run("city", "script-jp").text.splitlines()
        assert "Cooperation: Something done together (2003, exchange, as helped)" in lines


def test_a_city_that_is_not_there_ends_with_one_sentence(run: Run) -> None:
    for arguments in (("city", "atlantis-gr"), ("cite", "atlantis-gr")):
        code, text, messages = run(*arguments)
        assert (code, text) == (1, "")
        assert messages.startswith("Error: ")
        assert messages.count("\n") == 1
        assert "atlantis-gr" in messages


def test_the_data_and_every_city_can_be_cited_in_every_style(case: Case, run: Run) -> None:
    for city in (None, *cities_but_towns(case.network)):
        name = [city.id] if city else []
        sentence = run("cite", *name).text
        assert sentence.count("\n") == 1
        assert "1.0.20261122" in sentence
        assert not UNWANTED.search(sentence)
        (item,) = read_json(run("cite", *name, "--format", "csl").text)
        assert item["title"].startswith(city.name if city else "ccn-kb:")
        ris = dict(line.split("  - ", 1) for line in run("cite", *name, "--format", "ris").text.splitlines())
        assert (ris["TI"], ris["ER"]) == (item["title"], "")
        bibtex = run("cite", *name, "--format", "bibtex").text
        assert bibtex.count("{") == bibtex.count("}")
        assert bibtex.startswith(
            f"@{'incollection' if city else 'misc'}{{{city.id if city else 'ccn-kb'}-1.0.20261122,"
        )


# -- comparing ---------------------------------------------------------------------------------


def test_a_folder_does_not_differ_from_itself(case: Case, run: Run) -> None:
    assert run("diff", case.folder) == (0, "", "0 differences\n")
    assert read_json(run("diff", case.folder, "--format", "json").text) == []


@pytest.mark.parametrize("case", ["strange"], indirect=True)
@pytest.mark.parametrize("emptied", [False, True], ids=["filled", "emptied"])
def test_all_records_are_told_when_a_network_is_filled_or_emptied(emptied: bool, run: Run, tmp_path: Path) -> None:
    folders = [write_folder(empty_network(), tmp_path / "old"), write_folder(strange_network(), tmp_path / "new")]
    old, new = reversed(folders) if emptied else folders
    rows = read_json(run("diff", old, new, "--format", "json").text)
    text = run("diff", old, new)
    assert text.text.count("\n") == len(rows)
    assert text.messages == f"{len(rows)} differences\n"
    events = {row["what"] for row in rows}
    assert events == ({"removed"} if emptied else {"joined", "ended", "changed-field", "added"})
    assert not any(UNWANTED.search(line) for line in text.text.splitlines())
    markdown = run("diff", old, new, "--format", "markdown").text
    assert not re.search(r"(?<!\\)<", markdown)
    assert len([line for line in markdown.splitlines() if line.startswith("- ")]) == len(rows)


# -- files that are written --------------------------------------------------------------------


def test_the_schemas_that_are_written_accept_every_file(case: Case, run: Run) -> None:
    assert run("schemas").code == 0
    assert run("schemas", "--check").code == 0
    folder = case.folder.parent / "schemas"
    validators = {
        path.name: jsonschema.Draft202012Validator(read_json(path.read_text(encoding="utf-8")))
        for path in folder.iterdir()
    }
    for file in sorted(case.folder.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        schema = text.partition("\n")[0].rpartition("/")[2]
        assert list(validators[schema].iter_errors(yaml.safe_load(text))) == [], file


def test_a_database_is_built_whose_tables_and_views_can_all_be_read(case: Case, database: sqlite3.Connection) -> None:
    names = [row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    for name in names:
        database.execute(f'SELECT * FROM "{name}"').fetchall()
    counted = {
        name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("members", "designations")
    }
    assert counted == {"members": case.members, "designations": case.designations}
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    stored = {row["name"] for row in database.execute("SELECT name FROM cities")}
    assert stored == {city.name for city in case.network.cities.values()}
    assert {row["stated"] - row["counted"] for row in database.execute("SELECT * FROM census")} <= {0}
    years = {row["year"] for row in database.execute("SELECT year FROM reports_due WHERE city = 'returned-jp'")}
    assert years == (set(range(2019, 2061, 5)) if case.members else set())


def test_every_document_of_the_database_is_what_its_type_says(case: Case, database: sqlite3.Connection) -> None:
    readers: dict[str, Callable[[str], Any]] = {
        "text/csv": read_csv,
        "application/json": read_json,
        "application/geo+json": read_json,
        "text/calendar": icalendar.Calendar.from_ical,
        "application/atom+xml": ElementTree.fromstring,
        "text/plain": str.strip,
        "application/yaml": lambda text: yamlio.parse(text, "document").data,
    }
    documents = {row["path"]: (row["type"], row["body"]) for row in database.execute("SELECT * FROM documents")}
    for type, body in documents.values():
        assert readers[type](body) is not None
    assert len(read_csv(documents["/data/members.csv"][1])) == case.members
    assert len(read_json(documents["/data/members.json"][1])) == case.members
    sentences = [body for path, (_, body) in documents.items() if path.endswith("/cite.txt")]
    assert len(sentences) == len(case.network.cities) + 1
    assert not any(UNWANTED.search(sentence) for sentence in sentences)


def test_an_export_holds_every_format_and_its_manifest_counts_the_rows(case: Case, exported: Path) -> None:
    manifest = read_json((exported / "manifest.json").read_text(encoding="utf-8"))
    rows = {file["path"]: file.get("rows") for file in manifest["files"]}
    assert rows["csv/members.csv"] == rows["members.geojson"] == case.members
    assert rows["jsonl/designations.jsonl"] == rows["parquet/designations.parquet"] == case.designations
    assert set(rows) >= {
        *("ccn.db", "ccn.jsonld", "ccn.ttl", "ccn.xlsx", "csv/datapackage.json", "feed.atom", "meetings.ics"),
        *("members.geojson", "network.json", "network.schema.json"),
    }
    formats = {"csv", "json", "jsonl", "geojson", "parquet", "xlsx", "turtle", "jsonld", "ics", "atom", "sqlite"}
    assert formats <= {file["format"] for file in manifest["files"]}


def test_exported_json_has_a_line_for_each_value_indented_by_a_space(exported: Path) -> None:
    for path in (exported / "manifest.json", exported / "csv" / "datapackage.json", exported / snapshot.FILE):
        first, second, *_ = path.read_text(encoding="utf-8").splitlines()
        assert (first, second[:2]) == ("{", ' "')


def test_the_exported_tables_are_the_same_in_every_format(exported: Path) -> None:
    book = openpyxl.load_workbook(exported / "ccn.xlsx", read_only=True)
    for file in sorted((exported / "jsonl").iterdir()):
        rows = read_lines(file.read_text(encoding="utf-8"))
        cells = [{name: as_csv_cell(cell) for name, cell in row.items()} for row in rows]
        assert read_csv((exported / "csv" / f"{file.stem}.csv").read_text(encoding="utf-8")) == cells
        parquet = pq.read_table(exported / "parquet" / f"{file.stem}.parquet").to_pylist()
        assert [{name: as_csv_cell(cell) for name, cell in row.items()} for row in parquet] == cells
        sheet = list(book[file.stem].iter_rows(min_row=2))
        assert len(sheet) == len(rows)
        assert all(cell.data_type != "f" for row in sheet for cell in row)


def test_the_exported_network_is_the_network(case: Case, exported: Path) -> None:
    text = (exported / snapshot.FILE).read_text(encoding="utf-8")
    data = read_json(text)
    jsonschema.Draft202012Validator(read_json((exported / data["$schema"]).read_text(encoding="utf-8"))).validate(data)
    del data["$schema"], data["edition"]
    assert snapshot.from_json(json.dumps(data)) == case.network


def test_frictionless_finds_the_exported_package_valid(exported: Path) -> None:
    report = frictionless.Package(str(exported / "csv" / "datapackage.json")).validate()
    assert report.flatten(["title", "note"]) == []


# rdflib itself still uses, to read JSON-LD, what it advises others against.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_exported_graph_names_every_city_in_turtle_and_json_ld(case: Case, exported: Path) -> None:
    graphs = [Graph().parse(exported / file) for file in ("ccn.ttl", "ccn.jsonld")]
    assert set(graphs[0]) == set(graphs[1])
    names = {str(name) for name in graphs[0].objects()}
    assert names >= {city.name for city in case.network.cities.values()}
    assert names >= {source.title for source in case.network.sources.values() if source.title}
    assert not [node for triple in graphs[0] for node in triple if "None" in str(node)]
    own = "https://w3id.org/ccn-kb/vocabulary#"
    used = {str(name) for name in graphs[0].predicates() if str(name).startswith(own)}
    described = {str(name) for name in graphs[0].subjects(RDFS.comment) if str(name).startswith(own)}
    assert used <= described
    assert described == {own + term.name for term in (*CLASSES, *PROPERTIES)}


def test_the_exported_calendar_holds_every_meeting_and_reports_by_the_rule(case: Case, exported: Path) -> None:
    calendar = icalendar.Calendar.from_ical((exported / "meetings.ics").read_bytes())
    events = {str(event["UID"]).removesuffix("@ccn-kb"): event for event in calendar.walk("VEVENT")}
    meetings = {id for id in events if not id.startswith("reports-")}
    assert meetings == set(case.network.meetings_by_id)
    due = {id: str(event["SUMMARY"]).partition(",")[0] for id, event in events.items() if id not in meetings}
    assert max(due, default=None) == ("reports-2031" if case.members else None)
    if due:
        assert due["reports-2019"] == "Membership reports due: 2 cities"
        assert due["reports-2020"] == "Membership reports due: 1 city"


def test_the_exported_feed_has_an_entry_for_every_event(case: Case, exported: Path) -> None:
    feed = ElementTree.parse(exported / "feed.atom").getroot()
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == len(case.network.history(until=TODAY))
    assert not any(UNWANTED.search(text) for entry in entries for text in entry.itertext() if text.strip())


def test_an_export_as_of_a_day_before_the_network_has_no_members(case: Case, run: Run, tmp_path: Path) -> None:
    output = run("export", tmp_path / "out", "--on", "2003", "--format", "csv", "--format", "atom")
    assert output.messages.endswith("0 members on 31 December 2003\n")
    assert read_csv((tmp_path / "out/csv/members.csv").read_text(encoding="utf-8")) == []
    designations = read_csv((tmp_path / "out/csv/designations.csv").read_text(encoding="utf-8"))
    assert len(designations) == case.designations


def test_the_calendar_of_the_command_is_that_of_the_export(run: Run, exported: Path) -> None:
    assert run("meetings", "--calendar").text == (exported / "meetings.ics").read_bytes().decode()


def test_a_site_is_published_with_its_database(run: Run, case: Case, tmp_path: Path) -> None:
    output = run("publish", tmp_path / "site", "--url", "https://cities.example.org")
    assert (output.code, output.text) == (0, "")
    (database,) = (tmp_path / "site").glob("ccn-*.db")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM members").fetchone() == (case.members,)


# -- tools for language models -----------------------------------------------------------------


def call(network: Network, tool: str, arguments: dict[str, Any]) -> tuple[bool, Any]:
    """Return whether the tool refused, and its answer or what it said."""
    result = mcp_server.call(network, mcp_server.TOOLS[tool], arguments)
    (content,) = result.content
    assert isinstance(content, TextContent)
    return bool(result.is_error), content.text if result.is_error else read_json(content.text)


TOOLS: list[tuple[str, dict[str, Any]]] = [
    ("find_cities", {"text": "springfield"}),
    ("find_cities", {"text": "<script>"}),
    ("find_cities", {"text": "lace"}),
    ("members", {}),
    ("members", {"on": "2003"}),
    ("members", {"region": "africa"}),
    *(("statistics", {"by": by}) for by in ("field", "country", "region", "continent", "year", "source-kind")),
    ("meetings", {}),
    ("meetings", {"status": "planned"}),
    ("cooperation", {}),
    ("cooperation", {"kind": "platform"}),
    ("history", {}),
    ("history", {"event": "ended"}),
    ("growth", {}),
    *(("growth", {"by": by}) for by in ("field", "country", "region", "continent")),
    ("published_totals", {}),
]


@pytest.mark.parametrize("detail", ["brief", "full"])
@pytest.mark.parametrize(
    ("tool", "arguments"), TOOLS, ids=lambda value: value if isinstance(value, str) else str(value)
)
def test_every_tool_answers(
    tool: str, arguments: dict[str, Any], detail: str, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCN_TODAY", TODAY)
    refused, answer = call(case.network, tool, {**arguments, "detail": detail})
    assert not refused
    assert not UNWANTED.search(answer["says"])
    assert not UNWANTED.search(answer["cite"])
    assert answer["total"] == len(answer["results"]) + answer["more"]
    if not case.members and tool != "growth":
        assert answer["total"] == 0
    if detail == "brief":
        assert all(len(result) == len(answer["columns"]) for result in answer["results"])
    else:
        for result in answer["results"]:
            assert set(result.get("sources", ())) <= set(answer.get("sources", ()))


def test_the_tools_are_described_whatever_fields_there_are(case: Case) -> None:
    for tool in mcp_server.TOOLS.values():
        schema = tool.described(case.network).input_schema
        jsonschema.Draft202012Validator.check_schema(schema)
        text = json.dumps(schema)
        assert ("field" not in schema["properties"]) or all(f'"{id}"' in text for id in case.network.fields)


def test_the_tools_count_what_the_network_counts(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCN_TODAY", TODAY)
    _, members = call(case.network, "members", {"limit": 50})
    says = f"{case.members} members in {case.countries} countries on 22 November 2026."
    assert (members["says"], members["total"]) == (says, case.members)
    _, statistics = call(case.network, "statistics", {"by": "field"})
    number = statistics["columns"].index("members")
    assert (statistics["says"], sum(row[number] for row in statistics["results"])) == (says, case.members)
    for city in case.network.cities.values():
        refused, answer = call(case.network, "city", {"city": city.id})
        assert not refused
        assert answer["results"][0]["name"] == city.name
        assert answer["says"].startswith(f"{city.name}, {case.network.countries[city.country].name}: ")
    assert call(case.network, "city", {"city": "atlantis-gr"})[0]


@pytest.mark.parametrize("case", ["strange"], indirect=True)
def test_a_field_without_members_can_be_asked_for(case: Case) -> None:
    refused, answer = call(case.network, "members", {"field": FIELD_WITHOUT_MEMBERS, "on": TODAY})
    assert (refused, answer["total"], answer["says"]) == (False, 0, "0 members in 0 countries on 22 November 2026.")
