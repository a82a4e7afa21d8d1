"""The one text that a record, or a file of records, is written as."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ccn_kb.model.records import Identified, Record
from ccn_kb.store import yamlio
from ccn_kb.store.layout import Collection

BLOCK = ("designations", "attendance", "outcomes", "announced")


def plain(record: Record) -> dict[str, object]:
    """Return what a record's file says of it: no defaults, nothing that its place tells."""
    data = record.model_dump(mode="json", exclude_defaults=True, exclude=set(record.implied_by_path))
    ordered: dict[str, object] = _remarks_last(data)
    return ordered


def _remarks_last(data: Any) -> Any:
    if isinstance(data, list):
        return [_remarks_last(item) for item in data]
    if not isinstance(data, dict):
        return data
    last = [key for key in ("disputed", "note") if key in data]
    return {key: _remarks_last(data[key]) for key in [key for key in data if key not in last] + last}


def city_text(record: Record) -> str:
    """Return the canonical text of a city file, a tombstone included."""
    return yamlio.dump(plain(record), "../../schemas/city.schema.json", BLOCK)


def collection_text(collection: Collection, records: Iterable[Identified]) -> str:
    """Return the canonical text of a file of records, sorted by id."""
    up = "../" * (collection.file.count("/") + 1)
    data = {record.id: plain(record) for record in sorted(records, key=lambda record: str(record.id))}
    return yamlio.dump_records(data, f"{up}schemas/{collection.schema}.schema.json", BLOCK)


def exceptions_text(records: Iterable[Record]) -> str:
    """Return the canonical text of the file of exceptions."""
    return yamlio.dump_list([plain(record) for record in records], "../schemas/exceptions.schema.json")
