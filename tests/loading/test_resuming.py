"""Loads of the hub that are killed, that fail, or that meet each other: the store is the old one, a whole new one, or
absent, and the next load ends where an undisturbed one does.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from benchmarks.hub_generator import write_hub
from pyoxigraph import Store
from tests.loading import hubs
from tests.loading.hubs import entry, tell

from itgraph.errors import SourceError, StoreError, StoreLockedError
from itgraph.hub import inputs as inputs_
from itgraph.hub.inputs import find_inputs
from itgraph.indexes import names, open_indexes
from itgraph.loading import hub, linking
from itgraph.loading.hub import load_hub
from itgraph.loading.indexes import check_indexes
from itgraph.loading.stream import StreamLoader
from itgraph.loading.work import WorkLock
from itgraph.store.embedded import EmbeddedStore

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")

# Loads a hub in parts of some size, and kills itself when a function is called for the nth time: before, or after it.
PROGRAM = """
import os, signal, sys
from pathlib import Path
from itgraph.hub.inputs import find_inputs
from itgraph.loading import hub, linking, work

folder, output, part, point, when, count = sys.argv[1:]
hub.PART = int(part)
hub.AT_ONCE = 3
linking._MOST_TEXT = 20_000
left = int(count)

def killing(function):
    def called(*arguments, **named):
        global left
        left -= 1
        if not left and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = function(*arguments, **named)
        if not left and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return called

if point:
    owner, _, name = point.rpartition(".")
    holders = [Path] if owner == "Path" else [getattr(hub, owner)] if owner else [hub, linking, work]
    holders = [holder for holder in holders if hasattr(holder, name)]
    killer = killing(getattr(holders[0], name))
    for holder in holders:
        setattr(holder, name, killer)
folder = Path(folder)
inputs = find_inputs([folder / "models.jsonl", folder / "datasets.jsonl"])
print(hub.load_hub(Path(output), inputs, graph=folder / "graph.trig").resumed)
"""


def start(
    folder: Path, output: Path, part: int, point: str = "", when: str = "", count: int = 0
) -> subprocess.Popen[bytes]:
    """Start a load in a process of its own."""
    arguments = [str(folder), str(output), str(part), point, when, str(count)]
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.DEVNULL)


def finish(folder: Path, output: Path, part: int) -> bool:
    """Load what is left, undisturbed; return whether it went on where another load ended."""
    arguments = [str(folder), str(output), str(part), "", "", "0"]
    done = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    return {"True\n": True, "False\n": False}[done.stdout]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub of 200 models and 25 datasets, loaded undisturbed into ``hub``; ``old`` is a store of before."""
    return _make(tmp_path_factory.mktemp("small"), 200)


def _make(folder: Path, models: int) -> Path:
    write_hub(folder, models)
    hubs.write_graph(folder)
    inputs = find_inputs([folder / "models.jsonl", folder / "datasets.jsonl"])
    load_hub(folder / "hub", inputs, graph=folder / "graph.trig")
    old = hubs.write_lines(folder / "old-models.jsonl", [entry("a/old")])
    load_hub(folder / "old", find_inputs([old]), graph=folder / "graph.trig")
    return folder


CONTENT = [f"SELECT * FROM {table} ORDER BY 1" for table in ("kinds", "things", "hashes", "grams")]


def answers(folder: Path) -> tuple[list[str], bytes, list[list[tuple[object, ...]]]]:
    """Return all that a store and its indexes hold."""
    indexes = open_indexes(folder)
    assert indexes is not None
    quads = sorted(map(tell, hubs.read_quads(folder)))
    with sqlite3.connect(f"{(folder / 'itgraph-names').as_uri()}?mode=ro", uri=True) as index:
        dump = [index.execute(sql).fetchall() for sql in CONTENT]
    index.close()
    return quads, (folder / "itgraph-lineage").read_bytes(), dump


POINTS = [
    # The place, before or after it, and which time: there are 225 items, so that there are eight parts of 30.
    ("begin_work", "after", 1),
    ("Base.load_into", "before", 1),
    ("Base.load_into", "after", 1),
    ("StreamLoader._feed", "before", 1),
    ("StreamLoader._feed", "before", 3),
    ("StreamLoader._feed", "after", 7),
    ("StreamLoader._write", "after", 5),
    ("StreamLoader._close", "before", 2),
    ("StreamLoader._close", "after", 3),
    ("StreamLoader._commit", "before", 1),
    ("StreamLoader._commit", "before", 3),
    ("StreamLoader._commit", "after", 2),
    ("StreamLoader._commit", "after", 3),
    ("_Load._note_done", "before", 4),
    ("_Load._note_done", "after", 4),
    ("_Load._write_part", "after", 1),
    ("_Load._write_part", "before", 5),
    ("_Load._write_part", "after", 8),
    ("Path.replace", "before", 2),
    ("Path.replace", "before", 5),
    ("Path.replace", "after", 5),
    ("Linking.run", "before", 1),
    ("_write_some", "before", 1),
    ("_write_some", "after", 2),
    ("write_names", "before", 1),
    ("write_names", "after", 1),
    ("_finish", "before", 1),
    ("_finish", "after", 1),
    ("require_counts", "before", 1),
    ("seal_indexes", "before", 1),
    ("seal_indexes", "after", 1),
    ("put_work_in_place", "before", 1),
    ("require_place", "after", 2),
    ("Path.rename", "after", 1),
    ("Path.rename", "after", 2),
    ("discard_work", "before", 2),
    ("put_work_in_place", "after", 1),
]


@pytest.mark.slow
@pytest.mark.parametrize(("point", "when", "count"), POINTS, ids=[f"{when} {p} {n}" for p, when, n in POINTS])
def test_a_load_that_is_killed_is_finished_by_the_next(
    small: Path, tmp_path: Path, point: str, when: str, count: int
) -> None:
    output = tmp_path / "store"
    shutil.copytree(small / "old", output)
    killed = start(small, output, 30, point, when, count)
    assert killed.wait() == -signal.SIGKILL
    _require_old_or_whole(small, output)
    finish(small, output, 30)
    assert answers(output) == answers(small / "hub")
    assert check_indexes(output) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def _require_old_or_whole(small: Path, output: Path) -> None:
    """Check that a store is that of before, or finished; or that it is not there, and the two that it can be are."""
    if output.exists():
        assert answers(output) in (answers(small / "old"), answers(small / "hub"))
    else:
        work = output.with_name(f".{output.name}.hub")
        assert answers(work / "old") == answers(small / "old")
        assert answers(work / "store") == answers(small / "hub")


@pytest.mark.slow
def test_a_load_goes_on_where_it_was_killed(small: Path, tmp_path: Path) -> None:
    # While the entries are linked, their parts may still wait to be loaded; here all of them are.
    assert start(small, tmp_path / "store", 30, "require_counts", "before", 1).wait() == -signal.SIGKILL
    journal = json.loads((tmp_path / ".store.hub/journal.json").read_text())
    assert journal["parts"] == journal["loaded"] == 8
    assert not list((tmp_path / ".store.hub").glob("*.nq"))
    assert finish(small, tmp_path / "store", 30)


@pytest.mark.slow
@pytest.mark.parametrize("point", ["Linking.run", "put_work_in_place"])
def test_a_load_of_something_else_begins_anew(small: Path, tmp_path: Path, point: str) -> None:
    output = tmp_path / "store"
    assert start(small, output, 30, point, "before", 1).wait() == -signal.SIGKILL
    other = find_inputs([small / "old-models.jsonl"])
    assert not load_hub(output, other, graph=small / "graph.trig").resumed
    assert answers(output) == answers(small / "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


@pytest.mark.slow
def test_a_store_that_was_about_to_be_put_in_place_is_not_lost_by_a_load_of_something_else(
    small: Path, tmp_path: Path
) -> None:
    output = tmp_path / "store"
    shutil.copytree(small / "old", output)
    assert start(small, output, 30, "Path.rename", "after", 1).wait() == -signal.SIGKILL
    assert not output.exists()
    broken = hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])
    inputs = find_inputs([broken])
    broken.unlink()
    with pytest.raises(SourceError):
        load_hub(output, inputs, graph=small / "graph.trig")
    broken.write_text("", encoding="utf-8")
    inputs = find_inputs([broken])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub, "write_names", _fail)
        with pytest.raises(StoreError):
            load_hub(output, inputs, graph=small / "graph.trig")
    assert answers(output) == answers(small / "hub")


@pytest.mark.slow
@pytest.mark.parametrize("is_replaced", [True, False], ids=["replaced", "taken away"])
def test_a_store_that_was_put_in_place_and_is_not_there_is_loaded_again(
    small: Path, tmp_path: Path, is_replaced: bool
) -> None:
    output = tmp_path / "store"
    assert start(small, output, 30, "discard_work", "before", 2).wait() == -signal.SIGKILL
    assert answers(output) == answers(small / "hub")
    shutil.rmtree(output)
    if is_replaced:
        EmbeddedStore.create(output, small / "graph.trig")
    assert not finish(small, output, 30)
    assert answers(output) == answers(small / "hub")


def _fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.slow
def test_a_load_that_is_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path) -> None:
    large = _make(tmp_path / "large", 3000)
    output = tmp_path / "out/store"
    shutil.copytree(large / "old", output)
    begin = time.monotonic()
    assert not finish(large, tmp_path / "undisturbed", 100)
    whole = time.monotonic() - begin
    assert answers(tmp_path / "undisturbed") == answers(large / "hub")
    chance = random.Random(7)  # noqa: S311 - any moments
    for moment in range(10):
        # Each goes on where the one before was killed, most often: so they come to every place.
        running = start(large, output, 300)
        time.sleep(whole * chance.uniform(0.3, 0.9) if moment % 3 else chance.uniform(0.2, 1) * whole)
        running.kill()
        running.wait()
        if output.exists():
            assert answers(output) in (answers(large / "old"), answers(large / "hub"))
    finish(large, output, 300)
    assert answers(output) == answers(large / "hub")
    assert [path.name for path in output.parent.iterdir()] == ["store"]


# -- what fails ------------------------------------------------------------------------------------------------------


@contextmanager
def _failing_at(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the loading of the part of this name fail, while others wait behind it."""
    feed = StreamLoader._feed

    def failing(self: StreamLoader, path: Path) -> None:
        if path.name == name:
            time.sleep(0.2)
            _fail()
        feed(self, path)

    with monkeypatch.context() as patch:
        patch.setattr(StreamLoader, "_feed", failing)
        yield


def test_after_a_part_that_cannot_be_loaded_none_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry(f"a/{n}") for n in range(9)])])
    graph = hubs.write_graph(tmp_path)
    monkeypatch.setattr(hub, "PART", 1)
    monkeypatch.setattr(hub, "AT_ONCE", 1)
    load_hub(tmp_path / "whole", inputs, graph=graph)
    with _failing_at("part-2.nq", monkeypatch), pytest.raises(StoreError, match="it cannot be written"):
        load_hub(tmp_path / "store", inputs, graph=graph)
    assert not (tmp_path / "store").exists()
    assert json.loads((tmp_path / ".store.hub/journal.json").read_text())["loaded"] == 2
    assert load_hub(tmp_path / "store", inputs, graph=graph).resumed
    assert answers(tmp_path / "store") == answers(tmp_path / "whole")


def test_a_load_goes_on_behind_a_damaged_part_of_a_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    path = tmp_path / "models.parquet"
    table = pa.table({"id": [f"a/t{n}" for n in range(30)]})
    parquet.write_table(table, path, row_group_size=10, use_dictionary=False, compression="none")
    content = bytearray(path.read_bytes())
    at = content.index(b"a/t10")
    content[at - 24 : at] = b"\xff" * 24
    path.write_bytes(content)
    more = hubs.write_lines(tmp_path / "more.jsonl", [entry(f"a/{n}") for n in range(9)])
    inputs = find_inputs([path, more], models=[path, more])
    graph = hubs.write_graph(tmp_path)
    monkeypatch.setattr(hub, "PART", 4)
    monkeypatch.setattr(hub, "AT_ONCE", 1)
    whole = load_hub(tmp_path / "whole", inputs, graph=graph)
    assert (whole.models, whole.issues["unreadable"]) == (29, 1)
    with _failing_at("part-6.nq", monkeypatch), pytest.raises(StoreError, match="it cannot be written"):
        load_hub(tmp_path / "store", inputs, graph=graph)
    assert load_hub(tmp_path / "store", inputs, graph=graph).resumed
    assert answers(tmp_path / "store") == answers(tmp_path / "whole")


@pytest.mark.parametrize(
    "where",
    [
        "itgraph.indexes.making.EdgeList.write",
        "itgraph.loading.hub._finish",
        "itgraph.loading.hub.write_names",
        "itgraph.loading.linking.Linking.gather_steps",
    ],
)
def test_what_fails_while_the_indexes_are_written_fails_the_load(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry(f"a/{n}") for n in range(9)])])
    graph = hubs.write_graph(tmp_path)
    load_hub(tmp_path / "whole", inputs, graph=graph)
    with monkeypatch.context() as patch:
        patch.setattr(where, _fail)
        with pytest.raises(StoreError, match="it cannot be written"):
            load_hub(tmp_path / "store", inputs, graph=graph)
    assert not (tmp_path / "store").exists()
    assert load_hub(tmp_path / "store", inputs, graph=graph).resumed
    assert answers(tmp_path / "store") == answers(tmp_path / "whole")


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    models = hubs.write_lines(tmp_path / "models.jsonl", [entry(f"a/{n}", likes=n) for n in range(2000)])
    hubs.write_lines(tmp_path / "datasets.jsonl", [])
    hubs.write_graph(tmp_path)
    old = tmp_path / "store"
    load_hub(
        old, find_inputs([hubs.write_lines(tmp_path / "few.jsonl", [entry("a/b")])]), graph=tmp_path / "graph.trig"
    )
    before = answers(old)
    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))"
    program += "\nfrom itgraph.cli import main\nimport sys\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "hub", str(models), "-g", str(tmp_path / "graph.trig"), "-o", str(old)]
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert failed.returncode == 3
    assert failed.stderr.startswith(f"itgraph: {old}: it cannot be written: ")
    assert failed.stderr.count("\n") == 1
    assert answers(old) == before
    load_hub(old, find_inputs([models]), graph=tmp_path / "graph.trig")
    assert len(hubs.read_quads(old)) > 2000
    assert check_indexes(old) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_must_not_be_written_to(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir(mode=0o500)
    models = hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])
    with pytest.raises(StoreError, match="Permission denied"):
        load_hub(place / "store", find_inputs([models]), graph=hubs.write_graph(tmp_path))


def test_a_file_stands_where_a_folder_is_to_be(tmp_path: Path) -> None:
    models = hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])
    for output in (models, models / "store"):
        with pytest.raises(StoreError):
            load_hub(output, find_inputs([models]), graph=hubs.write_graph(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.trig", "models.jsonl"]


def test_folders_that_are_missing_are_made(tmp_path: Path) -> None:
    models = hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])
    load_hub(tmp_path / "new/place/store", find_inputs([models]), graph=hubs.write_graph(tmp_path))
    assert [path.name for path in (tmp_path / "new/place").iterdir()] == ["store"]


@pytest.mark.parametrize("text", ["this is no TriG", None])
def test_a_graph_that_cannot_be_read_changes_nothing(tmp_path: Path, text: str | None) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    graph = tmp_path / "graph.trig"
    if text is not None:
        graph.write_text(text)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SourceError, match=r"graph\.trig"):
        load_hub(tmp_path / "new/store", inputs, graph=graph)
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_system_cannot_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").mkdir()
    monkeypatch.setattr(Path, "is_mount", lambda self: self == tmp_path / "store")
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    # It is told at once, and not after hours.
    monkeypatch.setattr(hub, "_Load", None)
    with pytest.raises(StoreError, match="a file system is mounted there, and cannot be replaced; name a folder in it"):
        load_hub(tmp_path / "store", inputs, graph=hubs.write_graph(tmp_path))


def test_a_folder_of_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "store"
    other.mkdir()
    (other / "letter.txt").write_text("Dear Ada")
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    with pytest.raises(StoreError, match="itgraph has not made this folder"):
        load_hub(other, inputs, graph=hubs.write_graph(tmp_path))
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_what_is_put_there_meanwhile_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    graph = hubs.write_graph(tmp_path)
    write_names = names.write_names

    def write_letter(*arguments: object) -> None:
        (tmp_path / "store").mkdir()
        (tmp_path / "store/letter.txt").write_text("Dear Ada")
        write_names(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hub, "write_names", write_letter)
    with pytest.raises(StoreError, match="itgraph has not made this folder"):
        load_hub(tmp_path / "store", inputs, graph=graph)
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["letter.txt"]
    monkeypatch.undo()
    (tmp_path / "store/letter.txt").unlink()
    assert load_hub(tmp_path / "store", inputs, graph=graph).resumed
    assert check_indexes(tmp_path / "store") == []


def test_a_store_that_cannot_get_its_name_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = hubs.write_graph(tmp_path)
    load_hub(tmp_path / "store", find_inputs([hubs.write_lines(tmp_path / "old.jsonl", [entry("a/old")])]), graph=graph)
    before = answers(tmp_path / "store")
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "store" and self.parent != tmp_path:
            _fail()
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", failing)
        with pytest.raises(StoreError, match="No space left"):
            load_hub(tmp_path / "store", inputs, graph=graph)
    assert answers(tmp_path / "store") == before
    assert load_hub(tmp_path / "store", inputs, graph=graph).resumed


def test_an_input_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])
    graph = hubs.write_graph(tmp_path)
    digest = inputs_.digest

    def write_more(inputs: object) -> str:
        hubs.write_lines(models, [entry("a/b"), entry("a/c")])
        return digest(inputs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(linking, "digest", write_more)
        with pytest.raises(SourceError, match="an input has changed while it was read; repeat the command"):
            load_hub(tmp_path / "store", find_inputs([models]), graph=graph)
    assert not (tmp_path / "store").exists()
    report = load_hub(tmp_path / "store", find_inputs([models]), graph=graph)
    assert (report.models, report.resumed) == (2, False)


def test_what_an_earlier_load_left_and_the_engine_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    graph = hubs.write_graph(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(hub, "write_names", _fail)
        with pytest.raises(StoreError):
            load_hub(tmp_path / "store", inputs, graph=graph)
    (tmp_path / ".store.hub/store/CURRENT").write_text("nothing of the engine's\n")
    with pytest.raises(StoreError, match=r"\.store\.hub: .* delete this folder and repeat the command"):
        load_hub(tmp_path / "store", inputs, graph=graph)


# -- several at once -------------------------------------------------------------------------------------------------


def test_of_two_loads_at_once_the_second_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    graph = hubs.write_graph(tmp_path)
    write_names = names.write_names
    errors = []

    def load_again(*arguments: object) -> None:
        program = [sys.executable, "-m", "itgraph", "hub", str(tmp_path / "models.jsonl"), "-g", str(graph)]
        command = [*program, "-o", str(tmp_path / "store")]
        errors.append(subprocess.run(command, capture_output=True, text=True, check=False))
        with pytest.raises(StoreLockedError):
            load_hub(tmp_path / "store", inputs, graph=graph)
        write_names(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(hub, "write_names", load_again)
    load_hub(tmp_path / "store", inputs, graph=graph)
    assert errors[0].returncode == 3
    assert errors[0].stderr == (
        f"itgraph: {tmp_path}/.store.hub-lock: another process is loading into it; wait until that one has ended\n"
    )
    assert check_indexes(tmp_path / "store") == []
    assert not (tmp_path / ".store.hub-lock").exists()


def test_who_waits_at_a_lock_that_is_taken_away_takes_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = WorkLock(path)
    with first:
        connect = sqlite3.connect
        others = iter([first.__exit__, lambda: None])

        def connect_late(*arguments: object, **named: object) -> sqlite3.Connection:
            # It has the file open when the other one deletes it and lets go.
            found: sqlite3.Connection = connect(*arguments, **named)  # type: ignore[call-overload]
            next(others)()
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sqlite3, "connect", connect_late)
            with WorkLock(path):
                patch.undo()
                assert path.exists()
                with pytest.raises(StoreLockedError), WorkLock(path):
                    pass


def test_a_lock_that_is_none(tmp_path: Path) -> None:
    (tmp_path / ".store.hub-lock").write_text("this is a letter, and longer than a header of SQLite is: " + 99 * "a")
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])])
    with pytest.raises(StoreError, match="it cannot be locked"):
        load_hub(tmp_path / "store", inputs, graph=hubs.write_graph(tmp_path))


def test_who_reads_the_old_store_goes_on(tmp_path: Path) -> None:
    graph = hubs.write_graph(tmp_path)
    old = [entry(f"a/{n}", card={"base_model": "a/0"}) for n in range(200)]
    store = tmp_path / "store"
    load_hub(store, find_inputs([hubs.write_lines(tmp_path / "old.jsonl", old)]), graph=graph)
    reader = EmbeddedStore.open(store)
    assert reader.lineage is not None
    assert reader.names is not None
    assert reader.names.find("a/7")
    load_hub(store, find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/new")])]), graph=graph)
    assert len(list(reader.quads())) > 200
    assert reader.lineage.edge_count == 200
    assert [named.label for named in reader.names.find("a/8")] == ["a/8"]
    assert EmbeddedStore.open(store).ask('ASK { ?thing rdfs:label "a/new" }')


def test_the_indexes_of_a_store_that_is_about_to_be_replaced_stay_good(tmp_path: Path) -> None:
    graph = hubs.write_graph(tmp_path)
    models = hubs.write_lines(tmp_path / "models.jsonl", [entry("a/b")])
    load_hub(tmp_path / "store", find_inputs([models]), graph=graph)
    # The engine puts its files in order whenever it is begun for writing.
    Store(str(tmp_path / "store"))
    assert check_indexes(tmp_path / "store") == []
    Store(str(tmp_path / "store"))
    assert check_indexes(tmp_path / "store") == []
