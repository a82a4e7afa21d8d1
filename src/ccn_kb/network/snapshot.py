"""The whole network as one JSON text, as exports contain it and installed packages read it."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from ccn_kb.network import Network
from ccn_kb.network.gc_pause import gc_paused

FILE = "network.json"


def to_records(network: Network) -> dict[str, Any]:
    """Return the records of all kinds, each collection by id, as JSON values; empty values are left out."""
    records: dict[str, Any] = TypeAdapter(Network).dump_python(network, mode="json", exclude_defaults=True)
    return records


def to_json(network: Network) -> str:
    """Return the records of all kinds as one JSON text, without indentation."""
    return TypeAdapter(Network).dump_json(network, exclude_defaults=True).decode()


def from_json(text: str | bytes) -> Network:
    """Return the network in this JSON text. Raises ValueError if the text is not a network."""
    with gc_paused():
        return TypeAdapter(Network).validate_json(text)
