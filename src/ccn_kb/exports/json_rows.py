"""Rows as one JSON text, and as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence


def to_json(data: object, indent: int = 2) -> str:
    """Return the data as one indented JSON text."""
    return json.dumps(data, ensure_ascii=False, indent=indent) + "\n"


def to_bytes(data: object) -> bytes:
    """Return the data as one JSON text in UTF-8, indented as little as can be read."""
    return to_json(data, indent=1).encode()


def to_list(rows: Iterable[Mapping[str, object]]) -> str:
    """Return the rows as one JSON list, a row a line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]" if lines else "[]"


def to_jsonl(rows: Sequence[Mapping[str, object]]) -> str:
    """Return the rows as JSON Lines: one object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
