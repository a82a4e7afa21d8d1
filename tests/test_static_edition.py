"""`ccn publish --static`: a folder that is the whole site, on any host of files and without one."""

from __future__ import annotations

import contextlib
import datetime
import functools
import html
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from playwright.sync_api import Browser, Page

import ccn_kb
from ccn_kb.exports import manifest
from ccn_kb.network import Network
from ccn_kb.publication.static_addresses import make_relative, parse, relative_link
from ccn_kb.publication.static_folder import shared_files
from ccn_kb.publication.static_pages import PageMaker, StaticSettings
from ccn_kb.site.languages import languages, split_language
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import Pages
from tests.conftest import MINI, TODAY, Ccn
from tests.serving import build_database
from tests.strange import empty_network, write_folder

URL = "https://cities.example.org/kb"
DAY = datetime.date.fromisoformat(TODAY)
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
SCRIPT = re.compile(r"{# .*? #}|<script defer .*?</noscript>\n|<noscript><p>.*?</noscript>\n", re.DOTALL)
MODULE = re.compile(r'<script type="module" .*?</script>\n')
DATES = re.compile(r'<p class="note">.*?</p>\n|<form class="filter".*?</form>\n', re.DOTALL)


def publish(target: Path, *options: str, data: Path = MINI) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ccn_kb", "--data", str(data), "publish", str(target), "--static", *options]
    return subprocess.run(
        command, env={**os.environ, "CCN_TODAY": TODAY}, capture_output=True, timeout=600, check=False
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files of a folder by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all processes of this run of the tests share."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static edition of the miniature under an address with a path, only to be read."""
    target = shared_folder(tmp_path_factory) / "static-miniature"
    with FileLock(f"{target}.lock"):
        if not target.exists():
            result = publish(target, "--url", URL)
            assert result.returncode == 0, result.stderr.decode()
    return target


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as hosts of static sites do: with its page for what is missing."""

    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        missing = Path(self.directory, "kb", "404.html")
        if code == 404 and missing.exists():
            body = missing.read_bytes()
            self.send_response(404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().send_error(code, message, explain)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/kb/"
        server.shutdown()


class Reader:
    """A browser on an edition, to which every other host is closed, and what it complains of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on(
            "console", lambda message: self._complain(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self._complain(str(error)))
        page.on("request", lambda request: self._watch(request.url))

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    def _watch(self, url: str) -> None:
        if not url.startswith((self.address, "blob:", "data:")):
            self.complaints.append(f"asked {url}")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_load_state("networkidle")
        return self.page

    def lead(self, wanted: str) -> str:
        self.page.wait_for_function(
            "wanted => document.querySelector('p.lead')?.textContent.includes(wanted)", arg=wanted
        )
        return self.page.locator("p.lead").inner_text()


@pytest.fixture(scope="module")
def mini_reader(browser: Browser, edition: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("host")
    (folder / "kb").symlink_to(edition)
    with serving(folder) as address, contextlib.closing(browser.new_page()) as page:
        yield Reader(page, address)


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory, network: Network) -> Path:
    """The shared files of the real network, and some of its pages."""
    host = shared_folder(tmp_path_factory) / "static-real"
    with FileLock(f"{host}.lock"):
        if not host.exists():
            made = host.with_name("static-real-making")
            database = build_database(network, tmp_path_factory.mktemp("real"), URL)
            settings = StaticSettings(database, DAY, URL)
            for file, body in shared_files(settings, settings.open()):
                manifest.write(made / "kb", file, body, is_synced=False)
            maker = PageMaker(settings, made / "kb")
            groups = ("country=FR", "country=DE", "field=film")
            for address in (
                *(
                    "/",
                    "/cities",
                    "/fr/cities",
                    "/search",
                    "/es/search",
                    "/cooperation",
                    "/city/kanazawa-jp",
                    "/field/film",
                ),
                *("/compare", "/answers/firsts", "/about", "/data", *(f"/compare?{group}" for group in groups)),
            ):
                maker.make(address)
            made.rename(host)
    return host


@pytest.fixture(scope="module")
def real_reader(browser: Browser, real_folder: Path) -> Iterator[Reader]:
    with serving(real_folder) as address, contextlib.closing(browser.new_page()) as page:
        yield Reader(page, address)


# -- the folder ------------------------------------------------------------------------------------


def test_every_link_of_every_page_leads_to_a_file(edition: Path) -> None:
    dead, pages = set(), 0
    for page in edition.rglob("*.html"):
        if page.name == "404.html":
            continue
        pages += 1
        for link in map(html.unescape, LINK.findall(page.read_text("utf-8"))):
            parts = urlsplit(link)
            if not (parts.scheme or parts.netloc) and parts.path and not (page.parent / unquote(parts.path)).is_file():
                dead.add((page.relative_to(edition).as_posix(), link))
    assert pages > 500
    assert sorted(dead)[:10] == []


def test_no_two_files_have_names_that_differ_in_capitals_alone(edition: Path) -> None:
    paths = [path.relative_to(edition).as_posix() for path in edition.rglob("*")]
    assert len({path.lower() for path in paths}) == len(paths)


def test_every_page_is_there_in_every_language_with_its_data_and_pictures(edition: Path) -> None:
    for tag in languages():
        prefix = "" if tag == "en" else f"{tag}/"
        for path in ("", "cities/", "city/lyon-fr/", "country/FR/", "field/film/", "on/2015-05-28/", "fields/"):
            assert f'<html lang="{tag}"' in (edition / prefix / path / "index.html").read_text("utf-8")
            assert (edition / prefix / "embed" / path / "index.html").exists() == (path != "fields/")
    for file in (
        "city/lyon-fr.json",
        "city/lyon-fr.svg",
        "fr/city/lyon-fr.png",
        "cities.csv",
        "cities.xlsx",
        "city/lyon-fr.bib",
    ):
        assert (edition / file).stat().st_size > 100
    for file in (
        "feed.atom",
        "meetings.ics",
        "sitemap.xml",
        "robots.txt",
        "llms.txt",
        "openapi.json",
        "data/members.geojson",
    ):
        assert (edition / file).stat().st_size > 100
    assert {"csv", "parquet", "jsonl"} <= {path.name for path in (edition / "export").iterdir()}


def test_an_old_id_leads_to_the_new_one_with_and_without_rules_of_a_host(edition: Path) -> None:
    moved = (edition / "fr/city/grenade-es/index.html").read_text("utf-8")
    assert 'content="0; url=../granada-es/index.html"' in moved
    assert "/fr/city/grenade-es /fr/city/granada-es/ 301" in (edition / "_redirects").read_text("utf-8").splitlines()


def test_addresses_of_pages_on_hosts_end_with_a_slash(edition: Path) -> None:
    page = (edition / "fr/city/lyon-fr/index.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{URL}/fr/city/lyon-fr/">' in page
    assert f'hreflang="es" href="{URL}/es/city/lyon-fr/"' in page
    assert f'content="{URL}/fr/city/lyon-fr.png"' in page
    assert f"<loc>{URL}/city/lyon-fr/</loc>" in (edition / "sitemap.xml").read_text("utf-8")


def test_the_manifest_lists_every_file_with_its_sum(edition: Path) -> None:
    listed = {file["path"]: file for file in json.loads((edition / "manifest.json").read_bytes())["files"]}
    there = {path.relative_to(edition).as_posix() for path in edition.rglob("*") if path.is_file()} - {"manifest.json"}
    assert set(listed) == there
    for path in sorted(there)[::50]:
        body = (edition / path).read_bytes()
        assert (listed[path]["bytes"], listed[path]["sha256"]) == (len(body), sha256(body).hexdigest())


def test_an_edition_takes_the_place_of_the_one_before_with_the_same_bytes_for_the_same_data(
    edition: Path, tmp_path: Path
) -> None:
    data, target = write_folder(empty_network(), tmp_path / "data"), tmp_path / "site"
    shutil.copytree(edition, target)
    written = []
    for _ in range(2):
        result = publish(target, "--url", URL, data=data)
        assert result.returncode == 0, result.stderr.decode()
        written.append(contents(target))
    assert written[0] == written[1]
    listed = [file["path"] for file in json.loads(written[0]["manifest.json"])["files"]]
    assert sorted(written[0]) == sorted([*listed, "manifest.json"])


MAKING = """
import datetime, itertools, sys
from pathlib import Path
from ccn_kb.publication.static_folder import first_addresses
from ccn_kb.publication.static_pages import PageMaker, StaticSettings
database, day, site, folder = sys.argv[1:]
settings = StaticSettings(Path(database), datetime.date.fromisoformat(day), site)
maker = PageMaker(settings, Path(folder))
for address in itertools.islice(first_addresses(settings.open()), 0, None, 12):
    maker.make(address)
"""


def test_a_page_has_the_same_bytes_whatever_the_hash_seed(edition: Path, run_program: Ccn, tmp_path: Path) -> None:
    result = run_program(sys.executable, "-c", MAKING, edition / "ccn.db", TODAY, URL, tmp_path, PYTHONHASHSEED="2027")
    assert (result.returncode, result.stderr) == (0, "")
    made = contents(tmp_path)
    assert {file: body for file, body in made.items() if (edition / file).read_bytes() != body} == {}
    assert {Path(file).suffix for file in made} > {".html", ".json", ".csv", ".xlsx", ".svg", ".png"}
    assert len(made) > 100


def test_a_page_is_that_of_the_server_but_for_its_links_and_its_script(edition: Path) -> None:
    live = Pages(edition / "ccn.db", DAY, URL)
    compared = 0
    for page in sorted(
        edition.rglob("index.html"), key=lambda page: sha256(str(page.relative_to(edition)).encode()).digest()
    ):
        file = page.relative_to(edition).as_posix()
        path = f"/{file.removesuffix('index.html')}".rstrip("/") or "/"
        plain = split_language(path)[1]
        if "=" in file or plain in ("/ccn", "/on") or plain.startswith("/embed"):
            continue
        response = live.respond(path if path not in ("/es", "/fr", "/ja") else f"{path}/", {})
        if response.location:
            continue
        wanted = MODULE.sub("", make_relative(response.body.decode(), file, URL, "/kb"))
        written = SCRIPT.sub("", page.read_text("utf-8"))
        if plain.startswith("/answers/"):
            wanted, written = (DATES.sub("", text) for text in (wanted, written))
        assert written == wanted, file
        compared += 1
        if compared == 100:
            break
    assert compared == 100


def test_the_edition_is_read_as_the_data_that_it_shows(edition: Path, ccn: Ccn, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "edition"), "zip", edition)
    for place in (edition, Path(packed)):
        assert sorted(ccn_kb.load(place).cities) == sorted(ccn_kb.load(MINI).cities)
        result = ccn("diff", place, MINI)
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("kind", ["files", "publication"])
def test_a_folder_of_another_kind_is_refused_and_left_alone(kind: str, ccn: Ccn, tmp_path: Path) -> None:
    target = tmp_path / "site"
    if kind == "files":
        target.mkdir()
        (target / "thesis.txt").write_text("mine")
    else:
        assert ccn("--data", MINI, "publish", target).returncode == 0
    before = contents(target)
    result = ccn("--data", MINI, "publish", target, "--static")
    assert result.returncode == 1
    assert "do not belong to the static edition" in result.stderr
    assert contents(target) == before


@pytest.mark.parametrize(
    "address", ["cities.example.org", "ftp://example.org", "https://exa mple.org", "https://example.org/?q=1"]
)
def test_an_address_of_nonsense_is_wrong_usage(address: str, ccn: Ccn, tmp_path: Path) -> None:
    result = ccn("--data", MINI, "publish", tmp_path / "site", "--static", "--url", address)
    assert (result.returncode, (tmp_path / "site").exists()) == (2, False)
    assert "is not an address of a site" in result.stderr


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL])
def test_an_edition_is_written_whole_or_not_at_all(kill: signal.Signals, tmp_path: Path) -> None:
    target = tmp_path / "site"
    command = [sys.executable, "-m", "ccn_kb", "--data", str(MINI), "publish", str(target), "--static"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    until = time.monotonic() + 120
    while not any(tmp_path.glob(".site.*/new/*/index.html")) and time.monotonic() < until:
        time.sleep(0.05)
    # A terminal interrupts all processes of a command.
    (os.killpg if kill == signal.SIGINT else os.kill)(process.pid, kill)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Traceback" not in err.decode()
    assert not target.exists()
    if kill == signal.SIGINT:
        assert process.returncode == 130
        assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_edition_before_as_it_was(edition: Path, run_program: Ccn, tmp_path: Path) -> None:
    # The database fits, and not all of the files.
    largest = max(path.stat().st_size for path in edition.rglob("*") if path.suffix == ".wasm")
    command = [sys.executable, "-m", "ccn_kb", "--data", MINI, "publish", "site", "--static"]
    script = f"trap '' XFSZ; ulimit -f {largest // 1024 - 1}; exec \"$@\""
    result = run_program("bash", "-c", script, "bash", *command)
    assert result.returncode == 1
    assert "site cannot be written: file too large; free space there, or choose another folder" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_address_is_the_file_that_the_folder_has() -> None:
    cases = {
        "/": "index.html",
        "/fr/": "fr/index.html",
        "/city/lyon-fr": "city/lyon-fr/index.html",
        "/city/lyon-fr.json": "city/lyon-fr.json",
        "/ja/city/lyon-fr.png": "city/lyon-fr.png"
        if not languages()["ja"].is_in_latin_script
        else "ja/city/lyon-fr.png",
        "/embed": "embed/index.html",
        "/ccn/sources/gazette-2013": "ccn/index.html",
        "/compare?country=FR": "compare/country=FR/index.html",
        "/compare?country=FR&country=DE": "compare/index.html",
        "/cities?on=2015": "cities/index.html",
    }
    assert {address: parse(address).file for address in cases} == cases
    assert (
        relative_link("/ccn/sources/a%2Fb", "fr/city/x/index.html") == "../../../ccn/index.html?table=sources&id=a%2Fb"
    )
    assert relative_link("/cities?on=2015#list", "index.html") == "cities/index.html?on=2015#list"


# -- in a browser --------------------------------------------------------------------------------------


def test_search_suggests_finds_and_forgives(real_reader: Reader) -> None:
    page = real_reader.open("")
    page.locator("#q-top").press_sequentially("sevil")
    page.wait_for_selector("ul.suggestions a")
    assert page.locator("ul.suggestions a").first.inner_text().startswith("Seville")
    page.locator("#q-top").fill("Kanazwa")
    page.locator("#q-top").press("Enter")
    assert real_reader.lead("Kanazawa") == "No results for “Kanazwa”. Did you mean Kanazawa, Japan?"
    page.locator("p.lead a").click()
    page.wait_for_selector("section.results a >> nth=0")
    page.locator("section.results a").first.click()
    page.wait_for_url("**/city/kanazawa-jp/")
    real_reader.open("es/search/?q=cer%C3%A1mica")
    assert "resultados para" in real_reader.lead("resultados")
    assert page.locator("section.results .count").first.inner_text() == "41"
    assert real_reader.complaints == []


def test_a_list_is_filtered_as_of_any_date(real_reader: Reader) -> None:
    page = real_reader.open("cities/?on=2015-05-28")
    assert real_reader.lead("69").startswith("69 cities match these filters, as of 28 May 2015.")
    assert page.locator("table.list tbody tr").count() == 69
    real_reader.open("cities/?on=2015-05-28&country=JP")
    assert real_reader.lead("match").startswith("6 cities")
    with page.expect_download() as download:
        page.locator(".takeaway a").click()
    rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert rows[0] == "id,name,country,country_name,field,field_name,since"
    assert len(rows) == 7
    real_reader.open("cities/?region=africa&q=music&on=2019-12-31")
    real_reader.lead("match")
    page.locator("form.cities select[name=field]").select_option("film")
    page.locator("form.cities button").click()
    page.wait_for_url("**field=film**")
    real_reader.lead("match")
    assert "Choose" not in real_reader.open("fr/cities/?on=2015&field=media-arts").locator("main").inner_text()
    assert "31 décembre 2015" in real_reader.lead("2015")
    assert "Lyon" in page.locator("table.list").inner_text()
    for wrong, words in (("2044", "is in the future"), ("abc", "is not a date"), ("2015-02-30", "is not a date")):
        real_reader.open(f"cities/?on={wrong}")
        assert words in real_reader.lead(wrong)
    assert real_reader.complaints == []


def test_filters_of_a_map_and_of_joint_projects_are_those_of_the_address(real_reader: Reader) -> None:
    page = real_reader.open("?field=film&on=2014-12-31")
    page.wait_for_function("() => document.querySelector('.map-count').textContent.includes('2014')")
    assert page.locator(".map-list li:visible").count() == 5
    assert page.locator(".map-count").inner_text() == "5 cities in 5 countries on 31 December 2014"
    real_reader.open("cooperation/?kind=mentoring")
    number = int(real_reader.lead("match").split()[0])
    assert page.locator("ul.works > li:visible").count() == number > 5
    assert real_reader.complaints == []


def test_groups_are_compared_side_by_side(real_reader: Reader) -> None:
    page = real_reader.open("compare/?country=FR&country=DE&field=film")
    assert "Germany" in real_reader.lead("Germany")
    assert page.locator("h1").inner_text() == "France · Germany · Film"
    assert page.locator(".multiples figure").count() == 3
    assert set(page.locator(".axis span:nth-child(2)").all_inner_texts()) == {"scale 0–30"}
    rows = page.locator("main .scroll").first.locator("tr")
    assert {row.locator("th, td").count() for row in rows.all()} == {4}
    page.locator("main .scroll a", has_text="Bradford").click()
    page.wait_for_url("**/city/bradford-gb/")
    # That page is not in this folder; its address is right.
    real_reader.complaints.clear()


def test_sql_runs_in_the_browser(real_reader: Reader) -> None:
    page = real_reader.open("ccn/?table=members_on&date=2015-05-28")
    page.wait_for_selector("#sql-result h2")
    assert page.locator("#sql-result h2").inner_text() == "69 rows"
    with page.expect_download() as download:
        page.locator("#sql-result a", has_text="CSV").click()
    assert len(download.value.path().read_text("utf-8").splitlines()) == 70
    page.locator("#sql-editor").fill("SELECT count(*) FROM citations; SELECT")
    page.locator("form.sql button").first.click()
    page.wait_for_function("() => document.querySelector('#sql-result h2')?.textContent === '1 row'")
    for sql, message in (
        ("SELEC 1", "syntax error"),
        ("DELETE FROM cities", "readonly"),
        ("SELECT * FROM nowhere", "no such table"),
    ):
        page.locator("#sql-editor").fill(sql)
        page.locator("form.sql button").first.click()
        page.wait_for_function(
            "words => document.querySelector('#sql-status').textContent.includes(words)", arg=message
        )
    page.locator("#sql-editor").fill(
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
    )
    page.locator("form.sql button").first.click()
    page.locator("#sql-stop").click()
    page.wait_for_function("() => document.querySelector('#sql-status').textContent === 'Stopped.'")
    real_reader.open("ccn/?table=sources&id=unesco-round-2023")
    page.wait_for_selector("#sql-result ul a")
    assert "rows in citations (source)" in page.locator("#sql-result").inner_text()
    real_reader.open("ccn/?table=citations")
    page.wait_for_selector("#sql-result h2")
    assert re.fullmatch(r"First 1,000 of \d,\d{3} rows", page.locator("#sql-result h2").inner_text())
    assert real_reader.complaints == []


def test_a_browser_without_webassembly_is_told_what_to_do(browser: Browser, real_folder: Path) -> None:
    with serving(real_folder) as address, contextlib.closing(browser.new_page()) as page:
        page.add_init_script("delete globalThis.WebAssembly")
        page.goto(f"{address}ccn/?table=members")
        page.wait_for_selector("#sql-status.message-error")
        assert "Download ccn.db" in page.locator("#sql-status").inner_text()


def test_any_date_leads_to_the_page_of_its_network(mini_reader: Reader) -> None:
    page = mini_reader.open("on/?date=2016-02")
    page.wait_for_url("**/on/2015-05-28/?date=2016-02")
    page.wait_for_selector("p.note[role=status]")
    assert page.locator("p.note[role=status]").inner_text().startswith("You asked for February 2016")
    mini_reader.open("fr/on/?date=2015")
    page.wait_for_url("**/fr/on/2015/")
    mini_reader.open("on/?date=1999")
    page.wait_for_url(re.compile(r"/on/\d{4}/\?date=1999$"))
    assert "no members yet" in page.locator("p.lead").inner_text()
    for wrong, words in (("2044", "is in the future"), ("1<b>", "is not a date")):
        mini_reader.open(f"on/?date={wrong}")
        page.wait_for_selector("p.note[role=status]")
        assert words in page.locator("p.note[role=status]").inner_text()
    assert mini_reader.complaints == []


def test_an_address_without_a_page_leads_on(mini_reader: Reader) -> None:
    page = mini_reader.open("city/kanazwa")
    page.wait_for_selector("main ul.plain a")
    assert "Kanazawa" in page.locator("main ul.plain").inner_text()
    mini_reader.open("fr/kanazawa")
    page.wait_for_selector("main ul.plain a")
    page.locator("main ul.plain a").first.click()
    page.wait_for_url("**/city/kanazawa-jp/")
    mini_reader.open("on/2016-02-29")
    page.wait_for_url("**/on/2015-05-28/?date=2016-02-29")
    # The browser itself complains of a page that is missing.
    mini_reader.complaints.clear()


def test_links_are_clean_where_the_host_has_folders_and_keep_the_query_in_other_languages(mini_reader: Reader) -> None:
    page = mini_reader.open("cities/?field=music")
    page.wait_for_function("() => !document.querySelector('nav a[href*=\"index.html\"]')")
    page.locator("ul.languages a", has_text="Français").click()
    page.wait_for_url("**/fr/cities/?field=music")
    assert mini_reader.lead("filtres")
    page.locator("nav a").first.click()
    assert "index.html" not in page.url
    assert mini_reader.complaints == []


@pytest.mark.parametrize(
    "path",
    ["", "search/?q=ceramics", "cities/?field=film&on=2016", "compare/?country=FR&country=DE", "ccn/?table=fields"],
)
def test_a_page_made_by_scripts_can_be_read_by_everyone(path: str, real_reader: Reader) -> None:
    page = real_reader.open(path)
    page.wait_for_timeout(500)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
    result = Axe().run(page, {"exclude": [".leaflet-marker-icon"]}, rules).response["violations"]
    assert [f"{rule['id']}: {node['html'][:200]}" for rule in result for node in rule["nodes"]] == []
    assert real_reader.complaints == []


def test_a_first_visit_is_small_and_loads_neither_search_nor_database(browser: Browser, real_folder: Path) -> None:
    with serving(real_folder) as address, contextlib.closing(browser.new_page()) as page:
        loaded: list[str] = []
        page.on("response", lambda response: loaded.append(response.url))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert not [url for url in loaded if re.search(r"search|sqlite|\.db|sql", url)]


# -- without a host, without scripts -----------------------------------------------------------------------


def test_a_folder_opens_without_a_host(browser: Browser, edition: Path) -> None:
    with contextlib.closing(browser.new_page()) as page:
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((edition / "index.html").as_uri())
        assert page.locator("img.picture:visible").count() == 1
        assert page.locator("img.picture:visible").evaluate("image => image.complete && image.naturalWidth > 0")
        assert not page.locator(".map-view").is_visible()
        page.locator("#q-top").fill("kanazawa")
        page.locator("#q-top").press("Enter")
        page.wait_for_selector("section.results a")
        page.locator("section.results a").first.click()
        page.wait_for_url("**/city/kanazawa-jp/index.html")
        page.locator("ul.languages a", has_text="Español").click()
        page.wait_for_url("**/es/city/kanazawa-jp/index.html")
        page.goto(f"{(edition / 'cities/index.html').as_uri()}?country=JP")
        page.wait_for_function("() => document.querySelector('p.lead').textContent.includes('match')")
        page.goto(f"{(edition / 'ccn/index.html').as_uri()}?table=members")
        page.wait_for_selector("#sql-status.message-error")
        assert "python3 -m http.server" in page.locator("#sql-status").inner_text()
        assert complaints == []


def test_a_page_reads_well_without_scripts(browser: Browser, edition: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    with contextlib.closing(context.new_page()) as page:
        page.goto((edition / "fr/index.html").as_uri())
        assert page.locator("img.picture:visible").count() == 1
        assert page.locator("form:visible").count() == 0
        page.goto((edition / "search/index.html").as_uri())
        assert "Search needs scripts here" in page.locator("main").inner_text()
        page.goto((edition / "ccn/index.html").as_uri())
        assert "Download ccn.db" in page.locator("main").inner_text()
    context.close()


def test_the_kinds_of_pages_are_all_in_the_edition(edition: Path) -> None:
    missing = [page.path for page in PAGES if not list(edition.glob(f"{page.path.strip('/') or '.'}/**/index.html"))]
    assert missing == []
