"""The index behind the search and the filter by keyword: which words begin the terms of a record."""

from __future__ import annotations

from collections.abc import Iterable

from ccn_kb.network import Network
from ccn_kb.network.findable import Findable, findable
from ccn_kb.network.name_search import matching_terms


class WordIndex:
    """All records that can be found, by the beginnings of their folded words; built once for a network."""

    def __init__(self, network: Network) -> None:
        self.records = list(findable(network))
        self._by_id = {(record.kind, record.id): record for record in self.records}
        self._positions: dict[str, list[int]] = {}
        for position, record in enumerate(self.records):
            for term in record.terms.split():
                self._positions.setdefault(term, []).append(position)
        self._terms = sorted(self._positions)

    def match(self, words: Iterable[str]) -> list[Findable]:
        """Return the records of which each word begins a term; none for no words."""
        positions = [self._beginning_with(word) for word in dict.fromkeys(words)]
        return [self.records[position] for position in sorted(set.intersection(*positions))] if positions else []

    def _beginning_with(self, word: str) -> set[int]:
        return {position for term in matching_terms(word, self._terms) for position in self._positions[term]}

    def record(self, kind: str, id: str) -> Findable:
        """Return the record of a kind and id."""
        return self._by_id[kind, id]
