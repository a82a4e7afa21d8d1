"""Pack a folder as a zip file that has the same bytes whenever it is packed: `python -m release.archive dist/site`."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import click

from ccn_kb.exports.manifest import MANIFEST

# Already compressed: packing them again takes time and no bytes away.
PACKED = frozenset({".png", ".xlsx", ".parquet", ".zip"})


def pack(folder: Path, target: Path, day: datetime.date) -> None:
    """Write all files of a folder, below its name, into a zip file, as if all were of that day."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = ZipInfo(file.relative_to(folder.parent).as_posix(), (day.year, day.month, day.day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_STORED if file.suffix in PACKED else ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def main(site: Path) -> None:
    """Pack the static edition in a folder next to it, under the name of its version."""
    edition = json.loads((site / MANIFEST).read_bytes())
    target = site.with_name(f"ccn-kb-{edition['version']}-site.zip")
    pack(site, target, datetime.date.fromisoformat(edition["date"]))
    click.echo(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
