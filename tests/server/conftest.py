"""What the tests of the query service share: a site over the shipped graph, a server of it, and a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pyoxigraph import Quad
from tests.server.serving import Server, serving
from tests.server.visits import Opener, visiting

from itgraph.server.site import Site
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="session")
def site(shipped_quads: list[Quad]) -> Site:
    return Site(store=EmbeddedStore(shipped_quads))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Run ``itgraph serve`` on the shipped graph."""
    with serving() as found:
        yield found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Opener]:
    with visiting(browser) as open_site:
        yield open_site
