"""The terms that the graph is written in: a page made from ``ontology/itgraph.ttl``, and the files themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from itgraph import terms
from itgraph.export import format_quads
from itgraph.resources import ontology_path
from itgraph.results import format_iri
from itgraph.server.messages import HTML, Response
from itgraph.server.negotiation import choose
from itgraph.server.pages.data import FORMATS
from itgraph.server.pages.rendering import refuse, render

if TYPE_CHECKING:
    from itgraph.server.messages import Request
    from itgraph.server.site import Site

OWL = "http://www.w3.org/2002/07/owl#"
TURTLE = "text/turtle; charset=utf-8"
JSONLD = "application/ld+json"
FORMS = {HTML: "html", TURTLE: "ttl", JSONLD: "jsonld", "application/n-triples": "nt", "application/rdf+xml": "rdf"}

_RELATED = {
    "is a kind of": (terms.RDFS + "subClassOf", terms.RDFS + "subPropertyOf"),
    "used on": (terms.RDFS + "domain",),
    "has values of": (terms.RDFS + "range",),
    "the other way round": (OWL + "inverseOf",),
    "never also": (OWL + "disjointWith",),
    "close to": (terms.SKOS + "closeMatch",),
    "see also": (terms.RDFS + "seeAlso",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of the ontology; ``anchor`` is its name, and the fragment of its address."""

    iri: str
    anchor: str
    label: str
    definition: str
    notes: tuple[str, ...]
    examples: tuple[str, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]


def show_ontology(site: Site, request: Request) -> Response:
    """Return the ontology as a page or as data, by ``format`` or by what the client accepts."""
    version = request.path.removeprefix("/ontology").removeprefix("/")
    if version and version != read_version():
        return refuse(
            request,
            404,
            f"this server has version {read_version()} of the ontology",
            suggestions=[("/ontology", "The ontology")],
        )
    wanted = request.parameter("format")
    if wanted not in {"", *FORMS.values()}:
        return refuse(request, 400, f"there is no format {wanted!r}; choose one of {', '.join(FORMS.values())}")
    chosen = choose(request.accept, list(FORMS))
    if not wanted and chosen is None:
        return refuse(request, 406, f"there is {', '.join(FORMS)}")
    wanted = wanted or FORMS[chosen or HTML]
    if wanted == "ttl":
        return give_turtle(site, request)
    if wanted != "html":
        return _give(wanted)
    return render(
        "ontology", request, groups=read_terms(), ontology_version=read_version(), title=_title(), namespace=terms.ITG
    )


def give_turtle(site: Site, request: Request) -> Response:
    """Return the ontology's own file."""
    return _file("itgraph.ttl", TURTLE)


def give_jsonld(site: Site, request: Request) -> Response:
    """Return the ontology as JSON-LD."""
    return _give("jsonld")


def _give(name: str) -> Response:
    quads = list(parse((ontology_path() / "itgraph.ttl").read_bytes(), format=RdfFormat.TURTLE))
    form = FORMATS[name]
    return Response(media_type=form.media_type, body=format_quads(quads, form.export), headers=(("Vary", "Accept"),))


def give_shapes(site: Site, request: Request) -> Response:
    """Return the SHACL shapes that a graph of ours conforms to."""
    return _file("shapes.ttl", TURTLE)


def give_context(site: Site, request: Request) -> Response:
    """Return the JSON-LD context."""
    return _file("context.jsonld", JSONLD)


def _file(name: str, media_type: str) -> Response:
    headers = (("Vary", "Accept"), ("Access-Control-Allow-Origin", "*"))
    return Response(media_type=media_type, body=(ontology_path() / name).read_bytes(), headers=headers)


@cache
def _store() -> Store:
    store = Store()
    store.load((ontology_path() / "itgraph.ttl").read_bytes(), format=RdfFormat.TURTLE)
    return store


def _values(subject: str, *predicates: str) -> list[str]:
    found = [
        quad.object.value
        for predicate in predicates
        for quad in _store().quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
        if isinstance(quad.object, NamedNode | Literal)
    ]
    return sorted(found)


def place_of(iri: str) -> str:
    """Return where an IRI of the ontology is explained; empty, if it is none of those.

    >>> place_of(terms.BASE_MODEL), place_of(terms.ITG + "nothing")
    ('/ontology#baseModel', '')
    """
    if iri == terms.ONTOLOGY:
        return "/ontology"
    is_term = iri.startswith(terms.ITG) and _values(iri, terms.RDF_TYPE)
    return f"/ontology#{iri.removeprefix(terms.ITG)}" if is_term else ""


def read_version() -> str:
    """Return the version of the ontology."""
    return next(iter(_values(terms.ONTOLOGY, OWL + "versionInfo")), "")


def _title() -> tuple[str, str]:
    title, description = (
        next(iter(_values(terms.ONTOLOGY, terms.DCTERMS + name)), "") for name in ("title", "description")
    )
    return title, description


def read_terms() -> list[tuple[str, str, list[Term]]]:
    """Return the terms in groups, each with its anchor and its title."""
    properties = {
        *_of_type(OWL + "ObjectProperty"),
        *_of_type(OWL + "DatatypeProperty"),
        *_of_type(terms.RDF + "Property"),
    }
    classes = _of_type(OWL + "Class")
    others = {
        quad.subject.value
        for quad in _store().quads_for_pattern(None, NamedNode(terms.RDF_TYPE), None)
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(terms.ITG)
    }
    groups = (
        ("classes", "Classes", classes),
        ("properties", "Properties", properties),
        ("individuals", "Values", others - classes - properties),
    )
    return [
        (f"group-{anchor}", title, sorted(map(_term, iris), key=lambda term: term.anchor.casefold()))
        for anchor, title, iris in groups
        if iris
    ]


def _of_type(type_: str) -> set[str]:
    return {
        quad.subject.value
        for quad in _store().quads_for_pattern(None, NamedNode(terms.RDF_TYPE), NamedNode(type_))
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(terms.ITG)
    }


def _term(iri: str) -> Term:
    related = ((words, tuple(_values(iri, *predicates))) for words, predicates in _RELATED.items())
    return Term(
        iri=iri,
        anchor=iri.removeprefix(terms.ITG),
        label=next(iter(_values(iri, terms.RDFS_LABEL)), format_iri(iri)),
        definition=" ".join(_values(iri, terms.SKOS + "definition") or _values(iri, terms.RDFS_COMMENT)),
        notes=tuple(_values(iri, terms.SKOS + "scopeNote", terms.SKOS + "editorialNote")),
        examples=tuple(_values(iri, terms.SKOS + "example")),
        related=tuple(entry for entry in related if entry[1]),
    )
