"""How long a command takes from its start to its answer, beside other programs that give the same answer.

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
from benchmarks.measure import Cost, Python, in_turn, installed, output, ratios, spread
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
    """A question as `ccn` is asked, and the SQL that gives the same answer."""

    arguments: Sequence[str]
    sql: str

    def commands(self, python: Python, database: Path) -> dict[str, list[str]]:
        """Return the programs that answer it."""
        address = f"/{database.stem}.json?{urlencode({'sql': self.sql, '_shape': 'array'})}"
        return {
            "ccn": [python.program("ccn"), *self.arguments],
            "ccn --data": [python.program("ccn"), "--data", str(DATA), *self.arguments],
            "sqlite-utils": [python.program("sqlite-utils"), "query", str(database), self.sql],
            "datasette": [python.program("datasette"), str(database), "--get", address],
        }


QUESTIONS = (
    Question(("cities", "--field", "music"), CITIES),
    Question(("city", "kanazawa-jp"), CITY),
)


def same(commands: Mapping[str, Sequence[str]], folder: Path) -> None:
    """Compare the answers: each says every fact. Raises AssertionError."""
    rows = json.loads(output(commands["datasette"]))
    assert rows == json.loads(output(commands["sqlite-utils"]))
    said = output(commands["ccn"], folder)
    assert said == output(commands["ccn --data"])
    for row in rows:
        facts = [one for name, value in row.items() if value and name != "since" for one in parts(name, str(value))]
        missing = [fact for fact in facts if fact not in said]
        assert not missing, missing
    if len(rows) > 1:
        assert len(rows) == len(said.splitlines()) - 1


def parts(name: str, value: str) -> list[str]:
    """Return what a cell lists."""
    return value.split("|" if name == "cooperation" else ",") if name != "name" else [value]


def measured(rounds: int = ROUNDS) -> Section:
    """Return what each command takes."""
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
        rows += [line("the same, of a data folder", costs["ccn --data"], other) for other in others.items()]
        rows += [line(f"{other}, the same answer", cost) for other, cost in others.items()]
        short.append(brief(name, costs["ccn"], "`datasette --get`", costs["datasette"], "0.5"))
    note = (
        f"{rounds} rounds. `ccn` reads and joins the network of the package, from one JSON file, or that of a data "
        "folder, from its YAML files; the others have a database that `ccn build` made."
    )
    heads = ("Process", "Seconds", "Processor's seconds", "Beside", "Times as much")
    return Section("Start: from the call to the answer", heads, rows, note, short)


def line(name: str, costs: Sequence[Cost], beside: tuple[str, Sequence[Cost]] | None = None) -> list[str]:
    """Return a row of the table."""
    figures = [spread([one.wall for one in costs]), spread([one.cpu for one in costs])]
    other = [beside[0], spread(ratios(costs, beside[1]))] if beside else ["", ""]
    return [name, *figures, *other]


def brief(name: str, costs: Sequence[Cost], other: str, others: Sequence[Cost], goal: str) -> list[str]:
    """Return a row of the short table."""
    taken, beside = (spread([one.wall for one in each], 1000, " ms") for each in (costs, others))
    return [name, taken, f"{other}, {beside}", f"{spread(ratios(costs, others))}; goal {goal}"]


if __name__ == "__main__":
    show(measured(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
