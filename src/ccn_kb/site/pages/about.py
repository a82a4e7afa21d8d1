"""What the data are, how our counts compare with published totals, how reliable they are, and their gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ccn_kb.model import records
from ccn_kb.model.dates import last_day, precision
from ccn_kb.network import Network, best_kind
from ccn_kb.network.published_totals import Comparison
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources, records_with_disputes
from ccn_kb.site.pages.page_context import PageContext


class SourceKindCount(parts.PagePart):
    """A kind of source and its number."""

    kind: records.SourceKind
    sources: parts.Positive


class CitedTotal(parts.ComparedTotal):
    """A published figure and its sources."""

    note: str | None
    """What is said of a figure that differs from our count."""
    sources: parts.Citations


class Confirmation(parts.PagePart):
    """The number of current designations with reliable sources."""

    members: records.Count
    official: records.Count
    two: records.Count


class DataGap(parts.PagePart):
    """A known gap."""

    what: str
    number: parts.Positive
    rows: parts.LocalAddress


class AboutPage(parts.TablePage):
    """What the data are, and how reliable they are."""

    on: parts.Day
    members: records.Count
    countries: records.Count
    edition: parts.EditionInfo
    citation: str
    census: tuple[CitedTotal, ...]
    agreeing: records.Count
    sourced: Confirmation
    kinds: tuple[SourceKindCount, ...]
    disputes: records.Count
    gaps: tuple[DataGap, ...]
    sources: parts.SourceList


def about_page(context: PageContext) -> AboutPage:
    """Return the published totals with our counts, the share of official sources, the known gaps."""
    index, network, today = context.index, context.network, context.today
    sources = PageSources(index)
    by_record = sorted(index.comparisons, key=lambda row: (row.record_type, row.record_id, row.figure))
    newest_first = sorted(by_record, key=lambda row: last_day(row.date), reverse=True)
    census = tuple(_cite_total(network, sources, row) for row in newest_first)
    official, two = network.sourced(membership.member for membership in today.memberships)
    kinds = Counter(source.kind for source in network.sources.values())
    return AboutPage(
        title=_("About"),
        sentence=_describe_data(index.first_year),
        on=context.day.isoformat(),
        members=len(today.memberships),
        countries=today.countries,
        edition=index.edition,
        citation=context.citation(),
        census=census,
        agreeing=sum(row.difference == 0 for row in census),
        sourced=Confirmation(members=len(today.memberships), official=official, two=two),
        kinds=tuple(SourceKindCount(kind=kind, sources=number) for kind, number in kinds.most_common()),
        disputes=sum(
            len(dispute.sources) for item in records_with_disputes(network) for dispute in item.record.disputed
        ),
        gaps=tuple(
            DataGap(what=what, number=number, rows=context.link(f"/ccn/{rows}"))
            for what, number, rows in _count_gaps(network)
            if number
        ),
        sources=sources.by_citation,
        rows=context.link("/ccn/census_differences"),
    )


def _cite_total(network: Network, sources: PageSources, row: Comparison) -> CitedTotal:
    record = network.totals[row.record_id] if row.record_type == "total" else network.rounds[int(row.record_id)]
    note = record.note if row.difference else None
    return CitedTotal.from_record(parts.compare_total(network, row), note=note, sources=sources.cite(record.sources))


def _count_gaps(network: Network) -> Iterator[tuple[str, int, str]]:
    """Yield each known gap: what is missing, how often, and the rows of a table that show it."""
    cities, meetings = network.cities.values(), network.meetings_by_id.values()
    designations = [designation for city in cities for designation in city.designations]
    best_kinds = [best_kind(designation, network.sources) for designation in designations]
    number = sum(precision(designation.since) != "day" for designation in designations)
    what = ngettext(
        "designation dated only to the month or year", "designations dated only to the month or year", number
    )
    yield what, number, "designations?since_precision__not=day"
    number = sum(kind not in ("official", "host") for kind in best_kinds)
    what = ngettext(
        "designation not yet confirmed by UNESCO or the city",
        "designations not yet confirmed by UNESCO or the city",
        number,
    )
    yield what, number, "designations?best_source__in=press,reference,copy"
    number = sum(city.wikidata is None for city in cities)
    yield (
        ngettext("city without a Wikidata ID", "cities without a Wikidata ID", number),
        number,
        "cities?wikidata__isnull=1",
    )
    number = sum(source.title is None for source in network.sources.values())
    what = ngettext("source without a recorded title", "sources without a recorded title", number)
    yield what, number, "sources?title__isnull=1"
    number = sum(meeting.theme is None for meeting in meetings)
    what = ngettext("meeting without a recorded theme", "meetings without a recorded theme", number)
    yield what, number, "meetings?theme__isnull=1"
    number = sum(meeting.status == "unconfirmed" for meeting in meetings)
    what = ngettext("meeting not confirmed to have taken place", "meetings not confirmed to have taken place", number)
    yield what, number, "meetings?status=unconfirmed"


def _describe_data(first_year: str) -> str:
    if first_year:
        return _(
            "ccn-kb records every city that UNESCO has designated since %(year)s: when it joined, in which creative"
            " field, when it left, and the source.",
            year=first_year,
        )
    return _(
        "ccn-kb records every city that UNESCO has designated: when it joined, in which creative field, when it left,"
        " and the source."
    )
