"""The application that `ccn serve` runs: a Datasette with the one database, and nothing but the site."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from datasette.app import Datasette

from ccn_kb.site import plugin
from ccn_kb.site.address import SiteAddress
from ccn_kb.site.database_file import DatabaseFile
from ccn_kb.site.installation import Installation
from ccn_kb.site.metadata import LICENCE, NAME, TITLE
from ccn_kb.site.network_database import NetworkDatabase
from ccn_kb.site.responses import Asgi

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 1000,
    "default_facet_size": 12,
    "suggest_facets": False,
    "truncate_cells_html": 200,
    "default_cache_ttl": 300,
    "num_sql_threads": 4,
}


class SiteDatasette(Datasette):  # type: ignore[misc]
    """A Datasette that makes no absolute links where the address of the site is unknown."""

    def __init__(self, address: SiteAddress) -> None:
        self._address = address
        super().__init__(
            metadata={"title": TITLE, **LICENCE},
            settings={**SETTINGS, "base_url": f"{address.prefix}/"},
            cors=True,
        )
        self.remove_database("_memory")

    def absolute_url(self, request: Request, path: str) -> str:
        """Return the address of a path."""
        url: str = super().absolute_url(request, path)
        return url if self._address.host else str(path)


def make_application(file: DatabaseFile, address: SiteAddress, today: datetime.date | None = None) -> Asgi:
    """Return the site over a database; a given day is taken for today."""
    plugin.register()
    datasette = SiteDatasette(address)
    database = datasette.add_database(NetworkDatabase(datasette, file), name=NAME)
    Installation(datasette, [database], today).open_site(database, address, exclusive=True)
    application: Asgi = datasette.app()
    return application
