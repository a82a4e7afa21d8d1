"""Edits of any record: a new one, one more source, another value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, get_args, get_origin

from ccn_kb.curate.edit import NotPossibleError, changed, cited, made, with_source
from ccn_kb.model.records import City, Designation, Identified, Meeting, Record, records_in
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


def correct(folder: Folder, record: Identified, path: str, value: str, source: str | None) -> Network:
    """Return the network with another value in a record, '' to take it out, and the source that says so.

    A list or a record is written as YAML on one line (`[a, b]`, `{value: x}`). Raises NotPossibleError for a path
    that leads nowhere or a fact without source, DataError for a value that is none.
    """
    place = resolved(record, path)
    data = plain(record)
    owner = _citing(record, place)
    if owner is not None and source is None and place[-1] not in REMARKS and _always_cited(record, owner):
        raise NotPossibleError(f"{record.id} {path} is a fact, and needs a source that says so: --source")
    if owner is None and source is not None:
        raise NotPossibleError(f"{record.id} {path} keeps no sources; leave --source out and say it in the commit")
    inner = _at(data, place[:-1])
    if value == "":
        if isinstance(inner, list):
            inner.pop(int(place[-1]))
        else:
            inner.pop(str(place[-1]), None)
    else:
        inner[place[-1]] = _parsed(record, place, value)
    if owner is not None and source is not None and (kept := _reached(data, owner)) is not None:
        _cite(folder.network, kept, cited(folder.network, source))
    return folder.network.with_records(changed(folder, record, data))


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


def _parsed(record: Record, place: Path, value: str) -> yamlio.Plain:
    """Return the value as its field holds it: text, or a list or record written as YAML."""
    inner, listed = _types_along(record, place)[-1]
    return yamlio.parse(value, "VALUE").data if inner or listed else value


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(part) for part in get_args(annotation))
