"""What is drawn around a thing, and between two."""

from __future__ import annotations

import pytest
from tests.explorer.graphs import chain, hub, labels, make_content, place

from itgraph.explorer import Content
from itgraph.explorer.encoding import LINEAGE_NAMES
from itgraph.explorer.neighbourhood import (
    CAP,
    FAN,
    Web,
    choose_around,
    choose_between,
    choose_start,
    own_depths,
    own_relations,
)


def around(content: Content, name: str, **options: int | None) -> list[str]:
    choice = choose_around(Web(content), place(content, name), **options)  # type: ignore[arg-type]
    return sorted(labels(content, choice.nodes))


def test_all_the_way_up_and_one_step_down() -> None:
    content = make_content(*chain(6))
    assert around(content, "m3") == ["m0", "m1", "m2", "m3", "m4"]
    assert around(content, "m3", up=1, down=0) == ["m2", "m3"]
    assert around(content, "m3", up=0, down=None) == ["m3", "m4", "m5", "m6"]


def test_other_parents_of_what_is_drawn_are_counted() -> None:
    content = make_content("llava baseModel llama", "llava baseModel clip", "llama baseModel root")
    web = Web(content)
    choice = choose_around(web, place(content, "llama"))
    assert choice.more == {(place(content, "llava"), "up"): 1}
    opened = choose_around(web, place(content, "llama"), pages={(place(content, "llava"), "up"): 1})
    assert "clip" in labels(content, opened.nodes)
    assert opened.more == {}


def test_all_links_between_what_is_drawn_are_drawn() -> None:
    content = make_content("b baseModel a", "c baseModel b", "c baseModel a")
    choice = choose_around(Web(content), place(content, "c"))
    assert len(choice.links) == 3


def test_what_is_opened_further_is_opened_only_where_it_is_drawn() -> None:
    content = make_content(*chain(6))
    web = Web(content)
    pages = {(place(content, "m4"), "down"): 1, (place(content, "m5"), "down"): 1, (place(content, "m0"), "down"): 1}
    choice = choose_around(web, place(content, "m3"), up=0, pages=pages)  # type: ignore[arg-type]
    assert sorted(labels(content, choice.nodes)) == ["m3", "m4", "m5", "m6"]


def test_of_many_children_a_page_is_drawn_and_the_rest_counted() -> None:
    content = make_content(*hub(60), "grandchild baseModel child0050")
    web = Web(content)
    start = place(content, "hub")
    choice = choose_around(web, start)
    assert len(choice.nodes) == 1 + FAN
    # What most is built upon comes first.
    assert labels(content, choice.nodes)[1:3] == ["child0050", "child0000"]
    assert [(group.anchor, group.way, group.relation, group.count) for group in choice.groups] == [
        (start, "down", "baseModel", 60 - FAN)
    ]
    second = choose_around(web, start, pages={(start, "down"): 2})
    assert len(second.nodes) == 1 + 2 * FAN
    third = choose_around(web, start, pages={(start, "down"): 3})
    assert len(third.nodes) == 61
    assert third.groups == ()


def test_each_relation_has_a_group_of_its_own() -> None:
    lines = [*hub(30), *(f"dataset/d{n:02} generatedBy hub" for n in range(40))]
    content = make_content(*lines)
    choice = choose_around(Web(content), place(content, "hub"))
    assert {group.relation: group.count for group in choice.groups} == {"baseModel": 6, "generatedBy": 16}


def test_never_more_than_the_cap() -> None:
    lines = [f"x{a}-{b} baseModel y{a}" for a in range(20) for b in range(24)] + [
        f"y{a} baseModel root" for a in range(20)
    ]
    content = make_content(*lines)
    web = Web(content)
    choice = choose_around(web, place(content, "root"), down=None)
    assert len(choice.nodes) == CAP
    assert sum(group.count for group in choice.groups) == len(content.nodes) - CAP


@pytest.mark.parametrize(
    "lines", [["a baseModel a"], ["a baseModel b", "b baseModel a"], [*chain(4), "m0 baseModel m4"]]
)
def test_cycles_and_loops_end(lines: list[str]) -> None:
    content = make_content(*lines)
    web = Web(content)
    choice = choose_around(web, 0, down=None)
    assert len(choice.nodes) == len(content.nodes)
    assert len(choice.links) == len(content.links)
    assert choice.more == {}


def test_reach_counts_both_ways(content: Content, web: Web) -> None:
    llama = content.index_of("https://w3id.org/itgraph/model/llama")
    assert (web.reach(llama, "up"), web.reach(llama, "down")) == (0, 17)
    radiology = content.index_of("https://w3id.org/itgraph/model/radiology-gpt")
    assert (web.reach(radiology, "up"), web.reach(radiology, "down")) == (6, 0)


# -- Between two -------------------------------------------------------------------------------------------------------


DIAMOND = ("b baseModel a", "c baseModel a", "d baseModel b", "d baseModel c", "e baseModel d", "f baseModel b")


@pytest.mark.parametrize(
    ("first", "second", "drawn"),
    [
        ("e", "a", ["a", "b", "c", "d", "e"]),
        ("a", "e", ["a", "b", "c", "d", "e"]),
        ("e", "b", ["b", "d", "e"]),
        ("f", "e", ["b", "d", "e", "f"]),
        ("f", "c", ["a", "b", "c", "f"]),
        ("e", "e", ["e"]),
    ],
)
def test_all_ways_between_two(first: str, second: str, drawn: list[str]) -> None:
    content = make_content(*DIAMOND)
    choice = choose_between(Web(content), place(content, first), place(content, second))
    assert sorted(labels(content, choice.nodes)) == drawn


def test_two_that_have_nothing_in_common_stand_alone() -> None:
    content = make_content("b baseModel a", "y baseModel x")
    choice = choose_between(Web(content), place(content, "b"), place(content, "y"))
    assert (sorted(labels(content, choice.nodes)), choice.links) == (["b", "y"], ())


# -- Where it opens ----------------------------------------------------------------------------------------------------


def test_it_opens_on_the_longest_ancestry(content: Content, web: Web) -> None:
    assert content.nodes[choose_start(content, web)].thing.label == "Radiology-GPT"


@pytest.mark.parametrize(
    ("lines", "names", "start"),
    [
        (["b baseModel a", "b baseModel z", "d baseModel c"], [], "b"),
        (["dataset/e generatedBy b", "b baseModel a"], [], "b"),
        (["a baseModel b", "b baseModel a"], [], "a"),
        ([], ["b", "a"], "a"),
        (["dataset/e sourceDataset dataset/d"], ["a"], "e"),
    ],
    ids=["most ancestors", "models first", "a cycle", "no lineage", "only datasets have one"],
)
def test_where_it_opens(lines: list[str], names: list[str], start: str) -> None:
    content = make_content(*lines, names=names)
    assert content.nodes[choose_start(content, Web(content))].thing.label == start


def test_what_has_no_lineage_is_drawn_by_its_papers() -> None:
    content = make_content("benchmark/b describedIn paper/p", "paper/p author person/who", "m baseModel l")
    web = Web(content)
    assert own_relations(content, web, place(content, "m")) == set(LINEAGE_NAMES)
    assert "describedIn" in own_relations(content, web, place(content, "benchmark/b"))
    assert "author" in own_relations(content, web, place(content, "person/who"))
    assert own_depths(content, place(content, "person/who")) == (1, 2)
    assert own_depths(content, place(content, "m")) == (None, 1)
