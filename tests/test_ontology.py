"""The ontology, its rules, shapes and JSON-LD context, each held against the others and a small graph."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
import yaml
from rdflib.namespace import OWL, RDF, RDFS, SH, SKOS, XSD
from rdflib.plugins.sparql import prepareQuery

from itgraph import terms
from itgraph.arrangement import arrange
from itgraph.build import LAYERS

ROOT = Path(__file__).resolve().parents[1]
ONTOLOGY = ROOT / "ontology"
RULES = sorted((ONTOLOGY / "rules").glob("*.rq"))
# Copies of the published vocabularies, where a checkout has them beside it.
VOCABULARIES = ROOT.parent / "shared" / "vocab"

# Besides the prefixes of the graph, shorter ways to write its other resources here.
SHORT = {
    "snap": terms.BASE + "snapshot/",
    "qty": terms.BASE + "quantity/",
    "deriv": terms.BASE + "derivation/",
    "auth": terms.BASE + "authorship/",
    "licence": terms.BASE + "license/",
    "scheme": terms.BASE + "scheme/",
    **{name: f"{terms.BASE}{name}/" for name in ("category", "construction", "modality", "domain", "evaluation-type")},
}
PREFIX_LINES = "\n".join(
    f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in {**terms.PREFIXES, **SHORT}.items()
)

# A graph as it is to be laid out, with at least one of everything: rows in graphs of their own, the current
# view in the default graph. LLaVA stands on two base models, one of them with a size of its own. At the end, a hub.
GOOD = """
snap:2024-10-15 a itg:Snapshot ;
    rdfs:label "2024-10-15" ;
    itg:repository <https://github.com/owner/survey> ;
    itg:commit "5b028076bd4c69996186fa979c4f1102d522eef7" ;
    itg:sha256 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" ;
    dcterms:issued "2024-10-15"^^xsd:date ;
    itg:repair "UTF-8 that was read as cp1252 and saved again; undone." .

<https://w3id.org/itgraph/row/2024-10-15/datasets/1> a itg:Row ;
    rdfs:label "2024-10-15 datasets 1" ;
    itg:snapshot snap:2024-10-15 ;
    itg:table "datasets" ; itg:rowNumber 1 ; itg:lineStart 242 ; itg:lineEnd 250 ;
    prov:wasQuotedFrom <https://github.com/owner/survey/blob/5b028076/README.md#L242-L250> ;
    itg:text "Alpaca [17] | - | project | 52K | En&Zh | InstructGPT-generated | Yes" ;
    itg:raw "Alpaca [17] | project" ; itg:heading "Datasets" ;
    itg:about itd:alpaca ; itg:cites <https://w3id.org/itgraph/row/2024-10-15/references/17> .

<https://w3id.org/itgraph/row/2024-10-15/multimodal-models/2> a itg:Row ;
    rdfs:label "2024-10-15 multimodal-models 2" ;
    itg:snapshot snap:2024-10-15 ;
    itg:table "multimodal-models" ; itg:rowNumber 2 ; itg:lineStart 760 ; itg:lineEnd 760 ;
    prov:wasQuotedFrom <https://github.com/owner/survey/blob/5b028076/README.md#L760> ;
    itg:text "" ; itg:about itm:llava .

<https://w3id.org/itgraph/row/2024-10-15/references/17> a itg:Row ;
    rdfs:label "2024-10-15 references 17" ;
    itg:snapshot snap:2024-10-15 ;
    itg:table "references" ; itg:rowNumber 17 ; itg:referenceNumber 17 ;
    itg:lineStart 1130 ; itg:lineEnd 1131 ;
    prov:wasQuotedFrom <https://github.com/owner/survey/blob/5b028076/README.md#L1130-L1131> ;
    itg:text "[17] R. Taori and Stanford Alpaca Team. Alpaca, 2023." ; itg:about itp:arxiv-2303.00001 .

itd:alpaca a itg:Dataset ; rdfs:label "Alpaca" ; skos:altLabel "ALPACA" ;
    itg:describedIn itp:arxiv-2303.00001 ;
    itg:project <https://github.com/tatsu-lab/stanford_alpaca> ;
    itg:paperLink <https://arxiv.org/abs/2303.00001> ;
    itg:category category:distillation ;
    itg:construction construction:instructgpt-generated ;
    schema:inLanguage "en", "zh-Hant" ; itg:multilingual true ; itg:openSource true ;
    itg:generatedBy itm:instructgpt ; itg:sourceDataset itd:self-instruct ;
    itg:upstream itm:instructgpt, itd:self-instruct ;
    itg:developer ito:stanford ; itg:license licence:apache-2.0 ; itg:access "open" ;
    itg:githubRepository "tatsu-lab/stanford_alpaca" ; itg:huggingFaceId "tatsu-lab/alpaca" ;
    itg:instructions qty:i ; itg:instructionCount 52000 ;
    itg:languages qty:l ; itg:languageCount 2 .
itd:self-instruct a itg:Dataset ; rdfs:label "Self-Instruct" ;
    itg:instructions qty:t ;
    itg:instances qty:n1, qty:n2 ; itg:instanceCount 10000, 75000 ;
    itg:tasks qty:k ; itg:taskCount 62 .

itm:llava a itg:Model ; rdfs:label "LLaVA" ; itg:selfBuilt true ;
    itg:baseModel itm:clip, itm:llama ; itg:trainedOn itd:alpaca ;
    itg:upstream itm:clip, itm:llama, itd:alpaca ;
    itg:modality modality:image, modality:text ;
    itg:domain domain:code ;
    itg:parameters qty:p ; itg:parameterCount 7000000000 ;
    itg:trainingSetSize qty:s ; itg:trainingSetCount 158000 ;
    prov:qualifiedDerivation deriv:d .
itm:clip a itg:Model ; rdfs:label "CLIP" .
itm:llama a itg:Model ; rdfs:label "LLaMA" .
itm:instructgpt a itg:Model ; rdfs:label "InstructGPT" ; itg:memberOf itm:gpt-unknown-version .
itm:gpt-unknown-version a itg:Model ; rdfs:label "GPT (unknown version)" .
itb:mmlu a itg:Benchmark ; rdfs:label "MMLU" ;
    itg:evaluationType evaluation-type:close-ended .
itt:lora a itg:Technique, skos:Concept ; rdfs:label "LoRA" .

deriv:d a prov:Derivation ; rdfs:label "LLaVA from CLIP" ; prov:entity itm:clip ; itg:parameters qty:c .
qty:i a schema:QuantitativeValue ; rdfs:label "52K" ; itg:text "52K" ; itg:precision itg:Exact ;
    schema:value 52000 ; schema:minValue 52000 ; schema:maxValue 52000 ; schema:unitText "instructions" .
qty:l a schema:QuantitativeValue ; rdfs:label "Multi" ; itg:text "Multi" ; itg:precision itg:AtLeast ;
    schema:minValue 2 ; schema:unitText "languages" .
qty:t a schema:QuantitativeValue ; rdfs:label "1.1 Tokens" ; itg:text "1.1 Tokens" ;
    itg:precision itg:Unreadable ; schema:unitText "tokens" .
qty:n1 a schema:QuantitativeValue ; rdfs:label "10K to 5M" ; itg:text "10K to 5M per task" ;
    itg:precision itg:Range ;
    schema:minValue 10000 ; schema:maxValue 5000000 ; itg:perUnit "task" ; schema:unitText "instances" .
qty:n2 a schema:QuantitativeValue ; rdfs:label "75K/110K" ; itg:text "75K/110K" ;
    itg:precision itg:Alternatives ;
    schema:value 75000, 110000 ; schema:unitText "instances" .
qty:k a schema:QuantitativeValue ; rdfs:label "62" ; itg:text "62" ; itg:precision itg:Exact ;
    schema:value 62 ; schema:unitText "tasks" .
qty:p a schema:QuantitativeValue ; rdfs:label "7B/13B" ; itg:text "7B/13B" ; itg:precision itg:Alternatives ;
    schema:value 7000000000, 13000000000 ; schema:unitText "parameters" .
qty:c a schema:QuantitativeValue ; rdfs:label "400M" ; itg:text "400M" ; itg:precision itg:Exact ;
    schema:value 400000000 ; schema:unitText "parameters" .
qty:s a schema:QuantitativeValue ; rdfs:label "~158K" ; itg:text "~158K" ; itg:precision itg:About ;
    schema:value 158000 ; schema:unitText "instances" .

itp:arxiv-2303.00001 a itg:Paper ; rdfs:label "Alpaca: a strong model" ;
    dcterms:title "Alpaca: a strong model" ;
    dcterms:issued "2023"^^xsd:gYear ; itg:arxivId "2303.00001" ; bibo:doi "10.1162/tacl_a_00370" ;
    schema:url <https://arxiv.org/abs/2303.00001> ;
    dcterms:bibliographicCitation "R. Taori and Stanford Alpaca Team. Alpaca, 2023." ;
    schema:author its:rohan-taori, ito:stanford ; itg:authorListComplete false ;
    itg:authorship auth:1, auth:2 .
auth:1 a itg:Authorship ; rdfs:label "author 1" ;
    itg:author its:rohan-taori ; itg:position 1 ; itg:nameAsWritten "R. Taori" .
auth:2 a itg:Authorship ; rdfs:label "author 2" ;
    itg:author ito:stanford ; itg:position 2 ;
    itg:nameAsWritten "Stanford Alpaca Team" .
its:rohan-taori a itg:Person ; rdfs:label "Rohan Taori" .
ito:stanford a itg:Organization ; rdfs:label "Stanford" .

category:distillation a skos:Concept ; rdfs:label "Distillation" ; skos:prefLabel "Distillation" ;
    skos:inScheme scheme:category .
construction:instructgpt-generated a skos:Concept ; rdfs:label "InstructGPT-generated" ;
    skos:prefLabel "InstructGPT-generated" ; skos:inScheme scheme:construction .
modality:image a skos:Concept ; rdfs:label "Image" ; skos:prefLabel "Image" ;
    skos:inScheme scheme:modality .
modality:text a skos:Concept ; rdfs:label "Text" ; skos:prefLabel "Text" ;
    skos:inScheme scheme:modality .
domain:code a skos:Concept ; rdfs:label "Code" ; skos:prefLabel "Code" ;
    skos:inScheme scheme:domain .
evaluation-type:close-ended a skos:Concept ; rdfs:label "close-ended" ;
    skos:prefLabel "close-ended" ; skos:inScheme scheme:evaluation-type .
licence:apache-2.0 a skos:Concept ; rdfs:label "Apache-2.0" ; skos:prefLabel "Apache-2.0" ;
    skos:notation "Apache-2.0" ; skos:inScheme scheme:license .
scheme:category a skos:ConceptScheme ; rdfs:label "Categories, in the survey's own names" ;
    skos:prefLabel "Categories, in the survey's own names" .
scheme:construction a skos:ConceptScheme ; rdfs:label "How datasets were made, as the survey writes it" ;
    skos:prefLabel "How datasets were made, as the survey writes it" .
scheme:modality a skos:ConceptScheme ; rdfs:label "Modalities" ;
    skos:prefLabel "Modalities" .
scheme:domain a skos:ConceptScheme ; rdfs:label "Domains" ;
    skos:prefLabel "Domains" .
scheme:evaluation-type a skos:ConceptScheme ; rdfs:label "Types of evaluation" ;
    skos:prefLabel "Types of evaluation" .
scheme:license a skos:ConceptScheme ; rdfs:label "Licences: identifiers of SPDX, and names of ours where it has none" ;
    skos:prefLabel "Licences: identifiers of SPDX, and names of ours where it has none" .
ito:stanford itg:organizationKind "university" .
itd:alpaca itg:licensing <https://w3id.org/itgraph/licensing/1> ;
    itg:released "2023-03"^^xsd:gYearMonth , "2023-03-13"^^xsd:date , "2022"^^xsd:gYear ;
    itg:paperReleased "2023-03"^^xsd:gYearMonth ; itg:dataReleased "2023-03-13"^^xsd:date ;
    itg:weightsReleased "2022"^^xsd:gYear ; itg:serviceReleased "2022"^^xsd:gYear .
<https://w3id.org/itgraph/licensing/1> a itg:Licensing ; rdfs:label "data: Apache-2.0" ;
    itg:part "data" ; itg:license licence:apache-2.0 ; itg:access "open" .

<https://w3id.org/itgraph/curated/corrections/1> a itg:CuratedFact ; rdfs:label "corrections: model, LLaVA" ;
    prov:hadPrimarySource <https://github.com/owner/project/blob/c0ffee/README.md> ;
    itg:table "corrections" ; itg:about itm:llava ; itg:text "model | LLaVA | baseModel | LLaMA | Vicuna" ;
    itg:corrects <https://w3id.org/itgraph/row/2024-10-15/multimodal-models/2> ;
    itg:correctedProperty itg:baseModel ; itg:surveyValue "LLaMA" ; itg:sourceValue "Vicuna" ; itg:effect "replaces" ;
    rdfs:comment "It was tuned from Vicuna." .
<https://w3id.org/itgraph/issue/2024-10-15/contradicted-by-source/760> a itg:Issue ;
    rdfs:label "contradicted-by-source, 2024-10-15, line 760" ;
    itg:code "contradicted-by-source" ; itg:severity "warning" ; itg:message "The survey says LLaMA." ;
    itg:snapshot snap:2024-10-15 ; itg:lineStart 760 ; itg:lineEnd 760 ;
    itg:contradictedBy <https://w3id.org/itgraph/curated/corrections/1> .
<https://w3id.org/itgraph/issue/curated/sources-disagree/1> a itg:Issue ; rdfs:label "sources-disagree, LLaVA" ;
    itg:code "sources-disagree" ; itg:severity "info" ; itg:message "One says MIT, another Apache-2.0." ;
    itg:about itm:llava ; prov:hadPrimarySource <https://one.example/a> , <https://other.example/b> .
itrule:upstream a itg:Rule ; rdfs:label "upstream" ; rdfs:comment "Every step is upstream." ;
    itg:sparql "CONSTRUCT { ?a itg:upstream ?b } WHERE { ?a itg:baseModel ?b }" ; itg:order 30 .
<https://w3id.org/itgraph/issue/2024-10-15/no-link/242> a itg:Issue ; rdfs:label "no-link at line 242" ;
    itg:code "no-link" ; itg:severity "info" ; itg:message "There is no link to a paper." ;
    itg:snapshot snap:2024-10-15 ; itg:lineStart 242 ; itg:lineEnd 250 ;
    itg:about <https://w3id.org/itgraph/row/2024-10-15/datasets/1>, itd:alpaca .

<https://w3id.org/itgraph/row/2024-10-15/datasets/1> {
    itd:alpaca itg:generatedBy itm:instructgpt ; itg:openSource true ; itg:instructions qty:i ;
        itg:instructionCount 52000 .
    qty:i itg:text "52K" ; itg:precision itg:Exact ; schema:value 52000 .
}
<https://w3id.org/itgraph/row/2024-10-15/multimodal-models/2> {
    itm:llava itg:baseModel itm:clip ; itg:selfBuilt true .
}
<https://w3id.org/itgraph/rule/upstream> { itm:llava itg:upstream itm:clip }

snap:hub-2026-07-01 a itg:Snapshot ; rdfs:label "hub-2026-07-01" ; itg:repository <https://huggingface.co> ;
    itg:sha256 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" ;
    dcterms:issued "2026-07-01"^^xsd:date .
itm:hf--Owner--Tuned-7B_v1.0 a itg:Model ; rdfs:label "Owner/Tuned-7B_v1.0" ;
    itg:huggingFaceId "Owner/Tuned-7B_v1.0" ;
    prov:hadPrimarySource <https://huggingface.co/Owner/Tuned-7B_v1.0/tree/0123456789abcdef0123456789abcdef01234567> ;
    itg:account "Owner" ; itg:downloads 12 ; itg:likes 0 ; schema:dateCreated "2023-10-26"^^xsd:date ;
    itg:task "text-generation" ; itg:library "transformers" ;
    itg:baseModel itm:llama ; itg:finetunedFrom itm:llama ; itg:trainedOn itd:hf--_o--data ;
    schema:inLanguage "en", "zh-hans" ; itg:license licence:apache-2.0 ; itg:access "open" ;
    itg:describedIn itp:arxiv-2303.00001 ; itg:newVersion itm:hf--Owner--Merged .
itm:hf--Owner--Merged a itg:Model ; rdfs:label "Owner/Merged" ; itg:huggingFaceId "Owner/Merged" ;
    itg:account "Owner", "Other" ; itg:downloads 3, 4 ;
    itg:baseModel itm:hf--Owner--Tuned-7B_v1.0, itm:hf--gone ;
    itg:mergedFrom itm:hf--Owner--Tuned-7B_v1.0, itm:hf--gone .
itm:hf--q--Merged-GGUF a itg:Model ; rdfs:label "q/Merged-GGUF" ; itg:huggingFaceId "q/Merged-GGUF" ;
    itg:baseModel itm:hf--Owner--Merged ; itg:quantizedFrom itm:hf--Owner--Merged .
itm:hf--a--lora a itg:Model ; rdfs:label "a/lora" ; itg:huggingFaceId "a/lora" ;
    itg:baseModel itm:hf--Owner--Merged ; itg:adapterOf itm:hf--Owner--Merged .
itm:hf--gone a itg:Model ; rdfs:label "gone" ; itg:huggingFaceId "gone" .
itd:hf--_o--data a itg:Dataset ; rdfs:label "_o/data" ; itg:huggingFaceId "_o/data" ; itg:account "_o" ;
    prov:hadPrimarySource <https://huggingface.co/datasets/_o/data> ; itg:sourceDataset itd:alpaca .
<https://huggingface.co/Owner/Tuned-7B_v1.0/tree/0123456789abcdef0123456789abcdef01234567> a itg:Revision ;
    itg:snapshot snap:hub-2026-07-01 .
<https://huggingface.co/datasets/_o/data> a itg:Revision ; itg:snapshot snap:hub-2026-07-01 .
<https://w3id.org/itgraph/issue/hub-2026-07-01/missing-base/1> a itg:Issue ; rdfs:label "missing-base, Owner/Merged" ;
    itg:code "missing-base" ; itg:severity "warning" ; itg:message "base_model: gone is not in the listing." ;
    itg:snapshot snap:hub-2026-07-01 ; itg:about itm:hf--Owner--Merged .
itrule:hub-relation a itg:Rule ; rdfs:label "hub-relation" ; rdfs:comment "As the hub infers it." .

<https://huggingface.co/Owner/Tuned-7B_v1.0/tree/0123456789abcdef0123456789abcdef01234567> {
    itm:hf--Owner--Tuned-7B_v1.0 itg:baseModel itm:llama ; itg:trainedOn itd:hf--_o--data ; schema:inLanguage "en" .
}
itrule:hub-relation { itm:hf--Owner--Tuned-7B_v1.0 itg:finetunedFrom itm:llama }
"""


# --- Reading the files --------------------------------------------------------------------------------------


@cache
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "itgraph.ttl")


@cache
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")


@cache
def context() -> dict[str, Any]:
    entries: dict[str, Any] = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return entries


def rule_header(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header: dict[str, str] = yaml.safe_load("\n".join(line[3:] for line in lines if line.startswith("#+")))
    return header


def term_constants() -> dict[str, str]:
    """Return the constants of terms.py that name a term: no namespaces, no prefixes."""
    namespaces = {terms.BASE, terms.ONTOLOGY, *terms.PREFIXES.values()}
    return {
        name: value
        for name, value in vars(terms).items()
        if name.isupper() and isinstance(value, str) and value not in namespaces
    }


def is_ours(term: Any) -> bool:
    return isinstance(term, rdflib.URIRef) and term.startswith(terms.ITG)


def declared_itg_terms() -> set[str]:
    return {str(term) for term in ontology().subjects(RDF.type, None) if is_ours(term)}


# --- Terms --------------------------------------------------------------------------------------------------


def test_terms_has_one_constant_for_each_declared_term_and_no_other() -> None:
    constants = [value for value in term_constants().values() if value.startswith(terms.ITG)]
    assert len(constants) == len(set(constants))
    assert set(constants) == declared_itg_terms()


def test_a_constant_is_named_after_its_term() -> None:
    prefix_of = {namespace: prefix for prefix, namespace in terms.PREFIXES.items()}
    for name, iri in term_constants().items():
        namespace = max((known for known in prefix_of if iri.startswith(known)), key=len, default=terms.BASE)
        local = iri.removeprefix(namespace)
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[/-]", "_", local).upper()
        prefix = {"itg": ""}.get(prefix_of.get(namespace, "itg"), prefix_of.get(namespace, "").upper() + "_")
        allowed = {prefix + words, prefix + "HAS_" + words, "PRECISION_" + words}
        assert name in allowed, f"{name} is {iri}"


def test_prefixes_are_ours_first_and_not_ambiguous() -> None:
    namespaces = list(terms.PREFIXES.values())
    assert len(namespaces) == len(set(namespaces))
    ours = [namespace.startswith(terms.BASE) for namespace in namespaces]
    assert ours == sorted(ours, reverse=True)
    assert all(namespace.endswith(("#", "/")) for namespace in namespaces)


def test_nothing_says_schema_org_with_http() -> None:
    for path in [*ONTOLOGY.rglob("*"), Path(terms.__file__)]:
        if path.is_file():
            assert "http://schema.org" not in path.read_text(encoding="utf-8"), path


# --- The ontology -------------------------------------------------------------------------------------------


def test_the_ontology_introduces_itself() -> None:
    iri = rdflib.URIRef(terms.ONTOLOGY)
    graph = ontology()
    vann = rdflib.Namespace("http://purl.org/vocab/vann/")
    assert (iri, RDF.type, OWL.Ontology) in graph
    version = graph.value(iri, OWL.versionInfo)
    assert graph.value(iri, OWL.versionIRI) == rdflib.URIRef(f"{terms.ONTOLOGY}/{version}")
    for local in ("title", "description", "creator", "created", "license"):
        assert graph.value(iri, rdflib.URIRef(terms.DCTERMS + local)) is not None, local
    assert graph.value(iri, vann.preferredNamespacePrefix) == rdflib.Literal("itg")
    assert graph.value(iri, vann.preferredNamespaceUri) == rdflib.Literal(terms.ITG)


@pytest.mark.parametrize("iri", sorted(declared_itg_terms()), ids=lambda iri: iri.removeprefix(terms.ITG))
def test_a_term_says_what_it_is(iri: str) -> None:
    term, graph = rdflib.URIRef(iri), ontology()
    assert len(set(graph.objects(term, RDFS.label))) == 1
    definitions = list(graph.objects(term, SKOS.definition))
    assert len(definitions) == 1
    assert str(definitions[0]).endswith((".", ")."))
    assert set(graph.objects(term, RDFS.isDefinedBy)) == {rdflib.URIRef(terms.ONTOLOGY)}
    kinds = set(graph.objects(term, RDF.type))
    local = iri.removeprefix(terms.ITG)
    individual = rdflib.URIRef(terms.PRECISION) in kinds
    assert (OWL.Class in kinds or individual) == local[0].isupper()
    if not local[0].isupper():
        assert len(kinds & {OWL.ObjectProperty, OWL.DatatypeProperty}) == 1


def test_every_precision_is_a_concept_with_a_label() -> None:
    graph = ontology()
    individuals = set(graph.subjects(RDF.type, rdflib.URIRef(terms.PRECISION)))
    assert {str(each) for each in individuals} == {
        value for name, value in term_constants().items() if name.startswith("PRECISION_")
    }
    for each in individuals:
        assert (each, RDF.type, SKOS.Concept) in graph
        assert graph.value(each, SKOS.prefLabel) == graph.value(each, RDFS.label)


def test_every_scheme_is_declared() -> None:
    declared = {str(scheme) for scheme in ontology().subjects(RDF.type, SKOS.ConceptScheme)}
    assert declared == {value for name, value in term_constants().items() if name.startswith("SCHEME_")}


def test_literal_properties_have_literal_ranges() -> None:
    graph = ontology()
    for kind, literal in ((OWL.DatatypeProperty, True), (OWL.ObjectProperty, False)):
        for term in graph.subjects(RDF.type, kind):
            for value_range in graph.objects(term, RDFS.range):
                assert str(value_range).startswith(str(XSD)) == literal, term


# --- Terms of others ----------------------------------------------------------------------------------------

# Each namespace with the files that declare its terms: a file that repeats a foreign term does not count.
HOMES: dict[str, tuple[str, ...]] = {
    terms.SKOS: ("skos.ttl",),
    terms.DCTERMS: ("dcterms-mod.ttl",),
    terms.DCAT: ("dcat3.ttl",),
    terms.PROV: ("prov-o.ttl",),
    terms.CSVW: ("csvw.ttl",),
    terms.BIBO: ("bibo.owl",),
    terms.CITO: ("cito-annotations.ttl",),
    terms.FAIR4ML: ("fair4ml.jsonld",),
    terms.SCHEMA: ("schema-extract.ttl", "schema-extract-pending.ttl"),
    "http://www.w3.org/ns/oa#": ("oa.ttl",),
    "http://purl.org/spar/fabio/": ("fabio.ttl",),
    "http://www.w3.org/ns/mls#": ("mls.ttl",),
    "http://w3id.org/mlso/": ("mlso.ttl",),
    "http://ns.inria.fr/datalens/ontology/": ("datalens_o.ttl",),
    "http://data.europa.eu/it6/": ("mldcat-ap-3.1.0-context.jsonld",),
    "http://mlcommons.org/croissant/RAI/": ("croissant_rai.ttl",),
    "https://semopenalex.org/ontology/": ("semopenalex-ontology.ttl",),
    "https://spdx.org/rdf/3.0.1/terms/": ("spdx-model-3.0.1.ttl",),
}
# The languages that everything is written in; no copies of these are kept.
LANGUAGES = (terms.RDF, terms.RDFS, terms.XSD, str(OWL), str(SH), "http://purl.org/vocab/vann/")
DOCUMENTS = {"https://www.apache.org/licenses/LICENSE-2.0"}

needs_vocabularies = pytest.mark.skipif(
    not VOCABULARIES.is_dir(), reason="the copies of the published vocabularies are not beside this checkout"
)


@cache
def terms_declared_in(file: str) -> frozenset[str]:
    path = VOCABULARIES / file
    if "context" in file:  # A JSON-LD context declares a term by mapping a key to it.
        entries = json.loads(path.read_text(encoding="utf-8"))["@context"].values()
        return frozenset(entry["@id"] if isinstance(entry, dict) else entry for entry in entries)
    kind = {".owl": "xml", ".jsonld": "json-ld", ".ttl": "turtle"}[path.suffix]
    graph = rdflib.Graph().parse(path, format=kind)
    described = {*graph.subjects(RDF.type, None), *graph.subjects(RDFS.label, None)}
    return frozenset(str(term).replace("http://schema.org/", terms.SCHEMA) for term in described)


def home_of(iri: str) -> tuple[str, ...] | None:
    namespaces = [namespace for namespace in HOMES if iri.startswith(namespace)]
    return HOMES[max(namespaces, key=len)] if namespaces else None


def is_declared_elsewhere(iri: str) -> bool:
    return any(iri in terms_declared_in(file) for file in home_of(iri) or ())


def iris_in_rules() -> set[str]:
    found = set()
    for path in RULES:
        query = re.sub(r'"[^"\n]*"|^PREFIX.*$|^\s*#.*$', "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found |= {terms.PREFIXES[prefix] + name for prefix, name in re.findall(r"\b(\w+):(\w+)", query)}
    return found


def iris_in_context() -> set[str]:
    found = set()
    for key, entry in context().items():
        if key.startswith("@") or key in terms.PREFIXES:
            continue
        values = [entry.get("@id", key), entry.get("@type", "@id")] if isinstance(entry, dict) else [entry]
        for value in values:
            if not value.startswith("@"):
                prefix, _, name = value.partition(":")
                found.add(terms.PREFIXES[prefix] + name)
    return found


def iris_in(graph: rdflib.Graph) -> set[str]:
    found = {str(term) for triple in graph for term in triple if isinstance(term, rdflib.URIRef)}
    return found | {str(o.datatype) for o in graph.objects() if isinstance(o, rdflib.Literal) and o.datatype}


def all_used_iris() -> dict[str, set[str]]:
    return {
        "terms.py": set(term_constants().values()),
        "itgraph.ttl": iris_in(ontology()),
        "shapes.ttl": iris_in(shapes()),
        "rules": iris_in_rules(),
        "context.jsonld": iris_in_context(),
    }


def test_every_term_of_ours_that_is_used_is_declared() -> None:
    for place, used in all_used_iris().items():
        ours = {iri for iri in used if iri.startswith(terms.ITG)}
        assert ours <= declared_itg_terms(), place


def test_every_foreign_iri_has_a_known_namespace() -> None:
    for place, used in all_used_iris().items():
        for iri in used - DOCUMENTS:
            known = iri.startswith((terms.BASE, *LANGUAGES)) or home_of(iri)
            assert known, f"{place} uses {iri}"


@needs_vocabularies
def test_every_foreign_term_is_declared_where_it_comes_from() -> None:
    checked = set()
    for place, used in all_used_iris().items():
        for iri in used:
            if home_of(iri):
                assert is_declared_elsewhere(iri), f"{place} uses {iri}, which its vocabulary does not declare"
                checked.add(iri)
    assert len(checked) > 60


@needs_vocabularies
@pytest.mark.parametrize(
    "iri",
    [
        "http://ns.inria.fr/datalens/ontology/Ressource",
        "http://purl.org/spar/fabio/hasArXivID",
        "http://purl.org/dc/terms/licence",
        "http://www.w3.org/ns/prov#isAssociatedWith",
        "http://www.w3.org/ns/prov#label",
    ],
)
def test_terms_that_published_graphs_use_but_nobody_declares_are_caught(iri: str) -> None:
    assert not is_declared_elsewhere(iri)


def test_the_rules_and_the_context_use_only_terms_that_have_a_constant() -> None:
    constants = {*term_constants().values()}
    assert iris_in_rules() <= constants
    assert iris_in_context() <= constants


def test_the_readme_and_the_redirects_are_there() -> None:
    readme = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    for path in [*ONTOLOGY.glob("*.ttl"), ONTOLOGY / "context.jsonld", *RULES]:
        assert path.name in readme
    redirects = (ONTOLOGY / "w3id" / ".htaccess").read_text(encoding="utf-8")
    assert "RewriteEngine on" in redirects


# --- Rules --------------------------------------------------------------------------------------------------


def test_the_rules_run_in_this_order() -> None:
    assert [path.name for path in RULES] == [
        "10-self-built-training-set.rq",
        "20-family-member.rq",
        "25-described-in-own-paper.rq",
        "27-released.rq",
        "30-upstream.rq",
        "40-published-terms.rq",
        "45-published-terms-of-facts.rq",
        "47-published-terms-of-hubs.rq",
    ]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_is_a_construct_query_that_explains_itself(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = rule_header(path)
    assert list(header) in (["summary", "description"], ["summary", "layer", "description"])
    assert header.get("layer", "survey") in {*LAYERS, "hub"}  # a hub is read into a graph that is built
    assert "\n" not in header["summary"]
    for said in ("Concludes", "Why:", "rong "):  # what, why, and when it would be wrong
        assert said in header["description"]
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", text, flags=re.MULTILINE))
    assert declared.items() <= terms.PREFIXES.items()
    assert all(re.search(rf"\b{prefix}:\w", text.split("CONSTRUCT")[1]) for prefix in declared)
    assert isinstance(ox.Store().query(text), ox.QueryTriples)
    assert prepareQuery(text).algebra.name == "ConstructQuery"


def construct(store: ox.Store, path: Path) -> list[ox.Triple]:
    found = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(found, ox.QueryTriples)
    return list(found)


def conclude(data: str, rule: str) -> set[str]:
    """Run one rule, in both engines, and return what it concludes as lines of N-Triples."""
    [path] = [each for each in RULES if each.stem.partition("-")[2] == rule]
    query = path.read_text(encoding="utf-8")
    trig = f"{PREFIX_LINES}\n{data}"

    store = ox.Store()
    store.load(trig.encode(), format=ox.RdfFormat.TRIG)
    concluded = {str(triple) for triple in construct(store, path)}

    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(data=trig, format="trig")
    constructed = rdflib.Graph()
    for triple in dataset.query(query):
        constructed.add(triple)  # type: ignore[arg-type]  # a CONSTRUCT gives triples
    oracle = {str(triple) for triple in ox.parse(constructed.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES)}
    assert concluded == oracle
    return concluded


def statement(subject: str, property_: str, value: str) -> str:
    return f"<{terms.BASE}{subject}> <{property_}> <{terms.BASE}{value}>"


SELF_BUILT = """
itr:1 itg:snapshot snap:a ; itg:table "models" ; itg:about itm:alpaca .
itr:2 itg:snapshot snap:a ; itg:table "datasets" ; itg:about itd:alpaca .
itm:alpaca a itg:Model ; rdfs:label "Alpaca" ; itg:selfBuilt true .
itd:alpaca a itg:Dataset ; rdfs:label "Alpaca" .
itr:1 { itm:alpaca itg:selfBuilt true }
"""
SAME_PAPER = """
itr:1 itg:snapshot snap:a ; itg:table "models" ; itg:about itm:ultralm .
itr:2 itg:snapshot snap:a ; itg:table "datasets" ; itg:about itd:ultrachat .
itm:ultralm a itg:Model ; rdfs:label "UltraLM" ; itg:selfBuilt true ; itg:describedIn itp:p .
itd:ultrachat a itg:Dataset ; rdfs:label "UltraChat" ; itg:describedIn itp:p .
itr:1 { itm:ultralm itg:selfBuilt true ; itg:describedIn itp:p }
itr:2 { itd:ultrachat itg:describedIn itp:p }
"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(SELF_BUILT, ("model/alpaca", "dataset/alpaca"), id="its-name"),
        pytest.param(SAME_PAPER, ("model/ultralm", "dataset/ultrachat"), id="its-citation"),
        pytest.param(
            SELF_BUILT.replace('"datasets"', '"multimodal-datasets"'),
            ("model/alpaca", "dataset/alpaca"),
            id="multimodal-datasets",
        ),
        pytest.param(
            SELF_BUILT + "itm:alpaca itg:trainedOn itd:alpaca .",
            ("model/alpaca", "dataset/alpaca"),
            id="also-where-a-row-says-so",
        ),
    ],
)
def test_a_model_with_a_self_built_training_set_was_trained_on_it(data: str, expected: tuple[str, str]) -> None:
    assert conclude(data, "self-built-training-set") == {statement(expected[0], terms.TRAINED_ON, expected[1])}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(SELF_BUILT.replace("true", "false"), id="self-build-no"),
        pytest.param(SELF_BUILT.replace("itr:1 { itm:alpaca itg:selfBuilt true }", ""), id="no-row-says-so"),
        pytest.param(SELF_BUILT.replace("itg:selfBuilt true .", "itg:selfBuilt false ."), id="a-newer-row-denies-it"),
        pytest.param(SELF_BUILT.replace("itg:selfBuilt true .", "itg:selfBuilt true, false ."), id="rows-disagree"),
        pytest.param(
            SELF_BUILT.replace("itr:2 itg:snapshot snap:a", "itr:2 itg:snapshot snap:b"),
            id="dataset-of-another-snapshot",
        ),
        pytest.param(SELF_BUILT.replace('"datasets"', '"close-ended-evaluations"'), id="no-table-of-datasets"),
        pytest.param(
            SELF_BUILT.replace('itg:Dataset ; rdfs:label "Alpaca"', 'itg:Dataset ; rdfs:label "A"'), id="name"
        ),
        pytest.param(SAME_PAPER.replace("itr:2 { itd:ultrachat itg:describedIn itp:p }", ""), id="citation-of-no-row"),
        pytest.param(
            SAME_PAPER.replace('"UltraChat" ; itg:describedIn itp:p', '"UltraChat" ; itg:describedIn itp:q'),
            id="citation-since-corrected",
        ),
        pytest.param(
            SAME_PAPER.replace("{ itd:ultrachat itg:describedIn itp:p }", "{ itd:ultrachat itg:describedIn itp:q }"),
            id="another-paper-in-that-snapshot",
        ),
    ],
)
def test_nothing_is_concluded_of_a_training_set_without_grounds(data: str) -> None:
    assert conclude(data, "self-built-training-set") == set()


def family(label: str, *, family_label: str = "GPT (unknown version)") -> str:
    return f'itm:f a itg:Model ; rdfs:label "{family_label}" . itm:m a itg:Model ; rdfs:label "{label}" .'


@pytest.mark.parametrize("label", ["GPT-3", "GPT 3.5", "GPT-4", "GPT-10.2.1"])
def test_a_numbered_version_belongs_to_its_family(label: str) -> None:
    assert conclude(family(label), "family-member") == {statement("model/m", terms.MEMBER_OF, "model/f")}


@pytest.mark.parametrize(
    "label",
    ["GPT", "GPT-", "GPT4", "GPT-4V", "GPT-4-LLM", "GPT-4.", "ChatGPT-4", "gpt-4", "GPT--4", "InstructGPT"],
)
def test_other_names_do_not_belong_to_the_family(label: str) -> None:
    assert conclude(family(label), "family-member") == set()


def test_without_an_unknown_version_there_is_no_family() -> None:
    assert conclude(family("GPT-4", family_label="GPT"), "family-member") == set()


def test_a_dataset_is_no_member_of_a_family_of_models() -> None:
    data = 'itm:f a itg:Model ; rdfs:label "GPT (unknown version)" . itd:d a itg:Dataset ; rdfs:label "GPT-4" .'
    assert conclude(data, "family-member") == set()


def test_every_kind_of_step_is_upstream_and_membership_is_not() -> None:
    data = """
    itm:m itg:baseModel itm:b ; itg:trainedOn itd:d ; itg:memberOf itm:f ; itg:describedIn itp:p .
    itd:d itg:generatedBy itm:t ; itg:sourceDataset itd:s .
    itr:1 { itm:m itg:baseModel itm:replaced }
    """
    assert conclude(data, "upstream") == {
        statement("model/m", terms.UPSTREAM, "model/b"),
        statement("model/m", terms.UPSTREAM, "dataset/d"),
        statement("dataset/d", terms.UPSTREAM, "model/t"),
        statement("dataset/d", terms.UPSTREAM, "dataset/s"),
    }


OWN_PAPER = """
itm:m itg:arxivId "2302.13971" ; schema:sameAs <https://arxiv.org/abs/2302.13971> .
itp:p a itg:Paper ; itg:arxivId "2302.13971" .
"""


def test_a_thing_is_described_in_the_paper_with_its_own_identifier() -> None:
    assert conclude(OWN_PAPER, "described-in-own-paper") == {statement("model/m", terms.DESCRIBED_IN, "paper/p")}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('13971" .', '13972" .', id="another paper"),
        pytest.param("abs/2302.13971", "abs/2302.13972", id="linked to by its row, and not its own"),
        pytest.param("a itg:Paper", "a itg:Model", id="no paper"),
    ],
)
def test_a_thing_is_not_described_in_other_papers(old: str, new: str) -> None:
    assert old in OWN_PAPER
    assert conclude(OWN_PAPER.replace(old, new, 1), "described-in-own-paper") == set()


def test_every_date_says_when_something_was_released() -> None:
    data = """
    itm:m itg:paperReleased "2023-06"^^xsd:gYearMonth ; itg:weightsReleased "2023-06-16"^^xsd:date .
    itd:d itg:dataReleased "2022"^^xsd:gYear . itm:s itg:serviceReleased "2022-11-30"^^xsd:date .
    itp:p dcterms:issued "2023"^^xsd:gYear .
    """
    assert {line.replace("> <", " ").split(" ", 2)[2].split('"')[1] for line in conclude(data, "released")} == {
        "2022",
        "2022-11-30",
        "2023-06",
        "2023-06-16",
    }
    assert all(f"<{terms.RELEASED}>" in line for line in conclude(data, "released"))


def pairs_of_the_ontology() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Return (property, published property) and (class, published class), as the ontology declares them."""

    def pairs(relation: rdflib.URIRef) -> set[tuple[str, str]]:
        stated = ontology().subject_objects(relation)
        return {(str(ours), str(above)) for ours, above in stated if not is_ours(above)}

    return pairs(RDFS.subPropertyOf), pairs(RDFS.subClassOf)


def test_the_published_terms_are_those_above_ours_in_the_ontology() -> None:
    properties, classes = pairs_of_the_ontology()
    assert properties
    assert classes
    subject, value = f"{terms.BASE}x", f"{terms.BASE}y"
    for term in declared_itg_terms():
        data = f"<{subject}> <{term}> <{value}> . <{subject}> a <{term}> ."
        expected = {f"<{subject}> <{above}> <{value}>" for ours, above in properties if ours == term}
        expected |= {f"<{subject}> <{RDF.type}> <{above}>" for ours, above in classes if ours == term}
        rules = ("published-terms", "published-terms-of-facts", "published-terms-of-hubs")
        assert set().union(*(conclude(data, rule) for rule in rules)) == expected, term


def test_how_a_model_is_built_on_its_base_is_below_the_base_model() -> None:
    below = {str(term) for term in ontology().subjects(RDFS.subPropertyOf, rdflib.URIRef(terms.BASE_MODEL))}
    assert below == {terms.FINETUNED_FROM, terms.ADAPTER_OF, terms.QUANTIZED_FROM, terms.MERGED_FROM}
    # They are stated beside itg:baseModel (a shape holds them to it), which is what the rules build on.
    for rule in ("upstream", "published-terms"):
        assert conclude(f"itm:m <{terms.MERGED_FROM}> itm:b .", rule) == set()


def test_close_matches_and_rows_are_not_published() -> None:
    data = "itr:1 { itm:m itg:baseModel itm:b } itm:f itg:memberOf itm:g ."
    assert conclude(data, "published-terms") == set()


def with_conclusions(data: str) -> ox.Store:
    """Load a graph and run all rules over it, as a build does."""
    store = ox.Store()
    store.load(f"{PREFIX_LINES}\n{data}".encode(), format=ox.RdfFormat.TRIG)
    for path in RULES:
        graph = ox.NamedNode(f"{terms.BASE}rule/{path.stem.partition('-')[2]}")
        for triple in construct(store, path):
            for name in (graph, ox.DefaultGraph()):
                store.add(ox.Quad(triple.subject, triple.predicate, triple.object, name))
    return store


def test_what_one_rule_concludes_the_next_one_uses() -> None:
    store = with_conclusions(SELF_BUILT)
    model, dataset = ox.NamedNode(f"{terms.BASE}model/alpaca"), ox.NamedNode(f"{terms.BASE}dataset/alpaca")
    for term, rule in (
        (terms.TRAINED_ON, "self-built-training-set"),
        (terms.UPSTREAM, "upstream"),
        (terms.FAIR4ML_TRAINED_ON, "published-terms"),
        (terms.PROV_WAS_INFLUENCED_BY, "published-terms"),
    ):
        graphs = {quad.graph_name for quad in store.quads_for_pattern(model, ox.NamedNode(term), dataset)}
        assert graphs == {ox.DefaultGraph(), ox.NamedNode(f"{terms.BASE}rule/{rule}")}


# --- Shapes -------------------------------------------------------------------------------------------------


def default_graph(trig: str) -> rdflib.Graph:
    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(data=f"{PREFIX_LINES}\n{trig}", format="trig")
    graph = rdflib.Graph()
    for triple in dataset.default_graph:
        graph.add(triple)
    return graph


def messages(graph: rdflib.Graph) -> set[str]:
    """Return "severity: message" for every result."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), inplace=True)
    assert isinstance(report, rdflib.Graph)
    return {
        str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)) + ": " + str(message)
        for result in report.subjects(RDF.type, SH.ValidationResult)
        for message in report.objects(result, SH.resultMessage)
    }


def test_the_shapes_are_well_formed() -> None:
    # meta_shacl raises on a malformed shape before it looks at the data.
    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


def test_every_shape_says_what_to_do_and_how_bad_it_is() -> None:
    graph = shapes()
    named = [shape for shape in graph.subjects(RDF.type, SH.NodeShape) if isinstance(shape, rdflib.URIRef)]
    assert named
    for shape in named:
        properties, queries = list(graph.objects(shape, SH.property)), list(graph.objects(shape, SH.sparql))
        itself = set(graph.predicates(shape)) & {SH["class"], SH.nodeKind, SH["not"], SH["or"], SH.closed}
        for speaker in [*properties, *queries, *([shape] if itself else [])]:
            message = str(graph.value(speaker, SH.message))
            assert re.fullmatch(r"(itg:|[A-Z]).{30,}\.", message), shape
            assert "{?" not in message or speaker in queries, "only SPARQL constraints fill in variables"
        # The severity of a SPARQL constraint is that of its shape.
        for judge in [*properties, *([shape] if itself or queries else [])]:
            assert graph.value(judge, SH.severity) in {SH.Violation, SH.Warning}, shape


def test_every_class_and_property_of_ours_has_a_shape() -> None:
    graph = shapes()
    mentioned = {str(term) for term in graph.objects() if isinstance(term, rdflib.URIRef)}
    # The class of the precisions is never typed in the graph: its six members are listed one by one.
    assert declared_itg_terms() - {terms.PRECISION} <= mentioned


def test_the_shapes_declare_their_prefixes() -> None:
    graph, iri = shapes(), rdflib.URIRef(terms.BASE + "shapes")
    assert (iri, OWL.imports, rdflib.URIRef(terms.ONTOLOGY)) in graph
    declared = {
        str(graph.value(each, SH.prefix)): str(graph.value(each, SH.namespace))
        for each in graph.objects(iri, SH.declare)
    }
    assert declared
    assert declared.items() <= terms.PREFIXES.items()
    for query in graph.objects(None, SH.select):
        assert set(re.findall(r"\b(\w+):\w", str(query))) <= declared.keys()


def test_a_graph_as_it_should_be_passes() -> None:
    assert messages(default_graph(GOOD)) == set()


def test_a_listing_of_a_hub_without_any_date_passes() -> None:
    undated = GOOD.replace("snap:hub-2026-07-01", "snap:hub").replace(
        ' ;\n    dcterms:issued "2026-07-01"^^xsd:date', ""
    )
    assert undated.count("dcterms:issued") == GOOD.count("dcterms:issued") - 1
    assert messages(default_graph(undated)) == set()


def test_a_graph_may_hold_the_ontology_too() -> None:
    assert messages(default_graph(GOOD) + ontology()) == set()


def test_the_union_of_all_graphs_passes_too() -> None:
    union = rdflib.Graph()
    for quad in ox.parse(f"{PREFIX_LINES}\n{GOOD}", format=ox.RdfFormat.TRIG):
        union.parse(data=f"{quad.triple} .", format="nt")
    assert messages(union) == set()


def test_a_graph_with_its_conclusions_passes() -> None:
    store = with_conclusions(GOOD)
    current = ox.serialize(store.quads_for_pattern(None, None, None, ox.DefaultGraph()), format=ox.RdfFormat.N_QUADS)
    graph = rdflib.Graph().parse(data=current, format="nt")
    assert (
        rdflib.URIRef(terms.BASE + "model/llava"),
        RDF.type,
        rdflib.URIRef(terms.FAIR4ML_ML_MODEL),
    ) in graph
    assert messages(graph) == set()


# What is taken away from GOOD, what is put in its place (at the end, where nothing is taken away), and how
# the message begins that must come of it.
BROKEN: list[tuple[str, str, str]] = [
    ('rdfs:label "CLIP"', 'skos:altLabel "Clip"', "Violation: Every thing has exactly one rdfs:label"),
    ("", 'itm:clip rdfs:label "CLIP 2" .', "Violation: Every thing has exactly one rdfs:label"),
    ('rdfs:label "CLIP"', 'rdfs:label " "', "Violation: A label is plain text"),
    ('rdfs:label "CLIP"', 'rdfs:label "CLIP "', "Violation: A label is plain text"),
    ('rdfs:label "CLIP"', 'rdfs:label "CLIP"@en', "Violation: A label is plain text"),
    ('rdfs:label "CLIP"', 'rdfs:label "CLIP</a>"', "Violation: A label has no markup"),
    ('rdfs:label "CLIP"', 'rdfs:label "CLIP\\n"', "Violation: A label has no markup"),
    ('rdfs:label "CLIP"', 'rdfs:label "CL\\u0007IP"', "Violation: A label has no markup"),
    ('skos:altLabel "ALPACA"', 'skos:altLabel "Alpaca"', "Violation: Another spelling differs"),
    ('skos:altLabel "ALPACA"', 'skos:altLabel ""', "Violation: Another spelling is plain text"),
    ("", '[] a itg:Person ; rdfs:label "Nobody" .', "Violation: No blank nodes"),
    ("", "itm:clip a itg:Dataset .", "Violation: A model is no dataset"),
    ("", "itm:llava itg:baseModel itd:alpaca .", "Violation: A base model is a model."),
    ("", "itd:alpaca itg:baseModel itm:clip .", "Violation: A base model belongs to a model."),
    ("", "itm:clip itg:baseModel itm:clip .", "Violation: No model is among its own base models"),
    (
        "",
        "itm:clip itg:baseModel itm:llama . itm:llama itg:baseModel itm:llava .",
        "Violation: No model is among its own base models",
    ),
    ("", "itm:llava itg:trainedOn itm:clip .", "Violation: A model is trained on datasets."),
    ('itg:part "data"', 'itg:part "paper"', "Violation: A licensed part is exactly one of"),
    ('itg:part "data" ; ', "", "Violation: A licensed part is exactly one of"),
    ('data" ; itg:license licence:apache-2.0', 'data"', "Violation: A licensed part is under exactly one"),
    ("", '<https://w3id.org/itgraph/licensing/1> itg:access "closed" .', "Violation: A licensed part has exactly one"),
    ("", "itm:llava itg:licensing licence:apache-2.0 .", "Violation: What is licensed of a thing is a part"),
    ('"2023-03-13"^^xsd:date ;\n', '"2023-03-13" ;\n', "Violation: A release date is a year, a month or a day"),
    ("", 'itm:llava itg:weightsReleased "spring" .', "Violation: A release date is a year, a month or a day"),
    ('organizationKind "university"', 'organizationKind "school"', "Violation: An organization is one of"),
    ("", 'itm:llava itg:organizationKind "company" .', "Violation: Only an organization is of one of these kinds"),
    ('itg:effect "replaces"', 'itg:effect "deletes"', "Violation: The effect of a correction is exactly one of"),
    ('itg:surveyValue "LLaMA" ; ', "", "Violation: A correction says in exactly one text what the survey says"),
    ('itg:sourceValue "Vicuna" ; ', "", "Violation: A correction says in exactly one text what the source says"),
    ("itg:correctedProperty itg:baseModel ; ", "", "Violation: A correction is about exactly one property"),
    (
        "row/2024-10-15/multimodal-models/2> ;\n    itg:corrected",
        "model/llava> ;\n    itg:corrected",
        "Violation: What a fact",
    ),
    ('rdfs:comment "It was tuned from Vicuna."', 'itg:text ""', "Violation: A correction says in words why"),
    ("", 'itm:llava itg:effect "adds" .', "Violation: Only a curated fact corrects something"),
    ('itg:table "corrections" ; ', "", "Violation: A curated fact stands in exactly one file"),
    ("itg:about itm:llava ; itg:text", "itg:text", "Violation: A curated fact is about exactly one thing"),
    (
        "itg:contradictedBy <https://w3id.org/itgraph/curated/corrections/1>",
        "itg:contradictedBy itm:llava",
        "Violation: What contradicts",
    ),
    (" , <https://other.example/b>", "", "Violation: An issue stands at lines of a snapshot"),
    ("", "itd:alpaca itg:trainedOn itd:alpaca .", "Violation: Only a model is trained on something."),
    (
        "",
        "itd:alpaca itg:generatedBy itd:alpaca .",
        "Violation: The teacher that wrote a dataset is a model.",
    ),
    ("", "itm:clip itg:generatedBy itm:llama .", "Violation: Only a dataset is generated by a teacher."),
    ("", "itd:alpaca itg:sourceDataset itm:clip .", "Violation: A dataset is made from datasets."),
    (
        "",
        "itd:alpaca itg:sourceDataset itd:alpaca .",
        "Violation: No dataset is among its own source datasets",
    ),
    ("", "itm:clip itg:memberOf itd:alpaca .", "Violation: A family of models is itself a model."),
    ("", "itm:clip itg:memberOf itm:clip .", "Violation: No model is a member of itself"),
    ("", "itm:llava itg:upstream itm:nowhere .", "Violation: Both ends of itg:upstream"),
    (
        "prov:entity itm:clip",
        "prov:entity itd:alpaca",
        "Violation: A derivation names exactly one base model",
    ),
    (
        "a prov:Derivation ;",
        "a prov:Entity ;",
        "Violation: A qualified derivation leads to a prov:Derivation",
    ),
    ("", "itm:clip itg:describedIn itd:alpaca .", "Violation: What describes a thing is a paper."),
    ("", 'itm:clip itg:project "-" .', "Violation: A project link is a web address"),
    ("", "itm:clip itg:project <mailto:a@example.org> .", "Violation: A project link is a web address"),
    (
        "",
        "itm:clip itg:paperLink <https://arxiv.org/abs/1%20|> .",
        "Violation: A paper link is a web address",
    ),
    ("", 'itm:clip itg:modality "Image" .', "Violation: A modality is a concept"),
    (
        "",
        "itm:clip itg:modality domain:code .",
        "Violation: A modality is a concept of scheme/modality.",
    ),
    ('skos:prefLabel "Code"', 'skos:altLabel "code"', "Violation: A concept has exactly one skos:prefLabel"),
    ('skos:prefLabel "Code"', 'skos:prefLabel "Coding"', "Violation: The label of a concept says the same"),
    ('"en", "zh-Hant"', '"Code"', "Violation: A language is a BCP 47 code"),
    ('"en", "zh-Hant"', '"EN"', "Violation: A language is a BCP 47 code"),
    ("itg:multilingual true", "itg:multilingual false", "Violation: itg:multilingual is true or absent"),
    ("itg:openSource true ;\n", 'itg:openSource "Yes" ;\n', "Violation: itg:openSource is true or false"),
    (
        "itg:openSource true ;\n",
        "itg:openSource true, false ;\n",
        "Warning: The newest source calls this thing open",
    ),
    ("", "itd:alpaca itg:developer its:rohan-taori .", "Violation: A developer is an organization"),
    ('itg:access "open"', 'itg:access "free"', "Violation: Access is one of"),
    ('itg:arxivId "2303.00001"', 'itg:arxivId "2303.00001v2"', "Violation: An arXiv identifier looks like"),
    ('bibo:doi "10.', 'bibo:doi "doi:10.', "Violation: A DOI looks like"),
    (
        'itg:huggingFaceId "',
        'itg:huggingFaceId "datasets/',
        "Violation: A Hugging Face identifier is owner/name",
    ),
    (
        'itg:githubRepository "',
        'itg:githubRepository "github.com/',
        "Violation: A GitHub repository is owner/name",
    ),
    (
        "itg:parameterCount 7000000000",
        'itg:parameterCount "7B"',
        "Violation: itg:parameterCount is a whole number",
    ),
    (
        "itg:parameterCount 7000000000",
        "itg:parameterCount -7",
        "Violation: itg:parameterCount is a whole number",
    ),
    (
        "itg:parameterCount 7000000000",
        "itg:parameterCount 7, 8",
        "Warning: The newest source gives this thing more",
    ),
    ("itg:parameters qty:p ;", "", "Violation: itg:parameterCount is the lower bound of itg:parameters"),
    ("itg:instructions qty:i ;", "itg:instructions 52000 ;", "Violation: The figure behind itg:instructions"),
    (
        "itg:instructions qty:t",
        "itg:instructionCount 1 ; itg:instructions qty:t",
        "Violation: itg:instructionCount counts instructions, but",
    ),
    ("schema:value 52000 ; schema:minValue", "schema:minValue", "Violation: A figure that is Exact or About"),
    ("schema:minValue 52000 ;", "schema:minValue 51000 ;", "Violation: A figure that is Exact or About"),
    ("schema:maxValue 52000 ;", "schema:maxValue 53000 ;", "Violation: A figure that is Exact or About"),
    ("schema:value 158000 ;", "schema:value 158000, 159000 ;", "Violation: A figure that is Exact or About"),
    ("schema:minValue 2 ;", "schema:minValue 2 ; schema:maxValue 9 ;", "Violation: A figure that is AtLeast"),
    ("schema:maxValue 5000000 ;", "", "Violation: A Range has"),
    ("schema:maxValue 5000000 ;", "schema:maxValue 5000 ;", "Violation: A Range has"),
    ("schema:value 75000, 110000", "schema:value 75000", "Violation: Alternatives have at least two"),
    ("itg:Unreadable ;", "itg:Unreadable ; schema:value 1 ;", "Violation: An Unreadable figure has no value"),
    ("schema:value 62 ;", "schema:value 62.5 ;", "Violation: A figure is a whole number"),
    ('itg:text "62" ;', "", "Violation: A quantity keeps the text"),
    (
        "itg:precision itg:About ;",
        'itg:precision "about" ;',
        "Violation: A quantity has exactly one precision",
    ),
    ('schema:unitText "tasks"', 'schema:unitText "things"', "Violation: A quantity has exactly one unit"),
    (
        'schema:unitText "tasks"',
        'schema:unitText "tasks" ; itg:raw "62"',
        "Violation: A quantity has the properties",
    ),
    ('dcterms:issued "2023"^^xsd:gYear', "dcterms:issued 2023", "Violation: The date of a paper is a year"),
    ('dcterms:title "Alpaca: a strong model"', 'dcterms:title " "', "Violation: A title is plain text"),
    ("", 'itp:empty a itg:Paper ; rdfs:label "Empty" .', "Violation: A paper says what it is"),
    ("itg:position 2", "itg:position 3", "Violation: The places in an author list run from 1 without gap"),
    ("itg:position 2", "itg:position 1", "Warning: An author list has one author at each place"),
    ("itg:position 1 ;", "itg:position 0 ;", "Violation: An authorship has exactly one position"),
    (
        "itg:author its:rohan-taori ;",
        "itg:author ito:stanford ;",
        "Violation: The authors in a paper's authorships and those in schema:author are the same.",
    ),
    ("itg:author its:rohan-taori ;", "itg:author itm:clip ;", "Violation: An authorship has an author"),
    (
        'itg:nameAsWritten "R. Taori"',
        'itg:name "R. Taori"',
        "Violation: An authorship has an author, a position and",
    ),
    ("", 'itp:arxiv-2303.00001 schema:author "R. Taori" .', "Violation: The author of a paper is a person"),
    ("itg:lineStart 1130", "itg:lineStart 1132", "Violation: A row has exactly one first line"),
    ("itg:rowNumber 2 ;", "itg:rowNumber 0 ;", "Violation: A row has exactly one row number"),
    ('itg:table "references"', 'itg:table "References"', "Violation: A row stands in exactly one table"),
    ("README.md#L760>", "README.md>", "Violation: A row is quoted from exactly one web"),
    ("README.md#L1130-L1131>", "README.md#L1130-1131>", "Violation: A row is quoted from exactly one web"),
    ('itg:text "" ;', "", "Violation: A row keeps its cells as written"),
    (
        'itg:heading "Datasets"',
        'itg:headings "Datasets"',
        "Violation: A row has the properties of the ontology",
    ),
    ("itg:about itm:llava", "itg:about itm:lava", "Violation: What a row or an issue is about"),
    (
        "itg:cites <https://w3id.org/itgraph/row/2024-10-15/references/17>",
        "itg:cites 17",
        "Violation: A row cites rows",
    ),
    ('itg:commit "5b', 'itg:commit "', "Violation: A commit is 40 hexadecimal digits"),
    ('itg:sha256 "a', 'itg:sha256 "', "Violation: A snapshot has exactly one SHA-256"),
    ('"2024-10-15"^^xsd:date', '"2024-10-15"', "Violation: A snapshot has exactly one date"),
    ("itg:repository <https://github.com/owner/survey> ;", "", "Warning: Nobody can look this snapshot up."),
    ("prov:hadPrimarySource <https:", "rdfs:seeAlso <https:", "Violation: A curated fact names the address"),
    ('itg:sparql "CONSTRUCT', 'itg:sparql "SELECT', "Violation: The text of a rule is one SPARQL CONSTRUCT query"),
    ('itg:sparql "CONSTRUCT', 'rdfs:seeAlso "CONSTRUCT', "Violation: A rule carries its text"),
    (" ; itg:order 30", "", "Violation: A rule carries its text"),
    (" ; itg:order 30", ' ; itg:order "30"', "Violation: A rule says when it runs"),
    ('dcterms:issued "2024-10-15"^^xsd:date', "rdfs:seeAlso snap:a", "Violation: A snapshot has a date"),
    ('dcterms:issued "2026-07-01"^^xsd:date', "rdfs:seeAlso snap:a", "Violation: A snapshot has a date"),
    ('itg:code "no-link"', 'itg:code "No link"', "Violation: An issue has exactly one code"),
    ('itg:severity "info"', 'itg:severity "bad"', "Violation: An issue has exactly one severity"),
    ('itg:message "There is no link to a paper." ;', "", "Violation: An issue says in exactly one message"),
    (
        "itg:lineStart 242 ; itg:lineEnd 250 ;\n    itg:about",
        "itg:about",
        "Violation: An issue stands at lines of a snapshot",
    ),
    (
        "/tree/0123456789abcdef0123456789abcdef01234567> a itg:R",
        "/tree/0123> a itg:R",
        "Violation: The IRI of a revision",
    ),
    ("/_o/data> a itg:R", "/_o/data/tree/main> a itg:R", "Violation: The IRI of a revision"),
    (
        "<https://huggingface.co/datasets/_o/data> a itg:R",
        "<urn:data> a itg:R",
        "Violation: The IRI of a revision",
    ),
    (
        "/data> a itg:Revision ; itg:snapshot snap:hub",
        "/data> a itg:Revision ; itg:about snap:hub",
        "Violation: A revision is listed",
    ),
    (
        "itg:finetunedFrom itm:llama ; itg:t",
        "itg:finetunedFrom itd:alpaca ; itg:t",
        "Violation: What was tuned further",
    ),
    (
        "itg:adapterOf itm:hf--Owner--Merged",
        'itg:adapterOf "Owner/Merged"',
        "Violation: What has an adapter is a model",
    ),
    (
        "itg:quantizedFrom itm:hf--Owner--Merged",
        "itg:quantizedFrom itm:lava",
        "Violation: What was quantized is a model",
    ),
    (
        "itg:mergedFrom itm:hf--Owner",
        "itg:mergedFrom itd:alpaca, itm:hf--Owner",
        "Violation: What was merged with others",
    ),
    ("", "itd:alpaca itg:mergedFrom itm:llama .", "Violation: Only a model is tuned, adapted, quantized or merged"),
    ("itg:baseModel itm:llama ; itg:finetunedFrom", "itg:finetunedFrom", "Violation: What a model is tuned, adapted"),
    (
        "itg:baseModel itm:hf--Owner--Merged ; itg:q",
        "itg:baseModel itm:clip ; itg:q",
        "Violation: What a model is tuned,",
    ),
    ("itg:newVersion itm:hf--Owner--Merged", 'itg:newVersion "Owner/Merged"', "Violation: The successor of a model"),
    ("", "itd:alpaca itg:newVersion itm:llama .", "Violation: Only a model has a successor"),
    ("", "itm:llama itg:newVersion itm:llama .", "Warning: A model names itself as its successor"),
    ("", "itm:hf--Owner--Merged itg:newVersion itm:hf--Owner--Tuned-7B_v1.0 .", "Warning: A model names itself"),
    ('itg:account "Owner" ;', 'itg:account "@Owner" ;', "Violation: An account is what stands before the slash"),
    ('itg:account "Owner" ;', 'itg:account "Owner/Tuned" ;', "Violation: An account is what stands before the slash"),
    ("", 'ito:stanford itg:account "stanford" .', "Violation: A hub has repositories of models and datasets"),
    ('itg:task "text-generation"', 'itg:task ""', "Violation: A task is the hub's own word"),
    ('itg:task "text-generation"', "itg:task domain:code", "Violation: A task is the hub's own word"),
    ('itg:library "transformers"', 'itg:library "transformers "', "Violation: A library is the hub's own word"),
    ("itg:downloads 12 ;", "itg:downloads -1 ;", "Violation: itg:downloads is a whole number"),
    ("itg:likes 0 ;", 'itg:likes "0" ;', "Violation: itg:likes is a whole number"),
    ('"2023-10-26"^^xsd:date', '"2023-10-26"', "Violation: The day when a repository was created"),
    ('itg:huggingFaceId "gone"', 'itg:huggingFaceId "-gone"', "Violation: A Hugging Face identifier is owner/name"),
    ('"zh-hans"', '"zh_hans"', "Violation: A language is a BCP 47 code"),
    ("itg:snapshot snap:hub-2026-07-01 ; itg:about itm", "itg:about itm", "Violation: An issue stands at lines"),
    (
        "itg:snapshot snap:hub-2026-07-01 ; itg:about itm",
        "itg:snapshot snap:2024-10-15 ; itg:about itm",
        "Violation: An issue",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    BROKEN,
    ids=[f"{new or old} -> {expected}"[:90] for old, new, expected in BROKEN],
)
def test_a_broken_graph_is_caught_with_words_that_help(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    broken = GOOD.replace(old, new, 1) if old else f"{GOOD}\n{new}"
    found = messages(default_graph(broken))
    assert any(message.startswith(expected) for message in found), found or "nothing was found"


@pytest.mark.slow
def test_a_graph_of_25_000_triples_passes() -> None:
    graph = rdflib.Graph()
    lines = default_graph(GOOD).serialize(format="nt")
    copy = 0
    while len(graph) < 25_000:
        copy += 1
        renamed = re.sub(r"<https://w3id.org/itgraph/(?!ontology|scheme)([^>]*)>", rf"<{terms.BASE}\1-{copy}>", lines)
        graph.parse(data=renamed, format="nt")
    assert messages(graph) == set()


# --- The order in which it is read --------------------------------------------------------------------------


def test_everything_has_its_place_among_what_is_read() -> None:
    arrangement = arrange(ox.parse(f"{PREFIX_LINES}\n{GOOD}", format=ox.RdfFormat.TRIG))
    sections = {block.subject: section.title for section in arrangement.sections for block in section.blocks}
    revision = "https://huggingface.co/datasets/_o/data"
    assert sections[revision] == "Revisions"
    assert sections[f"{terms.BASE}model/hf--gone"] == "Models"
    assert "Other things" not in sections.values()
    assert list(dict.fromkeys(graph.title for graph in arrangement.graphs)) == [
        "What rows say",
        "What cards of a hub say",
        "What rules conclude",
    ]
    [tuned] = [block for s in arrangement.sections for block in s.blocks if block.subject.endswith("Tuned-7B_v1.0")]
    order = [property_ for property_, _ in tuned.properties]
    base = order.index(terms.BASE_MODEL)
    assert order[base : base + 3] == [terms.BASE_MODEL, terms.FINETUNED_FROM, terms.TRAINED_ON]
    assert order.index(terms.ACCOUNT) + 4 == order.index(terms.LIKES)


# --- The JSON-LD context ------------------------------------------------------------------------------------


def quads(data: str | bytes, kind: ox.RdfFormat) -> set[str]:
    return {str(quad) for quad in ox.parse(data, format=kind)}


def test_the_context_has_the_prefixes_of_the_graph() -> None:
    assert {key: context()[key] for key in terms.PREFIXES} == terms.PREFIXES


def test_every_property_of_the_graph_has_a_short_key() -> None:
    assert declared_itg_terms() - {terms.PRECISION} <= iris_in_context()


def test_links_numbers_and_dates_are_coerced_as_the_ontology_says() -> None:
    coerced: dict[str, set[str | None]] = {}
    for entry in context().values():
        if isinstance(entry, dict) and "@id" in entry:
            coerced.setdefault(entry["@id"].replace("itg:", terms.ITG), set()).add(entry.get("@type"))
    graph = ontology()
    for term in graph.subjects(RDF.type, OWL.ObjectProperty):
        assert coerced[str(term)] <= {"@id", "@vocab"}, term
    dates = {terms.RELEASED, *map(str, graph.subjects(RDFS.subPropertyOf, rdflib.URIRef(terms.RELEASED)))}
    assert len(dates) == 5
    for term in graph.subjects(RDF.type, OWL.DatatypeProperty):
        value_range = str(graph.value(term, RDFS.range)).replace(str(XSD), "xsd:")
        expected = None if value_range == "xsd:string" else value_range
        # A date is as exact as it is known: a key for each precision.
        allowed = {"xsd:gYear", "xsd:gYearMonth", "xsd:date"} if str(term) in dates else {expected}
        assert coerced.get(str(term), {None}) == allowed, term


def test_a_compact_document_reads_as_the_graph_that_it_was_written_from() -> None:
    trig = f"{PREFIX_LINES}\n{GOOD}"
    dataset = rdflib.Dataset(default_union=False)
    dataset.parse(data=trig, format="trig")
    written = json.loads(dataset.serialize(format="json-ld", context=context()))
    # rdflib wraps the default graph in a graph without name, for JSON-LD one with a blank name: unwrap it.
    graphs = [node for node in written["graph"] if "id" in node]
    [unnamed] = [node for node in written["graph"] if "id" not in node]
    document = json.dumps({"@context": written["@context"], "graph": [*unnamed["graph"], *graphs]})
    assert "@value" not in document
    assert "https://w3id.org/itgraph/ontology#" not in document.replace(json.dumps(context()["itg"]), "")
    expected = quads(trig, ox.RdfFormat.TRIG)
    assert quads(document, ox.RdfFormat.JSON_LD) == expected
    again = rdflib.Dataset(default_union=False).parse(data=document, format="json-ld")
    assert quads(again.serialize(format="nquads"), ox.RdfFormat.N_QUADS) == expected


def test_a_document_written_by_hand_reads_as_meant() -> None:
    document = {
        "@context": context(),
        "graph": [
            {
                "id": "itm:llava",
                "type": ["Model", "fair4ml:MLModel"],
                "label": "LLaVA",
                "baseModel": ["itm:clip"],
                "selfBuilt": True,
                "parameterCount": 7000000000,
                "prov:wasDerivedFrom": ["itm:clip"],
            },
            {"id": "itp:p", "type": "Paper", "title": "P", "year": "2023"},
            {"id": "https://w3id.org/itgraph/snapshot/a", "type": "Snapshot", "issued": "2024-10-15"},
            {
                "id": "https://w3id.org/itgraph/quantity/q",
                "precision": "Exact",
                "value": [52000],
                "unitText": "tasks",
            },
            {"id": "itr:a/models/1", "graph": [{"id": "itm:llava", "inLanguage": ["en"]}]},
        ],
    }
    expected = f"""{PREFIX_LINES}
    itm:llava a itg:Model, fair4ml:MLModel ; rdfs:label "LLaVA" ; itg:baseModel itm:clip ;
        itg:selfBuilt true ; itg:parameterCount 7000000000 ; prov:wasDerivedFrom itm:clip .
    itp:p a itg:Paper ; dcterms:title "P" ; dcterms:issued "2023"^^xsd:gYear .
    snap:a a itg:Snapshot ; dcterms:issued "2024-10-15"^^xsd:date .
    qty:q itg:precision itg:Exact ; schema:value 52000 ; schema:unitText "tasks" .
    <https://w3id.org/itgraph/row/a/models/1> {{ itm:llava schema:inLanguage "en" }}
    """
    assert quads(json.dumps(document), ox.RdfFormat.JSON_LD) == quads(expected, ox.RdfFormat.TRIG)
