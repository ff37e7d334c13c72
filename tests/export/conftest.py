"""The shipped facts as a graph, and the part of it that is about one model."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad

from itgraph import terms
from itgraph.build import build
from itgraph.export import focus_on


@pytest.fixture(scope="session")
def graph() -> list[Quad]:
    return build()


@pytest.fixture(scope="session")
def focused(graph: list[Quad]) -> list[Quad]:
    return focus_on(graph, terms.BASE + "model/radiology-gpt")
