"""Load a graph into a server or a folder: whole or visibly not, and safe to break off and to repeat.

Into a server it goes in parts. Its manifest counts those that have arrived, so that a load that was killed goes on
where it was; a part that arrives twice changes nothing. Until the last has arrived, the manifest says so, and nobody
who asks by way of itgraph takes half a graph for the whole. Only graphs that the manifest lists are ever cleared.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode

from itgraph.errors import SourceError, StoreError
from itgraph.loading.parts import Parts
from itgraph.loading.target import Target
from itgraph.resources import shipped_graph_path
from itgraph.store import EmbeddedStore, is_address
from itgraph.store.embedded import holds_already
from itgraph.store.files import rdf_errors, read_rdf
from itgraph.store.manifest import (
    CURRENT,
    GRACE,
    MANIFEST,
    Manifest,
    add_graphs,
    begin_manifest,
    forget_graphs,
    read_graphs,
    read_manifest,
    replace_manifest,
)
from itgraph.store.remote import list_graphs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Future

Progress = Callable[[int, int], None]
"""Told how many quads have arrived, of how many."""

_GRAPHS_AT_ONCE = 100
_CONNECTIONS = 2
"""How many parts are sent at the same time: Virtuoso takes in each on one core."""
_NOTE_AFTER = 1.0
"""How many seconds pass at least between two notes of what has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a load did: how many quads are there now, how many were sent, and in how many seconds."""

    location: str
    quads: int
    sent: int
    seconds: float
    resumed: bool = False

    def __str__(self) -> str:
        """Say it in a line."""
        if not self.sent:
            return f"{self.location}: holds these {self.quads:,} quads already; nothing was sent"
        resumed = ", going on where an earlier load ended" if self.resumed else ""
        rate = f"{self.sent / self.seconds:,.0f} a second" if self.seconds else "at once"
        return f"{self.location}: {self.quads:,} quads; sent {self.sent:,} in {self.seconds:.1f} s, {rate}{resumed}"


def load_into(
    location: str,
    source: Path | None = None,
    *,
    update: str | None = None,
    graph_store: str | None = None,
    progress: Progress = lambda _sent, _all: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Load a file, or the shipped graph, into a SPARQL server or into a folder.

    ``update`` and ``graph_store`` are the addresses where a server takes changes, where they cannot be guessed.

    Raises:
        SourceError: the file is not as it should be; nothing has been changed.
        StoreError: the server or the folder cannot be written to, or would lose what itgraph has not put there.
    """
    source = source or shipped_graph_path()
    if not is_address(location):
        began = time.monotonic()
        folder = Path(location)
        if holds_already(folder, source):
            return Report(location=location, quads=len(EmbeddedStore.open(folder)), sent=0, seconds=0)
        store = EmbeddedStore.create(folder, source)
        return Report(location=location, quads=len(store), sent=len(store), seconds=time.monotonic() - began)
    parts = Parts(source)
    try:
        if forbidden := {MANIFEST, CURRENT} & parts.graphs:
            raise SourceError(f"it has a graph of a name that is kept for itgraph: {min(forbidden)}", path=source)
        target = Target(location, update=update, graph_store=graph_store, sleep=sleep)
        return _Load(target, parts, source).run(progress, sleep)
    finally:
        parts.close()


class _Load:
    """One load of the parts of a file into a server."""

    def __init__(self, target: Target, parts: Parts, source: Path) -> None:
        self._target = target
        self._parts = parts
        self._source = source

    def run(self, progress: Progress, sleep: Callable[[float], None]) -> Report:
        began = time.monotonic()
        known = read_manifest(self._target.select)
        is_ours = known is not None and known.content == self._parts.content
        if is_ours and known is not None and known.status == "complete" and self._count(known) == known.quads:
            return Report(location=self._target.location, quads=known.quads, sent=0, seconds=0)
        if is_ours and known is not None and known.status == "loading" and known.done <= len(self._parts):
            manifest, resumed = known, True
        else:
            manifest, resumed = self._clear(known, sleep), False
        self._target.find_graph_store()
        sent = self._send(manifest, progress)
        quads = self._finish(manifest)
        seconds = time.monotonic() - began
        return Report(location=self._target.location, quads=quads, sent=sent, seconds=seconds, resumed=resumed)

    # -- Before ------------------------------------------------------------------------------------------------------

    def _clear(self, known: Manifest | None, sleep: Callable[[float], None]) -> Manifest:
        """Make room; what is not ours stays, or keeps us from it."""
        ours = read_graphs(self._target.select)
        foreign = set(list_graphs(self._target.select)) - ours - {MANIFEST}
        if known is None or known.default_graph != CURRENT:
            wanted = self._parts.graphs | {CURRENT}
        else:
            wanted = self._parts.graphs
        if taken := wanted & foreign:
            raise self._refuse(f"the graph <{min(taken)}> is there already, and itgraph has not loaded it")
        # Until it is known to be ours, the server's own default graph is not in the manifest, which may be cleared.
        manifest = Manifest(content=self._parts.content, status="clearing", quads=0, default_graph=CURRENT)
        if known is None:
            self._target.update(begin_manifest(manifest))
            manifest = self._claim_default_graph(manifest)
        else:
            if known.default_graph != CURRENT and known.status == "complete" and self._count(known) != known.quads:
                raise self._refuse("its default graph has been changed since itgraph loaded it")
            manifest = replace(manifest, default_graph=known.default_graph)
            self._target.update(replace_manifest(manifest))
            if known.status == "complete":
                sleep(GRACE)
            for some in _batches(sorted(ours)):
                self._target.update(" ;\n".join(f"CLEAR SILENT GRAPH {NamedNode(graph)}" for graph in some))
            self._target.update(f"CLEAR SILENT GRAPH <{CURRENT}>" if manifest.default_graph else "CLEAR SILENT DEFAULT")
            if ours:
                self._target.update(forget_graphs())
        for some in _batches(sorted(self._parts.graphs)):
            self._target.update(add_graphs(some))
        manifest = replace(manifest, status="loading")
        self._target.update(replace_manifest(manifest))
        return manifest

    def _claim_default_graph(self, manifest: Manifest) -> Manifest:
        """Use the server's default graph if it is one by itself, and empty."""
        if self._target.select(f"SELECT ?type WHERE {{ <{MANIFEST}> a ?type }}").rows:
            return manifest
        if self._target.select("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1").rows:
            self._target.update(f"CLEAR SILENT GRAPH <{MANIFEST}>")
            raise self._refuse("its default graph holds what itgraph has not loaded")
        manifest = replace(manifest, default_graph="")
        self._target.update(replace_manifest(manifest))
        return manifest

    def _refuse(self, why: str) -> StoreError:
        return StoreError(
            f"{why}; it is left as it is: give the graph a server of its own", location=self._target.location
        )

    # -- The parts ---------------------------------------------------------------------------------------------------

    def _send(self, manifest: Manifest, progress: Progress) -> int:
        sent = 0
        noted = float("-inf")
        with ThreadPoolExecutor(_CONNECTIONS) as pool:
            under_way: deque[tuple[int, Future[None]]] = deque()
            try:
                parts = self._parts.read(manifest.done)
                for done in range(manifest.done + 1, len(self._parts) + 1):
                    for part in islice(parts, 2 * _CONNECTIONS - len(under_way)):
                        arriving = pool.submit(self._target.send, part.with_default(manifest.default_graph))
                        under_way.append((part.triples, arriving))
                    # In their order: what the manifest counts has arrived, and all before it.
                    triples, first = under_way.popleft()
                    first.result()
                    if time.monotonic() - noted >= _NOTE_AFTER:
                        self._target.update(replace_manifest(replace(manifest, done=done)))
                        noted = time.monotonic()
                    sent += triples
                    progress(sent, self._parts.triples)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return sent

    def _finish(self, manifest: Manifest) -> int:
        now = read_manifest(self._target.select)
        if now is None or (now.content, now.status) != (self._parts.content, "loading"):
            raise StoreError("another load has come between; run this one again", location=self._target.location)
        found = self._count(manifest)
        if found != self._parts.triples and found != (wanted := _count_distinct(self._source)):
            # What was counted as arrived has not: begin anew next time.
            self._target.update(replace_manifest(replace(manifest, status="clearing")))
            message = f"it holds {found:,} quads instead of {wanted:,}; load the graph again"
            raise StoreError(message, location=self._target.location)
        self._target.update(replace_manifest(replace(manifest, status="complete", quads=found, done=len(self._parts))))
        return found

    def _count(self, manifest: Manifest) -> int:
        """Count what the server holds of our graphs."""
        pattern = "?s ?p ?o"
        if manifest.default_graph:
            pattern = f"GRAPH {NamedNode(manifest.default_graph)} {{ {pattern} }}"
        ours = read_graphs(self._target.select)
        counted = self._target.select("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return self._target.count(pattern) + sum(int(str(row.n)) for row in counted if str(row.g) in ours)


def _count_distinct(source: Path) -> int:
    """Count the quads of a file, each once."""
    data, format = read_rdf(source)
    store = pyoxigraph.Store()
    with rdf_errors(source, format):
        store.bulk_load(data, format=format)
    return len(store)


def _batches(graphs: Iterable[str]) -> Iterator[list[str]]:
    graphs = iter(graphs)
    while some := list(islice(graphs, _GRAPHS_AT_ONCE)):
        yield some
