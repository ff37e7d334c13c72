"""The description of what is served, for programs: :mod:`itgraph.export.void`, at the address of this server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from itgraph.errors import ExportError, ParameterError
from itgraph.export import format_quads
from itgraph.export.void import (
    DUMPS,
    FOAF,
    FORMATS_OF_W3C,
    SD,
    VOID,
    Distribution,
    current_view_of,
    dataset_of,
    describe_graph,
    format_description,
)
from itgraph.resources import ontology_path
from itgraph.server.messages import HTML, Response, redirect
from itgraph.server.negotiation import choose
from itgraph.server.pages.data import FORMATS, is_downloadable
from itgraph.server.pages.rendering import refuse
from itgraph.server.problems import PROBLEM
from itgraph.store import find_lineage_index
from itgraph.terms import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from itgraph.server.messages import Request
    from itgraph.server.site import Site
    from itgraph.store import Store

__all__ = [
    "FOAF",
    "FORMATS_OF_W3C",
    "RDF_TYPES",
    "SD",
    "VOID",
    "current_view_of",
    "dataset_of",
    "describe_dataset",
    "describe_with",
    "find_downloads",
    "list_downloads",
]

_RDF = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
}
RDF_TYPES = {FORMATS[name].media_type: name for name in _RDF}
"""The media types in which the description can be had, and what ``format`` calls them."""


_ODD = (
    # XML may have no name for a predicate, and has no such characters.
    "SELECT DISTINCT ?p WHERE { ?s ?p ?o }",
    "SELECT ?p ?o WHERE { ?s ?p ?o"
    r' FILTER(REGEX(STR(?o), "[^\\t\\n\\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")) } LIMIT 1',
    # Of RDF 1.2, in words that engines of SPARQL 1.1 know: a statement about a statement, text with a direction.
    *(
        f"SELECT ?g ?p ?o WHERE {{ {where} FILTER((!isIRI(?o) && !isBlank(?o) && !isLiteral(?o))"
        f" || DATATYPE(?o) = <{RDF}dirLangString>) }} LIMIT 1"
        for where in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }")
    ),
)
"""What finds the statements of a graph that not every form can hold."""

# What the context of JSON-LD takes for prefixes. (As a datatype nobody has them.)
_TAKEN = """SELECT ?o WHERE { VALUES ?o { %s } FILTER(
  EXISTS { ?o ?a ?b } || EXISTS { ?a ?o ?b } || EXISTS { ?a ?b ?o } || EXISTS { GRAPH ?o { ?a ?b ?c } }
  || EXISTS { GRAPH ?g { ?o ?a ?b } } || EXISTS { GRAPH ?g { ?a ?o ?b } } || EXISTS { GRAPH ?g { ?a ?b ?o } }) }"""
_SOMETHING = NamedNode("http://a.invalid/x")


def list_downloads(site: Site) -> list[str]:
    """Return the ends of the addresses under which the whole graph can be had; none, if it is too large."""
    return list(site.downloads) if is_downloadable(site) else []


def find_downloads(store: Store) -> tuple[str, ...]:
    """Return the ends of the addresses of the forms that can hold a graph.

    To write all of them would take a large graph minutes. So what is odd about it is looked for, and written.
    """
    odd = list(_find_odd(store))
    return tuple(name for name in DUMPS if _can_hold(name, odd))


def _find_odd(store: Store) -> Iterable[Quad]:
    context = json.loads((ontology_path() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    taken = _TAKEN % " ".join(f"<{key}:>" for key in sorted(context) if key.isalnum())
    for query in (*_ODD, taken):
        table = store.select(query)
        for row in table.rows:
            given = dict(zip(table.columns, row, strict=True))
            predicate, object_ = (given.get(name) or _SOMETHING for name in "po")
            yield Quad(_SOMETHING, predicate, object_, given.get("g") or DefaultGraph())  # type: ignore[arg-type]


def _can_hold(name: str, quads: list[Quad]) -> bool:
    try:
        format_quads(quads, FORMATS[name].export)
    except ExportError:
        return False
    return True


def describe_dataset(site: Site, request: Request) -> Response:
    """Return the description of the dataset, by ``format`` or Accept; a browser is sent to the page that says it."""
    wanted = request.parameter("format")
    if wanted and wanted not in _RDF:
        raise ParameterError(f"there is no format {wanted!r}; there is {', '.join(_RDF)}", parameter="format")
    chosen = FORMATS[wanted].media_type if wanted else choose(request.accept, [*RDF_TYPES, HTML])
    if chosen is None:
        return refuse(request, 406, f"there is {', '.join(RDF_TYPES)}", prefer=PROBLEM)
    if chosen == HTML:
        return redirect("/about", headers={"Vary": "Accept"})
    quads = describe_with(site, request.origin, list_downloads(site))
    body = format_description(quads, _RDF[RDF_TYPES[chosen]])
    media_type = f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen
    return Response(media_type=media_type, body=body, headers=(("Vary", "Accept"),))


def describe_with(site: Site, origin: str, downloads: Iterable[str]) -> list[Quad]:
    """Return the description of what is served at an address, with the forms in which all of it can be had there."""
    return describe_graph(
        site.store,
        origin,
        distributions=[_distribution(name) for name in downloads],
        # In a graph without indexes they are counted anew.
        classes=site.classes if find_lineage_index(site.store) is not None else (),
    )


def _distribution(name: str) -> Distribution:
    form = FORMATS[name]
    return Distribution(name=name, media_type=form.media_type, title=form.title, holds_graphs=form.holds_graphs)
