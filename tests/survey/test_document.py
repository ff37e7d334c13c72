"""A README as text: decoding, the undoing of a double encoding, and the outline."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.errors import SourceError
from itgraph.survey.document import (
    MAXIMUM_BYTES,
    REPAIR,
    heading_anchors,
    outline_issues,
    read_document,
)


def damage(text: str) -> str:
    """Read UTF-8 as cp1252, as happened to a copy of the survey; bytes that cp1252 lacks become control characters."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("## 🥳 News \nx", {1}, id="L15"),
        pytest.param("x\nTÜLU [50]", {2}, id="L597"),
        pytest.param("Suzana Ilić, Roman Castagné et al.", {1}, id="L1252"),
        pytest.param("～1M\n35:27730–\nworld’s", {1, 2, 3}, id="L703-L1117-L1123"),
        pytest.param("Àéà Ï Ð Ý", {1}, id="bytes-that-cp1252-lacks"),
    ],
)
def test_a_double_encoding_is_undone(text: str, lines: set[int]) -> None:
    document = read_document(damage(text).encode())
    assert "\n".join(document.lines) == text
    assert document.repair == REPAIR
    assert document.repaired_lines == lines
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("TÜLU ～1M Björn Ommer 335–342", id="2023-L509-right-as-it-is"),
        pytest.param("plain ASCII", id="ascii"),
        pytest.param("Â© or Ã© alone might be meant, 王", id="cannot-all-be-undone"),
    ],
)
def test_a_right_encoding_is_left_alone(text: str) -> None:
    document = read_document(text.encode())
    assert document.lines == (text,)
    assert (document.repair, document.repaired_lines) == ("", frozenset())
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_single_lines_are_undone_where_others_are_right() -> None:
    document = read_document(f"王\n{damage('world’s “best” – 27730–')}\nTÜLU".encode())
    assert document.lines == ("王", "world’s “best” – 27730–", "TÜLU")
    assert document.repaired_lines == {2}


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff", exclude_categories=["Cc"]), min_size=1))
def test_any_text_comes_back_from_the_damage(text: str) -> None:
    if not text.strip() or text.isascii() or damage(text).encode().decode("utf-8") == text:
        return
    document = read_document(damage(text).encode())
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "x.md: the file is empty", id="empty"),
        pytest.param(b" \n\t\n", "x.md: the file is empty", id="blank"),
        pytest.param(b"a\0b", "x.md: byte 1 is zero, so this is not a text file", id="zero"),
        pytest.param("a\nB\xf6hm".encode("latin-1"), r"x.md:2: byte 3 \(0xf6\) is not UTF-8", id="latin-1"),
        pytest.param("a".encode("utf-16"), r"x.md: byte 3 is zero", id="utf-16"),
        pytest.param("ab🥳".encode()[:-1], r"x.md:1: byte 2 \(0xf0\) is not UTF-8", id="cut-in-a-character"),
        pytest.param(b"a" * (MAXIMUM_BYTES + 1), r"x.md: 5,242,881 bytes is too large", id="too-large"),
    ],
)
def test_what_is_no_text(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_document(data, "x.md")
    assert caught.value.exit_code == 3


def test_the_largest_text_is_read() -> None:
    assert len(read_document(b"a\n" * (MAXIMUM_BYTES // 2)).lines) == MAXIMUM_BYTES // 2 + 1


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        pytest.param(b"\xef\xbb\xbf# A\nb", ("# A", "b"), id="byte-order-mark"),
        pytest.param(b"# A\r\nb\r\n", ("# A", "b", ""), id="crlf"),
        pytest.param(b"# A\rb", ("# A", "b"), id="cr"),
        pytest.param(b"# A\nb\x0c\x1b\x7f", ("# A", "b  \x7f"), id="control-characters"),
        pytest.param("# A\nb\u2028c\x85d".encode(), ("# A", "b\u2028c\x85d"), id="other-line-separators"),
    ],
)
def test_line_ends_are_made_one_and_the_checksum_is_that_of_the_file(data: bytes, lines: tuple[str, ...]) -> None:
    document = read_document(data)
    assert document.lines == lines
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert [(heading.line, heading.text) for heading in document.headings] == [(1, "A")]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        pytest.param("### Datasets", (3, "Datasets"), id="2023-L49"),
        pytest.param("## 🥳 News ", (2, "🥳 News"), id="L15-white-space"),
        pytest.param("   # A #", (1, "A"), id="closing-mark"),
        pytest.param("# C#", (1, "C#"), id="no-closing-mark"),
        pytest.param("###### Six", (6, "Six"), id="six"),
        pytest.param("#", (1, ""), id="empty"),
    ],
)
def test_headings(line: str, heading: tuple[int, str]) -> None:
    found = read_document(f"x\n{line}".encode()).headings
    assert [(item.line, item.level, item.text) for item in found] == [(2, *heading)]


@pytest.mark.parametrize("line", ["#hash", "####### seven", "    # code", "\\# escaped", "a # b"])
def test_no_headings(line: str) -> None:
    assert read_document(f"x\n{line}".encode()).headings == ()


@pytest.mark.parametrize(
    ("text", "code", "unclosed"),
    [
        pytest.param("a\n```latex\n# x\n```\nb", {2, 3, 4}, 0, id="L6-closed"),
        pytest.param("```\na\n````\nb", {1, 2, 3}, 0, id="longer-end"),
        pytest.param("````\na\n```\nb", set(), 1, id="shorter-end"),
        pytest.param("~~~\n```\n~~~", {1, 2, 3}, 0, id="other-character-inside"),
        pytest.param("```\na\n``` x\nb", set(), 1, id="words-after-the-end"),
        pytest.param("a `b` ```c```", set(), 0, id="inline"),
        pytest.param("<table>\n```\n</table>\n\n```\nx\n```", {5, 6, 7}, 0, id="not-inside-a-table"),
        pytest.param("```\nno end\n\n~~~\nx\n~~~", {4, 5, 6}, 1, id="one-of-two"),
    ],
)
def test_fenced_code(text: str, code: set[int], unclosed: int) -> None:
    document = read_document(text.encode())
    assert document.code == code
    assert document.unclosed_fence == unclosed
    issues = [(issue.code, issue.span.start) for issue in outline_issues(document, frozenset())]
    assert issues == ([("unclosed-fence", unclosed)] if unclosed else [])


def test_headings_and_links_in_code_are_none() -> None:
    document = read_document(b"```\n# a\n[b](#c)\n```\n# d")
    assert [heading.text for heading in document.headings] == ["d"]
    assert document.internal_links == ()


@pytest.mark.parametrize(
    ("link", "message"),
    [
        pytest.param("[Overview](#Overview)", "anchors are lower case: #overview", id="2023-L16"),
        pytest.param("[x](Instruction-Tuned-LLMs)", "an anchor starts with #", id="2023-L17"),
        pytest.param("[x](#nowhere)", "no heading or id has this anchor", id="no-heading"),
    ],
)
def test_broken_anchors(link: str, message: str) -> None:
    document = read_document(f"x\n* {link}\n\n## Overview\n".encode())
    (issue,) = outline_issues(document, frozenset())
    assert (issue.code, issue.severity, issue.span.start, issue.span.end) == ("broken-anchor", "info", 2, 2)
    assert message in issue.message


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("[🥳 News](#-news)", id="L27"),
        pytest.param("[x](#overview)", id="heading"),
        pytest.param("[x](#overview-1)", id="second-heading-of-a-name"),
        pytest.param("[1](#ref1)", id="reference"),
        pytest.param("![project](./assets/method_overview.png)", id="2023-L33-image"),
        pytest.param("[x](LICENSE.md) [y](docs/)", id="files"),
        pytest.param("[x](https://a.b/c) [y](mailto:a@b.c) [z](//a.b)", id="addresses"),
    ],
)
def test_sound_links(link: str) -> None:
    document = read_document(f"{link}\n## 🥳 News\n## Overview\n## Overview\n".encode())
    assert outline_issues(document, frozenset({"ref1"})) == []


def test_anchors_as_github_makes_them() -> None:
    document = read_document(b"# A: b_c (d)\n## A: b_c (d)\n### Q&A - x")
    assert heading_anchors(document.headings) == {"a-b_c-d", "a-b_c-d-1", "qa---x"}


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        pytest.param("Awesome-LLM [![Awesome](https://a.org/b.svg)](https://a.org)", "awesome-llm-", id="badge"),
        pytest.param("[(tatsu-lab/Alpaca)|52K](https://github.com/a)", "tatsu-labalpaca52k", id="link"),
    ],
)
def test_the_anchor_of_a_heading_with_links(heading: str, anchor: str) -> None:
    document = read_document(f"# {heading}\n[up](#{anchor})\n".encode())
    assert heading_anchors(document.headings) == {anchor}
    assert outline_issues(document, frozenset()) == []
