"""Datasette over one database, read-only and immutable, served from a socket that is already ours."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from ccn_kb.site.metadata import STATIC, metadata

Scope: TypeAlias = MutableMapping[str, Any]
Asgi: TypeAlias = Callable[[Scope, Any, Any], Awaitable[None]]

SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 1000,
    "default_facet_size": 12,
    "suggest_facets": False,
    "truncate_cells_html": 200,
}


class ListenError(Exception):
    """The address cannot be listened on; the message says why and what to do."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket bound to the address, taken before anything is built. Raises ListenError."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
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


def run(database: Path, listener: socket.socket, today: datetime.date | None = None) -> None:
    """Serve the database until interrupted; a given day is taken for today."""
    import uvicorn
    from datasette import app, handle_exception

    # Where rich is installed, Datasette prints a page of traceback for every address that is not found.
    handle_exception.rich = None
    static = str(Path(__file__).parent / "static")
    site = app.Datasette(
        immutables=[str(database)], metadata=metadata(today), settings=SETTINGS, static_mounts=[(STATIC, static)]
    )
    uvicorn.Server(uvicorn.Config(only_reading(site.app()), log_level="warning")).run(sockets=[listener])


def only_reading(app: Asgi) -> Asgi:
    """Return the application with every method but GET and HEAD refused: there is nothing to write."""

    async def reading(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await app(scope, receive, send)
            return
        headers = [(b"allow", b"GET, HEAD"), (b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 405, "headers": headers})
        await send({"type": "http.response.body", "body": b"Only GET and HEAD are answered here.\n"})

    return reading
