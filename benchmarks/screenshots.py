"""Pictures of each kind of page, to be looked at: `make screenshots`, or `python -m benchmarks.screenshots home city`.

Each page is taken at four widths, light and dark, and as it is printed; some also in the other languages.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from playwright.sync_api import Browser, Page, sync_playwright

Scheme: TypeAlias = Literal["light", "dark"]

PAGES = {
    "home": "/",
    "cities": "/cities?field=gastronomy&country=MX&on=2017-12-31",
    "city": "/city/kanazawa-jp",
    "city-changed": "/city/lyon-fr",
    "city-thin": "/city/bobo-dioulasso-bf",
    "countries": "/countries",
    "country": "/country/JP",
    "fields": "/fields",
    "field": "/field/film",
    "meetings": "/meetings",
    "meeting": "/meeting/2015-kanazawa-jp",
    "meeting-online": "/meeting/2021-online",
    "rounds": "/rounds",
    "round": "/round/2025",
    "on": "/on/2015-05-28",
    "on-empty": "/on/1999",
    "search": "/search?q=ceramics",
    "cooperation": "/cooperation",
    "cooperation-city": "/cooperation?city=edinburgh-gb",
    "compare": "/compare?country=FR&country=DE",
    "compare-empty": "/compare",
    "answers": "/answers",
    "firsts": "/answers/firsts",
    "countries-without": "/answers/countries-without-a-member",
    "largest-countries": "/answers/largest-countries",
    "largest-clusters": "/answers/largest-clusters",
    "on-this-day": "/answers/on-this-day?on=2025-10-31",
    "changes": "/changes",
    "non-members": "/non-members",
    "about": "/about",
    "data": "/data",
    "missing": "/city/kanasawa",
    "tables": "/ccn",
    "table": "/ccn/members?field=film",
    "row": "/ccn/cities/kanazawa-jp",
    "query": "/ccn/members_on?date=2015-05-28",
    "sql": "/ccn?sql=select+*+from+fields",
}
WIDTHS = (390, 768, 1280, 1920)
PAPER_WIDTH = 794
"""A sheet of A4 in pixels."""
TRANSLATED = ("fr", "es", "ja")
TRANSLATED_WIDTHS = (390, 1280)
TRANSLATED_PAGES = ("home", "city", "country", "field", "meeting", "round", "on", "cooperation", "firsts", "about")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]


class View(NamedTuple):
    """How a page is taken: its address and language, the width in pixels, the scheme, and whether it is printed."""

    name: str
    path: str
    language: str
    width: int
    scheme: Scheme
    is_printed: bool = False

    @property
    def file_name(self) -> str:
        language = f"{self.language}-" if self.language else ""
        return f"{self.name}-{language}{'print' if self.is_printed else f'{self.width}-{self.scheme}'}.png"


def views(only: list[str]) -> Iterator[View]:
    """Yield the views of all pages, or of those that are named."""
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for name, path in PAGES.items():
        if only and name not in only:
            continue
        for width, scheme in product(WIDTHS, schemes):
            yield View(name, path, "", width, scheme)
        yield View(name, path, "", PAPER_WIDTH, "light", is_printed=True)
        if name in TRANSLATED_PAGES:
            for language, width, scheme in product(TRANSLATED, TRANSLATED_WIDTHS, schemes):
                yield View(name, path, language, width, scheme)


def main(target: Path, only: list[str]) -> None:
    """Take the pictures of all pages, or of those that are named."""
    target.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "ccn_kb", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            assert server.stderr is not None
            address = next(word for line in server.stderr for word in line.split() if word.startswith("http"))
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            for view in views(only):
                take(browser, address.rstrip("/"), view, target)
            browser.close()
        finally:
            server.terminate()


def take(browser: Browser, address: str, view: View, target: Path) -> None:
    """Take the picture of a view, and print what is wider than the window."""
    page = browser.new_page(viewport={"width": view.width, "height": 900}, color_scheme=view.scheme)
    prefix = f"/{view.language}" if view.language else ""
    answer = page.goto(f"{address}{prefix}{view.path}", wait_until="networkidle")
    if answer is None or answer.status >= 500:
        raise RuntimeError(f"{view.path} broke")
    _scroll_through(page)
    if view.is_printed:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        page.evaluate(
            "async () => { for (const image of document.images) { image.loading = 'eager';"
            " while (!image.complete) await new Promise((done) => setTimeout(done, 50)); } }"
        )
    page.screenshot(path=target / view.file_name, full_page=True)
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if beyond > 0:
        print(f"{view.file_name}: {beyond} pixels too wide")  # noqa: T201
    page.close()


def _scroll_through(page: Page) -> None:
    # Maps and charts are drawn when they come near.
    page.evaluate(
        "async () => { for (const figure of document.querySelectorAll('figure.chart, .map-view')) {"
        " figure.scrollIntoView(); while (!figure.dataset.drawn) await new Promise((done) => setTimeout(done, 50)); }"
        " scrollTo(0, 0); }"
    )
    page.wait_for_timeout(300)


if __name__ == "__main__":
    main(Path("screenshots"), sys.argv[1:])
