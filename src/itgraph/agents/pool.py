"""The processes that answer: each call is worked out in one that can be ended, for an engine cannot be told to stop.

They are fresh interpreters, and not forked: so it is the same on every system, and whatever threads the library of the
protocol has do not matter. Each has its own graph. The first one is started at once; another one only where a call has
waited for a moment, and never more than ``workers``.

To open a large graph may take longer than a call may: so a call waits for a worker that has opened it, and gives up
after its time, but the opening goes on. Only the work on a call is ended.
"""

from __future__ import annotations

import base64
import copy
import pickle
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from itgraph.agents.worker import read_frame, write_frame
from itgraph.errors import ItgraphError, QueryTimeoutError, StoreError, StoreUnavailableError
from itgraph.server.interpreters import worker_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MIB = 2**20
_PATIENCE = 0.25
"""Seconds that a call waits for a worker that is busy before another one is started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many ``seconds`` a call may take, how much ``memory`` (bytes) beside the graph, and how many at once."""

    seconds: float = 10.0
    memory: int = 1024 * MIB
    workers: int = 2


class Call:
    """A call under way, which may be given up at any moment."""

    def __init__(self) -> None:
        # Of its own: whoever gives a call up must not wait for the pool, which holds its lock while it starts a worker.
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._is_given_up = False

    @property
    def worker(self) -> Worker | None:
        """Who works on it now."""
        return self._worker

    @property
    def is_given_up(self) -> bool:
        """Whether nobody waits for it any more."""
        return self._is_given_up

    def give_up(self) -> None:
        """End the work on it, and nothing else: nobody waits any more."""
        with self._lock:
            self._is_given_up = True
            if self._worker is not None:
                self._worker.kill()

    def begin(self, worker: Worker) -> bool:
        """Note who works on it; ``False`` if it has been given up."""
        with self._lock:
            if not self._is_given_up:
                self._worker = worker
            return not self._is_given_up

    def end(self) -> None:
        """Note that the worker may serve somebody else from now on."""
        with self._lock:
            self._worker = None


class Worker:
    """A process that answers calls, as who calls sees it; ``on_open`` is told when it can, or that it never will."""

    def __init__(self, location: str | None, limits: Limits, on_open: Callable[[Worker], None]) -> None:
        self._limits = limits
        self._is_done = False
        self._opened = threading.Event()
        self.failure: ItgraphError | None = None
        command = worker_command("itgraph.agents.worker")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        self._send({"location": location, "memory": limits.memory})
        threading.Thread(target=self._open, args=(on_open,), daemon=True).start()

    @property
    def is_open(self) -> bool:
        """Whether it has opened the graph."""
        return self._opened.is_set() and self.failure is None

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        # One that was killed a moment ago may not have ended yet.
        return not self._is_done and self._process.poll() is None

    def await_ready(self) -> None:
        """Wait until the graph is open.

        Raises:
            ItgraphError: it cannot be.
        """
        self._opened.wait()
        if self.failure is not None:
            raise self.failure

    def ask(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to a call; the graph must be open.

        Raises:
            QueryTimeoutError: it took too long, and was ended.
            StoreError: it took more memory than it may, or was ended by somebody else.
        """
        lock = threading.Lock()
        is_over = is_late = False

        def end() -> None:
            nonlocal is_late
            # A timer may go off just when the reply has come: the worker serves somebody else then.
            with lock:
                if not is_over:
                    is_late = True
                    self.kill()

        timer = threading.Timer(self._limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            self._send({"tool": tool, "arguments": arguments})
            reply: dict[str, Any] | None = self._receive()
        finally:
            timer.cancel()
            with lock:
                is_over = True
        if reply is not None:
            return reply
        if is_late:
            raise QueryTimeoutError(self._limits.seconds)
        raise StoreError("this takes more memory than it may, or its process was ended: narrow the question")

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._is_done = True
        self._process.kill()

    def close(self) -> None:
        """End it, and leave nothing of it."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # it has ended with something unread
                    stream.close()

    def _open(self, on_open: Callable[[Worker], None]) -> None:
        reply = self._receive()
        if reply is None:
            told = "the process that opens the graph has ended; what it said stands on standard error"
            self.failure = StoreError(told)
        elif "error" in reply:
            self.failure = _read_error(reply)
        self._opened.set()
        on_open(self)

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended: that there is no reply says so
            write_frame(self._process.stdin, value)

    def _receive(self) -> Any:
        assert self._process.stdout is not None
        value = None
        with suppress(ValueError):  # it is being closed
            value = read_frame(self._process.stdout)
        if value is None:
            self._is_done = True
        return value


def _read_error(reply: Mapping[str, str]) -> ItgraphError:
    """Return the error that a worker of ours has met, with its type and its fields."""
    with suppress(Exception):
        error = pickle.loads(base64.b64decode(reply["pickled"]))  # noqa: S301 - from our own process
        if isinstance(error, ItgraphError):
            return error
    return ItgraphError(reply["error"])


class Pool:
    """The workers of a server; to be used by several threads.

    >>> with Pool(None) as pool:
    ...     pool.await_ready()
    ...     reply = pool.ask("find", {"name": "Goat"}, Call())
    >>> reply["data"]["things"][0]["curie"]
    'itm:goat'
    """

    def __init__(self, location: str | None, limits: Limits | None = None) -> None:
        self._location = location
        self._limits = limits or Limits()
        self._condition = threading.Condition()
        self._is_closed = False
        self._all: set[Worker] = set()
        self._idle: list[Worker] = []
        self._failure: tuple[float, ItgraphError] | None = None
        with self._condition:
            self._first = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def await_ready(self) -> None:
        """Wait until the first worker has opened the graph.

        Raises:
            ItgraphError: it cannot be opened.
        """
        self._first.await_ready()

    def ask(self, tool: str, arguments: Mapping[str, Any], call: Call) -> dict[str, Any]:
        """Return the reply to a call.

        Raises:
            QueryTimeoutError: it took too long, and was ended.
            StoreUnavailableError: the graph is still being opened.
            ItgraphError: it took too much memory, or the graph cannot be opened any more.
        """
        worker = self._take(call)
        try:
            return worker.ask(tool, arguments)
        finally:
            # In this order: nobody may end a worker on behalf of a call that it no longer works on.
            call.end()
            self._give_back(worker)

    def close(self) -> None:
        """End all workers."""
        with self._condition:
            self._is_closed = True
            workers, self._all = self._all, set()
            self._condition.notify_all()
        for worker in workers:
            worker.close()

    def _start(self) -> Worker:
        worker = Worker(self._location, self._limits, self._take_in)
        self._all.add(worker)
        return worker

    def _take_in(self, worker: Worker) -> None:
        """Let calls have a worker that has opened the graph; where it cannot, tell those that wait."""
        with self._condition:
            if self._is_closed:
                return
            if worker.failure is None:
                self._idle.append(worker)
            else:
                self._failure = monotonic(), worker.failure
                self._end(worker)
            self._condition.notify_all()

    def _take(self, call: Call) -> Worker:
        """Wait for a worker that can be asked, and begin a call with it."""
        began = monotonic()
        with self._condition:
            while True:
                if self._is_closed or call.is_given_up:
                    raise StoreError("the server is being stopped" if self._is_closed else "nobody waits for this")
                if self._idle:
                    worker = self._idle.pop()
                    if not worker.is_alive:
                        self._end(worker)
                    elif call.begin(worker):
                        return worker
                    else:
                        self._idle.append(worker)
                    continue
                self._see_to_it(began)
                self._condition.wait(_PATIENCE)

    def _see_to_it(self, began: float) -> None:
        """Start a worker where a call that waits since then should have one; say where it has waited long enough."""
        waited = monotonic() - began
        failure = self._failure if self._failure is not None and self._failure[0] >= began else None
        are_open = [worker.is_open for worker in self._all]
        if not are_open:
            if failure is not None:
                raise copy.copy(failure[1])
            self._start()
        elif not any(are_open):
            if waited > self._limits.seconds:
                raise StoreUnavailableError("the graph is still being opened; ask again in a moment")
        elif all(are_open) and len(are_open) < self._limits.workers and waited > _PATIENCE and failure is None:
            self._start()

    def _give_back(self, worker: Worker) -> None:
        """Let the next call have a worker, or a new one in its place: that opens the graph while nobody waits."""
        with self._condition:
            if self._is_closed:
                return
            if worker.is_alive:
                self._idle.append(worker)
                self._condition.notify()
            else:
                self._end(worker)
                self._start()

    def _end(self, worker: Worker) -> None:
        self._all.discard(worker)
        worker.close()
