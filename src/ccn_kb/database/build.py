"""The build: a network written into an SQLite file, which is whole or absent."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ccn_kb import files
from ccn_kb.database.documents_table import DOCUMENTS, DocumentRow
from ccn_kb.database.search_index import CREATE_SEARCH_TABLE, SEARCH_COLUMNS, SEARCH_TABLE, search_rows
from ccn_kb.database.views import VIEWS
from ccn_kb.network import Network, snapshot
from ccn_kb.network.schema import TABLES, Row, Table

if TYPE_CHECKING:
    from sqlite_utils import Database

Document: TypeAlias = "tuple[str, str, str]"
NETWORK_DOCUMENT = "/data/network.json"
"""Path of the document from which the site reads the whole network."""
_MAGIC = b"SQLite format 3\0"
_SUFFIXES = (".db", ".sqlite", ".sqlite3")
_NO_SPACE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)


class BuildError(Exception):
    """The database could not be written; the message has the reason, and `remedy` the remedy at its path, if any."""

    def __init__(self, message: str, remedy: str = "") -> None:
        self.remedy = remedy
        super().__init__(message)


class SearchError(Exception):
    """The installed SQLite has no full-text search; the message has the remedy."""


def build(network: Network, target: Path, documents: Iterable[Document] = ()) -> None:
    """Write the database to the target atomically; a symbolic link is followed and kept.

    `documents` are path, media type and body of what the site serves as is. Raises BuildError, SearchError; a file that
    is not a database is not replaced.
    """
    if _is_of_another_kind(target):
        raise BuildError(f"{target} is not a database, so it is not replaced")
    # The site needs the tables' names and descriptions, but not what builds them.
    from sqlite_utils import Database

    try:
        with (
            files.replacing(target) as temporary,
            contextlib.closing(Database(temporary, strict=True, execute_plugins=False)) as database,
        ):
            fill(database, network, documents)
    except OSError as error:
        reason, remedy = files.reason_and_remedy(error)
        raise BuildError(f"{target} cannot be written: {reason}", remedy) from error
    except sqlite3.Error as error:
        remedy = files.FREE_SPACE if error.sqlite_errorcode in _NO_SPACE else ""
        raise BuildError(f"{target} cannot be written: {error}", remedy) from error


def _is_of_another_kind(file: Path) -> bool:
    """Return whether neither the name nor the content of a file is that of a database; only regular files are read."""
    if file.suffix in _SUFFIXES:
        return False
    try:
        return files.read_regular(file, len(_MAGIC)) not in (b"", _MAGIC)
    except OSError:
        return False


def fill(database: Database, network: Network, documents: Iterable[Document] = ()) -> None:
    """Write all tables, views and the full-text index into an empty database, in one transaction, and check it."""
    # No rollback journal: a failed build is discarded.
    database.execute("PRAGMA journal_mode = OFF")
    with database.atomic():
        for table in TABLES:
            _create(database, table, table.rows(network))
        network_document = (NETWORK_DOCUMENT, "application/json", snapshot.to_json(network))
        stored = map(DocumentRow._make, (network_document, *documents))
        _create(database, DOCUMENTS, DOCUMENTS.rows_of(stored, network))
        _create_search_table(database, network)
        for view in VIEWS:
            database.create_view(view.name, view.select)
        database.index_foreign_keys()
    broken = database.execute("PRAGMA foreign_key_check").fetchall()
    (state,) = database.execute("PRAGMA quick_check").fetchone()
    if broken or state != "ok":
        raise BuildError(f"the database came out broken: {broken or state}")
    database.execute("ANALYZE")


def _create(database: Database, table: Table[Any], rows: Iterable[Row]) -> None:
    database.table(table.name).create(
        {column.name: column.type for column in table.columns},
        pk=table.key,
        foreign_keys=[(column.name, column.references, "id") for column in table.columns if column.references],
        not_null={column.name for column in table.columns if not column.nullable},
    )
    placeholders = ", ".join("?" for _ in table.columns)
    database.conn.executemany(f"INSERT INTO {table.name} VALUES ({placeholders})", rows)


def _create_search_table(database: Database, network: Network) -> None:
    try:
        database.execute(CREATE_SEARCH_TABLE)
    except sqlite3.OperationalError as error:
        if "no such module" in str(error):
            raise SearchError("this Python's SQLite has no full-text search (FTS5); use one that has") from None
        raise
    row_numbers = {id: number for number, id in database.execute("SELECT rowid, id FROM cities").fetchall()}
    columns = ", ".join(column.name for column in SEARCH_COLUMNS)
    placeholders = ", ".join("?" for _ in SEARCH_COLUMNS)
    database.conn.executemany(
        f"INSERT INTO {SEARCH_TABLE} (rowid, {columns}) VALUES (?, {placeholders})",
        ((row_numbers[city], *texts) for city, texts in zip(network.cities, search_rows(network), strict=True)),
    )
