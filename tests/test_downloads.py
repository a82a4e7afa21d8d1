"""Every download has as many rows as the page next to it states, and a result that was cut states so."""

from __future__ import annotations

import codecs
import csv
import io
import re
from html import unescape
from urllib.parse import quote

import openpyxl
import pytest
import python_calamine

from ccn_kb.database.views import FOR_READERS
from ccn_kb.network import Network
from ccn_kb.site.metadata import QUERIES
from tests.serving import Site

LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>([^<]*)</a>')
ROWS = re.compile(r'<h2 class="rows">([0-9,]+) rows?')
SQL = "SELECT * FROM citations"


def count_rows(site: Site, address: str) -> int:
    """Return the number of rows of a file in CSV, JSON or Excel."""
    response = site.get(address)
    path = address.partition("?")[0]
    if path.startswith("/data/"):
        name = path.rpartition("/")[2]
        assert response.headers["content-disposition"].endswith(f'filename="{name}"')
    if path.endswith(".xlsx"):
        rows = openpyxl.load_workbook(io.BytesIO(response.content), read_only=True).worksheets[0].iter_rows()
        return sum(1 for _ in rows) - 1
    if path.endswith(".csv"):
        return len(list(csv.reader(io.StringIO(response.text)))) - 1
    content = response.json()
    if isinstance(content, dict):
        content = content["cities" if path == "/cities.json" else "rows"]
    return len(content)


def download_links(page: str, *formats: str) -> dict[str, str]:
    """Return the links to files of rows: their addresses, with their texts."""
    links = {unescape(address): text for address, text in LINK.findall(page)}
    return {
        address: text
        for address, text in links.items()
        if text.split(" ")[0] in formats and address.partition("?")[0].endswith((".csv", ".json", ".xlsx"))
    }


def test_each_download_of_the_data_page_has_the_rows_that_it_states(site: Site) -> None:
    checked = 0
    for row in re.findall("<tr>.*?</tr>", site.get("/data").text):
        if links := download_links(row, "CSV", "JSON", "Excel"):
            stated = int(re.findall(r'<td class="number">([0-9,]+)</td>', row)[-1].replace(",", ""))
            assert [count_rows(site, address) for address in links] == [stated] * 3, links
            checked += 1
    assert checked == len(FOR_READERS)


@pytest.mark.parametrize("table", [shown.name for shown in FOR_READERS])
@pytest.mark.parametrize("query", ["", "?_size=10"])
def test_each_download_of_a_table_has_the_rows_that_it_states(table: str, query: str, site: Site) -> None:
    page = site.get(f"/ccn/{table}{query}").text
    (stated,) = ROWS.findall(page)
    links = download_links(page, "CSV", "JSON", "Excel")
    # A table without rows says so, and has nothing to download on its page.
    assert len(links) >= (2 if query else 3) if stated != "0" else links == {}
    counted = {address: count_rows(site, address) for address in links}
    assert counted == dict.fromkeys(links, int(stated.replace(",", "")))


def test_the_downloads_of_a_part_of_a_table_are_whole_or_state_that_they_are_not(site: Site) -> None:
    page = site.get("/ccn/citations?record_type=designation").text
    (stated,) = ROWS.findall(page)
    total = int(stated.replace(",", ""))
    links = {text: address for address, text in download_links(page, "CSV", "JSON").items()}
    assert set(links) == {"CSV", f"JSON (first 1,000 of {stated})"}
    assert count_rows(site, links["CSV"]) == total > 1000
    assert count_rows(site, links[f"JSON (first 1,000 of {stated})"]) == 1000
    shown = page.count('<td class="col-record_id')
    assert f"Shown: first {shown} of {stated}." in page
    later = site.get(unescape(re.findall('<a href="([^"]+)" rel="next">', page)[0])).text
    assert [count_rows(site, address) for address in download_links(later, "CSV")] == [total]


@pytest.mark.parametrize("filters", ["", "?country=JP", "?q=music&on=2019", "?region=africa"])
def test_each_download_of_the_list_of_cities_has_the_cities_of_the_list(filters: str, site: Site) -> None:
    page = site.get(f"/cities{filters}").text
    stated = page.count('<tr><th scope="row">')
    addresses = [unescape(address) for address in re.findall(r'href="(/cities\.(?:csv|json|xlsx)[^"]*)"', page)]
    assert len(addresses) >= 3
    assert [count_rows(site, address) for address in addresses] == [stated] * len(addresses)


def test_a_table_as_csv_is_whole_unless_a_part_is_asked_for(site: Site, network: Network) -> None:
    number = len(site.get("/data/citations.json").json())
    assert number > 1000
    assert count_rows(site, "/ccn/citations.csv") == number
    assert count_rows(site, "/ccn/members.csv?region=africa") == len(network.members("2026", region="africa"))
    assert count_rows(site, "/ccn/citations.csv?_size=7") == 7
    for name in QUERIES:
        assert "x-rows" not in site.get(f"/ccn/{name}.csv").headers, name


def test_a_result_that_was_cut_states_so_on_the_page_in_a_header_and_in_the_json(site: Site) -> None:
    number = len(site.get("/data/citations.json").json())
    sql, note = quote(SQL), f"first 1,000 of {number:,}"
    assert f"First 500 of {number:,} rows" in site.get(f"/ccn?sql={sql}").text
    assert site.get(f"/ccn.csv?sql={sql}").headers["x-rows"] == note
    assert site.get(f"/ccn.json?sql={sql}&_shape=array").headers["x-rows"] == note
    answer = site.get(f"/ccn.json?sql={sql}")
    assert (answer.json()["note"], answer.json()["whole"], answer.headers["x-rows"]) == (note, "/ccn.db", note)
    whole = site.get("/ccn.json?sql=SELECT+1")
    assert "note" not in whole.json()
    assert "x-rows" not in whole.headers


@pytest.mark.parametrize(
    ("size", "rows"), [("7", 7), ("100", 100), ("101", 100), ("1000", 100), ("max", 100), ("9" * 20, 100)]
)
def test_a_page_of_a_table_has_a_hundred_rows_at_most(site: Site, size: str, rows: int) -> None:
    page = site.get(f"/ccn/citations?_size={size}").text
    assert page.count("<tr>") == rows + 1, "the rows and the head"


def test_a_page_of_a_table_as_json_has_the_address_of_all_rows(site: Site) -> None:
    number = len(site.get("/data/citations.json").json())
    answer = site.get("/ccn/citations.json?_size=100")
    assert answer.json()["note"] == answer.headers["x-rows"] == f"first 100 of {number:,}"
    assert count_rows(site, answer.json()["whole"]) == number
    part = site.get("/ccn/citations.json?record_type=designation&_size=max").json()
    total = part["filtered_table_rows_count"]
    assert (part["note"], count_rows(site, part["whole"])) == (f"first 1,000 of {total:,}", total)
    later = site.get(f"/ccn/citations.json?_size=100&_next={quote(answer.json()['next'])}").json()
    assert later["note"] == f"100 of {number:,}"
    assert "note" not in site.get("/ccn/regions.json").json()


def test_csv_has_a_byte_order_mark_if_it_is_asked_for(site: Site) -> None:
    for address in ("/cities.csv", "/data/members.csv", "/data/topics.csv", "/cities.csv?country=JP"):
        marked = site.get(f"{address}{'&' if '?' in address else '?'}bom=1").content
        assert marked == codecs.BOM_UTF8 + site.get(address).content
    site.get("/cities?bom=1", 400)
    site.get("/cities.json?bom=1", 400)


def test_the_json_of_all_rows_is_that_of_the_table(site: Site) -> None:
    for name in ("regions", "fields", "rounds"):
        rows, others = site.get(f"/data/{name}.json").json(), site.rows(f"/ccn/{name}.json")
        assert sorted(rows, key=str) == sorted(others, key=str)


def test_a_workbook_of_the_site_has_the_values_of_the_table_as_other_readers_read_them(site: Site) -> None:
    for path in ("/cities.xlsx?country=JP", "/data/members.xlsx", "/data/history.xlsx"):
        content = site.get(path.replace(".xlsx", ".json")).json()
        expected = content["cities"] if isinstance(content, dict) else content
        heads, *rows = read_first_sheet(site.get(path).content)
        read = [{str(name): as_text(cell) for name, cell in zip(heads, row, strict=True)} for row in rows]
        assert read == [{str(name): as_text(row[str(name)]) for name in heads} for row in expected]


def read_first_sheet(body: bytes) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
    return [[*row] for row in book.get_sheet_by_index(0).to_python()]


def as_text(cell: object) -> str:
    """Return a value as text: Excel has only one type of numbers, and an empty cell for what is unknown."""
    if isinstance(cell, float | int):
        return f"{cell:.9g}"
    return "" if cell is None else str(cell)


def test_a_workbook_of_the_site_states_its_edition_contents_and_address(site: Site, network: Network) -> None:
    response = site.get("/cities.xlsx?field=film&country=JP")
    assert response.headers["content-disposition"].endswith('filename="cities.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["members", "about", "columns"]
    about = {str(row[0]): str(row[1]) for row in book["about"].iter_rows(values_only=True) if row[0]}
    assert about["version"] == network.version
    assert {"licence", "citation"} <= about.keys()
    assert about["contents"] == site.get("/cities.json?field=film&country=JP").json()["sentence"]
    assert about["address"].endswith("/cities.xlsx?field=film&country=JP")


def test_only_a_page_with_a_list_has_a_workbook(site: Site) -> None:
    site.get("/city/kanazawa-jp.xlsx", 404)
    site.get("/data/documents.xlsx", 404)
    comparison = site.get("/compare.xlsx?country=JP").content
    assert openpyxl.load_workbook(io.BytesIO(comparison)).sheetnames[0] == "growth"
