"""The Reconciliation Service API 0.2 of the W3C, with which OpenRefine and others match names to our ids."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, Field, JsonValue, StrictBool, TypeAdapter, ValidationError

from ccn_kb.exports.contents import TITLE
from ccn_kb.model.dates import format_date
from ccn_kb.model.records import REGIONS, City
from ccn_kb.model.text import key, words
from ccn_kb.network import Network
from ccn_kb.site.pages.page_context import PageContext

PATH = "/reconcile"
ALLOWED = "GET, HEAD, POST, OPTIONS"
IDENTIFIERS = "https://w3id.org/ccn-kb/city/"
VOCABULARY = "https://w3id.org/ccn-kb/"
MOST_QUERIES = 1_000
MOST_CANDIDATES = 10
LONGEST_BODY = 1_000_000
FORM = "application/x-www-form-urlencoded"
PREVIEW_SIZE = {"width": 400, "height": 160}
TYPE: JsonValue = {"id": "city", "name": "UNESCO Creative City"}
# How certain a candidate is, in per cent: one that is sure, with a slip in its name, or one of several.
_SURE, _LIKELY, _POSSIBLE, _SIMILAR = 100.0, 80.0, 50.0, 25.0
_CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]{0,99}")
Requests = TypeVar("Requests")


class ReconciliationError(Exception):
    """The request cannot be understood or is too large; carries the status of the response."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class NamedEntity(BaseModel):
    """A value that is an entity itself."""

    id: str
    name: str = ""


PropertyValue: TypeAlias = str | StrictBool | float | NamedEntity


class QueryProperty(BaseModel):
    """A value that stands next to a name."""

    pid: str
    v: PropertyValue | list[PropertyValue]

    @property
    def text(self) -> str:
        """The first value as text."""
        value = self.v[0] if isinstance(self.v, list) and self.v else self.v
        if isinstance(value, NamedEntity):
            return value.name or value.id
        return "" if isinstance(value, list) else str(value)


class ReconciliationQuery(BaseModel):
    """A name to match, with what stands next to it."""

    query: str = ""
    type: str | list[str] = ""
    limit: Annotated[float, Field(ge=1)] = MOST_CANDIDATES
    properties: list[QueryProperty] = []

    @property
    def wants_cities(self) -> bool:
        """Whether no type is named, or that of cities is."""
        types = [self.type] if isinstance(self.type, str) else self.type
        return not any(types) or "city" in types

    def value(self, property_id: str) -> str:
        """Return the value of a property, "" without one."""
        return next((each.text for each in self.properties if each.pid == property_id), "")


class ExtensionProperty(BaseModel):
    """A property that is wanted."""

    id: str


class ExtensionQuery(BaseModel):
    """The cities and properties that are wanted."""

    ids: list[str]
    properties: list[ExtensionProperty]


_QUERIES = TypeAdapter(dict[str, ReconciliationQuery])
_EXTENSION = TypeAdapter(ExtensionQuery)


@dataclass(frozen=True)
class CityProperty:
    """A property of cities: its id, its name, and its values."""

    id: str
    name: str
    values: Callable[[Network, City], Sequence[JsonValue]]

    @property
    def described(self) -> dict[str, JsonValue]:
        """The property as the API describes it."""
        return {"id": self.id, "name": self.name}


def _texts(*values: str | None) -> list[JsonValue]:
    return [{"str": value} for value in values if value]


def _joined(city: City) -> str:
    return city.designations[0].since


PROPERTIES = {
    each.id: each
    for each in (
        CityProperty(
            "field",
            "Creative field",
            lambda network, city: [
                {"id": field.id, "name": field.name} for field in (network.fields[city.designations[-1].field],)
            ],
        ),
        CityProperty("since", "Member of this field since", lambda _, city: _texts(city.designations[-1].since)),
        CityProperty("joined", "First designation", lambda _, city: _texts(_joined(city))),
        CityProperty(
            "until",
            "Member until",
            lambda _, city: _texts(city.designations[-1].end.date if city.designations[-1].end else None),
        ),
        CityProperty("country", "Country", lambda network, city: _texts(network.countries[city.country].name)),
        CityProperty("country_code", "Country code (ISO 3166-1 alpha-2)", lambda _, city: _texts(city.country)),
        CityProperty(
            "region", "UNESCO region", lambda network, city: _texts(REGIONS[network.countries[city.country].region])
        ),
        CityProperty("wikidata", "Wikidata ID", lambda _, city: _texts(city.wikidata)),
        CityProperty("geonames", "GeoNames ID", lambda _, city: _texts(str(city.geonames) if city.geonames else None)),
        CityProperty("latitude", "Latitude", lambda _, city: [{"float": city.location.latitude}]),
        CityProperty("longitude", "Longitude", lambda _, city: [{"float": city.location.longitude}]),
    )
}


class Reply(NamedTuple):
    """What is sent: status, media type and body."""

    status: int
    media_type: str
    body: bytes


def respond(context: PageContext, path: str, parameters: Mapping[str, str]) -> Reply:
    """Return the reply to a request for a path below /reconcile, with the parameters of its address or form."""
    try:
        if path == f"{PATH}/preview":
            return _preview(context, parameters.get("id", ""))
        status, answer = 200, _answer(context, path, parameters)
    except ReconciliationError as error:
        status, answer = error.status, refusal(error)
    return _as_json(status, answer, parameters.get("callback", ""))


def refusal(error: ReconciliationError) -> JsonValue:
    """Return what is sent of an error."""
    return {"ok": False, "status": error.status, "error": str(error)}


def _as_json(status: int, answer: JsonValue, callback: str) -> Reply:
    if callback and not _CALLBACK.fullmatch(callback):
        callback, status = "", 400
        answer = refusal(ReconciliationError(400, "callback is not the name of a function"))
    text = json.dumps(answer, ensure_ascii=False)
    if callback:
        # The comment keeps the reply from being taken for something else than a script.
        return Reply(status, "text/javascript; charset=utf-8", f"/**/{callback}({text});".encode())
    return Reply(status, "application/json; charset=utf-8", text.encode())


def _answer(context: PageContext, path: str, parameters: Mapping[str, str]) -> JsonValue:
    name = path.removeprefix(PATH).strip("/")
    prefix = parameters.get("prefix", "")
    if not name and "queries" in parameters:
        queries = _read(_QUERIES, parameters["queries"], "queries")
        _check_number(len(queries), "queries")
        return {id: {"result": _candidates(context.network, query)} for id, query in queries.items()}
    if not name and "extend" in parameters:
        return _extension(context.network, _read(_EXTENSION, parameters["extend"], "extend"))
    if not name:
        return _manifest(context)
    if name == "suggest/entity":
        return {"result": _suggested_cities(context.network, prefix)}
    if name == "suggest/type":
        return {"result": [TYPE] if _begins(prefix, ("city", "UNESCO Creative City")) else []}
    if name == "suggest/property":
        suggested = [each.described for each in PROPERTIES.values() if _begins(prefix, (each.id, each.name))]
        return {"result": [*suggested]}
    if name == "properties":
        return {"type": "city", "properties": [each.described for each in PROPERTIES.values()]}
    raise ReconciliationError(404, f"There is nothing at {path[:80]}; the service is at {context.link(PATH)}.")


def _read(adapter: TypeAdapter[Requests], text: str, name: str) -> Requests:
    try:
        return adapter.validate_python(json.loads(text))
    except RecursionError:
        message = "is nested too deeply"
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(part)[:40] for part in detail["loc"][:4])
        expected = "Input should be an object" if detail["type"] in ("dict_type", "model_type") else detail["msg"]
        message = f"is not as the API describes it{f', at {where}' if where else ''}: {expected}"
    except ValueError as error:
        message = f"is not JSON: {error}"
    raise ReconciliationError(400, f"The parameter {name} {message}.")


def _check_number(number: int, name: str) -> None:
    if number > MOST_QUERIES:
        raise ReconciliationError(413, f"{number:,} {name} are too many; send at most {MOST_QUERIES:,} at a time.")


# -- the parts of the API ------------------------------------------------------------------------


def _manifest(context: PageContext) -> JsonValue:
    site = context.site
    suggest: dict[str, JsonValue] = {
        kind: {"service_url": site, "service_path": f"{PATH}/suggest/{kind}"} for kind in ("entity", "property", "type")
    }
    return {
        "versions": ["0.1", "0.2"],
        "name": TITLE,
        "identifierSpace": IDENTIFIERS,
        "schemaSpace": VOCABULARY,
        "documentation": f"{site}/about",
        "serviceVersion": context.network.version,
        "defaultTypes": [TYPE],
        "view": {"url": f"{site}/city/{{{{id}}}}"},
        "preview": {"url": f"{site}{PATH}/preview?id={{{{id}}}}", **PREVIEW_SIZE},
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": site, "service_path": f"{PATH}/properties"},
            "property_settings": [],
        },
    }


def _candidates(network: Network, query: ReconciliationQuery) -> list[JsonValue]:
    """Return the cities that a query may mean, the likeliest first; at most one is certain."""
    if not query.wants_cities:
        return []
    match = network.match(query.query, query.value("country"))[0]
    identified = network.city_id(query.value("wikidata")) or network.city_id(query.value("geonames"))
    scores: dict[str, float] = {}
    if identified and match.id in (None, identified):
        scores[identified] = _SURE
    elif match.id:
        scores[match.id] = _LIKELY if match.how == "spelling" or identified else _SURE
    for id in (identified, *match.candidates):
        if id:
            scores.setdefault(id, _POSSIBLE)
    if not scores and query.query and not query.value("country"):
        scores = dict.fromkeys(_named(network, query.query), _SIMILAR)
    field = network.field_phrases.find(query.value("field"))
    candidates: list[JsonValue] = []
    for id, score in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        city = network.cities[id]
        is_of_field = field is None or any(designation.field == field for designation in city.designations)
        candidates.append(
            {
                "id": id,
                "name": city.name,
                "description": _describe(network, city),
                "score": score if is_of_field else min(score, _LIKELY),
                "match": score == _SURE and is_of_field,
                "type": [TYPE],
            }
        )
    return candidates[: int(min(query.limit, MOST_CANDIDATES))]


def _named(network: Network, text: str) -> list[str]:
    """Return the cities of which a name begins with a text, by name; none for no text."""
    folded = key(text)
    cities = [
        city
        for city in network.cities.values()
        if folded and any(key(name).startswith(folded) for name in (city.name, *(other.value for other in city.names)))
    ]
    return [city.id for city in sorted(cities, key=lambda city: (words(city.name), city.id))]


def _suggested_cities(network: Network, prefix: str) -> list[JsonValue]:
    suggested: list[JsonValue] = []
    for id in _named(network, prefix)[:MOST_CANDIDATES]:
        city = network.cities[id]
        suggested.append({"id": id, "name": city.name, "description": _describe(network, city), "notable": [TYPE]})
    return suggested


def _begins(prefix: str, names: Sequence[str]) -> bool:
    return any(key(name).startswith(key(prefix)) for name in names)


def _describe(network: Network, city: City) -> str:
    latest = city.designations[-1]
    until = f" until {format_date(latest.end.date)}" if latest.end else ""
    field, country = network.fields[latest.field].name, network.countries[city.country].name
    return f"{country}; City of {field} since {format_date(latest.since)}{until}"


def _extension(network: Network, query: ExtensionQuery) -> JsonValue:
    _check_number(len(query.ids), "ids")
    unknown = [each.id for each in query.properties if each.id not in PROPERTIES]
    if unknown:
        raise ReconciliationError(400, f"Unknown property “{unknown[0][:40]}”. Choose {', '.join(PROPERTIES)}.")
    properties = [PROPERTIES[each.id] for each in query.properties]
    rows: dict[str, JsonValue] = {}
    for id in query.ids:
        city = network.cities.get(network.city_id(id) or "")
        rows[id] = {each.id: [*each.values(network, city)] if city else [] for each in properties}
    return {"meta": [each.described for each in properties], "rows": rows}


def _preview(context: PageContext, id: str) -> Reply:
    city = context.network.cities.get(context.network.city_id(id) or "")
    if city is None:
        raise ReconciliationError(404, f"There is no city with the id “{id[:80]}”.")
    name, description = html.escape(city.name), html.escape(_describe(context.network, city))
    known_for = html.escape(", ".join(statement.value for statement in city.known_for[:5]))
    link = html.escape(f"{context.site}/city/{city.id}")
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        '<body style="font:14px/1.4 sans-serif;margin:8px">'
        f'<p><a href="{link}" target="_blank" rel="noopener"><strong>{name}</strong></a> ({city.id})</p>'
        f"<p>{description}</p><p>{known_for}</p></body></html>\n"
    )
    return Reply(200, "text/html; charset=utf-8", body.encode())


# -- requests ------------------------------------------------------------------------------------


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """Return the parameters of a form. Raises ReconciliationError."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise ReconciliationError(415, f"Send the parameters as {FORM}.")
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"))
    except ValueError:
        raise ReconciliationError(400, f"The form is not valid {FORM} in UTF-8.") from None
