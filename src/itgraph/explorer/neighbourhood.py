"""What is drawn of a graph around one thing, or between two: the choice, not yet the picture.

The page makes the same choices in ``page/neighbourhood.js``; a test holds the two equal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from itgraph.explorer.encoding import LINEAGE_NAMES, LINES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from itgraph.explorer.content import Content, Link

Way = Literal["up", "down"]
"""up: to what went into the making of a thing; down: to what was made from it."""

FAN = 24
"""How many neighbours of one relation are drawn at once; the rest is one counted group."""

CAP = 300
"""How many things are drawn around a focus, before the reader asks for more."""

MOST_DRAWN = 1500
"""How many boxes are drawn at once: more can be neither read nor moved smoothly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The neighbours of a thing by one relation that are too many to be drawn one by one."""

    anchor: int
    way: Way
    relation: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is drawn: nodes in the order in which they were reached, links by their places, and what is left out.

    ``more`` says for a node and a way how many neighbours are neither drawn nor counted in a group.
    """

    nodes: tuple[int, ...]
    links: tuple[int, ...]
    groups: tuple[Group, ...] = ()
    more: Mapping[tuple[int, Way], int]


class Web:
    """The links of a content by their ends, and how far lineage reaches from each node."""

    def __init__(self, content: Content) -> None:
        self.links: Sequence[Link] = content.links
        self._ends: dict[Way, defaultdict[int, list[int]]] = {"up": defaultdict(list), "down": defaultdict(list)}
        for place, link in enumerate(content.links):
            self._ends["up"][link.child].append(place)
            self._ends["down"][link.parent].append(place)
        self._reach: dict[tuple[int, Way], int] = {}

    def prepare(self, nodes: Iterable[int], way: Way, relations: Collection[str]) -> None:
        """Make ready to be asked about the links of nodes in a direction: here all links are known anyway."""

    def far(self, link: int, way: Way) -> int:
        """Return the end of a link that lies in a direction."""
        return self.links[link].parent if way == "up" else self.links[link].child

    def ending(self, node: int) -> Sequence[int]:
        """Return the links of which a node is the child, loops included."""
        return self._ends["up"].get(node, ())

    def leading(self, node: int, way: Way, relations: Collection[str] = LINEAGE_NAMES) -> Iterator[int]:
        """Iterate over the links that lead from a node in a direction; not to itself."""
        for link in self._ends[way].get(node, ()):
            if self.links[link].relation in relations and self.far(link, way) != node:
                yield link

    def closure(
        self,
        node: int,
        way: Way,
        relations: Collection[str] = LINEAGE_NAMES,
        *,
        among: Collection[int] | None = None,
    ) -> dict[int, int]:
        """Return all that lies in a direction of a node, itself included, with the least number of steps.

        With ``among``, only what is reached without leaving that.
        """
        steps = {node: 0}
        queue = [node]
        for near in queue:
            for link in self.leading(near, way, relations):
                far = self.far(link, way)
                if far not in steps and (among is None or far in among):
                    steps[far] = steps[near] + 1
                    queue.append(far)
        return steps

    def reach(self, node: int, way: Way) -> int:
        """Return how many things lineage reaches from a node in a direction."""
        if (node, way) not in self._reach:
            self._reach[node, way] = len(self.closure(node, way)) - 1
        return self._reach[node, way]

    def neighbours(self, node: int, way: Way, relation: str) -> list[int]:
        """Return what one relation leads to from a node: first what itself leads on furthest.

        Of what is no lineage, the order is that of the source: authors stay in the order of their paper.
        """
        found = list(dict.fromkeys(self.far(link, way) for link in self.leading(node, way, (relation,))))
        if LINES[relation].is_lineage:
            found.sort(key=lambda far: (-self.reach(far, way), far))
        return found

    def hidden(self, node: int, way: Way, relations: Collection[str], drawn: Collection[int]) -> Hidden:
        """Count the neighbours of a node that are not drawn."""
        found: dict[str, dict[int, None]] = {}
        for link in self.leading(node, way, relations):
            far = self.far(link, way)
            if far not in drawn:
                found.setdefault(self.links[link].relation, {}).setdefault(far)
        return Hidden(
            by_relation={relation: len(found[relation]) for relation in LINES if relation in found},
            total=len({far for fars in found.values() for far in fars}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """How many neighbours are not drawn, by relation and in all; one that two relations lead to is one of all."""

    by_relation: Mapping[str, int]
    total: int


def choose_around(
    web: Web,
    focus: int,
    *,
    up: int | None = None,
    down: int | None = 1,
    relations: Collection[str] = LINEAGE_NAMES,
    pages: Mapping[tuple[int, Way], int] | None = None,
    cap: int = CAP,
) -> Choice:
    """Choose what is drawn around a thing: ``up`` and ``down`` steps far (``None``: all the way).

    ``pages`` opens further neighbours of single nodes: 1 draws the first :data:`FAN` of each relation, 2 twice
    as many, and so on. Whoever asks for more gets more than ``cap``, up to :data:`MOST_DRAWN`.
    """
    pages = pages or {}
    most = min(MOST_DRAWN, cap + FAN * sum(pages.values()))
    drawn = {focus: None}
    opened: dict[tuple[int, Way], None] = {}

    def open_up(node: int, way: Way) -> list[int]:
        opened[node, way] = None
        found = []
        for relation in LINES:
            if relation not in relations:
                continue
            for far in web.neighbours(node, way, relation)[: FAN * max(1, pages.get((node, way), 1))]:
                if far not in drawn and len(drawn) >= most:
                    continue
                drawn.setdefault(far)
                found.append(far)
        return found

    ways: tuple[tuple[Way, int | None], ...] = (("up", up), ("down", down))
    for way, depth in ways:
        level, seen, steps = [focus], {focus}, 0
        while level and (depth is None or steps < depth):
            web.prepare(level, way, relations)
            found = [far for node in level for far in open_up(node, way)]
            level = [far for far in dict.fromkeys(found) if far not in seen]
            seen.update(level)
            steps += 1
    waiting = True
    while waiting:
        todo = [key for key in pages if key not in opened and key[0] in drawn]
        for node, way in todo:
            web.prepare([node], way, relations)
            open_up(node, way)
        waiting = bool(todo)
    return _finish(web, tuple(drawn), relations, opened)


def choose_between(web: Web, a: int, b: int, *, relations: Collection[str] = LINEAGE_NAMES) -> Choice:
    """Choose what is drawn between two things: every way from one up to the other, whichever way round.

    Where neither descends from the other: the ways up to their nearest common ancestors. Where there are none,
    the two alone.
    """
    ends, _ = ends_between(web, a, b, relations=relations)
    drawn = dict.fromkeys([a, b])
    for child, top in ends:
        above = web.closure(child, "up", relations)
        # Whoever leads from the one to the other is an ancestor of the other: no need to look any further.
        below = web.closure(top, "down", relations, among=above)
        drawn |= dict.fromkeys(node for node in above if node in below)
    return _finish(web, tuple(drawn), relations, {})


def ends_between(
    web: Web, a: int, b: int, *, relations: Collection[str] = LINEAGE_NAMES
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the ends of the ways between two things, child and ancestor, and what their nearest common ancestors are.

    The second is empty where one of the two descends from the other, and where nothing connects them.
    """
    above_a, above_b = web.closure(a, "up", relations), web.closure(b, "up", relations)
    ends = [(child, top) for child, top, above in ((a, b, above_a), (b, a, above_b)) if top in above]
    if ends:
        return ends, []
    common = above_a.keys() & above_b.keys()
    nearest = sorted(node for node in common if _is_nearest(web, node, common, relations))
    return [(child, top) for top in nearest for child in (a, b)], nearest


def _is_nearest(web: Web, node: int, common: Collection[int], relations: Collection[str]) -> bool:
    """Return whether no other common ancestor descends from a node, but for those in a cycle with it."""
    # What leads from one common ancestor down to another is itself one.
    below = web.closure(node, "down", relations, among=common).keys()
    return below <= web.closure(node, "up", relations).keys()


def _finish(web: Web, nodes: tuple[int, ...], relations: Collection[str], opened: Iterable[tuple[int, Way]]) -> Choice:
    web.prepare(nodes, "up", relations)
    drawn = set(nodes)
    # A link to itself is drawn too, as a loop.
    links = sorted(
        place
        for node in nodes
        for place in web.ending(node)
        if web.links[place].relation in relations and web.links[place].parent in drawn
    )
    groups: list[Group] = []
    more: dict[tuple[int, Way], int] = {}
    opened = set(opened)
    both: tuple[Way, Way] = ("up", "down")
    for node in nodes:
        for way in both:
            hidden = web.hidden(node, way, relations, drawn)
            if (node, way) in opened:
                groups += [
                    Group(anchor=node, way=way, relation=relation, count=count)
                    for relation, count in hidden.by_relation.items()
                ]
            elif hidden.total:
                more[node, way] = hidden.total
    return Choice(nodes=nodes, links=tuple(links), groups=tuple(groups), more=more)


def own_relations(content: Content, web: Web, node: int) -> frozenset[str]:
    """Return the relations that a thing is drawn by: those of its kind, see :func:`relations_of`."""
    has_lineage = any(True for way in ("up", "down") for _ in web.leading(node, way))
    return relations_of(content.nodes[node].look, has_lineage=has_lineage)


def relations_of(look: str, *, has_lineage: bool) -> frozenset[str]:
    """Return the relations that something is drawn by: lineage; of papers and people also what they wrote.

    What has no lineage at all is seen by its papers, its developers and its family.
    """
    if look in {"paper", "person", "organization"}:
        return frozenset({*LINEAGE_NAMES, "describedIn", "author", "developer"})
    if not has_lineage:
        return frozenset({*LINEAGE_NAMES, "describedIn", "developer", "memberOf"})
    return frozenset(LINEAGE_NAMES)


def own_depths(content: Content, node: int) -> tuple[int | None, int | None]:
    """Return how far up and down a thing is drawn, see :func:`depths_of`."""
    return depths_of(content.nodes[node].look)


def depths_of(look: str) -> tuple[int | None, int | None]:
    """Return how far up and down something is drawn: all its ancestry and one step; from people to the things."""
    if look in {"person", "organization"}:
        return 1, 2
    return (1, 1) if look == "paper" else (None, 1)


def choose_start(content: Content, web: Web) -> int:
    """Choose where the explorer opens: the model with the longest ancestry; of several, the one with most ancestors.

    That view says most about what the page is for. Without any lineage it is the first of the nodes.
    """
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(content.nodes)))
    graph.add_edges_from((link.parent, link.child) for link in content.links if link.relation in LINEAGE_NAMES)
    whole = nx.condensation(graph)
    depths: dict[int, int] = {}
    for part in nx.topological_sort(whole):
        depths[part] = max((depths[before] + 1 for before in whole.predecessors(part)), default=0)
    depth = {node: depths[part] for node, part in whole.graph["mapping"].items()}
    models = [place for place, node in enumerate(content.nodes) if node.thing.kind == "model" and depth[place]]
    candidates = models or list(depth)
    deepest = max(depth[place] for place in candidates)
    return min(
        (place for place in candidates if depth[place] == deepest), key=lambda place: (-web.reach(place, "up"), place)
    )
