"""`Network.frame()`: every table and view of the database, from the network in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ccn_kb import database
from ccn_kb.errors import UnknownError
from ccn_kb.network import Network
from ccn_kb.network.table_rows import TABLES_BY_NAME
from tests.test_views import STRANGE

ONLY_IN_THE_DATABASE = {"documents", "city_search"}
"""What the site serves as it is, and what only a full-text search can ask."""


@pytest.fixture(scope="module", params=["real", "strange"])
def both(
    request: pytest.FixtureRequest, network: Network, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Network, sqlite3.Connection]]:
    """A network and its database."""
    chosen = network if request.param == "real" else STRANGE
    path: Path = tmp_path_factory.mktemp("frames") / "ccn.db"
    database.build(chosen, path)
    with closing(sqlite3.connect(path)) as connection:
        yield chosen, connection


def test_every_table_and_view_of_the_database_is_a_frame(both: tuple[Network, sqlite3.Connection]) -> None:
    names = {name for (name,) in both[1].execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}
    technical = {name for name in names if name.startswith(("cities_fts", "sqlite_"))}
    assert names - technical - ONLY_IN_THE_DATABASE == set(TABLES_BY_NAME)


@pytest.mark.parametrize("name", TABLES_BY_NAME)
def test_a_frame_has_the_columns_and_rows_of_the_database(both: tuple[Network, sqlite3.Connection], name: str) -> None:
    network, connection = both
    cursor = connection.execute(f"SELECT * FROM {name}")
    frame = network.frame(name)
    assert [column.name for column in frame.columns] == [column[0] for column in cursor.description]
    rows = list(map(tuple, cursor))
    assert [tuple(row.values()) for row in frame.to_dicts()] == rows
    assert repr(frame).startswith(f"<TableRows of {name}: {len(rows):,} row")


def test_a_slice_of_a_frame_is_a_frame_of_the_same_table(network: Network) -> None:
    cities = network.frame("cities")
    assert cities[:2] == list(cities)[:2]
    assert cities[:2].to_pandas().equals(cities.to_pandas().head(2))


@pytest.mark.parametrize("name", ["", "city", "documents", "Members"])
def test_an_unknown_table_is_refused_with_the_names_of_all(network: Network, name: str) -> None:
    with pytest.raises(UnknownError) as raised:
        network.frame(name)
    assert str(raised.value) == f"unknown table {name!r}; choose {', '.join(sorted(TABLES_BY_NAME))}"
