"""Addresses as they stand in the surveys; the line of each in its test's id (2024-10-15 unless it says 2023)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph.records import Issue, Link, Span
from itgraph.survey.links import (
    address_issue,
    find_arxiv_id,
    find_doi,
    format_link,
    is_paper_address,
    parse_address,
    parse_links,
)


@pytest.mark.parametrize(
    "href",
    [
        pytest.param("https://arxiv.org/abs/2005.00700", id="L90"),
        pytest.param("https://github.com/ise-uiuc/magicoder?tab=readme-ov-file#-dataset", id="L344-query-and-fragment"),
        pytest.param("https://lmsys.org/blog/2023-03-30-vicuna/", id="L272"),
        pytest.param("https://openreview.net/pdf?id=KBMOKmX2he", id="L1561"),
        pytest.param("http://a.b:8080/~x/(1)", id="port-and-parentheses"),
        pytest.param("https://example.community/x", id="no-placeholder"),
    ],
)
def test_usable_addresses(href: str) -> None:
    address = parse_address(href)
    assert (address.iri, address.code) == (href, "")
    assert address_issue(address, Span(start=1, end=1), "the link") is None
    assert parse_address(f"  {href}\n").iri == href


@pytest.mark.parametrize(
    ("href", "code"),
    [
        pytest.param("https://www.example.com/project1", "placeholder-url", id="2023-L342"),
        pytest.param("https://arxiv.org/abs/", "placeholder-url", id="stops-before-the-number"),
        pytest.param("http://localhost/x", "placeholder-url", id="localhost"),
        pytest.param("", "empty-href", id="2023-L735"),
        pytest.param(" \n", "empty-href", id="white-space"),
        pytest.param("LLaMA", "non-url-href", id="L531"),
        pytest.param("javascript:alert(1)", "non-url-href", id="script"),
        pytest.param("ftp://a.b/c", "non-url-href", id="other-scheme"),
        pytest.param("https://nodots/x", "non-url-href", id="no-host"),
        pytest.param("//arxiv.org/abs/2005.00700", "non-url-href", id="no-scheme"),
    ],
)
def test_unusable_addresses(href: str, code: str) -> None:
    address = parse_address(href)
    assert (address.iri, address.code) == ("", code)
    issue = address_issue(address, Span(start=3, end=4), "the link 'x'")
    assert issue == Issue(
        code=code, severity="warning", message=f"the link 'x': {address.problem}", span=Span(start=3, end=4)
    )


@pytest.mark.parametrize(
    ("href", "iri", "junk"),
    [
        pytest.param("https://arxiv.org/abs/2305.11206 ｜  -", "https://arxiv.org/abs/2305.11206", "｜  -", id="L530"),
        pytest.param('https://a.b/c"onclick="x', "https://a.b/c", '"onclick="x', id="quote"),
        pytest.param("https://a.b/c<b>", "https://a.b/c", "<b>", id="markup"),
        pytest.param("https://a.b/c d", "https://a.b/c", "d", id="blank"),
        pytest.param("https://a.b/100%", "https://a.b/100", "%", id="bad-escape"),
    ],
)
def test_junk_after_an_address(href: str, iri: str, junk: str) -> None:
    address = parse_address(href)
    assert (address.iri, address.code, address.junk) == (iri, "url-trailing-junk", junk)


@pytest.mark.parametrize(
    ("address", "arxiv_id"),
    [
        pytest.param("https://arxiv.org/abs/2005.00700", "2005.00700", id="L90-abs"),
        pytest.param("https://arxiv.org/pdf/2104.08773.pdf", "2104.08773", id="L108-pdf"),
        pytest.param("https://arxiv.org/pdf/2009.03300", "2009.03300", id="L984-pdf-without-ending"),
        pytest.param("https://arxiv.org/abs/2302.13971v1", "2302.13971", id="version"),
        pytest.param("https://arxiv.org/abs/cs.CL/0001001", "cs.CL/0001001", id="old-number"),
        pytest.param("https://openreview.net/pdf?id=KBMOKmX2he", "", id="L1561-none"),
        pytest.param("https://aclanthology.org/2023.wassa-1.3.pdf", "", id="L907-none"),
    ],
)
def test_arxiv_ids(address: str, arxiv_id: str) -> None:
    assert find_arxiv_id(address) == arxiv_id


@pytest.mark.parametrize(
    ("address", "doi"),
    [
        pytest.param("https://www.nature.com/articles/s42256-023-00626-4", "10.1038/s42256-023-00626-4", id="L965"),
        pytest.param("see https://doi.org/10.1145/3600006.3613165.", "10.1145/3600006.3613165", id="full-stop"),
        pytest.param("https://arxiv.org/abs/2005.00700", "", id="L90-none"),
    ],
)
def test_dois(address: str, doi: str) -> None:
    assert find_doi(address) == doi


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("https://arxiv.org/abs/2005.00700", True, id="L90"),
        pytest.param("https://aclanthology.org/2022.emnlp-main.460.pdf", True, id="L889"),
        pytest.param("https://www.nature.com/articles/s42256-023-00626-4", True, id="L965"),
        pytest.param("https://openreview.net/pdf?id=wxJ0eXwwda", True, id="L1565"),
        pytest.param("https://somewhere.org/x/paper.PDF", True, id="pdf"),
        pytest.param("https://openai.com/blog/chatgpt", False, id="L189"),
        pytest.param("https://starling.cs.berkeley.edu/", False, id="L379"),
        pytest.param("https://www.databricks.com/blog/2023/04/12/dolly", False, id="L171"),
        pytest.param("https://notarxiv.org/abs/2005.00700", False, id="like-a-publisher"),
    ],
)
def test_paper_addresses(address: str, expected: bool) -> None:
    assert is_paper_address(address) is expected


def test_written_links_are_markdown() -> None:
    assert format_link(Link(text="paper", href="https://a.b/c")) == "[paper](https://a.b/c)"
    assert format_link(Link(text="a]b", href="c)\\")) == r"[a\]b](c\)\\)"
    assert parse_links("") == ()


_ODD = st.text(st.one_of(st.sampled_from("[]()\\ \n|"), st.characters(codec="utf-8")), max_size=20)


@given(st.lists(st.builds(Link, text=_ODD, href=_ODD), max_size=4))
def test_links_survive_being_written(links: list[Link]) -> None:
    assert parse_links(" ".join(map(format_link, links))) == tuple(links)


@given(st.text(max_size=60))
def test_addresses_never_raise_and_an_iri_is_a_prefix(href: str) -> None:
    for text in (href, "https://a.b/" + href):
        address = parse_address(text)
        assert text.strip().startswith(address.iri)
        assert not set(address.iri) & set(' <>"{}|\\^`\n')
        assert bool(address.code) == (address.iri != text.strip() or not address.iri)
        is_paper_address(address.iri)
