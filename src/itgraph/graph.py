"""The graph as one object: what ``import itgraph`` gives to Python and what the command line is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyoxigraph import Quad, Triple

from itgraph.errors import ParameterError
from itgraph.lookup import KINDS, Thing, find_things, get_thing
from itgraph.results import Table, make_table
from itgraph.store import Store, find_lineage_index, open_store

if TYPE_CHECKING:
    import networkx
    import rdflib

    from itgraph.description import Description
    from itgraph.explorer import Lens, Steps, View
    from itgraph.lineage.network import LineageGraph
    from itgraph.lineage.paths import Connection
    from itgraph.queries import Query


_MOST_TOLD = 50
"""How many things by each relation are told of what builds on a thing."""

_MOST_COUNTED = 1_000_000
"""How many quads a graph may have whose things a notebook counts."""


class Graph:
    """A built graph, ready to be asked.

    >>> graph = load()
    >>> [thing.kind for thing in graph.find("Alpaca")]
    ['model', 'dataset']
    >>> graph.find("Alpacca")
    []
    """

    __slots__ = ("store",)

    def __init__(self, store: Store) -> None:
        self.store = store

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def __repr__(self) -> str:
        return f"<itgraph.Graph of {len(self):,} quads>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: how much there is, and what to ask first."""
        return (
            f"<p>A graph of {len(self):,} quads.</p>{self._count_things()}"
            '<p>Ask it: <code>graph.find("Alpaca")</code>, <code>graph.describe("LLaMA")</code>,'
            ' <code>graph.lineage("Radiology-GPT")</code>, <code>graph.queries()</code></p>'
        )

    def _count_things(self) -> str:
        """Count the things by kind, as HTML; nothing, where that would take long."""
        if len(self) > _MOST_COUNTED:
            return ""
        classes = " ".join(f"<{class_}>" for class_ in KINDS.values())
        found = self.store.select(
            "SELECT ?class (COUNT(DISTINCT ?thing) AS ?things)"
            f" WHERE {{ VALUES ?class {{ {classes} }} ?thing a ?class }} GROUP BY ?class"
        )
        counts = {row["class"]: row["things"] for row in found}
        kinds = [(kind, counts[class_]) for kind, class_ in KINDS.items() if class_ in counts]
        return make_table(("kind", "things"), kinds)._repr_html_()

    def quads(self) -> Iterator[Quad]:
        """Iterate over the quads, as pyoxigraph terms."""
        return self.store.quads()

    # -- questions ---------------------------------------------------------------------------------------------------

    def queries(self) -> tuple[Query, ...]:
        """Return the saved queries, by name."""
        from itgraph.queries import load_queries

        return load_queries()

    def query(self, question: str, **parameters: str | list[str]) -> Table:
        """Answer a saved query by its name, or a SPARQL SELECT given as text.

        Parameters are those that the saved query declares; a value is a name, a CURIE, an IRI or a literal, and a list
        of these asks for several at once.

        Raises:
            UnknownQueryError: no saved query has this name.
            ParameterError: a parameter is not one of the query's, or its value does not fit.
            UnknownNameError, AmbiguousNameError: a value names nothing, or more than one thing.
            QueryError: the text is not a SPARQL SELECT; use :meth:`ask` or :meth:`construct` for other forms.

        >>> table = load().query("ancestors-of-model", model="Radiology-GPT")
        >>> table.columns[0]
        'ancestor'
        """
        if "{" not in question:
            from itgraph.queries import get_query, run

            return run(get_query(question), self.store, parameters)
        if parameters:
            raise ParameterError("goes with a saved query; write it into the SPARQL", parameter=min(parameters))
        return self.store.select(question)

    def ask(self, sparql: str) -> bool:
        """Answer a SPARQL ASK."""
        return self.store.ask(sparql)

    def construct(self, sparql: str) -> list[Triple]:
        """Answer a SPARQL CONSTRUCT or DESCRIBE."""
        return self.store.construct(sparql)

    # -- things ------------------------------------------------------------------------------------------------------

    def find(self, name: str, kind: str | None = None) -> list[Thing]:
        """Return the things of a name, by kind and label: an empty list where there is none.

        ``name`` may be a label, another spelling, a CURIE (``itm:llama``) or an IRI; ``kind`` is one of model, dataset,
        benchmark, technique, paper, person and organization.
        """
        return list(find_things(self.store, name, kind))

    def get(self, name: str | Thing, kind: str | None = None) -> Thing:
        """Return the one thing of a name; a thing is returned as it is.

        Raises:
            UnknownNameError: there is none; the error suggests the nearest names.
            AmbiguousNameError: there are several; the error lists them.
        """
        return name if isinstance(name, Thing) else get_thing(self.store, name, kind)

    def describe(self, name: str | Thing, kind: str | None = None) -> Description:
        """Return everything that is known of a thing, each fact with its sources.

        Of what builds on a thing of a hub that very much builds on, it is the part that most was made from in turn.
        """
        from itgraph.description import describe

        thing = self.get(name, kind)
        if find_lineage_index(self.store) is not None:
            from itgraph.explorer.below import read_below

            if below := read_below(self.store, thing.iri, _MOST_TOLD):
                more = below.total - len(below.facts)
                return describe(self.store, thing, incoming=below.facts, more=more)
        return describe(self.store, thing)

    def lineage(
        self,
        name: str | Thing,
        direction: Literal["up", "down", "both"] = "up",
        *,
        kind: str | None = None,
        depth: int | None = None,
        explicit: bool = False,
    ) -> LineageGraph:
        """Return what a thing descends from ("up"), what descends from it ("down"), or both.

        It is a graph of networkx (a ``MultiDiGraph``) that a notebook shows as a picture. Nodes are IRIs with the
        attributes ``kind`` and ``label``; edges point from a thing to what went into its making, keyed by relation.
        ``explicit`` leaves out what only rules conclude; ``depth`` counts steps. Its ``to_pandas`` and ``to_polars``
        give the edges as a data frame, with who says so.
        """
        from itgraph.lineage import lineage

        return lineage(self.store, self.get(name, kind), direction, depth=depth, explicit=explicit)

    def path(self, a: str | Thing, b: str | Thing) -> Connection:
        """Return how two things are related: one descends from the other, or both from a third, or neither.

        Raises:
            UnknownNameError, AmbiguousNameError: a name names nothing, or more than one thing.

        >>> load().path("Radiology-GPT", "LLaMA")
        <Connection of Radiology-GPT (model) and LLaMA (model): descent>
        """
        from itgraph.lineage import find_path

        return find_path(self.store, self.get(a), self.get(b))

    def explore(
        self,
        path: str | Path = "lineage.html",
        focus: str | Thing | None = None,
        *,
        view: View = "focus",
        up: Steps = None,
        down: Steps = None,
        lens: Lens | None = None,
    ) -> Path:
        """Write the lineage explorer, one HTML page that works offline, and return where it is.

        A path that ends in .svg, .csv or .json gets the view alone. ``focus`` is where it opens; ``up`` and ``down``
        count the steps that are drawn from there, or are "all"; if not given, it is all the way up and one down.
        ``lens`` is what boxes are coloured by ("access"), if not by their kind.

        Raises:
            UnknownNameError, AmbiguousNameError: the focus names nothing, or more than one thing.
            ExportError: there is nothing to show, it is too much, or the file cannot be written.
        """
        from itgraph.explorer import Wanted, explore, format_of, write_view

        thing = None if focus is None else self.get(focus)
        wanted = Wanted(view=view, focus=thing, up=up, down=down, lens=lens)
        write_view(explore(self.store, wanted, format=format_of(path)), path)
        return Path(path)

    # -- other representations ---------------------------------------------------------------------------------------

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Return the current view as a network: things with what is known of them, and the relations between them.

        It is what an export to GraphML or GEXF writes. Nodes are IRIs with ``kind``, ``label`` and more; edges have
        ``relation``, ``label``, ``stated`` (``False`` where only a rule concludes it) and ``sources`` (addresses). All
        of the graph is read into memory.
        """
        from itgraph.export.networks import make_network

        return make_network(self.quads())

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the graph as an rdflib dataset, named graphs and prefixes included."""
        from itgraph.bridge import to_rdflib

        return to_rdflib(self.quads())


def load(path: str | Path | None = None) -> Graph:
    """Open a graph: the one that is shipped, or a file (TriG, N-Quads, Turtle, N-Triples, JSON-LD or RDF/XML).

    Raises:
        SourceError: the file is missing or cannot be read.
        StoreError: the store failed.

    >>> len(load()) > 20_000
    True
    """
    return Graph(open_store(path))
