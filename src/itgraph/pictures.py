"""Pictures of lineages and paths for notebooks: drawn by the explorer, of what was found and nothing else.

No store is asked: a picture holds the things and edges of the value that it shows, whatever its depth. It stands in a
page among others, so it has no ids, is never wider than the page, and is light or dark as the reader's system is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from itgraph.explorer.content import Content, Link, Node
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.encoding import GROUNDS, KINDS, LINES, shorten
from itgraph.explorer.neighbourhood import Choice, Web, choose_around
from itgraph.explorer.scenes import scene_of
from itgraph.lineage.shown import nearest
from itgraph.lineage.text import name
from itgraph.lookup import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from itgraph.explorer.scenes import Scene
    from itgraph.lineage.edges import Edge
    from itgraph.lineage.paths import Connection
    from itgraph.lineage.walks import Lineage

_MOST_READ = 1000
"""How many things of a lineage are looked at: what is nearest to the start."""

_MOST_DRAWN = 100
"""How many things are drawn of a lineage: a page of boxes is read by nobody, and the layout takes its time."""

_LONGEST_NAME = 600
"""How wide a name may be in a title or in the words for those who do not see the picture; on a box it is less."""

_TITLES = {"up": "Ancestors of", "down": "Descendants of", "both": "Lineage of"}


def draw_lineage(found: Lineage) -> str:
    """Draw a lineage around its start; of a large one the part that is nearest, with what is left out in numbers.

    >>> import itgraph
    >>> draw_lineage(itgraph.load().lineage("Goat").to_lineage())[:33]
    '<svg xmlns="http://www.w3.org/200'
    """
    part, left_out = nearest(found, _MOST_READ)
    places, content = _content(part.things, part.edges)
    start = places[part.start]
    choice = choose_around(
        Web(content),
        start,
        up=0 if part.direction == "down" else None,
        down=0 if part.direction == "up" else None,
        cap=_MOST_DRAWN,
    )
    more = dict(choice.more)
    for way, beyond in part.more.items():
        for iri, count in beyond.items():
            if iri in places:
                more[places[iri], way] = more.get((places[iri], way), 0) + count
    scene = scene_of(content, replace(choice, more=more), focus=start)
    title = f"{_TITLES[part.direction]} {_named(content, start)}"
    notes = []
    if not part.edges:
        known = {"up": "ancestors", "down": "descendants", "both": "ancestors or descendants"}[part.direction]
        notes.append(f"No {known} are known." if not more else "")
    if left_out:
        notes.append(f"Things further away, not drawn: {left_out:,}.")
    return _inline(content, scene, title=title, note=" ".join(filter(None, notes)))


def draw_connection(found: Connection) -> str:
    """Draw the shortest ways between two things, or from both to what they have in common."""
    descents = (*found.descents, *(descent for common in found.common for descent in common.descents))
    things = {found.a.iri: found.a, found.b.iri: found.b}
    edges: dict[tuple[str, str, str], Edge] = {}
    left_out = 0
    for chain in (chain for descent in descents for chain in descent.chains):
        new = {thing.iri: thing for edge in chain for thing in (edge.child, edge.parent)}
        if len(things.keys() | new.keys()) > _MOST_DRAWN:
            left_out += 1
            continue
        things |= new
        edges |= {(edge.child.iri, edge.relation, edge.parent.iri): edge for edge in chain}
    _, content = _content(things, edges.values())
    choice = Choice(nodes=tuple(range(len(things))), links=tuple(range(len(edges))), more={})
    title = f"From {_named(content, 0)} to {_named(content, 1)}"
    left_out += sum(descent.total - len(descent.chains) for descent in descents)
    note = f"Ways not drawn: {left_out:,}." if left_out else ""
    return _inline(content, scene_of(content, choice, "path"), title=title, note=note)


def _content(things: Mapping[str, Thing], edges: Iterable[Edge]) -> tuple[dict[str, int], Content]:
    """Return things and edges as what the explorer draws, and the places of the things."""
    places = {iri: place for place, iri in enumerate(things)}
    nodes = []
    for thing in things.values():
        # On one line, without what only a terminal or a bidirectional text would act on.
        shown = Thing(iri=thing.iri, kind=thing.kind, label=shorten(name(thing), 16, _LONGEST_NAME))
        node = Node(thing=shown)
        nodes.append(replace(node, caption=KINDS[node.look].word))
    links = [
        Link(
            child=places[edge.child.iri],
            relation=edge.relation,
            parent=places[edge.parent.iri],
            sources=edge.rows,
            rules=edge.rules,
            manner=edge.manner,
        )
        for edge in edges
    ]
    return places, Content(nodes=tuple(nodes), links=tuple(links))


def _named(content: Content, node: int) -> str:
    thing = content.nodes[node].thing
    return f"{thing.label} ({thing.kind})"


# -- In a page among others ------------------------------------------------------------------------------------------

_CLASS = "itgraph-picture"


def _inline(content: Content, scene: Scene, *, title: str, note: str) -> str:
    """Return a scene as SVG for a page that holds other pictures too."""
    _declaration, _, svg = format_svg(content, scene, title=title, note=note).partition("\n")
    head, named, described, *drawn = svg.split("\n")
    # The name of a picture is its title, also where it is not pointed at: ids would occur once for each picture.
    head = head.replace(' aria-labelledby="title desc">', f' class="{_CLASS}" style="max-width:100%;height:auto">')
    named, described = named.replace(' id="title"', "", 1), described.replace(' id="desc"', "", 1)
    return "\n".join([head, named, described, _in_the_dark(svg), *drawn])


def _in_the_dark(svg: str) -> str:
    """Return a style sheet that gives each colour its dark counterpart, where the reader's system is dark."""
    rules = [
        f'.{_CLASS} [{attribute}="{light}"]{{{attribute}:{dark}}}'
        for attribute in ("fill", "stroke")
        for light, dark in dark_colours().items()
        if f'{attribute}="{light}"' in svg
    ]
    return f"<style>@media (prefers-color-scheme:dark){{{''.join(rules)}}}</style>"


def dark_colours() -> dict[str, str]:
    """Return the dark counterparts of the colours that a lineage is drawn in."""
    found = dict(zip(GROUNDS["light"].values(), GROUNDS["dark"].values(), strict=True))
    for look, kind in KINDS.items():
        if look not in {"paper", "person", "organization"}:
            found |= {kind.light: kind.dark, kind.light_fill: kind.dark_fill}
    return found | {line.light: line.dark for line in LINES.values() if line.is_lineage}
