"""The site over one database, read-only and immutable, served from a socket that is already ours."""

from __future__ import annotations

import datetime
import hashlib
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.site import workers as several
from ccn_kb.site.app import Asgi, Site, only_reading, secured
from ccn_kb.site.metadata import NAME, metadata
from ccn_kb.site.router import JSON, PageResponse, Pages
from ccn_kb.site.templating import TEMPLATES
from ccn_kb.version import SCHEMA_VERSION, split_version

SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 1000,
    "default_facet_size": 12,
    "suggest_facets": False,
    "truncate_cells_html": 200,
    "default_cache_ttl": 300,
}
OPTIONS: dict[str, Any] = {"http": "ccn_kb.site.limits:Punctual", "log_level": "warning", "server_header": False}


class ListenError(Exception):
    """The address cannot be listened on; the message says why and what to do."""


class DatabaseError(Exception):
    """The file cannot be served; the message says why and what to do."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket bound to the address, taken before anything is built. Raises ListenError."""
    try:
        family, _, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Only of a socket that names its protocol does asyncio know that answers need not wait for each other.
        listener = socket.socket(family, socket.SOCK_STREAM, protocol)
    except (socket.gaierror, UnicodeError):
        raise ListenError(f"there is no host {host!r}; name an address of this machine with --host") from None
    with listener:
        _listen(listener, where, host, port)
        yield listener


def _listen(listener: socket.socket, where: Any, host: str, port: int) -> None:
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen()
    except PermissionError:
        raise ListenError(f"port {port} may not be used; choose one above 1023 with --port") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ListenError(f"cannot listen on {host}, port {port}: {reason}; choose another with --port") from None


def address(listener: socket.socket) -> str:
    """Return the address of the site for a browser."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def application(database: Path, site: str, today: datetime.date | None = None) -> Asgi:
    """Return the site over a database; `site` is the address it is reached under, a given day is taken for today."""
    from asgi_gzip import GZipMiddleware
    from datasette import app, handle_exception
    from datasette.database import Database
    from datasette.plugins import pm

    from ccn_kb.site.cells import Cells
    from ccn_kb.site.limits import Limits

    # Where rich is installed, Datasette prints a page of traceback for every address that is not found.
    handle_exception.rich = None
    pages = Pages(database, today, site)
    pm.register(Cells(pages), name="ccn-kb")
    pm.unregister(handle_exception)
    pm.register(Limits(), name="ccn-kb limits")
    tables = app.Datasette(
        metadata=metadata(today),
        settings=SETTINGS,
        template_dir=str(TEMPLATES),
        cors=True,
    )
    tables.remove_database("_memory")
    tables.add_database(Database(tables, path=str(database), is_mutable=False), name=NAME)
    return only_reading(Site(pages, secured(GZipMiddleware(tables.app())), health(pages, database)))


def health(pages: Pages, database: Path) -> PageResponse:
    """Return what tells a load balancer that the site answers, and whoever replaces a database which one it is."""
    digest = hashlib.sha256(database.read_bytes()).hexdigest()
    return PageResponse(200, JSON, to_bytes({"ok": True, "version": pages.version, "database": digest}))


def require(database: Path) -> None:
    """Check that the pages can be made from a database. Raises DatabaseError."""
    remedy = f"build one: ccn build --output {database.name}"
    try:
        version = Pages(database).version
        schema, _ = split_version(version)
    except (sqlite3.Error, KeyError, ValueError):
        raise DatabaseError(f"{database} is no database of the network; {remedy}") from None
    if schema != SCHEMA_VERSION:
        raise DatabaseError(f"{database} is {version}, and this program serves {SCHEMA_VERSION}; {remedy}")


def run(
    database: Path, listener: socket.socket, site: str, today: datetime.date | None = None, workers: int = 1
) -> None:
    """Serve the database until interrupted. Raises `workers.WorkerError`."""
    import uvicorn

    if workers > 1:
        several.run(partial(application, database, site, today), listener, workers, OPTIONS)
    config = uvicorn.Config(application(database, site, today), **OPTIONS)
    uvicorn.Server(config).run(sockets=[listener])
