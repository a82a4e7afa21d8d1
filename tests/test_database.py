"""The database: what outsiders query stands in it, leads somewhere, is sourced, and says what the network says."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, get_args
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from icalendar import Calendar

import ccn_kb
from ccn_kb import database
from ccn_kb.database.documents_table import DOCUMENTS
from ccn_kb.database.views import FOR_READERS, VIEWS
from ccn_kb.exports import meetings_calendar
from ccn_kb.model.dates import first_day, last_day, precision
from ccn_kb.model.records import City, WithDisputes
from ccn_kb.network import Network
from ccn_kb.network.members import MEMBER_COLUMNS
from ccn_kb.network.published_totals import Figure
from ccn_kb.network.schema import TABLES
from ccn_kb.site.metadata import ready_queries
from tests.conftest import TODAY, Ccn
from tests.records import make_city, make_country, make_designation, make_group, make_network, make_source

Rows: TypeAlias = "list[dict[str, Any]]"

CONTRACT = {
    "fields": "id name name_fr since",
    "countries": "id alpha3 name name_fr region continent",
    "country_status": "country status since until",
    "country_groups": "id country country_name group_id group_name kind code since since_day"
    " until until_day edition as_of",
    "regions": "id name",
    "cities": "id name country subdivision subdivision_code second_subdivision second_subdivision_code"
    " latitude longitude population population_year population_basis geonames wikidata unesco_page",
    "coordinators": "id field field_name city role since since_day stated stated_day",
    "non_members": "id name country country_name note",
    "membership_claims": "id city status field field_name date",
    "names": "city value lang place until",
    "populations": "city value year basis",
    "monitoring_reports": "city year lang url",
    "rounds": "id announced stated_new stated_members stated_countries stated_first_time",
    "totals": "id date members countries field wording",
    "designations": "id city field round since since_day since_precision until until_day end_reason",
    "meetings": "id ordinal name starts ends status theme",
    "meeting_hosts": "meeting position city name country",
    "official_documents": "id kind title date date_day replaces meeting round deadline deadline_day per_country"
    " applications note",
    "document_statements": "id document position value",
    "releases": "id date date_day replaces corrections",
    "corrections": "id release change kind record name path before after",
    "cooperations": "id title kind field starts ends",
    "cooperation_cities": "cooperation city position role",
    "topics": "id name name_fr name_es broader",
    "city_topics": "city topic",
    "sources": "id title publisher kind url archived published accessed lang",
    "citations": "record_type record_id path source locator",
    "disputed": "record_type record_id path value source",
    "redirects": "old new",
    "documents": "path type body",
}
VIEW_CONTRACT = {
    "members": " ".join(MEMBER_COLUMNS),
    "history": "date event city name country field",
    "census": "record_type record_id figure date stated counted",
    "network_by_year": "year members countries",
    "field_by_country": "country field members",
}
REFERENCES = {
    "countries": {"region": "regions"},
    "country_status": {"country": "countries"},
    "country_groups": {"country": "countries"},
    "cities": {"country": "countries"},
    "coordinators": {"field": "fields", "city": "cities"},
    "non_members": {"country": "countries"},
    "membership_claims": {"city": "non_members", "field": "fields"},
    "names": {"city": "cities"},
    "populations": {"city": "cities"},
    "monitoring_reports": {"city": "cities"},
    "city_facts": {"city": "cities"},
    "topics": {"broader": "topics"},
    "city_topics": {"city": "cities", "topic": "topics"},
    "totals": {"field": "fields", "country": "countries", "region": "regions"},
    "designations": {"city": "cities", "field": "fields", "round": "rounds"},
    "meeting_hosts": {"meeting": "meetings", "city": "cities", "country": "countries"},
    "meeting_statements": {"meeting": "meetings"},
    "official_documents": {"replaces": "official_documents", "meeting": "meetings", "round": "rounds"},
    "document_statements": {"document": "official_documents"},
    "releases": {"replaces": "releases"},
    "corrections": {"release": "releases"},
    "cooperations": {"field": "fields"},
    "cooperation_cities": {"cooperation": "cooperations", "city": "cities", "field": "fields"},
    "citations": {"source": "sources"},
    "disputed": {"source": "sources"},
    "redirects": {"new": "cities"},
}


@pytest.fixture(scope="session")
def path(network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real network's database, with the calendar as the command puts it in; read only."""
    target = tmp_path_factory.mktemp("database") / "ccn.db"
    database.build(network, target, [calendar_of(network)])
    return target


@pytest.fixture(scope="session")
def sql(path: Path) -> Iterator[Sql]:
    """Ask the real network's database in SQL; rows come as dictionaries."""
    with opened(path) as ask:
        yield ask


Sql: TypeAlias = "Callable[..., Rows]"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Sql]:
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield lambda text, *values: [dict(row) for row in connection.execute(text, values)]


def calendar_of(network: Network) -> tuple[str, str, str]:
    return meetings_calendar.PATH, meetings_calendar.TYPE, meetings_calendar.to_calendar(network)


def columns(sql: Sql, table: str) -> list[str]:
    return [row["name"] for row in sql("SELECT name FROM pragma_table_info(?)", table)]


def tables(sql: Sql, kind: str = "table") -> set[str]:
    """Return the tables (or views) of the project's own making."""
    rows = sql("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = ?", kind)
    return {row["name"] for row in rows if not row["name"].startswith("sqlite_")}


def table_of(record_type: str) -> str:
    """Return the table whose name in the singular is given."""
    if record_type == "country_status":
        return record_type
    return f"{record_type[:-1]}ies" if record_type.endswith("y") else f"{record_type}s"


# -- what the database is made of --------------------------------------------------------------


@pytest.mark.parametrize("name", CONTRACT)
def test_a_table_has_the_promised_columns(sql: Sql, name: str) -> None:
    assert name in tables(sql)
    assert set(CONTRACT[name].split()) <= set(columns(sql, name))


@pytest.mark.parametrize("name", VIEW_CONTRACT)
def test_a_view_has_the_promised_columns(sql: Sql, name: str) -> None:
    assert name in tables(sql, "view")
    assert set(VIEW_CONTRACT[name].split()) <= set(columns(sql, name))


def test_the_columns_of_the_members_stand_in_their_order(sql: Sql) -> None:
    assert tuple(columns(sql, "members")) == MEMBER_COLUMNS


def test_every_table_is_strict(sql: Sql) -> None:
    strict = {row["name"] for row in sql("SELECT name FROM pragma_table_list WHERE strict")}
    assert strict == tables(sql)


def test_every_reference_is_a_foreign_key(sql: Sql) -> None:
    references = {
        table: {
            row["from"]: row["table"]
            for row in sql('SELECT "from", "table", "to" FROM pragma_foreign_key_list(?)', table)
            if row["to"] == "id"
        }
        for table in tables(sql)
    }
    assert {table: keys for table, keys in references.items() if keys} == REFERENCES


def test_every_reference_is_indexed(sql: Sql) -> None:
    for table, keys in REFERENCES.items():
        indexes = sql("SELECT name FROM pragma_index_list(?)", table)
        first = {
            row["name"]
            for index in indexes
            for row in sql("SELECT name FROM pragma_index_info(?) WHERE seqno = 0", index["name"])
        }
        assert keys.keys() <= first, table


def test_the_file_is_sound_and_its_references_lead_somewhere(sql: Sql) -> None:
    assert sql("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    assert sql("PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE designations SET city = 'atlantis-gr'",
        "UPDATE cities SET population = 'many'",
        "UPDATE cities SET latitude = 'north'",
        "UPDATE cities SET name = NULL",
        "UPDATE designations SET id = 'lyon-fr-literature-2023'",
        "DELETE FROM sources",
    ],
)
def test_the_tables_refuse_what_is_wrong(path: Path, wrong: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        copy.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError):
            copy.execute(wrong)


DESCRIBED = [
    *(
        pytest.param(
            table.name, table.description, {column.name: column.description for column in table.columns}, id=table.name
        )
        for table in (*TABLES, DOCUMENTS)
    ),
    *(pytest.param(view.name, view.description, view.columns, id=view.name) for view in VIEWS),
]
# A sentence begins with a capital or a figure, or with the values that the column takes: "held, postponed or …".
SENTENCE = re.compile(r"(?:[A-Z0-9]|[a-z-]+(?: \([^)]*\))?(?:,| or) ).*\w.*\.", re.DOTALL)


@pytest.mark.parametrize(("name", "description", "described"), DESCRIBED)
def test_every_table_and_column_is_described_in_a_sentence(
    sql: Sql, name: str, description: str, described: Mapping[str, str]
) -> None:
    assert list(described) == columns(sql, name)
    assert [text for text in (description, *described.values()) if not SENTENCE.fullmatch(text)] == []


def test_everything_in_the_database_is_described(sql: Sql) -> None:
    assert {case.values[0] for case in DESCRIBED} == tables(sql) | tables(sql, "view")


def test_readers_are_shown_all_but_what_only_programs_need(sql: Sql) -> None:
    ours = {name for name in tables(sql) | tables(sql, "view") if not name.startswith("cities_fts")}
    assert ours - {shown.name for shown in FOR_READERS} == {
        "city_search",
        "documents",
        "edition",
        "redirects",
        "findable",
    }


# -- what the tables hold ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "collection", "different"),
    [
        ("fields", "fields", {"activities"}),
        ("topics", "topics", set()),
        ("countries", "countries", {"official"}),
        ("cities", "cities", {"subdivision", "second_subdivision", "population"}),
        ("rounds", "rounds", set()),
        ("totals", "totals", set()),
        ("meetings", "meetings_by_id", set()),
        ("cooperations", "cooperations", set()),
        ("sources", "sources", {"archived"}),
    ],
)
def test_a_table_holds_every_record_with_its_values(
    sql: Sql, network: Network, table: str, collection: str, different: set[str]
) -> None:
    records: Mapping[str | int, Any] = getattr(network, collection)
    rows = {row["id"]: row for row in sql(f"SELECT * FROM {table}")}
    assert rows.keys() == records.keys()
    same = [name for name in columns(sql, table) if name in type(next(iter(records.values()))).model_fields]
    same = [name for name in same if name not in different]
    assert len(same) >= 3
    assert {id: [row[name] for name in same] for id, row in rows.items()} == {
        id: [getattr(record, name) for name in same] for id, record in records.items()
    }


def test_the_activities_of_a_field_stand_in_one_text(sql: Sql, network: Network) -> None:
    rows = {row["id"]: row["activities"] for row in sql("SELECT id, activities FROM fields")}
    assert rows == {field.id: "; ".join(field.activities) for field in network.fields.values()}


def test_a_field_begins_with_its_first_designation(sql: Sql, network: Network) -> None:
    dates = {row["id"]: row["since"] for row in sql("SELECT id, since FROM fields")}
    for id, since in dates.items():
        assert since in {member.designation.since for member in network.first_designated(id)}
    assert dates["literature"] == "2004-10-13"
    assert dates["architecture"] == "2025-10-31"


def test_the_figures_of_a_round_are_named_as_stated(sql: Sql, network: Network) -> None:
    rows = sql("SELECT id, stated_new, stated_members, stated_countries FROM rounds")
    figures = {row["id"]: (row["stated_new"], row["stated_members"], row["stated_countries"]) for row in rows}
    assert figures == {record.id: (record.new, record.members, record.countries) for record in network.rounds.values()}
    assert figures[2021] == (49, 295, 90)


def test_designations_are_those_of_the_network_with_real_days(sql: Sql, network: Network) -> None:
    expected = [
        (
            f"{city.id}-{designation.field}-{designation.since[:4]}",
            city.id,
            designation.field,
            designation.round,
            designation.since,
            first_day(designation.since).isoformat(),
            precision(designation.since),
            designation.end.date if designation.end else None,
            first_day(designation.end.date).isoformat() if designation.end else None,
            designation.end.reason if designation.end else None,
        )
        for city in network.cities.values()
        for designation in city.designations
    ]
    rows = sql(f"SELECT {', '.join(CONTRACT['designations'].split())} FROM designations")
    assert sorted(map(str, (tuple(row.values()) for row in rows))) == sorted(map(str, expected))


def test_partial_dates_of_totals_and_meetings_have_the_day_that_they_mean(sql: Sql) -> None:
    for row in sql("SELECT date, date_day FROM totals"):
        assert row["date_day"] == last_day(row["date"]).isoformat()
    for row in sql("SELECT starts, starts_day, ends, ends_day FROM meetings"):
        assert row["starts_day"] == first_day(row["starts"]).isoformat()
        assert row["ends_day"] == (last_day(row["ends"]).isoformat() if row["ends"] else None)


def test_times_outside_unesco_have_real_days_and_sources(sql: Sql, network: Network) -> None:
    rows = sql("SELECT country, status, since, since_day, until, until_day FROM country_status")
    absences = [(country.id, absence) for country in network.countries.values() for absence in country.outside]
    assert [tuple(row.values()) for row in rows] == [
        (
            country,
            "non-member",
            absence.since,
            first_day(absence.since).isoformat() if absence.since else None,
            absence.until,
            first_day(absence.until).isoformat() if absence.until else None,
        )
        for country, absence in absences
    ]
    assert ("US", "2018-12-31", "2023-07-10") in {(row["country"], row["since_day"], row["until_day"]) for row in rows}
    cited = sql("SELECT record_id, source FROM citations WHERE record_type = 'country_status'")
    assert {(row["record_id"], row["source"]) for row in cited} == {
        (f"{country}/{absence.since}", source) for country, absence in absences for source in absence.sources
    }


def test_a_country_is_in_its_groups_with_real_days_and_the_sources_of_these(tmp_path: Path) -> None:
    kingdom = {"country": "GB", "since": "1973", "until": "2020-02-01", "sources": ["press-2"]}
    group = make_group("eu", {"country": "PL", "since": "2004-05-01"}, kingdom)
    both = make_source("press"), make_source("press-2")
    database.build(make_network(group, make_group("region", code="150"), *both), tmp_path / "ccn.db")
    with opened(tmp_path / "ccn.db") as sql:
        rows = sql("SELECT id, country_name, code, since_day, until_day, as_of_day FROM country_groups ORDER BY id")
        cited = sql("SELECT record_id, source FROM citations WHERE record_type = 'country_group' ORDER BY record_id")
    assert [tuple(row.values()) for row in rows] == [
        ("eu/GB/1973", "Land of GB", None, "1973-01-01", "2020-02-01", "2024-12-31"),
        ("eu/PL/2004-05-01", "Land of PL", None, "2004-05-01", None, "2024-12-31"),
        ("region/GB", "Land of GB", "150", None, None, "2024-12-31"),
    ]
    assert [row["source"] for row in cited] == ["press-2", "press", "press"]


def test_every_country_has_a_code_a_region_and_a_sub_region_of_m49(sql: Sql) -> None:
    incomplete = """
        SELECT c.id FROM countries c
        LEFT JOIN country_groups g ON g.country = c.id AND g.kind IN ('region', 'sub-region')
        GROUP BY c.id HAVING c.m49 IS NULL OR count(g.code) <> 2"""
    assert sql(incomplete) == []
    assert sql("SELECT count(DISTINCT m49) AS codes, count(*) AS countries FROM countries") == [
        {"codes": 196, "countries": 196}
    ]


def test_a_state_that_never_was_a_member_has_a_row_without_a_first_day(tmp_path: Path) -> None:
    outside = [{"until": "2011", "sources": ["press"]}, {"since": "2018-12", "sources": ["press"]}]
    database.build(make_network(make_country("JP", outside=outside)), tmp_path / "ccn.db")
    with opened(tmp_path / "ccn.db") as sql:
        rows = sql("SELECT id, since, since_day, until, until_day FROM country_status")
    assert [tuple(row.values()) for row in rows] == [
        ("JP", None, None, "2011", "2011-01-01"),
        ("JP/2018-12", "2018-12", "2018-12-01", None, None),
    ]


def test_a_source_in_a_web_archive_is_its_own_archived_copy(tmp_path: Path) -> None:
    copy = "https://web.archive.org/web/2023/https://www.unesco.org/"
    network = make_network(
        make_source("press"),
        make_source("kept", url=copy),
        make_source("copied", archived=copy),
        make_source("likely", url="https://press.example/web.archive.org"),
    )
    database.build(network, tmp_path / "ccn.db")
    with opened(tmp_path / "ccn.db") as sql:
        archived = {row["id"]: row["archived"] for row in sql("SELECT id, archived FROM sources")}
    assert (archived["kept"], archived["copied"], archived["likely"]) == (copy, copy, None)


def test_names_and_populations_are_those_of_the_cities(sql: Sql, network: Network) -> None:
    names = {(row["city"], row["value"], row["lang"], row["until"]) for row in sql("SELECT * FROM names")}
    assert names == {
        (city.id, name.value, name.lang, name.until) for city in network.cities.values() for name in city.names
    }
    figures = {(row["city"], row["value"], row["year"], row["basis"]) for row in sql("SELECT * FROM populations")}
    assert figures == {
        (city.id, population.value, population.year, population.basis)
        for city in network.cities.values()
        for population in city.population
    }


def test_the_population_of_a_city_has_its_year_its_area_and_its_source(sql: Sql) -> None:
    columns = "population, population_year, population_basis"
    assert [tuple(row.values()) for row in sql(f"SELECT {columns} FROM members WHERE id = 'lyon-fr'")] == [
        (519127, 2023, "municipality")
    ]
    figures = {tuple(row.values()) for row in sql("SELECT city, value, year, basis FROM populations")}
    rows = [tuple(row.values()) for row in sql(f"SELECT id, {columns} FROM cities WHERE population IS NOT NULL")]
    assert len(rows) > len(sql("SELECT 1 FROM cities")) / 8
    assert figures.issuperset(rows)
    assert {basis for *_, basis in rows} <= {"municipality", "city-proper"}
    assert sql("SELECT id FROM cities WHERE population IS NULL AND (population_year OR population_basis)") == []
    cited = sql("SELECT DISTINCT record_id FROM citations WHERE record_type = 'city' AND path = 'population'")
    assert {row["record_id"] for row in cited} == {id for id, *_ in rows}


def test_hosts_are_named_in_their_order_with_or_without_a_file(sql: Sql, network: Network) -> None:
    rows = sql("SELECT meeting, city, name, country FROM meeting_hosts ORDER BY meeting, position")
    expected = []
    for meeting in sorted(network.meetings(), key=lambda meeting: meeting.id):
        for host in meeting.hosts:
            city = network.cities[host.city] if host.city else None
            named = (city.name, city.country) if city else (host.name, host.country)
            expected.append((meeting.id, host.city, *named))
    assert [tuple(row.values()) for row in rows] == expected
    assert {None} < {row["city"] for row in rows}


def test_a_merged_id_leads_to_its_city(mini: Path, tmp_path: Path) -> None:
    database.build(ccn_kb.load(mini), tmp_path / "mini.db")
    with opened(tmp_path / "mini.db") as sql:
        assert sql("SELECT old, new FROM redirects") == [{"old": "grenade-es", "new": "granada-es"}]


# -- sources -----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["citations", "disputed"])
def test_every_citation_leads_to_a_record_and_a_source(sql: Sql, table: str) -> None:
    kinds = [row["record_type"] for row in sql(f"SELECT DISTINCT record_type FROM {table}")]
    assert "designation" in kinds
    for kind in kinds:
        assert table_of(kind) in tables(sql)
        lost = sql(
            f"SELECT record_id FROM {table} WHERE record_type = ?"
            f" AND record_id NOT IN (SELECT CAST(id AS TEXT) FROM {table_of(kind)})",
            kind,
        )
        assert lost == []
    assert sql(f"SELECT source FROM {table} WHERE source NOT IN (SELECT id FROM sources)") == []


def test_a_citation_of_a_column_cites_a_value_that_is_there(sql: Sql) -> None:
    cited = sql("SELECT DISTINCT record_type, path FROM citations WHERE path <> ''")
    assert {"record_type": "designation", "path": "until"} in cited
    for row in cited:
        table, column = table_of(row["record_type"]), row["path"]
        assert column in columns(sql, table)
        empty = sql(
            f"SELECT record_id FROM citations JOIN {table} t ON CAST(t.id AS TEXT) = record_id"
            f" WHERE record_type = ? AND path = ? AND t.{column} IS NULL",
            row["record_type"],
            column,
        )
        assert empty == []


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("designation", ""),
        ("city", "latitude"),
        ("city", "longitude"),
        ("meeting", ""),
        ("round", ""),
        ("total", ""),
        ("cooperation", ""),
    ],
)
def test_every_record_that_can_be_doubted_is_cited(sql: Sql, kind: str, column: str) -> None:
    assert sql(f"SELECT 1 FROM {table_of(kind)} LIMIT 1")
    uncited = sql(
        f"SELECT id FROM {table_of(kind)} WHERE CAST(id AS TEXT) NOT IN"
        " (SELECT record_id FROM citations WHERE record_type = ? AND path = ?)",
        kind,
        column,
    )
    assert uncited == []


def test_the_citations_are_those_of_the_records(sql: Sql, network: Network) -> None:
    expected: set[tuple[str, str, str, str]] = set()

    def cite(kind: str, id: str | int, path: str, sources: Iterable[str]) -> None:
        expected.update((kind, str(id), path, citation) for citation in sources)

    for city in network.cities.values():
        cite("city", city.id, "latitude", city.location.sources)
        cite("city", city.id, "longitude", city.location.sources)
        for designation in city.designations:
            id = f"{city.id}-{designation.field}-{designation.since[:4]}"
            cite("designation", id, "", designation.sources)
            cite("designation", id, "until", designation.end.sources if designation.end else ())
    for kind, records in (
        ("meeting", network.meetings_by_id),
        ("round", network.rounds),
        ("total", network.totals),
        ("cooperation", network.cooperations),
    ):
        for record in records.values():
            cite(kind, record.id, "", record.sources)
    rows = sql("SELECT record_type, record_id, path, source, locator FROM citations")
    kinds = {kind for kind, *_ in expected}
    citations = {
        (row["record_type"], row["record_id"], row["path"], "#".join(filter(None, (row["source"], row["locator"]))))
        for row in rows
        if row["record_type"] in kinds and (row["record_type"], row["path"]) != ("city", "population")
    }
    assert citations == expected


def test_every_source_is_cited_by_something(sql: Sql) -> None:
    unused = "SELECT id FROM sources WHERE id NOT IN (SELECT source FROM citations UNION SELECT source FROM disputed)"
    assert sql(unused) == []


def test_the_address_of_a_citation_is_that_of_the_entry(sql: Sql) -> None:
    rows = sql("SELECT url FROM citations WHERE record_id = 'lyon-fr' AND path = 'latitude' AND source = 'geonames'")
    assert rows == [{"url": "https://www.geonames.org/2996944"}]
    assert sql("SELECT url FROM citations WHERE url NOT LIKE 'http%' OR url LIKE '%{%'") == []


def disputes(network: Network) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield record_type, record_id, column, value and source of every dispute in the records."""
    columns = {("round", figure): f"stated_{figure}" for figure in get_args(Figure)}
    records: list[tuple[str, str, WithDisputes]] = []
    for city in network.cities.values():
        records.append(("city", city.id, city))
        records += [
            ("designation", f"{city.id}-{designation.field}-{designation.since[:4]}", designation)
            for designation in city.designations
        ]
    records += [("round", str(record.id), record) for record in network.rounds.values()]
    records += [("meeting", record.id, record) for record in network.meetings()]
    records += [("cooperation", record.id, record) for record in network.cooperations.values()]
    records += [("official_document", record.id, record) for record in network.official_documents.values()]
    for kind, id, record in records:
        for dispute in record.disputed:
            path = columns.get((kind, dispute.path), dispute.path)
            yield from ((kind, id, path, dispute.value, citation.partition("#")[0]) for citation in dispute.sources)


def test_no_dispute_is_dropped(sql: Sql, network: Network) -> None:
    rows = sql("SELECT record_type, record_id, path, value, source FROM disputed")
    assert {tuple(row.values()) for row in rows} == set(disputes(network))


def test_a_ready_query_takes_the_given_day_for_today(sql: Sql) -> None:
    query = ready_queries(datetime.date(2015, 5, 28))["members_on"]["sql"]
    assert len(sql(query.replace(":date", "''"))) == 69


# -- what the views say ------------------------------------------------------------------------


def test_the_members_are_those_of_the_network_column_by_column(sql: Sql, network: Network) -> None:
    rows = sql("SELECT * FROM members")
    expected = network.members(TODAY).to_dicts()
    assert len(expected) == len(rows)
    members = {row["id"]: row for row in rows}
    for column in MEMBER_COLUMNS:
        assert {id: row[column] for id, row in members.items()} == {row["id"]: row[column] for row in expected}, column


def test_the_members_are_in_the_order_of_the_network(sql: Sql, network: Network) -> None:
    assert [row["name"] for row in sql("SELECT * FROM members")] == [
        member.city.name for member in network.members(TODAY)
    ]


def happened(network: Network, since: str, until: str) -> list[tuple[str, ...]]:
    return [
        (
            change.date,
            first_day(change.date).isoformat(),
            change.event,
            change.city.id,
            change.city.name,
            change.city.country,
            change.designation.field,
            change.former.field if change.former else "",
        )
        for change in network.history(since, until)
    ]


def test_the_history_is_that_of_the_network(sql: Sql, network: Network) -> None:
    rows = sql("SELECT date, day, event, city, name, country, field, coalesce(former_field, '') FROM history")
    events = Counter(tuple(row.values()) for row in rows)
    assert events == Counter(happened(network, "0001", TODAY))
    assert ("2023-10-31", "2023-10-31", "changed-field", "lyon-fr", "Lyon", "FR", "literature", "media-arts") in events


def test_the_history_is_in_the_order_of_the_network(sql: Sql, network: Network) -> None:
    rows = sql("SELECT * FROM history")
    assert [(row["date"], row["name"]) for row in rows] == [
        (change.date, change.city.name) for change in network.history(until=TODAY)
    ]


def changed(mini: Path, file: str, old: str, new: str) -> Network:
    """Return the miniature network with one text in one file replaced."""
    text = (mini / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (mini / file).write_text(text.replace(old, new), encoding="utf-8")
    return ccn_kb.load(mini)


def test_a_city_that_left_and_came_back_joins_twice(mini: Path, tmp_path: Path) -> None:
    network = changed(mini, "cities/lyon-fr.yaml", "reason: field-changed", "reason: removed")
    database.build(network, tmp_path / "mini.db")
    with opened(tmp_path / "mini.db") as sql:
        rows = sql("SELECT event, field, former_field FROM history WHERE city = 'lyon-fr'")
    assert Counter(tuple(row.values()) for row in rows) == Counter(
        [("joined", "media-arts", None), ("ended", "media-arts", None), ("joined", "literature", None)]
    )


def test_no_event_falls_outside_the_years(mini: Path, tmp_path: Path) -> None:
    end = """  end:
    date: '2026-03'
    reason: withdrew
    sources: [lyonmag-lyon-literature]
note: First"""
    network = changed(mini, "cities/lyon-fr.yaml", "note: First", end)
    database.build(network, tmp_path / "mini.db")
    with opened(tmp_path / "mini.db") as sql:
        assert sql("SELECT count(*) AS ended FROM history WHERE event = 'ended'") == [{"ended": 1}]
        assert sql("SELECT sum(ended) AS ended FROM network_by_year") == [{"ended": 1}]


def test_a_round_of_which_only_the_month_is_known_is_counted_at_its_end(mini: Path, tmp_path: Path) -> None:
    network = changed(mini, "rounds.yaml", "'2017-10-31'\n", "'2017-10'\n  members: 7\n")
    database.build(network, tmp_path / "mini.db")
    with opened(tmp_path / "mini.db") as sql:
        rows = sql("SELECT record_type, record_id, figure, date, stated, counted FROM census WHERE figure = 'members'")
    assert [tuple(row.values()) for row in rows] == [
        tuple(comparison)[:6] for comparison in network.census() if comparison.figure == "members"
    ]
    assert ("round", "2017", "members", "2017-10") in {tuple(row.values())[:4] for row in rows}


def test_the_census_is_that_of_the_network(sql: Sql, network: Network) -> None:
    rows = sql("SELECT record_type, record_id, figure, date, stated, counted, difference FROM census")
    assert [tuple(row.values()) for row in rows] == [
        (*comparison[:6], comparison.difference) for comparison in network.census()
    ]
    assert len(rows) > 50


def test_the_network_by_year_is_that_at_the_end_of_each_year(sql: Sql, network: Network) -> None:
    rows = sql("SELECT * FROM network_by_year")
    days = [first_day(designation.since) for city in network.cities.values() for designation in city.designations]
    assert [row["year"] for row in rows] == list(range(min(days).year, max(days).year + 1))
    for row in rows:
        year = str(row["year"])
        members = network.members(year)
        events = Counter(change.event for change in network.history(year, year))
        assert row == {
            "year": row["year"],
            "joined": events["joined"],
            "changed_field": events["changed-field"],
            "ended": events["ended"],
            "began": events["joined"] + events["changed-field"],
            "ceased": events["ended"] + events["changed-field"],
            "day": f"{year}-12-31",
            "members": len(members),
            "countries": len({member.country.id for member in members}),
        }


def test_fields_by_country_add_up_to_the_members(sql: Sql, network: Network) -> None:
    rows = sql("SELECT * FROM field_by_country")
    members = network.members(TODAY)
    assert {(row["country_name"], row["field_name"]): row["members"] for row in rows} == Counter(
        (member.country.name, network.fields[member.designation.field].name) for member in members
    )
    assert {(row["country"], row["field"]): row["members"] for row in rows} == Counter(
        (member.country.id, member.designation.field) for member in members
    )
    assert sum(row["members"] for row in rows) == len(members)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2008-05-31", []),
        ("2008-06-01", ["media-arts"]),
        ("2023-10-30", ["media-arts"]),
        ("2023-10-31", ["literature"]),
        ("2026-01-01", ["literature"]),
    ],
)
def test_sql_travels_in_time(sql: Sql, day: str, expected: list[str]) -> None:
    rows = sql(
        "SELECT field FROM designations WHERE city = 'lyon-fr'"
        " AND since_day <= ? AND (until_day IS NULL OR until_day > ?)",
        day,
        day,
    )
    assert [row["field"] for row in rows] == expected


# -- search ------------------------------------------------------------------------------------


def found_by(sql: Sql, words: str) -> list[str]:
    rows = sql(
        "SELECT c.id FROM cities_fts f JOIN cities c ON c.rowid = f.rowid WHERE cities_fts MATCH ? ORDER BY c.id", words
    )
    return [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lodz", ["lodz-pl"]),
        ("Łódź", ["lodz-pl"]),
        ("Lodz", ["lodz-pl"]),
        ("LODZ", ["lodz-pl"]),
        ("lodzkie", ["lodz-pl"]),
        ("Gand", ["ghent-be"]),
        ("金沢", ["kanazawa-jp"]),
        ("granada", ["granada-es", "granada-ni"]),
        ("granada nicaragua", ["granada-ni"]),
        ('"lodz-pl"', ["lodz-pl"]),
        ("atlantis", []),
    ],
)
def test_the_search_finds_cities_by_any_of_their_names(sql: Sql, words: str, expected: list[str]) -> None:
    assert found_by(sql, words) == expected


UNSPACED = ["金沢市", "北京市", "สุโขทัย", "ヴェネツィア", "ひろしま", "서울특별시", "ວຽງຈັນ"]


@pytest.mark.parametrize("name", UNSPACED)
def test_the_search_finds_the_beginnings_of_names_without_spaces(name: str, tmp_path: Path) -> None:
    cities = make_city("kobe-jp", names=[{"value": name}]), make_city("bradford-gb")
    database.build(make_network(*cities), tmp_path / "ccn.db")
    with opened(tmp_path / "ccn.db") as sql:
        for beginning in (name[:1], name[:2], name):
            assert found_by(sql, f'"{beginning}"') == ["kobe-jp"], beginning


@pytest.mark.parametrize(("words", "expected"), [("lodz", "lodz-pl"), ("Łódź", "lodz-pl"), ("金沢", "kanazawa-jp")])
def test_other_tools_find_the_index_of_the_cities(path: Path, run_program: Ccn, words: str, expected: str) -> None:
    """sqlite-utils and Datasette, without anything of ours, tell by its SQL that the index is that of the cities."""
    result = run_program(sys.executable, "-m", "sqlite_utils", "search", path, "cities", words, "--column", "id")
    assert json.loads(result.stdout) == [{"id": expected}]
    datasette = [sys.executable, "-m", "datasette", path, "--get"]
    result = run_program(*datasette, f"/ccn/cities.json?_shape=arrays&_col=id&_search={quote(words)}")
    assert [row[0] for row in json.loads(result.stdout)["rows"]] == [expected]


@pytest.mark.parametrize(
    ("words", "is_match"),
    [
        ("names: lodz", True),
        ("names: poland", False),
        ("place: poland", True),
        ("place: lodzkie", True),
        ("place: film", False),
        ("fields: film", True),
        ("topics: lodz", False),
    ],
)
def test_a_search_can_be_limited_to_a_column(sql: Sql, words: str, is_match: bool) -> None:
    assert ("lodz-pl" in found_by(sql, words)) == is_match


def test_the_index_shows_its_own_texts(sql: Sql) -> None:
    (row,) = sql("SELECT names, fields FROM cities_fts WHERE id = 'lodz-pl'")
    assert {"Łódź", "lodz"} <= set(row["names"].split())
    assert "Film" in row["fields"]


@pytest.mark.parametrize(("words", "expected"), [("lodz", ["lodz-pl"]), ("金沢", ["kanazawa-jp"]), ("atlantis", [])])
def test_datasette_searches_the_members_by_the_plugin(
    path: Path, run_program: Ccn, words: str, expected: list[str]
) -> None:
    result = run_program(
        *(sys.executable, "-m", "datasette", path),
        *("--get", f"/ccn/members.json?_shape=arrays&_search={quote(words)}"),
    )
    assert [row[0] for row in json.loads(result.stdout)["rows"]] == expected


@pytest.mark.parametrize("words", ["Japan", "japon", "JPN"])
def test_the_search_finds_cities_by_their_country(sql: Sql, network: Network, words: str) -> None:
    expected = sorted(city.id for city in network.cities.values() if city.country == "JP")
    assert len(expected) > 5
    assert found_by(sql, words) == expected


@pytest.mark.parametrize("odd", ["At-Ta'if", "lodz*(", "NEAR(", "AND", "names:", "łódź – «film»", "^", "😀"])
def test_quoted_text_may_hold_odd_characters(sql: Sql, odd: str) -> None:
    quoted = '"' + odd.replace('"', '""') + '"'
    assert isinstance(found_by(sql, quoted), list)


def test_quoted_text_is_searched_as_it_stands(sql: Sql) -> None:
    assert found_by(sql, '"At-Ta\'if"') == ["taif-sa"]
    assert found_by(sql, '"lodz*("') == ["lodz-pl"]


def test_every_city_is_found_by_its_name_and_by_its_id(sql: Sql, network: Network) -> None:
    def missed(text: Callable[[City], str]) -> list[str]:
        return [city.id for city in network.cities.values() if city.id not in found_by(sql, f'"{text(city)}"')]

    assert missed(lambda city: city.name) == []
    assert missed(lambda city: city.id) == []


# -- documents, and the file -------------------------------------------------------------------


def test_the_documents_hold_a_calendar_of_the_meetings(sql: Sql, network: Network) -> None:
    (document,) = sql("SELECT * FROM documents WHERE path <> '/data/network.json'")
    assert (document["path"], document["type"]) == ("/meetings.ics", "text/calendar")
    events = {str(event["uid"]): event for event in Calendar.from_ical(document["body"]).walk("VEVENT")}
    meetings = network.meetings()
    assert {uid for uid in events if not uid.startswith("reports-")} == {f"{meeting.id}@ccn-kb" for meeting in meetings}
    assert len(meetings) > 10
    for meeting in meetings:
        event = events[f"{meeting.id}@ccn-kb"]
        assert event.decoded("dtstart") == first_day(meeting.starts)
        assert (event.decoded("dtend") - last_day(meeting.ends or meeting.starts)).days == 1
        assert meeting.name in str(event["summary"])


def test_datasette_opens_the_file_read_only(path: Path) -> None:
    before = path.read_bytes()

    async def attempt() -> tuple[int, bool]:
        opened = Datasette(immutables=[str(path)]).get_database("ccn")
        counted = (await opened.execute("SELECT count(*) FROM cities")).single_value()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await opened.execute("DELETE FROM cities")
        return counted, opened.is_mutable

    # A browser in the same process can hold this thread's event loop.
    with ThreadPoolExecutor(1) as pool:
        counted, mutable = pool.submit(lambda: asyncio.run(attempt())).result()
    assert counted > 400
    assert not mutable
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["ccn.db"]


def test_a_build_that_fails_leaves_the_old_database_and_nothing_else(network: Network, tmp_path: Path) -> None:
    target = tmp_path / "ccn.db"
    target.write_text("the old one", encoding="utf-8")
    twice = [calendar_of(network)] * 2
    with pytest.raises(database.BuildError, match=r"ccn\.db cannot be written: ") as raised:
        database.build(network, target, twice)
    assert raised.value.remedy == "", "free space is no remedy of two documents at a path"
    assert target.read_text(encoding="utf-8") == "the old one"
    assert list(tmp_path.iterdir()) == [target]


def test_a_build_into_a_folder_that_is_not_there_says_so(network: Network, tmp_path: Path) -> None:
    with pytest.raises(database.BuildError, match=r"cannot be written: there is no folder .*nowhere$"):
        database.build(network, tmp_path / "nowhere" / "ccn.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("CREATE VIRTUAL TABLE cities_fts USING nowhere(names)", database.SearchError),
        ("CREATE VIRTUAL TABLE countries USING fts5(names)", database.BuildError),
    ],
)
def test_only_a_missing_module_is_taken_for_a_missing_search(
    statement: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["ccn_kb.database.build"], "CREATE_SEARCH_TABLE", statement)
    with pytest.raises(error):
        database.build(make_network(make_city()), tmp_path / "ccn.db")
    assert list(tmp_path.iterdir()) == []


def test_a_database_whose_references_lead_nowhere_is_not_written(tmp_path: Path) -> None:
    network = make_network(make_city("kobe-jp", make_designation("film", "2014", round=2014)))
    with pytest.raises(database.BuildError, match=r"the database came out broken: .*rounds"):
        database.build(network, tmp_path / "ccn.db")
    assert list(tmp_path.iterdir()) == []
