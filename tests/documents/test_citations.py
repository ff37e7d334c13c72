"""Citations: every paper of an ancestry, under the keys of the whole, and nothing that breaks a bibliography."""

from __future__ import annotations

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry
from pyoxigraph import Quad
from tests.documents.graphs import FLEECE, SHEEP, thing

from itgraph import terms
from itgraph.documents import write_citations
from itgraph.errors import ParameterError
from itgraph.export.bibtex import format_bibtex
from itgraph.graph import Graph
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore


def read(content: bytes) -> dict[str, dict[str, str]]:
    library = parse_string(content.decode(), parse_stack=[])
    assert not library.failed_blocks
    entries = {entry.key: {field.key: str(field.value)[1:-1] for field in entry.fields} for entry in library.entries}
    assert len(library.entries) == len(entries)
    # BibTeX itself takes an @ for the beginning of an entry, also in what is a comment to others.
    outside = [block.raw or "" for block in library.blocks if not isinstance(block, Entry)]
    assert not any("@" in text for text in outside)
    return entries


def test_the_papers_of_an_ancestry(shipped: EmbeddedStore) -> None:
    document = write_citations(shipped, Graph(shipped).get("Radiology-GPT"))
    entries = read(document.content)
    assert {"liu2023radiologygpt", "taori2023alpaca", "touvron2023llama", "ouyang2022training"} <= set(entries)
    assert entries["ouyang2022training"]["author"].endswith(" and others")
    # Of a model of which no paper is known.
    assert any("text-davinci-003 (model)" in note for note in document.notes)


def test_keys_and_entries_are_those_of_the_whole_graph(
    shipped: EmbeddedStore, shipped_quads: list[Quad], shipped_things: list[Thing]
) -> None:
    whole = read(format_bibtex(shipped_quads))
    found: dict[str, dict[str, str]] = {}
    for model in shipped_things[::15]:
        entries = read(write_citations(shipped, model).content)
        assert entries.items() <= whole.items()
        found |= entries
    assert len(found) > 10


def test_comments_say_what_a_paper_is_of_and_hold_no_at_sign(small: EmbeddedStore) -> None:
    document = write_citations(small, SHEEP)
    assert b"% Sheep (model), Wool (dataset)\n@misc{ewe2023sheep,\n" in document.content
    assert read(document.content)["ewe2023sheep"]["author"] == "Ann Ewe and others"


def test_what_is_lacking_is_told(small: EmbeddedStore) -> None:
    document = write_citations(small, SHEEP)
    assert document.notes == (
        "no paper is known of: Fleece (dataset), Ram (model)",
        "known by arXiv number alone, title and authors are to be filled in: arxiv-2401-00001",
    )
    bare = read(document.content)["arxiv-2401-00001"]
    assert (bare["title"], bare["eprint"]) == ("{arXiv:2401.00001}", "2401.00001")
    assert "author" not in bare


def test_without_papers_there_is_no_entry(small: EmbeddedStore) -> None:
    document = write_citations(small, FLEECE)
    assert read(document.content) == {}
    assert document.notes == ("no paper is known of: Fleece (dataset)",)


@pytest.mark.parametrize(("path", "label"), [("paper/sheep", "Sheep: Grazing @ scale"), ("person/ann", "Ann Ewe")])
def test_of_a_paper_or_a_person(small: EmbeddedStore, path: str, label: str) -> None:
    document = write_citations(small, thing(path, label))
    assert list(read(document.content)) == ["ewe2023sheep"]
    assert document.notes == ()


def test_who_wrote_nothing(small: EmbeddedStore) -> None:
    document = write_citations(small, thing("organization/farm", "The Farm"))
    assert read(document.content) == {}
    assert document.notes == ("no paper is known that The Farm wrote",)


def test_a_row_has_no_papers(small: EmbeddedStore) -> None:
    with pytest.raises(ParameterError, match="X is a row; papers are of: model, dataset"):
        write_citations(small, Thing(iri=terms.BASE + "row/1", kind="row", label="X"))


def test_names_that_would_break_out(hostile: EmbeddedStore) -> None:
    content = write_citations(hostile, Graph(hostile).get(SHEEP.iri)).content
    entries = read(content)
    assert len(entries) == 2
    # One line for the title, one for each entry.
    assert sum(line.startswith(b"%") for line in content.split(b"\n")) == 3
    assert all(b"@" not in line for line in content.splitlines() if line.startswith(b"%"))
