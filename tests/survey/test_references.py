"""Reference items as the survey writes them (2024-10-15); the line of each in its test's id."""

from __future__ import annotations

import pytest

from itgraph.records import Issue, Link, Reference
from itgraph.survey.document import read_document
from itgraph.survey.references import decode_latex, join_lines, read_references


def read(text: str) -> tuple[tuple[Reference, ...], list[Issue]]:
    return read_references(read_document(text.encode()))


def read_one(text: str) -> tuple[Reference, list[str]]:
    (reference,), issues = read(text)
    assert {(issue.table, issue.row) for issue in issues} <= {("references", 1)}
    return reference, [issue.code for issue in issues]


REF1 = (
    '<a id="ref1">[1]</a> Khashabi, Daniel, Sewon Min, and Hannaneh Hajishirzi. **Unifiedqa: Crossing format '
    "boundaries with a single qa system**. arXiv preprint arXiv:2005.00700 (2020). "
    "[Paper](https://arxiv.org/abs/2005.00700) "
)
REF3 = (
    '<a id="ref3">[3]</a> Mishra, Swaroop and Khashabi, Daniel and Baral, Chitta and Hajishirzi, Hannaneh. '
    "**Unnatural instructions: Tuning\nlanguage models with (almost) no human labor**.\n"
    "arXiv preprint arXiv:2212.09689, 2022. [Paper](https://arxiv.org/pdf/2104.08773.pdf)\n\n"
    '<a id="ref3">[3]</a> Or Honovich, Thomas Scialom, Omer Levy, and\nTimo Schick. **Unnatural instructions: Tuning\n'
    "language models with (almost) no human labor**.\n"
    "arXiv preprint arXiv:2212.09689, 2022. [Paper](https://arxiv.org/abs/2212.09689)\n"
)
REF10 = (
    '<a id="ref10">[10]</a> Mike Conover, Matei Zaharia, et al. **Free dolly:\n'
    "Introducing the world’s first truly open instruction-\ntuned llm**, 2023. "
    "[Paper](https://www.databricks.com/blog/2023/04/12/dolly-first-open-commercially-viable-instruction-tuned-llm)"
)
REF73 = (
    '<a id="ref73">[73]</a> Sendong Zhao Bing Qin Ting Liu Haochun Wang,\nChi Liu. **Chatglm-med. github.com/SCIR-\n'
    "HI/Med-ChatGLM**, 2023."
)


def test_an_item() -> None:
    reference, codes = read_one(f"# References\n\n{REF1}\n\n## Contact\nme")
    assert reference.number == reference.position == 1
    assert (reference.span.start, reference.span.end) == (3, 3)
    assert reference.authors == ("Khashabi, Daniel", "Sewon Min", "Hannaneh Hajishirzi")
    assert reference.complete
    assert reference.title == "Unifiedqa: Crossing format boundaries with a single qa system"
    assert (reference.year, reference.arxiv_id, reference.doi) == ("2020", "2005.00700", "")
    assert reference.links == (Link(text="Paper", href="https://arxiv.org/abs/2005.00700"),)
    assert reference.text.startswith("[1] Khashabi, Daniel, ")
    assert reference.text.endswith("(https://arxiv.org/abs/2005.00700)")
    assert codes == []


def test_two_items_of_one_number() -> None:
    """L1069 to L1076: the first carries the title of the second; its link is what a reader follows."""
    references, issues = read(REF3)
    assert [(r.position, r.number, r.arxiv_id, r.year) for r in references] == [
        (1, 3, "2104.08773", "2022"),
        (2, 3, "2212.09689", "2022"),
    ]
    assert [r.authors[0] for r in references] == ["Mishra, Swaroop", "Or Honovich"]
    assert references[0].title == references[1].title
    assert [(issue.code, issue.row, issue.span.start) for issue in issues] == [
        ("arxiv-text-link-conflict", 1, 3),
        ("duplicate-reference-id", 2, 5),
    ]


def test_a_hyphen_at_the_end_of_a_line_is_a_real_one() -> None:
    reference, codes = read_one(REF10)
    assert reference.title == "Free dolly: Introducing the world’s first truly open instruction-tuned llm"
    assert not reference.complete
    assert reference.authors == ("Mike Conover", "Matei Zaharia")
    assert codes == ["paper-link-not-a-paper"]


def test_the_bold_of_a_title_that_runs_on() -> None:
    """L1464: an address is set in bold with the title, and the authors' commas are lost."""
    reference, codes = read_one(REF73)
    assert reference.title == "Chatglm-med"
    assert reference.authors == ("Sendong Zhao", "Bing Qin", "Ting Liu", "Haochun Wang", "Chi Liu")
    assert reference.year == "2023"
    assert reference.links == (Link(text="", href="https://github.com/SCIR-HI/Med-ChatGLM"),)
    assert codes == ["run-together-authors", "misplaced-markup", "no-link"]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        pytest.param(
            ["world’s first truly open instruction-", "tuned llm"],
            "world’s first truly open instruction-tuned llm",
            id="L1123",
        ),
        pytest.param(["**High-", "resolution image synthesis"], "**High-resolution image synthesis", id="L1397"),
        pytest.param(["**Falcon-", "40B: an open"], "**Falcon-40B: an open", id="L1319"),
        pytest.param(["Systems, 35:27730–", "27744, 2022."], "Systems, 35:27730–27744, 2022.", id="L1117-en-dash"),
        pytest.param(["Ariel Herbert-", "Voss"], "Ariel Herbert-Voss", id="L1242"),
        pytest.param(["**Video-", "llama: An"], "**Video-llama: An", id="L1411"),
        pytest.param(["Tuning", "language  models ", "", "x"], "Tuning language models x", id="L1069-words"),
        pytest.param(["a -", "b"], "a - b", id="dash-alone"),
        pytest.param([], "", id="none"),
    ],
)
def test_joined_lines(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        pytest.param(r"Sch{\"a}rli, Nathanael", "Schärli, Nathanael", id="L1524"),
        pytest.param(r"Galambosi, Bal{\'a}zs", "Galambosi, Balázs", id="L1540"),
        pytest.param(r"{\v{c}} {\'\i} \~n {\o}", "č í ñ ø", id="others"),
        pytest.param("{x} $1 50% a_b ~c", "{x} $1 50% a_b ~c", id="no-latex"),
        pytest.param("Aur’elien", "Aur’elien", id="L1266-no-latex-left"),
    ],
)
def test_latex_accents(text: str, decoded: str) -> None:
    assert decode_latex(text) == decoded


def test_latex_in_an_item() -> None:
    (reference,), issues = read(
        '<a id="ref88">[88]</a> Suzgun, Mirac and Sch{\\"a}rli, Nathanael and Zhou, Denny and others. 2022a. \n'
        "**Challenging big-bench tasks**. arXiv preprint arXiv:2210.09261\n[Paper](https://arxiv.org/abs/2210.09261)"
    )
    assert reference.authors == ("Suzgun, Mirac", "Schärli, Nathanael", "Zhou, Denny")
    assert (reference.complete, reference.year) == (False, "2022")
    assert [(issue.code, issue.severity, issue.span.start, issue.span.end) for issue in issues] == [
        ("latex-escape", "info", 1, 1)
    ]
    assert '{\\"a}' in reference.text


@pytest.mark.parametrize(
    ("item", "year"),
    [
        pytest.param("A B. **T**. arXiv preprint arXiv:2005.00700 (2020).", "2020", id="L1058-parentheses"),
        pytest.param("A B. **T**. ArXiv, abs/2304.07987, 2023.", "2023", id="L1110-after-an-arxiv-number"),
        pytest.param("A B. 2023. **T.** arXiv preprint arXiv:2306.02707.", "2023", id="L1190-before-the-title"),
        pytest.param("A B. 2023b. **T.** arXiv:2312.02120.", "2023", id="L1196-letter"),
        pytest.param("A B. **T**. `github.com/X/Y,2023`.", "2023", id="L1147-after-an-address"),
        pytest.param("A B. **T**. See `https://vicuna.lmsys.org` (accessed 14 April 2023), 2022.", "2022", id="L1175"),
        pytest.param(
            "A B. **T**. `https://crfm.stanford.edu/2021/03/13/alpaca.html`,\n3(6):7, 2023.", "2023", id="L1159"
        ),
        pytest.param("A B. 2023b. **T**. Nature Machine Intelligence, 5:220–235.", "2023", id="L1505-pages"),
        pytest.param("A B. **T**. pages 2001–2012, 2022.", "2022", id="L1285-pages-like-years"),
        pytest.param("A B. **T in 2019**. 2020.", "2020", id="not-the-title's"),
        pytest.param("A B. **T**.", "", id="L1177-none"),
        pytest.param("A B. **T**. arXiv preprint arXiv:2023.12345", "", id="arxiv-number-like-a-year"),
    ],
)
def test_years(item: str, year: str) -> None:
    reference, codes = read_one(f'<a id="ref1">[1]</a> {item} [Paper](https://arxiv.org/abs/2005.00700)')
    assert reference.year == year
    assert ("missing-year" in codes) is not bool(year)
    assert reference.title.startswith("T")


@pytest.mark.parametrize(
    ("item", "title"),
    [
        pytest.param("A B. 2023. **Orca: Progressive learning.** arXiv", "Orca: Progressive learning", id="L1190-dot"),
        pytest.param(
            "A B. **Starcoder: may the source be with you**! arXiv", "Starcoder: may the source be with you", id="L1331"
        ),
        pytest.param(
            "A B. **Super-naturalinstructions:generalization\nvia**. In",
            "Super-naturalinstructions:generalization via",
            id="L1082",
        ),
        pytest.param("A B. **large multi- modal models.** arXiv", "large multi- modal models", id="L1382-as-written"),
        pytest.param(
            "A B. **Do Models Really Learn? An Empirical Study**. ACL.",
            "Do Models Really Learn? An Empirical Study",
            id="L1556",
        ),
        pytest.param("**NousResearch**. software:", "NousResearch", id="L1335-no-authors"),
        pytest.param("A B. Not set in bold, 2020.", "", id="none"),
    ],
)
def test_titles(item: str, title: str) -> None:
    reference, codes = read_one(f'<a id="ref1">[1]</a> {item}')
    assert reference.title == title
    assert ("missing-title" in codes) is not bool(title)
    assert ("missing-authors" in codes) is not bool(reference.authors)


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        pytest.param(
            "A B. **T:generalization** 2022. [Paper](https://arxiv.org/abs/2005.00700)", [], id="capital-before"
        ),
        pytest.param(
            "A B. **Tuning:generalization** 2022. [Paper](https://arxiv.org/abs/2005.00700)",
            ["missing-space"],
            id="L1082",
        ),
        pytest.param(
            "**T**. huggingface.co/NousResearch/Nous-Hermes-13b, 2023.", ["no-link"], id="L1335-the-maker-for-a-title"
        ),
        pytest.param(
            "A B. **T**. 2023. [Paper](https://starling.cs.berkeley.edu/)", ["paper-link-not-a-paper"], id="L1206"
        ),
        pytest.param("A B. **T**. 2023. [GitHub](https://github.com/tatsu-lab/alpaca_eval)", [], id="L1538"),
        pytest.param(
            "yue Zhang, and Wei Bi. 2023d. **T** [Paper](https://arxiv.org/abs/2305.13225)", ["broken-name"], id="L1468"
        ),
        pytest.param(
            "**A title alone**. 2023. [Paper](https://arxiv.org/abs/2005.00700)", ["missing-authors"], id="no-authors"
        ),
        pytest.param("A B. **T**. 2023. [Paper]()", ["empty-href"], id="empty-address"),
    ],
)
def test_issues(item: str, codes: list[str]) -> None:
    assert read_one(f'<a id="ref1">[1]</a> {item}')[1] == codes


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        pytest.param('<a id="ref1">[1]</a>', [], id="sound"),
        pytest.param("<a name='ref1'></a>[1]", [], id="name-and-early-end"),
        pytest.param("- <a id=ref1>[1]</a>", [], id="bullet-and-no-quotes"),
        pytest.param('<A ID="ref1">[1]', ["stray-tag"], id="never-closed"),
        pytest.param('<a id="ref2">[1]</a>', ["broken-anchor"], id="other-anchor"),
        pytest.param('<a id="ref1[1]</a>', [], id="quote-and-bracket-lost"),
    ],
)
def test_marks(mark: str, expected: list[str]) -> None:
    reference, codes = read_one(f"{mark} Ann Bee. **T**. 2020. [Paper](https://arxiv.org/abs/2005.00700)")
    assert reference.number == 1
    assert reference.authors == ("Ann Bee",)
    assert codes == expected


def test_where_items_end() -> None:
    item = "A B. **T**. 2020. [Paper](https://arxiv.org/abs/2005.00700)"
    references, _ = read(
        f'<a id="ref1">[1]</a> {item}\nmore\n\n<a id="ref2">[2]</a> {item} <a id="ref3">[3]</a> {item}\n## H\nx\n'
        f'<a id="ref4">[4]</a> {item}\n<table><tr><td>y</td></tr></table>\n\n```\n<a id="ref5">[5]</a>\n```\n'
    )
    assert [(r.number, r.span.start, r.span.end) for r in references] == [(1, 1, 2), (2, 4, 4), (3, 4, 4), (4, 7, 7)]
    assert references[0].text.endswith("more")
    assert all("y" not in r.text.split() for r in references)


def test_a_citation_in_a_table_is_no_item() -> None:
    assert read('<td>A [<a href="#ref1">1</a>]</td>\n') == ((), [])


def test_a_doi_is_taken_from_the_link() -> None:
    reference, _ = read_one(
        '<a id="ref84">[84]</a> Weize Chen, and Maosong Sun. 2023b. \n**Parameter-efficient fine-tuning**. '
        "Nature Machine Intelligence, 5:220–235.\n[Paper](https://www.nature.com/articles/s42256-023-00626-4) "
    )
    assert (reference.doi, reference.arxiv_id) == ("10.1038/s42256-023-00626-4", "")
