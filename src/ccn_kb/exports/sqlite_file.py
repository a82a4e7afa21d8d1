"""The network as an SQLite database: all tables, views and the search, as `ccn build` makes them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlite_utils import Database

from ccn_kb import database
from ccn_kb.exports.contents import Contents, ExportFile


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the database; the documents that the site serves are separate files of the export."""
    with contextlib.closing(Database(memory=True, strict=True, execute_plugins=False)) as made:
        database.fill(made, contents.network)
        yield ExportFile("ccn.db", made.conn.serialize())
