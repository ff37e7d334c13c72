"""What the tests of a hub's load share: a small graph beside which it is put, and small hubs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from itgraph import terms
from itgraph.hub.inputs import find_inputs
from itgraph.loading.hub import HubReport, load_hub

SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER_SHA = "fedcba9876543210fedcba9876543210fedcba98"

GRAPH = """
@base <https://w3id.org/itgraph/> .
@prefix itg: <https://w3id.org/itgraph/ontology#> .
@prefix itm: <https://w3id.org/itgraph/model/> .
@prefix itd: <https://w3id.org/itgraph/dataset/> .
@prefix itb: <https://w3id.org/itgraph/benchmark/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

itm:mistral-7b a itg:Model ; rdfs:label "Mistral 7B" ; itg:huggingFaceId "mistralai/Mistral-7B-v0.1" .
itm:zephyr a itg:Model ; rdfs:label "Zephyr" ; itg:huggingFaceId "HuggingFaceH4/zephyr-7b-alpha" ;
    itg:baseModel itm:mistral-7b .
itm:tulu a itg:Model ; rdfs:label "TÜLU" ; itg:huggingFaceId "allenai/tulu-13b" , "allenai/tulu-65b" .
itm:two-faces a itg:Model ; rdfs:label "Two Faces" ; itg:huggingFaceId "some/Thing" .
itm:three-faces a itg:Model ; rdfs:label "Three Faces" ; itg:huggingFaceId "some/Thing" .
itd:orca a itg:Dataset ; rdfs:label "Orca" ; itg:huggingFaceId "Open-Orca/OpenOrca" .
itd:openorca a itg:Dataset ; rdfs:label "OpenOrca" ; itg:huggingFaceId "Open-Orca/OpenOrca" .
itb:gsm8k a itg:Benchmark ; rdfs:label "GSM8K" ; itg:huggingFaceId "openai/gsm8k" .
<paper/llama-paper> a itg:Paper ; rdfs:label "LLaMA: Open and Efficient" ; itg:arxivId "2302.13971" .
<https://spdx.org/licenses/MIT> a skos:Concept ; rdfs:label "MIT" ; skos:prefLabel "MIT" ; skos:notation "MIT" ;
    skos:inScheme <scheme/license> .
<rule/guess> a itg:Rule ; rdfs:label "A guess" ; rdfs:comment "Guesses." .

GRAPH <rule/guess> { itm:zephyr itg:baseModel itm:mistral-7b }
"""


def entry(id_: str, **fields: object) -> dict[str, object]:
    """Return what the hub's API lists of a repository; ``card`` is its card."""
    fields = {"cardData" if name == "card" else name: value for name, value in fields.items()}
    return {"id": id_, "sha": SHA, **fields}


def write_graph(folder: Path) -> Path:
    """Write the small graph."""
    path = folder / "graph.trig"
    path.write_text(GRAPH, encoding="utf-8")
    return path


def write_lines(path: Path, entries: Iterable[Mapping[str, object] | str]) -> Path:
    """Write a listing; what is text already is written as it is."""
    lines = [line if isinstance(line, str) else json.dumps(line) for line in entries]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


def load(
    folder: Path,
    models: Sequence[Mapping[str, object] | str] = (),
    datasets: Sequence[Mapping[str, object] | str] = (),
    *,
    renames: str = "",
) -> HubReport:
    """Load a small hub beside the small graph into ``folder/hub``."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [write_lines(folder / "models.jsonl", models), write_lines(folder / "datasets.jsonl", datasets)]
    list_ = folder / "renames.csv"
    list_.write_text(renames, encoding="utf-8")
    return load_hub(folder / "hub", find_inputs(inputs), graph=write_graph(folder), renames=list_ if renames else None)


def read_quads(folder: Path) -> set[Quad]:
    """Return every quad of a store."""
    return set(Store.read_only(str(folder)))


def tell_new(store: Path) -> set[str]:
    """Return in short what a load has put beside the small graph, but for what rules and the licences' scheme are."""
    new = read_quads(store) - set(parse(GRAPH, format=RdfFormat.TRIG))
    left_out = (terms.BASE + "rule/", terms.SCHEME_LICENSE)
    return {tell(quad) for quad in new if not getattr(quad.subject, "value", "").startswith(left_out)}


def tell(quad: Quad) -> str:
    """Return a quad in short: ``itm:a itg:baseModel itm:b @ rule/upstream``, of the default graph without the end."""
    parts = [shorten(part) for part in (quad.subject, quad.predicate, quad.object)]
    if not isinstance(quad.graph_name, DefaultGraph):
        parts += ["@", shorten(quad.graph_name)]
    return " ".join(parts)


def shorten(term: NamedNode | BlankNode | Literal | Triple | DefaultGraph) -> str:
    """Return a term in short; an address of the hub without that of the hub."""
    if not isinstance(term, NamedNode):
        text = str(term)
        for name, long in terms.PREFIXES.items():
            text = text.replace(f"^^<{long}", f"^^<{name}:")
        return text
    iri = term.value
    if iri == terms.RDF_TYPE:
        return "a"
    if iri.startswith("https://huggingface.co/"):
        return iri.removeprefix("https://huggingface.co/").replace(SHA, "SHA").replace(OTHER_SHA, "OTHER")
    best = max((long for long in terms.PREFIXES.values() if iri.startswith(long)), key=len, default="")
    if not best:
        return iri.removeprefix(terms.BASE)
    name = next(name for name, long in terms.PREFIXES.items() if long == best)
    return f"{name}:{iri.removeprefix(best)}"
