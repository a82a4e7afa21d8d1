"""The table of the documents that the site serves as they are."""

from __future__ import annotations

from typing import NamedTuple

from ccn_kb.network.schema import Table, TableColumn


class DocumentRow(NamedTuple):
    """A document that the site serves as is."""

    path: str
    type: str
    body: str


DOCUMENTS = Table[DocumentRow](
    "documents",
    "Records, downloads, feeds and calendars, made by the build and served as they are.",
    lambda _: (),
    (
        TableColumn("path", "Address on the site."),
        TableColumn("type", "Media type."),
        TableColumn("body", "The document."),
    ),
    ("path",),
    technical=True,
)
