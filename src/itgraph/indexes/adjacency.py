"""What an index of lineage is made of: arrays of numbers, and the file that holds them.

A file is a line that says what it is, a line of JSON that says where each section begins and how long it is, and the
sections, each at a multiple of eight bytes, so that it can be used as it lies in the file.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from itgraph import terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

RELATIONS = ("baseModel", "trainedOn", "generatedBy", "sourceDataset")
"""The relations of lineage, by the local names of their terms; an edge holds the place of its own in this."""

MANNERS = ("", *terms.MANNERS)
"""How a model is built on its base, as far as it is said; an edge holds the place of its own in this."""

BASE = RELATIONS.index("baseModel")

NONE = 0xFFFFFFFF
"""Instead of a number: there is none, or it is not known."""

_MAGIC = b"itgraph lineage, version 1\n"


# What an edge is, in one byte: two bits for the relation, one where only rules conclude it, and three for the manner.


UNSTATED = 4
"""The bit of an edge that only rules conclude."""


def pack(relation: int, *, stated: bool, manner: int = 0) -> int:
    """Return what an edge is, as a byte.

    >>> relation_of(pack(3, stated=False, manner=4)), is_stated(pack(3, stated=False)), manner_of(pack(0, stated=True))
    (3, False, 0)
    """
    return relation | (0 if stated else UNSTATED) | (manner << 3)


def relation_of(what: int) -> int:
    """Return the place of a relation in :data:`RELATIONS`."""
    return what & 3


def is_stated(what: int) -> bool:
    """Tell whether something states an edge, and not only rules conclude it."""
    return not what & UNSTATED


def manner_of(what: int) -> int:
    """Return the place of a manner in :data:`MANNERS`."""
    return what >> 3


@dataclass(frozen=True, slots=True)
class Adjacency:
    """The edges of each thing in one direction: those of ``node`` are at ``starts[node]`` to ``starts[node + 1]``."""

    starts: Sequence[int]
    ends: memoryview
    what: memoryview

    @classmethod
    def make(cls, size: int, edges: Sequence[tuple[int, int, int]]) -> Adjacency:
        """Make it of (near end, far end, what it is), sorted."""
        starts = _starts(size, (near for near, _, _ in edges))
        ends = array("I", (far for _, far, _ in edges))
        return cls(starts, memoryview(ends), memoryview(bytes(what for _, _, what in edges)))

    @classmethod
    def read(cls, sections: Mapping[str, memoryview], name: str) -> Adjacency:
        """Take it from the sections of a file."""
        starts, ends = sections[f"{name}_starts"].cast("I"), sections[f"{name}_ends"].cast("I")
        return cls(starts, ends, sections[f"{name}_what"])

    def sections(self, name: str) -> dict[str, bytes]:
        """Return the sections of a file that hold it."""
        starts = array("I", self.starts).tobytes()
        return {f"{name}_starts": starts, f"{name}_ends": self.ends.tobytes(), f"{name}_what": self.what.tobytes()}

    def of(self, node: int) -> tuple[list[int], list[int]]:
        """Return the far ends of a thing's edges, ascending, and what each edge is."""
        start, end = self.starts[node], self.starts[node + 1]
        return self.ends[start:end].tolist(), self.what[start:end].tolist()

    def degree(self, node: int) -> int:
        """Return the number of a thing's edges."""
        return self.starts[node + 1] - self.starts[node]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Edges that are not of the forest: those down from ``node`` are at ``starts[node]`` to ``starts[node + 1]``."""

    starts: Sequence[int]
    children: Sequence[int]

    @classmethod
    def make(cls, size: int, edges: Sequence[tuple[int, int]]) -> Crossing:
        """Make it of (parent, child), sorted."""
        return cls(_starts(size, (parent for parent, _ in edges)), array("I", (child for _, child in edges)))

    @classmethod
    def read(cls, sections: Mapping[str, memoryview], name: str) -> Crossing:
        """Take it from the sections of a file."""
        return cls(sections[f"{name}_starts"].cast("I"), sections[f"{name}_children"].cast("I"))

    def sections(self, name: str) -> dict[str, bytes]:
        """Return the sections of a file that hold it."""
        starts, children = array("I", self.starts).tobytes(), array("I", self.children).tobytes()
        return {f"{name}_starts": starts, f"{name}_children": children}

    def count(self, start: int, end: int) -> int:
        """Return how many edges lead down from the things from ``start`` up to ``end``."""
        return self.starts[end] - self.starts[start]

    def leading_from(self, start: int, end: int) -> Sequence[int]:
        """Return where those edges lead to."""
        return self.children[self.starts[start] : self.starts[end]]


def _starts(size: int, nears: Iterable[int]) -> array[int]:
    """Return where the edges of each thing begin, of edges that are sorted by it."""
    starts = array("I", bytes(4 * (size + 1)))
    for near in nears:
        starts[near + 1] += 1
    for node in range(size):
        starts[node + 1] += starts[node]
    return starts


def mark_below(
    node: int, last: Sequence[int], crossings: Sequence[Crossing], marks: bytearray
) -> list[tuple[int, int]]:
    """Mark a thing and all that is below it with 1; return the runs of numbers that were marked.

    What is below thing n by the forest alone is numbered from n up to ``last[n]``, so that two runs lie in each other
    or apart. ``marks`` must be 0 where no run is marked whole.
    """
    runs = []
    waiting = [node]
    while waiting:
        start = waiting.pop()
        # Where this is marked, so are its run, and all that its run leads to.
        if marks[start]:
            continue
        end = last[start]
        marks[start:end] = b"\1" * (end - start)
        runs.append((start, end))
        for crossing in crossings:
            if crossing.starts[start] != crossing.starts[end]:
                waiting += [child for child in crossing.leading_from(start, end) if not marks[child]]
    return runs


def separate(runs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield, ascending, those of some runs that lie in no other; two runs lie in each other or apart.

    >>> list(separate([(5, 7), (1, 4), (2, 3)]))
    [(1, 4), (5, 7)]
    """
    last = 0
    for start, end in sorted(runs):
        if start >= last:
            yield start, end
            last = end


def pack_texts(name: str, texts: Sequence[str]) -> dict[str, bytes]:
    """Return the sections that hold texts: all of them one after another, and where each ends."""
    encoded = [text.encode() for text in texts]
    ends = array("I", bytes(4))
    for text in encoded:
        ends.append(ends[-1] + len(text))
    return {name: b"".join(encoded), f"{name}_ends": ends.tobytes()}


def write_sections(path: Path, sections: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write a file of sections, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    places: dict[str, tuple[int, int]] = {}
    offset = 0
    for name, content in sections.items():
        places[name] = (offset, len(content))
        offset += -(-len(content) // 8) * 8
    header = json.dumps({"byteorder": sys.byteorder, "facts": dict(facts), "sections": places}).encode() + b"\n"
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(_MAGIC + header)
        file.write(bytes(-file.tell() % 8))
        for content in sections.values():
            file.write(content)
            file.write(bytes(-len(content) % 8))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_sections(data: memoryview) -> tuple[dict[str, memoryview], dict[str, Any]]:
    """Return the sections of a file, as they lie in it, and the facts that were written with them.

    Raises:
        ValueError: it is no such file, not a whole one, or one of a machine of another kind.
    """
    if bytes(data[: len(_MAGIC)]) != _MAGIC:
        raise ValueError("it does not begin as one")
    # A header is a few kilobytes.
    beginning = bytes(data[len(_MAGIC) : len(_MAGIC) + 65_536])
    line, newline, _ = beginning.partition(b"\n")
    header = json.loads(line)
    if not newline or header["byteorder"] != sys.byteorder:
        raise ValueError("it was written by a machine of another kind")
    start = -(-(len(_MAGIC) + len(line) + 1) // 8) * 8
    sections = {}
    for name, (offset, size) in header["sections"].items():
        sections[name] = data[start + offset : start + offset + size]
        if len(sections[name]) != size:
            raise ValueError("its end is missing")
    return sections, header["facts"]
