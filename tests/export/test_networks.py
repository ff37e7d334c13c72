"""GraphML and GEXF: networkx reads back what was written, also when names are hostile."""

from __future__ import annotations

import io
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.export import format_quads
from itgraph.export.networks import make_network

ITM, ITD = terms.BASE + "model/", terms.BASE + "dataset/"


def read(content: bytes, format: str) -> Any:
    if format == "graphml":
        return nx.read_graphml(io.BytesIO(content), force_multigraph=True, edge_key_type=str)
    return nx.read_gexf(io.BytesIO(content))


def edges(network: Any) -> set[tuple[str, str, str, str, bool]]:
    return {(s, data["relation"], data["label"], o, data["stated"]) for s, o, data in network.edges(data=True)}


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_networkx_reads_it_back(graph: list[Quad], format: str) -> None:
    network = read(format_quads(graph, format), format)
    made = make_network(graph)
    assert network.is_directed()
    assert network.is_multigraph() or format == "gexf"
    assert set(network) == set(made)
    assert edges(network) == edges(made)
    assert network.number_of_edges() == made.number_of_edges()
    for node, attributes in made.nodes(data=True):
        found = network.nodes[node]
        assert {name: found[name] for name in attributes} == attributes


def test_nodes_and_edges(graph: list[Quad]) -> None:
    network = make_network(graph)
    assert {data["kind"] for _, data in network.nodes(data=True)} == {
        *("model", "dataset", "benchmark", "technique", "paper", "person", "organization")
    }
    llama = network.nodes[ITM + "llama"]
    assert (llama["kind"], llama["label"], llama["iri"]) == ("model", "LLaMA", ITM + "llama")
    assert network.nodes[ITM + "alpaca"]["parameter_count"] == 7_000_000_000
    assert network.nodes[ITD + "alpaca"]["open_source"] is True
    assert network.nodes[terms.BASE + "paper/arxiv-2302.13971"]["year"] == 2023
    found = edges(network)
    assert (ITM + "alpaca", "baseModel", "base model", ITM + "llama", True) in found
    assert (ITD + "alpaca", "generatedBy", "written by", ITM + "instructgpt", True) in found
    # Concluded from "Self-build: Yes", stated by no row.
    assert (ITM + "alpaca", "trainedOn", "trained on", ITD + "alpaca", False) in found
    assert {relation for _, relation, *_ in found} >= {
        "baseModel",
        "trainedOn",
        "generatedBy",
        "describedIn",
        "author",
    }
    assert all(bool(data.get("sources")) == data["stated"] for _, _, data in network.edges(data=True))
    kinds = (str, int, bool)
    assert all(type(value) in kinds for _, data in network.nodes(data=True) for value in data.values())


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_ids_of_edges_are_unique(graph: list[Quad], format: str) -> None:
    found = [e.get("id") for e in etree.fromstring(format_quads(graph, format)).iter() if e.tag.endswith("}edge")]
    assert len(found) == len(set(found)) == make_network(graph).number_of_edges()


def test_gexf_bears_no_date_of_today(graph: list[Quad]) -> None:
    content = format_quads(graph, "gexf")
    assert b'<meta lastmodifieddate="2024-10-15">' in content
    assert b"<creator>itgraph</creator>" in content
    assert b"networkx" not in content.lower()
    assert content.count(b"<viz:color") == make_network(graph).number_of_nodes()


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_an_empty_graph(format: str) -> None:
    assert len(read(format_quads([], format), format)) == 0


HOSTILE = "<b>&amp;\"']]>\x00\x08\x1f\ufffe\r\n\t<!-- \u2028 \U0001f600"


def small_graph(label: str) -> list[Quad]:
    one, other = NamedNode(ITM + "one"), NamedNode(ITM + "two?a=1&b='")
    quads = [Quad(node, NamedNode(terms.RDF_TYPE), NamedNode(terms.MODEL), DefaultGraph()) for node in (one, other)]
    quads += [Quad(one, NamedNode(p), Literal(label)) for p in (terms.RDFS_LABEL, terms.SKOS_ALT_LABEL, terms.ACCESS)]
    return [
        *quads,
        Quad(one, NamedNode(terms.BASE_MODEL), other),
        Quad(one, NamedNode(terms.MEMBER_OF), other),
    ]


@pytest.mark.parametrize("format", ["graphml", "gexf"])
@settings(deadline=None, max_examples=40)
@given(label=st.text(max_size=20) | st.just(HOSTILE))
def test_hostile_labels_give_well_formed_xml(format: str, label: str) -> None:
    content = format_quads(small_graph(label), format)
    etree.fromstring(content)
    network = read(content, format)
    assert network.number_of_edges() == 2
    written = network.nodes[ITM + "one"]["label"]
    assert written == make_network(small_graph(label)).nodes[ITM + "one"]["label"]
    assert "\n" not in written


def test_hostile_text_is_kept_as_far_as_xml_can_hold_it() -> None:
    label = make_network(small_graph(HOSTILE)).nodes[ITM + "one"]["label"]
    assert label.startswith("<b>&amp;\"']]>\ufffd\ufffd")
    assert label.endswith("<!-- \U0001f600")
