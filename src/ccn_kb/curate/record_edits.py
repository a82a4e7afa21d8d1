"""Edits of any record: a new record, another source, a new value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, get_args, get_origin

from ccn_kb.checks.references import references
from ccn_kb.curate.city_details import page_slug
from ccn_kb.curate.edit import (
    NotPossibleError,
    change_record,
    insert_citations,
    make_record_in,
    resolve_citation,
)
from ccn_kb.errors import UnknownError
from ccn_kb.model.records import City, Designation, Identified, Meeting, Record, Round, Subdivision, Topic, records_in
from ccn_kb.model.text import slug
from ccn_kb.network import KIND_OF, Network
from ccn_kb.network.name_search import closest_matches, did_you_mean, suggestion
from ccn_kb.store import yamlio
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder

ValuePath: TypeAlias = "tuple[str | int, ...]"
# Fields that may change without a source.
REMARKS = frozenset({"note", "disputed", "sources"})
_NO_SOURCES = "has no source field; name your source in the commit message"


def add_record(folder: Folder, record_type: type[Identified], id: str, data: Mapping[str, object]) -> Network:
    """Return the network with a new source, meeting, cooperation or topic. Raises DataError, NotPossibleError."""
    record = make_record_in(
        folder, record_type, id, {key: value for key, value in data.items() if value not in (None, [], ())}
    )
    if record.id in folder.network.records(KIND_OF[record_type]):
        raise NotPossibleError(f"the ID {id} is taken; to change a value: ccn correct {id} FIELD VALUE")
    return folder.network.with_records(record)


def add_topics(folder: Folder, names: Sequence[str], broader: str | None) -> Network:
    """Return the network with new topics, below a broader one. Raises DataError, NotPossibleError, UnknownError."""
    network = folder.network
    broader_id = network.topic(broader).id if broader else None
    for name in dict.fromkeys(names):
        if not slug(name):
            raise NotPossibleError(f"{name!r} has no Latin letters to make an ID of; write it in Latin letters")
        values = {"name": name, "broader": broader_id}
        network = add_record(replace(folder, network=network), Topic, slug(name), values)
    return network


def update_meeting(folder: Folder, meeting: Meeting, values: Mapping[str, object], sources: Sequence[str]) -> Network:
    """Return the network with new values of a meeting; attendance and outcome statements are added to earlier ones."""
    data = plain(meeting)
    for key, value in values.items():
        if isinstance(value, list):
            earlier = data.get(key, [])
            data[key] = [*earlier, *value] if isinstance(earlier, list) else value
        elif value is not None:
            data[key] = value
    data["sources"] = insert_citations(folder.network, meeting.sources, *sources)
    return folder.network.with_records(change_record(folder, meeting, data))


def add_source(folder: Folder, record: Identified, source: str, path: str = "") -> Network:
    """Return the network with another source of a record: of the value at the path, of a city's last designation.

    Raises NotPossibleError if the record, or the value, has no source field.
    """
    place = resolve_path(record, path) if path else ()
    if isinstance(record, City) and not place:
        place = ("designations", len(record.designations) - 1)
    citation = resolve_citation(folder.network, source)
    data = plain(record)
    owner = _owner_of_sources(record, place)
    if owner is None:
        raise NotPossibleError(f"{record.id}{' ' + path if path else ''} {_NO_SOURCES}")
    if citation in _value_at(data, owner).get("sources", ()):
        raise NotPossibleError(f"{record.id} cites {citation} there already")
    _cite(folder.network, _value_at(data, owner), citation)
    return folder.network.with_records(change_record(folder, record, data))


class Correction(NamedTuple):
    """A new value of a field, '' to remove the value, and the source that gives it."""

    field: str
    value: str
    source: str | None


def correct_values(folder: Folder, record: Identified, corrections: Sequence[Correction]) -> Network:
    """Return the network with new values in a record, each with the source that gives it.

    The record is checked once, after all corrections. A list or a record is written as YAML on one line (`[a, b]`,
    `{value: x}`), or a list as texts with semicolons between them. The date of a round is also that of its
    designations. Raises NotPossibleError for an unknown path or a fact without a source, DataError for a value
    that is not allowed.
    """
    data = plain(record)
    removed: list[ValuePath] = []
    for correction in corrections:
        place = resolve_path(record, correction.field)
        _require_source(record, place, correction)
        _require_record(folder.network, record, place, correction.value)
        if correction.value == "":
            removed.append(place)
        else:
            _value_at(data, place[:-1])[place[-1]] = _parse_value(record, place, correction)
    # From the end, so that the positions of the others stay.
    for place in sorted(removed, key=lambda place: [str(part).zfill(6) for part in place], reverse=True):
        _remove(data, place)
    for correction in corrections:
        owner = _owner_of_sources(record, resolve_path(record, correction.field))
        citing = None if owner is None else _value_if_any(data, owner)
        if correction.source is not None and citing is not None:
            _cite(folder.network, citing, resolve_citation(folder.network, correction.source))
    corrected = change_record(folder, record, data)
    network = folder.network.with_records(corrected)
    if isinstance(record, Round) and isinstance(corrected, Round) and record.announced != corrected.announced:
        return _redate(replace(folder, network=network), record, corrected)
    return network


def _require_source(record: Identified, place: ValuePath, correction: Correction) -> None:
    owner = _owner_of_sources(record, place)
    if (
        owner is not None
        and correction.source is None
        and place[-1] not in REMARKS
        and _requires_sources(record, owner)
    ):
        raise NotPossibleError(f"{record.id} {correction.field} is a fact and needs a source; add --source ID")
    value_type, listed = _types_along(record, place)[-1]
    cites_items = listed and value_type is not None and "sources" in value_type.model_fields
    if owner is None and correction.source is not None and not cites_items:
        raise NotPossibleError(f"{record.id} {correction.field} {_NO_SOURCES}, without --source")


def _require_record(network: Network, record: Identified, place: ValuePath, value: str) -> None:
    """Raise NotPossibleError, with the closest ids, for a value that has to be the id of a record and is none."""
    names = _field_names(place)
    kind = KIND_OF[type(record)]
    target_kinds = (
        target_kind
        for other_kind, _, path, target_kind, _ in references(network)
        if other_kind == kind and _field_names(path) == names
    )
    target_kind = next(target_kinds, None)
    if target_kind is None or not value:
        return
    ids = {str(id) for id in network.records(target_kind)}
    # The check names the new id of one that was moved.
    if value in ids or value in network.moved:
        return
    find = {"field": network.field, "country": network.country, "city": network.city}.get(target_kind)
    try:
        meant = [str(find(value).id)] if find else []
    except UnknownError:
        meant = []
    # Numbers that are alike are other years and versions.
    near = meant or closest_matches(slug(value), (id for id in ids if id.upper() != id.lower()))
    hint = suggestion(near) or f"; write the id of an existing {target_kind}"
    raise NotPossibleError(f"unknown {target_kind} {value!r}{hint}")


def _field_names(path: ValuePath) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def _remove(data: Any, place: ValuePath) -> None:
    parent = _value_at(data, place[:-1])
    if isinstance(parent, list):
        parent.pop(int(place[-1]))
    else:
        parent.pop(str(place[-1]), None)


def _redate(folder: Folder, before: Round, after: Round) -> Network:
    """Return the network in which the designations of a round, and the ends that they caused, have its new date."""
    cities = []
    for city in folder.network.cities.values():
        data: dict[str, Any] = plain(city)
        for designation in data["designations"]:
            if designation.get("round") == after.id and designation["since"] == before.announced:
                designation["since"] = after.announced
            end = designation.get("end")
            if end and end["reason"] == "field-changed" and end["date"] == before.announced:
                end["date"] = after.announced
        if data != plain(city):
            cities.append(change_record(folder, city, data))
    return folder.network.with_records(*cities)


# -- paths -------------------------------------------------------------------------------------


def resolve_path(record: Record, path: str) -> ValuePath:
    """Return the path of a value: fields joined by dots, list items by position (from 1) or a distinguishing value.

    `designations.1.since`, `designations.film.since`, `names.Sasayama.until`; `since` of a city is that of its last
    designation. Raises NotPossibleError, with the closest names.
    """
    parts = path.split(".")
    if isinstance(record, City) and parts[0] not in City.model_fields and parts[0] in Designation.model_fields:
        parts = ["designations", str(len(record.designations)), *parts]
    place: list[str | int] = []
    value: object = record
    value_type: type[Record] | None = type(record)
    for part in parts:
        fields = value_type.model_fields if value_type else {}
        if isinstance(value, tuple):
            place.append(_item_index(value, part, ".".join(map(str, place))))
            value = value[int(place[-1])]
        elif part in fields.keys() - {"id"}:
            place.append(part)
            value = getattr(value, part, () if _is_list(fields[part].annotation) else None)
            value_type = next(records_in(fields[part].annotation), None)
        else:
            names = sorted(fields.keys() - {"id"})
            hint = did_you_mean(part, names) or (f"; choose {', '.join(names)}" if names else "")
            within = f" in {path!r}" if len(parts) > 1 else ""
            raise NotPossibleError(f"unknown field {part!r}{within}{hint}")
    return tuple(place)


def _item_index(items: tuple[object, ...], part: str, path: str) -> int:
    if part.isdecimal() and 1 <= int(part) <= len(items):
        return int(part) - 1
    for index, item in enumerate(items):
        if part in _distinguishing_values(item):
            return index
    names = [next(iter(_distinguishing_values(item)), str(number)) for number, item in enumerate(items, start=1)]
    raise NotPossibleError(
        f"{path} has no item {part!r}; choose {', '.join(names) or 'another field: the list is empty'}"
    )


def _distinguishing_values(item: object) -> list[str]:
    if not isinstance(item, Record):
        return [str(item)]
    fields = ("field", "value", "city", "name", "path")
    return [str(value) for field in fields if (value := getattr(item, field, None)) is not None]


def _types_along(record: Record, place: ValuePath) -> list[tuple[type[Record] | None, bool]]:
    """Return, for the record and each step of a path, the type of the record there and whether it is in a list."""
    value_type: type[Record] | None = type(record)
    types: list[tuple[type[Record] | None, bool]] = [(value_type, False)]
    for part in place:
        if isinstance(part, str) and value_type:
            annotation = value_type.model_fields[part].annotation
            value_type = next(records_in(annotation), None)
            types.append((value_type, _is_list(annotation)))
        else:
            types.append((value_type, False))
    return types


def _owner_of_sources(record: Record, place: ValuePath) -> ValuePath | None:
    """Return the path of the innermost record with a source field that holds a value, or is the value."""
    steps = enumerate(_types_along(record, place))
    depths = [depth for depth, (step, listed) in steps if step and not listed and "sources" in step.model_fields]
    return place[: depths[-1]] if depths else None


def _requires_sources(record: Record, place: ValuePath) -> bool:
    value_type, _ = _types_along(record, place)[-1]
    return value_type is not None and value_type.model_fields["sources"].is_required()


def _value_at(data: Any, place: ValuePath) -> Any:
    for part in place:
        data = data.setdefault(part, {}) if isinstance(data, dict) else data[part]
    return data


def _value_if_any(data: Any, place: ValuePath) -> Any:
    """Return the value at a path, None if it was removed with another."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError):
            return None
    return data


def _cite(network: Network, data: dict[str, Any], citation: str) -> None:
    data["sources"] = insert_citations(network, data.get("sources", ()), citation)


def _parse_value(record: Record, place: ValuePath, correction: Correction) -> Any:
    """Return the value of a field: text, a list or record written as YAML, or texts separated by semicolons."""
    value_type, listed = _types_along(record, place)[-1]
    value = correction.value
    if not (value_type or listed):
        return value
    if value_type is Subdivision and not value.lstrip().startswith("{"):
        code, _, name = value.strip().partition(" ")
        return {"code": code, "name": name.strip()}
    if not listed or value.lstrip().startswith(("[", "{", "-")):
        return yamlio.parse(value, "VALUE").data
    texts = [text.strip() for text in value.split(";") if text.strip()]
    if place[-1] == "unesco_pages":
        texts = [page_slug(text) or text for text in texts]
    if value_type is None:
        return texts
    sources = [correction.source] if correction.source and "sources" in value_type.model_fields else []
    return [{"value": text, **({"sources": sources} if sources else {})} for text in texts]


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(part) for part in get_args(annotation))
