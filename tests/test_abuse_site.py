"""The site under abuse: greedy SQL, nonsense in addresses, tricks with paths and headers, clients that dawdle."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import product
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import uvicorn

from ccn_kb.site import http_limits, limits
from tests.serving import Site

NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {} FROM n"
GREEDY = {
    "a search that nothing interrupts": "SELECT instr(hex(zeroblob(999999)), hex(zeroblob(500000)) || 'b')",
    "a cell of 800 MB": "SELECT hex(zeroblob(400000000))",
    "a text that doubles": "WITH RECURSIVE n(x) AS (SELECT 'aa' UNION ALL SELECT x || x FROM n) SELECT max(x) FROM n",
    "wide rows": NUMBERS.format(", ".join(f"zeroblob(99000) AS a{number}" for number in range(99))),
    "many rows": NUMBERS.format("zeroblob(99000)"),
    "too many columns": f"SELECT {', '.join('1' * 101)}",
    "a tower of brackets": f"SELECT {'(' * 5000}1{')' * 5000}",
    "a shuffled product": "SELECT * FROM cities a, cities b, cities c ORDER BY random()",
}


# -- SQL ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sql", GREEDY.values(), ids=GREEDY)
def test_greedy_sql_is_cut_off_in_time_and_told(site: Site, sql: str) -> None:
    answer = site.get(f"/ccn.json?sql={quote(sql)}", 400).json()
    assert answer["ok"] is False
    assert re.search("too (long|big|many|large)|larger than|overflow|Recursion limit", answer["error"])
    assert "<" not in answer["error"]


SLOW = {
    "printf": "printf('%{number}.*c', 2147483647, 'x')",
    "format": "format('%{number}.*c', 2147483647, 'x')",
    "json_patch": "json_patch('{{}}', '{{}}{number}')",
    "trim": "trim({number} || hex(zeroblob(45000)), replace(hex(zeroblob(4000)), '00', '0b'))",
    "instr": "instr({number} || hex(zeroblob(45000)), hex(zeroblob(20000)) || 'b')",
    "replace": "replace({number} || hex(zeroblob(45000)), hex(zeroblob(20000)) || 'b', '')",
    "like": "{number} || hex(zeroblob(45000)) LIKE '%{zeros}b'",
}


@pytest.mark.parametrize("function", SLOW)
def test_many_slow_functions_in_a_row_take_no_longer_than_a_query_may(function: str, site: Site) -> None:
    columns = (SLOW[function].format(number=number, zeros="0" * 190) for number in range(90))
    sql = f"SELECT length({'), length('.join(columns)})"
    answer = site.client.get(f"/ccn.json?sql={quote(sql)}")
    assert answer.status_code in (200, 400)
    assert (answer.status_code == 400) or function not in ("printf", "format", "json_patch")
    site.get("/ccn.json?sql=select+1")


VALUES = (
    *("''", "'a'", "'aXbXa'", "'金沢é'", "'  x '", "x'6162'", "null"),
    *("12", "-3", "1.5", "1e20", "1e-7", "3.0e15", "1e999", "-1e999"),
)


def test_functions_that_take_the_place_of_those_of_sqlite_mean_the_same() -> None:
    with closing(sqlite3.connect(":memory:")) as own, closing(sqlite3.connect(":memory:")) as limited:
        limits.limit_connection(limited)
        limited.row_factory = None
        for first, second in product(VALUES, VALUES):
            calls = [f"{name}({first}, {second})" for name in ("instr", "trim", "ltrim", "rtrim")]
            calls += [f"replace({first}, {second}, {third})" for third in VALUES]
            sql = f"SELECT {', '.join(f'{call}, typeof({call})' for call in calls)}"
            assert limited.execute(sql).fetchone() == own.execute(sql).fetchone(), sql


def test_while_sql_runs_for_ever_others_are_answered(site: Site) -> None:
    endless = f"{site.address}/ccn.json?sql={quote(NUMBERS.format('count(*)'))}"
    with ThreadPoolExecutor(4) as many:
        running = [many.submit(httpx.get, endless, timeout=30, trust_env=False) for _ in range(4)]
        for path in ("/cities.json", "/city/kanazawa-jp", "/search?q=ceramics", "/assets/ccn.css", "/-/health"):
            site.get(path)
        site.get("/ccn/members.json?_size=1")
        assert not all(query.done() for query in running)
        assert {query.result().status_code for query in running} == {400}
    site.get("/ccn/members.json")


def test_what_a_visitor_gets_wrong_is_not_written_to_the_log(site: Site) -> None:
    before = site.output()
    for sql in ("SELECT nothing FROM nowhere", "SELECT 'forged\nline' FROM nowhere", NUMBERS.format("count(*)")):
        site.get(f"/ccn.json?sql={quote(sql)}", 400)
    assert site.output() == before


@pytest.mark.parametrize(
    "query",
    [
        "_sort=nothing",
        "_where=x(",
        "_where=1;DROP TABLE cities",
        "_through={}",
        '_through={"table":"x"}',
        "_timelimit=x",
        "_facet=nothing",
        "_facet_array=name",
        "_search=%00",
        "_searchmode=raw&_search=%22",
        "_size=-1",
        "_col=nothing",
        "_facet~=1",
        "_through=1",
        "_through=null",
        "_through=[]",
        '_through="a"',
        "_through=1e309",
        f"_through={'[' * 2000}",
        "name__in=[[[",
        "name__arraycontains=x",
    ],
)
@pytest.mark.parametrize("path", ["/ccn/cities", "/ccn/cities.json"])
def test_a_question_to_a_table_that_makes_no_sense_is_the_askers_fault(site: Site, path: str, query: str) -> None:
    before = site.output()
    site.get(f"{path}?{query}", 400)
    assert "Traceback" not in site.output().removeprefix(before)


@pytest.mark.parametrize(
    "path",
    [
        "messages",
        "permissions",
        "allow-debug",
        "patterns",
        "logout",
        "auth-token?token=x",
        "threads.json",
        "settings.json",
        "plugins.json",
        "actor.json",
        "versions",
    ],
)
def test_pages_for_those_who_write_or_debug_are_not_there(site: Site, path: str) -> None:
    assert "set-cookie" not in site.get(f"/-/{path}", 404).headers


def test_the_folder_of_the_database_is_not_shown(site: Site) -> None:
    (database,) = site.get("/-/databases.json").json()
    assert database["path"] == "ccn.db"


@pytest.mark.parametrize("path", ["/-/static/{}", "/ccn/{}", "/ccn/cities/{}", "/city/{}", "/{}.json"])
def test_a_name_that_no_file_can_have_is_not_found(site: Site, path: str) -> None:
    before = site.output()
    site.get(path.format("a" * 256), 404)
    assert site.output() == before


def test_a_request_for_another_protocol_is_answered_as_any_other(site: Site) -> None:
    before = site.output()
    upgrade = (b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: eA==")
    assert ask(site, b"/city/kanazawa-jp", *upgrade)[0] == 200
    assert ask(site, b"/ccn/members.json", *upgrade)[0] == 200
    assert site.output() == before


# -- headers -----------------------------------------------------------------------------------

EVERY_KIND = [
    ("/", 200),
    ("/city/kanazawa-jp", 200),
    ("/index.json", 200),
    ("/openapi.json", 200),
    ("/cities.csv", 200),
    ("/feed.atom", 200),
    ("/meetings.ics", 200),
    ("/data/members.geojson", 200),
    ("/data/fields.yaml", 200),
    ("/robots.txt", 200),
    ("/assets/ccn.css", 200),
    ("/assets/icon.svg", 200),
    ("/on", 303),
    ("/country/jp", 301),
    ("/nothing", 404),
    ("/city/nothing.json", 404),
    ("/ccn", 200),
    ("/ccn.db", 200),
    ("/ccn?sql=DELETE+FROM+cities", 400),
    ("/ccn/cities", 200),
    ("/ccn/cities.json", 200),
    ("/ccn/cities.csv", 200),
    ("/ccn/cities/nothing", 404),
    ("/ccn/nothing.json", 404),
    ("/-/static/app.css", 200),
    ("/-/static/nothing.css", 404),
    ("/-/versions.json", 200),
]


def assert_secured(response: httpx.Response) -> None:
    headers = response.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "server" not in headers
    assert "set-cookie" not in headers
    if headers.get("content-type", "").startswith("text/html"):
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy
        assert not re.findall(r"<script(?![^>]*(?:\ssrc=|json))[^>]*>|\son\w+=|javascript:", _without_values(response))


def _without_values(response: httpx.Response) -> str:
    return re.sub(r"<textarea.*?</textarea>", "", response.text, flags=re.DOTALL)


@pytest.mark.parametrize(("path", "status"), EVERY_KIND)
def test_every_kind_of_answer_is_secured(site: Site, path: str, status: int) -> None:
    response = site.get(path, status)
    assert_secured(response)
    head = site.client.head(path)
    assert (head.status_code, head.content) == (status, b"")
    assert_secured(head)


def test_a_page_that_is_known_and_a_wrong_method_are_secured(site: Site) -> None:
    tag = site.get("/").headers["etag"]
    known = site.client.get("/", headers={"if-none-match": tag})
    assert known.status_code == 304
    assert_secured(known)
    for path in ("/", "/index.json", "/ccn", "/ccn.json"):
        refused = site.client.post(path)
        assert refused.status_code == 405
        assert refused.headers["allow"] == "GET, HEAD"
        assert_secured(refused)
    assert site.client.delete("/index.json").json() == {
        "ok": False,
        "status": 405,
        "error": "Method not allowed: use GET.",
    }


# -- addresses as no client library would send them ---------------------------------------------


def connect(site: Site) -> socket.socket:
    host, _, port = site.address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=10)


def ask(site: Site, target: bytes, *headers: bytes) -> tuple[int, bytes, bytes]:
    """Return status, head and body of what is answered to a request that is sent as it stands."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: evil.example", b"Connection: close", *headers, b"", b""]
    with connect(site) as connection:
        connection.sendall(b"\r\n".join(lines))
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


@pytest.mark.parametrize(
    "target",
    [
        b"/assets/../server.py",
        b"/assets/..%2fserver.py",
        b"/assets/%2e%2e/%2e%2e/server.py",
        b"/assets/..\\server.py",
        b"/assets/..%5cserver.py",
        b"/assets//etc/passwd",
        b"/assets/%00ccn.css",
        b"/assets/ccn.css%00.png",
        b"//etc/passwd",
        b"/data/../../../etc/passwd",
        b"/data/cities/..%2f..%2f..%2fpyproject.toml",
        b"/data/cities/%2e%2e%2fversion.txt",
        b"/city/..%2f..%2fetc%2fpasswd",
        b"/city/%c0%ae%c0%ae%c0%af",
        b"/city/kanazawa-jp%00",
        b"/city/kanazawa-jp%00.json",
        b"/city/kanazawa-jp%5c",
        b"/city//etc/passwd",
        b"/on/%EF%BC%92%EF%BC%90%EF%BC%91%EF%BC%95",
        b"/-/static/..%2f..%2fapp.py",
        b"/-/static/../app.py",
        b"/-/static/%2fetc/passwd",
        b"/-/static-plugins/x/../../app.py",
        b"/ccn/../../etc/passwd",
        b"/ccn/cities/..%2f..%2fetc",
        b"/%ff%fe",
        b"/city/" + b"%f0%9f%8e%bb" * 200,
    ],
)
def test_a_trick_in_a_path_leads_nowhere(site: Site, target: bytes) -> None:
    before = site.output()
    status, _, body = ask(site, target)
    assert status in (301, 302, 400, 404)
    assert b"root:" not in body
    assert b"import" not in body
    assert "Traceback" not in site.output().removeprefix(before)


@pytest.mark.parametrize(
    "target",
    [
        b"/on?date=2015%0d%0aSet-Cookie:%20a=b",
        b"/on/2015%0d%0aSet-Cookie:%20a=b",
        b"/city/x%0d%0aSet-Cookie:%20a=b",
        b"/city/x%0d%0aSet-Cookie:%20a=b/",
        b"/country/jp%0d%0aSet-Cookie:%20a=b",
        b"/cities%0d%0aSet-Cookie:%20a=b/",
        b"//evil.example%0d%0aSet-Cookie:%20a=b/",
        b"/%0d%0aSet-Cookie:%20a=b",
        b"/cities.csv?q=%0d%0aSet-Cookie:%20a=b",
        b"/ccn/%0d%0aSet-Cookie:%20a=b",
        b"/ccn/cities/%0d%0aSet-Cookie:%20a=b",
        b"/ccn/cities.csv?_dl=%0d%0aSet-Cookie:%20a=b",
        b"/ccn?sql=select%201%0d%0aSet-Cookie:%20a=b",
        b"/-/static/%0d%0aSet-Cookie:%20a=b",
        b"/-/%0d%0aSet-Cookie:%20a=b.json",
    ],
)
def test_no_header_can_be_slipped_in(site: Site, target: bytes) -> None:
    status, head, body = ask(site, target)
    assert status < 500
    assert not re.search(rb"^set-cookie", head, re.IGNORECASE | re.MULTILINE)
    assert not re.search(rb"^location: *(//|http)", head, re.IGNORECASE | re.MULTILINE)
    assert b"evil.example" not in body.replace(b"/evil.example", b"")


BEHIND_A_SLASH = [b"\\evil.example/", b"//evil.example/", b"%2fevil.example/", b"%09/evil.example/"]
ELSEWHERE = [
    start + evil + end
    for start in (b"/", b"/fr/", b"/ja//", b"/embed/", b"/fr/embed/", b"/city/")
    for evil in BEHIND_A_SLASH
    for end in (b"", b"x.json", b"x.csv", b"openapi.json")
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_redirect_leaves_the_site(site: Site, target: bytes) -> None:
    status, head, _ = ask(site, target)
    assert status in (301, 404)
    assert not re.search(rb"^location: */?[/\\\t]", head.replace(b"location: /", b"location: "), re.MULTILINE)


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"/" + b"a" * 60_000, 404),
        (b"/city/" + b"a" * 60_000 + b".json", 404),
        (b"/search?q=" + b"a" * 60_000, 200),
        (b"/cities?" + b"a=b&" * 15_000, 400),
        (b"/ccn/cities?name=" + b"a" * 60_000, 200),
        (b"/" + b"a" * 200_000, 400),
    ],
)
def test_a_very_long_address_is_answered_or_refused(site: Site, target: bytes, status: int) -> None:
    try:
        assert ask(site, target)[0] == status
    except (ConnectionResetError, BrokenPipeError):
        # It was hung up on before all of it was sent.
        assert status == 400
    site.get("/robots.txt")


def test_a_request_with_endless_headers_is_refused(site: Site) -> None:
    with suppress(ConnectionResetError, BrokenPipeError):
        assert ask(site, b"/", *(b"X-%d: %s" % (number, b"y" * 1000) for number in range(200)))[0] == 400
    site.get("/robots.txt")


def test_a_header_without_an_end_is_refused(site: Site) -> None:
    with connect(site) as connection, suppress(ConnectionResetError, BrokenPipeError):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 400_000)
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
    site.get("/robots.txt")


@pytest.mark.parametrize(("method", "status"), [(b"GET", b"200"), (b"POST", b"405")])
def test_a_body_that_nobody_reads_is_no_part_of_the_next_request(site: Site, method: bytes, status: bytes) -> None:
    asked = method + b" /robots.txt HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
    with connect(site) as connection:
        connection.sendall(asked % 1_000_000 + b"G" * 1_000_000 + asked % 0)
        received = b""
        while received.count(b"HTTP/1.1 ") < 2 and (part := connection.recv(65_536)):
            received += part
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [status, status]


# -- clients that dawdle -----------------------------------------------------------------------


HALF = b"GET / HTTP/1.1\r\nHost: x\r\n"


def test_half_requests_hinder_nobody(site: Site) -> None:
    with ExitStack() as opened:
        for number in range(200):
            half = opened.enter_context(connect(site))
            half.sendall((HALF, b"", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n")[number % 3])
        for path in ("/", "/cities.json", "/ccn/fields.json"):
            site.get(path)


@contextmanager
def served_with_patience(
    seconds: float, monkeypatch: pytest.MonkeyPatch, parts: Sequence[bytes] = (b"ok",)
) -> Iterator[int]:
    async def application(_scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        length = str(sum(map(len, parts))).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    monkeypatch.setattr(http_limits, "REQUEST_SECONDS", seconds)
    monkeypatch.setattr(http_limits, "READING_SECONDS", seconds)
    config = uvicorn.Config(application, http=http_limits.HttpLimits, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


def test_a_client_that_never_finishes_its_request_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with served_with_patience(0.4, monkeypatch) as port, ExitStack() as opened:
        clients = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            for _ in ("silent", "half a request", "a byte now and then", "half a second request")
        ]
        _silent, half, dripping, second = clients
        half.sendall(HALF)
        second.sendall(HALF + b"\r\n")
        answer = b""
        while not answer.endswith(b"ok"):
            answer += second.recv(1000)
        second.sendall(HALF)
        with suppress(ConnectionError):
            for byte in HALF[:5]:
                dripping.sendall(bytes([byte]))
                time.sleep(0.15)
        for client in clients:
            with suppress(ConnectionResetError):
                assert client.recv(1000) == b""
        assert httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text == "ok"


POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
UNFINISHED = {
    "a body that is too short": POST + b"Content-Length: 100\r\n\r\nq=",
    "half a chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nque",
    "a body that was asked for": POST + b"Expect: 100-continue\r\nContent-Length: 7\r\n\r\n",
}


@pytest.mark.parametrize("request_", UNFINISHED.values(), ids=UNFINISHED)
def test_a_client_that_never_finishes_a_body_is_hung_up_on(request_: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with served_with_patience(0.4, monkeypatch) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(5)
        client.sendall(request_)
        received = b"".join(iter(lambda: client.recv(1000), b""))
        assert received.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n") == b""


def test_requests_that_follow_each_other_without_waiting_are_all_answered(site: Site) -> None:
    with connect(site) as client:
        client.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: x\r\n\r\n" * 3000 + b"GET /robots.txt HTTP/1.0\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200"] * 3001


@pytest.mark.parametrize("body", [b"", b"x" * 200])
def test_requests_are_read_no_faster_than_they_are_answered(site: Site, body: bytes) -> None:
    requests = (b"HEAD /robots.txt HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body) * 1000
    with connect(site) as client:
        client.settimeout(0.5)
        with pytest.raises(TimeoutError):
            for _ in range(1000):
                client.sendall(requests)
    site.get("/robots.txt")


def test_a_request_that_cannot_be_read_does_not_take_the_answers_of_those_before_it(site: Site) -> None:
    with connect(site) as client:
        client.sendall(b"GET /cities HTTP/1.1\r\nHost: x\r\n\r\n" * 3 + b"GARBAGE\r\n\r\n")
        received = b"".join(iter(lambda: client.recv(65_536), b""))
    assert re.findall(rb"HTTP/1\.1 (\d+)", received) == [b"200"] * 3 + [b"400"]
    assert b"x-content-type-options: nosniff" in received[received.index(b"HTTP/1.1 400") :]


def test_headers_behind_a_body_are_limited_too(site: Site) -> None:
    head = b"POST /reconcile HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    with connect(site) as client, pytest.raises((ConnectionResetError, BrokenPipeError)):
        client.sendall(head)
        for _ in range(1000):
            client.sendall((b"X: " + b"a" * 990 + b"\r\n") * 100)
    site.get("/robots.txt")


LARGE = {"in parts": [bytes(100_000)] * 300, "at once": [bytes(30_000_000)]}


@pytest.mark.parametrize("parts", LARGE.values(), ids=LARGE)
def test_a_client_that_does_not_read_is_hung_up_on(parts: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with served_with_patience(0.4, monkeypatch, parts) as port, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
        client.connect(("127.0.0.1", port))
        client.settimeout(20)
        client.sendall(HALF + b"\r\n")
        assert client.recv(10).startswith(b"HTTP")
        time.sleep(2)
        received = 0
        with suppress(ConnectionResetError):
            while part := client.recv(1_000_000):
                received += len(part)
        assert received < sum(map(len, parts))


@pytest.mark.parametrize("parts", LARGE.values(), ids=LARGE)
def test_a_client_that_reads_slowly_gets_all(parts: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    with served_with_patience(1.5, monkeypatch, parts) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(20)
        client.sendall(HALF + b"Connection: close\r\n\r\n")
        received = 0
        while part := client.recv(3_000_000):
            received += len(part)
            time.sleep(0.05)
        assert received > sum(map(len, parts))
