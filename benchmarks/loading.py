"""How fast a graph gets into a SPARQL server: ``itgraph load`` and SPARQLWrapper's own INSERT batches, side by side.

The graph is of the kind that a hub of models has: a million quads, each statement in the current view and in the graph
of the crawl that found it, of 20,000 models each. With ``--models-per-graph 15`` it is of the kind that a survey has,
with a small graph for each row of a table. The server should be empty, and be given anew for each run: what it knows
already it takes in faster. Who may write is said by ITGRAPH_STORE_USER and ITGRAPH_STORE_PASSWORD.

Usage: .venv/bin/python benchmarks/loading.py http://localhost:8890/sparql --update http://localhost:8890/sparql-auth
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from SPARQLWrapper import DIGEST, POST, SPARQLWrapper

from itgraph import terms
from itgraph.loading import load_into
from itgraph.loading.parts import Parts

_BATCH = 2000
_INTEGER = f"<{terms.XSD}integer>"


def quads(number: int, models_per_graph: int) -> Iterator[str]:
    """Yield lines of N-Quads, the same ones each time: models, each made from an older one, most from few."""
    chance = random.Random(1)  # noqa: S311 - a benchmark
    for model in range(number // 10):
        subject = f"<{terms.BASE}model/hub-{model}>"
        graph = f"<{terms.BASE}row/hub/models/{model // models_per_graph}>"
        for predicate, value in (
            (f"{terms.RDF}type", f"<{terms.MODEL}>"),
            (terms.RDFS_LABEL, f'"Model {model}"'),
            (terms.BASE_MODEL, f"<{terms.BASE}model/hub-{int(model * chance.random() ** 3)}>"),
            (terms.TRAINED_ON, f"<{terms.BASE}dataset/hub-{chance.randrange(1 + model // 4)}>"),
            (terms.PARAMETER_COUNT, f'"{chance.randrange(1, 500)}"^^{_INTEGER}'),
        ):
            yield f"{subject} <{predicate}> {value} .\n"
            yield f"{subject} <{predicate}> {value} {graph} .\n"


def insert_by_sparqlwrapper(address: str, lines: Iterator[str]) -> int:
    """Insert triples into one graph in batches, as the documentation of SPARQLWrapper shows it; return how many."""
    wrapper = SPARQLWrapper(address)
    wrapper.setHTTPAuth(DIGEST)
    wrapper.setCredentials(os.environ.get("ITGRAPH_STORE_USER"), os.environ.get("ITGRAPH_STORE_PASSWORD"))
    wrapper.setMethod(POST)
    count = 0
    while batch := list(islice(lines, _BATCH)):
        wrapper.setQuery(f"INSERT DATA {{ GRAPH <http://benchmark.example/> {{ {''.join(batch)} }} }}")
        wrapper.query()
        count += len(batch)
    wrapper.setQuery("CLEAR GRAPH <http://benchmark.example/>")
    wrapper.query()
    return count


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--update", required=True, help="where the server takes updates")
    parser.add_argument("--quads", type=int, default=1_000_000)
    parser.add_argument("--models-per-graph", type=int, default=20_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hub.nq"
        path.write_text("".join(quads(arguments.quads, arguments.models_per_graph)), encoding="utf-8")
        began = time.perf_counter()
        parts = Parts(path)
        print(f"reading and cutting: {time.perf_counter() - began:.1f} s, {len(parts)} parts")
        parts.close()
        began = time.perf_counter()
        report = load_into(arguments.address, path)
        whole = time.perf_counter() - began
        print(f"{report}\nwith reading: {whole:.1f} s, {report.quads / whole:,.0f} a second")
        print(f"again: {load_into(arguments.address, path)}")
    began = time.perf_counter()
    triples = (line for place, line in enumerate(quads(arguments.quads // 5, 1)) if place % 2 == 0)
    count = insert_by_sparqlwrapper(arguments.update, triples)
    seconds = time.perf_counter() - began
    rate = f"{count:,} in {seconds:.1f} s, {count / seconds:,.0f} a second"
    print(f"SPARQLWrapper, INSERT DATA in batches of {_BATCH:,}: {rate}")


if __name__ == "__main__":
    main()
