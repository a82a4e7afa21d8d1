"""Requests per second and latency of each kind of page: from one worker, from two, and from nginx's cache.

In the same rounds, Datasette's own page of a hundred rows over the same database, and nginx with a file
that is as large as the page. Run from the repository: .venv/bin/python -m benchmarks.serving (needs nginx and wrk)
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.measure import STOCK_DATASETTE
from benchmarks.report import Section, show
from benchmarks.servers import CONNECTIONS, Nginx, Rate, get, load, publish, replica, require, running

ROUNDS = 3
SECONDS = 1
PAGES = (
    "/",
    "/cities",
    "/city/kanazawa-jp",
    "/country/JP",
    "/field/film",
    "/meeting/2015-kanazawa-jp",
    "/round/2025",
    "/on/2015-05-28",
    "/search?q=ceramics",
    "/cooperation",
    "/about",
    "/city/kanazawa-jp.json",
    "/cities.json",
)
STOCK_PAGE = "citations?_size=100"
STOCK, ONE, TWO, CACHE, FILE = "stock Datasette", "one worker", "two workers", "nginx's cache", "nginx, static file"
ANOTHER = "/on/…, a different day each time"
# Each round asks for other days than those before, so that each page is made anew.
DAYS_OF_A_ROUND = 2000
DAYS = """
local day = tonumber(os.getenv("FIRST"))
request = function()
  day = day + 1
  return wrk.format("GET", os.date("!/on/%Y-%m-%d", 1104537600 + day * 86400))
end
"""
LEAST = 1000
HEADS = ("Server", "Page", "kB", "Requests per second", "Median, ms", "99th percentile, ms")


class Row(NamedTuple):
    """A page from a server: its size as it is sent, and what each round found."""

    server: str
    page: str
    size: int
    rates: Sequence[Rate]

    @property
    def requests(self) -> float:
        return median(rate.requests for rate in self.rates)


class Asked(NamedTuple):
    """What is asked for: the server and the page as the table names them, the address, the size of the answer."""

    server: str
    page: str
    address: str
    size: int
    script: Path | None = None


def measured_rows(rounds: int = ROUNDS, seconds: int = SECONDS) -> list[Row]:
    """Return a row for each page from each server; all servers run meanwhile, and are asked in turn."""
    require("nginx", "wrk")
    with TemporaryDirectory() as temporary, ExitStack() as held:
        folder = Path(temporary)
        publication = publish(folder / "site")
        (database,) = publication.glob("ccn-*.db")
        stock = [sys.executable, "-c", STOCK_DATASETTE, "serve", "-i", str(database), "--port", "0"]
        theirs = held.enter_context(running(stock, folder))
        one_worker, two_workers = (held.enter_context(replica(publication, workers)) for workers in (1, 2))
        nginx = Nginx(folder / "nginx")
        nginx.configure(publication, two_workers)
        held.enter_context(nginx.started())
        asked = list(_asked({ONE: one_worker, TWO: two_workers, CACHE: nginx.port}, nginx))
        address = f"http://127.0.0.1:{theirs}/{database.stem}/{STOCK_PAGE}"
        asked.insert(0, Asked(STOCK, STOCK_PAGE, address, len(get(address))))
        measurements: list[list[Rate]] = [[] for _ in asked]
        for number in range(rounds):
            for rates, what in zip(measurements, asked, strict=True):
                rates.append(load(what.address, seconds, what.script, number * DAYS_OF_A_ROUND))
        return [Row(what.server, what.page, what.size, rates) for what, rates in zip(asked, measurements, strict=True)]


def _asked(ports: Mapping[str, int], nginx: Nginx) -> Iterator[Asked]:
    """Yield what is asked for; for nginx, the pages are laid down as files too."""
    days = nginx.folder / "days.lua"
    days.write_text(DAYS, encoding="utf-8")
    for number, page in enumerate(PAGES):
        body = get(f"http://127.0.0.1:{nginx.port}{page}")
        (nginx.folder / "files" / str(number)).write_bytes(body)
        for server, port in ports.items():
            yield Asked(server, page, f"http://127.0.0.1:{port}{page}", len(body))
        yield Asked(FILE, page, f"http://127.0.0.1:{nginx.files_port}/{number}", len(body))
    size = len(get(f"http://127.0.0.1:{nginx.port}/on/2015-05-28"))
    for server in (ONE, TWO):
        yield Asked(server, ANOTHER, f"http://127.0.0.1:{ports[server]}/", size, days)


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """Return the rows as text: what is found in the middle of the rounds, and the least and the most of them."""
    return [
        [
            row.server,
            row.page,
            f"{row.size / 1000:.1f}",
            _spread([rate.requests for rate in row.rates], "{:,.0f}"),
            _spread([rate.median for rate in row.rates], "{:.1f}"),
            _spread([rate.p99 for rate in row.rates], "{:.1f}"),
        ]
        for row in rows
    ]


def _spread(values: Sequence[float], form: str) -> str:
    return f"{form.format(median(values))} ({form.format(min(values))} to {form.format(max(values))})"


def least(rows: Sequence[Row], server: str) -> float:
    """Return the requests per second of a server's slowest page, of those that are cached."""
    return min(row.requests for row in rows if row.server == server and row.page != ANOTHER)


def ratios(rows: Sequence[Row], server: str, other: str) -> list[float]:
    """Return how many times as often a server answers as another for the same page, round by round, sorted."""
    pages = {(row.server, row.page): row.rates for row in rows}
    pairs = [zip(pages[server, page], pages[other, page], strict=True) for page in PAGES]
    return sorted(rate.requests / other.requests for pair in pairs for rate, other in pair)


def measured(rounds: int = ROUNDS, seconds: int = SECONDS) -> Section:
    """Return the rates of each kind of page, and whether the goals are met."""
    rows = measured_rows(rounds, seconds)
    slowest, cache = least(rows, ONE), ratios(rows, CACHE, FILE)
    stock = rows[0].requests
    met = "" if slowest >= LEAST else f" (the goal is {LEAST:,})"
    note = (
        f"One worker serves {slowest:,.0f} requests per second of the slowest cached page{met}; a day that was not"
        f" requested before is made anew. {rounds} rounds of {seconds} s over {CONNECTIONS} connections, with the"
        " lowest and the highest in brackets. The load generator shares the cores with the servers."
    )
    short = [
        [
            "slowest cached page, one worker",
            f"{slowest:,.0f} requests per second",
            f"table page of stock Datasette, {stock:,.0f}",
            f"{slowest / stock:,.0f}",
        ],
        [
            "slowest page, nginx's cache",
            f"{least(rows, CACHE):,.0f} requests per second",
            f"nginx with a static file of that size, {least(rows, FILE):,.0f}",
            f"{median(cache):.2f} ({cache[0]:.2f} to {cache[-1]:.2f}); goal 1",
        ],
    ]
    return Section("Serving", HEADS, cells(rows), note, short)


if __name__ == "__main__":
    show(measured())
