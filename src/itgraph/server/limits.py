"""How much one request may take, and all of them together."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field

MIB = 2**20


def _count_workers() -> int:
    # Two at least, so that one long answer does not hold up all others until it is noticed.
    return max(2, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of a server.

    ``seconds`` an answer may take; ``rows`` (or triples) and ``bytes`` it may have: what is more is left out, and the
    answer says so. ``memory`` (bytes) a worker may take beyond the graph. ``request_bytes`` a request may have.
    ``queue`` requests may wait, each ``wait`` seconds. ``workers`` answer quick requests; those that take longer go on
    in at most ``slow_workers`` others, at a lower priority. ``cache`` bytes of answers are kept. ``connections`` may be
    open at once.
    """

    seconds: float = 10.0
    rows: int = 100_000
    bytes: int = 64 * MIB
    memory: int = 1024 * MIB
    request_bytes: int = MIB
    queue: int = 1000
    wait: float = 20.0
    workers: int = field(default_factory=_count_workers)
    slow_workers: int = 4
    cache: int = 128 * MIB
    connections: int = 2000


def limit_memory(more: int) -> None:
    """Refuse this process more memory than it has now and so many bytes beside, where the system can: not on macOS."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        # A crash says nothing by a file of the size of the graph.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - not a file
            now = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + more, now + more))
