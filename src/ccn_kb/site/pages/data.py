"""The downloads: files, tables, source files."""

from __future__ import annotations

from ccn_kb.database.views import FOR_READERS
from ccn_kb.site.languages import N_, gettext
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.page_context import PageContext

DESCRIPTIONS = {
    "/ccn.db": N_("The whole database (SQLite 3.37 or later)."),
    "/data/members.csv": N_(
        "Current members, one row each (CSV for spreadsheets and R; the continent NA is North America)."
    ),
    "/data/members.json": N_("Current members (JSON)."),
    "/data/members.geojson": N_("Current members as map points (GeoJSON)."),
    "/data/network.json": N_("All records in one document (JSON)."),
    "/meetings.ics": N_("Annual meetings and report deadlines (iCalendar)."),
    "/feed.atom": N_("Latest changes (Atom)."),
}


class SourceFile(parts.PagePart):
    """A file and its size."""

    path: parts.LocalAddress
    bytes: int


class Download(SourceFile):
    """A file for download, with a description."""

    description: str


class CountedTable(parts.PagePart):
    """A table or view of the database with its number of rows."""

    name: str
    description: str
    rows: int


class DataPage(parts.TablePage):
    """The downloads."""

    edition: parts.EditionInfo
    citation: str
    downloads: tuple[Download, ...]
    records: tuple[SourceFile, ...]
    tables: tuple[CountedTable, ...]


def data_page(context: PageContext) -> DataPage:
    """Return the downloads with their sizes, the source files, and the tables with their numbers of rows."""
    stored, link = context.stored(), context.link
    sizes = {"/ccn.db": stored.database_size, **stored.sizes}
    yaml = [path for path in sorted(sizes) if path.endswith(".yaml") and not path.startswith("/data/cities/")]
    return DataPage(
        title=_("Download"),
        sentence=_("Download everything: files, tables or SQL. Every page is also available as JSON."),
        edition=context.index.edition,
        citation=context.citation(),
        downloads=tuple(
            Download(path=link(path), bytes=sizes[path], description=gettext(description))
            for path, description in DESCRIPTIONS.items()
            if path in sizes
        ),
        records=tuple(SourceFile(path=link(path), bytes=sizes[path]) for path in yaml),
        tables=tuple(
            CountedTable.from_record(table, description=gettext(table.description), rows=stored.rows.get(table.name, 0))
            for table in FOR_READERS
        ),
        rows=link("/ccn"),
    )
