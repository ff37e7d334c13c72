"""The web of a graph that is not held: by its index of lineage, without it, and held whole, it is the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad
from tests.explorer.graphs import chain, hub, indexed_store, make_quads, node

from itgraph import terms
from itgraph.explorer import reading as reading_module
from itgraph.explorer.content import read_content
from itgraph.explorer.encoding import LINEAGE_NAMES, LINES
from itgraph.explorer.neighbourhood import FAN, Web, choose_around, choose_between, relations_of
from itgraph.explorer.parts import Asked, Distant, Held
from itgraph.explorer.reading import Indexed, Reading, read_web
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="module")
def held(shipped_with_indexes: EmbeddedStore, shipped_quads: list[Quad]) -> Held:
    del shipped_with_indexes
    return Held(read_content(EmbeddedStore(shipped_quads)))


@pytest.fixture(scope="module")
def by_index(shipped_with_indexes: EmbeddedStore) -> Distant:
    return Distant(shipped_with_indexes)


@pytest.fixture(scope="module")
def by_queries(shipped_quads: list[Quad]) -> Distant:
    return Distant(EmbeddedStore(shipped_quads))


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer says, by the names of things."""
    names = [node["iri"] for node in answer["nodes"]]
    return {
        "nodes": {node["iri"]: {k: v for k, v in node.items() if k != "reach"} for node in answer["nodes"]},
        "edges": {
            (names[e["from"]], e["r"], names[e["to"]], e.get("inferred", False), e.get("manner", ""))
            for e in answer["edges"]
        },
        "more": {(names[place], way): count for place, way, count in answer["more"]},
        "groups": {(names[anchor], *rest) for anchor, *rest in answer["groups"]},
    }


def own_relations(held: Held, iri: str) -> frozenset[str]:
    return relations_of(held.content.nodes[held.content.index_of(iri)].look, has_lineage=True)


def reaches(answer: dict[str, Any]) -> dict[str, list[int]]:
    return {node["iri"]: node["reach"] for node in answer["nodes"]}


# -- The shipped graph ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"down": "all"},
        {"up": 0, "down": 0},
        {"relations": frozenset({"baseModel", "describedIn", "developer"})},
    ],
    ids=str,
)
def test_an_index_chooses_as_if_all_were_held(
    held: Held, by_index: Distant, by_queries: Distant, asked: dict[str, Any]
) -> None:
    compared = 0
    for thing in held.content.nodes[:: 13 if asked else 5]:
        iri = thing.thing.iri
        known, found = held.around(Asked(focus=iri, **asked)), by_index.around(Asked(focus=iri, **asked))
        if any(relation == list(LINES).index("author") for _, _, relation, _ in known["groups"]):
            continue  # Which of many authors are drawn is not the same.
        compared += 1
        assert told(found) == told(known)
        assert reaches(found) == reaches(known)
        assert found["exact"] is known["exact"] is True
        # Along papers and developers it is not known how far it goes.
        if (
            any(reaches(known)[iri.removeprefix(terms.BASE)])
            and own_relations(held, iri) <= set(LINEAGE_NAMES)
            and not asked
        ):
            assert found["deepest"] == known["deepest"]
        without = by_queries.around(Asked(focus=iri, **asked))
        assert {key: told(found)[key] for key in ("nodes", "edges")} == {
            key: told(without)[key] for key in ("nodes", "edges")
        }
        assert without["exact"] is False
    assert compared > 20


def test_ways_between_two_things_are_the_same(held: Held, by_index: Distant) -> None:
    models = [node.thing.iri for node in held.content.nodes if node.thing.kind in {"model", "dataset"}]
    connected = 0
    for a, b in zip(models[::4], models[40:] + models[:40], strict=False):
        known, found = held.around(Asked(focus=a, to=b)), by_index.around(Asked(focus=a, to=b))
        assert told(found) == told(known)
        assert reaches(found) == reaches(known)
        for key in ("ends", "common"):
            names = [
                {
                    str([answer["nodes"][p]["iri"] for p in (place if isinstance(place, list) else [place])])
                    for place in answer[key]
                }
                for answer in (found, known)
            ]
            assert names[0] == names[1]
        connected += bool(known["ends"])
    assert connected > 5


def test_a_thing_is_told_alike_with_who_says_so(held: Held, by_index: Distant, by_queries: Distant) -> None:
    def said(answer: dict[str, Any]) -> tuple[Any, ...]:
        nodes, rows = answer["nodes"], [row["iri"] for row in answer["rows"]]
        edges = {
            (nodes[e["from"]]["iri"], e["r"], nodes[e["to"]]["iri"]): (
                sorted(rows[row] for row in e.get("rows", ())),
                sorted(e.get("rules", ())),
            )
            for e in answer["edges"]
        }
        return nodes[0]["direct"], edges, sorted(map(str, answer["rows"]))

    for thing in held.content.nodes[::12]:
        known = held.thing(thing.thing.iri)
        for parts in (by_index, by_queries):
            found = parts.thing(thing.thing.iri)
            if thing.thing.kind in {"model", "dataset"}:
                assert said(found)[1:] == said(known)[1:]
            assert found["nodes"][0]["iri"] == known["nodes"][0]["iri"]
        if thing.thing.kind in {"model", "dataset"}:
            assert said(by_index.thing(thing.thing.iri))[0] == [
                len({e["from"] for e in known["edges"] if e["to"] == 0 and list(LINES)[e["r"]] in LINEAGE_NAMES}),
                len({e["to"] for e in known["edges"] if e["from"] == 0 and list(LINES)[e["r"]] in LINEAGE_NAMES}),
            ]


def test_the_page_opens_on_what_most_is_built_on(by_index: Distant, shipped_with_indexes: EmbeddedStore) -> None:
    index = shipped_with_indexes.lineage
    assert index is not None
    assert by_index.start() == index.iri(index.most_built_upon(1)[0].node)


# -- Hubs ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """Return a hub of 700 children of which two lead on, a circle, a merge, and manners."""
    lines = [
        *hub(700),
        "next baseModel child0699",
        "last baseModel next",
        "other baseModel child0300",
        "child0300 trainedOn hub",
        "hub baseModel hub",
        "merge baseModel child0001",
        "merge baseModel next",
        "a baseModel b",
        "b baseModel a",
        *chain(40),
    ]
    quads = make_quads(lines)
    for child, property_, parent in (
        ("next", terms.ADAPTER_OF, "child0699"),
        ("merge", terms.MERGED_FROM, "next"),
        ("child0699", terms.QUANTIZED_FROM, "hub"),
    ):
        quads.append(Quad(node(child), NamedNode(property_), node(parent), DefaultGraph()))
    return indexed_store(tmp_path_factory.mktemp("large"), quads)


def test_a_hub_shows_first_what_leads_on_furthest(large: EmbeddedStore) -> None:
    content = read_content(EmbeddedStore(large.quads()))
    answer = Distant(large).around(Asked(focus=node("hub").value))
    held = Held(content).around(Asked(focus=node("hub").value))
    names = [found["iri"] for found in answer["nodes"]]
    assert names[:4] == ["model/hub", "model/child0699", "model/child0001", "model/child0300"]
    assert told(answer) == told(held)
    assert reaches(answer) == reaches(held)
    assert (answer["exact"], answer["nodes"][0]["reach"]) == (True, [0, 704])
    assert answer["groups"] == [[0, "down", 0, 700 - FAN]]
    assert answer["deepest"] == held["deepest"] == [0, 3]


def test_a_hub_is_counted_once_for_all_who_ask(large: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Distant(large)
    before = parts.around(Asked(focus=node("hub").value))
    index = large.lineage
    assert index is not None
    walked: list[int] = []
    distances = type(index).distances

    def walk(self: Any, number: int, *args: Any, **named: Any) -> dict[int, int]:
        found = distances(self, number, *args, **named)
        walked.append(len(found))
        return found

    monkeypatch.setattr(type(index), "distances", walk)
    assert parts.around(Asked(focus=node("hub").value)) == before
    assert max(walked, default=0) < 700


def test_every_choice_is_that_of_a_web_that_is_held(large: EmbeddedStore) -> None:
    content = read_content(EmbeddedStore(large.quads()))
    web, found = Web(content), read_web(large, room=FAN)
    assert isinstance(found, Indexed)
    iris = [thing.thing.iri for thing in content.nodes]
    for name in ("hub", "next", "merge", "a", "m40", "child0300", "child0002"):
        place, here = iris.index(node(name).value), found.place_of(node(name).value)
        for up, down in ((None, 1), (None, None), (1, 2)):
            chosen, expected = (
                choose_around(found, here, up=up, down=down),
                choose_around(web, place, up=up, down=down),
            )
            assert [found.iris[one] for one in chosen.nodes] == [iris[one] for one in expected.nodes]
            assert Counter((found.iris[g.anchor], g.way, g.relation, g.count) for g in chosen.groups) == Counter(
                (iris[g.anchor], g.way, g.relation, g.count) for g in expected.groups
            )
            assert {(found.iris[one], way): n for (one, way), n in chosen.more.items()} == {
                (iris[one], way): n for (one, way), n in expected.more.items()
            }
    for a, b in (("merge", "hub"), ("merge", "other"), ("m40", "m3"), ("a", "b"), ("a", "hub")):
        chosen = choose_between(found, found.place_of(node(a).value), found.place_of(node(b).value))
        expected = choose_between(web, iris.index(node(a).value), iris.index(node(b).value))
        assert {found.iris[one] for one in chosen.nodes} == {iris[one] for one in expected.nodes}


def test_a_way_is_found_however_many_ancestors_there_are(large: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_module, "MOST_WALKED", 5)
    answer = Distant(large).around(Asked(focus=node("m40").value, to=node("m1").value))
    assert len(answer["nodes"]) == 40


def test_manners_are_told_with_and_without_an_index(large: EmbeddedStore) -> None:
    for store, kind in ((large, Indexed), (EmbeddedStore(large.quads()), Reading)):
        assert type(read_web(store)) is kind
        for parts in (Distant(store), Held(read_content(EmbeddedStore(large.quads())))):
            answer = parts.around(Asked(focus=node("merge").value))
            assert {
                (answer["nodes"][e["to"]]["label"], answer["nodes"][e["from"]]["label"]): e["manner"]
                for e in answer["edges"]
                if "manner" in e
            } == {("next", "child0699"): "adapter", ("merge", "next"): "merge", ("child0699", "hub"): "quantized"}


def test_no_query_asks_for_lineage_where_there_is_an_index(
    large: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = Distant(large)
    asked: list[str] = []
    select = EmbeddedStore.select

    def listen(store: EmbeddedStore, sparql: str) -> Any:
        asked.append(sparql)
        return select(store, sparql)

    monkeypatch.setattr(EmbeddedStore, "select", listen)
    parts.around(Asked(focus=node("hub").value))
    assert len(asked) <= 6
    assert not [query for query in asked if terms.BASE_MODEL in query]
