"""The processes that answer: each call is worked out in one that can be ended, for an engine cannot be told to stop.

They are fresh interpreters, and not forked: so it is the same on every system, and whatever threads the library of the
protocol has do not matter. Each has its own graph. The first one is started at once; another one only where a call has
waited for a moment, and never more than ``workers``.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from itgraph.agents.worker import read_frame, write_frame
from itgraph.errors import ItgraphError, QueryError, QueryTimeoutError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """A call under way, which may be given up; ``worker`` is who works on it."""

    def __init__(self) -> None:
        self.worker: Worker | None = None
        self.is_given_up = False

    def give_up(self) -> None:
        """End the work on it: nobody waits any more."""
        self.is_given_up = True
        if self.worker is not None:
            self.worker.kill()


class Worker:
    """A process that answers calls, as who calls sees it."""

    def __init__(self, location: str | None, limits: Limits) -> None:
        self._limits = limits
        self._is_ready = self._is_done = False
        command = [sys.executable, "-m", "itgraph.agents.worker"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603
        first = {"location": location, "memory": limits.memory}
        self._send(first)

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
        if self._is_ready:
            return
        reply = self._receive()
        if reply is None:
            raise StoreError("the process that opens the graph has ended; what it said stands on standard error")
        if "error" in reply:
            raise (QueryError if reply["exit_code"] == QueryError.exit_code else ItgraphError)(reply["error"])
        self._is_ready = True

    def ask(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to a call.

        Raises:
            QueryTimeoutError: it took too long, and was ended.
            StoreError: it took more memory than it may, or was ended by somebody else.
        """
        self.await_ready()
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            self.kill()

        timer = threading.Timer(self._limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            self._send({"tool": tool, "arguments": arguments})
            reply: dict[str, Any] | None = self._receive()
        finally:
            timer.cancel()
        if reply is not None and not is_late.is_set():
            return reply
        if is_late.is_set():
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

    def _send(self, value: object) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # it has ended: that there is no reply says so
            write_frame(self._process.stdin, value)

    def _receive(self) -> Any:
        assert self._process.stdout is not None
        value = read_frame(self._process.stdout)
        if value is None:
            self._is_done = True
        return value


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
        self._first = self._start()
        self._idle.append(self._first)

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
            ItgraphError: it took too much memory, or the graph cannot be opened any more.
        """
        worker = self._take(call)
        try:
            return worker.ask(tool, arguments)
        finally:
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
        worker = Worker(self._location, self._limits)
        self._all.add(worker)
        return worker

    def _take(self, call: Call) -> Worker:
        began = monotonic()
        with self._condition:
            while True:
                if self._is_closed or call.is_given_up:
                    raise StoreError("the server is being stopped" if self._is_closed else "nobody waits for this")
                if self._idle:
                    worker = self._idle.pop()
                    if not worker.is_alive:
                        self._all.discard(worker)
                        worker.close()
                        worker = self._start()
                elif len(self._all) < self._limits.workers and monotonic() - began > _PATIENCE:
                    worker = self._start()
                else:
                    self._condition.wait(_PATIENCE)
                    continue
                call.worker = worker
                return worker

    def _give_back(self, worker: Worker) -> None:
        """Let the next call have a worker, or a new one in its place: that loads the graph while nobody waits."""
        with self._condition:
            if self._is_closed:
                return
            if not worker.is_alive:
                self._all.discard(worker)
                worker.close()
                worker = self._start()
            self._idle.append(worker)
            self._condition.notify()
