"""The database is replaced by a newer one under load: no request may fail, and no page may be mixed of two editions.

Two workers serve a publication behind nginx; visitors read a page, what belongs to it, and other cities, over and over.
Amid this another publication is started, nginx is given its configuration, and the first is stopped. A visit is what a
browser reads over one connection: a page, its facts as JSON, its data and all its assets. All of it has to be of one
edition. Where nginx closes a connection, the visit begins anew. Run from the repository:
.venv/bin/python -m benchmarks.swap (needs nginx)
"""

from __future__ import annotations

import gzip
import http.client
import json
import random
import re
import shutil
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.servers import Nginx, get, publish, replica, require
from ccn_kb.version import VERSION_FILE, default_folder, make_version, split_version, version_of

SECONDS = 60
VISITORS = 6
CITY = "kanazawa-jp"
FACT = "Capital of Ishikawa Prefecture."
NEW_FACT = "Capital of Ishikawa Prefecture, said anew."
VERSION = re.compile(r"Data version (\S+) \(")


class FailedError(Exception):
    """A request failed, or a page was mixed; the message says which."""


class ClosedError(Exception):
    """The connection was closed between two requests, as it may be at any time."""


class Edition(NamedTuple):
    """What tells an edition from the other: its version, a fact that only it has, and its static files."""

    version: str
    fact: str
    static: Path


@dataclass
class Found:
    """What the visitors found."""

    visits: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    again: int = 0
    back: int = 0
    failures: list[str] = field(default_factory=list)
    seconds: float = 0


class Visitor(threading.Thread):
    """Reads until it is told to stop; every second one cannot unpack."""

    def __init__(
        self, number: int, port: int, editions: dict[str, Edition], cities: list[str], over: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.found = Found()
        self._number, self._port, self._editions, self._cities, self._over = number, port, editions, cities, over
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._random = random.Random(number)

    def run(self) -> None:
        """Visit until the time is over; what fails is noted, and is not tried again."""
        last = ""
        while not self._over.is_set():
            try:
                version = self._visit()
            except ClosedError:
                self.found.again += 1
                self._connection.close()
            except (FailedError, OSError, http.client.HTTPException) as error:
                self.found.failures.append(f"{type(error).__name__}: {error}")
                self._connection.close()
            else:
                self.found.visits[version] += 1
                self.found.back += version < last
                last = version

    def _visit(self) -> str:
        """Read a page and all that belongs to it, and return its version. Raises FailedError and ClosedError."""
        page = self._get(f"/city/{CITY}").decode()
        version: str = VERSION.findall(page)[0]
        here = self._editions[version]
        parts = {
            "the page": here.fact in page,
            "its JSON": here.fact in [fact["value"] for fact in json.loads(self._get(f"/city/{CITY}.json"))["facts"]],
            "its data": here.fact in self._get(f"/data/cities/{CITY}.yaml").decode(),
            "its citation": version in self._get(f"/city/{CITY}/cite.txt").decode(),
        }
        for address in sorted(set(re.findall(r'"(/assets/[^"?]+\?\w+)"', page))):
            name = address.removeprefix("/assets/").partition("?")[0]
            parts[address] = self._get(address) == (here.static / name).read_bytes()
        for city in self._random.sample(self._cities, 3):
            parts[f"the page of {city}"] = VERSION.findall(self._get(f"/city/{city}").decode()) == [version]
        if other := [part for part, same in parts.items() if not same]:
            raise FailedError(f"mixed: the page is of {version}, and not so {', '.join(other)}")
        return version

    def _get(self, path: str) -> bytes:
        fresh = self._connection.sock is None
        try:
            self._connection.request("GET", path, headers={"Accept-Encoding": "gzip"} if self._number % 2 else {})
            answer = self._connection.getresponse()
        except (ConnectionError, http.client.RemoteDisconnected):
            if fresh:
                raise
            raise ClosedError from None
        body = answer.read()
        self.found.requests += 1
        if answer.status != 200:
            raise FailedError(f"{path}: {answer.status}")
        body = gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body
        if self._connection.sock is None:
            raise ClosedError
        return body


def newer(folder: Path) -> Path:
    """Return a copy of the data of the next day, with a fact said anew."""
    data = Path(shutil.copytree(default_folder(), folder))
    schema, day = split_version(version_of(data))
    (data / VERSION_FILE).write_text(f"{make_version(schema, day.replace(year=day.year + 1))}\n", encoding="utf-8")
    city = data / "cities" / f"{CITY}.yaml"
    text = city.read_text(encoding="utf-8")
    assert text.count(FACT) == 1
    city.write_text(text.replace(FACT, f"'{NEW_FACT}'"), encoding="utf-8")
    return data


def known(publication: Path, fact: str) -> Edition:
    """Return what tells the edition of a publication."""
    version = json.loads((publication / "manifest.json").read_bytes())["version"]
    return Edition(version, fact, publication / "ccn_kb" / "site" / "static")


def swapped(seconds: int = SECONDS) -> Found:
    """Replace the database amid the seconds, and return what the visitors found."""
    require("nginx")
    with TemporaryDirectory() as temporary, ExitStack() as held:
        folder = Path(temporary)
        old, new = publish(folder / "old"), publish(folder / "new", newer(folder / "data"))
        with (new / "ccn_kb" / "site" / "static" / "ccn.css").open("a", encoding="utf-8") as style:
            style.write("/* of the new edition */\n")
        editions = {edition.version: edition for edition in (known(old, FACT), known(new, NEW_FACT))}
        cities = sorted(path.stem for path in (folder / "data" / "cities").glob("*.yaml"))
        cities = [
            city for city in cities if "moved:" not in (folder / "data/cities" / f"{city}.yaml").read_text("utf-8")
        ]
        first = held.enter_context(ExitStack())
        nginx = Nginx(folder / "nginx")
        nginx.configure(old, first.enter_context(replica(old, 2)))
        held.enter_context(nginx.started())
        site = f"http://127.0.0.1:{nginx.port}"
        (style_of_old,) = re.findall(r'"(/assets/ccn\.css\?\w+)"', gzip.decompress(get(f"{site}/")).decode())

        over, began = threading.Event(), time.monotonic()
        visitors = [Visitor(number, nginx.port, editions, cities, over) for number in range(VISITORS)]
        for visitor in visitors:
            visitor.start()
        time.sleep(seconds / 3)
        nginx.configure(new, held.enter_context(replica(new, 2)))
        leaving = nginx.reload()
        while leaving & nginx.processes():
            time.sleep(0.05)
        first.close()
        time.sleep(max(seconds / 3, began + seconds - time.monotonic()))
        over.set()
        for visitor in visitors:
            visitor.join()
        tally = together([visitor.found for visitor in visitors])
        tally.seconds = time.monotonic() - began
        kept = gzip.decompress(get(site + style_of_old))
        if kept != (old / "ccn_kb/site/static/ccn.css").read_bytes():
            tally.failures.append("an asset of the old edition is no longer found")
        if set(tally.visits) != set(editions):
            tally.failures.append(f"visited were only {', '.join(tally.visits) or 'none'} of {', '.join(editions)}")
        return tally


def together(each: list[Found]) -> Found:
    """Return what all of them found."""
    return Found(
        sum((tally.visits for tally in each), Counter()),
        sum(tally.requests for tally in each),
        sum(tally.again for tally in each),
        sum(tally.back for tally in each),
        [failure for tally in each for failure in tally.failures],
    )


def main() -> None:
    """Print what was found in a sentence, and exit with 1 if a request failed or a page was mixed."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    tally = swapped(seconds)
    visits = " and then ".join(f"{number:,} of {version}" for version, number in sorted(tally.visits.items()))
    sys.stdout.write(
        f"In {tally.seconds:.0f} seconds {tally.requests:,} requests, {len(tally.failures)} failed or mixed;"
        f" visits: {visits}; {tally.again} begun again on a new connection, {tally.back} saw the old edition after"
        f" the new one.\n"
    )
    if tally.failures:
        raise SystemExit("\n".join(tally.failures[:20]))


if __name__ == "__main__":
    main()
