"""The RDF formats but for JSON-LD: Turtle, TriG, N-Quads, N-Triples and RDF/XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from itgraph import terms
from itgraph.arrangement import Block, Term, arrange
from itgraph.errors import ExportError
from itgraph.turtle import format_trig as format_trig  # noqa: PLC0414  (the registry takes all RDF formats from here)
from itgraph.turtle import format_turtle as format_turtle  # noqa: PLC0414

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def format_nquads(quads: Iterable[Quad]) -> bytes:
    """Write quads as N-Quads, a sorted line for each, so that line tools can compare two graphs."""
    return _sort_lines(serialize(set(quads), format=RdfFormat.N_QUADS) or b"")


def format_ntriples(quads: Iterable[Quad]) -> bytes:
    """Write the default graph of quads as N-Triples, a sorted line for each."""
    return _sort_lines(serialize({quad.triple for quad in default_graph(quads)}, format=RdfFormat.N_TRIPLES) or b"")


def _sort_lines(content: bytes) -> bytes:
    return b"".join(sorted(line + b"\n" for line in content.split(b"\n") if line))


def default_graph(quads: Iterable[Quad]) -> list[Quad]:
    """Return the quads of the default graph, in their order."""
    return [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]


def require_rdf_1_1(quads: Iterable[Quad], format: str) -> None:
    """Refuse what only RDF 1.2 has.

    Raises:
        ExportError: a statement about a statement, or text with a direction.
    """
    for quad in quads:
        object_ = quad.object
        if isinstance(object_, Triple) or (isinstance(object_, Literal) and object_.direction is not None):
            raise ExportError(f"cannot hold {object_}, which is of RDF 1.2; choose trig or nquads", format=format)


# -- RDF/XML ---------------------------------------------------------------------------------------------

# pyoxigraph 0.5.13 writes XML that only it can read: an element without a local name where a predicate ends
# in digits, raw control characters and carriage returns, and its own meaning of the prefix its:, which is
# ours for people.

# ASCII first: which other letters may be in a name depends on the edition of XML that a parser knows.
_MORE_LETTERS = "\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u3001-\ud7ff"
_LOCAL_NAMES = tuple(re.compile(rf"[A-Z_a-z{letters}][-.0-9A-Z_a-z{letters}]*\Z") for letters in ("", _MORE_LETTERS))
_HALF_ESCAPED = re.compile("%(?![0-9A-Fa-f]{2})")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RESERVED = {
    terms.RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "li", "Description"),
        *("bagID", "aboutEach", "aboutEachPrefix"),
    )
}


def format_rdfxml(quads: Iterable[Quad]) -> bytes:
    """Write the default graph of quads as RDF/XML.

    Raises:
        ExportError: XML cannot hold a character, or has no name for a predicate.
    """
    quads = default_graph(quads)
    require_rdf_1_1(quads, "rdfxml")
    return _RdfXml().document([block for section in arrange(quads).sections for block in section.blocks])


class _RdfXml:
    """Writes blocks, and collects the namespaces they need."""

    def __init__(self) -> None:
        self.known = {namespace: prefix for prefix, namespace in terms.PREFIXES.items()}
        self.used: dict[str, str] = {terms.RDF: "rdf"}
        self.nodes: dict[str, str] = {}

    def document(self, blocks: Sequence[Block]) -> bytes:
        body = [line for block in blocks for line in self._block(block)]
        order = {namespace: rank for rank, namespace in enumerate(terms.PREFIXES.values())}
        namespaces = sorted(self.used.items(), key=lambda item: (order.get(item[0], len(order)), item[1]))
        declared = "".join(f"\n    xmlns:{prefix}={quoteattr(namespace)}" for namespace, prefix in namespaces)
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<rdf:RDF{declared}>", *body, "</rdf:RDF>", ""]
        return "\n".join(lines).encode()

    def _block(self, block: Block) -> list[str]:
        properties = [(predicate, object_) for predicate, objects in block.properties for object_ in objects]
        element = "rdf:Description"
        predicate, first = properties[0]
        if predicate == terms.RDF_TYPE and isinstance(first, NamedNode) and (name := self._name(first.value)):
            element = name
            del properties[0]
        head = f"  <{element} {self._reference('rdf:about', block.subject)}"
        if not properties:
            return [f"{head}/>"]
        inner = [f"    {self._property(predicate, object_)}" for predicate, object_ in properties]
        return [f"{head}>", *inner, f"  </{element}>"]

    def _property(self, predicate: str, object_: Term) -> str:
        name = self._name(predicate)
        if name is None:
            raise ExportError(
                f"XML has no name for the predicate <{predicate}>; choose another format", format="rdfxml"
            )
        if not isinstance(object_, Literal):
            key = object_.value if isinstance(object_, NamedNode) else str(object_)
            return f"<{name} {self._reference('rdf:resource', key)}/>"
        if wrong := _NOT_XML.search(object_.value):
            raise ExportError(
                f"XML cannot hold the character U+{ord(wrong[0]):04X} of {object_}; choose another format",
                format="rdfxml",
            )
        attribute = ""
        if object_.language:
            attribute = f' xml:lang="{object_.language}"'
        elif object_.datatype.value != terms.XSD_STRING:
            attribute = f" rdf:datatype={quoteattr(object_.datatype.value)}"
        return f"<{name}{attribute}>{escape(object_.value, {chr(13): '&#13;'})}</{name}>"

    def _reference(self, attribute: str, key: str) -> str:
        if key.startswith("_:"):
            label = self.nodes.setdefault(key, f"b{len(self.nodes) + 1}")
            return f'rdf:nodeID="{label}"'
        if wrong := _NOT_XML.search(key):
            raise ExportError(
                f"XML cannot hold the character U+{ord(wrong[0]):04X} of <{key}>; choose another format",
                format="rdfxml",
            )
        return f"{attribute}={quoteattr(key)}"

    def _name(self, iri: str) -> str | None:
        """Return an IRI as the name of an element; ``None`` if it has no end that XML accepts as a name."""
        if iri in _RESERVED or _NOT_XML.search(iri):
            return None
        end = max(iri.rfind("/"), iri.rfind("#")) + 1
        places = [end, *range(1, len(iri))]
        # The namespace must be an address itself: no half of an escaped character.
        start = next(
            (i for name in _LOCAL_NAMES for i in places if name.match(iri, i) and not _HALF_ESCAPED.search(iri[:i])), 0
        )
        if not start:
            return None
        namespace = iri[:start]
        prefix = self.used.get(namespace)
        if prefix is None:
            prefix = self.used[namespace] = self.known.get(namespace) or f"ns{len(self.used)}"
        return f"{prefix}:{iri[start:]}"
