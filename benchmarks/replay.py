"""Loads each past round again from its announcement and prints how many lines were placed without asking.

Run from the repository: .venv/bin/python -m benchmarks.replay
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.replay import after_comma, replay, with_country, without_country

from ccn_kb.curate import gazetteer

DATA = Path(__file__).parents[1] / "data"
ROUNDS = (
    *((year, with_country, "name (country)") for year in (2015, 2017, 2019, 2021, 2023)),
    (2023, without_country, "name alone, as announced"),
    (2025, after_comma, "name, country"),
)


def main() -> None:
    """Print a Markdown table, a row for each round."""
    known = gazetteer.opened()
    rows = ["| round | written as | lines | placed without asking | wrongly | asked |", "|---|---|---|---|---|---|"]
    for year, line, form in ROUNDS:
        with TemporaryDirectory() as work:
            found = replay(DATA, Path(work), year, line, known)
        share = f"{found.right} ({100 * found.share:.1f} %)"
        rows.append(f"| {year} | {form} | {found.lines} | {share} | {len(found.wrong)} | {', '.join(found.asked)} |")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
