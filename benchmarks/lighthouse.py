"""What Lighthouse says of each kind of page: performance, accessibility, best practices, SEO; 95 or more is wanted.

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
PAGES = ("/", "/city/kanazawa-jp", "/country/JP", "/field/film", "/on/2015-05-28", "/cities", "/cooperation", "/about")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 95


def main() -> None:
    """Print a Markdown table; exit with 1 if a page is given less than is wanted."""
    command = [sys.executable, "-m", "ccn_kb", "serve", "--port", "0"]
    print("| page | " + " | ".join(CATEGORIES) + " |\n|---|---|---|---|---|")  # noqa: T201
    lowest = 100
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            address = next(word for line in server.stderr for word in line.split() if word.startswith("http"))
            for path in PAGES:
                scores = judged(f"{address.rstrip('/')}{path}")
                lowest = min(lowest, *scores.values())
                print(f"| {path} | " + " | ".join(str(scores[one]) for one in CATEGORIES) + " |", flush=True)  # noqa: T201
        finally:
            server.terminate()
    if lowest < LEAST:
        raise SystemExit(f"a page is given less than {LEAST}")


def judged(address: str) -> dict[str, int]:
    """Return the scores of a page, of 100, by category."""
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
    return {one: round(100 * found["categories"][one]["score"]) for one in CATEGORIES}


if __name__ == "__main__":
    main()
