"""HTTP as uvicorn speaks it, with limits for clients that do not finish a request or do not read a response."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ccn_kb.site.responses import SECURITY

REQUEST_SECONDS = 10.0
READING_SECONDS = 30.0
MOST_HEAD_BYTES = 65_536
"""The greatest length of a request's address and headers, in bytes: httptools itself would keep any number."""
_PART = 8_192
_REFUSAL = b"HTTP/1.1 400 Bad Request\r\n"


class HttpLimits(HttpToolsProtocol):
    """A connection that is closed when its client is silent for too long, whichever of the two has to act.

    A limit on the number of connections would let those who are silent keep out the others. Pipelined requests stay in
    the system's buffers until the responses to earlier ones are complete.
    """

    _request_timer: asyncio.TimerHandle | None = None
    _reading_timer: asyncio.TimerHandle | None = None
    _unsent = 0
    _pending = b""
    _bytes_of_head = 0
    _refusal = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._await_request()

    # -- requests --------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Parse requests, unless responses to earlier ones are pending."""
        self._pending += data
        self._read_pending()

    def _read_pending(self) -> None:
        while self._pending and not (self.pipeline or self._refusal or self.transport.is_closing()):
            part, self._pending = self._pending[:_PART], self._pending[_PART:]
            super().data_received(part)
            self._bytes_of_head += len(part)
            if self._bytes_of_head > MOST_HEAD_BYTES:
                self.send_400_response("The address or the headers are too long.")
        if self._pending or self.pipeline:
            self.flow.pause_reading()
        if self._is_awaited():
            self._await_request()
        else:
            self._stop_awaiting_request()

    def on_message_begin(self) -> None:
        """Begin to count what a request is without its body."""
        super().on_message_begin()
        self._bytes_of_head = 0

    def on_headers_complete(self) -> None:
        """Start the response; the body has as much time as the head had."""
        self._bytes_of_head = 0
        self._stop_awaiting_request()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a part of a body; what follows the last one, headers too, is counted."""
        self._bytes_of_head = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Refuse an invalid request after the responses to earlier ones, and close the connection."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            self._refuse(msg)
        elif self.pipeline or not cycle.more_body:
            if self.pipeline and cycle.more_body:
                self.pipeline.popleft()
            self._refusal, self._pending = msg, b""
            self.flow.pause_reading()
        elif cycle.response_started:
            self.transport.close()
        else:
            self._refuse(msg)

    def _refuse(self, message: str) -> None:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(message)).encode()),
            (b"connection", b"close"),
            *SECURITY,
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(b"%s%s\r\n%s" % (_REFUSAL, lines, message.encode()))
        self.transport.close()

    def _is_awaited(self) -> bool:
        """Return whether the client has to act: to send a request, or the rest of one."""
        cycle = self.cycle
        return cycle is None or cycle.response_complete or (cycle.more_body and not cycle.response_started)

    def _await_request(self) -> None:
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(REQUEST_SECONDS, self._end_waiting)

    def _stop_awaiting_request(self) -> None:
        if self._request_timer:
            self._request_timer.cancel()
            self._request_timer = None

    def _end_waiting(self) -> None:
        self._request_timer = None
        if self._is_awaited():
            self.transport.close()

    # -- responses -------------------------------------------------------------------------------

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
        """Wait until the client has read what is left of a response, and turn to the next request."""
        is_last = not self.pipeline
        super().on_response_complete()
        if self.transport.get_write_buffer_size() and self._reading_timer is None:
            self._await_reading()
        if not is_last:
            self.flow.pause_reading()
        elif self._refusal:
            self._refuse(self._refusal)
        elif self._pending:
            self._read_pending()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_awaiting_request()
        self._stop_awaiting_reading()
        super().connection_lost(exc)

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
