"""What notebooks show of lineages and paths: pictures of what was found, that harm no page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from pyoxigraph import Quad
from tests.test_lineage import hostile, make_store, model

from itgraph import pictures
from itgraph.explorer.drawing import format_svg
from itgraph.explorer.neighbourhood import Choice
from itgraph.explorer.scenes import scene_of
from itgraph.lineage import Lineage, find_path, read_lineage
from itgraph.pictures import dark_colours, draw_connection, draw_lineage
from itgraph.store import EmbeddedStore

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shipped(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


@pytest.fixture(scope="module")
def vicuna(shipped: EmbeddedStore) -> Lineage:
    return read_lineage(shipped, model("vicuna"))


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - our own pictures


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in parse(svg).iter(f"{SVG}text")]


def described(svg: str) -> str:
    return parse(svg).findtext(f"{SVG}desc") or ""


def test_a_picture_has_the_things_and_says_each_step(vicuna: Lineage) -> None:
    svg = draw_lineage(vicuna)
    assert {"Vicuna", "LLaMA", "ShareGPT", "ChatGPT", "GPT-3.5", "Ancestors of Vicuna (model)"} <= set(texts(svg))
    assert described(svg).count(". ") + 1 == len(vicuna.edges)
    assert "Vicuna (model) has the base model LLaMA (model)" in described(svg)


def test_what_was_left_out_of_a_lineage_is_not_in_its_picture(shipped: EmbeddedStore) -> None:
    explicit = draw_lineage(read_lineage(shipped, model("vicuna"), explicit=True))
    assert "Vicuna (dataset)" not in described(explicit)
    one_step = texts(draw_lineage(read_lineage(shipped, model("vicuna"), depth=1)))
    assert "GPT-3.5" not in one_step
    # ChatGPT wrote ShareGPT and the data of Vicuna; that was made from ShareGPT.
    assert [text for text in one_step if text.startswith("+")] == ["+1", "+2"]


@pytest.mark.parametrize(
    ("direction", "title", "note"),
    [
        ("up", "Ancestors of x (model)", "No ancestors are known."),
        ("down", "Descendants of x (model)", "No descendants are known."),
        ("both", "Lineage of x (model)", "No ancestors or descendants are known."),
    ],
)
def test_a_thing_alone(direction: str, title: str, note: str) -> None:
    found = read_lineage(make_store([], nodes=["x"]), model("x"), direction)  # type: ignore[arg-type]
    assert texts(draw_lineage(found))[0] == title
    assert texts(draw_lineage(found))[-1] == note


def test_depth_zero_says_no_untruth(vicuna: Lineage, shipped: EmbeddedStore) -> None:
    shown = texts(draw_lineage(read_lineage(shipped, model("vicuna"), depth=0)))
    assert not any("known" in text for text in shown)
    assert f"+{sum(edge.child.iri == vicuna.start for edge in vicuna.edges)}" in shown


def test_a_picture_stands_among_others_on_a_page(vicuna: Lineage) -> None:
    svg = draw_lineage(vicuna)
    root = parse(svg)
    assert [child.tag.removeprefix(SVG) for child in root][:3] == ["title", "desc", "style"]
    assert svg.startswith("<svg ")
    assert not [name for element in root.iter() for name in element.attrib if name in {"id", "aria-labelledby"}]
    assert "max-width:100%" in root.attrib["style"]
    # Every rule of its style sheet is for pictures of this kind alone.
    style = root.findtext(f"{SVG}style") or ""
    rules = re.findall(r"[{}]([^{}]+)\{(?:fill|stroke):#", style)
    assert rules
    assert all(rule.startswith(".itgraph-picture [") for rule in rules)


def test_in_the_dark_it_has_the_colours_of_the_explorer(shipped: EmbeddedStore) -> None:
    found = read_lineage(shipped, model("llama"), "both")
    _, content = pictures._content(found.things, found.edges)
    everything = Choice(nodes=tuple(range(len(found.things))), links=tuple(range(len(found.edges))), more={})
    scene = scene_of(content, everything, focus=0)
    light, dark = (format_svg(content, scene, title="x", theme=theme) for theme in ("light", "dark"))
    colours = dark_colours()
    recoloured = re.sub(r'(?<=(?:.fill|troke)=")#\w{6}', lambda found: colours[found[0]], light)
    assert recoloured == dark
    assert light != dark
    style = pictures._in_the_dark(light)
    assert set(re.findall(r'="(#\w{6})"\]', style)) == set(re.findall(r'(?:fill|stroke)="(#\w{6})"', light))


@given(hostile, hostile)
@settings(max_examples=100)
def test_no_name_breaks_out_of_a_picture(label: str, other: str) -> None:
    store = make_store([("a", "b"), ("b", "c")], labels={"a": encodable(label), "b": encodable(other)})
    for svg in (
        draw_lineage(read_lineage(store, model("a"))),
        draw_connection(find_path(store, model("a"), model("c"))),
    ):
        root = parse(svg)
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            *("svg", "title", "desc", "style", "rect", "text", "g", "path")
        }
        assert all(character.isprintable() for character in svg if character != "\n")


def encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def test_a_name_of_any_length_makes_no_large_picture() -> None:
    store = make_store([("a", "b")], labels={"a": "x" * 1_000_000})
    svg = draw_lineage(read_lineage(store, model("a")))
    assert len(svg) < 10_000
    assert int(parse(svg).attrib["width"]) < 2_000


def test_of_a_large_lineage_the_nearest_is_drawn_and_the_rest_counted() -> None:
    fans = [(f"leaf-{number}", f"child-{number % 40}") for number in range(3_000)]
    store = make_store([*((f"child-{number}", "root") for number in range(40)), *fans])
    svg = draw_lineage(read_lineage(store, model("root"), "down"))
    shown = texts(svg)
    assert sum(text == "model" for text in shown) <= 110
    assert "Things further away, not drawn: 2,041." in shown
    assert "+16 more" in shown


def test_cycles_are_drawn() -> None:
    svg = draw_lineage(read_lineage(make_store([("a", "b"), ("b", "a"), ("a", "a")]), model("a")))
    assert "closes a cycle" in texts(svg)


def test_a_path_has_its_steps_and_no_others(shipped: EmbeddedStore) -> None:
    found = find_path(shipped, model("radiology-gpt"), model("instructgpt"))
    svg = draw_connection(found)
    assert texts(svg)[0] == "From Radiology-GPT (model) to InstructGPT (model)"
    assert described(svg).count(". ") + 1 == 3
    assert "Alpaca (dataset) was written by InstructGPT (model)" in described(svg)
    assert "LLaMA" not in svg


def test_of_two_things_with_a_common_ancestor_both_ways_are_drawn() -> None:
    svg = draw_connection(find_path(make_store([("a", "x"), ("x", "top"), ("b", "top")]), model("a"), model("b")))
    assert {"a", "b", "x", "top"} <= set(texts(svg))
    assert described(svg).count(". ") + 1 == 3


def test_ways_that_are_too_many_are_counted() -> None:
    edges = [(f"s{row}-{one}", f"s{row + 1}-{other}") for row in range(4) for one in range(3) for other in range(3)]
    edges += [("a", f"s0-{one}") for one in range(3)] + [(f"s4-{one}", "b") for one in range(3)]
    svg = draw_connection(find_path(make_store(edges), model("a"), model("b")))
    assert "Ways not drawn: 233." in texts(svg)


@pytest.mark.parametrize("other", ["a", "c"])
def test_where_there_is_no_way_there_is_no_picture(other: str) -> None:
    found = find_path(make_store([("a", "b")], nodes=["c"]), model("a"), model(other))
    assert found._repr_svg_() is None
