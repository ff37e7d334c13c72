"""A graph in a folder whose files somebody has damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from itgraph.errors import StoreUnavailableError
from itgraph.store import EmbeddedStore

SOURCE = "<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"


@pytest.mark.parametrize("damage", ["table", "manifest"])
def test_a_damaged_graph_is_named_and_can_be_made_anew(tmp_path: Path, damage: str) -> None:
    source = tmp_path / "a.nt"
    source.write_text(SOURCE, encoding="utf-8")
    folder = tmp_path / "graph"
    store = EmbeddedStore.create(folder, source)
    del store
    if damage == "table":
        for table in folder.glob("*.sst"):
            table.write_bytes(b"x")
    else:
        for manifest in folder.glob("MANIFEST-*"):
            manifest.unlink()
    with pytest.raises(StoreUnavailableError, match="cannot be opened"):
        EmbeddedStore.open(folder)
    assert len(EmbeddedStore.create(folder, source)) == 1
