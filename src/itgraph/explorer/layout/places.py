"""Give the nodes of a component their places, and its edges their routes.

A layer is a column whose boxes all begin at its left edge. From top to bottom they stand in the order found
before; how far down is a matter of springs: each edge pulls its two ends to one height, those of dummies
strongest, so that long edges run straight, parents come to stand at the middle of their children, and children
around the middle of their parent.

Heights are doubles until the very end, and each sum is taken in an order that the port in JavaScript keeps: so both
round to the same pixels. (That is why nothing here says ``sum``, which is more exact than a loop from Python 3.12 on.)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from itgraph.explorer.layout.layers import Edge
    from itgraph.explorer.layout.order import Order

Point = tuple[int, int]
"""A place in pixels, from the left and from the top."""

_STRENGTHS = (1, 2, 8)
"""How strongly a segment pulls, by how many of its ends are dummies.

The later end of a segment pulls at a box twice as strongly as its earlier end does: that a parent stands at the middle
of its children matters more to the eye than that it is near its own parents.
"""

_SLACK = 0.0625
"""How strongly a node that nothing pulls stays where it is: hardly, but it must be somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What is to be placed: its size in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """What stays free, in pixels.

    ``column`` lies between the widest box of a layer and the next layer, ``row`` between two boxes of a layer (half of
    it beside the line of an edge), ``component`` between two components; ``aspect`` is the width divided by the height
    that components are packed to.
    """

    column: int
    row: int
    component: int
    aspect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A component with its left upper corner at (0, 0): the corners of its boxes, and the knots of its edges."""

    places: Sequence[Point]
    routes: Mapping[Edge, Sequence[Point]]
    width: int
    height: int


def place(boxes: Sequence[Box], layer_of: Sequence[int], order: Order, spacing: Spacing) -> Placed:
    """Return the places of the boxes of a component and the routes of its edges.

    The knots of a route begin at the middle of the parent's right side and end at the middle of the child's left side.
    There is an even number of them. From the first to the second, from the third to the fourth, and so on, a route is
    level, within a column: along the rest of the column beside a narrow parent, or across the whole column, where it
    keeps clear of every box. In between, from the second to the third and so on, it crosses the gap between two
    columns, and may be drawn as any curve that is level at both ends. The last level part has no length.

    >>> from itgraph.explorer.layout.order import find_order
    >>> spacing = Spacing(column=20, row=10, component=30, aspect=1.6)
    >>> placed = place([Box(width=50, height=20)] * 2, [0, 1], find_order([0, 1], [(0, 1)]), spacing)
    >>> placed.places, placed.routes
    (((0, 0), (70, 0)), {(0, 1): ((50, 10), (50, 10), (70, 10), (70, 10))})
    """
    springs = _make_springs(boxes, order, spacing.row)
    heights = _round(springs, _relax(springs))
    top = min(height - over for height, over in zip(heights, springs.over, strict=True))
    heights = [height - top for height in heights]
    lefts, rights = _columns(boxes, order.layers, spacing.column)
    routes = {}
    for (parent, child), dummies in order.dummies.items():
        layer = layer_of[parent]
        knots = [(lefts[layer] + boxes[parent].width, heights[parent])]
        for part in [*dummies, child]:
            knots.append((rights[layer], knots[-1][1]))
            layer += 1
            knots.append((lefts[layer], heights[part]))
        knots.append(knots[-1])
        routes[parent, child] = tuple(knots)
    return Placed(
        places=tuple((lefts[layer_of[node]], heights[node] - springs.over[node]) for node in range(len(boxes))),
        routes=routes,
        width=rights[-1],
        height=max(height + under for height, under in zip(heights, springs.under, strict=True)),
    )


def _columns(boxes: Sequence[Box], layers: Sequence[Sequence[int]], gap: int) -> tuple[list[int], list[int]]:
    """Return where each column begins and ends."""
    lefts, rights = [], []
    left = 0
    for layer in layers:
        lefts.append(left)
        rights.append(left + max(boxes[part].width for part in layer if part < len(boxes)))
        left = rights[-1] + gap
    return lefts, rights


# --- Heights ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Springs:
    """The parts (nodes and dummies) of a component, and how strongly each is drawn to parts in the columns beside.

    The height of a part is where its edges end. ``over`` and ``under`` say how far it extends from there.
    """

    layers: Sequence[Sequence[int]]
    chains: Sequence[Sequence[int]]
    boxes: int
    row: int
    over: list[int]
    under: list[int]
    before: list[list[tuple[int, int]]]
    after: list[list[tuple[int, int]]]

    def distance(self, upper: int, lower: int) -> int:
        """Return how far apart two parts are at least that follow each other in a column."""
        row = self.row if upper < self.boxes and lower < self.boxes else (self.row + 1) // 2
        return self.under[upper] + row + self.over[lower]


def _make_springs(boxes: Sequence[Box], order: Order, row: int) -> _Springs:
    count = 0
    for layer in order.layers:
        count += len(layer)
    dummies = count - len(boxes)
    springs = _Springs(
        layers=order.layers,
        chains=[chain for chain in order.dummies.values() if chain],
        boxes=len(boxes),
        row=row,
        over=[box.height // 2 for box in boxes] + [1] * dummies,
        under=[box.height - box.height // 2 for box in boxes] + [1] * dummies,
        before=[[] for _ in range(count)],
        after=[[] for _ in range(count)],
    )
    for (parent, child), chain in order.dummies.items():
        path = [parent, *chain, child]
        for one, other in pairwise(path):
            ends = (one >= len(boxes)) + (other >= len(boxes))
            springs.after[one].append((other, _STRENGTHS[ends] * (2 if one < len(boxes) else 1)))
            springs.before[other].append((one, _STRENGTHS[ends]))
    return springs


def _relax(springs: _Springs) -> list[float]:
    """Return the heights at which the springs have come to rest, nearly.

    First whole columns follow the one before them, there and back, which carries far; then each part takes the middle
    between all that pull it; and in the end what is left of the bends in long edges is taken out.
    """
    heights = [0.0] * len(springs.over)
    for layer in springs.layers:
        _settle(springs, layer, [0.0] * len(layer), [1.0] * len(layer), heights)
    for _ in range(4):
        for layer in springs.layers[1:]:
            _pull(springs, layer, (springs.before,), heights)
        for layer in springs.layers[-2::-1]:
            _pull(springs, layer, (springs.after,), heights)
    for _ in range(6):
        for layer in springs.layers:
            _pull(springs, layer, (springs.before, springs.after), heights)
        for layer in springs.layers[::-1]:
            _pull(springs, layer, (springs.before, springs.after), heights)
    _straighten(springs, heights)
    return heights


def _pull(
    springs: _Springs,
    layer: Sequence[int],
    sides: Sequence[Sequence[Sequence[tuple[int, int]]]],
    heights: list[float],
) -> None:
    """Move a column to where the sides pull it."""
    wanted, strengths = [], []
    for part in layer:
        total, strength = heights[part] * _SLACK, _SLACK
        for side in sides:
            for other, pull in side[part]:
                total += heights[other] * pull
                strength += pull
        wanted.append(total / strength)
        strengths.append(strength)
    _settle(springs, layer, wanted, strengths, heights)


def _settle(
    springs: _Springs,
    layer: Sequence[int],
    wanted: Sequence[float],
    strengths: Sequence[float],
    heights: list[float],
) -> None:
    """Put the parts of a column as near to where they want to be as their order and distances allow.

    "Near" is the sum of squares, weighted by strength; it is least when parts that want each other's place form a block
    around the mean of their wishes: the method of pooling adjacent violators.
    """
    offsets: list[int] = []
    blocks: list[tuple[float, float, int]] = []
    offset = 0
    for index, part in enumerate(layer):
        if index:
            offset += springs.distance(layer[index - 1], part)
        offsets.append(offset)
        strength = strengths[index]
        total, count = (wanted[index] - offset) * strength, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / strength:
            total_before, strength_before, count_before = blocks.pop()
            total += total_before
            strength += strength_before
            count += count_before
        blocks.append((total, strength, count))
    index = 0
    for total, strength, count in blocks:
        for _ in range(count):
            heights[layer[index]] = total / strength + offsets[index]
            index += 1


def _straighten(springs: _Springs, heights: list[float]) -> None:
    """Make long edges level, as far along as there is a height that is free in every column they pass.

    Then a box whose only parent has no other child takes its height, where it nearly had it: a chain has no kinks.
    """
    spots = {}
    for layer in springs.layers:
        for index, part in enumerate(layer):
            if part >= springs.boxes:
                spots[part] = layer, index
    for chain in springs.chains:
        run: list[int] = []
        low, high = -math.inf, math.inf
        for part in chain:
            layer, index = spots[part]
            lowest, highest = _bounds(springs, layer, index, heights)
            if run and max(low, lowest) > min(high, highest):
                _level(run, low, high, heights)
                run, low, high = [], -math.inf, math.inf
            run.append(part)
            low, high = max(low, lowest), min(high, highest)
        _level(run, low, high, heights)
    for layer in springs.layers:
        for index, part in enumerate(layer):
            if part >= springs.boxes or len(springs.before[part]) != 1:
                continue
            other = springs.before[part][0][0]
            if len(springs.after[other]) == 1 and abs(heights[other] - heights[part]) <= springs.row:
                low, high = _bounds(springs, layer, index, heights)
                heights[part] = min(max(heights[other], low), high)


def _bounds(springs: _Springs, layer: Sequence[int], index: int, heights: Sequence[float]) -> tuple[float, float]:
    """Return between which heights a part may stand without another having to move."""
    low, high = -math.inf, math.inf
    if index:
        low = heights[layer[index - 1]] + springs.distance(layer[index - 1], layer[index])
    if index + 1 < len(layer):
        high = heights[layer[index + 1]] - springs.distance(layer[index], layer[index + 1])
    return low, high


def _level(run: Sequence[int], low: float, high: float, heights: list[float]) -> None:
    """Put a run of dummies at one height: the mean of theirs, or the free one next to it."""
    total = 0.0
    for part in run:
        total += heights[part]
    level = min(max(total / len(run), low), high)
    for part in run:
        heights[part] = level


def _round(springs: _Springs, heights: Sequence[float]) -> list[int]:
    """Return heights in whole pixels; distances are whole, so rounding hardly ever brings two parts too near."""
    rounded = [0] * len(heights)
    for layer in springs.layers:
        for index, part in enumerate(layer):
            rounded[part] = math.floor(heights[part] + 0.5)
            if index:
                upper = layer[index - 1]
                rounded[part] = max(rounded[part], rounded[upper] + springs.distance(upper, part))
    return rounded
