"""What every part of the graph shares: its IRIs, its literals, and the one order of its quads."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.records import Kind, Snapshot, Span
from itgraph.resolve import Entity, Paper

TYPE = NamedNode(terms.RDF_TYPE)
LABEL = NamedNode(terms.RDFS_LABEL)
DEFAULT = DefaultGraph()
_DATES = {4: terms.XSD_G_YEAR, 7: terms.XSD_G_YEAR_MONTH, 10: terms.XSD_DATE}

CLASSES: dict[Kind, str] = {
    "model": terms.MODEL,
    "dataset": terms.DATASET,
    "benchmark": terms.BENCHMARK,
    "technique": terms.TECHNIQUE,
    "person": terms.PERSON,
    "organization": terms.ORGANIZATION,
}


def sort_quads(quads: Iterable[Quad]) -> list[Quad]:
    """Return quads in their one order: default graph first, then by graph, subject, predicate and object."""
    return sorted(set(quads), key=quad_key)


def quad_key(quad: Quad) -> tuple[str, str, str, str]:
    """Return what quads are sorted by."""
    predicate: str = quad.predicate.value
    graph = "" if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
    first = "" if predicate == terms.RDF_TYPE else predicate
    return graph, str(quad.subject), first, str(quad.object)


def entity_iri(entity: Entity) -> NamedNode:
    """Return the IRI of a thing: ``…/model/llama``."""
    return NamedNode(f"{terms.BASE}{entity.kind}/{entity.slug}")


def paper_iri(paper: Paper) -> NamedNode:
    """Return the IRI of a work: ``…/paper/arxiv-2302.13971``."""
    return NamedNode(f"{terms.BASE}paper/{paper.slug}")


def snapshot_iri(snapshot_id: str) -> NamedNode:
    """Return the IRI of a snapshot: ``…/snapshot/2024-10-15``."""
    return NamedNode(f"{terms.BASE}snapshot/{snapshot_id}")


def row_iri(snapshot_id: str, table: str, number: int) -> NamedNode:
    """Return the IRI of a row, and of the graph of what it says: ``…/row/2024-10-15/datasets/7``."""
    return NamedNode(f"{terms.BASE}row/{snapshot_id}/{table}/{number}")


def quoted_iri(snapshot: Snapshot, span: Span) -> NamedNode:
    """Return the address of lines of a source; of a source that is not pinned, a fragment of the snapshot's IRI."""
    lines = f"#L{span.start}" if span.start == span.end else f"#L{span.start}-L{span.end}"
    return NamedNode(snapshot.address(span) or snapshot_iri(snapshot.id).value + lines)


def string(value: str) -> Literal:
    """Return a plain string."""
    # Characters that RDF 1.1 formats cannot all carry (XML has no control characters) would make exports fail.
    return Literal(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", "\ufffd", value))


def integer(value: int) -> Literal:
    """Return an ``xsd:integer``."""
    return Literal(value)


def known_date(value: str) -> Literal:
    """Return a date as far as it is known: ``2023``, ``2023-03`` or ``2023-03-14``."""
    return Literal(value, datatype=NamedNode(_DATES[len(value)]))
