"""The database as Datasette queries it: read-only, always the same file, without delaying other requests."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.database import Database, Results
from datasette.utils.sqlite import sqlite3

from ccn_kb.site.database_file import DatabaseFile

if TYPE_CHECKING:
    from datasette.app import Datasette

Result = TypeVar("Result")

# How many rows the request that is being answered may show; None for as many as Datasette gives.
most_rows: ContextVar[int | None] = ContextVar("most_rows", default=None)


class NetworkDatabase(Database):  # type: ignore[misc]
    """A database of the network in one Datasette, which shows the name of the file and not its folder."""

    def __init__(self, datasette: Datasette, file: DatabaseFile) -> None:
        super().__init__(datasette, path=file.path.name, is_mutable=False)
        self.file = file
        self.cached_hash = file.digest
        self.cached_size = file.size

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """Return a connection to the file that was opened at the start. Raises ReplacedFileError."""
        if write:
            raise sqlite3.OperationalError("attempt to write a readonly database")
        connection = self.file.connect()
        self._all_file_connections.append(connection)
        return connection

    async def execute_fn(self, function: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return what the function gives for a connection of one of Datasette's threads."""

        def run(connection: sqlite3.Connection) -> Result:
            try:
                return function(connection)
            except BaseException as error:
                _release_frames(error)
                raise

        result: Result = await super().execute_fn(run)
        return result

    async def execute(self, sql: str, params: Any = None, truncate: bool = False, **options: Any) -> Results:
        """Return the rows of a SELECT. Errors in the SQL of visitors are not logged."""
        results = await super().execute(sql, params, truncate, **{**options, "log_sql_errors": False})
        most = most_rows.get()
        if truncate and most is not None and len(results.rows) > most:
            return Results(results.rows[:most], truncated=True, description=results.description)
        return results


def _release_frames(error: BaseException | None) -> None:
    """Drop the local variables of the frames of an exception here, in the thread of the connection.

    A cursor among them would be finalized in the event loop, which would wait there until the connection is free.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
