"""A graph in memory, in the Oxigraph engine that comes with itgraph."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Triple

from itgraph import terms
from itgraph.errors import QueryError, SourceError, StoreError
from itgraph.results import Table
from itgraph.store.sparql import require_allowed, syntax_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

EXTENSIONS: dict[str, RdfFormat] = {
    ".trig": RdfFormat.TRIG,
    ".nq": RdfFormat.N_QUADS,
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
    ".xml": RdfFormat.RDF_XML,
}
"""The format of a file, by the end of its name; each may be followed by ``.gz``."""


class EmbeddedStore:
    """A graph in memory that can be asked and not changed.

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
        self._store = pyoxigraph.Store()
        self._store.extend(quads)

    @classmethod
    def from_file(cls, path: Path) -> EmbeddedStore:
        """Load a file; its format is that of its extension, ``.gz`` or not.

        Raises:
            SourceError: there is no such file, or it is not what its name says.
        """
        store = cls(location=str(path))
        _load(store._store, path)
        return store

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
        dataset: dict[str, list[NamedNode]] = {}
        if default_graphs is not None or named_graphs is not None:
            dataset = {
                "default_graph": [NamedNode(iri) for iri in default_graphs or ()],
                "named_graphs": [NamedNode(iri) for iri in named_graphs or ()],
            }
        with suppress(SyntaxError):
            # Without our prefixes first: to read them costs the engine as much as a small query.
            return self._store.query(sparql, **dataset)
        with syntax_errors(sparql):
            return self._store.query(sparql, base_iri=base, prefixes=terms.PREFIXES, **dataset)

    def select(self, sparql: str) -> Table:
        """Answer a SELECT query.

        Raises:
            QueryError: it is of another form, or as with :meth:`query`.
        """
        answer = self.query(sparql)
        if not isinstance(answer, Table):
            raise QueryError("this is not a SELECT query; use ask, construct or query")
        return answer

    def ask(self, sparql: str) -> bool:
        """Answer an ASK query.

        Raises:
            QueryError: it is of another form, or as with :meth:`query`.
        """
        answer = self.query(sparql)
        if not isinstance(answer, bool):
            raise QueryError("this is not an ASK query; use select, construct or query")
        return answer

    def construct(self, sparql: str) -> list[Triple]:
        """Answer a CONSTRUCT or DESCRIBE query: triples, sorted, without repetition.

        Raises:
            QueryError: it is of another form, or as with :meth:`query`.
        """
        answer = self.query(sparql)
        if not isinstance(answer, list):
            raise QueryError("this is not a CONSTRUCT or DESCRIBE query; use select, ask or query")
        return answer

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


def _load(store: pyoxigraph.Store, path: Path) -> None:
    zipped = path.suffix.lower() == ".gz"
    extension = (path.with_suffix("") if zipped else path).suffix.lower()
    if extension not in EXTENSIONS:
        known = ", ".join(EXTENSIONS)
        raise SourceError(
            f"the format cannot be told from the name; it should end in {known} or these with .gz", path=path
        )
    try:
        data = path.read_bytes()
        store.load(gzip.decompress(data) if zipped else data, format=EXTENSIONS[extension])
    except FileNotFoundError as error:
        raise SourceError("there is no such file; `itgraph build -o FILE` makes a graph", path=path) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"it cannot be unpacked: {error}", path=path) from error
    except OSError as error:
        raise SourceError(f"it cannot be read: {error.strerror or error}", path=path) from error
    except (SyntaxError, ValueError) as error:
        raise _not_rdf(error, path, extension) from error


def _not_rdf(error: SyntaxError | ValueError, path: Path, extension: str) -> SourceError:
    line = getattr(error, "lineno", None)
    column = getattr(error, "offset", None)
    said = str(getattr(error, "msg", None) or error)
    message = f"this is not {EXTENSIONS[extension].name}: {said.rpartition(': ')[2] if line else said}"
    if not line:
        return SourceError(message, path=path)
    # With the column in the place, as editors read it.
    mapped = SourceError(message, path=f"{path}:{line}" if column else path, line=column or line)
    mapped.path, mapped.line = str(path), line
    return mapped
