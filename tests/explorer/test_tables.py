"""Views as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.explorer.graphs import make_content

from itgraph.explorer import Content
from itgraph.explorer.neighbourhood import Web, choose_around
from itgraph.explorer.scenes import scene_of
from itgraph.explorer.tables import (
    format_relations_csv,
    format_things_csv,
    format_things_json,
    format_view_json,
)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_relations_as_csv() -> None:
    content = make_content("b baseModel a", "dataset/d generatedBy b")
    assert read(format_relations_csv(content, range(2))) == [
        {
            "child": "b",
            "child_kind": "model",
            "child_iri": "https://w3id.org/itgraph/model/b",
            "relation": "baseModel",
            "parent": "a",
            "parent_kind": "model",
            "parent_iri": "https://w3id.org/itgraph/model/a",
            "how_known": "stated",
            "sources": "https://example.org/README.md#L1-L2",
            "rules": "",
        },
        {
            "child": "d",
            "child_kind": "dataset",
            "child_iri": "https://w3id.org/itgraph/dataset/d",
            "relation": "generatedBy",
            "parent": "b",
            "parent_kind": "model",
            "parent_iri": "https://w3id.org/itgraph/model/b",
            "how_known": "stated",
            "sources": "https://example.org/README.md#L1-L2",
            "rules": "",
        },
    ]


def test_the_table_of_all_things(content: Content, web: Web) -> None:
    rows = read(format_things_csv(content, web))
    assert len(rows) == 116
    (alpaca,) = [row for row in rows if (row["name"], row["kind"]) == ("Alpaca", "model")]
    assert (alpaca["base"], alpaca["data"], alpaca["size"], alpaca["up"], alpaca["down"]) == (
        "LLaMA",
        "Alpaca",
        "7B",
        "5",
        "1",
    )
    (gsm8k,) = [row for row in rows if row["name"] == "GSM8K"]
    assert (gsm8k["kind"], gsm8k["up"], gsm8k["open"]) == ("benchmark", "", "")


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1+1", "'-1+1"),
        ("\tx", "'\tx"),
        ("-7", "-7"),
        ("plain", "plain"),
        ('a "b", c', 'a "b", c'),
    ],
)
def test_no_cell_is_a_formula(label: str, cell: str) -> None:
    content = make_content(names=["a"])
    (node,) = content.nodes
    named = type(node)(thing=type(node.thing)(iri=node.thing.iri, kind="model", label=label))
    changed = type(content)(nodes=(named,), links=())
    (row,) = read(format_things_csv(changed, Web(changed)))
    assert row["name"] == cell


def test_a_view_as_json(content: Content, web: Web) -> None:
    start = content.index_of("https://w3id.org/itgraph/model/radiology-gpt")
    scene = scene_of(content, choose_around(web, start), focus=start)
    view = json.loads(format_view_json(content, scene, title="A title"))
    assert (view["title"], view["view"], len(view["things"]), len(view["relations"])) == ("A title", "focus", 7, 6)
    assert all(relation["sources"] or relation["rules"] for relation in view["relations"])
    inferred = [relation for relation in view["relations"] if not relation["stated"]]
    assert {relation["rules"][0] for relation in inferred} == {"self-built-training-set"}
    assert all({"x", "y", "width", "height", "facts"} <= set(thing) for thing in view["things"])


def test_everything_as_json(content: Content) -> None:
    view = json.loads(format_things_json(content, title="All"))
    assert (len(view["things"]), len(view["relations"])) == (len(content.nodes), len(content.links))
