"""The tables as CSV, described by a Frictionless Data Package: its data dictionary comes from the models."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ccn_kb.database.columns import Column, Table
from ccn_kb.exports.contents import DESCRIPTION, TITLE, Contents, File, is_day
from ccn_kb.exports.csv_rows import table_to_csv
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.model.addresses import GEONAMES_HOME
from ccn_kb.model.licence import LICENCE_ID, LICENCE_URL

FOLDER = "csv"
_GUARDED = " In the CSV files, a text that a spreadsheet would take for a formula has an apostrophe before it."
_TYPES = {str: "string", int: "integer", float: "number"}


def files(contents: Contents) -> Iterator[File]:
    """Yield one CSV file a table, then the description of them all."""
    resources = []
    for filled in contents.tables:
        columns = [column.name for column in filled.table.columns]
        file = File(f"{FOLDER}/{filled.table.name}.csv", table_to_csv(filled.rows, columns).encode(), len(filled.rows))
        resources.append(_resource(filled.table, file))
        yield file
    package = {
        "profile": "tabular-data-package",
        "name": "ccn-kb",
        "title": TITLE,
        "description": DESCRIPTION + _GUARDED,
        **contents.edition,
        "licenses": [{"name": LICENCE_ID, "path": LICENCE_URL}],
        "sources": [{"title": "GeoNames", "path": GEONAMES_HOME}],
        "resources": resources,
    }
    yield File(f"{FOLDER}/datapackage.json", to_bytes(package))


def _resource(table: Table, file: File) -> dict[str, object]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": file.path.removeprefix(f"{FOLDER}/"),
        "description": table.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(file.body),
        "hash": f"sha256:{hashlib.sha256(file.body).hexdigest()}",
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [_reference(table, column) for column in table.columns if column.refers],
        },
    }


def _field(column: Column) -> dict[str, object]:
    field: dict[str, object] = {
        "name": column.name,
        "type": "date" if is_day(column) else _TYPES[column.type],
        "description": column.description,
    }
    if not column.empty and field["type"] == "string":
        # Text that is never unknown can be empty: the locator of a source that is cited as a whole.
        field["missingValues"] = []
    elif not column.empty:
        field["constraints"] = {"required": True}
    return field


def _reference(table: Table, column: Column) -> dict[str, object]:
    # A package names a table's own self by the empty text.
    resource = "" if column.refers == table.name else column.refers
    return {"fields": [column.name], "reference": {"resource": resource, "fields": ["id"]}}
