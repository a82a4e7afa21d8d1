"""How Datasette's pages lead to ours: ids in cells become links, and its templates know our dress."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl
from jinja2 import Environment
from markupsafe import Markup

from ccn_kb.site.router import Pages

KIND_OF = {
    "city": "city",
    "helper": "city",
    "helped": "city",
    "country": "country",
    "field": "field",
    "former_field": "field",
    "meeting": "meeting",
    "round": "round",
}
KIND_OF_ID = {"cities": "city", "countries": "country", "fields": "field", "meetings": "meeting", "rounds": "round"}


class Cells:
    """A plugin for the time that the site is served."""

    # Datasette takes each plugin for a module.
    __name__ = __name__

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    @hookimpl  # type: ignore[untyped-decorator]
    def render_cell(self, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
        """Return a link to our page of what a cell names."""
        label = value["label"] if isinstance(value, dict) else value
        id = str(value["value"] if isinstance(value, dict) else value)
        kind = KIND_OF.get(column)
        if column == "id" and table not in KIND_OF_ID:
            kind = "city"
        if column == "name" and table in KIND_OF_ID:
            kind, id = KIND_OF_ID[table], str(row["id"])
        if kind is None or id not in self._pages.ids[kind]:
            return None
        return Markup('<a href="/{}/{}">{}</a>').format(kind, id, label)

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_jinja2_environment(self, env: Environment) -> None:
        """Give Datasette's templates what ours have; its page of errors is told nothing else."""
        self._pages.templates.add_helpers(env)
        env.globals |= {"path": ""}

    @hookimpl  # type: ignore[untyped-decorator]
    def extra_template_vars(self, request: Any) -> dict[str, Any]:
        """Return what the layout needs beside what Datasette gives."""
        path = request.path if request else ""
        return {"path": path, "page_of_row": self._page_of(path)}

    def _page_of(self, path: str) -> str | None:
        """Return the address of our page of the row that a page of Datasette shows."""
        _, _, table, id, *_ = [*path.split("/"), "", "", ""]
        kind = KIND_OF_ID.get(table)
        return f"/{kind}/{id}" if kind and id in self._pages.ids[kind] else None
