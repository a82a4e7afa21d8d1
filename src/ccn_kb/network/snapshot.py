"""The whole network as one JSON text, as exports contain it and installed packages read it."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ccn_kb.errors import DataError, Problem
from ccn_kb.gc_pause import gc_paused
from ccn_kb.model.text import plural
from ccn_kb.network import Network

FILE = "network.json"
MOST_BYTES = 200_000_000
"""The greatest size of a packed file that is read, in bytes: forty times that of today's."""


def to_records(network: Network) -> dict[str, Any]:
    """Return the records of all kinds, each collection by id, as JSON values; empty values are left out."""
    records: dict[str, Any] = TypeAdapter(Network).dump_python(network, mode="json", exclude_defaults=True)
    return records


def to_json(network: Network) -> str:
    """Return the records of all kinds as one JSON text, without indentation."""
    return TypeAdapter(Network).dump_json(network, exclude_defaults=True).decode()


def from_json(text: str | bytes) -> Network:
    """Return the network in this JSON text. Raises ValueError if the text is not a network."""
    with gc_paused():
        return TypeAdapter(Network).validate_json(text)


def find(path: Path) -> Path | None:
    """Return the file that holds a network: a JSON or zip file, or the JSON of an export in a folder."""
    if path.is_file():
        return path if path.suffix in (".json", ".zip") else None
    exported = path / FILE
    return exported if exported.is_file() else None


def read(file: Path) -> Network:
    """Return the network in a JSON file or in the zip file of an export. Raises DataError, and OSError."""
    try:
        return from_json(_packed_json(file) if zipfile.is_zipfile(file) else file.read_bytes())
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        reason = str(error).partition("\n")[0][:200]
        if isinstance(error, ValidationError):
            reason = f"{plural(error.error_count(), 'value is', 'values are')} missing or wrong"
        message = f"does not hold a network: {reason}"
        fix = f"give a data folder, {FILE} of an export, or the folder or zip file of an export"
        raise DataError([Problem(str(file), 1, "network", message, fix)]) from None


def _packed_json(file: Path) -> bytes:
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if PurePosixPath(name).name == FILE]
        if not names:
            raise KeyError(f"{FILE} is not in it")
        # The nearest to the top: others may be in data folders that travel along.
        name = min(names, key=lambda name: (name.count("/"), name))
        if archive.getinfo(name).file_size > MOST_BYTES:
            raise ValueError(f"{name} has more than {MOST_BYTES:,} bytes")
        return archive.read(name)
