"""Problems in a single record, with their lines and fixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from ccn_kb.errors import DataError, Problem
from ccn_kb.model.records import (
    ALPHA2_PATTERN,
    EXPECTED_FORMS,
    SLUG_PATTERN,
    Excepted,
    Identified,
    Record,
    ValuePath,
    WrongValueError,
    records_in,
)
from ccn_kb.model.text import fold, slug
from ccn_kb.network.name_search import closest_matches
from ccn_kb.store import yamlio
from ccn_kb.store.folder import Origin

AnyRecord = TypeVar("AnyRecord", bound=Identified)
FORMAT = "format"
COMMENT = "comment"
REGISTERED = "registry"
EXCEPTION = "exception"
FILE_NAME = "file-name"
# Problems after which every record is still read, so that all rules can be checked.
HARMLESS = frozenset({FORMAT, COMMENT, REGISTERED, EXCEPTION})


def comment_problem(file: str, line: int, place: str) -> Problem:
    """Return the problem of a comment, which no command would preserve, with a place for its text."""
    return Problem(file, line, COMMENT, "comments are not preserved", f"move the text into {place}")


def note_near(document: yamlio.Document, record_type: type[Record], line: int, depth: int) -> str:
    """Return the path of the `note` of the record at a line or after it, in words.

    `depth` is the length of a record's path in its file: 0 if the file is one record.
    """
    below = [path for path, number in document.lines.items() if path and number >= line]
    path = min(below or document.lines, key=lambda path: (document.lines[path], len(path)))
    place = list(path[:depth])
    note = "reason" if issubclass(record_type, Excepted) else "note"
    note_path = [*place, note] if note in record_type.model_fields else []
    inner: type[Record] | None = record_type
    for part in path[len(place) :]:
        if isinstance(part, str) and inner and part in inner.model_fields:
            inner = next(records_in(inner.model_fields[part].annotation), None)
        place.append(part)
        if isinstance(part, int) and inner and note in inner.model_fields:
            note_path = [*place, note]
    words = ".".join(str(part + 1) if isinstance(part, int) else part for part in note_path)
    return f"`{words}`" if note_path else "the commit message, since these records have no `note`"


# Messages in place of pydantic's, by type of error; {name} stands for an item of the error's context.
_MESSAGES = {
    "tuple_type": "must be a list",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must not be empty",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_type": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
}


def make_record(record_type: type[AnyRecord], data: Mapping[str, object], file: str, line: int) -> AnyRecord:
    """Return the record made of the data. Raises DataError, with the file and the line of the record."""
    origin = Origin(file, yamlio.Document({}, lambda: {(): line}), ())
    try:
        return record_type.model_validate(data)
    except ValidationError as error:
        raise DataError(to_problem(record_type, detail, origin) for detail in own_errors(error)) from None


def own_errors(error: ValidationError) -> list[dict[str, Any]]:
    """Return pydantic's errors, without those of lists that are empty only because their items are wrong."""
    details: list[dict[str, Any]] = [dict(detail) for detail in error.errors(include_url=False)]
    places: list[ValuePath] = [detail["loc"] for detail in details]
    outer = {place[:end] for place in places for end in range(len(place))}
    return [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in outer]


def to_problem(record_type: type[Record], detail: dict[str, Any], origin: Origin) -> Problem:
    """Return an error of pydantic's as a problem with its line; the fix is the description of the field."""
    context = detail.get("ctx", {})
    cause = context.get("error")
    path = tuple(detail["loc"]) + (cause.path if isinstance(cause, WrongValueError) else ())
    line = origin.line(path)
    owner, description = _described(record_type, path)
    name = ".".join(str(part) for part in path if isinstance(part, str)) if path else "the record"
    is_unknown_key = detail["type"] == "extra_forbidden"
    if is_unknown_key and str(path[-1]).isdecimal() and (number := _parted_number(owner, origin, path)):
        return Problem(origin.file, line, "value", f"{name}: a comma stands in a number", f"write {number}")
    if is_unknown_key:
        matches = closest_matches(str(path[-1]), sorted(owner.model_fields.keys() - owner.implied_by_path), most=1)
        delete = "delete it, or move the text into `note`" if "note" in owner.model_fields else "delete it"
        fix = f"did you mean {matches[0]!r}?" if matches else delete
        return Problem(origin.file, line, "unknown-key", f"{name!r} is not a field of this record", fix)
    if detail["type"] == "missing":
        return Problem(origin.file, line, "missing", f"`{name}` is missing", f"add it: {description}")
    value = detail["input"]
    if detail["type"] == "string_pattern_mismatch":
        message = f"{value[:60]!r} is not {EXPECTED_FORMS[context['pattern']]}"
        corrected = _in_form(value, context["pattern"])
        return Problem(
            origin.file, line, "value", f"{name}: {message}", f"write {corrected}" if corrected else description
        )
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] in _MESSAGES:
        message = _MESSAGES[detail["type"]].format_map(context)
    is_shown = not isinstance(value, str) or message.startswith(("'", '"'))
    shown = "" if is_shown else f", not {value[:60]!r}"
    return Problem(origin.file, line, "value", f"{name}: {message}{shown}", description)


def _in_form(value: str, pattern: str) -> str:
    """Return the ID or country code that a text means: media-arts for Media Arts, ES for Spain; '' if there is none."""
    if pattern == SLUG_PATTERN:
        return slug(value)
    if pattern == ALPHA2_PATTERN:
        from babel import Locale

        names = Locale("en").territories.items()
        return next((code for code, name in names if fold(name) == fold(value) and re.match(pattern, code)), "")
    return ""


def _parted_number(owner: type[Record], origin: Origin, path: ValuePath) -> str | None:
    """Return the number of which a comma made two: `60,39299` is 60 and the key 39299; None if there is none."""
    data: object = origin.document.data
    for part in (*origin.path, *path[:-1]):
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
    if not isinstance(data, dict):
        return None
    keys = list(data)
    place = keys.index(str(path[-1])) if str(path[-1]) in keys else 0
    first = str(data[keys[place - 1]]) if place else ""
    field = owner.model_fields.get(keys[place - 1]) if place else None
    if field is None or not first.removeprefix("-").isdecimal():
        return None
    return f"{first}.{path[-1]}" if "float" in str(field.annotation) else f"{first}{path[-1]}"


def _described(record_type: type[Record], path: ValuePath) -> tuple[type[Record], str]:
    """Return the record class of the last field of the path, and the description of that field."""
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
