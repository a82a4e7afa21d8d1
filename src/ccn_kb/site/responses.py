"""Responses as they are sent, with headers and a compressed body, and a cache of them that is bounded by bytes."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ccn_kb.site.router import PageResponse

Scope: TypeAlias = "MutableMapping[str, Any]"
Message: TypeAlias = "MutableMapping[str, Any]"
Receive: TypeAlias = "Callable[[], Awaitable[Message]]"
Send: TypeAlias = "Callable[[Message], Awaitable[None]]"
Asgi: TypeAlias = "Callable[[Scope, Receive, Send], Awaitable[None]]"
Headers: TypeAlias = "list[tuple[bytes, bytes]]"

SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    # For browsers that do not know the policy's frame-ancestors.
    (b"x-frame-options", b"DENY"),
]
# Styles are set by the map and the charts while they draw.
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    b" connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAMED_POLICY = POLICY.replace(b"frame-ancestors 'none'", b"frame-ancestors *")
PICTURE_POLICY = b"default-src 'none'; style-src 'unsafe-inline'"
COMPRESSED = ("image/png", "font/woff2", "application/vnd.openxmlformats")
NOT_STORED = b"no-store"
# Memory of a cached response without its bodies: headers, key, objects.
OVERHEAD = 4096


@dataclass(frozen=True)
class CachedResponse:
    """A response that is ready to be sent; `packed` is its body compressed with gzip, empty if that gains nothing."""

    status: int
    headers: Headers
    body: bytes
    packed: bytes
    tag: bytes

    @property
    def size(self) -> int:
        """The bytes of memory that it takes, at most."""
        return len(self.body) + len(self.packed) + OVERHEAD


def ready(page: PageResponse, caching: bytes, extra: Iterable[tuple[bytes, bytes]] = ()) -> CachedResponse:
    """Return a page with its headers; `caching` is its Cache-Control."""
    tag = b'W/"%s"' % hashlib.sha256(page.body).hexdigest()[:20].encode()
    headers = [
        (b"content-type", page.media_type.encode()),
        (b"cache-control", caching),
        (b"etag", tag),
        (b"vary", b"Accept-Encoding"),
        *(header for header in SECURITY if not (page.is_framed and header[0] == b"x-frame-options")),
        *extra,
    ]
    if page.media_type.startswith("text/html"):
        headers.append((b"content-security-policy", FRAMED_POLICY if page.is_framed else POLICY))
    else:
        headers.append((b"access-control-allow-origin", b"*"))
    if page.file_name:
        headers.append((b"content-disposition", f'inline; filename="{page.file_name}"'.encode()))
    if page.media_type == "image/svg+xml":
        headers.append((b"content-security-policy", PICTURE_POLICY))
    if page.location:
        headers.append((b"location", page.location.encode()))
    packed = b"" if page.media_type.startswith(COMPRESSED) else gzip.compress(page.body, 6, mtime=0)
    return CachedResponse(page.status, headers, page.body, packed, tag)


class ResponseCache:
    """The responses that were used last, as many as fit into a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._responses: OrderedDict[Hashable, CachedResponse] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> CachedResponse | None:
        """Return the response of a key, None if it is not, or no longer, in the cache."""
        response = self._responses.get(key)
        if response is not None:
            self._responses.move_to_end(key)
        return response

    def put(self, key: Hashable, response: CachedResponse) -> None:
        """Add a response, and drop those that were not used for longest until all fit."""
        replaced = self._responses.pop(key, None)
        self.size += response.size - (replaced.size if replaced else 0)
        self._responses[key] = response
        while self.size > self._most:
            _, oldest = self._responses.popitem(last=False)
            self.size -= oldest.size


async def send_response(response: CachedResponse, scope: Scope, send: Send) -> None:
    """Send a response: compressed if the client accepts that, without its body if the client has it."""
    request = dict(scope["headers"])
    body, headers, status = response.body, response.headers, response.status
    if status == 200 and response.tag in request.get(b"if-none-match", b""):
        body, status = b"", 304
    elif response.packed and b"gzip" in request.get(b"accept-encoding", b""):
        body, headers = response.packed, [*headers, (b"content-encoding", b"gzip")]
    if status != 304:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
