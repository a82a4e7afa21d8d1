"""Edits of any record: a new one, one more source, another value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, get_args, get_origin

from ccn_kb.curate.city_details import page_slug
from ccn_kb.curate.edit import NotPossibleError, changed, cited, made, with_source
from ccn_kb.model.records import City, Designation, Identified, Meeting, Record, Round, Subdivision, Topic, records_in
from ccn_kb.model.text import slug
from ccn_kb.network import KIND_OF, Network
from ccn_kb.network.name_search import did_you_mean
from ccn_kb.store import yamlio
from ccn_kb.store.canonical import plain
from ccn_kb.store.folder import Folder

Path: TypeAlias = "tuple[str | int, ...]"
REMARKS = frozenset({"note", "disputed", "sources"})


def new(folder: Folder, record_type: type[Identified], id: str, data: Mapping[str, object]) -> Network:
    """Return the network with a new source, meeting or cooperation. Raises DataError, NotPossibleError."""
    record = made(folder, record_type, id, {key: value for key, value in data.items() if value not in (None, [], ())})
    if record.id in folder.network.records(KIND_OF[record_type]):
        raise NotPossibleError(f"the id {id} is taken; to change a value: ccn correct {id} FIELD VALUE")
    return folder.network.with_records(record)


def new_topics(folder: Folder, names: Sequence[str], broader: str | None) -> Network:
    """Return the network with new topics, below a broader one. Raises DataError, NotPossibleError, UnknownError."""
    network = folder.network
    above = network.topic(broader).id if broader else None
    for name in dict.fromkeys(names):
        if not slug(name):
            raise NotPossibleError(f"{name!r} has no Latin letters to make an ID of; write it in Latin letters")
        network = new(replace(folder, network=network), Topic, slug(name), {"name": name, "broader": above})
    return network


def meeting(folder: Folder, one: Meeting, data: Mapping[str, object], sources: Sequence[str]) -> Network:
    """Return the network with what is now known of a meeting; statements on attendance and outcomes are added."""
    said = plain(one)
    for key, value in data.items():
        if isinstance(value, list):
            before = said.get(key, [])
            said[key] = [*before, *value] if isinstance(before, list) else value
        elif value is not None:
            said[key] = value
    said["sources"] = with_source(folder.network, one.sources, *sources)
    return folder.network.with_records(changed(folder, one, said))


def add_source(folder: Folder, record: Identified, source: str, path: str = "") -> Network:
    """Return the network with one more source of a record: of the value at the path, of a city its last designation.

    Raises NotPossibleError if the record, or the value, has no sources.
    """
    place = resolved(record, path) if path else ()
    if isinstance(record, City) and not place:
        place = ("designations", len(record.designations) - 1)
    citation = cited(folder.network, source)
    data = plain(record)
    owner = _citing(record, place)
    if owner is None:
        raise NotPossibleError(f"{record.id}{' ' + path if path else ''} keeps no sources; say yours in the commit")
    if citation in _at(data, owner).get("sources", ()):
        raise NotPossibleError(f"{record.id} cites {citation} there already")
    _cite(folder.network, _at(data, owner), citation)
    return folder.network.with_records(changed(folder, record, data))


class Correction(NamedTuple):
    """A new value of a field, '' to remove the value, and the source that gives it."""

    field: str
    value: str
    source: str | None


def correct(folder: Folder, record: Identified, corrections: Sequence[Correction]) -> Network:
    """Return the network with other values in a record, each with the source that gives it.

    The record is checked once, after all corrections. A list or a record is written as YAML on one line (`[a, b]`,
    `{value: x}`), or a list as texts with semicolons between them. The date of a round is also that of its
    designations. Raises NotPossibleError for a path that leads nowhere or a fact without source, DataError for a value
    that is not allowed.
    """
    data = plain(record)
    removed: list[Path] = []
    for correction in corrections:
        place = resolved(record, correction.field)
        _require_source(record, place, correction)
        if correction.value == "":
            removed.append(place)
        else:
            _at(data, place[:-1])[place[-1]] = _parsed(record, place, correction)
    # From the end, so that the positions of the others stay.
    for place in sorted(removed, key=lambda place: [str(part).zfill(6) for part in place], reverse=True):
        _remove(data, place)
    for correction in corrections:
        owner = _citing(record, resolved(record, correction.field))
        cited_record = None if owner is None else _reached(data, owner)
        if correction.source is not None and cited_record is not None:
            _cite(folder.network, cited_record, cited(folder.network, correction.source))
    corrected = changed(folder, record, data)
    network = folder.network.with_records(corrected)
    if isinstance(record, Round) and isinstance(corrected, Round) and record.announced != corrected.announced:
        return _redated(replace(folder, network=network), record, corrected)
    return network


def _require_source(record: Identified, place: Path, correction: Correction) -> None:
    owner = _citing(record, place)
    if owner is not None and correction.source is None and place[-1] not in REMARKS and _always_cited(record, owner):
        raise NotPossibleError(f"{record.id} {correction.field} is a fact that needs a source: add --source ID")
    inner, listed = _types_along(record, place)[-1]
    cites_items = listed and inner is not None and "sources" in inner.model_fields
    if owner is None and correction.source is not None and not cites_items:
        message = f"{record.id} {correction.field} has no source field; name your source in the commit message"
        raise NotPossibleError(message)


def _remove(data: Any, place: Path) -> None:
    inner = _at(data, place[:-1])
    if isinstance(inner, list):
        inner.pop(int(place[-1]))
    else:
        inner.pop(str(place[-1]), None)


def _redated(folder: Folder, before: Round, after: Round) -> Network:
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
            cities.append(changed(folder, city, data))
    return folder.network.with_records(*cities)


# -- paths -------------------------------------------------------------------------------------


def resolved(record: Record, path: str) -> Path:
    """Return the path of a value: fields joined by dots, items of lists by number from 1 or by what tells them apart.

    `designations.1.since`, `designations.film.since`, `names.Sasayama.until`; of a city `since` is that of its last
    designation. Raises NotPossibleError, with the nearest names.
    """
    parts = path.split(".")
    if isinstance(record, City) and parts[0] not in City.model_fields and parts[0] in Designation.model_fields:
        parts = ["designations", str(len(record.designations)), *parts]
    found: list[str | int] = []
    here: object = record
    inner: type[Record] | None = type(record)
    for part in parts:
        if isinstance(here, tuple):
            found.append(_item(here, part, ".".join(map(str, found))))
            here = here[int(found[-1])]
        elif inner and part in inner.model_fields.keys() - {"id"}:
            found.append(part)
            here = getattr(here, part, () if _is_list(inner.model_fields[part].annotation) else None)
            inner = next(records_in(inner.model_fields[part].annotation), None)
        else:
            known = (inner.model_fields.keys() - {"id"}) if inner else set()
            hint = did_you_mean(part, known) or (f"; it has {', '.join(sorted(known))}" if known else "")
            raise NotPossibleError(f"there is no value {path!r} in this record: no field {part!r}{hint}")
    return tuple(found)


def _item(items: tuple[object, ...], part: str, where: str) -> int:
    if part.isdecimal() and 1 <= int(part) <= len(items):
        return int(part) - 1
    for number, item in enumerate(items):
        if part in _names_of(item):
            return number
    known = [next(iter(_names_of(item)), str(number)) for number, item in enumerate(items, start=1)]
    raise NotPossibleError(f"{where} has no item {part!r}; it has {', '.join(known) or 'none'}")


def _names_of(item: object) -> list[str]:
    if not isinstance(item, Record):
        return [str(item)]
    told = ("field", "value", "city", "name", "path")
    return [str(value) for key in told if (value := getattr(item, key, None)) is not None]


def _types_along(record: Record, place: Path) -> list[tuple[type[Record] | None, bool]]:
    """Return, for the record and each step of a path, which kind of record stands there, and whether in a list."""
    inner: type[Record] | None = type(record)
    found: list[tuple[type[Record] | None, bool]] = [(inner, False)]
    for part in place:
        if isinstance(part, str) and inner:
            annotation = inner.model_fields[part].annotation
            inner = next(records_in(annotation), None)
            found.append((inner, _is_list(annotation)))
        else:
            found.append((inner, False))
    return found


def _citing(record: Record, place: Path) -> Path | None:
    """Return the path of the innermost record around a value, or of the value, that keeps sources."""
    steps = enumerate(_types_along(record, place))
    depths = [depth for depth, (inner, listed) in steps if inner and not listed and "sources" in inner.model_fields]
    return place[: depths[-1]] if depths else None


def _always_cited(record: Record, place: Path) -> bool:
    """Tell whether the record at a path may not do without sources."""
    inner, _ = _types_along(record, place)[-1]
    return inner is not None and inner.model_fields["sources"].is_required()


def _at(data: Any, place: Path) -> Any:
    for part in place:
        data = data.setdefault(part, {}) if isinstance(data, dict) else data[part]
    return data


def _reached(data: Any, place: Path) -> Any:
    """Return what stands at the path, None where a value that was taken out took it along."""
    for part in place:
        try:
            data = data[part]
        except (KeyError, IndexError):
            return None
    return data


def _cite(network: Network, data: dict[str, Any], citation: str) -> None:
    data["sources"] = with_source(network, data.get("sources", ()), citation)


def _parsed(record: Record, place: Path, correction: Correction) -> Any:
    """Return the value as its field holds it: text, a list or record written as YAML, or texts between semicolons."""
    inner, listed = _types_along(record, place)[-1]
    value = correction.value
    if not (inner or listed):
        return value
    if inner is Subdivision and not value.lstrip().startswith("{"):
        code, _, name = value.strip().partition(" ")
        return {"code": code, "name": name.strip()}
    if not listed or value.lstrip().startswith(("[", "{", "-")):
        return yamlio.parse(value, "VALUE").data
    texts = [text.strip() for text in value.split(";") if text.strip()]
    if place[-1] == "unesco_pages":
        texts = [page_slug(text) or text for text in texts]
    if inner is None:
        return texts
    sources = [correction.source] if correction.source and "sources" in inner.model_fields else []
    return [{"value": text, **({"sources": sources} if sources else {})} for text in texts]


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(part) for part in get_args(annotation))
