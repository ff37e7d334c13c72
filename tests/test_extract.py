"""The way in as a whole: mangled input gives issues and loses no row; the two real snapshots, cut up at random."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itgraph.errors import SourceError
from itgraph.extract import extract, summary
from itgraph.names import make_names, read_names
from itgraph.records import Snapshot, SnapshotFacts
from itgraph.resources import data_path
from itgraph.snapshots import read_snapshot_folder
from itgraph.survey.document import MAXIMUM_BYTES

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
FILES = {"2023-09-05": "001_9eca9faf21deb393.txt", "2024-10-15": "000_d30d14b6dd8705d8.txt"}
with_seeds = pytest.mark.skipif(
    not SEEDS.is_dir() and not os.environ.get("ITGRAPH_REQUIRE_SEEDS"),
    reason="the survey's snapshots are not shipped; put them in ../shared/seeds to read them again",
)

SNAPSHOT = Snapshot(id="x", date="", sha256="")
HEADER = "<table>\n<tr><th>Dataset Name</th><th># of Instructions</th><th># of Lang</th></tr>\n"
ROW = "<tr><td>A</td><td>1K</td><td>En</td></tr>\n"


def run(text: str | bytes) -> SnapshotFacts:
    data = text.encode() if isinstance(text, str) else text
    return extract(data, SNAPSHOT, make_names(()), name="x.md")


def found(facts: SnapshotFacts) -> list[tuple[str, str, int]]:
    return [(issue.code, issue.severity, issue.span.start) for issue in facts.issues]


def texts(facts: SnapshotFacts) -> list[list[list[str | None]]]:
    return [
        [[None if cell is None else cell.text for cell in row.cells] for row in table.rows] for table in facts.tables
    ]


A = ["A", "1K", "En"]


@pytest.mark.parametrize(
    ("text", "rows", "issues"),
    [
        pytest.param(HEADER + ROW + "</table>", [[A]], [], id="sound"),
        pytest.param((HEADER + ROW + "</table>").replace("\n", "\r\n"), [[A]], [], id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + (HEADER + ROW + "</table>").encode(), [[A]], [], id="byte-order-mark"),
        pytest.param(HEADER + ROW, [[A]], [("unclosed-table", "error", 1)], id="truncated-after-a-row"),
        pytest.param(
            HEADER + ROW + "<tr><td>B</td><td>2",
            [[A, ["B", "2", None]]],
            [("unclosed-table", "error", 1), ("short-row", "warning", 4)],
            id="truncated-in-a-cell",
        ),
        pytest.param(
            HEADER + ROW + '<tr><td>B</td><td align="cen',
            [[A, ["B", None, None]]],
            [
                ("unclosed-table", "error", 1),
                ("short-row", "warning", 4),
                ("unclosed-quote", "warning", 4),
                ("unclosed-tag", "warning", 4),
            ],
            id="truncated-in-a-tag",
        ),
        pytest.param(
            HEADER + ROW.replace("</td>", "").replace("</tr>", "") + "</table>",
            [[["A", "1K", "En"]]],
            [],
            id="no-end-tags",
        ),
        pytest.param(ROW, [[A]], [("orphan-row", "error", 1)], id="row-outside-every-table"),
        pytest.param(
            HEADER + "<tr><td>A</td><td>1K</td><td>En</td><td>more</td></tr>\n</table>",
            [[A]],
            [("long-row", "warning", 3), ("shifted-cells", "warning", 3)],
            id="extra-cell",
        ),
        pytest.param(
            HEADER + "<tr><td>A</td><td><script>alert(1)</script></td><td>En</td></tr>\n</table>",
            [[["A", "alert(1)", "En"]]],
            [("unexpected-tag", "warning", 3), ("unreadable-quantity", "warning", 3)],
            id="script",
        ),
        pytest.param(
            "<table>\n<tr><th>Dataset Name</th><th># of Instructions</th><th>Stars</th></tr>\n" + ROW + "</table>",
            [[A]],
            [("undeclared-column", "warning", 1)],
            id="unknown-column",
        ),
        pytest.param(
            "## Tools\n<table>\n<tr><th>Tool</th><th>For</th><th>By</th></tr>\n" + ROW + "</table>",
            [[A]],
            [("undeclared-table", "warning", 2)],
            id="unknown-table",
        ),
        pytest.param(
            "| Dataset Name | # of Instructions | # of Lang |\n|---|---|---|\n| A | 1K | En |",
            [[A]],
            [],
            id="pipe-table",
        ),
        pytest.param(
            "words\n\n| A | 1K | En |\n| B | - | - |",
            [[A, ["B", "-", "-"]]],
            [("orphan-row", "warning", 3), ("orphan-row", "warning", 4)],
            id="orphan-pipe-rows",
        ),
        pytest.param(
            HEADER
            + '<tr><td rowspan="99999">A</td><td>1K</td><td>En</td></tr>\n<tr><td>2K</td><td>Zh</td></tr>\n</table>',
            [[A, ["A", "2K", "Zh"]]],
            [],
            id="rowspan-extreme",
        ),
        pytest.param(
            HEADER + '<tr><td rowspan="4">A</td><td>1K</td><td>En</td></tr>\n</table>',
            [[A]],
            [("rowspan-overrun", "warning", 3)],
            id="rowspan-overrun",
        ),
        pytest.param(
            HEADER + '<tr><td colspan="99999">All of these</td></tr>\n' + ROW + "</table>",
            [[[None, None, None], A]],
            [("section-row", "info", 3)],
            id="colspan-extreme",
        ),
        pytest.param("# A survey\n\nwords\n", [], [("no-tables", "error", 1)], id="no-tables"),
        pytest.param(
            "<table></table>\n<tr>\n",
            [],
            [("no-tables", "error", 1), ("orphan-row", "error", 2)],
            id="tables-of-nothing",
        ),
        pytest.param(
            f"```\n{HEADER}{ROW}</table>\n```\n",
            [],
            [("no-tables", "error", 1), ("table-in-code", "info", 1)],
            id="in-code",
        ),
        pytest.param(
            f"<!--\n{HEADER}{ROW}</table>\n-->\n",
            [],
            [("commented-out", "info", 1), ("no-tables", "error", 1)],
            id="in-a-comment",
        ),
        pytest.param(
            f"<!--\n{HEADER}{ROW}</table>\n", [[A]], [("unclosed-comment", "warning", 1)], id="comment-never-closed"
        ),
        pytest.param(
            f"```\n{HEADER}{ROW}</table>\n", [[A]], [("unclosed-fence", "warning", 1)], id="fence-never-closed"
        ),
    ],
)
def test_mangled_input(
    text: str | bytes, rows: list[list[list[str | None]]], issues: list[tuple[str, str, int]]
) -> None:
    facts = run(text)
    assert texts(facts) == rows
    assert sorted(found(facts)) == sorted(issues)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "is not a text file", id="binary"),
        pytest.param("Björn".encode("latin-1"), "is not UTF-8", id="latin-1"),
        pytest.param(b"<tr>" * (MAXIMUM_BYTES // 4 + 1), "too large", id="too-large"),
    ],
)
def test_what_is_no_readme(data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=f"^x.md.*{message}"):
        run(data)


def test_an_extra_cell_stays_in_the_raw_cells() -> None:
    facts = run(HEADER + "<tr><td>A</td><td>1K</td><td>En</td><td>more</td></tr>\n</table>")
    assert facts.tables[0].rows[0].raw == ("A", "1K", "En", "more")


def test_the_summary_counts_rows_entries_and_issues() -> None:
    facts = run(
        HEADER + '<tr><td rowspan="2">A</td><td>1K</td><td>En</td></tr>\n<tr><td>2K</td><td>En</td></tr>\n'
        "<tr><td></td><td></td><td></td></tr>\n</table>"
    )
    lines = summary(facts).splitlines()
    assert lines[0] == "x: 1 table, 3 rows, 1 entry, 0 references, 1 issue"
    assert lines[1] == f"sha256 {facts.snapshot.sha256}"
    assert "datasets     3        1".split() in [line.split() for line in lines]
    assert "blank-row 1 warning".split() in [line.split() for line in lines]
    assert summary(run("x")).splitlines()[0] == "x: 0 tables, 0 rows, 0 entries, 0 references, 1 issue"


def test_a_repaired_encoding_is_reported_by_row() -> None:
    text = (HEADER + ROW.replace("A", "TÜLU") + "</table>\n\n～ loose").encode().decode("latin-1")
    damaged = "".join(bytes([ord(c)]).decode("cp1252", errors="ignore") or c for c in text)
    facts = run(damaged)
    assert [(i.code, i.table, i.row, i.span.start) for i in facts.issues] == [
        ("mojibake", "datasets", 1, 3),
        ("mojibake", "", 0, 6),
    ]
    assert facts.tables[0].rows[0].cells[0] is not None
    assert facts.tables[0].rows[0].cells[0].text == "TÜLU"


def test_issues_are_in_order_and_none_stands_twice() -> None:
    for snapshot in FILES:
        issues = read_snapshot_folder(data_path() / snapshot).issues
        starts = [issue.span.start for issue in issues]
        assert starts == sorted(starts)
        assert len(set(issues)) == len(issues) > 20


# -- the real snapshots, cut up ----------------------------------------------------------------------------------------

_DATA_ROW = re.compile(r"<tr>\s*<td[ >]")
_MARK = re.compile(r'^<a id="ref\d+">\[\d+\]</a>', re.MULTILINE)


@cache
def seed(snapshot: str) -> str:
    return (SEEDS / FILES[snapshot]).read_text(encoding="utf-8")


_CUTS = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 400)), min_size=1, max_size=4)


def cut_characters(text: str, cuts: list[tuple[float, int]]) -> str:
    for place, length in cuts:
        start = int(place * len(text))
        text = text[:start] + text[start + length :]
    return text


def cut_lines(text: str, cuts: list[tuple[float, int]]) -> str:
    lines = text.split("\n")
    for place, length in cuts:
        start = int(place * len(lines))
        del lines[start : start + length // 10 + 1]
    return "\n".join(lines)


def lost_rows(text: str, facts: SnapshotFacts) -> list[int]:
    """Lines of rows with data that are in no row that was read, and that no issue covers."""
    covered = {
        line
        for span in [row.span for table in facts.tables for row in table.rows] + [issue.span for issue in facts.issues]
        for line in range(span.start, span.end + 1)
    }
    starts = [text.count("\n", 0, match.start()) + 1 for match in _DATA_ROW.finditer(text)]
    return [line for line in starts if line not in covered]


@with_seeds
@pytest.mark.parametrize("snapshot", FILES)
def test_the_whole_seed_loses_no_row(snapshot: str) -> None:
    text = seed(snapshot)
    facts = run(text)
    rows = sum(len(table.rows) for table in facts.tables)
    assert rows == len(_DATA_ROW.findall(text)) == {"2023-09-05": 71, "2024-10-15": 99}[snapshot]
    assert lost_rows(text, facts) == []


@with_seeds
@pytest.mark.parametrize("snapshot", FILES)
@pytest.mark.parametrize("cut", [cut_characters, cut_lines], ids=["characters", "lines"])
def test_cut_up_seeds_lose_no_row(snapshot: str, cut: object) -> None:
    mangle = cut_characters if cut is cut_characters else cut_lines
    names = read_names(data_path() / "names.csv")

    @settings(max_examples=30, deadline=None)
    @given(_CUTS)
    def check(cuts: list[tuple[float, int]]) -> None:
        text = mangle(seed(snapshot), cuts)
        try:
            facts = extract(text.encode(), SNAPSHOT, names)
        except SourceError:
            assert not text.strip()
            return
        assert lost_rows(text, facts) == []
        assert len(facts.references) >= len(_MARK.findall(text))

    check()


# -- other surveys -----------------------------------------------------------------------------------------------------

LAYOUT = 'tables.tools = { describes = "technique", columns = { "Tool" = "name", "For" = "note" } }\n'
TOOLS = "## Tools\n| Tool | For |\n|---|---|\n| Shears | wool |\n"
LISTED = "- **[A Study of Herds](https://arxiv.org/abs/2301.00001)** 2023.1\n"


def test_what_is_undeclared_is_reported_with_the_line_that_declares_it() -> None:
    (issue,) = run(TOOLS).issues
    line = issue.message.partition("at its top: ")[2]
    assert line == 'tables.tools = { describes = "model", columns = { "Tool" = "name", "For" = "note" } }'
    facts = extract(TOOLS.encode(), SNAPSHOT, make_names(()), layout_files=[line])
    assert [(table.id, table.layout, len(table.rows)) for table in facts.tables] == [("tools", "tools", 1)]
    assert facts.issues == ()
    assert facts.layouts == (line,)


def test_a_list_of_papers_is_a_table() -> None:
    facts = run(f"# Herds\n\n{LISTED}\n{HEADER}{ROW}</table>\n")
    assert [(table.id, len(table.rows)) for table in facts.tables] == [("datasets", 1), ("papers", 1)]
    assert found(facts) == []
    assert summary(facts).splitlines()[0] == "x: 2 tables, 2 rows, 2 entries, 0 references, 0 issues"


def test_a_list_beside_a_table_of_papers_has_another_name() -> None:
    facts = run(f"| Title | Date |\n|---|---|\n| [Herds](https://arxiv.org/abs/2301.00002) | 2023 |\n\n{LISTED}")
    assert [table.id for table in facts.tables] == ["papers", "papers-list"]


def test_the_reference_list_is_no_list_of_papers() -> None:
    text = '<a id="ref1">[1]</a> Ann Lee. **A Study of Herds.** 2023. [Paper](https://arxiv.org/abs/2301.00001)\n'
    facts = run(f"{text}\n- {text}")
    assert facts.tables == ()
    assert len(facts.references) == 2


_LINES = [
    "| Model | Base | Size (B) | Data |",
    "|---|---|---|---|",
    "| [A](https://a.org), B | LLaMA ChatGLM | 7 13 | [d](https://b.org)、e |",
    "| A | B |",
    "| **A** [[paper](https://arxiv.org/abs/2301.00001)] | | 1,7 | x | y |",
    "",
    "## Datasets",
    "| Title | Date |",
    LISTED.strip(),
    "  - [code](https://github.com/a/b)",
    "1. <u>A</u>: **B [x](",
    HEADER.strip(),
    ROW.strip(),
    "</table>",
    "```",
    "<!--",
    "-->",
    "words | words",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_LINES), max_size=16), st.sampled_from(["", LAYOUT]))
def test_mixed_input_never_raises_and_loses_no_row(lines: list[str], layout: str) -> None:
    """Every line that is a row of a pipe table or an item lies in a row, in a header, in code, or in an issue."""
    text = "start\n\n" + "\n".join(lines)
    facts = extract(text.encode(), SNAPSHOT, make_names(()), layout_files=[layout] if layout else [])
    covered = {
        line
        for span in [row.span for table in facts.tables for row in table.rows] + [issue.span for issue in facts.issues]
        for line in range(span.start, span.end + 1)
    }
    assert not lost_rows(text, facts)
    rows = [
        number for number, line in enumerate(text.split("\n"), 1) if line.startswith(("| [A]", "| **A**", "- **[A"))
    ]
    in_code = any(line in ("```", "<!--", "-->") for line in lines)
    headers = {
        number
        for number, line in enumerate(text.split("\n"), 1)
        if text.split("\n")[number : number + 1] == ["|---|---|---|---|"]
    }
    assert in_code or [number for number in rows if number not in covered | headers] == []
    assert summary(facts)


def test_reading_grows_with_the_input_and_not_faster() -> None:
    """A row that names many things, and an item that never ends, cost what their length costs."""
    many = ", ".join(f"N{number}" for number in range(3000))
    facts = run(f"| Model | Base |\n|---|---|\n| {many} | {many} |\n")
    assert len(facts.tables[0].rows) == 1
    facts = run("- **A Study** [x](https://a.org) " + "**a [b](c " * 20000)
    assert [issue.code for issue in facts.issues if issue.code == "unread-list"] == ["unread-list"]
