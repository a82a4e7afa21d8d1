"""The whole network as one JSON text, and back: what is exported, and what an installed package reads."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from ccn_kb.network import Network
from ccn_kb.network.gc_pause import gc_paused

FILE = "network.json"


def to_records(network: Network) -> dict[str, Any]:
    """Return the records of all kinds, each collection by id, as JSON has them; what is not known is left out."""
    records: dict[str, Any] = TypeAdapter(Network).dump_python(network, mode="json", exclude_defaults=True)
    return records


def to_json(network: Network) -> str:
    """Return the records of all kinds as one JSON text, without indentation."""
    return TypeAdapter(Network).dump_json(network, exclude_defaults=True).decode()


def from_json(text: str | bytes) -> Network:
    """Return the network that was written as this JSON. Raises ValueError if it is none."""
    with gc_paused():
        return TypeAdapter(Network).validate_json(text)
