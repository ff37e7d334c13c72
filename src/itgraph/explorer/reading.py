"""The web of a graph that is too large to be held: only what a choice needs is read from the store, in a few queries.

How far lineage reaches from a thing is not known here without going there, and is told as "at least": by the number of
the things one step away.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.errors import ExportError, UnknownNameError
from itgraph.explorer.content import Content, Link
from itgraph.explorer.encoding import LINEAGE_NAMES, LINES
from itgraph.explorer.neighbourhood import FAN, Hidden, Web
from itgraph.store import iter_values

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from itgraph.explorer.neighbourhood import Way
    from itgraph.store import Store

MOST_READ = 500
"""How many neighbours of one thing by one relation are read; of more, only those that a view has room for."""

MOST_WALKED = 20_000
"""How many ancestors are looked through for a way between two things."""

_RELATION = {line.property: name for name, line in LINES.items()}
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
        self._degrees: dict[tuple[int, Way], Counter[str]] = {}

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

    def degrees(self, node: int, way: Way) -> Counter[str]:
        """Return how many neighbours a node has, by relation."""
        self._count([node], way)
        return self._degrees[node, way]

    def reach(self, node: int, way: Way) -> int:
        """Return how many things lineage reaches at least: those that are one step away."""
        return sum(count for relation, count in self.degrees(node, way).items() if LINES[relation].is_lineage)

    def prepare(self, nodes: Iterable[int], way: Way, relations: Collection[str]) -> None:
        """Read the links of nodes in a direction, with what they lead to."""
        nodes = list(nodes)
        self._count(nodes, way)
        few: defaultdict[str, list[int]] = defaultdict(list)
        for node in nodes:
            for relation, count in self.degrees(node, way).items():
                if relation not in relations or (node, way, relation) in self._read:
                    continue
                self._read.add((node, way, relation))
                if count > MOST_READ:
                    self._read_some(node, way, relation)
                else:
                    few[relation].append(node)
        for relation, found in few.items():
            for values in self._batches("?near", found):
                wanted = f"{values} {_pattern(way)} FILTER({_among([relation])} && isIRI(?far))"
                self._learn(f"SELECT ?near ?p ?far WHERE {{ {wanted} }}", way)

    def neighbours(self, node: int, way: Way, relation: str) -> list[int]:
        """Return what one relation leads to from a node: first what leads on to most; of equals, by their IRIs."""
        found = list(dict.fromkeys(self.far(link, way) for link in self.leading(node, way, (relation,))))
        if LINES[relation].is_lineage:
            self._count(found, way)
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
        self._count(drawn, way)
        shown = Counter(
            relation
            for relation, far in {(self.links[link].relation, self.far(link, way)) for link in self._ends_of(node, way)}
            if far in drawn and far != node
        )
        degrees = self.degrees(node, way)
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

    def _ends_of(self, node: int, way: Way) -> Sequence[int]:
        return self._ends[way].get(node, ())

    def _read_some(self, node: int, way: Way, relation: str) -> None:
        """Read those neighbours of a node that lead on, as far as a view has room, and some of the others."""
        values = next(self._batches("?near", [node]))
        near = f"{values} {_pattern(way)} FILTER({_among([relation])} && isIRI(?far) && ?far != ?near)"
        beyond = "?far ?q ?beyond" if way == "up" else "?beyond ?q ?far"
        leading_on = self._learn(
            f"SELECT ?near ?p ?far WHERE {{ {{ SELECT ?near ?p ?far (COUNT(?beyond) AS ?count) WHERE {{ {near}"
            f" {beyond} FILTER({_among(LINEAGE_NAMES, '?q')} && isIRI(?beyond)) }} GROUP BY ?near ?p ?far"
            f" ORDER BY DESC(?count) ?far LIMIT {self._room} }} }}",
            way,
        )
        if leading_on < self._room:
            self._learn(f"SELECT ?near ?p ?far WHERE {{ {near} }} ORDER BY ?far LIMIT {self._room}", way)

    def _learn(self, query: str, way: Way) -> int:
        """Learn the links that a query finds; return how many it finds."""
        rows = ((near.value, _RELATION[p.value], far.value) for near, p, far in self._store.select(query).rows)  # type: ignore[union-attr]
        found = sorted(rows)
        for near, relation, far in found:
            ends = self.place_of(near), self.place_of(far)
            child, parent = ends if way == "up" else ends[::-1]
            if (child, relation, parent) in self._known:
                continue
            self._known[child, relation, parent] = len(self._found)
            self._ends["up"][child].append(len(self._found))
            self._ends["down"][parent].append(len(self._found))
            self._found.append(Link(child=child, relation=relation, parent=parent))
        return len(found)

    def _count(self, nodes: Iterable[int], way: Way) -> None:
        """Count the neighbours of those nodes of which that has not been done."""
        unknown = [node for node in nodes if (node, way) not in self._degrees]
        for node in unknown:
            self._degrees[node, way] = Counter()
        for values in self._batches("?near", unknown):
            table = self._store.select(
                f"SELECT ?near ?p (COUNT(?far) AS ?count) WHERE {{ {values} {_pattern(way)}"
                f" FILTER({_among(LINES)} && isIRI(?far) && ?far != ?near) }} GROUP BY ?near ?p"
            )
            for near, relation, count in table.rows:
                place = self._places[near.value]  # type: ignore[union-attr]
                self._degrees[place, way][_RELATION[relation.value]] = int(count.value)  # type: ignore[union-attr]

    def _batches(self, variable: str, nodes: Sequence[int]) -> Iterator[str]:
        return iter_values(variable, [self.iris[node] for node in nodes])


def _pattern(way: Way) -> str:
    return "?near ?p ?far" if way == "up" else "?far ?p ?near"


def _among(relations: Iterable[str], variable: str = "?p") -> str:
    # FILTER and not a second VALUES, which some engines make a cross product of.
    return f"{variable} IN ({', '.join(f'<{LINES[name].property}>' for name in relations)})"
