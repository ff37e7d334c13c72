"""Measure itgraph: whole commands, and the saved queries in process, beside rdflib's own evaluator.

Run it with the project's Python, from anywhere: ``python benchmarks/speed.py [--repeat N]``. Times depend on the
machine and its load: what carries over are the ratios, so everything is measured in one run and given as the median
with its range.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=11, metavar="N", help="runs of each command (default: 11)")
    parser.add_argument("--no-rdflib", action="store_true", help="leave out the comparison, which takes a minute")
    arguments = parser.parse_args()
    print(f"Python {sys.version.split()[0]} on {sys.platform}; median (fastest to slowest)\n")
    measure_commands(arguments.repeat)
    measure_queries(arguments.repeat, with_rdflib=not arguments.no_rdflib)


def timed(action: Callable[[], object], repeat: int) -> list[float]:
    """Return the seconds that each of several runs takes, after one that does not count."""
    action()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return times


def measure_commands(repeat: int) -> None:
    """Time whole processes, and a bare interpreter for comparison."""
    with TemporaryDirectory() as folder:
        output = str(Path(folder) / "itgraph.trig")
        commands = {
            "python -c pass": ["-c", "pass"],
            "itgraph --help": ["-m", "itgraph", "--help"],
            "itgraph build": ["-m", "itgraph", "build", "-o", output],
            "itgraph query teachers-of-model": ["-m", "itgraph", "query", "teachers-of-model"],
            "itgraph lineage Radiology-GPT": ["-m", "itgraph", "lineage", "Radiology-GPT"],
            "itgraph show LLaMA": ["-m", "itgraph", "show", "LLaMA"],
            "itgraph validate": ["-m", "itgraph", "validate"],
        }
        print("whole process, seconds")
        for name, command in commands.items():
            repeats = repeat if "validate" not in name else max(1, repeat // 4)

            def run(command: list[str] = command) -> None:
                subprocess.run([sys.executable, *command], check=True, capture_output=True)  # noqa: S603

            print_line(name, timed(run, repeats), "{:.3f}")


def measure_queries(repeat: int, *, with_rdflib: bool) -> None:
    """Time every saved query with its default parameters in process, and the same in rdflib's evaluator."""
    import itgraph
    from itgraph.queries import bind, load_queries

    graph = itgraph.load()
    texts = {query.name: bind(query, {}, graph.store) for query in load_queries()}
    ours = {
        name: statistics.median(timed(lambda t=text: graph.store.select(t), repeat)) for name, text in texts.items()
    }
    milliseconds = [seconds * 1000 for seconds in ours.values()]
    print(f"\n{len(texts)} saved queries in process, milliseconds a query")
    print_line("itgraph", milliseconds, "{:.2f}")
    if not with_rdflib:
        return
    dataset = graph.to_rdflib()
    theirs = {}
    for name, text in texts.items():
        start = time.perf_counter()
        list(dataset.query(text))
        theirs[name] = time.perf_counter() - start
    print_line("rdflib (one run each)", [seconds * 1000 for seconds in theirs.values()], "{:.1f}")
    ratios = [theirs[name] / ours[name] for name in texts]
    print_line("rdflib / itgraph", ratios, "{:.0f}x")
    print(f"  whole catalogue: {sum(theirs.values()) / sum(ours.values()):.0f}x")


def print_line(name: str, values: list[float], form: str) -> None:
    """Print a median with its range."""
    low, middle, high = (form.format(value) for value in (min(values), statistics.median(values), max(values)))
    print(f"  {name:<34} {middle:>8}  ({low} to {high})")


if __name__ == "__main__":
    main()
