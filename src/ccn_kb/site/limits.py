"""Limits on the SQL of visitors, and the messages for requests that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.database import QueryInterrupted
from datasette.utils import escape_fts
from datasette.utils.asgi import Base400
from datasette.utils.sqlite import sqlite3
from datasette.views.base import DatasetteError

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

LONGEST_CELL = 100_000
MOST_COLUMNS = 100
LARGEST_ANSWER = 10_000_000
# What Datasette raises where parameters have values that it does not expect.
_MISUNDERSTOOD = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UnboundLocalError,
    ValueError,
)


def limit_connection(connection: sqlite3.Connection) -> None:
    """Bound the cells, the columns and the whole of every answer; Datasette bounds the time and the rows.

    The time limit cannot interrupt a function: one `instr` of two long texts would take half a minute.
    """
    # Not in pysqlite3, which Datasette prefers where it is installed because the system's SQLite is old.
    if hasattr(connection, "setlimit"):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, MOST_COLUMNS)
    connection.row_factory = CappedRows()
    connection.create_function("escape_fts", 1, _escape_search)


def _escape_search(text: str) -> str:
    """Return a search as FTS5 takes it: what has nothing to search for matches nothing, and is not an error."""
    return str(escape_fts(text)) or '""'


class CappedRows:
    """The row factory of a connection, which raises an error once the rows of an answer are too large together."""

    def __init__(self) -> None:
        self._cursor: sqlite3.Cursor | None = None
        self._length = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self._cursor:
            self._cursor, self._length = cursor, 0
        self._length += sum(len(value) for value in values if isinstance(value, str | bytes))
        if self._length > LARGEST_ANSWER:
            raise sqlite3.OperationalError(f"result too large (limit {LARGEST_ANSWER:,} characters); add a LIMIT")
        return sqlite3.Row(cursor, values)


def explain_failure(exception: Exception, request: Request, seconds: float) -> tuple[int, str] | None:
    """Return status and message of a failure that the request caused, None of one that it did not."""
    if isinstance(exception, QueryInterrupted) or getattr(exception, "message_is_html", False):
        return 400, f"Query took too long (limit {seconds:g} s)."
    if isinstance(exception, DatasetteError):
        return 400 if exception.status == 500 else exception.status, str(exception.message)
    if isinstance(exception, Base400):
        return exception.status, str(exception)
    if isinstance(exception, sqlite3.Error | sqlite3.Warning) and request.query_string:
        return 400, f"Query failed: {exception}"
    if isinstance(exception, _MISUNDERSTOOD) and request.query_string:
        return 400, "Query failed: a parameter has a value that is not understood."
    return None
