"""Pictures of each kind of page at three widths, to be looked at: `make screenshots`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PAGES = {
    "home": "/",
    "cities": "/cities?field=gastronomy&country=MX&on=2017-12-31",
    "city": "/city/kanazawa-jp",
    "city-changed": "/city/lyon-fr",
    "countries": "/countries",
    "country": "/country/JP",
    "fields": "/fields",
    "field": "/field/film",
    "meetings": "/meetings",
    "meeting": "/meeting/2015-kanazawa-jp",
    "rounds": "/rounds",
    "round": "/round/2025",
    "on": "/on/2015-05-28",
    "on-empty": "/on/1999",
    "search": "/search?q=ceramics",
    "cooperation": "/cooperation",
    "about": "/about",
    "data": "/data",
    "missing": "/city/kanasawa",
    "tables": "/ccn",
    "table": "/ccn/members?field=film",
    "row": "/ccn/cities/kanazawa-jp",
    "query": "/ccn/members_on?date=2015-05-28",
    "sql": "/ccn?sql=select+*+from+fields",
}
WIDTHS = (390, 1280, 1920)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run"]


def main(target: Path, only: list[str]) -> None:
    """Take the pictures of all pages, or of those that are named."""
    target.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "ccn_kb", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            assert server.stderr is not None
            address = next(word for line in server.stderr for word in line.split() if word.startswith("http"))
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": 900})
                for name, path in PAGES.items():
                    if only and name not in only:
                        continue
                    answer = page.goto(f"{address.rstrip('/')}{path}", wait_until="networkidle")
                    if answer is None or answer.status >= 500:
                        raise RuntimeError(f"{path} broke")
                    _scroll_through(page)
                    page.screenshot(path=target / f"{name}-{width}.png", full_page=True)
                    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if beyond > 0:
                        print(f"{name} at {width}: {beyond} pixels too wide")  # noqa: T201
                page.close()
            browser.close()
        finally:
            server.terminate()


def _scroll_through(page: Page) -> None:
    # Maps and charts are drawn when they come near.
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += 500) {"
        " scrollTo(0, y); await new Promise((done) => setTimeout(done, 40)); } scrollTo(0, 0); }"
    )
    page.wait_for_function(
        "() => [...document.querySelectorAll('figure.chart, .map-view')].every((one) => one.dataset.drawn)"
    )
    page.wait_for_timeout(300)


if __name__ == "__main__":
    main(Path("screenshots"), sys.argv[1:])
