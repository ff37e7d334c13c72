"""The page: one HTML file that holds everything it needs and asks nothing of any network, or one that a server feeds.

It is a pyvis network, drawn by a template of our own: nodes and edges are carried by :class:`pyvis.network.Network`,
in the words of vis-network, so that whoever wants to can draw the same network with pyvis's own template. That
template itself is not used: it asks other servers for scripts and styles, has no way round for those who cannot use
a mouse, and runs what is written in a label.

Whatever comes from the graph is data: it stands in a block that no browser runs, and the page's script puts it into
elements as text. A policy in the head allows that script and its styles, told by their hashes, and nothing else.

The page of a server has the same template and the same scripts, as files of that server, and one script more: the one
that asks. It begins with what it opens on, and its policy, which the server sends, allows it to ask that server.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itgraph.errors import ExportError
from itgraph.explorer.content import format_sources
from itgraph.explorer.data import (
    carry_link,
    carry_node,
    describe_everything,
    describe_setting,
    encode,
)
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.encoding import FONT, GROUNDS, KINDS, LINES, USES
from itgraph.explorer.scenes import choose_everything, overview_of, timeline_of
from itgraph.explorer.views import draw_view, steps_of
from itgraph.extras import require_extra
from itgraph.resources import tool_version

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Template
    from pyvis.network import Network

    from itgraph.explorer.content import Content, Snapshot
    from itgraph.explorer.neighbourhood import Web
    from itgraph.explorer.scenes import Scene
    from itgraph.explorer.views import Opening

MOST_BYTES = 8_000_000
"""How large a page may be: larger ones open slowly, and cannot be sent to anyone."""

_FOLDER = Path(__file__).resolve().parent / "page"
_SCRIPTS = (
    *("data", "layout", "neighbourhood", "scenes", "saying", "drawing", "highlight", "camera", "state", "search"),
    *("panel", "table", "controls", "export", "keyboard", "main"),
)
_ASKING = "server"
"""The script that asks a server: it comes before the last one, which begins."""

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
        MissingExtraError: pyvis is not installed.
        ExportError: it would be larger than :data:`MOST_BYTES`.
    """
    require_extra("the lineage explorer's page", "pyvis")
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

    Raises:
        MissingExtraError: pyvis is not installed.

    >>> import itgraph
    >>> from itgraph.explorer import read_content
    >>> network = to_pyvis(read_content(itgraph.load().store))
    >>> network.nodes[0]["label"], network.nodes[0]["group"]
    ('Airoboros', 'model')
    """
    require_extra("a network of pyvis", "pyvis")
    from pyvis.network import Network

    if overview is None:
        overview = overview_of(content, choose_everything(content)[0])
    network = Network(directed=True, cdn_resources="in_line")
    # pyvis looks through the whole list for each thing that is added by its methods: the lists are filled as they are.
    network.nodes = [{"id": place} | carry_node(node) for place, node in enumerate(content.nodes)]
    for item in overview.items:
        if item.node >= 0:
            network.nodes[item.node] |= {"x": item.x, "y": item.y}
    network.edges = [carry_link(link) for link in content.links]
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
    """What the template asks for, of a page that holds everything."""

    content: Content
    web: Web
    opening: Opening
    overview: Scene
    timeline: Scene
    online: bool = False

    @property
    def left_out(self) -> str:
        return self.content.said_of_left_out

    @property
    def sources(self) -> str:
        return format_sources(self.content.snapshots, self.content.facts)

    @property
    def title(self) -> str:
        return f"Lineage of {self.content.nodes[self.opening.start].thing.label} · itgraph"

    @property
    def version(self) -> str:
        return tool_version()

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
        theme, lens = self.opening.theme or "light", self.opening.lens
        svg = format_svg(self.content, scene, title=title, theme=theme, lens=lens)
        return svg.split("?>", 1)[1].strip()

    def data(self, nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> str:
        """Return the data block: the nodes and edges that pyvis carries, and all that is known of them."""
        told: dict[str, Any] = describe_everything(
            self.content, self.web, overview=self.overview, timeline=self.timeline
        )
        for carried, known in zip([*nodes, *edges], [*told["nodes"], *told["edges"]], strict=True):
            carried.update(known)
        opening = {
            "start": self.opening.start,
            "view": self.opening.view,
            "other": self.opening.other,
            "depths": {
                way: steps_of(steps, None)
                for way, steps in (("up", self.opening.up), ("down", self.opening.down))
                if steps is not None
            },
            "theme": self.opening.theme or "auto",
            "lens": self.opening.lens or "",
            "snapshots": [snapshot.to_dict() for snapshot in self.content.snapshots],
            "rules": dict(self.content.rules),
        }
        return escape_json(encode(describe_setting() | opening | told | {"nodes": nodes, "edges": edges}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlinePage:
    """A page that a server feeds.

    ``opening`` is what it opens with, as :mod:`itgraph.explorer.parts` tells it; its nodes begin with the focus.
    ``reason`` says why the views of everything cannot be had; it is empty if they can. ``script_address`` and
    ``style_address`` are where the server has :func:`script_text` and :func:`style_text`; ``pages`` are addresses and
    names, for browsers without scripts.
    """

    opening: Mapping[str, Any]
    other: int = -1
    reason: str = ""
    snapshots: Sequence[Snapshot]
    facts: int = 0
    rules: Mapping[str, str]
    script_address: str
    style_address: str
    pages: Sequence[tuple[str, str]] = ()
    online: bool = True

    @property
    def sources(self) -> str:
        """What the graph was made from."""
        return format_sources(self.snapshots, self.facts)

    @property
    def title(self) -> str:
        """The title, until the script knows better."""
        nodes = self.opening["nodes"]
        return f"Lineage of {nodes[0]['label']} · itgraph" if nodes else "Lineage · itgraph"

    @property
    def version(self) -> str:
        """The version of itgraph."""
        return tool_version()

    def data(self, _nodes: object, _edges: object) -> str:
        """Return the data block."""
        setting = {
            "online": {"reason": self.reason},
            "start": 0,
            "view": "focus",
            "other": self.other,
            "depths": {},
            "theme": "auto",
            "lens": "",
            "snapshots": [snapshot.to_dict() for snapshot in self.snapshots],
            "rules": dict(self.rules),
        }
        return escape_json(encode({**describe_setting(), **setting, **self.opening}))


def format_online_page(page: OnlinePage) -> str:
    """Return the page that a server feeds."""
    return _template().render(page=page, nodes=[], edges=[])


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True).get_template("explorer.html")


def escape_json(text: str) -> str:
    r"""Escape JSON so that it can stand in a script block: nothing in it ends the block or begins a comment.

    >>> print(escape_json('"</script><!--"'))
    "\u003c/script\u003e\u003c!--"
    """
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


@cache
def script_text(*, online: bool = False) -> str:
    """Return the page's script: its parts in one scope of their own; online, with the one that asks the server."""
    names = (*_SCRIPTS[:-1], _ASKING, *_SCRIPTS[-1:]) if online else _SCRIPTS
    parts = "\n".join((_FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in names)
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
            *(f".use-{use} {{ --colour: var(--use-{use}); --fill: var(--fill-{use}); }}" for use in USES),
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
        **{f"use-{name}": use.light if is_light else use.dark for name, use in USES.items()},
        **{f"fill-{name}": use.light_fill if is_light else use.dark_fill for name, use in USES.items()},
        **{f"line-{name}": line.light if is_light else line.dark for name, line in LINES.items()},
    }
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
