"""The SPARQL tests of the W3C: what their manifests say, what they expect, and whether an answer is that."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal as OneOf
from typing import TypeAlias

import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from itgraph import terms
from itgraph.results import Term

SUITES = Path(__file__).resolve().parents[3] / "shared" / "w3c-rdf-tests"
BASE = "http://w3c.test/"
"""What the files of the suites are called: an IRI that begins so, and goes on as their paths do."""

_MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
_QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"

Kind: TypeAlias = OneOf["evaluation", "positive", "negative"]
_KINDS: dict[str, Kind] = {
    "QueryEvaluationTest": "evaluation",
    "CSVResultFormatTest": "evaluation",
    "PositiveSyntaxTest": "positive",
    "PositiveSyntaxTest11": "positive",
    "NegativeSyntaxTest": "negative",
    "NegativeSyntaxTest11": "negative",
}

Row: TypeAlias = dict[str, Term]


def require_suites() -> None:
    """Skip a module where the suites are not; they are not shipped."""
    if not SUITES.is_dir() and not os.environ.get("ITGRAPH_REQUIRE_SEEDS"):
        pytest.skip(
            "the W3C's tests are not shipped; put sparql10 and sparql11 of its rdf-tests into ../shared/w3c-rdf-tests",
            allow_module_level=True,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The answer to a SELECT."""

    variables: frozenset[str]
    rows: list[Row]


Answer: TypeAlias = bool | Rows | list[Triple]


@dataclass(frozen=True, kw_only=True)
class Test:
    """A test of a query: ``name`` is suite/folder/name, ``data`` make up the default graph, ``graphs`` have names."""

    __test__ = False  # it is none of pytest's

    name: str
    kind: Kind
    query: Path
    data: tuple[Path, ...]
    graphs: tuple[Path, ...]
    result: Path | None
    is_lax: bool

    @property
    def folder(self) -> str:
        """The suite and the folder."""
        return self.name.rpartition("/")[0]

    @cached_property
    def sparql(self) -> str:
        """The query, which is relative to its file."""
        return f"BASE <{iri_of(self.query)}>\n{self.query.read_text(encoding='utf-8')}"

    @property
    def has_dataset(self) -> bool:
        """Whether the query says itself what it asks."""
        return re.search(r"^\s*FROM\b", self.sparql, re.MULTILINE) is not None

    @property
    def is_ordered(self) -> bool:
        """Whether its rows come in an order."""
        return re.search(r"\bORDER\s+BY\b", self.sparql, re.IGNORECASE) is not None


def iri_of(path: Path) -> str:
    """Return what a file of the suites is called."""
    return BASE + path.relative_to(SUITES).as_posix()


def path_of(iri: str) -> Path:
    """Return the file that is called so."""
    assert iri.startswith(BASE)
    return SUITES / iri.removeprefix(BASE)


def read_tests(suite: str) -> list[Test]:
    """Return the tests of queries in a suite, in the order of their manifests."""
    return [test for manifest in sorted((SUITES / suite).glob("*/manifest.ttl")) for test in _read_manifest(manifest)]


def read_data(suites: Sequence[str]) -> Iterator[Quad]:
    """Yield every graph of suites under its file's name; no blank node is of two files."""
    for suite in suites:
        for path in sorted((SUITES / suite).glob("*/*")):
            if path.suffix in {".ttl", ".rdf", ".nt"} and not path.name.startswith("manifest"):
                yield from parse_named_graph(path)


def parse_graph(path: Path) -> Iterator[Quad]:
    """Yield the triples of a file."""
    format = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES}[path.suffix]
    return parse(path=str(path), format=format, base_iri=iri_of(path), rename_blank_nodes=True)


def parse_named_graph(path: Path) -> Iterator[Quad]:
    """Yield the triples of a file in a graph that has its name."""
    graph = NamedNode(iri_of(path))
    return (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parse_graph(path))


class Manifest:
    """RDF that is read by following properties."""

    def __init__(self, path: Path) -> None:
        self._graph = Dataset(parse_graph(path))

    def all(self, subject: Term, predicate: str) -> list[Term]:
        """Return the values of a property."""
        found = self._graph.quads_for_subject(subject)  # type: ignore[arg-type]
        return [quad.object for quad in found if quad.predicate.value == predicate]  # type: ignore[misc]

    def one(self, subject: Term, predicate: str) -> Term | None:
        """Return the value of a property."""
        return next(iter(self.all(subject, predicate)), None)

    def members(self, head: Term | None) -> list[Term]:
        """Return the members of a list."""
        members = []
        while head is not None and (first := self.one(head, terms.RDF + "first")) is not None:
            members.append(first)
            head = self.one(head, terms.RDF + "rest")
        return members

    def subjects(self, predicate: str) -> list[Term]:
        """Return what has a property."""
        return [quad.subject for quad in self._graph.quads_for_predicate(NamedNode(predicate))]  # type: ignore[misc]

    def instances(self, class_: str) -> list[Term]:
        """Return what is of a class."""
        return [subject for subject in self.subjects(terms.RDF_TYPE) if self.value(subject, terms.RDF_TYPE) == class_]

    def value(self, subject: Term, predicate: str) -> str:
        """Return the text of a property that must be there."""
        found = self.one(subject, predicate)
        assert isinstance(found, Literal | NamedNode), predicate
        return found.value


def _read_manifest(path: Path) -> Iterator[Test]:
    manifest = Manifest(path)
    folder = path.parent.relative_to(SUITES).as_posix()
    for entries in manifest.subjects(_MF + "entries"):
        for test in manifest.members(manifest.one(entries, _MF + "entries")):
            kind = _KINDS.get(manifest.value(test, terms.RDF_TYPE).rpartition("#")[2])
            if kind is None:
                continue
            action = manifest.one(test, _MF + "action")
            assert isinstance(test, NamedNode)
            assert action is not None
            query = action if isinstance(action, NamedNode) else manifest.one(action, _QT + "query")
            if _path(query).suffix == ".ru":  # an update, whose syntax some manifests test as if it were a query's
                continue
            result = manifest.one(test, _MF + "result")
            yield Test(
                name=f"{folder}/{test.value.rpartition('#')[2]}",
                kind=kind,
                query=_path(query),
                data=tuple(map(_path, manifest.all(action, _QT + "data"))),
                graphs=tuple(map(_path, manifest.all(action, _QT + "graphData"))),
                result=_path(result) if result is not None else None,
                is_lax=manifest.one(test, _MF + "resultCardinality") == NamedNode(_MF + "LaxCardinality"),
            )


def _path(term: Term | None) -> Path:
    assert isinstance(term, NamedNode)
    return path_of(term.value)


# -- Tests of the protocol ---------------------------------------------------------------------------------------------

_HTTP = "http://www.w3.org/2011/http#"
_CONTENT = "http://www.w3.org/2011/content#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request, and the response that is expected: the first digits of its status, its form, the answer of an ASK."""

    method: str
    address: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    form: str | None
    boolean: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolTest:
    """A test of the protocol: its requests, one after the other."""

    name: str
    exchanges: tuple[Exchange, ...]


def read_protocol_tests() -> list[ProtocolTest]:
    """Return the tests of the SPARQL 1.1 Protocol."""
    manifest = Manifest(_PROTOCOL / "manifest.ttl")
    (entries,) = manifest.subjects(_MF + "entries")
    tests = []
    for test in manifest.members(manifest.one(entries, _MF + "entries")):
        assert isinstance(test, NamedNode)
        action = manifest.one(test, _MF + "action")
        assert action is not None
        requests = manifest.members(manifest.one(action, _HTTP + "requests"))
        exchanges = tuple(_read_exchange(manifest, request) for request in requests)
        tests.append(ProtocolTest(name=test.value.rpartition("#")[2], exchanges=exchanges))
    return tests


def read_protocol_data() -> Iterator[Quad]:
    """Yield the graphs that the tests of the protocol ask."""
    for number in (1, 2, 3):
        graph = NamedNode(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf")
        for quad in parse_graph(_PROTOCOL / f"data{number}.nt"):
            yield Quad(quad.subject, quad.predicate, quad.object, graph)


_PROTOCOL = SUITES / "sparql11" / "protocol"


def _read_exchange(manifest: Manifest, request: Term) -> Exchange:
    headers = manifest.members(manifest.one(request, _HTTP + "headers"))
    response = manifest.one(request, _HTTP + "resp")
    assert response is not None
    form, boolean = (manifest.one(response, _MF + name) for name in ("expectedFormat", "expectedBoolean"))
    body = manifest.one(request, _HTTP + "body")
    statuses = (status.value.partition("StatusCode")[2][0] for status in manifest.all(response, _MF + "expectedStatus"))
    return Exchange(
        method=manifest.value(request, _HTTP + "methodName"),
        address=manifest.value(request, _HTTP + "absolutePath"),
        headers={
            manifest.value(head, _HTTP + "fieldName"): manifest.value(head, _HTTP + "fieldValue") for head in headers
        },
        body=None
        if body is None
        else manifest.value(body, _CONTENT + "chars").encode(manifest.value(body, _CONTENT + "characterEncoding")),
        statuses=frozenset(statuses),
        form=form.value if form is not None else None,
        boolean=boolean == Literal(True) if boolean is not None else None,
    )


# -- What is expected --------------------------------------------------------------------------------------------------

_RESULT_FORMATS = {
    ".srx": QueryResultsFormat.XML,
    ".srj": QueryResultsFormat.JSON,
    ".tsv": QueryResultsFormat.TSV,
}


def read_expected(path: Path) -> Answer:
    """Return the answer that a file of a suite holds."""
    if path.suffix in _RESULT_FORMATS:
        return read_answer(path.read_bytes(), _RESULT_FORMATS[path.suffix])
    if path.suffix == ".csv":
        return read_csv(path.read_text(encoding="utf-8"))
    manifest = Manifest(path)
    for result in manifest.subjects(_RS + "boolean"):
        return manifest.value(result, _RS + "boolean") == "true"
    for result in manifest.instances(_RS + "ResultSet"):
        return _read_result_set(manifest, result)
    return [quad.triple for quad in parse_graph(path)]


def _read_result_set(manifest: Manifest, result: Term) -> Rows:
    rows: list[tuple[int, Row]] = []
    for solution in manifest.all(result, _RS + "solution"):
        index = manifest.one(solution, _RS + "index")
        row: Row = {}
        for binding in manifest.all(solution, _RS + "binding"):
            value = manifest.one(binding, _RS + "value")
            assert value is not None
            row[manifest.value(binding, _RS + "variable")] = value
        rows.append((int(index.value) if isinstance(index, Literal) else 0, row))
    rows.sort(key=lambda place: place[0])
    variables = [variable.value for variable in manifest.all(result, _RS + "resultVariable")]
    return Rows(variables=frozenset(variables), rows=[row for _, row in rows])


def read_answer(data: bytes, format: QueryResultsFormat) -> bool | Rows:
    """Read an answer in a format that tells the kinds of terms apart."""
    found = parse_query_results(data, format=format)
    if isinstance(found, QueryBoolean):
        return bool(found)
    return rows_of(found)


def rows_of(found: QuerySolutions) -> Rows:
    """Return rows as they are compared."""
    names = [variable.value for variable in found.variables]
    rows: list[Row] = [
        {name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in found
    ]
    return Rows(variables=frozenset(names), rows=rows)


def read_csv(text: str) -> Rows:
    """Read CSV, where only blank nodes can be told from text."""
    header, *lines = csv.reader(io.StringIO(text))
    rows: list[Row] = [
        {
            name: BlankNode(cell[2:]) if cell.startswith("_:") else Literal(cell)
            for name, cell in zip(header, line, strict=True)
            if cell
        }
        for line in lines
    ]
    return Rows(variables=frozenset(header), rows=rows)


def by_value(answer: Answer) -> Answer:
    """Return an answer with its literals written as the engine writes them, which keeps numbers and dates as values."""
    if isinstance(answer, Rows):
        rows = [{name: _by_value(term) for name, term in row.items()} for row in answer.rows]
        return Rows(variables=answer.variables, rows=rows)
    return answer


def _by_value(term: Term) -> Term:
    if not isinstance(term, Literal):
        return term
    store = Store()
    store.add(Quad(NamedNode("x:"), NamedNode("x:"), term))
    kept: Term = next(iter(store)).object
    return kept


# -- Comparing ---------------------------------------------------------------------------------------------------------


def is_same(expected: Answer, found: Answer, *, ordered: bool = False, lax: bool = False) -> bool:
    """Tell whether two answers are the same but for the names of blank nodes; ``lax``: rows may be there less often."""
    if isinstance(expected, Rows) and isinstance(found, Rows):
        if expected.variables != found.variables:
            return False
        if lax:
            fewer = len(found.rows) <= len(expected.rows)
            return fewer and _graph_of_rows(_distinct(expected.rows)) == _graph_of_rows(_distinct(found.rows))
        return len(expected.rows) == len(found.rows) and (
            _graph_of_rows(expected.rows, ordered=ordered) == _graph_of_rows(found.rows, ordered=ordered)
        )
    if isinstance(expected, list) and isinstance(found, list):
        return _canonical(_quad(triple) for triple in expected) == _canonical(_quad(triple) for triple in found)
    return type(expected) is type(found) and expected == found


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def _distinct(rows: list[Row]) -> list[Row]:
    return list({tuple(sorted(row.items())): row for row in rows}.values())


def _graph_of_rows(rows: list[Row], *, ordered: bool = False) -> Dataset:
    """Return rows as a graph: two are isomorphic if the rows are the same, as often, and in the same order."""
    quads = []
    for place, row in enumerate(rows):
        node = BlankNode()
        quads.append(Quad(node, NamedNode("x:row"), Literal(place if ordered else 0)))
        quads += [Quad(node, NamedNode(f"x:column/{name}"), term) for name, term in row.items()]
    return _canonical(quads)


def _canonical(quads: Iterator[Quad] | list[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset
