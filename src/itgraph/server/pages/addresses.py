"""Where on this server an IRI of the graph has its page, its picture and its data, and the way back.

An IRI under :data:`itgraph.terms.BASE` has an address that reads like it: ``/page/model/alpaca``. Every other one, and
one that a browser would change on its way (``..`` is a step up to it), goes whole into a parameter:
``/page?iri=http%3A%2F%2Fexample.org%2Fa``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pyoxigraph import NamedNode

from itgraph import terms

if TYPE_CHECKING:
    from itgraph.server.messages import Request

_IN_PATH = "/:@!$&'()*+,;=~-._"


def address_of(place: str, iri: str, extension: str = "") -> str:
    """Return the address of an IRI under ``/page``, ``/id``, ``/data`` or ``/picture``.

    >>> address_of("page", "https://w3id.org/itgraph/model/gpt-3.5")
    '/page/model/gpt-3.5'
    >>> address_of("data", "https://w3id.org/itgraph/rule/x%3Cy", ".ttl")
    '/data/rule/x%253Cy.ttl'
    >>> address_of("data", "http://example.org/a?b", ".ttl")
    '/data?iri=http%3A%2F%2Fexample.org%2Fa%3Fb&format=ttl'
    """
    path = iri.removeprefix(terms.BASE)
    if path != iri and path and not {"", ".", ".."} & set(path.split("/")):
        return f"/{place}/{quote(path, safe=_IN_PATH)}{extension}"
    return f"/{place}?iri={quote(iri, safe='')}" + (f"&format={extension.removeprefix('.')}" if extension else "")


def page_of(iri: str) -> str:
    """Return the address of the page of an IRI."""
    return address_of("page", iri)


def candidates(request: Request, place: str = "") -> list[str]:
    """Return the IRIs that a request may mean, the likeliest first; none, if what it names is no IRI.

    A path comes decoded. What was an escape in the IRI itself is therefore tried in its escaped form too, for an
    address that a person or a redirect made of the IRI has it decoded once too often.
    """
    if place and request.path in {f"/{place}", f"/{place}/"}:
        texts = [request.parameter("iri")]
    else:
        path = request.path.removeprefix(f"/{place}/" if place else "/")
        texts = [terms.BASE + path, terms.BASE + quote(path, safe=_IN_PATH + "#?%")]
    return list(dict.fromkeys(text for text in texts if _is_iri(text)))


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return bool(text)


def is_ours(iri: str) -> bool:
    """Say whether an IRI is one of this project: its place on the web is this page."""
    return iri.startswith(terms.BASE)


def is_web(address: str) -> bool:
    """Say whether an address may be a link: one of the web, never ``javascript:`` or a file."""
    return address.startswith(("https://", "http://"))
