"""A publication for containers: the database, the program that serves it, and its configuration; written atomically."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ccn_kb import files
from ccn_kb.exports import manifest
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.site.address import HEALTH, parse_address
from ccn_kb.version import VERSION_FILE, default_folder

PACKAGE = Path(__file__).parents[1]
TEMPLATES = Path(__file__).parent / "templates"
# The pinned dependencies of the site; `make lock` writes them.
REQUIREMENTS = Path(__file__).parent / "requirements.txt"
MAKER = "ccn-kb publish"
PORT = 8001


def publish(database: Path, version: str, target: Path, url: str = "", issues: str = "") -> str:
    """Write the publication of a database, replacing a previous one, and return the name of the database in it.

    `url` is the public URL of the site, `issues` that of its issue tracker. Raises FolderError.
    """
    body = database.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:12]
    name = f"ccn-{digest}.db"
    with manifest.replacing(target, MAKER, "publication") as folder:
        listed = [manifest.write(folder, name, body)._asdict()]
        for path, text in (*_deployment_files(name, digest, version, url, issues), *_program()):
            listed.append(manifest.write(folder, path, text)._asdict())
        facts = {"made_by": MAKER, "version": version, "database": name, "url": url, "files": listed}
        files.write_durably(folder / manifest.MANIFEST, to_bytes(facts))
    return name


def _deployment_files(name: str, digest: str, version: str, url: str, issues: str) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the files to run it: Dockerfile, nginx.conf, README.md, requirements.txt."""
    options = ["--url", url, *(["--issues", issues] if issues else [])]
    serve = ["python", "-m", "ccn_kb", "serve", "--database", name, "--host", "0.0.0.0"]  # noqa: S104
    facts = {
        "command": json.dumps([*serve, "--port", str(PORT), "--workers", "0", *options]),
        "database": name,
        "hash": digest,
        "health": HEALTH,
        "address": parse_address(url),
        "port": PORT,
        "issues": issues,
        "url": url,
        "version": version,
    }
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    for path in ("Dockerfile", "nginx.conf", "README.md"):
        yield path, templates.get_template(path).render(facts).encode()
    yield "requirements.txt", REQUIREMENTS.read_bytes()


def _program() -> Iterator[tuple[str, bytes]]:
    """Yield path and content of the installed package, without the data, which are in the database."""
    for file in sorted(PACKAGE.rglob("*")):
        inside = file.relative_to(PACKAGE)
        if file.is_file() and "__pycache__" not in inside.parts and inside.parts[0] != "data":
            yield f"{PACKAGE.name}/{inside.as_posix()}", file.read_bytes()
    yield f"{PACKAGE.name}/data/{VERSION_FILE}", (default_folder() / VERSION_FILE).read_bytes()
