"""Saved questions about whole families, answered by the index of lineage: the rows of their SPARQL, in its order.

An engine counts what lies on the ways of a family anew from every member of it; in a family of tens of thousands that
does not end. The index walks each step once. A question that it cannot answer to the letter is left to the engine.

Steps may run in circles. What is in one is its own ancestor and its own descendant, as in the paths of SPARQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal, NamedNode

from itgraph import terms
from itgraph.indexes.adjacency import BASE, RELATIONS, relation_of

if TYPE_CHECKING:
    from itgraph.indexes.adjacency import Adjacency
    from itgraph.indexes.lineage import LineageIndex, Way
    from itgraph.results import Term

Rows: TypeAlias = tuple[tuple["Term | None", ...], ...]

_Steps: TypeAlias = Callable[[int], Collection[int]]
_Family: TypeAlias = dict[int, list[int]]
"""What steps lead to from a thing, each with the things in the family that a step leads there from."""

_MODEL = "model"
_DATASET = "dataset"
_NO_KIND = "thing"
"""The kind, in an index, of what has no name, or is of a kind that it does not know."""

_TEACHER = RELATIONS.index("generatedBy")
_IN_WORDS = {
    "baseModel": "base model",
    "trainedOn": "training data",
    "generatedBy": "teacher",
    "sourceDataset": "source dataset",
}
_MOST_STEPS = 6


class _UnsureError(Exception):
    """Something is not in the index as it is in the graph."""


def find_rows(question: str, index: LineageIndex, things: Mapping[str, str]) -> Rows | None:
    """Answer one of :data:`QUESTIONS`, its parameters set to the IRIs of things; ``None`` if the engine has to."""
    try:
        return QUESTIONS[question](index, **things)
    except _UnsureError:
        return None


# -- The family of one thing -------------------------------------------------------------------------------------------


def _find_affected(index: LineageIndex, thing: str) -> Rows:
    start = index.find(thing)
    if start is None:
        return ()
    counts = _count_on_the_way(_gather(start, _steps(index, "down")))
    found = [
        (count, kind, _label(index, node), index.iri(node))
        for node, count in counts.items()
        if (kind := _kind(index, node)) in {_MODEL, _DATASET}
    ]
    found.sort()
    numbers = _Numbers()
    return tuple((NamedNode(iri), Literal(label), Literal(kind), numbers[count]) for count, kind, label, iri in found)


def _find_descendants(index: LineageIndex, model: str) -> Rows:
    start = _find_model(index, model)
    if start is None:
        return ()
    counts = _count_on_the_way(_gather(start, _steps(index, "down", bases_only=True)))
    found = [(count, _label(index, node), index.iri(node)) for node, count in counts.items()]
    found.sort()
    numbers = _Numbers()
    return tuple((NamedNode(iri), Literal(label), numbers[count]) for count, label, iri in found)


def _find_ancestors(index: LineageIndex, model: str) -> Rows:
    start = _find_model(index, model)
    if start is None:
        return ()
    family = _gather(start, _steps(index, "up"))
    counts = _count_on_the_way(family)
    steps = {(edge.parent, edge.relation) for node in {start, *family} for edge in index.parents(node)}
    found = [
        (counts[node], _label(index, node), index.iri(node), _IN_WORDS[RELATIONS[relation]], kind)
        for node, relation in steps
        if (kind := _kind(index, node)) in {_MODEL, _DATASET}
    ]
    found.sort()
    return tuple(
        (NamedNode(iri), Literal(label), Literal(kind), Literal(step), Literal(count))
        for count, label, iri, step, kind in found
    )


def _find_common_ancestors(index: LineageIndex, model: str, other: str) -> Rows:
    start, other_start = _find_model(index, model), _find_model(index, other)
    if start is None or other_start is None:
        return ()
    family, others = (_gather(node, _steps(index, "up")) for node in (start, other_start))
    # What is above a common ancestor is one too, so that all ways between two of them lead by others.
    common = {node: [near for near in nears if near in others] for node, nears in family.items() if node in others}
    found = [
        (count, _label(index, node), index.iri(node), kind)
        for node, count in _count_on_the_way(common).items()
        if (kind := _kind(index, node)) in {_MODEL, _DATASET}
    ]
    found.sort()
    return tuple((NamedNode(iri), Literal(label), Literal(kind), Literal(count)) for count, label, iri, kind in found)


def _find_roots(index: LineageIndex, model: str) -> Rows:
    start = _find_model(index, model)
    if start is None:
        return ()
    bases = _steps(index, "up", bases_only=True)
    counts = _count_on_the_way(_gather(start, bases))
    found = [(-count, _label(index, node), index.iri(node)) for node, count in counts.items() if not bases(node)]
    found.sort()
    return tuple((NamedNode(iri), Literal(label), Literal(-count)) for count, label, iri in found)


def _gather(start: int, steps: _Steps) -> _Family:
    """Return the family that steps lead to from a thing; the thing itself is in it if it is in a circle."""
    family: _Family = {}
    queue = [start]
    for near in queue:
        for far in steps(near):
            if far in family:
                family[far].append(near)
            else:
                family[far] = [near]
                if far != start:
                    queue.append(far)
    if start not in family:
        for far in set(steps(start)):
            family[far].remove(start)
    return family


def _count_on_the_way(family: _Family) -> dict[int, int]:
    """Count for each thing of a family those of it from which steps lead there, and the thing itself."""
    counts: dict[int, int] = {}
    circular = set()
    for node, nears in family.items():
        if not nears:
            counts[node] = 1
            continue
        # What one step leads to from a thing has that, and what leads there; unless it is among this itself.
        if len(nears) == 1 and (known := counts.get(nears[0])) is not None and nears[0] not in circular:
            counts[node] = known + 1
            continue
        found = set(nears)
        waiting = nears.copy()
        while waiting:
            for near in family[waiting.pop()]:
                if near not in found:
                    found.add(near)
                    waiting.append(near)
        if node in found:
            circular.add(node)
        else:
            found.add(node)
        counts[node] = len(found)
    return counts


# -- The whole graph ---------------------------------------------------------------------------------------------------


def _rank_bases(index: LineageIndex) -> Rows:
    families = _BaseFamilies(index)
    found = []
    for base, children in families.children.items():
        if _kind(index, base) == _MODEL:
            count = index.count_descendants(base, bases_only=True) + (base in families.circular)
            label, iri = _label(index, base), index.iri(base)
            found.append((-count, -children, label, iri, families.depths.get(base, 0)))
    found.sort()
    numbers = _Numbers()
    return tuple(
        (NamedNode(iri), Literal(label), numbers[-children], numbers[-count], numbers[depth])
        for count, children, label, iri, depth in found
    )


class _BaseFamilies:
    """The families of all bases, and how deep they are.

    The depth of a family is the greatest number of models on the ways to a descendant. Where each model has one base,
    that is the length of the way. So only models with several bases, and those in circles, are looked at one by one
    (here: joints); what is below a joint, each built on one model, is as much deeper as it is far from it.
    """

    def __init__(self, index: LineageIndex) -> None:
        self.children: dict[int, int] = {}
        self.circular: set[int] = set()
        self._first: dict[int, int] = {}
        self._several: dict[int, list[int]] = {}
        self._read(index)
        # What is built on one model comes behind it in the index, but for one in every circle.
        joints = {*self._several, *(node for node, base in self._first.items() if base >= node)}
        ways = {joint: self._count_down_to(joint) for joint in joints}
        ways |= {node: self._count_down_to(node) for node in self.circular - joints}
        self.depths = dict.fromkeys((base for node, base in self._first.items() if node not in ways), 1)
        for node in sorted(self.depths, reverse=True):
            if node in self._first and node not in ways:
                self._deepen(self._first[node], self.depths[node] + 1)
        below = {joint: self.depths.get(joint, 0) for joint in ways}
        for joint, counts in ways.items():
            for base, count in counts.items():
                self._deepen(base, count + below[joint])

    def _deepen(self, base: int, depth: int) -> None:
        if depth > self.depths.get(base, 0):
            self.depths[base] = depth

    def _read(self, index: LineageIndex) -> None:
        """Read what is built on what: how many models on each, and on which each is."""
        down = _adjacency(index, "down")
        ends, starts = down.ends.tolist(), list(down.starts)
        relations = bytes(down.what).translate(bytes(map(relation_of, range(256))))
        for node, (start, end) in enumerate(pairwise(starts)):
            if start == end or not (count := relations.count(BASE, start, end)):
                continue
            self.children[node] = count
            for place in range(start, end):
                if relations[place] != BASE:
                    continue
                child = ends[place]
                if child in self._first:
                    self._several.setdefault(child, [self._first[child]]).append(node)
                else:
                    self._first[child] = node

    def _bases_of(self, node: int) -> list[int]:
        if node in self._several:
            return self._several[node]
        return [self._first[node]] if node in self._first else []

    def _count_down_to(self, joint: int) -> dict[int, int]:
        """Count for each model that a joint is built on what is on the ways from there, and take note of circles."""
        # Each after all that it is a base of, unless in circles.
        order: list[int] = []
        places = {joint: -1}
        waiting = [(joint, iter(self._bases_of(joint)))]
        while waiting:
            node, bases = waiting[-1]
            base = next((base for base in bases if base not in places), None)
            if base is None:
                waiting.pop()
                places[node] = len(order)
                order.append(node)
            else:
                places[base] = -1
                waiting.append((base, iter(self._bases_of(base))))
        order.reverse()
        last = len(order) - 1
        # What is below a model, as the bits of a number.
        below = [0] * len(order)
        steps = [(last - places[node], last - places[base]) for node in order for base in self._bases_of(node)]
        is_circular = any(near >= far for near, far in steps)
        is_known = False
        while not is_known:
            is_known = True
            for near, far in steps:
                found = below[far] | below[near] | 1 << near
                if found != below[far]:
                    below[far] = found
                    is_known = not is_circular
        if below[0]:
            self.circular.update(node for place, node in enumerate(order) if below[0] >> place & 1)
        return {node: bits.bit_count() for node, bits in zip(order, below, strict=True) if bits}


def _find_chains(index: LineageIndex) -> Rows:
    """Find the ways up, as far as they go but no further than six steps, from what nothing is made of."""
    start = len(terms.BASE)
    ends = [iri[start:] if (iri := index.iri(node)).startswith(terms.BASE) else "" for node in range(len(index))]
    parents = _steps(index, "up")
    found = {}
    for first in range(len(index)):
        if index.degree(first, "down"):
            continue
        for way in _climb(parents, [first]):
            if len(way) > 3:
                key = (1 - len(way), " > ".join([ends[node] for node in way]), index.iri(first))
                found[key] = _label(index, first)
    numbers = _Numbers()
    return tuple(
        (numbers[-steps], NamedNode(iri), Literal(label), Literal(chain))
        for (steps, chain, iri), label in sorted(found.items())
    )


def _climb(parents: _Steps, way: list[int]) -> Iterator[list[int]]:
    above = parents(way[-1])
    if not above or len(way) > _MOST_STEPS:
        yield way
        return
    for parent in above:
        yield from _climb(parents, [*way, parent])


def _count_circular(index: LineageIndex) -> Rows:
    above = [index.degree(node, "up") for node in range(len(index))]
    with_ancestors = len(above) - above.count(0)
    # Take away what has nothing above it, again and again: what is left is in circles, or below them.
    waiting = [node for node, degree in enumerate(above) if not degree]
    while waiting:
        node = waiting.pop()
        if not index.degree(node, "down"):
            continue
        for edge in index.children(node):
            above[edge.child] -= 1
            if not above[edge.child]:
                waiting.append(edge.child)
    left = {node for node, degree in enumerate(above) if degree}
    circular = 0
    if left:
        import networkx as nx

        parents = _steps(index, "up")
        web = nx.DiGraph((node, parent) for node in left for parent in parents(node) if parent in left)
        for circle in nx.strongly_connected_components(web):
            circular += len(circle) if len(circle) > 1 else sum(web.has_edge(node, node) for node in circle)
    return ((Literal(circular), Literal(with_ancestors)),)


def _count_datasets(index: LineageIndex) -> Rows:
    """Count for each model the datasets above it, and those of them that a model wrote."""
    up = _adjacency(index, "up")
    kinds = [_kind(index, node) for node in range(len(index))]
    datasets = {node for node, kind in enumerate(kinds) if kind == _DATASET}
    written = {node for node in datasets if any(relation_of(what) == _TEACHER for what in up.of(node)[1])}
    found = []
    for node, kind in enumerate(kinds):
        if kind == _MODEL and up.degree(node):
            above = index.ancestors(node).keys()
            if count := len(above & datasets):
                found.append((-len(above & written), -count, index.label(node), index.iri(node)))
    found.sort()
    numbers = _Numbers()
    return tuple(
        (NamedNode(iri), Literal(label), numbers[-written], numbers[-count]) for written, count, label, iri in found
    )


def _rank_teachers(index: LineageIndex) -> Rows:
    """Count for each teacher the datasets that it wrote, and the models that these went into."""
    up, down = _adjacency(index, "up"), _steps(index, "down")
    written: defaultdict[int, set[int]] = defaultdict(set)
    for dataset in range(len(index)):
        for teacher, what in zip(*up.of(dataset), strict=True):
            if relation_of(what) == _TEACHER:
                written[teacher].add(dataset)
    found = []
    for teacher, datasets in written.items():
        taught = {thing for dataset in datasets for thing in _gather(dataset, down)}
        models = sum(_kind(index, thing) == _MODEL for thing in taught)
        found.append((-len(datasets), -models, _label(index, teacher), index.iri(teacher)))
    found.sort()
    return tuple(
        (NamedNode(iri), Literal(label), Literal(-datasets), Literal(-models)) for datasets, models, label, iri in found
    )


# -- Single steps, and what the index says of a thing ------------------------------------------------------------------


def _adjacency(index: LineageIndex, way: Way) -> Adjacency:
    """Return the edges in a direction as they lie in the index: to make a value of each takes too long here."""
    return index.up if way == "up" else index.down


def _steps(index: LineageIndex, way: Way, *, bases_only: bool = False) -> _Steps:
    """Return single steps in a direction: of each thing, what edges lead to from it."""
    adjacency = _adjacency(index, way)
    starts = adjacency.starts

    def step(node: int) -> Collection[int]:
        if starts[node] == starts[node + 1]:
            return ()
        ends, what = adjacency.of(node)
        if bases_only:
            return [far for far, one in zip(ends, what, strict=True) if relation_of(one) == BASE]
        return dict.fromkeys(ends) if len(ends) > 1 else ends

    return step


def _find_model(index: LineageIndex, iri: str) -> int | None:
    node = index.find(iri)
    return node if node is not None and _kind(index, node) == _MODEL else None


def _kind(index: LineageIndex, node: int) -> str:
    kind = index.kind(node)
    if kind == _NO_KIND:
        raise _UnsureError
    return kind


def _label(index: LineageIndex, node: int) -> str:
    if index.kind(node) == _NO_KIND:
        raise _UnsureError
    return index.label(node)


class _Numbers(dict[int, Literal]):
    """Numbers as terms: in an answer few numbers occur often."""

    def __missing__(self, number: int) -> Literal:
        self[number] = term = Literal(number)
        return term


QUESTIONS: Mapping[str, Callable[..., Rows]] = {
    "affected-by-thing": _find_affected,
    "ancestors-of-model": _find_ancestors,
    "common-ancestors-of-models": _find_common_ancestors,
    "descendants-of-model": _find_descendants,
    "hops-from-human-text": _count_datasets,
    "lineage-cycles": _count_circular,
    "longest-chains": _find_chains,
    "most-built-upon-models": _rank_bases,
    "most-used-teachers": _rank_teachers,
    "roots-of-model": _find_roots,
}
"""The questions that the index answers, by the names of the saved queries; each takes their parameters by name."""
