"""The site as a plugin of Datasette: `datasette ccn.db`, alone and beside other databases, plugins and settings."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import sys
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from datasette import hookimpl
from datasette.app import Datasette
from datasette.plugins import pm

import ccn_kb
from ccn_kb import database
from ccn_kb.site import plugin
from ccn_kb.site.metadata import LICENCE, QUERIES, TITLE
from tests.conftest import MINI, ROOT, TODAY, Ccn


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the miniature, only to be read."""
    path = tmp_path_factory.mktemp("built") / "ccn.db"
    database.build(ccn_kb.load(MINI), path)
    return path


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin.register()
    monkeypatch.setenv("CCN_TODAY", TODAY)


def other_database(path: Path) -> Path:
    """Make a database that is not of the network, whose table has the name of one that is."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE cities (id TEXT PRIMARY KEY, name TEXT, country TEXT)")
        connection.execute("INSERT INTO cities VALUES ('kanazawa-jp', 'Kanazawa', 'JP')")
    return path


def ask(datasette: Datasette, *paths: str, method: str = "GET") -> list[httpx.Response]:
    async def ask_all() -> list[httpx.Response]:
        await datasette.invoke_startup()
        return [await datasette.client.request(method, path, avoid_path_rewrites=True) for path in paths]

    return asyncio.run(ask_all())


@contextmanager
def without_plugin() -> Iterator[None]:
    pm.unregister(plugin)
    try:
        yield
    finally:
        plugin.register()


# -- as a command ------------------------------------------------------------------------------


@pytest.fixture
def datasette(run_program: Ccn, tmp_path: Path) -> Ccn:
    """Run `datasette` where the package is installed with its entry points."""
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = tmp_path / "installed" / "ccn_kb-1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {about['name']}\nVersion: 1\n", encoding="utf-8")
    points = "".join(f"{name} = {target}\n" for name, target in about["entry-points"]["datasette"].items())
    (folder / "entry_points.txt").write_text(f"[datasette]\n{points}", encoding="utf-8")
    (tmp_path / "work").mkdir()

    def run(*arguments: str | Path, **environment: str) -> object:
        return run_program(
            sys.executable,
            "-m",
            "datasette",
            *arguments,
            cwd=tmp_path / "work",
            PYTHONPATH=str(folder.parent),
            **environment,
        )

    return run  # type: ignore[return-value]


def test_datasette_prints_our_page(datasette: Ccn, built: Path) -> None:
    printed = datasette(built, "--get", "/city/kanazawa-jp")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert "<h1>Kanazawa" in printed.stdout
    tables = datasette(built, "--get", "/ccn/members.json?_shape=array&_size=1")
    assert (tables.returncode, tables.stdout[:3]) == (0, '[{"')


def test_a_missing_page_prints_no_traceback(datasette: Ccn, built: Path) -> None:
    for path in ("/nowhere", "/ccn/nowhere", "/city/nowhere.json"):
        printed = datasette(built, "--get", path)
        assert (printed.returncode, printed.stderr) == (1, "")
        assert "not found" in printed.stdout.casefold()


def test_an_inspected_database_is_served_as_datasette_package_does(datasette: Ccn, built: Path) -> None:
    assert datasette("inspect", built, "--inspect-file", "counts.json").returncode == 0
    options = ("-i", built, "--cors", "--inspect-file", "counts.json", "--setting", "num_sql_threads", "1")
    assert "<h1>Kanazawa" in datasette(*options, "--get", "/city/kanazawa-jp").stdout
    assert '"filtered_table_rows_count": 8' in datasette(*options, "--get", "/ccn/members.json").stdout


# -- in a Datasette of several databases -------------------------------------------------------


def test_pages_tables_and_what_describes_them_are_shown(built: Path) -> None:
    home, table, query, row, health, index = ask(
        Datasette([str(built)]),
        "/",
        "/ccn/members",
        "/ccn/members_on?date=2015",
        "/ccn/cities/lyon-fr",
        "/-/health",
        "/-/",
    )
    assert {response.status_code for response in (home, table, query, row, health, index)} == {200}
    assert home.headers["x-frame-options"] == table.headers["x-frame-options"] == "DENY"
    assert LICENCE["license_url"] in table.text
    assert 'href="/city/lyon-fr"' in table.text
    assert 'id="facet-field"' in table.text
    assert QUERIES["members_on"]["title"] in query.text
    assert '<a href="/city/lyon-fr">' in row.text
    assert ">ccn<" in index.text


def test_other_databases_look_as_they_do_without_us(built: Path, tmp_path: Path) -> None:
    files = [str(built), str(other_database(tmp_path / "other.db"))]
    paths = [
        "/other",
        "/other/cities",
        "/other/cities/kanazawa-jp",
        "/other?sql=select+1",
        "/other.json?sql=select+'x",
        "/other/cities.json?_size=max",
        "/other/nowhere",
        "/other/cities?_search=x",
        "/-/static/app.css",
        "/-/databases.json",
        "/-/threads",
    ]
    ours = ask(Datasette(files), *paths)
    with without_plugin():
        stock = ask(Datasette(files), *paths)
    for path, here, there in zip(paths, ours, stock, strict=True):
        assert here.status_code == there.status_code, path
        if path not in ("/-/databases.json", "/-/threads"):
            assert without_times(here.text) == without_times(there.text), path
            assert without_length(here.headers) == without_length(there.headers), path


def without_length(headers: httpx.Headers) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "content-length"}


def without_times(text: str) -> str:
    return re.sub(r"Queries took [\d.]+ms|\"query_ms\": [\d.]+", "", text)


def test_a_database_by_another_name_keeps_it_and_is_found_by_ours(built: Path, tmp_path: Path) -> None:
    shutil.copy(built, tmp_path / "my network.db")
    datasette = Datasette([str(tmp_path / "my network.db")])
    page, table, moved, moved_query, moved_file, file = ask(
        datasette,
        "/city/lyon-fr",
        "/my+network/members",
        "/ccn/members.json?_size=1",
        "/ccn?sql=select+1",
        "/ccn.db",
        "/my~20network.db",
    )
    assert (page.status_code, table.status_code) == (200, 200)
    assert TITLE in ask(datasette, "/my+network")[0].text
    assert 'href="/city/lyon-fr"' in table.text
    assert (moved.status_code, moved.headers["location"]) == (302, "/my+network/members.json?_size=1")
    assert moved_query.headers["location"] == "/my+network?sql=select+1"
    assert moved_file.headers["location"] == "/my+network.db"
    assert file.content == built.read_bytes()


def test_a_database_with_the_name_of_a_page_goes_before_the_page(built: Path, tmp_path: Path) -> None:
    files = [str(built), str(other_database(tmp_path / "cities.db"))]
    theirs, table, ours = ask(Datasette(files), "/cities", "/cities/cities.json?_shape=array", "/city/lyon-fr")
    assert ">cities<" in theirs.text
    assert len(table.json()) == 1
    assert ours.status_code == 200


def test_of_two_databases_of_the_network_there_are_tables_and_no_pages(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(built, tmp_path / "older.db")
    home, first, second, page = ask(
        Datasette([str(built), str(tmp_path / "older.db")]), "/", "/ccn/members", "/older/members", "/city/lyon-fr"
    )
    assert {"ccn", "older"} <= set(re.findall(r'href="/(\w+)"', home.text))
    assert first.status_code == second.status_code == 200
    assert LICENCE["license_url"] in first.text
    assert LICENCE["license_url"] in second.text
    assert page.status_code == 404
    assert "open one database of the network to see its pages; these are open: ccn, older" in capsys.readouterr().err


def test_a_database_of_another_schema_is_left_to_datasette(
    built: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(built, tmp_path / "ccn.db")
    with closing(sqlite3.connect(tmp_path / "ccn.db")) as connection, connection:
        connection.execute("UPDATE edition SET value = '9.0.20261125' WHERE name = 'version'")
    home, table = ask(Datasette([str(tmp_path / "ccn.db")]), "/", "/ccn/cities.json")
    assert "Datasette" in home.text
    assert table.status_code == 200
    assert "is version 9.0.20261125, but this program serves" in capsys.readouterr().err


def test_without_a_database_of_the_network_nothing_changes(tmp_path: Path) -> None:
    (home,) = ask(Datasette([str(other_database(tmp_path / "other.db"))]), "/")
    assert "x-frame-options" not in home.headers
    assert ">other<" in home.text


def test_two_datasettes_in_one_process_do_not_mix(built: Path, tmp_path: Path) -> None:
    with_network = Datasette([str(built)])
    without = Datasette([str(other_database(tmp_path / "ccn.db"))])
    for _ in range(2):
        assert ask(with_network, "/city/lyon-fr")[0].status_code == 200
        assert ask(without, "/city/lyon-fr")[0].status_code == 404
        assert 'href="/city/kanazawa-jp"' not in ask(without, "/ccn/cities")[0].text


# -- beside other plugins and settings ---------------------------------------------------------


def test_what_is_mounted_beside_our_pages_is_reached(built: Path, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("mounted", encoding="utf-8")
    datasette = Datasette([str(built)], static_mounts=[("files", str(tmp_path / "files"))])
    there, missing, page = ask(datasette, "/files/a.txt", "/files/b.txt", "/nowhere")
    assert (there.status_code, there.text) == (200, "mounted")
    assert missing.status_code == page.status_code == 404
    assert page.headers["x-frame-options"] == "DENY"


def test_what_is_configured_for_another_database_leaves_it_unlimited(built: Path, tmp_path: Path) -> None:
    files = [str(built), str(other_database(tmp_path / "other.db"))]
    datasette = Datasette(files, metadata={"databases": {"other": {"title": "Another"}}})
    sql = "sql=select+hex(zeroblob(200000))"
    ours, _, theirs = ask(datasette, f"/ccn.json?{sql}", "/other", f"/other.json?{sql}")
    assert (ours.status_code, theirs.status_code) == (400, 200)


@pytest.mark.parametrize(
    "metadata",
    [{"allow": {"id": "root"}}, {"databases": {"ccn": {"allow": {"id": "root"}}}}],
    ids=["instance", "database"],
)
def test_a_database_that_is_not_public_has_no_public_pages(
    metadata: dict[str, object], built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, table, file = ask(Datasette([str(built)], metadata=metadata), "/city/lyon-fr", "/ccn/cities.json", "/ccn.db")
    assert (page.status_code, table.status_code, file.status_code) == (404, 403, 403)
    assert "the pages would be visible to everyone, and ccn is not" in capsys.readouterr().err


def test_a_download_that_is_switched_off_is_not_there(built: Path) -> None:
    datasette = Datasette([str(built)], settings={"allow_download": False})
    file, page = ask(datasette, "/ccn.db", "/city/lyon-fr")
    assert (file.status_code, page.status_code) == (404, 200)


class Neighbour:
    """A plugin whose pages about our tables ask for our tables."""

    __name__ = "neighbour"

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_template_vars(self, datasette: Datasette) -> Callable[[], Awaitable[dict[str, object]]]:
        async def variables() -> dict[str, object]:
            response = await datasette.client.get("/ccn/fields.json?_shape=array")
            return {"fields": response.json()}

        return variables


def test_a_plugin_that_asks_for_our_tables_meanwhile_is_answered(built: Path) -> None:
    datasette = Datasette([str(built)])

    async def ask_at_once() -> list[httpx.Response]:
        await datasette.invoke_startup()
        return list(await asyncio.gather(*(datasette.client.get("/ccn/cities") for _ in range(6))))

    neighbour = Neighbour()
    pm.register(neighbour)
    try:
        responses = asyncio.run(asyncio.wait_for(ask_at_once(), 60))
    finally:
        pm.unregister(neighbour)
    assert {response.status_code for response in responses} == {200}


def test_only_our_own_addresses_refuse_to_be_written_to(built: Path, tmp_path: Path) -> None:
    files = [str(built), str(other_database(tmp_path / "other.db"))]
    ours, tables, theirs = ask(Datasette(files), "/cities", "/ccn/cities", "/other/cities", method="POST")
    assert ours.headers["allow"] == tables.headers["allow"] == "GET, HEAD"
    assert "allow" not in theirs.headers


def configured(built: Path, url: str, base_url: str = "/") -> Datasette:
    return Datasette([str(built)], metadata={"plugins": {"ccn-kb": {"url": url}}}, settings={"base_url": base_url})


def test_the_configured_address_is_that_of_links(built: Path) -> None:
    page, rows = ask(configured(built, "https://cities.example.org"), "/city/lyon-fr", "/ccn/members.json?_size=1")
    assert 'rel="canonical" href="https://cities.example.org/city/lyon-fr"' in page.text
    assert rows.json()["next_url"].startswith("https://cities.example.org/ccn/members.json?")


def test_a_prefix_is_taken_from_every_request(built: Path) -> None:
    datasette = configured(built, "https://example.org/ccn-kb", "/ccn-kb/")
    page, table, rows, file = ask(
        datasette, "/ccn-kb/city/lyon-fr", "/ccn-kb/ccn/members", "/ccn-kb/ccn/members.json?_size=1", "/ccn-kb/ccn.db"
    )
    assert {response.status_code for response in (page, table, rows, file)} == {200}
    assert 'href="/ccn-kb/city/lyon-fr"' in table.text
    assert rows.json()["next_url"].startswith("https://example.org/ccn-kb/ccn/members.json?")


@pytest.mark.parametrize(
    ("url", "base_url", "note"),
    [
        ("javascript:alert(1)", "/", "is not an address of a site"),
        ("https://example.org/a", "/b/", "the path of the url (/a) differs from Datasette's base_url (/b)"),
    ],
)
def test_a_wrong_address_is_reported_and_not_used(
    url: str, base_url: str, note: str, built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = ask(configured(built, url, base_url), f"{base_url}city/lyon-fr")[0]
    assert page.status_code == 200
    assert note in capsys.readouterr().err
    assert url not in page.text
