"""The network in memory, with its members, history and figures as of any date."""

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
