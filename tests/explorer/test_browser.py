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

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {"svg", "title", "desc", "rect", "text", "tspan", "g", "path"}
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
    assert sorted(words) == ["base of", "base of", "base of", "trained", "trained", "wrote"]


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
        page.evaluate("itgraph.app.change({ down: null })")
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
    assert iris(found.page, ".overlay .item") == {
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
    assert "all 2 steps" in found.page.locator("#steppers").inner_text()
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
    page.evaluate("itgraph.app.change({ domain: 'Medical' })")
    assert iris(page, ".base .item:not(.off)") == {"model/chatdoctor", "model/chatglm-med", RADIOLOGY}
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
      on: [...itgraph.app.state.on],
      off: [...itgraph.app.state.off],
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
    names = [text.text for text in picture.iter(f"{SVG}text")]
    assert len([name for name in names if name in {"LLaMA", "Radiology-GPT", "SPIN", "WizardCoder"}]) == 5
    assert not list(picture.iter(f"{SVG}style"))
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= ELEMENTS
    fills = {text.get("fill") for text in picture.iter(f"{SVG}text")}
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


# -- What went wrong once ----------------------------------------------------------------------------------------------


def test_only_what_belongs_to_a_view_is_there(visit: Opener) -> None:
    page = visit().page
    for view in ("focus", "overview", "timeline", "path", "table"):
        page.click(f"#view-{view}")
        assert page.locator("#steppers").is_visible() == (view == "focus")
        assert page.locator(".ends").is_visible() == (view == "path")
        assert page.locator("#stage").is_visible() == (view != "table")
        assert page.locator("#tables").is_visible() == (view == "table")
        assert page.locator(f"#view-{view}").get_attribute("aria-current") == "page"


def test_the_name_of_the_view_can_be_read_under_the_mouse(visit: Opener) -> None:
    page = visit().page
    page.click("#view-overview")
    colours = page.eval_on_selector(
        "#view-overview", "b => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(26, 26, 26)"]


def test_escape_never_leaves_the_page(visit: Opener) -> None:
    found = visit()
    found.page.click("#view-overview")
    found.page.focus("#stage")
    for _ in range(5):
        found.page.keyboard.press("Escape")
        found.page.wait_for_timeout(100)
    assert found.page.title().startswith("Lineage of Radiology-GPT")
    assert found.page.url.startswith(found.address)


@pytest.mark.parametrize("hash_", ["view=overview", "view=timeline", f"view=path&from={RADIOLOGY}&to={LLAMA}"])
@pytest.mark.parametrize("key", ["ArrowDown", "ArrowLeft", "Home"])
def test_a_walk_begins_where_nothing_is_selected(visit: Opener, hash_: str, key: str) -> None:
    found = visit(hash_)
    found.page.focus("#stage")
    found.page.keyboard.press(key)
    assert re.match(r".+, (model|dataset)\.", found.announced)
    assert found.page.locator(".item.selected").count() == 1


def test_keys_do_no_harm_where_nothing_is_drawn(visit: Opener) -> None:
    found = visit("view=path")
    found.page.focus("#stage")
    for key in ("ArrowDown", "ArrowRight", "Home", "Enter", "a", "+", "0", "Escape"):
        found.page.keyboard.press(key)
    assert found.drawn == []


def test_what_is_hidden_is_not_taken_away(visit: Opener) -> None:
    page = visit("hide=dataset&rel=baseModel").page
    names = {text.text for text in ElementTree.fromstring(export(page, "svg")).iter(f"{SVG}text")}  # noqa: S314
    assert {"LLaMA", "Alpaca", "Radiology-GPT"} <= names
    assert "dataset · 52K instructions" not in names
    assert export(page, "csv").count(b"\n") == 3
    assert {thing["kind"] for thing in json.loads(export(page, "json"))["things"]} == {"model"}


def test_a_path_without_end_says_so_when_it_is_to_be_taken_away(visit: Opener) -> None:
    found = visit("view=path")
    for format in ("svg", "1", "csv", "json"):
        found.page.click("summary:has-text('Export')")
        found.page.click(f"[data-export='{format}']")
        assert found.announced == "There is nothing drawn to take away: choose both ends of the path"


def test_a_drag_ends_with_the_button(visit: Opener) -> None:
    page = visit().page
    page.mouse.move(600, 500)
    page.mouse.down()
    page.mouse.move(500, 500, steps=5)
    page.mouse.up()
    before = page.evaluate("itgraph.app.camera.x")
    page.mouse.move(700, 500, steps=5)
    assert page.evaluate("itgraph.app.camera.x") == before
    # Let go outside, where the page is not told: the first move without a button ends it.
    page.evaluate("""() => {
      const fire = (type, x, buttons) => document.getElementById("stage").dispatchEvent(
        new PointerEvent(type, { pointerId: 9, button: 0, buttons, clientX: x, clientY: 400, bubbles: true }));
      fire("pointerdown", 400, 1);
      fire("pointermove", 500, 0);
    }""")
    assert page.evaluate("itgraph.app.camera.x") == before


def test_two_fingers_move_the_drawing_as_far_as_they_move(visit: Opener) -> None:
    page = visit().page
    moved = page.evaluate("""() => {
      const stage = document.getElementById("stage");
      stage.setPointerCapture = () => {};
      const fire = (type, id, x) => stage.dispatchEvent(
        new PointerEvent(type, { pointerId: id, button: 0, buttons: 1, clientX: x, clientY: 400, bubbles: true }));
      const { camera } = itgraph.app;
      const before = camera.x;
      fire("pointerdown", 1, 400);
      fire("pointerdown", 2, 500);
      for (let step = 1; step <= 10; step += 1) {
        fire("pointermove", 1, 400 + 10 * step);
        fire("pointermove", 2, 500 + 10 * step);
      }
      return [camera.x - before, camera.k];
    }""")
    assert moved[0] == pytest.approx(100, abs=12)


def test_a_hit_is_chosen_when_the_button_comes_up(visit: Opener) -> None:
    page = visit().page
    page.fill("#search", "vicuna")
    hit = page.locator("#search-hits li").first
    hit.click(button="right")
    assert page.title().startswith("Lineage of Radiology-GPT")
    hit.hover()
    page.mouse.down()
    assert page.title().startswith("Lineage of Radiology-GPT")
    page.mouse.up()
    assert page.title().startswith("Lineage of Vicuna")


def test_the_keyboard_stays_where_it_was_used(visit: Opener) -> None:
    page = visit().page
    active = "document.activeElement.id || document.activeElement.localName"
    page.locator("#panel .thing").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(active) == "h2"
    page.focus("#rel-generatedBy")
    page.keyboard.press("Enter")
    assert page.evaluate(active) == "rel-generatedBy"
    page.focus("#up-less")
    page.keyboard.press("Enter")
    assert page.evaluate(active) == "up-less"


def test_the_panel_stays_as_it_is_while_its_thing_does(visit: Opener) -> None:
    page = visit("n=dataset/alpaca").page
    page.click("#panel .rows summary")
    page.click("#rel-trainedOn")
    assert page.locator("#panel .rows blockquote").first.is_visible()


def test_a_person_leaves_no_papers_behind(visit: Opener) -> None:
    found = visit(f"n={LLAMA}")
    before = found.drawn
    for name in ("touvron", "llama"):
        found.page.fill("#search", name)
        found.page.keyboard.press("Enter")
    assert found.drawn == before
    assert not found.page.locator("#reset").is_visible()


def test_what_the_reader_hides_stays_hidden(visit: Opener) -> None:
    found = visit()
    found.page.click("#rel-generatedBy")
    found.page.fill("#search", "alpaca")
    found.page.keyboard.press("Enter")
    assert found.page.locator("#rel-generatedBy").get_attribute("aria-pressed") == "false"
    found.page.go_back()
    assert found.page.locator("#rel-generatedBy").get_attribute("aria-pressed") == "false"


def test_another_size_keeps_the_place(visit: Opener) -> None:
    page = visit().page
    page.click("#zoom-in")
    expect(page).to_have_url(re.compile("[#&]at="))
    size = page.evaluate("itgraph.app.camera.k")
    page.set_viewport_size({"width": 1440, "height": 800})
    page.wait_for_timeout(400)
    assert page.evaluate("itgraph.app.camera.k") == size


@pytest.mark.parametrize("at", ["0,0,1000000", "1e9,1e9,1", "-1e9,5,0.5"])
def test_an_address_cannot_move_the_drawing_out_of_sight(visit: Opener, at: str) -> None:
    page = visit(f"at={at}").page
    box, stage = page.locator(".scene").bounding_box(), page.locator("#stage").bounding_box()
    assert box is not None
    assert stage is not None
    assert box["x"] < stage["x"] + stage["width"]
    assert box["x"] + box["width"] > stage["x"]
    assert page.evaluate("itgraph.app.camera.k") <= 4


def test_fit_shows_all_of_it(visit: Opener) -> None:
    page = visit(f"n={LLAMA}&down=all", width=360, height=740).page
    assert "more-bottom" in (page.locator("#stage").get_attribute("class") or "")
    page.click("#zoom-fit")
    assert page.locator("#stage").get_attribute("class") == ""


def test_the_theme_is_no_step_in_the_history(visit: Opener) -> None:
    page = visit().page
    page.click("#view-overview")
    page.select_option("#theme", "dark")
    page.go_back()
    assert page.title().startswith("Lineage of Radiology-GPT")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_escape_lets_go_of_a_line(visit: Opener) -> None:
    found = visit("view=overview")
    found.page.locator(".stroke.baseModel .hit").first.dispatch_event("click")
    assert "has the base model" in found.announced
    found.page.focus("#stage")
    found.page.keyboard.press("Escape")
    assert found.page.locator("#panel h2").inner_text() == "What is here"


def test_what_changes_is_announced(visit: Opener) -> None:
    found = visit(f"n={LLAMA}")
    found.page.click("#down-more")
    assert "18 things drawn" in found.announced
    found.page.click("#kind-dataset")
    assert "17 things drawn" in found.announced
    found.page.click("#view-overview")
    assert found.announced.startswith("Everything with a lineage")
    found.page.click("summary:has-text('Filters')")
    found.page.select_option("#filter-domain", "Medical")
    assert "3 of" in found.announced
    assert found.page.locator("#filters-on").inner_text().strip() == "(1)"
    found.page.go_back()
    found.page.go_back()
    expect(found.page.locator("#live")).to_have_text(re.compile("^Lineage of LLaMA"))


def test_an_opened_stub_can_be_closed(visit: Opener) -> None:
    found = visit("n=dataset/alpaca")
    before = found.drawn
    found.page.click('.item[data-iri="model/instructgpt"] .stub[data-way="down"]')
    assert found.drawn != before
    found.page.click('.item[data-iri="model/instructgpt"] .stub.close')
    assert found.drawn == before


def test_an_unknown_name_in_the_address_is_said(visit: Opener) -> None:
    page = visit("n=model/bogus").page
    assert "names something that this page does not hold: model/bogus" in page.locator("#status").inner_text()


def test_a_chosen_end_is_a_value_and_can_be_taken_back(visit: Opener) -> None:
    page = visit(f"view=path&from={RADIOLOGY}&to={LLAMA}").page
    assert page.input_value("#path-to") == "LLaMA (model)"
    page.fill("#path-to", "")
    page.keyboard.press("Tab")
    assert "Choose two things" in page.locator("#status").inner_text()
    assert page.input_value("#path-from") == "Radiology-GPT (model)"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("gpt4", "GPT-4"),
        ("llama2", "LLaMA 2"),
        ("radiologygpt", "Radiology-GPT"),
        ("wizard lm", "WizardLM"),
        ("alpaca dataset", "Alpaca"),
        ("touvron hugo", "Hugo Touvron"),
        ("arXiv:2302.13971v2", "LLaMA"),
        ("https://arxiv.org/abs/2302.13971", "LLaMA"),
    ],
)
def test_search_forgives(visit: Opener, typed: str, first: str) -> None:
    found = visit().page.evaluate("(text) => itgraph.search(text).map(([place]) => itgraph.NODES[place].label)", typed)
    assert found[0] == first
