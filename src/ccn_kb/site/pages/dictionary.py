"""The data dictionary: tables, columns and ready-made queries, described in every language of the pages."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ccn_kb.database.views import FOR_READERS
from ccn_kb.exports.contents import TableData, is_day
from ccn_kb.network.schema import TableColumn
from ccn_kb.network.table_rows import TABLES_BY_NAME
from ccn_kb.site.languages import N_, gettext, languages
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.metadata import QUERIES, ReadyQuery
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.list_tables import make_table
from ccn_kb.site.pages.page_context import PageContext

TYPES = {str: N_("text"), int: N_("integer"), float: N_("decimal number")}
DAY = N_("date")


class Described(parts.PagePart):
    """A name of the database, which is in English, with its description."""

    name: str
    description: str
    translations: dict[str, str] = Field(description="The description in the other languages, by their tags.")


class DescribedColumn(Described):
    """A column: its type, and the table whose ID it holds."""

    type: str
    references: str | None
    nullable: bool


class DescribedTable(Described):
    """A table or view with its columns."""

    address: parts.LocalAddress
    columns: tuple[DescribedColumn, ...]


class DescribedQuery(Described):
    """A ready-made query: its title, and its parameters."""

    title: str
    title_translations: dict[str, str] = Field(description="The title in the other languages, by their tags.")
    address: parts.LocalAddress
    parameters: tuple[str, ...]


class DictionaryPage(parts.TablePage):
    """The data dictionary."""

    tables: tuple[DescribedTable, ...]
    queries: tuple[DescribedQuery, ...]

    def to_table(self) -> TableData:
        """Return the columns of all tables, with their descriptions in every language."""
        others = [tag for tag, language in languages().items() if not language.is_english]
        columns = {
            "table": "Name of the table or view.",
            "column": "Name of the column.",
            "type": "Type of its values.",
            "references": "Table whose ID it holds.",
            "description": "English description.",
            **{f"description_{tag}": f"Description in the language {tag}." for tag in others},
        }
        rows = (
            (
                table.name,
                column.name,
                column.type,
                column.references,
                column.description,
                *(column.translations[tag] for tag in others),
            )
            for table in self.tables
            for column in table.columns
        )
        return make_table("dictionary", "The columns of all tables and views.", columns, rows)


def dictionary_page(context: PageContext) -> DictionaryPage:
    """Return every table, view and ready-made query that is meant for readers."""
    return DictionaryPage(
        title=_("Data dictionary"),
        sentence=_("Every table, column and ready-made query of the database, with its description."),
        tables=tuple(
            DescribedTable(
                name=table.name,
                description=gettext(table.description),
                translations=_translate(table.description),
                address=context.link(f"/ccn/{table.name}"),
                columns=tuple(map(_describe_column, TABLES_BY_NAME[table.name].columns)),
            )
            for table in FOR_READERS
        ),
        queries=tuple(_describe_query(context, name, query) for name, query in QUERIES.items()),
        rows=context.link("/ccn"),
    )


def _describe_column(column: TableColumn[Any]) -> DescribedColumn:
    return DescribedColumn(
        name=column.name,
        description=gettext(column.description),
        translations=_translate(column.description),
        type=gettext(DAY if is_day(column) else TYPES[column.type]),
        references=column.references or None,
        nullable=column.nullable,
    )


def _describe_query(context: PageContext, name: str, query: ReadyQuery) -> DescribedQuery:
    title, description = query["title"], query["description"]
    return DescribedQuery(
        name=name,
        title=gettext(title),
        title_translations=_translate(title),
        description=gettext(description),
        translations=_translate(description),
        address=context.link(f"/ccn/{name}"),
        parameters=tuple(query.get("params", ())),
    )


def _translate(message: str) -> dict[str, str]:
    """Return a message in every language but English, by its tag."""
    return {tag: language.messages.gettext(message) for tag, language in languages().items() if not language.is_english}
