"""HTML tables as written by hand: what is left open, closed twice, or stands where it should not."""

from __future__ import annotations

import pytest

from itgraph.records import Link
from itgraph.survey.html import SourceTable, lines_inside_cells, read_fragment, scan_tables


def scan(text: str, headings: list[int] | None = None) -> tuple[list[SourceTable], list[tuple[str, int]]]:
    tables, issues = scan_tables(text, headings or [])
    return tables, [(issue.code, issue.span.start) for issue in issues]


def texts(table: SourceTable) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_a_row_of_the_survey() -> None:
    """L196 to L204 of 2024-10-15, with its second ``</a>``."""
    (table,), issues = scan(
        "<table>\n<tr>\n"
        '        <td align="center">OpenAssistant [<a href="#ref13">13</a></a>]</td>\n'
        '        <td align="center"><a href="https://arxiv.org/abs/2304.07327" target="_blank">paper</a></td>\n'
        '\t\t<td align="center">161,443</td>\n</tr>\n</table>'
    )
    assert texts(table) == [["OpenAssistant [13]", "paper", "161,443"]]
    assert [cell.links for cell in table.rows[0].cells] == [
        [Link(text="13", href="#ref13")],
        [Link(text="paper", href="https://arxiv.org/abs/2304.07327")],
        [],
    ]
    assert (table.start, table.end, table.rows[0].start, table.rows[0].end) == (1, 7, 2, 6)
    assert issues == [("stray-tag", 3)]


@pytest.mark.parametrize(
    ("text", "rows", "issues"),
    [
        pytest.param("<table><tr><td>a<td>b<tr><td>c</table>", [["a", "b"], ["c"]], [], id="end-tags-left-out"),
        pytest.param("<TABLE><TR><TD>a</TD></TR></TABLE>", [["a"]], [], id="capitals"),
        pytest.param("<table><tr><td>a<br>b<br/>c</td></tr></table>", [["a b c"]], [], id="line-breaks"),
        pytest.param("<table><tr><td>a &lt; b &amp; c</td></tr></table>", [["a < b & c"]], [], id="entities"),
        pytest.param("<table><tr><td>1 < 2</td></tr></table>", [["1 < 2"]], [], id="less-than"),
        pytest.param("<table><tr><td>\n  a\n  b \n</td></tr></table>", [["a b"]], [], id="lines"),
        pytest.param(
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
            [["a"], ["b"]],
            [],
            id="groups",
        ),
        pytest.param("<table><tr><td>a</td></tr>", [["a"]], [("unclosed-table", 1)], id="table-never-closed"),
        pytest.param("<tr><td>a</td></tr>", [["a"]], [("orphan-row", 1)], id="row-outside-every-table"),
        pytest.param("<td>a</td>", [["a"]], [("orphan-row", 1)], id="cell-outside-every-table"),
        pytest.param("<table><td>a</td></table>", [["a"]], [("stray-tag", 1)], id="cell-outside-every-row"),
        pytest.param("<table><tr><td>a</td></td></tr></table>", [["a"]], [("stray-tag", 1)], id="cell-closed-twice"),
        pytest.param("<table><tr><td>a</td></tr></tr></table>", [["a"]], [("stray-tag", 1)], id="row-closed-twice"),
        pytest.param("<table><tr><td>a</td></tr></table></table>", [["a"]], [("stray-tag", 1)], id="closed-twice"),
        pytest.param("<table><tr><td><b>a</td></tr></table>", [["a"]], [], id="bold-never-closed"),
        pytest.param("<table><tr><td>a</b></td></tr></table>", [["a"]], [("stray-tag", 1)], id="bold-never-opened"),
        pytest.param(
            '<table><tr><td><a href="x">a</td><td>b</td></tr></table>',
            [["a", "b"]],
            [("stray-tag", 1)],
            id="link-never-closed",
        ),
        pytest.param(
            "<table><tr><td><script>alert(1)</script></td></tr></table>",
            [["alert(1)"]],
            [("unexpected-tag", 1)],
            id="script",
        ),
        pytest.param(
            '<table><tr><td align="center>a</td><td>b</td></tr></table>',
            [["a", "b"]],
            [("unclosed-quote", 1)],
            id="quote-never-closed",
        ),
        pytest.param(
            "<table><tr><td align=center\n<td>b</td></tr></table>",
            [["", "b"]],
            [("unclosed-tag", 1)],
            id="tag-never-closed",
        ),
        pytest.param(
            "<table>\n<tr><td>a</td></tr>\nloose\n</table>", [["a"]], [("stray-text", 3)], id="text-between-rows"
        ),
    ],
)
def test_what_is_left_open(text: str, rows: list[list[str]], issues: list[tuple[str, int]]) -> None:
    (table,), found = scan(text)
    assert texts(table) == rows
    assert found == issues


def test_a_link_never_closed_keeps_its_address() -> None:
    (table,), _ = scan('<table><tr><td><a href="x">a</td><td>b</td></tr></table>')
    assert table.rows[0].cells[0].links == [Link(text="a", href="x")]
    assert table.rows[0].cells[1].links == []


@pytest.mark.parametrize(
    ("attributes", "rowspan", "colspan"),
    [
        pytest.param('rowspan="13" align="center"', 13, 1, id="L88"),
        pytest.param("colspan=3", 1, 3, id="L425"),
        pytest.param('rowspan="0" colspan="0"', 1000, 1, id="to-the-end"),
        pytest.param('rowspan="99999999" colspan="99999999"', 1000, 1000, id="extreme"),
        pytest.param('rowspan="-2" colspan="x"', 1, 1, id="nonsense"),
        pytest.param('rowspan="2.7" colspan=" 2"', 2, 2, id="lenient"),
        pytest.param("rowspan colspan=", 1, 1, id="empty"),
    ],
)
def test_spans(attributes: str, rowspan: int, colspan: int) -> None:
    (table,), _ = scan(f"<table><tr><td {attributes}>a</td></tr></table>")
    cell = table.rows[0].cells[0]
    assert (cell.rowspan, cell.colspan) == (rowspan, colspan)


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    tables, issues = scan("<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>")
    assert [texts(table) for table in tables] == [[["a", "c"]], [["b"]]]
    assert issues == [("nested-table", 1)]


def test_a_heading_ends_a_cell_that_is_never_closed() -> None:
    tables, issues = scan("<table>\n<tr><td>a\n\n## Next\n\nwords\n<table><tr><td>b</td></tr></table>", [4])
    assert [texts(table) for table in tables] == [[["a"]], [["b"]]]
    assert issues == [("unclosed-table", 1)]
    assert tables[0].end == 2


def test_a_number_sign_inside_a_closed_cell_is_no_heading() -> None:
    text = "<table>\n<tr><td>\n# of Tasks\n</td></tr>\n</table>\n# Heading"
    assert lines_inside_cells(text, [3, 6]) == {3}
    assert lines_inside_cells(text.replace("</td>", ""), [3, 6]) == set()


def test_issues_and_rows_know_their_lines() -> None:
    (table,), issues = scan("\n\n<table>\n<tr>\n<td>a</td>\n<td>b</b></td>\n</tr>\n\n<tr><td>\nc\n</table>\n")
    assert [(row.start, row.end) for row in table.rows] == [(4, 7), (9, 10)]
    assert (table.start, table.end) == (3, 11)
    assert issues == [("stray-tag", 6)]


def test_a_fragment_is_read_like_a_cell() -> None:
    cell, issues = read_fragment('a <a href="x">b</a><td>c<script>d', 7)
    assert cell.text == "a b cd"
    assert cell.links == [Link(text="b", href="x")]
    assert [(issue.code, issue.span.start) for issue in issues] == [("unexpected-tag", 7)]
