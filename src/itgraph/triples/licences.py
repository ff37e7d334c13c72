"""Licences as concepts: those of SPDX by its addresses, others by names of ours."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from itgraph import terms
from itgraph.triples.iris import DEFAULT, LABEL, TYPE, string

_SCHEME_LABEL = "Licences: identifiers of SPDX, and names of ours where it has none"
_SPDX = "https://spdx.org/licenses/"


def licence_iri(name: str, *, is_spdx: bool) -> NamedNode:
    """Return the IRI of a licence: ``https://spdx.org/licenses/MIT``, ``…/license/llama-2-community``."""
    return NamedNode(_SPDX + name if is_spdx else f"{terms.BASE}license/{name}")


def licence_quads(name: str, *, is_spdx: bool) -> Iterator[Quad]:
    """Yield what a licence is, and what the scheme is that it belongs to."""
    licence, scheme = licence_iri(name, is_spdx=is_spdx), NamedNode(terms.SCHEME_LICENSE)
    preferred, notation = NamedNode(terms.SKOS_PREF_LABEL), NamedNode(terms.SKOS_NOTATION)
    yield Quad(licence, TYPE, NamedNode(terms.SKOS_CONCEPT), DEFAULT)
    yield Quad(licence, LABEL, string(name), DEFAULT)
    yield Quad(licence, preferred, string(name), DEFAULT)
    yield Quad(licence, notation, string(name), DEFAULT)
    yield Quad(licence, NamedNode(terms.SKOS_IN_SCHEME), scheme, DEFAULT)
    yield Quad(scheme, TYPE, NamedNode(terms.SKOS_CONCEPT_SCHEME), DEFAULT)
    yield Quad(scheme, LABEL, string(_SCHEME_LABEL), DEFAULT)
    yield Quad(scheme, preferred, string(_SCHEME_LABEL), DEFAULT)
