"""How to cite: the version of the data wherever it is shown, and citations that others' readers understand."""

from __future__ import annotations

import datetime
import json
import re
import sys
import tomllib
import warnings
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest
import rdflib
import rispy
import yaml
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from packaging.requirements import Requirement
from release.codemeta import to_codemeta

import ccn_kb
from ccn_kb import audit
from ccn_kb import version as version_module
from ccn_kb.exports import citation_formats as citation
from ccn_kb.network import Network
from ccn_kb.network.citable import DOI, PERMANENT_ADDRESS
from ccn_kb.site.page_citation import cite_page
from ccn_kb.version import POST_RELEASE, SCHEMA_VERSION, package_version, split_version
from tests.conftest import DATA, ROOT, Ccn
from tests.serving import Site

VERSION = (DATA / "version.txt").read_text(encoding="utf-8").strip()
DATE = split_version(VERSION)[1]
TODAY = datetime.date(2026, 11, 22)
SAID = f"{DATE.day} {DATE:%B %Y}"


def read_bibtex(text: str) -> dict[str, str]:
    """Read one BibTeX entry, its LaTeX turned into letters."""
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    (entry,) = library.entries
    return {field.key: field.value for field in entry.fields} | {"key": entry.key, "type": entry.entry_type}


# -- the version -------------------------------------------------------------------------------


def test_the_network_has_the_version_of_the_data_and_the_package_adds_its_post_release(network: Network) -> None:
    assert network.version == VERSION
    assert ccn_kb.__version__ == package_version() == (f"{VERSION}.post{POST_RELEASE}" if POST_RELEASE else VERSION)
    assert split_version(VERSION)[0] == SCHEMA_VERSION


def test_a_post_release_has_the_date_of_its_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_module, "POST_RELEASE", 2)
    assert package_version() == f"{VERSION}.post2"
    assert split_version(package_version()) == split_version(VERSION)


def test_the_command_says_the_version_and_the_day_of_the_data(ccn: Ccn) -> None:
    assert ccn("--version").stdout == f"ccn, version {ccn_kb.__version__}, data of {SAID}\n"


@pytest.mark.parametrize(
    "version",
    [
        *("", "1.0", "1.20261125", "1.0.20261131", "1.0.2026112", "v1.0.20261125", "1.0.20261125.1"),
        *("1.0.20261125.post", "1.0.20261125.post0", "1.0.20261125.post1.post2", "1.0.20261125post1"),
    ],
)
def test_what_is_not_a_version_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match="is not a version"):
        split_version(version)


@pytest.mark.parametrize(
    ("version", "message"),
    [
        (None, "'' is not a version"),
        ("1.0", "'1.0' is not a version"),
        ("1.0.20261122.post1", "'1.0.20261122.post1' is a version of the package"),
        ("0.9.20261122", "the schema version, 0.9, is not that of the records, 1.0"),
        ("1.0.20130101", "the data date, 2013-01-01, is older than round "),
    ],
)
def test_check_notices_a_version_that_does_not_fit(version: str | None, message: str, mini: Path, ccn: Ccn) -> None:
    file = mini / "version.txt"
    file.unlink()
    if version is not None:
        file.write_text(f"{version}\n", encoding="utf-8")
    result = ccn("--data", mini, "check")
    assert result.returncode == 1
    assert result.stdout.startswith(f"{file}:1: edition: {message}")
    assert "(fix: write 1.0.20261122 in version.txt)" in result.stdout


def test_data_without_a_version_answers_but_is_not_cited(mini: Path, ccn: Ccn) -> None:
    (mini / "version.txt").unlink()
    assert ccn("--data", mini, "cities").returncode == 0
    result = ccn("--data", mini, "cite")
    assert (result.returncode, result.stdout) == (1, "")
    assert "have no valid version" in result.stderr
    assert "ccn check" in result.stderr


def test_a_source_that_is_newer_than_the_version_leaves_it_to_the_release(mini: Path, ccn: Ccn) -> None:
    version = (mini / "version.txt").read_text(encoding="utf-8")
    words = ("new", "source", "town-2027", "--kind", "host", "--publisher", "Town", "--url", "https://example.org/a")
    assert ccn("--data", mini, *words, CCN_TODAY="2027-02-03").returncode == 0
    assert (mini / "version.txt").read_text(encoding="utf-8") == version
    assert ccn("--data", mini, "check", CCN_TODAY="2027-02-03").stderr.count("version.txt") == 0


# -- the formats -------------------------------------------------------------------------------


def test_the_sentence_has_version_date_licence_and_the_permanent_address(ccn: Ccn) -> None:
    whole, city = ccn("cite").stdout, ccn("cite", "Łódź").stdout
    for text in (whole, city):
        assert text.count("\n") == 1
        assert f"Version {VERSION}, data of {SAID}. CC BY 4.0." in text
        assert text.endswith(f" {PERMANENT_ADDRESS}{'city/lodz-pl' if text == city else ''}\n")
    assert "Łódź, Poland. In ccn-kb: the knowledge base" in city


def test_an_unknown_city_is_no_citation(ccn: Ccn) -> None:
    result = ccn("cite", "lodz-plo")
    assert (result.returncode, result.stdout) == (1, "")
    assert "did you mean lodz-pl" in result.stderr


def test_bibtex_of_every_city_is_read_with_its_name_and_is_plain_ascii(network: Network) -> None:
    for city in network.cities.values():
        text = citation.to_bibtex(citation.make_citable(network, city))
        # There is no command for a comma below (Iași) that every program reads; LaTeX takes the letter itself.
        assert text.translate({ord(letter): None for letter in "ȘșȚț"}).isascii()
        entry = read_bibtex(text)
        name = f"{city.name}, {network.countries[city.country].name}"
        assert (entry["title"], entry["booktitle"]) == (name, citation.TITLE)
        assert (entry["version"], entry["year"]) == (VERSION, str(DATE.year))
        assert entry["key"] == f"{city.id}-{VERSION}"
        assert (entry["url"], entry["month"]) == (f"https://w3id.org/ccn-kb/city/{city.id}", f"{DATE:%b}".lower())


@pytest.mark.parametrize("name", ["Łódź", "Kütahya", "Arts & Crafts", "50% #1 $x_y~", r"back\slash {brace}", "金沢"])
def test_bibtex_escapes_what_latex_would_take_for_its_own(name: str, network: Network) -> None:
    city = network.city("kobe-jp").model_copy(update={"name": name})
    text = citation.to_bibtex(citation.make_citable(network, city))
    assert re.sub("[{}]", "", read_bibtex(text)["title"]) == re.sub("[{}]", "", f"{name}, Japan")
    assert not re.search(r"(?<!\\)[&%#$_]", text)


def test_the_commands_formats_are_those_of_the_whole(ccn: Ccn, network: Network) -> None:
    whole = citation.make_citable(network)
    assert ccn("cite", "--format", "bibtex").stdout == citation.to_bibtex(whole)
    assert ccn("cite", "--format", "csl").stdout == citation.to_csl(whole)
    assert ccn("cite", "--format", "ris").stdout == citation.to_ris(whole)
    assert read_bibtex(citation.to_bibtex(whole))["type"] == "misc"


def test_ris_of_every_city_is_read_with_its_name(network: Network) -> None:
    for city in network.cities.values():
        (entry,) = rispy.loads(citation.to_ris(citation.make_citable(network, city)))
        assert entry["title"] == f"{city.name}, {network.countries[city.country].name}"
        assert (entry["secondary_title"], entry["edition"]) == (citation.TITLE, VERSION)
        assert (entry["year"], entry["date"]) == (str(DATE.year), f"{DATE:%Y/%m/%d}")
        assert entry["urls"] == [f"https://w3id.org/ccn-kb/city/{city.id}"]


def test_ris_of_the_whole_is_read_with_its_own_title_alone(network: Network) -> None:
    (entry,) = rispy.loads(citation.to_ris(citation.make_citable(network)))
    assert entry["title"] == citation.TITLE
    assert "secondary_title" not in entry


@pytest.mark.parametrize("id", ["lodz-pl", None])
def test_citeproc_makes_a_reference_of_the_csl(id: str | None, network: Network) -> None:
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    (item,) = items = json.loads(citation.to_csl(citation.make_citable(network, network.city(id) if id else None)))
    with warnings.catch_warnings(record=True):
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        bibliography.register(Citation([CitationItem(item["id"])]))
        (reference,) = map(str, bibliography.bibliography())
    assert citation.AUTHOR in reference
    assert str(DATE.year) in reference
    assert (id is None) == ("Łódź" not in reference)
    assert "Creative Cities Network" in reference


# -- where it is shown -------------------------------------------------------------------------


def test_the_database_says_its_edition(ccn: Ccn, run_program: Ccn, tmp_path: Path, network: Network) -> None:
    assert ccn("build").returncode == 0
    sql = "SELECT name, value FROM edition ORDER BY name"
    rows = json.loads(run_program(sys.executable, "-m", "sqlite_utils", tmp_path / "ccn.db", sql).stdout)
    edition = {row["name"]: row["value"] for row in rows}
    newest = max(source.accessed for source in network.sources.values())
    assert {"version": VERSION, "date": DATE.isoformat(), "accessed": newest}.items() <= edition.items()
    assert edition["licence"] == "CC-BY-4.0"
    assert edition["citation"] == citation.to_text(citation.make_citable(network))


@pytest.mark.parametrize(("page", "id"), [("/about", None), ("/data", None), ("/city/lodz-pl", "lodz-pl")])
def test_a_local_site_shows_the_commands_sentence(page: str, id: str | None, site: Site, network: Network) -> None:
    sentence = citation.to_text(citation.make_citable(network, network.city(id) if id else None))
    assert "127.0.0.1" not in sentence
    assert sentence in site.get(page).text
    assert site.get(f"{page}.json").json()["citation"] == sentence
    assert site.get(f"{page if id else ''}/cite.txt").text == f"{sentence}\n"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://cities.example.org/ccn", "https://cities.example.org/ccn/city/lodz-pl"),
        ("http://127.0.0.1:8001", "https://w3id.org/ccn-kb/city/lodz-pl"),
        ("http://[::1]:8001", "https://w3id.org/ccn-kb/city/lodz-pl"),
        ("http://localhost", "https://w3id.org/ccn-kb/city/lodz-pl"),
        ("/ccn", "https://w3id.org/ccn-kb/city/lodz-pl"),
        ("", "https://w3id.org/ccn-kb/city/lodz-pl"),
    ],
)
def test_a_citation_has_an_address_that_others_can_reach(address: str, shown: str, network: Network) -> None:
    assert cite_page(network, address, network.city("lodz-pl")).endswith(f" {shown}")


def test_every_footer_says_the_version_and_its_day(site: Site) -> None:
    for page in ("/", "/city/lodz-pl", "/ccn/members", "/nowhere"):
        assert f"Data version {VERSION} ({SAID})" in site.client.get(page).text


# -- the files for archives --------------------------------------------------------------------


CFF = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.citation-file-format"]


def test_the_citation_file_is_valid_and_a_broken_one_is_not(tmp_path: Path, run_program: Ccn) -> None:
    assert run_program(*CFF, ROOT / "CITATION.cff").returncode == 0
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    broken = tmp_path / "CITATION.cff"
    broken.write_text(text.replace("authors:", "writers:"), encoding="utf-8")
    assert run_program(*CFF, broken).returncode == 1


def test_zenodo_gets_what_the_citation_file_says() -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    zenodo = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    # Zenodo takes version and date from the release itself.
    expected = {
        "title": cff["title"],
        "description": cff["abstract"],
        "creators": cff["authors"],
        "keywords": cff["keywords"],
        "license": cff["license"],
        "upload_type": cff["type"],
    }
    assert {key: zenodo[key] for key in expected} == expected
    assert zenodo["access_right"] == "open"


# The fields of a deposit that https://developers.zenodo.org/ documents for a dataset, without those of other types.
DEPOSIT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "description", "upload_type", "access_right", "license", "creators"],
    "properties": {
        "title": {"type": "string", "minLength": 3},
        "description": {"type": "string", "minLength": 3},
        "upload_type": {"const": "dataset"},
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": {"type": "string"},
        "language": {"type": "string", "pattern": "^[a-z]{3}$"},
        "doi": {"type": "string", "pattern": "^10[.]"},
        "notes": {"type": "string"},
        "keywords": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True},
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["name"],
                "additionalProperties": False,
                "properties": {key: {"type": "string"} for key in ("name", "affiliation", "orcid", "gnd")},
            },
        },
        "related_identifiers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["identifier", "relation"],
                "additionalProperties": False,
                "properties": {
                    "identifier": {"type": "string"},
                    "relation": {"enum": ["isDocumentedBy", "isIdenticalTo", "isSupplementTo", "isDerivedFrom"]},
                    "resource_type": {"type": "string"},
                },
            },
        },
    },
}


def test_zenodo_takes_each_field_of_its_file() -> None:
    zenodo = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(DEPOSIT).validate(zenodo)
    assert not jsonschema.Draft202012Validator(DEPOSIT).is_valid({**zenodo, "version_of": "1.0"})


# CodeMeta's context in version 3.0 (Apache-2.0), as in the source distribution of codemetapy 3.0.4.
CODEMETA_CONTEXT = ROOT / "tests" / "contexts" / "codemeta-3.0.jsonld"
SCHEMA = rdflib.Namespace("http://schema.org/")
BASE = "https://base.invalid/"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_a_reader_of_json_ld_reads_all_of_codemeta() -> None:
    codemeta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert codemeta["@context"] == "https://w3id.org/codemeta/3.0"
    context = json.loads(CODEMETA_CONTEXT.read_text(encoding="utf-8"))["@context"]
    graph = rdflib.Graph().parse(data=json.dumps({**codemeta, "@context": context}), format="json-ld", publicID=BASE)
    (software,) = graph.subjects(rdflib.RDF.type, SCHEMA.SoftwareSourceCode)
    read = {str(predicate).rpartition("/")[2] for predicate in graph.predicates(software)} - {"22-rdf-syntax-ns#type"}
    assert read == {name for name in codemeta if not name.startswith("@")}
    addresses = {str(node) for triple in graph for node in triple if isinstance(node, rdflib.URIRef)}
    # A text where the context expects an address becomes a relative one.
    assert [address for address in sorted(addresses) if address.startswith(BASE) or not urlsplit(address).netloc] == []
    required = graph.objects(software, SCHEMA.softwareRequirements)
    names = {str(graph.value(package, SCHEMA.name)) for package in required}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert names == {Requirement(dependency).name for dependency in project["dependencies"]}


def test_the_files_for_archives_agree_with_each_other_and_with_the_package() -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    zenodo = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    codemeta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    # `python -m release.codemeta` writes the file again.
    assert (ROOT / "codemeta.json").read_bytes() == to_codemeta(ROOT)
    assert cff["url"] == codemeta["url"] == PERMANENT_ADDRESS == project["urls"]["Homepage"]
    assert [related["identifier"] for related in zenodo["related_identifiers"]] == [PERMANENT_ADDRESS]
    assert (codemeta["version"], codemeta["datePublished"]) == (cff["version"], cff["date-released"])
    assert [author["name"] for author in codemeta["author"]] == [author["name"] for author in cff["authors"]]
    assert {cff["license"], "Apache-2.0"} == {license.rpartition("/")[2] for license in codemeta["license"]}
    assert set(cff["keywords"]) <= set(codemeta["keywords"]) == set(project["keywords"])
    assert (cff.get("doi", ""), zenodo.get("doi", "")) == (DOI, DOI)


def test_the_citation_file_has_the_version_and_the_date_of_the_data() -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cff["version"], cff["date-released"]) == (VERSION, DATE.isoformat())
    assert (cff["title"], cff["authors"]) == (citation.TITLE, [{"name": citation.AUTHOR}])


def test_the_data_is_sound_under_its_version() -> None:
    assert audit.read_valid(DATA, TODAY).network.version == VERSION
