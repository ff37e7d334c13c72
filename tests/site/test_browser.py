"""The site as its readers use it, in a real browser, from a plain web host below a path, and from files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response, Route, expect
from pyoxigraph import Quad
from tests.browsing import Watched

from itgraph.names import name_key
from itgraph.queries import get_query, run
from itgraph.resources import web_path
from itgraph.results import format_table
from itgraph.site.places import stem_of
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow

has_engine = (folder := web_path()) is not None and (folder / "oxigraph" / "web.js").is_file()
needs_engine = pytest.mark.skipif(not has_engine, reason="built without Node.js: Oxigraph for browsers is not here")


class Visit(Watched):
    """A page, with whatever went wrong on it: errors, breaches of its policy, requests to others, cookies."""

    def __init__(self, page: Page, host: str) -> None:
        super().__init__(page)
        self.host = host
        page.on("request", self._note)
        page.on("response", self._note_answer)

    def _note_answer(self, answer: Response) -> None:
        if answer.status >= 400:  # 304 is what a browser has already
            self.note(f"{answer.status} {answer.url}")

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.host, "data:", "blob:")):
            self.note_request(request.url)

    def note(self, what: str) -> None:
        super().note(f"{self.page.url} {what}")

    def go(self, address: str = "") -> Page:
        self.page.goto(self.host + address)
        return self.page

    def go_asking(self, address: str = "query.html") -> Page:
        """Go to the page of SPARQL, and wait until it can be asked."""
        self.go(address)
        self.page.wait_for_selector("html[data-ready=query]")
        return self.page


Opener = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, host: str) -> Iterator[Opener]:
    visits: list[Visit] = []

    def open_site(*, width: int = 1280, dark: bool = False, script: bool = True, address: str = host) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            accept_downloads=True,
        )
        visits.append(Visit(context.new_page(), address))
        return visits[-1]

    yield open_site
    cookies = [cookie for found in visits for cookie in found.page.context.cookies()]
    for found in visits:
        found.page.context.close()
    assert cookies == []
    assert [what for found in visits for what in found.wrong] == []


# -- Links -------------------------------------------------------------------------------------------------------------


def test_a_reader_clicks_from_the_first_page_to_the_lines_of_a_row(visit: Opener, host: str) -> None:
    page = visit().go("index.html")
    page.click("main .tiles a[href='browse/model.html']")
    page.click("main >> text=Radiology-GPT")
    expect(page.locator("h1")).to_have_text("Radiology-GPT")
    expect(page.locator(".picture img")).to_be_visible()
    assert page.locator(".picture img").evaluate("image => image.complete && image.naturalWidth > 300")
    page.click(".evidence a.row >> nth=0")
    expect(page.locator("blockquote")).to_contain_text("Radiology-GPT")
    page.click("header .brand")
    assert page.url == host + "index.html"


def test_a_picture_leads_to_the_explorer_at_the_thing(visit: Opener) -> None:
    page = visit().go("page/model/llama.html")
    page.click("figcaption a")
    page.wait_for_selector("html[data-ready]")
    assert page.title().startswith("Lineage of LLaMA")
    page.click("header .home")
    expect(page.locator("h1")).to_contain_text("What does this language model descend from?")


# -- Search ------------------------------------------------------------------------------------------------------------


def test_names_are_compared_and_pages_are_found_as_in_python(visit: Opener, part: list[Quad]) -> None:
    page = visit().go("index.html")
    texts = [
        "FLAN-T5",
        "Straße 3.5",
        "Gemma 2 2B",
        "TÜLU",
        "Ünal Ö",
        "–",
        "x\u200by",
        "Σίσυφος",
        "١.٢",
        "C++ #1",
        "한국어 Ａ",
    ]
    iris = sorted({quad.subject.value for quad in part if hasattr(quad.subject, "value")})
    iris += [
        f"https://w3id.org/itgraph/{path}" for path in ("", "a//b", "elsewhere/x", "model/É𝕏", "x" * 200, "con/a.b/c.d")
    ]
    assert page.evaluate("(texts) => texts.map(itgraph.nameKey)", texts) == [name_key(text) for text in texts]
    assert page.evaluate("(iris) => iris.map(itgraph.stemOf)", iris) == [stem_of(iri) for iri in iris]


# -- SPARQL ------------------------------------------------------------------------------------------------------------


def answered(page: Page, times: int = 1) -> None:
    page.wait_for_selector(f"html[data-answered='{times}']", timeout=60_000)


@needs_engine
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("ancestors-of-model", {"model": "Radiology-GPT"}),
        ("large-datasets", {"minimum": "1000"}),
        ("licences-of-ancestry", {"model": "itm:alpaca"}),
        ("most-built-upon-models", {}),
    ],
)
def test_saved_questions_are_answered_as_by_the_engine(
    visit: Opener, part: list[Quad], name: str, given: dict[str, str]
) -> None:
    expected = run(get_query(name), EmbeddedStore(part), given)
    assert len(expected)
    page = visit().go(f"queries/{name}.html")
    if given:
        for parameter, value in given.items():
            page.fill(f"form.ask input[name={parameter}] >> nth=0", value)
        page.click("form.ask button")
    else:
        page.goto(page.url.replace(f"queries/{name}.html", f"query.html?saved={name}"))
    answered(page)
    with page.expect_download() as download:
        page.click("text=CSV")
    path = download.value.path()
    assert read_csv(path.read_text(encoding="utf-8")) == read_csv(format_table(expected, "csv"))
    with page.expect_download() as download:
        page.click("#ask-answer >> text=JSON")
    told = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert told["head"]["vars"] == list(expected.columns)
    assert len(told["results"]["bindings"]) == len(expected)
    assert page.locator("#ask-answer tbody tr").count() == min(200, len(expected))
    link = page.locator("#ask-answer tbody a").first
    link.click()
    expect(page.locator("h1")).to_be_visible()


def read_csv(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@needs_engine
def test_a_runaway_query_is_stopped_and_the_next_one_is_answered(visit: Opener) -> None:
    page = visit().go_asking()
    page.fill("#ask-query", RUNAWAY)
    page.click("#ask-run")
    page.click("#ask-stop")
    answered(page)
    expect(page.locator("#ask-status")).to_have_text("Stopped.")
    page.select_option("#ask-limit", "5")
    page.click("#ask-run")
    answered(page, 2)
    expect(page.locator("#ask-status")).to_contain_text("Stopped after 5 s")
    page.fill("#ask-query", "ASK { ?model a itg:Model }")
    page.locator("#ask-query").press("Control+Enter")
    answered(page, 3)
    expect(page.locator("#ask-status")).to_contain_text("Yes")
    assert "PREFIX itg:" in page.input_value("#ask-query")


@needs_engine
def test_a_query_is_stopped_before_the_engine_has_it(visit: Opener) -> None:
    page = visit().go_asking()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/editor-query.js", hold)
    page.click("#ask-run")
    page.click("#ask-stop")
    answered(page)
    expect(page.locator("#ask-status")).to_have_text("Stopped.")
    (route,) = held
    route.continue_()
    page.click("#ask-run")
    answered(page, 2)
    expect(page.locator("#ask-status")).to_contain_text("row")


@needs_engine
def test_a_saved_question_takes_the_place_of_what_runs(visit: Opener) -> None:
    page = visit().go_asking()
    page.select_option("#ask-name", "large-datasets")
    page.fill("#ask-parameters input >> nth=0", "1000")
    page.fill("#ask-query", RUNAWAY)
    page.click("#ask-run")
    expect(page.locator("#ask-status")).to_have_text("Asking …")
    page.click("#ask-parameters button")
    answered(page, 2)
    assert "?saved=large-datasets" in page.url
    assert page.input_value("#ask-query") != RUNAWAY
    expect(page.locator("#ask-status")).to_contain_text("row")
    expect(page.locator("#ask-run")).to_be_enabled()
    expect(page.locator("#ask-stop")).to_be_hidden()
    assert page.locator("#ask-answer thead").inner_text().split()[0].lower() == "dataset"


@needs_engine
@pytest.mark.parametrize("how", ["picker", "address", "keys"])
def test_no_answer_stands_below_another_query(visit: Opener, how: str) -> None:
    page = visit().go_asking()
    page.fill("#ask-query", "SELECT ?nobody { ?nobody a itg:Model } LIMIT 1")
    # The engine is ready, and what it is asked is held up: its answer comes when something else is written.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/editor-query.js", hold)
    page.click("#ask-run")
    expect(page.locator("#ask-stop")).to_be_visible()
    if how == "picker":
        page.select_option("#ask-name", "large-datasets")
    elif how == "address":
        page.evaluate("location.hash = 'query=ASK%20%7B%7D'")
        expect(page.locator("#ask-query")).to_have_value("ASK {}")
    else:
        page.fill("#ask-query", "ASK {}")
        page.locator("#ask-query").press("Control+Enter")
    for route in held:
        route.continue_()
    answered(page, 2 if how == "keys" else 1)
    expect(page.locator("#ask-status")).to_contain_text("Yes" if how == "keys" else "Stopped.")
    assert page.locator("#ask-answer table").count() == 0
    assert "nobody" not in page.input_value("#ask-query")
    expect(page.locator("#ask-run")).to_be_enabled()


@needs_engine
def test_a_question_that_runs_is_not_asked_twice(visit: Opener) -> None:
    page = visit().go_asking()
    page.select_option("#ask-limit", "5")
    page.fill("#ask-query", RUNAWAY)
    page.click("#ask-run")
    page.wait_for_timeout(1000)
    page.locator("#ask-query").press("Control+Enter")
    expect(page.locator("#ask-status")).to_contain_text("Stopped after 5 s", timeout=60_000)
    assert page.get_attribute("html", "data-answered") == "1"


@needs_engine
def test_a_graph_that_could_not_be_read_is_read_again(visit: Opener) -> None:
    found = visit()
    page = found.page
    # Once as the page begins, once for the question.
    page.route("**/itgraph.trig", lambda route: route.abort(), times=2)
    with page.expect_event("requestfailed"):
        found.go_asking()
    page.fill("#ask-query", "ASK { ?model a itg:Model }")
    page.click("#ask-run")
    answered(page)
    expect(page.locator("#ask-trouble")).to_contain_text("The graph could not be read")
    expect(page.locator("#ask-status")).to_have_text("")
    page.click("#ask-run")
    answered(page, 2)
    expect(page.locator("#ask-status")).to_contain_text("Yes")
    expect(page.locator("#ask-trouble")).to_be_hidden()


@needs_engine
@pytest.mark.parametrize(
    ("told", "script"),
    [
        ("could not be started", "throw new Error('broken')"),
        (
            "broke down over this question",
            "addEventListener('message', ({ data }) => {"
            " if (data.graph) postMessage({ ready: true }); else setTimeout(() => { throw new Error('broken'); }); })",
        ),
    ],
)
def test_an_engine_that_dies_is_told_and_replaced(visit: Opener, told: str, script: str) -> None:
    found = visit()
    page = found.page
    page.route("**/query-worker.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    found.go_asking()
    page.fill("#ask-query", "ASK { ?model a itg:Model }")
    page.click("#ask-run")
    answered(page)
    expect(page.locator("#ask-trouble")).to_contain_text(told)
    page.unroute("**/query-worker.js")
    page.click("#ask-run")
    answered(page, 2)
    expect(page.locator("#ask-status")).to_contain_text("Yes")
    expect(page.locator("#ask-trouble")).to_be_hidden()


@needs_engine
def test_a_query_that_breaks_the_engine_is_not_the_last_one(visit: Opener) -> None:
    page = visit().go_asking()
    page.fill("#ask-query", "SELECT * { " + "{" * 100_000 + "}" * 100_000 + " }")
    page.click("#ask-run")
    answered(page)
    expect(page.locator("#ask-trouble")).to_contain_text("The engine broke down over this question")
    page.fill("#ask-query", "ASK { ?model a itg:Model }")
    page.click("#ask-run")
    answered(page, 2)
    expect(page.locator("#ask-status")).to_contain_text("Yes")


@needs_engine
def test_a_statement_about_a_statement_is_shown_and_downloaded(visit: Opener) -> None:
    page = visit().go_asking()
    page.fill(
        "#ask-query",
        'SELECT ?said { VALUES ?said { <<( itm:a itg:x <<( itm:b itg:y "q\\"\\u202E"@en )>> )>> 7 } }',
    )
    page.click("#ask-run")
    answered(page)
    cell = page.locator("#ask-answer tbody td").first
    expect(cell).to_have_text('<<( itm:a itg:x <<( itm:b itg:y "q\\"\\u{202e}"@en )>> )>>')
    with page.expect_download() as download:
        page.click("text=CSV")
    model, term = "https://w3id.org/itgraph/model/", "https://w3id.org/itgraph/ontology#"
    inner = f'<<( <{model}b> <{term}y> "q\\"\u202e"@en )>>'
    assert read_csv(download.value.path().read_text(encoding="utf-8")) == [
        ["said"],
        [f"<<( <{model}a> <{term}x> {inner} )>>"],
        ["7"],
    ]


@needs_engine
def test_what_is_wrong_with_a_query_is_said(visit: Opener) -> None:
    found = visit()
    page = found.go_asking("query.html#query=SELECT%20*%20%7B")
    assert page.input_value("#ask-query") == "SELECT * {"
    page.click("#ask-run")
    answered(page)
    expect(page.locator("#ask-trouble")).to_contain_text("1:")
    for query in ("INSERT DATA { <http://a> <http://b> 1 }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"):
        page.fill("#ask-query", query)
        page.click("#ask-run")
        expect(page.locator("#ask-run")).to_be_enabled()
        expect(page.locator("#ask-trouble")).to_be_visible()
    page = found.go("query.html?saved=ancestors-of-model&model=Nobody")
    expect(page.locator("#ask-trouble")).to_contain_text("no model is called Nobody")
    page = found.go("query.html?saved=no-such-question")
    expect(page.locator("#ask-trouble")).to_contain_text("no saved question no-such-question")


@needs_engine
def test_a_value_is_never_read_as_sparql(visit: Opener) -> None:
    page = visit().go("query.html?saved=large-datasets&minimum=1%20%7D%20DROP")
    expect(page.locator("#ask-trouble")).to_contain_text("expected an integer")


@needs_engine
def test_a_graph_and_its_terms_are_shown(visit: Opener) -> None:
    page = visit().go_asking()
    page.fill("#ask-query", "CONSTRUCT { itm:alpaca ?p ?o } WHERE { itm:alpaca ?p ?o }")
    page.click("#ask-run")
    answered(page)
    expect(page.locator("#ask-answer pre")).to_contain_text("Alpaca")
    page.fill("#ask-query", "SELECT * { GRAPH ?row { itm:alpaca ?p ?o } }")
    page.click("#ask-run")
    answered(page, 2)
    assert page.locator("#ask-answer tbody tr").count() > 3
    assert Axe().run(page).response["violations"] == []


@needs_engine
def test_everything_of_the_query_page_by_keyboard(visit: Opener) -> None:
    page = visit().go_asking()
    page.focus("#ask-name")
    page.keyboard.type("Which models and datasets went into")
    chosen = page.input_value("#ask-name")
    assert chosen
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#ask-parameters') !== null")
    page.keyboard.press("Enter")
    answered(page)
    expect(page.locator("#ask-status")).to_contain_text("row")
