"""The file that is served: which are refused, what happens when it is replaced in service, its names, its download."""

from __future__ import annotations

import asyncio
import datetime
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from datasette.app import Datasette
from uvicorn.config import STARTUP_FAILURE

import ccn_kb
from ccn_kb import database
from ccn_kb.site import plugin, server
from ccn_kb.site.address import SiteAddress
from ccn_kb.site.application import make_application
from ccn_kb.site.database_file import CHUNK, DatabaseError, DatabaseFile, ReplacedFileError
from tests.conftest import MINI, TODAY
from tests.in_process import InProcess, Received, in_process


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the miniature, only to be read."""
    path = tmp_path_factory.mktemp("built") / "ccn.db"
    database.build(ccn_kb.load(MINI), path)
    return path


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    """A database that a test may replace or damage."""
    return Path(shutil.copy(built, tmp_path / "ccn.db"))


@contextmanager
def serving(path: Path) -> Iterator[InProcess]:
    with closing(DatabaseFile(path)) as file:
        made = make_application(file, SiteAddress(), datetime.date.fromisoformat(TODAY))
        with in_process(made) as client:
            yield client


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


# -- which files are served --------------------------------------------------------------------


def with_a_page_of_zeros(content: bytes) -> bytes:
    middle = len(content) // 2 // 4096 * 4096
    return content[:middle] + bytes(4096) + content[middle + 4096 :]


def with_a_flipped_bit(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "a page of zeros": with_a_page_of_zeros,
    "empty": lambda _: b"",
    "another format": lambda _: b"PK" * 5000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_database_is_refused(damage: str, path: Path) -> None:
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    with pytest.raises(DatabaseError, match=r"ccn\.db is (damaged|not a database of the network)"):
        DatabaseFile(path)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE documents SET body = '{' WHERE path = '/data/network.json'",
        "UPDATE documents SET body = replace(body, '2008-06', 'June 2008') WHERE path = '/data/network.json'",
        "DROP VIEW members",
        "DROP TABLE citations",
    ],
)
def test_a_sound_file_of_damaged_contents_is_refused(sql: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(sql)
    with pytest.raises(DatabaseError, match=r"ccn\.db (is damaged|is not a database of the network)"):
        DatabaseFile(path)


@pytest.mark.parametrize("damage", [with_a_flipped_bit, with_a_page_of_zeros])
def test_a_database_whose_hash_is_not_that_of_its_name_is_refused(damage: Callable[[bytes], bytes], path: Path) -> None:
    named = path.with_name(f"ccn-{digest_of(path.read_bytes())[:12]}.db")
    path.rename(named)
    DatabaseFile(named).close()
    named.write_bytes(damage(named.read_bytes()))
    with pytest.raises(DatabaseError, match="is damaged or was changed: its SHA-256 begins with"):
        DatabaseFile(named)


def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    for other in (tmp_path / "pipe.db", tmp_path, Path("/dev/null")):
        with pytest.raises(DatabaseError, match="is not a regular file"):
            DatabaseFile(other)
    with pytest.raises(DatabaseError, match="cannot be read: no such file"):
        DatabaseFile(tmp_path / "nowhere.db")


# -- a file that changes while it is served ----------------------------------------------------


def other_edition(path: Path) -> bytes:
    """Return another database of the network, of the same tables."""
    other = path.with_name("other.db")
    shutil.copy(path, other)
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("UPDATE cities SET name = 'Elsewhere'")
        connection.execute("DELETE FROM citations")
    return other.read_bytes()


def replace(path: Path, content: bytes) -> None:
    path.with_name("new.db").write_bytes(content)
    path.with_name("new.db").replace(path)


def overwrite(path: Path, content: bytes) -> None:
    path.write_bytes(content)


CHANGES: dict[str, Callable[[Path, bytes], object]] = {
    "replaced": replace,
    "overwritten": overwrite,
    "cut": lambda path, _: path.write_bytes(b""),
}


# Datasette drops coroutines where a query fails.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_changes_makes_the_health_check_fail_and_never_mixes_editions(change: str, path: Path) -> None:
    content = path.read_bytes()
    with serving(path) as client:
        assert client.get("/-/health").json()["ok"] is True
        home = client.get("/").body
        # Each thread of Datasette has a connection by then, so that none notices the change when it connects.
        for each in [client.start("/ccn/countries.json?_shape=array") for _ in range(12)]:
            assert each.result(60).status == 200
        CHANGES[change](path, other_edition(path))
        health = client.get("/-/health", 503)
        assert (health.json()["ok"], health.header("cache-control")) == (False, "no-store")
        assert client.get("/").body == home
        tables = {table["name"]: table["rows"] for table in client.get("/data.json").json()["tables"]}
        assert tables["citations"] > 0
        for target in ("/ccn/cities.json?_shape=array", "/city/lyon-fr.json", "/ccn/cities", "/cities.json", "/ccn.db"):
            answers = [each.result(60) for each in [client.start(target) for _ in range(12)]]
            assert {answer.status for answer in answers} <= {200, 503}, target
            assert not [answer for answer in answers if b"Elsewhere" in answer.body], target
            if target == "/ccn.db":
                assert {answer.body for answer in answers if answer.status == 200} <= {content}
        if change != "replaced":
            client.get("/ccn.db", 503)


def test_a_download_ends_where_the_file_changes(path: Path) -> None:
    content = path.read_bytes()
    assert len(content) > 2 * CHUNK
    with closing(DatabaseFile(path)) as file:
        chunks = file.read(0, file.size)
        assert next(chunks) == content[:CHUNK]
        path.write_bytes(other_edition(path))
        with pytest.raises(ReplacedFileError):
            next(chunks)


def test_health_asks_the_tables_themselves(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(path) as client:
        monkeypatch.setattr(DatabaseFile, "connect", lambda _: sqlite3.connect(":memory:", check_same_thread=False))
        assert client.get("/-/health", 503).json()["ok"] is False


def test_a_worker_refuses_another_file_than_its_supervisor_opened(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        server._make_worker(path, "0" * 64, SiteAddress(), None)
    # Any other code would make the supervisor start it again.
    assert exit_.value.code == STARTUP_FAILURE
    assert re.fullmatch(
        r"Error: \S+ccn\.db was replaced after the server had been started; .+\n", capsys.readouterr().err
    )


# -- names of the file and its folder ----------------------------------------------------------

NAMES = (
    "a#b.db",
    "a?b.db",
    "a%41b.db",
    "a%20b.db",
    "a b.db",
    "ümlaut 金.db",
    "it's;.db",
    '"quoted".db',
    "C#/ccn.db",
    "what?/ccn.db",
    "50%25/ccn.db",
    "file:x/&mode=rwc.db",
)


def below(folder: Path) -> set[str]:
    return {entry.relative_to(folder).as_posix() for entry in folder.rglob("*")}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("is_plugin", [False, True], ids=["ccn serve", "datasette"])
def test_any_name_of_the_file_is_served_and_no_other_file_is_made(
    name: str, is_plugin: bool, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "inside" / name
    target.parent.mkdir(parents=True)
    shutil.copy(built, target)
    monkeypatch.chdir(target.parent)
    before = below(tmp_path)
    if is_plugin:
        plugin.register()
        datasette = Datasette([target.name])
        rows = asyncio.run(rows_of_members(datasette))
    else:
        with serving(target) as client:
            rows = client.get("/ccn/members.json?_shape=array").json()
            assert client.get("/city/lyon-fr").status == 200
            assert client.get("/-/databases.json").json()[0]["path"] == target.name
            download = client.get("/ccn.db")
            assert download.body == built.read_bytes()
            assert (download.header("content-disposition") or "").startswith('attachment; filename="')
    assert len(rows) == 8
    assert below(tmp_path) == before


async def rows_of_members(datasette: Datasette) -> list[object]:
    await datasette.invoke_startup()
    (name,) = [name for name in datasette.databases if name != "_internal"]
    path = datasette.urls.table(name, "members", format="json")
    response = await datasette.client.get(f"{path}?_shape=array")
    assert response.status_code == 200, response.text
    rows = response.json()
    assert isinstance(rows, list)
    return rows


# -- the download ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(built: Path) -> Iterator[InProcess]:
    with serving(built) as client:
        yield client


def download(client: InProcess, status: int, method: str = "GET", **headers: str) -> Received:
    received = client.start("/ccn.db", method, **headers).result(60)
    assert received.status == status
    assert received.header("accept-ranges") == "bytes"
    assert received.header("x-content-type-options") == "nosniff"
    return received


def test_the_database_can_be_cached_and_asked_for_again(client: InProcess, built: Path) -> None:
    content = built.read_bytes()
    received = download(client, 200)
    assert received.body == content
    assert received.header("etag") == f'"{digest_of(content)}"'
    assert received.header("content-length") == str(len(content))
    assert received.header("cache-control") == "public, max-age=300"
    assert received.header("content-disposition") == 'attachment; filename="ccn.db"'
    assert download(client, 304, if_none_match=received.header("etag") or "").body == b""
    assert download(client, 200, "HEAD").body == b""
    assert client.start("/ccn.db", "POST").result(60).status == 405


RANGES = [
    ("bytes=0-99", 0, 100),
    ("bytes=100-", 100, None),
    ("bytes=-100", -100, None),
    ("bytes=0-", 0, None),
    ("bytes=4095-4096", 4095, 4097),
    ("bytes=100-99999999999", 100, None),
]


@pytest.mark.parametrize(("asked", "start", "end"), RANGES)
def test_a_download_can_be_resumed(asked: str, start: int, end: int | None, client: InProcess, built: Path) -> None:
    content = built.read_bytes()
    received = download(client, 206, range=asked, if_range=f'"{digest_of(content)}"')
    assert received.body == content[start:end]
    first = content.index(received.body) if start < 0 else start
    expected = f"bytes {first}-{first + len(received.body) - 1}/{len(content)}"
    assert received.header("content-range") == expected
    assert received.header("content-length") == str(len(received.body))


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-9", "bytes=-", "lines=1-2", "bytes=9-1", "bytes=a-b", f"bytes={9**999}-"]
)
def test_what_is_not_a_single_range_gets_the_whole_file(asked: str, client: InProcess, built: Path) -> None:
    assert download(client, 200, range=asked).body == built.read_bytes()


def test_a_range_of_another_edition_gets_the_whole_file(client: InProcess, built: Path) -> None:
    assert download(client, 200, range="bytes=5-9", if_range='"another"').body == built.read_bytes()


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_range_beyond_the_file_is_refused(asked: str, client: InProcess, built: Path) -> None:
    received = download(client, 416, range=asked)
    assert received.header("content-range") == f"bytes */{built.stat().st_size}"


def test_a_name_that_is_not_plain_is_sent_encoded(built: Path, tmp_path: Path) -> None:
    shutil.copy(built, tmp_path / "ümlaut 金.db")
    with serving(tmp_path / "ümlaut 金.db") as client:
        disposition = client.get("/ccn.db").header("content-disposition")
    assert disposition == "attachment; filename=\"ccn.db\"; filename*=UTF-8''%C3%BCmlaut%20%E9%87%91.db"
