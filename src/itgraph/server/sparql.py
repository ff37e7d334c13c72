"""``/sparql``: the query part of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), read-only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from pyoxigraph import Literal, NamedNode, Quad

from itgraph import terms
from itgraph.errors import ItgraphError, QueryError
from itgraph.server.answers import GRAPH_TYPES, RESULT_TYPES, Question, answer
from itgraph.server.messages import Request, Response, parse_parameters, redirect
from itgraph.server.negotiation import choose
from itgraph.server.pages.dataset import FORMATS_OF_W3C, SD, VOID, current_view_of, dataset_of
from itgraph.server.problems import problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from itgraph.server.site import Site

PATH = "/sparql"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

FORMATS = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "nt": ("application/n-triples",),
    "jsonld": ("application/ld+json",),
    "rdf": ("application/rdf+xml",),
}
"""What ``format=`` stands for: a link cannot say what it accepts."""

# What SPARQLWrapper calls them in the address, beside the header that says the same.
_OTHER_NAMES = {"turtle": "ttl", "n3": "ttl", "json-ld": "jsonld", "rdf+xml": "rdf"}

TRUNCATED = "X-Truncated"
"""The header of an answer that is not whole; it names the bound, such as ``rows=100000``."""


class _NotAcceptableError(ItgraphError):
    """The client takes none of the formats that fit the query."""

    def __init__(self, offered: Sequence[str]) -> None:
        super().__init__(f"the answer to this query can be had as {', '.join(offered)}")


class _RefusedError(Exception):
    """A request that is none of a query; with the status to refuse it with."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def answer_sparql(site: Site, request: Request) -> Response:
    """Answer a request to ``/sparql``: a query, or without one the description of this service."""
    accept = request.accept
    try:
        fields = _read_fields(request)
        if fields is None:
            return _describe(request)
        question, accept = _read_question(request, fields)
        found = answer(site.store, question, lambda offered: _choose(accept, offered), site.limits)
    except _RefusedError as error:
        return problem(request.accept, error.status, str(error), cacheable=True)
    except _NotAcceptableError as error:
        return problem(request.accept, 406, str(error), cacheable=True)
    except ItgraphError as error:
        return problem_of(request.accept, error)
    truncated = ((TRUNCATED, found.left_out),) if found.left_out else ()
    charset = "; charset=utf-8" if found.media_type.startswith("text/") else ""
    return Response(
        media_type=found.media_type + charset,
        body=found.body,
        headers=(("Vary", "Accept"), *truncated),
        cacheable=not _varies(question.sparql),
    )


_VARYING = re.compile(r"\b(?:rand|now|(?:str)?uuid)\s*(?:#[^\n]*\s*)*\(")


def _varies(sparql: str) -> bool:
    """Tell whether a query may have another answer when it is asked again (of a graph that does not change).

    What only gives other names to blank nodes does not count.
    """
    text = sparql.lower()
    return ("rand" in text or "now" in text or "uuid" in text) and _VARYING.search(text) is not None


# -- Requests ----------------------------------------------------------------------------------------------------------


def _read_fields(request: Request) -> list[tuple[str, str]] | None:
    """Return the parameters of the operation with the query among them; ``None`` where nothing is asked."""
    fields = list(request.parameters)
    if request.method == "GET":
        return fields if any(name in {"query", "update"} for name, _ in fields) else None
    media_type = _read_media_type(request.content_type)
    if media_type == FORM:
        # The dataset may stand in either place; the query itself only in the form.
        if any(name == "query" for name, _ in fields):
            _refuse(400, "the query stands in the address of a POST; put it into the form")
        return fields + list(parse_parameters(_decode(request.body)))
    if media_type == QUERY:
        if any(name == "query" for name, _ in fields):
            _refuse(400, "there are two queries: one in the address and one in the body")
        return [*fields, ("query", _decode(request.body))]
    if media_type == UPDATE:
        _refuse(403, "this is an update: this server answers questions and changes nothing")
    return _refuse(415, f"a query is posted as {QUERY} or {FORM}")


def _read_media_type(content_type: str) -> str:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8", "us-ascii"}:
            _refuse(415, "the request must be in UTF-8")
    return media_type


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        _refuse(400, "the request is not UTF-8")


def _refuse(status: int, message: str) -> NoReturn:
    raise _RefusedError(status, message)


def _read_question(request: Request, fields: list[tuple[str, str]]) -> tuple[Question, str]:
    """Return what is asked, and what the client accepts."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        values.setdefault(name, []).append(value)
    if "update" in values:
        _refuse(403, "this is an update: this server answers questions and changes nothing")
    queries = values.get("query", [])
    if len(queries) != 1:
        message = (
            "there are several queries; ask one at a time" if queries else "there is no query: it is the field query"
        )
        _refuse(400, message)
    default_graphs = named_graphs = None
    if "default-graph-uri" in values or "named-graph-uri" in values:
        default_graphs = tuple(values.get("default-graph-uri", ()))
        named_graphs = tuple(values.get("named-graph-uri", ()))
    base = request.origin + PATH
    question = Question(sparql=queries[0], base=base, default_graphs=default_graphs, named_graphs=named_graphs)
    return question, _read_format(values["format"][0]) if "format" in values else request.accept


def _read_format(wish: str) -> str:
    wish = _OTHER_NAMES.get(wish, wish)
    if wish not in FORMATS:
        raise QueryError(f"no format is called {wish!r}; choose one of {', '.join(FORMATS)}")
    return ", ".join(FORMATS[wish])


def _choose(accept: str, offered: Sequence[str]) -> str:
    chosen = choose(accept, offered)
    if chosen is None:
        raise _NotAcceptableError(offered)
    return chosen


# -- The description of the service ------------------------------------------------------------------------------------

_WRITTEN = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML"),
)
_HTML = "text/html"


def _describe(request: Request) -> Response:
    """Return the description of the service (https://www.w3.org/TR/sparql11-service-description/), or its editor."""
    chosen = choose(request.accept, [*GRAPH_TYPES, _HTML])
    if chosen == _HTML:
        return redirect("/query", headers={"Vary": "Accept"})
    if chosen is None:
        return problem(request.accept, 406, f"the description of this service can be had as {', '.join(GRAPH_TYPES)}")
    from pyoxigraph import serialize

    body = serialize(
        _description(request.origin),
        format=GRAPH_TYPES[chosen],
        prefixes={"sd": SD, "formats": FORMATS_OF_W3C, "void": VOID},
    )
    return Response(media_type=chosen, body=body or b"", headers=(("Vary", "Accept"),))


def _description(origin: str) -> list[Quad]:
    service, dataset, default = NamedNode(origin + PATH), dataset_of(origin), current_view_of(origin)
    type_ = NamedNode(terms.RDF_TYPE)

    def sd(name: str) -> NamedNode:
        return NamedNode(SD + name)

    return [
        Quad(service, type_, sd("Service")),
        Quad(service, sd("endpoint"), service),
        Quad(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        *(Quad(service, sd("resultFormat"), NamedNode(FORMATS_OF_W3C + name)) for name in _WRITTEN),
        Quad(service, sd("defaultDataset"), dataset),
        Quad(dataset, type_, sd("Dataset")),
        Quad(dataset, sd("defaultGraph"), default),
        Quad(default, type_, sd("Graph")),
        Quad(default, NamedNode(terms.RDFS_LABEL), Literal("The current view", language="en")),
    ]


__all__ = ["FORMATS", "PATH", "RESULT_TYPES", "TRUNCATED", "answer_sparql"]
