"""Lineage as plain adjacency in one file that is mapped into memory: a family of half a million takes milliseconds.

The things that have any lineage are numbered so that whatever is built on a model, by first base models alone, is one
run of numbers behind its own (a preorder of a spanning forest). A family is then that run, and the runs of those that
second bases, training data and teachers lead to from within it: no step is taken one by one. How much lies above and
below every thing is counted once, when the index is made (by ``making``).

Edges lead from a child to a parent, and are those of the current view.
"""

from __future__ import annotations

import mmap
import zlib
from bisect import bisect_left
from collections import defaultdict
from heapq import nlargest
from itertools import chain
from typing import TYPE_CHECKING, Literal, NamedTuple

from itgraph.errors import StoreError
from itgraph.indexes.adjacency import (
    BASE,
    NONE,
    Adjacency,
    Crossing,
    is_stated,
    manner_of,
    mark_below,
    read_sections,
    relation_of,
    separate,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

Way = Literal["up", "down"]


class Edge(NamedTuple):
    """An edge of lineage between numbered things.

    ``relation`` and ``manner`` are places in :data:`~itgraph.indexes.adjacency.RELATIONS` and
    :data:`~itgraph.indexes.adjacency.MANNERS`; an edge that is not ``stated`` is concluded by rules alone.
    """

    child: int
    relation: int
    parent: int
    stated: bool
    manner: int


class Top(NamedTuple):
    """A thing, the number of all models that are built on it, and of those that are directly."""

    node: int
    descendants: int
    children: int


class LineageIndex:
    """The lineage of a store, mapped into memory; for reading only, by any number of threads and processes.

    ``up`` and ``down`` are the edges as they lie in the file, for whoever has no time for a value of each.
    """

    def __init__(self, data: memoryview, *, location: str) -> None:
        """Read what :meth:`itgraph.indexes.making.EdgeList.write` has written.

        Raises:
            StoreError: it is something else, or not whole.
        """
        try:
            sections, facts = read_sections(data)
            self._kinds: list[str] = facts["kinds"]
            self._kind_of = sections["kind_of"]
            self._iris, self._iri_ends = sections["iris"], sections["iris_ends"].cast("I")
            self._labels, self._label_ends = sections["labels"], sections["labels_ends"].cast("I")
            self._hashes, self._by_hash = sections["hashes"].cast("I"), sections["by_hash"].cast("I")
            self.up, self.down = Adjacency.read(sections, "up"), Adjacency.read(sections, "down")
            self._last = sections["last"].cast("I")
            self._base_crossing, self._other_crossing = (Crossing.read(sections, name) for name in ("base", "other"))
            self._above, self._below = sections["above"].cast("I"), sections["below"].cast("I")
            self._built_on = sections["built_on"].cast("I")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            message = "this is no index of lineage, or not a whole one; `itgraph index FOLDER` makes it anew"
            raise StoreError(message, location=location) from error

    @classmethod
    def open(cls, path: Path) -> LineageIndex:
        """Map the file of an index into memory.

        Raises:
            StoreError: it cannot be read, or is no such file.
        """
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            message = f"the index of lineage cannot be read ({error}); `itgraph index FOLDER` makes it anew"
            raise StoreError(message, location=str(path)) from error
        return cls(memoryview(data), location=str(path))

    def __len__(self) -> int:
        """Return the number of things that have any lineage."""
        return len(self._last)

    @property
    def edge_count(self) -> int:
        """The number of edges."""
        return len(self.up.ends)

    # -- things ------------------------------------------------------------------------------------------------------

    def find(self, iri: str) -> int | None:
        """Return the number of a thing; ``None`` if it has no lineage."""
        wanted = iri.encode("utf-8", "surrogatepass")
        hash_ = zlib.crc32(wanted)
        place = bisect_left(self._hashes, hash_)
        while place < len(self._hashes) and self._hashes[place] == hash_:
            node = self._by_hash[place]
            if self._iris[self._iri_ends[node] : self._iri_ends[node + 1]] == wanted:
                return node
            place += 1
        return None

    def iri(self, node: int) -> str:
        """Return the IRI of a thing."""
        return str(self._iris[self._iri_ends[node] : self._iri_ends[node + 1]], "utf-8")

    def label(self, node: int) -> str:
        """Return what a thing is called; its IRI, where it has no name."""
        return str(self._labels[self._label_ends[node] : self._label_ends[node + 1]], "utf-8") or self.iri(node)

    def kind(self, node: int) -> str:
        """Return the kind of a thing."""
        return self._kinds[self._kind_of[node]]

    # -- single steps ------------------------------------------------------------------------------------------------

    def parents(self, node: int) -> list[Edge]:
        """Return the edges that lead up from a thing, by the numbers of their parents."""
        ends, what = self.up.of(node)
        return [Edge(node, relation_of(w), far, is_stated(w), manner_of(w)) for far, w in zip(ends, what, strict=True)]

    def children(self, node: int) -> list[Edge]:
        """Return the edges that lead down from a thing, by the numbers of their children."""
        ends, what = self.down.of(node)
        return [Edge(far, relation_of(w), node, is_stated(w), manner_of(w)) for far, w in zip(ends, what, strict=True)]

    def edges(self) -> Iterator[Edge]:
        """Yield all edges, by child."""
        for node in range(len(self)):
            yield from self.parents(node)

    def degree(self, node: int, way: Way) -> int:
        """Return the number of edges that lead in a direction from a thing."""
        return (self.up if way == "up" else self.down).degree(node)

    # -- whole lineages ----------------------------------------------------------------------------------------------

    def distances(
        self,
        node: int,
        way: Way = "up",
        *,
        depth: int | None = None,
        relations: Collection[int] | None = None,
        stated: bool = False,
    ) -> dict[int, int]:
        """Return what is above (or below) a thing, the nearest first, each with its least number of steps.

        The thing itself is not among it. ``relations`` are the places of those to follow, if not all; ``stated``
        leaves out what only rules conclude.
        """
        adjacency = self.up if way == "up" else self.down
        found = {node: 0}
        level = [node]
        steps = 0
        while level and steps != depth:
            steps += 1
            following: list[int] = []
            for near in level:
                ends, what = adjacency.of(near)
                for far, w in zip(ends, what, strict=True):
                    if far in found or (relations is not None and relation_of(w) not in relations):
                        continue
                    if stated and not is_stated(w):
                        continue
                    found[far] = steps
                    following.append(far)
            level = following
        del found[node]
        return found

    def ancestors(self, node: int) -> dict[int, int]:
        """Return all that went into the making of a thing, the nearest first, each with its least number of steps."""
        return self.distances(node)

    def descendants(self, node: int, *, bases_only: bool = False) -> list[int]:
        """Return all that was made from a thing, ascending; with ``bases_only``, the models that are built on it."""
        runs = separate(self._runs(node, bases_only=bases_only))
        found = list(chain.from_iterable(range(start, end) for start, end in runs))
        del found[bisect_left(found, node)]
        return found

    def count_descendants(self, node: int, *, bases_only: bool = False) -> int:
        """Return how many things were made from a thing; with ``bases_only``, how many models are built on it."""
        known: int = (self._built_on if bases_only else self._below)[node]
        if known != NONE:
            return known
        return sum(end - start for start, end in separate(self._runs(node, bases_only=bases_only))) - 1

    def count_ancestors(self, node: int) -> int:
        """Return how many things went into the making of a thing."""
        known: int = self._above[node]
        return known if known != NONE else len(self.ancestors(node))

    def most_built_upon(self, limit: int) -> list[Top]:
        """Return the things that most models are built on, at any depth; of equals, first those with more children."""
        counts: list[int] = self._built_on.tolist()
        for node, count in enumerate(counts):
            if count == NONE:
                counts[node] = self.count_descendants(node, bases_only=True)
        # All that are equal to the last one are looked at: of them it is told later which are first.
        least = max(1, min(nlargest(limit, counts), default=1))
        tops = [
            Top(node, count, self._count_built_directly(node)) for node, count in enumerate(counts) if count >= least
        ]
        return sorted(tops, key=lambda top: (-top.descendants, -top.children, self.label(top.node)))[:limit]

    def nearest_common_ancestors(self, a: int, b: int) -> list[int]:
        """Return the common ancestors of two things from which no other common ancestor descends, ascending.

        A thing counts as its own ancestor here: where one descends from the other, that other is the answer.
        """
        common = {a, *self.ancestors(a)} & {b, *self.ancestors(b)}
        # What leads from one common ancestor down to another is itself one.
        below: defaultdict[int, list[int]] = defaultdict(list)
        for child in common:
            for parent in self.up.of(child)[0]:
                if parent in common:
                    below[parent].append(child)
        nearest = []
        for node in common:
            found = {node}
            waiting = [node]
            while waiting:
                near = waiting.pop()
                new = [child for child in below[near] if child not in found]
                found.update(new)
                waiting += new
            if found <= {node, *self.ancestors(node)}:  # but for those in a circle with it
                nearest.append(node)
        return sorted(nearest)

    def _count_built_directly(self, node: int) -> int:
        ends, what = self.down.of(node)
        return len({far for far, w in zip(ends, what, strict=True) if relation_of(w) == BASE} - {node})

    def _runs(self, node: int, *, bases_only: bool) -> list[tuple[int, int]]:
        """Return the runs of numbers of a thing, and of everything that was made from it."""
        crossings = [self._base_crossing] if bases_only else [self._base_crossing, self._other_crossing]
        return mark_below(node, self._last, crossings, bytearray(len(self._last)))
