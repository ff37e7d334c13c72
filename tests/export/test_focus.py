"""The part of the graph that is about one thing: its ancestry, who says so, and nothing left hanging."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from itgraph import terms
from itgraph.arrangement import node_key
from itgraph.errors import ExportError
from itgraph.export import focus_on
from itgraph.shapes import validate

RADIOLOGY = terms.BASE + "model/radiology-gpt"
LLAMA = terms.BASE + "model/llama"


def described(quads: list[Quad], class_: str) -> set[str]:
    wanted = NamedNode(class_)
    return {node_key(q.subject) for q in quads if q.predicate.value == terms.RDF_TYPE and q.object == wanted}


def upstream(quads: list[Quad], iri: str) -> set[str]:
    store = Store()
    store.extend(quads)
    rows = store.query(f"SELECT ?a {{ <{iri}> <{terms.UPSTREAM}>+ ?a }}")
    return {row["a"].value for row in rows}  # type: ignore[union-attr]


def test_the_whole_ancestry_is_there(graph: list[Quad], focused: list[Quad]) -> None:
    assert set(focused) < set(graph)
    ancestry = upstream(graph, RADIOLOGY)
    assert LLAMA in ancestry
    assert upstream(focused, RADIOLOGY) == ancestry
    core = ancestry | {RADIOLOGY}
    default = {quad for quad in graph if isinstance(quad.graph_name, DefaultGraph)}
    # All that the current view says of these things is there ...
    assert {quad for quad in default if node_key(quad.subject) in core} <= set(focused)
    # ... and all that rows say of them.
    assert {quad for quad in graph if node_key(quad.subject) in core} <= set(focused)


def test_nothing_is_left_without_type_and_label(graph: list[Quad], focused: list[Quad]) -> None:
    named = {node_key(quad.subject) for quad in focused if quad.predicate.value == terms.RDFS_LABEL}
    typed = {node_key(quad.subject) for quad in focused if quad.predicate.value == terms.RDF_TYPE}
    known = {node_key(quad.subject) for quad in graph}
    mentioned = {
        node.value
        for quad in focused
        for node in (quad.subject, quad.object, quad.graph_name)
        if isinstance(node, NamedNode) and node.value in known
    }
    assert mentioned <= named
    assert mentioned <= typed


def test_who_says_so_is_there(focused: list[Quad]) -> None:
    rows, facts = described(focused, terms.ROW), described(focused, terms.CURATED_FACT)
    graphs = {quad.graph_name.value for quad in focused if isinstance(quad.graph_name, NamedNode)}
    assert graphs <= rows | facts | described(focused, terms.RULE)
    corrections = {node_key(quad.subject) for quad in focused if quad.predicate.value == terms.EFFECT}
    assert rows | (facts - corrections) <= graphs  # a correction may say nothing itself
    assert described(focused, terms.SNAPSHOT)
    quoted = {node_key(quad.subject) for quad in focused if quad.predicate.value == terms.PROV_WAS_QUOTED_FROM}
    assert quoted == rows
    read = {node_key(quad.subject) for quad in focused if quad.predicate.value == terms.PROV_HAD_PRIMARY_SOURCE}
    assert read == facts


def test_what_a_source_contradicts_is_there_with_what_it_corrects(graph: list[Quad]) -> None:
    tulu = terms.BASE + "model/tulu"
    part = focus_on(graph, tulu)
    (correction,) = [
        quad.subject for quad in part if quad.predicate.value == terms.SURVEY_VALUE and quad.object == Literal("OPT")
    ]
    corrected = {quad.object for quad in part if quad.subject == correction and quad.predicate.value == terms.CORRECTS}
    assert corrected
    for row in corrected:
        opt = NamedNode(terms.BASE + "model/opt")
        assert isinstance(row, NamedNode)
        assert Quad(NamedNode(tulu), NamedNode(terms.BASE_MODEL), opt, row) in part


def test_licences_and_developers_come_with_what_they_belong_to(graph: list[Quad]) -> None:
    part = focus_on(graph, terms.BASE + "model/tulu")
    parts = {quad.object for quad in part if quad.predicate.value == terms.HAS_LICENSING}
    assert parts
    assert {quad for quad in graph if quad.subject in parts} <= set(part)
    assert "https://spdx.org/licenses/Apache-2.0" in described(part, terms.SKOS_CONCEPT)
    assert terms.BASE + "organization/allen-institute-for-ai" in described(part, terms.ORGANIZATION)


def test_other_things_are_not(graph: list[Quad], focused: list[Quad]) -> None:
    assert terms.BASE + "model/vicuna" in described(graph, terms.MODEL)
    assert terms.BASE + "model/vicuna" not in described(focused, terms.MODEL)
    assert not described(focused, terms.ISSUE)
    assert len(focused) < len(graph) / 5


def test_developers_bring_what_they_made_and_not_what_that_came_from(graph: list[Quad]) -> None:
    part = focus_on(graph, terms.BASE + "organization/allen-institute-for-ai")
    assert terms.BASE + "model/tulu" in described(part, terms.MODEL)
    about_llama = {quad.predicate.value for quad in part if node_key(quad.subject) == LLAMA}
    assert about_llama <= {terms.RDF_TYPE, terms.RDFS_LABEL, terms.SKOS_ALT_LABEL}
    test_nothing_is_left_without_type_and_label(graph, part)


def test_authors_bring_their_papers(graph: list[Quad]) -> None:
    part = focus_on(graph, terms.BASE + "person/hugo-touvron")
    assert terms.BASE + "paper/arxiv-2302.13971" in described(part, terms.PAPER)
    assert not described(part, terms.MODEL)


@pytest.mark.parametrize(
    "path",
    ["paper/arxiv-2302.13971", "benchmark/alpacaeval", "technique/lora", "modality/image", "dataset/alpaca"],
)
def test_every_kind_of_thing_can_be_the_focus(graph: list[Quad], path: str) -> None:
    test_nothing_is_left_without_type_and_label(graph, focus_on(graph, terms.BASE + path))


def test_what_older_rows_say_is_kept_but_not_gone_into() -> None:
    def quad(subject: str, predicate: str, value: str, graph: str = "") -> Quad:
        graph_name = NamedNode(terms.BASE + graph) if graph else DefaultGraph()
        object_ = NamedNode(value if ":" in value else terms.BASE + value)
        return Quad(NamedNode(terms.BASE + subject), NamedNode(predicate), object_, graph_name)

    def thing(path: str, class_: str) -> list[Quad]:
        label = Quad(NamedNode(terms.BASE + path), NamedNode(terms.RDFS_LABEL), Literal(path))
        return [quad(path, terms.RDF_TYPE, class_), label]

    models = [q for name in "abcd" for q in thing(f"model/{name}", terms.MODEL)]
    row = thing("row/1/models/1", terms.ROW)
    older = quad("model/a", terms.BASE_MODEL, "model/c", "row/1/models/1")
    about = quad("row/1/models/1", terms.ABOUT, "model/d")
    further = quad("model/c", terms.UPSTREAM, "model/d")
    part = focus_on([*models, *row, older, about, further], terms.BASE + "model/a")
    assert older in part
    assert described(part, terms.MODEL) == {terms.BASE + "model/a", terms.BASE + "model/c"}
    assert further not in part
    assert about not in part


def test_what_the_graph_does_not_describe_cannot_be_the_focus(graph: list[Quad]) -> None:
    with pytest.raises(ExportError, match=r"does not describe <http://example.org/x>"):
        focus_on(graph, "http://example.org/x")


@pytest.mark.slow
def test_a_part_conforms_to_the_shapes(focused: list[Quad]) -> None:
    assert validate(focused).findings == ()
