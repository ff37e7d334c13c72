"""Views as places on a plane: boxes, the lines between them, and the marks of an axis.

A scene knows nothing of colours and formats: the picture (:mod:`itgraph.explorer.drawing`) and the page are made
from it. The page lays out what the reader asks for in ``page/scenes.js``, by the same rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING, Literal

from itgraph.explorer.encoding import KINDS, LINEAGE_NAMES, LINES, shorten, text_width
from itgraph.explorer.layout import Box, Spacing, lay_out
from itgraph.explorer.neighbourhood import FAN, MOST_DRAWN, Choice, Group, Way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from itgraph.explorer.content import Content, Node

View = Literal["focus", "overview", "timeline", "path"]

CARD = Spacing(column=92, row=17, component=60, aspect=1.5)
LABEL = Spacing(column=52, row=5, component=22, aspect=1.6)
CARD_HEIGHT, LABEL_HEIGHT = 44, 20
GROUP_WIDTH = 150
_WIDEST_CARD, _WIDEST_LABEL = 230, 170
_MOST_WORDS = 8
"""Of papers and people: how many lines of a relation are called by their name before that is only noise."""
_ASIDE = 8
_SLOT, _EMPTY_SLOT = 46, 5
_LANE = LABEL_HEIGHT + LABEL.row
_AXIS = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A box in its place: that of a node, or of a group of nodes."""

    node: int = -1
    group: Group | None = None
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line in its place; ``link`` is -1 for the line to a group.

    ``knots`` are joined by turns with a straight line and with a curve that starts and ends level; the first is a
    straight line.
    """

    link: int = -1
    relation: str
    knots: tuple[tuple[int, int], ...]
    is_backward: bool = False
    is_inferred: bool = False
    is_loop: bool = False
    is_hook: bool = False
    """Whether it leaves from the left of its parent, because its child does not lie to the right of it."""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark on the axis of time: where a slot begins and what it is called."""

    x: int
    label: str
    is_year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A view as it is drawn."""

    view: View
    focus: int = -1
    items: tuple[Item, ...]
    strokes: tuple[Stroke, ...]
    width: int
    height: int
    marks: tuple[Mark, ...] = ()
    undated_from: int = 0
    """Where the lane of undated things begins, from the top; 0 where there is none."""
    crossings: int = 0
    left_out: int = 0
    """How many things with a lineage are not drawn, because they would be too many."""
    more: Mapping[tuple[int, Way], int] = field(default_factory=dict)


# -- Sizes -------------------------------------------------------------------------------------------------------------


def card_label(node: Node) -> str:
    """Return the name of a thing as it is written on its card."""
    return shorten(node.thing.label, 14, _WIDEST_CARD)


def card_caption(node: Node) -> str:
    """Return what is written below the name on a card: the word for the kind, and a figure or a year."""
    return shorten(node.caption, 11, _WIDEST_CARD)


def plain_label(node: Node) -> str:
    """Return the name of a thing as it is written in the overview."""
    return shorten(node.thing.label, 12, _WIDEST_LABEL)


def card_width(node: Node) -> int:
    """Return the width of a thing's card: an icon, its name, and a caption below."""
    text = max(text_width(card_label(node), 14), text_width(card_caption(node), 11))
    return max(104, ceil(34 + text + 12))


def plain_width(node: Node) -> int:
    """Return the width of a thing's box in the overview: an icon, its name, and the word for its kind."""
    return ceil(24 + text_width(plain_label(node), 12) + 6 + text_width(KINDS[node.look].word, 10) + 9)


# -- Around a thing, and between two -----------------------------------------------------------------------------------


def scene_of(content: Content, choice: Choice, view: View = "focus", focus: int = -1) -> Scene:
    """Lay out what was chosen, as cards."""
    boxes = [Box(width=card_width(content.nodes[node]), height=CARD_HEIGHT) for node in choice.nodes]
    boxes += [Box(width=GROUP_WIDTH, height=CARD_HEIGHT) for _ in choice.groups]
    return _lay_out(content, choice, boxes, CARD, view, focus)


def _lay_out(
    content: Content, choice: Choice, boxes: Sequence[Box], spacing: Spacing, view: View, focus: int = -1
) -> Scene:
    places = {node: place for place, node in enumerate(choice.nodes)}
    ends = [(places[content.links[link].parent], places[content.links[link].child]) for link in choice.links]
    for place, group in enumerate(choice.groups, len(choice.nodes)):
        anchor = places[group.anchor]
        ends.append((place, anchor) if group.way == "up" else (anchor, place))
    layout = lay_out(boxes, ends, spacing)
    items = [
        Item(
            node=choice.nodes[place] if place < len(choice.nodes) else -1,
            group=choice.groups[place - len(choice.nodes)] if place >= len(choice.nodes) else None,
            x=x,
            y=y,
            width=box.width,
            height=box.height,
        )
        for place, (box, (x, y)) in enumerate(zip(boxes, layout.places, strict=True))
    ]
    relations = [content.links[link].relation for link in choice.links] + [g.relation for g in choice.groups]
    inferred = [content.links[link].is_inferred for link in choice.links] + [False for _ in choice.groups]
    strokes = []
    pairs = Counter(ends)
    ports = _ports(ends, relations, spread=16 if spacing is CARD else 8)
    for place, (parent, child) in enumerate(ends):
        line = LINES[relations[place]]
        is_loop = parent == child
        knots = layout.routes[place]
        start, end = ports[place]
        is_backward = place in layout.backward
        if is_backward and (child, parent) in pairs:
            # There and back between two things: beside each other, not on top.
            knots = tuple((x, y + _ASIDE) for x, y in knots)
        strokes.append(
            Stroke(
                link=choice.links[place] if place < len(choice.links) else -1,
                relation=relations[place],
                knots=_loop(items[parent])
                if is_loop
                else _shift(knots, start, end, is_parallel=pairs[parent, child] > 1),
                is_backward=is_backward,
                is_inferred=inferred[place],
                is_loop=is_loop,
                label=line.word if line.is_lineage or relations.count(relations[place]) <= _MOST_WORDS else "",
            )
        )
    return Scene(
        view=view,
        focus=focus,
        items=tuple(items),
        strokes=tuple(strokes),
        width=layout.width,
        height=layout.height,
        crossings=layout.crossings,
        more=choice.more,
    )


def _ports(ends: Sequence[tuple[int, int]], relations: Sequence[str], spread: int) -> list[tuple[int, int]]:
    """Return how far from the middle of its boxes each line starts and ends: one port for each relation."""
    leaving: defaultdict[int, set[str]] = defaultdict(set)
    arriving: defaultdict[int, set[str]] = defaultdict(set)
    for (parent, child), relation in zip(ends, relations, strict=True):
        leaving[parent].add(relation)
        arriving[child].add(relation)
    order = list(LINES)

    def offset(present: set[str], relation: str) -> int:
        names = sorted(present, key=order.index)
        return (2 * names.index(relation) - len(names) + 1) * spread // 2

    return [
        (offset(leaving[parent], relation), offset(arriving[child], relation))
        for (parent, child), relation in zip(ends, relations, strict=True)
    ]


def _shift(knots: Sequence[tuple[int, int]], start: int, end: int, *, is_parallel: bool) -> tuple[tuple[int, int], ...]:
    """Move the ends of a line to their ports; of several lines between one pair, all of each: they would coincide."""
    last = len(knots) - 2
    return tuple(
        (x, y + (start if place < 2 else end if place >= last else start if is_parallel else 0))
        for place, (x, y) in enumerate(knots)
    )


def _loop(item: Item) -> tuple[tuple[int, int], ...]:
    """Return the knots of a line from a thing to itself: out on the right, over the top, in on the left."""
    right, left, middle = item.x + item.width, item.x, item.y + item.height // 2
    return (right, middle), (left, middle)


# -- Everything --------------------------------------------------------------------------------------------------------


def choose_everything(content: Content, most: int = MOST_DRAWN) -> tuple[Choice, int]:
    """Choose what the overview draws, and count what it leaves out.

    Things without any lineage are not on it. Where more than a few things hang on one thing and on nothing else, a
    group stands for the rest of them; of a still larger graph, what has most neighbours is drawn.
    """
    links = [place for place, link in enumerate(content.links) if link.relation in LINEAGE_NAMES]
    degrees: defaultdict[int, int] = defaultdict(int)
    for place in links:
        ends = {content.links[place].child, content.links[place].parent}
        for end in ends:
            degrees[end] += 1
    leaves: defaultdict[tuple[int, Way, str], list[int]] = defaultdict(list)
    for place in links:
        link = content.links[place]
        if link.child == link.parent:
            continue
        if degrees[link.child] == 1:
            leaves[link.parent, "down", link.relation].append(link.child)
        elif degrees[link.parent] == 1:
            leaves[link.child, "up", link.relation].append(link.parent)
    grouped = {key: sorted(nodes)[FAN:] for key, nodes in leaves.items() if len(nodes) > FAN + 1}
    hidden = {node for nodes in grouped.values() for node in nodes}
    ranked = sorted(degrees.keys() - hidden, key=lambda node: (-degrees[node], node))
    drawn = set(ranked[:most])
    kept = [place for place in links if {content.links[place].child, content.links[place].parent} <= drawn]
    groups = [
        Group(anchor=anchor, way=way, relation=relation, count=len(nodes))
        for (anchor, way, relation), nodes in sorted(grouped.items())
        if anchor in drawn
    ]
    choice = Choice(nodes=tuple(sorted(drawn)), links=tuple(kept), groups=tuple(groups), more={})
    return choice, len(ranked) - len(drawn)


def overview_of(content: Content, choice: Choice, left_out: int = 0) -> Scene:
    """Lay out the overview: small boxes, connected parts side by side."""
    boxes = [Box(width=plain_width(content.nodes[node]), height=LABEL_HEIGHT) for node in choice.nodes]
    boxes += [Box(width=GROUP_WIDTH, height=LABEL_HEIGHT) for _ in choice.groups]
    return replace(_lay_out(content, choice, boxes, LABEL, "overview"), left_out=left_out)


# -- Over time ---------------------------------------------------------------------------------------------------------


def timeline_of(content: Content, choice: Choice, left_out: int = 0) -> Scene:
    """Lay out the same things by the month in which each was first described; below them what has no date.

    Each year ends with a slot for what is known by its year alone. Slots in which nothing falls are narrow.
    """
    slots = {node: _slot(content.nodes[node].date) for node in choice.nodes}
    known = [(slot, node) for node, slot in slots.items() if slot is not None]
    marks, starts, width = _axis(sorted({slot for slot, _ in known}))
    dated = sorted(known, key=lambda entry: (starts[entry[0]], entry[1]))
    parents: defaultdict[int, list[int]] = defaultdict(list)
    for place in choice.links:
        parents[content.links[place].child].append(content.links[place].parent)
    lanes: dict[int, int] = {}
    ends: list[int] = []
    where: dict[int, tuple[int, int]] = {}
    for slot, node in dated:
        x = starts[slot]
        beside = [lanes[parent] for parent in parents[node] if parent in lanes]
        wanted = sum(beside) / len(beside) if beside else 0
        free = [lane for lane, end in enumerate(ends) if end + 10 <= x]
        lane = min(free, key=lambda lane: (abs(lane - wanted), lane), default=len(ends))
        if lane == len(ends):
            ends.append(0)
        lanes[node] = lane
        ends[lane] = x + plain_width(content.nodes[node])
        where[node] = x, _AXIS + lane * _LANE
    width = max([width, *ends])
    height = _AXIS + len(ends) * _LANE
    undated = [node for node in choice.nodes if slots[node] is None]
    undated_from = 0
    if undated:
        undated_from = height + (14 if dated else 0)
        x, y = 0, undated_from + 30
        width = max([width, 900, *(plain_width(content.nodes[node]) for node in undated)])
        for node in undated:
            needed = plain_width(content.nodes[node])
            if x and x + needed > width:
                x, y = 0, y + _LANE
            where[node] = x, y
            x += needed + 12
        height = y + LABEL_HEIGHT
    items = {
        node: Item(node=node, x=x, y=y, width=plain_width(content.nodes[node]), height=LABEL_HEIGHT)
        for node, (x, y) in where.items()
    }
    strokes = tuple(_direct(content, place, items) for place in choice.links)
    return Scene(
        view="timeline",
        items=tuple(items[node] for node in choice.nodes),
        strokes=strokes,
        width=width,
        height=height,
        marks=tuple(marks),
        undated_from=undated_from,
        left_out=left_out + sum(group.count for group in choice.groups),
    )


def _slot(date: str) -> tuple[int, int] | None:
    """Return the year and the month of a date; month 0 for a year alone."""
    if not date:
        return None
    year, _, month = date.partition("-")
    return int(year), int(month or 0)


def _axis(used: Sequence[tuple[int, int]]) -> tuple[list[Mark], dict[tuple[int, int], int], int]:
    marks: list[Mark] = []
    starts: dict[tuple[int, int], int] = {}
    x = 0
    years = sorted({year for year, _ in used})
    for year in range(years[0], years[-1] + 1) if years and years[-1] - years[0] <= 100 else years:
        marks.append(Mark(x=x, label=str(year), is_year=True))
        for month in (*range(1, 13), 0):
            if (year, month) in used:
                starts[year, month] = x
                marks.append(Mark(x=x, label=_MONTHS[month]))
                x += _SLOT if month else _SLOT + 16
            elif month:
                x += _EMPTY_SLOT
    return marks, starts, x


_MONTHS = ("no month", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _direct(content: Content, place: int, items: Mapping[int, Item]) -> Stroke:
    link = content.links[place]
    parent, child = items[link.parent], items[link.child]
    is_loop = link.parent == link.child
    is_hook = not is_loop and child.x < parent.x + parent.width + 12
    start = parent.x if is_hook else parent.x + parent.width, parent.y + parent.height // 2
    end = child.x, child.y + child.height // 2
    return Stroke(
        link=place,
        relation=link.relation,
        knots=_loop(parent) if is_loop else (start, start, end, end),
        is_inferred=link.is_inferred,
        is_loop=is_loop,
        is_hook=is_hook,
    )
