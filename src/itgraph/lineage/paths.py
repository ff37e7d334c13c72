"""How two things are related: one descends from the other, or both from a third."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from itgraph.lineage.edges import (
    RELATION_ORDER,
    RELATIONS,
    Edge,
    Statement,
    check_start,
    read_things,
    thing_key,
    walk,
    with_evidence,
)
from itgraph.lineage.shown import draw_connection
from itgraph.lineage.text import encodable, evidence, named, say_manner, to_json
from itgraph.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from itgraph.lookup import Thing
    from itgraph.store import Store

_MOST_CHAINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """How ``child`` descends from ``ancestor``: the shortest chains of edges, each from the child upwards.

    There can be very many that are equally short: ``chains`` holds the first ten of them, ``total`` counts
    them all.
    """

    child: Thing
    ancestor: Thing
    chains: tuple[tuple[Edge, ...], ...]
    total: int

    @property
    def steps(self) -> int:
        """Return the length of each chain."""
        return len(self.chains[0])

    def to_dict(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {
            "child": self.child.iri,
            "ancestor": self.ancestor.iri,
            "steps": self.steps,
            "total": self.total,
            "chains": [[edge.to_dict() for edge in chain] for chain in self.chains],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonAncestor:
    """A thing from which two others descend, and how each of them does."""

    thing: Thing
    descents: tuple[Descent, Descent]

    def to_dict(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        return {"thing": self.thing.iri, "descents": [descent.to_dict() for descent in self.descents]}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Connection:
    """How ``a`` and ``b`` are related; ``str`` says it in words, and a notebook shows a picture.

    ``descents`` is empty where neither descends from the other, and has two items where each descends from
    the other. ``common`` holds their nearest common ancestors where neither descends from the other: those of
    which no other common ancestor is a descendant.
    """

    a: Thing
    b: Thing
    descents: tuple[Descent, ...] = ()
    common: tuple[CommonAncestor, ...] = ()

    @property
    def kind(self) -> Literal["same", "descent", "common", "unrelated"]:
        """Return which of the four it is."""
        if self.a.iri == self.b.iri:
            return "same"
        if self.descents:
            return "descent"
        return "common" if self.common else "unrelated"

    def to_dict(self) -> dict[str, object]:
        """Return plain values, for JSON."""
        things = {thing.iri: thing for thing in self._things()}
        return {
            "a": self.a.iri,
            "b": self.b.iri,
            "kind": self.kind,
            "descents": [descent.to_dict() for descent in self.descents],
            "common": [ancestor.to_dict() for ancestor in self.common],
            "things": [
                {"iri": thing.iri, "kind": thing.kind, "label": thing.label}
                for thing in sorted(things.values(), key=thing_key)
            ],
        }

    def format_json(self) -> str:
        """Write it as JSON."""
        return to_json(self.to_dict())

    def format(self, *, encoding: str = "utf-8") -> str:
        """Write it in words, each step with who says so; what ``encoding`` lacks is escaped.

        >>> import itgraph
        >>> graph = itgraph.load()
        >>> found = find_path(graph.store, graph.get("Alpaca", "model"), graph.get("text-davinci-003"))
        >>> print(found.format(), end="")  # doctest: +ELLIPSIS
        Alpaca (model) descends from text-davinci-003 (model) in 2 steps:
          Alpaca (model) was trained on Alpaca (dataset), inferred
            concluded by the rule self-built-training-set
          Alpaca (dataset) was written by text-davinci-003 (model)
            curated lineage  https://.../README.md
        """
        return encodable("\n".join(self._lines()) + "\n", encoding)

    def __str__(self) -> str:
        return self.format()

    def __repr__(self) -> str:
        return f"<Connection of {named(self.a)} and {named(self.b)}: {self.kind}>"

    def _repr_svg_(self) -> str | None:
        return draw_connection(self)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self) if len(printer.stack) > 1 else str(self).rstrip())

    def _lines(self) -> Iterator[str]:
        a, b = named(self.a), named(self.b)
        if self.kind == "same":
            yield f"{a} is one and the same thing."
        elif self.kind == "unrelated":
            yield f"{a} and {b} are unrelated:"
            yield "neither descends from the other, and no common ancestor is known."
        elif self.kind == "common":
            yield f"Neither of {a} and {b} descends from the other."
            nearest = [named(ancestor.thing) for ancestor in self.common]
            if len(nearest) == 1:
                yield f"Their nearest common ancestor is {nearest[0]}."
            else:
                yield f"Their nearest common ancestors are {', '.join(nearest[:-1])} and {nearest[-1]}."
        for ancestor in self.common:
            for descent in ancestor.descents:
                yield ""
                yield from _describe(descent)
        for number, descent in enumerate(self.descents):
            if number:
                yield ""
            yield from _describe(descent)

    def _things(self) -> Iterator[Thing]:
        yield self.a
        yield self.b
        for descent in (*self.descents, *(d for ancestor in self.common for d in ancestor.descents)):
            for chain in descent.chains:
                for edge in chain:
                    yield edge.child
                    yield edge.parent


def _describe(descent: Descent) -> Iterator[str]:
    start = f"{named(descent.child)} descends from {named(descent.ancestor)} in {counted(descent.steps, 'step')}"
    if descent.total == 1:
        yield f"{start}:"
    else:
        yield f"{start}, in {descent.total:,} ways:"
    for number, chain in enumerate(descent.chains, start=1):
        if descent.total > 1:
            yield f"  way {number}"
        margin = "  " if descent.total == 1 else "    "
        for edge in chain:
            inferred = "" if edge.stated else ", inferred"
            manner = f" ({said})" if (said := say_manner(edge)) else ""
            verb = RELATIONS[edge.relation].verb
            yield f"{margin}{named(edge.child)} {verb} {named(edge.parent)}{manner}{inferred}"
            for source in evidence(edge):
                yield f"{margin}  {source}"
    if descent.total > len(descent.chains):
        yield f"  and {counted(descent.total - len(descent.chains), 'more way')}"


def find_path(store: Store, a: Thing | str, b: Thing | str) -> Connection:
    """Find how two things (or their IRIs) are related.

    That is by the shortest chains of lineage from one up to the other, whichever way round; else by their
    nearest common ancestors; else not at all.

    Raises:
        UnknownNameError: the graph holds nothing of one of the IRIs.

    >>> import itgraph
    >>> graph = itgraph.load()
    >>> found = find_path(graph.store, graph.get("Radiology-GPT"), graph.get("ChatDoctor"))
    >>> found.kind, [ancestor.thing.label for ancestor in found.common]
    ('common', ['Alpaca', 'LLaMA'])
    >>> find_path(graph.store, graph.get("BLOOM"), graph.get("T5")).kind
    'unrelated'
    """
    start_a, start_b = check_start(a), check_start(b)
    above_a, above_b = walk(store, start_a, "up"), walk(store, start_b, "up")
    statements = {**above_a.statements, **above_b.statements}
    things = {
        **read_things(store, start_a, above_a.statements),
        **read_things(store, start_b, above_b.statements),
    }
    ends: list[tuple[str, str]] = []
    shared: list[str] = []
    if start_a != start_b:
        if start_b in above_a.distances:
            ends.append((start_a, start_b))
        if start_a in above_b.distances:
            ends.append((start_b, start_a))
        if not ends:
            common = set(above_a.distances) & set(above_b.distances)
            shared = sorted(
                _nearest(common, statements),
                key=lambda iri: (above_a.distances[iri] + above_b.distances[iri], thing_key(things[iri])),
            )
    wanted = [*ends, *((start, iri) for iri in shared for start in (start_a, start_b))]
    descents = _descents(store, wanted, statements, things)
    return Connection(
        a=things[start_a],
        b=things[start_b],
        descents=tuple(descents[pair] for pair in ends),
        common=tuple(
            CommonAncestor(thing=things[iri], descents=(descents[start_a, iri], descents[start_b, iri]))
            for iri in shared
        ),
    )


def _nearest(common: set[str], statements: Iterable[Statement]) -> Iterator[str]:
    """Iterate over the common ancestors from which no other descends, but for those in a cycle with it."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(common)
    graph.add_edges_from((s.child, s.parent) for s in statements if s.child in common)
    for component in nx.strongly_connected_components(graph):
        if all(child in component for iri in component for child in graph.predecessors(iri)):
            yield from component


def _descents(
    store: Store,
    wanted: Iterable[tuple[str, str]],
    statements: Mapping[Statement, tuple[str, ...] | None],
    things: Mapping[str, Thing],
) -> dict[tuple[str, str], Descent]:
    upward: defaultdict[str, list[Statement]] = defaultdict(list)
    downward: defaultdict[str, list[Statement]] = defaultdict(list)
    for statement in sorted(statements, key=lambda s: (RELATION_ORDER[s.relation], thing_key(things[s.parent]))):
        upward[statement.child].append(statement)
        downward[statement.parent].append(statement)
    found = {(child, ancestor): _chains(child, ancestor, upward, downward) for child, ancestor in wanted}
    used = {statement: statements[statement] for chains, _ in found.values() for chain in chains for statement in chain}
    edges = {
        Statement(edge.child.iri, edge.relation, edge.parent.iri): edge for edge in with_evidence(store, used, things)
    }
    return {
        (child, ancestor): Descent(
            child=things[child],
            ancestor=things[ancestor],
            chains=tuple(tuple(edges[statement] for statement in chain) for chain in chains),
            total=total,
        )
        for (child, ancestor), (chains, total) in found.items()
    }


def _chains(
    child: str,
    ancestor: str,
    upward: Mapping[str, list[Statement]],
    downward: Mapping[str, list[Statement]],
) -> tuple[list[list[Statement]], int]:
    """Return the first of the shortest chains from a child up to an ancestor, and how many there are."""
    steps = {ancestor: 0}
    ways = {ancestor: 1}
    level = [ancestor]
    while level and child not in steps:
        reached: list[str] = []
        for iri in level:
            for statement in downward.get(iri, ()):
                below = statement.child
                if below not in steps:
                    steps[below] = steps[iri] + 1
                    ways[below] = 0
                    reached.append(below)
                if steps[below] == steps[iri] + 1:
                    ways[below] += ways[iri]
        level = reached
    chains: list[list[Statement]] = []
    # Every step taken comes nearer to the ancestor, so that no way is a dead end. A way is a linked list: its
    # last statement and the way before that.
    stack: list[tuple[str, _Way | None]] = [(child, None)]
    while stack and len(chains) < _MOST_CHAINS:
        iri, way = stack.pop()
        if iri == ancestor:
            chains.append(list(_unroll(way))[::-1])
            continue
        nearer = [s for s in upward[iri] if steps.get(s.parent) == steps[iri] - 1]
        stack += [(statement.parent, _Way(statement, way)) for statement in reversed(nearer)]
    return chains, ways[child]


class _Way(NamedTuple):
    last: Statement
    before: _Way | None


def _unroll(way: _Way | None) -> Iterator[Statement]:
    while way is not None:
        yield way.last
        way = way.before
