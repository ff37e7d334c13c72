"""What a load of the hub puts beside a graph: each statement of small hubs, by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse
from tests.loading import hubs
from tests.loading.hubs import OTHER_SHA, SHA, entry, load, read_quads, tell, tell_new

from itgraph import terms
from itgraph.errors import SourceError
from itgraph.hub.inputs import find_inputs
from itgraph.indexes import open_indexes
from itgraph.lineage import descendants, lineage
from itgraph.loading import hub
from itgraph.loading.hub import HubReport, load_hub
from itgraph.loading.indexes import check_indexes
from itgraph.resources import shipped_graph_path
from itgraph.shapes import validate
from itgraph.store.embedded import EmbeddedStore

LISTING = "snapshot/hub"


def said_of(folder: Path, subject: str) -> set[str]:
    """Return what a load has said of a thing, without its name in front."""
    return {line.removeprefix(subject + " ") for line in tell_new(folder / "hub") if line.startswith(subject + " ")}


def issues_of(folder: Path) -> set[tuple[str, str, str, str]]:
    """Return the issues: code, severity, message, and what they are about."""
    found: dict[str, dict[str, str]] = {}
    for quad in read_quads(folder / "hub"):
        subject = str(quad.subject)
        if "/issue/" in subject:
            value = hubs.shorten(quad.object) if isinstance(quad.object, NamedNode) else quad.object.value  # type: ignore[union-attr]
            found.setdefault(subject, {})[quad.predicate.value] = value
    named = (terms.CODE, terms.SEVERITY, terms.MESSAGE, terms.ABOUT)
    return {tuple(issue.get(name, "") for name in named) for issue in found.values()}  # type: ignore[misc]


def step(child: str, relation: str, parent: str, graph: str) -> set[str]:
    """Return what one step of lineage is in the store."""
    above = {
        "itg:baseModel": ["itg:upstream", "fair4ml:fineTunedFrom", "prov:wasDerivedFrom"],
        "itg:trainedOn": ["itg:upstream", "fair4ml:trainedOn"],
        "itg:sourceDataset": ["itg:upstream", "prov:wasDerivedFrom"],
    }[relation]
    return both(f"{child} {relation} {parent}", graph) | {f"{child} {name} {parent}" for name in above}


def both(line: str, graph: str) -> set[str]:
    """Return a statement of the current view and of a graph."""
    return {line, f"{line} @ {graph}"}


# -- what an entry becomes -------------------------------------------------------------------------------------------


def test_a_model_becomes_just_these_statements(tmp_path: Path) -> None:
    card = {"base_model": "b/base", "base_model_relation": "adapter", "license": "apache-2.0", "language": "en"}
    one = entry("a/One.1", createdAt="2024-05-01T10:00:00.000Z", lastModified="2024-06-02T00:00:00Z", downloads=7)
    one |= {"likes": 0, "pipeline_tag": "text-generation", "library_name": "peft", "cardData": card}
    report = load(tmp_path, [one, {"id": "b/base"}])
    about, revision = "itm:hf--a--One.1", "a/One.1/tree/SHA"
    licence = "https://spdx.org/licenses/Apache-2.0"
    assert said_of(tmp_path, "itm:hf--b--base") == {
        "a itg:Model",
        'rdfs:label "b/base"',
        'itg:huggingFaceId "b/base"',
        'itg:account "b"',
        "prov:hadPrimarySource b/base",
    }
    assert tell_new(tmp_path / "hub") - {
        f"itm:hf--b--base {rest}" for rest in said_of(tmp_path, "itm:hf--b--base")
    } == {
        f"{about} a itg:Model",
        f'{about} rdfs:label "a/One.1"',
        f'{about} itg:huggingFaceId "a/One.1"',
        f"{about} prov:hadPrimarySource {revision}",
        f'{about} itg:account "a"',
        f'{about} itg:downloads "7"^^<xsd:integer>',
        f'{about} itg:likes "0"^^<xsd:integer>',
        f'{about} schema:dateCreated "2024-05-01"^^<xsd:date>',
        f'{about} itg:task "text-generation"',
        f'{about} itg:library "peft"',
        *step(about, "itg:baseModel", "itm:hf--b--base", revision),
        *both(f"{about} itg:adapterOf itm:hf--b--base", revision),
        *both(f"{about} itg:license {licence}", revision),
        *both(f'{about} itg:access "open"', "itrule:hub-access"),
        *both(f'{about} schema:inLanguage "en"', revision),
        f"{revision} a itg:Revision",
        f"{revision} itg:snapshot {LISTING}-2024-06-02",
        f"{licence} a skos:Concept",
        f'{licence} rdfs:label "Apache-2.0"',
        f'{licence} skos:prefLabel "Apache-2.0"',
        f'{licence} skos:notation "Apache-2.0"',
        f"{licence} skos:inScheme scheme/license",
        f"{LISTING}-2024-06-02 a itg:Snapshot",
        f'{LISTING}-2024-06-02 rdfs:label "Hugging Face hub 2024-06-02"',
        f"{LISTING}-2024-06-02 itg:repository https://huggingface.co",
        f'{LISTING}-2024-06-02 dcterms:issued "2024-06-02"^^<xsd:date>',
        f'{LISTING}-2024-06-02 itg:sha256 "{_digest(tmp_path)}"',
    }
    assert report == HubReport(location=str(tmp_path / "hub"), models=2, datasets=0, edges=1, issues={}, resumed=False)


def _digest(folder: Path) -> str:
    import hashlib

    return hashlib.sha256((folder / "models.jsonl").read_bytes()).hexdigest()


def test_a_dataset_with_its_sources(tmp_path: Path) -> None:
    load(tmp_path, [], [entry("a/sum", card={"source_datasets": ["a/part", "original"]}), entry("a/part")])
    about = "itd:hf--a--sum"
    revision = "datasets/a/sum/tree/SHA"
    assert {f"{about} {rest}" for rest in said_of(tmp_path, about)} == {
        f"{about} a itg:Dataset",
        f'{about} rdfs:label "a/sum"',
        f'{about} itg:huggingFaceId "a/sum"',
        f'{about} itg:account "a"',
        f"{about} prov:hadPrimarySource {revision}",
        *step(about, "itg:sourceDataset", "itd:hf--a--part", revision),
    }
    assert said_of(tmp_path, revision) == {"a itg:Revision", f"itg:snapshot {LISTING}"}
    # Nothing has a day: so the listing has none either.
    assert said_of(tmp_path, LISTING) >= {'rdfs:label "Hugging Face hub"'}
    assert not [line for line in said_of(tmp_path, LISTING) if line.startswith("dcterms:issued")]


@pytest.mark.parametrize(
    ("fields", "manner", "graph"),
    [
        ({"card": {"base_model": "b/b", "base_model_relation": "quantized"}}, "itg:quantizedFrom", "a/a/tree/SHA"),
        ({"card": {"base_model": "b/b"}}, "itg:finetunedFrom", "itrule:hub-relation"),
        ({"tags": ["base_model:b/b", "base_model:quantized:b/b"]}, "itg:quantizedFrom", "itrule:hub-relation"),
        ({"card": {"base_model": ["b/b", "b/c"]}}, "itg:mergedFrom", "itrule:hub-relation"),
        ({"card": {"base_model": "b/b"}, "library_name": "peft"}, "itg:adapterOf", "itrule:hub-relation"),
    ],
    ids=["stated", "inferred", "listed by the hub", "a merge", "by its library"],
)
def test_how_a_model_is_built_is_stated_or_concluded(
    tmp_path: Path, fields: dict[str, object], manner: str, graph: str
) -> None:
    load(tmp_path, [entry("a/a", **fields), entry("b/b"), entry("b/c")])
    said = {line for line in said_of(tmp_path, "itm:hf--a--a") if line.endswith(f" @ {graph}") and "b--b" in line}
    assert f"{manner} itm:hf--b--b @ {graph}" in said
    # That it is built on it stands in its card in any case.
    assert "itg:baseModel itm:hf--b--b @ a/a/tree/SHA" in said_of(tmp_path, "itm:hf--a--a")


def test_licences(tmp_path: Path) -> None:
    load(
        tmp_path,
        [
            entry("a/known", card={"license": "MIT"}),
            entry("a/named", card={"license": "other", "license_name": 'Qwen <Research> "Licence"\n\u2028v1'}),
            entry("a/nameless", card={"license": "other"}),
            entry("a/two", card={"license": ["mit", "cc-by-nc-4.0"]}),
            entry("a/own", card={"license": "my own <licence>"}),
            entry("a/signs", card={"license": "other", "license_name": "!!!"}),
        ],
    )
    found = {
        line.removesuffix(" @ a/" + name + "/tree/SHA")
        for name in ("known", "named", "nameless", "two", "own", "signs")
        for line in tell_new(tmp_path / "hub")
        if f"hf--a--{name} itg:license" in line and line.endswith("tree/SHA")
    }
    assert {line for line in found if "--signs" not in line} == {
        "itm:hf--a--known itg:license https://spdx.org/licenses/MIT",
        "itm:hf--a--named itg:license license/qwen-research-licence-v1",
        "itm:hf--a--nameless itg:license license/other",
        "itm:hf--a--two itg:license https://spdx.org/licenses/MIT",
        "itm:hf--a--two itg:license https://spdx.org/licenses/CC-BY-NC-4.0",
        "itm:hf--a--own itg:license license/my-own-licence",
    }
    assert sum("--signs" in line for line in found) == 1
    access = {line for line in tell_new(tmp_path / "hub") if "itg:access" in line and "@" in line}
    assert access == {
        'itm:hf--a--known itg:access "open" @ itrule:hub-access',
        'itm:hf--a--two itg:access "open" @ itrule:hub-access',
        'itm:hf--a--two itg:access "restricted" @ itrule:hub-access',
    }


@pytest.mark.parametrize(
    ("written", "languages", "is_multilingual"),
    [
        ("en", {"en"}, False),
        (["en", "zh-CN"], {"en", "zh-CN"}, True),
        (["en", "code"], {"en"}, False),
        ("multilingual", set(), True),
        ("code", set(), False),
    ],
)
def test_languages(tmp_path: Path, written: object, languages: set[str], is_multilingual: bool) -> None:
    load(tmp_path, [entry("a/a", card={"language": written})])
    said = said_of(tmp_path, "itm:hf--a--a")
    assert {line for line in said if line.startswith("schema:inLanguage") and "@" not in line} == {
        f'schema:inLanguage "{language}"' for language in languages
    }
    assert any(line.startswith("itg:multilingual") for line in said) is is_multilingual


def test_code_among_the_languages_is_the_domain(tmp_path: Path) -> None:
    load(tmp_path, [entry("a/a", card={"language": ["en", "code"]}), entry("a/b", card={"language": "en"})])
    assert {line for line in said_of(tmp_path, "itm:hf--a--a") if "domain" in line and "@" not in line} == {
        "itg:domain domain/code"
    }
    assert not any("domain" in line for line in said_of(tmp_path, "itm:hf--a--b"))
    ((code, severity, message, about),) = issues_of(tmp_path)
    assert (code, severity) == ("non-language-value", "info")
    assert "domain Code" in message
    assert about
    assert check_indexes(tmp_path / "hub") == []


def test_a_paper_is_the_one_that_the_graph_has_and_else_a_new_one(tmp_path: Path) -> None:
    tags = ["arxiv:2302.13971", "arxiv:2401.00001v2", "arxiv:cs/0112017", "arxiv:1910.09700"]
    load(tmp_path, [entry("a/a", tags=tags), entry("a/b", tags=["arxiv:2401.00001"])])
    said = {line for line in said_of(tmp_path, "itm:hf--a--a") if "describedIn" in line and "@" not in line}
    # The graph calls one of them otherwise than by its number.
    assert said == {
        "itg:describedIn itp:llama-paper",
        "itg:describedIn itp:arxiv-2401.00001",
        "itg:describedIn itp:arxiv-cs-0112017",
    }
    assert said_of(tmp_path, "itp:llama-paper") == set()
    assert said_of(tmp_path, "itp:arxiv-cs-0112017") == {
        "a itg:Paper",
        'rdfs:label "arXiv:cs/0112017"',
        'itg:arxivId "cs/0112017"',
        "schema:url https://arxiv.org/abs/cs/0112017",
    }
    assert {issue[0] for issue in issues_of(tmp_path)} == {"template-arxiv"}


def test_a_new_version_is_no_lineage(tmp_path: Path) -> None:
    report = load(tmp_path, [entry("a/v1", card={"new_version": "a/v2"}), entry("a/v2")])
    assert report.edges == 0
    assert {line for line in said_of(tmp_path, "itm:hf--a--v1") if "a--v2" in line} == both(
        "itg:newVersion itm:hf--a--v2", "a/v1/tree/SHA"
    )


def test_only_models_have_new_versions(tmp_path: Path) -> None:
    load(tmp_path, [], [entry("a/v1", card={"new_version": "a/v2"})])
    assert not [line for line in tell_new(tmp_path / "hub") if "newVersion" in line]
    assert [issue[0] for issue in issues_of(tmp_path)] == ["wrong-type"]


# -- names that lead nowhere, or elsewhere ---------------------------------------------------------------------------


def test_what_is_not_in_the_listing_is_named_and_reported(tmp_path: Path) -> None:
    report = load(
        tmp_path,
        [
            entry("a/a", card={"base_model": "gone/Base-7B", "datasets": "gone/data", "new_version": "gone/next"}),
            # Letter case does not count on the hub, so this is the same.
            entry("a/b", card={"base_model": "Gone/base-7b"}),
            entry("c/Base-7B"),
        ],
    )
    assert report.issues == {"missing-base": 2, "missing-dataset": 1, "missing-version": 1}
    assert said_of(tmp_path, "itm:hf--Gone--base-7b") == {
        "a itg:Model",
        'rdfs:label "Gone/base-7b"',
        'itg:huggingFaceId "Gone/base-7b"',
    }
    assert said_of(tmp_path, "itm:hf--gone--Base-7B") == set()
    assert said_of(tmp_path, "itd:hf--gone--data") >= {"a itg:Dataset"}
    assert issues_of(tmp_path) == {
        (
            "missing-base",
            "warning",
            "models.jsonl:1: gone/Base-7B is not in the listing; of the same name there is c/Base-7B: perhaps it was "
            "renamed",
            "itm:hf--a--a",
        ),
        (
            "missing-base",
            "warning",
            "models.jsonl:2: Gone/base-7b is not in the listing; of the same name there is c/Base-7B: perhaps it was "
            "renamed",
            "itm:hf--a--b",
        ),
        ("missing-dataset", "warning", "models.jsonl:1: gone/data is not in the listing", "itm:hf--a--a"),
        ("missing-version", "warning", "models.jsonl:1: gone/next is not in the listing", "itm:hf--a--a"),
    }


def test_letter_case_does_not_count(tmp_path: Path) -> None:
    report = load(tmp_path, [entry("a/a", card={"base_model": "B/BASE"}), entry("b/Base")])
    assert report.issues == {}
    assert "itg:baseModel itm:hf--b--Base" in said_of(tmp_path, "itm:hf--a--a")


def test_renamed_repositories(tmp_path: Path) -> None:
    renames = (
        "old,new\nOld/One,b/one\nold/two,old/three\n\nold/three,MistralAI/Mistral-7B-v0.1\n"
        "old/x,gone/y\no/p,o/q\no/q,o/p\n"
    )
    models = [
        entry("a/1", card={"base_model": "old/one"}),
        entry("a/2", card={"base_model": "old/two"}),
        entry("a/3", card={"base_model": "old/x"}),
        entry("a/4", card={"base_model": "o/p"}),
        entry("b/One"),
    ]
    report = load(tmp_path, models, renames=renames)
    assert report.issues == {"renamed": 2, "missing-base": 2}
    bases = {line for line in tell_new(tmp_path / "hub") if "itg:baseModel" in line and "@" not in line}
    assert bases == {
        "itm:hf--a--1 itg:baseModel itm:hf--b--One",
        "itm:hf--a--2 itg:baseModel itm:mistral-7b",
        "itm:hf--a--3 itg:baseModel itm:hf--gone--y",
        "itm:hf--a--4 itg:baseModel itm:hf--o--p",
    }
    assert {message for code, _, message, _ in issues_of(tmp_path) if code == "renamed"} == {
        "models.jsonl:1: old/one was renamed to b/One, as the list of renamed repositories says",
        "models.jsonl:2: old/two was renamed to MistralAI/Mistral-7B-v0.1, as the list of renamed repositories says",
    }


def test_what_is_in_the_listing_is_not_looked_up_among_the_renamed(tmp_path: Path) -> None:
    models = [entry("a/a", card={"base_model": "B/b"}), entry("b/b"), entry("c/c")]
    assert load(tmp_path, models, renames="b/b,c/c\n").issues == {}
    assert "itg:baseModel itm:hf--b--b" in said_of(tmp_path, "itm:hf--a--a")


@pytest.mark.parametrize("line", ["a/b", "a/b,c/d,e", "a/b,", "a/b,<no id>", "a/b,\ud800"])
def test_a_list_of_renamed_that_is_none_changes_nothing(tmp_path: Path, line: str) -> None:
    inputs = find_inputs([hubs.write_lines(tmp_path / "models.jsonl", [entry("a/a")])])
    renames = tmp_path / "renames.csv"
    renames.write_bytes(b"x/y,z/w\n" + line.encode(errors="surrogatepass"))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SourceError, match=r"renames\.csv"):
        load_hub(tmp_path / "hub", inputs, graph=shipped_graph_path(), renames=renames)
    assert sorted(tmp_path.iterdir()) == before


def test_who_names_itself_is_told(tmp_path: Path) -> None:
    load(
        tmp_path,
        [
            entry("a/a", card={"base_model": "A/A"}),
            # Both are TÜLU, as the graph has it.
            entry("allenai/tulu-13b", card={"base_model": "allenai/tulu-65b", "new_version": "allenai/tulu-65b"}),
            entry("allenai/tulu-65b"),
        ],
    )
    assert {issue for issue in issues_of(tmp_path) if issue[0] == "self-base"} == {
        ("self-base", "warning", "models.jsonl:1: base_model: it names itself; that is left out", "itm:hf--a--a"),
        (
            "self-base",
            "warning",
            "models.jsonl:2: allenai/tulu-13b names allenai/tulu-65b as what it is made of, which is the same thing "
            "here",
            "itm:tulu",
        ),
        (
            "self-base",
            "warning",
            "models.jsonl:2: allenai/tulu-13b names allenai/tulu-65b as its new version, which is the same thing here",
            "itm:tulu",
        ),
    }
    assert not [line for line in tell_new(tmp_path / "hub") if "itg:baseModel" in line or "newVersion" in line]


def test_of_two_entries_of_one_id_the_first_holds(tmp_path: Path) -> None:
    two = [entry("a/a", likes=1), {**entry("a/a", likes=2, card={"base_model": "a/b"}), "sha": OTHER_SHA}]
    report = load(tmp_path, two)
    assert (report.models, report.edges, report.issues) == (1, 0, {"duplicate-entry": 1})
    assert [line for line in said_of(tmp_path, "itm:hf--a--a") if "likes" in line] == ['itg:likes "1"^^<xsd:integer>']
    message = "models.jsonl:2: a/a is listed twice: the first entry holds"
    assert issues_of(tmp_path) == {("duplicate-entry", "warning", message, "itm:hf--a--a")}


def test_circles_are_kept_as_they_are_stated(tmp_path: Path) -> None:
    circle = [entry(f"a/{n}", card={"base_model": f"a/{(n + 1) % 3}"}) for n in range(3)]
    assert load(tmp_path, circle).edges == 3
    graph = EmbeddedStore.open(tmp_path / "hub")
    found = lineage(graph, terms.BASE + "model/hf--a--0")
    assert (len(found), found.number_of_edges()) == (3, 3)


# -- what the graph has already --------------------------------------------------------------------------------------


def test_a_thing_that_the_graph_knows_by_its_id_is_one_thing_with_it(tmp_path: Path) -> None:
    base = entry("MistralAI/mistral-7b-v0.1", downloads=9, likes=3, createdAt="2023-09-20T00:00:00Z")
    base |= {"pipeline_tag": "text-generation", "cardData": {"license": "mit"}}
    load(tmp_path, [base, entry("a/child", card={"base_model": "mistralai/Mistral-7B-v0.1"})])
    revision = "MistralAI/mistral-7b-v0.1/tree/SHA"
    assert said_of(tmp_path, "itm:mistral-7b") == {
        'itg:huggingFaceId "MistralAI/mistral-7b-v0.1"',
        'skos:altLabel "MistralAI/mistral-7b-v0.1"',
        f"prov:hadPrimarySource {revision}",
        'itg:downloads "9"^^<xsd:integer>',
        'itg:likes "3"^^<xsd:integer>',
        'schema:dateCreated "2023-09-20"^^<xsd:date>',
        *both("itg:license https://spdx.org/licenses/MIT", revision),
        *both('itg:access "open"', "itrule:hub-access"),
    }
    # The graph has this licence, and nothing is said of it once more.
    assert said_of(tmp_path, "https://spdx.org/licenses/MIT") == set()
    assert "itg:baseModel itm:mistral-7b" in said_of(tmp_path, "itm:hf--a--child")
    store = EmbeddedStore.open(tmp_path / "hub")
    below = {thing.label for thing in descendants(store, terms.BASE + "model/mistral-7b")}
    assert below == {"Zephyr", "a/child"}
    assert store.names is not None
    assert [named.label for named in store.names.find("MistralAI/mistral-7b-v0.1")] == ["Mistral 7B"]


def test_the_figures_of_a_thing_with_several_ids_are_summed(tmp_path: Path) -> None:
    days = ("2023-06-07T00:00:00Z", "2023-06-05T00:00:00Z")
    base = {"base_model": "mistralai/Mistral-7B-v0.1"}
    report = load(
        tmp_path,
        [
            entry("allenai/tulu-13b", downloads=5, likes=1, createdAt=days[0], card=base),
            entry("allenai/tulu-65b", downloads=70, createdAt=days[1], card=base | {"base_model_relation": "adapter"}),
        ],
    )
    said = said_of(tmp_path, "itm:tulu")
    figures = {line for line in said if line.startswith(("itg:downloads", "itg:likes", "schema:dateCreated"))}
    assert figures == {
        'itg:downloads "75"^^<xsd:integer>',
        'itg:likes "1"^^<xsd:integer>',
        'schema:dateCreated "2023-06-05"^^<xsd:date>',
    }
    # Two cards say so, each in its graph: it is one step.
    assert {line for line in said if line.startswith("itg:baseModel")} == {
        "itg:baseModel itm:mistral-7b",
        "itg:baseModel itm:mistral-7b @ allenai/tulu-13b/tree/SHA",
        "itg:baseModel itm:mistral-7b @ allenai/tulu-65b/tree/SHA",
    }
    assert report.edges == 1
    assert check_indexes(tmp_path / "hub") == []


def test_of_several_things_with_one_id_it_is_that_of_the_name(tmp_path: Path) -> None:
    load(tmp_path, [], [entry("Open-Orca/OpenOrca", likes=1)])
    assert 'itg:likes "1"^^<xsd:integer>' in said_of(tmp_path, "itd:openorca")
    assert said_of(tmp_path, "itd:orca") == set()
    assert issues_of(tmp_path) == set()


def test_an_id_that_several_things_have_is_that_of_none(tmp_path: Path) -> None:
    load(tmp_path, [entry("some/thing")])
    assert 'rdfs:label "some/thing"' in said_of(tmp_path, "itm:hf--some--thing")
    message = (
        "some/thing: some/thing is the id of several things, model/three-faces, model/two-faces: it is taken for a "
    )
    assert issues_of(tmp_path) == {("ambiguous-identity", "warning", message + "thing of its own", "")}


def test_a_benchmark_can_be_training_data(tmp_path: Path) -> None:
    load(tmp_path, [entry("a/a", card={"datasets": ["openai/gsm8k"]})])
    trained = {line for line in said_of(tmp_path, "itm:hf--a--a") if "trainedOn" in line and "@" not in line}
    assert trained == {"itg:trainedOn itb:gsm8k", "fair4ml:trainedOn itb:gsm8k"}
    assert issues_of(tmp_path) == set()


# -- hostile, broken, empty ------------------------------------------------------------------------------------------

HOSTILE = 'a "quoted" \\ <tag> \u2028 \x00\x1b\x85 \ud800 \ufffe 名前 . } GRAPH <x> {\r\n\t<a> <b> <c> .\n'


def test_hostile_texts_are_only_text(tmp_path: Path) -> None:
    card = {"license": "other", "license_name": HOSTILE, "language": [HOSTILE, "en"], "base_model": HOSTILE}
    one = entry("a/a", card=card, pipeline_tag=HOSTILE, library_name=HOSTILE, tags=[HOSTILE, f"arxiv:{HOSTILE}"])
    hostile_id = {"id": "a/b> <x> <y", "sha": SHA}
    hostile_sha = {"id": "a/c", "sha": "> . <a> <b> <c> . #" + 21 * "0"}
    lines = [json.dumps(one), json.dumps(hostile_id), json.dumps(hostile_sha)]
    report = load(tmp_path, lines)
    assert report.issues == {"bad-id": 3, "bad-language": 1, "wrong-type": 1}
    quads = read_quads(tmp_path / "hub")
    of_graph = {quad.graph_name for quad in parse(hubs.GRAPH, format=RdfFormat.TRIG)}
    rules = {NamedNode(f"{terms.BASE}rule/{name}") for name in ("hub-access", "hub-relation")}
    revision = NamedNode(f"https://huggingface.co/a/a/tree/{SHA}")
    assert {quad.graph_name for quad in quads} <= of_graph | rules | {revision, DefaultGraph()}
    assert not {"<a>", "<b>", "<c>", "<x>"} & {str(part) for quad in quads for part in quad}
    task = next(quad.object for quad in quads if quad.predicate.value == terms.TASK)
    assert task.value == 'a "quoted" \\ <tag> \u2028     \ufffd \ufffd 名前 . } GRAPH <x> {   <a> <b> <c> .'  # type: ignore[union-attr]
    assert check_indexes(tmp_path / "hub") == []


def test_lines_that_cannot_be_read_are_reported_and_the_others_loaded(tmp_path: Path) -> None:
    report = load(tmp_path, ['{"id": "a/a"', "[]", "", '{"likes": 3}', entry("a/b")])
    assert report.issues == {"malformed-json": 1, "wrong-type": 1, "missing-id": 1}
    assert report.models == 1
    assert {(code, severity) for code, severity, _, _ in issues_of(tmp_path)} == {
        ("malformed-json", "error"),
        ("wrong-type", "warning"),
        ("missing-id", "error"),
    }


def test_each_issue_has_an_iri_of_its_own(tmp_path: Path) -> None:
    line = entry("a/a", card={"base_model": ["x/1", "x/2", "x/3"]})
    other = tmp_path / "one" / "models.jsonl"
    other.parent.mkdir()
    hubs.write_lines(other, [line])
    again = hubs.write_lines(tmp_path / "models.jsonl", [line | {"id": "a/b"}])
    report = load_hub(tmp_path / "hub", find_inputs([other, again]), graph=hubs.write_graph(tmp_path))
    assert report.issues == {"missing-base": 6}
    labelled = {q.subject for q in read_quads(tmp_path / "hub") if q.predicate.value == terms.CODE}
    assert len(labelled) == 6


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names of files are text there")
def test_a_card_in_a_folder_whose_name_is_no_text(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path / "cards") + b"/a/b\xff"))
    folder.mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    (tmp_path / "cards/a/c").mkdir()
    (tmp_path / "cards/a/c/README.md").write_text("---\nbase_model: x/y\n---\n")
    report = load_hub(tmp_path / "hub", find_inputs([tmp_path / "cards"]), graph=hubs.write_graph(tmp_path))
    assert report.issues == {"bad-id": 1, "missing-base": 1}


def test_nothing_to_read_and_only_datasets(tmp_path: Path) -> None:
    report = load(tmp_path / "none")
    assert (report.models, report.datasets, report.edges, report.issues) == (0, 0, 0, {})
    assert tell_new(tmp_path / "none/hub") >= {"snapshot/hub a itg:Snapshot"}
    report = load(tmp_path / "datasets", [], [entry("a/a"), entry("gone")])
    assert (report.models, report.datasets) == (0, 2)
    for name in ("none", "datasets"):
        assert check_indexes(tmp_path / name / "hub") == []


# -- the whole -------------------------------------------------------------------------------------------------------


def various() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return models and datasets with something of everything, but no circle, which the shapes forbid."""
    models = [
        entry("mistralai/Mistral-7B-v0.1", downloads=9, likes=3, createdAt="2023-09-20T00:00:00Z"),
        entry("allenai/tulu-13b", downloads=5, card={"license": "other", "license_name": "AI2 ImpACT"}),
        entry("allenai/tulu-65b", downloads=7),
        entry("some/thing"),
        entry("gpt2"),
        entry("a/self", card={"base_model": "a/self"}),
    ]
    manners = ["adapter", "finetune", "merge", "quantized", "", "nonsense"]
    for n, manner in enumerate(manners):
        card: dict[str, object] = {
            "base_model": ["gpt2", "mistralai/mistral-7b-v0.1"][: 1 + n % 2],
            "datasets": ["a/d", "openai/gsm8k"],
        }
        card |= {"base_model_relation": manner, "license": ["mit", "llama2", "cc"][n % 3], "language": ["en", "code"]}
        tags = [f"arxiv:2401.0000{n % 2}", "arxiv:2302.13971", "arxiv:1910.09700"]
        fields: dict[str, object] = {"pipeline_tag": "text-generation", "library_name": "peft", "tags": tags}
        fields |= {"likes": n, "downloads": n % 3}
        models.append(entry(f"a/m{n}", card=card | {"new_version": "gone/next"}, **fields))
    models.append(entry("a/m0"))
    datasets = [entry("a/d", card={"source_datasets": ["Open-Orca/OpenOrca", "a/gone"]}), entry("Open-Orca/OpenOrca")]
    return models, datasets


@pytest.mark.slow
def test_what_is_loaded_is_as_the_ontology_has_it(tmp_path: Path) -> None:
    report = load(tmp_path, *various(), renames="gone/next,gone/later\n")
    assert set(report.issues) == {
        *("ambiguous-identity", "duplicate-entry", "missing-dataset", "missing-version", "non-language-value"),
        *("self-base", "template-arxiv", "unknown-relation"),
    }
    before = validate(parse(hubs.GRAPH, format=RdfFormat.TRIG))
    after = validate(read_quads(tmp_path / "hub"))
    known = {(finding.focus, finding.message) for finding in before.findings}
    assert [str(finding) for finding in after.findings if (finding.focus, finding.message) not in known] == []
    assert after.checked > before.checked + 100


@pytest.mark.slow
def test_the_family_of_a_model_of_the_survey_holds_those_of_the_hub(tmp_path: Path) -> None:
    listed = [
        entry("mistralai/Mistral-7B-v0.1"),
        entry("a/child", card={"base_model": "mistralai/Mistral-7B-v0.1"}),
        entry("a/grandchild", card={"base_model": "a/child", "base_model_relation": "quantized"}),
        entry("HuggingFaceH4/zephyr-7b-alpha", card={"base_model": "mistralai/Mistral-7B-v0.1"}),
        entry("a/of-zephyr", card={"base_model": "HuggingFaceH4/zephyr-7b-alpha"}),
    ]
    path = hubs.write_lines(tmp_path / "models.jsonl", listed)
    load_hub(tmp_path / "hub", find_inputs([path]))
    store = EmbeddedStore.open(tmp_path / "hub")
    family = [thing.label for thing in descendants(store, terms.BASE + "model/mistral-7b")]
    assert {"Zephyr", "a/child", "a/grandchild", "a/of-zephyr"} <= set(family)
    assert store.lineage is not None
    alike = EmbeddedStore.open(tmp_path / "hub")
    alike.indexes = None
    assert [thing.label for thing in descendants(alike, terms.BASE + "model/mistral-7b")] == family


def _answers(folder: Path) -> tuple[list[str], bytes, list[tuple[object, ...]]]:
    """Return all that a loaded hub holds: quads, lineage, and every name in order."""
    indexes = open_indexes(folder)
    assert indexes is not None
    names: list[tuple[object, ...]] = []
    for kind in indexes.names.kinds():
        names += [
            (kind, named.iri, named.label, named.name) for named in indexes.names.search("a", kind, limit=100_000)
        ]
    return sorted(map(tell, read_quads(folder))), (folder / "itgraph-lineage").read_bytes(), names


def test_the_same_input_gives_the_same_in_parts_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models, datasets = various()
    answers = []
    for part in (100_000, 1, 4):
        monkeypatch.setattr(hub, "PART", part)
        load(tmp_path / str(part), models, datasets)
        answers.append(_answers(tmp_path / str(part) / "hub"))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.slow
def test_the_same_input_gives_the_same_under_any_hash_seed(tmp_path: Path) -> None:
    models, datasets = various()
    load(tmp_path, models, datasets)
    found = []
    for seed in ("1", "2"):
        code = (
            "import sys; from pathlib import Path; from itgraph.hub.inputs import find_inputs;"
            "from itgraph.loading.hub import load_hub; place = Path(sys.argv[1]);"
            "load_hub(place / sys.argv[2], find_inputs([place / 'models.jsonl', place / 'datasets.jsonl']),"
            "graph=place / 'graph.trig')"
        )
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, tmp_path, f"hub{seed}"], env=environment, check=True)
        found.append(_answers(tmp_path / f"hub{seed}"))
    assert found[0] == found[1] == _answers(tmp_path / "hub")


def test_a_load_asks_for_no_installed_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def from_name(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.Distribution.from_name", from_name)
    assert load(tmp_path, [entry("a/m")]).models == 1
