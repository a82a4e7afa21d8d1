"""How numbers are said."""

from __future__ import annotations


def plural(number: int, one: str, several: str) -> str:
    """Return a number with its noun: 1 member, 1,224 members."""
    return f"{number:,} {one if number == 1 else several}"
