"""The graph of cooperation: cities, and a tie between each two of them for each joint project."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

from ccn_kb.errors import requires_extra
from ccn_kb.model.dates import first_day, first_day_text, last_day, last_day_text
from ccn_kb.model.records import City, Cooperation
from ccn_kb.model.text import plural
from ccn_kb.network.frames import Cell, Column, Rows, with_name
from ccn_kb.network.members import Members

if TYPE_CHECKING:
    import networkx


COVERAGE = (
    "Joint projects found in public sources, not a census: that none is recorded does not mean that there was none,"
    " and numbers by year also depend on how well a year is documented."
)


class Tie(NamedTuple):
    """Two cities of a cooperation, with their roles, and their fields when it began if they were members then.

    `ongoing` is 1 while the cooperation lasts, 0 once it has ended, and None where that is unknown.
    """

    cooperation: Cooperation
    city: str
    role: str
    city_field: str | None
    other: str
    other_role: str
    other_field: str | None
    ongoing: int | None


class Ties(Rows[Tie]):
    """The edges of the graph, in the order of their starts.

    A cooperation of n cities is a clique of ties with `size` n, so that a meeting of sixty cities can be given less
    weight than an exchange of two.
    """

    __slots__ = ()

    columns: tuple[Column[Any], ...] = (
        Column("cooperation", "text", lambda tie: tie.cooperation.id),
        Column("title", "text", lambda tie: tie.cooperation.title),
        Column("kind", "category", lambda tie: tie.cooperation.kind),
        *with_name(Column("field", "category", lambda tie: tie.cooperation.field, nullable=True)),
        Column("starts", "text", lambda tie: tie.cooperation.starts),
        Column("starts_day", "date", lambda tie: first_day_text(tie.cooperation.starts)),
        Column("ends", "text", lambda tie: tie.cooperation.ends, nullable=True),
        Column("ends_day", "date", lambda tie: last_day_text(tie.cooperation.ends), nullable=True),
        Column("ongoing", "integer", nullable=True),
        Column("size", "integer", lambda tie: len(tie.cooperation.cities)),
        Column("city", "text"),
        Column("role", "category"),
        Column("city_field", "category", nullable=True),
        Column("other", "text"),
        Column("other_role", "category"),
        Column("other_field", "category", nullable=True),
    )
    shown = ("starts", "kind", "city", "role", "other", "other_role", "title")


@dataclass(frozen=True, repr=False)
class CooperationGraph:
    """The cities designated by a day, with their designations of that time, and the ties that had begun by then.

    See `Network.cooperation_graph()`. The ties are not exhaustive: they were found in public sources.

    >>> graph = network.cooperation_graph().to_networkx()
    >>> graph.nodes["kanazawa-jp"]["field"]
    'crafts-and-folk-art'
    >>> tie = graph.edges["edinburgh-gb", "prague-cz", "2009-edinburgh-gb-bid-literature"]
    >>> tie["starts"], tie["kind"], tie["role"], tie["other_role"]
    ('2009', 'mentoring', 'helper', 'helped')
    """

    cities: Members
    ties: Ties
    others: tuple[City, ...] = ()
    """The cities with a tie that had not been designated by the day."""

    def __repr__(self) -> str:
        number = len(self.cities) + len(self.others)
        cities, ties = plural(number, "city", "cities"), plural(len(self.ties), "tie", "ties")
        return f"<CooperationGraph: {cities}, {ties}>"

    def _repr_html_(self) -> str:
        return self.ties._repr_html_()

    def to_networkx(self) -> networkx.MultiGraph[str]:
        """Return the graph for NetworkX, with the columns of members and ties as attributes of nodes and edges.

        Empty values are left out and dates are texts, which all file formats of NetworkX support. Cities without a tie
        are nodes too; a city that had not been designated has a name and a country, but no field. Raises
        MissingExtraError if the extra `research` is not installed.
        """
        with requires_extra("research"):
            import networkx as nx
        graph: networkx.MultiGraph[str] = nx.MultiGraph()
        for member in self.cities:
            graph.add_node(member.city.id, **_filled({**self.cities.cells(member), "id": None}))
        for city in self.others:
            graph.add_node(city.id, name=city.name, country=city.country)
        for tie in self.ties:
            graph.add_edge(tie.city, tie.other, key=tie.cooperation.id, **_filled(self.ties.cells(tie)))
        return graph


def is_ongoing(cooperation: Cooperation, day: datetime.date) -> bool | None:
    """Return whether a cooperation lasts on a day after its start, None if that is unknown.

    An event or a meeting is over whether or not its last day was recorded.
    """
    if cooperation.ends:
        return day <= last_day(cooperation.ends)
    return False if cooperation.kind in ("event", "meeting") and last_day(cooperation.starts) < day else None


def ties(
    cooperations: Iterable[Cooperation], day: datetime.date, field_when_begun: Callable[[str, str], str | None]
) -> Iterator[Tie]:
    """Yield a tie for each pair of cities of each cooperation that had begun by the day, in the order of the record.

    `field_when_begun` returns the creative field of a city on the first day of a date, None if it was not a member.
    """
    for cooperation in sorted(cooperations, key=lambda cooperation: (first_day(cooperation.starts), cooperation.id)):
        if first_day(cooperation.starts) > day:
            continue
        lasts = is_ongoing(cooperation, day)
        ongoing = None if lasts is None else int(lasts)
        fields = {part.city: field_when_begun(part.city, cooperation.starts) for part in cooperation.cities}
        for first, second in combinations(cooperation.cities, 2):
            ends = first.city, first.role, fields[first.city], second.city, second.role, fields[second.city]
            yield Tie(cooperation, *ends, ongoing)


def _filled(cells: Mapping[str, Cell]) -> dict[str, Any]:
    texts = {name: value if isinstance(value, str | int | float) else str(value) for name, value in cells.items()}
    return {name: texts[name] for name, value in cells.items() if value is not None}
