"""Cards: what the hub reads, in its own words, and nothing that is not known."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.documents.graphs import FLEECE, SHEEP, WOOL, store_of, thing

from itgraph.documents import write_card
from itgraph.documents.document import Document
from itgraph.graph import Graph
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore

KEYS = {
    "model": {"license", "license_name", "license_link", "base_model", "datasets", "language", "tags"},
    "data": {
        *("pretty_name", "license", "license_name", "license_link", "source_datasets"),
        *("language_creators", "language", "tags"),
    },
}


def head_of(document: Document) -> dict[str, Any]:
    """Read the YAML as the hub does: what is between the two lines."""
    text = document.content.decode()
    assert text.startswith("---\n")
    assert text.endswith("\n---\n")
    assert text.count("\n---\n") == 1
    found: dict[str, Any] | None = yaml.safe_load(text.removeprefix("---\n").removesuffix("---\n"))
    return found or {}


def licensed(*licences: str, kind: str = "model", part: str = "weights") -> EmbeddedStore:
    nodes = [
        f'<licensing/{n}> a itg:Licensing ; itg:part "{part}" ; itg:license <{iri}> ; itg:access "open" .'
        f' <{iri}> rdfs:label "{iri.rsplit("/", 1)[1]}" .'
        for n, iri in enumerate(licences)
    ]
    named = ", ".join(f"<licensing/{n}>" for n in range(len(licences)))
    return store_of(
        f"""
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <{kind}/x> a itg:{kind.title()} ; rdfs:label "X" ; itg:licensing {named} .
        {" ".join(nodes)}
        """
    )


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        (["https://spdx.org/licenses/Apache-2.0"], {"license": "apache-2.0"}),
        (["https://spdx.org/licenses/GPL-3.0-only"], {"license": "gpl-3.0"}),
        (["https://spdx.org/licenses/ODC-By-1.0"], {"license": "odc-by"}),
        (["https://w3id.org/itgraph/license/llama-2-community"], {"license": "llama2"}),
        (["https://w3id.org/itgraph/license/bigcode-openrail-m"], {"license": "bigcode-openrail-m"}),
        (["https://w3id.org/itgraph/license/Own_Terms"], {"license": "other", "license_name": "own-terms"}),
        (
            ["https://spdx.org/licenses/0BSD"],
            {"license": "other", "license_name": "0bsd", "license_link": "https://spdx.org/licenses/0BSD"},
        ),
        (
            ["https://spdx.org/licenses/MIT", "https://w3id.org/itgraph/license/pasture"],
            {"license": "other", "license_name": "mit-and-pasture"},
        ),
        (
            ["https://spdx.org/licenses/MIT", "https://spdx.org/licenses/Apache-2.0"],
            {"license": "other", "license_name": "apache-2.0-and-mit"},
        ),
    ],
)
def test_licences_of_models_in_the_words_of_the_hub(licences: list[str], expected: dict[str, str]) -> None:
    head = head_of(write_card(licensed(*licences), thing("model/x", "X")))
    assert {key: value for key, value in head.items() if key.startswith("license")} == expected


def test_a_dataset_may_have_several_licences() -> None:
    store = licensed(
        "https://spdx.org/licenses/MIT", "https://spdx.org/licenses/Apache-2.0", kind="dataset", part="data"
    )
    assert head_of(write_card(store, thing("dataset/x", "X")))["license"] == ["apache-2.0", "mit"]


def test_the_licence_of_code_is_not_said_to_be_that_of_a_model() -> None:
    document = write_card(licensed("https://spdx.org/licenses/MIT", part="code"), thing("model/x", "X"))
    assert "license" not in head_of(document)
    assert any("no source says the licence of the weights; known is MIT (code)" in note for note in document.notes)


def test_a_model(small: EmbeddedStore) -> None:
    document = write_card(small, SHEEP)
    assert head_of(document) == {
        "license": "other",
        "license_name": "apache-2.0-and-pasture",
        "license_link": "https://farm.example/LICENSE",
        "datasets": ["farm/wool"],
        "language": ["en"],
        "tags": ["arxiv:2306.00001"],
    }
    # Ram has two repositories, Fleece none: which is meant is not known.
    assert document.notes == (
        "license: several, of which the hub takes one: Apache-2.0, pasture",
        "base_model: Ram left out, choose one of farm/ram-13b, farm/ram-7b",
        "datasets: Fleece left out, since no repository on the hub is known of it",
        "disputed: the survey says Goat, the card says Ram",
    )
    assert b"not legal advice" in document.content


def test_a_dataset(small: EmbeddedStore) -> None:
    document = write_card(small, WOOL)
    assert head_of(document) == {
        "pretty_name": "Wool",
        "license": "cc-by-nc-4.0",
    }
    assert document.notes == (
        "source_datasets: Fleece left out, since no repository on the hub is known of it",
        "language_creators: left out, since no source says that models alone wrote it",
        "language: left out, since no source says it",
    )


def test_what_is_unknown_is_left_out_and_said(small: EmbeddedStore) -> None:
    document = write_card(small, FLEECE)
    assert head_of(document) == {"pretty_name": "Fleece"}
    assert document.notes == (
        "license: left out, since no source says the licence of the data",
        "language: left out, since no source says it",
    )


def test_a_repository_stands_for_a_family_and_the_card_says_so(shipped: EmbeddedStore) -> None:
    document = write_card(shipped, Graph(shipped).get("InstructBLIP"))
    assert any("Salesforce/blip2-opt-2.7b stands for BLIP-2" in note for note in document.notes)
    assert b"# base_model: Salesforce/blip2-opt-2.7b stands for BLIP-2" in document.content
    # A repository of the thing's own name is the thing.
    assert not any("stands for" in note for note in write_card(shipped, Graph(shipped).get("WildChat")).notes)


@pytest.mark.parametrize("name", ["ShareGPT", "UltraLM"])
def test_a_disputed_licence_is_not_one_that_nobody_states(shipped: EmbeddedStore, name: str) -> None:
    document = write_card(shipped, Graph(shipped).get(name))
    assert "license" not in head_of(document)
    assert "license: left out, since sources disagree about the licence, and none is taken" in document.notes


@pytest.mark.parametrize("name", ["ShareGPT", "Vicuna"])
def test_what_people_wrote_too_is_not_said_to_be_a_models(shipped: EmbeddedStore, name: str) -> None:
    assert "language_creators" not in head_of(write_card(shipped, Graph(shipped).get(name, "dataset")))


def test_a_link_to_a_licence_leads_to_its_text(shipped: EmbeddedStore) -> None:
    graph = Graph(shipped)
    heads = [
        head_of(write_card(shipped, graph.get(name, kind)))
        for name, kind in (("LIMA", "dataset"), ("TÜLU", "model"), ("OPT-IML", "model"), ("ChatGLM", "model"))
    ]
    links = [head["license_link"] for head in heads if "license_link" in head]
    assert links
    assert [link for link in links if "licen" not in link.rsplit("/", 1)[-1].lower()] == []
    # ChatGLM's licence was read in a README, which is no licence.
    assert "license_link" not in heads[-1]
    assert heads[-1]["license"] == "other"


def test_known_base_models_and_data(shipped: EmbeddedStore) -> None:
    document = write_card(shipped, Graph(shipped).get("LLaVA"))
    head = head_of(document)
    assert head["base_model"] == ["lmsys/vicuna-13b-delta-v0", "openai/clip-vit-large-patch14"]
    assert head["datasets"] == ["liuhaotian/LLaVA-Instruct-150K"]
    assert any("base_model_relation" in note for note in document.notes)


@pytest.mark.slow
def test_everything_in_the_graph_has_a_card(shipped: EmbeddedStore, shipped_things: list[Thing]) -> None:
    for found in shipped_things:
        head = head_of(write_card(shipped, found))
        assert head.keys() <= KEYS["model" if found.kind == "model" else "data"], found
        assert ("license_name" in head) == (head.get("license") == "other"), found


def test_names_that_would_break_out(hostile: EmbeddedStore) -> None:
    head = head_of(write_card(hostile, Graph(hostile).get(WOOL.iri)))
    assert head["pretty_name"].startswith("Wool Quote \" \\ ' --- % @misc{x")
    document = write_card(hostile, Graph(hostile).get(SHEEP.iri))
    assert head_of(document)["license"] == "other"
    comments = document.content.decode().split("\nlicense: ")[0].splitlines()[1:]
    assert len(comments) > 2
    assert all(line.startswith("# ") for line in comments)
