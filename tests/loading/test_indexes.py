"""Indexes that are made of a store: they answer as the store does, and tell when they are not of it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import networkx as nx
import pytest
from pyoxigraph import BlankNode, NamedNode, Quad, Store
from tests.loading import hubs
from tests.loading.hubs import entry

from itgraph import terms
from itgraph.errors import StoreError, StoreUnavailableError
from itgraph.hub.inputs import find_inputs
from itgraph.indexes import LINEAGE_FILE, NAMES_FILE, forget_indexes, open_indexes
from itgraph.indexes.making import EdgeList
from itgraph.lineage import Direction, ancestors, descendants, find_path, lineage, read_edges
from itgraph.lineage.edges import Walk, walk
from itgraph.loading.hub import load_hub
from itgraph.loading.indexes import check_indexes, make_indexes, read_edge_list
from itgraph.resources import shipped_graph_path
from itgraph.store.embedded import EmbeddedStore

SEAL = "itgraph-indexes.json"
LABEL = NamedNode(terms.RDFS_LABEL)
BASE_MODEL = NamedNode(terms.BASE_MODEL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small hub, loaded."""
    models = [entry("a/a", card={"base_model": "mistralai/Mistral-7B-v0.1"}, likes=2), entry("a/b"), entry("a/c")]
    hubs.load(tmp_path, models)
    return tmp_path / "hub"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[EmbeddedStore, EmbeddedStore]:
    """The shipped graph in a folder with indexes, and in one without."""
    found = []
    for name in ("with", "without"):
        place = tmp_path_factory.mktemp("shipped") / name
        EmbeddedStore.create(place, shipped_graph_path())
        if name == "with":
            make_indexes(place)
        found.append(EmbeddedStore.open(place))
    return found[0], found[1]


# -- with and without ------------------------------------------------------------------------------------------------


def _things(store: EmbeddedStore) -> list[str]:
    classes = ", ".join(f"<{class_}>" for class_ in (terms.MODEL, terms.DATASET, terms.BENCHMARK))
    rows = store.select(f"SELECT DISTINCT ?thing {{ ?thing a ?class FILTER(?class IN ({classes})) }} ORDER BY ?thing")
    return [row[0].value for row in rows.rows]  # type: ignore[union-attr]


def _plain(found: Walk) -> tuple[object, ...]:
    return dict(found.distances), set(found.statements), dict(found.more)


def _drawn(graph: nx.MultiDiGraph[str]) -> tuple[object, ...]:
    return list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True)), graph.graph


def _ways() -> Iterator[tuple[Direction, int | None, bool]]:
    yield "both", None, False
    yield "up", 1, True
    yield "down", 2, False
    yield "down", 0, True


@pytest.mark.slow
def test_lineage_is_the_same_with_and_without_an_index(shipped: tuple[EmbeddedStore, EmbeddedStore]) -> None:
    indexed, plain = shipped
    assert indexed.lineage is not None
    assert plain.lineage is None
    things = _things(plain)
    assert len(things) > 100
    for thing in things:
        for way, depth, explicit in _ways():
            if way != "both":
                one, other = (walk(store, thing, way, depth=depth, explicit=explicit) for store in shipped)
                assert _plain(one) == _plain(other)
                continue
            graphs = [lineage(store, thing, way, depth, explicit) for store in shipped]
            assert _drawn(graphs[0]) == _drawn(graphs[1])


@pytest.mark.slow
def test_edges_and_families_are_the_same_with_and_without_an_index(
    shipped: tuple[EmbeddedStore, EmbeddedStore],
) -> None:
    indexed, plain = shipped
    things = _things(plain)
    for thing in things[::3]:
        for explicit in (False, True):
            for reached in (ancestors, descendants):
                assert reached(indexed, thing, None, explicit) == reached(plain, thing, None, explicit)
            one, other = (read_edges(store, thing, "both", depth=2, explicit=explicit) for store in shipped)
            assert one == other


@pytest.mark.slow
def test_paths_are_the_same_with_and_without_an_index(shipped: tuple[EmbeddedStore, EmbeddedStore]) -> None:
    indexed, plain = shipped
    things = _things(plain)
    kinds = set()
    for a, b in pairwise(things[::2]):
        one, other = (find_path(store, a, b) for store in (indexed, plain))
        assert one == other
        kinds.add(one.kind)
    llama = terms.BASE + "model/llama"
    for thing in things[::5]:
        one, other = (find_path(store, thing, llama) for store in (indexed, plain))
        assert one == other
        kinds.add(one.kind)
    assert kinds >= {"descent", "common", "unrelated"}


# -- making ----------------------------------------------------------------------------------------------------------


def test_what_a_load_writes_is_what_is_made_anew(folder: Path) -> None:
    before = (folder / LINEAGE_FILE).read_bytes()
    indexes = open_indexes(folder)
    assert indexes is not None
    made = make_indexes(folder)
    assert (folder / LINEAGE_FILE).read_bytes() == before
    assert (made.things, made.edges) == (indexes.names.count(), indexes.lineage.edge_count)
    assert check_indexes(folder) == []


def test_which_steps_are_stated() -> None:
    store = Store()
    rule, row = NamedNode(terms.BASE + "rule/guess"), NamedNode(terms.BASE + "row/1")
    a, b, c, d, e = (NamedNode(f"{terms.BASE}model/{name}") for name in "abcde")
    store.add(Quad(rule, NamedNode(terms.RDF_TYPE), NamedNode(terms.RULE)))
    graphs_of: dict[NamedNode, list[NamedNode | BlankNode]] = {b: [], c: [rule], d: [rule, row]}
    graphs_of[e] = [rule, BlankNode("g")]
    for parent, graphs in graphs_of.items():
        store.add(Quad(a, BASE_MODEL, parent))
        for graph in graphs:
            store.add(Quad(a, BASE_MODEL, parent, graph))
    store.add(Quad(a, BASE_MODEL, NamedNode(terms.BASE + "model/old"), row))  # no longer of the current view
    store.add(Quad(BlankNode("x"), BASE_MODEL, b))
    edges = read_edge_list(store)
    assert len(edges) == 4
    plain = EmbeddedStore(store)
    expected = {edge.parent.iri: edge.stated for edge in read_edges(plain, a.value)}
    assert expected == {b.value: True, c.value: False, d.value: True, e.value: False}


def test_steps_are_stated_in_the_index_as_they_are_without(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    rule, a = NamedNode(terms.BASE + "rule/guess"), NamedNode(terms.BASE + "model/a")
    store.add(Quad(rule, NamedNode(terms.RDF_TYPE), NamedNode(terms.RULE)))
    for name, graph in (("b", rule), ("c", BlankNode("g")), ("d", NamedNode(terms.BASE + "row/1"))):
        parent = NamedNode(f"{terms.BASE}model/{name}")
        store.add(Quad(a, BASE_MODEL, parent))
        store.add(Quad(a, BASE_MODEL, parent, rule))
        store.add(Quad(a, BASE_MODEL, parent, graph))
    store.flush()
    del store
    plain = EmbeddedStore.open(tmp_path / "store")
    without = [(edge.parent.iri, edge.stated) for edge in read_edges(plain, a.value)]
    make_indexes(tmp_path / "store")
    index = EmbeddedStore.open(tmp_path / "store").lineage
    assert index is not None
    assert sorted((index.iri(edge.parent), edge.stated) for edge in index.edges()) == sorted(without)
    assert [stated for _, stated in without] == [False, False, True]


def test_there_is_no_graph(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "none", tmp_path / "empty", tmp_path / "none/at/all"):
        for call in (make_indexes, check_indexes):
            with pytest.raises(StoreUnavailableError, match="there is no graph in this folder"):
                call(place)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def _fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_indexes_that_cannot_be_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EdgeList, "write", _fail)
    with pytest.raises(StoreError, match="there is no room beside it to make its indexes once more: No space left"):
        check_indexes(folder)
    with pytest.raises(StoreError, match="its indexes cannot be written: No space left on device"):
        make_indexes(folder)
    # Rather none than those of something else.
    assert open_indexes(folder) is None


# -- checking --------------------------------------------------------------------------------------------------------


def test_a_store_without_indexes(folder: Path) -> None:
    forget_indexes(folder)
    assert open_indexes(folder) is None
    assert check_indexes(folder) == ["it has no indexes"]


def test_a_lineage_of_something_else_is_found(folder: Path) -> None:
    edges = EdgeList()
    edges.add(terms.BASE + "model/hf--a--a", "baseModel", terms.BASE + "model/hf--a--b")
    edges.write(folder / LINEAGE_FILE)
    assert check_indexes(folder) == ["the index of lineage is not that of the graph"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE things SET label = 'a/z' WHERE label = 'a/b'",
        "UPDATE things SET iri = iri || 'x' WHERE label = 'a/b'",
        "UPDATE things SET popularity = 5 WHERE label = 'a/b'",
        "DELETE FROM things WHERE label = 'a/b'",
        "DELETE FROM hashes WHERE hash = (SELECT max(hash) FROM hashes)",
        "UPDATE hashes SET hash = hash + (1 << 31) WHERE hash = (SELECT max(hash) FROM hashes)",
        "DELETE FROM grams WHERE gram = (SELECT max(gram) FROM grams)",
        "INSERT INTO parts(rowid, keys) VALUES (100000, 'more')",
    ],
)
def test_names_of_something_else_are_found(folder: Path, change: str) -> None:
    with closing(sqlite3.connect(folder / NAMES_FILE)) as index, index:
        assert index.execute(change).rowcount != 0
    assert check_indexes(folder) == ["the index of names is not that of the graph"]


def test_what_is_equally_popular_is_in_no_order(tmp_path: Path) -> None:
    # The engine and the listing have an order each; the names are the same.
    models = [entry(f"a/{n * 7 % 50}") for n in range(50)]
    hubs.load(tmp_path, models)
    before = (tmp_path / "hub" / NAMES_FILE).read_bytes()
    assert check_indexes(tmp_path / "hub") == []
    make_indexes(tmp_path / "hub")
    assert (tmp_path / "hub" / NAMES_FILE).read_bytes() != before
    assert check_indexes(tmp_path / "hub") == []


def test_checking_leaves_nothing_behind_and_can_be_done_from_within(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(folder.iterdir())
    beside = sorted(folder.parent.iterdir())
    monkeypatch.chdir(folder)
    assert check_indexes(Path()) == []
    assert sorted(folder.iterdir()) == before
    assert sorted(folder.parent.iterdir()) == beside


# -- the seal --------------------------------------------------------------------------------------------------------


def test_a_store_that_has_changed_says_what_to_do(folder: Path) -> None:
    store = Store(str(folder))
    store.add(Quad(NamedNode(terms.BASE + "model/hf--a--a"), LABEL, LABEL))
    for _ in range(2):
        # First it stands in a log, and then in a table.
        for call in (EmbeddedStore.open, open_indexes, check_indexes):
            with pytest.raises(StoreError) as caught:
                call(folder)
            assert str(caught.value) == (
                f"{folder}: the graph has changed since its indexes were made; `itgraph index FOLDER` makes them anew"
            )
        store.flush()
        store.optimize()
    del store
    make_indexes(folder)
    assert EmbeddedStore.open(folder).names is not None
    assert check_indexes(folder) == []


def test_a_store_of_a_log_alone_has_indexes(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    store.add(Quad(NamedNode(terms.BASE + "model/a"), BASE_MODEL, NamedNode(terms.BASE + "model/b")))
    del store
    assert make_indexes(tmp_path / "store").edges == 1
    assert check_indexes(tmp_path / "store") == []


@pytest.mark.parametrize(
    "seal",
    ["", "{", "[]", "7", "null", '{"version": 2}', '{"version": 1, "tables": ""}', "\udcff", '{"logs": 3}'],
)
def test_a_seal_that_is_none(folder: Path, seal: str) -> None:
    (folder / SEAL).write_bytes(os.fsencode(seal))
    with pytest.raises(StoreError, match="`itgraph index FOLDER` makes them anew"):
        open_indexes(folder)
    make_indexes(folder)
    assert open_indexes(folder) is not None


@pytest.mark.parametrize("logs", [None, 3, [], ["x"]])
def test_a_seal_whose_logs_are_none(folder: Path, logs: object) -> None:
    store = Store(str(folder))
    make_indexes(folder)
    store.add(Quad(LABEL, LABEL, LABEL))  # now there is a log
    seal = json.loads((folder / SEAL).read_text())
    (folder / SEAL).write_text(json.dumps(seal | {"logs": logs}))
    with pytest.raises(StoreError, match="the graph has changed since"):
        open_indexes(folder)


@pytest.mark.parametrize("name", [LINEAGE_FILE, NAMES_FILE])
def test_an_index_that_is_missing_or_no_index(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"Dear Ada,\n")
    with pytest.raises(StoreError, match="`itgraph index FOLDER`"):
        open_indexes(folder)
    (folder / name).unlink()
    with pytest.raises(StoreError, match="`itgraph index FOLDER`"):
        open_indexes(folder)
    make_indexes(folder)
    assert check_indexes(folder) == []


def test_a_graph_that_is_loaded_over_a_hub_has_no_indexes(folder: Path) -> None:
    store = EmbeddedStore.create(folder, hubs.write_graph(folder.parent))
    assert store.indexes is None
    # And the other way round: a hub in place of a graph has its own.
    inputs = find_inputs([folder.parent / "models.jsonl"])
    load_hub(folder, inputs, graph=folder.parent / "graph.trig")
    assert EmbeddedStore.open(folder).indexes is not None
