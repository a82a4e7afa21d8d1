"""The exports, read by the programs of others: every format is accepted, and says what the network says."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import feedparser
import frictionless
import icalendar
import jsonschema
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pyogrio
import pyoxigraph
import pyshacl
import pytest
import shapely
from bibtexparser.entrypoint import parse_string
from openpyxl.utils import get_column_letter
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SDO, SH, SKOS, VOID

from ccn_kb.exports import bibliography, vocabulary_terms
from ccn_kb.exports import export_folder as folder
from ccn_kb.exports.contents import WHOLE_TABLES, Contents, is_day
from ccn_kb.exports.formats import FORMATS
from ccn_kb.exports.vocabulary_terms import to_iri
from ccn_kb.model.dates import first_day, on_day
from ccn_kb.network import Network, snapshot
from ccn_kb.network.members import MEMBER_COLUMNS, is_active_on
from ccn_kb.network.schema import TableColumn
from ccn_kb.version import default_folder, version_of
from tests.records import make_source
from tests.serving import Site

TODAY = on_day("2026-11-22")
DOCS = Path(__file__).parents[1] / "docs"
THEN = "2015-05-28"
VERSION = version_of(default_folder())
STATED = {
    "version": VERSION,
    "date": "2026-11-25",
    "accessed": "2026-11",
    "licence": "CC-BY-4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
    "attribution": "ccn-kb; places from GeoNames (https://www.geonames.org/), CC BY 4.0; "
    "income groups from The World Bank: Historical classification by income, CC BY 4.0",
    "citation": "The ccn-kb contributors (2026). ccn-kb: the knowledge base of the UNESCO Creative Cities Network."
    f" Version {VERSION}, data of 25 November 2026. CC BY 4.0. https://w3id.org/ccn-kb/",
}
EDITION = {"version": VERSION, "date": "2026-11-25", "accessed": "2026-11"}
READ = WHOLE_TABLES


@pytest.fixture(scope="module")
def out(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real network in every format; read only."""
    target = tmp_path_factory.mktemp("exports") / "all"
    folder.export(network, target, today=TODAY)
    return target


@pytest.fixture(scope="module")
def then(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The formats that depend on the day, and one that does not, on a day of 2015; read only."""
    target = tmp_path_factory.mktemp("exports") / "then"
    formats = ["csv", "json", "geojson", "atom"]
    folder.export(network, target, formats=formats, on=on_day(THEN), today=TODAY)
    return target


def filled(network: Network) -> dict[str, list[dict[str, Any]]]:
    """Return every table as the network itself gives it, its rows as dictionaries."""
    return {
        table.name: [dict(zip([column.name for column in table.columns], row, strict=True)) for row in rows]
        for table, rows in Contents(network, None, TODAY).tables
    }


# -- the manifest ------------------------------------------------------------------------------


def test_the_manifest_lists_every_file_with_its_sum_and_size(out: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (EDITION | {"members_on": STATED["date"]}).items() <= manifest.items()
    listed = {file["path"]: file for file in manifest["files"]}
    there = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert set(listed) == set(there) - {"manifest.json"}
    for path, file in listed.items():
        assert (file["bytes"], file["sha256"]) == (len(there[path]), hashlib.sha256(there[path]).hexdigest())
    assert {file["format"] for file in listed.values()} == set(FORMATS)


def test_the_manifest_counts_the_rows(out: Path) -> None:
    files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {file["path"]: file.get("rows") for file in files}["csv/members.csv"] == 408
    for file in files:
        if file["format"] == "jsonl":
            assert file["rows"] == len((out / file["path"]).read_text(encoding="utf-8").splitlines())


# -- CSV ---------------------------------------------------------------------------------------


def test_frictionless_finds_the_data_package_valid(out: Path) -> None:
    report = frictionless.Package(str(out / "csv" / "datapackage.json")).validate()
    assert report.flatten(["title", "note"]) == []
    assert report.stats["tasks"] == len(READ) + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "error"),
    [
        ("designations.csv", "2009-06-08,2009-06-08", "2009-06-08,8.6.2009", "type-error"),
        ("designations.csv", "kanazawa-jp,crafts-and-folk-art", "atlantis-gr,crafts-and-folk-art", "foreign-key"),
        ("cities.csv", ",36.6,", ",,", "constraint-error"),
    ],
)
def test_frictionless_would_notice(file: str, old: str, new: str, error: str, out: Path, tmp_path: Path) -> None:
    package = json.loads((out / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        del resource["bytes"], resource["hash"]
        text = (out / "csv" / resource["path"]).read_text(encoding="utf-8")
        changed = text.replace(old, new, 1) if resource["path"] == file else text
        assert resource["path"] != file or changed != text
        (tmp_path / resource["path"]).write_text(changed, encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert error in {row[0] for row in report.flatten(["type"])}


def test_the_data_dictionary_is_that_of_the_models(out: Path) -> None:
    package = json.loads((out / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    described = {resource["name"]: resource for resource in package["resources"]}
    assert [field["name"] for field in described["members"]["schema"]["fields"]] == list(MEMBER_COLUMNS)
    for table in READ:
        fields = described[table.name]["schema"]["fields"]
        assert described[table.name]["description"] == table.description
        assert [(field["name"], field["description"]) for field in fields] == [
            (column.name, column.description) for column in table.columns
        ]
    assert all(field["description"] for resource in described.values() for field in resource["schema"]["fields"])


def test_the_data_package_names_its_codes_licence_and_authors(out: Path) -> None:
    package = json.loads((out / "csv" / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert {"id", "homepage", "keywords", "contributors", "licenses", "created", "citation"} <= package.keys()
    fields = {
        (resource["name"], field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    constraints = {place: field.get("constraints", {}) for place, field in fields.items()}
    coded = {place: constraint["enum"] for place, constraint in constraints.items() if "enum" in constraint}
    assert coded["countries", "continent"] == ["AF", "AS", "EU", "NA", "OC", "SA"]
    for place in [
        ("members", "since_precision"),
        ("designations", "end_reason"),
        ("designations", "best_source"),
        ("meetings", "status"),
        ("cooperations", "kind"),
        ("cooperation_cities", "role"),
        ("sources", "kind"),
        ("history", "event"),
        ("census", "figure"),
        ("meeting_statements", "kind"),
    ]:
        assert len(coded[place]) > 1, place
    assert fields["members", "latitude"]["unit"] == "degree"
    assert all(resource["schema"]["missingValues"] == [""] for resource in package["resources"])


def test_csv_holds_every_value(out: Path, network: Network) -> None:
    for name, rows in filled(network).items():
        text = (out / "csv" / f"{name}.csv").read_text(encoding="utf-8")
        expected = [{key: "" if cell is None else str(cell) for key, cell in row.items()} for row in rows]
        assert list(csv.DictReader(io.StringIO(text))) == expected


# -- JSON --------------------------------------------------------------------------------------


def test_the_json_loaded_again_equals_the_network(out: Path, network: Network) -> None:
    again = snapshot.from_json((out / "network.json").read_bytes())
    assert again == network
    assert list(again.rounds) == list(network.rounds)


def test_the_json_is_valid_by_the_schema_beside_it(out: Path) -> None:
    data = json.loads((out / "network.json").read_text(encoding="utf-8"))
    assert data["$schema"] == "network.schema.json"
    schema = json.loads((out / data["$schema"]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert not list(validator.iter_errors(data))
    data["cities"]["kanazawa-jp"]["nickname"] = "Little Kyoto"
    data["fields"]["film"].pop("name_fr")
    data["more"] = {}
    assert len(list(validator.iter_errors(data))) == 3


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cities": 1}'])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Network"):
        snapshot.from_json(text)


def test_json_lines_hold_every_value_in_its_type(out: Path, network: Network) -> None:
    for name, rows in filled(network).items():
        lines = (out / "jsonl" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line) for line in lines] == rows


# -- GeoJSON -----------------------------------------------------------------------------------


def test_gdal_reads_a_point_for_each_member_within_its_country(out: Path, network: Network) -> None:
    facts, _, shapes, fields = pyogrio.raw.read(out / "members.geojson")
    points = shapely.from_wkb(shapes)
    assert (facts["crs"], facts["geometry_type"], len(points)) == ("EPSG:4326", "Point", 408)
    values = dict(zip(facts["fields"], fields, strict=True))
    for name, country, point in zip(values["name"], values["country"], points, strict=True):
        boxes = network.countries[country].boxes
        around = shapely.union_all([shapely.box(box.west, box.south, box.east, box.north) for box in boxes])
        assert around.covers(point), name


# -- Parquet -----------------------------------------------------------------------------------


def in_parquet(column: TableColumn[Any]) -> str:
    return "DATE" if is_day(column) else {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}[column.type]


def test_duckdb_reads_every_value_in_its_type(out: Path, network: Network) -> None:
    types = {table.name: [in_parquet(column) for column in table.columns] for table in READ}
    for name, rows in filled(network).items():
        result = duckdb.execute("FROM read_parquet(?)", [str(out / "parquet" / f"{name}.parquet")])
        assert result.description
        columns = [column[0] for column in result.description]
        if name in types:
            assert [str(column[1]) for column in result.description] == types[name]
        read = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
        dated = [
            {key: on_day(cell) if key.endswith("_day") and cell else cell for key, cell in row.items()} for row in rows
        ]
        assert read == dated


def test_duckdb_polars_and_pandas_count_the_members_on_a_day(out: Path) -> None:
    path, day = out / "parquet" / "designations.parquet", on_day(THEN)
    on = "since_day <= ? AND (until_day IS NULL OR until_day > ?)"
    row = duckdb.execute(f"SELECT count(*) FROM read_parquet(?) WHERE {on}", [str(path), day, day]).fetchone()
    assert row == (69,)
    lazy = pl.read_parquet(path)
    since, until = pl.col("since_day") <= day, pl.col("until_day").is_null() | (pl.col("until_day") > day)
    assert lazy.filter(since & until).height == 69
    frame = pd.read_parquet(path)
    held = (frame["since_day"] <= day) & (frame["until_day"].isna() | (frame["until_day"] > day))
    assert int(held.sum()) == 69


def test_polars_and_pandas_know_the_types(out: Path) -> None:
    path = out / "parquet" / "members.parquet"
    types = dict(pl.read_parquet(path).schema)
    assert (types["name"], types["since_day"], types["until_day"]) == (pl.String(), pl.Date(), pl.Date())
    assert (types["latitude"], types["population"], types["round"]) == (pl.Float64(), pl.Int64(), pl.Int64())
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    assert frame.dtypes.map(str)[["id", "since_day", "longitude", "geonames"]].tolist() == [
        "string[pyarrow]",
        "date32[day][pyarrow]",
        "double[pyarrow]",
        "int64[pyarrow]",
    ]


def test_parquet_carries_the_descriptions_and_is_compressed(out: Path) -> None:
    for table in READ:
        file = pq.ParquetFile(out / "parquet" / f"{table.name}.parquet")
        schema = file.schema_arrow
        about = json.loads(schema.metadata[b"ccn-kb"])
        assert about == {"description": table.description, **STATED}
        for column in table.columns:
            field = schema.field(column.name)
            assert field.metadata[b"description"].decode() == column.description
            assert field.nullable == column.nullable
        groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
        assert {group.column(0).compression for group in groups} <= {"ZSTD"}
        assert file.metadata.created_by == "ccn-kb"


# -- Croissant ---------------------------------------------------------------------------------


def test_croissant_describes_each_file_and_each_column(out: Path, network: Network) -> None:
    described = json.loads((out / "csv" / "croissant.json").read_text(encoding="utf-8"))
    assert described["@type"] == "sc:Dataset"
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert {"name", "description", "license", "url", "creator", "datePublished"} <= described.keys()
    assert described["version"] == network.version
    assert described["citeAs"].startswith("@misc{ccn-kb-")
    folder = out / "csv"
    objects = {file["@id"]: file for file in described["distribution"]}
    assert set(objects) == {path.name for path in folder.glob("*.csv")}
    for name, file in objects.items():
        body = (folder / file["contentUrl"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(body).hexdigest(), name
        assert file["contentSize"] == f"{len(body)} B"
    sets = described["recordSet"]
    assert {f"{records['@id']}.csv" for records in sets} == set(objects)
    for records in sets:
        header = (folder / f"{records['@id']}.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
        assert [field["source"]["extract"]["column"] for field in records["field"]] == header
        assert {field["source"]["fileObject"]["@id"] for field in records["field"]} == {f"{records['@id']}.csv"}
        assert {key["@id"] for key in records["key"]} <= {field["@id"] for field in records["field"]}
        assert {field["dataType"] for field in records["field"]} <= {"sc:Text", "sc:Integer", "sc:Float", "sc:Date"}
    ids = [part["@id"] for records in sets for part in (records, *records["field"])]
    assert len(ids) == len(set(ids))


# -- Excel -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(out: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(out / "ccn.xlsx")


def test_the_workbook_has_a_cover_a_dictionary_and_a_sheet_a_table(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["about", "columns", "members", *(table.name for table in READ)]
    cover = list(book["about"].iter_rows(values_only=True))
    assert cover[0][0] == "The UNESCO Creative Cities Network"
    assert ("version", VERSION, None) in cover
    assert ("texts cut to a cell's length", 0, None) in cover
    assert [row[2] for row in cover if row[0] == "members"] == [408]
    words = {tuple(row) for row in book["columns"].iter_rows(min_row=2, values_only=True)}
    assert ("designations", "until_day", "date", "The first day that the end can mean.") in words


@pytest.mark.parametrize("name", ["members", "designations", "cities", "names", "topics"])
def test_the_workbook_holds_every_value(name: str, book: openpyxl.Workbook, network: Network) -> None:
    heads, *rows = book[name].iter_rows(values_only=True)
    read = [
        {str(key): str(cell.date()) if isinstance(cell, datetime.datetime) else cell for key, cell in pairs}
        for pairs in (zip(heads, row, strict=True) for row in rows)
    ]
    assert read == filled(network)[name]


def test_the_workbook_is_set_up_for_reading(book: openpyxl.Workbook) -> None:
    assert book.properties.title == "The UNESCO Creative Cities Network"
    cover = {row[0]: row[1] for row in book["about"].iter_rows(values_only=True) if row and row[0]}
    assert cover["citation"] == STATED["citation"]
    assert cover["members on"] == "2026-11-25"
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        for number, head in enumerate((str(cell.value) for cell in sheet[1]), start=1):
            width = sheet.column_dimensions[get_column_letter(number)].width
            assert width > len(head), (sheet.title, head)
            assert width > 10 or not head.endswith("_day")
    sources = book["sources"]
    place = [cell.value for cell in sources[1]].index("url")
    cells = [row[place] for row in sources.iter_rows(min_row=2)]
    assert [cell.hyperlink and cell.hyperlink.target for cell in cells] == [cell.value for cell in cells]
    (link,) = (cell.hyperlink for (cell, *_) in book["about"].iter_rows() if cell.value == "history")
    assert link
    assert link.location == "'history'!A1"


# -- RDF ---------------------------------------------------------------------------------------

CCN = Namespace(vocabulary_terms.CCN.address)
MEMBERS_ON = """
PREFIX ccn: <https://w3id.org/ccn-kb/vocabulary#>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?city WHERE {
  ?designation a ccn:Designation ; schema:member ?city ; ccn:since_day ?since .
  OPTIONAL { ?designation ccn:until_day ?until }
  FILTER (?since <= "DAY"^^xsd:date && (!BOUND(?until) || ?until > "DAY"^^xsd:date))
}
"""


@pytest.fixture(scope="module")
def graph(out: Path) -> Graph:
    return Graph().parse(out / "ccn.ttl")


def test_turtle_and_json_ld_are_the_same_graph(out: Path, graph: Graph) -> None:
    formats = {"ccn.ttl": pyoxigraph.RdfFormat.TURTLE, "ccn.jsonld": pyoxigraph.RdfFormat.JSON_LD}
    turtle, json_ld = (
        {quad.triple for quad in pyoxigraph.parse(path=out / file, format=formats[file])} for file in formats
    )
    assert len(turtle) == len(graph) > 20_000
    # No node is nameless, so that equal sets are equal graphs.
    assert turtle == json_ld
    assert not any(isinstance(term, pyoxigraph.BlankNode) for statement in turtle for term in statement)


def test_every_name_of_a_common_vocabulary_is_defined_there(graph: Graph) -> None:
    vocabularies = [DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SDO, SKOS, VOID]
    starts = tuple(f"{vocabulary}" for vocabulary in vocabularies)
    used = {str(term) for statement in graph for term in statement if str(term).startswith(starts)}
    undefined = used - {str(term) for vocabulary in vocabularies for term in dir(vocabulary)}
    # The names of vocabularies themselves, and what DCAT 3 adds to the version that rdflib has.
    assert undefined <= {*starts, f"{DCAT}version"}
    assert len(used) > 50


def test_the_graph_conforms_to_its_shapes(out: Path, graph: Graph) -> None:
    shapes = Graph().parse(out / "shapes.ttl")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report


def test_the_shapes_find_what_is_missing(out: Path) -> None:
    shapes = Graph().parse(out / "shapes.ttl")
    targets = list(shapes.objects(None, SH.targetClass))
    assert len(targets) >= 12
    broken = Graph()
    for target in targets:
        broken.add((CCN["broken"], RDF.type, target))
    _, results, _ = pyshacl.validate(broken, shacl_graph=shapes)
    assert isinstance(results, Graph)
    paths = {str(path) for path in results.objects(None, SH.resultPath)}
    assert {str(path) for path in (CCN.field, CCN.since_day, CCN.source, CCN.source_kind, SDO.latitude)} <= paths


def test_rdf_has_the_facts_of_the_tables(graph: Graph, network: Network) -> None:
    rows = filled(network)
    roles = Counter(str(role) for role in graph.objects(None, SDO.roleName))
    assert roles == Counter(row["role"] for row in rows["cooperation_cities"])
    figures = list(graph.objects(None, CCN.population))
    assert len(figures) == len(rows["populations"])
    assert sorted(int(str(graph.value(node, SDO.value))) for node in figures) == sorted(
        row["value"] for row in rows["populations"]
    )
    reports = {(row["url"], row["city"]) for row in rows["monitoring_reports"] if row.get("url")}
    assert reports == {
        (str(report), str(graph.value(report, SDO.about)).rpartition("/")[2])
        for report in graph.subjects(RDF.type, SDO.Report)
    }
    for term in ("stated_new", "stated_members", "stated_countries", "stated_first_time"):
        stated = [row[term] for row in rows["rounds"]]
        stated += [row.get(term.removeprefix("stated_")) for row in rows["totals"]]
        assert sorted(int(str(value)) for value in graph.objects(None, CCN[term])) == sorted(filter(None, stated))
    groups = rows["country_groups"]
    times = {str(time).partition("country-group/")[2]: time for time in graph.subjects(RDF.type, CCN.GroupMembership)}
    assert set(times) == {row["id"] for row in groups}
    for row in groups:
        time = times[row["id"]]
        group = graph.value(time, CCN.group)
        assert str(graph.value(time, CCN.country)).endswith(f"/{row['country']}")
        assert str(graph.value(group, SKOS.prefLabel)) == row["group_name"]
        days = [graph.value(time, CCN.since_day), graph.value(time, CCN.until_day), graph.value(group, CCN.as_of)]
        assert [day and str(day) for day in days] == [row["since_day"], row["until_day"], row["as_of_day"]]
    for row in rows["topics"]:
        topic = URIRef(f"https://w3id.org/ccn-kb/topic/{row['id']}")
        names = {("en", row["name"]), ("fr", row["name_fr"]), ("es", row["name_es"])}
        labels = {(label.language, str(label)) for label in graph.objects(topic, SKOS.prefLabel)}  # type: ignore[attr-defined]
        assert labels == {(language, name) for language, name in names if name}
    assert len(set(graph.subjects(RDF.type, CCN.DisputedValue))) == len(rows["disputed"])
    for row in rows["sources"]:
        assert (URIRef(to_iri(row["url"])), CCN.source_kind, Literal(row["kind"])) in graph


FULLY_CITED = ("designation", "city_topic", "population", "round", "total", "cooperation", "country_group")
"""Records of which every citation is in RDF, with the field that it supports."""


def test_rdf_separates_the_sources_of_each_field(graph: Graph, network: Network) -> None:
    supported = Counter(
        (str(subject).split("/")[4], str(path) if (path := graph.value(citation, CCN.path)) else "")
        for citation, subject in graph.subject_objects(CCN.supports)
    )
    cited = Counter(
        (row["record_type"].replace("_", "-"), row["path"])
        for row in filled(network)["citations"]
        if row["record_type"]
        in ("designation", "city_topic", "population", "round", "total", "cooperation", "country_group")
    )
    assert {key: supported[key] for key in cited} == cited
    assert supported["city", "location"] == len(network.cities)


def test_the_site_has_the_graph_and_the_vocabulary_under_its_name(graph: Graph, site: Site) -> None:
    text = site.get("/data/ccn.ttl").text.replace(f"<{site.address}", "<https://w3id.org/ccn-kb")
    differing = set(Graph().parse(data=text, format="turtle")) ^ set(graph)
    assert {property for _, property, _ in differing} <= {DCAT.landingPage}
    response = site.get("/vocabulary")
    assert response.headers["content-type"] == "text/turtle; charset=utf-8"
    vocabulary = Graph().parse(data=response.text, format="turtle")
    assert set(vocabulary) <= set(graph)
    name = URIRef(str(CCN).removesuffix("#"))
    assert str(name).endswith("/vocabulary")
    assert set(vocabulary.subjects(RDFS.isDefinedBy, name)) == set(graph.subjects(RDFS.isDefinedBy, name))


def test_each_download_that_dcat_lists_is_on_the_site(graph: Graph, site: Site) -> None:
    addresses = [str(address) for address in graph.objects(None, DCAT.downloadURL)]
    assert len(addresses) > len(WHOLE_TABLES)
    for address in addresses:
        assert site.get(address.removeprefix("https://w3id.org/ccn-kb")).content


@pytest.mark.parametrize(("day", "number"), [(THEN, 69), ("2008-05-31", 9), ("2008-06-01", 10), ("2025-10-31", 408)])
def test_sparql_counts_the_members_on_a_day(day: str, number: int, graph: Graph, network: Network) -> None:
    cities = {str(row[0]).rpartition("/")[2] for row in graph.query(MEMBERS_ON.replace("DAY", day))}  # type: ignore[index]
    assert cities == {member.city.id for member in network.members(day)}
    assert len(cities) == number


def test_rdf_says_what_the_network_says_of_a_city(graph: Graph) -> None:
    ask = """
    PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX schema: <https://schema.org/>
    PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX ccn: <https://w3id.org/ccn-kb/vocabulary#>
    SELECT ?same ?field ?start WHERE {
      ?city owl:sameAs ?same . ?role schema:member ?city ; schema:startDate ?start ; ccn:field/skos:prefLabel ?field
      FILTER (?city = <https://w3id.org/ccn-kb/city/lyon-fr> && LANG(?field) = "en") }
    """
    lyon = {tuple(term.n3() for term in row) for row in graph.query(ask)}  # type: ignore[union-attr]
    dates = {
        '"Media Arts"@en': '"2008-06"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>',
        '"Literature"@en': '"2023-10-31"^^<http://www.w3.org/2001/XMLSchema#date>',
    }
    same = ("<http://www.wikidata.org/entity/Q456>", "<https://sws.geonames.org/2996944/>")
    assert lyon == {(address, field, date) for address in same for field, date in dates.items()}


# -- calendar, feed, database ------------------------------------------------------------------


def test_icalendar_reads_the_meetings(out: Path, network: Network) -> None:
    events = icalendar.Calendar.from_ical((out / "meetings.ics").read_bytes()).walk("VEVENT")
    days = {str(event["uid"]).partition("@")[0]: event.decoded("dtstart") for event in events}
    dated = {meeting.id: first_day(meeting.starts) for meeting in network.meetings() if len(meeting.starts) == 10}
    assert dated.items() <= days.items()
    assert days["2015-kanazawa-jp"] == datetime.date(2015, 5, 25)


def test_feedparser_reads_the_changes(out: Path, then: Path) -> None:
    feed = feedparser.parse((out / "feed.atom").read_bytes())
    assert (feed.bozo, feed.version, len(feed.entries)) == (False, "atom10", 100)
    assert feed.entries[0].updated == "2025-10-31T00:00:00Z"
    assert feed.feed.rights.endswith(f", {STATED['licence_url']} {STATED['citation']}")
    before = feedparser.parse((then / "feed.atom").read_bytes())
    assert before.entries[0].updated == "2014-12-01T00:00:00Z"


@pytest.mark.parametrize("site", ["", "https://cities.example.org/ccn"])
def test_links_of_feed_and_calendar_are_absolute(site: str, network: Network, tmp_path: Path) -> None:
    folder.export(network, tmp_path / "out", formats=["ics", "atom"], today=TODAY, site=site)
    base = site or "https://w3id.org/ccn-kb"
    feed = feedparser.parse((tmp_path / "out" / "feed.atom").read_bytes())
    links = [link["href"] for part in (feed.feed, *feed.entries) for link in part["links"]]
    events = icalendar.Calendar.from_ical((tmp_path / "out" / "meetings.ics").read_bytes()).walk("VEVENT")
    assert {link.startswith(f"{base}/") for link in (*links, *(str(event["URL"]) for event in events))} == {True}
    assert len(links) > 100
    assert {"Essaouira, Morocco"} <= {str(event.get("LOCATION")) for event in events}


def test_the_database_answers(out: Path) -> None:
    with sqlite3.connect(out / "ccn.db") as database:
        assert database.execute("SELECT count(*) FROM members").fetchone() == (408,)
        assert database.execute("SELECT value FROM edition WHERE name = 'version'").fetchone() == (VERSION,)
    database.close()


@pytest.mark.parametrize(
    ("file", "key"), [("network.json", "edition"), ("members.geojson", "edition"), ("manifest.json", None)]
)
def test_a_file_that_travels_alone_states_its_edition_and_licence(file: str, key: str | None, out: Path) -> None:
    content = json.loads((out / file).read_text(encoding="utf-8"))
    assert STATED.items() <= (content[key] if key else content).items()


def test_the_database_states_its_edition_and_licence(out: Path) -> None:
    with closing(sqlite3.connect(out / "ccn.db")) as database:
        assert dict(database.execute("SELECT name, value FROM edition")) == STATED


def test_pandas_loses_nothing_of_a_csv_if_only_empty_cells_are_missing(out: Path, network: Network) -> None:
    for name, rows in filled(network).items():
        frame = pd.read_csv(out / "csv" / f"{name}.csv", keep_default_na=False, na_values=[""], dtype=str)
        assert list(frame.columns) == list(rows[0] if rows else frame.columns)
        read = [[None if pd.isna(cell) else cell for cell in row] for row in frame.to_numpy().tolist()]
        assert read == [[None if cell in (None, "") else str(cell) for cell in row.values()] for row in rows], name
    by_default = pd.read_csv(out / "csv" / "members.csv")
    assert (by_default["continent_name"] == "North America").sum() == 39


def test_polars_reads_json_lines_with_the_option_that_the_guide_names(out: Path, network: Network) -> None:
    for name, rows in filled(network).items():
        if rows:
            frame = pl.read_ndjson(out / "jsonl" / f"{name}.jsonl", infer_schema_length=None)
            assert frame.to_dicts() == rows
    assert "infer_schema_length=None" in (DOCS / "python.md").read_text(encoding="utf-8")


def test_a_bibliography_names_archived_copies() -> None:
    archived = "https://web.archive.org/web/2026/https://example.org/"
    source = make_source(archived=archived)
    assert archived in bibliography.to_bibtex_entry(source)
    assert bibliography.to_csl_item(source)["archive_location"] == archived
    assert "archive_location" not in bibliography.to_csl_item(make_source())


def test_the_sources_are_a_bibliography(out: Path, network: Network) -> None:
    entries = parse_string((out / "sources.bib").read_text(encoding="utf-8"))
    assert {entry.key: entry["url"] for entry in entries.entries} == {id: s.url for id, s in network.sources.items()}
    items = {item["id"]: item for item in json.loads((out / "sources.csl.json").read_text(encoding="utf-8"))}
    assert {id: item["URL"] for id, item in items.items()} == {id: s.url for id, s in network.sources.items()}
    dated = {id: s.published for id, s in network.sources.items() if s.published}
    parts = {id: "-".join(f"{part:02}" for part in items[id]["issued"]["date-parts"][0]) for id in dated}
    assert parts == dated


# -- the day, and the bytes --------------------------------------------------------------------


def test_on_a_day_the_members_are_those_of_the_day_and_all_else_is_whole(
    then: Path, out: Path, network: Network
) -> None:
    ids = [member.city.id for member in network.members(THEN)]
    rows = list(csv.DictReader(io.StringIO((then / "csv" / "members.csv").read_text(encoding="utf-8"))))
    points = json.loads((then / "members.geojson").read_text(encoding="utf-8"))["features"]
    assert [row["id"] for row in rows] == [point["id"] for point in points] == ids
    assert len(ids) == 69
    assert json.loads((then / "manifest.json").read_text(encoding="utf-8"))["members_on"] == THEN
    for path in ("network.json", "csv/designations.csv", "csv/cities.csv"):
        assert (then / path).read_bytes() == (out / path).read_bytes()


def test_the_same_data_give_the_same_bytes(out: Path, ccn: Callable[..., Any], tmp_path: Path) -> None:
    result = ccn("export", tmp_path / "again", CCN_TODAY="2027-02-03", TZ="Asia/Tokyo", PYTHONHASHSEED="1")
    assert (result.returncode, result.stdout) == (0, "")
    first, again = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (out, tmp_path / "again")
    )
    assert [path for path in first.keys() | again.keys() if first.get(path) != again.get(path)] == []


def test_the_sql_of_the_page_counts_what_the_network_counts(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks import events

    monkeypatch.chdir(tmp_path)
    events.make(network, 500)
    events.check(network)
    counted = Counter[tuple[int, str]]()
    for city, day in duckdb.execute("SELECT city, day FROM 'events.parquet'").fetchall():
        counted.update(
            (day.year, designation.field)
            for designation in network.cities[city].designations
            if is_active_on(designation, day)
        )
    assert {(year, field): number for year, field, number in events.in_duckdb()} == counted
    in_spark = re.sub(r"parquet\.`(.*?)`", r"'\1'", events.statements()[1])
    assert duckdb.execute(in_spark).fetchall() == events.in_duckdb()
