"""Ten million events joined with the members as of each event's day, by the SQL of docs/beyond-one-machine.md.

Run from the repository: .venv/bin/python -m benchmarks.events (needs the dependency group bench; Java for Spark)
"""

from __future__ import annotations

import datetime
import re
import shutil
import time
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import duckdb

import ccn_kb
from benchmarks.report import Section, show
from ccn_kb.exports import export_folder as folder
from ccn_kb.network import Network

Counted: TypeAlias = "list[tuple[int, str, int]]"

PAGE = Path(__file__).parents[1] / "docs" / "beyond-one-machine.md"
EVENTS = 10_000_000
SAMPLE = 1_000
MAKE = """
COPY (
  WITH places AS (
    SELECT id AS city, row_number() OVER (ORDER BY id) - 1 AS place FROM 'exports/parquet/cities.parquet'),
  numbers AS (
    SELECT i AS id, CAST(hash(i, 'city') % {cities} AS BIGINT) AS place,
           DATE '2004-01-01' + CAST(hash(i, 'day') % 8000 AS INTEGER) AS day
    FROM range({events}) AS all_numbers(i))
  SELECT id, city, day FROM numbers JOIN places USING (place) ORDER BY id
) TO 'events.parquet'
"""


def statements() -> tuple[str, str]:
    """Return the SQL of the page: for DuckDB, and for Spark."""
    first, second = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return first, second


def make(network: Network, events: int) -> None:
    """Write the export and the events into the current folder."""
    today = datetime.datetime.now(datetime.UTC).date()
    folder.export(network, Path("exports"), formats=["parquet"], today=today)
    duckdb.execute(MAKE.format(events=events, cities=len(network.cities)))


def in_duckdb() -> Counted:
    """Return the events by year and field."""
    return duckdb.execute(statements()[0]).fetchall()


def check(network: Network) -> None:
    """Compare the join, event by event, with what the network says of the city on that day."""
    joined = statements()[0].replace("year(e.day) AS year, d.field, count(*) AS events", "e.id")
    joined = joined.partition("GROUP BY")[0] + f"WHERE e.id < {SAMPLE}"
    members = {id for (id,) in duckdb.execute(joined).fetchall()}
    for id, city, day in duckdb.execute(f"SELECT id, city, day FROM 'events.parquet' WHERE id < {SAMPLE}").fetchall():
        assert network.was_member(city, day.isoformat()) == (id in members), (city, day)


def timed(run: Callable[[], Counted]) -> tuple[float, Counted]:
    """Return the seconds that something takes, and what it returns."""
    began = time.monotonic()
    result = run()
    return time.monotonic() - began, result


def measured() -> Section:
    """Return what each engine takes. Raises AssertionError if an answer is not what the network says."""
    network = ccn_kb.load()
    with TemporaryDirectory() as work, chdir(work):
        make(network, EVENTS)
        check(network)
        seconds, counts = timed(in_duckdb)
        rows = [[f"DuckDB {duckdb.__version__}", f"{EVENTS:,}", f"{seconds:.1f}"]]
        note = "Spark SQL was not measured: Java is not installed."
        if shutil.which("java"):
            version, start, first, again, other = in_spark()
            rows.append([f"Spark SQL {version}, first query", f"{EVENTS:,}", f"{first:.1f}"])
            rows.append([f"Spark SQL {version}, second query", f"{EVENTS:,}", f"{again:.1f}"])
            assert counts == other
            note = f"Both return the same {len(counts)} rows; Spark took {start:.1f} seconds to start."
    return Section("Events joined with the members on their date", ("Engine", "Events", "Seconds"), rows, note, ())


def in_spark() -> tuple[str, float, float, float, Counted]:
    """Return Spark's version, the seconds to start, to answer first and again, and the events by year and field."""
    from pyspark.sql import SparkSession

    began = time.monotonic()
    quiet: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": False,
        "spark.ui.showConsoleProgress": False,
        "spark.log.level": "ERROR",
    }
    spark = SparkSession.builder.master("local[*]").config(map=quiet).getOrCreate()
    start = time.monotonic() - began

    def ask() -> Counted:
        return [tuple(row) for row in spark.sql(statements()[1]).collect()]

    try:
        first, _ = timed(ask)
        again, counts = timed(ask)
        return spark.version, start, first, again, counts
    finally:
        spark.stop()


if __name__ == "__main__":
    show(measured())
