"""By whom things are, what may be done with them, what sources say against a survey: as the page's readers see it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.explorer.conftest import Opener
from tests.explorer.graphs import make_correction, make_developer, make_disagreement, make_licence, make_quads
from tests.explorer.test_browser import SVG, VIEWS, export

from itgraph.explorer import explore
from itgraph.store import EmbeddedStore

pytestmark = pytest.mark.slow

LINES = (
    "b baseModel a",
    "c baseModel b",
    "d baseModel c",
    "d trainedOn benchmark/e",
    "d describedIn paper/p",
    "f trainedOn dataset/g",
)


@pytest.fixture(scope="module")
def page_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a small graph: a is closed, b restricted, c open, and of d and e nobody says."""
    quads = make_quads(LINES) + make_developer("a", "Some Lab, West") + make_developer("b", "Other Lab")
    for name, access in (("a", "closed"), ("b", "restricted"), ("c", "open")):
        quads += make_licence(name, f"under-{name}", access)
    quads += make_licence("b", "MIT", "open", "code")
    quads += make_correction("b", "z", "a", "Its makers say so.")
    quads += make_disagreement("c", "one says MIT, another GPL", "https://example.org/one", "https://example.org/two")
    path = tmp_path_factory.mktemp("use") / "page.html"
    path.write_text(explore(EmbeddedStore(quads)), encoding="utf-8", newline="\n")
    return path


def panel(page: Page) -> str:
    return " ".join(page.locator("#panel").inner_text().split())


def drawn_as(page: Page, name: str) -> dict[str, object]:
    """Return how a box is drawn: its borders, its colours, its icon."""
    found = page.evaluate(
        """(iri) => {
          const item = document.querySelector(`.base .item[data-iri="${iri}"]`);
          const box = getComputedStyle(item.querySelector(".box"));
          return {
            double: Boolean(item.querySelector(".inner")),
            colours: `${box.stroke} ${box.fill}`,
            icon: item.querySelector(".icon").getAttribute("d"),
          };
        }""",
        f"model/{name}" if "/" not in name else name,
    )
    assert isinstance(found, dict)
    return found


# -- Drawn -------------------------------------------------------------------------------------------------------------


def test_only_what_is_closed_has_a_double_border(visit: Opener) -> None:
    for view in ("n=model/d", "view=overview", "view=timeline"):
        page = visit(view).page
        assert {name: drawn_as(page, name)["double"] for name in "abcd"} == {
            "a": True,
            "b": False,
            "c": False,
            "d": False,
        }


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_lens_tells_four_apart_without_colour_too(visit: Opener, dark: bool) -> None:
    page = visit("n=model/d&lens=access", dark=dark).page
    drawn = [drawn_as(page, name) for name in "abcd"]
    assert len({str(one["colours"]) for one in drawn}) == len({str(one["icon"]) for one in drawn}) == 4
    # What has no licence is alike, be it a model or a benchmark, and nothing like what is open.
    unknown = drawn_as(page, "benchmark/e")
    assert (unknown["colours"], unknown["icon"]) == (drawn[3]["colours"], drawn[3]["icon"])
    page.select_option("#lens", "kind")
    assert len({str(drawn_as(page, name)["colours"]) for name in "abcd"}) == 1
    assert "lens" not in page.url


def test_the_lens_is_told_in_words(visit: Opener) -> None:
    found = visit("n=model/d")
    assert "access:" not in found.page.locator("#status").inner_text()
    found.page.select_option("#lens", "access")
    assert "access: 1 open, 1 restricted, 1 closed, 2 not known" in found.page.locator("#status").inner_text()
    assert "1 open, 1 restricted, 1 closed, 2 not known" in found.announced
    found.page.focus("#stage")
    found.page.keyboard.press("ArrowLeft")
    found.page.keyboard.press("ArrowLeft")
    assert found.announced.startswith("b, model. access restricted.")


def test_papers_keep_their_looks_under_the_lens(visit: Opener) -> None:
    page = visit("n=model/d&rel=baseModel,describedIn").page
    before = drawn_as(page, "paper/p")
    page.select_option("#lens", "access")
    assert drawn_as(page, "paper/p") == before


def test_the_legend_of_the_lens_is_a_filter(visit: Opener) -> None:
    page = visit("view=overview&lens=access").page
    lit = "items => items.map((item) => item.dataset.iri).sort()"
    page.click("#use-closed")
    assert page.eval_on_selector_all(".base .item:not(.off)", lit) == ["model/a"]
    assert "access=closed" in page.url
    assert page.locator("#use-closed").get_attribute("aria-pressed") == "true"
    page.click("#use-unknown")
    assert page.eval_on_selector_all(".base .item:not(.off)", lit) == [
        "benchmark/e",
        "dataset/g",
        "model/d",
        "model/f",
    ]
    page.click("#use-unknown")
    assert "access=" not in page.url


def test_a_box_tells_whose_it_is_and_under_what(visit: Opener) -> None:
    page = visit("n=model/d").page
    tips = page.eval_on_selector_all(".base .item > title", "titles => titles.map((title) => title.textContent)")
    assert "a (model)\nSome Lab, West · access closed · under-a" in tips
    assert "d (model)\naccess not known" in tips


# -- Filters and addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "names"),
    [
        ("developer", "Some Lab, West", ["a"]),
        ("licence", "MIT", ["b"]),
        ("access", "restricted", ["b"]),
        ("access", "unknown", ["d", "f", "g", "e"]),
    ],
)
def test_filters_narrow_the_table_and_stay_in_the_address(
    visit: Opener, name: str, value: str, names: list[str]
) -> None:
    found = visit("view=table")
    page = found.page
    page.click("summary:has-text('Filters')")
    page.select_option(f"#filter-{name}", value)
    assert page.locator("tbody th .thing > span:not(.kind)").all_inner_texts() == names
    again = visit(page.url.partition("#")[2]).page
    assert again.locator("tbody th .thing > span:not(.kind)").all_inner_texts() == names
    assert again.input_value(f"#filter-{name}") == value
    again.click("#reset")
    assert again.locator("tbody tr").count() == 7


def test_the_lens_stays_in_the_address(visit: Opener) -> None:
    page = visit("view=overview").page
    page.select_option("#lens", "access")
    expect(page).to_have_url(re.compile("lens=access"))
    again = visit(page.url.partition("#")[2]).page
    assert drawn_as(again, "a") == drawn_as(page, "a")
    page.go_back()
    assert page.input_value("#lens") == "kind"


@pytest.mark.parametrize("hash_", ["lens=rainbow", "access=gated", "lens=__proto__&access=constructor&licence=nope"])
def test_what_is_no_lens_and_no_filter_changes_nothing(visit: Opener, hash_: str) -> None:
    page = visit(f"view=overview&{hash_}").page
    assert page.locator(".base .item.off").count() == 0
    assert page.input_value("#lens") == "kind"


def test_a_page_can_open_under_the_lens(visit: Opener, tmp_path: Path) -> None:
    from itgraph.explorer import Wanted

    path = tmp_path / "lens.html"
    path.write_text(explore(EmbeddedStore(make_quads(LINES)), Wanted(lens="access")), encoding="utf-8")
    page = visit(path=path).page
    assert page.input_value("#lens") == "access"
    page.select_option("#lens", "kind")
    assert "lens=kind" in page.url


# -- The panel ---------------------------------------------------------------------------------------------------------


def test_the_panel_tells_licences_with_their_sources(visit: Opener) -> None:
    page = visit("n=model/b").page
    said = panel(page)
    assert "model, access restricted" in said
    assert "by Other Lab" in said
    assert "restricted The narrowest of these. It says nothing of what this was made from." in said
    assert "Licences are given as their sources state them; this is not legal advice." in said
    assert re.search(r"weights under-b restricted curated licences: example.org/card code MIT open curated", said)
    links = page.locator("#panel .source").evaluate_all("links => links.map((link) => link.href)")
    assert links.count("https://example.org/card") == 4  # two licences, the developer, the correction


def test_the_panel_says_when_nothing_is_known(visit: Opener) -> None:
    said = panel(visit("n=model/d").page)
    assert "model, access not known" in said
    assert "not known No licence of it was read. That makes it neither open nor closed." in said


def test_a_licence_of_the_code_alone_is_told_as_such(visit: Opener, whole_page_path: Path) -> None:
    page = visit("n=model/clip", path=whole_page_path).page
    said = panel(page)
    assert "model, access not known" in said
    assert "not known Open, by a licence of its code alone; that of the weights is not known." in said


def test_the_panel_says_what_a_source_says_against_a_survey(visit: Opener) -> None:
    page = visit("n=model/b").page
    assert (
        "What sources say against a survey base model: the survey says z; a source says a. Its makers say so."
        " This graph follows the source. curated corrections: example.org/card models"
    ) in panel(page)
    page = visit("edge=baseModel,model/b,model/a").page
    assert "base model: the survey says z; a source says a." in panel(page)
    assert "against a survey" not in panel(visit("edge=baseModel,model/c,model/b").page)


def test_the_panel_says_where_sources_disagree(visit: Opener) -> None:
    page = visit("n=model/c").page
    assert "Where sources disagree one says MIT, another GPL example.org/one example.org/two" in panel(page)


def test_the_survey_of_tulu_is_not_silently_replaced(visit: Opener, whole_page_path: Path) -> None:
    page = visit("n=model/tulu", path=whole_page_path).page
    said = panel(page)
    assert "base model: the survey says OPT; a source says LLaMA." in said
    old = said.partition("Said by an older source, or corrected")[2]
    assert re.search(r"base model OPT \(the survey says OPT; a source says LLaMA\)", old)
    page = visit("edge=baseModel,model/tulu,model/llama", path=whole_page_path).page
    assert "Stated by 1 curated fact." in panel(page)
    (link,) = page.locator("#panel h3:text-is('Who says so') + .evidence a").all()
    assert re.match(r"https://github\.com/allenai/open-instruct/", link.get_attribute("href") or "")


def test_a_benchmark_has_descendants_where_one_was_trained_on_it(visit: Opener, whole_page_path: Path) -> None:
    found = visit("n=benchmark/gsm8k", path=whole_page_path)
    assert "model Minotaur" in found.drawn
    assert re.search(r"0 ancestors.*[1-9]\d* descendant", panel(found.page))


def test_an_organization_tells_what_it_developed(visit: Opener, whole_page_path: Path) -> None:
    found = visit(path=whole_page_path)
    found.page.fill("#search", "openai")
    hit = found.page.locator("#search-hits li").filter(has_text="organization").first
    assert "developed" in hit.locator(".hit-detail").inner_text()
    hit.click()
    assert found.page.title().startswith("Lineage of OpenAI (organization)")
    assert "model GPT-4" in found.drawn
    found.page.fill("#search", "openai whisper gpt-4")
    assert found.page.locator("#search-hits").inner_text() == "Nothing is called so"
    found.page.fill("#search", "openai gpt-4")
    assert found.page.locator("#search-hits .hit-name").first.inner_text() == "GPT-4"


# -- Taken away --------------------------------------------------------------------------------------------------------


def test_what_is_taken_away_has_it_too(visit: Opener) -> None:
    page = visit("n=model/d&lens=access").page
    words = {text.text for text in ElementTree.fromstring(export(page, "svg")).iter(f"{SVG}text")}  # noqa: S314
    assert {"access open", "access restricted", "access closed", "access not known"} <= words
    things = {thing["label"]: thing for thing in json.loads(export(page, "json"))["things"]}
    assert {name: things[name]["access"] for name in "abcd"} == {
        "a": "closed",
        "b": "restricted",
        "c": "open",
        "d": None,
    }
    assert things["b"]["corrections"][0]["said_by"]["link"] == "https://example.org/card"
    page.select_option("#lens", "kind")
    words = {text.text for text in ElementTree.fromstring(export(page, "svg")).iter(f"{SVG}text")}  # noqa: S314
    assert "closed" in words
    assert "access open" not in words


def test_the_page_and_python_take_away_the_same(
    visit: Opener, whole_page_path: Path, whole_store: EmbeddedStore
) -> None:
    """All things, with their developers, licences, access and contradictions."""
    from itgraph.explorer import Wanted

    page = visit("view=table", path=whole_page_path).page
    wanted = Wanted(view="table")
    rows = [
        {row["iri"]: row for row in csv.DictReader(io.StringIO(text))}
        for text in (export(page, "csv").decode(), explore(whole_store, wanted, format="csv"))
    ]
    assert rows[0] == rows[1]
    keys = ("developers", "access", "licences", "corrections", "disagreements", "date", "open")
    told, known = (
        {thing["iri"]: {key: thing[key] for key in keys} for thing in json.loads(text)["things"]}
        for text in (export(page, "json"), explore(whole_store, wanted, format="json"))
    )
    assert told == {iri: known[iri] for iri in told}


# -- For everybody -----------------------------------------------------------------------------------------------------

SEEN = VIEWS | {
    "lens": "n=model/minotaur&lens=access",
    "lens of all": "view=overview&lens=access&access=closed",
    "contradicted": "n=model/tulu",
    "closed": "view=table&access=closed",
    "organization": "n=organization/openai",
}


@pytest.mark.parametrize(
    ("width", "dark"), [(1440, False), (1440, True), (360, False)], ids=["light", "dark", "narrow"]
)
@pytest.mark.parametrize("view", SEEN)
def test_axe_finds_nothing(visit: Opener, whole_page_path: Path, view: str, width: int, dark: bool) -> None:
    page = visit(SEEN[view], path=whole_page_path, width=width, dark=dark).page
    wanted = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    results = Axe().run(page, options={"runOnly": wanted})
    assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in results.response["violations"]] == []


@pytest.mark.parametrize("view", SEEN)
def test_at_320_pixels_nothing_is_wider_than_the_screen(visit: Opener, whole_page_path: Path, view: str) -> None:
    page = visit(SEEN[view], path=whole_page_path, width=320, height=640).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_text_fits_into_its_box(visit: Opener, whole_page_path: Path) -> None:
    for hash_ in ("n=model/llama&down=all", "view=overview&lens=access", "n=organization/openai"):
        page = visit(hash_, path=whole_page_path).page
        outside = page.evaluate(
            """() => [...document.querySelectorAll(".item[data-iri]")].filter((item) => {
              const box = item.querySelector(".box").getBoundingClientRect();
              return [...item.querySelectorAll(".label, .caption")].some((text) => {
                const own = text.getBoundingClientRect();
                return own.right > box.right || own.left < box.left || own.bottom > box.bottom + 1;
              });
            }).map((item) => item.dataset.iri)"""
        )
        assert outside == [], hash_


def test_forced_colours_keep_the_lens_readable(visit: Opener) -> None:
    page = visit("n=model/d&lens=access", forced_colors="active").page
    drawn = [drawn_as(page, name) for name in "abcd"]
    # The last one is what the view is of, which the system's own colour marks.
    assert len({str(one["colours"]) for one in drawn[:3]}) == 1
    assert len({str(one["icon"]) for one in drawn}) == 4
    assert [one["double"] for one in drawn] == [True, False, False, False]
