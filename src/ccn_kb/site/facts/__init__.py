"""What each page says, as plain data: the page and its JSON are made from the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def before_and_after(ids: Sequence[Any], id: object) -> dict[str, Any]:
    """Return which id stands before one in a sequence, and which after it, None at the ends."""
    here = ids.index(id)
    return {"earlier": ids[here - 1] if here else None, "later": ids[here + 1] if here + 1 < len(ids) else None}
