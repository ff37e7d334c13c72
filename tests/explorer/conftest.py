"""What the tests of the explorer share: its content, its page.

Whatever counts things or names them is asked of the graph of the surveys alone, which nobody's new fact changes; what
has to hold of all that is shipped (``whole_…``) is asked without counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request
from pyoxigraph import Quad
from tests.browsing import Watched

from itgraph.build import build
from itgraph.explorer import Content, explore, read_content
from itgraph.explorer.neighbourhood import Web
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="session")
def survey_quads() -> list[Quad]:
    return build(layers=["survey"])


@pytest.fixture(scope="session")
def store(survey_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(survey_quads)


@pytest.fixture(scope="session")
def whole_store(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


@pytest.fixture(scope="session")
def whole_content(whole_store: EmbeddedStore) -> Content:
    return read_content(whole_store)


@pytest.fixture(scope="session")
def whole_page_text(whole_store: EmbeddedStore) -> str:
    return explore(whole_store)


@pytest.fixture(scope="session")
def whole_page_path(whole_page_text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "whole.html"
    path.write_text(whole_page_text, encoding="utf-8", newline="\n")
    return path


@pytest.fixture(scope="session")
def content(store: EmbeddedStore) -> Content:
    return read_content(store)


@pytest.fixture(scope="session")
def web(content: Content) -> Web:
    return Web(content)


@pytest.fixture(scope="session")
def page_text(store: EmbeddedStore) -> str:
    return explore(store)


@pytest.fixture(scope="session")
def page_path(page_text: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("explorer") / "lineage.html"
    path.write_text(page_text, encoding="utf-8", newline="\n")
    return path


class Visit(Watched):
    """A page in the browser, with whatever went wrong on it: errors, requests, breaches of its policy."""

    def __init__(self, page: Page, address: str) -> None:
        super().__init__(page)
        self.address = address
        page.on("request", self._note_request)
        page.add_init_script(
            "addEventListener('securitypolicyviolation',"
            " (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"
        )

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.note_request(request.url)

    def go(self, hash_: str = "") -> Page:
        """Open the page at a hash, and wait until it can be used."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}#{hash_}" if hash_ else self.address)
        self.page.wait_for_selector("html[data-ready]")
        return self.page

    @property
    def announced(self) -> str:
        """What a screen reader was last told."""
        return self.page.locator("#live").inner_text().strip()

    @property
    def drawn(self) -> list[str]:
        """The things that are drawn and shown, by their names."""
        found = self.page.evaluate(
            "(itgraph.app.scene?.items ?? []).filter((item, place) => item.node >= 0 && itgraph.app.shown.items[place])"
            ".map((item) => `${itgraph.NODES[item.node].kind} ${itgraph.NODES[item.node].label}`)"
        )
        return sorted(found)


Opener = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, page_path: Path) -> Iterator[Opener]:
    """Return what opens a page in a browser of its own; in the end nothing may have gone wrong on it."""
    visits: list[Visit] = []
    contexts: list[BrowserContext] = []

    def open_page(
        hash_: str = "",
        *,
        path: Path = page_path,
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
        **options: Any,
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **options
        )
        contexts.append(context)
        found = Visit(context.new_page(), path.as_uri())
        visits.append(found)
        found.go(hash_)
        return found

    yield open_page
    wrong = [what for found in visits for what in found.wrong]
    for context in contexts:
        context.close()
    assert wrong == []
