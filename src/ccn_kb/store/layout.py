"""Where each record stands in a data folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ccn_kb.model.records import (
    Cooperation,
    Country,
    CreativeField,
    Identified,
    Meeting,
    Record,
    Round,
    Rule,
    Source,
    Topic,
    Total,
)
from ccn_kb.network import SOURCE_KINDS


@dataclass(frozen=True)
class Collection:
    """A file of records by id: where it lies, what it holds, and what its place says about each."""

    file: str
    kind: str
    record: type[Identified]
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> str:
        return self.file.partition("/")[0].removesuffix(".yaml")

    def holds(self, record: Record) -> bool:
        """Tell whether the record belongs into this file."""
        return isinstance(record, self.record) and all(
            getattr(record, name) == value for name, value in self.given.items()
        )


CITIES = "cities"
REGISTRY = "ids.txt"
EXCEPTIONS = "exceptions.yaml"
COLLECTIONS = (
    Collection("fields.yaml", "field", CreativeField),
    Collection("topics.yaml", "topic", Topic),
    Collection("countries.yaml", "country", Country),
    Collection("rounds.yaml", "round", Round),
    Collection("rules.yaml", "rule", Rule),
    Collection("totals.yaml", "total", Total),
    Collection("meetings.yaml", "meeting", Meeting),
    Collection("cooperations.yaml", "cooperation", Cooperation),
    *(Collection(f"sources/{kind}.yaml", "source", Source, {"kind": kind}) for kind in SOURCE_KINDS),
)
KINDS = tuple(dict.fromkeys(collection.kind for collection in COLLECTIONS))


def file_of(kind: str, id: str, data: Mapping[str, object]) -> str:
    """Return the file of the data folder in which a record with these data stands."""
    if kind == "city":
        return f"{CITIES}/{id}.yaml"
    files = (one for one in COLLECTIONS if one.kind == kind)
    return next(one.file for one in files if all(data.get(name, value) == value for name, value in one.given.items()))
