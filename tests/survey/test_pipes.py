"""Pipe tables: GitHub's, and what GitHub would drop."""

from __future__ import annotations

import pytest

from itgraph.records import Link
from itgraph.survey.html import SourceTable
from itgraph.survey.pipes import scan_pipe_tables


def scan(text: str, skip: frozenset[int] = frozenset()) -> tuple[list[SourceTable], list[tuple[str, str, int]]]:
    tables, issues = scan_pipe_tables(text.split("\n"), skip)
    return tables, [(issue.code, issue.severity, issue.span.start) for issue in issues]


def texts(table: SourceTable) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param("| a | b |\n|---|---|\n| c | d |", [["a", "b"], ["c", "d"]], id="plain"),
        pytest.param("a | b\n:-|-:\nc | d", [["a", "b"], ["c", "d"]], id="no-outer-pipes"),
        pytest.param("| a |\n|---|\n| b\\|c |", [["a"], ["b|c"]], id="escaped-pipe"),
        pytest.param("> | a | b |\n> |---|---|\n> | c | d |", [["a", "b"], ["c", "d"]], id="quoted"),
        pytest.param("| a | b |\n|---|---|\n| c | d | e |", [["a", "b"], ["c", "d", "e"]], id="extra-cell-is-kept"),
        pytest.param("| a | b |\n|---|---|\n| c |", [["a", "b"], ["c"]], id="short-row"),
        pytest.param("| a |\n|---|\n| **b** `c` |", [["a"], ["b c"]], id="marks"),
        pytest.param("| a |\n|---|\n| ![x](y.png)b |", [["a"], ["b"]], id="image"),
        pytest.param("| a |\n|---|\n| b<br>c |", [["a"], ["b c"]], id="html"),
    ],
)
def test_tables(text: str, rows: list[list[str]]) -> None:
    (table,), issues = scan(text)
    assert texts(table) == rows
    assert [cell.is_header for row in table.rows for cell in row.cells].count(True) == len(rows[0])
    assert not table.is_orphan
    assert issues == []


def test_rows_know_their_lines() -> None:
    (table,), _ = scan("words\n\n| a |\n|---|\n| b |\n| c |\n\nwords")
    assert [(row.start, row.end) for row in table.rows] == [(3, 3), (5, 5), (6, 6)]
    assert (table.start, table.end) == (3, 6)
    assert table.lines() == {3, 4, 5, 6}


def test_links() -> None:
    (table,), _ = scan('| a |\n|---|\n| [paper](https://a.b/c_(d)) and [p2]() <a href="x">y</a> |')
    cell = table.rows[1].cells[0]
    assert cell.text == "paper and p2 y"
    assert sorted((link.text, link.href) for link in cell.links) == [
        ("p2", ""),
        ("paper", "https://a.b/c_(d)"),
        ("y", "x"),
    ]
    assert all(isinstance(link, Link) for link in cell.links)


@pytest.mark.parametrize(
    ("text", "rows", "lines"),
    [
        pytest.param("| a | b |\n| c | d |", [["a", "b"], ["c", "d"]], [1, 2], id="no-delimiter"),
        pytest.param("x\n\n| a |", [["a"]], [3], id="one-row"),
    ],
)
def test_rows_without_a_header_are_kept_and_reported(text: str, rows: list[list[str]], lines: list[int]) -> None:
    (table,), issues = scan(text)
    assert texts(table) == rows
    assert table.is_orphan
    assert issues == [("orphan-row", "warning", line) for line in lines]


def test_only_the_line_above_the_delimiter_is_a_header() -> None:
    tables, issues = scan("| x | y |\n| a | b |\n|---|---|\n| c | d |")
    assert [(texts(table), table.is_orphan) for table in tables] == [
        ([["x", "y"]], True),
        ([["a", "b"], ["c", "d"]], False),
    ]
    assert issues == [("orphan-row", "warning", 1)]


def test_the_bar_of_a_cjk_keyboard_separates() -> None:
    (table,), issues = scan("| a | b | c |\n|---|---|---|\n| d ｜ e | f |\n| ｜ | g | h |")
    assert texts(table) == [["a", "b", "c"], ["d", "e", "f"], ["｜", "g", "h"]]
    assert issues == [("shifted-cells", "warning", 3)]


@pytest.mark.parametrize(
    "text",
    ["words | words", "|", "a\n---\nb", "|x", "---", ""],
)
def test_what_is_no_table(text: str) -> None:
    assert scan(text) == ([], [])


def test_lines_of_html_tables_are_left_alone() -> None:
    text = "| a | b |\n|---|---|\n| c | d |"
    assert scan(text, frozenset({1, 2, 3})) == ([], [])


@pytest.mark.parametrize(
    ("text", "rows", "issues"),
    [
        pytest.param("\n\n| c | d |", 2, [("parted-row", "info", 6)], id="blank-line"),
        pytest.param("\n\n\n| c | d |\n| e | f |", 3, [("parted-row", "info", 7), ("parted-row", "info", 8)], id="two"),
        pytest.param("\n\n| c | d | e |", 1, [("orphan-row", "warning", 6)], id="of-another-width"),
        pytest.param("\n\nwords\n\n| c | d |", 1, [("orphan-row", "warning", 8)], id="words-between"),
    ],
)
def test_rows_behind_a_blank_line(text: str, rows: int, issues: list[tuple[str, str, int]]) -> None:
    tables, found = scan("start\n\n| h | i |\n|---|---|\n| a | b |".replace("start\n\n", "\n") + text)
    assert len(tables[0].rows) == rows + 1
    assert found == issues


def test_a_table_behind_a_blank_line_is_another() -> None:
    tables, issues = scan("| h | i |\n|---|---|\n| a | b |\n\n| j | k |\n|---|---|\n| c | d |")
    assert [len(table.rows) for table in tables] == [2, 2]
    assert issues == []
