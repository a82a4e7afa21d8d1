"""Make a release of the checkout: `python -m release`, or `make release`. Nothing is published.

The version is what `data/version.txt` says. The changelog's section is closed with what `ccn diff` tells since the last
release, everything is built twice and must come out the same, then the release is committed and tagged.
"""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import click

from ccn_kb import audit
from ccn_kb.model.dates import format_date
from ccn_kb.version import VERSION_FILE, split_version, version_of

CHANGELOG = "CHANGELOG.md"
HEAD = "## Unreleased\n"


class RefusedError(Exception):
    """The release cannot be made; the message says why and what to do."""


def main(root: Path) -> None:
    """Make the release of a checkout. Raises RefusedError, with the checkout as it was."""
    version = version_of(root / "data")
    day = ready(root, version)
    try:
        write(root, version, day)
        products = built(root, day)
    except (RefusedError, KeyboardInterrupt):
        git(root, "checkout", "--quiet", "--", CHANGELOG)
        raise
    git(root, "commit", "--quiet", "--message", f"Release {version}", "--", CHANGELOG)
    git(
        root,
        "tag",
        "--annotate",
        f"v{version}",
        "--message",
        f"ccn-kb {version}, data of {format_date(day.isoformat())}",
    )
    for product in products:
        click.echo(product.relative_to(root))
    click.echo(f"Release {version} is tagged v{version}, and nothing is published. Look at it: git show v{version}")
    click.echo("To publish it: git push --follow-tags; twine upload dist/*.whl dist/*.tar.gz; the .zip to Zenodo.")


def ready(root: Path, version: str) -> datetime.date:
    """Return the data date of the version, if a release can be made of it. Raises RefusedError."""
    if changed := git(root, "status", "--porcelain"):
        raise RefusedError(f"the tree is not clean; commit or put away first:\n{changed}")
    if git(root, "tag", "--list", f"v{version}"):
        raise RefusedError(f"v{version} is released already; write a new version in data/{VERSION_FILE} and commit it")
    today = datetime.datetime.now(datetime.UTC).date()
    if problems := audit.problems(root / "data", today):
        raise RefusedError("\n".join(map(str, problems)))
    day = split_version(version)[1]
    if day > today:
        raise RefusedError(f"the data date {day} lies in the future; correct data/{VERSION_FILE}")
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    for line in (f"version: {version}", f'date-released: "{day}"'):
        if line not in citation.splitlines():
            raise RefusedError(f"CITATION.cff tells of another version; write {line!r} in it and commit it")
    return day


def write(root: Path, version: str, day: datetime.date) -> None:
    """Close the changelog's section: what was written there, and what the data says otherwise than the last release."""
    last = git(root, "tag", "--list", "v*", "--sort=-version:refname").partition("\n")[0]
    told = program(root, "ccn_kb", "diff", last, "--format", "markdown") if last else ""
    changelog = root / CHANGELOG
    text = changelog.read_text(encoding="utf-8")
    if HEAD not in text:
        raise RefusedError(f"{CHANGELOG} has no section `{HEAD.strip()}`; write what is new below such a line")
    before, _, rest = text.partition(HEAD)
    new, mark, older = rest.partition("\n## ")
    section = "\n\n".join(part.strip() for part in (new, told) if part.strip())
    released = f"{HEAD}\n## {version} ({format_date(day.isoformat())})\n\n{section}\n{mark}{older}"
    changelog.write_text(before + released, encoding="utf-8")


def built(root: Path, day: datetime.date) -> list[Path]:
    """Build wheel, source archive and exports twice, compare them byte by byte, and leave them in dist/."""
    with TemporaryDirectory(prefix="ccn-") as one, TemporaryDirectory(prefix="ccn-") as other:
        for folder in (one, other):
            _build(root, day, Path(folder))
        names = sorted(path.name for path in Path(one).iterdir())
        differing = [name for name in names if (Path(one) / name).read_bytes() != (Path(other) / name).read_bytes()]
        if differing:
            raise RefusedError(f"built twice, these differ: {', '.join(differing)}; find what is not reproducible")
        program(root, "twine", "check", "--strict", *(f"{one}/{name}" for name in names if not name.endswith(".zip")))
        dist = root / "dist"
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir()
        return [Path(shutil.copy(Path(one) / name, dist)) for name in names]


def _build(root: Path, day: datetime.date, folder: Path) -> None:
    # Whoever builds the tag again gets the same bytes: nothing in them depends on the day of the building.
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    environment = {"SOURCE_DATE_EPOCH": str(int(midnight.timestamp())), "CCN_TODAY": day.isoformat()}
    program(root, "build", "--no-isolation", "--outdir", str(folder), **environment)
    name = f"ccn-kb-{version_of(root / 'data')}"
    exports = folder / name
    program(root, "ccn_kb", "export", str(exports), **environment)
    with ZipFile(folder / f"{name}.zip", "w", ZIP_DEFLATED) as archive:
        for file in sorted(path for path in exports.rglob("*") if path.is_file()):
            entry = ZipInfo(file.relative_to(folder).as_posix(), (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), ZIP_DEFLATED)
    shutil.rmtree(exports)


def git(root: Path, *arguments: str) -> str:
    """Return what git prints. Raises RefusedError."""
    return _run(root, ["git", *arguments])


def program(root: Path, module: str, *arguments: str, **environment: str) -> str:
    """Run a Python program in the checkout and return what it prints. Raises RefusedError."""
    return _run(root, [sys.executable, "-m", module, *arguments], **environment)


def _run(root: Path, command: list[str], **environment: str) -> str:
    done = subprocess.run(
        command, cwd=root, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RefusedError(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout.rstrip("\n")


if __name__ == "__main__":
    try:
        main(Path.cwd())
    except RefusedError as error:
        click.echo(f"No release: {error}", err=True)
        sys.exit(1)
