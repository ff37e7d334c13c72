"""What is read of a graph to be shown."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from tests.explorer.graphs import chain, hub, labels, make_content, make_quads, node, place

from itgraph import terms
from itgraph.errors import ExportError
from itgraph.explorer import Content, read_content
from itgraph.explorer import content as module
from itgraph.explorer.content import Node
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore


def find(content: Content, kind: str, label: str) -> Node:
    (found,) = [n for n in content.nodes if (n.thing.kind, n.thing.label) == (kind, label)]
    return found


def test_everything_with_a_name_is_there(content: Content) -> None:
    kinds = [n.thing.kind for n in content.nodes]
    assert {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)} == {
        "model": 59,
        "dataset": 42,
        "benchmark": 10,
        "technique": 5,
        "paper": 95,
        "person": 630,
        "organization": 6,
    }
    relations = [link.relation for link in content.links]
    assert (relations.count("baseModel"), relations.count("trainedOn"), relations.count("generatedBy")) == (38, 10, 25)


def test_every_link_says_who_says_so(content: Content) -> None:
    for link in content.links:
        assert link.sources or link.rules
        assert all(source.link.startswith("https://") and "#L" in source.link for source in link.sources)


def test_a_fact_of_an_older_snapshot_is_kept_apart(content: Content) -> None:
    old = [(fact.label, fact.value) for n in content.nodes for fact in n.facts if not fact.current]
    assert old
    assert ("category", "Generalize to unseen tasks") in old


def test_relations_of_the_current_view_are_links_and_no_facts(content: Content) -> None:
    alpaca = find(content, "model", "Alpaca")
    assert not {"base model", "trained on", "described in"} & {fact.label for fact in alpaca.facts if fact.current}


@pytest.mark.parametrize(
    ("kind", "label", "caption", "date", "is_open"),
    [
        ("model", "Radiology-GPT", "model · 7B", "2023-06", None),
        ("model", "GPT-4", "model", "", None),
        ("dataset", "InstructGPT", "dataset · 13K instructions", "2022-03", False),
        ("dataset", "Alpaca", "dataset · 52K instructions", "2023", True),
        ("dataset", "Nectar", "dataset · ~183K instructions", "2023", True),
    ],
)
def test_what_a_thing_says_of_itself(
    content: Content, kind: str, label: str, caption: str, date: str, is_open: bool | None
) -> None:
    found = find(content, kind, label)
    assert (found.caption, found.date, found.is_open) == (caption, date, is_open)


def test_authors_keep_the_order_of_their_paper(content: Content) -> None:
    paper = content.index_of(terms.BASE + "paper/arxiv-2302.13971")
    authors = labels(
        content, [link.parent for link in content.links if link.child == paper and link.relation == "author"]
    )
    assert authors[:3] == ["Hugo Touvron", "Thibaut Lavril", "Gautier Izacard"]
    assert len(authors) == 14


def test_a_list_that_is_cut_says_so(content: Content) -> None:
    assert any(n.is_list_cut for n in content.nodes if n.thing.kind == "paper")
    assert not find(content, "paper", "Llama: Open and efficient foundation language models").is_list_cut


def test_a_graph_without_named_graphs_is_shown_too() -> None:
    store = EmbeddedStore(make_quads(["b baseModel a"], stated=False))
    (link,) = read_content(store).links
    assert (link.sources, link.rules, link.is_inferred) == ((), (), False)


def test_things_without_label_or_class_are_called_by_their_iri() -> None:
    quads = [Quad(node("b"), NamedNode(terms.BASE_MODEL), node("a"), DefaultGraph())]
    content = read_content(EmbeddedStore(quads))
    assert [(n.thing.label, n.thing.kind, n.look) for n in content.nodes] == [
        (node(name).value, "thing", "thing") for name in ("a", "b")
    ]
    assert len(content.links) == 1


def test_an_empty_graph_has_nothing_to_show() -> None:
    with pytest.raises(ExportError, match="nothing to show"):
        read_content(EmbeddedStore())


@pytest.mark.parametrize(
    ("facts", "date"),
    [
        ({terms.PAPER_LINK: NamedNode("https://arxiv.org/abs/2306.08666v2")}, "2023-06"),
        ({terms.PAPER_LINK: NamedNode("https://arxiv.org/pdf/2213.00001")}, ""),
        ({terms.PAPER_LINK: NamedNode("https://example.org/2306.08666")}, ""),
        ({terms.DCTERMS_ISSUED: Literal("2021")}, "2021"),
        ({terms.DCTERMS_ISSUED: Literal("2021-13-01")}, "2021"),
        ({terms.DCTERMS_ISSUED: Literal("soon")}, ""),
        ({terms.DCTERMS_ISSUED: Literal("2023"), terms.ARXIV_ID: Literal("2301.00001")}, "2023-01"),
    ],
)
def test_when_a_thing_was_first_described(facts: dict[str, NamedNode | Literal], date: str) -> None:
    quads = make_quads([], ["a"])
    quads += [Quad(node("a"), NamedNode(predicate), value, DefaultGraph()) for predicate, value in facts.items()]
    assert read_content(EmbeddedStore(quads)).nodes[0].date == date


def test_a_paper_dates_what_it_describes_by_the_earliest() -> None:
    quads = make_quads(["a describedIn paper/p", "a describedIn paper/q"])
    for name, year in (("paper/p", "2023"), ("paper/q", "2022")):
        quads.append(Quad(node(name), NamedNode(terms.DCTERMS_ISSUED), Literal(year), DefaultGraph()))
    assert read_content(EmbeddedStore(quads)).nodes[0].date == "2022"


# -- Parts of graphs ---------------------------------------------------------------------------------------------------


def thing(name: str) -> Thing:
    return Thing(iri=node(name).value, kind="model", label=name)


def test_only_the_lineage_of_a_thing() -> None:
    lines = [
        *chain(5),
        "x baseModel m0",
        "dataset/d generatedBy y",
        "m3 describedIn paper/p",
        "paper/p author person/who",
    ]
    store = EmbeddedStore(make_quads(lines, ["alone"]))
    found = read_content(store, thing("m2"), depth=1, only=True)
    assert found.is_part
    assert [n.thing.label for n in found.nodes] == ["m0", "m1", "m2", "m3", "p", "who"]


def test_only_what_a_person_wrote_on() -> None:
    lines = ["m1 baseModel m0", "m1 describedIn paper/p", "paper/p author person/who", "x baseModel y"]
    who = Thing(iri=node("person/who").value, kind="person", label="who")
    found = read_content(EmbeddedStore(make_quads(lines)), who, only=True)
    assert [n.thing.label for n in found.nodes] == ["m0", "m1", "p", "who"]


def test_a_large_graph_needs_a_focus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_THINGS", 20)
    store = EmbeddedStore(make_quads([*hub(30), "child0003 baseModel side"]))
    with pytest.raises(ExportError, match=r"holds 32 things, and a page 20 at most: name one to start from"):
        read_content(store)
    found = read_content(store, thing("child0003"))
    assert found.is_part
    assert [n.thing.label for n in found.nodes] == ["child0003", "hub", "side"]
    with pytest.raises(ExportError, match=r"31 things are in the lineage of 'hub'"):
        read_content(store, thing("hub"))


def test_places_are_those_of_kind_and_name() -> None:
    content = make_content("b baseModel a", "b trainedOn dataset/a", names=["C"])
    assert [(n.thing.kind, n.thing.label) for n in content.nodes] == [
        ("model", "a"),
        ("model", "b"),
        ("model", "C"),
        ("dataset", "a"),
    ]
    assert place(content, "dataset/a") == 3
    with pytest.raises(ExportError, match="nothing to draw"):
        content.index_of("https://example.org/none")
