from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.hub import Entry, Kind, Problem, parse_entry
from itgraph.hub.entries import clean_text, infer_relation, parse_id

NAME = "owner/name"
SHA = "0e7a269fd95bafc8f2a4d27bdcf4bb99f4bea973"


def read(kind: Kind = "model", /, **fields: object) -> Entry:
    entry = parse_entry({"id": NAME, **fields}, kind)
    assert isinstance(entry, Entry)
    return entry


def card(kind: Kind = "model", /, **fields: object) -> Entry:
    return read(kind, cardData=fields)


def codes(entry: Entry) -> list[str]:
    return [problem.code for problem in entry.problems]


# -- Whole entries -------------------------------------------------------------------------------------------


def test_a_listing() -> None:
    entry = parse_entry(
        {
            "_id": "64f0",
            "id": "unsloth/Phi-3.5-mini-instruct-bnb-4bit",
            "author": "unsloth",
            "sha": SHA,
            "createdAt": "2024-08-20T21:12:07.000Z",
            "lastModified": "2024-11-22T06:51:36.000Z",
            "downloads": 5931,
            "likes": 7,
            "private": False,
            "pipeline_tag": "text-generation",
            "library_name": "transformers",
            "tags": [
                *("transformers", "safetensors", "phi3", "en", "arxiv:2404.14219", "arxiv:1910.09700", "region:us"),
                *("base_model:microsoft/Phi-3.5-mini-instruct", "base_model:quantized:microsoft/Phi-3.5-mini-instruct"),
                *("license:mit", "dataset:HuggingFaceH4/ultrachat_200k"),
            ],
            "cardData": {
                "base_model": "microsoft/Phi-3.5-mini-instruct",
                "language": ["en"],
                "license": "mit",
                "datasets": ["HuggingFaceH4/ultrachat_200k"],
                "new_version": "unsloth/Phi-4",
            },
            "baseModels": {
                "relation": "quantized",
                "models": [{"_id": "66c0", "id": "microsoft/Phi-3.5-mini-instruct"}],
            },
        },
        "model",
    )
    assert entry == Entry(
        kind="model",
        id="unsloth/Phi-3.5-mini-instruct-bnb-4bit",
        sha=SHA,
        created="2024-08-20",
        modified="2024-11-22",
        downloads=5931,
        likes=7,
        bases=("microsoft/Phi-3.5-mini-instruct",),
        relation="quantized",
        relation_by="hub",
        datasets=("HuggingFaceH4/ultrachat_200k",),
        licences=("mit",),
        languages=("en",),
        arxiv=("2404.14219",),
        has_template_arxiv=True,
        new_version="unsloth/Phi-4",
        task="text-generation",
        library="transformers",
    )


def test_without_a_card_the_tags_tell() -> None:
    tags = [
        *(
            "peft",
            "en",
            "fr",
            "cv-tag",
            "arxiv:2305.14314v1",
            "license:Apache-2.0",
            "dataset:timdettmers/openassistant",
        ),
        *("base_model:huggyllama/llama-7b", "base_model:adapter:huggyllama/llama-7b", "language:pt-BR", "region:us"),
    ]
    entry = read(tags=tags)
    assert (entry.bases, entry.relation, entry.relation_by) == (("huggyllama/llama-7b",), "adapter", "hub")
    assert entry.datasets == ("timdettmers/openassistant",)
    assert (entry.licences, entry.languages, entry.arxiv) == (("apache-2.0",), ("en", "fr", "pt-BR"), ("2305.14314",))
    assert entry.problems == ()


def test_a_dataset_without_a_card() -> None:
    entry = read("dataset", tags=["source_datasets:original", "source_datasets:extended|squad", "license:cc-by-4.0"])
    assert (entry.sources, entry.licences, entry.bases, entry.relation) == (("squad",), ("cc-by-4.0",), (), "")


def test_the_card_comes_before_the_tags() -> None:
    entry = read(tags=["license:mit", "dataset:a/b", "en"], cardData={"license": "gemma", "datasets": "c/d"})
    assert (entry.licences, entry.datasets, entry.languages) == (("gemma",), ("c/d",), ())


def test_bare_tags_of_a_card_without_languages_are_no_languages() -> None:
    """Chuvash, Malayalam and Igbo, or computer vision, machine learning and somebody's own."""
    assert read(tags=["cv", "ml", "ig"], cardData={"license": "mit"}).languages == ()
    assert read(tags=["language:ml"], cardData={"license": "mit"}).languages == ("ml",)


def test_what_a_table_keeps_as_json() -> None:
    entry = read(
        cardData='{"base_model": "gpt2", "language": "no"}',
        tags='["arxiv:2404.14219", "gguf"]',
        baseModels='{"relation": "quantized", "models": [{"id": "gpt2"}]}',
        createdAt=datetime(2024, 8, 20, 21, 12, tzinfo=UTC),
        downloads=12.0,
        likes=float("nan"),
        library_name=None,
    )
    assert (entry.bases, entry.relation, entry.relation_by) == (("gpt2",), "quantized", "hub")
    assert (entry.languages, entry.arxiv, entry.created) == (("no",), ("2404.14219",), "2024-08-20")
    assert (entry.downloads, entry.likes, entry.problems) == (12, None, ())


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "{'a': 1}", "9" * 5000])
def test_json_in_a_table_that_is_none(text: str) -> None:
    entry = read(cardData=text, tags=["license:mit"])
    assert codes(entry)[:1] == ["malformed-json"] or (text.isdigit() and codes(entry) == ["malformed-json"])
    assert entry.licences == ("mit",)


# -- Without an id -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({}, "missing-id"),
        ({"id": None}, "missing-id"),
        ({"id": ""}, "missing-id"),
        ({"id": 3}, "missing-id"),
        ({"_id": "64f0"}, "missing-id"),
        ({"id": "a b"}, "bad-id"),
        ({"id": "../etc"}, "bad-id"),
        ({"id": "a/\ud800"}, "bad-id"),
        ([], "wrong-type"),
        ("gpt2", "wrong-type"),
        (None, "wrong-type"),
        (True, "wrong-type"),
    ],
)
def test_no_entry(value: object, code: str) -> None:
    problem = parse_entry(value, "model")
    assert isinstance(problem, Problem)
    assert problem.code == code
    problem.message.encode()


def test_the_older_name_of_the_id() -> None:
    entry = parse_entry({"modelId": "gpt2"}, "model")
    assert isinstance(entry, Entry)
    assert entry.id == "gpt2"


# -- Ids -----------------------------------------------------------------------------------------------------

IDS: list[tuple[str, Kind, str | None]] = [
    ("gpt2", "model", "gpt2"),
    ("meta-llama/Llama-2-7b-hf", "model", "meta-llama/Llama-2-7b-hf"),
    ("_owner_/name_", "model", "_owner_/name_"),
    (" owner/name\n", "model", "owner/name"),
    ("https://huggingface.co/google/gemma-2b", "model", "google/gemma-2b"),
    ("https://huggingface.co/google/gemma-2b/", "model", "google/gemma-2b"),
    ("http://www.huggingface.co/google/gemma-2b?library=x#top", "model", "google/gemma-2b"),
    ("https://hf.co/google/gemma-2b/tree/main", "model", "google/gemma-2b"),
    ("https://huggingface.co/google/gemma-2b/blob/main/README.md", "model", "google/gemma-2b"),
    ("https://huggingface.co/google/gemma-2b.git", "model", "google/gemma-2b"),
    ("https://huggingface.co/gpt2", "model", "gpt2"),
    ("https://huggingface.co/gpt2/tree/main", "model", "gpt2"),
    ("https://huggingface.co/datasets/squad", "dataset", "squad"),
    ("https://huggingface.co/datasets/rajpurkar/squad/viewer", "dataset", None),
    ("https://huggingface.co/datasets/rajpurkar/squad/tree/main/data", "dataset", "rajpurkar/squad"),
    ("https://huggingface.co/datasets/rajpurkar/squad", "model", None),
    ("https://huggingface.co/google/gemma-2b", "dataset", None),
    ("https://huggingface.co/spaces/a/b", "model", None),
    ("https://huggingface.co/papers/2404.14219", "model", None),
    ("https://huggingface.co/", "model", None),
    ("https://github.com/google/gemma", "model", None),
    ("", "model", None),
    ("  ", "model", None),
    ("./output", "model", None),
    ("../model", "model", None),
    ("/models/llama", "model", None),
    ("C:\\models\\llama", "model", None),
    ("models/llama/7b", "model", None),
    ("a/b/c", "model", None),
    ("/name", "model", None),
    ("owner/", "model", None),
    ("Llama 2 7B", "model", None),
    ("a--b", "model", None),
    ("a..b/c", "model", None),
    ("-a/b", "model", None),
    ("a/b-", "model", None),
    ("a/.b", "model", None),
    ("a/b.", "model", None),
    ("löwe/b", "model", None),
    ("a/b\x00", "model", None),
    ("datasets/squad", "dataset", None),
    ("datasets", "dataset", None),
    ("datasets-of/squad", "dataset", "datasets-of/squad"),
    ("a" * 96 + "/" + "b" * 96, "model", "a" * 96 + "/" + "b" * 96),
    ("a" * 97 + "/b", "model", None),
    ("a/" + "b" * 97, "model", None),
]


@pytest.mark.parametrize(("text", "kind", "expected"), IDS)
def test_ids(text: str, kind: Kind, expected: str | None) -> None:
    assert parse_id(text, kind) == expected


# -- Bases ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "bases", "problems"),
    [
        ("gpt2", ("gpt2",), []),
        (["a/b", "c/d", "a/b"], ("a/b", "c/d"), []),
        ([], (), []),
        (None, (), []),
        ("https://huggingface.co/a/b", ("a/b",), []),
        ("./output", (), ["bad-id"]),
        ("", (), ["bad-id"]),
        (["a/b", "", "/x"], ("a/b",), ["bad-id", "bad-id"]),
        (NAME, (), ["self-base"]),
        (["Owner/NAME", "a/b"], ("a/b",), ["self-base"]),
        (3, (), ["wrong-type"]),
        (True, (), ["wrong-type"]),
        ({"id": "a/b"}, (), ["wrong-type"]),
        ([None, "a/b"], ("a/b",), ["wrong-type"]),
        ([["a/b"]], (), ["wrong-type"]),
    ],
)
def test_bases_of_the_card(written: object, bases: tuple[str, ...], problems: list[str]) -> None:
    entry = card(base_model=written)
    assert (entry.bases, codes(entry)) == (bases, problems)


def test_what_the_tags_repeat_is_said_once() -> None:
    entry = read(tags=["base_model:./out", "base_model:finetune:./out"], cardData={"base_model": "./out"})
    assert codes(entry) == ["bad-id"]
    assert "base_model: './out'" in entry.problems[0].message
    itself = read(tags=[f"base_model:{NAME}", f"base_model:finetune:{NAME}"], cardData={"base_model": NAME})
    assert codes(itself) == ["self-base"]


def test_bases_that_differ_are_all_taken_the_cards_first() -> None:
    entry = read(
        tags=["base_model:c/d", "base_model:merge:c/d"],
        cardData={"base_model": ["x/y", "a/b"]},
        baseModels={"relation": "merge", "models": [{"id": "e/f"}, {"id": "A/B"}]},
    )
    assert entry.bases == ("x/y", "a/b", "c/d", "e/f")
    assert codes(entry) == ["bases-differ"]
    assert "the card: x/y, a/b; tags: c/d; baseModels: e/f, A/B" in entry.problems[0].message


def test_bases_in_another_order_or_case_do_not_differ() -> None:
    entry = read(tags=["base_model:c/d", "base_model:a/B"], cardData={"base_model": ["A/b", "c/d"]})
    assert (entry.bases, codes(entry)) == (("A/b", "c/d"), [])
    assert card(base_model=["A/b", "a/B"]).bases == ("A/b",)


@pytest.mark.parametrize(
    ("value", "bases", "relation", "problems"),
    [
        ({"relation": "adapter", "models": [{"_id": "1", "id": "a/b"}]}, ("a/b",), "adapter", []),
        ([{"relation": "adapter", "models": [{"id": "a/b"}]}, {"models": ["c/d"]}], ("a/b", "c/d"), "adapter", []),
        ({"relation": "distill", "models": ["a/b"]}, ("a/b",), "finetune", ["unknown-relation"]),
        ({"relation": "adapter"}, (), "adapter", []),
        ({"models": [{"id": 3}, {}]}, (), "", ["wrong-type", "wrong-type"]),
        ("nothing", (), "", ["malformed-json"]),
        (["a/b"], (), "", ["wrong-type"]),
        ([], (), "", []),
        ({}, (), "", []),
    ],
)
def test_base_models(value: object, bases: tuple[str, ...], relation: str, problems: list[str]) -> None:
    entry = read(baseModels=value)
    assert (entry.bases, entry.relation, codes(entry)) == (bases, relation, problems)


def test_a_dataset_has_no_bases() -> None:
    entry = read("dataset", tags=["base_model:a/b"], cardData={"base_model": "a/b", "datasets": "c/d"})
    assert (entry.bases, entry.relation, entry.datasets) == ((), "", ())


# -- Relations -----------------------------------------------------------------------------------------------


def test_the_card_says_the_relation() -> None:
    entry = read(tags=["gguf", "base_model:a/b"], cardData={"base_model": "a/b", "base_model_relation": "Merge"})
    assert (entry.relation, entry.relation_by, codes(entry)) == ("merge", "card", [])


@pytest.mark.parametrize(
    ("stated", "listed", "tagged", "relation", "by", "said"),
    [
        ("merge", "finetune", "quantized", "merge", "card", "the card: merge; baseModels: finetune; tags: quantized"),
        ("merge", None, "quantized", "merge", "card", "the card: merge; tags: quantized"),
        (None, "finetune", "quantized", "finetune", "hub", "baseModels: finetune; tags: quantized"),
        ("merge", "merge", "merge", "merge", "card", None),
        (None, None, "quantized", "quantized", "hub", None),
    ],
)
def test_relations_that_differ(
    stated: str | None, listed: str | None, tagged: str, relation: str, by: str, said: str | None
) -> None:
    entry = read(
        tags=["base_model:a/b", f"base_model:{tagged}:a/b"],
        cardData={"base_model": "a/b", "base_model_relation": stated},
        baseModels={"relation": listed, "models": [{"id": "a/b"}]},
    )
    assert (entry.relation, entry.relation_by) == (relation, by)
    assert codes(entry) == ([] if said is None else ["relations-differ"])
    assert said is None or said in entry.problems[0].message


def test_an_unknown_relation_is_inferred() -> None:
    entry = read(tags=["lora"], cardData={"base_model": "a/b", "base_model_relation": "distilled"})
    assert (entry.relation, entry.relation_by, codes(entry)) == ("adapter", "rule", ["unknown-relation"])
    assert codes(card(base_model="a/b", base_model_relation=["merge"])) == ["wrong-type"]


def test_a_relation_may_stand_without_a_base() -> None:
    entry = card(base_model="./out", base_model_relation="quantized")
    assert (entry.bases, entry.relation, entry.relation_by) == ((), "quantized", "card")
    assert card(base_model="./out").relation == ""


@pytest.mark.parametrize(
    ("fields", "relation"),
    [
        ({}, "finetune"),
        ({"library_name": "peft"}, "adapter"),
        ({"library_name": "adapter-transformers"}, "adapter"),
        ({"cardData": {"base_model": "a/b", "library_name": "PEFT"}}, "adapter"),
        ({"tags": ["LoRA"]}, "adapter"),
        ({"tags": ["lora", "4-bit", "bitsandbytes"]}, "adapter"),
        ({"siblings": [{"rfilename": "adapter_config.json"}]}, "adapter"),
        ({"library_name": "gguf"}, "quantized"),
        ({"tags": ["awq"]}, "quantized"),
        ({"tags": ["gptq"]}, "quantized"),
        ({"tags": ["exl2"]}, "quantized"),
        ({"tags": ["bitsandbytes", "8-bit"]}, "quantized"),
        ({"tags": ["bitsandbytes"]}, "finetune"),
        ({"tags": ["4-bit"]}, "finetune"),
        ({"library_name": "mlx", "tags": ["6-bit"]}, "quantized"),
        ({"library_name": "mlx"}, "finetune"),
        ({"config": {"quantization_config": {"quant_method": "gptq"}}}, "quantized"),
        ({"config": {"quantization_config": None}}, "finetune"),
        ({"config": "{}"}, "finetune"),
        ({"config": '{"quantization_config": {"bits": 4}}'}, "quantized"),
        ({"siblings": ["model-Q4_K_M.gguf"]}, "quantized"),
        ({"siblings": [{"rfilename": None}, 3]}, "finetune"),
        ({"siblings": "model.gguf"}, "finetune"),
        ({"cardData": {"base_model": ["a/b", "c/d"]}}, "merge"),
        ({"cardData": {"base_model": ["a/b", "c/d"]}, "library_name": "peft"}, "merge"),
    ],
)
def test_relations_that_nobody_states(fields: dict[str, object], relation: str) -> None:
    entry = read(**{"cardData": {"base_model": "a/b"}, **fields})
    assert (entry.relation, entry.relation_by) == (relation, "rule")


def test_the_rule_looks_at_tags_that_a_table_keeps_as_json() -> None:
    entry = read(tags='["gguf"]', cardData={"base_model": "a/b"})
    assert entry.relation == "quantized"
    assert infer_relation({}, ("a/b",), "GGUF", ()) == "quantized"


# -- Other fields --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sources", "problems"),
    [
        ("original", (), []),
        (["original", "extended"], (), []),
        (["extended|squad", "extended|other", "extended|other-wikipedia"], ("squad",), []),
        (["a/b", "squad"], ("a/b", "squad"), []),
        (["original|wikipedia"], (), ["bad-id"]),
        (["extended|a b"], (), ["bad-id"]),
        ([NAME], (), ["self-base"]),
        (["https://huggingface.co/datasets/a/b"], ("a/b",), []),
        ([3, "squad"], ("squad",), ["wrong-type"]),
        ({}, (), ["wrong-type"]),
        (7, (), ["wrong-type"]),
    ],
)
def test_sources(written: object, sources: tuple[str, ...], problems: list[str]) -> None:
    entry = card("dataset", source_datasets=written)
    assert (entry.sources, codes(entry)) == (sources, problems)


@pytest.mark.parametrize(
    ("written", "licences", "problems"),
    [
        ("Apache-2.0", ("apache-2.0",), []),
        (["mit", "MIT", " cc-by-4.0 "], ("mit", "cc-by-4.0"), []),
        ("", (), []),
        ("MIT\tlicense\x00", ("mit license",), []),
        (2.0, (), ["wrong-type"]),
        ([None, "mit"], ("mit",), ["wrong-type"]),
        ({"name": "mit"}, (), ["wrong-type"]),
    ],
)
def test_licences(written: object, licences: tuple[str, ...], problems: list[str]) -> None:
    entry = card(license=written)
    assert (entry.licences, codes(entry)) == (licences, problems)


def test_other_licences_have_names() -> None:
    entry = card(license="other", license_name="coqui-public-model-license", license_link="https://coqui.ai/cpml")
    assert (entry.licence_name, entry.licence_link) == ("coqui-public-model-license", "https://coqui.ai/cpml")
    assert codes(card(license="other", license_name=["a"], license_link=3)) == ["wrong-type", "wrong-type"]


@pytest.mark.parametrize(
    ("written", "languages", "problems"),
    [
        ("en", ("en",), []),
        (["en", "EN", "pt-BR", "zh-Hant-TW"], ("en", "pt-BR", "zh-Hant-TW"), []),
        (["yue", "code", "Multilingual"], ("yue", "code", "multilingual"), []),
        ("no", ("no",), []),
        ("English", (), ["bad-language"]),
        (["eng_Latn", "en"], ("en",), ["bad-language"]),
        ("", (), []),
        ([""], (), []),
        (False, (), ["wrong-type"]),
        (["en", False], ("en",), ["wrong-type"]),
        (True, (), ["wrong-type"]),
    ],
)
def test_languages(written: object, languages: tuple[str, ...], problems: list[str]) -> None:
    entry = card(language=written)
    assert (entry.languages, codes(entry)) == (languages, problems)


@pytest.mark.parametrize(
    ("tag", "arxiv", "template", "problems"),
    [
        ("arxiv:2307.09288", ("2307.09288",), False, []),
        ("arxiv:2307.09288v2", ("2307.09288",), False, []),
        ("arxiv:0704.0001", ("0704.0001",), False, []),
        ("arxiv:cs/0112017", ("cs/0112017",), False, []),
        ("arxiv:math.GT/0309136", ("math.GT/0309136",), False, []),
        ("arxiv:1910.09700", (), True, []),
        ("arxiv:1910.09700v2", (), True, []),
        ("arxiv:", (), False, ["bad-id"]),
        ("arxiv:attention", (), False, ["bad-id"]),
    ],
)
def test_papers(tag: str, arxiv: tuple[str, ...], template: bool, problems: list[str]) -> None:
    entry = read(tags=[tag, tag])
    assert (entry.arxiv, entry.has_template_arxiv, codes(entry)) == (arxiv, template, problems)


@pytest.mark.parametrize(
    ("value", "expected", "problems"),
    [
        (0, 0, []),
        (7, 7, []),
        (None, None, []),
        (7.5, None, ["wrong-type"]),
        (-1, None, ["wrong-type"]),
        (True, None, ["wrong-type"]),
        ("7", None, ["wrong-type"]),
        (10**30, None, ["wrong-type"]),
        (float("inf"), None, ["wrong-type"]),
        ([7], None, ["wrong-type"]),
    ],
)
def test_counts(value: object, expected: int | None, problems: list[str]) -> None:
    entry = read(downloads=value)
    assert (entry.downloads, codes(entry)) == (expected, problems)
    assert read(likes=value).likes == expected


@pytest.mark.parametrize(
    ("value", "expected", "problems"),
    [
        ("2023-05-01T12:00:00.000Z", "2023-05-01", []),
        ("2023-05-01 12:00:00+00:00", "2023-05-01", []),
        ("2023-05-01", "2023-05-01", []),
        ("", "", []),
        ("2023-02-30T12:00:00Z", "", ["wrong-type"]),
        ("2023-05-0112", "", ["wrong-type"]),
        ("20230501T12", "", ["wrong-type"]),
        ("yesterday", "", ["wrong-type"]),
        (1683000000, "", ["wrong-type"]),
    ],
)
def test_days(value: object, expected: str, problems: list[str]) -> None:
    entry = read(createdAt=value)
    assert (entry.created, codes(entry)) == (expected, problems)
    assert read(lastModified=value).modified == expected


@pytest.mark.parametrize(
    ("value", "expected", "problems"),
    [
        (SHA, SHA, []),
        (SHA.upper(), SHA, []),
        ("", "", []),
        ("main", "", ["wrong-type"]),
        (SHA[:-2] + " f", "", ["wrong-type"]),
        (SHA[:-1] + "g", "", ["wrong-type"]),
        (SHA[:-1] + "\ud800", "", ["wrong-type"]),
        (7, "", ["wrong-type"]),
    ],
)
def test_revisions(value: object, expected: str, problems: list[str]) -> None:
    entry = read(sha=value)
    assert (entry.sha, codes(entry)) == (expected, problems)


@pytest.mark.parametrize(
    ("written", "expected", "problems"),
    [("a/b", "a/b", []), (NAME, "", ["self-base"]), ("v2 soon", "", ["bad-id"]), (2.0, "", ["wrong-type"])],
)
def test_new_versions(written: object, expected: str, problems: list[str]) -> None:
    entry = card(new_version=written)
    assert (entry.new_version, codes(entry)) == (expected, problems)


@pytest.mark.parametrize("tags", [3, {"a": 1}, "gguf", [3], [["en"]]])
def test_tags_that_are_none(tags: object) -> None:
    entry = read(tags=tags, likes=3)
    assert (codes(entry), entry.likes) == (["wrong-type"], 3)


@pytest.mark.parametrize("written", [3, ["license"], True])
def test_a_card_that_is_none(written: object) -> None:
    assert codes(read(cardData=written)) == ["wrong-type"]


def test_texts_are_cleaned() -> None:
    entry = read(pipeline_tag="text\x00-\ud800", library_name=" a\x1bb\n", cardData={"license_name": "Löwe \u200b中"})
    assert (entry.task, entry.library, entry.licence_name) == ("text -\ufffd", "a b", "Löwe \u200b中")
    assert clean_text("\x7f\x85x\udfff") == "x\ufffd"


def test_messages_are_short_and_can_be_encoded() -> None:
    entry = read(cardData={"base_model": "\ud800" + "x" * 10_000, "base_model_relation": "y" * 10_000}, sha={"a": "b"})
    assert set(codes(entry)) == {"bad-id", "unknown-relation", "wrong-type"}
    assert all(len(problem.message.encode()) < 400 for problem in entry.problems)


def test_a_thousand_bases_are_read() -> None:
    names = [f"a/b{number}" for number in range(1000)]
    entry = read(tags=[f"base_model:merge:{name}" for name in names], cardData={"base_model": names})
    assert (len(entry.bases), entry.relation, codes(entry)) == (1000, "merge", [])


# -- Whatever JSON there is ----------------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *(
            "a/b",
            NAME,
            "OWNER/name",
            "gpt2",
            "./x",
            "",
            " ",
            "en",
            "no",
            "mit",
            "adapter",
            "merge",
            "x" * 300,
            "\ud800",
        ),
        *("base_model:a/b", "base_model:adapter:a/b", "base_model:", "arxiv:1910.09700", "arxiv:2307.09288", "arxiv:x"),
        *("license:mit", "dataset:a/b", "language:xx", "extended|squad", "original", "gguf", "lora", "{", "[]", "[1]"),
        *("2023-05-01", SHA, "https://huggingface.co/a/b", "https://huggingface.co/datasets/a/b", "\x00", '{"a":1}'),
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=20)
KEYS = st.sampled_from(["relation", "models", "id", "rfilename", "base_model", "license", "quantization_config"])
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner),
    max_leaves=8,
)
CARD = st.dictionaries(
    st.sampled_from(
        [
            *("base_model", "base_model_relation", "datasets", "source_datasets", "license", "license_name"),
            *("license_link", "language", "new_version", "library_name", "pipeline_tag", "tags"),
        ]
    ),
    JSON,
)
FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("sha", "createdAt", "lastModified", "downloads", "likes", "tags", "baseModels", "pipeline_tag"),
            *("library_name", "siblings", "config", "modelId"),
        ]
    ),
    JSON,
)
KINDS: st.SearchStrategy[Kind] = st.sampled_from(["model", "dataset"])


@given(JSON | FIELDS, KINDS)
def test_it_never_raises(value: object, kind: Kind) -> None:
    assert isinstance(parse_entry(value, kind), Entry | Problem)


@given(FIELDS, JSON | CARD | CARD.map(json.dumps), KINDS, st.sampled_from([NAME, "gpt2", "a/B.c-d_e"]))
def test_whatever_is_wrong_the_id_stays(fields: dict[str, object], front: object, kind: Kind, name: str) -> None:
    entry = parse_entry({**fields, "id": name, "cardData": front}, kind)
    assert isinstance(entry, Entry)
    assert (entry.id, entry.kind) == (name, kind)
    named = {*entry.bases, *entry.sources, entry.new_version}
    assert name.lower() not in {other.lower() for other in named}
    assert bool(entry.relation) == bool(entry.relation_by)
    assert not entry.bases or entry.relation
    # Whatever it holds can be written down.
    repr(entry).encode()
    for text in (entry.task, entry.library, *entry.licences, entry.licence_name, entry.licence_link, *entry.languages):
        text.encode()
    for problem in entry.problems:
        problem.message.encode()


def test_what_the_hubs_own_library_gives_is_read_as_what_its_api_lists() -> None:
    listed = {"id": "a/b", "createdAt": "2023-05-01T10:00:00.000Z", "lastModified": "2023-06-02", "sha": "0" * 40}
    given = {"id": "a/b", "created_at": "2023-05-01 10:00:00+00:00", "last_modified": "2023-06-02", "sha": "0" * 40}
    card = {"base_model": "gpt2", "license": "mit"}
    assert parse_entry(given | {"card_data": card}, "model") == parse_entry(listed | {"cardData": card}, "model")
