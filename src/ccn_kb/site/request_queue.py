"""Bounded queues in which requests wait for their turn; requests beyond the bound are refused."""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import TypeVar

from ccn_kb.site.responses import Message, Receive

Result = TypeVar("Result")

_has_place: ContextVar[bool] = ContextVar("has_place", default=False)


class QueueFullError(Exception):
    """The queue is full."""


class DisconnectedError(Exception):
    """The client has disconnected."""


class RequestQueue:
    """Runs a few requests at a time; a bounded number of others wait, in the order in which they came."""

    def __init__(self, running: int, waiting: int) -> None:
        self._places = asyncio.Semaphore(running)
        self._most_waiting = waiting
        self.waiting = 0

    @asynccontextmanager
    async def place(self, receive: Receive) -> AsyncIterator[Receive]:
        """Wait for a place, and yield what the request without a body receives then.

        A request within one that has a place needs no other. Raises QueueFullError, and DisconnectedError if the client
        leaves before it has a place.
        """
        if _has_place.get():
            yield receive
            return
        if not self._places.locked():
            await self._places.acquire()
        elif self.waiting >= self._most_waiting:
            raise QueueFullError
        else:
            self.waiting += 1
            try:
                await self._wait(receive)
            finally:
                self.waiting -= 1
        reset = _has_place.set(True)
        try:
            yield _after_an_empty_body(receive)
        finally:
            _has_place.reset(reset)
            self._places.release()

    async def _wait(self, receive: Receive) -> None:
        place = asyncio.ensure_future(self._places.acquire())
        leaving = asyncio.ensure_future(_disconnected(receive))
        stays = False
        try:
            await asyncio.wait((place, leaving), return_when=asyncio.FIRST_COMPLETED)
            stays = not leaving.done()
        finally:
            leaving.cancel()
            if not stays:
                place.cancel()
                with suppress(asyncio.CancelledError):
                    await place
                    self._places.release()
        if not stays:
            raise DisconnectedError


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _after_an_empty_body(receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receiving() -> Message:
        return messages.pop() if messages else await receive()

    return receiving


class PageThread:
    """A thread in which functions run one after the other, while the event loop sends what is ready.

    Those of rank 0 run before those of rank 1; a bounded number of each rank waits.
    """

    def __init__(self, waiting: int) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None]]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._most_waiting = waiting
        self._waiting = [0, 0]
        self._thread: threading.Thread | None = None

    async def run(self, function: Callable[[], Result], rank: int) -> Result:
        """Return what a function returns. Raises QueueFullError, and what the function raises."""
        if self._waiting[rank] >= self._most_waiting:
            raise QueueFullError
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="pages", daemon=True)
            self._thread.start()
        future: Future[Result] = Future()
        self._waiting[rank] += 1
        try:
            self._jobs.put((rank, next(self._numbers), partial(_settle, future, function)))
            return await asyncio.wrap_future(future)
        finally:
            self._waiting[rank] -= 1

    def _work(self) -> None:
        while True:
            _, _, run = self._jobs.get()
            run()


def _settle(future: Future[Result], function: Callable[[], Result]) -> None:
    """Run the function for the future, unless it was cancelled."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(function())
    except BaseException as error:
        future.set_exception(error)
