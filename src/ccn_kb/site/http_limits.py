"""HTTP as uvicorn speaks it, with limits for clients that do not finish a request or do not read a response."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS = 10.0
READING_SECONDS = 30.0
MOST_HEAD_BYTES = 65_536
"""The greatest length of a request's address and headers, in bytes: httptools itself would keep any number."""
_PART = 8_192


class HttpLimits(HttpToolsProtocol):
    """A connection that is closed when its client is silent for too long, whichever of the two has to act.

    A limit on the number of connections would let those who are silent keep out the others.
    """

    _request_timer: asyncio.TimerHandle | None = None
    _reading_timer: asyncio.TimerHandle | None = None
    _unsent = 0
    _is_in_head = False
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Wait, from the first byte of a request and not from each, until it is complete."""
        while data and not self.transport.is_closing():
            part, data = data[:_PART], data[_PART:]
            super().data_received(part)
            self._head_bytes = self._head_bytes + len(part) if self._is_in_head else 0
            if self._head_bytes > MOST_HEAD_BYTES:
                self.send_400_response("The address or the headers are too long.")
        if self.cycle is None or self.cycle.response_complete:
            self._await_request()
        elif self._request_timer:
            self._request_timer.cancel()
            self._request_timer = None

    def on_message_begin(self) -> None:
        """Begin to count what the request is before its body."""
        super().on_message_begin()
        self._is_in_head = True

    def on_headers_complete(self) -> None:
        """Answer the request."""
        self._is_in_head = False
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """Begin to wait until the client reads."""
        super().pause_writing()
        self._await_reading()

    def resume_writing(self) -> None:
        """Note that the client reads."""
        super().resume_writing()
        self._stop_awaiting_reading()
        if self.cycle.response_complete:
            self._await_reading()

    def on_response_complete(self) -> None:
        """Wait until the client has read what is left of a response."""
        super().on_response_complete()
        if self.transport.get_write_buffer_size() and self._reading_timer is None:
            self._await_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        if self._request_timer:
            self._request_timer.cancel()
        self._stop_awaiting_reading()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _await_reading(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._reading_timer = self.loop.call_later(READING_SECONDS, self._check_reading)

    def _stop_awaiting_reading(self) -> None:
        if self._reading_timer:
            self._reading_timer.cancel()
            self._reading_timer = None

    def _check_reading(self) -> None:
        self._reading_timer = None
        unsent = self.transport.get_write_buffer_size()
        if 0 < unsent < self._unsent:
            self._await_reading()
        elif unsent:
            self.transport.abort()
