"""The site as one application: our own pages, kept once they are made; the static files; Datasette for the rest."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, replace
from mimetypes import guess_type
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.site.router import JSON, TEXT, PageResponse, Pages
from ccn_kb.site.templating import ASSETS, STATIC, assets_version

Scope: TypeAlias = "MutableMapping[str, Any]"
Receive: TypeAlias = "Callable[[], Awaitable[MutableMapping[str, Any]]]"
Send: TypeAlias = "Callable[[MutableMapping[str, Any]], Awaitable[None]]"
Asgi: TypeAlias = "Callable[[Scope, Receive, Send], Awaitable[None]]"
Headers: TypeAlias = "list[tuple[bytes, bytes]]"

HEALTH = "/-/health"
KEPT = 2000
LONGEST_QUERY = 8000
SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    # For browsers that do not know the policy's frame-ancestors.
    (b"x-frame-options", b"DENY"),
]
# Styles are set by the map and the charts while they draw.
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    b" connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Kept:
    """An answer, ready to be sent: headers, the body, and the body compressed."""

    status: int
    headers: Headers
    body: bytes
    packed: bytes
    tag: bytes


def kept(answer: PageResponse, cache: bytes) -> Kept:
    """Return an answer with all that need be computed only once."""
    tag = b'W/"%s"' % hashlib.sha256(answer.body).hexdigest()[:20].encode()
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"cache-control", cache),
        (b"etag", tag),
        (b"vary", b"Accept-Encoding"),
        *SECURITY,
    ]
    if answer.media_type.startswith("text/html"):
        headers.append((b"content-security-policy", POLICY))
    else:
        headers.append((b"access-control-allow-origin", b"*"))
    if answer.location:
        headers.append((b"location", answer.location.encode()))
    return Kept(answer.status, headers, answer.body, gzip.compress(answer.body, mtime=0), tag)


def _refused(type: str, body: bytes) -> Kept:
    answer = kept(PageResponse(405, type, body), b"no-store")
    return replace(answer, headers=[*answer.headers, (b"allow", b"GET, HEAD")])


_WHY = "Only GET and HEAD are answered here."
REFUSED = _refused(TEXT, f"{_WHY}\n".encode())
REFUSED_IN_JSON = _refused(JSON, to_bytes({"ok": False, "status": 405, "error": _WHY}))


class Site:
    """The application: answers from what it has kept, makes what is new, and hands `/ccn` to Datasette."""

    def __init__(self, pages: Pages, datasette: Asgi, health: PageResponse) -> None:
        self._pages = pages
        self._datasette = datasette
        self._health = kept(health, b"no-store")
        self._made: OrderedDict[tuple[Any, ...], Kept] = OrderedDict()
        self._assets = {
            f"{ASSETS}{file.relative_to(STATIC).as_posix()}": PageResponse(
                200, guess_type(file.name)[0] or "application/octet-stream", file.read_bytes()
            )
            for file in STATIC.rglob("*")
            if file.is_file()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == HEALTH:
            await _send(self._health, scope, send)
        elif scope["type"] != "http" or _of_datasette(scope["path"]):
            await self._datasette(scope, receive, send)
        else:
            await _send(self._answer(scope), scope, send)

    def _answer(self, scope: Scope) -> Kept:
        path, text = scope["path"], scope["query_string"][:LONGEST_QUERY].decode("latin-1")
        if path in self._assets:
            # The address names the content, but another edition's names what is not here.
            ours = text == assets_version()
            cache = b"public, max-age=31536000, immutable" if ours else b"public, max-age=300"
            return self._keep((path, ours), lambda: kept(self._assets[path], cache))
        query = self._pages.accepted_parameters(path, dict(parse_qsl(text)))
        key = (path[:500], *query.items(), self._pages.today)
        return self._keep(key, lambda: self._make(path[:500], query))

    def _make(self, path: str, query: dict[str, str]) -> Kept:
        answer = self._pages.respond(path, query)
        return kept(answer, b"public, max-age=300" if answer.status == 200 else b"public, max-age=60")

    def _keep(self, key: tuple[Any, ...], make: Callable[[], Kept]) -> Kept:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = make()
            if len(self._made) > KEPT:
                self._made.popitem(last=False)
        else:
            self._made.move_to_end(key)
        return found


def _of_datasette(path: str) -> bool:
    """Tell whether a path is Datasette's; its pages for those who log in, write or debug are of no use here."""
    if path.startswith("/-/"):
        return path.startswith("/-/static") or path.endswith(".json")
    return path == "/ccn" or path.startswith(("/ccn/", "/ccn."))


async def _send(answer: Kept, scope: Scope, send: Send) -> None:
    given = dict(scope["headers"])
    body, headers, status = answer.body, answer.headers, answer.status
    if answer.tag in given.get(b"if-none-match", b"") and status == 200:
        body, status = b"", 304
    elif b"gzip" in given.get(b"accept-encoding", b""):
        body, headers = answer.packed, [*headers, (b"content-encoding", b"gzip")]
    if status != 304:
        headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def only_reading(app: Asgi) -> Asgi:
    """Return the application with every method but GET and HEAD refused: there is nothing to write."""

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await app(scope, receive, send)
            return
        await _send(REFUSED_IN_JSON if scope["path"].endswith(".json") else REFUSED, scope, send)

    return reading


def secured(app: Asgi) -> Asgi:
    """Return Datasette's application with the headers that keep its pages to this site."""

    async def securing(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                ours = dict([(b"content-security-policy", POLICY), *SECURITY])
                given = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
                message["headers"] = [*given, *ours.items()]
            await send(message)

        await app(scope, receive, sending)

    return securing
