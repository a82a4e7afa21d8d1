"""Who works with whom, as a graph: cities, and between each two of them what they did together."""

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
    """Two cities, in their roles, of one cooperation."""

    cooperation: Cooperation
    city: str
    role: str
    other: str
    other_role: str


class Ties(Rows[Tie]):
    """The edges of the graph, in the order of their beginning.

    A cooperation of n cities is a tie between each two of them; its `size` is n, to weigh a meeting of sixty less
    than an exchange of two.
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
    """What `Network.cooperation_graph()` returns: every city with its latest designation, and the ties between them.

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
        """Return the graph for NetworkX: a city's attributes are the columns of its row, a tie's those of its own.

        What is empty is left out, and dates are text, so that every format that NetworkX writes can hold it. Cities
        without a tie are nodes too. Raises MissingExtraError if the extra `research` is not installed.
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
    """Yield each two cities of each cooperation, in the order in which it names them; one city alone has no tie."""
    for work in sorted(cooperations, key=lambda one: (first_day(one.starts), one.id)):
        for one, other in combinations(work.cities, 2):
            yield Tie(work, one.city, one.role, other.city, other.role)


def _filled(cells: Mapping[str, Cell]) -> dict[str, Any]:
    texts = {name: value if isinstance(value, str | int | float) else str(value) for name, value in cells.items()}
    return {name: texts[name] for name, value in cells.items() if value is not None}
