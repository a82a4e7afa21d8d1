"""The page of the tables without a server: SQL by SQLite in the browser, descriptions, ready-made queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ccn_kb.database.views import FOR_READERS
from ccn_kb.network.table_rows import TABLES_BY_NAME
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
        TableOnPage(shown.name, counts.rows[shown.name], shown.description, _described_columns(shown.name))
        for shown in FOR_READERS
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


def _described_columns(table: str) -> Mapping[str, str]:
    return {column.name: column.description for column in TABLES_BY_NAME[table].columns}
