"""The drawings of the architecture, as SVG: how a fact flows, and which module may know of which.

The second is drawn from the contract in ``pyproject.toml`` that the imports are held to, and so is always true. Colours
are those of the reader's scheme, light or dark.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_STYLE = """\
  <style>
    text { font: 14px system-ui, sans-serif; fill: #1a1a1a; }
    .small { font-size: 12px; fill: #555; }
    .box { fill: #f4f6fb; stroke: #4a5a8a; stroke-width: 1.2; }
    .data { fill: #fdf6e3; stroke: #9a7b1f; }
    .made { fill: #eaf6ec; stroke: #2f7d42; }
    .arrow { fill: none; stroke: #555; stroke-width: 1.4; }
    .head { fill: #555; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e8e8e8; }
      .small { fill: #b0b0b0; }
      .box { fill: #232a3d; stroke: #93a5de; }
      .data { fill: #37301a; stroke: #d6b656; }
      .made { fill: #1b3322; stroke: #74c788; }
      .arrow { stroke: #b0b0b0; }
      .head { fill: #b0b0b0; }
    }
  </style>
  <defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
    <path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>
"""


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of the drawing: where it is, what it is (its class), and its lines of text, the first the larger."""

    x: int
    y: int
    kind: str
    lines: tuple[str, ...]
    width: int = 165
    height: int = 56


_FLOW: Mapping[str, _Box] = {
    "survey": _Box(10, 10, "data", ("README of a survey", "at a commit")),
    "rows": _Box(10, 110, "data", ("data/DATE/*.csv", "rows, with their lines")),
    "curated": _Box(185, 110, "data", ("data/curated/*.csv", "facts, with addresses")),
    "names": _Box(360, 110, "data", ("data/names.csv", "what is one name")),
    "hub": _Box(535, 110, "data", ("listings of a hub", "JSON lines, Parquet")),
    "build": _Box(185, 210, "box", ("itgraph build", "names, graphs, rules")),
    "load": _Box(535, 210, "box", ("itgraph hub", "in a stream")),
    "graph": _Box(185, 310, "made", ("the graph", "who says what")),
    "store": _Box(535, 310, "made", ("a store", "folder or SPARQL server")),
    "ask": _Box(97, 420, "box", ("query, show, lineage", "SPARQL, Python, HTTP")),
    "see": _Box(317, 420, "box", ("explore, serve", "pages and pictures")),
    "take": _Box(535, 420, "box", ("export, bom, cite", "for other tools")),
}
_ARROWS: Sequence[tuple[str, str, str]] = (
    ("survey", "rows", "extract"),
    ("rows", "build", ""),
    ("curated", "build", ""),
    ("names", "build", ""),
    ("hub", "load", ""),
    ("build", "graph", ""),
    ("load", "store", ""),
    ("graph", "store", "load"),
    ("graph", "ask", ""),
    ("graph", "see", ""),
    ("graph", "take", ""),
    ("store", "ask", ""),
    ("store", "see", ""),
    ("store", "take", ""),
)


def write_drawings(project: Path) -> Mapping[str, str]:
    """Return the drawings, by their paths; ``project`` is ``pyproject.toml``."""
    contracts = tomllib.loads(project.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers: Sequence[str] = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    return {"architecture-flow.svg": draw_flow(), "architecture-layers.svg": draw_layers(layers)}


def draw_flow() -> str:
    """Return the drawing of the way of a fact, from a line of a source to an answer."""
    parts = [_draw_arrow(_FLOW[start], _FLOW[end], words) for start, end, words in _ARROWS]
    parts += [_draw_box(box) for box in _FLOW.values()]
    said = "From the sources on top, by extract, build and hub, to the graph; from there to answers and files."
    return _svg(710, 490, "How a fact flows", said, parts)


def draw_layers(layers: Sequence[str]) -> str:
    """Return the drawing of the layers of the code; a module may import only what stands below it.

    >>> "lineage" in draw_layers(["cli", "access | lineage"])
    True
    """
    parts, height = [], 30
    for number, layer in enumerate(layers):
        modules = [module.strip() for module in layer.split("|")]
        width = (640 - 10 * (len(modules) - 1)) // len(modules)
        for place, module in enumerate(modules):
            box = _Box(10 + place * (width + 10), 10 + number * (height + 6), "box", (module,), width, height)
            parts.append(_draw_box(box))
    last = 10 + len(layers) * (height + 6)
    parts.append(f'  <path class="arrow" marker-end="url(#head)" d="M675 14 V{last - 10}"/>')
    parts.append(
        f'  <text class="small" transform="translate(694 {last // 2}) rotate(90)" text-anchor="middle">imports</text>'
    )
    said = "The modules of itgraph in layers, the command line on top, the errors at the bottom; imports go downward."
    return _svg(710, last + 4, "The layers of the code", said, parts)


def _svg(width: int, height: int, title: str, description: str, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img">\n'
        f"  <title>{escape(title)}</title>\n  <desc>{escape(description)}</desc>\n"
    )
    return head + _STYLE + "\n".join(parts) + "\n</svg>\n"


def _draw_box(box: _Box) -> str:
    lines = [
        f'  <rect class="box {box.kind}" x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="6"/>'
    ]
    middle = box.x + box.width // 2
    top = box.y + box.height // 2 - 9 * (len(box.lines) - 1) + 5
    for number, line in enumerate(box.lines):
        kind = ' class="small"' if number else ""
        lines.append(f'  <text{kind} x="{middle}" y="{top + 18 * number}" text-anchor="middle">{escape(line)}</text>')
    return "\n".join(lines)


def _draw_arrow(start: _Box, end: _Box, words: str) -> str:
    """Draw an arrow to a box beside or below, from the middle of a side to the middle of the other's."""
    if start.y == end.y:
        x1, y1, x2, y2 = start.x + start.width, start.y + start.height // 2, end.x - 2, end.y + end.height // 2
        way = f"M{x1} {y1} H{x2}"
        at = ((x1 + x2) // 2, y1 - 6)
    else:
        x1, y1, x2, y2 = start.x + start.width // 2, start.y + start.height, end.x + end.width // 2, end.y - 2
        bend = (y1 + y2) // 2
        way = f"M{x1} {y1} C{x1} {bend} {x2} {bend} {x2} {y2}"
        at = (x1 + 30, bend + 4)
    line = f'  <path class="arrow" marker-end="url(#head)" d="{way}"/>'
    label = f'\n  <text class="small" x="{at[0]}" y="{at[1]}" text-anchor="middle">{escape(words)}</text>'
    return line + (label if words else "")
