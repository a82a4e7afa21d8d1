"""The documents that the build stores in the database, for the site to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ccn_kb.database import Document
from ccn_kb.exports import changes_feed, citation_formats, csv_rows, geojson, json_rows, meetings_calendar
from ccn_kb.exports.wording import Wording
from ccn_kb.network import Network
from ccn_kb.network.members import MEMBER_COLUMNS
from ccn_kb.network.schema import version_pairs
from ccn_kb.site.display_terms import name_meeting
from ccn_kb.site.languages import current_language, format_date, gettext, list_separator, ngettext
from ccn_kb.site.page_citation import cite_in_words, cite_page


def documents(network: Network, records: Mapping[str, str], site: str = "") -> Iterator[Document]:
    """Yield path, media type and body of each document.

    `records` are the data files by their place in the data folder; `site` is the public address of the site, "" if
    unknown.
    """
    rows = network.members().to_dicts()
    yield "/data/members.csv", "text/csv", csv_rows.to_csv(rows, MEMBER_COLUMNS)
    yield "/data/members.json", "application/json", f"{json_rows.to_list(rows)}\n"
    yield "/data/members.geojson", "application/geo+json", geojson.to_geojson(rows, dict(version_pairs(network)))
    yield from addressed_documents(network, site)
    for file, text in sorted(records.items()):
        yield f"/data/{file}", "application/yaml", text


def addressed_documents(network: Network, site: str) -> Iterator[Document]:
    """Yield the documents with links to the site, which are made again for the address at which they are served."""
    yield meetings_calendar.PATH, meetings_calendar.TYPE, meetings_calendar.to_calendar(network, site)
    yield changes_feed.PATH, changes_feed.TYPE, changes_feed.to_feed(network, site)
    if network.version:
        yield "/cite.txt", citation_formats.TYPE, f"{cite_page(network, site)}\n"
        for city in network.cities.values():
            yield f"/city/{city.id}/cite.txt", citation_formats.TYPE, f"{cite_page(network, site, city)}\n"


def translated_documents(network: Network, site: str) -> Iterator[Document]:
    """Yield the documents in the current language; the network has its names in it."""
    wording = Wording(
        tag=current_language().tag,
        gettext=gettext,
        ngettext=ngettext,
        format_date=format_date,
        name_meeting=name_meeting,
        cite=cite_in_words,
        separator=list_separator(),
    )
    yield meetings_calendar.PATH, meetings_calendar.TYPE, meetings_calendar.to_calendar(network, site, wording)
    yield changes_feed.PATH, changes_feed.TYPE, changes_feed.to_feed(network, site, wording=wording)
