"""Make a release of the checkout: `python -m release`, or `make release`. Nothing is published.

The version is that of `data/version.txt`, with the post-release number of `ccn_kb/version.py`. The changelog's section
is closed with the output of `ccn diff` since the last release, new ids are added to `data/ids.txt`, the release with
its corrections to `data/releases.yaml`, everything is built twice and compared byte by byte, and the release is
committed and tagged. `python -m release --build` only builds a release that is tagged already.
"""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ccn_kb import audit, changes, store
from ccn_kb.changes import at_revision
from ccn_kb.exports.formats import FORMATS
from ccn_kb.model.dates import first_day, format_date
from ccn_kb.model.records import CorrectedValue, Release
from ccn_kb.store import journal
from ccn_kb.version import POST_RELEASE, VERSION_FILE, package_version, split_version, version_of
from release.archive import pack
from release.codemeta import CODEMETA, to_codemeta

CHANGELOG = "CHANGELOG.md"
DATA = "data"
HEAD = "## Unreleased\n"


class RefusedError(Exception):
    """The release cannot be made; the message says why and what to do."""


def main(root: Path) -> None:
    """Make the release of a checkout. Raises RefusedError, with the checkout as it was."""
    version = package_version()
    day = check_readiness(root, version)
    try:
        close_changelog(root, version, day)
        store.register_ids(root / DATA)
        record_release(root, day)
        products = build(root, version, day)
    except (RefusedError, KeyboardInterrupt):
        git(root, "checkout", "--quiet", "--", CHANGELOG, DATA)
        git(root, "clean", "--quiet", "--force", "--", DATA)
        raise
    git(root, "add", "--", CHANGELOG, DATA)
    git(root, "commit", "--quiet", "--message", f"Release {version}")
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
    click.echo("To publish it: git push --follow-tags, which starts the workflow `publish`; the .zip to Zenodo.")


def build_tagged(root: Path) -> None:
    """Build the release that the checkout's commit is tagged as. Raises RefusedError."""
    version = package_version()
    if f"v{version}" not in git(root, "tag", "--points-at", "HEAD").splitlines():
        raise RefusedError(f"this commit is not tagged v{version}; make the release first")
    for product in build(root, version, split_version(version)[1]):
        click.echo(product.relative_to(root))


def check_readiness(root: Path, version: str) -> datetime.date:
    """Return the data date of the version, if a release can be made of it. Raises RefusedError."""
    if changed := git(root, "status", "--porcelain"):
        raise RefusedError(f"the tree is not clean; commit or put away first:\n{changed}")
    if git(root, "tag", "--list", f"v{version}"):
        raise RefusedError(
            f"v{version} is released already; write a new version in data/{VERSION_FILE}, or raise POST_RELEASE in "
            "src/ccn_kb/version.py if only code has changed, and commit it"
        )
    if POST_RELEASE:
        check_data_unchanged(root, f"v{version_of(root / 'data')}")
    today = datetime.datetime.now(datetime.UTC).date()
    if problems := audit.problems(root / DATA, today):
        raise RefusedError("\n".join(map(str, problems)))
    day = split_version(version)[1]
    if day > today:
        raise RefusedError(f"the data date {day} lies in the future; correct data/{VERSION_FILE}")
    sources = audit.load(root / DATA).sources.values()
    accessed, newest = max(((first_day(source.accessed), source.id) for source in sources), default=(day, ""))
    if accessed > day:
        raise RefusedError(
            f"the data date {day} is older than the source {newest} ({accessed}); write the day of the release in "
            f"data/{VERSION_FILE} and CITATION.cff, and commit it"
        )
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    for line in (f"version: {version_of(root / 'data')}", f'date-released: "{day}"'):
        if line not in citation.splitlines():
            raise RefusedError(f"CITATION.cff is of another version; write {line!r} in it and commit it")
    if (root / CODEMETA).read_bytes() != to_codemeta(root):
        raise RefusedError(f"{CODEMETA} is out of date; run: python -m release.codemeta, and commit it")
    return day


def check_data_unchanged(root: Path, release: str) -> None:
    """Raise RefusedError if the release of these data was not made, or the data have changed since."""
    reset = "set POST_RELEASE = 0 in src/ccn_kb/version.py and commit it"
    if not git(root, "tag", "--list", release):
        raise RefusedError(f"{release} is not released, so this is not a post-release of it; {reset}")
    if changed := git(root, "diff", "--name-only", release, "--", "data"):
        raise RefusedError(f"the data have changed since {release}; write a new version, {reset}:\n{changed}")


def last_release(root: Path) -> str:
    """Return the tag of the newest release, '' before the first."""
    return git(root, "tag", "--list", "v*", "--sort=-version:refname").partition("\n")[0]


def close_changelog(root: Path, version: str, day: datetime.date) -> None:
    """Close the changelog's section: its text, and how the data differ from those of the last release."""
    last = last_release(root)
    differences = program(root, "ccn_kb", "diff", last, "--format", "markdown") if last and not POST_RELEASE else ""
    changelog = root / CHANGELOG
    text = changelog.read_text(encoding="utf-8")
    if HEAD not in text:
        raise RefusedError(f"{CHANGELOG} has no section `{HEAD.strip()}`; write what is new below such a line")
    before, _, rest = text.partition(HEAD)
    new, mark, older = rest.partition("\n## ")
    section = "\n\n".join(part.strip() for part in (new, differences) if part.strip())
    released = f"{HEAD}\n## {version} ({format_date(day.isoformat())})\n\n{section}\n{mark}{older}"
    changelog.write_text(before + released, encoding="utf-8")


def record_release(root: Path, day: datetime.date) -> None:
    """Add this release of the data, with what it corrects in the one before, to those of the data."""
    if POST_RELEASE:
        return
    data = root / DATA
    with journal.writing(data):
        folder = store.read(data)
        network, last = folder.network, last_release(root)
        corrections: tuple[CorrectedValue, ...] = ()
        if last:
            with at_revision(data, last) as older:
                corrections = changes.corrections(audit.load(older), network)
        earlier = max(network.releases.values(), key=lambda release: release.date, default=None)
        release = Release(
            id=network.version,
            date=day.isoformat(),
            replaces=earlier.id if earlier else None,
            corrections=corrections,
        )
        store.write(folder, store.changed_texts(folder, network.with_records(release)))


def build(root: Path, version: str, day: datetime.date) -> list[Path]:
    """Build wheel, source archive and exports twice, compare them byte by byte, and leave them in dist/."""
    with TemporaryDirectory(prefix="ccn-") as first_folder, TemporaryDirectory(prefix="ccn-") as second_folder:
        first, second = Path(first_folder), Path(second_folder)
        for folder in (first, second):
            _build_once(root, version, day, folder)
        names = sorted(path.name for path in first.iterdir())
        differing = [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()]
        if differing:
            raise RefusedError(f"built twice, these differ: {', '.join(differing)}; find what is not reproducible")
        packages = [str(first / name) for name in names if not name.endswith(".zip")]
        program(root, "twine", "check", "--strict", *packages)
        dist = root / "dist"
        shutil.rmtree(dist, ignore_errors=True)
        dist.mkdir()
        return [Path(shutil.copy(first / name, dist)) for name in names]


def _build_once(root: Path, version: str, day: datetime.date, folder: Path) -> None:
    # Whoever builds the tag again gets the same bytes: nothing in them depends on the day of the building.
    midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    environment = {"SOURCE_DATE_EPOCH": str(int(midnight.timestamp())), "CCN_TODAY": day.isoformat()}
    program(root, "build", "--no-isolation", "--outdir", str(folder), **environment)
    name = f"ccn-kb-{version}"
    exports = folder / name
    formats = [word for format in FORMATS for word in ("--format", format)]
    program(root, "ccn_kb", "export", str(exports), *formats, **environment)
    pack(exports, folder / f"{name}.zip", day)
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
        (build_tagged if sys.argv[1:] == ["--build"] else main)(Path.cwd())
    except RefusedError as error:
        click.echo(f"No release: {error}", err=True)
        sys.exit(1)
