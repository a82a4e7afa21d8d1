"""How names are found: the beginnings of folded words, and typing errors forgiven."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

Key = TypeVar("Key")


def matches_words(asked: Iterable[str], terms: Collection[str]) -> bool:
    """Return whether each word that is asked for begins one of the terms."""
    return all(any(term.startswith(word) for term in terms) for word in asked)


def find(asked: tuple[str, ...], terms: Mapping[Key, Collection[str]]) -> tuple[tuple[str, ...], list[Key]]:
    """Return the words as they are meant, and the keys of what answers to them: nothing answers to no words.

    Only where nothing answers to the words as they stand, they are taken for the nearest known ones.
    """
    found = [key for key, known in terms.items() if asked and matches_words(asked, known)]
    if found or not asked:
        return asked, found
    meant = corrected(asked, sorted(set[str]().union(*terms.values())))
    return meant, [key for key, known in terms.items() if matches_words(meant, known)]


def corrected(asked: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the words, each that begins no known one replaced by the nearest known one, if one is near."""
    return tuple(
        word if any(one.startswith(word) for one in known) else next(iter(closest_matches(word, known, 1)), word)
        for word in asked
    )


def closest_matches(word: str, known: Iterable[str], most: int, likeness: float = 0.75) -> list[str]:
    """Return the known words that are most like a word, the nearest first, none less alike than the likeness."""
    return get_close_matches(word, known, n=most, cutoff=likeness)
