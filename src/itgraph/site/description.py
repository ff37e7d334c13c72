"""What a site is, in VoID and DCAT: that of a server, without what only a server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad

from itgraph.export.void import VOID, format_description
from itgraph.server.pages.dataset import describe_with
from itgraph.site.places import find_place, read_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from itgraph.server.site import Site

_NOWHERE = "http://site.invalid"
"""Where the server would be: no address is of this host (RFC 2606), so that it is found again."""

_OF_A_SERVER = {VOID + "sparqlEndpoint", VOID + "uriLookupEndpoint"}


def describe_site(site: Site, url: str, downloads: Iterable[str]) -> bytes:
    """Return the description as Turtle; without ``url``, its addresses are relative to its own.

    ``downloads`` are the ends of the names of the files that hold the whole graph.
    """
    body = format_description(_without_server(describe_with(site, _NOWHERE, downloads)))
    return body.replace(f"<{_NOWHERE}/".encode(), f"<{url}".encode())


def _without_server(quads: Iterable[Quad]) -> Iterator[Quad]:
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
