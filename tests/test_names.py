"""Which spellings are one name: by rule, by decision, never by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.errors import SourceError
from itgraph.names import COLUMNS, Decision, make_names, name_key, nearest, read_names
from itgraph.resources import data_path


def decide(name: str, other: str = "") -> Decision:
    return Decision(kind="model", name=name, other=other, why="w")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Instruct-GPT", "InstructGPT"),
        ("FLAN 2021", "Flan 2021"),
        ("FlanT5", "FLAN-T5"),
        ("FLANT5", "FLAN-T5"),
        ("LLaMa", "LLaMA"),
        ("GPT 3.5", "GPT-3.5"),
        ("ALLAVA", "ALLaVA"),
        ("TÜLU", "Tulu"),
        ("Quoc V Le", "Quoc V. Le"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_that_are_one_name_by_rule(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("StarCoder", "Starcoder Plus"),
        ("ChatGLM", "ChatGLM2"),
        ("GPT-3", "GPT-3.5"),
        ("GPT-3.5", "GPT-35"),
        ("GPT-3", "GPT-4"),
        ("LLaMA", "LLaMA 2"),
        ("Natural Instructions", "Super-Natural Instructions"),
        ("Natural Instructions", "Unnatural Instructions"),
        ("FLAN-T5", "Flan 2021"),
        ("Dolly", "Dolly 2.0"),
        ("C++", "C"),
        ("C#", "C"),
        ("Gemma 2 2B", "Gemma 22B"),
        ("数据", "模型"),
        ("?", "!"),
    ],
)
def test_spellings_that_are_two_names(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Mn", "Sk", "Cc"]), min_size=1, max_size=30))
def test_keys_are_never_empty_and_do_not_change_again(name: str) -> None:
    key = name_key(name)
    assert key
    assert name_key(key) == key
    assert name_key(f" {name}-") == key or not any(character.isalnum() for character in name)


def test_decisions_are_found_by_any_spelling() -> None:
    decision = decide("GPT (unknown version)", "GPT (Unknonwn Version)")
    names = make_names([decision, decide("LLaMA")])
    assert names.canonical("model", "gpt (UNKNONWN version)") == "GPT (unknown version)"
    assert names.canonical("model", "llama") == "LLaMA"
    assert names.canonical("model", "Alpaca") is None
    assert names.canonical("dataset", "llama") is None
    assert names.decision("model", "GPT (Unknonwn Version)") == decision
    assert names.decision("model", "LLaMA") is None
    assert names.key("model", "GPT (Unknonwn Version)") == name_key("GPT (unknown version)")
    assert names.key("model", "New Thing") == "newthing"


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        pytest.param([decide("LLaMA"), decide("LLaMa")], "is also written", id="two-ways-to-write-one-name"),
        pytest.param([decide("A", "C"), decide("B", "C")], "is said to be", id="one-spelling-of-two-names"),
        pytest.param([decide("A", "B"), decide("B")], "is a name of its own", id="a-name-that-is-another's-spelling"),
    ],
)
def test_decisions_that_contradict_each_other(decisions: list[Decision], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_names(decisions)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("name,kind\n", r"names.csv:1: the header must be kind,name,other,why", id="header"),
        pytest.param("", r"names.csv:1: the header must be", id="empty"),
        pytest.param("{}\nmodell,A,,w\n", r"names.csv:2: there is no kind 'modell'", id="kind"),
        pytest.param("{}\nmodel,A,B\n", r"names.csv:2: 3 cells where 4 are needed", id="cells"),
        pytest.param("{}\nmodel,A,B,\n", r"names.csv:2: why is empty", id="why"),
        pytest.param("{}\n\nmodel, ,B,w\n", r"names.csv:3: name is empty", id="name"),
        pytest.param("{}\nmodel,A,,w\nmodel,a,,w\n", r"names.csv:3: the model 'a' is also written 'A'", id="conflict"),
        pytest.param('{}\nmodel,"A" x,,w\n', r"names.csv:2: cannot be read", id="quotes"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text(content.format(",".join(COLUMNS)), encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_names(path)


def test_a_file_as_spreadsheets_write_it(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(b'\xef\xbb\xbfkind,name,other,why\r\nmodel, A ,"B",w\r\n')
    assert read_names(path).decisions == (decide("A", "B"),)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="is not UTF-8"):
        read_names(path)


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"names\.csv: cannot be read"):
        read_names(tmp_path / "names.csv")


def test_the_shipped_decisions() -> None:
    names = read_names(data_path() / "names.csv")
    assert names.canonical("dataset", "MUL-TIINSTRUCT") == "MultiInstruct"
    assert names.canonical("person", "Srini Iyer") == "Srinivas Iyer"
    assert names.canonical("person", "Yue Zhang [2305.13225]") == "Yue Zhang (Soochow University)"
    assert names.canonical("person", "Yue Zhang") is None


def test_likeness_only_suggests() -> None:
    assert nearest("Alpacca", ["Alpaca", "Vicuna", "Alpaca"]) == ["Alpaca"]
    assert nearest("LLaMA-2", ["LLaMA", "LLaMA 2", "Falcon"])[0] == "LLaMA 2"
    assert len(nearest("GPT", [f"GPT-{n}" for n in range(9)], limit=2)) == 2
    assert nearest("x", []) == []
    # Suggestions are no merges: without a decision, each is a name of its own.
    assert make_names(()).key("model", "Alpacca") != make_names(()).key("model", "Alpaca")
