"""What a site is, in VoID and DCAT: that of a server, without what only a server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize

from itgraph import terms
from itgraph.server.messages import Request
from itgraph.server.pages.dataset import FOAF, FORMATS_OF_W3C, SD, VOID, describe_dataset
from itgraph.site.places import find_place, read_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itgraph.server.site import Site

_NOWHERE = "http://site.invalid"
"""Where the server would be: no address is of this host (RFC 2606), so that it is found again."""

_OF_A_SERVER = {VOID + "sparqlEndpoint", VOID + "uriLookupEndpoint"}
_PREFIXES = {
    "void": VOID,
    "foaf": FOAF,
    "sd": SD,
    "formats": FORMATS_OF_W3C,
    **{prefix: terms.PREFIXES[prefix] for prefix in ("itg", "dcat", "dcterms", "rdf", "rdfs", "xsd")},
}


def describe_site(site: Site, url: str) -> bytes:
    """Return the description as Turtle; without ``url``, its addresses are relative to its own."""
    request = Request(path="/.well-known/void", query="format=ttl", origin=_NOWHERE)
    quads = parse(describe_dataset(site, request).body, format=RdfFormat.TURTLE)
    body = serialize(_without_server(quads), format=RdfFormat.TURTLE, prefixes=_PREFIXES) or b""
    return body.replace(f"<{_NOWHERE}/".encode(), f"<{url}".encode())


def _without_server(quads: Iterator[Quad]) -> Iterator[Quad]:
    service = f"{_NOWHERE}/sparql"
    for quad in quads:
        if quad.predicate.value in _OF_A_SERVER or getattr(quad.subject, "value", "") == service:
            continue
        yield Quad(_moved(quad.subject), quad.predicate, _moved(quad.object), DefaultGraph())


def _moved(term: Any) -> Any:
    if not isinstance(term, NamedNode) or not term.value.startswith(_NOWHERE):
        return term
    if term.value.startswith(f"{_NOWHERE}/sparql#"):
        return NamedNode(f"{_NOWHERE}/void.ttl#{term.value.partition('#')[2]}")
    address, fragment = read_address(term.value.removeprefix(_NOWHERE))
    place = find_place(address)
    return term if place is None else NamedNode(f"{_NOWHERE}/{place.file}{fragment}")
