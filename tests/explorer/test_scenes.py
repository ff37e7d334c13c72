"""Where things are drawn."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.explorer.graphs import chain, hub, labels, make_content, place

from itgraph.explorer import Content
from itgraph.explorer.encoding import LINES, text_width
from itgraph.explorer.neighbourhood import FAN, MOST_DRAWN, Web, choose_around
from itgraph.explorer.scenes import (
    CARD,
    Item,
    Scene,
    card_label,
    card_width,
    choose_everything,
    overview_of,
    plain_width,
    scene_of,
    timeline_of,
)


def overlaps(a: Item, b: Item) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def assert_sound(content: Content, scene: Scene) -> None:
    """No box lies on another, all lie in the drawing, and each line joins the boxes of its link."""
    for index, item in enumerate(scene.items):
        assert 0 <= item.x <= item.x + item.width <= scene.width
        assert 0 <= item.y <= item.y + item.height <= scene.height
        assert not any(overlaps(item, other) for other in scene.items[:index])
    at = {item.node: item for item in scene.items if item.node >= 0}
    for stroke in scene.strokes:
        if stroke.link < 0 or stroke.is_loop:
            continue
        link = content.links[stroke.link]
        (start_x, start_y), (end_x, end_y) = stroke.knots[0], stroke.knots[-1]
        parent, child = at[link.parent], at[link.child]
        leaves_left = stroke.is_backward or stroke.is_hook
        assert start_x == (parent.x if leaves_left else parent.x + parent.width)
        assert end_x == (child.x + child.width if stroke.is_backward else child.x)
        assert parent.y <= start_y <= parent.y + parent.height
        assert child.y <= end_y <= child.y + child.height


def test_the_overview_of_the_surveys(content: Content) -> None:
    choice, left_out = choose_everything(content)
    scene = overview_of(content, choice, left_out)
    assert_sound(content, scene)
    assert (len(scene.items), left_out) == (84, 0)
    assert scene.crossings <= 30
    assert not any(stroke.is_backward for stroke in scene.strokes)
    at = {item.node: item for item in scene.items}
    for stroke in scene.strokes:
        link = content.links[stroke.link]
        assert at[link.parent].x + at[link.parent].width < at[link.child].x


def test_the_overview_of_all_that_is_shipped(whole_content: Content) -> None:
    choice, left_out = choose_everything(whole_content)
    scene = overview_of(whole_content, choice, left_out)
    assert_sound(whole_content, scene)
    assert left_out == 0
    # Graphviz (dot 2.43) draws the 199 relations of the first facts with 500.
    assert scene.crossings <= 450
    assert not any(stroke.is_backward for stroke in scene.strokes)


def test_things_without_lineage_are_not_drawn(content: Content) -> None:
    choice, _ = choose_everything(content)
    drawn = set(labels(content, choice.nodes))
    assert "MMLU" not in drawn
    assert "LLaMA" in drawn


def test_a_benchmark_that_was_trained_on_is_drawn(whole_content: Content) -> None:
    choice, _ = choose_everything(whole_content)
    assert {"Minotaur", "GSM8K"} <= set(labels(whole_content, choice.nodes))
    assert "MMLU" not in labels(whole_content, choice.nodes)


def test_of_many_leaves_a_group_stands_for_the_rest() -> None:
    content = make_content(*hub(40), *(f"f{n:02} baseModel twig" for n in range(FAN + 1)))
    choice, left_out = choose_everything(content)
    assert [(labels(content, [g.anchor]), g.count) for g in choice.groups] == [(["hub"], 40 - FAN)]
    assert left_out == 0
    assert_sound(content, overview_of(content, choice))


def test_the_overview_draws_what_has_most_neighbours() -> None:
    content = make_content(*chain(30), "x baseModel m5", "y baseModel x")
    choice, left_out = choose_everything(content, 10)
    assert len(choice.nodes) == 10
    assert left_out == 33 - 10
    assert "m5" in labels(content, choice.nodes)
    assert MOST_DRAWN == 1500


def test_the_timeline_goes_by_the_month(content: Content) -> None:
    choice, left_out = choose_everything(content)
    scene = timeline_of(content, choice, left_out)
    assert_sound(content, scene)
    at = {content.nodes[item.node].thing: item for item in scene.items}
    # What is known by its year alone comes after the months of that year.
    dates = [(f"{content.nodes[item.node].date}-13"[:7], item.x) for item in scene.items]
    dated = sorted((date, x) for date, x in dates if not date.startswith("-"))
    assert [x for _, x in dated] == sorted(x for _, x in dated)
    undated = [item for thing, item in at.items() if not content.nodes[item.node].date]
    assert undated
    assert all(item.y > scene.undated_from for item in undated)
    assert Counter(mark.is_year for mark in scene.marks)[True] == 6


def test_a_timeline_of_nothing_dated() -> None:
    content = make_content("b baseModel a")
    choice, _ = choose_everything(content)
    scene = timeline_of(content, choice)
    assert_sound(content, scene)
    assert scene.marks == ()


def test_a_loop_and_two_relations_of_one_pair() -> None:
    content = make_content("a baseModel a", "b baseModel a", "b memberOf a", "a baseModel b")
    web = Web(content)
    choice = choose_around(web, 0, relations=frozenset(LINES))
    scene = scene_of(content, choice, focus=0)
    assert_sound(content, scene)
    assert [stroke.is_loop for stroke in scene.strokes].count(True) == 1
    assert [stroke.is_backward for stroke in scene.strokes].count(True) == 1
    starts = [stroke.knots[0] for stroke in scene.strokes if not stroke.is_loop and not stroke.is_backward]
    assert len(set(starts)) == len(starts)


def test_lines_of_one_relation_leave_from_one_port() -> None:
    content = make_content("b baseModel a", "c baseModel a", "dataset/d generatedBy a")
    scene = scene_of(content, choose_around(Web(content), place(content, "a")), focus=0)
    ports = {(stroke.relation, stroke.knots[0]) for stroke in scene.strokes}
    assert len(ports) == 2


def test_two_lines_between_one_pair_do_not_cover_each_other() -> None:
    content = make_content("dataset/b generatedBy a", "c trainedOn dataset/b", "c baseModel a", "c memberOf a")
    scene = scene_of(content, choose_around(Web(content), place(content, "c"), relations=frozenset(LINES)))
    first, second = (s.knots for s in scene.strokes if s.relation in {"baseModel", "memberOf"})
    assert len(first) > 4
    assert not set(first) & set(second)


def test_there_and_back_are_two_lines() -> None:
    content = make_content("b baseModel a", "a baseModel b")
    scene = scene_of(content, choose_around(Web(content), 0))
    assert_sound(content, scene)
    there, back = (stroke.knots for stroke in scene.strokes)
    assert not set(there) & set(back)


def test_a_label_of_any_length_costs_little() -> None:
    content = make_content(names=["a"])
    (node,) = content.nodes
    named = type(node)(thing=type(node.thing)(iri=node.thing.iri, kind="model", label="x" * 10**7), caption="y" * 10**7)
    assert card_width(named) < 300


def test_many_authors_are_not_each_called_so() -> None:
    few = make_content("m describedIn paper/p", *(f"paper/p author person/a{n}" for n in range(3)))
    many = make_content("m describedIn paper/p", *(f"paper/p author person/a{n:02}" for n in range(12)))
    for content, words in ((few, 3), (many, 0)):
        scene = scene_of(content, choose_around(Web(content), place(content, "paper/p"), relations=frozenset(LINES)))
        assert [stroke.label for stroke in scene.strokes].count("author of") == words


@pytest.mark.parametrize("label", ["A", "LLaMA", "W" * 300, "模型" * 30, "\u0301" * 50, "a\nb\tc"])
def test_a_label_fits_its_card(label: str) -> None:
    content = make_content(names=["a"])
    (node,) = content.nodes
    named = type(node)(thing=type(node.thing)(iri=node.thing.iri, kind="model", label=label), caption="model")
    assert text_width(card_label(named), 14) <= card_width(named) - 46
    assert "\n" not in card_label(named)
    assert plain_width(named) < 260
    assert CARD.column > max(text_width(line.word, 11) for line in LINES.values()) + 17  # and the arrowhead
