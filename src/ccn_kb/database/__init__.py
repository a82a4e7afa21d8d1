"""The network as an SQLite database: tables, views and search, built from nothing into a file that is whole or absent.

The tables and columns here are what outsiders query; descriptions come from the models where the
column is a field of a record. Views show what holds now; time-travel goes through `since_day` and
`until_day`, half-open.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from sqlite_utils import Database

from ccn_kb import files
from ccn_kb.database.columns import Row, Table
from ccn_kb.database.search_index import SEARCH_TABLE, search_rows
from ccn_kb.database.tables import DOCUMENTS, TABLES
from ccn_kb.database.views import VIEWS
from ccn_kb.network import Network

Document: TypeAlias = "tuple[str, str, str]"


class BuildError(Exception):
    """The database could not be written; the message says why."""


class SearchError(Exception):
    """SQLite cannot make the search; the message says what to do."""


def build(network: Network, target: Path, documents: Iterable[Document] = ()) -> None:
    """Write the database to the target, whole or not at all: into a file beside it, then renamed.

    `documents` are path, media type and body of what the site serves as it stands. Raises BuildError, SearchError.
    """
    if target.exists() and not target.is_file():
        raise BuildError(f"{target} cannot be written: it is no regular file")
    try:
        with (
            files.replacing(target) as beside,
            contextlib.closing(Database(beside, strict=True, execute_plugins=False)) as database,
        ):
            fill(database, network, documents)
    except (OSError, sqlite3.Error) as error:
        raise BuildError(_reason(target, error)) from error


def _reason(target: Path, error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{target} cannot be written: {said.lower()}"


def fill(database: Database, network: Network, documents: Iterable[Document] = ()) -> None:
    """Write all tables, views and the search into an empty database, in one transaction, and check it."""
    # Rebuilt from nothing whenever it fails: a journal would protect nothing.
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA foreign_keys = ON")
    with database.atomic():
        for table in TABLES:
            _create(database, table, table.rows(network))
        _create(database, DOCUMENTS, documents)
        for view in VIEWS:
            database.create_view(view.name, view.select)
        try:
            _create_search(database, network)
        except sqlite3.OperationalError as error:
            if "no such module" in str(error):
                raise SearchError("this Python's SQLite has no full-text search (FTS5); use one that has") from None
            raise
        for indexed, column in (
            ("designations", "city"),
            ("designations", "field"),
            ("citations", "source"),
            ("names", "city"),
        ):
            database.table(indexed).create_index([column])
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    damaged = database.execute("PRAGMA integrity_check").fetchone()[0]
    if broken or damaged != "ok":
        raise BuildError(f"the database came out broken: {broken or damaged}")
    database.execute("ANALYZE")


def _create(database: Database, table: Table, rows: Iterable[Row]) -> None:
    database.table(table.name).create(
        {column.name: column.type for column in table.columns},
        pk=table.key[0] if len(table.key) == 1 else table.key,
        foreign_keys=[(column.name, column.refers, "id") for column in table.columns if column.refers],
        not_null={column.name for column in table.columns if not column.empty},
    )
    places = ", ".join("?" for _ in table.columns)
    database.conn.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)


def _create_search(database: Database, network: Network) -> None:
    database.execute(
        f"CREATE VIRTUAL TABLE {SEARCH_TABLE} USING fts5(names, place, fields, topics, id,"
        " tokenize='unicode61 remove_diacritics 2')"
    )
    numbers = {id: number for number, id in database.execute("SELECT rowid, id FROM cities").fetchall()}
    database.conn.executemany(
        f"INSERT INTO {SEARCH_TABLE} (rowid, names, place, fields, topics, id) VALUES (?, ?, ?, ?, ?, ?)",
        ((numbers[city], *texts) for city, texts in zip(network.cities, search_rows(network), strict=True)),
    )
