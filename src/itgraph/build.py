"""The whole way from facts to the graph, reading top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Quad, Store

from itgraph.errors import ParameterError, SourceError
from itgraph.names import Names, read_names
from itgraph.records import SnapshotFacts
from itgraph.resolve import Resolution, resolve
from itgraph.resources import data_path
from itgraph.rules import apply_rules, load_rules
from itgraph.snapshots import find_folders, read_snapshot_folder
from itgraph.triples import make_quads, sort_quads

LAYERS = ("survey",)
"""What a graph can be made of; curated facts are to come."""


def build(folders: Sequence[Path] = (), *, names: Path | None = None, layers: Sequence[str] = LAYERS) -> list[Quad]:
    """Make the graph of snapshot folders, by default of the shipped ones: its quads, in their one order.

    Raises:
        SourceError: a folder cannot be read, or two hold the same snapshot.
        ParameterError: there is no such layer.
    """
    unknown = sorted(set(layers) - set(LAYERS))
    if unknown:
        raise ParameterError(f"there is no {', '.join(unknown)}; there is {', '.join(LAYERS)}", parameter="layers")
    store = Store()
    store.bulk_extend(make_quads(resolve_folders(folders, names=names)))
    apply_rules(store, load_rules())
    return sort_quads(store)


def resolve_folders(folders: Sequence[Path] = (), *, names: Path | None = None) -> Resolution:
    """Read snapshot folders, by default the shipped ones, and find the entities that they speak of."""
    return resolve(read_snapshots(folders), read_name_decisions(names, near=folders))


def read_snapshots(folders: Sequence[Path] = ()) -> list[SnapshotFacts]:
    """Read snapshot folders, by default the shipped ones, oldest first."""
    found = [path for folder in (folders or [data_path()]) for path in find_folders(folder)]
    snapshots = sorted(map(read_snapshot_folder, found), key=lambda facts: (facts.snapshot.date, facts.snapshot.id))
    ids = [facts.snapshot.id for facts in snapshots]
    if repeated := sorted({snapshot for snapshot in ids if ids.count(snapshot) > 1}):
        raise SourceError(f"the snapshot {', '.join(repeated)} is given twice")
    return snapshots


def read_name_decisions(path: Path | None = None, near: Sequence[Path] = ()) -> Names:
    """Read identity decisions: those given, else those in or beside the folders ``near``, else the shipped ones."""
    if path is None:
        places = [place / "names.csv" for folder in near for place in (folder, folder.resolve().parent)]
        path = next((place for place in places if place.is_file()), data_path() / "names.csv")
    return read_names(path)
