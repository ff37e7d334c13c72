"""Markdown within a line: what a reader sees of it, and where its links lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.survey.inline import read_inline


@pytest.mark.parametrize(
    ("markdown", "text", "links"),
    [
        pytest.param("plain", "plain", [], id="plain"),
        pytest.param("**b** *i* `c` ~~s~~ __d__ _e_", "b i c s d e", [], id="marks"),
        pytest.param("T0* and 5 * 3 * 2", "T0* and 5 * 3 * 2", [], id="stars-that-are-none"),
        pytest.param("alpaca_data_cleaned", "alpaca_data_cleaned", [], id="underscores-in-a-name"),
        pytest.param(r"a\_b \* c", "a_b * c", [], id="escaped"),
        pytest.param("[T](u)", "T", [("T", "u")], id="link"),
        pytest.param("[**T**](u) **[S](v)**", "T S", [("T", "u"), ("S", "v")], id="bold-links"),
        pytest.param("[[paper](u)]", "[paper]", [("paper", "u")], id="link-in-brackets"),
        pytest.param("[[Paper]](u)", "[Paper]", [("[Paper]", "u")], id="brackets-in-a-link"),
        pytest.param('[T](u "a title")', "T", [("T", "u")], id="title"),
        pytest.param("[T](<u v>)", "T", [("T", "u v")], id="angles"),
        pytest.param("[T](u_(v))", "T", [("T", "u_(v)")], id="parentheses-in-an-address"),
        pytest.param("![alt](u) x", "x", [], id="image"),
        pytest.param("x [![stars](i)](u)", "x", [("stars", "u")], id="badge"),
        pytest.param("<https://a.org/b>", "https://a.org/b", [("https://a.org/b", "https://a.org/b")], id="autolink"),
        pytest.param("see https://a.org/b.", "see https://a.org/b.", [("https://a.org/b",) * 2], id="bare"),
        pytest.param("地址：https://a.org/b，x", "地址：https://a.org/b，x", [("https://a.org/b",) * 2], id="bare-cjk"),
        pytest.param("(https://a.org/b_(c))", "(https://a.org/b_(c))", [], id="bare-behind-a-parenthesis"),
        pytest.param('a<br>b <a href="u">T</a>', "a b T", [("T", "u")], id="html"),
        pytest.param("M<sup>3</sup>IT", "M3IT", [], id="superscript"),
    ],
)
def test_what_is_read(markdown: str, text: str, links: list[tuple[str, str]]) -> None:
    cell, _ = read_inline(markdown, 1)
    assert cell.text == text
    assert [(link.text, link.href) for link in cell.links] == links


@given(st.text(alphabet="ab 1*_`~[]()!<>\\\"'/:.h", max_size=60))
def test_marks_in_any_order_lose_no_letter(markdown: str) -> None:
    cell, _ = read_inline(markdown, 1)
    shown = cell.text + "".join(link.text + link.href for link in cell.links)
    if not any(mark in markdown for mark in "<!["):
        assert sorted(c for c in shown if c in "ab1") == sorted(c for c in markdown if c in "ab1")
