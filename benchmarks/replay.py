"""Loads each past round again from its announcement and prints how many lines were placed without a prompt.

Run from the repository: .venv/bin/python -m benchmarks.replay
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.replay import after_comma, replay, with_country, without_country

from benchmarks.report import Section, show
from ccn_kb.curate import gazetteer

DATA = Path(__file__).parents[1] / "data"
ROUNDS = (
    *((year, with_country, "name (country)") for year in (2015, 2017, 2019, 2021, 2023)),
    (2023, without_country, "name alone, as announced"),
    (2025, after_comma, "name, country"),
)


def measured() -> Section:
    """Return a row for each round."""
    known = gazetteer.open_gazetteer()
    rows = []
    for year, line, form in ROUNDS:
        with TemporaryDirectory() as work:
            result = replay(DATA, Path(work), year, line, known)
        share = f"{result.right} ({100 * result.share:.1f} %)"
        rows.append([str(year), form, str(result.lines), share, str(len(result.wrong)), ", ".join(result.asked)])
    heads = ("Round", "Form of the lines", "Lines", "Placed without a prompt", "Placed wrongly", "Prompted")
    note = "Each past round was removed and loaded again from its announcement."
    return Section("Rounds loaded again", heads, rows, note, ())


if __name__ == "__main__":
    show(measured())
