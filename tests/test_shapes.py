"""The real graph conforms, and breaking it in any of many ways is noticed, in words that say what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from itgraph import terms
from itgraph.build import build
from itgraph.shapes import Report, validate

LLAMA = NamedNode(terms.BASE + "model/llama")
ALPACA = NamedNode(terms.BASE + "model/alpaca")
ALPACA_DATA = NamedNode(terms.BASE + "dataset/alpaca")
FIGURE = NamedNode(terms.BASE + "quantity/2024-10-15/models/4/parameters")
RANGE = NamedNode(terms.BASE + "quantity/2024-10-15/multimodal-datasets/1/instances")
ROW = NamedNode(terms.BASE + "row/2024-10-15/models/4")
SNAPSHOT = NamedNode(terms.BASE + "snapshot/2024-10-15")
PAPER = NamedNode(terms.BASE + "paper/arxiv-2302.13971")
AUTHORSHIP = NamedNode(terms.BASE + "authorship/arxiv-2302.13971/3")
ISSUE = NamedNode(terms.BASE + "issue/2024-10-15/missing-year/1177")


@pytest.fixture(scope="module")
def sound() -> list[Quad]:
    return build()


@pytest.fixture(scope="module")
def lineage_part(sound: list[Quad]) -> list[Quad]:
    """A small sound part of the graph, so that each breakage is checked quickly: everything near a few things."""
    near = {
        LLAMA,
        ALPACA,
        ALPACA_DATA,
        NamedNode(terms.BASE + "dataset/multiinstruct"),
        ROW,
        SNAPSHOT,
        PAPER,
        ISSUE,
    }
    current = [q for q in sound if isinstance(q.graph_name, DefaultGraph) and q.predicate.value != terms.CITES]
    size = 0
    while size < len(near):
        size = len(near)
        near |= {q.object for q in current if q.subject in near and isinstance(q.object, NamedNode)}
    part = [q for q in current if q.subject in near]
    assert len(part) > 500
    return part


def test_both_snapshots_conform(sound: list[Quad]) -> None:
    report = validate(sound)
    assert report.conforms, report.findings
    # What remains is a warning about the source: LIMA is cited twice, with two spellings of its title.
    assert [finding.severity for finding in report.findings] == ["Warning"]
    assert report.checked == len(sound)


def test_the_small_part_conforms(lineage_part: list[Quad]) -> None:
    assert validate(lineage_part).conforms


def without(subject: NamedNode, predicate: str) -> Callable[[list[Quad]], list[Quad]]:
    def change(quads: list[Quad]) -> list[Quad]:
        kept = [q for q in quads if not (q.subject == subject and q.predicate.value == predicate)]
        assert len(kept) < len(quads), "the test removes something that is not there"
        return kept

    return change


def plus(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Callable[[list[Quad]], list[Quad]]:
    return lambda quads: [*quads, Quad(subject, NamedNode(predicate), value, DefaultGraph())]


def instead(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Callable[[list[Quad]], list[Quad]]:
    return lambda quads: plus(subject, predicate, value)(without(subject, predicate)(quads))


BREAKAGES: dict[str, tuple[Callable[[list[Quad]], list[Quad]], NamedNode, str]] = {
    "a model without a label": (without(ALPACA, terms.RDFS_LABEL), ALPACA, terms.RDFS_LABEL),
    "two labels": (plus(ALPACA, terms.RDFS_LABEL, Literal("Llama pacos")), ALPACA, terms.RDFS_LABEL),
    "a label with markup": (
        instead(ALPACA, terms.RDFS_LABEL, Literal("<b>Alpaca</b>")),
        ALPACA,
        terms.RDFS_LABEL,
    ),
    "a base model that is a dataset": (plus(ALPACA, terms.BASE_MODEL, ALPACA_DATA), ALPACA, terms.BASE_MODEL),
    "a base model that is text": (plus(ALPACA, terms.BASE_MODEL, Literal("LLaMA")), ALPACA, terms.BASE_MODEL),
    "a model based on itself": (plus(ALPACA, terms.BASE_MODEL, ALPACA), ALPACA, ""),
    "training data that is a model": (plus(ALPACA, terms.TRAINED_ON, LLAMA), ALPACA, terms.TRAINED_ON),
    "a teacher that is a dataset": (
        plus(ALPACA_DATA, terms.GENERATED_BY, ALPACA_DATA),
        ALPACA_DATA,
        terms.GENERATED_BY,
    ),
    "an exact figure without a value": (without(FIGURE, terms.SCHEMA_VALUE), FIGURE, ""),
    "a figure without precision": (without(FIGURE, terms.HAS_PRECISION), FIGURE, terms.HAS_PRECISION),
    "a figure that is no integer": (
        instead(FIGURE, terms.SCHEMA_VALUE, Literal("7.5", datatype=NamedNode(terms.XSD + "decimal"))),
        FIGURE,
        terms.SCHEMA_VALUE,
    ),
    "a range that ends before it begins": (instead(RANGE, terms.SCHEMA_MAX_VALUE, Literal(1)), RANGE, ""),
    "a row without its lines": (without(ROW, terms.LINE_START), ROW, terms.LINE_START),
    "a row that ends before it begins": (instead(ROW, terms.LINE_END, Literal(1)), ROW, terms.LINE_START),
    "a row that quotes nothing": (without(ROW, terms.PROV_WAS_QUOTED_FROM), ROW, terms.PROV_WAS_QUOTED_FROM),
    "a checksum that is none": (instead(SNAPSHOT, terms.SHA256, Literal("abc")), SNAPSHOT, terms.SHA256),
    "an arXiv id that is none": (instead(PAPER, terms.ARXIV_ID, Literal("hep")), PAPER, terms.ARXIV_ID),
    "an author without a position": (without(AUTHORSHIP, terms.POSITION), AUTHORSHIP, terms.POSITION),
    "an issue of no severity": (instead(ISSUE, terms.SEVERITY, Literal("grave")), ISSUE, terms.SEVERITY),
    "a language that is no code": (
        plus(ALPACA_DATA, terms.SCHEMA_IN_LANGUAGE, Literal("English language")),
        ALPACA_DATA,
        terms.SCHEMA_IN_LANGUAGE,
    ),
    "a link that runs a script": (
        plus(ALPACA, terms.PROJECT, NamedNode("javascript:alert")),
        ALPACA,
        terms.PROJECT,
    ),
}


@pytest.mark.parametrize("what", BREAKAGES)
def test_breakage_is_noticed(what: str, lineage_part: list[Quad]) -> None:
    change, focus, path = BREAKAGES[what]
    report = validate(change(lineage_part))
    assert not report.conforms
    hits = [f for f in report.findings if f.focus == focus.value and f.severity == "Violation"]
    assert hits, report.findings
    if path:
        assert path in {hit.path for hit in hits}
    # A sentence for a person, not the engine's own words.
    assert all(hit.message.endswith(".") and "ConstraintComponent" not in hit.message for hit in hits)


def test_sources_may_disagree_but_not_the_current_view(lineage_part: list[Quad]) -> None:
    """A second label is caught in the current view; the same in a row's graph is no violation of "at most one"."""
    elsewhere = Quad(ALPACA, NamedNode(terms.OPEN_SOURCE), Literal(True), ROW)
    other = Quad(
        ALPACA,
        NamedNode(terms.OPEN_SOURCE),
        Literal(False),
        NamedNode(terms.BASE + "row/2023-09-05/models/5"),
    )
    assert validate([*lineage_part, elsewhere, other]).conforms


def test_a_row_graph_is_checked_too(lineage_part: list[Quad]) -> None:
    wrong = Quad(ALPACA, NamedNode(terms.BASE_MODEL), ALPACA_DATA, ROW)
    report = validate([*lineage_part, wrong])
    assert not report.conforms
    assert {finding.scope for finding in report.findings if finding.severity == "Violation"} == {"all graphs"}


def test_the_report_is_shacl(lineage_part: list[Quad]) -> None:
    from rdflib import Graph
    from rdflib.namespace import RDF, SH

    report = validate(plus(ALPACA, terms.BASE_MODEL, ALPACA)(lineage_part))
    turtle = Graph().parse(data=report.to_turtle(), format="turtle")
    assert len(list(turtle.subjects(RDF.type, SH.ValidationResult))) == len(report.findings) > 0
    assert (
        str(turtle.value(predicate=SH.conforms, subject=next(turtle.subjects(RDF.type, SH.ValidationReport))))
        == "false"
    )
    table = report.to_table()
    assert table.columns[:2] == ("severity", "focus")
    assert len(table.rows) == len(report.findings)


def test_an_empty_graph_conforms() -> None:
    assert validate([]) == Report(findings=(), checked=0)
