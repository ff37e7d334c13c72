"""What takes too long for a test of `itgraph serve`: memory over many requests, many connections, runaways.

Prints the resident memory of all processes of the server at intervals: it should rise at first, as caches fill, and
then stay. Half of the requests were never asked before, half were.
"""

from __future__ import annotations

import argparse
import http.client
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

_PATHS = ["/", "/about", "/page/model/alpaca", "/data/model/alpaca.ttl", "/queries", "/id/model/alpaca", "/nothing"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=100_000, metavar="N", help="requests (default: 100,000)")
    parser.add_argument("--connections", type=int, default=500, metavar="N", help="connections (default: 500)")
    parser.add_argument("--cache", type=int, default=16, metavar="MB", help="of the server (default: 16)")
    arguments = parser.parse_args()
    with serving("--cache", str(arguments.cache), "--log", "off") as (port, pid):
        measure_connections(port, arguments.connections)
        measure_memory(port, pid, arguments.requests)


@contextmanager
def serving(*options: str) -> Iterator[tuple[int, int]]:
    """Run a server; yield its port and its process id."""
    command = [sys.executable, "-m", "itgraph", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        match = re.search(r"Serving at http://[^ ]*:(\d+)/", line)
        if match is None:
            sys.exit(f"the server did not start: {line}")
        yield int(match[1]), process.pid
    finally:
        process.terminate()
        process.wait()


def measure_connections(port: int, count: int) -> None:
    """Ask the same on many connections at once, and print how many were answered and how long the last one waited."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(count)]
    for connection in connections:
        connection.connect()
    began = time.perf_counter()
    for number, connection in enumerate(connections):
        connection.request("GET", f"/sparql?query={quote(f'ASK {{ ?s ?p {number} }}')}")
    answered = sum(connection.getresponse().status == 200 for connection in connections)
    seconds = time.perf_counter() - began
    print(f"{count} connections at once: {answered} answered 200, the last one after {seconds:.2f} s", flush=True)
    for connection in connections:
        connection.close()


def measure_memory(port: int, pid: int, count: int) -> None:
    """Send requests on 8 connections; print the memory of the server's processes meanwhile."""
    done = [0] * 8

    def ask(place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(count // len(done)):
            if number % 2:
                path = _PATHS[number // 2 % len(_PATHS)]
            else:
                path = (
                    f"/sparql?query={quote(f'SELECT * {{ ?s ?p ?o FILTER(?o != {place * count + number}) }} LIMIT 5')}"
                )
            connection.request("GET", path)
            connection.getresponse().read()
            done[place] += 1

    threads = [threading.Thread(target=ask, args=(place,), daemon=True) for place in range(len(done))]
    print(f"{'requests':>9} {'seconds':>8}   resident MB: HTTP, spawner, workers", flush=True)
    began, step = time.perf_counter(), 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        if sum(done) >= step:
            print_memory(pid, sum(done), time.perf_counter() - began)
            step += count // 20
        time.sleep(0.05)
    print_memory(pid, sum(done), time.perf_counter() - began)


def print_memory(pid: int, requests: int, seconds: float) -> None:
    """Print one line."""
    sizes = ", ".join(f"{resident(found):.1f}" for found in [pid, *descendants(pid)])
    print(f"{requests:9,} {seconds:8.1f}   {sizes}", flush=True)


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB, or 0."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
    return 0.0


def descendants(pid: int) -> list[int]:
    """Return the processes below one."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found += [int(folder.name), *descendants(int(folder.name))]
    return sorted(found)


if __name__ == "__main__":
    with suppress(socket.timeout, KeyboardInterrupt):
        main()
