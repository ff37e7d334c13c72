"""Questions answered by the index of lineage: row for row what their SPARQL gives, on the shipped graph and on any."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.families import QUESTIONS, find_rows
from itgraph.indexes.lineage import LineageIndex
from itgraph.loading.indexes import make_indexes
from itgraph.queries import Query, get_query, run
from itgraph.store import EmbeddedStore, Store, open_store

QUERIES = {name: get_query(name) for name in sorted(QUESTIONS)}
WITHOUT_PARAMETERS = [name for name, query in QUERIES.items() if not query.parameters]
OF_ONE = {name: query.parameters[0].name for name, query in QUERIES.items() if len(query.parameters) == 1}
PROPERTIES = {
    "baseModel": terms.BASE_MODEL,
    "trainedOn": terms.TRAINED_ON,
    "generatedBy": terms.GENERATED_BY,
    "sourceDataset": terms.SOURCE_DATASET,
}
# The default graph is a current view; what is in it stands in the graph of its source too.
CARD = NamedNode("https://huggingface.co/a/b/tree/0")


def index_of(store: EmbeddedStore) -> LineageIndex:
    assert store.lineage is not None
    return store.lineage


def require_same(name: str, indexed: EmbeddedStore, plain: Store, parameters: Mapping[str, str]) -> int:
    """Hold the answers equal, and see that the first is of the index; return how many rows they have."""
    assert find_rows(name, index_of(indexed), parameters) is not None
    found = run(QUERIES[name], indexed, parameters)
    expected = run(QUERIES[name], plain, parameters)
    assert found.columns == expected.columns
    assert found.rows == expected.rows
    assert (found.summary, found.column_help) == (expected.summary, expected.column_help)
    return len(found)


# -- The shipped graph -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain() -> Store:
    return open_store()


@pytest.fixture
def indexed(shipped_with_indexes: EmbeddedStore) -> EmbeddedStore:
    return shipped_with_indexes


@pytest.mark.parametrize("name", WITHOUT_PARAMETERS)
def test_questions_of_the_whole_graph(name: str, indexed: EmbeddedStore, plain: Store) -> None:
    assert require_same(name, indexed, plain, {}) > 0


def named(store: Store, kinds: str) -> list[str]:
    table = store.select(
        f"SELECT DISTINCT ?thing {{ ?thing a ?class ; rdfs:label ?label FILTER(?class IN ({kinds})) }}"
    )
    return sorted(str(row.thing) for row in table)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "parameter"), OF_ONE.items())
def test_questions_of_every_thing(name: str, parameter: str, indexed: EmbeddedStore, plain: Store) -> None:
    kinds = "itg:Model" if parameter == "model" else "itg:Model, itg:Dataset, itg:Benchmark, itg:Paper"
    assert sum(require_same(name, indexed, plain, {parameter: iri}) for iri in named(plain, kinds)) > 50


@pytest.mark.slow
def test_common_ancestors_of_pairs(indexed: EmbeddedStore, plain: Store) -> None:
    index = index_of(indexed)
    models = [index.iri(node) for node in range(len(index)) if index.kind(node) == "model"]
    pairs = list(product(models, repeat=2))[::11]
    rows = [
        require_same("common-ancestors-of-models", indexed, plain, {"model": model, "other": other})
        for model, other in pairs
    ]
    assert sum(rows) > 100


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in WITHOUT_PARAMETERS])
def test_defaults(name: str, indexed: EmbeddedStore, plain: Store) -> None:
    found = run(QUERIES[name], indexed)
    assert found == run(QUERIES[name], plain)
    assert len(found) > 0


def test_several_values_are_left_to_the_engine(indexed: EmbeddedStore, plain: Store) -> None:
    several = {"model": ["LLaMA", "GPT-3"]}
    found = run(QUERIES["descendants-of-model"], indexed, several)
    assert found == run(QUERIES["descendants-of-model"], plain, several)
    assert len(found) > len(run(QUERIES["descendants-of-model"], indexed, {"model": "LLaMA"}))


def test_a_question_of_somebody_else_is_left_to_the_engine(indexed: EmbeddedStore) -> None:
    ours = QUERIES["lineage-cycles"]
    theirs = Query(
        name=ours.name,
        summary="Of the same name",
        columns=ours.columns,
        sparql="SELECT ?things_in_cycles ?things_with_ancestors { VALUES ?things_in_cycles { 7 } }",
    )
    assert run(theirs, indexed).column("things_in_cycles") == [7]


# -- Any graph ---------------------------------------------------------------------------------------------------------


class Graph(NamedTuple):
    """Things by the ends of their IRIs, and steps between them."""

    things: list[str]
    steps: set[tuple[str, str, str]]

    def quads(self) -> list[Quad]:
        described: list[tuple[str, str, NamedNode | Literal]] = []
        for thing in self.things:
            kind = terms.MODEL if thing.startswith("model") else terms.DATASET
            # Several things are called the same.
            described += [(thing, terms.RDF_TYPE, NamedNode(kind)), (thing, terms.RDFS_LABEL, Literal(thing[-1]))]
        for child, relation, parent in self.steps:
            base = NamedNode(terms.BASE + parent)
            described += [(child, PROPERTIES[relation], base), (child, terms.UPSTREAM, base)]
        return [
            Quad(NamedNode(terms.BASE + thing), NamedNode(property_), object_, graph)
            for thing, property_, object_ in described
            for graph in (DefaultGraph(), CARD)
        ]


@st.composite
def graphs(draw: st.DrawFn, *, most: int = 9) -> Graph:
    models = [f"model/{number}" for number in range(draw(st.integers(2, most)))]
    datasets = [f"dataset/{number}" for number in range(draw(st.integers(0, 3)))]
    steps: set[tuple[str, str, str]] = set()

    def add(children: list[str], relation: str, parents: list[str], number: int) -> None:
        if children and parents:
            pairs = st.tuples(st.sampled_from(children), st.just(relation), st.sampled_from(parents))
            steps.update(draw(st.lists(pairs, max_size=number)))

    # Mostly trees, as they are: the number of a base is less; then whatever leads anywhere.
    for number in range(1, len(models)):
        if draw(st.integers(0, 3)):
            steps.add((models[number], "baseModel", models[draw(st.integers(0, number - 1))]))
    add(models, "baseModel", models, 4)
    add(models, "trainedOn", datasets, 4)
    add(datasets, "generatedBy", models, 2)
    add(datasets, "sourceDataset", datasets, 2)
    return Graph(models + datasets, steps)


def build(folder: Path, graph: Graph) -> EmbeddedStore:
    store = pyoxigraph.Store(str(folder))
    store.bulk_extend(graph.quads())
    store.flush()
    del store
    make_indexes(folder)
    return EmbeddedStore.open(folder)


def require_same_of_all(graph: Graph) -> None:
    plain = EmbeddedStore(graph.quads())
    with tempfile.TemporaryDirectory() as folder:
        indexed = build(Path(folder) / "graph", graph)
        iris = [terms.BASE + thing for thing in graph.things]
        models = [iri for iri in iris if "/model/" in iri]
        for name in WITHOUT_PARAMETERS:
            require_same(name, indexed, plain, {})
        for name, parameter in OF_ONE.items():
            for iri in models if parameter == "model" else iris:
                require_same(name, indexed, plain, {parameter: iri})
        for model, other in product(models[:4], models[-4:]):
            require_same("common-ancestors-of-models", indexed, plain, {"model": model, "other": other})


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_any_graph(graph: Graph) -> None:
    require_same_of_all(graph)


def bases(*pairs: str) -> Graph:
    """Make a graph of base models alone: ``ba`` says that b is built on a."""
    models = sorted({f"model/{name}" for pair in pairs for name in pair})
    return Graph(models, {(f"model/{pair[0]}", "baseModel", f"model/{pair[1]}") for pair in pairs})


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param(bases("ba", "cb", "dc"), id="chain"),
        pytest.param(bases("aa", "ba"), id="on itself"),
        pytest.param(bases("ab", "ba", "ca", "dc"), id="circle with something below"),
        pytest.param(bases("ba", "cb", "ac", "dz", "az"), id="circle below something"),
        pytest.param(bases("ba", "ca", "db", "dc", "ed", "ec", "fe"), id="merges"),
        pytest.param(bases("ab", "ba", "cb", "dc", "cd", "ec", "ea"), id="two circles and a merge of both"),
        pytest.param(bases("cb", "ba", "ac", "xa", "xy", "ax"), id="circles that share a model"),
    ],
)
def test_shapes(graph: Graph) -> None:
    require_same_of_all(graph)


def test_a_thing_without_a_name_is_left_to_the_engine(tmp_path: Path) -> None:
    graph = bases("ba", "cb")
    base = NamedNode(f"{terms.BASE}model/b")
    nameless = [quad for quad in graph.quads() if quad.subject != base or quad.predicate.value != terms.RDFS_LABEL]
    store = pyoxigraph.Store(str(tmp_path / "graph"))
    store.bulk_extend(nameless)
    store.flush()
    del store
    make_indexes(tmp_path / "graph")
    indexed = EmbeddedStore.open(tmp_path / "graph")
    asked = {"model": f"{terms.BASE}model/a"}
    assert find_rows("descendants-of-model", index_of(indexed), asked) is None
    found = run(QUERIES["descendants-of-model"], indexed, asked)
    assert found.column("descendant") == [f"{terms.BASE}model/c"]
    assert found.column("generations") == [2]
