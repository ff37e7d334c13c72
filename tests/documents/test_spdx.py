"""SPDX 3: held against SPDX's own shapes, with every relation in the right direction."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, RDF, SH, BNode, Graph, URIRef
from tests.documents.graphs import FLEECE, SHEEP, WOOL, store_of

import itgraph
from itgraph import terms
from itgraph.documents import write_bom
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore

VOCABULARY = Path(__file__).resolve().parents[3] / "shared" / "vocab" / "spdx-model-3.0.1.ttl"
SPDX = "https://spdx.org/rdf/3.0.1/terms/"
NOTHING = "NoAssertionElement"
NO_LICENCE = "expandedlicensing_NoAssertionLicense"


@pytest.fixture(scope="session")
def shapes() -> Graph:
    if not VOCABULARY.is_file():
        pytest.skip(
            "SPDX's shapes are not shipped; put spdx-model-3.0.1.ttl into ../shared/vocab to check against them"
        )
    return Graph().parse(VOCABULARY)


def elements_of(store: EmbeddedStore, thing: Thing) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(write_bom(store, thing, "spdx").content)["@graph"]
    return found


def relations_of(elements: Iterable[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Return from, type and to, by the names of the elements."""
    elements = list(elements)
    names = {element["spdxId"]: element["name"] for element in elements if "name" in element}
    return {
        (names[element["from"]], element["relationshipType"], names.get(to, to))
        for element in elements
        if element["type"] == "Relationship"
        for to in element["to"]
    }


# -- Against the shapes ------------------------------------------------------------------------------------------


def make_context(vocabulary: Graph) -> dict[str, Any]:
    """Make the JSON-LD context of SPDX from its vocabulary: the published one is only on the web."""

    def name(iri: URIRef) -> str:
        module, _, local = iri.removeprefix(SPDX).partition("/")
        return local if module == "Core" else f"{module.lower()}_{local}"

    context: dict[str, Any] = {"type": "@type", "spdxId": "@id"}
    for kind in (OWL.Class, OWL.NamedIndividual):
        for iri in vocabulary.subjects(RDF.type, kind):
            assert isinstance(iri, URIRef)
            context[name(iri)] = str(iri)
    for shape in vocabulary.objects(None, SH.property):
        path = vocabulary.value(shape, SH.path)
        if isinstance(path, URIRef) and path != RDF.type:
            datatype, class_ = vocabulary.value(shape, SH.datatype), vocabulary.value(shape, SH["class"])
            term: dict[str, Any] = {"@id": str(path), "@type": str(datatype) if datatype else "@vocab"}
            if vocabulary.value(shape, SH["in"]) is not None:
                term["@context"] = {"@vocab": f"{class_}/"}
            context[name(path)] = term
    return context


def read_into(graph: Graph, content: bytes, context: dict[str, Any]) -> None:
    document = json.loads(content)
    assert document["@context"] == "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
    read = Graph().parse(data=json.dumps({**document, "@context": context}), format="json-ld")
    # Two documents may call their blank nodes the same.
    fresh: dict[BNode, BNode] = {}
    for triple in read:
        graph.add(tuple(fresh.setdefault(t, BNode()) if isinstance(t, BNode) else t for t in triple))  # type: ignore[arg-type]


def check(graph: Graph, shapes: Graph) -> str:
    from pyshacl import validate

    conforms, _, text = validate(graph, shacl_graph=shapes, ont_graph=shapes)
    return "" if conforms else str(text)


@pytest.mark.slow
def test_every_model_conforms_to_the_shapes_of_spdx(
    shipped: EmbeddedStore, shipped_things: list[Thing], shapes: Graph
) -> None:
    context = make_context(shapes)
    graph = Graph()
    models = [thing for thing in shipped_things if thing.kind == "model"]
    for model in models:
        read_into(graph, write_bom(shipped, model, "spdx").content, context)
    assert len(set(graph.subjects(RDF.type, URIRef(SPDX + "Core/SpdxDocument")))) == len(models) > 50
    assert not check(graph, shapes)


def test_a_dataset_and_hostile_names_conform_too(small: EmbeddedStore, hostile: EmbeddedStore, shapes: Graph) -> None:
    context = make_context(shapes)
    graph = Graph()
    for store, thing in (
        (small, WOOL),
        (small, FLEECE),
        (hostile, itgraph.Graph(hostile).get(SHEEP.iri)),
        (hostile, itgraph.Graph(hostile).get(WOOL.iri)),
    ):
        read_into(graph, write_bom(store, thing, "spdx").content, context)
    assert not check(graph, shapes)


def test_the_check_can_fail(small: EmbeddedStore, shapes: Graph) -> None:
    graph = Graph()
    content = write_bom(small, FLEECE, "spdx").content
    read_into(graph, content.replace(b'"created"', b'"extension"'), make_context(shapes))
    assert "created" in check(graph, shapes)


# -- What it says ------------------------------------------------------------------------------------------------


def test_relations_point_the_right_way(small: EmbeddedStore) -> None:
    found = {relation for relation in relations_of(elements_of(small, SHEEP)) if "License" not in relation[1]}
    assert found == {
        ("Sheep", "descendantOf", "Ram"),
        ("Sheep", "trainedOn", "Wool"),
        ("Sheep", "trainedOn", "Fleece"),
        ("Shepherd", "generates", "Wool"),
        ("Wool", "descendantOf", "Fleece"),
        # Unknown, and said to be: not "on nothing".
        ("Ram", "trainedOn", NOTHING),
        ("Shepherd", "trainedOn", NOTHING),
    }


def test_every_edge_of_the_shipped_graph_is_in_some_direction(shipped: EmbeddedStore) -> None:
    vicuna = Thing(iri=terms.BASE + "model/vicuna", kind="model", label="Vicuna")
    found = relations_of(elements_of(shipped, vicuna))
    assert ("Vicuna", "descendantOf", "LLaMA") in found
    assert ("ChatGPT", "generates", "Vicuna") in found
    assert ("Vicuna", "trainedOn", "Vicuna") in found


def test_relations_carry_evidence_and_claim_no_completeness(small: EmbeddedStore) -> None:
    relations = [element for element in elements_of(small, SHEEP) if element["type"] == "Relationship"]
    comments = {element["comment"] for element in relations if element["relationshipType"] == "trainedOn"}
    assert {"stated by https://farm.example/wool", "concluded by the rule guess"} <= comments
    assert {element["completeness"] for element in relations} == {"noAssertion"}


def test_licences_are_declared_and_none_is_concluded(small: EmbeddedStore) -> None:
    elements = elements_of(small, SHEEP)
    found = relations_of(elements)
    assert {(a, c) for a, b, c in found if b == "hasDeclaredLicense"} == {
        ("Sheep", "Apache-2.0"),
        ("Sheep", "pasture"),
        ("Wool", "CC-BY-NC-4.0"),
        ("Shepherd", "proprietary"),
        # Of Ram only the code's is known.
        ("Ram", NO_LICENCE),
        ("Fleece", NO_LICENCE),
    }
    assert {c for _, b, c in found if b == "hasConcludedLicense"} == {NO_LICENCE}
    expressions = {
        element["simplelicensing_licenseExpression"]: element.get("simplelicensing_customIdToUri")
        for element in elements
        if element["type"] == "simplelicensing_LicenseExpression"
    }
    assert expressions["Apache-2.0"] is None
    reference = "LicenseRef-pasture"
    entry = {"type": "DictionaryEntry", "key": reference, "value": terms.BASE + "license/pasture"}
    assert expressions[reference] == [entry]


def test_each_package_has_one_relation_to_licences_of_each_kind(small: EmbeddedStore) -> None:
    # The AI profile asks for exactly one.
    elements = elements_of(small, SHEEP)
    packages = [element for element in elements if "software_primaryPurpose" in element]
    assert len(packages) == 5
    for package in packages:
        for kind in ("hasDeclaredLicense", "hasConcludedLicense"):
            found = [e for e in elements if e.get("from") == package["spdxId"] and e["relationshipType"] == kind]
            assert len(found) == 1


def test_packages(small: EmbeddedStore) -> None:
    packages = {e["name"]: e for e in elements_of(small, SHEEP) if "software_primaryPurpose" in e}
    assert {name: package["type"] for name, package in packages.items()} == {
        "Sheep": "ai_AIPackage",
        "Ram": "ai_AIPackage",
        "Shepherd": "ai_AIPackage",
        "Wool": "dataset_DatasetPackage",
        "Fleece": "dataset_DatasetPackage",
    }
    assert packages["Sheep"]["releaseTime"] == "2023-05-02T00:00:00Z"
    assert packages["Sheep"]["software_downloadLocation"] == "https://huggingface.co/farm/sheep-7b"
    # Of several sizes none is the one.
    assert "software_downloadLocation" not in packages["Ram"]
    assert "releaseTime" not in packages["Wool"]
    assert packages["Wool"]["dataset_datasetType"] == ["noAssertion"]
    assert packages["Sheep"]["externalIdentifier"][0]["identifier"] == SHEEP.iri
    assert "unknown: licence, developer, how the data was made" in packages["Fleece"]["comment"]
    assert "disputed: the survey says Goat, the card says Ram" in packages["Sheep"]["comment"]


def test_the_document_is_dated_by_the_snapshot_and_says_what_it_is_not(small: EmbeddedStore) -> None:
    elements = elements_of(small, SHEEP)
    (creation,) = (element for element in elements if element["type"] == "CreationInfo")
    (document,) = (element for element in elements if element["type"] == "SpdxDocument")
    (bom,) = (element for element in elements if element["type"] == "Bom")
    assert creation["created"] == "2024-10-15T00:00:00Z"
    assert "newest snapshot" in creation["comment"]
    assert "not legal advice" in document["comment"]
    assert document["rootElement"] == [bom["spdxId"]]
    others = {element["spdxId"] for element in elements if "spdxId" in element} - {document["spdxId"]}
    assert set(document["element"]) == others
    assert "ai" not in document["profileConformance"]


def test_a_graph_without_snapshots_says_that_its_date_says_nothing(small: EmbeddedStore) -> None:
    store = EmbeddedStore(quad for quad in small.quads() if "snapshot/" not in str(quad))
    (creation,) = (element for element in elements_of(store, FLEECE) if element["type"] == "CreationInfo")
    assert "says nothing" in creation["comment"]


def test_another_graph_gives_another_document(small: EmbeddedStore) -> None:
    changed = EmbeddedStore(quad for quad in small.quads() if quad.predicate.value != terms.HAS_LICENSING)
    ids = [{e["spdxId"] for e in elements_of(store, SHEEP) if "spdxId" in e} for store in (small, changed)]
    assert ids[0].isdisjoint(ids[1])


def test_licences_of_other_lists_stay_apart(shapes: Graph) -> None:
    store = store_of(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <model/sheep> a itg:Model ; rdfs:label "Sheep" ;
          itg:license <https://a.example/x_y> , <https://a.example/x-y> , <https://spdx.org/licenses/Grazing-1.0> .
        """
    )
    found = {
        element["simplelicensing_licenseExpression"]: element["simplelicensing_customIdToUri"][0]["value"]
        for element in elements_of(store, SHEEP)
        if element["type"] == "simplelicensing_LicenseExpression"
    }
    assert len(found) == len(set(found.values())) == 3
    assert all(re.fullmatch(r"LicenseRef-[A-Za-z0-9.-]+", name) for name in found)
    graph = Graph()
    read_into(graph, write_bom(store, SHEEP, "spdx").content, make_context(shapes))
    assert not check(graph, shapes)
