"""An ASGI application asked in this process, without a server: as fast as a function, and on a loop that lasts."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from ccn_kb.site.responses import Asgi, Message

Value = TypeVar("Value")


@dataclass(frozen=True)
class Received:
    """What an application sent: status, headers, body."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: str) -> str | None:
        return {key.decode().lower(): value.decode() for key, value in self.headers}.get(name)

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


class InProcess:
    """A client of an application."""

    def __init__(self, application: Asgi, loop: asyncio.AbstractEventLoop) -> None:
        self._application = application
        self.loop = loop

    def run(self, coroutine: Coroutine[Any, Any, Value]) -> Value:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    def get(self, target: str, status: int | None = 200, **headers: str) -> Received:
        received = self.start(target, **headers).result(60)
        assert status is None or received.status == status, f"{target}: {received.status} {received.body[:500]!r}"
        return received

    def post(self, target: str, body: bytes, status: int = 200, **headers: str) -> Received:
        """Send a form."""
        headers = {"content_type": "application/x-www-form-urlencoded", **headers}
        received = self.run(self._ask(target, "POST", headers, body))
        assert received.status == status, f"{target}: {received.status} {received.body[:500]!r}"
        return received

    def start(self, target: str, method: str = "GET", **headers: str) -> Future[Received]:
        """Ask without waiting."""
        return asyncio.run_coroutine_threadsafe(self.ask(target, method, **headers), self.loop)

    async def ask(self, target: str, method: str = "GET", **headers: str) -> Received:
        return await self._ask(target, method, headers, b"")

    async def _ask(self, target: str, method: str, headers: Mapping[str, str], body: bytes) -> Received:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [
                (name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "x", **headers}.items()
            ],
        }
        messages: list[Message] = []
        requests: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            if requests:
                return requests.pop()
            await asyncio.sleep(3600)
            raise AssertionError

        async def send(message: Message) -> None:
            messages.append(message)

        await self._application(scope, receive, send)
        start, *bodies = messages
        return Received(start["status"], start["headers"], b"".join(message.get("body", b"") for message in bodies))


@contextmanager
def in_process(application: Asgi) -> Iterator[InProcess]:
    """Yield a client of an application."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield InProcess(application, loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
