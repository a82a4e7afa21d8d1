"""Results of which only some rows are sent: what pages, headers and JSON state about them."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from datasette.app import Datasette
    from datasette.utils.asgi import Request

HEADER = "x-rows"


class ResultData(TypedDict, total=False):
    """What Datasette's JSON of a table or query has that matters here; a table has a name, and a next page or none."""

    database: str
    table: str
    next: str | None
    rows: list[object]
    filtered_table_rows_count: int | None
    note: str
    whole: str


@dataclass
class RowLimit:
    """The limit for the results of a request, and what was cut by it.

    `most` is the number of rows that may be sent, None for Datasette's own limit; `note` is empty for a whole result.
    """

    most: int | None = None
    note: str = ""


row_limit: ContextVar[RowLimit | None] = ContextVar("row_limit", default=None)


def describe_part(shown: int, total: int | None, *, is_first: bool = True) -> str:
    """Return what is sent of a result: first 1,000 of 5,593."""
    first = "first " if is_first else ""
    return f"{first}{shown:,} of {f'more than {shown:,}' if total is None else f'{total:,}'}"


def add_notes_to_json(datasette: Datasette, database: str, whole_table: Callable[[str], str | None]) -> None:
    """Let the JSON of a database state that rows are left out, and where all of them are.

    `whole_table` returns the address of a table with all its rows, None for a table that has no such address.
    """
    render, can_render = datasette.renderers["json"]

    def render_json(args: Any, data: ResultData, view_name: str, request: Request) -> Any:
        note, whole = "", ""
        if data.get("database") == database:
            note, whole = _describe(datasette, data, request, whole_table)
        if note:
            data |= {"note": note, "whole": whole}
        response = render(args, data, view_name)
        if note:
            response.headers |= {HEADER: note, "x-whole": whole}
        return response

    datasette.renderers["json"] = render_json, can_render


def _describe(
    datasette: Datasette, data: ResultData, request: Request, whole_table: Callable[[str], str | None]
) -> tuple[str, str]:
    """Return what is sent of a result and the address of the whole, two empty texts if it is whole."""
    if table := data.get("table"):
        filters = [name for name in request.args if not name.startswith("_")]
        is_first = "_next" not in request.args
        if not data.get("next") and is_first:
            return "", ""
        note = describe_part(len(data["rows"]), data.get("filtered_table_rows_count"), is_first=is_first)
        address = None if filters else whole_table(table)
        hidden = "&".join(part for part in request.query_string.split("&") if part and not part.startswith("_"))
        streamed = f"{datasette.urls.table(data['database'], table)}.csv?_stream=on{f'&{hidden}' if hidden else ''}"
        return note, f"{address}.json" if address else streamed
    limit = row_limit.get()
    if not (limit and limit.note):
        return "", ""
    return limit.note, f"{datasette.urls.database(data['database'])}.db"
