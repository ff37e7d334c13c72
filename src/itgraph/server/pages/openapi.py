"""The interface for programs, described in OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itgraph import __version__
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES
from itgraph.server.messages import JSON, Response
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.issues import SEVERITIES
from itgraph.server.pages.questions import RESULTS
from itgraph.server.pages.rendering import json_response
from itgraph.server.problems import PROBLEM

if TYPE_CHECKING:
    from itgraph.queries import Parameter, Query
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

Json = dict[str, Any]


def describe_interface(site: Site, request: Request) -> Response:
    """Return the description of every address that gives data."""
    paths: dict[str, Json] = {}
    for query in site.queries:
        paths[f"/queries/{query.name}"] = {"get": _question(query)}
    paths |= {
        "/api/search": {"get": _search()},
        "/issues": {"get": _issues()},
        "/data": {"get": _data()},
    }
    return json_response(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "itgraph",
                "version": __version__,
                "description": "A knowledge graph of the lineage of language models. Everything is read with GET.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": request.origin}],
            "paths": paths,
            "components": {"schemas": _SCHEMAS, "responses": {"Problem": _PROBLEM}},
        }
    )


_PROBLEM: Json = {
    "description": "What is wrong, and what to do",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "suggestions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "address": {"type": "string"}},
                },
            },
        },
    },
    "Search": {
        "type": "object",
        "required": ["query", "total", "hits", "nearest"],
        "properties": {
            "query": {"type": "string"},
            "total": {"type": "integer", "minimum": 0},
            "hits": {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}},
            "nearest": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Hit": {
        "type": "object",
        "required": ["iri", "kind", "label", "curie", "page"],
        "properties": {name: {"type": "string"} for name in ("iri", "kind", "label", "curie", "page")},
    },
}


def _operation(id_: str, tag: str, summary: str, parameters: list[Json], content: Json, **more: Any) -> Json:
    return {
        "operationId": id_,
        "tags": [tag],
        "summary": summary,
        **more,
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer", "content": content},
            "400": {"$ref": "#/components/responses/Problem"},
            "504": {"$ref": "#/components/responses/Problem"},
        },
    }


def _query_parameter(name: str, schema: Json, description: str, *, required: bool = False, **more: Any) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema,
        **more,
    }


def _question(query: Query) -> Json:
    row = {
        "type": "object",
        "required": [column.name for column in query.columns],
        "properties": {column.name: {"description": column.meaning} for column in query.columns},
    }
    content: Json = {media_type: {} for media_type in RESULTS.values()}
    content[JSON] = {"schema": {"type": "array", "items": row}}
    return _operation(
        query.name,
        query.tags[0],
        query.summary,
        [*map(_parameter, query.parameters), _format(RESULTS)],
        content,
        **({"description": query.description} if query.description else {}),
    )


def _parameter(parameter: Parameter) -> Json:
    value: Json = {"type": "string", "minLength": 1}
    if parameter.type == "integer":
        value = {"type": "string", "pattern": "^[+-]?[0-9]{1,18}$"}
    elif parameter.values:
        value = {"type": "string", "enum": list(parameter.values)}
    schema: Json = {"type": "array", "items": value, "minItems": 1}
    if parameter.default:
        schema["default"] = list(parameter.default)
    help_ = parameter.help
    if parameter.type in (*KINDS, "thing"):
        help_ += ". A name, another spelling, a CURIE such as itm:llama, or an IRI; several for any of them."
    return _query_parameter(parameter.name, schema, help_, style="form", explode=True)


def _format(formats: Any) -> Json:
    return _query_parameter(
        "format", {"type": "string", "enum": list(formats)}, "The form of the answer; goes before what Accept says."
    )


def _search() -> Json:
    kinds = [*KINDS, *RECORD_KINDS, *SCHEMES, "thing"]
    return _operation(
        "search",
        "search",
        "Find things by parts of their names",
        [
            _query_parameter("q", {"type": "string"}, "What to look for"),
            _query_parameter("kind", {"type": "string", "enum": kinds}, "Only things of this kind"),
            _query_parameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "How many, at most"
            ),
        ],
        {JSON: {"schema": {"$ref": "#/components/schemas/Search"}}},
    )


def _issues() -> Json:
    content: Json = {media_type: {} for media_type in RESULTS.values()}
    content[JSON] = {"schema": {"type": "array", "items": {"type": "object"}}}
    return _operation(
        "issues",
        "quality",
        "The defects that were found in the sources",
        [
            _query_parameter("code", {"type": "string", "minLength": 1}, "Only those of this code"),
            _query_parameter("severity", {"type": "string", "enum": list(SEVERITIES)}, "Only those as severe as this"),
            _query_parameter("snapshot", {"type": "string", "minLength": 1}, "Only those of this snapshot"),
            _format(RESULTS),
        ],
        content,
    )


def _data() -> Json:
    found = _operation(
        "data",
        "data",
        "What the graph says of an IRI",
        [
            _query_parameter("iri", {"type": "string", "format": "iri", "minLength": 1}, "The IRI", required=True),
            _format(FORMATS),
        ],
        {_media_type(form.media_type): {} for form in FORMATS.values()},
    )
    found["responses"]["404"] = {"$ref": "#/components/responses/Problem"}
    found["responses"]["406"] = {"$ref": "#/components/responses/Problem"}
    return found


def _media_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
