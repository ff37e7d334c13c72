"""Lay out a graph: each of its components by itself, then all of them packed into one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.explorer.layout.layers import find_backward, find_components, find_layers
from itgraph.explorer.layout.order import find_order
from itgraph.explorer.layout.places import Box, Point, Spacing, place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from itgraph.explorer.layout.layers import Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything is.

    Attributes:
        places: the left upper corner of each box.
        layers: the layer of each box, within its component; from left to right, beginning at 0.
        routes: the knots of each edge, as :func:`itgraph.explorer.layout.places.place` describes them; for a backward
            edge in reverse, from the left side of the parent to the right side of the child. Empty for an edge from a
            box to itself.
        backward: indexes of the edges that lead from right to left, because they close a cycle.
        crossings: how many pairs of edges cross, and how often. Edges between the same two boxes count as one.
        width: of the whole.
        height: of the whole.
    """

    places: tuple[Point, ...]
    layers: tuple[int, ...]
    routes: tuple[tuple[Point, ...], ...]
    backward: frozenset[int]
    crossings: int
    width: int
    height: int


def lay_out(boxes: Sequence[Box], edges: Sequence[tuple[int, int]], spacing: Spacing) -> Layout:
    """Return a layered drawing: parents to the left of their children, few crossings, short edges.

    The same input gives the same drawing, to the pixel, here and in ``page/layout.js``.

    Args:
        boxes: what is to be placed.
        edges: parent and child, as indexes of boxes. Cycles, repetitions and edges from a box to itself are accepted.
        spacing: what stays free.

    >>> spacing = Spacing(column=20, row=10, component=30, aspect=1.6)
    >>> layout = lay_out([Box(width=50, height=20)] * 3, [(0, 1), (0, 2)], spacing)
    >>> layout.places, layout.layers, layout.crossings
    (((0, 15), (70, 0), (70, 30)), (0, 1, 1), 0)
    """
    pairs = sorted({(parent, child) for parent, child in edges if parent != child})
    turned = find_backward(len(boxes), pairs)
    forward = sorted({(child, parent) if (parent, child) in turned else (parent, child) for parent, child in pairs})
    components = find_components(len(boxes), forward)
    layers = [0] * len(boxes)
    placed = []
    crossings = 0
    for component, inner in zip(components, _inner_edges(len(boxes), components, forward), strict=True):
        layer_of = find_layers(len(component), inner)
        order = find_order(layer_of, inner)
        crossings += order.crossings
        placed.append(place([boxes[node] for node in component], layer_of, order, spacing))
        for node, layer in zip(component, layer_of, strict=True):
            layers[node] = layer
    corners, width, height = pack([(part.width, part.height) for part in placed], spacing)
    places: list[Point] = [(0, 0)] * len(boxes)
    routes: dict[Edge, tuple[Point, ...]] = {}
    for component, part, corner in zip(components, placed, corners, strict=True):
        for node, point in zip(component, _shift(part.places, corner), strict=True):
            places[node] = point
        for (parent, child), knots in part.routes.items():
            routes[component[parent], component[child]] = _shift(knots, corner)
    return Layout(
        places=tuple(places),
        layers=tuple(layers),
        routes=tuple(_route(edge, turned, routes) for edge in edges),
        backward=frozenset(index for index, edge in enumerate(edges) if edge in turned),
        crossings=crossings,
        width=width,
        height=height,
    )


def _inner_edges(size: int, components: Sequence[Sequence[int]], edges: Sequence[Edge]) -> list[list[Edge]]:
    """Return the edges of each component, its nodes numbered from 0."""
    component_of, number = [0] * size, [0] * size
    for index, component in enumerate(components):
        for inner, node in enumerate(component):
            component_of[node], number[node] = index, inner
    edges_of: list[list[Edge]] = [[] for _ in components]
    for parent, child in edges:
        edges_of[component_of[parent]].append((number[parent], number[child]))
    return edges_of


def _shift(points: Sequence[Point], corner: Point) -> tuple[Point, ...]:
    return tuple((x + corner[0], y + corner[1]) for x, y in points)


def _route(edge: Edge, turned: frozenset[Edge], routes: Mapping[Edge, tuple[Point, ...]]) -> tuple[Point, ...]:
    parent, child = edge
    if parent == child:
        return ()
    return routes[child, parent][::-1] if edge in turned else routes[parent, child]


# --- Packing ------------------------------------------------------------------------------------------------


def pack(sizes: Sequence[tuple[int, int]], spacing: Spacing) -> tuple[list[Point], int, int]:
    """Return a corner for each size, such that all fit into a small picture of the wanted aspect; and its size.

    The largest comes first. The others are stacked beside it, or under it, in shelves: columns of a greatest height,
    or rows of a greatest width. Several limits are tried, and the one is kept that lets the picture be shown largest.

    >>> pack([(10, 10), (80, 50), (10, 10)], Spacing(column=0, row=0, component=5, aspect=1.6))
    ([(85, 0), (0, 0), (85, 15)], 95, 50)
    """
    if not sizes:
        return [], 0, 0
    ranking = sorted(range(len(sizes)), key=lambda index: (-sizes[index][1], -sizes[index][0], index))
    gap = spacing.component
    upright = [(height, width) for width, height in sizes]
    area = 0
    for width, height in sizes:
        area += (width + gap) * (height + gap)
    ideal = math.sqrt(area / spacing.aspect)
    tallest = max(height for _, height in sizes)
    widest = max(width for width, _ in sizes)
    best: tuple[float, list[Point], int, int] | None = None
    for tenth in (0, 6, 8, 9, 10, 11, 12, 14, 17, 20):
        in_columns = _fill_shelves(upright, ranking, max(tallest, math.floor(ideal * tenth / 10)), gap)
        limit = max(widest, math.floor(ideal * spacing.aspect * tenth / 10))
        in_rows = _fill_shelves(sizes, ranking, limit, gap)
        for corners in ([(x, y) for y, x in in_columns], in_rows):
            width = max(x + size[0] for (x, _), size in zip(corners, sizes, strict=True))
            height = max(y + size[1] for (_, y), size in zip(corners, sizes, strict=True))
            needed = max(float(width), height * spacing.aspect)
            if best is None or needed < best[0]:
                best = needed, corners, width, height
    assert best is not None
    return best[1:]


def _fill_shelves(sizes: Sequence[tuple[int, int]], ranking: Sequence[int], limit: int, gap: int) -> list[Point]:
    """Put sizes into rows, each into the first with room for it, and return their corners.

    A row is as high as the highest in it, and no wider than the limit. For columns, give and take pairs the other way
    round.
    """
    least = min(width for width, _ in sizes)
    lengths: list[int] = []
    depths: list[int] = []
    row_of = [0] * len(sizes)
    along = [0] * len(sizes)
    open_rows: list[int] = []
    for index in ranking:
        width, height = sizes[index]
        row = next((row for row in open_rows if lengths[row] + width <= limit), None)
        if row is None:
            row = len(lengths)
            lengths.append(0)
            depths.append(0)
            open_rows.append(row)
        row_of[index], along[index] = row, lengths[row]
        lengths[row] += width + gap
        depths[row] = max(depths[row], height)
        if lengths[row] + least > limit:
            open_rows.remove(row)
    starts = [0]
    for depth in depths:
        starts.append(starts[-1] + depth + gap)
    return [(along[index], starts[row_of[index]]) for index in range(len(sizes))]
