"""The graph in rdflib's terms, for those who work with rdflib."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad

from itgraph import terms

if TYPE_CHECKING:
    import rdflib


def to_rdflib(quads: Iterable[Quad]) -> rdflib.Dataset:
    """Return quads as an rdflib dataset, named graphs and our prefixes included.

    Strings come without a datatype, as rdflib's own parsers make them: in rdflib ``Literal("v")`` and
    ``Literal("v", datatype=XSD.string)`` are not equal.

    >>> label = NamedNode(terms.RDFS_LABEL)
    >>> dataset = to_rdflib([Quad(NamedNode(terms.BASE + "model/llama"), label, pyoxigraph.Literal("LLaMA"))])
    >>> [str(label) for _, _, label, _ in dataset.quads()]
    ['LLaMA']
    """
    import rdflib

    dataset = rdflib.Dataset()
    for prefix, namespace in terms.PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    graphs: dict[str, rdflib.Graph] = {}

    def term(value: object) -> rdflib.term.IdentifiedNode | rdflib.Literal:
        if isinstance(value, NamedNode):
            return rdflib.URIRef(value.value)
        if isinstance(value, BlankNode):
            return rdflib.BNode(value.value)
        if not isinstance(value, pyoxigraph.Literal):
            raise TypeError(f"rdflib has no term for {value!r}")
        if value.language:
            return rdflib.Literal(value.value, lang=value.language)
        if value.datatype.value == terms.XSD_STRING:
            return rdflib.Literal(value.value)
        # normalize=False: the text stays as the source wrote it
        return rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value), normalize=False)

    for quad in quads:
        name = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
        if name not in graphs:
            graphs[name] = dataset.graph(rdflib.URIRef(name)) if name else dataset.default_graph
        graphs[name].add((term(quad.subject), term(quad.predicate), term(quad.object)))
    return dataset
