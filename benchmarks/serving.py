"""How many pages a second two workers serve: ours, and Datasette's own page of a hundred rows, from the same database.

Run from the repository: .venv/bin/python -m benchmarks.serving
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ccn_kb.site import server

WORKERS = 2
CONNECTIONS = 8
SECONDS = 5
OURS = ("/", "/city/kanazawa-jp", "/country/JP", "/on/2015-05-28", "/search?q=ceramics", "/city/kanazawa-jp.json")
STOCK = "/ccn/citations?_size=100"
LEAST = 10


@contextmanager
def served(run: Callable[[socket.socket], None]) -> Iterator[int]:
    """Yield the port on which the workers, each a process, serve from one socket."""
    with server.listening("127.0.0.1", 0) as listener:
        workers = []
        for _ in range(WORKERS):
            worker = os.fork()
            if worker == 0:
                run(listener)
                os._exit(0)
            workers.append(worker)
        try:
            yield listener.getsockname()[1]
        finally:
            for worker in workers:
                os.kill(worker, signal.SIGKILL)
                os.waitpid(worker, 0)


def stock(database: Path) -> Callable[[socket.socket], None]:
    """Return what serves the database with Datasette as it comes."""

    def run(listener: socket.socket) -> None:
        import uvicorn
        from datasette.app import Datasette

        app = Datasette(immutables=[str(database)], settings={"default_page_size": 100}).app()
        uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])

    return run


async def asked(port: int, path: str) -> float:
    """Return how many times in a second a page was had over several connections."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    count = 0

    async def reader(until: float) -> None:
        nonlocal count
        source, target = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
        while time.monotonic() < until:
            target.write(request)
            head = await source.readuntil(b"\r\n\r\n")
            assert b" 200 " in head.partition(b"\r\n")[0], head
            await _body(source, head.lower())
            count += 1
        target.close()

    await reader(time.monotonic() + 1)
    count = 0
    began = time.monotonic()
    await asyncio.gather(*(reader(began + SECONDS) for _ in range(CONNECTIONS)))
    return count / (time.monotonic() - began)


async def _body(source: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length: " in head:
        await source.readexactly(int(head.split(b"content-length: ")[1].partition(b"\r\n")[0]))
        return
    while size := int(await source.readline(), 16):
        await source.readexactly(size + 2)
    await source.readline()


def main() -> None:
    """Print a Markdown table; exit with 1 if one of our pages is not had ten times as often."""
    with TemporaryDirectory() as folder:
        database = Path(folder) / "ccn.db"
        command = [sys.executable, "-m", "ccn_kb", "build", "--output", str(database)]
        if os.spawnv(os.P_WAIT, sys.executable, command):
            raise SystemExit("the database could not be built")
        with served(stock(database)) as port:
            _wait(port)
            slow = asyncio.run(asked(port, STOCK))
        print(f"| page | a second | times |\n|---|---|---|\n| Datasette's own, {STOCK} | {slow:.0f} | 1 |")  # noqa: T201
        with served(lambda listener: server.run(database, listener, "http://127.0.0.1")) as port:
            _wait(port)
            times = []
            for path in OURS:
                fast = asyncio.run(asked(port, path))
                times.append(fast / slow)
                print(f"| {path} | {fast:.0f} | {fast / slow:.0f} |")  # noqa: T201
    if min(times) < LEAST:
        raise SystemExit(f"a page of ours is had less than {LEAST} times as often")


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            asyncio.run(asyncio.wait_for(_first(port), 5))
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            time.sleep(0.1)
        else:
            return


async def _first(port: int) -> None:
    source, target = await asyncio.open_connection("127.0.0.1", port)
    target.write(b"GET /-/versions.json HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    await source.readuntil(b"\r\n\r\n")
    target.close()


if __name__ == "__main__":
    main()
