"""The database as Datasette queries it: read-only, always the same file, without delaying other requests."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils.sqlite import sqlite3

from ccn_kb.site.database_file import DatabaseFile
from ccn_kb.site.partial_results import describe_part, row_limit

if TYPE_CHECKING:
    from datasette.app import Datasette

Result = TypeVar("Result")
COUNT_MILLISECONDS = 200
"""The time for counting the rows of a result that was cut."""


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
                result = function(connection)
                # The connection may be older than a change of the file, and SQLite looks for none in what it takes
                # for immutable.
                self.file.require_intact()
                return result
            except BaseException as error:
                _release_frames(error)
                raise

        result: Result = await super().execute_fn(run)
        return result

    async def execute(self, sql: str, params: Any = None, truncate: bool = False, **options: Any) -> Results:
        """Return the rows of a SELECT. Errors in the SQL of visitors are not logged."""
        results = await super().execute(sql, params, truncate, **{**options, "log_sql_errors": False})
        limit = row_limit.get()
        if not truncate or limit is None:
            return results
        if limit.most is not None and len(results.rows) > limit.most:
            results = Results(results.rows[: limit.most], truncated=True, description=results.description)
        if results.truncated:
            limit.note = describe_part(len(results.rows), await self._count(sql, params))
        return results

    async def _count(self, sql: str, params: Any) -> int | None:
        """Return the number of rows of a SELECT, None if they cannot be counted in time."""
        try:
            select = sql.rstrip().rstrip(";")
            count = f"SELECT count(*) FROM (\n{select}\n)"  # noqa: S608
            counted = await super().execute(count, params, custom_time_limit=COUNT_MILLISECONDS, log_sql_errors=False)
        except (sqlite3.Error, QueryInterrupted):
            return None
        number: int = counted.single_value()
        return number


def _release_frames(error: BaseException | None) -> None:
    """Drop the local variables of the frames of an exception here, in the thread of the connection.

    A cursor among them would be finalized in the event loop, which would wait there until the connection is free.
    """
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
