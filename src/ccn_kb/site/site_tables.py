"""The tables of the database that has pages: our templates, links to the pages, and errors shown as the site's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from datasette import Response
from datasette.utils import add_cors_headers, to_css_class
from datasette.utils.asgi import NotFound
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, Template, TemplateNotFound
from markupsafe import Markup

from ccn_kb.site.app import Site
from ccn_kb.site.cells import LinkedCells
from ccn_kb.site.limits import explain_failure
from ccn_kb.site.partial_results import add_notes_to_json, row_limit
from ccn_kb.site.templating import TEMPLATES

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request


class SiteTables:
    """How Datasette shows the tables of the site's database; those of other databases it shows as always."""

    def __init__(self, datasette: Datasette, site: Site) -> None:
        self.site = site
        self.name: str = site.database.name
        self._datasette = datasette
        self._cells = LinkedCells(site.pages.ids, site.prefix)
        self._templates = self._prepare_templates(datasette.jinja_env)
        add_notes_to_json(datasette, self.name, site.pages.whole_table)

    def _prepare_templates(self, stock: Environment) -> Environment:
        """Return the environment of our templates, which Datasette's takes for the tables of this database."""
        file = self.site.database.file
        ours = stock.overlay(loader=ChoiceLoader([FileSystemLoader(TEMPLATES), *filter(None, [stock.loader])]))
        ours.filters, ours.globals = dict(stock.filters), dict(stock.globals)
        self.site.pages.templates.add_helpers(ours)
        ours.globals |= {"path": ""}
        database = to_css_class(self.name)
        names = {f"database-{database}.html": "database.html", f"query-{database}.html": "query.html"}
        for table in map(to_css_class, file.tables):
            names |= {f"{page}-{database}-{table}.html": f"{page}.html" for page in ("table", "row")}
        stock.loader = ChoiceLoader([*filter(None, [stock.loader]), _OtherEnvironment(ours, names)])
        return ours

    def template_variables(self, request: Request) -> dict[str, object]:
        """Return what the layout needs in addition to the variables of Datasette."""
        parts = request.path.split("/")
        page = self._cells.page_of_row(parts[2], parts[3]) if len(parts) == 4 else None
        limit = row_limit.get()
        return {
            "path": request.path,
            "page_of_row": page,
            "part": limit.note if limit else "",
            "whole_table": self.site.pages.whole_table,
            "most_rows": self._datasette.max_returned_rows,
            "is_later_page": "_next" in request.args,
        }

    def link(self, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
        """Return a cell as a link to the page of what it names, None if that has no page."""
        return self._cells.link(row, value, column, table)

    def answers_for(self, request: Request, exception: Exception) -> bool:
        """Return whether the site shows an exception; Datasette shows those of other databases and plugins."""
        return self.site.answers_for(request.path, is_missing=isinstance(exception, NotFound))

    async def error_response(self, request: Request, exception: Exception) -> Response:
        """Return the error page for a request."""
        seconds = self._datasette.setting("sql_time_limit_ms") / 1000
        failure = None if self.site.is_replaced() else explain_failure(exception, request, seconds)
        if failure is None:
            status = self.site.status_of(exception, request.path)
            failure = status, "Internal error." if status == 500 else "The server has to be restarted."
        status, message = failure
        title = getattr(exception, "title", None)
        headers: dict[str, str] = {}
        if self._datasette.cors:
            add_cors_headers(headers)
        if request.path.endswith(".json"):
            facts = {"ok": False, "error": message, "status": status, "title": title}
            return Response.json(facts, status=status, headers=headers)
        template = self._templates.get_template("error.html")
        # A query that was typed is shown again, to be corrected.
        sql = request.args.get("sql") or ""
        form = self._datasette.urls.database(self.name) if sql and status == 400 else ""
        text = await template.render_async(
            status=status, error=message, title=title, urls=self._datasette.urls, sql=sql, form=form
        )
        return Response.html(text, status=status, headers=headers)


class _OtherEnvironment(BaseLoader):
    """Templates of another environment, by the names that Datasette requests."""

    def __init__(self, environment: Environment, names: Mapping[str, str]) -> None:
        self._environment = environment
        self._names = names

    def load(self, environment: Environment, name: str, globals: Any = None) -> Template:  # noqa: ARG002
        if name not in self._names:
            raise TemplateNotFound(name)
        return self._environment.get_template(self._names[name])

    def list_templates(self) -> list[str]:
        return list(self._names)
