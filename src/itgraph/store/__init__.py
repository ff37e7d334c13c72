"""Where a graph is kept and asked: one protocol, and the only place that maps engine errors to ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pyoxigraph import Quad, Triple

from itgraph.resources import shipped_graph_path
from itgraph.results import Table
from itgraph.store.embedded import EmbeddedStore
from itgraph.store.sparql import format_term, projection

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Answer", "EmbeddedStore", "Store", "format_term", "open_store", "projection"]

Answer: TypeAlias = Table | bool | list[Triple]
"""What a query gives: a table (SELECT), a bool (ASK) or triples (CONSTRUCT, DESCRIBE)."""


class Store(Protocol):
    """A graph that can be asked.

    Every method raises ``QuerySyntaxError`` for what is not SPARQL, ``QueryRefusedError`` for SERVICE and
    updates, ``QueryError`` for a query of another form, and ``StoreError`` if the store itself fails.
    """

    def query(self, sparql: str, *, source: str | None = None) -> Answer:
        """Answer a query of any form; errors call it ``source``."""
        ...

    def select(self, sparql: str) -> Table:
        """Answer a SELECT query."""
        ...

    def ask(self, sparql: str) -> bool:
        """Answer an ASK query."""
        ...

    def construct(self, sparql: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query: triples, sorted, without repetition."""
        ...

    def quads(self) -> Iterator[Quad]:
        """Yield every quad, in no particular order."""
        ...

    def __len__(self) -> int: ...


def open_store(location: str | Path | None = None) -> Store:
    """Open a graph: a file of RDF, its format told by its extension, or the shipped graph.

    Raises:
        SourceError: there is no such file, or it is not what its name says.
    """
    return EmbeddedStore.from_file(shipped_graph_path() if location is None else Path(location))
