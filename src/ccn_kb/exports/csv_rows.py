"""Rows as CSV (RFC 4180): UTF-8, a header, an empty cell for what is unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence


def to_csv(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return the rows as CSV, their columns in the order given."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
