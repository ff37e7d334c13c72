"""The interface for programs, described in OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itgraph import __version__
from itgraph.explorer.encoding import LINES
from itgraph.explorer.neighbourhood import CAP, MOST_DRAWN
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES
from itgraph.server.answers import GRAPH_TYPES, RESULT_TYPES
from itgraph.server.messages import HTML, JSON, PLAIN, Response
from itgraph.server.pages.conflicts import BETWEEN
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.dataset import RDF_TYPES
from itgraph.server.pages.issues import SEVERITIES
from itgraph.server.pages.questions import RESULTS
from itgraph.server.pages.rendering import json_response, refuse
from itgraph.server.pages.search import MOST_FOUND
from itgraph.server.problems import PROBLEM
from itgraph.server.sparql import FORMATS as RESULT_FORMATS

if TYPE_CHECKING:
    from itgraph.queries import Parameter, Query
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

Json = dict[str, Any]


def describe_interface(site: Site, request: Request) -> Response:
    """Return the description of every address that gives data."""
    paths: dict[str, Json] = {"/queries": {"get": _queries()}}
    for query in site.queries:
        paths[f"/queries/{query.name}"] = {"get": _question(query)}
    paths |= {
        "/sparql": {"get": _sparql(), "post": _sparql_post()},
        "/api/search": {"get": _search()},
        "/api/neighbourhood": {"get": _neighbourhood()},
        "/api/thing": {"get": _thing()},
        "/api/graph": {"get": _graph()},
        "/api/editor": {"get": _editor()},
        "/api/editor/names": {"get": _editor_names()},
        "/id/{kind}/{name}": {"get": _id()},
        "/data/{kind}/{name}.{extension}": {"get": _data_of_thing()},
        "/data": {"get": _data()},
        "/download/itgraph.{extension}": {"get": _download()},
        "/.well-known/void": {"get": _void()},
        "/issues": {"get": _issues()},
        "/conflicts": {"get": _conflicts()},
    }
    return json_response(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "itgraph",
                "version": __version__,
                "description": "Everything is read with GET, and nothing is changed; /sparql takes long queries by POST"
                " too. HEAD is answered as GET is, without the body.",
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": request.origin}],
            "paths": paths,
            "components": {"schemas": _SCHEMAS, "responses": {"Problem": _PROBLEM}},
        }
    )


def miss_address(site: Site, request: Request) -> Response:
    """Say that nothing answers at an address for programs."""
    detail = f"there is no {request.path}; /openapi.json says what there is"
    return refuse(request, 404, detail, prefer=PROBLEM)


_PROBLEM: Json = {
    "description": "What is wrong and what to do: a problem (RFC 9457), or text or a page for who likes that better",
    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}, PLAIN: {}, HTML: {}},
}
_SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "required": ["title", "status", "detail"],
        "properties": {
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
            "total": {
                "type": "integer",
                "minimum": 0,
                "description": f"How many things were found: of a graph of millions, {MOST_FOUND} at most.",
            },
            "hits": {"type": "array", "items": {"$ref": "#/components/schemas/Hit"}},
            "nearest": {"type": "array", "items": {"type": "string"}},
        },
    },
    "Hit": {
        "type": "object",
        "required": ["iri", "kind", "label", "curie", "page"],
        "properties": {name: {"type": "string"} for name in ("iri", "kind", "label", "curie", "page")},
    },
    "Question": {
        "type": "object",
        "required": ["name", "summary", "description", "tags", "address", "parameters", "columns"],
        "properties": {
            "name": {"type": "string"},
            "summary": {"type": "string"},
            "description": {"type": "string"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "address": {"type": "string", "format": "uri"},
            "parameters": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "type", "help", "default"],
                    "properties": {
                        "name": {"type": "string"},
                        "type": {"type": "string"},
                        "help": {"type": "string"},
                        "default": {"type": "array", "items": {"type": "string"}},
                        "values": {"type": "array", "items": {"type": "string"}},
                    },
                },
            },
            "columns": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "meaning"],
                    "properties": {"name": {"type": "string"}, "meaning": {"type": "string"}},
                },
            },
        },
    },
}


def _operation(
    id_: str,
    tag: str,
    summary: str,
    parameters: list[Json],
    content: Json,
    *,
    errors: tuple[int, ...] = (),
    description: str = "",
) -> Json:
    problems = {str(status): {"$ref": "#/components/responses/Problem"} for status in (400, *errors, 502, 503, 504)}
    return {
        "operationId": id_,
        "tags": [tag],
        "summary": summary,
        **({"description": description} if description else {}),
        "parameters": parameters,
        "responses": {"200": {"description": "The answer", "content": content}, **problems},
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
        errors=(404, 406),
        description=query.description,
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
            _query_parameter("page", {"type": "integer", "minimum": 1}, "Which page of the list; data have all of it"),
            _format(RESULTS),
        ],
        content,
        errors=(404, 406),
    )


def _conflicts() -> Json:
    content: Json = {media_type: {} for media_type in RESULTS.values()}
    content[JSON] = {"schema": {"type": "array", "items": {"type": "object"}}}
    return _operation(
        "conflicts",
        "quality",
        "What the survey says and other sources contradict, or where two sources disagree",
        [
            _query_parameter(
                "between", {"type": "string", "enum": list(BETWEEN)}, "A source and the survey, or two sources"
            ),
            _query_parameter(
                "thing", {"type": "string", "minLength": 1}, "Only those about this thing: a name or an IRI"
            ),
            _query_parameter("kind", {"type": "string", "enum": list(KINDS)}, "Only those about things of this kind"),
            _format(RESULTS),
        ],
        content,
        errors=(404, 406),
    )


def _queries() -> Json:
    items = {"type": "array", "items": {"$ref": "#/components/schemas/Question"}}
    return _operation(
        "queries",
        "questions",
        "The saved questions, with their parameters and columns",
        [_format(("json", "html"))],
        {JSON: {"schema": items}, HTML: {}},
        errors=(406,),
    )


def _path_parameter(name: str, schema: Json, description: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _of_thing() -> list[Json]:
    return [
        _path_parameter("kind", {"type": "string", "enum": [*KINDS, *RECORD_KINDS]}, "The kind of the thing"),
        _path_parameter("name", {"type": "string", "minLength": 1}, "The end of its IRI, such as llama"),
    ]


def _id() -> Json:
    operation = _operation(
        "id",
        "data",
        "From the IRI of a thing to its page or its data, by Accept or format",
        [*_of_thing(), _format((*FORMATS, "html"))],
        {},
        errors=(404,),
    )
    del operation["responses"]["200"]
    location = {"description": "Where the page or the data are", "schema": {"type": "string"}}
    operation["responses"]["303"] = {
        "description": "The page or the data",
        "headers": {"Location": location},
        "content": {PLAIN: {}},
    }
    return operation


def _data_of_thing() -> Json:
    extension = _path_parameter("extension", {"type": "string", "enum": list(FORMATS)}, "The form of the data")
    return _operation(
        "dataOfThing",
        "data",
        "What the graph says of a thing",
        [*_of_thing(), extension],
        {_media_type(form.media_type): {} for form in FORMATS.values()},
        errors=(404, 406),
    )


def _download() -> Json:
    forms = {name: form for name, form in FORMATS.items() if form.export}
    return _operation(
        "download",
        "data",
        "The whole graph, if it is not too large",
        [_path_parameter("extension", {"type": "string", "enum": list(forms)}, "The form of the data")],
        {_media_type(form.media_type): {} for form in forms.values()},
        errors=(403, 404, 406),
    )


def _void() -> Json:
    return _operation(
        "dataset",
        "data",
        "What is served here, in VoID and DCAT; a browser is sent to /about",
        [_format(RDF_TYPES.values())],
        {_media_type(media_type): {} for media_type in RDF_TYPES},
        errors=(406,),
    )


def _data() -> Json:
    return _operation(
        "data",
        "data",
        "What the graph says of an IRI",
        [_iri("iri", "The IRI", required=True), _format(FORMATS)],
        {_media_type(form.media_type): {} for form in FORMATS.values()},
        errors=(404, 406),
    )


def _iri(name: str, help_: str, *, required: bool = False) -> Json:
    return _query_parameter(name, {"type": "string", "format": "iri", "minLength": 1}, help_, required=required)


_DATASET = (
    ("default-graph-uri", "A graph to be asked; of several, all of them together"),
    ("named-graph-uri", "A graph that GRAPH finds"),
)


def _sparql() -> Json:
    graphs = [_query_parameter(name, {"type": "array", "items": {"type": "string"}}, help_) for name, help_ in _DATASET]
    query = _query_parameter("query", {"type": "string"}, "The query; without one, the answer describes this service")
    forms = _query_parameter("format", {"type": "string", "enum": list(RESULT_FORMATS)}, "The form of the answer")
    return _operation(
        "sparql",
        "sparql",
        "Ask a question in SPARQL 1.1",
        [query, *graphs, forms],
        {_media_type(media_type): {} for media_type in dict.fromkeys((*RESULT_TYPES, *GRAPH_TYPES))},
        errors=(403, 406),
        description="SPARQL 1.1 Protocol. Only what reads: updates and SERVICE are refused.",
    )


def _sparql_post() -> Json:
    fields = {
        "query": {"type": "string"},
        **{name: {"type": "array", "items": {"type": "string"}} for name, _ in _DATASET},
    }
    form = {"type": "object", "required": ["query"], "properties": fields}
    body = {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {"schema": form},
            "application/sparql-query": {"schema": {"type": "string"}},
        },
    }
    operation = _sparql()
    operation |= {"operationId": "sparqlPost", "summary": "Ask a long question in SPARQL 1.1", "requestBody": body}
    operation["parameters"] = [parameter for parameter in operation["parameters"] if parameter["name"] == "format"]
    operation["responses"]["415"] = {"$ref": "#/components/responses/Problem"}
    return operation


def _neighbourhood() -> Json:
    steps: Json = {"type": "string", "pattern": "^([0-9]{1,3}|all)$"}
    return _operation(
        "neighbourhood",
        "lineage",
        "What a thing descends from and what was made from it, or the ways between two, as the explorer draws it",
        [
            _iri("focus", "The thing in the middle, its IRI or what follows the base of ours; without it, all"),
            _iri("to", "The other end, to see what leads from one to the other"),
            _query_parameter("up", steps, "How many steps towards what it was made from"),
            _query_parameter("down", steps, "How many steps towards what was made from it"),
            _list(
                "rel",
                {"type": "string", "enum": list(LINES)},
                "Only these relations; several, with commas between them",
            ),
            _query_parameter(
                "more",
                {"type": "string"},
                "Which things show more of what is around them, as in down2,model/llama: two pages of what is made"
                " from LLaMA; several, with commas between them",
            ),
            _query_parameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST_DRAWN, "default": CAP},
                "How many things, at most",
            ),
            _query_parameter(
                "evidence",
                {"type": "string", "enum": ["yes", "no"], "default": "no"},
                "Whether the lines of the sources are given with each relation",
            ),
        ],
        {JSON: {"schema": {"type": "object"}}},
        errors=(404,),
    )


def _list(name: str, items: Json, help_: str) -> Json:
    return _query_parameter(name, {"type": "array", "items": items}, help_, style="form", explode=False)


def _graph() -> Json:
    return _operation(
        "graph",
        "lineage",
        "The whole graph as the explorer draws it, if it is small enough",
        [],
        {JSON: {"schema": {"type": "object"}}},
        errors=(404,),
    )


def _editor() -> Json:
    return _operation(
        "editor",
        "sparql",
        "The prefixes and the saved questions in SPARQL, for an editor",
        [],
        {JSON: {"schema": {"type": "object", "required": ["base", "prefixes", "queries"]}}},
    )


def _editor_names() -> Json:
    return _operation(
        "editorNames",
        "sparql",
        "What can stand in a query: classes, properties and things, with what they are called",
        [],
        {JSON: {"schema": {"type": "object", "required": ["names"]}}},
    )


def _thing() -> Json:
    return _operation(
        "thing",
        "lineage",
        "What is known of a thing, and who says so, as the explorer shows it",
        [_iri("iri", "The IRI of the thing", required=True)],
        {JSON: {"schema": {"type": "object"}}},
        errors=(404,),
    )


def _media_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
