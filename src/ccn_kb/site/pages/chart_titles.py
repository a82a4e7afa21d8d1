"""The titles of charts: what a chart shows, with its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext, pgettext
from ccn_kb.site.pages.counts import count_member_cities
from ccn_kb.site.pages.parts import GrowthYear, MemberCount, join_names, with_article

MOST_LEADING = 3


def describe_leading(counts: Sequence[MemberCount], field: str = "", is_new: bool = False) -> str:
    """Return the sentence on the largest groups; empty if they are more than MOST_LEADING or nothing can be compared.

    `field` is the name of a creative field, if only its cities are counted; `is_new` is set if only new members are.
    """
    most = max((count.members for count in counts), default=0)
    leading = [with_article(count.name) for count in counts if count.members == most]
    if len(counts) < 2 or most < 2 or len(leading) > MOST_LEADING:
        return ""
    names = join_names(leading)
    values = {
        "Names": f"{names[0].upper()}{names[1:]}",
        "cities": _name_cities(field, is_new),
        "most": most,
        "total": sum(count.members for count in counts),
    }
    return ngettext(
        "%(Names)s has the most %(cities)s: %(most)s of %(total)s",
        "%(Names)s have the most %(cities)s: %(most)s of %(total)s each",
        len(leading),
        **values,
    )


def _name_cities(field: str, is_new: bool) -> str:
    if field:
        return pgettext("within a sentence", "Cities of %(field)s", field=field)
    return _("new member cities") if is_new else _("member cities")


def describe_growth(years: Sequence[GrowthYear], field: str = "") -> str:
    """Return the sentence on the first and the last number of members; empty if there never was one."""
    first = next((year for year in years if year.members), None)
    if first is None:
        return ""
    last = years[-1]
    cities = _count(first.members, field)
    if first is last:
        return _("%(cities)s in %(year)s", cities=cities, year=last.year)
    if first.members == last.members:
        return _("%(cities)s in %(year)s, as in %(before)s", cities=cities, year=last.year, before=first.year)
    return _(
        "From %(cities)s in %(start)s to %(number)s in %(end)s",
        cities=cities,
        start=first.year,
        number=last.members,
        end=last.year,
    )


def _count(number: int, field: str) -> str:
    if field:
        return ngettext("%(number)s City of %(field)s", "%(number)s Cities of %(field)s", number, field=field)
    return count_member_cities(number)
