"""Orders: every node and dummy once, in its layer; crossings counted rightly, and few."""

from __future__ import annotations

import random
from itertools import combinations, pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itgraph.explorer.layout.layers import find_layers
from itgraph.explorer.layout.order import Order, Randoms, find_order

Edges = list[tuple[int, int]]


@st.composite
def descents(draw: st.DrawFn, size: int) -> tuple[list[int], Edges]:
    """Connected graphs with their layers."""
    count = draw(st.integers(1, size))
    edges = {(draw(st.integers(0, child - 1)), child) for child in range(1, count)}
    more = [(parent, child) for child in range(count) for parent in range(child)]
    if more:
        edges |= draw(st.sets(st.sampled_from(more), max_size=size))
    return find_layers(count, sorted(edges)), sorted(edges)


def segments(order: Order) -> list[tuple[int, int]]:
    return [pair for (start, end), dummies in order.dummies.items() for pair in pairwise([start, *dummies, end])]


def count_one_by_one(order: Order) -> int:
    place = {part: (index, at) for index, layer in enumerate(order.layers) for at, part in enumerate(layer)}
    return sum(
        place[start][0] == place[other_start][0]
        and (place[start] < place[other_start]) != (place[end] < place[other_end])
        for (start, end), (other_start, other_end) in combinations(segments(order), 2)
        if start != other_start and end != other_end
    )


def fewest_crossings(order: Order) -> int:
    """The same for the best of all orders."""
    return min(
        count_one_by_one(Order(layers=layers, dummies=order.dummies, crossings=0))
        for layers in product(*(permutations(layer) for layer in order.layers))
    )


@given(descents(11))
@settings(deadline=None, max_examples=60)
def test_every_node_and_dummy_stands_once_in_its_layer(descent: tuple[list[int], Edges]) -> None:
    layer_of, edges = descent
    order = find_order(layer_of, edges)
    parts = sorted(part for layer in order.layers for part in layer)
    assert parts == list(range(len(parts)))
    found = {part: index for index, layer in enumerate(order.layers) for part in layer}
    assert [found[node] for node in range(len(layer_of))] == layer_of
    assert list(order.dummies) == edges
    assert all(found[end] == found[start] + 1 for start, end in segments(order))


@given(descents(11))
@settings(deadline=None, max_examples=60)
def test_crossings_are_counted_rightly(descent: tuple[list[int], Edges]) -> None:
    order = find_order(*descent)
    assert order.crossings == count_one_by_one(order)


@pytest.mark.parametrize("seed", range(8))
def test_small_graphs_have_the_fewest_crossings(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    pairs = [*product(range(3), range(3, 7)), *product(range(3, 7), range(7, 9))]
    edges = sorted({(0, 3), (1, 3), (2, 3), (3, 7), (3, 8), (0, 4), (1, 5), (2, 6), *chance.sample(pairs, 8)})
    order = find_order([0] * 3 + [1] * 4 + [2] * 2, edges)
    assert order.crossings == fewest_crossings(order)


def test_twins_stand_beside_each_other() -> None:
    edges = [(parent, 3 + child) for child in range(12) for parent in ((0,), (0, 1), (1, 2))[child % 3]]
    order = find_order([0] * 3 + [1] * 12, sorted(edges))
    kinds = [(node - 3) % 3 for node in order.layers[1]]
    assert sum(one != other for one, other in pairwise(kinds)) == 2
    assert order.crossings == 12


def test_twins_stand_apart_where_their_long_edges_then_cross_less() -> None:
    edges = [(0, 1), (1, 2), (2, 3), *((0, twin) for twin in range(4, 8)), *((3, twin) for twin in range(4, 8))]
    order = find_order(find_layers(8, sorted(edges)), sorted(edges))
    assert order.layers[3].index(3) == 2
    assert order.crossings == 2


def test_the_long_edges_of_twins_stay_together() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 3), *((3, twin) for twin in range(5, 9)), (9, 3), (10, 3)]
    order = find_order([0, 1, 2, 3, 1, 4, 4, 4, 4, 0, 0], sorted(edges))
    assert order.crossings == 0
    place = {part: at for layer in order.layers for at, part in enumerate(layer)}
    steps = zip(order.dummies[9, 3], order.dummies[10, 3], strict=True)
    assert {place[other] - place[one] for one, other in steps} == {1}


def test_the_numbers_by_chance_are_always_the_same() -> None:
    randoms = Randoms()
    assert [randoms.below(1000) for _ in range(6)] == [236, 369, 504, 704, 50, 369]
    items = list(range(8))
    randoms.shuffle(items)
    assert sorted(items) == list(range(8)) != items
