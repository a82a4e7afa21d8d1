"""The site as a plugin of Datasette: `datasette ccn.db` shows the pages, and the tables as they describe themselves.

It is a package of its own because Datasette takes the folders `templates` and `static` next to a plugin for all
databases. All state is kept on the Datasette, so that several can live in one process.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.plugins import pm

if TYPE_CHECKING:
    import sqlite3

    from datasette.app import Datasette
    from datasette.utils.asgi import Request
    from markupsafe import Markup
    from pluggy import Result

    from ccn_kb.site.installation import Installation
    from ccn_kb.site.responses import Asgi, Receive, Scope, Send

NAME = "ccn_kb"


def installed(datasette: Datasette) -> Installation | None:
    """Return what was installed in a Datasette, None if it has no database of the network."""
    installation: Installation | None = getattr(datasette, NAME, None)
    return installation


def register() -> None:
    """Register the plugin where the package is not installed, as in a publication, and has no entry point."""
    if not pm.is_registered(sys.modules[__name__]):
        pm.register(sys.modules[__name__], NAME)


@hookimpl  # type: ignore[untyped-decorator]
def startup(datasette: Datasette) -> Awaitable[None]:
    """Look for a database of the network, once all databases are open."""
    from ccn_kb.site.installation import install

    return install(datasette)


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: Datasette) -> Callable[[Asgi], Asgi]:
    """Put the site before Datasette's own routes."""

    def wrap(application: Asgi) -> Asgi:
        async def respond(scope: Scope, receive: Receive, send: Send) -> None:
            await datasette.invoke_startup()
            installation = installed(datasette)
            if installation and installation.site:
                await installation.site.respond(application, scope, receive, send)
            else:
                await application(scope, receive, send)

        return respond

    return wrap


@hookimpl  # type: ignore[untyped-decorator]
def get_metadata(datasette: Datasette) -> dict[str, object] | None:
    """Describe the tables of the network's databases."""
    installation = installed(datasette)
    # Datasette adds what is configured for other databases.
    return {"databases": dict(installation.metadata)} if installation else None


# Datasette's own escape_fts is registered by a hook of its own, which has to come first.
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Datasette) -> None:
    """Bound what SQL may take."""
    if (installation := installed(datasette)) and database in installation.metadata:
        from ccn_kb.site.limits import limit_connection

        limit_connection(conn)


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(database: str | None, request: Request | None, datasette: Datasette) -> dict[str, object]:
    """Return the path of the page, and of the page about the row, for the templates of our tables."""
    installation = installed(datasette)
    tables = installation.tables_of(database) if installation else None
    return tables.template_variables(request) if tables and request else {}


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """Link what a cell names to its page."""
    installation = installed(datasette)
    tables = installation.tables_of(database) if installation else None
    return tables.link(row, value, column, table) if tables else None


@hookimpl  # type: ignore[untyped-decorator]
def filters_from_request(
    request: Request, database: str, table: str, datasette: Datasette
) -> Callable[[], Awaitable[None]] | None:
    """Refuse a search where there is no index, instead of ignoring it."""
    installation = installed(datasette)
    if installation is None or database not in installation.metadata:
        return None
    return lambda: installation.require_search_index(request, database, table)


@hookimpl(hookwrapper=True)  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, Result[list[object]], None]:
    """Answer for our tables; Datasette's own answer, and the page of traceback that it prints, is dropped."""
    outcome = yield
    installation = installed(datasette)
    tables = installation.tables if installation else None
    if tables and tables.answers_for(request, exception):
        outcome.force_result([lambda: tables.error_response(request, exception)])
