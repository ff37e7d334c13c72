"""Where other sources contradict surveys: what leaves the current view, what stays, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.curated import COLUMNS, read_curated
from itgraph.extract import extract
from itgraph.names import make_names
from itgraph.records import CuratedFacts, Snapshot, SnapshotFacts
from itgraph.resolve import resolve
from itgraph.triples import make_quads

HEAD = """
<table>
<tr><th>Model Name</th><th># Params</th><th>Base Model</th><th colspan="3">Instruction Train Set</th></tr>
<tr><th></th><th></th><th></th><th>Self-build</th><th>Name</th><th>Size</th></tr>
"""
RED = NamedNode(f"{terms.BASE}model/red")
BASE_MODEL = NamedNode(terms.BASE_MODEL)
NAMES = make_names([])


def survey(date: str, *rows: str) -> SnapshotFacts:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    text = HEAD + "".join(f"<tr>{row}</tr>\n" for row in cells) + "</table>\n"
    return extract(text.encode(), Snapshot(id=date, date=date, sha256=""), NAMES)


def facts(folder: Path, **files: str) -> CuratedFacts:
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(",".join(COLUMNS[name]) + "\n" + rows, encoding="utf-8")
    return read_curated(folder)


def graph(*snapshots: SnapshotFacts, curated: CuratedFacts) -> list[Quad]:
    return make_quads(resolve(snapshots, NAMES, curated))


def values(quads: list[Quad], subject: NamedNode, predicate: str, graph_name: str = "") -> set[str]:
    """Return the values of a property in the default graph, or in one by the end of its name."""
    found = set()
    for quad in quads:
        is_there = isinstance(quad.graph_name, DefaultGraph) if not graph_name else graph_name in str(quad.graph_name)
        if is_there and quad.subject == subject and quad.predicate.value == predicate:
            assert isinstance(quad.object, NamedNode | Literal)
            found.add(quad.object.value.removeprefix(terms.BASE))
    return found


def corrected(quads: list[Quad]) -> list[str]:
    """Return the rows that corrections speak of."""
    rows = (quad.object for quad in quads if quad.predicate.value == terms.CORRECTS)
    return sorted(str(row).strip("<>").removeprefix(f"{terms.BASE}row/") for row in rows)


OTHER_BASE = "model,Red,baseModel,LLaMA,Pythia,replaces,Its makers say so.,https://source.example/red\n"
STEP = "model,Red,baseModel,model,Pythia,https://source.example/red\n"


def test_what_a_source_replaces_leaves_the_current_view_and_stays_in_its_row(tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE, lineage=STEP)
    quads = graph(survey("2024-01-01", "Red|7B|LLaMA|No|-|-"), curated=curated)
    assert values(quads, RED, terms.BASE_MODEL) == {"model/pythia"}
    assert values(quads, RED, terms.BASE_MODEL, "row/2024-01-01/models/1") == {"model/llama"}
    assert values(quads, RED, terms.BASE_MODEL, "curated/lineage") == {"model/pythia"}
    assert corrected(quads) == ["2024-01-01/models/1"]


def test_what_is_replaced_in_the_newest_snapshot_does_not_come_back_from_an_older_one(tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE, lineage=STEP)
    old, new = survey("2023-01-01", "Red|7B|OPT|No|-|-"), survey("2024-01-01", "Red|7B|LLaMA|No|-|-")
    quads = graph(old, new, curated=curated)
    assert values(quads, RED, terms.BASE_MODEL) == {"model/pythia"}
    assert corrected(quads) == ["2024-01-01/models/1"]


def test_what_only_an_older_snapshot_says_is_contradicted_there(tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE, lineage=STEP)
    old, new = survey("2023-01-01", "Red|7B|LLaMa|No|-|-"), survey("2024-01-01", "Red|7B|OPT|No|-|-")
    quads = graph(old, new, curated=curated)
    # Nothing contradicts the newer one, which stands beside the source.
    assert values(quads, RED, terms.BASE_MODEL) == {"model/opt", "model/pythia"}
    assert corrected(quads) == ["2023-01-01/models/1"]


@pytest.mark.parametrize("effect", ["adds", "qualifies"])
def test_what_a_source_adds_to_or_qualifies_stands(effect: str, tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE.replace("replaces", effect), lineage=STEP)
    quads = graph(survey("2024-01-01", "Red|7B|LLaMA|No|-|-"), curated=curated)
    assert values(quads, RED, terms.BASE_MODEL) == {"model/llama", "model/pythia"}
    assert corrected(quads) == ["2024-01-01/models/1"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [("Red|7B|-|No|-|-", ["2024-01-01/models/1"]), ("Red|7B|OPT|No|-|-", []), ("Blue|7B|-|No|-|-", [])],
    ids=["nothing", "something", "another model"],
)
def test_a_source_adds_to_a_row_that_says_nothing(row: str, expected: list[str], tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE.replace("LLaMA,", ",").replace("replaces", "adds"), lineage=STEP)
    assert corrected(graph(survey("2024-01-01", row), curated=curated)) == expected


def test_a_correction_of_what_no_survey_says_is_left_out(tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE, lineage=STEP)
    quads = graph(survey("2024-01-01", "Red|7B|OPT|No|-|-"), curated=curated)
    assert values(quads, RED, terms.BASE_MODEL) == {"model/opt", "model/pythia"}
    assert not any("corrections" in str(quad) or "contradicted" in str(quad) for quad in quads)


def test_a_figure_is_replaced_with_its_shortcut(tmp_path: Path) -> None:
    row = "model,Red,parameters,7B,1.3B/6B,replaces,Two sizes.,https://source.example/red\n"
    quads = graph(survey("2024-01-01", "Red|7B|LLaMA|No|-|-"), curated=facts(tmp_path, corrections=row))
    [node] = values(quads, RED, terms.PARAMETERS)
    assert values(quads, NamedNode(terms.BASE + node), terms.TEXT) == {"1.3B/6B"}
    assert values(quads, RED, terms.PARAMETER_COUNT) == {"1300000000"}
    assert values(quads, RED, terms.PARAMETER_COUNT, "row/2024-01-01/models/1") == {"7000000000"}


def test_each_row_that_is_contradicted_has_an_issue_that_names_both(tmp_path: Path) -> None:
    curated = facts(tmp_path, corrections=OTHER_BASE, lineage=STEP)
    old, new = survey("2023-01-01", "Red|7B|LLaMA|No|-|-"), survey("2024-01-01", "-|-|-|-|-|-", "Red|7B|LLaMA|No|-|-")
    quads = graph(old, new, curated=curated)
    issues = {str(quad.subject) for quad in quads if quad.predicate.value == terms.CONTRADICTED_BY}
    assert len(issues) == 2
    rows = set()
    for issue in issues:
        node = NamedNode(issue.strip("<>"))
        [message] = values(quads, node, terms.MESSAGE)
        assert all(word in message for word in ("LLaMA", "Pythia", "https://source.example/red", "replaces"))
        rows |= values(quads, node, terms.ABOUT)
    assert rows == {"row/2023-01-01/models/1", "row/2024-01-01/models/2"}


# -- Disagreements -----------------------------------------------------------------------------------------------------

LICENCES = "model,Red,weights,{},true,{},https://{}.example/red\n"
DATES = "model,Red,{},weights,https://{}.example/red\n"


def disagreements(folder: Path, **files: str) -> list[str]:
    quads = graph(survey("2024-01-01", "Red|7B|LLaMA|No|-|-"), curated=facts(folder, **files))
    issues = [quad.subject for quad in quads if quad.object == Literal("sources-disagree")]
    messages: list[str] = []
    for issue in issues:
        assert isinstance(issue, NamedNode)
        assert values(quads, issue, terms.ABOUT) == {"model/red"}
        assert len(values(quads, issue, terms.PROV_HAD_PRIMARY_SOURCE)) == 2
        messages += values(quads, issue, terms.MESSAGE)
    return messages


def test_licences_that_give_another_access_disagree(tmp_path: Path) -> None:
    rows = LICENCES.format("MIT", "open", "one") + LICENCES.format("CC-BY-NC-4.0", "restricted", "other")
    [message] = disagreements(tmp_path, licences=rows)
    assert "CC-BY-NC-4.0" in message
    assert "MIT" in message
    assert "Both stand" in message


@pytest.mark.parametrize(
    ("licence", "access", "site", "part"),
    [
        pytest.param("Apache-2.0", "open", "other", "weights", id="as open"),
        pytest.param("CC-BY-NC-4.0", "restricted", "one", "weights", id="from one source"),
        pytest.param("CC-BY-NC-4.0", "restricted", "other", "code", id="of another part"),
    ],
)
def test_licences_that_may_hold_at_once_agree(licence: str, access: str, site: str, part: str, tmp_path: Path) -> None:
    other = LICENCES.format(licence, access, site).replace("weights", part)
    assert disagreements(tmp_path, licences=LICENCES.format("MIT", "open", "one") + other) == []


@pytest.mark.parametrize(("date", "expected"), [("2023-03", 1), ("2023-02-04", 1), ("2023-02", 0), ("2023", 0)])
def test_dates_agree_where_one_is_only_less_exact(date: str, expected: int, tmp_path: Path) -> None:
    rows = DATES.format("2023-02-03", "one") + DATES.format(date, "other")
    assert len(disagreements(tmp_path, releases=rows)) == expected


def test_a_disagreement_that_is_declared_is_not_found_again(tmp_path: Path) -> None:
    rows = LICENCES.format("MIT", "open", "one") + LICENCES.format("CC-BY-NC-4.0", "restricted", "other")
    declared = (
        "model,Red,license,MIT,https://one.example/red,CC-BY-NC-4.0,https://other.example/red,MIT,The maker says so.\n"
    )
    assert disagreements(tmp_path, licences=rows, disagreements=declared) == [
        "Red, license: one source says MIT (https://one.example/red), "
        "another CC-BY-NC-4.0 (https://other.example/red). Taken: MIT. The maker says so."
    ]
