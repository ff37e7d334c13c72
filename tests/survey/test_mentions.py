"""Cells that name one thing, or several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.records import Cell, Link
from itgraph.survey.inline import read_inline
from itgraph.survey.layouts import shipped_layouts
from itgraph.survey.mentions import NOTHING, link_role, named_in, split_names


def named(markdown: str) -> list[tuple[str, list[str]]]:
    cell, _ = read_inline(markdown, 1)
    parts = named_in(cell.text, Cell(text=cell.text, links=tuple(cell.links)), shipped_layouts())
    return [(part.name, [link.href for link in part.links]) for part in parts]


@pytest.mark.parametrize(
    ("markdown", "parts"),
    [
        pytest.param("LLaMA", [("LLaMA", [])], id="no-link"),
        pytest.param("[alpaca](u)", [("alpaca", ["u"])], id="one-link"),
        pytest.param("[GLM-6B](u) (ChatGLM)", [("GLM-6B (ChatGLM)", ["u"])], id="more-text"),
        pytest.param("[a](u)、[b](v)、c", [("a", ["u"]), ("b", ["v"]), ("c", [])], id="ideographic-comma"),
        pytest.param("[a](u), [b](v)", [("a", ["u"]), ("b", ["v"])], id="comma"),
        pytest.param("[a](u) [b](v)", [("a", ["u"]), ("b", ["v"])], id="space-between-links"),
        pytest.param("[a](u) & [b](v)", [("a", ["u"]), ("b", ["v"])], id="and"),
        pytest.param("LLaVA [[paper](u)] [[code](v)]", [("LLaVA", ["u", "v"])], id="links-that-name-nothing"),
        pytest.param("[LLaVA](t) ([Paper](u))", [("LLaVA", ["t", "u"])], id="both"),
        pytest.param("[paper](u)", [("paper", ["u"])], id="nothing-but-a-word"),
        pytest.param("![x](i) [a](u)", [("a", ["u"])], id="image"),
        pytest.param("[a](u), [a](v)", [("a", ["u"]), ("a", ["v"])], id="one-text-twice"),
    ],
)
def test_links_tell_names_apart(markdown: str, parts: list[tuple[str, list[str]]]) -> None:
    assert named(markdown) == parts


@pytest.mark.parametrize(
    ("text", "sizes", "alone", "names"),
    [
        ("T5-LM, mT5", "", (), ["T5-LM", "mT5"]),
        ("A、B；C", "", (), ["A", "B", "C"]),
        ("A / B", "", (), ["A", "B"]),
        ("A & B", "", (), ["A", "B"]),
        ("mT0 && BLOOMZ", "", (), ["mT0", "BLOOMZ"]),
        ("A, A", "", (), ["A"]),
        ("Flan 2021", "1B 2B", (), ["Flan 2021"]),
        ("LLaMA ChatGLM", "7B 6B", (), ["LLaMA", "ChatGLM"]),
        ("LLaMA ChatGLM", "7B", (), ["LLaMA ChatGLM"]),
        ("LLaMA ChatGLM", "7B", ("llama",), ["LLaMA", "ChatGLM"]),
        ("Stable Diffusion", "1B 2B", (), ["Stable Diffusion"]),
        ("Vicuna/LLaMA", "", ("vicuna", "llama"), ["Vicuna", "LLaMA"]),
        ("Vicuna/LLaMA", "", (), ["Vicuna/LLaMA"]),
        ("google/flan-t5", "", (), ["google/flan-t5"]),
        ("gpt-4 gpt-4-turbo", "", (), ["gpt-4", "gpt-4-turbo"]),
        ("GPT-4 Turbo", "", (), ["GPT-4 Turbo"]),
        ("a title of a good many words, which goes on", "", (), ["a title of a good many words, which goes on"]),
        ("1,200 dialogues", "", (), ["1,200 dialogues"]),
        ("", "", (), []),
    ],
)
def test_split_names(text: str, sizes: str, alone: tuple[str, ...], names: list[str]) -> None:
    assert split_names(text, sizes, frozenset(alone)) == names


@pytest.mark.parametrize("text", ["", "-", "—", "----", "N/A", "/", "...", "?", "tbd", "无"])
def test_what_says_nothing(text: str) -> None:
    assert NOTHING.fullmatch(text)


@pytest.mark.parametrize(
    ("text", "role"), [("PDF", "paper"), ("[Code]", "project"), ("", "project"), ("Alpaca", ""), ("🤗 HF", "project")]
)
def test_link_role(text: str, role: str) -> None:
    assert link_role(Link(text=text, href="u"), shipped_layouts()) == role


@given(
    st.lists(st.sampled_from(["a", "B", "[x](u)", "[y](v)", "[paper](w)", ",", "、", " ", "(", ")", "&"]), max_size=12)
)
def test_no_link_is_lost_and_none_invented(pieces: list[str]) -> None:
    markdown = "".join(pieces)
    cell, _ = read_inline(markdown, 1)
    assert sorted(href for _, links in named(markdown) for href in links) == sorted(link.href for link in cell.links)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("GitHub&Download", "project"),
        ("on Huggingface", "project"),
        ("TensorFlow dataset", "project"),
        ("Paper/Project link", "project"),
        ("Paper link", "paper"),
        ("arXiv PDF", "paper"),
        ("The Pile", ""),
        ("on", ""),
    ],
)
def test_link_texts_of_several_words(text: str, role: str) -> None:
    assert link_role(Link(text=text, href="u"), shipped_layouts()) == role


@pytest.mark.parametrize(
    ("markdown", "parts"),
    [
        pytest.param(
            "[BELLE](u) <br/> [0.5M version](v) <br/> [1M version](w)", [("BELLE", ["u", "v", "w"])], id="versions"
        ),
        pytest.param("[hh-rlhf](u) <br/> [on Huggingface](v)", [("hh-rlhf", ["u", "v"])], id="place"),
        pytest.param("C4 <br/> [Huggingface dataset](u)", [("C4", ["u"])], id="no-link-of-its-own"),
        pytest.param("[OIG](u) <br/> [OIG-small-chip2](v)", [("OIG", ["u"]), ("OIG-small-chip2", ["v"])], id="two"),
    ],
)
def test_links_to_the_same_thing(markdown: str, parts: list[tuple[str, list[str]]]) -> None:
    assert named(markdown) == parts
