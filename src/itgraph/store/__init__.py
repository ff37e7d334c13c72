"""Where a graph is kept and asked: one protocol, and the only place that maps engine errors to ours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Quad, Triple

from itgraph.errors import StoreUnavailableError
from itgraph.resources import shipped_graph_path
from itgraph.results import Table
from itgraph.store.asking import Answer
from itgraph.store.embedded import EmbeddedStore
from itgraph.store.sparql import format_term, iter_values, projection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from itgraph.indexes.lineage import LineageIndex
    from itgraph.indexes.names import NameIndex

__all__ = [
    "Answer",
    "EmbeddedStore",
    "Store",
    "find_lineage_index",
    "find_name_index",
    "format_term",
    "is_address",
    "iter_values",
    "open_store",
    "projection",
]


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


def find_lineage_index(store: Store) -> LineageIndex | None:
    """Return the index of lineage that stands beside a store; ``None`` where steps have to be read from it."""
    return store.lineage if isinstance(store, EmbeddedStore) else None


def find_name_index(store: Store) -> NameIndex | None:
    """Return the index of names that stands beside a store; ``None`` where all names have to be read from it."""
    return store.names if isinstance(store, EmbeddedStore) else None


def is_address(location: str | Path) -> bool:
    """Tell the address of a server from a path.

    Raises:
        StoreUnavailableError: it was surely meant as an address, but is none that can be asked.

    >>> is_address("http://localhost:8890/sparql"), is_address("data/itgraph.trig")
    (True, False)
    >>> is_address("localhost:8890/sparql")
    Traceback (most recent call last):
        ...
    itgraph.errors.StoreUnavailableError: localhost:8890/sparql: an address begins with http:// or https://
    """
    if not isinstance(location, str):
        return False
    if location.lower().startswith(("http://", "https://")):
        return True
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|[A-Za-z0-9.-]+:[0-9]+(?:/|\Z)", location) and not Path(location).exists():
        from itgraph.addresses import without_credentials

        message = "an address begins with http:// or https://"
        raise StoreUnavailableError(message, location=without_credentials(location)[:200])
    return False


def open_store(location: str | Path | None = None) -> Store:
    """Open a graph: a file of RDF, a folder made by ``itgraph load``, a SPARQL server, or the shipped graph.

    The format of a file is told by its extension. A server is an http(s) address; who asks it, and how long an answer
    may take, is said by the environment: ``ITGRAPH_STORE_USER``, ``ITGRAPH_STORE_PASSWORD``, ``ITGRAPH_TIMEOUT``.

    Raises:
        SourceError: there is no such file, or it is not what its name says.
        StoreUnavailableError: the folder holds no graph.
    """
    if location is not None and is_address(location):
        from itgraph.store.remote import RemoteStore

        return RemoteStore.from_environment(str(location))
    path = shipped_graph_path() if location is None else Path(location)
    return EmbeddedStore.open(path) if path.is_dir() else EmbeddedStore.from_file(path)
