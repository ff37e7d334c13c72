"""A graph in memory or in a folder, in the Oxigraph engine that comes with itgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Triple

from itgraph import terms
from itgraph.errors import StoreError, StoreLockedError, StoreUnavailableError
from itgraph.files import replace_folder
from itgraph.indexes import open_indexes
from itgraph.resources import content_hash
from itgraph.results import Table
from itgraph.store.asking import Asking
from itgraph.store.files import rdf_errors, read_rdf
from itgraph.store.sparql import require_allowed, syntax_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from itgraph.indexes import Indexes
    from itgraph.indexes.lineage import LineageIndex
    from itgraph.indexes.names import NameIndex

__all__ = ["MARK", "EmbeddedStore", "content_hash", "holds_already", "require_replaceable"]

MARK = "itgraph-content"
"""The file in a folder that says that itgraph has made it, and of what: the hash of the file it was loaded from."""


class EmbeddedStore(Asking):
    """A graph in memory or in a folder that can be asked and not changed.

    Queries need not declare the prefixes of :data:`itgraph.terms.PREFIXES`.

    >>> from pyoxigraph import Literal, NamedNode
    >>> llama = NamedNode(terms.BASE + "model/llama")
    >>> store = EmbeddedStore([Quad(llama, NamedNode(terms.RDFS_LABEL), Literal("LLaMA"))])
    >>> store.select("SELECT ?name { itm:llama rdfs:label ?name }")[0].name
    'LLaMA'
    >>> store.ask("ASK { itm:llama itg:baseModel ?base }")
    False
    """

    def __init__(self, quads: Iterable[Quad] = (), *, location: str | None = None) -> None:
        """Hold quads; ``location`` is what errors call this store."""
        self.location = location
        self.indexes: Indexes | None = None
        self._store = pyoxigraph.Store()
        self._store.extend(quads)

    @classmethod
    def from_file(cls, path: Path) -> EmbeddedStore:
        """Load a file; its format is that of its extension, ``.gz`` or not.

        Raises:
            SourceError: there is no such file, or it is not what its name says.
        """
        store = cls(location=str(path))
        _fill(store._store, path)
        return store

    @classmethod
    def open(cls, folder: Path) -> EmbeddedStore:
        """Open a graph that :meth:`create` (or another program with the same engine) wrote into a folder.

        Several processes may have it open; none of them changes it. If indexes stand beside it, they are opened too.

        Raises:
            StoreUnavailableError: there is no such folder, or no graph in it.
            StoreError: its indexes are not of the graph as it is now.
        """
        store = cls(location=str(folder))
        try:
            store._store = pyoxigraph.Store.read_only(str(folder))
        except (OSError, RuntimeError) as error:  # the second, of a folder whose files are not whole
            message = "there is no graph in this folder; `itgraph load FOLDER` makes one"
            if (folder / MARK).exists():
                message = f"the graph in this folder cannot be opened ({error}); make it anew"
            raise StoreUnavailableError(message, location=folder) from error
        store.indexes = open_indexes(folder)
        return store

    @property
    def names(self) -> NameIndex | None:
        """The index of names beside the store, if there is one."""
        return self.indexes.names if self.indexes else None

    @property
    def lineage(self) -> LineageIndex | None:
        """The index of lineage beside the store, if there is one."""
        return self.indexes.lineage if self.indexes else None

    @classmethod
    def create(cls, folder: Path, source: Path) -> EmbeddedStore:
        """Write the graph of a file into a folder, whole or not at all, in place of the graph that was there.

        Who has the old graph open goes on with it.

        Raises:
            SourceError: the file is missing, or is not what its name says.
            StoreLockedError: another process has the folder open to write to it.
            StoreError: the folder holds something else than a graph, or cannot be written.
        """
        require_replaceable(folder)
        try:
            replace_folder(folder, lambda work: _write(work, source))
        except OSError as error:
            raise StoreError(f"it cannot be written: {error.strerror or error}", location=folder) from error
        return cls.open(folder)

    def query(self, sparql: str, *, source: str | None = None) -> Table | bool | list[Triple]:
        """Answer a query of any form; errors call it ``source``.

        A SELECT gives a table, an ASK a bool, a CONSTRUCT or DESCRIBE triples, sorted and without repetition.

        Raises:
            QuerySyntaxError: it is not SPARQL.
            QueryRefusedError: it uses SERVICE or is an update.
            StoreError: the engine failed.
        """
        require_allowed(sparql, source=source)
        try:
            with syntax_errors(sparql, source):
                return _read(self._store.query(sparql, prefixes=terms.PREFIXES))
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreError(f"the engine failed: {error}", location=self.location) from error

    def evaluate(
        self,
        sparql: str,
        *,
        base: str | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """Begin a query of any form, and return what the engine gives: rows yet to be worked out, and in which form.

        ``base`` is what relative IRIs are relative to. ``default_graphs`` are merged into the default graph, and
        ``named_graphs`` are what GRAPH finds; if one of the two is given, the other has nothing unless it is given
        too, and both go before FROM in the query (SPARQL 1.1 Protocol, 2.1.4).

        Raises:
            QuerySyntaxError, QueryRefusedError: as with :meth:`query`.
            ValueError: a graph's name is no IRI.
        """
        require_allowed(sparql)
        dataset: dict[str, Any] = {}
        if default_graphs is not None or named_graphs is not None:
            dataset = {
                "default_graph": [NamedNode(iri) for iri in default_graphs or ()],
                "named_graphs": [NamedNode(iri) for iri in named_graphs or ()],
            }
        try:
            # Without our prefixes first: to read them costs the engine as much as a small query.
            return self._store.query(sparql, base_iri=base, **dataset)
        except (RuntimeError, SyntaxError):  # the second is told of, if it is not the prefixes that were missing
            with syntax_errors(sparql):
                return self._store.query(sparql, base_iri=base, prefixes=terms.PREFIXES, **dataset)

    def quads(self) -> Iterator[Quad]:
        """Yield every quad, in no particular order."""
        return iter(self._store)

    def __len__(self) -> int:
        return len(self._store)

    def __repr__(self) -> str:
        return f"<EmbeddedStore of {len(self)} quads{f' from {self.location}' if self.location else ''}>"


def _read(answer: QuerySolutions | QueryBoolean | QueryTriples) -> Table | bool | list[Triple]:
    if isinstance(answer, QuerySolutions):
        columns = tuple(variable.value for variable in answer.variables)
        return Table(columns=columns, rows=tuple(tuple(solution) for solution in answer))
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    return sorted(set(answer), key=str)


def require_replaceable(folder: Path) -> None:
    """Check that a folder is absent, empty, or a graph that nobody is writing to.

    Raises:
        StoreLockedError: another process has it open to write to it.
        StoreError: it holds something else than what itgraph has written.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARK).is_file():
        message = "itgraph has not made this folder, and leaves it as it is; name a new one"
        raise StoreError(message, location=folder)
    try:
        pyoxigraph.Store(str(folder))
    except (OSError, RuntimeError) as error:
        # Of any other reason, its files are not whole: all the more reason to replace it.
        if "lock" in str(error).lower():
            message = "another process has it open; close that one first"
            raise StoreLockedError(message, location=folder) from error


def _fill(store: pyoxigraph.Store, path: Path) -> None:
    data, format = read_rdf(path)
    with rdf_errors(path, format):
        store.load(data, format=format)


def _write(folder: Path, source: Path) -> None:
    data, format = read_rdf(source)
    store = pyoxigraph.Store(str(folder))
    with rdf_errors(source, format):
        store.bulk_load(data, format=format)
    store.optimize()
    store.flush()
    (folder / MARK).write_text(f"{content_hash(source)}\n", encoding="ascii")


def holds_already(folder: Path, source: Path) -> bool:
    """Tell whether a folder has been made of a file with the same bytes."""
    mark = folder / MARK
    return mark.is_file() and mark.read_text(encoding="ascii", errors="replace").strip() == content_hash(source)
