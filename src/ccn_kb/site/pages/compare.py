"""Countries, creative fields and regions next to each other: members, ranks, fields and growth on one scale."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias
from urllib.parse import urlencode

from ccn_kb.exports.contents import TableData
from ccn_kb.model import records
from ccn_kb.model.dates import first_day
from ccn_kb.network.members import start_of_stay
from ccn_kb.network.schema import Table, TableColumn
from ccn_kb.site.languages import format_date, list_separator, ngettext, sort_key
from ccn_kb.site.languages import gettext as _
from ccn_kb.site.pages import parts
from ccn_kb.site.pages.counts import count_countries
from ccn_kb.site.pages.page_context import GROUPS, Membership, PageContext, active_on, count_by, places_of
from ccn_kb.site.query_parameters import split_list
from ccn_kb.site.region_names import region_names

MOST_COMPARED = 6
GroupKind: TypeAlias = Literal["country", "field", "region"]
MOST_IN_EXAMPLE = 3
HEIGHT = 60
_GROWTH = Table[None](
    "growth",
    "Members of each country, field or region at the end of each year; in the present year, to date.",
    lambda _: (),
    (
        TableColumn("kind", "Whether it is a country, a creative field or a UNESCO region."),
        TableColumn("id", "Its ID."),
        TableColumn("name", "Its name."),
        TableColumn("year", "The year.", type=int),
        TableColumn("members", "Number of members at its end.", type=int),
    ),
    ("kind", "id", "year"),
)


class YearCount(parts.PagePart):
    """The number of members at the end of a year, in the present one today."""

    year: parts.YearNumber
    members: records.Count


class JoinedCities(parts.PagePart):
    """The cities that joined on a day: the network, or in a creative field that."""

    date: records.PartialDate
    cities: tuple[parts.CityInField, ...]


class ComparedGroup(parts.PagePart):
    """A country, creative field or region with its members."""

    kind: GroupKind
    id: str
    name: str
    members: records.Count
    share: float
    """The share of all members, in percent."""
    rank: parts.Positive | None
    """The rank among all of its kind by number of members; the same for equal numbers, None without a member."""
    ranked: records.Count
    """The number of those of its kind that have a member."""
    first: JoinedCities | None
    latest: JoinedCities | None
    fields: tuple[parts.MemberCount, ...]
    growth: tuple[YearCount, ...]


class ChosenGroups(parts.PagePart):
    """The ids that are compared, with commas between them."""

    country: str
    field: str
    region: str


class GroupChoice(parts.PagePart):
    """A group that can be chosen."""

    id: str
    name: str


class ComparedExample(parts.PagePart):
    """Groups that may be compared: their names, and the query of their page."""

    names: str
    query: str


class ComparePage(parts.TablePage):
    """Countries, creative fields and regions, compared."""

    on: parts.Day
    members: records.Count
    chosen: ChosenGroups
    left_out: tuple[str, ...]
    """The names of what was asked for beyond six."""
    groups: tuple[ComparedGroup, ...]
    most: records.Count
    """The greatest number of members of any group in any year: the scale of the charts."""
    places: tuple[parts.PlacedMembership, ...]
    countries: tuple[GroupChoice, ...]
    fields: tuple[GroupChoice, ...]
    regions: tuple[GroupChoice, ...]
    examples: tuple[ComparedExample, ...]

    def to_table(self) -> TableData:
        """Return the members of each group by year."""
        rows = (
            (group.kind, group.id, group.name, count.year, count.members)
            for group in self.groups
            for count in group.growth
        )
        return TableData(_GROWTH, tuple(rows))

    def to_picture(self) -> parts.Picture:
        """Return a map of the members of the groups."""
        return parts.picture_cities(self.sentence, self.places, is_world=not self.places)


def compare_page(context: PageContext, *, country: str = "", field: str = "", region: str = "") -> ComparePage:
    """Return up to six countries, creative fields or regions, compared."""
    network, state, on = context.network, context.today, context.day.isoformat()
    names: Mapping[GroupKind, Mapping[str, str]] = {
        "country": {id: record.name for id, record in network.countries.items()},
        "field": {id: record.name for id, record in network.fields.items()},
        "region": region_names(),
    }
    requested = {"country": country, "field": field, "region": region}
    wanted: list[tuple[GroupKind, str]] = [(kind, id) for kind in names for id in split_list(requested[kind])]
    groups = tuple(_compare(context, kind, id, names[kind][id]) for kind, id in wanted[:MOST_COMPARED])
    compared = {(group.kind, group.id) for group in groups}
    memberships = [
        membership
        for membership in state.memberships
        if any((kind, GROUPS[kind](membership)[0]) in compared for kind in names)
    ]
    active = {kind: {count.id for count in state.count_by(kind)} for kind in names}
    return ComparePage(
        title=list_separator().join(group.name for group in groups) or _("Compare"),
        sentence=_describe(groups, on),
        on=on,
        members=len(state.memberships),
        chosen=ChosenGroups(**requested),
        left_out=tuple(names[kind][id] for kind, id in wanted[MOST_COMPARED:]),
        groups=groups,
        most=max((count.members for group in groups for count in group.growth), default=0),
        places=places_of(memberships),
        countries=_choices(names["country"], active["country"]),
        fields=_choices(names["field"], active["field"]),
        regions=_choices(names["region"], active["region"]),
        examples=tuple(_examples(context)),
        rows=context.link("/ccn/network_by_year"),
    )


def _examples(context: PageContext) -> Iterator[ComparedExample]:
    """Yield the countries, creative fields and regions with the most members."""
    kinds: tuple[GroupKind, ...] = ("country", "field", "region")
    for kind in kinds:
        counts = context.today.count_by(kind)[:MOST_IN_EXAMPLE]
        if len(counts) > 1:
            names = parts.join_names([count.name for count in counts])
            yield ComparedExample(names=names, query=urlencode([(kind, count.id) for count in counts]))


def _compare(context: PageContext, kind: GroupKind, id: str, name: str) -> ComparedGroup:
    index, state = context.index, context.today
    memberships = [membership for membership in index.memberships if GROUPS[kind](membership)[0] == id]
    members = active_on(memberships, context.day)
    counts = [count.members for count in state.count_by(kind)]
    by_day = _joined_by_day(kind, members)
    return ComparedGroup(
        kind=kind,
        id=id,
        name=name,
        members=len(members),
        share=round(100 * len(members) / len(state.memberships), 1) if members else 0,
        rank=1 + sum(count > len(members) for count in counts) if members else None,
        ranked=len(counts),
        first=by_day[min(by_day)] if by_day else None,
        latest=by_day[max(by_day)] if by_day else None,
        fields=count_by(members, "field"),
        growth=tuple(
            YearCount(year=year.year, members=year.members) for year in index.growth(context.day, memberships)
        ),
    )


def _joined_by_day(kind: GroupKind, members: Iterable[Membership]) -> dict[datetime.date, JoinedCities]:
    """Return the members by the day on which they joined the network, those of a creative field the field."""
    starts = [
        (member.member.designation if kind == "field" else start_of_stay(member.member), member.place)
        for member in members
    ]
    joined: dict[datetime.date, list[tuple[records.PartialDate, parts.PlacedMembership]]] = {}
    for designation, place in starts:
        joined.setdefault(first_day(designation.since), []).append((designation.since, place))
    return {
        day: JoinedCities(date=group[0][0], cities=tuple(parts.CityInField.from_record(place) for _, place in group))
        for day, group in joined.items()
    }


def _describe(groups: Iterable[ComparedGroup], on: str) -> str:
    counts = [f"{group.name} {group.members}" for group in groups]
    if not counts:
        return _("Compare the Creative Cities of up to six countries, creative fields or regions.")
    return _("Creative Cities on %(date)s: %(counts)s.", date=format_date(on), counts=list_separator().join(counts))


def _choices(names: Mapping[str, str], active: Iterable[str]) -> tuple[GroupChoice, ...]:
    choices = (GroupChoice(id=id, name=names[id]) for id in active)
    return tuple(sorted(choices, key=lambda choice: sort_key(choice.name)))


def describe_rank(group: ComparedGroup) -> str:
    """Return the rank of a group among those of its kind that have a member."""
    if not group.rank:
        return "–"
    counts: Mapping[GroupKind, Callable[[int], str]] = {
        "country": count_countries,
        "field": lambda number: ngettext("%(number)s field", "%(number)s fields", number),
        "region": lambda number: ngettext("%(number)s region", "%(number)s regions", number),
    }
    return _("%(rank)s of %(groups)s", rank=group.rank, groups=counts[group.kind](group.ranked))


def line_of(group: ComparedGroup, most: int, width: int) -> str:
    """Return the growth of a group as the path of steps: a unit of height for each member, scaled to the most."""
    step = width / max(1, len(group.growth))
    tops = [HEIGHT - HEIGHT * count.members / max(1, most) for count in group.growth]
    return "".join(
        f"{'M' if place == 0 else 'L'}{place * step:.1f} {top:.1f}h{step:.1f}" for place, top in enumerate(tops)
    )
