"""The first cities: in the network, in each UNESCO region, continent, country and creative field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from ccn_kb.exports.contents import TableData
from ccn_kb.network.members import Member
from ccn_kb.network.notable import earliest, first_members
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.languages import ngettext, sort_key
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.answer_parts import AnswerPage, day_of, memberships_until
from ccn_kb.site.pages.citing import PageSources
from ccn_kb.site.pages.list_tables import CITY_COLUMNS, city_cells, make_table
from ccn_kb.site.pages.page_context import Membership, PageContext
from ccn_kb.site.region_names import continent_name, region_name

GroupOfFirst: TypeAlias = Literal["region", "continent", "field", "country"]
_GROUP_OF: Mapping[GroupOfFirst, Callable[[Member], str]] = {
    "region": lambda member: member.country.region,
    "continent": lambda member: member.country.continent,
    "field": lambda member: member.designation.field,
    "country": lambda member: member.country.id,
}


class FirstCity(parts.PagePart):
    """The first city of a region, continent, country or creative field, or one of those that may be the first."""

    kind: GroupOfFirst
    group: str
    group_name: str
    city: parts.PlacedMembership
    sources: parts.Citations


class FirstsPage(AnswerPage):
    """The first cities of each region, continent, country and creative field."""

    firsts: tuple[FirstCity, ...]
    notes: tuple[str, ...]
    sources: parts.SourceList

    def to_table(self) -> TableData:
        """Return the first cities."""
        columns = {
            "kind": "Whether the group is a region, continent, country or creative field.",
            "group": "ID of the group.",
            "group_name": "Name of the group.",
            **CITY_COLUMNS,
        }
        rows = ((first.kind, first.group, first.group_name, *city_cells(first.city)) for first in self.firsts)
        return make_table("firsts", "The first Creative City of each group.", columns, rows)

    def to_picture(self) -> parts.Picture:
        """Return a world map of the first city of each country."""
        places = (first.city for first in self.firsts if first.kind == "country")
        return parts.picture_cities(_("The first UNESCO Creative City of each country"), places, is_world=True)


def firsts_page(context: PageContext, *, on: str = "") -> FirstsPage | None:
    """Return the first cities on a day, None if the date is not one or is in the future."""
    day = day_of(context, on)
    if day is None:
        return None
    by_member = {id(membership.member): membership for membership in memberships_until(context, day)}
    members = [membership.member for membership in by_member.values()]
    first = [by_member[id(member)] for member in earliest(members)]
    sources = PageSources(context.index)
    firsts = tuple(_first_cities(context, sources, members, by_member))
    return FirstsPage(
        title=_("First Creative Cities"),
        sentence=_describe_first(first),
        on=str(day),
        is_today=day == context.day,
        firsts=firsts,
        notes=tuple(_explain_regions(firsts)),
        sources=sources.by_citation,
        rows=context.link("/ccn/designations?_sort=since_day"),
    )


def _first_cities(
    context: PageContext, sources: PageSources, members: list[Member], by_member: Mapping[int, Membership]
) -> Iterator[FirstCity]:
    for kind, group_of in _GROUP_OF.items():
        groups = first_members(members, group_of)
        cite = sources.cite_best if kind == "country" else sources.cite
        names = {group: _name_group(context, kind, group) for group in groups}
        for group, name in sorted(names.items(), key=lambda pair: sort_key(pair[1])):
            for member in sorted(groups[group], key=lambda member: member.order):
                yield FirstCity(
                    kind=kind,
                    group=group,
                    group_name=name,
                    city=by_member[id(member)].place,
                    sources=cite(member.designation.sources),
                )


def _describe_first(first: list[Membership]) -> str:
    if not first:
        return _("The network had no members yet.")
    return ngettext(
        "The first UNESCO Creative City was %(names)s, designated %(when)s.",
        "The first UNESCO Creative Cities were %(names)s, designated %(when)s.",
        len(first),
        names=parts.name_places(stay.place for stay in first),
        when=parts.format_when(first[0].place.since),
    )


def _name_group(context: PageContext, kind: GroupOfFirst, id: str) -> str:
    if kind == "region":
        return region_name(id)
    return continent_name(id) if kind == "continent" else context.network.label(kind, id)


def _explain_regions(firsts: Iterable[FirstCity]) -> Iterator[str]:
    """Yield a sentence for each name that is that of a UNESCO region and of a continent with other first cities."""
    by_name: dict[tuple[str, str], list[parts.PlacedMembership]] = {}
    regions: dict[str, str] = {}
    for first in firsts:
        by_name.setdefault((first.kind, first.group_name), []).append(first.city)
        if first.kind == "region":
            regions[first.group_name] = first.group
    for name in regions:
        of_region, of_continent = by_name["region", name], by_name.get(("continent", name), [])
        if of_continent and {city.id for city in of_region} != {city.id for city in of_continent}:
            yield _(
                "%(name)s is both a UNESCO region and a continent. First in the region: %(of_region)s;"
                " first on the continent: %(of_continent)s, in another UNESCO region.",
                name=name,
                of_region=_list_cities(of_region),
                of_continent=_list_cities(of_continent),
            )


def _list_cities(cities: list[parts.PlacedMembership]) -> str:
    return parts.join_names(
        [
            _("%(city)s, %(country)s (%(year)s)", city=city.name, country=city.country_name, year=city.since[:4])
            for city in cities
        ]
    )
