"""The graph of cooperation: cities, and a tie between each two of them for each joint project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from ccn_kb.errors import requires_extra
from ccn_kb.model.dates import first_day, first_day_text, last_day_text
from ccn_kb.model.records import Cooperation
from ccn_kb.model.text import plural
from ccn_kb.network.frames import Cell, Column, Rows
from ccn_kb.network.members import Members

if TYPE_CHECKING:
    import networkx


class Tie(NamedTuple):
    """Two cities of a cooperation, with their roles."""

    cooperation: Cooperation
    city: str
    role: str
    other: str
    other_role: str


class Ties(Rows[Tie]):
    """The edges of the graph, in the order of their starts.

    A cooperation of n cities is a clique of ties with `size` n, so that a meeting of sixty cities can be given less
    weight than an exchange of two.
    """

    __slots__ = ()

    columns: ClassVar[tuple[Column[Tie], ...]] = (
        Column("cooperation", "text", lambda tie: tie.cooperation.id),
        Column("title", "text", lambda tie: tie.cooperation.title),
        Column("kind", "category", lambda tie: tie.cooperation.kind),
        Column("field", "category", lambda tie: tie.cooperation.field, nullable=True),
        Column("starts", "text", lambda tie: tie.cooperation.starts),
        Column("starts_day", "date", lambda tie: first_day_text(tie.cooperation.starts)),
        Column("ends", "text", lambda tie: tie.cooperation.ends, nullable=True),
        Column("ends_day", "date", lambda tie: last_day_text(tie.cooperation.ends), nullable=True),
        Column("size", "integer", lambda tie: len(tie.cooperation.cities)),
        Column("city", "text"),
        Column("role", "category"),
        Column("other", "text"),
        Column("other_role", "category"),
    )
    shown = ("starts", "kind", "city", "role", "other", "other_role", "title")


@dataclass(frozen=True, repr=False)
class CooperationGraph:
    """All cities with their latest designations, and the ties between them; see `Network.cooperation_graph()`.

    >>> graph = network.cooperation_graph().to_networkx()
    >>> graph.nodes["kanazawa-jp"]["field"]
    'crafts-and-folk-art'
    >>> tie = graph.edges["edinburgh-gb", "prague-cz", "2009-edinburgh-gb-bid-literature"]
    >>> tie["starts"], tie["kind"], tie["role"], tie["other_role"]
    ('2009', 'mentoring', 'helper', 'helped')
    """

    cities: Members
    ties: Ties

    def __repr__(self) -> str:
        cities, ties = plural(len(self.cities), "city", "cities"), plural(len(self.ties), "tie", "ties")
        return f"<CooperationGraph: {cities}, {ties}>"

    def _repr_html_(self) -> str:
        return self.ties._repr_html_()

    def to_networkx(self) -> networkx.MultiGraph[str]:
        """Return the graph for NetworkX, with the columns of members and ties as attributes of nodes and edges.

        Empty values are left out and dates are texts, which all file formats of NetworkX support. Cities without a tie
        are nodes too. Raises MissingExtraError if the extra `research` is not installed.
        """
        with requires_extra("research"):
            import networkx as nx
        graph: networkx.MultiGraph[str] = nx.MultiGraph()
        for member in self.cities:
            graph.add_node(member.city.id, **_filled({**member.row(), "id": None}))
        for tie in self.ties:
            graph.add_edge(tie.city, tie.other, key=tie.cooperation.id, **_filled(self.ties.cells(tie)))
        return graph


def ties(cooperations: Iterable[Cooperation]) -> Iterator[Tie]:
    """Yield a tie for each pair of cities of each cooperation, in the order of the record."""
    for cooperation in sorted(cooperations, key=lambda cooperation: (first_day(cooperation.starts), cooperation.id)):
        for first, second in combinations(cooperation.cities, 2):
            yield Tie(cooperation, first.city, first.role, second.city, second.role)


def _filled(cells: Mapping[str, Cell]) -> dict[str, Any]:
    texts = {name: value if isinstance(value, str | int | float) else str(value) for name, value in cells.items()}
    return {name: texts[name] for name, value in cells.items() if value is not None}
