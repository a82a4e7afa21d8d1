"""CPU time of a picture that is made for the first time, as SVG and as PNG, of each kind of page that has one.

Run from the repository: .venv/bin/python -m benchmarks.pictures
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import ccn_kb
from benchmarks.measure import spread
from benchmarks.report import Section, show
from ccn_kb import database
from ccn_kb.site import world_map
from ccn_kb.site.documents import documents
from ccn_kb.site.pages.parts import SitePage
from ccn_kb.site.registration import PAGES
from ccn_kb.site.router import Pages

ROUNDS = 7
MOST_MS = {"svg": 100, "png": 500}
"""The goals in milliseconds."""
EXAMPLES = {
    "city": "kanazawa-jp",
    "country": "US",
    "field": "film",
    "meeting": "2015-kanazawa-jp",
    "round": "2025",
    "on": "2015-05-28",
}
HEADS = ("Picture of", "SVG, ms", "PNG, ms", "SVG, kB", "PNG, kB")


def measured(rounds: int = ROUNDS) -> Section:
    """Return the time of the picture of each kind of page, and whether the goals are met."""
    rows, slowest = [], dict.fromkeys(MOST_MS, 0.0)
    with TemporaryDirectory() as folder:
        network, path = ccn_kb.load(), Path(folder) / "ccn.db"
        database.build(network, path, documents(network, {}))
        pages = Pages(path)
        for page in PAGES:
            if page.model.to_picture is SitePage.to_picture:
                continue
            address = f"{page.path}/{EXAMPLES[page.name]}" if page.path_parameter else page.path
            stem = "/index" if address == "/" else address
            times, sizes = [], []
            for format in MOST_MS:
                taken = sorted(_first_time(pages, f"{stem}.{format}") for _ in range(rounds))
                slowest[format] = max(slowest[format], taken[len(taken) // 2])
                times.append(spread(taken))
                sizes.append(f"{len(pages.respond(f'{stem}.{format}', {}).body) / 1000:.0f}")
            rows.append([address, *times, *sizes])
    note = (
        f"The slowest takes {slowest['svg']:.0f} ms as SVG (the goal is {MOST_MS['svg']}) and {slowest['png']:.0f} ms"
        f" as PNG (the goal is {MOST_MS['png']}), the page itself included. Coasts are read and projected anew in"
        f" each of {rounds} rounds. The server makes a picture once and keeps it."
    )
    short = [
        ["slowest picture, SVG", f"{slowest['svg']:.0f} ms", "goal, 100 ms", f"{slowest['svg'] / 100:.2f}"],
        ["slowest picture, PNG", f"{slowest['png']:.0f} ms", "goal, 500 ms", f"{slowest['png'] / 500:.2f}"],
    ]
    return Section("Pictures", HEADS, rows, note, short)


def _first_time(pages: Pages, path: str) -> float:
    """Return the milliseconds of CPU time that a picture takes, with no coast in memory."""
    for name in vars(world_map).values():
        clear: Callable[[], None] | None = getattr(name, "cache_clear", None)
        if clear:
            clear()
    started = time.process_time()
    response = pages.respond(path, {})
    taken = (time.process_time() - started) * 1000
    if response.status != 200:
        raise RuntimeError(f"{path} is answered with {response.status}")
    return taken


if __name__ == "__main__":
    show(measured())
