"""JSON Schemas of the data files, generated from the models, for editors and for programs in other languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic.json_schema import models_json_schema

from ccn_kb.model.records import City, Excepted, Moved, Record
from ccn_kb.store.layout import COLLECTIONS


def schemas() -> dict[str, str]:
    """Return the text of each schema by file name: of the file of a city or source, and of each file of records."""
    by_name = {"city": _schema((City, Moved), lambda refs: {"anyOf": refs})}
    for collection in COLLECTIONS:
        by_name[collection.schema] = _schema((collection.record,), _record if collection.is_folder else _records)
    by_name["exceptions"] = _schema((Excepted,), lambda refs: {"type": "array", "items": refs[0]})
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in by_name.items()
    }


def _record(refs: list[Any]) -> Any:
    return refs[0]


def _records(refs: list[Any]) -> Any:
    return {"type": "object", "additionalProperties": refs[0]}


def _schema(records: tuple[type[Record], ...], shape: Callable[[list[Any]], Any]) -> dict[str, Any]:
    references, definitions = models_json_schema([(record, "validation") for record in records])
    for record in records:
        _remove_implied(definitions["$defs"][record.__name__], record)
    refs = [references[record, "validation"] for record in records]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape(refs), **definitions}


def _remove_implied(schema: dict[str, Any], record: type[Record]) -> None:
    """Remove the fields that follow from the place of a record, which its text must not repeat."""
    for name in record.implied_by_path:
        del schema["properties"][name]
    schema["required"] = [name for name in schema.get("required", ()) if name not in record.implied_by_path]
