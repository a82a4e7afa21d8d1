"""Rows as one JSON text, and as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence


def to_json(data: object, indent: int = 2) -> str:
    """Return the data as one indented JSON text."""
    return json.dumps(data, ensure_ascii=False, indent=indent) + "\n"


def to_bytes(data: object) -> bytes:
    """Return the data as one JSON text in UTF-8, indented as little as can be read."""
    return to_json(data, indent=1).encode()


def to_jsonl(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the rows as JSON Lines: one object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
