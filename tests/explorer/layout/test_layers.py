"""Layers: no cycle is left, edges are as short as they can be, and of the shortest layerings it is the least."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.explorer.layout.cases import layered_edges, lineage_edges

from itgraph.explorer.layout.layers import find_backward, find_components, find_layers

Edges = list[tuple[int, int]]


@st.composite
def acyclic_graphs(draw: st.DrawFn, size: int) -> tuple[int, Edges]:
    count = draw(st.integers(1, size))
    number = draw(st.permutations(range(count)))
    pairs = [(number[one], number[other]) for other in range(count) for one in range(other)]
    return count, sorted(draw(st.sets(st.sampled_from(pairs)))) if pairs else []


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges]:
    count = draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    return count, sorted(draw(st.sets(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]))))


def span(layers: list[int] | tuple[int, ...], edges: Edges) -> int:
    return sum(layers[child] - layers[parent] for parent, child in edges)


def least_span(edges: Edges) -> int:
    """The same by the dual problem, of the whole graph."""
    network: nx.DiGraph[int] = nx.DiGraph()
    network.add_edges_from(edges, weight=-1)
    for node in network:
        network.nodes[node]["demand"] = network.in_degree(node) - network.out_degree(node)
    cost, _ = nx.network_simplex(network)
    return -int(cost)


@given(acyclic_graphs(5))
@settings(deadline=None)
def test_layers_are_the_least_of_the_shortest(graph: tuple[int, Edges]) -> None:
    count, edges = graph
    fitting = [
        layers
        for layers in product(range(count), repeat=count)
        if all(layers[parent] < layers[child] for parent, child in edges)
    ]
    shortest = min(span(layers, edges) for layers in fitting)
    least = [min(places) for places in zip(*(one for one in fitting if span(one, edges) == shortest), strict=True)]
    assert find_layers(count, edges) == least


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("make_edges", [lineage_edges, layered_edges])
def test_large_graphs_are_as_short_as_the_dual_problem_says(
    make_edges: Callable[[int, float, int], Edges], seed: int
) -> None:
    edges = make_edges(250, 1.5, seed)
    layers = find_layers(250, edges)
    assert all(layers[parent] < layers[child] for parent, child in edges)
    assert span(layers, edges) == least_span(edges)


@given(graphs())
def test_turning_what_leads_backward_leaves_no_cycle(graph: tuple[int, Edges]) -> None:
    count, edges = graph
    backward = find_backward(count, edges)
    assert backward <= set(edges)
    turned = [(child, parent) if (parent, child) in backward else (parent, child) for parent, child in edges]
    assert nx.is_directed_acyclic_graph(nx.DiGraph(turned))
    if nx.is_directed_acyclic_graph(nx.DiGraph(edges)):
        assert not backward


@given(graphs())
def test_components_are_the_weak_ones(graph: tuple[int, Edges]) -> None:
    count, edges = graph
    network: nx.DiGraph[int] = nx.DiGraph(edges)
    network.add_nodes_from(range(count))
    assert find_components(count, edges) == sorted(map(sorted, nx.weakly_connected_components(network)))


def test_a_long_way_needs_no_recursion() -> None:
    chain = [(node, node + 1) for node in range(4999)]
    assert find_backward(5000, chain) == frozenset()
    assert find_backward(5000, [*chain, (4999, 0)]) == {(4999, 0)}
    assert find_layers(5000, chain) == list(range(5000))
