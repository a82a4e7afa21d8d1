"""The database as a download: always the file that was opened, whole or a range of it, so that it can be resumed."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

from ccn_kb.site.database_file import DatabaseFile
from ccn_kb.site.responses import SECURITY, Headers, Scope, Send

_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")
_RANGE = re.compile(rb"bytes=(\d{0,15})-(\d{0,15})")


async def send_file(file: DatabaseFile, scope: Scope, send: Send) -> None:
    """Send the file, the requested range, or nothing to a client that has it."""
    request = dict(scope["headers"])
    tag = b'"%s"' % file.digest.encode()
    headers: Headers = [
        (b"accept-ranges", b"bytes"),
        (b"access-control-allow-origin", b"*"),
        (b"cache-control", b"public, max-age=300"),
        (b"content-disposition", _disposition(file.path.name)),
        (b"content-type", b"application/vnd.sqlite3"),
        (b"etag", tag),
        *SECURITY,
    ]
    if tag in request.get(b"if-none-match", b""):
        await _send(304, headers, b"", send)
        return
    # A range of another file is of no use to a client that has a part of this one.
    is_resumed = request.get(b"if-range", tag) == tag
    bounds = _bounds(request.get(b"range", b""), file.size) if is_resumed else None
    start, end = bounds or (0, file.size)
    if start >= end:
        headers += [(b"content-range", b"bytes */%d" % file.size), (b"content-length", b"0")]
        await _send(416, headers, b"", send)
        return
    if bounds:
        headers.append((b"content-range", b"bytes %d-%d/%d" % (start, end - 1, file.size)))
    headers.append((b"content-length", str(end - start).encode()))
    await send({"type": "http.response.start", "status": 206 if bounds else 200, "headers": headers})
    if scope["method"] == "GET":
        for chunk in file.read(start, end):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            # Sending does not wait while the system's buffers take it all.
            await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


async def _send(status: int, headers: Headers, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _bounds(header: bytes, size: int) -> tuple[int, int] | None:
    """Return where a range begins and ends, None if that is not a single range of bytes."""
    match = _RANGE.fullmatch(header)
    if match is None or match[0] == b"bytes=-":
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, size) if last else size


def _disposition(name: str) -> bytes:
    if _PLAIN_NAME.fullmatch(name):
        return f'attachment; filename="{name}"'.encode()
    # RFC 6266: the plain name is for clients that do not read the other.
    return f"attachment; filename=\"ccn.db\"; filename*=UTF-8''{quote(name, safe='')}".encode()
