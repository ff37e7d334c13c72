"""Load files of statements into the engine as one stream: what reaches it at once, it puts in order once.

Of every file that is loaded on its own, the engine makes tables of its own, and merges these with all that it has as
soon as there are two of them: for tens of files that is more work than all the rest. A stream of files is one load to
it, and becomes part of the store as a whole, or not at all.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pyoxigraph import RdfFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    import pyoxigraph

_CHUNK = 1 << 20
_BATCH = 1_000_000
"""How many statements the engine takes into memory before it sorts them, on a thread of its own."""
_MORE = 50_000
"""How many more statements it gets until it is looked at: enough to be sure that the thread has begun."""
_AT_ONCE = 2
"""How many batches it may sort at once: each takes most of a gigabyte."""
_PAUSE = 0.05
_TRIM_EVERY = 1.0
"""After how many seconds of waiting memory is given back that nothing uses any more."""
_LONGEST = 120.0
"""For how many seconds a thread may sort: what takes longer is something else."""
_NAP = 1.0
"""For how many seconds a thread may sleep that sorts: what sleeps longer is of a pool, and waits for work."""

_TASKS = Path("/proc/self/task")


class StreamLoader:
    """Loads files one after another, on threads of its own: the engine needs no Python for that.

    What is added becomes part of the store when it is committed. Where the system has no pipes that can be opened by
    name, each file is a load of its own; that takes longer, and comes to the same.
    """

    def __init__(self, store: pyoxigraph.Store) -> None:
        self._store = store
        self._feeder = ThreadPoolExecutor(1, "feeder")
        self._engine = ThreadPoolExecutor(1, "engine")
        self._waiting: deque[Future[None]] = deque()
        self._loading: Future[None] | None = None
        self._closing: Future[None] | None = None
        self._pipe = -1
        self._fed: list[Path] = []
        self._count = 0
        self._has_failed = False
        # What the engine and others have begun before is none of the threads that sort.
        self._others = _threads()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # What is left to load is left, if anything has failed: the next load goes on there.
        self._has_failed = True
        self._feeder.shutdown(cancel_futures=True)
        self._abort()
        self._engine.shutdown()

    def add(self, path: Path) -> None:
        """Load a file as soon as those before it are loaded.

        Raises:
            OSError: what was added before could not be loaded.
        """
        self._submit(self._feed, path)

    def commit(self, then: Callable[[], None] = lambda: None) -> None:
        """Make what was added part of the store as soon as it is loaded; then do something, and delete the files.

        Raises:
            OSError: what was added before could not be loaded.
        """
        self._closing = self._submit(self._close)
        self._submit(self._commit, then)

    def finish_feeding(self) -> None:
        """Wait until the engine has got all that was committed: what it does from then on needs little memory.

        Raises:
            OSError: what was added before could not be loaded.
        """
        while self._closing in self._waiting:
            self._waiting.popleft().result()

    def finish(self) -> None:
        """Wait until all that was committed is part of the store.

        Raises:
            OSError: it could not be loaded.
        """
        while self._waiting:
            self._waiting.popleft().result()

    def _submit(self, function: Callable[..., None], *arguments: object) -> Future[None]:
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft().result()
        self._waiting.append(self._feeder.submit(self._unless_failed, function, *arguments))
        return self._waiting[-1]

    def _unless_failed(self, function: Callable[..., None], *arguments: object) -> None:
        """Do something, unless what came before it has failed: what comes after it must not be noted as done."""
        if self._has_failed:
            return
        try:
            function(*arguments)
        except BaseException:
            self._has_failed = True
            raise

    # -- on the thread of the feeder -----------------------------------------------------------------------------------

    def _feed(self, path: Path) -> None:
        self._fed.append(path)
        if not _has_named_pipes():
            self._load(path)
            return
        if self._loading is None:
            reading, self._pipe = os.pipe()
            self._loading = self._engine.submit(self._load_pipe, reading)
            self._count = 0
        with path.open("rb") as file, suppress(BrokenPipeError):
            while (chunk := file.read(_CHUNK)) and not self._has_failed:
                self._write(chunk)
                self._count += chunk.count(b"\n")
                if self._count > _BATCH + _MORE:
                    self._count -= _BATCH
                    self._wait_for_sorting()
            return
        # The engine has closed its end: it tells why.
        self._loading.result()

    def _write(self, chunk: bytes) -> None:
        left = memoryview(chunk)
        while left:
            left = left[os.write(self._pipe, left) :]

    def _wait_for_sorting(self) -> None:
        """Hold the stream while the engine sorts as many batches as it may: it would take in one more meanwhile."""
        began = trimmed = time.monotonic()
        asleep: Counter[int] = Counter()
        while not self._has_failed and len(sorting := _threads() - self._others) >= _AT_ONCE:
            for thread in sorting:
                asleep[thread] = asleep[thread] + 1 if _is_asleep(thread) else 0
            now = time.monotonic()
            is_late = now - began > _LONGEST
            self._others |= {thread for thread in sorting if is_late or asleep[thread] * _PAUSE >= _NAP}
            if now - trimmed > _TRIM_EVERY:
                _give_back_memory()
                trimmed = now
            time.sleep(_PAUSE)

    def _close(self) -> None:
        if self._loading is not None:
            os.close(self._pipe)
            self._pipe = -1

    def _commit(self, then: Callable[[], None]) -> None:
        if self._loading is not None:
            loading, self._loading = self._loading, None
            loading.result()
        then()
        for path in self._fed:
            path.unlink()
        self._fed.clear()

    def _abort(self) -> None:
        """Let the engine drop what it has of a stream: at what is no statement, it does."""
        if self._loading is None:
            return
        if self._pipe >= 0:
            with suppress(BrokenPipeError):
                self._write(b"\nabort\n")
            self._close()
        with suppress(OSError, SyntaxError):
            self._loading.result()
        self._loading = None

    # -- on the thread of the engine -----------------------------------------------------------------------------------

    def _load_pipe(self, reading: int) -> None:
        try:
            self._load(Path(f"/dev/fd/{reading}"))
        finally:
            os.close(reading)

    def _load(self, path: Path) -> None:
        # Lenient: we have written it ourselves, and checking every IRI once more takes a quarter of the time.
        self._store.bulk_load(path=str(path), format=RdfFormat.N_QUADS, lenient=True)


def _has_named_pipes() -> bool:
    return Path("/dev/fd").is_dir()


def _threads() -> set[int]:
    """Return the threads of this process that Python has not begun; none, where the system does not list them."""
    try:
        tasks = {int(task.name) for task in _TASKS.iterdir()}
    except OSError:
        return set()
    return tasks - {thread.native_id for thread in threading.enumerate() if thread.native_id is not None}


def _is_asleep(thread: int) -> bool:
    """Tell whether a thread waits for something that is not the disk."""
    try:
        return (_TASKS / str(thread) / "stat").read_text().rpartition(") ")[2].startswith("S")
    except OSError:
        return False


def _give_back_memory() -> None:
    """Have the allocator give back to the system what is free, where it can be asked to (that of GNU can).

    It keeps, of each thread, what was freed by others: the statements of a batch, when they have become keys to sort.
    """
    import ctypes

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
