"""The reference list as BibTeX: what is written is read back, whatever it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itgraph.errors import SourceError
from itgraph.records import Link, Reference, Span
from itgraph.resources import data_path
from itgraph.survey.bibtex import (
    entry_keys,
    escape_tex,
    format_references,
    read_references_file,
    split_names,
    unescape_tex,
)


def make(**fields: object) -> Reference:
    plain = {"position": 1, "number": 1, "span": Span(start=1, end=2), "text": "[1] x", **fields}
    return Reference(**plain)  # type: ignore[arg-type]


def read_back(references: tuple[Reference, ...], folder: Path) -> tuple[Reference, ...]:
    path = folder / "references.bib"
    path.write_text(format_references(references), encoding="utf-8", newline="\n")
    return read_references_file(path)


def test_the_shipped_list_is_written_as_it_is_shipped() -> None:
    path = data_path() / "2024-10-15" / "references.bib"
    references = read_references_file(path)
    assert len(references) == 98
    assert format_references(references) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("position", "number", "authors", "complete", "title", "year", "arxiv_id"),
    [
        pytest.param(
            3,
            3,
            ("Mishra, Swaroop", "Khashabi, Daniel", "Baral, Chitta", "Hajishirzi, Hannaneh"),
            True,
            "Unnatural instructions: Tuning language models with (almost) no human labor",
            "2022",
            "2104.08773",
            id="L1069",
        ),
        pytest.param(
            4,
            3,
            ("Or Honovich", "Thomas Scialom", "Omer Levy", "Timo Schick"),
            True,
            "Unnatural instructions: Tuning language models with (almost) no human labor",
            "2022",
            "2212.09689",
            id="L1073",
        ),
        pytest.param(
            22,
            21,
            ("Canwen Xu", "Daya Guo", "Nan Duan", "Julian McAuley"),
            True,
            "Baize: An Open-Source Chat Model with Parameter-Efficient Tuning on Self-Chat Data",
            "",
            "2304.01196",
            id="L1177",
        ),
        pytest.param(
            38,
            37,
            (
                "Scao, Teven Le",
                "Angela Fan",
                "Christopher Akiki",
                "Ellie Pavlick",
                "Suzana Ilić",
                "Daniel Hesslow",
                "Roman Castagné",
            ),
            False,
            "Bloom: A 176b-parameter open-access multilingual language model",
            "2022",
            "2211.05100",
            id="L1252",
        ),
        pytest.param(
            74,
            73,
            ("Sendong Zhao", "Bing Qin", "Ting Liu", "Haochun Wang", "Chi Liu"),
            True,
            "Chatglm-med",
            "2023",
            "",
            id="L1464",
        ),
        pytest.param(
            77,
            76,
            ("Tuhin Chakrabarty", "Vishakh Padmakumar", "Hengxing He"),
            True,
            "Help me write a poem-instruction tuning as a vehicle for collaborative poetry writing",
            "2022",
            "2210.13669",
            id="L1472",
        ),
        pytest.param(48, 47, ("OpenAccess AI Collective",), True, "OpenAccess AI Collective", "2023", "", id="L1324"),
        pytest.param(
            93,
            92,
            ("Dubois, Yann", "Galambosi, Balázs", "Liang, Percy", "Hashimoto, Tatsunori B."),
            True,
            "Length-Controlled AlpacaEval: A Simple Way to Debias Automatic Evaluators",
            "2024",
            "2404.04475",
            id="L1540",
        ),
    ],
)
def test_shipped_references(
    position: int, number: int, authors: tuple[str, ...], complete: bool, title: str, year: str, arxiv_id: str
) -> None:
    reference = read_references_file(data_path() / "2024-10-15" / "references.bib")[position - 1]
    assert (reference.position, reference.number) == (position, number)
    assert (reference.authors, reference.complete) == (authors, complete)
    assert (reference.title, reference.year, reference.arxiv_id) == (title, year, arxiv_id)


def test_keys_of_items_that_share_a_number() -> None:
    assert entry_keys([make(number=3), make(number=3), make(number=4), make(number=3)]) == [
        "ref3",
        "ref3-2",
        "ref4",
        "ref3-3",
    ]


@pytest.mark.parametrize(
    "authors",
    [
        pytest.param(("OpenAI",), id="one-word"),
        pytest.param(("others",), id="a-man-called-others"),
        pytest.param(("Barnes and Noble", "and"), id="and"),
        pytest.param(("a, b, c",), id="two-commas"),
        pytest.param(("{x} y", "}{ z"), id="braces"),
        pytest.param(("Andy Anderson", "A & B"), id="and-in-a-word"),
    ],
)
@pytest.mark.parametrize("complete", [True, False])
def test_authors_that_look_like_bibtex(authors: tuple[str, ...], complete: bool, tmp_path: Path) -> None:
    references = (make(authors=authors, complete=complete),)
    assert read_back(references, tmp_path) == references


_LINE = st.text(
    st.one_of(
        st.sampled_from('{}\\"%$#&_~^@,= '),
        st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]),
    ),
    max_size=25,
).map(lambda text: " ".join(text.split()))
_NAME = _LINE.filter(bool)


@st.composite
def _references(draw: st.DrawFn) -> tuple[Reference, ...]:
    count = draw(st.integers(1, 3))
    references = []
    for position in range(1, count + 1):
        start = draw(st.integers(1, 9999))
        references.append(
            Reference(
                position=position,
                number=draw(st.integers(0, 99_999)),
                span=Span(start=start, end=start + draw(st.integers(0, 20))),
                text=draw(_LINE),
                authors=tuple(draw(st.lists(_NAME, max_size=3))),
                complete=draw(st.booleans()),
                title=draw(_LINE),
                year=draw(st.sampled_from(["", "2023"])),
                arxiv_id=draw(st.sampled_from(["", "2305.11206", "cs/0001001"])),
                doi=draw(st.sampled_from(["", "10.1000/a_(b)%7E"])),
                links=tuple(draw(st.lists(st.builds(Link, text=_LINE, href=_LINE), max_size=2))),
            )
        )
    return tuple(references)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_references())
def test_any_list_is_read_back(tmp_path: Path, references: tuple[Reference, ...]) -> None:
    assert read_back(references, tmp_path) == references


@given(st.text())
def test_escapes_are_undone(text: str) -> None:
    assert unescape_tex(escape_tex(text)) == text
    assert not set(escape_tex(text).replace("\\&", "").replace("\\%", "").replace("\\#", "")) & set("&%#")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Touvron, Hugo and Lample, Guillaume", ["Touvron, Hugo", "Lample, Guillaume"]),
        ("A B\n  and C D", ["A B", "C D"]),
        ("{Barnes and Noble} and {A \\{ and B}", ["{Barnes and Noble}", "{A \\{ and B}"]),
        ("", []),
        ("and and", []),
    ],
)
def test_split_names(value: str, names: list[str]) -> None:
    assert split_names(value) == names


def test_a_list_edited_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text(
        '@article{any,\r\n  AUTHOR = "Touvron, Hugo and\r\n    others",\r\n  Title = {{On\r\n    models}},\r\n'
        "  number = 7,\r\n  lines = {12}\r\n}\r\n",
        encoding="utf-8",
    )
    assert read_references_file(path) == (
        Reference(
            position=1,
            number=7,
            span=Span(start=12, end=12),
            text="",
            authors=("Touvron, Hugo",),
            complete=False,
            title="On models",
        ),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("@misc{a,\n  number = {1},\n}\n", r"references.bib:1: entry 'a' needs number", id="no-lines"),
        pytest.param("\n\n@misc{a, number = {x}, lines = {1-2}}", r"references.bib:3: entry 'a'", id="no-number"),
        pytest.param("@misc{a, number = {1}, lines = {1-b}}", r"references.bib:1: entry 'a'", id="no-line"),
        pytest.param("\n@misc{a, number = {1}", r"references.bib:2: not a BibTeX entry", id="never-closed"),
    ],
)
def test_what_is_no_list(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_references_file(path)


def test_what_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "references.bib"
    with pytest.raises(SourceError, match="cannot be read"):
        read_references_file(path)
    path.write_bytes(b"\xff")
    with pytest.raises(SourceError, match="cannot be read"):
        read_references_file(path)
