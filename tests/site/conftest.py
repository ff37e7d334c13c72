"""What the tests of the site share: one of a part of the shipped graph, a hostile one, and a plain web server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from pyoxigraph import Quad
from tests.explorer.test_hostile import hostile_store
from tests.web import Quiet, serving

from itgraph.export import focus_on
from itgraph.queries import load_queries
from itgraph.site import Report, write_site
from itgraph.store import EmbeddedStore

FOCUS = "https://w3id.org/itgraph/model/radiology-gpt"


@pytest.fixture(scope="session")
def part(shipped_quads: list[Quad]) -> list[Quad]:
    """One model with all that it was made from: of everything that the shipped graph has, a little."""
    return focus_on(shipped_quads, FOCUS)


@pytest.fixture(scope="session")
def written(part: list[Quad], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    folder = tmp_path_factory.mktemp("written") / "site"
    return folder, write_site(EmbeddedStore(part), folder)


@pytest.fixture(scope="session")
def folder(written: tuple[Path, Report]) -> Path:
    return written[0]


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "site"
    some = load_queries()[:10]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("itgraph.server.site.load_queries", lambda: some)
        write_site(hostile_store(), folder)
    return folder


class _Files(Quiet, SimpleHTTPRequestHandler):
    """Gives files, as any web host does."""


@pytest.fixture(scope="session")
def host(folder: Path) -> Iterator[str]:
    """The address of the site on a host, below a path."""
    with serving(partial(_Files, directory=str(folder.parent))) as address:
        yield f"{address}/{folder.name}/"
