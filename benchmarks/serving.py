"""Measure `itgraph serve` beside Oxigraph's own server and rdflib-endpoint, on the shipped graph, side by side.

Needs `wrk` (Debian: apt install wrk). rdflib-endpoint is left out unless ``--rdflib-endpoint PATH`` names its command
(``python -m venv DIR && DIR/bin/pip install 'rdflib-endpoint[web]'``). Rounds take turns between the servers, so that
what else the machine does falls on all of them; figures are medians of the rounds, with their range.

``repeated`` sends the same request again and again; ``first`` never sends the same one twice. At the end, two runaway
queries are sent to itgraph every second, and what other clients then wait is measured.
"""

from __future__ import annotations

import argparse
import http.client
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import itgraph
from itgraph.resources import shipped_graph_path

_PROLOGUE = "PREFIX itg: <https://w3id.org/itgraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
QUERIES = {
    "ask": "ASK { <%s> a itg:Model }",
    "point": "SELECT ?p ?o { <%s> ?p ?o }",
    "path": "SELECT ?a { <%s> itg:upstream+ ?a }",
    "aggregate": "SELECT ?b (COUNT(?m) AS ?n) { ?m itg:baseModel ?b FILTER(?m != <%s>) } GROUP BY ?b ORDER BY DESC(?n)",
}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != <urn:%s>) }"

# Each thread of wrk runs this; the number makes each request one that was never sent before.
_LUA = """
local things = { %s }
local before, after = "%s", "%s"
local n = 0
request = function()
  n = n + 1
  if %s then return wrk.format("GET", before .. things[1] .. after .. "1") end
  return wrk.format("GET", before .. things[n %% #things + 1] .. after .. n .. "-%d")
end
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default: 5)")
    parser.add_argument("--seconds", type=int, default=2, metavar="N", help="seconds of each measurement (default: 2)")
    parser.add_argument("--rdflib-endpoint", metavar="PATH", help="the command rdflib-endpoint")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("this needs wrk: apt install wrk")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        servers = {
            "itgraph": stack.enter_context(start_itgraph()),
            "oxigraph": stack.enter_context(start_oxigraph(folder)),
        }
        if arguments.rdflib_endpoint:
            servers["rdflib-endpoint"] = stack.enter_context(start_rdflib_endpoint(arguments.rdflib_endpoint))
        measure_rates(servers, arguments.rounds, arguments.seconds, folder)
        measure_runaways(servers["itgraph"], arguments.seconds * 3, folder)


# -- Servers -----------------------------------------------------------------------------------------------------------


@contextmanager
def start(command: list[str], port: int, path: str) -> Iterator[str]:
    """Run a server; yield the address of its endpoint when it answers."""
    address = f"http://127.0.0.1:{port}{path}"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}?query={urllib.parse.quote('ASK {}')}", timeout=5).close()  # noqa: S310
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        else:
            sys.exit(f"{command[0]} does not answer at {address}")
        yield address
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def start_itgraph() -> Iterator[str]:  # type: ignore[misc]
    """Serve the shipped graph by `itgraph serve`, its access log and all."""
    port = free_port()
    return start([sys.executable, "-m", "itgraph", "serve", "--port", str(port)], port, "/sparql")  # type: ignore[return-value]


def start_oxigraph(folder: Path) -> Iterator[str]:  # type: ignore[misc]
    """Serve it by Oxigraph's own server, read-only."""
    oxigraph = str(Path(sys.executable).with_name("oxigraph"))
    place, port = str(folder / "oxigraph"), free_port()
    load = [oxigraph, "load", "--location", place, "--file", str(shipped_graph_path())]
    subprocess.run(load, check=True, capture_output=True)  # noqa: S603
    command = [oxigraph, "serve-read-only", "--location", place, "--bind", f"127.0.0.1:{port}"]
    return start(command, port, "/query")  # type: ignore[return-value]


def start_rdflib_endpoint(command: str) -> Iterator[str]:  # type: ignore[misc]
    """Serve it by rdflib-endpoint."""
    port = free_port()
    return start([command, "serve", "--port", str(port), str(shipped_graph_path())], port, "/")  # type: ignore[return-value]


# -- Measurements ------------------------------------------------------------------------------------------------------


def measure_rates(servers: dict[str, str], rounds: int, seconds: int, folder: Path) -> None:
    """Print the requests a second of each server for each kind of query."""
    print("requests a second at 8 connections, median (lowest to highest); p99 in ms\n")
    for kind in QUERIES:
        for manner in ("repeated", "first"):
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}
            for number in range(rounds):
                for name, address in servers.items():
                    found[name].append(run_wrk(address, kind, manner, seconds, folder, number))
            ours = statistics.median(rate for rate, _ in found["itgraph"])
            for name, runs in found.items():
                rates = [rate for rate, _ in runs]
                middle = statistics.median(rates)
                late = statistics.median(latency for _, latency in runs)
                compared = "" if name == "itgraph" else f"   itgraph is {ours / middle:5.2f} times that"
                spread = f"({min(rates):7,.0f} to {max(rates):7,.0f})"
                print(f"{kind:10} {manner:9} {name:16} {middle:9,.0f} {spread} p99 {late:7.2f}{compared}", flush=True)
    print()


def run_wrk(address: str, kind: str, manner: str, seconds: int, folder: Path, number: int) -> tuple[float, float]:
    """Return requests a second and the 99th percentile of latency, in milliseconds."""
    before, after = (urllib.parse.quote(part) for part in (_PROLOGUE + QUERIES[kind]).split("%s"))
    things = ", ".join(f'"{urllib.parse.quote(thing, safe="")}"' for thing in find_models())
    path = urllib.parse.urlsplit(address).path
    script = folder / "requests.lua"
    repeated = "true" if manner == "repeated" else "false"
    unique = time.monotonic_ns() + number
    script.write_text(_LUA % (things, f"{path}?query={before}", f"{after}%20%23", repeated, unique))
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", "-s", str(script), address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: .*", said)
    if failed:
        sys.exit(f"{address} {kind}: {failed[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    latency = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    assert rate is not None
    assert latency is not None
    return float(rate[1]), float(latency[1]) * {"us": 0.001, "ms": 1, "s": 1000}[latency[2]]


def find_models() -> list[str]:
    """Return the IRIs of the models that have ancestors."""
    table = itgraph.load().query("SELECT DISTINCT ?m { ?m a itg:Model ; itg:upstream ?a } ORDER BY ?m")
    return [str(row.m) for row in table]


def measure_runaways(address: str, seconds: int, folder: Path) -> None:
    """Print what others wait while two queries that never end are sent every second, and ended."""
    stop = threading.Event()
    ended: list[int] = []

    def run_away(number: int) -> None:
        while not stop.is_set():
            query = urllib.parse.quote(RUNAWAY % f"{number}-{time.monotonic_ns()}")
            try:
                urllib.request.urlopen(f"{address}?query={query}", timeout=60).close()  # noqa: S310
            except urllib.error.HTTPError as error:
                ended.append(error.code)
            except (OSError, http.client.HTTPException):
                return  # the server is being stopped

    threads = [threading.Thread(target=run_away, args=(number,), daemon=True) for number in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    for kind in ("point", "path"):
        for manner in ("first", "repeated"):
            rate, late = run_wrk(address, kind, manner, seconds, folder, 0)
            print(
                f"beside two runaway queries: {kind:6} {manner:9} {rate:9,.0f} a second, p99 {late:.2f} ms", flush=True
            )
    stop.set()
    print(f"runaway queries ended meanwhile: {len(ended)}, as HTTP {sorted(set(ended))}")


if __name__ == "__main__":
    main()
