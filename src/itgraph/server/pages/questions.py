"""The saved questions: the catalogue, a form for each, and the answers as tables and as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.catalogue import SUBJECTS
from itgraph.errors import ParameterError, QueryError, QueryTimeoutError
from itgraph.lookup import KINDS, SCHEMES, find_things
from itgraph.names import nearest
from itgraph.queries import bind, run
from itgraph.results import Format, Table, format_table
from itgraph.server.messages import HTML, JSON, Response
from itgraph.server.negotiation import choose
from itgraph.server.pages.rendering import json_response, refuse, render
from itgraph.server.problems import PROBLEM, status_of
from itgraph.server.sparql import TRUNCATED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from itgraph.queries import Column, Parameter, Query
    from itgraph.results import Term
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

ROWS = 500
"""How many rows a page shows; the data has all."""

RESULTS: dict[str, str] = {
    "json": JSON,
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "srj": "application/sparql-results+json",
}
"""The forms of an answer, by name, with their media types."""

SPARQL = "application/sparql-query; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter as a form has it: what is filled in, and what can be chosen from."""

    parameter: Parameter
    given: tuple[str, ...]
    choices: tuple[str, ...]


def show_catalogue(site: Site, request: Request) -> Response:
    """List the saved questions by subject; programs get a list with their parameters and columns."""
    wanted = request.parameter("format")
    if wanted not in {"", "json", "html"}:
        raise ParameterError(f"there is no format {wanted!r}; there is html, json", parameter="format")
    # As with the answers: a program that takes anything gets JSON.
    chosen = {"json": JSON, "html": HTML}.get(wanted) or choose(request.accept, [JSON, HTML])
    if chosen is None:
        return refuse(request, 406, f"there is {JSON}, {HTML}", prefer=PROBLEM)
    if chosen == JSON:
        return json_response([_listed(query, request.origin) for query in site.queries])
    known = [(tag, title, [q for q in site.queries if q.tags[0] == tag]) for tag, title in SUBJECTS.items()]
    return render("queries", request, subjects=[entry for entry in known if entry[2]], total=len(site.queries))


def _listed(query: Query, origin: str) -> dict[str, Any]:
    return {
        "name": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "address": f"{origin}/queries/{query.name}",
        "parameters": [
            {key: value for key, value in parameter.to_dict().items() if key != "values" or value}
            for parameter in query.parameters
        ],
        "columns": [{"name": column.name, "meaning": column.meaning} for column in query.columns],
    }


def show_question(site: Site, request: Request) -> Response:
    """Answer a saved question, with the parameters of the address or its defaults: ``/queries/NAME?model=LLaMA``.

    A browser gets a form with the answer below; programs get the form of data that they accept, or that ``format``
    names. ``/queries/NAME.rq`` is the question itself, in SPARQL.
    """
    name = request.path.removeprefix("/queries/")
    by_name = {query.name: query for query in site.queries}
    if name.endswith(".rq") and name.removesuffix(".rq") in by_name:
        return Response(media_type=SPARQL, body=by_name[name.removesuffix(".rq")].sparql.encode())
    query = by_name.get(name)
    if query is None:
        near = [(f"/queries/{found}", by_name[found].summary) for found in nearest(name, by_name)]
        return refuse(request, 404, f"no saved question is called {name!r}", suggestions=near, prefer=PROBLEM)
    wanted = request.parameter("format")
    if wanted and wanted not in (*RESULTS, "html"):
        message = f"there is no format {wanted!r}; there is html, {', '.join(RESULTS)}"
        raise ParameterError(message, parameter="format", query=query.name)
    offered = {HTML: "html", **{media_type: name for name, media_type in RESULTS.items()}}
    # A program that takes anything gets JSON: pages are for those who say so, as every browser does.
    chosen = choose(request.accept, [JSON, *(kind for kind in offered if kind != JSON)])
    wanted = wanted or (offered[chosen] if chosen else "")
    if not wanted:
        return refuse(request, 406, f"there is {', '.join(offered)}", prefer=PROBLEM)
    given = read_parameters(request)
    if wanted == "html":
        return _show(site, request, query, given)
    return give_table(site, run(query, site.store, given), wanted)


def read_parameters(request: Request) -> dict[str, list[str]]:
    """Return the parameters that are for the query; one that is left empty is not given."""
    given: dict[str, list[str]] = {}
    for name, value in request.parameters:
        if name != "format" and value.strip():
            given.setdefault(name, []).append(value.strip())
    return given


def give_table(site: Site, table: Table, format: str) -> Response:
    """Return a table in one of :data:`RESULTS`, as many rows as the site allows; a header says what is left out."""
    headers: tuple[tuple[str, str], ...] = (("Vary", "Accept"),)
    if len(table) > (most := site.limits.rows):
        table = Table(columns=table.columns, rows=table.rows[:most])
        headers += ((TRUNCATED, f"rows={most}"),)
    text = format_sparql_json(table) if format == "srj" else format_table(table, cast("Format", format))
    return Response(media_type=RESULTS[format], body=text.encode(), headers=headers)


def format_sparql_json(table: Table) -> str:
    """Write a table as SPARQL 1.1 Query Results JSON."""
    rows = [
        {name: _binding(term) for name, term in zip(table.columns, row, strict=True) if term is not None}
        for row in table.rows
    ]
    document = {"head": {"vars": list(table.columns)}, "results": {"bindings": rows}}
    return json.dumps(document, ensure_ascii=False) + "\n"


def _binding(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, Literal):
        if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        if term.datatype.value != terms.XSD_STRING:
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
        return {"type": "literal", "value": term.value}
    return {"type": "bnode", "value": term.value}


def _show(site: Site, request: Request, query: Query, given: Mapping[str, Sequence[str]]) -> Response:
    answer: dict[str, Any] = {"table": None, "error": "", "sparql": query.sparql}
    status = 200
    try:
        answer["sparql"] = bind(query, given, site.store)
        answer["table"] = run(query, site.store, given)
    except QueryTimeoutError:
        raise
    except QueryError as error:
        status, answer["error"] = status_of(error), str(error)
    fields = [
        Field(
            parameter=parameter,
            given=tuple(given.get(parameter.name) or (_name(site, parameter, text) for text in parameter.default)),
            choices=_choices(site, parameter),
        )
        for parameter in query.parameters
    ]
    return render(
        "query",
        request,
        status=status,
        query=query,
        fields=fields,
        is_asked=bool(given),
        formats=RESULTS,
        most=ROWS,
        columns=_columns(query),
        subject=SUBJECTS.get(query.tags[0], ""),
        **answer,
    )


def _name(site: Site, parameter: Parameter, text: str) -> str:
    """Return what people call the thing that a default value stands for, if it means that thing alone."""
    kinds = (*KINDS, *SCHEMES)
    if parameter.type not in (*kinds, "thing"):
        return text
    kind = None if parameter.type == "thing" else parameter.type
    things = find_things(site.store, text, kind)
    if len(things) != 1:
        return text
    (thing,) = things
    names = (thing.label, f"{thing.kind}/{thing.label}")
    return next((name for name in names if find_things(site.store, name, kind) == things), text)


def _columns(query: Query) -> list[tuple[int, int | None, Column]]:
    """Return the columns that a page shows, each with its place and that of what its things are called.

    In the data a thing has two columns, its IRI and its name; in a page the name is a link.
    """
    places = {column.name: place for place, column in enumerate(query.columns)}
    return [
        (place, places.get(f"{column.name}_label"), column)
        for place, column in enumerate(query.columns)
        if column.name.removesuffix("_label") == column.name or column.name.removesuffix("_label") not in places
    ]


def _choices(site: Site, parameter: Parameter) -> tuple[str, ...]:
    """Return what a parameter can be: what may be chosen, or is suggested while somebody types."""
    if parameter.values:
        return parameter.values
    labels = [name for name in site.names or () if name.is_label]
    if parameter.type == "thing":
        # What has the name of two kinds is asked for by its kind.
        several: dict[str, set[str]] = {}
        for name in labels:
            several.setdefault(name.text, set()).add(name.thing.kind)
        return tuple(
            sorted(
                {
                    name.text if len(several[name.text]) == 1 else f"{name.thing.kind}/{name.text}"
                    for name in labels
                    if name.thing.kind in KINDS
                },
                key=str.casefold,
            )
        )
    return tuple(sorted({name.text for name in labels if name.thing.kind == parameter.type}, key=str.casefold))
