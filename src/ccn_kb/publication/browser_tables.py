"""The page of the tables without a server: SQL by SQLite in the browser, descriptions, ready-made queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ccn_kb.database.documents_table import DOCUMENTS
from ccn_kb.database.views import VIEWS
from ccn_kb.network.schema import TABLES, Table
from ccn_kb.publication.static_addresses import TABLES as TABLES_ADDRESS
from ccn_kb.site.cells import KIND_OF_COLUMN, KIND_OF_TABLE
from ccn_kb.site.metadata import TITLE, ready_queries
from ccn_kb.site.pages.parts import SitePage
from ccn_kb.site.router import Pages

MOST_SHOWN = 1000
"""How many rows of a result the page shows; its downloads have all."""


class TableOnPage(NamedTuple):
    """A table or view: its number of rows, what it holds, and its columns with theirs."""

    name: str
    rows: int
    description: str
    columns: Mapping[str, str]


def tables_page(pages: Pages) -> str:
    """Return the page of the tables as HTML."""
    counts = pages.context.stored()
    described = [
        TableOnPage(table.name, counts.rows.get(table.name, 0), table.description, _described_columns(table))
        for table in (*TABLES, DOCUMENTS)
        if not table.technical
    ]
    described += [
        TableOnPage(view.name, counts.rows.get(view.name, 0), view.description, dict(view.columns))
        for view in VIEWS
        if not view.technical
    ]
    queries = ready_queries(pages.today)
    page = SitePage(
        title=f"{TITLE}: database",
        sentence="Query all tables with SQL. SQLite and the database run in your browser; nothing is sent anywhere.",
    )
    return pages.templates.render(
        "sql.html",
        page=page,
        path=TABLES_ADDRESS,
        canonical=f"{pages.site}{TABLES_ADDRESS}",
        picture="",
        queries=queries,
        tables=described,
        size=counts.database_size,
        data={
            "queries": queries,
            "tables": {table.name: list(table.columns) for table in described},
            "pageOfColumn": KIND_OF_COLUMN,
            "pageOfTable": KIND_OF_TABLE,
            "mostShown": MOST_SHOWN,
        },
    )


def _described_columns(table: Table[Any]) -> Mapping[str, str]:
    return {column.name: column.description for column in table.columns}
