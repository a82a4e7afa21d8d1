"""The description of our JSON for programs (OpenAPI 3.1), made from the registered pages and their models."""

from __future__ import annotations

from pydantic import JsonValue, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from ccn_kb.exports.contents import TITLE
from ccn_kb.model.licence import LICENCE_ID, LICENCE_NAME
from ccn_kb.model.records import Record
from ccn_kb.site.pages.error import ErrorPage
from ccn_kb.site.pages.page_context import PageContext
from ccn_kb.site.pages.parts import SitePage
from ccn_kb.site.query_parameters import Parameter, PathParameter
from ccn_kb.site.registration import PAGES, PageRegistration

MOVED = {"city": "The city has another id now.", "country": "The code in capitals."}
REFERENCE = "#/components/schemas/{model}"


class _UntitledSchema(GenerateJsonSchema):
    """Schemas without titles, which would only repeat names."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False


def describe_pages(context: PageContext) -> bytes:
    """Return the description as JSON: an operation for each kind of page, with the schema of its responses."""
    models: list[type[SitePage]] = [*(page.model for page in PAGES), ErrorPage]
    _, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template=REFERENCE, schema_generator=_UntitledSchema
    )
    description: dict[str, JsonValue] = {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "summary": "Every designation since 2004: when, in which creative field, until when, and the sources.",
            "description": f"Each page of the site as JSON. Please cite: {context.citation()}",
            "version": context.network.version,
            "license": {"name": LICENCE_NAME, "identifier": LICENCE_ID},
        },
        "servers": [{"url": context.site or context.link("/")}],
        "paths": {page.json_path: {"get": _operation(context, page)} for page in PAGES},
        "components": {"schemas": definitions["$defs"]},
    }
    return TypeAdapter(dict[str, JsonValue]).dump_json(description, indent=1)


def _operation(context: PageContext, page: PageRegistration) -> JsonValue:
    responses: dict[str, JsonValue] = {
        "200": _response(page.model),
        "400": _response(ErrorPage),
        "404": _response(ErrorPage),
    }
    if page.name in MOVED:
        responses["301"] = {
            "description": MOVED[page.name],
            "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    parameters = [_parameter(context, name, parameter) for name, parameter in page.parameters.items()]
    if page.path_parameter:
        parameters.insert(0, _id_parameter(context, page, page.path_parameter))
    return {
        "operationId": page.name,
        "summary": _first_line(page.model),
        "parameters": parameters,
        "responses": responses,
    }


def _response(model: type[Record]) -> JsonValue:
    schema: JsonValue = {"$ref": REFERENCE.format(model=model.__name__)}
    return {"description": _first_line(model), "content": {"application/json": {"schema": schema}}}


def _first_line(model: type[Record]) -> str:
    return (model.__doc__ or "").strip().partition("\n")[0]


def _parameter(context: PageContext, name: str, parameter: Parameter) -> JsonValue:
    schema = parameter.schema(context.network, required=False)
    return {"name": name, "in": "query", "required": False, "description": parameter.meaning, "schema": schema}


def _id_parameter(context: PageContext, page: PageRegistration, parameter: PathParameter) -> JsonValue:
    examples = [example for example in (*page.ids(context.index)[:1], parameter.example) if example]
    schema = parameter.schema(context.network, required=True) | {"examples": [*examples]}
    return {"name": "id", "in": "path", "required": True, "description": parameter.meaning, "schema": schema}
