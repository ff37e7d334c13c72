"""Who works on what: hands requests to workers, and keeps long ones out of the way of short ones.

A worker is given a few requests at a time, so that it need not wait for the next one. A request that is not answered at
once (``PATIENCE``) has proved to be a long one. It goes on where it is, at a lower priority, a new worker takes that
place, and what was to come after it goes to others. If as many long ones as are allowed are under way already, it is
ended, and begun again when there is room for it. (All requests are questions: beginning one again changes nothing.) So
there are always workers for what is quick, whatever else is asked.
"""

from __future__ import annotations

import asyncio
import marshal
import os
import signal
import socket
from collections import deque
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from itgraph.server.problems import problem
from itgraph.server.workers import FRAME, ORDER, pack_request, unpack_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from itgraph.server.limits import Limits
    from itgraph.server.messages import Request, Response

PATIENCE = 0.1
"""Seconds after which a request counts as a long one."""
DEPTH = 4
"""How many jobs a worker has at a time: one that it works on, and what it takes next without being told."""
_TICK = 0.02
_GRACE = 0.5
"""Seconds past its time after which a worker is ended that should have ended itself."""
_BLUR = 0.01
"""Seconds by which the clock of the loop, which stands still while it works, may be wrong."""
_PAUSE = 1
"""Seconds after which a worker that could not be had is asked for again."""
_NICENESS = 15
_TRIES = 2
_MOST_BYTES = 64 * 2**20
"""The size of all requests under way."""


class Job:
    """A request under way, who takes its response, and how often it was begun."""

    __slots__ = ("arrived", "is_done", "request", "size", "takers", "tries")

    def __init__(self, request: Request, now: float) -> None:
        self.request = request
        self.size = request.size
        self.takers: list[Callable[[Response], None]] = []
        self.arrived = now
        self.is_done = False
        self.tries = 0


class Worker(asyncio.Protocol):
    """A worker process, as the pool sees it.

    ``jobs`` are what it was given, in the order in which it answers: it works on the first, since ``began``. ``None``
    is one that was handed to another worker meanwhile.
    """

    def __init__(self, pool: Pool) -> None:
        self.jobs: deque[Job | None] = deque()
        self.began = 0.0
        self.pid = 0
        self._pool = pool
        self._received = bytearray()
        self._wanted = FRAME.size
        self._transport: asyncio.Transport

    @property
    def job(self) -> Job | None:
        """What it works on."""
        return self.jobs[0] if self.jobs else None

    def give(self, job: Job, now: float) -> None:
        """Let it work on a job, when it has done what it was given before."""
        if not self.jobs:
            self.began = now
        self.jobs.append(job)
        self._transport.write(pack_request(job.request))

    def leave(self) -> None:
        """Have nothing to do with the process any more; it ends when it has nothing to do."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the way to the process."""
        self._transport = transport  # type: ignore[assignment]
        self._pool.on_begun(self)

    def data_received(self, data: bytes) -> None:
        """Take the frames that are whole."""
        received: bytes | bytearray = data
        if self._received:
            received = self._received
            received += data
        start = 0
        while len(received) - start >= self._wanted:
            header_size, body_size = FRAME.unpack_from(received, start)
            body_start = start + FRAME.size + header_size
            end = body_start + body_size
            if len(received) < end:
                self._wanted = end - start
                break
            with memoryview(received) as view:
                header = marshal.loads(view[start + FRAME.size : body_start])  # noqa: S302 - from our own worker
                body = bytes(view[body_start:end])
            start, self._wanted = end, FRAME.size
            self._take(header, body)
        if start or not self._received:
            self._received = bytearray(received[start:])

    def _take(self, header: Any, body: bytes) -> None:
        if not self.pid:
            self.pid = header
            self._pool.on_born(self)
        elif self.jobs:  # else it was to be ended, and had done its work just then
            job = self.jobs.popleft()
            self._pool.on_done(self)  # first, so that it has the next one while this one is sent
            if job is not None:
                self._pool.finish(job, unpack_response(header, body))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - it is gone, why ever
        """Tell the pool that the process has ended."""
        self._pool.on_lost(self)


class Pool:
    """The workers of a server, and what waits for them; lives in one event loop.

    ``control`` leads to a spawner that is ready; see :mod:`itgraph.server.workers`. ``on_failure`` is called if that
    ends before the pool is closed.
    """

    def __init__(self, control: socket.socket, limits: Limits, on_failure: Callable[[], None]) -> None:
        self._control = control
        self._limits = limits
        self._on_failure = on_failure
        self._loop = asyncio.get_running_loop()
        self._jobs: dict[Request, Job] = {}
        self._size = 0
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._slow: set[Worker] = set()
        self._waiting: deque[Job] = deque()
        self._long: deque[Job] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_closing = False
        # The spawner says nothing more: that it can be read from means that it has ended.
        self._loop.add_reader(control, self._fail)
        for _ in range(limits.workers):
            self._spawn()

    async def respond(self, request: Request) -> Response:
        """Return the response to a request, which may be an error."""
        future: asyncio.Future[Response] = self._loop.create_future()

        def take(response: Response) -> None:
            if not future.done():
                future.set_result(response)

        job = self.submit(request, take)
        try:
            return await future
        finally:
            self.leave(job, take)

    def submit(self, request: Request, take: Callable[[Response], None]) -> Job | None:
        """Have a request worked out, equal ones together; ``take`` is called with the response, which may be an error.

        Return what :meth:`leave` wants to know; ``None`` if the response was there at once.
        """
        job = self._jobs.get(request)
        if job is None:
            if self._is_closing:
                take(problem(request.accept, 503, "the server is being stopped"))
                return None
            job = Job(request, self._loop.time())
            if self._count_waiting() >= self._limits.queue or self._size + job.size > _MOST_BYTES:
                take(_too_much(request))
                return None
            self._jobs[request] = job
            self._size += job.size
            self._assign(job)
        job.takers.append(take)
        return job

    def _count_waiting(self) -> int:
        """Return how many jobs nobody works on yet."""
        return len(self._waiting) + sum(len(worker.jobs) - 1 for worker in self._busy)

    def leave(self, job: Job | None, take: Callable[[Response], None]) -> None:
        """Wait no more; what nobody waits for is ended."""
        if job is None or job.is_done:
            return
        job.takers.remove(take)
        if not job.takers:
            self._close(job)
            for worker in self._slow:
                if worker.job is job:
                    self._kill(worker)

    def finish(self, job: Job, response: Response) -> None:
        """Give everyone who waits the response."""
        if not job.is_done:
            self._close(job)
            for take in job.takers:
                take(response)

    def _close(self, job: Job) -> None:
        job.is_done = True
        self._size -= job.size
        del self._jobs[job.request]

    def close(self) -> None:
        """End all workers, whatever they are doing."""
        if self._is_closing:
            return
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._loop.remove_reader(self._control)
        self._control.close()  # the spawner ends its children, then itself
        for worker in self._workers:
            worker.leave()
        for job in [*self._jobs.values()]:
            self.finish(job, problem(job.request.accept, 503, "the server is being stopped"))

    # -- Workers come and go -----------------------------------------------------------------------------------------

    def _spawn(self) -> None:
        if self._is_closing:
            return
        try:
            ours, theirs = socket.socketpair()
        except OSError:  # there are no more files to be had: connections will end, and give some back
            self._loop.call_later(_PAUSE, self._spawn)
            return
        with theirs:
            try:
                socket.send_fds(self._control, [ORDER.pack(0)], [theirs.fileno()])
            except OSError:
                ours.close()
                self._fail()
                return
        ours.setblocking(False)
        # The loop keeps only weak references to its tasks.
        task = self._loop.create_task(self._loop.connect_accepted_socket(lambda: Worker(self), ours))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _kill(self, worker: Worker) -> None:
        try:
            self._control.sendall(ORDER.pack(worker.pid))
        except OSError:
            self._fail()

    def _fail(self) -> None:
        """Give up: without its spawner, nothing can be worked out."""
        if not self._is_closing:
            for worker in self._busy | self._slow:  # whoever should see to that is no more
                with suppress(OSError):
                    os.kill(worker.pid, signal.SIGKILL)
            self.close()
            self._on_failure()

    def on_begun(self, worker: Worker) -> None:
        """Note that there is, or will be, a worker."""
        self._workers.add(worker)
        if self._is_closing:
            worker.leave()

    def on_born(self, worker: Worker) -> None:
        """Let a new worker begin."""
        self._next(worker)

    def on_done(self, worker: Worker) -> None:
        """Give a worker that has finished its job another one."""
        if worker in self._slow:
            self._kill(worker)  # it cannot get its priority back
        else:
            worker.began = self._loop.time()
            self._next(worker)

    def on_lost(self, worker: Worker) -> None:
        """See to what a worker was doing when it ended, and replace it."""
        self._workers.discard(worker)
        if self._is_closing:
            return
        if worker in self._slow:
            self._slow.discard(worker)
        else:
            if worker in self._idle:
                self._idle.remove(worker)
            self._busy.discard(worker)
            # One that could not even begin will hardly do better at once.
            self._loop.call_later(0 if worker.pid else _PAUSE, self._spawn)
        self._hand_on(worker)
        if worker.job is not None and not worker.job.is_done:
            self._bury(worker.job, self._loop.time() - worker.began)
        self._begin_long()

    def _bury(self, job: Job, seconds: float) -> None:
        """Answer for a worker that ended while it had a job, or let another one try."""
        if seconds >= self._limits.seconds - _BLUR:
            limit = self._limits.seconds
            detail = f"this was stopped after {limit:g} seconds: narrow the question, or add a LIMIT"
            self.finish(job, problem(job.request.accept, 504, detail, seconds=limit))
        elif job.tries < _TRIES:
            self._assign(job)  # somebody may have ended that worker for no fault of the job
        else:
            detail = "this takes more memory than it may, or is nested too deeply: narrow the question"
            self.finish(job, problem(job.request.accept, 500, detail))

    # -- Jobs --------------------------------------------------------------------------------------------------------

    def _assign(self, job: Job) -> None:
        if self._idle:
            self._begin(job, self._idle.pop())
            return
        worker = min(self._busy, key=lambda worker: len(worker.jobs), default=None)
        if worker is not None and len(worker.jobs) < DEPTH:
            self._begin(job, worker)
        else:
            self._waiting.append(job)
            self._watch()

    def _begin(self, job: Job, worker: Worker) -> None:
        job.tries += 1
        self._busy.add(worker)
        worker.give(job, self._loop.time())
        self._watch()

    def _next(self, worker: Worker) -> None:
        while self._waiting and len(worker.jobs) < DEPTH:
            job = self._waiting.popleft()
            if not job.is_done:
                self._begin(job, worker)
        if not worker.jobs:
            self._busy.discard(worker)
            self._idle.append(worker)

    def _hand_on(self, worker: Worker) -> None:
        """Give what waits behind a worker's job to others."""
        behind = [job for job in islice(worker.jobs, 1, None) if job is not None and not job.is_done]
        for place in range(1, len(worker.jobs)):
            worker.jobs[place] = None
        for job in reversed(behind):
            job.tries -= 1
            self._waiting.appendleft(job)
        while self._waiting and self._idle:
            self._next(self._idle.pop())

    def _begin_long(self) -> None:
        """Begin again what was ended to make room, now that there is room."""
        room = self._limits.slow_workers - len(self._slow)
        while self._long and room > 0:
            job = self._long.popleft()
            if not job.is_done:
                room -= 1
                self._assign(job)

    def _watch(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(_TICK, self._look)

    def _look(self) -> None:
        """Set aside what has proved to be long, and end what is too late."""
        self._timer = None
        now = self._loop.time()
        for worker in [*self._busy]:
            if now - worker.began > PATIENCE:
                self._set_aside(worker)
            elif now - worker.began > _TICK and len(worker.jobs) > 1:
                self._hand_on(worker)
        for worker in self._slow:
            if now - worker.began > self._limits.seconds + _GRACE:
                self._kill(worker)
        for queue in (self._waiting, self._long):
            # Not in the order in which they came: some were begun before.
            for job in [job for job in queue if job.is_done or now - job.arrived > self._limits.wait]:
                queue.remove(job)
                self.finish(job, _too_much(job.request))
        if self._busy or self._slow or self._waiting or self._long:
            self._watch()

    def _set_aside(self, worker: Worker) -> None:
        self._busy.discard(worker)
        self._slow.add(worker)
        self._hand_on(worker)
        job = worker.job
        if job is None or job.is_done:
            self._kill(worker)  # nobody waits for it any more
        elif len(self._slow) <= self._limits.slow_workers:
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _NICENESS)
        else:
            worker.jobs.clear()
            self._kill(worker)
            job.tries = 0
            if len(self._long) < self._limits.queue:
                self._long.append(job)
            else:
                self.finish(job, _too_much(job.request))
        self._spawn()


def _too_much(request: Request) -> Response:
    return problem(request.accept, 503, "too much is asked at once: try again later", headers=(("Retry-After", "1"),))
