"""BibTeX: every paper, authors in order, nothing that breaks a bibliography."""

from __future__ import annotations

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.export.bibtex import format_bibtex

PAPER = NamedNode(terms.BASE + "paper/x")


def read(content: bytes) -> dict[str, dict[str, str]]:
    library = parse_string(content.decode(), parse_stack=[])
    assert not library.failed_blocks
    entries = {entry.key: {field.key: str(field.value)[1:-1] for field in entry.fields} for entry in library.entries}
    assert len(entries) == len(library.entries)
    return entries


@pytest.fixture(scope="module")
def entries(graph: list[Quad]) -> dict[str, dict[str, str]]:
    return read(format_bibtex(graph))


def test_every_paper_is_there(graph: list[Quad], entries: dict[str, dict[str, str]]) -> None:
    papers = {quad.subject for quad in graph if quad.object == NamedNode(terms.PAPER)}
    assert len(entries) == len(papers)


def test_an_entry(entries: dict[str, dict[str, str]]) -> None:
    llama = entries["touvron2023llama"]
    authors = llama.pop("author").split(" and ")
    assert (authors[0], authors[9], authors[10], authors[-1]) == (
        *("Hugo Touvron", "Faisal Azhar", "Aurélien Rodriguez", "Guillaume Lample"),
    )
    assert llama == {
        "title": "{Llama: Open and efficient foundation language models}",
        "year": "2023",
        "eprint": "2302.13971",
        "archiveprefix": "arXiv",
        "url": "https://arxiv.org/abs/2302.13971",
    }


def test_lists_that_are_cut_stay_cut(entries: dict[str, dict[str, str]]) -> None:
    cut = {key for key, fields in entries.items() if fields.get("author", "").endswith(" and others")}
    assert "ouyang2022training" in cut
    assert "touvron2023llama" not in cut


def test_organizations_are_in_braces(graph: list[Quad], entries: dict[str, dict[str, str]]) -> None:
    organizations = {quad.subject for quad in graph if quad.object == NamedNode(terms.ORGANIZATION)}
    # Most are developers, and wrote nothing.
    organizations &= {quad.object for quad in graph if quad.predicate.value == terms.SCHEMA_AUTHOR}
    names = {
        quad.object.value
        for quad in graph
        if quad.subject in organizations
        and quad.predicate.value == terms.RDFS_LABEL
        and isinstance(quad.object, Literal)
    }
    authors = " and ".join(fields.get("author", "") for fields in entries.values())
    assert names
    for name in names:
        assert f"{{{name}}}" in authors


def test_what_tells_people_apart_is_no_part_of_a_name(entries: dict[str, dict[str, str]]) -> None:
    assert not any("(" in fields.get("author", "") for fields in entries.values())


def test_of_a_part_only_its_papers(focused: list[Quad]) -> None:
    found = read(format_bibtex(focused))
    assert {"touvron2023llama", "taori2023alpaca", "liu2023radiologygpt"} <= set(found)
    assert len(found) < 12


def test_a_paper_of_which_only_the_identifier_is_known_says_so(entries: dict[str, dict[str, str]]) -> None:
    assert entries["arxiv-2310-06825"] == {
        "title": "{arXiv:2310.06825}",
        "year": "2023",
        "eprint": "2310.06825",
        "archiveprefix": "arXiv",
        "url": "https://arxiv.org/abs/2310.06825",
        "annote": "Describes Mistral 7B. Known here by its arXiv identifier alone:"
        " title and authors are to be filled in.",
    }
    bare = {key for key, fields in entries.items() if "annote" in fields}
    assert bare == {key for key, fields in entries.items() if "author" not in fields and "arXiv:" in fields["title"]}


@pytest.mark.parametrize(
    ("arxiv_id", "key", "year"),
    [
        ("2310.06825", "arxiv-2310-06825", "2023"),
        ("0704.0001", "arxiv-0704-0001", "2007"),
        ("hep-th/9901001", "arxiv-hepth-9901001", None),
        ("", "arxiv", None),
    ],
)
def test_the_year_in_an_identifier(arxiv_id: str, key: str, year: str | None) -> None:
    quads = [*a_paper(PAPER, f"arXiv:{arxiv_id}", []), Quad(PAPER, NamedNode(terms.ARXIV_ID), Literal(arxiv_id))]
    ((found, fields),) = read(format_bibtex(quads)).items()
    assert (found, fields.get("year")) == (key, year)


def test_a_title_is_kept_where_there_is_one() -> None:
    quads = [*a_paper(PAPER, "Mistral 7B", []), Quad(PAPER, NamedNode(terms.ARXIV_ID), Literal("2310.06825"))]
    (fields,) = read(format_bibtex(quads)).values()
    assert (fields["title"], fields.get("annote"), fields.get("year")) == ("{Mistral 7B}", None, None)


def a_paper(node: NamedNode, label: str, authors: list[str], *, class_: str = terms.PERSON) -> list[Quad]:
    quads = [
        Quad(node, NamedNode(terms.RDF_TYPE), NamedNode(terms.PAPER), DefaultGraph()),
        Quad(node, NamedNode(terms.RDFS_LABEL), Literal(label)),
    ]
    for position, name in enumerate(authors, 1):
        author = NamedNode(f"{terms.BASE}person/{position}")
        authorship = NamedNode(f"{terms.BASE}authorship/x/{position}")
        quads += [
            Quad(author, NamedNode(terms.RDF_TYPE), NamedNode(class_), DefaultGraph()),
            Quad(author, NamedNode(terms.RDFS_LABEL), Literal(name)),
            Quad(node, NamedNode(terms.HAS_AUTHORSHIP), authorship),
            Quad(authorship, NamedNode(terms.POSITION), Literal(position)),
            Quad(authorship, NamedNode(terms.AUTHOR), author),
        ]
    return quads


@pytest.mark.parametrize(
    ("title", "authors", "key"),
    [
        ("On the Opportunities", ["Rishi Bommasani"], "bommasaniopportunities"),
        ("GPT-4 Technical Report", ["Ünal Öztürk"], "ozturkgpt4"),
        ("日本", ["张 三"], "paper"),
        ("", [], "paper"),
        ("A of the", ["Bo Li"], "li"),
    ],
)
def test_keys(title: str, authors: list[str], key: str) -> None:
    assert list(read(format_bibtex(a_paper(PAPER, title, authors)))) == [key]


def test_keys_are_unique() -> None:
    papers = [a_paper(NamedNode(f"{terms.BASE}paper/{n}"), "Llama", []) for n in range(30)]
    found = read(format_bibtex([quad for paper in papers for quad in paper]))
    assert len(found) == 30
    assert {"llama", "llama-b", "llama-z", "llama-27"} <= set(found)


def test_more_than_nine_authors_stay_in_order() -> None:
    names = [f"First{n} Last{n}" for n in range(1, 13)]
    (fields,) = read(format_bibtex(a_paper(PAPER, "x", names))).values()
    assert fields["author"].split(" and ") == names


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Hugo Touvron", "Hugo Touvron"),
        ("Yue Zhang (Soochow University)", "Yue Zhang"),
        ("OpenAI", "{OpenAI}"),
        ("Black and White", "{Black and White}"),
        ("Smith, Jr., John", "{Smith, Jr., John}"),
        ("A & B_c {d}", r"A \& B\_c \textbraceleft{}d\textbraceright{}"),
    ],
)
def test_names(name: str, written: str) -> None:
    (fields,) = read(format_bibtex(a_paper(PAPER, "x", [name]))).values()
    assert fields["author"] == written


@settings(deadline=None)
@given(
    title=st.text(max_size=30) | st.text(st.sampled_from(list("{}\\@%$#_~^&\"' \n,=a")), max_size=30),
    names=st.lists(st.text(st.sampled_from(list("{}\\@%$#_~^&\"' \n,=a")), max_size=12), max_size=3),
)
def test_braces_are_balanced_whatever_the_text(title: str, names: list[str]) -> None:
    quads = a_paper(PAPER, title, names)
    quads.append(Quad(PAPER, NamedNode(terms.BIBO_DOI), Literal(title)))
    content = format_bibtex(quads)
    depth = 0
    for character in content.decode():
        # BibTeX counts every brace, also an escaped one.
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert len(read(content)) == 1
