"""The documentation is true: commands say what is shown, pages are what the code makes, links lead somewhere.

``pytest --approve`` writes the pages that are made anew, and what the others show of the answers of commands.
"""

from __future__ import annotations

import doctest
import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Literal as Choice
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import click
import pytest
import yaml
from docs.generators.cookbook import ROWS
from docs.generators.drawings import draw_layers
from docs.generators.markdown import cell, link, table
from docs.generators.python import format_docstring
from docs.generators.transcripts import (
    NOT_RUN,
    NOT_RUN_PYTHON,
    Session,
    agrees,
    read_blocks,
    read_steps,
    renew,
    run_page,
)
from docs.make import COPIES, DOCS, ROOT, iter_written, make_copies, make_pages, write_all
from pyoxigraph import Literal, NamedNode

from itgraph.cli import cli
from itgraph.queries import load_queries, run
from itgraph.resources import shipped_graph_path
from itgraph.store import EmbeddedStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Request

GENERATORS = ("commands", "cookbook", "drawings", "markdown", "ontology", "python", "quality", "transcripts")
# Two million models: its commands need what nobody has at hand. They must be commands all the same.
TOO_LARGE = "scaling.md"


@pytest.fixture(scope="module")
def store() -> EmbeddedStore:
    return EmbeddedStore.from_file(shipped_graph_path())


@pytest.fixture(scope="module")
def pages(store: EmbeddedStore) -> Mapping[str, str]:
    return make_pages(store)


def written() -> list[Path]:
    """The pages that people write: those that are in git and that nothing makes."""
    made = {"ontology.md", "commands.md", "python.md", "quality.md"}
    return [
        path
        for path in (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
        if path.parent == ROOT
        or (path.parent.name != "cookbook" and path.relative_to(DOCS).as_posix() not in {*made, *COPIES})
    ]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# -- What is made ----------------------------------------------------------------------------------------------


def test_the_pages_are_those_that_the_code_makes(pages: Mapping[str, str], request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--approve"):
        write_all(pages)
    stale = [name for name, text in pages.items() if _read(DOCS / name) != text]
    assert not stale, "pytest --approve makes them anew; then read the difference"
    made = {f"cookbook/{path.name}" for path in (DOCS / "cookbook").glob("*.md")}
    assert made == {name for name in pages if name.startswith("cookbook/")}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def test_made_pages_are_the_same_each_time(store: EmbeddedStore, pages: Mapping[str, str]) -> None:
    assert make_pages(store) == pages


def test_what_is_written_is_not_what_is_made(pages: Mapping[str, str]) -> None:
    assert list(iter_written(pages)) == written()


def test_the_cookbook_has_every_question_with_its_answer(store: EmbeddedStore, pages: Mapping[str, str]) -> None:
    cookbook = "".join(text for name, text in pages.items() if name.startswith("cookbook/"))
    for query in load_queries():
        recipe = cookbook.partition(f"\n## {query.name}\n")[2].partition("\n## ")[0]
        answer = run(query, store)
        shown = recipe.partition(f"| {' | '.join(answer.columns)} |\n")[2].partition("\n\n")[0].splitlines()[1:]
        assert len(shown) == min(len(answer), ROWS), query.name
        assert ("row more." in recipe or "rows more." in recipe) == (len(answer) > ROWS), query.name
        assert "```sparql" in recipe


def test_the_ontology_reference_has_every_term(pages: Mapping[str, str]) -> None:
    text = (ROOT / "ontology" / "itgraph.ttl").read_text(encoding="utf-8")
    declared = set(re.findall(r"^(itg:\w+) a ", text, re.MULTILINE))
    assert len(declared) > 100
    assert declared == set(re.findall(r"^`(itg:\w+)`: ", pages["ontology.md"], re.MULTILINE))


def test_the_command_reference_has_every_command_and_option(pages: Mapping[str, str]) -> None:
    text = pages["commands.md"]
    for name, command in cli.commands.items():
        section = text.partition(f"\n## itgraph {name}\n")[2].partition("\n## ")[0]
        assert section, name
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"`{one}`" in section for one in option.opts), (name, option.name)


def test_the_python_reference_has_what_is_public(pages: Mapping[str, str]) -> None:
    text = pages["python.md"]
    for name in ("load", "Graph", "Graph.lineage", "Table.to_pandas", "ItgraphError", "read_lineage", "write_bom"):
        assert re.search(rf"^###+ {re.escape(name)}$", text, re.MULTILINE), name
    assert "**Raises**" in text


def test_the_report_links_every_defect_of_a_snapshot_to_its_lines(pages: Mapping[str, str]) -> None:
    lines = re.findall(r"^- 20\d\d-\d\d-\d\d .*", pages["quality.md"], re.MULTILINE)
    assert len(lines) > 150
    assert [line for line in lines if not re.match(r"- \S+ \[README.md, lines? \d+(-\d+)?\]\(https://", line)] == []


@pytest.mark.parametrize("name", ["architecture-flow.svg", "architecture-layers.svg"])
def test_drawings_are_well_formed_and_told(name: str, pages: Mapping[str, str]) -> None:
    drawing = ElementTree.fromstring(pages[name])  # noqa: S314 - it is ours
    space = "{http://www.w3.org/2000/svg}"
    assert drawing.findtext(f"{space}title")
    assert drawing.findtext(f"{space}desc")
    width, height = (float(drawing.attrib[side]) for side in ("width", "height"))
    boxes = [
        tuple(float(box.attrib[side]) for side in ("x", "y", "width", "height")) for box in drawing.iter(f"{space}rect")
    ]
    assert boxes
    assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)


def test_a_layer_of_several_modules_is_drawn_side_by_side() -> None:
    drawing = ElementTree.fromstring(draw_layers(["cli", "access | wording", "errors"]))  # noqa: S314
    rows = [box.attrib["y"] for box in drawing.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(rows) == 4
    assert len(set(rows)) == 3


# -- What is written -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", written(), ids=name_of)
def test_commands_say_what_the_page_shows(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_text(encoding="utf-8")
    if request.config.getoption("--approve"):
        with Session(tmp_path / "approve") as session:
            session.folder.mkdir()
            text = renew(text, session)
        path.write_text(text, encoding="utf-8", newline="\n")
    folder = tmp_path / "page"
    folder.mkdir()
    with Session(folder) as session:
        wrong = [
            f"{name_of(path)}:{line}: {command}\nexit code {code}\n{said}"
            for line, command, code, shown, said in run_page(text, session)
            if code != _expected_code(command) or (shown and not agrees(shown, said)) or (command == "python" and said)
        ]
    assert not wrong, "\n".join(wrong)


def _expected_code(command: str) -> int:
    found = re.search(r"#.*\bexit code (\d+)", command)
    return int(found[1]) if found else 0


@pytest.mark.slow
def test_the_questions_of_the_readme_are_answered(tmp_path: Path) -> None:
    commands = re.findall(r"\| `(itgraph [^`]+)` \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 10
    with Session(tmp_path) as session:
        answers = {command: session.run(command) for command in commands}
    assert [command for command, (code, said) in answers.items() if code or len(said.splitlines()) < 3] == []


@pytest.mark.slow
def test_commands_of_the_cookbook_run(pages: Mapping[str, str], tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        wrong = [
            f"{name}:{line}: {command}: {said}"
            for name, text in pages.items()
            if name.startswith("cookbook/")
            for line, command, code, _, said in run_page(text, session)
            if code
        ]
    assert not wrong


def test_what_is_not_run_is_on_some_page_and_is_a_command() -> None:
    text = {name_of(path): path.read_text(encoding="utf-8") for path in written()}
    steps = {
        step.bare
        for page in text.values()
        for block in read_blocks(page)
        if block.language == "console"
        for step in read_steps(block)
    }
    assert [
        beginning for beginning in NOT_RUN if not any(f"{step} ".startswith(f"{beginning} ") for step in steps)
    ] == []
    assert all(any(line in page for page in text.values()) for line in NOT_RUN_PYTHON)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for command in NOT_RUN:
        if command.startswith("make "):
            assert command.removeprefix("make ") in targets
        elif command.startswith("itgraph "):
            _require_options(command)


def test_commands_that_need_a_large_hub_are_commands() -> None:
    lines = (DOCS / TOO_LARGE).read_text(encoding="utf-8").splitlines()
    commands = [line.strip() for line in lines if line.startswith("    itgraph ")]
    assert commands
    for command in commands:
        _require_options(re.sub(r"\s+#.*", "", command))


def _require_options(command: str) -> None:
    """Require that a command line names a command, and only options that it has."""
    words = command.split()
    found = cli.commands[words[1]]
    known = {name for option in found.params for name in (*option.opts, *option.secondary_opts)}
    assert {word for word in words[2:] if word.startswith("-")} <= known, command


def test_no_block_of_commands_goes_untested() -> None:
    """Commands stand in blocks that are run: after a prompt, in a block that is called console."""
    for path in written():
        if path.name == TOO_LARGE:
            continue
        for block in read_blocks(path.read_text(encoding="utf-8")):
            assert block.language in {"console", "python", "pycon", "json", "markdown", "turtle", "text", "sparql", ""}
            if block.language == "console":
                assert block.text.startswith("$ "), f"{name_of(path)}:{block.line}"
            elif block.language in {"", "text"}:
                assert not re.search(r"^(\$ )?(itgraph|make|pip|curl) ", block.text, re.MULTILINE), name_of(path)


# -- The means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GENERATORS)
def test_examples_of_the_generators_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"docs.generators.{name}")).failed == 0


def test_a_page_that_lies_is_found(tmp_path: Path) -> None:
    page = "```console\n$ echo one\none\n$ echo two\nthree\n$ false\n```\n"
    with Session(tmp_path) as session:
        found = [(line, code, agrees(shown, said)) for line, _, code, shown, said in run_page(page, session)]
        assert found[:2] == [(3, 0, True), (5, 0, False)]
        assert found[2][:2] == (7, 1)
        renewed = renew(page, session)
    assert renewed == "```console\n$ echo one\none\n$ echo two\ntwo\n$ false\n```\n"


def test_python_of_a_page_that_lies_is_found(tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        said = [said for *_, said in run_page("```pycon\n>>> 1 + 1\n3\n```\n", session)]
        assert "Expected:" in said[0]
        with pytest.raises(ZeroDivisionError):
            list(run_page("```python\n1 / 0\n```\n", session))


def test_a_server_of_a_page_ends_with_it(tmp_path: Path) -> None:
    page = "```console\n$ itgraph serve\n$ itgraph query -e 'ASK { }' -g http://127.0.0.1:8000/sparql\ntrue\n```\n"
    with Session(tmp_path) as session:
        found = [(code, said) for _, _, code, _, said in run_page(page, session)]
        assert found == [(0, ""), (0, "true\n")]
        servers = list(session._servers)
    assert all(server.poll() is not None for server in servers)


@pytest.mark.parametrize(
    ("shown", "said", "expected"),
    [
        ("a\n...\n", "a\n", True),
        ("a\n...\n", "a\nb\n", True),
        ("a\n...\nd\n", "a\nb\n", False),
        ("...\nb\n", "a\nb\n", True),
        ("a.c\n", "abc\n", False),
        ("a\n", "a\nb\n", False),
    ],
)
def test_three_dots_stand_for_lines(shown: str, said: str, expected: bool) -> None:
    assert agrees(shown, said) is expected


def test_hostile_values_stay_values() -> None:
    hostile = "<img src=x onerror=alert(1)>|[x](javascript:alert(1))`*_\u202e"
    shown = cell(Literal(hostile))
    assert "<img" not in shown
    assert "[x](" not in shown
    assert "\u202e" not in shown
    assert table(("a",), [[shown]]).count("\n") == 3
    assert cell(NamedNode("javascript:alert(1)")) == "`javascript:alert(1)`"
    assert link("https://example.org/a|b") == r"`https://example.org/a\|b`"


def test_docstrings_become_markdown() -> None:
    text = (
        "Do it for a :class:`Graph`.\n\n``x`` is <b>.\n\nRaises:\n    A, B: it is not.\n        At all.\n\n>>> 1\n1\n"
    )
    assert format_docstring(text) == (
        "Do it for a `Graph`.\n\n`x` is &lt;b>.\n\n**Raises**\n\n- `A`, `B`: it is not. At all.\n\n"
        "```pycon\n>>> 1\n1\n```\n"
    )


# -- The site --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site, strictly: a warning is an error."""
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("no mkdocs here: the site is not built")
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(DOCS, folder / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", folder)
    for name, text in make_copies().items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--strict", "--site-dir", "site"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


class _Page(HTMLParser):
    """What a page asks for, where it leads, and the places that can be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload", "preconnect", "modulepreload"}:
            self.asked.append(given["href"])
        elif tag in {"script", "img", "iframe", "source", "video", "audio"}:
            self.asked += [given[name].split()[0] for name in ("src", "srcset") if given.get(name)]


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, _Page]:
    return {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


@pytest.mark.slow
def test_every_internal_link_of_the_site_leads_somewhere(site: Path, parsed: dict[Path, _Page]) -> None:
    assert len(parsed) > 25
    broken = []
    for path, page in parsed.items():
        for address in [*page.links, *page.asked]:
            parts = urlsplit(address)
            if parts.scheme in {"http", "https", "data", "mailto", "javascript"} or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchors = parsed[target].anchors if target in parsed else set()
            if not target.is_file() or (parts.fragment and target in parsed and unquote(parts.fragment) not in anchors):
                broken.append(f"{path.relative_to(site)}: {address}")
    assert broken == []


@pytest.mark.slow
def test_the_site_asks_nothing_of_others(parsed: dict[Path, _Page]) -> None:
    assert sum(len(page.asked) for page in parsed.values()) > 50
    outside = {address for page in parsed.values() for address in page.asked if urlsplit(address).netloc}
    assert outside == set()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_site_in_a_browser(scheme: Choice["light", "dark"], width: int, site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    outside: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            outside.append(request.url)

    page.on("request", note)
    for name in ("index.html", "tutorial.html", "cookbook/licences.html", "architecture.html", "quality.html"):
        page.goto((site / name).as_uri())
        assert page.locator("h1").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1, f"{name} is wider than the window"
        shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)")
        assert (sum(shade) / 3 < 128) == (scheme == "dark"), name
    page.close()
    assert outside == []


def test_the_nav_has_every_page_once() -> None:
    class Loader(yaml.SafeLoader):
        """As it is, without the tags of MkDocs."""

    nav = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=Loader)["nav"]  # noqa: S506 - a safe loader
    listed = re.findall(r"[\w/-]+\.md", str(nav))
    assert len(listed) == len(set(listed))
    assert set(listed) == {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} | set(COPIES)


def test_links_of_written_pages_lead_to_files() -> None:
    """On a forge, what a page links to is in the repository."""
    broken = []
    for path in written():
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for address in re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"", text):
            target = urlsplit("".join(address)).path
            if urlsplit("".join(address)).scheme or not target:
                continue
            if not (path.parent / target).exists():
                broken.append(f"{name_of(path)}: {target}")
    assert broken == []
