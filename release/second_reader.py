"""Facts drawn at random for a second reader, and the error rate that the reader's verdicts give.

`python -m release.second_reader draw --facts 100 --seed 2026 > sheet.csv` writes a sheet with an empty verdict for each
fact. The reader opens the addresses, and writes whether a page confirms the fact, contradicts it, or cannot be found or
says nothing of it. `python -m release.second_reader rate sheet.csv` prints the error rate of the filled sheet.
"""

from __future__ import annotations

import csv
import math
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import click

from ccn_kb import audit
from ccn_kb.checks.references import citing
from ccn_kb.model.citation import source_id
from ccn_kb.model.records import (
    Cooperation,
    Coordinator,
    Designation,
    End,
    Meeting,
    MonitoringReport,
    OfficialDocument,
    Population,
    Record,
    Round,
    Rule,
    Statement,
    Total,
)
from ccn_kb.network.network import Network

VERDICTS = ("confirmed", "contradicted", "not findable")
READABLE: dict[type[Record], tuple[str, ...]] = {
    Designation: ("field", "since"),
    End: ("date", "reason"),
    Statement: ("value",),
    Population: ("value",),
    MonitoringReport: ("year",),
    Round: ("announced", "new", "members", "countries", "first_time"),
    Coordinator: ("city", "since", "stated"),
    OfficialDocument: ("date", "deadline", "per_country", "applications"),
    Rule: ("years",),
    Total: ("members", "countries"),
    Meeting: ("ordinal", "starts", "ends", "hosts", "theme", "status"),
    Cooperation: ("field", "starts", "ends", "cities"),
}
"""What can be read in a page: not ids, nor titles and kinds in our own words."""
TAKEN_BY_PROGRAM = {"geonames"}
"""Sources that no one read: their values were taken from a file, and can be compared with it."""
NORMAL_95 = 1.959964
"""Standard deviations on both sides of the mean with 95 % of a normal distribution between them."""


class UnfilledError(Exception):
    """The sheet cannot be counted; the message says which line is why."""


@dataclass(frozen=True)
class Fact:
    """One line of the sheet: a value with its sources, and what the reader says of it."""

    number: int
    record: str
    path: str
    value: str
    sources: str
    addresses: str
    verdict: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class ErrorRate:
    """The verdicts of a sheet, counted."""

    confirmed: int
    contradicted: int
    not_findable: int

    @property
    def read(self) -> int:
        """The number of facts on which a page says something."""
        return self.confirmed + self.contradicted

    @property
    def share(self) -> float:
        """The share of contradicted facts among those on which a page says something."""
        return self.contradicted / self.read

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share (Wilson)."""
        return wilson(self.contradicted, self.read)

    def __str__(self) -> str:
        low, high = self.interval
        return (
            f"{self.confirmed} confirmed, {self.contradicted} contradicted, {self.not_findable} not findable: "
            f"{self.share:.1%} of {self.read} wrong (95 % interval {low:.1%} to {high:.1%})"
        )


def wilson(errors: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Wilson's formula, which also holds for few errors or none."""
    square = NORMAL_95**2
    middle = (errors + square / 2) / (total + square)
    spread = NORMAL_95 / (total + square) * math.sqrt(errors * (total - errors) / total + square / 4)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def draw(network: Network, number: int, seed: int) -> list[Fact]:
    """Return that many facts, each as likely as any other; the same for the same seed and data."""
    drawn = random.Random(seed).sample(sorted(_facts(network)), number)
    return [Fact(line, *fact) for line, fact in enumerate(drawn, 1)]


def _facts(network: Network) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield record, path, value, sources and addresses of every fact that someone read in a page."""
    for kind, id, record in citing(network):
        for path, part in record.nested_records():
            sources = vars(part).get("sources", ())
            if {source_id(source) for source in sources} <= TAKEN_BY_PROGRAM:
                continue
            for name in READABLE.get(type(part), ()):
                if value := vars(part)[name]:
                    addresses = " ".join(network.cited_url(source) for source in sources)
                    yield f"{kind} {id}", " ".join(map(str, (*path, name))), _text(value), " ".join(sources), addresses


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Record):
        return " ".join(str(part) for part in vars(value).values() if part)
    return str(value)


def read_sheet(lines: Iterable[str]) -> list[Fact]:
    """Return the lines of a sheet."""
    return [Fact(int(row.pop("number")), **row) for row in csv.DictReader(lines)]


def rate(facts: Iterable[Fact]) -> ErrorRate:
    """Return the error rate of a filled sheet. Raises UnfilledError where a verdict is missing or none of the three."""
    verdicts: Counter[str] = Counter()
    for fact in facts:
        if fact.verdict not in VERDICTS:
            raise UnfilledError(f"fact {fact.number}: write {', '.join(VERDICTS[:2])} or {VERDICTS[2]}")
        if fact.verdict == "contradicted" and not fact.evidence:
            raise UnfilledError(f"fact {fact.number}: write as evidence what the page says, and its address")
        verdicts[fact.verdict] += 1
    if not verdicts["confirmed"] + verdicts["contradicted"]:
        raise UnfilledError("no page says anything of these facts: there is no rate")
    return ErrorRate(*(verdicts[verdict] for verdict in VERDICTS))


@click.group(help="Draw facts for a second reader, and count the verdicts.")
def main() -> None:
    """Run one of the two commands."""


@main.command("draw", help="Print a sheet (CSV) of facts drawn at random.")
@click.option("--facts", default=100, show_default=True, help="Number of facts.")
@click.option(
    "--seed", required=True, type=int, help="Number from which they are drawn: the same seed, the same facts."
)
@click.option("--data", default="data", show_default=True, type=click.Path(path_type=Path), help="Data folder.")
def draw_command(facts: int, seed: int, data: Path) -> None:
    """Print the sheet."""
    sheet = csv.DictWriter(sys.stdout, [column.name for column in fields(Fact)], lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(asdict(fact) for fact in draw(audit.load(data), facts, seed))


@main.command("rate", help="Print the error rate of a filled sheet.")
@click.argument("sheet", type=click.Path(path_type=Path))
def rate_command(sheet: Path) -> None:
    """Print the rate."""
    try:
        with sheet.open(encoding="utf-8", newline="") as lines:
            click.echo(rate(read_sheet(lines)))
    except UnfilledError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
