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
"""The greatest weight of a page at first view, in kB; 250 for all others."""


def main() -> None:
    """Print a Markdown table; exit with 1 if a page is given less than is wanted."""
    command = [sys.executable, "-m", "ccn_kb", "serve", "--port", "0"]
    print("| page | " + " | ".join(CATEGORIES) + " | kB |\n|---|---|---|---|---|---|")  # noqa: T201
    lowest, heavy = 100, []
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = next(word for line in server.stderr for word in line.split() if word.startswith("http"))
            for path in PAGES:
                scores, weight = judged(f"{address.rstrip('/')}{path}")
                lowest = min(lowest, *scores.values())
                if weight > MOST_KB.get(path, 250):
                    heavy.append(path)
                cells = [*(str(scores[name]) for name in CATEGORIES), f"{weight:.0f}"]
                print(f"| {path} | {' | '.join(cells)} |", flush=True)  # noqa: T201
        finally:
            server.terminate()
    if lowest < LEAST:
        raise SystemExit(f"a page is given less than {LEAST}")
    if heavy:
        raise SystemExit(f"too heavy at first view: {', '.join(heavy)}")


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
        found = json.loads(report.read_text(encoding="utf-8"))
    for name, audit in found["audits"].items():
        if "--why" in sys.argv and audit.get("score") is not None and audit["score"] < 0.9:
            print(f"  {name}: {audit['title']} {audit.get('displayValue', '')}")  # noqa: T201
    # A category without a score was not measured: the machine was too busy, or the page broke.
    scores = {name: round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES}
    return scores, found["audits"]["total-byte-weight"]["numericValue"] / 1000


if __name__ == "__main__":
    main()
