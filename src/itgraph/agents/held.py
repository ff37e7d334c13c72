"""What the tools ask: an open graph, and what is read of it once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.agents.answers import SourceTold, ThingTold
from itgraph.graph import Graph
from itgraph.lineage.edges import Source, newest_first, read_sources
from itgraph.queries import load_queries
from itgraph.server.pages.search import read_names
from itgraph.store import iter_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from itgraph.lookup import Thing
    from itgraph.queries import Query
    from itgraph.server.pages.search import Name
    from itgraph.store import Store

_SAYING = " ".join(f"<{iri}>" for iri in (terms.ROW, terms.CURATED_FACT))


@dataclass(frozen=True, kw_only=True)
class Held:
    """An open graph."""

    store: Store

    @cached_property
    def graph(self) -> Graph:
        """The graph as the command line asks it."""
        return Graph(self.store)

    @cached_property
    def queries(self) -> tuple[Query, ...]:
        """The saved queries, by name."""
        return load_queries()

    @cached_property
    def names(self) -> tuple[Name, ...] | None:
        """Every name of every thing; ``None`` of a graph with too many to be kept, whose store is asked each time."""
        return read_names(self.store)


def tell_thing(thing: Thing) -> ThingTold:
    """Return a thing as data."""
    return {"iri": thing.iri, "curie": thing.curie, "kind": thing.kind, "label": thing.label}


def tell_source(source: Source) -> SourceTold:
    """Return a source as data."""
    return {"said": str(source), "link": source.link or source.iri}


def tell_rules(rules: Iterable[str]) -> list[str]:
    """Return rules by their names."""
    return [rule.rsplit("/", 1)[-1] for rule in rules]


def read_about(store: Store, iris: Sequence[str], most: int = 2) -> dict[str, list[SourceTold]]:
    """Read where things are told of: rows of the newest snapshot first, then curated facts; or cards of a hub.

    Of each thing there are ``most`` at most; of what nothing tells of (a licence, a rule), there is no entry.

    >>> import itgraph
    >>> found = read_about(itgraph.load().store, [terms.BASE + "model/goat", terms.BASE + "model/nope"], most=1)
    >>> [source["said"] for sources in found.values() for source in sources]  # doctest: +ELLIPSIS
    ['2024-10-15 ..., lines ...']
    """
    graphs: defaultdict[str, set[str]] = defaultdict(set)
    for nodes in iter_values("?thing", iris):
        for thing, graph in _pairs(
            store,
            f"SELECT DISTINCT ?thing ?graph WHERE {{ {nodes} VALUES ?class {{ {_SAYING} }} "
            f"?graph <{terms.ABOUT}> ?thing ; a ?class }}",
        ):
            graphs[thing].add(graph)
    # A card of a hub does not say what it is about: its graph holds it.
    for nodes in iter_values("?thing", [iri for iri in iris if iri not in graphs]):
        for thing, graph in _pairs(
            store,
            f"SELECT DISTINCT ?thing ?graph WHERE {{ {nodes} GRAPH ?graph {{ ?thing ?p ?o }} "
            f"?graph a <{terms.REVISION}> }}",
        ):
            graphs[thing].add(graph)
    sources = read_sources(store, sorted({graph for found in graphs.values() for graph in found}))
    return {
        iri: [tell_source(source) for source in sorted((sources[g] for g in graphs[iri]), key=newest_first)[:most]]
        for iri in dict.fromkeys(iris)
        if iri in graphs
    }


def _pairs(store: Store, sparql: str) -> list[tuple[str, str]]:
    return [
        (first.value, second.value)
        for first, second in store.select(sparql).rows
        if isinstance(first, NamedNode) and isinstance(second, NamedNode)
    ]
