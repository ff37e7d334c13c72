"""Which file has what a server has at an address."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itgraph import terms
from itgraph.site.places import Place, data_file, find_place, link, page_file, picture_file, read_address, stem_of

IRIS = st.one_of(
    st.text(max_size=60).map(lambda text: terms.BASE + text),
    st.lists(st.sampled_from(["a", "A", "con", "a.b", "..", "", "elsewhere", "é", "a~1", "x" * 90]), max_size=10).map(
        lambda steps: terms.BASE + "/".join(steps)
    ),
    st.text(max_size=60).map("http://example.org/".__add__),
)


@given(st.lists(IRIS, unique=True, min_size=2, max_size=8))
def test_no_two_iris_have_a_file_in_common(iris: list[str]) -> None:
    files = [file for iri in iris for file in (page_file(iri), page_file(iri, {"view": "statements"}))]
    assert len({file.casefold() for file in files}) == len(files)


@given(IRIS)
def test_every_name_is_one_that_all_systems_take(iri: str) -> None:
    file = data_file(iri, "ttl")
    assert re.fullmatch(r"[a-z0-9._~/-]+", file)
    assert len(file) < 250
    for step in file.split("/"):
        assert len(step) < 120
        assert step not in {"", ".", ".."}
        assert step[0] not in "._-"
        assert step[-1] != "."
        assert step.partition(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(IRIS, IRIS)
def test_no_file_stands_where_a_folder_is(one: str, other: str) -> None:
    assert not page_file(other).startswith(page_file(one) + "/")


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/?q=Alpaca", "search.html?q=Alpaca"),
        ("/query", "query.html"),
        ("/query?query=ASK%20%7B%7D", "query.html#query=ASK%20%7B%7D"),
        ("/explore", "explorer.html"),
        ("/explore?focus=https%3A//w3id.org/a", "explorer.html#n=https%3A//w3id.org/a"),
        ("/queries", "queries.html"),
        ("/queries#lineage", "queries.html"),
        ("/queries/large-datasets", "queries/large-datasets.html"),
        ("/queries/large-datasets.rq", "queries/large-datasets.rq"),
        ("/queries/large-datasets?format=srj", "queries/large-datasets.srj"),
        ("/queries/x?model=a", "queries/x~model-a.html"),
        ("/issues?code=no-link&format=csv", "issues~code-no-link.csv"),
        ("/issues?page=1", "issues.html"),
        ("/browse/model?page=2", "browse/model~page-2.html"),
        ("/about", "about.html"),
        ("/ontology?format=nt", "ontology.nt"),
        ("/.well-known/void?format=ttl", "void.ttl"),
        ("/download/itgraph.csv.zip", "download/itgraph.csv.zip"),
        ("/assets/site.css?v=0123", "assets/site.css"),
    ],
)
def test_addresses_become_files(address: str, file: str) -> None:
    found = find_place(read_address(address)[0])
    assert found is not None
    assert found.file + found.behind == file


@pytest.mark.parametrize(
    "address", ["/openapi.json", "/sparql", "/api/search?q=x", "/assets/../x", "/download/..", "/nothing", "/browse"]
)
def test_what_only_a_server_has_is_nowhere(address: str) -> None:
    assert find_place(read_address(address)[0]) is None


def test_values_that_differ_in_case_alone_are_two_files() -> None:
    one, other = (find_place(read_address(f"/queries/x?model={name}")[0]) for name in ("Alpaca", "alpaca"))
    assert one is not None
    assert other is not None
    assert one.file.casefold() != other.file.casefold()


def test_lists_are_paged_one_at_a_time() -> None:
    here = read_address("/page/model/a?view=statements&in=3")[0]
    assert read_address("/page/model/a?view=statements&in=3&out=2", here)[0].query == "out=2&view=statements"
    assert read_address("/page/model/a?view=statements&in=4", here)[0].query == "in=4&view=statements"
    assert read_address("/page/model/a?view=statements&in=1", here)[0].query == "view=statements"
    # Back from every statement: the number of a page there means nothing.
    assert read_address("/page/model/a?in=3", here)[0].query == ""


def test_issues_are_narrowed_by_one_thing_at_a_time() -> None:
    here = read_address("/issues?snapshot=2024-10-15")[0]
    assert read_address("/issues?snapshot=2024-10-15&code=no-link", here)[0].query == "code=no-link"
    assert read_address("/issues?snapshot=2024-10-15&format=csv", here)[0].query == "format=csv&snapshot=2024-10-15"


def test_links_are_relative() -> None:
    assert link("index.html", Place(file="page/a/b.html")) == "page/a/b.html"
    assert link("page/a/b.html", Place(file="page/a/c.html", behind="#x")) == "../../page/a/c.html#x"
    assert link("page/a/b.html", Place(file="assets/site.css")) == "../../assets/site.css"


def test_pictures_have_two_themes() -> None:
    assert picture_file(terms.BASE + "model/a") == "picture/model/a.svg"
    assert picture_file(terms.BASE + "model/a", "dark") == "picture/model/a~dark.svg"


def test_an_iri_of_ours_that_looks_like_a_place_of_others_is_none() -> None:
    assert stem_of(terms.BASE + "elsewhere/x").startswith("elsewhere/")
    assert stem_of(terms.BASE + "elsewhere/x") != "elsewhere/x"
