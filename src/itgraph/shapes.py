"""Checking a graph against ``ontology/shapes.ttl`` (SHACL), with messages that a person understands.

The shapes are run twice. On the default graph everything holds. On the union of all graphs sources may disagree, so
that "at most one" and "no circle" are not asked there; what a single row says must be well formed all the same.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, serialize

from itgraph import terms
from itgraph.errors import ShapesError
from itgraph.resources import ontology_path
from itgraph.results import Table, make_table

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

Severity = Literal["Violation", "Warning", "Info"]
_SH = "http://www.w3.org/ns/shacl#"
_OF_THE_VIEW = {
    _SH + component
    # A circle, too: what a source puts the other way round stays in its row's graph.
    for component in ("MaxCountConstraintComponent", "UniqueLangConstraintComponent", "DisjointConstraintComponent")
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """A result of the check. ``scope`` says which run found it: the default graph, or all graphs together."""

    severity: Severity
    focus: str
    path: str
    value: str
    message: str
    shape: str
    component: str = ""
    scope: Literal["current view", "all graphs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The findings of a check, worst first. ``checked`` counts the statements that were looked at."""

    findings: tuple[Finding, ...]
    checked: int
    is_ours: bool = True
    """Whether anything in the graph has a class of itgraph: a foreign graph breaks no shape."""

    @property
    def conforms(self) -> bool:
        """Whether there is no violation."""
        return not any(finding.severity == "Violation" for finding in self.findings)

    def to_table(self) -> Table:
        """Return the findings as a table."""
        columns = ("severity", "focus", "path", "value", "message", "scope")
        rows = [
            (
                finding.severity,
                NamedNode(finding.focus) if ":" in finding.focus else finding.focus,
                NamedNode(finding.path) if finding.path else None,
                finding.value,
                finding.message,
                finding.scope,
            )
            for finding in self.findings
        ]
        return make_table(columns, rows)

    def to_turtle(self) -> str:
        """Return the report as a SHACL validation report in Turtle."""
        return _turtle(self)


def validate(quads: Iterable[Quad], shapes: Path | None = None) -> Report:
    """Check a graph against the shapes, by default the shipped ones.

    Raises:
        ShapesError: the shapes cannot be read or the engine failed.
    """
    quads = list(quads)
    shape_graph = _load_shapes(shapes or ontology_path() / "shapes.ttl")
    current = [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    findings = list(_run(current, shape_graph, "current view"))
    known = {(f.focus, f.path, f.value, f.message) for f in findings}
    findings += [
        finding
        for finding in _run(quads, shape_graph, "all graphs")
        if (finding.focus, finding.path, finding.value, finding.message) not in known
    ]
    is_ours = not quads or any(
        quad.predicate.value == terms.RDF_TYPE and str(quad.object).startswith("<" + terms.ITG) for quad in quads
    )
    order = {"Violation": 0, "Warning": 1, "Info": 2}
    return Report(
        findings=tuple(sorted(findings, key=lambda f: (order[f.severity], f))), checked=len(quads), is_ours=is_ours
    )


def _load_shapes(path: Path) -> Graph:
    from rdflib import Graph

    try:
        return Graph().parse(path, format="turtle")
    except Exception as error:  # rdflib has no common base class for what its parsers raise
        raise ShapesError(f"{path}: the shapes cannot be read: {error}") from error


def _run(quads: Sequence[Quad], shapes: Graph, scope: Literal["current view", "all graphs"]) -> Iterable[Finding]:
    from rdflib import Graph

    triples = {Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    try:
        data = Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    except Exception as error:
        raise ShapesError(f"the graph has statements that SHACL cannot check: {error}") from error
    with warnings.catch_warnings():
        # pySHACL reaches into parts of rdflib that are on their way out; nothing that its users can act on.
        warnings.simplefilter("ignore", DeprecationWarning)
        from pyshacl import validate as run_shacl

        try:
            _, results, _ = run_shacl(data, shacl_graph=shapes, advanced=True, inference="none", meta_shacl=False)
        except Exception as error:
            raise ShapesError(f"the check could not run: {error}") from error
    if not isinstance(results, Graph):
        raise ShapesError(f"the check could not run: {results}")
    yield from _findings(results, scope)


def _findings(results: Graph, scope: Literal["current view", "all graphs"]) -> Iterable[Finding]:
    from rdflib import URIRef
    from rdflib.namespace import RDF, SH

    for result in results.subjects(RDF.type, SH.ValidationResult):

        def text(predicate: URIRef, result: Node = result) -> str:
            value = results.value(result, predicate)
            return "" if value is None else str(value)  # a literal 0 or false is falsy

        component = str(results.value(result, SH.sourceConstraintComponent))
        if scope == "all graphs" and component in _OF_THE_VIEW:
            continue
        path = results.value(result, SH.resultPath)
        severity = str(results.value(result, SH.resultSeverity)).removeprefix(_SH)
        yield Finding(
            severity=severity if severity in ("Warning", "Info") else "Violation",  # type: ignore[arg-type]
            focus=str(results.value(result, SH.focusNode)),
            path=str(path) if isinstance(path, URIRef) else "",
            value=text(SH.value),
            message=text(SH.resultMessage),
            shape=text(SH.sourceShape),
            component=component,
            scope=scope,
        )


def _turtle(report: Report) -> str:
    from rdflib import BNode, Graph, Literal, URIRef
    from rdflib.namespace import RDF, SH

    graph = Graph()
    for prefix, namespace in terms.PREFIXES.items():
        graph.bind(prefix, namespace)
    root = URIRef(terms.BASE + "report")
    graph.add((root, RDF.type, SH.ValidationReport))
    graph.add((root, SH.conforms, Literal(report.conforms)))
    for number, finding in enumerate(report.findings, 1):
        node = URIRef(f"{terms.BASE}report#result-{number}")
        graph.add((root, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        graph.add((node, SH.focusNode, URIRef(finding.focus) if ":" in finding.focus else BNode(finding.focus)))
        graph.add((node, SH.resultSeverity, SH[finding.severity]))
        graph.add((node, SH.resultMessage, Literal(finding.message)))
        if finding.component:
            graph.add((node, SH.sourceConstraintComponent, URIRef(finding.component)))
        if finding.path:
            graph.add((node, SH.resultPath, URIRef(finding.path)))
        if finding.value:
            graph.add((node, SH.value, Literal(finding.value)))
        if finding.shape.startswith("http"):
            graph.add((node, SH.sourceShape, URIRef(finding.shape)))
    return graph.serialize(format="turtle")
