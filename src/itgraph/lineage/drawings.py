"""Draw a lineage: as a tree for a terminal, as JSON, Mermaid or Graphviz.

The tree starts from the thing that was asked about and goes up or down from it. Mermaid and Graphviz draw all
of it from left to right, from cause to effect: an arrow leads from a parent to its child, from what went into
the making of a thing to the thing. A dashed arrow is an edge that only a rule concludes. The same lineage
always gives the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from itgraph.lineage.edges import RELATION_ORDER, Edge, edge_key, thing_key, ways
from itgraph.lineage.text import can_encode, clean, encodable, evidence, name, named, say_relation, to_json
from itgraph.lineage.walks import node_thing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import networkx as nx

    from itgraph.lookup import Thing

    Lineage = nx.MultiDiGraph[str]

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


def format_tree(graph: Lineage, *, sources: bool = False, colour: bool = False, encoding: str = "utf-8") -> str:
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
    tree = _Tree(
        graph=graph,
        lines=_UNICODE if can_encode("├└│─…", encoding) else _ASCII,
        sources=sources,
        colour=colour,
    )
    start = node_thing(graph, graph.graph["start"])
    text = [tree.name(start, _BOLD)]
    asked = ways(graph.graph["direction"])
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
    graph: Lineage
    lines: _Lines
    sources: bool
    colour: bool

    def draw(self, direction: Literal["up", "down"]) -> Iterator[str]:
        """Draw the branches in one direction, line by line; without recursion, for chains of any length."""
        start = self.graph.graph["start"]
        distances = self._distances(start, direction)
        drawn = {start}
        # The things between the start and the present line: one of them again is a cycle.
        trail = [start]
        on_trail = {start}
        stack = self._branches(start, direction, distances, level=1, indent="")
        while stack:
            step = stack.pop()
            head = step.indent + (self.lines.last if step.is_last else self.lines.branch)
            indent = step.indent + (self.lines.gap if step.is_last else self.lines.trunk)
            if step.edge is None:
                yield head + self.paint(f"{self.lines.more} {step.left_out} more", _DIM)
                continue
            while len(trail) > step.level:
                on_trail.discard(trail.pop())
            far = step.edge.parent if direction == "up" else step.edge.child
            branches: list[_Step] = []
            remark = ""
            if far.iri in on_trail:
                remark = "(cycle)"
            elif far.iri in drawn:
                remark = "(see above)"
            else:
                branches = self._branches(far.iri, direction, distances, step.level + 1, indent)
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

    def _distances(self, start: str, direction: Literal["up", "down"]) -> dict[str, int]:
        following = self.graph.successors if direction == "up" else self.graph.predecessors
        depth = self.graph.graph["depth"]
        distances = {start: 0}
        level = [start]
        # Both directions are in one graph, so that one may lead on where the other was ended by the depth.
        while level and (depth is None or distances[level[0]] < depth):
            reached = []
            for iri in level:
                for far in following(iri):
                    if far not in distances:
                        distances[far] = distances[iri] + 1
                        reached.append(far)
            level = reached
        return distances

    def _branches(
        self, iri: str, direction: Literal["up", "down"], distances: dict[str, int], level: int, indent: str
    ) -> list[_Step]:
        """Return the steps from a thing, the last first: as a stack wants them."""
        if distances[iri] == self.graph.graph["depth"]:
            left_out = self.graph.graph["more"][direction].get(iri, 0)
            return [_Step(None, level, indent, is_last=True, left_out=left_out)] if left_out else []
        edges = self.graph.out_edges(iri, keys=True) if direction == "up" else self.graph.in_edges(iri, keys=True)
        steps: list[_Step] = []
        for edge in sorted((_edge(self.graph, *ends) for ends in edges), key=_branch_key(direction), reverse=True):
            steps.append(_Step(edge, level, indent, is_last=not steps))
        return steps


def _branch_key(direction: Literal["up", "down"]) -> Callable[[Edge], tuple[int, tuple[str, ...]]]:
    """Return what the branches of one thing are sorted by: the relation, then the thing at the far end."""

    def key(edge: Edge) -> tuple[int, tuple[str, ...]]:
        return RELATION_ORDER[edge.relation], thing_key(edge.parent if direction == "up" else edge.child)

    return key


def format_json(graph: Lineage) -> str:
    """Write a lineage as JSON: the question, the nodes, the edges with who says so, what the depth left out.

    >>> import itgraph, json
    >>> from itgraph.lineage.walks import lineage
    >>> graph = itgraph.load()
    >>> found = json.loads(format_json(lineage(graph.store, graph.get("Goat"))))
    >>> [(edge["relation"], edge["parent"].rsplit("/")[-1]) for edge in found["edges"]]
    [('baseModel', 'llama')]
    """
    asked = graph.graph
    return to_json(
        {
            "start": asked["start"],
            "direction": asked["direction"],
            "depth": asked["depth"],
            "explicit": asked["explicit"],
            "nodes": [{"iri": iri, "kind": node["kind"], "label": node["label"]} for iri, node in graph.nodes.items()],
            "edges": [edge.to_dict() for edge in _edges(graph)],
            "more": {direction: dict(sorted(more.items())) for direction, more in asked["more"].items()},
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


def format_mermaid(graph: Lineage, *, sources: bool = False) -> str:
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
    ids = {iri: f"n{number}" for number, iri in enumerate(graph, start=1)}
    lines = [f"%% {_ARROWS}", "flowchart LR"]
    for iri, node_id in ids.items():
        thing = node_thing(graph, iri)
        left, right = _MERMAID_SHAPES.get(thing.kind, ("[", "]"))
        label = f"{_escape_mermaid(name(thing))} ({_escape_mermaid(thing.kind)})"
        more = _left_out(graph, iri)
        lines.append(f'  {node_id}{left}"{label}{f" #8230; {more} more" if more else ""}"{right}')
    for edge in _edges(graph):
        arrow = "-->" if edge.stated else "-.->"
        lines.append(f'  {ids[edge.parent.iri]} {arrow}|"{say_relation(edge, "down")}"| {ids[edge.child.iri]}')
        if sources:
            lines += [f"  %% {source}" for source in evidence(edge)]
    lines.append(f"  style {ids[graph.graph['start']]} stroke-width:3px")
    return "\n".join(lines) + "\n"


def _escape_mermaid(text: str) -> str:
    return _NOT_PLAIN.sub(lambda found: f"#{ord(found[0])};", text)


_DOT_SHAPES = {
    "model": 'shape=box, style="rounded"',
    "dataset": "shape=cylinder",
    "benchmark": "shape=hexagon",
    "technique": "shape=diamond",
}


def format_dot(graph: Lineage, *, sources: bool = False) -> str:
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
    ids = {iri: f"n{number}" for number, iri in enumerate(graph, start=1)}
    lines = [
        f"// {_ARROWS}",
        "digraph lineage {",
        '  graph [rankdir=LR, charset="UTF-8"];',
        '  node [fontname="sans-serif"];',
        '  edge [fontname="sans-serif", fontsize=10];',
    ]
    for iri, node_id in ids.items():
        thing = node_thing(graph, iri)
        more = _left_out(graph, iri)
        label = _escape_dot(named(thing) + (f" … {more} more" if more else ""))
        start = ", penwidth=3" if iri == graph.graph["start"] else ""
        lines.append(f'  {node_id} [label="{label}", {_DOT_SHAPES.get(thing.kind, "shape=box")}{start}];')
    for edge in _edges(graph):
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


def _left_out(graph: Lineage, iri: str) -> int:
    return sum(more.get(iri, 0) for more in graph.graph["more"].values())


def _edges(graph: Lineage) -> list[Edge]:
    return sorted((_edge(graph, *ends) for ends in graph.edges(keys=True)), key=edge_key)


def _edge(graph: Lineage, child: str, parent: str, key: str) -> Edge:
    attributes = graph.edges[child, parent, key]
    return Edge(
        child=node_thing(graph, child),
        relation=attributes["relation"],
        parent=node_thing(graph, parent),
        stated=attributes["stated"],
        rows=attributes["rows"],
        rules=attributes["rules"],
        manner=attributes["manner"],
        is_manner_stated=attributes["is_manner_stated"],
    )
