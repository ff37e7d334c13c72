"""What a server is told of a graph that was loaded: written by updates, read by questions, of a store of our own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from itgraph import terms
from itgraph.results import Table
from itgraph.store.manifest import (
    CURRENT,
    MANIFEST,
    Manifest,
    add_graphs,
    begin_manifest,
    forget_graphs,
    read_graphs,
    read_manifest,
    replace_manifest,
)

LOADING = Manifest(content="sha256:0", status="loading", quads=0, default_graph=CURRENT, done=3)
GRAPHS = ["http://a.example/1", "http://a.example/2"]
OTHER = Quad(NamedNode("http://a.example/"), NamedNode("http://a.example/"), Literal("x"), DefaultGraph())


class Server:
    """A store whose manifest is read and written as that of a server."""

    def __init__(self, *updates: str) -> None:
        self.store = Store()
        self.store.add(OTHER)
        for update in updates:
            self.store.update(update)

    def select(self, sparql: str) -> Table:
        found = self.store.query(sparql)
        assert isinstance(found, QuerySolutions)
        columns = tuple(variable.value for variable in found.variables)
        return Table(columns=columns, rows=tuple(tuple(row) for row in found))

    def say(self, local: str, value: NamedNode | Literal) -> None:
        """Put a value in place of what the manifest says; of the properties that end so there is one."""
        graph = NamedNode(MANIFEST)
        (old,) = [
            quad
            for quad in self.store.quads_for_pattern(None, None, None, graph)
            if quad.predicate.value.endswith(local)
        ]
        self.store.remove(old)
        self.store.add(Quad(old.subject, old.predicate, value, graph))

    @property
    def manifest(self) -> Manifest | None:
        return read_manifest(self.select)

    @property
    def graphs(self) -> set[str]:
        return read_graphs(self.select)


def test_a_server_without_a_manifest() -> None:
    server = Server()
    assert server.manifest is None
    assert server.graphs == set()


@pytest.mark.parametrize(
    "manifest",
    [
        LOADING,
        replace(LOADING, default_graph=""),
        replace(LOADING, status="clearing", done=0),
        Manifest(content="sha256:ff", status="complete", quads=1_234_567, default_graph=CURRENT, done=0),
    ],
)
def test_what_is_written_is_read(manifest: Manifest) -> None:
    assert Server(begin_manifest(manifest)).manifest == manifest
    assert Server(begin_manifest(LOADING), replace_manifest(manifest)).manifest == manifest


def test_graphs_are_added_and_forgotten() -> None:
    server = Server(begin_manifest(LOADING), add_graphs(GRAPHS[:1]), add_graphs(GRAPHS))
    assert server.graphs == set(GRAPHS)
    assert server.manifest == LOADING
    server.store.update(forget_graphs())
    assert server.graphs == set()
    assert server.manifest == LOADING


def test_to_replace_it_leaves_the_graphs() -> None:
    complete = replace(LOADING, status="complete", quads=5)
    server = Server(begin_manifest(LOADING), add_graphs(GRAPHS), replace_manifest(complete))
    assert server.manifest == complete
    assert server.graphs == set(GRAPHS)


def test_nothing_but_the_manifest_is_changed() -> None:
    server = Server(begin_manifest(LOADING), add_graphs(GRAPHS), replace_manifest(LOADING), forget_graphs())
    assert list(server.store.quads_for_pattern(None, None, None, DefaultGraph())) == [OTHER]
    assert [graph.value for graph in server.store.named_graphs()] == [MANIFEST]


def test_a_graph_that_is_no_iri_is_not_written() -> None:
    with pytest.raises(ValueError, match="IRI"):
        add_graphs(["http://a.example/> } } ; DROP ALL ; #"])
    with pytest.raises(ValueError, match="IRI"):
        begin_manifest(replace(LOADING, default_graph="http://a.example/> ; DROP ALL"))


def test_two_values_are_left_by_a_change_that_was_broken_off() -> None:
    complete = replace(LOADING, status="complete")
    manifest = Server(begin_manifest(complete), begin_manifest(replace(complete, quads=7))).manifest
    assert manifest is not None
    assert manifest.status == "clearing"


def test_graphs_alone_are_a_manifest_that_is_half_there() -> None:
    assert Server(add_graphs(GRAPHS)).manifest == Manifest(content="", status="clearing", quads=0, default_graph="")


@pytest.mark.parametrize("status", ["", "done", "COMPLETE", "clearing"])
def test_a_status_that_we_do_not_know_is_half_loaded(status: str) -> None:
    server = Server(begin_manifest(LOADING))
    server.say("creativeWorkStatus", Literal(status))
    assert server.manifest == replace(LOADING, status="clearing")


@pytest.mark.parametrize(
    ("local", "value"),
    [
        ("triples", Literal("many")),
        ("triples", Literal(-1)),
        ("triples", Literal("1_000")),
        ("triples", Literal(1.5)),
        ("position", Literal(-1)),
        ("position", Literal("")),
        ("position", NamedNode("http://a.example/1")),
        ("defaultGraph", Literal("current")),
        ("defaultGraph", Literal("http://a.example/> } ; DROP ALL ; #")),
    ],
)
def test_what_was_written_by_hand_counts_as_half_loaded(local: str, value: NamedNode | Literal) -> None:
    server = Server(begin_manifest(replace(LOADING, status="complete")))
    server.say(local, value)
    assert server.manifest == Manifest(content="", status="clearing", quads=0, default_graph="")


def test_our_graphs_have_names_of_ours() -> None:
    assert {MANIFEST, CURRENT} == {terms.BASE + "graph/manifest", terms.BASE + "graph/current"}
