"""What bounds the cost of a request: queues, the thread of the pages, the cache, and errors that harm nobody else."""

from __future__ import annotations

import asyncio
import datetime
import logging
import sqlite3
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest
from datasette.database import QueryInterrupted

import ccn_kb
from ccn_kb import database
from ccn_kb.site import app, application
from ccn_kb.site.address import SiteAddress
from ccn_kb.site.database_file import DatabaseFile
from ccn_kb.site.network_database import NetworkDatabase
from ccn_kb.site.registration import PAGES
from ccn_kb.site.request_queue import DisconnectedError, PageThread, QueueFullError, RequestQueue
from ccn_kb.site.responses import Asgi, CachedResponse, Message, ResponseCache
from ccn_kb.site.router import PageResponse, Pages
from tests.conftest import MINI, TODAY
from tests.in_process import InProcess, Received, in_process

Value = TypeVar("Value")

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseFile]:
    path = tmp_path_factory.mktemp("limits") / "ccn.db"
    database.build(ccn_kb.load(MINI), path)
    file = DatabaseFile(path)
    yield file
    file.close()


@pytest.fixture
def site(file: DatabaseFile) -> Iterator[InProcess]:
    made = application.make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))
    with in_process(made) as client:
        yield client


def run(coroutine: Coroutine[object, object, Value]) -> Value:
    return asyncio.run(asyncio.wait_for(coroutine, 60))


# -- the start --------------------------------------------------------------------------------


def start(client: InProcess, application: Asgi) -> None:
    """Start the application as a server does, and wait until it has started."""

    async def wait() -> None:
        has_started = asyncio.Event()
        messages: list[Message] = [{"type": "lifespan.startup"}]

        async def receive() -> Message:
            return messages.pop() if messages else await never()

        async def send(message: Message) -> None:
            assert message["type"] == "lifespan.startup.complete"
            has_started.set()

        lifespan = asyncio.ensure_future(application({"type": "lifespan"}, receive, send))
        await has_started.wait()
        lifespan.cancel()

    client.run(wait())


def test_a_page_of_each_kind_is_made_before_it_is_requested(
    file: DatabaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    finished = threading.Event()
    respond = Pages.respond

    def note_path(pages: Pages, path: str, query: Mapping[str, str]) -> PageResponse:
        made.append(path)
        response = respond(pages, path, query)
        if path == pages.example_paths[-1]:
            finished.set()
        return response

    monkeypatch.setattr(Pages, "respond", note_path)
    application_over_file = application.make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))
    with in_process(application_over_file) as client:
        start(client, application_over_file)
        assert finished.wait(60)
        of_kinds = [[path for path in made if path == page.path or path.startswith(f"{page.path}/")] for page in PAGES]
        assert all(of_kinds)
        paths = [path for path in made if not path.endswith(("/missing", ".xml"))]
        made.clear()
        assert {client.get(path).status for path in paths} == {200}
        assert made == []


def test_the_start_neither_waits_for_pages_nor_fails_with_them(
    file: DatabaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, respond = threading.Event(), Pages.respond

    def fail(*_: object) -> PageResponse:
        released.wait(60)
        raise RuntimeError

    application_over_file = application.make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))
    with in_process(application_over_file) as client:
        monkeypatch.setattr(Pages, "respond", fail)
        start(client, application_over_file)
        monkeypatch.setattr(Pages, "respond", respond)
        released.set()
        assert client.get("/").status == 200
        assert client.get("/city/kanazawa-jp").status == 200


# -- SQL ---------------------------------------------------------------------------------------


def test_an_error_of_sql_leaves_no_cursor_to_the_event_loop(file: DatabaseFile) -> None:
    """A cursor that is dropped in the event loop waits there until its connection has done with the next query."""
    datasette = application.SiteDatasette(SiteAddress())
    network_database = datasette.add_database(NetworkDatabase(datasette, file), name="ccn")
    with pytest.raises(QueryInterrupted) as raised:
        asyncio.run(network_database.execute(ENDLESS, custom_time_limit=20))
    variables: list[object] = []
    error: BaseException | None = raised.value
    while error is not None:
        frames = error.__traceback__
        while frames is not None:
            variables += frames.tb_frame.f_locals.values()
            frames = frames.tb_next
        error = error.__cause__ or error.__context__
    assert not [value for value in variables if isinstance(value, sqlite3.Cursor)]
    assert "sqlite3.Cursor" not in repr(variables)


def test_sql_that_finds_no_place_is_refused_and_told_when_to_come_back(
    file: DatabaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(application.SETTINGS, "sql_time_limit_ms", 300)
    monkeypatch.setattr(app, "REFUSAL_SECONDS", 0)
    made = application.make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))
    with in_process(made) as client:
        client.get("/ccn.json")
        running = [client.start(f"/ccn{ending}?sql={quote(ENDLESS)}") for ending in (".json", "") * 20]
        while not any(query.done() for query in running):
            assert client.get("/city/kanazawa-jp").status == 200
            assert client.get("/ccn/cities.json").status == 200
        answers = [query.result(60) for query in running]
    assert {answer.status for answer in answers} == {400, 503}
    for answer in answers:
        if answer.status == 503:
            assert answer.header("retry-after") == "2"
            assert answer.header("cache-control") == "no-store"
            assert answer.header("x-frame-options") == "DENY"
            assert (answer.header("content-type") or "").startswith(("text/html", "application/json"))


async def never() -> Message:
    await asyncio.sleep(3600)
    raise AssertionError


async def gone() -> Message:
    return {"type": "http.disconnect"}


def test_a_queue_runs_a_few_keeps_the_order_and_refuses_the_rest() -> None:
    async def check() -> list[str]:
        queue, done, order = RequestQueue(running=2, waiting=3), asyncio.Event(), []

        async def request(name: str) -> None:
            async with queue.place(never) as receive:
                assert (await receive())["type"] == "http.request"
                order.append(name)
                await done.wait()

        requests = [asyncio.create_task(request(name)) for name in "abcde"]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(QueueFullError):
            await request("f")
        assert order == ["a", "b"]
        done.set()
        await asyncio.gather(*requests)
        await request("g")
        return order

    assert "".join(run(check())) == "abcdeg"


def test_a_client_that_leaves_gives_up_its_place_in_the_queue() -> None:
    async def check() -> None:
        queue, done = RequestQueue(running=1, waiting=1), asyncio.Event()

        async def request() -> None:
            async with queue.place(never):
                await done.wait()

        first = asyncio.create_task(request())
        await asyncio.sleep(0)
        with pytest.raises(DisconnectedError):
            async with queue.place(gone):
                raise AssertionError
        assert queue.waiting == 0
        second = asyncio.create_task(request())
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        third = asyncio.create_task(request())
        done.set()
        await asyncio.gather(first, third)

    run(check())


def test_a_request_that_fails_gives_its_place_back() -> None:
    async def check() -> None:
        queue = RequestQueue(running=1, waiting=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with queue.place(never):
                    raise ZeroDivisionError

    run(check())


# -- pages -------------------------------------------------------------------------------------


def test_the_thread_of_the_pages_runs_by_rank_then_in_order() -> None:
    async def check() -> list[int]:
        thread, go, order = PageThread(waiting=3), threading.Event(), []

        def job(number: int) -> Callable[[], None]:
            return lambda: order.append(number)

        first = asyncio.create_task(thread.run(go.wait, 0))
        jobs = [asyncio.create_task(thread.run(job(number), rank)) for number, rank in ((3, 1), (1, 0), (4, 1), (2, 0))]
        await asyncio.sleep(0)
        with pytest.raises(QueueFullError):
            await thread.run(job(5), 0)
        go.set()
        await asyncio.gather(first, *jobs)
        with pytest.raises(ZeroDivisionError):
            await thread.run(lambda: order.append(1 // 0), 0)
        await thread.run(job(6), 0)
        return order

    assert run(check()) == [1, 2, 3, 4, 6]


class Slow:
    """Makes the pages of some paths wait until they may be made, and counts how often each is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *paths: str) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.made: list[str] = []
        respond = Pages.respond

        def slowly(pages: Pages, path: str, query: dict[str, str]) -> PageResponse:
            self.made.append(path)
            if path in paths:
                self.begun.set()
                assert self.go.wait(60)
            return respond(pages, path, query)

        monkeypatch.setattr(Pages, "respond", slowly)

    def start(self, site: InProcess, path: str) -> Future[Received]:
        started = site.start(path)
        assert self.begun.wait(60)
        return started


def test_while_a_page_is_made_cached_pages_and_tables_are_sent(
    site: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.get("/city/kanazawa-jp")
    slow = Slow(monkeypatch, "/cities")
    waiting = slow.start(site, "/cities")
    for path in ("/city/kanazawa-jp", "/-/health", "/ccn/cities.json", "/ccn.db"):
        assert site.get(path).status == 200
    assert not waiting.done()
    slow.go.set()
    waiting.result(60)


def test_a_listed_page_is_made_before_searches_that_came_first(
    site: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.get("/robots.txt")
    slow = Slow(monkeypatch, "/about")
    waiting = [slow.start(site, "/about")]
    waiting += [site.start(path) for path in ("/search?q=silk", "/nothing", "/cities?q=x", "/city/lyon-fr.json")]
    site.get("/-/health")
    waiting.append(site.start("/city/lyon-fr"))
    site.get("/-/health")
    slow.go.set()
    for each in waiting:
        each.result(60)
    assert slow.made[:2] == ["/about", "/city/lyon-fr"]


def test_a_page_that_many_ask_for_at_once_is_made_once(site: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    site.get("/robots.txt")
    slow = Slow(monkeypatch, "/cities")
    waiting = [slow.start(site, "/cities?q=lyon"), *(site.start("/cities?q=lyon&utm_source=feed") for _ in range(5))]
    site.get("/-/health")
    slow.go.set()
    assert len({str(each.result(60)) for each in waiting}) == 1
    assert slow.made == ["/cities"]


def test_too_many_pages_at_once_are_refused_and_the_others_made(
    site: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "REFUSAL_SECONDS", 0)
    site.get("/robots.txt")
    slow = Slow(monkeypatch, "/search")
    waiting = [slow.start(site, "/search?q=0")]
    waiting += [site.start(f"/search?q={number}") for number in range(1, app.WAITING_PAGES)]
    site.get("/-/health")
    refused = site.get("/search.json?q=more", 503)
    assert refused.header("retry-after")
    assert refused.json()["ok"] is False
    slow.go.set()
    assert all(each.result(60) for each in waiting)
    assert site.get("/search.json?q=more").json()


# -- the cache ---------------------------------------------------------------------------------


def response_of(size: int) -> CachedResponse:
    return CachedResponse(200, [], bytes(size), b"", b"")


def test_the_cache_is_bounded_by_bytes_and_keeps_what_was_used_last() -> None:
    cache = ResponseCache(64_000_000)
    cache.put("home", response_of(100_000))
    for number in range(2_000):
        cache.put(number, response_of(280_000))
        assert cache.get("home")
        assert cache.size <= 64_000_000
    assert cache.get(1_999)
    assert cache.get(0) is None
    kept = [number for number in range(2_000) if cache.get(number)]
    assert 200 < len(kept) < 230
    assert sum(len(response_of(280_000).body) for _ in kept) < cache.size


def test_a_response_that_is_replaced_counts_once_and_one_too_large_is_not_kept() -> None:
    cache = ResponseCache(1_000_000)
    for _ in range(10):
        cache.put("page", response_of(900_000))
    assert cache.size < 1_000_000
    cache.put("large", response_of(2_000_000))
    assert (cache.get("large"), cache.size) == (None, 0)


# -- errors that nobody expected ---------------------------------------------------------------


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    respond = Pages.respond

    def fail(pages: Pages, path: str, query: dict[str, str]) -> PageResponse:
        if "lyon" in path:
            raise KeyError("a secret\nof the data")
        return respond(pages, path, query)

    monkeypatch.setattr(Pages, "respond", fail)


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize(
    ("path", "media_type"), [("/city/lyon-fr", "text/html"), ("/city/lyon-fr.json", "application/json")]
)
def test_a_page_that_fails_is_an_error_page_and_one_line_in_the_log(
    path: str, media_type: str, site: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        failed = site.get(path, 500)
    assert (failed.header("content-type") or "").startswith(media_type)
    assert (failed.header("x-frame-options"), failed.header("cache-control")) == ("DENY", "no-store")
    assert b"secret" not in failed.body
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{path!r}: KeyError in test_request_limits.py:")
    assert "\n" not in line
    assert site.get("/city/kanazawa-jp").status == 200


def test_a_page_that_failed_is_made_again(site: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Pages, "respond", lambda *_: 1 / 0)
        site.get("/about", 500)
    assert site.get("/about").status == 200


def test_when_even_the_error_page_fails_there_is_a_response(site: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pages, "respond", lambda *_: 1 / 0)
    monkeypatch.setattr(Pages, "error", lambda *_: 1 / 0)
    failed = site.get("/about", 500)
    assert failed.text == "Error 500\n"
    assert failed.header("x-frame-options") == "DENY"


def test_a_table_that_fails_is_an_error_page_and_one_line_in_the_log(
    site: InProcess,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise KeyError("a secret")

    site.get("/ccn/cities")
    capfd.readouterr()
    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr(NetworkDatabase, "execute", fail)
        failed = site.get("/ccn/cities", 500)
        assert site.get("/ccn/cities.json", 500).json()["ok"] is False
    assert failed.header("content-security-policy")
    assert b"secret" not in failed.body
    assert [record.getMessage().partition(" in ")[0] for record in caplog.records] == [
        "'/ccn/cities': KeyError",
        "'/ccn/cities.json': KeyError",
    ]
    assert capfd.readouterr() == ("", "")
    assert site.get("/ccn/cities").status == 200


def test_only_a_page_that_is_there_is_not_modified(site: InProcess) -> None:
    for path, status in (("/nothing", 404), ("/country/jp", 301)):
        tag = site.get(path, status).header("etag")
        assert tag
        site.get(path, status, if_none_match=tag)
    tag = site.get("/about").header("etag")
    assert tag
    site.get("/about", 304, if_none_match=tag)


def test_two_applications_live_in_one_process(file: DatabaseFile, tmp_path: Path) -> None:
    other_path = tmp_path / "ccn.db"
    other_path.write_bytes(file.path.read_bytes())
    connection = sqlite3.connect(other_path)
    with connection:
        connection.execute("UPDATE cities SET name = 'Elsewhere' WHERE id = 'lyon-fr'")
    connection.close()
    other = DatabaseFile(other_path)
    clients = [
        in_process(application.make_application(served, SiteAddress("http", host), datetime.date.fromisoformat(TODAY)))
        for served, host in ((file, "one.example"), (other, "other.example"))
    ]
    with clients[0] as first, clients[1] as second:
        for _ in range(2):
            for client, name, host in ((first, "Lyon", "one.example"), (second, "Elsewhere", "other.example")):
                (city,) = client.get("/ccn/cities.json?id=lyon-fr&_shape=array").json()
                assert city["name"] == name
                assert f'<a href="/city/lyon-fr">{name}</a>' in client.get("/ccn/cities").text
                assert client.get("/ccn/cities.json?_size=1").json()["next_url"].startswith(f"http://{host}/ccn/")
    other.close()
