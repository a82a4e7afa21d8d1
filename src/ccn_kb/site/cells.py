"""How the tables lead to the pages: which cells name something that has a page, and which row is the page's subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

KIND_OF_COLUMN = {
    "city": "city",
    "helper": "city",
    "helped": "city",
    "country": "country",
    "field": "field",
    "former_field": "field",
    "meeting": "meeting",
    "round": "round",
}
KIND_OF_TABLE = {"cities": "city", "countries": "country", "fields": "field", "meetings": "meeting", "rounds": "round"}


class LinkedCells:
    """The links from tables to pages; `ids` are those that have a page, by kind."""

    def __init__(self, ids: Mapping[str, frozenset[str]], prefix: str) -> None:
        self._ids = ids
        self._prefix = prefix

    def link(self, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
        """Return a cell as a link to the page of what it names, None if that has no page."""
        label = value["label"] if isinstance(value, dict) else value
        id = str(value["value"] if isinstance(value, dict) else value)
        kind = KIND_OF_COLUMN.get(column)
        if column == "name" and table in KIND_OF_TABLE:
            kind, id = KIND_OF_TABLE[table], str(row["id"])
        elif column == "id" and table not in KIND_OF_TABLE:
            kind = "city"
        if kind is None or id not in self._ids[kind]:
            return None
        # Markup.format would take half of the time of a page with many cells.
        return Markup(f'<a href="{self._prefix}/{kind}/{escape(id)}">{escape(label)}</a>')  # noqa: S704

    def page_of_row(self, table: str | None, id: str) -> str | None:
        """Return the link to the page about a row of a table, None if there is no such page."""
        kind = KIND_OF_TABLE.get(table or "")
        return f"{self._prefix}/{kind}/{id}" if kind and id in self._ids[kind] else None
