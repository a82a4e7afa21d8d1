"""How much one visitor may take: what an answer to SQL may hold, and how long a request may take to arrive.

What Datasette cannot answer for the visitor's own fault is said in a sentence, and is no failure of the site.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

from datasette import handle_exception, hookimpl
from datasette.views.base import DatasetteError
from uvicorn.protocols.http.auto import AutoHTTPProtocol

LONGEST_CELL = 100_000
MOST_COLUMNS = 100
LARGEST_ANSWER = 10_000_000
PATIENCE = 10.0


class Limits:
    """A plugin that bounds the memory of an answer to SQL; Datasette bounds its time, and the number of its rows.

    The time limit cannot interrupt a function: one `instr` of two long texts would take half a minute.
    """

    # Datasette takes each plugin for a module.
    __name__ = __name__

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """Bound the cells, the columns and the whole of every answer."""
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
        conn.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, MOST_COLUMNS)
        conn.row_factory = Rows()

    @hookimpl  # type: ignore[untyped-decorator]
    def handle_exception(self, datasette: Any, request: Any, exception: Exception) -> Any:
        """Answer as Datasette does, once it is told whose fault it was."""
        return handle_exception.handle_exception(datasette, request, _told(exception, request))


# What Datasette lets through of parameters that it does not understand.
_MISUNDERSTOOD = (sqlite3.Error, sqlite3.Warning, ValueError, KeyError)


def _told(exception: Any, request: Any) -> Any:
    if isinstance(exception, DatasetteError):
        if exception.message_is_html:
            return DatasetteError("The query took too long; ask for less.", title=exception.title, status=400)
        exception.status = 400 if exception.status == 500 else exception.status
    elif isinstance(exception, _MISUNDERSTOOD) and request.query_string:
        return DatasetteError(f"This could not be asked: {exception}", status=400)
    return exception


class Rows:
    """Makes the rows of one connection, until an answer is too large."""

    def __init__(self) -> None:
        self._cursor: sqlite3.Cursor | None = None
        self._length = 0

    def __call__(self, cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> sqlite3.Row:
        if cursor is not self._cursor:
            self._cursor, self._length = cursor, 0
        self._length += sum(len(value) for value in values if isinstance(value, str | bytes))
        if self._length > LARGEST_ANSWER:
            raise sqlite3.OperationalError(f"the answer is larger than {LARGEST_ANSWER:,} characters; ask for less")
        return sqlite3.Row(cursor, values)


class Punctual(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """HTTP as uvicorn speaks it, but a client that does not finish a request in time is hung up on.

    A limit of connections would let those who say nothing keep out the others.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Wait on, from the first byte of a request and not from each, until it is there."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._await_request()
        else:
            self._be_patient()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._be_patient()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(PATIENCE, self.transport.close)

    def _be_patient(self) -> None:
        if self._late:
            self._late.cancel()
            self._late = None
