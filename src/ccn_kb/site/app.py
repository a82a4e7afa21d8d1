"""The site in front of one Datasette: cached pages, static files, the database file, and the tables behind them."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlsplit

from datasette.utils import tilde_decode, tilde_encode

from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.site import reconciliation
from ccn_kb.site.address import HEALTH, SiteAddress
from ccn_kb.site.database_file import ReplacedFileError
from ccn_kb.site.file_download import send_file
from ccn_kb.site.languages import split_language
from ccn_kb.site.network_database import NetworkDatabase
from ccn_kb.site.query_parameters import parse_query
from ccn_kb.site.request_queue import DisconnectedError, PageThread, QueueFullError
from ccn_kb.site.responses import (
    NOT_STORED,
    SECURITY,
    Asgi,
    CachedResponse,
    Message,
    Receive,
    ResponseCache,
    Scope,
    Send,
    ready,
    send_response,
)
from ccn_kb.site.router import PageResponse, Pages
from ccn_kb.site.table_requests import TableRequests, UnknownFilterError, without_prefix
from ccn_kb.site.templating import ASSETS, STATIC, assets_version

if TYPE_CHECKING:
    from datasette.app import Datasette

TABLES = "ccn"
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
READING = ("GET", "HEAD")
CACHE_BYTES = 64_000_000
WAITING_PAGES = 64
WAITING_PICTURES = 16
REFUSAL_SECONDS = 1.0
LONGEST_PATH = 500
LONGEST_QUERY = 8000
# What a file system takes as a name.
LONGEST_PART = 255
# Pages of Datasette for those who query the tables; none of them describes the machine.
OPEN_TO_ALL = frozenset({"/-/databases.json", "/-/metadata.json", "/-/versions.json"})
_LOG = logging.getLogger(__name__)
_METHODS = "Method not allowed: use GET."


class Site:
    """The pages over the one database of the network that a Datasette has.

    An exclusive site is all that its Datasette serves; everything else that it could show is closed. Any other leaves
    to Datasette what is neither a page of its own nor a table of its database.
    """

    def __init__(
        self, datasette: Datasette, database: NetworkDatabase, pages: Pages, address: SiteAddress, *, exclusive: bool
    ) -> None:
        self.database = database
        self.pages = pages
        self.prefix: str = datasette.setting("base_url").rstrip("/")
        self.address = address
        self._datasette = datasette
        self._exclusive = exclusive
        tables = database.file.tables
        self._tables = TableRequests(datasette, tables, address, self.prefix, exclusive=exclusive)
        self._thread = PageThread(WAITING_PAGES)
        # It takes long to make a picture or a workbook, and pages do not wait for it.
        self._picture_thread = PageThread(WAITING_PICTURES)
        self._cache = ResponseCache(CACHE_BYTES)
        self._making: dict[tuple[object, ...], asyncio.Future[CachedResponse]] = {}
        self._errors: dict[tuple[int, str, str], CachedResponse] = {}
        self._warming: asyncio.Task[None] | None = None
        self._is_replacement_logged = False
        self._assets = {
            f"{ASSETS}{file.relative_to(STATIC).as_posix()}": file for file in STATIC.rglob("*") if file.is_file()
        }
        # Browsers ask for these at the root, whatever a page links to.
        self._assets |= {f"/{name}": STATIC / name for name in ("favicon.ico", "apple-touch-icon.png")}

    async def respond(self, datasette: Asgi, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on to Datasette's application."""
        if scope["type"] == "lifespan":
            self._warming = asyncio.create_task(self._warm_up())
        if scope["type"] != "http":
            await datasette(scope, receive, send)
            return
        path = without_prefix(scope["path"], self.prefix)
        if path == "/-/" and not self._exclusive:
            await datasette({**scope, "path": "/", "raw_path": b"/"}, receive, send)
        elif self._is_of_others(path):
            await datasette(scope, receive, send)
        else:
            await self._respond_or_fail(path, datasette, scope, receive, send)

    def _is_of_others(self, path: str) -> bool:
        """Return whether Datasette answers a request as it would without the site."""
        if self._exclusive or path == HEALTH:
            return False
        name = _database_in(path)
        databases = self._datasette.databases.values()
        return path.startswith("/-/") or any(
            name == database.route for database in databases if database is not self.database
        )

    async def _respond_or_fail(self, path: str, datasette: Asgi, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, if need be with the page of an error."""
        is_started = False

        async def noting_send(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        try:
            await self._respond(path, datasette, scope, receive, noting_send)
        except QueueFullError:
            # A client that asks again at once would cost more than one that waits.
            await asyncio.sleep(REFUSAL_SECONDS)
            await send_response(self._error(503, path), scope, send)
        except UnknownFilterError as error:
            page = self.pages.error(400, "/error" if self._tables.is_html(path) else "/error.json", str(error))
            await send_response(ready(page, NOT_STORED), scope, send)
        except DisconnectedError:
            return
        except Exception as error:
            status = self.status_of(error, path)
            if is_started:
                raise
            await send_response(self._error(status, path), scope, send)

    async def _respond(self, path: str, datasette: Asgi, scope: Scope, receive: Receive, send: Send) -> None:
        is_reading = scope["method"] in READING
        if is_reading and self._is_of_tables(path):
            if self._is_impossible(path):
                await send_response(self._error(404, path), scope, send)
            else:
                await self._tables.send(datasette, path, scope, receive, send)
        elif is_reading and self._is_of_file(path):
            self.database.file.require_intact()
            await send_file(self.database.file, scope, send)
        elif path == reconciliation.PATH or path.startswith(f"{reconciliation.PATH}/"):
            await send_response(await self._reconcile(path, scope, receive), scope, send)
        else:
            response = await self._response(path, scope)
            if response.status != 404 or not await self._is_sent_by(datasette, scope, receive, send):
                await send_response(response, scope, send)

    # -- Datasette's pages ---------------------------------------------------------------------

    def _is_of_tables(self, path: str) -> bool:
        """Return whether Datasette makes the page: of a table, a query or a row, or one of its own files."""
        if self._exclusive and (path.startswith("/-/static/") or path in OPEN_TO_ALL):
            return True
        return _database_in(path) == self.database.route and not self._is_of_file(path)

    def _is_of_file(self, path: str) -> bool:
        """Return whether a path is that of the database file."""
        name, _, ending = path.partition(".")
        is_file = ending == "db" and name.count("/") == 1 and _database_in(path) == self.database.route
        return is_file and bool(self._datasette.setting("allow_download"))

    def _is_impossible(self, path: str) -> bool:
        """Return whether there can be no such page: an ending that is not a format, a name that no file can have."""
        is_too_long = any(len(part.encode()) > LONGEST_PART for part in path.split("/"))
        is_static = self._exclusive and path.startswith("/-/")
        return is_too_long or not (is_static or self._tables.knows_format(path))

    async def _is_sent_by(self, datasette: Asgi, scope: Scope, receive: Receive, send: Send) -> bool:
        """Return whether Datasette has, and sent, what the site has not: a page of another plugin, a mounted folder."""
        if self._exclusive or b"%" in (scope.get("raw_path") or b""):
            return False
        is_there = False

        async def send_if_there(message: Message) -> None:
            nonlocal is_there
            if message["type"] == "http.response.start":
                is_there = message["status"] != 404
            if is_there:
                await send(message)

        await datasette(scope, receive, send_if_there)
        return is_there

    # -- the site's own responses --------------------------------------------------------------

    async def _response(self, path: str, scope: Scope) -> CachedResponse:
        if scope["method"] not in READING:
            return _refused(path)
        if path == HEALTH:
            return await self._health()
        text = scope["query_string"][:LONGEST_QUERY].decode("latin-1")
        if _database_in(path) == TABLES:
            # Where another database has this name, it is asked first.
            moved = f"/{tilde_encode(self.database.route)}{path.removeprefix(f'/{TABLES}')}"
            elsewhere = f"{self.prefix}{quote(moved, safe='/~+')}"
            page = PageResponse(302, TEXT, b"", f"{elsewhere}?{text}" if text else elsewhere)
            return ready(page, NOT_STORED)
        if path in self._assets:
            # The address names the content, but the address of another version names content that is not here.
            is_current = text == assets_version()
            return await self._cached((path, is_current), partial(self._asset, path, is_current), 0)
        path = path[:LONGEST_PATH]
        query = self.pages.accepted_parameters(path, parse_query(text))
        key, make = (path, *query.items(), self.pages.today), partial(self._page, path, query)
        if path.endswith((".svg", ".png", ".xlsx")):
            is_listed = not query and path.rpartition(".")[0] in self._listed_pages
            return await self._cached(key, make, 0 if is_listed else 1, self._picture_thread)
        return await self._cached(key, make, 0 if not query and path in self._listed_pages else 1)

    async def _cached(
        self, key: tuple[object, ...], make: Callable[[], CachedResponse], rank: int, thread: PageThread | None = None
    ) -> CachedResponse:
        """Return the response of a key; one that is not in the cache is made once, for all who wait for it."""
        if response := self._cache.get(key):
            return response
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future((thread or self._thread).run(make, rank))
            making.add_done_callback(lambda _: self._making.pop(key))
        response = await asyncio.shield(making)
        if response.status < 500:
            self._cache.put(key, response)
        return response

    @cached_property
    def _listed_pages(self) -> frozenset[str]:
        """The pages of the sitemap, which are made before searches and before addresses that may lead nowhere."""
        try:
            text = self.pages.respond("/sitemap.xml", {}).body.decode()
        except Exception as error:
            self.status_of(error, "/sitemap.xml")
            return frozenset()
        paths = (urlsplit(address).path for address in re.findall("<loc>([^<]+)</loc>", text))
        return frozenset(without_prefix(path, self.prefix) for path in paths)

    async def _warm_up(self) -> None:
        """Make a page of each kind, so that no reader waits for templates and indexes; requests repeat what fails."""
        with suppress(Exception):
            await self._thread.run(lambda: self._listed_pages, 1)
            for path in self.pages.example_paths:
                await self._response(path, {"method": "GET", "query_string": b""})

    def _page(self, path: str, query: Mapping[str, str]) -> CachedResponse:
        try:
            page = self.pages.respond(path, query)
        except Exception as error:
            return self._error(self.status_of(error, path), path)
        return ready(page, b"public, max-age=300" if page.status == 200 else b"public, max-age=60")

    def _asset(self, path: str, is_current: bool) -> CachedResponse:
        file = self._assets[path]
        page = PageResponse(200, guess_type(file.name)[0] or "application/octet-stream", file.read_bytes())
        return ready(page, b"public, max-age=31536000, immutable" if is_current else b"public, max-age=300")

    async def _health(self) -> CachedResponse:
        """Return whether pages and tables can be made, and from which data: for load balancers."""
        file = self.database.file
        sql = "SELECT value FROM edition WHERE name = 'version'"
        try:
            is_sound = file.is_unchanged() and (await self.database.execute(sql)).single_value() == file.version
        except Exception:
            is_sound = False
        facts: dict[str, object] = {"ok": is_sound, "version": file.version, "database": file.digest}
        if not is_sound:
            facts["error"] = "The database file was replaced or damaged; restart the server."
        return ready(PageResponse(200 if is_sound else 503, JSON, to_bytes(facts)), NOT_STORED)

    # -- the reconciliation service ------------------------------------------------------------

    async def _reconcile(self, path: str, scope: Scope, receive: Receive) -> CachedResponse:
        """Return the response of the one service that also takes forms."""
        extra = [(b"access-control-allow-origin", b"*"), (b"allow", reconciliation.ALLOWED.encode())]
        if scope["method"] == "OPTIONS":
            extra += [
                (b"access-control-allow-methods", b"GET, POST"),
                (b"access-control-allow-headers", b"content-type"),
            ]
            return CachedResponse(204, [*SECURITY, *extra], b"", b"", b"-")
        try:
            parameters = await self._reconciliation_parameters(scope, receive)
        except reconciliation.ReconciliationError as error:
            page = PageResponse(error.status, JSON, to_bytes(reconciliation.refusal(error)))
            return ready(page, NOT_STORED, extra[1:])
        return await self._thread.run(partial(self._reconciled, path, parameters), 1)

    async def _reconciliation_parameters(self, scope: Scope, receive: Receive) -> dict[str, str]:
        if scope["method"] not in (*READING, "POST"):
            raise reconciliation.ReconciliationError(405, f"Method not allowed: use {reconciliation.ALLOWED}.")
        if len(scope["query_string"]) > LONGEST_QUERY:
            raise reconciliation.ReconciliationError(414, "The address is too long; send the queries by POST.")
        parameters = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if scope["method"] != "POST":
            return parameters
        content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        return parameters | reconciliation.read_form(content_type, await _read_body(receive))

    def _reconciled(self, path: str, parameters: Mapping[str, str]) -> CachedResponse:
        try:
            reply = reconciliation.respond(self.pages.context, path, parameters)
        except Exception as error:
            return self._error(self.status_of(error, path), f"{path}.json")
        response = ready(PageResponse(*reply), NOT_STORED)
        if reply.media_type.startswith("text/html"):
            # A preview is shown in a frame of the client's.
            framed = [(name, value) for name, value in response.headers if name != b"x-frame-options"]
            policy = b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"
            headers = [(name, policy if name == b"content-security-policy" else value) for name, value in framed]
            response = replace(response, headers=headers)
        return response

    # -- errors --------------------------------------------------------------------------------

    def answers_for(self, path: str, *, is_missing: bool) -> bool:
        """Return whether the site shows an error that Datasette raised; `is_missing` if that is a missing page."""
        path = without_prefix(path, self.prefix)
        return self._exclusive or self._is_of_tables(path) or (is_missing and not self._is_of_others(path))

    def is_replaced(self) -> bool:
        """Return whether the database file is no longer the one that was opened."""
        return not self.database.file.is_unchanged()

    def status_of(self, error: Exception, path: str) -> int:
        """Return the status of an unexpected error, and write one line to the log."""
        if isinstance(error, ReplacedFileError) or self.is_replaced():
            if not self._is_replacement_logged:
                self._is_replacement_logged = True
                _LOG.error("%s was replaced or changed; restart the server", self.database.file.path.name)
            return 503
        frame = traceback.extract_tb(error.__traceback__)[-1]
        _LOG.error("%r: %s in %s:%s", path[:200], type(error).__name__, Path(frame.filename).name, frame.lineno)
        return 500

    def _error(self, status: int, path: str) -> CachedResponse:
        """Return the page of an error, the same for every address."""
        ending, tag = ".json" if path.endswith(".json") else "", split_language(without_prefix(path, self.prefix))[0]
        response = self._errors.get((status, tag, ending))
        if response is None:
            try:
                page = self.pages.error(status, f"{f'/{tag}' if tag else ''}/error{ending}")
            except Exception:
                page = PageResponse(status, TEXT, f"Error {status}\n".encode())
            headers = [(b"retry-after", b"2")] if status == 503 else []
            response = self._errors[status, tag, ending] = ready(page, NOT_STORED, headers)
        return response


def _database_in(path: str) -> str:
    """Return the name that stands where Datasette's addresses have that of a database."""
    name = path[1:].partition("/")[0].partition(".")[0]
    decoded: str = tilde_decode(name) if "~" in name or "+" in name else name
    return decoded


async def _read_body(receive: Receive) -> bytes:
    """Return the body of a request. Raises ReconciliationError if it is too long, DisconnectedError."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise DisconnectedError
        body += bytes(message.get("body", b""))
        if len(body) > reconciliation.LONGEST_BODY:
            most = f"{reconciliation.LONGEST_BODY:,}"
            raise reconciliation.ReconciliationError(413, f"The form has more than {most} bytes; send fewer queries.")
        if not message.get("more_body"):
            return body


def _refused(path: str) -> CachedResponse:
    page = PageResponse(405, TEXT, f"{_METHODS}\n".encode())
    if path.endswith(".json"):
        page = PageResponse(405, JSON, to_bytes({"ok": False, "status": 405, "error": _METHODS}))
    return ready(page, NOT_STORED, [(b"allow", b"GET, HEAD")])
