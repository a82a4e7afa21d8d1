"""Awkward texts in every format: formulas, control characters, right-to-left names, texts longer than a cell."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

import feedparser
import openpyxl
import pyarrow.parquet as pq
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

import ccn_kb
from ccn_kb.exports import (
    changes_feed,
    csv_rows,
    data_package,
    geojson,
    json_lines,
    linked_data,
    network_json,
    workbook,
)
from ccn_kb.exports.contents import Contents, TableData
from ccn_kb.exports.formats import MakeFiles
from ccn_kb.exports.parquet import to_parquet
from ccn_kb.exports.rdf_syntaxes import to_json_ld, to_turtle
from ccn_kb.exports.rdf_terms import RDF, SDO, XSD, Iri, Literal, Namespace, Statement
from ccn_kb.exports.vocabulary_terms import to_iri
from ccn_kb.model.dates import on_day
from ccn_kb.model.records import City, Name
from ccn_kb.network import Network, snapshot
from ccn_kb.network.schema import TABLES
from tests.conftest import MINI
from tests.records import make_city, make_designation, make_network

FORMULAS = ['=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "=1+1", "＝1+1", "－1"]
RIGHT_TO_LEFT = ["الأحساء", "בית לחם", "القاهرة (Cairo)"]
SPACED = ["\t=1+1", "\r=1+1", "two\nlines", "a\r\nb", 'with "quotes", commas; and semicolons']
CONTROL = [
    "bell\x07",
    "\x00nothing",
    "esc\x1b[31m",
    "vertical\x0btab",
    "_x0041_ is honest",
    "\ufffe",
    "<r>no markup</r>",
]
HONEST = ["'s-Hertogenbosch", "L'Aquila", "Al-Ahsa", "-", "1e5", "007", "TRUE", "2008-06", "😀", "a" * 32_767]
AWKWARD = [*FORMULAS, *RIGHT_TO_LEFT, *SPACED, *CONTROL, *HONEST, "a" * 40_000, "'=1", "''=1"]

TOPICS = next(table for table in TABLES if table.name == "topics")
CITIES = next(table for table in TABLES if table.name == "cities")
SOURCES = next(table for table in TABLES if table.name == "sources")


def filled(texts: list[str]) -> TableData:
    empty = (None,) * (len(TOPICS.columns) - 2)
    return TableData(TOPICS, tuple((str(number), text, *empty) for number, text in enumerate(texts)))


# -- CSV ---------------------------------------------------------------------------------------


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", AWKWARD)
def test_csv_gives_every_text_back_but_for_one_apostrophe(text: str) -> None:
    [[_], [cell]] = read(csv_rows.table_to_csv([[text]], ["name"]))
    assert cell in (text, f"'{text}")


@pytest.mark.parametrize("text", [*FORMULAS, *SPACED[:2], "'=1"])
def test_csv_guards_what_a_spreadsheet_would_run(text: str) -> None:
    [_, [cell]] = read(csv_rows.table_to_csv([[text]], ["name"]))
    assert cell == f"'{text}"


@pytest.mark.parametrize("value", [*HONEST[:3], *HONEST[4:], -70.66827, -5, 0, *RIGHT_TO_LEFT])
def test_csv_leaves_honest_text_and_every_number_alone(value: str | float) -> None:
    [_, [cell]] = read(csv_rows.table_to_csv([[value]], ["name"]))
    assert cell == str(value)


def test_no_text_of_the_real_data_is_changed(network: Network) -> None:
    for table in TABLES:
        rows = list(table.rows(network))
        expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
        assert read(csv_rows.table_to_csv(rows, [column.name for column in table.columns]))[1:] == expected


def test_negative_longitudes_stay_numbers_in_every_table_format(network: Network) -> None:
    city = network.city("aberystwyth-gb")
    row = next(row for row in CITIES.rows(network) if row[0] == city.id)
    assert city.location.longitude < 0
    [_, cells] = read(csv_rows.table_to_csv([row], [column.name for column in CITIES.columns]))
    place = [column.name for column in CITIES.columns].index("longitude")
    assert float(cells[place]) == city.location.longitude
    cell = opened([TableData(CITIES, (row,))])["cities"].cell(2, place + 1)
    assert (cell.value, cell.data_type) == (city.location.longitude, "n")


# -- Excel -------------------------------------------------------------------------------------


def opened(tables: list[TableData]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.to_workbook(tables, [])))


@pytest.fixture(scope="module")
def sheet() -> Worksheet:
    return opened([filled(AWKWARD)])["topics"]


def test_excel_is_given_text_and_never_a_formula(sheet: Worksheet) -> None:
    cells = [row[1] for row in sheet.iter_rows(min_row=2)]
    assert len(cells) == len(AWKWARD)
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("text", [*FORMULAS, *RIGHT_TO_LEFT, "\t=1+1", "two\nlines", *HONEST])
def test_excel_keeps_text_as_it_is(text: str, sheet: Worksheet) -> None:
    assert sheet.cell(2 + AWKWARD.index(text), 2).value == text


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("bell\x07", "bell_x0007_"),
        ("\x00nothing", "_x0000_nothing"),
        ("vertical\x0btab", "vertical_x000B_tab"),
        ("a\r\nb", "a_x000D_\nb"),
        ("_x0041_ is honest", "_x0041_ is honest"),
        ("<r>no markup</r>", "<r>no markup</r> "),
        ("\ufffe", "_xFFFE_"),
    ],
)
def test_excel_is_given_control_characters_as_it_escapes_them(text: str, escaped: str, sheet: Worksheet) -> None:
    assert sheet.cell(2 + AWKWARD.index(text), 2).value == escaped


def test_a_text_longer_than_a_cell_is_cut_and_the_cover_says_how_many() -> None:
    book = opened([filled(["a" * 32_767, "b" * 32_768, "c" * 40_000])])
    values = [row[1] for row in book["topics"].iter_rows(min_row=2, values_only=True)]
    assert values == ["a" * 32_767, "b" * 32_766 + "…", "c" * 32_766 + "…"]
    assert ("texts cut to a cell's length", 2, None) in list(book["about"].iter_rows(values_only=True))


@pytest.mark.parametrize("length", [workbook.LONGEST_LINK, workbook.LONGEST_LINK + 1])
def test_an_address_is_a_link_up_to_the_length_that_excel_allows_and_text_beyond(length: int) -> None:
    assert workbook.LONGEST_LINK == 2_079, "Excel's own limit"
    address = "https://example.org/".ljust(length, "x")
    heads = [column.name for column in SOURCES.columns]
    row = tuple(address if head in ("url", "title") else None for head in heads)
    (cells,) = opened([TableData(SOURCES, (row,))])["sources"].iter_rows(min_row=2)
    assert [cell.value for cell in cells] == list(row)
    links = {head: cell.hyperlink.target for head, cell in zip(heads, cells, strict=True) if cell.hyperlink}
    assert links == ({"url": address} if length <= workbook.LONGEST_LINK else {})


@pytest.mark.parametrize(
    ("lengths", "width"),
    [
        # The longest in ten is left out, and a head has room for the button of its filter.
        ([30] * 9 + [50], 51),
        ([30] * 10 + [50], 31),
        ([50] + [30] * 10, 31),
        ([1] * 20, len("name") + workbook.FILTER_BUTTON),
        ([], len("name") + workbook.FILTER_BUTTON),
        ([500] * 3, workbook.WIDEST),
    ],
)
def test_a_column_is_as_wide_as_nine_in_ten_of_its_texts_within_bounds(lengths: list[int], width: int) -> None:
    sheet = opened([filled(["x" * length for length in lengths])])["topics"]
    # openpyxl adds the margin of a cell.
    assert int(sheet.column_dimensions["B"].width) == width


# -- the others --------------------------------------------------------------------------------


def test_parquet_keeps_every_text() -> None:
    table = pq.read_table(io.BytesIO(to_parquet(filled(AWKWARD))))
    assert table.column("name").to_pylist() == AWKWARD


@pytest.fixture(scope="module")
def awkward() -> Contents:
    """A network whose cities have the most awkward names that the models allow."""
    network = ccn_kb.load(MINI)
    texts: Iterator[str] = iter([*FORMULAS, *RIGHT_TO_LEFT, 'a & b < c > "d"', "\\n %s {0} '''", "x" * 400])
    cities: list[City] = []
    for city, text in zip([*network.cities.values()] * 2, texts, strict=False):
        old = next((other for other in cities if other.id == city.id), city)
        changed = {"name": text, "names": (*old.names, Name(value=text, lang="ar"))}
        cities = [*(other for other in cities if other.id != city.id), City(**{**dict(old), **changed})]
    return Contents(network.with_records(*cities), None, on_day("2026-11-22"))


def names(contents: Contents) -> set[str]:
    return {city.name for city in contents.network.cities.values()}


def test_json_keeps_every_name(awkward: Contents) -> None:
    text = next(network_json.files(awkward)).body
    assert snapshot.from_json(text) == awkward.network
    lines = next(file for file in json_lines.files(awkward) if file.path.endswith("/cities.jsonl")).body
    assert {json.loads(line)["name"] for line in lines.decode().split("\n") if line} == names(awkward)
    points = json.loads(geojson.to_geojson(awkward.members.to_dicts()))["features"]
    assert {point["properties"]["name"] for point in points} <= names(awkward)
    assert len(points) == len(awkward.members)


def to_rdflib(term: Iri | Literal) -> rdflib.URIRef | rdflib.Literal:
    if isinstance(term, Iri):
        return rdflib.URIRef(term)
    datatype = rdflib.URIRef(term.datatype) if term.datatype else None
    return rdflib.Literal(term.text, lang=term.lang, datatype=datatype, normalize=False)


def read_back(statements: Iterable[Statement], prefixes: Mapping[str, Namespace]) -> list[rdflib.Graph]:
    """Return the graphs that rdflib reads from the statements in Turtle and in JSON-LD."""
    turtle, json_ld = to_turtle(statements, prefixes), json.dumps(to_json_ld(statements, prefixes))
    return [rdflib.Graph().parse(data=turtle, format="turtle"), rdflib.Graph().parse(data=json_ld, format="json-ld")]


# rdflib itself still uses, to read JSON-LD, what it advises others against.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(
    ("files", "syntax"), [(linked_data.turtle_files, "turtle"), (linked_data.json_ld_files, "json-ld")]
)
def test_rdf_keeps_every_statement(files: MakeFiles, syntax: str, awkward: Contents) -> None:
    file = next(iter(files(awkward)))
    statements = {tuple(map(to_rdflib, statement)) for statement in awkward.statements}
    assert set(rdflib.Graph().parse(data=file.body, format=syntax)) == statements
    assert file.rows == len(statements)


LOCAL_NAMES = ("name", "a-b_c", "a.b", "a/b", "", "7", "a%20b")
NAMES = st.sampled_from([*(SDO[name] for name in LOCAL_NAMES), Iri("http://x.example/é?q=1#s")])
LITERALS = st.one_of(
    st.tuples(st.text(), st.none(), st.sampled_from([None, "en", "zh-Hant", "sr-Latn-RS"])),
    st.tuples(st.integers().map(str), st.just(XSD.integer), st.none()),
    st.tuples(st.floats(-180, 180).map("{:f}".format), st.just(XSD.decimal), st.none()),
    st.tuples(st.sampled_from(["2008", "0008"]), st.just(XSD.gYear), st.none()),
).map(Literal._make)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@given(st.sets(st.tuples(NAMES, NAMES, NAMES | LITERALS) | st.tuples(NAMES, st.just(RDF.type), NAMES), max_size=6))
def test_any_statement_is_read_as_it_was_written(statements: set[Statement]) -> None:
    meant = {tuple(map(to_rdflib, statement)) for statement in statements}
    for graph in read_back(statements, {"schema": SDO, "xsd": XSD}):
        assert set(graph) == meant


def test_a_report_without_a_language_has_none_in_rdf() -> None:
    reports = [
        {"year": 2019, "url": "https://example.org/a", "lang": "fr", "sources": ["press"]},
        {"year": 2023, "url": "https://example.org/b", "sources": ["press"]},
    ]
    network = make_network(make_city("kobe-jp", make_designation("film", "2015"), reports=reports))
    statements = Contents(network, None, on_day("2026-11-22")).statements
    assert {
        str(report): [value for subject, term, value in statements if (subject, term) == (report, SDO.inLanguage)]
        for report, _, kind in statements
        if kind == SDO.Report
    } == {"https://example.org/a": [Literal("fr")], "https://example.org/b": []}


def test_an_address_becomes_an_iri_without_the_signs_that_none_may_have() -> None:
    signs = "".join(map(chr, range(33, 127)))
    iri = to_iri(f"https://example.org/{signs} é")
    assert not set(iri) & set('<>"{}|\\^` é')
    assert unquote(iri) == f"https://example.org/{signs} é"
    assert to_iri("https://example.org/a-b_c~d?e=f&g=(h)#i;j,k!l*m'n@o:p$q%20r") == (
        "https://example.org/a-b_c~d?e=f&g=(h)#i;j,k!l*m'n@o:p$q%20r"
    )


def test_turtle_and_json_ld_are_written_in_one_order() -> None:
    subject = Iri("https://example.org/a")
    texts = [Literal("b"), Literal("b", lang="de"), Literal("b", lang="en"), Literal("b", lang="fr"), Literal("c")]
    statements = [(subject, SDO.name, text) for text in texts[::-1]] + [(subject, RDF.type, SDO.Report)]
    prefixes = {"schema": SDO}
    assert to_turtle(statements, prefixes) == (
        f'@prefix schema: <{SDO.address}> .\n\n<https://example.org/a> a schema:Report ;\n    schema:name "b", "b"@de,'
        ' "b"@en, "b"@fr, "c" .\n'
    )
    in_languages = [{"@value": "b", "@language": language} for language in ("de", "en", "fr")]
    node = {"@id": "https://example.org/a", "@type": "schema:Report", "schema:name": ["b", *in_languages, "c"]}
    assert to_json_ld(statements, prefixes)["@graph"] == [node]


def test_the_feed_and_the_data_package_are_well_formed(awkward: Contents) -> None:
    feed = feedparser.parse(changes_feed.to_feed(awkward.network))
    assert not feed.bozo
    assert any(RIGHT_TO_LEFT[0] in entry.title for entry in feed.entries)
    (package,) = (file for file in data_package.files(awkward) if file.path.endswith("datapackage.json"))
    assert json.loads(package.body)["resources"]
