"""The lines of a client: each a JSON-RPC message for the server, or answered with an error here."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from io import TextIOWrapper
from typing import Any, BinaryIO

import anyio
import mcp_types as types
from anyio.streams.memory import MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from pydantic import ValidationError

LONGEST_LINE = 1_000_000
"""Number of characters; the longest request that has an answer has a few thousand."""
LONGEST_WAIT = 30.0
"""Seconds for which responses are awaited, at most, after the client has closed its end."""


class ResponseLines(anyio.AsyncFile[str]):
    """The lines for a client, and the number of responses that are pending."""

    def __init__(self, stdout: BinaryIO) -> None:
        """Store where lines go."""
        super().__init__(TextIOWrapper(stdout, encoding="utf-8"))
        self._expected = 0
        self._written = anyio.Event()

    def expect(self) -> None:
        """Count a pending response."""
        self._expected += 1

    async def write(self, b: str) -> int:
        """Write a line; a response is no longer pending."""
        number = await super().write(b)
        if not json.loads(b).keys().isdisjoint(("result", "error")):
            self._expected -= 1
            self._written.set()
            self._written = anyio.Event()
        return number

    async def wait_for_all(self) -> None:
        """Wait until all responses are written, for LONGEST_WAIT seconds at most."""
        with anyio.move_on_after(LONGEST_WAIT):
            while self._expected > 0:
                await self._written.wait()


class RequestLines(anyio.AsyncFile[str]):
    """The lines that are messages; for each other line an error is sent to `refusals`, as the SDK ignores it.

    They end when all responses are written: the SDK drops those that are pending at the end.
    """

    def __init__(
        self, stdin: BinaryIO, refusals: MemoryObjectSendStream[SessionMessage], responses: ResponseLines
    ) -> None:
        """Store where lines come from, where errors go, and what writes the responses."""
        # A carriage return is white space in JSON and does not end a line.
        text = TextIOWrapper(stdin, encoding="utf-8", errors="replace", newline="\n")
        super().__init__(text)
        self._text = text
        self._refusals = refusals
        self._responses = responses

    async def __aiter__(self) -> AsyncIterator[str]:
        async with self._refusals:
            while line := await anyio.to_thread.run_sync(self._read_line):
                if error := find_error(line):
                    self._responses.expect()
                    await self._refusals.send(SessionMessage(error))
                else:
                    if json.loads(line).keys() >= {"id", "method"}:
                        self._responses.expect()
                    yield line
            await self._responses.wait_for_all()

    def _read_line(self) -> str:
        """Return the next line, of one that is too long the start; '' at the end."""
        line = rest = self._text.readline(LONGEST_LINE + 1)
        while len(rest) > LONGEST_LINE and not rest.endswith("\n"):
            rest = self._text.readline(LONGEST_LINE + 1)
        return line


def find_error(line: str) -> types.JSONRPCError | None:
    """Return the JSON-RPC error for a line that is not a message, None for a message."""
    if len(line) > LONGEST_LINE:
        return _error(types.INVALID_REQUEST, f"the line has more than {LONGEST_LINE:,} characters", None)
    try:
        message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        if detail["type"] == "json_invalid":
            return _error(types.PARSE_ERROR, detail["msg"], _request_id(line))
        text = "the line is not a JSON-RPC message; send one message per line"
        return _error(types.INVALID_REQUEST, text, _request_id(line))
    # The SDK takes a request with another kind of id for a notification, which has no answer.
    if isinstance(message, types.JSONRPCNotification) and "id" in json.loads(line):
        return _error(types.INVALID_REQUEST, "the id of a request is a text or a whole number", None)
    return None


def _error(code: int, message: str, id: types.RequestId | None) -> types.JSONRPCError:
    return types.JSONRPCError(jsonrpc="2.0", id=id, error=types.ErrorData(code=code, message=message))


def _request_id(line: str) -> types.RequestId | None:
    """Return the id of a request that Python can read and the SDK cannot, None if it has none."""
    try:
        message: dict[str, Any] = json.loads(line)
        id = message["id"]
        str(id).encode()
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return id if type(id) in (int, str) and not message.keys() & {"result", "error"} else None
