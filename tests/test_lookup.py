from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from itgraph import terms
from itgraph.errors import AmbiguousNameError, ParameterError, UnknownNameError
from itgraph.lookup import (
    KINDS,
    RECORD_KINDS,
    SCHEMES,
    Thing,
    find_things,
    get_thing,
    is_known_iri,
    parse_iri,
)
from itgraph.results import format_iri
from itgraph.store import EmbeddedStore

GRAPH = """
itm:alpaca a itg:Model, fair4ml:MLModel ; rdfs:label "Alpaca" ; itg:baseModel itm:llama .
itd:alpaca a itg:Dataset, schema:Dataset ; rdfs:label "Alpaca" ; skos:altLabel "Alpaca-52K" .
itm:llama a itg:Model ; rdfs:label "LLaMA" ; skos:altLabel "LLaMa" ; itg:arxivId "2302.13971" .
itm:gpt-3.5 a itg:Model ; rdfs:label "GPT-3.5" .
itm:gpt-3 a itg:Model ; rdfs:label "GPT-3" .
itm:flan-t5 a itg:Model ; rdfs:label "FLAN-T5" ; skos:altLabel "FlanT5" .
itm:t5 a itg:Model ; rdfs:label "T5" .
itm:vicuna a itg:Model ; rdfs:label "Vicuna" .
itd:sharegpt a itg:Dataset ; rdfs:label "ShareGPT" ; skos:altLabel "Vicuna" .
itb:mmlu a itg:Benchmark ; rdfs:label "MMLU" .
itt:lora a itg:Technique, skos:Concept ; rdfs:label "LoRA" .
its:srinivas-iyer a itg:Person ; rdfs:label "Srinivas Iyer" ; skos:altLabel "Srini Iyer" .
its:jose-li a itg:Person ; rdfs:label "José Li" .
ito:openai a itg:Organization ; rdfs:label "OpenAI" .
itp:arxiv-2302.13971 a itg:Paper ; rdfs:label "LLaMA: Open models" ; dcterms:title "LLaMA: Open models" ;
    itg:arxivId "2302.13971" .
<https://w3id.org/itgraph/snapshot/2024-10-15> a itg:Snapshot ; rdfs:label "Snapshot 2024-10-15" .
itr:2024-10-15/datasets/3 a itg:Row, csvw:Row ; rdfs:label "2024-10-15 datasets 3" .
itrule:upstream a itg:Rule ; rdfs:label "Upstream" .
<https://w3id.org/itgraph/curated/licences/model-llama-weights> a itg:CuratedFact ;
    rdfs:label "licences: model, LLaMA, weights" .
<https://spdx.org/licenses/Apache-2.0> a skos:Concept ; rdfs:label "Apache-2.0" ;
    skos:inScheme <https://w3id.org/itgraph/scheme/license> .
<https://w3id.org/itgraph/license/research-only> a skos:Concept ; rdfs:label "research-only" ;
    skos:inScheme <https://w3id.org/itgraph/scheme/license> .
<https://w3id.org/itgraph/modality/image> a skos:Concept ; rdfs:label "Image" ; skos:prefLabel "Image" ;
    skos:altLabel "Picture" ; skos:inScheme <https://w3id.org/itgraph/scheme/modality> .
<https://w3id.org/itgraph/domain/image> a skos:Concept ; rdfs:label "Image" ; skos:prefLabel "Image" ;
    skos:inScheme <https://w3id.org/itgraph/scheme/domain> .
<https://w3id.org/itgraph/quantity/1> a schema:QuantitativeValue ; rdfs:label "52K (instructions)" .
itm:evil a itg:Model ; rdfs:label "a \\"}\\nSERVICE\\\\u0022" .
"""


def turtle(text: str) -> list[Quad]:
    # slashes are not written so in Turtle, but in CURIEs of ours they are
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
    text = text.replace("itr:2024-10-15/datasets/3", f"<{terms.BASE}row/2024-10-15/datasets/3>")
    return list(parse(prefixes + text, format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    row = NamedNode(terms.BASE + "row/2024-10-15/datasets/3")
    named = Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode(terms.BASE + "model/only-in-a-row"), row)
    return EmbeddedStore([*turtle(GRAPH), named])


@pytest.mark.parametrize(
    ("text", "kind", "curie"),
    [
        # by name: the kind decides
        ("Alpaca", "model", "itm:alpaca"),
        ("Alpaca", "dataset", "itd:alpaca"),
        ("LoRA", None, "itt:lora"),
        ("LoRA", "thing", "itt:lora"),
        ("  MMLU ", None, "itb:mmlu"),
        # another name, a title, an arXiv id
        ("Alpaca-52K", None, "itd:alpaca"),
        ("LLaMA: Open models", "paper", "itp:arxiv-2302.13971"),
        ("2302.13971", None, "itp:arxiv-2302.13971"),
        ("2302.13971", "model", "itm:llama"),
        ("arXiv:2302.13971v3", "paper", "itp:arxiv-2302.13971"),
        ("Srini Iyer", "person", "its:srinivas-iyer"),
        # in another spelling
        ("alpaca", "model", "itm:alpaca"),
        ("flan t5", None, "itm:flan-t5"),
        ("Jose Li", "person", "its:jose-li"),
        ("open ai", "organization", "ito:openai"),
        ("gpt3.5", None, "itm:gpt-3.5"),
        # a name comes before another thing's other name
        ("Vicuna", None, "itm:vicuna"),
        ("vicuna", None, "itm:vicuna"),
        ("Vicuna", "dataset", "itd:sharegpt"),
        # IRIs, in three ways
        ("itm:alpaca", None, "itm:alpaca"),
        ("itm:alpaca", "model", "itm:alpaca"),
        ("https://w3id.org/itgraph/model/gpt-3.5", None, "itm:gpt-3.5"),
        ("<https://w3id.org/itgraph/dataset/alpaca>", "thing", "itd:alpaca"),
        ("itr:2024-10-15/datasets/3", None, "itr:2024-10-15/datasets/3"),
        # the end of one
        ("model/alpaca", None, "itm:alpaca"),
        ("arxiv-2302.13971", "paper", "itp:arxiv-2302.13971"),
        ("upstream", "rule", "itrule:upstream"),
        ("2024-10-15", "snapshot", "https://w3id.org/itgraph/snapshot/2024-10-15"),
        ("snapshot/2024-10-15", None, "https://w3id.org/itgraph/snapshot/2024-10-15"),
        # concepts, by their scheme
        ("Image", "concept:modality", "https://w3id.org/itgraph/modality/image"),
        ("image", "concept:domain", "https://w3id.org/itgraph/domain/image"),
        ("picture", "concept:modality", "https://w3id.org/itgraph/modality/image"),
        ("modality/image", None, "https://w3id.org/itgraph/modality/image"),
        # licences, those of SPDX by their identifiers, and curated facts
        ("Apache-2.0", "concept:license", "https://spdx.org/licenses/Apache-2.0"),
        ("apache 2.0", "concept:license", "https://spdx.org/licenses/Apache-2.0"),
        ("https://spdx.org/licenses/Apache-2.0", None, "https://spdx.org/licenses/Apache-2.0"),
        ("license/Apache-2.0", None, "https://spdx.org/licenses/Apache-2.0"),
        ("license/research-only", None, "https://w3id.org/itgraph/license/research-only"),
        ("modality/Picture", None, "https://w3id.org/itgraph/modality/image"),
        (
            *("curated/licences/model-llama-weights", None),
            "https://w3id.org/itgraph/curated/licences/model-llama-weights",
        ),
        (
            *("licences/model-llama-weights", "curated"),
            "https://w3id.org/itgraph/curated/licences/model-llama-weights",
        ),
        # a name that would end a string and a group is a name
        ('a "}\nSERVICE\\u0022', "model", "itm:evil"),
    ],
)
def test_it_is_found(store: EmbeddedStore, text: str, kind: str | None, curie: str) -> None:
    thing = get_thing(store, text, kind)
    assert thing.curie == curie
    if kind not in {None, "thing"}:
        assert thing.kind == kind


def test_what_a_thing_is(store: EmbeddedStore) -> None:
    expected = Thing(iri=terms.BASE + "model/alpaca", kind="model", label="Alpaca")
    assert get_thing(store, "itm:alpaca") == get_thing(store, "Alpaca", "model") == expected
    assert get_thing(store, "itt:lora").kind == "technique"  # and a concept, too
    assert get_thing(store, "modality/image").kind == "concept:modality"
    assert get_thing(store, f"<{terms.BASE}quantity/1>").kind == "QuantitativeValue"
    assert get_thing(store, "<https://spdx.org/licenses/Apache-2.0>").kind == "concept:license"
    assert get_thing(store, "curated/licences/model-llama-weights").kind == "curated"
    assert get_thing(store, "itr:2024-10-15/datasets/3") == Thing(
        iri=terms.BASE + "row/2024-10-15/datasets/3", kind="row", label="2024-10-15 datasets 3"
    )


@pytest.mark.parametrize(
    ("text", "kind", "suggestion"),
    [
        ("Alpacca", "model", "Alpaca"),
        ("Alpacca", None, "Alpaca"),
        ("LLaMA 2", "model", "LLaMA"),
        ("Dolly 2.0", None, None),
        ("MMLU", "model", None),
        ("Image", None, None),  # concepts are no things that one asks for without saying so
        ("Snapshot 2024-10-15", None, None),
        ("", None, None),
        ("\ud800", "model", None),
        ("itm:alpacca", None, "itm:alpaca"),
        ("itm:alpaca", "dataset", "itd:alpaca"),
        ("itm:alpaca", "concept:modality", None),
        ("modality/image", "concept:domain", None),
        ("Apache-2.0", None, None),  # nor are licences
        ("Apache-2.0", "model", None),
        ("license/Apache-3.0", None, None),
        ("license/MIT", "model", None),
        ("https://w3id.org/itgraph/model/lama", "model", "itm:llama"),
        ("https://example.org/alpaca", "model", None),
        ("itg:Model", None, None),
        ("model/none", None, None),
        ("../model/alpaca", "model", None),
        ("2302.99999", None, None),
    ],
)
def test_it_is_not_found(store: EmbeddedStore, text: str, kind: str | None, suggestion: str | None) -> None:
    assert find_things(store, text, kind) == ()
    with pytest.raises(UnknownNameError) as caught:
        get_thing(store, text, kind)
    assert caught.value.name == text
    if suggestion:
        assert caught.value.suggestions[0] == suggestion


def test_errors_name_the_kind(store: EmbeddedStore) -> None:
    with pytest.raises(UnknownNameError, match=r"^no modality is called 'Imag'; did you mean 'Image'"):
        get_thing(store, "Imag", "concept:modality")
    with pytest.raises(UnknownNameError, match=r"^nothing is called 'zzz'"):
        get_thing(store, "zzz", "thing")


def test_several_things_are_listed(store: EmbeddedStore) -> None:
    assert [thing.curie for thing in find_things(store, "Alpaca")] == ["itm:alpaca", "itd:alpaca"]
    with pytest.raises(AmbiguousNameError, match="'Alpaca' means more than one thing: itm:alpaca, itd:alpaca;"):
        get_thing(store, "Alpaca")
    with pytest.raises(AmbiguousNameError):
        get_thing(store, "ALPACA", "thing")


def test_an_unknown_kind_is_refused(store: EmbeddedStore) -> None:
    with pytest.raises(ParameterError, match="there is no kind 'animal'; choose one of model, dataset"):
        find_things(store, "Alpaca", "animal")


def test_every_kind_has_its_own_class() -> None:
    classes = [*KINDS.values(), *RECORD_KINDS.values(), *SCHEMES.values()]
    assert len(set(classes)) == len(classes)


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("itm:alpaca", terms.BASE + "model/alpaca"),
        (" itm:alpaca ", terms.BASE + "model/alpaca"),
        ("rdf:type", terms.RDF_TYPE),
        ("https://example.org/a", "https://example.org/a"),
        ("<urn:x>", "urn:x"),
        ("urn:x", None),
        ("itm:", None),
        ("itm", None),
        ("GPT: a name", None),
        ("itm:two words", None),
        ("itm:a>b", None),
        ("https://example.org/a b", None),
        ('https://example.org/"', None),
        ("https://example.org/} UNION {", None),
        ("https://example.org/\\u003e", None),
        ("<>", None),
        ("<not an iri>", None),
    ],
)
def test_parse_iri(text: str, iri: str | None) -> None:
    assert parse_iri(text) == iri


@given(st.text())
def test_what_is_parsed_can_be_written(text: str) -> None:
    for written in (text, f"<{text}>", f"itm:{text}", f"https://{text}"):
        iri = parse_iri(written)
        if iri is not None:
            assert not set(iri) & set('<>"{}|^`\\ \n')
            assert parse_iri(f"<{iri}>") == iri
            assert parse_iri(format_iri(iri)) in {iri, None}


@given(text=st.text(), kind=st.sampled_from([None, *KINDS, *SCHEMES]))
def test_any_text_is_looked_up(text: str, kind: str | None) -> None:
    store = EmbeddedStore(turtle('itm:alpaca a itg:Model ; rdfs:label "Alpaca" .'))
    for thing in find_things(store, text, kind):
        assert thing.curie == "itm:alpaca"


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("itm:alpaca", True),
        ("itg:baseModel", True),
        ("itg:Model", True),
        ("itm:only-in-a-row", True),
        ("itr:2024-10-15/datasets/3", True),
        ("itm:none", False),
        ("itg:teacher", False),
    ],
)
def test_is_known_iri(store: EmbeddedStore, name: str, known: bool) -> None:
    iri = parse_iri(name)
    assert iri is not None
    assert is_known_iri(store, iri) is known


def test_a_graph_without_statements_in_the_default_graph_is_known() -> None:
    node = NamedNode(terms.BASE + "rule/x")
    store = EmbeddedStore([Quad(node, node, node, DefaultGraph())])
    assert is_known_iri(store, node.value)


@pytest.mark.parametrize(
    ("text", "iri"), [("model/WizardLM", "model/wizardlm"), ("dataset/wizardlm", "dataset/evol-instruct")]
)
def test_a_name_may_say_its_kind(text: str, iri: str) -> None:
    from itgraph.store import open_store

    (thing,) = find_things(open_store(), text)
    assert thing.iri == terms.BASE + iri
    assert find_things(open_store(), text, "person") == ()
