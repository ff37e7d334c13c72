"""Measure the lineage explorer: making the page in Python, and using it in a real Chromium.

Run it with the project's Python, from anywhere: ``python benchmarks/explorer.py [--repeat N] [--sizes N ...]``. It
needs playwright and a Chromium (``--chromium PATH``, else the one on PATH). Graphs are made up: layers of models and
datasets with hubs, 1.3 relations a thing, each relation stated in a row of its own. Times depend on the machine and its
load; all are taken in one run, and given as the median with the range.
"""

from __future__ import annotations

import argparse
import gzip
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

import itgraph
from itgraph import terms
from itgraph.explorer import explore
from itgraph.explorer.content import read_content
from itgraph.explorer.neighbourhood import Web, choose_around, choose_start
from itgraph.explorer.scenes import choose_everything, overview_of, scene_of, timeline_of
from itgraph.store import EmbeddedStore

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAN = """async (box) => {
  // Frames while the mouse drags, as the page itself sees them.
  const stage = document.getElementById("stage");
  const fire = (type, x, y) => stage.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, button: 0, buttons: 1, clientX: x, clientY: y, bubbles: true }));
  stage.setPointerCapture = () => {};
  stage.hasPointerCapture = () => true;
  fire("pointerdown", 600, 450);
  const start = performance.now();
  let frames = 0, x = 600, step = -7;
  await new Promise((done) => {
    const frame = (now) => {
      frames += 1;
      x += step;
      if (x < 250 || x > 900) step = -step;
      fire("pointermove", x, 450 + (x - 600) / 3);
      if (now - start < 2000) requestAnimationFrame(frame);
      else done();
    };
    requestAnimationFrame(frame);
  });
  fire("pointerup", x, 450);
  return frames / ((performance.now() - start) / 1000);
}"""

SELECT = """async () => {
  const { app } = itgraph;
  const times = [];
  const places = app.scene.items.filter((item) => item.node >= 0);
  for (let n = 0; n < 7; n += 1) {
    const item = places[Math.floor((n * places.length) / 7)];
    const start = performance.now();
    app.select(item.node);
    // The frame after the next has been painted with what was changed.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[3];
}"""

SEARCH = """() => {
  const input = document.getElementById("search");
  const times = [];
  for (const text of ["m", "mo", "mod", "mode", "model", "model 1", "model 12"]) {
    input.value = text;
    const start = performance.now();
    input.dispatchEvent(new Event("input"));
    document.getElementById("search-hits").getBoundingClientRect();
    times.push(performance.now() - start);
  }
  input.value = "";
  input.dispatchEvent(new Event("input"));
  return Math.max(...times);
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="runs of each (default: 5)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[150, 1000, 5000], metavar="N", help="things a graph has"
    )
    parser.add_argument("--chromium", default=None, metavar="PATH", help="the browser (default: chromium on PATH)")
    arguments = parser.parse_args()
    print(f"Python {sys.version.split()[0]} on {sys.platform}; median (fastest to slowest)")
    with TemporaryDirectory() as folder:
        pages = {"shipped": make_page("shipped", itgraph.load().store, Path(folder), arguments.repeat)}
        for size in arguments.sizes:
            store = EmbeddedStore(make_graph(size))
            pages[f"{size:,} things"] = make_page(f"{size}", store, Path(folder), arguments.repeat)
        measure_pages(pages, arguments.repeat, arguments.chromium or shutil.which("chromium"))


def make_graph(size: int, seed: int = 1) -> list[Quad]:
    """Make a lineage of so many things, with hubs, in the words of the ontology."""
    chance = random.Random(seed)  # noqa: S311 - the same graph each time, not a secret
    kinds = ["dataset" if chance.random() < 0.3 else "model" for _ in range(size)]
    things = [NamedNode(f"{terms.BASE}{kind}/{kind}-{place}") for place, kind in enumerate(kinds)]
    quads = []
    for place, (thing, kind) in enumerate(zip(things, kinds, strict=True)):
        class_ = terms.MODEL if kind == "model" else terms.DATASET
        quads.append(Quad(thing, NamedNode(terms.RDF_TYPE), NamedNode(class_)))
        quads.append(Quad(thing, NamedNode(terms.RDFS_LABEL), Literal(f"{kind.title()} {place}")))
        quads.append(
            Quad(
                thing,
                NamedNode(terms.PAPER_LINK),
                NamedNode(f"https://arxiv.org/abs/{20 + place % 6}0{1 + place % 9}.{place:05}"),
            )
        )
    for number in range(int(size * 1.3)):
        child = min(size - 1, 1 + int(chance.random() * size))
        # Squared: the first things become hubs.
        parent = int(child * chance.random() ** 2)
        relation = {
            ("model", "model"): terms.BASE_MODEL,
            ("model", "dataset"): terms.TRAINED_ON,
            ("dataset", "model"): terms.GENERATED_BY,
            ("dataset", "dataset"): terms.SOURCE_DATASET,
        }[kinds[child], kinds[parent]]
        if child == parent:
            continue
        row = NamedNode(f"{terms.BASE}row/2024-01-01/models/{number + 1}")
        quads += [Quad(things[child], NamedNode(relation), things[parent], graph) for graph in (DefaultGraph(), row)]
        quads += [
            Quad(row, NamedNode(terms.RDF_TYPE), NamedNode(terms.ROW)),
            Quad(row, NamedNode(terms.PROV_WAS_QUOTED_FROM), NamedNode(f"https://example.org/README.md#L{number + 1}")),
            Quad(row, NamedNode(terms.TABLE), Literal("models")),
            Quad(row, NamedNode(terms.TEXT), Literal(f"row {number + 1} | as it is written | in a source")),
        ]
    return quads


def make_page(name: str, store: EmbeddedStore, folder: Path, repeat: int) -> Path:
    """Time the parts of making a page, and write it."""
    content = read_content(store)
    web = Web(content)
    choice, left_out = choose_everything(content)
    start = choose_start(content, web)
    size = f"{len(content.nodes):,} nodes, {len(content.links):,} links"
    print(f"\n{name}: {size}; the overview draws {len(choice.nodes):,}")
    few = max(1, repeat // 2) if len(content.nodes) > 2000 else repeat
    print_line("read the graph", timed(lambda: read_content(store), few))
    print_line("lay out the overview", timed(lambda: overview_of(content, choice, left_out), few))
    print_line("lay out the timeline", timed(lambda: timeline_of(content, choice, left_out), few))
    around = choose_around(web, start)
    print_line("lay out the focus", timed(lambda: scene_of(content, around, focus=start), repeat))
    print_line("the whole page", timed(lambda: explore(store), few))
    scene = overview_of(content, choice, left_out)
    backward = sum(stroke.is_backward for stroke in scene.strokes)
    page = explore(store).encode()
    packed = len(gzip.compress(page))
    print(
        f"  crossings {scene.crossings:,}, backward {backward}; {len(page) / 1e3:,.0f} KB, gzip {packed / 1e3:,.0f} KB"
    )
    path = folder / f"{name}.html"
    path.write_bytes(page)
    return path


def measure_pages(pages: dict[str, Path], repeat: int, chromium: str | None) -> None:
    """Measure each page in a browser: a new one each time for the opening, one for the rest."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path in pages.items():
            address = path.as_uri()
            ready = []
            for _ in range(repeat):
                page, milliseconds = open_page(browser, address)
                ready.append(milliseconds)
                page.close()
            print(f"\n{name}, in Chromium {browser.version}")
            print_line("ready, milliseconds", ready, "{:.0f}")
            for view in ("focus", "overview"):
                page, _ = open_page(browser, f"{address}#view={view}&down=all")
                drawn = page.evaluate("itgraph.app.scene.items.length")
                panned = [page.evaluate(PAN) for _ in range(min(3, repeat))]
                print_line(f"{view} ({drawn} drawn): frames a second", panned, "{:.0f}")
                print_line(f"{view}: selected, milliseconds", [page.evaluate(SELECT) for _ in range(repeat)], "{:.0f}")
                page.close()
            page, _ = open_page(browser, address)
            print_line("search, slowest key, milliseconds", [page.evaluate(SEARCH) for _ in range(repeat)], "{:.1f}")
            page.close()
        browser.close()


def open_page(browser: Any, address: str) -> tuple[Page, float]:
    """Open a page in a browser that has not seen it; return the milliseconds until it can be used."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page, page.evaluate('performance.getEntriesByName("itgraph-ready")[0].startTime')


def timed(action: Callable[[], object], repeat: int) -> list[float]:
    """Return the seconds that each of several runs takes."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return times


def print_line(name: str, values: list[float], form: str = "{:.3f}") -> None:
    """Print a median with its range."""
    low, middle, high = (form.format(value) for value in (min(values), statistics.median(values), max(values)))
    print(f"  {name:<44} {middle:>8}  ({low} to {high})")


if __name__ == "__main__":
    main()
