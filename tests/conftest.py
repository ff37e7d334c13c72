"""What several test modules use: the shipped graph, a real browser, and ``pytest --approve``."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from pyoxigraph import Quad, Store

from itgraph.build import build
from itgraph.loading import load_into
from itgraph.loading.indexes import make_indexes
from itgraph.store import EmbeddedStore

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long an example takes says more of the machine than of the code.
settings.register_profile("itgraph", deadline=None)
settings.load_profile("itgraph")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--approve",
        action="store_true",
        help="write the files that results are compared with anew, to be reviewed before they are committed",
    )


@pytest.fixture(scope="session")
def shipped_quads() -> list[Quad]:
    """The graph of the shipped facts, built once."""
    return build()


@pytest.fixture(scope="session")
def shipped_store(shipped_quads: list[Quad]) -> Store:
    """The same in an engine; not to be changed."""
    store = Store()
    store.bulk_extend(shipped_quads)
    return store


@pytest.fixture(scope="session")
def shipped_with_indexes(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """The shipped graph in a folder, with indexes beside it."""
    folder = tmp_path_factory.mktemp("shipped") / "graph"
    load_into(str(folder))
    make_indexes(folder)
    return EmbeddedStore.open(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a Chromium that is installed here; without one, the tests that need it are left out, or fail in CI."""
    path = os.environ.get("ITGRAPH_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        said = "no Chromium here: the tests that use pages in a browser are left out"
        if os.environ.get("ITGRAPH_REQUIRE_BROWSER"):
            pytest.fail(f"{said}, and ITGRAPH_REQUIRE_BROWSER is set")
        pytest.skip(said)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # A sandbox of its own needs rights that root in a container has not.
        arguments = ["--disable-gpu", *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
        found = playwright.chromium.launch(executable_path=path, args=arguments)
        yield found
        found.close()
