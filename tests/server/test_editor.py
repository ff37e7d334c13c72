"""The query page: both editors, as text and in a real browser."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect
from pyoxigraph import Literal, NamedNode, Quad
from tests.server.visits import ORIGIN, Opener, get

from itgraph import terms
from itgraph.queries import load_queries
from itgraph.resources import web_path
from itgraph.server import editor
from itgraph.server.limits import Limits
from itgraph.server.messages import Request
from itgraph.server.pages.addresses import page_of
from itgraph.server.site import Site, respond
from itgraph.store import EmbeddedStore, projection

WEB = Path(__file__).resolve().parents[2] / "web"

needs_yasgui = pytest.mark.skipif(
    web_path() is None and not os.environ.get("ITGRAPH_REQUIRE_YASGUI"),
    reason="YASGUI is not built here (that takes npm): only the plain editor is tried",
)
EDITORS = [pytest.param("plain", id="plain"), pytest.param("yasgui", id="yasgui", marks=needs_yasgui)]


@pytest.fixture
def without_yasgui(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor, "web_path", lambda: None)


def text_of(site: Site, address: str) -> str:
    answer = get(site, address, "text/html")
    assert answer.status == 200
    return answer.body.decode()


# -- The page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/query", "/query?editor=plain", "/query?name=snapshots", "/query?query=ASK%7B%7D"]
)
def test_nothing_is_inline_and_nothing_from_elsewhere(site: Site, address: str) -> None:
    text = text_of(site, address)
    assert re.findall(r"<script(?![^>]* src=\"/assets/)|<style|\sstyle=|\son\w+=", text) == []
    assert re.findall(r"(?:src|href|action)=\"(?!/|#)", text) == []


@pytest.mark.parametrize("query", ["ASK {}", "\n\nASK {}", "</textarea><script>alert(1)</script>", "# \u202e&amp;\tä"])
def test_begins_with_the_query_that_is_given(site: Site, query: str) -> None:
    text = text_of(site, f"/query?query={quote(query)}")
    shown = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", text, re.DOTALL)
    assert shown
    assert "<" not in shown[1]
    unescaped = shown[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert unescaped == query


def test_opens_a_saved_query(site: Site) -> None:
    text = text_of(site, "/query?name=teachers-of-model")
    assert '<option value="teachers-of-model" selected>' in text
    assert "VALUES ?model { itm:" in text
    assert text.count("<option value") == len(site.queries) + 5  # and five formats


def test_an_unknown_saved_query_is_missing(site: Site) -> None:
    answer = get(site, "/query?name=teachers-of-modell", "text/html")
    assert answer.status == 404
    assert 'href="/query?name=teachers-of-model"' in answer.body.decode()


@pytest.mark.usefixtures("without_yasgui")
def test_says_how_to_get_the_other_editor(site: Site) -> None:
    text = text_of(site, "/query")
    assert "make run" in text
    assert "/assets/editor.js" in text
    assert "yasgui.js" not in text


@needs_yasgui
def test_yasgui_unless_the_plain_editor_is_asked_for(site: Site) -> None:
    text = text_of(site, "/query?query=ASK%20%7B%7D")
    assert "/assets/yasgui/yasgui.js?v=" in text
    assert "/assets/yasgui/LICENSES.txt?v=" in text
    assert 'href="/query?query=ASK+%7B%7D&amp;editor=plain"' in text
    plain = text_of(site, "/query?editor=plain")
    assert "yasgui.js" not in plain
    assert "/assets/editor.js" in plain


def test_the_tabs_are_saved_queries() -> None:
    assert set(editor._TABS) <= {query.name for query in load_queries()}


# -- What it knows ---------------------------------------------------------------------------------------------


def test_saved_queries_are_edited_without_their_header(site: Site) -> None:
    told = json.loads(get(site, "/api/editor").body)
    assert [query["name"] for query in told["queries"]] == [query.name for query in site.queries]
    for shown, query in zip(told["queries"], site.queries, strict=True):
        assert "#+" not in shown["sparql"]
        assert shown["sparql"].startswith(f"# {query.summary}\n")
        assert projection(shown["sparql"]) == projection(query.sparql)
    assert told["prefixes"] == terms.PREFIXES


def test_names_are_written_as_sparql(site: Site) -> None:
    names = json.loads(get(site, "/api/editor/names").body)["names"]
    assert ["itg:Model", "model", "class"] in names
    assert ["itg:baseModel", "base model", "property"] in names
    assert ["itm:radiology-gpt", "Radiology-GPT", "model"] in names
    assert "rdf:type" in {text for text, _, kind in names if kind == "property"}
    assert len({text for text, _, _ in names}) == len(names)
    site.store.ask("ASK { VALUES ?name { " + " ".join(text for text, _, _ in names) + " } }")


def test_names_of_a_strange_graph() -> None:
    label = NamedNode(terms.RDFS_LABEL)
    odd = [terms.PREFIXES["itm"] + name for name in ("a/b", "a,b", "é", "x.", "%20", "-a", "a..b")]
    site = Site(store=EmbeddedStore(Quad(NamedNode(iri), label, Literal(f"odd {iri}")) for iri in odd))
    names = json.loads(get(site, "/api/editor/names").body)["names"]
    written = [text for text, said, _ in names if said.startswith("odd ")]
    found = site.store.select("SELECT ?name { VALUES ?name { " + " ".join(written) + " } ?name rdfs:label ?label }")
    assert {row.terms[0].value for row in found} == set(odd)  # type: ignore[union-attr]


# -- YASGUI's files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["", "yasgui.min.js", "../web/yasgui/yasgui.js", "..%2F..%2F..%2FMakefile", "/etc/passwd"]
)
def test_no_other_file_is_given(site: Site, name: str) -> None:
    assert get(site, f"/assets/yasgui/{name}").status == 404


@pytest.mark.usefixtures("without_yasgui")
def test_without_yasgui_there_is_no_file_of_it(site: Site) -> None:
    assert get(site, "/assets/yasgui/yasgui.js").status == 404


@needs_yasgui
def test_the_licences_of_all_that_is_bundled_are_shown(site: Site) -> None:
    text = get(site, "/assets/yasgui/LICENSES.txt").body.decode()
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    packages = {
        path.rpartition("node_modules/")[2]: entry["version"] for path, entry in lock["packages"].items() if path
    }
    assert len(packages) > 40
    assert [f"{name} {version}" for name, version in packages.items() if f"\n{name} {version}: " not in text] == []


def test_the_lock_pins_and_names_no_registry() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for path, entry in lock["packages"].items() if path]
    assert all(re.match(r"sha512-", entry["integrity"]) for entry in packages)
    assert not [entry for entry in packages if "resolved" in entry]
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


# -- In a browser ----------------------------------------------------------------------------------------------


class Desk:
    """The query page in a browser, whichever editor it shows."""

    def __init__(self, page: Page, kind: str) -> None:
        self.page = page
        self.kind = kind
        self.panel = page.locator(".tabPanel.active" if kind == "yasgui" else "main")

    @property
    def query(self) -> str:
        if self.kind == "plain":
            return self.page.locator("#editor-query").input_value()
        return str(self.panel.locator(".CodeMirror").evaluate("(element) => element.CodeMirror.getValue()"))

    @property
    def selected(self) -> str:
        if self.kind == "plain":
            script = "(area) => area.value.slice(area.selectionStart, area.selectionEnd)"
            return str(self.page.locator("#editor-query").evaluate(script))
        return str(self.panel.locator(".CodeMirror").evaluate("(element) => element.CodeMirror.getSelection()"))

    def write(self, query: str) -> None:
        self.page.locator("#editor-query" if self.kind == "plain" else ".tabPanel.active .CodeMirror textarea").focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(query)

    def ask(self, query: str) -> None:
        self.write(query)
        self.page.keyboard.press("Control+Enter")

    def flaws(self) -> list[object]:
        found = Axe().run(self.page).response["violations"]
        return [(flaw["id"], [part["html"] for part in flaw["nodes"]]) for flaw in found]


DeskOpener = Callable[..., Desk]


@pytest.fixture
def desk(visit: Opener, site: Site) -> DeskOpener:
    """Return what opens the page; ``/sparql`` is posted to, with a bound of rows that a test can reach."""
    bounded = Site(store=site.store, limits=Limits(rows=300))

    def answer(route: Route) -> None:
        asked = route.request
        request = Request(
            method=asked.method,
            path=unquote(urlsplit(asked.url).path),
            query=urlsplit(asked.url).query,
            accept=asked.headers.get("accept", ""),
            content_type=asked.headers.get("content-type", ""),
            body=asked.post_data_buffer or b"",
            origin=ORIGIN,
        )
        given = respond(bounded, request)
        route.fulfill(
            status=given.status, headers={**dict(given.headers), "Content-Type": given.media_type}, body=given.body
        )

    def open_desk(kind: str, parameters: str = "", **options: Any) -> Desk:
        found = visit(site, **options)
        found.page.route(re.compile(r"/sparql"), answer)
        asked = "&".join(filter(None, ["editor=plain" if kind == "plain" else "", parameters]))
        found.go(f"/query?{asked}")
        found.page.wait_for_selector(f"html[data-ready={kind}]")
        return Desk(found.page, kind)

    return open_desk


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, False)])
@pytest.mark.parametrize("kind", EDITORS)
def test_no_flaw_that_axe_finds(desk: DeskOpener, kind: str, width: int, dark: bool) -> None:
    found = desk(kind, "name=ancestors-of-model", width=width, dark=dark)
    expect(found.panel.locator("tbody tr")).to_have_count(11)
    assert found.flaws() == []
    found.ask("SELECT * WHERE {\n  ?x ?y }")
    expect(found.panel.locator(".answer-error")).to_be_visible()
    assert found.flaws() == []
    found.ask("CONSTRUCT WHERE { itm:alpaca ?property ?value }")
    expect(found.panel.locator(".answer-turtle")).to_contain_text("@prefix")
    assert found.flaws() == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_iris_lead_to_their_pages(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.ask(
        'SELECT ?model ("Alpaca"@en AS ?name) (<http://example.org/a> AS ?other) { VALUES ?model { itm:alpaca } }'
    )
    cells = found.panel.locator("tbody td")
    expect(cells.nth(0).locator("a")).to_have_attribute("href", "/page/model/alpaca")
    expect(cells.nth(0)).to_have_text("itm:alpaca")
    expect(cells.nth(1)).to_have_text("Alpaca @en")
    expect(cells.nth(2).locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    links = found.panel.locator(".answer-downloads a")
    expect(links).to_have_text(["CSV", "TSV", "JSON", "XML"])
    assert (links.first.get_attribute("href") or "").endswith("&format=csv")


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_prefixes_are_declared_and_the_address_holds_the_query(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.ask("# mine\nASK { itm:alpaca a itg:Model }")
    expect(found.panel.locator(".answer-boolean")).to_contain_text("Yes")
    declared = "".join(f"PREFIX {name}: <{terms.PREFIXES[name]}>\n" for name in ("itg", "itm"))
    assert found.query == f"# mine\n{declared}ASK {{ itm:alpaca a itg:Model }}"
    found.page.reload()
    expect(found.panel.locator(".answer-boolean")).to_contain_text("Yes")
    assert "# mine" in found.query
    assert found.page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_an_error_leads_to_its_place(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.ask("SELECT * WHERE {\n  ?a ?b ?c .\n  ?é ?f (((\n}")
    expect(found.panel.locator(".answer-error")).to_contain_text("it is not SPARQL")
    expect(found.panel.locator(".is-wrong, .editor-wrong").first).to_be_visible()
    place = found.panel.locator(".answer-place")
    line = int(re.findall(r"line (\d+)", place.inner_text())[0])
    place.click()
    assert found.selected.strip()
    assert found.selected in found.query.split("\n")[line - 1]
    found.ask("ASK {}")
    expect(found.panel.locator(".answer-boolean")).to_be_visible()
    assert found.panel.locator(".is-wrong, .editor-wrong").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_a_long_answer_says_that_it_is_not_all(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.ask("SELECT * { ?thing ?property ?value }")
    expect(found.panel.locator(".answer-head")).to_contain_text("the server stopped at its bound of 300 rows")
    rows = found.panel.locator("tbody tr")
    expect(rows).to_have_count(200)
    found.panel.get_by_role("button", name="Show all 300 rows").click()
    expect(rows).to_have_count(300)


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_rows_are_sorted_and_filtered(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.ask("SELECT ?number { VALUES ?number { 10 9 100 } }")
    rows = found.panel.locator("tbody tr")
    expect(rows).to_have_text(["10", "9", "100"])
    found.panel.get_by_role("button", name="number").click()
    expect(rows).to_have_text(["9", "10", "100"])
    expect(found.panel.locator("th")).to_have_attribute("aria-sort", "ascending")
    found.panel.get_by_label("Only rows with").fill("10")
    expect(rows).to_have_text(["10", "100"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_a_saved_question_is_opened_and_asked(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.page.locator("#editor-name").select_option("snapshots")
    found.page.get_by_role("button", name="Open").click()
    expect(found.panel.locator("tbody tr")).to_have_count(14)
    assert found.query.startswith("# Which sources was the graph read from")


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_hostile_answers_are_only_text(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.ask(
        'SELECT ?text ?script ?up { VALUES (?text ?script ?up) { ("<img src=x onerror=alert(1)>{{up}}\\u202Ecod"'
        " <javascript:alert(1)> <https://w3id.org/itgraph/model/../../sparql>) } }"
    )
    cells = found.panel.locator("tbody td")
    expect(cells.nth(0)).to_have_text("<img src=x onerror=alert(1)>{{up}}\\u202ecod")
    assert cells.nth(1).locator("a").count() == 0
    assert (cells.nth(2).locator("a").get_attribute("href") or "").startswith("/page?iri=")
    assert found.panel.locator("tbody img").count() == 0
    found.ask("CONSTRUCT { <http://example.org/a> rdfs:label '</pre><b>\\u202E' } {}")
    expect(found.panel.locator(".answer-turtle")).to_contain_text('"</pre><b>\\u202e"')


@pytest.mark.slow
@pytest.mark.parametrize("kind", EDITORS)
def test_what_answers_in_place_of_the_server_is_said(desk: DeskOpener, kind: str) -> None:
    found = desk(kind)
    found.page.route(re.compile(r"/sparql"), lambda route: route.fulfill(status=429, body="<html>slow down</html>"))
    found.ask("ASK {}")
    expect(found.panel.locator(".answer-error")).to_have_text(re.compile("cannot be reached"))


@pytest.mark.slow
def test_without_scripts_the_form_asks(visit: Opener, site: Site) -> None:
    page = visit(site, script=False).go("/query?query=ASK%20%7B%7D")
    page.locator("select[name=format]").select_option("json")
    page.get_by_role("button", name="Run").click()
    assert json.loads(page.locator("pre").inner_text()) == {"head": {}, "boolean": True}
    page = visit(site, script=False).go("/query")
    page.locator("#editor-name").select_option("snapshots")
    page.get_by_role("button", name="Open").click()
    assert "# Which sources" in page.locator("textarea").input_value()


@needs_yasgui
@pytest.mark.slow
def test_names_are_completed(desk: DeskOpener) -> None:
    found = desk("yasgui")
    hints = found.page.locator(".CodeMirror-hint")
    found.write("")
    found.page.keyboard.type("SELECT * { ?x a itg:Mod")
    expect(hints.first).to_contain_text("itg:Model")
    assert found.flaws() == []
    found.page.keyboard.press("Enter")
    found.page.keyboard.type(" ; itg:baseM")
    expect(hints.first).to_contain_text("itg:baseModel")
    found.page.keyboard.press("Enter")
    found.page.keyboard.type(" Radiology")
    found.page.keyboard.press("Control+Space")
    expect(hints.first).to_contain_text("Radiology-GPT, model")
    found.page.keyboard.press("Enter")
    assert found.query == "SELECT * { ?x a itg:Model ; itg:baseModel itm:radiology-gpt"


@needs_yasgui
@pytest.mark.slow
def test_tabs_by_keyboard(desk: DeskOpener) -> None:
    found = desk("yasgui")
    tabs = found.page.get_by_role("tab")
    expect(tabs).to_have_count(1 + len(editor._TABS))
    tabs.first.focus()
    found.page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    assert found.flaws() == []
    found.page.keyboard.press("Delete")
    expect(tabs).to_have_count(len(editor._TABS))
    for _ in editor._TABS:
        found.page.get_by_role("button", name="Close tab").click()
    expect(tabs).to_have_count(1)
    found.page.get_by_role("button", name="New tab").click()
    expect(tabs).to_have_count(2)
    found.panel.locator(".CodeMirror textarea").focus()
    # To what is scrolled, and out.
    found.page.keyboard.press("Tab")
    found.page.keyboard.press("Tab")
    expect(found.panel.get_by_role("button", name="Run")).to_be_focused()


@pytest.mark.slow
def test_the_page_reckons_as_python_does(desk: DeskOpener) -> None:
    page = desk("plain").page
    ours = [
        terms.BASE + path for path in ("model/alpaca", "ontology#Model", "rule/x%3Cy", "a/../b", "a//b", "é?x=1", "")
    ]
    script = """async (iris) => {
      const { addressOf, loadKnowledge } = await import("/assets/editor-query.js");
      const knowledge = await loadKnowledge();
      return iris.map((iri) => decodeURIComponent(addressOf(iri, knowledge)));
    }"""
    assert page.evaluate(script, ours) == [unquote(page_of(iri)) for iri in ours]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("ASK { itm:a a itg:Model }", ["itg", "itm"]),
        ("PREFIX itm: <http://example.org/> ASK { itm:a a itg:Model }", ["itg"]),
        ("prefix itg: <x>\nASK { ?itm:a a itg:Model }", []),
        ("# itm:a\nASK { <itm:a> ?b 'itm:a', \"itm:\\\"a\", '''itd:\n'itd:''' }", []),
        ("ASK { ?a ^itg:baseModel/itg:x* unknown:b ; itd:c%20d 'x'^^xsd:date }", ["itd", "itg", "xsd"]),
        ("ASK { ?a constructor:b toString:c }", []),
    ],
)
def test_which_prefixes_are_missing(desk: DeskOpener, query: str, missing: list[str]) -> None:
    script = """async ([query, prefixes]) =>
      (await import("/assets/editor-query.js")).missingPrefixes(query, prefixes)"""
    assert desk("plain").page.evaluate(script, [query, terms.PREFIXES]) == missing
