"""The time of a command from its start to its output, next to other programs with the same result.

Run from the repository: .venv/bin/python -m benchmarks.start
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.generate import DATA
from benchmarks.measure import STOCK_DATASETTE, Cost, Python, in_turn, installed, output, ratios, spread
from benchmarks.report import Section, show

ROUNDS = 15
CITIES = "SELECT id, name, country_name, since FROM members WHERE field = 'music' ORDER BY name"
CITY = """
SELECT c.id, c.name, k.name AS country, c.subdivision, c.latitude, c.longitude, c.geonames, c.wikidata,
  (SELECT group_concat(DISTINCT value) FROM names WHERE city = c.id) AS names,
  (SELECT group_concat(t.name) FROM city_topics o JOIN topics t ON t.id = o.topic WHERE o.city = c.id) AS topics,
  (SELECT group_concat(f.name) FROM designations d JOIN fields f ON f.id = d.field WHERE d.city = c.id) AS fields,
  (SELECT group_concat(w.title, '|') FROM cooperation_cities o JOIN cooperations w ON w.id = o.cooperation
     WHERE o.city = c.id) AS cooperation,
  (SELECT group_concat(DISTINCT url) FROM citations WHERE record_id = c.id OR record_id LIKE c.id || '/%'
     OR record_id IN (SELECT id FROM designations WHERE city = c.id)) AS sources
FROM cities c JOIN countries k ON k.id = c.country WHERE c.id = 'kanazawa-jp'
""".strip()


class Question(NamedTuple):
    """The arguments of `ccn`, and the SQL with the same result."""

    arguments: Sequence[str]
    sql: str

    def commands(self, python: Python, database: Path) -> dict[str, list[str]]:
        """Return the commands with that result."""
        address = f"/{database.stem}.json?{urlencode({'sql': self.sql, '_shape': 'array'})}"
        return {
            "ccn": [python.program("ccn"), *self.arguments],
            "ccn --data": [python.program("ccn"), "--data", str(DATA), *self.arguments],
            "sqlite-utils": [python.program("sqlite-utils"), "query", str(database), self.sql],
            "datasette": [python.program("python"), "-c", STOCK_DATASETTE, str(database), "--get", address],
        }


QUESTIONS = (
    Question(("cities", "--field", "music"), CITIES),
    Question(("city", "kanazawa-jp"), CITY),
)


def same(commands: Mapping[str, Sequence[str]], folder: Path) -> None:
    """Compare the results: each has every fact. Raises AssertionError."""
    rows = json.loads(output(commands["datasette"]))
    assert rows == json.loads(output(commands["sqlite-utils"]))
    printed = output(commands["ccn"], folder)
    assert printed == output(commands["ccn --data"])
    for row in rows:
        facts = [part for name, value in row.items() if value and name != "since" for part in parts(name, str(value))]
        missing = [fact for fact in facts if fact not in printed]
        assert not missing, missing
    if len(rows) > 1:
        assert len(rows) == len(printed.splitlines()) - 1


def parts(name: str, value: str) -> list[str]:
    """Return the items that a cell lists."""
    return value.split("|" if name == "cooperation" else ",") if name != "name" else [value]


def measured(rounds: int = ROUNDS) -> Section:
    """Return the time of each command."""
    with TemporaryDirectory() as folder:
        python = installed(Path(folder) / "python")
        database = Path(folder) / "ccn.db"
        output([python.program("ccn"), "build", "--output", database])
        bare = {
            "click": [python.program("python"), "-c", "import click"],
            "help": [python.program("ccn"), "--help"],
            "import": [python.program("python"), "-c", "import ccn_kb"],
        }
        asked = [question.commands(python, database) for question in QUESTIONS]
        for commands in asked:
            same(commands, Path(folder))
        # Away from the checkout, whose data folder would be read there.
        started = in_turn(bare, rounds, Path(folder))
        answered = [in_turn(commands, rounds, Path(folder)) for commands in asked]
    click = "`import click`"
    rows = [
        line(click, started["click"]),
        line("`ccn --help`", started["help"], (click, started["click"])),
        line("`import ccn_kb`", started["import"], (click, started["click"])),
    ]
    short = [brief("`ccn --help`", started["help"], click, started["click"], "1.4")]
    for question, costs in zip(QUESTIONS, answered, strict=True):
        name = f"`ccn {' '.join(question.arguments)}`"
        others = {"`sqlite-utils query`": costs["sqlite-utils"], "`datasette --get`": costs["datasette"]}
        rows += [line(name, costs["ccn"], other) for other in others.items()]
        rows += [line(f"{name}, data folder", costs["ccn --data"], other) for other in others.items()]
        rows += [line(f"{other}, same result as {name}", cost) for other, cost in others.items()]
        short.append(brief(name, costs["ccn"], "`datasette --get`", costs["datasette"], "0.5"))
    note = (
        f"{rounds} rounds. `ccn` reads the network of the package from one JSON file, or that of a data folder from "
        "its YAML files; the other programs query a database that `ccn build` wrote."
    )
    heads = ("Process", "Wall time, s", "CPU time, s", "Compared with", "Ratio")
    return Section("Start: from the call to the output", heads, rows, note, short)


def line(name: str, costs: Sequence[Cost], compared: tuple[str, Sequence[Cost]] | None = None) -> list[str]:
    """Return a row of the table."""
    figures = [spread([cost.wall for cost in costs]), spread([cost.cpu for cost in costs])]
    other = [compared[0], spread(ratios(costs, compared[1]))] if compared else ["", ""]
    return [name, *figures, *other]


def brief(name: str, costs: Sequence[Cost], other: str, others: Sequence[Cost], goal: str) -> list[str]:
    """Return a row of the short table."""
    time, other_time = (spread([cost.wall for cost in each], 1000, " ms") for each in (costs, others))
    return [name, time, f"{other}, {other_time}", f"{spread(ratios(costs, others))}; goal {goal}"]


if __name__ == "__main__":
    show(measured(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
