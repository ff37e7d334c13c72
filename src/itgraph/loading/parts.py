"""A graph cut into parts that a server takes one by one: the same parts of the same file, each time."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, parse

from itgraph.errors import SourceError
from itgraph.store.files import rdf_errors, read_rdf
from itgraph.store.sparql import guard_escapes

if TYPE_CHECKING:
    from pathlib import Path

    from pyoxigraph import Quad

LARGE = 1_000
"""From how many triples on a graph is sent on its own, by the Graph Store Protocol: below, updates are as fast."""

MOST_TRIPLES = 25_000
"""How many triples of one graph are sent at once: Virtuoso takes in more of them no faster."""

MOST_IN_BATCH = 2_000
"""How many triples of several graphs are sent at once, as an update: Virtuoso takes fewer than 5,000."""

_MOST_WAITING = 500_000
_IN_MEMORY = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Triples of one large graph, or of several small ones; the graph with the empty name is the default graph."""

    graphs: tuple[tuple[str, str], ...]
    """The graphs, each with its triples as N-Triples."""
    triples: int

    def with_default(self, graph: str) -> Part:
        """Return the part with another graph in place of the default graph."""
        return replace(self, graphs=tuple((name or graph, text) for name, text in self.graphs))

    def split(self, most: int) -> Iterator[Part]:
        """Iterate over parts of at most so many triples, of one graph each, if this one has more."""
        if self.triples <= most:
            yield self
            return
        for name, text in self.graphs:
            # Not splitlines, which takes more than a line feed for the end of a line.
            lines = re.findall(r"[^\n]+\n", text)
            for begin in range(0, len(lines), most):
                some = lines[begin : begin + most]
                yield Part(graphs=((name, "".join(some)),), triples=len(some))


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    length: int
    graphs: tuple[str, ...]
    lengths: tuple[int, ...]
    triples: int


class Parts:
    """The parts of a file, which was read once and checked as a whole; large ones wait on disk."""

    def __init__(self, path: Path) -> None:
        """Read a file.

        Raises:
            SourceError: it cannot be read, or holds blank nodes, which would be doubled if a part is sent again.
        """
        data, format = read_rdf(path)
        self.content = f"sha256:{hashlib.sha256(data).hexdigest()}"
        self.triples = 0
        self.graphs: set[str] = set()
        self._places: list[_Place] = []
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed in close
        try:
            with rdf_errors(path, format):
                self._cut(parse(data, format=format), path)
        except BaseException:
            self.close()
            raise

    def __len__(self) -> int:
        return len(self._places)

    def read(self, first: int) -> Iterator[Part]:
        """Iterate over the parts from one on."""
        for place in self._places[first:]:
            self._file.seek(place.start)
            text = self._file.read(place.length)
            found = []
            for graph, length in zip(place.graphs, place.lengths, strict=True):
                found.append((graph, text[:length].decode()))
                text = text[length:]
            yield Part(graphs=tuple(found), triples=place.triples)

    def close(self) -> None:
        """Forget the parts."""
        self._file.close()

    # -- Cutting -----------------------------------------------------------------------------------------------------

    def _cut(self, quads: Iterator[Quad], path: Path) -> None:
        waiting: dict[str, list[str]] = {}
        names: dict[object, str] = {DefaultGraph(): ""}
        count = 0
        for quad in quads:
            triple = quad.triple
            line = str(triple)
            if "_:" in line and (isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)):
                raise _blank(path)
            node = quad.graph_name
            name = names.get(node)
            if name is None:
                if not isinstance(node, NamedNode):
                    raise _blank(path)
                name = names[node] = node.value
            lines = waiting.setdefault(name, [])
            lines.append(line)
            count += 1
            if len(lines) >= MOST_TRIPLES or count >= _MOST_WAITING:
                largest = max(waiting, key=lambda graph: len(waiting[graph]))
                taken = waiting.pop(largest)
                count -= len(taken)
                self._add([(largest, taken)])
        self._cut_rest(waiting)
        self.graphs = set(names.values()) - {""}

    def _cut_rest(self, waiting: dict[str, list[str]]) -> None:
        batch: list[tuple[str, list[str]]] = []
        size = 0
        for name, lines in waiting.items():
            if len(lines) >= LARGE:
                self._add([(name, lines)])
                continue
            for begin in range(0, len(lines), MOST_IN_BATCH):
                some = lines[begin : begin + MOST_IN_BATCH]
                if size + len(some) > MOST_IN_BATCH:
                    self._add(batch)
                    batch, size = [], 0
                batch.append((name, some))
                size += len(some)
        if batch:
            self._add(batch)

    def _add(self, graphs: list[tuple[str, list[str]]]) -> None:
        texts = [" .\n".join(lines).encode() + b" .\n" for _, lines in graphs]
        start = self._file.tell()
        self._file.writelines(texts)
        triples = sum(len(lines) for _, lines in graphs)
        self.triples += triples
        self._places.append(
            _Place(
                start,
                sum(map(len, texts)),
                tuple(name for name, _ in graphs),
                tuple(map(len, texts)),
                triples,
            )
        )


def insert(part: Part) -> str:
    """Return the update that inserts a part."""
    blocks = [f"GRAPH {NamedNode(name)} {{\n{text}}}" if name else text for name, text in part.graphs]
    text = "INSERT DATA {\n" + "\n".join(blocks) + "\n}"
    # Some engines expand \u escapes before they look for strings: see itgraph.store.sparql.format_term.
    return guard_escapes(text) if "\\\\u" in text or "\\\\U" in text else text


def _blank(path: Path) -> SourceError:
    return SourceError(
        "it has blank nodes, which would be doubled if a load is repeated; give them IRIs, or load it into a folder",
        path=path,
    )
