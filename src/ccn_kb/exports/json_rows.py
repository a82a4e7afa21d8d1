"""Rows as one JSON text, and as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def to_json(data: object) -> str:
    """Return the data as one indented JSON text."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def to_jsonl(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the rows as JSON Lines: one object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
