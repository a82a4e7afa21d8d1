"""Resources, the data that a client reads by their address: cities, sources and the schemas of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from ccn_kb.assistant import answers, arguments
from ccn_kb.errors import UnknownError
from ccn_kb.exports.contents import MEMBERS_TABLE, WHOLE_TABLES
from ccn_kb.exports.data_package import table_schema
from ccn_kb.model.citation import source_id
from ccn_kb.model.text import fold
from ccn_kb.network import Network

SCHEME = "ccn://"
CITY = f"{SCHEME}city/{{id}}"
SOURCE = f"{SCHEME}source/{{id}}"
TABLE = f"{SCHEME}table/{{name}}"
MOST_COMPLETIONS = 100
_TABLES = {table.name: table for table in (MEMBERS_TABLE, *WHOLE_TABLES)}


class ResourceKind(NamedTuple):
    """A kind of resource: the template of its addresses, its name and what it holds."""

    template: str
    name: str
    description: str


KINDS = (
    ResourceKind(CITY, "city", "All facts on a city with their sources, by id or name."),
    ResourceKind(SOURCE, "source", "A source by its id, as results cite it."),
    ResourceKind(TABLE, "table", "The columns of a table of the database and of the exports (Table Schema)."),
)


def tables() -> Iterator[tuple[str, str, str]]:
    """Yield the address, the name and the description of the schema of each table."""
    for table in _TABLES.values():
        yield TABLE.format(name=table.name), table.name, table.description


def read(network: Network, address: str) -> Mapping[str, Any]:
    """Return the resource at an address. Raises UnknownError if there is none."""
    kind, _, id = address.removeprefix(SCHEME).partition("/")
    id = unquote(id).strip()
    if address.startswith(SCHEME) and id:
        if kind == "city":
            return answers.city(network, arguments.OneCity(city=id[:100], detail="full")).to_dict()
        if kind == "source" and source_id(id) in network.sources:
            return {"notice": answers.NOTICE, **answers.source_of(network, id)}
        if kind == "table" and id in _TABLES:
            table = _TABLES[id]
            return {"name": table.name, "description": table.description, **table_schema(table)}
    templates = ", ".join(kind.template for kind in KINDS)
    raise UnknownError(f"unknown resource {address[:100]!r}; choose an address of the form {templates}")


def completions(network: Network, argument: str, text: str) -> list[str]:
    """Return the values of an argument, `city`, `id` or `name` of a table, that begin with a text."""
    if argument == "name":
        return [name for name in _TABLES if name.startswith(text)]
    start = fold(text)
    return sorted(
        id for id, city in network.cities.items() if id.startswith(start) or fold(city.name).startswith(start)
    )
