"""The web of a graph that is too large to be held: only what a choice needs is read from the store, in a few queries.

How far lineage reaches from a thing is not known here without going there, and is told as "at least": by the number of
the things one step away. Where an index of lineage stands beside the store, it is known: see
:mod:`itgraph.explorer.indexed`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.errors import ExportError, UnknownNameError
from itgraph.explorer.content import Content, Link
from itgraph.explorer.encoding import LINEAGE_NAMES, LINES
from itgraph.explorer.neighbourhood import FAN, Hidden, Web
from itgraph.indexes.adjacency import MANNERS, RELATIONS, relation_of
from itgraph.lineage.edges import read_manners
from itgraph.store import find_lineage_index, iter_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from itgraph.explorer.neighbourhood import Way
    from itgraph.indexes.lineage import Edge, LineageIndex
    from itgraph.store import Store

MOST_READ = 500
"""How many neighbours of one thing by one relation are read; of more, only those that a view has room for."""

MOST_WALKED = 20_000
"""How many ancestors are looked through for a way between two things, where no index knows them."""

MOST_MEASURED = 4_000
"""How large a family may be for it to be looked through for what is furthest away in it."""

_RELATION = {line.property: name for name, line in LINES.items()}
_BASE = "baseModel"
_MOST_KEPT = 10_000

Key = TypeVar("Key")
Value = TypeVar("Value")
_RULES = terms.BASE + "rule/"


class Reading(Web):
    """Links as they are read; a node is known by the order in which it was come upon, its IRI is in ``iris``."""

    def __init__(self, store: Store, *, room: int = FAN) -> None:
        """Read from a store; ``room`` is how many neighbours of one thing by one relation are drawn at most."""
        super().__init__(Content(nodes=(), links=()))
        self.iris: list[str] = []
        self._store = store
        self._room = room
        self._found: list[Link] = []
        self.links = self._found
        self._places: dict[str, int] = {}
        self._known: dict[tuple[int, str, int], int] = {}
        self._read: set[tuple[int, Way, str]] = set()
        self._degrees: defaultdict[tuple[int, Way], Counter[str]] = defaultdict(Counter)
        self._counted: set[tuple[int, Way, str]] = set()

    def place_of(self, iri: str) -> int:
        """Return the place of a thing, which is come upon if it was not.

        Raises:
            UnknownNameError: this is no IRI.
        """
        if iri not in self._places:
            try:
                NamedNode(iri)
            except ValueError as error:
                raise UnknownNameError(iri) from error
            self._places[iri] = len(self.iris)
            self.iris.append(iri)
        return self._places[iri]

    @property
    def is_exact(self) -> bool:
        """Whether it is known how far lineage reaches, and not only how far at least."""
        return False

    def degrees(self, node: int, way: Way, relations: Collection[str] = tuple(LINES)) -> Counter[str]:
        """Return how many neighbours a node has, by relation."""
        self._count([node], way, relations)
        return Counter({name: count for name, count in self._degrees[node, way].items() if name in relations})

    def reach(self, node: int, way: Way) -> int:
        """Return how many things lineage reaches at least: those that are one step away."""
        return self.direct(node, way)

    def direct(self, node: int, way: Way) -> int:
        """Return how many things lineage reaches in one step; one that two relations lead to counts twice."""
        return self.degrees(node, way, LINEAGE_NAMES).total()

    def measure(self, nodes: Iterable[int], way: Way) -> None:
        """Make ready to be asked how far lineage reaches from nodes: all at once, not one by one."""
        self._count(nodes, way, LINEAGE_NAMES)

    def deepest(self, node: int, way: Way, relations: Collection[str]) -> int | None:  # noqa: ARG002
        """Return how many steps it is to the furthest thing in a direction; ``None``, if that is not known."""
        return None

    def prepare(self, nodes: Iterable[int], way: Way, relations: Collection[str]) -> None:
        """Read the links of nodes in a direction, with what they lead to."""
        nodes = list(nodes)
        self._count(nodes, way, relations)
        few: defaultdict[str, list[int]] = defaultdict(list)
        for node in nodes:
            for relation, count in self.degrees(node, way, relations).items():
                if (node, way, relation) in self._read:
                    continue
                self._read.add((node, way, relation))
                if count > MOST_READ:
                    self._read_some(node, way, relation)
                else:
                    few[relation].append(node)
        for relation, found in few.items():
            for values in self._batches("?near", found):
                wanted = f"{values} {_pattern(way, relation)} FILTER(isIRI(?far))"
                self._learn(f"SELECT ?near ?far WHERE {{ {wanted} }}", way, relation)

    def neighbours(self, node: int, way: Way, relation: str) -> list[int]:
        """Return what one relation leads to from a node: first what leads on to most; of equals, by their IRIs."""
        found = list(dict.fromkeys(self.far(link, way) for link in self.leading(node, way, (relation,))))
        if LINES[relation].is_lineage:
            self.measure(found, way)
            found.sort(key=lambda far: (-self.reach(far, way), self.iris[far]))
        return found

    def closure(
        self,
        node: int,
        way: Way,
        relations: Collection[str] = LINEAGE_NAMES,
        *,
        among: Collection[int] | None = None,
    ) -> dict[int, int]:
        """Return all that lies in a direction of a node, as any web does; without ``among``, it is read first.

        Raises:
            ExportError: that is more than :data:`MOST_WALKED` things.
        """
        if among is None:
            level, seen = [node], {node}
            while level:
                self.prepare(level, way, relations)
                fars = (self.far(link, way) for near in level for link in self.leading(near, way, relations))
                level = [far for far in dict.fromkeys(fars) if far not in seen]
                seen.update(level)
                if len(seen) > MOST_WALKED:
                    raise ExportError(
                        f"more than {MOST_WALKED:,} things are in the lineage of <{self.iris[node]}>: too many to look"
                        " for a way through; choose ends that are nearer to each other"
                    )
        return super().closure(node, way, relations, among=among)

    def hidden(self, node: int, way: Way, relations: Collection[str], drawn: Collection[int]) -> Hidden:
        """Count the neighbours of a node that are not drawn; one that two relations lead to counts twice."""
        self._count(drawn, way, relations)
        shown = Counter(
            relation
            for relation, far in {(self.links[link].relation, self.far(link, way)) for link in self._ends_of(node, way)}
            if far in drawn and far != node
        )
        degrees = self.degrees(node, way, relations)
        left = {name: degrees[name] - shown[name] for name in LINES if name in relations}
        by_relation = {name: count for name, count in left.items() if count > 0}
        return Hidden(by_relation=by_relation, total=sum(by_relation.values()))

    def inferred(self, links: Iterable[int]) -> set[int]:
        """Return those of some links that only rules conclude."""
        wanted = set(links)
        graphs: defaultdict[int, set[str]] = defaultdict(set)
        for values in self._batches("?child", sorted({self.links[link].child for link in wanted})):
            table = self._store.select(
                f"SELECT ?child ?p ?parent ?graph WHERE {{ {values} GRAPH ?graph {{ ?child ?p ?parent }}"
                f" FILTER({_among(LINES)}) }}"
            )
            for child, relation, parent, graph in table.rows:
                ends = self._places.get(child.value), self._places.get(parent.value)  # type: ignore[union-attr]
                link = self._known.get((ends[0], _RELATION[relation.value], ends[1]))  # type: ignore[union-attr, arg-type]
                if link in wanted:
                    graphs[link].add(graph.value)  # type: ignore[union-attr]
        return {link for link, said in graphs.items() if all(graph.startswith(_RULES) for graph in said)}

    def manners(self, links: Iterable[int]) -> dict[int, str]:
        """Return how models are built on their bases, of those of some links of which that is known."""
        places = {(link.child, link.parent): place for place in links if (link := self.links[place]).relation == _BASE}
        said = read_manners(self._store, (self.iris[child] for child, _ in places))
        named = {(self.iris[child], self.iris[parent]): place for (child, parent), place in places.items()}
        return {named[ends]: manner.word for ends, manner in said.items() if ends in named}

    def _ends_of(self, node: int, way: Way) -> Sequence[int]:
        return self._ends[way].get(node, ())

    def _read_some(self, node: int, way: Way, relation: str) -> None:
        """Read those neighbours of a node that lead on, as far as a view has room, and some of the others."""
        values = next(self._batches("?near", [node]))
        near = f"{values} {_pattern(way, relation)} FILTER(isIRI(?far) && ?far != ?near)"
        beyond = "?far ?q ?beyond" if way == "up" else "?beyond ?q ?far"
        leading_on = self._learn(
            f"SELECT ?near ?far WHERE {{ {{ SELECT ?near ?far (COUNT(?beyond) AS ?count) WHERE {{ {near}"
            f" {beyond} FILTER({_among(LINEAGE_NAMES, '?q')} && isIRI(?beyond)) }} GROUP BY ?near ?far"
            f" ORDER BY DESC(?count) ?far LIMIT {self._room} }} }}",
            way,
            relation,
        )
        if leading_on < self._room:
            query = f"SELECT ?near ?far WHERE {{ {near} }} ORDER BY ?far LIMIT {self._room}"
            self._learn(query, way, relation)

    def _learn(self, query: str, way: Way, relation: str) -> int:
        """Learn the links that a query finds; return how many it finds."""
        found = sorted((near.value, far.value) for near, far in self._store.select(query).rows)  # type: ignore[union-attr]
        for near, far in found:
            self._add(self.place_of(near), way, relation, self.place_of(far))
        return len(found)

    def _add(self, near: int, way: Way, relation: str, far: int) -> None:
        child, parent = (near, far) if way == "up" else (far, near)
        if (child, relation, parent) in self._known:
            return
        self._known[child, relation, parent] = len(self._found)
        self._ends["up"][child].append(len(self._found))
        self._ends["down"][parent].append(len(self._found))
        self._found.append(Link(child=child, relation=relation, parent=parent))

    def _count(self, nodes: Iterable[int], way: Way, relations: Collection[str]) -> None:
        """Count the neighbours of those nodes of which that has not been done."""
        nodes = list(nodes)
        wanted = {name: [node for node in nodes if (node, way, name) not in self._counted] for name in relations}
        # Each relation by itself: the engine finds its few links at once, and goes through all links of a hub for
        # those whose property is one of several.
        for relation, unknown in wanted.items():
            self._counted.update((node, way, relation) for node in unknown)
            for values in self._batches("?near", unknown):
                table = self._store.select(
                    f"SELECT ?near (COUNT(?far) AS ?count) WHERE {{ {values} {_pattern(way, relation)}"
                    " FILTER(isIRI(?far) && ?far != ?near) } GROUP BY ?near"
                )
                for near, count in table.rows:
                    self._degrees[self._places[near.value], way][relation] = int(count.value)  # type: ignore[union-attr]

    def _batches(self, variable: str, nodes: Sequence[int]) -> Iterator[str]:
        return iter_values(variable, [self.iris[node] for node in nodes])


class Indexed(Reading):
    """Links as they are read, of a graph with an index of lineage: that is asked for lineage, the store for the rest.

    How far lineage reaches is known here, and neighbours come in the order in which any web has them.
    """

    def __init__(self, store: Store, index: LineageIndex, *, room: int = FAN, hubs: Hubs | None = None) -> None:
        """Read from a store and the index beside it; ``room`` is as of :class:`Reading`.

        ``hubs`` keep what others came upon, and what is come upon here.
        """
        super().__init__(store, room=room)
        self._index = index
        self._hubs = Hubs(index) if hubs is None else hubs
        self._numbers: list[int | None] = []
        self._by_number: dict[int, int] = {}
        self._inside: tuple[object, dict[int, list[int]]] = (None, {})

    @property
    def is_exact(self) -> bool:
        """Whether it is known how far lineage reaches: it is."""
        return True

    def place_of(self, iri: str) -> int:
        """Return the place of a thing, which is come upon if it was not.

        Raises:
            UnknownNameError: this is no IRI.
        """
        place = super().place_of(iri)
        if place == len(self._numbers):
            number = self._index.find(iri)
            self._numbers.append(number)
            if number is not None:
                self._by_number[number] = place
        return place

    def reach(self, node: int, way: Way) -> int:
        """Return how many things lineage reaches from a node in a direction."""
        number = self._numbers[node]
        if number is None:
            return 0
        return self._index.count_ancestors(number) if way == "up" else self._index.count_descendants(number)

    def direct(self, node: int, way: Way) -> int:
        """Return how many things lineage reaches in one step."""
        number = self._numbers[node]
        return 0 if number is None else self._hubs.direct(number, way)

    def measure(self, nodes: Iterable[int], way: Way) -> None:
        """Make ready to be asked how far lineage reaches from nodes: the index knows."""

    def deepest(self, node: int, way: Way, relations: Collection[str]) -> int | None:
        """Return how many steps it is to the furthest thing in a direction; ``None``, if that is not known.

        It is not where that takes long: down a very large family, and along what is no lineage.
        """
        number = self._numbers[node]
        if not set(relations) <= set(LINEAGE_NAMES) or (number is not None and self.reach(node, way) > MOST_MEASURED):
            return None
        return 0 if number is None else self._hubs.deepest(number, way)

    def prepare(self, nodes: Iterable[int], way: Way, relations: Collection[str]) -> None:
        """Read the links of nodes in a direction, with what they lead to."""
        nodes = list(nodes)
        wanted = [name for name in LINEAGE_NAMES if name in relations]
        for node in nodes:
            number = self._numbers[node]
            unread = [name for name in wanted if (node, way, name) not in self._read]
            if number is None or not unread:
                continue
            self._read.update((node, way, name) for name in unread)
            if self._index.degree(number, way) > MOST_READ:
                for name in unread:
                    for far in self._hubs.first(number, way, name, self._room):
                        self._add(node, way, name, self.place_of(self._index.iri(far)))
                continue
            for edge in self._edges(number, way):
                if (name := RELATIONS[edge.relation]) in unread:
                    far = edge.parent if way == "up" else edge.child
                    self._add(node, way, name, self._place(far))
        super().prepare(nodes, way, [name for name in relations if name not in wanted])

    def closure(
        self,
        node: int,
        way: Way,
        relations: Collection[str] = LINEAGE_NAMES,
        *,
        among: Collection[int] | None = None,
    ) -> dict[int, int]:
        """Return all that lies in a direction of a node, as any web does; of lineage, however much that is.

        Raises:
            ExportError: it is asked along what is no lineage, and that is more than :data:`MOST_WALKED` things.
        """
        if not set(relations) <= set(LINEAGE_NAMES):
            return super().closure(node, way, relations, among=among)
        number = self._numbers[node]
        if number is None:
            return {node: 0}
        wanted = {RELATIONS.index(name) for name in relations}
        if among is None:
            found = self._index.distances(number, way, relations=wanted)
            return {node: 0} | {self._place(far): steps for far, steps in found.items()}
        inside = self._edges_inside(among, way, wanted)
        steps, queue = {node: 0}, [node]
        for near in queue:
            for far in inside.get(near, ()):
                if far not in steps:
                    steps[far] = steps[near] + 1
                    queue.append(far)
        return steps

    def hidden(self, node: int, way: Way, relations: Collection[str], drawn: Collection[int]) -> Hidden:
        """Count the neighbours of a node that are not drawn."""
        number = self._numbers[node]
        if number is None:
            return super().hidden(node, way, relations, drawn)
        if self._index.degree(number, way) > MOST_READ:
            return self._hidden_of_hub(node, way, relations, drawn)
        found: dict[str, set[int]] = defaultdict(set)
        for edge in self._edges(number, way):
            name, far = RELATIONS[edge.relation], edge.parent if way == "up" else edge.child
            if name in relations and far != number and self._by_number.get(far) not in drawn:
                found[name].add(far)
        counts = {name: len(fars) for name, fars in found.items()}
        others = [name for name in relations if name not in LINEAGE_NAMES]
        rest = super().hidden(node, way, others, drawn) if others else Hidden(by_relation={}, total=0)
        counts |= rest.by_relation
        return Hidden(
            by_relation={name: counts[name] for name in LINES if name in counts},
            total=len(set().union(*found.values())) + rest.total,
        )

    def _hidden_of_hub(self, node: int, way: Way, relations: Collection[str], drawn: Collection[int]) -> Hidden:
        counted = super().hidden(node, way, relations, drawn)
        if not set(LINEAGE_NAMES) <= set(relations):
            return counted
        # By relation, one that two lead to counts twice; of all, once.
        twice = sum(self.degrees(node, way, LINEAGE_NAMES).values()) - self.direct(node, way)
        shown = [self.far(link, way) for link in self.leading(node, way) if self.far(link, way) in drawn]
        return replace(counted, total=counted.total - twice + len(shown) - len(set(shown)))

    def inferred(self, links: Iterable[int]) -> set[int]:
        """Return those of some links that only rules conclude."""
        found, others = set(), []
        for place in links:
            if self.links[place].relation not in LINEAGE_NAMES:
                others.append(place)
            elif not self._edge(place).stated:
                found.add(place)
        return found | super().inferred(others)

    def manners(self, links: Iterable[int]) -> dict[int, str]:
        """Return how models are built on their bases, of those of some links of which that is known."""
        bases = (place for place in links if self.links[place].relation == _BASE)
        return {place: manner for place in bases if (manner := MANNERS[self._edge(place).manner])}

    def _place(self, number: int) -> int:
        known = self._by_number.get(number)
        return self.place_of(self._index.iri(number)) if known is None else known

    def _edges(self, number: int, way: Way) -> list[Edge]:
        return self._index.parents(number) if way == "up" else self._index.children(number)

    def _edge(self, place: int) -> Edge:
        link = self.links[place]
        child, parent = self._numbers[link.child], self._numbers[link.parent]
        assert child is not None
        relation = RELATIONS.index(link.relation)
        return next(e for e in self._index.parents(child) if (e.parent, e.relation) == (parent, relation))

    def _edges_inside(self, among: Collection[int], way: Way, relations: Collection[int]) -> dict[int, list[int]]:
        """Return where lineage leads from each of some things without leaving them; kept for the next who asks."""
        key = (among, way, frozenset(relations))
        if self._inside[0] != key:
            found: defaultdict[int, list[int]] = defaultdict(list)
            # Up from each, whichever way is asked for: a hub has few parents, and children without end.
            for child in among:
                number = self._numbers[child]
                for edge in [] if number is None else self._index.parents(number):
                    parent = self._by_number.get(edge.parent)
                    if parent is not None and parent != child and edge.relation in relations and parent in among:
                        near, far = (child, parent) if way == "up" else (parent, child)
                        found[near].append(far)
            self._inside = key, found
        return self._inside[1]

    def _count(self, nodes: Iterable[int], way: Way, relations: Collection[str]) -> None:
        """Count the neighbours of those nodes of which that has not been done."""
        nodes = list(nodes)
        lineage = [name for name in relations if name in LINEAGE_NAMES]
        for node in nodes if lineage else ():
            number = self._numbers[node]
            if (node, way, _BASE) in self._counted or number is None:
                continue
            self._counted.add((node, way, _BASE))
            self._degrees[node, way].update(self._hubs.count(number, way))
        super()._count(nodes, way, [name for name in relations if name not in lineage])


class Hubs:
    """What takes long to find out of the things that very much was made from, kept for the next who asks."""

    def __init__(self, index: LineageIndex) -> None:
        self._index = index
        self._counts: dict[tuple[int, Way], Mapping[str, int]] = {}
        self._firsts: dict[tuple[int, Way, str, int], list[int]] = {}
        self._directs: dict[tuple[int, Way], int] = {}
        self._deepest: dict[tuple[int, Way], int] = {}

    def count(self, number: int, way: Way) -> Mapping[str, int]:
        """Return how many neighbours a thing has in a direction, by relation."""
        if (known := self._counts.get((number, way))) is not None:
            return known
        # What leads to itself is none of its neighbours.
        found = Counter(RELATIONS[relation_of(what)] for far, what in self._edges(number, way) if far != number)
        return self._keep(self._counts, (number, way), found)

    def direct(self, number: int, way: Way) -> int:
        """Return how many neighbours a thing has in a direction, by whatever relation."""
        if (known := self._directs.get((number, way))) is not None:
            return known
        fars = {far for far, _ in self._edges(number, way)}
        return self._keep(self._directs, (number, way), len(fars - {number}))

    def deepest(self, number: int, way: Way) -> int:
        """Return how many steps it is to what is furthest from a thing in a direction."""
        if (known := self._deepest.get((number, way))) is not None:
            return known
        return self._keep(self._deepest, (number, way), max(self._index.distances(number, way).values(), default=0))

    def first(self, number: int, way: Way, relation: str, room: int) -> list[int]:
        """Return those neighbours of a thing that lead on furthest, as many as there is room for; of equals, by IRI."""
        if (known := self._firsts.get((number, way, relation, room))) is not None:
            return known
        index = self._index
        wanted = RELATIONS.index(relation)
        fars = [far for far, what in self._edges(number, way) if relation_of(what) == wanted and far != number]
        reaches = list(map(index.count_ancestors if way == "up" else index.count_descendants, fars))
        # Most of a hub's neighbours lead nowhere: only of those that can be among the first, the IRIs are looked at.
        least = min(nlargest(room, reaches), default=0)
        able = ((-count, index.iri(far), far) for far, count in zip(fars, reaches, strict=True) if count >= least)
        found = [far for _, _, far in nsmallest(room, able)]
        return self._keep(self._firsts, (number, way, relation, room), found)

    def _edges(self, number: int, way: Way) -> Iterable[tuple[int, int]]:
        """Return where the edges of a thing lead to, each with what it is."""
        return zip(*(self._index.up if way == "up" else self._index.down).of(number), strict=True)

    @staticmethod
    def _keep(kept: dict[Key, Value], key: Key, value: Value) -> Value:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = value
        return value


def find_hubs(store: Store) -> Hubs | None:
    """Return what keeps what is come upon in the index of lineage of a store; ``None`` if it has none."""
    index = find_lineage_index(store)
    return None if index is None else Hubs(index)


def read_web(store: Store, *, room: int = FAN, hubs: Hubs | None = None) -> Reading:
    """Return the web of a store: by its index of lineage, where there is one."""
    index = find_lineage_index(store)
    return Reading(store, room=room) if index is None else Indexed(store, index, room=room, hubs=hubs)


def _pattern(way: Way, relation: str) -> str:
    property_ = f"<{LINES[relation].property}>"
    return f"?near {property_} ?far" if way == "up" else f"?far {property_} ?near"


def _among(relations: Iterable[str], variable: str = "?p") -> str:
    # FILTER and not a second VALUES, which some engines make a cross product of.
    return f"{variable} IN ({', '.join(f'<{LINES[name].property}>' for name in relations)})"
