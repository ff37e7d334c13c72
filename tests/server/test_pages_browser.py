"""The pages as their readers use them, in a real browser: seen, read aloud, by keyboard, without scripts, hostile."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pyoxigraph import NamedNode, RdfFormat, parse
from tests.explorer.graphs import node
from tests.explorer.test_hostile import HOSTILE, hostile_store
from tests.server.visits import ORIGIN, Opener, Visit, get

from itgraph.server.pages.addresses import page_of
from itgraph.server.site import Site
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow

PAGES = {
    "home": "/",
    "hits": "/?q=alpaca",
    "nothing found": "/?q=alpacca",
    "browse": "/browse/paper",
    "class": "/browse?class=http%3A%2F%2Fwww.w3.org%2Fns%2Fcsvw%23Row",
    "model": "/page/model/llama",
    "dataset": "/page/dataset/alpaca",
    "paper": "/page/paper/airoboros",
    "person": "/page/person/hugo-touvron",
    "statements": "/page/model/llama?view=statements",
    "row": "/page/row/2024-10-15/models/4",
    "snapshot": "/page/snapshot/2024-10-15",
    "term": "/page/ontology%23baseModel",
    "foreign": "/page?iri=https%3A%2F%2Fschema.org%2FPerson",
    "questions": "/queries",
    "question": "/queries/ancestors-of-model?model=Radiology-GPT",
    "several values": "/queries/shared-data-of-models?model=Alpaca&model=Vicuna",
    "wrong parameter": "/queries/large-datasets?minimum=many",
    "issues": "/issues",
    "disagreements": "/issues?code=sources-disagree",
    "conflicts": "/conflicts",
    "licences and conflicts": "/page/model/tulu",
    "organization": "/page/organization/openai",
    "curated fact": "/page/curated/corrections/model-tulu-basemodel-opt-llama",
    "licence": "/page?iri=https%3A%2F%2Fspdx.org%2Flicenses%2FApache-2.0",
    "about": "/about",
    "ontology": "/ontology",
    "missing": "/page/model/llamma",
}


@pytest.mark.parametrize(
    ("width", "dark"), [(1280, False), (1280, True), (360, False)], ids=["light", "dark", "narrow"]
)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_flaw_that_axe_finds(visit: Opener, site: Site, name: str, width: int, dark: bool) -> None:
    page = visit(site, width=width, dark=dark).go(PAGES[name])
    found = Axe().run(page).response["violations"]
    assert [(flaw["id"], [part["html"] for part in flaw["nodes"]]) for flaw in found] == []
    assert page.locator("h1").count() == 1
    assert page.title()


@pytest.mark.parametrize("width", [360, 768, 1920])
def test_no_page_is_wider_than_the_window(visit: Opener, site: Site, width: int) -> None:
    found = visit(site, width=width)
    for address in PAGES.values():
        page = found.go(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_keyboard_skips_to_the_content(visit: Opener, site: Site) -> None:
    page = visit(site).go("/page/model/llama")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    expect(page.locator("main")).to_be_focused()


def test_search_as_you_type_leads_to_the_page_by_keyboard(visit: Opener, site: Site) -> None:
    page = visit(site).go("/about")
    page.locator("#find").press_sequentially("wizardlm")
    expect(page.locator("#found li").first).to_contain_text("WizardLM")
    expect(page.locator("#find")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found li").first).to_have_attribute("aria-selected", "true")
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/model/wizardlm")
    expect(page.locator("h1")).to_have_text("WizardLM")


def test_escape_closes_what_was_found(visit: Opener, site: Site) -> None:
    page = visit(site).go("/")
    page.locator("#find").press_sequentially("llama")
    expect(page.locator("#found")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    assert page.url == f"{ORIGIN}/"


def test_everything_works_without_scripts(visit: Opener, site: Site) -> None:
    page = visit(site, script=False).go("/")
    page.fill("#find", "alpacca")
    page.click("main form button")
    page.click("text=Alpaca >> nth=0")
    expect(page.locator("h1")).to_have_text("Alpaca")
    picture = page.locator(".picture img")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 300")
    page.goto(f"{ORIGIN}/queries/ancestors-of-model")
    page.fill("input[name=model] >> nth=0", "Vicuna")
    page.click("main form button")
    assert page.url.startswith(f"{ORIGIN}/queries/ancestors-of-model?model=Vicuna")
    expect(page.locator("main table")).to_contain_text("LLaMA")
    page.goto(f"{ORIGIN}/issues")
    page.select_option("#code", "no-link")
    page.click("main form button")
    assert set(page.locator("tbody td:nth-child(4)").all_inner_texts()) == {"no-link"}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["alpaca", "radiology-gpt", "llama"])
def test_the_whole_picture_is_seen_at_once(visit: Opener, site: Site, width: int, name: str) -> None:
    page = visit(site, width=width).go(f"/page/model/{name}")
    inside = """image => {
      const frame = image.closest("a"), inner = image.getBoundingClientRect(), outer = frame.getBoundingClientRect();
      const {naturalWidth, naturalHeight} = image;
      return [frame.scrollWidth <= frame.clientWidth, frame.scrollHeight <= frame.clientHeight,
        inner.right <= outer.right, inner.bottom <= outer.bottom, outer.right <= window.innerWidth,
        Math.abs(inner.width / inner.height - naturalWidth / naturalHeight) < 0.05];
    }"""
    assert page.locator(".picture img").evaluate(inside) == [True] * 6
    expect(page.locator("figcaption a")).to_have_attribute("href", f"/explore?focus={quote(node_of(name), safe='/')}")


def node_of(name: str) -> str:
    return f"https://w3id.org/itgraph/model/{name}"


def test_no_number_is_broken_into_two_lines(visit: Opener, site: Site) -> None:
    page = visit(site).go("/issues?code=no-link&snapshot=2024-10-15")
    cell = page.locator("td.number").first
    assert len(cell.inner_text()) == 4
    assert (
        cell.evaluate(
            "cell => { const r = document.createRange(); r.selectNodeContents(cell);"
            " return r.getClientRects().length; }"
        )
        == 1
    )


def test_the_picture_follows_the_system_between_light_and_dark(visit: Opener, site: Site) -> None:
    for dark in (False, True):
        page = visit(site, dark=dark).go("/page/model/alpaca")
        shown = page.locator(".picture img").evaluate("image => image.currentSrc")
        assert shown.endswith("?theme=dark") is dark


def test_an_address_of_a_term_lands_on_it(visit: Opener, site: Site) -> None:
    page = visit(site).go("/ontology#baseModel")
    top = page.locator("#baseModel").evaluate("term => term.getBoundingClientRect().top")
    assert 0 <= top < 300


# -- Hostile ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hostile() -> Site:
    return Site(store=hostile_store())


def hostile_addresses(hostile: Site) -> list[str]:
    iris: dict[str, None] = {}
    for quad in hostile.store.quads():
        for end in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(end, NamedNode):
                iris[end.value] = None
    pages = [page_of(iri) for iri in sorted(iris)]
    statements = [f"{page_of(node(name).value)}?view=statements" for name in ("m0", "m9", "paper/p")]
    return [*pages, *statements, "/", "/issues", "/conflicts", "/about", "/browse/model", "/browse/paper", "/queries"]


def test_nothing_hostile_runs_on_any_page(visit: Opener, hostile: Site) -> None:
    found = visit(hostile)
    for address in hostile_addresses(hostile):
        page = found.go(address)
        assert_nothing_ran(found, address)
        assert page.locator("h1").count() == 1, address


@pytest.mark.parametrize("text", [HOSTILE[0], HOSTILE[1], HOSTILE[4], HOSTILE[5], HOSTILE[11]])
def test_nothing_runs_that_an_address_says(visit: Opener, site: Site, text: str) -> None:
    found = visit(site)
    said = quote(text, safe="")
    for address in (
        f"/?q={said}",
        f"/?kind={said}",
        f"/browse/{said}",
        f"/browse/model?filter={said}",
        f"/browse?class={said}",
        f"/page/model/{said}",
        f"/page?iri={said}",
        f"/queries/ancestors-of-model?model={said}",
        f"/queries/{said}",
        f"/issues?code={said}",
        f"/ontology?format={said}",
    ):
        found.go(address)
        assert_nothing_ran(found, address)


def test_nothing_runs_while_it_is_searched_for(visit: Opener, hostile: Site) -> None:
    found = visit(hostile)
    page = found.go("/")
    for text in ("img", "script", "javascript", "steal"):
        page.fill("#find", "")
        page.locator("#find").press_sequentially(text)
        expect(page.locator("#found li").first).to_be_visible()
        assert_nothing_ran(found, text)


def test_pictures_of_hostile_things_are_inert(visit: Opener, hostile: Site) -> None:
    found = visit(hostile)
    for place in range(len(HOSTILE)):
        address = f"/picture/model/m{place}.svg"
        answer = get(hostile, address)
        assert (answer.status, answer.media_type) == (200, "image/svg+xml")
        assert "sandbox" in dict(answer.headers)["Content-Security-Policy"]
        page = found.go(address)
        assert page.evaluate("document.querySelectorAll('script, foreignObject, a, image, use').length") == 0


def test_the_data_block_of_a_hostile_thing_is_data(visit: Opener, hostile: Site) -> None:
    found = visit(hostile)
    for place in range(len(HOSTILE)):
        page = found.go(f"/page/model/m{place}")
        text = page.locator("script[type='application/ld+json']").inner_text()
        assert json.loads(text)["name"]
        assert list(parse(text, format=RdfFormat.JSON_LD))


def assert_nothing_ran(found: Visit, where: str) -> None:
    assert found.page.evaluate(WRONG) == [], where


WRONG = """() => {
  const wrong = [];
  if (typeof owned !== "undefined") wrong.push(`ran: ${owned}`);
  const ours = "script[src^='/assets/'], script[type='application/ld+json']";
  for (const element of document.querySelectorAll(`iframe, object, embed, base, script:not(${ours})`))
    wrong.push(element.outerHTML);
  for (const image of document.images)
    if (!image.src.startsWith(`${location.origin}/picture`)) wrong.push(image.outerHTML);
  for (const link of document.querySelectorAll("[href]"))
    if (!/^https?:/.test(link.href)) wrong.push(link.outerHTML);
  for (const element of document.querySelectorAll("*"))
    for (const name of element.getAttributeNames())
      if (/^on|^style$/.test(name)) wrong.push(element.outerHTML);
  return wrong;
}"""


def test_an_empty_graph_has_pages(visit: Opener) -> None:
    found = visit(Site(store=EmbeddedStore()))
    for address in ("/", "/?q=alpaca", "/browse/model", "/issues", "/about"):
        page = found.go(address)
        assert page.locator("h1").count() == 1
        assert Axe().run(page).response["violations"] == []
