"""Make the indexes that stand beside a store on disk, of what is in the store; and hold them against it."""

from __future__ import annotations

import filecmp
import os
import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode, QuerySolutions, Triple

from itgraph import terms
from itgraph.errors import StoreError, StoreUnavailableError
from itgraph.indexes import LINEAGE_FILE, NAMES_FILE, forget_indexes, open_indexes, seal_indexes
from itgraph.indexes.adjacency import RELATIONS
from itgraph.indexes.making import EdgeList
from itgraph.indexes.names import build_names
from itgraph.lookup import KINDS, RECORD_KINDS, SCHEMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from itgraph.records import NamedThing

_RELATIONS = {name: terms.ITG + name for name in RELATIONS}
_DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How much is in indexes: things that have names, by kind, and edges of lineage."""

    things: int
    edges: int


def make_indexes(folder: Path) -> Made:
    """Make the indexes of a store in its folder, in place of those that are there.

    Raises:
        StoreUnavailableError: there is no graph in this folder.
        StoreError: they cannot be written.
    """
    try:
        return _make_indexes(folder)
    except OSError as error:
        raise StoreError(f"its indexes cannot be written: {error.strerror or error}", location=folder) from error


def _make_indexes(folder: Path) -> Made:
    store = _open(folder)
    forget_indexes(folder)
    edges = read_edge_list(store)
    build_names(folder / NAMES_FILE, _noted(read_names(store), edges))
    edges.write(folder / LINEAGE_FILE)
    del store
    seal_indexes(folder)
    made = open_indexes(folder)
    assert made is not None
    return Made(things=made.names.count(), edges=len(edges))


def _open(folder: Path) -> pyoxigraph.Store:
    try:
        return pyoxigraph.Store.read_only(str(folder))
    except OSError as error:
        message = "there is no graph in this folder; `itgraph load FOLDER` makes one"
        raise StoreUnavailableError(message, location=folder) from error
    except RuntimeError as error:
        raise StoreError(f"it cannot be opened: {error}", location=folder) from error


def read_edge_list(store: pyoxigraph.Store) -> EdgeList:
    """Read the edges of the current view; an edge is stated where any graph but that of a rule holds it."""
    edges = EdgeList()
    rules = {
        quad.subject
        for quad in store.quads_for_pattern(None, NamedNode(terms.RDF_TYPE), NamedNode(terms.RULE), _DEFAULT)
        if isinstance(quad.subject, NamedNode)
    }
    for relation, property_ in _RELATIONS.items():
        predicate = NamedNode(property_)
        concluded = {quad.triple for rule in rules for quad in store.quads_for_pattern(None, predicate, None, rule)}
        for triple, child, parent in _read_links(store, property_):
            stated = triple not in concluded or _is_stated(store, triple, rules)
            edges.add(child, relation, parent, stated=stated)
    for manner, property_ in terms.MANNERS.items():
        for _, child, parent in _read_links(store, property_):
            edges.set_manner(child, parent, manner)
    return edges


def _read_links(store: pyoxigraph.Store, property_: str) -> Iterator[tuple[Triple, str, str]]:
    """Yield the statements of the current view that lead by a property from an IRI to another."""
    for quad in store.quads_for_pattern(None, NamedNode(property_), None, _DEFAULT):
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, NamedNode) and isinstance(object_, NamedNode):
            yield quad.triple, subject.value, object_.value


def _is_stated(store: pyoxigraph.Store, triple: Triple, rules: Collection[object]) -> bool:
    found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return any(isinstance(quad.graph_name, NamedNode) and quad.graph_name not in rules for quad in found)


def _noted(names: Iterable[NamedThing], edges: EdgeList) -> Iterator[NamedThing]:
    """Yield names, and tell the edges what their ends are called on the way."""
    for named in names:
        edges.set_name(*named[:3])
        yield named


def read_names(store: pyoxigraph.Store) -> Iterator[NamedThing]:
    """Yield everything that has a name and a kind, once for each kind."""
    others, ids = _read_texts(store, (terms.SKOS_ALT_LABEL, terms.DCTERMS_TITLE)), _read_texts(store, (terms.ARXIV_ID,))
    rows = store.query(f"SELECT ?s ?n WHERE {{ ?s <{terms.DOWNLOADS}> ?n FILTER(isIRI(?s) && ?n > 0) }}")
    assert isinstance(rows, QuerySolutions)
    downloads = {thing.value: int(number.value) for thing, number in rows}
    # Class after class: joined with all at once, it takes the engine ten times as long.
    wanted = [(kind, f"?s a <{class_}>") for kind, class_ in (KINDS | RECORD_KINDS).items()]
    wanted += [
        (kind, f"?s a <{terms.SKOS_CONCEPT}> ; <{terms.SKOS_IN_SCHEME}> <{iri}>") for kind, iri in SCHEMES.items()
    ]
    for kind, pattern in wanted:
        rows = store.query(f"SELECT ?s ?label WHERE {{ {pattern} . ?s <{terms.RDFS_LABEL}> ?label FILTER(isIRI(?s)) }}")
        assert isinstance(rows, QuerySolutions)
        for thing, label in rows:
            iri = thing.value
            yield iri, kind, label.value, others.get(iri, ()), ids.get(iri, ()), downloads.get(iri, 0)


def require_counts(store: pyoxigraph.Store, edges: EdgeList) -> None:
    """Check that a store has as many steps of lineage as its index.

    Raises:
        StoreError: it has not.
    """
    found = sum(_count_links(store, property_) for property_ in _RELATIONS.values())
    if found != len(edges):
        message = f"the store has {found:,} steps of lineage, and its index {len(edges):,}: this should not happen"
        raise StoreError(message)


def _count_links(store: pyoxigraph.Store, property_: str) -> int:
    """Count what :func:`_read_links` would yield."""
    rows = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ ?s <{property_}> ?o FILTER(isIRI(?s) && isIRI(?o)) }}")
    assert isinstance(rows, QuerySolutions)
    return int(next(rows)[0].value)


def _read_texts(store: pyoxigraph.Store, properties: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for property_ in properties:
        for quad in store.quads_for_pattern(None, NamedNode(property_), None, _DEFAULT):
            if isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
                found[quad.subject.value].append(quad.object.value)
    return {iri: tuple(sorted(texts)) for iri, texts in found.items()}


def check_indexes(folder: Path) -> list[str]:
    """Hold the indexes of a store against what is in it; return in words what differs: nothing, if they are right.

    Raises:
        StoreUnavailableError: there is no graph in this folder.
        StoreError: they cannot be read, the graph has changed since, or they cannot be made once more beside it.
    """
    store = _open(folder)
    if open_indexes(folder) is None:
        return ["it has no indexes"]
    try:
        folder = Path(os.path.realpath(folder))
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name[:100]}-") as place:
            fresh = Path(place)
            edges = read_edge_list(store)
            build_names(fresh / NAMES_FILE, _noted(read_names(store), edges))
            edges.write(fresh / LINEAGE_FILE)
            found = []
            if not filecmp.cmp(folder / LINEAGE_FILE, fresh / LINEAGE_FILE, shallow=False):
                found.append("the index of lineage is not that of the graph")
            if not _have_same_names(folder / NAMES_FILE, fresh / NAMES_FILE):
                found.append("the index of names is not that of the graph")
            return found
    except OSError as error:
        message = f"there is no room beside it to make its indexes once more: {error.strerror or error}"
        raise StoreError(message, location=folder) from error


_CONTENT = (
    "SELECT kind, iri, label, popularity, others FROM {0}.things JOIN {0}.kinds ON number BETWEEN first AND last "
    "ORDER BY 1, 2, 3, 4, 5",
    "SELECT hash >> 31, hash & 3, count(*) FROM {0}.hashes GROUP BY 1, 2 ORDER BY 1, 2",
    "SELECT gram FROM {0}.grams ORDER BY 1",
    "SELECT term, doc, cnt FROM temp.{0}_terms ORDER BY 1",
)
"""All that is in an index of names, but for the numbers of things: what is equally popular is in no order."""


def _have_same_names(one: Path, other: Path) -> bool:
    """Tell whether two indexes of names hold the same."""
    with closing(sqlite3.connect(":memory:", uri=True)) as both:
        for name, path in (("one", one), ("other", other)):
            both.execute(f"ATTACH ? AS {name}", (f"{path.absolute().as_uri()}?mode=ro&immutable=1",))
            both.execute(f"CREATE VIRTUAL TABLE temp.{name}_terms USING fts5vocab({name}, parts, row)")
        try:
            return all(
                all(a == b for a, b in zip_longest(*(both.execute(sql.format(name)) for name in ("one", "other"))))
                for sql in _CONTENT
            )
        except sqlite3.DatabaseError:
            return False
