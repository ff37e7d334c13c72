"""The graphs that documents are made of here."""

from __future__ import annotations

import pytest
from pyoxigraph import Quad
from tests.documents.graphs import hostile_store, small_store, things_of

from itgraph.lookup import Thing
from itgraph.store import EmbeddedStore


@pytest.fixture(scope="session")
def small() -> EmbeddedStore:
    return small_store()


@pytest.fixture(scope="session")
def hostile() -> EmbeddedStore:
    return hostile_store()


@pytest.fixture(scope="session")
def shipped(shipped_quads: list[Quad]) -> EmbeddedStore:
    return EmbeddedStore(shipped_quads)


@pytest.fixture(scope="session")
def shipped_things(shipped: EmbeddedStore) -> list[Thing]:
    """Everything of the shipped graph that a bill of materials is of."""
    return sorted(things_of(shipped), key=lambda thing: thing.iri)
