"""The pages of a graph with indexes beside it: nothing is gone through whole, and all that is left out is told."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad
from tests.explorer.graphs import hub, indexed_store, make_quads, node

from itgraph import terms
from itgraph.errors import ExportError
from itgraph.explorer import Wanted, explore
from itgraph.explorer import content as content_module
from itgraph.explorer.parts import Distant
from itgraph.lookup import get_thing
from itgraph.server.messages import Request, Response
from itgraph.server.pages import home, resources
from itgraph.server.site import Site, respond
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    lines = [*hub(300), "next baseModel child0007", "hub trainedOn dataset/web"]
    quads = make_quads(lines)
    for child, property_ in (("child0007", terms.ADAPTER_OF), ("child0001", terms.QUANTIZED_FROM)):
        quads.append(Quad(node(child), NamedNode(property_), node("hub"), DefaultGraph()))
    return indexed_store(tmp_path_factory.mktemp("indexed"), quads)


@pytest.fixture
def site(store: EmbeddedStore) -> Site:
    return Site(store=store)


def get(site: Site, path: str, query: str = "", accept: str = "text/html") -> Response:
    return respond(site, Request(path=path, query=query, accept=accept))


def words(response: Response) -> str:
    """Return what a page says."""
    text = response.body.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text[text.index("<main") :])))


def test_it_is_large_without_a_scan(site: Site) -> None:
    assert (site.names, site.content) == (None, None)
    assert isinstance(site.parts, Distant)


def test_nothing_counts_the_whole_graph(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_store: Any) -> int:
        raise AssertionError("all statements were counted")

    asked: list[str] = []
    select = EmbeddedStore.select

    def listen(store: EmbeddedStore, sparql: str) -> Any:
        asked.append(" ".join(sparql.split()))
        return select(store, sparql)

    monkeypatch.setattr(EmbeddedStore, "__len__", refuse)
    monkeypatch.setattr(EmbeddedStore, "select", listen)
    site.warm()
    for path in ("/", "/about", "/browse/model", "/page/model/hub", "/explore"):
        assert get(site, path).status == 200, path
    assert get(site, "/.well-known/void", accept="text/turtle").status == 200
    assert get(site, "/download/itgraph.trig").status == 403
    everything = re.compile(r"\?s \?p \?o (\}|FILTER)")
    assert asked
    assert not [query for query in asked if everything.search(query) and "VALUES" not in query]


def test_the_first_page_counts_by_kind_and_says_what_it_does_not_count(site: Site) -> None:
    said = words(get(site, "/"))
    assert "302 models" in said
    assert "302 steps of lineage" in said
    assert "`itgraph stats`" in said or "itgraph stats" in said
    assert "quads" not in said


def test_the_description_counts_classes_and_says_what_it_does_not_count(site: Site) -> None:
    said = get(site, "/.well-known/void", accept="text/turtle").body.decode()
    assert "void:entities 302" in said
    assert "How many statements this graph has is not told" in said
    assert "void:triples" not in said


def test_a_list_of_a_kind_is_that_of_the_index(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "302 ·" in words(get(site, "/browse/model"))
    last = words(get(site, "/browse/model", "page=4"))
    assert last.count("child") + last.count("next") + last.count("hub") >= 2
    assert "child0007" in words(get(site, "/browse/model", "filter=0007"))
    by_class = get(site, "/browse", "class=https%3A%2F%2Fw3id.org%2Fitgraph%2Fontology%23Model&filter=0007")
    assert b'name="class"' in by_class.body
    monkeypatch.setattr(home, "MOST_LISTED", 150)
    said = words(get(site, "/browse/model", "page=9"))
    assert "302; the 150 most popular of them are listed" in said
    monkeypatch.setattr(home, "MOST_FILTERED", 50)
    assert "More than 50" in words(get(site, "/browse/model", "filter=child"))


def test_the_page_of_a_hub_counts_all_and_lists_the_first(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "MOST_INCOMING", 20)
    said = words(get(site, "/page/model/hub"))
    assert "300 things made from it in one step, 301 in all" in said
    assert said.index("child0007") < said.index("child0000")
    assert "base model of (adapter) child0007" in said
    assert "base model of (quantized) child0001" in said
    assert "And 280 more: every statement" in said
    assert "child0200" not in said


def test_the_page_of_a_small_thing_tells_manners_too(site: Site) -> None:
    said = words(get(site, "/page/model/hub"))
    assert "base model of (adapter) child0007" in said
    assert "adapter of hub" in words(get(site, "/page/model/child0007"))


def test_the_explorer_counts_exactly(site: Site) -> None:
    answer = json.loads(get(site, "/api/neighbourhood", "focus=model/hub", "*/*").body)
    assert (answer["exact"], answer["nodes"][0]["reach"]) == (True, [1, 301])


# -- Files -------------------------------------------------------------------------------------------------------------


def test_a_file_of_a_large_lineage_holds_what_is_nearest_and_says_so(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_module, "MOST_OF_LINEAGE", 50)
    thing = get_thing(store, "hub")
    notes: list[str] = []
    page = explore(store, Wanted(focus=thing), tell=notes.append)
    assert [note.partition(" more things")[0] for note in notes] == ["253"]
    assert notes[0].replace("&", "&amp;") in html.unescape(page)
    picture = explore(store, Wanted(focus=thing), format="svg", tell=notes.append)
    assert "253 more things of this lineage are left out" in picture
    rows = explore(store, Wanted(focus=thing), format="csv", tell=notes.append)
    assert "child0007" in rows
    assert "dataset/web" in rows
    assert len(notes) == 3


def test_a_file_needs_a_focus(store: EmbeddedStore) -> None:
    with pytest.raises(ExportError, match=r"the graph holds 303 things with a lineage.*--focus NAME"):
        explore(store)


def test_a_way_to_what_is_far_away_is_in_the_file(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_module, "MOST_OF_LINEAGE", 5)
    wanted = Wanted(view="path", focus=get_thing(store, "web"), to=get_thing(store, "next"))
    rows = explore(store, wanted, format="csv").splitlines()
    assert len(rows) == 4
