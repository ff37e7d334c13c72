"""The edges of lineage, as a store holds them: what they connect, and who says so.

Edges are read level by level from where a walk starts, so that a question about one thing costs what its
lineage costs, not what the graph does: a few queries for the shipped graph, and still milliseconds for one
model among 200,000.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pyoxigraph import NamedNode

from itgraph import terms
from itgraph.errors import ParameterError, UnknownNameError
from itgraph.lookup import KINDS, Thing
from itgraph.store import find_lineage_index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from itgraph.indexes.lineage import LineageIndex
    from itgraph.store import Store

Relation = Literal["baseModel", "trainedOn", "generatedBy", "sourceDataset"]
"""A relation, by the local name of its term."""

Direction = Literal["up", "down", "both"]
"""up: to what went into the making of a thing; down: to what was made from it."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a relation is said: before the parent, before the child, and from the child to the parent."""

    up: str
    down: str
    verb: str


RELATIONS: Mapping[Relation, Words] = {
    "baseModel": Words("base model", "base model of", "has the base model"),
    "trainedOn": Words("trained on", "training data of", "was trained on"),
    "generatedBy": Words("written by", "wrote", "was written by"),
    "sourceDataset": Words("made from", "source of", "was made from"),
}
"""The relations of lineage, in the order in which they are shown."""

_BY_IRI: Mapping[str, Relation] = {
    terms.BASE_MODEL: "baseModel",
    terms.TRAINED_ON: "trainedOn",
    terms.GENERATED_BY: "generatedBy",
    terms.SOURCE_DATASET: "sourceDataset",
}
MANNERS: Mapping[str, str] = {property_: manner for manner, property_ in terms.MANNERS.items()}
"""How a model is built on its base, by the properties that say so; of several, the last one holds."""

RELATION_ORDER = {relation: place for place, relation in enumerate(RELATIONS)}
_KINDS = {iri: kind for kind, iri in KINDS.items()}
_NO_KIND = "thing"
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What states an edge: a row of a snapshot with a link that opens its lines, or a curated fact with what was read.

    A curated fact is of no snapshot and has no lines: there ``table`` is its file, and the numbers are 0. The card of a
    hub has a snapshot, and neither number nor lines. Of any other graph only the name is known.
    """

    iri: str
    link: str
    snapshot: str = ""
    table: str = ""
    number: int = 0
    line_start: int = 0
    line_end: int = 0

    def __str__(self) -> str:
        """Return the place in words.

        >>> place = {"snapshot": "2024-10-15", "table": "models", "number": 4, "line_start": 7, "line_end": 9}
        >>> print(Source(iri=terms.BASE + "row/2024-10-15/models/4", link="", **place))
        2024-10-15 models 4, lines 7-9
        >>> print(Source(iri=terms.BASE + "curated/lineage/x", link="https://example.org/card", table="lineage"))
        curated lineage
        >>> print(Source(iri="https://example.org/a", link="https://example.org/a", snapshot="hub-2026", table="card"))
        hub-2026 card
        """
        if not self.table:
            return self.iri.removeprefix(terms.BASE)
        if self.is_curated:
            return f"curated {self.table}"
        if not self.number:
            return f"{self.snapshot} {self.table}"
        place = f"{self.snapshot} {self.table} {self.number}".strip()
        if not self.line_start:
            return place
        if self.line_start == self.line_end:
            return f"{place}, line {self.line_start}"
        return f"{place}, lines {self.line_start}-{self.line_end}"

    @property
    def is_curated(self) -> bool:
        """Whether it is a fact from outside the surveys, and no row of a snapshot."""
        return bool(self.table) and not (self.snapshot or self.number)

    def to_dict(self) -> dict[str, object]:
        """Return plain values, for JSON; ``null`` is what a curated fact has not."""
        return {
            "iri": self.iri,
            "snapshot": self.snapshot or None,
            "table": self.table or None,
            "number": self.number or None,
            "lines": [self.line_start, self.line_end] if self.line_start else None,
            "link": self.link,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One step of lineage: ``child`` was made from ``parent``, and who says so.

    ``rows`` state it, the newest snapshot first and curated facts last; ``rules`` (their IRIs) conclude it; both
    may. ``stated`` is false where only rules do. A file without named graphs cannot tell: there every edge counts
    as stated, with neither rows nor rules. ``manner`` says how a model is built on its base, where that is known
    (adapter, finetune, merge or quantized); it may be inferred where the edge itself is stated.
    """

    child: Thing
    relation: Relation
    parent: Thing
    stated: bool
    rows: tuple[Source, ...] = ()
    rules: tuple[str, ...] = ()
    manner: str = ""
    is_manner_stated: bool = True

    def to_dict(self) -> dict[str, object]:
        """Return plain values, for JSON; the two things by their IRIs, and the manner only where it is known."""
        return {
            "child": self.child.iri,
            "relation": self.relation,
            **({"manner": self.manner, "manner_stated": self.is_manner_stated} if self.manner else {}),
            "parent": self.parent.iri,
            "stated": self.stated,
            "rows": [row.to_dict() for row in self.rows],
            "rules": list(self.rules),
        }


class Statement(NamedTuple):
    """An edge without its evidence: cheap to walk on."""

    child: str
    relation: Relation
    parent: str


class Manner(NamedTuple):
    """How a model is built on its base, in one of the words of :data:`MANNERS`, and the graphs that say so."""

    word: str = ""
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What was found from a start in one direction.

    ``distances`` holds the things in the order in which they were reached, each with its least number of
    steps; ``statements`` the edges that led on, each with the graphs that hold it, if these are known by now; ``more``
    the things at which the depth ended the walk, each with the number of things one step further.
    """

    distances: Mapping[str, int]
    statements: Mapping[Statement, tuple[str, ...] | None]
    more: Mapping[str, int]


def walk(
    store: Store,
    start: str,
    direction: Literal["up", "down"],
    *,
    depth: int | None = None,
    explicit: bool = False,
) -> Walk:
    """Follow lineage from a thing, ``depth`` steps far; ``explicit`` leaves out what only rules conclude.

    Where an index of lineage stands beside the store, no query is asked.
    """
    if (index := find_lineage_index(store)) is not None:
        return _walk_index(index, start, direction, depth=depth, explicit=explicit)
    rules = _read_rules(store) if explicit else frozenset[str]()
    distances = {start: 0}
    statements: dict[Statement, tuple[str, ...]] = {}
    beyond: defaultdict[str, set[str]] = defaultdict(set)
    level = [start]
    while level:
        following: list[str] = []
        for statement, graphs in _read_level(store, level, direction).items():
            if explicit and not _is_stated(graphs, rules):
                continue
            near, far = (
                (statement.child, statement.parent) if direction == "up" else (statement.parent, statement.child)
            )
            if distances[near] == depth:
                beyond[near].add(far)
                continue
            statements[statement] = graphs
            if far not in distances:
                distances[far] = distances[near] + 1
                following.append(far)
        level = following
    return Walk(distances=distances, statements=statements, more={iri: len(things) for iri, things in beyond.items()})


def _walk_index(
    index: LineageIndex, start: str, direction: Literal["up", "down"], *, depth: int | None, explicit: bool
) -> Walk:
    node = index.find(start)
    if node is None:
        return Walk(distances={start: 0}, statements={}, more={})
    iris = {node: start}
    distances = {node: 0}
    statements: dict[Statement, None] = {}
    beyond: defaultdict[int, set[int]] = defaultdict(set)
    relations = tuple(RELATIONS)
    queue = [node]
    for near in queue:
        for edge in index.parents(near) if direction == "up" else index.children(near):
            if explicit and not edge.stated:
                continue
            far = edge.parent if direction == "up" else edge.child
            if distances[near] == depth:
                beyond[near].add(far)
                continue
            if far not in distances:
                distances[far] = distances[near] + 1
                iris[far] = index.iri(far)
                queue.append(far)
            statements[Statement(iris[edge.child], relations[edge.relation], iris[edge.parent])] = None
    return Walk(
        distances={iris[found]: steps for found, steps in distances.items()},
        statements=statements,
        more={iris[near]: len(found) for near, found in beyond.items()},
    )


def read_edges(
    store: Store,
    thing: Thing | str,
    direction: Direction = "up",
    *,
    depth: int | None = None,
    explicit: bool = False,
) -> tuple[Edge, ...]:
    """Read the edges of a thing's lineage, in the order in which they are shown.

    Only edges of the current view are read; the rows that state them may be of any snapshot.

    Raises:
        UnknownNameError: the graph holds nothing of this IRI.
        ParameterError: the direction is none, or the depth is negative.
    """
    start = check_start(thing, direction, depth)
    statements: dict[Statement, tuple[str, ...] | None] = {}
    for way in ways(direction):
        statements.update(walk(store, start, way, depth=depth, explicit=explicit).statements)
    things = read_things(store, start, statements)
    return with_evidence(store, statements, things)


def with_evidence(
    store: Store, statements: Mapping[Statement, tuple[str, ...] | None], things: Mapping[str, Thing]
) -> tuple[Edge, ...]:
    """Make edges of statements, and sort them."""
    rules = _read_rules(store)
    unknown = [statement for statement, graphs in statements.items() if graphs is None]
    read = _read_graphs(store, unknown)
    known = {statement: read.get(statement, ()) if found is None else found for statement, found in statements.items()}
    manners = read_manners(store, (statement.child for statement in statements if statement.relation == "baseModel"))
    named = {graph for graphs in known.values() for graph in graphs}
    sources = read_sources(store, sorted(named - rules))
    edges = [
        Edge(
            child=things[statement.child],
            relation=statement.relation,
            parent=things[statement.parent],
            stated=_is_stated(graphs, rules),
            rows=tuple(sorted((sources[graph] for graph in graphs if graph in sources), key=newest_first)),
            rules=tuple(sorted(rules.intersection(graphs))),
            manner=manner.word,
            is_manner_stated=_is_stated(manner.graphs, rules),
        )
        for statement, graphs in known.items()
        for manner in [_manner_of(statement, manners)]
    ]
    return tuple(sorted(edges, key=edge_key))


def _manner_of(statement: Statement, manners: Mapping[tuple[str, str], Manner]) -> Manner:
    is_of_base = statement.relation == "baseModel"
    return manners.get((statement.child, statement.parent), Manner()) if is_of_base else Manner()


def read_things(store: Store, start: str, statements: Iterable[Statement]) -> dict[str, Thing]:
    """Read what a start and the ends of statements are called; what has no label is called by its IRI.

    Raises:
        UnknownNameError: the graph does not speak of the start.
    """
    things = name_things(store, dict.fromkeys([start, *(end for s in statements for end in (s.child, s.parent))]))
    if things[start] == Thing(iri=start, kind=_NO_KIND, label=start) and not _is_known(store, start):
        raise UnknownNameError(start)
    return things


def name_things(store: Store, iris: Iterable[str]) -> dict[str, Thing]:
    """Read what things are called and of which kind they are; what has no label is called by its IRI."""
    wanted = list(iris)
    known: dict[str, Thing] = {}
    if (index := find_lineage_index(store)) is not None:
        for iri in wanted:
            node = index.find(iri)
            if node is not None and index.kind(node) in KINDS:
                known[iri] = Thing(iri=iri, kind=index.kind(node), label=index.label(node))
    iris = [iri for iri in wanted if iri not in known]
    classes = ", ".join(f"<{kind}>" for kind in _KINDS)
    labels: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for batch in _batches(iris):
        for iri, label, kind in _select(
            store,
            f"SELECT ?thing ?label ?kind WHERE {{ VALUES ?thing {{ {_nodes(batch)} }} "
            f"OPTIONAL {{ ?thing <{terms.RDFS_LABEL}> ?label }} "
            f"OPTIONAL {{ ?thing a ?kind FILTER(?kind IN ({classes})) }} }}",
        ):
            if label:
                labels[iri] = min(label, labels.get(iri, label))
            if kind:
                kinds[iri] = min(_KINDS[kind], kinds.get(iri, _KINDS[kind]))
    for iri in iris:
        known[iri] = Thing(iri=iri, kind=kinds.get(iri, _NO_KIND), label=labels.get(iri, iri))
    return {iri: known[iri] for iri in wanted}


def check_start(thing: Thing | str, direction: Direction = "up", depth: int | None = None) -> str:
    """Return the IRI of where a walk starts.

    Raises:
        UnknownNameError: it is not an IRI.
        ParameterError: the direction is none, or the depth is negative.
    """
    if direction not in get_args(Direction):
        raise ParameterError(f"expected up, down or both, not {direction!r}", parameter="direction")
    if depth is not None and depth < 0:
        raise ParameterError(f"expected 0 or more, not {depth}", parameter="depth")
    iri = thing if isinstance(thing, str) else thing.iri
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise UnknownNameError(iri) from error


def ways(direction: Direction) -> tuple[Literal["up", "down"], ...]:
    """Return the directions of the walks that a direction asks for."""
    return ("up", "down") if direction == "both" else (direction,)


def thing_key(thing: Thing) -> tuple[str, str, str, str]:
    """Return what things are sorted by."""
    return thing.label.casefold(), thing.label, thing.kind, thing.iri


def edge_key(edge: Edge) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Return what edges are sorted by: the child, then the relation, then the parent."""
    return thing_key(edge.child), RELATION_ORDER[edge.relation], thing_key(edge.parent)


def _is_stated(graphs: Iterable[str], rules: Collection[str]) -> bool:
    graphs = tuple(graphs)
    return not graphs or any(graph not in rules for graph in graphs)


def newest_first(source: Source) -> tuple[tuple[int, ...], str, int, str]:
    """Return what sources are sorted by: the newest snapshot first, then by table and row; curated facts last."""
    # The id of a snapshot begins with its date: backwards that, forwards all else.
    backwards = (*(-ord(character) for character in source.snapshot), 1)
    return backwards, source.table, source.number, source.iri


def _read_level(
    store: Store, level: Sequence[str], direction: Literal["up", "down"]
) -> dict[Statement, tuple[str, ...]]:
    near = "?child" if direction == "up" else "?parent"
    relations = ", ".join(f"<{iri}>" for iri in _BY_IRI)
    graphs: defaultdict[Statement, list[str]] = defaultdict(list)
    for batch in _batches(level):
        # FILTER and not a second VALUES: that becomes a cross product, and takes minutes where this takes
        # milliseconds. Only what has an IRI can be asked about; the shapes allow nothing else.
        for graph, child, relation, parent in _select(
            store,
            f"SELECT ?graph ?child ?p ?parent WHERE {{ VALUES {near} {{ {_nodes(batch)} }} ?child ?p ?parent "
            f"FILTER(?p IN ({relations}) && isIRI(?child) && isIRI(?parent)) "
            "OPTIONAL { GRAPH ?graph { ?child ?p ?parent } FILTER(isIRI(?graph)) } }",
        ):
            found = graphs[Statement(child, _BY_IRI[relation], parent)]
            if graph:
                found.append(graph)
    return {statement: tuple(sorted(found)) for statement, found in graphs.items()}


def _read_graphs(store: Store, statements: Sequence[Statement]) -> dict[Statement, tuple[str, ...]]:
    """Return the graphs that hold statements."""
    wanted = set(statements)
    found: defaultdict[Statement, list[str]] = defaultdict(list)
    relations = ", ".join(f"<{iri}>" for iri in _BY_IRI)
    for batch in _batches(sorted({statement.child for statement in statements})):
        for graph, child, relation, parent in _select(
            store,
            f"SELECT ?graph ?child ?p ?parent WHERE {{ VALUES ?child {{ {_nodes(batch)} }} "
            f"GRAPH ?graph {{ ?child ?p ?parent }} FILTER(?p IN ({relations}) && isIRI(?parent)) }}",
        ):
            statement = Statement(child, _BY_IRI[relation], parent)
            if statement in wanted:
                found[statement].append(graph)
    return {statement: tuple(sorted(graphs)) for statement, graphs in found.items()}


def read_manners(store: Store, children: Iterable[str]) -> dict[tuple[str, str], Manner]:
    """Return how models are built on their bases, by the IRIs of the two, where that is known.

    Of several manners, it is the last in their order: always the same.
    """
    properties = ", ".join(f"<{iri}>" for iri in MANNERS)
    graphs: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for batch in _batches(sorted(set(children))):
        for graph, child, property_, parent in _select(
            store,
            f"SELECT ?graph ?child ?p ?parent WHERE {{ VALUES ?child {{ {_nodes(batch)} }} ?child ?p ?parent "
            f"FILTER(?p IN ({properties})) "
            "OPTIONAL { GRAPH ?graph { ?child ?p ?parent } FILTER(isIRI(?graph)) } }",
        ):
            graphs[child, parent, MANNERS[property_]] += [graph] if graph else []
    return {(child, parent): Manner(word, tuple(found)) for (child, parent, word), found in sorted(graphs.items())}


def _read_rules(store: Store) -> frozenset[str]:
    return frozenset(rule for (rule,) in _select(store, f"SELECT ?rule WHERE {{ ?rule a <{terms.RULE}> }}"))


def read_sources(store: Store, graphs: Sequence[str]) -> dict[str, Source]:
    """Return what is known of the rows (and curated facts) that graphs are named by."""
    found: dict[str, Source] = {}
    # Of a row that says something twice, which the shapes forbid, the least is taken: always the same.
    for batch in _batches(graphs):
        for row, *facts in sorted(
            _select(
                store,
                f"SELECT ?row ?link ?read ?snapshot ?table ?number ?start ?end ?class WHERE {{ "
                f"VALUES ?row {{ {_nodes(batch)} }} "
                f"OPTIONAL {{ ?row <{terms.PROV_WAS_QUOTED_FROM}> ?link }} "
                f"OPTIONAL {{ ?row <{terms.PROV_HAD_PRIMARY_SOURCE}> ?read }} "
                f"OPTIONAL {{ ?row <{terms.HAS_SNAPSHOT}> ?snapshot }} "
                f"OPTIONAL {{ ?row <{terms.TABLE}> ?table }} "
                f"OPTIONAL {{ ?row <{terms.ROW_NUMBER}> ?number }} "
                f"OPTIONAL {{ ?row <{terms.LINE_START}> ?start }} "
                f"OPTIONAL {{ ?row <{terms.LINE_END}> ?end }} "
                f"OPTIONAL {{ ?row a ?class FILTER(?class = <{terms.REVISION}>) }} }}",
            )
        ):
            link, read, snapshot, table, number, start, end, is_revision = facts
            if is_revision:
                # Its name is its address, and there are too many of them for more to be said of each.
                found[row] = Source(iri=row, link=row, snapshot=snapshot.rsplit("/", 1)[-1], table="card")
            elif row not in found:
                found[row] = Source(
                    iri=row,
                    link=link or read,
                    snapshot=snapshot.rsplit("/", 1)[-1],
                    table=table,
                    number=_number(number),
                    line_start=_number(start),
                    line_end=_number(end),
                )
    return found


def _is_known(store: Store, iri: str) -> bool:
    return store.ask(f"ASK {{ {{ <{iri}> ?p ?o }} UNION {{ ?s ?p <{iri}> }} }}")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _select(store: Store, sparql: str) -> Iterator[tuple[str, ...]]:
    """Answer with the values of the terms, empty where a variable is unbound."""
    for row in store.select(sparql).rows:
        yield tuple("" if term is None else term.value for term in row)


def _nodes(iris: Iterable[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)


def _batches(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(iris), _BATCH):
        yield iris[begin : begin + _BATCH]
