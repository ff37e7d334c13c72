"""By whom things are, what may be done with them, and where sources contradict a survey: as it is read and written."""

from __future__ import annotations

import csv
import io
import itertools
import json
from typing import Literal, get_args
from xml.etree import ElementTree

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyoxigraph import Literal as Text
from tests.explorer.graphs import (
    CARD,
    make_correction,
    make_developer,
    make_disagreement,
    make_licence,
    make_quads,
    node,
)

from itgraph import terms
from itgraph.explorer import Content, Wanted, explore, read_content
from itgraph.explorer.content import Node, read_outlines
from itgraph.explorer.encoding import GROUNDS, USES
from itgraph.explorer.neighbourhood import Web
from itgraph.explorer.tables import format_things_csv
from itgraph.lookup import Thing
from itgraph.records import Access
from itgraph.store import EmbeddedStore

SVG = "{http://www.w3.org/2000/svg}"


def nodes_of(quads: list[Quad]) -> dict[str, Node]:
    return {found.thing.label: found for found in read_content(EmbeddedStore(quads)).nodes}


def bare(name: str, predicate: str, value: str) -> Quad:
    return Quad(node(name), NamedNode(predicate), Text(value), DefaultGraph())


# -- What is read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "access"),
    [
        ([], None),
        (["open"], "open"),
        (["open", "restricted"], "restricted"),
        (["closed", "open", "restricted"], "closed"),
        (["gated"], None),
        (["gated", "open"], "open"),
    ],
)
def test_access_is_the_narrowest_that_is_said(said: list[str], access: str | None) -> None:
    quads = make_quads([], ["a"])
    for place, value in enumerate(said):
        quads += make_licence("a", f"licence-{place}", value)
    found = nodes_of(quads)["a"]
    assert found.access == access
    assert found.use == (access or "unknown")


def test_a_licence_has_its_part_and_its_source() -> None:
    quads = make_quads([], ["a"]) + make_licence("a", "MIT", "open", "code") + make_licence("a", "RAIL", "restricted")
    first, second = nodes_of(quads)["a"].licences
    assert (first.id, first.part, first.access) == ("RAIL", "weights", "restricted")
    assert (second.id, second.part, second.access) == ("MIT", "code", "open")
    assert [source.link for source in first.sources] == [CARD]
    assert [source.is_curated for source in first.sources] == [True]


def test_a_licence_without_a_part_is_told_too() -> None:
    quads = [*make_quads([], ["a"]), bare("a", terms.LICENSE, "MIT"), bare("a", terms.ACCESS, "open")]
    found = nodes_of(quads)["a"]
    assert [(licence.id, licence.part) for licence in found.licences] == [("MIT", "")]
    assert found.access == "open"


def test_a_licence_of_the_code_alone_opens_nothing() -> None:
    quads = make_quads([], ["a"]) + make_licence("a", "MIT", "open", "code")
    found = nodes_of(quads)["a"]
    assert (found.access, found.use) == (None, "unknown")
    assert found.access_said == "open, by a licence of its code alone; that of the weights is not known"


def test_what_is_told_apart_is_not_told_among_the_facts(whole_content: Content) -> None:
    told = {fact.property for found in whole_content.nodes for fact in found.facts}
    assert not told & {terms.ACCESS, terms.LICENSE, terms.HAS_LICENSING, terms.RELEASED}
    assert terms.WEIGHTS_RELEASED in told


def test_nobody_asks_for_the_licence_of_a_paper() -> None:
    found = nodes_of(make_quads(["a describedIn paper/p", "paper/p author person/q"]))
    assert {label: one.use for label, one in found.items()} == {"a": "unknown", "p": "", "q": ""}


def test_developers_are_links_and_names() -> None:
    content = read_content(EmbeddedStore(make_quads([], ["a"]) + make_developer("a", "Some Lab")))
    (link,) = content.links
    assert (link.relation, content.nodes[link.child].developers) == ("developer", ("Some Lab",))
    assert [source.link for source in link.sources] == [CARD]


def test_an_outline_says_the_same(whole_store: EmbeddedStore, whole_content: Content) -> None:
    wanted = [found for found in whole_content.nodes if found.use]
    for known, read in zip(wanted, read_outlines(whole_store, [found.thing.iri for found in wanted]), strict=True):
        assert (read.access, read.date, read.caption) == (known.access, known.date, known.caption)
        assert set(read.developers) == set(known.developers)
        assert set(read.licence_ids) == {licence.id for licence in known.licences}


def test_every_relation_says_who_says_so(whole_content: Content) -> None:
    for link in whole_content.links:
        assert link.sources or link.rules
        assert all(source.link.startswith("https://") for source in link.sources)
        assert link.is_inferred == (not link.sources)
    curated = [link for link in whole_content.links if any(source.is_curated for source in link.sources)]
    assert {"baseModel", "trainedOn", "generatedBy", "sourceDataset", "developer"} <= {
        link.relation for link in curated
    }


@pytest.mark.parametrize(
    ("predicate", "value", "date"),
    [
        (terms.WEIGHTS_RELEASED, "2023-03-30", "2023-03"),
        (terms.SERVICE_RELEASED, "2022", "2022"),
        (terms.PAPER_RELEASED, "2023-13", "2023"),
    ],
)
def test_a_release_dates_a_thing(predicate: str, value: str, date: str) -> None:
    assert nodes_of([*make_quads([], ["a"]), bare("a", predicate, value)])["a"].date == date


def test_contradictions_are_kept_with_both_sides() -> None:
    quads = make_quads(["a baseModel b"]) + make_correction("a", "c", "b", "It says so.")
    found = nodes_of(quads + make_disagreement("a", "one says MIT, another GPL", CARD))["a"]
    (said,) = found.conflicts
    assert (said.label, said.survey, said.found, said.effect) == ("base model", "c", "b", "replaces")
    assert (said.source.link, [row.table for row in said.rows]) == (CARD, ["models"])
    assert [(one.message, one.links) for one in found.disagreements] == [("one says MIT, another GPL", (CARD,))]
    assert found.issues == ()


# -- What is written ---------------------------------------------------------------------------------------------------


def small() -> EmbeddedStore:
    lines = ["b baseModel a", "c baseModel b", "d baseModel c", "d describedIn paper/p"]
    quads = make_quads(lines) + make_developer("a", "Some Lab") + make_correction("b", "z", "a")
    for name, access in (("a", "closed"), ("b", "restricted"), ("c", "open")):
        quads += make_licence(name, f"under-{name}", access)
    return EmbeddedStore(quads + make_licence("a", "under-a", "closed", "code"))


def picture(lens: Literal["access"] | None, theme: Literal["light", "dark"] = "light") -> ElementTree.Element:
    focus = Thing(iri=node("d").value, kind="model", label="d")
    text = explore(small(), Wanted(focus=focus, lens=lens, theme=theme), format="svg")
    return ElementTree.fromstring(text)  # noqa: S314


def boxes(root: ElementTree.Element) -> dict[str, list[ElementTree.Element]]:
    """Return what each box is drawn with, by the name that stands in it."""
    found = {}
    for group in root.iter(f"{SVG}g"):
        names = [text.text for text in group.findall(f"{SVG}text") if text.get("font-size") == "14"]
        if names:
            found[str(names[0])] = group.findall(f"{SVG}path")
    return found


def test_only_what_is_closed_has_a_double_border() -> None:
    # An outline and an icon; of what is closed, one outline more.
    assert {name: len(paths) for name, paths in boxes(picture(None)).items()} == {"a": 3, "b": 2, "c": 2, "d": 2}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lens_tells_each_access_by_colour_and_by_icon(theme: Literal["light", "dark"]) -> None:
    drawn = boxes(picture("access", theme))
    expected = {"a": "closed", "b": "restricted", "c": "open", "d": "unknown"}
    for name, use in expected.items():
        outline, icon = drawn[name][0], drawn[name][-1]
        assert outline.get("stroke") == getattr(USES[use], theme)
        assert icon.get("d") == USES[use].icon
    words = {text.text for text in picture("access").iter(f"{SVG}text")}
    assert {f"access {USES[use].word}" for use in expected.values()} <= words
    assert "access closed" not in {text.text for text in picture(None).iter(f"{SVG}text")}


def test_the_words_for_access_are_those_of_the_licences() -> None:
    assert list(USES) == [*get_args(Access), "unknown"]


def test_the_table_has_developer_licence_and_access() -> None:
    content = read_content(small())
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(format_things_csv(content, Web(content))))}
    assert {name: row["access"] for name, row in rows.items()} == {
        "a": "closed",
        "b": "restricted",
        "c": "open",
        "d": "unknown",
    }
    assert (rows["a"]["developer"], rows["a"]["licence"]) == ("Some Lab", "under-a (weights, code)")
    assert (rows["d"]["developer"], rows["d"]["licence"]) == ("", "")


def test_json_has_them_with_their_sources() -> None:
    told = json.loads(explore(small(), Wanted(view="table"), format="json"))
    things = {thing["label"]: thing for thing in told["things"]}
    assert things["a"]["developers"] == ["Some Lab"]
    assert {(one["licence"], one["part"], one["access"]) for one in things["a"]["licences"]} == {
        ("under-a", "weights", "closed"),
        ("under-a", "code", "closed"),
    }
    assert all(source["link"] == CARD for one in things["a"]["licences"] for source in one["sources"])
    assert things["d"]["access"] is None
    (said,) = things["b"]["corrections"]
    assert (said["property"], said["survey"], said["source"], said["said_by"]["link"]) == ("base model", "z", "a", CARD)
    assert [row["link"] for row in said["rows"]] == ["https://example.org/README.md#L1-L2"]


# -- Colours -----------------------------------------------------------------------------------------------------------

# What people see who lack a kind of cone: Machado, Oliveira and Fernandes (2009), at full severity, on linear RGB.
SEEN = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = rgb
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour: str, eye: str) -> tuple[float, float, float]:
    known = linear(colour)
    return lab([min(1.0, max(0.0, sum(a * b for a, b in zip(row, known, strict=True)))) for row in SEEN[eye]])


def distance(a: str, b: str, eye: str) -> float:
    return float(sum((x - y) ** 2 for x, y in zip(seen(a, eye), seen(b, eye), strict=True)) ** 0.5)


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_of_the_lens_stay_apart_for_all_eyes(theme: str, eye: str) -> None:
    """Their borders as far as those of kinds, at 17; their fills so far that boxes side by side are seen to differ."""
    for first, second in itertools.combinations(USES.values(), 2):
        assert distance(getattr(first, theme), getattr(second, theme), eye) >= 17
        assert distance(getattr(first, f"{theme}_fill"), getattr(second, f"{theme}_fill"), eye) >= 10


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colours_of_the_lens_have_contrast(theme: Literal["light", "dark"]) -> None:
    def luminance(colour: str) -> float:
        red, green, blue = linear(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(a: str, b: str) -> float:
        darker, lighter = sorted((luminance(a), luminance(b)))
        return (lighter + 0.05) / (darker + 0.05)

    ground = GROUNDS[theme]
    for name, use in USES.items():
        border, fill = getattr(use, theme), getattr(use, f"{theme}_fill")
        assert contrast(border, ground["ground"]) >= 3, name
        assert contrast(border, fill) >= 3, name
        assert contrast(ground["text"], fill) >= 7, name
        assert contrast(ground["faint"], fill) >= 4.5, name
