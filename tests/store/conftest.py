"""What the tests of stores share: a server of each kind, a new one for each module.

Virtuoso compiles a query by what it has held and been asked before, and then sometimes not at all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.store.servers import oxigraph, virtuoso


@pytest.fixture(scope="module")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="module")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        yield address
