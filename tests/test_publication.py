"""`ccn publish` as a process: what is in the folder, that its parts fit each other, and that it serves from there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, TypeAlias

import crossplane
import httpx
import pytest
from uvicorn.supervisors import Multiprocess

from ccn_kb.site import workers
from ccn_kb.site.templating import STATIC
from tests.conftest import DATA, MINI, ROOT, TODAY, Ccn, Result
from tests.serving import announced

Publish: TypeAlias = Callable[..., Result]
URL = "https://cities.example.org"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication of the miniature, only to be read."""
    folder = tmp_path_factory.mktemp("published") / "site"
    command = [sys.executable, "-m", "ccn_kb", "--data", str(MINI), "publish", str(folder), "--url", f"{URL}/"]
    subprocess.run(command, env={**os.environ, "CCN_TODAY": TODAY}, check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture
def publish(ccn: Ccn, tmp_path: Path) -> Publish:
    """Publish the miniature from an empty folder."""

    def run(*arguments: str, **environment: str) -> Result:
        return ccn("--data", MINI, "publish", *arguments, cwd=tmp_path, **environment)

    return run


def content(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def database_of(folder: Path) -> Path:
    (database,) = folder.glob("ccn-*.db")
    return database


# -- what is written ---------------------------------------------------------------------------


def test_the_database_is_named_by_its_content_and_everything_speaks_of_it(published: Path) -> None:
    database = database_of(published)
    digest = sha256(database.read_bytes()).hexdigest()
    assert database.name == f"ccn-{digest[:12]}.db"
    for name in ("Dockerfile", "nginx.conf", "README.md"):
        assert digest[:12] in (published / name).read_text(encoding="utf-8")


def test_the_manifest_lists_every_file_with_its_sum(published: Path) -> None:
    manifest = json.loads((published / "manifest.json").read_bytes())
    listed = {file["path"]: file["sha256"] for file in manifest["files"]}
    there = {path: sha256(body).hexdigest() for path, body in content(published).items() if path != "manifest.json"}
    assert listed == there
    assert manifest["url"] == URL


def test_the_program_is_this_one_without_the_data(published: Path) -> None:
    package = ROOT / "src" / "ccn_kb"
    program = {path: body for path, body in content(published).items() if path.startswith("ccn_kb/")}
    assert program.pop("ccn_kb/data/version.txt") == (DATA / "version.txt").read_bytes()
    here = {f"ccn_kb/{path}": body for path, body in content(package).items() if "__pycache__" not in path}
    assert program == here
    assert {f"ccn_kb/site/static/{file.name}" for file in STATIC.glob("*.*")} <= program.keys()


def test_two_publications_are_the_same_bytes_whatever_the_day(
    published: Path, publish: Publish, tmp_path: Path
) -> None:
    result = publish("out", "--url", URL, CCN_TODAY="2030-01-01", PYTHONHASHSEED="1")
    assert (result.returncode, result.stdout) == (0, "")
    assert re.fullmatch(r"(Note: .*\n)?out: ccn-[0-9a-f]{12}\.db, data version \S+\n", result.stderr)
    assert content(tmp_path / "out") == content(published)


def test_hadolint_finds_nothing_in_the_dockerfile(published: Path, run_program: Ccn) -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    result = run_program(hadolint, "--failure-threshold", "style", published / "Dockerfile")
    assert (result.returncode, result.stdout) == (0, "")
    faulty = run_program(hadolint, "--failure-threshold", "style", ROOT / "Makefile")
    assert faulty.returncode != 0


def lines_of(dockerfile: str, instruction: str) -> list[str]:
    return re.findall(rf"^(?: *){instruction} (.+)$", dockerfile, re.MULTILINE)


def test_the_image_copies_what_is_there_and_runs_as_nobody(published: Path) -> None:
    dockerfile = (published / "Dockerfile").read_text(encoding="utf-8")
    for copied in lines_of(dockerfile, "COPY"):
        assert (published / copied.split()[0]).exists(), copied
    assert lines_of(dockerfile, "USER") == ["65534:65534"]
    assert "--require-hashes" in dockerfile
    (base,) = lines_of(dockerfile, "FROM")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)


def directives(block: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    for directive in block:
        yield directive["directive"], directive["args"]
        yield from directives(directive.get("block", []))


def test_the_configuration_of_nginx_is_one_and_keeps_pages_by_database(published: Path, tmp_path: Path) -> None:
    main = tmp_path / "main.conf"
    main.write_text(f"events {{}}\nhttp {{ include {published / 'nginx.conf'}; }}\n", encoding="utf-8")
    read = crossplane.parse(str(main), strict=True)
    assert read["errors"] == []
    settings = list(directives(read["config"][1]["parsed"]))
    digest = database_of(published).stem.removeprefix("ccn-")
    assert ("proxy_cache_key", [f"{digest} $request_uri"]) in settings
    assert ("server_name", ["cities.example.org"]) in settings
    assert ("gunzip", ["on"]) in settings
    # A Host of the client's would stand in links of cached pages, a slow query would be asked again of every replica.
    assert [arguments for name, arguments in settings if name == "listen"] == [["80", "default_server"], ["80"]]
    assert ("return", ["444"]) in settings
    assert ("proxy_set_header", ["Host", "cities.example.org"]) in settings
    assert ("proxy_set_header", ["X-Forwarded-Proto", "https"]) in settings
    assert ("proxy_next_upstream", ["error", "http_502"]) in settings
    assert {arguments[0] for name, arguments in settings if name == "limit_req"} == {
        "zone=ccn_pages",
        "zone=ccn_tables",
    }
    assert "limit_conn" in dict(settings)
    main.write_text("events {}\nhttp { proxy_cache_kee x; }\n", encoding="utf-8")
    assert crossplane.parse(str(main), strict=True)["errors"] != []


# -- what it replaces, and what it refuses -----------------------------------------------------


def test_a_publication_replaces_one_and_leaves_nothing_of_it(publish: Publish, tmp_path: Path) -> None:
    assert publish("out").returncode == 0
    old = database_of(tmp_path / "out").name
    assert publish("out", "--url", URL).returncode == 0
    assert database_of(tmp_path / "out").name != old
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_without_an_address_it_is_served_under_any_name(publish: Publish, tmp_path: Path) -> None:
    assert publish("out").returncode == 0
    configuration = (tmp_path / "out" / "nginx.conf").read_text(encoding="utf-8")
    assert "server_name _;" in configuration
    assert not re.search("444|Host|X-Forwarded", configuration)
    assert lines_of((tmp_path / "out" / "Dockerfile").read_text(encoding="utf-8"), "CMD")[-1].endswith('"--url", ""]')


def test_an_address_with_a_path_is_that_of_every_location(publish: Publish, tmp_path: Path) -> None:
    assert publish("out", "--url", "https://example.org:8443/ccn-kb/").returncode == 0
    configuration = (tmp_path / "out" / "nginx.conf").read_text(encoding="utf-8")
    assert "server_name example.org;" in configuration
    assert "proxy_set_header Host example.org:8443;" in configuration
    locations = re.findall("location (?:= )?(\\S+)", configuration)
    assert len(locations) == 5
    assert all(re.match("/ccn-kb(/|$)", location) for location in locations)
    (command,) = lines_of((tmp_path / "out" / "Dockerfile").read_text(encoding="utf-8"), "CMD")[-1:]
    assert json.loads(command)[-1] == "https://example.org:8443/ccn-kb"


def test_the_issue_tracker_is_that_of_every_replica(publish: Publish, tmp_path: Path) -> None:
    assert publish("out", "--url", URL, "--issues", "https://example.org/ccn/issues/").returncode == 0
    (command,) = lines_of((tmp_path / "out" / "Dockerfile").read_text(encoding="utf-8"), "CMD")[-1:]
    assert json.loads(command)[-4:] == ["--url", URL, "--issues", "https://example.org/ccn/issues"]
    assert "--issues https://example.org/ccn/issues" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")


def test_what_is_no_publication_is_refused_with_a_remedy(publish: Publish, ccn: Ccn, tmp_path: Path) -> None:
    ccn("--data", MINI, "export", "out", "--format", "geojson", cwd=tmp_path)
    before = content(tmp_path)
    result = publish("out")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(
        r"Error: \S+/out contains files that do not belong to the publication \(.+\); .+ another folder\n",
        result.stderr,
    )
    assert content(tmp_path) == before


def test_an_export_does_not_replace_a_publication(publish: Publish, ccn: Ccn, tmp_path: Path) -> None:
    publish("out")
    before = content(tmp_path)
    assert (
        "contains files that do not belong to the export" in ccn("--data", MINI, "export", "out", cwd=tmp_path).stderr
    )
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("target", "remedy"),
    [("nowhere/out", "create it, or choose another folder"), ("/proc/out", "choose another folder")],
)
def test_a_place_that_takes_no_folder_is_refused_with_a_remedy(
    target: str, remedy: str, publish: Publish, tmp_path: Path
) -> None:
    result = publish(target)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.endswith(f"; {remedy}\n")
    assert content(tmp_path) == {}


def test_a_full_disk_leaves_the_old_publication(publish: Publish, run_program: Ccn, tmp_path: Path) -> None:
    publish("out")
    before = content(tmp_path)
    # The database fits, the larger file of the world's coasts does not.
    largest = max(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.suffix != ".db")
    assert database_of(tmp_path / "out").stat().st_size < largest - 1024
    command = [sys.executable, "-m", "ccn_kb", "--data", MINI, "publish", "out", "--url", URL]
    script = f"trap '' XFSZ; ulimit -f {largest // 1024 - 1}; exec \"$@\""
    result = run_program("bash", "-c", script, "bash", *command)
    assert result.returncode == 1
    assert result.stderr.endswith("cannot be written: file too large; free space there, or choose another folder\n")
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    "url", ["cities.example.org", "https://", 'https://a"b', "https://a b", "https://a;b", "ftp://a"]
)
def test_what_is_no_address_is_wrong_usage(url: str, publish: Publish, tmp_path: Path) -> None:
    result = publish("out", "--url", url)
    assert (result.returncode, result.stdout) == (2, "")
    assert "write https://cities.example.org" in result.stderr
    assert content(tmp_path) == {}


# -- served from there -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, int]]:
    """Two workers, run by the Dockerfile's own command in a copy of the publication; a client, and the parent's id."""
    command = json.loads(lines_of((published / "Dockerfile").read_text(encoding="utf-8"), "CMD")[-1])
    command[0] = sys.executable
    for option, value in (("--host", "127.0.0.1"), ("--port", "0"), ("--workers", "2")):
        command[command.index(option) + 1] = value
    said = tmp_path_factory.mktemp("served") / "said.txt"
    # Before all else Python imports what is in the current folder: the program of the publication.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with said.open("wb") as err, subprocess.Popen(command, cwd=published, env=environment, stderr=err) as process:
        try:
            with httpx.Client(base_url=announced(process, said), timeout=60, trust_env=False) as client:
                yield client, process.pid
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 130
            assert said.read_text(encoding="utf-8").strip().count("\n") == 0
        finally:
            process.kill()


def workers_of(parent: int) -> set[int]:
    """Return the processes that serve: children of the parent, but the tracker that Python starts beside them."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return {int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()}


def test_the_health_page_names_the_database_and_is_kept_by_nobody(
    published: Path, served: tuple[httpx.Client, int]
) -> None:
    answer = served[0].get("/-/health")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    digest = sha256(database_of(published).read_bytes()).hexdigest()
    version = (MINI / "version.txt").read_text(encoding="utf-8").strip()
    assert answer.json() == {"ok": True, "version": version, "database": digest}


def test_its_pages_know_their_address_and_its_tables_their_name(served: tuple[httpx.Client, int]) -> None:
    assert f'<link rel="canonical" href="{URL}/city/kanazawa-jp">' in served[0].get("/city/kanazawa-jp").text
    assert URL in served[0].get("/feed.atom").text
    assert served[0].get("/ccn/members.json?_shape=array").json()
    assert [database["name"] for database in served[0].get("/-/databases.json").json()] == ["ccn"]


def test_only_the_address_of_this_edition_of_an_asset_is_kept_for_ever(served: tuple[httpx.Client, int]) -> None:
    (address,) = set(re.findall(r"/assets/ccn\.css\?\w+", served[0].get("/").text))
    assert "immutable" in served[0].get(address).headers["cache-control"]
    assert "immutable" not in served[0].get("/assets/ccn.css?0123456789ab").headers["cache-control"]


@pytest.mark.parametrize("is_busy", [False, True], ids=["idle", "while-it-is-asked-whether-it-is-well"])
def test_a_worker_that_dies_is_replaced_at_once(served: tuple[httpx.Client, int], is_busy: bool) -> None:
    before = workers_of(served[1])
    assert len(before) == 2
    if is_busy:
        os.kill(min(before), signal.SIGSTOP)
        # Each half second the parent asks.
        time.sleep(1.5)
    os.kill(min(before), signal.SIGKILL)
    deadline = time.monotonic() + workers.PATIENCE / 2
    while len(workers_of(served[1]) - before) != 1 or min(before) in workers_of(served[1]):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert served[0].get("/-/health").status_code == 200


@pytest.mark.parametrize("text", ["no database", ""])
def test_a_file_that_is_no_database_is_not_served(text: str, ccn: Ccn, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text(text, encoding="utf-8")
    result = ccn("serve", "--database", "x.db", "--port", "0")
    assert (result.returncode, result.stdout) == (1, "")
    message = "x.db is not a database of the network, or is damaged; build one: ccn build --output x.db\n"
    assert result.stderr.endswith(message)


def test_a_database_of_another_schema_is_not_served(published: Path, ccn: Ccn, tmp_path: Path) -> None:
    shutil.copy(database_of(published), tmp_path / "x.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "x.db")) as database, database:
        database.execute("UPDATE edition SET value = '9.0.20261125' WHERE name = 'version'")
    result = ccn("serve", "--database", "x.db", "--port", "0")
    assert (result.returncode, result.stdout) == (1, "")
    assert "x.db is version 9.0.20261125, but this program serves 1.0; build one" in result.stderr


def test_a_database_that_is_missing_is_wrong_usage(ccn: Ccn) -> None:
    assert ccn("serve", "--database", "nowhere.db").returncode == 2


def test_workers_start_where_signals_cannot_be_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ModuleNotFoundError("No module named '_posixsubprocess'")

    monkeypatch.setattr(workers, "CAN_BLOCK", False)
    monkeypatch.setattr(resource_tracker, "ensure_running", fail)
    monkeypatch.setattr(Multiprocess, "init_processes", lambda self: setattr(self, "processes", []))
    supervisor = object.__new__(workers._Workers)
    supervisor.init_processes()
    assert supervisor.processes == []


@pytest.mark.parametrize(("quota", "allowed"), [("max 100000", 4), ("150000 100000", 1), ("20000 100000", 1), ("", 4)])
def test_a_container_has_no_more_workers_than_it_may_use(
    quota: str, allowed: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cpu.max").write_text(quota, encoding="ascii")
    monkeypatch.setattr(workers, "ALLOWED", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})
    assert workers.cores() == allowed
