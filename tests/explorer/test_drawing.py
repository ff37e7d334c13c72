"""Pictures: SVG that any reader of SVG can show."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.explorer.graphs import make_content

from itgraph.explorer import Content
from itgraph.explorer.drawing import format_svg, outline, path_of
from itgraph.explorer.neighbourhood import Web, choose_around
from itgraph.explorer.scenes import Stroke, choose_everything, overview_of, scene_of, timeline_of

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "rect", "text", "g", "path"}


def picture(content: Content, name: str = "a", **options: str) -> ElementTree.Element:
    web = Web(content)
    start = next(place for place, node in enumerate(content.nodes) if node.thing.label == name)
    scene = scene_of(content, choose_around(web, start), focus=start)
    return ElementTree.fromstring(format_svg(content, scene, title="A title", **options))  # type: ignore[arg-type]  # noqa: S314


def texts(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_it_uses_only_what_every_reader_knows(content: Content) -> None:
    choice, left_out = choose_everything(content)
    for scene in (overview_of(content, choice, left_out), timeline_of(content, choice, left_out)):
        root = ElementTree.fromstring(format_svg(content, scene, title="All"))  # noqa: S314
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
        assert not any(name.startswith("on") or "href" in name for element in root.iter() for name in element.attrib)


def test_it_says_in_words_what_it_shows() -> None:
    root = picture(make_content("b baseModel a", "b trainedOn dataset/d"), "b")
    assert root.findtext(f"{SVG}title") == "A title"
    assert (
        root.findtext(f"{SVG}desc") == "b (model) has the base model a (model). b (model) was trained on d (dataset)."
    )


def test_lines_are_called_by_name_and_the_legend_explains() -> None:
    words = texts(picture(make_content("b baseModel a", "c baseModel a", "c trainedOn dataset/d"), "c"))
    assert {"base of", "trained"} <= set(words)  # on the lines
    assert {"model", "dataset", "base model of", "training data of"} <= set(words)  # in the legend
    assert {"A title", "a", "c", "d", "+1"} <= set(words)


@pytest.mark.parametrize(
    "label", ["</text><script>alert(1)</script>", "a & b", '"quoted"', "\x00\x1b[31m\ufffe", "]]>"]
)
def test_a_hostile_label_stays_text(label: str) -> None:
    content = make_content(names=["a"])
    (node,) = content.nodes
    hostile = type(node)(thing=type(node.thing)(iri=node.thing.iri, kind="model", label=label), caption=label)
    root = picture(type(content)(nodes=(hostile,), links=()), label, note=label)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS


def test_dark_is_dark() -> None:
    content = make_content("b baseModel a")
    light, dark = (picture(content, "b", theme=theme).find(f"{SVG}rect") for theme in ("light", "dark"))
    assert light is not None
    assert dark is not None
    assert (light.get("fill"), dark.get("fill")) == ("#FFFFFF", "#14171A")


@pytest.mark.parametrize(
    ("stroke", "path"),
    [
        (Stroke(relation="baseModel", knots=((0, 5), (10, 5), (80, 5), (90, 5))), "M0 5H10H80H90"),
        (Stroke(relation="baseModel", knots=((0, 5), (10, 5), (80, 45), (90, 45))), "M0 5H10C45 5 45 45 80 45H90"),
        (
            Stroke(relation="baseModel", knots=((90, 5), (80, 5), (10, 45), (0, 45)), is_backward=True),
            "M90 5H80C45 5 45 45 10 45H0",
        ),
        (
            Stroke(relation="baseModel", knots=((50, 5), (50, 5), (20, 29), (20, 29)), is_hook=True),
            "M50 5C-10 5 -10 29 20 29",
        ),
        (Stroke(relation="baseModel", knots=((90, 20), (10, 20)), is_loop=True), "M90 20C124 -26 -24 -26 10 20"),
    ],
    ids=["straight", "curve", "backward", "hook", "loop"],
)
def test_the_path_of_a_line(stroke: Stroke, path: str) -> None:
    assert path_of(stroke) == path


def test_an_arrowhead_has_room() -> None:
    assert path_of(Stroke(relation="baseModel", knots=((0, 5), (0, 5), (90, 5), (90, 5))), 9) == "M0 5H81"


@pytest.mark.parametrize("shape", ["rounded", "square", "cut", "hexagon", "slanted", "pill"])
def test_an_outline_closes_within_its_box(shape: str) -> None:
    path = outline(shape, 100, 40)
    assert path.startswith("M")
    assert path.endswith("z")


def test_other_programs_can_read_it(content: Content, tmp_path: Path) -> None:
    program = shutil.which("rsvg-convert")
    if program is None:
        assert not os.environ.get("ITGRAPH_REQUIRE_BROWSER"), "rsvg-convert is to be installed here"
        pytest.skip("no rsvg-convert here: that another reader of SVG shows the picture is not tested")
    choice, left_out = choose_everything(content)
    source, target = tmp_path / "all.svg", tmp_path / "all.png"
    source.write_text(format_svg(content, overview_of(content, choice, left_out), title="All"), encoding="utf-8")
    subprocess.run([program, "-o", str(target), str(source)], check=True)
    assert target.stat().st_size > 20_000
