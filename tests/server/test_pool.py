"""The pool with real workers: what takes too long, crashes, or is not wanted any more disturbs nobody else."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.server.trials import run_trial

from itgraph.server import pool as pool_module
from itgraph.server.limits import Limits
from itgraph.server.messages import Request, Response
from itgraph.server.pool import Job, Pool, Worker
from itgraph.server.serve import _await_ready, _start_spawner
from itgraph.server.workers import pack

TRIPLES = 400
SECONDS = 60


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph that is loaded at once, and large enough to ask what takes for ever."""
    path = tmp_path_factory.mktemp("pool") / "graph.nt"
    path.write_text("".join(f"<urn:s{n}> <urn:p> <urn:o{n}> .\n" for n in range(TRIPLES)))
    return path


def asked(sparql: str) -> Request:
    return Request(path="/sparql", query=f"query={quote(sparql)}")


def runaway(name: object) -> Request:
    """A query of as many solutions as 400 to the sixth; one that was never asked before."""
    patterns = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(6))
    return asked(f"SELECT (COUNT(*) AS ?n) {{ {patterns} FILTER(?o0 != <urn:{name}>) }}")


def long(name: object) -> Request:
    """A query that takes longer than a moment, and comes to an end."""
    return asked(f"SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f FILTER(STR(?a) < CONCAT(STR(?d), '{name}')) }}")


class Trial:
    """A pool, and what happens to it."""

    def __init__(self, pool: Pool, spawner: int) -> None:
        self.pool = pool
        self.spawner = spawner
        self.failures = 0

    async def ask(self, request: Request) -> Response:
        return await asyncio.wait_for(self.pool.respond(request), SECONDS)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(SECONDS):
            while not condition():
                await asyncio.sleep(0.005)

    async def slow_pid(self) -> int:
        """Wait until a request has proved to be a long one; return which process works on it."""
        await self.until(lambda: any(worker.job is not None for worker in self.pool._slow))
        return next(worker.pid for worker in self.pool._slow if worker.job is not None)

    async def gone(self, pid: int) -> None:
        await self.until(lambda: not is_running(pid))

    @property
    def pids(self) -> set[int]:
        return {worker.pid for worker in {*self.pool._idle, *self.pool._busy, *self.pool._slow}}


def is_running(pid: int) -> bool:
    """Tell whether a process runs: one that has ended, and whose end nobody has noted, does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


@asynccontextmanager
async def running(graph: Path, **bounds: Any) -> AsyncIterator[Trial]:
    limits = Limits(**{"seconds": 1.0, "workers": 2, **bounds})
    with ExitStack() as stack:
        control = stack.enter_context(_start_spawner(str(graph), limits, stack))
        await asyncio.to_thread(_await_ready, control)
        spawner = _child_of(os.getpid(), control)

        def fail() -> None:
            trial.failures += 1

        pool = Pool(control, limits, fail)
        trial = Trial(pool, spawner)
        await trial.until(lambda: len(pool._idle) == limits.workers)
        try:
            yield trial
        finally:
            pids = trial.pids
            pool.close()
            for pid in pids:
                await trial.gone(pid)


def _child_of(parent: int, control: socket.socket) -> int:
    """Return the process id of the spawner: the child whose command names its end of the control socket."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if int(stat[1]) == parent and b"itgraph.server.workers" in command and stat[0] != "Z":
                found.append(int(folder.name))
    assert control.fileno() > 0
    return max(found)


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


# -- Time --------------------------------------------------------------------------------------------------------------


def test_a_runaway_is_ended_at_its_time_with_its_process(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph) as it:
            answer = asyncio.create_task(it.ask(runaway("a")))
            pid = await it.slow_pid()
            response = await answer
            assert response.status == 504
            assert b"1 second" in response.body
            await it.gone(pid)
            assert (await it.ask(asked("ASK {}"))).status == 200

    run_trial(trial())


def test_runaways_do_not_hold_up_what_is_quick(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, slow_workers=2) as it:
            runaways = [asyncio.create_task(it.ask(runaway(n))) for n in range(6)]
            await it.slow_pid()
            for n in range(20):
                assert (await it.ask(asked(f"ASK {{ <urn:s{n}> ?p ?o }}"))).body == b'{"head":{},"boolean":true}'
            for task in runaways:
                assert (await task).status in {503, 504}

    run_trial(trial())


def test_what_waits_too_long_is_told_so_wherever_it_stands(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=2.0, slow_workers=1, wait=0.5) as it:
            responses = await asyncio.gather(*(it.ask(runaway(n)) for n in range(6)))
            assert sorted({response.status for response in responses}) == [503, 504]
            assert all(("Retry-After", "1") in response.headers for response in responses if response.status == 503)

    run_trial(trial())


def test_a_time_that_the_clock_blurs_is_a_time_out_all_the_same(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph) as it:
            job = Job(asked("ASK {}"), 0.0)
            future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
            it.pool._jobs[job.request] = job
            job.takers.append(future.set_result)
            it.pool._bury(job, 0.9995)
            assert (await future).status == 504

    run_trial(trial())


# -- Clients that leave ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("soon", [True, False])
def test_what_nobody_waits_for_is_ended_and_not_begun_again(graph: Path, *, soon: bool) -> None:
    async def trial() -> None:
        async with running(graph, seconds=600.0) as it:
            task = asyncio.create_task(it.ask(runaway("left")))
            await it.until(lambda: bool(it.pool._busy | it.pool._slow))
            if not soon:
                await it.slow_pid()
            pid = next(worker.pid for worker in it.pool._busy | it.pool._slow if worker.job is not None)
            task.cancel()
            await it.gone(pid)
            await it.until(lambda: not it.pool._slow and not it.pool._busy and len(it.pool._idle) == 2)
            assert not it.pool._waiting
            assert it.pool._size == 0

    run_trial(trial())


def test_one_of_two_who_ask_the_same_may_leave(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=30.0) as it:
            tasks = [asyncio.create_task(it.ask(long("same"))) for _ in range(2)]
            await it.until(lambda: bool(it.pool._jobs))
            assert len(it.pool._jobs) == 1
            tasks[0].cancel()
            assert (await tasks[1]).status == 200
            assert not it.pool._jobs

    run_trial(trial())


def test_what_was_to_come_after_a_long_one_does_not_wait_for_it(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=600.0, workers=1) as it:
            task = asyncio.create_task(it.ask(runaway("first")))
            await it.until(lambda: bool(it.pool._busy))
            quick = await asyncio.gather(*(it.ask(asked(f"ASK {{ <urn:{n}> ?p ?o }}")) for n in range(12)))
            assert {response.status for response in quick} == {200}
            assert not task.done()
            task.cancel()

    run_trial(trial())


# -- Bounds ------------------------------------------------------------------------------------------------------------


def test_a_full_queue_turns_away(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, queue=1) as it:
            responses = await asyncio.gather(*(it.ask(asked(f"ASK {{ <urn:{n}> ?p ?o }}")) for n in range(6)))
            assert [response.status for response in responses].count(200) == 3
            refused = [response for response in responses if response.status == 503]
            assert len(refused) == 3
            assert all(("Retry-After", "1") in response.headers for response in refused)

    run_trial(trial())


def test_a_queue_is_full_when_it_has_too_many_bytes(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_MOST_BYTES", 100_000)

    async def trial() -> None:
        async with running(graph) as it:
            large = [asked(f"ASK {{}} #{n}" + "x" * 40_000) for n in range(4)]
            responses = await asyncio.gather(*map(it.ask, large))
            assert [response.status for response in responses] == [200, 200, 503, 503]
            assert (await it.ask(large[3])).status == 200

    run_trial(trial())


def test_memory_is_bounded(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=30.0, memory=64 * 2**20) as it:
            response = await it.ask(asked("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"))
            assert response.status == 500
            assert b"memory" in response.body
            assert (await it.ask(asked("ASK {}"))).status == 200

    run_trial(trial())


@pytest.mark.parametrize(
    "query",
    ["ASK {" + "{" * 100_000 + "}" * 100_000 + "}", "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }"],
)
def test_what_overflows_the_stack_of_the_engine_is_an_error(graph: Path, query: str) -> None:
    async def trial() -> None:
        async with running(graph) as it:
            request = Request(
                method="POST", path="/sparql", content_type="application/sparql-query", body=query.encode()
            )
            response = await it.ask(request)
            assert response.status == 500
            assert b"nested too deeply" in response.body
            assert not response.cacheable
            assert (await it.ask(asked("ASK {}"))).status == 200

    run_trial(trial())


# -- Processes that are killed -----------------------------------------------------------------------------------------


def test_a_request_whose_worker_is_killed_is_begun_again(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=30.0) as it:
            task = asyncio.create_task(it.ask(long("killed")))
            await it.until(lambda: bool(it.pool._busy | it.pool._slow))
            first = next(worker.pid for worker in it.pool._busy | it.pool._slow if worker.job is not None)
            os.kill(first, signal.SIGKILL)
            assert (await task).status == 200

    run_trial(trial())


def test_a_request_whose_workers_are_killed_gets_an_error(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=600.0) as it:
            task = asyncio.create_task(it.ask(runaway("killed")))
            killed: set[int] = set()
            while not task.done():
                for worker in it.pool._busy | it.pool._slow:
                    if worker.job is not None and worker.pid not in killed:
                        killed.add(worker.pid)
                        os.kill(worker.pid, signal.SIGKILL)
                await asyncio.sleep(0.005)
            assert (await task).status == 500
            assert len(killed) == 2
            assert (await it.ask(asked("ASK {}"))).status == 200

    run_trial(trial())


def test_idle_workers_that_are_killed_are_replaced(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph) as it:
            before = it.pids
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            await it.until(lambda: len(it.pool._idle) == 2 and not it.pids & before)
            assert (await it.ask(asked("ASK {}"))).status == 200

    run_trial(trial())


def test_without_its_spawner_a_pool_gives_up_and_leaves_nobody(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=600.0) as it:
            task = asyncio.create_task(it.ask(runaway("orphan")))
            pid = await it.slow_pid()
            os.kill(it.spawner, signal.SIGKILL)
            assert (await task).status == 503
            assert it.failures == 1
            await it.gone(pid)
            assert (await it.ask(asked("ASK {}"))).status == 503

    run_trial(trial())


def test_a_closed_pool_answers_everybody_and_leaves_nobody(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph, seconds=600.0, slow_workers=1) as it:
            tasks = [asyncio.create_task(it.ask(runaway(n))) for n in range(5)]
            await it.until(lambda: bool(it.pool._long))
            pids = it.pids
            it.pool.close()
            assert {(await task).status for task in tasks} == {503}
            for pid in {*pids, it.spawner}:
                await it.gone(pid)

    run_trial(trial())


def test_without_files_to_be_had_workers_are_asked_for_again(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_PAUSE", 0.01)
    make, tries = socket.socketpair, 0

    def make_at_last() -> tuple[socket.socket, socket.socket]:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise OSError(24, "Too many open files")
        return make()

    async def trial() -> None:
        async with running(graph) as it:
            before = it.pids
            monkeypatch.setattr(socket, "socketpair", make_at_last)
            os.kill(next(iter(before)), signal.SIGKILL)
            await it.until(lambda: len(it.pool._idle) == 2 and it.pids != before)
            assert tries == 4

    run_trial(trial())


def test_an_answer_that_comes_as_its_worker_is_being_ended_is_no_birth() -> None:
    class Told:
        def __init__(self) -> None:
            self.events: list[str] = []

        def on_born(self, worker: Worker) -> None:
            self.events.append(f"born {worker.pid}")

        def on_done(self, worker: Worker) -> None:
            self.events.append(f"done {worker.pid}")

    told = Told()
    worker = Worker(told)  # type: ignore[arg-type]
    frame = pack(4711)
    for place in range(len(frame)):  # however it comes in pieces
        worker.data_received(frame[place : place + 1])
    worker.data_received(pack((200, "text/plain", (), True), b"late"))
    assert told.events == ["born 4711"]
    assert worker.pid == 4711


def test_the_process_that_forks_has_one_thread(graph: Path) -> None:
    async def trial() -> None:
        async with running(graph) as it:
            assert Path(f"/proc/{it.spawner}/task").is_dir()
            assert len(list(Path(f"/proc/{it.spawner}/task").iterdir())) == 1

    run_trial(trial())
