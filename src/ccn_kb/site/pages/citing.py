"""The sources of a page, each once, numbered in the order in which the page cites them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar, get_args

from ccn_kb.model.records import MonitoringReport, Name, Population, Rule, Statement, WithDisputes
from ccn_kb.network import Network
from ccn_kb.site.display_terms import name_meeting
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages.page_context import SiteIndex
from ccn_kb.site.pages.parts import CitedSource, Dispute, Figure

Cited = TypeVar("Cited", MonitoringReport, Name, Population, Rule, Statement)


class PageSources:
    """Collects the sources of a page."""

    def __init__(self, index: SiteIndex) -> None:
        self._index = index
        self.by_citation: dict[str, CitedSource] = {}

    def cite(self, citations: tuple[str, ...]) -> tuple[str, ...]:
        """Return the citations in the order of trust, each with its source added to those of the page."""
        ordered = self._index.by_trust(citations)
        for citation in ordered:
            if citation not in self.by_citation:
                self.by_citation[citation] = self._index.cited_source(citation, len(self.by_citation) + 1)
        return ordered

    def cite_best(self, citations: tuple[str, ...]) -> tuple[str, ...]:
        """Return the most trusted citation alone: for long lists of facts that have all their sources elsewhere."""
        return self.cite(self._index.by_trust(citations)[:1])

    def cite_records(self, records: Iterable[Cited]) -> tuple[Cited, ...]:
        """Return the records with their citations in the order of trust, their sources added to those of the page."""
        return tuple(record.model_copy(update={"sources": self.cite(record.sources)}) for record in records)

    def disputes(self, record: WithDisputes, renamed: Iterable[str] = ()) -> tuple[Dispute, ...]:
        """Return what other sources give for a record; fields that are renamed in tables have `stated_` before them."""
        values = [
            (citation, f"stated_{dispute.path}" if dispute.path in renamed else dispute.path, dispute.value)
            for dispute in record.disputed
            for citation in dispute.sources
        ]
        values.sort(key=lambda value: (*self._index.trust(value[0])[:2], *value[1:]))
        # The sources of one value follow each other.
        order = list(dict.fromkeys(value[1:] for value in values))
        values.sort(key=lambda value: order.index(value[1:]))
        return tuple(
            Dispute(path=path, value=value, source=self.cite((citation,))[0]) for citation, path, value in values
        )


class LinkedRecord(NamedTuple):
    """A record of which sources may disagree: its name, the path of its page, and the fields renamed in tables.

    A title is in English in every language.
    """

    name: str
    path: str
    record: WithDisputes
    renamed: tuple[str, ...] = ()
    is_title: bool = False


def records_with_disputes(network: Network) -> Iterator[LinkedRecord]:
    """Yield every record of a kind that can have disputed values, cities first."""
    for city in network.cities.values():
        path = f"/city/{city.id}"
        yield LinkedRecord(city.name, path, city)
        for designation in city.designations:
            yield LinkedRecord(f"{city.name}, {network.fields[designation.field].name}", path, designation)
    for round in network.rounds.values():
        yield LinkedRecord(_("%(year)s round", year=round.id), f"/round/{round.id}", round, get_args(Figure))
    for meeting in network.meetings_by_id.values():
        yield LinkedRecord(name_meeting(meeting.name), f"/meeting/{meeting.id}", meeting)
    for document in network.official_documents.values():
        yield LinkedRecord(document.title, f"/documents#{document.id}", document, is_title=True)
    for cooperation in network.cooperations.values():
        yield LinkedRecord(cooperation.title, f"/cooperation#{cooperation.id}", cooperation, is_title=True)
