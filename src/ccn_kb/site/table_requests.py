"""Requests that Datasette answers: they wait their turn, cost a bounded time, and know only the site's address."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from asgi_gzip import GZipMiddleware
from datasette.filters import Filters

from ccn_kb.site.address import SiteAddress
from ccn_kb.site.isolated_application import IsolatedApplication
from ccn_kb.site.partial_results import HEADER, RowLimit, row_limit
from ccn_kb.site.request_queue import RequestQueue
from ccn_kb.site.responses import POLICY, SECURITY, Asgi, Headers, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from datasette.app import Datasette

MOST_ROWS_AS_HTML = 100
# Of a query, whose results have no second page; it holds every list of members.
MOST_RESULTS_AS_HTML = 500
# The parameters of those who want a part of a table, or page through it.
_PART_OF_TABLE = {"_size", "_next", "_stream", "sql"}
OPERATORS = tuple(lookup for lookup, _, _ in Filters([]).lookups())
_FORMAT = re.compile(r"\.(\w+)\Z")


class UnknownFilterError(Exception):
    """A filter of a table that would do nothing, or find nothing; the message names those that exist."""


class TableRequests:
    """The way to Datasette for the tables of the site: SQL, tables and long CSV files each have a queue."""

    def __init__(
        self,
        datasette: Datasette,
        tables: Mapping[str, Sequence[str]],
        address: SiteAddress,
        prefix: str,
        *,
        exclusive: bool,
    ) -> None:
        self._columns = tables
        self._formats = {"", "csv", *datasette.renderers}
        self._address = address
        self._prefix = prefix
        self._exclusive = exclusive
        self._isolated: Asgi | None = None
        # Some of Datasette's threads are left for those who do not write SQL.
        self._sql = RequestQueue(running=max(1, datasette.setting("num_sql_threads") - 2), waiting=20)
        self._tables = RequestQueue(running=2, waiting=40)
        self._streams = RequestQueue(running=2, waiting=20)

    def is_html(self, path: str) -> bool:
        """Return whether a path has no format as its ending, so that the response is a page."""
        return _format_of(path) == ""

    def knows_format(self, path: str) -> bool:
        """Return whether the ending of a path names a format; Datasette takes any other for HTML."""
        return _format_of(path) in self._formats

    async def send(self, datasette: Asgi, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Send Datasette's response to a request for a path without the prefix.

        Raises QueueFullError, DisconnectedError, UnknownFilterError.
        """
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        names = {name for name, _ in query}
        self._require_filters(path, names)
        format = _format_of(path)
        is_html = format == ""
        if format == "csv" and self._is_table(path) and not names & _PART_OF_TABLE:
            # Whoever asks for a table as a file gets all of its rows.
            query.append(("_stream", "on"))
            names.add("_stream")
        queue = self._tables
        if names & {"sql", "_where"}:
            queue = self._sql
        elif "_stream" in names:
            queue = self._streams
        async with queue.place(receive) as receive_in_turn:
            limit = RowLimit(MOST_RESULTS_AS_HTML if is_html else None)
            reset = row_limit.set(limit)
            try:
                changed = _capped(query) if is_html and "_size" in names else None
                changed = urlencode(query).encode() if "_stream" in names else changed
                here = self._scope(scope, changed)
                await self._application(datasette)(here, receive_in_turn, self._secured(send, limit))
            finally:
                row_limit.reset(reset)

    def _is_table(self, path: str) -> bool:
        """Return whether a path below the database is that of a table or view, and not of a query."""
        return bool(self._columns_at(path))

    def _columns_at(self, path: str) -> Sequence[str]:
        """Return the columns of the table or view at a path below the database, empty for other paths."""
        parts = _FORMAT.sub("", path).split("/")
        return self._columns.get(parts[2], ()) if len(parts) == 3 else ()

    def _require_filters(self, path: str, names: Collection[str]) -> None:
        """Raise UnknownFilterError for a filter of no column, which finds nothing, or one that Datasette ignores."""
        columns = self._columns_at(path)
        filters = sorted(name for name in names if not name.startswith("_"))
        for name in filters if columns else ():
            column, _, operator = name.rpartition("__") if "__" in name else (name, "", "exact")
            if column not in columns:
                raise UnknownFilterError(f"Unknown column “{column[:40]}”. Columns: {', '.join(columns)}.")
            if operator not in OPERATORS:
                raise UnknownFilterError(f"Unknown filter “{operator[:40]}”. Filters: {', '.join(OPERATORS)}.")

    def _application(self, datasette: Asgi) -> Asgi:
        """Return Datasette's application, packed and in a thread of its own where nothing else is served."""
        if not self._exclusive:
            return datasette
        if self._isolated is None:
            self._isolated = IsolatedApplication(GZipMiddleware(datasette, compresslevel=6))
        return self._isolated

    def _scope(self, scope: Scope, query: bytes | None) -> Scope:
        """Return the scope as Datasette makes its links from: of the site's address, without the prefix."""
        changed = {**scope, "path": self._below_prefix(scope["path"])}
        if scope.get("raw_path") is not None:
            changed["raw_path"] = self._below_prefix(scope["raw_path"].decode("latin-1")).encode("latin-1")
        if query is not None:
            changed["query_string"] = query
        if self._exclusive or self._address.host:
            # Whoever names another host must not find it in links, and leave them in a shared cache.
            host = self._address.host or "localhost"
            changed["headers"] = [header for header in scope["headers"] if header[0] != b"host"]
            changed["headers"].append((b"host", host.encode()))
            changed["scheme"] = self._address.scheme or "http"
        return changed

    def _below_prefix(self, path: str) -> str:
        return without_prefix(path, self._prefix)

    def _secured(self, send: Send, limit: RowLimit) -> Send:
        """Return what sends with the headers that keep a page to this site, and redirects within the prefix.

        A header states the limit by which rows were left out.
        """
        ours = dict([(b"content-security-policy", POLICY), *SECURITY])

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: Headers = [header for header in message.get("headers", ()) if header[0].lower() not in ours]
                headers = [
                    (name, self._located(value) if name.lower() == b"location" else value) for name, value in headers
                ]
                if limit.note and not any(name.lower() == HEADER.encode() for name, _ in headers):
                    headers.append((HEADER.encode(), limit.note.encode()))
                message = {**message, "headers": [*headers, *ours.items()]}
            await send(message)

        return sending

    def _located(self, location: bytes) -> bytes:
        prefix = self._prefix.encode()
        is_below = not location.startswith(b"/") or location.startswith(prefix + b"/") or location == prefix
        return location if is_below else prefix + location


def without_prefix(path: str, prefix: str) -> str:
    """Return the path below the prefix, which a proxy may have taken away already."""
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path.removeprefix(prefix) or "/"
    return path


def _format_of(path: str) -> str:
    match = _FORMAT.search(path)
    return match[1] if match else ""


def _capped(query: list[tuple[str, str]]) -> bytes:
    """Return a query that asks for no more rows than a page of HTML shows."""

    def size(text: str) -> str:
        is_too_large = text == "max" or (text.isdecimal() and (len(text) > 3 or int(text) > MOST_ROWS_AS_HTML))
        return str(MOST_ROWS_AS_HTML) if is_too_large else text

    return urlencode([(name, size(value) if name == "_size" else value) for name, value in query]).encode()
