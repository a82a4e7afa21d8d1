"""The index behind the search and the filter by keyword: which words begin the terms of a record."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from ccn_kb.database.search_index import Findable, findable
from ccn_kb.network import Network
from ccn_kb.network.name_search import corrected

MOST_CORRECTED = 4
CORRECTABLE_LENGTHS = range(3, 21)


class WordIndex:
    """All records that can be found, by the beginnings of their folded words; built once for a network."""

    def __init__(self, network: Network) -> None:
        self._records = list(findable(network))
        self._positions: dict[str, list[int]] = {}
        for position, record in enumerate(self._records):
            for term in record.terms.split():
                self._positions.setdefault(term, []).append(position)
        self._terms = sorted(self._positions)

    def match(self, words: Iterable[str]) -> list[Findable]:
        """Return the records of which each word begins a term; none for no words."""
        positions = [self._beginning_with(word) for word in dict.fromkeys(words)]
        return [self._records[position] for position in sorted(set.intersection(*positions))] if positions else []

    def correct(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words with typing errors corrected; of a long search, only in its first words."""
        correctable = [word for word in dict.fromkeys(words) if len(word) in CORRECTABLE_LENGTHS][:MOST_CORRECTED]
        corrections = dict(zip(correctable, corrected(correctable, self._terms), strict=True))
        return tuple(corrections.get(word, word) for word in words)

    def _beginning_with(self, word: str) -> set[int]:
        return {position for term in self._terms_from(word) for position in self._positions[term]}

    def _terms_from(self, word: str) -> Iterator[str]:
        for number in range(bisect_left(self._terms, word), len(self._terms)):
            if not self._terms[number].startswith(word):
                return
            yield self._terms[number]
