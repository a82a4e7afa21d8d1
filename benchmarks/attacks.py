"""How long a reader waits for a page while others ask for the most expensive things there are, from one worker.

A reader requests a page ten times a second; meanwhile clients request the same thing again and again for a few seconds,
over the loopback. Run from the repository: .venv/bin/python -m benchmarks.attacks [name …]
"""

from __future__ import annotations

import asyncio
import datetime
import itertools
import multiprocessing
import random
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import quote, urlencode

from benchmarks.report import Section, show
from benchmarks.servers import publish, replica

SECONDS = 6
PAUSE = 0.1
PAGE = "/city/kanazawa-jp"
ENDLESS = "with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c"
FACETED = "name country region since latitude longitude population field"
FACETS = urlencode([("_facet", name) for name in FACETED.split()])
HEADS = (
    *("Attack", "Clients", "Responses per second", "Refused"),
    *("Reader's median, ms", "99th percentile, ms", "Maximum, ms"),
)
RANDOM = random.Random(1)


def words(number: int, length: int) -> str:
    """Return words that nothing is called."""
    return " ".join("".join(RANDOM.choices(string.ascii_lowercase, k=length)) for _ in range(number))


def day() -> str:
    """Return a day since the network began."""
    return str(datetime.date(2005, 1, 1) + datetime.timedelta(RANDOM.randrange(7600)))


class Attack(NamedTuple):
    """What is asked for: its name, how many clients ask, and the paths, each of which is another."""

    name: str
    clients: int
    path: Callable[[int], str]
    is_read: bool = True


ATTACKS = (
    Attack("none", 0, lambda _: ""),
    Attack("endless SQL", 30, lambda number: f"/ccn.json?{urlencode({'sql': ENDLESS, '_': number})}"),
    Attack("endless SQL", 200, lambda number: f"/ccn.json?{urlencode({'sql': ENDLESS, '_': number})}"),
    Attack("members as HTML", 50, lambda number: f"/ccn/members?_size=max&_r={number}"),
    Attack("citations as HTML", 50, lambda number: f"/ccn/citations?_size=max&_r={number}"),
    Attack("SQL as HTML", 50, lambda number: f"/ccn?{urlencode({'sql': f'select *, {number} from members'})}"),
    Attack("unknown addresses", 50, lambda _: f"/{quote(words(70, 6))}"),
    Attack("searches", 50, lambda _: f"/search?q={quote(words(14, 6))}"),
    Attack("lists of other days", 50, lambda _: f"/cities.json?on={day()}"),
    Attack("facets", 50, lambda number: f"/ccn/members.json?_size=max&_r={number}&{FACETS}"),
    Attack("streams of CSV", 50, lambda number: f"/ccn/citations.csv?_stream=on&_r={number}"),
    Attack("downloads", 50, lambda _: "/ccn.db"),
    Attack("downloads nobody reads", 100, lambda _: "/ccn.db", is_read=False),
)


@dataclass
class Outcome:
    """What happened to the reader, in milliseconds, and to the attackers, by status."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def attacked(port: int, number: int, seconds: float) -> Outcome:
    """Return how the reader fares during the attack of a number; the attackers are a process of their own."""
    results: multiprocessing.Queue[Counter[int]] = multiprocessing.Queue()
    attackers = multiprocessing.Process(target=_attack_all, args=(port, number, seconds, results))
    attackers.start()
    time.sleep(1)
    waits = asyncio.run(_read(port, seconds))
    outcome = Outcome(waits, results.get(timeout=60))
    attackers.join()
    return outcome


async def _read(port: int, seconds: float) -> list[float]:
    waits = []
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while (began := clock()) < end:
        status = await ask(port, PAGE)
        if status != 200:
            raise SystemExit(f"{PAGE} was answered with {status}")
        waits.append((clock() - began) * 1000)
        await asyncio.sleep(PAUSE)
    return waits


def _attack_all(port: int, number: int, seconds: float, results: multiprocessing.Queue[Counter[int]]) -> None:
    results.put(asyncio.run(_attack_for(port, ATTACKS[number], seconds + 1)))


async def _attack_for(port: int, attack: Attack, seconds: float) -> Counter[int]:
    statuses: Counter[int] = Counter()
    numbers = itertools.count()
    attackers = [asyncio.create_task(_attack(port, attack, numbers, statuses)) for _ in range(attack.clients)]
    await asyncio.sleep(seconds)
    for attacker in attackers:
        attacker.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)
    return statuses


async def _attack(port: int, attack: Attack, numbers: Iterator[int], statuses: Counter[int]) -> None:
    for number in numbers:
        try:
            statuses[await ask(port, attack.path(number), is_read=attack.is_read)] += 1
        except OSError:
            statuses[0] += 1


async def ask(port: int, path: str, *, is_read: bool = True) -> int:
    """Return the status of an answer, once it is read to its end; one that is not read is waited for without end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        status = int((await reader.readline()).split()[1])
        if not is_read:
            await asyncio.sleep(3600)
        while await reader.read(1 << 16):
            pass
        return status
    finally:
        writer.close()


def measured(names: list[str] | None = None, seconds: float = SECONDS) -> Section:
    """Return how the reader fares during each attack, or those of the names."""
    rows = []
    with TemporaryDirectory() as temporary:
        publication = publish(Path(temporary) / "site")
        for number, attack in enumerate(ATTACKS):
            if names and attack.name not in names:
                continue
            # Each has a server of its own: what one attack leaves behind does not slow down the next.
            with replica(publication) as port:
                rows.append(cells(attack, attacked(port, number, seconds), seconds + 1))
    note = f"One worker; the reader requests {PAGE} ten times a second for {seconds:g} seconds."
    return Section("Attacks", HEADS, rows, note, [])


def cells(attack: Attack, outcome: Outcome, seconds: float) -> list[str]:
    """Return a row about an attack."""
    answered = sum(number for status, number in outcome.statuses.items() if status != 503)
    waits = sorted(outcome.waits)
    return [
        attack.name,
        str(attack.clients),
        f"{answered / seconds:,.0f}",
        f"{outcome.statuses[503]:,}",
        f"{median(waits):.1f}",
        f"{waits[len(waits) * 99 // 100]:.0f}",
        f"{waits[-1]:.0f}",
    ]


if __name__ == "__main__":
    show(measured(sys.argv[1:]))
