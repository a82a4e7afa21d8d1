"""Search by the beginnings of folded words, and suggestions for misspelt names."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence

from ccn_kb.model.text import begins_or_is_within, is_unspaced

LIKENESS = 0.75
"""From 0 to 1: how much a text has to be like another to be suggested instead of it, here and everywhere."""
SHORTEST = 4
"""Shorter texts, such as the codes of countries, are never suggested: they are like too many others."""


def matches_words(query: Iterable[str], terms: Collection[str]) -> bool:
    """Return whether each word of the query begins one of the terms."""
    return all(any(begins_or_is_within(word, term) for term in terms) for word in query)


def matching_terms(word: str, terms: Sequence[str]) -> Iterator[str]:
    """Yield the sorted terms that a folded word begins or, in a script without spaces, is a part of."""
    if is_unspaced(word):
        yield from (term for term in terms if word in term)
        return
    for number in range(bisect_left(terms, word), len(terms)):
        if not terms[number].startswith(word):
            return
        yield terms[number]


def closest_matches(text: str, candidates: Iterable[str], most: int = 3) -> list[str]:
    """Return the candidates that are most like the text, the closest first; none is less like it than LIKENESS."""
    from difflib import get_close_matches

    return get_close_matches(text, (name for name in candidates if len(name) >= SHORTEST), n=most, cutoff=LIKENESS)


def likeness(text: str, other: str) -> float:
    """Return how much two texts are alike, from 0 to 1, as `closest_matches` compares them."""
    from difflib import SequenceMatcher

    return SequenceMatcher(a=other, b=text).ratio()


def did_you_mean(text: str, candidates: Iterable[str]) -> str:
    """Return `; did you mean … or …?`, with the candidates most like the text, or '' if none is close."""
    return suggestion(closest_matches(text, candidates))


def suggestion(matches: Iterable[str]) -> str:
    """Return `; did you mean … or …?` for some matches, or '' for none."""
    names = " or ".join(matches)
    return f"; did you mean {names}?" if names else ""
