"""The index of lineage against networkx, on graphs with circles, loops, diamonds, and steps of several relations."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Literal

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.errors import StoreError
from itgraph.indexes import making
from itgraph.indexes.adjacency import MANNERS, RELATIONS
from itgraph.indexes.lineage import Edge, LineageIndex
from itgraph.indexes.making import EdgeList

BASE = RELATIONS.index("baseModel")
Added = tuple[int, int, int, bool]
"""A child, a relation, a parent, and whether the step is stated."""


@dataclass(frozen=True)
class Steps:
    """What an index is made of: steps in the order in which they are read, and how models are built on their bases."""

    steps: tuple[Added, ...]
    manners: tuple[tuple[int, int, str], ...] = ()
    names: dict[int, str] = field(default_factory=dict)

    def edges(self) -> dict[tuple[int, int, int], tuple[bool, str]]:
        """Return each step once: whether it is stated, and the manner."""
        found: dict[tuple[int, int, int], tuple[bool, str]] = {}
        for child, relation, parent, stated in self.steps:
            known, _ = found.get((child, relation, parent), (False, ""))
            found[child, relation, parent] = (known or stated, "")
        for child, parent, manner in self.manners:
            if (key := (child, BASE, parent)) in found:
                stated, known_manner = found[key]
                found[key] = (stated, max(known_manner, manner))  # the alphabet is their order
        return found

    def graph(self, *, relations: Sequence[int] = range(len(RELATIONS)), stated: bool = False) -> nx.MultiDiGraph[str]:
        """Return it for networkx, from child to parent."""
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_nodes_from(iri(node) for step in self.steps for node in (step[0], step[2]))
        for (child, relation, parent), (is_stated, _) in self.edges().items():
            if relation in relations and (is_stated or not stated):
                graph.add_edge(iri(child), iri(parent), key=relation)
        return graph

    def bytes(self) -> bytes:
        """Return the file of its index."""
        edges = EdgeList()
        for child, relation, parent, stated in self.steps:
            edges.add(iri(child), RELATIONS[relation], iri(parent), stated=stated)
        for child, parent, manner in self.manners:
            edges.set_manner(iri(child), iri(parent), manner)
        for node, name in self.names.items():
            edges.set_name(iri(node), "model" if node % 2 else "dataset", name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "index"
            edges.write(path)
            return path.read_bytes()

    def index(self) -> LineageIndex:
        return read(self.bytes())


@pytest.fixture(scope="module", autouse=True)
def no_power_cuts() -> Iterator[None]:
    """Leave out the waiting for the disk, which takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


def iri(node: int) -> str:
    """Return a name for a number: not in the order of the numbers."""
    return f"https://example.org/{node * 7 % 13}/é/{node}"


def read(data: bytes) -> LineageIndex:
    return LineageIndex(memoryview(data), location="an index")


NODES = st.integers(0, 11)
STEPS = st.builds(
    Steps,
    st.lists(st.tuples(NODES, st.sampled_from([0, 0, 0, 1, 2, 3]), NODES, st.booleans()), min_size=1, max_size=30).map(
        tuple
    ),
    st.lists(st.tuples(NODES, NODES, st.sampled_from(MANNERS[1:])), max_size=8).map(tuple),
    st.dictionaries(NODES, st.text(st.characters(codec="utf-8"), max_size=5), max_size=6),
)
DIAMOND = Steps(((3, 0, 1, True), (3, 0, 2, True), (1, 0, 0, True), (2, 0, 0, True), (4, 0, 3, True)))
CIRCLE = Steps(((0, 0, 1, True), (1, 0, 2, True), (2, 0, 0, True), (3, 0, 1, True), (0, 1, 4, True)))
LOOP = Steps(((0, 0, 0, True), (1, 0, 0, True), (1, 1, 0, False)))


def all_of(index: LineageIndex, graph: nx.MultiDiGraph[str]) -> Iterator[tuple[str, int]]:
    assert len(index) == len(graph)
    for name in graph:
        node = index.find(name)
        assert node is not None
        assert index.iri(node) == name
        yield name, node


@given(STEPS)
def test_what_is_above_and_below(steps: Steps) -> None:
    index, graph = steps.index(), steps.graph()
    bases = steps.graph(relations=[BASE])
    for name, node in all_of(index, graph):
        above = dict(nx.single_source_shortest_path_length(graph, name))
        del above[name]
        found = index.ancestors(node)
        assert {index.iri(far): far_steps for far, far_steps in found.items()} == above
        assert list(found.values()) == sorted(found.values())
        assert index.count_ancestors(node) == len(above)
        for bases_only, of in ((False, graph), (True, bases)):
            below = index.descendants(node, bases_only=bases_only)
            assert below == sorted(set(below))
            assert {index.iri(far) for far in below} == nx.ancestors(of, name)
            assert index.count_descendants(node, bases_only=bases_only) == len(below)


@given(
    STEPS,
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from([None, (), (0,), (1, 3), (0, 1, 2, 3)]),
    st.booleans(),
    st.sampled_from(["up", "down"]),
)
def test_distances(
    steps: Steps, depth: int | None, relations: tuple[int, ...] | None, stated: bool, way: Literal["up", "down"]
) -> None:
    index, graph = steps.index(), steps.graph()
    allowed = steps.graph(relations=range(4) if relations is None else relations, stated=stated)
    for name, node in all_of(index, graph):
        walked = allowed if way == "up" else allowed.reverse()
        expected = dict(nx.single_source_shortest_path_length(walked, name, cutoff=depth))
        del expected[name]
        found = index.distances(node, way, depth=depth, relations=relations, stated=stated)
        assert {index.iri(far): far_steps for far, far_steps in found.items()} == expected
        assert list(found.values()) == sorted(found.values())


@given(STEPS)
def test_each_step_is_there_as_it_was_told(steps: Steps) -> None:
    index = steps.index()
    expected = {
        (iri(child), relation, iri(parent), stated, manner)
        for (child, relation, parent), (stated, manner) in steps.edges().items()
    }

    def told(edge: Edge) -> tuple[str, int, str, bool, str]:
        return index.iri(edge.child), edge.relation, index.iri(edge.parent), edge.stated, MANNERS[edge.manner]

    up = [edge for node in range(len(index)) for edge in index.parents(node)]
    down = [edge for node in range(len(index)) for edge in index.children(node)]
    assert list(index.edges()) == up
    assert index.edge_count == len(up) == len(down) == len(expected)
    assert {told(edge) for edge in up} == {told(edge) for edge in down} == expected
    for node in range(len(index)):
        assert [edge.child for edge in index.parents(node)] == [node] * index.degree(node, "up")
        assert [edge.parent for edge in index.children(node)] == [node] * index.degree(node, "down")
        assert [edge.parent for edge in index.parents(node)] == sorted(edge.parent for edge in index.parents(node))


@given(STEPS, st.integers(0, 14))
def test_what_is_most_built_upon(steps: Steps, limit: int) -> None:
    index, bases = steps.index(), steps.graph(relations=[BASE])
    counted = []
    for name in bases:
        node = index.find(name)
        assert node is not None
        children = len(set(bases.predecessors(name)) - {name})
        counted.append((-len(nx.ancestors(bases, name)), -children, index.label(node), name))
    expected = [(name, -count, -children) for count, children, _, name in sorted(counted) if count][:limit]
    found = [(index.iri(top.node), top.descendants, top.children) for top in index.most_built_upon(limit)]
    # Two of one label are in no order.
    assert [top[1:] for top in found] == [top[1:] for top in expected]
    if len({label for *_, label, _ in counted}) == len(counted):
        assert found == expected


@given(STEPS)
def test_the_nearest_common_ancestors(steps: Steps) -> None:
    index, graph = steps.index(), steps.graph()
    above = {name: {name} | nx.descendants(graph, name) for name in graph}
    nodes = dict(all_of(index, graph))
    for a in list(nodes)[:4]:
        for b, other_node in nodes.items():
            common = above[a] & above[b]
            nearest = {one for one in common if all(other in above[one] for other in common if one in above[other])}
            found = index.nearest_common_ancestors(nodes[a], other_node)
            assert found == sorted(found)
            assert {index.iri(node) for node in found} == nearest


@pytest.mark.parametrize("most", [-1, 0, 3])
@given(steps=STEPS)
def test_what_would_take_too_long_to_count_is_counted_when_it_is_asked_for(steps: Steps, most: int) -> None:
    whole = steps.index()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "MOST_STEPS", most)
        index = steps.index()
    for node in range(len(whole)):
        for bases_only in (False, True):
            expected = whole.count_descendants(node, bases_only=bases_only)
            assert index.count_descendants(node, bases_only=bases_only) == expected
    assert index.most_built_upon(20) == whole.most_built_upon(20)


def test_a_limit_of_counting_leaves_counts_out() -> None:
    # So that the test above is of something.
    whole = DIAMOND.bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "MOST_STEPS", -1)
        assert DIAMOND.bytes() != whole


@given(STEPS, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_count(steps: Steps, chance: Random) -> None:
    read, manners, names = list(steps.steps), list(steps.manners), list(steps.names.items())
    for part in (read, manners, names):
        chance.shuffle(part)
    shuffled = Steps(tuple(read), tuple(manners), dict(names))
    assert shuffled.bytes() == steps.bytes()


def test_how_a_model_is_built_stays_known_if_a_step_is_read_again() -> None:
    edges = EdgeList()
    edges.add("a", "baseModel", "b", stated=False)
    edges.set_manner("a", "b", "quantized")
    edges.add("a", "baseModel", "b", stated=True)
    edges.set_manner("a", "b", "adapter")
    edges.add("a", "baseModel", "b", stated=False)
    with tempfile.TemporaryDirectory() as folder:
        edges.write(Path(folder) / "index")
        (edge,) = read((Path(folder) / "index").read_bytes()).edges()
    assert (edge.stated, MANNERS[edge.manner]) == (True, "quantized")


def test_names_and_kinds() -> None:
    steps = Steps(((0, 0, 1, True),), names={0: "Ünï", 5: "of nothing"})
    index = steps.index()
    known, unknown = index.find(iri(0)), index.find(iri(1))
    assert known is not None
    assert unknown is not None
    assert (index.label(known), index.kind(known)) == ("Ünï", "dataset")
    assert (index.label(unknown), index.kind(unknown)) == (iri(1), "thing")
    assert index.find(iri(5)) is None
    assert index.find("") is None
    assert index.find("\ud800") is None


def test_a_thing_of_several_kinds_and_labels_has_the_first_ones() -> None:
    files = set()
    with tempfile.TemporaryDirectory() as folder:
        for named in ([("model", "B"), ("dataset", "C"), ("model", "A")], [("dataset", "A"), ("model", "B")]):
            edges = EdgeList()
            edges.add("a", "baseModel", "b")
            for kind, label in named:
                edges.set_name("a", kind, label)
            edges.write(Path(folder) / "index")
            files.add((Path(folder) / "index").read_bytes())
    assert len(files) == 1


def test_nothing_at_all() -> None:
    index = Steps(()).index()
    assert (len(index), index.edge_count, list(index.edges()), index.most_built_upon(5)) == (0, 0, [], [])
    assert index.find(iri(0)) is None


@pytest.mark.parametrize("steps", [DIAMOND, CIRCLE, LOOP], ids=["diamond", "circle", "loop"])
def test_a_file_that_is_cut_off_is_none(steps: Steps) -> None:
    whole = steps.bytes()
    answers = list(read(whole).edges())
    end = len(whole.rstrip(b"\0"))
    for size in range(end):
        with pytest.raises(StoreError, match="`itgraph index FOLDER` makes it anew"):
            read(whole[:size])
    # What is missing then only fills up its last bytes.
    for size in range(len(whole) - 7, len(whole)):
        with suppress(StoreError):
            assert list(read(whole[:size]).edges()) == answers


def _with_header(change: object) -> bytes:
    magic, header, rest = DIAMOND.bytes().split(b"\n", 2)
    fields = json.loads(header)
    if callable(change):
        change(fields)
    else:
        fields = change
    return b"\n".join((magic, json.dumps(fields).encode(), rest))


FOREIGN = {
    "nothing": b"",
    "text": b"Dear Ada,\n",
    "a database": b"SQLite format 3\0" + bytes(4096),
    "another version": DIAMOND.bytes().replace(b"version 1", b"version 2", 1),
    "no header": DIAMOND.bytes().split(b"\n")[0] + b"\n",
    "no JSON": DIAMOND.bytes().replace(b"{", b"[", 1),
    "another header": _with_header([1, 2]),
    "no text of JSON": _with_header("text"),
    "sections that are none": _with_header(lambda fields: fields.update(sections=[1, 2])),
    "a section that is none": _with_header(lambda fields: fields["sections"].update(last=None)),
    "a section that is missing": _with_header(lambda fields: fields["sections"].pop("below")),
    "a section that is cut": _with_header(lambda fields: fields["sections"].update(last=[0, 3])),
    "facts that are missing": _with_header(lambda fields: fields.pop("facts")),
    "another machine": _with_header(lambda fields: fields.update(byteorder="middle")),
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_a_file_of_something_else_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "itgraph-lineage"
    path.write_bytes(data)
    with pytest.raises(StoreError, match="`itgraph index FOLDER` makes it anew") as caught:
        LineageIndex.open(path)
    assert caught.value.location == str(path)


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="`itgraph index FOLDER` makes it anew"):
        LineageIndex.open(tmp_path / "itgraph-lineage")


def test_a_file_that_is_mapped_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "itgraph-lineage"
    path.write_bytes(CIRCLE.bytes())
    index = LineageIndex.open(path)
    path.unlink()  # who has it open goes on
    assert list(index.edges()) == list(CIRCLE.index().edges())
