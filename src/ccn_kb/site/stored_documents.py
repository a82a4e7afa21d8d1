"""What the pages need of the database file: the stored documents, and the number of rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from datasette.utils.sqlite import sqlite3

from ccn_kb.database.views import FOR_READERS, View
from ccn_kb.exports.contents import TableData
from ccn_kb.network.schema import Table, TableColumn


class StoredDocument(NamedTuple):
    """A document that is sent as it is."""

    media_type: str
    body: bytes


def read_documents(database: Path) -> Mapping[str, StoredDocument]:
    """Return the stored documents by path."""
    with closing(_connect(database)) as connection:
        rows = connection.execute("SELECT path, type, body FROM documents").fetchall()
    return {path: StoredDocument(media_type, body.encode()) for path, media_type, body in rows}


def count_rows(database: Path) -> Mapping[str, int]:
    """Return the number of rows of each table and view that is meant for readers."""
    names = [shown.name for shown in FOR_READERS]
    with closing(_connect(database)) as connection:
        counts = (connection.execute(f"SELECT count(*) FROM {name}").fetchone() for name in names)  # noqa: S608
        return {name: number for name, (number,) in zip(names, counts, strict=True)}


def read_table(database: Path, name: str) -> TableData:
    """Return a table or view that is meant for readers, with all its rows."""
    shown = next(shown for shown in FOR_READERS if shown.name == name)
    with closing(_connect(database)) as connection:
        cursor = connection.execute(f"SELECT * FROM {name}")  # noqa: S608
        names, rows = [column[0] for column in cursor.description], tuple(cursor.fetchall())
    descriptions = shown.columns if isinstance(shown, View) else {c.name: c.description for c in shown.columns}
    columns = (
        TableColumn[Any](name, descriptions[name], type=_type_of({type(row[place]) for row in rows}))
        for place, name in enumerate(names)
    )
    return TableData(Table[Any](name, shown.description, lambda _: (), tuple(columns)), rows)


def _type_of(types: set[type]) -> type:
    """Return the type of a column whose values have these types."""
    types = types - {type(None)}
    return (int if types == {int} else float) if types and types <= {int, float} else str


def _connect(database: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.resolve().as_uri()}?immutable=1", uri=True)
