"""What changed: cities that joined, left or changed their field, values on which sources disagree, and new sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from operator import attrgetter

from pydantic import Field

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.network.schema import releases_in_order
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources, records_with_disputes
from ccn_kb.site.pages.counts import count_sources
from ccn_kb.site.pages.list_tables import changes_table
from ccn_kb.site.pages.on import changes_between
from ccn_kb.site.pages.page_context import PageContext
from ccn_kb.site.pages.search import RECORD_PAGES

MOST_SOURCES = 25


class DisputedRecord(parts.PagePart):
    """A record with values that less trusted sources give instead of ours."""

    name: str
    is_title: bool
    address: parts.LocalAddress
    disputed: tuple[parts.Dispute, ...]


class MovedCity(parts.PagePart):
    """A city that has another ID now."""

    before: parts.Id
    id: parts.Id
    name: str


class ReleaseCorrection(parts.PagePart):
    """A value that a release changed or removed, compared with the previous release."""

    change: records.CorrectionKind
    kind: str
    record: str
    name: str
    address: parts.LocalAddress | None = Field(description="The page of the record, if it has one.")
    path: str | None
    before: str | None
    after: str | None


class CorrectedRelease(parts.PagePart):
    """A release of the data and what it corrected in the one before it."""

    id: str
    date: records.PartialDate
    replaces: str | None
    corrections: tuple[ReleaseCorrection, ...]


class AccessedSources(parts.PagePart):
    """The number of sources that were last accessed in a month."""

    accessed: records.PartialDate
    sources: parts.Positive


class PublishedSource(parts.PagePart):
    """A source with the date of its publication."""

    id: parts.Id
    title: str | None
    publisher: str
    url: records.Url
    lang: records.Language | None
    published: records.PartialDate
    accessed: records.PartialDate


class ChangesPage(parts.TablePage):
    """What changed in the network and in the data."""

    on: parts.Day
    edition: parts.EditionInfo
    releases: tuple[CorrectedRelease, ...] = Field(
        description="Releases of the data with their corrections, the newest first."
    )
    changes: tuple[parts.NetworkChange, ...] = Field(description="Changes of the network, the newest first.")
    corrected: tuple[DisputedRecord, ...] = Field(description="Records on which sources disagree.")
    moved: tuple[MovedCity, ...]
    accessed: tuple[AccessedSources, ...]
    newest_sources: tuple[PublishedSource, ...]
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the changes of the network."""
        return changes_table("changes", "What happened to memberships, the newest first.", self.changes)


def changes_page(context: PageContext) -> ChangesPage:
    """Return what changed in the network and in the data."""
    network, on = context.network, context.day.isoformat()
    sources = PageSources(context.index)
    changes = changes_between(context.index, "", on)
    corrected = tuple(
        DisputedRecord(
            name=item.name,
            is_title=item.is_title,
            address=context.link(item.path),
            disputed=sources.disputes(item.record, item.renamed),
        )
        for item in records_with_disputes(network)
        if item.record.disputed
    )
    months = Counter(source.accessed for source in network.sources.values())
    published = [source for source in network.sources.values() if source.published]
    by_id = sorted(published, key=attrgetter("id"))
    newest = sorted(by_id, key=lambda source: str(source.published), reverse=True)[:MOST_SOURCES]
    pages = {kind: set(map(str, network.records(kind))) for kind in RECORD_PAGES}
    return ChangesPage(
        title=_("Changes"),
        sentence=_(
            "%(changes)s of the network until today, %(records)s on which sources disagree, and %(sources)s.",
            changes=ngettext("%(number)s change", "%(number)s changes", len(changes)),
            records=ngettext("%(number)s record", "%(number)s records", len(corrected)),
            sources=count_sources(len(network.sources)),
        ),
        on=on,
        edition=context.index.edition,
        releases=tuple(_corrected_release(context, release, pages) for release in reversed(releases_in_order(network))),
        changes=changes,
        corrected=corrected,
        moved=tuple(
            MovedCity(before=before, id=id, name=network.cities[id].name)
            for before, id in sorted(network.moved.items())
        ),
        accessed=tuple(
            AccessedSources(accessed=month, sources=months[month]) for month in sorted(months, reverse=True)
        ),
        newest_sources=tuple(PublishedSource.from_record(source) for source in newest),
        sources=sources.by_citation,
        rows=context.link("/ccn/history?_sort_desc=day"),
    )


def _corrected_release(
    context: PageContext, release: records.Release, pages: Mapping[str, Collection[str]]
) -> CorrectedRelease:
    """Return a release; `pages` has the ids of the records with a page, by kind."""
    return CorrectedRelease(
        id=release.id,
        date=release.date,
        replaces=release.replaces,
        corrections=tuple(
            ReleaseCorrection(
                change=correction.change,
                kind=correction.kind,
                record=correction.record,
                name=_("%(year)s round", year=correction.record) if correction.kind == "round" else correction.name,
                address=context.link(f"{RECORD_PAGES[correction.kind]}{correction.record}")
                if correction.record in pages.get(correction.kind, ())
                else None,
                path=correction.path,
                before=correction.before,
                after=correction.after,
            )
            for correction in release.corrections
        ),
    )
