"""How the explorer opens, and the view that this is: what the page shows first, and what a picture shows at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from itgraph.explorer.neighbourhood import choose_around, choose_between, own_depths, own_relations
from itgraph.explorer.scenes import choose_everything, overview_of, scene_of, timeline_of

if TYPE_CHECKING:
    from itgraph.explorer.content import Content
    from itgraph.explorer.encoding import Lens, Theme
    from itgraph.explorer.neighbourhood import Web
    from itgraph.explorer.scenes import Scene

View = Literal["focus", "overview", "timeline", "path", "table"]
Steps = int | Literal["all"] | None
"""How far to go: a number of steps, all the way, or as usual for what it is (``None``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How the explorer opens: in which view, on which node; ``other`` is the far end of a path, -1 for none."""

    view: View = "focus"
    start: int
    other: int = -1
    up: Steps = None
    down: Steps = None
    theme: Theme | None = None
    """Light or dark; ``None`` leaves it to the reader's system, and is light in pictures."""
    lens: Lens | None = None
    """What boxes are coloured by; ``None`` is their kind."""


def draw_view(content: Content, web: Web, opening: Opening) -> tuple[Scene, str]:
    """Lay out the view that the explorer opens with, and give it a title; of the table, the view of its focus."""
    start, other = opening.start, opening.other
    if opening.view == "path" and other >= 0:
        relations = own_relations(content, web, start) | own_relations(content, web, other)
        scene = scene_of(content, choose_between(web, start, other, relations=relations), "path")
        return scene, f"From {_named(content, start)} to {_named(content, other)}"
    if opening.view in {"overview", "timeline"}:
        choice, left_out = choose_everything(content)
        if opening.view == "overview":
            return overview_of(content, choice, left_out), "Everything with a lineage"
        return timeline_of(content, choice, left_out), "Lineage over time"
    usual_up, usual_down = own_depths(content, start)
    choice = choose_around(
        web,
        start,
        up=steps_of(opening.up, usual_up),
        down=steps_of(opening.down, usual_down),
        relations=own_relations(content, web, start),
    )
    return scene_of(content, choice, focus=start), f"Lineage of {_named(content, start)}"


def steps_of(steps: Steps, usual: int | None) -> int | None:
    """Return how many steps to go; ``None`` is all the way."""
    return usual if steps is None else None if steps == "all" else steps


def _named(content: Content, node: int) -> str:
    thing = content.nodes[node].thing
    return f"{thing.label} ({thing.kind})"
