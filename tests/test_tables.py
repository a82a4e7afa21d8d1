"""Tables, queries and SQL: what Datasette shows of the real data, in a real browser and to programs."""

from __future__ import annotations

import csv
import html
import io
import math
import re
import socket
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page

from ccn_kb.database.views import VIEWS, View
from ccn_kb.model.records import REGIONS
from ccn_kb.network import Network
from ccn_kb.network.members import Member
from ccn_kb.network.schema import TABLES, Table
from ccn_kb.site.languages import ENGLISH, languages
from ccn_kb.site.metadata import QUERIES
from ccn_kb.site.table_requests import MOST_RESULTS_AS_HTML, MOST_ROWS_AS_HTML
from tests.conftest import DATA, TODAY
from tests.serving import Site, Visitor, hrefs, text_of

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
HIDDEN = {"redirects", "documents", "edition", "findable"}
SHOWN: list[Table[Any] | View] = [
    *(table for table in TABLES if table.name not in HIDDEN),
    *(view for view in VIEWS if view.name != "city_search"),
]
# No version of the real data has been released, so that these have no row yet.
STILL_EMPTY = {"releases", "corrections"}
PAGE_SIZE = 50
MOST_ROWS = 1000
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {} FROM n"
PAGES = {"cities": "city", "countries": "country", "fields": "field", "meetings": "meeting", "rounds": "round"}
SCRIPT = "<script>window.hacked = true</script>"


def test_the_visitor_sees_calls_to_strangers_and_errors(visitor: Visitor) -> None:
    page = visitor.open("/robots.txt")
    page.evaluate("() => fetch('https://stranger.invalid/').catch(() => null)")
    page.evaluate("() => console.error('something broke')")
    assert visitor.strangers == ["https://stranger.invalid/"]
    assert "something broke" in visitor.complaints


def number_of_rows(page: Page) -> int:
    return page.locator("table.rows-and-columns tbody tr").count()


# -- pages -------------------------------------------------------------------------------------


def test_the_database_page_lists_what_is_for_readers(visitor: Visitor, site: Site) -> None:
    page = visitor.open("/ccn")
    assert text_of(page, "h1") == "The UNESCO Creative Cities Network: database"
    assert page.locator(f"main a[href='{LICENCE}']").count() >= 1
    paths = {urlsplit(link).path for link in hrefs(page, "main a[href^='/']")}
    readable = {f"/ccn/{name}" for name in (*QUERIES, *(shown.name for shown in SHOWN))}
    dictionaries = {f"{'' if tag == ENGLISH else f'/{tag}'}/dictionary" for tag in languages()}
    assert paths == {"/data", "/ccn.db", *dictionaries, *readable}
    assert [text_of(page, f"main a[href='/ccn/{name}']") for name in QUERIES] == [
        query["title"] for query in QUERIES.values()
    ]
    hidden = {table["name"] for table in site.get("/ccn.json").json()["tables"] if table["hidden"]}
    assert hidden > HIDDEN
    assert all(name in HIDDEN or name.startswith(("cities_fts", "sqlite_")) for name in hidden)


def test_the_page_of_downloads_lists_the_same_with_their_rows(site: Site) -> None:
    listed = {table["name"]: table["rows"] for table in site.get("/data.json").json()["tables"]}
    assert listed == {
        shown.name: site.select(f"SELECT count(*) AS rows FROM {shown.name}")[0]["rows"] for shown in SHOWN
    }


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.name)
def test_a_table_page_shows_rows_description_licence_and_source(
    visitor: Visitor, site: Site, shown: Table[Any] | View
) -> None:
    page = visitor.open(f"/ccn/{shown.name}")
    assert text_of(page, "h1") == shown.name
    assert text_of(page, ".metadata-description") == shown.description
    assert text_of(page, f"main a[href='{LICENCE}']") == "CC BY 4.0"
    assert re.search("Data source:.*GeoNames", text_of(page, "main"))
    described = zip(
        page.locator(".column-descriptions dt").all_text_contents(),
        page.locator(".column-descriptions dd").all_text_contents(),
        strict=True,
    )
    columns = shown.columns
    expected = columns if not isinstance(columns, tuple) else {column.name: column.description for column in columns}
    assert dict(described) == dict(expected)
    (total,) = site.select(f"SELECT count(*) AS rows FROM {shown.name}")
    assert text_of(page, "h2.rows").startswith(f"{total['rows']:,} row")
    assert (total["rows"] > 0) == (shown.name not in STILL_EMPTY)
    assert number_of_rows(page) == min(total["rows"], PAGE_SIZE)


@pytest.mark.parametrize("size", ["_size=max", "_size=1000", "%5Fsize=max", "_size=max&_size=max"])
def test_a_table_has_at_most_100_rows_as_html_and_more_for_programs(visitor: Visitor, site: Site, size: str) -> None:
    page = visitor.open(f"/ccn/members?{size}")
    assert number_of_rows(page) == MOST_ROWS_AS_HTML == 100
    visitor.follow(page.locator("a[rel=next]"))
    assert number_of_rows(page) == MOST_ROWS_AS_HTML
    assert len(site.get(f"/ccn/members.json?{size}").json()["rows"]) > MOST_ROWS_AS_HTML


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("nope=1", "Unknown column “nope”. Columns: id, name, country,"),
        ("nope__contains=1", "Unknown column “nope”. Columns: id, name, country,"),
        ("name__foo=1", "Unknown filter “foo”. Filters: exact, not, contains,"),
        ("name__=1", "Unknown filter “”. Filters: exact, not, contains,"),
        ("%3Cscript%3E=1", "Unknown column “<script>”."),
    ],
)
@pytest.mark.parametrize("table", ["cities", "members"])
def test_a_filter_that_would_do_nothing_is_refused(table: str, query: str, message: str, site: Site) -> None:
    assert message in site.get(f"/ccn/{table}.json?{query}", 400).json()["error"]
    page = site.get(f"/ccn/{table}?{query}", 400).text
    assert message in html.unescape(page)
    assert "<script>" not in page.partition("<main")[2]
    assert site.get(f"/ccn/{table}.csv?{query}", 400).json()["error"].startswith(message)
    assert site.get(f"/ccn/{table}.json?name__contains=yo&_size=1&id=lyon-fr").json()["filtered_table_rows_count"] == 1


def test_an_unknown_format_of_a_table_is_not_found(site: Site) -> None:
    for path in ("/ccn/members.geojson", "/ccn.foo", "/ccn/cities/kanazawa-jp.html"):
        site.get(path, 404)


def labels(network: Network, table: str) -> dict[str, str]:
    """Return what readers are to see instead of the ids of a table."""
    named: dict[str, Callable[[], dict[str, str]]] = {
        "regions": lambda: dict(REGIONS),
        "fields": lambda: {record.id: record.name for record in network.fields.values()},
        "countries": lambda: {record.id: record.name for record in network.countries.values()},
        "cities": lambda: {record.id: record.name for record in network.cities.values()},
        "topics": lambda: {record.id: record.name for record in network.topics.values()},
        "rounds": lambda: {str(record.id): record.announced for record in network.rounds.values()},
        "meetings": lambda: {record.id: record.name for record in network.meetings()},
        "cooperations": lambda: {record.id: record.title for record in network.cooperations.values()},
        "official_documents": lambda: {record.id: record.title for record in network.official_documents.values()},
        "releases": lambda: {record.id: record.date for record in network.releases.values()},
        "non_members": lambda: {record.id: record.name for record in network.non_members.values()},
        "sources": lambda: {record.id: record.publisher for record in network.sources.values()},
    }
    return named[table]()


REFERRING = [
    table
    for table in TABLES
    if table.name not in {"topics", *STILL_EMPTY, *HIDDEN} and any(c.references for c in table.columns)
]


@pytest.mark.parametrize("table", REFERRING, ids=lambda table: table.name)
def test_a_reference_shows_a_name_and_leads_to_its_record(
    visitor: Visitor, network: Network, table: Table[Any]
) -> None:
    page = visitor.open(f"/ccn/{table.name}")
    links_of_cells = (
        "cells => cells.map(cell => [...cell.querySelectorAll('a')].map(a => [a.getAttribute('href'), a.innerText]))"
    )
    for column in table.columns:
        if column.references:
            cells = page.eval_on_selector_all(f"td.col-{column.name}:not(.type-none)", links_of_cells)
            assert cells, column.name
            named = labels(network, column.references)
            for links in cells:
                ((address, name),) = links
                assert address.startswith((f"/ccn/{column.references}/", f"/{PAGES.get(column.references)}/"))
                assert name == named[address.rpartition("/")[2]]


def test_the_members_have_facets_that_narrow_them_down(visitor: Visitor, network: Network) -> None:
    page = visitor.open("/ccn/members")
    names = [name.removesuffix(" ✕") for name in page.locator(".facet-info h3").all_inner_texts()]
    assert sorted(names) == ["Country name (first 12)", "Field 8", "Region 5"]
    members = network.members(TODAY)
    expected = Counter(member.designation.field for member in members)
    lines = page.locator("#facet-field li").all_inner_texts()
    assert dict(line.rsplit(" ", 1) for line in lines) == {id: str(n) for id, n in expected.items()}
    assert page.locator("#facet-region").get_by_role("link", name="Europe and North America").count() == 1
    visitor.follow(page.locator("#facet-field").get_by_text("gastronomy"))
    assert text_of(page, "h2.rows").startswith(f"{expected['gastronomy']} rows")
    assert set(page.locator("td.col-field").all_inner_texts()) == {"gastronomy"}


def test_a_city_has_a_page_that_leads_to_all_that_is_known_of_it(visitor: Visitor) -> None:
    page = visitor.open("/ccn/cities/kanazawa-jp")
    assert text_of(page, "td.col-name") == "Kanazawa"
    assert page.locator(f"main a[href='{LICENCE}']").count() >= 1
    visitor.follow(page.locator("a[href^='/ccn/designations?']"))
    assert number_of_rows(page) == 1
    assert text_of(page, "td.col-field a") == "Crafts and Folk Art"
    assert text_of(page, "td.col-since") == "2009-06-08"


def test_an_id_with_odd_characters_has_a_page(visitor: Visitor) -> None:
    page = visitor.open("/ccn/names?value=At-Ta'if")
    visitor.follow(page.locator("td.col-id a"))
    assert text_of(page, "td.col-value") == "At-Ta'if"
    assert text_of(page, "h1") == "names: taif-sa/At-Ta'if"


# -- ready queries -----------------------------------------------------------------------------

Expected: TypeAlias = "Callable[[Network, str], Iterable[tuple[Any, ...]]]"


def members_on(network: Network, date: str) -> Iterable[tuple[Any, ...]]:
    return (tuple(row.values()) for row in network.members(date or TODAY).to_dicts())


def joined_in(network: Network, year: str) -> Iterable[tuple[Any, ...]]:
    for change in network.history(year or "2025", year or "2025"):
        if change.event == "joined":
            yield change.city.id, change.city.name, change.city.country, change.designation.field, change.date


def first_of_each_field(network: Network, _: str) -> Iterable[tuple[Any, ...]]:
    for field in network.fields.values():
        for member in network.first_designated(field.id):
            yield field.name, member.city.name, member.country.name, member.designation.since


def countries_by_members(network: Network, date: str) -> Iterable[tuple[Any, ...]]:
    for id, number in network.count(network.members(date or TODAY), "country").items():
        country = network.countries[id]
        yield id, country.name, country.region, number


def kilometres(here: Member, other: Member) -> float:
    """Return the length of the great circle between two cities, by the angle of their vectors."""

    def vector(member: Member) -> tuple[float, float, float]:
        north, east = math.radians(member.city.location.latitude), math.radians(member.city.location.longitude)
        return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)

    return 6371.0088 * 2 * math.asin(math.dist(vector(here), vector(other)) / 2)


def by_distance(network: Network, city: str) -> list[tuple[float, Member]]:
    members = network.members(TODAY)
    (here,) = (member for member in members if member.city.id == city)
    return sorted((kilometres(here, member), member) for member in members if member is not here)


def cities_near(network: Network, city: str) -> Iterable[tuple[Any, ...]]:
    for km, member in by_distance(network, city or "kanazawa-jp")[:20]:
        yield member.city.id, member.city.name, member.country.name, member.designation.field, round(km, 1)


def cities_within(network: Network, most: str) -> Iterable[tuple[Any, ...]]:
    for km, member in by_distance(network, "kanazawa-jp"):
        if km <= float(most):
            yield member.city.id, member.city.name, member.country.name, member.designation.field, round(km, 1)


def without_neighbour(network: Network, km: str) -> Iterable[tuple[Any, ...]]:
    members = network.members(TODAY)
    for here in members:
        field = here.designation.field
        others = [other for other in members if other.designation.field == field and other is not here]
        far, nearest = min((kilometres(here, other), other) for other in others)
        if far > float(km or 1000):
            yield here.city.id, here.city.name, here.country.name, field, nearest.city.name, round(far, 1)


def census_differences(network: Network, _: str) -> Iterable[tuple[Any, ...]]:
    for row in network.census():
        of = "the network"
        if row.record_type == "total":
            total = network.totals[row.record_id]
            of = total.field or total.country or total.region or of
        yield row.date, of, row.figure, row.stated, row.counted, row.difference, row.record_type, row.record_id


def known_for(network: Network, topic: str) -> Iterator[tuple[object, ...]]:
    for city, designation, country in network.members(TODAY):
        for said in city.known_for:
            if (topic or "ceramics") in {subject.id for subject in network.topic_and_broader(said.value)}:
                yield city.id, city.name, country.name, designation.field, said.value


def mentoring_before_designation(network: Network, _: str) -> Iterator[tuple[object, ...]]:
    for cooperation in network.cooperations.values():
        roles = {role: [part.city for part in cooperation.cities if part.role == role] for role in ("helper", "helped")}
        for helped in roles["helped"]:
            if cooperation.kind == "mentoring" and not network.was_member(helped, cooperation.starts):
                joined = min(designation.since for designation in network.cities[helped].designations)
                for helper in roles["helper"]:
                    yield cooperation.id, cooperation.title, cooperation.starts, helper, helped, joined


def statistics(parameter: str = "") -> Expected:
    """Return what the query `statistics` gives with a value of the parameter."""

    def expected(network: Network, value: str) -> Iterator[tuple[object, ...]]:
        part = {parameter: value} if parameter in ("field", "country", "region") else {}
        members = network.members(value if parameter == "date" else TODAY, **part)  # type: ignore[arg-type]
        by = [value if parameter == "by" else "field", *([value] if parameter == "then" else [])]
        for group, number in network.cross_count(members, *by).items():
            labels = [label for name, id in zip(by, group, strict=True) for label in (id, network.label(name, id))]
            first, name, then, then_name = (*labels, None, None)[:4]
            yield first, name, then, then_name, number, round(number / len(members), 4)

    return expected


ASKED: list[tuple[str, str, Expected]] = [
    ("statistics", "", statistics()),
    *(
        ("statistics", f"{parameter}={value}", statistics(parameter))
        for parameter, value in {
            "date": "2015-05-28",
            "by": "continent",
            "then": "region",
            "field": "film",
            "country": "JP",
            "region": "africa",
        }.items()
    ),
    ("members_on", "", members_on),
    ("members_on", "date=2015-05-28", members_on),
    ("members_on", "date=2023-10-30", members_on),
    ("joined_in", "", joined_in),
    ("joined_in", "year=2019", joined_in),
    ("first_of_each_field", "", first_of_each_field),
    ("countries_by_members", "", countries_by_members),
    ("countries_by_members", "date=2015-05-28", countries_by_members),
    ("cities_near", "", cities_near),
    ("cities_near", "city=lyon-fr", cities_near),
    ("cities_near", "km=500", cities_within),
    ("without_neighbour", "", without_neighbour),
    ("without_neighbour", "km=1500", without_neighbour),
    ("census_differences", "", census_differences),
    ("known_for", "", known_for),
    ("known_for", "topic=textiles", known_for),
    ("mentoring_before_designation", "", mentoring_before_designation),
]


@pytest.mark.parametrize(("name", "parameter", "expected"), ASKED)
def test_a_ready_query_answers_as_the_network_does(
    visitor: Visitor, site: Site, network: Network, name: str, parameter: str, expected: Expected
) -> None:
    rows = [tuple(row.values()) for row in site.rows(f"/ccn/{name}.json?{parameter}")]
    answer = list(expected(network, parameter.partition("=")[2]))
    assert sorted(rows, key=str) == sorted(answer, key=str)
    page = visitor.open(f"/ccn/{name}?{parameter}")
    assert text_of(page, "h1") == QUERIES[name]["title"]
    assert text_of(page, ".metadata-description") == QUERIES[name]["description"]
    assert page.locator(".message-error").count() == 0
    assert number_of_rows(page) == len(answer) > 0


def test_every_ready_query_is_asked_with_and_without_its_parameters() -> None:
    # Nobody joined in the year of the tests, so that this one is asked of earlier years in test_views.
    asked = {(name, parameter.partition("=")[0]) for name, parameter, _ in ASKED} | {("statistics", "new")}
    assert asked == {(name, "") for name in QUERIES} | {
        (name, parameter) for name, query in QUERIES.items() for parameter in query.get("params", [])
    }


def test_a_reader_types_a_date(visitor: Visitor, network: Network) -> None:
    page = visitor.open("/ccn/members_on")
    page.get_by_label("date").fill("2005-09-01")
    visitor.follow(page.get_by_role("button", name="Run"))
    ids = page.locator("td.col-id").all_inner_texts()
    assert sorted(ids) == sorted(member.city.id for member in network.members("2005-09-01"))
    assert {"aswan-eg", "edinburgh-gb"} < set(ids)


@pytest.mark.parametrize("date", ["2015", "2015-05", "2023-10"])
@pytest.mark.parametrize("name", ["members_on", "countries_by_members"])
def test_a_partial_date_in_a_query_means_its_last_day(site: Site, network: Network, name: str, date: str) -> None:
    expected = {"members_on": members_on, "countries_by_members": countries_by_members}[name]
    rows = [tuple(row.values()) for row in site.rows(f"/ccn/{name}.json?date={date}")]
    assert sorted(rows, key=str) == sorted(expected(network, date), key=str)


@pytest.mark.parametrize("name", ["members_on", "countries_by_members"])
def test_what_is_no_date_has_no_members(site: Site, name: str) -> None:
    assert site.rows(f"/ccn/{name}.json?date=yesterday-evening") == []


# -- search ------------------------------------------------------------------------------------


def test_a_reader_searches_a_city(visitor: Visitor) -> None:
    page = visitor.open("/ccn/cities?_search=lodz")
    assert page.locator("td.col-name").all_inner_texts() == ["Łódź"]
    page.get_by_label("Search", exact=True).fill("金沢")
    visitor.follow(page.get_by_text("Apply"))
    assert page.locator("td.col-name").all_inner_texts() == ["Kanazawa"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Łódź", {"lodz-pl"}),
        ("Gand", {"ghent-be"}),
        ("granada", {"granada-es", "granada-ni"}),
        ("At-Ta'if", {"taif-sa"}),
        ("lodz*(", {"lodz-pl"}),
        ("atlantis", set()),
        ('at"lantis', set()),
        ('"', set()),
        ('" "', set()),
        ('"lodz', {"lodz-pl"}),
    ],
)
def test_the_search_finds_by_any_name(site: Site, words: str, expected: set[str]) -> None:
    for table in ("cities", "members"):
        assert {row["id"] for row in site.rows(f"/ccn/{table}.json?_search={quote(words)}")} == expected


def test_a_search_where_there_is_no_index_is_refused_with_the_tables_that_have_one(site: Site) -> None:
    for query in ("_search=lodz", "_search_name=lodz"):
        answer = site.get(f"/ccn/topics.json?{query}", 400).json()
        assert answer["error"] == "topics has no search index. Tables that can be searched: cities."
        assert "cities" in site.get(f"/ccn/topics?{query}", 400).text
    assert site.get("/ccn/members.json?_searchmode=raw").json()["filtered_table_rows_count"] > 0


# -- data for programs -------------------------------------------------------------------------


def test_the_members_as_json_are_those_of_the_network(site: Site, network: Network) -> None:
    rows = {row["id"]: row for row in site.rows("/ccn/members.json")}
    assert rows == {row["id"]: row for row in network.members(TODAY).to_dicts()}


def test_the_members_as_csv_are_those_of_the_network(site: Site, network: Network) -> None:
    response = site.get("/ccn/members.csv?_size=max")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(response.text))}
    assert rows == {
        row["id"]: {name: "" if value is None else str(value) for name, value in row.items()}
        for row in network.members(TODAY).to_dicts()
    }


def test_a_long_table_can_be_had_whole(site: Site) -> None:
    (total,) = site.select("SELECT count(*) AS rows FROM citations")
    assert total["rows"] > MOST_ROWS
    rows = list(csv.DictReader(io.StringIO(site.get("/ccn/citations.csv?_stream=on").text)))
    assert len(rows) == total["rows"]


def test_the_database_can_be_downloaded(site: Site, tmp_path: Path, network: Network) -> None:
    (tmp_path / "ccn.db").write_bytes(site.get("/ccn.db").content)
    with closing(sqlite3.connect(tmp_path / "ccn.db")) as connection:
        (members,) = connection.execute("SELECT count(*) FROM members").fetchone()
    assert members == len(network.members(TODAY))


# -- what the site refuses ---------------------------------------------------------------------


def test_the_server_listens_on_this_machine_alone(site: Site) -> None:
    port = urlsplit(site.address).port
    assert port
    with socket.create_connection(("127.0.0.1", port), timeout=2):
        pass
    # Every 127.x.x.x is this machine: a server on all addresses would answer here.
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", port), timeout=2).close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM cities",
        "INSERT INTO regions VALUES ('atlantis', 'Atlantis')",
        "UPDATE cities SET name = 'Atlantis'",
        "DROP TABLE cities",
        "CREATE TABLE atlantis (id)",
        "WITH one AS (SELECT 1) DELETE FROM cities",
        "SELECT 1; DELETE FROM cities",
        "EXPLAIN DELETE FROM cities",
        "PRAGMA writable_schema = 1",
        "ATTACH 'atlantis.db' AS atlantis",
        "VACUUM INTO 'atlantis.db'",
        "SELECT load_extension('atlantis')",
    ],
)
def test_writing_by_sql_is_refused(site: Site, sql: str) -> None:
    response = site.client.get("/ccn.json", params={"sql": sql})
    answer = response.json()
    assert answer["ok"] is False
    assert re.search("Statement must be a SELECT|readonly|one statement at a time|not authorized", answer["error"])
    assert site.select("SELECT count(*) AS n FROM cities WHERE name <> 'Atlantis'") == [
        {"n": len(list(DATA.glob("cities/*.yaml")))}
    ]


def test_the_database_is_immutable(site: Site) -> None:
    (served,) = site.get("/-/databases.json").json()
    assert (served["name"], served["is_mutable"], served["is_memory"]) == ("ccn", False, False)


def test_a_query_that_never_ends_is_cut_off(site: Site) -> None:
    response = site.client.get("/ccn.json", params={"sql": ENDLESS.format("count(*)")})
    assert response.status_code == 400
    assert "took too long" in response.json()["error"]
    site.get("/ccn")


def test_a_query_of_many_rows_is_cut_off(visitor: Visitor, site: Site) -> None:
    sql = ENDLESS.format("x")
    answer = site.client.get("/ccn.json", params={"sql": sql}).json()
    assert answer["truncated"] is True
    assert len(answer["rows"]) == MOST_ROWS
    page = visitor.open(f"/ccn?sql={quote(sql)}")
    assert text_of(page, "h2.rows") == f"First {MOST_RESULTS_AS_HTML} of more than {MOST_RESULTS_AS_HTML} rows"
    assert number_of_rows(page) == MOST_RESULTS_AS_HTML


@pytest.mark.parametrize(
    "path",
    [
        "/ccn?sql=SELECT+:x+AS+y&x={}",
        "/ccn?sql=SELECT+'{}'+AS+\"{}\"",
        "/ccn?sql=SELECT+'</title></textarea></pre>{}'",
        '/ccn?sql=SELECT+nothing+FROM+"{}"',
        "/ccn?sql=DELETE+{}",
        f"/ccn?sql={quote(ENDLESS.format('count(*)'))}+WHERE+x+<>+'</textarea>{{}}'",
        "/ccn/members_on?date={}",
        "/ccn/cities?_search={}",
        "/ccn/cities?name={}",
        "/ccn/cities?{}=1",
        "/ccn/cities?_facet={}",
        "/ccn/{}",
        "/ccn/cities/{}",
        "/{}",
    ],
)
def test_a_script_in_an_address_is_not_run(visitor: Visitor, path: str) -> None:
    page = visitor.open(path.replace("{}", quote(SCRIPT)), status=None)
    assert visitor.text_as_sent
    assert SCRIPT not in visitor.text_as_sent
    assert page.evaluate("() => window.hacked") is None


def test_a_script_in_a_value_is_shown_as_text(visitor: Visitor) -> None:
    page = visitor.open(f"/ccn?sql=SELECT+:x+AS+y&x={quote(SCRIPT)}")
    assert html.escape(SCRIPT) in visitor.text_as_sent
    assert text_of(page, "td.col-y") == SCRIPT


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/ccn", "/ccn/members", "/ccn/cities/kanazawa-jp", "/ccn/members_on"])
def test_a_wrong_method_is_refused(site: Site, method: str, path: str) -> None:
    assert site.client.request(method, path).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/ccn/atlantis",
        "/ccn/atlantis.json",
        "/ccn/cities/atlantis-gr",
        "/atlantis",
        "/ccn/cities/kanazawa-jp/more/still",
    ],
)
def test_what_is_not_there_is_not_found(visitor: Visitor, site: Site, path: str) -> None:
    before = site.output()
    response = site.get(path, 404)
    assert "Traceback" not in response.text
    assert re.search("not found|404", response.text.casefold())
    visitor.open(path, 404)
    assert "Traceback" not in site.output().removeprefix(before)


@pytest.mark.parametrize("path", ["/ccn", "/ccn/members", "/ccn/members_on?date=2015-05-28", "/ccn/cities/kanazawa-jp"])
def test_a_page_of_the_database_says_what_it_is_to_search_engines(path: str, site: Site) -> None:
    (description,) = re.findall('<meta name="description" content="([^"]+)">', site.get(path).text)
    assert len(description) > 20
