"""What somebody writes into a graph is shown, and never runs: in no view, in no file that is taken away."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad
from tests.explorer.conftest import Opener, Visit
from tests.explorer.graphs import (
    ROW,
    make_correction,
    make_disagreement,
    make_licence,
    make_quads,
    node,
)
from tests.explorer.test_browser import ELEMENTS, SVG, export

from itgraph import terms
from itgraph.explorer import Wanted, explore
from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow

# Each would set window.owned, ask a server, or open a dialog, if anything took it for more than text.
HOSTILE = [
    "<img src=x onerror=\"owned='img'\">",
    "</script><script>owned='script'</script>",
    "<!--<script>owned='comment'//",
    "<svg onload=owned='svg'>",
    '"><iframe srcdoc="<script>parent.owned=\'frame\'</script>">',
    "' onmouseover='owned=1' x='",
    "javascript:owned='url'//",
    "{{ 7*7 }}${owned='template'}",
    "]]><script>owned='cdata'</script>",
    "</title></style></textarea><script>owned='title'</script>",
    '=HYPERLINK("http://example.org","x")',
    "\u202eevil\u2066 \u2028 \u2029 \x00\x07\x1b[31m",
    '<a href="https://example.org/?steal">href</a>',
    "𝕏" * 40 + "W" * 5000,
    "__proto__",
]
ADDRESSES = [
    "javascript:owned='link'",
    "data:text/html,<script>owned='data'</script>",
    "vbscript:x",
    "file:///etc/passwd",
]


def hostile_store() -> EmbeddedStore:
    """Make a graph with something hostile in every field that the explorer shows."""
    names = [f"m{place}" for place in range(len(HOSTILE))]
    lines = [f"m{place + 1} baseModel m{place}" for place in range(len(HOSTILE) - 1)]
    lines += ["dataset/d generatedBy m3", "m5 trainedOn dataset/d", "m5 describedIn paper/p", "paper/p author person/q"]
    # What the labels are for is taken away: the hostile ones come instead.
    quads = [
        quad
        for quad in make_quads(lines, names)
        if quad.predicate.value not in {terms.RDFS_LABEL, terms.TEXT, terms.PROV_WAS_QUOTED_FROM}
    ]

    def say(subject: NamedNode, predicate: str, *values: str | NamedNode) -> None:
        for value in values:
            term = value if isinstance(value, NamedNode) else Literal(value)
            quads.extend(Quad(subject, NamedNode(predicate), term, graph) for graph in (DefaultGraph(), ROW))

    for place, text in enumerate(HOSTILE):
        thing = node(f"m{place}")
        say(thing, terms.RDFS_LABEL, text)
        say(thing, terms.SKOS_ALT_LABEL, *HOSTILE[:3])
        say(
            thing,
            terms.PAPER_LINK,
            NamedNode(ADDRESSES[place % len(ADDRESSES)].replace("<", "%3C").replace(">", "%3E")),
        )
        say(thing, terms.DOMAIN, text)
        say(thing, terms.SCHEMA_IN_LANGUAGE, text)
        say(thing, terms.DCTERMS_ISSUED, text)
        say(thing, terms.ARXIV_ID, text)
        say(thing, terms.CATEGORY, text)
    for thing in (node("dataset/d"), node("paper/p"), node("person/q")):
        say(thing, terms.RDFS_LABEL, HOSTILE[1])
        say(thing, terms.DCTERMS_TITLE, HOSTILE[0])
        say(thing, terms.SCHEMA_URL, NamedNode("javascript:owned='paper'"))
    say(ROW, terms.TEXT, "\n".join(HOSTILE))
    say(ROW, terms.PROV_WAS_QUOTED_FROM, NamedNode("javascript:owned='row'"))
    say(ROW, terms.TABLE, HOSTILE[0])
    say(ROW, terms.ABOUT, node("m5"))
    rule = NamedNode(terms.BASE + "rule/" + "x%3Cscript%3E")
    say(rule, terms.RDF_TYPE, NamedNode(terms.RULE))
    say(rule, terms.RDFS_COMMENT, HOSTILE[1])
    quads.append(Quad(node("m9"), NamedNode(terms.BASE_MODEL), node("m2"), DefaultGraph()))
    quads.append(Quad(node("m9"), NamedNode(terms.BASE_MODEL), node("m2"), rule))
    issue = NamedNode(terms.BASE + "issue/1")
    say(issue, terms.RDF_TYPE, NamedNode(terms.ISSUE))
    say(issue, terms.ABOUT, ROW)
    for predicate in (terms.CODE, terms.SEVERITY, terms.MESSAGE, terms.LINE_START):
        say(issue, predicate, HOSTILE[1])
    snapshot = NamedNode(terms.BASE + "snapshot/s")
    say(snapshot, terms.RDF_TYPE, NamedNode(terms.SNAPSHOT))
    for predicate in (terms.DCTERMS_ISSUED, terms.REPOSITORY, terms.COMMIT):
        say(snapshot, predicate, HOSTILE[1])
    script = NamedNode("javascript:owned='card'").value
    for place, text in enumerate(HOSTILE):
        name = f"m{place}"
        quads += make_licence(name, "x", ("open", text, "closed")[place % 3], text, link=script)
        quads += make_correction(name, text, text, text, effect=text)
        quads += make_disagreement(name, text, script)
        say(node(name), terms.DEVELOPER, text)
        say(node(name), terms.LICENSE, text)
    return EmbeddedStore(quads)


@pytest.fixture(scope="module")
def hostile() -> EmbeddedStore:
    return hostile_store()


@pytest.fixture(scope="module")
def hostile_page(hostile: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "page.html"
    path.write_text(explore(hostile), encoding="utf-8", newline="\n")
    return path


def assert_nothing_ran(found: Visit) -> None:
    assert found.page.evaluate("typeof owned") == "undefined"
    assert found.page.evaluate("document.querySelectorAll('img, iframe, object, embed, script:not(#data)').length") == 1
    links = found.page.eval_on_selector_all("a", "links => links.map((link) => link.href)")
    assert [link for link in links if not link.startswith(("https:", "http:", "file:"))] == []
    on = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith('on'))"
    assert found.page.evaluate(on) == []
    assert found.wrong == []


@pytest.mark.parametrize("view", ["focus", "overview", "timeline", "path", "table", "table&table=relations"])
def test_nothing_runs_in_any_view(visit: Opener, hostile_page: Path, view: str) -> None:
    found = visit(
        f"view={view}&from=model/m9&to=model/m1&rel=baseModel,trainedOn,generatedBy,describedIn,author",
        path=hostile_page,
    )
    for place in range(found.page.evaluate("itgraph.NODES.length")):
        found.page.evaluate("(place) => itgraph.app.select(place)", place)
        found.page.evaluate("document.querySelectorAll('#panel details').forEach((d) => { d.open = true; })")
    found.page.mouse.move(400, 400)
    found.page.mouse.move(500, 420)
    assert_nothing_ran(found)


def test_nothing_runs_when_it_is_found_and_walked_to(visit: Opener, hostile_page: Path) -> None:
    found = visit(path=hostile_page)
    for text in ("img", "script", "proto", "steal", "javascript"):
        found.page.fill("#search", text)
        assert found.page.locator("#search-hits li").count() >= 1
        found.page.keyboard.press("Enter")
        found.page.keyboard.press("ArrowLeft")
        found.page.keyboard.press("ArrowRight")
        assert_nothing_ran(found)
    found.page.go_back()
    found.page.click("#copy")
    assert_nothing_ran(found)


def test_nothing_runs_that_a_link_says(visit: Opener, hostile_page: Path) -> None:
    for hash_ in (
        "n=<script>owned=1</script>",
        "q=%3Cimg src=x onerror=owned=1%3E&view=table",
        "theme=%22onload=owned",
        "sel=__proto__&hide=__proto__,constructor&rel=constructor",
    ):
        assert_nothing_ran(visit(hash_, path=hostile_page))


def test_what_is_taken_away_is_inert(visit: Opener, hostile_page: Path, tmp_path: Path) -> None:
    found = visit("view=overview&sel=none", path=hostile_page)
    picture = export(found.page, "svg")
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    assert not any(name.startswith("on") or "href" in name for element in root.iter() for name in element.attrib)
    assert export(found.page, "1").startswith(b"\x89PNG")
    rows = list(csv.reader(io.StringIO(export(found.page, "csv").decode())))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
    assert json.loads(export(found.page, "json"))["things"]
    assert_nothing_ran(found)
    path = tmp_path / "picture.svg"
    path.write_bytes(picture)
    alone = found.page.context.new_page()
    alone.goto(path.as_uri())
    assert alone.evaluate("typeof owned") == "undefined"


@pytest.mark.parametrize("view", ["focus", "overview", "timeline", "path"])
def test_pictures_from_python_are_inert(hostile: EmbeddedStore, view: str) -> None:
    ends = [Thing(iri=node(name).value, kind="model", label=name) for name in ("m9", "m1")]
    wanted = Wanted(
        view=view,  # type: ignore[arg-type]
        focus=ends[0] if view in {"focus", "path"} else None,
        to=ends[1] if view == "path" else None,
    )
    root = ElementTree.fromstring(explore(hostile, wanted, format="svg"))  # noqa: S314
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    for format in ("csv", "json"):
        text = explore(hostile, wanted, format=format)
        assert text.isprintable() or "\n" in text
    assert json.loads(explore(hostile, wanted, format="json"))["things"]


def test_without_scripts_the_page_shows_its_picture(browser: object, hostile_page: Path) -> None:
    from playwright.sync_api import Browser

    assert isinstance(browser, Browser)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(hostile_page.as_uri())
    assert page.locator("noscript svg").count() == 1
    assert page.locator("noscript img, noscript iframe, noscript script").count() == 0
    assert requests == [hostile_page.as_uri()]
    context.close()
