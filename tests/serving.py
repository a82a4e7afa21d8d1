"""The site as readers and programs meet it: a real server over the real data, a real browser that calls nobody else."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, sync_playwright

from ccn_kb import database
from ccn_kb.network import Network
from ccn_kb.site.documents import documents
from ccn_kb.site.router import Pages
from tests.conftest import DATA, TODAY

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name leads anywhere: a page that calls a stranger reaches nobody. Routing each request of a page through the
    # test would do the same, and take a third of the time of a page, whose files are then never cached.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


# -- the pages in this process -----------------------------------------------------------------


def make_pages(network: Network, folder: Path, today: str = TODAY, site: str = "") -> Pages:
    """Return the pages of a network, from a database as `ccn build` writes it."""
    return Pages(build_database(network, folder, site), datetime.date.fromisoformat(today), site)


def build_database(network: Network, folder: Path, site: str = "") -> Path:
    """Build the database of a network as `ccn build` does, and return its path."""
    path = folder / "ccn.db"
    kinds = ("fields", "countries", "rounds", "meetings", "cooperations")
    names = (*(f"{kind}.yaml" for kind in kinds), *(f"cities/{id}.yaml" for id in network.cities))
    database.build(network, path, documents(network, dict.fromkeys(names, "{}\n"), site))
    return path


# -- the server --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A running server: its address without a slash at the end, a client for it, and what it has printed."""

    address: str
    client: httpx.Client
    printed: tuple[Path, Path]

    def get(self, path: str, status: int = 200) -> httpx.Response:
        response = self.client.get(path)
        assert response.status_code == status, f"{path}: {response.status_code} {response.text[:500]}"
        return response

    def rows(self, path: str) -> list[dict[str, Any]]:
        rows = self.get(f"{path}{'&' if '?' in path else '?'}_shape=array&_size=max").json()
        assert isinstance(rows, list)
        return rows

    def select(self, sql: str) -> list[dict[str, Any]]:
        return self.rows(f"/ccn.json?sql={quote(sql)}")

    def output(self) -> str:
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in self.printed)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`ccn serve` as a process, over the real data, on a free port of 127.0.0.1."""
    folder = tmp_path_factory.mktemp("site")
    out, err = folder / "out.txt", folder / "err.txt"
    command = [sys.executable, "-m", "ccn_kb", "--data", str(DATA), "serve", "--port", "0"]
    with out.open("wb") as to_out, err.open("wb") as to_err:
        environment = {**os.environ, "CCN_TODAY": TODAY}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=to_out, stderr=to_err)
    try:
        address = announced(process, err)
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            yield Site(address, client, (out, err))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def announced(process: subprocess.Popen[bytes], err: Path) -> str:
    """Return the address that the server prints when it listens."""
    for _ in range(600):
        match = re.search(r"http://127\.0\.0\.1:\d+(?=/ )", err.read_text(encoding="utf-8"))
        if match:
            return match[0]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {err.read_text(encoding='utf-8')}")


# -- the browser -------------------------------------------------------------------------------


class Visitor:
    """A reader at a browser that notes what the console complains of and whom a page calls."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.address = address
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.text_as_sent = ""
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.on("request", self._watch)
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_default_timeout(10_000)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith(f"{self.address}/"):
            self.strangers.append(request.url)

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def open(self, path: str, status: int | None = 200) -> Page:
        """Open a page; a page that is there has no complaints, and none calls anybody else."""
        self.text_as_sent = ""
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        assert status == response.status if status else response.status < 500, f"{path}: {response.status}"
        self.text_as_sent = response.text()
        self.check(complaints=response.ok)
        return self.page

    def follow(self, link: Locator) -> Page:
        """Click, wait for the page that it leads to, and check that too."""
        with self.page.expect_navigation() as leaving:
            link.click()
        assert leaving.value.ok
        self.check()
        return self.page

    def check(self, *, complaints: bool = True) -> None:
        assert self.strangers == []
        assert not complaints or self.complaints == []


def find_chromium() -> str:
    """Return the program of a browser; without one, the test fails."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("there is no browser to read the pages: install Debian's package chromium", pytrace=False)
    return program


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; no longer than this module, for it holds the thread's event loop."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def seated(browser: Browser, site: Site) -> Visitor:
    """The one reader of this module: opening a window takes longer than reading a page."""
    return Visitor(browser, site.address)


@pytest.fixture
def visitor(seated: Visitor) -> Visitor:
    """A reader who has forgotten what the last test saw."""
    seated.complaints.clear()
    seated.strangers.clear()
    return seated


def text_of(page: Page, selector: str) -> str:
    return page.locator(selector).first.inner_text().strip()


def hrefs(page: Page, selector: str) -> list[str]:
    addresses = page.eval_on_selector_all(selector, "links => links.map(link => link.getAttribute('href'))")
    return [str(address) for address in addresses]
