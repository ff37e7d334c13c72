"""Draw a lineage: as a tree for a terminal, as JSON, Mermaid or Graphviz.

The tree starts from the thing that was asked about and goes up or down from it. Mermaid and Graphviz draw all
of it from left to right, from cause to effect: an arrow leads from a parent to its child, from what went into
the making of a thing to the thing. A dashed arrow is an edge that only a rule concludes. The same lineage
always gives the same text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from itgraph.lineage.edges import RELATION_ORDER, thing_key, ways
from itgraph.lineage.text import can_encode, clean, encodable, evidence, name, named, say_relation, to_json
from itgraph.lineage.walks import Lineage

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

    from itgraph.lineage.edges import Edge
    from itgraph.lookup import Thing

    Drawable = Lineage | nx.MultiDiGraph[str]

_HEADINGS = {"up": "Ancestors", "down": "Descendants"}
_ARROWS = "An arrow leads from what went into the making of a thing to the thing; dashed: inferred."


@dataclass(frozen=True, slots=True)
class _Lines:
    """The parts that a tree's lines are made of, all of one width."""

    branch: str
    last: str
    trunk: str
    gap: str
    more: str


_UNICODE = _Lines("├── ", "└── ", "│   ", "    ", "…")
_ASCII = _Lines("|-- ", "`-- ", "|   ", "    ", "...")

_BOLD = "1"
_DIM = "2"
_COLOURS = {"model": "34", "dataset": "33", "benchmark": "31", "technique": "35"}


def format_tree(lineage: Drawable, *, sources: bool = False, colour: bool = False, encoding: str = "utf-8") -> str:
    """Draw a lineage as a tree, or as two trees where both directions were asked for.

    A thing's own branches are drawn once, where it is fewest steps from the start; elsewhere it is followed
    by ``(see above)`` or ``(see below)``, or by ``(cycle)`` where it would descend from itself. What only a
    rule concludes is marked as inferred. ``sources`` adds who says so below each thing; ``colour`` adds ANSI
    colours. Where ``encoding`` has no box-drawing characters, ASCII takes their place.

    >>> import itgraph
    >>> from itgraph.lineage.walks import lineage
    >>> graph = itgraph.load()
    >>> print(format_tree(lineage(graph.store, graph.get("Vicuna", "model"))), end="")
    Vicuna (model)
    ├── base model: LLaMA (model)
    ├── trained on: ShareGPT (dataset)
    │   └── written by: ChatGPT (model)
    │       └── base model: GPT-3.5 (model)
    └── trained on (inferred): Vicuna (dataset)
        ├── written by: ChatGPT (model) (see above)
        └── made from: ShareGPT (dataset) (see above)
    >>> print(format_tree(lineage(graph.store, graph.get("LLaMA"))), end="")
    LLaMA (model)
    no ancestors are known
    """
    found = _found(lineage)
    tree = _Tree(
        found=found,
        lines=_UNICODE if can_encode("├└│─…", encoding) else _ASCII,
        sources=sources,
        colour=colour,
    )
    text = [tree.name(found.things[found.start], _BOLD)]
    asked = ways(found.direction)
    for direction in asked:
        if len(asked) > 1:
            text += ["", _HEADINGS[direction]]
        branches = list(tree.draw(direction))
        text += branches or [f"no {_HEADINGS[direction].lower()} are known"]
    return encodable("\n".join(text) + "\n", encoding)


@dataclass(frozen=True, slots=True)
class _Step:
    """A line of a tree still to be drawn: an edge to its far end, or only a count of what was left out."""

    edge: Edge | None
    level: int
    indent: str
    is_last: bool
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tree:
    found: Lineage
    lines: _Lines
    sources: bool
    colour: bool

    def draw(self, direction: Literal["up", "down"]) -> Iterator[str]:
        """Draw the branches in one direction, line by line; without recursion, for chains of any length."""
        start = self.found.start
        edges = self._edges_from(direction)
        distances = self._distances(edges, direction)
        drawn = {start}
        # The things between the start and the present line: one of them again is a cycle.
        trail = [start]
        on_trail = {start}
        stack = self._branches(start, edges, distances, direction, level=1, indent="")
        while stack:
            step = stack.pop()
            head = step.indent + (self.lines.last if step.is_last else self.lines.branch)
            indent = step.indent + (self.lines.gap if step.is_last else self.lines.trunk)
            if step.edge is None:
                yield head + self.paint(f"{self.lines.more} {step.left_out} more", _DIM)
                continue
            while len(trail) > step.level:
                on_trail.discard(trail.pop())
            far = _far(step.edge, direction)
            branches: list[_Step] = []
            remark = ""
            if far.iri in on_trail:
                remark = "(cycle)"
            elif far.iri in drawn:
                remark = "(see above)"
            else:
                branches = self._branches(far.iri, edges, distances, direction, step.level + 1, indent)
                if branches and step.level > distances[far.iri]:
                    branches = []
                    remark = "(see below)"
                else:
                    drawn.add(far.iri)
                    trail.append(far.iri)
                    on_trail.add(far.iri)
            relation = say_relation(step.edge, direction)
            inferred = "" if step.edge.stated else " (inferred)"
            line = f"{head}{relation}{self.paint(inferred, _DIM)}: {self.name(far)}"
            yield f"{line} {self.paint(remark, _DIM)}" if remark else line
            if self.sources:
                margin = indent + (self.lines.trunk if branches else self.lines.gap)
                for source in evidence(step.edge):
                    yield margin + self.paint(source, _DIM)
            stack += branches

    def name(self, thing: Thing, *codes: str) -> str:
        """Return a thing's name and kind, in the colour of its kind."""
        return self.paint(named(thing), ";".join((*codes, _COLOURS.get(thing.kind, "0"))))

    def paint(self, text: str, code: str) -> str:
        """Return text between two ANSI codes, where colour was asked for."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def _edges_from(self, direction: Literal["up", "down"]) -> dict[str, list[Edge]]:
        """Return the edges that lead on from each thing, in the order in which they are drawn."""
        edges: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in self.found.edges:
            edges[(edge.child if direction == "up" else edge.parent).iri].append(edge)
        for leading_on in edges.values():
            leading_on.sort(key=lambda edge: (RELATION_ORDER[edge.relation], thing_key(_far(edge, direction))))
        return dict(edges)

    def _distances(self, edges: dict[str, list[Edge]], direction: Literal["up", "down"]) -> dict[str, int]:
        depth = self.found.depth
        distances = {self.found.start: 0}
        queue = [self.found.start]
        for iri in queue:
            # Both directions are in one lineage, so that one may lead on where the other was ended by the depth.
            if distances[iri] == depth:
                continue
            for edge in edges.get(iri, ()):
                far = _far(edge, direction).iri
                if far not in distances:
                    distances[far] = distances[iri] + 1
                    queue.append(far)
        return distances

    def _branches(
        self,
        iri: str,
        edges: dict[str, list[Edge]],
        distances: dict[str, int],
        direction: Literal["up", "down"],
        level: int,
        indent: str,
    ) -> list[_Step]:
        """Return the steps from a thing, the last first: as a stack wants them."""
        if distances[iri] == self.found.depth:
            left_out = self.found.more[direction].get(iri, 0)
            return [_Step(None, level, indent, is_last=True, left_out=left_out)] if left_out else []
        steps: list[_Step] = []
        for edge in reversed(edges.get(iri, ())):
            steps.append(_Step(edge, level, indent, is_last=not steps))
        return steps


def _far(edge: Edge, direction: Literal["up", "down"]) -> Thing:
    """Return the end of an edge that a walk in this direction comes to."""
    return edge.parent if direction == "up" else edge.child


def _found(lineage: Drawable) -> Lineage:
    """Return what is to be drawn; graphs of networkx are what :func:`itgraph.lineage.lineage` returns."""
    return lineage if isinstance(lineage, Lineage) else Lineage.from_networkx(lineage)


def format_json(lineage: Drawable) -> str:
    """Write a lineage as JSON: the question, the nodes, the edges with who says so, what the depth left out.

    >>> import itgraph, json
    >>> from itgraph.lineage.walks import lineage
    >>> graph = itgraph.load()
    >>> found = json.loads(format_json(lineage(graph.store, graph.get("Goat"))))
    >>> [(edge["relation"], edge["parent"].rsplit("/")[-1]) for edge in found["edges"]]
    [('baseModel', 'llama')]
    """
    found = _found(lineage)
    return to_json(
        {
            "start": found.start,
            "direction": found.direction,
            "depth": found.depth,
            "explicit": found.explicit,
            "nodes": [{"iri": thing.iri, "kind": thing.kind, "label": thing.label} for thing in found.things.values()],
            "edges": [edge.to_dict() for edge in found.edges],
            "more": {direction: dict(sorted(more.items())) for direction, more in found.more.items()},
        }
    )


# Two brackets around the label, as Mermaid has them.
_MERMAID_SHAPES = {
    "model": ("(", ")"),
    "dataset": ("[(", ")]"),
    "benchmark": ("{{", "}}"),
    "technique": ("{", "}"),
}
# Mermaid reads a label as Markdown, and within the whole text its own directives. Only what can be neither
# stays.
_NOT_PLAIN = re.compile(r"[^\w .-]|_|(?<!\d)\.|\.(?!\d)|(?<!\w)-|-(?!\w)")


def format_mermaid(lineage: Drawable, *, sources: bool = False) -> str:
    """Write a lineage as a Mermaid flowchart, from cause to effect; a thick border marks its start.

    ``sources`` adds who says so, as comments below each arrow: an arrow of Mermaid leads to no address.

    >>> import itgraph
    >>> from itgraph.lineage.walks import lineage
    >>> graph = itgraph.load()
    >>> print(format_mermaid(lineage(graph.store, graph.get("Vicuna", "model"), depth=1)), end="")
    %% An arrow leads from what went into the making of a thing to the thing; dashed: inferred.
    flowchart LR
      n1("Vicuna (model)")
      n2("LLaMA (model)")
      n3[("ShareGPT (dataset) #8230; 1 more")]
      n4[("Vicuna (dataset) #8230; 2 more")]
      n2 -->|"base model of"| n1
      n3 -->|"training data of"| n1
      n4 -.->|"training data of"| n1
      style n1 stroke-width:3px
    """
    found = _found(lineage)
    ids = {iri: f"n{number}" for number, iri in enumerate(found.things, start=1)}
    lines = [f"%% {_ARROWS}", "flowchart LR"]
    for iri, node_id in ids.items():
        thing = found.things[iri]
        left, right = _MERMAID_SHAPES.get(thing.kind, ("[", "]"))
        label = f"{_escape_mermaid(name(thing))} ({_escape_mermaid(thing.kind)})"
        more = _left_out(found, iri)
        lines.append(f'  {node_id}{left}"{label}{f" #8230; {more} more" if more else ""}"{right}')
    for edge in found.edges:
        arrow = "-->" if edge.stated else "-.->"
        lines.append(f'  {ids[edge.parent.iri]} {arrow}|"{say_relation(edge, "down")}"| {ids[edge.child.iri]}')
        if sources:
            lines += [f"  %% {source}" for source in evidence(edge)]
    lines.append(f"  style {ids[found.start]} stroke-width:3px")
    return "\n".join(lines) + "\n"


def _escape_mermaid(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: f"#{ord(found[0])};", text)


_DOT_SHAPES = {
    "model": 'shape=box, style="rounded"',
    "dataset": "shape=cylinder",
    "benchmark": "shape=hexagon",
    "technique": "shape=diamond",
}


def format_dot(lineage: Drawable, *, sources: bool = False) -> str:
    """Write a lineage for Graphviz, from cause to effect; a thick border marks its start.

    ``sources`` adds who says so to each arrow: in a picture that can be clicked it leads to the first of them, and
    names them all when it is pointed at.

    >>> import itgraph
    >>> from itgraph.lineage.walks import lineage
    >>> graph = itgraph.load()
    >>> print(format_dot(lineage(graph.store, graph.get("Goat"))), end="")
    // An arrow leads from what went into the making of a thing to the thing; dashed: inferred.
    digraph lineage {
      graph [rankdir=LR, charset="UTF-8"];
      node [fontname="sans-serif"];
      edge [fontname="sans-serif", fontsize=10];
      n1 [label="Goat (model)", shape=box, style="rounded", penwidth=3];
      n2 [label="LLaMA (model)", shape=box, style="rounded"];
      n2 -> n1 [label="base model of"];
    }
    """
    found = _found(lineage)
    ids = {iri: f"n{number}" for number, iri in enumerate(found.things, start=1)}
    lines = [
        f"// {_ARROWS}",
        "digraph lineage {",
        '  graph [rankdir=LR, charset="UTF-8"];',
        '  node [fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    for iri, node_id in ids.items():
        thing = found.things[iri]
        more = _left_out(found, iri)
        label = _escape_dot(named(thing) + (f" … {more} more" if more else ""))
        start = ", penwidth=3" if iri == found.start else ""
        lines.append(f'  {node_id} [label="{label}", {_DOT_SHAPES.get(thing.kind, "shape=box")}{start}];')
    for edge in found.edges:
        dashed = "" if edge.stated else ", style=dashed"
        lines.append(
            f"  {ids[edge.parent.iri]} -> {ids[edge.child.iri]} "
            f'[label="{_escape_dot(say_relation(edge, "down"))}"{dashed}{_dot_sources(edge) if sources else ""}];'
        )
    lines.append("}")
    return "\n".join(lines) + "\n"


def _dot_sources(edge: Edge) -> str:
    said = "; ".join(evidence(edge))
    # Whatever a graph gives as a link: a picture must not run it.
    link = next((clean(row.link) for row in edge.rows if row.link.startswith(("https://", "http://"))), "")
    address = f', URL="{_escape_dot(link)}"' if link else ""
    return f'{address}, tooltip="{_escape_dot(said)}"' if said else ""


def _escape_dot(text: str) -> str:
    # A backslash begins an escape (\N is the node's id), and an ampersand a character reference.
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")


def _left_out(found: Lineage, iri: str) -> int:
    return sum(more.get(iri, 0) for more in found.more.values())
