"""The same thing named twice is one, two things of one name are two; over the shipped facts of both snapshots."""

from __future__ import annotations

import re

import pytest

from itgraph.extract import extract
from itgraph.names import Decision, make_names, name_key, read_names
from itgraph.records import (
    CuratedFact,
    CuratedFacts,
    Developer,
    Kind,
    Mention,
    Reference,
    Snapshot,
    SnapshotFacts,
    Span,
)
from itgraph.resolve import SAME_BY_RULE, Resolution, author_kind, resolve, slug_of, work_key
from itgraph.resources import data_path
from itgraph.snapshots import read_snapshot_folder


@pytest.fixture(scope="module")
def shipped() -> Resolution:
    facts = [read_snapshot_folder(data_path() / snapshot) for snapshot in ("2023-09-05", "2024-10-15")]
    return resolve(facts, read_names(data_path() / "names.csv"))


@pytest.mark.parametrize(
    ("kind", "spellings", "name"),
    [
        pytest.param("model", ["Instruct-GPT", "InstructGPT"], "InstructGPT", id="2023-L340"),
        pytest.param("dataset", ["FLAN 2021", "Flan 2021"], "Flan 2021", id="L464"),
        pytest.param("model", ["FlanT5", "FLANT5", "FLAN-T5"], "FLAN-T5", id="2023-L766"),
        pytest.param("model", ["LLaMa", "LLaMA"], "LLaMA", id="L402"),
        pytest.param("model", ["LLaMa 2"], "LLaMA 2", id="L338"),
        pytest.param("dataset", ["MUL-TIINSTRUCT", "MultiInstruct"], "MultiInstruct", id="L670"),
        pytest.param("dataset", ["ALLAVA", "ALLaVA"], "ALLaVA", id="L707"),
        pytest.param("model", ["GPT 3", "GPT-3"], "GPT-3", id="L293"),
        pytest.param("model", ["GPT 3.5", "GPT-3.5"], "GPT-3.5", id="L311"),
        pytest.param("model", ["GPT 4", "GPT-4"], "GPT-4", id="L356"),
        pytest.param("model", ["GPT (Unknonwn Version)"], "GPT (unknown version)", id="L302"),
        pytest.param("person", ["Srini Iyer", "Srinivas Iyer"], "Srinivas Iyer", id="L1126"),
        pytest.param("person", ["Hanna Hajishirzi", "Hannaneh Hajishirzi"], "Hannaneh Hajishirzi", id="L1341"),
        pytest.param("person", ["S. Longpre", "Shayne Longpre"], "Shayne Longpre", id="L1225"),
        pytest.param("person", ["Quoc V Le", "Quoc V. Le"], "Quoc V. Le", id="L1101"),
        pytest.param("person", ["Qiu Xipeng", "Xipeng Qiu"], "Xipeng Qiu", id="L1349"),
        pytest.param("person", ["Noah A Smith", "Noah A. Smith"], "Noah A. Smith", id="L1209"),
    ],
)
def test_one_thing_named_twice(shipped: Resolution, kind: Kind, spellings: list[str], name: str) -> None:
    keys = {shipped.names.key(kind, spelling) for spelling in spellings}
    assert len(keys) == 1
    assert shipped.entities[kind, keys.pop()].name == name


@pytest.mark.parametrize(
    "things",
    [
        pytest.param([("dataset", "Alpaca"), ("model", "Alpaca")], id="Alpaca"),
        pytest.param([("dataset", "Vicuna"), ("model", "Vicuna")], id="Vicuna"),
        pytest.param([("dataset", "LIMA"), ("model", "LIMA")], id="LIMA"),
        pytest.param([("dataset", "Guanaco"), ("model", "Guanaco")], id="Guanaco"),
        pytest.param([("dataset", "GPT-4-LLM"), ("model", "GPT-4-LLM"), ("model", "GPT-4")], id="GPT-4-LLM"),
        pytest.param([("dataset", "ChatGPT"), ("model", "ChatGPT")], id="ChatGPT"),
        pytest.param([("model", "StarCoder"), ("model", "Starcoder Plus")], id="StarCoder"),
        pytest.param(
            [("model", "ChatGLM"), ("model", "ChatGLM2"), ("model", "GLM"), ("model", "ChatGLM-Med")], id="ChatGLM"
        ),
        pytest.param(
            [("model", name) for name in ("GPT-3", "GPT-3.5", "GPT-4", "ChatGPT", "GPT (unknown version)")], id="GPT"
        ),
        pytest.param([("model", "LLaMA"), ("model", "LLaMA 2"), ("model", "Video-LLaMA")], id="LLaMA"),
        pytest.param(
            [("dataset", f"{name}natural Instructions") for name in ("", "Super-", "Un")], id="Natural-Instructions"
        ),
        pytest.param([("model", "FLAN-T5"), ("dataset", "Flan 2021"), ("model", "T5")], id="FLAN"),
        pytest.param([("dataset", "Dolly"), ("model", "Dolly 2.0")], id="Dolly"),
        pytest.param([("dataset", "WizardCoder"), ("model", "WizardCoder"), ("model", "WizardLM")], id="Wizard"),
        pytest.param([("model", "OPT"), ("model", "OPT-IML")], id="OPT"),
        pytest.param([("model", "BLOOM"), ("model", "BLOOMZ")], id="BLOOM"),
        pytest.param([("model", "Falcon"), ("model", "Falcon-Instruct")], id="Falcon"),
    ],
)
def test_things_that_are_told_apart(shipped: Resolution, things: list[tuple[Kind, str]]) -> None:
    entities = [shipped.entity(Mention(kind=kind, name=name)) for kind, name in things]
    assert len({(entity.kind, entity.slug) for entity in entities}) == len(things)


def author(shipped: Resolution, position: int, written: str) -> str:
    reference = shipped.snapshots[1].facts.references[position - 1]
    assert written in reference.authors
    return shipped.author(reference, written).slug


def test_two_people_of_one_name_are_told_apart_by_their_paper(shipped: Resolution) -> None:
    """L1163 and L1468: Yue Zhang of reference 18 is another than that of reference 74."""
    assert author(shipped, 19, "Yue Zhang") == "yue-zhang"
    assert author(shipped, 75, "yue Zhang") == "yue-zhang-soochow-university"


def test_srini_is_srinivas_in_every_paper(shipped: Resolution) -> None:
    found = {author(shipped, 12, "Srini Iyer"), author(shipped, 43, "Srinivas Iyer"), author(shipped, 97, "Srini Iyer")}
    assert found == {"srinivas-iyer"}


@pytest.mark.parametrize(
    ("positions", "slug"),
    [
        pytest.param((12, 97), "arxiv-2305.11206", id="L1126-L1559-by-title-and-first-author"),
        pytest.param((7, 35), "arxiv-2211.01786", id="L1093-L1222-by-number"),
        pytest.param((85,), "doi-10.1038-s42256-023-00626-4", id="L1505-doi"),
        pytest.param((3,), "arxiv-2104.08773", id="L1069-first-of-number-3"),
        pytest.param((4,), "arxiv-2212.09689", id="L1073-second-of-number-3"),
    ],
)
def test_one_work_is_one_paper(shipped: Resolution, positions: tuple[int, ...], slug: str) -> None:
    assert {shipped.papers["2024-10-15", position].slug for position in positions} == {slug}
    others = {paper.slug for (_, position), paper in shipped.papers.items() if position not in positions}
    assert slug not in others


def test_one_work_without_an_identifier(shipped: Resolution) -> None:
    """L1120 and L1300: the Dolly blog post, once with a link and once without."""
    assert shipped.papers["2024-10-15", 11] == shipped.papers["2024-10-15", 45]
    assert len({paper.slug for paper in shipped.papers.values()}) == 98 - 3


@pytest.mark.parametrize(
    ("row", "position"),
    [pytest.param(3, 3, id="L106-Natural-Instructions"), pytest.param(15, 4, id="L215-Unnatural-Instructions")],
)
def test_an_ambiguous_number_means_the_item_that_the_row_links_to(shipped: Resolution, row: int, position: int) -> None:
    snapshot = shipped.snapshots[1]
    cited = shipped.cited(snapshot, 3, snapshot.readings["datasets"][row - 1])
    assert cited is not None
    assert cited.position == position
    assert shipped.cited(snapshot, 999, snapshot.readings["datasets"][row - 1]) is None


def test_every_merge_says_why_and_where(shipped: Resolution) -> None:
    merges = {(merge.kind, merge.spelling): merge for merge in shipped.merges}
    by_rule = merges["model", "Instruct-GPT"]
    assert (by_rule.name, by_rule.why, by_rule.count) == ("InstructGPT", SAME_BY_RULE, 1)
    assert (by_rule.first.snapshot, by_rule.first.span.start) == ("2023-09-05", 339)
    assert "misspelling" in merges["model", "GPT (Unknonwn Version)"].why
    assert "given name" in merges["person", "Srini Iyer"].why
    for merge in shipped.merges:
        assert merge.why != SAME_BY_RULE or name_key(merge.spelling) == name_key(merge.name), merge


def test_no_two_entities_share_an_iri(shipped: Resolution) -> None:
    slugs = [(entity.kind, entity.slug) for entity in shipped.entities.values()]
    assert len(slugs) == len(set(slugs))
    assert shipped.issues == ()


def test_the_other_names_of_an_entity(shipped: Resolution) -> None:
    assert shipped.entity(Mention(kind="benchmark", name="BIG-Bench Hard (BBH)")).aliases == ("BBH", "BIG-Bench Hard")
    assert shipped.entity(Mention(kind="dataset", name="Evol-Instruct")).aliases == ("WizardLM",)


# -- made-up sources ---------------------------------------------------------------------------------------------------


def facts_of(*names: str, snapshot: str = "s", references: tuple[Reference, ...] = ()) -> SnapshotFacts:
    rows = "".join(f"<tr><td>{name}</td><td>{base}</td></tr>" for name, _, base in (n.partition("<-") for n in names))
    text = f"# x\n<table><tr><th>Model Name</th><th>Base Model</th></tr>{rows}</table>"
    facts = extract(text.encode(), Snapshot(id=snapshot, date="", sha256=""), make_names(()))
    return SnapshotFacts(snapshot=facts.snapshot, tables=facts.tables, references=references, issues=())


def test_a_name_without_a_row_or_a_decision_is_reported_with_the_nearest() -> None:
    facts = facts_of("Alpaca<-LLaMA", "Vicuna<-Alpacca")
    resolution = resolve([facts], make_names([Decision(kind="model", name="LLaMA", other="", why="w")]))
    ((snapshot, issue),) = resolution.issues
    assert (snapshot, issue.code, issue.table, issue.row) == ("s", "unresolved-name", "models", 2)
    assert "'Alpacca'" in issue.message
    assert "Alpaca" in issue.message.split("nearest")[1]


def test_the_newest_row_of_its_own_names_a_thing() -> None:
    old, new = facts_of("Instruct-GPT", "B<-instructgpt", snapshot="a"), facts_of("InstructGPT", snapshot="b")
    resolution = resolve([old, new], make_names(()))
    entity = resolution.entity(Mention(kind="model", name="instruct gpt"))
    assert (entity.name, entity.aliases) == ("InstructGPT", ("Instruct-GPT", "instructgpt"))


def reference(position: int, **fields: object) -> Reference:
    plain = {
        "position": position,
        "number": position,
        "span": Span(start=position, end=position),
        "text": "t",
        **fields,
    }
    return Reference(**plain)  # type: ignore[arg-type]


def test_two_identifiers_are_two_works_whatever_the_titles_say() -> None:
    same = {"title": "T", "authors": ("Ann Bee",)}
    references = (reference(1, arxiv_id="2001.00001", **same), reference(2, arxiv_id="2001.00002", **same))
    papers = resolve([facts_of(references=references)], make_names(())).papers
    assert [papers["s", position].slug for position in (1, 2)] == ["arxiv-2001.00001", "arxiv-2001.00002"]


def test_one_title_of_two_first_authors_is_two_works() -> None:
    references = (
        reference(1, title="Report", authors=("Ann Bee",)),
        reference(2, title="Report", authors=("Cee Dee",)),
        reference(3, title="report.", authors=("Bee, Ann",)),
        reference(4, text="[4] words", title=""),
    )
    papers = resolve([facts_of(references=references)], make_names(())).papers
    assert [papers["s", position].slug for position in (1, 2, 3, 4)] == ["report", "report-2", "report", "4-words"]
    assert work_key(references[0]) == work_key(references[2])
    assert work_key(references[3]) is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Flan 2021", "flan-2021"),
        ("TÜLU", "tulu"),
        ("GPT-3.5", "gpt-3.5"),
        ("Dolly 2.0", "dolly-2.0"),
        ("GPT (unknown version)", "gpt-unknown-version"),
        ("Łukasz Kaiser", "lukasz-kaiser"),
        ("Aurélien O’Brien", "aurelien-obrien"),
        ("LAION.ai", "laion-ai"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_name_without_ascii_letters_has_a_slug_of_its_own() -> None:
    slugs = {slug_of("数据"), slug_of("数据集"), slug_of("模型")}
    assert len(slugs) == 3
    assert all(re.fullmatch(r"u-[0-9a-f]+", slug) for slug in slugs)


def test_the_kind_of_an_author() -> None:
    assert [author_kind(name) for name in ("OpenAI", "LAION.ai", "Jon Durbin", "Le, Quoc V")] == [
        "organization",
        "organization",
        "person",
        "person",
    ]


def test_what_only_facts_name_is_named_last_and_a_known_thing_gets_their_name_as_another() -> None:
    """A survey's "A-B" keeps its IRI, though the "A+B" of the facts sorts before it and has the same slug."""

    def fact(name: str, maker: str) -> CuratedFact:
        about, developer = (
            Mention(kind="model", name=name),
            Developer(organization=Mention(kind="organization", name=maker)),
        )
        return CuratedFact(
            file="developers", line=2, source="https://example.org/", cells=(name, maker), about=about, value=developer
        )

    facts = CuratedFacts(facts=(fact("A+B", "LAION"), fact("a b", "LAION")))
    items = (reference(1, title="T", authors=("LAION.ai",)),)
    names = make_names([Decision(kind="organization", name="LAION.ai", other="LAION", why="w")])
    resolution = resolve([facts_of("A-B", references=items)], names, facts)
    models = {entity.name: entity for entity in resolution.entities.values() if entity.kind == "model"}
    assert {name: entity.slug for name, entity in models.items()} == {"A-B": "a-b", "A+B": "a-b-2"}
    assert models["A-B"].aliases == ("a b",)
    maker = resolution.entity(Mention(kind="organization", name="LAION"))
    assert (maker.name, maker.aliases) == ("LAION", ("LAION.ai",))
    assert resolution.surveyed == {("model", "ab"), ("organization", "laionai")}
