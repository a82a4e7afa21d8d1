"""What can be wrong with a record by itself, told with its line and the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from ccn_kb.errors import DataError, Problem
from ccn_kb.model.records import City, Excepted, Identified, Record, WrongValueError, records_in
from ccn_kb.network.name_search import closest_matches
from ccn_kb.store import yamlio
from ccn_kb.store.folder import Origin

Kept = TypeVar("Kept", bound=Identified)
FORMAT = "format"
COMMENT = "comment"
REGISTERED = "registry"
EXCEPTION = "exception"
FILE_NAME = "file-name"
# Problems that cost no record: the others are then compared all the same.
HARMLESS = frozenset({FORMAT, COMMENT, REGISTERED, EXCEPTION})


def comment(file: str, line: int, place: str) -> Problem:
    """Return the problem that a comment is, and where its text can go."""
    return Problem(file, line, COMMENT, "a comment stands here, which would be lost", f"move its text into {place}")


def note_near(document: yamlio.Document, record_type: type[Record], line: int) -> str:
    """Return the field for remarks of the record in which a line stands, or before which it stands."""
    below = [path for path, at in document.lines.items() if path and at >= line]
    path = min(below or document.lines, key=lambda path: (document.lines[path], len(path)))
    place = list(path[: 0 if issubclass(record_type, City) else 1])
    remark = "reason" if issubclass(record_type, Excepted) else "note"
    found = [*place, remark] if remark in record_type.model_fields else []
    inner: type[Record] | None = record_type
    for part in path[len(place) :]:
        if isinstance(part, str) and inner and part in inner.model_fields:
            inner = next(records_in(inner.model_fields[part].annotation), None)
        place.append(part)
        if isinstance(part, int) and inner and remark in inner.model_fields:
            found = [*place, remark]
    words = ".".join(str(part + 1) if isinstance(part, int) else part for part in found)
    return f"`{words}`" if found else "the commit's message: records here have no `note`"


_WORDS = {
    "tuple_type": "must be a list",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "string_type": "must be text",
    "too_short": "must not be empty",
}


def sound(record_type: type[Kept], data: Mapping[str, object], file: str, line: int) -> Kept:
    """Return the record made of the data. Raises DataError, with the file and line at which it stands or will."""
    origin = Origin(file, yamlio.Document({}, lambda: {(): line}), ())
    try:
        return record_type.model_validate(data)
    except ValidationError as error:
        raise DataError(problem(record_type, detail, origin) for detail in own_errors(error)) from None


def own_errors(error: ValidationError) -> list[dict[str, Any]]:
    """Return what pydantic found, without lists that are only empty because their items are wrong."""
    found: list[dict[str, Any]] = [dict(one) for one in error.errors(include_url=False)]
    places: list[tuple[str | int, ...]] = [one["loc"] for one in found]
    deeper = {place[:end] for place in places for end in range(len(place))}
    return [one for one in found if one["type"] != "too_short" or one["loc"] not in deeper]


def problem(record_type: type[Record], detail: dict[str, Any], origin: Origin) -> Problem:
    """Return what pydantic found as a problem with line, and with the field's own description as the remedy."""
    cause = detail.get("ctx", {}).get("error")
    path = tuple(detail["loc"]) + (cause.path if isinstance(cause, WrongValueError) else ())
    line = origin.line(path)
    owner, description = _described(record_type, path)
    name = ".".join(str(part) for part in path if isinstance(part, str)) if path else "the record"
    if detail["type"] == "extra_forbidden":
        matches = closest_matches(str(path[-1]), sorted(owner.model_fields.keys() - owner.implied_by_path), most=1)
        elsewhere = "delete it, or put the text into `note`" if "note" in owner.model_fields else "delete it"
        fix = f"did you mean {matches[0]!r}?" if matches else elsewhere
        return Problem(origin.file, line, "unknown-key", f"{name!r} is no field of this record", fix)
    if detail["type"] == "missing":
        return Problem(origin.file, line, "missing", f"`{name}` is missing", f"add it: {description}")
    message = _WORDS.get(detail["type"]) or str(detail["msg"]).removeprefix("Value error, ")
    given = detail["input"]
    shown = f", not {given[:60]!r}" if isinstance(given, str) and repr(given) not in message else ""
    return Problem(origin.file, line, "value", f"{name}: {message[:1].lower()}{message[1:]}{shown}", description)


def _described(record_type: type[Record], path: yamlio.Path) -> tuple[type[Record], str]:
    """Return the record class that holds the last field of the path, and the description of that field."""
    owner: type[Record] = record_type
    inner: type[Record] | None = record_type
    description = (record_type.__doc__ or "").partition("\n")[0]
    for part in path:
        if not isinstance(part, str):
            continue
        owner = inner or owner
        field = owner.model_fields.get(part)
        if field is None:
            break
        description = field.description or ""
        inner = next(records_in(field.annotation), None)
    return owner, description
