"""An application in an event loop of its own, whose work does not delay other requests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ccn_kb.site.responses import Asgi, Message, Receive, Scope, Send

Result = TypeVar("Result")

SMALLEST_PART = 16_384


class IsolatedApplication:
    """Runs an application in a thread with an event loop, to be called from the loop of the server."""

    def __init__(self, application: Asgi) -> None:
        self._application = application
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="tables", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        here = asyncio.get_running_loop()

        def receive_here() -> asyncio.Future[Message]:
            return _run_in(here, receive())

        def send_here(message: Message) -> asyncio.Future[None]:
            return _run_in(here, send(message))

        await _run_in(self._loop, self._application(scope, receive_here, _joining_parts(send_here)))


def _run_in(loop: asyncio.AbstractEventLoop, awaitable: Awaitable[Result]) -> asyncio.Future[Result]:
    async def wait() -> Result:
        return await awaitable

    return asyncio.wrap_future(asyncio.run_coroutine_threadsafe(wait(), loop))


def _joining_parts(send: Callable[[Message], asyncio.Future[None]]) -> Send:
    """Return what sends a body of many small parts, such as the lines of a CSV file, as fewer larger ones."""
    parts: list[bytes] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            parts.append(message.get("body", b""))
            if message.get("more_body") and sum(map(len, parts)) < SMALLEST_PART:
                return
            message = {**message, "body": b"".join(parts)}
            parts.clear()
        await send(message)

    return sending
