"""What several test modules use: the shipped graph, and ``pytest --approve``."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad, Store

from itgraph.build import build


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
