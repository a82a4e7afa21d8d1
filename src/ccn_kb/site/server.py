"""The server: a socket, bound before anything else, and one or several processes."""

from __future__ import annotations

import datetime
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ccn_kb.site.address import SiteAddress
from ccn_kb.site.database_file import DatabaseError, DatabaseFile, ReplacedFileError

if TYPE_CHECKING:
    from ccn_kb.site.responses import Asgi


MOST_DESCRIPTORS = 65_536


class ListenError(Exception):
    """The address is not available; the message has the reason and the remedy."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket bound to the address, bound before anything is built. Raises ListenError."""
    try:
        family, _, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # asyncio sets TCP_NODELAY only if the socket's protocol is IPPROTO_TCP.
        listener = socket.socket(family, socket.SOCK_STREAM, protocol)
    except (socket.gaierror, UnicodeError):
        raise ListenError(f"unknown host {host!r}; name an address of this machine with --host") from None
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


def local_address(listener: socket.socket) -> str:
    """Return the address of the site for a browser on this machine."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def public_address(listener: socket.socket) -> SiteAddress:
    """Return the address that the socket listens on, an unknown one if it listens on all addresses."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return SiteAddress()
    return SiteAddress("http", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def run(
    file: DatabaseFile,
    listener: socket.socket,
    address: SiteAddress,
    today: datetime.date | None = None,
    workers: int = 1,
) -> None:
    """Serve the database until interrupted. Raises `workers.WorkerError`."""
    import uvicorn

    from ccn_kb.site import workers as supervised

    _raise_descriptor_limit()
    if workers > 1:
        make = partial(_make_worker, file.path, file.digest, address, today)
        supervised.run(make, listener, workers)
    uvicorn.Server(supervised.make_config(_make(file, address, today))).run(sockets=[listener])


def _raise_descriptor_limit() -> None:
    """Let more clients be connected than the 1,024 files that a shell often allows; Windows has no such limit."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _make(file: DatabaseFile, address: SiteAddress, today: datetime.date | None) -> Asgi:
    from ccn_kb.site.application import make_application

    # Pages are made in a thread; the event loop waits for it for a millisecond at most.
    sys.setswitchinterval(0.001)
    return make_application(file, address, today)


def _make_worker(path: Path, digest: str, address: SiteAddress, today: datetime.date | None) -> Asgi:
    """Return the application of a worker; a worker whose file differs from the supervisor's ends, and all with it."""
    from uvicorn.config import STARTUP_FAILURE

    try:
        file = DatabaseFile(path)
        if file.digest != digest:
            file.close()
            raise ReplacedFileError(f"{path} was replaced after the server had been started; restart it")
    except DatabaseError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(STARTUP_FAILURE)
    return _make(file, address, today)
