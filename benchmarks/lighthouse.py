"""Lighthouse's scores of each kind of page (goal: 95 or more in each category), and its weight at first view.

Run from the repository: .venv/bin/python -m benchmarks.lighthouse (needs npm, Node 18.16 or later, and chromium)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Section, show

LIGHTHOUSE = "lighthouse@12.8.2"
PAGES = (
    "/",
    "/cities",
    "/city/kanazawa-jp",
    "/countries",
    "/country/JP",
    "/field/film",
    "/meetings",
    "/round/2025",
    "/on/2015-05-28",
    "/cooperation",
    "/compare?country=FR&country=DE",
    "/answers/firsts",
    "/changes",
    "/about",
    "/data",
)
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 95
MOST_KB = {"/": 400}
MOST_KB_OF_OTHERS = 250
"""The greatest weight of a page at first view, in kB."""
HEADS = ("Page", "Performance", "Accessibility", "Best practices", "Search engines", "kB")


def measured() -> Section:
    """Return the scores and the weight of each page, and whether the goals are met."""
    command = [sys.executable, "-m", "ccn_kb", "serve", "--port", "0"]
    rows, lowest, heavy = [], 100, []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = next(word for line in server.stderr for word in line.split() if word.startswith("http"))
            for path in PAGES:
                scores, weight = judged(f"{address.rstrip('/')}{path}")
                lowest = min(lowest, *scores.values())
                heavy += [path] if weight > MOST_KB.get(path, MOST_KB_OF_OTHERS) else []
                rows.append([path, *(str(scores[name]) for name in CATEGORIES), f"{weight:.0f}"])
        finally:
            server.terminate()
    note = (
        f"Lighthouse {LIGHTHOUSE.partition('@')[2]} as on a slow phone, of 100; the lowest is {lowest} (the goal is "
        f"{LEAST}). What a page weighs at first view: too much at {', '.join(heavy) or 'none'} (the goal is "
        f"{MOST_KB['/']} kB for the home page, {MOST_KB_OF_OTHERS} kB for others)."
    )
    return Section("Pages in a browser", HEADS, rows, note, ())


def judged(address: str) -> tuple[dict[str, int], float]:
    """Return the scores of a page, of 100, by category, and its weight in kB."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
        categories = f"--only-categories={','.join(CATEGORIES)}"
        subprocess.run(
            [
                "npx",
                "--yes",
                LIGHTHOUSE,
                address,
                "--quiet",
                flags,
                categories,
                "--output=json",
                f"--output-path={report}",
            ],
            env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""},
            check=True,
        )
        result = json.loads(report.read_text(encoding="utf-8"))
    for name, audit in result["audits"].items():
        if "--why" in sys.argv and audit.get("score") is not None and audit["score"] < 0.9:
            print(f"  {name}: {audit['title']} {audit.get('displayValue', '')}")  # noqa: T201
    # A category without a score was not measured: the machine was too busy, or the page broke.
    scores = {name: round(100 * (result["categories"][name]["score"] or 0)) for name in CATEGORIES}
    return scores, result["audits"]["total-byte-weight"]["numericValue"] / 1000


if __name__ == "__main__":
    section = measured()
    show(section)
    if any(int(score) < LEAST for _, *scores, _ in section.rows for score in scores):
        raise SystemExit(f"a page is given less than {LEAST}")
    if any(float(weight) > MOST_KB.get(path, MOST_KB_OF_OTHERS) for path, *_, weight in section.rows):
        raise SystemExit("a page is too heavy at first view")
