"""The whole network as one JSON text, and its JSON Schema; `snapshot.from_json` is the way back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from ccn_kb.exports.contents import Contents, ExportFile
from ccn_kb.exports.json_rows import to_bytes
from ccn_kb.network import Network, snapshot

SCHEMA = "network.schema.json"


def files(contents: Contents) -> Iterator[ExportFile]:
    """Yield the network, and the schema that describes it."""
    records = snapshot.to_records(contents.network)
    yield ExportFile(snapshot.FILE, to_bytes({"$schema": SCHEMA, "edition": dict(contents.edition), **records}))
    yield ExportFile(SCHEMA, to_bytes(schema()))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the whole network, made from the models."""
    made = TypeAdapter(Network).json_schema()
    made["properties"] = {
        "$schema": {"type": "string"},
        "edition": {"type": "object", "additionalProperties": {"type": "string"}},
        **made["properties"],
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": False, **made}
