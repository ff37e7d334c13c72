"""The public interface: what ``import itgraph`` promises."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

import itgraph
from itgraph import terms
from itgraph.export import format_quads


@pytest.fixture(scope="module")
def graph() -> itgraph.Graph:
    return itgraph.load()


def test_the_public_names_are_few_and_documented() -> None:
    assert itgraph.__all__ == ["Graph", "ItgraphError", "Table", "Thing", "__version__", "load"]
    for name in itgraph.__all__:
        value = getattr(itgraph, name)
        assert name == "__version__" or value.__doc__, f"{name} has no docstring"
    assert set(itgraph.__all__) <= set(dir(itgraph))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = itgraph.no_such_name


def test_every_public_method_is_documented_and_typed() -> None:
    for name in dir(itgraph.Graph):
        if not name.startswith("_"):
            member = getattr(itgraph.Graph, name)
            if callable(member):
                assert member.__doc__, f"Graph.{name} has no docstring"
                assert "return" in member.__annotations__, f"Graph.{name} does not say what it returns"


def test_import_is_cheap() -> None:
    heavy = "{'rdflib', 'networkx', 'pandas', 'pyoxigraph'}"
    code = f"import sys, itgraph; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_find_tells_things_of_one_name_apart(graph: itgraph.Graph) -> None:
    assert {thing.kind for thing in graph.find("Alpaca")} == {"model", "dataset"}
    (model,) = graph.find("alpaca", kind="model")
    assert (model.iri, model.label) == (terms.BASE + "model/alpaca", "Alpaca")
    assert graph.find("Alpacca") == []


@pytest.mark.parametrize(
    ("spelling", "kind", "label"),
    [
        ("Instruct-GPT", "model", "InstructGPT"),
        ("FLAN 2021", "dataset", "Flan 2021"),
        ("FlanT5", "model", "FLAN-T5"),
        ("MUL-TIINSTRUCT", "dataset", "MultiInstruct"),
        ("MMLU", "benchmark", "Massive Multitask Language Understanding (MMLU)"),
        ("Srini Iyer", "person", "Srinivas Iyer"),
        ("2302.13971", "paper", "Llama: Open and efficient foundation language models"),
    ],
)
def test_other_spellings_lead_to_the_thing(graph: itgraph.Graph, spelling: str, kind: str, label: str) -> None:
    assert graph.get(spelling, kind).label == label


def test_a_saved_query_gives_a_table(graph: itgraph.Graph) -> None:
    table = graph.query("ancestors-of-model", model="Radiology-GPT")
    labels = {row.ancestor_label for row in table}
    assert {"Alpaca", "LLaMA", "InstructGPT", "GPT-3"} <= labels
    assert "<table>" in table._repr_html_()


def test_sparql_gives_python_values(graph: itgraph.Graph) -> None:
    table = graph.query("SELECT ?n ?open WHERE { itd:alpaca itg:instructionCount ?n ; itg:openSource ?open }")
    assert [(row.n, row.open) for row in table] == [(52000, True)]


def test_ask_and_construct(graph: itgraph.Graph) -> None:
    assert graph.ask("ASK { itm:alpaca itg:baseModel itm:llama }") is True
    triples = graph.construct("CONSTRUCT { ?s itg:baseModel itm:opt } WHERE { ?s itg:baseModel itm:opt }")
    assert len(triples) == 2


def test_query_refuses_the_wrong_kind_of_question(graph: itgraph.Graph) -> None:
    with pytest.raises(itgraph.ItgraphError, match="SELECT"):
        graph.query("ASK { ?s ?p ?o }")
    with pytest.raises(itgraph.ItgraphError, match="saved query"):
        graph.query("SELECT ?s WHERE { ?s ?p ?o }", model="Alpaca")
    with pytest.raises(itgraph.ItgraphError, match="ancestors-of-model"):
        graph.query("ancestor-of-model")


def test_lineage_is_a_network(graph: itgraph.Graph) -> None:
    network = graph.lineage("Video-LLaMA", depth=1)
    bases = {network.nodes[base]["label"] for _, base, key in network.edges(keys=True) if key == "baseModel"}
    assert bases == {"BLIP-2", "ImageBind", "Vicuna"}
    # The survey leaves its data blank; the makers name it.
    data = {network.nodes[data]["label"] for _, data, key in network.edges(keys=True) if key == "trainedOn"}
    assert "WebVid" in data


def test_describe_has_the_lines(graph: itgraph.Graph) -> None:
    description = graph.describe("TÜLU")
    base, old = [fact for fact in description.facts if fact.property == terms.BASE_MODEL]
    # A source corrects the survey: the current view follows it, and what the survey says is kept.
    assert (base.value, base.current, old.value, old.current) == ("LLaMA", True, "OPT", False)
    assert [(source.snapshot, source.line_start, source.line_end) for source in old.sources] == [
        ("2024-10-15", 596, 605),
        ("2023-09-05", 508, 517),
    ]
    assert old.sources[0].link.endswith("/5b028076bd4c69996186fa979c4f1102d522eef7/README.md#L596-L605")
    (source,) = base.sources
    assert source.link.startswith("https://github.com/allenai/open-instruct/")


def test_describe_keeps_what_is_no_longer_said(graph: itgraph.Graph) -> None:
    facts = [fact for fact in graph.describe("Vicuna", "model").facts if fact.label == "project"]
    assert [(fact.value, fact.current) for fact in facts] == [
        ("https://lmsys.org/blog/2023-03-30-vicuna/", True),
        ("https://github.com/lm-sys/FastChat", False),
    ]


def test_authors_are_in_order(graph: itgraph.Graph) -> None:
    authors = [fact.value for fact in graph.describe("2305.11206", "paper").facts if fact.label == "author"]
    assert authors[:4] == ["Chunting Zhou", "Pengfei Liu", "Puxin Xu", "Srinivas Iyer"]
    assert authors[-1] == "Omer Levy"
    assert len(authors) == 15


def test_to_rdflib_holds_the_same(graph: itgraph.Graph) -> None:
    import pyoxigraph
    import rdflib

    dataset = graph.to_rdflib()
    assert sum(1 for _ in dataset.quads()) == len(graph)
    label = rdflib.Literal("LLaMA")
    assert (rdflib.URIRef(terms.BASE + "model/llama"), rdflib.RDFS.label, label) in dataset.default_graph
    written = dataset.serialize(format="nquads")
    assert set(pyoxigraph.parse(written, format=pyoxigraph.RdfFormat.N_QUADS)) == set(graph.quads())


def test_path_says_how_two_things_are_related(graph: itgraph.Graph) -> None:
    found = graph.path("Radiology-GPT", graph.get("Alpaca", "model"))
    assert [edge.relation for edge in found.descents[0].chains[0]] == ["baseModel"]
    assert graph.path("model/Alpaca", "model/Alpaca").kind == "same"
    with pytest.raises(itgraph.ItgraphError, match="GTP-3"):
        graph.path("Radiology-GPT", "GTP-3")


def test_to_networkx_is_what_an_export_writes(graph: itgraph.Graph) -> None:
    import networkx as nx

    network = graph.to_networkx()
    written: Any = nx.parse_graphml(format_quads(graph.quads(), "graphml").decode(), force_multigraph=True)
    assert set(network) == set(written)
    assert network.nodes[terms.BASE + "model/llama"] == written.nodes[terms.BASE + "model/llama"]
    assert sorted(network.edges(keys=True)) == sorted(written.edges(keys=True))


def test_a_graph_tells_a_notebook_what_it_holds(graph: itgraph.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = graph._repr_html_()
    assert f"{len(graph):,} quads" in shown
    models = graph.query("SELECT (COUNT(*) AS ?n) WHERE { ?x a itg:Model }")[0].n
    assert re.search(rf">model</td><td[^>]*>{models}</td>", shown)
    monkeypatch.setattr("itgraph.graph._MOST_COUNTED", len(graph) - 1)
    assert "<table" not in graph._repr_html_()
    assert f"{len(graph):,} quads" in graph._repr_html_()


def test_a_thing_shows_its_name_as_a_link() -> None:
    thing = itgraph.Thing(iri=terms.BASE + "model/x", kind="model", label="<b>\u202ex")
    assert thing._repr_html_() == (
        '<bdi><a href="https://w3id.org/itgraph/model/x">&lt;b&gt;\\u202ex</a></bdi> (model) <code>itm:x</code>'
    )
    assert "<a" not in itgraph.Thing(iri="urn:x", kind="model", label="x")._repr_html_()
