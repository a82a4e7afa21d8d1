"""What this is and how far it can be trusted: the census, the sources, the gaps."""

from __future__ import annotations

from ccn_kb.site.facts.citing import Citing
from ccn_kb.site.facts.memberships import countries, held
from ccn_kb.site.reader import Facts, Reader


def about(reader: Reader) -> Facts:
    """Return the census beside its sources, the share of official sources, the known gaps."""
    citing = Citing(reader)
    members = held(reader.memberships, reader.today)
    census = [
        {**row, "sources": citing.of(row["record_type"], row["record_id"])}
        for row in reader.rows(
            "SELECT c.*, coalesce(f.name, k.name, r.name) AS of FROM census c LEFT JOIN fields f ON f.id = c.field"
            " LEFT JOIN countries k ON k.id = c.country LEFT JOIN regions r ON r.id = c.region"
            " ORDER BY c.date_day DESC, c.record_type, c.record_id, c.figure"
        )
    ]
    return {
        "title": "About",
        "sentence": "ccn-kb records every city that UNESCO has designated since 2004: when, in which creative field,"
        " until when, and who says so.",
        "on": reader.today.isoformat(),
        "members": len(members),
        "countries": countries(members),
        "edition": reader.edition,
        "citation": reader.citation(),
        "census": census,
        "agreeing": sum(row["difference"] == 0 for row in census),
        "sourced": _sourced(reader),
        "kinds": reader.rows("SELECT kind, count(*) AS sources FROM sources GROUP BY kind ORDER BY sources DESC"),
        "disputes": reader.rows("SELECT count(DISTINCT record_id || path) AS n FROM disputed")[0]["n"],
        "gaps": _gaps(reader),
        "sources": citing.sources,
        "rows": "/ccn/census_differences",
    }


def _sourced(reader: Reader) -> Facts:
    """Return how many open designations rest on an official or host source, and on two publishers or more."""
    (row,) = reader.rows(
        "SELECT count(*) AS members, sum(best_source IN ('official', 'host')) AS official, sum(publishers >= 2) AS two"
        " FROM (SELECT d.best_source, (SELECT count(DISTINCT s.publisher) FROM citations c JOIN sources s"
        " ON s.id = c.source WHERE c.record_type = 'designation' AND c.record_id = d.id AND c.path = '') AS publishers"
        " FROM designations d WHERE d.until IS NULL)"
    )
    return row


_GAPS = {
    "memberships whose first day is not known, only a month or year": (
        "SELECT count(*) AS n FROM designations WHERE since_precision <> 'day'",
        "/ccn/designations?since_precision__not=day",
    ),
    "memberships that no official or host source confirms": (
        "SELECT count(*) AS n FROM designations WHERE best_source NOT IN ('official', 'host')",
        "/ccn/designations?best_source__in=press,reference,copy",
    ),
    "cities without a Wikidata id": (
        "SELECT count(*) AS n FROM cities WHERE wikidata IS NULL",
        "/ccn/cities?wikidata__isnull=1",
    ),
    "sources whose title was not seen": (
        "SELECT count(*) AS n FROM sources WHERE title IS NULL",
        "/ccn/sources?title__isnull=1",
    ),
    "meetings whose theme is not known": (
        "SELECT count(*) AS n FROM meetings WHERE theme IS NULL",
        "/ccn/meetings?theme__isnull=1",
    ),
    "meetings of which no record was found that they were held": (
        "SELECT count(*) AS n FROM meetings WHERE status = 'unconfirmed'",
        "/ccn/meetings?status=unconfirmed",
    ),
}


def _gaps(reader: Reader) -> list[Facts]:
    counted = [(what, reader.rows(sql)[0]["n"], rows) for what, (sql, rows) in _GAPS.items()]
    return [{"what": what, "number": number, "rows": rows} for what, number, rows in counted if number]
