"""The whole network as one JSON text, its JSON Schema, and the way back: what is read equals what was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from ccn_kb.exports.contents import Contents, File
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network import Network

PATH = "network.json"
SCHEMA = "network.schema.json"


def files(contents: Contents) -> Iterator[File]:
    """Yield the network, and the schema that describes it."""
    records: dict[str, Any] = TypeAdapter(Network).dump_python(contents.network, mode="json", exclude_defaults=True)
    yield File(PATH, to_bytes({"$schema": SCHEMA, "edition": dict(contents.edition), **records}))
    yield File(SCHEMA, to_bytes(schema()))


def from_json(text: str | bytes) -> Network:
    """Return the network that was exported as this JSON. Raises ValueError if it is none."""
    return TypeAdapter(Network).validate_json(text)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the whole network, made from the models."""
    made = TypeAdapter(Network).json_schema()
    made["properties"] = {
        "$schema": {"type": "string"},
        "edition": {"type": "object", "additionalProperties": {"type": "string"}},
        **made["properties"],
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": False, **made}
