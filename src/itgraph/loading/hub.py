"""Load what the Hugging Face hub publishes into a store on disk, beside a graph: in a stream, part after part.

The first pass reads every entry once, and writes what needs no other entry; what leads to other entries is noted in a
file beside the store. The second pass reads those notes, when it is known which ids there are. Then the indexes are
made, and the finished folder takes the place of the old one.

All of it happens in a work folder beside the store. What was done is noted there after each part, so that a load that
was killed goes on with the next one; a part that is loaded twice changes nothing. Only a finished folder ever gets the
name that was asked for.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Any, Literal, NamedTuple

import pyoxigraph

from itgraph import terms
from itgraph.errors import SourceError, StoreError, StoreLockedError
from itgraph.files import put_in_place
from itgraph.hub.entries import TEMPLATE_ARXIV, clean_text, parse_id
from itgraph.hub.inputs import digest, fingerprint, iter_items
from itgraph.indexes import LINEAGE_FILE, NAMES_FILE, seal_indexes
from itgraph.indexes.names import build_names
from itgraph.loading.indexes import read_edge_list, read_names, require_counts
from itgraph.loading.stream import SOME, StreamLoader
from itgraph.plurals import counted
from itgraph.resolve import slug_of
from itgraph.resources import shipped_graph_path
from itgraph.store.embedded import MARK, content_hash, require_replaceable
from itgraph.store.files import rdf_errors, read_rdf
from itgraph.triples.hub import Figures, HubIssue, HubWriter, Identities, revision_iri

if TYPE_CHECKING:
    from itgraph.hub.entries import Entry, Kind
    from itgraph.hub.inputs import Input, Item
    from itgraph.records import NamedThing
    from itgraph.triples.hub import Severity, Step

Progress = Callable[[str, int], None]
"""Told what is being done, and how many entries have been read for it."""

PART = 25_000
"""How many entries are read before it is noted that they are."""

AT_ONCE = 100
"""How many parts are loaded at once: what is lost of the loading, at the most, if it is killed.

The engine merges all that it has after each load, so that many small ones take several times as long."""

_SAID = {"said": 1}
_SAID_NOTE = json.dumps(_SAID)
_VERSION = 2
_NOTHING_DONE = {"parts": 0, "loaded": 0, "items": 0, "newest": "", "report": None}
_PLAN = "plan.json"
_JOURNAL = "journal.json"
_SEVERITIES: dict[str, Severity] = {
    **dict.fromkeys(("malformed-json", "malformed-yaml", "missing-id", "unreadable"), "error"),
    **dict.fromkeys(("bases-differ", "non-language-value", "renamed", "template-arxiv"), "info"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReport:
    """What a load did: entries by kind, edges of lineage, issues by their codes; whether an earlier load went on."""

    location: str
    models: int
    datasets: int
    edges: int
    issues: dict[str, int]
    resumed: bool

    def __str__(self) -> str:
        """Say it in a line."""
        found = ", ".join(f"{count:,} {code}" for code, count in sorted(self.issues.items()))
        resumed = ", going on where an earlier load ended" if self.resumed else ""
        return (
            f"{self.location}: {counted(self.models, 'model')}, {counted(self.datasets, 'dataset')}, "
            f"{counted(self.edges, 'step')} of lineage"
            f"{resumed}; issues: {found or 'none'}"
        )


def load_hub(
    folder: Path,
    inputs: Sequence[Input],
    *,
    graph: Path | None = None,
    renames: Path | None = None,
    progress: Progress = lambda _doing, _entries: None,
) -> HubReport:
    """Load listings and cards into a folder, beside a graph (by default the shipped one), with indexes.

    ``renames`` is a CSV file of two columns, old and new id, of repositories that were renamed.

    Raises:
        SourceError: an input or the graph cannot be read; nothing has been changed.
        StoreError: the folder holds something else than a graph, is in use, or cannot be written. What is done by then
            is kept, and a load of the same goes on from there.
    """
    graph = graph or shipped_graph_path()
    folder = Path(os.path.realpath(folder))
    _require_place(folder)
    work = folder.with_name(f".{folder.name}.hub")
    # All that can be wrong with what is read comes first: before anything is written.
    plan = {
        "version": f"{version('itgraph')}-{_VERSION}",
        "inputs": fingerprint(inputs),
        "graph": content_hash(graph),
        "renames": content_hash(renames) if renames else "",
        "part": PART,
    }
    new_names = _read_renames(renames)
    base = _Base(graph)
    try:
        with _Lock(folder.with_name(f".{folder.name}.hub-lock")):
            resumed = _begin(work, folder, plan)
            with _without_collecting():
                report = _Load(work, inputs, base=base, renames=new_names, plan=plan, progress=progress).run()
            _put_in_place(work, folder)
    except OSError as error:
        raise StoreError(f"it cannot be written: {error.strerror or error}", location=folder) from error
    return HubReport(location=str(folder), resumed=resumed, **report)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python from looking for circles of garbage: there are none, and much to look through again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


# -- The work folder -----------------------------------------------------------------------------------------------


def _require_place(folder: Path) -> None:
    """Check that a folder may be made, or replaced as a whole.

    Raises:
        StoreError: it holds something else than a graph, is in use, or is a file system of its own.
    """
    require_replaceable(folder)
    if folder.is_mount():
        raise StoreError("a file system is mounted there, and cannot be replaced; name a folder in it", location=folder)


class _Lock:
    """A file that one process at a time holds; it is let go when the process ends, however it does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        while not self._take():
            pass

    def _take(self) -> bool:
        """Lock the file; say no if it is not the one that others will find: who had it has just let go of it."""
        import sqlite3

        try:
            self._path.touch()
            there = self._path.stat()
        except FileNotFoundError:  # who had it has let go of it between the two
            return False
        try:
            # The engine of SQLite locks files on every system, and lets go of those of a process that was killed.
            self._lock = sqlite3.connect(self._path, isolation_level=None, timeout=0)
        except sqlite3.Error as error:
            raise StoreError(f"it cannot be locked: {error}", location=self._path) from error
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._lock.close()
            if not self._is_still(there):
                return False
            if "locked" in str(error):
                message = "another process is loading into it; wait until that one has ended"
                raise StoreLockedError(message, location=self._path) from error
            raise StoreError(f"it cannot be locked: {error}", location=self._path) from error
        if self._is_still(there):
            return True
        self._lock.close()
        return False

    def _is_still(self, there: os.stat_result) -> bool:
        try:
            return os.path.samestat(there, self._path.stat())
        except FileNotFoundError:
            return False

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._path.unlink()
        self._lock.close()


def _begin(work: Path, folder: Path, plan: dict[str, Any]) -> bool:
    """Make the work folder ready; return whether it holds part of just this work, or all of it.

    The plan is there from the beginning to the end of a work, and the journal as soon as any of it is done.
    """
    if (work / "old").exists() and (work / "store").exists() and not folder.exists():
        # A process was killed just when it put a finished store in place: nobody else's work is to be lost for that.
        (work / "store").rename(folder)
    done = _read_json(work / _JOURNAL) if _read_json(work / _PLAN) == plan else None
    # Where all is done, the store is still here, or it has its name already and was not replaced since.
    if done and (not done["report"] or (work / "store").exists() or _read_mark(folder) == _mark(plan)):
        return True
    _discard(work)
    work.mkdir(parents=True)
    _write_json(work / _PLAN, plan)
    return False


def _put_in_place(work: Path, folder: Path) -> None:
    """Give the finished store its name, in place of the one that had it.

    No system has a way to exchange two folders that all have. So for a moment there is none; a process that is killed
    just then leaves both, and the next load finishes what it began.
    """
    old, new = work / "old", work / "store"
    if new.exists():
        _require_place(folder)  # it may have changed since we began
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
        put_in_place(new, folder, old)
    _discard(work)


def _discard(work: Path) -> None:
    """Delete a work folder; first the plan, since what is left of the others is of no use to anybody."""
    with suppress(FileNotFoundError):
        (work / _PLAN).unlink()
    shutil.rmtree(work, ignore_errors=True)


def _mark(plan: dict[str, Any]) -> str:
    """Return what a finished store says that it was made of."""
    return f"hub {sha256(json.dumps(plan).encode()).hexdigest()}\n"


def _read_mark(folder: Path) -> str:
    try:
        return (folder / MARK).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _write_json(path: Path, value: object) -> None:
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        _sync(file)
    temporary.replace(path)


def _sync(file: IO[str]) -> None:
    """Have a file written to the disk: the journal must not be there after a power cut while this is not."""
    file.flush()
    os.fsync(file.fileno())


def _read_renames(path: Path | None) -> dict[str, str]:
    """Read which ids were renamed: old to new, the old ones in lower case."""
    import csv

    if path is None:
        return {}
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                cells = [cell.strip() for cell in row]
                if number == 1 and cells[:2] == ["old", "new"]:
                    continue
                if cells and (len(cells) != 2 or not all(cells)):
                    raise SourceError("expected two cells, the old id and the new one", path=path, line=number)
                if cells and parse_id(cells[1], "model") is None:
                    raise SourceError(f"{cells[1]!r} cannot be an id of the hub", path=path, line=number)
                if cells:
                    found[cells[0].lower()] = cells[1]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"it cannot be read: {getattr(error, 'strerror', None) or error}", path=path) from error
    return found


# -- The load --------------------------------------------------------------------------------------------------------


class _Note(NamedTuple):
    """What the second pass needs of an item; without a kind, it is only something that could not be read.

    ``said`` is JSON, or empty: where the item stood, what it leads to, and what is wrong with it.
    """

    kind: Kind | Literal[""]
    id: str
    sha: str
    downloads: int
    said: str


def read_notes(work: Path, part: int) -> Iterator[_Note]:
    """Yield the notes of a part."""
    with (work / f"part-{part}.notes").open(encoding="utf-8") as file:
        for line in file:
            kind, id_, sha, downloads, said = line.rstrip("\n").split("\t")
            yield _Note(kind, id_, sha, int(downloads or 0), said)  # type: ignore[arg-type]


def _names_in(said: dict[str, Any]) -> Iterator[tuple[Kind, str]]:
    """Yield what an item names: of which kind, and as what."""
    for key, kind in _NAMING.items():
        named = said.get(key, ())
        for id_ in [named] if isinstance(named, str) else named:
            yield kind, id_


class _Base:
    """The graph that the hub's entries are put beside: what of it is of the hub, what it is called, and its lineage."""

    def __init__(self, path: Path) -> None:
        self._data, self._format = read_rdf(path)
        self._path = path
        graph = pyoxigraph.Store()
        with rdf_errors(path, self._format):
            graph.load(self._data, format=self._format)
        self.identities = _read_identities(graph)
        self.edges = read_edge_list(graph)
        self.names = list(read_names(graph))

    def load_into(self, store: pyoxigraph.Store) -> None:
        """Put the graph into a store."""
        with rdf_errors(self._path, self._format):
            store.bulk_load(self._data, format=self._format)


class _Load:
    """One load into a work folder."""

    def __init__(
        self,
        work: Path,
        inputs: Sequence[Input],
        *,
        base: _Base,
        renames: dict[str, str],
        plan: dict[str, Any],
        progress: Progress,
    ) -> None:
        self.work = work
        self.inputs = inputs
        self.renames = renames
        self.progress = progress
        self.ids: dict[Kind, set[str]] = {"model": set(), "dataset": set()}
        """The ids of all entries, until it is known what entries name."""
        self.named: dict[Kind, set[str]] = {"model": set(), "dataset": set()}
        """What entries name that was not among the ids by then."""
        self.issues: Counter[str] = Counter()
        self._base = base
        self._plan = plan
        self._done: dict[str, Any] = _read_json(work / _JOURNAL) or dict(_NOTHING_DONE)
        self._noting = Lock()

    def run(self) -> dict[str, Any]:
        """Do what is left to do of the work; return what it came to."""
        if self._done["report"]:
            return dict(self._done["report"])
        report = self._fill()
        place = self.work / "store"
        (place / MARK).write_text(_mark(self._plan), encoding="ascii")
        for name in (NAMES_FILE, LINEAGE_FILE):
            (self.work / name).replace(place / name)
        # Not before the engine has let go of the store: it deletes files when it does.
        seal_indexes(place)
        self._note_done(report=report)
        return report

    def _fill(self) -> dict[str, Any]:
        """Load everything into the store, and write the indexes beside it; return what it came to."""
        base, done = self._base, self._done
        writer = HubWriter(base.identities)
        store = self._open_store()
        if not done["loaded"]:
            base.load_into(store)
        for part in range(done["parts"]):
            for note in read_notes(self.work, part):
                if note.kind:
                    self.ids[note.kind].add(note.id)
                said = json.loads(note.said) if note.said else {}
                self._remember_named(said)
                for iri, kind, label, ids in said.get("written", ()):
                    writer.remember(iri, kind, label, tuple(ids))
        with StreamLoader(store) as loader:
            for part in range(done["loaded"], done["parts"]):
                loader.add(self._text(part))
            self._read_entries(loader, writer)
            counts = {"models": len(self.ids["model"]), "datasets": len(self.ids["dataset"])}
            loader.ahead = SOME  # from here on, we need more memory ourselves
            linking = _Linking(self, writer, base, done)
            linking.run(loader)
            loader.commit(partial(self._note_done, loaded=done["parts"]))
            if fingerprint(self.inputs) != self._plan["inputs"]:
                raise SourceError("an input has changed while it was read; repeat the command")
            report = {**counts, "edges": linking.count, "issues": dict(sorted(self.issues.items()))}
            self.progress("loading", 0)
            loader.finish_feeding()
            self.progress("making the indexes", 0)
            self._make_indexes(loader, store, linking)
        store.flush()
        require_counts(store, base.edges)
        return report

    def _make_indexes(self, loader: StreamLoader, store: pyoxigraph.Store, linking: _Linking) -> None:
        """Write both indexes while the engine finishes, which it does by one thread and in little memory."""
        edges = self._base.edges
        with ThreadPoolExecutor(2) as others:
            working = [others.submit(_finish, loader, store)]

            def names() -> Iterator[NamedThing]:
                yield from linking.names()
                # The edges have got the names of their things by now, and most of the rest is the work of SQLite.
                working.append(others.submit(edges.write, self.work / LINEAGE_FILE))

            build_names(self.work / NAMES_FILE, names())
            self.progress("putting the store in order", 0)
            while working:
                working.pop().result()

    def _open_store(self) -> pyoxigraph.Store:
        try:
            return pyoxigraph.Store(str(self.work / "store"))
        except (OSError, RuntimeError) as error:  # the engine has both for files that are not its own
            message = f"the engine cannot go on with it ({error}); delete this folder and repeat the command"
            raise StoreError(message, location=self.work) from error

    def _note_done(self, **what: object) -> None:
        """Note how far the work has come; from the thread that loads, too."""
        with self._noting:
            self._done |= what
            _write_json(self.work / _JOURNAL, self._done)

    # -- the first pass ----------------------------------------------------------------------------------------------

    def _text(self, part: int) -> Path:
        return self.work / f"part-{part}.nq"

    def _read_entries(self, loader: StreamLoader, writer: HubWriter) -> None:
        """Read the entries; while those of some parts are loaded, the next ones are read."""
        items = iter_items(self.inputs, self._done["items"])
        part, newest = (self._done[key] for key in ("parts", "newest"))
        while (found := self._write_part(part, items, writer))[0]:
            loader.add(self._text(part))
            part, end, newest = part + 1, found[0], max(newest, found[1])
            self._note_done(parts=part, items=end, newest=newest)
            self.progress("reading entries", end)
            if part % AT_ONCE == 0:
                loader.commit(partial(self._note_done, loaded=part))
        # The last part is empty. The parts of the last load are committed with what entries lead to.
        self._text(part).unlink()

    def _write_part(self, part: int, items: Iterator[Item], writer: HubWriter) -> tuple[int, str]:
        """Write the statements and the notes of the next entries.

        Returns the number of the item after them (0 if there were none), and the newest day of them.
        """
        count = end = 0
        newest = ""
        known = len(writer.names)
        with (
            self._text(part).open("w", encoding="utf-8", buffering=_BUFFER) as quads,
            (self.work / f"part-{part}.notes").open("w", encoding="utf-8", buffering=_BUFFER) as notes,
        ):
            for item in items:
                count += 1
                end = item.number + 1
                entry = item.entry
                problems = [[problem.code, problem.message] for problem in item.problems]
                if entry is None:
                    notes.write(f"\t\t\t\t{json.dumps({'place': item.place, 'problems': problems})}\n")
                else:
                    ids = self.ids[entry.kind]
                    if entry.id in ids:
                        # The first one holds, as it does when a load goes on where another was killed.
                        problem = ["duplicate-entry", f"{entry.id} is listed twice: the first entry holds"]
                        links = {"place": item.place, "problems": [problem], "of": [entry.kind, entry.id]}
                        notes.write(f"\t\t\t\t{json.dumps(links)}\n")
                    else:
                        ids.add(entry.id)
                        quads.write(writer.describe(entry))
                        newest = max(newest, entry.created, entry.modified)
                        notes.write(self._note(entry, item.place, problems, is_met=writer.is_met(entry.kind, entry.id)))
                if count == PART:
                    break
            written = [(iri, kind, label, ids) for iri, kind, label, _, ids, _ in writer.names[known:]]
            notes.write(f"\t\t\t\t{json.dumps({'written': written})}\n")
            _sync(quads)
            _sync(notes)
        return end, newest

    def _note(self, entry: Entry, place: str, problems: list[list[str]], *, is_met: bool) -> str:
        links: dict[str, Any] = {}
        if entry.bases:
            links["bases"] = entry.bases
            links["relation"] = [entry.relation, entry.relation_by]
        if entry.datasets:
            links["datasets"] = entry.datasets
        if entry.sources:
            links["sources"] = entry.sources
        if entry.new_version and entry.kind == "model":
            links["new"] = entry.new_version
        elif entry.new_version:
            problems.append(["wrong-type", "new_version: only models have one; it is left out"])
        if entry.licences or entry.languages or entry.arxiv:
            links["said"] = 1
        problems += [[problem.code, problem.message] for problem in entry.problems]
        if "code" in entry.languages:
            problems.append(["non-language-value", "language: code is none; it is read as the domain Code"])
        if entry.has_template_arxiv:
            links["template"] = 1
        if problems:
            links["problems"] = problems
        if is_met:
            links["met"] = [entry.downloads, entry.likes, entry.created]
        if links == _SAID:  # as of every second entry
            said = _SAID_NOTE
        elif links:
            self._remember_named(links)
            said = json.dumps(links | {"place": place})
        else:
            said = ""
        return f"{entry.kind}\t{entry.id}\t{entry.sha}\t{entry.downloads or ''}\t{said}\n"

    def _remember_named(self, said: dict[str, Any]) -> None:
        for kind, id_ in _names_in(said):
            if id_ not in self.ids[kind]:
                self.named[kind].add(id_)


def _read_identities(store: pyoxigraph.Store) -> Identities:
    """Read which things of a graph are which of the hub's, and which papers it knows."""
    kinds: dict[str, Kind] = {terms.MODEL: "model", terms.DATASET: "dataset", terms.BENCHMARK: "dataset"}
    rows = store.query(
        f"SELECT ?thing ?class ?label ?id WHERE {{ ?thing <{terms.HUGGING_FACE_ID}> ?id ; a ?class ;"
        f" <{terms.RDFS_LABEL}> ?label FILTER(?class IN ({', '.join(f'<{class_}>' for class_ in kinds)})) }}"
    )
    things = [(thing.value, kinds[class_.value], label.value, id_.value) for thing, class_, label, id_ in rows]  # type: ignore[union-attr]
    papers = store.query(f"SELECT ?id ?paper WHERE {{ ?paper a <{terms.PAPER}> ; <{terms.ARXIV_ID}> ?id }}")
    known = [(id_.value, paper.value) for id_, paper in papers if isinstance(paper, pyoxigraph.NamedNode)]  # type: ignore[union-attr]
    return Identities.make(sorted(things), sorted(known))


def _finish(loader: StreamLoader, store: pyoxigraph.Store) -> None:
    """Have all that is left loaded, and then put in order."""
    loader.finish()
    store.optimize()


# -- The second pass ---------------------------------------------------------------------------------------------------


class _Linking:
    """The second pass: what leads from entry to entry, and what is wrong with entries."""

    def __init__(self, load: _Load, writer: HubWriter, base: _Base, done: dict[str, Any]) -> None:
        self._load = load
        self._writer = writer
        self._base = base
        self._parts: int = done["parts"]
        self._date: str = done["newest"]
        self._name = f"hub-{self._date}" if self._date else "hub"
        self._snapshot = f"{terms.BASE}snapshot/{self._name}"
        self._resolved: dict[tuple[Kind, str], tuple[str, HubIssue | None]] = {}
        self._described: set[str] = set()
        self._taken: Counter[str] = Counter()
        self._linked: defaultdict[str, set[tuple[Step, str]]] = defaultdict(set)
        self._figures: dict[str, Figures] = {}
        self._other_names: defaultdict[str, set[str]] = defaultdict(set)
        self.count = 0
        """How many steps of lineage there are."""

    def run(self, loader: StreamLoader) -> None:
        """Write the statements, and have them loaded; add the steps to the edges of the base."""
        statements = self._statements()
        more = True
        number = 0
        while more:
            path = self._load.work / f"links-{number}.nq"
            with path.open("w", encoding="utf-8") as file:
                more = _write_some(file, statements)
            loader.add(path)
            number += 1

    def names(self) -> Iterator[NamedThing]:
        """Yield what everything is called: what the base has, the entries, and what has been written beside them."""
        edges = self._base.edges
        for iri, kind, label, others, ids, popularity in self._base.names:
            figures = self._figures.get(iri)
            all_others = tuple(sorted({*others, *self._other_names.get(iri, ())}))
            edges.set_name(iri, kind, label)
            yield iri, kind, label, all_others, ids, (figures.downloads or 0) if figures else popularity
        for note in self._notes():
            if note.kind and not self._writer.is_met(note.kind, note.id):
                iri = self._writer.iri(note.kind, note.id)
                edges.set_name(iri, note.kind, note.id)
                yield iri, note.kind, note.id, (), (), note.downloads
        known = {(iri, kind) for iri, kind, *_ in self._base.names}
        for named in self._writer.names:
            if named[:2] not in known:  # a licence that the base has, too
                edges.set_name(*named[:3])
                yield named

    def _statements(self) -> Iterator[str]:
        writer = self._writer
        figures = self._figures
        self._resolve_missing()
        disputed = self._find_disputed()
        # Nothing needs them any more, and they are much.
        for ids in self._load.ids.values():
            ids.clear()
        templates = 0
        count = 0
        for note in self._notes():
            count += 1
            if count % 100_000 == 0:
                self._load.progress("linking entries", count)
            if not note.said:
                continue
            said = json.loads(note.said)
            place = said.get("place", "")
            thing = writer.iri(note.kind, note.id) if note.kind else writer.iri(*said["of"]) if "of" in said else ""
            if note.kind:
                yield from self._link(note, note.kind, said, thing)
                if met := said.get("met"):
                    self._other_names[thing].add(note.id)
                    own = Figures(downloads=met[0], likes=met[1], created=met[2])
                    figures[thing] = figures[thing].with_those(own) if thing in figures else own
            templates += said.get("template", 0)
            for code, message in said.get("problems", ()):
                severity = _SEVERITIES.get(code, "warning")
                yield self._report(HubIssue(code=code, severity=severity, message=message, about=thing), place)
        for thing, said_of_it in sorted(figures.items()):
            yield writer.count(f"<{thing}>", said_of_it)
        if templates:
            message = (
                f"{templates:,} entries cite arXiv:{TEMPLATE_ARXIV}, which stands in the template of every card: "
                "it is not taken as their paper"
            )
            yield self._report(HubIssue(code="template-arxiv", severity="info", message=message), "")
        for id_, issue in disputed:
            yield self._report(issue, id_)
        digest_ = digest(self._load.inputs)
        yield writer.describe_listing(self._snapshot, self._date, digest_)

    def _notes(self) -> Iterator[_Note]:
        for part in range(self._parts):
            yield from read_notes(self._load.work, part)

    def _link(self, note: _Note, kind: Kind, said: dict[str, Any], thing: str) -> Iterator[str]:
        """Yield what an entry leads to."""
        writer = self._writer
        revision = revision_iri(kind, note.id, note.sha)
        if {"bases", "datasets", "sources", "new", "said"} & said.keys():
            yield writer.describe_revision(kind, note.id, note.sha, self._snapshot)
        # A thing that has several ids may have one step in several cards.
        linked: set[tuple[Step, str]] = self._linked[thing] if "met" in said else set()
        wanted: list[tuple[Step, Kind, str]] = [
            *(("base", "model", id_) for id_ in said.get("bases", ())),
            *(("dataset", "dataset", id_) for id_ in said.get("datasets", ())),
            *(("source", "dataset", id_) for id_ in said.get("sources", ())),
        ]
        for step, of, id_ in wanted:
            parent = yield from self._find(of, id_, thing, said["place"])
            if parent == thing:
                yield self._report_itself(f"{note.id} names {id_} as what it is made of", thing, said["place"])
                continue
            self.count += (step, parent) not in linked
            linked.add((step, parent))
            yield writer.link(thing, step, parent, revision)
            self._base.edges.add(thing, _RELATIONS[step], parent)
            if step == "base" and (relation := said["relation"][0]):
                yield writer.tell_manner(thing, relation, said["relation"][1], parent, revision)
                self._base.edges.set_manner(thing, parent, relation)
        if newer := said.get("new"):
            found = yield from self._find("model", newer, thing, said["place"], code="missing-version")
            if found == thing:
                yield self._report_itself(f"{note.id} names {newer} as its new version", thing, said["place"])
            else:
                yield writer.succeed(thing, found, revision)

    def _find(self, kind: Kind, id_: str, about: str, place: str, code: str = "") -> Generator[str, None, str]:
        """Return the IRI of what an entry names; yield what there is to say of one that is not in the listing."""
        known = self._resolved.get((kind, id_))
        if known is None:
            return self._writer.iri(kind, id_)
        name, why = known
        iri = self._writer.iri(kind, name)
        if why is not None:
            code = code if code and why.code.startswith("missing") else why.code
            yield self._report(HubIssue(code=code, severity=why.severity, message=why.message, about=about), place)
        if why is not None and why.code.startswith("missing") and iri not in self._described:
            self._described.add(iri)
            yield self._writer.describe_missing(kind, name)
        return iri

    def _report_itself(self, message: str, thing: str, place: str) -> str:
        message += ", which is the same thing here"
        return self._report(HubIssue(code="self-base", severity="warning", message=message, about=thing), place)

    def _report(self, issue: HubIssue, place: str) -> str:
        self._load.issues[issue.code] += 1
        place = clean_text(place)  # the name of a file may be no text
        wanted = path = f"{self._name}/{issue.code}/{slug_of(place.replace('/', ' ')) if place else 'all'}"
        while path in self._taken:
            self._taken[wanted] += 1
            path = f"{wanted}-{self._taken[wanted]}"
        self._taken[path] = 1
        message = f"{place}: {issue.message}" if place else issue.message
        issue = replace(issue, message=message)
        return self._writer.report(path, f"{issue.code}, {place or self._name}", issue, self._snapshot)

    def _resolve_missing(self) -> None:
        """Find out what is meant by names that are in no listing: renamed, written in other letters, or gone."""
        ids = self._load.ids
        for kind, named in self._load.named.items():
            names = {name for name in named if name not in ids[kind] and not self._writer.is_met(kind, name)}
            newest = {name: self._newest_name(kind, name) for name in sorted(names)}
            lowered = {name.lower() for pair in newest.items() for name in pair}
            bare = {name.rpartition("/")[2] for name in lowered}
            known = [
                (low, id_) for id_ in ids[kind] if (low := id_.lower()) in lowered or low.rpartition("/")[2] in bare
            ]
            same: dict[str, str] = {}
            alike: dict[str, list[str]] = {}
            for low, id_ in sorted(known, key=lambda pair: pair[1]):
                if low in lowered:
                    same.setdefault(low, id_)
                if (name := low.rpartition("/")[2]) in bare:
                    alike.setdefault(name, []).append(id_)
            # What is gone is one thing, too, however its letters are written.
            gone: dict[str, str] = {}
            for name in sorted(newest.values()):
                gone.setdefault(name.lower(), name)
            for name in names:
                self._resolved[kind, name] = self._explain(kind, name, newest[name], same, gone, alike)

    def _find_disputed(self) -> list[tuple[str, HubIssue]]:
        """Return the listed ids that several things of the graph have, each with what there is to say of it."""
        issues: list[tuple[str, HubIssue]] = []
        for (kind, id_), iris in sorted(self._writer.disputed.items()):
            ids = self._load.ids[kind]
            if id_ in ids or any(known.lower() == id_ for known in ids):
                things = ", ".join(iri.removeprefix(terms.BASE) for iri in iris)
                message = f"{id_} is the id of several things, {things}: it is taken for a thing of its own"
                issues.append((id_, HubIssue(code="ambiguous-identity", severity="warning", message=message)))
        return issues

    def _newest_name(self, kind: Kind, name: str) -> str:
        """Return the name that a repository has by now, as far as the list of renamed ones says it."""
        seen: set[str] = set()
        while name not in self._load.ids[kind] and name.lower() not in seen and not self._writer.is_met(kind, name):
            seen.add(name.lower())
            name = self._load.renames.get(name.lower(), name)
        return name

    def _explain(
        self,
        kind: Kind,
        name: str,
        newest: str,
        same: dict[str, str],
        gone: dict[str, str],
        alike: dict[str, list[str]],
    ) -> tuple[str, HubIssue | None]:
        """Return what is meant by a name that is in no listing, and what there is to say of it."""
        if name.lower() in same:
            return same[name.lower()], None  # on the hub, letter case does not count
        is_renamed = name.lower() != newest.lower()
        if is_renamed and (newest.lower() in same or self._writer.is_met(kind, newest)):
            found = same.get(newest.lower(), newest)
            message = f"{name} was renamed to {found}, as the list of renamed repositories says"
            return found, HubIssue(code="renamed", severity="info", message=message)
        message = f"{name} is not in the listing"
        if is_renamed:
            message = f"{name} was renamed to {newest}, which is not in the listing"
        others = alike.get(newest.lower().rpartition("/")[2], [])
        if others:
            more = f" and {len(others) - 3:,} more" if len(others) > 3 else ""
            message += f"; of the same name there is {', '.join(others[:3])}{more}: perhaps it was renamed"
        return gone[newest.lower()], HubIssue(
            code=f"missing-{'base' if kind == 'model' else 'dataset'}", severity="warning", message=message
        )


def _write_some(file: IO[str], texts: Iterator[str]) -> bool:
    """Write texts until a file is large enough to be loaded at once; return whether there may be more."""
    size = 0
    for text in texts:
        size += file.write(text)
        if size > _MOST_TEXT:
            return True
    return False


_MOST_TEXT = 200_000_000
_BUFFER = 1 << 20
_RELATIONS: dict[Step, str] = {"base": "baseModel", "dataset": "trainedOn", "source": "sourceDataset"}
_NAMING: dict[str, Kind] = {"bases": "model", "new": "model", "datasets": "dataset", "sources": "dataset"}
