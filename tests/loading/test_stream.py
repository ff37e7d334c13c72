"""Files that are loaded as one stream: all of it becomes part of the store, or none."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from itgraph.loading import stream
from itgraph.loading.stream import StreamLoader


def write(path: Path, *numbers: int) -> Path:
    path.write_text("".join(f"<http://e.org/{number}> <http://e.org/p> <http://e.org/o> .\n" for number in numbers))
    return path


def numbers(store: Store) -> set[int]:
    return {int(quad.subject.value.rpartition("/")[2]) for quad in store}


@pytest.fixture(params=[True, False], ids=["pipes", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store that is loaded in both ways."""
    if not request.param:
        monkeypatch.setattr(stream, "_has_named_pipes", lambda: False)
    elif not stream._has_named_pipes():
        pytest.skip("this system has no pipes that can be opened by name")
    return Store(str(tmp_path / "store"))


def test_what_is_committed_is_in_the_store_and_its_files_are_gone(store: Store, tmp_path: Path) -> None:
    done: list[set[int]] = []
    with StreamLoader(store) as loader:
        for number in range(4):
            loader.add(write(tmp_path / f"{number}.nq", number))
            if number % 2:
                loader.commit(lambda: done.append(numbers(store)))
        loader.commit()  # of nothing
        loader.finish()
    assert done == [{0, 1}, {0, 1, 2, 3}]
    assert not list(tmp_path.glob("*.nq"))


def test_files_that_are_larger_than_a_pipe(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_BATCH", 1000)
    monkeypatch.setattr(stream, "_MORE", 10)
    with StreamLoader(store) as loader:
        for number in range(3):
            loader.add(write(tmp_path / f"{number}.nq", *range(number * 20_000, (number + 1) * 20_000)))
        loader.commit()
        loader.finish()
    assert len(store) == 60_000


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not list threads")
def test_threads_that_wait_for_work_do_not_hold_the_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_LONGEST", 1e9)
    monkeypatch.setattr(stream, "_NAP", 0.2)
    monkeypatch.setattr(stream, "_TRIM_EVERY", 0.1)
    is_over = [threading.Event() for _ in range(2)]
    idle = threading.Thread(target=is_over[1].wait)
    # As the engine's, when it sorts: one is over sooner than the other.
    busy = [threading.Thread(target=lambda over=over: [None for _ in iter(over.is_set, True)]) for over in is_over]
    with StreamLoader(Store(str(tmp_path / "store"))) as loader:
        for thread in (idle, *busy):
            thread.start()
        # As those of a library that begins them amid a load.
        monkeypatch.setattr(
            stream, "_threads", lambda: {thread.native_id for thread in (idle, *busy) if thread.is_alive()}
        )
        waiting = threading.Thread(target=loader._wait_for_sorting, daemon=True)
        waiting.start()
        waiting.join(2)
        assert waiting.is_alive(), "two are at work"
        assert idle.native_id in loader._others
        is_over[0].set()
        waiting.join(20)
        assert not waiting.is_alive(), "one more may sort"
        is_over[1].set()


def load(store: Store, *files: Path) -> list[int]:
    """Load files, each committed on its own; return how many were committed when each was."""
    done: list[int] = []
    try:
        with StreamLoader(store) as loader:
            for number, file in enumerate(files):
                loader.add(file)
                loader.commit(lambda number=number: done.append(number))  # type: ignore[misc]
            loader.finish()
    except SyntaxError:
        done.append(-1)
    return done


def test_after_a_file_that_is_wrong_nothing_is_committed(store: Store, tmp_path: Path) -> None:
    wrong = tmp_path / "1.nq"
    wrong.write_text("<http://e.org/1> what .\n" + 200_000 * "<http://e.org/1> <http://e.org/p> 'x' .\n")
    assert load(store, write(tmp_path / "0.nq", 0), wrong, write(tmp_path / "2.nq", 2)) == [0, -1]
    assert numbers(store) == {0}
    assert wrong.exists()


def test_a_file_that_is_missing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load(store, tmp_path / "missing.nq")


def test_what_is_not_committed_is_dropped_when_something_else_fails(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    left = write(tmp_path / "0.nq", *range(100_000))
    with StreamLoader(store) as loader:
        loader.add(left)
        time.sleep(0.1)
    assert left.exists()
    if stream._has_named_pipes():
        assert len(store) == 0
    store.add(Quad(NamedNode("http://e.org/1"), NamedNode("http://e.org/p"), NamedNode("http://e.org/o")))


def test_a_thread_that_never_ends_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = StreamLoader(Store())
    monkeypatch.setattr(stream, "_LONGEST", 0.2)
    monkeypatch.setattr(stream, "_threads", lambda: {-1, -2})
    waiting = threading.Thread(target=loader._wait_for_sorting, daemon=True)
    waiting.start()
    waiting.join(10)
    assert not waiting.is_alive()
