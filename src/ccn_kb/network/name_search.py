"""Search by the beginnings of folded words, and suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from typing import TypeVar

Key = TypeVar("Key")

LIKENESS = 0.75
"""From 0 to 1: how much a text has to be like another to be suggested instead of it, here and everywhere."""
SHORTEST = 4
"""Shorter texts, such as the codes of countries, are never suggested: they are like too many others."""


def matches_words(query: Iterable[str], terms: Collection[str]) -> bool:
    """Return whether each word of the query begins one of the terms."""
    return all(any(term.startswith(word) for term in terms) for word in query)


def find(query: tuple[str, ...], terms: Mapping[Key, Collection[str]]) -> tuple[tuple[str, ...], list[Key]]:
    """Return the words that were searched for, and the keys of the terms that match them; no words match nothing.

    Only if nothing matches the words of the query as they are, each is replaced by the term most like it.
    """
    matches = [key for key, key_terms in terms.items() if query and matches_words(query, key_terms)]
    if matches or not query:
        return query, matches
    corrections = corrected(query, sorted(set[str]().union(*terms.values())))
    return corrections, [key for key, key_terms in terms.items() if matches_words(corrections, key_terms)]


def corrected(query: Iterable[str], terms: Collection[str]) -> tuple[str, ...]:
    """Return the words of the query, each that begins none of the terms replaced by the term most like it, if any."""
    return tuple(
        word if any(term.startswith(word) for term in terms) else next(iter(closest_matches(word, terms, most=1)), word)
        for word in query
    )


def closest_matches(text: str, candidates: Iterable[str], most: int = 3) -> list[str]:
    """Return the candidates that are most like the text, the closest first; none is less like it than LIKENESS."""
    return get_close_matches(text, (name for name in candidates if len(name) >= SHORTEST), n=most, cutoff=LIKENESS)


def likeness(text: str, other: str) -> float:
    """Return how much two texts are alike, from 0 to 1, as `closest_matches` compares them."""
    return SequenceMatcher(a=other, b=text).ratio()


def did_you_mean(text: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean … or …?`, with the candidates most like the text, or '' if none is close."""
    return suggestion(closest_matches(text, candidates))


def suggestion(matches: Iterable[str]) -> str:
    """Return `; did you mean … or …?` for some matches, or '' for none."""
    names = " or ".join(matches)
    return f"; did you mean {names}?" if names else ""
