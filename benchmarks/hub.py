"""Measure a hub of models on disk: how it is loaded, and what is asked of it, beside other ways to ask the same.

For each size a synthetic hub is made (and kept), of which a quarter descends from one model; `itgraph hub` loads it, in
a process of its own, and then one question after another is asked. Every measurement runs in a process of its own,
too, and says how often it was made. What others do not answer in a minute is ended. Where two ways count the same, what
they count is compared: a difference is printed, and the exit code is 1.

Figures go into a file (``--json``) that later runs add to, so that a part can be measured anew; of it the tables of
docs/scaling.md are written (``--markdown docs/scaling.md``; without ``--sizes`` nothing is measured). Two of the ways
beside ours need packages that itgraph does not: numpy and rustworkx; where they are missing, they are left out. The
memory of pages is emptied for one measurement, if that is allowed (Linux, root): ``--skip cold-disk`` leaves it alone.

Usage: .venv/bin/python benchmarks/hub.py --sizes 20000,200000,2000000 --work build/hub --json build/hub/figures.json
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import http.client
import json
import math
import multiprocessing
import os
import platform
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import partial
from heapq import nlargest
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # our neighbours, wherever this is run from

from benchmarks.hub_generator import CHAIN, FAMILIES, make_models, write_hub

if TYPE_CHECKING:
    from itgraph.indexes.lineage import LineageIndex
    from itgraph.store import EmbeddedStore

LIMIT = 60.0
"""How many seconds others have for an answer."""

US = "itgraph"
SPARQL = "SPARQL in Oxigraph"
_ITG = "https://w3id.org/itgraph/ontology#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"


# -- Figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured (a key of :data:`QUESTIONS`), by whom, and how often; without a median there was no answer.

    ``found`` is what the answers came to, as a number that others must come to as well.
    """

    what: str
    by: str = US
    unit: str = "ms"
    count: int = 1
    median: float | None = None
    p95: float | None = None
    most: float | None = None
    found: int | None = None
    note: str = ""


def summed_up(what: str, values: Sequence[float], by: str = US, **said: Any) -> Figure:
    """Return the figure of several values."""
    ordered = sorted(values)
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Figure(
        what=what, by=by, count=len(values), median=statistics.median(ordered), p95=p95, most=ordered[-1], **said
    )


def timed(ask: Callable[[], Any], repeat: int) -> tuple[list[float], Any]:
    """Return the milliseconds that each of several runs takes, and the last answer."""
    times = []
    answer = None
    for _ in range(repeat):
        began = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - began) * 1000)
    return times, answer


def timed_each(
    ask: Callable[[Any], int], things: Iterable[Any], *, within: float = math.inf
) -> tuple[list[float], list[int]]:
    """Return the milliseconds that each of several different questions takes, and the numbers that were answered.

    After so many seconds no more are asked, so that something is known before a limit ends it all.
    """
    times, answers = [], []
    end = time.perf_counter() + within
    for thing in things:
        if time.perf_counter() > end:
            break
        began = time.perf_counter()
        answers.append(ask(thing))
        times.append((time.perf_counter() - began) * 1000)
    return times, answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row of the tables: what is asked, what was wanted of 2 million models, and what others took for it then."""

    text: str
    target: str = ""
    before: str = ""


QUESTIONS = {
    "load": Question(
        text="JSON lines to queryable store and indexes", target="480 s", before="Oxigraph's bulk load alone 330 s"
    ),
    "load-memory": Question(
        text="… memory at the most", target="2,500 MB", before="Oxigraph's bulk load alone 1,697 MB"
    ),
    "load-pace": Question(text="… per 1,000 models", target="flat"),
    "load-rate": Question(text="… entries a second"),
    "load-work": Question(text="… work folder at its largest"),
    "disk": Question(text="disk: the store, indexes and all", before="Oxigraph 3,894 MB"),
    "disk-lineage": Question(text="disk: index of lineage"),
    "disk-names": Question(text="disk: index of names"),
    "statements": Question(text="statements (quads) in the store"),
    "ancestors": Question(
        text="all ancestors of a model",
        target="0.05 / 0.2 ms",
        before="Oxigraph on disk 0.8 / 4.3, Virtuoso 3.8 / 6.4 ms",
    ),
    "ancestors-things": Question(text="… named and sorted, by `itgraph.lineage.ancestors`"),
    "descendants": Question(
        text="all descendants of the largest family",
        target="20 ms",
        before="Oxigraph on disk 2,500, Virtuoso 836, networkx 1,973 ms",
    ),
    "descendants-all": Question(text="… by all kinds of steps"),
    "descendants-count": Question(text="… counted"),
    "top": Question(
        text="top 20 bases by number of descendants",
        target="300 ms",
        before="Oxigraph none in 150 s, Virtuoso refuses, networkx 17,400 ms",
    ),
    "common": Question(text="nearest common ancestors of two models"),
    "search": Question(
        text="type-ahead search over all names, key by key",
        target="p95 50 ms",
        before="Oxigraph 7,000, Virtuoso 4,859 ms",
    ),
    "search-absent": Question(text="… of something that nothing is called"),
    "search-http": Question(text="… over HTTP, `/api/search`"),
    "neighbourhood": Question(text="`/api/neighbourhood` of the ten largest hubs", target="p95 50 ms"),
    "neighbourhood-size": Question(text="… as sent, gzip", target="10 KB"),
    "serve-memory": Question(text="memory of `itgraph serve` after that"),
    "cold": Question(text="cold `itgraph lineage NAME`, whole process", target="500 ms"),
    "cold-disk": Question(text="… with nothing of the disk in memory"),
    "ancestors-of-model": Question(text="saved query ancestors-of-model"),
    "descendants-of-model": Question(text="saved query descendants-of-model, largest family"),
    "most-built-upon-models": Question(text="saved query most-built-upon-models"),
    "common-ancestors-of-models": Question(text="saved query common-ancestors-of-models"),
    "kill": Question(text="kill -9 at random moments of the load", target="old or resumed, never wrong"),
}


# -- Processes ---------------------------------------------------------------------------------------------------------


class NoAnswerError(Exception):
    """A measurement took longer than it may, or its process failed."""


def apart(measure: Callable[..., Any], *arguments: Any, limit: float | None = None) -> Any:
    """Call a function in a process of its own, which is killed after so many seconds; return what it returns.

    Raises:
        NoAnswerError: it takes longer, or fails.
    """
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_send_answer, args=(sending, measure, arguments))
    process.start()
    sending.close()
    try:
        if not receiving.poll(limit):
            raise NoAnswerError(f"none in {limit:.0f} s")
        return receiving.recv()
    except EOFError as error:
        raise NoAnswerError("failed: what it said stands above") from error
    finally:
        process.kill()
        process.join()


def _send_answer(sending: Any, measure: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    sending.send(measure(*arguments))


def beside(what: str, by: str, measure: Callable[..., list[Figure]], *arguments: Any) -> list[Figure]:
    """Measure how others answer; if they do not in time, or cannot, that is the figure."""
    try:
        return list(apart(measure, *arguments, limit=LIMIT))
    except NoAnswerError as error:
        return [Figure(what=what, by=by, note=str(error))]


class Watch:
    """Looks, five times a second, how much memory a process and those below it have, and how large folders are."""

    def __init__(self, pid: int, folders: Callable[[], list[Path]]) -> None:
        self.memory = 0.0
        """MB: all resident pages, those of files that are mapped into memory among them."""
        self.own_memory = 0.0
        """MB: resident pages that are no file's."""
        self.disk = 0.0
        """MB"""
        self._pid = pid
        self._folders = folders
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        turn = 0
        pids: list[int] = []
        while not self._done.wait(0.2):
            if turn % 10 == 0:  # to look at all processes takes longer
                pids = [self._pid, *processes_below(self._pid)]
                self.disk = max(self.disk, sum(map(size_of, self._folders())))
            turn += 1
            sizes = [memory_of(pid) for pid in pids]
            self.memory = max(self.memory, sum(size for size, _ in sizes))
            self.own_memory = max(self.own_memory, sum(own for _, own in sizes))


def memory_of(pid: int) -> tuple[float, float]:
    """Return the resident memory of a process in MB, and what of it is no file's; 0 if it has ended."""
    with suppress(OSError, ValueError):
        said = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        found = dict(re.findall(r"^(VmRSS|RssAnon):\s+(\d+) kB", said, re.MULTILINE))
        if found:
            return int(found["VmRSS"]) * 1024 / 1e6, int(found["RssAnon"]) * 1024 / 1e6
    return 0.0, 0.0


def most_memory() -> float:
    """Return how much memory this process has had at the most, in MB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii", errors="replace"))
    return int(found[1]) * 1024 / 1e6 if found else math.nan


def processes_below(pid: int) -> list[int]:
    """Return the processes that a process has started, and those that they have."""
    children = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError, ValueError, IndexError):
                parent = int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
                children[parent].append(int(folder.name))
    found = [pid]
    for near in found:
        found += children[near]
    return found[1:]


def size_of(path: Path) -> float:
    """Return the size of a file, or of all files in a folder, in MB."""
    with suppress(OSError):
        if not path.is_dir():
            return path.stat().st_size / 1e6
        return sum(size_of(inside) for inside in path.iterdir())
    return 0.0


# -- Loading -----------------------------------------------------------------------------------------------------------


def generate(folder: Path, number: int, family: int) -> None:
    """Make a hub, unless the folder has just this one already."""
    plan = {"models": number, "family": family, "generator": _generator_hash()}
    mark = folder / "plan.json"
    with suppress(OSError, ValueError):
        if json.loads(mark.read_bytes()) == plan:
            return
    tell(f"making a hub of {number:,} models")
    write_hub(folder, number, family=family)
    mark.write_text(json.dumps(plan), encoding="utf-8")


def _generator_hash() -> str:
    source = Path(__file__).with_name("hub_generator.py")
    return hashlib.sha256(source.read_bytes()).hexdigest()


def inputs_of(folder: Path) -> list[str]:
    """Return the listings of a hub."""
    return [str(folder / "models.jsonl"), str(folder / "datasets.jsonl")]


def measure_load(folder: Path, store: Path, models: int, repeat: int) -> list[Figure]:
    """Load a hub by `itgraph hub`, as often as is wanted, each time from the beginning."""
    seconds, memory, own, work, processor = [], [], [], [], []
    with Path(inputs_of(folder)[1]).open("rb") as file:
        entries = models + sum(1 for _ in file)
    for _ in range(repeat):
        shutil.rmtree(store, ignore_errors=True)
        shutil.rmtree(store.with_name(f".{store.name}.hub"), ignore_errors=True)
        with (store.parent / "load.log").open("w+", encoding="utf-8") as log:
            began = time.perf_counter()
            command = [sys.executable, "-m", "itgraph", "hub", *inputs_of(folder), "-o", str(store)]
            process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603
            with Watch(process.pid, lambda: list(store.parent.glob(f".{store.name}.hub*"))) as watch:
                _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds.append(time.perf_counter() - began)
            log.seek(0)
            said = log.read().strip()
        if process.returncode:
            raise NoAnswerError(f"itgraph hub ended with {process.returncode}: {said[-500:]}")
        memory.append(watch.memory)
        own.append(watch.own_memory)
        work.append(watch.disk)
        processor.append(usage.ru_utime + usage.ru_stime)
    note = f"{statistics.median(processor):,.0f} s of processor time"
    middle = statistics.median(seconds)
    pages = f"{statistics.median(own):,.0f} MB of it are no file's"
    return [
        summed_up("load", seconds, unit="s", note=note),
        summed_up("load-memory", memory, unit="MB", note=pages),
        summed_up("load-pace", [each * 1e6 / models for each in seconds], unit="ms"),
        Figure(what="load-rate", unit="a second", count=repeat, median=entries / middle, found=entries),
        summed_up("load-work", work, unit="MB"),
        *measure_disk(store),
    ]


def measure_disk(store: Path) -> list[Figure]:
    """Say how large the store and its indexes are."""
    from itgraph.indexes import LINEAGE_FILE, NAMES_FILE

    sizes = {"disk": store, "disk-lineage": store / LINEAGE_FILE, "disk-names": store / NAMES_FILE}
    return [Figure(what=what, unit="MB", median=size_of(path)) for what, path in sizes.items()]


def measure_bulk_load(store: Path, repeat: int) -> list[Figure]:
    """Give Oxigraph the same statements, in one file, and nothing else to do."""
    quads, fresh = store.with_name("statements.nq"), store.with_name("oxigraph")
    try:
        statements = apart(dump, store, quads)
        runs, sizes = [], []
        for _ in range(repeat):
            shutil.rmtree(fresh, ignore_errors=True)
            runs.append(apart(bulk_load, quads, fresh))
            sizes.append(size_of(fresh))
    finally:
        quads.unlink(missing_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
    seconds, order, memory = zip(*runs, strict=True)
    by = "Oxigraph's bulk load alone"
    note = f"and {statistics.median(order):,.1f} s to put it in order, as itgraph does too"
    return [
        Figure(what="statements", unit="", median=statements),
        summed_up("load", seconds, by, unit="s", note=note),
        summed_up("load-memory", memory, by, unit="MB"),
        Figure(what="disk", by=by, unit="MB", count=repeat, median=statistics.median(sizes)),
    ]


def dump(store: Path, path: Path) -> int:
    """Write all statements of a store into a file; return how many there are."""
    from pyoxigraph import RdfFormat, Store

    Store.read_only(str(store)).dump(str(path), format=RdfFormat.N_QUADS)
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(partial(file.read, 1 << 20), b""))


def bulk_load(path: Path, folder: Path) -> tuple[float, float, float]:
    """Load a file into a new store; return the seconds it takes, those to put it in order, and MB of memory."""
    from pyoxigraph import RdfFormat, Store

    began = time.perf_counter()
    store = Store(str(folder))
    store.bulk_load(path=str(path), format=RdfFormat.N_QUADS)
    store.flush()
    loaded = time.perf_counter()
    store.optimize()
    store.flush()
    return loaded - began, time.perf_counter() - loaded, most_memory()


# -- Lineage -----------------------------------------------------------------------------------------------------------


def open_indexed(folder: Path) -> tuple[EmbeddedStore, LineageIndex]:
    """Open a store and its index of lineage."""
    from itgraph.store import EmbeddedStore

    store = EmbeddedStore.open(folder)
    assert store.lineage is not None, f"{folder} has no indexes; `itgraph index` makes them"
    return store, store.lineage


def choose_models(index: LineageIndex, number: int) -> list[int]:
    """Return models that have ancestors, at random, the same ones each time."""
    found = [node for node in range(len(index)) if index.degree(node, "up") and index.kind(node) == "model"]
    chance = random.Random(1)  # noqa: S311 - a benchmark
    return chance.sample(found, min(number, len(found)))


_COMPARED = 500
"""Of how many models others are asked the ancestors."""


def measure_ancestors(store: Path) -> list[Figure]:
    """Ask our index for the ancestors of 2,000 models, each once."""
    from itgraph.lineage import ancestors

    opened, index = open_indexed(store)
    iris = [index.iri(node) for node in choose_models(index, 2_000)]

    def ask(iri: str) -> int:
        node = index.find(iri)
        assert node is not None
        return len(index.ancestors(node))

    times, found = timed_each(ask, iris)
    things, named = timed_each(lambda iri: len(ancestors(opened, iri)), iris[:_COMPARED])
    note = f"{statistics.fmean(found):.1f} ancestors on average, {max(found)} at the most"
    return [
        summed_up("ancestors", times, found=sum(found[:_COMPARED]), note=note),
        summed_up("ancestors-things", things, found=sum(named)),
    ]


def measure_ancestors_sparql(store: Path) -> list[Figure]:
    """Ask the engine for the ancestors of some of the same models."""
    from pyoxigraph import Store

    _, index = open_indexed(store)
    engine: Any = Store.read_only(str(store))
    iris = [index.iri(node) for node in choose_models(index, 2_000)][:_COMPARED]
    # A model in a circle is above itself: the index does not count it.
    query = f"SELECT ?a {{ <%s> <{_ITG}upstream>+ ?a FILTER(?a != <%s>) }}"
    times, found = timed_each(lambda iri: sum(1 for _ in engine.query(query % (iri, iri))), iris, within=LIMIT / 2)
    return [summed_up("ancestors", times, SPARQL, found=sum(found) if len(found) == len(iris) else None)]


def measure_networkx(store: Path, what: str) -> list[Figure]:
    """Answer a question of lineage by networkx, from a graph of numbers in memory."""
    import networkx as nx

    _, index = open_indexed(store)
    edges = list(edges_of(index, bases_only=what != "ancestors"))
    began = time.perf_counter()
    graph = nx.DiGraph(edges)
    built = f"after {time.perf_counter() - began:.1f} s to build it"
    if what == "ancestors":
        models = choose_models(index, 2_000)[:_COMPARED]
        times, found = timed_each(lambda node: len(nx.descendants(graph, node)), models)
        return [summed_up(what, times, "networkx", found=sum(found), note=built)]
    if what == "descendants":
        base = index.most_built_upon(1)[0].node
        times, answer = timed(lambda: nx.ancestors(graph, base), 3)
        return [summed_up(what, times, "networkx", found=len(answer), note=built)]
    times, counts = timed(lambda: [len(nx.ancestors(graph, node)) for node in graph if graph.in_degree(node)], 1)
    return [summed_up(what, times, "networkx", found=sum(nlargest(20, counts)), note=built)]


def measure_rustworkx(store: Path, what: str) -> list[Figure]:
    """Answer a question of lineage by rustworkx, from a graph of numbers in memory."""
    rx: Any = import_module("rustworkx")
    _, index = open_indexed(store)
    edges = list(edges_of(index, bases_only=what != "ancestors"))
    began = time.perf_counter()
    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(len(index)))
    graph.add_edges_from_no_data(edges)
    built = f"after {time.perf_counter() - began:.1f} s to build it"
    if what == "ancestors":
        models = choose_models(index, 2_000)[:_COMPARED]
        times, found = timed_each(lambda node: len(rx.descendants(graph, node)), models)
        return [summed_up(what, times, "rustworkx", found=sum(found), note=built)]
    if what == "descendants":
        base = index.most_built_upon(1)[0].node
        times, answer = timed(lambda: rx.ancestors(graph, base), 5)
        return [summed_up(what, times, "rustworkx", found=len(answer), note=built)]
    bases = sorted({parent for _, parent in edges})
    times, counts = timed(lambda: [len(rx.ancestors(graph, node)) for node in bases], 1)
    return [summed_up(what, times, "rustworkx", found=sum(nlargest(20, counts)), note=built)]


def measure_numpy(store: Path, what: str) -> list[Figure]:
    """Answer a question of lineage on plain arrays of numpy, a level at a time."""
    import numpy as np

    _, index = open_indexed(store)
    edges = np.array(list(edges_of(index, bases_only=what != "ancestors")), dtype=np.int64)
    near, far = (edges[:, 0], edges[:, 1]) if what == "ancestors" else (edges[:, 1], edges[:, 0])
    began = time.perf_counter()
    ends = far[np.argsort(near, kind="stable")]
    starts = np.concatenate(([0], np.cumsum(np.bincount(near, minlength=len(index)))))
    built = f"after {time.perf_counter() - began:.1f} s to build it"
    seen = np.zeros(len(index), dtype=bool)

    def count_reached(start: int) -> int:
        level = np.array([start])
        reached = [level]
        seen[start] = True
        while len(level):
            counts = starts[level + 1] - starts[level]
            # The places of all edges that lead on from this level.
            places = np.arange(counts.sum()) + np.repeat(starts[level] - np.cumsum(counts) + counts, counts)
            level = np.unique(ends[places])
            level = level[~seen[level]]
            seen[level] = True
            reached.append(level)
        found = np.concatenate(reached)
        seen[found] = False
        return len(found) - 1

    by = "numpy"
    if what == "ancestors":
        times, found = timed_each(count_reached, choose_models(index, 2_000)[:_COMPARED])
        return [summed_up(what, times, by, found=sum(found), note=built)]
    if what == "descendants":
        base = index.most_built_upon(1)[0].node
        times, count = timed(lambda: count_reached(base), 5)
        return [summed_up(what, times, by, found=count, note=built)]
    bases = [int(base) for base in np.unique(edges[:, 1])]
    times, counts = timed(lambda: [count_reached(base) for base in bases], 1)
    return [summed_up(what, times, by, found=sum(nlargest(20, counts)), note=built)]


def edges_of(index: LineageIndex, *, bases_only: bool) -> Iterator[tuple[int, int]]:
    """Yield the edges of an index, from child to parent; none twice, and none of a thing to itself."""
    base = 0  # the place of baseModel among the relations
    found = {
        (edge.child, edge.parent)
        for edge in index.edges()
        if edge.child != edge.parent and (edge.relation == base or not bases_only)
    }
    yield from sorted(found)


def measure_descendants(store: Path) -> list[Figure]:
    """Ask our index for the descendants of the model that most are built on."""
    _, index = open_indexed(store)
    base = index.most_built_upon(1)[0].node
    built_on, models = timed(lambda: index.descendants(base, bases_only=True), 30)
    by_all, things = timed(lambda: index.descendants(base), 30)
    counting, count = timed(lambda: index.count_descendants(base, bases_only=True), 30)
    assert count == len(models)
    return [
        summed_up("descendants", built_on, found=len(models), note=f"{len(models):,} models"),
        summed_up("descendants-all", by_all, found=len(things), note=f"{len(things):,} models and datasets"),
        summed_up("descendants-count", counting, found=count),
    ]


def measure_descendants_sparql(store: Path) -> list[Figure]:
    """Let the engine count the descendants of the same model, once."""
    base = find_largest(store)
    query = f"SELECT (COUNT(DISTINCT ?d) AS ?n) {{ ?d <{_ITG}baseModel>+ <{base}> FILTER(?d != <{base}>) }}"
    times, rows = timed(lambda: list(ask_engine(store, query)), 1)
    return [summed_up("descendants", times, SPARQL, found=int(rows[0][0].value))]


def find_largest(store: Path) -> str:
    """Return the IRI of the model that most are built on."""
    _, index = open_indexed(store)
    return index.iri(index.most_built_upon(1)[0].node)


def ask_engine(store: Path, query: str) -> Any:
    """Ask the engine alone."""
    from pyoxigraph import Store

    return Store.read_only(str(store)).query(query)


def measure_top(store: Path) -> list[Figure]:
    """Ask our index which 20 models most are built on."""
    _, index = open_indexed(store)
    times, tops = timed(lambda: index.most_built_upon(20), 20)
    return [summed_up("top", times, found=sum(top.descendants for top in tops))]


def measure_top_sparql(store: Path) -> list[Figure]:
    """Ask the engine for the same."""
    query = f"""SELECT ?b (COUNT(DISTINCT ?d) AS ?n) {{ ?d <{_ITG}baseModel>+ ?b FILTER(?d != ?b) }}
        GROUP BY ?b ORDER BY DESC(?n) LIMIT 20"""
    times, rows = timed(lambda: list(ask_engine(store, query)), 1)
    return [summed_up("top", times, SPARQL, found=sum(int(row[1].value) for row in rows))]


_PAIRS = 50
"""Of how many pairs of models others are asked the common ancestors."""


def choose_pairs(index: LineageIndex, number: int) -> list[tuple[str, str]]:
    """Return pairs of models of the largest family, at random, the same ones each time."""
    chance = random.Random(2)  # noqa: S311 - a benchmark
    family = index.descendants(index.most_built_upon(1)[0].node, bases_only=True)
    return [(index.iri(chance.choice(family)), index.iri(chance.choice(family))) for _ in range(number)]


def measure_common(store: Path) -> list[Figure]:
    """Ask our index for the nearest common ancestors of 1,000 pairs."""
    _, index = open_indexed(store)

    def ask(pair: tuple[str, str]) -> int:
        first, second = (index.find(iri) for iri in pair)
        assert first is not None
        assert second is not None
        return len(index.nearest_common_ancestors(first, second))

    times, found = timed_each(ask, choose_pairs(index, 1_000))
    return [summed_up("common", times, found=sum(found[:_PAIRS]))]


def measure_common_sparql(store: Path) -> list[Figure]:
    """Ask the engine for the same, of some of the pairs."""
    from pyoxigraph import Store

    engine: Any = Store.read_only(str(store))
    _, index = open_indexed(store)
    query = f"""SELECT DISTINCT ?c {{ <%s> <{_ITG}upstream>* ?c . <%s> <{_ITG}upstream>* ?c
        FILTER NOT EXISTS {{ <%s> <{_ITG}upstream>* ?d . <%s> <{_ITG}upstream>* ?d . ?d <{_ITG}upstream>+ ?c }} }}"""
    pairs = choose_pairs(index, 1_000)[:_PAIRS]
    times, found = timed_each(
        lambda pair: sum(1 for _ in engine.query(query % (*pair, *pair))), pairs, within=LIMIT / 2
    )
    return [summed_up("common", times, SPARQL, found=sum(found) if len(found) == len(pairs) else None)]


# -- Names -------------------------------------------------------------------------------------------------------------

_TYPED = ("mistral", "llama chat", "gpt-3.5", "belmilo", "zenqua 7b", "ralo gguf", "7b", "lora", "vicuna")
_ABSENT = ("xyzzyplugh", "qwxv 7b", "mistrall-7b")
_PART = "belmilo"


def choose_typed(index: LineageIndex) -> list[str]:
    """Return what people type, key by key: what is common, what is rare, two words, and the names of some models."""
    names = [index.label(node).partition("/")[2] or index.label(node) for node in choose_models(index, 20)]
    return [text[:end] for text in (*_TYPED, *(name[:14] for name in names)) for end in range(1, len(text) + 1)]


def measure_search(store: Path) -> list[Figure]:
    """Search our index of names after each key."""
    opened, index = open_indexed(store)
    assert opened.names is not None
    names = opened.names
    typed = choose_typed(index)
    times, found = timed_each(lambda text: len(names.search(text, limit=20)), typed)
    slowest = typed[max(range(len(times)), key=times.__getitem__)]
    absent, nothing = timed_each(
        lambda text: len(names.search(text, limit=20)),
        [text[:end] for text in _ABSENT for end in range(4, len(text) + 1)],
    )
    return [
        summed_up("search", times, note=f"slowest: {slowest!r}; {sum(map(bool, found))} found something"),
        summed_up("search-absent", absent, note=f"{sum(map(bool, nothing))} found something"),
    ]


def measure_contains(store: Path, what: str, text: str) -> list[Figure]:
    """Let the engine look for a text in all labels, once."""
    query = f"""SELECT ?thing ?label {{ ?thing <{_RDFS}label> ?label FILTER(CONTAINS(LCASE(?label), "{text}")) }}
        ORDER BY ?label LIMIT 20"""
    times, rows = timed(lambda: list(ask_engine(store, query)), 1)
    return [summed_up(what, times, SPARQL, note=f"CONTAINS {text!r}: {len(rows)} rows")]


# -- Whole processes ---------------------------------------------------------------------------------------------------


@contextmanager
def serving(store: Path) -> Iterator[tuple[int, int]]:
    """Run `itgraph serve` without a cache; yield its port and its process id."""
    options = ["--port", "0", "--cache", "0", "--log", "off"]
    command = [sys.executable, "-m", "itgraph", "serve", "-g", str(store), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if match := re.search(r"Serving at http://[^ ]*:(\d+)/", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()  # or the server waits for a reader
                yield int(match[1]), process.pid
                return
        raise NoAnswerError(f"the server did not start: {said[-500:]}")
    finally:
        process.terminate()
        process.wait()


def measure_http(store: Path) -> list[Figure]:
    """Ask a server for what is around the largest hubs, and to search after each key."""
    opened, index = open_indexed(store)
    del opened
    hubs = nlargest(10, range(len(index)), key=lambda node: index.degree(node, "down"))
    paths = [f"/api/neighbourhood?focus={quote(index.iri(node), safe='')}" for node in hubs]
    typed = [f"/api/search?q={quote(text)}" for text in choose_typed(index)]
    sizes: list[float] = []
    with serving(store) as (port, pid):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)

        def ask(path: str) -> int:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise NoAnswerError(f"{path}: HTTP {response.status}, {body[:300]!r}")
            if path in paths:
                assert response.headers["Content-Encoding"] == "gzip"
                json.loads(gzip.decompress(body))
                sizes.append(len(body) / 1000)
            return len(body)

        first, _ = timed_each(ask, paths)
        sizes.clear()
        times, _ = timed_each(ask, paths * 30)
        keys, _ = timed_each(ask, typed)
        memory = [memory_of(each) for each in (pid, *processes_below(pid))]
    return [
        summed_up("neighbourhood", times, note=f"the very first one {first[0]:,.0f} ms"),
        summed_up("neighbourhood-size", sizes, unit="KB"),
        summed_up("search-http", keys),
        Figure(
            what="serve-memory",
            unit="MB",
            median=sum(own for _, own in memory),
            note=f"{len(memory)} processes; with files that are mapped, and shared, {sum(map(max, memory)):,.0f} MB",
        ),
    ]


def choose_names(store: Path, number: int, family: int) -> list[str]:
    """Return names to ask for: children of hubs, the end of the chain, of the survey, and some that are not unique."""
    _, index = open_indexed(store)
    chance = random.Random(3)  # noqa: S311 - a benchmark
    hubs = nlargest(10, range(len(index)), key=lambda node: index.degree(node, "down"))
    children = [index.label(chance.choice(index.children(hub)).child) for hub in hubs]
    # The chain is the first of the derived models.
    end = round(number * FAMILIES) + CHAIN - 2
    chain = next(islice(make_models(number, family=family), end, None)).id
    bare = [index.label(node).rpartition("/")[2] for node in choose_models(index, 3)]
    return [*children, chain, *bare, "Radiology-GPT", "LLaMA", "GPT-3", "WizardLM", "Alpaca", "Vicuna"]


def measure_cold(store: Path, number: int, family: int) -> list[Figure]:
    """Run `itgraph lineage NAME` for 20 names, a process each, three times in turn."""
    names = choose_names(store, number, family)
    times, codes = timed_each(partial(ask_lineage, store), names * 3)
    note = f"{len(names)} names, of which {sum(map(bool, codes)) // 3} are those of several things"
    return [summed_up("cold", times, note=note)]


def measure_cold_disk(store: Path, number: int, family: int) -> list[Figure]:
    """Do the same for some of the names, each time with nothing of the disk in memory."""
    names = choose_names(store, number, family)[8:16]
    os.sync()
    times, how = [], ""
    for name in names:
        how = empty_page_cache(store)
        times += timed_each(partial(ask_lineage, store), [name])[0]
    return [summed_up("cold-disk", times, note=how)]


def ask_lineage(store: Path, name: str) -> int:
    """Ask for a lineage on the command line; return the exit code, which is 2 where several things are called so."""
    command = [sys.executable, "-m", "itgraph", "lineage", name, "-g", str(store)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode not in {0, 2}:
        raise NoAnswerError(f"itgraph lineage {name}: {done.stderr[-500:]}")
    return done.returncode


def empty_page_cache(store: Path) -> str:
    """Let the system forget what it has read of the disk, or at least of the store; return which."""
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("1\n", encoding="ascii")
        return "the whole page cache emptied"
    for path in store.iterdir():
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return "only the store's own pages dropped"


# -- Saved queries -----------------------------------------------------------------------------------------------------

SAVED = ("ancestors-of-model", "descendants-of-model", "most-built-upon-models", "common-ancestors-of-models")


def parameters_of(name: str, index: LineageIndex) -> list[dict[str, str]]:
    """Return the parameters to ask a saved query with, one after the other."""
    if name == "ancestors-of-model":
        return [{"model": index.iri(node)} for node in choose_models(index, 200)]
    if name == "descendants-of-model":
        return [{"model": index.iri(index.most_built_upon(1)[0].node)}] * 3
    if name == "common-ancestors-of-models":
        return [{"model": first, "other": second} for first, second in choose_pairs(index, 200)]
    return [{}] * 3


def measure_saved(store: Path, name: str) -> list[Figure]:
    """Ask a saved query as the library does."""
    from itgraph.queries import get_query, run

    opened, index = open_indexed(store)
    query = get_query(name)
    times, found = timed_each(lambda given: len(run(query, opened, given).rows), parameters_of(name, index))
    return [summed_up(name, times, found=found[0], note=f"{found[0]:,} rows the first time")]


def measure_saved_sparql(store: Path, name: str) -> list[Figure]:
    """Ask the engine the SPARQL of a saved query, once."""
    from itgraph.queries import bind, get_query

    opened, index = open_indexed(store)
    text = bind(get_query(name), parameters_of(name, index)[0], opened)
    times, table = timed(lambda: opened.select(text), 1)
    return [summed_up(name, times, SPARQL, found=len(table.rows))]


# -- Faults ------------------------------------------------------------------------------------------------------------

# In parts of a few thousand entries, so that there is something to go on with.
_LOAD_IN_PARTS = """
import sys
from itgraph.loading import hub
hub.PART = int(sys.argv.pop(1))
from itgraph.cli import main
sys.exit(main())
"""


def measure_kills(work: Path, folder: Path, models: int, number: int) -> list[Figure]:
    """Kill a load that is to replace an older store, at random moments, and look what is there; then let it go on.

    Each time the folder must hold the old store or the new one, whole; and the load that goes on must come to just
    what one comes to that was never killed.
    """
    store = work / "killed"
    part = str(max(1, models // 8))
    old_inputs = work / "old-inputs"
    write_hub(old_inputs, 500, seed=2)
    shutil.rmtree(store, ignore_errors=True)
    shutil.rmtree(work / ".killed.hub", ignore_errors=True)
    command = [sys.executable, "-c", _LOAD_IN_PARTS, part, "hub", "-o", str(store)]
    began = time.perf_counter()
    subprocess.run([*command, *inputs_of(folder)], check=True, capture_output=True)  # noqa: S603
    whole = time.perf_counter() - began
    new = apart(digest_of, store)
    shutil.rmtree(store)
    subprocess.run([*command, *inputs_of(old_inputs)], check=True, capture_output=True)  # noqa: S603
    old = apart(digest_of, store)
    kept = work / "old-store"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(store, kept)
    chance = random.Random()  # noqa: S311 - other moments each time
    seen: dict[str, int] = defaultdict(int)
    for _ in range(number):
        shutil.rmtree(store)
        shutil.copytree(kept, store)
        moment = chance.uniform(0.05, 1.0) * whole
        killed = kill_after([*command, *inputs_of(folder)], moment)
        there = apart(digest_of, store)
        again = subprocess.run([*command, *inputs_of(folder)], check=True, capture_output=True, text=True)  # noqa: S603
        end = apart(digest_of, store)
        resumed = "going on" in again.stderr
        right = there in ({"old": old, "new": new}[each] for each in ("old", "new")) and end == new
        result = "killed" if killed else "ended before"
        state = "old" if there == old else "new" if there == new else "WRONG"
        seen[f"{state} store there"] += 1
        seen["the next load went on"] += resumed
        seen["WRONG"] += not right
        tell(f"  {result} after {moment:.1f} s: {state} store; the next load {'went on' if resumed else 'began anew'}")
    shutil.rmtree(kept)
    note = ", ".join(f"{what} {count}" for what, count in seen.items() if count)
    return [Figure(what="kill", unit="wrong", count=number, median=seen["WRONG"], found=0, note=note)]


def kill_after(command: list[str], seconds: float) -> bool:
    """Run a command for so long, then kill it and all that it has started; return whether it still ran."""
    process = subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
        return False
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return True


def digest_of(store: Path) -> str:
    """Return a digest of all statements of a store, in whatever order, and of its indexes, which must be its own."""
    from itgraph.loading.indexes import check_indexes

    opened, index = open_indexed(store)
    total = 0
    for quad in opened.quads():
        total += int.from_bytes(hashlib.blake2b(str(quad).encode(), digest_size=16).digest(), "big")
    wrong = check_indexes(store)
    return f"{total:x} {len(index)} {'; '.join(wrong)}"


# -- All of it ---------------------------------------------------------------------------------------------------------


def tell(message: str) -> None:
    """Say what is being done."""
    print(message, file=sys.stderr, flush=True)


def optional(name: str) -> bool:
    """Say whether a package is there."""
    from importlib.util import find_spec

    return find_spec(name) is not None


def measure_lineage(
    what: str, ours: Callable[..., list[Figure]], sparql: Callable[..., list[Figure]], store: Path
) -> list[Figure]:
    """Measure a question of lineage by all who can answer it."""
    found = list(apart(ours, store))
    found += beside(what, SPARQL, sparql, store)
    found += beside(what, "networkx", measure_networkx, store, what)
    for name, measure in (("numpy", measure_numpy), ("rustworkx", measure_rustworkx)):
        if optional(name):
            found += beside(what, name, measure, store, what)
    return found


def measure_all_search(store: Path) -> list[Figure]:
    """Measure the search for names."""
    found = list(apart(measure_search, store))
    found += beside("search", SPARQL, measure_contains, store, "search", _PART)
    return found + beside("search-absent", SPARQL, measure_contains, store, "search-absent", _ABSENT[0])


def measure_all_saved(store: Path) -> list[Figure]:
    """Measure the saved queries."""
    found = []
    for name in SAVED:
        found += apart(measure_saved, store, name)
        found += beside(name, SPARQL, measure_saved_sparql, store, name)
    return found


def measure_all_common(store: Path) -> list[Figure]:
    """Measure common ancestors."""
    return [*apart(measure_common, store), *beside("common", SPARQL, measure_common_sparql, store)]


STEPS = ("load", "bulk", "ancestors", "descendants", "top", "common", "search", "http", "cold", "cold-disk", "saved")


def measure_size(
    work: Path, number: int, family: float, skip: Sequence[str], loads: int
) -> Iterator[tuple[str, list[Figure]]]:
    """Measure a hub of one size, step by step."""
    folder = work / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    inputs, store = folder / "inputs", folder / "store"
    members = round(number * family)
    generate(inputs, number, members)
    steps: dict[str, Callable[[], list[Figure]]] = {
        "load": lambda: measure_load(inputs, store, number, loads),
        "bulk": lambda: measure_bulk_load(store, loads),
        "ancestors": lambda: measure_lineage("ancestors", measure_ancestors, measure_ancestors_sparql, store),
        "descendants": lambda: measure_lineage("descendants", measure_descendants, measure_descendants_sparql, store),
        "top": lambda: measure_lineage("top", measure_top, measure_top_sparql, store),
        "common": lambda: measure_all_common(store),
        "search": lambda: measure_all_search(store),
        "http": lambda: list(apart(measure_http, store)),
        "cold": lambda: list(apart(measure_cold, store, number, members)),
        "cold-disk": lambda: list(apart(measure_cold_disk, store, number, members)),
        "saved": lambda: measure_all_saved(store),
    }
    assert tuple(steps) == STEPS
    for name, step in steps.items():
        if name in skip:
            continue
        if name != "load" and not store.exists():
            sys.exit(f"{store} is not there: leave out --skip load")
        tell(f"{number:,} models: {name}")
        began = time.perf_counter()
        try:
            found = step()
        except NoAnswerError as error:
            # The others go on: what takes an hour must not end because of one.
            found = [Figure(what=name, note=str(error), median=None)]
        tell(f"  {time.perf_counter() - began:.0f} s")
        yield name, found


def find_differences(figures: Sequence[Figure]) -> list[str]:
    """Return where two ways came to different numbers, or one of ours to no answer."""
    ours = {figure.what: figure for figure in figures if figure.by == US}
    found = [f"{figure.what}: {figure.note}" for figure in ours.values() if figure.median is None]
    for figure in figures:
        one = ours.get(figure.what)
        if one and None not in (one.found, figure.found) and one.found != figure.found:
            found.append(f"{figure.what}: {one.found} by {US}, {figure.found} by {figure.by}")
    if (kill := ours.get("kill")) and kill.median:
        found.append(f"kill: {kill.note}")
    return found


def _parse_sizes(text: str) -> list[int]:
    try:
        return sorted(int(size) for size in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"expected numbers of models with commas, not {text!r}") from error


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes", type=_parse_sizes, default=[], metavar="N,N,...", help="of how many models (default: measure none)"
    )
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="where hubs and stores are kept")
    parser.add_argument("--skip", default="", metavar="STEP,...", help=f"leave out some of {', '.join(STEPS)}")
    parser.add_argument("--loads", type=int, default=1, metavar="N", help="how often each is loaded (default: 1)")
    parser.add_argument("--family", type=float, default=0.25, metavar="SHARE", help="of the largest (default: 0.25)")
    parser.add_argument("--kill", type=int, default=0, metavar="N", help="kill so many loads of the smallest size")
    parser.add_argument("--json", type=Path, metavar="FILE", help="add the figures to this file")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="put the tables between the marks in this file")
    options = parser.parse_args()
    sizes: list[int] = options.sizes
    skip = [step for step in options.skip.split(",") if step]
    if unknown := sorted(set(skip) - set(STEPS)):
        parser.error(f"--skip: there is no step {unknown[0]}; there is {', '.join(STEPS)}")
    if sizes and not options.work:
        parser.error("--work is missing: the folder where hubs and stores are kept")
    if not sizes and not (options.json and options.json.exists()):
        parser.error("there are no figures: measure some with --sizes, or name the file that has them with --json")
    book = Book(options.json)
    for number in sizes:
        for step, found in measure_size(options.work, number, options.family, skip, options.loads):
            book.add(number, step, found)
        if options.kill and number == sizes[0]:
            tell(f"{number:,} models: kill")
            folder = options.work / str(number)
            book.add(number, "kill", measure_kills(folder, folder / "inputs", number, options.kill))
    for number in sizes or book.sizes:
        print(f"\n{number:,} models\n\n{format_size(book.figures(number))}")
    if options.markdown:
        write_between_marks(options.markdown, format_document(book))
    differences = [f"{number:,} models: {each}" for number in sizes for each in find_differences(book.figures(number))]
    if differences:
        sys.exit("\n".join(["", "This should not be:", *differences]))


# -- Tables ------------------------------------------------------------------------------------------------------------


class Book:
    """The figures of all sizes, kept in a file; what is measured anew takes the place of what was there."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._said: dict[str, Any] = {"machine": "", "sizes": {}}
        if path and path.exists():
            self._said = json.loads(path.read_bytes())

    @property
    def sizes(self) -> list[int]:
        """The sizes that there are figures of."""
        return sorted(map(int, self._said["sizes"]))

    @property
    def machine(self) -> str:
        """What the last figures were measured on."""
        return str(self._said["machine"])

    def figures(self, size: int) -> list[Figure]:
        """Return the figures of a size."""
        return [Figure(**figure) for figure in self._said["sizes"].get(str(size), [])]

    def add(self, size: int, step: str, figures: Sequence[Figure]) -> None:
        """Add the figures of a step, and write them down at once."""
        # A step that failed before has left a figure of its own name.
        new = {(step, US), *((figure.what, figure.by) for figure in figures)}
        kept = [figure for figure in self.figures(size) if (figure.what, figure.by) not in new]
        self._said["sizes"][str(size)] = [asdict(figure) for figure in (*kept, *figures)]
        self._said["machine"] = describe_machine()
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self._said, indent=1) + "\n", encoding="utf-8")


def describe_machine() -> str:
    """Say in a line what the figures are measured on."""
    from importlib.metadata import version

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    python, engine, day = platform.python_version(), version("pyoxigraph"), time.strftime("%Y-%m-%d")
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {python}, Oxigraph {engine}, {day}"


def format_number(value: float) -> str:
    """Return a number with as many digits as say something.

    >>> [format_number(value) for value in (0.01234, 1.5, 12.34, 1234.5)]
    ['0.012', '1.5', '12', '1,234']
    """
    if value == 0:
        return "0"
    digits = max(0, 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def format_figure(figure: Figure, *, with_count: bool = True) -> str:
    """Return a figure in words: the median, and the 95th percentile where there is one."""
    if figure.median is None:
        return figure.note or "no answer"
    values = format_number(figure.median)
    if figure.p95 is not None and figure.count >= 20:
        values += f" / {format_number(figure.p95)}"
    count = f" ({figure.count:,}×)" if with_count else ""
    return f"{values} {figure.unit}".rstrip() + count


def format_size(figures: Sequence[Figure]) -> str:
    """Return the table of one size: medians, with the 95th percentile after a stroke, and how often it was measured."""
    lines = [
        "| what | wanted of 2 million | itgraph | beside it, in this run | others before |",
        "| --- | --- | --- | --- | --- |",
    ]
    for what, question in QUESTIONS.items():
        asked = [figure for figure in figures if figure.what == what]
        if asked:
            ours = [figure for figure in asked if figure.by == US]
            mine = "; ".join(format_figure(figure) for figure in ours)
            notes = "; ".join(figure.note for figure in ours if figure.note and figure.median is not None)
            others = "; ".join(f"{figure.by} {format_figure(figure)}" for figure in asked if figure.by != US)
            mine += f": {notes}" if notes else ""
            lines.append(f"| {question.text} | {question.target} | {mine} | {others} | {question.before} |")
    return "\n".join(lines)


def format_curves(book: Book) -> str:
    """Return the table of how our figures grow with the size."""
    lines = [
        f"| what | {' | '.join(f'{size:,} models' for size in book.sizes)} |",
        "| --- |" + " ---: |" * len(book.sizes),
    ]
    tables = [{figure.what: figure for figure in book.figures(size) if figure.by == US} for size in book.sizes]
    for what, question in QUESTIONS.items():
        if what != "kill" and any(what in table for table in tables):
            cells = [format_figure(table[what], with_count=False) if what in table else "" for table in tables]
            lines.append(f"| {question.text} | {' | '.join(cells)} |")
    return "\n".join(lines)


PLANNED = (10_000_000, 100_000_000)
_COSTS = {
    "load": ("seconds to load", "s"),
    "load-memory": ("memory while loading", "MB"),
    "load-work": ("work folder", "MB"),
    "disk": ("disk", "MB"),
    "disk-lineage": ("of it, index of lineage", "MB"),
    "disk-names": ("of it, index of names", "MB"),
    "statements": ("statements", ""),
}


def format_costs(book: Book) -> str:
    """Return what more models would cost: what each one cost between the two largest sizes, and from there on."""
    if len(book.sizes) < 2:
        return "(measured at one size only: nothing can be said of others)"
    small, large = book.sizes[-2:]
    before, now = ({figure.what: figure for figure in book.figures(size) if figure.by == US} for size in (small, large))
    lines = [
        f"| what | of each model | {' | '.join(f'{size:,} models' for size in (large, *PLANNED))} |",
        "| --- | ---: |" + " ---: |" * (1 + len(PLANNED)),
    ]
    for what, (text, unit) in _COSTS.items():
        first, last = (table[what].median if what in table else None for table in (before, now))
        if first is not None and last is not None:
            slope = (last - first) / (large - small)
            factor, each = {"s": (1e3, "ms"), "MB": (1e6, "bytes")}.get(unit, (1.0, ""))
            values = [last, *(last + slope * (size - large) for size in PLANNED)]
            cells = [f"{format_number(value)} {unit}".rstrip() for value in values]
            of_each = f"{format_number(slope * factor)} {each}".rstrip()
            lines.append(f"| {text} | {of_each} | {' | '.join(cells)} |")
    return "\n".join(lines)


def format_document(book: Book) -> dict[str, str]:
    """Return the tables of docs/scaling.md, by the names of their marks."""
    sizes = "\n\n".join(f"### {size:,} models\n\n{format_size(book.figures(size))}" for size in book.sizes)
    return {"curves": f"On {book.machine}.\n\n{format_curves(book)}", "costs": format_costs(book), "sizes": sizes}


def write_between_marks(path: Path, tables: dict[str, str]) -> None:
    """Put tables between the marks of a document: ``<!-- measured: NAME -->`` and ``<!-- end -->``."""
    text = path.read_text(encoding="utf-8")
    for name, table in tables.items():
        pattern = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        parts = pattern.split(text)
        if len(parts) != 4:
            sys.exit(f"{path} needs the line <!-- measured: {name} --> once, and <!-- end --> after it")
        before, begin, end, after = parts
        text = f"{before}{begin}\n{table}\n\n{end}{after}"
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
