"""Slips of the keyboard: which of many names a misspelt text may mean, by the number of letters to change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

SHORTEST_CORRECTED = 5
"""Shorter texts are never corrected: they are like too many others."""
TWO_SLIPS_FROM = 8
"""From how many letters a text may have two slips."""


def most_slips(text: str) -> int:
    """Return how many slips a text of its length may have: one, two in a long one, none in a short one."""
    letters = len(text)
    return 0 if letters < SHORTEST_CORRECTED else 1 if letters < TWO_SLIPS_FROM else 2


def count_slips(text: str, name: str, most: int) -> int | None:
    """Return how many letters are left out, added, replaced or swapped with their neighbour; None for more than most.

    >>> count_slips("bolonga", "bologna", 1), count_slips("uganda", "granada", 2)
    (1, None)
    """
    if abs(len(text) - len(name)) > most:
        return None
    before: list[int] = []
    row = list(range(len(name) + 1))
    for position, letter in enumerate(text, start=1):
        earlier, before, row = before, row, [position]
        for column, other in enumerate(name, start=1):
            slips = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != other))
            if position > 1 < column and letter == name[column - 2] and text[position - 2] == other:
                slips = min(slips, earlier[column - 2] + 1)
            row.append(slips)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


class SpellingIndex:
    """Folded names, found by texts that begin with the same letter and differ in a few."""

    def __init__(self, names: Iterable[str]) -> None:
        """Store the names by first letter and length, each with the set of its letters."""
        self._names: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for name in dict.fromkeys(names):
            if name:
                self._names[name[0], len(name)].append((name, _letters(name)))

    def closest(self, text: str) -> dict[str, int]:
        """Return the names that a text may mean, each with the number of slips, the fewest first."""
        most = most_slips(text)
        slips = dict(self._near(text, most)) if most else {}
        return dict(sorted(slips.items(), key=lambda item: (item[1], item[0])))

    def _near(self, text: str, most: int) -> Iterator[tuple[str, int]]:
        letters = _letters(text)
        for length in range(len(text) - most, len(text) + most + 1):
            for name, others in self._names.get((text[0], length), ()):
                # A slip changes the set by two letters at most.
                if (letters ^ others).bit_count() <= 2 * most:
                    number = count_slips(text, name, most)
                    if number is not None:
                        yield name, number


def _letters(text: str) -> int:
    letters = 0
    for letter in text:
        letters |= 1 << ord(letter) % 64
    return letters
