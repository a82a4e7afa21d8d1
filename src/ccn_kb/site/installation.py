"""What a Datasette has of the network: its databases, described, and the site, if exactly one of them is open."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from datasette.views.base import DatasetteError

from ccn_kb.model import dates
from ccn_kb.site import plugin
from ccn_kb.site.address import SiteAddress, parse_address
from ccn_kb.site.app import Site
from ccn_kb.site.database_file import DatabaseError, DatabaseFile, is_network_database
from ccn_kb.site.metadata import describe_database
from ccn_kb.site.network_database import NetworkDatabase
from ccn_kb.site.router import Pages
from ccn_kb.site.site_tables import SiteTables

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

CONFIGURED_AS = "ccn-kb"


class Installation:
    """The databases of the network in one Datasette: `metadata` by their names, `site` and `tables` of one of them."""

    def __init__(self, datasette: Datasette, databases: Iterable[NetworkDatabase], today: datetime.date | None) -> None:
        self._datasette = datasette
        self._today = today
        self.metadata = {each.name: describe_database(datasette.urls.database(each.name), today) for each in databases}
        self.site: Site | None = None
        self.tables: SiteTables | None = None
        setattr(datasette, plugin.NAME, self)

    def open_site(self, database: NetworkDatabase, address: SiteAddress, *, exclusive: bool = False) -> None:
        """Show the pages over a database. Raises ReplacedFileError."""
        pages = Pages(database.file.path, self._today, str(address), address.issues)
        # The numbers of rows on this page are read from the file when they are first shown.
        with suppress(Exception):
            pages.respond("/data", {})
        database.file.require_unchanged()
        self.site = Site(self._datasette, database, pages, address, exclusive=exclusive)

    def complete(self) -> None:
        """Add what has to wait until other plugins have prepared the templates."""
        if self.site and not self.tables:
            self.tables = SiteTables(self._datasette, self.site)

    def tables_of(self, database: str | None) -> SiteTables | None:
        """Return the tables of the site if that is the database's name."""
        return self.tables if self.tables and self.tables.name == database else None

    async def require_search_index(self, request: Request, database: str, table: str) -> None:
        """Check that a search has something to search. Raises DatasetteError."""
        if not any(name.startswith("_search") and name != "_searchmode" for name in request.args):
            return
        if request.args.get("_fts_table") or await self._is_searchable(database, table):
            return
        tables = [name for name in await self._datasette.get_database(database).table_names() if "_fts" not in name]
        searchable = [name for name in tables if await self._is_searchable(database, name)]
        message = f"{table} has no search index. Tables that can be searched: {', '.join(searchable)}."
        raise DatasetteError(message, title="No search index", status=400)

    async def _is_searchable(self, database: str, table: str) -> bool:
        described = self._datasette.table_metadata(database, table).get("fts_table")
        return bool(described or await self._datasette.get_database(database).fts_table(table))


async def install(datasette: Datasette) -> None:
    """Make the site part of a Datasette that has exactly one database of the network; describe those that it has."""
    if plugin.installed(datasette) is None:
        files = dict(_files(datasette))
        is_public = [await _is_public(datasette, name) for name in files]
        # Nothing is awaited from here on: the first requests may come at once.
        if files and plugin.installed(datasette) is None:
            _install(datasette, files, is_public=all(is_public))
    if installation := plugin.installed(datasette):
        installation.complete()


def _install(datasette: Datasette, files: Mapping[str, DatabaseFile], *, is_public: bool) -> None:
    databases = [_replace(datasette, name, file) for name, file in files.items()]
    today = dates.today() if os.environ.get("CCN_TODAY") else None
    installation = Installation(datasette, databases, today)
    if len(files) > 1:
        _note(f"open one database of the network to see its pages; these are open: {', '.join(files)}")
    elif not is_public:
        _note(f"the pages would be visible to everyone, and {', '.join(files)} is not: only its tables are shown")
    else:
        configured = datasette.plugin_config(CONFIGURED_AS) or {}
        installation.open_site(
            databases[0], _address(datasette, configured.get("url", ""), configured.get("issues", ""))
        )


async def _is_public(datasette: Datasette, name: str) -> bool:
    """Return whether everyone may see, query and download a database."""
    allowed = [
        await datasette.permission_allowed(None, "view-instance", default=True),
        await datasette.permission_allowed(None, "view-database", name, default=True),
        await datasette.permission_allowed(None, "view-database-download", name, default=True),
    ]
    return all(allowed)


def _files(datasette: Datasette) -> Iterator[tuple[str, DatabaseFile]]:
    for name, database in datasette.databases.items():
        if database.path and not database.is_memory and is_network_database(Path(database.path)):
            try:
                yield name, DatabaseFile(Path(database.path))
            except DatabaseError as error:
                _note(str(error))


def _replace(datasette: Datasette, name: str, file: DatabaseFile) -> NetworkDatabase:
    database = NetworkDatabase(datasette, file)
    database.name, database.route = name, datasette.databases[name].route
    datasette.databases = {**datasette.databases, name: database}
    return database


def _address(datasette: Datasette, url: str, issues: str) -> SiteAddress:
    """Return the configured address; without one, Datasette's prefix alone."""
    prefix = datasette.setting("base_url").rstrip("/")
    try:
        address = parse_address(url)
    except ValueError as error:
        _note(f"url: {error}")
        address = SiteAddress()
    if address.host and address.prefix != prefix:
        _note(f"the path of the url ({address.prefix or '/'}) differs from Datasette's base_url ({prefix or '/'})")
    return address._replace(prefix=prefix, issues=issues)


def _note(message: str) -> None:
    click.echo(f"ccn-kb: {message}", err=True)
