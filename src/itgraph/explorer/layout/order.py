"""Order the nodes of each layer, so that few edges cross.

A search that starts many times from another order and keeps the best, after Sugiyama: nodes move to the
barycentre of their neighbours, layer by layer, there and back; then each moves alone to where it saves most
crossings (it is *sifted*), and after a shake again. Finding the fewest is NP-hard; this finds fewer than Graphviz
does in most lineages.

Two simplifications make it fast. An edge that spans several layers is cut into segments by a *dummy* in each
layer that it passes, so that only neighbouring layers need to be compared. And *twins*, nodes with the same
parents and the same children (the models that were tuned from LLaMA alone), are one *unit* to the search: some
order with the fewest crossings has them beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from itgraph.explorer.layout.layers import Edge

_WINDOW = 30
"""How far a node may move in its layer at once; further than it has to, in layers that fit on a screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The nodes and dummies of each layer, from the top; and what of each edge lies between its ends.

    A dummy has a number after those of the nodes. ``crossings`` counts pairs of segments that cross.
    """

    layers: Sequence[Sequence[int]]
    dummies: Mapping[Edge, Sequence[int]]
    crossings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Web:
    """Units and bundles of dummies, each with its neighbours in the layer before (above) and after (below).

    A neighbour comes with the number of segments that lead to it.
    """

    layer_of: list[int]
    above: list[list[tuple[int, int]]]
    below: list[list[tuple[int, int]]]

    @property
    def segments(self) -> int:
        return sum(len(near) for near in self.below)


def find_order(layer_of: Sequence[int], edges: Sequence[Edge]) -> Order:
    """Return a good order for the layers of a connected graph.

    Args:
        layer_of: the layer of each node.
        edges: parents and children, each pair once; a child is in a later layer than its parent.

    >>> order = find_order([0, 0, 1, 1, 1], [(0, 3), (0, 4), (1, 2), (1, 4)])
    >>> order.layers, order.crossings
    ([[0, 1], [3, 4, 2]], 0)
    """
    twins = _find_twins(layer_of, edges)
    web, bundles = _make_web(layer_of, edges, twins)
    units = _search(web)
    dummies = _number_dummies(layer_of, edges)
    parts: dict[int, list[int]] = dict(enumerate(twins))
    for (parent, child), bundle in bundles.items():
        pairs = [(one, other) for one in twins[parent] for other in twins[child]]
        for step, unit in enumerate(bundle):
            parts[unit] = [dummies[pair][step] for pair in pairs]
    layers = [[part for unit in layer for part in parts[unit]] for layer in units]
    return Order(layers=layers, dummies=dummies, crossings=_count_parts(layers, edges, dummies))


def _find_twins(layer_of: Sequence[int], edges: Sequence[Edge]) -> list[list[int]]:
    """Return the nodes in groups of the same parents and children; most have no twin.

    Those with several parents (or children), of which one is some layers away, count as having none: they may have
    to stand apart, where the long edges pass on both sides of something.
    """
    parents: list[list[int]] = [[] for _ in layer_of]
    children: list[list[int]] = [[] for _ in layer_of]
    for parent, child in edges:
        parents[child].append(parent)
        children[parent].append(child)
    groups: dict[tuple[int, tuple[int, ...], tuple[int, ...]], list[int]] = {}
    for node, layer in enumerate(layer_of):
        apart = any(
            len(near) > 1 and any(abs(layer_of[other] - layer) > 1 for other in near)
            for near in (parents[node], children[node])
        )
        key = (node if apart else -1, tuple(parents[node]), tuple(children[node]))
        groups.setdefault(key, []).append(node)
    return list(groups.values())


def _make_web(
    layer_of: Sequence[int], edges: Sequence[Edge], twins: Sequence[Sequence[int]]
) -> tuple[_Web, dict[Edge, list[int]]]:
    """Return the web of units, and the bundles of dummies on each edge between two units."""
    unit_of = {node: unit for unit, group in enumerate(twins) for node in group}
    web = _Web(
        layer_of=[layer_of[group[0]] for group in twins],
        above=[[] for _ in twins],
        below=[[] for _ in twins],
    )
    bundles: dict[Edge, list[int]] = {}
    for parent, child in edges:
        pair = unit_of[parent], unit_of[child]
        if pair in bundles:
            continue
        width = len(twins[pair[0]]) * len(twins[pair[1]])
        bundles[pair] = []
        before = pair[0]
        for layer in range(layer_of[parent] + 1, layer_of[child]):
            dummy = len(web.layer_of)
            web.layer_of.append(layer)
            web.above.append([(before, width)])
            web.below.append([])
            web.below[before].append((dummy, width))
            bundles[pair].append(dummy)
            before = dummy
        web.below[before].append((pair[1], width))
        web.above[pair[1]].append((before, width))
    return web, bundles


def _number_dummies(layer_of: Sequence[int], edges: Sequence[Edge]) -> dict[Edge, list[int]]:
    dummies = {}
    free = len(layer_of)
    for parent, child in edges:
        count = layer_of[child] - layer_of[parent] - 1
        dummies[parent, child] = list(range(free, free + count))
        free += count
    return dummies


# --- The search ---------------------------------------------------------------------------------------------


def _search(web: _Web) -> list[list[int]]:
    """Return the best order found, of units; the larger the web, the less is tried.

    Barycentres are cheap, and tell a promising start from a bad one; so only the best two are sifted. The better is
    then shaken, which finds more than as many other starts would.
    """
    size = max(1, web.segments)
    randoms = Randoms()
    swept: list[tuple[int, list[list[int]]]] = []
    for number in range(max(2, min(20, 12000 // size))):
        start = _start(web, breadth_first=number % 2 == 1, randoms=randoms if number > 1 else None)
        swept.append(_sweep(web, start))
        if not swept[-1][0]:
            return swept[-1][1]
    swept.sort(key=lambda one: one[0])
    sifted = []
    for crossings, layers in swept[: 2 if size <= 500 else 1]:
        saved = _sift_all(web, layers, _places(layers), crossings)
        sifted.append((crossings - saved, layers))
    crossings, layers = min(sifted, key=lambda one: one[0])
    if size > 1000:  # where the few shakes that there is time for would change next to nothing
        return layers
    return _shake(web, crossings, layers, randoms, turns=min(200, 12000 // size))


class Randoms:
    """Numbers that look random, and are the same in every language.

    >>> randoms = Randoms()
    >>> [randoms.below(6) + 1 for _ in range(8)]
    [2, 3, 4, 5, 1, 3, 5, 4]
    """

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self._state = 1

    def below(self, limit: int) -> int:
        """Return a number from 0 to one below the limit."""
        self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
        return self._state * limit >> 32

    def shuffle(self, items: list[int]) -> None:
        """Put items into another order."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]


def _start(web: _Web, *, breadth_first: bool, randoms: Randoms | None) -> list[list[int]]:
    """Return the units in the order in which a walk along the edges, in both directions, comes to them.

    So neighbours start near each other, which an order by chance would have to find out first.
    """
    near = [
        [*(other for other, _ in above), *(other for other, _ in below)]
        for above, below in zip(web.above, web.below, strict=True)
    ]
    first = 0
    if randoms:
        first = randoms.below(len(near))
        for others in near:
            randoms.shuffle(others)
    layers: list[list[int]] = [[] for _ in range(max(web.layer_of) + 1)]
    seen = [False] * len(near)
    if breadth_first:
        seen[first] = True
        line = [first]
        for unit in line:
            layers[web.layer_of[unit]].append(unit)
            for other in near[unit]:
                if not seen[other]:
                    seen[other] = True
                    line.append(other)
        return layers
    stack = [first]
    while stack:
        unit = stack.pop()
        if not seen[unit]:
            seen[unit] = True
            layers[web.layer_of[unit]].append(unit)
            stack.extend(other for other in reversed(near[unit]) if not seen[other])
    return layers


def _sweep(web: _Web, layers: list[list[int]]) -> tuple[int, list[list[int]]]:
    """Sort by barycentres there and back until two sweeps in a row bring nothing; return the best order."""
    places = _places(layers)
    best = count_crossings(layers, web.below, places)
    kept = [list(layer) for layer in layers]
    vain, forward = 0, True
    while vain < 2 and best:
        _sort_all(web, layers, places, forward=forward)
        forward = not forward
        crossings = count_crossings(layers, web.below, places)
        vain += 1
        if crossings < best:
            best, vain = crossings, 0
            kept = [list(layer) for layer in layers]
    return best, kept


def _shake(web: _Web, crossings: int, layers: list[list[int]], randoms: Randoms, *, turns: int) -> list[list[int]]:
    """Take a unit and its neighbours elsewhere, let all settle, and keep that unless it is worse; and so on."""
    best, kept = crossings, layers
    for _ in range(turns):
        if not best:
            break
        layers = [list(layer) for layer in kept]
        unit = randoms.below(len(web.layer_of))
        for moving in [unit, *(other for other, _ in web.above[unit]), *(other for other, _ in web.below[unit])]:
            layer = layers[web.layer_of[moving]]
            layer.remove(moving)
            layer.insert(randoms.below(len(layer) + 1), moving)
        places = _places(layers)
        crossings = count_crossings(layers, web.below, places)
        # They moved in three layers at most, which concerns two more.
        middle = web.layer_of[unit]
        crossings -= _sift_all(web, layers, places, crossings, range(max(0, middle - 2), middle + 3))
        if crossings <= best:
            best, kept = crossings, layers
    return kept


def _sort_all(web: _Web, layers: list[list[int]], places: list[int], *, forward: bool) -> None:
    """Sort each layer by the barycentres of the neighbours in the layer that was sorted before it."""
    if forward:
        for layer in layers[1:]:
            _sort(layer, web.above, places)
    else:
        for layer in layers[-2::-1]:
            _sort(layer, web.below, places)


def _sort(layer: list[int], near: Sequence[Sequence[tuple[int, int]]], places: list[int]) -> None:
    """Sort the units that have neighbours, among the places of such; the others stay where they are."""
    slots = []
    moving = []
    for slot, unit in enumerate(layer):
        if near[unit]:
            total = weight = 0
            for other, width in near[unit]:
                total += places[other] * width
                weight += width
            slots.append(slot)
            moving.append((total / weight, slot, unit))
    moving.sort()
    for slot, (_, _, unit) in zip(slots, moving, strict=True):
        layer[slot] = unit
        places[unit] = slot


def _sift_all(
    web: _Web, layers: list[list[int]], places: list[int], crossings: int, concerned: Collection[int] | None = None
) -> int:
    """Sift the layers again and again, until that saves less than one crossing in 200; return how many it saved.

    It begins with those that are concerned, or all. Only a layer in which, or beside which, something has moved since
    can have become improvable.
    """
    saved = 0
    due = [concerned is None or index in concerned for index in range(len(layers))]
    while True:
        saved_now = 0
        for index in range(len(layers)):
            if due[index]:
                due[index] = False
                saved_here = _sift(web, layers, index, places)
                if saved_here:
                    saved_now += saved_here
                    for beside in range(max(0, index - 1), min(len(layers), index + 2)):
                        due[beside] = True
        saved += saved_now
        if saved_now * 200 <= crossings - saved:
            return saved


def _sift(web: _Web, layers: list[list[int]], index: int, places: list[int]) -> int:
    """Move each unit of a layer to where it saves most crossings; return how many that saved.

    The neighbours count as one line of places: those of the layer above, then those of the layer below.
    """
    layer = layers[index]
    if len(layer) < 2:
        return 0
    above = len(layers[index - 1]) if index else 0
    below = len(layers[index + 1]) if index + 1 < len(layers) else 0
    spots = {
        unit: (
            sorted((places[other], width) for other, width in web.above[unit]),
            sorted((places[other] + above, width) for other, width in web.below[unit]),
        )
        for unit in layer
    }
    joined = {unit: [*before, *after] for unit, (before, after) in spots.items()}
    saved = 0
    for unit in list(layer):
        pulls = _pulls(spots[unit][0], above) + _pulls(spots[unit][1], below, start=above)
        here = places[unit]
        best, target = 0, here
        gain = 0
        for place in range(here - 1, max(here - _WINDOW, 0) - 1, -1):
            for spot, width in joined[layer[place]]:
                gain -= pulls[spot] * width
            if gain > best:
                best, target = gain, place
        gain = 0
        for place in range(here + 1, min(here + _WINDOW + 1, len(layer))):
            for spot, width in joined[layer[place]]:
                gain += pulls[spot] * width
            if gain > best:
                best, target = gain, place
        if best:
            saved += best
            layer.insert(target, layer.pop(here))
            for place in range(min(here, target), max(here, target) + 1):
                places[layer[place]] = place
    return saved


def _pulls(spots: Sequence[tuple[int, int]], count: int, start: int = 0) -> list[int]:
    """Return for each place of a neighbouring layer how many more segments of a unit end after it than before it.

    That is what moving the unit past another saves, for each segment of the other that ends there.

    >>> _pulls([(1, 1), (3, 2)], 5)
    [3, 2, 1, -1, -3]
    """
    pull = 0
    for _, width in spots:
        pull += width
    pulls: list[int] = []
    for spot, width in spots:
        pulls += [pull] * (spot - start - len(pulls))
        pulls.append(pull - width)
        pull -= 2 * width
    pulls += [pull] * (count - len(pulls))
    return pulls


# --- Counting -----------------------------------------------------------------------------------------------


def count_crossings(
    layers: Sequence[Sequence[int]], below: Sequence[Sequence[tuple[int, int]]], places: Sequence[int]
) -> int:
    """Return how many segments between neighbouring layers cross.

    Args:
        layers: what they lead from and to, by number, from the top.
        below: for each number where its segments end in the next layer, and how many end there.
        places: for each number its place in its layer.

    >>> count_crossings([[0, 1], [2, 3, 4]], [[(3, 1)], [(2, 1), (4, 1)], [], [], []], [0, 1, 0, 1, 2])
    1
    """
    crossings = 0
    for layer, after in pairwise(layers):
        total, size = 0, len(after)
        tree = [0] * (size + 1)
        for one in layer:
            for other, width in below[one]:
                node = places[other] + 1
                before = 0
                while node:
                    before += tree[node]
                    node &= node - 1
                crossings += width * (total - before)
            for other, width in below[one]:
                node = places[other] + 1
                while node <= size:
                    tree[node] += width
                    node += node & -node
                total += width
    return crossings


def _count_parts(layers: Sequence[Sequence[int]], edges: Sequence[Edge], dummies: Mapping[Edge, Sequence[int]]) -> int:
    places = _places(layers)
    below: list[list[tuple[int, int]]] = [[] for _ in places]
    for parent, child in edges:
        for one, other in pairwise([parent, *dummies[parent, child], child]):
            below[one].append((other, 1))
    return count_crossings(layers, below, places)


def _places(layers: Sequence[Sequence[int]]) -> list[int]:
    """Return for each number its place in its layer."""
    places = [0] * sum(map(len, layers))
    for layer in layers:
        for place, one in enumerate(layer):
            places[one] = place
    return places
