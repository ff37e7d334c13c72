"""Small surveys and the graphs that they make: each folder of ``golden/`` has the text, the graph and the issues.

Facts from other sources are in the folder ``curated`` of a case that has some, and a layout file is ``layout.toml``.

The graphs are compared after RDFC-1.0 canonicalisation. ``pytest --approve`` writes them anew, to be reviewed.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Store, parse

from itgraph.curated import read_curated
from itgraph.extract import extract
from itgraph.names import Decision, make_names
from itgraph.records import CuratedFacts, Snapshot
from itgraph.resolve import resolve
from itgraph.rules import apply_rules, load_rules
from itgraph.snapshots import format_snapshot, read_snapshot_folder, write_snapshot
from itgraph.survey.layouts import read_layout_files
from itgraph.triples import make_quads, sort_quads
from itgraph.turtle import format_trig

GOLDEN = Path(__file__).parent / "golden"
NAMES = make_names(
    [
        Decision(kind="model", name="LLaMA", other="", why="named only as a base model"),
        Decision(kind="model", name="GPT-4", other="", why="named only as a teacher"),
        Decision(kind="person", name="Srinivas Iyer", other="Srini Iyer", why="the short form of one given name"),
    ]
)


def build_case(folder: Path, work: Path) -> tuple[list[Quad], str]:
    """Take a golden text the whole way, through files; return its graph and its issues as CSV."""
    snapshot = Snapshot(
        id="2024-01-01",
        date="2024-01-01",
        sha256="",
        repository="https://github.com/example/survey",
        commit="0123456789abcdef0123456789abcdef01234567",
    )
    layouts = read_layout_files([folder / "layout.toml"] if (folder / "layout.toml").exists() else [])
    facts = extract((folder / "input.md").read_bytes(), snapshot, NAMES, layout_files=layouts)
    write_snapshot(facts, work / "2024-01-01")
    read = read_snapshot_folder(work / "2024-01-01")
    assert read == facts
    store = Store()
    has_facts = (folder / "curated").is_dir()
    curated = read_curated(folder / "curated") if has_facts else CuratedFacts()
    store.bulk_extend(make_quads(resolve([read], NAMES, curated)))
    apply_rules(store, [rule for rule in load_rules() if has_facts or rule.layer == "survey"])
    # What rules are is not part of a case: their text would stand in every one.
    quads = [quad for quad in store if "/rule/" not in str(quad.subject)]
    return sort_quads(quads), format_snapshot(facts)["issues.csv"]


def canonical(quads: list[Quad]) -> list[str]:
    """Return quads as sorted N-Quads lines, blank nodes named canonically."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


@pytest.mark.parametrize("case", sorted(path.name for path in GOLDEN.iterdir() if path.is_dir()))
def test_golden(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = GOLDEN / case
    quads, issues = build_case(folder, tmp_path)
    if request.config.getoption("--approve"):
        (folder / "expected.trig").write_bytes(format_trig(quads))
        (folder / "issues.csv").write_text(issues, encoding="utf-8")
    expected = list(parse((folder / "expected.trig").read_bytes(), format=RdfFormat.TRIG))
    assert canonical(quads) == canonical(expected)
    assert list(csv.reader(issues.splitlines())) == list(
        csv.reader((folder / "issues.csv").read_text(encoding="utf-8").splitlines())
    )
