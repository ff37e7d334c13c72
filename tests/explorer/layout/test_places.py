"""Places within a component: what pulls, what yields, and pixels."""

from __future__ import annotations

import pytest

from itgraph.explorer.layout.layers import find_layers
from itgraph.explorer.layout.order import find_order
from itgraph.explorer.layout.places import Box, Placed, Spacing, _make_springs, _round, place

SPACING = Spacing(column=20, row=10, component=0, aspect=1.6)


def placed(edges: list[tuple[int, int]], heights: list[int], widths: list[int] | None = None) -> Placed:
    layer_of = find_layers(len(heights), sorted(edges))
    sizes = zip(widths or [50] * len(heights), heights, strict=True)
    boxes = [Box(width=width, height=height) for width, height in sizes]
    return place(boxes, layer_of, find_order(layer_of, sorted(edges)), SPACING)


def test_boxes_of_a_column_begin_at_its_left_edge_and_the_next_column_after_the_widest() -> None:
    found = placed([(0, 2), (1, 2)], [20, 20, 20], [30, 90, 40])
    assert [x for x, _ in found.places] == [0, 0, 110]
    assert found.width == 150


def test_the_route_from_a_narrow_box_is_level_to_the_end_of_its_column() -> None:
    found = placed([(0, 2), (1, 2)], [20, 20, 20], [30, 90, 40])
    assert found.routes[0, 2] == ((30, 10), (90, 10), (110, 25), (110, 25))
    assert found.routes[1, 2] == ((90, 40), (90, 40), (110, 25), (110, 25))


def test_a_long_edge_crosses_the_column_between_beside_its_box() -> None:
    found = placed([(0, 1), (1, 2), (0, 2)], [20, 20, 20])
    knots = found.routes[0, 2]
    assert len(knots) == 6
    assert (knots[2][0], knots[3][0]) == (70, 120)
    assert knots[2][1] == knots[3][1]
    top = found.places[1][1]
    assert knots[2][1] in {top - 6, top + 26}


@pytest.mark.parametrize("heights", [[20, 20], [21, 21], [20, 21], [21, 20], [1, 60]])
def test_two_boxes_stand_at_one_height_also_when_theirs_are_odd(heights: list[int]) -> None:
    found = placed([(0, 1)], heights)
    assert len({y for _, y in found.routes[0, 1]}) == 1
    assert min(y for _, y in found.places) == 0
    assert found.height == max(heights)


def test_a_chain_beside_a_family_has_no_kinks() -> None:
    found = placed([(0, 1), (1, 2), (2, 3), *((0, child) for child in range(4, 9))], [20, 21, 24, 27, *[20] * 5])
    assert len({y for edge in ((1, 2), (2, 3)) for _, y in found.routes[edge]}) == 1


def test_children_stand_closely_around_their_parent() -> None:
    found = placed([(0, child) for child in range(1, 6)], [20] * 6)
    assert sorted(y for _, y in found.places[1:]) == [0, 30, 60, 90, 120]
    assert found.places[0][1] == 60


def test_two_families_stand_apart_each_about_its_parent_and_their_parent_between() -> None:
    edges = [(0, 3), (0, 4), (0, 5), (1, 6), (1, 7), (1, 8), (2, 0), (2, 1)]
    heights = [y for _, y in placed(edges, [20] * 9).places]
    assert abs(heights[0] - sorted(heights[3:6])[1]) < 10
    assert abs(heights[1] - sorted(heights[6:9])[1]) < 10
    assert heights[2] == (heights[0] + heights[1]) / 2


def test_rounding_never_brings_two_boxes_nearer_than_their_distance() -> None:
    order = find_order([0, 1, 1, 1], [(0, 1), (0, 2), (0, 3)])
    springs = _make_springs([Box(width=50, height=20)] * 4, order, row=10)
    # as inexact sums may have it: the second a hair too high, on the other side of a half
    assert _round(springs, [0.0, 0.5, 30.5 - 1e-9, 60.5 - 1e-9]) == [0, 1, 31, 61]
