"""A small graph with everything that documents speak of, and the same with hostile names."""

from __future__ import annotations

from pyoxigraph import Quad, RdfFormat, parse

from itgraph import terms
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore

# Sheep is tuned from Ram and trained on Wool, which Shepherd wrote; Shepherd is a service. Wool was made from Fleece,
# of which nothing is known. A rule concludes that Sheep is trained on Fleece too.
SMALL = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX itg: <https://w3id.org/itgraph/ontology#>
BASE <https://w3id.org/itgraph/>

<snapshot/2024-10-15> a itg:Snapshot ; dcterms:issued "2024-10-15"^^xsd:date .
<snapshot/2023-09-05> a itg:Snapshot ; dcterms:issued "2023-09-05"^^xsd:date .

<model/sheep> a itg:Model ; rdfs:label "Sheep" ;
  itg:baseModel <model/ram> ; itg:trainedOn <dataset/wool> , <dataset/fleece> ;
  itg:developer <organization/farm> , <organization/barn> ;
  itg:license <https://spdx.org/licenses/Apache-2.0> , <https://w3id.org/itgraph/license/pasture> ;
  itg:access "open" , "restricted" ; itg:licensing <licensing/1> , <licensing/2> , <licensing/3> ;
  itg:weightsReleased "2023-05-02"^^xsd:date ; itg:paperReleased "2023-06"^^xsd:gYearMonth ;
  itg:arxivId "2306.00001" ; itg:huggingFaceId "farm/sheep-7b" ; itg:githubRepository "farm/sheep" ;
  itg:describedIn <paper/sheep> ; schema:inLanguage "en" .
<model/ram> a itg:Model ; rdfs:label "Ram" ; itg:huggingFaceId "farm/ram-7b" , "farm/ram-13b" ;
  itg:license <https://spdx.org/licenses/MIT> ; itg:access "open" ; itg:licensing <licensing/4> .
<model/shepherd> a itg:Model ; rdfs:label "Shepherd" ; itg:developer <organization/farm> ;
  itg:license <https://w3id.org/itgraph/license/proprietary> ; itg:access "closed" ; itg:licensing <licensing/5> ;
  itg:describedIn <paper/arxiv-2401.00001> .
<dataset/wool> a itg:Dataset ; rdfs:label "Wool" ; itg:generatedBy <model/shepherd> ;
  itg:sourceDataset <dataset/fleece> ;
  itg:huggingFaceId "farm/sheep-7b" , "farm/wool" ; itg:describedIn <paper/sheep> ;
  schema:sameAs <https://huggingface.co/farm/sheep-7b> , <https://huggingface.co/datasets/farm/wool> ;
  itg:license <https://spdx.org/licenses/CC-BY-NC-4.0> ; itg:access "restricted" ; itg:licensing <licensing/6> .
<dataset/fleece> a itg:Dataset ; rdfs:label "Fleece" .

<organization/farm> a itg:Organization ; rdfs:label "The Farm" ; schema:url <https://farm.example/> .
<organization/barn> a itg:Organization ; rdfs:label "The Barn" .
<https://spdx.org/licenses/Apache-2.0> a skos:Concept ; rdfs:label "Apache-2.0" .
<https://spdx.org/licenses/MIT> a skos:Concept ; rdfs:label "MIT" .
<https://spdx.org/licenses/CC-BY-NC-4.0> a skos:Concept ; rdfs:label "CC-BY-NC-4.0" .
<https://w3id.org/itgraph/license/pasture> a skos:Concept ; rdfs:label "pasture" .
<https://w3id.org/itgraph/license/proprietary> a skos:Concept ; rdfs:label "proprietary" .
<licensing/1> a itg:Licensing ; itg:part "weights" ;
  itg:license <https://spdx.org/licenses/Apache-2.0> ; itg:access "open" .
<licensing/2> a itg:Licensing ; itg:part "weights" ;
  itg:license <https://w3id.org/itgraph/license/pasture> ; itg:access "restricted" .
<licensing/3> a itg:Licensing ; itg:part "code" ;
  itg:license <https://spdx.org/licenses/Apache-2.0> ; itg:access "open" .
<licensing/4> a itg:Licensing ; itg:part "code" ;
  itg:license <https://spdx.org/licenses/MIT> ; itg:access "open" .
<licensing/5> a itg:Licensing ; itg:part "weights" ;
  itg:license <https://w3id.org/itgraph/license/proprietary> ; itg:access "closed" .
<licensing/6> a itg:Licensing ; itg:part "data" ;
  itg:license <https://spdx.org/licenses/CC-BY-NC-4.0> ; itg:access "restricted" .

<paper/sheep> a itg:Paper ; rdfs:label "Sheep: Grazing @ scale" ; dcterms:issued "2023"^^xsd:gYear ;
  itg:authorListComplete false ; schema:author <person/ann> ; itg:authorship <authorship/1> .
<authorship/1> itg:author <person/ann> ; itg:position 1 ; itg:nameAsWritten "Ann Ewe" .
<person/ann> a itg:Person ; rdfs:label "Ann Ewe" .
<paper/arxiv-2401.00001> a itg:Paper ; rdfs:label "arXiv:2401.00001" ; itg:arxivId "2401.00001" .

<row/2024-10-15/models/1> a itg:Row ; itg:snapshot <snapshot/2024-10-15> ; itg:table "models" ; itg:rowNumber 1 ;
  itg:lineStart 7 ; itg:lineEnd 9 ; prov:wasQuotedFrom <https://survey.example/README.md#L7-L9> ;
  itg:about <model/sheep> .
<curated/lineage/wool> a itg:CuratedFact ; itg:table "lineage" ; prov:hadPrimarySource <https://farm.example/wool> .
<curated/licences/sheep> a itg:CuratedFact ; itg:table "licences" ;
  prov:hadPrimarySource <https://farm.example/LICENSE> .
<curated/corrections/sheep> a itg:CuratedFact ; itg:table "corrections" ; itg:about <model/sheep> .
<issue/1> a itg:Issue ; itg:code "contradicted-by-source" ; itg:about <row/2024-10-15/models/1> ;
  itg:contradictedBy <curated/corrections/sheep> ; itg:message "the survey says Goat, the card says Ram" .
<issue/2> a itg:Issue ; itg:code "trailing-whitespace" ; itg:about <model/sheep> ; itg:message "a space at the end" .
<rule/guess> a itg:Rule ; rdfs:label "guess" .

GRAPH <row/2024-10-15/models/1> { <model/sheep> itg:baseModel <model/ram> }
GRAPH <curated/lineage/wool> {
  <model/sheep> itg:trainedOn <dataset/wool> .
  <dataset/wool> itg:generatedBy <model/shepherd> ; itg:sourceDataset <dataset/fleece>
}
GRAPH <curated/licences/sheep> {
  <licensing/2> itg:part "weights" ; itg:license <https://w3id.org/itgraph/license/pasture> ; itg:access "restricted"
}
GRAPH <rule/guess> { <model/sheep> itg:trainedOn <dataset/fleece> }
"""

HOSTILE = "Quote \" \\ '\n---\n%\t@misc{x, </script> }\x07\u2028 ünï🐑"
"""What may stand in a name, and would end a string, a comment, an entry or a document."""


def thing(path: str, label: str) -> Thing:
    return Thing(iri=terms.BASE + path, kind=path.split("/", maxsplit=1)[0], label=label)


SHEEP, WOOL, FLEECE = thing("model/sheep", "Sheep"), thing("dataset/wool", "Wool"), thing("dataset/fleece", "Fleece")


def store_of(trig: str) -> EmbeddedStore:
    return EmbeddedStore(list(parse(trig, RdfFormat.TRIG)))


def small_store() -> EmbeddedStore:
    return store_of(SMALL)


def hostile_store() -> EmbeddedStore:
    """The small graph with hostile names for everything, and hostile identifiers."""
    text = SMALL
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "\x07": r"\u0007"}
    written = "".join(escapes.get(character, character) for character in HOSTILE)
    for name in "Sheep|Ram|Wool|Fleece|Shepherd|The Farm|The Barn|pasture|Ann Ewe|2306.00001".split("|"):
        assert f'"{name}"' in text
        text = text.replace(f'"{name}"', f'"{name} {written}"')
    for identifier in ("farm/ram-7b", "farm/sheep", "farm/sheep-7b"):
        text = text.replace(f'"{identifier}"', f'"{identifier} {written}"')
    return store_of(text)


def things_of(store: EmbeddedStore) -> list[Thing]:
    classes = {terms.MODEL: "model", terms.DATASET: "dataset", terms.BENCHMARK: "benchmark"}
    labels = {
        quad.subject: quad.object.value  # type: ignore[union-attr]
        for quad in store.quads()
        if quad.predicate.value == terms.RDFS_LABEL and _is_current(quad)
    }
    return [
        Thing(iri=quad.subject.value, kind=classes[quad.object.value], label=labels[quad.subject])  # type: ignore[union-attr]
        for quad in store.quads()
        if quad.predicate.value == terms.RDF_TYPE and _is_current(quad) and quad.object.value in classes  # type: ignore[union-attr]
    ]


def _is_current(quad: Quad) -> bool:
    return str(quad.graph_name) == "DEFAULT"
