"""JSON-LD: short keys, no noise, and the context that we ship."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from itgraph import terms
from itgraph.export.jsonld import format_jsonld
from itgraph.resources import ontology_path


@pytest.fixture(scope="module")
def document(graph: list[Quad]) -> Any:
    return json.loads(format_jsonld(graph))


def test_the_context_is_the_shipped_one(document: Any) -> None:
    shipped = json.loads((ontology_path() / "context.jsonld").read_text(encoding="utf-8"))
    assert list(document) == ["@context", "@graph"]
    assert document["@context"] == shipped["@context"]


def test_no_value_needs_to_explain_itself(document: Any) -> None:
    text = json.dumps(document["@graph"])
    for noise in ('"@value"', '"@type"', '"@id"', '"@language"', '"@graph"'):
        assert noise not in text


def test_keys_are_terms_of_the_context(document: Any) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value).union(*map(keys, value.values()))
        return set().union(*map(keys, value)) if isinstance(value, list) else set()

    assert keys(document["@graph"]) <= set(document["@context"])


def test_a_node_begins_with_what_it_is(document: Any) -> None:
    nodes = {node["id"]: node for node in document["@graph"]}
    assert len(nodes) == len(document["@graph"])
    alpaca = nodes["itd:alpaca"]
    assert list(alpaca)[:3] == ["id", "type", "label"]
    assert alpaca["type"][0] == "Dataset"
    assert alpaca["generatedBy"] == ["itm:instructgpt", "itm:text-davinci-003"]
    assert alpaca["instructionCount"] == 52000
    assert alpaca["openSource"] is True
    llama = nodes["itp:arxiv-2302.13971"]
    assert llama["year"] == "2023"
    assert nodes[terms.BASE + "snapshot/2024-10-15"]["issued"] == "2024-10-15"


def test_a_date_has_a_key_by_how_precise_it_is(document: Any) -> None:
    nodes = {node["id"]: node for node in document["@graph"]}
    llama = nodes["itm:llama-2"]
    assert llama["weightsReleased"] == ["2023-07-18"]
    assert llama["paperReleasedMonth"] == ["2023-07"]
    assert nodes["itd:alpaca"]["access"] == ["restricted"]


def test_a_curated_fact_has_its_source_and_what_it_says(document: Any) -> None:
    facts = [node for node in document["@graph"] if node["type"][0] == "CuratedFact"]
    assert facts
    assert all(len(fact["primarySource"]) == 1 for fact in facts)
    (tulu,) = [fact for fact in facts if fact.get("surveyValue") == "OPT"]
    assert (tulu["correctedProperty"], tulu["effect"], tulu["about"]) == ("itg:baseModel", "replaces", ["itm:tulu"])
    said = {node["id"] for fact in facts for node in fact.get("graph", ())}
    assert "itm:llama-2" in said


def test_a_row_has_what_it_says(document: Any) -> None:
    rows = [node for node in document["@graph"] if node["id"].startswith("itr:2024-10-15/datasets/")]
    assert rows
    assert all(node["type"][0] == "Row" for node in rows)
    said = {node["id"] for row in rows for node in row.get("graph", ())}
    assert "itd:alpaca" in said


@pytest.mark.parametrize(
    ("predicate", "value", "key", "written"),
    [
        (terms.HAS_PRECISION, NamedNode(terms.PRECISION_ABOUT), "precision", "About"),
        (terms.HAS_PRECISION, NamedNode("http://example.org/x"), "precision", "http://example.org/x"),
        (terms.BASE_MODEL, NamedNode(terms.BASE + "model/llama"), "baseModel", ["itm:llama"]),
        (terms.BASE_MODEL, Literal("LLaMA"), "baseModel", [{"@value": "LLaMA"}]),
        (terms.PARAMETER_COUNT, Literal(7), "parameterCount", 7),
        (
            terms.PARAMETER_COUNT,
            Literal("007", datatype=NamedNode(terms.XSD_INTEGER)),
            "parameterCount",
            "007",
        ),
        (terms.PARAMETER_COUNT, Literal(10**18), "parameterCount", str(10**18)),
        (terms.PARAMETER_COUNT, Literal("7"), "parameterCount", {"@value": "7"}),
        (terms.OPEN_SOURCE, Literal("1", datatype=NamedNode(terms.XSD_BOOLEAN)), "openSource", "1"),
        (terms.RDFS_LABEL, Literal("x", language="en"), "label", {"@value": "x", "@language": "en"}),
        (terms.RDFS_LABEL, NamedNode("http://example.org/x"), "label", {"id": "http://example.org/x"}),
        (terms.DCTERMS_ISSUED, Literal("2023", datatype=NamedNode(terms.XSD_G_YEAR)), "year", "2023"),
        (
            terms.DCTERMS_ISSUED,
            Literal("2023-01-02", datatype=NamedNode(terms.XSD_DATE)),
            "issued",
            "2023-01-02",
        ),
        (terms.SKOS + "note", Literal("x"), "skos:note", "x"),
        (terms.SKOS + "note", Literal(True), "skos:note", True),
        ("http://example.org/p", Literal(1), "http://example.org/p", 1),
        (
            "http://example.org/p",
            Literal(1.5),
            "http://example.org/p",
            {"@value": "1.5", "@type": "xsd:double"},
        ),
        (
            "http://example.org/p",
            NamedNode("doi:10.1/x"),
            "http://example.org/p",
            {"id": "doi-scheme:10.1/x"},
        ),
        (terms.RDF_TYPE, Literal("x"), "rdf:type", "x"),
        (terms.RDF_TYPE, NamedNode(terms.MODEL), "type", "Model"),
    ],
)
def test_values(predicate: str, value: NamedNode | Literal, key: str, written: object) -> None:
    quad = Quad(NamedNode("http://example.org/s"), NamedNode(predicate), value, DefaultGraph())
    content = format_jsonld([quad])
    (node,) = json.loads(content)["@graph"]
    assert node == {"id": "http://example.org/s", key: written}
    assert list(parse(content, RdfFormat.JSON_LD)) == [quad]
