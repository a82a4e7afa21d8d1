"""The rules of what is said: nothing twice, and no figure otherwise than it is counted."""

from __future__ import annotations

from collections.abc import Iterator

from ccn_kb.checks.context import Context, Finding
from ccn_kb.checks.references import citing
from ccn_kb.model.records import Designation, Disputed, Name, Participant, Population, Record, Statement
from ccn_kb.model.text import slug


def doubled(context: Context) -> Iterator[Finding]:
    """No list in a record says the same thing twice."""
    for kind, id, record in citing(context.network):
        for path, part in record.inside():
            for name, number in _doubles(part):
                yield Finding(kind, id, (*path, name, number), f"{name} says this twice", "delete one of the two")


def _doubles(record: Record) -> Iterator[tuple[str, int]]:
    for name, value in vars(record).items():
        if isinstance(value, tuple) and len(value) > 1:
            seen: set[object] = set()
            for number, one in enumerate(map(_said, value)):
                if one in seen:
                    yield name, number
                seen.add(one)


def _said(one: object) -> object:
    """Return what makes an item of a list the same as another, whatever their sources."""
    match one:
        case str():  # most are citations
            return one
        case Disputed():
            return one.path, one.value
        case Population():
            return one.value, one.year
        case Name():
            return one.value, one.lang
        case Statement():
            return slug(one.value) or one.value
        case Designation():
            return one.field, one.since[:4]
        case Participant():
            return one.city
    return one


def census(context: Context) -> Iterator[Finding]:
    """Our count is the figure that was stated for the same day."""
    for one in context.network.census():
        if one.stated != one.counted:
            message = f"{one.stated} {one.figure} stated for {one.date}, {one.counted} counted"
            fix = "find the designation that is wrong, or record the difference in exceptions.yaml"
            yield Finding(one.record, one.id, (one.figure,), message, fix)
