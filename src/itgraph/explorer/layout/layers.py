"""Put the nodes of a component into layers: no edge leads back, and all edges together are as short as they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Edge = tuple[int, int]
"""A parent and a child, by their index."""


def find_components(size: int, edges: Sequence[Edge]) -> list[list[int]]:
    """Return the nodes of each weak component, by index; the component of the smallest index first.

    >>> find_components(4, [(2, 0)])
    [[0, 2], [1], [3]]
    """
    near = _neighbours(size, [*edges, *((child, parent) for parent, child in edges)])
    seen = [False] * size
    components = []
    for start in range(size):
        if seen[start]:
            continue
        seen[start] = True
        component = [start]
        for node in component:
            for other in near[node]:
                if not seen[other]:
                    seen[other] = True
                    component.append(other)
        components.append(sorted(component))
    return components


def find_backward(size: int, edges: Sequence[Edge]) -> frozenset[Edge]:
    """Return the edges that have to be turned round for no cycle to be left; of an acyclic graph none.

    They are those that lead a depth-first search back to a node it has not left yet. It starts at the nodes
    without parents, so that what is reached from them keeps its direction.

    >>> sorted(find_backward(3, [(0, 1), (1, 2), (2, 1)]))
    [(2, 1)]
    """
    children = _neighbours(size, edges)
    has_parent = [False] * size
    for _, child in edges:
        has_parent[child] = True
    backward = set()
    entered, left = [False] * size, [False] * size
    for start in sorted(range(size), key=has_parent.__getitem__):
        if entered[start]:
            continue
        entered[start] = True
        path = [(start, iter(children[start]))]
        while path:
            node, rest = path[-1]
            for child in rest:
                if not entered[child]:
                    entered[child] = True
                    path.append((child, iter(children[child])))
                    break
                if not left[child]:
                    backward.add((node, child))
            else:
                left[node] = True
                path.pop()
    return frozenset(backward)


def find_layers(size: int, edges: Sequence[Edge]) -> list[int]:
    """Return a layer for each node of an acyclic graph, such that the edges span as few layers as possible.

    Where several layerings are as short, it is the one with the smallest numbers. Every optimal layering has
    the same edges of length one: those that carry flow in the dual problem, whichever optimal flow was found.
    So the choice does not depend on the method, and the port in JavaScript, which has another, makes the same.

    >>> find_layers(4, [(0, 1), (1, 2), (3, 2)])
    [0, 1, 2, 1]
    """
    tight = _tight_edges(size, edges)
    layers = [0] * size
    order = _sorted_from_parents(size, edges)
    children = _neighbours(size, edges)
    tight_children = _neighbours(size, sorted(tight))
    moved = True
    while moved:
        moved = False
        for node in order:
            for child in children[node]:
                if layers[child] <= layers[node]:
                    layers[child] = layers[node] + 1
                    moved = True
        for node in reversed(order):
            for child in tight_children[node]:
                if layers[node] < layers[child] - 1:
                    layers[node] = layers[child] - 1
                    moved = True
    return layers


def _tight_edges(size: int, edges: Sequence[Edge]) -> set[Edge]:
    """Return the edges that are of length one in every shortest layering.

    The dual of "as short as possible" is a flow from parents to children that is as long as possible, each
    node consuming as much as it has more edges in than out; an edge that carries some of it is tight.
    """
    import networkx as nx

    core, tight = _split_trees(size, edges)
    if not core:
        return tight
    network: nx.DiGraph[int] = nx.DiGraph()
    for parent, child in core:
        network.add_edge(parent, child, weight=-1)
    for node in network:
        network.nodes[node]["demand"] = network.in_degree(node) - network.out_degree(node)
    _, flows = nx.network_simplex(network)
    tight.update((parent, child) for parent, child in core if flows[parent][child])
    return tight


def _split_trees(size: int, edges: Sequence[Edge]) -> tuple[list[Edge], set[Edge]]:
    """Return the edges that are left when trees have been cut off, and those that have been cut.

    An edge to a node that has no other is always of length one, and so is the next when that one is gone.
    Most of a lineage is such, and need not be searched for.
    """
    near: list[set[int]] = [set() for _ in range(size)]
    for parent, child in edges:
        near[parent].add(child)
        near[child].add(parent)
    ends = [node for node in range(size) if len(near[node]) == 1]
    for end in ends:
        if near[end]:
            other = near[end].pop()
            near[other].remove(end)
            if len(near[other]) == 1:
                ends.append(other)
    core = [(parent, child) for parent, child in edges if child in near[parent]]
    return core, set(edges).difference(core)


def _sorted_from_parents(size: int, edges: Sequence[Edge]) -> list[int]:
    """Return the nodes such that parents come before their children."""
    children = _neighbours(size, edges)
    waiting = [0] * size
    for _, child in edges:
        waiting[child] += 1
    order = [node for node in range(size) if not waiting[node]]
    for node in order:
        for child in children[node]:
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    return order


def _neighbours(size: int, edges: Sequence[Edge]) -> list[list[int]]:
    """Return for each node where its edges lead, in the order of the edges."""
    near: list[list[int]] = [[] for _ in range(size)]
    for start, end in edges:
        near[start].append(end)
    return near
