"""Tables as grids: spans, header rows, short and shifted rows; what is undeclared is kept and reported."""

from __future__ import annotations

import pytest

from itgraph.records import Issue, Link, Table
from itgraph.survey.document import read_document
from itgraph.survey.layouts import shipped_layouts
from itgraph.survey.tables import read_tables, slug

MODELS = (
    "<table><tr><th>Model Name</th><th># Params</th><th>Paper</th><th>Project</th><th>Base Model</th>"
    '<th colspan="3">Instruction Train Set</th></tr>\n'
    "<tr><th></th><th></th><th></th><th></th><th></th><th>Self-build</th><th>Name</th><th>Size</th></tr>\n"
)
DATASETS = "<table><tr><th>Dataset Name</th><th># of Instructions</th><th># of Lang</th></tr>\n"


def read(text: str) -> tuple[tuple[Table, ...], list[Issue]]:
    return read_tables(read_document(text.encode()), shipped_layouts())


def codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


def texts(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row.cells] for row in table.rows]


def test_header_rows_are_joined_column_by_column() -> None:
    """L418 to L436."""
    (table,), issues = read(MODELS + "<tr>" + "<td>-</td>" * 8 + "</tr></table>")
    assert table.columns == (
        "Model Name",
        "# Params",
        "Paper",
        "Project",
        "Base Model",
        "Instruction Train Set / Self-build",
        "Instruction Train Set / Name",
        "Instruction Train Set / Size",
    )
    assert (table.id, table.layout) == ("models", "models")
    assert issues == []


def test_a_cell_that_spans_rows_counts_in_each() -> None:
    """L758 to L776: LLaVA with three base models."""
    (table,), issues = read(
        "<table><tr><th>Model Name</th><th>Modality</th><th>Base Model / Model Name</th></tr>\n"
        '<tr><td rowspan="3">LLaVA [<a href="#ref61">61</a>]</td><td rowspan="3">Image-Text</td>'
        '<td>CLIP [<a href="#ref63">63</a>]</td></tr>\n<tr><td>LLaMA</td></tr>\n<tr><td>LLaMA</td></tr></table>'
    )
    assert texts(table) == [
        ["LLaVA [61]", "Image-Text", "CLIP [63]"],
        ["LLaVA [61]", "Image-Text", "LLaMA"],
        ["LLaVA [61]", "Image-Text", "LLaMA"],
    ]
    assert [[cell.continued for cell in row.cells if cell] for row in table.rows] == [
        [False, False, False],
        [True, True, False],
        [True, True, False],
    ]
    assert [cell.citations for cell in table.rows[0].cells if cell] == [(61,), (), (63,)]
    assert issues == []


@pytest.mark.parametrize("citation", ['[<a href="#ref39">39</a>]', ""])
def test_lima(citation: str) -> None:
    """L439 of 2023-09-05 (no base model but in an address) and L527 of 2024-10-15 (no training set)."""
    base = f'<td align="center">LLaMA {citation}</td>\n' if citation else ""
    rest = "<td>Yes</td>\n<td>1K</td>\n" if citation else "<td>Yes</td>\n<td>-</td>\n<td>1K</td>\n"
    (table,), issues = read(
        MODELS + f"<tr>\n<td>LIMA</td>\n<td>65B</td>\n"
        '<td><a href="https://arxiv.org/abs/2305.11206 ｜  -" target="_blank">paper</a></td>\n'
        f'<td><a href="LLaMA" target="_blank">project</a></td>\n{base}{rest}</tr></table>'
    )
    (row,) = table.rows
    base_model = f"LLaMA {'[39]' if citation else ''}".strip()
    name = None if citation else "-"
    assert [cell.text if cell else None for cell in row.cells] == [
        "LIMA",
        "65B",
        "paper",
        "project",
        base_model,
        "Yes",
        name,
        "1K",
    ]
    assert row.raw == (
        "LIMA",
        "65B",
        "paper",
        "project",
        *(["LLaMA [39]"] if citation else []),
        "Yes",
        *([] if citation else ["-"]),
        "1K",
    )
    assert sorted(codes(issues)) == ["shifted-cells", "short-row"]
    assert {(issue.table, issue.row) for issue in issues} == {("models", 1)}
    assert row.cells[2] is not None
    assert row.cells[2].links == (Link(text="paper", href="https://arxiv.org/abs/2305.11206 ｜  -"),)


@pytest.mark.parametrize(
    ("body", "rows", "raw", "expected"),
    [
        pytest.param("<tr><td>A</td><td>1K</td></tr>", [["A", "1K", None]], ("A", "1K"), ["short-row"], id="short"),
        pytest.param(
            "<tr><td>A</td><td>En</td></tr>",
            [["A", None, "En"]],
            ("A", "En"),
            ["short-row", "shifted-cells"],
            id="short-in-the-middle",
        ),
        pytest.param(
            "<tr><td>A</td><td>1K</td><td>En</td><td>more</td></tr>",
            [["A", "1K", "En"]],
            ("A", "1K", "En", "more"),
            ["long-row", "shifted-cells"],
            id="extra-cell",
        ),
        pytest.param(
            '<tr><td colspan="3">All of these</td></tr>',
            [[None, None, None]],
            ("All of these",),
            ["section-row"],
            id="section",
        ),
        pytest.param("<tr><td></td><td></td><td> </td></tr>", [["", "", " "]], (), ["blank-row"], id="blank"),
        pytest.param(
            '<tr><td rowspan="9">A</td><td>1</td><td>En</td></tr><tr><td>2</td><td>Zh</td></tr>',
            [["A", "1", "En"], ["A", "2", "Zh"]],
            (),
            ["rowspan-overrun"],
            id="2023-L256-rowspan-overrun",
        ),
        pytest.param(
            '<tr><td rowspan="0">A</td><td>1</td><td>En</td></tr><tr><td>2</td><td>Zh</td></tr>',
            [["A", "1", "En"], ["A", "2", "Zh"]],
            (),
            [],
            id="rowspan-to-the-end",
        ),
        pytest.param(
            '<tr><td>A</td><td>62 </td><td colspan="1">En</td></tr>',
            [["A", "62 ", "En"]],
            (),
            ["trailing-whitespace"],
            id="L675-white-space",
        ),
        pytest.param(
            '<tr><td>GLM[<a href="#ref41">41</a>]</td><td>1</td><td>En</td></tr>',
            [["GLM[41]", "1", "En"]],
            (),
            ["missing-space"],
            id="L522-missing-space",
        ),
        pytest.param(
            "<tr><td>A</td><td><script>x</script></td><td>En</td></tr>",
            [["A", "x", "En"]],
            (),
            ["unexpected-tag"],
            id="script",
        ),
    ],
)
def test_rows(body: str, rows: list[list[str | None]], raw: tuple[str, ...], expected: list[str]) -> None:
    (table,), issues = read(DATASETS + body + "</table>")
    assert texts(table) == rows
    assert table.rows[0].raw == raw
    assert sorted(codes(issues)) == sorted(expected)
    assert [row.number for row in table.rows] == list(range(1, len(rows) + 1))


def test_an_extra_cell_is_named_in_its_issue() -> None:
    _, issues = read(DATASETS + "<tr><td>A</td><td>1K</td><td>En</td><td>more</td></tr></table>")
    assert [issue.message for issue in issues if issue.code == "shifted-cells"] == ["no column was found for 'more'"]


def test_an_undeclared_column_is_kept_and_reported() -> None:
    (table,), issues = read(
        "<table><tr><th>Dataset Name</th><th># of Instructions</th><th>Stars</th></tr>\n"
        "<tr><td>A</td><td>1</td><td>7</td></tr></table>"
    )
    assert table.layout == "datasets"
    assert table.columns == ("Dataset Name", "# of Instructions", "Stars")
    assert texts(table) == [["A", "1", "7"]]
    assert [(issue.code, issue.severity, issue.table) for issue in issues] == [
        ("undeclared-column", "warning", "datasets")
    ]
    assert "'Stars'" in issues[0].message


def test_an_undeclared_table_is_kept_and_reported() -> None:
    (table,), issues = read(
        "## Useful Tools!\n<table><tr><th>Tool</th><th>Licence</th></tr><tr><td>a</td><td>b</td></tr></table>"
    )
    assert (table.id, table.layout, table.heading) == ("table-useful-tools", "", "Useful Tools!")
    assert texts(table) == [["a", "b"]]
    assert [(issue.code, issue.severity, issue.table) for issue in issues] == [
        ("undeclared-table", "warning", "table-useful-tools")
    ]


def test_tables_of_one_layout_get_names_of_their_own() -> None:
    table = DATASETS + "<tr><td>A</td><td>1</td><td>En</td></tr></table>\n"
    tables, _ = read(table * 3)
    assert [found.id for found in tables] == ["datasets", "datasets-2", "datasets-3"]
    assert [found.rows[0].span.start for found in tables] == [2, 4, 6]


def test_repeated_and_empty_headers_are_numbered() -> None:
    (table,), _ = read(
        "<table><tr><th>Name</th><th>name </th><th></th></tr><tr><td>a</td><td>b</td><td>c</td></tr></table>"
    )
    assert table.columns == ("Name", "name (#2)", "column 3")


def test_a_header_written_with_td_is_one_if_a_layout_knows_it() -> None:
    (table,), issues = read(DATASETS.replace("th>", "td>") + "<tr><td>A</td><td>1</td><td>En</td></tr></table>")
    assert table.columns == ("Dataset Name", "# of Instructions", "# of Lang")
    assert texts(table) == [["A", "1", "En"]]
    assert issues == []


def test_a_table_of_nothing_but_headers_keeps_its_rows() -> None:
    (table,), _ = read("<table><tr><th>a</th></tr><tr><th>b</th></tr></table>")
    assert table.columns == ("a",)
    assert texts(table) == [["b"]]


@pytest.mark.parametrize(
    ("attribute", "columns"),
    [
        pytest.param('colspan="1000"', 2, id="beyond-the-cells-of-any-row"),
        pytest.param('colspan="2" rowspan="1000"', 2, id="both"),
    ],
)
def test_spans_make_no_columns_of_nothing(attribute: str, columns: int) -> None:
    (table,), _ = read(f"<table><tr><td {attribute}>a</td></tr><tr><td>b</td><td>c</td></tr></table>")
    assert len(table.columns) == columns
    assert len(table.rows) == 2


def test_a_hostile_table_stays_small() -> None:
    row = "<tr>" + '<td colspan="1000" rowspan="1000">x</td>' * 300 + "</tr>"
    (table,), _ = read(f"<table>{row * 3}</table>")
    assert len(table.columns) <= 500
    assert len(table.rows) == 3


def test_pipe_and_html_tables_stand_in_their_order() -> None:
    tables, issues = read(
        "| Dataset Name | # of Instructions |\n|---|---|\n| A | 1K |\n\n"
        + DATASETS
        + "<tr><td>B</td><td>1</td><td>En</td></tr></table>\n\n| x | y |\n"
    )
    assert [(table.id, table.layout, table.rows[-1].span.start) for table in tables] == [
        ("datasets", "datasets", 3),
        ("datasets-2", "datasets", 6),
        ("table", "", 8),
    ]
    assert [(issue.code, issue.table, issue.row) for issue in issues] == [("orphan-row", "table", 1)]
    # The first row of an orphan run is a row, not a header.
    assert texts(tables[2]) == [["x", "y"]]


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Multi-modality Instruction Tuning", "multi-modality-instruction-tuning"),
        ("🥳 News", "news"),
        ("数据", ""),
        ("a" * 70, "a" * 60),
        ("a" * 59 + " b", "a" * 59),
    ],
)
def test_slugs(heading: str, name: str) -> None:
    assert slug(heading) == name


# -- other surveys -----------------------------------------------------------------------------------------------------


def test_a_row_of_the_header_without_cells_is_no_row() -> None:
    """The cells of a header span two rows, of which the second has none of its own."""
    (table,), issues = read(
        '<table><thead>\n<tr><th rowspan="2">Model</th><th rowspan="2">Size(B)</th></tr>\n<tr>\n</tr>\n</thead>\n'
        "<tr><td>T5</td><td>11</td></tr>\n</table>"
    )
    assert (table.layout, table.columns, texts(table)) == ("model-list", ("Model", "Size(B)"), [["T5", "11"]])
    assert issues == []


def test_cells_that_a_row_lacks_are_found_by_what_fits() -> None:
    """A row that ends early, as GitHub reads it: the last cells are missing."""
    (table,), issues = read(
        "| Language Model | Release Date | Checkpoints | Params (B) | Context Length | Licence | Try it |\n"
        "|---|---|---|---|---|---|---|\n"
        "| Falcon | 2023/05 | [Falcon](https://a.org) | 180, 40, 7 | [2048](https://b.org) | Apache 2.0 |\n"
    )
    assert texts(table) == [["Falcon", "2023/05", "Falcon", "180, 40, 7", "2048", "Apache 2.0", None]]
    assert codes(issues) == ["short-row"]


def test_advice_comes_with_what_is_not_declared() -> None:
    _, issues = read("| Model | Base | Stars |\n|---|---|---|\n| A | B | 1 |\n")
    assert [issue.message for issue in issues] == [
        "the column 'Stars' of models has no declared role; kept unread. "
        'A layout file declares it under [synonyms.model]: "Stars" = "note"'
    ]


def test_a_heading_that_is_a_link_gives_its_text() -> None:
    text = "## [Summary](https://a.org/wiki?id=1)\n\n| Tool | For |\n|---|---|\n| Shears | wool |\n"
    (table,), _ = read_tables(read_document(text.encode()), shipped_layouts())
    assert (table.id, table.heading) == ("table-summary", "Summary")
