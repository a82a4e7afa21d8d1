"""The canonical text of a record or of a file of records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ccn_kb.model.records import Identified, Record
from ccn_kb.store import yamlio
from ccn_kb.store.layout import Collection

# Keys whose records are always written with one key per line.
BLOCK = ("designations", "attendance", "outcomes", "announced")


def plain(record: Record) -> dict[str, object]:
    """Return the values of a record that are written in its file: no defaults, none that its place implies."""
    data = record.model_dump(mode="json", exclude_defaults=True, exclude=set(record.implied_by_path))
    ordered: dict[str, object] = _notes_last(data)
    return ordered


def _notes_last(data: Any) -> Any:
    if isinstance(data, list):
        return [_notes_last(item) for item in data]
    if not isinstance(data, dict):
        return data
    last = [key for key in ("disputed", "note") if key in data]
    return {key: _notes_last(data[key]) for key in [key for key in data if key not in last] + last}


def city_text(record: Record) -> str:
    """Return the canonical text of the file of a city or of an old id."""
    return yamlio.dump(plain(record), "../../schemas/city.schema.json", BLOCK)


def record_text(collection: Collection, record: Identified) -> str:
    """Return the canonical text of the file of one record of a collection that is a folder."""
    parents = "../" * (collection.folder.count("/") + 2)
    return yamlio.dump(plain(record), f"{parents}schemas/{collection.schema}.schema.json", BLOCK)


def collection_text(collection: Collection, records: Iterable[Identified]) -> str:
    """Return the canonical text of a file of records, sorted by id."""
    data = {record.id: plain(record) for record in sorted(records, key=lambda record: str(record.id))}
    # No schema describes the one file of records that have a file each.
    schema = "" if collection.is_folder else f"../schemas/{collection.schema}.schema.json"
    return yamlio.dump_records(data, schema, BLOCK)


def exceptions_text(records: Iterable[Record]) -> str:
    """Return the canonical text of the file of exceptions."""
    return yamlio.dump_list([plain(record) for record in records], "../schemas/exceptions.schema.json")
