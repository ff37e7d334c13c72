"""CycloneDX: valid for everything in the graph, complete, honest, and the same bytes each time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from tests.documents.graphs import FLEECE, SHEEP, WOOL, store_of

from itgraph import terms
from itgraph.documents import write_bom
from itgraph.graph import Graph
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="module")
def schema() -> jsonschema_rs.Validator:
    """The schema that the library brings; its own validator takes seconds for a document."""
    folder = files("cyclonedx.schema") / "_res"

    def load(name: str) -> Any:
        return json.loads((folder / name).read_text(encoding="utf-8"))

    others = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")
    registry = jsonschema_rs.Registry([(f"http://cyclonedx.org/schema/{name}", load(name)) for name in others])
    return jsonschema_rs.validator_for(load("bom-1.6.SNAPSHOT.schema.json"), registry=registry, validate_formats=True)


def bom_of(store: EmbeddedStore, thing: Thing) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_bom(store, thing, "cyclonedx").content)
    return found


def faults_of(bom: dict[str, Any], schema: jsonschema_rs.Validator) -> list[str]:
    return [str(fault) for fault in schema.iter_errors(bom)]


def components_of(bom: dict[str, Any]) -> list[dict[str, Any]]:
    return [bom["metadata"]["component"], *bom.get("components", [])]


def values(properties: Iterable[dict[str, str]], name: str) -> list[str]:
    return [found["value"] for found in properties if found["name"] == f"itgraph:{name}"]


@pytest.fixture(scope="module")
def sheep(small: EmbeddedStore) -> dict[str, dict[str, Any]]:
    return {component["name"]: component for component in components_of(bom_of(small, SHEEP))}


@pytest.mark.slow
def test_everything_in_the_graph_is_valid_and_complete(
    shipped: EmbeddedStore, shipped_things: list[Thing], schema: jsonschema_rs.Validator
) -> None:
    assert len(shipped_things) > 100
    for thing in shipped_things:
        bom = bom_of(shipped, thing)
        assert not faults_of(bom, schema), thing
        references = [component["bom-ref"] for component in components_of(bom)]
        ancestry = shipped.select(f"SELECT DISTINCT ?a WHERE {{ <{thing.iri}> <{terms.UPSTREAM}>+ ?a }}")
        assert set(references) == {thing.iri} | {str(row.a) for row in ancestry}, thing
        edges = {(found["ref"], to) for found in bom["dependencies"] for to in found.get("dependsOn", ())}
        nodes = " ".join(f"<{reference}>" for reference in references)
        stated = shipped.select(f"SELECT ?c ?p WHERE {{ VALUES ?c {{ {nodes} }} ?c <{terms.UPSTREAM}> ?p }}")
        assert edges == {(str(row.c), str(row.p)) for row in stated if row.c != row.p}, thing


def test_the_thing_is_what_the_document_is_about(small: EmbeddedStore) -> None:
    bom = bom_of(small, SHEEP)
    assert bom["metadata"]["component"]["bom-ref"] == SHEEP.iri
    assert list(bom)[:3] == ["$schema", "bomFormat", "specVersion"]
    assert {component["name"]: component["type"] for component in components_of(bom)} == {
        "Sheep": "machine-learning-model",
        "Ram": "machine-learning-model",
        "Shepherd": "machine-learning-model",
        "Wool": "data",
        "Fleece": "data",
    }


def test_a_dataset_has_one_too(small: EmbeddedStore) -> None:
    bom = bom_of(small, WOOL)
    assert bom["metadata"]["component"]["type"] == "data"
    assert {component["name"] for component in bom["components"]} == {"Shepherd", "Fleece"}
    assert "components" not in bom_of(small, FLEECE)


def test_relations_keep_their_names_and_their_evidence(sheep: dict[str, dict[str, Any]]) -> None:
    assert values(sheep["Sheep"]["properties"], "relation:trainedOn") == [
        f"{FLEECE.iri}; concluded by the rule guess",
        f"{WOOL.iri}; stated by https://farm.example/wool",
    ]
    assert values(sheep["Sheep"]["properties"], "relation:baseModel") == [
        f"{terms.BASE}model/ram; stated by https://survey.example/README.md#L7-L9"
    ]
    assert values(sheep["Wool"]["properties"], "relation:generatedBy") == [
        f"{terms.BASE}model/shepherd; stated by https://farm.example/wool"
    ]


def test_base_models_are_the_pedigree_and_data_is_in_the_model_card(sheep: dict[str, dict[str, Any]]) -> None:
    assert [ancestor["name"] for ancestor in sheep["Sheep"]["pedigree"]["ancestors"]] == ["Ram"]
    assert sheep["Sheep"]["modelCard"]["modelParameters"]["datasets"] == [{"ref": FLEECE.iri}, {"ref": WOOL.iri}]
    assert "pedigree" not in sheep["Wool"]
    assert not any("modelCard" in sheep[name] for name in ("Wool", "Ram"))


def test_licences(sheep: dict[str, dict[str, Any]]) -> None:
    found = [
        (entry["license"].get("id"), entry["license"].get("name"), *values(entry["license"]["properties"], "part"))
        for entry in sheep["Sheep"]["licenses"]
    ]
    assert sorted(found, key=str) == [
        ("Apache-2.0", None, "code"),
        ("Apache-2.0", None, "weights"),
        (None, "pasture", "weights"),
    ]
    (pasture,) = (entry["license"] for entry in sheep["Sheep"]["licenses"] if "name" in entry["license"])
    assert pasture["url"] == "https://farm.example/LICENSE"
    assert pasture["acknowledgement"] == "declared"


def test_unknown_is_said_and_is_not_absent(sheep: dict[str, dict[str, Any]]) -> None:
    assert values(sheep["Fleece"]["properties"], "unknown") == ["developer", "how the data was made", "licence"]
    assert values(sheep["Fleece"]["properties"], "access") == ["unknown"]
    assert "licenses" not in sheep["Fleece"]
    assert values(sheep["Sheep"]["properties"], "unknown") == []
    assert values(sheep["Ram"]["properties"], "unknown") == ["developer", "licence of the weights", "training data"]


def test_makers(sheep: dict[str, dict[str, Any]]) -> None:
    assert sheep["Shepherd"]["manufacturer"] == {"name": "The Farm", "url": ["https://farm.example/"]}
    assert [author["name"] for author in sheep["Sheep"]["authors"]] == ["The Barn", "The Farm"]


def test_links(sheep: dict[str, dict[str, Any]]) -> None:
    assert {(link["type"], link["url"]) for link in sheep["Sheep"]["externalReferences"]} == {
        ("documentation", "https://arxiv.org/abs/2306.00001"),
        ("distribution", "https://huggingface.co/farm/sheep-7b"),
        ("vcs", "https://github.com/farm/sheep"),
    }


def test_it_says_what_it_is_not(small: EmbeddedStore) -> None:
    bom = bom_of(small, SHEEP)
    assert "not legal advice" in values(bom["metadata"]["properties"], "disclaimer")[0]
    (composition,) = bom["compositions"]
    assert composition["aggregate"] == "unknown"
    assert set(composition["dependencies"]) == {component["bom-ref"] for component in components_of(bom)}
    assert "timestamp" not in bom["metadata"]


def test_names_that_would_break_out(hostile: EmbeddedStore, schema: jsonschema_rs.Validator) -> None:
    bom = bom_of(hostile, Graph(hostile).get(SHEEP.iri))
    assert not faults_of(bom, schema)
    assert bom["metadata"]["component"]["name"].startswith("Sheep Quote \" \\ '\n---\n%\t@misc{x")


def test_the_check_can_fail(small: EmbeddedStore, schema: jsonschema_rs.Validator) -> None:
    bom = bom_of(small, SHEEP)
    bom["components"][0]["licenses"] = [{"license": {"id": "Grazing-1.0"}}]
    assert faults_of(bom, schema)


@pytest.mark.parametrize("iri", ["https://spdx.org/licenses/Grazing-1.0", "urn:grazing:1"])
def test_a_licence_that_is_not_in_the_list_of_spdx(schema: jsonschema_rs.Validator, iri: str) -> None:
    store = store_of(
        f"""
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <model/sheep> a itg:Model ; rdfs:label "Sheep" ; itg:license <{iri}> .
        <{iri}> rdfs:label "Grazing-1.0" .
        """
    )
    bom = bom_of(store, SHEEP)
    assert not faults_of(bom, schema)
    (licence,) = bom["metadata"]["component"]["licenses"]
    assert (licence["license"].get("id"), licence["license"]["name"]) == (None, "Grazing-1.0")


def test_the_serial_number_is_of_the_content(small: EmbeddedStore) -> None:
    assert bom_of(small, SHEEP)["serialNumber"] == bom_of(small, SHEEP)["serialNumber"]
    changed = EmbeddedStore(quad for quad in small.quads() if quad.predicate.value != terms.HAS_LICENSING)
    assert bom_of(small, SHEEP)["serialNumber"] != bom_of(changed, SHEEP)["serialNumber"]


@pytest.mark.slow
@pytest.mark.parametrize("format", ["cyclonedx", "spdx"])
def test_other_processes_write_the_same_bytes(format: str) -> None:
    command = [sys.executable, "-m", "itgraph", "bom", "model/Vicuna", "--format", format]
    outputs = {
        subprocess.run(
            command, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True, timeout=120
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())
