"""Follow lineage from a thing: as what was found, as a networkx graph, or as the things alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from pyoxigraph import NamedNode

from itgraph.lineage.edges import (
    Direction,
    Edge,
    check_start,
    edge_key,
    read_things,
    thing_key,
    walk,
    ways,
    with_evidence,
)
from itgraph.lineage.shown import draw_lineage, print_lineage
from itgraph.lineage.text import named
from itgraph.lookup import Thing
from itgraph.plurals import counted
from itgraph.results import make_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx
    import pandas as pd
    import polars as pl

    from itgraph.lineage.edges import Statement
    from itgraph.lineage.network import LineageGraph
    from itgraph.results import Table
    from itgraph.store import Store


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lineage:
    """What was found from a start: things by their IRIs, the nearest first, and the edges between them, sorted.

    ``depth`` counts steps from the start; ``explicit`` says that what only rules conclude was left out. ``more`` holds
    for each direction the things at which the depth ended the walk, each with the number of things one step further.
    ``str`` draws it as a tree; a notebook shows a picture.
    """

    start: str
    direction: Direction
    depth: int | None
    explicit: bool
    more: Mapping[Literal["up", "down"], Mapping[str, int]]
    things: Mapping[str, Thing]
    edges: tuple[Edge, ...]

    @classmethod
    def from_networkx(cls, graph: nx.MultiDiGraph[str]) -> Self:
        """Read what :func:`lineage` has returned; what else was written to its nodes and edges is left alone."""
        things = {iri: node_thing(graph, iri) for iri in graph}
        edges = (
            Edge(child=things[child], parent=things[parent], **{name: attributes[name] for name in _OF_EDGES})
            for child, parent, attributes in graph.edges(data=True)
        )
        asked = {name: graph.graph[name] for name in _OF_GRAPHS}
        return cls(**asked, things=things, edges=tuple(sorted(edges, key=edge_key)))

    def to_networkx(self) -> LineageGraph:
        """Return it as :func:`lineage` does."""
        from itgraph.lineage.network import LineageGraph

        graph = LineageGraph(**{name: getattr(self, name) for name in _OF_GRAPHS})
        for iri, thing in self.things.items():
            graph.add_node(iri, kind=thing.kind, label=thing.label)
        for edge in self.edges:
            graph.add_edge(
                edge.child.iri,
                edge.parent.iri,
                key=edge.relation,
                **{name: getattr(edge, name) for name in _OF_EDGES},
            )
        return graph

    def to_table(self) -> Table:
        """Return the edges as a table, a row each, with who says so.

        >>> import itgraph
        >>> (row,) = itgraph.load().lineage("Goat").to_table()
        >>> row.child_label, row.relation, row.parent_label, row.stated
        ('Goat', 'baseModel', 'LLaMA', True)
        >>> row.said_by.split("; ")[0]
        '2024-10-15 domain-models 9, lines 912-920'
        """
        return make_table(
            tuple(_COLUMNS),
            (
                (
                    NamedNode(edge.child.iri),
                    edge.child.label,
                    edge.child.kind,
                    edge.relation,
                    edge.manner or None,
                    NamedNode(edge.parent.iri),
                    edge.parent.label,
                    edge.parent.kind,
                    edge.stated,
                    _SEPARATOR.join(map(str, edge.rows)) or None,
                    _SEPARATOR.join(row.link for row in edge.rows if row.link) or None,
                    _SEPARATOR.join(rule.rsplit("/", 1)[-1] for rule in edge.rules) or None,
                )
                for edge in self.edges
            ),
            column_help=_COLUMNS,
        )

    def to_pandas(self) -> pd.DataFrame:
        """Return the edges, with who says so, as a data frame of pandas.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        return self.to_table().to_pandas()

    def to_polars(self) -> pl.DataFrame:
        """Return the edges, with who says so, as a data frame of polars.

        Raises:
            MissingExtraError: polars is not installed.
        """
        return self.to_table().to_polars()

    def __str__(self) -> str:
        from itgraph.lineage.drawings import format_tree

        return format_tree(self)

    def __repr__(self) -> str:
        start = named(self.things[self.start])
        things, edges = counted(len(self.things), "thing"), counted(len(self.edges), "edge")
        return f"<Lineage of {start}, {self.direction}: {things}, {edges}>"

    def _repr_svg_(self) -> str:
        return draw_lineage(self)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        print_lineage(self, printer)


_OF_GRAPHS = ("start", "direction", "depth", "explicit", "more")
_OF_EDGES = ("relation", "stated", "rows", "rules", "manner", "is_manner_stated")
"""What a graph of networkx and its edges carry of a lineage."""

_SEPARATOR = "; "
_COLUMNS = {
    "child": "what was made",
    "child_label": "its name",
    "child_kind": "its kind",
    "relation": "how it is related: baseModel, trainedOn, generatedBy or sourceDataset",
    "manner": "how a model is built on its base: adapter, finetune, merge or quantized",
    "parent": "what went into its making",
    "parent_label": "its name",
    "parent_kind": "its kind",
    "stated": "whether a source states it; if not, a rule concludes it",
    "said_by": "the rows and curated facts that state it",
    "sources": "where they can be read",
    "rules": "the rules that conclude it",
}


def read_lineage(
    store: Store,
    thing: Thing | str,
    direction: Direction = "up",
    depth: int | None = None,
    explicit: bool = False,
) -> Lineage:
    """Return what a thing (or its IRI) descends from (up), what descends from it (down), or both.

    A thing may descend from itself; so cycles are possible. ``depth`` counts steps from the thing; ``explicit``
    leaves out what only rules conclude, and whatever is reached only by that.

    Raises:
        UnknownNameError: the graph holds nothing of this IRI.
        ParameterError: the direction is none, or the depth is negative.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> found = read_lineage(graph.store, graph.get("Goat"))
    >>> [thing.label for thing in found.things.values()], [edge.relation for edge in found.edges]
    (['Goat', 'LLaMA'], ['baseModel'])
    """
    start = check_start(thing, direction, depth)
    statements: dict[Statement, tuple[str, ...] | None] = {}
    reached: dict[str, int] = {}
    more: dict[Literal["up", "down"], Mapping[str, int]] = {}
    for way in ways(direction):
        found = walk(store, start, way, depth=depth, explicit=explicit)
        statements.update(found.statements)
        reached.update({iri: steps for iri, steps in found.distances.items() if iri not in reached})
        more[way] = found.more
    things = read_things(store, start, statements)
    nearest_first = sorted(things.values(), key=lambda thing: (reached[thing.iri], thing_key(thing)))
    return Lineage(
        start=start,
        direction=direction,
        depth=depth,
        explicit=explicit,
        more=more,
        things={thing.iri: thing for thing in nearest_first},
        edges=with_evidence(store, statements, things),
    )


def lineage(
    store: Store,
    thing: Thing | str,
    direction: Direction = "up",
    depth: int | None = None,
    explicit: bool = False,
) -> LineageGraph:
    """Return what :func:`read_lineage` does, as a graph of networkx.

    Nodes are IRIs with ``kind`` and ``label``. Edges point from the child to the parent, have the relation as
    their key, and all else of an :class:`Edge` as attributes (``stated``, ``rows`` and so on). ``graph.graph`` holds
    what else a :class:`Lineage` does: ``start``, ``direction``, ``depth``, ``explicit`` and ``more``.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> found = lineage(graph.store, graph.get("Goat"))
    >>> [found.nodes[iri]["label"] for iri in found]
    ['Goat', 'LLaMA']
    >>> [(key, step["stated"]) for _, _, key, step in found.edges(keys=True, data=True)]
    [('baseModel', True)]
    >>> lineage(graph.store, graph.get("LLaMA")).number_of_edges()
    0
    """
    return read_lineage(store, thing, direction, depth, explicit).to_networkx()


def ancestors(store: Store, thing: Thing | str, depth: int | None = None, explicit: bool = False) -> tuple[Thing, ...]:
    """Return what a thing descends from, the nearest first.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> [f"{thing.label} ({thing.kind})" for thing in ancestors(graph.store, graph.get("Vicuna", "model"))]
    ['LLaMA (model)', 'ShareGPT (dataset)', 'Vicuna (dataset)', 'ChatGPT (model)', 'GPT-3.5 (model)']
    >>> ancestors(graph.store, graph.get("LLaMA"))
    ()
    """
    return _reached(store, thing, "up", depth, explicit)


def descendants(
    store: Store, thing: Thing | str, depth: int | None = None, explicit: bool = False
) -> tuple[Thing, ...]:
    """Return what descends from a thing, the nearest first.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> [thing.label for thing in descendants(graph.store, graph.get("Alpaca", "model"))]
    ['Radiology-GPT']
    >>> descendants(graph.store, graph.get("Radiology-GPT"))
    ()
    """
    return _reached(store, thing, "down", depth, explicit)


def _reached(
    store: Store, thing: Thing | str, direction: Literal["up", "down"], depth: int | None, explicit: bool
) -> tuple[Thing, ...]:
    start = check_start(thing, direction, depth)
    found = walk(store, start, direction, depth=depth, explicit=explicit)
    things = read_things(store, start, found.statements)
    others = (iri for iri, steps in found.distances.items() if steps)
    return tuple(things[iri] for iri in sorted(others, key=lambda iri: (found.distances[iri], thing_key(things[iri]))))


def roots(graph: nx.MultiDiGraph[str]) -> tuple[Thing, ...]:
    """Return the things of a lineage that descend from nothing; where a depth ended the walk, none is known.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> [thing.label for thing in roots(lineage(graph.store, graph.get("Radiology-GPT")))]
    ['code-davinci-002', 'GPT-3', 'InstructGPT', 'LLaMA']
    """
    cut = graph.graph["more"].get("up", {})
    found = [node_thing(graph, iri) for iri in graph if not graph.out_degree(iri) and iri not in cut]
    return tuple(sorted(found, key=thing_key))


def generations(graph: nx.MultiDiGraph[str], direction: Literal["up", "down"] = "up") -> tuple[tuple[Thing, ...], ...]:
    """Return the things of a lineage by their number of steps from its start, which is the first.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> found = lineage(graph.store, graph.get("Radiology-GPT"))
    >>> [[thing.label for thing in generation] for generation in generations(found)][:2]
    [['Radiology-GPT'], ['Alpaca']]
    >>> len(generations(found, "down"))
    1
    """
    found: list[tuple[Thing, ...]] = []
    seen = {graph.graph["start"]}
    level = [graph.graph["start"]]
    while level:
        found.append(tuple(sorted((node_thing(graph, iri) for iri in level), key=thing_key)))
        following = graph.successors if direction == "up" else graph.predecessors
        level = list(dict.fromkeys(other for iri in level for other in following(iri) if other not in seen))
        seen.update(level)
    return tuple(found)


def node_thing(graph: nx.MultiDiGraph[str], iri: str) -> Thing:
    """Return a node of a lineage as a thing."""
    node = graph.nodes[iri]
    return Thing(iri=iri, kind=node["kind"], label=node["label"])
