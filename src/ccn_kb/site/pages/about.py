"""What the data are, how our counts compare with published totals, how reliable they are, and their gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ccn_kb.model import records
from ccn_kb.model.dates import last_day, precision
from ccn_kb.network import Network, best_kind
from ccn_kb.network.published_totals import Comparison
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.citing import PageSources, records_with_disputes
from ccn_kb.site.pages.page_context import PageContext


class SourceKindCount(parts.PagePart):
    """A kind of source and its number."""

    kind: records.SourceKind
    sources: parts.Positive


class CitedTotal(parts.ComparedTotal):
    """A published figure, the name of its scope, and its sources."""

    of: str | None
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
    since = f" since {index.first_year}" if index.first_year else ""
    return AboutPage(
        title="About",
        sentence=f"ccn-kb records every city that UNESCO has designated{since}: when it joined, in which creative"
        " field, when it left, and the source.",
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
            len({dispute.path for dispute in item.record.disputed}) for item in records_with_disputes(network)
        ),
        gaps=tuple(
            DataGap(what=what.format(s="" if number == 1 else "s"), number=number, rows=context.link(f"/ccn/{rows}"))
            for what, number, rows in _count_gaps(network)
            if number
        ),
        sources=sources.by_citation,
        rows=context.link("/ccn/census_differences"),
    )


def _cite_total(network: Network, sources: PageSources, row: Comparison) -> CitedTotal:
    record = network.totals[row.record_id] if row.record_type == "total" else network.rounds[int(row.record_id)]
    total = parts.compare_total(row)
    name = network.fields[total.field].name if total.field else None
    name = network.countries[total.country].name if total.country else name
    name = records.REGIONS[total.region] if total.region else name
    return CitedTotal.from_record(total, of=name, sources=sources.cite(record.sources))


def _count_gaps(network: Network) -> Iterator[tuple[str, int, str]]:
    """Yield each known gap: what is missing, how often, and the rows of a table that show it."""
    cities, meetings = network.cities.values(), network.meetings_by_id.values()
    designations = [designation for city in cities for designation in city.designations]
    best_kinds = [best_kind(designation, network.sources) for designation in designations]
    imprecise = sum(precision(designation.since) != "day" for designation in designations)
    yield "designation{s} dated only to the month or year", imprecise, "designations?since_precision__not=day"
    unconfirmed, rows = sum(kind not in ("official", "host") for kind in best_kinds), "press,reference,copy"
    yield "designation{s} not yet confirmed by UNESCO or the city", unconfirmed, f"designations?best_source__in={rows}"
    unlinked = sum(city.wikidata is None for city in cities)
    yield ("city" if unlinked == 1 else "cities") + " without a Wikidata ID", unlinked, "cities?wikidata__isnull=1"
    untitled = sum(source.title is None for source in network.sources.values())
    yield "source{s} without a recorded title", untitled, "sources?title__isnull=1"
    unthemed = sum(meeting.theme is None for meeting in meetings)
    yield "meeting{s} without a recorded theme", unthemed, "meetings?theme__isnull=1"
    doubtful = sum(meeting.status == "unconfirmed" for meeting in meetings)
    yield "meeting{s} not confirmed to have taken place", doubtful, "meetings?status=unconfirmed"
