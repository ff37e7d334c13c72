"""Follow lineage from a thing: as what was found, as a networkx graph, or as the things alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

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
from itgraph.lookup import Thing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx as nx

    from itgraph.lineage.edges import Statement
    from itgraph.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What was found from a start: things by their IRIs, the nearest first, and the edges between them, sorted.

    ``depth`` counts steps from the start; ``explicit`` says that what only rules conclude was left out. ``more`` holds
    for each direction the things at which the depth ended the walk, each with the number of things one step further.
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
        """Read what :func:`lineage` has returned."""
        things = {iri: node_thing(graph, iri) for iri in graph}
        edges = (
            Edge(child=things[child], parent=things[parent], **attributes)
            for child, parent, attributes in graph.edges(data=True)
        )
        return cls(**graph.graph, things=things, edges=tuple(sorted(edges, key=edge_key)))

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return it as :func:`lineage` does."""
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(
            start=self.start, direction=self.direction, depth=self.depth, explicit=self.explicit, more=self.more
        )
        for iri, thing in self.things.items():
            graph.add_node(iri, kind=thing.kind, label=thing.label)
        for edge in self.edges:
            graph.add_edge(
                edge.child.iri,
                edge.parent.iri,
                key=edge.relation,
                relation=edge.relation,
                stated=edge.stated,
                rows=edge.rows,
                rules=edge.rules,
                manner=edge.manner,
                is_manner_stated=edge.is_manner_stated,
            )
        return graph


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
) -> nx.MultiDiGraph[str]:
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
