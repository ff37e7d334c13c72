"""The processes that answer: ended when they must be, replaced when they have ended."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from itgraph.agents.pool import MIB, Call, Limits, Pool
from itgraph.errors import QueryError, QueryTimeoutError, SourceError, StoreError, StoreUnavailableError

# Each starts processes that open the graph.
pytestmark = pytest.mark.slow

ENDLESS = {"query": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"}
GOAT = {"name": "Goat"}


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(None, Limits(seconds=4, memory=200 * MIB)) as found:
        found.await_ready()
        yield found


def pids_of(pool: Pool) -> set[int]:
    return {worker._process.pid for worker in pool._all}


def test_what_takes_too_long_is_ended(pool: Pool) -> None:
    before = pids_of(pool)
    with pytest.raises(QueryTimeoutError, match=r"stopped after 4 seconds"):
        pool.ask("sparql", ENDLESS, Call())
    assert not before & pids_of(pool)
    assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_what_takes_too_much_memory_is_ended(pool: Pool) -> None:
    query = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?c) DESC(?f)"
    with pytest.raises((StoreError, QueryTimeoutError)) as caught:
        Pool.ask(pool, "sparql", {"query": query}, Call())
    assert "memory" in str(caught.value)
    assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"


def test_what_is_given_up_is_ended(pool: Pool) -> None:
    call = Call()
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(pool.ask, "sparql", ENDLESS, call)
        while call.worker is None:
            time.sleep(0.01)
        began = time.monotonic()
        call.give_up()
        with pytest.raises(StoreError):
            under_way.result(60)
    assert time.monotonic() - began < 60
    assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"


def test_who_gives_up_what_is_done_ends_nothing_of_anybody_else(pool: Pool) -> None:
    done, other = Call(), Call()
    pool.ask("find", GOAT, done)
    with ThreadPoolExecutor(1) as threads:
        under_way = threads.submit(pool.ask, "sparql", ENDLESS, other)
        while other.worker is None:
            time.sleep(0.01)
        done.give_up()
        with pytest.raises(QueryTimeoutError):  # and not that somebody has ended it
            under_way.result(60)


def test_a_call_given_up_just_before_it_begins_is_not_begun(pool: Pool) -> None:
    class Early(Call):
        """It is given up as soon as somebody has looked whether it is."""

        @property
        def is_given_up(self) -> bool:
            found = super().is_given_up
            self.give_up()
            return found

    before = pids_of(pool)
    with pytest.raises(StoreError, match="nobody waits"):
        pool.ask("sparql", ENDLESS, Early())
    assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"
    assert pids_of(pool) == before


def test_time_that_is_up_when_the_reply_has_come_ends_nothing(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[Callable[[], None]] = []

    class Timer(threading.Timer):
        """One that goes off although it has been cancelled, when told to."""

        def __init__(self, seconds: float, end: Callable[[], None]) -> None:
            super().__init__(seconds, end)
            ends.append(end)

    monkeypatch.setattr(threading, "Timer", Timer)
    before = pids_of(pool)
    pool.ask("find", GOAT, Call())
    (end,) = ends
    end()
    assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"
    assert pids_of(pool) == before


# -- While the graph is opened -----------------------------------------------------------------------------------------


@contextmanager
def opening(seconds: float) -> Iterator[tuple[Pool, Callable[[], None]]]:
    """Start a pool whose first worker does not come to open the graph, until the function is called."""
    with Pool(None, Limits(seconds=seconds)) as pool:
        (pid,) = pids_of(pool)
        os.kill(pid, signal.SIGSTOP)
        yield pool, lambda: os.kill(pid, signal.SIGCONT)


stops = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be made to stand still")


@stops
def test_who_has_waited_long_enough_is_told_and_the_graph_is_opened_all_the_same() -> None:
    with ThreadPoolExecutor(1) as threads, opening(2) as (pool, go_on):
        before = pids_of(pool)
        under_way = threads.submit(pool.ask, "find", GOAT, Call())
        with pytest.raises(StoreUnavailableError, match="still being opened; ask again"):
            under_way.result(60)
        go_on()
        pool.await_ready()
        assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"
        assert pids_of(pool) == before


@stops
def test_who_gives_up_waiting_does_not_end_the_opening() -> None:
    with ThreadPoolExecutor(1) as threads, opening(90) as (pool, go_on):
        before = pids_of(pool)
        call = Call()
        under_way = threads.submit(pool.ask, "find", GOAT, call)
        call.give_up()
        with pytest.raises(StoreError, match="nobody waits"):
            under_way.result(60)
        go_on()
        assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"
        assert pids_of(pool) == before


def test_a_worker_that_somebody_has_ended_is_replaced(pool: Pool) -> None:
    (worker,) = pool._all
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.wait()
    assert pool.ask("find", GOAT, Call())["data"]["things"][0]["curie"] == "itm:goat"


def test_there_are_no_more_processes_than_allowed(pool: Pool) -> None:
    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(lambda _: pool.ask("find", GOAT, Call())["data"]["total"], range(24)))
    assert found == [2] * 24
    assert 1 <= len(pids_of(pool)) <= 2


def test_a_closed_pool_answers_no_more_and_has_no_processes() -> None:
    pool = Pool(None, Limits(seconds=30))
    pool.await_ready()
    workers = list(pool._all)
    failed = threading.Event()

    def ask() -> None:
        try:
            pool.ask("sparql", ENDLESS, Call())
        except StoreError:
            failed.set()

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    pool.close()
    thread.join(60)
    assert failed.is_set()
    assert [worker.is_alive for worker in workers] == [False]
    with pytest.raises(StoreError, match="being stopped"):
        pool.ask("find", GOAT, Call())


def test_what_is_wrong_with_the_environment_is_an_error_of_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ITGRAPH_TIMEOUT", "soon")
    with Pool("http://127.0.0.1:9/sparql") as pool, pytest.raises(QueryError, match="ITGRAPH_TIMEOUT") as caught:
        pool.await_ready()
    assert caught.value.exit_code == 2


def test_what_is_wrong_with_a_file_keeps_its_type_and_its_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("<a:a> <a:b> <a:c> .\n<a:a> oops\n", encoding="utf-8")
    with Pool(str(file)) as pool:
        for attempt in (pool.await_ready, lambda: pool.ask("find", GOAT, Call())):
            with pytest.raises(SourceError, match=r"broken\.ttl:2") as caught:
                attempt()
            assert (caught.value.path, caught.value.line) == (str(file), 2)
        assert len(pids_of(pool)) <= 1
