"""The description of our JSON for programs (OpenAPI 3.1), made from the routes, their parameters and the shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from ccn_kb.model.records import Record
from ccn_kb.site.metadata import TITLE
from ccn_kb.site.query_parameters import Parameter
from ccn_kb.site.reader import Facts, Reader
from ccn_kb.site.shapes.about import About, Data, Missing, Search
from ccn_kb.site.shapes.city import City
from ccn_kb.site.shapes.lists import Cities, Cooperation, Countries, Fields, Home, Meetings, Rounds
from ccn_kb.site.shapes.one import Country, CreativeField, Meeting, OnDate, Round

SHAPES: dict[str, type[Record]] = {
    "home": Home,
    "cities": Cities,
    "cooperation": Cooperation,
    "search": Search,
    "countries": Countries,
    "fields": Fields,
    "meetings": Meetings,
    "rounds": Rounds,
    "about": About,
    "data": Data,
    "city": City,
    "country": Country,
    "field": CreativeField,
    "meeting": Meeting,
    "round": Round,
    "on": OnDate,
}
MOVED = {"city": "The id has another now.", "country": "The code in capitals."}
DAY = "2015-05-28"
REFERENCE = "#/components/schemas/{model}"


class Described(Protocol):
    """What is told of a route."""

    @property
    def name(self) -> str:
        """The name of the page."""

    @property
    def one(self) -> Parameter | None:
        """What its address ends with, if it is one of many."""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What it listens to."""


class _Untitled(GenerateJsonSchema):
    """Schemas without titles that say a name once more."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False


def openapi(reader: Reader, site: str, routes: Iterable[Described]) -> Facts:
    """Return the description: an operation for each page, the schema of each answer."""
    models = [(record, "validation") for record in (*SHAPES.values(), Missing)]
    _, definitions = models_json_schema(models, ref_template=REFERENCE, schema_generator=_Untitled)  # type: ignore[arg-type]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "summary": "Every designation since 2004: when, in which creative field, until when, and who says so.",
            "description": f"Each page of the site as JSON. Please cite: {reader.citation()}",
            "version": reader.edition["version"],
            "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
        },
        "servers": [{"url": site or "/"}],
        "paths": dict(_path(reader, route) for route in routes),
        "components": {"schemas": definitions["$defs"]},
    }


def _path(reader: Reader, route: Described) -> tuple[str, Facts]:
    shape = SHAPES[route.name]
    answers = {"200": _answer(shape), "404": _answer(Missing)}
    if route.name in MOVED:
        answers["301"] = {
            "description": MOVED[route.name],
            "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    asked = [_parameter(reader, "id", route.one, "path")] if route.one else []
    for one in asked:
        one["schema"]["examples"] = sorted(reader.ids[route.name])[:1] if route.name in reader.ids else [DAY]
    asked += [_parameter(reader, name, one, "query") for name, one in route.parameters.items()]
    address = "index" if route.name == "home" else route.name
    return f"/{address}/{{id}}.json" if route.one else f"/{address}.json", {
        "get": {
            "operationId": route.name,
            "summary": (shape.__doc__ or "").strip(),
            "parameters": asked,
            "responses": answers,
        }
    }


def _answer(shape: type[Record]) -> Facts:
    schema = {"$ref": REFERENCE.format(model=shape.__name__)}
    return {"description": (shape.__doc__ or "").strip(), "content": {"application/json": {"schema": schema}}}


def _parameter(reader: Reader, name: str, one: Parameter, place: str) -> Facts:
    required = place == "path"
    about = {"name": name, "in": place, "required": required, "description": one.meaning}
    return {**about, "schema": one.schema(reader, required=required)}
