"""What a notebook shows of lineages and paths: a picture, and text where there are no pictures.

Of a lineage of half a million things, it is the part that is nearest to the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from itgraph.lineage.paths import Connection
    from itgraph.lineage.walks import Lineage

_MOST_IN_TREE = 200
"""How many things the tree of a notebook has; ``print`` shows all of them."""


def nearest(found: Lineage, most: int) -> tuple[Lineage, int]:
    """Return the part of a lineage that is nearest to its start, and how many things are left out of it."""
    left_out = len(found.things) - most
    if left_out <= 0:
        return found, 0
    # The start is the nearest; but who made a lineage anew may have put it anywhere.
    ordered = {found.start: found.things[found.start], **found.things}
    things = dict(list(ordered.items())[:most])
    edges = tuple(edge for edge in found.edges if edge.child.iri in things and edge.parent.iri in things)
    return replace(found, things=things, edges=edges), left_out


def draw_lineage(found: Lineage) -> str:
    """Draw a lineage as SVG."""
    from itgraph import pictures

    return pictures.draw_lineage(found)


def draw_connection(found: Connection) -> str | None:
    """Draw a path as SVG; nothing, where there is no way to draw."""
    from itgraph import pictures

    return pictures.draw_connection(found) if found.kind in {"descent", "common"} else None


def print_lineage(found: Lineage, printer: Any) -> None:
    """Write the tree of a lineage for IPython; within something else, such as a list, only what it is."""
    from itgraph.lineage.drawings import format_tree

    if len(printer.stack) > 1:
        printer.text(repr(found))
        return
    part, left_out = nearest(found, _MOST_IN_TREE)
    more = f"\n… things further away, not shown: {left_out:,}" if left_out else ""
    printer.text(f"{format_tree(part).rstrip()}{more}")
