"""The tables as CSV, described by a Data Package and in Croissant: the data dictionary comes from the models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from ccn_kb.exports.contents import DESCRIPTION, KEYWORDS, TITLE, Contents, ExportFile, is_day
from ccn_kb.exports.croissant import PATH as CROISSANT
from ccn_kb.exports.croissant import to_croissant
from ccn_kb.exports.csv_rows import table_to_csv
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.model.addresses import GEONAMES_HOME
from ccn_kb.model.licence import LICENCE_ID, LICENCE_NAME, LICENCE_URL
from ccn_kb.network.citable import AUTHOR, DOI, PERMANENT_ADDRESS
from ccn_kb.network.schema import Table, TableColumn

FOLDER = "csv"
_READING = (
    " In the CSV files, only an empty cell is a missing value: NA is North America in continent and Namibia in country"
    ' (pandas: keep_default_na=False, na_values=[""]; R: na.strings = ""). A text that a spreadsheet would take for a'
    " formula has an apostrophe before it."
)
_UNITS = {"latitude": "degree", "longitude": "degree", "population": "inhabitant", "years": "year"}
_TYPES = {str: "string", int: "integer", float: "number"}


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield one CSV file a table, then the descriptions of them all."""
    resources, written = [], []
    for filled in contents.tables:
        columns = [column.name for column in filled.table.columns]
        file = ExportFile(
            f"{FOLDER}/{filled.table.name}.csv", table_to_csv(filled.rows, columns).encode(), len(filled.rows)
        )
        resources.append(_resource(filled.table, file))
        written.append((filled, file))
        yield file
    edition = contents.edition
    package: dict[str, object] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "ccn-kb",
        "id": PERMANENT_ADDRESS if not DOI else f"https://doi.org/{DOI}",
        "title": TITLE,
        "description": DESCRIPTION + _READING,
        "homepage": contents.url,
        **edition,
        **({"created": f"{edition['date']}T00:00:00Z"} if edition["date"] else {}),
        "keywords": KEYWORDS,
        "contributors": [{"title": AUTHOR, "roles": ["author", "publisher"]}],
        "licenses": [{"name": LICENCE_ID, "path": LICENCE_URL, "title": LICENCE_NAME}],
        "sources": [
            {"title": "Each source is listed in sources.csv, each citation in citations.csv"},
            {"title": "GeoNames", "path": GEONAMES_HOME},
        ],
        "resources": resources,
    }
    yield ExportFile(f"{FOLDER}/datapackage.json", to_bytes(package))
    yield ExportFile(f"{FOLDER}/{CROISSANT}", to_croissant(contents, written, FOLDER))


def _resource(table: Table[Any], file: ExportFile) -> dict[str, object]:
    return {
        "type": "table",
        "name": table.name,
        "path": file.path.removeprefix(f"{FOLDER}/"),
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(file.body),
        "hash": f"sha256:{hashlib.sha256(file.body).hexdigest()}",
        "schema": table_schema(table),
    }


def table_schema(table: Table[Any]) -> dict[str, object]:
    """Return the Table Schema of a table: its columns, key and references to other tables."""
    return {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
        "foreignKeys": [_reference(table, column) for column in table.columns if column.references],
    }


def _field(column: TableColumn[Any]) -> dict[str, object]:
    field: dict[str, object] = {
        "name": column.name,
        "type": "date" if is_day(column) else _TYPES[column.type],
        "description": column.description,
    }
    constraints: dict[str, object] = {"enum": [*column.choices]} if column.choices else {}
    if not column.nullable and field["type"] == "string" and not column.choices:
        # Text that is never unknown can be empty: the locator of a source that is cited as a whole.
        field["missingValues"] = []
    elif not column.nullable:
        constraints["required"] = True
    if constraints:
        field["constraints"] = constraints
    if column.name in _UNITS:
        field["unit"] = _UNITS[column.name]
    return field


def _reference(table: Table[Any], column: TableColumn[Any]) -> dict[str, object]:
    # A package names a table's own self by the empty text.
    resource = "" if column.references == table.name else column.references
    return {"fields": [column.name], "reference": {"resource": resource, "fields": ["id"]}}
