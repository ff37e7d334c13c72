"""The explorer's page as its readers use it, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.explorer.conftest import Opener

pytestmark = pytest.mark.slow

LLAMA, ALPACA, RADIOLOGY = "model/llama", "model/alpaca", "model/radiology-gpt"
VIEWS = {
    "focus": "",
    "overview": "view=overview",
    "timeline": "view=timeline",
    "path": f"view=path&from={RADIOLOGY}&to=model/gpt-3",
    "table": "view=table",
    "relations": "view=table&table=relations",
    "person": "n=person/hugo-touvron",
    "edge": f"edge=baseModel,{ALPACA},{LLAMA}",
}


def iris(page: Page, selector: str = ".item[data-iri]") -> set[str]:
    found = page.eval_on_selector_all(selector, "items => items.map((item) => item.dataset.iri)")
    return set(found)


# -- What it opens with ------------------------------------------------------------------------------------------------


def test_it_opens_on_the_longest_ancestry(visit: Opener) -> None:
    found = visit()
    assert found.page.title() == "Lineage of Radiology-GPT (model) · itgraph"
    assert found.drawn == [
        "dataset Alpaca",
        "dataset InstructGPT",
        "model Alpaca",
        "model GPT-3",
        "model InstructGPT",
        "model LLaMA",
        "model Radiology-GPT",
    ]
    words = found.page.locator(".word:not(.how)").all_text_contents()
    assert sorted(words) == sorted([*["base model of"] * 3, *["training data of"] * 2, "wrote"])


@pytest.mark.parametrize("width", [1440, 1024, 360])
def test_text_of_the_focus_is_never_smaller_than_11_pixels(visit: Opener, width: int) -> None:
    for hash_ in ("", f"n={LLAMA}&down=all", "n=model/video-llama"):
        page = visit(hash_, width=width).page
        sizes = page.eval_on_selector_all(
            ".item .label",
            "labels => labels.map((label) => parseFloat(getComputedStyle(label).fontSize) * label.getScreenCTM().a)",
        )
        assert sizes
        assert min(sizes) >= 10.99


def test_text_fits_into_its_box(visit: Opener) -> None:
    for hash_ in VIEWS.values():
        page = visit(hash_).page
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


def test_it_asks_nothing_of_any_network(visit: Opener) -> None:
    """Through all views; that nothing went wrong is checked for every test when it ends."""
    found = visit()
    for name in ("overview", "timeline", "path", "table", "focus"):
        found.page.click(f"#view-{name}")
    assert found.wrong == []


# -- Accessibility -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "dark"), [(1440, False), (1440, True), (360, False)], ids=["light", "dark", "narrow"]
)
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(visit: Opener, view: str, width: int, dark: bool) -> None:
    page = visit(VIEWS[view], width=width, dark=dark).page
    results = Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in results.response["violations"]] == []


@pytest.mark.parametrize("view", VIEWS)
def test_at_320_pixels_nothing_is_wider_than_the_screen(visit: Opener, view: str) -> None:
    page = visit(VIEWS[view], width=320, height=640).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_from_llama_to_radiology_gpt_by_keys(visit: Opener) -> None:
    found = visit()
    page = found.page
    page.keyboard.press("/")
    page.keyboard.type("llama")
    page.keyboard.press("Enter")
    assert page.title().startswith("Lineage of LLaMA (model)")
    heard = [found.announced]
    for key in ("ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
        heard.append(found.announced)
    assert [text.split(",")[0] for text in heard] == ["LLaMA", "Alpaca", "Radiology-GPT"]
    assert "6 ancestors, 0 descendants" in heard[-1]
    assert page.locator("#panel h2").inner_text() == "Radiology-GPT"


def test_left_and_right_lead_back(visit: Opener) -> None:
    found = visit(f"n={ALPACA}")
    found.page.focus("#stage")
    found.page.keyboard.press("ArrowLeft")
    first = found.announced
    found.page.keyboard.press("ArrowDown")
    assert found.announced != first
    found.page.keyboard.press("ArrowRight")
    assert found.announced.startswith("Alpaca, model")
    found.page.keyboard.press("ArrowRight")
    assert found.announced.startswith("Radiology-GPT, model")
    found.page.keyboard.press("ArrowRight")
    assert found.announced == "Nothing is known to be made from this"


def test_letters_lead_to_a_name(visit: Opener) -> None:
    found = visit(f"n={LLAMA}")
    found.page.focus("#stage")
    found.page.keyboard.type("wri")
    assert found.announced.startswith("Writing-Alpaca, model")
    found.page.keyboard.press("Enter")
    assert found.page.title().startswith("Lineage of Writing-Alpaca")
    found.page.keyboard.press("Escape")
    expect(found.page).to_have_title(re.compile("^Lineage of LLaMA"))


def test_the_focus_is_seen(visit: Opener) -> None:
    page = visit().page
    page.focus("#stage")
    page.keyboard.press("ArrowLeft")
    style = "getComputedStyle(document.querySelector('#stage')).outlineWidth"
    assert page.evaluate(style) == "3px"
    assert page.evaluate("getComputedStyle(document.querySelector('.item.selected .box')).strokeWidth") == "4px"


def test_the_skip_link_leads_to_the_tables(visit: Opener) -> None:
    page = visit().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tables"
    assert page.locator("tbody tr").count() == 116


def test_everything_is_reached_by_the_tab_key(visit: Opener) -> None:
    page = visit().page
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert {
        "search",
        "view-focus",
        "view-table",
        "copy",
        "theme",
        "up-less",
        "rel-baseModel",
        "stage",
        "zoom-fit",
    } <= set(reached)


def test_no_motion_where_none_is_wanted(visit: Opener) -> None:
    for wanted, moves in (("reduce", 0), ("no-preference", 1)):
        page = visit(f"n={LLAMA}", reduced_motion=wanted).page
        page.evaluate("itgraph.app.update({ down: null })")
        assert min(1, page.evaluate("document.getAnimations().length")) == moves


def test_forced_colours_keep_lines_and_boxes(visit: Opener) -> None:
    page = visit(forced_colors="active").page
    colours = page.evaluate(
        "['.item .box', '.stroke .line'].map((name) => getComputedStyle(document.querySelector(name)).stroke)"
    )
    text = page.evaluate("getComputedStyle(document.querySelector('.item .label')).fill")
    assert set(colours) == {text}


# -- Finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first", "kind"),
    [
        ("radio", "Radiology-GPT", "model"),
        ("LLAMA", "LLaMA", "model"),
        ("tulu", "TÜLU", "model"),
        ("touvron", "Hugo Touvron", "person"),
        ("2302.13971", "LLaMA", "model"),
        ("super natural", "Super-Natural Instructions", "dataset"),
    ],
)
def test_search_finds(visit: Opener, typed: str, first: str, kind: str) -> None:
    page = visit().page
    page.fill("#search", typed)
    hit = page.locator("#search-hits li").first
    assert hit.locator(".hit-name").inner_text() == first
    assert hit.locator(".hit-kind").inner_text() == kind


def test_search_tells_a_dataset_from_a_model(visit: Opener) -> None:
    page = visit().page
    page.fill("#search", "alpaca")
    kinds = page.locator("#search-hits li").filter(has_text=re.compile("^Alpaca(model|dataset)")).locator(".hit-kind")
    assert kinds.all_inner_texts() == ["model", "dataset"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.title().startswith("Lineage of Alpaca (dataset)")


def test_search_says_when_nothing_is_found(visit: Opener) -> None:
    page = visit().page
    page.fill("#search", "zzzz")
    assert page.locator("#search-hits").inner_text() == "Nothing is called so"
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert not page.locator("#search-hits").is_visible()


# -- Seeing ------------------------------------------------------------------------------------------------------------


def test_a_click_selects_and_a_double_click_refocuses(visit: Opener) -> None:
    found = visit("view=overview")
    found.page.click(f'.item[data-iri="{ALPACA}"]')
    assert iris(found.page, ".scene .items.lit .item") == {
        ALPACA,
        LLAMA,
        RADIOLOGY,
        "dataset/alpaca",
        "dataset/instructgpt",
        "model/gpt-3",
        "model/instructgpt",
    }
    counts = " ".join(found.page.locator("#panel .counts").inner_text().split())
    assert counts == "5 ancestors (2 direct), 1 descendant (1 direct)"
    found.page.dblclick(f'.item[data-iri="{ALPACA}"]')
    assert found.page.title().startswith("Lineage of Alpaca (model)")


def test_a_line_says_who_says_so(visit: Opener) -> None:
    page = visit().page
    page.locator(".stroke.baseModel .hit").last.dispatch_event("click")
    assert "has the base model" in page.locator("#panel h2").inner_text()
    links = page.locator("#panel .evidence a").evaluate_all("links => links.map((link) => link.href)")
    assert all(re.search(r"/blob/[0-9a-f]{40}/README\.md#L\d+", link) for link in links)
    assert len(links) == 2


def test_an_inferred_line_names_its_rule(visit: Opener) -> None:
    page = visit("edge=trainedOn,model/alpaca,dataset/alpaca").page
    text = page.locator("#panel").inner_text()
    assert "Inferred: no row says so outright" in text
    assert "concluded by the rule self-built-training-set" in text
    page.click("#panel .rule summary")
    assert "Self-build" in page.locator("#panel .rule").inner_text()


def test_every_fact_of_the_panel_has_its_source(visit: Opener) -> None:
    page = visit("n=dataset/alpaca").page
    assert page.locator("#panel dd").count() > 4
    without = page.locator("#panel dd").filter(has_not=page.locator(".evidence")).count()
    assert without == 0
    page.click("#panel .rows summary")
    assert "52K" in page.locator("#panel .rows blockquote").first.inner_text()


def test_authors_come_in_order_and_and_others_is_said(visit: Opener) -> None:
    page = visit("n=model/llama").page
    assert page.locator("#panel .authors").inner_text().startswith("Hugo Touvron, Thibaut Lavril, Gautier Izacard")
    cut = page.evaluate("itgraph.NODES.find((node) => node.cut).iri")
    page = visit(f"n={cut}").page
    assert page.locator("#panel .others").inner_text() == "and others"


def test_steps_are_taken_and_given_back(visit: Opener) -> None:
    found = visit(f"n={LLAMA}")
    assert "model Radiology-GPT" not in found.drawn
    found.page.click("#down-more")
    assert "model Radiology-GPT" in found.drawn
    assert found.page.locator("#steppers").inner_text().count("all (2)") == 1
    found.page.click("#down-less")
    found.page.click("#down-less")
    assert found.drawn == ["model LLaMA"]


def test_a_stub_draws_what_it_counts(visit: Opener) -> None:
    found = visit("n=dataset/alpaca")
    before = len(found.drawn)
    stub = found.page.locator('.item[data-iri="model/instructgpt"] .stub[data-way="down"]')
    assert stub.locator(".count").text_content() == "+2"
    stub.click()
    assert len(found.drawn) == before + 2
    assert "more=down1,model/instructgpt" in found.page.url
    found.page.go_back()
    assert len(found.drawn) == before


def test_the_legend_hides_without_moving_anything(visit: Opener) -> None:
    found = visit()
    where = (
        "Object.fromEntries([...document.querySelectorAll('.item[data-iri]')]"
        ".map((item) => [item.dataset.iri, item.getAttribute('transform')]))"
    )
    before = found.page.evaluate(where)
    found.page.click("#rel-generatedBy")
    assert found.drawn == ["dataset Alpaca", "model Alpaca", "model LLaMA", "model Radiology-GPT"]
    assert found.page.evaluate(where) == before
    found.page.click("#kind-dataset")
    assert found.drawn == ["model Alpaca", "model LLaMA", "model Radiology-GPT"]
    found.page.click("#reset")
    assert len(found.drawn) == 7


def test_filters_fade_and_count(visit: Opener) -> None:
    page = visit("view=overview&sel=none").page
    page.evaluate("itgraph.app.update({ domain: 'Medical' })")
    assert iris(page, ".scene .item:not(.off)") == {"model/chatdoctor", "model/chatglm-med", RADIOLOGY}
    assert "3 of 84 pass the filters" in page.locator("#status").inner_text()
    page.click("#view-table")
    assert page.locator("tbody tr").count() == 3


def test_the_timeline_has_a_lane_for_what_has_no_date(visit: Opener) -> None:
    page = visit("view=timeline").page
    years = page.locator(".marks .year").all_text_contents()
    assert years == ["2019", "2020", "2021", "2022", "2023", "2024", "Undated"]
    x = {
        iri: page.locator(f'.item[data-iri="{iri}"] .box').bounding_box()["x"]  # type: ignore[index]
        for iri in ("model/t5", "model/gpt-3", LLAMA)
    }
    assert x["model/t5"] < x["model/gpt-3"] < x[LLAMA]


def test_a_path_tells_its_steps(visit: Opener) -> None:
    found = visit("view=path")
    found.page.fill("#path-from", "radiology")
    found.page.keyboard.press("Enter")
    found.page.fill("#path-to", "chatdoctor")
    found.page.keyboard.press("Enter")
    assert "both descend from LLaMA (model)" in found.page.locator("#status").inner_text()
    assert found.page.locator("#panel .steps li").count() >= 3
    found.page.fill("#path-to", "t5")
    found.page.keyboard.press("Enter")
    assert "No lineage connects" in found.page.locator("#status").inner_text()


def test_tables_sort_and_narrow(visit: Opener) -> None:
    page = visit("view=table").page
    page.click("#sort-down")
    page.click("#sort-down")
    assert page.locator("tbody th").first.inner_text().strip() == "LLaMA"
    assert page.locator("thead th[aria-sort=descending]").inner_text().startswith("Descendants")
    page.fill("#table-words", "medical chatglm")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("#table-relations")
    page.fill("#table-words", "radiology-gpt alpaca")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "has the base model" in page.locator("tbody tr").inner_text()


# -- The address -------------------------------------------------------------------------------------------------------


def test_the_address_holds_the_whole_view(visit: Opener) -> None:
    found = visit(f"n={LLAMA}&theme=dark")
    page = found.page
    page.click("#down-more")
    page.click("#rel-generatedBy")
    page.click("#kind-dataset")
    page.click('.item[data-iri="model/vicuna"]')
    page.click("#zoom-in")
    expect(page).to_have_url(re.compile("[#&]at="))
    state = """JSON.stringify({
      ...itgraph.app.state,
      relations: [...itgraph.app.state.relations],
      hidden: [...itgraph.app.state.hidden],
      pages: [...itgraph.app.state.pages],
      camera: Math.round(itgraph.app.state.camera.x),
    })"""
    before, address = page.evaluate(state), page.url
    assert "rel=" in address
    other = visit(address.partition("#")[2])
    assert other.page.evaluate(state) == before
    assert other.drawn == found.drawn
    assert other.page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_back_and_forward(visit: Opener) -> None:
    page = visit().page
    page.click("#view-overview")
    page.dblclick(f'.item[data-iri="{LLAMA}"]')
    assert page.title().startswith("Lineage of LLaMA")
    page.go_back()
    assert page.title().startswith("Everything with a lineage")
    page.go_back()
    assert page.title().startswith("Lineage of Radiology-GPT")
    page.go_forward()
    assert page.title().startswith("Everything with a lineage")


@pytest.mark.parametrize(
    "hash_",
    [
        "n=model/nothing",
        "view=nonsense&up=-1&down=99999",
        "%E0%A4%A&n=%",
        "at=NaN,1,0&sel=x&edge=a,b",
        "more=up1,x,down9999,model/llama,up&rel=zzz",
    ],
)
def test_a_broken_address_opens_what_it_can(visit: Opener, hash_: str) -> None:
    found = visit(hash_)
    assert found.drawn or "rel=zzz" in hash_


# -- Taking away -------------------------------------------------------------------------------------------------------


def export(page: Page, format: str) -> bytes:
    page.click("summary:has-text('Export')")
    with page.expect_download() as download:
        page.click(f"[data-export='{format}']")
    return Path(download.value.path()).read_bytes()


def test_svg_is_the_whole_view(visit: Opener) -> None:
    page = visit("view=overview&sel=none").page
    page.evaluate("itgraph.app.camera.zoom(4)")
    picture = ElementTree.fromstring(export(page, "svg"))  # noqa: S314 - our own
    names = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert len([name for name in names if name in {"LLaMA", "Radiology-GPT", "SPIN", "WizardCoder"}]) == 5
    assert not list(picture.iter("{http://www.w3.org/2000/svg}style"))
    assert {element.tag.rpartition("}")[2] for element in picture.iter()} <= {
        "svg",
        "title",
        "rect",
        "text",
        "tspan",
        "g",
        "path",
    }
    fills = {text.get("fill") for text in picture.iter("{http://www.w3.org/2000/svg}text")}
    assert "rgb(26, 26, 26)" in fills


def test_png_is_so_many_times_as_large(visit: Opener) -> None:
    page = visit().page
    sizes = {}
    for times in ("1", "4"):
        picture = export(page, times)
        assert picture.startswith(b"\x89PNG")
        sizes[times] = struct.unpack(">II", picture[16:24])
        assert len(picture) > 5_000
    assert sizes["4"] == tuple(4 * side for side in sizes["1"])


def test_csv_and_json_hold_the_view_with_its_sources(visit: Opener) -> None:
    page = visit().page
    rows = list(csv.DictReader(io.StringIO(export(page, "csv").decode())))
    assert len(rows) == 6
    assert {row["relation"] for row in rows} == {"baseModel", "trainedOn", "generatedBy"}
    assert all(row["sources"] or row["rules"] for row in rows)
    data = json.loads(export(page, "json"))
    assert len(data["things"]) == 7
    assert len(data["relations"]) == 6
    assert all(relation["sources"] or relation["rules"] for relation in data["relations"])


def test_the_table_is_exported_as_it_stands(visit: Opener) -> None:
    page = visit("view=table&domain=Medical&sort=-name").page
    rows = list(csv.DictReader(io.StringIO(export(page, "csv").decode())))
    assert [row["name"] for row in rows] == ["Radiology-GPT", "ChatGLM-Med", "ChatDoctor"]


def test_print_shows_the_whole_drawing(visit: Opener) -> None:
    page = visit("view=overview").page
    page.evaluate("itgraph.app.camera.zoom(4)")
    page.emulate_media(media="print")
    box = page.locator(".scene").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["width"] <= 1440
    assert not page.locator("header").is_visible()
