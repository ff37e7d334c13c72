"""The whole way from facts to the graph, reading top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import Quad, Store

from itgraph.checks import find_unmet, require_known_names
from itgraph.curated import read_curated
from itgraph.errors import ParameterError, SourceError
from itgraph.names import Names, read_names
from itgraph.records import Correction, CuratedFacts, SnapshotFacts
from itgraph.resolve import Resolution, resolve, source_of
from itgraph.resources import data_path
from itgraph.rules import apply_rules, load_rules
from itgraph.snapshots import find_folders, read_snapshot_folder
from itgraph.survey.layouts import read_layout_files
from itgraph.triples import make_quads, sort_quads, unmet_corrections

LAYERS = ("survey", "curated")
"""What a graph can be made of: what surveys say, and facts from other sources, which add to it and correct it."""


def build(
    folders: Sequence[Path] = (),
    *,
    names: Path | None = None,
    curated: Path | None = None,
    layers: Sequence[str] = LAYERS,
    layouts: Sequence[Path] = (),
) -> list[Quad]:
    """Make the graph of snapshot folders and curated facts, by default of the shipped ones: its quads, in order.

    ``layouts`` are layout files by which the folders are read, before those that they hold.

    Raises:
        SourceError: a folder or layout file cannot be read, or two folders hold the same snapshot.
        ParameterError: there is no such layer.
    """
    unknown = sorted(set(layers) - set(LAYERS))
    if unknown or not layers:
        message = f"there is no layer {', '.join(unknown)}" if unknown else "no layer is given"
        raise ParameterError(f"{message}; choose one of {', '.join(LAYERS)}", parameter="layers")
    facts_folder = curated or _find_near("curated", folders)
    resolution = resolve_folders(folders, names=names, curated=facts_folder, layers=layers, layouts=layouts)
    quads = make_quads(resolution)
    if _are_of_these(folders, facts_folder, layers):
        _require_met(unmet_corrections(resolution, quads), facts_folder)
    store = Store()
    store.bulk_extend(quads)
    apply_rules(store, [rule for rule in load_rules() if rule.layer in layers])
    return sort_quads(store)


def resolve_folders(
    folders: Sequence[Path] = (),
    *,
    names: Path | None = None,
    curated: Path | None = None,
    layers: Sequence[str] = LAYERS,
    layouts: Sequence[Path] = (),
) -> Resolution:
    """Read snapshot folders and curated facts, by default the shipped ones, and find the entities they speak of.

    Facts that are given for the shipped snapshots, or stand beside those that are read, all of them, must name what is
    known there. Those of elsewhere, as the shipped ones with a snapshot of one's own, may name other things as well.
    """
    facts_folder = curated or _find_near("curated", folders)
    resolution = resolve(
        read_snapshots(folders, layouts) if "survey" in layers else (),
        read_name_decisions(names, near=folders),
        read_curated(facts_folder) if "curated" in layers else CuratedFacts(),
    )
    if _are_of_these(folders, facts_folder, layers):
        require_known_names(resolution, facts_folder)
    return resolution


def _require_met(unmet: Sequence[Correction], folder: Path) -> None:
    errors = find_unmet(unmet, folder)
    if errors:
        raise errors[0]


def _are_of_these(folders: Sequence[Path], facts_folder: Path, layers: Sequence[str]) -> bool:
    """Tell whether facts are meant for just the snapshots that are read, so that what does not fit is a mistake."""
    if set(LAYERS) - set(layers):
        return False
    return not folders or facts_folder.resolve().parent in {folder.resolve() for folder in folders}


def read_snapshots(folders: Sequence[Path] = (), layouts: Sequence[Path] = ()) -> list[SnapshotFacts]:
    """Read snapshot folders, by default the shipped ones: source by source as they are given, each oldest first."""
    found = [path for folder in (folders or [data_path()]) for path in find_folders(folder)]
    texts = read_layout_files(layouts)
    read = [read_snapshot_folder(path, texts) for path in found]
    places: dict[str, int] = {}
    for facts in read:
        places.setdefault(source_of(facts.snapshot), len(places))
    snapshots = sorted(
        read,
        key=lambda facts: (places[source_of(facts.snapshot)], facts.snapshot.date, facts.snapshot.id),
    )
    ids = [facts.snapshot.id for facts in snapshots]
    if repeated := sorted({snapshot for snapshot in ids if ids.count(snapshot) > 1}):
        raise SourceError(f"the snapshot {', '.join(repeated)} is given twice")
    return snapshots


def read_name_decisions(path: Path | None = None, near: Sequence[Path] = ()) -> Names:
    """Read identity decisions: those given, else those in or beside the folders ``near``, else the shipped ones."""
    return read_names(path or _find_near("names.csv", near))


def _find_near(name: str, near: Sequence[Path]) -> Path:
    places = [place / name for folder in near for place in (folder, folder.resolve().parent)]
    return next((place for place in places if place.exists()), data_path() / name)
