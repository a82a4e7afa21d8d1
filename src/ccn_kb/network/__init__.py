"""The network in memory, and the questions asked of it as of a date."""

from ccn_kb.network.network import (
    KIND_OF,
    RECORD_KINDS,
    Network,
    best_kind,
    country_names,
    field_names,
    possible_ids,
)

__all__ = [
    "KIND_OF",
    "RECORD_KINDS",
    "Network",
    "best_kind",
    "country_names",
    "field_names",
    "possible_ids",
]
