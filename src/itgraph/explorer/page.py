"""The page: one HTML file that holds everything it needs and asks nothing of any network.

It is a pyvis network, drawn by a template of our own: nodes and edges are carried by :class:`pyvis.network.Network`,
in the words of vis-network, so that whoever wants to can draw the same network with pyvis's own template. That
template itself is not used: it asks other servers for scripts and styles, has no way round for those who cannot use
a mouse, and runs what is written in a label.

Whatever comes from the graph is data: it stands in a block that no browser runs, and the page's script puts it into
elements as text. A policy in the head allows that script and its styles, told by their hashes, and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itgraph import terms
from itgraph.errors import ExportError
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.encoding import FONT, GROUNDS, KINDS, LINES
from itgraph.explorer.neighbourhood import CAP, FAN, MOST_DRAWN
from itgraph.explorer.scenes import (
    CARD,
    CARD_HEIGHT,
    GROUP_WIDTH,
    LABEL_HEIGHT,
    card_caption,
    card_label,
    card_width,
    choose_everything,
    overview_of,
    plain_label,
    plain_width,
    timeline_of,
)
from itgraph.explorer.views import draw_view, steps_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyvis.network import Network

    from itgraph.explorer.content import Content, Link, Node
    from itgraph.explorer.neighbourhood import Web
    from itgraph.explorer.scenes import Scene
    from itgraph.explorer.views import Opening
    from itgraph.lineage.edges import Source

MOST_BYTES = 8_000_000
"""How large a page may be: larger ones open slowly, and cannot be sent to anyone."""

_FOLDER = Path(__file__).resolve().parent / "page"
_SCRIPTS = (
    *("data", "layout", "neighbourhood", "scenes", "saying", "drawing", "highlight", "camera", "state", "search"),
    *("panel", "table", "controls", "export", "keyboard", "main"),
)
_VIS_SHAPES = {
    "dataset": "database",
    "paper": "box",
    "person": "ellipse",
    "organization": "ellipse",
    "technique": "diamond",
}


def format_page(content: Content, web: Web, opening: Opening) -> str:
    """Return the page that shows a content.

    Raises:
        ExportError: it would be larger than :data:`MOST_BYTES`.
    """
    choice, left_out = choose_everything(content)
    overview = overview_of(content, choice, left_out)
    timeline = timeline_of(content, choice, left_out)
    network = to_pyvis(content, overview)
    page = _Page(content=content, web=web, opening=opening, overview=overview, timeline=timeline)
    network.set_template_dir(str(_FOLDER), "explorer.html")
    network.templateEnv.globals["page"] = page
    html = str(network.generate_html(notebook=False))
    size = len(html.encode())
    if size > MOST_BYTES:
        raise ExportError(
            f"the page would have {size / 1e6:.1f} MB, and may have {MOST_BYTES / 1e6:.0f}: name a thing to start from"
            " and how far to go (--focus NAME --only), or take a smaller graph",
            format="html",
        )
    return html


def to_pyvis(content: Content, overview: Scene | None = None) -> Network:
    """Return the network as pyvis carries it, with the places of the overview.

    The options and shapes are for pyvis's own template, which can draw it too; our page uses the nodes and edges.

    >>> import itgraph
    >>> from itgraph.explorer import read_content
    >>> network = to_pyvis(read_content(itgraph.load().store))
    >>> network.nodes[0]["label"], network.nodes[0]["group"]
    ('Airoboros', 'model')
    """
    from pyvis.network import Network

    if overview is None:
        overview = overview_of(content, choose_everything(content)[0])
    network = Network(directed=True, cdn_resources="in_line")
    # pyvis looks through the whole list for each thing that is added by its methods: the lists are filled as they are.
    network.nodes = [{"id": place, "label": n.thing.label, "group": n.look} for place, n in enumerate(content.nodes)]
    for item in overview.items:
        if item.node >= 0:
            network.nodes[item.node] |= {"x": item.x, "y": item.y}
    ranks = {name: rank for rank, name in enumerate(LINES)}
    network.edges = [{"from": link.parent, "to": link.child, "r": ranks[link.relation]} for link in content.links]
    network.node_ids = list(range(len(content.nodes)))
    network.options = {
        "physics": {"enabled": False},
        "edges": {"arrows": "to", "smooth": {"type": "cubicBezier", "forceDirection": "horizontal"}},
        "groups": {
            kind: {
                "shape": _VIS_SHAPES.get(kind, "box"),
                "color": {"background": look.light_fill, "border": look.light},
            }
            for kind, look in KINDS.items()
        },
    }
    return network


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What the template asks for."""

    content: Content
    web: Web
    opening: Opening
    overview: Scene
    timeline: Scene

    @property
    def title(self) -> str:
        return f"Lineage of {self.content.nodes[self.opening.start].thing.label} · itgraph"

    @property
    def version(self) -> str:
        return version("itgraph")

    @property
    def style(self) -> str:
        return style_text()

    @property
    def script(self) -> str:
        return script_text()

    @property
    def policy(self) -> str:
        """What the page may do: run this script, use these styles, show pictures that it makes itself. No more."""
        return (
            f"default-src 'none'; script-src '{_digest(self.script)}'; style-src '{_digest(self.style)}';"
            " img-src data: blob:; base-uri 'none'; form-action 'none'"
        )

    @property
    def picture(self) -> str:
        """The first view, for browsers without scripts."""
        scene, title = draw_view(self.content, self.web, self.opening)
        svg = format_svg(self.content, scene, title=title, theme=self.opening.theme or "light")
        return svg.split("?>", 1)[1].strip()

    def data(self, nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> str:
        """Return the data block: the nodes and edges that pyvis carries, and all that is known of them."""
        rows = _Rows(self.content)
        labels: dict[str, int] = {}
        for place, node in enumerate(self.content.nodes):
            nodes[place] |= _describe_node(node, rows, labels)
            papers = [self.web.far(link, "up") for link in self.web.leading(place, "up", ("describedIn",))]
            known = {i for paper in papers for i in self.content.nodes[paper].identifiers}
            if ids := [*node.identifiers, *sorted(known)]:
                nodes[place]["ids"] = ids
        for place, link in enumerate(self.content.links):
            edges[place] |= _describe_link(link, rows)
        data = {
            "base": terms.BASE,
            "start": self.opening.start,
            "view": self.opening.view,
            "other": self.opening.other,
            "depths": {
                way: steps_of(steps, None)
                for way, steps in (("up", self.opening.up), ("down", self.opening.down))
                if steps is not None
            },
            "theme": self.opening.theme or "auto",
            "kinds": {name: {"word": k.word, "shape": k.shape, "icon": k.icon} for name, k in KINDS.items()},
            "lines": {
                name: {
                    "up": line.up,
                    "down": line.down,
                    "verb": line.verb,
                    "word": line.word,
                    "lineage": line.is_lineage,
                }
                for name, line in LINES.items()
            },
            "limits": {
                "fan": FAN,
                "cap": CAP,
                "drawn": MOST_DRAWN,
                "card": CARD_HEIGHT,
                "plain": LABEL_HEIGHT,
                "group": GROUP_WIDTH,
            },
            "spacing": {"column": CARD.column, "row": CARD.row, "component": CARD.component, "aspect": CARD.aspect},
            "snapshots": [snapshot.to_dict() for snapshot in self.content.snapshots],
            "rules": dict(self.content.rules),
            "labels": list(labels),
            "nodes": nodes,
            "edges": edges,
            "rows": rows.described(),
            "views": {"overview": _describe_scene(self.overview), "timeline": _describe_scene(self.timeline)},
        }
        return escape_json(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def escape_json(text: str) -> str:
    r"""Escape JSON so that it can stand in a script block: nothing in it ends the block or begins a comment.

    >>> print(escape_json('"</script><!--"'))
    "\u003c/script\u003e\u003c!--"
    """
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


@cache
def script_text() -> str:
    """Return the page's script: its parts in one scope of their own."""
    parts = "\n".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();\n'


@cache
def style_text() -> str:
    """Return the page's style sheet: the colours of :mod:`itgraph.explorer.encoding`, then the rules."""
    light, dark = _variables("light"), _variables("dark")
    lines = [
        f"{{ --dash: {line.dash.replace(' ', ', ') or 'none'}; --weight: {line.width}; --cap: "
        f"{'round' if line.dash.startswith('1 ') else 'butt'}; --colour: var(--line-{name}); }}"
        for name, line in LINES.items()
    ]
    return "\n".join(
        [
            f":root {{ --font: {FONT}; {light} }}",
            f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme='light']) {{ {dark} }} }}",
            f":root[data-theme='dark'] {{ {dark} }}",
            f"@media print {{ :root:root:root {{ {light} }} }}",
            ".item, .group { --colour: var(--faint); --fill: var(--ground); }",
            *(f".{kind} {{ --colour: var(--kind-{kind}); --fill: var(--fill-{kind}); }}" for kind in KINDS),
            *(f".{name} {line}" for name, line in zip(LINES, lines, strict=True)),
            (_FOLDER / "explorer.css").read_text(encoding="utf-8"),
        ]
    )


def _variables(theme: str) -> str:
    is_light = theme == "light"
    values: Mapping[str, str] = {
        **GROUNDS["light" if is_light else "dark"],
        "edge": "#767676" if is_light else "#8C9299",
        "soft": "#D5D5D5" if is_light else "#3A3F45",
        "hover": "#EBF0F5" if is_light else "#2A3036",
        "link": "#0B57A4" if is_light else "#8EC7F5",
        "focus": "#B00078" if is_light else "#FF8AD8",
        **{f"kind-{name}": kind.light if is_light else kind.dark for name, kind in KINDS.items()},
        **{f"fill-{name}": kind.light_fill if is_light else kind.dark_fill for name, kind in KINDS.items()},
        **{f"line-{name}": line.light if is_light else line.dark for name, line in LINES.items()},
    }
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


# -- The data block ----------------------------------------------------------------------------------------------------


class _Rows:
    """The rows and facts that are named as sources, each once: known by its place in the list from here on."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.places: dict[str, int] = {}
        self.sources: list[Source] = []

    def places_of(self, sources: Iterable[Source]) -> list[int]:
        found = []
        for source in sources:
            if source.iri not in self.places:
                self.places[source.iri] = len(self.sources)
                self.sources.append(source)
            found.append(self.places[source.iri])
        return found

    def described(self) -> list[dict[str, object]]:
        return [
            {
                "iri": source.iri.removeprefix(terms.BASE),
                "link": source.link,
                "snapshot": source.snapshot,
                "table": source.table,
                "number": source.number,
                "start": source.line_start,
                "end": source.line_end,
                **({"text": text} if (text := self.content.texts.get(source.iri)) else {}),
            }
            for source in self.sources
        ]


def _describe_node(node: Node, rows: _Rows, labels: dict[str, int]) -> dict[str, object]:
    label = node.thing.label
    facts = [
        [
            labels.setdefault(fact.label, len(labels)),
            fact.value,
            fact.iri.removeprefix(terms.BASE),
            int(fact.current),
            rows.places_of(fact.sources),
            *([list(fact.rules)] if fact.rules else []),
        ]
        for fact in node.facts
    ]
    found: dict[str, object] = {
        "iri": node.thing.iri.removeprefix(terms.BASE),
        "caption": card_caption(node),
        "w": card_width(node),
        "v": plain_width(node),
    }
    # What is as expected is left out.
    if (short := card_label(node)) != label:
        found["short"] = short
    if (plain := plain_label(node)) != label:
        found["plain"] = plain
    if node.is_open is not None:
        found["open"] = node.is_open
    optional: dict[str, object] = {
        "alt": list(node.aliases),
        "date": node.date,
        "lang": list(node.languages),
        "dom": list(node.domains),
        "cut": node.is_list_cut,
        "facts": facts,
        "issues": [[note.code, note.severity, note.message, note.source] for note in node.issues],
    }
    return found | {name: value for name, value in optional.items() if value}


def _describe_link(link: Link, rows: _Rows) -> dict[str, object]:
    found: dict[str, object] = {}
    if link.sources:
        found["rows"] = rows.places_of(link.sources)
    if link.rules:
        found["rules"] = list(link.rules)
    return found


def _describe_scene(scene: Scene) -> dict[str, object]:
    ranks = {name: rank for rank, name in enumerate(LINES)}
    first_group = sum(item.node >= 0 for item in scene.items)
    groups = [
        [item.group.anchor, item.group.way, ranks[item.group.relation], item.group.count, item.x, item.y]
        for item in scene.items
        if item.group
    ]
    strokes = []
    group = first_group
    for stroke in scene.strokes:
        described: list[object] = [
            stroke.link,
            int(stroke.is_backward) + 2 * int(stroke.is_loop) + 4 * int(stroke.is_hook),
            [value for knot in stroke.knots for value in knot],
        ]
        if stroke.link < 0:
            described.append(group)
            group += 1
        strokes.append(described)
    return {
        "width": scene.width,
        "height": scene.height,
        "items": [[item.node, item.x, item.y] for item in scene.items if item.node >= 0],
        "groups": groups,
        "strokes": strokes,
        "marks": [[mark.x, mark.label, int(mark.is_year)] for mark in scene.marks],
        "undated": scene.undated_from,
        "left_out": scene.left_out,
    }
