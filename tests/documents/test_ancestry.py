"""What documents read of a graph: with evidence, and what is unknown told apart from what is not so."""

from __future__ import annotations

import pytest
from tests.documents.graphs import FLEECE, SHEEP, WOOL, store_of, thing

from itgraph.documents.ancestry import Ancestry, Part, read_ancestry, require_kind
from itgraph.errors import ParameterError
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="module")
def ancestry(small: EmbeddedStore) -> Ancestry:
    return read_ancestry(small, SHEEP)


@pytest.fixture(scope="module")
def parts(ancestry: Ancestry) -> dict[str, Part]:
    return {part.thing.label: part for part in ancestry.parts}


def test_the_thing_comes_first_then_the_nearest(ancestry: Ancestry) -> None:
    assert [part.thing.label for part in ancestry.parts] == ["Sheep", "Fleece", "Ram", "Wool", "Shepherd"]


def test_the_date_is_that_of_the_newest_snapshot(ancestry: Ancestry) -> None:
    assert ancestry.date == "2024-10-15"


def test_licences_say_of_which_part_and_who_says_so(parts: dict[str, Part]) -> None:
    found = [(licence.part, licence.name, licence.spdx, licence.access) for licence in parts["Sheep"].licences]
    assert found == [
        ("code", "Apache-2.0", "Apache-2.0", "open"),
        ("weights", "Apache-2.0", "Apache-2.0", "open"),
        ("weights", "pasture", "", "restricted"),
    ]
    pasture = parts["Sheep"].licences[2]
    assert pasture.evidence == "stated by https://farm.example/LICENSE"
    assert pasture.sources == ("https://farm.example/LICENSE",)
    assert parts["Sheep"].licences[0].evidence == "no source is recorded"


def test_the_licence_of_code_is_not_that_of_the_model(parts: dict[str, Part]) -> None:
    assert [licence.part for licence in parts["Sheep"].own_licences] == ["weights", "weights"]
    assert parts["Ram"].licences
    assert not parts["Ram"].own_licences


def test_access_is_the_narrowest_and_unknown_is_not_open(parts: dict[str, Part]) -> None:
    assert {label: part.access for label, part in parts.items()} == {
        "Sheep": "restricted",
        "Ram": "unknown",  # of which only the code's licence is known
        "Wool": "restricted",
        "Shepherd": "closed",
        "Fleece": "unknown",
    }


def test_what_no_source_says_is_named(parts: dict[str, Part]) -> None:
    assert {label: part.unknown for label, part in parts.items()} == {
        "Sheep": (),
        "Ram": ("licence of the weights", "developer", "training data"),
        "Wool": ("developer",),
        "Shepherd": ("training data",),
        "Fleece": ("licence", "developer", "how the data was made"),
    }


def test_a_repository_is_of_a_model_or_of_data_as_its_links_say(parts: dict[str, Part]) -> None:
    # Wool is a dataset that also has the repository of a model.
    assert parts["Wool"].hugging_face == ("farm/wool",)
    assert [link.url for link in parts["Wool"].links] == [
        "https://huggingface.co/farm/sheep-7b",
        "https://huggingface.co/datasets/farm/wool",
    ]
    assert parts["Sheep"].hugging_face == ("farm/sheep-7b",)


def test_only_disputes_are_told_and_not_every_defect(parts: dict[str, Part]) -> None:
    assert parts["Sheep"].disputed == ("the survey says Goat, the card says Ram",)
    assert parts["Wool"].disputed == ()


def test_the_digest_is_of_the_content(small: EmbeddedStore) -> None:
    assert read_ancestry(small, WOOL).digest() == read_ancestry(small, WOOL).digest()
    assert read_ancestry(small, WOOL).digest() != read_ancestry(small, FLEECE).digest()


def test_a_thing_that_descends_from_itself() -> None:
    store = store_of(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <model/sheep> a itg:Model ; rdfs:label "Sheep" ; itg:baseModel <model/sheep> , <model/x> .
        """
    )
    ancestry = read_ancestry(store, SHEEP)
    assert [part.thing.iri.rsplit("/", 1)[1] for part in ancestry.parts] == ["sheep", "x"]
    assert len(ancestry.edges) == 2
    assert ancestry.date == ""


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("https://a.example/x?y=%41#z", ["https://a.example/x?y=%41#z"]),
        ("https://a.example/100%/x", ["https://a.example/100%25/x"]),
        ("https://a.example/a#b#c", ["https://a.example/a#b%23c"]),
        ('https://a.example/ "<{x}>', ["https://a.example/%20%22%3C%7Bx%7D%3E"]),
        ("javascript:alert(1)", []),
        ("see the paper", []),
        ("https://", []),
    ],
)
def test_what_is_no_address_is_no_link(page: str, expected: list[str]) -> None:
    store = store_of(
        f"""
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <model/sheep> a itg:Model ; rdfs:label "Sheep" ; itg:project '{page}' .
        """
    )
    assert [link.url for link in read_ancestry(store, SHEEP).start.links] == expected


def test_an_identifier_cannot_become_another_address() -> None:
    store = store_of(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <model/sheep> a itg:Model ; rdfs:label "Sheep" ; itg:huggingFaceId "a?b#c d" .
        """
    )
    assert [link.url for link in read_ancestry(store, SHEEP).start.links] == ["https://huggingface.co/a%3Fb%23c%20d"]


def test_licences_of_a_graph_that_does_not_say_of_which_part() -> None:
    store = store_of(
        """
        PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        PREFIX itg: <https://w3id.org/itgraph/ontology#>
        BASE <https://w3id.org/itgraph/>
        <model/sheep> a itg:Model ; rdfs:label "Sheep" ; itg:license <https://spdx.org/licenses/MIT> .
        """
    )
    part = read_ancestry(store, SHEEP).start
    assert [(licence.part, licence.spdx, licence.access) for licence in part.own_licences] == [("", "MIT", "unknown")]
    assert part.access == "unknown"


@pytest.mark.parametrize("path", ["technique/lora", "paper/x", "person/ann", "organization/farm", "row/1"])
def test_only_what_was_made_has_such_documents(path: str) -> None:
    with pytest.raises(ParameterError, match=r"of a model, a dataset or a benchmark; X is an? "):
        require_kind(thing(path, "X"), "a card")
