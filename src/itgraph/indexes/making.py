"""Making an index of lineage: edges by the IRIs of their ends become numbers; what lies above and below is counted."""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph.indexes.adjacency import (
    BASE,
    MANNERS,
    NONE,
    RELATIONS,
    UNSTATED,
    Adjacency,
    Crossing,
    mark_below,
    pack,
    pack_texts,
    relation_of,
    separate,
    write_sections,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

MOST_STEPS = 500_000_000
"""How many steps counting what lies below may take in all; what is left then is counted when it is asked for."""

_NO_KIND = "thing"


class EdgeList:
    """Edges as they are read, by the IRIs of their ends; they are numbered when all are there.

    >>> edges = EdgeList()
    >>> edges.add("a", "baseModel", "b")
    >>> len(edges), "b" in edges, "c" in edges
    (1, True, False)
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._what: dict[tuple[int, int, int], int] = {}
        self._names: dict[int, tuple[str, str]] = {}

    def __len__(self) -> int:
        return len(self._what)

    def __contains__(self, iri: str) -> bool:
        return iri in self._numbers

    def add(self, child: str, relation: str, parent: str, *, stated: bool = True) -> None:
        """Add an edge; one that is added twice is stated if it is so once."""
        place = RELATIONS.index(relation)
        key = (self._number(child), place, self._number(parent))
        known = self._what.get(key)
        # The manner stays: what says how may come before what says once more that.
        self._what[key] = pack(place, stated=stated) if known is None else known & ~UNSTATED if stated else known

    def set_manner(self, child: str, parent: str, manner: str) -> None:
        """Say how a model is built on its base, where that edge is; of several manners the last in order counts."""
        key = (self._numbers.get(child, -1), BASE, self._numbers.get(parent, -1))
        known = self._what.get(key)
        if known is not None:
            self._what[key] = (known & 7) | (max(known >> 3, MANNERS.index(manner)) << 3)

    def set_name(self, iri: str, kind: str, label: str) -> None:
        """Say what a thing is called, if it has any edge; of several kinds and labels the first by name count."""
        number = self._numbers.get(iri)
        if number is not None:
            known = self._names.get(number, (kind, label))
            self._names[number] = (min(kind, known[0]), min(label, known[1]))

    def write(self, path: Path) -> None:
        """Write the index. The same edges and names give the same bytes, in whatever order they came.

        Raises:
            OSError: it cannot be written.
        """
        iris = list(self._numbers)
        forest = _Forest.grow(iris, self._what)
        number = forest.number
        edges = sorted((number[child], number[parent], what) for (child, _, parent), what in self._what.items())
        downward = sorted((parent, child, what) for child, parent, what in edges)
        up, down = Adjacency.make(len(iris), edges), Adjacency.make(len(iris), downward)
        del edges
        crossing: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for parent, child, what in downward:
            is_base = relation_of(what) == BASE
            if not is_base or forest.parent[child] != parent:
                crossing[is_base].append((parent, child))
        del downward
        base, other = (Crossing.make(len(iris), crossing[is_base]) for is_base in (True, False))
        order = sorted(range(len(iris)), key=number.__getitem__)
        ordered = [iris[place] for place in order]
        names = [self._names.get(place, (_NO_KIND, "")) for place in order]
        kinds = sorted({kind for kind, _ in names})
        hashes = sorted((zlib.crc32(iri.encode()), node) for node, iri in enumerate(ordered))
        sections = {
            **pack_texts("iris", ordered),
            **pack_texts("labels", [label for _, label in names]),
            "kind_of": bytes(kinds.index(kind) for kind, _ in names),
            "hashes": array("I", (hash_ for hash_, _ in hashes)).tobytes(),
            "by_hash": array("I", (node for _, node in hashes)).tobytes(),
            **up.sections("up"),
            **down.sections("down"),
            "last": forest.last.tobytes(),
            **base.sections("base"),
            **other.sections("other"),
            "above": count_above(up).tobytes(),
            "below": count_below(forest.last, [base, other]).tobytes(),
            "built_on": count_below(forest.last, [base]).tobytes(),
        }
        write_sections(path, sections, {"kinds": kinds})

    def _number(self, iri: str) -> int:
        return self._numbers.setdefault(iri, len(self._numbers))


@dataclass(frozen=True, slots=True)
class _Forest:
    """A spanning forest of what is built on what.

    ``number`` is the number of each place in the list of IRIs; ``parent`` and ``last`` are, of each number, the
    parent in the forest, and the number behind the last one below it.
    """

    number: Sequence[int]
    parent: Sequence[int]
    last: array[int]

    @classmethod
    def grow(cls, iris: Sequence[str], edges: Iterable[tuple[int, int, int]]) -> _Forest:
        """Grow it from edges between places in a list of IRIs: child, relation, parent."""
        size = len(iris)
        built: defaultdict[int, list[int]] = defaultdict(list)
        has_base = bytearray(size)
        for child, relation, parent in edges:
            if relation == BASE and child != parent:
                built[parent].append(child)
                has_base[child] = 1
        # By name, so that it does not count in which order edges were read.
        order = sorted(range(size), key=iris.__getitem__)
        rank = array("I", bytes(4 * size))
        for place, node in enumerate(order):
            rank[node] = place
        for children in built.values():
            children.sort(key=rank.__getitem__, reverse=True)
        number, above, last = (array("I", [NONE]) * size for _ in range(3))
        count = 0
        # First what has no base; all that is left then is in a circle, or below one.
        roots = [node for has in (0, 1) for node in order if has_base[node] == has]
        for root in roots:
            # A thing comes twice: to be numbered, and (as its complement) when all below it is.
            stack = [(root, NONE)]
            while stack:
                node, parent = stack.pop()
                if node < 0:
                    last[number[~node]] = count
                elif number[node] == NONE:
                    number[node] = count
                    above[count] = parent
                    stack.append((~node, NONE))
                    stack += [(child, count) for child in built.get(node, ()) if number[child] == NONE]
                    count += 1
        return cls(number, above, last)


def count_above(up: Adjacency) -> array[int]:
    """Count the ancestors of every thing."""
    size = len(up.starts) - 1
    counts = array("I", bytes(4 * size))
    is_circular = bytearray(size)
    for node in range(size):
        level: Collection[int] = up.of(node)[0]
        if not level:
            continue
        # What has one parent has that and its ancestors; those with lower numbers are counted already.
        (*others, parent) = level
        if not others and parent < node and not is_circular[parent]:
            counts[node] = counts[parent] + 1
            continue
        found: set[int] = set()
        while level:
            found.update(level)
            level = {far for near in level for far in up.of(near)[0]} - found
        is_circular[node] = node in found
        counts[node] = len(found - {node})
    return counts


def count_below(last: Sequence[int], crossings: Sequence[Crossing]) -> array[int]:
    """Count the descendants of every thing; :data:`~itgraph.indexes.adjacency.NONE` where that would take too long."""
    counts = array("I", (end - node - 1 for node, end in enumerate(last)))
    marks = bytearray(len(last))
    steps = 0
    for node, end in enumerate(last):
        leading = sum([crossing.count(node, end) for crossing in crossings])
        if not leading:
            continue
        if steps > MOST_STEPS:
            counts[node] = NONE
            continue
        runs = mark_below(node, last, crossings, marks)
        counts[node] = sum(stop - start for start, stop in separate(runs)) - 1
        steps += leading + len(runs) + counts[node] // 16
        for start, stop in runs:
            marks[start:stop] = bytes(stop - start)
    return counts
