"""SQL and `Network` give the same answers, on the real data and on a network of what that does not show."""

from __future__ import annotations

import datetime
import itertools
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from ccn_kb import database
from ccn_kb.model.dates import first_day, last_day
from ccn_kb.network import Network
from ccn_kb.network.derived_tables import CENSUS, HISTORY, NETWORK_BY_YEAR
from ccn_kb.network.members import MEMBER_COLUMNS, Members
from ccn_kb.network.schema import TABLES, Table
from ccn_kb.site.metadata import ready_queries
from tests.conftest import TODAY
from tests.records import (
    CITED,
    make_city,
    make_cooperation,
    make_country,
    make_designation,
    make_document,
    make_end,
    make_field,
    make_group,
    make_meeting,
    make_network,
    make_release,
    make_round,
    make_rule,
    make_total,
)

Rows: TypeAlias = "list[tuple[Any, ...]]"
LAST_YEAR = 2060
TODAY_AS_DAY = datetime.date.fromisoformat(TODAY)

STRANGE = make_network(
    make_country("JP", name="Japan"),
    make_country("GB", name="Britain", region="europe-north-america", continent="EU"),
    make_country(
        "PL",
        name="Poland",
        region="europe-north-america",
        continent="EU",
        outside=[{"until": "2010", "sources": ["press"]}, {"since": "2012-06", "sources": ["press"]}],
    ),
    *map(make_field, ("film", "music", "literature")),
    make_field(
        "design",
        coordinators=[{"city": "kobe-jp", "role": "coordinator", "since": "2016", "stated": "2017", "sources": CITED}],
    ),
    make_document("2017-call", "2017-03", deadline="2017-06"),
    make_release(date="2025-11"),
    # Two of one name, which only their ids put in order.
    make_city("granada-gb", make_designation("film", "2014"), name="Granada"),
    make_city("granada-jp", make_designation("film", "2014-01-01", round=2014), name="Gránada"),
    # An end known to the month, on whose first day it is not active any more, and a return on that very day.
    make_city(
        "bradford-gb",
        make_designation("film", "2008", end=make_end("2012-06")),
        make_designation("music", "2012-06-01", end=make_end("2015", "removed")),
        make_designation("literature", "2015-12"),
    ),
    # Changes of field of which the end and the beginning are not known equally well.
    make_city(
        "lodz-pl",
        make_designation("film", "2010-03", end=make_end("2012", "field-changed")),
        make_designation("music", "2012-01-01", end=make_end("2013-01-01", "field-changed")),
        make_designation("literature", "2013"),
    ),
    make_city("kobe-jp", make_designation("music", "2015-12-11", round=2015)),
    # The only city of its country leaves on the last day of a year.
    make_city("leeds-pl", make_designation("literature", "2016-10", end=make_end("2017-12-31", "removed"))),
    make_round(2014, "2014", new=2, members=5, countries=3),
    make_round(2015, "2015-12", new=1, members=5),
    make_total("2012", members=2, countries=2),
    make_total("2012-05", members=2, field="film"),
    make_total("2016", members=3, countries=1, country="GB"),
    make_total("2016-12-31", members=4, countries=2, region="europe-north-america"),
    make_rule(years=5, since="2014"),
    make_group("eu", {"country": "GB", "since": "2008-06", "until": "2012"}, {"country": "PL"}),
    make_meeting("2012-bradford-gb", "2012-06", ends="2012-07", hosts=[{"city": "bradford-gb"}, {"city": "lodz-pl"}]),
    make_meeting("2013-online", "2013-05-01", hosts=[]),
    make_cooperation("2012-film", "2012-06", ends="2013", cities=[{"city": "lodz-pl", "role": "host"}]),
    make_meeting("2014-paris", "2014", hosts=[{"name": "Paris", "country": "GB"}, {"city": "kobe-jp"}]),
)


class Both:
    """A network, its database, and the days on which something changes in it."""

    def __init__(self, network: Network, path: Path) -> None:
        self.network = network
        self._path = path

    def select(self, sql: str, **values: str) -> Rows:
        with closing(sqlite3.connect(self._path)) as connection:
            return connection.execute(sql, values).fetchall()

    def rows(self, table: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self._path)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]

    @property
    def days(self) -> list[str]:
        turns = {first_day(change.date) for change in self.network.history(until=TODAY)}
        around = {turn + datetime.timedelta(days=days) for turn in turns for days in (-1, 0, 1)}
        return sorted(day.isoformat() for day in around)


@pytest.fixture(scope="module", params=["real", "strange"])
def both(request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """The real network, then the strange one, each with its database."""
    chosen = network if request.param == "real" else STRANGE
    path = tmp_path_factory.mktemp("views") / "ccn.db"
    database.build(chosen, path)
    return Both(chosen, path)


# -- members -----------------------------------------------------------------------------------

MEMBERS_ON = ready_queries(TODAY_AS_DAY)["members_on"]["sql"]


def rows_of(members: Members) -> Rows:
    return [tuple(row.values()) for row in members.to_dicts()]


def test_the_columns_of_the_view_are_those_of_the_members(both: Both) -> None:
    assert tuple(name for (name,) in both.select("SELECT name FROM pragma_table_info('members')")) == MEMBER_COLUMNS


def test_the_view_lists_the_members(both: Both) -> None:
    assert both.select("SELECT * FROM members") == rows_of(both.network.members(TODAY))


def test_the_query_for_a_date_lists_the_members_on_it(both: Both) -> None:
    partial = {day[:length] for day in both.days for length in (4, 7)}
    for date in sorted(partial.union(both.days)):
        assert both.select(MEMBERS_ON, date=date) == rows_of(both.network.members(date)), date
    assert both.select(MEMBERS_ON, date="") == rows_of(both.network.members(TODAY))


GROUPS = ("field", "country", "region", "continent", "year", "source-kind")


@pytest.mark.parametrize("new", ["", "1"])
@pytest.mark.parametrize(("by", "then"), [*((by, "") for by in GROUPS), *itertools.permutations(GROUPS, 2)])
def test_the_query_for_statistics_counts_what_the_network_counts(by: str, then: str, new: str, both: Both) -> None:
    groups = [by, *([then] if then else [])]
    select = both.network.newcomers if new else both.network.members
    for date, field, region in itertools.product(("2014", "2015-12-11"), ("", "film"), ("", "europe-north-america")):
        values = {"date": date, "by": by, "then": then, "new": new, "field": field, "country": "", "region": region}
        rows = both.select(ready_queries(TODAY_AS_DAY)["statistics"]["sql"], **values)
        counts = both.network.cross_count(select(date, field=field, region=region), *groups)
        assert {row[0:3:2][: len(groups)]: row[4] for row in rows} == counts
        labels = {(row[0], row[1]) for row in rows}
        assert labels == {(group[0], both.network.label(by, group[0])) for group in counts}


# -- history and figures -----------------------------------------------------------------------


def test_the_history_is_that_of_the_network(both: Both) -> None:
    assert both.rows("history") == both.network.history(until=TODAY).to_dicts()


def test_the_published_totals_are_compared_with_the_same_counts(both: Both) -> None:
    assert both.rows("census") == both.network.census().to_dicts()


def test_each_year_has_the_members_and_the_events_of_the_network(both: Both) -> None:
    rows = both.rows("network_by_year")
    last = rows[-1]["year"]
    assert rows == both.network.growth(until=f"{last}-12-31").to_dicts()
    events = Counter(
        (first_day(change.date).year, change.event) for change in both.network.history(until=f"{last}-12-31")
    )
    for row in rows:
        counted = tuple(events[row["year"], event] for event in ("joined", "changed-field", "ended"))
        assert (row["joined"], row["changed_field"], row["ended"]) == counted
    assert last == max(year for year, _ in events)


@pytest.mark.parametrize("table", [HISTORY, CENSUS, NETWORK_BY_YEAR], ids=lambda table: table.name)
def test_an_exported_view_has_the_rows_and_keys_of_the_view(table: Table[Any], both: Both) -> None:
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows(both.network)]
    assert both.rows(table.name) == rows
    assert len({tuple(row[name] for name in table.key) for row in rows}) == len(rows)


def test_members_are_counted_by_country_and_field(both: Both) -> None:
    names = both.network.fields
    counts = Counter(
        (country.id, country.name, designation.field, names[designation.field].name)
        for _, designation, country in both.network.members(TODAY)
    )
    rows = both.select("SELECT country, country_name, field, field_name, members FROM field_by_country")
    assert rows == sorted(((*group, number) for group, number in counts.items()), key=lambda row: (row[1], row[3]))


def test_reports_are_due_when_the_network_says_so(both: Both) -> None:
    due = [
        (year, *member.order, member.city.id, member.city.name)
        for member in both.network.members(TODAY)
        for year in both.network.reports_due(member.city, LAST_YEAR)
    ]
    assert both.select("SELECT city, name, year FROM reports_due") == [
        (id, name, year) for year, _, _, id, name in sorted(due)
    ]
    assert due


def test_reports_are_due_from_the_first_day_of_the_rule_and_as_often_as_it_says() -> None:
    """The rule of the strange network is one of five years, and two of its cities joined on its very first day."""
    assert [STRANGE.reports_due(STRANGE.cities[id], 2030) for id in ("granada-gb", "granada-jp", "lodz-pl")] == [
        [2019, 2024, 2029],
        [2019, 2024, 2029],
        [],
    ]


# -- meetings and cooperation ------------------------------------------------------------------


def test_hosts_are_listed_in_their_order_and_an_online_meeting_has_none(both: Both) -> None:
    hosts = []
    for meeting in both.network.meetings():
        for number, host in enumerate(meeting.hosts, start=1):
            city = both.network.cities.get(host.city or "")
            place = (city.name, city.country) if city else (host.name, host.country)
            hosts.append((meeting.id, number, host.city, *place))
    rows = both.select("SELECT meeting, position, city, name, country FROM meeting_hosts ORDER BY meeting, position")
    assert rows == sorted(hosts)
    assert any(number > 1 for _, number, *_ in hosts)
    assert any(not meeting.hosts for meeting in both.network.meetings())


LAST_DAYS = {
    ("rounds", "announced_day"),
    ("totals", "date_day"),
    ("meetings", "ends_day"),
    ("cooperations", "ends_day"),
    ("country_groups", "as_of_day"),
    ("official_documents", "deadline_day"),
    ("coordinators", "stated_day"),
}
DAYS = [(table.name, column.name) for table in TABLES for column in table.columns if column.name.endswith("_day")]


@pytest.mark.parametrize(("table", "column"), DAYS)
@pytest.mark.parametrize("both", ["strange"], indirect=True)
def test_a_partial_date_has_the_real_day_that_it_means(both: Both, table: str, column: str) -> None:
    date = column.removesuffix("_day")
    rows = both.select(f"SELECT {date}, {column} FROM {table}")
    meant = last_day if (table, column) in LAST_DAYS else first_day
    assert [day for _, day in rows] == [meant(text).isoformat() if text else None for text, _ in rows]
    assert any(text and len(text) < len("2012-06-01") for text, _ in rows)
