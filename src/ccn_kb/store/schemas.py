"""JSON Schemas of the data files, generated from the models, for editors and for readers in other languages."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from ccn_kb.model.records import City, Excepted, Moved, Record
from ccn_kb.store.layout import COLLECTIONS


def schemas() -> dict[str, str]:
    """Return the text of each schema by file name: one of a city, one of each file of records by id."""
    made = {"city": _schema((City, Moved), lambda refs: {"anyOf": refs})}
    for name, record in {collection.schema: collection.record for collection in COLLECTIONS}.items():
        made[name] = _schema((record,), lambda refs: {"type": "object", "additionalProperties": refs[0]})
    made["exceptions"] = _schema((Excepted,), lambda refs: {"type": "array", "items": refs[0]})
    return {
        f"{name}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in made.items()
    }


def _schema(records: tuple[type[Record], ...], shape: Any) -> dict[str, Any]:
    references, definitions = models_json_schema([(record, "validation") for record in records])
    for record in records:
        _leave_out_placed(definitions["$defs"][record.__name__], record)
    refs = [references[record, "validation"] for record in records]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **shape(refs), **definitions}


def _leave_out_placed(schema: dict[str, Any], record: type[Record]) -> None:
    """Take out what the place of a record tells, and so may not stand in its text."""
    for name in record.implied_by_path:
        del schema["properties"][name]
    schema["required"] = [name for name in schema.get("required", ()) if name not in record.implied_by_path]
