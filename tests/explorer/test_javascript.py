"""What the page reckons by itself is what Python reckons: the same choices, the same places, the same lines."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from tests.explorer.conftest import Opener
from tests.explorer.graphs import hub, make_quads
from tests.explorer.layout.cases import lay_out_case, random_cases

from itgraph.explorer import Content, explore, read_content
from itgraph.explorer.drawing import outline, path_of
from itgraph.explorer.encoding import LINEAGE_NAMES, LINES
from itgraph.explorer.neighbourhood import (
    Choice,
    Web,
    choose_around,
    choose_between,
    own_depths,
    own_relations,
)
from itgraph.explorer.scenes import scene_of
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def content(whole_content: Content) -> Content:
    """Compare what is reckoned of all that is shipped."""
    return whole_content


@pytest.fixture(scope="module")
def web(content: Content) -> Web:
    return Web(content)


@pytest.fixture(scope="module")
def page_path(whole_page_path: Path) -> Path:
    return whole_page_path


CHOICE = """({ nodes, links, groups, more }) => ({
  nodes, links, groups: groups.map(({ anchor, way, relation, count }) => [anchor, way, relation, count]),
  more: [...more].sort() })"""
SCENE = """(scene) => ({
  items: scene.items.map(({ node, x, y, width, height }) => [node, x, y, width, height]),
  strokes: scene.strokes.map((s) =>
    [s.link, s.relation, s.knots, s.backward, s.loop, s.inferred, s.label, itgraph.pathOf(s, 9)]),
  width: scene.width, height: scene.height })"""


def as_told(choice: Choice) -> object:
    """Return a choice as the page tells it."""
    return {
        "nodes": list(choice.nodes),
        "links": list(choice.links),
        "groups": [[group.anchor, group.way, group.relation, group.count] for group in choice.groups],
        "more": sorted([f"{node} {way}", count] for (node, way), count in choice.more.items()),
    }


def test_layouts_are_the_same(visit: Opener) -> None:
    page = visit().page
    differing = []
    for case in random_cases():
        column, row, component, aspect = case.spacing
        found = page.evaluate(
            "([boxes, edges, spacing]) => itgraph.layOut(boxes, edges, spacing)",
            [
                [{"width": width, "height": height} for width, height in case.sizes],
                [list(edge) for edge in case.edges],
                {"column": column, "row": row, "component": component, "aspect": aspect},
            ],
        )
        layout = lay_out_case(case)
        expected = {
            "places": [list(place) for place in layout.places],
            "layers": list(layout.layers),
            "routes": [[list(knot) for knot in route] for route in layout.routes],
            "backward": sorted(layout.backward),
            "crossings": layout.crossings,
            "width": layout.width,
            "height": layout.height,
        }
        if found != expected:
            differing.append(case.name)
    assert differing == []


def test_choices_and_scenes_around_every_thing_are_the_same(visit: Opener, content: Content, web: Web) -> None:
    page = visit().page
    page.evaluate(f"void (itgraph.told = {CHOICE}, itgraph.drawn = {SCENE})")
    step = max(1, len(content.nodes) // 250)
    for start in range(0, len(content.nodes), step):
        relations = own_relations(content, web, start)
        up, down = own_depths(content, start)
        choice = choose_around(web, start, up=up, down=down, relations=relations)
        scene = scene_of(content, choice, focus=start)
        told, drawn = page.evaluate(
            """([start, up, down, relations]) => {
              const choice = itgraph.chooseAround(start, { up, down, relations: new Set(relations) });
              return [itgraph.told(choice), itgraph.drawn(itgraph.sceneOf(choice, "focus", start))];
            }""",
            [start, up, down, sorted(relations)],
        )
        assert told == as_told(choice)
        assert drawn == {
            "items": [[item.node, item.x, item.y, item.width, item.height] for item in scene.items],
            "strokes": [
                [
                    s.link,
                    s.relation,
                    [list(knot) for knot in s.knots],
                    s.is_backward,
                    s.is_loop,
                    s.is_inferred,
                    s.label,
                    path_of(s, 9),
                ]
                for s in scene.strokes
            ],
            "width": scene.width,
            "height": scene.height,
        }


def test_a_thing_opens_the_same_way(visit: Opener, content: Content, web: Web) -> None:
    page = visit().page
    found = page.evaluate(
        "itgraph.NODES.map((_, place) => { const { up, down } = itgraph.ownDepths(place);"
        " return [up, down, [...itgraph.ownRelations(place)].sort()]; })"
    )
    assert found == [
        [*own_depths(content, place), sorted(own_relations(content, web, place))] for place in range(len(content.nodes))
    ]


def test_paths_between_any_two_are_the_same(visit: Opener, content: Content, web: Web) -> None:
    page = visit().page
    page.evaluate(f"void (itgraph.told = {CHOICE})")
    chance = random.Random(3)  # noqa: S311
    drawn = [place for place, node in enumerate(content.nodes) if node.thing.kind in {"model", "dataset"}]
    pairs = [tuple(chance.choices(drawn, k=2)) for _ in range(300)]
    found = page.evaluate("(pairs) => pairs.map(([a, b]) => itgraph.told(itgraph.chooseBetween(a, b)))", pairs)
    assert found == [as_told(choose_between(web, a, b)) for a, b in pairs]


def test_choices_of_graphs_with_hubs_and_cycles_are_the_same(visit: Opener, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311
    names = [f"m{n}" for n in range(60)] + [f"dataset/d{n}" for n in range(20)]
    lines = [*hub(70, "m0"), *(f"dataset/e{n:02} generatedBy m0" for n in range(30))]
    lines += [f"{chance.choice(names)} {chance.choice(LINEAGE_NAMES)} {chance.choice(names)}" for _ in range(130)]
    store = EmbeddedStore(make_quads(lines))
    path = tmp_path / "page.html"
    path.write_text(explore(store), encoding="utf-8")
    content = read_content(store)
    web = Web(content)
    page = visit(path=path).page
    page.evaluate(f"void (itgraph.told = {CHOICE})")
    for start in range(0, len(content.nodes), 3):
        pages = {(start, "down"): 2, ((start + 1) % len(content.nodes), "up"): 1}
        choice = choose_around(web, start, up=2, down=2, pages=pages)  # type: ignore[arg-type]
        found = page.evaluate(
            "([start, pages]) => itgraph.told(itgraph.chooseAround(start, { up: 2, down: 2, pages: new Map(pages) }))",
            [start, [[f"{node} {way}", count] for (node, way), count in pages.items()]],
        )
        assert found == as_told(choice)


def test_outlines_are_the_same(visit: Opener) -> None:
    page = visit().page
    for shape in ("rounded", "square", "cut", "hexagon", "slanted", "pill"):
        for width, height, inset in ((120, 44, 0), (120, 44, 3.5), (90, 24, 3.5), (26, 16, 3)):
            found = page.evaluate("(a) => itgraph.outline(...a)", [shape, width, height, inset])
            numbers = [json.loads(part) for part in _numbers(found)]
            assert numbers == pytest.approx(
                [json.loads(part) for part in _numbers(outline(shape, width, height, inset))], abs=1e-4
            )


def _numbers(path: str) -> list[str]:
    return re.findall(r"-?\d+(?:\.\d+)?", path)


def test_the_page_knows_every_relation(visit: Opener) -> None:
    found = visit().page.evaluate("itgraph.RELATIONS")
    assert found == list(LINES)
