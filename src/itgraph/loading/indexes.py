"""Make the indexes that stand beside a store on disk, of what is in the store; and hold them against it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Triple

from itgraph import terms
from itgraph.errors import StoreUnavailableError
from itgraph.indexes import LINEAGE_FILE, NAMES_FILE, forget_indexes, seal_indexes
from itgraph.indexes.adjacency import MANNERS
from itgraph.indexes.making import EdgeList
from itgraph.indexes.names import build_names
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_RELATIONS = {
    "baseModel": terms.BASE_MODEL,
    "trainedOn": terms.TRAINED_ON,
    "generatedBy": terms.GENERATED_BY,
    "sourceDataset": terms.SOURCE_DATASET,
}
_MANNERS = {
    "adapter": terms.ADAPTER_OF,
    "finetune": terms.FINETUNED_FROM,
    "merge": terms.MERGED_FROM,
    "quantized": terms.QUANTIZED_FROM,
}
_DEFAULT = DefaultGraph()

assert set(_MANNERS) == set(MANNERS) - {""}


def make_indexes(folder: Path) -> None:
    """Make the indexes of a store in its folder, in place of those that are there.

    Raises:
        StoreUnavailableError: there is no graph in this folder.
        OSError: they cannot be written.
    """
    forget_indexes(folder)
    store = _open(folder)
    edges = read_edge_list(store)
    build_names(folder / NAMES_FILE, _read_named(store, edges))
    edges.write(folder / LINEAGE_FILE)
    del store
    seal_indexes(folder)


def _open(folder: Path) -> pyoxigraph.Store:
    try:
        return pyoxigraph.Store.read_only(str(folder))
    except OSError as error:
        message = "there is no graph in this folder; `itgraph load FOLDER` makes one"
        raise StoreUnavailableError(message, location=folder) from error


def read_edge_list(store: pyoxigraph.Store) -> EdgeList:
    """Read the edges of the current view; an edge is stated where any graph but that of a rule holds it."""
    edges = EdgeList()
    rules = {
        quad.subject
        for quad in store.quads_for_pattern(None, NamedNode(terms.RDF_TYPE), NamedNode(terms.RULE), _DEFAULT)
        if isinstance(quad.subject, NamedNode)
    }
    for relation, property_ in _RELATIONS.items():
        predicate = NamedNode(property_)
        concluded = {quad.triple for rule in rules for quad in store.quads_for_pattern(None, predicate, None, rule)}
        for triple, child, parent in _read_links(store, property_):
            stated = triple not in concluded or _is_stated(store, triple, rules)
            edges.add(child, relation, parent, stated=stated)
    for manner, property_ in _MANNERS.items():
        for _, child, parent in _read_links(store, property_):
            edges.set_manner(child, parent, manner)
    return edges


def _read_links(store: pyoxigraph.Store, property_: str) -> Iterator[tuple[Triple, str, str]]:
    """Yield the statements of the current view that lead by a property from an IRI to another."""
    for quad in store.quads_for_pattern(None, NamedNode(property_), None, _DEFAULT):
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, NamedNode) and isinstance(object_, NamedNode):
            yield quad.triple, subject.value, object_.value


def _is_stated(store: pyoxigraph.Store, triple: Triple, rules: Collection[object]) -> bool:
    found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(quad.graph_name != _DEFAULT and quad.graph_name not in rules for quad in found)


def _read_named(
    store: pyoxigraph.Store, edges: EdgeList
) -> Iterator[tuple[str, str, str, tuple[str, ...], tuple[str, ...], int]]:
    """Yield everything that has a name; tell the edges what their ends are called on the way."""
    others, ids = _read_texts(store, (terms.SKOS_ALT_LABEL, terms.DCTERMS_TITLE)), _read_texts(store, (terms.ARXIV_ID,))
    kinds = {iri: kind for kind, iri in (KINDS | RECORD_KINDS).items()}
    schemes = {iri: kind for kind, iri in SCHEMES.items()}
    classes = ", ".join(f"<{iri}>" for iri in (*kinds, terms.SKOS_CONCEPT))
    rows = store.query(
        f"SELECT ?thing ?class ?label ?downloads ?scheme WHERE {{ ?thing <{terms.RDFS_LABEL}> ?label ; a ?class"
        f" FILTER(isIRI(?thing) && ?class IN ({classes}))"
        f" OPTIONAL {{ ?thing <{terms.DOWNLOADS}> ?downloads }}"
        f" OPTIONAL {{ ?thing <{terms.SKOS_IN_SCHEME}> ?scheme }} }}"
    )
    assert isinstance(rows, QuerySolutions)
    for thing, class_, label, downloads, scheme in rows:
        kind = kinds.get(class_.value) or (schemes.get(scheme.value, "") if scheme is not None else "")
        if not kind:
            continue
        iri = thing.value
        edges.set_name(iri, kind, label.value)
        popularity = int(downloads.value) if downloads is not None else 0
        yield iri, kind, label.value, tuple(others.get(iri, ())), tuple(ids.get(iri, ())), popularity


def _read_texts(store: pyoxigraph.Store, properties: tuple[str, ...]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for property_ in properties:
        for quad in store.quads_for_pattern(None, NamedNode(property_), None, _DEFAULT):
            if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
                found[quad.subject.value].append(quad.object.value)
    return {iri: sorted(texts) for iri, texts in found.items()}
