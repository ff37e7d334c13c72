"""The explorer's page as a server feeds it: the same views, asked for one after the other, whatever the server does."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.explorer.conftest import Opener
from tests.explorer.graphs import hub, make_quads
from tests.explorer.online import ORIGIN, Feeding, OnlineVisit
from tests.explorer.test_browser import export
from tests.explorer.test_hostile import hostile_store

from itgraph.server.site import Site
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow

LLAMA, ALPACA, RADIOLOGY = "model/llama", "model/alpaca", "model/radiology-gpt"
Visitor = Callable[..., OnlineVisit]

SCENE = """() => {
  const { app, NODES, LINKS } = itgraph;
  const name = (node) => NODES[node].iri;
  const group = (g) => `${g.count} ${g.relation} ${g.way} ${name(g.anchor)}`;
  return {
    items: app.scene.items.map((i) => [i.node < 0 ? group(i.group) : name(i.node), i.x, i.y, i.width]),
    strokes: app.scene.strokes.map((s) => [s.relation, s.link < 0 ? "" : name(LINKS[s.link].to), s.knots, s.inferred]),
    more: [...app.scene.more].map(([key, count]) => `${name(Number(key.split(" ")[0]))} ${key.split(" ")[1]} ${count}`),
    status: document.getElementById("status").textContent,
    steps: document.getElementById("steppers").textContent,
  };
}"""


@pytest.fixture(scope="module")
def site(store: EmbeddedStore) -> Site:
    return Site(store=store)


@pytest.fixture(scope="module")
def whole_site(whole_store: EmbeddedStore) -> Site:
    return Site(store=whole_store)


@pytest.fixture(scope="module")
def hostile_site() -> Site:
    return Site(store=hostile_store())


@pytest.fixture(scope="module")
def large_site() -> Site:
    """Return a site of a graph that is too large to be read whole: a hub of 21,000, and a line below one of them."""
    lines = [*hub(21_000), "next baseModel child0777", "last baseModel next", "last baseModel last"]
    return Site(store=EmbeddedStore(make_quads(lines)))


@pytest.fixture
def online(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Return what opens the page of a server; in the end nothing may have gone wrong on it."""
    visits: list[OnlineVisit] = []
    contexts: list[BrowserContext] = []

    def open_page(
        query: str = "", *, of: Site = site, width: int = 1440, dark: bool = False, **options: Any
    ) -> OnlineVisit:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", **options
        )
        contexts.append(context)
        found = OnlineVisit(context.new_page(), Feeding(of))
        visits.append(found)
        found.go(query)
        found.settle()
        return found

    yield open_page
    wrong = [what for found in visits for what in found.faults]
    for context in contexts:
        context.close()
    assert wrong == []


def active(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.localName"))


# -- The same views ----------------------------------------------------------------------------------------------------


def test_it_opens_like_the_page_that_is_a_file(online: Visitor, visit: Opener) -> None:
    found = online()
    assert found.page.title() == "Lineage of Radiology-GPT (model) · itgraph"
    assert found.page.evaluate(SCENE) == visit().page.evaluate(SCENE)
    paths = [address.partition("?")[0] for address in found.feeding.asked]
    assert paths == ["/explore", "/assets/explorer/explorer.css", "/assets/explorer/explorer.js", "/api/thing"]


@pytest.mark.parametrize(
    "query",
    [
        f"n={LLAMA}&down=all",
        "n=person/hugo-touvron",
        "n=dataset/alpaca&rel=baseModel,trainedOn,generatedBy,describedIn,author",
        "n=dataset/alpaca&more=down1,model/instructgpt",
        "n=benchmark/mmlu&up=0",
    ],
)
def test_a_view_is_the_same_as_in_the_page_that_is_a_file(online: Visitor, visit: Opener, query: str) -> None:
    expected = visit(query).page.evaluate(SCENE)
    # Opened with, and come upon.
    assert online(query.replace("n=", "focus=", 1)).page.evaluate(SCENE) == expected
    found = online(f"focus={ALPACA}")
    found.page.evaluate(
        "(address) => { history.pushState({}, '', address); dispatchEvent(new PopStateEvent('popstate')); }",
        f"?{query.replace('n=', 'focus=', 1)}",
    )
    found.settle()
    if found.page.evaluate("(iri) => itgraph.NODES.some((node) => node.iri === iri)", query[2:].partition("&")[0]):
        assert found.page.evaluate(SCENE) == expected


def test_what_is_asked_for_comes_to_be_as_in_the_file(online: Visitor, visit: Opener) -> None:
    """Step by step by the reader's own means."""
    scenes = []
    for found in (visit(), online()):
        page = found.page
        page.fill("#search", "instructgpt")
        page.keyboard.press("Enter")
        expect(page).to_have_title(re.compile("InstructGPT"))
        page.click("#down-more")
        page.click("#rel-describedIn")
        expect(page.locator("#rel-describedIn")).to_have_attribute("aria-pressed", "true")
        if isinstance(found, OnlineVisit):
            found.settle()
        scenes.append(page.evaluate(SCENE))
    assert scenes[0] == scenes[1]


def test_the_views_of_everything_are_fetched_once(online: Visitor, visit: Opener) -> None:
    found = online(f"focus={LLAMA}")
    for view in ("overview", "timeline", "table"):
        found.page.click(f"#view-{view}")
        found.settle()
        if view != "table":
            expected = visit(f"view={view}&n={LLAMA}").page.evaluate(SCENE)
            assert found.page.evaluate(SCENE) | {"steps": ""} == expected
    assert found.page.locator("tbody tr").count() == 116
    assert [address for address in found.feeding.asked if "graph" in address] == ["/api/graph"]
    before = list(found.feeding.asked)
    found.page.locator("tbody .thing", has_text="Alpaca").first.click()
    found.page.fill("#search", "vicuna")
    found.page.keyboard.press("Enter")
    assert found.page.title().startswith("Lineage of Vicuna")
    assert found.feeding.asked == before


def test_a_path_says_who_says_so(online: Visitor, visit: Opener) -> None:
    query = f"view=path&from={RADIOLOGY}&to=model/gpt-3"
    found = online(query)
    expected = visit(query).page
    assert found.page.evaluate(SCENE) == expected.evaluate(SCENE)
    assert found.page.locator("#panel").inner_text() == expected.locator("#panel").inner_text()
    found.page.fill("#path-to", "llama")
    found.page.keyboard.press("Enter")
    found.settle()
    assert found.page.title().startswith("From Radiology-GPT (model) to LLaMA (model)")
    assert "descends from LLaMA" in found.page.locator("#panel").inner_text()


def test_the_panel_tells_as_much_as_that_of_the_file(online: Visitor, visit: Opener) -> None:
    for iri in (LLAMA, "dataset/alpaca", "person/hugo-touvron"):
        found = online(f"focus={iri}")
        link = found.page.locator("#panel a", has_text="Its page")
        assert link.get_attribute("href") == f"/page/{iri}"
        said = found.page.locator("#panel").inner_text().replace("Its page", "")
        expected = visit(f"n={iri}").page.locator("#panel").inner_text()
        assert said.split() == expected.split()


@pytest.mark.parametrize("iri", ["model/tulu", "benchmark/gsm8k", "organization/openai", "model/gpt-4"])
def test_facts_from_elsewhere_are_told_as_in_the_file(
    online: Visitor, visit: Opener, whole_site: Site, whole_page_path: Path, iri: str
) -> None:
    found = online(f"focus={iri}&lens=access", of=whole_site)
    expected = visit(f"n={iri}&lens=access", path=whole_page_path)
    assert found.page.evaluate(SCENE) == expected.page.evaluate(SCENE)
    said = found.page.locator("#panel").inner_text().replace("Its page", "")
    assert said.split() == expected.page.locator("#panel").inner_text().split()
    looks = "items => items.map((item) => item.getAttribute('class'))"
    assert found.page.eval_on_selector_all(".base .item", looks) == expected.page.eval_on_selector_all(
        ".base .item", looks
    )


def test_filters_and_the_lens_work_on_what_is_known(online: Visitor, whole_site: Site) -> None:
    found = online("focus=model/tulu&lens=access&access=closed&developer=OpenAI", of=whole_site)
    page = found.page
    assert (page.input_value("#filter-developer"), page.input_value("#filter-access")) == ("OpenAI", "closed")
    lit = page.eval_on_selector_all(".base .item:not(.off)", "items => items.map((item) => item.dataset.iri)")
    assert {"model/gpt-4", "model/chatgpt"} <= set(lit)
    assert not {"model/tulu", "model/llama", "dataset/alpaca"} & set(lit)
    page.click("#use-open")
    assert "lens=access" in page.url
    assert "access=open" in page.url
    assert [address for address in found.feeding.asked if "access" in address.partition("/api/")[2]] == []
    assert axe(page) == []


def test_a_line_says_who_says_so(online: Visitor) -> None:
    found = online(f"focus={RADIOLOGY}")
    found.page.locator(".stroke.baseModel .hit").first.dispatch_event("click")
    found.settle()
    links = found.page.locator("#panel .evidence a").evaluate_all("links => links.map((link) => link.href)")
    assert links
    assert all(re.search(r"/blob/[0-9a-f]{40}/README\.md#L\d+", link) for link in links)


def test_what_is_taken_away_says_who_says_so(online: Visitor, visit: Opener) -> None:
    found, expected = online(f"focus={LLAMA}"), visit(f"n={LLAMA}")
    rows = [list(csv.reader(io.StringIO(export(page, "csv").decode()))) for page in (found.page, expected.page)]
    assert rows[0] == rows[1]
    told, known = (json.loads(export(page, "json")) for page in (found.page, expected.page))
    assert (told["things"], told["relations"]) == (known["things"], known["relations"])
    assert export(found.page, "1").startswith(b"\x89PNG")


def test_without_scripts_there_are_links(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    found = OnlineVisit(context.new_page(), Feeding(site))
    found.page.goto(f"{ORIGIN}/explore")
    assert found.page.locator("noscript a[href='/page/model/radiology-gpt']").count() == 1
    context.close()


# -- Addresses ---------------------------------------------------------------------------------------------------------


def test_the_address_holds_the_view(online: Visitor) -> None:
    found = online()
    page = found.page
    page.fill("#search", "llama")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{ORIGIN}/explore?focus={LLAMA}")
    page.click("#down-more")
    found.settle()
    page.click("#rel-trainedOn")
    address, drawn = page.url, found.drawn
    assert "down=all" in address
    again = online(address.partition("?")[2])
    assert again.drawn == drawn
    page.go_back()
    page.go_back()
    expect(page.locator("#stage")).to_have_attribute("aria-label", "Lineage of LLaMA (model)")
    page.go_back()
    expect(page).to_have_title(re.compile("Radiology-GPT"))
    page.go_forward()
    expect(page).to_have_title(re.compile("LLaMA"))


def test_a_name_in_the_address_is_found_by_the_server(online: Visitor) -> None:
    found = online("focus=Alpaca&kind=dataset")
    assert found.page.title().startswith("Lineage of Alpaca (dataset)")
    found = online("view=path&focus=Radiology-GPT&to=GPT-3")
    assert found.page.title().startswith("From Radiology-GPT (model) to GPT-3 (model)")
    assert "model Alpaca" in found.drawn


# -- Accessibility -----------------------------------------------------------------------------------------------------


def test_from_llama_to_radiology_gpt_by_keys(online: Visitor) -> None:
    found = online()
    page = found.page
    page.keyboard.press("/")
    page.keyboard.type("llama")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text(re.compile("^LLaMA, model"))
    assert active(page) == "stage"
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_have_text(re.compile("^Alpaca, model"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_have_text(re.compile("^Radiology-GPT, model.*6 ancestors, 0 descendants"))
    assert active(page) == "stage"
    found.settle()
    assert page.locator("#panel h2").inner_text() == "Radiology-GPT"
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#live")).to_have_text(re.compile("^Alpaca, model"))


def test_the_keyboard_stays_in_the_panel(online: Visitor) -> None:
    found = online()
    found.page.locator("#panel .thing").first.focus()
    found.page.keyboard.press("Enter")
    found.settle()
    assert active(found.page) == "h2"
    assert found.page.locator("#panel .evidence").count() > 0


def axe(page: Page) -> list[object]:
    wanted = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    results = Axe().run(page, options={"runOnly": wanted})
    return [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in results.response["violations"]]


@pytest.mark.parametrize(
    ("width", "dark"), [(1440, False), (1440, True), (360, False)], ids=["light", "dark", "narrow"]
)
def test_axe_finds_nothing(online: Visitor, large_site: Site, width: int, dark: bool) -> None:
    found = online(f"focus={LLAMA}", width=width, dark=dark)
    assert axe(found.page) == []
    found.feeding.holding = "/api/"
    found.page.locator("#panel .thing").first.click()
    found.page.click("#view-overview")
    expect(found.page.locator("#notice")).to_be_visible()
    assert axe(found.page) == []
    found.feeding.holding = ""
    found.feeding.refusing = {"/api/": 503}
    found.page.click("#view-table")
    found.page.click("#view-path")
    found.page.fill("#path-to", "alpaca")
    found.page.wait_for_timeout(300)
    assert axe(found.page) == []
    assert axe(online("focus=model/hub", of=large_site, width=width, dark=dark).page) == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width


# -- Servers that are slow, busy or gone -------------------------------------------------------------------------------


def test_waiting_is_seen_and_heard(online: Visitor) -> None:
    found = online()
    page = found.page
    found.feeding.holding = "/api/neighbourhood"
    page.focus("#stage")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_have_text(re.compile("^Loading: Lineage of Alpaca"))
    assert found.announced.startswith("Loading: Lineage of Alpaca")
    assert page.get_attribute("#stage", "aria-busy") == "true"
    assert active(page) == "stage"
    found.feeding.release("neighbourhood")
    expect(page.locator("#notice")).to_be_hidden()
    assert page.get_attribute("#stage", "aria-busy") is None
    assert found.announced.startswith("Alpaca, model")
    assert active(page) == "stage"


def test_only_the_last_answer_counts(online: Visitor) -> None:
    found = online(f"focus={LLAMA}")
    page = found.page
    found.feeding.holding = "/api/neighbourhood"
    for place in (ALPACA, "model/vicuna"):
        page.evaluate("(iri) => itgraph.app.focusOn(itgraph.NODES.findIndex((node) => node.iri === iri))", place)
        page.wait_for_timeout(50)
    assert len(found.feeding.held) == 2
    found.feeding.release("vicuna")
    expect(page.locator("#stage")).to_have_attribute("aria-label", "Lineage of Vicuna (model)")
    drawn = found.drawn
    found.feeding.release("alpaca")
    page.wait_for_timeout(100)
    assert page.title().startswith("Lineage of Vicuna")
    assert found.drawn == drawn
    assert found.notice == ""


def test_an_answer_that_comes_although_it_was_taken_back_is_not_looked_at(online: Visitor) -> None:
    """As in a browser that does not end requests: here none can be ended."""
    found = online(f"focus={LLAMA}")
    page = found.page
    page.evaluate("AbortController.prototype.abort = () => {}")
    found.feeding.holding = "/api/"
    for place in (ALPACA, "model/vicuna"):
        page.evaluate("(iri) => itgraph.app.focusOn(itgraph.NODES.findIndex((node) => node.iri === iri))", place)
        page.wait_for_timeout(50)
    found.feeding.release("vicuna")
    expect(page.locator("#stage")).to_have_attribute("aria-label", "Lineage of Vicuna (model)")
    drawn = found.drawn
    found.feeding.release("alpaca")
    page.wait_for_timeout(100)
    assert found.drawn == drawn
    assert page.locator("#panel h2").inner_text() == "Vicuna"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (503, "The server is busy: try again in 2 seconds."),
        (429, "The server is busy: try again in 2 seconds."),
        (500, "The server could not answer (500)."),
        (0, "The server does not answer. Is it still running?"),
    ],
)
def test_a_server_that_refuses_and_recovers(online: Visitor, status: int, said: str) -> None:
    found = online()
    page = found.page
    before = found.drawn
    found.feeding.refusing = {"/api/neighbourhood": status}
    page.fill("#search", "llama")
    page.keyboard.press("Enter")
    expect(page.locator("#notice-text")).to_have_text(said)
    assert found.announced == f"{said} There is a button to try again."
    page.focus("#notice-retry")
    page.keyboard.press("Enter")
    found.settle()
    expect(page.locator("#notice-text")).to_have_text(said)
    found.feeding.refusing = {}
    page.focus("#notice-retry")
    page.keyboard.press("Enter")
    found.settle()
    expect(page.locator("#notice")).to_be_hidden()
    assert "model Alpaca" in found.drawn
    assert found.drawn != before
    assert active(page) == "stage"
    assert page.url == f"{ORIGIN}/explore?focus={LLAMA}"


def test_one_may_go_back_from_what_does_not_come(online: Visitor) -> None:
    found = online()
    before = found.drawn
    found.feeding.refusing = {"/api/neighbourhood": 0}
    found.page.fill("#search", "llama")
    found.page.keyboard.press("Enter")
    expect(found.page.locator("#notice")).to_be_visible()
    found.page.go_back()
    expect(found.page.locator("#notice")).to_be_hidden()
    assert found.page.title().startswith("Lineage of Radiology-GPT")
    assert found.drawn == before


def test_the_panel_can_be_asked_for_again(online: Visitor) -> None:
    found = online()
    found.feeding.refusing = {"/api/thing": 503}
    found.page.focus("#stage")
    found.page.keyboard.press("ArrowLeft")
    expect(found.page.locator("#panel .waiting p")).to_have_text(re.compile("^The server is busy"))
    assert found.page.locator("#panel h2").inner_text() == "Alpaca"
    found.feeding.refusing = {}
    found.page.click("#panel .waiting button")
    found.settle()
    assert found.page.locator("#panel .evidence").count() > 0
    assert found.page.locator("#panel .waiting").count() == 0


def test_what_is_no_data_is_said_to_be_none(online: Visitor) -> None:
    found = online()
    found.page.unroute("**/*")
    found.page.route("**/*", lambda route: route.fulfill(body="<html>a proxy's own page</html>"))
    found.page.click("#view-table")
    expect(found.page.locator("#notice-text")).to_have_text("The server answered with something else than data.")


# -- Finding -----------------------------------------------------------------------------------------------------------


def test_search_asks_when_the_reader_pauses(online: Visitor) -> None:
    found = online()
    found.page.locator("#search").press_sequentially("vicuna", delay=20)
    found.settle()
    asked = [address for address in found.feeding.asked if "search" in address]
    assert len(asked) <= 2
    assert asked[-1].startswith("/api/search?q=vicuna")
    assert found.page.locator("#search-hits li").first.locator(".hit-name").inner_text() == "Vicuna"


def test_search_does_without_a_server(online: Visitor) -> None:
    found = online()
    found.feeding.refusing = {"/api/search": 0}
    found.page.fill("#search", "alpa")
    found.settle()
    names = found.page.locator("#search-hits .hit-name").all_inner_texts()
    assert names == ["Alpaca", "Alpaca"]
    assert "The server does not answer" in found.page.locator("#search-hits .none").inner_text()
    found.page.keyboard.press("Enter")
    expect(found.page).to_have_title(re.compile("Lineage of Alpaca"))


def test_answers_to_what_was_typed_before_are_not_looked_at(online: Visitor) -> None:
    found = online()
    found.feeding.holding = "/api/search"
    for text in ("vicuna", "goat"):
        found.page.fill("#search", text)
        found.page.wait_for_timeout(250)
    found.feeding.release("goat")
    expect(found.page.locator("#search-hits .hit-name").first).to_have_text("Goat")
    found.feeding.release("vicuna")
    found.page.wait_for_timeout(100)
    assert found.page.locator("#search-hits .hit-name").first.inner_text() == "Goat"


# -- A graph that is too large to be sent ------------------------------------------------------------------------------


def test_a_hub_of_thousands_is_drawn_in_part(online: Visitor, large_site: Site) -> None:
    found = online("focus=model/hub", of=large_site)
    page = found.page
    assert len(found.drawn) == 25
    assert "model child0777" in found.drawn  # what leads on comes first
    assert (
        page.locator(".item.group").text_content() == "20976 more: base model of hub (model)+20,976 morebase model of"
    )
    assert "at least 21,000 descendants" in page.locator("#status").inner_text()
    assert "200 of 21,000" in page.locator("#panel").inner_text()
    page.click(".item.group")
    found.settle()
    assert len(found.drawn) == 49
    stub = page.locator('.item[data-iri="model/child0777"] .stub[data-way="down"]')
    assert stub.locator(".count").text_content() == "+1"
    stub.dispatch_event("click")
    found.settle()
    assert "model next" in found.drawn


def test_a_large_graph_is_walked_and_searched(online: Visitor, large_site: Site) -> None:
    found = online("focus=model/hub", of=large_site)
    page = found.page
    page.fill("#search", "last")
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text(re.compile("^last, model"))
    assert found.drawn == ["model child0777", "model hub", "model last", "model next"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#live")).to_have_text(re.compile("^child0777, model"))
    page.goto(f"{ORIGIN}/explore?view=path&from=model/last&to=model/hub")
    page.wait_for_selector("html[data-ready]")
    assert "last (model) descends from hub (model)" in page.locator("#panel").inner_text()
    assert found.drawn == ["model child0777", "model hub", "model last", "model next"]


def test_views_of_everything_say_why_they_cannot_be_had(online: Visitor, large_site: Site) -> None:
    found = online("view=table&focus=model/next", of=large_site)
    page = found.page
    reason = "This graph is too large to be drawn or listed at once"
    assert page.evaluate("document.body.dataset.view") == "focus"
    assert found.notice.startswith(reason)
    for view in ("overview", "timeline", "table"):
        button = page.locator(f"#view-{view}")
        assert button.get_attribute("aria-disabled") == "true"
        assert (button.get_attribute("title") or "").startswith(reason)
        page.evaluate("itgraph.app.announce('')")
        button.dispatch_event("click")
        assert found.announced.startswith(reason)
    assert not [address for address in found.feeding.asked if "graph" in address]


# -- What somebody writes into a graph ---------------------------------------------------------------------------------


def assert_nothing_ran(found: OnlineVisit) -> None:
    assert found.page.evaluate("typeof owned") == "undefined"
    wanted = "document.querySelectorAll('img, iframe, object, embed, script:not(#data)').length"
    assert found.page.evaluate(wanted) == 1
    links = found.page.eval_on_selector_all("a", "links => links.map((link) => link.href)")
    assert [link for link in links if not link.startswith(("https:", "http:"))] == []
    on = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames()).filter((n) => n.startsWith('on'))"
    assert found.page.evaluate(on) == []
    assert found.faults == []


@pytest.mark.parametrize("view", ["focus", "overview", "timeline", "path", "table", "table&table=relations"])
def test_nothing_runs_in_any_view(online: Visitor, hostile_site: Site, view: str) -> None:
    found = online(
        f"view={view}&from=model/m9&to=model/m1&focus=model/m9&rel=baseModel,trainedOn,generatedBy,describedIn,author",
        of=hostile_site,
    )
    for place in range(found.page.evaluate("itgraph.NODES.length")):
        found.page.evaluate("(place) => itgraph.app.select(place)", place)
        found.settle()
        found.page.evaluate("document.querySelectorAll('#panel details').forEach((d) => { d.open = true; })")
    assert_nothing_ran(found)


def test_nothing_runs_when_it_is_found_and_walked_to(online: Visitor, hostile_site: Site) -> None:
    found = online(of=hostile_site)
    for text in ("img", "script", "proto", "steal", "javascript"):
        found.page.fill("#search", text)
        found.settle()
        assert found.page.locator("#search-hits li:not(.none)").count() >= 1
        for key in ("Enter", "ArrowLeft", "ArrowRight"):
            found.page.keyboard.press(key)
            found.settle()
        assert_nothing_ran(found)
    found.page.go_back()
    found.page.click("#copy")
    assert_nothing_ran(found)


def test_nothing_runs_that_an_address_says(online: Visitor, hostile_site: Site) -> None:
    for query in (
        "q=%3Cimg src=x onerror=owned=1%3E&view=table",
        "theme=%22onload=owned&lang=%3Cscript%3E&language=%3Cscript%3Eowned=1%3C/script%3E",
        "sel=__proto__&hide=__proto__,constructor",
        "edge=constructor,__proto__,%3Csvg%3E&at=NaN,1,2",
    ):
        assert_nothing_ran(online(query, of=hostile_site))


def test_nothing_runs_that_a_server_says(online: Visitor) -> None:
    """A refusal with markup in it is text."""
    found = online()
    detail = json.dumps({"detail": "<img src=x onerror=\"owned='detail'\">"})
    found.page.unroute("**/*")
    found.page.route("**/*", lambda route: route.fulfill(status=400, body=detail, content_type="application/json"))
    found.page.click("#view-table")
    expect(found.page.locator("#notice-text")).to_have_text(re.compile(r"^The server says: <img src=x"))
    assert_nothing_ran(found)
