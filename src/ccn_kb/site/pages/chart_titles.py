"""The titles of charts: what a chart shows, with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ccn_kb.site.pages.parts import GrowthYear, MemberCount, join_names, with_article

MOST_LEADING = 3
MEMBER_CITIES = ("member city", "member cities")


def describe_leading(counts: Sequence[MemberCount], nouns: tuple[str, str] = MEMBER_CITIES) -> str:
    """Return the sentence on the largest of some groups; empty if no few of them are larger than the others."""
    most = max((count.members for count in counts), default=0)
    leading = [with_article(count.name) for count in counts if count.members == most]
    if len(counts) < 2 or most < 2 or len(leading) > MOST_LEADING:
        return ""
    names = join_names(leading)
    total = sum(count.members for count in counts)
    verb, number = ("has", f"{most} of {total}") if len(leading) == 1 else ("have", f"{most} of {total} each")
    return f"{names[0].upper()}{names[1:]} {verb} the most {nouns[1]}: {number}"


def describe_growth(years: Sequence[GrowthYear], nouns: tuple[str, str] = MEMBER_CITIES) -> str:
    """Return the sentence on the first and the last number of members; empty if there never was one."""
    first = next((year for year in years if year.members), None)
    if first is None:
        return ""
    last = years[-1]
    noun = nouns[first.members != 1]
    if first is last:
        return f"{last.members} {noun} in {last.year}"
    if first.members == last.members:
        return f"{last.members} {noun} in {last.year}, as in {first.year}"
    return f"From {first.members} {noun} in {first.year} to {last.members} in {last.year}"
