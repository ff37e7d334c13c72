"""The data behind a page, and the whole graph, in the formats of RDF and as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.description import describe
from itgraph.errors import ExportError, ParameterError
from itgraph.export import FORMATS as EXPORTS
from itgraph.export import format_quads
from itgraph.lineage.edges import name_things
from itgraph.lookup import KINDS, is_known_iri
from itgraph.server.messages import JSON, Response
from itgraph.server.negotiation import choose
from itgraph.server.pages.addresses import candidates, page_of
from itgraph.server.pages.rendering import json_response, refuse
from itgraph.server.pages.statements import is_hub, is_long, read_statements
from itgraph.server.problems import PROBLEM
from itgraph.store import find_lineage_index, format_term, iter_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from itgraph.results import Term
    from itgraph.server.messages import Request
    from itgraph.server.site import Site
    from itgraph.store import Store

MOST = 10_000
"""How many statements that lead to a thing its data holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the data of one thing: its media type, what it is called, and the format of the whole graph it is."""

    media_type: str
    title: str
    export: str = ""

    @property
    def holds_graphs(self) -> bool:
        """Whether it says who said what."""
        return bool(self.export) and EXPORTS[self.export].holds_graphs


FORMATS: dict[str, Form] = {
    "ttl": Form(media_type="text/turtle", title="Turtle", export="turtle"),
    "jsonld": Form(media_type="application/ld+json", title="JSON-LD", export="jsonld"),
    "trig": Form(media_type="application/trig", title="TriG", export="trig"),
    "nt": Form(media_type="application/n-triples", title="N-Triples", export="ntriples"),
    "nq": Form(media_type="application/n-quads", title="N-Quads", export="nquads"),
    "rdf": Form(media_type="application/rdf+xml", title="RDF/XML", export="rdfxml"),
    "json": Form(media_type=JSON, title="JSON"),
}
"""The forms by the end of their addresses, the one that is given without a wish first."""

MOST_DOWNLOADED = 1_000_000
"""How many statements a graph may have that is downloaded whole; it is put in order in memory."""

_INNER = (terms.SCHEMA_QUANTITATIVE_VALUE, terms.LICENSING, terms.AUTHORSHIP, terms.PROV_DERIVATION)


def give_data(site: Site, request: Request) -> Response:
    """Return the data of an IRI: ``/data/model/alpaca.ttl``, or ``/data?iri=...&format=ttl``."""
    found = _find(site, request)
    if found is None:
        asked = request.parameter("iri") if request.path == "/data" else request.path.removeprefix("/data/")
        if request.path == "/data" and not candidates(request, "data"):
            raise ParameterError("give an IRI, as in /data?iri=https%3A%2F%2F...", parameter="iri")
        return refuse(request, 404, f"the graph says nothing of {asked!r}", prefer=PROBLEM)
    iri, name = found
    name = request.parameter("format") or name
    if name and name not in FORMATS:
        raise ParameterError(f"there is no format {name!r}; choose one of {', '.join(FORMATS)}", parameter="format")
    if not name:
        media_type = choose(request.accept, [form.media_type for form in FORMATS.values()])
        if media_type is None:
            offered = ", ".join(form.media_type for form in FORMATS.values())
            return refuse(request, 406, f"there is {offered}", prefer=PROBLEM)
        name = next(name for name, form in FORMATS.items() if form.media_type == media_type)
    form = FORMATS[name]
    about = (("Link", f'<{page_of(iri)}>; rel="describedby"; type="text/html"'), ("Vary", "Accept"))
    if not form.export:
        return json_response(_plain(site.store, iri), headers=about[:1])
    quads = describe_quads(site.store, iri)
    return _give(request, quads if form.holds_graphs else _current(quads), form, about)


def give_download(site: Site, request: Request) -> Response:
    """Return the whole graph: ``/download/itgraph.trig``; the same graph gives the same bytes."""
    extension = request.path.removeprefix("/download/itgraph.")
    form = FORMATS.get(extension)
    if form is None or not form.export:
        ways = [(f"/download/itgraph.{name}", form.title) for name, form in FORMATS.items() if form.export]
        return refuse(request, 404, "there is no such file", suggestions=ways, prefer=PROBLEM)
    if not is_downloadable(site):
        message = "the graph is too large to be given at once: `itgraph export` writes it, in any format"
        return refuse(request, 403, message, prefer=PROBLEM)
    attachment = (("Content-Disposition", f'attachment; filename="itgraph.{extension}"'),)
    return _give(request, list(site.store.quads()), form, attachment)


def is_downloadable(site: Site) -> bool:
    """Say whether the whole graph is given: it has no more than :data:`MOST_DOWNLOADED` statements.

    One with indexes is taken to have more: to count them takes a large graph many seconds.
    """
    return find_lineage_index(site.store) is None and len(site.store) <= MOST_DOWNLOADED


def _give(request: Request, quads: Sequence[Quad], form: Form, headers: tuple[tuple[str, str], ...]) -> Response:
    try:
        body = format_quads(quads, form.export)
    except ExportError as error:
        return refuse(request, 406, str(error), prefer=PROBLEM)
    media_type = form.media_type + ("; charset=utf-8" if form.media_type.startswith("text/") else "")
    return Response(media_type=media_type, body=body, headers=headers)


def _find(site: Site, request: Request) -> tuple[str, str] | None:
    """Return the IRI that a request means and the form that its address ends in, if any."""
    iris = candidates(request, "data")
    if request.path != "/data":
        for iri in iris:
            stem, dot, extension = iri.rpartition(".")
            if dot and extension in FORMATS and is_known_iri(site.store, stem):
                return stem, extension
    return next(((iri, "") for iri in iris if is_known_iri(site.store, iri)), None)


def read_forms(store: Store, iri: str) -> dict[str, bytes | None]:
    """Return the data of an IRI in all forms, by the ends of their addresses; ``None`` for one that cannot hold it."""
    quads = describe_quads(store, iri)
    current = _current(quads)
    found: dict[str, bytes | None] = {}
    for name, form in FORMATS.items():
        try:
            found[name] = (
                format_quads(quads if form.holds_graphs else current, form.export)
                if form.export
                else json_response(_plain(store, iri)).body
            )
        except ExportError:
            found[name] = None
    return found


# -- What the data of a thing is ---------------------------------------------------------------------------------------


def describe_quads(store: Store, iri: str) -> list[Quad]:
    """Return what a graph says of an IRI, with the named graphs that say so.

    That is: the statements it stands in, in any place (of those that lead to it :data:`MOST` at most); all that is
    said of the figures, authorships and nodes without a name that belong to it; of what else they mention, the type
    and the label; and of the graphs that say so, where they are from (not the text of their row or rule).
    """
    node = NamedNode(iri)
    text = format_term(node)
    quads = set(_read(store, f"{text} ?p ?o", node, None, None))
    quads |= set(_read(store, f"?s ?p {text}", None, None, node))
    quads |= set(_read(store, f"?s {text} ?o", None, node, None))
    quads |= set(_read_graph(store, node))
    inner = _inner(store, quads, iri)
    for quad in _about(store, inner):
        quads.add(quad)
    quads |= set(_blank(store, iri))
    mentioned = {end.value for quad in quads for end in (quad.subject, quad.object) if isinstance(end, NamedNode)} - {
        iri,
        *inner,
    }
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
    quads |= set(_about(store, graphs, "FILTER(?p NOT IN (itg:text, itg:raw, itg:cites, itg:sparql, rdfs:comment))"))
    quads |= set(_about(store, mentioned - graphs, "FILTER(?p IN (rdf:type, rdfs:label))"))
    return sorted(quads, key=str)


def _current(quads: Iterable[Quad]) -> list[Quad]:
    """Return the current view; of a graph that has none, what all its graphs say together."""
    quads = list(quads)
    current = [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    return current or [Quad(quad.subject, quad.predicate, quad.object) for quad in quads]


def _read(store: Store, pattern: str, s: NamedNode | None, p: NamedNode | None, o: NamedNode | None) -> Iterator[Quad]:
    names = " ".join(name for name, given in (("?s", s), ("?p", p), ("?o", o)) if given is None)
    said = f"{{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }}"
    order = "" if s is not None or is_long(store, said) else f" ORDER BY {names} ?g"
    limit = "" if s is not None else f" LIMIT {MOST}"
    rows = store.select(f"SELECT {names} ?g WHERE {{ {said} }}{order}{limit}")
    for row in rows.rows:
        found = dict(zip(rows.columns, row, strict=True))
        yield _quad(s or found["s"], p or found["p"], o or found["o"], found["g"])


def _read_graph(store: Store, name: NamedNode) -> Iterator[Quad]:
    said = f"GRAPH {format_term(name)} {{ ?s ?p ?o }}"
    order = "" if is_long(store, said) else " ORDER BY ?s ?p ?o"
    rows = store.select(f"SELECT ?s ?p ?o WHERE {{ {said} }}{order} LIMIT {MOST}").rows
    for s, p, o in rows:
        yield _quad(s, p, o, name)


def _quad(s: Term | None, p: Term | None, o: Term | None, g: Term | None) -> Quad:
    assert isinstance(s, NamedNode | BlankNode)
    assert isinstance(p, NamedNode)
    assert o is not None
    return Quad(s, p, o, g if isinstance(g, NamedNode | BlankNode) else DefaultGraph())


def _inner(store: Store, quads: Iterable[Quad], iri: str) -> set[str]:
    """Return the figures and the like of a thing: they have IRIs, but mean nothing without it."""
    ends = {end.value for quad in quads for end in (quad.subject, quad.object) if isinstance(end, NamedNode)} - {iri}
    classes = ", ".join(f"<{class_}>" for class_ in _INNER)
    found = set()
    for values in iter_values("?s", sorted(ends)):
        rows = store.select(
            f"SELECT DISTINCT ?s WHERE {{ {values}"
            f" {{ ?s a ?class }} UNION {{ GRAPH ?g {{ ?s a ?class }} }} FILTER(?class IN ({classes})) }}"
        ).rows
        found |= {row[0].value for row in rows if row[0] is not None}
    return found


def _blank(store: Store, iri: str) -> Iterator[Quad]:
    """Yield what is said of the nodes without a name that a thing leads to: one step, as no name leads further."""
    node = format_term(NamedNode(iri))
    rows = store.select(
        f"SELECT ?s ?p ?o ?g WHERE {{ {{ {node} ?to ?s . ?s ?p ?o }}"
        f" UNION {{ GRAPH ?g {{ {node} ?to ?s . ?s ?p ?o }} }} FILTER(isBlank(?s)) }} LIMIT {MOST}"
    ).rows
    for s, p, o, g in rows:
        yield _quad(s, p, o, g)


def _about(store: Store, iris: Iterable[str], narrow: str = "") -> Iterator[Quad]:
    # Where things come from is said in the current view; what a figure is, also in the graphs of rows.
    for values in iter_values("?s", sorted(iris)):
        rows = store.select(
            f"SELECT ?s ?p ?o ?g WHERE {{ {values} {{ ?s ?p ?o }}"
            f"{'' if narrow else ' UNION { GRAPH ?g { ?s ?p ?o } }'} {narrow} }}"
        )
        for row in rows.rows:
            yield _quad(row[0], row[1], row[2], row[3])


def _plain(store: Store, iri: str) -> dict[str, object]:
    """Return what is known of an IRI as plain values."""
    thing = name_things(store, [iri])[iri]
    if thing.kind in KINDS and not is_hub(store, iri):
        return describe(store, thing).to_dict()
    named = {"iri": thing.iri, "kind": thing.kind, "label": thing.label}
    statements = [
        {
            "subject": _value(said.subject),
            "predicate": said.predicate,
            "object": _value(said.object),
            "current": said.is_current,
            "graphs": list(said.graphs),
        }
        for place in ("graph", "out", "in", "use")
        for said in read_statements(store, iri, place).shown
    ]
    return {"thing": named, "statements": statements}


def _value(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"iri": term.value}
    if isinstance(term, Literal):
        more = {"language": term.language} if term.language else {"datatype": term.datatype.value}
        return {"value": term.value, **more}
    return {"node": str(term)}
