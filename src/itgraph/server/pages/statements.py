"""Every statement about an IRI, whatever vocabulary it is in: the pages of those things that have no page of their own.

An IRI can stand in four places: as the subject, the object or the predicate of a statement, and as the name of a graph.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pyoxigraph import NamedNode

from itgraph.store import format_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from itgraph.results import Term
    from itgraph.store import Store

Place = Literal["out", "in", "use", "graph"]
"""Where the IRI stands: it is the subject, the object, the predicate, or the graph."""

PAGE = 200
"""How many statements are shown at once."""

MOST_INCOMING = 5000

_sorts_all: ContextVar[bool] = ContextVar("sorts_all", default=False)

_PATTERNS: dict[Place, str] = {
    "out": "{{ {node} ?p ?o BIND({node} AS ?s) }} UNION {{ GRAPH ?g {{ {node} ?p ?o }} BIND({node} AS ?s) }}",
    "in": "{{ ?s ?p {node} BIND({node} AS ?o) }} UNION {{ GRAPH ?g {{ ?s ?p {node} }} BIND({node} AS ?o) }}",
    "use": "{{ ?s {node} ?o BIND({node} AS ?p) }} UNION {{ GRAPH ?g {{ ?s {node} ?o }} BIND({node} AS ?p) }}",
    "graph": "GRAPH {node} {{ ?s ?p ?o }}",
}
_ORDER: dict[Place, str] = {"out": "?p ?o", "in": "?p ?s", "use": "?s ?o", "graph": "?s ?p ?o"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement, with the graphs that hold it; ``is_current`` says that the current view does."""

    subject: Term
    predicate: str
    object: Term
    graphs: tuple[str, ...] = ()
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Some of the statements in which an IRI stands in one place; ``more`` says that there are others after these."""

    place: Place
    shown: tuple[Statement, ...]
    page: int
    more: bool


@contextmanager
def sorting_all() -> Iterator[None]:
    """Have all lists in order, however long they are: for who writes pages that must be the same each time."""
    token = _sorts_all.set(True)
    try:
        yield
    finally:
        _sorts_all.reset(token)


def sorts_all() -> bool:
    """Say whether all lists are in order."""
    return _sorts_all.get()


def is_hub(store: Store, iri: str) -> bool:
    """Say whether more than :data:`MOST_INCOMING` statements lead to an IRI: too many to be gathered for one page."""
    return is_long(store, f"?s ?p {format_term(NamedNode(iri))}")


def is_long(store: Store, pattern: str) -> bool:
    """Say whether a pattern has more than :data:`MOST_INCOMING` solutions: so many take long to be sorted."""
    if sorts_all():
        return False
    return len(store.select(f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1 OFFSET {MOST_INCOMING}")) > 0


def read_statements(store: Store, iri: str, place: Place, page: int = 0) -> Statements:
    """Read one page of the statements in which an IRI stands in a place; pages count from 0.

    They are in order, unless they are too many to be sorted for each page: then they come as the store has them.
    """
    pattern = _PATTERNS[place].format(node=format_term(NamedNode(iri)))
    order = "" if is_long(store, pattern) else f" ORDER BY {_ORDER[place]} ?g"
    rows = store.select(f"SELECT ?s ?p ?o ?g WHERE {{ {pattern} }}{order} LIMIT {PAGE + 1} OFFSET {page * PAGE}").rows
    return Statements(place=place, shown=tuple(_group(rows[:PAGE], place)), page=page, more=len(rows) > PAGE)


def _group(rows: Iterable[tuple[Term | None, ...]], place: Place) -> Iterable[Statement]:
    found: dict[tuple[Term, str, Term], tuple[list[str], list[bool]]] = {}
    for subject, predicate, object_, graph in rows:
        if subject is None or predicate is None or object_ is None:
            continue
        graphs, current = found.setdefault((subject, str(predicate.value), object_), ([], []))
        if graph is not None:
            graphs.append(str(graph.value))
        elif place != "graph":
            current.append(True)
    for (subject, name, object_), (graphs, current) in found.items():
        yield Statement(subject=subject, predicate=name, object=object_, graphs=tuple(graphs), is_current=bool(current))
