"""The documents of the network: calls for applications, rules, strategies and evaluations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from ccn_kb.model import records
from ccn_kb.model.dates import first_day
from ccn_kb.site.display_terms import DOCUMENT_GROUPS, describe_call
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.page_context import PageContext


class CitedDocument(parts.PagePart):
    """A document of the network with its sources."""

    id: parts.Id
    title: str
    date: records.PartialDate
    replaces: parts.Id | None
    replaced_title: str | None
    meeting: parts.Id | None
    round: parts.YearNumber | None
    deadline: records.PartialDate | None
    per_country: parts.Positive | None
    applications: records.Count | None
    terms: str
    """The deadline and the limits of a call in words; empty for other documents."""
    statements: tuple[records.Statement, ...]
    note: str | None
    disputed: tuple[parts.Dispute, ...]
    sources: parts.Citations


class DocumentGroup(parts.PagePart):
    """The documents of one kind, the newest first."""

    kind: records.DocumentKind
    name: str
    documents: tuple[CitedDocument, ...]


class DocumentsPage(parts.RecordPage):
    """The documents of the network by kind."""

    groups: tuple[DocumentGroup, ...]
    sources: parts.SourceList


def documents_page(context: PageContext) -> DocumentsPage:
    """Return the documents of the network, by kind and the newest first."""
    sources = PageSources(context.index)
    documents = context.network.official_documents.values()
    groups = []
    for kind in get_args(records.DocumentKind):
        of_kind = cite_documents(context, sources, (document for document in documents if document.kind == kind))
        if of_kind:
            groups.append(DocumentGroup(kind=kind, name=_(DOCUMENT_GROUPS[kind]), documents=of_kind))
    return DocumentsPage(
        title=_("Calls for applications, rules and strategies"),
        sentence=_("Documents of the network of which a copy or a report was found."),
        groups=tuple(groups),
        sources=sources.by_citation,
        rows=context.link("/ccn/official_documents"),
        record=context.record("/data/official_documents.yaml"),
    )


def cite_documents(
    context: PageContext, sources: PageSources, documents: Iterable[records.OfficialDocument]
) -> tuple[CitedDocument, ...]:
    """Return documents with their sources, the newest first."""
    titles = {document.id: document.title for document in context.network.official_documents.values()}
    newest_first = sorted(documents, key=lambda document: (first_day(document.date), document.id), reverse=True)
    return tuple(
        CitedDocument.from_record(
            document,
            sources=sources.cite(document.sources),
            replaced_title=titles[document.replaces] if document.replaces else None,
            terms=describe_call(document),
            statements=sources.cite_records(document.statements),
            disputed=sources.disputes(document),
        )
        for document in newest_first
    )
