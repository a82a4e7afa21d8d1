"""The description of the dataset for search engines, in the pages that show it as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urljoin

from ccn_kb.exports.dataset_description import Distribution, to_schema_org
from ccn_kb.site.pages.data import DESCRIPTIONS, CountedTable, Download
from ccn_kb.site.pages.page_context import SiteIndex, base_path

TABLE_ENDINGS = ("csv", "json", "xlsx")


def dataset_markup(
    index: SiteIndex, site: str, downloads: Iterable[Download] = (), tables: Iterable[CountedTable] = ()
) -> dict[str, object]:
    """Return the dataset with the downloads of a page; without any, those that every site has."""
    base = base_path(site)
    listed = [Distribution(urljoin(site, file.path), file.description, file.bytes) for file in downloads]
    stated = [Distribution(f"{site}{path}", description) for path, description in DESCRIPTIONS.items()]
    files = [*(listed or stated), *_tables(urljoin(site, base), tables)]
    return to_schema_org(index.network, f"{site}/", files)


def _tables(base: str, tables: Iterable[CountedTable]) -> Iterator[Distribution]:
    for table in tables:
        # The members are among the downloads, but for their workbook.
        endings = ("xlsx",) if f"/data/{table.name}.csv" in DESCRIPTIONS else TABLE_ENDINGS
        for ending in endings:
            yield Distribution(f"{base}/data/{table.name}.{ending}", table.description)
