"""Write the reference of the Python interface, `docs/api.md`, from its docstrings: `make api`."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import ccn_kb
from ccn_kb.errors import AfterDataWarning, DataError, MissingExtraError, UnknownError
from ccn_kb.network import Network
from ccn_kb.network.cooperation_graph import CooperationGraph, Ties
from ccn_kb.network.derived_tables import CENSUS, HISTORY, MEMBERS, NETWORK_BY_YEAR
from ccn_kb.network.frames import Rows
from ccn_kb.network.growth import CityPanel, Growth, Panel
from ccn_kb.network.history import History
from ccn_kb.network.matching import Matches
from ccn_kb.network.meeting_rows import Meetings
from ccn_kb.network.members import Members, Neighbours
from ccn_kb.network.network import MemberFilters
from ccn_kb.network.published_totals import Census
from ccn_kb.network.schema import Table
from ccn_kb.network.table_rows import TABLES_BY_NAME, TableRows, kind_of

TARGET = Path(__file__).parents[1] / "docs" / "api.md"
ANSWERS: dict[type[Rows[Any]], tuple[Table[Any], ...]] = {
    Members: (MEMBERS,),
    Neighbours: (MEMBERS,),
    Growth: (NETWORK_BY_YEAR,),
    Panel: (NETWORK_BY_YEAR, MEMBERS),
    CityPanel: (NETWORK_BY_YEAR, MEMBERS),
    History: (HISTORY,),
    Census: (CENSUS,),
    Meetings: (TABLES_BY_NAME["meetings"],),
    Ties: (TABLES_BY_NAME["cooperations"],),
    Matches: (),
}
"""The answers, each with the tables that describe the columns of the same names."""
INTRODUCTION = """# Python reference

Made from the docstrings by `make api`. The guide is [python.md](python.md); `network` stands for `ccn_kb.load()`.
In data frames, a `date` is a day, a `category` one of a closed list of values, and an `integer` that may be empty is
nullable.
"""


def reference() -> str:
    """Return the text of the reference."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    yield from _entry("ccn_kb.load", ccn_kb.load)
    yield "## Network\n"
    yield from _documentation(Network)
    for name, member in vars(Network).items():
        function = member.func if isinstance(member, cached_property) else member
        if not name.startswith("_") and (inspect.isfunction(function) or isinstance(function, cached_property)):
            yield from _entry(f"network.{name}", function, is_attribute=function is not member)
    filters = ", ".join(f"`{name}`" for name in MemberFilters.__annotations__)
    yield f"`**filters` are any of {filters}; all but `joined` and `text` take one value or a list of values.\n"
    yield "## Answers\n"
    yield from _documentation(Rows)
    for method in (Rows.to_pandas, Rows.to_polars, Rows.to_dicts):
        yield from _entry(f"rows.{method.__name__}", method)
    for answer, tables in ANSWERS.items():
        descriptions = {column.name: column.description for table in reversed(tables) for column in table.columns}
        yield f"### {answer.__name__}\n"
        yield from _documentation(answer)
        yield from _table(
            (column.name, column.kind, column.nullable, descriptions.get(column.name, "")) for column in answer.columns
        )
    yield "### CooperationGraph\n"
    yield from _documentation(CooperationGraph)
    yield from _entry("graph.to_networkx", CooperationGraph.to_networkx)
    yield "## Tables\n"
    yield from _documentation(TableRows)
    for name in sorted(TABLES_BY_NAME):
        table = TABLES_BY_NAME[name]
        yield f"### {name}\n\n{table.description}\n"
        yield from _table(
            (column.name, kind_of(column), column.nullable, column.description) for column in table.columns
        )
    yield "## Errors and warnings\n"
    for error in (DataError, UnknownError, MissingExtraError, AfterDataWarning):
        yield f"### ccn_kb.errors.{error.__name__}\n"
        yield from _documentation(error)


def _entry(name: str, function: Any, *, is_attribute: bool = False) -> Iterator[str]:
    """Yield the heading of a function or an attribute, its signature and its documentation."""
    yield f"### {name}\n"
    if not is_attribute:
        yield f"```python\n{name}{_signature(function)}\n```\n"
    yield from _documentation(function)


def _signature(function: Any) -> str:
    """Return the parameters as they are written, without `self`, and the type of the result."""
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(definition, ast.FunctionDef) and definition.returns
    parameters = ast.unparse(definition.args).removeprefix("self").removeprefix(", ")
    return f"({parameters}) -> {ast.unparse(definition.returns)}"


def _documentation(documented: Any) -> Iterator[str]:
    """Yield the paragraphs of a docstring; examples as code."""
    for paragraph in (inspect.getdoc(documented) or "").split("\n\n"):
        yield f"```pycon\n{paragraph}\n```\n" if paragraph.startswith(">>>") else f"{paragraph}\n"


def _table(columns: Iterable[tuple[str, str, bool, str]]) -> Iterator[str]:
    yield "| Column | Type | Description |\n| --- | --- | --- |"
    for name, kind, nullable, description in columns:
        optional = ", may be empty" if nullable else ""
        yield f"| `{name}` | {kind}{optional} | {description.replace('|', '&#124;')} |"
    yield ""


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
