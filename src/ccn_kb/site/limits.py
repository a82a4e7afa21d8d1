"""Limits on the SQL of visitors, and the messages for requests that fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

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
LONGEST_PATTERN = 200
"""The longest pattern of LIKE and GLOB, in bytes."""
STEPS_BETWEEN_LOOKS = 50
"""After how many steps of SQLite's machine the time is looked at: each may be a function of two long texts."""
# One call can take seconds, and is not interrupted.
_ENDLESS = frozenset({"printf", "format", "json_patch"})
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

    The time limit cannot interrupt a function. SQLite's own `instr`, `replace` and `trim` of two long texts take
    seconds, so that others of the same meaning take their place, whose time grows with the length of the texts alone.
    """
    # Not in pysqlite3, which Datasette prefers where it is installed because the system's SQLite is old.
    if hasattr(connection, "setlimit"):
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
        connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, MOST_COLUMNS)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
    connection.row_factory = CappedRows()
    connection.create_function("escape_fts", 1, _escape_search)
    connection.create_function("instr", 2, _instr, deterministic=True)
    connection.create_function("replace", 3, _replace, deterministic=True)
    for name, ends in (("trim", (True, True)), ("ltrim", (True, False)), ("rtrim", (False, True))):
        connection.create_function(name, 2, partial(_trim, *ends), deterministic=True)
    connection.set_authorizer(_authorize)


def _authorize(action: int, _first: str | None, name: str | None, *_: str | None) -> int:
    is_endless = action == sqlite3.SQLITE_FUNCTION and (name or "").lower() in _ENDLESS
    return int(sqlite3.SQLITE_DENY if is_endless else sqlite3.SQLITE_OK)


class WatchedConnection(sqlite3.Connection):  # type: ignore[misc]
    """A connection whose time limit is looked at often enough for statements of slow functions."""

    def set_progress_handler(self, handler: Callable[[], bool] | None, n: int) -> None:
        """Call the handler after at most as many steps as STEPS_BETWEEN_LOOKS."""
        super().set_progress_handler(handler, min(n, STEPS_BETWEEN_LOOKS))


Value: TypeAlias = "str | bytes | int | float | None"


def _instr(value: Value, wanted: Value) -> int | None:
    """Return where one text, or one value of bytes, is in another, counted from 1; 0 if it is not in it."""
    if value is None or wanted is None:
        return None
    if isinstance(value, bytes) and isinstance(wanted, bytes):
        return value.find(wanted) + 1
    return _text(value).find(_text(wanted)) + 1


def _replace(value: Value, old: Value, new: Value) -> Value:
    if value is None or old is None:
        return None
    text, old = _text(value), _text(old)
    if not old:
        return text if isinstance(value, bytes) else value
    if new is None:
        return None
    new = _text(new)
    length = len(text) + text.count(old) * (len(new) - len(old))
    # SQLite itself refuses what is too long.
    return text.replace(old, new) if length <= LONGEST_CELL else "x" * (LONGEST_CELL + 1)


def _trim(at_start: bool, at_end: bool, value: Value, characters: Value) -> str | None:
    if value is None or characters is None:
        return None
    text, taken = _text(value), frozenset(_text(characters))
    start, end = 0, len(text)
    while at_start and start < end and text[start] in taken:
        start += 1
    while at_end and start < end and text[end - 1] in taken:
        end -= 1
    return text[start:end]


def _text(value: str | bytes | float) -> str:
    """Return a value as SQLite casts it to text: numbers that are not whole have a point and up to 15 digits."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if not isinstance(value, float):
        return str(value)
    if math.isinf(value):
        return "Inf" if value > 0 else "-Inf"
    mantissa, exponent, power = f"{value:.15g}".partition("e")
    return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}{exponent}{power}"


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
