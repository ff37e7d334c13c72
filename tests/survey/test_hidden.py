"""Code and comments: their tables are no data, and what is never closed hides nothing."""

from __future__ import annotations

import pytest

from itgraph.survey.document import read_document
from itgraph.survey.hidden import hide

ROW = "<tr><td>a</td></tr>"


def run(text: str) -> tuple[tuple[str, ...], list[tuple[str, str, int, int]]]:
    lines, issues = hide(read_document(text.encode()))
    return lines, [(issue.code, issue.severity, issue.span.start, issue.span.end) for issue in issues]


@pytest.mark.parametrize(
    ("text", "lines", "issues"),
    [
        pytest.param("a\nb", ("a", "b"), [], id="nothing-hidden"),
        pytest.param("```latex\n@article{x,\n```\nb", ("", "", "", "b"), [], id="2023-L6-code-without-a-table"),
        pytest.param(
            f"a\n```\n{ROW}\n```\nb", ("a", "", "", "", "b"), [("table-in-code", "info", 2, 4)], id="table-in-code"
        ),
        pytest.param("~~~\n| a | b |\n~~~", ("", "", ""), [("table-in-code", "info", 1, 3)], id="pipes-in-code"),
        pytest.param(f"```\n{ROW}", ("```", ROW), [], id="fence-never-closed"),
        pytest.param("a<!-- b\nc -->d", ("a", "d"), [], id="comment"),
        pytest.param(
            f"<!--\n{ROW}\n-->\n{ROW}", ("", "", "", ROW), [("commented-out", "info", 1, 3)], id="row-commented-out"
        ),
        pytest.param(
            f"a\n<!-- b\n{ROW}", ("a", " b", ROW), [("unclosed-comment", "warning", 2, 2)], id="comment-never-closed"
        ),
        pytest.param("of `<table>` tags", ("of `&lt;table>` tags",), [], id="tag-in-inline-code"),
        pytest.param("<td>`a</td><td>b`</td>", ("<td>`a</td><td>b`</td>",), [], id="backticks-in-two-cells"),
    ],
)
def test_hide(text: str, lines: tuple[str, ...], issues: list[tuple[str, str, int, int]]) -> None:
    assert run(text) == (lines, issues)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(
            "see [Dolly][1]\n\n[1]: https://a.org/dolly", ("see [Dolly](https://a.org/dolly)", "", ""), id="full"
        ),
        pytest.param("| [Dolly][] |\n[dolly]: <https://a.org>", ("| [Dolly](https://a.org) |", ""), id="collapsed"),
        pytest.param('[Dolly], 12B\n[Dolly]: https://a.org "A title"', ("[Dolly](https://a.org), 12B", ""), id="short"),
        pytest.param("[Dolly][2]\n[1]: https://a.org", ("[Dolly][2]", ""), id="not-defined"),
        pytest.param("[x] [a](u) [[1]](v)\n[1]: https://a.org", ("[x] [a](u) [[1]](v)", ""), id="other-brackets"),
        pytest.param("a[^1]\n[^1]: https://a.org", ("a[^1]", "[^1]: https://a.org"), id="footnote"),
        pytest.param("[a][1]\n```\n[1]: https://a.org\n```", ("[a][1]", "", "", ""), id="defined-in-code"),
    ],
)
def test_links_by_reference(text: str, lines: tuple[str, ...]) -> None:
    assert run(text)[0] == lines
