"""The lists of pages as tables to download."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ccn_kb.exports.contents import TableData
from ccn_kb.network.schema import Row, Table, TableColumn
from ccn_kb.site.pages import parts

CITY_COLUMNS = {
    "city": "ID of the city.",
    "name": "Name of the city.",
    "country": "Country code (ISO 3166-1 alpha-2).",
    "country_name": "Name of the country.",
    "field": "ID of the creative field.",
    "field_name": "Name of the creative field.",
    "since": "Date of the designation.",
}


def make_table(
    name: str, description: str, columns: Mapping[str, str], rows: Iterable[Row], numbers: Iterable[str] = ()
) -> TableData:
    """Return rows as a table to download; `columns` are names with descriptions, `numbers` the integer columns."""
    integers = frozenset(numbers)
    made = tuple(
        TableColumn[None](column, text, type=int if column in integers else str, nullable=True)
        for column, text in columns.items()
    )
    return TableData(Table[None](name, description, lambda _: (), made, tuple(columns)[:1]), tuple(rows))


def city_cells(place: parts.PlacedMembership) -> Row:
    """Return the values of CITY_COLUMNS for a membership."""
    return (place.id, place.name, place.country, place.country_name, place.field, place.field_name, place.since)


def changes_table(name: str, description: str, changes: Iterable[parts.NetworkChange]) -> TableData:
    """Return changes of the network as a table to download."""
    columns = {"date": "The date of the change.", "event": "joined, changed-field or ended.", **CITY_COLUMNS}
    del columns["since"]
    rows = (
        (
            change.date,
            change.event,
            change.id,
            change.name,
            change.country,
            change.country_name,
            change.field,
            change.field_name,
        )
        for change in changes
    )
    return make_table(name, description, columns, rows)


def placed_table(name: str, description: str, places: Iterable[parts.PlacedMembership]) -> TableData:
    """Return memberships with their ends and places as a table to download."""
    columns = {
        **CITY_COLUMNS,
        "until": "The first day after the designation, if it ended.",
        "latitude": "Latitude in degrees (WGS 84).",
        "longitude": "Longitude in degrees (WGS 84).",
    }
    rows = ((*city_cells(place), place.until, place.latitude, place.longitude) for place in places)
    return make_table(name, description, columns, rows)
