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
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pyoxigraph

from itgraph.errors import SourceError, StoreError
from itgraph.hub.entries import parse_id
from itgraph.hub.inputs import fingerprint, iter_items
from itgraph.indexes import LINEAGE_FILE, NAMES_FILE, seal_indexes
from itgraph.indexes.names import GatheredNames, write_names
from itgraph.loading.base import Base
from itgraph.loading.indexes import require_counts
from itgraph.loading.linking import Linking
from itgraph.loading.notes import Seen, read_notes
from itgraph.loading.stream import StreamLoader
from itgraph.loading.work import (
    JOURNAL,
    WorkLock,
    begin_work,
    mark_of,
    put_work_in_place,
    read_json,
    require_place,
    sync,
    write_json,
)
from itgraph.plurals import counted
from itgraph.resources import shipped_graph_path, tool_version
from itgraph.store.embedded import MARK, content_hash
from itgraph.triples.hub import HubWriter

if TYPE_CHECKING:
    from itgraph.hub.entries import Entry
    from itgraph.hub.inputs import Input, Item
    from itgraph.loading.notes import Said

Progress = Callable[[str, int], None]
"""Told what is being done, and how many entries have been read for it."""

PART = 25_000
"""How many entries are read before it is noted that they are."""

AT_ONCE = 100
"""How many parts are loaded at once: what is lost of the loading, at the most, if it is killed.

The engine merges all that it has after each load, so that many small ones take several times as long."""

_SAID = {"said": 1}
_SAID_NOTE = json.dumps(_SAID)
_BUFFER = 1 << 20
_VERSION = 3
_NOTHING_DONE = {"parts": 0, "loaded": 0, "items": 0, "newest": "", "report": None}


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
    require_place(folder)
    work = folder.with_name(f".{folder.name}.hub")
    # All that can be wrong with what is read comes first: before anything is written.
    plan = {
        "version": f"{tool_version()}-{_VERSION}",
        "inputs": fingerprint(inputs),
        "graph": content_hash(graph),
        "renames": content_hash(renames) if renames else "",
        "part": PART,
    }
    new_names = _read_renames(renames)
    base = Base(graph)
    try:
        with WorkLock(folder.with_name(f".{folder.name}.hub-lock")):
            resumed = begin_work(work, folder, plan)
            with _without_collecting():
                report = _Load(work, inputs, base=base, renames=new_names, plan=plan, progress=progress).run()
            put_work_in_place(work, folder)
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


class _Load:
    """One load into a work folder."""

    def __init__(
        self,
        work: Path,
        inputs: Sequence[Input],
        *,
        base: Base,
        renames: dict[str, str],
        plan: dict[str, Any],
        progress: Progress,
    ) -> None:
        self.work = work
        self.inputs = inputs
        self.renames = renames
        self.progress = progress
        self.seen = Seen()
        self._base = base
        self._plan = plan
        self._done: dict[str, Any] = read_json(work / JOURNAL) or dict(_NOTHING_DONE)
        self._noting = Lock()

    def run(self) -> dict[str, Any]:
        """Do what is left to do of the work; return what it came to."""
        if self._done["report"]:
            return dict(self._done["report"])
        report = self._fill()
        place = self.work / "store"
        (place / MARK).write_text(mark_of(self._plan), encoding="ascii")
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
                    self.seen.ids[note.kind].add(note.id)
                said = note.said
                self.seen.note(note.kind, note.id, said)
                for iri, kind, label, ids in said.get("written", ()):
                    writer.remember(iri, kind, label, tuple(ids))
        with StreamLoader(store) as loader, GatheredNames(self.work) as names:
            for part in range(done["loaded"], done["parts"]):
                loader.add(self._text(part))
            self._read_entries(loader, writer)
            counts = {"models": len(self.seen.ids["model"]), "datasets": len(self.seen.ids["dataset"])}
            linking = Linking(
                self.work,
                done,
                inputs=self.inputs,
                seen=self.seen,
                renames=self.renames,
                writer=writer,
                base=base,
                progress=self.progress,
            )
            linking.run(loader, names)
            loader.commit(partial(self._note_done, loaded=done["parts"]))
            if fingerprint(self.inputs) != self._plan["inputs"]:
                raise SourceError("an input has changed while it was read; repeat the command")
            report = {**counts, "edges": linking.count, "issues": dict(sorted(linking.issues.items()))}
            self.progress("loading", 0)
            loader.finish_feeding()
            self.progress("making the indexes", 0)
            self._make_indexes(loader, store, linking, names)
        store.flush()
        require_counts(store, base.edges)
        return report

    def _make_indexes(
        self, loader: StreamLoader, store: pyoxigraph.Store, linking: Linking, names: GatheredNames
    ) -> None:
        """Write both indexes while the engine finishes, which it does by one thread and in little memory."""
        with ThreadPoolExecutor(1) as engine, ThreadPoolExecutor(2, initializer=_stand_back) as others:
            working = [engine.submit(_finish, loader, store)]
            others.submit(linking.gather_steps).result()
            working.append(others.submit(self._base.edges.write, self.work / LINEAGE_FILE))
            others.submit(write_names, self.work / NAMES_FILE, names).result()
            self.progress("putting the store in order", 0)
            # Popped: a failed one that this frame still named would keep the store open, by way of its traceback.
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
            write_json(self.work / JOURNAL, self._done)

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
                problems: list[tuple[str, str]] = [(problem.code, problem.message) for problem in item.problems]
                if entry is None:
                    notes.write(f"\t\t\t\t{json.dumps({'place': item.place, 'problems': problems})}\n")
                else:
                    ids = self.seen.ids[entry.kind]
                    if entry.id in ids:
                        # The first one holds, as it does when a load goes on where another was killed.
                        problem = ["duplicate-entry", f"{entry.id} is listed twice: the first entry holds"]
                        links = {"place": item.place, "problems": [problem], "of": [entry.kind, entry.id]}
                        notes.write(f"\t\t\t\t{json.dumps(links)}\n")
                    else:
                        ids.add(entry.id)
                        quads.write(writer.describe(entry))
                        newest = max(newest, entry.created, entry.modified)
                        is_in_base = writer.is_in_base(entry.kind, entry.id)
                        notes.write(self._note(entry, item.place, problems, is_in_base=is_in_base))
                if count == PART:
                    break
            written = [(iri, kind, label, ids) for iri, kind, label, _, ids, _ in writer.names[known:]]
            notes.write(f"\t\t\t\t{json.dumps({'written': written})}\n")
            sync(quads)
            sync(notes)
        return end, newest

    def _note(self, entry: Entry, place: str, problems: list[tuple[str, str]], *, is_in_base: bool) -> str:
        links: Said = {}
        if entry.bases:
            links["bases"] = entry.bases
            links["relation"] = (entry.relation, entry.relation_by)
        if entry.datasets:
            links["datasets"] = entry.datasets
        if entry.sources:
            links["sources"] = entry.sources
        if entry.new_version and entry.kind == "model":
            links["new"] = entry.new_version
        elif entry.new_version:
            problems.append(("wrong-type", "new_version: only models have one; it is left out"))
        if entry.licences or entry.languages or entry.arxiv:
            links["said"] = 1
        problems += [(problem.code, problem.message) for problem in entry.problems]
        if "code" in entry.languages:
            problems.append(("non-language-value", "language: code is none; it is read as the domain Code"))
        if entry.has_template_arxiv:
            links["template"] = 1
        if problems:
            links["problems"] = problems
        if is_in_base:
            links["in_base"] = (entry.downloads, entry.likes, entry.created)
        if links == _SAID:  # as of every second entry
            text = _SAID_NOTE
        elif links:
            self.seen.note(entry.kind, entry.id, links)
            text = json.dumps(links | {"place": place})
        else:
            text = ""
        return f"{entry.kind}\t{entry.id}\t{entry.sha}\t{entry.downloads or ''}\t{text}\n"


def _stand_back() -> None:
    """Give this thread, and those that it begins, less time than the engine's, which end last; only Linux can."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 4)


def _finish(loader: StreamLoader, store: pyoxigraph.Store) -> None:
    """Have all that is left loaded, and then put in order."""
    loader.finish()
    store.optimize()
