"""Lists of papers in their many shapes; what is none of them is reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.records import Issue, Quantity, Reading, Table
from itgraph.survey.document import read_document
from itgraph.survey.layouts import layouts_of, shipped_layouts
from itgraph.survey.papers import read_papers
from itgraph.survey.reading import read_table

ARXIV = "https://arxiv.org/abs/2301.00001"


def read(text: str, taken: frozenset[int] = frozenset()) -> tuple[Table | None, list[Issue]]:
    tables, issues = read_papers(read_document(text.encode()), shipped_layouts(), taken, frozenset())
    assert len(tables) < 2
    return (tables[0] if tables else None), issues


def fields(text: str) -> dict[str, str]:
    table, _ = read(text)
    assert table is not None
    (row,) = table.rows
    return {column: cell.text for column, cell in zip(table.columns, row.cells, strict=True) if cell and cell.text}


@pytest.mark.parametrize(
    ("item", "found"),
    [
        pytest.param(
            f"- **[A Study of Herds](https://a.org/x) ** 2023.5 [paper]({ARXIV})",
            {"Title": "A Study of Herds", "Date": "2023-05"},
            id="bold-around-a-link",
        ),
        pytest.param(
            f"[**A Study of Herds**]({ARXIV}) 2021.9", {"Title": "A Study of Herds", "Date": "2021-09"}, id="para"
        ),
        pytest.param(
            f'1. <u>Ram</u>: **"A Study of Herds"**. *Ann Lee et al.* ACL 2022. [[Paper]({ARXIV})]',
            {
                "Name": "Ram",
                "Title": "A Study of Herds",
                "Authors": "Ann Lee et al.",
                "Venue": "ACL 2022",
                "Date": "2022",
            },
            id="name-title-authors-venue",
        ),
        pytest.param(
            f"- Ram **A Study of Herds**, 2019, [Paper]({ARXIV})",
            {"Name": "Ram", "Title": "A Study of Herds", "Date": "2019"},
            id="name-before-the-bold",
        ),
        pytest.param(
            f"* [A Study of Herds]({ARXIV}), Ann Lee, Bo Ek, NeurIPS 2023",
            {"Title": "A Study of Herds", "Authors": "Ann Lee, Bo Ek", "Venue": "NeurIPS 2023", "Date": "2023"},
            id="commas",
        ),
        pytest.param(
            f"- A Study of Herds. Ann Lee and Bo Ek. IJCV 2024. [[Paper]({ARXIV})] [[Code](https://github.com/a/b)]",
            {"Title": "A Study of Herds", "Date": "2024"},
            id="title-in-plain-text",
        ),
        pytest.param(
            f"- [2023-07] A Study of Herds: One, [paper]({ARXIV}), [github](https://github.com/a/b)",
            {"Title": "A Study of Herds: One", "Date": "2023-07"},
            id="date-first",
        ),
        pytest.param(
            f'- **Ram** : "A Study of All Herds", *NeurIPS 2024*. [[Paper]({ARXIV})]',
            {"Title": "A Study of All Herds", "Venue": "NeurIPS 2024", "Date": "2024"},
            id="quoted",
        ),
        pytest.param(
            f"- **Ram**: [A Study of Herds]({ARXIV}) (Mar 2023)",
            {"Name": "Ram", "Title": "A Study of Herds", "Date": "2023-03"},
            id="short-name-in-bold",
        ),
        pytest.param(
            f"- (NeurIPS 2025) **A Study of Herds** [[Paper]]({ARXIV})",
            {"Title": "A Study of Herds", "Date": "2025"},
            id="venue-first",
        ),
        pytest.param(
            f'- <b>A Study of Herds</b> <a href="{ARXIV}">PDF</a>, 2020',
            {"Title": "A Study of Herds", "Date": "2020"},
            id="html",
        ),
        pytest.param(
            f"- **A Study of Herds**\n  - [pdf]({ARXIV})\n  - 2020",
            {"Title": "A Study of Herds", "Date": "2020"},
            id="below",
        ),
        pytest.param(f"- **A Study of Herds**,\n  2020,\n  [pdf]({ARXIV})", {"Title": "A Study of Herds"}, id="lines"),
    ],
)
def test_shapes(item: str, found: dict[str, str]) -> None:
    read_fields = fields(item)
    assert {key: read_fields.get(key) for key in found} == found


@pytest.mark.parametrize(
    ("item", "found"),
    [
        pytest.param(
            f"* A Study of Herds. Ann Lee, Bo Ek*, Cy Day. AAAI 2024. [[Paper]({ARXIV})]",
            {"Authors": "Ann Lee, Bo Ek, Cy Day", "Venue": "AAAI 2024", "Name": None},
            id="marks-of-authors",
        ),
        pytest.param(
            f"* A Study of Herds. Ann Lee, 2nd Author, Cy Day. AAAI 2024. [[Paper]({ARXIV})]",
            {"Authors": None},
            id="rather-none-than-a-part",
        ),
        pytest.param(f"* [A Study of Herds]({ARXIV}), Ann Lee", {"Authors": None}, id="one-may-be-a-venue"),
        pytest.param(f"* [A Study of Herds]({ARXIV}) (Lee et al., 2023)", {"Authors": "Lee et al."}, id="et-al"),
        pytest.param(
            f"- Lee, A. et al. (2022). *A Study of Herds*. [arXiv]({ARXIV})",
            {"Authors": "Lee, A. et al.", "Title": "A Study of Herds", "Date": "2022", "Name": None},
            id="authors-first",
        ),
        pytest.param(
            f"- [ICLR 2022] [A Study of Herds]({ARXIV})",
            {"Venue": "ICLR 2022", "Date": "2022", "Name": None},
            id="brackets",
        ),
        pytest.param(
            f'- **Ram** : "Ram: A Study of Herds", *NeurIPS 2024*. [[Paper]({ARXIV})]',
            {"Name": "Ram", "Title": "Ram: A Study of Herds", "Venue": "NeurIPS 2024"},
            id="short-name-and-quotes",
        ),
        pytest.param(
            f'- GPT-4: **"GPT-4 Technical Report"**. *OpenAI*. arXiv 2023. [[Paper]({ARXIV})]',
            {"Name": "GPT-4", "Title": "GPT-4 Technical Report", "Authors": "OpenAI", "Venue": "arXiv 2023"},
            id="title-of-three-words",
        ),
        pytest.param(f"- paper: [A Study of Herds]({ARXIV})", {"Name": None, "Title": "A Study of Herds"}, id="label"),
    ],
)
def test_who_where_and_what_of(item: str, found: dict[str, str | None]) -> None:
    read_fields = fields(item)
    assert {key: read_fields.get(key) for key in found} == found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- [Herds](#herds)", id="anchor"),
        pytest.param("- words without a link", id="no-link"),
        pytest.param("**A Study of Herds**\n\nwords", id="bold-line"),
        pytest.param("🔥 **[Paper](https://arxiv.org/abs/2301.00001)** | **[Code](https://a.org)**", id="buttons"),
        pytest.param(
            "**[Paper](https://arxiv.org/abs/2301.00001)** | **[A Code](https://a.org)**", id="line-of-buttons"
        ),
    ],
)
def test_what_is_no_item(text: str) -> None:
    assert read(text) == (None, [])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# Tools\n- [Shears](https://github.com/a/shears) - cuts wool", id="tool"),
        pytest.param("# Tools\n- **[Shears](https://github.com/a/shears)** cuts", id="bold-tool"),
        pytest.param("# Tools\n- [T5](https://arxiv.org/abs/1910.10683)", id="name-of-one-word"),
        pytest.param("# News\n- **A Study of Herds**, 2023 [paper](https://arxiv.org/abs/2301.00001)", id="news"),
        pytest.param(f"# Tools\n- {'x' * 5000} [paper](https://arxiv.org/abs/2301.00001)", id="too-long"),
    ],
)
def test_what_has_links_and_is_no_paper_is_reported(text: str) -> None:
    table, issues = read(text)
    assert table is None
    assert [(issue.code, issue.span.start, issue.severity) for issue in issues] == [("unread-list", 2, "info")]


def readings(text: str) -> tuple[Reading, ...]:
    table, _ = read(text)
    assert table is not None
    return read_table(table)


def test_a_row_is_read_as_a_work() -> None:
    (reading,) = readings(
        f"# Herds\n\n- Ram: **A Study of Herds.** *Ann Lee, Bo Ek et al.* ACL 2022 (Mar 2022). [[Paper]({ARXIV}v2)]\n"
        "  [[Code](https://github.com/a/b)] [[Data](https://huggingface.co/datasets/a/b)]"
    )
    assert reading.work is not None
    work = reading.work.reference
    assert (work.title, work.authors, work.complete) == ("A Study of Herds", ("Ann Lee", "Bo Ek"), False)
    assert (work.year, reading.work.date, work.arxiv_id) == ("2022", "2022-03", "2301.00001")
    assert [link.href for link in work.links] == [f"{ARXIV}v2"]
    assert reading.work.projects == ("https://github.com/a/b", "https://huggingface.co/datasets/a/b")
    assert (work.span.start, work.span.end) == (3, 4)
    assert reading.about is None


def test_taken_lines_and_code_are_left_alone() -> None:
    item = f"- **A Study of Herds** [paper]({ARXIV}) 2020"
    assert read(item, frozenset({1})) == (None, [])
    assert read(f"```\n{item}\n```") == (None, [])
    assert read(f"<!--\n{item}\n-->") == (None, [])


@given(
    st.lists(
        st.sampled_from(
            [
                "- **[T of Many Words](https://arxiv.org/abs/2301.00001)** 2023",
                "  - [code](https://github.com/a/b)",
                "1. **A Title of Words** *Ann Lee et al.* ACL 2022. [[Paper](https://a.org/x.pdf)]",
                "words",
                "",
                "# Heading",
                "- **open [x](https://arxiv.org",
                "- [a](https://a.org)",
                "\t* **[b](c) *d",
            ]
        ),
        max_size=14,
    )
)
def test_no_item_is_lost(lines: list[str]) -> None:
    """Every line that begins an item with a web link lies in a row or in an issue."""
    table, issues = read("\n".join(["start", *lines]))
    spans = [issue.span for issue in issues] + [row.span for row in (table.rows if table else ())]
    covered = {line for span in spans for line in range(span.start, span.end + 1)}
    items = [
        number for number, line in enumerate(lines, 2) if line.lstrip()[:2] in ("- ", "* ", "1.") and "https://" in line
    ]
    assert [number for number in items if number not in covered] == []


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(
            f"* [**Trafilatura**](https://a.org): tool to gather text, used for the creation of [RefinedWeb]({ARXIV}).",
            id="made-with-it",
        ),
        pytest.param(
            f"- [The Chinese Book for LLMs](http://a.org) - An Introductory Textbook Based on [*A Survey*]({ARXIV}).",
            id="based-on-it",
        ),
        pytest.param(f"- [Paper/Project link]({ARXIV})", id="a-label"),
    ],
)
def test_a_paper_that_is_only_mentioned_is_no_title(item: str) -> None:
    table, issues = read(item)
    assert table is None
    assert [issue.code for issue in issues] == ["unread-list"]


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(
            f"- [A Study of Herds](https://a.org/x), Ann Lee, Bo Ek. [arXiv:2301.00001]({ARXIV})", id="number"
        ),
        pytest.param(
            f"- [A Study of Herds](https://a.org/x) by people of the field of herds [[Paper]({ARXIV})]", id="word"
        ),
        pytest.param(f"- [A Study of Herds](https://a.org/x), Ann Lee, Bo Ek. [Herds]({ARXIV})", id="no-prose"),
    ],
)
def test_a_paper_link_behind_the_title_is_the_paper(item: str) -> None:
    assert fields(item)["Title"] == "A Study of Herds"


def test_a_title_goes_on_behind_its_link() -> None:
    table, _ = read(f"- [**Toolformer**]({ARXIV}): Language Models Can Teach Themselves to Use Tools")
    assert table is not None
    (reading,) = read_table(table)
    assert reading.work is not None
    assert reading.work.reference.title == "Toolformer: Language Models Can Teach Themselves to Use Tools"
    assert reading.work.reference.arxiv_id == "2301.00001"


@pytest.mark.parametrize(
    ("item", "found"),
    [
        pytest.param(
            '- Chunting Zhou et al, "LIMA: Less Is More for Alignment," 2023.',
            {"Title": "LIMA: Less Is More for Alignment", "Authors": "Chunting Zhou et al", "Date": "2023"},
            id="et-al",
        ),
        pytest.param(
            "1. Ann Lee, Bo Ek. “A Study of Herds.” ACL, 2022.",
            {"Title": "A Study of Herds", "Authors": "Ann Lee, Bo Ek", "Venue": "ACL", "Date": "2022"},
            id="venue",
        ),
    ],
)
def test_citations_without_links(item: str, found: dict[str, str]) -> None:
    read_fields = fields(item)
    assert read_fields.pop("Item")
    assert read_fields == found


@pytest.mark.parametrize(
    "item",
    [
        pytest.param('- In 2023 we said "write only two paragraphs" to it', id="no-people"),
        pytest.param('- Ann Lee et al, "A Study of Herds"', id="no-date"),
        pytest.param("- IFT: Instruction Finetune, 2023", id="no-title"),
    ],
)
def test_no_citations(item: str) -> None:
    assert read(item) == (None, [])


def test_headings_that_are_links_are_items() -> None:
    text = (
        f"# Sets\n## [(org/Alpaca)|52K](https://github.com/org/alpaca)\n- paper: N/A\n## [A Study of Herds]({ARXIV})\n"
    )
    table, issues = read(text + "# Lists [![Badge](https://a.org/b.svg)](https://a.org)\n")
    assert table is not None
    assert [row.span.start for row in table.rows] == [4]
    assert [(issue.span.start, issue.message.partition(":")[0]) for issue in issues] == [
        (2, "an item with a link under 'Sets'")
    ]


def test_a_list_is_read_as_its_layout_says() -> None:
    text = """## Open LLM
- [Qwen-1.8B|7B|14B](https://a.org/qwen)
- **[Yi-34B](https://a.org/yi)** - made of [LLaMA](https://a.org/llama). [[Paper](https://arxiv.org/abs/2403.04652)]
"""
    document = read_document(text.encode())
    tables, issues = read_papers(document, shipped_layouts(), frozenset(), frozenset())
    assert tables == ()
    declaration = issues[0].message.partition("things: ")[2]
    layouts = layouts_of((declaration,))
    (table,), issues = read_papers(document, layouts, frozenset(), frozenset())
    assert issues == []
    assert (table.id, table.heading, len(table.rows)) == ("open-llm", "Open LLM", 2)
    first, second = read_table(table, layouts)
    assert first.about is not None
    assert (first.about.kind, first.about.name) == ("model", "Qwen")
    sizes = next(s.value for s in first.statements if s.property == "parameters")
    assert isinstance(sizes, Quantity)
    assert sizes.values == (1_800_000_000, 7_000_000_000, 14_000_000_000)
    said = [(s.property, s.value) for s in second.statements]
    assert said == [("project", "https://a.org/yi"), ("paper-link", "https://arxiv.org/abs/2403.04652")]
