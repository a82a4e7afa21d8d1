"""Rules for contents: no repetitions, and no published totals that differ from our counts."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.checks.context import Context, Finding
from ccn_kb.checks.references import citing
from ccn_kb.model.records import (
    Coordinator,
    Designation,
    Disputed,
    MonitoringReport,
    Name,
    Participant,
    Population,
    Record,
    Statement,
)
from ccn_kb.model.text import slug
from ccn_kb.network.published_totals import FIGURE_NAMES


def doubled(context: Context) -> Iterator[Finding]:
    """No list in a record has the same item twice."""
    for kind, id, record in citing(context.network):
        for path, part in record.nested_records():
            for name, number in _repetitions(part):
                message = f"{name} has this item twice"
                yield Finding(kind, id, (*path, name, number), message, "delete one of the two")


def _repetitions(record: Record) -> Iterator[tuple[str, int]]:
    for name, value in vars(record).items():
        if isinstance(value, tuple) and len(value) > 1:
            seen: set[object] = set()
            for number, content in enumerate(map(_content, value)):
                if content in seen:
                    yield name, number
                seen.add(content)


def _content(item: object) -> object:
    """Return the part of a list item by which it repeats another, whatever their sources."""
    match item:
        case str():  # most are citations
            return item
        case Disputed():
            return item.path, item.value
        case Population():
            return item.value, item.year
        case Name():
            return item.value, item.lang
        case Statement():
            return slug(item.value) or item.value
        case Designation():
            return item.field, item.since[:4]
        case MonitoringReport():
            return item.year
        case Participant():
            return item.city
        case Coordinator():
            return item.city, item.role, item.stated
    return item


def census(context: Context) -> Iterator[Finding]:
    """Published totals equal our counts for the same day."""
    for total in context.network.census():
        if total.difference:
            figure = FIGURE_NAMES[total.figure]
            message = f"published total for {total.date}: {total.stated} {figure}; our count: {total.counted}"
            fix = "correct the designation that is wrong, or add the difference to exceptions.yaml"
            yield Finding(total.record_type, total.record_id, (total.figure,), message, fix)
