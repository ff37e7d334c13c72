"""The page as a file: what is in it, what it allows, how large it is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.explorer.graphs import make_content

from itgraph.errors import ExportError
from itgraph.explorer import Content, to_pyvis
from itgraph.explorer import page as module
from itgraph.explorer.encoding import GROUNDS, KINDS, LINES, shorten
from itgraph.explorer.neighbourhood import Web
from itgraph.explorer.page import escape_json, format_page, script_text, style_text
from itgraph.explorer.views import Opening


class Reader(HTMLParser):
    """A page as elements: each with its attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: list[tuple[str, dict[str, str | None], str]] = []
        self.open: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.blocks.append((tag, dict(attrs), ""))
            self.open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open:
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open:
            tag, attributes, text = self.blocks[-1]
            self.blocks[-1] = (tag, attributes, text + data)


def data_of(text: str) -> Any:
    (block,) = [text for _, attributes, text in Reader(text).blocks if attributes.get("type") == "application/json"]
    return json.loads(block)


def test_it_is_small(page_text: str, whole_page_text: str) -> None:
    """What is sent stays as small as ever; the file of all facts has room for 841 of them, each with its source."""
    for text, most in ((page_text, 700_000), (whole_page_text, 900_000)):
        assert len(text.encode()) <= most
        assert len(gzip.compress(text.encode())) <= 220_000


def test_the_policy_allows_this_script_and_these_styles_and_nothing_else(page_text: str) -> None:
    found = Reader(page_text)
    (policy,) = [a["content"] for tag, a in found.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    blocks = {
        tag: f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for tag, attributes, text in found.blocks
        if attributes.get("type") != "application/json"
    }
    assert rules == {
        "default-src": "'none'",
        "script-src": blocks["script"],
        "style-src": blocks["style"],
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_it_names_no_other_server(page_text: str) -> None:
    found = Reader(page_text)
    addresses = [
        (tag, name, value)
        for tag, attributes in found.elements
        for name, value in attributes.items()
        if name in {"src", "href", "action", "data", "poster", "srcset", "style"} or name.startswith("on")
    ]
    assert addresses == [("link", "href", "data:,"), ("a", "href", "#tables")]
    scripts = "".join(text for tag, a, text in found.blocks if a.get("type") != "application/json")
    assert set(re.findall(r"https?://[^\s\"'`)]+", scripts)) == {"http://www.w3.org/2000/svg"}
    for word in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "EventSource", "import(", "eval("):
        assert word not in scripts
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "@import", "url("):
        assert word not in scripts


def test_it_is_a_document_of_its_time(page_text: str) -> None:
    assert page_text.startswith('<!doctype html>\n<html lang="en"')
    found = Reader(page_text)
    tags = [tag for tag, _ in found.elements]
    assert tags.count("h1") == tags.count("main") == tags.count("header") == 1
    ids = [a["id"] for _, a in found.elements if "id" in a]
    # The picture for browsers without scripts has ids of its own.
    assert len(ids) == len(set(ids))


def test_the_data_is_what_pyvis_carries(page_text: str, content: Content) -> None:
    data = data_of(page_text)
    network = to_pyvis(content)
    assert [node["label"] for node in data["nodes"]] == [node["label"] for node in network.nodes]
    assert [(e["from"], e["to"]) for e in data["edges"]] == [(e["from"], e["to"]) for e in network.edges]
    drawn = [node for node in network.nodes if "x" in node]
    assert len(drawn) == 84
    assert network.options["physics"] == {"enabled": False}


def test_pyvis_can_draw_the_same_network_by_itself(content: Content) -> None:
    html = to_pyvis(content).generate_html(notebook=False)
    assert '"label": "Radiology-GPT"' in html


def test_the_foot_says_what_it_was_made_from(page_text: str, whole_page_text: str) -> None:
    for text, has_facts in ((page_text, False), (whole_page_text, True)):
        foot = text.partition("<footer>")[2].partition("</footer>")[0]
        assert "2024-10-15 (Instruction-Tuning-Survey at " in foot
        assert bool(re.search(r"[1-9]\d* curated facts, each with its source", foot)) == has_facts


def test_it_works_without_scripts_too(page_text: str) -> None:
    picture = page_text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "<svg" in picture
    for name in ("Radiology-GPT", "Alpaca", "LLaMA"):
        assert name in picture


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!-- <script>", "]]>", "\u2028\u2029", "&lt;", "'\"\\"]
)
def test_json_in_a_script_block_stays_data(text: str) -> None:
    escaped = escape_json(json.dumps({"text": text}, ensure_ascii=False))
    assert not re.search("[<>&\u2028\u2029]", escaped)
    assert json.loads(escaped) == {"text": text}


def test_a_hostile_label_is_nowhere_outside_of_the_data() -> None:
    label = "</title></script><img src=x onerror=alert(1)>{{ 7*7 }}{% raw %}"
    content = make_content(names=["a"])
    (node,) = content.nodes
    hostile = type(node)(thing=type(node.thing)(iri=node.thing.iri, kind="model", label=label), caption=label)
    changed = type(content)(nodes=(hostile,), links=())
    text = format_page(changed, Web(changed), Opening(start=0))
    assert data_of(text)["nodes"][0]["label"] == label
    assert not [tag for tag, _ in Reader(text).elements if tag == "img"]
    assert "alert(1)>" not in text


def test_the_style_sheet_knows_every_kind_and_line() -> None:
    style = style_text()
    for name, kind in KINDS.items():
        assert f"--kind-{name}: {kind.light};" in style
        assert f"--kind-{name}: {kind.dark};" in style
    for name in LINES:
        assert f".{name} {{ --dash:" in style


def test_each_script_is_in_the_page(page_text: str) -> None:
    assert script_text() in page_text
    names = {path.stem for path in module._FOLDER.glob("*.js")}
    assert names == {*module._SCRIPTS, module._ASKING}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours, as WCAG 2.2 defines it."""
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_have_contrast(theme: str) -> None:
    ground = GROUNDS[theme]  # type: ignore[index]
    for name, kind in KINDS.items():
        border, fill = getattr(kind, theme), getattr(kind, f"{theme}_fill")
        assert contrast(border, ground["ground"]) >= 3, name
        assert contrast(border, fill) >= 3, name
        assert contrast(ground["text"], fill) >= 7, name
        assert contrast(ground["faint"], fill) >= 4.5, name
    for name, line in LINES.items():
        assert contrast(getattr(line, theme), ground["ground"]) >= 4.5, name  # their words have their colour
    assert contrast(ground["text"], ground["ground"]) >= 14


def test_a_page_that_is_too_large_says_what_to_narrow(
    content: Content, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    with pytest.raises(ExportError, match=r"would have 0\.\d MB, .*--focus NAME --only"):
        format_page(content, web, Opening(start=0))


@pytest.mark.slow
def test_the_same_graph_gives_the_same_bytes() -> None:
    script = (
        "import hashlib, itgraph; from itgraph.explorer import explore;"
        " print(hashlib.sha256(explore(itgraph.load().store).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("LLaMA", "LLaMA"),
        ("a" * 100, "a" * 20 + "…"),
        ("  two\n words ", "two words"),
        ("", ""),
        ("模" * 50, "模" * 12 + "…"),
    ],
)
def test_long_names_are_cut(text: str, shown: str) -> None:
    assert shorten(text, 10, 136) == shown
