"""Virtual environments without a package index: they get the packages with which the tests run, by symbolic links."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def build_wheel(project: Path, folder: Path) -> Path:
    """Return the wheel of the project, built with the installed build tools."""
    _pip("wheel", "--no-index", "--no-build-isolation", "--no-deps", "--wheel-dir", str(folder), str(project))
    (wheel,) = folder.glob("*.whl")
    return wheel


def make_environment(folder: Path, wheel: Path, requirements: Iterable[str]) -> Path:
    """Install the wheel in a new environment, with the requirements and all that they require; return its programs."""
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for path in _paths(map(Requirement, requirements)):
        (packages / path.name).symlink_to(path)
    _pip("--python", str(folder / "bin" / "python"), "install", "--no-index", "--no-deps", str(wheel))
    return folder / "bin"


def _pip(*arguments: str) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *arguments], check=True, timeout=120)


def _paths(requirements: Iterable[Requirement]) -> Iterator[Path]:
    """Yield the files and folders in site-packages that belong to the requirements and to what these require."""
    waiting = list(requirements)
    seen: set[tuple[str, str]] = set()
    paths: dict[Path, None] = {}
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        wanted = {(name, extra) for extra in ("", *requirement.extras)} - seen
        seen |= wanted
        if wanted:
            installed = distribution(name)
            roots = {file.parts[0] for file in installed.files or () if file.parts[0] not in ("..", "__pycache__")}
            paths |= dict.fromkeys(Path(str(installed.locate_file(root))) for root in roots)
            required = [Requirement(text) for text in installed.requires or ()]
            waiting += [
                other
                for other in required
                if not other.marker or any(other.marker.evaluate({"extra": extra}) for _, extra in wanted)
            ]
    yield from paths
