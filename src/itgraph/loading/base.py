"""The graph that a hub is put beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph

from itgraph import terms
from itgraph.loading.indexes import read_edge_list, read_names
from itgraph.store.files import rdf_errors, read_rdf
from itgraph.triples.hub import Identities

if TYPE_CHECKING:
    from pathlib import Path

    from itgraph.hub.entries import Kind


class Base:
    """The graph that the hub's entries are put beside: what of it is of the hub, what it is called, and its lineage."""

    def __init__(self, path: Path) -> None:
        self._data, self._format = read_rdf(path)
        self._path = path
        graph = pyoxigraph.Store()
        with rdf_errors(path, self._format):
            graph.load(self._data, format=self._format)
        self.identities = _read_identities(graph)
        self.edges = read_edge_list(graph)
        self.names = list(read_names(graph))

    def load_into(self, store: pyoxigraph.Store) -> None:
        """Put the graph into a store."""
        with rdf_errors(self._path, self._format):
            store.bulk_load(self._data, format=self._format)


def _read_identities(store: pyoxigraph.Store) -> Identities:
    """Read which things of a graph are which of the hub's, and which papers it knows."""
    kinds: dict[str, Kind] = {terms.MODEL: "model", terms.DATASET: "dataset", terms.BENCHMARK: "dataset"}
    rows = store.query(
        f"SELECT ?thing ?class ?label ?id WHERE {{ ?thing <{terms.HUGGING_FACE_ID}> ?id ; a ?class ;"
        f" <{terms.RDFS_LABEL}> ?label FILTER(?class IN ({', '.join(f'<{class_}>' for class_ in kinds)})) }}"
    )
    things = [(thing.value, kinds[class_.value], label.value, id_.value) for thing, class_, label, id_ in rows]  # type: ignore[union-attr]
    papers = store.query(f"SELECT ?id ?paper WHERE {{ ?paper a <{terms.PAPER}> ; <{terms.ARXIV_ID}> ?id }}")
    known = [(id_.value, paper.value) for id_, paper in papers if isinstance(paper, pyoxigraph.NamedNode)]  # type: ignore[union-attr]
    return Identities.make(sorted(things), sorted(known))
