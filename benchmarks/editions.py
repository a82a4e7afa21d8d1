"""How long the static edition takes to write and how large it is: of the real network whole, and how its pages grow.

Run from the repository: .venv/bin/python -m benchmarks.editions
"""

from __future__ import annotations

import datetime
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from benchmarks.generate import generate
from benchmarks.measure import process, rounded
from benchmarks.report import Section, show
from ccn_kb import database, store
from ccn_kb.exports import manifest
from ccn_kb.publication import static_pages
from ccn_kb.publication.static_folder import first_addresses, shared_files
from ccn_kb.publication.static_pages import PageMaker, StaticSettings
from ccn_kb.site.documents import documents

NUMBERS = (400, 4_000)
HEADS = ("Work", "Time, s", "CPU time, s", "Files", "MB", "ms of CPU per file")


def measured(numbers: tuple[int, ...] = NUMBERS) -> Section:
    """Return time and size of the edition of the real data, and of the pages without pictures at each size."""
    with TemporaryDirectory() as folder:
        target = Path(folder) / "site"
        cost = process([sys.executable, "-m", "ccn_kb", "publish", target, "--static"])
        files, size = _content(target)
        rows = [_row("`ccn publish --static`, real data", cost.wall, cost.cpu, files, size)]
        short = [
            *("`ccn publish --static`, all languages", f"{rounded(cost.wall)} s, {size / 1e6:.0f} MB"),
            *("goal 300 s, 400 MB", ""),
        ]
        rows += [_pages_only(number, Path(folder) / str(number)) for number in numbers]
    note = (
        "The edition in all languages, by all cores. Below it, its pages without pictures in one process, for made-up "
        "networks: their time is that of one core."
    )
    return Section("Static edition", HEADS, rows, note, [short])


def _pages_only(number: int, folder: Path) -> list[str]:
    generate(number, folder / "data")
    read = store.read(folder / "data")
    file, target = folder / "ccn.db", folder / "site"
    database.build(read.network, file, documents(read.network, store.published_texts(read)))
    settings = StaticSettings(file, read.network.date or datetime.datetime.now().astimezone().date())
    wall, cpu = time.perf_counter(), time.process_time()
    pages = settings.open()
    for path, body in shared_files(settings, pages):
        manifest.write(target, path, body, is_synced=False)
    with patch.object(static_pages, "PICTURE_FORMATS", ()):
        maker = PageMaker(settings, target)
        for address in first_addresses(pages):
            maker.make(address)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return _row(f"pages without pictures, {number:,} cities", wall, cpu, *_content(target))


def _content(folder: Path) -> tuple[int, int]:
    """Return the number of files and their size in bytes."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def _row(name: str, wall: float, cpu: float, files: int, size: int) -> list[str]:
    return [name, rounded(wall), rounded(cpu), f"{files:,}", f"{size / 1e6:,.0f}", rounded(1000 * cpu / files)]


if __name__ == "__main__":
    show(measured())
