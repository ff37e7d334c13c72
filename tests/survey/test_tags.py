"""Text as a stream of tags: nothing is lost, whatever is left open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.records import Issue
from itgraph.survey.tags import Token, iter_tokens, make_issue


def read(text: str) -> tuple[list[Token], list[tuple[str, int]]]:
    issues: list[Issue] = []
    tokens = list(iter_tokens(text, issues))
    return tokens, [(issue.code, issue.span.start) for issue in issues]


@pytest.mark.parametrize(
    ("text", "name", "attributes"),
    [
        pytest.param(
            '<table border="1" align="center" style="text-align:center;">',
            "table",
            {"border": "1", "align": "center", "style": "text-align:center;"},
            id="L76",
        ),
        pytest.param(
            '<a href="https://arxiv.org/abs/2305.11206 ｜  -" target="_blank">',
            "a",
            {"href": "https://arxiv.org/abs/2305.11206 ｜  -", "target": "_blank"},
            id="L530-blanks-in-a-value",
        ),
        pytest.param("<td rowspan=2 COLSPAN = '3'>", "td", {"rowspan": "2", "colspan": "3"}, id="quotes-differ"),
        pytest.param("<td a=1 a=2>", "td", {"a": "1"}, id="first-of-two"),
        pytest.param("<img alt='>' src=x />", "img", {"alt": ">", "src": "x"}, id="greater-than-in-a-value"),
        pytest.param('<a href="?a=1&amp;b=2">', "a", {"href": "?a=1&b=2"}, id="entity"),
        pytest.param("<td\nrowspan\n=\n2>", "td", {"rowspan": "2"}, id="lines"),
        pytest.param("<td nowrap>", "td", {"nowrap": ""}, id="no-value"),
    ],
)
def test_attributes(text: str, name: str, attributes: dict[str, str]) -> None:
    tokens, issues = read(text)
    assert tokens == [Token("start", 1, name=name, attributes=attributes)]
    assert issues == []


@pytest.mark.parametrize(
    "text",
    ["1 < 2", "a <", "<3", "x <y", "List<int", "< td>", "</ td>", "a<>b", "<!doctype html>"],
)
def test_what_is_no_tag_is_text(text: str) -> None:
    tokens, issues = read(text)
    assert "".join(token.text for token in tokens) == text
    assert {token.kind for token in tokens} == {"text"}
    assert issues == []


def test_a_tag_left_open_ends_where_the_next_begins() -> None:
    tokens, issues = read('<td align="center"\n<td>b')
    assert [(token.kind, token.name or token.text.strip()) for token in tokens] == [
        ("start", "td"),
        ("text", ""),
        ("start", "td"),
        ("text", "b"),
    ]
    assert issues == [("unclosed-tag", 1)]


def test_a_quote_left_open_hides_nothing() -> None:
    tokens, issues = read('<td align="center>the "best" one</td>')
    assert [(token.kind, token.name or token.text) for token in tokens] == [
        ("start", "td"),
        ("text", 'the "best" one'),
        ("end", "td"),
    ]
    assert tokens[0].attributes == {"align": "center"}
    assert issues == [("unclosed-quote", 1)]


def test_lines_are_counted_through_tags_and_text() -> None:
    tokens, _ = read("a\nb<td\nx=1\n>c\n\n</td\n>d<br>")
    assert [(token.name or token.text.strip(), token.line) for token in tokens] == [
        ("a\nb", 1),
        ("td", 2),
        ("c", 4),
        ("td", 6),
        ("d", 7),
        ("br", 7),
    ]


def test_no_carriage_return_comes_in_as_an_entity() -> None:
    tokens, _ = read('<a href="x&#13;y">a&#13;b</a>')
    assert tokens[0].attributes == {"href": "x y"}
    assert tokens[1].text == "a b"


def test_an_issue_of_one_line_ends_on_it() -> None:
    assert make_issue("c", "info", "m", 3).span.end == 3
    assert make_issue("c", "info", "m", 3, 5).span.end == 5


_PIECES = st.sampled_from(
    ["<td>", "</td>", "<tr", "<", ">", '"', "'", "=", " ", "\n", "a", "href", "<a href=", "</", "&lt;", "é", "<b x=1>"]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_never_raises_and_keeps_order_and_lines(text: str) -> None:
    tokens, issues = read(text)
    lines = [token.line for token in tokens]
    assert lines == sorted(lines)
    assert not lines or 1 <= lines[0] <= lines[-1] <= text.count("\n") + 1
    assert all(1 <= line <= text.count("\n") + 1 for _, line in issues)
    # A letter outside every tag is text, an é too: no attribute and no tag of these pieces holds one.
    assert sum(token.text.count("é") for token in tokens) >= _outside(text).count("é")


def _outside(text: str) -> str:
    """What stands outside everything that could be a tag."""
    kept, depth = "", 0
    for character in text:
        depth = 1 if character == "<" else depth
        kept += "" if depth else character
        depth = 0 if character == ">" else depth
    return kept
